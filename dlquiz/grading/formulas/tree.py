"""The tree of a formula."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

OperatorKind = Literal[
    "number",
    "name",
    "negate",
    "add",
    "multiply",
    "elementwise",
    "divide",
    "floor_divide",
    "power",
    "transpose",
    "call",
    "norm",
    "sum",
    "product",
    "differential",
    "derivative",
    "compare",
]


class FormulaError(ValueError):
    """The text is no formula of the kind that is understood here, or one too large."""


class Node(NamedTuple):
    """A piece of a formula: `text` is the name, the function, the index of a sum or the sign of a comparison."""

    kind: OperatorKind
    text: str = ""
    parts: tuple[Node, ...] = ()
    number: float = 0.0


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    for part in node.parts:
        yield from walk(part)


def name(base: str, subscripts: tuple[str, ...] = ()) -> Node:
    """A symbol; subscripts have no order: `z_j^l` is `z^l_j`.

    >>> name("z", ("l", "j")).text, name("x").text
    ('z_j,l', 'x')
    """
    kept = sorted(one for one in subscripts if one)
    return Node("name", base + ("_" + ",".join(kept) if kept else ""))


def base_of(text: str) -> str:
    """The symbol without its subscripts.

    >>> base_of("z_j,l")
    'z'
    """
    return text.partition("_")[0]
