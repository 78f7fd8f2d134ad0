"""The days until the interview and the minutes of each. Days are numbers, as in `dlquiz.scheduler.days`."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

import numpy as np

from dlquiz.readiness.arrays import Floats

# Day 0, 1970-01-01, was a Thursday; Monday is 0.
FIRST_WEEKDAY = 3


@dataclass(frozen=True)
class StudyDays:
    """When a person studies: `interview` is the day of it, `rest` are weekdays (Monday 0), `off` single days."""

    interview: int
    minutes: float
    rest: frozenset[int] = frozenset()
    off: frozenset[int] = frozenset()

    def left(self, today: int) -> int:
        """The days from today to the interview: 1 on the evening before, 0 on the day and after it."""
        return max(0, self.interview - today)

    def budget(self, today: int, spent: float = 0.0) -> Floats:
        """The minutes of each day by days left, today's less those `spent`; place 0, the day itself, has none.

        >>> StudyDays(interview=10, minutes=40, off=frozenset({8})).budget(7, spent=15).tolist()
        [0.0, 40.0, 0.0, 25.0]
        """
        minutes = np.zeros(self.left(today) + 1)
        for left in range(1, len(minutes)):
            minutes[left] = 0.0 if _closed(self.interview - left, self.rest, self.off) else self.minutes
        if len(minutes) > 1:
            minutes[-1] = max(0.0, minutes[-1] - spent)
        return minutes


def _closed(day: int, rest: Set[int], off: Set[int]) -> bool:
    return day in off or (day + FIRST_WEEKDAY) % 7 in rest
