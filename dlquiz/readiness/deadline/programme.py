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
    """The model of one learner over at most `days` days, for the ratios and the unseen cards of `cards`.

    `shape` is that of values on the grid: days since the review, memories, ratios.
    """

    def __init__(self, learner: Learner, cards: CardArrays, days: int) -> None:
        self.learner, self.days = learner, days
        self.grid = Grid(int(cards.elapsed.max(initial=0)) + days)
        self.log_ratios = np.unique(np.quantile(np.log(cards.ratio), np.linspace(0.01, 0.99, RATIOS)))
        self.unseen = _unseen_points(cards)
        self.shape = len(self.grid.elapsed), self.grid.memories, len(self.log_ratios)
        self._prepare_reviews()
        self._prepare_first_answers()
        left_share = unseen_right(learner, np.ones(1), days - np.arange(days + 1.0)).astype(np.float32)
        left_share = np.broadcast_to(left_share, days + 1)[:, None]
        # By days left: knowledge and chance of a right first answer of the unseen points.
        self.knowledge, self.first_right = self.unseen.knowledge * left_share, self.unseen.first_right * left_share
        # A day's share of the time from each point of the grid to the next one.
        self.later = (1 / np.diff(self.grid.elapsed)).astype(np.float32)[:, None, None]

    def answer_prices(self, per_minute: Floats) -> Singles:
        """The price of one answer in recall, for each of these prices of a minute and each ratio."""
        return np.asarray(per_minute[:, None] / np.exp(self.log_ratios), np.float32)

    def on_the_day(self) -> tuple[Singles, Singles]:
        """The value of reviews (grid, ratios) and of unseen cards (ratios, points) with no day left."""
        ratios = len(self.log_ratios)
        value = np.repeat(self.right.reshape(*self.shape[:2], 1), ratios, 2)
        return value, np.repeat(self.knowledge[:1], ratios, 0)

    def answered(self, value: Singles) -> Singles:
        """The expected value after a review of each point of the grid, before its price."""
        return np.asarray(self.transition @ value[0], np.float32).reshape(self.shape)

    def wait(self, value: Singles) -> Singles:
        """The value of each point of the grid when nothing is asked today."""
        older = np.empty_like(value)
        np.multiply(value[:-1], 1 - self.later, out=older[:-1])
        older[:-1] += value[1:] * self.later
        older[-1] = value[-1]
        return older

    def costs(self, prices: Singles) -> Singles:
        """What a review of each point of the grid costs, for each ratio.

        `prices` are those of an answer, repeated for each memory: numpy is slow along an axis as short as the ratios.
        """
        return (self.answers.reshape(len(self.answers), -1) * prices).reshape(self.shape)

    def first_answered(self, fresh: Singles) -> Singles:
        """The expected value after a first answer, by days left (place 0 unused), for each ratio and unseen point.

        `fresh` is the value of each memory just after an answer, by days left.
        """
        right = self.first_right[:, None]
        missed, passed = (np.asarray(memory @ fresh)[..., None] for memory in (self.missed, self.passed))
        return np.asarray(missed * (1 - right) + passed * right)

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
        matrix = np.zeros((len(right), self.grid.memories))
        self._spread(matrix, after_miss(weights, stability, difficulty, elapsed), 1 - right)
        for rating, share in zip((2, 3, 4), self.learner.pass_shares, strict=True):
            self._spread(matrix, after_review(weights, stability, difficulty, elapsed, rating), right * share)
        self.transition, self.right = matrix.astype(np.float32), right.astype(np.float32)
        self.answers = np.repeat(2 - self.right, len(self.log_ratios)).reshape(self.shape)

    def _spread(self, matrix: Floats, memory: tuple[Floats, Floats], chance: Floats) -> None:
        """Add to the matrix what moves each grid point to the corners around its new memory, with this chance."""
        rows = np.arange(len(chance))
        for points, share in self.grid.corners(*memory).pairs():
            matrix[rows, points] += share * chance

    def _prepare_first_answers(self) -> None:
        self.missed = self._row(first_miss(self.learner.weights))
        rows = [self._row(self.learner.first_memory(rating)) for rating in (2, 3, 4)]
        self.passed = np.asarray(self.learner.first_pass_shares, np.float32) @ np.array(rows)

    def _row(self, memory: tuple[float, float]) -> Singles:
        stability, difficulty = memory
        row = np.zeros((1, self.grid.memories))
        self._spread(row, (np.array([stability]), np.array([difficulty])), np.ones(1))
        return np.asarray(row[0], np.float32)


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
        self.programme, share = programme, np.float32(end)
        price = programme.answer_prices(prices)
        self._values = self._of_reviews(np.tile(price, programme.grid.memories), share)
        self._unseen = self._of_unseen(price, share)

    def _of_reviews(self, costs: Singles, share: np.float32) -> list[Singles]:
        """The values of the grid by days left."""
        programme = self.programme
        value = idle = programme.on_the_day()[0]
        values = [value]
        for cost in costs[1:]:
            ask = programme.answered(value)
            ask -= programme.costs(cost)
            value = np.maximum(ask, programme.wait(value), out=ask)
            if share:
                idle = programme.wait(idle)
                value += (idle - value) * share
            values.append(value)
        return values

    def _of_unseen(self, price: Singles, share: np.float32) -> Singles:
        """What a first answer adds per minute, by days left, for each ratio and unseen point."""
        programme = self.programme
        value = idle = programme.on_the_day()[1]
        gain, answers = np.zeros((programme.days + 1, *value.shape), np.float32), 2 - programme.first_right
        first = programme.first_answered(np.array([before[0] for before in (self._values[0], *self._values[:-1])]))
        for left in range(1, programme.days + 1):
            gain[left] = (first[left] - value) / answers[left]
            value = np.maximum(first[left] - price[left][:, None] * answers[left], value)
            value += (idle - value) * share
        return gain

    def per_minute(self, cards: CardArrays, places: Places, left: int) -> Floats:
        """What an answer to each card now adds per minute, in weight, when so many days are left."""
        programme, before = self.programme, self._values[left - 1]
        reviews = (programme.answered(before) - programme.wait(before)) / programme.answers
        return programme.look_up(reviews, self._unseen[left], cards, places) * cards.ratio
