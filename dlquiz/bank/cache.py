"""The compiled bank: one SQLite file in the cache directory, rebuilt per changed file, read without any YAML."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from dlquiz import __version__
from dlquiz.bank.files import FileStat, digest, file_stats
from dlquiz.cards import Card, Place, Text
from dlquiz.database import SharedConnection, connect, transaction
from dlquiz.errors import DlquizError

if TYPE_CHECKING:
    from dlquiz.bank.compiled.tables import CompileProgress
    from dlquiz.schema.problems import Problem
    from dlquiz.thesaurus import Lexicon, ThesaurusEntry
    from dlquiz.tracks import Track

FORMAT = 8
# A file changed this shortly before it was compiled might have been changed again within one tick of the disk's clock.
UNSETTLED_NANOSECONDS = 2_000_000_000
SEARCHABLE_AT_ONCE = 1000
BUSY_SECONDS = 20.0
# A search finds the same without writing its texts: it waits only for those of another search.
SEARCH_BUSY_SECONDS = 1.0
LONGEST_WORD = 1000  # of LIKE; SQLite takes patterns of up to 50,000 bytes
FILES_OF_WORDS = 500  # whose words are read, in some 20 ms


class DeckRow(NamedTuple):
    name: str
    title: Text
    cards: int


class Bank:
    """All cards of the given paths, behind a compiled cache; close it, or use it in a `with`."""

    def __init__(
        self,
        paths: Sequence[Path],
        cache_dir: Path,
        progress: CompileProgress | None = None,
        on_wait: Callable[[], None] | None = None,
    ) -> None:
        self._paths, self._progress, self._on_wait = tuple(paths), progress, on_wait
        self._temporary: Path | None = None
        self._connection: SharedConnection | None = None
        self.cards_path = cache_dir / f"bank-{_path_key(paths)}.sqlite"
        try:
            self._open()
        except BaseException:
            self.close()
            raise

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
            "select id, deck from card where (? or deck in (select value from json_each(?)))"
            " and (? or exists (select 1 from tag where card = id and tag in (select value from json_each(?))))"
            " order by position",
            not decks,
            json.dumps(list(decks)),
            not tags,
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
        """Id and searchable text of the cards whose text holds every one of these words, in the order of the bank; of
        a word longer than any, what it begins with.

        `text_of` gives the text of a card; it is called once for each card and its text kept in the cache.
        """
        self._add_searchable(text_of, progress)
        # LIKE takes half the time of `instr`.
        where = " and ".join([r"words like ? escape '\'"] * len(words)) or "true"
        return self._rows(
            "select id, words from searchable cross join card on card.part = searchable.part"
            f" where {where} order by position",
            *map(_inside, words),
        )

    def _add_searchable(self, text_of: Callable[[Card], str], progress: CompileProgress | None) -> None:
        """Keep the texts of the cards that were compiled, or moved to another deck, since the last search."""
        if self._rows("select 1 from meta where key = 'searchable'"):
            return
        [(total,)] = self._rows(f"select count(*) {_UNSEARCHED}", 0)
        assert self._connection is not None
        done = last = 0
        try:
            # In slices, so that others who need the cache wait for one at most.
            with self._connection.waiting(SEARCH_BUSY_SECONDS):
                while texts := self._searchable_slice(text_of, last):
                    done, last = done + len(texts), texts[-1][0]
                    if progress is not None:
                        progress(done, total)
        except sqlite3.Error:
            # A cache that cannot be written: the texts live as long as this connection.
            rows = self._rows(f"select card.id, card.part, card.deck {_UNSEARCHED} order by card.part", 0)
            self._rows("create temp table if not exists searchable as select * from main.searchable")
            self._connection.executemany("insert into temp.searchable values (?, ?, ?)", self._texts(rows, text_of))

    def _searchable_slice(self, text_of: Callable[[Card], str], after: int) -> list[tuple[int, str, str]]:
        """Add the texts of the next parts after that one, in one transaction; when there are none, note that."""
        assert self._connection is not None
        with transaction(connection := self._connection):
            sql = f"select card.id, card.part, card.deck {_UNSEARCHED} order by card.part limit {SEARCHABLE_AT_ONCE}"
            texts = self._texts(connection.execute(sql, (after,)).fetchall(), text_of)
            connection.executemany("insert or replace into main.searchable values (?, ?, ?)", texts)
            if not texts:
                connection.execute("insert or replace into meta values ('searchable', 'all')")
        return texts

    def _texts(self, rows: Iterable[Sequence[Any]], text_of: Callable[[Card], str]) -> list[tuple[int, str, str]]:
        return [(part, deck, text_of(card)) for id, part, deck in rows if (card := self.card(id)) is not None]

    def revision(self) -> str:
        """What is another text after every change to the files of the bank."""
        contents = "\n".join(content for (content,) in self._rows("select digest from file order by position"))
        return f"{crc32(contents.encode()):08x}"

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
        """The rows of a query; a cache that turns out to be corrupt is rebuilt first, one that cannot be read for now
        is left to whoever has it."""
        assert self._connection is not None, "the bank is closed"
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            self._recover(error)
            return self._connection.execute(sql, values).fetchall()

    def _recover(self, error: Exception) -> None:
        """Go on with another cache: in place of one that is damaged, else beside it."""
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF in _DAMAGED:
            self._rebuild()
        else:
            self._open_fallback()

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
            self._recover(error)

    def _open_cached(self, *, reuse: bool = True) -> None:
        self._connection = connect(self.cards_path, BUSY_SECONDS, self._on_wait)
        self._connection.execute_in_turn("pragma synchronous = normal")
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
        now = file_stats(self._paths)
        stale = _stale(self._connection, self.cards_path, now)
        if stale is not None:
            from dlquiz.bank.compiled.tables import compile_stale

            cache = self.cards_path if reuse else None
            compile_stale(self._connection, now, stale, _version(), self._progress, cache)
            _sweep_drafts(self.cards_path)


def _sweep_drafts(cache: Path) -> None:
    """Remove what processes left that were killed while they compiled beside a damaged cache."""
    from dlquiz.files import sweep

    with suppress(OSError):
        sweep(cache.parent, r"bank-[0-9a-f]{8}\.sqlite\.\d+(-journal)?", just_made=cache)


_CANNOT = (sqlite3.Error, OSError, ValueError, TypeError)
# What SQLite says of a file that is no cache of ours, without the details that it adds above the lowest byte; being
# locked, full or read-only is no reason to replace it.
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


def _inside(word: str) -> str:
    """The pattern of LIKE for texts that hold the word.

    >>> _inside("50%_a")
    '%50\\\\%\\\\_a%'
    """
    escaped = "".join(f"\\{letter}" if letter in "%_\\" else letter for letter in word[:LONGEST_WORD])
    return f"%{escaped}%"


def _path_key(paths: Sequence[Path]) -> str:
    return f"{crc32(os.fsencode(chr(10).join(os.path.abspath(path) for path in paths))):08x}"


def _version() -> str:
    """Changes with the format, the release, and in a checkout with the code that reads the files."""
    bank = os.path.dirname(__file__)
    rooms = (bank, os.path.join(bank, "compiled"), os.path.join(os.path.dirname(bank), "kinds"))
    code = max(_newest_code(room) for room in rooms)
    return f"{FORMAT} {__version__} {code}"


def _newest_code(directory: str) -> int:
    with os.scandir(directory) as entries:
        return max((entry.stat().st_mtime_ns for entry in entries if entry.name.endswith(".py")), default=0)


def _stale(connection: sqlite3.Connection, path: Path, now: Mapping[str, FileStat]) -> set[str] | None:
    """The files to read again: None when the cache is fresh, all of them when it is of another version or empty."""
    tables = connection.execute("select count(*) from sqlite_master").fetchone()[0]
    if not tables:
        return set(now)
    written = connection.execute("select value from meta where key = 'version'").fetchone()
    if written is None or written[0] != _version():
        return set(now)
    known = {
        name: (FileStat(size, modified), content)
        for name, size, modified, content in connection.execute(
            "select name, size, modified, digest from file order by position"
        )
    }
    settled = os.stat(path).st_mtime_ns - UNSETTLED_NANOSECONDS
    changed = {name for name, looks in now.items() if name not in known or _changed(name, looks, *known[name], settled)}
    return None if not changed and list(known) == list(now) else changed


def _changed(name: str, looks: FileStat, known: FileStat, content: str, settled: int) -> bool:
    if looks != known:
        return True
    return looks.modified >= settled and digest(name) != content


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
