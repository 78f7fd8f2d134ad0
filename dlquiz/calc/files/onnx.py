"""An ONNX model: its tensors, the shapes that flow through it, and the MACs of convolutions and products.

Only what onnx.proto says of structure is read; weights are skipped. Shapes come from the file where it has them, else
from the rules of the operators that are known here; a product whose shapes are not known is counted as unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
# Limits on what is read, against files made to take time: entries of the graph, fields of one of its parts, numbers of
# an attribute, bytes without the weights; sides of a shape and their product; the work of all parts together, a unit of
# which is a field read.
MOST_ENTRIES, MOST_FIELDS, MOST_NUMBERS, MOST_STRUCTURE = 100_000, 10_000, 1_000, 8_000_000
MOST_SIDES, MOST_VALUES, MOST_WORK = 64, 10**30, 400_000
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
            "the file ends in the middle of a field, or this is not an ONNX file", fix="give a whole .onnx file"
        ) from None


def _model(data: memoryview) -> OnnxModel:
    graph = _Graph()
    found = next((value for number, value in graph.few(data) if number == 7 and not isinstance(value, int)), None)
    if found is None:
        raise CalcError("the file has no graph", fix="give an .onnx file")
    graph.read(found)
    return OnnxModel(list(graph.tensors.values()), graph.layers())


class _Graph:
    """What is read of a graph, with the work that may still be spent on it."""

    def __init__(self) -> None:
        self.tensors: dict[str, StoredTensor] = {}
        self.constants: dict[str, tuple[int, ...]] = {}
        self.shapes: dict[str, Shape] = {}
        self.nodes: list[OnnxNode] = []
        self.work_left = MOST_WORK

    def read(self, data: memoryview) -> None:
        structure = 0
        for entry, (number, value) in enumerate(fields(data)):
            if entry > MOST_ENTRIES:
                raise CalcError(f"the graph has more than {MOST_ENTRIES:,} entries", fix=_SMALLER)
            if isinstance(value, int):
                continue
            structure += 0 if number == 5 else len(value)
            if structure > MOST_STRUCTURE:
                raise CalcError(f"the graph without its weights has more than {MOST_STRUCTURE:,} bytes", fix=_SMALLER)
            if number == 1:
                self.nodes.append(self.node(value))
            elif number == 5:
                tensor = self.tensor(value, self.constants)
                self.tensors[tensor.name] = tensor
                self.shapes[tensor.name] = tensor.shape
            elif number in (11, 12, 13):
                name, shape = self.declared(value)
                if shape is not None:
                    self.shapes.setdefault(name, shape)

    def spend(self, work: int) -> None:
        self.work_left -= work
        if self.work_left < 0:
            raise CalcError(f"the graph has more than {MOST_WORK:,} fields and sides", fix=_SMALLER)

    def few(self, data: memoryview) -> Iterable[tuple[int, FieldValue]]:
        """The fields of a message that has some: more than a model has are refused."""
        for place, field in enumerate(fields(data)):
            if place > MOST_FIELDS:
                raise CalcError(f"a part of the graph has more than {MOST_FIELDS:,} fields", fix=_SMALLER)
            self.spend(1)
            yield field

    def numbers(self, value: FieldValue, most: int) -> list[int]:
        """The numbers of a repeated field, the first of them."""
        found = list(islice(varints(value), most))
        self.spend(len(found) // 2)
        return found

    def tensor(self, data: memoryview, constants: dict[str, tuple[int, ...]]) -> StoredTensor:
        shape: list[int] = []
        kind, name, size, numbers = 0, "", 0, list[int]()
        for number, value in self.few(data):
            if number == 1:
                shape += self.numbers(value, MOST_SIDES + 1)
            elif number == 2 and isinstance(value, int):
                kind = value
            elif number == 8:
                name = text(value)
            elif number == 7 and len(numbers) < MOST_SIDES:
                numbers += self.numbers(value, MOST_SIDES + 1)
            elif number == 9 and not isinstance(value, int):
                size = len(value)
        dtype, bits = TYPES.get(kind, ("STRING" if kind == 8 else f"type {kind}", 0))
        if not _possible(shape):
            raise CalcError(f"the shape of {name[:60]!r} is {str(shape)[:60]}", fix="give a whole .onnx file")
        if size and size != -(-prod(shape) * bits // 8):
            fix = "export it again"
            raise CalcError(f"{name[:60]!r} has {size} bytes, which its type and shape do not have", fix=fix)
        if kind == 7 and prod(shape) <= MOST_SIDES:
            constants[name] = tuple(numbers) or self.whole_numbers(data)
        return StoredTensor(name, dtype, tuple(shape), -(-prod(shape) * bits // 8))

    def whole_numbers(self, data: memoryview) -> tuple[int, ...]:
        for number, value in self.few(data):
            if number == 9 and not isinstance(value, int):
                return tuple(
                    int.from_bytes(value[at : at + 8], "little", signed=True) for at in range(0, len(value) // 8 * 8, 8)
                )
        return ()

    def node(self, data: memoryview) -> OnnxNode:
        inputs: list[str] = []
        outputs: list[str] = []
        name = kind = ""
        attributes: dict[str, tuple[int, ...]] = {}
        for number, value in self.few(data):
            if number == 1:
                inputs.append(text(value))
            elif number == 2:
                outputs.append(text(value))
            elif number == 3:
                name = text(value)
            elif number == 4:
                kind = text(value)
            elif number == 5 and not isinstance(value, int):
                name_of, numbers, tensor = self.attribute(value, outputs[0] if outputs else "")
                attributes[name_of] = numbers
                if tensor is not None and outputs:
                    self.shapes[outputs[0]] = tensor.shape
        return OnnxNode(name or (outputs[0] if outputs else kind), kind, tuple(inputs), tuple(outputs), attributes)

    def attribute(self, data: memoryview, output: str) -> tuple[str, tuple[int, ...], StoredTensor | None]:
        """The name and whole numbers of an attribute, or its tensor, one of the constants under the node's output."""
        name, found, tensor = "", list[int](), None
        for number, value in self.few(data):
            if number == 1:
                name = text(value)
            elif number in (3, 8):
                found += self.numbers(value, MOST_NUMBERS)
            elif number == 4 and name == "auto_pad":
                found = [{"SAME_UPPER": 1, "SAME_LOWER": 1, "VALID": 2}.get(text(value), 0)]
            elif number == 5 and not isinstance(value, int) and name == "value":
                by_name: dict[str, tuple[int, ...]] = {}
                tensor = self.tensor(value, by_name)
                self.constants |= dict.fromkeys([output] if by_name else [], next(iter(by_name.values()), ()))
        return name, tuple(found), tensor

    def declared(self, data: memoryview) -> tuple[str, Shape | None]:
        """The name and shape of a value; None where a side has no number. A free first side, the batch, is 1."""
        name, sides = "", list[int | None]()
        known = False
        for number, value in self.few(data):
            if number == 1:
                name = text(value)
            elif number == 2:
                for shape in self.inside(value, 1, 2):
                    known = True
                    sides = [self.side(one) for one in self.inside(shape, 1)]
        if sides and sides[0] is None:
            sides[0] = 1
        numbers = tuple(one for one in sides if one is not None)
        return name, numbers if known and None not in sides and _possible(numbers) else None

    def inside(self, value: FieldValue, *path: int) -> Iterable[memoryview]:
        if isinstance(value, int):
            return
        if not path:
            yield value
            return
        for number, inner in self.few(value):
            if number == path[0]:
                yield from self.inside(inner, *path[1:])

    def side(self, data: memoryview) -> int | None:
        return next((signed(value) for number, value in self.few(data) if number == 1 and isinstance(value, int)), None)

    def layers(self) -> list[OnnxLayer]:
        """The operators with their shapes and products, the shapes that are missing found by the operators' rules."""
        found: list[OnnxLayer] = []
        counted: set[str] = set()
        for node in self.nodes:
            inputs = [self.shapes.get(name) for name in node.inputs]
            self.spend(1 + sum(len(one or ()) for one in inputs) // 4)
            if node.outputs and node.outputs[0] not in self.shapes:
                shape = _shape(node, inputs, [self.constants.get(name, ()) for name in node.inputs])
                if shape is not None and _possible(shape):
                    self.shapes[node.outputs[0]] = shape
            own = [name for name in dict.fromkeys(node.inputs) if name in self.tensors and name not in counted]
            counted |= set(own)
            output = self.shapes.get(node.outputs[0]) if node.outputs else None
            parameters = sum(self.tensors[name].values for name in own)
            found.append(OnnxLayer(node.name, node.kind, output, parameters, _macs(node, inputs, output)))
        return found


def _possible(shape: Sequence[int]) -> bool:
    """Whether a tensor can have these sides."""
    return len(shape) <= MOST_SIDES and all(0 <= side < MOST_VALUES for side in shape) and prod(shape) < MOST_VALUES


# ── shapes and products


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
    except (IndexError, ValueError, ZeroDivisionError, OverflowError):
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
