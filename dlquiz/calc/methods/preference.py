"""Losses of preference pairs: Bradley-Terry, DPO, SimPO."""

from __future__ import annotations

from dlquiz.calc.calculation import Calculation, Exact, Number, WorkingLine, calculated, positive, real

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
        "chosen": policy["p"],
        "rejected": policy["s"],
        "reference_chosen": reference["q"],
        "reference_rejected": reference["t"],
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
