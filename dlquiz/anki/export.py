"""Bank, log and manifest → a package: which notes, when each changed, what each card has been through."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from dlquiz import numeric
from dlquiz.anki import card_html
from dlquiz.anki.guid import BASIC, CLOZE, DECK_NAME, guid
from dlquiz.anki.images import Images
from dlquiz.anki.manifest import ExportedNote, ExportedNotetype, Manifest
from dlquiz.anki.package import writer
from dlquiz.anki.package.notetypes import notetypes
from dlquiz.anki.scheduling import EPOCH, AnkiProgress, CardLog, Review, numbered, preset, progress
from dlquiz.cards import Card, Language, Numeric, Text
from dlquiz.kinds import kind_of
from dlquiz.kinds.numeric import without_mistakes
from dlquiz.numeric import Instance
from dlquiz.numeric.instance import holds
from dlquiz.review_log import Row
from dlquiz.scheduler import Instant, Model, State
from dlquiz.tracks import Track

ReportProgress = Callable[[int, int], None]  # notes done, notes in all


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What to put in: the languages, the first one first, whether progress goes along, further numeric instances.

    `deck` is the name of the deck, by which Anki finds it; with `subdecks` each topic has one below it.
    """

    languages: tuple[Language, ...] = ("en", "zh")
    progress: bool = True
    variants: int = 0
    new_per_day: int = 20
    deck: str = DECK_NAME
    subdecks: bool = False


@dataclass(frozen=True, slots=True)
class ExportedDecks:
    """Cards in the order of the bank, the titles of their decks, and the tracks that may name them. The cards are gone
    through several times, and need not all be held at once.

    `order` are the cards whose place among the new ones is planned, the next one first.
    """

    cards: Iterable[Card]
    titles: Mapping[str, Text]
    tracks: Sequence[Track] = ()
    order: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ReviewHistory:
    """What the log knows: live rows in the order of (at, id), states by card, former ids by card, the memory model.
    The rows are gone through several times, and need not all be held at once.

    `present` are the numbers of reviews that the collection has to which this goes, as `numbered` takes them; `today`
    is the day that decides what is buried, by default that of the newest row.
    """

    rows: Iterable[Row] = ()
    states: Mapping[str, State] | None = None
    previous_ids: Mapping[str, tuple[str, ...]] | None = None
    model: Model = field(default_factory=Model)
    present: Mapping[int, str] | None = None
    today: int | None = None


@dataclass(frozen=True, slots=True)
class PreparedNotes:
    """Notes as Anki should have them, note types, media and preset: all that a package is written from."""

    notes: tuple[writer.AnkiNote, ...]
    notetypes: tuple[Mapping[str, Any], ...]
    preset: Mapping[str, Any]
    media: Mapping[str, bytes]
    missing: tuple[str, ...]
    new: int
    changed: int
    deck: str

    def package(self, model: Model, tags: Mapping[str, Sequence[str]] | None = None) -> bytes:
        """The bytes of a package with these notes, or with those named in `tags`, each with these tags added."""
        chosen = [
            note if tags is None else note._replace(tags=sorted({*note.tags, *tags[note.guid]}))
            for note in self.notes
            if tags is None or note.guid in tags
        ]
        media = self.media if tags is None else _named_in(chosen, self.media)
        contents = writer.PackageContents(chosen, self.notetypes, self.preset, media, self.deck)
        return writer.write(contents, model, _epoch(note.progress for note in chosen))


def _named_in(notes: Sequence[writer.AnkiNote], media: Mapping[str, bytes]) -> dict[str, bytes]:
    fields = "".join(field for note in notes for field in note.fields)
    return {name: data for name, data in media.items() if name in fields}


@dataclass(frozen=True, slots=True)
class ExportResult:
    """The package, and what is in it; `cancelled` counts reviews that Anki was given and that were undone since."""

    data: bytes
    notes: int
    learnt: int
    reviews: int
    new: int
    changed: int
    media: int
    missing: tuple[str, ...]
    cancelled: int


def export(
    decks: ExportedDecks,
    past: ReviewHistory,
    manifest: Manifest,
    now: Instant,
    options: ExportOptions = ExportOptions(),
    report: ReportProgress | None = None,
) -> ExportResult:
    """The package of these decks; `manifest` takes in what is new (the caller saves it once the file is written).

    The same decks, rows and manifest give the same bytes: `now` only dates what the manifest did not know.
    """
    made = notes_of(decks, past, manifest, now, options, report)
    cancelled = _cancelled(past, manifest) if options.progress else 0
    remember_numbers(manifest, made)
    return ExportResult(
        made.package(past.model),
        len(made.notes),
        sum(note.progress.memory is not None for note in made.notes),
        sum(review.ease > 0 for note in made.notes for _, review in note.log),
        made.new,
        made.changed,
        len(made.media),
        made.missing,
        cancelled,
    )


def _cancelled(past: ReviewHistory, manifest: Manifest) -> int:
    """How many of the reviews that Anki was given are live no more."""
    given = Counter(source for source, _ in manifest.reviews.values())
    if given:
        for row in past.rows:
            given.pop(row.id, None)
    return given.total()


def notes_of(
    decks: ExportedDecks,
    past: ReviewHistory,
    manifest: Manifest,
    now: Instant,
    options: ExportOptions = ExportOptions(),
    report: ReportProgress | None = None,
) -> PreparedNotes:
    """The notes of these decks; `manifest` takes in which are new and which changed, not yet their reviews."""
    images = Images()
    versions = _NoteVersions(manifest, past.previous_ids or {}, now, decks.tracks)
    ids = dict(_keys(decks, options))
    progress_by_key = _progress(ids, past) if options.progress else {}
    known = {versions.guid_of(key, ids[key]): card_progress.log for key, card_progress in progress_by_key.items()}
    logs = numbered(known, manifest.reviews, past.present)
    positions, notes = _positions(ids, decks.order), list[writer.AnkiNote]()
    for place, exported in enumerate(_exported_cards(decks, manifest, versions, options), 1):
        filled = card_html.fields(exported, options.languages, images.of(exported.card), images.drawn(exported.card))
        card_progress = progress_by_key.get(exported.key, AnkiProgress())
        note = versions.note(exported, filled, positions[exported.key], card_progress, logs)
        notes.append(note._replace(subdeck=_subdeck(exported.deck, options)))
        if report is not None:
            report(place, len(ids))
    dated = tuple(versions.dated(notetype) for notetype in notetypes())
    settings = preset(past.model, options.new_per_day)
    missing = tuple(images.missing)
    return PreparedNotes(
        tuple(notes), dated, settings, images.files, missing, versions.new, versions.changed, options.deck
    )


def _positions(keys: Iterable[str], order: Sequence[str]) -> dict[str, int]:
    """The place of each card among the new ones: planned cards first, the others as in the bank."""
    rank = {key: place for place, key in enumerate(order)}
    planned = sorted(keys, key=lambda key: rank.get(key, len(rank)))
    return {key: place for place, key in enumerate(planned, 1)}


def _subdeck(title: Text, options: ExportOptions) -> str:
    return title.language(options.languages[0]).replace("::", ":") if options.subdecks else ""


def remember_numbers(manifest: Manifest, made: PreparedNotes) -> None:
    """Keep in the manifest which number each review has in Anki."""
    manifest.reviews |= {number: (review.source, note.guid) for note in made.notes for number, review in note.log}


def tags_of(card: Card, variant: int = 0, tracks: Sequence[Track] = ()) -> list[str]:
    """The tags of a card's note, sorted; all of them below `dlq`. A track is a tag of the cards that count more in it.

    >>> from dlquiz.cards import Open
    >>> tags_of(Card("bn-why", "normalisation", Text(en="Why?"), Open(), tags=("batch-norm",)))
    ['dlq::deck::normalisation', 'dlq::kind::open', 'dlq::level::2', 'dlq::topic::batch-norm', 'dlq::weight::3']
    """
    tags = {f"dlq::deck::{card.deck}", f"dlq::level::{card.level}", f"dlq::kind::{card.kind}"}
    tags.add(f"dlq::weight::{card.weight}")
    tags |= {f"dlq::topic::{tag}" for tag in card.tags}
    tags |= {f"dlq::track::{track.name}" for track in tracks if track.factor(card.deck, card.tags) > 1}
    if variant:
        tags.add("dlq::variant")
    return sorted("_".join(tag.split()) for tag in tags)


def _keys(decks: ExportedDecks, options: ExportOptions) -> Iterator[tuple[str, str]]:
    """The key of each note and the id of its card: the cards in the order of the bank, then the further instances of
    families, as many rounds as are wanted."""
    for variant in range(options.variants + 1):
        for card in decks.cards:
            if not variant:
                yield card.id, card.id
            elif isinstance(card.body, Numeric) and card.body.vary:
                yield f"{card.id}#{variant + 1}", card.id


def _exported_cards(
    decks: ExportedDecks, manifest: Manifest, versions: _NoteVersions, options: ExportOptions
) -> Iterator[card_html.ExportedCard]:
    """The cards by their keys, in the same order."""
    for variant in range(options.variants + 1):
        for card in decks.cards:
            title = decks.titles.get(card.deck, Text(en=card.deck))
            key = card.id if not variant else f"{card.id}#{variant + 1}"
            if not isinstance(card.body, Numeric):
                if not variant:
                    yield card_html.ExportedCard(key, card, title)
            elif not variant or card.body.vary:
                known = manifest.notes.get(versions.guid_of(key, card.id))
                instance = exported_instance(card.body, known.drawn if known else None, key)
                yield card_html.ExportedCard(key, card, title, instance)


def exported_instance(family: Numeric, values: Mapping[str, Any] | None, key: str) -> Instance:
    """The instance with the values that Anki has, as long as the family allows them; else one drawn for this key."""
    known = None if values is None else numeric.restored(without_mistakes(family), values)
    return known if known is not None and _allows(family, known) else kind_of(family).fixed(family, key)


def _allows(family: Numeric, instance: Instance) -> bool:
    inside = all(
        value in domain if isinstance(domain, range | Mapping) else str(value) in domain
        for name, value in instance.values.items()
        if (domain := family.vary[name]) is not None
    )
    return inside and holds(family, instance.numbers)


def _progress(ids: Mapping[str, str], past: ReviewHistory) -> dict[str, AnkiProgress]:
    """What is known of each card, by its id: further instances of a family have no progress of their own."""
    logs = {id: CardLog(past.model) for key, id in ids.items() if key == id}
    logs_of_name: dict[str, list[CardLog]] = {}
    for id, log in logs.items():
        for name in {id, *(past.previous_ids or {}).get(id, ())}:
            logs_of_name.setdefault(name, []).append(log)
    newest_day = 0
    for row in past.rows:
        newest_day = max(newest_day, row.day)
        for log in logs_of_name.get(row.card or "", ()):
            log.add(row)
    today = newest_day if past.today is None else past.today
    return {id: progress((past.states or {}).get(id), log, today) for id, log in logs.items()}


def _epoch(all_progress: Iterable[AnkiProgress]) -> int:
    days = [day for one in all_progress if one.memory for day in (one.due, (one.last_at or 0) // 86_400_000 - 2)]
    return min([EPOCH, *days])


class _NoteVersions:
    """The manifest while an export goes on: which guid a note has, and when its content last changed."""

    def __init__(
        self, manifest: Manifest, previous_ids: Mapping[str, tuple[str, ...]], now: Instant, tracks: Sequence[Track]
    ) -> None:
        self._manifest = manifest
        self._now = now
        self._tracks = tracks
        self._lineages = previous_ids
        self._successors: dict[str, int] = {}
        for formers in previous_ids.values():
            for former in formers:
                self._successors[former] = self._successors.get(former, 0) + 1
        self._by_key = {known.key: known.guid for known in manifest.notes.values()}
        self._next = max([now.at - 1, *(known.number for known in manifest.notes.values())]) + 1
        self.new = self.changed = 0

    def guid_of(self, key: str, card: str) -> str:
        """The guid that the note has in Anki: that of a card that was renamed keeps the one it had."""
        found = self._by_key.get(key)
        if found is None:
            found = (
                next(filter(None, map(self._inherited, self._lineages.get(card, ()))), None) if key == card else None
            )
            found = self._by_key[key] = found or guid(key)
        return found

    def _inherited(self, former: str) -> str | None:
        return self._by_key.get(former) if self._successors.get(former) == 1 else None

    def note(
        self,
        exported: card_html.ExportedCard,
        fields: Sequence[str],
        position: int,
        card_progress: AnkiProgress,
        logs: Mapping[str, Sequence[tuple[int, Review]]],
    ) -> writer.AnkiNote:
        """The note, dated by the manifest, which learns of it."""
        identity = self.guid_of(exported.key, exported.card.id)
        variant = 0 if exported.key == exported.card.id else int(exported.key.rpartition("#")[2])
        tags = tags_of(exported.card, variant, self._tracks)
        notetype = CLOZE if exported.card.kind == "cloze" else BASIC
        content = _hash([notetype, *tags, "", *fields])
        drawn = dict(exported.instance.values) if exported.instance else None
        known = self._manifest.notes.get(identity)
        if known is None:
            known = ExportedNote(
                identity,
                exported.card.id,
                variant,
                content,
                self._now.at // 1000,
                self._next,
                drawn,
                card_progress.queue == -1,
                card_progress.flagged,
            )
            self._next += 1
            self.new += 1
        elif known.content != content:
            known = known._replace(content=content, modified=max(self._now.at // 1000, known.modified + 1))
            self.changed += 1
        known = known._replace(card=exported.card.id, variant=variant, drawn=drawn)
        self._manifest.notes[identity] = known
        return writer.AnkiNote(
            known.number,
            identity,
            notetype,
            known.modified,
            tags,
            fields,
            position,
            card_progress,
            logs.get(identity, ()),
        )

    def dated(self, notetype: Mapping[str, Any]) -> dict[str, Any]:
        """The note type, dated by the manifest."""
        content = _hash([json.dumps(notetype, sort_keys=True)])
        known = self._manifest.notetypes.get(notetype["name"])
        if known is None:
            known = ExportedNotetype(notetype["name"], content, self._now.at // 1000)
        elif known.content != content:
            known = known._replace(content=content, modified=max(self._now.at // 1000, known.modified + 1))
        self._manifest.notetypes[known.name] = known
        return {**notetype, "mod": known.modified}


def _hash(parts: Iterable[Any]) -> str:
    return sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:16]
