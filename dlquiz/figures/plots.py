"""Figures that are curves: functions, schedules, losses, norms, forgetting, noise, rooflines; receptive-field bars."""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, exp, pi, sin

from dlquiz.figures.cells import number
from dlquiz.figures.functions import FUNCTION_NAMES, FUNCTIONS, SCHEDULE_NAMES, SCHEDULES, PlottedFunction
from dlquiz.figures.reading import Fields, FigureError, line
from dlquiz.figures.shapes import Bars, Curve, Plot, PlotPoint

_SAMPLES = 241


def _sampled(function: PlottedFunction, low: float, high: float) -> tuple[PlotPoint, ...]:
    places = [low + (high - low) * index / (_SAMPLES - 1) for index in range(_SAMPLES)]
    return tuple((x, float(function(x))) for x in places)


def _named(fields: Fields, english: str, chinese: str) -> str:
    return chinese if fields.language == "zh" else english


def functions(fields: Fields) -> Plot:
    """`functions: [sigmoid, tanh]`, `derivative: true` or `only`, `from: -6`, `to: 6`, `axis: z`."""
    names = fields.chosen("functions", FUNCTIONS)
    derivative = str(fields.left.pop("derivative", "false")).lower()
    if derivative not in ("true", "false", "only"):
        raise FigureError(f"derivative of a functions figure is {derivative!r}", fix="write true or only")
    axis = fields.words("axis", "x")
    low, high = fields.number("from", -5, -100, 100), fields.number("to", 5, -100, 100)
    if low >= high:
        raise FigureError(f"a function figure from {low:g} to {high:g} is empty")
    curves = []
    for name in names:
        function, slope = FUNCTIONS[name]
        label = _named(fields, *FUNCTION_NAMES.get(name, (name, name)))
        if derivative != "only":
            curves.append(Curve(label, _sampled(function, low, high)))
        if derivative != "false":
            curves.append(Curve(f"{label}′", _sampled(slope, low, high)))
    description = ", ".join(curve.label for curve in curves)
    over = f" ({number(low)} … {number(high)})"
    return Plot(
        tuple(curves), axis, "", False, _named(fields, f"curves of {description}", f"{description} 的曲线") + over
    )


def schedules(fields: Fields) -> Plot:
    """`schedules: [cosine, step]`, `steps: 100`, `warmup: 10` (steps)."""
    names = fields.chosen("schedules", SCHEDULES)
    steps = fields.whole("steps", 100, 2, 10**7)
    warmup = fields.whole("warmup", 0, 0, steps - 1) / steps
    curves = tuple(
        Curve(
            _named(fields, *SCHEDULE_NAMES[name]),
            tuple((x, SCHEDULES[name](x / steps, warmup)) for x, _ in _sampled(float, 0, steps)),
        )
        for name in names
    )
    words = _named(fields, f"learning rate over {steps} steps: ", f"学习率随 {steps} 步的变化：")
    alternative = words + ", ".join(curve.label for curve in curves)
    axes = _named(fields, "step", "步"), _named(fields, "learning rate / highest", "学习率 / 最大值")
    return Plot(curves, *axes, False, alternative)


# Loss of training and validation over epochs 0 to 1: drawn, not measured; the shape is the point.
LOSS_CURVES: dict[str, tuple[PlottedFunction, PlottedFunction]] = {
    "good": (lambda t: 0.15 + 0.85 * exp(-5 * t), lambda t: 0.22 + 0.80 * exp(-5 * t)),
    "overfitting": (lambda t: 0.02 + 0.98 * exp(-5 * t), lambda t: 0.30 + 0.72 * exp(-6 * t) + 0.45 * t * t),
    "underfitting": (lambda t: 0.70 + 0.30 * exp(-4 * t), lambda t: 0.74 + 0.28 * exp(-4 * t)),
    # He et al. 2016, figure 1: the training error of a plain network and of a deeper one.
    "degradation": (lambda t: 0.30 + 0.70 * exp(-6 * t), lambda t: 0.42 + 0.60 * exp(-5 * t)),
    "high-rate": (lambda t: 0.55 + 0.45 * exp(-12 * t) + 0.12 * sin(60 * t), lambda t: 0.62 + 0.4 * exp(-12 * t)),
    "low-rate": (lambda t: 0.55 + 0.45 * (1 - t), lambda t: 0.60 + 0.43 * (1 - t)),
}


def losses(fields: Fields) -> Plot:
    """`case: overfitting`."""
    (case,) = fields.chosen("case", LOSS_CURVES)[:1]
    train, validation = LOSS_CURVES[case]
    names = (_named(fields, "training", "训练"), _named(fields, "validation", "验证"))
    if case == "degradation":
        names = (
            _named(fields, "training, 20 layers", "训练，20 层"),
            _named(fields, "training, 56 layers", "训练，56 层"),
        )
    curves = (Curve(names[0], _sampled(train, 0, 1)), Curve(names[1], _sampled(validation, 0, 1)))
    description = _named(fields, " and ", "与").join(names)
    alternative = _named(fields, f"loss curves, {case}: {description}", f"损失曲线（{case}）：{description}")
    return Plot(
        curves, _named(fields, "fraction of training", "训练进度"), _named(fields, "loss", "损失"), False, alternative
    )


def _round(steps: int = 120) -> list[PlotPoint]:
    return [(cos(2 * pi * index / steps), sin(2 * pi * index / steps)) for index in range(steps + 1)]


def geometry(fields: Fields) -> Plot:
    """`norm: l1` or `l2`: the ball of the norm and the level line of a loss that touches it first."""
    (norm,) = fields.chosen("norm", {"l1": 1, "l2": 2})[:1]
    # Loss ((x − 1.5)/1.2)² + ((y − 2)/0.7)²: it touches the diamond in its corner (0, 1), the circle beside it.
    centre, radii = (1.5, 2.0), (1.2, 0.7)
    ball = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0), (1.0, 0.0)] if norm == "l1" else _round()
    edge = [(x, 1 - x) for x in (index / 400 for index in range(401))] if norm == "l1" else _round(4000)
    touch = min(edge, key=lambda point: _loss(point, centre, radii))
    level = _loss(touch, centre, radii) ** 0.5
    curves = [Curve(f"‖w‖{'₁' if norm == 'l1' else '₂'} = 1", tuple(ball))]
    for part, label in ((1.0, _named(fields, "loss", "损失等高线")), (0.5, "")):
        ring = tuple(
            (centre[0] + radii[0] * level * part * x, centre[1] + radii[1] * level * part * y) for x, y in _round()
        )
        curves.append(Curve(label, ring))
    description = f"({touch[0]:.2f}, {touch[1]:.2f})"
    english = f"the {norm.upper()} ball and the level lines of a loss, which touch it first at {description}"
    return Plot(
        tuple(curves),
        "w₁",
        "w₂",
        True,
        _named(fields, english, f"{norm.upper()} 约束与损失等高线，首先相切于 {description}"),
    )


def _loss(point: PlotPoint, centre: PlotPoint, radii: PlotPoint) -> float:
    return ((point[0] - centre[0]) / radii[0]) ** 2 + ((point[1] - centre[1]) / radii[1]) ** 2


def forgetting(fields: Fields) -> Plot:
    """`stabilities: [2, 10, 40]` in days, `days: 60`; FSRS-6's curve with its usual decay."""
    stabilities = fields.numbers("stabilities", (2, 10, 40))
    if not 1 <= len(stabilities) <= 5 or min(stabilities) < 0.01:
        raise FigureError("a forgetting figure needs one to five stabilities of at least 0.01 days")
    days = fields.whole("days", 60, 1, 36500)
    decay = fields.number("decay", 0.1542, 0.01, 2)
    factor = 0.9 ** (-1 / decay) - 1
    curves = tuple(
        Curve(
            f"S = {stability:g}",
            tuple((t, (1 + factor * t / stability) ** -decay) for t, _ in _sampled(float, 0, days)),
        )
        for stability in stabilities
    )
    axes = _named(fields, "days", "天"), _named(fields, "chance to recall", "回忆概率")
    description = ", ".join(f"{one:g}" for one in stabilities)
    english = f"chance to recall over {days} days for stabilities of {description} days"
    return Plot(curves, *axes, False, _named(fields, english, f"稳定性为 {description} 天时 {days} 天内的回忆概率"))


# The share of noise that each of 1,000 steps adds, from the part of them done (Ho et al. 2020; Rombach et al. 2022).
_STEPS = 1000
_BETAS: dict[str, PlottedFunction] = {
    "linear": lambda t: 1e-4 + (0.02 - 1e-4) * t,
    "scaled-linear": lambda t: (0.00085**0.5 + (0.012**0.5 - 0.00085**0.5) * t) ** 2,
}


def signal_left(schedule: str) -> list[float]:
    """ᾱ after each of 1,000 steps of diffusion, from 1 before the first.

    >>> [round(signal_left(name)[-1], 4) for name in ("linear", "scaled-linear", "cosine")]
    [0.0, 0.0047, 0.0]
    """
    if schedule == "cosine":
        values = [cos((t / _STEPS + 0.008) / 1.008 * pi / 2) ** 2 for t in range(_STEPS + 1)]
        return [value / values[0] for value in values]
    left = [1.0]
    for t in range(_STEPS):
        left.append(left[-1] * (1 - _BETAS[schedule](t / (_STEPS - 1))))
    return left


NOISE_SCHEDULES = ("linear", "scaled-linear", "cosine")


def noise(fields: Fields) -> Plot:
    """`schedules: [linear, scaled-linear, cosine]` of diffusion: what is left of the signal."""
    names = fields.chosen("schedules", dict.fromkeys(NOISE_SCHEDULES), ("linear", "cosine"))
    curves = tuple(
        Curve(
            _named(fields, *SCHEDULE_NAMES[name]),
            tuple((float(t), value) for t, value in enumerate(signal_left(name)) if t % 5 == 0),
        )
        for name in names
    )
    axes = _named(fields, "step", "步"), "ᾱ"
    words = _named(fields, "signal left over 1,000 steps of diffusion: ", "扩散 1000 步中剩余的信号：")
    return Plot(curves, *axes, False, words + ", ".join(curve.label for curve in curves))


def roofline(fields: Fields) -> Plot:
    """`chips: {A100: [312, 2.04], H100: [989, 3.35]}` in TFLOP/s and TB/s: what an arithmetic intensity allows."""
    chips = fields.left.pop("chips", {"H100": [989, 3.35]})
    if not isinstance(chips, Mapping) or not 1 <= len(chips) <= 4:
        raise FigureError("chips of a roofline figure are one to four names with their peak and bandwidth", fix=_CHIPS)
    given = {line(name): one if isinstance(one, list | tuple) else (one,) for name, one in chips.items()}
    rates = {name: fields.read(f"chip {name}", one) for name, one in given.items()}
    if any(len(rate) != 2 or not all(1e-3 <= one <= 1e6 for one in rate) for rate in rates.values()):
        raise FigureError("a chip of a roofline figure has a peak and a bandwidth", fix=_CHIPS)
    farthest = 2 * max(peak / bandwidth for peak, bandwidth in rates.values())
    curves = tuple(
        Curve(name, ((0.0, 0.0), (peak / bandwidth, peak), (farthest, peak)))
        for name, (peak, bandwidth) in rates.items()
    )
    ridges = ", ".join(f"{name} {peak / bandwidth:.0f}" for name, (peak, bandwidth) in rates.items())
    words = _named(fields, "rooflines with their ridges in FLOP per byte: ", "屋顶线，折点（FLOP/字节）：") + ridges
    return Plot(curves, _named(fields, "FLOP per byte", "FLOP/字节"), "TFLOP/s", False, words)


_CHIPS = "write chips: {H100: [989, 3.35]} in TFLOP/s and TB/s"


def receptive_field(fields: Fields) -> Bars:
    """`layers: [[3, 1], [3, 2], [3, 1, 2]]`: kernel, stride, dilation of each."""
    size, jump = 1, 1
    bars = []
    for index, layer in enumerate(fields.several("layers"), 1):
        given = layer if isinstance(layer, list | tuple) else (layer,)
        numbers = tuple(int(one) for one in fields.read(f"layer {index}", given))
        if not 1 <= len(numbers) <= 3 or min(numbers) < 1 or max(numbers) > 10_000:
            raise FigureError(
                f"layer {index} of a receptive-field figure is {layer!r}", fix="write [kernel, stride, dilation]"
            )
        kernel, stride, dilation = (*numbers, 1, 1)[:3]
        size += (kernel - 1) * dilation * jump
        jump *= stride
        named = f"k{kernel} s{stride}" + (f" d{dilation}" if dilation > 1 else "")
        bars.append((f"{index}  {named}", float(size)))
    if not bars or len(bars) > 60:
        raise FigureError("a receptive-field figure needs one to sixty layers", fix="write layers: [[3, 1], [3, 2]]")
    description = ", ".join(f"{value:g}" for _, value in bars)
    return Bars(
        tuple(bars),
        "px",
        _named(fields, f"receptive field after each layer: {description}", f"逐层感受野：{description}"),
    )
