"""What a sync writes to Anki: pure, from the snapshot, the notes as they should be, and what Anki was last given."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dlquiz.anki.live.snapshot import AnkiCard, CardColumns, CollectionNote, RevlogRow, Snapshot
from dlquiz.anki.package.writer import AnkiNote
from dlquiz.anki.scheduling import BURIED, FILTERED, LEARNT, MANUAL, NEW, SUSPENDED, AnkiProgress, Review, memory_data
from dlquiz.review_log import Row
from dlquiz.scheduler import Memory, Model

LEARNING, RELEARNING = 1, 3
TYPES = {NEW: "new", LEARNING: "learning", LEARNT: "review", RELEARNING: "relearning"}
# Stored in `Manifest.synced` while reviews of a card have come and its state has not been written back yet.
PENDING = "?"
OURS = "dlq::"
# A card in learning is due at a time (s) above this, or on a day below it.
MIN_TIMESTAMP = 1_000_000_000
# Anki rounds what it stores: stability to 4 places, difficulty to 3.
STABILITY_RELATIVE_TOLERANCE, STABILITY_TOLERANCE, DIFFICULTY_TOLERANCE = 0.002, 0.00005, 0.0011
WEIGHT_TOLERANCE = 0.00005


class CardChange(NamedTuple):
    """A card as it is and as it should be, and the rows that its review log lacks."""

    card: AnkiCard
    key: str
    after: CardColumns
    reviews: tuple[RevlogRow, ...]

    def describe(self) -> str:
        """What changes, in words."""
        return ", ".join(self.parts())

    def parts(self) -> list[str]:
        """Each thing that changes, in words; a due day by how many days it moves."""
        before, after, parts = self.card.columns, self.after, list[str]()
        if before.type == LEARNT == after.type and before.due != after.due:
            parts.append(f"due {after.due - before.due:+d} d")
        elif before.type != after.type:
            parts.append(f"{TYPES.get(before.type, '?')} → {TYPES.get(after.type, '?')}")
        if (before.queue == SUSPENDED) != (after.queue == SUSPENDED):
            parts.append("suspended" if after.queue == SUSPENDED else "unsuspended")
        if bool(before.flags & 7) != bool(after.flags & 7):
            parts.append("flagged" if after.flags & 7 else "unflagged")
        return parts or ["memory"]


@dataclass(slots=True)
class CollectionChanges:
    """All that a sync writes: states and reviews of cards that are there, guids of notes to add and to update.

    `filtered` notes wait until their filtered deck is emptied; `deleted` are notes that the person deleted in Anki;
    `cancelled` reviews were undone here but stay in Anki's log. With `other_fields`, or with `undated` notes
    (whose last change cannot be asked), texts are left as they are.
    """

    cards: list[CardChange] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    # guid → the person's own tags, which an update must not take away.
    tags: dict[str, tuple[str, ...]] = field(default_factory=dict)
    filtered: list[str] = field(default_factory=list)
    deleted: int = 0
    cancelled: int = 0
    other_fields: bool = False
    undated: bool = False

    @property
    def reviews(self) -> list[RevlogRow]:
        return [row for change in self.cards for row in change.reviews]


@dataclass(frozen=True, slots=True)
class CardVersion:
    """What is known here of a note's card: the version of its state, the one that Anki has ("?" while a sync is under
    way, None before the first), and the newest row of the log that scheduled it."""

    current: str
    synced: str | None
    newest: Row | None


@dataclass(frozen=True, slots=True)
class DesiredNotes:
    """What Anki should hold: notes with their progress, versions by guid, the decks of which notes may be added."""

    notes: Sequence[AnkiNote]
    versions: Mapping[str, CardVersion]
    addable: frozenset[str]
    model: Model


def changes(snapshot: Snapshot, wanted: DesiredNotes, seen: frozenset[str]) -> CollectionChanges:
    """What to write; `seen` are the guids that earlier syncs found in this collection."""
    found = CollectionChanges()
    notes = {note.guid: note for note in snapshot.notes}
    cards = {card.guid: card for card in snapshot.cards if card.place == 0}
    reviews = _by_card(snapshot)
    found.other_fields = any(not same for _, same in (snapshot.notetypes or {}).values())
    context = _SchedulingContext(snapshot.first_day, wanted.model, _same_weights(snapshot, wanted.model))
    for note in wanted.notes:
        there = notes.get(note.guid)
        if there is None:
            _add(found, note, seen, wanted.addable)
            continue
        if not found.other_fields and _differs(note, there):
            _update(found, note, there)
        card, version = cards.get(note.guid), wanted.versions.get(note.guid)
        if card is not None and version is not None:
            change = _change(card, note, version, reviews.get(card.id, {}), context)
            if change is not None and card.filtered:
                found.filtered.append(note.guid)
            elif change is not None:
                found.cards.append(change)
    return found


def _add(found: CollectionChanges, note: AnkiNote, seen: frozenset[str], addable: frozenset[str]) -> None:
    if note.guid in seen:
        found.deleted += 1
    elif note.guid in addable and not found.other_fields:
        found.added.append(note.guid)


def _update(found: CollectionChanges, note: AnkiNote, there: CollectionNote) -> None:
    """Bring a text up to date that changed here since the note last changed there; an edit in Anki stays until then."""
    if there.modified is None:
        found.undated = True
    elif there.modified < note.modified:
        found.updated.append(note.guid)
        found.tags[note.guid] = tuple(tag for tag in there.tags if not tag.lower().startswith(OURS))


def _differs(note: AnkiNote, there: CollectionNote) -> bool:
    ours = {tag for tag in there.tags if tag.lower().startswith(OURS)}
    return tuple(note.fields) != there.fields or set(note.tags) != ours


def _by_card(snapshot: Snapshot) -> dict[int, dict[int, RevlogRow]]:
    found: dict[int, dict[int, RevlogRow]] = {}
    for row in snapshot.reviews:
        found.setdefault(row.cid, {})[row.id] = row
    return found


# ── one card ─────────────────────────────────────────────────────────────────────────────────────────────────────


class _SchedulingContext(NamedTuple):
    """The collection's day 0, the memory model, whether Anki replays with the same weights and must come to the same
    memory, and when Anki's log says that the card was last answered (s)."""

    first_day: int | None
    model: Model
    same_weights: bool
    answered: int | None = None


def _same_weights(snapshot: Snapshot, model: Model) -> bool:
    there = snapshot.weights
    return len(there) == len(model.weights) and all(
        abs(one - other) < WEIGHT_TOLERANCE for one, other in zip(there, model.weights, strict=True)
    )


def _change(
    card: AnkiCard, note: AnkiNote, version: CardVersion, there: Mapping[int, RevlogRow], context: _SchedulingContext
) -> CardChange | None:
    missing = tuple(_row(number, card.id, review) for number, review in note.log if number not in there)
    context = context._replace(answered=last_answer(sorted([*there.values(), *missing])))
    stale = version.current != version.synced and version.synced is not None
    remembers = not (stale or context.same_weights) or _remembers(card.columns.stored, note.progress.memory)
    columns = card.columns
    if missing or not (remembers and _up_to_date(columns, note.progress, version, context)):
        columns = _scheduled(card, note, version, context)
    columns = _marked(card, columns, note.progress)
    if columns == card.columns and not missing:
        return None
    return CardChange(card, note.fields[0], columns, missing)


def _up_to_date(
    columns: CardColumns, progress: AnkiProgress, version: CardVersion, context: _SchedulingContext
) -> bool:
    """Whether the card is new, in learning, or due when all that is in its log leads to that.

    When two devices changed a card, Anki's sync keeps one version of it whole, and the reviews of both: the card may
    stand as it did before an answer, a reset or a date that its log has.
    """
    if progress.memory is None:
        return columns.type == NEW
    # AnkiConnect does not tell what is stored. Where it is wrong, Anki's Check Database asks for a full sync.
    if columns.stored and columns.stored.get("lrt") != context.answered:
        return False
    if _learning_there(columns, version, context):
        return True
    return columns.type == LEARNT and (context.first_day is None or columns.due + context.first_day == progress.due)


def _row(number: int, card: int, review: Review) -> RevlogRow:
    return RevlogRow(
        number, card, -1, review.ease, review.interval, review.last, review.factor, review.milliseconds, review.kind
    )


def _scheduled(card: AnkiCard, note: AnkiNote, version: CardVersion, context: _SchedulingContext) -> CardColumns:
    """The card as the log has it."""
    columns, progress = card.columns, note.progress
    if progress.memory is None:
        return _as_new(columns, note.position)
    data = _data(columns, progress, note.position, context)
    if _learning_there(columns, version, context):
        # The newest answer was given there: its steps go on, with the memory that follows from all answers.
        return columns._replace(data=data, reviews=max(columns.reviews, progress.reviews))
    return CardColumns(
        LEARNT,
        LEARNT if columns.queue in (LEARNING, RELEARNING, NEW, LEARNT) else columns.queue,
        progress.due - (context.first_day or 0),
        progress.interval,
        columns.factor or progress.factor,
        progress.reviews,
        progress.lapses,
        0,
        columns.flags,
        data,
    )


def _learning_there(columns: CardColumns, version: CardVersion, context: _SchedulingContext) -> bool:
    """Whether the card is in the steps that the newest answer led to. Where Anki had to choose between two devices,
    it may be in those of an older one."""
    newest = version.newest
    if columns.type not in (LEARNING, RELEARNING) or newest is None or not newest.origin.startswith("anki:"):
        return False
    if columns.due > MIN_TIMESTAMP:
        return columns.due * 1000 >= newest.at
    return columns.due + (context.first_day or 0) >= newest.day


def _as_new(columns: CardColumns, position: int) -> CardColumns:
    stored = columns.stored
    kept = {name: value for name, value in stored.items() if name not in ("s", "d", "dr", "decay", "lrt")}
    due = stored.get("pos", position) if columns.type != NEW else columns.due
    queue = columns.queue if columns.queue < 0 else NEW
    return CardColumns(NEW, queue, int(due), 0, 0, 0, 0, 0, columns.flags, json.dumps(kept, separators=(",", ":")))


def _data(columns: CardColumns, progress: AnkiProgress, position: int, context: _SchedulingContext) -> str:
    """The column `data` with our memory; what else Anki or an add-on keeps there stays."""
    position = columns.due if columns.type == NEW else position
    fresh: dict[str, Any] = json.loads(memory_data(progress, position, context.model))
    stored = {name: value for name, value in columns.stored.items() if name != "lrt"}
    if "pos" in stored:
        fresh["pos"] = stored["pos"]
    # Anki's own check wants the time that its log says, which has answers that were undone here.
    fresh.pop("lrt", None)
    if context.answered is not None:
        fresh["lrt"] = context.answered
    return json.dumps({**stored, **fresh}, separators=(",", ":"))


def last_answer(rows: Sequence[RevlogRow]) -> int | None:
    """When a card was last answered (s) as Anki reads its log: cramming does not count, and forgetting ends it."""
    answered = None
    for row in rows:
        if row.kind == MANUAL and row.factor == 0:
            answered = None
        elif row.ease and not (row.kind == FILTERED and row.factor == 0):
            answered = row.id // 1000
    return answered


def _remembers(stored: Mapping[str, Any], memory: Memory | None) -> bool:
    """Whether the stored memory is this one, as far as Anki's rounding goes."""
    if memory is None:
        return "s" not in stored
    stability, difficulty = stored.get("s"), stored.get("d")
    if not isinstance(stability, int | float) or not isinstance(difficulty, int | float):
        return False
    close = abs(stability - memory.stability) <= max(
        STABILITY_RELATIVE_TOLERANCE * memory.stability, STABILITY_TOLERANCE
    )
    return close and abs(difficulty - memory.difficulty) <= DIFFICULTY_TOLERANCE


def _marked(card: AnkiCard, columns: CardColumns, progress: AnkiProgress) -> CardColumns:
    """Suspended, buried and flagged as here; which of Anki's colours a flag has is Anki's."""
    suspended = progress.queue == SUSPENDED
    queue = columns.queue
    if suspended:
        queue = SUSPENDED
    elif queue == SUSPENDED:
        queue = _queue(columns)
    elif progress.queue == BURIED and queue >= 0 and columns != card.columns:
        queue = BURIED
    flag = columns.flags & 7
    if progress.flagged != bool(flag):
        columns = columns._replace(flags=columns.flags - flag + int(progress.flagged))
    return columns._replace(queue=queue)


def _queue(columns: CardColumns) -> int:
    """The queue of a card that nothing keeps out of it; a step of a day or more is due on a day, not at a time."""
    if columns.type in (LEARNING, RELEARNING):
        return 1 if columns.due > MIN_TIMESTAMP else 3
    return columns.type
