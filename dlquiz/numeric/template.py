"""The texts of a family with its values in place, and numbers as a card prints them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dlquiz import expressions
from dlquiz.formatting import with_minus

if TYPE_CHECKING:
    from fractions import Fraction

# A fraction whose decimals end is printed with them, up to this many; else with this many digits that matter.
MAX_DECIMALS = 10
DIGITS = 6
MAX_DENOMINATOR = 1000
_OPERATORS = ("+", "-", "=", "(", "\\cdot", "\\cdot ")
_UNSIGNED = re.compile(r"[0-9.]+")


def fill_text(text: str, numbers: Mapping[str, Any], shown: Mapping[str, str], *, prose: bool = False) -> str:
    r"""Put the values in for `@{n}` and `@{expression}`; `@{}` and `@{\` stay, `@@{` is a literal `@{`.

    Brackets after an operator are there for negative values: around others they are left out. In `prose`, outside
    formulas and code, a negative value has the sign that is printed.

    >>> fill_text(r"@{n}×@{n}, @{n // 2} @@{x} \begin{array}{@{}c@{}}", {"n": 7}, {"n": "7"})
    '7×7, 3 @{x} \\begin{array}{@{}c@{}}'
    >>> [fill_text(r"1-(@{n})^2+f(@{n})", {"n": n}, {"n": str(n)}) for n in (7, -7)]
    ['1-7^2+f(7)', '1-(-7)^2+f(-7)']
    >>> fill_text("a weight of @{n}, $w=@{n}$", {"n": -7}, {"n": "-7"}, prose=True)
    'a weight of −7, $w=-7$'
    """

    def print_value(inside: str, before: str) -> str:
        value = _printed(inside, numbers, shown)
        return with_minus(value) if prose and not (before.count("$") % 2 or before.count("`") % 2) else value

    return _replaced(text, print_value)


def _replaced(text: str, print_value: Callable[[str, str], str]) -> str:
    out: list[str] = []
    at = 0
    while (start := text.find("@{", at)) >= 0:
        if start > 0 and text[start - 1] == "@":
            out += [text[at : start - 1], "@{"]
            at = start + 2
            continue
        end = text.find("}", start)
        if end < 0:
            break
        inside = text[start + 2 : end]
        value = text[start : end + 1] if not inside or inside.startswith("\\") else print_value(inside, text[:start])
        if _is_bracketed(text, start, end) and _UNSIGNED.fullmatch(value):
            out += [text[at : start - 1], value]
            at = end + 2
        else:
            out += [text[at:start], value]
            at = end + 1
    return "".join(out) + text[at:]


def _is_bracketed(text: str, start: int, end: int) -> bool:
    """Whether the value stands in brackets of its own after an operator, not in those of a function."""
    return text[start - 1 : start] == "(" and text[end + 1 : end + 2] == ")" and text[: start - 1].endswith(_OPERATORS)


def _printed(inside: str, numbers: Mapping[str, Any], shown: Mapping[str, str]) -> str:
    name = inside.strip()
    if name in shown:
        return shown[name]
    return format_value(expressions.cached(inside).evaluate(numbers))


def format_value(value: Any) -> str:
    """A number as a card prints it: no thousands marks, decimals where they end, else a fraction or six digits.

    >>> from fractions import Fraction
    >>> [format_value(value) for value in (9408, Fraction(3, 8), Fraction(2, 3), 0.0625, 1e-7, (64, 112, 112))]
    ['9408', '0.375', '2/3', '0.0625', '1e-07', '(64, 112, 112)']
    """
    if isinstance(value, tuple | list):
        inner = ", ".join(format_value(one) for one in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.{DIGITS}g}"
    return _fraction(value)


def _fraction(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    places = _decimals(value.denominator)
    if places is not None and places <= MAX_DECIMALS:
        scaled = value.numerator * 10**places // value.denominator
        digits = f"{abs(scaled):0{places + 1}d}"
        return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"
    if value.denominator <= MAX_DENOMINATOR:
        return f"{value.numerator}/{value.denominator}"
    return f"{float(value):.{DIGITS}g}"


def _decimals(denominator: int) -> int | None:
    """How many decimals a fraction with this denominator needs; None when they never end."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None


def pretty(formula: str) -> str:
    """A formula as people write it: `·` for `*`, `^` for `**`.

    >>> pretty("w - r * (b**2 + g)")
    'w - r · (b^2 + g)'
    """
    return formula.replace("**", "^").replace("*", "·")
