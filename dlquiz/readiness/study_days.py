"""The days until the interview and the minutes of each. Days are numbers, as in `dlquiz.scheduler.days`; no numpy."""

from __future__ import annotations

from typing import NamedTuple

from dlquiz.readiness.plan_settings import PlanSettings

# Day 0, 1970-01-01, was a Thursday; Monday is 0.
FIRST_WEEKDAY = 3


class StudyDays(NamedTuple):
    """When a person studies: `interview` is the day of it, `rest` are weekdays (Monday 0), `off` single days."""

    interview: int
    minutes: float
    rest: frozenset[int] = frozenset()
    off: frozenset[int] = frozenset()

    def left(self, today: int) -> int:
        """The days from today to the interview: 1 on the evening before, 0 on the day and after it."""
        return max(0, self.interview - today)

    @classmethod
    def of(cls, plan: PlanSettings, minutes_per_day: float) -> StudyDays:
        """The days of a plan; `minutes_per_day` hold where it has none of its own."""
        return cls(plan.date, minutes_per_day if plan.minutes is None else plan.minutes, plan.rest, plan.off)

    def minutes_on(self, day: int) -> float:
        """The minutes of a day, 0 on a day of rest and from the interview on."""
        closed = day >= self.interview or day in self.off or (day + FIRST_WEEKDAY) % 7 in self.rest
        return 0.0 if closed else self.minutes

    def budget(self, today: int, spent: float = 0.0) -> list[float]:
        """The minutes of each day by days left, today's less those `spent`; place 0, the day itself, has none.

        >>> StudyDays(interview=10, minutes=40.0, off=frozenset({8})).budget(7, spent=15)
        [0.0, 40.0, 0.0, 25.0]
        """
        minutes = [self.minutes_on(self.interview - left) for left in range(self.left(today) + 1)]
        return [*minutes[:-1], max(0.0, minutes[-1] - spent)]
