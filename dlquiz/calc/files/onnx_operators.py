"""The operators of ONNX: the shape of each one's output, and the MACs of convolutions and products."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import NamedTuple

from dlquiz.calc.result import Shape

# Operators that give the shape of their first input.
_SAME = frozenset(
    (
        "Relu", "LeakyRelu", "PRelu", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Elu", "Selu", "Celu", "Softplus",
        "Softsign", "Gelu", "Erf", "Clip", "Identity", "Dropout", "BatchNormalization", "InstanceNormalization",
        "LayerNormalization", "Softmax", "LogSoftmax", "Sqrt", "Exp", "Neg", "Abs", "Cast", "Reciprocal", "Mish",
    )
)  # fmt: skip
_BROADCAST = frozenset(("Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Where"))
_MACS = ("Conv", "ConvTranspose", "Gemm", "MatMul")


class OnnxNode(NamedTuple):
    """One operator: its name and type, inputs and outputs by name, numbers of its attributes."""

    name: str
    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, tuple[int, ...]]


def macs(node: OnnxNode, inputs: list[Shape | None], output: Shape | None) -> int | None:
    """The multiply-accumulates of an operator; None where a shape that decides on them is not known."""
    if node.kind not in _MACS:
        return 0
    first, second = (*inputs, None, None)[:2]
    if first is None or second is None or output is None:
        return None
    if node.kind in ("Conv", "ConvTranspose"):
        places = output if node.kind == "Conv" else first
        return prod(second[1:]) * prod(places)
    inner = first[0] if node.kind == "Gemm" and node.attributes.get("transA", (0,))[0] else first[-1]
    return prod(output) * inner


def output_shape(node: OnnxNode, inputs: list[Shape | None], numbers: list[tuple[int, ...]]) -> Shape | None:
    """The shape of an operator's output by its rule; None where it has none here or an input is not known."""
    if not inputs or inputs[0] is None:
        return None
    first = inputs[0]
    if node.kind in _SAME:
        return first
    if node.kind in _BROADCAST:
        return _broadcast(inputs)
    rule = _RULES.get(node.kind)
    try:
        return rule(node, first, inputs, numbers) if rule else None
    except (IndexError, ValueError, ZeroDivisionError, OverflowError):
        return None


def _broadcast(inputs: list[Shape | None]) -> Shape | None:
    known = [one for one in inputs if one is not None]
    if len(known) != len(inputs):
        return None
    length = max(map(len, known))
    padded = [(1,) * (length - len(one)) + one for one in known]
    return tuple(max(sides) for sides in zip(*padded, strict=True))


_Rule = Callable[[OnnxNode, Shape, "list[Shape | None]", "list[tuple[int, ...]]"], "Shape | None"]


def _windowed(node: OnnxNode, first: Shape, inputs: list[Shape | None], numbers: list[tuple[int, ...]]) -> Shape | None:
    given, axes = node.attributes, len(first) - 2
    weight = inputs[1] if node.kind == "Conv" else None
    if node.kind == "Conv" and weight is None:
        return None
    kernel = given.get("kernel_shape") or (weight[2:] if weight else ())
    strides, pads = given.get("strides", (1,) * axes), given.get("pads", (0,) * 2 * axes)
    spread, automatic = given.get("dilations", (1,) * axes), given.get("auto_pad", (0,))[0]
    ceiling = given.get("ceil_mode", (0,))[0]
    sides = []
    for axis in range(axes):
        if automatic == 1:
            sides.append(-(-first[2 + axis] // strides[axis]))
            continue
        room = first[2 + axis] + pads[axis] + pads[axes + axis] - spread[axis] * (kernel[axis] - 1) - 1
        sides.append((-(-room // strides[axis]) if ceiling else room // strides[axis]) + 1)
    return (first[0], weight[0] if weight else first[1], *sides) if min(sides) > 0 else None


def _transposed(
    node: OnnxNode, first: Shape, inputs: list[Shape | None], numbers: list[tuple[int, ...]]
) -> Shape | None:
    given, axes, weight = node.attributes, len(first) - 2, inputs[1]
    if weight is None or "output_shape" in given or given.get("auto_pad", (0,))[0]:
        return None
    strides, pads = given.get("strides", (1,) * axes), given.get("pads", (0,) * 2 * axes)
    spread, more = given.get("dilations", (1,) * axes), given.get("output_padding", (0,) * axes)
    sides = [
        strides[axis] * (first[2 + axis] - 1)
        + more[axis]
        + spread[axis] * (weight[2 + axis] - 1)
        + 1
        - pads[axis]
        - pads[axes + axis]
        for axis in range(axes)
    ]
    return (first[0], weight[1] * given.get("group", (1,))[0], *sides)


def _gemm(node: OnnxNode, first: Shape, inputs: list[Shape | None], numbers: list[tuple[int, ...]]) -> Shape | None:
    second = inputs[1]
    if second is None:
        return None
    rows = first[1] if node.attributes.get("transA", (0,))[0] else first[0]
    return rows, second[0] if node.attributes.get("transB", (0,))[0] else second[1]


def _matmul(node: OnnxNode, first: Shape, inputs: list[Shape | None], numbers: list[tuple[int, ...]]) -> Shape | None:
    second = inputs[1]
    if second is None or len(first) < 2 or len(second) < 2 or first[-1] != second[-2]:
        return None
    outer = _broadcast([first[:-2], second[:-2]]) if len(first) > 2 or len(second) > 2 else ()
    return None if outer is None else (*outer, first[-2], second[-1])


def _pooled(node: OnnxNode, first: Shape, inputs: list[Shape | None], numbers: list[tuple[int, ...]]) -> Shape | None:
    return (*first[:2], *(1,) * (len(first) - 2))


def _flat(node: OnnxNode, first: Shape, inputs: list[Shape | None], numbers: list[tuple[int, ...]]) -> Shape | None:
    axis = node.attributes.get("axis", (1,))[0] % (len(first) + 1)
    return prod(first[:axis]), prod(first[axis:])


def _reshaped(node: OnnxNode, first: Shape, inputs: list[Shape | None], numbers: list[tuple[int, ...]]) -> Shape | None:
    wanted = numbers[1] if len(numbers) > 1 else ()
    if not wanted:
        return None
    kept = [first[place] if side == 0 else side for place, side in enumerate(wanted)]
    rest = prod(side for side in kept if side != -1)
    shape = tuple(prod(first) // rest if side == -1 else side for side in kept)
    return shape if prod(shape) == prod(first) and kept.count(-1) < 2 else None


def _permuted(node: OnnxNode, first: Shape, inputs: list[Shape | None], numbers: list[tuple[int, ...]]) -> Shape | None:
    order = node.attributes.get("perm") or tuple(reversed(range(len(first))))
    return tuple(first[axis] for axis in order) if sorted(order) == list(range(len(first))) else None


def _joined(node: OnnxNode, first: Shape, inputs: list[Shape | None], numbers: list[tuple[int, ...]]) -> Shape | None:
    known = [one for one in inputs if one is not None]
    if len(known) != len(inputs):
        return None
    axis = node.attributes.get("axis", (0,))[0] % len(first)
    return (*first[:axis], sum(one[axis] for one in known), *first[axis + 1 :])


def _sliced(node: OnnxNode, first: Shape, inputs: list[Shape | None], numbers: list[tuple[int, ...]]) -> Shape | None:
    starts, ends, *more = numbers[1:]
    axes = more[0] if more else tuple(range(len(starts)))
    steps = more[1] if len(more) > 1 else (1,) * len(starts)
    if not len(starts) == len(ends) == len(axes) == len(steps) or not starts:
        return None
    sides = list(first)
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        sides[axis] = len(range(*slice(start, end, step).indices(first[axis])))
    return tuple(sides)


def _unsqueezed(
    node: OnnxNode, first: Shape, inputs: list[Shape | None], numbers: list[tuple[int, ...]]
) -> Shape | None:
    axes = node.attributes.get("axes") or (numbers[1] if len(numbers) > 1 else ())
    if not axes:
        return None
    sides, length = list(first), len(first) + len(axes)
    for axis in sorted(axis % length for axis in axes):
        sides.insert(axis, 1)
    return tuple(sides)


_RULES: dict[str, _Rule] = {
    "Conv": _windowed, "MaxPool": _windowed, "AveragePool": _windowed, "ConvTranspose": _transposed, "Gemm": _gemm,
    "MatMul": _matmul, "GlobalAveragePool": _pooled, "GlobalMaxPool": _pooled, "Flatten": _flat, "Reshape": _reshaped,
    "Transpose": _permuted, "Concat": _joined, "Slice": _sliced,
    "Unsqueeze": _unsqueezed,
}  # fmt: skip
