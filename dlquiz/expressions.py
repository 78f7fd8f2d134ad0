"""The one safe reader of expressions, for numeric families and for replies: a grammar of its own, exact, bounded."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from dlquiz.errors import DlquizError

if TYPE_CHECKING:
    from fractions import Fraction

    Number = int | Fraction | float
    Value = Number | tuple["Value", ...]

# Nothing that a person writes by hand comes near these; whatever does is refused before it costs time.
MAX_LENGTH = 2_000
MAX_TOKENS = 500
MAX_DIGITS = 60
MAX_DEPTH = 30
MAX_EXPONENT = 400
MAX_BITS = 8_192
MAX_POWER_BITS = 4_096

CONSTANTS: dict[str, float] = {"pi": math.pi, "e": math.e}
# These give floats, so that `tolerance: exact` makes no sense with them.
FLOAT_FUNCTIONS = frozenset({"sqrt", "exp", "log", "log2", "log10", "sin", "cos", "tanh", "erf"})
FUNCTIONS = FLOAT_FUNCTIONS | {"abs", "min", "max", "sum", "prod", "floor", "ceil", "round"}
WORDS = frozenset({"and", "or", "not", "if", "else"})
_MOST_VALUES = {"round": 2, "log": 2} | dict.fromkeys(("min", "max", "sum", "prod"), MAX_TOKENS)
# What no variable may be called.
RESERVED = FUNCTIONS | WORDS | frozenset(CONSTANTS)

_OPERATORS = ("**", "//", "<=", ">=", "==", "!=", *"+-*/%<>()[],")  # the longer ones first
_DIGITS = frozenset("0123456789")
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
_COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})


class ExpressionError(DlquizError):
    """An expression that cannot be read or worked out; `position` counts characters from 0."""

    def __init__(self, message: str, position: int, *, mend: str | None = None) -> None:
        super().__init__(message, mend=mend)
        self.position = position


class Token(NamedTuple):
    kind: str  # number, name, operator, end
    text: str
    start: int


class Node(NamedTuple):
    """One piece of a read expression; `value` is its number, name or operators, `start:end` its place in the text."""

    kind: str
    start: int
    end: int
    value: Any = None
    parts: tuple[Node, ...] = ()


class Expression:
    """A read expression, to be evaluated with values for its names.

    >>> size = parse("(n + 2*p - (d*(k - 1) + 1)) // s + 1")
    >>> sorted(size.names)
    ['d', 'k', 'n', 'p', 's']
    >>> size.evaluate({"n": 224, "k": 7, "s": 2, "p": 3, "d": 1})
    112
    """

    __slots__ = ("_function", "exact", "names", "node", "text")

    def __init__(self, text: str, node: Node) -> None:
        self.text = text
        self.node = node
        self._function: Function | None = None
        self.names: frozenset[str] = frozenset(
            piece.value for piece in _walk(node) if piece.kind == "name" and piece.value not in CONSTANTS
        )
        # Whether every value stays a rational, whatever the variables: no square root, logarithm, pi, broken power.
        self.exact: bool = not any(_is_float(piece) for piece in _walk(node))

    def evaluate(self, values: Mapping[str, Value]) -> Value:
        """Integers and rationals exactly (an integral one as `int`), floats only from functions such as `exp`.

        >>> parse("1/3 + 0.5").evaluate({})
        Fraction(5, 6)

        Raises ExpressionError for a missing name, a division by zero, a value out of bounds.
        """
        if self._function is None:
            self._function = _compiled(self.node)
        return self._function(values)  # type: ignore[no-any-return]

    def evaluate_number(self, values: Mapping[str, Value]) -> Number:
        """The value where a single number is needed; raises ExpressionError for a tuple."""
        return _number(self.evaluate(values), self.node)

    def holds(self, values: Mapping[str, Value]) -> bool:
        """The value as a condition, for `where` and `when`."""
        return bool(self.evaluate(values))

    def terms(self) -> tuple[tuple[int, Expression], ...]:
        """The signed terms of the outermost sum, in the order written.

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

        >>> [(operator, factor.text) for operator, factor in parse("n // 2 * (c + 1)").factors()]
        [('*', 'n'), ('//', '2'), ('*', 'c + 1')]
        """
        if self.node.kind != "product":
            return (("*", self),)
        operators = ("*", *self.node.value)
        return tuple((operator, self._piece(part)) for operator, part in zip(operators, self.node.parts, strict=True))

    def with_numbers(self, numbers: Mapping[str, str]) -> str:
        """The text with numbers in place of the names; a negative or broken one in parentheses.

        >>> parse("(n + 2*p - k) // s + 1").with_numbers({"n": "224", "p": "3", "k": "7", "s": "-2"})
        '(224 + 2*3 - 7) // (-2) + 1'
        """
        text = self.text
        names = [piece for piece in _walk(self.node) if piece.kind == "name" and piece.value in numbers]
        for piece in sorted(names, key=lambda piece: -piece.start):
            number = numbers[piece.value]
            plain = number if number.replace(".", "", 1).isdigit() else f"({number})"
            text = text[: piece.start] + plain + text[piece.end :]
        return text

    def _piece(self, node: Node) -> Expression:
        return Expression(self.text[node.start : node.end], _shifted(node, node.start))

    def __repr__(self) -> str:
        return f"parse({self.text!r})"


def parse(text: str, names: Collection[str] | None = None) -> Expression:
    """Read an expression; with `names`, only these (beside the functions and constants) may occur.

    >>> parse("kernal + 1", names={"kernel", "stride"})
    Traceback (most recent call last):
    dlquiz.expressions.ExpressionError: unknown name "kernal" — did you mean kernel?

    Raises ExpressionError with the position of what cannot be read.
    """
    expression = Expression(text, _Parser(text).parse())
    if names is not None:
        for piece in _walk(expression.node):
            if piece.kind == "name" and piece.value not in CONSTANTS and piece.value not in names:
                raise _unknown(piece.value, piece.start, names)
    return expression


@lru_cache(maxsize=4096)
def cached(text: str) -> Expression:
    """As `parse`, and read only once: for formulas that are evaluated again and again."""
    return parse(text)


def near_miss(word: str, known: Collection[str]) -> str | None:
    """The known word that was probably meant.

    >>> near_miss("paramters", ["parameters", "macs"])
    'parameters'
    """
    from difflib import get_close_matches

    exact = [one for one in sorted(known) if one.lower() == word.lower()]
    close = exact or get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return close[0] if close else None


def _unknown(name: str, position: int, known: Collection[str], *, what: str = "name") -> ExpressionError:
    close = near_miss(name, known)
    listed = ", ".join(sorted(known)[:12])
    mend = f"did you mean {close}?" if close else (f"known here: {listed}" if listed else None)
    return ExpressionError(f'unknown {what} "{name}"', position, mend=mend)


def _is_float(piece: Node) -> bool:
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


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from _walk(part)


def _shifted(node: Node, by: int) -> Node:
    parts = tuple(_shifted(part, by) for part in node.parts)
    return Node(node.kind, node.start - by, node.end - by, node.value, parts)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _tokens(text: str) -> list[Token]:
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
    mends = {"^": "a power is written **", "&": "write `and`", "|": "write `or`", "!": "write `not`", "=": "write =="}
    return ExpressionError(f'cannot read "{text[at]}"', at, mend=mends.get(text[at]))


def _numeral(token: Token) -> int | Fraction:
    mantissa, _, exponent = token.text.lower().partition("e")
    whole, _, part = mantissa.partition(".")
    if len(whole) + len(part) > MAX_DIGITS:
        raise ExpressionError(f"a number of more than {MAX_DIGITS} digits", token.start)
    if len(exponent) > 6 or abs(int(exponent or 0)) > MAX_EXPONENT:
        raise ExpressionError(f'the exponent of "{token.text}" is beyond {MAX_EXPONENT}', token.start)
    digits, shift = int(whole + part), int(exponent or 0) - len(part)
    if shift >= 0:
        return int(digits * 10**shift)
    return _fraction(digits, 10**-shift)


def _fraction(numerator: Any, denominator: Any) -> int | Fraction:
    from fractions import Fraction

    value = Fraction(numerator, denominator)
    return value.numerator if value.denominator == 1 else value


class _Parser:
    """Recursive descent over the tokens; each method reads one level of precedence, as Python has them."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.at = 0
        self.depth = 0
        self.end = 0  # where the last taken token ended

    def parse(self) -> Node:
        if self.next.kind == "end":
            raise ExpressionError("an empty expression", 0)
        node = self.conditional()
        if self.next.kind != "end":
            raise ExpressionError(f'unexpected "{self.next.text}"', self.next.start)
        return node

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.next
        self.at += 1
        self.end = token.start + len(token.text)
        return token

    def comes(self, *texts: str) -> bool:
        return self.next.text in texts

    def need(self, text: str, opened: Token) -> None:
        if not self.comes(text):
            found = f'"{self.next.text}"' if self.next.text else "the end"
            raise ExpressionError(f'expected "{text}" to close "{opened.text}", found {found}', self.next.start)
        self.take()

    def deeper(self, read: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(f"nested deeper than {MAX_DEPTH}", self.next.start)
        node = read()
        self.depth -= 1
        return node

    def conditional(self) -> Node:
        start = self.next.start
        node = self.disjunction()
        if not self.comes("if"):
            return node
        opened = self.take()
        condition = self.disjunction()
        self.need("else", opened)
        other = self.deeper(self.conditional)
        return Node("if", start, self.end, None, (node, condition, other))

    def disjunction(self) -> Node:
        return self.chain("or", self.conjunction, "or")

    def conjunction(self) -> Node:
        return self.chain("and", self.negation, "and")

    def negation(self) -> Node:
        if self.comes("not"):
            start = self.take().start
            inner = self.deeper(self.negation)
            return Node("not", start, self.end, None, (inner,))
        return self.chain("compare", self.sum, *_COMPARISONS)

    def sum(self) -> Node:
        return self.chain("sum", self.product, "+", "-")

    def product(self) -> Node:
        return self.chain("product", self.unary, "*", "/", "//", "%")

    def chain(self, kind: str, read: Callable[[], Node], *operators: str) -> Node:
        start = self.next.start
        parts = [read()]
        taken: list[str] = []
        while self.comes(*operators):
            taken.append(self.take().text)
            parts.append(read())
        if not taken:
            return parts[0]
        return Node(kind, start, self.end, tuple(taken), tuple(parts))

    def unary(self) -> Node:
        if self.comes("-", "+"):
            sign = self.take()
            inner = self.deeper(self.unary)
            return Node("negative", sign.start, self.end, None, (inner,)) if sign.text == "-" else inner
        return self.power()

    def power(self) -> Node:
        start = self.next.start
        base = self.indexed()
        if not self.comes("**"):
            return base
        self.take()
        exponent = self.deeper(self.unary)
        return Node("power", start, self.end, None, (base, exponent))

    def indexed(self) -> Node:
        start = self.next.start
        node = self.atom()
        while self.comes("["):
            opened = self.take()
            index = self.deeper(self.conditional)
            self.need("]", opened)
            node = Node("index", start, self.end, None, (node, index))
        return node

    def atom(self) -> Node:
        token = self.next
        if token.kind == "number":
            self.take()
            return Node("number", token.start, self.end, _numeral(token))
        if token.kind == "name" and token.text not in WORDS:
            self.take()
            return self.call(token) if self.comes("(") else self.name(token)
        if token.text == "(":
            return self.parenthesis()
        if token.kind == "end":
            raise ExpressionError("the expression ends too early", token.start)
        raise ExpressionError(f'expected a number or a name, found "{token.text}"', token.start)

    def name(self, token: Token) -> Node:
        if token.text in FUNCTIONS:
            raise ExpressionError(f"{token.text} is a function", token.start, mend=f"write {token.text}(…)")
        return Node("name", token.start, self.end, token.text)

    def call(self, token: Token) -> Node:
        if token.text not in FUNCTIONS:
            raise _unknown(token.text, token.start, FUNCTIONS, what="function")
        opened = self.take()
        parts = self.items(opened)
        if not parts:
            raise ExpressionError(f"{token.text}() needs a value", token.start)
        most = _MOST_VALUES.get(token.text, 1)
        if len(parts) > most:
            raise ExpressionError(f"{token.text}() takes {'one value' if most == 1 else 'one or two'}", token.start)
        return Node("call", token.start, self.end, token.text, tuple(parts))

    def parenthesis(self) -> Node:
        opened = self.take()
        before = self.at
        parts = self.items(opened)
        if len(parts) == 1 and self.tokens[self.at - 2].text != ",":
            return parts[0]
        if not parts and self.at - before > 1:
            raise ExpressionError("a comma without a value before it", opened.start)
        return Node("tuple", opened.start, self.end, None, tuple(parts))

    def items(self, opened: Token) -> list[Node]:
        parts: list[Node] = []
        while not self.comes(")"):
            parts.append(self.deeper(self.conditional))
            if not self.comes(","):
                break
            self.take()
        self.need(")", opened)
        return parts


# ── evaluating ───────────────────────────────────────────────────────────────────────────────────────────────────

# A family evaluates its formulas thousands of times while it looks for telling numbers, so each node becomes a function
# once; what a function returns is a number or a tuple within the bounds.
Function = Callable[[Mapping[str, Any]], Any]


def _compiled(node: Node) -> Function:
    return _COMPILERS[node.kind](node)


def _bounded(value: Any, node: Node) -> Any:
    """The value in its plainest type; raises ExpressionError when it is too large or not finite."""
    if type(value) is int or type(value) is bool:
        if value.bit_length() > MAX_BITS:
            raise ExpressionError("a value too large to work out", node.start)
    elif type(value) is float:
        if not math.isfinite(value):
            raise ExpressionError("a value that is not finite", node.start)
    elif type(value) is not tuple:
        if value.denominator == 1:
            return _bounded(value.numerator, node)
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
            raise ExpressionError("a value too large to work out", node.start)
    return value


def _number(value: Value, node: Node) -> Number:
    if isinstance(value, tuple):
        raise ExpressionError("a tuple where a single number is needed", node.start)
    return value


def _numeric(node: Node) -> Function:
    """The function of a node that has to give a single number."""
    function = _compiled(node)
    if node.kind not in ("name", "tuple", "index", "if"):
        return function
    return lambda values: _number(function(values), node)


def _too_large(node: Node) -> ExpressionError:
    return ExpressionError("a value too large to work out", node.start)


def _number_function(node: Node) -> Function:
    value = _bounded(node.value, node)
    return lambda values: value


def _name(node: Node) -> Function:
    name, constant = node.value, CONSTANTS.get(node.value)

    def function(values: Mapping[str, Any]) -> Any:
        if name in values:
            return _bounded(values[name], node)
        if constant is None:
            raise _unknown(name, node.start, values)
        return constant

    return function


def _tuple(node: Node) -> Function:
    parts = [_compiled(part) for part in node.parts]
    return lambda values: tuple([part(values) for part in parts])


def _negative(node: Node) -> Function:
    inner = _numeric(node.parts[0])
    return lambda values: -inner(values)


def _sum(node: Node) -> Function:
    first, rest = _chained(node)

    def function(values: Mapping[str, Any]) -> Any:
        total = first(values)
        try:
            for operator, part in rest:
                total = total + part(values) if operator == "+" else total - part(values)
        except OverflowError:
            raise _too_large(node) from None
        return _bounded(total, node)

    return function


def _product(node: Node) -> Function:
    first, rest = _chained(node)

    def function(values: Mapping[str, Any]) -> Any:
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


def _chained(node: Node) -> tuple[Function, list[tuple[str, Function]]]:
    first, *rest = (_numeric(part) for part in node.parts)
    return first, list(zip(node.value, rest, strict=True))


def _multiply(operator: str, left: Any, right: Any) -> Any:
    if operator == "*":
        return left * right
    if operator == "//":
        return left // right
    if operator == "%":
        return left % right
    if isinstance(left, float) or isinstance(right, float):
        return left / right
    return _fraction(left, right)


def _power(node: Node) -> Function:
    base, exponent = (_numeric(part) for part in node.parts)

    def function(values: Mapping[str, Any]) -> Any:
        try:
            return _bounded(_raised(base(values), exponent(values), node), node)
        except OverflowError:
            raise _too_large(node) from None
        except ZeroDivisionError:
            raise ExpressionError("a division by zero", node.start) from None

    return function


def _raised(base: Any, exponent: Any, node: Node) -> Any:
    if isinstance(exponent, int) and not isinstance(base, float):
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        # 0, 1 and −1 stay small whatever the exponent.
        if bits * abs(exponent) > MAX_POWER_BITS and abs(base) not in (0, 1):
            return _rounded_power(base, exponent, node)
        if exponent < 0:
            return _fraction(1, base**-exponent)
        return base**exponent if abs(base) != 1 else base ** (exponent % 2)
    if base < 0 and exponent != int(exponent):
        raise ExpressionError("a broken power of a negative number", node.start)
    if base == 0 and exponent < 0:
        raise ExpressionError("a division by zero", node.start)
    return math.pow(base, exponent)


def _rounded_power(base: Any, exponent: int, node: Node) -> float:
    """Of a broken number, as in (1 - 0.0001)**40000, whose exact power nobody could write down."""
    value = 0.0 if base.denominator == 1 else math.pow(base, exponent)
    if value == 0:
        raise ExpressionError("a power too large to work out", node.start)
    return value


def _compare(node: Node) -> Function:
    first, *rest = (_compiled(part) for part in node.parts)
    steps = list(zip(node.value, rest, strict=True))

    def function(values: Mapping[str, Any]) -> bool:
        left = first(values)
        for operator, part in steps:
            right = part(values)
            if not _compares(operator, left, right, node):
                return False
            left = right
        return True

    return function


def _compares(operator: str, left: Any, right: Any, node: Node) -> bool:
    if operator == "==":
        return bool(left == right)
    if operator == "!=":
        return bool(left != right)
    left, right = _number(left, node), _number(right, node)
    match operator:
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
        case _:
            return bool(left >= right)


def _not(node: Node) -> Function:
    inner = _compiled(node.parts[0])
    return lambda values: not inner(values)


def _any(node: Node) -> Function:
    parts = [_compiled(part) for part in node.parts]
    return lambda values: any(part(values) for part in parts)


def _all(node: Node) -> Function:
    parts = [_compiled(part) for part in node.parts]
    return lambda values: all(part(values) for part in parts)


def _conditional(node: Node) -> Function:
    chosen, condition, other = (_compiled(part) for part in node.parts)
    return lambda values: chosen(values) if condition(values) else other(values)


def _index(node: Node) -> Function:
    owner, index = (_compiled(part) for part in node.parts)
    return lambda values: _item(owner(values), index(values), node)


def _item(owner: Any, index: Any, node: Node) -> Any:
    if not isinstance(owner, tuple):
        raise ExpressionError("only a tuple can be indexed", node.start)
    if not isinstance(index, int):
        raise ExpressionError("an index is an integer", node.parts[1].start)
    if not -len(owner) <= index < len(owner):
        raise ExpressionError(f"index {index} is outside a tuple of {len(owner)}", node.parts[1].start)
    return owner[index]


def _call(node: Node) -> Function:
    if node.value in ("min", "max", "sum", "prod"):
        parts = [_compiled(part) for part in node.parts]
        return lambda values: _of_many(node, tuple([part(values) for part in parts]))
    of, numbers = _FUNCTIONS[node.value], [_numeric(part) for part in node.parts]

    def function(values: Mapping[str, Any]) -> Any:
        given = [number(values) for number in numbers]
        try:
            return _bounded(of(*given), node)
        except OverflowError:
            raise _too_large(node) from None
        except (ValueError, ZeroDivisionError):
            raise ExpressionError(f"{node.value} of {given[0]} does not exist", node.start) from None

    return function


def _of_many(node: Node, arguments: tuple[Value, ...]) -> Value:
    """`sum((1, 2))` and `sum(1, 2)` alike."""
    items = arguments[0] if len(arguments) == 1 and isinstance(arguments[0], tuple) else arguments
    numbers = tuple([_number(value, node) for value in items])
    if not numbers and node.value in ("min", "max"):
        raise ExpressionError(f"{node.value} of nothing", node.start)
    try:
        if node.value == "prod":
            product: Any = 1
            for number in numbers:
                product = _bounded(product * number, node)
            return product  # type: ignore[no-any-return]
        return _bounded({"min": min, "max": max, "sum": sum}[node.value](numbers), node)  # type: ignore[operator,no-any-return]
    except OverflowError:
        raise _too_large(node) from None


def _round(value: Any, digits: Any = 0) -> Any:
    """Half to even, as Python rounds; exact for rationals."""
    if not isinstance(digits, int) or abs(digits) > MAX_DIGITS:
        raise ValueError
    if isinstance(value, float):
        return round(value, digits)
    return round(_rational(value), digits)


def _rational(value: Any) -> Any:
    from fractions import Fraction

    return Fraction(value)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "floor": math.floor,
    "ceil": math.ceil,
    "round": _round,
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
_COMPILERS: dict[str, Callable[[Node], Function]] = {
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
