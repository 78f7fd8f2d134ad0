"""Scripts in characters: which rows exist raised or lowered, and when a base needs brackets under them."""

from __future__ import annotations

from dlquiz.markup.math.symbols import RAISED, SUBSCRIPT, SUPERSCRIPT
from dlquiz.markup.math.tree import MathNode


def is_small(node: MathNode) -> bool:
    """Whether all scripts of the node are raised or lowered characters."""
    below, above = node.parts[1], node.parts[2]
    return all(
        not part.parts or mapped(part, table) is not None for part, table in ((below, SUBSCRIPT), (above, SUPERSCRIPT))
    )


def needs_brackets(base: MathNode) -> bool:
    """Whether a script, set beside the base, would be taken for a part of it."""
    if base.kind in {"fraction", "root"}:
        return True
    if base.kind == "script":
        return base.role == "ord"
    return base.kind == "row" and len(base.parts) > 1 and any(_is_tall(part) for part in base.parts)


def _is_tall(node: MathNode) -> bool:
    return node.kind in {"fraction", "root", "script", "binomial"} or node.role == "op"


def stays_flat(node: MathNode) -> bool:
    """Whether the scripts read well on the line itself: raised and lowered characters, or a lowered word like D_KL."""
    below, above = node.parts[1], node.parts[2]
    if above.parts and mapped(above, SUPERSCRIPT) is None:
        return False
    return not below.parts or mapped(below, SUBSCRIPT) is not None or is_one_word(below)


def is_one_word(row: MathNode) -> bool:
    """Whether a script of this row can follow its sign without brackets: μ_B, d_model."""
    if len(row.parts) != 1:
        return False
    node = row.parts[0]
    if node.kind == "atom" and node.role == "ord":
        return True
    return node.kind in {"word", "text"} and node.text.isalpha()


def mapped(row: MathNode, table: dict[str, str]) -> str | None:
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
