"""A map cut into windows and put together again (Swin; MaxViT with `grid`)."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import per_axis, shape_text
from dlquiz.calc.networks.units.values import Arguments, BuiltLayer, Tensor, axes_of
from dlquiz.calc.receptive_field.window import same
from dlquiz.calc.result import Result, Shape, Step


class Partition(NamedTuple):
    """The tokens of one window, and how many windows the map has."""

    made: BuiltLayer
    windows: int


def partition(value: Tensor, arguments: Arguments, value_bytes: int) -> Partition:
    """Windows of `k` pixels, the last ones padded; with `grid` k x k pixels spread over the whole map.

    `shift` moves the windows round (every second block of Swin) and changes no count.
    """
    axes = axes_of(value, "windows")
    channels, sides = value.shape[0], value.shape[1:]
    kernel = per_axis(arguments["k"], "k", axes)
    per_axis(arguments.get("shift", 0), "shift", axes, 0)
    if "grid" in arguments and any(side % one for side, one in zip(sides, kernel, strict=True)):
        raise CalcError(f"a grid of {shape_text(kernel)} does not divide {shape_text(sides)}", fix="pad the map first")
    counts = [-(-side // one) for side, one in zip(sides, kernel, strict=True)]
    output = (prod(kernel), channels)

    def working() -> Iterable[Step]:
        parts = " * ".join(f"ceil({side} / {one})" for side, one in zip(sides, kernel, strict=True))
        yield Step("output_shape", "windows = the product of ceil(n / k)", parts, prod(counts))
        yield Step("output_shape", "tokens of a window = k * k", " * ".join(map(str, kernel)), output[0])

    result = Result("windows", value.shape, output, working, {}, 0, {}, None, value_bytes=value_bytes)
    return Partition(BuiltLayer(result, "tokens"), prod(counts))


def merged(value: Tensor, sides: Shape, split: Partition, value_bytes: int) -> BuiltLayer:
    """The windows as a map of the sides that it had, the padding cut off."""
    tokens = split.made.result.output_shape[0]
    if value.form != "tokens" or value.shape[0] != tokens:
        raise CalcError(
            f"the windows of {tokens} tokens end as {shape_text(value.shape)}",
            fix="keep the tokens of a window, or put what follows after the windows",
        )
    output = (value.shape[1], *sides)
    places = tuple(map(same, sides))
    result = Result("window_merge", value.shape, output, lambda: (), {}, 0, {}, places, value_bytes=value_bytes)
    return BuiltLayer(result, "map")
