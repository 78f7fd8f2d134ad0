"""What a plan is made from: its own row, the cards in scope and the answers to them, read in SQL."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from dlquiz.review_log.candidates import Selection, condition
from dlquiz.review_log.derived_states import DAY_SQL, LIVE_SQL
from dlquiz.scheduler.queue import MAX_SECONDS

if TYPE_CHECKING:
    from dlquiz.readiness.logged import BankCard, LoggedAnswer

SEPARATOR = "\x1f"


def newest_plan(connection: sqlite3.Connection) -> dict[str, Any]:
    """What the newest live row of kind plan shows; empty without one, or after the plan was ended."""
    row = connection.execute(
        f"SELECT shown FROM event WHERE card IS NULL AND kind = 'plan' AND {LIVE_SQL} ORDER BY at DESC, id DESC LIMIT 1"
    ).fetchone()
    if row is None or not row[0]:
        return {}
    import json

    found = json.loads(row[0])
    return found if isinstance(found, dict) else {}


def cards_in_scope(connection: sqlite3.Connection, selection: Selection) -> list[BankCard]:
    """The cards of the bank that count, in its order: all that are selected but the suspended ones."""
    from dlquiz.readiness.logged import BankCard

    clause, values = condition(selection)
    rows = connection.execute(
        "SELECT c.id, c.deck, c.level, c.weight, c.kind,"
        " (SELECT group_concat(tag, char(31)) FROM bank.tag t WHERE t.card = c.id), c.usual_seconds, c.own"
        " FROM bank.card c LEFT JOIN state s ON s.card = c.id"
        f" WHERE NOT coalesce(s.suspended, 0) {clause} ORDER BY c.position",
        values,
    )
    return [
        BankCard(
            card, deck, level, weight, kind, tuple(tags.split(SEPARATOR)) if tags else (), usual_seconds, bool(own)
        )
        for card, deck, level, weight, kind, tags, usual_seconds, own in rows
    ]


def answers_of_all(connection: sqlite3.Connection) -> list[LoggedAnswer]:
    """The live reviews of every card since its last reset, in the order of the log; a card has those of its former ids.

    A card's time is that until it was rated where the row keeps it, else that of the reply.
    """
    from dlquiz.readiness.logged import LoggedAnswer

    found: dict[str, list[tuple[int, LoggedAnswer]]] = {}
    rows = connection.execute(
        f"SELECT coalesce(l.card, event.card), kind, {DAY_SQL}, rating, correct, seconds,"
        f" json_extract(shown, '$.whole') FROM event LEFT JOIN lineage l ON l.former = event.card"
        f" WHERE event.card IS NOT NULL AND kind IN ('review', 'reset') AND {LIVE_SQL} ORDER BY at, event.id"
    )
    for place, (card, kind, day, rating, correct, seconds, whole) in enumerate(rows):
        if kind == "reset":
            found.pop(card, None)
        elif rating in (1, 2, 3, 4):
            right = rating > 1 if correct is None else bool(correct)
            answer = LoggedAnswer(card, day, rating, right, _time(whole if whole is not None else seconds))
            found.setdefault(card, []).append((place, answer))
    return [answer for _, answer in sorted(pair for pairs in found.values() for pair in pairs)]


def _time(seconds: float | None) -> float | None:
    return None if seconds is None or not 0 < seconds <= MAX_SECONDS else float(seconds)
