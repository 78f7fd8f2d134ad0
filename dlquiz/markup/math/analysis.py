"""What a reader takes a row of nodes to mean: where spaces stand, and what needs brackets when it goes on one line."""

from __future__ import annotations

from dlquiz.markup.math.symbols import BIG
from dlquiz.markup.math.tree import MathNode

BARS = frozenset("|‖")
# Letters that are read as functions when brackets follow: a/p(x) is never taken for (a/p)·x.
FUNCTION_LETTERS = frozenset("fghpqPQDFGHσϕφψπκΓ")
DIFFERENTIALS = frozenset(("∂", "d", "∇", "Δ", "𝛁"))


def nucleus(node: MathNode) -> MathNode:
    """What stands under the scripts and accents."""
    while node.kind in {"script", "accent"} and node.parts:
        inner = node.parts[0]
        node = inner.parts[0] if inner.kind == "row" and len(inner.parts) == 1 else inner
        if node.kind == "row":
            break
    return node


def is_big(node: MathNode) -> bool:
    base = nucleus(node)
    return base.role == "op" and (base.text in BIG.values() or base.text.startswith("lim"))


def is_function(node: MathNode) -> bool:
    return node.role == "op" and not is_big(node)


def settled(row: MathNode) -> tuple[MathNode, ...]:
    """The pieces of a row with the roles that their place gives them: a sign that begins a term is no operator, and
    a bar opens, closes or stands between.

    >>> from dlquiz.markup.math.parser import parse
    >>> [node.role for node in settled(parse("-|x|"))]
    ['sign', 'open', 'ord', 'close']
    """
    nodes = list(row.parts)
    _settle_bars(nodes)
    before = "open"
    for index, node in enumerate(nodes):
        if node.kind == "space":
            continue
        if node.role == "bin" and before in {"open", "bin", "rel", "punct", "op"}:
            nodes[index] = node = node._replace(role="sign" if node.text in "+−±∓" else "ord")
        if node.role in {"rel", "close", "punct"} and before == "bin":
            _demote(nodes, index)
        before = "bin" if node.role == "sign" else node.role
    if before == "bin":
        _demote(nodes, len(nodes))
    return tuple(nodes)


def _demote(nodes: list[MathNode], end: int) -> None:
    """An operator with nothing behind it is a sign alone: W^{+}, x_{t-}."""
    for index in range(end - 1, -1, -1):
        if nodes[index].kind != "space":
            if nodes[index].role == "bin":
                nodes[index] = nodes[index]._replace(role="ord")
            return


def _settle_bars(nodes: list[MathNode]) -> None:
    opened: list[tuple[str, int]] = []  # bars that wait for their partner, with the bracket depth they stand at
    depth = 0
    before = "open"
    for index, node in enumerate(nodes):
        if node.kind == "space":
            continue
        base = nucleus(node)
        if base.kind == "atom" and base.text in BARS and node.role == "ord":
            starts = before in {"open", "bin", "rel", "punct", "op"}
            if opened and opened[-1] == (base.text, depth) and not (starts and _later(nodes, index, base.text)):
                opened.pop()
                nodes[index] = node = node._replace(role="close")
            elif node.kind == "atom" and _later(nodes, index, base.text):
                opened.append((base.text, depth))
                nodes[index] = node = node._replace(role="open")
        elif node.role == "open":
            depth += 1
        elif node.role == "close" and base.text not in {"!", "?"}:
            depth -= 1
            opened = [bar for bar in opened if bar[1] <= depth]
        before = node.role


def _later(nodes: list[MathNode], index: int, bar: str) -> bool:
    """Whether a bar of this sort follows before the bracket around this place closes."""
    depth = 0
    for node in nodes[index + 1 :]:
        base = nucleus(node)
        if base.text == bar and base.kind == "atom" and not depth and node.role == "ord":
            return True
        depth += {"open": 1, "close": 0 if base.text in {"!", "?"} else -1}.get(node.role, 0)
        if depth < 0:
            return False
    return False


def factors(row: MathNode) -> list[list[MathNode]]:
    """The row cut into what stands side by side at its top: brackets with their inside are one, spaces are none."""
    groups: list[list[MathNode]] = []
    depth = 0
    for node in settled(row):
        if node.kind == "space":
            continue
        if groups and (depth or node.role == "close"):
            groups[-1].append(node)
        else:
            groups.append([node])
        postfix = nucleus(node).text in {"!", "?"}
        depth += {"open": 1, "close": 0 if postfix else -1}.get(node.role, 0)
        depth = max(depth, 0)
    return groups


def shape(row: MathNode) -> str:
    """How tightly a row holds together: factor, product, quotient, prefix, sum or loose.

    >>> from dlquiz.markup.math.parser import parse
    >>> [shape(parse(text)) for text in ("x_1", "2x", "a/b", r"\\log x", "a+b", "a=b", "f(x)", "a(x+y)")]
    ['factor', 'product', 'quotient', 'prefix', 'sum', 'loose', 'factor', 'product']
    """
    groups = factors(row)
    if len(groups) == 1 and len(groups[0]) == 1 and groups[0][0].kind == "row":
        return shape(groups[0][0])
    heads = [group[0] for group in groups]
    if any(head.role in {"rel", "punct"} or head.kind in {"table", "arrow"} for head in heads):
        return "loose"
    if any(head.kind == "text" and " " in head.text.strip() for head in heads):
        return "loose"
    if any(head.role in {"bin", "sign"} for head in heads):
        return "sum"
    if _is_call(groups):
        return "factor"
    if any(head.role == "op" for head in heads) and len(groups) > 1:
        return "prefix"
    if any(
        head.kind == "fraction" or (head.kind == "atom" and head.text in "/|‖" and len(group) == 1)
        for head, group in zip(heads, groups, strict=True)
    ):
        return "quotient"
    return "factor" if len(groups) <= 1 else "product"


def _is_call(groups: list[list[MathNode]]) -> bool:
    """exp(x), Var(x), p(x|z): read as one thing whatever stands around it."""
    if len(groups) != 2 or not _is_bracketed(groups[1]):
        return False
    head = groups[0][0]
    if len(groups[0]) != 1 or is_big(head):
        return False
    base = nucleus(head)
    if base.kind == "word" or (base.kind == "text" and " " not in base.text):
        return True
    return base.kind == "atom" and base.text in FUNCTION_LETTERS and not _holds_sum(groups[1])


def _is_bracketed(group: list[MathNode]) -> bool:
    return group[0].kind == "fence" or (group[0].role == "open" and group[-1].role == "close" and len(group) > 1)


def _holds_sum(group: list[MathNode]) -> bool:
    if group[0].kind == "fence":
        return any(shape(part) in {"sum", "prefix"} for part in group[0].parts)
    return any(node.role in {"bin", "sign", "op"} for node in group)


def is_bracketed(row: MathNode) -> bool:
    """Whether the row is one pair of brackets with its inside and nothing else."""
    groups = factors(row)
    return len(groups) == 1 and _is_bracketed(groups[0]) and groups[0][-1].kind != "script"


def is_derivative(numerator: MathNode, denominator: MathNode) -> bool:
    """dy/dx, ∂L/∂w, ∂²L/∂w²: read as one sign although both halves look like products."""
    above, below = factors(numerator), factors(denominator)
    if not above or not below or len(below) != 2 or len(above) > 2:
        return False
    first, second = nucleus(above[0][0]).text, nucleus(below[0][0]).text
    return first == second and first in DIFFERENTIALS and len(below[1]) == 1 and below[0][0].kind == "atom"
