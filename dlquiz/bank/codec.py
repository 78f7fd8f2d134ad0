"""A card ⇄ the JSON under which the cache keeps it; what equals a default is left out."""

from __future__ import annotations

import json
from typing import Any

from dlquiz.cards import Card, Kind, Place, Point
from dlquiz.kinds import kind_named, kind_of
from dlquiz.kinds.encoding import decode_optional_text, decode_text, encode_text, freeze

_PLAIN = ("level", "weight", "tags", "source", "references", "then", "formerly", "usual_seconds", "figure", "replaces",
          "checked", "draft")  # fmt: skip

_EMPTY_AT_FIRST = frozenset(("points", "tags", "source", "references", "then", "formerly", "draft"))


def encode(card: Card) -> str:
    """The card's content, without its id, deck and place, which the cache keeps in columns."""
    content: dict[str, Any] = {
        "kind": card.kind,
        "question": encode_text(card.question),
        **kind_of(card.body).encode(card.body),
    }
    content |= {"answer": encode_text(card.answer), "pitfall": encode_text(card.pitfall)}
    content["points"] = [
        [encode_text(point.text), point.cues_en, point.cues_zh, *([] if point.core else [False])]
        for point in card.points
    ]
    content |= {name: getattr(card, name) for name in _PLAIN}
    fields = {
        key: value for key, value in content.items() if value is not None and (value or key not in _EMPTY_AT_FIRST)
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def decode(payload: str, id: str, deck: str, place: Place | None) -> Card:
    """The card that `encode` was given.

    >>> from dlquiz.cards import Choice, Option, Text
    >>> card = Card("a-card", "deck", Text(en="Why?"), Choice((Option(Text(zh="是"), True),)), tags=("x",))
    >>> decode(encode(card), "a-card", "deck", None) == card
    True
    """
    content = json.loads(payload)
    kind: Kind = content["kind"]
    plain = {name: freeze(content[name]) for name in _PLAIN if name in content}
    return Card(
        id=id,
        deck=deck,
        place=place,
        question=decode_text(content["question"]),
        body=kind_named(kind).decode(content),
        answer=decode_optional_text(content.get("answer")),
        pitfall=decode_optional_text(content.get("pitfall")),
        points=tuple(
            Point(decode_text(text), tuple(en), tuple(zh), *core) for text, en, zh, *core in content.get("points", ())
        ),
        **plain,
    )


def fingerprint(card: Card) -> str:
    """Twelve hexadecimal digits that change when the card's content does; that it was read again is none.

    >>> from dlquiz.cards import Open, Text
    >>> card = Card("a-card", "deck", Text(en="Why?"), Open())
    >>> fingerprint(card) == fingerprint(card._replace(checked="2026-11"))
    True
    """
    from hashlib import sha256

    return sha256(encode(card._replace(checked=None, draft=False)).encode()).hexdigest()[:12]
