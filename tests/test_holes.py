"""Holes: what fills them, form by form, whatever people type around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.cards import Hole, HoleForm
from dlquiz.grading.cloze.hole_numbers import fits_number
from dlquiz.grading.cloze.holes import LONGEST, fits, form_of
from dlquiz.grading.thesaurus import Thesaurus

THESAURUS = Thesaurus(
    [("layer normalisation", "layer norm", "LN", "层归一化"), ("variance", "方差"), ("false positive", "FP", "假阳性")]
)
SIGMOID = (
    "The sigmoid takes values in the interval @{1}; its derivative is $@{2}$, largest at $z=@{3}$, where it is @{4}."
)
XAVIER = r"$\mathrm{Var}(z)=@{1}\,\mathrm{Var}(w)$"
AXES = "For shape $(N,C,H,W)$ it averages over the axes @{1}, which gives @{2} means."
COST = "a self-attention layer costs O(@{1}); a recurrent layer has O(@{2}) sequential operations"

ACCEPTED = [
    # Numbers.
    (Hole("6"), "", 1, ["6", "six", "六", "6.0", "~6", "6 layers", "6层", "６", "about 6", "约6", "=6", "6."]),
    (Hole("64"), "", 1, ["256/4", "sixty-four", "64个", "六十四", "2^6", "64 channels"]),
    (Hole("128"), "", 1, ["one hundred and twenty-eight", "一百二十八", "2^7", "128张", "mini-batches of 128"]),
    (Hole("2048"), "", 1, ["2,048", "4*512", "4 × 512", "2^11", "2048维"]),
    (Hole("0.0005"), "", 1, ["5e-4", "5E-4", ".0005", "5*10^-4", "5×10⁻⁴", "0.05%", "5 x 10^(-4)"]),
    (Hole("0.25"), "", 1, ["1/4", ".25", "25%", "a quarter", "quarter", "one quarter", "四分之一"]),
    (Hole("3/4"), "", 1, ["three quarters", "three-quarters", "three-fourths", "0.75", "75%", "四分之三"]),
    (Hole("7.3"), "a top-5 error of @{1} %", 1, ["7.3", "7.3%", "7,3", "7.32", "about 7.3", "约7.3"]),
    (Hole("2015"), "proposed in @{1}", 1, ["2015", "2015年", "in 2015", "ICML 2015", "二〇一五", "the year 2015"]),
    (Hole("152"), "", 1, ["152 layers", "152层"]),
    (Hole("4"), "stride @{1}", 1, ["4x4", "4×4", "4 pixels", "four"]),
    # Formulas with words around them.
    (Hole("n"), COST, 2, ["n", "N", "O(n)", "O( n )"]),
    (Hole("n² d"), COST, 1, ["n^2 d", "O(n^2 d)", "d·n²", "n*n*d"]),
    (Hole("V"), "", 1, ["V", "v", "* V", "$V$", "the values V", "V矩阵"]),
    (Hole("m"), "input width m", 1, ["m (unchanged)", "m（不变）", "还是 m", "width m"]),
    (Hole("z"), "on the logit $z$", 1, ["the logit z", "logit z", "(z)"]),
    (Hole(r"\beta"), "", 1, ["beta (0.75)", "β", "Beta", "ß"]),
    (Hole(r"\Phi(z)"), "", 1, ["Φ(z)", "Phi(z)", "0.5(1+erf(z/sqrt(2)))"]),
    (Hole("a(1-a)"), SIGMOID, 2, ["a×(1-a)", "a-a**2", "a − a²"]),
    (Hole("1/n_{in}"), XAVIER, 1, ["Var(w)=1/n_in", "1/fan_in", "1/fan-in", "1/nin"]),
    (Hole(r"\gamma", ("scale",)), "", 1, ["gamma", "scale"]),
    (Hole(r"\mathrm{mean}(x^2)"), "", 1, ["mean of x^2", "the mean of x²"]),
    (Hole(r"\log p"), "", 1, ["log of p", "the log of p", "natural log of p"]),
    (Hole(r"W^\top"), "", 1, ["transpose of W", "the transpose of W", "W transpose"]),
    (Hole(r"\|g\|"), "", 1, ["norm of g", "the norm of g", "L2 norm of g", "g的范数"]),
    (Hole("g^2"), "", 1, ["square of g", "g squared", "g to the power of 2"]),
    (Hole("n/2"), "", 1, ["half of n", "half n", "n的一半"]),
    (Hole("1/n"), "", 1, ["one over n", "1 over n", "n分之一"]),
    (Hole(r"\max(0, p-q)"), "", 1, ["(p-q)+", "(p-q)_+", "(p-q)^+"]),
    (Hole("e^{-x}"), "", 1, ["exp of -x", "e to the minus x", "e to the power of -x"]),
    # Intervals, sets, lists, sizes.
    (Hole("(0, 1)"), SIGMOID, 1, ["(0,1)", "0<a<1", "open interval (0,1)", "开区间(0,1)", "between 0 and 1",
                                  "0 到 1 之间", "0~1", "]0,1[", "（0，1）", "0..1", "0 to 1"]),
    (Hole("(-1, 1)"), "", 1, ["-1<a<1", "(-1, +1)", "open interval (-1,1)", "开区间(-1,1)"]),
    (Hole("[0, 1]"), "", 1, ["[0;1]", "0<=g<=1", "【0，1】", "between 0 and 1 inclusive"]),
    (Hole("N, H, W", form="set"), AXES, 1, ["H, W, N", "N,W,H", "N, H and W", "N H 和 W", "N、H 和 W", "N×H×W",
                                             "NHW", "(N, H, W)"]),
    (Hole("0, 2, 3", form="set"), "", 1, ["[0,2,3]", "0 2 3", "0、2、3", "dim=(0,2,3)", "3,2,0"]),
    (Hole("N, C, H, W"), "", 1, ["N,C,H,W", "[N, C, H, W]", "(N,C,H,W)"]),
    (Hole("11×11"), "", 1, ["11x11", "11*11", "11 x 11", "11X11", "11 by 11", "(11, 11)", "11x11 conv", "11×11卷积"]),
    # Words and names.
    (Hole("variance"), "", 1, ["Variance", "the variance", "variances", "方差", "方差（variance）", "varience"]),
    (Hole("cross-entropy"), "", 1, ["cross entropy", "crossentropy", "cross-entropy loss", "cross entorpy"]),
    (Hole("layer normalisation"), "", 1, ["layer norm", "LayerNorm", "LN", "layer normalization",
                                        "层归一化", "a layer norm"]),
    (Hole("transition"), "", 1, ["transition layer", "the transition", "Transition"]),
    (Hole("batch mean"), "", 1, ["mean of the batch", "the mean of a batch", "means of the batch"]),
    (Hole("number of heads"), "", 1, ["head number", "the number of heads"]),
    (Hole("ReLU"), "", 1, ["relu", "ReLUs", "ReLU激活函数", "RELU", "the ReLU function"]),
    (Hole("CIFAR-10", form="name"), "", 1, ["cifar10", "CIFAR 10", "Cifar-10"]),
    (Hole("max pooling"), "", 1, ["maxpool", "max-pooling", "MaxPooling"]),
    (Hole("kernels", ("filters", "卷积核")), "", 1, ["kernel", "filter", "卷积核"]),
]  # fmt: skip

REFUSED = [
    (Hole("6"), "", 1, ["12", "8", "3", "60", "6 or 8", "-6", "0.6", "six or seven"]),
    (Hole("64"), "", 1, ["46", "128", "six four"]),
    (Hole("0.1"), "", 1, ["1", "0.01", "10", "1%"]),
    (Hole("7.3"), "a top-5 error of @{1} %", 1, ["6.7", "73", "7", "7.4"]),
    (Hole("0.25"), "", 1, ["25", "0.5", "1/3", "a third"]),
    (Hole("2"), r"$\tanh(x)=@{1}\,\sigma(@{2})-1$", 1, ["2x", "x"]),
    (Hole("2×2"), "", 1, ["4", "3x3", "2", "2×3", "{2,2}"]),
    (Hole("11×11"), "", 1, ["121", "7x7", "1x11", "11, 11, 3"]),
    (Hole("V"), "", 1, ["K", "Q", "V^T", "the keys K"]),
    (Hole("W"), "", 1, ["transpose of W", "W transpose", "W'", "W.T", r"W^\top", "norm of W", "half of W", "log of W"]),
    (Hole("batch mean"), "", 1, ["mean of the layer", "mean and variance of the batch", "running mean"]),
    (Hole("n"), COST, 2, ["O(1)", "n^2", "O(n^2)", "log n"]),
    (Hole("n_{in}"), "", 1, ["sqrt(n_in)", "1/n_in", "n_out"]),
    (Hole(r"QK^\top", ("QK'", "Q @ K.transpose(-2,-1)")), "", 1, ["QK", "KQ^T", "Q^T K", "QV^T"]),
    (Hole(r"pp^\top", ("outer(p,p)", "pp'")), "", 1, ["p^2", "p^T p", "p"]),
    (Hole("-p_i p_j", ("-pi pj",)), "", 1, ["p_i p_j", "-p_i^2", "0"]),
    (Hole(r"\Phi(z)", ("Phi(z)", "Φ(z)")), "", 1, ["φ(z)", "phi(z)", "z", "σ(z)"]),
    (Hole(r"-\alpha", ("-alpha", "-α")), "", 1, ["alpha", r"\alpha", "α"]),
    (Hole("(0, 1)"), SIGMOID, 1, ["[0, 1]", "{0,1}", "(-1, 1)", "(0, 1]", "0", "1"]),
    (Hole("[0, 1]"), "", 1, ["{0,1}", "[-1,1]", "(0, 1)"]),
    (Hole("N, H, W", form="set"), AXES, 1, ["N, C, H", "H, W", "N, H, W, C", "C", "N, N, H"]),
    (Hole("N, C, H, W"), "", 1, ["N,H,W,C", "C,N,H,W"]),
    (Hole("variance"), "", 1, ["bias", "variants", "偏差", "covariance", "invariance"]),
    (Hole("parameters"), "", 1, ["hyperparameters", "inputs", "超参数"]),
    (Hole("max pooling"), "", 1, ["average pooling", "pooling layer", "最大"]),
    (Hole("CIFAR-10", form="name"), "", 1, ["CIFAR-100", "ImageNet", "10"]),
    (Hole("overfitting"), "", 1, ["underfitting", "fitting"]),
    (Hole("encoder"), "", 1, ["decoder", "the decoder layer"]),
    (Hole("FP"), "", 1, ["FN", "TP", "false negatives"]),
]  # fmt: skip


def flat(table: list[tuple[Hole, str, int, list[str]]]) -> list[tuple[Hole, str, int, str]]:
    return [(hole, text, number, reply) for hole, text, number, replies in table for reply in replies]


@pytest.mark.parametrize(("hole", "text", "number", "reply"), flat(ACCEPTED), ids=lambda one: str(one)[:40])
def test_right_fillings_are_accepted_in_any_form(hole: Hole, text: str, number: int, reply: str) -> None:
    assert fits(reply, hole, text, THESAURUS, number=number)


@pytest.mark.parametrize(("hole", "text", "number", "reply"), flat(REFUSED), ids=lambda one: str(one)[:40])
def test_wrong_fillings_are_refused(hole: Hole, text: str, number: int, reply: str) -> None:
    assert not fits(reply, hole, text, THESAURUS, number=number)


@pytest.mark.parametrize(
    ("answer", "form"),
    [
        ("6", "number"), ("25%", "number"), (r"\frac12", "number"), ("a(1-a)", "formula"), (r"\alpha", "formula"),
        ("C", "formula"), ("C/G", "formula"), ("a-y", "formula"), ("xV", "formula"), (r"g_i\,\hat x_i", "formula"),
        (r"\mathrm{LN}(x+F(x))", "formula"), ("11×11", "list"), ("(0, 1)", "list"), ("N, H, W", "list"), ("FP", "word"),
        ("variance", "word"), ("feed-forward network", "word"), ("same (minority)", "word"), ("卷积核", "word"),
        ("tanh", "word"),
    ],
)  # fmt: skip
def test_form_of_an_answer(answer: str, form: HoleForm) -> None:
    assert form_of(answer) == form


def test_declared_form_holds() -> None:
    assert fits("W, H", Hole("H, W", form="set"))
    assert not fits("W, H", Hole("H, W", form="list"))
    assert not fits("tanh activation", Hole("tanh", form="name"))
    assert fits("xW_3", Hole("xV", form="formula", also={"V": ("W_3",)}))
    assert fits("1-tanh^2(z)", Hole("1-a^2", where=("a = tanh z",)))


@given(st.integers(0, 10_000))
def test_numbers_in_words_are_those_numbers(number: int) -> None:
    assert fits_number(f"{number:,}", str(number))
    assert fits_number(f"{number} layers", str(number))
    assert fits_number(f"{number}个", str(number))
    assert not fits_number(str(number + 1), str(number))


@given(st.integers(1, 9999))
def test_chinese_numerals(number: int) -> None:
    digits, units = "零一二三四五六七八九", ("", "十", "百", "千")
    text = "".join(digits[number // 10**n % 10] + units[n] * (number // 10**n % 10 > 0) for n in range(3, -1, -1))
    text = text.strip("零").replace("零零", "零").replace("零零", "零")
    assert fits_number(text, str(number)), text


@given(st.text(max_size=60), st.sampled_from(["6", "variance", r"\alpha z", "N, H, W", "(0, 1)", "2×2", r"QK^\top"]))
def test_anything_may_be_typed(reply: str, answer: str) -> None:
    assert fits(reply, Hole(answer), "a sentence with @{1} in it") in (True, False)


@given(
    st.sampled_from(
        ["6", "0.25", "variance", r"\alpha z", "N, H, W", "(0, 1)", "2×2", r"QK^\top", "feed-forward network"]
    )
)
def test_answer_fits_itself(answer: str) -> None:
    for reply in (answer, f" {answer} ", f"${answer}$", f"= {answer}"):
        assert fits(reply, Hole(answer))


def test_very_long_filling_is_refused() -> None:
    assert not fits("6" + " " * LONGEST + "6", Hole("6"))
    for filling in (
        "six " * 90,
        "(" * LONGEST,
        "," * LONGEST,
        "1/" * 190,
        "的" * 390,
        "a and " * 60,
        "x by " * 70,
        "2x" * 190,
    ):
        assert not fits(filling, Hole("6"))
        assert not fits(filling, Hole("N, H, W", form="set"))
        assert not fits(filling, Hole("variance"))


def test_a_hole_that_stands_twice_is_filled_twice() -> None:
    from dlquiz.cards import Card, Cloze, Hole, Text
    from dlquiz.kinds.view import FilledHoles, card_view

    card = Card("c", "d", Text(en="@{1} to @{2}, then @{1} and $x_{@{2}}$"), Cloze((Hole("1×1"), Hole(r"\sigma"))))
    solution = card_view(card, "en", None).solution
    assert isinstance(solution, FilledHoles)
    assert solution.text == r"1×1 to $\sigma$, then 1×1 and $x_{\sigma}$"
