"""A formula on one line: fractions with the brackets they need, scripts as raised and lowered characters."""

from __future__ import annotations

from dlquiz.text.errors import MathError
from dlquiz.text.latex import Node, row_of
from dlquiz.text.rows import is_big, is_bracketed, is_derivative, is_function, nucleus, settled, shape
from dlquiz.text.symbols import RAISED, SUBSCRIPT, SUPERSCRIPT

_OPERANDS = frozenset(("ord", "op", "open"))
_NEUTRAL = frozenset("+−±∓·×")  # operators beside which a/b stays what it is
RUNS_ON = ("runs on",)
_ROOTS = {"3": "∛", "4": "∜"}


def render(node: Node) -> str:
    """The text of a tree."""
    if node.kind == "table":
        return _table(node)
    return row_text(node, tight=False).strip()


def row_text(row: Node, tight: bool) -> str:
    """The row on one line; tight as in scripts, without blanks around operators."""
    nodes = _marked(settled(row))
    out = ""
    previous: Node | None = None
    blanks = 0
    for index, node in enumerate(nodes):
        if node.kind == "space":
            blanks = max(blanks, min(int(node.text), 1) if tight else int(node.text))
            continue
        text = _guarded(nodes, index, tight)
        if previous is not None:
            blanks = max(blanks, gap(previous, node, out, text, tight))
        out += " " * blanks + text
        previous, blanks = node, 0
    return out


def _marked(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """The fraction of cos (a/b)π marked: the line keeps open, as the formula does, whether cos takes the π too."""
    marked = list(nodes)
    for index, node in enumerate(nodes):
        before = _neighbour(nodes, index, -1)
        if node.kind == "fraction" and before and is_function(before) and _takes_right(_neighbour(nodes, index, 1)):
            marked[index] = node._replace(marks=RUNS_ON)
    return tuple(marked)


def _guarded(nodes: tuple[Node, ...], index: int, tight: bool) -> str:
    """The node's text, in brackets where its neighbours would take a part of it."""
    node = nodes[index]
    if node.kind == "fraction" or (node.kind == "root" and len(node.parts) == 2):
        text = single_text(node, tight)
        before = _neighbour(nodes, index, -1)
        after = _neighbour(nodes, index, 1)
        return f"({text})" if _takes_left(nodes, index, before) or _takes_right(after) else text
    return single_text(node, tight)


def _neighbour(nodes: tuple[Node, ...], index: int, step: int) -> Node | None:
    index += step
    while 0 <= index < len(nodes):
        if nodes[index].kind != "space":
            return nodes[index]
        if int(nodes[index].text) > 1:
            return None
        index += step
    return None


def _takes_right(after: Node | None) -> bool:
    if after is None:
        return False
    if after.role == "bin":
        return after.text not in _NEUTRAL
    if nucleus(after).text in {"!", "?"}:
        return True
    return after.role in _OPERANDS and not (after.kind == "text" and after.text.startswith(" "))


def _takes_left(nodes: tuple[Node, ...], index: int, before: Node | None) -> bool:
    if before is None or before.role in {"rel", "punct", "open", "sign"} or is_big(before):
        return False
    if before.role == "bin":
        return before.text not in _NEUTRAL or (before.text in "·×" and _in_function(nodes, index))
    if before.kind == "text":
        return not before.text.endswith(" ")
    return not _is_plain_letter(before) or _starts_with_digit(nodes[index]) or _in_function(nodes, index)


def _is_plain_letter(node: Node) -> bool:
    if node.kind == "script":
        return nucleus(node).kind == "atom" and node.role == "ord" and _scripts(node)[1]
    return node.kind == "atom" and node.role == "ord" and node.text.isalpha()


def _starts_with_digit(node: Node) -> bool:
    if node.kind != "fraction":
        return True
    numerator = node.parts[0].parts
    return not numerator or numerator[0].kind in {"number", "fraction", "fence"} or numerator[0].role != "ord"


def _in_function(nodes: tuple[Node, ...], index: int) -> bool:
    """Whether a function without brackets stands earlier in the same term: log x · a/b."""
    depth = 0
    for node in reversed(nodes[:index]):
        depth += {"close": 1, "open": -1}.get(node.role, 0)
        if depth < 0:
            return False
        if depth == 0 and (node.role == "rel" or node.role == "punct" or node.text in {"+", "−"}):
            return False
        if depth == 0 and is_function(node):
            return True
    return False


def gap(previous: Node, node: Node, before: str, text: str, tight: bool) -> int:
    """Blanks between two pieces."""
    if not text or not before:
        return 0
    if previous.kind == "text" or node.kind == "text":
        return _word_gap(previous, node, before, text)
    if any(one.kind == "word" and one.role == "bin" for one in (previous, node)):
        return 1
    if "bin" in (previous.role, node.role) or "rel" in (previous.role, node.role):
        return 0 if tight and not _is_wordy(previous, node) else 1
    if previous.role == "punct":
        return 0 if tight else 1
    if node.role in {"punct", "close"} or previous.role in {"open", "sign"}:
        return 0
    return _operand_gap(previous, node, before, text)


def _is_wordy(previous: Node, node: Node) -> bool:
    return previous.kind == "arrow" or node.kind == "arrow"


def _word_gap(previous: Node, node: Node, before: str, text: str) -> int:
    if before[-1] == " " or text[0] == " " or node.role in {"close", "punct"} or previous.role == "open":
        return 0
    if "rel" in (previous.role, node.role) or "bin" in (previous.role, node.role) or previous.role == "punct":
        return 1
    if node.role == "open" or node.kind == "fence":
        return 0
    return int(before[-1].isalnum() and text[0].isalnum() and previous.role != "close")


def _operand_gap(previous: Node, node: Node, before: str, text: str) -> int:
    bracket = node.role == "open" or node.kind == "fence"
    if is_big(previous):
        return 1
    if is_function(previous):
        closed = bracket or (text.startswith("(") and node.marks != RUNS_ON)
        return 0 if closed and not before.endswith(")") else 1
    if previous.marks == RUNS_ON and node.role != "op":
        return 0
    if previous.kind == "fraction" or node.kind == "fraction":
        return 0 if text.startswith("(") and (previous.kind != "fraction" or before.endswith(")")) else 1
    if node.role == "op":
        return 1
    if bracket and (before.endswith("*") or not (_trails(previous, before) and _is_power(previous))):
        return 0
    if previous.kind == "word" or node.kind == "word":
        return int(before[-1].isalnum() and text[0].isalnum())
    return int(_trails(previous, before) and (text[0].isalnum() or bracket or text[0] in "√∛∜"))


def _trails(node: Node, before: str) -> bool:
    """Whether what comes next, set tight, would be read as part of this: μ_B c, √2 x, θ* x."""
    if node.kind == "root":
        return not before.endswith(")")
    if node.kind == "script":
        return before.endswith("*") or not (_scripts(node)[1] or before.endswith(")"))
    return False


def _is_power(node: Node) -> bool:
    return node.kind == "root" or (node.kind == "script" and bool(node.parts[2].parts))


# -- single pieces -------------------------------------------------------------------------------------------------


def single_text(node: Node, tight: bool) -> str:
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
            return _scripts(node)[0]
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
    raise MathError(f"{node.kind} has no form on one line")


def hole(node: Node) -> str:
    """A blank to fill in, with its number.

    >>> hole(Node("hole", "2"))
    '▢₂'
    """
    return "▢" + "".join(SUBSCRIPT[digit] for digit in node.text)


def _bracketed(row: Node, tight: bool, loosest: tuple[str, ...] = ("factor",)) -> str:
    text = row_text(row, tight)
    return text if shape(row) in loosest and text else f"({text})"


def _fraction(node: Node, tight: bool) -> str:
    above, below = node.parts
    if is_derivative(above, below):
        return f"{row_text(above, tight)}/{row_text(below, tight)}"
    return f"{_bracketed(above, tight, ('factor', 'product'))}/{_bracketed(below, tight)}"


def _root(node: Node, tight: bool) -> str:
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


def _is_simple(row: Node) -> bool:
    """A number, a letter, or a letter with a lowered index: what may follow √ bare."""
    if len(row.parts) != 1:
        return False
    node = row.parts[0]
    if node.kind == "script":
        return not node.parts[2].parts and _scripts(node)[1] and nucleus(node).kind == "atom" and node.role == "ord"
    return node.kind in {"number", "atom", "hole"} or (node.kind == "accent" and len(accented(node)) == 2)


def _fence(node: Node, tight: bool) -> str:
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


def accented(node: Node) -> str:
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


def _is_flat(row: Node) -> bool:
    return all(node.kind in {"atom", "number", "word", "script", "space"} for node in row.parts)


def _combines(letter: str) -> bool:
    return "\u0300" <= letter <= "\u036f" or "\u20d0" <= letter <= "\u20ff"


def _table(node: Node) -> str:
    text = _cells(node)
    left, right = {"cases": ("{", ""), "dcases": ("{", ""), "rcases": ("", "}"), "pmatrix": ("(", ")"),
                   "bmatrix": ("[", "]"), "Bmatrix": ("{", "}"), "vmatrix": ("|", "|"),
                   "Vmatrix": ("‖", "‖")}.get(node.text, ("", ""))  # fmt: skip
    return left + text + right


_ALIGNED = ("lines", "aligned", "align", "split", "gather", "multline", "equation", "eqnarray", "alignat", "alignedat")


def is_lines(table: Node) -> bool:
    """Whether the rows of the table are lines of mathematics, not cells."""
    return table.text.startswith(_ALIGNED)


def _cells(table: Node) -> str:
    if is_lines(table):
        lines = [row_of([node for cell in line.parts for node in cell.parts]) for line in table.parts]
        return "; ".join(text for line in lines if (text := row_text(line, False).strip()))
    separator = ", " if table.text != "substack" else " "
    rows = [separator.join(row_text(cell, False).strip().rstrip(",") for cell in line.parts) for line in table.parts]
    return (", " if table.text == "substack" else "; ").join(row.rstrip(",. ") for row in rows)


# -- scripts -------------------------------------------------------------------------------------------------------


def _scripts(node: Node) -> tuple[str, bool]:
    """The base with its scripts, and whether all of them are raised or lowered characters."""
    base = node.parts[0]
    text = _attach(_script_base(base), node)
    small = all(
        not part.parts or mapped(part, table) is not None
        for part, table in ((node.parts[1], SUBSCRIPT), (node.parts[2], SUPERSCRIPT))
    )
    return text, small


def _script_base(base: Node) -> str:
    text = single_text(base, False)
    return f"({text})" if needs_brackets(base) else text


def needs_brackets(base: Node) -> bool:
    """Whether a script, set beside the base, would be taken for a part of it."""
    if base.kind in {"fraction", "root"}:
        return True
    if base.kind == "script":
        return base.role == "ord"
    return base.kind == "row" and len(base.parts) > 1 and any(_is_tall(part) for part in base.parts)


def stays_flat(node: Node) -> bool:
    """Whether the scripts read well on the line itself: raised and lowered characters, or a lowered word like D_KL."""
    below, above = node.parts[1], node.parts[2]
    if above.parts and mapped(above, SUPERSCRIPT) is None:
        return False
    return not below.parts or mapped(below, SUBSCRIPT) is not None or _is_one_word(below)


def _is_tall(node: Node) -> bool:
    return node.kind in {"fraction", "root", "script", "binomial"} or node.role == "op"


def _attach(base: str, node: Node) -> str:
    below, above = node.parts[1], node.parts[2]
    if nucleus(node).kind == "brace":
        label = row_text(above if above.parts else below, False).strip()
        return f"{base}({label})"
    return base + _script(below, "_", SUBSCRIPT) + _script(above, "^", SUPERSCRIPT)


def _script(content: Node, sign: str, table: dict[str, str]) -> str:
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
    if _is_one_word(content):
        return sign + text
    return sign + (text if is_bracketed(content) and text.startswith("(") else f"({text})")


def _is_one_word(row: Node) -> bool:
    if len(row.parts) != 1:
        return False
    node = row.parts[0]
    if node.kind == "atom" and node.role == "ord":
        return True
    return node.kind in {"word", "text"} and node.text.isalpha()


def mapped(row: Node, table: dict[str, str]) -> str | None:
    """The row in raised or lowered characters, if every one of them exists."""
    text = ""
    for node in row.parts:
        if node.kind == "space":
            continue
        if node.kind not in {"atom", "number", "word", "text"} or (node.role == "op" and len(row.parts) > 1):
            return None
        if table is SUPERSCRIPT and len(row.parts) == 1 and node.text in RAISED:
            return RAISED[node.text]
        text += node.text
    if not text or any(character not in table for character in text):
        return None
    return "".join(table[character] for character in text)
