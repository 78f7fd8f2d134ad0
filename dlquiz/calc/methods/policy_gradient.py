"""Advantages and objectives of policy gradients: GAE, PPO, GRPO, RLOO, GSPO, KL estimators, best of n."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Exact, Number, Share, count, positive, real, same_length, several
from dlquiz.calc.layers.arguments import choice, whole


def gae(
    *,
    rewards: Sequence[Number],
    values: Sequence[Number],
    last_value: Number = 0,
    gamma: Share = 1,
    gae_lambda: Share = 0.95,
) -> Calculation:
    """Generalised advantage estimation, backwards from the last step (Schulman et al. 2016, arXiv:1506.02438).

    `last_value` is the value of the state after the last step, 0 where the episode ends.

    >>> round(float(gae(rewards=(0, 0, 1), values=(0.2, 0.5, 0.7)).ask("advantage_1")), 5)
    0.76075
    """
    gains, states = (several(one, name, most=20) for one, name in ((rewards, "rewards"), (values, "values")))
    same_length(gains, states, "rewards and values")
    g, decay = real(gamma, "gamma", low=0, high=1), real(gae_lambda, "gae_lambda", low=0, high=1)
    after = (*states[1:], real(last_value, "last_value"))
    deltas = [reward + g * then - value for reward, then, value in zip(gains, after, states, strict=True)]
    lines = [
        WorkingLine(f"delta_{place}", "r + g * w - v", {"r": reward, "g": g, "w": then, "v": value}, "", "td_error")
        for place, (reward, then, value) in enumerate(zip(gains, after, states, strict=True), 1)
    ]
    following: Exact = 0
    returns = [*accumulate(reversed(deltas), lambda rest, delta: delta + g * rest)][::-1]
    for place in range(len(deltas), 0, -1):
        numbers = {"d": deltas[place - 1], "g": g, "l": decay, "a": following}
        context = numbers | {"v": states[place - 1], "m": returns[place - 1]}
        lines.append(WorkingLine(f"advantage_{place}", "d + g * l * a", numbers | context, "", "gae_advantage"))
        following = deltas[place - 1] + g * decay * following
    given = {"rewards": gains, "values": states, "last_value": after[-1], "gamma": g, "gae_lambda": decay}
    return calculated("gae", given, lines)


def ppo(*, ratio: Number, advantage: Number, clip: Share = 0.2) -> Calculation:
    """PPO's clipped objective of one action, to be maximised (Schulman et al. 2017, arXiv:1707.06347).

    >>> ppo(ratio=1.5, advantage=-1).ask("objective"), ppo(ratio=1.5, advantage=1).ask("objective")
    (Fraction(-3, 2), Fraction(6, 5))
    """
    numbers = {"r": positive(ratio, "ratio"), "A": real(advantage, "advantage")}
    clipped = numbers | {"c": real(clip, "clip", low=0, high=1)}
    lines = [
        WorkingLine("unclipped", "r * A", numbers),
        WorkingLine("clipped", "min(max(r, 1 - c), 1 + c) * A", clipped),
        WorkingLine("objective", "min(r * A, min(max(r, 1 - c), 1 + c) * A)", clipped, "", "ppo_objective"),
    ]
    given = {"ratio": numbers["r"], "advantage": numbers["A"], "clip": clipped["c"]}
    return calculated("ppo", given, lines)


def grpo(
    *,
    rewards: Sequence[Number] | None = None,
    right: int | None = None,
    group: int | None = None,
    deviation: str = "population",
) -> Calculation:
    """Advantages of the answers to one prompt: rewards minus their mean, over their standard deviation.

    Instead of `rewards`, `right` answers of a `group` with reward 1, the others with 0. The deviation is that of the
    population (Shao et al. 2024, arXiv:2402.03300), of a sample as torch computes it, or none (Dr. GRPO, Liu et al.
    2025, arXiv:2503.20783).

    >>> grpo(rewards=(1, 0, 0, 1)).ask("advantage_1"), round(grpo(right=2, group=8).ask("advantage_right"), 3)
    (1.0, 1.732)
    """
    answers, asked = _answers(rewards, right, group)
    kind = choice(deviation, "deviation", ("population", "sample", "none"))
    n, total = len(answers), sum(answers)
    mean = WorkingLine("mean", "S / n", {"S": total, "n": n})
    squares = sum((one - Fraction(total) / n) ** 2 for one in answers)
    spread = {"q": squares, "n": n}
    lines = [mean]
    if kind != "none" and squares:
        lines.append(WorkingLine("deviation", "sqrt(q / n)" if kind == "population" else "sqrt(q / (n - 1))", spread))
    for name, reward in asked.items():
        numbers = {"r": reward, "S": total, "n": n}
        if kind == "none" or not squares:
            lines.append(WorkingLine(name, "r - S / n", numbers))
        elif kind == "population":
            lines.append(WorkingLine(name, "(r - S / n) / sqrt(q / n)", numbers | spread, "", "grpo_advantage"))
        else:
            formula = "(r - S / n) / sqrt(q / (n - 1))"
            lines.append(WorkingLine(name, formula, numbers | spread, "", "grpo_sample_advantage"))
    return calculated("grpo", {"rewards": rewards, "right": right, "group": group, "deviation": kind}, lines)


def rloo(*, rewards: Sequence[Number] | None = None, right: int | None = None, group: int | None = None) -> Calculation:
    """Advantages by the mean reward of the other answers to the prompt (Ahmadian et al. 2024, arXiv:2402.14740).

    >>> rloo(right=2, group=8).ask("advantage_right")
    Fraction(6, 7)
    """
    answers, asked = _answers(rewards, right, group)
    lines = [
        WorkingLine(
            name, "r - (S - r) / (n - 1)", {"r": reward, "S": sum(answers), "n": len(answers)}, "", "rloo_advantage"
        )
        for name, reward in asked.items()
    ]
    return calculated("rloo", {"rewards": rewards, "right": right, "group": group}, lines)


def _answers(
    rewards: Sequence[Number] | None, right: int | None, group: int | None
) -> tuple[tuple[Exact, ...], dict[str, Exact]]:
    """The rewards of the group, and by name those whose advantage is asked."""
    if rewards is not None:
        answers = several(rewards, "rewards", 2, 64)
        return answers, {f"advantage_{place}": reward for place, reward in enumerate(answers, 1)}
    if right is None or group is None:
        raise CalcError("the rewards are missing", fix="give rewards, or right and group")
    n = count(group, "group", 2, 1000)
    k = count(right, "right", 0, n)
    return (1,) * k + (0,) * (n - k), {"advantage_right": 1, "advantage_wrong": 0}


def gspo(*, new: Number, old: Number, tokens: int) -> Calculation:
    """GSPO's importance ratio of an answer: the geometric mean over its tokens (Zheng et al. 2025, arXiv:2507.18071).

    >>> round(gspo(new=-95, old=-100, tokens=50).ask("ratio"), 3)
    1.105
    """
    numbers = {"p": real(new, "new", high=0), "q": real(old, "old", high=0), "n": whole(tokens, "tokens")}
    lines = [WorkingLine("ratio", "exp((p - q) / n)", numbers, "", "sequence_ratio")]
    return calculated("gspo", {"new": numbers["p"], "old": numbers["q"], "tokens": numbers["n"]}, lines)


def kl_estimators(*, policy: Number, reference: Number) -> Calculation:
    """Estimates k1, k2, k3 of KL(policy ‖ reference) from one token's log-probabilities (Schulman 2020).

    >>> found = kl_estimators(policy=-1, reference=-1.5)
    >>> found.ask("k1"), found.ask("k2"), round(found.ask("k3"), 4)
    (Fraction(1, 2), Fraction(1, 8), 0.1065)
    """
    numbers = {"p": real(policy, "policy", low=-500, high=0), "q": real(reference, "reference", low=-500, high=0)}
    lines = [
        WorkingLine("k1", "p - q", numbers, "", "kl_first"),
        WorkingLine("k2", "(p - q) ** 2 / 2", numbers, "", "kl_second"),
        WorkingLine("k3", "exp(q - p) - 1 + p - q", numbers, "", "kl_third"),
    ]
    return calculated("kl_estimators", {"policy": numbers["p"], "reference": numbers["q"]}, lines)


def best_of_n(*, samples: int) -> Calculation:
    """The largest KL divergence from the model, in nats, and win rate that choosing the best of n samples can have.

    `win_rate` is in per cent, against one more sample by the same reward. Both are bounds, close to the truth where no
    single answer is likely (Beirami et al. 2024, arXiv:2401.01879).

    >>> round(best_of_n(samples=16).ask("divergence"), 3)
    1.835
    """
    numbers = {"n": whole(samples, "samples")}
    lines = [
        WorkingLine("divergence", "log(n) - (n - 1) / n", numbers, "", "best_of_n_divergence"),
        WorkingLine("win_rate", "100 * n / (n + 1)", numbers, "%", "best_of_n_win_rate"),
    ]
    return calculated("best_of_n", {"samples": numbers["n"]}, lines)
