"""Tokens → the tree of a formula, with the precedence that people mean.

Products may be written side by side; `sin 2x` and `ln 2` need no brackets. In a second, loose reading a fraction
without brackets goes on: `1/2n` is 1/(2n), `e^-kt` is e^(-kt), `x^1/2` is a root, `log N/n` means log(N/n).
"""

from __future__ import annotations

import re

from dlquiz.grading.formulas.tokens import FUNCTIONS, GREEK_NAMES, FormulaToken, Names, tokens
from dlquiz.grading.formulas.tree import FormulaError, Node, base_of, name

DEEPEST = 60
MOST_SUMS = 3  # inside one another
_CLOSING = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉"}
_PLAIN_ARGUMENT = re.compile(r"[-+*/^<>]")
_LAYER = re.compile(r"\(?([lL](?:[-+]1)?)\)?(T|⊤)?$")
ANY_VARIABLE = Node("name", "'")  # of f' and of the Jacobian J_F, which name none
_ONE = Node("number", number=1.0)
_ZERO = Node("number", number=0.0)


def parse(text: str, names: Names, *, matrices: bool = False, loose: bool = False) -> Node:
    """The tree of a formula; raises `FormulaError` for what is none.

    >>> known = Names(author=True)
    >>> parse("a(1-a)", known).kind, parse(r"\\Phi(z)", known).text, parse("x = 2y", known).kind
    ('multiply', 'Phi', 'multiply')
    """
    return _Parser(tokens(text, names), names, matrices, loose).formula()


class _Parser:
    def __init__(self, found: list[FormulaToken], names: Names, matrices: bool, loose: bool) -> None:
        self.tokens = found
        self.names = names
        self.matrices = matrices
        self.loose = loose
        self.at = 0
        self.depth = 0
        self.sums = 0
        self.bars = 0  # how many |…| are open

    # -- walking -----------------------------------------------------------------------------------------------------

    def peek(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at].text if at < len(self.tokens) else ""

    def kind(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else ""

    def is_sign(self, *signs: str) -> bool:
        return self.kind() == "sign" and self.peek() in signs

    def take(self) -> FormulaToken:
        if self.at >= len(self.tokens):
            raise FormulaError("the formula ends too early")
        self.at += 1
        return self.tokens[self.at - 1]

    def expect(self, *signs: str) -> None:
        if not self.is_sign(*signs):
            raise FormulaError(f"{' or '.join(signs)} expected before {self.peek() or 'the end'}")
        self.at += 1

    def formula(self) -> Node:
        equals = [at for at, token in enumerate(self.tokens) if token == ("sign", "=", token.glued)]
        if equals and not self.inside_brackets(equals[-1]):
            self.at = equals[-1] + 1
        tree = self.relation()
        if self.at < len(self.tokens):
            raise FormulaError(f"{self.peek()} is not understood here")
        return tree

    def inside_brackets(self, at: int) -> bool:
        signs = [token.text for token in self.tokens[:at] if token.kind == "sign"]
        return sum(sign in _CLOSING for sign in signs) > sum(sign in _CLOSING.values() for sign in signs)

    # -- sums and products -------------------------------------------------------------------------------------------

    def relation(self) -> Node:
        left = self.sum()
        while self.is_sign("<", ">"):
            sign = self.take().text
            left = Node("compare", sign, (left, self.sum()))
        return left

    def sum(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError("a formula nested too deeply")
        parts = [self.product()]
        while self.is_sign("+", "-"):
            minus = self.take().text == "-"
            part = self.product()
            parts.append(Node("negate", parts=(part,)) if minus else part)
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Node("add", parts=tuple(parts))

    def product(self) -> Node:
        left = self.signed()
        while True:
            if self.is_sign("*", "@", "⊙", "/", "//", "⊗"):
                left = self.times(left, self.take().text)
            elif left.kind == "derivative" and self.is_sign("(") and self.peek(2) == ")" and len(left.parts) == 2:
                left = left._replace(parts=(*left.parts, *self.arguments(1)))  # dL/dw(0)
            elif self.starts_factor():
                left = Node("multiply", parts=(left, self.power()))
            else:
                return left

    def times(self, left: Node, sign: str) -> Node:
        right = self.signed()
        if sign in ("/", "//"):
            while self.loose and self.starts_factor():
                right = Node("multiply", parts=(right, self.power()))
            return _quotient(left, right) if sign == "/" else Node("floor_divide", parts=(left, right))
        if sign == "⊗":
            return Node("multiply", parts=(left, Node("transpose", parts=(right,))))
        return Node("elementwise" if sign == "⊙" else "multiply", parts=(left, right))

    def signed(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError("a formula nested too deeply")
        if self.is_sign("-", "+"):
            minus = self.take().text == "-"
            inside = self.signed()
            node = Node("negate", parts=(inside,)) if minus else inside
        else:
            node = self.power()
        self.depth -= 1
        return node

    def starts_factor(self) -> bool:
        if self.kind() in ("number", "name", "function"):
            return self.peek() not in ("hat", "bar", "tilde") or self.tokens[self.at + 1 : self.at + 2] != []
        return self.is_sign("(", "[", "{", "⌊", "⌈") or (self.is_sign("|", "‖") and not self.bars)

    # -- powers ------------------------------------------------------------------------------------------------------

    def power(self) -> Node:
        base = self.atom()
        while self.is_sign("^", "'", "⊤", "_", "!"):
            if self.is_sign("!"):
                raise FormulaError("! is not understood here")
            base = self.script(base)
        return base

    def script(self, base: Node) -> Node:
        sign = self.take().text
        if sign == "_":
            if base.kind == "power" and base.parts[0].kind == "name":  # σ²_B
                return base._replace(parts=(_labelled(base.parts[0], self.subscript()), base.parts[1]))
            if base.kind != "name":
                if base.kind in ("add", "multiply", "name") and self.is_sign("+"):  # (x)_+
                    self.take()
                    return Node("call", "max", (_ZERO, base))
                raise FormulaError("a subscript on what is no symbol")
            return _labelled(base, self.subscript())
        if sign == "'":
            return self.primed(base)
        if sign == "⊤":
            return Node("transpose", parts=(base,))
        return self.raised(base)

    def primed(self, base: Node) -> Node:
        if self.matrices:
            return Node("transpose", parts=(base,))
        if base.kind != "name":
            raise FormulaError("' after what is no symbol")
        order = 1
        while self.is_sign("'"):
            self.take()
            order += 1
        at: tuple[Node, ...] = ()
        if self.is_sign("(") and self.tokens[self.at].glued:
            (argument,) = self.arguments(1)
            at = () if argument.kind == "name" else (argument,)
        return Node("derivative", str(order), (base, ANY_VARIABLE, *at))

    def raised(self, base: Node) -> Node:
        label = self.layer()
        if label is not None:
            layer, is_transposed = label
            labelled = _labelled(base, layer)
            return Node("transpose", parts=(labelled,)) if is_transposed else labelled
        if self.is_sign("⊤") or (self.matrices and self.kind() == "name" and self.peek() in ("T", "t")):
            self.take()
            return Node("transpose", parts=(base,))
        in_brackets = self.is_sign("{", "(") and self.peek(2) in ("}", ")")
        if in_brackets and (self.peek(1) == "⊤" or (self.matrices and self.peek(1) == "T")):
            self.at += 3
            return Node("transpose", parts=(base,))
        return Node("power", parts=(base, self.exponent(base)))

    def exponent(self, base: Node) -> Node:
        if self.is_sign("{", "("):
            return self.bracketed()
        signed = self.is_sign("-", "+")
        node = self.signed() if signed else self.unscripted()
        if not signed and self.is_sign("^"):  # a^b^c
            self.take()
            node = Node("power", parts=(node, self.exponent(node)))
        return self.continued(node, base, signed) if self.loose else node

    def unscripted(self) -> Node:
        """One piece, whose subscript belongs to the base: `a^2_j`, `z^l_j`."""
        return Node("name", self.take().text) if self.kind() == "name" else self.atom()

    def continued(self, node: Node, base: Node, signed: bool) -> Node:
        """The rest of an exponent without brackets, in the loose reading."""
        if base == Node("name", "e"):
            while self.starts_factor() or (signed and self.is_sign("*")):
                if self.is_sign("*"):
                    self.take()
                node = Node("multiply", parts=(node, self.power()))
        magnitude = node.parts[0] if node.kind == "negate" else node
        if self.is_sign("/") and magnitude.kind == "number" and self.tokens[self.at + 1 : self.at + 2]:
            below = self.tokens[self.at + 1]
            if below.kind == "number" and magnitude.number % float(below.text):
                self.at += 2
                return Node("divide", parts=(node, Node("number", number=float(below.text))))
        return node

    def layer(self) -> tuple[str, bool] | None:
        """The number of a layer, written like a power: `^l`, `^{l+1}`, `^(L)`."""
        if self.is_sign("{", "("):
            end = self.closing(self.at)
            inside = "".join(token.text for token in self.tokens[self.at + 1 : end])
            match = _LAYER.match(inside)
            after = end + 1
        else:
            match = _LAYER.match(self.peek()) if self.kind() == "name" else None
            after = self.at + 1
        if not match:
            return None
        self.at = after
        return match[1], bool(match[2])

    def closing(self, at: int) -> int:
        depth = 0
        for place in range(at, len(self.tokens)):
            if self.tokens[place].kind == "sign":
                depth += (self.tokens[place].text in _CLOSING) - (self.tokens[place].text in _CLOSING.values())
                if not depth:
                    return place
        raise FormulaError("a bracket is not closed")

    # -- atoms -------------------------------------------------------------------------------------------------------

    def atom(self) -> Node:
        match self.kind():
            case "number":
                return self.number()
            case "name":
                return self.symbol(self.take().text)
            case "function":
                return self.function(self.take().text)
            case _:
                return self.enclosed()

    def enclosed(self) -> Node:
        if self.is_sign("⌊", "⌈"):
            return Node("call", "floor" if self.peek() == "⌊" else "ceil", (self.bracketed(),))
        if self.is_sign("("):
            return self.bracketed()
        if self.is_sign("[", "{"):
            inside = self.bracketed()
            return self.rectified(inside)
        if self.is_sign("|", "‖"):
            return self.bar()
        raise FormulaError(f"{self.peek() or 'the end'} is not understood here")

    def number(self) -> Node:
        value = float(self.take().text)
        if self.is_sign("%"):
            self.take()
            value /= 100
        return Node("number", number=value)

    def bracketed(self) -> Node:
        closing = self.opened()
        bars, self.bars = self.bars, 0
        inside = self.relation()
        self.bars = bars
        self.expect(closing, *({")", "]", "}"} - {closing} if closing in ")]}" else ()))
        return inside

    def opened(self) -> str:
        """Take an opening bracket; returns the closing one."""
        if not self.is_sign(*_CLOSING):
            raise FormulaError(f"a bracket expected before {self.peek() or 'the end'}")
        return _CLOSING[self.take().text]

    def rectified(self, inside: Node) -> Node:
        """[x]_+ is max(0, x)."""
        for signs in (("_", "+"), ("_", "{", "+", "}"), ("+",)):
            found = self.tokens[self.at : self.at + len(signs)]
            ends = self.at + len(signs) >= len(self.tokens) or signs != ("+",)
            if tuple(token.text for token in found) == signs and ends:
                self.at += len(signs)
                return Node("call", "max", (_ZERO, inside))
        return inside

    def bar(self) -> Node:
        opening = self.take().text
        self.bars += 1
        inside = self.sum()
        self.bars -= 1
        self.expect(opening)
        order = "abs" if opening == "|" else "2"
        if self.is_sign("_"):
            self.take()
            order = self.subscript()
        return Node("norm", order, (inside,))

    def subscript(self) -> str:
        """The letters of a subscript, its braces and blanks left out."""
        if self.is_sign("{", "("):
            end = self.closing(self.at)
            inside = [token.text for token in self.tokens[self.at + 1 : end] if token.text not in "{}_"]
            self.at = end + 1
            return "".join(inside)
        return self.take().text

    # -- symbols and functions ---------------------------------------------------------------------------------------

    def symbol(self, text: str) -> Node:
        node = Node("name", text)
        while self.is_sign("_") and self.peek(1):
            self.take()
            node = _labelled(node, self.subscript())
        if self.kind() == "function" and self.peek() in ("hat", "tilde", "bar") and self.at + 1 == len(self.tokens):
            node = _accented(node, self.take().text)
        if self.is_sign("∘"):
            self.take()
            return Node("call", node.text, (self.atom(),))
        indexed = f"{node.text}_{self.peek(1)}"
        if self.is_sign("(", "[") and self.peek(2) in (")", "]") and indexed in self.names.known().values():  # z(t)
            self.at += 3
            return Node("name", indexed)
        if self.is_sign("(", "[") and self.is_call(node.text):
            return Node("call", node.text, self.arguments())
        if self.is_jacobian(node.text):
            return Node("derivative", "1", (Node("name", node.text[2:]), ANY_VARIABLE))
        return node

    def is_jacobian(self, text: str) -> bool:
        return bool(re.fullmatch("J_[A-Z]", text)) and not self.names.author

    def is_call(self, text: str) -> bool:
        """Whether what follows in brackets is the argument of the symbol, not a factor."""
        if text in self.names.functions or base_of(text) in self.names.functions:
            return True
        base = base_of(text)
        if len(base) > 1 and base not in GREEK_NAMES and not any(base.endswith(one) for one in ("hat", "bar", "tilde")):
            return True
        if not self.names.author or self.is_sign("["):
            return False
        inside = "".join(token.text for token in self.tokens[self.at + 1 : self.closing(self.at)])
        return not _PLAIN_ARGUMENT.search(re.sub(r"\(.*\)", "", inside)) and not inside[:1].isdigit()

    def arguments(self, most: int = 8) -> tuple[Node, ...]:
        closing = self.opened()
        bars, self.bars = self.bars, 0
        found = [self.relation()]
        while self.is_sign(",", ";"):
            self.take()
            found.append(self.relation())
        self.bars = bars
        self.expect(closing, ")", "]", "}")
        if len(found) > most:
            raise FormulaError("too many arguments")
        return tuple(found)

    def function(self, text: str) -> Node:
        match text:
            case "frac":
                return _quotient(self.group(), self.group())
            case "hat" | "bar" | "tilde":
                return _accented(self.group(), text)
            case "sum" | "prod":
                return self.total("sum" if text == "sum" else "product")
            case "∂" | "∇":
                return self.differential(text)
            case "inf":
                return Node("number", number=float("inf"))
            case _:
                return self.applied(text)

    def group(self) -> Node:
        """What a command applies to: a group, or the one piece that follows."""
        if self.is_sign("{", "(", "["):
            return self.bracketed()
        if self.kind() == "number" and len(self.peek()) > 1 and "." not in self.peek():  # \frac12
            digits = self.tokens[self.at].text
            self.tokens[self.at : self.at + 1] = [FormulaToken("number", digit) for digit in digits]
        return self.atom()

    def applied(self, text: str) -> Node:
        base = ""
        if self.is_sign("_") and text in ("log", "norm", "max", "min"):
            self.take()
            base = self.subscript()
        if text == "log" and base:
            text = {"2": "log2", "10": "log10"}.get(base, "ln")
        power: Node | None = None
        if self.is_sign("^"):
            self.take()
            power = self.bracketed() if self.is_sign("{", "(") else self.signed() if self.is_sign("-") else self.atom()
        if text == "sqrt" and self.is_sign("["):
            raise FormulaError("a root of another order")
        if self.is_sign("(", "{", "["):
            found = self.arguments()
        elif self.starts_factor():
            found = (self.chain(),)
        elif text in ("log2", "log10"):  # log2/k
            return Node("call", "ln", (Node("number", number=float(text[3:])),))
        else:
            return name(text, (base,))
        node = self.built_in(text, base, found)
        return Node("power", parts=(node, power)) if power else node

    def built_in(self, text: str, base: str, found: tuple[Node, ...]) -> Node:
        if text in ("dot", "matmul", "outer") and len(found) == 2:
            left, right = found
            return Node("multiply", parts=(left, Node("transpose", parts=(right,)) if text == "outer" else right))
        if text == "pow" and len(found) == 2:
            return Node("power", parts=found)
        if text in ("max", "min"):
            return Node("call", text, found)
        if len(found) != 1 or text not in FUNCTIONS:
            raise FormulaError(f"{text} of {len(found)} arguments")
        match text:
            case "norm" | "abs":
                return Node("norm", base or ("2" if text == "norm" else "abs"), found)
            case "transpose":
                return Node("transpose", parts=found)
            case "inv":
                return Node("power", parts=(found[0], Node("negate", parts=(_ONE,))))
            case _:
                return Node("call", {"int": "floor", "logistic": "sigmoid", "swish": "silu"}.get(text, text), found)

    def chain(self) -> Node:
        """What a function without brackets applies to: factors side by side."""
        node = self.power()
        while self.kind() in ("number", "name") or (self.loose and self.is_sign("*", "/")):
            if self.is_sign("*", "/"):
                node = self.times(node, self.take().text)
            else:
                node = Node("multiply", parts=(node, self.power()))
        return node

    def total(self, kind: str) -> Node:
        index, lower, upper = "", None, None
        for _ in range(2):
            if self.is_sign("_"):
                self.take()
                index, lower = self.index()
            elif self.is_sign("^"):
                self.take()
                upper = self.bracketed() if self.is_sign("{", "(") else self.atom()
        self.sums += 1
        if self.sums > MOST_SUMS:
            raise FormulaError("too many sums inside one another")
        body = self.product()
        self.sums -= 1
        bounds = (lower or _ONE, upper) if upper is not None else ()
        return Node("sum" if kind == "sum" else "product", index, (body, *bounds))

    def index(self) -> tuple[str, Node | None]:
        """The index of a sum and where it starts: `_{j=1}`, `_j`, `_{j}`."""
        if not self.is_sign("{", "("):
            return self.take().text, None
        end = self.closing(self.at)
        index = self.tokens[self.at + 1].text
        lower: Node | None = None
        if self.peek(2) == "=":
            self.at += 3
            lower = self.sum()
        self.at = end + 1
        return index, lower

    def differential(self, sign: str) -> Node:
        if sign == "∇":
            variable = ""
            if self.is_sign("_"):
                self.take()
                variable = self.subscript()
            if self.is_sign("^"):
                raise FormulaError("a second derivative")
            of = self.symbol(self.take().text) if self.kind() == "name" else self.bracketed()
            return _derivative(of, Node("name", variable))
        inside = self.bracketed() if self.is_sign("(") else self.power() if self.kind() != "sign" else None
        if inside is None:
            raise FormulaError(f"{sign} of nothing")
        return Node("differential", parts=(inside,))


def _derivative(of: Node, by: Node) -> Node:
    """∂F/∂x, of `F` or of `F(x)`; a number in brackets is the place where it is taken."""
    if of.kind != "call":
        return Node("derivative", "1", (of, by))
    return Node("derivative", "1", (Node("name", of.text), by, *(part for part in of.parts if part.kind == "number")))


def _quotient(above: Node, below: Node) -> Node:
    """A quotient; of two differentials the derivative."""
    if above.kind == below.kind == "differential":
        return _derivative(above.parts[0], below.parts[0])
    return Node("divide", parts=(above, below))


def _labelled(node: Node, label: str) -> Node:
    """The symbol with one more subscript; `x_hat` is an accent."""
    if node.kind != "name":
        raise FormulaError("a label on what is no symbol")
    accent, _, rest = label.partition("_")
    if accent in ("hat", "bar", "tilde"):
        node = _accented(node, accent)
        return _labelled(node, rest) if rest else node
    base, _, old = node.text.partition("_")
    return name(base, (*old.split(","), label))


def _accented(node: Node, accent: str) -> Node:
    if node.kind != "name":
        raise FormulaError("an accent on what is no symbol")
    base, separator, subscripts = node.text.partition("_")
    return Node("name", base + accent + separator + subscripts)
