"""How a person learns, as far as the plan knows: FSRS weights, what they knew beforehand, how they rate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp

from dlquiz.readiness.deadline.arrays import Floats
from dlquiz.readiness.deadline.vectorised_fsrs import first_memory
from dlquiz.readiness.knowledge.people import AXES, KNOWN_SPREAD, bounded, unbounded
from dlquiz.scheduler.fsrs import DEFAULT_WEIGHTS

# Shares of Hard, Good and Easy among answers that pass: of reviews, and of first answers (the simulator of fsrs-rs).
PASS_SHARES = (0.224, 0.631, 0.145)
FIRST_PASS_SHARES = (0.124, 0.651, 0.225)
# How many first answers pass in that collection: of a person about whose knowledge nothing is assumed.
FIRST_RIGHT = 0.76
# Days until what a person knew before the first question falls to 90 % recall; their own answers correct it. As one
# number it stands for a spread: what is log-normal around 60 days (deviation 0.7) is recalled so after two weeks.
KNOWN_STABILITY = 50.0


@dataclass(frozen=True)
class Learner:
    """The person's memory. `known_stability` is that of a card whose first answer is right (days).

    Without it (None) nothing is known beforehand: unseen cards count as nothing, and a first answer that passes gets
    the stability that FSRS gives a new card.
    """

    weights: tuple[float, ...] = DEFAULT_WEIGHTS
    known_stability: float | None = KNOWN_STABILITY
    pass_shares: tuple[float, float, float] = PASS_SHARES
    first_pass_shares: tuple[float, float, float] = FIRST_PASS_SHARES

    def first_memory(self, rating: int) -> tuple[float, float]:
        """Stability and difficulty after the first answer: what was known beforehand keeps as knowledge keeps."""
        stability, difficulty = first_memory(self.weights, rating)
        if rating > 1 and self.known_stability is not None:
            return self.known_stability, difficulty
        return stability, difficulty

    def shifted(self, shift: Floats) -> Learner:
        """The same person with another memory: deviations along each axis of `people`, then of what was known."""
        weights = bounded(unbounded(self.weights) + shift[:-1] @ AXES)
        stability = None if self.known_stability is None else self.known_stability * exp(KNOWN_SPREAD * shift[-1])
        return replace(self, weights=weights, known_stability=stability)
