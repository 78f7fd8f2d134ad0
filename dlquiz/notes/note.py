"""A card as it stands in notes: a question, its answer and where it was."""

from __future__ import annotations

import re
from typing import NamedTuple

_LEVELS = (
    (3, re.compile(r"\[H\]|\(H\)|hard|困难|难(?!度)|🚀|⭐️?⭐️?⭐|★★★|advanced|\bdifficult\b", re.IGNORECASE)),
    (2, re.compile(r"\[M\]|\(M\)|medium|中等|⭐️?⭐|★★|intermediate", re.IGNORECASE)),
    (1, re.compile(r"\[E\]|\(E\)|easy|简单|👶|beginner|basic", re.IGNORECASE)),
)


class NoteCard(NamedTuple):
    """`line` counts from 1; `mark` is the source's own mark of difficulty; `holes` are those of a cloze.

    A card whose answer is blank, or `incomplete` because it is a picture that is not there, is a draft.
    """

    section: tuple[str, ...]
    question: str
    answer: str
    line: int
    mark: str = ""
    key: str = ""
    incomplete: bool = False
    holes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def draft(self) -> bool:
        return self.incomplete or not (self.answer or self.holes)

    @property
    def level(self) -> int | None:
        """What the mark says of the difficulty, from 1 to 3; None where it says nothing.

        >>> NoteCard((), "Q", "", 1, mark="[M]").level, NoteCard((), "Q", "", 1, mark=":v:").level
        (2, None)
        """
        return next((level for level, pattern in _LEVELS if pattern.search(self.mark)), None)
