"""What a person knows beforehand: the chance of a right answer to an unseen card, from first answers by deck and level.

logit P = μ + δ(deck) + λ(level), with normal priors around 0.34: decks and levels of which little was asked are shrunk
to the whole, and the whole to what it was before the first answer (a mixed-effects logistic regression: its mode by
Newton's method, the deviation of the decks by expectation-maximisation).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlquiz.readiness.deadline.arrays import Booleans, Floats, Integers

# The mean over people and decks, where the median is 30 % (assumed) and they differ by the deviations below.
BEFORE = 0.34
# Standard deviations, in logits, of the whole around `BEFORE`, of decks, and of levels: assumed, too.
WHOLE, DECKS, LEVELS = 1.0, 0.8, 0.5
# How much decks differ is learned too: `DECKS` weighs as much as so many decks.
USUAL_DECKS = 4
ROUNDS, STEPS = 5, 6


@dataclass(frozen=True)
class Groups:
    """The deck and the level of some cards, as numbers from 0."""

    deck: Integers
    level: Integers

    def take(self, places: Integers) -> Groups:
        """Those of the cards at these places."""
        return Groups(self.deck[places], self.level[places])

    def features(self, decks: int, levels: int) -> Floats:
        """One row for each card: 1 for the whole, then its deck, then its level."""
        rows, table = np.arange(len(self.deck)), np.zeros((len(self.deck), 1 + decks + levels))
        table[:, 0] = 1
        table[rows, 1 + self.deck] = 1
        table[rows, 1 + decks + self.level] = 1
        return table


@dataclass(frozen=True)
class Prior:
    """The estimate and its covariance, in logits, for so many decks and levels."""

    mean: Floats
    covariance: Floats
    decks: int
    levels: int

    def knowledge(self, groups: Groups) -> Floats:
        """The chance that each card, unseen, is answered right."""
        return _logistic(groups.features(self.decks, self.levels) @ self.mean)

    def variance(self, groups: Groups, slope: Floats) -> float:
        """The variance of Σ slope · P over these cards, by what is not yet known of the person."""
        chance = self.knowledge(groups)
        along = (slope * chance * (1 - chance)) @ groups.features(self.decks, self.levels)
        return float(along @ self.covariance @ along)


def estimate(first: Groups, right: Booleans, decks: int, levels: int) -> Prior:
    """The prior after these first answers.

    >>> nothing = Groups(np.zeros(0, np.int64), np.zeros(0, np.int64))
    >>> prior = estimate(nothing, np.zeros(0, np.bool_), 2, 3)
    >>> prior.knowledge(Groups(np.array([0, 1]), np.array([2, 0]))).round(3).tolist()
    [0.34, 0.34]
    """
    features = first.features(decks, levels)
    centre = np.zeros(1 + decks + levels)
    centre[0] = np.log(BEFORE / (1 - BEFORE))
    mean, spread = centre.copy(), DECKS
    for _ in range(ROUNDS):
        precision = np.array([WHOLE, *[spread] * decks, *[LEVELS] * levels]) ** -2.0
        for _ in range(STEPS):
            slope = features.T @ (right - _logistic(features @ mean)) - precision * (mean - centre)
            mean = mean + np.linalg.solve(_curvature(features, _logistic(features @ mean), precision), slope)
        curvature = _curvature(features, _logistic(features @ mean), precision)
        covariance = np.asarray(np.linalg.inv(curvature), np.float64)
        spread = _spread(mean[1 : 1 + decks], np.diag(covariance)[1 : 1 + decks])
    return Prior(mean, covariance, decks, levels)


def _spread(decks: Floats, variance: Floats) -> float:
    """How much decks differ, by what is believed of each (one step of expectation-maximisation)."""
    squares = float((decks**2 + variance).sum()) + USUAL_DECKS * DECKS**2
    return float(np.sqrt(squares / (len(decks) + USUAL_DECKS)))


def _curvature(features: Floats, chance: Floats, precision: Floats) -> Floats:
    return np.asarray((features * (chance * (1 - chance))[:, None]).T @ features + np.diag(precision))


def _logistic(logit: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-logit)))
