"""The selective scan of a state-space model, as Mamba has it (Gu & Dao 2023, algorithm 2)."""

from __future__ import annotations

from collections.abc import Iterable

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import whole
from dlquiz.calc.networks.units.values import FORMS, Arguments, BuiltLayer, Maker, Tensor
from dlquiz.calc.result import Result, Shape, Step


def _selective_scan(
    value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
) -> BuiltLayer:
    """Step sizes, B and C are linear in the input (the step sizes through `r` features), A and D are learned.

    MACs are those of products with a matrix: the projections, and the output C h. The recurrence
    h' = exp(dt A) h + dt B x is element-wise.
    """
    if value.form != "tokens":
        raise CalcError(f"selectivescan takes tokens x features, not {FORMS[value.form]}", fix="write 128x768 tokens")
    states, rank = whole(size, "states"), whole(arguments["r"], "r")
    length, width = value.shape
    tensors: dict[str, Shape] = {"A_log": (width, states), "D": (width,)}
    tensors |= {"x_proj.weight": (rank + 2 * states, width), "dt_proj.weight": (width, rank), "dt_proj.bias": (width,)}
    into, steps, out = width * (rank + 2 * states), rank * width, width * states
    macs = length * (into + steps + out)

    def working() -> Iterable[Step]:
        yield Step("parameters", "A and D = d * n + d", f"{width} * {states} + {width}", width * states + width)
        yield Step("parameters", "to r, B and C = d * (r + 2 * n)", f"{width} * ({rank} + 2 * {states})", into)
        yield Step("parameters", "step sizes = r * d + d", f"{rank} * {width} + {width}", steps + width)
        parts = (width * states + width, into, steps + width)
        yield Step("parameters", "their sum", " + ".join(map(str, parts)), sum(parts))
        formula = "T * (d * (r + 2 * n) + r * d + d * n)"
        yield Step("macs", formula, f"{length} * ({into} + {steps} + {out})", macs)

    inner = length * width
    state = inner * states
    work = {"bias": inner, "softplus": inner, "exp": state, "multiply": 4 * state + inner, "add": state + inner}
    result = Result(
        "selective_scan", value.shape, value.shape, working, tensors, macs, work, None, value_bytes=value_bytes
    )
    return BuiltLayer(result, "tokens")


STATE_SPACE_MAKERS: dict[str, Maker] = {"selectivescan": _selective_scan}
