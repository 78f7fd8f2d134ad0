"""Reviews that say how a person remembers: asked early, so that the promise is soon about them and not about anybody.

By gain alone new cards come first and reviews late: after a week a plan would have seen some twenty of them, and its
promise would still be that of an average person. So a small share of each day's minutes may go to the reviews whose
outcomes say most about the promise: Bayesian experimental design, one review after the other (c-optimality), as long
as what they say is worth the readiness that other cards would have added in their minutes.
"""

from __future__ import annotations

import numpy as np

from dlquiz.readiness.deadline.arrays import Floats, Integers
from dlquiz.readiness.forecast import Forecast
from dlquiz.readiness.knowledge.belief import Belief

# Of a day's minutes, so much at most; and the readiness that one point less deviation of the promise is worth.
SHARE, CERTAINTY = 0.1, 0.2
# On the last evening what is learned comes too late.
LEAST_DAYS = 2


def informative_reviews(
    belief: Belief, promise: Forecast, gain: Floats, minutes: Floats, budget: Floats, prices: Floats
) -> Integers:
    """The places of the reviews that are worth most for what they tell of the memory, the first one most.

    `gain` is that of each card per minute, `minutes` are those of asking it now; `budget` and `prices` are the minutes
    of the days and what one is worth, by days left.
    """
    cards = belief.cards
    places = np.flatnonzero(cards.elapsed > 0)
    if len(budget) - 1 < LEAST_DAYS or budget[-1] <= 0 or not len(places):
        return places[:0]
    right, slopes = cards.right(belief.learner), _slopes(belief, promise.axes)[places]
    luck, cost, left = (right * (1 - right))[places], minutes[places], SHARE * float(budget[-1])
    loss = cost * np.maximum(prices[-1] - gain[places], 0) / cards.weight.sum()
    covariance, chosen = np.eye(len(promise.axes)), np.zeros(len(places), np.bool_)
    order: list[int] = []
    while True:
        along = slopes @ covariance
        variance = luck + (along * slopes).sum(1)
        before = promise.sensitivity @ covariance @ promise.sensitivity
        after = np.maximum(before - (along @ promise.sensitivity) ** 2 / variance, 0)
        worth = np.where(chosen | (cost > left), 0, (CERTAINTY * (np.sqrt(before) - np.sqrt(after)) - loss) / cost)
        best = int(worth.argmax())
        if worth[best] <= 0:
            return places[order]
        covariance = covariance - np.outer(along[best], along[best]) / variance[best]
        chosen[best], left = True, left - float(cost[best])
        order.append(best)


def _slopes(belief: Belief, axes: list[Floats]) -> Floats:
    """How the chance of a right answer to each card changes along each axis of what is not known of the memory."""
    here = belief.cards.right(belief.learner)
    moved = [belief.calibration.moved(axis) for axis in axes]
    return np.array([belief.cards_as(learner).right(learner) - here for learner in moved]).T
