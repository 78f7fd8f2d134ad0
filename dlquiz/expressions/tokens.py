"""The text of an expression as tokens: numbers, names, operators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dlquiz.expressions.errors import ExpressionError
from dlquiz.expressions.language import MAX_DIGITS, MAX_EXPONENT, MAX_LENGTH, MAX_TOKENS

if TYPE_CHECKING:
    from fractions import Fraction

_OPERATORS = ("**", "//", "<=", ">=", "==", "!=", *"+-*/%<>()[],")  # the longer ones first
_DIGITS = frozenset("0123456789")
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")


class Token(NamedTuple):
    kind: str  # number, name, operator, end
    text: str
    start: int


def tokens_of(text: str) -> list[Token]:
    """The tokens up to one of the kind `end`; raises ExpressionError at a sign that has no meaning."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"an expression of {len(text)} characters; at most {MAX_LENGTH}", MAX_LENGTH)
    tokens: list[Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        if text[at].isspace():
            at += 1
            continue
        token = _token(text, at)
        tokens.append(token)
        at += len(token.text)
        if len(tokens) > MAX_TOKENS:
            raise ExpressionError(f"more than {MAX_TOKENS} parts", token.start)
    tokens.append(Token("end", "", end))
    return tokens


# By hand: compiling one regular expression costs more than the whole import of this module.
def _token(text: str, at: int) -> Token:
    first = text[at]
    if first in _DIGITS or (first == "." and text[at + 1 : at + 2] in _DIGITS and text[at + 1 :]):
        return Token("number", text[at : _numeral_end(text, at)], at)
    if first in _LETTERS:
        return Token("name", text[at : _span(text, at, _LETTERS | _DIGITS)], at)
    for operator in _OPERATORS:
        if text.startswith(operator, at):
            return Token("operator", operator, at)
    raise _unreadable(text, at)


def _span(text: str, at: int, letters: frozenset[str]) -> int:
    while at < len(text) and text[at] in letters:
        at += 1
    return at


def _numeral_end(text: str, at: int) -> int:
    """Where the number ends: digits, a point with digits, an exponent (`1e-5`)."""
    end = _span(text, at, _DIGITS)
    if text[end : end + 1] == ".":
        end = _span(text, end + 1, _DIGITS)
    if text[end : end + 1] in ("e", "E"):
        sign = end + 1 + (text[end + 1 : end + 2] in ("+", "-"))
        exponent = _span(text, sign, _DIGITS)
        if exponent > sign and text[exponent : exponent + 1] not in _LETTERS:
            return exponent
    return end


def _unreadable(text: str, at: int) -> ExpressionError:
    fixes = {"^": "a power is written **", "&": "write `and`", "|": "write `or`", "!": "write `not`", "=": "write =="}
    return ExpressionError(f'cannot read "{text[at]}"', at, fix=fixes.get(text[at]))


def numeral(token: Token) -> int | Fraction:
    """The exact value of a number's token: `0.5` is one half."""
    mantissa, _, exponent = token.text.lower().partition("e")
    whole, _, part = mantissa.partition(".")
    if len(whole) + len(part) > MAX_DIGITS:
        raise ExpressionError(f"a number of more than {MAX_DIGITS} digits", token.start)
    if len(exponent) > 6 or abs(int(exponent or 0)) > MAX_EXPONENT:
        raise ExpressionError(f'the exponent of "{token.text}" is beyond {MAX_EXPONENT}', token.start)
    digits, shift = int(whole + part), int(exponent or 0) - len(part)
    if shift >= 0:
        return int(digits * 10**shift)
    return fraction(digits, 10**-shift)


def fraction(numerator: Any, denominator: Any) -> int | Fraction:
    """The exact quotient, an `int` when it is whole."""
    from fractions import Fraction

    value = Fraction(numerator, denominator)
    return value.numerator if value.denominator == 1 else value
