"""What the plan knows of each card on a day: how often it is asked, its minutes, its memory or what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from dlquiz.readiness.deadline.arrays import Booleans, Floats, Integers
from dlquiz.readiness.deadline.vectorised_fsrs import recall
from dlquiz.readiness.knowledge.learner import Learner

UNSEEN = -1


@dataclass(frozen=True)
class CardArrays:
    """The cards in scope, one place in every array for each.

    `elapsed` are the whole days since the last answer, `UNSEEN` before the first; `knowledge` is the chance that an
    unseen card is answered right without study, `first_right` that its first answer is (the same, but where a
    benchmark counts unseen cards as nothing). `minutes` are those of one answer.
    """

    weight: Floats
    minutes: Floats
    stability: Floats
    difficulty: Floats
    elapsed: Integers
    knowledge: Floats
    first_right: Floats

    @property
    def unseen(self) -> Booleans:
        return np.asarray(self.elapsed == UNSEEN)

    @property
    def ratio(self) -> Floats:
        """Weight per minute: what an answer costs decides as much as what it is worth."""
        return self.weight / self.minutes

    def right(self, learner: Learner, later: float = 0.0) -> Floats:
        """The chance of a right answer to each card `later` days from now when nothing is studied."""
        seen = recall(learner.weights, np.maximum(self.elapsed, 0) + later, self.stability)
        return np.where(self.unseen, unseen_right(learner, self.knowledge, later), seen)

    def readiness(self, learner: Learner, later: float = 0.0) -> float:
        """Σ weight · P(right) / Σ weight, `later` days from now when nothing is studied."""
        return float((self.right(learner, later) * self.weight).sum() / self.weight.sum())

    def take(self, places: Integers) -> CardArrays:
        """The cards at these places only."""
        return replace(self, **{field.name: getattr(self, field.name)[places] for field in fields(self)})

    def copy(self) -> CardArrays:
        """The same with arrays of its own, which a simulation may change."""
        return replace(self, **{field.name: getattr(self, field.name).copy() for field in fields(self)})


def unseen_right(learner: Learner, knowledge: Floats, later: Floats | float) -> Floats:
    """What is known without study fades with the stability of what was known beforehand."""
    if learner.known_stability is None:
        return knowledge
    return np.asarray(knowledge * recall(learner.weights, later, learner.known_stability))
