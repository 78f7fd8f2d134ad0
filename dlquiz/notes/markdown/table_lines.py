"""The lines of tables in Markdown: their cells, and the names of their columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_QUESTION_COLUMN = re.compile(r"\W*(?:questions?|front|q|问题?|题目|正面)\W*(?:\([^()]*\)\W*)?$", re.IGNORECASE)
_ANSWER_COLUMN = re.compile(r"\W*(?:answers?|back|a|答案?|回答|背面|解答)\W*$", re.IGNORECASE)


def cells_of(text: str) -> list[str]:
    """The cells of a row.

    >>> cells_of("| a | b \\\\| c |")
    ['a', 'b | c', '']
    """
    cells = re.split(r"(?<!\\)\|", text.strip())
    cells = cells[1:] if cells and not cells[0].strip() else cells
    return [cell.strip().replace("\\|", "|") for cell in cells]


def is_ruler(words: str) -> bool:
    """Whether the line is the one below the names: `|---|:-:|`."""
    return "-" in words and not set(words) - set("|:- \t")


def is_question_column(name: str) -> bool:
    return _QUESTION_COLUMN.match(name[:80]) is not None


def is_answer_column(name: str) -> bool:
    return _ANSWER_COLUMN.match(name[:80]) is not None


def column_named(names: Sequence[str], fits: Callable[[str], bool]) -> int | None:
    """The first column whose name fits."""
    return next((at for at, name in enumerate(names) if fits(name)), None)
