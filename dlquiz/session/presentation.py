"""A card as it is presented: what was drawn for it, as the question is put and as the log keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from dlquiz.cards import Card, Choice, Cloze, Language, Numeric, Open, Order, Text
from dlquiz.grading.check import filling, hints
from dlquiz.session.events import (
    ChoiceQuestion,
    ChoiceSolution,
    ClozeQuestion,
    ClozeSolution,
    NumericSolution,
    OrderQuestion,
    OrderSolution,
)
from dlquiz.session.frequent_mistakes import possible

if TYPE_CHECKING:
    from dlquiz.numeric import NumericQuestion


class RandomSource(Protocol):
    """What is needed of a `random.Random`; the door brings one."""

    def shuffle(self, x: list[Any], /) -> None: ...
    def random(self) -> float: ...


class Presentation(NamedTuple):
    """`drawn` is the order of options or steps as indices into the card, the instance of a numeric family, or None;
    `version` is the state of the card's history when it was shown."""

    card: Card
    language: Language
    drawn: Any = None
    version: str = ""


def draw(
    card: Card, language: Language, random: RandomSource, version: str, stability: float | None = None
) -> Presentation:
    """Options and steps in a random order, fresh values for a family, harder ones for a stronger memory (stability in
    days)."""
    match card.body:
        case Choice(options):
            return Presentation(card, language, _shuffled(len(options), random), version)
        case Order(steps):
            return Presentation(card, language, _disordered(len(steps), random), version)
        case Numeric():
            from dlquiz import numeric

            return Presentation(card, language, numeric.draw(card.body, random, stability), version)
        case Open() | Cloze():
            return Presentation(card, language, None, version)


def _shuffled(count: int, random: RandomSource) -> tuple[int, ...]:
    indices = list(range(count))
    random.shuffle(indices)
    return tuple(indices)


def _disordered(count: int, random: RandomSource) -> tuple[int, ...]:
    order = _shuffled(count, random)
    # Steps that already stand in order would give themselves away.
    return order if order != tuple(range(count)) else order[1:] + order[:1]


def stored(presentation: Presentation) -> dict[str, Any]:
    """What the log keeps of a presentation, enough to show it again after the card was edited."""
    facts: dict[str, Any] = {"language": presentation.language}
    match presentation.card.body:
        case Choice() | Order():
            facts["order"] = list(presentation.drawn)
        case Numeric():
            facts["values"] = dict(presentation.drawn.values)
            # Kept beside them, so that nothing is computed again to say how often a mistake could have been made.
            facts["slips"] = possible(presentation.drawn)
        case Open() | Cloze():
            pass
    return facts


def restored(card: Card, shown: str | None, language: Language) -> Presentation | None:
    """The presentation that a row of the log describes; None when it does not fit the card as it is now."""
    import json

    try:
        facts = json.loads(shown or "")
    except ValueError:
        return None
    if not isinstance(facts, Mapping):
        return None
    recorded_language: Language = (
        "zh" if facts.get("language") == "zh" else "en" if facts.get("language") == "en" else language
    )
    match card.body:
        case Choice(options=parts) | Order(steps=parts):
            order = facts.get("order")
            if not isinstance(order, list) or sorted(order, key=str) != list(range(len(parts))):
                return None
            return Presentation(card, recorded_language, tuple(order))
        case Numeric():
            from dlquiz import numeric

            values = facts.get("values")
            instance = numeric.restored(card.body, values) if isinstance(values, Mapping) else None
            return None if instance is None else Presentation(card, recorded_language, instance)
        case Open() | Cloze():
            return Presentation(card, recorded_language)


def text(presentation: Presentation, words: Text) -> str:
    """A text of the card in the language of the presentation, the drawn values filled in."""
    text_so_far = words.language(presentation.language)
    if isinstance(presentation.card.body, Numeric):
        from dlquiz import numeric

        return numeric.fill(text_so_far, presentation.drawn)
    return text_so_far


def optional_text(presentation: Presentation, words: Text | None) -> str | None:
    return None if words is None else text(presentation, words)


def available_hints(presentation: Presentation) -> tuple[str, ...]:
    return hints(presentation.card, presentation.drawn, presentation.language)


def question_content(
    presentation: Presentation,
) -> ChoiceQuestion | OrderQuestion | ClozeQuestion | NumericQuestion | None:
    """What a question of this kind has beside its text."""
    language = presentation.language
    match presentation.card.body:
        case Choice(options):
            shown = tuple(options[index].text.language(language) for index in presentation.drawn)
            return ChoiceQuestion(shown, sum(option.right for option in options) > 1)
        case Order(steps):
            return OrderQuestion(tuple(steps[index].language(language) for index in presentation.drawn))
        case Cloze(holes):
            return ClozeQuestion(len(holes))
        case Numeric():
            return _numeric_question(presentation)
        case Open():
            return None


def solution(
    presentation: Presentation,
) -> ChoiceSolution | OrderSolution | ClozeSolution | NumericSolution | None:
    """What the question had open, closed: the reasons of the options, the steps in order, the text without holes."""
    language = presentation.language
    match presentation.card.body:
        case Choice(options):
            shown = [options[index] for index in presentation.drawn]
            return ChoiceSolution(
                tuple(option.text.language(language) for option in shown),
                tuple(optional_text(presentation, option.why) for option in shown),
            )
        case Order(steps):
            return OrderSolution(tuple(step.language(language) for step in steps))
        case Cloze():
            return ClozeSolution(filled(presentation))
        case Numeric():
            return NumericSolution(_numeric_question(presentation).asked)
        case Open():
            return None


def _numeric_question(presentation: Presentation) -> NumericQuestion:
    from dlquiz import numeric

    return numeric.question(presentation.drawn, presentation.language)


def filled(presentation: Presentation) -> str:
    """The text of a cloze with its answers in the holes."""
    text_so_far = presentation.card.question.language(presentation.language)
    assert isinstance(presentation.card.body, Cloze)
    for number, hole in enumerate(presentation.card.body.holes, 1):
        before, _, after = text_so_far.partition(f"@{{{number}}}")
        inside = before.replace("$$", "").count("$") % 2 or before.count("$$") % 2
        # A formula that fills a hole of plain text needs dollars of its own.
        answer = hole.answer if inside else filling(hole, presentation.language)
        text_so_far = before + (answer if inside or "\\" not in answer else f"${answer}$") + after
    return text_so_far
