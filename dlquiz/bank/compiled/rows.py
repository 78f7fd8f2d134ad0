"""Decks → rows of the cache: what one file gives, and the order of the whole bank."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

from dlquiz.bank import search, shipped_questions, tracks
from dlquiz.bank.codec import encode
from dlquiz.bank.deck_file import CardHeader, CardLink, Deck, read_file
from dlquiz.bank.loader import bank_entries, problems_of
from dlquiz.bank.tracks import TrackPart
from dlquiz.cards import Card, Place, Text
from dlquiz.grading.stems import american
from dlquiz.schema.problems import Problem
from dlquiz.thesaurus import ThesaurusEntry

Rows = list[tuple[Any, ...]]
MOST_WORDS = 4000  # of a file that are kept as spelled right
_WORD = re.compile(r"[a-z]{4,}")
# The weight of a person's own card that gives none.
OWN_WEIGHT = 5


def compiled(path: Path) -> tuple[str, Rows]:
    """The file's outline and one row for each of its cards."""
    deck = read_file(path)
    rows = [
        _part(str(path), number, card, header)
        for number, (card, header) in enumerate(zip(deck.cards, deck.headers, strict=True))
    ]
    return _outline(deck), rows


def _part(file: str, number: int, card: Card, header: CardHeader) -> tuple[Any, ...]:
    payload = encode(card)
    assert card.place is not None
    return (
        file,
        number,
        card.id,
        card.place.line,
        card.place.column,
        card.kind,
        card.level,
        card.weight,
        header.content_hash,
        json.dumps(card.tags),
        card.usual_seconds,
        payload,
        crc32(payload.encode()),
    )


def _outline(deck: Deck) -> str:
    return json.dumps(
        {
            "name": deck.name,
            "title": (deck.title.en, deck.title.zh),
            "order": deck.order,
            "headers": deck.headers,
            "ids": [(id, *_place(place)) for id, place in deck.ids],
            "links": [(link.card, link.relation, link.target, *_place(link.place)) for link in deck.links],
            "replaced": dict(deck.replaced),
            "readable": deck.readable,
            "tracks": deck.tracks,
            "thesaurus": [(entry.en, entry.zh) for entry in deck.thesaurus],
            "words": " ".join(_words(deck.cards)),
            "problems": [
                (*_place(one.place), one.code, one.message, one.fix, one.card, one.severity) for one in deck.problems
            ],
        },
        ensure_ascii=False,
    )


def _words(cards: Iterable[Card]) -> list[str]:
    """The commonest English words of the cards' texts, which is how they are spelled right."""
    texts = (text.lower() for card in cards for text in search.texts(card))
    found = Counter(word for text in texts for word in _WORD.findall(text))
    return sorted(american(word) for word, _ in found.most_common(MOST_WORDS))


def _place(place: Place) -> tuple[Any, ...]:
    return tuple(place)


def _deck(outline: str) -> Deck:
    """The deck as far as the order of the bank needs it: its cards stay where they are."""
    content = json.loads(outline)
    return Deck(
        name=content["name"],
        title=Text(*content["title"]),
        order=content["order"],
        cards=(),
        headers=tuple(CardHeader(*header) for header in content["headers"]),
        ids=tuple((id, Place(*place)) for id, *place in content["ids"]),
        links=tuple(
            CardLink(card, relation, target, Place(*place)) for card, relation, target, *place in content["links"]
        ),
        replaced=content["replaced"],
        readable=content["readable"],
        tracks=tuple(_track_part(*part) for part in content["tracks"]),
        thesaurus=tuple(ThesaurusEntry(tuple(en), tuple(zh)) for en, zh in content["thesaurus"]),
        problems=tuple(Problem(Place(*one[:3]), *one[3:]) for one in content["problems"]),
    )


def _track_part(name: str, title: list[str | None] | None, *rest: Any) -> TrackPart:
    return TrackPart(name, Text(*title) if title else None, *rest)


def arranged(outlines: Sequence[tuple[str, str]], parts: Mapping[tuple[str, int], int]) -> dict[str, Rows]:
    """The rows of every table that goes across files, from each file's outline and the numbers of its cards."""
    decks = [_deck(outline) for _, outline in outlines]
    files = {id(deck): name for deck, (name, _) in zip(decks, outlines, strict=True)}
    entries = list(bank_entries(decks))
    asked = [entry for entry in entries if not entry.header.draft]
    shipped = {name for name, _ in outlines if _is_shipped(name)}
    living = {entry.header.id for entry in asked}
    links = [link for deck in decks for link in deck.links if link.card in living]
    return {
        "entry": [
            (
                parts[file := files[id(entry.deck)], entry.number],
                entry.position,
                entry.deck_name,
                entry.header.draft,
                *_own(file in shipped, entry.header),
            )
            for entry in entries
        ],
        "deck": _decks(decks, [entry.deck_name for entry in asked]),
        "former": [(link.card, link.target) for link in links if link.relation == "formerly"],
        "follow": [(link.card, link.target) for link in links if link.relation == "then" and link.target in living],
        "track": [
            (track.name, position, *track.title, json.dumps(track.decks), json.dumps(track.tags), track.others)
            for position, track in enumerate(tracks.joined(part for deck in decks for part in deck.tracks))
        ],
        "thesaurus": [
            (position, json.dumps(entry.en, ensure_ascii=False), json.dumps(entry.zh, ensure_ascii=False))
            for position, entry in enumerate(entry for deck in decks for entry in deck.thesaurus)
        ],
        "problem": [
            (number, *_place(one.place), one.card, one.code, one.message, one.fix, one.severity)
            for number, one in enumerate(problems_of(decks))
        ],
    }


def same_arrangement(before: str, after: str) -> bool:
    """Whether a file that has changed leaves the order of the bank and all links as they were: then only the contents
    of its cards are new. Problems speak of lines, so that a file which has some is arranged again."""
    old, new = json.loads(before), json.loads(after)
    return not old["problems"] and not new["problems"] and _without_places(old) == _without_places(new)


def _without_places(outline: Mapping[str, Any]) -> dict[str, Any]:
    ids = [id for id, *_ in outline["ids"]]
    links = [(card, relation, target) for card, relation, target, *_ in outline["links"]]
    return {**outline, "headers": _headers(outline), "ids": ids, "links": links, "words": ""}


def _without_cards(outline: Mapping[str, Any]) -> dict[str, Any]:
    return {**_without_places(outline), "headers": (), "ids": ()}


def _headers(outline: Mapping[str, Any]) -> list[CardHeader]:
    """What the order of the bank knows of each card of a file; their contents do not matter to it."""
    return [CardHeader(*header)._replace(content_hash="") for header in outline["headers"]]


def changed_cards(before: str, after: str) -> set[str] | None:
    """The ids of the cards that a changed file has more or less, or of which it says something else to the order of
    the bank. None where more has changed than its cards and their order, a link names one of these, or one replaces
    another file's card."""
    old, new = json.loads(before), json.loads(after)
    if old["problems"] or new["problems"] or _without_cards(old) != _without_cards(new):
        return None
    changed = {id for id, *_ in {*_headers(old)} ^ {*_headers(new)}}
    linked = {id for card, _, target, *_ in new["links"] for id in (card, target)}
    replacing = any(header.replaces is not None for header in _headers(new))
    return None if replacing or changed & linked else changed


def asks(outline: str) -> bool:
    """Whether a file has a card that is no draft."""
    return any(not header.draft for header in _headers(json.loads(outline)))


def own_weights(file: str, outline: str) -> list[int | None]:
    """The weight that each card of a file has instead of its own one, in their order."""
    shipped = _is_shipped(file)
    return [_own(shipped, header)[1] for header in _deck(outline).headers]


def _is_shipped(file: str) -> bool:
    return Path(file).is_relative_to(shipped_questions())


def _own(shipped: bool, header: CardHeader) -> tuple[bool, int | None]:
    """Whether the person wrote the card (not a shipped one, nor one that only replaces it), and the weight it then has
    in place of one that is not given: what people write down themselves is what they were asked."""
    own = header.replaces is None and not shipped
    return own, None if header.weight_given or not own else OWN_WEIGHT


def _decks(decks: Sequence[Deck], names: Iterable[str]) -> Rows:
    """One row for each deck that has cards, in order; of two files of one deck the first gives the title."""
    rows: Rows = []
    titles: dict[str, Text] = {}
    for deck in decks:
        titles.setdefault(deck.name, deck.title)
    for position, (name, cards) in enumerate(Counter(names).items()):
        rows.append((name, position, titles[name].en, titles[name].zh, cards))
    return rows
