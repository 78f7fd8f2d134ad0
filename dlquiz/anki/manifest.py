"""What we told Anki and it told us, in the person's data directory: ids, times of change, fixed values, known reviews.

Without it an export still works, and starts again with the same guids; the log never depends on it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
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


class Known(NamedTuple):
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


class NotetypeShape(NamedTuple):
    """A note type as last exported: the hash of its templates and look, and when that changed (s)."""

    name: str
    content: str
    modified: int


class Manifest:
    """All of it in memory; `save` writes what changed in one transaction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: dict[str, Known] = {}
        self.shapes: dict[str, NotetypeShape] = {}
        # Review number in Anki → the id of our row, and the note it belongs to.
        self.reviews: dict[int, tuple[str, str]] = {}
        self._stored: tuple[dict[str, Known], dict[str, NotetypeShape], dict[int, tuple[str, str]]] = ({}, {}, {})
        if path.exists():
            self._load()

    def _load(self) -> None:
        try:
            with closing(
                sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)
            ) as connection:
                found = int(connection.execute("PRAGMA user_version").fetchone()[0])
                if found > FORMAT:
                    raise DlquizError(f"{self.path} was written by a newer dlquiz", fix="upgrade dlquiz")
                if not found:
                    return
                for row in connection.execute("SELECT * FROM note"):
                    drawn = None if row[6] is None else json.loads(row[6])
                    self.notes[row[0]] = Known._make((*row[:6], drawn, bool(row[7]), bool(row[8])))
                self.shapes = {row[0]: NotetypeShape(*row) for row in connection.execute("SELECT * FROM shape")}
                self.reviews = {number: (row, guid) for number, row, guid in connection.execute("SELECT * FROM review")}
        except (sqlite3.Error, ValueError) as error:
            raise DlquizError(
                f"{self.path} cannot be read: {error}", fix="move it away; the next export makes it again"
            ) from error
        self._stored = (dict(self.notes), dict(self.shapes), dict(self.reviews))

    def save(self) -> None:
        """Commit what changed; raises DlquizError when the file cannot be written."""
        notes, shapes, reviews = self._stored
        changed = [note for guid, note in self.notes.items() if notes.get(guid) != note]
        shaped = [shape for name, shape in self.shapes.items() if shapes.get(name) != shape]
        new = [(number, *known) for number, known in self.reviews.items() if reviews.get(number) != known]
        if not (changed or shaped or new):
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=10, isolation_level=None)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                if not connection.execute("PRAGMA user_version").fetchone()[0]:
                    for statement in _SCHEMA.split(";")[:-1]:
                        connection.execute(statement)
                    connection.execute(f"PRAGMA application_id = {APPLICATION}")
                    connection.execute(f"PRAGMA user_version = {FORMAT}")
                connection.executemany("INSERT OR REPLACE INTO note VALUES (?,?,?,?,?,?,?,?,?)", map(_row, changed))
                connection.executemany("INSERT OR REPLACE INTO shape VALUES (?,?,?)", shaped)
                connection.executemany("INSERT OR REPLACE INTO review VALUES (?,?,?)", new)
                connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise DlquizError(
                f"cannot write {self.path}: {error}", fix="make it and its directory writable, or free some space"
            ) from error
        self._stored = (dict(self.notes), dict(self.shapes), dict(self.reviews))


def _row(note: Known) -> tuple[Any, ...]:
    drawn = None if note.drawn is None else json.dumps(note.drawn, ensure_ascii=False, sort_keys=True)
    return (*note[:6], drawn, int(note.suspended), int(note.flagged))
