"""A whole network: its totals, its layers, its receptive field, its peak of memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from math import prod
from typing import Any

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import value_bytes, whole
from dlquiz.calc.networks.graph import NetworkNode, build
from dlquiz.calc.networks.notation.parser import read
from dlquiz.calc.networks.notation.tree import Tree, written
from dlquiz.calc.result import UNITS, Shape, Step, json_value, one_or_all, part_of
from dlquiz.suggest import closest

Ratio = Callable[[int, int], Any]
ANSWERS = (
    "output_size", "output_shape", "parameters", "trainable", "active_parameters", "parameters_by_kind", "buffers",
    "macs", "macs_by_kind", "flops", "backward_flops",
    "elementwise", "activation_bytes", "peak_activation_bytes", "weight_bytes", "receptive_field",
    "receptive_field_convolutions", "layers",
)  # fmt: skip


class LayerResult:
    """One layer of a network at the place where it runs: the same names as the result of a layer alone.

    `repeat` is 1 here; the table of a network folds equal ones. Counts are for the whole input, batch included.
    """

    __slots__ = ("network", "node", "number", "repeat")

    def __init__(self, network: NetworkResult, number: int, repeat: int = 1) -> None:
        self.network, self.number, self.repeat = network, number, repeat
        self.node: NetworkNode = network.nodes[number]

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def kind(self) -> str:
        return self.node.result.kind

    @property
    def output_shape(self) -> Shape:
        return (*self._leading, *self.node.result.output_shape)

    @property
    def input_shape(self) -> Shape:
        return (*self._leading, *self.node.result.input_shape)

    @property
    def _leading(self) -> Shape:
        """The batch, then the windows in which the layer runs."""
        return (*self.network.batched, self.node.windows) if self.node.windows else self.network.batched

    @property
    def parameters(self) -> int:
        return self.node.parameters

    @property
    def parameters_by_tensor(self) -> dict[str, int]:
        return {name: prod(shape) * self.node.copies for name, shape in self.node.tensors.items()}

    @property
    def buffers(self) -> int:
        return self.node.buffers

    @property
    def macs(self) -> int:
        return self.node.result.macs * self.node.runs * self.network.examples

    @property
    def flops(self) -> int:
        return 2 * self.macs

    @property
    def elementwise(self) -> dict[str, int]:
        times = self.node.runs * self.network.examples
        return {name: count * times for name, count in self.node.result.elementwise.items()}

    @property
    def activation_bytes(self) -> int:
        return self.node.result.activation_bytes * self.node.runs * self.network.examples

    @property
    def weight_bytes(self) -> int:
        return self.parameters * self.network.value_bytes

    @property
    def receptive_field(self) -> list[dict[str, Any]] | str | None:
        return self.network.field_of(self.number)

    @property
    def field_sizes(self) -> list[tuple[int, int]] | str | None:
        return self.network.field_sizes_of(self.number)

    @property
    def receptive_field_convolutions(self) -> list[dict[str, Any]] | None:
        return self.network.convolutions_of(self.number)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The working of this layer for one example."""
        return self.node.result.steps

    def as_dict(self) -> dict[str, Any]:
        names = (
            "name",
            "repeat",
            "kind",
            "input_shape",
            "output_shape",
            "parameters",
            "parameters_by_tensor",
            "buffers",
            "macs",
            "flops",
            "elementwise",
            "activation_bytes",
            "weight_bytes",
            "receptive_field",
        )
        fields = {name: getattr(self, name) for name in names}
        if self.receptive_field == "global":
            fields["receptive_field_convolutions"] = self.receptive_field_convolutions
        return fields


class NetworkResult:
    """What a network comes to, for one example or for `batch` of them.

    Totals are sums over the layers; a weight that is tied counts once, where it first stands. `activation_bytes` is the
    sum of all outputs; `peak_activation_bytes` the most that lives at once when each output is freed after its last use
    (nothing in place; views of the same values count once).

    >>> net = network("3x224x224, conv 64 k7 s2 p3 b0, bn, relu, maxpool k3 s2 p1")
    >>> net.output_shape, net.parameters, net.macs, net.ask("receptive_field.size")
    ((64, 56, 56), 9536, 118013952, 11)
    """

    def __init__(
        self, tree: Tree, nodes: list[NetworkNode], last: int, batch: int | None, value_bytes: int, name: str = ""
    ) -> None:
        self.tree, self.nodes, self.last, self.name, self.value_bytes = tree, nodes, last, name, value_bytes
        self.batched: Shape = () if batch is None else (batch,)
        self.examples = 1 if batch is None else batch

    @property
    def text(self) -> str:
        """The network in canonical notation."""
        return written(self.tree)

    @cached_property
    def layers(self) -> tuple[LayerResult, ...]:
        """Every layer in the order in which it runs, inputs left out."""
        return tuple(LayerResult(self, number) for number, node in enumerate(self.nodes) if node.sources)

    @property
    def input_shape(self) -> Shape:
        return (*self.batched, *self.nodes[0].result.output_shape)

    @property
    def output_shape(self) -> Shape:
        return (*self.batched, *self.nodes[self.last].result.output_shape)

    @cached_property
    def parameters(self) -> int:
        return sum(node.parameters for node in self.nodes if node.result.tensors)

    @property
    def trainable(self) -> int:
        return self.parameters

    @cached_property
    def active_parameters(self) -> int:
        """The parameters that work on one token; fewer than all where experts are chosen."""
        return sum(node.parameters // node.copies * node.uses for node in self.nodes if node.result.tensors)

    @cached_property
    def buffers(self) -> int:
        return sum(node.buffers for node in self.nodes if node.result.buffers_by_tensor)

    @cached_property
    def macs(self) -> int:
        return self.examples * sum(node.result.macs * node.runs for node in self.nodes)

    @property
    def flops(self) -> int:
        """Twice the multiply-accumulates."""
        return 2 * self.macs

    @cached_property
    def backward_flops(self) -> int:
        """The FLOPs of the backward pass: as many as forward for the gradients of the weights, and again for those of
        the input, which the first layers do not need; a product of activations has two gradients.

        >>> net = network("3x8x8, conv 4 k3, conv 4 k3")
        >>> net.backward_flops == 2 * net.flops - net.layers[0].flops
        True
        """
        trained: list[bool] = []
        found = 0
        for node in self.nodes:
            below = any(trained[one] for one in node.sources)
            trained.append(below or bool(node.tensors) or node.shared is not None)
            found += node.runs * (2 * node.result.macs - (0 if below else _of_input(node)))
        return 2 * self.examples * found

    @property
    def parameters_by_kind(self) -> dict[str, int]:
        """The parameters of all convolutions, of all linear layers, and so on, largest first.

        >>> network("vgg16").ask("parameters_by_kind.linear")
        123642856
        """
        return self._by_kind("parameters")

    @property
    def macs_by_kind(self) -> dict[str, int]:
        return self._by_kind("macs")

    def _by_kind(self, quantity: str) -> dict[str, int]:
        total: dict[str, int] = {}
        for layer in self.layers:
            if value := getattr(layer, quantity):
                total[layer.kind] = total.get(layer.kind, 0) + value
        return dict(sorted(total.items(), key=lambda one: -one[1]))

    @cached_property
    def elementwise(self) -> dict[str, int]:
        total: dict[str, int] = {}
        for layer in self.layers:
            for name, count in layer.elementwise.items():
                total[name] = total.get(name, 0) + count
        return total

    @cached_property
    def activation_bytes(self) -> int:
        return sum(layer.activation_bytes for layer in self.layers)

    @property
    def weight_bytes(self) -> int:
        return self.parameters * self.value_bytes

    @property
    def units(self) -> dict[str, str]:
        return {**UNITS, "active_parameters": "parameters", "peak_activation_bytes": "B"}

    # ── memory over time

    @cached_property
    def peak(self) -> tuple[int, int]:
        """The most bytes of outputs that live at once, the input among them, and the node at which they do."""
        from dlquiz.calc.networks.live_outputs import peak

        most, node = peak(self.nodes, self.last)
        return most * self.examples, node

    @property
    def peak_activation_bytes(self) -> int:
        return self.peak[0]

    # ── receptive field

    @cached_property
    def _fields(self) -> Any:
        from dlquiz.calc.networks.receptive_field import fields

        return fields(self.nodes)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Where branches are not aligned."""
        return tuple(self._fields.warnings)

    def field_of(self, number: int, ratio: Ratio | None = None) -> list[dict[str, Any]] | str | None:
        field = self._fields.fields[number]
        if field.whole:
            return "global"
        if field.convolutions is None or field.frozen:
            return None
        return [axis.field(ratio) for axis in field.convolutions]

    def field_sizes_of(self, number: int) -> list[tuple[int, int]] | str | None:
        """Per axis the least and the largest size over the phases, or "global", or None."""
        field = self._fields.fields[number]
        if field.whole:
            return "global"
        if field.convolutions is None or field.frozen:
            return None
        return [(min(sizes), max(sizes)) for sizes in (axis.sizes() for axis in field.convolutions)]

    def convolutions_of(self, number: int, ratio: Ratio | None = None) -> list[dict[str, Any]] | None:
        convolutions = self._fields.fields[number].convolutions
        return None if convolutions is None else [axis.field(ratio) for axis in convolutions]

    @property
    def receptive_field(self) -> list[dict[str, Any]] | str | None:
        """Of a unit of the output: per axis {size, jump, start, padding}, "global", or None without an input map."""
        return self.field_of(self.last)

    @property
    def field_sizes(self) -> list[tuple[int, int]] | str | None:
        return self.field_sizes_of(self.last)

    @property
    def receptive_field_convolutions(self) -> list[dict[str, Any]] | None:
        """By convolutions and poolings alone, of the last map: what is left when global layers are not counted."""
        return self.convolutions_of(self.last)

    # ── asking

    @property
    def steps(self) -> tuple[Step, ...]:
        """The totals as sums over the layers that contribute most; at most six terms each."""
        from dlquiz.calc.networks.working import steps

        return tuple(steps(self))

    def steps_for(self, ask: str) -> tuple[Step, ...]:
        quantity = ask.split(".")[0].split("[")[0]
        quantity = {
            "output_size": "output_shape",
            "trainable": "parameters",
            "receptive_field_convolutions": "receptive_field",
        }.get(quantity, quantity)
        return tuple(step for step in self.steps if step.quantity == quantity)

    def ask(self, path: str) -> Any:
        """The value at a path such as `macs`, `output_shape[0]`, `receptive_field.size`, `layers[3].macs`.

        >>> network("vgg16").ask("receptive_field_convolutions.size")
        212
        """
        if path == "output_size":
            return one_or_all(self._sides())
        value: Any = self
        for part in path.replace("[", ".").replace("]", "").split("."):
            value = self._descend(value, part, path)
        return value

    def _sides(self) -> Shape:
        shape = self.nodes[self.last].result.output_shape
        return shape[1:] if self.nodes[self.last].form == "map" else shape

    def _descend(self, value: Any, part: str, path: str) -> Any:
        try:
            if isinstance(value, NetworkResult | LayerResult):
                if part not in ANSWERS and part not in ("name", "parameters_by_tensor", "input_shape"):
                    raise KeyError(part)
                return getattr(value, part)
            return part_of(value, part)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError):
            raise self._nothing(value, path) from None

    def _nothing(self, value: object, path: str) -> CalcError:
        if value == "global":
            fix = "ask for " + path.replace("receptive_field.", "receptive_field_convolutions.")
            return CalcError("the receptive field is global", fix=fix)
        near = closest(path, ANSWERS)
        fix = f"did you mean {near}?" if near else "ask for one of: " + ", ".join(ANSWERS)
        return CalcError(f"the network has nothing at {path[:60]!r}", fix=fix)

    def as_dict(self) -> dict[str, Any]:
        """Everything under its contract name, ready for JSON."""
        from dlquiz.calc.networks.table import rows

        fields: dict[str, Any] = {"network": self.name or None, "notation": self.text}
        for name in (
            "input_shape",
            "output_shape",
            "parameters",
            "trainable",
            "active_parameters",
            "parameters_by_kind",
            "buffers",
            "macs",
            "macs_by_kind",
            "flops",
            "backward_flops",
            "elementwise",
            "activation_bytes",
            "peak_activation_bytes",
            "weight_bytes",
            "receptive_field",
            "receptive_field_convolutions",
            "warnings",
            "units",
        ):
            fields[name] = getattr(self, name)
        fields["steps"] = [step._asdict() for step in self.steps]
        fields["layers"] = [row.as_dict() for row in rows(self)]
        plain: dict[str, Any] = json_value(fields)
        return plain


def _of_input(node: NetworkNode) -> int:
    """The MACs of the products with the layer's input: all, in attention those of queries, keys and values."""
    if node.result.kind != "multihead_attention":
        return node.result.macs
    tokens = node.result.input_shape[0]
    return sum(prod(shape) * tokens for name, shape in node.result.tensors.items() if name.endswith("_proj_weight"))


def network(text: str, *, batch: int | None = None, dtype: str = "fp32") -> NetworkResult:
    """A network by its name (`resnet50`, `resnet50@320`, `resnet50:stride-1x1`) or in the notation.

    Raises `CalcError` where a layer cannot be, `NotationError` (one of them) where the text cannot be read.

    >>> network("resnet50").macs, network("3x32x32, conv 8 k5, gap").output_shape
    (4089184256, (8,))
    """
    size = value_bytes(dtype)
    examples = None if batch is None else whole(batch, "batch")
    name, notation = _name_and_notation(text)
    tree = read(notation)
    return NetworkResult(tree, *build(tree, size), examples, size, name)


def _name_and_notation(text: str) -> tuple[str, str]:
    """The name, where the text is one, and the notation."""
    from dlquiz.calc.networks.zoo import is_name, notation

    return (text.strip(), notation(text)) if is_name(text) else ("", text)
