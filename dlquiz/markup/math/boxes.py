"""Rectangles of text with a baseline, and how they are put side by side, stacked and bracketed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dlquiz.markup.width import cell_width, pad


class Block(NamedTuple):
    """Rows of equal width in cells; the baseline is the index of the row that stands on the line of the text."""

    rows: tuple[str, ...]
    baseline: int = 0

    @property
    def width(self) -> int:
        return cell_width(self.rows[0])

    @property
    def height(self) -> int:
        return len(self.rows)


def line(text: str) -> Block:
    return Block((text,))


def side_by_side(blocks: Sequence[Block]) -> Block:
    """The blocks from left to right on one baseline.

    >>> side_by_side([line("x"), Block((" 2", "  "), 1)]).rows
    ('  2', 'x  ')
    """
    above = max((block.baseline for block in blocks), default=0)
    under = max((block.height - block.baseline for block in blocks), default=1)
    rows = [""] * (above + under)
    for block in blocks:
        start = above - block.baseline
        for index in range(len(rows)):
            inside = 0 <= index - start < block.height
            rows[index] += block.rows[index - start] if inside else " " * block.width
    return Block(tuple(rows), above)


def stacked(blocks: Sequence[Block], baseline: int, align: str = "centre") -> Block:
    """The blocks from top to bottom; `baseline` is the row of the whole that becomes its baseline."""
    width = max(block.width for block in blocks)
    return Block(tuple(pad(row, width, align) for block in blocks for row in block.rows), baseline)


def over(above: Block, below: Block) -> Block:
    """A fraction: its bar is the baseline, longer than every bar inside and never as short as a minus sign."""
    longer = 2 if max(above.width, below.width) == 1 or any("─" in row for row in above.rows + below.rows) else 0
    bar = line("─" * (max(above.width, below.width) + longer))
    return stacked([above, bar, below], above.height)


_GROWN = {
    "(": "⎛⎜⎝", ")": "⎞⎟⎠", "[": "⎡⎢⎣", "]": "⎤⎥⎦", "⌊": "⎢⎢⎣", "⌋": "⎥⎥⎦", "⌈": "⎡⎢⎢", "⌉": "⎤⎥⎥", "|": "│││",
    "‖": "‖‖‖",
}  # fmt: skip
_BRACES = {"{": ("⎧", "⎪", "⎨", "⎩", "⎰⎱"), "}": ("⎫", "⎪", "⎬", "⎭", "⎱⎰")}


def bracket(mark: str, height: int, baseline: int) -> Block:
    """A bracket as tall as what it holds.

    >>> bracket("(", 3, 1).rows
    ('⎛', '⎜', '⎝')
    """
    if not mark or height == 1:
        return Block((mark,) * height if mark or height == 1 else ("",) * height, baseline)
    if mark in _GROWN:
        top, middle, bottom = tuple(_GROWN[mark])
        return Block((top, *[middle] * (height - 2), bottom), baseline)
    if mark in _BRACES:
        top, filler, centre, bottom, pair = _BRACES[mark]
        if height == 2:
            return Block(tuple(pair), baseline)
        rows = [top, *[filler] * (height - 2), bottom]
        rows[min(max(baseline, 1), height - 2)] = centre
        return Block(tuple(rows), baseline)
    rows = [" " * cell_width(mark)] * height
    rows[baseline] = mark
    return Block(tuple(rows), baseline)


def scripted(base: Block, below: Block | None, above: Block | None) -> Block:
    """Scripts to the right of a base, each on a row of its own: higher, lower, never on the baseline."""
    width = max(block.width for block in (below, above) if block)
    rows = {index - base.baseline: row for index, row in enumerate(base.rows)}
    column: dict[int, str] = {}
    if above:
        top = -base.baseline if base.baseline else -1
        for index, row in enumerate(above.rows):
            column[top - above.height + 1 + index] = pad(row, width)
    if below:
        bottom = base.height - 1 - base.baseline or 1
        for index, row in enumerate(below.rows):
            column[bottom + index] = pad(row, width)
    first, last = min([*rows, *column]), max([*rows, *column])
    text = [rows.get(index, " " * base.width) + column.get(index, " " * width) for index in range(first, last + 1)]
    return Block(tuple(text), -first)
