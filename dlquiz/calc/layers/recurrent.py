"""RNN, LSTM and GRU: layers, both directions, projection, and one bias (Keras, the papers) or two (torch)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import choice, dimensions, flag, probability, tuple_text, whole
from dlquiz.calc.result import Result, Shape, Step

GATES = {"rnn": 1, "lstm": 4, "gru": 3}
# Element-wise work of one unit at one step, biases apart.
CELL = {
    "rnn": {"tanh": 1, "add": 1},
    "lstm": {"sigmoid": 3, "tanh": 2, "multiply": 3, "add": 5},
    "gru": {"sigmoid": 2, "tanh": 1, "multiply": 3, "add": 5},
}
MAX_LAYERS = 10_000


@dataclass(frozen=True)
class RecurrentArguments:
    """What the three recurrent layers share, under torch's names."""

    hidden_size: int
    num_layers: int
    bias: bool
    batch_first: bool
    dropout: float
    bidirectional: bool
    input_size: int | None
    single_bias: bool
    proj_size: int = 0
    nonlinearity: str = "tanh"


def rnn(
    kind: str,
    shape: object,
    value_bytes: int,
    *,
    hidden_size: int,
    num_layers: int = 1,
    nonlinearity: str = "tanh",
    bias: bool = True,
    batch_first: bool = False,
    dropout: float = 0.0,
    bidirectional: bool = False,
    input_size: int | None = None,
    single_bias: bool = False,
) -> Result:
    choice(nonlinearity, "nonlinearity", ("tanh", "relu"), torch="Unknown nonlinearity. Select from 'tanh' or 'relu'.")
    return _recurrent(
        kind,
        shape,
        value_bytes,
        RecurrentArguments(
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout,
            bidirectional,
            input_size,
            single_bias,
            nonlinearity=nonlinearity,
        ),
    )


def gru(
    kind: str,
    shape: object,
    value_bytes: int,
    *,
    hidden_size: int,
    num_layers: int = 1,
    bias: bool = True,
    batch_first: bool = False,
    dropout: float = 0.0,
    bidirectional: bool = False,
    input_size: int | None = None,
    single_bias: bool = False,
) -> Result:
    return _recurrent(
        kind,
        shape,
        value_bytes,
        RecurrentArguments(hidden_size, num_layers, bias, batch_first, dropout, bidirectional, input_size, single_bias),
    )


def lstm(
    kind: str,
    shape: object,
    value_bytes: int,
    *,
    hidden_size: int,
    num_layers: int = 1,
    bias: bool = True,
    batch_first: bool = False,
    dropout: float = 0.0,
    bidirectional: bool = False,
    proj_size: int = 0,
    input_size: int | None = None,
    single_bias: bool = False,
) -> Result:
    """`proj_size` maps the hidden state to fewer values, which recur and are given out (Sak et al. 2014)."""
    hidden = whole(hidden_size, "hidden_size")
    projection = whole(
        proj_size, "proj_size", 0, "proj_size should be a positive integer or zero to disable projections"
    )
    if projection >= hidden:
        raise CalcError(
            f"proj_size {projection} is not smaller than hidden_size {hidden}",
            fix=f"use proj_size ≤ {hidden - 1}",
            torch="proj_size has to be smaller than hidden_size",
        )
    return _recurrent(
        kind,
        shape,
        value_bytes,
        RecurrentArguments(
            hidden, num_layers, bias, batch_first, dropout, bidirectional, input_size, single_bias, projection
        ),
    )


def _recurrent(kind: str, shape: object, value_bytes: int, given: RecurrentArguments) -> Result:
    read, hidden = dimensions(shape, kind), whole(given.hidden_size, "hidden_size")
    if len(read) not in (2, 3):
        raise CalcError(
            f"{kind} takes (T, features) or with a batch three axes, not {tuple_text(read)}",
            fix="give steps and features",
            torch=f"{kind.upper()}: Expected input to be 2D or 3D, got {len(read)}D instead",
        )
    _check_features(given.input_size, read[-1])
    probability(given.dropout, "dropout")
    layers = whole(given.num_layers, "num_layers", torch="num_layers must be greater than zero")
    if layers > MAX_LAYERS:
        raise CalcError(f"num_layers is more than {MAX_LAYERS}", fix="use fewer")
    projection, first, directions = (
        given.proj_size,
        flag(given.batch_first, "batch_first"),
        2 if flag(given.bidirectional, "bidirectional") else 1,
    )
    biases = (1 if flag(given.single_bias, "single_bias") else 2) if flag(given.bias, "bias") else 0
    sizes = CellSizes(GATES[kind], hidden, read[-1], layers, directions, projection, biases)
    tensors, width = _tensors(sizes), sizes.width
    # (T, features), (T, N, features) or, batch first, (N, T, features)
    batch: Shape = () if len(read) == 2 else (read[0] if first else read[1],)
    rows = prod(read[:-1])
    per_step = sum(prod(tensor) for name, tensor in tensors.items() if name.startswith("weight"))
    output = (*read[:-1], directions * width)
    state = (directions * layers, *batch, width)
    outputs = {"output": output, "h_n": state}
    if kind == "lstm":
        outputs["c_n"] = (directions * layers, *batch, hidden)
    units = rows * hidden * layers * directions
    elementwise = {
        (given.nonlinearity if name == "tanh" and kind == "rnn" else name): times * units
        for name, times in CELL[kind].items()
    }
    if biases:
        elementwise["bias"] = rows * sum(prod(tensor) for name, tensor in tensors.items() if name.startswith("bias"))

    def working() -> Iterable[Step]:
        yield Step("output_shape", "(..., directions * width)", tuple_text(output), output)
        yield from _parameter_steps(kind, sizes)
        yield Step(
            "macs", "steps and batch * all weights", f"{' * '.join(map(str, read[:-1]))} * {per_step}", rows * per_step
        )

    return Result(
        kind, read, output, working, tensors, rows * per_step, elementwise, "global", outputs, value_bytes=value_bytes
    )


def _check_features(given: int | None, features: int) -> None:
    if given is not None and whole(given, "input_size") != features:
        raise CalcError(
            f"input_size is {given}, and the input has {features} features",
            fix=f"use {features}, or leave it out",
            torch=f"input.size(-1) must be equal to input_size. Expected {given}, got {features}",
        )


class CellSizes(NamedTuple):
    """The sizes of a recurrent layer; `biases` is how many biases each gate of a cell has."""

    gates: int
    hidden: int
    features: int
    layers: int
    directions: int
    projection: int
    biases: int

    @property
    def width(self) -> int:
        """Of what recurs and is given out."""
        return self.projection or self.hidden


def _tensors(sizes: CellSizes) -> dict[str, Shape]:
    tensors: dict[str, Shape] = {}
    rows, width = sizes.gates * sizes.hidden, sizes.width
    for index in range(sizes.layers):
        inputs = sizes.features if index == 0 else sizes.directions * width
        for suffix in ("", "_reverse")[: sizes.directions]:
            end = f"l{index}{suffix}"
            tensors[f"weight_ih_{end}"] = (rows, inputs)
            tensors[f"weight_hh_{end}"] = (rows, width)
            if sizes.biases:
                tensors[f"bias_ih_{end}"] = (rows,)
            if sizes.biases == 2:
                tensors[f"bias_hh_{end}"] = (rows,)
            if sizes.projection:
                tensors[f"weight_hr_{end}"] = (sizes.projection, sizes.hidden)
    return tensors


def _parameter_steps(kind: str, sizes: CellSizes) -> Iterable[Step]:
    gates, hidden, features, layers, directions, projection, biases = sizes
    width = sizes.width
    lead = "" if gates == 1 else f"{gates} * "
    recurring = "proj" if projection else "h"

    def one(inputs: int, letters: str) -> tuple[str, str, int]:
        formula, numbers = f"{letters} * h + {recurring} * h", f"{inputs} * {hidden} + {width} * {hidden}"
        value = gates * hidden * (inputs + width + biases) + projection * hidden
        if biases:
            formula, numbers = f"{formula} + {biases} * h", f"{numbers} + {biases} * {hidden}"
        formula, numbers = (f"{lead}({formula})", f"{lead}({numbers})") if lead else (formula, numbers)
        if projection:
            formula, numbers = f"{formula} + h * proj", f"{numbers} + {hidden} * {projection}"
        return formula, numbers, value

    formula, numbers, first = one(features, "i")
    label = "one direction of layer 1 = " if directions * layers > 1 else ""
    yield Step("parameters", label + formula, numbers, first)
    total, parts = directions * first, f"{directions} * {first}"
    if layers > 1:
        letters = ("2 * " if directions == 2 else "") + recurring
        formula, numbers, later = one(directions * width, letters)
        yield Step("parameters", f"one direction of a later layer = {formula}", numbers, later)
        total, parts = total + (layers - 1) * directions * later, f"{parts} + {layers - 1} * {directions} * {later}"
    if directions * layers > 1:
        yield Step("parameters", "all layers and directions", parts, total)
    if biases == 2:
        spare = gates * hidden * directions * layers
        who = "the textbook's one bias (Keras: reset_after=False)" if kind == "gru" else "Keras's one bias"
        yield Step("parameters", f"with {who}: all - {gates} * h each", f"{total} - {spare}", total - spare)
