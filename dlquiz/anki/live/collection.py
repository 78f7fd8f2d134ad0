"""A collection on disk, through Anki's own library (the extra `dlquiz[anki]`), while Anki is closed."""

from __future__ import annotations

import io
import json
import os
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

from dlquiz.anki.guid import BASIC, CLOZE
from dlquiz.anki.live.changes import CardChange
from dlquiz.anki.live.profiles import Profile
from dlquiz.anki.live.snapshot import (
    SECONDS_PER_DAY,
    AnkiCard,
    CardColumns,
    CollectionNote,
    RevlogRow,
    Snapshot,
)
from dlquiz.anki.package.notetypes import FIELDS
from dlquiz.errors import DlquizError
from dlquiz.files import temporary_directory

# The numbers of a JSON list, which may be longer than the values that one statement takes.
_AMONG = "(SELECT value FROM json_each(?))"
_NOTES_SQL = f"SELECT id, guid, mod, tags, flds FROM notes WHERE id IN {_AMONG}"
_CARDS_SQL = (
    "SELECT c.id, c.nid, n.guid, c.ord, c.mod, c.did, c.odid, c.type, c.queue, CASE WHEN c.odid THEN c.odue ELSE c.due"
    " END, c.ivl, c.factor, c.reps, c.lapses, c.left, c.flags, c.data FROM cards c JOIN notes n ON n.id = c.nid"
    f" WHERE c.nid IN {_AMONG}"
)
_REVLOG_SQL = (
    f"SELECT id, cid, usn, ease, ivl, lastIvl, factor, time, type FROM revlog WHERE cid IN {_AMONG} ORDER BY id"
)
_UPDATE_SQL = (
    "UPDATE cards SET type = ?, queue = ?, due = ?, ivl = ?, factor = ?, reps = ?, lapses = ?, left = ?, flags = ?,"
    " data = ?, mod = ?, usn = -1 WHERE id = ?"
)
_INSERT_SQL = "INSERT INTO revlog (id, cid, usn, ease, ivl, lastIvl, factor, time, type) VALUES (?,?,?,?,?,?,?,?,?)"


class CollectionBefore(NamedTuple):
    """What a collection is put back to: columns by card, reviews to delete, notes as they were, notes to remove."""

    cards: Mapping[int, CardColumns]
    reviews: Sequence[int]
    notes: Sequence[CollectionNote]
    added: Sequence[int]


@contextmanager
def quietly() -> Iterator[None]:
    """The library prints to standard output when a call took it long; that is the program's own."""
    with redirect_stdout(io.StringIO()):
        yield


class LiveCollection:
    """Anki's collection, locked for us; all that `write` does happens, or none of it."""

    def __init__(self, collection: Any, profile: Profile) -> None:
        self._collection = collection
        self.profile = profile

    @property
    def name(self) -> str:
        return self.profile.name

    @property
    def path(self) -> Path | None:
        return self.profile.collection

    @quietly()
    def snapshot(self, guids: Collection[str]) -> Snapshot:
        """What is here of the notes with these guids."""
        db = self._collection.db
        ours = json.dumps([note for note, guid in db.all("SELECT id, guid FROM notes") if guid in guids])
        notes = [
            CollectionNote(number, guid, modified, tuple(tags.split()), tuple(fields.split("\x1f")))
            for number, guid, modified, tags, fields in db.all(_NOTES_SQL, ours)
        ]
        names = {deck.id: deck.name for deck in self._collection.decks.all_names_and_ids()}
        cards = [_card(row, names) for row in db.all(_CARDS_SQL, ours)]
        numbers = json.dumps([card.id for card in cards])
        return Snapshot(
            self.profile.name,
            self._first_day(),
            tuple(notes),
            tuple(cards),
            tuple(RevlogRow(*row) for row in db.all(_REVLOG_SQL, numbers)),
            frozenset(db.list(f"SELECT id FROM revlog WHERE cid NOT IN {_AMONG}", numbers)),
            self._notetypes(),
            self._collection.get_config("rollover"),
            self._weights(card.deck for card in cards),
        )

    def _weights(self, decks: Iterable[str]) -> tuple[float, ...]:
        common = Counter(decks).most_common(1)
        if not common or (deck := self._collection.decks.id_for_name(common[0][0])) is None:
            return ()
        options = self._collection.decks.config_dict_for_deck_id(deck)
        return tuple(options.get("fsrsParams6") or ())

    def _first_day(self) -> int:
        created = int(self._collection.db.scalar("SELECT crt FROM col"))
        west = self._collection.get_config("creationOffset")
        return (created - (west if isinstance(west, int) else 0) * 60) // SECONDS_PER_DAY

    def _notetypes(self) -> dict[int, tuple[int, bool]]:
        found = {}
        for number in (BASIC, CLOZE):
            notetype = self._collection.models.get(number)
            if notetype is not None:
                same = tuple(field["name"] for field in notetype["flds"]) == FIELDS and len(notetype["tmpls"]) == 1
                found[number] = (int(notetype["mod"]), same)
        return found

    @quietly()
    def back_up(self) -> Path | None:
        """Anki's own backup among its own; None when nothing changed since the last one."""
        folder = self.profile.backups
        folder.mkdir(exist_ok=True)
        before = _modified(folder)
        self._collection.create_backup(backup_folder=str(folder), force=True, wait_for_completion=True)
        # Anki names it after the second: a backup of the same second is replaced under its name.
        new = [path for path, modified in _modified(folder).items() if modified != before.get(path)]
        return max(new, default=None)

    @quietly()
    def write(
        self, package: bytes | None, changes: Sequence[CardChange], positions: Mapping[int, int], now: int
    ) -> None:
        """Import the package, then reviews, states and positions of new cards (by card); `now` is a time in ms."""

        def all_of_it() -> None:
            if package is not None:
                self._import(package)
            db = self._collection.db
            db.executemany(_INSERT_SQL, [list(row) for change in changes for row in change.reviews])
            db.executemany(_UPDATE_SQL, [[*change.after, now // 1000, change.card.id] for change in changes])
            db.executemany(
                "UPDATE cards SET due = ?, mod = ?, usn = -1 WHERE id = ? AND type = 0",
                [[position, now // 1000, card] for card, position in positions.items()],
            )
            self._touch(now)

        self._collection.db.transact(all_of_it)

    def _touch(self, now: int) -> None:
        """Anki compares this time to see whether there is something to sync."""
        self._collection.db.execute("UPDATE col SET mod = max(mod + 1, ?)", now)

    def _import(self, package: bytes) -> None:
        from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

        with temporary_directory() as directory:
            path = directory / "dlquiz.apkg"
            path.write_bytes(package)
            options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True)
            self._collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options))

    @quietly()
    def take_back(self, earlier: CollectionBefore, now: int) -> None:
        """Put cards and notes back, delete reviews that went nowhere yet, and remove notes; `now` is a time in ms."""

        def all_of_it() -> None:
            db = self._collection.db
            db.executemany(_UPDATE_SQL, [[*was, now // 1000, card] for card, was in earlier.cards.items()])
            db.executemany("DELETE FROM revlog WHERE id = ? AND usn = -1", [[number] for number in earlier.reviews])
            for was in earlier.notes:
                note = self._collection.get_note(was.id)
                note.fields, note.tags = list(was.fields), list(was.tags)
                self._collection.update_note(note)
            if earlier.added:
                self._collection.remove_notes(list(earlier.added))
            self._touch(now)

        self._collection.db.transact(all_of_it)


def _card(row: Sequence[Any], decks: Mapping[int, str]) -> AnkiCard:
    number, note, guid, place, modified, deck, home, *columns, data = row
    return AnkiCard(
        number,
        note,
        guid,
        place,
        modified,
        decks.get(home or deck, ""),
        bool(home),
        CardColumns._make([*columns, data or "{}"]),
    )


def _modified(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.iterdir()}


@contextmanager
def opened(profile: Profile) -> Iterator[LiveCollection]:
    """The profile's collection, held until the end; raises DlquizError when Anki has it open, it may not be written,
    or it is of another schema than the library's."""
    _check_file(profile.collection)
    kind = _library()
    _check_schema(profile.collection, kind)
    try:
        with quietly():
            collection = kind(str(profile.collection))
    except Exception as error:
        raise _explained(error, profile.collection) from error
    try:
        yield LiveCollection(collection, profile)
    finally:
        with quietly():
            collection.close()


def _library() -> Any:
    try:
        from anki.collection import Collection as AnkiCollection
    except ImportError as error:
        raise DlquizError(
            "Anki's library is not installed",
            fix="pip install 'dlquiz[anki]', or with Anki open and its add-on AnkiConnect: dlquiz anki sync --connect",
        ) from error
    return AnkiCollection


def _check_file(path: Path) -> None:
    for place in (path, path.parent):
        if not os.access(place, os.W_OK):
            raise DlquizError(f"{place} is read-only", fix="make it writable; nothing was changed")


def _check_schema(path: Path, kind: Any) -> None:
    """The library would upgrade an older collection on opening it, so that the person's own Anki might refuse it."""
    version = _schema(path)
    with temporary_directory() as directory:
        empty = directory / "collection.anki2"
        with quietly():
            kind(str(empty)).close()
        ours = _schema(empty)
    if version > ours:
        raise DlquizError(
            f"{path} has schema {version}, newer than the {ours} of the library here",
            fix="pip install -U anki; nothing was changed",
        )
    if version < ours:
        raise DlquizError(
            f"{path} has schema {version}, older than the {ours} of the library here",
            fix="open it once in a current Anki, which upgrades it; nothing was changed",
        )


def _schema(path: Path) -> int:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=0.5)) as connection:
            return int(connection.execute("SELECT ver FROM col").fetchone()[0])
    except (sqlite3.Error, TypeError, ValueError) as error:
        raise _explained(error, path) from error


def _explained(error: Exception, path: Path) -> DlquizError:
    words = str(error)
    if "locked" in words or "already open" in words or "busy" in words:
        return DlquizError(
            f"Anki has {path} open",
            fix="close Anki, or use its add-on AnkiConnect: dlquiz anki sync --connect",
        )
    if "readonly" in words or "read-only" in words:
        return DlquizError(f"{path} is read-only", fix="make it writable; nothing was changed")
    return DlquizError(f"{path} cannot be opened: {words}", fix="open it in Anki and use Tools > Check Database")
