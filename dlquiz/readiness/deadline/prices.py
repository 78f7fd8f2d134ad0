"""Prices of the days' minutes: those at which the cards, asked where they gain more than the price, fill each day.

They minimise the Lagrangian dual Σ w · V(card) + Σ price · minutes, whose gradient in a price is the minutes of the
day less the minutes that are asked for. At any prices the dual is a bound that no policy exceeds. The choice between
asking and waiting is smoothed a little, so that the dual is smooth and its gradient is a flow of expected cards
through the days, which costs the same for a hundred cards as for a hundred thousand.
"""

from __future__ import annotations

import numpy as np

from dlquiz.readiness.cards import CardArrays
from dlquiz.readiness.deadline.arrays import Floats
from dlquiz.readiness.deadline.flow import SMOOTHING, Flow
from dlquiz.readiness.deadline.minimise import minimise
from dlquiz.readiness.deadline.programme import Programme

EVALUATIONS = 60
# A first search with a smoother choice comes near the prices in few steps.
ROUGH = 4 * SMOOTHING
# Of readiness: what the days' minutes, spent or left over beyond the budget, are worth together.
ENOUGH = 0.004
# The course of the price of a minute where there is no better start: high on the last evenings.
LAST_EVENING, FALL = 1.0, 1.6


def clear(programme: Programme, cards: CardArrays, budget: Floats, start: Floats | None = None) -> Floats:
    """The price of a minute (in weight) by days left; `budget` has the minutes by days left, place 0 unused.

    With `start`, prices of the day before, a few evaluations are enough. Days without minutes have no price (infinite).
    """
    open_days = np.flatnonzero(budget > 0)
    prices = np.full(len(budget), np.inf)
    if not len(open_days):
        return prices
    flow, weight, minutes = Flow(programme, cards), float(cards.weight.sum()), budget[open_days]

    def dual(logarithm: Floats, smoothing: float) -> tuple[float, Floats]:
        prices[open_days] = price = np.exp(logarithm)
        policy = flow.policy(prices, smoothing)
        spent = flow.run(policy).minutes[open_days]
        return (policy.value + float(price @ minutes)) / weight, price * (minutes - spent) / weight

    begin = np.log(_start(cards, len(budget), start)[open_days])
    if start is None:
        begin = minimise(lambda point: dual(point, ROUGH), begin, EVALUATIONS // 2, 2 * ENOUGH)
    prices[open_days] = np.exp(minimise(lambda point: dual(point, SMOOTHING), begin, EVALUATIONS, ENOUGH))
    return prices


def _start(cards: CardArrays, count: int, known: Floats | None) -> Floats:
    """The prices known, or a usual course where there are none."""
    left = np.arange(count, dtype=np.float64)
    usual = 0.3 * np.median(cards.ratio) * (1 + LAST_EVENING * np.exp(-(left - 1) / FALL))
    if known is None:
        return np.asarray(usual)
    before = np.full(count, np.nan)
    before[: len(known)] = known[:count]
    return np.where(np.isfinite(before) & (before > 0), before, usual)
