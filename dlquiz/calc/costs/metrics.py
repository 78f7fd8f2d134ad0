"""Small sums of interviews: AUC, nDCG, perplexity, softmax, IoU, initialisation, diffusion."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import exp, log, sqrt

from dlquiz.calc.costs.calculation import (
    Calculation,
    Exact,
    Number,
    Share,
    WorkingLine,
    calculated,
    positive,
    real,
    several,
    share,
)
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
    linear = _value(_discounted(read[:k], False)) / _value(_discounted(best[:k], False))
    unordered = sum(2**one - 1 if power else one for one in read[:k]) / sum(
        2**one - 1 if power else one for one in best[:k]
    )
    numbers = {"dcg": _value(shown), "ideal": _value(ideal), "linear": linear, "plain": unordered}
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


def _value(formula: str) -> float:
    return float(calculated("", {}, [WorkingLine("value", formula, {})]).ask("value"))


def perplexity(*, loss: Number, base: str = "e") -> Calculation:
    """Perplexity of a mean cross-entropy a token, in nats (base e) or bits (base 2).

    >>> round(perplexity(loss=2.0).ask("perplexity"), 2)
    7.39
    """
    mean = real(loss, "loss", low=0, high=500)
    formula = "exp(x)" if choice(str(base), "base", ("e", "2")) == "e" else "2 ** x"
    context = "perplexity" if formula == "exp(x)" else ""
    value = None if context or mean == int(mean) else 2 ** float(mean)
    return calculated(
        "perplexity",
        {"loss": mean, "base": base},
        [WorkingLine("perplexity", formula, {"x": mean}, "", context, value=value)],
    )


def softmax(*, logits: Sequence[Number], temperature: Number = 1) -> Calculation:
    """Probabilities p1, p2, … of logits at a temperature.

    >>> [round(softmax(logits=(2, 1, 0), temperature=0.5).ask(name), 3) for name in ("p1", "p2", "p3")]
    [0.867, 0.117, 0.016]
    """
    read, t = several(logits, "logits", 2), positive(temperature, "temperature")
    if len(read) > 20 or any(not -600 <= one / t <= 600 for one in read):
        raise CalcError("the logits are too many or too large", fix="use up to 20 logits, below 600 when divided by T")
    total = " + ".join(f"exp({_signed(one)} / T)" for one in read)
    sums = float(_value(total.replace("T", f"({t})")))
    lines = [WorkingLine("sum", total, {"T": t})]
    for place, one in enumerate(read, 1):
        numbers = {"x": one, "T": t, "total": sums, "count": len(read), "all": sum(map(float, read))}
        lines.append(
            WorkingLine(f"p{place}", "exp(x / T) / total", numbers, "", "softmax" if t != 1 else "softmax_plain")
        )
    return calculated("softmax", {"logits": read, "temperature": t}, lines)


def _signed(value: Exact) -> str:
    text = str(value if value == int(value) else float(value))
    return f"({text})" if value < 0 else text


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


def he(*, fan_in: int, fan_out: int | None = None) -> Calculation:
    """Standard deviations of He's (ReLU, fan-in) and, with `fan_out`, Xavier's initialisation.

    >>> he(fan_in=512).ask("he")
    0.0625
    """
    n = whole(fan_in, "fan_in")
    lines = [WorkingLine("he", "sqrt(2 / n)", {"n": n}, "", "he")]
    if fan_out is not None:
        lines.append(WorkingLine("xavier", "sqrt(2 / (n + m))", {"n": n, "m": whole(fan_out, "fan_out")}))
    return calculated("he", {"fan_in": n, "fan_out": fan_out}, lines)


def separable_ratio(*, inputs: int, outputs: int, kernel: int = 3) -> Calculation:
    """Weights of a depthwise separable convolution beside an ordinary one, without biases; `ratio` in per cent.

    >>> found = separable_ratio(inputs=256, outputs=256)
    >>> found.ask("separable"), found.ask("ordinary"), round(float(found.ask("ratio")), 1)
    (67840, 589824, 11.5)
    """
    numbers = {"k": whole(kernel, "kernel"), "c": whole(inputs, "inputs"), "o": whole(outputs, "outputs")}
    lines = [
        WorkingLine("separable", "k ** 2 * c + c * o", numbers),
        WorkingLine("ordinary", "k ** 2 * c * o", numbers),
        WorkingLine("ratio", "100 * (k ** 2 * c + c * o) / (k ** 2 * c * o)", numbers, "%", "separable_ratio"),
    ]
    return calculated("separable_ratio", {"inputs": inputs, "outputs": outputs, "kernel": kernel}, lines)


def diffusion(*, steps: int = 1000, first: Share = Fraction(1, 10000), last: Share = Fraction(1, 50)) -> Calculation:
    """What is left of the signal after all steps of a linear schedule (Ho et al. 2020, arXiv:2006.11239).

    `alpha_bar` is the product of 1 − β_t; `signal` and `noise` are the factors of x_0 and of the noise in x_T.

    >>> f"{diffusion().ask('alpha_bar'):.3g}"
    '4.04e-05'
    """
    t, low, high = whole(steps, "steps", 2), share(first, "first"), share(last, "last")
    if t > 100_000 or low >= 1 or high >= 1:
        raise CalcError("the schedule cannot be followed", fix="use up to 100,000 steps and betas below 1")
    betas = [float(low) + (float(high) - float(low)) * one / (t - 1) for one in range(t)]
    log_kept = sum(log(1 - beta) for beta in betas)
    numbers = {"s": log_kept, "T": t, "first": low, "last": high}
    lines = [
        WorkingLine("log_alpha_bar", "sum of log(1 - beta_t)", {}, value=log_kept),
        WorkingLine("alpha_bar", "exp(s)", numbers, "", "alpha_bar"),
        WorkingLine("signal", "sqrt(a)", {"a": exp(log_kept)}),
        WorkingLine("noise", "sqrt(1 - a)", {"a": exp(log_kept)}),
    ]
    assert sqrt(exp(log_kept)) <= 1
    return calculated("diffusion", {"steps": t, "first": low, "last": high}, lines)


def latent(*, image: Sequence[Number], code: Sequence[Number]) -> Calculation:
    """How many times fewer values a latent of (height, width, channels) has than the image (Rombach et al. 2022).

    >>> latent(image=(512, 512, 3), code=(64, 64, 4)).ask("ratio")
    48
    """
    sizes = [whole(one, "a size") for box in (image, code) for one in several(box, "sizes", 3)]
    if len(sizes) != 6:
        raise CalcError("an image has height, width and channels", fix="give 512x512x3 and 64x64x4")
    numbers = dict(zip("HWChwc", sizes, strict=True))
    lines = [WorkingLine("ratio", "H * W * C / (h * w * c)", numbers, "×", "latent_ratio")]
    return calculated("latent", {"image": tuple(sizes[:3]), "code": tuple(sizes[3:])}, lines)
