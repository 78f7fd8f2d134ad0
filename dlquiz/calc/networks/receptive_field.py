"""Receptive fields over the graph of a network: unions at joins, what is global, where branches are not aligned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dlquiz.calc.networks.graph import NetworkNode
from dlquiz.calc.receptive_field.intervals import PIXEL, UnitIntervals, doubled_centre, moved, through, union
from dlquiz.calc.receptive_field.window import Window, written

# Layers that let every unit see every token or every pixel.
EVERYTHING = frozenset(
    {
        "gap",
        "flatten",
        "multihead_attention",
        "transformer_encoder_layer",
        "transformer_decoder_layer",
        "rnn",
        "lstm",
        "gru",
        "selective_scan",
        "scaled_dot_product_attention",
        # A row of a transposed sequence holds every place of it.
        "transpose",
    }
)


class NodeField(NamedTuple):
    """What a node sees.

    `convolutions` are the intervals along each axis of the input map by convolutions and poolings alone, None where
    there is no input map (or where its phases cannot be followed); `whole` whether a unit sees everything; `frozen`
    whether the node is no longer a map, so that `convolutions` are those of the last map.
    """

    convolutions: tuple[UnitIntervals, ...] | None
    whole: bool = False
    frozen: bool = False


NOTHING = NodeField(None)


class NodeFields(NamedTuple):
    fields: list[NodeField]
    warnings: list[str]


def fields(nodes: Sequence[NetworkNode]) -> NodeFields:
    """The field of every node, and what a person should know about their alignment."""
    found: list[NodeField] = []
    warnings: list[str] = []
    for node in nodes:
        found.append(_field(node, nodes, found, warnings))
    return NodeFields(found, warnings)


def _field(node: NetworkNode, nodes: Sequence[NetworkNode], found: list[NodeField], warnings: list[str]) -> NodeField:
    if not node.sources:
        if node.form == "map":
            return NodeField((PIXEL,) * (len(node.result.output_shape) - 1))
        return NOTHING
    if len(node.sources) > 1 and node.result.kind in ("add", "mul", "concat"):
        return _joined(node, nodes, found, warnings)
    below = found[node.sources[0]]
    whole = below.whole or any(found[one].whole for one in node.sources[1:])
    if node.result.kind == "windows":
        _warn(warnings, "fields are not followed through windows")
        return NodeField(None, whole)
    if (node.result.kind in EVERYTHING or node.result.windows == "global") and node.windows < 2:
        return NodeField(below.convolutions, True, True)
    if node.form != "map" or nodes[node.sources[0]].form != "map":
        return NodeField(below.convolutions, whole, True)
    windows = node.result.windows
    if below.frozen or below.convolutions is None or not isinstance(windows, tuple):
        return NodeField(below.convolutions, whole, below.frozen)
    return NodeField(_through(windows, below.convolutions, node, warnings), whole)


def _through(
    windows: tuple[Window, ...], below: tuple[UnitIntervals, ...], node: NetworkNode, warnings: list[str]
) -> tuple[UnitIntervals, ...] | None:
    above = []
    for window, intervals in zip(windows, below, strict=True):
        found = through(window, intervals)
        if found is None:
            _warn(warnings, f"{node.name}: more than 256 phases, fields from here on are not followed")
            return None
        above.append(found)
    return tuple(above)


def _joined(node: NetworkNode, nodes: Sequence[NetworkNode], found: list[NodeField], warnings: list[str]) -> NodeField:
    whole = any(found[one].whole for one in node.sources)
    if node.form != "map":
        return NodeField(found[node.sources[0]].convolutions, whole, True)
    branches = []
    for source in node.sources:
        field = found[source]
        if nodes[source].form == "map" and not (field.frozen and field.whole):
            branches.append(None if field.frozen else _cropped(field, nodes[source], node))
    known = [one for one in branches if one is not None]
    if not branches or len(known) < len(branches):
        first = found[node.sources[0]]
        return NodeField(None if branches else first.convolutions, whole, not branches)
    axes = []
    for axis in zip(*known, strict=True):
        met = union(tuple(axis))
        if met is None:
            text = ", ".join(str(written(one.advance, one.period)) for one in dict.fromkeys(axis))
            _warn(warnings, f"{node.name}: the branches step by {text} pixels, so their units drift apart")
            return NodeField(None, whole)
        centres = {one for one in map(doubled_centre, axis) if one is not None}
        if len(centres) > 1 and all(one.period == 1 for one in axis):
            text = ", ".join(str(one / 2) for one in sorted(centres))
            _warn(warnings, f"{node.name}: the branches are not aligned, their first units are centred on {text}")
        axes.append(met)
    return NodeField(tuple(axes), whole)


def _cropped(field: NodeField, source: NetworkNode, join: NetworkNode) -> tuple[UnitIntervals, ...] | None:
    if field.convolutions is None:
        return None
    sides, unchanged = source.result.output_shape[1:], join.result.output_shape[1:]
    if sides == unchanged or join.result.kind != "concat":
        return field.convolutions
    return tuple(
        moved(intervals, (side - one) // 2)
        for intervals, side, one in zip(field.convolutions, sides, unchanged, strict=True)
    )


def _warn(warnings: list[str], text: str) -> None:
    if text not in warnings:
        warnings.append(text)
