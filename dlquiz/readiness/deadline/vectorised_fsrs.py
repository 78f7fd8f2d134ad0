"""FSRS-6 on arrays of cards: the same formulas as the engine of the scheduler, thousands of cards at a time.

Source: the algorithm page of FSRS (open-spaced-repetition, FSRS-6). Stability and elapsed time are in days.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dlquiz.readiness.deadline.arrays import Floats, Integers

Weights = Sequence[float]
LEAST_STABILITY, MOST_STABILITY = 0.001, 36_500.0


def recall(weights: Weights, elapsed: Floats | Integers | float, stability: Floats | float) -> Floats:
    """The chance to recall after `elapsed` days: (1 + F·t/S)^(−w20) with F = 0.9^(−1/w20) − 1."""
    decay = weights[20]
    factor = 0.9 ** (-1 / decay) - 1
    return np.asarray((1 + factor * np.asarray(elapsed) / stability) ** -decay)


def first_memory(weights: Weights, rating: int) -> tuple[float, float]:
    """Stability and difficulty after the first answer of a card, rated 1 to 4."""
    return weights[rating - 1], _first_difficulty(weights, rating)


def after_review(
    weights: Weights, stability: Floats, difficulty: Floats, elapsed: Floats | float, rating: Integers | int
) -> tuple[Floats, Floats]:
    """Stability and difficulty after an answer `elapsed` whole days after the last one; 0 is the same day."""
    s, d, t, g = np.broadcast_arrays(stability, difficulty, elapsed, rating)
    chance = recall(weights, t, s)
    new = np.where(
        t == 0,
        _same_day(weights, s, g),
        np.where(g == 1, _missed(weights, s, d, chance), _passed(weights, s, d, chance, g)),
    )
    return np.clip(new, LEAST_STABILITY, MOST_STABILITY), _next_difficulty(weights, d, g)


def after_miss(weights: Weights, stability: Floats, difficulty: Floats, elapsed: Floats) -> tuple[Floats, Floats]:
    """The memory after a missed card that came back in the session and was then answered with Good."""
    return after_review(weights, *after_review(weights, stability, difficulty, elapsed, 1), 0.0, 3)


def first_miss(weights: Weights) -> tuple[float, float]:
    """The memory after a first answer rated Again, with the return in the session rated Good."""
    stability, difficulty = (np.array([value]) for value in first_memory(weights, 1))
    again = after_review(weights, stability, difficulty, 0.0, 3)
    return float(again[0][0]), float(again[1][0])


def _first_difficulty(weights: Weights, rating: int) -> float:
    return float(np.clip(weights[4] - np.exp(weights[5] * (rating - 1)) + 1, 1, 10))


def _same_day(w: Weights, s: Floats, g: Integers) -> Floats:
    growth = np.exp(w[17] * (g - 3 + w[18])) * s ** -w[19]
    return np.asarray(s * np.where(g >= 2, np.maximum(1, growth), growth))


def _missed(w: Weights, s: Floats, d: Floats, chance: Floats) -> Floats:
    relearned = w[11] * d ** -w[12] * ((s + 1) ** w[13] - 1) * np.exp(w[14] * (1 - chance))
    return np.asarray(np.minimum(relearned, s / np.exp(w[17] * w[18])))


def _passed(w: Weights, s: Floats, d: Floats, chance: Floats, g: Integers) -> Floats:
    rated = np.where(g == 2, w[15], 1.0) * np.where(g == 4, w[16], 1.0)
    return np.asarray(s * (1 + np.exp(w[8]) * (11 - d) * s ** -w[9] * (np.exp(w[10] * (1 - chance)) - 1) * rated))


def _next_difficulty(w: Weights, d: Floats, g: Integers) -> Floats:
    easy = w[4] - np.exp(w[5] * 3) + 1
    moved = d - w[6] * (g - 3) * (10 - d) / 9
    return np.asarray(np.clip(w[7] * easy + (1 - w[7]) * moved, 1, 10))
