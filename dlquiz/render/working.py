"""The working of a number as one writes it: signs for functions, broken at equals signs where it is long."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dlquiz.formatting import floor_signs, minus_signs
from dlquiz.markup.width import cell_width

_SIGNS = ((" * ", " × "), (" · ", " × "), (" - ", " − "), (" ** ", "^"), (" <= ", " ≤ "),
          (" >= ", " ≥ "))  # fmt: skip
# The sign before a letter or a parenthesis; `minus_signs` has that of a number.
_SIGN_OF_LETTER = re.compile(r"(?<![\w.)\]-])-(?=[A-Za-z(])")
INDENT = "  "


def signs(expression: str) -> str:
    """The expression with ⌊ ⌋, ⌈ ⌉, × and − for floor, ceil, * and -.

    >>> signs("floor((H + 2 · p - k) / s) + 1"), signs("-g / 2 ** -m")
    ('⌊(H + 2 × p − k) / s⌋ + 1', '−g / 2^−m')
    """
    expression = _SIGN_OF_LETTER.sub("−", minus_signs(floor_signs(expression)))
    for words, sign in _SIGNS:
        expression = expression.replace(words, sign)
    return expression


def printed(equation: str) -> str:
    """The line of a working as it is printed: with signs and with numbers that are read at a glance.

    >>> printed("floor((57 + 2 · 2 - 11) / 2) + 1 = 26"), printed("2 · 8000000000 = 1.6 × 10¹⁰")
    ('⌊(57 + 2 × 2 − 11) / 2⌋ + 1 = 26', '2 × 8·10⁹ = 1.6 × 10¹⁰')
    """
    return readable(signs(equation))


def readable(expression: str, plain: bool = False) -> str:
    """The expression with thousands marks in long numbers, and powers of ten for those that are mostly zeros.

    >>> readable("6 × 7000000000 × 2000000000000 / (312000000000000 × 86400)")
    '6 × 7·10⁹ × 2·10¹² / (312·10¹² × 86,400)'
    >>> readable("5000000000 / 7000000000^2"), readable("5000000000", plain=True)
    ('5·10⁹ / (7·10⁹)^2', '5,000,000,000')
    """
    return _LONG_NUMBER.sub(lambda found: _readable(found, expression, plain), expression)


_LONG_NUMBER = re.compile(r"(?<![\w.])\d{5,}(?![\w.])")
_POWERS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _readable(found: re.Match[str], expression: str, plain: bool) -> str:
    digits = found[0]
    thousands = (len(digits) - len(digits.rstrip("0"))) // 3
    if plain or thousands < 3 or len(digits) - 3 * thousands > 4:
        return f"{int(digits):,}"
    power = f"{digits[: -3 * thousands]}·10{str(3 * thousands).translate(_POWERS)}"
    binds = expression[found.end() :].startswith("^") or expression[: found.start()].rstrip().endswith("/")
    return f"({power})" if binds else power


def equation(parts: Sequence[str], width: int) -> Iterator[str]:
    """`a = b = c` in lines, the later ones at their equals signs; a part that is longer than a line stays one.

    >>> list(equation(["the side", "⌊(7 − 3) / 2⌋ + 1", "3"], 18))
    ['the side', '  = ⌊(7 − 3) / 2⌋ + 1', '  = 3']
    """
    line, *rest = parts
    if cell_width(" = ".join(parts)) > width and rest and cell_width(line) < len(INDENT) + 4:
        # A letter alone would waste a line.
        line, *rest = [f"{line} = {rest[0]}", *rest[1:]]
    for part in rest:
        if cell_width(line) + 3 + cell_width(part) <= width:
            line = f"{line} = {part}"
        else:
            yield line
            line = f"{INDENT}= {part}"
    yield line
