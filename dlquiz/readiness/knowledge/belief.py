"""What is believed of a person and their cards on a day: from the cards in scope and the answers of the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from dlquiz.readiness.cards import UNSEEN, CardArrays
from dlquiz.readiness.deadline.arrays import Floats
from dlquiz.readiness.knowledge.calibration import Calibration, calibrate
from dlquiz.readiness.knowledge.learner import FIRST_RIGHT, Learner
from dlquiz.readiness.knowledge.prior import Groups, Prior, estimate_prior
from dlquiz.readiness.replay import Answers, first_answers, replay


@dataclass(frozen=True)
class ScopeCard:
    """A card in scope: its weight is that of the track, its minutes are those of one answer until it is rated.

    `own` is whether the person wrote it.
    """

    card: str
    deck: str
    level: int
    weight: float
    minutes: float
    own: bool = False


@dataclass(frozen=True)
class Scope:
    """The cards that count, in the order of the bank."""

    cards: Sequence[ScopeCard]

    @cached_property
    def decks(self) -> list[str]:
        """The decks of the cards, in their order."""
        return list(dict.fromkeys(card.deck for card in self.cards))

    @cached_property
    def groups(self) -> Groups:
        """Deck and level of each card, as numbers, and whether it is the person's own."""
        decks = {deck: number for number, deck in enumerate(self.decks)}
        return Groups(
            np.array([decks[card.deck] for card in self.cards], np.int64),
            np.array([self.levels.index(card.level) for card in self.cards], np.int64),
            np.array([card.own for card in self.cards], np.bool_),
        )

    @cached_property
    def levels(self) -> list[int]:
        """The levels that occur, rising."""
        return sorted({card.level for card in self.cards})

    @cached_property
    def weight(self) -> Floats:
        """The weight of each card."""
        return np.array([card.weight for card in self.cards], np.float64)

    @cached_property
    def minutes(self) -> Floats:
        """The minutes of one answer to each card."""
        return np.array([card.minutes for card in self.cards], np.float64)


@dataclass(frozen=True)
class Belief:
    """The person's memory and knowledge, and the cards as they stand today."""

    scope: Scope
    answers: Answers
    calibration: Calibration
    prior: Prior
    cards: CardArrays

    @property
    def learner(self) -> Learner:
        """The person as they are believed to be."""
        return self.calibration.learner

    @property
    def groups(self) -> Groups:
        """Deck and level of each card, as numbers."""
        return self.scope.groups

    def cards_as(self, learner: Learner) -> CardArrays:
        """The cards as they would stand if the person were this learner."""
        memories = replay(self.answers, learner, len(self.scope.cards))
        return replace(self.cards, stability=memories.stability, difficulty=memories.difficulty)


def believe(scope: Scope, answers: Answers, today: int, base: Learner) -> Belief:
    """What the answers up to now say about the person, `base` before any answer, and their cards on the day `today`."""
    count, groups = len(scope.cards), scope.groups
    calibration = calibrate(answers, base, count)
    first = first_answers(answers)
    right = answers.right[first]
    prior = estimate_prior(groups.take(answers.card[first]), right, len(scope.levels))
    knowledge, first_right = np.zeros(count), np.full(count, FIRST_RIGHT)
    if base.known_stability is not None:
        knowledge = first_right = prior.knowledge(groups)
    memories = replay(answers, calibration.learner, count)
    elapsed = np.where(memories.last_day == UNSEEN, UNSEEN, np.maximum(today - memories.last_day, 0))
    cards = CardArrays(
        scope.weight, scope.minutes, memories.stability, memories.difficulty, elapsed, knowledge, first_right
    )
    return Belief(scope, answers, calibration, prior, cards)
