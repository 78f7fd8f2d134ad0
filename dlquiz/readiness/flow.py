"""The expected course of all cards under prices: a flow of minutes through the grid of the programme, day by day.

A card asked where it gains more than the price moves on by chance; in expectation its minutes spread over the grid.
The cost does not grow with the number of cards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlquiz.readiness.arrays import Floats, Integers
from dlquiz.readiness.cards import CardArrays
from dlquiz.readiness.grid import between
from dlquiz.readiness.programme import Programme, Singles

# In recall: within it of the price, a card is asked with a chance between 0 and 1.
SMOOTHING = 0.005


@dataclass(frozen=True)
class Policy:
    """The share that is asked, by days left (place 0 unused), of the grid and of the unseen points.

    `value` is what the cards are expected to be worth on the day (weight · recall), less the price of their minutes;
    `unseen` is that of one unseen card of weight 1, for each ratio and point.
    """

    asked: list[Singles]
    first_asked: list[Singles]
    value: float
    unseen: Singles


@dataclass(frozen=True)
class Course:
    """What a policy is expected to lead to.

    `minutes` are spent by days left; `readiness` is that at the start of each day, the day itself last, `variance`
    that of the last by luck alone.
    """

    minutes: Floats
    readiness: Floats
    variance: float


@dataclass(frozen=True)
class Outlook:
    """What a policy is expected to do for each card: the chance of a right answer on the day, and of being asked."""

    right: Floats
    asked: Floats


class Flow:
    """Some cards on the grid: a card's mass is its minutes, so that mass · ratio is its weight."""

    def __init__(self, programme: Programme, cards: CardArrays) -> None:
        self.programme = programme
        self._ratios = np.exp(programme.log_ratios).astype(np.float32)
        self._back = np.ascontiguousarray(programme.transition.T)
        self._spread(cards)
        minutes = float(cards.minutes.sum())
        self._square_share = float((cards.weight**2).sum() / cards.weight.sum() ** 2) if minutes else 0.0

    def policy(self, prices: Floats, smoothing: float = SMOOTHING) -> Policy:
        """Backwards through the days: what is asked at these prices per minute (in weight; infinite: no study)."""
        programme = self.programme
        value, unseen = programme.on_the_day()
        asked, first_asked, fresh = [value], [unseen], value[0]
        for left in range(1, programme.days + 1):
            price, fresh = programme.price(prices[left]), value[0]
            first, answers = programme.first_answered(left, value)
            share, unseen = _choice(first - price[:, None] * answers, unseen, smoothing)
            first_asked.append(share)
            answered = programme.answered(value) - price * programme.answers
            share, value = _choice(answered, programme.wait(value), smoothing)
            asked.append(share)
        worth = (value * self._seen).sum((0, 1)) + (unseen * self._unseen).sum(1) + (fresh * self._today).sum(0)
        return Policy(asked, first_asked, float(worth @ self._ratios), unseen)

    def run(self, policy: Policy, curve: bool = False) -> Course:
        """Forwards: the minutes that are asked for; with `curve`, readiness too."""
        programme, days = self.programme, self.programme.days
        minutes, readiness = np.zeros(days + 1), np.zeros(days + 1)
        seen, unseen, today = self._seen, self._unseen, self._today
        for left in range(days, 0, -1):
            if curve:
                readiness[days - left] = self._readiness(seen, unseen, today, left)
            now, first = seen * policy.asked[left], unseen * policy.first_asked[left]
            right = programme.kept(left)[1]
            minutes[left] = float((now * programme.answers).sum() + (first * (2 - right)).sum())
            seen, unseen = self._night(seen - now), unseen - first
            seen[0] += self._back @ now.reshape(-1, now.shape[2]) + today
            seen[0] += programme.missed[:, None] * (first * (1 - right)).sum(1)
            seen[0] += programme.passed[:, None] * (first * right).sum(1)
            today = np.zeros_like(today)
        readiness[days] = self._readiness(seen, unseen, today, 0)
        return Course(minutes, readiness, self._variance(seen, unseen) if curve else 0.0)

    def outlook(self, policy: Policy, cards: CardArrays) -> Outlook:
        """Backwards: what becomes of each card."""
        programme = self.programme
        right, unseen = programme.on_the_day()
        seldom, never, fresh = np.zeros_like(right), np.zeros_like(unseen), right[0]
        for left in range(1, programme.days + 1):
            share, first_share, fresh = policy.asked[left], policy.first_asked[left], right[0]
            unseen = unseen + (programme.first_answered(left, right)[0] - unseen) * first_share
            never = never + (1 - never) * first_share
            wait = programme.wait(right)
            right = wait + (programme.answered(right) - wait) * share
            wait = programme.wait(seldom)
            seldom = wait + (1 - wait) * share
        places, today = programme.places(cards), cards.elapsed == 0
        expected = programme.look_up(right, unseen, cards, places)
        after = np.broadcast_to(fresh, right.shape)
        expected[today] = programme.look_up(after, unseen, cards, places)[today]
        return Outlook(expected, programme.look_up(seldom, never, cards, places))

    def _readiness(self, seen: Singles, unseen: Singles, today: Singles, left: int) -> float:
        right = self.programme.right.reshape(*seen.shape[:2], 1)
        mass = (seen * right).sum((0, 1)) + (unseen * self.programme.kept(left)[0]).sum(1) + today.sum(0)
        return float(mass @ self._ratios) / self._weight

    def _variance(self, seen: Singles, unseen: Singles) -> float:
        """That of a mean of independent cards, each spread as the mass of its ratio; unseen ones are known or not."""
        right, knowledge = self.programme.right.reshape(*seen.shape[:2], 1), self.programme.kept(0)[0]
        mean = (seen * right).sum((0, 1)) + (unseen * knowledge).sum(1)
        square = (seen * right * right).sum((0, 1)) + (unseen * knowledge).sum(1)
        mass = np.maximum(seen.sum((0, 1)) + unseen.sum(1), 1e-9)
        spread = np.maximum(square - mean * mean / mass, 0) @ self._ratios / self._weight
        return float(spread) * self._square_share

    def _night(self, mass: Singles) -> Singles:
        moved, programme = np.zeros_like(mass), self.programme
        for day, place in enumerate(programme.tomorrow):
            moved[place] += mass[day] * (1 - programme.later[day])
            moved[place + 1] += mass[day] * programme.later[day]
        return moved

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


def _choice(ask: Singles, wait: Singles, smoothing: float) -> tuple[Singles, Singles]:
    """The share asked and the value: max(ask, wait), smoothed by a parabola within `smoothing` of equality."""
    more, width = ask - wait, np.float32(smoothing)
    share = np.clip(more * (np.float32(0.5) / width) + np.float32(0.5), 0, 1)
    return share, wait + width * share * share + np.maximum(more - width, 0)


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
