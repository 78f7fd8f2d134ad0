"""The value of a tree: exact for integers and rationals, within bounds; each node becomes a function once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast, overload

from dlquiz.expressions.errors import ExpressionError, unknown
from dlquiz.expressions.language import CONSTANTS, MAX_BITS, MAX_DIGITS, MAX_POWER_BITS
from dlquiz.expressions.tokens import fraction
from dlquiz.expressions.tree import ExpressionNode

if TYPE_CHECKING:
    from fractions import Fraction

    Number = int | Fraction | float
    Value = Number | tuple["Value", ...]

# A family evaluates its formulas thousands of times while it looks for telling numbers, so each node becomes a function
# once; what a function returns is a number or a tuple within the bounds.
Evaluator = Callable[["Mapping[str, Value]"], "Value"]
NumberEvaluator = Callable[["Mapping[str, Value]"], "Number"]


def compiled(node: ExpressionNode) -> Evaluator:
    """What works the node out, given the values of its names."""
    return _COMPILERS[node.kind](node)


@overload
def _bounded(value: Number, node: ExpressionNode) -> Number: ...
@overload
def _bounded(value: Value, node: ExpressionNode) -> Value: ...
def _bounded(value: Value, node: ExpressionNode) -> Value:
    """The value in its plainest type; raises ExpressionError when it is too large or not finite."""
    if type(value) is int or type(value) is bool:
        if value.bit_length() > MAX_BITS:
            raise ExpressionError("a value too large to work out", node.start)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ExpressionError("a value that is not finite", node.start)
    elif not isinstance(value, tuple):
        if value.denominator == 1:
            return _bounded(value.numerator, node)
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
            raise ExpressionError("a value too large to work out", node.start)
    return value


def single(value: Value, node: ExpressionNode) -> Number:
    """The value, unless it is a tuple: that raises ExpressionError."""
    if isinstance(value, tuple):
        raise ExpressionError("a tuple where a single number is needed", node.start)
    return value


def _numeric(node: ExpressionNode) -> NumberEvaluator:
    """The function of a node that has to give a single number."""
    function = compiled(node)
    if node.kind not in ("name", "tuple", "index", "if"):
        return cast("NumberEvaluator", function)
    return lambda values: single(function(values), node)


def _too_large(node: ExpressionNode) -> ExpressionError:
    return ExpressionError("a value too large to work out", node.start)


def _number_function(node: ExpressionNode) -> Evaluator:
    value = _bounded(node.value, node)
    return lambda values: value


def _name(node: ExpressionNode) -> Evaluator:
    name, constant = node.value, CONSTANTS.get(node.value)

    def function(values: Mapping[str, Value]) -> Value:
        if name in values:
            return _bounded(values[name], node)
        if constant is None:
            raise unknown(name, node.start, values)
        return constant

    return function


def _tuple(node: ExpressionNode) -> Evaluator:
    parts = [compiled(part) for part in node.parts]
    return lambda values: tuple([part(values) for part in parts])


def _negative(node: ExpressionNode) -> Evaluator:
    inner = _numeric(node.parts[0])
    return lambda values: -inner(values)


def _sum(node: ExpressionNode) -> Evaluator:
    first, rest = _chained(node)

    def function(values: Mapping[str, Value]) -> Value:
        total = first(values)
        try:
            for operator, part in rest:
                total = total + part(values) if operator == "+" else total - part(values)
        except OverflowError:
            raise _too_large(node) from None
        return _bounded(total, node)

    return function


def _product(node: ExpressionNode) -> Evaluator:
    first, rest = _chained(node)

    def function(values: Mapping[str, Value]) -> Value:
        total = first(values)
        try:
            for operator, part in rest:
                total = _bounded(_multiply(operator, total, part(values)), node)
        except OverflowError:
            raise _too_large(node) from None
        except ZeroDivisionError:
            raise ExpressionError("a division by zero", node.start) from None
        return total

    return function


def _chained(node: ExpressionNode) -> tuple[NumberEvaluator, list[tuple[str, NumberEvaluator]]]:
    first, *rest = (_numeric(part) for part in node.parts)
    return first, list(zip(node.value, rest, strict=True))


def _multiply(operator: str, left: Number, right: Number) -> Number:
    if operator == "*":
        return left * right
    if operator == "//":
        return left // right
    if operator == "%":
        return left % right
    if isinstance(left, float) or isinstance(right, float):
        return left / right
    return fraction(left, right)


def _power(node: ExpressionNode) -> Evaluator:
    base, exponent = (_numeric(part) for part in node.parts)

    def function(values: Mapping[str, Value]) -> Value:
        try:
            return _bounded(_raised(base(values), exponent(values), node), node)
        except OverflowError:
            raise _too_large(node) from None
        except ZeroDivisionError:
            raise ExpressionError("a division by zero", node.start) from None

    return function


def _raised(base: Number, exponent: Number, node: ExpressionNode) -> Number:
    if isinstance(exponent, int) and not isinstance(base, float):
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        # 0, 1 and −1 stay small whatever the exponent.
        if bits * abs(exponent) > MAX_POWER_BITS and abs(base) not in (0, 1):
            return _rounded_power(base, exponent, node)
        if exponent < 0:
            return fraction(1, base**-exponent)
        return base**exponent if abs(base) != 1 else base ** (exponent % 2)
    if base < 0 and exponent != int(exponent):
        raise ExpressionError("a broken power of a negative number", node.start)
    if base == 0 and exponent < 0:
        raise ExpressionError("a division by zero", node.start)
    return math.pow(base, exponent)


def _rounded_power(base: int | Fraction, exponent: int, node: ExpressionNode) -> float:
    """Of a broken number, as in (1 - 0.0001)**40000, whose exact power nobody could write down."""
    value = 0.0 if base.denominator == 1 else math.pow(base, exponent)
    if value == 0:
        raise ExpressionError("a power too large to work out", node.start)
    return value


def _compare(node: ExpressionNode) -> Evaluator:
    first, *rest = (compiled(part) for part in node.parts)
    steps = list(zip(node.value, rest, strict=True))

    def function(values: Mapping[str, Value]) -> bool:
        left = first(values)
        for operator, part in steps:
            right = part(values)
            if not _compares(operator, left, right, node):
                return False
            left = right
        return True

    return function


def _compares(operator: str, left: Value, right: Value, node: ExpressionNode) -> bool:
    if operator == "==":
        return bool(left == right)
    if operator == "!=":
        return bool(left != right)
    left, right = single(left, node), single(right, node)
    match operator:
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
        case _:
            return bool(left >= right)


def _not(node: ExpressionNode) -> Evaluator:
    inner = compiled(node.parts[0])
    return lambda values: not inner(values)


def _any(node: ExpressionNode) -> Evaluator:
    parts = [compiled(part) for part in node.parts]
    return lambda values: any(part(values) for part in parts)


def _all(node: ExpressionNode) -> Evaluator:
    parts = [compiled(part) for part in node.parts]
    return lambda values: all(part(values) for part in parts)


def _conditional(node: ExpressionNode) -> Evaluator:
    chosen, condition, other = (compiled(part) for part in node.parts)
    return lambda values: chosen(values) if condition(values) else other(values)


def _index(node: ExpressionNode) -> Evaluator:
    owner, index = (compiled(part) for part in node.parts)
    return lambda values: _item(owner(values), index(values), node)


def _item(owner: Value, index: Value, node: ExpressionNode) -> Value:
    if not isinstance(owner, tuple):
        raise ExpressionError("only a tuple can be indexed", node.start)
    if not isinstance(index, int):
        raise ExpressionError("an index is an integer", node.parts[1].start)
    if not -len(owner) <= index < len(owner):
        raise ExpressionError(f"index {index} is outside a tuple of {len(owner)}", node.parts[1].start)
    return owner[index]


def _call(node: ExpressionNode) -> Evaluator:
    if node.value in ("min", "max", "sum", "prod"):
        parts = [compiled(part) for part in node.parts]
        return lambda values: _of_many(node, tuple([part(values) for part in parts]))
    of, numbers = _FUNCTIONS[node.value], [_numeric(part) for part in node.parts]

    def function(values: Mapping[str, Value]) -> Value:
        given = [number(values) for number in numbers]
        try:
            return _bounded(of(*given), node)
        except OverflowError:
            raise _too_large(node) from None
        except (ValueError, ZeroDivisionError):
            raise ExpressionError(f"{node.value} of {given[0]} does not exist", node.start) from None

    return function


def _of_many(node: ExpressionNode, arguments: tuple[Value, ...]) -> Value:
    """`sum((1, 2))` and `sum(1, 2)` alike."""
    items = arguments[0] if len(arguments) == 1 and isinstance(arguments[0], tuple) else arguments
    numbers = tuple([single(value, node) for value in items])
    if not numbers and node.value in ("min", "max"):
        raise ExpressionError(f"{node.value} of nothing", node.start)
    try:
        if node.value == "prod":
            product: Number = 1
            for number in numbers:
                product = _bounded(product * number, node)
            return product
        return _bounded({"min": min, "max": max, "sum": sum}[node.value](numbers), node)  # type: ignore[operator]
    except OverflowError:
        raise _too_large(node) from None


def _round(value: Number, digits: Number = 0) -> Number:
    """Half to even, as Python rounds; exact for rationals."""
    if not isinstance(digits, int) or abs(digits) > MAX_DIGITS:
        raise ValueError
    if isinstance(value, float):
        return round(value, digits)
    return round(_rational(value), digits)


def _comb(n: Number, k: Number) -> int:
    """The ways to choose k of n, 0 where k is above n."""
    if not isinstance(n, int) or not isinstance(k, int):
        raise ValueError
    # It is below 2^n and below n^k: what may be too large is refused before it costs time.
    if 0 <= k <= n and min(n, min(k, n - k) * n.bit_length()) > MAX_BITS:
        raise OverflowError
    return math.comb(n, k)


def _rational(value: int | Fraction) -> Fraction:
    from fractions import Fraction

    return Fraction(value)


_FUNCTIONS: dict[str, Callable[..., Number]] = {
    "abs": abs,
    "floor": math.floor,
    "ceil": math.ceil,
    "round": _round,
    "comb": _comb,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "erf": math.erf,
}
_COMPILERS: dict[str, Callable[[ExpressionNode], Evaluator]] = {
    "number": _number_function,
    "name": _name,
    "tuple": _tuple,
    "index": _index,
    "call": _call,
    "negative": _negative,
    "power": _power,
    "product": _product,
    "sum": _sum,
    "compare": _compare,
    "not": _not,
    "and": _all,
    "or": _any,
    "if": _conditional,
}
