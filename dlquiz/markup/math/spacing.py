"""Where blanks stand in a formula on one line, and what needs brackets beside its neighbours."""

from __future__ import annotations

from dlquiz.markup.math.analysis import is_big, is_function, nucleus
from dlquiz.markup.math.scripts import is_small
from dlquiz.markup.math.tree import MathNode

_OPERANDS = frozenset(("ord", "op", "open"))
_NEUTRAL = frozenset("+−±∓·×")  # operators beside which a/b stays what it is
RUNS_ON = ("runs on",)


def is_taken(nodes: tuple[MathNode, ...], index: int) -> bool:
    """Whether the neighbours of a fraction, or of a root with an index, would take a part of it."""
    before, after = _neighbour(nodes, index, -1), _neighbour(nodes, index, 1)
    return _takes_left(nodes, index, before) or _takes_right(after)


def marked(nodes: tuple[MathNode, ...]) -> tuple[MathNode, ...]:
    """The fraction of cos (a/b)π marked: the line keeps open, as the formula does, whether cos takes the π too."""
    marked = list(nodes)
    for index, node in enumerate(nodes):
        before = _neighbour(nodes, index, -1)
        if node.kind == "fraction" and before and is_function(before) and _takes_right(_neighbour(nodes, index, 1)):
            marked[index] = node._replace(marks=RUNS_ON)
    return tuple(marked)


def _neighbour(nodes: tuple[MathNode, ...], index: int, step: int) -> MathNode | None:
    index += step
    while 0 <= index < len(nodes):
        if nodes[index].kind != "space":
            return nodes[index]
        if int(nodes[index].text) > 1:
            return None
        index += step
    return None


def _takes_right(after: MathNode | None) -> bool:
    if after is None:
        return False
    if after.role == "bin":
        return after.text not in _NEUTRAL
    if nucleus(after).text in {"!", "?"}:
        return True
    return after.role in _OPERANDS and not (after.kind == "text" and after.text.startswith(" "))


def _takes_left(nodes: tuple[MathNode, ...], index: int, before: MathNode | None) -> bool:
    if before is None or before.role in {"rel", "punct", "open", "sign"} or is_big(before):
        return False
    if before.role == "bin":
        return before.text not in _NEUTRAL or (before.text in "·×" and _in_function(nodes, index))
    if before.kind == "text":
        return not before.text.endswith(" ")
    return not _is_plain_letter(before) or _starts_with_digit(nodes[index]) or _in_function(nodes, index)


def _is_plain_letter(node: MathNode) -> bool:
    if node.kind == "script":
        return nucleus(node).kind == "atom" and node.role == "ord" and is_small(node)
    return node.kind == "atom" and node.role == "ord" and node.text.isalpha()


def _starts_with_digit(node: MathNode) -> bool:
    if node.kind != "fraction":
        return True
    numerator = node.parts[0].parts
    return not numerator or numerator[0].kind in {"number", "fraction", "fence"} or numerator[0].role != "ord"


def _in_function(nodes: tuple[MathNode, ...], index: int) -> bool:
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


def gap(previous: MathNode, node: MathNode, before: str, text: str, tight: bool) -> int:
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


def _is_wordy(previous: MathNode, node: MathNode) -> bool:
    return previous.kind == "arrow" or node.kind == "arrow"


def _word_gap(previous: MathNode, node: MathNode, before: str, text: str) -> int:
    if before[-1] == " " or text[0] == " " or node.role in {"close", "punct"} or previous.role == "open":
        return 0
    if "rel" in (previous.role, node.role) or "bin" in (previous.role, node.role) or previous.role == "punct":
        return 1
    if node.role == "open" or node.kind == "fence":
        return 0
    return int(before[-1].isalnum() and text[0].isalnum() and previous.role != "close")


def _operand_gap(previous: MathNode, node: MathNode, before: str, text: str) -> int:
    bracket = node.role == "open" or node.kind == "fence"
    if is_big(previous):
        return 1
    if is_function(previous):
        closed = bracket or (text.startswith("(") and node.marks != RUNS_ON)
        return 0 if closed and not before.endswith(")") else 1
    if previous.marks == RUNS_ON and node.role != "op":
        return 0
    if previous.kind == "fraction" and text[0] in "/%":
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


def _trails(node: MathNode, before: str) -> bool:
    """Whether what comes next, set tight, would be read as part of this: μ_B c, √2 x, θ* x."""
    if node.kind == "root":
        return not before.endswith(")")
    if node.kind == "script":
        return before.endswith("*") or not (is_small(node) or before.endswith(")"))
    return False


def _is_power(node: MathNode) -> bool:
    return node.kind == "root" or (node.kind == "script" and bool(node.parts[2].parts))
