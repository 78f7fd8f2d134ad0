"""Layers that keep the shape: activations, softmax, dropout, identity; and the gate that halves it."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import choice, dimensions, flag, probability, real, tuple_text, whole
from dlquiz.calc.receptive_field.window import Window, same
from dlquiz.calc.result import Result, Shape, Step


def activation(kind: str, shape: object, value_bytes: int, *, inplace: bool = False) -> Result:
    flag(inplace, "inplace")
    return _same_shape(kind, shape, value_bytes, {kind: None})


def bare(kind: str, shape: object, value_bytes: int) -> Result:
    """An activation without arguments."""
    return _same_shape(kind, shape, value_bytes, {kind: None})


def identity(kind: str, shape: object, value_bytes: int) -> Result:
    return _same_shape(kind, shape, value_bytes, {})


def leaky(kind: str, shape: object, value_bytes: int, *, negative_slope: float = 0.01, inplace: bool = False) -> Result:
    real(negative_slope, "negative_slope")
    flag(inplace, "inplace")
    return _same_shape(kind, shape, value_bytes, {kind: None})


def exponential(kind: str, shape: object, value_bytes: int, *, alpha: float = 1.0, inplace: bool = False) -> Result:
    real(alpha, "alpha")
    flag(inplace, "inplace")
    return _same_shape(kind, shape, value_bytes, {kind: None})


def gelu(kind: str, shape: object, value_bytes: int, *, approximate: str = "none") -> Result:
    choice(approximate, "approximate", ("none", "tanh"), torch="approximate argument must be either none or tanh.")
    return _same_shape(kind, shape, value_bytes, {kind: None})


def softplus(kind: str, shape: object, value_bytes: int, *, beta: float = 1.0, threshold: float = 20.0) -> Result:
    real(beta, "beta"), real(threshold, "threshold")
    return _same_shape(kind, shape, value_bytes, {kind: None})


def clipped(kind: str, shape: object, value_bytes: int, *, min_val: float = -1.0, max_val: float = 1.0) -> Result:
    if not real(min_val, "min_val") < real(max_val, "max_val"):
        raise CalcError("min_val is not below max_val", fix="swap them", torch="max_val must be larger than min_val")
    return _same_shape(kind, shape, value_bytes, {kind: None})


def dropout(kind: str, shape: object, value_bytes: int, *, p: float = 0.5, inplace: bool = False) -> Result:
    probability(p, "p")
    flag(inplace, "inplace")
    return _same_shape(kind, shape, value_bytes, {"dropout": None})


def softmax(kind: str, shape: object, value_bytes: int, *, dim: int = -1) -> Result:
    """Over one axis, the last unless given."""
    read = dimensions(shape, kind)
    if not -len(read) <= whole(dim, "dim", -64) < len(read):
        raise CalcError(
            f"dim {dim} is not an axis of {tuple_text(read)}",
            fix=f"use {-len(read)} to {len(read) - 1}",
            torch=f"Dimension out of range (expected to be in range of [{-len(read)}, {len(read) - 1}], but got {dim})",
        )
    return _same_shape(kind, read, value_bytes, {kind: None})


def prelu(kind: str, shape: object, value_bytes: int, *, num_parameters: int = 1, init: float = 0.25) -> Result:
    """A learned slope, one for all or one for each channel (He et al. 2015)."""
    real(init, "init")
    read, slopes = dimensions(shape, kind), whole(num_parameters, "num_parameters")
    channels = read[1] if len(read) > 1 else 1
    if slopes not in (1, channels):
        raise CalcError(
            f"prelu has {slopes} slopes for {channels} channels",
            fix=f"use 1 or {channels}",
            torch=f"Mismatch of parameter numbers and input channel size. Found parameter numbers = {slopes} "
            f"and channel size = {channels}.",
        )
    return _same_shape(kind, read, value_bytes, {kind: None}, {"weight": (slopes,)})


def glu(kind: str, shape: object, value_bytes: int, *, dim: int = -1) -> Result:
    """One half times the sigmoid of the other (Dauphin et al. 2017)."""
    read = dimensions(shape, kind)
    if not -len(read) <= whole(dim, "dim", -64) < len(read) or read[dim] % 2:
        raise CalcError(
            f"glu cannot halve axis {dim} of {tuple_text(read)}",
            fix="choose an axis of even length",
            torch="Halving dimension must be even",
        )
    index = dim % len(read)
    output = (*read[:index], read[index] // 2, *read[index + 1 :])

    def working() -> Iterable[Step]:
        yield Step("output_shape", "half of the axis", f"{read[index]} / 2", output[index])

    half = prod(output)
    return Result(
        kind, read, output, working, {}, 0, {"sigmoid": half, "multiply": half}, None, value_bytes=value_bytes
    )


def _same_shape(
    kind: str, shape: object, value_bytes: int, operations: dict[str, None], tensors: dict[str, Shape] | None = None
) -> Result:
    read = dimensions(shape, kind)
    elements = prod(read)

    def working() -> Iterable[Step]:
        yield Step("output_shape", "as the input", tuple_text(read), read)
        if tensors:
            (shape_of_weight,) = tensors.values()
            yield Step("parameters", "slopes", str(prod(shape_of_weight)), prod(shape_of_weight))

    return Result(
        kind,
        read,
        read,
        working,
        tensors or {},
        0,
        dict.fromkeys(operations, elements),
        _windows(read),
        value_bytes=value_bytes,
    )


def _windows(shape: Shape) -> tuple[Window, ...] | None:
    """A shape of three numbers is read as (C, H, W), of four as (N, C, H, W); fewer are no map."""
    sides = shape[1:] if len(shape) == 3 else shape[2:]
    return tuple([same(side) for side in sides]) or None
