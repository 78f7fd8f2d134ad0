"""What a word of the notation is on maps and vectors: the calculator's layer, or one that only networks need."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import shape_text, whole
from dlquiz.calc.layers.registry import layer
from dlquiz.calc.networks.notation.vocabulary import ACTIVATIONS
from dlquiz.calc.networks.units.norm_layers import NORM_MAKERS
from dlquiz.calc.networks.units.values import FORMS, Arguments, BuiltLayer, Maker, Tensor, axes_of, dtype_of, unchanged
from dlquiz.calc.networks.units.window_layers import SLIDING_MAKERS
from dlquiz.calc.receptive_field.window import same
from dlquiz.calc.result import Result, Step


def _gap(value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None) -> BuiltLayer:
    """The mean over the map (or over the tokens), as a vector."""
    if value.form == "map":
        channels, places, field = value.shape[0], prod(value.shape[1:]), "global"
    elif value.form == "tokens":
        places, channels, field = value.shape[0], value.shape[1], "global"
    else:
        raise CalcError(f"gap takes a map or tokens, not {FORMS[value.form]}", fix="leave it out")

    def working() -> Iterable[Step]:
        yield Step("output_shape", "channels", str(channels), (channels,))

    work = {"add": channels * places, "divide": channels}
    return BuiltLayer(
        Result("gap", value.shape, (channels,), working, {}, 0, work, field, value_bytes=value_bytes), "vector"
    )


def _linear(
    value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
) -> BuiltLayer:
    if value.form == "map":
        raise CalcError(
            f"linear works on the last axis and refuses a map of {shape_text(value.shape)}",
            fix="flatten or gap first, or use conv k1",
        )
    if value.form == "ids":
        raise CalcError("linear takes features, not ids", fix="put an embedding first")
    result = layer(
        "linear", value.shape, dtype=dtype_of(value_bytes), out_features=size, bias=bool(arguments.get("b", 1))
    )
    return BuiltLayer(result, value.form)


def _flatten(
    value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
) -> BuiltLayer:
    if value.form == "ids":
        raise CalcError("flatten takes values, not ids", fix="put an embedding first")
    return BuiltLayer(layer("flatten", value.shape, dtype=dtype_of(value_bytes), start_dim=0), "vector", True)


def _activation(kind: str) -> Maker:
    def make(
        value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
    ) -> BuiltLayer:
        if kind == "identity":
            return unchanged(kind, value, value_bytes, {})._replace(view=True)
        if value.form == "ids":
            raise CalcError(f"{kind} takes values, not ids", fix="put an embedding first")
        return unchanged(kind, value, value_bytes, {kind: prod(value.shape)})

    return make


def _dropout(
    value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
) -> BuiltLayer:
    if value.form != "ids":
        layer("dropout", value.shape, p=arguments.get("p", 0.5))
    return unchanged("dropout", value, value_bytes, {"dropout": prod(value.shape)})._replace(view=True)


def _prelu(value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None) -> BuiltLayer:
    slopes = size or 1
    result = layer("prelu", (1, *value.shape), dtype=dtype_of(value_bytes), num_parameters=slopes)
    return unchanged("prelu", value, value_bytes, {"prelu": prod(value.shape)}, dict(result.tensors), result.working)


def _glu(value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None) -> BuiltLayer:
    """Halves the channels of a map, the last axis otherwise."""
    dim = 0 if value.form == "map" else -1
    result = layer("glu", value.shape, dtype=dtype_of(value_bytes), dim=dim)
    windows = tuple(map(same, value.shape[1:])) if value.form == "map" else None
    half = Result(
        "glu",
        value.shape,
        result.output_shape,
        result.working,
        {},
        0,
        result.elementwise,
        windows,
        value_bytes=value_bytes,
    )
    return BuiltLayer(half, value.form)


def _upsample(
    value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
) -> BuiltLayer:
    axes = axes_of(value, "upsample")
    layer_arguments: dict[str, Any] = {"mode": arguments.get("mode", "nearest")}
    if other is not None:
        if axes_of(other, "upsample") != axes:
            raise CalcError(f"upsample to the sides of {shape_text(other.shape)}", fix="name a map of as many sides")
        layer_arguments["size"] = other.shape[1:]
    if size is not None:
        layer_arguments["scale_factor"] = size
    if "o" in arguments:
        layer_arguments["size"] = arguments["o"]
    if "corners" in arguments:
        layer_arguments["align_corners"] = True
    result = layer("upsample", (1, *value.shape), dtype=dtype_of(value_bytes), **layer_arguments)
    return BuiltLayer(_without_batch(result), "map")


def _without_batch(result: Result) -> Result:
    return Result(
        result.kind,
        result.input_shape[1:],
        result.output_shape[1:],
        result.working,
        result.tensors,
        result.macs,
        result.elementwise,
        result.windows,
        value_bytes=result.value_bytes,
    )


def _shuffle(kind: str, argument: str) -> Maker:
    def make(
        value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
    ) -> BuiltLayer:
        axes_of(value, kind)
        return BuiltLayer(layer(kind, value.shape, dtype=dtype_of(value_bytes), **{argument: size}), "map")

    return make


def _chunk(value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None) -> BuiltLayer:
    """One of equal parts of the channels (of a map) or features."""
    parts, index = size or 1, arguments.get("i", 0)
    axis = 0 if value.form == "map" else len(value.shape) - 1
    width = value.shape[axis]
    if value.form == "ids" or width % parts or index >= parts:
        raise CalcError(f"chunk {parts} i{index} of {width}", fix="use parts that divide it, and an index below them")
    output = (*value.shape[:axis], width // parts, *value.shape[axis + 1 :])
    windows = tuple(map(same, value.shape[1:])) if value.form == "map" else None
    result = Result("chunk", value.shape, output, lambda: (), {}, 0, {}, windows, value_bytes=value_bytes)
    return BuiltLayer(result, value.form, True)


def _channel_shuffle(
    value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
) -> BuiltLayer:
    """Channels in another order (Zhang et al. 2017)."""
    axes_of(value, "channelshuffle")
    if size and value.shape[0] % size:
        raise CalcError(f"channelshuffle {size} of {value.shape[0]} channels", fix="use groups that divide them")
    return unchanged("channelshuffle", value, value_bytes, {})


def _parameter(
    value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
) -> BuiltLayer:
    """Learned values that belong to the step before, as a table of relative positions does; adding them is not work."""
    count = whole(size, "values")

    def working() -> Iterable[Step]:
        yield Step("parameters", "learned values", str(count), count)

    return unchanged("parameter", value, value_bytes, {}, {"values": (count,)}, working)._replace(view=True)


def _rbf(value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None) -> BuiltLayer:
    """Squared distances to fixed code vectors (LeNet-5's last layer): nothing is trained."""
    if value.form != "vector":
        raise CalcError(f"rbf takes a vector, not {FORMS[value.form]}", fix="flatten or gap first")
    features, outputs = value.shape[0], size or 1
    work = {"subtract": features * outputs, "square": features * outputs, "add": features * outputs}
    result = Result(
        "rbf",
        value.shape,
        (outputs,),
        lambda: (),
        {},
        0,
        work,
        None,
        buffers_by_tensor={"codes": features * outputs},
        value_bytes=value_bytes,
    )
    return BuiltLayer(result, "vector")


MAP_MAKERS: dict[str, Maker] = {
    **SLIDING_MAKERS, **NORM_MAKERS, "gap": _gap, "linear": _linear, "flatten": _flatten, "prelu": _prelu, "glu": _glu,
    "dropout": _dropout, "upsample": _upsample, "shuffle": _shuffle("pixel_shuffle", "upscale_factor"),
    "unshuffle": _shuffle("pixel_unshuffle", "downscale_factor"), "chunk": _chunk, "channelshuffle": _channel_shuffle,
    "rbf": _rbf, "parameter": _parameter,
    **{name: _activation(name) for name in ACTIVATIONS},
}  # fmt: skip
