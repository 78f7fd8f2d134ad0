"""Linear and embedding: a matrix applied to the last axis, and a table looked up."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import dimensions, flag, tuple_text, whole
from dlquiz.calc.result import Result, Shape, Step


def linear(
    kind: str, shape: object, value_bytes: int, *, out_features: int, bias: bool = True, in_features: int | None = None
) -> Result:
    """Works on the last axis; every other axis is a batch of rows."""
    read = dimensions(shape, kind)
    features, rows, units = read[-1], read[:-1], whole(out_features, "out_features")
    if in_features is not None and whole(in_features, "in_features") != features:
        flat = "" if prod(read) != in_features else "flatten first, or "
        raise CalcError(
            f"linear expects {in_features} features and the last axis of {tuple_text(read)} has {features}",
            fix=f"{flat}use in_features={features}",
            torch=f"mat1 and mat2 shapes cannot be multiplied ({prod(rows)}x{features} and {in_features}x{units})",
        )
    tensors: dict[str, Shape] = {"weight": (units, features)}
    if flag(bias, "bias"):
        tensors["bias"] = (units,)
    macs = prod(rows) * features * units

    def working() -> Iterable[Step]:
        yield from affine_steps(features, units, bool(bias))
        names = "rows * in * out" if rows else "in * out"
        yield Step("macs", names, " * ".join(map(str, (*rows, features, units))), macs)

    elementwise = {"bias": prod(rows) * units} if bias else {}
    return Result(kind, read, (*rows, units), working, tensors, macs, elementwise, None, value_bytes=value_bytes)


def affine_steps(features: int, units: int, bias: bool) -> Iterable[Step]:
    weight = features * units
    yield Step("parameters", "weight = in * out", f"{features} * {units}", weight)
    if bias:
        yield Step("parameters", "bias = out", str(units), units)
        yield Step("parameters", "weight + bias", f"{weight} + {units}", weight + units)


def embedding(
    kind: str,
    shape: object,
    value_bytes: int,
    *,
    num_embeddings: int,
    embedding_dim: int,
    padding_idx: int | None = None,
) -> Result:
    """A row of the table for each id: parameters, but no multiplication."""
    read = dimensions(shape, kind)
    rows, width = whole(num_embeddings, "num_embeddings"), whole(embedding_dim, "embedding_dim")
    if padding_idx is not None and not -rows <= whole(padding_idx, "padding_idx", -rows) < rows:
        raise CalcError(
            f"padding_idx {padding_idx} is not a row of a table of {rows}",
            fix=f"use 0 to {rows - 1}",
            torch="Padding_idx must be within num_embeddings",
        )

    def working() -> Iterable[Step]:
        yield Step("output_shape", "(ids, width)", tuple_text((*read, width)), (*read, width))
        yield Step("parameters", "vocabulary * width", f"{rows} * {width}", rows * width)

    tensors: dict[str, Shape] = {"weight": (rows, width)}
    elementwise = {"lookup": prod(read) * width}
    return Result(kind, read, (*read, width), working, tensors, 0, elementwise, None, value_bytes=value_bytes)
