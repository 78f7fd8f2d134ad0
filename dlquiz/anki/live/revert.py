"""Taking the last sync back: cards, notes and reviews as they were, where nothing happened to them since."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from dlquiz.anki.live.changes import PENDING, last_answer
from dlquiz.anki.live.collection import CollectionBefore, LiveCollection
from dlquiz.anki.live.record import CardBefore, SyncRecord
from dlquiz.anki.live.snapshot import AnkiCard, CardColumns, CollectionNote, Snapshot
from dlquiz.anki.manifest import Manifest
from dlquiz.anki.scheduling import SUSPENDED


@dataclass(frozen=True, slots=True)
class RevertResult:
    """What was taken back, and the keys of cards that were answered or changed since, which stay as they are.

    `uploaded` reviews went to a server already: Anki cannot delete them there, so they stay everywhere.
    """

    cards: int
    notes: int
    removed: int
    reviews: int
    uploaded: int
    kept: tuple[str, ...]
    backup: Path | None = None

    def to_json(self) -> dict[str, object]:
        backup = None if self.backup is None else str(self.backup)
        return {name: getattr(self, name) for name in ("cards", "notes", "removed", "reviews", "uploaded")} | {
            "kept": list(self.kept),
            "backup": backup,
        }


def revert(there: LiveCollection, record: SyncRecord, manifest: Manifest, now: int) -> RevertResult:
    """Put back what the sync of the record changed and nobody has changed since; `now` is a time in ms.

    The reviews that came into the log stay: they were made. A next sync does again what was taken back.
    """
    guids = set(record.added) | {note.guid for note in record.notes}
    guids |= {known.guid for known in manifest.notes.values()}
    snapshot = there.snapshot(guids)
    cards = {card.id: card for card in snapshot.cards}
    back = [one for one in record.cards if one.id in cards and _untouched(one, cards[one.id], snapshot, record.at)]
    kept = tuple(one.key for one in record.cards if one.id in cards and one not in back)
    usn = {row.id: row.usn for row in snapshot.reviews}
    inserted = [number for one in back for number in one.reviews if number in usn]
    waiting = [number for number in inserted if usn[number] == -1]
    notes = _notes_back(record, snapshot)
    added = _added(record, snapshot)
    gone = {note.id for note in added}
    theirs = [row.id for card in snapshot.cards if card.note in gone for row in snapshot.reviews if row.cid == card.id]
    backup = there.back_up()
    columns = {one.id: _before(one, snapshot, set(waiting)) for one in back}
    there.take_back(CollectionBefore(columns, [*waiting, *theirs], notes, sorted(gone)), now)
    _remember(manifest, snapshot, columns, added)
    return RevertResult(len(back), len(notes), len(added), len(waiting), len(inserted) - len(waiting), kept, backup)


def _untouched(one: CardBefore, card: AnkiCard, snapshot: Snapshot, at: int) -> bool:
    """Whether the card stands as the sync left it, and was not answered since."""
    later = any(row.cid == card.id and row.id > at and row.id not in one.reviews for row in snapshot.reviews)
    return not later and not card.filtered and card.columns[:9] == one.after[:9]


def _before(one: CardBefore, snapshot: Snapshot, deleted: set[int]) -> CardColumns:
    """The card as it was; the time of its last answer is that of Anki's log, in which uploaded reviews stay."""
    if "lrt" not in one.before.stored:
        return one.before
    rows = sorted(row for row in snapshot.reviews if row.cid == one.id and row.id not in deleted)
    data = json.dumps({**one.before.stored, "lrt": last_answer(rows)}, separators=(",", ":"))
    return one.before._replace(data=data)


def _notes_back(record: SyncRecord, snapshot: Snapshot) -> list[CollectionNote]:
    """The updated notes that were not edited in Anki since, as they were."""
    there = {note.id: note for note in snapshot.notes}
    return [was for was in record.notes if was.id in there and _unedited(there[was.id], record.at)]


def _added(record: SyncRecord, snapshot: Snapshot) -> list[CollectionNote]:
    """The added notes that were neither edited nor answered since."""
    cards = {card.id: card.note for card in snapshot.cards}
    answered = {cards[row.cid] for row in snapshot.reviews if row.id > record.at and row.cid in cards}
    new = set(record.added)
    return [
        note for note in snapshot.notes if note.guid in new and note.id not in answered and _unedited(note, record.at)
    ]


def _unedited(note: CollectionNote, at: int) -> bool:
    return note.modified is not None and note.modified <= at // 1000


def _remember(
    manifest: Manifest, snapshot: Snapshot, columns: dict[int, CardColumns], added: list[CollectionNote]
) -> None:
    for card in snapshot.cards:
        was, known = columns.get(card.id), manifest.notes.get(card.guid)
        if was is None or known is None:
            continue
        manifest.notes[card.guid] = known._replace(suspended=was.queue == SUSPENDED, flagged=bool(was.flags & 7))
        manifest.synced[snapshot.profile, card.guid] = PENDING
    for note in added:
        manifest.synced.pop((snapshot.profile, note.guid), None)
