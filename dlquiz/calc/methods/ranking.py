"""Measures of a ranking: AUC, nDCG."""

from __future__ import annotations

from collections.abc import Sequence

from dlquiz.calc.calculation import Calculation, Exact, Number, WorkingLine, calculated, formula_value, several
from dlquiz.calc.errors import CalcError
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
