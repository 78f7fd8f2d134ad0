"""Convolutions and poolings as the notation of networks writes them."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.convolution import check_mode
from dlquiz.calc.layers.padding import read_padding
from dlquiz.calc.layers.registry import layer
from dlquiz.calc.networks.units.values import Arguments, BuiltLayer, Maker, Tensor, axes_of, dtype_of
from dlquiz.calc.receptive_field.window import Window
from dlquiz.calc.result import Result, Shape, Step

_TORCH = {"k": "kernel_size", "s": "stride", "p": "padding", "d": "dilation", "g": "groups", "b": "bias",
          "ceil": "ceil_mode", "mode": "padding_mode"}  # fmt: skip


def over_tokens(make: Maker) -> Maker:
    """The layer on a map, and on tokens x features the one-dimensional layer with the features as channels."""

    def made(
        value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
    ) -> BuiltLayer:
        if value.form != "tokens":
            return make(value, size, arguments, value_bytes, other)
        sequence = value._replace(shape=value.shape[::-1], form="map")
        result = make(sequence, size, arguments, value_bytes, other).result
        return BuiltLayer(
            result._replace(input_shape=value.shape, output_shape=result.output_shape[::-1], windows=None), "tokens"
        )

    return made


def _pad(value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None) -> BuiltLayer:
    """Pixels around a map, as torch's ZeroPad, ReflectionPad, ReplicationPad and CircularPad add them."""
    axes, padding = axes_of(value, "pad"), arguments["p"]
    if isinstance(padding, str):
        raise CalcError(
            f"pad p={padding} has no kernel to go by", fix="give the pixels: p1, or before:after on each axis"
        )
    sides = value.shape[1:]
    pads = read_padding(_every_axis(padding, axes), sides, (1,) * axes, (1,) * axes, (1,) * axes)
    check_mode(arguments.get("mode", "zeros"), pads, sides)
    windows = tuple(
        Window("slide", side, before + side + after, before=before, after=after)
        for side, (before, after) in zip(sides, pads, strict=True)
    )

    def working() -> Iterable[Step]:
        for window in windows:
            numbers = f"{window.before} + {window.size} + {window.after}"
            yield Step("output_shape", "before + n + after", numbers, window.output)

    output = (value.shape[0], *(window.output for window in windows))
    return BuiltLayer(Result("pad", value.shape, output, working, {}, 0, {}, windows, value_bytes=value_bytes), "map")


def _every_axis(padding: object, axes: int) -> Any:
    if isinstance(padding, tuple) and len(padding) == 1:
        return padding * axes
    return padding


def _sliding(arguments: Arguments, axes: int) -> dict[str, Any]:
    layer_arguments = {_TORCH[word]: value for word, value in arguments.items() if word in _TORCH}
    if "padding" in layer_arguments:
        layer_arguments["padding"] = _every_axis(layer_arguments["padding"], axes)
    if "bias" in layer_arguments:
        layer_arguments["bias"] = bool(layer_arguments["bias"])
    return layer_arguments


def _conv(value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None) -> BuiltLayer:
    axes = axes_of(value, "conv")
    layer_arguments = _sliding(arguments, axes)
    result = layer(f"conv{axes}d", value.shape, dtype=dtype_of(value_bytes), out_channels=size, **layer_arguments)
    return BuiltLayer(_linked_conv(result, arguments["links"]) if "links" in arguments else result, "map")


def _linked_conv(result: Result, links: int) -> Result:
    """A convolution in which only `links` pairs of channels are connected (LeNet-5's third layer)."""
    filters, inside, *kernel = result.tensors["weight"]
    if not 0 < links <= filters * inside:
        raise CalcError(f"links={links} of {filters * inside} pairs of channels", fix=f"use 1 to {filters * inside}")
    tensors: dict[str, Shape] = {"weight": (links, *kernel)} | {k: v for k, v in result.tensors.items() if k == "bias"}
    taps, places = prod(kernel), prod(result.output_shape[1:])

    def working() -> Iterable[Step]:
        yield Step("parameters", "weight = links * k * k", f"{links} * {' * '.join(map(str, kernel))}", links * taps)
        yield Step("macs", "places * links * k * k", f"{places} * {links} * {taps}", places * links * taps)

    return Result(
        result.kind,
        result.input_shape,
        result.output_shape,
        working,
        tensors,
        places * links * taps,
        result.elementwise,
        result.windows,
        value_bytes=result.value_bytes,
    )


def _depthwise(
    value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
) -> BuiltLayer:
    axes = axes_of(value, "dwconv")
    channels = value.shape[0]
    layer_arguments = _sliding(arguments, axes)
    return BuiltLayer(
        layer(
            f"conv{axes}d",
            value.shape,
            dtype=dtype_of(value_bytes),
            out_channels=channels,
            groups=channels,
            **layer_arguments,
        ),
        "map",
    )


def _separable(
    value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
) -> BuiltLayer:
    axes = axes_of(value, "separable")
    layer_arguments = _sliding(arguments, axes)
    return BuiltLayer(
        layer(f"separable_conv{axes}d", value.shape, dtype=dtype_of(value_bytes), out_channels=size, **layer_arguments),
        "map",
    )


def _deconv(
    value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
) -> BuiltLayer:
    axes = axes_of(value, "deconv")
    layer_arguments = _sliding(arguments, axes)
    if "o" in arguments:
        layer_arguments["output_padding"] = arguments["o"]
    kind = f"conv_transpose{axes}d"
    return BuiltLayer(
        layer(kind, value.shape, dtype=dtype_of(value_bytes), out_channels=size, **layer_arguments), "map"
    )


def _pool(kind: str) -> Maker:
    def make(
        value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
    ) -> BuiltLayer:
        axes = axes_of(value, f"{kind}pool")
        layer_arguments = _sliding(arguments, axes)
        if "bare" in arguments:
            layer_arguments["count_include_pad"] = False
        return BuiltLayer(
            layer(f"{kind}_pool{axes}d", value.shape, dtype=dtype_of(value_bytes), **layer_arguments), "map"
        )

    return make


def _adaptive(kind: str) -> Maker:
    def make(
        value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
    ) -> BuiltLayer:
        axes = axes_of(value, f"adaptive{kind}pool")
        output = arguments.get("o", size)
        if output is None:
            raise CalcError(f"adaptive{kind}pool needs the output side", fix=f"write adaptive{kind}pool 7, or o6x7")
        return BuiltLayer(
            layer(f"adaptive_{kind}_pool{axes}d", value.shape, dtype=dtype_of(value_bytes), output_size=output), "map"
        )

    return make


SLIDING_MAKERS: dict[str, Maker] = {
    "conv": over_tokens(_conv), "dwconv": over_tokens(_depthwise), "separable": over_tokens(_separable),
    "deconv": over_tokens(_deconv), "maxpool": over_tokens(_pool("max")), "avgpool": over_tokens(_pool("avg")),
    "adaptiveavgpool": over_tokens(_adaptive("avg")), "adaptivemaxpool": over_tokens(_adaptive("max")), "pad": _pad,
}  # fmt: skip
