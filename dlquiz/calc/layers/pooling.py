"""Pooling: maximum and average, torch's rules for ceil_mode and padding, and the adaptive kinds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import gcd, prod

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import Padding, Pair, PerAxis, feature_map, flag, per_axis, tuple_text, whole
from dlquiz.calc.layers.padding import read_padding
from dlquiz.calc.layers.window_size import LETTERS, field_steps, sizes, sliding_steps
from dlquiz.calc.receptive_field.window import Window
from dlquiz.calc.result import Result, Shape, Step


def max_pool(
    kind: str,
    axes: int,
    shape: object,
    value_bytes: int,
    *,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    return_indices: bool = False,
    ceil_mode: bool = False,
) -> Result:
    spread = per_axis(dilation, "dilation", axes, torch="dilation should be greater than zero, but got dilation")
    flag(return_indices, "return_indices")
    sliding = SlidingPool(kernel_size, stride, padding, spread, ceil_mode, "max")
    return _pool(kind, axes, shape, value_bytes, sliding)


def average_pool(
    kind: str,
    axes: int,
    shape: object,
    value_bytes: int,
    *,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Result:
    flag(count_include_pad, "count_include_pad")
    if divisor_override is not None:
        whole(divisor_override, "divisor_override", torch="divisor must be not zero")
        if axes == 1:
            raise CalcError("avg_pool1d has no divisor_override", fix="leave it out, or use avg_pool2d")
    sliding = SlidingPool(kernel_size, stride, padding, (1,) * axes, ceil_mode, "add")
    return _pool(kind, axes, shape, value_bytes, sliding)


@dataclass(frozen=True)
class SlidingPool:
    """What maximum and average pooling share: the window, and the operation on each value that it covers."""

    kernel_size: PerAxis
    stride: PerAxis | None
    padding: Padding
    dilation: tuple[int, ...]
    ceil_mode: bool
    operation: str


def _pool(kind: str, axes: int, shape: object, value_bytes: int, pool: SlidingPool) -> Result:
    dilation, operation = pool.dilation, pool.operation
    batch, channels, sides = feature_map(shape, axes, kind)
    kernel = per_axis(pool.kernel_size, "kernel_size", axes, torch="kernel size should be greater than zero")
    step = kernel if pool.stride is None else per_axis(pool.stride, "stride", axes, torch="stride should not be zero")
    pads = read_padding(pool.padding, sides, kernel, step, dilation, torch="pad must be non-negative")
    _check_half(pads, kernel, dilation)
    up = flag(pool.ceil_mode, "ceil_mode")
    if kind == "avg_pool3d":
        _check_bare_input(sides, kernel)
    windows = _up(sides, kernel, step, dilation, pads, kind) if up else sizes(sides, kernel, step, dilation, pads, kind)
    output = tuple([window.output for window in windows])
    written = prod(batch) * channels * prod(output)
    elementwise = {operation: written * prod(kernel)}
    if operation == "add":
        elementwise["divide"] = written

    def working() -> Iterable[Step]:
        yield from sliding_steps(windows, up)
        yield pooled_shape_step(batch, channels, output)
        yield from field_steps(windows)

    return Result(
        kind,
        (*batch, channels, *sides),
        (*batch, channels, *output),
        working,
        {},
        0,
        elementwise,
        windows,
        value_bytes=value_bytes,
    )


def _check_half(pads: list[Pair], kernel: tuple[int, ...], dilation: tuple[int, ...]) -> None:
    # torch's message speaks of the effective kernel, its check of the undilated one.
    for (before, after), k, d in zip(pads, kernel, dilation, strict=True):
        if max(before, after) > k // 2:
            raise CalcError(
                f"padding {max(before, after)} is more than half of kernel {k}",
                fix=f"use padding ≤ {k // 2}, or a kernel ≥ {2 * max(before, after)}",
                torch="pad should be at most half of effective kernel size, "
                f"but got pad={max(before, after)}, kernel_size={k} and dilation={d}",
            )


def _check_bare_input(sides: tuple[int, ...], kernel: tuple[int, ...]) -> None:
    if any(n < k for n, k in zip(sides, kernel, strict=True)):
        raise CalcError(
            f"avg_pool3d refuses an input {tuple_text(sides)} below its kernel {tuple_text(kernel)}, padded or not",
            fix="use a smaller kernel",
            torch="input image (T: {} H: {} W: {}) smaller than kernel size (kT: {} kH: {} kW: {})".format(
                *sides, *kernel
            ),
        )


def _up(
    sides: tuple[int, ...],
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
    pads: list[Pair],
    kind: str,
) -> tuple[Window, ...]:
    """Sizes rounded up, without a last window that would start at or beyond the end of the input (torch's rule)."""
    windows = []
    for n, k, s, d, (before, after) in zip(sides, kernel, stride, dilation, pads, strict=True):
        output = -(-(n + before + after - d * (k - 1) - 1) // s) + 1
        if (output - 1) * s >= n + before:
            output -= 1
        if output < 1:
            sizes((n,), (k,), (s,), (d,), [(before, after)], kind)
        windows.append(Window("slide", n, output, k, s, d, before, after))
    return tuple(windows)


def pooled_shape_step(batch: Shape, channels: int, output: Shape) -> Step:
    full = (*batch, channels, *output)
    names = ["N"] * len(batch) + ["C"] + [f"{letter}_out" for letter in LETTERS[len(output)]]
    return Step("output_shape", f"({', '.join(names)})", tuple_text(full), full)


def adaptive_pool(
    kind: str, axes: int, shape: object, value_bytes: int, *, output_size: PerAxis | None, return_indices: bool = False
) -> Result:
    """Window i of o covers floor(i n / o) to ceil((i + 1) n / o): windows overlap where o does not divide n."""
    batch, channels, sides = feature_map(shape, axes, kind)
    flag(return_indices, "return_indices")
    output = _adaptive_output(output_size, sides)
    windows = tuple([Window("adaptive", n, o) for n, o in zip(sides, output, strict=True)])
    read = prod(n + o - gcd(n, o) for n, o in zip(sides, output, strict=True)) * prod(batch) * channels
    if kind.startswith("adaptive_max"):
        elementwise = {"max": read}
    else:
        elementwise = {"add": read, "divide": prod(batch) * channels * prod(output)}

    def working() -> Iterable[Step]:
        yield pooled_shape_step(batch, channels, output)

    field: tuple[Window, ...] | str = "global" if all(one == 1 for one in output) else windows
    return Result(
        kind,
        (*batch, channels, *sides),
        (*batch, channels, *output),
        working,
        {},
        0,
        elementwise,
        field,
        value_bytes=value_bytes,
    )


def _adaptive_output(value: PerAxis | Sequence[int | None] | None, sides: tuple[int, ...]) -> tuple[int, ...]:
    # None keeps an axis; torch's one-dimensional layers do not know it.
    if isinstance(value, tuple | list) and len(value) == len(sides) > 1:
        value = tuple(n if one is None else one for one, n in zip(value, sides, strict=True))
    if value is None and len(sides) > 1:
        return sides
    return per_axis(value, "output_size", len(sides))
