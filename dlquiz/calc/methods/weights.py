"""What is done to weights: their first deviation, a batch norm folded in, the factor of SmoothQuant."""

from __future__ import annotations

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated
from dlquiz.calc.inputs import Number, Share, positive, real
from dlquiz.calc.layers.arguments import whole


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


def fold_batch_norm(
    *,
    weight: Number,
    mean: Number,
    variance: Number,
    bias: Number = 0,
    gamma: Number = 1,
    beta: Number = 0,
    epsilon: Number = 0,
) -> Calculation:
    """Weight and bias of a convolution that has taken in the batch norm after it (Jacob et al. 2018, section 3.2).

    >>> found = fold_batch_norm(weight=0.5, mean=1, variance=4, gamma=2, beta=0.5)
    >>> found.ask("folded_weight"), found.ask("folded_bias")
    (0.5, -0.5)
    """
    numbers = {
        "w": real(weight, "weight"),
        "b": real(bias, "bias"),
        "g": real(gamma, "gamma"),
        "t": real(beta, "beta"),
        "m": real(mean, "mean"),
        "v": positive(variance, "variance"),
        "x": real(epsilon, "epsilon", low=0),
    }
    scaled = {name: numbers[name] for name in "wgvx"}
    lines = [
        WorkingLine("folded_weight", "g * w / sqrt(v + x)", scaled, "", "folded_weight"),
        WorkingLine("folded_bias", "g * (b - m) / sqrt(v + x) + t", numbers, "", "folded_bias"),
    ]
    given = {
        "weight": numbers["w"],
        "bias": numbers["b"],
        "gamma": numbers["g"],
        "beta": numbers["t"],
        "mean": numbers["m"],
        "variance": numbers["v"],
        "epsilon": numbers["x"],
    }
    return calculated("fold_batch_norm", given, lines)


def smoothing_factor(*, activation: Number, weight: Number, alpha: Share = 0.5) -> Calculation:
    """SmoothQuant's factor of a channel from its largest activation and weight (Xiao et al. 2023, arXiv:2211.10438).

    Activations are divided by it, weights multiplied.

    >>> smoothing_factor(activation=64, weight=1).ask("factor")
    8.0
    """
    numbers = {
        "X": positive(activation, "activation"),
        "W": positive(weight, "weight"),
        "a": real(alpha, "alpha", low=0, high=1),
    }
    lines = [
        WorkingLine("factor", "X ** a / W ** (1 - a)", numbers, "", "smoothing_factor"),
        WorkingLine("smoothed_activation", "X / (X ** a / W ** (1 - a))", numbers),
    ]
    return calculated(
        "smoothing_factor", {"activation": numbers["X"], "weight": numbers["W"], "alpha": numbers["a"]}, lines
    )
