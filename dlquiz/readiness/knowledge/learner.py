"""How a person learns, as far as the plan knows: FSRS weights, what they knew beforehand, how they rate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp

from dlquiz.readiness.deadline.vectorised_fsrs import first_memory
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

    def shifted(self, first: float, growth: float, known: float, decay: float = 0.0) -> Learner:
        """The same person with other weights: what is scaled by e^shift, but `growth`, which is added to w8.

        `first` scales the first stabilities, `known` the known stability, `decay` the exponent of forgetting (w20).
        """
        weights = list(self.weights)
        weights[:4] = [min(max(weight * exp(first), 0.001), 100.0) for weight in weights[:4]]
        weights[8] = min(max(weights[8] + growth, 0.0), 4.5)
        weights[20] = min(max(weights[20] * exp(decay), 0.1), 0.8)
        stability = None if self.known_stability is None else self.known_stability * exp(known)
        return replace(self, weights=tuple(weights), known_stability=stability)
