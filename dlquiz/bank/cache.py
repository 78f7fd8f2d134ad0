"""The compiled bank: one SQLite file in the cache directory, rebuilt per changed file, read without any YAML."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from dlquiz import __version__
from dlquiz.bank.files import Stamp, stamps
from dlquiz.cards import Card, Place, Text
from dlquiz.errors import DlquizError

if TYPE_CHECKING:
    from dlquiz.bank.reuse import Compiled
    from dlquiz.schema.problems import Problem
    from dlquiz.thesaurus import Lexicon, ThesaurusEntry
    from dlquiz.tracks import Track

CompileProgress = Callable[[int, int], None]  # bytes read, bytes to read

FORMAT = 7
# A file changed this shortly before it was compiled might have been changed again within one tick of the disk's clock.
UNSETTLED_NANOSECONDS = 2_000_000_000
BUSY_SECONDS = 20.0
SEARCHABLE_AT_ONCE = 1000
FILES_OF_WORDS = 500  # whose words are read, in some 20 ms
_SCHEMA = """
create table meta (key text primary key, value text) without rowid;
create table file (name text primary key, position integer, size integer, modified integer, digest text,
    outline text) without rowid;
create table part (number integer primary key, file text, place integer, card text, line integer, column integer,
    kind text, level integer, weight integer, content_hash text, tags text, usual_seconds real, payload text,
    crc integer);
create index part_of_file on part (file, place);
create table card (id text primary key, deck text, position integer, kind text, level integer, weight integer,
    content_hash text, usual_seconds real, part integer, own integer);
create table draft (id text primary key, deck text, position integer, part integer);
create index card_in_order on card (position);
create index card_of_part on card (part);
create table searchable (part integer primary key, deck text, words text);
create index card_of_deck on card (deck, position);
create index card_to_introduce on card (own desc, weight desc, level, position);
create table deck (name text primary key, position integer, en text, zh text, cards integer);
create table tag (card text, tag text, primary key (card, tag)) without rowid;
create index tag_of on tag (tag, card);
create table former (card text, former text, primary key (card, former)) without rowid;
create table follow (card text, then_card text, primary key (card, then_card)) without rowid;
create index follow_back on follow (then_card, card);
create table track (name text primary key, position integer, en text, zh text, decks text, tags text, others real);
create table thesaurus (position integer primary key, en text, zh text);
create table problem (number integer primary key, file text, line integer, column integer, card text, code text,
    message text, fix text, severity text);
"""


class DeckRow(NamedTuple):
    name: str
    title: Text
    cards: int


class Bank:
    """All cards of the given paths, behind a compiled cache; close it, or use it in a `with`."""

    def __init__(self, paths: Sequence[Path], cache_dir: Path, progress: CompileProgress | None = None) -> None:
        self._paths, self._progress = tuple(paths), progress
        self._temporary: Path | None = None
        self._connection: sqlite3.Connection | None = None
        self.cards_path = cache_dir / f"bank-{_path_key(paths)}.sqlite"
        self._open()

    def __enter__(self) -> Bank:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        self._disconnect()
        if self._temporary is not None:
            with suppress(OSError):
                self.cards_path.unlink(missing_ok=True)
                self._temporary.rmdir()

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def card(self, id: str) -> Card | None:
        """The card of that id, as `bank.load` gives it; a former id finds nothing (see `resolve`)."""
        row = next(iter(self._rows(f"{_SELECT_CARD} where card.id = ?", id)), None)
        return None if row is None else self._decoded(row)

    def cards(self, ids: Sequence[str]) -> list[Card]:
        """The cards of these ids, in their order, without those that do not exist."""
        return [card for id in ids if (card := self.card(id)) is not None]

    def all(self, *, kind: str | None = None) -> Iterator[Card]:
        """Every card in the order of the bank, or every one of a kind: the others are not decoded."""
        where, values = ("", ()) if kind is None else (" where kind = ?", (kind,))
        ids = [id for (id,) in self._rows(f"select id from card{where} order by position", *values)]
        return (card for id in ids if (card := self.card(id)) is not None)

    def decks_of_cards(self, decks: Collection[str] = (), tags: Collection[str] = ()) -> dict[str, str]:
        """The deck of every card by its id, in the order of the bank: of these decks, with one of these tags."""
        import json

        rows = self._rows(
            "select id, deck from card where (?1 = '[]' or deck in (select value from json_each(?1))) and (?2 = '[]'"
            " or exists (select 1 from tag where card = id and tag in (select value from json_each(?2))))"
            " order by position",
            json.dumps(list(decks)),
            json.dumps(list(tags)),
        )
        return dict(rows)

    def drafts(self) -> list[Card]:
        """The cards that are not asked yet, in the order of the bank; nothing else gives them."""
        return [self._decoded(row) for row in self._rows(f"{_SELECT_DRAFT} order by draft.position")]

    def draft(self, id: str) -> Card | None:
        row = next(iter(self._rows(f"{_SELECT_DRAFT} where draft.id = ?", id)), None)
        return None if row is None else self._decoded(row)

    def ids(self, prefix: str = "") -> list[str]:
        """The ids that begin so, in the order of the bank."""
        end = prefix + "\U0010ffff"
        return [
            id for (id,) in self._rows("select id from card where id between ? and ? order by position", prefix, end)
        ]

    def kinds(self) -> dict[str, str]:
        """The kind of every card by its id, in the order of the bank."""
        return dict(self._rows("select id, kind from card order by position"))

    def searchable(
        self, words: Sequence[str], text_of: Callable[[Card], str], progress: CompileProgress | None = None
    ) -> list[tuple[str, str]]:
        """Id and searchable text of the cards whose text holds every one of these words, in the order of the bank.

        `text_of` gives the text of a card; it is called once for each card and its text kept in the cache.
        """
        self._add_searchable(text_of, progress)
        where = " and ".join(["instr(words, ?)"] * len(words)) or "true"
        return self._rows(
            "select id, words from searchable cross join card on card.part = searchable.part"
            f" where {where} order by position",
            *words,
        )

    def _add_searchable(self, text_of: Callable[[Card], str], progress: CompileProgress | None) -> None:
        """Keep the texts of the cards that were compiled, or moved to another deck, since the last search."""
        if self._rows("select 1 from meta where key = 'searchable'"):
            return
        [(total,)] = self._rows(f"select count(*) {_UNSEARCHED}", 0)
        done = last = 0
        try:
            # In slices, so that others who need the cache wait for one at most.
            while texts := self._searchable_slice(text_of, last):
                done, last = done + len(texts), texts[-1][0]
                if progress is not None:
                    progress(done, total)
        except sqlite3.Error:
            # A cache that cannot be written: the texts live as long as this connection.
            rows = self._rows(f"select card.id, card.part, card.deck {_UNSEARCHED} order by card.part", 0)
            self._rows("create temp table if not exists searchable as select * from main.searchable")
            assert self._connection is not None
            self._connection.executemany("insert into temp.searchable values (?, ?, ?)", self._texts(rows, text_of))

    def _searchable_slice(self, text_of: Callable[[Card], str], after: int) -> list[tuple[int, str, str]]:
        """Add the texts of the next parts after that one, in one transaction; when there are none, note that."""
        assert self._connection is not None
        with _transaction(self._connection) as connection:
            sql = f"select card.id, card.part, card.deck {_UNSEARCHED} order by card.part limit {SEARCHABLE_AT_ONCE}"
            texts = self._texts(connection.execute(sql, (after,)).fetchall(), text_of)
            connection.executemany("insert or replace into main.searchable values (?, ?, ?)", texts)
            if not texts:
                connection.execute("insert or replace into meta values ('searchable', 'all')")
        return texts

    def _texts(self, rows: Iterable[Sequence[Any]], text_of: Callable[[Card], str]) -> list[tuple[int, str, str]]:
        return [(part, deck, text_of(card)) for id, part, deck in rows if (card := self.card(id)) is not None]

    def decks(self) -> list[DeckRow]:
        rows = self._rows("select name, en, zh, cards from deck order by position")
        return [DeckRow(name, Text(en, zh), cards) for name, en, zh, cards in rows]

    def tracks(self) -> tuple[Track, ...]:
        """The tracks of `tracks.yaml` in all bank directories, those of the first directory first."""
        import json

        from dlquiz.tracks import Track

        rows = self._rows("select name, en, zh, decks, tags, others from track order by position")
        return tuple(
            Track(name, Text(en, zh), json.loads(decks), json.loads(tags), others)
            for name, en, zh, decks, tags, others in rows
        )

    def thesaurus(self) -> tuple[ThesaurusEntry, ...]:
        """The entries of `thesaurus.yaml` in all bank directories, in the order of the bank."""
        import json

        from dlquiz.thesaurus import ThesaurusEntry

        rows = self._rows("select en, zh from thesaurus order by position")
        return tuple(ThesaurusEntry(tuple(json.loads(en)), tuple(json.loads(zh))) for en, zh in rows)

    def lexicon(self) -> Lexicon:
        """What typed answers are read with; the words are those of the first files only where there are very many."""
        from dlquiz.thesaurus import Lexicon

        rows = self._rows("select json_extract(outline, '$.words') from file order by position limit ?", FILES_OF_WORDS)
        return Lexicon(self.thesaurus(), tuple(sorted({word for (words,) in rows for word in words.split()})))

    def tags(self) -> dict[str, int]:
        """Each tag with its number of cards, the commonest first."""
        return dict(self._rows("select tag, count(*) as cards from tag group by tag order by cards desc, tag"))

    def previous_ids(self) -> dict[str, tuple[str, ...]]:
        """Each card that had other ids → all of them, those of those too."""
        formers: dict[str, list[str]] = {}
        for card, former in self._rows("select card, former from former order by card, former"):
            formers.setdefault(card, []).append(former)
        return {
            id: previous_ids_of_card
            for (id,) in self._rows("select distinct card from former join card on card.id = former.card")
            if (previous_ids_of_card := _behind(id, formers))
        }

    def resolve(self, id: str) -> str | None:
        """The living id for an id that may be a former one.

        When a card was split, the first of its parts in the order of the bank.
        """
        if next(iter(self._rows("select 1 from card where id = ?", id)), None):
            return id
        order: dict[str, int] = dict(self._rows("select id, position from card"))
        successors = [living for living, formers in self.previous_ids().items() if id in formers]
        return min(successors, key=order.__getitem__, default=None)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What the files of the bank have wrong, as found when they were compiled."""
        rows = self._rows("select file, line, column, code, message, fix, card, severity from problem order by number")
        if not rows:
            return ()
        from dlquiz.schema.problems import Problem

        return tuple(Problem(Place(file, line, column), *rest) for file, line, column, *rest in rows)

    def _decoded(self, row: Sequence[Any]) -> Card:
        from dlquiz.bank.codec import decode

        id, deck, file, line, column, payload, crc = row
        if crc32(payload.encode()) != crc:
            self._rebuild()
            again = self.card(id) or self.draft(id)
            assert again is not None
            return again
        return decode(payload, id, deck, Place(file, line, column))

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        """The rows of a query; a cache that turns out to be corrupt is rebuilt first."""
        assert self._connection is not None, "the bank is closed"
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError:
            self._rebuild()
            return self._connection.execute(sql, values).fetchall()

    def _rebuild(self) -> None:
        """Rebuild a cache that turned out to be corrupt."""
        try:
            self._recreate()
        except _CANNOT:
            self._open_fallback()

    def _open(self) -> None:
        """Open the cache and make it fresh: in its place, in its place from nothing, or in a temporary directory."""
        with suppress(OSError):
            self.cards_path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._open_cached()
        except _CANNOT as error:
            if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) in _DAMAGED:
                self._rebuild()
            else:
                self._open_fallback()

    def _open_cached(self, *, reuse: bool = True) -> None:
        self._connection = _connect(self.cards_path)
        self._refresh(reuse)

    def _recreate(self) -> None:
        """Compile beside the damaged cache and move it there: another process may have that one open."""
        self._disconnect()
        draft = self.cards_path.with_name(f"{self.cards_path.name}.{os.getpid()}")
        draft.unlink(missing_ok=True)
        wanted, self.cards_path = self.cards_path, draft
        try:
            # Where one cache is damaged, no other is trusted.
            self._open_cached(reuse=False)
            self._disconnect()
            os.replace(draft, wanted)
        finally:
            self.cards_path = wanted
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        self._open_cached()

    def _open_fallback(self) -> None:
        from tempfile import mkdtemp

        from dlquiz.files import NO_ROOM, TEMPORARY_PREFIX

        self.close()
        wanted = self.cards_path
        try:
            self._temporary = Path(mkdtemp(prefix=TEMPORARY_PREFIX))
            self.cards_path = self._temporary / wanted.name
            self._open_cached()
        except _CANNOT as error:
            self.close()
            raise DlquizError(
                f"the questions cannot be compiled, neither to {wanted} nor to a temporary directory: {error}",
                fix=NO_ROOM,
            ) from error

    def _refresh(self, reuse: bool) -> None:
        assert self._connection is not None
        now = stamps(self._paths)
        stale = _stale(self._connection, self.cards_path, now)
        if stale is not None:
            _compile(self._connection, now, stale, self._progress, self.cards_path if reuse else None)
            _sweep_drafts(self.cards_path)


def _sweep_drafts(cache: Path) -> None:
    """Remove what processes left that were killed while they compiled beside a damaged cache."""
    from dlquiz.files import sweep

    with suppress(OSError):
        sweep(cache.parent, r"bank-[0-9a-f]{8}\.sqlite\.\d+(-journal)?", just_made=cache)


_CANNOT = (sqlite3.Error, OSError, ValueError, TypeError)
# What SQLite says of a file that is no cache of ours; being locked, full or read-only is no reason to replace it.
_DAMAGED = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
# The cards without a text to search, or with that of another deck, whose parts come after a number.
_UNSEARCHED = """from card left join searchable on searchable.part = card.part
    where searchable.deck is not card.deck and card.part > ?"""
_SELECT_CARD = (
    """select card.id, deck, file, line, column, payload, crc from card join part on part.number = card.part"""
)
_SELECT_DRAFT = (
    """select draft.id, deck, file, line, column, payload, crc from draft join part on part.number = draft.part"""
)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    connection.execute("pragma synchronous = normal")
    return connection


def _path_key(paths: Sequence[Path]) -> str:
    return f"{crc32(os.fsencode(chr(10).join(os.path.abspath(path) for path in paths))):08x}"


def _version() -> str:
    """Changes with the format, the release, and in a checkout with the code that reads the files."""
    bank = os.path.dirname(__file__)
    code = max(_newest_code(room) for room in (bank, os.path.join(os.path.dirname(bank), "kinds")))
    return f"{FORMAT} {__version__} {code}"


def _newest_code(directory: str) -> int:
    with os.scandir(directory) as entries:
        return max((entry.stat().st_mtime_ns for entry in entries if entry.name.endswith(".py")), default=0)


def _stale(connection: sqlite3.Connection, path: Path, now: Mapping[str, Stamp]) -> set[str] | None:
    """The files to read again: None when the cache is fresh, all of them when it is of another version or empty."""
    tables = connection.execute("select count(*) from sqlite_master").fetchone()[0]
    if not tables:
        return set(now)
    written = connection.execute("select value from meta where key = 'version'").fetchone()
    if written is None or written[0] != _version():
        return set(now)
    known = {
        name: (Stamp(size, modified), digest)
        for name, size, modified, digest in connection.execute(
            "select name, size, modified, digest from file order by position"
        )
    }
    settled = os.stat(path).st_mtime_ns - UNSETTLED_NANOSECONDS
    changed = {name for name, looks in now.items() if name not in known or _changed(name, looks, *known[name], settled)}
    return None if not changed and list(known) == list(now) else changed


def _changed(name: str, looks: Stamp, known: Stamp, digest: str, settled: int) -> bool:
    if looks != known:
        return True
    return looks.modified >= settled and _digest(name) != digest


def _digest(name: str) -> str:
    try:
        with open(name, "rb") as file:
            data = file.read()
    except OSError:
        return ""
    return f"{len(data)}-{crc32(data):08x}"


def _compile(
    connection: sqlite3.Connection,
    now: Mapping[str, Stamp],
    stale: set[str],
    progress: CompileProgress | None,
    cache: Path | None,
) -> None:
    """Read the stale files, then write in one transaction; whoever compiles at the same time writes the same.

    What the caches beside `cache` have compiled is taken from there.
    """
    from dlquiz.bank.reuse import compiled_elsewhere

    fresh: dict[str, tuple[str, str]] = {}
    total, done = sum(now[name].size for name in stale), 0
    digests = {name: _digest(name) for name in now if name in stale}
    ready = iter(()) if cache is None else compiled_elsewhere(cache, _version(), digests)
    with _staging(connection):
        for name, (outline, parts) in chain(ready, _compiled_now(name for name in digests if name not in fresh)):
            connection.executemany(f"insert into fresh_part values ({', '.join('?' * 13)})", parts)
            fresh[name] = (digests[name], outline)
            done += now[name].size
            if progress is not None:
                progress(done, total)
        with _transaction(connection):
            _write(connection, now, {name: fresh[name] for name in digests})


def _compiled_now(names: Iterable[str]) -> Iterator[tuple[str, Compiled]]:
    """Each file read, when it is its turn."""
    from dlquiz.bank.compile import compiled

    for name in names:
        yield name, compiled(Path(name))


@contextmanager
def _staging(connection: sqlite3.Connection) -> Iterator[None]:
    """A table beside the bank's for cards that were compiled but not written yet, so that they take no memory."""
    connection.execute(
        "create temp table fresh_part (file, place, card, line, column, kind, level, weight, content_hash, tags,"
        " usual_seconds, payload, crc, primary key (file, place)) without rowid"
    )
    try:
        yield
    finally:
        with suppress(sqlite3.Error):  # where it was full, that is the error to tell
            connection.execute("drop table temp.fresh_part")


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    connection.execute("begin immediate")
    try:
        yield connection
        connection.execute("commit")
    except BaseException:
        # A full disk may have ended the transaction already: a second error would hide the first.
        if connection.in_transaction:
            connection.execute("rollback")
        raise


def _write(connection: sqlite3.Connection, now: Mapping[str, Stamp], fresh: Mapping[str, tuple[str, str]]) -> None:
    """Write the files that were compiled afresh (name → digest, outline), whose cards are staged."""
    if len(fresh) == len(now):
        _make_tables(connection)
    outlines = dict(connection.execute("select name, outline from file order by position"))
    gone = [name for name in outlines if name not in now]
    connection.execute("delete from meta where key = 'searchable'")
    if list(outlines) == list(now) and not connection.execute("select 1 from problem limit 1").fetchone():
        from dlquiz.bank.compile import same_arrangement

        if all(same_arrangement(outlines[name], outline) for name, (_, outline) in fresh.items()):
            for name, (digest, outline) in fresh.items():
                _replace_contents(connection, name, outline)
                connection.execute(
                    "update file set size = ?, modified = ?, digest = ?, outline = ? where name = ?",
                    (*now[name], digest, outline, name),
                )
            return
    for name in (*gone, *fresh):
        _delete_parts(connection, name)
        connection.execute("delete from file where name = ?", (name,))
    for name, (digest, outline) in fresh.items():
        connection.execute("insert into file values (?, 0, ?, ?, ?, ?)", (name, *now[name], digest, outline))
        connection.execute("insert into part select null, * from fresh_part where file = ? order by place", (name,))
    _arrange_all(connection, now)


def _make_tables(connection: sqlite3.Connection) -> None:
    for kind, name in connection.execute(
        "select type, name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%'"
    ).fetchall():
        connection.execute(f'drop {kind} "{name}"')
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)
    connection.execute("insert into meta values ('version', ?)", (_version(),))


def _delete_parts(connection: sqlite3.Connection, file: str) -> None:
    connection.execute("delete from searchable where part in (select number from part where file = ?)", (file,))
    connection.execute("delete from part where file = ?", (file,))


def _replace_contents(connection: sqlite3.Connection, file: str, outline: str) -> None:
    """Write the new contents of a file's cards, which stand where they stood: the rest of the bank is not looked at."""
    from dlquiz.bank.compile import own_weights

    numbers = [
        number for (number,) in connection.execute("select number from part where file = ? order by place", (file,))
    ]
    _delete_parts(connection, file)
    connection.executemany(
        "insert into part select ?, * from fresh_part where file = ? and place = ?",
        [(number, file, place) for place, number in enumerate(numbers)],
    )
    connection.executemany(
        "update card set (kind, level, weight, content_hash, usual_seconds) = (select kind, level,"
        " coalesce(?, weight), content_hash, usual_seconds from part where number = card.part) where part = ?",
        zip(own_weights(file, outline), numbers, strict=True),
    )
    of_file = "card join part on number = card.part"
    connection.execute(f"delete from tag where card in (select card.id from {of_file} where file = ?)", (file,))
    connection.execute(
        f"insert or ignore into tag select card.id, tag.value from {of_file}, json_each(tags) as tag where file = ?",
        (file,),
    )


def _arrange_all(connection: sqlite3.Connection, now: Mapping[str, Stamp]) -> None:
    from dlquiz.bank.compile import arranged

    connection.executemany("update file set position = ? where name = ?", [(at, name) for at, name in enumerate(now)])
    outlines = connection.execute("select name, outline from file order by position").fetchall()
    parts = {
        (file, place): number for number, file, place in connection.execute("select number, file, place from part")
    }
    _arrange(connection, arranged(outlines, parts))


def _arrange(connection: sqlite3.Connection, rows: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    """Write the order of the bank and what goes across its files."""
    for table in ("card", "draft", "deck", "tag", "former", "follow", "problem", "track", "thesaurus"):
        connection.execute(f"delete from {table}")
    connection.execute(
        "create temp table if not exists seat"
        " (part integer primary key, position integer, deck text, draft integer, own integer, weight integer)"
    )
    connection.execute("delete from seat")
    connection.executemany("insert into seat values (?, ?, ?, ?, ?, ?)", rows["seat"])
    connection.execute(
        "insert into card select card, seat.deck, seat.position, kind, level, coalesce(seat.weight, part.weight),"
        " content_hash, usual_seconds, number, own from seat join part on part.number = seat.part where not draft"
    )
    connection.execute(
        "insert into draft select card, seat.deck, seat.position, number "
        "from seat join part on part.number = seat.part where draft"
    )
    connection.execute(
        "insert into tag select card.id, tag.value from card join part on number = card.part, json_each(tags) as tag"
    )
    for table, width in (("deck", 5), ("former", 2), ("follow", 2), ("problem", 9), ("track", 7), ("thesaurus", 3)):
        connection.executemany(f"insert or ignore into {table} values ({', '.join('?' * width)})", rows[table])


def _behind(id: str, formers: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Every id from which this one descends, nearest first."""
    found: dict[str, None] = {}
    ahead = list(formers.get(id, ()))
    while ahead:
        former = ahead.pop(0)
        if former not in found and former != id:
            found[former] = None
            ahead += formers.get(former, ())
    return tuple(found)
