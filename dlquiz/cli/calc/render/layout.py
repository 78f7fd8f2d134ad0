"""Text in the width of a terminal: lines that are broken, columns, labels."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dlquiz.cli.calc.render.emphasis import BOLD, DIM, Emphasised, bold
from dlquiz.markup.width import cell_width
from dlquiz.messages.quantities import quantity_label

if TYPE_CHECKING:
    from dlquiz.cards import Language


def columns() -> int:
    """The width of the terminal, as `shutil.get_terminal_size` finds it, whose import takes longer than a layer."""
    try:
        wanted = int(os.environ.get("COLUMNS", ""))
    except ValueError:
        wanted = 0
    if wanted > 0:
        return wanted
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80 if sys.__stdout__ else 80
    except (ValueError, OSError):
        return 80


def fitting(text: str, width: int) -> int:
    """How many characters from the start take at most this many columns."""
    taken = 0
    for index, character in enumerate(text):
        taken += cell_width(character)
        if taken > width:
            return index
    return len(text)


def at_equals(line: str, width: int) -> Iterable[str]:
    """A line of working, broken before its equals signs where it is too long."""
    first, *rest = line.split(" = ")
    if rest and cell_width(first) < 16 and cell_width(line) > width:
        first, rest = f"{first} = {rest[0]}", rest[1:]
    for part in rest:
        if cell_width(first) + 3 + cell_width(part) <= width:
            first = f"{first} = {part}"
        else:
            yield from wrapped(first, width, "      ")
            first = f"    = {part}"
    yield from wrapped(first, width, "      ")


def with_labels(texts: Mapping[str, str], language: Language) -> Iterator[str]:
    """The label of each quantity with its text beside it, the texts in one column.

    >>> list(with_labels({"macs": "27", "parameters": "9"}, "en"))
    ['MACs        27', 'parameters  9']
    """
    labels = [quantity_label(name, language) for name in texts]
    column = max(map(cell_width, labels)) + 2
    for label, text in zip(labels, texts.values(), strict=True):
        yield label + " " * (column - cell_width(label)) + text


def in_columns(rows: Sequence[Sequence[str]], width: int, secondary: int = 0) -> Iterator[str]:
    """The first column to the left, the others to the right; on several lines where the terminal is too narrow.

    The first row is the head; the last columns may be secondary, which a terminal shows dim.
    """
    sides = [max(cell_width(row[place]) for row in rows) for place in range(len(rows[0]))]
    first = width - sum(sides[1:]) - 2 * len(sides[1:])
    if first < 12:
        yield from stacked(rows, width)
        return
    sides[0] = min(sides[0], first)
    for row in rows:
        name, *more = wrapped(row[0], sides[0], "  ")
        numbers = [" " * (side - cell_width(cell)) + cell for cell, side in zip(row[1:], sides[1:], strict=True)]
        cut = [name + " " * (sides[0] - cell_width(name)), *numbers]
        line = "  ".join(cut).rstrip()
        foremost = len("  ".join(cut[: len(cut) - secondary]))
        yield Emphasised(line, BOLD) if row is rows[0] else Emphasised(line, DIM, foremost)
        yield from more


def stacked(rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """A table too wide for the terminal: the columns of a row on as few lines as it takes, each below the one that it
    would stand beside, the head alike. The first column stands before them, or above where it is wide.

    >>> print("\\n".join(stacked([("part", "output", "MACs"), ("7x7", "2048x7x7", "706 M")], 17)))
    part    output
              MACs
    7x7   2048x7x7
             706 M
    """
    names = max(cell_width(row[0]) for row in rows)
    sides = [max(cell_width(row[place]) for row in rows) for place in range(1, len(rows[0]))]
    beside = len(_parted(sides, width - names - 2)[0]) < 1 + len(_parted(sides, width - 4)[0])
    indent = names + 2 if beside else 4
    parts, shared = _parted(sides, width - indent)
    for row in rows:
        lines = []
        for part in parts:
            cells = [row[1 + place] for place in part]
            padded = [
                " " * (side - cell_width(cell)) + cell for side, cell in zip(shared[-len(cells) :], cells, strict=True)
            ]
            before = indent + sum(shared[: -len(cells)]) + 2 * (len(shared) - len(cells))
            lines.append(" " * before + "  ".join(padded))
        if beside:
            lines[0] = row[0] + " " * (indent - cell_width(row[0])) + lines[0][indent:]
        found = [line.rstrip() for line in (lines if beside else [*wrapped(row[0], width, "    "), *lines])]
        yield from bold(found) if row is rows[0] else found


def _parted(sides: Sequence[int], width: int) -> tuple[list[range], list[int]]:
    """Which columns stand on each line, the fewest lines that the width allows, and the widths that the lines share,
    counted from the right: a shorter line stands at the end.

    >>> _parted([10, 6, 10, 6], 30)
    ([range(0, 2), range(2, 4)], [10, 6])
    """
    count = len(sides)
    for lines in range(1, count + 1):
        most = -(-count // lines)
        parts = [range(start, min(start + most, count)) for start in range(0, count, most)]
        shared = [max(sides[part[-back]] for part in parts if back <= len(part)) for back in range(most, 0, -1)]
        if sum(shared) + 2 * (most - 1) <= width:
            break
    return parts, shared


# The space between a number and its unit.
_UNIT = re.compile(r"(?<=\d) (?=(?:[KMGTPE]i?B|[kMGTPE]B?|B|%)(?:$|[\s,;)]))")


def wrapped(text: str, width: int, indent: str) -> Iterable[str]:
    """The text in lines of at most `width`, later lines indented; broken at spaces but not before a unit, and after
    Chinese punctuation.

    A word is cut only where it is longer than a line, or in a script without spaces.
    """
    if cell_width(text) > width:
        text = _UNIT.sub("\N{NO-BREAK SPACE}", text)
    while cell_width(text) > width:
        cut = _line_end(text, fitting(text, width), len(indent), width)
        yield text[:cut].rstrip().replace("\N{NO-BREAK SPACE}", " ")
        text = indent + text[cut:].lstrip()
    yield text.rstrip().replace("\N{NO-BREAK SPACE}", " ")


def _line_end(text: str, most: int, start: int, width: int) -> int:
    """Where to end a line of which `most` characters fit, of which the first `start` are its indent."""
    space = text.rfind(" ", start + 1, most + 1)
    cut = max(space, *(text.rfind(mark, start + 1, most) + 1 for mark in "，；：、。"))
    word = re.split("[ ，；：、。]", text[cut:].lstrip(" "), maxsplit=1)[0]
    fits_later = word.replace("\N{NO-BREAK SPACE}", " ").isascii() and cell_width(word) <= width - start
    if text[:cut].strip() and cut > start and (cell_width(text[cut:most]) <= 12 or fits_later):
        return cut
    apart = next((place for place in range(most, start + 1, -1) if _may_part(text[place - 1], text[place])), most)
    return apart if text[:apart].strip() else most


def _may_part(before: str, after: str) -> bool:
    """Whether a line of a script without spaces may end between the two characters."""
    glued = "\N{NO-BREAK SPACE}" in (before, after) or (before.isascii() and after.isascii())
    return not glued and after not in "，。；：、）"
