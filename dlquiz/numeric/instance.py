"""One instance of a family: its values, what is asked of it, what is right, and the wrong value of each mistake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from math import isclose
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from dlquiz import expressions
from dlquiz.calc.mistakes import catalogue as catalogue
from dlquiz.calc.mistakes.catalogue import MistakeCase
from dlquiz.cards import Asked, Domain, Numeric, Text
from dlquiz.errors import DlquizError
from dlquiz.expressions import ExpressionError
from dlquiz.messages.quantities import POINTS
from dlquiz.numeric.compute import Computed, compute
from dlquiz.numeric.template import fill_text

if TYPE_CHECKING:
    from dlquiz.cards import QuantityKind as Kind
    from dlquiz.expressions import Value

# How a value is kept in the log and printed: a whole number, a decimal as typed, or the name of a named value.
Shown = int | str


class WrongValue(NamedTuple):
    """A wrong value and the mistake behind it: an id of the catalogue, or `own:1` for the family's first mistake."""

    name: str
    value: Any
    what: Text | None
    cure: Text


class Quantity(NamedTuple):
    """One thing asked; `unit` is what a reply is read in, `unit_name` what it is called where that says more."""

    name: str
    label: Text | None
    value: Any
    unit: str
    tolerance: str
    kind: Kind
    mistake_cases: tuple[MistakeCase, ...]
    wrongs: tuple[WrongValue, ...]
    unit_name: str = ""

    def is_right(self, value: Value) -> bool:
        """Within the tolerance of the right value."""
        return close(value, self.value, self.tolerance)

    def matches(self, value: Value) -> tuple[WrongValue, ...]:
        """The mistakes that give this value: exactly if any does, else the nearest within the tolerance."""
        exact = tuple(one for one in self.wrongs if _same(one.value, value))
        if exact or self.tolerance == "exact" or isinstance(value, tuple):
            return exact
        near = [one for one in self.wrongs if close(value, one.value, self.tolerance) and not self.is_right(value)]
        if not near:
            return ()
        best = min(abs(float(one.value) - float(value)) for one in near)
        return tuple(one for one in near if abs(float(one.value) - float(value)) <= best * (1 + 1e-9))


class Instance(NamedTuple):
    """A family with values put in. `values` is what the log keeps; `restored` makes the instance of them again."""

    family: Numeric
    values: Mapping[str, Shown]
    numbers: Mapping[str, Any]
    computed: Computed
    quantities: tuple[Quantity, ...]

    @property
    def possible_mistakes(self) -> list[str]:
        """The mistakes of the catalogue that can be made with these values; the template's own are no habit."""
        names = {wrong.name for quantity in self.quantities for wrong in quantity.wrongs}
        return sorted(name for name in names if not name.startswith("own:"))

    def fill(self, text: str) -> str:
        """A text of the card with the values in place."""
        return fill_text(text, self.numbers, {name: str(value) for name, value in self.values.items()}, prose=True)


def instance_of(family: Numeric, values: Mapping[str, Shown]) -> Instance:
    """The instance with these values; raises ExpressionError or CalcError where they make none."""
    numbers = {name: number_of(family.vary[name], value) for name, value in values.items()}
    computed = compute(family, numbers)
    quantities = tuple(_quantity(family, asked, computed, numbers) for asked in family.ask)
    return Instance(family, dict(values), numbers, computed, quantities)


def restored(family: Numeric, values: Mapping[str, object]) -> Instance | None:
    """The instance that was drawn before with these values; None when the family has other variables now.

    The values themselves may lie outside what the family allows today: what was asked is shown again as it was.
    """
    if set(values) != set(family.vary) or not all(isinstance(one, int | str) for one in values.values()):
        return None
    try:
        return instance_of(family, cast("Mapping[str, Shown]", values))
    except (DlquizError, ValueError):
        return None


def number_of(domain: Domain, value: Shown) -> Value:
    """What expressions use for a value as it is shown.

    >>> number_of({"fp16": "2"}, "fp16"), number_of(("0.5", "1"), "0.5")
    (2, Fraction(1, 2))
    """
    if isinstance(value, int):
        return value
    return _number_as_typed(domain[value] if isinstance(domain, Mapping) and value in domain else value)


@lru_cache(maxsize=1024)
def _number_as_typed(text: str) -> int | Fraction:
    number = Fraction(text)
    return number.numerator if number.denominator == 1 else number


def holds(family: Numeric, numbers: Mapping[str, Value]) -> bool:
    """Whether the numbers meet every condition of the family."""
    return all(expressions.cached(condition).holds(numbers) for condition in family.where)


def _quantity(family: Numeric, asked: Asked, computed: Computed, numbers: Mapping[str, Value]) -> Quantity:
    value = computed.value(asked.name)
    unit = (asked.unit if asked.unit is not None else family.unit) or computed.unit(asked.name)
    # A reply in points is read as one in per cent, but a person says points.
    unit_name, unit = (unit, "%") if unit == POINTS else ("", unit)
    tolerance = asked.tolerance or family.tolerance
    mistake_cases = computed.mistake_cases(asked.name)
    # A family's own mistakes are about what it asks first.
    own = _own(family, value, tolerance, numbers) if asked == family.ask[0] else ()
    wrongs = (*_catalogued(mistake_cases), *own)
    kind = _kind(asked.name, value, unit)
    return Quantity(asked.name, asked.label, value, unit, tolerance, kind, mistake_cases, wrongs, unit_name)


def _catalogued(mistake_cases: tuple[MistakeCase, ...]) -> Iterator[WrongValue]:
    for mistake_case in mistake_cases:
        for mistake, value in catalogue.applicable(mistake_case):
            yield WrongValue(mistake.id, value, mistake.name, mistake.cure)


def _own(family: Numeric, right: Value, tolerance: str, numbers: Mapping[str, Value]) -> Iterator[WrongValue]:
    """The family's own mistakes where they apply."""
    for place, mistake in enumerate(family.mistakes, 1):
        try:
            if mistake.when is not None and not expressions.cached(mistake.when).holds(numbers):
                continue
            value = expressions.cached(mistake.value).evaluate(numbers)
        except ExpressionError:
            continue
        if mistake.when is not None or not close(value, right, tolerance):
            yield WrongValue(f"own:{place}", value, None, mistake.cure)


def _kind(name: str, value: Value, unit: str) -> Kind:
    path = name.split("[")[0]
    if path == "output_size":
        return "size"
    if isinstance(value, tuple):
        return "shape"
    plain = unit.strip().lower()
    if plain.removesuffix("s") in _BYTES or (plain[:1] in "kmgtp" and plain[1:] in ("b", "ib")):
        return "bytes"
    return "ratio" if plain in ("%", "×", "x", "times") else "count"


_BYTES = {"b", "byte", "bytes"}


# ── comparing ────────────────────────────────────────────────────────────────────────────────────────────────────


def close(value: Value, right: Value, tolerance: str) -> bool:
    """Whether a value counts as right under `exact`, `1 %` or `factor 2`.

    >>> close(0.0627, 0.0625, "1 %"), close(56, 55, "exact"), close(1.9e9, 1e9, "factor 2")
    (True, False, True)
    """
    if isinstance(value, tuple) or isinstance(right, tuple):
        return value == right
    if tolerance == "exact" or _same(value, right):
        return _same(value, right)
    bound = _bound(tolerance)
    if tolerance.startswith("factor"):
        size, wanted = cast("float", abs(value)), cast("float", abs(right))
        low, high = sorted((wanted / bound, wanted * bound))
        return low <= size <= high and (value > 0) == (right > 0)
    return bool(abs(float(value) - float(right)) <= abs(float(right)) * bound * (1 + 1e-9))


@lru_cache(maxsize=64)
def _bound(tolerance: str) -> float:
    """The factor of `factor 2`, the share of `1 %`."""
    if tolerance.startswith("factor"):
        return float(Fraction(tolerance.removeprefix("factor").strip()))
    return float(Fraction(tolerance.rstrip("% ")) / 100)


def _same(value: Value, right: Value) -> bool:
    if isinstance(value, tuple) or isinstance(right, tuple):
        return bool(value == right)
    if isinstance(value, float) or isinstance(right, float):
        return isclose(value, right, rel_tol=1e-9, abs_tol=1e-12)
    return bool(value == right)


def distinguishable(quantity: Quantity) -> tuple[int, int, int]:
    """How many mistakes apply, how many different wrong values they give, how many give the right one."""
    groups: list[Value] = []
    coincide = 0
    for one in quantity.wrongs:
        if quantity.is_right(one.value):
            coincide += 1
        elif not any(_same(one.value, other) for other in groups):
            groups.append(one.value)
    return len(quantity.wrongs), len(groups), coincide
