"""What an evaluation reports: perplexity, pass@k, votes, calibration, Brier scores, agreement, ratings, intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import comb

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Exact, Number, Share, count, matrix, operand, positive, real, same_length, several, share
from dlquiz.calc.layers.arguments import choice, whole
from dlquiz.calc.methods.sampling import distribution


def perplexity(*, loss: Number, base: str = "e") -> Calculation:
    """Perplexity of a mean cross-entropy a token, in nats (base e) or bits (base 2).

    >>> round(perplexity(loss=2.0).ask("perplexity"), 2)
    7.39
    """
    mean = real(loss, "loss", low=0, high=500)
    formula = "exp(x)" if choice(str(base), "base", ("e", "2")) == "e" else "2 ** x"
    context = "perplexity" if formula == "exp(x)" else ""
    value = None if context or mean == int(mean) else 2 ** float(mean)
    return calculated(
        "perplexity",
        {"loss": mean, "base": base},
        [WorkingLine("perplexity", formula, {"x": mean}, "", context, value=value)],
    )


def bits_per_byte(*, loss: Number, bytes_per_token: Number) -> Calculation:
    """Bits per byte of text from a mean loss in nats a token: comparable across tokenisers.

    >>> round(bits_per_byte(loss=2, bytes_per_token=4).ask("bits_per_byte"), 3)
    0.721
    """
    numbers = {"x": real(loss, "loss", low=0, high=500), "b": positive(bytes_per_token, "bytes_per_token")}
    lines = [WorkingLine("bits_per_byte", "x / log(2) / b", numbers, "", "bits_per_byte")]
    return calculated("bits_per_byte", {"loss": numbers["x"], "bytes_per_token": numbers["b"]}, lines)


def pass_at_k(*, samples: int, correct: int, k: int) -> Calculation:
    """The unbiased estimate that one of k samples passes, and that all k pass, from n samples with c correct.

    pass@k of Chen et al. 2021 (arXiv:2107.03374), pass^k of Yao et al. 2024 (arXiv:2406.12045).

    >>> found = pass_at_k(samples=20, correct=3, k=5)
    >>> round(float(found.ask("pass_at_k")), 3), found.ask("all_pass")
    (0.601, 0)
    """
    n = count(samples, "samples", 1, 2000)
    numbers = {"n": n, "c": count(correct, "correct", 0, n), "k": count(k, "k", 1, n)}
    lines = [
        WorkingLine("pass_at_k", "1 - comb(n - c, k) / comb(n, k)", numbers, "", "pass_at_k"),
        WorkingLine("all_pass", "comb(c, k) / comb(n, k)", numbers, "", "all_pass"),
    ]
    return calculated("pass_at_k", {"samples": n, "correct": numbers["c"], "k": numbers["k"]}, lines)


def repeated_success(*, success: Share, times: int) -> Calculation:
    """The chance that all, at least one, or (of an odd number) most of independent attempts succeed.

    >>> found = repeated_success(success=0.6, times=5)
    >>> round(float(found.ask("majority")), 4), round(float(found.ask("all")), 4), round(float(found.ask("any")), 4)
    (0.6826, 0.0778, 0.9898)
    """
    p, n = real(success, "success", low=0, high=1), count(times, "times", 1, 1000)
    numbers = {"p": p, "n": n}
    lines = [
        WorkingLine("all", "p ** n", numbers, "", "all_succeed"),
        WorkingLine("any", "1 - (1 - p) ** n", numbers, "", "any_succeeds"),
    ]
    if n % 2 and n < 20:
        most = " + ".join(f"comb(n, {k}) * p ** {k} * (1 - p) ** {n - k}" for k in range(n // 2 + 1, n + 1))
        value = sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n // 2 + 1, n + 1))
        lines.append(WorkingLine("majority", most, numbers))
        lines.append(WorkingLine("majority", "m", numbers | {"m": value}, "", "majority_vote"))
    return calculated("repeated_success", {"success": p, "times": n}, lines)


def precision_at_prevalence(*, prevalence: Share, recall: Share, false_positive_rate: Share) -> Calculation:
    """Precision of a classifier where positives are rare, by Bayes' rule.

    >>> round(float(precision_at_prevalence(prevalence=0.01, recall=0.9, false_positive_rate=0.05).ask("precision")), 4)
    0.1538
    """
    numbers = {
        "q": real(prevalence, "prevalence", low=0, high=1),
        "t": real(recall, "recall", low=0, high=1),
        "f": real(false_positive_rate, "false_positive_rate", low=0, high=1),
    }
    lines = [WorkingLine("precision", "q * t / (q * t + (1 - q) * f)", numbers, "", "precision_at_prevalence")]
    given = {"prevalence": numbers["q"], "recall": numbers["t"], "false_positive_rate": numbers["f"]}
    return calculated("precision_at_prevalence", given, lines)


def calibration_error(
    *, confidences: Sequence[Number], accuracies: Sequence[Number], counts: Sequence[Number]
) -> Calculation:
    """Expected calibration error of bins: mean confidence, accuracy and number of examples of each (Guo et al. 2017).

    >>> found = calibration_error(confidences=(0.95, 0.75), accuracies=(0.9, 0.6), counts=(80, 20))
    >>> found.ask("calibration_error")
    Fraction(7, 100)
    """
    sure, right, sizes = (
        several(one, name, most=20)
        for one, name in ((confidences, "confidences"), (accuracies, "accuracies"), (counts, "counts"))
    )
    same_length(sure, right, "confidences and accuracies")
    same_length(sure, sizes, "confidences and counts")
    if any(not 0 <= one <= 1 for one in (*sure, *right)) or min(sizes) < 0 or not sum(sizes):
        raise CalcError("a bin has no confidence and accuracy from 0 to 1", fix="give shares, and counts from 0")
    signed: tuple[Exact, ...] = tuple(one - other for one, other in zip(right, sure, strict=True))
    gaps: tuple[Exact, ...] = tuple(max(one, -one) for one in signed)
    weighted = " + ".join(f"{size} * {operand(gap)}" for size, gap in zip(sizes, gaps, strict=True))
    numbers = {
        "E": _mean(gaps, sizes),
        "m": _mean(gaps, (1,) * len(gaps)),
        "x": _mean(signed, sizes),
        "h": max(gaps),
    }
    lines = [
        WorkingLine("calibration_error", f"({weighted}) / {operand(sum(sizes))}", {}),
        WorkingLine("calibration_error", "E", numbers, "", "calibration_error"),
        WorkingLine("largest_gap", "max(g)", {"g": gaps}),
    ]
    given = {"confidences": sure, "accuracies": right, "counts": sizes}
    return calculated("calibration_error", given, lines)


def _mean(values: Sequence[Exact], weights: Sequence[Exact]) -> Fraction:
    return Fraction(sum(value * weight for value, weight in zip(values, weights, strict=True))) / Fraction(sum(weights))


def brier_score(*, probabilities: Sequence[Number], outcomes: Sequence[Number]) -> Calculation:
    """The mean squared distance of probabilities from what happened, 1 or 0 (Brier 1950), and its parts (Murphy 1973).

    score = reliability − resolution + uncertainty, over the groups of equal probability.

    >>> found = brier_score(probabilities=(0.1, 0.9, 0.8, 0.3), outcomes=(0, 1, 1, 0))
    >>> found.ask("score"), found.ask("uncertainty")
    (Fraction(3, 80), Fraction(1, 4))
    """
    sure = several(probabilities, "probabilities", most=20)
    came = [count(one, "an outcome", 0, 1) for one in several(outcomes, "outcomes", most=20)]
    same_length(sure, came, "probabilities and outcomes")
    if any(not 0 <= one <= 1 for one in sure):
        raise CalcError("a probability is outside 0 to 1", fix="give probabilities, as 0.9, 0.2")
    pairs, n = tuple(zip(sure, came, strict=True)), len(sure)
    errors: list[Exact] = [one - result for one, result in pairs]
    numbers = {
        "S": _squares(errors),
        "A": sum(max(error, -error) for error in errors),
        "T": _squares([1 - one for one in sure]),
        "n": n,
    }
    squares = " + ".join(f"({operand(one)} - {result}) ** 2" for one, result in pairs)
    lines = [
        WorkingLine("score", f"({squares}) / {n}", {}),
        WorkingLine("score", "S / n", numbers, "", "brier_score"),
        *_brier_parts(pairs),
    ]
    return calculated("brier_score", {"probabilities": sure, "outcomes": tuple(came)}, lines)


def _brier_parts(pairs: Sequence[tuple[Exact, int]]) -> Iterable[WorkingLine]:
    """Reliability, resolution and uncertainty of probabilities with their outcomes."""
    n, rate = len(pairs), Fraction(sum(result for _, result in pairs), len(pairs))
    groups: dict[Exact, list[int]] = {}
    for one, result in pairs:
        groups.setdefault(one, []).append(result)
    sizes = {one: len(results) for one, results in groups.items()}
    means = {one: Fraction(sum(results), len(results)) for one, results in groups.items()}
    from_means = " + ".join(f"{sizes[one]} * ({operand(one)} - {operand(mean)}) ** 2" for one, mean in means.items())
    from_rate = " + ".join(f"{sizes[one]} * ({operand(mean)} - {operand(rate)}) ** 2" for one, mean in means.items())
    yield WorkingLine("reliability", f"({from_means}) / {n}", {})
    yield WorkingLine("resolution", f"({from_rate}) / {n}", {})
    yield WorkingLine("uncertainty", "q * (1 - q)", {"q": rate})


def _squares(values: Sequence[Exact]) -> Exact:
    return sum(value**2 for value in values)


def multi_class_brier(*, probabilities: Sequence[Sequence[Number]], classes: Sequence[Number]) -> Calculation:
    """Brier's score of several classes: squared distances summed over the classes, then the mean over the examples.

    Each row of `probabilities` is an example; `classes` are those that came true, from 1. Of two classes it is twice
    `brier_score` (Brier 1950).

    >>> rows = ((0.8, 0.1, 0.1), (0.2, 0.7, 0.1), (0.2, 0.2, 0.6))
    >>> round(float(multi_class_brier(probabilities=rows, classes=(1, 2, 3)).ask("score")), 4)
    0.1467
    """
    rows = [distribution(row) for row in matrix(probabilities, (1, 20), (2, 20), "0.8,0.1,0.1;0.2,0.7,0.1")]
    true = [count(one, "a class", 1, len(rows[0])) for one in several(classes, "classes", most=20)]
    same_length(rows, true, "rows and classes")
    targets = [[int(place == one) for place in range(1, len(rows[0]) + 1)] for one in true]
    pairs = [list(zip(row, target, strict=True)) for row, target in zip(rows, targets, strict=True)]
    errors: list[Exact] = [one - aim for row in pairs for one, aim in row]
    numbers = {
        "S": _squares(errors),
        "K": _squares([1 - one for row in pairs for one, aim in row if aim]),
        "A": sum(max(error, -error) for error in errors),
        "n": len(rows),
        "k": len(rows[0]),
    }
    squares = " + ".join(f"({operand(one)} - {aim}) ** 2" for row in pairs for one, aim in row)
    lines = [
        WorkingLine("score", f"({squares}) / {len(rows)}", {}),
        WorkingLine("score", "S / n", numbers, "", "multi_class_brier"),
    ]
    return calculated("multi_class_brier", {"classes": tuple(true), "class_count": len(rows[0])}, lines)


def kappa(*, observed: Share, expected: Share) -> Calculation:
    """Cohen's kappa: agreement beyond what chance gives (Cohen 1960).

    >>> kappa(observed=0.85, expected=0.5).ask("kappa")
    Fraction(7, 10)
    """
    numbers = {"o": real(observed, "observed", low=0, high=1), "c": real(expected, "expected", low=0, high=1)}
    if numbers["c"] == 1:
        raise CalcError("expected is 1", fix="use a number below 1: chance alone must not agree always")
    lines = [WorkingLine("kappa", "(o - c) / (1 - c)", numbers, "", "kappa")]
    return calculated("kappa", {"observed": numbers["o"], "expected": numbers["c"]}, lines)


def elo(*, difference: Number) -> Calculation:
    """The expected score of the higher rating (Elo 1978).

    >>> round(elo(difference=100).ask("score"), 3)
    0.64
    """
    numbers = {"d": real(difference, "difference", -10_000, 10_000)}
    lines = [WorkingLine("score", "1 / (1 + 10 ** (-d / 400))", numbers, "", "elo_score")]
    return calculated("elo", {"difference": numbers["d"]}, lines)


def rating_difference(*, win_rate: Share) -> Calculation:
    """The difference of two ratings that a win rate comes from: Elo's points, and Bradley and Terry's logit.

    The inverse of `elo`: 400 log10(p / (1 − p)); the rewards of a perfectly fitted reward model differ by the logit,
    ln(p / (1 − p)) (Bradley & Terry 1952).

    >>> found = rating_difference(win_rate=0.64)
    >>> round(found.ask("points")), round(found.ask("logit"), 4)
    (100, 0.5754)
    """
    numbers = {"p": share(win_rate, "win_rate")}
    if numbers["p"] == 1:
        raise CalcError("win_rate is 1", fix="use a number below 1: no difference explains winning always")
    lines = [
        WorkingLine("points", "400 * log10(p / (1 - p))", numbers, "", "elo_points"),
        WorkingLine("logit", "log(p / (1 - p))", numbers, "", "win_rate_logit"),
    ]
    return calculated("rating_difference", {"win_rate": numbers["p"]}, lines)


def confidence_interval(*, accuracy: Share, examples: int, deviations: Number = 1.96) -> Calculation:
    """Half the width of the confidence interval of an accuracy, by the normal approximation: 95 % at 1.96 deviations.

    >>> round(confidence_interval(accuracy=0.75, examples=164).ask("half_width"), 4)
    0.0663
    """
    numbers = {"a": real(accuracy, "accuracy", low=0, high=1), "n": whole(examples, "examples")}
    z = positive(deviations, "deviations")
    lines = [
        WorkingLine("standard_error", "sqrt(a * (1 - a) / n)", numbers),
        WorkingLine("half_width", "z * sqrt(a * (1 - a) / n)", numbers | {"z": z}, "", "confidence_half_width"),
    ]
    given = {"accuracy": numbers["a"], "examples": numbers["n"], "deviations": z}
    return calculated("confidence_interval", given, lines)


def brevity_penalty(*, candidate: int, reference: int) -> Calculation:
    """BLEU's factor on a candidate that is shorter than the reference, in words (Papineni et al. 2002).

    >>> round(brevity_penalty(candidate=18, reference=20).ask("penalty"), 4)
    0.8948
    """
    numbers = {"c": whole(candidate, "candidate"), "r": whole(reference, "reference")}
    formula = "exp(1 - r / c)" if numbers["c"] < numbers["r"] else "1"
    used = numbers if numbers["c"] < numbers["r"] else {}
    context = "brevity_penalty" if used else ""
    lines = [WorkingLine("penalty", formula, used, "", context)]
    return calculated("brevity_penalty", {"candidate": numbers["c"], "reference": numbers["r"]}, lines)


def token_mean(*, losses: Sequence[Number], tokens: Sequence[Number]) -> Calculation:
    """The loss of a step over micro-batches of unequal length: the mean over tokens, beside the mean of the means.

    >>> found = token_mean(losses=(4, 2), tokens=(10, 90))
    >>> found.ask("loss"), found.ask("mean_of_means")
    (Fraction(11, 5), 3)
    """
    read, sizes = (several(one, name, most=20) for one, name in ((losses, "losses"), (tokens, "tokens")))
    same_length(read, sizes, "losses and tokens")
    if min(sizes) < 0 or not sum(sizes):
        raise CalcError("there are no tokens", fix="give the tokens of each micro-batch, as 10, 90")
    numbers = {"x": _mean(read, sizes), "m": _mean(read, (1,) * len(read)), "s": sum(read)}
    every = " + ".join(map(operand, read))
    weighted = " + ".join(f"{operand(size)} * {operand(loss)}" for size, loss in zip(sizes, read, strict=True))
    lines = [
        WorkingLine("mean_of_means", f"({every}) / {len(read)}", {}),
        WorkingLine("loss", f"({weighted}) / {operand(sum(sizes))}", {}),
        WorkingLine("loss", "x", numbers, "", "token_mean"),
    ]
    return calculated("token_mean", {"losses": read, "tokens": sizes}, lines)
