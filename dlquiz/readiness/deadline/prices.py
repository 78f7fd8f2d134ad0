"""Prices of the days' minutes: those at which the cards, asked where they gain more than the price, fill each day.

They minimise the Lagrangian dual Σ w · V(card) + Σ price · minutes, whose gradient in a price is the minutes of the
day less the minutes that are asked for. At any prices the dual is a bound that no policy exceeds. The choice between
asking and waiting is smoothed a little, so that the dual is smooth and its gradient is a flow of expected cards
through the days, which costs the same for a hundred cards as for a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dlquiz.readiness.cards import CardArrays
from dlquiz.readiness.deadline.arrays import Booleans, Floats
from dlquiz.readiness.deadline.flow import SMOOTHING, Flow
from dlquiz.readiness.deadline.minimise import minimise

EVALUATIONS, FACTOR_EVALUATIONS = 60, 10
# A first search with a smoother choice comes near the prices in few steps.
ROUGH = 4 * SMOOTHING
# Of readiness: what the days' minutes, spent or left over beyond the budget, are worth together.
ENOUGH = 0.004
# By how many per cent fewer minutes are asked for when all prices rise by one per cent, about; where far more or fewer
# are asked for than there are, the next factor is sought within so many times the last one.
ELASTICITY, MOST_CHANGE = 0.4, 5.0
# The course of the price of a minute where there is no better start: high on the last evenings.
LAST_EVENING, FALL = 1.0, 1.6


class Dual:
    """The Lagrangian dual of some cards and minutes, as readiness; `budget` has the minutes by days left."""

    def __init__(self, flow: Flow, cards: CardArrays, budget: Floats) -> None:
        self.flow, self.weight, self.days = flow, float(cards.weight.sum()), len(budget)
        self.open_days = np.flatnonzero(budget > 0)
        self.minutes = budget[self.open_days]

    def prices(self, logarithm: Floats) -> Floats:
        """The prices by days left from their logarithms on the days with minutes; the others have none (infinite)."""
        found = np.full(self.days, np.inf)
        found[self.open_days] = np.exp(logarithm)
        return found

    def value(self, logarithm: Floats, smoothing: float = SMOOTHING) -> tuple[float, Floats]:
        """The dual at these logarithms of prices, and its gradient in them."""
        prices = self.prices(logarithm)
        policy = self.flow.policy(prices, smoothing)
        price, spent = prices[self.open_days], self.flow.run(policy).minutes[self.open_days]
        return (policy.value + float(price @ self.minutes)) / self.weight, price * (self.minutes - spent) / self.weight


def clear(flow: Flow, cards: CardArrays, budget: Floats, start: Floats | None = None) -> Floats:
    """The price of a minute (in weight) by days left; `budget` has the minutes by days left, place 0 unused.

    With `start`, prices of the day before, a few evaluations are enough. Days without minutes have no price (infinite).
    """
    dual = Dual(flow, cards, budget)
    if not len(dual.open_days):
        return np.full(len(budget), np.inf)
    begin = np.log(_start(cards, len(budget), start)[dual.open_days])
    if start is None:
        begin = minimise(lambda point: dual.value(point, ROUGH), begin, EVALUATIONS // 2, 2 * ENOUGH).point
    return dual.prices(minimise(dual.value, begin, EVALUATIONS, ENOUGH).point)


def worth_of_more(flow: Flow, cards: CardArrays, budget: Floats, prices: Floats, more: Sequence[float]) -> list[float]:
    """The readiness that minutes more on every day with minutes would add, for several numbers of them, rising.

    With more minutes all `prices` (those of `budget`) fall by about the same factor. The dual is flat around its least
    value, so that it hardly matters that the best factor is not quite the best prices.
    """
    demand, weight = Demand(flow, budget > 0, prices), float(cards.weight.sum())
    bounds = [demand.least_dual(demand.worth(budget + minutes), ENOUGH / 10 * weight) for minutes in (0.0, *more)]
    # Each is a bound from above; what more minutes cannot exceed, fewer cannot.
    least = np.minimum.accumulate(bounds[::-1])[::-1]
    return [float(bound - least[0]) / weight for bound in least[1:]]


class Demanded(NamedTuple):
    """What the cards are worth when all prices are multiplied by a factor, and what the minutes asked for are worth.

    The former is less the price of these minutes, the latter is at the prices themselves.
    """

    factor: float
    value: float
    minutes: float

    def dual(self, minutes: float) -> float:
        """The dual at this factor with minutes of this worth."""
        return self.value + self.factor * minutes

    def tangent(self, minutes: float, factor: float) -> float:
        """The tangent of the dual at another factor: being convex, the dual is nowhere less.

        Its slope is the minutes that there are less those asked for.
        """
        return self.dual(minutes) + (minutes - self.minutes) * (factor - self.factor)


class Demand:
    """What the cards ask for when all prices are multiplied by one factor; `open_days` are those with minutes."""

    def __init__(self, flow: Flow, open_days: Booleans, prices: Floats) -> None:
        self.flow, self.prices, self.open_days = flow, prices, open_days
        self._tried = [self._ask(1.0)]

    def worth(self, minutes: Floats) -> float:
        """What these minutes by days left are worth."""
        return float(self.prices[self.open_days] @ minutes[self.open_days])

    def least_dual(self, minutes: float, enough: float) -> float:
        """The least dual over all factors with minutes of this worth, to within `enough`."""
        for _ in range(FACTOR_EVALUATIONS):
            least = min(self._tried, key=lambda tried: tried.dual(minutes))
            below = max((tried for tried in self._tried if tried.minutes >= minutes), default=None)
            above = min((tried for tried in self._tried if tried.minutes < minutes), default=None)
            if below is None or above is None:
                # Down to the factor 0, and as far up, the dual can be so much less.
                if abs(least.minutes - minutes) * least.factor < enough:
                    break
                factor = self._beyond(minutes, rising=above is None)
            else:
                factor = _crossing(below, above, minutes)
                if least.dual(minutes) - below.tangent(minutes, factor) < enough:
                    break
            self._tried.append(self._ask(factor))
        return min(tried.dual(minutes) for tried in self._tried)

    def _beyond(self, minutes: float, *, rising: bool) -> float:
        """A factor above or below all that were tried, at which about so many minutes are asked for."""
        edge = max(self._tried) if rising else min(self._tried)
        change: float = (edge.minutes / minutes) ** (1 / ELASTICITY)
        return edge.factor * min(max(change, 1 / MOST_CHANGE), MOST_CHANGE)

    def _ask(self, factor: float) -> Demanded:
        policy = self.flow.policy(self.prices * factor)
        return Demanded(factor, policy.value, self.worth(self.flow.run(policy).minutes))


def _crossing(below: Demanded, above: Demanded, minutes: float) -> float:
    """The factor at which the tangents of two duals cross, one falling and one rising: the dual is least near it."""
    apart = below.tangent(minutes, 0.0) - above.tangent(minutes, 0.0)
    return apart / (below.minutes - above.minutes)


def _start(cards: CardArrays, count: int, known: Floats | None) -> Floats:
    """The prices known, or a usual course where there are none."""
    left = np.arange(count, dtype=np.float64)
    usual = 0.3 * np.median(cards.ratio) * (1 + LAST_EVENING * np.exp(-(left - 1) / FALL))
    if known is None:
        return np.asarray(usual)
    before = np.full(count, np.nan)
    before[: len(known)] = known[:count]
    return np.where(np.isfinite(before) & (before > 0), before, usual)
