"""The documented interchange: cards as their files have them, and the log row by row, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dlquiz.cards import Card, Point, Text
from dlquiz.kinds import kind_of
from dlquiz.kinds.encoding import plain_data, text_data
from dlquiz.review_log import Row
from dlquiz.scheduler import State, date_of

VERSION = 1


def interchange(
    cards: Sequence[Card], titles: Mapping[str, Text], rows: Iterable[Row], states: Mapping[str, State]
) -> dict[str, Any]:
    """Everything as one object; `docs/anki.md` says what each name means."""
    decks = [{"name": name, "title": text_data(title)} for name, title in titles.items()]
    return {
        "format": "dlquiz",
        "version": VERSION,
        "decks": decks,
        "cards": [card_data(card) for card in cards],
        "states": [state_data(states[card.id]) for card in cards if card.id in states],
        "history": [_row(row) for row in rows],
    }


def card_data(card: Card) -> dict[str, Any]:
    """The card under the names of a card file; what it does not have is left out.

    >>> from dlquiz.cards import Open
    >>> card_data(Card("a-card", "deck", Text(en="Why?"), Open(), tags=("x",)))["question"]
    {'en': 'Why?'}
    """
    kind = kind_of(card.body)
    data: dict[str, Any] = {
        "id": card.id,
        "deck": card.deck,
        "kind": card.kind,
        kind.question_field: text_data(card.question),
        **kind.data(card.body),
        "answer": text_data(card.answer),
        "points": [_point(point) for point in card.points],
        "pitfall": text_data(card.pitfall),
        "level": card.level,
        "weight": card.weight,
        "tags": list(card.tags),
        "source": list(card.source),
        "references": list(card.references),
        "then": list(card.then),
        "formerly": list(card.formerly),
        "usual_seconds": card.usual_seconds,
        "figure": plain_data(card.figure) if card.figure else None,
        "checked": card.checked,
    }
    return {name: value for name, value in data.items() if value not in (None, [], {}, "")}


def state_data(state: State) -> dict[str, Any]:
    """Where a card stands; days as dates."""
    days = {
        name: None if (day := getattr(state, name)) is None else date_of(day)
        for name in ("first_day", "last_day", "due_day")
    }
    stored = state._asdict() | days
    return {
        name: bool(value) if name in ("suspended", "flagged") else value
        for name, value in stored.items()
        if name not in ("version", "buried_until")
    }


def _row(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row._asdict().items() if value is not None and name != "undone"} | (
        {"undone": True} if row.undone else {}
    )


def _point(point: Point) -> dict[str, Any]:
    return text_data(point.text) | ({} if point.core else {"core": False}) | _cues(point)


def _cues(point: Point) -> dict[str, Any]:
    cues = {"en": list(point.cues_en), "zh": list(point.cues_zh)}
    stored = {language: words for language, words in cues.items() if words}
    return {"cues": stored} if stored else {}
