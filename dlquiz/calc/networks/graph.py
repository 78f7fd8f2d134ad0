"""From a tree of the notation to the graph of its layers: every step once for each time it runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import shape_text
from dlquiz.calc.networks.notation.tree import (
    Input,
    Layer,
    Let,
    NotationBlock,
    NotationCall,
    NotationGroup,
    NotationStep,
    Tree,
    arguments_text,
)
from dlquiz.calc.networks.units import joins, windows
from dlquiz.calc.networks.units.token_layers import LAYER_MAKERS
from dlquiz.calc.networks.units.values import Arguments, BuiltLayer, Form, Tensor
from dlquiz.calc.result import Result, Shape

MAX_NODES, MAX_STEPS = 50_000, 200_000


class NodePlace(NamedTuple):
    """Where a layer stands: the repeats around it, the calls and blocks that it is part of, how deep it is shown, how
    often it is there and is used, and in how many windows of one example it runs (0 outside windows)."""

    path: tuple[tuple[int, int], ...]
    within: tuple[tuple[int, str], ...]
    depth: int
    copies: int
    uses: int
    windows: int


class NetworkNode:
    """One layer at the place where it runs, for one example.

    `sources` are the numbers of the nodes it reads, `copies` how many such layers there are and `uses` how many of them
    work on one token (experts), `windows` in how many windows it runs (0 outside windows), `shared` the node whose
    weight it uses, `repeated` whether it is that node run again, `path` the repeats it stands in, each as (number of
    the repeat, iteration), `within` the calls and blocks it is part of, outermost first and each with a number of its
    own, `view` whether its output is its input under another shape.
    """

    __slots__ = ("copies", "depth", "form", "label", "name", "path", "repeated", "result", "shared", "sources", "uses",
                 "view", "windows", "within")  # fmt: skip

    def __init__(
        self, name: str, sources: tuple[int, ...], made: BuiltLayer, place: NodePlace, shared: int | None = None
    ) -> None:
        self.name, self.sources, self.shared, self.label = name, sources, shared, ""
        self.result, self.form, self.view = made.result, made.form, made.view
        self.path, self.within, self.depth, self.copies, self.uses, self.windows = place
        self.repeated = False

    @property
    def runs(self) -> int:
        """How often the layer runs for one example: once for each chosen expert, in each window."""
        return self.uses * max(self.windows, 1)

    @property
    def tensors(self) -> Mapping[str, Shape]:
        """The tensors that are this layer's own."""
        if self.shared is None:
            return self.result.tensors
        if self.repeated:
            return {}
        return {name: shape for name, shape in self.result.tensors.items() if name != "weight"}

    @property
    def parameters(self) -> int:
        return sum(map(prod, self.tensors.values())) * self.copies

    @property
    def buffers(self) -> int:
        return 0 if self.repeated else self.result.buffers * self.copies

    def repeat(self, number: int, first: NetworkNode) -> None:
        """Make this node another run of the first one, whose number is given; raise `CalcError` where it cannot be."""
        if self.result.tensors != first.result.tensors:
            sizes = [" and ".join(map(shape_text, one.result.tensors.values())) for one in (first, self)]
            raise CalcError(
                f"{self.name} has weights of {sizes[1]} here and of {sizes[0]} where it first runs",
                fix="share only between inputs of the same channels or features",
            )
        if self.shared is None and (self.result.tensors or self.result.buffers):
            self.shared, self.repeated = number, True


class Environment(NamedTuple):
    """The values of a let's parameters, and those as a key."""

    values: Mapping[str, int]
    key: tuple[int, ...]


class NetworkBuilder:
    """A network being unrolled."""

    def __init__(self, tree: Tree, value_bytes: int) -> None:
        self.lets: dict[str, Let] = {let.name: let for let in tree.lets}
        self.value_bytes = value_bytes
        self.nodes: list[NetworkNode] = []
        self.path: tuple[tuple[int, int], ...] = ()
        self.within: tuple[tuple[int, str], ...] = ()
        self.repeats = self.steps = self.depth = self.entered = 0
        self.copies = self.uses = 1
        self.windows = 0
        self.first_runs: dict[tuple[int, tuple[int, ...]], int] = {}
        self.made: dict[Any, BuiltLayer] = {}
        self.labels: dict[str, int] = {}
        self.special = {"moe": self.experts, "windows": self.windowed, "shared": self.shared}
        self.value = self.input(tree.input)
        self.chain(tree.chain, Environment({}, ()))

    # ── values

    def input(self, unit: Input) -> Tensor:
        form: Form = "map" if len(unit.shape) > 1 else "vector"
        if unit.tokens:
            form = "tokens" if len(unit.shape) == 2 else "ids"
        result = Result(
            "input",
            unit.shape,
            unit.shape,
            lambda: (),
            {},
            0,
            {},
            None,
            value_bytes=8 if form == "ids" else self.value_bytes,
        )
        return self.add("input", (), BuiltLayer(result, form))

    def add(self, name: str, sources: tuple[int, ...], made: BuiltLayer, shared: int | None = None) -> Tensor:
        if len(self.nodes) >= MAX_NODES:
            raise CalcError(f"the network has more than {MAX_NODES:,} layers", fix="repeat less")
        place = NodePlace(self.path, self.within, self.depth, self.copies, self.uses, self.windows)
        self.nodes.append(NetworkNode(name, sources, made, place, shared))
        return Tensor(len(self.nodes) - 1, made.result.output_shape, made.form)

    # ── the tree

    def chain(self, steps: Iterable[NotationStep], environment: Environment) -> None:
        for step in steps:
            if step.repeat:
                self.repeated(step, environment)
            else:
                self.unit(step.unit, environment)
            if step.label:
                self.labels[step.label] = self.value.node
                self.nodes[self.value.node].label = step.label

    def repeated(self, step: NotationStep, environment: Environment) -> None:
        times = size_of(step.repeat, environment)
        before, labels = self.path, self.labels
        self.repeats += 1
        number = self.repeats
        for iteration in range(times):
            self.path = (*before, (number, iteration))
            self.labels = dict(labels)
            count = len(self.nodes)
            self.unit(step.unit, environment)
            if len(self.nodes) == count:
                break
        self.path, self.labels = before, labels

    def unit(self, unit: Any, environment: Environment) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise CalcError(f"the network takes more than {MAX_STEPS:,} steps", fix="repeat less")
        if isinstance(unit, Layer):
            self.layer(unit, environment)
        elif isinstance(unit, NotationCall | NotationBlock):
            self.part(unit, environment)
        elif isinstance(unit, NotationGroup):
            self.chain(unit.chain, environment)
        else:
            self.value = self.input(unit)

    def part(self, unit: NotationCall | NotationBlock, environment: Environment) -> None:
        """A call or a block: all its layers are part of it, also the one that joins its branches."""
        outer = self.within
        self.entered += 1
        if isinstance(unit, NotationBlock):
            self.within = (*outer, (self.entered, unit.name))
            self.block(unit, environment)
        else:
            values = tuple(size_of(one, environment) for one in unit.sizes)
            name = f"{unit.name}({', '.join(map(str, values))})" if values else unit.name
            self.within = (*outer, (self.entered, name))
            self.call(unit, values)
        self.within = outer

    def call(self, unit: NotationCall, values: tuple[int, ...]) -> None:
        let = self.lets[unit.name]
        labels = self.labels
        self.labels = dict(labels)
        self.depth += 1
        try:
            self.chain(let.chain, Environment(dict(zip(let.parameters, values, strict=True)), values))
        except CalcError as error:
            raise _inside(error, unit.name, values) from None
        self.depth -= 1
        self.labels = labels

    def layer(self, unit: Layer, environment: Environment) -> None:
        value = self.value
        key = id(unit), environment.key, value.shape, value.form
        made = self.made.get(key)
        if made is None or unit.name == "se":
            arguments, size = given(unit.arguments, environment), self._size(unit, environment)
            name = _name(unit, size, arguments)
            try:
                if unit.name == "se":
                    self.squeeze(size or 0, arguments, name)
                    return
                if "from" in arguments or "tied" in arguments:
                    self.linked(unit, size, arguments, name)
                    return
                made = LAYER_MAKERS[unit.name](value, size, arguments, self.value_bytes, None)
            except CalcError as error:
                raise _at(error, name, value) from None
            made = made._replace(name=name)
            self.made[key] = made
        self.value = self.add(made.name, (value.node,), made)

    def _size(self, unit: Layer, environment: Environment) -> int | None:
        return size_of(unit.size, environment) if unit.size else None

    def linked(self, unit: Layer, size: int | None, arguments: dict[str, Any], name: str) -> None:
        """A layer that reads a labelled step as well, or uses a labelled step's weight."""
        value = self.value
        sources: tuple[int, ...] = (value.node,)
        other = None
        if "from" in arguments:
            source = self.labelled(arguments["from"])
            sources = (*sources, source)
            node = self.nodes[source]
            other = Tensor(source, node.result.output_shape, node.form)
        if other is not None and unit.name == "identity":
            value, sources = other, (other.node,)
        elif unit.name == "upsample":
            sources = (value.node,)
        made = LAYER_MAKERS[unit.name](value, size, arguments, self.value_bytes, other)
        shared = self.labelled(arguments["tied"]) if "tied" in arguments else None
        if shared is not None:
            mine, theirs = made.result.tensors.get("weight"), self.nodes[shared].result.tensors.get("weight")
            if mine != theirs:
                description = f"has {shape_text(theirs)}" if theirs else "has no weight"
                raise CalcError(
                    f"the weight is {shape_text(mine or ())}, and {arguments['tied']} {description}",
                    fix="tie only weights of one shape",
                )
        self.value = self.add(name, sources, made, shared)

    def labelled(self, label: str) -> int:
        if label not in self.labels:
            known = ", ".join(sorted(self.labels))
            fix = f"use one of: {known}" if known else f"write … as {label} after an earlier step"
            raise CalcError(f"there is no label {label} here", fix=fix)
        return self.labels[label]

    def squeeze(self, size: int, arguments: dict[str, Any], name: str) -> None:
        """Squeeze-and-excitation: the map times a vector made from its mean (Hu et al. 2018)."""
        value = self.value
        if value.form != "map":
            raise CalcError(f"se takes a map, not {shape_text(value.shape)}", fix="put it before gap or flatten")
        self.depth += 1
        for layer, features in (
            ("gap", None),
            ("linear", size),
            (arguments.get("act", "relu"), None),
            ("linear", value.shape[0]),
            (arguments.get("gate", "sigmoid"), None),
        ):
            made = LAYER_MAKERS[layer](self.value, features, {}, self.value_bytes, None)
            description = f"{layer} {features}" if features else layer
            self.value = self.add(description, (self.value.node,), made)
        self.depth -= 1
        self.join("mul", [value, self.value], {}, name)

    # ── blocks

    def block(self, unit: NotationBlock, environment: Environment) -> None:
        arguments = given(unit.arguments, environment)
        if special := self.special.get(unit.name):
            special(unit, arguments, environment)
            return
        start, ends = self.value, []
        self.depth += 1
        for branch in unit.branches:
            self.value = start
            self.chain(branch, environment)
            ends.append(self.value)
        self.depth -= 1
        if unit.name == "aux":
            self.value = start
            return
        if unit.name == "residual" and len(ends) == 1:
            ends.append(start)
        self.join(unit.name, ends, arguments, _name(unit, None, arguments))

    def join(self, kind: str, ends: list[Tensor], arguments: Arguments, name: str) -> None:
        try:
            made = joins.joined(kind, ends, arguments, self.value_bytes)
        except CalcError as error:
            raise _at(error, name, None) from None
        self.value = self.add("add" if kind == "residual" else name, tuple(end.node for end in ends), made)

    def experts(self, unit: NotationBlock, arguments: dict[str, Any], environment: Environment) -> None:
        """A router chooses `top` of `experts` copies of the chain for each token (Shazeer et al. 2017)."""
        experts, top = arguments["experts"], arguments.get("top", 1)
        if not 0 < top <= experts:
            raise CalcError(f"moe: top={top} of experts={experts}", fix=f"use top=1 to top={experts}")
        start, copies, uses = self.value, self.copies, self.uses
        router = LAYER_MAKERS["linear"](start, experts, {"b": 0}, self.value_bytes, None)
        gate = self.add(f"router {experts}", (start.node,), router)
        self.copies, self.uses, self.depth = copies * experts, uses * top, self.depth + 1
        self.chain(unit.branches[0], environment)
        self.copies, self.uses, self.depth = copies, uses, self.depth - 1
        made = joins.combined(self.value, top, self.value_bytes)
        self.value = self.add(f"mix {top} of {experts}", (self.value.node, gate.node), made)

    def windowed(self, unit: NotationBlock, arguments: dict[str, Any], environment: Environment) -> None:
        """The chain runs on each window of the map by itself, its pixels as tokens (Liu et al. 2021)."""
        start, name = self.value, _name(unit, None, arguments)
        try:
            if self.windows:
                raise CalcError("windows stand inside windows", fix="put one after the other")
            split = windows.partition(start, arguments, self.value_bytes)
            self.windows, self.depth = split.windows, self.depth + 1
            self.value = self.add(name, (start.node,), split.made)
            self.chain(unit.branches[0], environment)
            self.windows, self.depth = 0, self.depth - 1
            made = windows.merged(self.value, start.shape[1:], split, self.value_bytes)
        except CalcError as error:
            raise _at(error, name, start) from None
        self.value = self.add("windows to map", (self.value.node,), made)

    def shared(self, unit: NotationBlock, arguments: dict[str, Any], environment: Environment) -> None:
        """The chain has its weights once, however often it runs (Lan et al. 2019, and heads over several maps)."""
        key, start = (id(unit), environment.key), len(self.nodes)
        self.depth += 1
        self.chain(unit.branches[0], environment)
        self.depth -= 1
        first = self.first_runs.setdefault(key, start)
        for number in range(start, len(self.nodes)) if first != start else ():
            earlier = first + number - start
            self.nodes[number].repeat(earlier, self.nodes[earlier])


def build(tree: Tree, value_bytes: int) -> tuple[list[NetworkNode], int]:
    """The nodes of a network in the order in which they run, and which of them gives the output.

    Raises `CalcError` at the layer that cannot be.
    """
    builder = NetworkBuilder(tree, value_bytes)
    return builder.nodes, builder.value.node


# ── sizes and arguments


def size_of(text: str, environment: Environment) -> int:
    """The value of a size such as `4*w` or `w//2+1`."""
    if text.isdigit():
        return int(text)
    found = environment.values.get(text)
    return found if found is not None else _computed(text, tuple(environment.values), environment.key)


@lru_cache(512)
def _computed(text: str, names: tuple[str, ...], values: tuple[int, ...]) -> int:
    known, total = dict(zip(names, values, strict=True)), 0
    for product in text.split("+"):
        value, operation = 1, "*"
        for part in product.replace("//", " // ").replace("*", " * ").split():
            if part in ("*", "//"):
                operation = part
                continue
            number = int(part) if part.isdigit() else known[part]
            if operation == "*":
                value *= number
            elif number:
                value //= number
            else:
                raise CalcError(f"{text} divides by 0", fix="use another size")
        total += value
    if total > 10**18:
        raise CalcError(f"{text} is larger than 10^18", fix="use a smaller size")
    return total


def given(written: Iterable[tuple[str, str]], environment: Environment) -> dict[str, Any]:
    """The arguments as numbers, tuples, words; a flag is True."""
    return {word: _argument(value, environment) for word, value in written}


def _argument(value: str, environment: Environment) -> Any:
    if value.isdigit():
        return int(value)
    if not value:
        return True
    if value[0].isdigit() and set(value) <= set("0123456789x:."):
        if "." in value:
            return float(value)
        axes = [one.split(":") for one in value.split("x")]
        if ":" in value:
            return tuple((int(before), int(after)) for before, after in axes)
        return tuple(int(one) for (one,) in axes)
    if value in environment.values or "*" in value or "/" in value or "+" in value:
        return size_of(value, environment)
    return value


def _name(unit: Layer | NotationBlock, size: int | None, arguments: Mapping[str, object]) -> str:
    """The layer as it is written, its parameters replaced by their values."""
    description, plain = [], unit.name in ("conv", "dwconv", "separable", "deconv")
    for word, text in unit.arguments:
        value = arguments[word]
        if (value == 1 and plain and word in ("s", "d", "g", "b")) or (value == 0 and word == "shift"):
            continue
        description.append((word, str(value) if type(value) is int else text))
    return " ".join([unit.name, *([str(size)] if size is not None else []), *arguments_text(description)])


def _at(error: CalcError, name: str, value: Tensor | None) -> CalcError:
    on = f" on {shape_text(value.shape)}" if value is not None else ""
    return CalcError(f"{name}{on}: {error.message}", fix=error.fix, torch=error.torch)


def _inside(error: CalcError, name: str, values: tuple[int, ...]) -> CalcError:
    description = f"{name}({', '.join(map(str, values))})" if values else name
    if error.message.count(" > ") > 3:
        return error
    return CalcError(f"{description} > {error.message}", fix=error.fix, torch=error.torch)
