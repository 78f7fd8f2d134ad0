"""The tree of an expression, read from its tokens by recursive descent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from dlquiz.expressions.errors import ExpressionError, unknown
from dlquiz.expressions.language import FUNCTIONS, MAX_DEPTH, MAX_VALUES, MIN_VALUES, WORDS
from dlquiz.expressions.tokens import Token, numeral, tokens_of

COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})


class ExpressionNode(NamedTuple):
    """One piece of a read expression; `value` is its number, name or operators, `start:end` its place in the text."""

    kind: str
    start: int
    end: int
    value: Any = None
    parts: tuple[ExpressionNode, ...] = ()


def walk(node: ExpressionNode) -> Iterator[ExpressionNode]:
    """The node and everything below it."""
    yield node
    for part in node.parts:
        yield from walk(part)


class Parser:
    """Recursive descent over the tokens; each method reads one level of precedence, as Python has them."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens_of(text)
        self.at = 0
        self.depth = 0
        self.end = 0  # where the last taken token ended

    def parse(self) -> ExpressionNode:
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

    def deeper(self, read: Callable[[], ExpressionNode]) -> ExpressionNode:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(f"nested deeper than {MAX_DEPTH}", self.next.start)
        node = read()
        self.depth -= 1
        return node

    def conditional(self) -> ExpressionNode:
        start = self.next.start
        node = self.disjunction()
        if not self.comes("if"):
            return node
        opened = self.take()
        condition = self.disjunction()
        self.need("else", opened)
        other = self.deeper(self.conditional)
        return ExpressionNode("if", start, self.end, None, (node, condition, other))

    def disjunction(self) -> ExpressionNode:
        return self.chain("or", self.conjunction, "or")

    def conjunction(self) -> ExpressionNode:
        return self.chain("and", self.negation, "and")

    def negation(self) -> ExpressionNode:
        if self.comes("not"):
            start = self.take().start
            inner = self.deeper(self.negation)
            return ExpressionNode("not", start, self.end, None, (inner,))
        return self.chain("compare", self.sum, *COMPARISONS)

    def sum(self) -> ExpressionNode:
        return self.chain("sum", self.product, "+", "-")

    def product(self) -> ExpressionNode:
        return self.chain("product", self.unary, "*", "/", "//", "%")

    def chain(self, kind: str, read: Callable[[], ExpressionNode], *operators: str) -> ExpressionNode:
        start = self.next.start
        parts = [read()]
        taken: list[str] = []
        while self.comes(*operators):
            taken.append(self.take().text)
            parts.append(read())
        if not taken:
            return parts[0]
        return ExpressionNode(kind, start, self.end, tuple(taken), tuple(parts))

    def unary(self) -> ExpressionNode:
        if self.comes("-", "+"):
            sign = self.take()
            inner = self.deeper(self.unary)
            return ExpressionNode("negative", sign.start, self.end, None, (inner,)) if sign.text == "-" else inner
        return self.power()

    def power(self) -> ExpressionNode:
        start = self.next.start
        base = self.indexed()
        if not self.comes("**"):
            return base
        self.take()
        exponent = self.deeper(self.unary)
        return ExpressionNode("power", start, self.end, None, (base, exponent))

    def indexed(self) -> ExpressionNode:
        start = self.next.start
        node = self.atom()
        while self.comes("["):
            opened = self.take()
            index = self.deeper(self.conditional)
            self.need("]", opened)
            node = ExpressionNode("index", start, self.end, None, (node, index))
        return node

    def atom(self) -> ExpressionNode:
        token = self.next
        if token.kind == "number":
            self.take()
            return ExpressionNode("number", token.start, self.end, numeral(token))
        if token.kind == "name" and token.text not in WORDS:
            self.take()
            return self.call(token) if self.comes("(") else self.name(token)
        if token.text == "(":
            return self.parenthesis()
        if token.kind == "end":
            raise ExpressionError("the expression ends too early", token.start)
        raise ExpressionError(f'expected a number or a name, found "{token.text}"', token.start)

    def name(self, token: Token) -> ExpressionNode:
        if token.text in FUNCTIONS:
            raise ExpressionError(f"{token.text} is a function", token.start, fix=f"write {token.text}(…)")
        return ExpressionNode("name", token.start, self.end, token.text)

    def call(self, token: Token) -> ExpressionNode:
        if token.text not in FUNCTIONS:
            raise unknown(token.text, token.start, FUNCTIONS, what="function")
        opened = self.take()
        parts = self.items(opened)
        if not parts:
            raise ExpressionError(f"{token.text}() needs a value", token.start)
        least, most = MIN_VALUES.get(token.text, 1), MAX_VALUES.get(token.text, 1)
        if not least <= len(parts) <= most:
            takes = "one value" if most == 1 else "two values" if least == 2 else "one or two"
            raise ExpressionError(f"{token.text}() takes {takes}", token.start)
        return ExpressionNode("call", token.start, self.end, token.text, tuple(parts))

    def parenthesis(self) -> ExpressionNode:
        opened = self.take()
        before = self.at
        parts = self.items(opened)
        if len(parts) == 1 and self.tokens[self.at - 2].text != ",":
            return parts[0]
        if not parts and self.at - before > 1:
            raise ExpressionError("a comma without a value before it", opened.start)
        return ExpressionNode("tuple", opened.start, self.end, None, tuple(parts))

    def items(self, opened: Token) -> list[ExpressionNode]:
        parts: list[ExpressionNode] = []
        while not self.comes(")"):
            parts.append(self.deeper(self.conditional))
            if not self.comes(","):
                break
            self.take()
        self.need(")", opened)
        return parts
