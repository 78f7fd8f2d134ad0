"""What a calculator is given: numbers made exact and held to their bounds, bytes of a type, lists, matrices."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import VALUE_BYTES, type_name, whole

# How the arguments of a calculator are typed; the names say what a text means, 40% a share and 8GB bytes.
Exact = int | Fraction
Number = int | float | Fraction
Share = Number
Bytes = Number
# A name such as bf16, or the bytes of one value.
Dtype = str | Number

BYTES: dict[str, Exact] = {**VALUE_BYTES, "int4": Fraction(1, 2)}
LARGEST = 10**30


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


def active_parameters(parameters: Number, active: Number | None) -> Exact:
    """The parameters that work on a token: all of them unless `active` says how many, as where experts are chosen."""
    return positive(parameters if active is None else active, "parameters")


def share(value: object, name: str) -> Exact:
    """A share above 0 and at most 1."""
    return real(value, name, above=0, high=1)


def bytes_of(dtype: Dtype) -> Exact:
    """Bytes of one value, of a type by its name or torch's; raises CalcError for an unknown one.

    >>> bytes_of("bf16"), bytes_of("float32"), bytes_of(2)
    (2, 4, 2)
    """
    if isinstance(dtype, str):
        return BYTES[type_name(dtype, BYTES)]
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
        shown = ", ".join(map(str, values)) if isinstance(values, tuple | list) else str(values)
        raise CalcError(f"{name} are {shown[:40]!r}", fix=f"give {least} to {most} numbers such as 2, 3, 0")
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
