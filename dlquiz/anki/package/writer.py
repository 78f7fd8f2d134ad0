"""Notes, cards and reviews → the bytes of an .apkg (schema 11, which every Anki reads); the same in, the same out."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Any, NamedTuple

from dlquiz.anki.guid import DECK, DECK_NAME, PRESET, checksum
from dlquiz.anki.package.notetypes import SORT_FIELD
from dlquiz.anki.scheduling import AnkiProgress, Review, memory_data
from dlquiz.errors import DlquizError
from dlquiz.files import NO_ROOM, temporary_directory
from dlquiz.scheduler import Model
from dlquiz.scheduler.days import ROLLOVER_HOUR

TABLES = (
    "CREATE TABLE col (id integer primary key, crt integer not null, mod integer not null, scm integer not null,"
    " ver integer not null, dty integer not null, usn integer not null, ls integer not null, conf text not null,"
    " models text not null, decks text not null, dconf text not null, tags text not null)",
    "CREATE TABLE notes (id integer primary key, guid text not null, mid integer not null, mod integer not null,"
    " usn integer not null, tags text not null, flds text not null, sfld integer not null, csum integer not null,"
    " flags integer not null, data text not null)",
    "CREATE TABLE cards (id integer primary key, nid integer not null, did integer not null, ord integer not null,"
    " mod integer not null, usn integer not null, type integer not null, queue integer not null, due integer not null,"
    " ivl integer not null, factor integer not null, reps integer not null, lapses integer not null,"
    " left integer not null, odue integer not null, odid integer not null, flags integer not null, data text not null)",
    "CREATE TABLE revlog (id integer primary key, cid integer not null, usn integer not null, ease integer not null,"
    " ivl integer not null, lastIvl integer not null, factor integer not null, time integer not null,"
    " type integer not null)",
    "CREATE TABLE graves (usn integer not null, oid integer not null, type integer not null)",
    "CREATE INDEX ix_notes_usn ON notes (usn)",
    "CREATE INDEX ix_notes_csum ON notes (csum)",
    "CREATE INDEX ix_cards_usn ON cards (usn)",
    "CREATE INDEX ix_cards_nid ON cards (nid)",
    "CREATE INDEX ix_cards_sched ON cards (did, queue, due)",
    "CREATE INDEX ix_revlog_usn ON revlog (usn)",
    "CREATE INDEX ix_revlog_cid ON revlog (cid)",
)
_TAGS = re.compile(r"<[^>]*>")
# Files are dated so that a package does not differ from the same one made later.
_DATED = (1980, 1, 1, 0, 0, 0)


class AnkiNote(NamedTuple):
    """A note with its one card. `number` is the id of both (ms), `modified` when its content changed (s); `subdeck`
    names a deck below that of the package, "" for that one itself."""

    number: int
    guid: str
    notetype: int
    modified: int
    tags: Sequence[str]
    fields: Sequence[str]
    position: int
    progress: AnkiProgress = AnkiProgress()
    log: Sequence[tuple[int, Review]] = ()
    subdeck: str = ""


class PackageContents(NamedTuple):
    """What goes into a package; `deck` is the name of its deck, by which Anki finds it."""

    notes: Sequence[AnkiNote]
    notetypes: Sequence[Mapping[str, Any]]
    preset: Mapping[str, Any]
    media: Mapping[str, bytes]
    deck: str = DECK_NAME


def write(contents: PackageContents, model: Model, epoch: int) -> bytes:
    """The package; days are counted from `epoch`, a day since 1970-01-01 before every due day.

    Raises DlquizError where there is no room to make it.
    """
    # In a file: in memory it would be there twice, and be the largest part of an export.
    with temporary_directory() as directory:
        collection = directory / "collection.anki2"
        try:
            with closing(sqlite3.connect(collection)) as connection:
                _fill(connection, contents, model, epoch)
            return _zipped(collection, contents.media)
        except (sqlite3.OperationalError, OSError) as error:
            reason = getattr(error, "strerror", None) or error
            raise DlquizError(f"the package cannot be made in {directory.parent}: {reason}", fix=NO_ROOM) from None


def _fill(connection: sqlite3.Connection, contents: PackageContents, model: Model, epoch: int) -> None:
    notes = contents.notes
    connection.execute("PRAGMA page_size = 4096")
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    with connection:
        for statement in TABLES:
            connection.execute(statement)
        connection.execute("INSERT INTO col VALUES (1,?,?,?,11,0,0,0,?,?,?,?,'{}')", _collection(contents, epoch))
        connection.executemany("INSERT INTO notes VALUES (?,?,?,?,-1,?,?,?,?,0,'')", map(_note, notes))
        connection.executemany(
            "INSERT INTO cards VALUES (?,?,?,0,?,-1,?,?,?,?,?,?,?,0,0,0,?,?)",
            (_card(note, model, epoch) for note in notes),
        )
        # SQLite sorts them in a file of its own; they are many more than the notes.
        connection.execute("CREATE TEMP TABLE unsorted AS SELECT * FROM revlog")
        connection.executemany(
            "INSERT INTO temp.unsorted VALUES (?,?,-1,?,?,?,?,?,?)", (row for note in notes for row in _reviews(note))
        )
        connection.execute("INSERT INTO revlog SELECT * FROM temp.unsorted ORDER BY id")


def _collection(contents: PackageContents, epoch: int) -> tuple[Any, ...]:
    notes, notetypes, preset, _, deck = contents
    changed = max((note.modified for note in notes), default=0)
    # A day begins at the same hour in Greenwich as at the person's; Anki compares dates, so the zone does not matter.
    created = epoch * 86_400 + ROLLOVER_HOUR * 3600
    configuration = {
        "schedVer": 2,
        "sched2021": True,
        "creationOffset": 0,
        "rollover": ROLLOVER_HOUR,
        "nextPos": len(notes) + 1,
        "activeDecks": [1],
        "curDeck": 1,
        "curModel": notetypes[0]["id"],
        "sortType": "noteFld",
        "sortBackwards": False,
        "addToCur": True,
        "collapseTime": 1200,
        "dueCounts": True,
        "estTimes": True,
        "newSpread": 0,
        "timeLim": 0,
    }
    decks = {"1": _deck(1, "Default", 1), str(DECK): _deck(DECK, deck, PRESET)}
    for name in sorted({note.subdeck for note in notes} - {""}):
        decks[str(_deck_id(name))] = _deck(_deck_id(name), f"{deck}::{name}", PRESET)
    presets = {"1": {**preset, "id": 1, "name": "Default"}, str(PRESET): dict(preset)}
    models = {str(notetype["id"]): dict(notetype) for notetype in notetypes}
    columns = (_json(value) for value in (configuration, models, decks, presets))
    return (created, changed * 1000, changed * 1000, *columns)


def _deck_id(subdeck: str) -> int:
    """A number for the file alone: Anki finds decks by their names."""
    return DECK + 1000 + int.from_bytes(sha256(subdeck.encode()).digest()[:4], "big") if subdeck else DECK


def _deck(id: int, name: str, preset: int) -> dict[str, Any]:
    return {
        "id": id,
        "name": name,
        "mod": 0,
        "usn": -1,
        "desc": "",
        "dyn": 0,
        "conf": preset,
        "collapsed": False,
        "browserCollapsed": False,
        "extendNew": 0,
        "extendRev": 0,
        "newToday": [0, 0],
        "revToday": [0, 0],
        "lrnToday": [0, 0],
        "timeToday": [0, 0],
    }


def _note(note: AnkiNote) -> tuple[Any, ...]:
    sorted_by = _TAGS.sub("", note.fields[SORT_FIELD])
    tags = f" {' '.join(note.tags)} " if note.tags else ""
    return (
        note.number,
        note.guid,
        note.notetype,
        note.modified,
        tags,
        "\x1f".join(note.fields),
        sorted_by,
        checksum(note.fields[0]),
    )


def _card(note: AnkiNote, model: Model, epoch: int) -> tuple[Any, ...]:
    stands = note.progress
    due = stands.due - epoch if stands.memory else note.position
    return (
        note.number,
        note.number,
        _deck_id(note.subdeck),
        note.modified,
        stands.kind,
        stands.queue,
        due,
        stands.interval,
        stands.factor,
        stands.reviews,
        stands.lapses,
        int(stands.flagged),
        memory_data(stands, note.position, model),
    )


def _reviews(note: AnkiNote) -> Iterable[tuple[int, ...]]:
    for number, review in note.log:
        yield (
            number,
            note.number,
            review.ease,
            review.interval,
            review.last,
            review.factor,
            review.milliseconds,
            review.kind,
        )


def _zipped(collection: Path, media: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        names = {str(place): name for place, name in enumerate(sorted(media))}
        with collection.open("rb") as file:
            _add(package, "collection.anki2", file)
        _add(package, "media", io.BytesIO(_json(names).encode()))
        for place, name in names.items():
            _add(package, place, io.BytesIO(media[name]))
    return out.getvalue()


def _add(package: zipfile.ZipFile, name: str, data: IO[bytes]) -> None:
    entry = zipfile.ZipInfo(name, _DATED)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    with package.open(entry, "w") as target:
        copyfileobj(data, target)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
