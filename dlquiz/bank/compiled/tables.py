"""The tables of the compiled bank: made, filled from the files that have changed, and put in the order of the bank."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any

from dlquiz.bank.compiled import rows
from dlquiz.bank.compiled.reuse import Compiled, compiled_elsewhere
from dlquiz.bank.files import FileStat, digest
from dlquiz.database import SharedConnection, transaction

CompileProgress = Callable[[int, int], None]  # bytes read, bytes to read

# So many cards that came or went are looked for in the other files; with more the whole bank is arranged.
FEW_CARDS = 20
# The cards, drafts and searchable texts of a file.
OF_FILE = "part in (select number from part where file = :file)"
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


def compile_stale(
    connection: SharedConnection,
    now: Mapping[str, FileStat],
    stale: set[str],
    version: str,
    progress: CompileProgress | None,
    cache: Path | None,
) -> None:
    """Read the stale files, then write in one transaction; whoever compiles at the same time writes the same.

    What the caches beside `cache` have compiled is taken from there.
    """
    fresh: dict[str, tuple[str, str]] = {}
    total, done = sum(now[name].size for name in stale), 0
    digests = {name: digest(name) for name in now if name in stale}
    ready = iter(()) if cache is None else compiled_elsewhere(cache, version, digests)
    with _staging(connection):
        for name, (outline, parts) in chain(ready, _compiled_now(name for name in digests if name not in fresh)):
            connection.executemany(f"insert into fresh_part values ({', '.join('?' * 13)})", parts)
            fresh[name] = (digests[name], outline)
            done += now[name].size
            if progress is not None:
                progress(done, total)
        with transaction(connection):
            if len(fresh) == len(now):
                _make_tables(connection, version)
            _write(connection, now, {name: fresh[name] for name in digests})


def _compiled_now(names: Iterable[str]) -> Iterator[tuple[str, Compiled]]:
    """Each file read, when it is its turn."""
    for name in names:
        yield name, rows.compiled(Path(name))


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


def _write(connection: sqlite3.Connection, now: Mapping[str, FileStat], fresh: Mapping[str, tuple[str, str]]) -> None:
    """Write the files that were compiled afresh (name → digest, outline), whose cards are staged."""
    outlines = dict(connection.execute("select name, outline from file order by position"))
    gone = [name for name in outlines if name not in now]
    connection.execute("delete from meta where key = 'searchable'")
    if list(outlines) == list(now) and not connection.execute("select 1 from problem limit 1").fetchone():
        moved = [name for name, (_, outline) in fresh.items() if not rows.same_arrangement(outlines[name], outline)]
        if not moved or (len(moved) == 1 and _stands_alone(connection, outlines, moved[0], fresh[moved[0]][1])):
            for name, (content, outline) in fresh.items():
                (_replace_cards if name in moved else _replace_contents)(connection, name, outline)
                connection.execute(
                    "update file set size = ?, modified = ?, digest = ?, outline = ? where name = ?",
                    (*now[name], content, outline, name),
                )
            return
    for name in (*gone, *fresh):
        _delete_parts(connection, name)
        connection.execute("delete from file where name = ?", (name,))
    for name, (content, outline) in fresh.items():
        connection.execute("insert into file values (?, 0, ?, ?, ?, ?)", (name, *now[name], content, outline))
        _insert_parts(connection, name)
    _arrange_all(connection, now)


def _make_tables(connection: sqlite3.Connection, version: str) -> None:
    for kind, name in connection.execute(
        "select type, name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%'"
    ).fetchall():
        connection.execute(f'drop {kind} "{name}"')
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)
    connection.execute("insert into meta values ('version', ?)", (version,))


def _insert_parts(connection: sqlite3.Connection, file: str) -> None:
    connection.execute("insert into part select null, * from fresh_part where file = ? order by place", (file,))


def _delete_parts(connection: sqlite3.Connection, file: str) -> None:
    connection.execute(f"delete from searchable where {OF_FILE}", {"file": file})
    connection.execute("delete from part where file = ?", (file,))


def _replace_contents(connection: sqlite3.Connection, file: str, outline: str) -> None:
    """Write the new contents of a file's cards, which stand where they stood: the rest of the bank is not looked at."""
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
        zip(rows.own_weights(file, outline), numbers, strict=True),
    )
    of_file = "card join part on number = card.part"
    connection.execute(f"delete from tag where card in (select card.id from {of_file} where file = ?)", (file,))
    connection.execute(
        f"insert or ignore into tag select card.id, tag.value from {of_file}, json_each(tags) as tag where file = ?",
        (file,),
    )


def _stands_alone(connection: sqlite3.Connection, outlines: Mapping[str, str], file: str, outline: str) -> bool:
    """Whether a file that has changed can be arranged without looking at the others: they name none of the cards that
    came, went or changed their standing, and each of its cards, now and before, is asked from here."""
    changed = rows.changed_cards(outlines[file], outline)
    if changed is None or len(changed) > FEW_CARDS:
        return False
    others = [other for name, other in outlines.items() if name != file]
    if any(f'"{id}"' in other for id in changed for other in others):
        return False
    asked, drafts, parts = connection.execute(
        f"select (select count(*) from card where {OF_FILE}), (select count(*) from draft where {OF_FILE}),"
        " (select count(*) from part where file = :file)",
        {"file": file},
    ).fetchone()
    return asked > 0 and asked + drafts == parts and rows.asks(outline)


def _replace_cards(connection: sqlite3.Connection, file: str, outline: str) -> None:
    """Write the cards of a file that stands alone, in their order, at the positions of this file."""
    (first,) = connection.execute(
        "select min(position - place) from card join part on number = part where file = ?", (file,)
    ).fetchone()
    connection.execute(f"delete from tag where card in (select id from card where {OF_FILE})", {"file": file})
    for table in ("card", "draft"):
        connection.execute(f"delete from {table} where {OF_FILE}", {"file": file})
    _delete_parts(connection, file)
    _insert_parts(connection, file)
    numbers = connection.execute("select place, number from part where file = ?", (file,)).fetchall()
    arranged = rows.arranged([(file, outline)], {(file, place): number for place, number in numbers})
    _insert_entries(connection, [(part, first + position, *rest) for part, position, *rest in arranged["entry"]])
    connection.execute(
        "update deck set cards = (select count(*) from card where deck = deck.name)"
        f" where name in (select deck from card where {OF_FILE})",
        {"file": file},
    )


def _arrange_all(connection: sqlite3.Connection, now: Mapping[str, FileStat]) -> None:
    connection.executemany("update file set position = ? where name = ?", [(at, name) for at, name in enumerate(now)])
    outlines = connection.execute("select name, outline from file order by position").fetchall()
    parts = {
        (file, place): number for number, file, place in connection.execute("select number, file, place from part")
    }
    _arrange(connection, rows.arranged(outlines, parts))


def _arrange(connection: sqlite3.Connection, arranged: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    """Write the order of the bank and what goes across its files."""
    for table in ("card", "draft", "deck", "tag", "former", "follow", "problem", "track", "thesaurus"):
        connection.execute(f"delete from {table}")
    _insert_entries(connection, arranged["entry"])
    for table, width in (("deck", 5), ("former", 2), ("follow", 2), ("problem", 9), ("track", 7), ("thesaurus", 3)):
        connection.executemany(f"insert or ignore into {table} values ({', '.join('?' * width)})", arranged[table])


def _insert_entries(connection: sqlite3.Connection, entries: Iterable[Sequence[Any]]) -> None:
    """Write the cards of these entries, with their tags."""
    connection.execute(
        "create temp table if not exists entry"
        " (part integer primary key, position integer, deck text, draft integer, own integer, weight integer)"
    )
    connection.execute("delete from entry")
    connection.executemany("insert into entry values (?, ?, ?, ?, ?, ?)", entries)
    connection.execute(
        "insert into card select card, entry.deck, entry.position, kind, level, coalesce(entry.weight, part.weight),"
        " content_hash, usual_seconds, number, own from entry join part on part.number = entry.part where not draft"
    )
    connection.execute(
        "insert into draft select card, entry.deck, entry.position, number "
        "from entry join part on part.number = entry.part where draft"
    )
    connection.execute(
        "insert into tag select card, tag.value from entry join part on number = entry.part, json_each(tags) as tag"
        " where not draft"
    )
