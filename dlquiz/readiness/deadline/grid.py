"""The grid on which the deadline programme knows the value of a card: days since the review, stability, difficulty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlquiz.readiness.deadline.arrays import Floats, Integers

STABILITIES, DIFFICULTIES = 24, 3
# Days.
LEAST_STABILITY, MOST_STABILITY = 0.005, 1500.0
# From a week on the chance of recall hardly changes from one day to the next.
ELAPSED = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 22, 27, 33, 40, 50, 60, 75, 90, 120, 150, 180, 240, 365, 730, 1500)


@dataclass(frozen=True)
class Corners:
    """The four points (stability × difficulty, flat) around each memory, and the share of each."""

    points: tuple[Integers, Integers, Integers, Integers]
    shares: tuple[Floats, Floats, Floats, Floats]

    def pairs(self) -> zip[tuple[Integers, Floats]]:
        """Each corner with its share."""
        return zip(self.points, self.shares, strict=True)


class Grid:
    """Days since the last answer up to `longest`, points of log stability, points of difficulty: axes in this order."""

    def __init__(self, longest: int) -> None:
        longest = max(longest, 2)
        self.elapsed = np.array([*(days for days in ELAPSED if days < longest), longest], np.float64)
        self.log_stability = np.linspace(np.log(LEAST_STABILITY), np.log(MOST_STABILITY), STABILITIES)
        self.difficulty = np.linspace(1, 10, DIFFICULTIES)
        self.memories = STABILITIES * DIFFICULTIES

    def points(self) -> tuple[Floats, Floats, Floats]:
        """Stability, difficulty and elapsed days of every point of the grid, flat."""
        elapsed, stability, difficulty = np.meshgrid(
            self.elapsed, np.exp(self.log_stability), self.difficulty, indexing="ij"
        )
        return stability.ravel(), difficulty.ravel(), elapsed.ravel()

    def corners(self, stability: Floats, difficulty: Floats) -> Corners:
        """Where these memories lie on the grid; outside it, at its edge."""
        step = self.log_stability[1] - self.log_stability[0]
        x = np.clip((np.log(stability) - self.log_stability[0]) / step, 0, STABILITIES - 1.000001)
        y = np.clip((difficulty - 1) / (self.difficulty[1] - self.difficulty[0]), 0, DIFFICULTIES - 1.000001)
        i, j = x.astype(np.int64), y.astype(np.int64)
        x, y, flat = x - i, y - j, i * DIFFICULTIES + j
        return Corners(
            (flat, flat + 1, flat + DIFFICULTIES, flat + DIFFICULTIES + 1),
            ((1 - x) * (1 - y), (1 - x) * y, x * (1 - y), x * y),
        )

    def days(self, elapsed: Floats) -> tuple[Integers, Floats]:
        """The grid day at or before each, and the share of the next one."""
        return between(self.elapsed, elapsed)


def between(points: Floats, values: Floats) -> tuple[Integers, Floats]:
    """The place of the point at or before each value, and the share of the next point; outside, the edge.

    >>> place, share = between(np.array([1.0, 2.0, 4.0]), np.array([0.5, 3.0, 9.0]))
    >>> place.tolist(), share.tolist()
    ([0, 1, 1], [0.0, 0.5, 1.0])
    """
    if len(points) == 1:
        return np.zeros(len(values), np.int64), np.zeros(len(values))
    place = np.clip(np.searchsorted(points, values, side="right") - 1, 0, len(points) - 2)
    before, after = points[place], points[place + 1]
    return place, np.clip((values - before) / (after - before), 0.0, 1.0)
