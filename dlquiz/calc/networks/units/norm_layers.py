"""Normalizations as the notation of networks writes them, and the learned scale beside them."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.registry import layer
from dlquiz.calc.networks.units.values import Arguments, BuiltLayer, Maker, Tensor, dtype_of, unchanged
from dlquiz.calc.networks.units.window_layers import over_tokens
from dlquiz.calc.receptive_field.window import Window, same
from dlquiz.calc.result import Result, Shape, Step


def _norm(kind: str) -> Maker:
    def make(
        value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
    ) -> BuiltLayer:
        if value.form == "ids":
            raise CalcError(f"{kind} norm takes features, not ids", fix="put an embedding first")
        learned = bool(arguments.get("affine", 1))
        dtype = dtype_of(value_bytes)
        if kind in ("layer", "rms"):
            return BuiltLayer(_last_norm(kind, value, arguments, learned, dtype), value.form)
        if value.form == "tokens":
            raise CalcError(f"{kind} norm takes a map or a vector, not tokens x features", fix="use ln or rms")
        axes = max(len(value.shape) - 1, 1)
        layer_arguments: dict[str, Any] = {"affine": learned}
        name = "group_norm" if kind == "group" else f"{kind}_norm{axes}d"
        if kind == "group":
            layer_arguments["num_groups"] = size
        # torch's batch and group norm want the batch axis; one example has the same parameters and work.
        batched = layer(name, (2, *value.shape), dtype=dtype, **layer_arguments)
        return BuiltLayer(_one_example(batched, value.shape), value.form)

    return make


def _last_norm(kind: str, value: Tensor, arguments: Arguments, learned: bool, dtype: str) -> Result:
    """Over the features: the last axis of tokens and vectors, the channels of a map (ConvNeXt's LayerNorm2d)."""
    layer_arguments: dict[str, Any] = {"elementwise_affine": learned}
    if kind == "layer" and "b" in arguments:
        layer_arguments["bias"] = bool(arguments["b"])
    if value.form != "map":
        return layer(f"{kind}_norm", value.shape, dtype=dtype, **layer_arguments)
    if "all" in arguments:
        result = layer(f"{kind}_norm", value.shape, dtype=dtype, normalized_shape=value.shape, **layer_arguments)
        return _with(result, value.shape, "global")
    result = layer(f"{kind}_norm", (*value.shape[1:], value.shape[0]), dtype=dtype, **layer_arguments)
    return _with(result, value.shape, tuple(map(same, value.shape[1:])))


def _with(result: Result, shape: Shape, windows: tuple[Window, ...] | str | None) -> Result:
    return Result(
        result.kind,
        shape,
        shape,
        result.working,
        result.tensors,
        result.macs,
        result.elementwise,
        windows,
        buffers_by_tensor=result.buffers_by_tensor,
        value_bytes=result.value_bytes,
    )


def _one_example(result: Result, shape: Shape) -> Result:
    elements = prod(shape)
    return Result(
        result.kind,
        shape,
        shape,
        result.working,
        result.tensors,
        0,
        dict.fromkeys(result.elementwise, elements),
        tuple(map(same, shape[1:])) or None,
        buffers_by_tensor=result.buffers_by_tensor,
        value_bytes=result.value_bytes,
    )


def _scale(value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None) -> BuiltLayer:
    """A learned factor a channel (layer scale), with b1 a learned shift too."""
    if value.form == "ids":
        raise CalcError("scale takes values, not ids", fix="put an embedding first")
    channels = value.shape[0] if value.form == "map" else value.shape[-1]
    elements, shift = prod(value.shape), bool(arguments.get("b", 0))
    tensors: dict[str, Shape] = dict.fromkeys(("weight", "bias") if shift else ("weight",), (channels,))

    def working() -> Iterable[Step]:
        yield Step("parameters", "scale = C", str(channels), channels)
        if shift:
            yield Step("parameters", "scale + shift", f"{channels} + {channels}", 2 * channels)

    work = {"scale": elements} | ({"shift": elements} if shift else {})
    return unchanged("scale", value, value_bytes, work, tensors, working)


NORM_MAKERS: dict[str, Maker] = {
    "bn": over_tokens(_norm("batch")), "ln": _norm("layer"), "gn": _norm("group"), "in": _norm("instance"),
    "rms": _norm("rms"), "scale": _scale,
}  # fmt: skip
