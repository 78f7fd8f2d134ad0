"""The person's memory as their answers show it: a shift of FSRS that makes expected recall agree with observed answers.

The shift is along the axes on which people differ (`people`), each with a standard normal prior. Found by Gauss-Newton
steps on the likelihood of the answers that come a day or more after another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dlquiz.readiness.deadline.arrays import Booleans, Floats, Integers
from dlquiz.readiness.knowledge.learner import Learner
from dlquiz.readiness.knowledge.people import DIMENSIONS
from dlquiz.readiness.replay import Answers, first_answers, replay

STEPS, DIFFERENCE, FARTHEST = 4, 0.05, 3
# So many passes of an average person weigh as much as the person's own in how they rate.
USUAL_PASSES = 30


@dataclass(frozen=True)
class Calibration:
    """The corrected learner, and how sure that is.

    `covariance` is that of `shift`, from `base`; `expected` and `observed` are the sums of recall expected
    (before the correction) and of right answers over `answers` of them.
    """

    base: Learner
    shift: Floats
    covariance: Floats
    answers: int
    expected: float
    observed: int

    @property
    def learner(self) -> Learner:
        """The person as they are believed to be."""
        return self.base.shifted(self.shift)

    def moved(self, direction: Floats) -> Learner:
        """The person a little different: the shift moved by `direction`."""
        return self.base.shifted(self.shift + direction)


def calibrate(answers: Answers, base: Learner, cards: int) -> Calibration:
    """What the answers say about the learner's memory, and about how they rate what they pass."""
    base = _rating_habit(answers, base, first_answers(answers))
    expected = replay(answers, base, cards).expected
    scored = np.isfinite(expected)
    right = answers.right[scored]
    shift, precision = np.zeros(DIMENSIONS), np.eye(DIMENSIONS)
    if len(right):
        for _ in range(STEPS):
            gradient, curvature = _slopes(answers, base, cards, shift, scored)
            precision = np.eye(DIMENSIONS) + curvature
            step = np.linalg.solve(precision, gradient - shift)
            shift = np.clip(shift + np.clip(step, -1, 1), -FARTHEST, FARTHEST)
    covariance = np.asarray(np.linalg.inv(precision), np.float64)
    return Calibration(base, shift, covariance, len(right), float(expected[scored].sum()), int(right.sum()))


def _slopes(answers: Answers, base: Learner, cards: int, shift: Floats, scored: Booleans) -> tuple[Floats, Floats]:
    """Gradient and expected curvature of the log likelihood of the answers `scored`, by differences along each axis."""

    def chance(moved: Floats) -> Floats:
        return np.clip(replay(answers, base.shifted(moved), cards).expected[scored], 0.001, 0.999)

    here = chance(shift)
    slopes = np.array([(chance(shift + DIFFERENCE * axis) - here) / DIFFERENCE for axis in np.eye(DIMENSIONS)])
    surprise = answers.right[scored] - here
    certainty = 1 / (here * (1 - here))
    return slopes @ (surprise * certainty), (slopes * certainty) @ slopes.T


def _rating_habit(answers: Answers, base: Learner, first: Booleans) -> Learner:
    """How the person rates what they pass: their own counts, with `USUAL_PASSES` of the usual shares."""
    return replace(
        base,
        pass_shares=_shares(answers.rating[~first], base.pass_shares),
        first_pass_shares=_shares(answers.rating[first], base.first_pass_shares),
    )


def _shares(ratings: Integers, usual: tuple[float, float, float]) -> tuple[float, float, float]:
    counts = np.bincount(ratings, minlength=5)[2:5] + USUAL_PASSES * np.array(usual)
    hard, good, easy = (float(share) for share in counts / counts.sum())
    return hard, good, easy
