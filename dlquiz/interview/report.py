"""The report on an interview: the share of right answers by topic and kind with what it may really be, and the pace."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import Any, Literal

from dlquiz.interview.ranges import Range, difference_range, share_range
from dlquiz.scheduler.days import Instant

# What came of a question in the end; `unrated` was answered, but the person has not gone through it yet.
FinalOutcome = Literal["right", "wrong", "skipped", "unrated"]
MOST_NAMED = 3


@dataclass(frozen=True)
class Points:
    """The points of a card that were made, counted from 1, those that a good answer needs, and how many there are."""

    made: tuple[int, ...]
    core: tuple[int, ...]
    of: int


@dataclass(frozen=True)
class Question:
    """One question of the interview and what came of it; `asked_at` is ISO 8601, times are seconds."""

    card: str
    deck: str
    kind: str
    level: int
    asked_at: str
    seconds: float
    limit: float
    outcome: FinalOutcome
    points: Points | None = None
    follow_up_of: str | None = None
    easier: bool = False
    mistake: str | None = None

    @property
    def counts(self) -> bool:
        return self.outcome != "unrated"


@dataclass(frozen=True)
class Score:
    """The share of right answers among those of a topic, a kind or all, and its 80 % range."""

    name: str
    asked: int
    right: int
    score: float
    low: float
    high: float

    @property
    def range(self) -> Range:
        return Range(self.score, self.low, self.high)


@dataclass(frozen=True)
class Pace:
    """Seconds of all answers, how many took longer than their limit, and the median share of the limit."""

    seconds: float
    over: int
    of_limit: float


@dataclass(frozen=True)
class Readiness:
    """What the plan said when the answers were rated: readiness then and on the date that is planned for."""

    date: str
    now: float
    on_the_day: float


@dataclass(frozen=True)
class Report:
    """What one interview showed. `strongest` and `weakest` are decks, the clearest first; `study` are the cards to
    study next, missed ones that are asked most first."""

    id: str
    at: str
    minutes: float
    track: str
    questions: tuple[Question, ...]
    total: Score
    topics: tuple[Score, ...]
    kinds: tuple[Score, ...]
    pace: Pace
    strongest: tuple[str, ...]
    weakest: tuple[str, ...]
    readiness: Readiness | None = None

    @property
    def missed(self) -> tuple[str, ...]:
        """The cards that were not answered right, in the order in which they were asked."""
        return tuple(one.card for one in self.questions if one.outcome in ("wrong", "skipped"))

    def to_json(self) -> dict[str, Any]:
        """As the log keeps it and `--json` prints it."""
        found = asdict(self)
        found["topics"] = [_renamed(one, "deck") for one in self.topics]
        found["kinds"] = [_renamed(one, "kind") for one in self.kinds]
        return found | {"total": {name: value for name, value in found["total"].items() if name != "name"}}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Report | None:
        """The report that was written so; None when it cannot be read."""
        try:
            return cls(
                str(found["id"]),
                str(found["at"]),
                float(found["minutes"]),
                str(found["track"]),
                tuple(map(_question, found["questions"])),
                Score(name="", **found["total"]),
                tuple(_score(one, "deck") for one in found["topics"]),
                tuple(_score(one, "kind") for one in found["kinds"]),
                Pace(**found["pace"]),
                tuple(found["strongest"]),
                tuple(found["weakest"]),
                Readiness(**found["readiness"]) if found.get("readiness") else None,
            )
        except (KeyError, TypeError, ValueError):
            return None


def make_report(
    heading: tuple[str, Instant, float, str], questions: Sequence[Question], readiness: Readiness | None = None
) -> Report:
    """The report on these questions; the heading is the interview's id, beginning, minutes and track."""
    name, at, minutes, track = heading
    topics = _scores(questions, lambda one: one.deck)
    counted = [one for one in questions if one.counts]
    return Report(
        name,
        iso(at),
        minutes,
        track,
        tuple(questions),
        _score_of("", counted),
        topics,
        _scores(questions, lambda one: one.kind),
        _pace(questions),
        _strongest(topics),
        _weakest(topics),
        readiness,
    )


def iso(at: Instant) -> str:
    """A moment as ISO 8601 with the zone in which it was lived.

    >>> iso(Instant(1_772_442_000_000, 60))
    '2026-03-02T10:00:00+01:00'
    """
    from datetime import datetime, timedelta, timezone

    return datetime.fromtimestamp(at.at // 1000, timezone(timedelta(minutes=at.offset))).isoformat()


def _scores(questions: Sequence[Question], of: Callable[[Question], str]) -> tuple[Score, ...]:
    """One for each topic or kind, those with most questions first."""
    groups: dict[str, list[Question]] = {}
    for one in questions:
        if one.counts:
            groups.setdefault(of(one), []).append(one)
    return tuple(
        sorted((_score_of(name, ones) for name, ones in groups.items()), key=lambda one: (-one.asked, one.name))
    )


def _score_of(name: str, questions: Sequence[Question]) -> Score:
    right = sum(one.outcome == "right" for one in questions)
    found = share_range(right, len(questions))
    return Score(name, len(questions), right, *(round(number, 4) for number in found))


def _pace(questions: Sequence[Question]) -> Pace:
    answered = [one for one in questions if one.outcome != "skipped"]
    shares = [one.seconds / one.limit for one in answered]
    over = sum(one.seconds > one.limit for one in answered)
    return Pace(round(sum(one.seconds for one in questions), 1), over, round(median(shares), 2) if shares else 0.0)


def _strongest(topics: Sequence[Score]) -> tuple[str, ...]:
    """The topics that are surely good: by the lower end of the range, none that was missed more often than not."""
    good = [one for one in topics if one.score > 0.5]
    return tuple(one.name for one in sorted(good, key=lambda one: (-one.low, one.name))[:MOST_NAMED])


def _weakest(topics: Sequence[Score]) -> tuple[str, ...]:
    bad = [one for one in topics if one.score <= 0.5]
    return tuple(one.name for one in sorted(bad, key=lambda one: (one.high, one.name))[:MOST_NAMED])


def compared(before: Report, after: Report) -> Range:
    """How much the later interview was better, with its 80 % range."""
    return difference_range(before.total.range, after.total.range)


def _renamed(score: Score, name: str) -> dict[str, Any]:
    return {name: score.name, **{key: value for key, value in asdict(score).items() if key != "name"}}


def _score(found: Mapping[str, Any], name: str) -> Score:
    return replace(Score("", **{key: value for key, value in found.items() if key != name}), name=str(found[name]))


def _question(found: Mapping[str, Any]) -> Question:
    points = found.get("points")
    made = Points(tuple(points["made"]), tuple(points["core"]), int(points["of"])) if points else None
    return Question(**{**found, "points": made})
