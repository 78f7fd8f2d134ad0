"""The documented interchange: cards as their files have them, and the log row by row, as plain data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from dlquiz.cards import Card, Point, Text
from dlquiz.kinds import kind_of
from dlquiz.kinds.encoding import plain_data, text_data
from dlquiz.review_log import Row
from dlquiz.scheduler import State, date_of

VERSION = 1
_scalar = json.JSONEncoder(ensure_ascii=False).encode


class Interchange(NamedTuple):
    """What an interchange says, each part read once and in this order."""

    titles: Mapping[str, Text]
    cards: Iterable[Card]
    states: Iterable[State]
    rows: Iterable[Row]


def interchange(content: Interchange) -> Iterator[str]:
    """Everything as one JSON object, in pieces; `docs/anki.md` says what each name means."""
    decks = ({"name": name, "title": text_data(title)} for name, title in content.titles.items())
    yield f'{{\n "format": "dlquiz",\n "version": {VERSION}'
    yield from _list("decks", map(_nested, decks))
    yield from _list("cards", (_nested(card_data(card)) for card in content.cards))
    yield from _list("states", (_flat(state_data(state)) for state in content.states))
    yield from _list("history", (_flat(_row(row)) for row in content.rows))
    yield "\n}\n"


def _list(name: str, items: Iterable[str]) -> Iterator[str]:
    """A list of the object, laid out as `json.dumps` does with an indent of 1."""
    yield f',\n "{name}": ['
    before = "\n  "
    for item in items:
        yield before + item
        before = ",\n  "
    yield "]" if before == "\n  " else "\n ]"


def _nested(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1).replace("\n", "\n  ")


def _flat(data: Mapping[str, Any]) -> str:
    """An object without lists or objects inside: an indent would take json's slow way."""
    return "{\n   " + ",\n   ".join(f'"{name}": {_scalar(value)}' for name, value in data.items()) + "\n  }"


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
    fields = state._asdict() | days
    return {
        name: bool(value) if name in ("suspended", "flagged") else value
        for name, value in fields.items()
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
    given = {language: words for language, words in cues.items() if words}
    return {"cues": given} if given else {}
