"""A chance whose logit is not known exactly but normal: its mean, its slope, and the likelihood of answers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dlquiz.readiness.deadline.arrays import Floats

# Gauss–Hermite quadrature with nine points: good to 0.001 for deviations up to two logits.
NODES, SHARES = np.polynomial.hermite_e.hermegauss(9)
SHARES = SHARES / SHARES.sum()


class ExpectedChance(NamedTuple):
    """The means of P and of dP/dlogit over a normal logit."""

    chance: Floats
    slope: Floats


def expected_chance(mean: Floats, variance: Floats) -> ExpectedChance:
    """Of each logit with this mean and variance.

    >>> expected_chance(np.zeros(2), np.array([0.0, 1.0])).slope.round(3).tolist()
    [0.25, 0.207]
    """
    chance = 1 / (1 + np.exp(-_points(mean, variance)))
    return ExpectedChance(chance @ SHARES, (chance * (1 - chance)) @ SHARES)


def log_likelihood(mean: Floats, variance: Floats, right: Floats, answers: Floats) -> float:
    """The expected log likelihood of so many right ones among so many answers at each logit."""
    points = _points(mean, variance)
    known, unknown = (-np.logaddexp(0, sign * points) @ SHARES for sign in (-1, 1))
    return float(right @ known + (answers - right) @ unknown)


def _points(mean: Floats, variance: Floats) -> Floats:
    return np.asarray(mean[:, None] + np.sqrt(variance)[:, None] * NODES)
