"""Convolutions and poolings as the notation of networks writes them."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.registry import layer
from dlquiz.calc.networks.units.values import Arguments, Made, Maker, Tensor, axes_of, dtype_of
from dlquiz.calc.result import Result, Shape, Step

_TORCH = {"k": "kernel_size", "s": "stride", "p": "padding", "d": "dilation", "g": "groups", "b": "bias",
          "ceil": "ceil_mode", "mode": "padding_mode"}  # fmt: skip


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


def _conv(value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None) -> Made:
    axes = axes_of(value, "conv")
    layer_arguments = _sliding(arguments, axes)
    result = layer(f"conv{axes}d", value.shape, dtype=dtype_of(value_bytes), out_channels=size, **layer_arguments)
    return Made(_linked_conv(result, arguments["links"]) if "links" in arguments else result, "map")


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


def _depthwise(value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None) -> Made:
    axes = axes_of(value, "dwconv")
    channels = value.shape[0]
    layer_arguments = _sliding(arguments, axes)
    return Made(
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


def _separable(value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None) -> Made:
    axes = axes_of(value, "separable")
    layer_arguments = _sliding(arguments, axes)
    return Made(
        layer(f"separable_conv{axes}d", value.shape, dtype=dtype_of(value_bytes), out_channels=size, **layer_arguments),
        "map",
    )


def _deconv(value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None) -> Made:
    axes = axes_of(value, "deconv")
    layer_arguments = _sliding(arguments, axes)
    if "o" in arguments:
        layer_arguments["output_padding"] = arguments["o"]
    kind = f"conv_transpose{axes}d"
    return Made(layer(kind, value.shape, dtype=dtype_of(value_bytes), out_channels=size, **layer_arguments), "map")


def _pool(kind: str) -> Maker:
    def make(value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None) -> Made:
        axes = axes_of(value, f"{kind}pool")
        layer_arguments = _sliding(arguments, axes)
        if "bare" in arguments:
            layer_arguments["count_include_pad"] = False
        return Made(layer(f"{kind}_pool{axes}d", value.shape, dtype=dtype_of(value_bytes), **layer_arguments), "map")

    return make


def _adaptive(kind: str) -> Maker:
    def make(value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None) -> Made:
        axes = axes_of(value, f"adaptive{kind}pool")
        output = arguments.get("o", size)
        if output is None:
            raise CalcError(f"adaptive{kind}pool needs the output side", fix=f"write adaptive{kind}pool 7, or o6x7")
        return Made(
            layer(f"adaptive_{kind}_pool{axes}d", value.shape, dtype=dtype_of(value_bytes), output_size=output), "map"
        )

    return make


SLIDING_MAKERS: dict[str, Maker] = {
    "conv": _conv, "dwconv": _depthwise, "separable": _separable, "deconv": _deconv, "maxpool": _pool("max"),
    "avgpool": _pool("avg"), "adaptiveavgpool": _adaptive("avg"), "adaptivemaxpool": _adaptive("max"),
}  # fmt: skip
