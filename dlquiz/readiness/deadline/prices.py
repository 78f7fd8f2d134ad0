"""Prices of the days' minutes: those at which the cards, asked where they gain more than the price, fill each day.

They minimise the Lagrangian dual Σ w · V(card) + Σ price · minutes, whose gradient in a price is the minutes of the
day less the minutes that are asked for. At any prices the dual is a bound that no policy exceeds. The choice between
asking and waiting is smoothed a little, so that the dual is smooth and its gradient is a flow of expected cards
through the days, which costs the same for a hundred cards as for a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dlquiz.readiness.cards import CardArrays
from dlquiz.readiness.deadline.arrays import Floats
from dlquiz.readiness.deadline.flow import SMOOTHING, Flow
from dlquiz.readiness.deadline.minimise import minimise

EVALUATIONS, FACTOR_EVALUATIONS = 60, 10
# A first search with a smoother choice comes near the prices in few steps.
ROUGH = 4 * SMOOTHING
# Of readiness: what the days' minutes, spent or left over beyond the budget, are worth together.
ENOUGH = 0.004
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
    open_days, factor, bounds = budget > 0, np.zeros(1), list[float]()
    logarithm = np.log(prices[open_days])
    for minutes in (0.0, *more):
        dual = Dual(flow, cards, np.where(open_days, budget + minutes, 0.0))

        def by_factor(factor: Floats, dual: Dual = dual) -> tuple[float, Floats]:
            value, slope = dual.value(logarithm + factor)
            return value, slope.sum(keepdims=True)

        factor, bound = minimise(by_factor, factor, FACTOR_EVALUATIONS, ENOUGH / 4)
        bounds.append(bound)
    # Each is a bound from above; what more minutes cannot exceed, fewer cannot.
    least = np.minimum.accumulate(bounds[::-1])[::-1]
    return [float(bound - least[0]) for bound in least[1:]]


def _start(cards: CardArrays, count: int, known: Floats | None) -> Floats:
    """The prices known, or a usual course where there are none."""
    left = np.arange(count, dtype=np.float64)
    usual = 0.3 * np.median(cards.ratio) * (1 + LAST_EVENING * np.exp(-(left - 1) / FALL))
    if known is None:
        return np.asarray(usual)
    before = np.full(count, np.nan)
    before[: len(known)] = known[:count]
    return np.where(np.isfinite(before) & (before > 0), before, usual)
