"""What the log says about a card: the state that follows from its live rows, one card at a time or many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import sub
from typing import Any, NamedTuple

from dlquiz.scheduler.fsrs import AGAIN, MAX_ELAPSED, RATINGS, Memory, Model

LEECH_AT, LEECH_EVERY = 8, 4
RECENT_RIGHT, RECENT = 5, 10
MIN_SECONDS = 1.0  # what an answer counts for at least, where time is a divisor or a budget
SCHEDULING = ("review", "reset", "due")
ANSWERS = ("review", "cram", "drill")
SEPARATOR = "\x1f"
_AS_NUMBERS = bytes.maketrans(b"1234", bytes(RATINGS))


class Entry(NamedTuple):
    """What memory reads of a live row of the log: `day` is the row's own local day, `at` its instant (UTC ms).

    `right_milliseconds` is how long the answer took, None when it was not a right one.
    """

    id: str
    kind: str
    day: int
    rating: int | None = None
    interval: int | None = None
    right_milliseconds: int | None = None
    mistake: str | None = None
    at: int = 0


class Reviews(NamedTuple):
    """The live rows of a card that has nothing but reviews, packed by SQL: lists with commas, in the order of (at, id).

    `ratings` are digits without commas, `mistakes` are separated by `SEPARATOR`, empty where there was none. The lists
    of a card are of use only where `only_reviews` is 1.
    """

    card: str
    newest: str
    at_sum: int
    days: str
    ratings: str
    intervals: str
    right_milliseconds: str | None
    mistaken: int
    mistakes: str
    only_reviews: int = 1


class State(NamedTuple):
    """Where a card stands. A tuple, not a dataclass: it is a row of the table of states, a million of them at once.

    `reviews`, `lapses`, `first_day`, `last_day` and `interval` count since the last reset; days are those of
    `dlquiz.scheduler.days`. `version` names the live rows that scheduled the card ("" before any): two equal ones mean
    that nothing happened in between. `usual_seconds` is the median of the last right answers, `mistakes` how often
    the commonest mistake of the last answers was made.
    """

    card: str
    stability: float | None = None
    difficulty: float | None = None
    reviews: int = 0
    lapses: int = 0
    first_day: int | None = None
    last_day: int | None = None
    due_day: int | None = None
    interval: int = 0
    suspended: bool = False
    buried_until: int | None = None
    flagged: bool = False
    usual_seconds: float | None = None
    mistakes: int = 0
    version: str = ""

    @property
    def memory(self) -> Memory | None:
        if self.stability is None or self.difficulty is None:
            return None
        return Memory(self.stability, self.difficulty)

    def elapsed(self, today: int) -> int:
        """Whole days since the last review, never negative: after travel or a clock set back it is zero."""
        return 0 if self.last_day is None else max(0, today - self.last_day)

    def inactive(self, today: int) -> bool:
        """Suspended, or buried until a later day."""
        return bool(self.suspended) or (self.buried_until is not None and today < self.buried_until)


def replay(card: str, entries: Iterable[Entry], model: Model) -> State:
    """The state of a card after its live entries, given in the order of (at, id).

    >>> replay("bn-why", [Entry("1", "review", 0, 3, 2), Entry("2", "review", 2, 3, 11)], Model()).due_day
    13
    """
    return replay_many([(card, list(entries))], model)[0]


def replay_many(cards: Sequence[tuple[str, Sequence[Entry]]], model: Model) -> list[State]:
    """The states of many cards; the engine is called once for all of them."""
    drafts = [_draft(card, entries) for card, entries in cards]
    memories = model.memories([history for _, history in drafts])
    return [
        draft if memory is None else draft._replace(stability=memory.stability, difficulty=memory.difficulty)
        for (draft, _), memory in zip(drafts, memories, strict=True)
    ]


def replay_reviews(cards: Sequence[Reviews], model: Model) -> list[State]:
    """The same as `replay_many` for cards that were only ever reviewed, several times as fast."""
    drafts: list[tuple[Any, ...]] = []
    histories: list[Iterable[tuple[int, int]]] = []
    for _, newest, at_sum, days, ratings, intervals, right, mistaken, mistakes, _ in cards:
        when = list(map(int, days.split(",")))
        gaps = [0, *map(sub, when[1:], when)]
        if min(gaps) < 0 or max(gaps) > MAX_ELAPSED:
            gaps = [min(max(0, gap), MAX_ELAPSED) for gap in gaps]
        lapses = _lapses(ratings, gaps) if "1" in ratings else 0
        interval = int(intervals[intervals.rfind(",") + 1 :])
        usual = _usual_seconds(list(map(int, right.rsplit(",", RECENT_RIGHT)[-RECENT_RIGHT:]))) if right else None
        worst = _mistakes(mistakes.split(SEPARATOR)[-RECENT:]) if mistaken else 0
        last, version = when[-1], _version(newest, len(when), at_sum)
        drafts.append(
            (len(when), lapses, when[0], last, last + interval, interval, False, None, False, usual, worst, version)
        )
        histories.append(zip(ratings.encode().translate(_AS_NUMBERS), gaps, strict=True))
    memories = model.memories(histories)
    return [
        State._make((packed.card, *memory, *draft))
        for packed, memory, draft in zip(cards, memories, drafts, strict=True)
        if memory
    ]


def _lapses(ratings: str, gaps: Sequence[int]) -> int:
    """How often the card was missed on a later day than that of the review before."""
    if gaps.count(0) == 1:  # only before the first review, which is no lapse
        return ratings.count("1", 1)
    return sum(rating == "1" and gap > 0 for rating, gap in zip(ratings, gaps, strict=True))


def is_leech(lapses: int) -> bool:
    """Whether this many lapses are worth a word: at 8, then every 4 more.

    >>> [lapses for lapses in range(20) if is_leech(lapses)]
    [8, 12, 16]
    """
    return lapses >= LEECH_AT and (lapses - LEECH_AT) % LEECH_EVERY == 0


def _draft(card: str, entries: Sequence[Entry]) -> tuple[State, list[tuple[int, int]]]:
    """Everything but the memory, and the (rating, elapsed days) that the engine makes the memory from."""
    history: list[tuple[int, int]] = []
    lapses = interval = 0
    first = last = due = buried = None
    suspended = flagged = False
    for entry in entries:
        kind, day, days = entry.kind, entry.day, entry.interval or 0
        match kind:
            case "review" if entry.rating in RATINGS:
                elapsed = 0 if last is None else min(max(0, day - last), MAX_ELAPSED)
                # Missing a card again in the session in which it was missed is the same lapse.
                lapses += entry.rating == AGAIN and elapsed > 0
                history.append((entry.rating, elapsed))
                first = day if first is None else first
                last, interval, due = day, days, day + days
            case "due" if history:
                due = day + days
            case "reset":
                history.clear()
                lapses = interval = 0
                first = last = due = None
            case "suspend" | "unsuspend":
                suspended = kind == "suspend"
            case "flag" | "unflag":
                flagged = kind == "flag"
            case "bury":
                buried = day + 1
            case _:
                # Answers that are not scheduled, such as those of a drill.
                pass
    answers = [entry for entry in entries if entry.kind in ANSWERS]
    right = [entry.right_milliseconds for entry in answers if entry.right_milliseconds is not None]
    state = State(
        card,
        None,
        None,
        len(history),
        lapses,
        first,
        last,
        due,
        interval,
        suspended,
        buried,
        flagged,
        _usual_seconds(right),
        _mistakes([entry.mistake or "" for entry in answers[-RECENT:]]),
        _version_of([entry for entry in entries if entry.kind in SCHEDULING]),
    )
    return state, history


def _version_of(scheduling: Sequence[Entry]) -> str:
    newest = max((entry.id for entry in scheduling), default="")
    return _version(newest, len(scheduling), sum(entry.at for entry in scheduling))


def _version(newest: str, count: int, at_sum: int) -> str:
    return f"{newest}-{count}-{at_sum}" if count else ""


def _usual_seconds(right_milliseconds: list[int]) -> float | None:
    """The median, never below MIN_SECONDS: a script that replies at once, or a clock that was set back, takes 0."""
    recent = sorted(right_milliseconds[-RECENT_RIGHT:])
    if not recent:
        return None
    middle = len(recent) // 2
    return max((recent[middle] + recent[-1 - middle]) / 2000, MIN_SECONDS)


def _mistakes(recent: Sequence[str]) -> int:
    made = [mistake for mistake in recent if mistake]
    return max(map(made.count, made), default=0)
