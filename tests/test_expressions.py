"""The expression reader against Python's own arithmetic, and its bounds against whatever people could throw at it."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps import at_most

from dlquiz import expressions
from dlquiz.expressions import ExpressionError, parse

PYTHON = {
    **{name: getattr(math, name) for name in ("sqrt", "exp", "log", "log2", "log10", "sin", "cos", "tanh", "erf")},
    # Rationals again, so that a negative power of them stays exact.
    "floor": lambda value: Fraction(math.floor(value)),
    "ceil": lambda value: Fraction(math.ceil(value)),
    "prod": math.prod,
    "abs": abs,
    "min": min,
    "max": max,
    "sum": sum,
    "round": lambda value: Fraction(round(value)),
    "comb": math.comb,
}
NAMES: dict[str, Any] = {"n": 224, "k": 7, "s": 2, "p": 3, "q": Fraction(3, 4), "L": (3, 5, 7)}

numerals = st.integers(0, 50).map(str)
atoms = st.one_of(numerals, st.sampled_from(["n", "k", "s", "p", "q", "L[0]", "L[-1]", "L[1]"]))


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.sampled_from(["+", "-", "*", "/", "//", "%", " + ", " * "])
    compare = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    return st.one_of(
        st.builds(lambda a, o, b: f"{a}{o}{b}", inner, binary, inner),
        st.builds(lambda a, o, b: f"({a}){o}({b})", inner, binary, inner),
        st.builds(lambda a, b: f"({a})**{b}", inner, st.integers(-2, 3)),
        st.builds(lambda a: f"-({a})", inner),
        st.builds(lambda f, a: f"{f}({a})", st.sampled_from(["abs", "floor", "ceil", "round"]), inner),
        st.builds(lambda f, a, b: f"{f}({a}, {b})", st.sampled_from(["min", "max"]), inner, inner),
        st.builds(lambda f, a, b: f"{f}(({a}, {b}))", st.sampled_from(["sum", "prod"]), inner, inner),
        st.builds(lambda a, o, b, c, d: f"({c} if {a} {o} {b} else {d})", inner, compare, inner, inner, inner),
        st.builds(lambda a, o, b, w, c: f"({a}{o}{b} {w} not {c}) * 2", inner, compare, inner,
                  st.sampled_from(["and", "or"]), inner),
    )  # fmt: skip


written = st.recursive(atoms, _grow, max_leaves=8)


def _python(text: str) -> Any:
    """Python's own answer with every numeral made a rational, so that `/` and `**` stay exact."""
    import re

    exact = re.sub(r"(?<![\w\[.])(\d+)(?![\w\]])", r"Fraction(\1)", text)
    exact = re.sub(r"\*\*-?Fraction\((\d+)\)", lambda found: found[0].replace("Fraction", ""), exact)
    values = {name: Fraction(NAMES[name]) for name in "nkspq"}
    axes = tuple(map(Fraction, NAMES["L"]))
    return eval(exact, {"__builtins__": {}, "Fraction": Fraction, **PYTHON, **values, "L": axes})


@given(written)
def test_reads_arithmetic_as_python_does(text: str) -> None:
    try:
        right = _python(text)
    except (ZeroDivisionError, OverflowError):
        with pytest.raises(ExpressionError):
            parse(text).evaluate(NAMES)
        return
    try:
        value = parse(text).evaluate(NAMES)
    except ExpressionError:
        assert abs(right) > 2**1_000 or abs(right) < Fraction(1, 2**1_000)
        return
    assert value == right
    assert type(value) is int or isinstance(value, Fraction | bool)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2**3**2", 512),
        ("-2**2", -4),
        ("2**-1", Fraction(1, 2)),
        ("(-2)**2", 4),
        ("-7 // 2", -4),
        ("-7 % 3", 2),
        ("1/3 + 1/6", Fraction(1, 2)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("1e-5 * 1e5", 1),
        (".5 + 5.", Fraction(11, 2)),
        ("010", 10),
        ("1 < 2 < 3", True),
        ("1 < 2 > 5", False),
        ("not 1 > 2 and 3", True),
        ("1 if 0 else 2 if 1 else 3", 2),
        ("(3, 4)[1]", 4),
        ("(1, (2, 3))[1][0]", 2),
        ("(1,)", (1,)),
        ("()", ()),
        ("(1, 2) == (1, 2)", True),
        ("sum((1, 2, 3))", 6),
        ("prod(2, 3, 4)", 24),
        ("sum(())", 0),
        ("round(5/2)", 2),
        ("round(2/3, 2)", Fraction(67, 100)),
        ("ceil(7/2)", 4),
        ("floor(-1/2)", -1),
        ("min(3, 1/2)", Fraction(1, 2)),
        ("log(8, 2)", 3.0),
        ("comb(64, 8)", 4_426_165_368),
        ("1 - comb(20 - 3, 5) / comb(20, 5)", Fraction(137, 228)),
        ("comb(3, 5)", 0),
        ("comb(10**18, 2)", 10**18 * (10**18 - 1) // 2),
        ("sqrt(16)", 4.0),
        ("erf(0)", 0.0),
        ("2**0.5", math.sqrt(2)),
        ("1**(10**9)", 1),
        ("(-1)**(10**9 + 1)", -1),
        ("0**(10**9)", 0),
        ("pi", math.pi),
        ("e**0", 1.0),
    ],
)
def test_means_what_python_means(text: str, value: object) -> None:
    assert parse(text).evaluate({}) == value


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("", 0, "empty"),
        ("n +", 3, "too early"),
        ("n + * 2", 4, 'found "*"'),
        ("(n + 1", 6, 'expected ")"'),
        ("n)", 1, 'unexpected ")"'),
        ("n 2", 2, 'unexpected "2"'),
        ("2n", 1, 'unexpected "n"'),
        ("n^2", 1, "a power is written **"),
        ("a = 2", 2, "write =="),
        ("n[", 2, "too early"),
        ("kernal", 0, "did you mean kernel?"),
        ("sqroot(2)", 0, "did you mean sqrt?"),
        ("sqrt", 0, "is a function"),
        ("sqrt()", 0, "needs a value"),
        ("abs(1, 2)", 0, "takes one value"),
        ("comb(5)", 0, "takes two values"),
        ("comb(5, 2, 1)", 0, "takes two values"),
        ("1 if 2", 6, 'expected "else"'),
        ("n.real", 1, 'cannot read "."'),
        ("'n'", 0, "cannot read"),
        ("lambda: 1", 6, "cannot read"),
        ("[1, 2]", 0, "expected a number"),
        ("n if", 4, "too early"),
        ("(,)", 1, "found"),
        ("__import__(1)", 0, "unknown function"),
    ],
)
def test_says_what_it_cannot_read_and_where(text: str, position: int, words: str) -> None:
    with pytest.raises(ExpressionError) as output:
        parse(text, names={"n", "a", "kernel"})
    assert words in str(output.value)
    assert output.value.position == position


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1/0", "division by zero"),
        ("1 % 0", "division by zero"),
        ("0**-1", "division by zero"),
        ("log(0)", "log of 0 does not exist"),
        ("sqrt(-1)", "sqrt of -1 does not exist"),
        ("exp(10**6)", "too large"),
        ("(-8)**(1/3)", "negative"),
        ("(1, 2) + 1", "a tuple where a single number"),
        ("(1, 2)[5]", "index 5 is outside"),
        ("(1, 2)[0.5]", "an index is an integer"),
        ("5[0]", "only a tuple"),
        ("min(())", "min of nothing"),
        ("unknown + 1", "unknown name"),
        ("sqrt(2**4000)", "too large"),
        ("1" + " / (2**2000 + 1)" * 5, "too large"),
        ("comb(-1, 2)", "comb of -1 does not exist"),
        ("comb(5, 1/2)", "comb of 5 does not exist"),
    ],
)
def test_says_what_it_cannot_work_out(text: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=words.replace("(", r"\(")):
        parse(text).evaluate({})


@pytest.mark.parametrize(
    "text",
    [
        "2**(10**9)",
        "9**9**9",
        "9**9**9**9",
        "10**400**2",
        "(2**4000)**4",
        "(1/3)**(10**8)",
        "9**(9**9) * 0",
        "prod(" + ", ".join(["2**4000"] * 100) + ")",
        "*".join(["2**4000"] * 100),
        "1e500",
        "1" * 61,
        "1" * 10_000,
        "1e" + "9" * 50,
        "(" * 5_000 + "1" + ")" * 5_000,
        "(" * 200 + "1" + ")" * 200,
        "-" * 300 + "1",
        "not " * 200 + "1",
        "2**" * 200 + "2",
        "1 if 1 else " * 100 + "1",
        "+".join("1" * 1) + "+1" * 700,
        "n[" * 100 + "0" + "]" * 100,
        "x" * 10_000,
        "round(1/3, 10**9)",
        "comb(20000, 10000)",
        "comb(10**59, 10**58)",
        "comb(comb(100, 50), comb(100, 50) // 2)",
    ],
)
def test_is_bounded(text: str) -> None:
    with at_most(100_000), pytest.raises(ExpressionError):
        parse(text).evaluate({})


def test_a_long_power_of_a_broken_number_is_rounded() -> None:
    assert parse("(1 - 0.0001)**40000").evaluate({}) == pytest.approx(math.exp(-4), rel=1e-3)
    assert isinstance(parse("0.9**5").evaluate({}), Fraction)


def test_reads_as_deep_as_it_says() -> None:
    depth = expressions.MAX_DEPTH
    assert parse("(" * depth + "1" + ")" * depth).evaluate({}) == 1
    with pytest.raises(ExpressionError, match="nested deeper"):
        parse("(" * (depth + 1) + "1" + ")" * (depth + 1))


@given(st.one_of(st.text(max_size=200), st.text("0123456789.+-*/%()[], nksexp<>=!if", max_size=80)))
def test_random_text_raises_nothing_but_its_error(text: str) -> None:
    try:
        value = parse(text).evaluate(NAMES)
    except ExpressionError as output:
        position = output.position
        assert 0 <= position <= len(text)
        return
    assert isinstance(value, int | float | Fraction | tuple)


@given(written)
def test_terms_and_factors_make_the_whole(text: str) -> None:
    expression = parse(text)
    try:
        value = expression.evaluate(NAMES)
    except ExpressionError:
        return
    if not isinstance(value, bool):
        assert sum(sign * term.evaluate_number(NAMES) for sign, term in expression.terms()) == value
    for operator, factor in expression.factors()[1:]:
        assert operator in ("*", "/", "//", "%")
        parse(factor.text)
    product = " ".join(f"{operator} ({factor.text})" for operator, factor in expression.factors())
    assert parse(product.removeprefix("*")).evaluate(NAMES) == value


def test_knows_what_is_exact() -> None:
    assert parse("2**n + a/b - floor(n/2)").exact
    for text in ("sqrt(n)", "n*pi", "2**0.5", "1 + exp(-x)", "floor(log2(n))"):
        assert not parse(text).exact, text


def test_no_name_of_a_function_is_free() -> None:
    assert {"min", "exp", "pi", "e", "and", "if"} <= expressions.RESERVED
