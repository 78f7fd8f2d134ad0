"""What a layer of a network takes and gives: a value with the meaning of its axes, and the layer made for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.receptive_field.window import same
from dlquiz.calc.result import Result, Shape, Step

Form = Literal["map", "vector", "tokens", "ids"]
Arguments = Mapping[str, Any]
FORMS = {"map": "a map", "vector": "a vector", "tokens": "tokens x features", "ids": "ids"}


class Tensor(NamedTuple):
    """What a node gives: its number, the shape for one example, and what the axes mean."""

    node: int
    shape: Shape
    form: Form


class BuiltLayer(NamedTuple):
    """A layer made for an input; `view` when it only renames what it reads."""

    result: Result
    form: Form
    view: bool = False
    name: str = ""


Maker = Callable[[Tensor, "int | None", Arguments, int, "Tensor | None"], BuiltLayer]


def axes_of(value: Tensor, name: str) -> int:
    """How many axes the windows of a layer have; raises `CalcError` for what is no map."""
    if value.form != "map":
        raise CalcError(f"{name} takes a map, not {FORMS[value.form]}", fix=_map_fix(value))
    return len(value.shape) - 1


def _map_fix(value: Tensor) -> str:
    return "begin with a map such as 3x224x224" if value.form == "ids" else "put it before gap, flatten or tokens"


def dtype_of(value_bytes: int) -> str:
    return {8: "fp64", 4: "fp32", 2: "fp16", 1: "int8"}[value_bytes]


def unchanged(
    kind: str,
    value: Tensor,
    value_bytes: int,
    work: dict[str, int],
    tensors: dict[str, Shape] | None = None,
    working: Callable[[], Iterable[Step]] | None = None,
) -> BuiltLayer:
    windows = tuple(map(same, value.shape[1:])) if value.form == "map" else None
    steps = working or (lambda: ())
    result = Result(kind, value.shape, value.shape, steps, tensors or {}, 0, work, windows, value_bytes=value_bytes)
    return BuiltLayer(result, value.form)
