"""One line that is being typed: its text, where the cursor stands, and how to draw both in cells."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from dlquiz.markup.width import cell_width


class EditedLine:
    """Keys go in by `press`; `drawn` gives what to write to the terminal to show the line as it now is.

    >>> line = EditedLine("> ", lambda: 40)
    >>> for key in ("卷", "积", "backspace", "x"):
    ...     line.press(key)
    >>> line.text
    '卷x'
    """

    def __init__(self, prompt: str | Callable[[], str], width: Callable[[], int]) -> None:
        """`prompt` is read each time the line is drawn: a clock may stand in it."""
        self.text = ""
        self._given = prompt
        self._width = width
        self._at = 0
        self._row = 0

    @property
    def _prompt(self) -> str:
        return self._given if isinstance(self._given, str) else self._given()

    def press(self, key: str) -> None:
        before, after = self.text[: self._at], self.text[self._at :]
        match key:
            case "backspace":
                self._put(before[: _start(before)], after)
            case "delete":
                self._put(before, after[_end(after) :])
            case "left":
                self._at = _start(before)
            case "right":
                self._at += _end(after)
            case "home" | "up":
                self._at = 0
            case "end" | "down":
                self._at = len(self.text)
            case "word left":
                self._at = _word_start(before)
            case "word right":
                self._at = len(self.text) - _word_start(after[::-1])
            case "kill line":
                self._put("", after)
            case "kill rest":
                self._put(before, "")
            case "kill word":
                self._put(before[: _word_start(before)], after)
            case "enter" | "tab" | "escape" | "nothing" | "redraw" | "end of input" | "paste" | "interrupt":
                pass
            case text:
                self._put(before + text, after)

    def _put(self, before: str, after: str) -> None:
        self.text = before + after
        self._at = len(before)

    def drawn(self) -> str:
        """Back to where the line began, the line written again, the cursor in place. Rows are broken here: what a
        terminal does in its last column differs from one to the next."""
        width = max(self._width(), 4)
        up = f"\x1b[{self._row}A" if self._row else ""
        rows = broken(self._prompt + self.text, width)
        cursor = broken(self._prompt + self.text[: self._at], width)
        self._row, column = len(cursor) - 1, cell_width(cursor[-1])
        below = len(rows) - 1 - self._row
        back = (f"\x1b[{below}A" if below else "") + "\r" + (f"\x1b[{column}C" if column else "")
        return up + "\r\x1b[J" + "\r\n".join(rows) + back

    def left(self) -> str:
        """Below the line, when it is done."""
        below = len(broken(self._prompt + self.text, max(self._width(), 4))) - 1 - self._row
        return (f"\x1b[{below}B" if below > 0 else "") + "\r\n"


def broken(text: str, width: int) -> list[str]:
    """The text in rows of fewer cells than the width; the cursor always has a cell to stand in.

    >>> broken("> 卷积层", 6)
    ['> 卷', '积层']
    """
    rows, cells = [""], 0
    for sign in text:
        wide = cell_width(sign)
        if cells + wide > width - 1:
            rows.append("")
            cells = 0
        rows[-1] += sign
        cells += wide
    return rows


def _start(before: str) -> int:
    """Where the last character that a person sees begins: combining marks belong to the letter before them."""
    at = len(before) - 1
    while at > 0 and (unicodedata.combining(before[at]) or before[at] in "\u200d\ufe0f" or before[at - 1] == "\u200d"):
        at -= 1
    return max(at, 0)


def _end(after: str) -> int:
    at = min(1, len(after))
    while at < len(after) and (unicodedata.combining(after[at]) or after[at] in "\u200d\ufe0f"):
        at += 1
    return at


def _word_start(before: str) -> int:
    at = len(before.rstrip())
    while at and not before[at - 1].isspace():
        at -= 1
    return at
