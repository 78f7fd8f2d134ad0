"""Losses of pairs: Bradley-Terry, DPO, SimPO; of a positive among negatives: InfoNCE, CLIP."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Exact, Number, operand, positive, real, several, square_matrix

# Beyond it a logistic function is 0 or 1 to every digit.
LARGEST_MARGIN = 500


def bradley_terry(*, chosen: Number, rejected: Number) -> Calculation:
    """How probably the chosen answer is preferred, by its rewards, and the loss of the reward model on the pair.

    Ouyang et al. 2022, arXiv:2203.02155.

    >>> found = bradley_terry(chosen=1.2, rejected=0.2)
    >>> round(found.ask("loss"), 3), round(found.ask("probability"), 3)
    (0.313, 0.731)
    """
    numbers = {
        "c": real(chosen, "chosen", -LARGEST_MARGIN, LARGEST_MARGIN),
        "r": real(rejected, "rejected", -LARGEST_MARGIN, LARGEST_MARGIN),
    }
    lines = [
        WorkingLine("probability", "1 / (1 + exp(r - c))", numbers, "", "preference_probability"),
        WorkingLine("loss", "log(1 + exp(r - c))", numbers, "", "preference_loss"),
    ]
    return calculated("bradley_terry", {"chosen": numbers["c"], "rejected": numbers["r"]}, lines)


def dpo(
    *, chosen: Number, rejected: Number, reference_chosen: Number, reference_rejected: Number, beta: Number = 0.1
) -> Calculation:
    """DPO's loss of a pair from the summed log-probabilities of both answers (Rafailov et al. 2023, arXiv:2305.18290).

    `weight` is the sigmoid by which the gradient of the pair is scaled.

    >>> pair = dpo(chosen=-42, rejected=-48, reference_chosen=-45, reference_rejected=-46)
    >>> round(pair.ask("loss"), 3), pair.ask("margin")
    (0.474, Fraction(1, 2))
    """
    policy = {"p": _log_probability(chosen, "chosen"), "s": _log_probability(rejected, "rejected")}
    reference = {
        "q": _log_probability(reference_chosen, "reference_chosen"),
        "t": _log_probability(reference_rejected, "reference_rejected"),
    }
    numbers = policy | reference | {"b": positive(beta, "beta")}
    chosen_numbers, rejected_numbers = ({name: numbers[name] for name in names} for names in ("bpq", "bst"))
    lines = [
        WorkingLine("chosen_reward", "b * (p - q)", chosen_numbers),
        WorkingLine("rejected_reward", "b * (s - t)", rejected_numbers),
        WorkingLine("margin", "b * ((p - q) - (s - t))", numbers, "", "dpo_margin"),
        WorkingLine("loss", "log(1 + exp(-b * ((p - q) - (s - t))))", numbers, "", "dpo_loss"),
        WorkingLine("weight", "1 / (1 + exp(b * ((p - q) - (s - t))))", numbers, "", "dpo_weight"),
    ]
    given = {
        "chosen": numbers["p"],
        "rejected": numbers["s"],
        "reference_chosen": numbers["q"],
        "reference_rejected": numbers["t"],
        "beta": numbers["b"],
    }
    return calculated("dpo", given, lines)


def simpo(*, chosen: Number, rejected: Number, beta: Number = 2, margin: Number = 1) -> Calculation:
    """SimPO's loss of a pair from the mean log-probabilities of a token (Meng et al. 2024, arXiv:2405.14734).

    >>> round(simpo(chosen=-0.8, rejected=-1.1, beta=2.5, margin=1.375).ask("loss"), 3)
    1.054
    """
    numbers = {
        "u": _log_probability(chosen, "chosen"),
        "v": _log_probability(rejected, "rejected"),
        "b": positive(beta, "beta"),
        "g": real(margin, "margin", low=0, high=LARGEST_MARGIN),
    }
    lines = [WorkingLine("loss", "log(1 + exp(g - b * (u - v)))", numbers, "", "simpo_loss")]
    given = {"chosen": numbers["u"], "rejected": numbers["v"], "beta": numbers["b"], "target_margin": numbers["g"]}
    return calculated("simpo", given, lines)


def _log_probability(value: Number, name: str) -> Exact:
    return real(value, name, high=0)


def info_nce(*, match: Number, negatives: Sequence[Number], temperature: Number = 1) -> Calculation:
    """InfoNCE of a query from its similarities to its match and to the negatives (van den Oord et al. 2018).

    `information` is what the loss certifies of the mutual information: ln N minus the loss, in nats.

    >>> round(info_nce(match=0.8, negatives=(0.6, 0.2), temperature=0.1).ask("loss"), 4)
    0.1291
    """
    p, others = real(match, "match"), several(negatives, "negatives", 1, 20)
    t = _temperature(temperature, (p, *others))
    odds = [float(one - p) for one in others]
    numbers = {
        "S": sum(exp(one / float(t)) for one in odds),
        "U": sum(map(exp, odds)),
        "X": sum(exp(one * float(t)) for one in odds),
        "n": len(others) + 1,
    }
    terms = " + ".join(f"exp(({operand(one)} - p) / t)" for one in others)
    lines = [
        WorkingLine("loss", f"log(1 + {terms})", {"p": p, "t": t}),
        WorkingLine("loss", "log(1 + S)", numbers, "", "info_nce"),
        WorkingLine("probability", "1 / (1 + S)", {"S": numbers["S"]}),
        WorkingLine("information", "log(n) - log(1 + S)", {"n": numbers["n"], "S": numbers["S"]}),
    ]
    return calculated("info_nce", {"match": p, "negatives": others, "temperature": t}, lines)


def clip_loss(*, similarities: Sequence[Sequence[Number]], temperature: Number = 0.07) -> Calculation:
    """CLIP's loss of a square matrix of cosines, pairs on the diagonal: the mean over rows and columns.

    Radford et al. 2021, arXiv:2103.00020: images are rows, texts columns, both cross-entropies are averaged.

    >>> round(clip_loss(similarities=((0.30, 0.10), (0.20, 0.25))).ask("loss"), 4)
    0.195
    """
    rows = square_matrix(similarities, 10, "0.3,0.1;0.2,0.25")
    t = _temperature(temperature, [one for row in rows for one in row])
    columns = [*zip(*rows, strict=True)]
    images, texts = (_cross_entropies(matrix, float(t)) for matrix in (rows, columns))
    numbers = {"i": images, "c": texts, "x": _cross_entropies(rows, 1 / float(t)), "u": _cross_entropies(rows, 1)}
    lines = [
        WorkingLine("image_loss", _cross_entropy_text(rows), {"t": t}),
        WorkingLine("text_loss", _cross_entropy_text(columns), {"t": t}),
        WorkingLine("loss", "(i + c) / 2", numbers, "", "clip_loss"),
    ]
    return calculated("clip_loss", {"similarities": tuple(rows), "temperature": t}, lines)


def _temperature(value: Number, scores: Sequence[Exact]) -> Exact:
    t = positive(value, "temperature")
    if (max(scores) - min(scores)) / t > 300 or (max(scores) - min(scores)) * t > 300:
        raise CalcError("the scores are too far apart", fix="use scores within 300 of each other when divided by T")
    return t


def _cross_entropies(matrix: Sequence[Sequence[Exact]], temperature: float) -> float:
    """The mean over rows of −ln softmax at the diagonal."""
    losses = [log(sum(exp(float(one - row[place]) / temperature) for one in row)) for place, row in enumerate(matrix)]
    return sum(losses) / len(losses)


def _cross_entropy_text(matrix: Sequence[Sequence[Exact]]) -> str:
    terms = [
        "log(1 + "
        + " + ".join(f"exp({operand(one - row[place])} / t)" for at, one in enumerate(row) if at != place)
        + ")"
        for place, row in enumerate(matrix)
    ]
    return f"({' + '.join(terms)}) / {len(matrix)}"


def siglip_loss(*, cosine: Number, scale: Number = 10, bias: Number = -10) -> Calculation:
    """SigLIP's loss of one pair of image and text, should they match and should they not.

    Zhai et al. 2023, arXiv:2303.15343; scale and bias are those of the start of training.

    >>> found = siglip_loss(cosine=0)
    >>> round(found.ask("positive_loss"), 3), f"{found.ask('negative_loss'):.3g}"
    (10.0, '4.54e-05')
    """
    numbers = {
        "c": real(cosine, "cosine", -1, 1),
        "t": real(scale, "scale", low=0, high=200),
        "b": real(bias, "bias", -200, 200),
    }
    lines = [
        WorkingLine("positive_loss", "log(1 + exp(-(t * c + b)))", numbers, "", "siglip_positive"),
        WorkingLine("negative_loss", "log(1 + exp(t * c + b))", numbers, "", "siglip_negative"),
    ]
    given = {"cosine": numbers["c"], "scale": numbers["t"], "bias": numbers["b"]}
    return calculated("siglip_loss", given, lines)
