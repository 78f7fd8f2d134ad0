"""What one unit of a network really sees: its taps followed back layer by layer, clipped at every border."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import prod
from typing import NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import shape_text
from dlquiz.calc.networks.graph import NetworkNode
from dlquiz.calc.networks.network import NetworkResult
from dlquiz.calc.receptive_field.window import Window

# Sets of pixels along an axis are integers, a bit a pixel. A node's pixels are a union of boxes of such sets.
UnitBox = tuple[int, ...]
MAX_BOXES = 24
LARGEST_SIDE = 1_000_000


class UnitField(NamedTuple):
    """The input that one unit sees: first and last pixel along each axis (None when it sees padding only), how many
    pixels of each axis it touches, and whether it sees everything through a global layer."""

    box: tuple[tuple[int, int], ...] | None
    touched: tuple[int, ...]
    everything: bool


def seen(network: NetworkResult, unit: Sequence[int], node: int | None = None) -> UnitField:
    """The true field of a unit of the output (or of another node), given by its place along each axis of the map.

    >>> from dlquiz import calc
    >>> seen(calc.network("1x8x8, conv 1 k3 p1, conv 1 k3 p1 d2"), (0, 3)).box
    ((0, 4), (1, 7))
    """
    nodes = network.nodes
    at = network.last if node is None else node
    place = _checked(nodes[at], unit)
    needed: dict[int, list[UnitBox]] = {at: [tuple(1 << one for one in place)]}
    everything = False
    for number in range(at, 0, -1):
        boxes = needed.pop(number, None)
        if boxes is None:
            continue
        if nodes[number].result.kind == "window_merge":
            raise CalcError("what a unit sees through windows is not followed", fix="ask for a layer before them")
        if nodes[number].result.windows == "global" or nodes[number].form != "map":
            everything = True
        for source in nodes[number].sources:
            if nodes[source].form != "map" or nodes[number].form != "map":
                everything = True
                continue
            _merge(needed.setdefault(source, []), _below(nodes[number], nodes[source], boxes))
        if not nodes[number].sources:
            raise CalcError("the unit sees a second input", fix="use a network with one input")
    return _field_of(needed.get(0, []), len(nodes[0].result.output_shape) - 1, everything)


def _checked(node: NetworkNode, unit: Sequence[int]) -> tuple[int, ...]:
    sides = node.result.output_shape[1:]
    if node.form != "map":
        raise CalcError(f"{node.name} gives no map, so it has no units with a place", fix="ask for a layer before it")
    if max(sides) > LARGEST_SIDE:
        raise CalcError(f"the map has a side above {LARGEST_SIDE:,}", fix="use a smaller input")
    if len(unit) != len(sides):
        raise CalcError(f"the unit has {len(unit)} numbers for {len(sides)} axes", fix="write rows,columns")
    for one, side in zip(unit, sides, strict=True):
        if not 0 <= one < side:
            raise CalcError(f"unit {one} is outside a map of {shape_text(sides)}", fix=f"use 0 to {side - 1}")
    return tuple(unit)


def _below(node: NetworkNode, source: NetworkNode, boxes: list[UnitBox]) -> list[UnitBox]:
    windows, before = node.result.windows, source.result.output_shape[1:]
    if node.result.kind in ("add", "mul", "concat"):
        after = node.result.output_shape[1:]
        if before == (1,) * len(before) != after:
            return [(1,) * len(before)]
        moves = [(side - unchanged) // 2 for side, unchanged in zip(before, after, strict=True)]
        return [tuple(axis << move for axis, move in zip(box, moves, strict=True)) for box in boxes]
    if not isinstance(windows, tuple):
        return [tuple((1 << side) - 1 for side in before)]
    found = []
    for box in boxes:
        taken = tuple(_taken(window, axis) for window, axis in zip(windows, box, strict=True))
        if all(taken):
            found.append(taken)
    return found


@lru_cache(8192)
def _taken(window: Window, units: int) -> int:
    """The inputs inside the map that some of the units read."""
    if window.rule == "slide" and window.kernel == window.stride == 1 and not window.before:
        return units & ((1 << window.size) - 1)
    pixels = 0
    for unit in _bits(units):
        for first, last, step in _reads(window, unit):
            first += -(-max(-first, 0) // step) * step
            last = min(last, window.size - 1)
            if first > last:
                continue
            count = (last - first) // step + 1
            run = (1 << count) - 1 if step == 1 else ((1 << (count * step)) - 1) // ((1 << step) - 1)
            pixels |= run << first
    return pixels


def _reads(window: Window, unit: int) -> Iterator[tuple[int, int, int]]:
    """Runs of inputs (first, last, step) that a unit reads, padding included."""
    if window.rule == "slide":
        first = unit * window.stride - window.before
        yield first, first + window.effective_kernel - 1, window.dilation if window.kernel > 1 else 1
    elif window.rule == "spread":
        for tap in range(window.kernel):
            shifted = unit + window.before - window.dilation * tap
            if shifted % window.stride == 0:
                yield shifted // window.stride, shifted // window.stride, 1
    elif (run := window.inputs(unit)) is not None:
        yield run[0], run[1], 1


def _bits(units: int) -> Iterator[int]:
    while units:
        low = units & -units
        yield low.bit_length() - 1
        units ^= low


def _merge(known: list[UnitBox], more: list[UnitBox]) -> None:
    """Adds boxes; one inside another is dropped, and beyond a number all become one."""
    for box in more:
        if any(all(new & ~old == 0 for new, old in zip(box, one, strict=True)) for one in known):
            continue
        known[:] = [one for one in known if any(old & ~new for old, new in zip(one, box, strict=True))]
        known.append(box)
    if len(known) > MAX_BOXES:
        axes = list(zip(*known, strict=True))
        joined = []
        for axis in axes:
            pixels = 0
            for one in axis:
                pixels |= one
            joined.append(pixels)
        known[:] = [tuple(joined)]


def _field_of(boxes: list[UnitBox], axes: int, everything: bool) -> UnitField:
    if not boxes:
        return UnitField(None, (0,) * axes, everything)
    sides, touched = [], []
    for axis in range(axes):
        pixels = 0
        for box in boxes:
            pixels |= box[axis]
        sides.append(((pixels & -pixels).bit_length() - 1, pixels.bit_length() - 1))
        touched.append(pixels.bit_count())
    return UnitField(tuple(sides), tuple(touched), everything)


def middle(network: NetworkResult, node: int | None = None) -> tuple[int, ...]:
    """The unit in the middle of a map."""
    at = network.nodes[network.last if node is None else node]
    return tuple(side // 2 for side in at.result.output_shape[1:])


def pixels(box: Sequence[tuple[int, int]]) -> int:
    return prod(last - first + 1 for first, last in box)
