"""The one safe reader of expressions, for numeric families and for replies: a grammar of its own, exact, bounded."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import TYPE_CHECKING

from dlquiz.expressions.errors import ExpressionError, unknown
from dlquiz.expressions.expression import Expression
from dlquiz.expressions.language import (
    CONSTANTS,
    FLOAT_FUNCTIONS,
    FUNCTIONS,
    MAX_BITS,
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_EXPONENT,
    MAX_LENGTH,
    MAX_POWER_BITS,
    MAX_TOKENS,
    RESERVED,
    WORDS,
)
from dlquiz.expressions.tokens import Token
from dlquiz.expressions.tree import ExpressionNode, Parser, walk

if TYPE_CHECKING:
    from dlquiz.expressions.evaluating import Number, Value

__all__ = [
    "CONSTANTS",
    "FLOAT_FUNCTIONS",
    "FUNCTIONS",
    "MAX_BITS",
    "MAX_DEPTH",
    "MAX_DIGITS",
    "MAX_EXPONENT",
    "MAX_LENGTH",
    "MAX_POWER_BITS",
    "MAX_TOKENS",
    "RESERVED",
    "WORDS",
    "Expression",
    "ExpressionError",
    "ExpressionNode",
    "Number",
    "Token",
    "Value",
    "cached",
    "parse",
]


def parse(text: str, names: Collection[str] | None = None) -> Expression:
    """Read an expression; with `names`, only these (beside the functions and constants) may occur.

    >>> parse("kernal + 1", names={"kernel", "stride"})
    Traceback (most recent call last):
    dlquiz.expressions.errors.ExpressionError: unknown name "kernal" — did you mean kernel?

    Raises ExpressionError with the position of what cannot be read.
    """
    expression = Expression(text, Parser(text).parse())
    if names is not None:
        for piece in walk(expression.node):
            if piece.kind == "name" and piece.value not in CONSTANTS and piece.value not in names:
                raise unknown(piece.value, piece.start, names)
    return expression


@lru_cache(maxsize=4096)
def cached(text: str) -> Expression:
    """As `parse`, and read only once: for formulas that are evaluated again and again."""
    return parse(text)
