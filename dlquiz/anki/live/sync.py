"""One sync with a collection of Anki's: its reviews come here, ours and the states that follow go there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, Protocol

from dlquiz.anki import import_reviews
from dlquiz.anki.export import ExportedDecks, ExportOptions, PreparedNotes, ReviewHistory, notes_of, remember_numbers
from dlquiz.anki.import_reviews import ImportedReviews, OffsetAt, OwnReviews, Target
from dlquiz.anki.live import record
from dlquiz.anki.live.changes import PENDING, CardChange, CardVersion, CollectionChanges, DesiredNotes, changes
from dlquiz.anki.live.snapshot import Snapshot
from dlquiz.anki.manifest import Manifest
from dlquiz.anki.scheduling import SUSPENDED
from dlquiz.cards import Card, Text
from dlquiz.errors import DlquizError
from dlquiz.review_log import History, Row
from dlquiz.review_log.merge import Merged
from dlquiz.scheduler import Instant, State
from dlquiz.tracks import Track

SCHEDULING = ("review", "reset", "due")
# So many new cards are two days' worth for most people.
SOON = 40


class AnkiSide(Protocol):
    """A collection, through Anki's library or through AnkiConnect."""

    @property
    def name(self) -> str:
        """The name of the profile."""
        ...

    @property
    def path(self) -> Path | None:
        """The file of the collection, where it is known."""
        ...

    def snapshot(self, guids: Collection[str]) -> Snapshot:
        """What is there of the notes with these guids."""
        ...

    def back_up(self) -> Path | None:
        """Let Anki make a backup; None when it made none."""
        ...

    def write(
        self, package: bytes | None, changes: Sequence[CardChange], positions: Mapping[int, int], now: int
    ) -> None:
        """Import the package, then write reviews, states, and positions of new cards; `now` is a time in ms."""
        ...


@dataclass(frozen=True, slots=True)
class SyncedBank:
    """The bank as a sync needs it: `cards` without drafts, the ids of all, titles of decks, former ids by card.

    Cards that Anki lacks are added when they are in `add`, in `chosen`, or without that choice in a deck that is there.
    `order` are new cards in the order in which they should come.
    """

    cards: Sequence[Card]
    ids: Sequence[str]
    titles: Mapping[str, Text]
    previous_ids: Mapping[str, tuple[str, ...]]
    options: ExportOptions
    add: frozenset[str] = frozenset()
    chosen: frozenset[str] | None = None
    order: Sequence[str] = ()
    tracks: Sequence[Track] = ()


@dataclass(frozen=True, slots=True)
class LocalSide:
    """Our side: the log, the manifest, the moment, this machine's zone, and where the record of the sync is kept."""

    log: History
    manifest: Manifest
    now: Instant
    offset_at: OffsetAt
    record: Path


@dataclass(frozen=True, slots=True)
class AnkiSyncResult:
    """What a sync did, or would do: what came, what was written, the backup that Anki made."""

    imported: ImportedReviews
    merged: Merged
    changes: CollectionChanges
    moved: int
    notetypes_changed: bool
    backup: Path | None = None
    missing: tuple[str, ...] = ()
    rollover: int | None = None

    def to_json(self) -> dict[str, object]:
        found = self.changes
        return {
            "came": {"reviews": len(self.imported.answers), "rows": len(self.imported.rows)},
            "written": {"reviews": len(found.reviews), "cards": len(found.cards), "moved": self.moved},
            "notes": {"added": len(found.added), "updated": len(found.updated), "deleted": found.deleted},
            "filtered": len(found.filtered),
            "cancelled": found.cancelled,
            "cards": [{"card": one.key, "change": one.describe(), "reviews": len(one.reviews)} for one in found.cards],
            "backup": None if self.backup is None else str(self.backup),
        }


def sync(there: AnkiSide, here: LocalSide, bank: SyncedBank, *, dry_run: bool = False) -> AnkiSyncResult:
    """Exchange reviews and states with a collection; with `dry_run` nothing is written but to `here.log`, a copy then.

    Whatever ends it early, both sides are whole: the log commits first, then all of Anki's side at once, then the
    manifest, and a next sync does what is missing.
    """
    targets = import_reviews.targets(bank.ids, bank.previous_ids, here.manifest)
    snapshot = there.snapshot(targets.keys())
    if not snapshot.cards and not bank.add:
        raise DlquizError(
            f"{there.name} has no card of dlquiz; nothing was changed",
            fix="add them with --add all or --add DECK, or import a package of dlquiz export anki once",
        )
    imported, merged = _take(here, snapshot, bank, targets, dry_run)
    bank = replace(bank, options=_options_there(snapshot, bank.options))
    notes = _notes(here, snapshot, bank, targets)
    versions = _versions(here, snapshot, bank, notes)
    seen = frozenset(
        guid
        for profile, guid in here.manifest.synced
        if profile == snapshot.profile and guid in targets and targets[guid].card not in bank.add
    )
    wanted = DesiredNotes(notes.notes, versions, _addable(notes, snapshot), here.log.model)
    found = changes(snapshot, wanted, seen)
    found.cancelled = _cancelled(here, snapshot)
    positions = _positions(snapshot, notes, bank.order)
    done = AnkiSyncResult(
        imported,
        merged,
        found,
        len(positions),
        _notetypes_changed(snapshot, notes, found),
        None,
        notes.missing,
        snapshot.rollover,
    )
    if dry_run:
        return done
    return _write(_Writing(there, here, snapshot, notes, versions), done, positions)


def _take(
    here: LocalSide, snapshot: Snapshot, bank: SyncedBank, targets: Mapping[str, Target], dry_run: bool
) -> tuple[ImportedReviews, Merged]:
    """Anki's reviews into the log; the manifest notes first which states are to be written back."""
    log, manifest = here.log, here.manifest
    log.reconcile(bank.previous_ids)
    rows = log.rows(live_only=False)
    states = {state.card: state for state in log.states()}
    own = OwnReviews(rows, states, bank.previous_ids, import_reviews.derived(rows, manifest))
    with snapshot.file() as file:
        imported = import_reviews.new_reviews(file, targets, manifest, own, here.offset_at)
        merged = Merged()
        if imported.rows:
            _mark_pending(here, snapshot, imported)
            if not dry_run:
                manifest.save()
                log.backup(force=True)
            merged = log.add(imported.rows)
        import_reviews.update_manifest(manifest, file, imported)
    return imported, merged


def _mark_pending(here: LocalSide, snapshot: Snapshot, imported: ImportedReviews) -> None:
    scheduling = {row.id for row in imported.rows if row.kind in SCHEDULING}
    for identity, guid in imported.numbers.values():
        if identity in scheduling:
            here.manifest.synced[snapshot.profile, guid] = PENDING


def _notes(here: LocalSide, snapshot: Snapshot, bank: SyncedBank, targets: Mapping[str, Target]) -> PreparedNotes:
    """The notes that are there, or may be added, as they should be."""
    there = {targets[note.guid].card for note in snapshot.notes}
    decks = {card.deck for card in bank.cards if card.id in there}
    cards = [card for card in bank.cards if card.id in there or _may_add(card, bank, decks)]
    states = {state.card: state for state in here.log.states()}
    past = ReviewHistory(here.log.rows(), states, bank.previous_ids, here.log.model, snapshot.present(), here.now.day)
    return notes_of(
        ExportedDecks(cards, bank.titles, bank.tracks, bank.order), past, here.manifest, here.now, bank.options
    )


def _options_there(snapshot: Snapshot, options: ExportOptions) -> ExportOptions:
    """The options, with the name that the deck has there now: new cards come to the others where it was renamed."""
    names = Counter(
        card.deck.rpartition("::")[0] or card.deck if options.subdecks else card.deck for card in snapshot.cards
    )
    return replace(options, deck=names.most_common(1)[0][0]) if names else options


def _may_add(card: Card, bank: SyncedBank, decks: Collection[str]) -> bool:
    return card.id in bank.add or (card.deck in decks if bank.chosen is None else card.id in bank.chosen)


def _addable(notes: PreparedNotes, snapshot: Snapshot) -> frozenset[str]:
    there = {note.guid for note in snapshot.notes}
    return frozenset(note.guid for note in notes.notes if note.guid not in there)


def _versions(here: LocalSide, snapshot: Snapshot, bank: SyncedBank, notes: PreparedNotes) -> dict[str, CardVersion]:
    states: dict[str, State] = {state.card: state for state in here.log.states()}
    newest: dict[str, Row] = {}
    for row in here.log.rows():
        if row.card is not None and row.kind in SCHEDULING:
            newest[row.card] = row
    found = {}
    for note in notes.notes:
        known = here.manifest.notes[note.guid]
        if known.variant:
            continue
        names = (known.card, *bank.previous_ids.get(known.card, ()))
        last = max((newest[name] for name in names if name in newest), key=lambda row: (row.at, row.id), default=None)
        state = states.get(known.card)
        synced = here.manifest.synced.get((snapshot.profile, note.guid))
        found[note.guid] = CardVersion(state.version if state else "", synced, last)
    return found


def _cancelled(here: LocalSide, snapshot: Snapshot) -> int:
    """How many reviews stand in Anki's log that were undone here."""
    live = {row.id for row in here.log.rows()}
    known = here.manifest.reviews
    return sum(row.id in known and known[row.id][0] not in live for row in snapshot.reviews)


def _positions(snapshot: Snapshot, notes: PreparedNotes, order: Sequence[str]) -> dict[int, int]:
    """The new positions of new cards by their number in Anki. They stay while the same cards come soon as are planned
    soon: the plan changes a little every day, and each card that moves has to be synced to the phone."""
    if not order:
        return {}
    rank = {key: place for place, key in enumerate(order)}
    keys = {note.guid: note.fields[0] for note in notes.notes}
    new = [card for card in snapshot.cards if card.columns.type == 0 and not card.filtered and not card.place]
    new = [card for card in new if keys.get(card.guid) in rank]
    new.sort(key=lambda card: rank[keys[card.guid]])
    soon = sorted(new, key=lambda card: card.columns.due)[:SOON]
    if {card.id for card in soon} == {card.id for card in new[:SOON]}:
        return {}
    return {card.id: place for place, card in enumerate(new, 1) if card.columns.due != place}


def _notetypes_changed(snapshot: Snapshot, notes: PreparedNotes, found: CollectionChanges) -> bool:
    """Whether a note type looks otherwise here than there."""
    there = snapshot.notetypes or {}
    return not found.other_fields and any(
        one["id"] in there and there[one["id"]][0] < one["mod"] for one in notes.notetypes
    )


class _Writing(NamedTuple):
    """What writing needs beside the changes."""

    there: AnkiSide
    here: LocalSide
    snapshot: Snapshot
    notes: PreparedNotes
    versions: Mapping[str, CardVersion]


def _write(writing: _Writing, done: AnkiSyncResult, positions: Mapping[int, int]) -> AnkiSyncResult:
    there, here, snapshot, notes, versions = writing
    found = done.changes
    backup = None
    if found.cards or found.added or found.updated or positions or done.notetypes_changed:
        tags = dict.fromkeys(found.added, ()) | found.tags
        package = notes.package(here.log.model, tags) if tags or done.notetypes_changed else None
        backup = there.back_up()
        record.save(here.record, record.record_of(here.now.at, there.path, snapshot, found))
        there.write(package, found.cards, positions, here.now.at)
    _remember(here, snapshot, notes, found, versions)
    here.manifest.save()
    return replace(done, backup=backup)


def _remember(
    here: LocalSide,
    snapshot: Snapshot,
    notes: PreparedNotes,
    found: CollectionChanges,
    versions: Mapping[str, CardVersion],
) -> None:
    """Keep in the manifest what Anki has now: numbers of reviews, versions of states, what is suspended and flagged."""
    manifest = here.manifest
    remember_numbers(manifest, notes)
    there = {card.guid for card in snapshot.cards if not card.place} | set(found.added)
    for guid in there - set(found.filtered):
        if guid in versions:
            manifest.synced[snapshot.profile, guid] = versions[guid].current
    for change in found.cards:
        known, after = manifest.notes[change.card.guid], change.after
        manifest.notes[known.guid] = known._replace(suspended=after.queue == SUSPENDED, flagged=bool(after.flags & 7))
