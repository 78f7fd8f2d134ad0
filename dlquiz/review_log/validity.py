"""Whether a row can be one of a review log: what every row that comes from elsewhere must fit."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from dlquiz.review_log.ids import ALPHABET
from dlquiz.review_log.rows import CARDLESS, KINDS

# Instants up to the end of the year 9999, which is as far as calendars of programs go.
LATEST_AT = 253_402_300_799_999
_TEXTS = ("kind", "card", "device", "target", "verdict", "reply", "mistake", "origin", "shown")

# The reason for which a row does not fit → what must hold of it, whatever its kind.
_OF_TYPES: dict[str, str] = {
    "a text of it is no text": " AND ".join(f"typeof({name}) IN ('text', 'null')" for name in _TEXTS),
}
_OF_ALL: dict[str, str] = {
    # Trimming is faster than a pattern.
    "its id is no ULID": f"typeof(id) = 'text' AND length(id) = 26 AND trim(id, '{ALPHABET}') = ''"
    " AND substr(id, 1, 10) <= '76EZ91ZPZZ'",  # the time part of LATEST_AT
    "its time is not a date": f"at BETWEEN 0 AND {LATEST_AT} AND offset BETWEEN -1440 AND 1440",
    "its kind or device is not a name": "length(kind) BETWEEN 1 AND 64 AND length(device) BETWEEN 1 AND 64",
    "its card is no id": "card IS NULL OR length(card) BETWEEN 1 AND 200",
}
# What a later version writes in kinds of its own is not for this one to judge.
_OF_KNOWN_KINDS: dict[str, str] = {
    "its rating is not 1 to 4": "rating IS NULL OR rating BETWEEN 1 AND 4",
    "correct is not 0 or 1": "correct IS NULL OR correct IN (0, 1)",
    "its seconds are no duration": "seconds IS NULL OR seconds BETWEEN 0 AND 31536000",
    "its interval is not a number of days": "interval IS NULL OR interval BETWEEN 0 AND 36500",
    "its hints are no count": "hints IS NULL OR hints BETWEEN 0 AND 1000",
    "what was shown is not a JSON object": "shown IS NULL OR"
    " CASE WHEN json_valid(shown) THEN json_type(shown) = 'object' ELSE 0 END",
}
_KNOWN_SQL = f"kind IN ({', '.join(repr(kind) for kind in (*KINDS, *CARDLESS))})"
CONDITIONS = (
    _OF_TYPES | _OF_ALL | {reason: f"NOT {_KNOWN_SQL} OR {condition}" for reason, condition in _OF_KNOWN_KINDS.items()}
)


def _all(conditions: Iterable[str]) -> str:
    return " AND ".join(f"coalesce(({condition}), 0)" for condition in conditions)


# Together the same as all CONDITIONS, but the kind of a row is looked at once.
_FITS_STRICT_SQL = f"{_all(_OF_ALL.values())} AND (NOT {_KNOWN_SQL} OR {_all(_OF_KNOWN_KINDS.values())})"
FITS_SQL = f"{_all(_OF_TYPES.values())} AND {_FITS_STRICT_SQL}"


class InvalidRow(NamedTuple):
    """A row that no dlquiz wrote like this, and why."""

    id: str
    reason: str


def misfits(connection: sqlite3.Connection, schema: str = "main", limit: int = 20) -> tuple[int, list[InvalidRow]]:
    """How many rows do not fit, and the first of them with their reasons."""
    # A log whose table is not strict is not opened, and the check of the file proves the types of one that is.
    fits = _FITS_STRICT_SQL if schema == "main" else FITS_SQL
    count = int(connection.execute(f"SELECT count(*) FROM {schema}.event WHERE NOT ({fits})").fetchone()[0])
    if not count:
        return 0, []
    whens = (f"WHEN NOT coalesce(({condition}), 0) THEN '{reason}'" for reason, condition in CONDITIONS.items())
    reasons = " ".join(whens)
    rows = connection.execute(
        f"SELECT CAST(id AS TEXT), CASE {reasons} END FROM {schema}.event WHERE NOT ({fits}) LIMIT ?", (limit,)
    )
    return count, [InvalidRow(*row) for row in rows]
