"""Numbers with their nouns, bytes, and text cut to a length, as they stand in messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

    from dlquiz.cards import Language

# The patterns of this module are compiled when they are first used: it is imported on the way to the first question.
# C0 and C1 controls but for tab and line feed, and what reorders a line without being seen.
_INVISIBLE = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
_BINARY_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


def count(number: int, noun: str) -> str:
    """A number with its noun, for nouns whose plural takes an s.

    >>> count(1, "day"), count(0, "lapse"), count(1200, "card")
    ('1 day', '0 lapses', '1,200 cards')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def shortened(text: str, limit: int = 40) -> str:
    """The text as it is quoted in a message: one line, not longer than the limit.

    >>> shortened("a\\n b"), shortened("x" * 50, 10)
    ('a b', 'xxxxxxxxx…')
    """
    line = " ".join(text[: limit * 4].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def visible(text: str) -> str:
    """The text with control characters made visible, so that a file name or reply cannot drive the terminal.

    >>> visible("a\\x1b]0;title\\x07b"), visible("abc\\u202edef")
    ('a␛]0;title␇b', 'abc<U+202E>def')
    """
    return text if text.isprintable() else re.sub(_INVISIBLE, _seen, text)


def _seen(found: re.Match[str]) -> str:
    code = ord(found.group())
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else f"<U+{code:04X}>"


def binary_bytes(size: int) -> str:
    """Bytes in the largest binary unit that they fill, at three significant digits.

    >>> binary_bytes(512), binary_bytes(3_211_264), binary_bytes(1_048_576_000)
    ('512 B', '3.06 MiB', '1000 MiB')
    """
    value, unit = float(size), _BINARY_UNITS[0]
    for unit in _BINARY_UNITS:
        if value < 1024 or unit == _BINARY_UNITS[-1]:
            break
        value /= 1024
    if unit == "B":
        return f"{size:,} B"
    return f"{value:.0f} {unit}" if value >= 999.5 else f"{value:.3g} {unit}"


# Between the parts of a list or a sentence, in each language.
COMMA: dict[Language, str] = {"en": ", ", "zh": "，"}
SEMICOLON: dict[Language, str] = {"en": "; ", "zh": "；"}
COLON: dict[Language, str] = {"en": ": ", "zh": "："}


def in_brackets(text: str, language: Language) -> str:
    """A remark in brackets, to be set directly behind what it is about.

    >>> "9,408" + in_brackets("all", "en"), "9,408" + in_brackets("总数", "zh")
    ('9,408 (all)', '9,408（总数）')
    """
    return f"（{text}）" if language == "zh" else f" ({text})"


# From ten digits on a whole number is said as a power of ten, from seven on with its millions beside it.
LONG_INTEGER, MILLIONS = 10**9, 10**6
SIGNIFICANT_DIGITS = 4
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def with_unit(number: str, unit: str, language: Language = "en") -> str:
    """A number before its unit, with a space between; Chinese sets a per cent sign to the number.

    >>> with_unit("81.54", "%"), with_unit("81.54", "%", "zh"), with_unit("3", "ms", "zh"), with_unit("7", "")
    ('81.54 %', '81.54%', '3 ms', '7')
    >>> [with_unit(number, "tokens/s") for number in ("1", "−1", "1.0", "10")], with_unit("1", "ms")
    (['1 token/s', '−1 token/s', '1.0 tokens/s', '10 tokens/s'], '1 ms')
    """
    space = "" if not unit or (unit == "%" and language == "zh") else " "
    return f"{number}{space}{_singular(unit) if number.lstrip('-−') == '1' else unit}"


def _singular(unit: str) -> str:
    """The unit of one, for words whose plural takes an s; signs such as ms stay as they are.

    >>> [_singular(unit) for unit in ("percentage points", "tokens/s", "days", "px", "ms", "GFLOPS", "classes")]
    ['percentage point', 'token/s', 'day', 'px', 'ms', 'GFLOPS', 'classes']
    """
    word, slash, per = unit.partition("/")
    plural = len(word) > len("ms") and word.islower() and word.endswith("s") and not word.endswith(_NO_PLAIN_PLURAL)
    return f"{word.removesuffix('s')}{slash}{per}" if plural else unit


_NO_PLAIN_PLURAL = ("ss", "us", "is", "ses", "xes", "ches", "shes")


def spoken_number(value: str, unit: str = "", language: Language = "en", *, exact: bool = True) -> str:
    """A number as a person says it, at most four digits that matter, with the exact value beside it where it differs.

    >>> [spoken_number(value) for value in ("9408", "34944", "37752832", "312000000000000", "2.88675e+09", "0.0625")]
    ['9408', '34,944', '37,752,832 (37.75 M)', '3.12 × 10¹⁴', '2.887 × 10⁹', '0.0625']
    >>> [spoken_number(value) for value in ("7.539987968", "15.625", "2e-05", "(96, 55, 55)", "True")]
    ['7.54 (7.539987968)', '15.63 (15.625)', '2 × 10⁻⁵', '(96, 55, 55)', 'True']
    >>> spoken_number("500/9", "%"), spoken_number("500/9", exact=False), spoken_number("-0.5")
    ('55.56 % (500/9)', '55.56', '−0.5')
    """
    found = re.fullmatch(_NUMBER, value)
    said, beside = (value, "") if found is None or not int(found[2] or 1) else _said(value, found[1], found[2])
    return with_unit(with_minus(said), unit, language) + (f" ({with_minus(beside)})" if beside and exact else "")


def with_minus(number: str) -> str:
    """The number with the sign that is printed before a negative one; a hyphen is what people type."""
    return f"−{number[1:]}" if number.startswith("-") else number


def minus_signs(text: str) -> str:
    """The text of a screen with minus signs before its negative numbers; what programs read keeps the hyphen.

    >>> minus_signs("0.1 × ((-42) − (-45)) = -0.5, 4e-05, int8-3, --check -1")
    '0.1 × ((−42) − (−45)) = −0.5, 4e-05, int8-3, --check −1'
    """
    return re.sub(_SIGN, "−", text)


_SIGN = r"(?<![\w.)\]-])-(?=\.?\d)"
_NUMBER = r"(-?\d{1,400}(?:\.\d+)?(?:e[-+]?\d{1,3})?)(?:/(\d+))?"


def _said(value: str, over: str, under: str | None) -> tuple[str, str]:
    """The number as it is said, and what stands beside it."""
    from decimal import Decimal

    whole = under is None and value.lstrip("-").isdecimal()
    if whole and abs(int(value)) < LONG_INTEGER:
        grouped = f"{int(value):,}" if abs(int(value)) >= 10_000 else value
        return grouped, f"{_significant(Decimal(value) / MILLIONS)} M" if abs(int(value)) >= MILLIONS else ""
    number = Decimal(over) / Decimal(under or 1)
    digits = value.lstrip("-0.").replace(".", "")
    differs = under is not None or ("e" not in value and len(digits.rstrip("0")) > SIGNIFICANT_DIGITS)
    return _significant(number), (f"{int(value):,}" if whole else value) if differs else ""


def _significant(number: Decimal) -> str:
    """Four digits that matter; as a power of ten where it would have ten digits or four zeros after the point."""
    from decimal import ROUND_HALF_UP, Decimal

    if not number:
        return "0"
    exponent = number.adjusted()
    step = Decimal(1).scaleb(exponent - SIGNIFICANT_DIGITS + 1)
    rounded = (number / step).quantize(Decimal(1), ROUND_HALF_UP) * step
    if not Decimal("1e-4") <= abs(rounded) < LONG_INTEGER:
        exponent = rounded.adjusted()
        return f"{_plain(rounded.scaleb(-exponent))} × 10{str(exponent).translate(_SUPERSCRIPTS)}"
    return _plain(rounded)


def _plain(number: Decimal) -> str:
    digits = f"{number:,f}" if abs(number) >= 10_000 else f"{number:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def floor_signs(formula: str) -> str:
    """The formula with ⌊ ⌋ and ⌈ ⌉ for floor and ceil.

    >>> floor_signs("floor((n - k) / s) + 1")
    '⌊(n - k) / s⌋ + 1'
    """
    for name, left, right in (("floor(", "⌊", "⌋"), ("ceil(", "⌈", "⌉")):
        while (start := formula.find(name)) >= 0 and (end := _closing(formula, start + len(name))) > 0:
            formula = formula[:start] + left + formula[start + len(name) : end] + right + formula[end + 1 :]
    return formula


def _closing(formula: str, at: int) -> int:
    """Where the bracket closes that was opened just before; -1 when nowhere."""
    depth = 1
    for place in range(at, len(formula)):
        depth += {"(": 1, ")": -1}.get(formula[place], 0)
        if not depth:
            return place
    return -1
