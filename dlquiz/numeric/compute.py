"""The answer of a family for given numbers: by a calculator or by the family's own expression, with the working."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from dlquiz import calc, expressions
from dlquiz.calc import CalcError, Result, Step
from dlquiz.calc.mistakes.catalogue import MistakeCase, context_of
from dlquiz.calc.mistakes.contexts import mistake_cases, network_situations
from dlquiz.cards import Numeric
from dlquiz.numeric.formula import written
from dlquiz.numeric.template import fill_text, format_value

if TYPE_CHECKING:
    from dlquiz.calc.calculation import Calculation
    from dlquiz.calc.networks.network import NetworkResult
    from dlquiz.expressions import Value

# Words that an argument may be instead of an expression; no variable is called so.
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "none": None}
MAX_STEPS = 6


class OfLayer(NamedTuple):
    """A layer of `calc`, with the arguments it was made with."""

    result: Result
    arguments: Mapping[str, object]

    def value(self, path: str) -> Any:
        return self.result.ask(path)

    def unit(self, path: str) -> str:
        return _unit(self.result.units, path)

    def steps(self, path: str) -> tuple[Step, ...]:
        return _ending_in(self.value(path), path, self.result.steps_for(path))

    def mistake_cases(self, path: str) -> tuple[MistakeCase, ...]:
        return mistake_cases(self.result, path, self.arguments)

    def formula(self, path: str) -> tuple[str, Mapping[str, Value]] | None:
        """The right formula in letters with their numbers, for finding the term that differs."""
        for mistake_case in self.mistake_cases(path):
            right = context_of(mistake_case.context).right
            if mistake_case.scale == 1 and "(L)" not in right:
                return right, mistake_case.variables
        return None


class OfNetwork(NamedTuple):
    """A network of `calc`, in the notation with the family's numbers in place."""

    result: NetworkResult

    def value(self, path: str) -> Any:
        return self.result.ask(path)

    def unit(self, path: str) -> str:
        quantity = path.split(".")[-1 if path.startswith("layers") else 0].split("[")[0]
        if "parameters" in quantity or quantity in ("trainable", "buffers"):
            return ""
        return self.result.units.get(quantity.removesuffix("_convolutions"), "")

    def steps(self, path: str) -> tuple[Step, ...]:
        return _ending_in(self.value(path), path, self.result.steps_for(path))

    def mistake_cases(self, path: str) -> tuple[MistakeCase, ...]:
        return network_situations(self.result, path)

    def formula(self, path: str) -> tuple[str, Mapping[str, Value]] | None:
        return None


class OfCalculator(NamedTuple):
    """A calculator of `calc`: what a transformer, a training run or a measure comes to."""

    result: Calculation

    def value(self, path: str) -> Any:
        return self.result.ask(path)

    def unit(self, path: str) -> str:
        return self.result.unit(path)

    def steps(self, path: str) -> tuple[Step, ...]:
        return _ending_in(self.value(path), path, self.result.steps_for(path))

    def mistake_cases(self, path: str) -> tuple[MistakeCase, ...]:
        return self.result.mistake_cases(path)

    def formula(self, path: str) -> tuple[str, Mapping[str, Value]] | None:
        return self.result.formula(path)


class OfExpression(NamedTuple):
    """The family's own formula."""

    text: str
    numbers: Mapping[str, Value]

    def value(self, path: str) -> Any:
        return expressions.cached(self.text).evaluate(self.numbers)

    def unit(self, path: str) -> str:
        return ""

    def steps(self, path: str) -> tuple[Step, ...]:
        return (self._step(path, written(self.text, self.numbers)),)

    def hint_steps(self, path: str) -> tuple[Step, ...]:
        """As `steps`, with every case: which one holds is the person's to find."""
        return (self._step(path, written(self.text)),)

    def _step(self, path: str, text: str) -> Step:
        shown = {name: format_value(number) for name, number in self.numbers.items()}
        return Step(path, text, expressions.cached(text).with_numbers(shown), self.value(path))

    def mistake_cases(self, path: str) -> tuple[MistakeCase, ...]:
        return ()

    def formula(self, path: str) -> tuple[str, Mapping[str, Value]] | None:
        return self.text, self.numbers


# What a family computes: the value at a path, its unit, its working, and where it can be got wrong.
Computed = OfLayer | OfNetwork | OfCalculator | OfExpression


def compute(family: Numeric, numbers: Mapping[str, Value]) -> Computed:
    """Raises CalcError or ExpressionError where these numbers have no answer."""
    if family.value is not None:
        return OfExpression(family.value, numbers)
    call = family.calc or {}
    arguments = {name: argument(one, numbers) for name, one in call.items() if name not in (*_DISPATCH, "network")}
    if "network" in call:
        return OfNetwork(calc.network(fill_text(str(call["network"]), numbers, {}), **_plain(arguments)))
    for name, work in _DISPATCH.items():
        if name in call:
            return work(fill_text(str(call[name]), numbers, {}), arguments)
    raise CalcError("the family names neither a calculator nor a value", fix="write calc: {layer: …} or value: …")


def _plain(arguments: Mapping[str, object]) -> dict[str, Any]:
    unknown = [name for name in arguments if name not in ("batch", "dtype")]
    if unknown:
        raise CalcError(f"a network has no argument {unknown[0]}", fix="it takes batch and dtype")
    return dict(arguments)


def argument(written: object, numbers: Mapping[str, Value]) -> object:
    """An argument of a calculator: an expression, a declared word, or a list of them.

    >>> argument(("3", "n", "n // 2"), {"n": 9}), argument("same", {}), argument("false", {})
    ((3, 9, 4), 'same', False)
    """
    if isinstance(written, list | tuple):
        return tuple(argument(one, numbers) for one in written)
    if isinstance(written, Mapping):
        return {name: argument(one, numbers) for name, one in written.items()}
    if not isinstance(written, str):
        return written
    if written.strip().lower() in _WORDS:
        return _WORDS[written.strip().lower()]
    try:
        value = expressions.cached(written).evaluate(numbers)
    except expressions.ExpressionError:
        if _is_word(written, numbers):
            return written.strip()
        raise
    return float(value) if isinstance(value, Fraction) else value


def _is_word(written: str, numbers: Mapping[str, Value]) -> bool:
    plain = written.strip().replace("-", "_")
    return plain.isidentifier() and plain not in numbers


def _layer(kind: str, arguments: Mapping[str, object]) -> Computed:
    rest: dict[str, Any] = {name: value for name, value in arguments.items() if name != "input"}
    if "input" not in arguments:
        raise CalcError(f"{kind} needs an input", fix="write input: [3, n, n]")
    return OfLayer(calc.layer(kind, arguments["input"], **rest), rest)


def _calculator(name: str, arguments: Mapping[str, object]) -> Computed:
    return OfCalculator(calc.calculator(name, **arguments))


_DISPATCH: dict[str, Callable[[str, Mapping[str, object]], Computed]] = {"layer": _layer, "calculator": _calculator}


def _unit(units: Mapping[str, str], path: str) -> str:
    """What the quantity is counted in; the word for a count of parameters says it already."""
    quantity = path.split(".")[0].split("[")[0]
    unit = units.get(quantity, "")
    return "" if unit in ("parameters", "values") else unit


def _ending_in(value: object, path: str, steps: Sequence[Step]) -> tuple[Step, ...]:
    """At most six steps, the last of which comes to the value asked."""
    last = next((place for place in range(len(steps) - 1, -1, -1) if steps[place].value == value), None)
    if last is not None:
        return tuple(steps[: last + 1][-MAX_STEPS:])
    return (*steps[: MAX_STEPS - 1], Step(path, path, "", value))
