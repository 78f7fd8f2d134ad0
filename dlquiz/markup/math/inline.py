"""A formula on one line: fractions with the brackets they need, scripts as raised and lowered characters."""

from __future__ import annotations

from dlquiz.markup.math.analysis import is_bracketed, is_derivative, nucleus, settled, shape
from dlquiz.markup.math.errors import MathError
from dlquiz.markup.math.scripts import is_one_word, is_small, mapped, needs_brackets
from dlquiz.markup.math.spacing import gap, is_taken, marked
from dlquiz.markup.math.symbols import SUBSCRIPT, SUPERSCRIPT
from dlquiz.markup.math.tree import MathNode, row_of

_ROOTS = {"3": "∛", "4": "∜"}


def render(node: MathNode) -> str:
    """The text of a tree."""
    if node.kind == "table":
        return _table(node)
    return row_text(node, tight=False).strip()


def row_text(row: MathNode, tight: bool) -> str:
    """The row on one line; tight as in scripts, without blanks around operators."""
    nodes = marked(settled(row))
    out = ""
    previous: MathNode | None = None
    blanks = 0
    for index, node in enumerate(nodes):
        if node.kind == "space":
            blanks = max(blanks, min(int(node.text), 1) if tight else int(node.text))
            continue
        text = single_text(node, tight)
        if (node.kind == "fraction" or (node.kind == "root" and len(node.parts) == 2)) and is_taken(nodes, index):
            text = f"({text})"
        if _is_open_ended(node) and (tight or any(one.kind != "space" for one in nodes[index + 1 :])):
            text += "}"
        if previous is not None:
            blanks = max(blanks, gap(previous, node, out, text, tight))
        out += " " * blanks + text
        previous, blanks = node, 0
    return out


# -- single pieces -------------------------------------------------------------------------------------------------


def single_text(node: MathNode, tight: bool) -> str:
    """One piece on one line."""
    match node.kind:
        case "atom" | "number" | "word" | "text":
            return node.text
        case "row":
            return row_text(node, tight)
        case "fraction":
            return _fraction(node, tight)
        case "binomial":
            return f"C({row_text(node.parts[0], tight)}, {row_text(node.parts[1], tight)})"
        case "root":
            return _root(node, tight)
        case "script":
            return _attach(_script_base(node.parts[0]), node)
        case "fence":
            return _fence(node, tight)
        case "accent":
            return accented(node)
        case "brace":
            return _bracketed(node.parts[0], tight) + node.text
        case "arrow":
            above, below = (row_text(part, True) for part in node.parts)
            label = ", ".join(part for part in (above, below) if part)
            return f"—{label}→" if node.text == "→" else f"←{label}—"
        case "box":
            return f"[{row_text(node.parts[0], tight)}]"
        case "hole":
            return hole(node)
        case "table":
            return _table(node)
        case _:
            raise MathError(f"{node.kind} has no form on one line")


def _is_open_ended(node: MathNode) -> bool:
    """Cases: on a line their brace needs a partner unless the line ends with them."""
    return (node.kind == "table" and node.text in {"cases", "dcases"}) or (
        node.kind == "fence" and node.marks == ("{", "")
    )


def hole(node: MathNode) -> str:
    """A hole of a cloze: a box with its number.

    >>> hole(MathNode("hole", "2"))
    '▢₂'
    """
    return "▢" + "".join(SUBSCRIPT[digit] for digit in node.text)


def _bracketed(row: MathNode, tight: bool, loosest: tuple[str, ...] = ("factor",)) -> str:
    text = row_text(row, tight)
    return text if shape(row) in loosest and text else f"({text})"


def _fraction(node: MathNode, tight: bool) -> str:
    above, below = node.parts
    if is_derivative(above, below):
        return f"{row_text(above, tight)}/{row_text(below, tight)}"
    return f"{_bracketed(above, tight, ('factor', 'product'))}/{_bracketed(below, tight)}"


def _root(node: MathNode, tight: bool) -> str:
    radicand = node.parts[0]
    inside = row_text(radicand, tight)
    bare = is_bracketed(radicand) or _is_simple(radicand)
    body = inside if bare else f"({inside})"
    if len(node.parts) == 1:
        return "√" + body
    index = row_text(node.parts[1], True)
    if index in _ROOTS:
        return _ROOTS[index] + body
    raised = mapped(node.parts[1], SUPERSCRIPT)
    if raised is None:
        raise MathError("a root with an index that cannot be raised")
    return f"{raised}√{body}"


def _is_simple(row: MathNode) -> bool:
    """A number, a letter, or a letter with a lowered index: what may follow √ bare."""
    if len(row.parts) != 1:
        return False
    node = row.parts[0]
    if node.kind == "script":
        return not node.parts[2].parts and is_small(node) and nucleus(node).kind == "atom" and node.role == "ord"
    return node.kind in {"number", "atom", "hole"} or (node.kind == "accent" and len(accented(node)) == 2)


def _fence(node: MathNode, tight: bool) -> str:
    if node.text == "pmod":
        return f" (mod {row_text(row_of(list(node.parts[0].parts[1:])), tight)})"
    only = node.parts[0].parts
    if len(node.parts) == 1 and len(only) == 1 and only[0].kind == "table" and node.marks[0] != "":
        return node.marks[0] + _cells(only[0]) + node.marks[1]
    text = node.marks[0]
    for index, (part, mark) in enumerate(zip(node.parts, node.marks[1:], strict=True)):
        inner = index + 1 < len(node.parts) and not tight
        text += row_text(part, tight).strip() + (f" {mark} " if inner else mark)
    return text


def accented(node: MathNode) -> str:
    """One character with its mark; a bar over several goes over each, another accent is named: hat(AB)."""
    mark, inside = node.text, node.parts[0]
    name = node.marks[0].removeprefix("wide")
    if len(inside.parts) == 1:
        only = inside.parts[0]
        if only.kind == "script":
            base = accented(node._replace(parts=(row_of([only.parts[0]]),)))
            return _attach(base, only)
        if only.kind in {"atom", "number", "word", "text", "accent"}:
            text = single_text(only, True)
            letters = [letter for letter in text if not _combines(letter)]
            if len(letters) == 1:
                return text + mark
    text = row_text(inside, False)
    if mark in {"\u0305", "\u0332"} and shape(inside) in {"factor", "product", "sum"} and _is_flat(inside):
        return "".join(letter if _combines(letter) else letter + mark for letter in text)
    return f"{name}({text})"


def _is_flat(row: MathNode) -> bool:
    return all(node.kind in {"atom", "number", "word", "script", "space"} for node in row.parts)


def _combines(letter: str) -> bool:
    return "\u0300" <= letter <= "\u036f" or "\u20d0" <= letter <= "\u20ff"


def _table(node: MathNode) -> str:
    text = _cells(node)
    left, right = {
        "cases": ("{", ""),
        "dcases": ("{", ""),
        "rcases": ("", "}"),
        "pmatrix": ("(", ")"),
        "bmatrix": ("[", "]"),
        "Bmatrix": ("{", "}"),
        "vmatrix": ("|", "|"),
        "Vmatrix": ("‖", "‖"),
    }.get(node.text, ("", ""))
    return left + text + right


_ALIGNED = ("lines", "aligned", "align", "split", "gather", "multline", "equation", "eqnarray", "alignat", "alignedat")


def is_lines(table: MathNode) -> bool:
    """Whether the rows of the table are lines of mathematics, not cells."""
    return table.text.startswith(_ALIGNED)


def _cells(table: MathNode) -> str:
    if is_lines(table):
        lines = [row_of([node for cell in line.parts for node in cell.parts]) for line in table.parts]
        return "; ".join(text for line in lines if (text := row_text(line, False).strip()))
    separator = ", " if table.text != "substack" else " "
    rows = [separator.join(row_text(cell, False).strip().rstrip(",") for cell in line.parts) for line in table.parts]
    return (", " if table.text == "substack" else "; ").join(row.rstrip(",. ") for row in rows)


# -- scripts -------------------------------------------------------------------------------------------------------


def _script_base(base: MathNode) -> str:
    text = single_text(base, False)
    return f"({text})" if needs_brackets(base) else text


def _attach(base: str, node: MathNode) -> str:
    below, above = node.parts[1], node.parts[2]
    if nucleus(node).kind == "brace":
        label = row_text(above if above.parts else below, False).strip()
        return f"{base}({label})"
    return base + _script(below, "_", SUBSCRIPT) + _script(above, "^", SUPERSCRIPT)


def _script(content: MathNode, sign: str, table: dict[str, str]) -> str:
    if not content.parts:
        return ""
    raised = mapped(content, table)
    if raised is not None:
        return raised
    primes = [node for node in content.parts if node.text == "′"]
    if sign == "^" and primes and content.parts[0].text == "′" and len(primes) < len(content.parts):
        rest = row_of([node for node in content.parts if node.text != "′"])
        return "′" * len(primes) + _script(rest, sign, table)
    text = row_text(content, tight=True).strip()
    if is_one_word(content):
        return sign + text
    return sign + (text if is_bracketed(content) and text.startswith("(") else f"({text})")
