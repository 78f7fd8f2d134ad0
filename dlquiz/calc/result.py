"""What a layer gives: shapes, parameters, cost, receptive field, and the steps by which a person would get them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import prod
from typing import Any, NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.receptive_field.window import Window, written
from dlquiz.suggest import closest

Shape = tuple[int, ...]

UNITS = {
    "output_shape": "",
    "parameters": "parameters",
    "trainable": "parameters",
    "buffers": "values",
    "macs": "MAC",
    "flops": "FLOP",
    "activation_bytes": "B",
    "weight_bytes": "B",
    "receptive_field": "px",
}


class Step(NamedTuple):
    """One line of working: `formula` in letters, `numbers` the same with numbers, `value` what `numbers` comes to.

    `quantity` is the field of the result that the line belongs to. Both texts use `+ - * / **`, `floor`, `ceil`; a
    rational value is a text such as "1/2".
    """

    quantity: str
    formula: str
    numbers: str
    value: Any


class Result(NamedTuple):
    """One layer on one input. Counts are exact integers for the whole input, batch included.

    `elementwise` counts one operation per element written (pooling: per element read) and is never part of `macs`.
    `tensors` and `buffers_by_tensor` follow torch's names. `windows` has one entry per axis of the map, or is
    "global", or None where there is no map.

    >>> from dlquiz import calc
    >>> pool = calc.layer("max_pool2d", (64, 112, 112), kernel_size=3, stride=2, padding=1)
    >>> pool.output_shape, pool.parameters, pool.elementwise
    ((64, 56, 56), 0, {'max': 1806336})
    """

    kind: str
    input_shape: Shape
    output_shape: Shape
    working: Callable[[], Iterable[Step]]
    tensors: Mapping[str, Shape]
    macs: int
    elementwise: Mapping[str, int]
    windows: tuple[Window, ...] | str | None
    outputs: Mapping[str, Shape] | None = None
    buffers_by_tensor: Mapping[str, int] | None = None
    value_bytes: int = 4

    @property
    def parameters_by_tensor(self) -> dict[str, int]:
        return {name: prod(shape) for name, shape in self.tensors.items()}

    @property
    def parameters(self) -> int:
        return sum(map(prod, self.tensors.values()))

    @property
    def trainable(self) -> int:
        return self.parameters

    @property
    def buffers(self) -> int:
        """Values that are kept but not trained, counted as torch does (batch norm: its batch counter too)."""
        return sum((self.buffers_by_tensor or {}).values())

    @property
    def flops(self) -> int:
        """Twice the multiply-accumulates."""
        return 2 * self.macs

    @property
    def activation_bytes(self) -> int:
        return prod(self.output_shape) * self.value_bytes

    @property
    def weight_bytes(self) -> int:
        return self.parameters * self.value_bytes

    @property
    def receptive_field(self) -> list[dict[str, Any]] | str | None:
        """Per axis {size, jump, start, padding}, and {period, sizes} where units differ; "global"; or None.

        Unit i sees from i * jump - padding on, size pixels; start is the centre of unit 0, the first pixel's being 1/2.
        Normalisations count as pixel by pixel: their statistics are left out, as is usual.
        """
        if self.windows is None or isinstance(self.windows, str):
            return self.windows
        return [window.field() for window in self.windows]

    def written_field(self) -> list[dict[str, Any]] | str | None:
        """The receptive field with its rationals as text: "1/2"."""
        if self.windows is None or isinstance(self.windows, str):
            return self.windows
        return [window.field(written) for window in self.windows]

    @property
    def units(self) -> dict[str, str]:
        return UNITS

    @property
    def steps(self) -> tuple[Step, ...]:
        """The working, built when asked for; at most six lines a quantity."""
        return (*self.working(), *self._closing_steps())

    def _closing_steps(self) -> Iterable[Step]:
        if self.macs:
            yield Step("flops", "2 * MACs", f"2 * {self.macs}", self.flops)
        size = self.value_bytes
        shape = " * ".join(map(str, self.output_shape)) or "1"
        yield Step("activation_bytes", "output elements * bytes each", f"{shape} * {size}", self.activation_bytes)
        if self.tensors:
            numbers = f"{self.parameters} * {size}"
            yield Step("weight_bytes", "parameters * bytes each", numbers, self.weight_bytes)

    def steps_for(self, ask: str) -> tuple[Step, ...]:
        """The steps of the quantity that an `ask` path begins with (`output_size` belongs to `output_shape`)."""
        quantity = ask.split(".")[0].split("[")[0]
        quantity = {"output_size": "output_shape", "trainable": "parameters", "parameters_by_tensor": "parameters"}.get(
            quantity, quantity
        )
        return tuple(step for step in self.steps if step.quantity == quantity)

    def ask(self, path: str) -> Any:
        """The value at a path such as `macs`, `output_shape[0]`, `receptive_field.size`, or `output_size`.

        `output_size` is the side of the output map, or its sides as a tuple when they differ. A path into the receptive
        field gives one value when all axes agree, otherwise a tuple.

        >>> from dlquiz import calc
        >>> stem = calc.layer("conv2d", (3, 224, 224), out_channels=64, kernel_size=7, stride=2, padding=3)
        >>> stem.ask("output_size"), stem.ask("receptive_field.size"), stem.ask("parameters_by_tensor.bias")
        (112, 7, 64)
        """
        if path == "output_size":
            return one_or_all(self._map_sides())
        value: Any = self
        for part in path.replace("[", ".").replace("]", "").split("."):
            value = _descend(value, part, path)
        return value

    def _map_sides(self) -> tuple[int, ...]:
        if isinstance(self.windows, tuple) and self.windows:
            return tuple(window.output for window in self.windows)
        return self.output_shape

    def as_dict(self) -> dict[str, Any]:
        """Everything under its contract name, ready for JSON: lists for tuples, "1/2" for rationals."""
        fields: dict[str, Any] = {"kind": self.kind, "input_shape": self.input_shape, "output_shape": self.output_shape}
        if self.outputs:
            fields["outputs"] = self.outputs
        for name in ("parameters", "trainable", "parameters_by_tensor", "buffers"):
            fields[name] = getattr(self, name)
        if self.buffers_by_tensor:
            fields["buffers_by_tensor"] = self.buffers_by_tensor
        for name in ("macs", "flops", "elementwise", "activation_bytes", "weight_bytes"):
            fields[name] = getattr(self, name)
        fields["receptive_field"], fields["units"] = self.written_field(), self.units
        fields["steps"] = [step._asdict() for step in self.steps]
        plain: dict[str, Any] = json_value(fields)
        return plain


def one_or_all(values: tuple[object, ...]) -> Any:
    """The common value of all, or all of them."""
    return values[0] if values and len(set(values)) == 1 else values


def part_of(value: Any, part: str) -> Any:
    """What a mapping has under a name, a sequence at an index, or the axes in a list all have under a name.

    >>> part_of([{"size": 7}, {"size": 7}], "size"), part_of((64, 112), "-1")
    (7, 112)
    """
    if isinstance(value, Mapping):
        return value[part]
    if isinstance(value, list) and not part.lstrip("-").isdigit():
        return one_or_all(tuple(axis[part] for axis in value))
    return value[int(part)]


def _descend(value: Any, part: str, path: str) -> Any:
    try:
        if isinstance(value, Result):
            if part not in ANSWERS:
                raise KeyError(part)
            return getattr(value, part)
        return part_of(value, part)
    except (KeyError, IndexError, TypeError, ValueError):
        near = closest(path, ANSWERS)
        fix = f"did you mean {near}?" if near else "ask for one of: " + ", ".join(ANSWERS)
        raise CalcError(f"the result has nothing at {path!r}", fix=fix) from None


ANSWERS = (
    "output_size", "output_shape", "outputs", "parameters", "trainable", "parameters_by_tensor", "buffers",
    "buffers_by_tensor", "macs", "flops", "elementwise", "activation_bytes", "weight_bytes", "receptive_field",
)  # fmt: skip


def json_value(value: object) -> Any:
    """A value ready for JSON: lists for tuples, "1/2" for a rational.

    >>> from fractions import Fraction
    >>> json_value({"jump": (Fraction(1, 2), 3)})
    {'jump': ['1/2', 3]}
    """
    if isinstance(value, Mapping):
        return {name: json_value(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [json_value(one) for one in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
