"""What a plan says, as values that are kept, printed and drawn; reading them back needs no numpy.

Named tuples: they are on the way to the first question, where defining a dataclass costs ten times as much.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Day(NamedTuple):
    """Readiness at the start of a day, and what 80 % of the outcomes lie between."""

    date: str
    low: float
    expected: float
    high: float


class MoreTime(NamedTuple):
    """The readiness on the day with so many minutes more on every study day."""

    minutes: float
    on_the_day: float


class Topic(NamedTuple):
    """A deck: its share of the weight, how many cards were seen and will not be, readiness now and on the day."""

    deck: str
    cards: int
    seen: int
    left_out: int
    weight: float
    now: float
    on_the_day: float


class PlanReport(NamedTuple):
    """The plan of a day. Probabilities and shares are fractions.

    By card, `gain` is what an answer today adds per minute (weight · recall), most first, `minutes` what it is expected
    to take, its return after a miss included.

    `answers`, `expected` and `observed` are those that come a day or more after another: how many, how many of them
    FSRS would have expected to be right, and how many were. `time` (of the clock, 09:12) is when it was made, from the
    log of that `revision` and the questions of that `bank_revision`.
    """

    key: str
    as_of: str
    date: str
    days_left: int
    study_days: int
    minutes_per_day: float
    minutes_today: float
    minutes_left: float
    track: str
    cards: int
    weight: float
    seen: int
    now: float
    on_the_day: float
    low: float
    high: float
    more: tuple[MoreTime, ...]
    curve: tuple[Day, ...]
    topics: tuple[Topic, ...]
    reviews_today: int
    new_today: int
    left_out: int
    left_out_by_weight: Mapping[str, int]
    unseen_known: float
    answers: int
    expected: float
    observed: int
    prices: tuple[float, ...]
    gain: Mapping[str, float]
    minutes: Mapping[str, float]
    time: str = ""
    revision: str = ""
    bank_revision: str = ""

    def to_json(self, titles: Mapping[str, Any]) -> dict[str, Any]:
        """As `dlquiz plan --json` prints it; `titles` are those of the decks."""
        topics = [{"deck": topic.deck, "title": titles.get(topic.deck)} | _rest(topic) for topic in self.topics]
        return {
            "date": self.date,
            "days_left": self.days_left,
            "study_days": self.study_days,
            "minutes_per_day": self.minutes_per_day,
            "track": self.track,
            "as_of": self.as_of,
            "scope": {"cards": self.cards, "weight": round(self.weight, 4)},
            "seen": self.seen,
            "readiness": {
                "now": _round(self.now),
                "on_the_day": _round(self.on_the_day),
                "low": _round(self.low),
                "high": _round(self.high),
                "more": [{"minutes": more.minutes, "on_the_day": _round(more.on_the_day)} for more in self.more],
            },
            "curve": [{name: _round(value) for name, value in day._asdict().items()} for day in self.curve],
            "topics": topics,
            "today": {
                "minutes": round(self.minutes_today, 1),
                "minutes_left": round(self.minutes_left, 1),
                "reviews": self.reviews_today,
                "new": self.new_today,
            },
            "left_out": {"cards": self.left_out, "by_weight": dict(self.left_out_by_weight)},
            "calibration": {
                "answers": self.answers,
                "expected": _round(self.expected / self.answers) if self.answers else None,
                "observed": _round(self.observed / self.answers) if self.answers else None,
            },
        }

    def kept(self) -> dict[str, Any]:
        """As the cache keeps it."""
        nested = {name: [one._asdict() for one in getattr(self, name)] for name in ("more", "curve", "topics")}
        return self._asdict() | nested

    @classmethod
    def from_kept(cls, found: Mapping[str, Any]) -> PlanReport | None:
        """What the cache kept; None when it is not whole."""
        try:
            return cls(
                **{
                    **found,
                    "more": tuple(MoreTime(**more) for more in found["more"]),
                    "curve": tuple(Day(**day) for day in found["curve"]),
                    "topics": tuple(Topic(**topic) for topic in found["topics"]),
                    "prices": tuple(float(price) for price in found["prices"]),
                    "gain": _numbers(found["gain"]),
                    "minutes": _numbers(found["minutes"]),
                }
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            return None

    @property
    def cards_today(self) -> int:
        """How many cards what is left of today's minutes is for."""
        return self.reviews_today + self.new_today

    def most_to_gain(self) -> list[Topic]:
        """The topics by the weight that is not known, most first."""
        return sorted(self.topics, key=lambda topic: -topic.weight * (1 - topic.now))

    def best(self) -> list[str]:
        """The cards by what an answer gains, most first; none that gains nothing."""
        return [card for card, gain in self.gain.items() if gain > 0]


def _numbers(found: Mapping[str, Any]) -> dict[str, float]:
    return {str(card): float(value) for card, value in found.items()}


def _rest(topic: Topic) -> dict[str, Any]:
    found = topic._asdict()
    del found["deck"]
    return {name: _round(value) for name, value in found.items()}


def _round(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value
