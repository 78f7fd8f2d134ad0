"""The laws of wrapping, over English, Chinese and formulas mixed."""

from __future__ import annotations

import re
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps import work

from dlquiz.markup import cell_width, inline, wrap
from dlquiz.markup.wrapping import CLOSING, OPENING

WORDS = ["convolution", "layer", "a", "the", "batch-norm", "stride", "x[i]", "1:100:", "*args", "__init__", "ReLU",
         "regularisation", "O(n)", "e.g.", "state-of-the-art", "$5", "don’t"]  # fmt: skip
CHINESE = "卷积神经网络的输出特征图与感受野以及归一化"
FORMULAS = [r"\frac{a}{b}", r"x_i", r"\sum_{i=1}^{n} x_i", r"\mathrm{softmax}(z)", r"p(x \mid z)",
            r"\frac{i+2p-k}{s}+1", r"L = -\frac{1}{N}\sum_{n} y_n \log \hat y_n + \lambda \|w\|_2^2"]  # fmt: skip

word = st.sampled_from(WORDS).map(lambda text: (text, ""))
chinese = st.text(CHINESE, min_size=1, max_size=12).map(lambda text: (text, ""))
quoted = st.tuples(st.sampled_from(["（", "“", "「", "(", "《"]), st.text(CHINESE, min_size=1, max_size=5)).map(
    lambda pair: (pair[0] + pair[1] + {"（": "）", "“": "”", "「": "」", "(": ")", "《": "》"}[pair[0]], "strong")
)
stop = st.sampled_from(["，", "。", ", ", ". ", "；", "！", ": "]).map(lambda text: (text, ""))
blank = st.just((" ", ""))
formula = st.sampled_from(FORMULAS).map(lambda latex: (inline(latex), "math"))
thing = st.one_of(word, chinese, quoted, formula)
phrase = st.tuples(thing, st.one_of(stop, blank)).map(list)
mixed = st.lists(phrase, min_size=1, max_size=30).map(lambda phrases: [run for one in phrases for run in one])


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(mixed, st.integers(20, 200))
def test_laws(runs: list[tuple[str, str]], width: int) -> None:
    lines = ["".join(text for text, _ in line) for line in wrap(runs, width)]
    whole = "".join(text for text, _ in runs)
    assert squeezed("".join(lines)) == squeezed(whole), "nothing is lost or added but blanks"
    at = 0
    for line in lines:
        assert cell_width(line) <= width
        assert line[:1] not in CLOSING
        assert line[-1:] not in OPENING
        assert line == line.strip(" ")
        at = whole.index(line, at) + len(line)
    gaps = set(_ends(whole, lines))
    for match in re.finditer(r"[A-Za-z]+", whole):
        assert cell_width(match.group()) > width or not gaps & set(range(match.start() + 1, match.end()))
    for start, text in _formulas(runs):
        assert cell_width(text) > width or not gaps & set(range(start + 1, start + len(text)))


def _ends(whole: str, lines: list[str]) -> list[int]:
    """Where in the whole text the lines begin."""
    starts, at = [], 0
    for line in lines:
        at = whole.index(line, at)
        starts.append(at)
        at += len(line)
    return starts


def _formulas(runs: list[tuple[str, str]]) -> list[tuple[int, str]]:
    found, at = [], 0
    for text, style in runs:
        if style == "math":
            found.append((at, text))
        at += len(text)
    return found


@given(mixed, st.integers(20, 80))
def test_styles_stay_with_their_words(runs: list[tuple[str, str]], width: int) -> None:
    for style in ("", "math", "strong"):
        kept = "".join(text for line in wrap(runs, width) for text, one in line if one == style)
        assert squeezed(kept) == squeezed("".join(text for text, one in runs if one == style))


@given(mixed, st.integers(20, 80))
def test_lines_are_filled(runs: list[tuple[str, str]], width: int) -> None:
    """No line ends early: two neighbours never fit on one line (a cut formula may end early, before an operator)."""
    whole = [run for run in runs if run[1] != "math"]
    text = "".join(text for text, _ in whole)
    lines = ["".join(text for text, _ in line) for line in wrap(whole, width)]
    starts = [*_ends(text, lines), len(text)]
    for first, after in zip(starts, starts[2:], strict=False):
        assert len(wrap([(text[first:after], "")], width)) >= 2


def test_a_long_word_and_a_long_formula_are_cut_to_fit() -> None:
    lines = wrap([("x" * 50, "")], 20)
    assert [cell_width("".join(text for text, _ in line)) for line in lines] == [20, 20, 10]
    long = inline(r"L = \frac{a+b}{c} + \alpha + \beta + \gamma + (x + y)")
    written = ["".join(text for text, _ in line) for line in wrap([(long, "math")], 20)]
    assert [line[0] for line in written[1:]] == ["+"] * (len(written) - 1)
    assert not any("(" in line and ")" not in line for line in written)


def test_a_newline_begins_a_line() -> None:
    assert wrap([("a\nb", "")], 20) == [(("a", ""),), (("b", ""),)]


def test_combining_marks_stay_with_their_letters() -> None:
    text = "x̂ŷẑ" * 20
    for line in wrap([(text, "")], 20):
        assert not "\u0300" <= line[0][0][0] <= "\u036f"


@pytest.mark.parametrize("pattern", ["a", "ŷ", "*(", "。"])
@pytest.mark.parametrize("width", [1, 80])
def test_work_grows_with_a_text_not_with_its_square(pattern: str, width: int) -> None:
    """Texts without a blank took seconds, since all that was left of them was looked at, or copied, for each line."""
    short, long = (work(partial(wrap, [(pattern * count, "")], width)) for count in (300, 1200))
    assert long < 4.5 * short
