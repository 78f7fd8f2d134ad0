"""The points of open cards and their cues: each finds the card's own answer, and few of the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from dlquiz.bank.checks.finding import Finding
from dlquiz.cards import LANGUAGES, Card, Language, Point
from dlquiz.grading.open_answer.cue_rows import matches, unreadable
from dlquiz.grading.open_answer.phrases import Reply

# A cue found in more of the other open cards' answers says nothing; below so few answers nothing can be said.
COMMON_SHARE = 0.25
MIN_ANSWERS = 10


def of_points(card: Card) -> Iterator[Finding]:
    """What the points of one card lack, and what is wrong with their cues."""
    if card.kind == "open" and not card.points:
        yield Finding(
            card,
            (),
            "open-without-points",
            "an open card without points",
            "write 2 to 6 points that an interviewer ticks",
        )
    for number, point in enumerate(card.points):
        for language in LANGUAGES:
            yield from _of_cues(card, number, point, language)


def _of_cues(card: Card, number: int, point: Point, language: Language) -> Iterator[Finding]:
    path, own = ("points", number, "cues", language), point.cues(language)
    answer = card.answer and getattr(card.answer, language)
    if not own and language in card.question.languages:
        yield Finding(
            card, path[:3], "missing-cues", f"a point without {language} cues", f"write cues: {{{language}: […]}}"
        )
    elif own and answer and not any(matches(cue, indexed(answer)) for cue in own):
        yield Finding(
            card,
            path,
            "cue-not-in-answer",
            f"no {language} cue of this point matches the card's own answer",
            "take words of the answer",
        )
    question = indexed(getattr(card.question, language) or "")
    for place, cue in enumerate(own):
        if matches(cue, question):
            yield Finding(
                card, (*path, place), "cue-in-question", f"the cue {cue!r} matches the question", "take another word"
            )
        if nothing := unreadable(cue):
            yield Finding(
                card,
                (*path, place),
                "cue-unreadable",
                f"the cue {cue!r} looks for {', '.join(nothing)}, which no answer can hold",
                "take a word that is read (全 for 都), at most four in a row, and close each alternative's brackets",
            )


def common(deck: Sequence[Card]) -> Iterator[Finding]:
    """Cues that match too many of the other answers of the deck's open cards."""
    for language in LANGUAGES:
        answers = {
            card.id: indexed(answer)
            for card in deck
            if card.kind == "open" and card.answer and (answer := getattr(card.answer, language))
        }
        for card in deck:
            if not any(point.cues(language) for point in card.points):
                continue
            others = [answer for id, answer in answers.items() if id != card.id]
            for number, point in enumerate(card.points) if len(others) >= MIN_ANSWERS else ():
                for place, cue in enumerate(point.cues(language)):
                    share = _number_of_holders(cue, others) / len(others)
                    if share > COMMON_SHARE:
                        yield Finding(
                            card,
                            ("points", number, "cues", language, place),
                            "cue-too-common",
                            f"the cue {cue!r} matches {share:.0%} of the deck's other open answers",
                            "take a more telling word",
                        )


def _number_of_holders(cue: str, answers: Sequence[Reply]) -> int:
    """How many of the answers the cue matches, counted for as long as they can still become too many."""
    number = 0
    for left, answer in zip(reversed(range(len(answers))), answers, strict=True):
        number += matches(cue, answer)
        if number + left <= COMMON_SHARE * len(answers):
            break
    return number


@lru_cache(maxsize=256)
def indexed(text: str) -> Reply:
    """The question or answer of a card, indexed once for all cues of its deck."""
    return Reply(text)
