"""Bold totals and heads, dim secondary columns and working: only in a terminal, and never with NO_COLOR."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator

from dlquiz.formatting import minus_signs

BOLD, DIM = "1", "2"


class Emphasised(str):
    """A line that a terminal shows bold or dim from a place on; anywhere else it is its plain text.

    >>> line = Emphasised("conv  3 KiB", DIM, 6)
    >>> line, line.in_terminal()
    ('conv  3 KiB', 'conv  \\x1b[2m3 KiB\\x1b[0m')
    """

    style: str
    start: int

    def __new__(cls, text: str, style: str, start: int = 0) -> Emphasised:
        line = super().__new__(cls, text)
        line.style, line.start = style, start
        return line

    def in_terminal(self) -> str:
        return f"{self[: self.start]}\x1b[{self.style}m{self[self.start :]}\x1b[0m" if self.strip() else str(self)


def bold(lines: Iterable[str]) -> Iterator[Emphasised]:
    return (Emphasised(line, BOLD) for line in lines)


def dim(lines: Iterable[str]) -> Iterator[Emphasised]:
    return (Emphasised(line, DIM) for line in lines)


def emit(lines: Iterable[str]) -> None:
    """Print the lines with minus signs, emphasised where stdout is a terminal that can."""
    can = _can_emphasise()
    print("\n".join(line.in_terminal() if can and isinstance(line, Emphasised) else line for line in signed(lines)))


def signed(lines: Iterable[str]) -> Iterator[str]:
    """The lines with minus signs before negative numbers, as wide as before."""
    for line in lines:
        text = minus_signs(line)
        yield Emphasised(text, line.style, line.start) if isinstance(line, Emphasised) else text


def _can_emphasise() -> bool:
    """Whether stdout is a terminal that obeys; the console of older Windows shows the codes themselves."""
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb":
        return False
    return os.name != "nt" or "WT_SESSION" in os.environ or "TERM" in os.environ
