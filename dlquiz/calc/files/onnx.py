"""An ONNX model: its tensors, the shapes that flow through it, and the MACs of convolutions and products.

Only what onnx.proto says of structure is read; weights are skipped. Shapes come from the file where it has them, else
from the rules of the operators that are known here; a product whose shapes are not known is counted as unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from math import prod
from typing import NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.files.weights import StoredTensor
from dlquiz.calc.result import Shape
from dlquiz.protobuf import FieldValue, ProtobufError, fields, signed, text, varints

# TensorProto.DataType: name and bits.
TYPES = {
    1: ("FLOAT", 32), 2: ("UINT8", 8), 3: ("INT8", 8), 4: ("UINT16", 16), 5: ("INT16", 16), 6: ("INT32", 32),
    7: ("INT64", 64), 9: ("BOOL", 8), 10: ("FLOAT16", 16), 11: ("DOUBLE", 64), 12: ("UINT32", 32), 13: ("UINT64", 64),
    14: ("COMPLEX64", 64), 15: ("COMPLEX128", 128), 16: ("BFLOAT16", 16), 17: ("FLOAT8E4M3FN", 8),
    18: ("FLOAT8E4M3FNUZ", 8), 19: ("FLOAT8E5M2", 8), 20: ("FLOAT8E5M2FNUZ", 8), 21: ("UINT4", 4), 22: ("INT4", 4),
    23: ("FLOAT4E2M1", 4),
}  # fmt: skip
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
# Limits on what is read, against files made to take time.
MOST_ENTRIES, MOST_FIELDS, MOST_NUMBERS, MOST_STRUCTURE = 100_000, 10_000, 1_000, 8_000_000
_SMALLER = "give a smaller model"


class OnnxNode(NamedTuple):
    """One operator: its name and type, inputs and outputs by name, numbers of its attributes."""

    name: str
    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, tuple[int, ...]]


class OnnxLayer(NamedTuple):
    """An operator with the shape of its output, its parameters and MACs; None where they are not known."""

    name: str
    kind: str
    output_shape: Shape | None
    parameters: int
    macs: int | None


class OnnxModel(NamedTuple):
    """The tensors of the file, and the operators in their order."""

    tensors: list[StoredTensor]
    layers: list[OnnxLayer]

    @property
    def macs(self) -> int:
        return sum(layer.macs or 0 for layer in self.layers)

    @property
    def unknown(self) -> list[str]:
        """The operators that multiply and whose shapes are not known."""
        return [layer.name for layer in self.layers if layer.macs is None]


def read(data: memoryview) -> OnnxModel:
    """A model from the bytes of its file; raises CalcError for what is none."""
    try:
        return _model(data)
    except ProtobufError:
        raise CalcError(
            "the file ends in the middle of a field, or is no such file", fix="give a whole .onnx file"
        ) from None


def _model(data: memoryview) -> OnnxModel:
    graph = next((value for number, value in _few(data) if number == 7 and not isinstance(value, int)), None)
    if graph is None:
        raise CalcError("the file has no graph", fix="give an .onnx file")
    tensors: dict[str, StoredTensor] = {}
    constants: dict[str, tuple[int, ...]] = {}
    shapes: dict[str, Shape] = {}
    nodes: list[OnnxNode] = []
    structure = 0
    for entry, (number, value) in enumerate(fields(graph)):
        if entry > MOST_ENTRIES:
            raise CalcError(f"the graph has more than {MOST_ENTRIES:,} entries", fix="give a smaller model")
        if isinstance(value, int):
            continue
        structure += 0 if number == 5 else len(value)
        if structure > MOST_STRUCTURE:
            raise CalcError(f"the graph without its weights has more than {MOST_STRUCTURE:,} bytes", fix=_SMALLER)
        if number == 1:
            nodes.append(_node(value, constants, shapes))
        elif number == 5:
            tensor = _tensor(value, constants)
            tensors[tensor.name] = tensor
            shapes[tensor.name] = tensor.shape
        elif number in (11, 12, 13):
            name, shape = _declared(value)
            if shape is not None:
                shapes.setdefault(name, shape)
    return OnnxModel(list(tensors.values()), _layers(nodes, tensors, shapes, constants))


# ── reading


def _few(data: memoryview) -> Iterable[tuple[int, FieldValue]]:
    """The fields of a message that has some: more than a model has are refused."""
    for place, field in enumerate(fields(data)):
        if place > MOST_FIELDS:
            raise CalcError(f"a part of the graph has more than {MOST_FIELDS:,} fields", fix="give a smaller model")
        yield field


def _tensor(data: memoryview, constants: dict[str, tuple[int, ...]]) -> StoredTensor:
    shape: list[int] = []
    kind, name, size, numbers = 0, "", 0, list[int]()
    for number, value in _few(data):
        if number == 1:
            shape += islice(varints(value), 65)
        elif number == 2 and isinstance(value, int):
            kind = value
        elif number == 8:
            name = text(value)
        elif number == 7 and len(numbers) < 64:
            numbers += islice(varints(value), 65)
        elif number == 9 and not isinstance(value, int):
            size = len(value)
    dtype, bits = TYPES.get(kind, ("STRING" if kind == 8 else f"type {kind}", 0))
    if any(side < 0 for side in shape) or len(shape) > 64:
        raise CalcError(f"the shape of {name[:60]!r} is {str(shape)[:60]}", fix="give a whole .onnx file")
    if size and size != -(-prod(shape) * bits // 8):
        raise CalcError(f"{name[:60]!r} has {size} bytes, which its type and shape do not have", fix="export it again")
    if kind == 7 and prod(shape) <= 64:
        constants[name] = tuple(numbers) or _whole_numbers(data)
    return StoredTensor(name, dtype, tuple(shape), -(-prod(shape) * bits // 8))


def _whole_numbers(data: memoryview) -> tuple[int, ...]:
    for number, value in _few(data):
        if number == 9 and not isinstance(value, int):
            return tuple(
                int.from_bytes(value[at : at + 8], "little", signed=True) for at in range(0, len(value) // 8 * 8, 8)
            )
    return ()


def _node(data: memoryview, constants: dict[str, tuple[int, ...]], shapes: dict[str, Shape]) -> OnnxNode:
    inputs: list[str] = []
    outputs: list[str] = []
    name = kind = ""
    attributes: dict[str, tuple[int, ...]] = {}
    for number, value in _few(data):
        if number == 1:
            inputs.append(text(value))
        elif number == 2:
            outputs.append(text(value))
        elif number == 3:
            name = text(value)
        elif number == 4:
            kind = text(value)
        elif number == 5 and not isinstance(value, int):
            name_of, numbers, tensor = _attribute(value, constants, outputs[0] if outputs else "")
            attributes[name_of] = numbers
            if tensor is not None and outputs:
                shapes[outputs[0]] = tensor.shape
    return OnnxNode(name or (outputs[0] if outputs else kind), kind, tuple(inputs), tuple(outputs), attributes)


def _attribute(
    data: memoryview, constants: dict[str, tuple[int, ...]], output: str
) -> tuple[str, tuple[int, ...], StoredTensor | None]:
    """The name and the whole numbers of an attribute, or its tensor, one of the constants under the node's output."""
    name, found, tensor = "", list[int](), None
    for number, value in _few(data):
        if number == 1:
            name = text(value)
        elif number in (3, 8):
            found += islice(varints(value), MOST_NUMBERS)
        elif number == 4 and name == "auto_pad":
            found = [{"SAME_UPPER": 1, "SAME_LOWER": 1, "VALID": 2}.get(text(value), 0)]
        elif number == 5 and not isinstance(value, int) and name == "value":
            by_name: dict[str, tuple[int, ...]] = {}
            tensor = _tensor(value, by_name)
            constants |= dict.fromkeys([output] if by_name else [], next(iter(by_name.values()), ()))
    return name, tuple(found), tensor


def _declared(data: memoryview) -> tuple[str, Shape | None]:
    """The name and shape of a value; None where a side has no number. A free first side, the batch, is 1."""
    name, sides = "", list[int | None]()
    known = False
    for number, value in _few(data):
        if number == 1:
            name = text(value)
        elif number == 2:
            for shape in _inside(value, 1, 2):
                known = True
                sides = [_side(one) for one in _inside(shape, 1)]
    if sides and sides[0] is None:
        sides[0] = 1
    return name, tuple(one for one in sides if one is not None) if known and None not in sides else None


def _inside(value: FieldValue, *path: int) -> Iterable[memoryview]:
    if isinstance(value, int):
        return
    if not path:
        yield value
        return
    for number, inner in _few(value):
        if number == path[0]:
            yield from _inside(inner, *path[1:])


def _side(data: memoryview) -> int | None:
    return next((signed(value) for number, value in _few(data) if number == 1 and isinstance(value, int)), None)


# ── shapes and products


def _layers(
    nodes: list[OnnxNode],
    tensors: Mapping[str, StoredTensor],
    shapes: dict[str, Shape],
    constants: dict[str, tuple[int, ...]],
) -> list[OnnxLayer]:
    found: list[OnnxLayer] = []
    counted: set[str] = set()
    for node in nodes:
        inputs = [shapes.get(name) for name in node.inputs]
        if node.outputs and node.outputs[0] not in shapes:
            shape = _shape(node, inputs, [constants.get(name, ()) for name in node.inputs])
            if shape is not None:
                shapes[node.outputs[0]] = shape
        own = [name for name in dict.fromkeys(node.inputs) if name in tensors and name not in counted]
        counted |= set(own)
        output = shapes.get(node.outputs[0]) if node.outputs else None
        parameters = sum(tensors[name].values for name in own)
        found.append(OnnxLayer(node.name, node.kind, output, parameters, _macs(node, inputs, output)))
    return found


def _macs(node: OnnxNode, inputs: list[Shape | None], output: Shape | None) -> int | None:
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


def _shape(node: OnnxNode, inputs: list[Shape | None], numbers: list[tuple[int, ...]]) -> Shape | None:
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
    except (IndexError, ValueError, ZeroDivisionError):
        return None


def _broadcast(inputs: list[Shape | None]) -> Shape | None:
    known = [one for one in inputs if one is not None]
    if len(known) != len(inputs):
        return None
    length = max(map(len, known))
    padded = [(1,) * (length - len(one)) + one for one in known]
    return tuple(max(sides) for sides in zip(*padded, strict=True))


Rule = Callable[[OnnxNode, Shape, "list[Shape | None]", "list[tuple[int, ...]]"], "Shape | None"]


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


_RULES: dict[str, Rule] = {
    "Conv": _windowed, "MaxPool": _windowed, "AveragePool": _windowed, "ConvTranspose": _transposed, "Gemm": _gemm,
    "MatMul": _matmul, "GlobalAveragePool": _pooled, "GlobalMaxPool": _pooled, "Flatten": _flat, "Reshape": _reshaped,
    "Transpose": _permuted, "Concat": _joined, "Slice": _sliced,
    "Unsqueeze": _unsqueezed,
}  # fmt: skip
