"""What a calculator gives: named quantities with units, the working of each, and where each can be got wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from dlquiz import expressions
from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import whole
from dlquiz.calc.result import Step
from dlquiz.suggest import closest

if TYPE_CHECKING:
    from dlquiz.calc.mistakes.catalogue import MistakeCase
    from dlquiz.expressions.evaluating import Value

# How the arguments of a calculator are typed; the names say what a text means, 40% a share and 8GB bytes.
Exact = int | Fraction
Number = int | float | Fraction
Share = Number
Bytes = Number
# A name such as bf16, or the bytes of one value.
Dtype = str | Number

BYTES: dict[str, Exact] = {
    "fp64": 8,
    "fp32": 4,
    "tf32": 4,
    "fp16": 2,
    "bf16": 2,
    "fp8": 1,
    "int8": 1,
    "int4": Fraction(1, 2),
}
PREFIXES = {"kB": 1000, "MB": 1000**2, "GB": 1000**3, "TB": 1000**4, "PB": 1000**5,
            "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3, "TiB": 1024**4}  # fmt: skip
LARGEST = 10**30
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
        quantity, size = self._unit_of(path)
        if size:
            return _quotient(self.values[quantity], size)
        if path in self.values:
            return self.values[path]
        near = closest(path, self.values)
        known = ", ".join(self.values)
        raise CalcError(
            f"{self.name} has nothing at {path[:60]!r}", fix=f"did you mean {near}?" if near else f"ask for {known}"
        )

    def _unit_of(self, path: str) -> tuple[str, int]:
        quantity, _, unit = path.partition(".")
        return quantity, PREFIXES.get(unit, 0) if self.units.get(quantity) == "B" else 0

    def unit(self, path: str) -> str:
        return path.partition(".")[2] if self._unit_of(path)[1] else self.units.get(path, "")

    def steps_for(self, path: str) -> tuple[Step, ...]:
        quantity, size = self._unit_of(path)
        steps = tuple(step for step in self.steps if step.quantity == (quantity if size else path))
        if not size:
            return steps
        power = "1024 ** " if path.endswith("iB") else "1000 ** "
        prefix = power + str(len(f"{size:b}") // 10 if path.endswith("iB") else (len(str(size)) - 1) // 3)
        value = number_text(self.values[quantity])
        return (*steps, Step(path, f"{quantity} / {prefix}", f"{value} / {prefix}", self.ask(path)))

    def mistake_cases(self, path: str) -> tuple[MistakeCase, ...]:
        """Where the quantity can be got wrong, in the terms of the catalogue."""
        from dlquiz.calc.mistakes.catalogue import MistakeCase

        quantity, size = self._unit_of(path)
        scale = Fraction(1, size) if size else 1
        return tuple(
            MistakeCase(context, numbers, times * scale)
            for context, numbers, times in self.places.get(quantity if size else path, ())
        )

    def formula(self, path: str) -> tuple[str, Mapping[str, Any]] | None:
        """The right formula in letters with their numbers, for finding the term that differs."""
        for place in self.places.get(path, ()):
            if place.scale == 1:
                from dlquiz.calc.mistakes.catalogue import context_of

                return context_of(place.context).right, place.numbers
        return None

    def as_dict(self) -> dict[str, Any]:
        """Everything ready for JSON: integers exact, the rest as decimals."""
        plain = {name: _json(value) for name, value in self.values.items()}
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


def number_text(value: object) -> str:
    """A number as a line of working has it: decimals where they end, else a fraction.

    >>> number_text(Fraction(33, 8)), number_text(Fraction(1, 3)), number_text((1, Fraction(1, 2))), number_text(3.0)
    ('4.125', '1/3', '(1, 0.5)', '3')
    """
    if isinstance(value, Sequence) and not isinstance(value, str):
        inner = ", ".join(map(number_text, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, Fraction) and value.denominator > 1:
        rest = value.denominator
        for factor in (2, 5):
            while rest % factor == 0:
                rest //= factor
        if rest > 1 or value.denominator > 10**12:
            return str(value)
        return format(Decimal(value.numerator) / Decimal(value.denominator), "f")
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 10**15 else str(value)


def operand(value: Number) -> str:
    """A number as a part of a formula: in parentheses where a sign or a fraction bar would bind wrongly.

    >>> operand(Fraction(1, 3)), operand(-2), operand(0.5)
    ('(1/3)', '(-2)', '0.5')
    """
    text = number_text(value)
    return text if text.replace(".", "", 1).isdigit() else f"({text})"


def _json(value: object) -> object:
    if isinstance(value, Fraction):
        return float(value) if value.denominator > 1 else value.numerator
    if isinstance(value, tuple | list):
        return [_json(one) for one in value]
    return value


# ── what a calculator is given ───────────────────────────────────────────────────────────────────────────────────


def real(value: object, name: str, low: int | None = None, high: int | None = None, above: int | None = None) -> Exact:
    """A number made exact, within its bounds; a decimal means what it says, 0.4 two fifths.

    >>> real(0.4, "the share"), real(3, "n")
    (Fraction(2, 5), 3)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction) or value != value:
        raise CalcError(f"{name} is {str(value)[:40]!r}, which is not a number", fix="use a number such as 0.4")
    number: Number = value
    if not -LARGEST <= number <= LARGEST:
        raise CalcError(f"{name} is beyond 10^30", fix="use a smaller number")
    exact = Fraction(str(number)) if isinstance(number, float) else Fraction(number)
    if above is not None and exact <= above:
        raise CalcError(f"{name} is {number_text(exact)}", fix=f"use a number above {above}")
    if low is not None and exact < low:
        raise CalcError(f"{name} is {number_text(exact)}", fix=f"use {low} or more")
    if high is not None and exact > high:
        raise CalcError(f"{name} is {number_text(exact)}", fix=f"use {high} or less")
    return exact.numerator if exact.denominator == 1 else exact


def positive(value: object, name: str) -> Exact:
    return real(value, name, above=0)


def share(value: object, name: str) -> Exact:
    """A share above 0 and at most 1."""
    return real(value, name, above=0, high=1)


def bytes_of(dtype: Dtype) -> Exact:
    """Bytes of one value; raises CalcError for an unknown type.

    >>> bytes_of("bf16"), bytes_of(2)
    (2, 2)
    """
    if isinstance(dtype, str):
        if dtype.lower() not in BYTES:
            raise CalcError(f"dtype is {dtype[:40]!r}", fix="use one of " + ", ".join(BYTES))
        return BYTES[dtype.lower()]
    return positive(dtype, "the bytes of a value")


def count(value: object, name: str, least: int, most: int) -> int:
    """A whole number within its bounds."""
    number = whole(value, name, least)
    if number > most:
        raise CalcError(f"{name} is {number}", fix=f"use {most} or less")
    return number


def same_length(one: Sequence[object], other: Sequence[object], names: str) -> None:
    """Raises CalcError where two lists that belong together have different lengths; `names` says what they are."""
    if len(one) != len(other):
        raise CalcError(f"{names} are {len(one)} and {len(other)}", fix="give as many of one as of the other")


def several(values: object, name: str, least: int = 1, most: int = 1000) -> tuple[Exact, ...]:
    """A list of numbers."""
    if isinstance(values, int | float | Fraction) and not isinstance(values, bool):
        values = (values,)
    if not isinstance(values, tuple | list) or not least <= len(values) <= most:
        raise CalcError(f"{name} are {str(values)[:40]!r}", fix=f"give {least} to {most} numbers such as 2, 3, 0")
    return tuple(real(one, name) for one in values)


def matrix(values: object, rows: tuple[int, int], columns: tuple[int, int], example: str) -> list[tuple[Exact, ...]]:
    """Rows of equally many numbers; `rows` and `columns` are the least and the most of them.

    >>> matrix(((1, 2), (3, 4)), (1, 2), (1, 2), "1,2;3,4")
    [(1, 2), (3, 4)]
    """
    least, most = rows
    if not isinstance(values, tuple | list) or not least <= len(values) <= most:
        raise CalcError(
            f"the matrix has not {least} to {most} rows", fix=f"give rows with ; between them, as {example}"
        )
    read = [several(row, "a row", *columns) for row in values]
    for row in read:
        same_length(row, read[0], "two rows")
    return read


def square_matrix(values: object, most: int, example: str) -> list[tuple[Exact, ...]]:
    """A matrix of 2 to `most` rows and as many columns."""
    read = matrix(values, (2, most), (2, most), example)
    same_length(read[0], read, "columns and rows")
    return read
