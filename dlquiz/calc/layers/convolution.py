"""Convolution, transposed convolution and depthwise separable convolution."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import (
    Padding,
    PerAxis,
    choice,
    divides,
    feature_map,
    flag,
    per_axis,
    tuple_text,
    whole,
)
from dlquiz.calc.layers.padding import read_padding
from dlquiz.calc.layers.window_size import LETTERS, WindowAxis, field_steps, sizes, sliding_steps
from dlquiz.calc.receptive_field.window import Window, written
from dlquiz.calc.result import Result, Shape, Step

STRIDE = "non-positive stride is not supported"
DILATION = "dilation should be greater than zero"
MODES = ("zeros", "reflect", "replicate", "circular")


def convolution(
    kind: str,
    axes: int,
    shape: object,
    value_bytes: int,
    *,
    out_channels: int,
    kernel_size: PerAxis,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
    bias: bool = True,
    padding_mode: str = "zeros",
    in_channels: int | None = None,
) -> Result:
    batch, channels, sides = feature_map(shape, axes, kind)
    filters, groups = whole(out_channels, "out_channels"), read_groups(groups, channels, out_channels)
    kernel = per_axis(kernel_size, "kernel_size", axes)
    step = per_axis(stride, "stride", axes, torch=STRIDE)
    spread = per_axis(dilation, "dilation", axes, torch=DILATION)
    pads = read_padding(padding, sides, kernel, step, spread)
    _check_channels(in_channels, channels, groups, filters, kernel)
    if padding_mode != "zeros":
        check_mode(padding_mode, pads, sides)
    windows = sizes(sides, kernel, step, spread, pads, kind)
    output = tuple([window.output for window in windows])
    inside, taps = channels // groups, prod(kernel)
    tensors: dict[str, Shape] = {"weight": (filters, inside, *kernel)}
    if flag(bias, "bias"):
        tensors["bias"] = (filters,)
    places = prod(batch) * prod(output)

    def working() -> Iterable[Step]:
        yield from sliding_steps(windows)
        yield _shape_step(batch, filters, output)
        yield from weight_steps("C_out * C_in", filters, channels, groups, kernel, tensors)
        yield multiply_steps(batch, output, Channels("C_out", filters), Channels("C_in", channels), groups, kernel)
        yield from field_steps(windows)

    return Result(
        kind,
        (*batch, channels, *sides),
        (*batch, filters, *output),
        working,
        tensors,
        places * filters * inside * taps,
        {"bias": places * filters} if bias else {},
        windows,
        value_bytes=value_bytes,
    )


def transposed(
    kind: str,
    axes: int,
    shape: object,
    value_bytes: int,
    *,
    out_channels: int,
    kernel_size: PerAxis,
    stride: PerAxis = 1,
    padding: Padding = 0,
    output_padding: PerAxis = 0,
    groups: int = 1,
    bias: bool = True,
    dilation: PerAxis = 1,
    padding_mode: str = "zeros",
    in_channels: int | None = None,
) -> Result:
    batch, channels, sides = feature_map(shape, axes, kind)
    filters, groups = whole(out_channels, "out_channels"), read_groups(groups, channels, out_channels)
    kernel = per_axis(kernel_size, "kernel_size", axes)
    step = per_axis(stride, "stride", axes, torch=STRIDE)
    spread = per_axis(dilation, "dilation", axes, torch=DILATION)
    if isinstance(padding, str):
        raise CalcError(
            f"{kind} has no padding {padding!r}",
            fix="give the padding as numbers",
            torch="the constructor takes 'same' for a tuple of letters and fails in forward",
        )
    pads = read_padding(padding, sides, kernel, step, spread)
    extra = per_axis(output_padding, "output_padding", axes, 0, "negative output_padding is not supported")
    only = f'Only "zeros" padding mode is supported for ConvTranspose{axes}d'
    choice(padding_mode, "padding_mode", ("zeros",), torch=only)
    if in_channels is not None and whole(in_channels, "in_channels") != channels:
        _refuse_channels(in_channels, channels, (in_channels, filters // groups, *kernel), groups)
    windows = tuple(
        [
            _spread(WindowAxis(n, k, s, d, *pad), more, sides)
            for n, k, s, d, pad, more in zip(sides, kernel, step, spread, pads, extra, strict=True)
        ]
    )
    output = tuple([window.output for window in windows])
    tensors: dict[str, Shape] = {"weight": (channels, filters // groups, *kernel)}
    if flag(bias, "bias"):
        tensors["bias"] = (filters,)
    places = prod(batch)

    def working() -> Iterable[Step]:
        yield from _spread_steps(windows, extra)
        yield _shape_step(batch, filters, output)
        yield from weight_steps("C_in * C_out", channels, filters, groups, kernel, tensors)
        yield multiply_steps(batch, sides, Channels("C_in", channels), Channels("C_out", filters), groups, kernel)
        yield from _spread_field_steps(windows)

    return Result(
        kind,
        (*batch, channels, *sides),
        (*batch, filters, *output),
        working,
        tensors,
        places * prod(sides) * channels * (filters // groups) * prod(kernel),
        {"bias": places * filters * prod(output)} if bias else {},
        windows,
        value_bytes=value_bytes,
    )


def separable(
    kind: str,
    axes: int,
    shape: object,
    value_bytes: int,
    *,
    out_channels: int,
    kernel_size: PerAxis,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    bias: bool = True,
    depth_multiplier: int = 1,
) -> Result:
    """A filter for each channel, then a 1 x 1 convolution over the channels (MobileNet, Xception)."""
    batch, channels, sides = feature_map(shape, axes, kind)
    filters, multiplier = whole(out_channels, "out_channels"), whole(depth_multiplier, "depth_multiplier")
    depthwise = convolution(
        kind,
        axes,
        (*batch, channels, *sides),
        value_bytes,
        out_channels=channels * multiplier,
        groups=channels,
        kernel_size=kernel_size,
        stride=stride,
        padding=padding,
        dilation=dilation,
        bias=bias,
    )
    pointwise = convolution(
        kind, axes, depthwise.output_shape, value_bytes, out_channels=filters, kernel_size=1, bias=bias
    )
    tensors = {
        f"{part}.{name}": tensor
        for part, result in (("depthwise", depthwise), ("pointwise", pointwise))
        for name, tensor in result.tensors.items()
    }
    windows = depthwise.windows
    assert isinstance(windows, tuple)

    def working() -> Iterable[Step]:
        return _separable_steps(windows, depthwise, pointwise, len(batch))

    biases = depthwise.elementwise.get("bias", 0) + pointwise.elementwise.get("bias", 0)
    return Result(
        kind,
        depthwise.input_shape,
        pointwise.output_shape,
        working,
        tensors,
        depthwise.macs + pointwise.macs,
        {"bias": biases} if biases else {},
        windows,
        value_bytes=value_bytes,
    )


def read_groups(value: int, channels: int, filters: int) -> int:
    groups = whole(value, "groups", torch="groups must be a positive integer")
    if groups != 1:
        divides("groups", groups, "in_channels", channels, "in_channels must be divisible by groups", filters)
        divides("groups", groups, "out_channels", filters, "out_channels must be divisible by groups", channels)
    return groups


def _check_channels(given: int | None, channels: int, groups: int, filters: int, kernel: tuple[int, ...]) -> None:
    if given is not None and whole(given, "in_channels") != channels:
        _refuse_channels(given, channels, (filters, given // groups, *kernel), groups)


def _refuse_channels(given: int, channels: int, weight: tuple[int, ...], groups: int) -> None:
    raise CalcError(
        f"in_channels is {given}, and the input has {channels} channels",
        fix=f"use in_channels={channels}, or leave it out",
        torch=f"Given groups={groups}, weight of size {list(weight)}, expected input to have {given} channels, "
        f"but got {channels} channels instead",
    )


def check_mode(mode: str, pads: list[tuple[int, int]], sides: tuple[int, ...]) -> None:
    """Refuse a padding mode that torch does not know, or one that needs more pixels than a side has."""
    choice(
        mode, "padding_mode", MODES, torch=f"padding_mode must be one of {set(MODES)}, but got padding_mode={mode!r}"
    )
    for (before, after), side in zip(pads, sides, strict=True):
        most = {"reflect": side - 1, "circular": side}.get(mode, max(before, after))
        if max(before, after) > most:
            raise CalcError(
                f"{mode} padding {max(before, after)} needs more pixels than a side of {side} has",
                fix=f"use padding ≤ {most}, or padding_mode='zeros'",
                torch="Padding size should be less than the corresponding input dimension"
                if mode == "reflect"
                else "Padding value causes wrapping around more than once.",
            )


def _spread(axis: WindowAxis, extra: int, sides: tuple[int, ...]) -> Window:
    n, k, s, d, before, after = axis
    if extra >= max(s, d):
        raise CalcError(
            f"output_padding {extra} is not smaller than stride {s} or dilation {d}",
            fix=f"use output_padding ≤ {max(s, d) - 1}",
            torch="output padding must be smaller than either stride or dilation",
        )
    output = (n - 1) * s - before - after + d * (k - 1) + 1 + extra
    if output < 1:
        most = ((n - 1) * s + d * (k - 1) + extra) // 2
        raise CalcError(
            f"the output would have {output} pixels: padding {before} cuts more than {n} inputs spread to",
            fix=f"use padding ≤ {most}",
            torch=f"Given input size per channel: {tuple_text(sides)}. Output size is too small",
        )
    return Window("spread", n, output, k, s, d, before, after)


def _shape_step(batch: Shape, channels: int, output: Shape) -> Step:
    full = (*batch, channels, *output)
    names = ("N",) * len(batch) + ("C_out",) + tuple(f"{letter}_out" for letter in LETTERS[len(output)])
    return Step("output_shape", f"({', '.join(names)})", tuple_text(full), full)


def weight_steps(
    letters: str, outer: int, inner: int, groups: int, kernel: tuple[int, ...], tensors: dict[str, Shape]
) -> Iterable[Step]:
    """Weight, bias and their sum; `outer` and `inner` are the channels in the order of `letters`."""
    sides = kernel_letters(kernel)
    weight = prod(tensors["weight"])
    numbers = [str(outer), str(inner), *map(str, kernel)]
    if groups > 1:
        letters, numbers[1] = f"{letters} / g", f"{inner} / {groups}"
    yield Step("parameters", f"weight = {letters} * {sides}", " * ".join(numbers), weight)
    if "bias" in tensors:
        (biases,) = tensors["bias"]
        yield Step("parameters", "bias = C_out", str(biases), biases)
        yield Step("parameters", "weight + bias", f"{weight} + {biases}", weight + biases)


class Channels(NamedTuple):
    """Channels of a map, with the letter that a formula has for their number."""

    letter: str
    number: int


def multiply_steps(
    batch: Shape, places: Shape, outer: Channels, inner: Channels, groups: int, kernel: tuple[int, ...]
) -> Step:
    """Multiply-accumulates: every place, every pair of channels of a group, every tap.

    The places are those of the map with the `outer` channels: the output of a convolution, the input of a transposed
    one.
    """
    tail = "_out" if outer.letter == "C_out" else ""
    names = ["N"] * len(batch) + [letter + tail for letter in LETTERS[len(places)]]
    names += [outer.letter, inner.letter + (" / g" if groups > 1 else ""), kernel_letters(kernel)]
    shared = f"{inner.number} / {groups}" if groups > 1 else str(inner.number)
    numbers = " * ".join([*map(str, (*batch, *places)), str(outer.number), shared, *map(str, kernel)])
    value = prod(batch) * prod(places) * outer.number * (inner.number // groups) * prod(kernel)
    return Step("macs", " * ".join(names), numbers, value)


def kernel_letters(kernel: tuple[int, ...]) -> str:
    if len(set(kernel)) == 1:
        return " * ".join(["k"] * len(kernel))
    return " * ".join(f"k_{letter}" for letter in LETTERS[len(kernel)])


def _spread_steps(windows: tuple[Window, ...], extra: tuple[int, ...]) -> Iterable[Step]:
    letters = LETTERS[len(windows)]
    alike = len(set(zip(windows, extra, strict=True))) == 1
    for letter, w, more in list(zip(letters, windows, extra, strict=True))[: 1 if alike else None]:
        even = w.before == w.after
        formula = f"({letter} - 1) * s - " + ("2 * p" if even else "p_before - p_after") + " + d * (k - 1) + 1"
        pads = f"2 * {w.before}" if even else f"{w.before} - {w.after}"
        numbers = f"({w.size} - 1) * {w.stride} - {pads} + {w.dilation} * ({w.kernel} - 1) + 1"
        if more:
            formula, numbers = f"{formula} + output_padding", f"{numbers} + {more}"
        sides = " = ".join(f"{one}_out" for one in (letters if alike else letter))
        yield Step("output_shape", f"{sides} = {formula}", numbers, w.output)


def _spread_field_steps(windows: tuple[Window, ...]) -> Iterable[Step]:
    w = windows[0]
    if len({(one.kernel, one.stride, one.dilation, one.before) for one in windows}) > 1:
        return
    field = w.field(written)
    if w.dilation == 1:
        yield Step("receptive_field", "size = ceil(k / s)", f"ceil({w.kernel} / {w.stride})", field["size"])
    yield Step("receptive_field", "jump = 1 / s", f"1 / {w.stride}", field["jump"])


def _separable_steps(windows: tuple[Window, ...], depthwise: Result, pointwise: Result, batched: int) -> Iterable[Step]:
    yield from sliding_steps(windows)
    output, middle = pointwise.output_shape, depthwise.output_shape[batched]
    channels, filters = depthwise.input_shape[batched], output[batched]
    yield _shape_step(output[:batched], filters, output[batched + 1 :])
    kernel = tuple(window.kernel for window in windows)
    taps = " * ".join(map(str, kernel))
    first = "C_in" if middle == channels else "C_in * m"
    start = str(channels) if middle == channels else f"{channels} * {middle // channels}"
    parts = depthwise.parameters_by_tensor, pointwise.parameters_by_tensor
    letters = kernel_letters(kernel)
    yield Step("parameters", f"depthwise = {first} * {letters}", f"{start} * {taps}", parts[0]["weight"])
    yield Step("parameters", f"pointwise = {first} * C_out", f"{start} * {filters}", parts[1]["weight"])
    total = [str(parts[0]["weight"]), str(parts[1]["weight"])]
    if "bias" in parts[0]:
        yield Step("parameters", f"biases = {first} + C_out", f"{start} + {filters}", middle + filters)
        total.append(str(middle + filters))
    yield Step("parameters", "their sum", " + ".join(total), depthwise.parameters + pointwise.parameters)
    places = [f"{letter}_out" for letter in LETTERS[len(windows)]]
    names = " * ".join(["N"] * batched + places)
    numbers = " * ".join(map(str, (*output[:batched], *output[batched + 1 :])))
    yield Step("macs", f"depthwise = {names} * {first} * {letters}", f"{numbers} * {start} * {taps}", depthwise.macs)
    yield Step("macs", f"pointwise = {names} * {first} * C_out", f"{numbers} * {start} * {filters}", pointwise.macs)
    yield Step("macs", "their sum", f"{depthwise.macs} + {pointwise.macs}", depthwise.macs + pointwise.macs)
    yield from field_steps(windows)
