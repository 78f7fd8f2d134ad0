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


OWN_ALONE = (1 - OWN_LIKE_OTHERS**2) ** 0.5


@dataclass(frozen=True)
class Effects:
    """What is estimated: the whole of shipped and of own cards, the decks that were asked about, rising, and levels.

    Of the other decks there may be thousands; each is as it was believed to be.
    """

    decks: Integers
    levels: int

    def features(self, groups: Groups) -> Floats:
        """One row for each card: its share in each effect."""
        rows, table = np.arange(len(groups.deck)), np.zeros((len(groups.deck), 2 + len(self.decks) + self.levels))
        table[:, 0] = np.where(groups.own, OWN_LIKE_OTHERS, 1)
        table[:, 1] = np.where(groups.own, OWN_ALONE, 0)
        asked = ~self.unasked(groups)
        table[rows[asked], 2 + np.searchsorted(self.decks, groups.deck[asked])] = 1
        table[rows, 2 + len(self.decks) + groups.level] = 1
        return table

    def unasked(self, groups: Groups) -> Booleans:
        """Whether each card is of a deck that was not asked about."""
        return ~np.isin(groups.deck, self.decks)


@dataclass(frozen=True)
class Estimate:
    """The normal approximation when decks differ by `spread`; `evidence` bounds the log likelihood from below."""

    spread: float
    mean: Floats
    covariance: Floats
    evidence: float

    def chance(self, features: Floats, unasked: Booleans) -> ExpectedChance:
        """Of cards with these features."""
        return expected_chance(features @ self.mean, _variances(features, self.covariance) + self.spread**2 * unasked)


@dataclass(frozen=True)
class Prior:
    """What is believed of the person's knowledge: estimates, each with its probability."""

    effects: Effects
    estimates: list[Estimate]
    probability: Floats

    def knowledge(self, groups: Groups) -> Floats:
        """The chance that each card, unseen, is answered right."""
        distinct, which = groups.distinct()
        return self._expected(distinct).chance[which]

    def variance(self, groups: Groups, slope: Floats) -> float:
        """The variance of Σ slope · P over these cards, by what is not yet known of the person."""
        distinct, which = groups.distinct()
        along = np.bincount(which, slope, len(distinct.deck)) * self._expected(distinct).slope
        asked, unasked = along @ self.effects.features(distinct), self.effects.unasked(distinct)
        others = np.bincount(distinct.deck[unasked], along[unasked])
        spread = self.probability @ np.array([estimate.spread**2 for estimate in self.estimates])
        return float(asked @ self._covariance @ asked + spread * (others @ others))

    @cached_property
    def _covariance(self) -> Floats:
        """That of the effects, over all estimates."""
        means = np.array([estimate.mean for estimate in self.estimates])
        away = means - self.probability @ means
        within = np.tensordot(self.probability, np.array([estimate.covariance for estimate in self.estimates]), 1)
        return np.asarray(within + (away * self.probability[:, None]).T @ away)

    def _expected(self, groups: Groups) -> ExpectedChance:
        features, unasked = self.effects.features(groups), self.effects.unasked(groups)
        tables = np.array([estimate.chance(features, unasked) for estimate in self.estimates])
        return ExpectedChance(*np.tensordot(self.probability, tables, 1))


def estimate_prior(first: Groups, right: Booleans, levels: int) -> Prior:
    """The prior after these first answers.

    >>> nothing = Groups(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.bool_))
    >>> prior = estimate_prior(nothing, np.zeros(0, np.bool_), 3)
    >>> prior.knowledge(Groups(np.array([0, 1]), np.array([2, 0]), np.array([False, True]))).round(3).tolist()
    [0.344, 0.344]
    """
    effects, (distinct, which) = Effects(np.unique(first.deck), levels), first.distinct()
    answers = _FirstAnswers(
        effects,
        effects.features(distinct),
        np.bincount(which, minlength=len(distinct.deck)).astype(np.float64),
        np.bincount(which, right, len(distinct.deck)).astype(np.float64),
    )
    centre = np.zeros(answers.features.shape[1])
    centre[0] = np.log(MEDIAN / (1 - MEDIAN))
    centre[1] = centre[0] * (1 - OWN_LIKE_OTHERS) / OWN_ALONE
    estimates: list[Estimate] = []
    for spread in DECK_SPREADS:
        estimates.append(_approximate(answers, centre, spread, estimates[-1].mean if estimates else centre))
    evidence = np.array([estimate.evidence for estimate in estimates])
    evidence -= (np.log(np.array(DECK_SPREADS) / DECKS) / DECKS_WIDTH) ** 2 / 2
    probability = np.exp(evidence - evidence.max())
    return Prior(effects, estimates, probability / probability.sum())


@dataclass(frozen=True)
class _FirstAnswers:
    """How many first answers there are to cards with each row of features, and how many of them were right."""

    effects: Effects
    features: Floats
    count: Floats
    right: Floats


def _approximate(answers: _FirstAnswers, centre: Floats, spread: float, start: Floats) -> Estimate:
    """The normal distribution nearest to the posterior, by Newton steps with expected slopes."""
    features, effects = answers.features, answers.effects
    precision = np.array([WHOLE, WHOLE, *[spread] * len(effects.decks), *[LEVELS] * effects.levels]) ** -2.0
    mean, covariance = start, np.diag(1 / precision)
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
    return Estimate(spread, mean, covariance, likelihood - float(divergence))


def _variances(features: Floats, covariance: Floats) -> Floats:
    return np.asarray(((features @ covariance) * features).sum(1))
