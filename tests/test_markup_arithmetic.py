"""What a formula says on one line is what its LaTeX says: both evaluated as arithmetic, for formulas drawn at random.

The line is read twice, by readers who differ where people differ: whether 1/2x is (1/2)·x or 1/(2x).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dlquiz.markup import display, inline
from dlquiz.markup.math.symbols import SUBSCRIPT, SUPERSCRIPT

VALUES = {"x": 1.3, "y": 2.7, "z": 0.6, "a": 3.1, "b": 0.9, "σ": 1.7, "x₁": 2.3, "xᵢ": 1.9, "x_B": 0.7, "n_(i,j)": 3.7}
NAMES = {"x": "x", "y": "y", "z": "z", "a": "a", "b": "b", "σ": r"\sigma", "x₁": "x_1", "xᵢ": "x_{i}", "x_B": "x_B",
         "n_(i,j)": "n_{i,j}"}  # fmt: skip
LOWERED = "".join(SUBSCRIPT.values())
RAISED = {raised: plain for plain, raised in SUPERSCRIPT.items() if plain != "⊤"}


# -- the reader of the line --------------------------------------------------------------------------------------------

_TOKENS = re.compile(
    rf"(?P<number>\d+(?:\.\d+)?)|(?P<function>log|exp|max)|(?P<name>[a-zσ](?:_[A-Za-z]|_\([\w,]+\)|[{LOWERED}]+)?)"
    rf"|(?P<raised>[{re.escape(''.join(RAISED))}]+)|(?P<sign>[-−+±·×/^√∛∜(),!|])|(?P<blank>\s+)"
)


class Reader:
    """Grammar: sum of terms; a term is factors joined by · × / or side by side; powers; roots; calls."""

    def __init__(self, text: str, tight: bool, values: Mapping[str, float] = VALUES) -> None:
        self.tokens = list(self.cut(text))
        self.at = 0
        self.tight = tight
        self.values = values

    def cut(self, text: str) -> Iterator[tuple[str, str]]:
        at = 0
        while at < len(text):
            match = _TOKENS.match(text, at)
            assert match, f"{text[at:]!r} cannot be read"
            if match.lastgroup != "blank":
                yield str(match.lastgroup), match.group()
            at = match.end()

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self) -> tuple[str, str]:
        self.at += 1
        return self.tokens[self.at - 1]

    def whole(self) -> float:
        value = self.sum()
        assert self.peek()[0] == "end", f"{self.peek()[1]!r} is left over"
        return value

    def sum(self) -> float:
        negative = self.peek()[1] in {"−", "+"} and self.take()[1] == "−"
        value = -self.term() if negative else self.term()
        while self.peek()[1] in {"+", "−"}:
            value += self.term() if self.take()[1] == "+" else -self.term()
        return value

    def term(self) -> float:
        value = self.beside() if self.tight else self.power()
        while True:
            sign = self.peek()[1]
            if sign in {"·", "×", "/"}:
                self.take()
                right = self.beside() if self.tight else self.power()
                value = value / right if sign == "/" else value * right
            elif not self.tight and self.starts_factor():
                value *= self.power()
            else:
                return value

    def beside(self) -> float:
        value = self.power()
        while self.starts_factor():
            value *= self.power()
        return value

    def starts_factor(self) -> bool:
        kind, text = self.peek()
        return kind in {"number", "name", "function", "raised"} or text in {"(", "√", "∛", "∜"}

    def power(self) -> float:
        if self.peek()[0] == "raised":
            index = Reader("".join(RAISED[one] for one in self.take()[1]), self.tight, self.values).whole()
            assert self.take()[1] == "√"
            return float(self.atom() ** (1 / index))
        value = self.atom()
        kind, text = self.peek()
        if kind == "raised":
            self.take()
            return float(value ** Reader("".join(RAISED[one] for one in text), self.tight, self.values).whole())
        if text == "^":
            self.take()
            return float(value ** self.atom())
        return value

    def atom(self) -> float:
        kind, text = self.take()
        if kind == "number":
            return float(text)
        if kind == "name":
            return self.values[text]
        if kind == "function":
            return {"log": math.log, "exp": math.exp}[text](self.power())
        if text in {"√", "∛", "∜"}:
            return float(self.atom() ** (1 / {"√": 2, "∛": 3, "∜": 4}[text]))
        assert text == "(", f"{text!r} cannot begin a factor"
        value = self.sum()
        assert self.take()[1] == ")"
        return value


# -- random formulas ---------------------------------------------------------------------------------------------------


class Formula(NamedTuple):
    latex: str
    value: float
    kind: str


numbers = st.sampled_from(["2", "3", "5", "0.5", "12"]).map(lambda text: Formula(text, float(text), "number"))
names = st.sampled_from(sorted(NAMES)).map(lambda name: Formula(NAMES[name], VALUES[name], "name"))
atoms = st.one_of(numbers, names, names)


def formulas(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    return st.one_of(
        st.lists(st.tuples(st.sampled_from("+-"), inner), min_size=2, max_size=3).map(summed),
        st.lists(inner, min_size=2, max_size=3).flatmap(multiplied),
        st.lists(inner, min_size=2, max_size=3).flatmap(multiplied),
        st.tuples(st.sampled_from([r"\frac", r"\dfrac", r"\tfrac"]), inner, inner).map(divided),
        st.tuples(st.sampled_from([r"\frac", r"\dfrac", r"\tfrac"]), inner, inner).map(divided),
        st.tuples(inner, inner).map(raised),
        st.tuples(st.sampled_from(["", "3", "4", "5", "n"]), inner).map(rooted),
        st.tuples(st.sampled_from(["log", "exp"]), inner).map(called),
    )


def bracketed(formula: Formula) -> str:
    return rf"\left({formula.latex}\right)" if len(formula.latex) % 2 else f"({formula.latex})"


def summed(terms: list[tuple[str, Formula]]) -> Formula:
    latex, value = "", 0.0
    for index, (sign, term) in enumerate(terms):
        text = bracketed(term) if term.kind == "sum" and index else term.latex
        latex += text if not index and sign == "+" else f" {sign} {bracketed(term) if term.kind == 'sum' else text}"
        value += term.value if sign == "+" else -term.value
    return Formula(latex, value, "sum")


def multiplied(factors: list[Formula]) -> st.SearchStrategy[Formula]:
    def built(signs: list[str]) -> Formula:
        latex = ""
        value = 1.0
        for index, factor in enumerate(factors):
            value *= factor.value
            sign = signs[index] if index else ""
            # Digits beside digits would be one number, and a function takes all that follows: these get brackets.
            closed = factor.kind in {"sum", "call"} or (factor.kind == "product" and "log" in factor.latex)
            text = bracketed(factor) if closed else factor.latex
            if index and not sign and re.match(r"[\d.]", text):
                text = bracketed(factor)
            # σ with brackets behind it is a function of what is in them.
            if index and not sign and r"\sigma" in latex and text.startswith(("(", r"\left(")):
                sign = r"\cdot"
            latex += f" {sign} {text}"
        return Formula(latex.strip(), value, "product")

    return st.lists(st.sampled_from(["", "", r"\cdot", r"\times"]), min_size=3, max_size=3).map(built)


def divided(parts: tuple[str, Formula, Formula]) -> Formula:
    command, above, below = parts
    if abs(below.value) < 1e-6:
        return above
    if command == r"\frac" and all(part.latex in {"2", "3", "5", "x", "y"} for part in (above, below)):
        return Formula(rf"\frac {above.latex}{below.latex}", above.value / below.value, "fraction")
    return Formula(f"{command}{{{above.latex}}}{{{below.latex}}}", above.value / below.value, "fraction")


def raised(parts: tuple[Formula, Formula]) -> Formula:
    base, exponent = parts
    if base.value <= 1e-6 or base.value > 1e3 or abs(exponent.value) > 8:
        return base
    text = base.latex if base.kind in {"number", "name"} else bracketed(base)
    return Formula(f"{text}^{{{exponent.latex}}}", base.value**exponent.value, "power")


def rooted(parts: tuple[str, Formula]) -> Formula:
    index, radicand = parts
    if radicand.value <= 1e-6:
        return radicand
    power = {"": 2.0, "n": VALUES["a"]}.get(index, 0.0) or float(index)
    option = {"": "", "n": "[n]"}.get(index, f"[{index}]")
    return Formula(rf"\sqrt{option}{{{radicand.latex}}}", radicand.value ** (1 / power), "root")


def called(parts: tuple[str, Formula]) -> Formula:
    name, argument = parts
    if (name == "log" and argument.value <= 1e-6) or (name == "exp" and abs(argument.value) > 20):
        return argument
    value = math.log(argument.value) if name == "log" else math.exp(argument.value)
    text = argument.latex if argument.kind in {"name", "fraction"} else bracketed(argument)
    return Formula(rf"\{name} {text}", value, "call")


arithmetic = st.recursive(atoms, formulas, max_leaves=14)
ROOTS = VALUES | {"n": VALUES["a"]}


@given(arithmetic)
@example(Formula(r"\frac{2}{\sigma \cdot \left(2\right)}", 2 / (VALUES["σ"] * 2), "fraction"))
def test_the_line_says_what_the_latex_says(formula: Formula) -> None:
    assume(math.isfinite(formula.value) and abs(formula.value) < 1e12)
    text = inline(formula.latex)
    for tight in (False, True):
        assert Reader(text, tight, ROOTS).whole() == pytest.approx(formula.value, rel=1e-7, abs=1e-9), text


def test_a_letter_of_a_function_takes_the_brackets_behind_it() -> None:
    assert inline(r"\frac{2}{\sigma \left(2\right)}") == "2/σ(2)"
    assert inline(r"\frac{2}{\mu \left(2\right)}") == "2/(μ(2))"


@given(arithmetic)
def test_the_same_formula_gives_the_same_text(formula: Formula) -> None:
    first = inline(formula.latex), display(formula.latex)
    inline.cache_clear()
    display.cache_clear()
    assert (inline(formula.latex), display(formula.latex)) == first


@pytest.mark.parametrize(
    ("text", "loose", "tight"),
    [
        ("1/2x", 0.65, 1 / 2.6),
        ("(1/2)x", 0.65, 0.65),
        ("x² + 1", 2.69, 2.69),
        ("2·3/6", 1, 1),
        ("√x₁ y", 4.0948, 4.0948),
    ],
)
def test_the_readers_read(text: str, loose: float, tight: float) -> None:
    assert Reader(text, tight=False).whole() == pytest.approx(loose, rel=1e-4)
    assert Reader(text, tight=True).whole() == pytest.approx(tight, rel=1e-4)
