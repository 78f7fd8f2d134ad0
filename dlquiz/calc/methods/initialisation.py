"""Standard deviations of initial weights."""

from __future__ import annotations

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated
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
