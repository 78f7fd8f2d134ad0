"""The real Anki as a test sees it: a process with a clock and a zone of its own; and histories to bring to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from studying import next_line

from dlquiz.review_log import Row
from dlquiz.review_log.ids import ulid
from dlquiz.scheduler import Entry, Model, day_of, replay

ORACLES = Path(__file__).parent / "oracles"
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def offset_in(zone: str, at: int) -> int:
    """Minutes east of UTC at an instant (ms)."""
    offset = datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return int(offset.total_seconds() // 60)


class Phone:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, command: str, **given: Any) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"command": command, **given}) + "\n")
        self._process.stdin.flush()
        answer = next_line(self._process, 120)
        assert answer, f"{command} failed in Anki"
        return json.loads(answer)["ok"]


@contextmanager
def phone(directory: Path, at: int, zone: str = "UTC") -> Iterator[Phone]:
    """A fresh collection at this instant in this zone."""
    library = directory / "clock.so"
    if not library.exists():
        directory.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, ORACLES / "clock.c", "-ldl"], check=True)
    environment = os.environ | {"LD_PRELOAD": str(library), "TZ": zone, "ANKI_TEST_MODE": "1"}
    command = [sys.executable, str(ORACLES / "anki_phone.py"), str(directory / "collection.anki2"), str(at)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield Phone(process)
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(60) == 0
        finally:
            process.kill()


class Diary:
    """Rows of a log as a person in one zone would write them, in order of time."""

    def __init__(self, zone: str, model: Model, seed: int) -> None:
        self.zone, self.model, self.chance = zone, model, Random(seed)
        self.rows: list[Row] = []

    def write(self, at: int, kind: str, card: str, **values: Any) -> Row:
        rest = self.chance.randbytes(10)
        row = Row(ulid(at, rest), at, offset_in(self.zone, at), "test", kind, card, **values)
        self.rows.append(row)
        return row

    def history(self, card: str, first: int, last: int, *, resets: bool = True) -> None:
        """A random past: lapses, same-day and late answers, resets, given dates, suspensions, burials, flags."""
        at, chance = first, self.chance
        own: list[Row] = []
        while at < last - DAY and len(own) < 14:
            rating = chance.choices((1, 2, 3, 4), (3, 2, 6, 1))[0]
            state = replay(card, _entries(own), self.model)
            offset = offset_in(self.zone, at)
            interval = self.model.previews(card, state if own else None, day_of(at, offset))[rating]
            own.append(self.write(at, "review", card, rating=rating, interval=interval, seconds=chance.uniform(2, 80)))
            if resets and chance.random() < 0.04:
                at += chance.randrange(HOUR, DAY)
                own.append(self.write(at, "reset", card))
            elif resets and chance.random() < 0.05:
                at += chance.randrange(HOUR, DAY)
                own.append(self.write(at, "due", card, interval=chance.randrange(0, 40)))
            pause = chance.choices((0, 1, 2), (2, 5, 2))[0]
            if pause == 0:
                at += chance.randrange(2 * MINUTE, 3 * HOUR)
            else:
                at += int(interval * DAY * chance.uniform(0.3, 2.0)) + chance.randrange(DAY)
                hour = (at + offset_in(self.zone, at) * MINUTE) // HOUR % 24
                if 1 <= hour < 7 and chance.random() < 0.95:
                    at += 7 * HOUR  # most people sleep
        for kind, share in (("suspend", 0.08), ("bury", 0.05), ("flag", 0.08)):
            if chance.random() < share and own and own[-1].at + HOUR < last:
                self.write(own[-1].at + chance.randrange(MINUTE, HOUR), kind, card)


def _entries(rows: list[Row]) -> list[Entry]:
    return [Entry(row.id, row.kind, row.day, row.rating, row.interval) for row in rows]


def hard_lowers_stability() -> bool:
    """Up to 25.09, Anki's FSRS lets a second review of a day lower the stability if it is Hard."""
    return version("anki") < "26"


def left_out(rows: list[Row], zone: str, now: int) -> bool:
    """Whether Anki may count the days of these reviews otherwise: near 04:00, in another season's time than now.

    Or whether its formula is another, in an Anki of before 26.
    """
    if hard_lowers_stability() and _hard_on_the_same_day(rows):
        return True
    for row in rows:
        past_rollover = (row.at + row.offset * MINUTE - 4 * HOUR) % DAY
        if row.offset != offset_in(zone, now) and (past_rollover < HOUR or past_rollover > DAY - HOUR):
            return True
    return False


def _hard_on_the_same_day(rows: list[Row]) -> bool:
    reviews = sorted((row for row in rows if row.kind == "review"), key=lambda row: row.at)
    days = [day_of(row.at, row.offset) for row in reviews]
    return any(row.rating == 2 and day == before for before, day, row in zip(days, days[1:], reviews[1:], strict=False))
