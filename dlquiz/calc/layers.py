"""What a word of the notation is on maps and vectors: the calculator's layer, or one that only networks need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import prod
from typing import Any, Literal, NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.kinds import layer
from dlquiz.calc.result import Result, Shape, Step
from dlquiz.calc.window import Window, same

Form = Literal["map", "vector", "tokens", "ids"]
Arguments = Mapping[str, Any]
FORMS = {"map": "a map", "vector": "a vector", "tokens": "tokens x features", "ids": "ids"}


class Value(NamedTuple):
    """What a node gives: its number, the shape for one example, and what the axes mean."""

    node: int
    shape: Shape
    form: Form


class Made(NamedTuple):
    """A layer made for an input; `view` when it only renames what it reads."""

    result: Result
    form: Form
    view: bool = False
    name: str = ""


Maker = Callable[[Value, "int | None", Arguments, int, "Value | None"], Made]


def say(shape: Iterable[int]) -> str:
    return "x".join(map(str, shape)) or "()"


def _axes(value: Value, name: str) -> int:
    if value.form != "map":
        raise CalcError(f"{name} takes a map, not {FORMS[value.form]}", mend=_map_mend(value))
    return len(value.shape) - 1


def _map_mend(value: Value) -> str:
    return "begin with a map such as 3x224x224" if value.form == "ids" else "put it before gap, flatten or tokens"


def dtype_of(value_bytes: int) -> str:
    return {8: "fp64", 4: "fp32", 2: "fp16", 1: "int8"}[value_bytes]


def _every_axis(padding: Any, axes: int) -> Any:
    if isinstance(padding, tuple) and len(padding) == 1:
        return padding * axes
    return padding


_TORCH = {"k": "kernel_size", "s": "stride", "p": "padding", "d": "dilation", "g": "groups", "b": "bias",
          "ceil": "ceil_mode", "mode": "padding_mode"}  # fmt: skip


def _sliding(arguments: Arguments, axes: int) -> dict[str, Any]:
    told = {_TORCH[word]: value for word, value in arguments.items() if word in _TORCH}
    if "padding" in told:
        told["padding"] = _every_axis(told["padding"], axes)
    if "bias" in told:
        told["bias"] = bool(told["bias"])
    return told


def _conv(value: Value, size: int | None, arguments: Arguments, value_bytes: int, other: Value | None) -> Made:
    axes = _axes(value, "conv")
    told = _sliding(arguments, axes)
    result = layer(f"conv{axes}d", value.shape, dtype=dtype_of(value_bytes), out_channels=size, **told)
    return Made(_linked_conv(result, arguments["links"]) if "links" in arguments else result, "map")


def _linked_conv(result: Result, links: int) -> Result:
    """A convolution in which only `links` pairs of channels are connected (LeNet-5's third layer)."""
    filters, inside, *kernel = result.tensors["weight"]
    if not 0 < links <= filters * inside:
        raise CalcError(f"links={links} of {filters * inside} pairs of channels", mend=f"use 1 to {filters * inside}")
    tensors: dict[str, Shape] = {"weight": (links, *kernel)} | {k: v for k, v in result.tensors.items() if k == "bias"}
    taps, places = prod(kernel), prod(result.output_shape[1:])

    def working() -> Iterable[Step]:
        yield Step("parameters", "weight = links * k * k", f"{links} * {' * '.join(map(str, kernel))}", links * taps)
        yield Step("macs", "places * links * k * k", f"{places} * {links} * {taps}", places * links * taps)

    return Result(
        result.kind, result.input_shape, result.output_shape, working, tensors, places * links * taps,
        result.elementwise, result.windows, value_bytes=result.value_bytes,
    )  # fmt: skip


def _depthwise(value: Value, size: int | None, arguments: Arguments, value_bytes: int, other: Value | None) -> Made:
    axes = _axes(value, "dwconv")
    channels = value.shape[0]
    told = _sliding(arguments, axes)
    return Made(
        layer(f"conv{axes}d", value.shape, dtype=dtype_of(value_bytes), out_channels=channels, groups=channels, **told),
        "map",
    )


def _separable(value: Value, size: int | None, arguments: Arguments, value_bytes: int, other: Value | None) -> Made:
    axes = _axes(value, "separable")
    told = _sliding(arguments, axes)
    return Made(
        layer(f"separable_conv{axes}d", value.shape, dtype=dtype_of(value_bytes), out_channels=size, **told), "map"
    )


def _deconv(value: Value, size: int | None, arguments: Arguments, value_bytes: int, other: Value | None) -> Made:
    axes = _axes(value, "deconv")
    told = _sliding(arguments, axes)
    if "o" in arguments:
        told["output_padding"] = arguments["o"]
    kind = f"conv_transpose{axes}d"
    return Made(layer(kind, value.shape, dtype=dtype_of(value_bytes), out_channels=size, **told), "map")


def _pool(kind: str) -> Maker:
    def make(value: Value, size: int | None, arguments: Arguments, value_bytes: int, other: Value | None) -> Made:
        axes = _axes(value, f"{kind}pool")
        told = _sliding(arguments, axes)
        if "bare" in arguments:
            told["count_include_pad"] = False
        return Made(layer(f"{kind}_pool{axes}d", value.shape, dtype=dtype_of(value_bytes), **told), "map")

    return make


def _adaptive(kind: str) -> Maker:
    def make(value: Value, size: int | None, arguments: Arguments, value_bytes: int, other: Value | None) -> Made:
        axes = _axes(value, f"adaptive{kind}pool")
        output = arguments.get("o", size)
        if output is None:
            raise CalcError(f"adaptive{kind}pool needs the output side", mend=f"write adaptive{kind}pool 7, or o6x7")
        return Made(
            layer(f"adaptive_{kind}_pool{axes}d", value.shape, dtype=dtype_of(value_bytes), output_size=output), "map"
        )

    return make


def _gap(value: Value, size: int | None, arguments: Arguments, value_bytes: int, other: Value | None) -> Made:
    """The mean over the map (or over the tokens), as a vector."""
    if value.form == "map":
        channels, places, field = value.shape[0], prod(value.shape[1:]), "global"
    elif value.form == "tokens":
        places, channels, field = value.shape[0], value.shape[1], "global"
    else:
        raise CalcError(f"gap takes a map or tokens, not {FORMS[value.form]}", mend="leave it out")

    def working() -> Iterable[Step]:
        yield Step("output_shape", "channels", str(channels), (channels,))

    work = {"add": channels * places, "divide": channels}
    return Made(Result("gap", value.shape, (channels,), working, {}, 0, work, field, value_bytes=value_bytes), "vector")


def _linear(value: Value, size: int | None, arguments: Arguments, value_bytes: int, other: Value | None) -> Made:
    if value.form == "map":
        raise CalcError(f"linear works on the last axis and refuses a map of {say(value.shape)}",
                        mend="flatten or gap first, or use conv k1")  # fmt: skip
    if value.form == "ids":
        raise CalcError("linear takes features, not ids", mend="put an embedding first")
    result = layer(
        "linear", value.shape, dtype=dtype_of(value_bytes), out_features=size, bias=bool(arguments.get("b", 1))
    )
    return Made(result, value.form)


def _flatten(value: Value, size: int | None, arguments: Arguments, value_bytes: int, other: Value | None) -> Made:
    if value.form == "ids":
        raise CalcError("flatten takes values, not ids", mend="put an embedding first")
    return Made(layer("flatten", value.shape, dtype=dtype_of(value_bytes), start_dim=0), "vector", True)


def _norm(kind: str) -> Maker:
    def make(value: Value, size: int | None, arguments: Arguments, value_bytes: int, other: Value | None) -> Made:
        if value.form == "ids":
            raise CalcError(f"{kind} norm takes features, not ids", mend="put an embedding first")
        learned = bool(arguments.get("affine", 1))
        dtype = dtype_of(value_bytes)
        if kind in ("layer", "rms"):
            return Made(_last_norm(kind, value, arguments, learned, dtype), value.form)
        if value.form == "tokens":
            raise CalcError(f"{kind} norm takes a map or a vector, not tokens x features", mend="use ln or rms")
        axes = max(len(value.shape) - 1, 1)
        told: dict[str, Any] = {"affine": learned}
        name = "group_norm" if kind == "group" else f"{kind}_norm{axes}d"
        if kind == "group":
            told["num_groups"] = size
        # torch's batch and group norm want the batch axis; one example has the same parameters and work.
        batched = layer(name, (2, *value.shape), dtype=dtype, **told)
        return Made(_one_example(batched, value.shape), value.form)

    return make


def _last_norm(kind: str, value: Value, arguments: Arguments, learned: bool, dtype: str) -> Result:
    """Over the features: the last axis of tokens and vectors, the channels of a map (ConvNeXt's LayerNorm2d)."""
    told: dict[str, Any] = {"elementwise_affine": learned}
    if kind == "layer" and "b" in arguments:
        told["bias"] = bool(arguments["b"])
    if value.form != "map":
        return layer(f"{kind}_norm", value.shape, dtype=dtype, **told)
    if "all" in arguments:
        result = layer(f"{kind}_norm", value.shape, dtype=dtype, normalized_shape=value.shape, **told)
        return _with(result, value.shape, "global")
    result = layer(f"{kind}_norm", (*value.shape[1:], value.shape[0]), dtype=dtype, **told)
    return _with(result, value.shape, tuple(map(same, value.shape[1:])))


def _with(result: Result, shape: Shape, windows: tuple[Window, ...] | str | None) -> Result:
    return Result(
        result.kind, shape, shape, result.working, result.tensors, result.macs, result.elementwise, windows,
        buffers_by_tensor=result.buffers_by_tensor, value_bytes=result.value_bytes,
    )  # fmt: skip


def _one_example(result: Result, shape: Shape) -> Result:
    elements = prod(shape)
    return Result(
        result.kind, shape, shape, result.working, result.tensors, 0, dict.fromkeys(result.elementwise, elements),
        tuple(map(same, shape[1:])) or None, buffers_by_tensor=result.buffers_by_tensor, value_bytes=result.value_bytes,
    )  # fmt: skip


def _scale(value: Value, size: int | None, arguments: Arguments, value_bytes: int, other: Value | None) -> Made:
    """A learned factor a channel (layer scale), with b1 a learned shift too."""
    if value.form == "ids":
        raise CalcError("scale takes values, not ids", mend="put an embedding first")
    channels = value.shape[0] if value.form == "map" else value.shape[-1]
    elements, shift = prod(value.shape), bool(arguments.get("b", 0))
    tensors: dict[str, Shape] = dict.fromkeys(("weight", "bias") if shift else ("weight",), (channels,))

    def working() -> Iterable[Step]:
        yield Step("parameters", "scale = C", str(channels), channels)
        if shift:
            yield Step("parameters", "scale + shift", f"{channels} + {channels}", 2 * channels)

    work = {"scale": elements} | ({"shift": elements} if shift else {})
    return kept("scale", value, value_bytes, work, tensors, working)


def kept(
    kind: str, value: Value, value_bytes: int, work: dict[str, int], tensors: dict[str, Shape] | None = None,
    working: Callable[[], Iterable[Step]] | None = None, view: bool = False,
) -> Made:  # fmt: skip
    windows = tuple(map(same, value.shape[1:])) if value.form == "map" else None
    told = working or (lambda: ())
    result = Result(kind, value.shape, value.shape, told, tensors or {}, 0, work, windows, value_bytes=value_bytes)
    return Made(result, value.form, view)


def _activation(kind: str) -> Maker:
    def make(value: Value, size: int | None, arguments: Arguments, value_bytes: int, other: Value | None) -> Made:
        if kind == "identity":
            return kept(kind, value, value_bytes, {}, view=True)
        if value.form == "ids":
            raise CalcError(f"{kind} takes values, not ids", mend="put an embedding first")
        return kept(kind, value, value_bytes, {kind: prod(value.shape)})

    return make


def _dropout(value: Value, size: int | None, arguments: Arguments, value_bytes: int, other: Value | None) -> Made:
    if value.form != "ids":
        layer("dropout", value.shape, p=arguments.get("p", 0.5))
    return kept("dropout", value, value_bytes, {"dropout": prod(value.shape)}, view=True)


def _prelu(value: Value, size: int | None, arguments: Arguments, value_bytes: int, other: Value | None) -> Made:
    slopes = size or 1
    result = layer("prelu", (1, *value.shape), dtype=dtype_of(value_bytes), num_parameters=slopes)
    return kept("prelu", value, value_bytes, {"prelu": prod(value.shape)}, dict(result.tensors), result.working)


def _glu(value: Value, size: int | None, arguments: Arguments, value_bytes: int, other: Value | None) -> Made:
    """Halves the channels of a map, the last axis otherwise."""
    dim = 0 if value.form == "map" else -1
    result = layer("glu", value.shape, dtype=dtype_of(value_bytes), dim=dim)
    windows = tuple(map(same, value.shape[1:])) if value.form == "map" else None
    half = Result(
        "glu", value.shape, result.output_shape, result.working, {}, 0, result.elementwise, windows,
        value_bytes=value_bytes,
    )  # fmt: skip
    return Made(half, value.form)


def _upsample(value: Value, size: int | None, arguments: Arguments, value_bytes: int, other: Value | None) -> Made:
    _axes(value, "upsample")
    told: dict[str, Any] = {"mode": arguments.get("mode", "nearest")}
    if size is not None:
        told["scale_factor"] = size
    if "o" in arguments:
        told["size"] = arguments["o"]
    if "corners" in arguments:
        told["align_corners"] = True
    result = layer("upsample", (1, *value.shape), dtype=dtype_of(value_bytes), **told)
    return Made(_without_batch(result), "map")


def _without_batch(result: Result) -> Result:
    return Result(
        result.kind, result.input_shape[1:], result.output_shape[1:], result.working, result.tensors, result.macs,
        result.elementwise, result.windows, value_bytes=result.value_bytes,
    )  # fmt: skip


def _shuffle(kind: str, argument: str) -> Maker:
    def make(value: Value, size: int | None, arguments: Arguments, value_bytes: int, other: Value | None) -> Made:
        _axes(value, kind)
        return Made(layer(kind, value.shape, dtype=dtype_of(value_bytes), **{argument: size}), "map")

    return make


def _chunk(value: Value, size: int | None, arguments: Arguments, value_bytes: int, other: Value | None) -> Made:
    """One of equal parts of the channels (of a map) or features."""
    parts, index = size or 1, arguments.get("i", 0)
    axis = 0 if value.form == "map" else len(value.shape) - 1
    width = value.shape[axis]
    if value.form == "ids" or width % parts or index >= parts:
        raise CalcError(f"chunk {parts} i{index} of {width}", mend="use parts that divide it, and an index below them")
    output = (*value.shape[:axis], width // parts, *value.shape[axis + 1 :])
    windows = tuple(map(same, value.shape[1:])) if value.form == "map" else None
    result = Result("chunk", value.shape, output, lambda: (), {}, 0, {}, windows, value_bytes=value_bytes)
    return Made(result, value.form, True)


def _channel_shuffle(
    value: Value, size: int | None, arguments: Arguments, value_bytes: int, other: Value | None
) -> Made:
    """Channels in another order (Zhang et al. 2017)."""
    _axes(value, "channelshuffle")
    if size and value.shape[0] % size:
        raise CalcError(f"channelshuffle {size} of {value.shape[0]} channels", mend="use groups that divide them")
    return kept("channelshuffle", value, value_bytes, {})


def _rbf(value: Value, size: int | None, arguments: Arguments, value_bytes: int, other: Value | None) -> Made:
    """Squared distances to fixed code vectors (LeNet-5's last layer): nothing is trained."""
    if value.form != "vector":
        raise CalcError(f"rbf takes a vector, not {FORMS[value.form]}", mend="flatten or gap first")
    features, outputs = value.shape[0], size or 1
    work = {"subtract": features * outputs, "square": features * outputs, "add": features * outputs}
    result = Result(
        "rbf", value.shape, (outputs,), lambda: (), {}, 0, work, None,
        buffers_by_tensor={"codes": features * outputs}, value_bytes=value_bytes,
    )  # fmt: skip
    return Made(result, "vector")


MAP_MAKERS: dict[str, Maker] = {
    "conv": _conv, "dwconv": _depthwise, "separable": _separable, "deconv": _deconv, "maxpool": _pool("max"),
    "avgpool": _pool("avg"), "adaptiveavgpool": _adaptive("avg"), "adaptivemaxpool": _adaptive("max"), "gap": _gap,
    "linear": _linear, "flatten": _flatten, "bn": _norm("batch"), "ln": _norm("layer"), "gn": _norm("group"),
    "in": _norm("instance"), "rms": _norm("rms"), "scale": _scale, "prelu": _prelu, "glu": _glu, "dropout": _dropout,
    "upsample": _upsample, "shuffle": _shuffle("pixel_shuffle", "upscale_factor"),
    "unshuffle": _shuffle("pixel_unshuffle", "downscale_factor"), "chunk": _chunk, "channelshuffle": _channel_shuffle,
    "rbf": _rbf,
    **{name: _activation(name) for name in (
        "relu", "relu6", "leakyrelu", "elu", "selu", "celu", "silu", "mish", "gelu", "sigmoid", "tanh", "hardswish",
        "hardsigmoid", "hardtanh", "softplus", "softsign", "logsigmoid", "tanhshrink", "softmax", "logsoftmax",
        "identity",
    )},
}  # fmt: skip
