"""The plan of a day: which cards to ask today, what that promises for the interview, and what more time would bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dlquiz.readiness.cards import CardArrays
from dlquiz.readiness.deadline.arrays import Floats, Integers
from dlquiz.readiness.deadline.flow import Flow
from dlquiz.readiness.deadline.prices import clear, worth_of_more
from dlquiz.readiness.deadline.programme import Gains, Programme
from dlquiz.readiness.forecast import Forecast, forecast
from dlquiz.readiness.informative import informative_reviews
from dlquiz.readiness.knowledge.belief import Belief

# Two hedges, for minutes fall away without notice: with this chance those of the later days cost so much more, and
# each day may be the last one of study. The first keeps what is asked most from being left for later; the second takes,
# of the many orders that are worth nearly the same, the one that learns early (simulated learners: docs/readiness.md).
FEWER_MINUTES, DEARER, LAST_DAY = 0.15, 1.5, 0.002
# What comes first gets so many times the gain of the best of the others.
FIRST = 1.1


@dataclass(frozen=True)
class Plan:
    """What a day's plan says, one place in `gain` for each card in scope.

    `gain` is what an answer today adds to Σ weight · P(right on the day) per minute, beyond what a later one would;
    where it tells most about the memory (`informative_reviews`) it is more than that of any other card. `unhedged` is
    the same when all minutes are kept. `prices` (per minute, by days left) are where the next day's plan starts;
    `flow` is the course of the cards from today on.
    """

    belief: Belief
    flow: Flow
    budget: Floats
    prices: Floats
    gain: Floats
    unhedged: Floats
    forecast: Forecast

    @property
    def now(self) -> float:
        """Readiness, were the interview today."""
        return self.belief.cards.readiness(self.belief.learner)

    def order(self) -> Integers:
        """The places of the cards worth asking today, what gains most per minute first; none was answered today."""
        return _order(self.belief, self.gain)

    def today(self) -> Integers:
        """Those that fit into today's minutes, returns of missed cards included, in the same order.

        The first one in any case where there are minutes: a session ends by the clock, not by what is expected.
        """
        order = self.order()
        spent = np.cumsum(self.expected_minutes()[order])
        fitting = int(np.searchsorted(spent, self.budget[-1], side="right"))
        return order[: max(fitting, int(self.budget[-1] > 0))]

    def expected_minutes(self) -> Floats:
        """The minutes of asking each card now, its return after a miss included."""
        return expected_minutes(self.belief)

    def asking_all(self, places: Integers) -> Plan:
        """The same plan when all these cards are asked before the day, whatever they gain: it promises less.

        Each takes minutes in which other cards would have gained the price of a minute.
        """
        price = float(self.prices[np.isfinite(self.prices)][-1]) if len(places) else 0.0
        given_up = float(self.expected_minutes()[places] @ np.maximum(price - self.unhedged[places], 0))
        return replace(self, forecast=self.forecast.less(given_up / float(self.belief.cards.weight.sum())))

    def right_on_the_day(self) -> Floats:
        """The chance of a right answer to each card on the day; by weight, their mean is the readiness promised.

        What the hedges and the cards that are always asked take is study: each card gives up the same part of what
        study adds to it. What differs between the flow of all cards and the outlook of each goes the same way.
        """
        cards, right = self.belief.cards, self.forecast.outlook.right
        without = cards.right(self.belief.learner, later=len(self.budget) - 1)
        added, share = np.maximum(right - without, 0), cards.weight / cards.weight.sum()
        if not added.any():
            return right
        given_up = float(share @ right) - self.forecast.on_the_day
        return np.asarray(np.clip(right - added * given_up / float(share @ added), 0, 1))

    def left_out(self) -> Integers:
        """The places of unseen cards that the days will probably not reach."""
        return np.flatnonzero(self.belief.cards.unseen & (self.forecast.outlook.asked < 0.5))


def first_or_recall(belief: Belief) -> Floats:
    """The chance that each card is answered right when it is asked now."""
    cards = belief.cards
    return np.where(cards.unseen, cards.first_right, cards.right(belief.learner))


def expected_minutes(belief: Belief) -> Floats:
    """The minutes of asking each card now, its return after a miss included."""
    return np.asarray(belief.cards.minutes * (2 - first_or_recall(belief)))


def make_plan(belief: Belief, budget: Floats, start: Floats | None = None) -> Plan:
    """The plan for a budget of minutes by days left (place 0 unused); `start` are the prices of an earlier plan."""
    cards, days = belief.cards, len(budget) - 1
    programme = Programme(belief.learner, cards, days)
    flow = Flow(programme, cards)
    prices = clear(flow, cards, budget, start)
    gain = unhedged = np.asarray(cards.weight * (1 - first_or_recall(belief)) / cards.minutes)
    if days:
        gain, unhedged = hedged_gain(programme, cards, prices), unhedged_gain(programme, cards, prices)
    promise = forecast(belief, flow, prices).less(_hedge_cost(belief, gain, unhedged, budget))
    informative = informative_reviews(belief, promise, gain, expected_minutes(belief), budget, prices)
    first = gain.copy()
    first[informative] = FIRST * gain.max(initial=0.0)
    return Plan(belief, flow, budget, prices, first, unhedged, promise)


def unhedged_gain(programme: Programme, cards: CardArrays, prices: Floats) -> Floats:
    """What an answer to each card now adds per minute when all minutes are kept."""
    return Gains(programme, prices).per_minute(cards, programme.places(cards), programme.days)


def hedged_gain(programme: Programme, cards: CardArrays, prices: Floats) -> Floats:
    """What an answer to each card now adds per minute, with the chances that later minutes are fewer, or none."""
    places = programme.places(cards)
    kept, fewer = (
        Gains(programme, prices * factor, LAST_DAY).per_minute(cards, places, programme.days)
        for factor in (1.0, DEARER)
    )
    return np.asarray((1 - FEWER_MINUTES) * kept + FEWER_MINUTES * fewer)


def _hedge_cost(belief: Belief, gain: Floats, unhedged: Floats, budget: Floats) -> float:
    """The readiness that the hedges take when all minutes are kept: each day but the last as much as a day does now."""
    minutes = float(budget.max())
    days = float(budget.sum()) / minutes - 1 if minutes else 0.0
    taken = _worth(belief, unhedged, unhedged, minutes) - _worth(belief, gain, unhedged, minutes)
    return max(days, 0.0) * taken / float(belief.cards.weight.sum())


def _worth(belief: Belief, gain: Floats, unhedged: Floats, minutes: float) -> float:
    """What so many minutes add in the order of `gain`, the last card in part."""
    order = _order(belief, gain)
    needed = expected_minutes(belief)[order]
    return float(unhedged[order] @ np.clip(minutes - (np.cumsum(needed) - needed), 0, needed))


def _order(belief: Belief, gain: Floats) -> Integers:
    worth = np.where(belief.cards.elapsed == 0, -1.0, gain)
    order = np.argsort(-worth, kind="stable")
    return order[worth[order] > 0]


def with_more_minutes(plan: Plan, more: Sequence[float]) -> list[float]:
    """The readiness on the day if every study day had minutes more: for several numbers of them, rising."""
    added = worth_of_more(plan.flow, plan.belief.cards, plan.budget, plan.prices, more)
    return [plan.forecast.on_the_day + readiness for readiness in added]
