"""What a person knows beforehand: the chance of a right answer to an unseen card, from first answers by deck and level.

logit P = μ + δ(deck) + λ(level), with normal priors: decks and levels of which little was asked are shrunk to the
whole, and the whole to what it was before the first answer. People write cards about what they do not know or have
just learned, so that their own cards have another μ, which says little about that of the others.

How much decks differ is not known: a few deviations are weighed by how well they explain the answers. For each of them
the posterior is the nearest normal distribution (the Gaussian variational approximation: Opper and Archambeau 2009),
not the mode, which after few answers lies too far from where it began.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dlquiz.readiness.deadline.arrays import Booleans, Floats, Integers
from dlquiz.readiness.knowledge.logistic_normal import ExpectedChance, expected_chance, log_likelihood

# The median over people and decks (the mean is 34 %), and the deviations, in logits, of whole and levels: assumed.
MEDIAN, WHOLE, LEVELS = 0.29, 1.0, 0.5
# How much a person's decks differ, in logits: one of these, log-normal around `DECKS` with this deviation, assumed.
DECK_SPREADS, DECKS, DECKS_WIDTH = (0.1, 0.2, 0.4, 0.8, 1.6), 0.8, 0.7
# The correlation of how much is known of the person's own cards and of the others.
OWN_LIKE_OTHERS = 0.3
STEPS, NEAR = 10, 0.003


@dataclass(frozen=True)
class Groups:
    """The deck and the level of some cards, as numbers from 0, and whether the person wrote them."""

    deck: Integers
    level: Integers
    own: Booleans

    def take(self, places: Integers) -> Groups:
        """Those of the cards at these places."""
        return Groups(self.deck[places], self.level[places], self.own[places])

    def distinct(self) -> tuple[Groups, Integers]:
        """Each combination that occurs, once, and which of them each card has."""
        levels = int(self.level.max(initial=0)) + 1
        codes, which = np.unique((self.deck * levels + self.level) * 2 + self.own, return_inverse=True)
        return Groups(codes // 2 // levels, codes // 2 % levels, codes % 2 == 1), which

    def features(self, decks: int, levels: int) -> Floats:
        """One row for each card: its share in the whole of shipped and of own cards, its deck, its level."""
        rows, table = np.arange(len(self.deck)), np.zeros((len(self.deck), 2 + decks + levels))
        table[:, 0] = np.where(self.own, OWN_LIKE_OTHERS, 1)
        table[:, 1] = np.where(self.own, OWN_ALONE, 0)
        table[rows, 2 + self.deck] = 1
        table[rows, 2 + decks + self.level] = 1
        return table


OWN_ALONE = (1 - OWN_LIKE_OTHERS**2) ** 0.5


@dataclass(frozen=True)
class Estimate:
    """The normal approximation when decks differ so much; `evidence` is a bound on the answers' log likelihood."""

    mean: Floats
    covariance: Floats
    evidence: float

    def of(self, features: Floats) -> ExpectedChance:
        """The chance of cards with these features."""
        return expected_chance(features @ self.mean, _variances(features, self.covariance))


@dataclass(frozen=True)
class Prior:
    """What is believed of the person's knowledge: estimates, each with its probability."""

    estimates: list[Estimate]
    probability: Floats
    decks: int
    levels: int

    def knowledge(self, groups: Groups) -> Floats:
        """The chance that each card, unseen, is answered right."""
        return self._expected(groups).chance

    def variance(self, groups: Groups, slope: Floats) -> float:
        """The variance of Σ slope · P over these cards, by what is not yet known of the person."""
        along = (slope * self._expected(groups).slope) @ groups.features(self.decks, self.levels)
        return float(along @ self.covariance @ along)

    @cached_property
    def covariance(self) -> Floats:
        """That of the features' coefficients, over all estimates."""
        means = np.array([estimate.mean for estimate in self.estimates])
        away = means - self.probability @ means
        within = np.tensordot(self.probability, np.array([estimate.covariance for estimate in self.estimates]), 1)
        return np.asarray(within + (away * self.probability[:, None]).T @ away)

    def _expected(self, groups: Groups) -> ExpectedChance:
        distinct, which = groups.distinct()
        features = distinct.features(self.decks, self.levels)
        tables = [np.array(estimate.of(features)) for estimate in self.estimates]
        return ExpectedChance(*np.tensordot(self.probability, np.array(tables), 1)[:, which])


def estimate_prior(first: Groups, right: Booleans, decks: int, levels: int) -> Prior:
    """The prior after these first answers.

    >>> nothing = Groups(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.bool_))
    >>> prior = estimate_prior(nothing, np.zeros(0, np.bool_), 2, 3)
    >>> prior.knowledge(Groups(np.array([0, 1]), np.array([2, 0]), np.array([False, True]))).round(3).tolist()
    [0.344, 0.344]
    """
    distinct, which = first.distinct()
    answers = _FirstAnswers(
        distinct.features(decks, levels),
        np.bincount(which, minlength=len(distinct.deck)).astype(np.float64),
        np.bincount(which, right, len(distinct.deck)).astype(np.float64),
    )
    centre = np.zeros(2 + decks + levels)
    centre[0] = np.log(MEDIAN / (1 - MEDIAN))
    centre[1] = centre[0] * (1 - OWN_LIKE_OTHERS) / OWN_ALONE
    estimates: list[Estimate] = []
    for spread in DECK_SPREADS:
        deviations = np.array([WHOLE, WHOLE, *[spread] * decks, *[LEVELS] * levels])
        estimates.append(_approximate(answers, centre, deviations, estimates[-1].mean if estimates else centre))
    evidence = np.array([estimate.evidence for estimate in estimates])
    evidence -= (np.log(np.array(DECK_SPREADS) / DECKS) / DECKS_WIDTH) ** 2 / 2
    probability = np.exp(evidence - evidence.max())
    return Prior(estimates, probability / probability.sum(), decks, levels)


@dataclass(frozen=True)
class _FirstAnswers:
    """How many first answers there are to cards with each row of features, and how many of them were right."""

    features: Floats
    count: Floats
    right: Floats


def _approximate(answers: _FirstAnswers, centre: Floats, deviations: Floats, start: Floats) -> Estimate:
    """The normal distribution nearest to the posterior, by Newton steps with expected slopes."""
    features, precision = answers.features, deviations**-2.0
    mean, covariance = start, np.diag(deviations**2)
    for _ in range(STEPS):
        chance, slope = expected_chance(features @ mean, _variances(features, covariance))
        curvature = (features * (answers.count * slope)[:, None]).T @ features + np.diag(precision)
        covariance = np.asarray(np.linalg.inv(curvature), np.float64)
        surprise = features.T @ (answers.right - answers.count * chance)
        step = covariance @ (surprise - precision * (mean - centre))
        mean = mean + step
        if np.abs(step).max() < NEAR:
            break
    likelihood = log_likelihood(features @ mean, _variances(features, covariance), answers.right, answers.count)
    moved = float(precision @ (np.diag(covariance) + (mean - centre) ** 2)) - len(mean)
    divergence = (moved - np.linalg.slogdet(covariance)[1] - np.log(precision).sum()) / 2
    return Estimate(mean, covariance, likelihood - float(divergence))


def _variances(features: Floats, covariance: Floats) -> Floats:
    return np.asarray(((features @ covariance) * features).sum(1))
