"""Reading what `print(model)` gives in PyTorch: the tree of its modules.

A line is `(name): Class(arguments)`, or `(name): Class(` with the children and a `)` on lines of their own. A module
that has both prints its arguments on lines between the two (timm's `BatchNormAct2d`, every parametrised layer).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from dlquiz.calc.errors import CalcError

LINE = re.compile(r"^(\s*)(?:\(([^()]*)\): )?(?:(\d+) x )?([A-Za-z_][\w.]*)\((.*)$")
PARAMETER = re.compile(r"^\s*\(([^()]*)\): Parameter containing: \[.* of size ([\dx]+)\]")
# One argument: a name with its value, a number, a tuple, or a bare word.
ARGUMENT = re.compile(r"\s*([A-Za-z_]\w*\s*=.*|[-\d(\[].*|[A-Za-z_]\w*)\s*", re.DOTALL)
CHILD = re.compile(r"^\s*\([^()]*\): ")
MAX_LINES, MAX_DEPTH, MAX_ARGUMENTS = 100_000, 100, 2000


class Module(NamedTuple):
    """One printed module: its place, class, arguments, children, and how many equal ones the line stands for."""

    name: str
    kind: str
    positional: list[Any]
    named: dict[str, Any]
    children: list[Module]
    repeat: int
    line: int


def is_printed(text: str) -> bool:
    """Whether a text is a printed model.

    >>> is_printed("Sequential(\\n  (0): Linear(in_features=2, out_features=3, bias=True)\\n)"), is_printed("3x2, relu")
    (True, False)
    """
    first = text.lstrip().split("\n", 1)[0].rstrip()
    return bool(re.match(r"[A-Za-z_]\w*\(", first)) and first.endswith(("(", ")"))


def read(text: str) -> Module:
    """The tree of modules; raises `CalcError` with the line that cannot be read."""
    lines = text.replace("\r", "").strip("\n").split("\n")
    if len(lines) > MAX_LINES:
        raise CalcError(f"{len(lines):,} lines are too many", fix=f"use up to {MAX_LINES:,}")
    stack: list[Module] = []
    top: Module | None = None
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.strip() == ")":
            if line.strip() and stack:
                stack.pop()
            continue
        if stack and not stack[-1].children and not CHILD.match(line) and _add_arguments(stack[-1], line):
            continue
        module, opens = _module(line, number)
        if module is None:
            raise CalcError(
                f"line {number} is not a module: {line.strip()[:50]!r}", fix="paste what print(model) gives"
            )
        if stack:
            stack[-1].children.append(module)
        elif top is None:
            top = module
        else:
            raise CalcError(f"line {number} begins a second model", fix="paste one model")
        if opens:
            stack.append(module)
        if len(stack) > MAX_DEPTH:
            raise CalcError(f"line {number} is more than {MAX_DEPTH} modules deep", fix="paste one part of the model")
    if top is None:
        raise CalcError("there is no module in it", fix="paste what print(model) gives")
    return top


def _add_arguments(module: Module, line: str) -> bool:
    """Arguments of a module that has children too, on a line of their own; False for a line of anything else."""
    parts = [part for part in _parts(line[:MAX_ARGUMENTS]) if part.strip()]
    if not all(ARGUMENT.fullmatch(part) for part in parts):
        return False
    positional, named = _arguments(line.strip())
    module.positional.extend(positional)
    module.named.update(named)
    return True


def _module(line: str, number: int) -> tuple[Module | None, bool]:
    parameter = PARAMETER.match(line)
    if parameter:
        sides = tuple(int(one[:19]) for one in parameter[2].split("x") if one)
        return Module(parameter[1], "Parameter", list(sides), {}, [], 1, number), False
    found = LINE.match(line)
    if found is None:
        return None, False
    if "Parameter containing:" in line:
        return _listed(found[2] or "", line, number), not line.rstrip().endswith("])")
    _, name, repeat, kind, rest = found.groups()
    rest = rest.rstrip()
    opens = not rest.endswith(")") or rest.count("(") >= rest.count(")")
    positional, named = _arguments("" if opens else rest[:-1])
    return Module(name or "", kind.rpartition(".")[2], positional, named, [], int((repeat or "1")[:6]), number), opens


def _listed(name: str, line: str, number: int) -> Module:
    """A list of parameters, whose first stands on its own line."""
    module = Module(name, "ParameterList", [], {}, [], 1, number)
    for sides in re.findall(r"of size ([\dx]+)", line):
        shape = [int(one[:19]) for one in sides.split("x") if one]
        module.children.append(Module("", "Parameter", shape, {}, [], 1, number))
    return module


def _arguments(text: str) -> tuple[list[Any], dict[str, Any]]:
    """`64, 3, kernel_size=(7, 7), bias=False` as values; words stay text."""
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for part in _parts(text if len(text) <= MAX_ARGUMENTS else ""):
        name, sign, value = part.partition("=")
        if sign and name.strip().isidentifier():
            named[name.strip()] = _value(value)
        elif part.strip():
            positional.append(_value(part))
    return positional, named


def _parts(text: str) -> Iterator[str]:
    depth, start = 0, 0
    for place, character in enumerate(text):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        if character == "," and depth == 0:
            yield text[start:place]
            start = place + 1
    yield text[start:]


def _value(text: str) -> Any:
    text = text.strip()
    if text[:1] in ("(", "[") and text[-1:] in (")", "]") and text.count("(") + text.count("[") < 9:
        return tuple(_value(one) for one in _parts(text[1:-1]) if one.strip())
    if re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    return {"True": True, "False": False, "None": None}.get(text, text.strip("'\""))


def argument(module: Module, place: int, name: str, default: object = ...) -> Any:
    """An argument by name or by place; KeyError where the print does not have it."""
    if name in module.named:
        return module.named[name]
    if place < len(module.positional):
        return module.positional[place]
    if default is ...:
        raise KeyError(name)
    return default


def sizes(value: object) -> tuple[int, ...]:
    """A size or several, as whole numbers of at least 0; TypeError for anything else."""
    found = value if isinstance(value, tuple) else (value,)
    if not found or not all(type(one) is int and one >= 0 for one in found):
        raise TypeError(value)
    return found


def size(module: Module, place: int, name: str, default: object = ...) -> int:
    """An argument that is one whole number."""
    return sizes(argument(module, place, name, default))[0]
