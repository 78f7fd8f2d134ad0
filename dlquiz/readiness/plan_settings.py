"""The plan a person sets: the date of the interview, the minutes and the days of study, and what it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dlquiz.scheduler.days import date_of, day_of_date

GENERAL = "general"


class PlanSettings(NamedTuple):
    """What holds from the day it is set on; days are numbers, weekdays count from Monday (0).

    `minutes` None means those of the settings; no decks and no tags mean all of them.
    """

    date: int
    minutes: float | None = None
    rest: frozenset[int] = frozenset()
    off: frozenset[int] = frozenset()
    track: str = GENERAL
    decks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As a row of the log keeps it."""
        found: dict[str, Any] = {"date": date_of(self.date), "track": self.track}
        if self.minutes is not None:
            found["minutes_per_day"] = self.minutes
        if self.rest:
            found["rest_days"] = sorted(self.rest)
        if self.off:
            found["off"] = [date_of(day) for day in sorted(self.off)]
        return found | {name: list(value) for name, value in (("decks", self.decks), ("tags", self.tags)) if value}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> PlanSettings | None:
        """The plan that a row of the log keeps; None where there is none, or none that can be read.

        >>> plan = PlanSettings(20_500, 40.0, off=frozenset({20_490}), decks=("attention",))
        >>> PlanSettings.from_json(plan.to_json()) == plan, PlanSettings.from_json({})
        (True, None)
        """
        try:
            minutes = found.get("minutes_per_day")
            return cls(
                day_of_date(found["date"]),
                None if minutes is None else float(minutes),
                frozenset(int(day) for day in found.get("rest_days", ())),
                frozenset(day_of_date(day) for day in found.get("off", ())),
                str(found.get("track", GENERAL)),
                _texts(found.get("decks", ())),
                _texts(found.get("tags", ())),
            )
        except (KeyError, TypeError, ValueError):
            return None


def _texts(values: Sequence[Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)
