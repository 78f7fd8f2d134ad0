"""Histories of cards → what Anki keeps of them: card columns, FSRS memory and review rows; and the preset."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dlquiz.anki.guid import PRESET
from dlquiz.review_log import Row
from dlquiz.scheduler import AGAIN, Memory, Model, State

FIRST, AGAIN_STEP, REVIEW, FILTERED, MANUAL = 0, 2, 1, 3, 4
NEW, LEARNT = 0, 2
SUSPENDED, BURIED = -1, -3
# The step that a missed card waits before it returns; Anki and its phones know it as ten minutes.
STEP_MINUTES = 10
# Days in the package are counted from here (2020-01-01) or from before the first review.
EPOCH = 18_262
FACTOR = 2500


class Review(NamedTuple):
    """A row of Anki's review log, without its number; `source` is the id of our row, `at` its instant (ms)."""

    source: str
    at: int
    ease: int
    interval: int
    last: int
    factor: int
    milliseconds: int
    kind: int


class AnkiProgress(NamedTuple):
    """A card's columns in Anki; `due` is a day since 1970-01-01 for a learnt card, unused for a new one."""

    kind: int = NEW
    queue: int = NEW
    due: int = 0
    interval: int = 0
    factor: int = 0
    reviews: int = 0
    lapses: int = 0
    flagged: bool = False
    memory: Memory | None = None
    last_at: int | None = None
    log: tuple[Review, ...] = ()


class CardLog:
    """A card's rows of Anki's review log, made from its live rows, which come one by one in the order of (at, id).

    Reviews, resets and given dates; the first review, and the first after a reset, counts as learning.
    """

    def __init__(self, model: Model) -> None:
        self.reviews: list[Review] = []
        self.last_at: int | None = None  # of the newest review, whatever the clock said between
        self._model = model
        self._memory: Memory | None = None
        self._last_day = self._last_interval = self._last_rating = 0

    def add(self, row: Row) -> None:
        if row.kind == "review":
            self.last_at = max(row.at, self.last_at or 0)
        if row.kind == "review" and row.rating in (1, 2, 3, 4):
            self.reviews.append(self._review(row, row.rating))
        elif row.kind == "reset":
            self.reviews.append(Review(row.id, row.at, 0, 0, self._last_interval, 0, 0, MANUAL))
            self._memory, self._last_interval = None, 0
        elif row.kind == "due" and self._memory is not None:
            # Anki counts the interval of a given date from the last review, as the card's own.
            interval = max(1, row.day + (row.interval or 0) - self._last_day)
            factor = _factor(self._memory)
            self.reviews.append(Review(row.id, row.at, 0, interval, self._last_interval, factor, 0, MANUAL))

    def _review(self, row: Row, rating: int) -> Review:
        kind = FIRST if self._memory is None else AGAIN_STEP if self._last_rating == AGAIN else REVIEW
        self._memory = self._model.after(self._memory, max(0, row.day - self._last_day))[rating][0]
        interval = row.interval or -60 * STEP_MINUTES
        spent = min(max(round((row.seconds or 0) * 1000), 0), 60_000)
        last, self._last_interval = self._last_interval, interval
        self._last_day, self._last_rating = row.day, rating
        return Review(row.id, row.at, rating, interval, last, _factor(self._memory), spent, kind)


def progress(state: State | None, log: CardLog, today: int) -> AnkiProgress:
    """What Anki should know of a card, from its log and the state that follows from the same rows."""
    if state is None:
        return AnkiProgress()
    reviews = tuple(log.reviews)
    inactive = SUSPENDED if state.suspended else BURIED if state.inactive(today) else None
    flagged = bool(state.flagged)
    if state.memory is None or state.due_day is None or state.last_day is None:
        return AnkiProgress(NEW, NEW if inactive is None else inactive, flagged=flagged, log=reviews)
    return AnkiProgress(
        LEARNT,
        LEARNT if inactive is None else inactive,
        state.due_day,
        max(1, state.due_day - state.last_day),
        FACTOR,
        state.reviews,
        state.lapses,
        flagged,
        state.memory,
        log.last_at,  # a state that was touched by others may stand without its reviews
        reviews,
    )


def _factor(memory: Memory) -> int:
    """Difficulty as Anki's log keeps it, 100 to 1100."""
    return min(max(round(1000 * ((memory.difficulty - 1) / 9 + 0.1)), 100), 1100)


def memory_data(progress: AnkiProgress, position: int, model: Model) -> str:
    """The column `data` of a card: FSRS memory, rounded as Anki rounds it, and where the card stood when new."""
    if progress.memory is None or progress.last_at is None:
        return "{}"
    data: dict[str, Any] = {
        "pos": position,
        "s": round(progress.memory.stability, 4),
        "d": round(progress.memory.difficulty, 3),
        "dr": round(model.retention, 2),
        "decay": round(model.weights[20], 3),
        "lrt": progress.last_at // 1000,
    }
    return json.dumps(data, separators=(",", ":"))


def numbered(
    logs: Mapping[str, Sequence[Review]],
    known: Mapping[int, tuple[str, str]],
    present: Mapping[int, str] | None = None,
) -> dict[str, list[tuple[int, Review]]]:
    """A number for each review of each note (by guid): the one it had, else its instant, raised by 1 until free.

    `present` are the numbers that a collection has already, with the guid of the note; "" for notes of others. A
    review finds its own number there, and passes by those of others.
    """
    there = present or {}
    # A collection may have given it another number than the one before did: the one that it has counts.
    ours = sorted(
        (number in there, number) for number, source in known.items() if there.get(number, source[1]) == source[1]
    )
    had = {known[number]: number for _, number in ours}
    taken = set(known)
    out: dict[str, list[tuple[int, Review]]] = {guid: [] for guid in logs}
    every = sorted((review.at, review.source, guid, review) for guid, log in logs.items() for review in log)
    for at, source, guid, review in every:
        number = had.get((source, guid))
        if number is None:
            number = at
            while number in taken or there.get(number, guid) != guid:
                number += 1
            taken.add(number)
        out[guid].append((number, review))
    for log in out.values():
        log.sort()
    return out


def preset(model: Model, new_per_day: int) -> dict[str, Any]:
    """Deck options under which Anki behaves as dlquiz does: its weights and retention, and one short step."""
    return {
        "id": PRESET,
        "name": "DLQuiz",
        "mod": 0,
        "usn": -1,
        "maxTaken": 60,
        "autoplay": True,
        "replayq": True,
        "timer": 0,
        "dyn": False,
        "fsrsParams6": list(model.weights),
        "desiredRetention": model.retention,
        "new": {
            "delays": [STEP_MINUTES],
            "perDay": new_per_day,
            "ints": [1, 4, 0],
            "initialFactor": FACTOR,
            "order": 1,
            "bury": False,
        },
        "rev": {"perDay": 9999, "ease4": 1.3, "hardFactor": 1.2, "ivlFct": 1, "maxIvl": 36500, "bury": False},
        "lapse": {"delays": [STEP_MINUTES], "mult": 0, "minInt": 1, "leechFails": 8, "leechAction": 1},
    }
