"""Memories from answers, many cards at once, under any learner: what the plan believes of each card today."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlquiz.readiness.cards import UNSEEN
from dlquiz.readiness.deadline.arrays import Booleans, Floats, Integers
from dlquiz.readiness.deadline.vectorised_fsrs import after_review, recall
from dlquiz.readiness.knowledge.learner import Learner


@dataclass(frozen=True)
class Answers:
    """Answers in the order of the log: the place of the card among the cards in scope, the day, the rating 1 to 4.

    `right` is what the check said where there was one, else whether the rating passes.
    """

    card: Integers
    day: Integers
    rating: Integers
    right: Booleans

    def __len__(self) -> int:
        return len(self.card)


@dataclass(frozen=True)
class Memories:
    """Stability, difficulty and last day of each card (`UNSEEN` before an answer).

    `expected` is the recall that each answer was expected to show, NaN for first ones and repeats on one day.
    """

    stability: Floats
    difficulty: Floats
    last_day: Integers
    expected: Floats


def replay(answers: Answers, learner: Learner, cards: int) -> Memories:
    """The memories after these answers: the first of all cards, then the second of those that have one, and so on."""
    stability, difficulty = np.ones(cards), np.full(cards, 5.0)
    last_day, expected = np.full(cards, UNSEEN), np.full(len(answers), np.nan)
    for number, at in enumerate(_rounds(answers)):
        card, day, rating = answers.card[at], answers.day[at], answers.rating[at]
        if number == 0:
            first = np.array([learner.first_memory(grade) for grade in (1, 2, 3, 4)])
            stability[card], difficulty[card] = first[rating - 1].T
        else:
            elapsed = np.maximum(day - last_day[card], 0).astype(np.float64)
            chance = recall(learner.weights, elapsed, stability[card])
            expected[at] = np.where(elapsed > 0, chance, np.nan)
            stability[card], difficulty[card] = after_review(
                learner.weights, stability[card], difficulty[card], elapsed, rating
            )
        last_day[card] = day
    return Memories(stability, difficulty, last_day, expected)


def first_answers(answers: Answers) -> Booleans:
    """Which answers are the first of their card."""
    first = np.zeros(len(answers), np.bool_)
    first[np.unique(answers.card, return_index=True)[1]] = True
    return first


def _rounds(answers: Answers) -> list[Integers]:
    """The places of the first answers of all cards, of the second ones, and so on."""
    order = np.argsort(answers.card, kind="stable")
    card = answers.card[order]
    starts = np.flatnonzero(np.diff(card, prepend=-1))
    number = np.arange(len(card)) - np.repeat(starts, np.diff(starts, append=len(card)))
    return [order[number == turn] for turn in range(int(number.max(initial=-1)) + 1)]
