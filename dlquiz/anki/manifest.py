"""What Anki was given and what it showed us, kept in the data directory: ids, times of change, fixed values, reviews.

Without it an export still works, and starts again with the same guids; the log never depends on it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from dlquiz.errors import DlquizError

APPLICATION = 0x646C7161  # "dlqa"
FORMAT = 1
_SCHEMA = """
CREATE TABLE note (
    guid TEXT PRIMARY KEY NOT NULL, card TEXT NOT NULL, variant INTEGER NOT NULL, content TEXT NOT NULL,
    modified INTEGER NOT NULL, number INTEGER NOT NULL, drawn TEXT, suspended INTEGER NOT NULL, flagged INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE shape (name TEXT PRIMARY KEY NOT NULL, content TEXT NOT NULL, modified INTEGER NOT NULL)
    STRICT, WITHOUT ROWID;
CREATE TABLE review (number INTEGER PRIMARY KEY NOT NULL, row TEXT NOT NULL, guid TEXT NOT NULL) STRICT;
"""
# Came later; earlier versions leave them alone.
_ADDED = """
CREATE TABLE IF NOT EXISTS synced (profile TEXT NOT NULL, guid TEXT NOT NULL, version TEXT NOT NULL,
    PRIMARY KEY (profile, guid)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chosen (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""


class ExportedNote(NamedTuple):
    """A note that was exported. `modified` (s) is when its content last changed, `number` its id in the package (ms),
    `drawn` the fixed values of a numeric instance; `suspended` and `flagged` are what Anki last showed us."""

    guid: str
    card: str
    variant: int
    content: str
    modified: int
    number: int
    drawn: Mapping[str, Any] | None = None
    suspended: bool = False
    flagged: bool = False

    @property
    def key(self) -> str:
        """What names the note in its first field: the card's id, with the number of a further instance."""
        return self.card if not self.variant else f"{self.card}#{self.variant}"


class ExportedNotetype(NamedTuple):
    """A note type as last exported: the hash of its templates and look, and when that changed (s)."""

    name: str
    content: str
    modified: int


class LastExport(NamedTuple):
    """How the person last chose to export, for the next sync; `decks` and `tags` empty mean all, None unknown."""

    lang: str = "both"
    variants: int = 0
    subdecks: bool = False
    decks: Sequence[str] | None = None
    tags: Sequence[str] = ()


class _Stored(NamedTuple):
    """What the file holds, to write only what changed since."""

    notes: dict[str, ExportedNote]
    notetypes: dict[str, ExportedNotetype]
    reviews: dict[int, tuple[str, str]]
    synced: dict[tuple[str, str], str]
    last_export: LastExport | None


class Manifest:
    """All of it in memory; `save` writes what changed in one transaction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: dict[str, ExportedNote] = {}
        self.notetypes: dict[str, ExportedNotetype] = {}
        # Review number in Anki → the id of our row, and the note it belongs to.
        self.reviews: dict[int, tuple[str, str]] = {}
        # Profile of Anki and guid → the version of the card's state that Anki has (`State.version`).
        self.synced: dict[tuple[str, str], str] = {}
        self.last_export: LastExport | None = None
        self._stored = _Stored({}, {}, {}, {}, None)
        if path.exists():
            self._load()

    def _load(self) -> None:
        try:
            # Not only for reading: what a killed process left half written is rolled back from its journal.
            with closing(
                sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=rw", uri=True, timeout=10)
            ) as connection:
                found = int(connection.execute("PRAGMA user_version").fetchone()[0])
                if found > FORMAT:
                    raise DlquizError(f"{self.path} was written by a newer dlquiz", fix="upgrade dlquiz")
                if not found:
                    return
                for row in connection.execute("SELECT * FROM note"):
                    drawn = None if row[6] is None else json.loads(row[6])
                    self.notes[row[0]] = ExportedNote._make((*row[:6], drawn, bool(row[7]), bool(row[8])))
                self.notetypes = {row[0]: ExportedNotetype(*row) for row in connection.execute("SELECT * FROM shape")}
                self.reviews = {number: (row, guid) for number, row, guid in connection.execute("SELECT * FROM review")}
                if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'chosen'").fetchone():
                    found_versions = connection.execute("SELECT * FROM synced")
                    self.synced = {(profile, guid): version for profile, guid, version in found_versions}
                    chosen = {name: json.loads(value) for name, value in connection.execute("SELECT * FROM chosen")}
                    self.last_export = LastExport(**chosen) if chosen else None
        except (sqlite3.Error, ValueError) as error:
            raise DlquizError(
                f"{self.path} cannot be read: {error}", fix="move it away; the next export makes it again"
            ) from error
        self._stored = self._now()

    def _now(self) -> _Stored:
        return _Stored(dict(self.notes), dict(self.notetypes), dict(self.reviews), dict(self.synced), self.last_export)

    def save(self) -> None:
        """Commit what changed; raises DlquizError when the file cannot be written."""
        stored, now = self._stored, self._now()
        if stored == now:
            return
        changed = [note for guid, note in now.notes.items() if stored.notes.get(guid) != note]
        notetypes = [one for name, one in now.notetypes.items() if stored.notetypes.get(name) != one]
        new = [(number, *known) for number, known in now.reviews.items() if stored.reviews.get(number) != known]
        versions = [(*key, version) for key, version in now.synced.items() if stored.synced.get(key) != version]
        forgotten = [key for key in stored.synced if key not in now.synced]
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=10, isolation_level=None)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                if not connection.execute("PRAGMA user_version").fetchone()[0]:
                    for statement in _SCHEMA.split(";")[:-1]:
                        connection.execute(statement)
                    connection.execute(f"PRAGMA application_id = {APPLICATION}")
                    connection.execute(f"PRAGMA user_version = {FORMAT}")
                for statement in _ADDED.split(";")[:-1]:
                    connection.execute(statement)
                connection.executemany("INSERT OR REPLACE INTO note VALUES (?,?,?,?,?,?,?,?,?)", map(_row, changed))
                connection.executemany("INSERT OR REPLACE INTO shape VALUES (?,?,?)", notetypes)
                connection.executemany("INSERT OR REPLACE INTO review VALUES (?,?,?)", new)
                connection.executemany("DELETE FROM synced WHERE profile = ? AND guid = ?", forgotten)
                connection.executemany("INSERT OR REPLACE INTO synced VALUES (?,?,?)", versions)
                connection.executemany("INSERT OR REPLACE INTO chosen VALUES (?,?)", _rows_of(now.last_export))
                connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise DlquizError(
                f"cannot write {self.path}: {error}", fix="make it and its directory writable, or free some space"
            ) from error
        self._stored = now


def _row(note: ExportedNote) -> tuple[Any, ...]:
    drawn = None if note.drawn is None else json.dumps(note.drawn, ensure_ascii=False, sort_keys=True)
    return (*note[:6], drawn, int(note.suspended), int(note.flagged))


def _rows_of(last_export: LastExport | None) -> list[tuple[str, str]]:
    return [] if last_export is None else [(name, json.dumps(value)) for name, value in last_export._asdict().items()]
