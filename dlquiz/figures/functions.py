"""The functions that interviews draw: activations with their derivatives, and learning-rate schedules."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, erf, exp, pi, sqrt, tanh

PlottedFunction = Callable[[float], float]


def sigmoid(x: float) -> float:
    """1/(1 + e⁻ˣ), without overflow.

    >>> sigmoid(0.0), sigmoid(-1000.0)
    (0.5, 0.0)
    """
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x)) if x > -700 else 0.0


def _softplus(x: float) -> float:
    from math import log1p

    return max(x, 0.0) + log1p(exp(-abs(x)))


def _normal(x: float) -> float:
    return exp(-x * x / 2) / sqrt(2 * pi)


def _phi(x: float) -> float:
    return (1 + erf(x / sqrt(2))) / 2


# SELU's constants: Klambauer et al. 2017, equation 14.
_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def _mish_derivative(x: float) -> float:
    inner = tanh(_softplus(x))
    return inner + x * (1 - inner * inner) * sigmoid(x)


# Each activation with its derivative; at a kink the derivative is the one from the right, as frameworks mostly take 0.
ACTIVATIONS: dict[str, tuple[PlottedFunction, PlottedFunction]] = {
    "identity": (lambda x: x, lambda x: 1.0),
    "step": (lambda x: float(x >= 0), lambda x: 0.0),
    "sigmoid": (sigmoid, lambda x: sigmoid(x) * (1 - sigmoid(x))),
    "tanh": (tanh, lambda x: 1 - tanh(x) ** 2),
    "relu": (lambda x: max(x, 0.0), lambda x: float(x > 0)),
    "relu6": (lambda x: min(max(x, 0.0), 6.0), lambda x: float(0 < x < 6)),
    "leaky-relu": (lambda x: x if x > 0 else 0.01 * x, lambda x: 1.0 if x > 0 else 0.01),
    "elu": (lambda x: x if x > 0 else exp(x) - 1, lambda x: 1.0 if x > 0 else exp(x)),
    "selu": (
        lambda x: _SELU_SCALE * (x if x > 0 else _SELU_ALPHA * (exp(x) - 1)),
        lambda x: _SELU_SCALE * (1.0 if x > 0 else _SELU_ALPHA * exp(x)),
    ),
    "gelu": (lambda x: x * _phi(x), lambda x: _phi(x) + x * _normal(x)),
    "silu": (lambda x: x * sigmoid(x), lambda x: sigmoid(x) * (1 + x * (1 - sigmoid(x)))),
    "softplus": (_softplus, sigmoid),
    "mish": (lambda x: x * tanh(_softplus(x)), _mish_derivative),
    "hard-sigmoid": (lambda x: min(max(x / 6 + 0.5, 0.0), 1.0), lambda x: 1 / 6 if -3 < x < 3 else 0.0),
}
ACTIVATIONS["swish"] = ACTIVATIONS["silu"]


def _sign(x: float) -> float:
    return float((x > 0) - (x < 0))


# Losses, over the residual or the margin; penalties on one weight (a bowl with its minimum at 1, and what keeps w small
# added to it); densities of the priors that those penalties are.
LOSSES: dict[str, tuple[PlottedFunction, PlottedFunction]] = {
    "squared": (lambda x: x * x, lambda x: 2 * x),
    "absolute": (abs, _sign),
    "huber": (lambda x: x * x / 2 if abs(x) < 1 else abs(x) - 0.5, lambda x: max(-1.0, min(1.0, x))),
    "hinge": (lambda x: max(0.0, 1 - x), lambda x: -1.0 if x < 1 else 0.0),
    "zero-one": (lambda x: float(x <= 0), lambda x: 0.0),
    "cross-entropy": (lambda x: _softplus(-x), lambda x: sigmoid(x) - 1),
    "squared-of-sigmoid": (
        lambda x: (1 - sigmoid(x)) ** 2,
        lambda x: -2 * (1 - sigmoid(x)) ** 2 * sigmoid(x),
    ),
    "focal": (
        lambda x: (1 - sigmoid(x)) ** 2 * _softplus(-x),
        lambda x: -((1 - sigmoid(x)) ** 2) * (2 * sigmoid(x) * _softplus(-x) + 1 - sigmoid(x)),
    ),
    "loss": (lambda x: (x - 1) ** 2, lambda x: 2 * (x - 1)),
    "loss+l2": (lambda x: (x - 1) ** 2 + x * x, lambda x: 4 * x - 2),
    "loss+l1": (lambda x: (x - 1) ** 2 + 2.5 * abs(x), lambda x: 2 * (x - 1) + 2.5 * _sign(x)),
    "gaussian": (_normal, lambda x: -x * _normal(x)),
    "laplace": (lambda x: exp(-abs(x)) / 2, lambda x: -_sign(x) * exp(-abs(x)) / 2),
}
FUNCTIONS: dict[str, tuple[PlottedFunction, PlottedFunction]] = {**ACTIVATIONS, **LOSSES}

# What a legend prints, in English and Chinese, where it is not the word that card files write.
FUNCTION_NAMES: dict[str, tuple[str, str]] = {
    "identity": ("identity", "恒等函数"),
    "step": ("step", "阶跃函数"),
    "relu": ("ReLU", "ReLU"),
    "relu6": ("ReLU6", "ReLU6"),
    "leaky-relu": ("Leaky ReLU", "Leaky ReLU"),
    "elu": ("ELU", "ELU"),
    "selu": ("SELU", "SELU"),
    "gelu": ("GELU", "GELU"),
    "silu": ("SiLU", "SiLU"),
    "swish": ("Swish", "Swish"),
    "mish": ("Mish", "Mish"),
    "hard-sigmoid": ("hard sigmoid", "hard sigmoid"),
    "squared": ("squared error", "平方误差"),
    "absolute": ("absolute error", "绝对误差"),
    "huber": ("Huber", "Huber"),
    "hinge": ("hinge", "合页损失"),
    "zero-one": ("0-1 loss", "0-1 损失"),
    "cross-entropy": ("cross-entropy", "交叉熵"),
    "squared-of-sigmoid": ("squared error", "平方误差"),
    "focal": ("focal loss", "焦点损失"),
    "loss": ("loss", "损失"),
    "loss+l2": ("loss + L2", "损失 + L2"),
    "loss+l1": ("loss + L1", "损失 + L1"),
    "gaussian": ("Gaussian", "高斯分布"),
    "laplace": ("Laplace", "拉普拉斯分布"),
}


# A schedule gives the rate as a part of the highest one, after a part of all steps; `warmup` is a part too.
Schedule = Callable[[float, float], float]


def _after_warmup(rest: PlottedFunction) -> Schedule:
    def rate(done: float, warmup: float) -> float:
        return done / warmup if done < warmup else rest((done - warmup) / (1 - warmup))

    return rate


def _one_cycle(done: float, warmup: float) -> float:
    """Up and down by half cosines from 1/25 of the peak (Smith & Topin 2018, as torch's OneCycleLR)."""
    peak = warmup or 0.3
    if done < peak:
        return 0.04 + 0.96 * (1 - cos(pi * done / peak)) / 2
    return (1 + cos(pi * (done - peak) / (1 - peak))) / 2


def _inverse_sqrt(done: float, warmup: float) -> float:
    """Vaswani et al. 2017, section 5.3, scaled to a peak of 1."""
    start = warmup or 0.04
    return min(sqrt(start / done) if done else 0.0, done / start)


SCHEDULES: dict[str, Schedule] = {
    "constant": _after_warmup(lambda t: 1.0),
    "step": _after_warmup(lambda t: 0.1 ** int(3 * min(t, 0.9999))),
    "exponential": _after_warmup(lambda t: exp(-5 * t)),
    "linear": _after_warmup(lambda t: 1 - t),
    "polynomial": _after_warmup(lambda t: (1 - t) ** 2),
    "cosine": _after_warmup(lambda t: (1 + cos(pi * t)) / 2),
    "cosine-restarts": _after_warmup(lambda t: (1 + cos(pi * (3 * min(t, 0.9999) % 1))) / 2),
    # Smith 2017's triangles, three of them, between a tenth of the peak and the peak.
    "triangular": _after_warmup(lambda t: 1 - 0.9 * abs(2 * (3 * t % 1) - 1)),
    "one-cycle": _one_cycle,
    "inverse-sqrt": _inverse_sqrt,
}
SCHEDULE_NAMES: dict[str, tuple[str, str]] = {
    "constant": ("constant", "恒定"),
    "step": ("step", "阶梯"),
    "exponential": ("exponential", "指数"),
    "linear": ("linear", "线性"),
    "scaled-linear": ("scaled linear", "scaled linear"),
    "polynomial": ("polynomial", "多项式"),
    "cosine": ("cosine", "余弦"),
    "cosine-restarts": ("cosine with restarts", "带重启的余弦"),
    "triangular": ("triangular", "三角"),
    "one-cycle": ("one-cycle", "one-cycle"),
    "inverse-sqrt": ("inverse square root", "平方根倒数"),
}
