"""The expected course of all cards under prices: a flow of minutes through the grid of the programme, day by day.

A card asked where it gains more than the price moves on by chance; in expectation its minutes spread over the grid.
The cost does not grow with the number of cards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dlquiz.readiness.cards import CardArrays
from dlquiz.readiness.deadline.arrays import Floats, Integers
from dlquiz.readiness.deadline.grid import between
from dlquiz.readiness.deadline.programme import Programme, Singles

# In recall: within it of the price, a card is asked with a chance between 0 and 1.
SMOOTHING = 0.005
# Bounds of the type of the arrays, which are clipped in half the time.
NOTHING, ALL, ENDLESS = np.float32(0), np.float32(1), np.float32(np.inf)


@dataclass(frozen=True)
class Policy:
    """The share that is asked, by days left (place 0 unused), of the grid and of the unseen points.

    `value` is what the cards are expected to be worth on the day (weight · recall), less the price of their minutes;
    `unseen` is that of one unseen card of weight 1, for each ratio and point.
    """

    asked: Singles
    first_asked: Singles
    value: float
    unseen: Singles


@dataclass(frozen=True)
class Course:
    """What a policy is expected to lead to.

    `minutes` are spent by days left; `readiness` is that at the start of each day, the day itself last.
    """

    minutes: Floats
    readiness: Floats


@dataclass(frozen=True)
class Outlook:
    """What a policy is expected to do for each card: the chance of a right answer on the day, and of being asked.

    `variance` is that of the chance by luck: what was missed on the way sits less well, and what is never asked was
    known or not.
    """

    right: Floats
    variance: Floats
    asked: Floats


class FirstAnswers(NamedTuple):
    """First answers by days left: their minutes, and the mass that a miss and a pass leave on each memory and ratio."""

    minutes: Singles
    missed: Singles
    passed: Singles


class Flow:
    """Some cards on the grid: a card's mass is its minutes, so that mass · ratio is its weight."""

    def __init__(self, programme: Programme, cards: CardArrays) -> None:
        self.programme = programme
        self._ratios = np.exp(programme.log_ratios).astype(np.float32)
        self._back = np.ascontiguousarray(programme.transition.T)
        self._older = _one_day_older(programme)
        self._spread(cards)

    def policy(self, prices: Floats, smoothing: float = SMOOTHING) -> Policy:
        """Backwards through the days: what is asked at these prices per minute (in weight; infinite: no study)."""
        programme, price = self.programme, self.programme.answer_prices(prices)
        value, unseen = programme.on_the_day()
        asked, fresh = np.empty((len(price), *value.shape), np.float32), np.array([value[0]] * len(price))
        for left, costs in enumerate(np.tile(price[1:], programme.grid.memories), 1):
            fresh[left], ask = value[0], programme.answered(value)
            ask -= programme.costs(costs)
            value = _choice(ask, programme.wait(value), smoothing, asked[left])
        first = programme.first_answered(fresh) - price[:, :, None] * (2 - programme.first_right)[:, None]
        first_asked = np.zeros_like(first)
        for left, ask in enumerate(first[1:], 1):
            unseen = _choice(ask, unseen, smoothing, first_asked[left])
        worth = (value * self._seen).sum((0, 1)) + (unseen * self._unseen).sum(1) + (fresh[-1] * self._today).sum(0)
        return Policy(asked, first_asked, float(worth @ self._ratios), unseen)

    def run(self, policy: Policy, curve: bool = False) -> Course:
        """Forwards: the minutes that are asked for; with `curve`, readiness too."""
        programme, days = self.programme, self.programme.days
        minutes, readiness = np.zeros(days + 1), np.zeros(days + 1)
        unseen = self._unseen_by_days_left(policy)
        first = self._first_answers(unseen * policy.first_asked)
        seen, today = self._seen, self._today
        for left in range(days, 0, -1):
            if curve:
                readiness[days - left] = self._readiness(seen, unseen[left], today, left)
            now = seen * policy.asked[left]
            minutes[left] = (now * programme.answers).sum() + first.minutes[left]
            seen = self._night(seen - now)
            seen[0] += self._back @ now.reshape(-1, now.shape[2]) + today
            seen[0] += first.missed[left]
            seen[0] += first.passed[left]
            today = np.zeros_like(today)
        readiness[days] = self._readiness(seen, unseen[0], today, 0)
        return Course(minutes, readiness)

    def _unseen_by_days_left(self, policy: Policy) -> Singles:
        """The mass of each ratio and unseen point at the start of each day."""
        unseen = np.empty_like(policy.first_asked)
        unseen[-1] = self._unseen
        for left in range(self.programme.days, 0, -1):
            unseen[left - 1] = unseen[left] - unseen[left] * policy.first_asked[left]
        return unseen

    def _first_answers(self, mass: Singles) -> FirstAnswers:
        """What follows from asking this mass of each ratio and unseen point, by days left."""
        programme, right = self.programme, self.programme.first_right[:, None]
        minutes = (mass * (2 - right)).reshape(len(mass), -1).sum(1)
        missed, passed = ((mass * share).sum(2)[:, None] for share in (1 - right, right))
        return FirstAnswers(minutes, programme.missed[:, None] * missed, programme.passed[:, None] * passed)

    def outlook(self, policy: Policy, cards: CardArrays) -> Outlook:
        """Backwards: what becomes of each card."""
        right, known = self.programme.on_the_day()
        mean = self._expected(policy, cards, right, known)
        square = self._expected(policy, cards, right * right, known)
        asked = self._chance_asked(policy, cards)
        return Outlook(mean, np.maximum(square - mean * mean, 0), asked)

    def _expected(self, policy: Policy, cards: CardArrays, value: Singles, unseen: Singles) -> Floats:
        """The mean over luck, for each card, of a value that the points of the grid and unseen ones have on the day."""
        programme, fresh = self.programme, np.array([value[0]] * len(policy.asked))
        for left in range(1, programme.days + 1):
            fresh[left], wait = value[0], programme.wait(value)
            value = programme.answered(value)
            value -= wait
            value *= policy.asked[left]
            value += wait
        for first, share in zip(programme.first_answered(fresh)[1:], policy.first_asked[1:], strict=True):
            unseen = unseen + (first - unseen) * share
        places, today = programme.places(cards), cards.elapsed == 0
        expected = programme.look_up(value, unseen, cards, places)
        expected[today] = programme.look_up(np.broadcast_to(fresh[-1], value.shape), unseen, cards, places)[today]
        return expected

    def _chance_asked(self, policy: Policy, cards: CardArrays) -> Floats:
        """The chance that each card is asked at all before the day."""
        programme = self.programme
        seen, unseen = (np.zeros_like(value) for value in programme.on_the_day())
        for left in range(1, programme.days + 1):
            unseen = unseen + (1 - unseen) * policy.first_asked[left]
            seen = programme.wait(seen)
            seen += (1 - seen) * policy.asked[left]
        return programme.look_up(seen, unseen, cards, programme.places(cards))

    def _readiness(self, seen: Singles, unseen: Singles, today: Singles, left: int) -> float:
        right = self.programme.right.reshape(*seen.shape[:2], 1)
        mass = (seen * right).sum((0, 1)) + (unseen * self.programme.knowledge[left]).sum(1) + today.sum(0)
        return float(mass @ self._ratios) / self._weight

    def _night(self, mass: Singles) -> Singles:
        return np.asarray((self._older @ mass.reshape(len(mass), -1)).reshape(mass.shape))

    def _spread(self, cards: CardArrays) -> None:
        programme = self.programme
        ratios = len(programme.log_ratios)
        seen, today = np.zeros(programme.shape), np.zeros(programme.shape[1:])
        unseen = np.zeros((ratios, len(programme.unseen.knowledge)))
        ratio, more = between(programme.log_ratios, np.log(cards.ratio))
        for place, part in ((ratio, 1 - more), (np.minimum(ratio + 1, ratios - 1), more)):
            minutes = cards.minutes * part
            _add_seen(seen, today, programme, cards, (place, minutes))
            _add_unseen(unseen, programme, cards, (place, minutes))
        self._seen, self._today, self._unseen = (mass.astype(np.float32) for mass in (seen, today, unseen))
        self._weight = float((seen.sum((0, 1)) + today.sum(0) + unseen.sum(1)) @ self._ratios)


def _one_day_older(programme: Programme) -> Singles:
    """A matrix that moves what lies on each day since the review to the days around the next one."""
    later = programme.later.ravel()
    days, matrix = np.arange(len(later)), np.zeros((len(later) + 1,) * 2, np.float32)
    matrix[days, days], matrix[days + 1, days], matrix[-1, -1] = 1 - later, later, 1
    return matrix


def _choice(ask: Singles, wait: Singles, smoothing: float, share: Singles) -> Singles:
    """The value, max(ask, wait), smoothed by a parabola within `smoothing` of equality; `share` takes the share asked.

    What is worked out goes into the arrays that are there: `ask` is used up.
    """
    width = np.float32(smoothing)
    more = np.subtract(ask, wait, out=ask)
    np.multiply(more, np.float32(0.5) / width, out=share)
    share += np.float32(0.5)
    share.clip(NOTHING, ALL, out=share)
    value = share * width
    value *= share
    value += wait
    more -= width
    value += more.clip(NOTHING, ENDLESS, out=more)
    return value


def _add_seen(
    mass: Floats, today: Floats, programme: Programme, cards: CardArrays, part: tuple[Integers, Floats]
) -> None:
    """Cards answered today lie apart: they are not asked before tomorrow."""
    ratio, minutes = part
    at = np.flatnonzero(cards.elapsed > 0)
    day, later = programme.grid.days(cards.elapsed[at].astype(np.float64))
    for points, share in programme.grid.corners(cards.stability[at], cards.difficulty[at]).pairs():
        np.add.at(mass, (day, points, ratio[at]), share * (1 - later) * minutes[at])
        np.add.at(mass, (day + 1, points, ratio[at]), share * later * minutes[at])
    at = np.flatnonzero(cards.elapsed == 0)
    for points, share in programme.grid.corners(cards.stability[at], cards.difficulty[at]).pairs():
        np.add.at(today, (points, ratio[at]), share * minutes[at])


def _add_unseen(mass: Floats, programme: Programme, cards: CardArrays, part: tuple[Integers, Floats]) -> None:
    ratio, minutes = part
    at, points = np.flatnonzero(cards.unseen), programme.unseen.knowledge.astype(np.float64)
    place, share = between(points, cards.knowledge[at])
    np.add.at(mass, (ratio[at], place), (1 - share) * minutes[at])
    np.add.at(mass, (ratio[at], np.minimum(place + 1, len(points) - 1)), share * minutes[at])
