"""An ONNX model: its tensors, the shapes that flow through it, and the MACs of convolutions and products.

Only what onnx.proto says of structure is read; weights are skipped. Shapes come from the file where it has them, else
from the rules of the operators that are known here; a product whose shapes are not known is counted as unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from math import prod
from typing import NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.files.onnx_operators import OnnxNode, macs, output_shape
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
# Limits on what is read, against files made to take time: entries of the graph, fields of one of its parts, numbers of
# an attribute, bytes without the weights; sides of a shape and their product; the work of all parts together, a unit of
# which is a field read.
MOST_ENTRIES, MOST_FIELDS, MOST_NUMBERS, MOST_STRUCTURE = 100_000, 10_000, 1_000, 8_000_000
MOST_SIDES, MOST_VALUES, MOST_WORK = 64, 10**30, 400_000
_SMALLER = "give a smaller model"


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
                shape = output_shape(node, inputs, [self.constants.get(name, ()) for name in node.inputs])
                if shape is not None and _possible(shape):
                    self.shapes[node.outputs[0]] = shape
            own = [name for name in dict.fromkeys(node.inputs) if name in self.tensors and name not in counted]
            counted |= set(own)
            output = self.shapes.get(node.outputs[0]) if node.outputs else None
            parameters = sum(self.tensors[name].values for name in own)
            found.append(OnnxLayer(node.name, node.kind, output, parameters, macs(node, inputs, output)))
        return found


def _possible(shape: Sequence[int]) -> bool:
    """Whether a tensor can have these sides."""
    return len(shape) <= MOST_SIDES and all(0 <= side < MOST_VALUES for side in shape) and prod(shape) < MOST_VALUES
