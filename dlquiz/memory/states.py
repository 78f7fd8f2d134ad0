"""What the log says about a card: the state that follows from its live rows, one card at a time or many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from statistics import median
from typing import NamedTuple

from dlquiz.memory.model import AGAIN, LONGEST, RATINGS, Memory, Model

LEECH_AT, LEECH_EVERY = 8, 4
RECENT_RIGHT, RECENT = 5, 10
SCHEDULING = ("review", "reset", "due")
ANSWERS = ("review", "cram", "drill")


class Entry(NamedTuple):
    """What memory reads of a live row of the log; `day` is the row's own local day."""

    id: str
    kind: str
    day: int
    rating: int | None = None
    interval: int | None = None
    correct: int | None = None
    seconds: float | None = None
    mistake: str | None = None


class State(NamedTuple):
    """Where a card stands. A tuple, not a dataclass: it is a row of the table of states, a million of them at once.

    `reviews`, `lapses`, `first_day`, `last_day` and `interval` count since the last reset; days are those of
    `dlquiz.memory.days`. `version` names the live rows that scheduled the card ("" before any): two equal ones mean
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

    def asleep(self, today: int) -> bool:
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


def is_leech(lapses: int) -> bool:
    """Whether this many lapses are worth a word: at 8, then every 4 more.

    >>> [lapses for lapses in range(20) if is_leech(lapses)]
    [8, 12, 16]
    """
    return lapses >= LEECH_AT and (lapses - LEECH_AT) % LEECH_EVERY == 0


def _draft(card: str, entries: Sequence[Entry]) -> tuple[State, list[tuple[int, int]]]:
    """Everything but the memory, and the (rating, elapsed days) that the engine makes the memory from."""
    history: list[tuple[int, int]] = []
    ids: list[str] = []
    lapses = interval = 0
    first = last = due = buried = None
    suspended = flagged = False
    for identity, kind, day, rating, days, *_ in entries:
        match kind:
            case "review" if rating in RATINGS:
                ids.append(identity)
                elapsed = 0 if last is None else min(max(0, day - last), LONGEST)
                # Missing a card again in the session in which it was missed is the same lapse.
                lapses += rating == AGAIN and elapsed > 0
                history.append((rating, elapsed))
                first = day if first is None else first
                last, interval = day, days or 0
                due = day + interval
            case "due" if history:
                ids.append(identity)
                due = day + (days or 0)
            case "reset":
                ids.append(identity)
                history.clear()
                lapses = interval = 0
                first = last = due = None
            case "suspend" | "unsuspend":
                suspended = kind == "suspend"
            case "flag" | "unflag":
                flagged = kind == "flag"
            case "bury":
                buried = day + 1
    state = State(card, None, None, len(history), lapses, first, last, due, interval, suspended, buried, flagged,
                  _usual_seconds(entries), _mistakes(entries), _version(ids))  # fmt: skip
    return state, history


def _version(ids: Sequence[str]) -> str:
    return blake2b("".join(ids).encode(), digest_size=8).hexdigest() if ids else ""


def _usual_seconds(entries: Sequence[Entry]) -> float | None:
    recent: list[float] = []
    for entry in reversed(entries):
        if entry.seconds is not None and entry.kind in ANSWERS and _right(entry):
            recent.append(entry.seconds)
            if len(recent) == RECENT_RIGHT:
                break
    return median(recent) if recent else None


def _right(entry: Entry) -> bool:
    if entry.correct is not None:
        return entry.correct == 1
    return entry.rating is not None and entry.rating > AGAIN


def _mistakes(entries: Sequence[Entry]) -> int:
    answers = [entry.mistake for entry in entries[-RECENT:] if entry.kind in ANSWERS and entry.mistake]
    return max(map(answers.count, answers), default=0)
