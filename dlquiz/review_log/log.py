"""The log held open: one answer is one committed transaction, undo is an event too, states follow the events."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

from dlquiz.database import SharedConnection, transaction
from dlquiz.errors import DlquizError
from dlquiz.review_log import derived_states as states
from dlquiz.review_log.candidates import (
    Selection,
    StudyCounts,
    asked_most,
    candidates,
    coming,
    counts,
    look_up,
    missed,
    mistakes,
    named_candidates,
    orphans,
    reworded,
)
from dlquiz.review_log.errors import DamagedLogError, explained
from dlquiz.review_log.ids import Entropy, next_id
from dlquiz.review_log.rows import ANSWERS, COLUMNS, MOVE_READINESS, OURS, CardlessKind, Event, Recorded, Row
from dlquiz.review_log.schema import BUSY_SECONDS, connect, replace_contents, restore_missing
from dlquiz.scheduler import DEFAULT_WEIGHTS, Instant, Model, State, date_of, is_leech
from dlquiz.scheduler.days import DAY
from dlquiz.scheduler.queue import Candidate

if TYPE_CHECKING:
    from dlquiz.readiness.logged import BankCard, LoggedAnswer
    from dlquiz.review_log.interview_rows import InterviewInputs
    from dlquiz.review_log.merge import Merged
    from dlquiz.review_log.weights_rows import WeightsRow

Clock = Callable[[], Instant]

# A restore makes its backup so often without holding up who is studying in another window.
BACKUPS_BEFORE_REPLACING = 4

# The note that `History.revision` reads.
REVISION = "revision"
INSERT_SQL = f"INSERT INTO event ({', '.join(COLUMNS)}) VALUES ({','.join('?' * len(COLUMNS))})"
HAS_WEIGHTS_SQL = "SELECT 1 FROM event WHERE card IS NULL AND kind = 'weights' LIMIT 1"
ROW_SQL = f"SELECT {', '.join(COLUMNS)}, NOT {states.LIVE_SQL} FROM event"


class Device(NamedTuple):
    """What gives a row its id and its time: the machine's id, its clock, its randomness."""

    id: str
    clock: Clock
    entropy: Entropy


class History:
    """An open review log. Every method either does all it says and commits, or raises DlquizError and changes nothing.

    `device` is this machine's id (`ids.device_id`), `backups` the directory of backups.
    """

    def __init__(
        self, connection: SharedConnection, path: Path, device: Device, model: Model, backup_dir: Path
    ) -> None:
        self.path = path
        self.connection = connection
        self._device, self._clock, self._entropy = device
        self.model = model
        self._backup_dir = backup_dir
        self._bank: Path | None = None
        self._file = _identity_of(path)
        self._weights_row = ""

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        device: str,
        clock: Clock,
        model: Model | None = None,
        backups: Path | None = None,
        on_wait: Callable[[], None] | None = None,
    ) -> History:
        """Open the log at `path`, made when missing and migrated (after a backup) when older.

        `on_wait` is called each time that another program has held the file for a second.
        """
        directory = backups if backups is not None else path.parent / "backups"
        connection = connect(
            path, lambda old, number: _copy_aside(old, directory / f"before-format-{number + 1}.db"), on_wait=on_wait
        )
        log = cls(connection, path, Device(device, clock, os.urandom), model or Model(), directory)
        try:
            with explained(path):
                if restore_missing(connection):
                    log.rebuild()
            with suppress(DlquizError):  # a damaged log opens, so that it can be looked at and restored
                log.follow_weights()
        except BaseException:
            log.close()
            raise
        return log

    def __enter__(self) -> History:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.connection.close()

    def record(self, event: Event, *, shown_version: str | None = None) -> Recorded:
        """Commit one event and the states that follow from it.

        A review whose card was rescheduled since `shown_version` (`State.version`, "" for a new card) was shown is
        kept as `cram`. Raises DlquizError for a due date of a card that was never reviewed.
        """
        event.check()
        with explained(self.path), self._writing():
            return self._record(event, shown_version)

    def undo(self, first: Sequence[str] = ()) -> Row | None:
        """Cancel the newest live row among `first`, else the newest live one of this device; None without one."""
        with explained(self.path), self._writing():
            row = self._undoable(first)
            if row is not None:
                self._insert(self._clock(), kind="undo", card=row.card, target=row.id)
                if row.card is not None:
                    states.refresh(self.connection, states.successors_of(self.connection, row.card), self.model)
            return row

    def record_plan(self, shown: Mapping[str, Any]) -> str:
        """Commit a row of kind plan, which holds until the next one; an empty one ends the plan."""
        return self._record_cardless("plan", shown)

    def record_interview(self, shown: Mapping[str, Any]) -> str:
        """Commit a row of kind interview: its beginning, an answer, or its end with the report."""
        return self._record_cardless("interview", shown)

    def record_weights(self, shown: Mapping[str, Any]) -> str:
        """Commit a row of kind weights and rebuild all states with them; `shown` holds `weights` and how they did."""
        identity = self._record_cardless("weights", shown)
        self.follow_weights()
        return identity

    def answers(self) -> list[LoggedAnswer]:
        """The live reviews of all cards since their last reset, in the order of the log."""
        from dlquiz.review_log.plan_rows import answers_of_all

        with explained(self.path):
            return answers_of_all(self.connection)

    def weights(self) -> WeightsRow | None:
        """The fitted weights in use; None while they are the defaults."""
        from dlquiz.review_log.weights_rows import newest_weights

        with explained(self.path):
            return newest_weights(self.connection)

    def follow_weights(self) -> None:
        """Use the newest weights of the log; when they came since the states were computed, rebuild those."""
        with explained(self.path):
            self._use_newest_weights()
            if self._weights_of_states() != self._weights_row:
                with transaction(self.connection):
                    self._rebuild()
                    self._put_note("weights", self._weights_row)

    def _use_newest_weights(self) -> None:
        if not self._weights_row and self.connection.execute(HAS_WEIGHTS_SQL).fetchone() is None:
            return
        from dlquiz.review_log.weights_rows import newest_weights

        newest = newest_weights(self.connection)
        self._weights_row = newest.id if newest else ""
        self.model = Model(newest.weights if newest else DEFAULT_WEIGHTS, self.model.retention)

    def _weights_of_states(self) -> str:
        """The id of the row whose weights the states were computed with; "" for the defaults."""
        return self.note("weights") or ""

    def plan(self) -> dict[str, Any]:
        """What the newest plan row shows; empty without a plan."""
        from dlquiz.review_log.plan_rows import newest_plan

        with explained(self.path):
            return newest_plan(self.connection)

    def plan_inputs(self, bank_path: Path, selection: Selection) -> tuple[list[BankCard], list[LoggedAnswer]]:
        """The cards of the bank that count for a plan, and the reviews of all cards, in the order of the log."""
        from dlquiz.review_log.plan_rows import answers_of_all, cards_in_scope

        with self._bank_at(bank_path):
            return cards_in_scope(self.connection, selection), answers_of_all(self.connection)

    def interviews(self) -> list[tuple[Instant, dict[str, Any]]]:
        """What the rows of kind interview show, in the order of the log, each with its moment."""
        from dlquiz.review_log.interview_rows import interview_rows

        with explained(self.path):
            return interview_rows(self.connection)

    def interview_reviews(self, interview: str, cards: Sequence[str]) -> dict[str, Row]:
        """The live review of each of these cards that rates its answer in this interview."""
        from dlquiz.review_log.interview_rows import reviews_sql

        rows = self._rows_where(reviews_sql(len(cards)), (*cards, interview))
        return {row.card: row for row in rows if row.card is not None}

    def interview_inputs(self, bank_path: Path, selection: Selection, since: int) -> InterviewInputs:
        """The cards of the bank that an interview may ask, and what they lead to; `since` is the first day after which
        a card that was answered is not asked."""
        from dlquiz.review_log.interview_rows import interview_inputs

        with self._bank_at(bank_path):
            return interview_inputs(self.connection, selection, since, self._clock().day)

    def state(self, card: str) -> State | None:
        """Where a card stands; None when nothing about it was ever recorded."""
        with explained(self.path):
            return states.state_of(self.connection, card)

    def states(self) -> list[State]:
        with explained(self.path):
            return list(states.all_states(self.connection))

    def rows(self, card: str | None = None, *, live_only: bool = True) -> list[Row]:
        """The rows of a card and its former ids (or of all) in the order of (at, id), without the undo rows."""
        where, names = ["kind <> 'undo'"], list[str]()
        if card is not None:
            names = states.names_of(self.connection, card)
            where.append(f"card IN ({','.join('?' * len(names))})")
        if live_only:
            where.append(states.LIVE_SQL)
        return list(self._rows_where(" AND ".join(where), names))

    def each_row(self, *, live_only: bool = False) -> Iterator[Row]:
        """The rows of all cards as `rows` has them, undone ones too unless `live_only`, without holding them all."""
        return self._rows_where(f"kind <> 'undo' AND {states.LIVE_SQL}" if live_only else "kind <> 'undo'", ())

    def _rows_where(self, where: str, values: Sequence[str | int], order: str = "at, id") -> Iterator[Row]:
        with explained(self.path):
            for row in self.connection.execute(f"{ROW_SQL} WHERE {where} ORDER BY {order}", values):
                yield Row._make((*row[:-1], bool(row[-1])))

    def rows_of_day(self, day: int, *, live_only: bool = True) -> list[Row]:
        """The rows of a day number in the order of (at, id), without the undo rows."""
        live = f" AND {states.LIVE_SQL}" if live_only else ""
        where = f"kind <> 'undo'{live} AND at BETWEEN ? AND ? AND {states.DAY_SQL} = ?"
        return list(self._rows_where(where, ((day - 1) * DAY, (day + 3) * DAY, day)))

    def mistakes(self, limit: int = 2000) -> list[tuple[str, str | None, list[str]]]:
        """Of the newest `limit` events the live answers to numbers, the newest first: the card, the mistake that was
        made, and the mistakes that could have been."""
        with explained(self.path):
            return mistakes(self.connection, limit, states.LIVE_SQL)

    def missed(self, today: int) -> list[str]:
        """The cards missed today, or when nothing was answered today, on the last day before it; in that order."""
        with explained(self.path):
            return missed(self.connection, today, states.DAY_SQL, states.LIVE_SQL)

    def event_count(self) -> int:
        """How many events there are, undo rows and undone ones too."""
        with explained(self.path):
            return int(self.connection.execute("SELECT count(*) FROM event").fetchone()[0])

    def reconcile(self, previous_ids: Mapping[str, Iterable[str]]) -> None:
        """Let each card inherit the rows of its former ids, as the bank says now; costs nothing when unchanged."""
        with explained(self.path):
            wanted = sum(former != card for card, formers in previous_ids.items() for former in set(formers))
            stored = set(self.connection.execute("SELECT card, former FROM lineage"))
            if len(stored) == wanted and all(
                (card, former) in stored
                for card, formers in previous_ids.items()
                for former in formers
                if former != card
            ):
                return
            with transaction(self.connection):
                changed = states.set_previous_ids(self.connection, previous_ids)
                states.refresh(self.connection, changed, self.model)

    def merge(self, other: Path) -> Merged:
        """Take all that the log at `other` has and we lack; a second time nothing changes. `other` is only read."""
        from dlquiz.review_log.merge import merge

        merged = merge(self.connection, self.path, other, self._rebuild)
        self.follow_weights()
        return merged

    def add(self, rows: Iterable[Row]) -> Merged:
        """Take rows that came from elsewhere, as `merge` takes those of a log."""
        from dlquiz.review_log.merge import add

        merged = add(self.connection, self.path, rows, self._rebuild)
        self.follow_weights()
        return merged

    def events(self) -> Iterator[Row]:
        """Every event in the order of ids, undo rows and undone ones too."""
        return self._rows_where("true", (), order="id")

    @property
    def device(self) -> str:
        """The name of this device in the rows that it writes."""
        return self._device

    def rebuild(self, progress: Callable[[int], None] | None = None) -> int:
        """Rebuild all derived states from the events; returns how many cards have one."""
        with explained(self.path), transaction(self.connection):
            return self._rebuild(progress)

    def _rebuild(self, progress: Callable[[int], None] | None = None) -> int:
        self._new_revision()
        return states.rebuild(self.connection, self.model, progress)

    def verify(self) -> list[str]:
        """The cards whose stored state is not what a replay of the log gives: none, unless something went wrong."""
        with explained(self.path):
            return states.differing(self.connection, self.model)

    def misfits(self) -> tuple[int, list[str]]:
        """How many rows hold values that no dlquiz writes, and the first of them with the reason."""
        from dlquiz.review_log.validity import misfits

        with explained(self.path):
            number, found = misfits(self.connection)
        return number, [f"{one.id}: {one.reason}" for one in found]

    def integrity(self) -> list[str]:
        """What SQLite finds wrong with the file itself; any thread may ask, for the file is opened once more."""
        try:
            with explained(self.path), closing(sqlite3.connect(self.path.absolute(), timeout=BUSY_SECONDS)) as second:
                found = [str(line) for (line,) in second.execute("PRAGMA integrity_check")]
        except DamagedLogError as error:
            return [str(error)]
        return [] if found == ["ok"] else found

    def candidates(
        self,
        bank_path: Path,
        selection: Selection = Selection(),
        today: int | None = None,
        limit: int = 2000,
        new: int | None = None,
    ) -> list[Candidate]:
        """At most `limit` cards that might be asked, narrowed in SQL; `bank_path` is the bank's compiled cards.

        With `new`, only the new cards from which `scheduler.queue.order` takes its first `new`, and what they build on.
        """
        day = self._clock().day if today is None else today
        with self._bank_at(bank_path):
            return candidates(self.connection, selection, day, limit, new)

    def named_candidates(
        self, bank_path: Path, cards: Sequence[str], selection: Selection, today: int
    ) -> list[Candidate]:
        """Those of these cards that the selection means, in this order, without what is put away or done today."""
        with self._bank_at(bank_path):
            return named_candidates(self.connection, cards, selection, today)

    def counts(self, bank_path: Path, today: int | None = None) -> StudyCounts:
        """How many cards wait and what was done today."""
        day = self._clock().day if today is None else today
        # No zone is further than 14 hours from UTC; a day begins 4 hours late.
        window = ((day - 1) * DAY, (day + 3) * DAY)
        with self._bank_at(bank_path):
            return counts(self.connection, day, window, states.DAY_SQL, states.LIVE_SQL)

    def coming(self, bank_path: Path, selection: Selection, today: int) -> tuple[int, int | None]:
        """How many cards of the selection come back tomorrow, and the next day after today on which one does."""
        with self._bank_at(bank_path):
            return coming(self.connection, selection, today)

    def asked_most(self, bank_path: Path, selection: Selection) -> tuple[int, int]:
        """How many cards of the selection are asked most, and how many of them were seen."""
        with self._bank_at(bank_path):
            return asked_most(self.connection, selection)

    def orphans(self, bank_path: Path) -> list[tuple[str, int]]:
        """The ids with a history that no card of the bank has or had, with how many rows each."""
        with self._bank_at(bank_path):
            return orphans(self.connection)

    def reworded(self, bank_path: Path) -> list[str]:
        """The cards whose text has changed since they were last answered."""
        with self._bank_at(bank_path):
            return reworded(self.connection, states.LIVE_SQL)

    def backup(self, *, force: bool = False) -> Path | None:
        """Back up the log when it has changed and the last backup is old enough, or by `force`; None when not."""
        from dlquiz.review_log.backups import make

        with explained(self._backup_dir, self.path):
            return make(self.connection, self._backup_dir, self._clock(), force=force)

    def copy_to(self, path: Path) -> None:
        """Write a whole copy of the log to a new file; raises DlquizError when it exists."""
        if path.exists():
            raise DlquizError(f"{path} exists", fix="give a new file name")
        from dlquiz.review_log.backups import copy

        with explained(path, self.path):
            copy(self.connection, path)

    def restore(self, backup: Path) -> Path:
        """Put the log back to a backup; returns one of what it was until now. Safe while other windows are open.

        What a window records until the log is replaced stands in the backup that is returned, what it records
        afterwards in the log that is put back. Raises DlquizError when the backup is damaged or of a newer format; the
        log is then as it was.
        """
        from dlquiz.review_log.backups import opened

        with opened(backup) as plain:
            with explained(backup), closing(connect(plain, lambda connection, number: None)) as source:
                if restore_missing(source):
                    with transaction(source):
                        states.rebuild(source, self.model)
            with explained(self.path), self._attached(plain, "restored"):
                before = self._replace_with("restored")
        self.follow_weights()
        return before

    def _replace_with(self, schema: str) -> Path:
        """Put an attached log in the place of this one; returns a backup that holds all that was in it.

        A backup takes long, and a transaction holds up the other windows: it is made before, again when one of them has
        recorded something meanwhile, and at last within the transaction.
        """
        sound = self.connection.execute(f"PRAGMA {schema}.integrity_check(1)").fetchone()[0] == "ok"
        for _ in range(BACKUPS_BEFORE_REPLACING):
            seen, before = self._commits_of_others(), self._whole_backup()
            with transaction(self.connection):
                if self._commits_of_others() == seen:
                    replace_contents(self.connection, schema, sound=sound)
                    return before
            before.unlink()
        with transaction(self.connection):
            before = self._whole_backup()
            replace_contents(self.connection, schema, sound=sound)
            return before

    def _commits_of_others(self) -> int:
        """What is the same as long as no other connection has committed anything."""
        return int(self.connection.execute("PRAGMA data_version").fetchone()[0])

    def _whole_backup(self) -> Path:
        """A backup of what is committed, by a connection of its own: a copy cannot be made in a transaction."""
        from dlquiz.review_log.backups import write

        with (
            explained(self._backup_dir, self.path),
            closing(sqlite3.connect(self.path.absolute(), timeout=BUSY_SECONDS)) as reader,
        ):
            return write(reader, self._backup_dir, self._clock())

    @contextmanager
    def _attached(self, path: Path, schema: str) -> Iterator[None]:
        self.connection.execute(f"ATTACH DATABASE ? AS {schema}", (path.absolute().as_uri(),))
        try:
            yield
        finally:
            self.connection.execute(f"DETACH DATABASE {schema}")

    def check_clock(self) -> None:
        """Raise DlquizError when the clock stands over a day before an answer that this machine recorded."""
        now = self._clock()
        with explained(self.path):
            trusted = self.connection.execute("SELECT value FROM note WHERE name = 'clock-right-since'").fetchone()
            # The ids of a device rise, so that its newest answer is found without walking all of them.
            found = self.connection.execute(
                "SELECT at FROM event WHERE device = ? AND origin = ? AND id > ? ORDER BY id DESC LIMIT 1",
                (self._device, OURS, trusted[0] if trusted else ""),
            ).fetchone()
            newest = found[0] if found else None
        if newest is not None and newest - now.at > DAY:
            raise DlquizError(
                f"the clock says {date_of(now.day)}, but this machine wrote to the log on "
                f"{date_of(Instant(newest, now.offset).day)}",
                fix="correct the clock; if it is right, `dlquiz doctor --clock-is-right` accepts it",
            )

    def note(self, name: str) -> str | None:
        """What this copy of the log keeps under a name, for itself alone; None without it."""
        with explained(self.path):
            found = self.connection.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return None if found is None else str(found[0])

    def set_note(self, name: str, value: str) -> None:
        with explained(self.path), transaction(self.connection):
            self._put_note(name, value)

    def _put_note(self, name: str, value: str) -> None:
        self.connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))

    def revision(self) -> str:
        """What is another text after every row, merge or rebuild that moves readiness; a restore brings back that of
        its backup."""
        return self.note(REVISION) or ""

    def _new_revision(self) -> None:
        self._put_note(REVISION, next_id(self._clock().at, None, self._entropy))

    def trust_clock(self) -> None:
        """Take the clock as right from here on, whatever instants the rows so far carry."""
        with explained(self.path), transaction(self.connection):
            self._put_note("clock-right-since", self._newest_id() or "")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A transaction, refused when another program has put a different file in the place of the log: what is
        written to the old one is lost when the last window closes it."""
        with transaction(self.connection):
            if self._weights_of_states() != self._weights_row:
                # Another window has fitted weights since this one was opened.
                self._use_newest_weights()
            yield
            if _identity_of(self.path) != self._file:
                raise DlquizError(
                    f"{self.path} was replaced while this window was open; nothing was recorded",
                    fix="start again; to go back to a backup use dlquiz backup --restore",
                )

    def _record(self, event: Event, shown_version: str | None) -> Recorded:
        before = states.state_of(self.connection, event.card)
        kind, interval = event.kind, event.interval if event.kind == "due" else None
        moment = self._clock()
        if kind == "due" and (before is None or before.memory is None):
            raise DlquizError(f"{event.card} was never reviewed", fix="answer it once; then it can be given a date")
        if kind == "review" and shown_version is not None and shown_version != (before.version if before else ""):
            kind = "cram"
        if kind == "review" and event.rating is not None:
            interval = self.model.previews(event.card, before, moment.day)[event.rating]
        content = self._content_of(event.card) if kind in ANSWERS else None
        identity = self._insert(moment, **_columns(event, content) | {"kind": kind, "interval": interval})
        states.refresh(self.connection, states.successors_of(self.connection, event.card), self.model)
        state = states.state_of(self.connection, event.card) or State(event.card)
        lapsed = kind == "review" and state.lapses > (before.lapses if before else 0)
        due = None if interval is None else state.due_day
        return Recorded(
            identity, event.card, kind, event.rating, state, interval, due, lapsed and is_leech(state.lapses)
        )

    @contextmanager
    def _bank_at(self, bank_path: Path) -> Iterator[None]:
        """The bank's compiled cards attached, read-only; damage there is not reported as damage of the log."""
        with explained(self.path):
            attached = self._bank == bank_path
            try:
                if not attached:
                    self._attach(bank_path)
                    attached = True
                look_up(self.connection, _looks(bank_path))
                yield
            except (sqlite3.DatabaseError, FileNotFoundError) as error:
                if attached and self._healthy("bank") and bank_path.exists():
                    raise
                raise DlquizError(
                    f"the compiled questions in {bank_path} cannot be read", fix="delete that file; it is rebuilt"
                ) from error

    def _attach(self, bank_path: Path) -> None:
        if self._bank is not None:
            self.connection.execute("DETACH DATABASE bank")
            self._bank = None
        self.connection.execute("ATTACH DATABASE ? AS bank", (f"{bank_path.absolute().as_uri()}?mode=ro",))
        self._bank = bank_path

    def _healthy(self, schema: str) -> bool:
        try:
            return bool(self.connection.execute(f"PRAGMA {schema}.quick_check(1)").fetchone()[0] == "ok")
        except sqlite3.DatabaseError:
            return False

    def _content_of(self, card: str) -> str | None:
        """The content hash of the card as the bank has it now, if a bank is open."""
        if self._bank is None:
            return None
        with suppress(sqlite3.Error):
            found = self.connection.execute("SELECT content_hash FROM bank.card WHERE id = ?", (card,)).fetchone()
            return None if found is None else str(found[0])
        return None

    def _record_cardless(self, kind: CardlessKind, shown: Mapping[str, Any]) -> str:
        import json

        written = _storable(json.dumps(dict(shown), ensure_ascii=False, sort_keys=True))
        with explained(self.path), self._writing():
            return self._insert(self._clock(), kind=kind, shown=written)

    def _insert(self, moment: Instant, **columns: Any) -> str:
        identity = next_id(moment.at, self._newest_id(), self._entropy)
        fixed = {"id": identity, "at": moment.at, "offset": moment.offset, "device": self._device, "origin": OURS}
        self.connection.execute(INSERT_SQL, [(columns | fixed).get(name) for name in COLUMNS])
        if columns["kind"] in MOVE_READINESS:
            self._put_note(REVISION, identity)
        return identity

    def _newest_id(self) -> str | None:
        newest = self.connection.execute("SELECT max(id) FROM event WHERE device = ?", (self._device,)).fetchone()[0]
        return None if newest is None else str(newest)

    def _undoable(self, first: Sequence[str]) -> Row | None:
        live = f"{ROW_SQL} WHERE kind <> 'undo' AND card IS NOT NULL AND {states.LIVE_SQL}"
        ours = f"{live} AND device = ? AND origin = ? ORDER BY id DESC LIMIT 1"
        found = None
        if first:
            among = f"{live} AND id IN ({','.join('?' * len(first))}) ORDER BY id DESC LIMIT 1"
            found = self.connection.execute(among, list(first)).fetchone()
        found = found or self.connection.execute(ours, (self._device, OURS)).fetchone()
        return None if found is None else Row._make((*found[:-1], bool(found[-1])))


def _identity_of(path: Path) -> tuple[int, int] | None:
    """The file that the path names now; None without one."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _columns(event: Event, content: str | None) -> dict[str, Any]:
    """The columns an event fills; text as it was typed, but for halves of characters that no file can hold."""
    shown = dict(event.shown or {}) | ({} if content is None else {"content": content})
    if shown:
        import json

        written = json.dumps(shown, ensure_ascii=False, sort_keys=True)
    return {
        "card": event.card,
        "rating": event.rating,
        "verdict": event.verdict,
        "reply": _storable(event.reply),
        "correct": None if event.correct is None else int(event.correct),
        "seconds": event.seconds,
        "shown": _storable(written) if shown else None,
        "mistake": event.mistake,
        "hints": event.hints,
    }


def _looks(bank_path: Path) -> str:
    """What changes whenever the compiled bank does: SQLite counts the changes of a file in its header."""
    name = str(bank_path).encode("utf-8", "backslashreplace").decode()  # whatever bytes a directory is called by
    with bank_path.open("rb") as file:
        return f"{name} {bank_path.stat().st_mtime_ns} {file.read(28)[24:].hex()}"


def _storable(text: str | None) -> str | None:
    return None if text is None else text.encode("utf-8", "replace").decode("utf-8")


def _copy_aside(connection: sqlite3.Connection, path: Path) -> None:
    """A backup before a migration; an older one of the same step stays beside it."""
    from dlquiz.review_log.backups import copy

    stem, number = path.stem, 1
    while path.exists():
        number += 1
        path = path.with_stem(f"{stem}-again-{number}")
    copy(connection, path)
