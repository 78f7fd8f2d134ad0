"""The derived states: read, kept in step with the log, rebuilt from it, and proved against it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from dlquiz.scheduler import Entry, Model, Reviews, State, replay, replay_many, replay_reviews
from dlquiz.scheduler.days import DAY, MINUTE, ROLLOVER_HOUR

# The same arithmetic as `scheduler.day_of`, in SQL.
DAY_SQL = f"(at + offset * {MINUTE} - {ROLLOVER_HOUR * 60 * MINUTE}) / {DAY}"
RIGHT_SQL = (
    "CASE WHEN kind IN ('review', 'cram', 'drill') AND coalesce(correct = 1, rating > 1)"
    " THEN CAST(seconds * 1000 AS INTEGER) END"
)
ENTRY_SQL = f"id, kind, {DAY_SQL}, rating, interval, {RIGHT_SQL}, mistake, at"
# The rows of each card in one row of lists; the groups are read off the index, so its order is that of the lists.
# Whether they are all reviews comes last.
REVIEWS_SQL = f"""
SELECT card, max(id), sum(at), group_concat({DAY_SQL}), group_concat(rating, ''), group_concat(coalesce(interval, 0)),
    group_concat(CASE WHEN coalesce(correct = 1, rating > 1) THEN CAST(seconds * 1000 AS INTEGER) END),
    count(mistake), group_concat(coalesce(mistake, ''), char(31)),
    min(kind = 'review' AND coalesce(rating, 0) BETWEEN 1 AND 4)
FROM event INDEXED BY event_replay WHERE card IS NOT NULL AND kind <> 'undo' GROUP BY card
"""
LIVE_SQL = "NOT EXISTS (SELECT 1 FROM event u WHERE u.target = event.id AND u.kind = 'undo')"
PLACES = ",".join("?" * len(State._fields))
PUT_SQL = f"INSERT OR REPLACE INTO state VALUES ({PLACES})"
ADD_SQL = f"INSERT INTO state VALUES ({PLACES})"
# Cards replayed at once: enough for the engine to run in one sweep, few enough to stay far below 150 MB.
SLICE = 4_000


def state_of(connection: sqlite3.Connection, card: str) -> State | None:
    row = connection.execute("SELECT * FROM state WHERE card = ?", (card,)).fetchone()
    return None if row is None else State._make(row)


def all_states(connection: sqlite3.Connection) -> Iterator[State]:
    return map(State._make, connection.execute("SELECT * FROM state ORDER BY card"))


def names_of(connection: sqlite3.Connection, card: str) -> list[str]:
    """The ids whose rows are the card's history: its own and its former ones."""
    formers = connection.execute("SELECT former FROM lineage WHERE card = ? ORDER BY former", (card,))
    return [card, *(former for (former,) in formers)]


def successors_of(connection: sqlite3.Connection, card: str) -> list[str]:
    """The cards whose state a row of this id changes: itself and those that were formerly it."""
    successors = connection.execute("SELECT card FROM lineage WHERE former = ? ORDER BY card", (card,))
    return [card, *(successor for (successor,) in successors)]


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
            connection.execute(
                "INSERT OR IGNORE INTO unchecked SELECT ? WHERE NOT EXISTS (SELECT 1 FROM state WHERE card = ?)",
                (card, card),
            )
            connection.execute(PUT_SQL, state)


def rebuild(connection: sqlite3.Connection, model: Model, progress: Callable[[int], None] | None = None) -> int:
    """Rebuild all states from the log, a slice of cards at a time; returns how many there are."""
    connection.execute("DELETE FROM state")
    connection.execute("DELETE FROM note WHERE name = 'bank'")
    done = 0
    for states in _replays(connection, model):
        connection.executemany(ADD_SQL, states)
        done += len(states)
        if progress is not None:
            progress(done)
    return done


def differing(connection: sqlite3.Connection, model: Model) -> list[str]:
    """The cards whose stored state is not what a replay of the log gives."""
    wrong: set[str] = set()
    seen = 0
    for states in _replays(connection, model):
        stored = _stored_between(connection, states)
        for state in states:
            found = stored.get(state.card)
            seen += found is not None
            if found != state:
                wrong.add(state.card)
    if seen != connection.execute("SELECT count(*) FROM state").fetchone()[0]:
        replayed_cards = {state.card for states in _replays(connection, model) for state in states}
        wrong |= {state.card for state in all_states(connection)} - replayed_cards
    return sorted(wrong)


def _stored_between(connection: sqlite3.Connection, states: Sequence[State]) -> dict[str, tuple[object, ...]]:
    """The stored states of all cards from the first to the last of these, which are in their order, as plain rows."""
    if not states:
        return {}
    bounds = (states[0].card, states[-1].card)
    rows = connection.execute("SELECT * FROM state WHERE card BETWEEN ? AND ?", bounds)
    return {row[0]: row for row in rows}


def set_previous_ids(connection: sqlite3.Connection, previous_ids: Mapping[str, Iterable[str]]) -> list[str]:
    """Store which ids each card had; returns the cards for which that changed."""
    wanted = {(card, former) for card, formers in previous_ids.items() for former in formers if former != card}
    stored = set(connection.execute("SELECT card, former FROM lineage"))
    connection.executemany("DELETE FROM lineage WHERE card = ? AND former = ?", sorted(stored - wanted))
    connection.executemany("INSERT INTO lineage VALUES (?, ?)", sorted(wanted - stored))
    return sorted({card for card, _ in wanted ^ stored})


def _replays(connection: sqlite3.Connection, model: Model) -> Iterator[list[State]]:
    """The states of all cards by replay, in slices: those only ever reviewed in bulk, then the others."""
    touched = "SELECT e.card FROM event u JOIN event e ON e.id = u.target WHERE u.kind = 'undo'"
    linked = {card for (card,) in connection.execute(f"{touched} UNION SELECT card FROM lineage") if card is not None}
    rows = connection.execute(REVIEWS_SQL)
    while part := rows.fetchmany(SLICE):
        cards = list(map(Reviews._make, part))
        linked.update(one.card for one in cards if not one.only_reviews)
        yield replay_reviews([one for one in cards if one.card not in linked], model)
    rest = ((card, entries) for card in sorted(linked) if (entries := entries_of(connection, card)))
    while mixed := list(islice(rest, SLICE)):
        yield replay_many(mixed, model)


def entries_of(connection: sqlite3.Connection, card: str) -> list[Entry]:
    """The live rows of a card and its former ids, in the order of (at, id)."""
    names = names_of(connection, card)
    rows = connection.execute(
        f"SELECT {ENTRY_SQL} FROM event WHERE card IN ({','.join('?' * len(names))}) AND kind <> 'undo' AND {LIVE_SQL}"
        " ORDER BY at, id",
        names,
    )
    return [Entry._make(row) for row in rows]
