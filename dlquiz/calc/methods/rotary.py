"""Rotary position embeddings: angles, wavelengths, rotation, and their scaling to longer contexts."""

from __future__ import annotations

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Exact, Number, count, positive, real
from dlquiz.calc.layers.arguments import whole


def rope(
    *, width: int, base: Number = 10_000, pair: int = 0, position: Number = 0, x: Number = 1, y: Number = 0
) -> Calculation:
    """A pair of a head of this width after rotation at a position (Su et al. 2021, arXiv:2104.09864).

    Pairs count from 0. `angle` is in radians, wavelengths in tokens; the longest is that of the last pair.
    `flops` rotate one query or key of one head: four multiplications and two additions a pair, with sines and cosines
    from a table.

    >>> found = rope(width=128, position=3)
    >>> round(found.ask("rotated_x"), 3), round(found.ask("rotated_y"), 3), round(found.ask("longest_wavelength"))
    (-0.99, 0.141, 54410)
    >>> found.ask("flops")
    384
    """
    d = _even(width)
    b = positive(base, "base")
    i = count(pair, "pair", 0, d // 2 - 1)
    p = real(position, "position", low=-(10**9), high=10**9)
    one = {"b": b, "i": i, "d": d}
    angle = float(p) / float(b) ** (2 * i / d)
    numbers = {"x": real(x, "x"), "y": real(y, "y"), "a": angle, "p": p, "b": b, "i": i, "d": d}
    lines = [
        WorkingLine("wavelength", "2 * pi * b ** (2 * i / d)", one, "", "rope_wavelength"),
        WorkingLine("longest_wavelength", "2 * pi * b ** ((d - 2) / d)", {"b": b, "d": d}, "", "rope_longest"),
        WorkingLine("angle", "p / b ** (2 * i / d)", one | {"p": p}, "", "rope_angle"),
        WorkingLine("rotated_x", "x * cos(a) - y * sin(a)", numbers, "", "rope_first"),
        WorkingLine("rotated_y", "x * sin(a) + y * cos(a)", numbers, "", "rope_second"),
        WorkingLine("flops", "d / 2 * (4 + 2)", {"d": d}, "FLOP"),
    ]
    given = {"width": d, "base": b, "pair": i, "position": p, "x": numbers["x"], "y": numbers["y"]}
    return calculated("rope", given, lines)


def rope_scaling(*, scale: Number, width: int = 128, base: Number = 10_000, context: int = 4096) -> Calculation:
    """What stretches a rotary context by a factor: NTK-aware base, YaRN's temperature and ramp, interpolation.

    `attention_factor` multiplies cosines and sines, `logit_factor` the logits; pairs below `ramp_start` keep their
    frequency, those from `ramp_end` on are interpolated (Peng et al. 2023, arXiv:2309.00071).

    >>> found = rope_scaling(scale=8)
    >>> round(found.ask("ntk_base")), round(found.ask("attention_factor"), 3), round(found.ask("ramp_start"), 1)
    (82685, 1.208, 20.9)
    """
    s, d, b = real(scale, "scale", low=1), _even(width), positive(base, "base")
    if b <= 1:
        raise CalcError("base is 1 or less", fix="use a number above 1")
    n = whole(context, "context")
    ramp: dict[str, Exact] = {"d": d, "b": b, "L": n}
    lines = [
        WorkingLine("context_tokens", "L * s", {"L": n, "s": s}, "tokens"),
        WorkingLine("ntk_base", "b * s ** (d / (d - 2))", {"b": b, "s": s, "d": d}, "", "ntk_base"),
        WorkingLine("attention_factor", "0.1 * log(s) + 1", {"s": s}, "", "yarn_factor"),
        WorkingLine("logit_factor", "(0.1 * log(s) + 1) ** 2", {"s": s}, "", "yarn_logits"),
        WorkingLine("ramp_start", "d * log(L / (32 * 2 * pi)) / (2 * log(b))", ramp),
        WorkingLine("ramp_end", "d * log(L / (2 * pi)) / (2 * log(b))", ramp),
    ]
    return calculated("rope_scaling", {"scale": s, "width": d, "base": b, "context": n}, lines)


def _even(width: int) -> int:
    d = count(width, "width", 4, 10_000)
    if d % 2:
        raise CalcError(f"width is {d}", fix="use an even number: RoPE turns pairs")
    return d
