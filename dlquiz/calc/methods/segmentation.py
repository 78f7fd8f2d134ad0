"""Overlap of masks: Dice, IoU, Tversky, mean IoU, panoptic quality."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Exact, Number, operand, real, several, square_matrix
from dlquiz.calc.layers.arguments import whole


def overlap(
    *,
    true_positives: Number,
    false_positives: Number,
    false_negatives: Number,
    alpha: Number = 0.5,
    beta: Number = 0.5,
) -> Calculation:
    """Dice (F1), IoU, precision and recall from counts, and the Tversky index (Salehi et al. 2017).

    `alpha` weighs false positives, `beta` false negatives; probabilities may be summed instead of counts.

    >>> found = overlap(true_positives=80, false_positives=20, false_negatives=40)
    >>> round(float(found.ask("dice")), 4), round(float(found.ask("iou")), 4)
    (0.7273, 0.5714)
    """
    numbers = {
        "a": real(true_positives, "true_positives", low=0),
        "b": real(false_positives, "false_positives", low=0),
        "c": real(false_negatives, "false_negatives", low=0),
    }
    if not numbers["a"]:
        raise CalcError("true_positives is 0", fix="use a number above 0; without a hit every overlap is 0")
    weights = {"u": real(alpha, "alpha", low=0), "v": real(beta, "beta", low=0)}
    lines = [
        WorkingLine("precision", "a / (a + b)", {"a": numbers["a"], "b": numbers["b"]}),
        WorkingLine("recall", "a / (a + c)", {"a": numbers["a"], "c": numbers["c"]}),
        WorkingLine("dice", "2 * a / (2 * a + b + c)", numbers, "", "dice"),
        WorkingLine("iou", "a / (a + b + c)", numbers, "", "iou_of_counts"),
    ]
    if (weights["u"], weights["v"]) != (Fraction(1, 2), Fraction(1, 2)):
        lines.append(WorkingLine("tversky", "a / (a + u * b + v * c)", numbers | weights, "", "tversky"))
    given = {
        "true_positives": numbers["a"],
        "false_positives": numbers["b"],
        "false_negatives": numbers["c"],
        "alpha": weights["u"],
        "beta": weights["v"],
    }
    return calculated("overlap", given, lines)


def mean_iou(*, matrix: Sequence[Sequence[Number]]) -> Calculation:
    """Mean IoU over classes from a confusion matrix in pixels: rows are the truth, columns the prediction.

    >>> round(float(mean_iou(matrix=((50, 10), (5, 35))).ask("mean_iou")), 4)
    0.7346
    """
    rows = square_matrix(matrix, 20, "50,10;5,35")
    ious: list[Exact] = []
    terms: list[str] = []
    recalls: list[Exact] = []
    for place, row in enumerate(rows):
        hit, union = row[place], sum(row) + sum(other[place] for other in rows) - row[place]
        if min(row) < 0 or not sum(row):
            raise CalcError("a class has no pixels", fix="give pixels of each class, as 50,10;5,35")
        ious.append(Fraction(hit) / union)
        recalls.append(Fraction(hit) / sum(row))
        terms.append(f"{hit} / {union}")
    total, right = sum(map(sum, rows)), sum(row[place] for place, row in enumerate(rows))
    hits = " + ".join(operand(row[place]) for place, row in enumerate(rows))
    numbers = {
        "x": sum(ious) / Fraction(len(rows)),
        "p": Fraction(right) / total,
        "r": sum(recalls) / Fraction(len(rows)),
        "t": Fraction(right) / (2 * total - right),
    }
    lines = [
        *(WorkingLine(f"iou_{place}", term, {}) for place, term in enumerate(terms, 1)),
        WorkingLine("pixel_accuracy", f"({hits}) / {total}", {}),
        WorkingLine("mean_iou", f"({' + '.join(terms)}) / {len(rows)}", {}),
        WorkingLine("mean_iou", "x", numbers, "", "mean_iou"),
    ]
    return calculated("mean_iou", {"matrix": tuple(rows)}, lines)


def panoptic_quality(*, ious: Sequence[Number], false_positives: int, false_negatives: int) -> Calculation:
    """Panoptic quality from the IoUs of matched segments (above 0.5) and the unmatched ones (Kirillov et al. 2019).

    >>> found = panoptic_quality(ious=(0.8, 0.9, 0.7), false_positives=1, false_negatives=2)
    >>> round(float(found.ask("panoptic_quality")), 4)
    0.5333
    """
    read = several(ious, "ious", 1, 100)
    if any(not Fraction(1, 2) < one <= 1 for one in read):
        raise CalcError("a matched segment has not an IoU above 0.5", fix="give shares above 0.5, as 0.8, 0.9")
    numbers = {
        "s": sum(read),
        "n": len(read),
        "f": whole(false_positives, "false_positives", 0),
        "g": whole(false_negatives, "false_negatives", 0),
    }
    matched = {name: numbers[name] for name in "nfg"}
    lines = [
        WorkingLine("segmentation_quality", "s / n", {"s": numbers["s"], "n": numbers["n"]}),
        WorkingLine("recognition_quality", "n / (n + f / 2 + g / 2)", matched),
        WorkingLine("panoptic_quality", "s / (n + f / 2 + g / 2)", numbers, "", "panoptic_quality"),
    ]
    given = {"ious": read, "false_positives": numbers["f"], "false_negatives": numbers["g"]}
    return calculated("panoptic_quality", given, lines)
