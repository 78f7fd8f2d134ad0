"""What a calculator gives: named quantities with units, the working of each, and where each can be got wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from dlquiz import expressions
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Exact, Number, number_text
from dlquiz.calc.result import Step
from dlquiz.suggest import closest

if TYPE_CHECKING:
    from dlquiz.calc.mistakes.catalogue import MistakeCase
    from dlquiz.expressions.evaluating import Value

PREFIXES = {"kB": 1000, "MB": 1000**2, "GB": 1000**3, "TB": 1000**4, "PB": 1000**5,
            "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3, "TiB": 1024**4}  # fmt: skip
# The earlier name of a quantity → its name now: people ask for the former in cards and scripts of their own.
EARLIER_NAMES = {"if_every_head": "with_multi_head_attention"}
_DOUBLE = re.compile(r"\(\(([^()]*)\)\)")


class WorkingLine(NamedTuple):
    """One line of working. Several lines of a quantity are its parts; the last of them gives its value.

    `formula` is an expression in the letters of `numbers`; `subject` what it gives, where that is only a part;
    `context` the catalogue's name for it, and `scale` what its value is multiplied by. `value` is given only where no
    short expression comes to it; it may be a text, such as the pieces of a word.
    """

    quantity: str
    formula: str
    numbers: Mapping[str, Any]
    unit: str = ""
    context: str = ""
    subject: str = ""
    scale: Exact = 1
    value: Value | str | None = None


class FormulaPlace(NamedTuple):
    context: str
    numbers: Mapping[str, Any]
    scale: Exact


class Calculation(NamedTuple):
    """The quantities of one calculator, exact where they can be: int, Fraction, else float.

    >>> from dlquiz.calc.calculators import calculator
    >>> cache = calculator("kv_cache", layers=32, kv_heads=8, head_width=128, tokens=8192)
    >>> cache.ask("bytes"), cache.units["bytes"], cache.steps_for("bytes_per_token")[0].numbers
    (1073741824, 'B', '2 * 32 * 8 * 128 * 2')
    """

    name: str
    given: Mapping[str, Any]
    values: Mapping[str, Any]
    units: Mapping[str, str]
    steps: tuple[Step, ...]
    places: Mapping[str, tuple[FormulaPlace, ...]]

    def ask(self, path: str) -> Any:
        """The value of a quantity, bytes also as `bytes.GB` or `bytes.GiB`; raises CalcError that lists them."""
        quantity, size = self._quantity_of(path)
        if quantity in self.values:
            return _quotient(self.values[quantity], size) if size else self.values[quantity]
        near = closest(path, self.values)
        known = ", ".join(self.values)
        raise CalcError(
            f"{self.name} has nothing at {path[:60]!r}", fix=f"did you mean {near}?" if near else f"ask for {known}"
        )

    def _quantity_of(self, path: str) -> tuple[str, int]:
        """The quantity that a path names, and the bytes of the unit behind it, 0 without one."""
        name, dot, unit = path.partition(".")
        name = EARLIER_NAMES.get(name, name)
        size = PREFIXES.get(unit, 0) if self.units.get(name) == "B" else 0
        return name if size else name + dot + unit, size

    def unit(self, path: str) -> str:
        quantity, size = self._quantity_of(path)
        return path.partition(".")[2] if size else self.units.get(quantity, "")

    def steps_for(self, path: str) -> tuple[Step, ...]:
        quantity, size = self._quantity_of(path)
        steps = tuple(step for step in self.steps if step.quantity == quantity)
        if not size:
            return steps
        power = "1024 ** " if path.endswith("iB") else "1000 ** "
        prefix = power + str(len(f"{size:b}") // 10 if path.endswith("iB") else (len(str(size)) - 1) // 3)
        value = number_text(self.values[quantity])
        return (*steps, Step(path, f"{quantity} / {prefix}", f"{value} / {prefix}", self.ask(path)))

    def mistake_cases(self, path: str) -> tuple[MistakeCase, ...]:
        """Where the quantity can be got wrong, in the terms of the catalogue."""
        from dlquiz.calc.mistakes.catalogue import MistakeCase

        quantity, size = self._quantity_of(path)
        scale = Fraction(1, size) if size else 1
        return tuple(
            MistakeCase(context, numbers, times * scale) for context, numbers, times in self.places.get(quantity, ())
        )

    def formula(self, path: str) -> tuple[str, Mapping[str, Any]] | None:
        """The right formula in letters with their numbers, for finding the term that differs."""
        quantity, size = self._quantity_of(path)
        for place in self.places.get(quantity, ()):
            if place.scale == 1 and not size:
                from dlquiz.calc.mistakes.catalogue import context_of

                return context_of(place.context).right, place.numbers
        return None

    def as_dict(self) -> dict[str, Any]:
        """Everything ready for JSON: integers exact, the rest as decimals; a quantity under its earlier name too."""
        plain = {name: _json(value) for name, value in self.values.items()}
        plain |= {earlier: plain[name] for earlier, name in EARLIER_NAMES.items() if name in plain}
        steps = [{**step._asdict(), "value": _json(step.value)} for step in self.steps]
        given = {name: _json(value) for name, value in self.given.items()}
        return {"calculator": self.name, "given": given, **plain, "units": dict(self.units), "steps": steps}


def calculated(name: str, given: Mapping[str, object], lines: Iterable[WorkingLine]) -> Calculation:
    """The lines evaluated in turn."""
    values: dict[str, Any] = {}
    units: dict[str, str] = {}
    steps: list[Step] = []
    places: dict[str, tuple[FormulaPlace, ...]] = {}
    for line in lines:
        value = line_value(line)
        values[line.quantity] = value
        units[line.quantity] = line.unit
        # A second way to the same number is there for the catalogue; the working has the first.
        before = steps[-1] if steps else None
        if before is None or line.subject or (before.quantity, before.value) != (line.quantity, value):
            steps.append(_step(line, value))
        if line.context:
            place = FormulaPlace(line.context, line.numbers, line.scale)
            places[line.quantity] = (*places.get(line.quantity, ()), place)
    shown = {key: value for key, value in given.items() if value is not None}
    return Calculation(name, shown, values, units, tuple(steps), places)


def line_from_sizes(quantity: str, formula: str, sizes: Mapping[str, Any], unit: str = "") -> WorkingLine:
    """A line of working with those of the sizes that its formula names.

    >>> line_from_sizes("bytes", "2 * n", {"n": 3, "d": 4}, "B").numbers
    {'n': 3}
    """
    names = expressions.cached(formula).names
    return WorkingLine(quantity, formula, {name: sizes[name] for name in sizes if name in names}, unit)


def _quotient(value: Number, size: int) -> Number:
    if isinstance(value, float):
        return value / size
    exact = Fraction(value) / size
    return exact.numerator if exact.denominator == 1 else exact


def line_value(line: WorkingLine) -> Any:
    """What a line of working comes to; raises CalcError where its formula has no value.

    >>> line_value(WorkingLine("bytes", "n * w", {"n": 3, "w": 4}))
    12
    """
    if line.value is not None:
        return line.value
    try:
        return expressions.cached(line.formula).evaluate(line.numbers)
    except expressions.ExpressionError as error:
        raise CalcError(f"{line.quantity} cannot be computed: {error.message}", fix="use smaller numbers") from None


def formula_value(formula: str) -> float:
    """What a formula of numbers alone comes to; raises CalcError where it has no value.

    >>> formula_value("log2(8) / 4")
    0.75
    """
    return float(line_value(WorkingLine("value", formula, {})))


def _step(line: WorkingLine, value: Value | str) -> Step:
    subject = f"{line.subject} = " if line.subject else ""
    if line.value is not None:
        return Step(line.quantity, subject + line.formula, number_text(value), value)
    shown = {name: number_text(number) for name, number in line.numbers.items()}
    numbers = expressions.cached(line.formula).with_numbers(shown)
    return Step(line.quantity, subject + _single(line.formula), _single(numbers), value)


def _single(formula: str) -> str:
    """The formula without a parenthesis that stands directly in another."""
    while (plain := _DOUBLE.sub(r"(\1)", formula)) != formula:
        formula = plain
    return formula


def _json(value: object) -> object:
    if isinstance(value, Fraction):
        return float(value) if value.denominator > 1 else value.numerator
    if isinstance(value, tuple | list):
        return [_json(one) for one in value]
    return value
