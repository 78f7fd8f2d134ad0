"""Shapes: `55x55x96`, `(96, 55, 55)`, `96 55 55`, and in which orders of the axes they can be meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dlquiz.grading.reply.lexer import Piece
from dlquiz.grading.reply.reading import Meaning, Reading, ReplyError

if TYPE_CHECKING:
    from dlquiz.expressions import Number

MAX_AXES = 8


def axes_of(pieces: list[Piece]) -> list[list[Piece]]:
    """The axes of a shape: `55x55x96`, `(96, 55, 55)`, `96*55*55`, `96 55 55`."""
    inner = _inside_brackets(pieces)
    if not any(piece.kind in ("axis", "comma") for piece in inner) and _is_product_of_integers(inner):
        return [[piece] for piece in inner if piece.kind == "number"]
    axes: list[list[Piece]] = [[]]
    depth = 0
    for piece in inner:
        depth += {"open": 1, "close": -1}.get(piece.kind, 0)
        if piece.kind in ("axis", "comma") and depth == 0:
            axes.append([])
        else:
            axes[-1].append(piece if piece.kind != "axis" else Piece("operator", "*", piece.typed))
    if axes and not axes[-1] and len(axes) > 1:
        axes.pop()
    if len(axes) > MAX_AXES:
        raise ReplyError(f"more than {MAX_AXES} axes", f"超过 {MAX_AXES} 个维度")
    return axes


def _inside_brackets(pieces: list[Piece]) -> list[Piece]:
    while len(pieces) > 2 and pieces[0].kind == "open" and _closing(pieces) == len(pieces) - 1:
        pieces = pieces[1:-1]
    return pieces


def _closing(pieces: Sequence[Piece]) -> int:
    depth = 0
    for place, piece in enumerate(pieces):
        depth += {"open": 1, "close": -1}.get(piece.kind, 0)
        if depth == 0:
            return place
    return -1


def _is_product_of_integers(pieces: Sequence[Piece]) -> bool:
    kinds = [(piece.kind, piece.text if piece.kind == "operator" else "") for piece in pieces]
    wanted = [("number", "") if place % 2 == 0 else ("operator", "*") for place in range(len(kinds))]
    return len(kinds) >= 5 and kinds == wanted  # 96*55*55; of two factors a product is likelier


def shape_reading(axes: tuple[Number, ...]) -> Reading:
    if not all(isinstance(axis, int) for axis in axes):
        raise ReplyError("the axes of a shape are whole numbers", "形状的每一维都是整数")
    meanings = [Meaning(axes)]
    if len(axes) in (3, 4):
        *batch, height, width, channels = axes
        meanings.append(Meaning((*batch, channels, height, width), "channels-last"))
    if len(axes) in (4, 5) and axes[0] == 1:
        meanings += [Meaning(axes[1:], "batch"), Meaning((axes[-1], *axes[1:-1]), "batch")]
    return Reading(tuple(meanings))
