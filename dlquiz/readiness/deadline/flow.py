"""The expected course of all cards under prices: a flow of minutes through the grid of the programme, day by day.

A card asked where it gains more than the price moves on by chance; in expectation its minutes spread over the grid.
The cost does not grow with the number of cards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlquiz.readiness.cards import CardArrays
from dlquiz.readiness.deadline.arrays import Floats, Integers
from dlquiz.readiness.deadline.grid import between
from dlquiz.readiness.deadline.programme import Programme, Singles

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
        return Course(minutes, readiness)

    def outlook(self, policy: Policy, cards: CardArrays) -> Outlook:
        """Backwards: what becomes of each card."""
        right, known = self.programme.on_the_day()
        mean = self._expected(policy, cards, right, known)
        square = self._expected(policy, cards, right * right, known)
        asked = self._chance_asked(policy, cards)
        return Outlook(mean, np.maximum(square - mean * mean, 0), asked)

    def _expected(self, policy: Policy, cards: CardArrays, value: Singles, unseen: Singles) -> Floats:
        """The mean over luck, for each card, of a value that the points of the grid and unseen ones have on the day."""
        programme, fresh = self.programme, value[0]
        for left in range(1, programme.days + 1):
            share, first_share, fresh = policy.asked[left], policy.first_asked[left], value[0]
            unseen = unseen + (programme.first_answered(left, value)[0] - unseen) * first_share
            wait = programme.wait(value)
            value = wait + (programme.answered(value) - wait) * share
        places, today = programme.places(cards), cards.elapsed == 0
        expected = programme.look_up(value, unseen, cards, places)
        expected[today] = programme.look_up(np.broadcast_to(fresh, value.shape), unseen, cards, places)[today]
        return expected

    def _chance_asked(self, policy: Policy, cards: CardArrays) -> Floats:
        """The chance that each card is asked at all before the day."""
        programme = self.programme
        seen, unseen = (np.zeros_like(value) for value in programme.on_the_day())
        for left in range(1, programme.days + 1):
            unseen = unseen + (1 - unseen) * policy.first_asked[left]
            wait = programme.wait(seen)
            seen = wait + (1 - wait) * policy.asked[left]
        return programme.look_up(seen, unseen, cards, programme.places(cards))

    def _readiness(self, seen: Singles, unseen: Singles, today: Singles, left: int) -> float:
        right = self.programme.right.reshape(*seen.shape[:2], 1)
        mass = (seen * right).sum((0, 1)) + (unseen * self.programme.kept(left)[0]).sum(1) + today.sum(0)
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
    matrix, later = np.zeros((len(programme.tomorrow),) * 2, np.float32), programme.later.ravel()
    days = np.arange(len(later))
    matrix[programme.tomorrow, days] += 1 - later
    matrix[programme.tomorrow + 1, days] += later
    return matrix


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
