"""The documented interchange: cards as their files have them, and the log row by row, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dlquiz.cards import Body, Card, Choice, Cloze, Domain, Hole, Numeric, Open, Order, Point, Text
from dlquiz.review_log import Row
from dlquiz.scheduler import State, date_of

VERSION = 1


def interchange(
    cards: Sequence[Card], titles: Mapping[str, Text], rows: Iterable[Row], states: Mapping[str, State]
) -> dict[str, Any]:
    """Everything as one object; `docs/anki.md` says what each name means."""
    decks = [{"name": name, "title": _text(title)} for name, title in titles.items()]
    return {
        "format": "dlquiz", "version": VERSION, "decks": decks, "cards": [card_data(card) for card in cards],
        "states": [state_data(states[card.id]) for card in cards if card.id in states],
        "history": [_row(row) for row in rows],
    }  # fmt: skip


def card_data(card: Card) -> dict[str, Any]:
    """The card under the names of a card file; what it does not have is left out.

    >>> card_data(Card("a-card", "deck", Text(en="Why?"), Open(), tags=("x",)))["question"]
    {'en': 'Why?'}
    """
    data: dict[str, Any] = {
        "id": card.id, "deck": card.deck, "kind": card.kind,
        "text" if card.kind == "cloze" else "question": _text(card.question), **_body(card.body),
        "answer": _text(card.answer), "points": [_point(point) for point in card.points],
        "pitfall": _text(card.pitfall), "level": card.level, "weight": card.weight, "tags": list(card.tags),
        "source": list(card.source), "references": list(card.references), "then": list(card.then),
        "formerly": list(card.formerly), "usual_seconds": card.usual_seconds,
        "figure": _plain(card.figure) if card.figure else None, "checked": card.checked,
    }  # fmt: skip
    return {name: value for name, value in data.items() if value not in (None, [], {}, "")}


def state_data(state: State) -> dict[str, Any]:
    """Where a card stands; days as dates."""
    days = {name: None if (day := getattr(state, name)) is None else date_of(day)
            for name in ("first_day", "last_day", "due_day")}  # fmt: skip
    stored = state._asdict() | days
    return {name: bool(value) if name in ("suspended", "flagged") else value for name, value in stored.items()
            if name not in ("version", "buried_until")}  # fmt: skip


def _row(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row._asdict().items() if value is not None and name != "undone"} | (
        {"undone": True} if row.undone else {}
    )


def _text(text: Text | None) -> dict[str, str]:
    if text is None:
        return {}
    return {language: words for language, words in (("en", text.en), ("zh", text.zh)) if words is not None}


def _point(point: Point) -> dict[str, Any]:
    return _text(point.text) | ({} if point.core else {"core": False}) | _cues(point)


def _hole(hole: Hole) -> dict[str, Any]:
    more = {"as": hole.form, "also": _plain(hole.also), "where": list(hole.where)}
    return {"answer": hole.answer, "accept": list(hole.accept)} | {name: value for name, value in more.items() if value}


def _cues(point: Point) -> dict[str, Any]:
    cues = {"en": list(point.cues_en), "zh": list(point.cues_zh)}
    stored = {language: words for language, words in cues.items() if words}
    return {"cues": stored} if stored else {}


def _body(body: Body) -> dict[str, Any]:
    match body:
        case Open():
            return {}
        case Choice(options):
            return {"options": [{**_text(one.text), "right": one.right, **({"why": _text(one.why)} if one.why else {})}
                                for one in options]}  # fmt: skip
        case Order(steps):
            return {"steps": [_text(step) for step in steps]}
        case Cloze(holes):
            return {"holes": [_hole(hole) for hole in holes]}
        case Numeric():
            return _family(body)


def _family(family: Numeric) -> dict[str, Any]:
    asked = [{"name": one.name, **_text(one.label), "unit": one.unit, "tolerance": one.tolerance} for one in family.ask]
    return {
        "vary": {name: _domain(domain) for name, domain in family.vary.items()}, "where": list(family.where),
        "calc": _plain(family.calc) if family.calc else None, "value": family.value,
        "ask": [{name: value for name, value in one.items() if value is not None} for one in asked],
        "mistakes": [{"value": one.value, **({"when": one.when} if one.when else {}), "cure": _text(one.cure)}
                     for one in family.mistakes],
        "unit": family.unit, "tolerance": family.tolerance, "convention": _text(family.convention),
        "working": _text(family.working),
    }  # fmt: skip


def _domain(domain: Domain) -> Any:
    if isinstance(domain, range):
        return f"{domain.start}..{domain.stop - 1}"
    return dict(domain) if isinstance(domain, Mapping) else list(domain)


def _plain(value: Any) -> Any:
    """Tuples and mappings as JSON has them."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
