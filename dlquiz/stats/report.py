"""What `dlquiz stats` says, as values: days, forecast, retention, mistakes over time, time by kind of card."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple, TypeVar

from dlquiz.interview.ranges import share_range
from dlquiz.scheduler import State, date_of
from dlquiz.stats.answers import StudyAnswer

# Days ahead in the forecast; answers in a point of the calibration at least, and points at most.
FORECAST_DAYS, LEAST_IN_BIN, MOST_BINS = 30, 20, 10
# A day number divided by 7 begins a week on Thursday, 1970-01-01; weeks here begin on Monday.
MONDAY = 3

Key = TypeVar("Key", int, str)


class StudyDay(NamedTuple):
    """What was done on a day (a number); `new` are the cards answered in study for the first time."""

    day: int
    answers: int
    right: int
    new: int
    minutes: float


class DueDay(NamedTuple):
    """How many cards come back on a day; what is overdue comes today."""

    day: int
    cards: int


class CalibrationBin(NamedTuple):
    """Answers of about the same expected recall: its mean, the share that was right, and the 80 % range of that."""

    answers: int
    expected: float
    observed: float
    low: float
    high: float


class Retention(NamedTuple):
    """Answers a day or more after another of the same card: how many were right, and how many FSRS expected."""

    answers: int
    right: int
    expected: float
    bins: tuple[CalibrationBin, ...]


class KindTime(NamedTuple):
    """The answers to cards of a kind: minutes in all, median seconds of one, share right."""

    kind: str
    answers: int
    minutes: float
    seconds: float
    right: float


class MistakeWeek(NamedTuple):
    """A week by its Monday: answers, those that were not right, and those with a mistake that was recognised."""

    monday: int
    answers: int
    wrong: int
    recognised: int


class StatsReport(NamedTuple):
    """Everything but the topics, which come from the plan. `today` and all days are day numbers."""

    today: int
    days: tuple[StudyDay, ...]
    streak: int
    forecast: tuple[DueDay, ...]
    retention: Retention
    kinds: tuple[KindTime, ...]
    weeks: tuple[MistakeWeek, ...]

    def to_json(self) -> dict[str, Any]:
        """As `dlquiz stats --json` prints it, days as dates."""
        retention = self.retention
        return {
            "date": date_of(self.today),
            "streak": self.streak,
            "days": [_dated(one._asdict()) for one in self.days],
            "forecast": [_dated(one._asdict()) for one in self.forecast],
            "retention": {
                "answers": retention.answers,
                "observed": round(retention.right / retention.answers, 4) if retention.answers else None,
                "expected": round(retention.expected / retention.answers, 4) if retention.answers else None,
                "bins": [_dated(one._asdict()) for one in retention.bins],
            },
            "kinds": [_dated(one._asdict()) for one in self.kinds],
            "weeks": [_dated(one._asdict()) for one in self.weeks],
        }


def stats_report(
    answers: Sequence[StudyAnswer],
    expected: Sequence[float | None],
    states: Iterable[State],
    cards: Collection[str],
    today: int,
) -> StatsReport:
    """The numbers of a log; `expected` is the recall that FSRS held for each scheduled answer, in their order."""
    scheduled = [one for one in answers if one.memory is not None]
    pairs = [(chance, one.right) for chance, one in zip(expected, scheduled, strict=True) if chance is not None]
    days = study_days(answers)
    return StatsReport(
        today=today,
        days=days,
        streak=streak([one.day for one in days], today),
        forecast=forecast(states, cards, today),
        retention=retention(pairs),
        kinds=kind_times(answers),
        weeks=mistake_weeks(answers),
    )


def study_days(answers: Sequence[StudyAnswer]) -> tuple[StudyDay, ...]:
    """Each day with answers, the earliest first."""
    first: dict[str, int] = {}
    for one in answers:
        if one.memory is not None:
            first[one.card] = min(one.day, first.get(one.card, one.day))
    new: dict[int, int] = defaultdict(int)
    for day in first.values():
        new[day] += 1
    return tuple(
        StudyDay(day, len(inside), sum(one.right for one in inside), new[day], _minutes(inside))
        for day, inside in _grouped(answers, lambda one: one.day)
    )


def streak(days: Collection[int], today: int) -> int:
    """How many days in a row were studied, up to today or, while today is still open, yesterday.

    >>> streak([1, 3, 4, 5], 5), streak([1, 3, 4, 5], 6), streak([1, 3, 4, 5], 7)
    (3, 3, 0)
    """
    there = set(days)
    last = today if today in there else today - 1
    length = 0
    while last - length in there:
        length += 1
    return length


def forecast(states: Iterable[State], cards: Collection[str], today: int) -> tuple[DueDay, ...]:
    """The cards of the bank by the day on which they come back, from today on; suspended ones do not."""
    counts = dict.fromkeys(range(today, today + FORECAST_DAYS), 0)
    there = set(cards)
    for state in states:
        if state.due_day is None or state.suspended or state.card not in there:
            continue
        day = max(state.due_day, state.buried_until or 0, today)
        if day in counts:
            counts[day] += 1
    return tuple(DueDay(day, number) for day, number in counts.items())


def retention(pairs: Sequence[tuple[float, bool]]) -> Retention:
    """Expected recall against what was right; the bins hold about the same number of answers each.

    >>> retention([(0.8, True), (0.9, False)])
    Retention(answers=2, right=1, expected=1.7000000000000002, bins=())
    """
    ordered = sorted(pairs)
    number = min(MOST_BINS, len(ordered) // LEAST_IN_BIN)
    edges = [round(place * len(ordered) / number) for place in range(number + 1)] if number else []
    bins = tuple(_bin(ordered[start:end]) for start, end in pairwise(edges))
    return Retention(len(ordered), sum(right for _, right in ordered), sum(chance for chance, _ in ordered), bins)


def kind_times(answers: Sequence[StudyAnswer]) -> tuple[KindTime, ...]:
    """What each kind of card takes, the one with most minutes first; cards that are gone are left out."""
    found = []
    for kind, inside in _grouped([one for one in answers if one.kind is not None], lambda one: one.kind or ""):
        times = [one.seconds for one in inside if one.seconds > 0]
        right = sum(one.right for one in inside) / len(inside)
        found.append(KindTime(kind, len(inside), _minutes(inside), median(times) if times else 0.0, right))
    return tuple(sorted(found, key=lambda one: -one.minutes))


def mistake_weeks(answers: Sequence[StudyAnswer]) -> tuple[MistakeWeek, ...]:
    """Each week with answers, the earliest first."""
    return tuple(
        MistakeWeek(
            monday,
            len(inside),
            sum(not one.right for one in inside),
            sum(one.mistake is not None and not one.right for one in inside),
        )
        for monday, inside in _grouped(answers, lambda one: monday_of(one.day))
    )


def monday_of(day: int) -> int:
    """The Monday of the week of a day.

    >>> date_of(monday_of(20486)), date_of(monday_of(20492))
    ('2026-02-02', '2026-02-02')
    """
    return day - (day + MONDAY) % 7


def _bin(pairs: Sequence[tuple[float, bool]]) -> CalibrationBin:
    right = sum(one for _, one in pairs)
    found = share_range(right, len(pairs))
    mean = sum(chance for chance, _ in pairs) / len(pairs)
    return CalibrationBin(len(pairs), mean, found.share, found.low, found.high)


def _minutes(answers: Sequence[StudyAnswer]) -> float:
    return sum(one.seconds for one in answers) / 60


def _grouped(answers: Sequence[StudyAnswer], key: Callable[[StudyAnswer], Key]) -> list[tuple[Key, list[StudyAnswer]]]:
    groups: dict[Key, list[StudyAnswer]] = defaultdict(list)
    for one in answers:
        groups[key(one)].append(one)
    return sorted(groups.items())


def _dated(values: dict[str, Any]) -> dict[str, Any]:
    found = {name: round(value, 4) if isinstance(value, float) else value for name, value in values.items()}
    return found | {name: date_of(values[name]) for name in ("day", "monday") if name in values}
