"""The pieces of a formula, as the reader of LaTeX leaves them and every way of showing takes them."""

from __future__ import annotations

from typing import NamedTuple


class MathNode(NamedTuple):
    """A piece of a formula.

    Kinds: atom, number, word, text, space, row, fraction (numerator, denominator), binomial, root (radicand[, index]),
    script (base, below, above), fence (one part more than inner marks), accent (base), brace (body), arrow (above,
    below), box (body), hole, table (rows of cells; text is the environment). Roles are TeX's: ord, op, bin, rel, open,
    close, punct.
    """

    kind: str
    text: str = ""
    parts: tuple[MathNode, ...] = ()
    role: str = "ord"
    marks: tuple[str, ...] = ()


EMPTY = MathNode("row")


def row_of(nodes: list[MathNode]) -> MathNode:
    return MathNode("row", parts=tuple(nodes))
