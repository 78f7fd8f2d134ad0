"""Layers that only move values about: flatten, upsample, pixel shuffle and unshuffle, unfold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import floor, isfinite, prod

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import LARGEST, PerAxis, choice, dimensions, per_axis, tuple_text, whole
from dlquiz.calc.layers.window_size import LETTERS, sizes, sliding_steps
from dlquiz.calc.receptive_field.window import Window
from dlquiz.calc.result import Result, Shape, Step

# mode -> the number of map axes it takes (None: any), the inputs each output reads along an axis, and the rule.
MODES: dict[str, tuple[int | None, int, str]] = {
    "nearest": (None, 1, "nearest"),
    "nearest-exact": (None, 1, "nearest-exact"),
    "linear": (1, 2, "linear"),
    "bilinear": (2, 2, "linear"),
    "trilinear": (3, 2, "linear"),
    "bicubic": (2, 4, "cubic"),
}


def flatten(kind: str, shape: object, value_bytes: int, *, start_dim: int = 1, end_dim: int = -1) -> Result:
    """Joins the axes from `start_dim` to `end_dim`; the default keeps the first, the batch."""
    read = dimensions(shape, kind)
    start, end = _axis(start_dim, "start_dim", len(read)), _axis(end_dim, "end_dim", len(read))
    if start > end:
        raise CalcError(
            f"start_dim {start_dim} comes after end_dim {end_dim} in {tuple_text(read)}",
            fix="start no later than the last axis",
            torch="flatten() has invalid args: start_dim cannot come after end_dim",
        )
    joined = prod(read[start : end + 1])
    output = (*read[:start], joined, *read[end + 1 :])

    def working() -> Iterable[Step]:
        numbers = " * ".join(map(str, read[start : end + 1]))
        letters = {1: "C", 2: "C * L", 3: "C * H * W", 4: "C * D * H * W"}.get(end + 1 - start, "joined axes")
        yield Step("output_shape", f"features = {letters}", numbers, joined)
        yield Step("output_shape", "shape", tuple_text(output), output)

    return Result(kind, read, output, working, {}, 0, {}, None, value_bytes=value_bytes)


def _axis(value: int, name: str, axes: int) -> int:
    given = whole(value, name, -LARGEST)
    if not -axes <= given < axes:
        raise CalcError(
            f"{name} {given} is not an axis of an input of {axes}",
            fix=f"use {-axes} to {axes - 1}",
            torch=f"Dimension out of range (expected to be in range of [{-axes}, {axes - 1}], but got {given})",
        )
    return given % axes


def upsample(
    kind: str,
    shape: object,
    value_bytes: int,
    *,
    size: PerAxis | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Result:
    """Interpolates (N, C, sides) to `size`, or to floor(side * scale_factor)."""
    read = dimensions(shape, kind)
    choice(mode, "mode", tuple(MODES))
    wanted, taps, rule = MODES[mode]
    axes = len(read) - 2
    if not 1 <= axes <= 3 or wanted not in (None, axes):
        raise CalcError(
            f"mode {mode!r} takes {'3 to 5' if wanted is None else wanted + 2} numbers (N, C, sides), "
            f"not {tuple_text(read)}",
            fix="put the batch first" if len(read) < 4 else "choose the mode for this number of axes",
            torch=f"Input Error: Only 3D, 4D and 5D input Tensors supported (got {len(read)}D) for the modes: {mode}",
        )
    if align_corners is not None and rule not in ("linear", "cubic"):
        raise CalcError(
            f"align_corners has no meaning for mode {mode!r}",
            fix="leave it out",
            torch="align_corners option can only be set with the interpolating modes",
        )
    output = _upsampled(read[2:], size, scale_factor)
    corners = "corners" if align_corners and rule == "linear" else rule
    windows = tuple([Window(corners, n, o) for n, o in zip(read[2:], output, strict=True)])
    full = (*read[:2], *output)

    def working() -> Iterable[Step]:
        if scale_factor is not None:
            for letter, n, o, factor in zip(LETTERS[axes], read[2:], output, _factors(scale_factor, axes), strict=True):
                yield Step("output_shape", f"{letter}_out = floor({letter} * scale)", f"floor({n} * {factor})", o)
        yield Step("output_shape", "shape", tuple_text(full), full)

    work = {"copy" if taps == 1 else "interpolate": prod(full) * taps**axes}
    return Result(kind, read, full, working, {}, 0, work, windows, value_bytes=value_bytes)


def _upsampled(sides: Shape, size: PerAxis | None, scale_factor: float | Sequence[float] | None) -> Shape:
    if (size is None) == (scale_factor is None):
        some = "either size or scale_factor should be defined"
        raise CalcError(
            "upsample needs a size or a scale_factor, not both",
            fix="give one of them",
            torch=some if size is None else "only one of size or scale_factor should be defined",
        )
    if size is not None:
        return per_axis(size, "size", len(sides), torch="Input and output sizes should be greater than 0")
    output = []
    for side, factor in zip(sides, _factors(scale_factor, len(sides)), strict=True):
        grown = side * factor if isinstance(factor, int) else floor(float(side) * factor)
        output.append(whole(grown, "an output side", torch="Input and output sizes should be greater than 0"))
    return tuple(output)


def _factors(value: object, axes: int) -> tuple[int | float, ...]:
    given = value if isinstance(value, tuple | list) else (value,) * axes
    if len(given) != axes:
        raise CalcError(f"scale_factor has {len(given)} values for {axes} axes", fix=f"give one number, or {axes}")
    factors: list[int | float] = []
    for one in given:
        if isinstance(one, bool) or not isinstance(one, int | float) or not 0 < one <= LARGEST or not isfinite(one):
            raise CalcError(
                f"scale_factor is {str(one)[:40]}",
                fix="use a number above 0",
                torch="Input and output sizes should be greater than 0",
            )
        factors.append(int(one) if one == int(one) else one)
    return tuple(factors)


def shuffle(kind: str, shape: object, value_bytes: int, *, upscale_factor: int) -> Result:
    """(*, C r^2, H, W) becomes (*, C, H r, W r) (Shi et al. 2016)."""
    read, r = _image(shape, kind), whole(upscale_factor, "upscale_factor", torch="upscale_factor should be positive")
    channels, height, width = read[-3:]
    if channels % (r * r):
        raise CalcError(
            f"{channels} channels are not a multiple of {r}^2",
            fix=f"use {-(-channels // (r * r)) * r * r} channels",
            torch="pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of "
            "upscale_factor",
        )
    output = (*read[:-3], channels // (r * r), height * r, width * r)
    windows = Window("nearest", height, height * r), Window("nearest", width, width * r)

    def working() -> Iterable[Step]:
        yield Step("output_shape", "C_out = C / r ** 2", f"{channels} / {r} ** 2", output[-3])
        yield Step("output_shape", "H_out = H * r", f"{height} * {r}", output[-2])
        yield Step("output_shape", "W_out = W * r", f"{width} * {r}", output[-1])

    return Result(kind, read, output, working, {}, 0, {}, windows, value_bytes=value_bytes)


def unshuffle(kind: str, shape: object, value_bytes: int, *, downscale_factor: int) -> Result:
    """(*, C, H r, W r) becomes (*, C r^2, H, W)."""
    read, r = (
        _image(shape, kind),
        whole(downscale_factor, "downscale_factor", torch="downscale_factor must be positive"),
    )
    channels, height, width = read[-3:]
    for name, side in (("height", height), ("width", width)):
        if side % r:
            raise CalcError(
                f"{name} {side} is not a multiple of {r}",
                fix=f"use {side // r * r or r} or {-(-side // r) * r}",
                torch=f"pixel_unshuffle expects {name} to be divisible by downscale_factor, "
                f"but input.size({-2 if name == 'height' else -1})={side} is not divisible by {r}",
            )
    output = (*read[:-3], channels * r * r, height // r, width // r)
    windows = Window("slide", height, height // r, r, r), Window("slide", width, width // r, r, r)

    def working() -> Iterable[Step]:
        yield Step("output_shape", "C_out = C * r ** 2", f"{channels} * {r} ** 2", output[-3])
        yield Step("output_shape", "H_out = H / r", f"{height} / {r}", output[-2])
        yield Step("output_shape", "W_out = W / r", f"{width} / {r}", output[-1])

    return Result(kind, read, output, working, {}, 0, {}, windows, value_bytes=value_bytes)


def unfold(
    kind: str,
    shape: object,
    value_bytes: int,
    *,
    kernel_size: PerAxis,
    dilation: PerAxis = 1,
    padding: PerAxis = 0,
    stride: PerAxis = 1,
) -> Result:
    """The windows of a map as columns, (N, C k k, L): im2col, with which a convolution is one matrix product."""
    read = dimensions(shape, kind)
    if len(read) not in (3, 4):
        raise CalcError(f"{kind} takes (N, C, H, W), not {tuple_text(read)}", fix="give channels, height and width")
    kernel = per_axis(kernel_size, "kernel_size", 2, torch="kernel size should be greater than zero")
    steps = per_axis(stride, "stride", 2, torch="stride should be greater than zero")
    spread = per_axis(dilation, "dilation", 2, torch="dilation should be greater than zero")
    pads = [(one, one) for one in per_axis(padding, "padding", 2, 0, torch="padding should be non-negative")]
    windows = sizes(read[-2:], kernel, steps, spread, pads, kind)
    rows, columns = read[-3] * prod(kernel), prod(window.output for window in windows)
    output = (*read[:-3], rows, columns)

    def working() -> Iterable[Step]:
        yield from sliding_steps(windows)
        yield Step("output_shape", "rows = C * k_h * k_w", f"{read[-3]} * {kernel[0]} * {kernel[1]}", rows)
        yield Step("output_shape", "columns = H_out * W_out", " * ".join(str(one.output) for one in windows), columns)

    return Result(kind, read, output, working, {}, 0, {"copy": prod(output)}, None, value_bytes=value_bytes)


def _image(shape: object, kind: str) -> Shape:
    read = dimensions(shape, kind)
    if len(read) < 3:
        raise CalcError(
            f"{kind} takes (C, H, W), not {tuple_text(read)}",
            fix="give channels, height and width",
            torch=f"{kind} expects input to have at least 3 dimensions, but got input with {len(read)} dimension(s)",
        )
    return read
