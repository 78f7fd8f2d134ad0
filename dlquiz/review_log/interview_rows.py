"""What an interview needs from the log: its own rows, its answers that were rated, and the cards it may ask."""

from __future__ import annotations

import json
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from dlquiz.review_log.candidates import Selection
from dlquiz.review_log.derived_states import LIVE_SQL
from dlquiz.review_log.plan_rows import cards_in_scope
from dlquiz.scheduler import Instant

if TYPE_CHECKING:
    from dlquiz.readiness.logged import BankCard


class InterviewInputs(NamedTuple):
    """`cards` are those in scope but the suspended ones, `resting` those of them that were answered lately or put off,
    `then` the follow-ups of each."""

    cards: list[BankCard]
    resting: set[str]
    then: dict[str, tuple[str, ...]]


def interview_rows(connection: sqlite3.Connection) -> list[tuple[Instant, dict[str, Any]]]:
    """What the rows of kind interview show; what another program made unreadable is left out."""
    found = []
    for at, offset, shown in connection.execute(
        f"SELECT at, offset, shown FROM event WHERE card IS NULL AND kind = 'interview' AND {LIVE_SQL} ORDER BY at, id"
    ):
        with suppress(ValueError, TypeError):
            entry = json.loads(shown)
            if isinstance(entry, dict):
                found.append((Instant(at, offset), entry))
    return found


def reviews_sql(cards: int) -> str:
    """The condition of the rows that rate an answer of one interview: its parameters are so many cards and the id."""
    named = "CASE WHEN json_valid(shown) THEN json_extract(shown, '$.interview') END = ?"
    return f"card IN ({', '.join('?' * cards)}) AND kind IN ('review', 'cram') AND {named} AND {LIVE_SQL}"


def interview_inputs(connection: sqlite3.Connection, selection: Selection, since: int, today: int) -> InterviewInputs:
    """The cards in scope, those of them that rest, and the follow-ups."""
    cards = cards_in_scope(connection, selection)
    resting = connection.execute(
        "SELECT card FROM state WHERE last_day >= ? OR coalesce(buried_until, 0) > ?", (since, today)
    )
    then: dict[str, tuple[str, ...]] = {}
    for card, follow in connection.execute("SELECT card, then_card FROM bank.follow ORDER BY card, then_card"):
        then[card] = (*then.get(card, ()), follow)
    return InterviewInputs(cards, {card for (card,) in resting}, then)
