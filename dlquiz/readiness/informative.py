"""Reviews that say how a person remembers: asked early, so that the promise is soon about them and not about anybody.

By gain alone new cards come first and reviews late: after a week a plan would have seen some twenty of them, and its
promise would still be that of an average person. So a small share of each day's minutes goes to the reviews whose
outcomes say most about the promise: Bayesian experimental design, one review after the other (c-optimality).
"""

from __future__ import annotations

import numpy as np

from dlquiz.readiness.deadline.arrays import Floats, Integers
from dlquiz.readiness.forecast import Forecast
from dlquiz.readiness.knowledge.belief import Belief

# Of a day's minutes, so much at most; and none once the memory is known so well (readiness, one deviation).
SHARE, KNOWN_WELL = 0.1, 0.01
# On the last evening what is learned comes too late.
LEAST_DAYS = 2


def informative_reviews(belief: Belief, promise: Forecast, minutes: Floats, budget: Floats) -> Integers:
    """The places of the reviews that reduce the variance of the promise most per minute, the first one most.

    `minutes` are those of asking each card now, `budget` those of the days by days left.
    """
    cards = belief.cards
    places = np.flatnonzero(cards.elapsed > 0)
    if len(budget) - 1 < LEAST_DAYS or not len(places):
        return places[:0]
    right = cards.right(belief.learner)
    slopes = _slopes(belief, promise.axes)[places]
    luck, cost, left = (right * (1 - right))[places], minutes[places], SHARE * float(budget[-1])
    covariance, chosen = np.eye(len(promise.axes)), np.zeros(len(places), np.bool_)
    order: list[int] = []
    while promise.sensitivity @ covariance @ promise.sensitivity > KNOWN_WELL**2:
        along = slopes @ covariance
        variance = luck + (along * slopes).sum(1)
        worth = np.where(chosen | (cost > left), 0.0, (along @ promise.sensitivity) ** 2 / (variance * cost))
        best = int(worth.argmax())
        if worth[best] <= 0:
            break
        covariance = covariance - np.outer(along[best], along[best]) / variance[best]
        chosen[best], left = True, left - float(cost[best])
        order.append(best)
    return places[order]


def _slopes(belief: Belief, axes: list[Floats]) -> Floats:
    """How the chance of a right answer to each card changes along each axis of what is not known of the memory."""
    here = belief.cards.right(belief.learner)
    moved = [belief.calibration.moved(axis) for axis in axes]
    return np.array([belief.cards_as(learner).right(learner) - here for learner in moved]).T
