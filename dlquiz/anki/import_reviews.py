"""Anki's review log → rows of ours: matched by guid, each row once, nothing that both sides know already."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from typing import Any, NamedTuple

from dlquiz.anki.guid import guid
from dlquiz.anki.manifest import Manifest
from dlquiz.anki.package.reader import OpenPackage, configuration
from dlquiz.anki.scheduling import FILTERED, MANUAL
from dlquiz.review_log import Row, imported_id
from dlquiz.review_log.ids import LATEST, ulid
from dlquiz.scheduler import State, day_of
from dlquiz.scheduler.fuzz import MAX_INTERVAL

DEVICE = "anki"
# Anki moved a card to another day when its settings changed.
MOVED = 5
OffsetAt = Callable[[int], int]  # UTC ms → minutes east, on this machine
_JOINED_SQL = "FROM revlog r JOIN cards c ON c.id = r.cid JOIN notes n ON n.id = c.nid"
# SQLite lets any column hold anything.
_SOUND_SQL = " AND ".join(
    [f"typeof(r.{name}) = 'integer'" for name in ("ease", "ivl", "factor", "time", "type")]
    + ["typeof(c.ord) = 'integer'", "typeof(n.guid) = 'text'", f"r.id BETWEEN 1 AND {LATEST}"]
)
_SQL = (
    f"SELECT r.id, r.cid, r.ease, r.ivl, r.factor, r.time, r.type, n.guid, c.ord {_JOINED_SQL} WHERE {_SOUND_SQL}"
    " ORDER BY r.cid, r.id"
)
_CARDS_SQL = (
    "SELECT c.id, n.guid, c.ord, c.mod, c.queue, c.flags, c.type, CASE WHEN c.odid THEN c.odue ELSE c.due END"
    " FROM cards c JOIN notes n ON n.id = c.nid ORDER BY c.id"
)


class RevlogLine(NamedTuple):
    """A row of Anki's review log with the guid of its note and the number of its card."""

    number: int
    card: int
    ease: int
    interval: int
    factor: int
    milliseconds: int
    kind: int
    guid: str
    place: int


class CardRow(NamedTuple):
    """A row of Anki's table of cards; `due` is a day of the collection for a card in review."""

    card: int
    guid: str
    place: int
    modified: int
    queue: int
    flags: int
    kind: int
    due: int


class Target(NamedTuple):
    """What a note of Anki's is here: a card, and which of its instances."""

    card: str
    variant: int


@dataclass(frozen=True, slots=True)
class OwnReviews:
    """What is known here: all rows of our log, cancelled ones too, states by card and former ids by card.

    `derived` holds the numbers that an export would give our rows, for reviews exported by another machine.
    """

    rows: Iterable[Row] = ()
    states: Mapping[str, State] = field(default_factory=dict)
    previous_ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    derived: Mapping[int, str] = field(default_factory=dict)

    def times(self) -> dict[str, set[int]]:
        """For each id of a card, the times of its rows, as this log and as exports number them."""
        found: dict[str, set[int]] = {}
        for row in self.rows:
            if row.card is not None:
                found.setdefault(row.card, set()).add(row.at)
        for number, name in self.derived.items():
            found.setdefault(name, set()).add(number)
        return found


@dataclass(slots=True)
class ImportedReviews:
    """What an import found: the rows to take, and what was left out and why."""

    rows: list[Row] = field(default_factory=list)
    known: int = 0
    unmatched: int = 0
    unmatched_notes: int = 0
    unrated: int = 0
    corrupt: int = 0
    undated: int = 0  # cards that were given a date before any review; it has no effect here
    # The number of each row that came in Anki's log → our row's id and the guid of its note, for the manifest.
    numbers: dict[int, tuple[str, str]] = field(default_factory=dict)

    @property
    def answers(self) -> list[Row]:
        return [row for row in self.rows if row.kind in ("review", "cram", "drill")]


def targets(ids: Iterable[str], previous_ids: Mapping[str, tuple[str, ...]], manifest: Manifest) -> dict[str, Target]:
    """guid → what it is here, for all cards, their former ids, and what the manifest knows besides."""
    found: dict[str, Target] = {}
    for card in ids:
        for name in (*previous_ids.get(card, ()), card):
            found[guid(name)] = Target(card, 0)
    for known in manifest.notes.values():
        living = found.get(guid(known.card), Target(known.card, 0)).card
        found[known.guid] = Target(living, known.variant)
    return found


def new_reviews(
    file: OpenPackage,
    targets: Mapping[str, Target],
    manifest: Manifest,
    own: OwnReviews,
    offset_at: OffsetAt,
) -> ImportedReviews:
    """The rows that the file has and our log lacks."""
    imported = ImportedReviews()
    here = own.times()
    into = _Importer(imported, manifest, _Days(file, offset_at))
    card_rows = {card.card: card for card in _card_rows(file.connection)}
    unknown_notes: set[str] = set()
    for group in _by_card(file.connection, imported):
        target = targets.get(group[0].guid) if group[0].place == 0 else None
        if target is None:
            imported.unmatched += sum(line.ease > 0 for line in group)
            unknown_notes.add(group[0].guid)
            continue
        names = (target.card, *own.previous_ids.get(target.card, ()))
        times = {at for name in names for at in here.get(name, ())}
        into.import_card(group, target, card_rows.get(group[0].card), times)
    imported.unmatched_notes = len(unknown_notes)
    imported.rows += _marks(card_rows.values(), targets, manifest, own.states, offset_at)
    imported.rows.sort(key=lambda row: (row.at, row.id))
    return imported


def reviews_of_deck(file: OpenPackage, cards: Mapping[tuple[str, int], str], offset_at: OffsetAt) -> ImportedReviews:
    """The history of cards that were made from a foreign deck: (guid, number of the card) → our card."""
    imported = ImportedReviews()
    into = _Importer(imported, None, _Days(file, offset_at))
    card_rows = {card.card: card for card in _card_rows(file.connection)}
    for group in _by_card(file.connection, imported):
        card = cards.get((group[0].guid, group[0].place))
        if card is None:
            imported.unmatched += sum(line.ease > 0 for line in group)
            continue
        into.import_card(group, Target(card, 0), card_rows.get(group[0].card), set())
    for one in card_rows.values():
        if (card := cards.get((one.guid, one.place))) is not None:
            imported.rows += _marked(one, card, False, False, State(card), offset_at)
    imported.rows.sort(key=lambda row: (row.at, row.id))
    return imported


def derived(rows: Iterable[Row], manifest: Manifest) -> dict[int, str]:
    """The numbers that an export gives rows whose instant another row has, and the card of each.

    With it reviews that another machine exported are known here too.
    """
    taken, raised = set(manifest.reviews), dict[int, str]()
    exported = {source for source, _ in manifest.reviews.values()}
    for row in sorted(rows, key=lambda row: (row.at, row.id)):
        if row.kind in ("review", "reset", "due") and row.card is not None and row.id not in exported:
            number = row.at
            while number in taken:
                number += 1
            taken.add(number)
            if number != row.at:
                raised[number] = row.card
    return raised


def update_manifest(manifest: Manifest, file: OpenPackage, imported: ImportedReviews) -> None:
    """Keep in the manifest what Anki showed: the numbers of its reviews, what is suspended and flagged."""
    manifest.reviews = imported.numbers | manifest.reviews
    for card in _card_rows(file.connection):
        known = manifest.notes.get(card.guid)
        if known is not None and card.place == 0:
            manifest.notes[card.guid] = known._replace(suspended=card.queue == -1, flagged=bool(card.flags & 7))


class _Days:
    """Days as both sides count them."""

    def __init__(self, file: OpenPackage, offset_at: OffsetAt) -> None:
        row = file.connection.execute("SELECT crt FROM col").fetchone()
        created = row[0] if row and isinstance(row[0], int) else 0
        west = configuration(file.connection).get("creationOffset")
        east = -west if isinstance(west, int) and abs(west) < 24 * 60 else offset_at(created * 1000)
        self.first = (created + east * 60) // 86_400
        self._offset_at = offset_at
        self._offsets: dict[int, int] = {}

    def offset(self, at: int) -> int:
        # Zones change at full quarters of an hour; a year has far fewer of those than a log may have rows.
        quarter = at // 900_000
        found = self._offsets.get(quarter)
        if found is None:
            found = self._offsets[quarter] = self._offset_at(at)
        return found

    def of(self, at: int) -> int:
        return day_of(at, self.offset(at))


def _lines(connection: sqlite3.Connection, imported: ImportedReviews) -> Iterator[RevlogLine]:
    imported.corrupt = connection.execute(f"SELECT count(*) {_JOINED_SQL} WHERE NOT ({_SOUND_SQL})").fetchone()[0]
    return map(RevlogLine._make, connection.execute(_SQL))


def _by_card(connection: sqlite3.Connection, imported: ImportedReviews) -> Iterator[list[RevlogLine]]:
    for _, group in groupby(_lines(connection, imported), key=lambda line: line.card):
        yield list(group)


def _card_rows(connection: sqlite3.Connection) -> Iterator[CardRow]:
    for row in connection.execute(_CARDS_SQL):
        card = CardRow._make(row)
        if all(isinstance(value, int) for value in (card.card, *card[2:])) and isinstance(card.guid, str):
            yield card


@dataclass(frozen=True, slots=True)
class _Importer:
    """What the rows of each card are put into; without a manifest no row is known by its number."""

    imported: ImportedReviews
    manifest: Manifest | None
    days: _Days

    def import_card(
        self, group: Sequence[RevlogLine], target: Target, card_row: CardRow | None, times: Collection[int]
    ) -> None:
        """The rows of one card; those that are known here still count for when the card was last reviewed."""
        last_day: int | None = None
        for place, line in enumerate(group):
            known = self.manifest.reviews.get(line.number) if self.manifest else None
            kind = _meaning(line, target)
            if kind is None:
                self.imported.unrated += 1
                continue
            if kind == "due" and last_day is None:
                self.imported.undated += 1
            if (known is not None and known[1] == line.guid) or line.number in times:
                self.imported.known += 1
            else:
                newest = card_row if place == len(group) - 1 else None
                row = self.row(line, kind, target, last_day, newest)
                self.imported.rows.append(row)
                self.imported.numbers[line.number] = (row.id, line.guid)
            if kind in ("review", "reset"):
                last_day = self.days.of(line.number) if kind == "review" else None

    def row(self, line: RevlogLine, kind: str, target: Target, last_day: int | None, card_row: CardRow | None) -> Row:
        """Our row for one of Anki's.

        `card_row` is given with the newest row of a card: a date given by hand is best read off the card itself.
        """
        rating, interval = None, None
        if kind in ("review", "cram", "drill"):
            rating = line.ease
            interval = min(max(0, line.interval), MAX_INTERVAL) if kind == "review" else None
        elif kind == "due":
            # The interval that Anki writes counts from the last review.
            day = self.days.of(line.number)
            due = line.interval + (day if last_day is None else last_day)
            if card_row is not None and card_row.kind == 2:
                due = self.days.first + card_row.due
            interval = min(max(0, due - day), MAX_INTERVAL)
        return Row(
            id=imported_id(line.number, line.card),
            at=line.number,
            offset=self.days.offset(line.number),
            device=DEVICE,
            kind=kind,
            card=target.card,
            rating=rating,
            seconds=_seconds(line),
            interval=interval,
            origin=f"anki:{line.number}",
        )


def _meaning(line: RevlogLine, target: Target) -> str | None:
    """What kind of row it is here; None for one that says nothing about the card's memory or dates."""
    if line.kind in (MANUAL, MOVED):
        # Anki moves a card to another day when its settings change; that is a date given too.
        kind = "reset" if line.kind == MANUAL and line.factor == 0 else "due"
        return None if target.variant else kind
    if line.kind not in (0, 1, 2, FILTERED) or line.ease not in (1, 2, 3, 4):
        return None
    if target.variant:
        return "drill"
    return "cram" if line.kind == FILTERED and line.factor == 0 else "review"


def _seconds(line: RevlogLine) -> float | None:
    return line.milliseconds / 1000 if line.ease and 0 < line.milliseconds <= 86_400_000 else None


def _marks(
    cards: Iterable[CardRow],
    targets: Mapping[str, Target],
    manifest: Manifest,
    states: Mapping[str, State],
    offset_at: OffsetAt,
) -> Iterator[Row]:
    """Suspended and flagged cards, where that is not what Anki showed us last."""
    for one in cards:
        target = targets.get(one.guid)
        if target is None or target.variant or one.place:
            continue
        known = manifest.notes.get(one.guid)
        state = states.get(target.card) or State(target.card)
        before = (known.suspended, known.flagged) if known else (False, False)
        yield from _marked(one, target.card, *before, state, offset_at)


def _marked(
    one: CardRow, card: str, suspended: bool, flagged: bool, state: State, offset_at: OffsetAt
) -> Iterator[Row]:
    for now, before, stands, (on, off) in (
        (one.queue == -1, suspended, bool(state.suspended), ("suspend", "unsuspend")),
        (bool(one.flags & 7), flagged, bool(state.flagged), ("flag", "unflag")),
    ):
        at = one.modified * 1000
        if now in (before, stands) or not 0 < at <= LATEST:
            continue
        kind = on if now else off
        rest = sha256(f"anki:{one.card}:{kind}:{one.modified}".encode()).digest()[:10]
        values: dict[str, Any] = {"card": card, "origin": f"anki:{at}"}
        yield Row(ulid(at, rest), at, offset_at(at), DEVICE, kind, **values)
