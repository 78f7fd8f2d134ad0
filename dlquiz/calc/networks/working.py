"""The working of a network: its totals as sums over layers, its shape, its receptive field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dlquiz.calc.networks.graph import NetworkNode
from dlquiz.calc.result import Step

if TYPE_CHECKING:
    from dlquiz.calc.networks.network import NetworkResult


def steps(network: NetworkResult) -> Iterator[Step]:
    """The totals as sums over the layers that contribute most, then the shape and the field."""
    for quantity in ("parameters", "macs"):
        parts = [(layer.name, getattr(layer, quantity)) for layer in network.layers if getattr(layer, quantity)]
        if not parts:
            continue
        listed = parts if len(parts) <= 6 else sorted(parts, key=lambda one: -one[1])[:5]
        rest = sum(value for _, value in parts) - sum(value for _, value in listed)
        names, values = [name for name, _ in listed], [value for _, value in listed]
        if rest:
            names, values = [*names, f"{len(parts) - 5} more"], [*values, rest]
        yield Step(quantity, " + ".join(names), " + ".join(map(str, values)), sum(values))
    if network.macs:
        yield Step("flops", "2 * MACs", f"2 * {network.macs}", network.flops)
    yield from _shape_steps(network)
    yield from _field_steps(network)


def _shape_steps(network: NetworkResult) -> Iterator[Step]:
    """The sides layer by layer where few layers change them, then the shape."""
    changing = [layer for layer in network.layers if _widens(layer.node)]
    if len(changing) <= 5 and all(len(layer.node.sources) == 1 for layer in network.layers):
        for layer in changing:
            for step in layer.steps:
                if step.quantity == "output_shape" and isinstance(step.value, int):
                    yield Step("output_shape", f"{layer.name}: {step.formula}", step.numbers, step.value)
    names = {"map": "(channels, sides)", "tokens": "(tokens, features)", "vector": "(features)", "ids": "(ids)"}
    shape = "(" + ", ".join(map(str, network.output_shape)) + ")"
    yield Step("output_shape", names[network.nodes[network.last].form], shape, network.output_shape)


def _field_steps(network: NetworkResult) -> Iterator[Step]:
    listed = network.receptive_field_convolutions
    if listed is None or len({str(axis) for axis in listed}) > 1 or "sizes" in listed[0]:
        return
    sliding = [layer for layer in network.layers if _widens(layer.node)]
    if not sliding or any(len(layer.node.sources) > 1 for layer in network.layers) or len(sliding) > 8:
        return
    jump, terms, strides = 1, ["1"], list[int]()
    for layer in sliding:
        windows = layer.node.result.windows
        if not isinstance(windows, tuple) or windows[0].rule != "slide":
            return
        window = windows[0]
        terms.append(f"{window.effective_kernel - 1} * {jump}")
        jump *= window.stride
        strides.append(window.stride)
    if len(sliding) == 1:
        yield from sliding[0].node.result.steps_for("receptive_field")
        return
    formula = "size = 1 + the sum of d * (k - 1) * jump before the layer"
    yield Step("receptive_field", formula, " + ".join(terms), listed[0]["size"])
    yield Step("receptive_field", "jump = the product of the strides", " * ".join(map(str, strides)), jump)


def _widens(node: NetworkNode) -> bool:
    """Whether a unit of the layer sees more of the map than one unit, or the map gets smaller."""
    windows = node.result.windows
    return isinstance(windows, tuple) and bool(windows) and (windows[0].kernel > 1 or windows[0].stride > 1)
