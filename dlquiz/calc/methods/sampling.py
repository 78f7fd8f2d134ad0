"""From logits to probabilities: softmax."""

from __future__ import annotations

from collections.abc import Sequence

from dlquiz.calc.calculation import (
    Calculation,
    Exact,
    Number,
    WorkingLine,
    calculated,
    formula_value,
    positive,
    several,
)
from dlquiz.calc.errors import CalcError


def softmax(*, logits: Sequence[Number], temperature: Number = 1) -> Calculation:
    """Probabilities p1, p2, … of logits at a temperature.

    >>> [round(softmax(logits=(2, 1, 0), temperature=0.5).ask(name), 3) for name in ("p1", "p2", "p3")]
    [0.867, 0.117, 0.016]
    """
    read, t = several(logits, "logits", 2), positive(temperature, "temperature")
    if len(read) > 20 or any(not -600 <= one / t <= 600 for one in read):
        raise CalcError("the logits are too many or too large", fix="use up to 20 logits, below 600 when divided by T")
    total = " + ".join(f"exp({_signed(one)} / T)" for one in read)
    sums = float(formula_value(total.replace("T", f"({t})")))
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
