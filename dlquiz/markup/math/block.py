"""A formula in two dimensions: fractions with a bar, limits above and below, brackets that grow."""

from __future__ import annotations

from collections.abc import Sequence

from dlquiz.markup.math import inline
from dlquiz.markup.math.analysis import nucleus, settled
from dlquiz.markup.math.boxes import Block, bracket, line, over, scripted, side_by_side, stacked
from dlquiz.markup.math.scripts import mapped, needs_brackets, stays_flat
from dlquiz.markup.math.spacing import gap
from dlquiz.markup.math.symbols import BIG, INTEGRALS, LIMIT_FUNCTIONS, SUBSCRIPT, SUPERSCRIPT
from dlquiz.markup.math.tree import MathNode, row_of
from dlquiz.markup.width import pad

# How TeX sets a formula: limits above and below in display, at the side in a fraction; tight in scripts.
DISPLAY, FRACTION, SCRIPT = "display", "fraction", "script"
_LEFT = MathNode("atom", "")  # what TeX puts at the start of an aligned cell, so that its + keeps its spaces


def render(node: MathNode) -> Block:
    """The block of a tree."""
    if node.kind == "table":
        return _table(node)
    return _row(node, DISPLAY)


def fitted(node: MathNode, width: int) -> Block | None:
    """The block of a tree cut before relations or operators until it fits; None if it cannot."""
    block = render(node)
    if block.width <= width:
        return block
    if node.kind == "table" and inline.is_lines(node):
        rows = [row_of([one for cell in table_row.parts for one in cell.parts]) for table_row in node.parts]
        cut = [fitted(row, width) for row in rows]
        return None if any(one is None for one in cut) else _lines([one for one in cut if one])
    if node.kind != "row":
        return None
    statements = _statements(node)
    if len(statements) > 1:
        cut = [fitted(statement, width) for statement in statements]
        return None if any(one is None for one in cut) else _lines([one for one in cut if one])
    return _folded(node, width)


def _statements(row: MathNode) -> list[MathNode]:
    """What wide spaces set apart: formulas of their own, which may stand one under the other."""
    parts: list[list[MathNode]] = [[]]
    depth = 0
    for node in settled(row):
        depth = max(0, depth + {"open": 1, "close": 0 if node.text in {"!", "?"} else -1}.get(node.role, 0))
        if node.kind == "space" and int(node.text) > 1 and not depth and parts[-1]:
            parts.append([])
        else:
            parts[-1].append(node)
    return [row_of(part) for part in parts if part]


def _folded(node: MathNode, width: int) -> Block | None:
    for roles in (("rel",), ("rel", "bin")):
        segments = _segments(settled(node), roles)
        lines: list[Block] = []
        current: list[MathNode] = []
        for segment in segments:
            block = _row(row_of([*current, *segment]), DISPLAY)
            if current and block.width + (2 if lines else 0) > width:
                lines.append(_row(row_of(current), DISPLAY))
                current = [_LEFT, *segment]
            else:
                current = [*current, *segment]
        lines.append(_row(row_of(current), DISPLAY))
        indented = [lines[0], *(side_by_side([line("  "), one]) for one in lines[1:])]
        if len(lines) > 1 and max(one.width for one in indented) <= width:
            return _lines(indented)
    return None


def _segments(nodes: Sequence[MathNode], roles: tuple[str, ...]) -> list[list[MathNode]]:
    segments: list[list[MathNode]] = [[]]
    depth = 0
    for node in nodes:
        if depth == 0 and node.role in roles and segments[-1]:
            segments.append([])
        segments[-1].append(node._replace(role="bin") if node.role == "sign" and len(segments) > 1 else node)
        depth = max(0, depth + {"open": 1, "close": 0 if node.text in {"!", "?"} else -1}.get(node.role, 0))
    return segments


# -- rows --------------------------------------------------------------------------------------------------------------


def _row(row: MathNode, style: str) -> Block:
    """The pieces side by side; the spaces are those of the line, and one beside every bar."""
    nodes = settled(row)
    if style == SCRIPT and all(_is_flat(node) for node in nodes):
        return line(inline.row_text(row, tight=True))
    blocks: list[Block] = []
    previous: MathNode | None = None
    blanks = 0
    for node in nodes:
        if node.kind == "space":
            blanks = max(blanks, min(int(node.text), 1) if style == SCRIPT else int(node.text))
            continue
        block = _single(node, style)
        if previous is not None and blocks:
            blanks = max(blanks, _gap(previous, node, blocks[-1], block, style))
        blocks += [line(" " * blanks), block] if blanks else [block]
        previous, blanks = node, 0
    return side_by_side(blocks) if blocks else line("")


def _is_flat(node: MathNode) -> bool:
    return node.kind in {"atom", "number", "word", "text", "space", "hole"}


def _gap(previous: MathNode, node: MathNode, before: Block, block: Block, style: str) -> int:
    left, right = before.rows[before.baseline], block.rows[block.baseline]
    bars = [
        one.kind in {"fraction", "table"} or (one.kind == "root" and _single(one, style).height > 1)
        for one in (previous, node)
    ]
    if any(bars) and node.role not in {"close", "punct"} and previous.role != "open":
        return 1
    if before.height > 1 or block.height > 1:
        if _overlaps(previous, node):
            return 1
        left, right = left.rstrip() or "x", right.lstrip() or "x"
    return gap(previous, node, left, right, style == SCRIPT)


def _overlaps(previous: MathNode, node: MathNode) -> bool:
    """Two neighbours whose limits or labels stand under them would run together."""
    first, second = (nucleus(one).role == "op" or nucleus(one).kind in {"brace", "arrow"} for one in (previous, node))
    return first and (second or (node.role not in {"close", "punct", "open"} and node.kind != "fence"))


# -- single pieces -----------------------------------------------------------------------------------------------------


def _single(node: MathNode, style: str) -> Block:
    inner = SCRIPT if style == SCRIPT else FRACTION
    match node.kind:
        case "row":
            return _row(node, style)
        case "fraction":
            return over(_row(node.parts[0], inner), _row(node.parts[1], inner))
        case "binomial":
            pair = stacked([_row(part, inner) for part in node.parts], 0)
            return _bracketed(("(", ")"), [pair])
        case "root":
            return _root(node, style)
        case "script":
            return _script(node, style)
        case "fence":
            return _fence(node, style)
        case "accent":
            return _accent(node, style)
        case "brace":
            return _brace(node, None, style)
        case "arrow":
            return _arrow(node)
        case "box":
            return _bracketed(("[", "]"), [_row(node.parts[0], style)])
        case "table":
            return _table(node)
        case _:
            return line(inline.single_text(node, style == SCRIPT))


def _root(node: MathNode, style: str) -> Block:
    body = _row(node.parts[0], FRACTION if style == DISPLAY else style)
    if body.height == 1 and not any(mark in body.rows[0] for mark in "─│"):
        return line(inline.single_text(node, style == SCRIPT))
    index = _row(node.parts[1], SCRIPT) if len(node.parts) == 2 else line("")
    left = max(index.width, 1)
    rows = [" " * left + "┌" + "─" * (body.width + 1)]
    rows += [" " * left + "│ " + row for row in body.rows]
    rows[-1] = pad("√", left, "right") + "│ " + body.rows[-1]
    rows[-2] = pad(index.rows[-1], left, "right") + rows[-2][left:]
    return Block(tuple(pad(row, left + 2 + body.width) for row in rows), body.baseline + 1)


def _fence(node: MathNode, style: str) -> Block:
    if node.text == "pmod":
        return line(inline.single_text(node, style == SCRIPT))
    only = node.parts[0].parts
    if len(node.parts) == 1 and len(only) == 1 and only[0].kind == "table":
        return _bracketed(node.marks, [_grid(only[0])])
    return _bracketed(node.marks, [_row(part, style) for part in node.parts])


def _bracketed(marks: tuple[str, ...], parts: list[Block]) -> Block:
    whole = side_by_side(parts)
    pieces = [bracket(marks[0], whole.height, whole.baseline)]
    for index, (part, mark) in enumerate(zip(parts, marks[1:], strict=True)):
        space = [line(" ")] if index + 1 < len(parts) else []
        pieces += [part, *space, bracket(mark, whole.height, whole.baseline), *space]
    return side_by_side(pieces)


_WIDE = {"hat": "^", "widehat": "^", "tilde": "~", "widetilde": "~", "check": "ˇ", "dot": "·", "ddot": "··"}


def _accent(node: MathNode, style: str) -> Block:
    text = inline.accented(node)
    name = node.marks[0]
    body = _row(node.parts[0], style)
    if body.height == 1 and "(" + body.rows[0] + ")" not in text:
        return line(text)
    if name in {"overline", "bar", "vec", "overrightarrow"}:
        arrow = name in {"vec", "overrightarrow"}
        over_line = "─" * (body.width - 1) + "→" if arrow else "─" * body.width
        return stacked([line(over_line), body], body.baseline + 1)
    if name == "underline":
        return stacked([body, line("─" * body.width)], body.baseline)
    if name not in _WIDE:
        return line(text)
    return stacked([line(_WIDE[name]), body], body.baseline + 1)


def _brace(node: MathNode, label: Block | None, style: str) -> Block:
    body = _row(node.parts[0], style)
    below = node.text == "⏟"
    ends, middle = ("╰╯", "┬") if below else ("╭╮", "┴")
    side = max(body.width - 3, 0) // 2
    mark = ends[0] + "─" * side + middle + "─" * (max(body.width - 3, 0) - side) + ends[1]
    parts = [body, line(mark if body.width > 2 else node.text)] + ([label] if label else [])
    if below:
        return stacked(parts, body.baseline)
    return stacked(parts[::-1], sum(part.height for part in parts[1:]) + body.baseline)


def _arrow(node: MathNode) -> Block:
    above, below = (_row(part, SCRIPT) for part in node.parts)
    length = max(above.width, below.width) + 1
    shaft = "─" * length + "→" if node.text == "→" else "←" + "─" * length
    parts = ([above] if above.width else []) + [line(shaft)] + ([below] if below.width else [])
    return stacked(parts, above.height if above.width else 0)


# -- scripts -----------------------------------------------------------------------------------------------------------


def _script(node: MathNode, style: str) -> Block:
    base, below, above = node.parts
    if base.kind == "brace":
        label = above if above.parts else below
        return _brace(base, _row(label, SCRIPT), style)
    if style == DISPLAY and _takes_limits(node):
        return _with_limits(node)
    body = _single(base, style)
    if base.kind in {"fraction", "root"} or needs_brackets(base):
        body = _bracketed(("(", ")"), [body])
    if body.height == 1 and stays_flat(node):
        return line(inline.single_text(node, style == SCRIPT))
    return scripted(body, _raised(below, SUBSCRIPT, body), _raised(above, SUPERSCRIPT, body))


def _raised(content: MathNode, table: dict[str, str], body: Block) -> Block | None:
    """Beside a tall base small characters stand well; beside a line of text a script gets its own row."""
    if not content.parts:
        return None
    small = mapped(content, table)
    return line(small) if small is not None and body.height > 1 else _row(content, SCRIPT)


def _takes_limits(node: MathNode) -> bool:
    base = node.parts[0]
    if "nolimits" in base.marks:
        return False
    if "limits" in base.marks or "limits" in node.marks:
        return True
    if base.kind == "row" and base.role == "op":
        return True
    return base.role == "op" and (
        (base.text in BIG.values() and base.text not in INTEGRALS) or base.text in LIMIT_FUNCTIONS
    )


def _with_limits(node: MathNode) -> Block:
    base, below, above = node.parts
    parts = [_row(above, SCRIPT)] if above.parts else []
    body = _single(base, DISPLAY)
    baseline = sum(part.height for part in parts) + body.baseline
    return stacked([*parts, body, *([_row(below, SCRIPT)] if below.parts else [])], baseline)


# -- tables ------------------------------------------------------------------------------------------------------------

_FENCES = {
    "cases": ("{", ""), "dcases": ("{", ""), "rcases": ("", "}"), "pmatrix": ("(", ")"), "bmatrix": ("[", "]"),
    "Bmatrix": ("{", "}"), "vmatrix": ("|", "|"), "Vmatrix": ("‖", "‖"),
}  # fmt: skip


def _table(node: MathNode) -> Block:
    grid = _grid(node)
    marks = _FENCES.get(node.text)
    return _bracketed(marks, [grid]) if marks else grid


def _lines(blocks: list[Block]) -> Block:
    """Lines one under the other; a blank one between them where any is taller than a line."""
    spaced: list[Block] = []
    for block in blocks:
        spaced += [line(""), block] if spaced and any(one.height > 1 for one in blocks) else [block]
    height = sum(block.height for block in spaced)
    baseline = spaced[0].baseline if len(blocks) == 1 else (height - 1) // 2
    return stacked(spaced, baseline, "left")


def _grid(table: MathNode) -> Block:
    aligned = inline.is_lines(table)
    columns = max(len(row.parts) for row in table.parts)
    cells = [
        [_cell(row.parts[index], index, aligned) if index < len(row.parts) else line("") for index in range(columns)]
        for row in table.parts
    ]
    widths = [max(row[index].width for row in cells) for index in range(columns)]
    rows = []
    for row in cells:
        pieces: list[Block] = []
        for index, cell in enumerate(row):
            if index:
                pieces.append(line(" " * _column_gap(table, index, aligned)))
            pieces.append(_filled(cell, widths[index], _side(table, index, aligned)))
        rows.append(side_by_side(pieces))
    return _lines(rows)


def _cell(cell: MathNode, index: int, aligned: bool) -> Block:
    return _row(row_of([_LEFT, *cell.parts]) if aligned and index % 2 else cell, DISPLAY if aligned else FRACTION)


def _filled(cell: Block, width: int, side: str) -> Block:
    return Block(tuple(pad(row, width, side) for row in cell.rows), cell.baseline)


def _column_gap(table: MathNode, index: int, aligned: bool) -> int:
    if not aligned:
        return 2
    if index % 2 == 0:
        return 2
    cells = [line.parts[index] for line in table.parts if index < len(line.parts)]
    return 1 if any(cell.parts and cell.parts[0].role in {"rel", "bin"} for cell in cells) else 0


def _side(table: MathNode, index: int, aligned: bool) -> str:
    if aligned:
        return "left" if index % 2 or table.text in {"lines", "multline", "equation"} else "right"
    if table.text in {"cases", "dcases", "rcases"}:
        return "left"
    letters = [letter for letter in (table.marks[0] if table.marks else "") if letter in "lcr"]
    return {"l": "left", "r": "right"}.get(letters[index] if index < len(letters) else "c", "centre")
