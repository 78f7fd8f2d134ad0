"""What a collection holds of our cards, read once: the same value from Anki's library and from AnkiConnect."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from dlquiz.anki.package.reader import OpenPackage, from_json
from dlquiz.anki.package.writer import TABLES

SECONDS_PER_DAY = 86_400


class CardColumns(NamedTuple):
    """What Anki schedules a card by. `due` is a day of the collection for type 2, a position for type 0, a time (s) or
    a day for cards in learning; `data` is JSON with the FSRS memory."""

    type: int
    queue: int
    due: int
    interval: int
    factor: int
    reviews: int
    lapses: int
    left: int
    flags: int
    data: str = "{}"

    @property
    def stored(self) -> dict[str, Any]:
        """The column `data`, empty where it is no JSON object."""
        found = from_json(self.data)
        return found if isinstance(found, dict) else {}


class AnkiCard(NamedTuple):
    """A card of one of our notes; `filtered` says that a filtered deck has borrowed it."""

    id: int
    note: int
    guid: str
    place: int
    modified: int
    deck: str
    filtered: bool
    columns: CardColumns


class CollectionNote(NamedTuple):
    """A note of ours as the collection has it; `modified` (s) is None where it cannot be asked."""

    id: int
    guid: str
    modified: int | None
    tags: tuple[str, ...]
    fields: tuple[str, ...]


class RevlogRow(NamedTuple):
    """A row of Anki's review log, as its table has it; `usn` is -1 until it went to a server."""

    id: int
    cid: int
    usn: int
    ease: int
    interval: int
    last_interval: int
    factor: int
    milliseconds: int
    kind: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Our notes, their cards and reviews. `first_day` is the collection's day 0 since 1970-01-01, None if unknown;
    `taken` are the numbers of all reviews of notes that are not ours; `notetypes` says of each note type of ours there
    when it changed (s) and whether its fields are as we made them; `weights` are those of FSRS in the options of the
    deck that most of our cards are in, empty where they cannot be asked."""

    profile: str
    first_day: int | None
    notes: tuple[CollectionNote, ...]
    cards: tuple[AnkiCard, ...]
    reviews: tuple[RevlogRow, ...]
    taken: frozenset[int] = frozenset()
    notetypes: Mapping[int, tuple[int, bool]] | None = None
    rollover: int | None = None
    weights: tuple[float, ...] = ()

    def present(self) -> dict[int, str]:
        """Every number of a review that is taken, with the guid of its note; "" for notes of others."""
        guids = {card.id: card.guid for card in self.cards}
        return dict.fromkeys(self.taken, "") | {row.id: guids.get(row.cid, "") for row in self.reviews}

    @contextmanager
    def file(self) -> Iterator[OpenPackage]:
        """The snapshot as the reader of files has an opened collection."""
        with closing(sqlite3.connect(":memory:")) as connection:
            for statement in TABLES[:4]:
                connection.execute(statement)
            created = SECONDS_PER_DAY * (self.first_day or 0)
            settings = json.dumps({"creationOffset": 0})
            connection.execute("INSERT INTO col VALUES (1,?,0,0,11,0,0,0,?,'','','','')", (created, settings))
            connection.executemany(
                "INSERT INTO notes VALUES (?,?,0,0,0,'','','',0,0,'')", ((note.id, note.guid) for note in self.notes)
            )
            connection.executemany(
                "INSERT INTO cards VALUES (?,?,0,?,?,0,?,?,?,?,?,?,?,?,0,0,?,?)", map(self._card, self.cards)
            )
            connection.executemany("INSERT INTO revlog VALUES (?,?,?,?,?,?,?,?,?)", self.reviews)
            yield OpenPackage(Path(self.profile), connection, lambda name: None, {})

    def _card(self, card: AnkiCard) -> tuple[Any, ...]:
        columns = card.columns
        # Without the collection's day 0 a due day says nothing: the card then counts as one in learning.
        kind = columns.type if self.first_day is not None or columns.type != 2 else 3
        return (card.id, card.note, card.place, card.modified, kind, *columns[1:])
