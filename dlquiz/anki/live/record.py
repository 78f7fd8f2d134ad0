"""The record of the last sync: what each card and note was before, so that it can be taken back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlquiz.anki.live.changes import CollectionChanges
from dlquiz.anki.live.snapshot import CardColumns, CollectionNote, Snapshot
from dlquiz.errors import DlquizError
from dlquiz.files import write_atomically

FILE_NAME = "anki-sync.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class CardBefore:
    """A card before and after the sync, and the numbers of the reviews that it was given."""

    id: int
    key: str
    before: CardColumns
    after: CardColumns
    reviews: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SyncRecord:
    """What a sync at `at` (UTC ms) wrote to a collection. `added` are guids, `notes` those updated, as they were."""

    at: int
    profile: str
    collection: str
    cards: tuple[CardBefore, ...]
    added: tuple[str, ...]
    notes: tuple[CollectionNote, ...]

    def to_json(self) -> dict[str, Any]:
        cards = [
            {"id": card.id, "key": card.key, "before": card.before, "after": card.after, "reviews": card.reviews}
            for card in self.cards
        ]
        return {
            "format": FORMAT,
            "at": self.at,
            "profile": self.profile,
            "collection": self.collection,
            "cards": cards,
            "added": self.added,
            "notes": [note._asdict() for note in self.notes],
        }


def record_of(at: int, collection: Path | None, snapshot: Snapshot, found: CollectionChanges) -> SyncRecord:
    """The record of what is about to be written."""
    updated = set(found.updated)
    return SyncRecord(
        at,
        snapshot.profile,
        "" if collection is None else str(collection),
        tuple(
            CardBefore(
                change.card.id, change.key, change.card.columns, change.after, tuple(row.id for row in change.reviews)
            )
            for change in found.cards
        ),
        tuple(found.added),
        tuple(note for note in snapshot.notes if note.guid in updated),
    )


def save(path: Path, record: SyncRecord) -> None:
    write_atomically(path, json.dumps(record.to_json(), ensure_ascii=False).encode())


def load(path: Path) -> SyncRecord:
    """The record of the last sync; raises DlquizError without one, or when it cannot be read."""
    if not path.exists():
        raise DlquizError("there is no sync with Anki to revert", fix="dlquiz anki sync makes one")
    try:
        found = json.loads(path.read_bytes())
        if found["format"] != FORMAT:
            raise DlquizError(f"{path} was written by another version of dlquiz", fix="use that one to revert it")
        cards = tuple(
            CardBefore(
                one["id"], one["key"], CardColumns(*one["before"]), CardColumns(*one["after"]), tuple(one["reviews"])
            )
            for one in found["cards"]
        )
        notes = tuple(
            CollectionNote(one["id"], one["guid"], one["modified"], tuple(one["tags"]), tuple(one["fields"]))
            for one in found["notes"]
        )
        return SyncRecord(found["at"], found["profile"], found["collection"], cards, tuple(found["added"]), notes)
    except (ValueError, KeyError, TypeError) as error:
        raise DlquizError(f"{path} cannot be read", fix="restore one of Anki's own backups instead") from error
