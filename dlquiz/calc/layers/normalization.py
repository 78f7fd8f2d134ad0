"""Normalisation layers: which axes share a statistic, what is learned, and when torch refuses to train on one value."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import Sizes, dimensions, divides, flag, real, tuple_text, whole
from dlquiz.calc.receptive_field.window import Window, same
from dlquiz.calc.result import Result, Shape, Step


def batch_norm(
    kind: str,
    axes: int,
    shape: object,
    value_bytes: int,
    *,
    num_features: int | None = None,
    eps: float = 1e-5,
    momentum: float | None = 0.1,
    affine: bool = True,
    track_running_stats: bool = True,
    training: bool = False,
) -> Result:
    """As in evaluation unless `training`; a scale and a shift for each channel, running statistics apart."""
    _check_numbers(eps, momentum)
    read = dimensions(shape, kind)
    if len(read) not in ((2, 3) if axes == 1 else (axes + 2,)):
        expected = "2D or 3D" if axes == 1 else f"{axes + 2}D"
        raise CalcError(
            f"{kind} takes a batched input, not {tuple_text(read)}",
            fix=f"put the batch first: {expected}",
            torch=f"expected {expected} input (got {len(read)}D input)",
        )
    learned, tracked = flag(affine, "affine"), flag(track_running_stats, "track_running_stats")
    channels = _channels(num_features, read[1], learned or tracked)
    if (flag(training, "training") or not tracked) and read[0] * prod(read[2:]) == 1:
        raise CalcError(
            f"one value for each channel in {tuple_text(read)} has no variance to train on",
            fix="use a larger batch or map, or evaluation mode",
            torch=f"Expected more than 1 value per channel when training, got input size {list(read)}",
        )
    buffers = {"running_mean": channels, "running_var": channels, "num_batches_tracked": 1} if tracked else None
    return _normalized(
        kind, read, value_bytes, LearnedTensors((channels,), learned, learned), buffers, _map_windows(read[2:])
    )


def instance_norm(
    kind: str,
    axes: int,
    shape: object,
    value_bytes: int,
    *,
    num_features: int | None = None,
    eps: float = 1e-5,
    momentum: float | None = 0.1,
    affine: bool = False,
    track_running_stats: bool = False,
    training: bool = False,
) -> Result:
    """Statistics of each channel of each example; nothing is learned or tracked by default."""
    _check_numbers(eps, momentum)
    read = dimensions(shape, kind)
    if len(read) not in (axes + 1, axes + 2):
        raise CalcError(
            f"{kind} takes {axes + 1} numbers, or {axes + 2} with the batch, not {tuple_text(read)}",
            fix="give channels and sides",
            torch=f"expected {axes + 1}D or {axes + 2}D input (got {len(read)}D input)",
        )
    sides = read[-axes:]
    learned, tracked = flag(affine, "affine"), flag(track_running_stats, "track_running_stats")
    channels = _channels(num_features, read[-axes - 1], learned or tracked)
    if (flag(training, "training") or not tracked) and prod(sides) == 1:
        raise CalcError(
            f"one pixel for each channel in {tuple_text(read)} has no variance",
            fix="use a larger map",
            torch=f"Expected more than 1 spatial element when training, got input size {list(read)}",
        )
    buffers = {"running_mean": channels, "running_var": channels, "num_batches_tracked": 1} if tracked else None
    return _normalized(
        kind, read, value_bytes, LearnedTensors((channels,), learned, learned), buffers, _map_windows(sides)
    )


def group_norm(
    kind: str,
    shape: object,
    value_bytes: int,
    *,
    num_groups: int,
    num_channels: int | None = None,
    eps: float = 1e-5,
    affine: bool = True,
) -> Result:
    """Statistics over the channels of a group and the map, for each example: (N, C, ...)."""
    _check_numbers(eps)
    read, groups = dimensions(shape, kind), whole(num_groups, "num_groups")
    if len(read) < 2:
        raise CalcError(
            f"group_norm takes (N, C, ...), not {tuple_text(read)}",
            fix="put the batch first",
            torch="Expected at least 2 dimensions for input tensor",
        )
    if num_channels is not None:
        whole(num_channels, "num_channels")
        divides("num_groups", groups, "num_channels", num_channels, "num_channels must be divisible by num_groups")
    channels = _channels(num_channels, read[1], flag(affine, "affine"))
    divides("num_groups", groups, "num_channels", read[1], "num_channels must be divisible by num_groups")
    if read[0] * (read[1] // groups) * prod(read[2:]) == 1:
        raise CalcError(
            f"one value for each group in {tuple_text(read)} has no variance",
            fix="use fewer groups or a larger map",
            torch="Expected more than 1 value per channel when training",
        )
    return _normalized(
        kind, read, value_bytes, LearnedTensors((channels,), affine, affine), windows=_map_windows(read[2:])
    )


def layer_norm(
    kind: str,
    shape: object,
    value_bytes: int,
    *,
    normalized_shape: int | Sizes | None = None,
    eps: float = 1e-5,
    elementwise_affine: bool = True,
    bias: bool = True,
) -> Result:
    """Statistics over the last axes of each example; a scale and a shift for each of their elements."""
    _check_numbers(eps)
    read = dimensions(shape, kind)
    last = _last_axes(kind, read, normalized_shape)
    learned = flag(elementwise_affine, "elementwise_affine")
    return _normalized(kind, read, value_bytes, LearnedTensors(last, learned, flag(bias, "bias") and learned))


def rms_norm(
    kind: str,
    shape: object,
    value_bytes: int,
    *,
    normalized_shape: int | Sizes | None = None,
    eps: float | None = None,
    elementwise_affine: bool = True,
) -> Result:
    """Layer norm without the mean and without the shift (Zhang & Sennrich 2019)."""
    _check_numbers(eps)
    read = dimensions(shape, kind)
    last = _last_axes(kind, read, normalized_shape)
    return _normalized(
        kind, read, value_bytes, LearnedTensors(last, flag(elementwise_affine, "elementwise_affine"), False)
    )


def _check_numbers(eps: float | None, momentum: float | None = None) -> None:
    for name, value in (("eps", eps), ("momentum", momentum)):
        if value is not None:
            real(value, name)


def _channels(given: int | None, channels: int, matters: bool) -> int:
    if given is None:
        return channels
    if whole(given, "num_features") != channels and matters:
        raise CalcError(
            f"num_features is {given}, and the input has {channels} channels",
            fix=f"use {channels}, or leave it out",
            torch=f"running_mean should contain {channels} elements not {given}",
        )
    return given


def _last_axes(kind: str, shape: Shape, given: int | Sizes | None) -> Shape:
    if given is None:
        return shape[-1:]
    last = dimensions(given, kind)
    if shape[-len(last) :] != last:
        raise CalcError(
            f"{kind} over {tuple_text(last)} does not match the last axes of {tuple_text(shape)}",
            fix=f"use normalized_shape={tuple_text(shape[-len(last) :])}",
            torch=f"Given normalized_shape={list(last)}, expected input with shape "
            f"[*, {', '.join(map(str, last))}], but got input of size{list(shape)}",
        )
    return last


def _map_windows(sides: Shape) -> tuple[Window, ...] | None:
    return tuple([same(side) for side in sides]) or None


class LearnedTensors(NamedTuple):
    """What a normalisation learns: the shape of its tensors, and which of them it has."""

    shape: Shape
    scale: bool
    shift: bool


def _normalized(
    kind: str,
    shape: Shape,
    value_bytes: int,
    learned: LearnedTensors,
    buffers: dict[str, int] | None = None,
    windows: tuple[Window, ...] | None = None,
) -> Result:
    elements = prod(shape)
    elementwise, tensors = {"normalize": elements}, {}
    if learned.scale:
        elementwise["scale"], tensors["weight"] = elements, learned.shape
    if learned.shift:
        elementwise["shift"], tensors["bias"] = elements, learned.shape

    def working() -> Iterable[Step]:
        return _norm_steps(learned, buffers)

    return Result(
        kind,
        shape,
        shape,
        working,
        tensors,
        0,
        elementwise,
        windows,
        buffers_by_tensor=buffers,
        value_bytes=value_bytes,
    )


def _norm_steps(learned: LearnedTensors, buffers: dict[str, int] | None) -> Iterable[Step]:
    shape, scale, shift = learned
    size, numbers = prod(shape), " * ".join(map(str, shape))
    letter = "C" if buffers or len(shape) == 1 else "elements"
    if scale:
        yield Step("parameters", f"scale = {letter}", numbers, size)
    if shift:
        yield Step("parameters", f"shift = {letter}", numbers, size)
        yield Step("parameters", "scale + shift", f"{size} + {size}", 2 * size)
    if buffers:
        yield Step(
            "buffers",
            f"running mean + running variance + batch counter of {letter} channels",
            f"{size} + {size} + 1",
            2 * size + 1,
        )
        if scale:
            yield Step(
                "buffers",
                "Keras counts the running statistics as non-trainable parameters: 4 * C",
                f"4 * {size}",
                4 * size,
            )
