"""Scaling laws with a loss: what a model of N parameters comes to on D tokens, and the best pair for a budget."""

from __future__ import annotations

from fractions import Fraction

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated
from dlquiz.calc.inputs import Exact, Number, positive
from dlquiz.calc.layers.arguments import choice

# E, A, B, α, β: the fit of Hoffmann et al. 2022 (arXiv:2203.15556, approach 3), and that of Besiroglu et al. 2024
# (arXiv:2404.10102), who repeated it.
LAWS: dict[str, dict[str, Exact]] = {
    name: dict(zip(("E", "A", "B", "u", "v"), map(Fraction, constants), strict=True))
    for name, constants in {
        "hoffmann": ("1.69", "406.4", "410.7", "0.34", "0.28"),
        "besiroglu": ("1.8172", "482.01", "2085.43", "0.3478", "0.3658"),
    }.items()
}


def scaling_law(*, parameters: Number, tokens: Number, law: str = "hoffmann") -> Calculation:
    """Loss by the parametric law E + A/N^α + B/D^β in nats a token; `law` is hoffmann or besiroglu.

    >>> round(scaling_law(parameters=70e9, tokens=1.4e12).ask("loss"), 3)
    1.937
    """
    constants = LAWS[choice(law, "law", tuple(LAWS))]
    numbers = constants | {"N": positive(parameters, "parameters"), "D": positive(tokens, "tokens")}
    model, data = ({name: numbers[name] for name in names} for names in ("AuN", "BvD"))
    lines = [
        WorkingLine("irreducible", "E", {"E": numbers["E"]}),
        WorkingLine("parameter_term", "A / N ** u", model),
        WorkingLine("token_term", "B / D ** v", data),
        WorkingLine("loss", "E + A / N ** u + B / D ** v", numbers, "", "scaling_loss"),
    ]
    return calculated("scaling_law", {"parameters": numbers["N"], "tokens": numbers["D"], "law": law}, lines)


def scaling_optimum(*, flops: Number, law: str = "hoffmann") -> Calculation:
    """Parameters and tokens of least loss for 6ND FLOPs, by the parametric law; `law` as in `scaling_law`.

    >>> found = scaling_optimum(flops=1e23)
    >>> round(found.ask("parameters") / 1e9, 1), round(found.ask("tokens") / 1e12, 2)
    (14.6, 1.14)
    """
    constants = LAWS[choice(law, "law", tuple(LAWS))]
    ratio = float(constants["u"] * constants["A"] / (constants["v"] * constants["B"])) ** float(
        1 / (constants["u"] + constants["v"])
    )
    spread = {name: constants[name] for name in "ABuv"}
    numbers = {"G": ratio, "C": positive(flops, "flops"), "u": constants["u"], "v": constants["v"]}
    best = float(numbers["G"]) * float(numbers["C"] / 6) ** float(numbers["v"] / (numbers["u"] + numbers["v"]))
    lines = [
        WorkingLine("balance", "(u * A / (v * B)) ** (1 / (u + v))", spread),
        WorkingLine("parameters", "G * (C / 6) ** (v / (u + v))", numbers, "", "scaling_optimum_parameters"),
        WorkingLine("tokens", "(C / 6) ** (u / (u + v)) / G", numbers, "tokens", "scaling_optimum_tokens"),
        WorkingLine("tokens_per_parameter", "D / N", {"D": float(numbers["C"] / 6) / best, "N": best}),
        WorkingLine(
            "loss", "E + A / N ** u + B / D ** v", constants | {"N": best, "D": float(numbers["C"] / 6) / best}
        ),
    ]
    return calculated("scaling_optimum", {"flops": numbers["C"], "law": law}, lines)


def critical_batch(*, ratio: Number) -> Calculation:
    """Steps and examples relative to the fewest possible, at a batch of so many critical batches.

    McCandlish et al. 2018, arXiv:1812.06162.

    >>> [critical_batch(ratio=4).ask(name) for name in ("steps_ratio", "examples_ratio")]
    [Fraction(5, 4), 5]
    """
    numbers = {"k": positive(ratio, "ratio")}
    lines = [
        WorkingLine("steps_ratio", "1 + 1 / k", numbers, "", "critical_batch_steps"),
        WorkingLine("examples_ratio", "1 + k", numbers, "", "critical_batch_examples"),
    ]
    return calculated("critical_batch", {"ratio": numbers["k"]}, lines)
