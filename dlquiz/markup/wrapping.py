"""Lines no wider than the screen: Chinese between characters, English between words, formulas in one piece."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from dlquiz.markup.width import cell_width

Run = tuple[str, str]  # text and style
Line = tuple[Run, ...]

OPENING = frozenset("([{（［｛【「『《〈〔“‘⟨⌊⌈")
CLOSING = frozenset(")]},.;:!?%）］｝】」』》〉〕”’⟩⌋⌉、。，．；：！？％…‰·～")
_OPERATORS = frozenset("= ≠ < > ≤ ≥ ≈ ∼ ∝ ≡ ≜ ≔ ∈ → ⇒ ⟹ ⇔ ⟺ ↦ + − ± · × ⊙ ⊗ ⊕ ∗ |".split())  # noqa: SIM905

_ASCII_PIECES = re.compile(r" +|[^ ]+")


def wrap(runs: Sequence[Run], width: int) -> list[Line]:
    """The runs cut into lines; nothing is lost or added but blanks where a line ends.

    A run whose style holds `math` stays whole where it fits on a line, and is cut before a relation or an operator
    outside brackets where it does not. A newline in a run begins a line.

    >>> [line[0][0] for line in wrap([("沿 batch 维度计算，再平均。", "")], 12)]
    ['沿 batch 维', '度计算，再平', '均。']
    """
    lines: list[Line] = []
    for paragraph in _paragraphs(runs):
        lines += _fill(_units(paragraph), max(width, 2))
    return lines


def natural_width(runs: Sequence[Run]) -> int:
    """Cells of the widest line when only newlines end one.

    >>> natural_width([("a long-winded word\\nor two", "")])
    18
    """
    return max(_width(_trimmed(_joined(paragraph), left=True)) for paragraph in _paragraphs(runs))


def longest_unit(runs: Sequence[Run]) -> int:
    """Cells of the widest piece that a line's end should not divide.

    >>> longest_unit([("a long-winded word", "")])
    11
    """
    units = [unit for paragraph in _paragraphs(runs) for unit in _units(paragraph)]
    return max((_width(_trimmed(unit, left=True)) for unit in units), default=0)


def _paragraphs(runs: Sequence[Run]) -> Iterator[list[Run]]:
    current: list[Run] = []
    for text, style in runs:
        first, *rest = text.split("\n")
        current.append((first, style))
        for part in rest:
            yield current
            current = [(part, style)]
    yield current


def _fill(units: list[Line], width: int) -> list[Line]:
    lines: list[Line] = []
    line: Line = ()
    used = 0
    for unit in units:
        if used + _width(_trimmed(unit, left=not used)) <= width:
            unit = unit if used else _trimmed(unit, left=True, right=False)
            line, used = line + unit, used + _width(unit)
            continue
        if used and _trimmed(line):
            lines.append(_joined(_trimmed(line)))
        *full, line = _broken(_trimmed(unit, left=True, right=False), width)
        lines += full
        used = _width(line)
    last = _joined(_trimmed(line))
    return [*lines, last] if last or not lines else lines


def _width(line: Line) -> int:
    return sum(cell_width(text) for text, _ in line)


# -- units: what no line's end may divide ------------------------------------------------------------------------------


def _units(runs: list[Run]) -> list[Line]:
    """The runs cut wherever a line may end; blanks stay at the end of the unit before them."""
    units: list[Line] = []
    current: list[Run] = []
    before = ""  # the last character that is no blank
    blank = False
    for text, style in runs:
        for piece in _pieces(text, style):
            first = piece.lstrip(" ")[:1]
            if not first:
                blank = True
                current.append((piece, style))
                continue
            if current and _may_break(before, blank or piece[0] == " ", first):
                units.append(_joined(current))
                current = []
            current.append((piece, style))
            before, blank = piece.rstrip(" ")[-1], piece[-1] == " "
    return [*units, _joined(current)] if current else units


def _pieces(text: str, style: str) -> Iterator[str]:
    """A formula whole; otherwise blanks, wide characters one by one, and what stands between them."""
    if "math" in style.split():
        if text:
            yield text
        return
    if text.isascii():
        yield from _ASCII_PIECES.findall(text)
        return
    piece = ""
    first = ""  # the kind of the piece's first character
    for character in text:
        kind = _kind(character)
        if piece and (kind == "wide" or kind != first) and kind != "mark":
            yield piece
            piece = ""
        first = first if piece else kind
        piece += character
    if piece:
        yield piece


@lru_cache(maxsize=4096)
def _kind(character: str) -> str:
    if character == " ":
        return "blank"
    return ("mark", "narrow", "wide")[min(cell_width(character), 2)]


def _may_break(before: str, blank: bool, after: str) -> bool:
    if not before or before in OPENING or after in CLOSING:
        return False
    return blank or cell_width(before) == 2 or cell_width(after) == 2


# -- a unit wider than the line ----------------------------------------------------------------------------------------


def _broken(unit: Line, width: int) -> list[Line]:
    """The unit in lines, the last with the blanks that end it; each line is sought among the next few characters, so
    that a unit of any length is gone through once.
    """
    if _width(_trimmed(unit)) <= width:
        return [unit]
    characters = [(character, style) for text, style in unit for character in text]
    lines: list[Line] = []
    start = 0
    while True:
        near = characters[start : start + 4 * width + 16]
        if start + len(near) == len(characters) and _fits(_trimmed(tuple(near)), width):
            return [*lines, _joined(near)]
        cut = _line_end(near, width)
        lines.append(_joined(_trimmed(tuple(near[:cut]))))
        start += cut
        while start < len(characters) and characters[start][0] == " ":
            start += 1


def _line_end(characters: list[Run], width: int) -> int:
    """How many characters the line takes: up to an operator outside brackets, to a blank, or to anywhere, but never so
    few that most of the line stays empty when a later place would do.
    """
    fitting = _fitting(characters, width)
    ways = ((_is_operator_outside, fitting // 3), (_is_after_blank, 0), (_is_legal, 0))
    blank = any(character == " " for character, _ in characters[:fitting])
    for wanted, earliest in ways if blank else ways[2:]:
        for index in range(fitting, earliest, -1):
            if wanted(characters, index):
                return index
    return fitting


def _fits(characters: Line, width: int) -> bool:
    return sum(cell_width(character) for character, _ in characters) <= width


def _fitting(characters: list[Run], width: int) -> int:
    used = 0
    for index, (character, _) in enumerate(characters):
        used += cell_width(character)
        if used > width:
            return max(1, index)
    return len(characters)


def _is_operator_outside(characters: list[Run], index: int) -> bool:
    if not _is_after_blank(characters, index) or characters[index][0] not in _OPERATORS:
        return False
    if characters[index + 1 : index + 2] and characters[index + 1][0] != " ":
        return False
    depth = 0
    for character, _ in characters[:index]:
        depth += (character in "([{⌊⌈⟨") - (character in ")]}⌋⌉⟩")
    return depth <= 0


def _is_after_blank(characters: list[Run], index: int) -> bool:
    if index >= len(characters):
        return False
    return characters[index - 1][0] == " " and _is_legal(characters, index)


def _is_legal(characters: list[Run], index: int) -> bool:
    if index >= len(characters):
        return False
    before = next((characters[at][0] for at in range(index - 1, -1, -1) if characters[at][0] != " "), "")
    after = next((characters[at][0] for at in range(index, len(characters)) if characters[at][0] != " "), "")
    return bool(before) and before not in OPENING and after not in CLOSING and _kind(after or "x") != "mark"


# -- runs --------------------------------------------------------------------------------------------------------------


def _trimmed(line: Line, left: bool = False, right: bool = True) -> Line:
    runs = list(line)
    while left and runs and not runs[0][0].lstrip(" "):
        runs.pop(0)
    if left and runs:
        runs[0] = (runs[0][0].lstrip(" "), runs[0][1])
    while right and runs and not runs[-1][0].rstrip(" "):
        runs.pop()
    if right and runs:
        runs[-1] = (runs[-1][0].rstrip(" "), runs[-1][1])
    return tuple(runs)


def _joined(runs: Sequence[Run]) -> Line:
    """Neighbours of one style as one run, without empty ones."""
    filled = [run for run in runs if run[0]]
    return tuple(("".join(text for text, _ in group), style) for style, group in groupby(filled, itemgetter(1)))
