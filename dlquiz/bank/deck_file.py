"""One file of a bank → its deck: cards, links to other cards, and every problem in it."""

from __future__ import annotations

import errno
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

from dlquiz.bank import files
from dlquiz.bank.codec import fingerprint
from dlquiz.bank.fields import CARD, FILE
from dlquiz.bank.thesaurus import read_thesaurus
from dlquiz.bank.tracks import TrackPart, TrackReference, read_tracks, track_references
from dlquiz.cards import KINDS, LANGUAGES, Card, Kind, Place, Text
from dlquiz.errors import DlquizError
from dlquiz.formatting import shortened
from dlquiz.kinds import kind_named
from dlquiz.schema.nodes import MapNode, ScalarNode, SequenceNode, YamlNode, decode, read, scalars
from dlquiz.schema.problems import Problem
from dlquiz.schema.types import FieldReader, read_fields
from dlquiz.thesaurus import ThesaurusEntry

Relation = Literal["then", "formerly", "replaces"]


@dataclass(frozen=True, slots=True)
class CardLink:
    """A field of a card that names the id of another card, and its place in the file."""

    card: str
    relation: Relation
    target: str
    place: Place


class CardHeader(NamedTuple):
    """The fields of a card that decide which cards the bank has, and in which order."""

    id: str
    replaces: str | None
    content_hash: str
    draft: bool = False
    weight_given: bool = True


@dataclass(frozen=True, slots=True)
class Deck:
    """What one file holds; `headers` go with `cards` (of a deck from the cache only the headers are known). `ids` has
    every id that stands in it, also of cards with problems, with its place;
    `readable` is false when its syntax broke off, so that some ids are unknown."""

    name: str
    title: Text
    order: int
    cards: tuple[Card, ...]
    headers: tuple[CardHeader, ...]
    ids: tuple[tuple[str, Place], ...]
    links: tuple[CardLink, ...]
    replaced: Mapping[str, str]
    problems: tuple[Problem, ...]
    readable: bool
    # Of the files that hold no cards; `track_references` are known only of a file that was just read.
    tracks: tuple[TrackPart, ...] = ()
    track_references: tuple[TrackReference, ...] = ()
    thesaurus: tuple[ThesaurusEntry, ...] = ()


MAX_FILE = 1 << 26


def read_file(path: Path) -> Deck:
    """The deck of a file; a file that cannot be opened is a problem too."""
    try:
        data = _content(path)
    except OSError as error:
        return _nothing(path, unopened(path, error))
    return read_deck(str(path), data)


def deck_text(path: Path) -> str:
    """The text of a file that is about to be changed; raises DlquizError where it cannot be read or is no text."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DlquizError(f"{path}: cannot be read: {error.strerror or error}", fix="check its permissions") from None
    problems: list[str] = []
    text = decode(data, lambda at, code, message, fix: problems.append(f"{path}: {message} — {fix}"))
    if text is None:
        raise DlquizError(problems[0], fix="nothing was written")
    return text


def _content(path: Path) -> bytes:
    """The bytes of a plain file; a pipe or device could be read for ever."""
    looked = path.stat()
    if not stat.S_ISREG(looked.st_mode) and not stat.S_ISDIR(looked.st_mode):
        raise OSError(errno.EINVAL, "it is a pipe or a device, not a plain file")
    if looked.st_size > MAX_FILE:
        raise OSError(errno.EFBIG, f"it is larger than {MAX_FILE >> 20} MB, too large for a deck")
    return path.read_bytes()


def unopened(path: Path, error: OSError) -> Problem:
    match error:
        case FileNotFoundError():
            code, message, fix = "no-such-file", "there is no such file", "check the path"
        case IsADirectoryError():
            code, message, fix = "is-a-directory", "this is a directory", "name the .yaml files in it"
        case PermissionError():
            code, message, fix = "not-allowed", "the file may not be read", "change its permissions"
        case _:
            code, message, fix = "unreadable", f"the file cannot be read: {error.strerror or error}", "check the disk"
    return Problem(Place(str(path), 1, 1), code, message, fix)


def _nothing(path: Path, problem: Problem) -> Deck:
    return Deck(path.stem, Text(path.stem, path.stem), 500, (), (), (), (), {}, (problem,), False)


def read_deck(file: str, data: bytes) -> Deck:
    """The deck written in `data`; nothing is raised for bad input."""
    before: list[tuple[int, str, str, str]] = []
    source = decode(data, lambda *problem: before.append(problem))
    reading = FieldReader(file, source if source is not None else data.decode("utf-8", "replace"))
    for problem in before:
        reading.report(*problem)
    count_before = len(reading.problems)
    root = read(source, reading.report) if source is not None else None
    readable = source is not None and not any(problem.code in _BROKEN for problem in reading.problems[count_before:])
    match Path(file).name:
        case files.TRACKS:
            tracks, references = read_tracks(root, reading), tuple(track_references(root, reading))
            return replace(_without_cards(reading, readable), tracks=tracks, track_references=references)
        case files.THESAURUS:
            thesaurus = read_thesaurus(root, reading)
            return replace(_without_cards(reading, readable), thesaurus=thesaurus)
        case _:
            return _File(reading, root, readable).deck()


def _without_cards(reading: FieldReader, readable: bool) -> Deck:
    name = Path(reading.file).stem
    problems = tuple(sorted(reading.problems, key=lambda one: (one.place.line, one.place.column)))
    return Deck(name, Text(name, name), 500, (), (), (), (), {}, problems, readable)


_BROKEN_CODES = """
tab quote-not-closed template-not-quoted bracket-not-quoted bracket-not-closed at-sign percent backtick bracket-too-many
colon-not-quoted indentation yaml-syntax too-deep several-documents file-too-large
"""
_BROKEN = frozenset(_BROKEN_CODES.split())


class _File:
    """Gathers what the cards of one file give."""

    def __init__(self, reading: FieldReader, root: YamlNode | None, readable: bool) -> None:
        self.reading, self.readable = reading, readable
        self.cards: list[Card] = []
        self.ids: dict[str, Place] = {}
        self.links: list[CardLink] = []
        self.replaced: dict[str, str] = {}
        self.weighted: set[str] = set()
        self.broken_lines = [problem.place.line for problem in reading.problems]
        self.lines: list[tuple[int, int, str]] = []  # of each card the first and last line
        self.values = self.top(root)
        self.name = self.values.get("deck") or self.stem()

    def top(self, root: YamlNode | None) -> dict[str, Any]:
        if root is None:
            return {}
        if not isinstance(root, MapNode):
            what = "a list of cards" if isinstance(root, SequenceNode) else "a text"
            self.reading.report(
                root,
                "not-a-deck",
                f"the file is {what}, not a deck",
                "begin it with `cards:` and indent the cards below",
            )
            return {}
        cards = root.get("cards")
        others = {key: one for key, one in FILE.items() if key != "cards"}
        head = MapNode(root.start, root.flow)
        head.pairs = {key: pair for key, pair in root.pairs.items() if key != "cards"}
        language = head.get("language")
        if isinstance(language, ScalarNode) and language.text in LANGUAGES:
            self.reading.language = "en" if language.text == "en" else "zh"
        values = read_fields(head, others, self.reading, "the file", known=FILE)
        values["cards"] = self.listed(root, cards)
        return values

    def listed(self, root: MapNode, cards: YamlNode | None) -> list[YamlNode]:
        match cards:
            case SequenceNode(items=[]) | None if self.readable:
                self.reading.report(
                    cards or root,
                    "no-cards",
                    "the file holds no cards",
                    "write `cards:` and a card; `dlquiz bank new` prints one",
                )
            case SequenceNode():
                return cards.items
            case None:
                pass
            case ScalarNode(empty=True):
                self.reading.report(
                    cards, "no-cards", "cards is empty", "write a card below it; `dlquiz bank new` prints one"
                )
            case _:
                self.reading.report(cards, "not-a-list", "cards is not a list", "begin each card with `- id:`")
        return []

    def stem(self) -> str:
        return "-".join(Path(self.reading.file).stem.split()) or "deck"

    def deck(self) -> Deck:
        for node in self.values.get("cards", ()):
            self.card(node)
        self.reading.card = None
        title = self.values.get("title") or Text(self.name, self.name)
        headers = tuple(
            CardHeader(card.id, card.replaces, fingerprint(card), card.draft, card.id in self.weighted)
            for card in self.cards
        )
        return Deck(
            self.name,
            title,
            self.values.get("order", 500),
            tuple(self.cards),
            headers,
            tuple(self.ids.items()),
            tuple(self.links),
            self.replaced,
            self.problems(),
            self.readable,
        )

    def problems(self) -> tuple[Problem, ...]:
        """All of the file in the order of their places; those of YAML with the card in which they stand."""
        count_before = [
            one if one.card else one._replace(card=self.card_at(one.place.line)) for one in self.reading.problems
        ]
        return tuple(sorted(count_before, key=lambda one: (one.place.line, one.place.column)))

    def card_at(self, line: int) -> str | None:
        return next((id for first, last, id in self.lines if first <= line <= last), None)

    def card(self, node: YamlNode) -> None:
        self.reading.card = None
        if not isinstance(node, MapNode):
            self.reading.report(
                node, "not-a-card", "this is not a card", "begin it with `id:`, `kind:` and `question:`"
            )
            return
        before = len(self.reading.problems)
        first, last = self.reading.place(node).line, self.reading.place(max(node.start, node.end - 1)).line
        id = self.identity(node)
        if id is not None:
            self.lines.append((first, last, shortened(id)))
        kind = self.kind(node)
        values = read_fields(node, CARD, self.reading, "the card", kind)
        if kind is None or id is None:
            return
        card = self.built(node, id, kind, values)
        broken_lines = any(first <= line <= last for line in self.broken_lines)
        if card is not None and not broken_lines and len(self.reading.problems) == before:
            self.cards.append(card)
            self.links += _links(card, node, self.reading)
            if "weight" in values:
                self.weighted.add(id)
            if "replaced_text" in values:
                self.replaced[id] = values["replaced_text"]

    def identity(self, node: MapNode) -> str | None:
        key = "id" if "id" in node.pairs else "replaces"
        given = node.get(key)
        if given is None:
            self.reading.report(
                node,
                "missing-field",
                "id is missing",
                "write id: a name of its own that never changes, such as padding-why",
            )
            return None
        if not isinstance(given, ScalarNode) or not given.text.strip():
            return None
        id = given.text.strip()
        self.reading.card = shortened(id)
        if id in self.ids:
            self.reading.report(
                given,
                "duplicate-id",
                f"the id stands here twice, first in line {self.ids[id].line}",
                "give this card an id of its own",
            )
        self.ids.setdefault(id, self.reading.place(given))
        other = node.get("replaces")
        if isinstance(other, ScalarNode) and other.text.strip() != id:
            self.reading.report(
                other,
                "replaces-another",
                f"an override keeps the id of its card, {shortened(other.text)}",
                f"write id: {shortened(other.text)}, or leave id out",
            )
        return id

    def kind(self, node: MapNode) -> Kind | None:
        given = node.get("kind")
        if given is None:
            meant = next((kind for kind in KINDS if kind_named(kind).marker in node.pairs), None)
            choices = f"{', '.join(KINDS[:-1])} or {KINDS[-1]}"
            fix = meant or ("open" if "answer" in node.pairs else choices)
            self.reading.report(node, "missing-field", "kind is missing", f"write kind: {fix}")
        return next((kind for kind in KINDS if isinstance(given, ScalarNode) and given.text == kind), None)

    def built(self, node: MapNode, id: str, kind: Kind, values: dict[str, Any]) -> Card | None:
        body = kind_named(kind).build(node, values, self.reading)
        question = values.get(kind_named(kind).question_field)
        if body is None or question is None:
            return None
        names = (
            "answer",
            "points",
            "pitfall",
            "level",
            "weight",
            "tags",
            "source",
            "references",
            "then",
            "formerly",
            "usual_seconds",
            "figure",
            "replaces",
            "checked",
            "draft",
        )
        plain = {name: values[name] for name in names if name in values}
        _check_points(node, values, self.reading)
        return Card(id=id, deck=self.name, question=question, body=body, place=self.reading.place(node), **plain)


def _check_points(node: MapNode, values: dict[str, Any], reading: FieldReader) -> None:
    points, written = values.get("points"), node.get("points")
    if points and written is not None and not any(point.core for point in points):
        reading.report(
            written, "no-core-point", "no point is core", "take core: false off what a right answer must say"
        )


def _links(card: Card, node: MapNode, reading: FieldReader) -> Iterable[CardLink]:
    relations: tuple[Relation, ...] = ("then", "formerly", "replaces")
    for relation in relations:
        value = node.get(relation)
        for one in scalars(value) if value is not None else ():
            if one.text.strip():
                yield CardLink(card.id, relation, one.text.strip(), reading.place(one))
