"""The log as people meet it: answers, undo across restarts, two terminals, kill -9, backups, merging, imported ids."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from hashlib import sha256
from itertools import pairwise, permutations
from pathlib import Path

import pytest
from studying import next_line

from dlquiz.errors import DlquizError
from dlquiz.review_log import Event, History, device_id, imported_id
from dlquiz.review_log.backups import chosen, days_to_keep, listed, opened, reinstate, verify
from dlquiz.review_log.ids import milliseconds_of, next_id
from dlquiz.review_log.rows import COLUMNS
from dlquiz.scheduler import Instant
from dlquiz.scheduler.days import DAY

NOON = Instant(1_770_030_000_000, 60)

# As the specification writes them: 26 letters of base 32, the first of which holds three bits.
ULID = re.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}")


class Clock:
    def __init__(self, now: Instant = NOON) -> None:
        self.now = now

    def __call__(self) -> Instant:
        return self.now

    def advance(self, days: float) -> None:
        self.now = Instant(self.now.at + int(days * DAY), self.now.offset)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(tmp_path: Path, clock: Clock) -> Iterator[History]:
    with open_log(tmp_path / "history.db", clock) as log:
        yield log


def open_log(path: Path, clock: Clock, device: str = "laptop") -> History:
    return History.open(path, device=device, clock=clock)


def put(log: History, **columns: object) -> None:
    """A row as another program, a later version or an import might write it."""
    values = {"offset": 60, "device": "anki", "origin": "anki:1", "kind": "review"} | columns
    log.connection.execute(
        f"INSERT INTO event ({', '.join(COLUMNS)}) VALUES ({','.join('?' * len(COLUMNS))})",
        [values.get(name) for name in COLUMNS],
    )


def test_an_answer_is_one_row_with_all_that_was_given(log: History) -> None:
    recorded = log.record(
        Event("review", "bn-why", rating=3, verdict="right", correct=True, reply="因为 γ\udc80", seconds=12.5,
              shown={"values": {"n": 3}, "language": "zh"}, mistake=None, hints=1), shown_version="")  # fmt: skip
    (row,) = log.rows("bn-why")
    assert row.id == recorded.id
    assert ULID.fullmatch(row.id)
    assert (row.at, row.offset, row.device, row.origin) == (NOON.at, 60, "laptop", "dlquiz")
    assert (row.rating, row.verdict, row.correct, row.reply) == (3, "right", 1, "因为 γ?")
    assert (row.seconds, json.loads(row.shown or ""), row.hints, row.interval) == (
        12.5, {"values": {"n": 3}, "language": "zh"}, 1, 2)  # fmt: skip
    assert (recorded.interval, recorded.due_day, recorded.leech) == (2, NOON.day + 2, False)


def test_an_answer_to_a_card_that_was_scheduled_meanwhile_is_a_cram(tmp_path: Path, clock: Clock) -> None:
    with open_log(tmp_path / "h.db", clock) as one, open_log(tmp_path / "h.db", clock) as two:
        shown = one.state("bn-why")
        assert shown is None
        assert two.record(Event("review", "bn-why", rating=3), shown_version="").kind == "review"
        late = one.record(Event("review", "bn-why", rating=1), shown_version="")
        assert (late.kind, late.interval, late.due_day, late.state.reviews) == ("cram", None, None, 1)
        # What does not schedule does not count as a change: flags, cram, suspension, another card.
        version = late.state.version
        for event in (Event("flag", "bn-why"), Event("cram", "bn-why", rating=1), Event("review", "other", rating=3)):
            two.record(event)
        assert one.record(Event("review", "bn-why", rating=3), shown_version=version).kind == "review"
        # An undo of an older row is a change although the newest row is the same.
        version = one.state("bn-why").version  # type: ignore[union-attr]
        two.undo(first=[one.rows("bn-why")[0].id])
        assert one.record(Event("review", "bn-why", rating=3), shown_version=version).kind == "cram"


def test_undo_reaches_any_depth_across_restarts(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "h.db"
    states = []
    for step in range(6):
        with open_log(path, clock) as log:
            states.append(log.states())
            log.record(Event("review", f"card-{step % 2}", rating=1 + step % 4))
            clock.advance(1.5)
    for step in reversed(range(6)):
        with open_log(path, clock) as log:
            row = log.undo()
            assert row is not None
            assert (row.card, row.rating) == (f"card-{step % 2}", 1 + step % 4)
            assert log.states() == states[step]
    with open_log(path, clock) as log:
        assert log.undo() is None
        assert log.rows(live_only=True) == []
        assert [row.undone for row in log.rows(live_only=False)] == [True] * 6


def test_undo_takes_the_sessions_rows_first_and_never_another_machines(log: History) -> None:
    first = log.record(Event("review", "a-card", rating=3)).id
    second = log.record(Event("review", "b-card", rating=3)).id
    put(log, id=imported_id(NOON.at + 10**9, 5), at=NOON.at + 10**9, card="c-card", rating=3, interval=5)
    put(log, id=next_id(NOON.at + 10**10, None, os.urandom), at=NOON.at, card="d-card", rating=3, interval=5,
        device="desktop", origin="dlquiz")  # fmt: skip
    put(log, id=next_id(NOON.at + 10**10, None, os.urandom), at=NOON.at, card="e-card", rating=3, interval=5,
        device="laptop", origin="anki:7")  # fmt: skip
    assert [row and row.id for row in (log.undo(first=[first]), log.undo(first=[first]), log.undo())] == [
        first, second, None]  # fmt: skip


def test_ids_rise_whatever_the_clock_does(log: History, clock: Clock) -> None:
    ids = []
    for days in (0, 0, -3, 5, -400, 0.0001):
        clock.advance(days)
        ids.append(log.record(Event("review", "bn-why", rating=3)).id)
    assert all(later > earlier for earlier, later in pairwise(ids))
    assert all(milliseconds_of(later) > milliseconds_of(earlier) for earlier, later in pairwise(ids))
    assert [row.at for row in log.rows()] == sorted(row.at for row in log.rows())
    assert log.verify() == []


def test_a_clock_set_back_three_days_is_reported(log: History, clock: Clock) -> None:
    log.record(Event("review", "bn-why", rating=3))
    clock.advance(-0.9)
    log.check_clock()
    clock.advance(-2.1)
    with pytest.raises(DlquizError, match=r"the clock says 2026-01-30, but .* 2026-02-02 — correct the clock"):
        log.check_clock()
    log.trust_clock()
    log.check_clock()
    log.record(Event("review", "bn-why", rating=3))
    clock.advance(-3)
    with pytest.raises(DlquizError, match="the clock says"):
        log.check_clock()


def test_a_due_row_moves_the_date_and_needs_a_memory(log: History, clock: Clock) -> None:
    with pytest.raises(DlquizError, match="never reviewed"):
        log.record(Event("due", "bn-why", interval=3))
    assert log.rows() == []
    before = log.record(Event("review", "bn-why", rating=4)).state
    after = log.record(Event("due", "bn-why", interval=3)).state
    assert (after.memory, after.interval, after.due_day) == (before.memory, before.interval, NOON.day + 3)


def test_a_leech_is_reported_at_eight_lapses_then_every_four(log: History, clock: Clock) -> None:
    output = []
    for _ in range(17):
        output.append(log.record(Event("review", "bn-why", rating=1)).leech)
        # Missing it again in the same session is no lapse of its own.
        assert not log.record(Event("review", "bn-why", rating=1)).leech
        clock.advance(1)
    assert [number for number, leech in enumerate(output) if leech] == [8, 12, 16]


@pytest.mark.parametrize(
    "event",
    [{"kind": "undo"}, {"kind": "guess"}, {"kind": "review"}, {"kind": "review", "rating": 5}, {"kind": "due"}],
)
def test_events_that_make_no_sense_are_bugs(log: History, event: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"cannot be recorded|needs"):
        log.record(Event(card="bn-why", **event))  # type: ignore[arg-type]
    assert log.event_count() == 0


def test_rows_that_nobody_understands_are_kept_merged_and_ignored(tmp_path: Path, clock: Clock) -> None:
    with open_log(tmp_path / "1.db", clock) as one, open_log(tmp_path / "2.db", clock, "desktop") as two:
        put(one, id=imported_id(5_000, 1), at=5_000, card="bn-why", kind="dream", rating=77)
        put(one, id=imported_id(6_000, 1), at=6_000, card="bn-why", kind="review", rating=9, interval=4)
        merged = two.merge(one.path)
        assert (merged.rows, merged.left_out) == (1, 1), (
            "a kind of a later version is kept, an impossible rating is not"
        )
        assert [row.kind for row in two.rows()] == ["dream"]
        state = two.state("bn-why")
        assert state is not None
        assert (state.memory, state.reviews, two.verify()) == (None, 0, [])


def test_a_split_gives_both_cards_all_of_it(log: History, clock: Clock) -> None:
    for rating in (3, 1, 4):
        log.record(Event("review", "bn", rating=rating))
        clock.advance(4)
    log.record(Event("suspend", "bn"))
    whole = log.state("bn")
    previous_ids = {"bn-why": ("bn", "bn-older"), "bn-when": ("bn",)}
    log.reconcile(previous_ids)
    for card in previous_ids:
        assert log.state(card)._replace(card="bn") == whole  # type: ignore[union-attr]
    stored = log.record(Event("review", "bn-why", rating=3))
    assert stored.state.reviews == 4
    assert log.state("bn-when").reviews == 3  # type: ignore[union-attr]
    log.undo()
    assert log.undo().kind == "suspend"  # type: ignore[union-attr]
    assert not log.state("bn-when").suspended  # type: ignore[union-attr]
    log.reconcile({})
    assert log.state("bn-why") is None
    assert log.verify() == []


def test_merging_three_machines_in_any_order_gives_one_log(tmp_path: Path, clock: Clock) -> None:
    for number, device in enumerate(("laptop", "desktop", "train")):
        with open_log(tmp_path / f"{device}.db", clock, device) as log:
            for step in range(8):
                clock.now = Instant(NOON.at + (step * 3 + number) * DAY // 2, 60 * number)
                log.record(Event("review", f"card-{(step + number) % 3}", rating=1 + (step * 7 + number) % 4))
            log.undo()
            # The same Anki file, imported on machines in different zones.
            put(log, id=imported_id(NOON.at, 1), at=NOON.at, offset=60 * number, card="card-1", rating=2, interval=3)
            log.rebuild()
    results = []
    for order in permutations(("laptop", "desktop", "train")):
        path = tmp_path / f"{'-'.join(order)}.db"
        with open_log(path, clock, "new") as log:
            for device in order:
                assert log.merge(tmp_path / f"{device}.db").rows > 0
            again = log.merge(tmp_path / f"{order[0]}.db")
            assert (again.rows, again.replaced) == (0, 0)
            assert log.verify() == []
            results.append((log.states(), log.rows(live_only=False)))
    assert all(result == results[0] for result in results)
    (imported,) = [row for row in results[0][1] if row.device == "anki"]
    assert imported.offset == 0


def test_merging_reads_the_other_log_only(tmp_path: Path, log: History, clock: Clock) -> None:
    other = tmp_path / "stick" / "other.db"
    with open_log(other, clock, "desktop") as theirs:
        theirs.record(Event("review", "bn-why", rating=3))
    before = sha256(other.read_bytes()).digest()
    merged = log.merge(other)
    assert (merged.rows, merged.answers, merged.undos, merged.cards, merged.replaced) == (1, 1, 0, 1, 0)
    assert sha256(other.read_bytes()).digest() == before
    assert [path.name for path in other.parent.iterdir()] == ["other.db"]
    with open_log(other, clock, "desktop") as theirs:
        theirs.record(Event("review", "bn-when", rating=3))
        # Still open, the new row only in its write-ahead file.
        assert log.merge(other).rows == 1


def test_the_device_has_one_name_however_many_start_at_once(tmp_path: Path) -> None:
    script = "import sys, pathlib; from dlquiz.review_log import device_id; print(device_id(pathlib.Path(sys.argv[1])))"
    command = [sys.executable, "-c", script, str(tmp_path / "new" / "device")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(5)]
    names = {process.communicate(timeout=60)[0] for process in running}
    assert len(names) == 1
    assert names.pop().strip() == device_id(tmp_path / "new" / "device")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["device"]


def test_a_device_that_has_a_name_keeps_it(tmp_path: Path) -> None:
    """Two that start at once: the second finds the file after it looked for it, and must not write its own."""
    path = tmp_path / "device"

    def while_i_look(count: int) -> bytes:
        path.write_text("first\n")
        return bytes(range(count))

    assert device_id(path, while_i_look) == "first"
    path.write_text("")
    assert device_id(path, lambda count: b"\x0a" * count) == "0a" * 8


def test_imported_ids_come_from_their_source_alone() -> None:
    made = imported_id(1_700_000_000_123, 42)
    assert ULID.fullmatch(made)
    assert milliseconds_of(made) == 1_700_000_000_123
    assert made == imported_id(1_700_000_000_123, 42) != imported_id(1_700_000_000_123, 43)
    # Spelled out once, since other people's logs depend on it.
    digest = sha256(b"anki:1700000000123:42").digest()
    number = (1_700_000_000_123 << 80) | int.from_bytes(digest[:10], "big")
    digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    assert made == "".join(digits[number // 32**place % 32] for place in reversed(range(26)))


def test_a_backup_when_the_log_has_changed_and_the_last_is_old_enough(
    tmp_path: Path, log: History, clock: Clock
) -> None:
    log.record(Event("review", "bn-why", rating=3))
    made = log.backup()
    assert made == tmp_path / "backups" / "history-2026-02-02T1200.db.zst"
    log.record(Event("review", "bn-when", rating=3))
    assert log.backup() is None, "the last one is not half an hour old"
    clock.advance(1 / 24)
    second = log.backup()
    assert second == tmp_path / "backups" / "history-2026-02-02T1300.db.zst"
    clock.advance(1 / 24)
    assert log.backup() is None, "nothing has changed"
    assert log.backup(force=True) is not None
    assert [verify(one.path) for one in listed(tmp_path / "backups")] == [2, 2, 1]
    with opened(made) as plain, open_log(plain, clock, "other") as copy:
        assert [state.card for state in copy.states()] == ["bn-why"]
        assert copy.verify() == []
    with pytest.raises(DlquizError, match="exists"):
        log.copy_to(made)


def test_backups_are_thinned_and_nothing_else_is_touched(tmp_path: Path, log: History, clock: Clock) -> None:
    own = tmp_path / "backups" / "history-before-the-exam.db"
    own.parent.mkdir()
    own.write_text("mine")
    log.record(Event("review", "bn-why", rating=3))
    for _ in range(60):
        for _ in range(2):
            log.record(Event("flag", "bn-why"))
            assert log.backup() is not None
            clock.advance(1 / 24)
        clock.advance(1 - 2 / 24)
    assert own.read_text() == "mine"
    found = [one.at for one in listed(own.parent)]
    days = [at.date() for at in found]
    assert days[:4] == [days[0], days[0], days[2], days[2]], "all of the newest two days"
    assert sorted(set(days))[-12:] == [date(2026, 2, 2) + timedelta(days=day) for day in range(48, 60)]
    assert len(days) == len(set(days)) + 2
    assert {at.hour for at in found[4:]} == {13}, "of older days the last"


def test_the_youngest_backup_counts_against_the_next_one(log: History, clock: Clock) -> None:
    made = []
    for days in (0, 1, 1 / 24 / 6):
        clock.advance(days)
        log.record(Event("flag", "bn-why"))
        made.append(log.backup())
    assert [one is not None for one in made] == [True, True, False]


def test_a_backup_of_the_same_minute_replaces_none(log: History) -> None:
    """What a restore set aside is still there after another backup, however soon that is made."""
    log.record(Event("review", "bn-why", rating=3))
    first = log.backup()
    log.record(Event("review", "bn-when", rating=3))
    assert first is not None
    log.restore(first)
    log.record(Event("flag", "bn-why"))
    last = log.backup(force=True)
    found = listed(first.parent)
    assert [verify(one.path) for one in found] == [2, 2, 1]
    assert found[0].path == last
    assert chosen(first.parent, "2026-02-02T1200").path == last


def test_drafts_of_others_are_left_alone_until_they_are_old(tmp_path: Path, log: History) -> None:
    log.record(Event("review", "bn-why", rating=3))
    directory = tmp_path / "backups"
    directory.mkdir()
    old = directory / ".history-2026-02-01T1200.db.zst.99999.part"
    young = directory / ".history-2026-02-02T1200.db.zst.99998.part"
    for draft in (old, young):
        draft.write_bytes(b"half")
    os.utime(old, (0, 0))
    made = log.backup()
    assert made is not None
    assert verify(made) == 1
    assert not old.exists()
    assert young.read_bytes() == b"half"


def test_a_damaged_backup_is_no_backup(log: History) -> None:
    log.record(Event("review", "bn-why", rating=3))
    made = log.backup()
    assert made is not None
    whole = made.read_bytes()
    for broken in (b"", whole[: len(whole) // 2], b"x" * 100, whole[:20] + bytes(20) + whole[40:]):
        made.write_bytes(broken)
        with pytest.raises(DlquizError, match=r"damaged|not a dlquiz log"):
            log.restore(made)
        assert len(log.rows()) == 1


def test_an_index_that_lacks_a_row_is_found_and_not_taken_over(tmp_path: Path, clock: Clock, log: History) -> None:
    log.record(Event("review", "bn-why", rating=3))
    copy = tmp_path / "copy.db"
    log.copy_to(copy)
    schema = "type, name, tbl_name, rootpage, sql"
    statements = (f"CREATE TABLE kept AS SELECT {schema} FROM sqlite_schema WHERE name = 'event_at'",
                  "DELETE FROM sqlite_schema WHERE name = 'event_at'", "UPDATE event SET at = at + 1",
                  f"INSERT INTO sqlite_schema ({schema}) SELECT {schema} FROM kept", "DROP TABLE kept")  # fmt: skip
    for statement in statements:
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.execute("PRAGMA writable_schema = ON")
            connection.execute(statement)
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
    with open_log(copy, clock, "laptop") as other:
        assert "row 1 missing from index event_at" in other.integrity()
    log.restore(copy)
    assert log.integrity() == []
    assert len(log.rows()) == 1


@pytest.mark.parametrize("left_open", [False, True])
def test_restoring_with_side_files_and_open_windows(tmp_path: Path, clock: Clock, left_open: bool) -> None:
    """After a crash the newest answers stand in the side files, which belong to the log that is replaced."""
    path = tmp_path / "history.db"
    with open_log(path, clock, "laptop") as log:
        for number in range(120):
            log.record(Event("review", f"card-{number % 40}", rating=3))
        made = log.backup()
    assert made is not None
    window = open_log(path, clock, "laptop")
    for number in range(30):
        window.record(Event("review", f"card-{number}", rating=1))
    if not left_open:
        window.close()
    clock.advance(1)
    with open_log(path, clock, "laptop") as log:
        log.restore(made)
        assert log.integrity() == []
        assert len(log.rows()) == 120
        assert log.verify() == []
    if left_open:
        window.record(Event("review", "card-7", rating=3))
        assert len(window.rows()) == 121
        window.close()
    before = [verify(one.path) for one in listed(tmp_path / "backups")]
    assert before == [150, 120], "what was replaced is a backup itself"


def test_a_window_whose_log_was_replaced_acknowledges_nothing(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "history.db"
    with open_log(path, clock, "laptop") as window:
        window.record(Event("review", "bn-why", rating=3))
        other = tmp_path / "other.db"
        window.copy_to(other)
        other.replace(path)
        with pytest.raises(DlquizError, match="was replaced while this window was open; nothing was recorded"):
            window.record(Event("review", "bn-when", rating=3))
        with pytest.raises(DlquizError, match="was replaced"):
            window.undo()


def test_a_log_that_cannot_be_opened_is_set_aside_with_its_side_files(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "history.db"
    with open_log(path, clock, "laptop") as log:
        log.record(Event("review", "bn-why", rating=3))
        made = log.backup()
    assert made is not None
    path.write_bytes(b"garbage" * 1000)
    path.with_name("history.db-wal").write_bytes(b"left")
    aside = reinstate(path, made)
    assert aside.read_bytes() == b"garbage" * 1000
    assert aside.with_name(aside.name + "-wal").read_bytes() == b"left"
    with open_log(path, clock, "laptop") as log:
        assert len(log.rows()) == 1


def test_thinning_day_by_day_keeps_12_days_10_weeks_9_months() -> None:
    kept: set[date] = set()
    for day in range(900):
        kept = days_to_keep(kept | {date(2024, 1, 1) + timedelta(days=day)})
    newest = max(kept)
    ages = sorted((newest - day).days for day in kept)
    assert ages[:12] == list(range(12))
    assert len(kept) == 31
    assert ages[21] <= 12 + 7 * 11
    assert 200 < ages[-1] < 420


RECORDER = """
import sys
from pathlib import Path
from dlquiz.review_log import Event, History
from dlquiz.scheduler import Instant
path, device = Path(sys.argv[1]), sys.argv[2]
with History.open(path, device=device, clock=lambda: Instant(1_770_000_000_000, 0)) as log:
    for step in range(int(sys.argv[3])):
        print(log.record(Event("review", f"card-{step % 11}", rating=1 + step % 4)).id, flush=True)
        if step % 7 == 6:
            log.undo()
"""


def recorder(path: Path, device: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RECORDER, str(path), device, str(count)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip


def kill_at(path: Path, chance: random.Random) -> int:
    """Kill a recording process at a random moment; returns how many answers it had acknowledged."""
    with recorder(path, "laptop", 10**6) as process:
        acknowledged = [next_line(process) for _ in range(chance.randint(1, 12))]
        # Somewhere within the next answer, not at its beginning only.
        time.sleep(chance.uniform(0, 0.01))
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=60)
        # `communicate` would pass over what stands in the buffer of the lines read.
        assert process.stdout is not None
        rest = process.stdout.read()
    # A line that was cut off by the kill was not read as an acknowledgement.
    output = [line for line in ("".join(acknowledged) + rest).splitlines(keepends=True) if line.endswith("\n")]
    with open_log(path, Clock()) as log:
        written = {row.id for row in log.rows(live_only=False)}
        assert {line.strip() for line in output} <= written
        assert log.integrity() == []
        assert log.verify() == []
        log.record(Event("review", "after-the-crash", rating=3))
    return len(output)


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_kill_nine_loses_no_acknowledged_answer(tmp_path: Path) -> None:
    chance = random.Random(9)
    for _ in range(4):
        assert kill_at(tmp_path / "h.db", chance) > 0


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_kill_nine_two_hundred_times(tmp_path: Path) -> None:
    chance = random.Random(200)
    # A fresh file now and then: the first moments, when the tables are made, are killed too.
    for number in range(200):
        assert kill_at(tmp_path / f"{number // 20}.db", chance) > 0


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_kill_nine_while_the_file_is_being_made(tmp_path: Path) -> None:
    chance = random.Random(3)
    for number in range(40):
        process = recorder(tmp_path / f"{number}.db", "laptop", 10)
        time.sleep(chance.uniform(0.02, 0.15))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        with open_log(tmp_path / f"{number}.db", Clock()) as log:
            log.record(Event("review", "bn-why", rating=3))
            assert log.verify() == []


def test_two_processes_lose_and_double_nothing(tmp_path: Path) -> None:
    path = tmp_path / "h.db"
    running = [recorder(path, device, 60) for device in ("laptop", "desktop")]
    output: list[str] = []
    for process in running:
        out, errors = process.communicate(timeout=60)
        assert errors == ""
        assert process.returncode == 0
        output += out.split()
    assert len(output) == 120
    with open_log(path, Clock()) as log:
        assert sorted(row.id for row in log.rows(live_only=False)) == sorted(output)
        assert len(log.rows()) == 120 - 2 * 8
        assert log.verify() == []
        assert log.integrity() == []


def test_the_file_is_a_strict_table_in_write_ahead_mode(log: History) -> None:
    with closing(sqlite3.connect(log.path)) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert "STRICT" in other.execute("SELECT sql FROM sqlite_schema WHERE name = 'event'").fetchone()[0]
    assert log.connection.execute("PRAGMA synchronous").fetchone() == (2,)
