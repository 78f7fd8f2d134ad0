"""Boxes: overlap, suppression of doubles, decoding, the level of a feature pyramid."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Exact, Number, Share, matrix, operand, positive, real, same_length, several


def iou(*, first: Sequence[Number], second: Sequence[Number]) -> Calculation:
    """Intersection over union of two boxes (left, top, right, bottom), generalised IoU and distance IoU.

    Rezatofighi et al. 2019 (arXiv:1902.09630), Zheng et al. 2020 (arXiv:1911.08287).

    >>> found = iou(first=(0, 0, 10, 10), second=(5, 5, 15, 15))
    >>> found.ask("iou"), round(float(found.ask("giou")), 4), round(float(found.ask("diou")), 4)
    (Fraction(1, 7), -0.0794, 0.0317)
    """
    one, two = _corners(first), _corners(second)
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
    sides = [max(one[axis + 2], two[axis + 2]) - min(one[axis], two[axis]) for axis in (0, 1)]
    apart = [(Fraction(one[axis] + one[axis + 2]) - two[axis] - two[axis + 2]) / 2 for axis in (0, 1)]
    enclosing = common | {"C": sides[0] * sides[1]}
    centres = common | {"q": apart[0] ** 2 + apart[1] ** 2, "k": sides[0] ** 2 + sides[1] ** 2}
    lines += [
        WorkingLine("giou", "I / (A + B - I) - (C - (A + B - I)) / C", enclosing, "", "generalised_iou"),
        WorkingLine("diou", "I / (A + B - I) - q / k", centres, "", "distance_iou"),
    ]
    return calculated("iou", {"first": one, "second": two}, lines)


def suppression(
    *, boxes: Sequence[Sequence[Number]], scores: Sequence[Number] | None = None, threshold: Share = 0.5
) -> Calculation:
    """Greedy non-maximum suppression of boxes (left, top, right, bottom) of one class.

    Boxes come by falling score where `scores` are left out. A box falls whose IoU with a kept one is above the
    threshold, as in torchvision. `kept` counts those left, `survivors` are their places in the list given.

    >>> found = suppression(boxes=((0, 0, 10, 10), (2, 0, 12, 10), (4, 0, 14, 10)))
    >>> found.ask("kept"), found.ask("survivors")
    (2, '1 3')
    """
    if not isinstance(boxes, tuple | list) or not 1 <= len(boxes) <= 50:
        raise CalcError("there are not 1 to 50 boxes", fix="give boxes with ; between them, as 0,0,9,9;1,1,9,9")
    read = [_corners(box) for box in boxes]
    ranking = several(tuple(range(len(read), 0, -1)) if scores is None else scores, "scores", 1, 50)
    same_length(read, ranking, "boxes and scores")
    limit = real(threshold, "threshold", low=0, high=1)
    order = sorted(range(len(read)), key=lambda place: -ranking[place])
    kept: list[int] = []
    direct: list[int] = []
    for at, place in enumerate(order):
        overlapping = [other for other in order[:at] if _iou(read[place], read[other]) > limit]
        if not any(other in kept for other in overlapping):
            kept.append(place)
        if not overlapping:
            direct.append(place)
    best = [place for place in order[1:] if _iou(read[place], read[order[0]]) <= limit]
    numbers = {"k": len(kept), "d": len(direct), "f": 1 + len(best), "n": len(read)}
    survivors = " ".join(str(place + 1) for place in kept)
    lines = [
        WorkingLine("survivors", survivors, {}, value=survivors),
        WorkingLine("kept", f"count({survivors})", {}, value=len(kept)),
        WorkingLine("kept", "k", numbers, "", "suppression_kept"),
    ]
    given = {"boxes": tuple(read), "scores": ranking, "threshold": limit}
    return calculated("suppression", given, lines)


def _corners(box: Sequence[Number]) -> tuple[Exact, ...]:
    corners = several(box, "a box's corners")
    if len(corners) != 4 or corners[0] >= corners[2] or corners[1] >= corners[3]:
        raise CalcError("a box is empty or has not four numbers", fix="give left, top, right, bottom")
    return corners


def _iou(one: Sequence[Exact], two: Sequence[Exact]) -> Fraction:
    wide, high = min(one[2], two[2]) - max(one[0], two[0]), min(one[3], two[3]) - max(one[1], two[1])
    common = max(0, wide) * max(0, high)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, two))
    return Fraction(common) / (areas - common)


def box_decoding(*, centre: Number, size: Number, shift: Number = 0, growth: Number = 0) -> Calculation:
    """A box along one axis from an anchor and the network's deltas, as Faster R-CNN codes them (Ren et al. 2015).

    >>> found = box_decoding(centre=100, size=50, shift=0.2, growth=0.1)
    >>> found.ask("decoded_centre"), round(found.ask("decoded_size"), 2)
    (110, 55.26)
    """
    numbers = {
        "x": real(centre, "centre"),
        "w": positive(size, "size"),
        "a": real(shift, "shift"),
        "b": real(growth, "growth", low=-50, high=50),
    }
    sizes = {"w": numbers["w"], "b": numbers["b"]}
    lines = [
        WorkingLine("decoded_centre", "x + a * w", {name: numbers[name] for name in "xaw"}, "", "decoded_centre"),
        WorkingLine("decoded_size", "w * exp(b)", sizes, "", "decoded_size"),
        WorkingLine("start", "x + a * w - w * exp(b) / 2", numbers),
        WorkingLine("end", "x + a * w + w * exp(b) / 2", numbers, "", "decoded_end"),
    ]
    given = {"centre": numbers["x"], "size": numbers["w"], "shift": numbers["a"], "growth": numbers["b"]}
    return calculated("box_decoding", given, lines)


def pyramid_level(*, width: Number, height: Number) -> Calculation:
    """The level of a feature pyramid that a box of this size is read from, limited to 2 to 5 (Lin et al. 2017).

    >>> [pyramid_level(width=side, height=side).ask("level") for side in (112, 224, 300, 448)]
    [3, 4, 4, 5]
    """
    numbers = {"w": positive(width, "width"), "h": positive(height, "height")}
    formula = "min(5, max(2, floor(4 + log2(sqrt(w * h) / 224))))"
    lines = [WorkingLine("level", formula, numbers, "", "pyramid_level")]
    return calculated("pyramid_level", {"width": numbers["w"], "height": numbers["h"]}, lines)


def soft_suppression(*, score: Share, iou: Share, sigma: Number = 0.5) -> Calculation:
    """What Soft-NMS leaves of a score beside the best box, by its Gaussian and its linear penalty.

    Bodla et al. 2017, arXiv:1704.04503.

    >>> found = soft_suppression(score=0.8, iou=0.7)
    >>> round(found.ask("gaussian"), 2), found.ask("linear")
    (0.3, Fraction(6, 25))
    """
    numbers = {"s": real(score, "score", low=0, high=1), "u": real(iou, "iou", low=0, high=1)}
    spread = numbers | {"g": positive(sigma, "sigma")}
    lines = [
        WorkingLine("gaussian", "s * exp(-u ** 2 / g)", spread, "", "soft_suppression"),
        WorkingLine("linear", "s * (1 - u)", numbers),
    ]
    return calculated("soft_suppression", {"score": numbers["s"], "iou": numbers["u"], "sigma": spread["g"]}, lines)


def assignment(*, costs: Sequence[Sequence[Number]]) -> Calculation:
    """The least cost of giving each object (column) a query (row) of its own, as DETR matches (Carion et al. 2020).

    `assigned` names the query of each object.

    >>> found = assignment(costs=((1, 2), (2, 5), (4, 6)))
    >>> found.ask("cost"), found.ask("assigned")
    (4, '2 1')
    """
    rows = matrix(costs, (1, 7), (1, 7), "1,2;2,5;4,6")
    objects = range(len(rows[0]))
    if len(objects) > len(rows):
        raise CalcError(f"{len(objects)} objects and {len(rows)} queries", fix="give at least as many rows as columns")
    best = min(
        permutations(range(len(rows)), len(objects)),
        key=lambda queries: sum(rows[query][place] for place, query in enumerate(queries)),
    )
    taken: list[int] = []
    for place in objects:
        free = (query for query in range(len(rows)) if query not in taken)
        taken.append(min(free, key=lambda query: rows[query][place]))
    numbers = {
        "x": sum(rows[query][place] for place, query in enumerate(best)),
        "c": sum(min(row[place] for row in rows) for place in objects),
        "g": sum(rows[query][place] for place, query in enumerate(taken)),
        "d": sum(rows[place][place] for place in objects),
    }
    named = " ".join(str(query + 1) for query in best)
    terms = " + ".join(operand(rows[query][place]) for place, query in enumerate(best))
    lines = [
        WorkingLine("assigned", named, {}, value=named),
        WorkingLine("cost", terms, {}),
        WorkingLine("cost", "x", numbers, "", "assignment_cost"),
    ]
    return calculated("assignment", {"costs": tuple(rows)}, lines)
