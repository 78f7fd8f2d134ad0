"""The deadline programme: what an answer today adds to the recall on the day, when later minutes have their price.

For a card of weight w and minutes c, V(left, memory) is the best expected recall on the day, less the price of the
minutes that it takes: V = max(wait, Σ P(rating) V(after the rating) − price · minutes), backwards from the day.
Divided by w, only w/c matters, so it is solved for a few ratios and interpolated between them. An unseen card is
described by the chance that it is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dlquiz.readiness.cards import CardArrays, unseen_right
from dlquiz.readiness.deadline.arrays import Floats, Integers
from dlquiz.readiness.deadline.grid import Grid, between
from dlquiz.readiness.deadline.vectorised_fsrs import after_miss, after_review, first_miss, recall
from dlquiz.readiness.knowledge.learner import Learner

Singles = NDArray[np.float32]
RATIOS = 8
KNOWLEDGE = np.linspace(0.0, 1.0, 11)


@dataclass(frozen=True)
class UnseenPoints:
    """Points on a line of unseen cards: their knowledge, and the chance that the first answer is right."""

    knowledge: Singles
    first_right: Singles


@dataclass(frozen=True)
class Places:
    """Where the cards lie among the ratios and the unseen points: what does not change with the days."""

    ratio: Integers
    next_ratio: Floats
    knowledge: Integers
    next_knowledge: Floats


class Programme:
    """The model of one learner over at most `days` days, for the ratios and the unseen cards of `cards`."""

    def __init__(self, learner: Learner, cards: CardArrays, days: int) -> None:
        self.learner, self.days = learner, days
        self.grid = Grid(int(cards.elapsed.max(initial=0)) + days)
        self.log_ratios = np.unique(np.quantile(np.log(cards.ratio), np.linspace(0.01, 0.99, RATIOS)))
        self.unseen = _unseen_points(cards)
        self._prepare_reviews()
        self._prepare_first_answers()
        left_share = unseen_right(learner, np.ones(1), days - np.arange(days + 1.0)).astype(np.float32)
        self._left_share = np.broadcast_to(left_share, days + 1)
        place, share = self.grid.days(self.grid.elapsed + 1)
        self.tomorrow, self.later = place, share.astype(np.float32)[:, None, None]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of values on the grid: days since the review, memories, ratios."""
        return len(self.grid.elapsed), self.grid.memories, len(self.log_ratios)

    def price(self, per_minute: float) -> Singles:
        """The price of one answer in recall, for each ratio."""
        return np.asarray(per_minute / np.exp(self.log_ratios), np.float32)

    def on_the_day(self) -> tuple[Singles, Singles]:
        """The value of reviews (grid, ratios) and of unseen cards (ratios, points) with no day left."""
        ratios = len(self.log_ratios)
        value = np.repeat(self.right.reshape(*self.shape[:2], 1), ratios, 2)
        return value, np.repeat(self.kept(0)[0][None], ratios, 0)

    def answered(self, value: Singles) -> Singles:
        """The expected value after a review of each point of the grid, before its price."""
        return np.asarray(self.transition @ value[0], np.float32).reshape(self.shape)

    def wait(self, value: Singles) -> Singles:
        """The value of each point of the grid when nothing is asked today."""
        return np.asarray(value[self.tomorrow] * (1 - self.later) + value[self.tomorrow + 1] * self.later)

    def first_answered(self, left: int, value: Singles) -> tuple[Singles, Singles]:
        """The expected value after a first answer of each ratio and unseen point, and the answers that it takes."""
        _, right = self.kept(left)
        missed, passed = self.missed @ value[0], self.passed @ value[0]
        return missed[:, None] * (1 - right) + passed[:, None] * right, 2 - right

    def kept(self, left: int) -> tuple[Singles, Singles]:
        """Knowledge and chance of a right first answer of the unseen points when so many days are left."""
        share = self._left_share[left]
        return self.unseen.knowledge * share, self.unseen.first_right * share

    def places(self, cards: CardArrays) -> Places:
        """Where these cards lie among ratios and unseen points."""
        ratio = between(self.log_ratios, np.log(cards.ratio))
        return Places(*ratio, *between(self.unseen.knowledge.astype(np.float64), cards.knowledge))

    def look_up(self, reviews: Singles, unseen: Singles, cards: CardArrays, places: Places) -> Floats:
        """What a table of the grid and one of unseen points say of each card, interpolated."""
        found = np.empty(len(cards.elapsed))
        new, seen = np.flatnonzero(cards.unseen), np.flatnonzero(~cards.unseen)
        found[new] = _of_unseen(unseen, places, new)
        found[seen] = self._of_reviews(reviews.reshape(-1), cards, places, seen)
        return found

    def _of_reviews(self, table: Singles, cards: CardArrays, places: Places, at: Integers) -> Floats:
        _, memories, ratios = self.shape
        day, later = self.grid.days(np.maximum(cards.elapsed[at], 1).astype(np.float64))
        ratio, more = places.ratio[at], places.next_ratio[at]
        total = np.zeros(len(at))
        for points, share in self.grid.corners(cards.stability[at], cards.difficulty[at]).pairs():
            base = (day * memories + points) * ratios + ratio
            for step, part in ((0, 1 - later), (memories * ratios, later)):
                low = table[base + step]
                high = table[base + step + 1] if ratios > 1 else low
                total += share * part * (low + (high - low) * more)
        return total

    def _prepare_reviews(self) -> None:
        """Where a review leads from each grid point (a matrix), and how many answers it takes: a miss comes back."""
        stability, difficulty, elapsed = self.grid.points()
        weights = self.learner.weights
        right = recall(weights, elapsed, stability)
        matrix = self._spread(after_miss(weights, stability, difficulty, elapsed), 1 - right)
        for rating, share in zip((2, 3, 4), self.learner.pass_shares, strict=True):
            matrix += self._spread(after_review(weights, stability, difficulty, elapsed, rating), right * share)
        self.transition, self.right = matrix.astype(np.float32), right.astype(np.float32)
        self.answers = (2 - self.right).reshape(*self.shape[:2], 1)

    def _spread(self, memory: tuple[Floats, Floats], chance: Floats) -> Floats:
        """A matrix that moves each grid point to the corners around its new memory, with this chance."""
        matrix, rows = np.zeros((len(chance), self.grid.memories)), np.arange(len(chance))
        for points, share in self.grid.corners(*memory).pairs():
            matrix[rows, points] += share * chance
        return matrix

    def _prepare_first_answers(self) -> None:
        self.missed = self._row(first_miss(self.learner.weights))
        rows = [self._row(self.learner.first_memory(rating)) for rating in (2, 3, 4)]
        self.passed = np.asarray(self.learner.first_pass_shares, np.float32) @ np.array(rows)

    def _row(self, memory: tuple[float, float]) -> Singles:
        stability, difficulty = memory
        row = self._spread((np.array([stability]), np.array([difficulty])), np.ones(1))[0]
        return np.asarray(row, np.float32)


def _unseen_points(cards: CardArrays) -> UnseenPoints:
    """Evenly spaced knowledge where first answers are right as often as it says, else the cards' one point."""
    if np.array_equal(cards.knowledge, cards.first_right):
        return UnseenPoints(KNOWLEDGE.astype(np.float32), KNOWLEDGE.astype(np.float32))
    return UnseenPoints(cards.knowledge[:1].astype(np.float32), cards.first_right[:1].astype(np.float32))


def _of_unseen(table: Singles, places: Places, at: Integers) -> Floats:
    ratio, more = places.ratio[at], places.next_ratio[at]
    knowledge, share = places.knowledge[at], places.next_knowledge[at]
    next_ratio = np.minimum(ratio + 1, table.shape[0] - 1)
    next_knowledge = np.minimum(knowledge + 1, table.shape[1] - 1)
    low = table[ratio, knowledge] * (1 - share) + table[ratio, next_knowledge] * share
    high = table[next_ratio, knowledge] * (1 - share) + table[next_ratio, next_knowledge] * share
    return np.asarray(low * (1 - more) + high * more)


class Gains:
    """What an answer adds per minute at given prices, for every memory and number of days left."""

    def __init__(self, programme: Programme, prices: Floats, end: float = 0.0) -> None:
        """Solve the programme backwards; `prices` are per minute, in weight, by days left; infinite: no study.

        `end` is the chance of each day that it is the last one of study.
        """
        self.programme = programme
        self._reviews = np.empty((programme.days + 1, *programme.shape), np.float32)
        value, unseen = programme.on_the_day()
        idle, idle_unseen, share = value, unseen, np.float32(end)
        self._unseen = np.empty((programme.days + 1, *unseen.shape), np.float32)
        for left in range(1, programme.days + 1):
            price = programme.price(prices[left])
            first, answers = programme.first_answered(left, value)
            self._unseen[left] = (first - unseen) / answers
            unseen = np.maximum(first - price[:, None] * answers, unseen)
            answered, wait = programme.answered(value), programme.wait(value)
            self._reviews[left] = (answered - wait) / programme.answers
            value = np.maximum(answered - price * programme.answers, wait)
            if end:
                idle = programme.wait(idle)
                value, unseen = value + (idle - value) * share, unseen + (idle_unseen - unseen) * share

    def per_minute(self, cards: CardArrays, places: Places, left: int) -> Floats:
        """What an answer to each card now adds per minute, in weight, when so many days are left."""
        return self.programme.look_up(self._reviews[left], self._unseen[left], cards, places) * cards.ratio
