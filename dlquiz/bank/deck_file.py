"""One file of a bank → its deck: cards, links to other cards, and every problem in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

from dlquiz.bank import files, numeric_fields
from dlquiz.bank.codec import fingerprint
from dlquiz.bank.fields import CARD, FILE, PROSE
from dlquiz.bank.thesaurus import read_thesaurus
from dlquiz.bank.tracks import Named, TrackPart, names_of, read_tracks
from dlquiz.cards import KINDS, LANGUAGES, Body, Card, Choice, Cloze, Open, Order, Place, Text
from dlquiz.formatting import shortened
from dlquiz.schema.nodes import Map, Node, Scalar, Sequence, decode, read, scalars
from dlquiz.schema.placeholders import templates
from dlquiz.schema.problems import Problem
from dlquiz.schema.types import Reading, read_fields
from dlquiz.thesaurus import ThesaurusEntry

Relation = Literal["then", "formerly", "replaces"]


@dataclass(frozen=True, slots=True)
class Link:
    """What one card says of another id, and where."""

    card: str
    relation: Relation
    target: str
    place: Place


class Head(NamedTuple):
    """What the order of the bank needs to know of a card."""

    id: str
    replaces: str | None
    content_hash: str
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Deck:
    """What one file holds; `heads` go with `cards` (of a deck from the cache only the heads are known). `ids` has
    every id that stands in it, also of cards with problems, with its place;
    `readable` is false when its syntax broke off, so that some ids are unknown."""

    name: str
    title: Text
    order: int
    cards: tuple[Card, ...]
    heads: tuple[Head, ...]
    ids: tuple[tuple[str, Place], ...]
    links: tuple[Link, ...]
    replaced: Mapping[str, str]
    problems: tuple[Problem, ...]
    readable: bool
    # Of the files that hold no cards; `named` is known only of a file that was just read.
    tracks: tuple[TrackPart, ...] = ()
    named: tuple[Named, ...] = ()
    thesaurus: tuple[ThesaurusEntry, ...] = ()


def read_file(path: Path) -> Deck:
    """The deck of a file; a file that cannot be opened is a problem too."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return _nothing(path, unopened(path, error))
    return read_deck(str(path), data)


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
    reading = Reading(file, source if source is not None else data.decode("utf-8", "replace"))
    for problem in before:
        reading.report(*problem)
    count_before = len(reading.problems)
    root = read(source, reading.report) if source is not None else None
    readable = source is not None and not any(problem.code in _BROKEN for problem in reading.problems[count_before:])
    match Path(file).name:
        case files.TRACKS:
            tracks, named = read_tracks(root, reading), tuple(names_of(root, reading))
            return replace(_without_cards(reading, readable), tracks=tracks, named=named)
        case files.THESAURUS:
            thesaurus = read_thesaurus(root, reading)
            return replace(_without_cards(reading, readable), thesaurus=thesaurus)
        case _:
            return _File(reading, root, readable).deck()


def _without_cards(reading: Reading, readable: bool) -> Deck:
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

    def __init__(self, reading: Reading, root: Node | None, readable: bool) -> None:
        self.reading, self.readable = reading, readable
        self.cards: list[Card] = []
        self.ids: dict[str, Place] = {}
        self.links: list[Link] = []
        self.replaced: dict[str, str] = {}
        self.broken_lines = [problem.place.line for problem in reading.problems]
        self.lines: list[tuple[int, int, str]] = []  # of each card the first and last line
        self.values = self.top(root)
        self.name = self.values.get("deck") or self.stem()

    def top(self, root: Node | None) -> dict[str, Any]:
        if root is None:
            return {}
        if not isinstance(root, Map):
            what = "a list of cards" if isinstance(root, Sequence) else "a text"
            self.reading.report(
                root,
                "not-a-deck",
                f"the file is {what}, not a deck",
                "begin it with `cards:` and indent the cards below",
            )
            return {}
        cards = root.get("cards")
        others = {key: one for key, one in FILE.items() if key != "cards"}
        head = Map(root.start, root.flow)
        head.pairs = {key: pair for key, pair in root.pairs.items() if key != "cards"}
        language = head.get("language")
        if isinstance(language, Scalar) and language.text in LANGUAGES:
            self.reading.language = "en" if language.text == "en" else "zh"
        values = read_fields(head, others, self.reading, "the file", known=FILE)
        values["cards"] = self.listed(root, cards)
        return values

    def listed(self, root: Map, cards: Node | None) -> list[Node]:
        match cards:
            case Sequence(items=[]) | None if self.readable:
                self.reading.report(
                    cards or root,
                    "no-cards",
                    "the file holds no cards",
                    "write `cards:` and a card; `dlquiz bank new` prints one",
                )
            case Sequence():
                return cards.items
            case None:
                pass
            case Scalar(empty=True):
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
        heads = tuple(Head(card.id, card.replaces, fingerprint(card), card.draft) for card in self.cards)
        return Deck(
            self.name,
            title,
            self.values.get("order", 500),
            tuple(self.cards),
            heads,
            tuple(self.ids.items()),
            tuple(self.links),
            self.replaced,
            self.problems(),
            self.readable,
        )

    def problems(self) -> tuple[Problem, ...]:
        """All of the file in the order of their places; those of YAML are told with the card in which they stand."""
        count_before = [
            one if one.card else replace(one, card=self.card_at(one.place.line)) for one in self.reading.problems
        ]
        return tuple(sorted(count_before, key=lambda one: (one.place.line, one.place.column)))

    def card_at(self, line: int) -> str | None:
        return next((id for first, last, id in self.lines if first <= line <= last), None)

    def card(self, node: Node) -> None:
        self.reading.card = None
        if not isinstance(node, Map):
            self.reading.report(node, "not-a-card", "this is no card", "begin it with `id:`, `kind:` and `question:`")
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
            if "replaced_text" in values:
                self.replaced[id] = values["replaced_text"]

    def identity(self, node: Map) -> str | None:
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
        if not isinstance(given, Scalar) or not given.text.strip():
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
        if isinstance(other, Scalar) and other.text.strip() != id:
            self.reading.report(
                other,
                "replaces-another",
                f"an override keeps the id of its card, {shortened(other.text)}",
                f"write id: {shortened(other.text)}, or leave id out",
            )
        return id

    def kind(self, node: Map) -> str | None:
        given = node.get("kind")
        if given is None:
            for key, kind in (
                ("options", "choice"),
                ("steps", "order"),
                ("holes", "cloze"),
                ("calc", "numeric"),
                ("answer", "open"),
            ):
                if key in node.pairs:
                    self.reading.report(node, "missing-field", "kind is missing", f"write kind: {kind}")
                    return None
            self.reading.report(
                node, "missing-field", "kind is missing", "write kind: open, numeric, choice, cloze or order"
            )
            return None
        return given.text if isinstance(given, Scalar) and given.text in KINDS else None

    def built(self, node: Map, id: str, kind: str, values: dict[str, Any]) -> Card | None:
        body = self.body(node, kind, values)
        question = values.get("text" if kind == "cloze" else "question")
        if body is None or question is None:
            return None
        names = ("answer", "points", "pitfall", "level", "weight", "tags", "source", "references", "then", "formerly",
                 "usual_seconds", "figure", "replaces", "checked", "draft")  # fmt: skip
        plain = {name: values[name] for name in names if name in values}
        _check_points(node, values, self.reading)
        return Card(id=id, deck=self.name, question=question, body=body, place=self.reading.place(node), **plain)

    def body(self, node: Map, kind: str, values: dict[str, Any]) -> Body | None:
        if kind == "numeric":
            return numeric_fields.build(node, values, self.reading)
        if kind == "cloze":
            _check_holes(node, values, self.reading)
            return Cloze(values["holes"]) if "holes" in values else None
        _check_no_templates(node, self.reading)
        match kind:
            case "choice":
                _check_options(node, values, self.reading)
                return Choice(values["options"]) if "options" in values else None
            case "order":
                return Order(values["steps"]) if "steps" in values else None
            case _:
                if not ({"answer", "points"} & node.pairs.keys() or values.get("draft")):
                    self.reading.report(
                        node, "missing-field", "answer is missing", "write answer: {en: …, zh: …}, or points"
                    )
                return Open()


def _check_points(node: Map, values: dict[str, Any], reading: Reading) -> None:
    points, written = values.get("points"), node.get("points")
    if points and written is not None and not any(point.core for point in points):
        reading.report(
            written, "no-core-point", "no point is core", "take core: false off what a right answer must say"
        )


def _check_options(node: Map, values: dict[str, Any], reading: Reading) -> None:
    options = values.get("options")
    if options is None:
        return
    written = node.get("options")
    assert isinstance(written, Sequence)
    if not any(option.right for option in options):
        reading.report(written, "no-right-option", "no option is right", "mark one with right: true")
    for language in LANGUAGES:
        seen: set[str] = set()
        for place, option in zip(written.items, options, strict=True):
            text = getattr(option.text, language)
            if text is not None and text in seen:
                reading.report(
                    place, "repeated", f"two options say {shortened(text)!r}", "change or delete one of them"
                )
                return
            seen.add(text)


def _check_holes(node: Map, values: dict[str, Any], reading: Reading) -> None:
    text, holes = node.get("text"), values.get("holes")
    if text is None:
        return
    for language in scalars(text):
        used: set[int] = set()
        for start, inside in templates(language.text):
            written = language.text[start : start + 12]
            at = numeric_fields.index_of(language, written if inside is None else f"@{{{inside}}}", reading)
            if inside is None:
                reading.report(at, "template-not-closed", "@{ is never closed", "write @{1}, or @@{ for a literal @{")
            elif not inside.strip().isdecimal() or not 1 <= int(inside) <= 12:
                reading.report(
                    at,
                    "not-a-hole",
                    f"@{{{shortened(inside, 20)}}} is no hole",
                    "number the holes @{1}, @{2} …; a literal @{ is written @@{",
                )
            elif holes is not None and int(inside) > len(holes):
                reading.report(
                    at,
                    "hole-without-answer",
                    f"@{{{inside.strip()}}} has no answer, there are {len(holes)} holes",
                    "add its answer to holes",
                )
            else:
                used.add(int(inside))
        for number in range(1, len(holes or ()) + 1):
            if number not in used:
                reading.report(
                    language,
                    "answer-without-hole",
                    f"answer {number} has no hole",
                    f"write @{{{number}}} into this text, or delete the answer",
                )


def _check_no_templates(node: Map, reading: Reading) -> None:
    for one in [one for key in PROSE if (value := node.get(key)) is not None for one in scalars(value)]:
        for _, inside in templates(one.text):
            written = "@{" if inside is None else f"@{{{inside}}}"
            reading.report(
                numeric_fields.index_of(one, written, reading),
                "template-in-another-kind",
                f"{shortened(written, 20)} outside a numeric or cloze card",
                "change the kind, or write @@{ for a literal @{",
            )


def _links(card: Card, node: Map, reading: Reading) -> Iterable[Link]:
    relations: tuple[Relation, ...] = ("then", "formerly", "replaces")
    for relation in relations:
        value = node.get(relation)
        for one in scalars(value) if value is not None else ():
            if one.text.strip():
                yield Link(card.id, relation, one.text.strip(), reading.place(one))
