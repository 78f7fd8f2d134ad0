"""A file of notes as its habits look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dlquiz.notes.markdown.lines import SourceLine


@dataclass(frozen=True, slots=True)
class NotesFile:
    """The lines of a file with what may say what they are for: its name, and those of the directories around it, with
    slashes between them."""

    name: str
    directories: str
    lines: Sequence[SourceLine]
