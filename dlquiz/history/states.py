"""The derived states: read, kept in step with the log, rebuilt from it, and proved against it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby, islice
from operator import itemgetter

from dlquiz.memory import Entry, Model, State, replay, replay_many
from dlquiz.memory.days import DAY, MINUTE, ROLLOVER_HOUR

# The same arithmetic as `memory.day_of`, in SQL.
DAY_SQL = f"(at + offset * {MINUTE} - {ROLLOVER_HOUR * 60 * MINUTE}) / {DAY}"
ENTRY_SQL = f"id, kind, {DAY_SQL}, rating, interval, correct, seconds, mistake"
LIVE_SQL = "NOT EXISTS (SELECT 1 FROM event u WHERE u.target = event.id AND u.kind = 'undo')"
PUT_SQL = f"INSERT OR REPLACE INTO state VALUES ({','.join('?' * len(State._fields))})"
# Cards replayed at once: enough for the engine to run in one sweep, few enough to stay far below 150 MB.
SLICE = 4_000

Histories = Iterator[list[tuple[str, list[Entry]]]]


def state_of(connection: sqlite3.Connection, card: str) -> State | None:
    row = connection.execute("SELECT * FROM state WHERE card = ?", (card,)).fetchone()
    return None if row is None else State._make(row)


def all_states(connection: sqlite3.Connection) -> Iterator[State]:
    return map(State._make, connection.execute("SELECT * FROM state ORDER BY card"))


def names_of(connection: sqlite3.Connection, card: str) -> list[str]:
    """The ids whose rows are the card's history: its own and its former ones."""
    formers = connection.execute("SELECT former FROM lineage WHERE card = ? ORDER BY former", (card,))
    return [card, *(former for (former,) in formers)]


def heirs_of(connection: sqlite3.Connection, card: str) -> list[str]:
    """The cards whose state a row of this id changes: itself and those that were formerly it."""
    heirs = connection.execute("SELECT card FROM lineage WHERE former = ? ORDER BY card", (card,))
    return [card, *(heir for (heir,) in heirs)]


def replayed(connection: sqlite3.Connection, card: str, model: Model) -> State | None:
    """The card's state by replay of its live rows, None when it has none."""
    entries = entries_of(connection, card)
    return replay(card, entries, model) if entries else None


def refresh(connection: sqlite3.Connection, cards: Iterable[str], model: Model) -> None:
    """Bring the stored states of these cards in step with the log."""
    for card in cards:
        state = replayed(connection, card, model)
        if state is None:
            connection.execute("DELETE FROM state WHERE card = ?", (card,))
        else:
            connection.execute(PUT_SQL, state)


def rebuild(connection: sqlite3.Connection, model: Model, progress: Callable[[int], None] | None = None) -> int:
    """Make all states anew from the log, a slice of cards at a time; returns how many there are."""
    connection.execute("DELETE FROM state")
    done = 0
    for cards in _histories(connection):
        connection.executemany(PUT_SQL, replay_many(cards, model))
        done += len(cards)
        if progress is not None:
            progress(done)
    return done


def differing(connection: sqlite3.Connection, model: Model) -> list[str]:
    """The cards whose stored state is not what a replay of the log gives."""
    wrong: set[str] = set()
    seen: set[str] = set()
    for cards in _histories(connection):
        for state in replay_many(cards, model):
            seen.add(state.card)
            if state_of(connection, state.card) != state:
                wrong.add(state.card)
    stored = {card for (card,) in connection.execute("SELECT card FROM state")}
    return sorted(wrong | (stored - seen))


def set_lineages(connection: sqlite3.Connection, lineages: Mapping[str, Iterable[str]]) -> list[str]:
    """Store which ids each card had; returns the cards for which that changed."""
    wanted = {(card, former) for card, formers in lineages.items() for former in formers if former != card}
    stored = set(connection.execute("SELECT card, former FROM lineage"))
    connection.executemany("DELETE FROM lineage WHERE card = ? AND former = ?", sorted(stored - wanted))
    connection.executemany("INSERT INTO lineage VALUES (?, ?)", sorted(wanted - stored))
    return sorted({card for card, _ in wanted ^ stored})


def _histories(connection: sqlite3.Connection) -> Histories:
    """All cards with their live entries in order, in slices; first those with one name, then those with former ones."""
    undone = {target for (target,) in connection.execute("SELECT target FROM event WHERE kind = 'undo'")}
    several = {card for (card,) in connection.execute("SELECT card FROM lineage")}
    rows = connection.execute(
        f"SELECT card, {ENTRY_SQL} FROM event INDEXED BY event_replay"
        " WHERE card IS NOT NULL AND kind <> 'undo' ORDER BY card, at, id"
    )
    alone = (
        (card, [Entry._make(row[1:]) for row in group if row[1] not in undone])
        for card, group in groupby(rows, itemgetter(0))
        if card not in several
    )
    kept = ((card, entries) for card, entries in alone if entries)
    while part := list(islice(kept, SLICE)):
        yield part
    merged = [(card, entries_of(connection, card)) for card in sorted(several)]
    if heirs := [(card, entries) for card, entries in merged if entries]:
        yield heirs


def entries_of(connection: sqlite3.Connection, card: str) -> list[Entry]:
    """The live rows of a card and its former ids, in the order of (at, id)."""
    names = names_of(connection, card)
    rows = connection.execute(
        f"SELECT {ENTRY_SQL} FROM event WHERE card IN ({','.join('?' * len(names))}) AND kind <> 'undo' AND {LIVE_SQL}"
        " ORDER BY at, id",
        names,
    )
    return [Entry._make(row) for row in rows]
