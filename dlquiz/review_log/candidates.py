"""Which cards might be asked, and how many wait: narrowed in SQL, with the bank's compiled cards attached.

The values are named tuples: this is on the way to the first question, and a dataclass costs three times as much there.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from dlquiz.database import SharedConnection, transaction
from dlquiz.scheduler import State
from dlquiz.scheduler.days import DAY
from dlquiz.scheduler.queue import USUAL_SECONDS, Candidate, Mode
from dlquiz.scheduler.replay import MIN_SECONDS

if TYPE_CHECKING:
    from dlquiz.tracks import Track


class Selection(NamedTuple):
    """Which cards a session is about; empty tuples mean all, and so does None for `cards`.

    `mode` as `scheduler.queue.order` takes it; `important` cards have a weight of 4 or 5. With a `track` the cards
    weigh what they do in it.
    """

    decks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    flagged: bool = False
    mode: Mode = "due"
    important: bool = False
    cards: tuple[str, ...] | None = None
    track: Track | None = None

    @property
    def narrowed(self) -> bool:
        """Whether the person named some of the cards, by their decks or otherwise, whatever the mode makes of them."""
        return self._replace(mode="due", track=None, cards=None) != Selection()


class StudyCounts(NamedTuple):
    """Where the person stands today; `next_due` is the next day after today on which a card comes back."""

    cards: int
    new: int
    learned: int
    due: int
    tomorrow: int
    suspended: int
    flagged: int
    answered_today: int
    new_today: int
    minutes_today: float
    next_due: int | None


# What CARD_SQL, a weight, USUAL_SQL and STATE_SQL select.
CandidateRow = tuple[Any, ...]
CARD_SQL = "c.own, c.id, c.deck, c.position, c.kind, c.level"
# The same as `readiness.logged.weight_of`: the largest factor of the card's deck and tags that are named, else that of
# the others; of a person's own card the largest of all.
TRACK_SQL = """c.weight * CASE WHEN c.own THEN :largest ELSE coalesce((SELECT max(named.value) FROM (
    SELECT value FROM json_each(:deck_factors) WHERE key = c.deck UNION ALL
    SELECT value FROM json_each(:tag_factors) JOIN bank.tag t ON t.tag = key AND t.card = c.id) named), :others) END"""
# States that were derived by an earlier version may hold 0.
USUAL_SQL = f"max(coalesce(c.usual_seconds, s.usual_seconds, {USUAL_SECONDS}), {MIN_SECONDS})"
STATE_SQL = ", ".join(f"s.{name}" for name in State._fields)
FOLLOWS_SQL = "EXISTS (SELECT 1 FROM bank.follow f WHERE f.then_card = c.id)"
# Cards by their names, and all that they build on.
BEFORE_SQL = """WITH RECURSIVE found(card) AS (SELECT value FROM json_each(:found)), before(card) AS (
    SELECT card FROM found UNION SELECT f.card FROM before JOIN bank.follow f ON f.then_card = before.card)"""
# Time away from the keyboard is no study: what an answer counts for at most (seconds), by the kind of card.
LONG_KINDS, LONG_KIND_SECONDS, SHORT_KIND_SECONDS = ("open", "numeric"), 300.0, 120.0
WHOLE_SQL = "coalesce(json_extract(shown, '$.whole'), seconds)"
CAPPED_SQL = (
    f"min({WHOLE_SQL}, CASE WHEN c.kind IN {LONG_KINDS} THEN {LONG_KIND_SECONDS} ELSE {SHORT_KIND_SECONDS} END)"
)
MOST, IMPORTANT = 5, 4
MARKS_SQL = "due_day, suspended, buried_until, flagged"
AWAKE_SQL = "NOT s.suspended AND coalesce(s.buried_until, :today) <= :today"
# Forgotten longest for its strength first; the pure order then looks closer.
WEAK_SQL = "s.lapses + 2 * max(s.mistakes - 1, 0) DESC, (:today - s.last_day) / s.stability DESC, c.position"
# These two are the order of an index, so that a backlog is not sorted to take a part of it.
SOON_SQL = "s.due_day, s.card"
# Of a backlog, what fell due last is what is still worth most: it is not forgotten yet.
DUE_SQL = "s.due_day DESC, s.card DESC"


def candidates(
    connection: sqlite3.Connection, selection: Selection, today: int, limit: int, new: int | None = None
) -> list[Candidate]:
    """At most `limit` cards for the queue: up to three quarters of them seen before, the rest new, most asked first.

    Of the new ones only what decides which are the first `new` of their introduction (None: all are in question).
    """
    where, values = condition(selection)
    values |= {"today": today, **_factors(selection.track)}
    found = _seen(connection, selection, where, values, limit if selection.mode == "weakest" else limit * 3 // 4)
    if selection.mode != "weakest" and _any_new(connection):
        found += _new(connection, selection, where, values | {"limit": limit - len(found)}, new)
    return _with_relatives(connection, found)


def _seen(
    connection: sqlite3.Connection, selection: Selection, where: str, values: dict[str, Any], limit: int
) -> list[CandidateRow]:
    order = {"due": DUE_SQL, "ahead": SOON_SQL}.get(selection.mode, WEAK_SQL)
    when = "AND s.due_day <= :today" if selection.mode == "due" else ""
    return connection.execute(
        f"SELECT {CARD_SQL}, {_weight(selection)}, {USUAL_SQL}, {STATE_SQL}"
        " FROM state s CROSS JOIN bank.card c ON c.id = s.card"
        f" WHERE s.due_day IS NOT NULL AND s.stability IS NOT NULL {when} AND {AWAKE_SQL} {where}"
        f" ORDER BY {order} LIMIT :limit",
        values | {"limit": limit},
    ).fetchall()


def _new(
    connection: sqlite3.Connection, selection: Selection, where: str, values: dict[str, Any], wanted: int | None
) -> list[CandidateRow]:
    """The new cards, the best ranks first: all of them, or those among which the first `wanted` to introduce are."""
    weight = _weight(selection)
    new = (
        f"SELECT {CARD_SQL}, {weight}, {USUAL_SQL}, {STATE_SQL}, {FOLLOWS_SQL}"
        " FROM bank.card c LEFT JOIN state s ON s.card = c.id"
        f" WHERE s.stability IS NULL AND (s.card IS NULL OR {AWAKE_SQL}) {where}"
    )
    with closing(
        connection.execute(f"{new} ORDER BY c.own DESC, {weight} DESC, c.level, c.position LIMIT :limit", values)
    ) as rows:
        found = _first_ranks(rows, wanted)
    if wanted is not None:
        import json

        values = values | {"found": json.dumps([row[1] for row in found])}
        found += connection.execute(f"{BEFORE_SQL} {new} AND c.id IN before AND c.id NOT IN found", values).fetchall()
    return [row[:-1] for row in found]


def _first_ranks(rows: Iterable[CandidateRow], wanted: int | None) -> list[CandidateRow]:
    """The rows of the best ranks, as many whole ranks as can hold one of the first `wanted` cards to introduce.

    They are enough when so many cards follow up no other one and are not of the deck that has most of these: then one
    of another deck than the last card's can always come next.
    """
    found: list[CandidateRow] = []
    free = Counter[str]()
    for _, rank in groupby(rows, key=itemgetter(0, 6, 5)):
        if wanted is not None and free.total() - max(free.values(), default=0) >= wanted:
            break
        for row in rank:
            found.append(row)
            free[row[2]] += not row[-1]
    return found


def named_candidates(
    connection: sqlite3.Connection, cards: Sequence[str], selection: Selection, today: int
) -> list[Candidate]:
    """Those of these cards that the selection means and that may be asked today for the first time today."""
    import json

    clause, values = condition(selection)
    values |= _factors(selection.track)
    rows = connection.execute(
        f"SELECT {CARD_SQL}, {_weight(selection)}, {USUAL_SQL}, {STATE_SQL} FROM json_each(:wanted) wanted"
        " JOIN bank.card c ON c.id = wanted.value"
        f" LEFT JOIN state s ON s.card = c.id WHERE (s.card IS NULL OR {AWAKE_SQL})"
        f" AND coalesce(s.last_day, -1) <> :today {clause} ORDER BY wanted.key",
        values | {"wanted": json.dumps(list(cards)), "today": today},
    ).fetchall()
    return _with_relatives(connection, rows)


def _any_new(connection: sqlite3.Connection) -> bool:
    """Whether the bank has a card without a memory: a look at every card, saved once all are learned."""
    cards, learned, absent = connection.execute(
        "SELECT (SELECT count(*) FROM bank.card), (SELECT count(*) FROM state WHERE due_day IS NOT NULL),"
        " (SELECT count(*) FROM absent JOIN state USING (card) WHERE due_day IS NOT NULL)"
    ).fetchone()
    return bool(cards > learned - absent)


def condition(selection: Selection) -> tuple[str, dict[str, Any]]:
    """The selection as SQL, to be put after an AND-able condition."""
    clauses, values = [""], dict[str, Any]()
    for column, wanted in (("deck", selection.decks), ("level", selection.levels), ("kind", selection.kinds)):
        if wanted:
            names = [f"{column}{number}" for number in range(len(wanted))]
            clauses.append(f"c.{column} IN ({', '.join(':' + name for name in names)})")
            values |= dict(zip(names, wanted, strict=True))
    if selection.tags:
        names = [f"tag{number}" for number in range(len(selection.tags))]
        inside = ", ".join(":" + name for name in names)
        clauses.append(f"EXISTS (SELECT 1 FROM bank.tag t WHERE t.card = c.id AND t.tag IN ({inside}))")
        values |= dict(zip(names, selection.tags, strict=True))
    if selection.flagged:
        clauses.append("s.flagged")
    if selection.important:
        clauses.append(f"c.weight >= {IMPORTANT}")
    if selection.cards is not None:
        import json

        clauses.append("c.id IN (SELECT value FROM json_each(:cards))")
        values["cards"] = json.dumps(selection.cards)
    return " AND ".join(clauses), values


def _weight(selection: Selection) -> str:
    return "c.weight" if selection.track is None else TRACK_SQL


def _factors(track: Track | None) -> dict[str, Any]:
    """The values that `TRACK_SQL` needs."""
    if track is None:
        return {}
    import json

    return {
        "largest": track.largest,
        "others": track.others,
        "deck_factors": json.dumps(dict(track.decks)),
        "tag_factors": json.dumps(dict(track.tags)),
    }


def missed(connection: sqlite3.Connection, today: int, day_sql: str, live_sql: str) -> list[str]:
    """The cards that were not right on the last day with answers, today or before, in the order of the log."""
    answers = f"event.kind IN ('review', 'cram') AND event.card IS NOT NULL AND {live_sql} AND {day_sql} <= :today"
    newest = connection.execute(
        f"SELECT {day_sql} FROM event WHERE {answers} ORDER BY at DESC, id DESC LIMIT 1", {"today": today}
    ).fetchone()
    if newest is None:
        return []
    rows = connection.execute(
        f"SELECT coalesce(l.card, event.card) AS name FROM event LEFT JOIN lineage l ON l.former = event.card"
        f" WHERE {answers} AND at BETWEEN :start AND :end AND {day_sql} = :day AND (rating = 1 OR correct = 0)"
        " GROUP BY name ORDER BY min(at)",
        {"today": today, "day": newest[0], "start": (newest[0] - 1) * DAY, "end": (newest[0] + 3) * DAY},
    )
    return [card for (card,) in rows]


def _with_relatives(connection: sqlite3.Connection, rows: Sequence[CandidateRow]) -> list[Candidate]:
    """The candidates, with what they have among each other: follow-ups, and cards that were one card formerly."""
    cards = [row[1] for row in rows]
    among = set(cards)
    relatives: dict[str, set[str]] = {}
    prerequisites: dict[str, set[str]] = {}
    for card, other, follows in _pairs(connection, cards):
        if card in among and other in among and card != other:
            relatives.setdefault(card, set()).add(other)
            relatives.setdefault(other, set()).add(card)
            if follows:
                prerequisites.setdefault(other, set()).add(card)
    return [
        Candidate._make(
            (
                *row[1:7],
                None if row[8] is None else State._make(row[8:]),
                row[7],
                frozenset(relatives.get(row[1], ())),
                frozenset(prerequisites.get(row[1], ())),
                bool(row[0]),
            )
        )
        for row in rows
    ]


def _pairs(connection: sqlite3.Connection, cards: Sequence[str]) -> Iterable[tuple[str, str, int]]:
    """Two cards that give each other away, and whether the second follows up the first."""
    inside = ",".join("?" * len(cards))
    yield from connection.execute(f"SELECT card, then_card, 1 FROM bank.follow WHERE card IN ({inside})", cards)
    yield from connection.execute(
        "SELECT a.card, b.card, 0 FROM lineage a JOIN lineage b ON a.former = b.former AND a.card < b.card"
    )


def counts(
    connection: sqlite3.Connection, today: int, window: tuple[int, int], day_sql: str, live_sql: str
) -> StudyCounts:
    """How many cards of the bank wait, and what was done today; `window` bounds the instants that can be today."""
    waking, learned, suspended, flagged = _waking(connection)
    cards = connection.execute("SELECT count(*) FROM bank.card").fetchone()[0]
    answered, fresh, seconds = connection.execute(
        f"SELECT count(*), count(DISTINCT CASE WHEN s.first_day = :today THEN s.card END), total({CAPPED_SQL})"
        " FROM event"
        " LEFT JOIN state s ON s.card = event.card LEFT JOIN bank.card c ON c.id = event.card"
        f" WHERE at BETWEEN :start AND :end AND {day_sql} = :today"
        f" AND event.kind IN ('review', 'cram', 'drill') AND {live_sql}",
        {"today": today, "start": window[0], "end": window[1]},
    ).fetchone()
    due = sum(count for day, count in waking.items() if day <= today)
    next_due = min((day for day, count in waking.items() if day > today and count), default=None)
    return StudyCounts(
        cards,
        cards - learned,
        learned,
        due,
        waking.get(today + 1, 0),
        suspended,
        flagged,
        answered,
        fresh,
        seconds / 60,
        next_due,
    )


def coming(connection: sqlite3.Connection, selection: Selection, today: int) -> tuple[int, int | None]:
    """How many cards of the selection come back tomorrow, and the next day after today on which one does."""
    where, values = condition(selection)
    tomorrow, next_due = connection.execute(
        "SELECT count(CASE WHEN day = :today + 1 THEN day END), min(day) FROM ("
        " SELECT max(s.due_day, coalesce(s.buried_until, 0)) AS day FROM state s JOIN bank.card c ON c.id = s.card"
        f" WHERE s.due_day IS NOT NULL AND NOT s.suspended {where}) WHERE day > :today",
        values | {"today": today},
    ).fetchone()
    return tomorrow, next_due


def asked_most(connection: sqlite3.Connection, selection: Selection) -> tuple[int, int]:
    """How many cards of the selection have the highest weight, and how many of them were seen."""
    where, values = condition(selection)
    cards, seen = connection.execute(
        "SELECT count(*), count(s.due_day) FROM bank.card c LEFT JOIN state s ON s.card = c.id"
        f" WHERE c.weight = {MOST} {where}",
        values,
    ).fetchone()
    return cards, seen


def _waking(connection: sqlite3.Connection) -> tuple[dict[int, int], int, int, int]:
    """How many cards come back on each day, how many are learned, suspended and flagged: of those that the bank has.

    Most are counted off an index by the day they are due; the few that are put away or in no bank are taken out of
    their day, and put back on the day they wake.
    """
    waking: dict[int, int] = dict(
        connection.execute("SELECT due_day, count(*) FROM state WHERE due_day IS NOT NULL GROUP BY due_day").fetchall()
    )
    learned, suspended, flagged = sum(waking.values()), 0, 0
    for due, inactive, buried_until, flag, absent in connection.execute(
        f"SELECT {MARKS_SQL}, 1 FROM absent JOIN state USING (card) UNION ALL SELECT {MARKS_SQL}, 0 FROM state"
        " WHERE (suspended OR flagged OR buried_until IS NOT NULL) AND card NOT IN (SELECT card FROM absent)"
    ):
        suspended += not absent and inactive
        flagged += not absent and flag
        if due is not None:
            waking[due] -= 1
            learned -= absent
            if not absent and not inactive:
                day = max(due, buried_until or 0)
                waking[day] = waking.get(day, 0) + 1
    return waking, learned, suspended, flagged


def look_up(connection: SharedConnection, bank: str) -> None:
    """Note which states no card of the bank has; `bank` changes whenever the bank does."""
    (noted,) = connection.execute("SELECT max(value) FROM note WHERE name = 'bank'").fetchone()
    if noted == bank and connection.execute("SELECT 1 FROM unchecked LIMIT 1").fetchone() is None:
        return
    with transaction(connection):
        if noted != bank:
            connection.execute("DELETE FROM absent")
        unknown = "unchecked" if noted == bank else "state"
        connection.execute(
            f"INSERT OR IGNORE INTO absent SELECT card FROM {unknown} WHERE card NOT IN (SELECT id FROM bank.card)"
        )
        connection.execute("DELETE FROM unchecked")
        connection.execute("INSERT OR REPLACE INTO note VALUES ('bank', ?)", (bank,))


def orphans(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """The ids that have rows but no card of the bank is or was called so, with how many rows each."""
    return connection.execute(
        "SELECT card, count(*) FROM event WHERE card IS NOT NULL AND kind <> 'undo'"
        " AND card NOT IN (SELECT id FROM bank.card) AND card NOT IN (SELECT former FROM lineage)"
        " GROUP BY card ORDER BY card"
    ).fetchall()


def reworded(connection: sqlite3.Connection, live_sql: str) -> list[str]:
    """The cards whose text is not what it was when they were last answered."""
    content = "CASE WHEN json_valid(shown) THEN json_extract(shown, '$.content') END"
    rows = connection.execute(
        f"SELECT id, content_hash, (SELECT {content} FROM event WHERE event.card = c.id AND {content} IS NOT NULL"
        f" AND {live_sql} ORDER BY at DESC, id DESC LIMIT 1) AS answered FROM bank.card c"
        " WHERE answered <> content_hash ORDER BY id"
    )
    return [card for card, *_ in rows]


def mistakes(connection: sqlite3.Connection, limit: int, live_sql: str) -> list[tuple[str, str | None, list[str]]]:
    """Card, mistake made and mistakes possible of the live answers that keep them, among the newest events."""
    rows = connection.execute(
        "SELECT card, mistake, CASE WHEN json_valid(shown) THEN json_extract(shown, '$.slips') END AS possible FROM"
        " (SELECT * FROM event ORDER BY at DESC, id DESC LIMIT :limit) AS event"
        f" WHERE kind IN ('review', 'cram', 'drill') AND possible IS NOT NULL AND {live_sql} ORDER BY at DESC, id DESC",
        {"limit": limit},
    ).fetchall()
    if not rows:
        return []
    import json

    found = []
    for card, mistake, possible in rows:
        with suppress(ValueError, TypeError):  # a row that another program has changed
            names = json.loads(possible)
            if isinstance(names, list) and all(isinstance(name, str) for name in names):
                found.append((card, mistake, names))
    return found
