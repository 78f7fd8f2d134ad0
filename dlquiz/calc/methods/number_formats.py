"""What a floating-point format can hold, and values rounded to integer codes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated, line_value
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Exact, Number, count, number_text, positive, real, several
from dlquiz.calc.layers.arguments import choice, whole

# Exponent and mantissa bits of formats with infinities, as IEEE 754 has them.
FORMATS = {"fp32": (8, 23), "tf32": (8, 10), "fp16": (5, 10), "bf16": (8, 7), "e5m2": (5, 2)}


def float_format(
    *, format: str | None = None, exponent: int | None = None, mantissa: int | None = None, value: Number | None = None
) -> Calculation:
    """Largest and smallest values, spacing and the first missing integer of a format; a value rounded to it.

    A name (fp32, tf32, fp16, bf16, e5m2), or the bits of exponent and mantissa; e4m3 has no infinities and ends at 448
    (Micikevicius et al. 2022, arXiv:2209.05433). Rounding is to nearest, ties to even.

    >>> float_format(format="fp16").ask("largest"), float_format(format="bf16").ask("first_missing_integer")
    (65504, 257)
    """
    if format is not None:
        name = choice(format, "format", (*FORMATS, "e4m3"))
        bits, fraction_bits = FORMATS.get(name, (4, 3))
    elif exponent is None or mantissa is None:
        raise CalcError("the format is missing", fix="give format, or exponent and mantissa")
    else:
        name, bits, fraction_bits = "", count(exponent, "exponent", 2, 11), count(mantissa, "mantissa", 1, 52)
    numbers = {"x": bits, "m": fraction_bits}
    largest = (
        "(2 - 2 ** (1 - m)) * 2 ** (2 ** (x - 1))" if name == "e4m3" else "(2 - 2 ** -m) * 2 ** (2 ** (x - 1) - 1)"
    )
    lines = [
        WorkingLine("largest", largest, numbers, "", "" if name == "e4m3" else "format_largest"),
        WorkingLine("smallest_normal", "2 ** (2 - 2 ** (x - 1))", {"x": bits}, "", "format_smallest_normal"),
        WorkingLine("smallest_subnormal", "2 ** (2 - 2 ** (x - 1) - m)", numbers, "", "format_smallest_subnormal"),
        WorkingLine("epsilon", "2 ** -m", {"m": fraction_bits}, "", "format_epsilon"),
        WorkingLine("first_missing_integer", "2 ** (m + 1) + 1", {"m": fraction_bits}, "", "format_first_missing"),
    ]
    if value is not None:
        exact = real(value, "value")
        rounded = _rounded(Fraction(exact), bits, fraction_bits)
        if abs(rounded) > line_value(lines[0]):
            raise CalcError(f"value is {number_text(exact)}", fix="use a number that the format can hold")
        lines.append(WorkingLine("rounded", "r", {"r": rounded}))
        lines.append(WorkingLine("error", "r - v", {"r": rounded, "v": exact}))
    given = {"format": format, "exponent": bits, "mantissa": fraction_bits, "value": value}
    return calculated("float_format", given, lines)


def _rounded(value: Fraction, exponent_bits: int, mantissa_bits: int) -> Fraction:
    """To nearest, ties to even, subnormals included."""
    if not value:
        return value
    lowest = 2 - 2 ** (exponent_bits - 1)
    power = max(_exponent_of(abs(value)), lowest)
    unit: Fraction = Fraction(2) ** (power - mantissa_bits)
    return round(value / unit) * unit


def _exponent_of(value: Fraction) -> int:
    """The largest power of two that is at most the value."""
    guess = value.numerator.bit_length() - value.denominator.bit_length()
    return guess if Fraction(2) ** guess <= value else guess - 1


def integer_codes(*, values: Sequence[Number], bits: int = 8, scheme: str = "absmax") -> Calculation:
    """Values as integer codes with a scale: symmetric by the largest magnitude, or affine with a zero point.

    `absmax` has codes from −(2^(b−1) − 1) to 2^(b−1) − 1 (Dettmers et al. 2022, arXiv:2208.07339), `affine` from 0 to
    2^b − 1 over the range of the values and 0 (Jacob et al. 2018, arXiv:1712.05877). Ties are rounded to even.

    >>> found = integer_codes(values=(0.5, -1.2, 2.54, -0.03))
    >>> found.ask("scale"), [found.ask(f"integer_{place}") for place in (1, 2, 3, 4)]
    (Fraction(1, 50), [25, -60, 127, -2])
    """
    read, b = several(values, "values", 1, 20), count(bits, "bits", 2, 16)
    if not any(read):
        raise CalcError("all values are 0", fix="give a value that is not 0")
    largest = max(max(one, -one) for one in read)
    if choice(scheme, "scheme", ("absmax", "affine")) == "absmax":
        scale: Exact = Fraction(largest) / (2 ** (b - 1) - 1)
        lines = [WorkingLine("scale", "M / (2 ** (b - 1) - 1)", {"M": largest, "b": b}, "", "absmax_scale")]
        for place, one in enumerate(read, 1):
            numbers = {"x": one, "s": scale, "M": largest, "b": b}
            lines.append(WorkingLine(f"integer_{place}", "round(x / s)", numbers, "", "absmax_code"))
    else:
        low, high = min(0, *read), max(0, *read)
        scale = Fraction(high - low) / (2**b - 1)
        zero = round(-low / Fraction(scale))
        ends = {"l": low, "h": high, "b": b}
        lines = [
            WorkingLine("scale", "(h - l) / (2 ** b - 1)", ends, "", "affine_scale"),
            WorkingLine("zero_point", "round(-l * (2 ** b - 1) / (h - l))", ends, "", "affine_zero_point"),
        ]
        for place, one in enumerate(read, 1):
            numbers = {"x": one, "s": scale, "z": zero, "b": b}
            formula = "min(max(round(x / s) + z, 0), 2 ** b - 1)"
            lines.append(WorkingLine(f"integer_{place}", formula, numbers, "", "affine_code"))
    return calculated("integer_codes", {"values": read, "bits": b, "scheme": scheme}, lines)


def loss_scale(*, overflows: int, good_steps: int, start: Number = 65536, interval: int = 2000) -> Calculation:
    """PyTorch's dynamic loss scale after overflows in a row and then steps without one.

    `GradScaler` halves at an overflow and doubles after `interval` good steps.

    >>> loss_scale(overflows=3, good_steps=4500).ask("scale")
    32768
    """
    numbers = {
        "S": positive(start, "start"),
        "k": count(overflows, "overflows", 0, 100),
        "n": whole(good_steps, "good_steps", 0),
        "i": whole(interval, "interval"),
    }
    if numbers["n"] // numbers["i"] > 100:
        raise CalcError("the scale doubles more than 100 times", fix="use fewer good steps")
    lines = [WorkingLine("scale", "S / 2 ** k * 2 ** floor(n / i)", numbers, "", "loss_scale")]
    given = {"start": numbers["S"], "overflows": overflows, "good_steps": good_steps, "growth_interval": interval}
    return calculated("loss_scale", given, lines)
