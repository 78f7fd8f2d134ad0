"""A card ⇄ the JSON under which the cache keeps it; what equals a default is left out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from dlquiz.cards import (
    Asked,
    Body,
    Card,
    Choice,
    Cloze,
    Domain,
    FamilyMistake,
    Hole,
    HoleForm,
    Kind,
    Numeric,
    Open,
    Option,
    Order,
    Place,
    Point,
    Text,
)

_PLAIN = ("level", "weight", "tags", "source", "references", "then", "formerly", "usual_seconds", "figure", "replaces",
          "checked", "draft")  # fmt: skip

_EMPTY_AT_FIRST = {
    "points",
    "tags",
    "source",
    "references",
    "then",
    "formerly",
    "vary",
    "where",
    "mistakes",
    "unit",
    "draft",
}


def encode(card: Card) -> str:
    """The card's content, without its id, deck and place, which the cache keeps in columns."""
    content: dict[str, Any] = {"kind": card.kind, "question": _text(card.question), **_body(card.body)}
    content |= {"answer": _text(card.answer), "pitfall": _text(card.pitfall)}
    content["points"] = [
        [_text(point.text), point.cues_en, point.cues_zh, *([] if point.core else [False])] for point in card.points
    ]
    content |= {name: getattr(card, name) for name in _PLAIN}
    stored = {
        key: value for key, value in content.items() if value is not None and (value or key not in _EMPTY_AT_FIRST)
    }
    return json.dumps(stored, ensure_ascii=False, separators=(",", ":"))


def decode(payload: str, id: str, deck: str, place: Place | None) -> Card:
    """The card that `encode` was given.

    >>> card = Card("a-card", "deck", Text(en="Why?"), Choice((Option(Text(zh="是"), True),)), tags=("x",))
    >>> decode(encode(card), "a-card", "deck", None) == card
    True
    """
    content = json.loads(payload)
    plain = {name: freeze(content[name]) for name in _PLAIN if name in content}
    return Card(
        id=id, deck=deck, place=place, question=_read_text(content["question"]), body=_read_body(content),
        answer=_maybe_text(content.get("answer")), pitfall=_maybe_text(content.get("pitfall")),
        points=tuple(
            Point(_read_text(text), tuple(en), tuple(zh), *core) for text, en, zh, *core in content.get("points", ())
        ),
        **plain,
    )  # fmt: skip


def freeze(value: Any) -> Any:
    """Lists as tuples, at any depth.

    >>> freeze({"a": [1, [2]]})
    {'a': (1, (2,))}
    """
    if isinstance(value, list):
        return tuple(freeze(item) for item in value)
    if isinstance(value, dict):
        return {key: freeze(item) for key, item in value.items()}
    return value


def _text(text: Text | None) -> list[str | None] | None:
    return None if text is None else [text.en, text.zh]


def _read_text(pair: list[str | None]) -> Text:
    return Text(pair[0], pair[1])


def _maybe_text(pair: list[str | None] | None) -> Text | None:
    return None if pair is None else Text(pair[0], pair[1])


def _body(body: Body) -> dict[str, Any]:
    match body:
        case Open():
            return {}
        case Choice(options):
            return {"options": [[_text(option.text), option.right, _text(option.why)] for option in options]}
        case Order(steps):
            return {"steps": [_text(step) for step in steps]}
        case Cloze(holes):
            return {"holes": [_hole(hole) for hole in holes]}
        case Numeric():
            return _family(body)


def _hole(hole: Hole) -> list[Any]:
    more = [hole.form, dict(hole.also), hole.where]
    return [hole.answer, hole.accept, *(more if any(more) else [])]


def _read_hole(
    answer: str,
    accept: list[str],
    form: HoleForm | None = None,
    also: Mapping[str, list[str]] | None = None,
    where: Iterable[str] = (),
) -> Hole:
    names = {symbol: tuple(names) for symbol, names in (also or {}).items()}
    return Hole(answer, tuple(accept), form, names, tuple(where))


def _family(family: Numeric) -> dict[str, Any]:
    return {
        "ask": [[asked.name, _text(asked.label), asked.unit, asked.tolerance] for asked in family.ask],
        "vary": {name: _domain(domain) for name, domain in family.vary.items()},
        "where": family.where, "calc": family.calc, "value": family.value,
        "mistakes": [[mistake.value, _text(mistake.cure), mistake.when] for mistake in family.mistakes],
        "unit": family.unit, "tolerance": family.tolerance, "convention": _text(family.convention),
        "working": _text(family.working),
    }  # fmt: skip


def _domain(domain: Domain) -> Any:
    if isinstance(domain, range):
        return f"{domain.start}..{domain.stop - 1}"
    return dict(domain) if isinstance(domain, Mapping) else list(domain)


def _read_domain(domain: Any) -> Domain:
    if isinstance(domain, str):
        low, high = domain.split("..")
        return range(int(low), int(high) + 1)
    return domain if isinstance(domain, dict) else tuple(domain)


def _read_body(content: dict[str, Any]) -> Body:
    kind: Kind = content["kind"]
    match kind:
        case "open":
            return Open()
        case "choice":
            return Choice(
                tuple(Option(_read_text(text), right, _maybe_text(why)) for text, right, why in content["options"])
            )
        case "order":
            return Order(tuple(_read_text(step) for step in content["steps"]))
        case "cloze":
            return Cloze(tuple(_read_hole(*hole) for hole in content["holes"]))
        case "numeric":
            return _read_family(content)


def _read_family(content: dict[str, Any]) -> Numeric:
    return Numeric(
        ask=tuple(Asked(name, _maybe_text(label), unit, tolerance) for name, label, unit, tolerance in content["ask"]),
        vary={name: _read_domain(domain) for name, domain in content.get("vary", {}).items()},
        where=tuple(content.get("where", ())),
        calc=freeze(content.get("calc")),
        value=content.get("value"),
        mistakes=tuple(
            FamilyMistake(value, _read_text(cure), when) for value, cure, when in content.get("mistakes", ())
        ),
        unit=content.get("unit", ""),
        tolerance=content.get("tolerance", "exact"),
        convention=_maybe_text(content.get("convention")),
        working=_maybe_text(content.get("working")),
    )


def fingerprint(card: Card) -> str:
    """Twelve hexadecimal digits that change when the card's content does; that it was read again is none.

    >>> card = Card("a-card", "deck", Text(en="Why?"), Open())
    >>> fingerprint(card) == fingerprint(replace(card, checked="2026-11"))
    True
    """
    from hashlib import sha256

    return sha256(encode(replace(card, checked=None, draft=False)).encode()).hexdigest()[:12]
