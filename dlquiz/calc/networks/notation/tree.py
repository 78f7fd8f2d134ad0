"""The tree of a network, and its canonical text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from dlquiz.calc.layers.arguments import shape_text

# The numbers of an argument: 3, 3x5, 1:2x0:1, 0.5. A text, not compiled: few networks need it, and compiling costs more
# than reading a network.
NUMBER = r"(?a:\d+(?:x\d+)*|\d+:\d+(?:x\d+:\d+)*|\d+\.\d+)"


class NotationPlace(int):
    """Where in the text something stands; trees are equal wherever their parts stand."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NotationPlace)

    def __hash__(self) -> int:
        return 0


class Layer(NamedTuple):
    name: str
    size: str
    arguments: tuple[tuple[str, str], ...]
    at: NotationPlace


class NotationBlock(NamedTuple):
    name: str
    arguments: tuple[tuple[str, str], ...]
    branches: tuple[tuple[NotationStep, ...], ...]
    at: NotationPlace


class NotationCall(NamedTuple):
    name: str
    sizes: tuple[str, ...]
    at: NotationPlace


class NotationGroup(NamedTuple):
    chain: tuple[NotationStep, ...]
    at: NotationPlace


class Input(NamedTuple):
    shape: tuple[int, ...]
    tokens: bool
    at: NotationPlace


NotationUnit = Layer | NotationBlock | NotationCall | NotationGroup | Input


class NotationStep(NamedTuple):
    repeat: str
    unit: NotationUnit
    label: str


class Let(NamedTuple):
    name: str
    parameters: tuple[str, ...]
    chain: tuple[NotationStep, ...]


class Tree(NamedTuple):
    lets: tuple[Let, ...]
    input: Input
    chain: tuple[NotationStep, ...]


def written(tree: Tree) -> str:
    """The canonical text of a network: one line a let, then the network on one line."""
    lines = [f"let {_head(let)} = {chain_text(let.chain)}" for let in tree.lets]
    return "\n".join([*lines, f"{_input(tree.input)}, {chain_text(tree.chain)}"])


def _head(let: Let) -> str:
    return f"{let.name}({', '.join(let.parameters)})" if let.parameters else let.name


def _input(one: Input) -> str:
    return shape_text(one.shape) + (" tokens" if one.tokens else "")


def chain_text(chain: Iterable[NotationStep]) -> str:
    return ", ".join(map(step_text, chain))


def step_text(step: NotationStep) -> str:
    repeat = f"{step.repeat}*" if step.repeat else ""
    return repeat + unit_text(step.unit) + (f" as {step.label}" if step.label else "")


def unit_text(unit: NotationUnit) -> str:
    match unit:
        case Layer(name, size, given, _):
            return " ".join([name, *([size] if size else []), *arguments_text(given)])
        case NotationBlock(name, given, branches, _):
            inside = " | ".join(map(chain_text, branches))
            return " ".join([name, *arguments_text(given)]) + (f" ({inside})" if given else f"({inside})")
        case NotationCall(name, sizes, _):
            return f"{name}({', '.join(sizes)})" if sizes else name
        case NotationGroup(chain, _):
            return f"({chain_text(chain)})"
        case Input():
            return f"input {_input(unit)}"


def arguments_text(given: Iterable[tuple[str, str]]) -> list[str]:
    """`k7`, `s=w`, `kv=8`, `ceil`."""
    parts = []
    for word, value in given:
        glued = len(word) == 1 and (value.isdigit() or re.fullmatch(NUMBER, value))
        parts.append(f"{word}{value}" if glued or not value else f"{word}={value}")
    return parts
