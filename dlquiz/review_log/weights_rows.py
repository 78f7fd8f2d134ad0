"""Fitted weights in the log: the newest live row of kind weights holds for all states, on every machine alike."""

from __future__ import annotations

import json
import sqlite3
from contextlib import suppress
from typing import NamedTuple

from dlquiz.errors import DlquizError
from dlquiz.review_log.derived_states import LIVE_SQL
from dlquiz.scheduler import Model


class WeightsRow(NamedTuple):
    """A row of kind weights: its id, its moment (ms since 1970, UTC, and minutes east of it), its weights."""

    id: str
    at: int
    offset: int
    weights: tuple[float, ...]


def newest_weights(connection: sqlite3.Connection) -> WeightsRow | None:
    """The weights in use; None while they are the defaults because nothing was ever fitted, or nothing usable."""
    rows = connection.execute(
        f"SELECT id, at, offset, shown FROM event WHERE card IS NULL AND kind = 'weights' AND {LIVE_SQL}"
        " ORDER BY at DESC, id DESC"
    )
    for identity, at, offset, shown in rows:
        with suppress(ValueError, TypeError, KeyError, DlquizError):
            weights = tuple(map(float, json.loads(shown)["weights"]))
            return WeightsRow(identity, at, offset, Model(weights).weights)
    return None
