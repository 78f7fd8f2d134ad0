"""Rows of the log → the answers that statistics count."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dlquiz.readiness.logged import LoggedAnswer
from dlquiz.review_log.candidates import LONG_KIND_SECONDS, LONG_KINDS, SHORT_KIND_SECONDS
from dlquiz.review_log.rows import ANSWERS, Row


class StudyAnswer(NamedTuple):
    """An answer of any kind of session; `card` is its id today, `kind` that of the card, None when it is gone.

    `memory` names the memory that a scheduled answer belongs to (a card since its last reset), None for drill and cram.
    """

    card: str
    kind: str | None
    day: int
    right: bool
    seconds: float
    rating: int | None
    mistake: str | None
    memory: str | None


def study_answers(
    rows: Iterable[Row], kinds: Mapping[str, str], previous_ids: Mapping[str, Iterable[str]]
) -> list[StudyAnswer]:
    """The live answers in the order of the rows. `kinds` are those of the cards of the bank, by id."""
    card_today = {former: card for card, formers in previous_ids.items() for former in formers if former not in kinds}
    resets, found = Counter[str](), list[StudyAnswer]()
    for row in rows:
        if row.card is None or row.undone:
            continue
        card = card_today.get(row.card, row.card)
        if row.kind == "reset":
            resets[card] += 1
        elif row.kind in ANSWERS and (row.rating is not None or row.correct is not None):
            kind = kinds.get(card)
            memory = f"{card}:{resets[card]}" if row.kind == "review" and row.rating in (1, 2, 3, 4) else None
            right = bool(row.correct) if row.correct is not None else (row.rating or 0) > 1
            found.append(StudyAnswer(card, kind, row.day, right, _seconds(row, kind), row.rating, row.mistake, memory))
    return found


def reviews(answers: Iterable[StudyAnswer]) -> list[LoggedAnswer]:
    """The scheduled ones, each of the memory it belongs to."""
    return [
        LoggedAnswer(one.memory, one.day, one.rating, one.right, one.seconds)
        for one in answers
        if one.memory is not None and one.rating is not None
    ]


def _seconds(row: Row, kind: str | None) -> float:
    """From the question until the rating where the row keeps it, else until the reply."""
    whole = row.seconds
    if row.shown and '"whole"' in row.shown:
        found = json.loads(row.shown).get("whole")
        whole = found if isinstance(found, int | float) else whole
    return min(max(whole or 0.0, 0.0), LONG_KIND_SECONDS if kind in LONG_KINDS else SHORT_KIND_SECONDS)
