"""Two machines' logs become one: the union by id, whichever way round and however often."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlquiz.database import SharedConnection, transaction
from dlquiz.errors import DlquizError
from dlquiz.files import temporary_directory
from dlquiz.review_log.backups import COMPRESSED, opened
from dlquiz.review_log.errors import DAMAGED, MISSING, NOT_OURS, READ_ONLY, explained, storage_error
from dlquiz.review_log.rows import COLUMNS, Row
from dlquiz.review_log.schema import connect
from dlquiz.review_log.validity import FITS_SQL, misfits

NAMES = ", ".join(COLUMNS)
REST = [name for name in COLUMNS if name not in ("id", "offset", "device")]


@dataclass(frozen=True, slots=True)
class Merged:
    """What came: rows in all, of them answers and undos, how many cards they concern, and rows that differed.

    Of two rows with one id and different contents the one with the lesser (offset, device) stays; `replaced` counts
    those of ours that gave way. `left_out` rows were such as no dlquiz writes, for the `reasons`.
    """

    rows: int = 0
    answers: int = 0
    undos: int = 0
    cards: int = 0
    replaced: int = 0
    left_out: int = 0
    reasons: tuple[str, ...] = ()


def merge(connection: SharedConnection, path: Path, other: Path, rebuild: Callable[[], object]) -> Merged:
    """Take all rows of the log at `other` that we lack; `other` is only read.

    When that changes anything, `rebuild` is called in the same transaction to derive again what follows from the rows.
    Raises DlquizError when it is missing, damaged, of a newer format, or not a log.
    """
    if not other.is_file():
        raise storage_error(other, MISSING)
    if other.samefile(path):
        raise DlquizError(f"{other} is this log itself", fix="give the log of another machine")
    with _copied(other) as copy:
        with explained(path):
            connection.execute("ATTACH DATABASE ? AS other", (str(copy),))
        try:
            with explained(path), transaction(connection):
                return _merge_rows(connection, rebuild)
        finally:
            connection.execute("DETACH DATABASE other")


@contextmanager
def _copied(other: Path) -> Iterator[Path]:
    """A private copy of another log, or of a backup, whole and of our format; the original is not even migrated."""
    plain = opened(other) if other.name.endswith(COMPRESSED) else nullcontext(other)
    with temporary_directory() as directory, plain as readable:
        copy = directory / "other.db"
        with explained(other), closing(_reader(readable)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            if target.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise storage_error(other, DAMAGED)
            if target.execute("SELECT 1 FROM sqlite_schema WHERE name = 'event' AND type <> 'table'").fetchone():
                raise storage_error(other, NOT_OURS)
        try:
            connect(copy, lambda connection, number: None).close()
        except DlquizError as error:
            raise DlquizError(error.message.replace(str(copy), str(other)), fix=error.fix) from error
        yield copy


def _reader(other: Path) -> sqlite3.Connection:
    """Read-only; and when nobody is writing, without the side files that reading a log would leave behind."""
    how = "mode=ro" if other.with_name(other.name + "-wal").exists() else "immutable=1"
    try:
        other.open("rb").close()
    except PermissionError as error:
        raise storage_error(other, ("it may not be read", READ_ONLY[1])) from error
    return sqlite3.connect(f"{other.resolve().as_uri()}?{how}", uri=True)


def _merge_rows(connection: sqlite3.Connection, rebuild: Callable[[], object]) -> Merged:
    left_out, examples = misfits(connection, "other")
    connection.execute(f"DELETE FROM other.event WHERE NOT ({FITS_SQL})")
    new = "FROM other.event WHERE id NOT IN (SELECT id FROM main.event)"
    rows, answers, undos, cards = connection.execute(
        "SELECT count(*), total(kind IN ('review', 'cram', 'drill')), total(kind = 'undo'), count(DISTINCT card) " + new
    ).fetchone()
    replaced = _settle(connection)
    connection.execute(f"INSERT INTO main.event ({NAMES}) SELECT {NAMES} {new}")
    if rows or replaced:
        rebuild()
    reasons = tuple(f"{one.id}: {one.reason}" for one in examples)
    return Merged(rows, int(answers), int(undos), cards, replaced, left_out, reasons)


def add(connection: SharedConnection, path: Path, rows: Iterable[Row], rebuild: Callable[[], object]) -> Merged:
    """Put rows that came from elsewhere into the log, by way of a log of their own: whole, or not at all."""
    with temporary_directory() as directory:
        other = directory / "rows.db"
        with closing(connect(other, lambda *_: None)) as source:
            _fill(source, rows)
        return merge(connection, path, other, rebuild)


def _fill(source: SharedConnection, rows: Iterable[Row]) -> None:
    """Write rows into an empty log that is read once, from end to end, and then removed."""
    # Its indices and its safety from power cuts would be for nothing.
    indices = source.execute("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    for (name,) in indices:
        source.execute(f"DROP INDEX {name}")
    source.execute("PRAGMA synchronous = OFF")
    with transaction(source):
        places = ",".join("?" * len(COLUMNS))
        source.executemany(f"INSERT OR REPLACE INTO event ({NAMES}) VALUES ({places})", (row[:-1] for row in rows))
    source.execute("PRAGMA journal_mode = DELETE")


def _settle(connection: sqlite3.Connection) -> int:
    """Of each pair of rows with one id and different contents keep the lesser; returns how many of ours gave way."""
    differ = " OR ".join(f"ours.{name} IS NOT theirs.{name}" for name in COLUMNS)
    pairs = connection.execute(
        f"SELECT {', '.join(f'ours.{name}' for name in COLUMNS)}, {', '.join(f'theirs.{name}' for name in COLUMNS)}"
        f" FROM main.event ours JOIN other.event theirs ON ours.id = theirs.id WHERE {differ}"
    ).fetchall()
    lesser = [pair[len(COLUMNS) :] for pair in pairs if _rank(pair[len(COLUMNS) :]) < _rank(pair[: len(COLUMNS)])]
    connection.executemany(f"REPLACE INTO main.event ({NAMES}) VALUES ({','.join('?' * len(COLUMNS))})", lesser)
    return len(lesser)


def _rank(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """By offset and device, then by the rest, so that any two machines agree; a missing value comes first, but for
    the reply: it may have been left out when the row was shared."""
    named = dict(zip(COLUMNS, row, strict=True))
    rest = (((named[name] is None) == (name == "reply"), named[name]) for name in REST)
    return (named["offset"], named["device"], *rest)
