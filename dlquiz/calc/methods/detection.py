"""Boxes: intersection over union."""

from __future__ import annotations

from collections.abc import Sequence

from dlquiz.calc.calculation import Calculation, Number, WorkingLine, calculated, several
from dlquiz.calc.errors import CalcError


def iou(*, first: Sequence[Number], second: Sequence[Number]) -> Calculation:
    """Intersection over union of two boxes (left, top, right, bottom).

    >>> iou(first=(0, 0, 10, 10), second=(5, 5, 15, 15)).ask("iou")
    Fraction(1, 7)
    """
    one, two = (several(box, "a box's corners", 4) for box in (first, second))
    for box in (one, two):
        if len(box) != 4 or box[0] >= box[2] or box[1] >= box[3]:
            raise CalcError("a box is empty or has not four numbers", fix="give left, top, right, bottom")
    corners = dict(zip("abcdefgh", one + two, strict=True))
    wide, high = ({name: corners[name] for name in names} for names in ("aceg", "bdfh"))
    lines = [
        WorkingLine("width", "max(0, min(c, g) - max(a, e))", wide),
        WorkingLine("height", "max(0, min(d, h) - max(b, f))", high),
    ]
    areas = {
        "w": max(0, min(one[2], two[2]) - max(one[0], two[0])),
        "v": max(0, min(one[3], two[3]) - max(one[1], two[1])),
    }
    both = {"A": (one[2] - one[0]) * (one[3] - one[1]), "B": (two[2] - two[0]) * (two[3] - two[1])}
    common = {"I": areas["w"] * areas["v"]} | both
    lines += [
        WorkingLine("intersection", "w * v", areas),
        WorkingLine("union", "A + B - I", common),
        WorkingLine("iou", "I / (A + B - I)", common, "", "iou"),
    ]
    return calculated("iou", {"first": one, "second": two}, lines)
