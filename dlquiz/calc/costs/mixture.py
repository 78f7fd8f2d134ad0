"""Mixtures of experts: how evenly tokens are routed, what an expert takes, what a batch reads and sends."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import exp, log

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Dtype, Number, bytes_of, count, operand, positive, same_length, several
from dlquiz.calc.layers.arguments import whole


def expert_balance(*, fractions: Sequence[Number], probabilities: Sequence[Number]) -> Calculation:
    """The load-balancing loss without its coefficient: E Σ f_i P_i, 1 when all is even (Fedus et al. 2021).

    `fractions` of the tokens that each expert gets, `probabilities` the router's means (arXiv:2101.03961).

    >>> expert_balance(fractions=(0.5, 0.25, 0.125, 0.125), probabilities=(0.4, 0.3, 0.2, 0.1)).ask("loss")
    Fraction(5, 4)
    """
    f, p = (several(one, name, 2, 64) for one, name in ((fractions, "fractions"), (probabilities, "probabilities")))
    same_length(f, p, "fractions and probabilities")
    if min(*f, *p) < 0:
        raise CalcError("a share is below 0", fix="give shares such as 0.5, 0.25, 0.25")
    numbers = {
        "n": len(f),
        "x": sum((one * other for one, other in zip(f, p, strict=True)), Fraction(0)),
        "y": sum((one * one for one in f), Fraction(0)),
    }
    terms = " + ".join(f"{operand(one)} * {operand(other)}" for one, other in zip(f, p, strict=True))
    lines = [
        WorkingLine("loss", f"n * ({terms})", {"n": len(f)}),
        WorkingLine("loss", "n * x", numbers, "", "expert_balance"),
    ]
    return calculated("expert_balance", {"fractions": f, "probabilities": p}, lines)


def expert_capacity(
    *,
    tokens: int,
    experts: int,
    chosen: int = 1,
    factor: Number = 1,
    width: int | None = None,
    dtype: Dtype = "bf16",
) -> Calculation:
    """Tokens that an expert may take; with the model's `width`, the bytes that one dispatch sends at most.

    Lepikhin et al. 2020, arXiv:2006.16668. Implementations round the capacity up.

    >>> expert_capacity(tokens=4096, experts=8, chosen=2, factor=1.25).ask("capacity")
    1280
    """
    n = whole(experts, "experts")
    numbers = {
        "T": whole(tokens, "tokens"),
        "E": n,
        "k": count(chosen, "chosen", 1, n),
        "c": positive(factor, "factor"),
    }
    lines = [WorkingLine("capacity", "T * k / E * c", numbers, "", "expert_capacity")]
    given: dict[str, object] = {
        "tokens": numbers["T"],
        "experts": n,
        "chosen": numbers["k"],
        "factor": numbers["c"],
        "width": width,
    }
    if width is not None:
        sent = {"T": numbers["T"], "k": numbers["k"], "d": whole(width, "width"), "w": bytes_of(dtype)}
        lines.append(WorkingLine("dispatch", "T * k * d * w", sent, "B", "expert_dispatch"))
        given["dtype"] = dtype
    return calculated("expert_capacity", given, lines)


def experts_read(*, experts: int, chosen: int, tokens: int) -> Calculation:
    """Different experts that a batch of tokens reads on average, routed evenly and independently.

    >>> round(float(experts_read(experts=256, chosen=8, tokens=32).ask("experts")), 1)
    163.3
    """
    n = whole(experts, "experts")
    numbers = {"E": n, "k": count(chosen, "chosen", 1, n), "B": count(tokens, "tokens", 1, 100_000)}
    lines = [WorkingLine("experts", "E * (1 - (1 - k / E) ** B)", numbers, "", "experts_read")]
    return calculated("experts_read", {"experts_per_layer": n, "chosen": numbers["k"], "tokens": numbers["B"]}, lines)


def router_z_loss(*, logits: Sequence[Number]) -> Calculation:
    """The router z-loss of a token without its coefficient (Zoph et al. 2022, arXiv:2202.08906).

    >>> round(router_z_loss(logits=(2, 1, 0)).ask("loss"), 3)
    5.797
    """
    read = several(logits, "logits", 2, 20)
    if any(not -300 <= one <= 300 for one in read):
        raise CalcError("the logits are too large", fix="use logits from -300 to 300")
    total = log(sum(exp(one) for one in read))
    numbers = {"L": total, "s": sum(one * one for one in read), "m": max(read)}
    terms = " + ".join(f"exp({operand(one)})" for one in read)
    lines = [
        WorkingLine("log_sum_exp", f"log({terms})", {}),
        WorkingLine("loss", "L ** 2", numbers, "", "router_z_loss"),
    ]
    return calculated("router_z_loss", {"logits": read}, lines)
