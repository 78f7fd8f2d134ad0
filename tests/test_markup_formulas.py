"""The golden corpus: formulas of notes, of the classic papers and of the bank, each read by eye beside MathJax's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.markup import MathError, Passage, blocks, cell_width, display, inline
from dlquiz.markup.math.block import fitted
from dlquiz.markup.math.parser import parse

HERE = Path(__file__).parent
CORPUS = HERE / "golden" / "formulas" / "formulas.txt"
QUESTIONS = HERE.parent / "questions"
FORMULAS = [line for line in CORPUS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
COMBINING = re.compile(r"[\u0300-\u036f\u20d0-\u20ff]")


def shown(latex: str) -> str:
    """The formula's entry in the golden file: its source, its line, its block."""
    try:
        rows = [f"  ¦{row}" for row in display(latex).rows]
        return "\n".join([latex, f"  → {inline(latex)}", *rows]) + "\n"
    except MathError as error:
        return f"{latex}\n  ✗ {error}\n"


@pytest.mark.no_cover
def test_corpus(golden: Callable[[str, str], None]) -> None:
    assert len(FORMULAS) >= 400
    golden("formulas/rendered.txt", "\n".join(map(shown, FORMULAS)))


def test_nearly_all_are_rendered() -> None:
    refused = [latex for latex in FORMULAS if "\n  ✗" in shown(latex)]
    assert len(refused) <= 0.02 * len(FORMULAS), refused


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield re.sub(r"@\{[^}]*[^\d}][^}]*\}", "3", value)  # values that a family fills in
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _formulas(text: str) -> Iterator[str]:
    if "$" in text:
        for passage in blocks(text):
            yield from _in_passage(passage)


def _in_passage(passage: Passage) -> Iterator[str]:
    yield from (span.text for span in passage.spans if "math" in span.style.split())
    for child in passage.children:
        yield from _in_passage(child)


@pytest.mark.no_cover
def test_the_bank_is_rendered() -> None:
    refused = []
    seen: set[str] = set()
    for path in sorted(QUESTIONS.glob("*.yaml")):
        deck = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        formulas = {latex for text in _texts(deck) for latex in _formulas(text)} - seen
        refused += [f"{path.stem}: {one}" for one in disobeying(formulas)]
        seen |= formulas
    assert refused == []


def test_laws() -> None:
    assert disobeying(FORMULAS) == []


def disobeying(formulas: Iterable[str]) -> list[str]:
    """The formulas that are refused or break a law, each with what was found."""
    found = []
    for latex in sorted(formulas):
        try:
            _obeys(latex)
        except (MathError, AssertionError) as error:
            found.append(f"{latex}: {error}")
    return found


def _obeys(latex: str) -> None:
    """No backslash, braces only where the source has them, equal rows, the same twice, and words a reader can say."""
    line, block = inline(latex), display(latex)
    assert line
    assert line == line.strip()
    text = line + "".join(block.rows)
    assert "\\" not in text
    if not re.search(r"\\[{}]|\\[lr]brace|cases", latex):
        assert not set("{}") & set(text)
    assert len({cell_width(row) for row in block.rows}) == 1
    assert not any(COMBINING.match(row) for row in (line, *block.rows)), "an accent without its letter"
    assert 0 <= block.baseline < len(block.rows)
    for language in ("en", "zh"):
        spoken = inline(latex, True, language)
        assert spoken
        if language == "en" and not re.search(r"[^\x00-\x7f]", latex):
            assert spoken.isascii(), spoken


@pytest.mark.parametrize(
    "latex",
    [r"\foo", r"\frac{a}", "x^", "{x", "x}", r"\left( x", r"x \right)", "a & b", "a^b^c", "a_b_c", r"\begin{cases} x",
     r"\begin{tikz}\end{tikz}", "#1", r"\hspace{2em}", r"\text{$x$}", "{a+b}^2", r"\mathcal{α}", "100%", r"\not x",
     "x" * 5000, "{" * 200 + "x" + "}" * 200, r"\sqrt[a/b]{x}", r"\operatorname{\frac ab}"],
)  # fmt: skip
def test_what_is_not_known_is_refused(latex: str) -> None:
    for show in (inline, display):
        with pytest.raises(MathError):
            show(latex)


@pytest.mark.parametrize(
    ("latex", "line"),
    [
        (r"1+\cos\frac{T}{S}\pi", "1 + cos (T/S)π"),
        (r"p\log\frac{p}{q}\,dx", "p log (p/q) dx"),
        (r"\log\frac ab\log\frac cd", "log (a/b) log(c/d)"),
        (r"\arg\min_\theta\frac1n\sum_i x_i", "arg min_θ (1/n) ∑ᵢ xᵢ"),
    ],
)
def test_a_function_before_a_fraction_and_more_stays_open(latex: str, line: str) -> None:
    """Whether cos takes the π is open in the formula; brackets right behind cos would close it."""
    assert inline(latex) == line


@pytest.mark.no_cover
@pytest.mark.parametrize("width", [24, 36, 60])
def test_a_formula_cut_to_fit_loses_nothing(width: int) -> None:
    for latex in FORMULAS:
        whole, cut = display(latex), fitted(parse(latex), width)
        if cut is None:
            assert whole.width > width
            continue
        assert cut.width <= width
        assert {cell_width(row) for row in cut.rows} == {cut.width}
        assert sorted("".join(cut.rows).replace(" ", "")) == sorted("".join(whole.rows).replace(" ", "")), latex


SCRAPS = re.findall(
    r"\S+",
    r"""\frac \sqrt { } [ ] ^ _ x 2 + - \left( \right) | \| \sum \log \begin{cases} \end{cases} & \\ \text{ab} \hat
    \mathbf ' @{1} \overset \underbrace \middle| \not = \, \quad ( ) \operatorname{f} \limits \bigl( \binom \to 中
    \overline ~ ! / \begin{pmatrix} \end{pmatrix} \xrightarrow \over \rm \substack \boxed \pmod \tag{1} \ """,
)


@given(st.lists(st.sampled_from(SCRAPS), max_size=10).map("".join))
def test_whatever_is_typed_is_drawn_or_refused(latex: str) -> None:
    """No other error than the refusal comes out, whatever goes in, and what is drawn is a rectangle."""
    try:
        line, block, spoken = inline(latex), display(latex), inline(latex, True)
    except MathError:
        return
    assert len({cell_width(row) for row in block.rows}) == 1
    assert "\n" not in line + spoken
    cut = fitted(parse(latex), 20)
    assert cut is None or len({cell_width(row) for row in cut.rows}) == 1


@pytest.mark.parametrize(
    ("latex", "line"),
    [
        ("||x|-|y||", "||x| − |y||"),
        ("||w||_2^2", "‖w‖₂²"),
        ("KL(q||p)", "KL(q‖p)"),
        ("||x||\\le p(a|b)", "||x|| ≤ p(a|b)"),
        ("|a|b|c|", "|a|b|c|"),
        (r"\frac{a}{b}/c", "(a/b)/c"),
        (r"a/\frac{b}{c}", "a/(b/c)"),
        (r"\frac{3}{4}\%", "(3/4)%"),
        (r"2\frac13", "2(1/3)"),
        (r"\frac{n!}{k!(n-k)!}", "n!/(k!(n − k)!)"),
        (r"\lim_{h\to0}\frac{f(x+h)-f(x)}{h}", "lim_(h→0) (f(x + h) − f(x))/h"),
        (r"\frac{\Delta y}{\Delta x}", "Δy/Δx"),
        (r"\frac{p(x|z)}{q(z|x)}", "p(x|z)/q(z|x)"),
        (r"e^{-x^2}", "e^(−x²)"),
        (r"{x^2}^3", "(x²)³"),
        (r"W^{*}x", "W* x"),
        (r"f=\begin{cases}1&x>0\\0&x\le0\end{cases}", "f = {1, x > 0; 0, x ≤ 0"),
        (r"\begin{cases}a&b\\c&d\end{cases}+x", "{a, b; c, d} + x"),
        (r"\left\{\begin{aligned}a\\b\end{aligned}\right.x", "{a; b}x"),
        (r"1{,}000", "1,000"),
    ],
)
def test_lines(latex: str, line: str) -> None:
    assert inline(latex) == line
