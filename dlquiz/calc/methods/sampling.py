"""From scores to probabilities: softmax, the filters of sampling, penalties, online softmax, entropy."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from math import exp
from typing import NamedTuple

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated, formula_value
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import (
    Exact,
    Number,
    Share,
    count,
    number_text,
    operand,
    positive,
    real,
    same_length,
    several,
    share,
)
from dlquiz.calc.layers.arguments import whole


def softmax(*, logits: Sequence[Number], temperature: Number = 1) -> Calculation:
    """Probabilities p1, p2, … of logits at a temperature.

    >>> [round(softmax(logits=(2, 1, 0), temperature=0.5).ask(name), 3) for name in ("p1", "p2", "p3")]
    [0.867, 0.117, 0.016]
    """
    read, t = several(logits, "logits", 2), positive(temperature, "temperature")
    if len(read) > 20 or any(not -600 <= one / t <= 600 for one in read):
        raise CalcError("the logits are too many or too large", fix="use up to 20 logits, below 600 when divided by T")
    total = " + ".join(f"exp({operand(one)} / T)" for one in read)
    sums = float(formula_value(total.replace("T", f"({t})")))
    lines = [WorkingLine("sum", total, {"T": t})]
    for place, one in enumerate(read, 1):
        numbers = {"x": one, "T": t, "S": sums, "count": len(read), "all": sum(map(float, read))}
        numbers |= {"plain": _against(one, read, 1), "multiplied": _against(one, read, t)}
        lines.append(WorkingLine(f"p{place}", "exp(x / T) / S", numbers, "", "softmax" if t != 1 else "softmax_plain"))
    return calculated("softmax", {"logits": read, "temperature": t}, lines)


def _against(one: Exact, logits: Sequence[Exact], factor: Exact) -> float:
    """The exponentials of all logits over that of one, each logit multiplied by the factor: its share turned over."""
    return sum(exp(min((other - one) * factor, 500)) for other in logits)


def sampling(
    *,
    logits: Sequence[Number] | None = None,
    probabilities: Sequence[Number] | None = None,
    temperature: Number = 1,
    top_k: int | None = None,
    top_p: Share | None = None,
    min_p: Share | None = None,
) -> Calculation:
    """The distribution that a token is drawn from: temperature, then top-k, top-p, min-p, then renormalised.

    `kept` counts the tokens left, `mass` is their share before; p1, p2, … follow the order given, 0 where cut. Top-p
    keeps the token that crosses the threshold (Holtzman et al. 2020, arXiv:1904.09751), min-p what has at least that
    share of the largest probability (Nguyen et al. 2024, arXiv:2407.01082).

    >>> found = sampling(probabilities=(0.609, 0.224, 0.136, 0.031), top_p=0.9)
    >>> found.ask("kept"), round(float(found.ask("p1")), 4)
    (3, 0.6285)
    """
    filters = SamplingFilters(
        None if top_k is None else whole(top_k, "top_k"),
        None if top_p is None else share(top_p, "top_p"),
        None if min_p is None else share(min_p, "min_p"),
    )
    t = positive(temperature, "temperature")
    before = _untempered(logits, probabilities)
    shares = _tempered(before, t)
    kept, unsharpened = filters.kept(shares), filters.kept(before)
    crossing = filters.crossing(shares)
    mass = sum(shares[place] for place in kept)
    others = mass - shares[crossing] if crossing is not None else mass
    counts = {"k": len(kept), "u": len(unsharpened), "n": len(shares), "c": int(crossing is not None)}
    lines = [
        WorkingLine("kept", str(filters), counts, "", "sampling_kept", value=len(kept)),
        WorkingLine("mass", "sum(p)", {"p": tuple(shares[place] for place in kept)}),
    ]
    late = sum(shares[place] for place in unsharpened)
    for place, one in enumerate(shares):
        numbers = {"x": one, "M": mass, "R": others, "U": late}
        context = "sampling_probability" if place in kept and place != crossing and place in unsharpened else ""
        formula = "x / M" if place in kept else "0"
        lines.append(WorkingLine(f"p{place + 1}", formula, numbers if place in kept else {}, "", context))
    given = {
        "logits": logits,
        "probabilities": probabilities,
        "temperature": t,
        "top_k": filters.top_k,
        "top_p": filters.top_p,
        "min_p": filters.min_p,
    }
    return calculated("sampling", given, lines)


class SamplingFilters(NamedTuple):
    """Which tokens may be drawn; None where a filter is off."""

    top_k: int | None
    top_p: Exact | None
    min_p: Exact | None

    def kept(self, shares: Sequence[Number]) -> list[int]:
        """The places of the tokens left, the likeliest first."""
        ranked = sorted(range(len(shares)), key=lambda place: -shares[place])[: self.top_k]
        if self.top_p is not None:
            ranked = ranked[: self._crossing(ranked, shares) + 1]
        if self.min_p is not None:
            least = self.min_p * shares[ranked[0]]
            ranked = [place for place in ranked if shares[place] >= least]
        return ranked

    def _crossing(self, ranked: Sequence[int], shares: Sequence[Number]) -> int:
        """Where the sum of the shares of the ranked, renormalised, first comes to top-p."""
        total = sum(shares[place] for place in ranked)
        sums = accumulate(shares[place] for place in ranked)
        last = len(ranked) - 1
        return next((at for at, one in enumerate(sums) if one >= (self.top_p or 1) * total), last)

    def crossing(self, shares: Sequence[Number]) -> int | None:
        """The token that brings the sum to top-p, where it is not the only one left."""
        kept = self.kept(shares)
        return kept[-1] if self.top_p is not None and self.min_p is None and len(kept) > 1 else None

    def __str__(self) -> str:
        named = {"top_k": self.top_k, "top_p": self.top_p, "min_p": self.min_p}
        used = ", ".join(f"{name} {number_text(value)}" for name, value in named.items() if value is not None)
        return f"count({used})" if used else "n"


def _untempered(logits: Sequence[Number] | None, probabilities: Sequence[Number] | None) -> tuple[Number, ...]:
    """The probabilities at temperature 1."""
    if logits is not None:
        read = several(logits, "logits", 2, 20)
        if any(not -300 <= one <= 300 for one in read):
            raise CalcError("the logits are too large", fix="use logits from -300 to 300")
        powers = [exp(one) for one in read]
        return tuple(one / sum(powers) for one in powers)
    if probabilities is None:
        raise CalcError("the logits are missing", fix="give logits or probabilities")
    return distribution(probabilities)


def distribution(probabilities: Sequence[Number]) -> tuple[Exact, ...]:
    """Shares that come to 1, as far as their decimals were rounded.

    >>> distribution((0.5, 0.25, 0.25))
    (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4))
    """
    read = several(probabilities, "probabilities", 2, 20)
    if any(one < 0 for one in read) or not 0.98 <= sum(read) <= 1.02:
        raise CalcError("the probabilities do not come to 1", fix="give shares such as 0.5, 0.25, 0.25")
    return read


def _tempered(probabilities: tuple[Number, ...], temperature: Exact) -> tuple[Number, ...]:
    if temperature == 1:
        return probabilities
    if temperature < Fraction(1, 100):
        raise CalcError(f"temperature is {number_text(temperature)}", fix="use a number from 0.01")
    powers = [float(one) ** (1 / float(temperature)) for one in probabilities]
    return tuple(one / sum(powers) for one in powers)


def logit_penalty(
    *, logit: Number, repetition: Number = 1, count: int = 1, frequency: Number = 0, presence: Number = 0
) -> Calculation:
    """A logit of a token that has occurred `count` times, after the penalties on repeating it.

    `repetition` divides the logit (Keskar et al. 2019, arXiv:1909.05858), but multiplies a negative one, as
    transformers does, so that it falls too; `frequency` is subtracted for each occurrence, `presence` once, as OpenAI's
    API defines them.

    >>> logit_penalty(logit=-1.5, repetition=1.2).ask("penalised")
    Fraction(-9, 5)
    >>> logit_penalty(logit=3, count=2, frequency=0.5).ask("penalised")
    2
    """
    numbers = {"z": real(logit, "logit"), "r": positive(repetition, "repetition")}
    additive = {
        "c": whole(count, "count", 0),
        "f": real(frequency, "frequency", -10, 10),
        "h": real(presence, "presence", -10, 10),
    }
    given = {
        "logit": numbers["z"],
        "repetition": numbers["r"],
        "count": additive["c"],
        "frequency": additive["f"],
        "presence": additive["h"],
    }
    if numbers["r"] != 1 and (additive["f"] or additive["h"]):
        raise CalcError("both kinds of penalty are given", fix="give a repetition penalty, or frequency and presence")
    if numbers["r"] != 1 or not (additive["f"] or additive["h"]):
        formula = "z / r" if numbers["z"] > 0 else "z * r"
        lines = [WorkingLine("penalised", formula, numbers, "", "repetition_penalty")]
    else:
        formula = "z - c * f - h" if additive["c"] else "z"
        lines = [WorkingLine("penalised", formula, {"z": numbers["z"]} | additive, "", "additive_penalty")]
    return calculated("logit_penalty", given, lines)


def online_softmax(*, scores: Sequence[Number], values: Sequence[Number], block: int | None = None) -> Calculation:
    """Attention over two blocks of keys, merged by their maxima and sums (Milakov & Gimelshein 2018, arXiv:1805.02867).

    Of each block and of the whole: the largest score, the sum of exponentials relative to it, the output so far. The
    first block holds `block` scores, half of them unless given.

    >>> found = online_softmax(scores=(1, 3, 2, 5), values=(10, 20, 30, 40))
    >>> round(found.ask("sum"), 4), round(found.ask("output"), 2)
    (1.2034, 36.88)
    """
    read, read_values = (several(one, name, 2, 20) for one, name in ((scores, "scores"), (values, "values")))
    same_length(read, read_values, "scores and values")
    if max(read) - min(read) > 300:
        raise CalcError("the scores are too far apart", fix="use scores within 300 of each other")
    size = count(len(read) // 2 if block is None else block, "block", 1, len(read) - 1)
    lines: list[WorkingLine] = []
    merged: dict[str, Number] = {"v": sum(read_values) / Fraction(len(read_values))}
    for place, part in enumerate((slice(0, size), slice(size, None)), 1):
        largest = max(read[part])
        total = " + ".join(f"exp({operand(one - largest)})" for one in read[part])
        weighted = " + ".join(
            f"exp({operand(one - largest)}) * {operand(value)}"
            for one, value in zip(read[part], read_values[part], strict=True)
        )
        lines += [
            WorkingLine(f"max_{place}", "max(s)", {"s": read[part]}),
            WorkingLine(f"sum_{place}", total, {}),
            WorkingLine(f"output_{place}", f"({weighted}) / ({total})", {}),
        ]
        merged |= {
            f"m{place}": largest,
            f"l{place}": formula_value(total),
            f"o{place}": formula_value(lines[-1].formula),
        }
    merged["m"] = max(read)
    sums = {name: merged[name] for name in ("l1", "m1", "l2", "m2", "m")}
    rescaled = "l1 * exp(m1 - m) + l2 * exp(m2 - m)"
    output = f"(l1 * exp(m1 - m) * o1 + l2 * exp(m2 - m) * o2) / ({rescaled})"
    lines += [
        WorkingLine("max", "max(m1, m2)", {name: merged[name] for name in ("m1", "m2")}),
        WorkingLine("sum", rescaled, sums, "", "online_softmax_sum"),
        WorkingLine("output", output, merged, "", "online_softmax_output"),
    ]
    return calculated("online_softmax", {"scores": read, "values": read_values, "block": size}, lines)


def entropy(*, probabilities: Sequence[Number]) -> Calculation:
    """Entropy of a distribution in bits and nats, and its perplexity: the number of equally likely outcomes.

    >>> entropy(probabilities=(0.5, 0.25, 0.25)).ask("bits")
    1.5
    """
    read = distribution(probabilities)
    positives = [one for one in read if one]
    bits = " + ".join(f"{operand(one)} * log2(1 / {operand(one)})" for one in positives)
    numbers = {"H": formula_value(bits), "n": len(read)}
    lines = [
        WorkingLine("bits", bits, numbers, "bit"),
        WorkingLine("bits", "H", numbers, "bit", "entropy_bits"),
        WorkingLine("nats", "H * log(2)", numbers),
        WorkingLine("perplexity", "2 ** H", numbers),
    ]
    return calculated("entropy", {"probabilities": read}, lines)


def speculative_acceptance(*, target: Sequence[Number], draft: Sequence[Number]) -> Calculation:
    """How probably a drafted token is accepted, and what is drawn from after a rejection (arXiv:2211.17192).

    `residual_1`, … are the probabilities max(0, target − draft), renormalised.

    >>> found = speculative_acceptance(target=(0.5, 0.3, 0.2), draft=(0.4, 0.4, 0.2))
    >>> found.ask("acceptance"), [found.ask(f"residual_{place}") for place in (1, 2, 3)]
    (Fraction(9, 10), [1, 0, 0])
    """
    p, q = distribution(target), distribution(draft)
    same_length(p, q, "target and draft")
    pairs = list(zip(p, q, strict=True))
    left = [max(one - other, 0) for one, other in pairs]
    rest = sum(left, Fraction(0))
    numbers = {
        "x": sum((min(pair) for pair in pairs), Fraction(0)),
        "y": sum((one * other for one, other in pairs), Fraction(0)),
        "z": sum((one for one, other in pairs if one < other), Fraction(0)),
        "d": sum((max(one - other, other - one) for one, other in pairs), Fraction(0)),
    }
    terms = " + ".join(f"min({number_text(one)}, {number_text(other)})" for one, other in pairs)
    lines = [
        WorkingLine("acceptance", terms, {}),
        WorkingLine("acceptance", "x", numbers, "", "draft_acceptance"),
    ]
    for place, (pair, one) in enumerate(zip(pairs, left, strict=True), 1):
        if not rest:
            break
        scaled = {"p": pair[0], "q": pair[1], "R": rest}
        context = "draft_residual" if one else ""
        lines.append(WorkingLine(f"residual_{place}", "max(0, p - q) / R", scaled, "", context))
    return calculated("speculative_acceptance", {"target": p, "draft": q}, lines)
