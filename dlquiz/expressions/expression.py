"""A read expression: its names, its value, its terms and factors, its text with numbers filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dlquiz.expressions.language import CONSTANTS, FLOAT_FUNCTIONS
from dlquiz.expressions.tree import ExpressionNode, walk

if TYPE_CHECKING:
    from dlquiz.expressions.evaluating import Evaluator, Number, Value


class Expression:
    """A read expression, to be evaluated with values for its names.

    >>> from dlquiz.expressions import parse
    >>> size = parse("(n + 2*p - (d*(k - 1) + 1)) // s + 1")
    >>> sorted(size.names)
    ['d', 'k', 'n', 'p', 's']
    >>> size.evaluate({"n": 224, "k": 7, "s": 2, "p": 3, "d": 1})
    112
    """

    __slots__ = ("_function", "exact", "names", "node", "text")

    def __init__(self, text: str, node: ExpressionNode) -> None:
        self.text = text
        self.node = node
        self._function: Evaluator | None = None
        self.names: frozenset[str] = frozenset(
            piece.value for piece in walk(node) if piece.kind == "name" and piece.value not in CONSTANTS
        )
        # Whether every value stays a rational, whatever the variables: no square root, logarithm, pi, broken power.
        self.exact: bool = not any(_is_float(piece) for piece in walk(node))

    def evaluate(self, values: Mapping[str, Value]) -> Value:
        """Integers and rationals exactly (an integral one as `int`), floats only from functions such as `exp`.

        >>> from dlquiz.expressions import parse
        >>> parse("1/3 + 0.5").evaluate({})
        Fraction(5, 6)

        Raises ExpressionError for a missing name, a division by zero, a value out of bounds.
        """
        if self._function is None:
            from dlquiz.expressions.evaluating import compiled

            self._function = compiled(self.node)
        return self._function(values)

    def evaluate_number(self, values: Mapping[str, Value]) -> Number:
        """The value where a single number is needed; raises ExpressionError for a tuple."""
        from dlquiz.expressions.evaluating import single

        return single(self.evaluate(values), self.node)

    def holds(self, values: Mapping[str, Value]) -> bool:
        """The value as a condition, for `where` and `when`."""
        return bool(self.evaluate(values))

    def terms(self) -> tuple[tuple[int, Expression], ...]:
        """The signed terms of the outermost sum, in the order written.

        >>> from dlquiz.expressions import parse
        >>> [(sign, term.text) for sign, term in parse("3*3*64*128 + 128").terms()]
        [(1, '3*3*64*128'), (1, '128')]
        """
        if self.node.kind == "negative":
            inner = self._piece(self.node.parts[0])
            return tuple((-sign, term) for sign, term in inner.terms())
        if self.node.kind != "sum":
            return ((1, self),)
        signs = (1, *(1 if operator == "+" else -1 for operator in self.node.value))
        return tuple(
            (sign * inner, term)
            for sign, part in zip(signs, self.node.parts, strict=True)
            for inner, term in self._piece(part).terms()
        )

    def factors(self) -> tuple[tuple[str, Expression], ...]:
        """The factors of the outermost product, each with the operator before it (`*` for the first).

        >>> from dlquiz.expressions import parse
        >>> [(operator, factor.text) for operator, factor in parse("n // 2 * (c + 1)").factors()]
        [('*', 'n'), ('//', '2'), ('*', 'c + 1')]
        """
        if self.node.kind != "product":
            return (("*", self),)
        operators = ("*", *self.node.value)
        return tuple((operator, self._piece(part)) for operator, part in zip(operators, self.node.parts, strict=True))

    def with_numbers(self, numbers: Mapping[str, str]) -> str:
        """The text with numbers in place of the names; a negative or broken one in parentheses.

        >>> from dlquiz.expressions import parse
        >>> parse("(n + 2*p - k) // s + 1").with_numbers({"n": "224", "p": "3", "k": "7", "s": "-2"})
        '(224 + 2*3 - 7) // (-2) + 1'
        """
        text = self.text
        names = [piece for piece in walk(self.node) if piece.kind == "name" and piece.value in numbers]
        for piece in sorted(names, key=lambda piece: -piece.start):
            number = numbers[piece.value]
            plain = number if number.replace(".", "", 1).isdigit() else f"({number})"
            text = text[: piece.start] + plain + text[piece.end :]
        return text

    def _piece(self, node: ExpressionNode) -> Expression:
        return Expression(self.text[node.start : node.end], _shifted(node, node.start))

    def __repr__(self) -> str:
        return f"parse({self.text!r})"


def _is_float(piece: ExpressionNode) -> bool:
    match piece.kind:
        case "call":
            return piece.value in FLOAT_FUNCTIONS
        case "name":
            return piece.value in CONSTANTS
        case "power":
            exponent = piece.parts[1]
            return exponent.kind == "number" and not isinstance(exponent.value, int)
        case _:
            return False


def _shifted(node: ExpressionNode, by: int) -> ExpressionNode:
    parts = tuple(_shifted(part, by) for part in node.parts)
    return ExpressionNode(node.kind, node.start - by, node.end - by, node.value, parts)
