"""Measures of a ranking: AUC, nDCG, average precision, reciprocal rank."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated, formula_value
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Exact, Number, operand, several
from dlquiz.calc.layers.arguments import choice, whole


def auc(*, ranks: Sequence[Number], total: int) -> Calculation:
    """Area under the ROC curve from the ranks of the positives, 1 the lowest score; ties carry their mean rank.

    >>> auc(ranks=(3, 5, 6), total=6).ask("auc")
    Fraction(8, 9)
    """
    read, n = several(ranks, "ranks"), whole(total, "total", 2)
    if len(read) >= n:
        raise CalcError(f"{len(read)} positives of {n}", fix="leave at least one negative")
    if min(read) < 1 or max(read) > n:
        raise CalcError(f"a rank is outside 1 to {n}", fix="count ranks from 1, the lowest score")
    numbers = {"ranks": read, "P": len(read), "N": n - len(read)}
    return calculated(
        "auc",
        {"ranks": read, "total": n},
        [WorkingLine("auc", "(sum(ranks) - P * (P + 1) / 2) / (P * N)", numbers, "", "auc")],
    )


def ndcg(*, gains: Sequence[Number], top: int | None = None, gain: str = "exponential") -> Calculation:
    """nDCG of the relevances in the order shown, over all of them or the first `top`; gain 2^rel − 1, or linear.

    >>> round(ndcg(gains=(2, 3, 0)).ask("ndcg"), 3)
    0.834
    """
    read = several(gains, "relevances")
    k = len(read) if top is None else min(whole(top, "top"), len(read))
    if any(one < 0 or one > 30 or one != int(one) for one in read):
        raise CalcError("a relevance is not a grade from 0 to 30", fix="use whole grades such as 3, 2, 0")
    power = choice(gain, "gain", ("exponential", "linear")) == "exponential"
    best = tuple(sorted(read, reverse=True))
    if not best[0]:
        raise CalcError("nothing is relevant", fix="give at least one relevance above 0")
    shown, ideal = (_discounted(one[:k], power) for one in (read, best))
    linear = formula_value(_discounted(read[:k], False)) / formula_value(_discounted(best[:k], False))
    unordered = sum(2**one - 1 if power else one for one in read[:k]) / sum(
        2**one - 1 if power else one for one in best[:k]
    )
    numbers = {"dcg": formula_value(shown), "ideal": formula_value(ideal), "linear": linear, "plain": unordered}
    lines = [
        WorkingLine("dcg", shown, {}),
        WorkingLine("ideal", ideal, {}),
        WorkingLine("ndcg", "dcg / ideal", numbers, "", "ndcg"),
    ]
    return calculated("ndcg", {"relevances": read, "top": top, "gain": gain}, lines)


def _discounted(gains: Sequence[Exact], power: bool) -> str:
    return " + ".join(
        f"{f'(2 ** {one} - 1)' if power else one} / log2({place + 1})" for place, one in enumerate(gains, 1)
    )


def average_precision(*, ranks: Sequence[Number], relevant: int | None = None) -> Calculation:
    """Average precision from the ranks of the hits: the mean of the precision at each, over all that are relevant.

    `relevant` counts those that are missing too. `interpolated` takes at each recall the best precision at that recall
    or a higher one (Pascal VOC from 2010 on), `at_11_points` at the recalls 0, 0.1, …, 1 (VOC before), `at_101_points`
    at 0, 0.01, …, 1 (COCO).

    >>> found = average_precision(ranks=(1, 3, 4), relevant=4)
    >>> round(float(found.ask("average_precision")), 4), found.ask("interpolated")
    (0.6042, Fraction(5, 8))
    """
    read = tuple(sorted(several(ranks, "ranks", 1, 50)))
    if read[0] < 1 or len(set(read)) < len(read) or any(one != int(one) for one in read):
        raise CalcError(
            "the ranks of the hits are not different whole numbers from 1", fix="give ranks such as 1, 3, 4"
        )
    n = whole(len(read) if relevant is None else relevant, "relevant", len(read))
    precisions = [Fraction(place) / one for place, one in enumerate(read, 1)]
    best = [max(precisions[place:]) for place in range(len(read))]
    plain, envelope = (" + ".join(map(operand, one)) for one in (precisions, best))
    numbers = {
        "n": n,
        "x": sum(precisions),
        "y": sum(best),
        "h": len(read),
        "l": precisions[-1],
        "f": sum((1 / Fraction(one) for one in read), Fraction(0)),
    }
    lines = [
        WorkingLine("average_precision", f"({plain}) / n", {"n": n}),
        WorkingLine("average_precision", "x / n", numbers, "", "average_precision"),
        WorkingLine("interpolated", f"({envelope}) / n", {"n": n}),
        WorkingLine("interpolated", "y / n", numbers, "", "interpolated_precision"),
        WorkingLine("at_11_points", "c / 11", {"c": _on_grid(best, n, 10)}),
        WorkingLine("at_101_points", "c / 101", {"c": _on_grid(best, n, 100)}),
    ]
    return calculated("average_precision", {"ranks": read, "relevant": n}, lines)


def _on_grid(best: Sequence[Fraction], relevant: int, steps: int) -> Fraction:
    """The best precision at each recall 0, 1/steps, …, 1 or a higher one, summed; 0 beyond the last hit."""
    reached = (-(-point * relevant // steps) for point in range(steps + 1))
    return sum((best[max(hits, 1) - 1] for hits in reached if hits <= len(best)), Fraction(0))


def reciprocal_rank(*, ranks: Sequence[Number]) -> Calculation:
    """Mean reciprocal rank: the rank of the first relevant result of each query, 0 where there is none.

    >>> round(float(reciprocal_rank(ranks=(2, 1, 5)).ask("mrr")), 4)
    0.5667
    """
    read = several(ranks, "ranks", 1, 50)
    if min(read) < 0 or any(0 < one < 1 for one in read):
        raise CalcError("a rank is below 1", fix="count ranks from 1, the best; 0 where nothing was found")
    found = [one for one in read if one]
    total = " + ".join(f"1 / {operand(one)}" for one in found) or "0"
    numbers = {
        "q": len(read),
        "x": sum((1 / Fraction(one) for one in found), Fraction(0)),
        "s": sum(read),
    }
    lines = [
        WorkingLine("mrr", f"({total}) / q", {"q": len(read)}),
        WorkingLine("mrr", "x / q", numbers, "", "reciprocal_rank"),
    ]
    return calculated("reciprocal_rank", {"ranks": read}, lines)
