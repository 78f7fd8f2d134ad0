"""What an evaluation reports: perplexity."""

from __future__ import annotations

from dlquiz.calc.calculation import Calculation, Number, WorkingLine, calculated, real
from dlquiz.calc.layers.arguments import choice


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
