"""A reply judged without a session: what `dlquiz bank try` reports; nothing is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlquiz.cards import Card, Cloze, Language, Numeric
from dlquiz.grading.check import RefusedError
from dlquiz.kinds import check
from dlquiz.scheduler.queue import USUAL_SECONDS
from dlquiz.session.current_card import CurrentCard, suggested, verdict_event
from dlquiz.session.events import OVER, VerdictEvent
from dlquiz.session.presentation import Presentation, in_file_order

if TYPE_CHECKING:
    from dlquiz.kinds.kind import Drawn
    from dlquiz.randomness import RandomSource
    from dlquiz.thesaurus import Lexicon


@dataclass(frozen=True, slots=True)
class Trial:
    """A reply to a card as its author tries it: options and steps are numbered as in the file; `hole` judges one hole
    of a cloze alone, `values` are those of a computed question."""

    card: Card
    reply: object
    language: Language
    hole: int | None = None
    values: Mapping[str, object] | None = None


def judge(trial: Trial, lexicon: Lexicon, random: RandomSource) -> VerdictEvent:
    """The verdict as study would give it. Raises `RefusedError` for a reply that cannot be read."""
    card = trial.card if trial.hole is None else _with_one_hole(trial.card, trial.hole)
    presentation = Presentation(card, trial.language, _drawn(trial, random))
    verdict = check(card, presentation.drawn, trial.reply, trial.language, lexicon)
    current = CurrentCard(presentation, 0, reply=trial.reply, verdict=verdict, ticks=verdict.ticked)
    return verdict_event(current, suggested(current, card.usual_seconds or USUAL_SECONDS), None, OVER)


def report(verdict: VerdictEvent) -> dict[str, object]:
    """What one line of `dlquiz bank try --json` says."""
    line = verdict.to_json()
    kept = ("card", "correct", "points", "parts", "suggested", "mistake", "notes")
    return {"card": line["card"], "outcome": line["verdict"]} | {name: line[name] for name in kept[1:]}


def _drawn(trial: Trial, random: RandomSource) -> Drawn:
    match trial.card.body:
        case Numeric() as family if trial.values is not None:
            from dlquiz import numeric

            instance = numeric.restored(family, trial.values)
            if instance is None:
                names = ", ".join(family.vary) or "none"
                raise RefusedError(
                    f"these values make no question: {names} are needed", f"这些值构不成题目，需要 {names}"
                )
            return instance
        case _:
            return in_file_order(trial.card, random)


def _with_one_hole(card: Card, number: int) -> Card:
    """The card with that hole alone: the others are filled."""
    count = len(card.body.holes) if isinstance(card.body, Cloze) else 0
    if not isinstance(card.body, Cloze) or not 1 <= number <= count:
        raise RefusedError(
            f"there is no hole {number}: the card has {count}", f"没有第 {number} 个空：这张卡片有 {count} 个"
        )
    holes = card.body.holes

    def filled(text: str | None) -> str | None:
        for place, hole in enumerate(holes, 1):
            if text is not None:
                text = text.replace(f"@{{{place}}}", "@{1}" if place == number else hole.answer)
        return text

    question = card.question._replace(en=filled(card.question.en), zh=filled(card.question.zh))
    return card._replace(question=question, body=Cloze((holes[number - 1],)))
