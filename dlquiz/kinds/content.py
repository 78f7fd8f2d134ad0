"""What a question of each kind has beside its text: the fields that it adds to a line of JSON (docs/study-json.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Union

if TYPE_CHECKING:
    from dlquiz.numeric import NumericQuestion


class ChoiceQuestion(NamedTuple):
    """`several`: more than one of the options is right."""

    options: tuple[str, ...]
    several: bool


class OrderQuestion(NamedTuple):
    steps: tuple[str, ...]


class ClozeQuestion(NamedTuple):
    """`holes` is their number; the text has `@{1}`, `@{2}` …"""

    holes: int


# An open question has nothing beside its text.
QuestionContent = Union[ChoiceQuestion, OrderQuestion, ClozeQuestion, "NumericQuestion", None]
