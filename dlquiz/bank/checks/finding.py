"""What a check reports, and the texts of a card that checks look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dlquiz.cards import Card, Text
from dlquiz.kinds import kind_of
from dlquiz.kinds.kind import Path


class Finding(NamedTuple):
    """A rule that a card breaks: `path` leads to the text inside the card, `written` to the place inside the text."""

    card: Card
    path: Path
    code: str
    message: str
    fix: str
    written: str = ""


def texts_of(card: Card) -> Iterator[tuple[Path, Text]]:
    """Every text of the card that a person reads, with the fields that lead to it in its file."""
    yield (kind_of(card.body).question_field,), card.question
    if card.answer:
        yield ("answer",), card.answer
    if card.pitfall:
        yield ("pitfall",), card.pitfall
    for number, point in enumerate(card.points):
        yield ("points", number), point.text
    yield from kind_of(card.body).texts(card.body)
