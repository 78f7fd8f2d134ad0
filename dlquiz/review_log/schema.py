"""The tables of the log, the steps from older formats to this one, and how the file is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from dlquiz import database
from dlquiz.database import NOTICE_SECONDS, SharedConnection, transaction
from dlquiz.errors import DlquizError
from dlquiz.review_log.errors import DAMAGED, NOT_OURS, explained, storage_error

APPLICATION = 0x646C717A  # "dlqz"
BUSY_SECONDS = 10.0
PAUSE_SECONDS = 0.02  # between attempts where SQLite does not wait by itself

FIRST = """
CREATE TABLE event (
    id TEXT PRIMARY KEY NOT NULL, at INTEGER NOT NULL, offset INTEGER NOT NULL, device TEXT NOT NULL,
    kind TEXT NOT NULL, card TEXT, target TEXT, rating INTEGER, verdict TEXT, correct INTEGER, reply TEXT,
    seconds REAL, shown TEXT, mistake TEXT, hints INTEGER, interval INTEGER, origin TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- Holds all that a replay reads, in its order: a million rows are read from it in one sweep.
CREATE INDEX event_replay ON event (card, at, id, kind, offset, rating, interval, correct, seconds, mistake);
CREATE INDEX event_target ON event (target) WHERE target IS NOT NULL;
CREATE INDEX event_device ON event (device, id);
CREATE INDEX event_at ON event (at);

-- Derived, from here on: rebuilt from the events whenever doubted.
CREATE TABLE state (
    card TEXT PRIMARY KEY NOT NULL, stability REAL, difficulty REAL, reviews INTEGER NOT NULL, lapses INTEGER NOT NULL,
    first_day INTEGER, last_day INTEGER, due_day INTEGER, interval INTEGER NOT NULL, suspended INTEGER NOT NULL,
    buried_until INTEGER, flagged INTEGER NOT NULL, usual_seconds REAL, mistakes INTEGER NOT NULL, version TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX state_due ON state (due_day) WHERE due_day IS NOT NULL;
-- Few cards are suspended, buried or flagged: the counts take all the others from the index above.
CREATE INDEX state_marked ON state (card, due_day, suspended, buried_until, flagged)
    WHERE suspended OR flagged OR buried_until IS NOT NULL;
-- The states that no card of the bank has, as of the bank in the note, but for those not looked up yet.
CREATE TABLE absent (card TEXT PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE unchecked (card TEXT PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE lineage (card TEXT NOT NULL, former TEXT NOT NULL, PRIMARY KEY (card, former)) STRICT, WITHOUT ROWID;
CREATE INDEX lineage_former ON lineage (former);
-- What concerns this copy of the log only, such as that its clock was found right.
CREATE TABLE note (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""


MigrationStep = Callable[[sqlite3.Connection], None]
BeforeStep = Callable[[sqlite3.Connection, int], None]


def _script(text: str) -> MigrationStep:
    """A step of plain SQL, statement by statement: `executescript` would commit before it begins."""

    def run(connection: sqlite3.Connection) -> None:
        for statement in _statements(text):
            connection.execute(statement)

    return run


# STEPS[n] turns a file of format n into one of format n + 1. Steps are only ever added.
STEPS: tuple[MigrationStep, ...] = (_script(FIRST),)


def connect(
    path: Path,
    before_step: BeforeStep,
    steps: tuple[MigrationStep, ...] = STEPS,
    on_wait: Callable[[], None] | None = None,
) -> SharedConnection:
    """Open the log, made or brought to the newest format where needed; raises DlquizError, and then changed nothing.

    `before_step` is called with the old format before each step on a file that holds something, `on_wait` when another
    program has held the file for a second, then and later.
    """
    if sqlite3.sqlite_version_info < (3, 37):
        raise DlquizError(
            f"this Python has SQLite {sqlite3.sqlite_version}; dlquiz needs 3.37 or newer",
            fix="use a newer Python, for example from python.org",
        )
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            # Replies are in it: for the person alone to read. SQLite gives its side files the same permissions.
            path.touch(mode=0o600)
        connection = database.connect(path, BUSY_SECONDS, on_wait)
        try:
            connection.execute_in_turn("PRAGMA user_version")
            _prepare(connection, path, before_step, steps)
        except BaseException:
            connection.close()
            raise
    return connection


def format_of(connection: sqlite3.Connection, path: Path, known: int, schema: str = "main") -> int:
    """The format of an open log, 0 when empty; raises DlquizError when it is not ours, or newer than `known`."""
    version = int(connection.execute(f"PRAGMA {schema}.user_version").fetchone()[0])
    application = int(connection.execute(f"PRAGMA {schema}.application_id").fetchone()[0])
    tables = int(connection.execute(f"SELECT count(*) FROM {schema}.sqlite_schema").fetchone()[0])
    if application != APPLICATION and (tables or version):
        raise storage_error(path, NOT_OURS)
    if version > known:
        raise DlquizError(
            f"{path} was written by a newer dlquiz (format {version}; this one reads up to {known})",
            fix="upgrade dlquiz (pip install --upgrade dlquiz); nothing was changed",
        )
    if version and not tables:
        raise storage_error(path, DAMAGED)
    if not version and connection.execute(f"SELECT 1 FROM {schema}.sqlite_schema WHERE name = 'event'").fetchone():
        # Another program has reset the number; the table says which format it is.
        return 1
    return version


def restore_missing(connection: SharedConnection) -> bool:
    """Make again what is derived from the events, where another program has dropped or changed it.

    Returns whether states have to be rebuilt. Raises DlquizError when the events themselves have other columns.
    """
    found = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"))
    wanted = {_name_of(statement): statement for statement in _statements(FIRST)}
    changed = [name for name, statement in wanted.items() if _plain(found.get(name, "")) != _plain(statement)]
    if not changed:
        return False
    if "event" in changed and _columns_of(found.get("event", "")) != _columns_of(wanted["event"]):
        raise DlquizError(
            "the table event does not have the columns of a review log",
            fix="another program changed it; dlquiz backup --restore goes back to a backup",
        )
    with transaction(connection):
        for name in changed:
            if name == "event":
                continue
            what = "INDEX" if wanted[name].startswith("CREATE INDEX") else "TABLE"
            connection.execute(f"DROP {what} IF EXISTS {name}")
            connection.execute(wanted[name])
        # Dropping a table takes its indexes along.
        there = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
        for name, statement in wanted.items():
            if name not in there:
                connection.execute(statement)
    return any(not wanted[name].startswith("CREATE INDEX") for name in changed if name != "event")


def replace_contents(connection: sqlite3.Connection, schema: str, *, sound: bool) -> None:
    """Give all tables of the log the rows of an attached log of the same format; within a transaction.

    Of a `sound` one, in which SQLite finds nothing wrong, whole rows are copied as they lie there, indexes too, which
    takes a quarter of the time; otherwise one by one.
    """
    tables = [_name_of(statement) for statement in _statements(FIRST) if statement.startswith("CREATE TABLE")]
    for table in tables:
        found = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
        columns = ", ".join(name for (name,) in found)
        connection.execute(f"DELETE FROM main.{table}")
        # SQLite copies in bulk only where no columns are named; both logs have the same ones in the same order.
        into, rows = (table, "*") if sound else (f"{table} ({columns})", columns)
        connection.execute(f"INSERT INTO main.{into} SELECT {rows} FROM {schema}.{table}")


def _statements(text: str) -> Iterator[str]:
    statement = ""
    for line in text.splitlines(keepends=True):
        if not line.lstrip().startswith("--"):
            statement += line
        if sqlite3.complete_statement(statement):
            yield statement.strip().removesuffix(";")
            statement = ""


def _name_of(statement: str) -> str:
    return statement.split()[2]


def _plain(statement: str) -> str:
    return " ".join(statement.split())


def _columns_of(statement: str) -> list[str]:
    inside = statement.partition("(")[2]
    return [part.split()[0] for part in inside.split(",") if part.split()]


def _prepare(
    connection: SharedConnection, path: Path, before_step: BeforeStep, steps: tuple[MigrationStep, ...]
) -> None:
    found = format_of(connection, path, len(steps))
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous = FULL")
    for number in range(found, len(steps)):
        if number:
            before_step(connection, number)
        with transaction(connection):
            # Another process may have taken this step while we waited.
            if format_of(connection, path, len(steps)) == number:
                steps[number](connection)
                connection.execute(f"PRAGMA application_id = {APPLICATION}")
                connection.execute(f"PRAGMA user_version = {number + 1}")


def _write_ahead(connection: SharedConnection) -> None:
    """WAL, once and for all; two processes that both make a new file must take turns, which SQLite leaves to us."""
    from time import sleep

    attempts = max(1, round(BUSY_SECONDS / PAUSE_SECONDS))
    for attempt in range(attempts):
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # SQLITE_BUSY_RECOVERY too, while another process reads what a killed one left.
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or attempt == attempts - 1:
                raise
        if attempt == round(NOTICE_SECONDS / PAUSE_SECONDS) and connection.on_wait is not None:
            connection.on_wait()
        sleep(PAUSE_SECONDS)
