"""Right and wrong fillings that people typed into holes of shipped cards."""

from __future__ import annotations

from functools import lru_cache

import pytest

from dlquiz import bank
from dlquiz.cards import Card, Cloze
from dlquiz.grading.cloze.holes import fits

FILLINGS: list[tuple[str, int, list[str], list[str]]] = [
    ("exponential-decay-formula", 1, ["e**(-kt)", "exp{-kt}", "1/e^{kt}", "e^(-tk)", "e^-k*t"], ["e^{kt}", "kt"]),
    (
        "exponential-decay-formula",
        2,
        ["0.6931/k", "0.693/k", "(1/k)ln2", "-ln(0.5)/k", "ln2/k"],
        ["ln(2k)", "1/k", "0.5/k"],
    ),
    (
        "self-cross-attention",
        3,
        ["previous decoder layer", "上一层解码器", "decoder states", "target sequence", "解码器"],
        ["encoder", "编码器"],
    ),
    (
        "self-cross-attention",
        4,
        ["encoder states", "encoder hidden states", "memory", "source sequence", "编码器"],
        ["decoder", "解码器"],
    ),
    ("leaky-relu-formula", 1, ["αx", "αz", "z*α", "alpha × z", "zα", "0.01z"], ["z/α", "-αz", "α"]),
    ("gru-equations", 2, ["z(t)", "z_t", "zt"], ["1-z_t", "r_t"]),
    ("gru-equations", 3, ["three-fourths", "3/4", "75%", "0.75"], ["4/3", "2/3"]),
    (
        "batch-norm-conv-axes",
        1,
        [
            "H, W, N",
            "N,W,H",
            "N, H and W",
            "N H 和 W",
            "N、H 和 W",
            "N×H×W",
            "B,H,W",
            "[0,2,3]",
            "0 2 3",
            "0、2、3",
            "dim=(0,2,3)",
            "batch and spatial",
            "batch, height, width",
            "批和空间",
            "批和空间位置",
            "批次、高、宽",
            "all but C",
            "除 C 外",
        ],
        ["C, H, W", "H, W", "N, C, H", "1,2,3"],
    ),
    ("batch-norm-conv-axes", 2, ["number of channels", "通道数", "C 个", "one per channel", "c"], ["N", "H"]),
    (
        "triplet-formula",
        1,
        [
            "max(d_ap + m - d_an, 0)",
            "max(m + d_ap - d_an, 0)",
            "max(0, m - d_an + d_ap)",
            "max(0, m-(d_an-d_ap))",
            "[m+d_ap-d_an]_+",
            "(d_ap-d_an+m)_+",
            "relu(m+d_ap-d_an)",
            "max{0, d_ap-d_an+m}",
        ],
        ["max(0,d_an-d_ap+m)", "d_ap-d_an+m", "max(0,d_ap-d_an-m)"],
    ),
    (
        "l1-zero-condition",
        1,
        [
            "|dL(0)/dw|",
            "|L'(w=0)|",
            "|∂L/∂w(0)|",
            "|dL/dw|_{w=0}",
            "|∇L(0)|",
            "\\lvert L'(0)\\rvert",
            "|L^{\\prime}(0)|",
        ],
        ["L'(0)", "|L(0)|", "|L''(0)|"],
    ),
    (
        "residual-jacobian",
        1,
        [
            "I + ∂F(x)/∂x",
            "I + \\frac{\\partial F(x)}{\\partial x}",
            "I + dF(x)/dx",
            "1 + dF(x)/dx",
            "F'(x)+I",
            "F'(x)+1",
            "I + F′(x)",
            "I + J_F(x)",
            "J_F + I",
            "I + ∇F",
            "E + ∂F/∂x",
        ],
        ["∂F/∂x", "I", "I - F'(x)"],
    ),
    (
        "noam-schedule-formula",
        1,
        [
            "step_num^{-0.5}",
            "1/\\sqrt{step}",
            "t^-0.5",
            "step**(-0.5)",
            "1/step^0.5",
            "sqrt(1/step)",
            "steps^-0.5",
            "step^(-.5)",
        ],
        ["step^0.5", "warmup^-0.5", "1/step"],
    ),
    (
        "noam-schedule-formula",
        2,
        [
            "warmup_steps^{-1.5}",
            "warmup^{-3/2}",
            "warmup^-3/2",
            "1/warmup^1.5",
            "\\frac{1}{warmup^{1.5}}",
            "warmup**(-1.5)",
            "4000^(-1.5)",
            "1/(warmup*sqrt(warmup))",
        ],
        ["warmup^1.5", "step^-1.5", "1/warmup"],
    ),
    ("norm-axes-four", 1, ["W, H, C", "CHW", "1,2,3", "C、H 和 W", "(C, H, W)"], ["H, W", "N, H, W"]),
    ("norm-axes-four", 2, ["W, H", "HW", "2,3", "H 和 W"], ["C, H, W", "H", "N, H"]),
    ("group-norm-code", 2, ["(-1,-2,-3)", "(4,3,2)", "2, 3, 4"], ["(1,2,3)", "(2,3)"]),
    ("group-norm-code", 3, ["N, -1, H, W", "-1, C, H, W", "[N, C, H, W]"], ["N, G, H, W", "C, N, H, W"]),
    ("luong-scores", 1, ["general", "General"], ["multiplicative", "dot", "concat"]),
    ("luong-scores", 2, ["concat", "concatenation", "拼接"], ["additive", "加性", "general"]),
    ("alexnet-relu-six-times", 1, ["ReLUs", "relu", "ReLU"], ["tanh", "sigmoid"]),
    ("alexnet-relu-six-times", 2, ["6x", "6×", "six", "6 times"], ["4", "60"]),
    ("batch-norm-formula", 1, ["E[x]", "μ", "mean", "mu_B"], ["σ", "variance"]),
    ("batch-norm-formula", 2, ["σ²_B", "σ^2_B", "\\sigma^2_B", "Var[x]", "方差"], ["σ_B", "mean"]),
    ("batch-norm-formula", 3, ["\\varepsilon", "eps", "ε"], ["γ", "0"]),
    ("batch-norm-formula", 4, ["scale", "γ", "gamma", "缩放"], ["β", "shift"]),
    ("sigmoid-range-and-slope", 1, ["0<a<1", "open interval (0,1)", "开区间(0,1)", "(0,1)"], ["[0,1]", "(-1,1)"]),
    ("tanh-range-and-slope", 1, ["-1<a<1", "(-1, +1)", "open interval (-1,1)", "开区间(-1,1)"], ["[-1,1]", "(0,1)"]),
    ("sigmoid-range-and-slope", 2, ["a×(1-a)", "a-a**2"], ["1-a^2", "a(a-1)"]),
    ("tanh-range-and-slope", 2, ["(1-a)*(1+a)", "(1+a)*(1-a)"], ["a(1-a)", "1-a"]),
    ("sigmoid-range-and-slope", 4, ["quarter", "one quarter", "1/4"], ["1/2", "4"]),
    ("densenet-terms", 1, ["生长率", "成长率", "growth rate"], ["learning rate"]),
    ("densenet-terms", 2, ["transition layer", "过渡层", "transition"], ["dense", "pooling"]),
    ("scaled-dot-product-formula", 1, ["Q K transposed", "QK^T", "Q乘K的转置"], ["QK", "KQ^T"]),
    ("scaled-dot-product-formula", 2, ["root of d_k", "√dk", "sqrt(d_k)"], ["d_k", "1/sqrt(d_k)"]),
    ("delta-definition", 1, ["∂L/∂z_j^l", "dE/dz_j^l", "dC/dz^l_j"], ["∂C/∂a_j^l", "dz_j^l/dC"]),
]


@lru_cache(maxsize=1)
def shipped() -> dict[str, Card]:
    return {card.id: card for card in bank.load([bank.shipped_questions()])[0]}


@pytest.mark.parametrize(("card", "number", "right", "wrong"), FILLINGS, ids=lambda one: str(one)[:30])
def test_fillings_of_shipped_cards(card: str, number: int, right: list[str], wrong: list[str]) -> None:
    body = shipped()[card].body
    assert isinstance(body, Cloze)
    question = shipped()[card].question
    text = f"{question.en}\n{question.zh}"
    refused = [one for one in right if not fits(one, body.holes[number - 1], text, number=number)]
    accepted = [one for one in wrong if fits(one, body.holes[number - 1], text, number=number)]
    assert (refused, accepted) == ([], [])


def test_answer_of_another_hole_does_not_fit() -> None:
    """But for equal values and what a card accepts on purpose."""
    allowed = {("leaky-relu-formula", 3), ("pooling-window-typical", 3), ("inverted-dropout-formula", 1)}
    allowed |= {("inverted-dropout-formula", 2)}
    fitting = set()
    for card in shipped().values():
        if isinstance(card.body, Cloze):
            text = f"{card.question.en}\n{card.question.zh}"
            for number, hole in enumerate(card.body.holes, 1):
                others = {other.answer for other in card.body.holes} - {hole.answer}
                if any(fits(other, hole, text, number=number) for other in others):
                    fitting.add((card.id, number))
    assert fitting <= allowed
