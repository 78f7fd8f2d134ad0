"""What a word of the notation is on tokens; and the table of all words."""

from __future__ import annotations

from collections.abc import Iterable
from math import isqrt, prod
from typing import Any

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import shape_text
from dlquiz.calc.layers.registry import layer
from dlquiz.calc.networks.units.map_layers import MAP_MAKERS
from dlquiz.calc.networks.units.state_space import STATE_SPACE_MAKERS
from dlquiz.calc.networks.units.values import FORMS, Arguments, BuiltLayer, Maker, Tensor, dtype_of, unchanged
from dlquiz.calc.receptive_field.window import same
from dlquiz.calc.result import Result, Step


def _embedding(
    value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
) -> BuiltLayer:
    if value.form != "ids":
        raise CalcError(f"embedding takes ids, not {FORMS[value.form]}", fix="begin with ids: 128 tokens")
    rows = arguments.get("v")
    if rows is None:
        raise CalcError("embedding needs the vocabulary", fix="write embedding 768 v30522")
    result = layer("embedding", value.shape, dtype=dtype_of(value_bytes), num_embeddings=rows, embedding_dim=size)
    return BuiltLayer(result, "tokens")


def _position(
    value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
) -> BuiltLayer:
    """A learned table added to the tokens; as many rows as tokens unless given."""
    _tokens_only("position", value)
    length, features = value.shape
    rows = length if size is None else size
    if rows < length:
        raise CalcError(f"a table of {rows} positions is too short for {length} tokens", fix=f"use position {length}")

    def working() -> Iterable[Step]:
        yield Step("parameters", "positions * features", f"{rows} * {features}", rows * features)

    return unchanged("position", value, value_bytes, {"add": length * features}, {"weight": (rows, features)}, working)


def _tokens_only(name: str, value: Tensor) -> None:
    if value.form != "tokens":
        fix = {"ids": "put an embedding first", "map": "put tokens first"}.get(value.form, "write 128x768 tokens")
        raise CalcError(f"{name} takes tokens x features, not {FORMS[value.form]}", fix=fix)


def _class_token(
    value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
) -> BuiltLayer:
    """A learned token put before the others."""
    _tokens_only("cls", value)
    length, features = value.shape

    def working() -> Iterable[Step]:
        yield Step("parameters", "one token", str(features), features)

    output = (length + 1, features)
    result = Result("cls", value.shape, output, working, {"weight": (features,)}, 0, {}, None, value_bytes=value_bytes)
    return BuiltLayer(result, "tokens")


def _one_token(kind: str) -> Maker:
    def make(
        value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
    ) -> BuiltLayer:
        _tokens_only(kind, value)
        output = value.shape[1:]
        result = Result(kind, value.shape, output, lambda: (), {}, 0, {}, None, value_bytes=value_bytes)
        return BuiltLayer(result, "vector", True)

    return make


def _tokens(
    value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
) -> BuiltLayer:
    """A map as tokens x features: a token for each place, or one for a vector."""
    if value.form in ("tokens", "ids"):
        raise CalcError(f"tokens takes a map or a vector, not {FORMS[value.form]}", fix="leave it out")
    output = (prod(value.shape[1:]), value.shape[0])

    def working() -> Iterable[Step]:
        yield Step("output_shape", "tokens = H * W", " * ".join(map(str, value.shape[1:])) or "1", output[0])

    result = Result("tokens", value.shape, output, working, {}, 0, {}, None, value_bytes=value_bytes)
    return BuiltLayer(result, "tokens", True)


def _unflatten(
    value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
) -> BuiltLayer:
    """Tokens as a map again, the features as channels: square unless the sides are given."""
    _tokens_only("unflatten", value)
    length, features = value.shape
    given = arguments.get("o", (isqrt(length),) * 2)
    sides = given if isinstance(given, tuple) else (given,)
    if prod(sides) != length:
        rows = max(one for one in range(1, isqrt(length) + 1) if length % one == 0)
        raise CalcError(
            f"{length} tokens are no map of {shape_text(sides)}",
            fix=f"give sides whose product is {length}: unflatten o{rows}x{length // rows}",
        )

    def working() -> Iterable[Step]:
        yield Step("output_shape", "H * W = tokens", " * ".join(map(str, sides)), length)

    result = Result(
        "unflatten",
        value.shape,
        (features, *sides),
        working,
        {},
        0,
        {},
        tuple(map(same, sides)),
        value_bytes=value_bytes,
    )
    return BuiltLayer(result, "map", True)


def _transpose(
    value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
) -> BuiltLayer:
    """Features x tokens: what follows on the last axis mixes tokens."""
    _tokens_only("transpose", value)
    output = value.shape[::-1]
    result = Result("transpose", value.shape, output, lambda: (), {}, 0, {}, None, value_bytes=value_bytes)
    return BuiltLayer(result, "tokens", True)


def _attention(
    value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
) -> BuiltLayer:
    _tokens_only("attention", value)
    layer_arguments = {
        torch: arguments[word] for word, torch in (("kv", "num_kv_heads"), ("hd", "head_dim")) if word in arguments
    }
    if size is not None:
        layer_arguments["embed_dim"] = size
    if other is not None:
        _tokens_only("attention", other)
        layer_arguments |= {"key": other.shape, "kdim": other.shape[-1], "vdim": other.shape[-1]}
    bias = bool(arguments.get("b", 1))
    if "bias" in arguments:
        if "b" in arguments:
            raise CalcError("attention has both b and bias", fix="leave one out: b0 for no bias, bias=qkv for some")
        layer_arguments["biases"] = arguments["bias"]
    if "qknorm" in arguments:
        layer_arguments["query_norm"] = arguments["qknorm"]
    dtype = dtype_of(value_bytes)
    return BuiltLayer(
        layer("multihead_attention", value.shape, dtype=dtype, num_heads=arguments["h"], bias=bias, **layer_arguments),
        "tokens",
    )


def _transformer(kind: str) -> Maker:
    def make(
        value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
    ) -> BuiltLayer:
        _tokens_only(kind, value)
        layer_arguments: dict[str, Any] = {"nhead": arguments["h"], "bias": bool(arguments.get("b", 1))}
        layer_arguments |= {
            torch: arguments[word]
            for word, torch in (("f", "dim_feedforward"), ("act", "activation"))
            if word in arguments
        }
        if size is not None:
            layer_arguments["d_model"] = size
        if other is not None:
            _tokens_only(kind, other)
            layer_arguments["memory"] = other.shape
        return BuiltLayer(
            layer(f"transformer_{kind}_layer", value.shape, dtype=dtype_of(value_bytes), **layer_arguments), "tokens"
        )

    return make


def _recurrent(kind: str) -> Maker:
    def make(
        value: Tensor, size: int | None, arguments: Arguments, value_bytes: int, other: Tensor | None
    ) -> BuiltLayer:
        _tokens_only(kind, value)
        layer_arguments: dict[str, Any] = {"hidden_size": size, "bias": bool(arguments.get("b", 1))}
        names = (
            ("n", "num_layers"),
            ("both", "bidirectional"),
            ("onebias", "single_bias"),
            ("proj", "proj_size"),
            ("act", "nonlinearity"),
        )
        layer_arguments |= {torch: arguments[word] for word, torch in names if word in arguments}
        return BuiltLayer(layer(kind, value.shape, dtype=dtype_of(value_bytes), **layer_arguments), "tokens")

    return make


LAYER_MAKERS: dict[str, Maker] = {
    **MAP_MAKERS,
    **STATE_SPACE_MAKERS,
    "embedding": _embedding,
    "position": _position,
    "cls": _class_token,
    "first": _one_token("first"),
    "last": _one_token("last"),
    "tokens": _tokens,
    "unflatten": _unflatten,
    "transpose": _transpose,
    "attention": _attention,
    "encoder": _transformer("encoder"),
    "decoder": _transformer("decoder"),
    "rnn": _recurrent("rnn"),
    "lstm": _recurrent("lstm"),
    "gru": _recurrent("gru"),
}
