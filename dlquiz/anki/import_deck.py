"""A deck that somebody else made → a card file: basic and cloze notes, their pictures, their ids for ever."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote

from dlquiz.anki.frame import without_frame
from dlquiz.anki.guid import BASIC, CLOZE
from dlquiz.anki.html_to_markdown import markdown, plain
from dlquiz.anki.package.reader import OpenPackage, from_json
from dlquiz.bank.writing import WrittenCard, entry, printable, scalar, tags_of
from dlquiz.files import PICTURE_SUFFIXES
from dlquiz.notes.keys import slug
from dlquiz.protobuf import whole_fields

MAX_FIELD_LENGTH = 200_000
MAX_HOLE_LENGTH = 160
MAX_HOLES = 20
_RENDERED = re.compile(r"\{\{([^{}]*)\}\}")
_SECTION = re.compile(r"\{\{\s*([#^])\s*([^{}]*?)\s*\}\}|\{\{\s*/\s*([^{}]*?)\s*\}\}")
_ANSWER_LINE = re.compile(r"<hr[^>]*\bid\s*=\s*[\"']?answer[\"']?[^>]*>", re.IGNORECASE)
_CLOZE_START = re.compile(r"\{\{c(\d{1,4})::")
_CLOZE_FIELD = re.compile(r"\{\{(?:[^{}:]*:)*cloze:([^{}]*)\}\}")
_HINT = re.compile(r"\{\{(?:[^{}:]*:)*hint:([^{}:]*)\}\}")
_SPECIAL_FIELDS = {"Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "FrontSide"}
_MARK = 0xE000
_CHINESE = re.compile("[\u3400-\u9fff]")


class CardTemplate(NamedTuple):
    name: str
    front: str
    back: str


class Notetype(NamedTuple):
    cloze: bool
    fields: tuple[str, ...]
    templates: tuple[CardTemplate, ...]


@dataclass(slots=True)
class ConvertedDeck:
    """The card file's text; its pictures by file name, and the directory beside it where they belong; the ids of
    the cards by (guid, number); and what had to stay."""

    directory: str
    yaml: str = ""
    images: dict[str, bytes] = field(default_factory=dict)
    cards: dict[tuple[str, int], str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


class _Card(NamedTuple):
    kind: str
    question: str
    answer: str
    holes: tuple[str, ...] = ()


def convert(file: OpenPackage, stem: str) -> ConvertedDeck:
    """Every card of the file that is not dlquiz's own; `stem` names the deck and the directory of the pictures."""
    name = slug(stem, "deck")
    done = ConvertedDeck(f"{name}-images")
    kinds = notetypes(file.connection)
    keep = _PictureStore(file, done.directory, done.images)
    written: list[str] = []
    reasons: dict[str, int] = {}
    chinese = letters = 0
    rows = file.connection.execute(
        "SELECT n.guid, n.mid, n.tags, n.flds, c.ord FROM cards c JOIN notes n ON n.id = c.nid ORDER BY c.id"
    )
    for guid, kind, tags, values, place in rows:
        if not (isinstance(guid, str) and isinstance(values, str) and isinstance(place, int)):
            reasons["cards whose note is damaged"] = reasons.get("cards whose note is damaged", 0) + 1
            continue
        found = _converted(kinds.get(kind), kind, values, place, keep)
        if isinstance(found, str):
            reasons[found] = reasons.get(found, 0) + 1
            continue
        if (guid, place) in done.cards:
            continue
        identity = f"anki-{sha256(f'{guid}/{place}'.encode()).hexdigest()[:12]}"
        done.cards[guid, place] = identity
        written.append(_written(identity, found, tags if isinstance(tags, str) else ""))
        chinese += len(_CHINESE.findall(found.question))
        letters += len(found.question)
    language = "zh" if chinese * 5 > letters else "en"
    head = f"deck: {name}\ntitle: {scalar(stem.strip() or 'anki', 0)}\nlanguage: {language}\ncards:\n"
    done.yaml = head + "\n".join(written)
    done.left_out = [f"{number} {reason}" for reason, number in sorted(reasons.items())]
    if keep.missing:
        done.left_out.append(f"{keep.missing} pictures that the package does not hold")
    return done


def notetypes(connection: sqlite3.Connection) -> dict[int, Notetype]:
    """The note types, from where either format keeps them."""
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if {"notetypes", "fields", "templates"} <= there:
        return _of_tables(connection)
    row = connection.execute("SELECT models FROM col").fetchone()
    found = from_json(row[0]) if row else None
    models = found.values() if isinstance(found, dict) else ()
    return {
        int(model["id"]): _of_model(model)
        for model in models
        if isinstance(model, dict) and str(model.get("id", "")).lstrip("-").isdecimal()
    }


def _of_model(model: Mapping[str, Any]) -> Notetype:
    def listed(name: str) -> list[Mapping[str, Any]]:
        items = model.get(name)
        return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []

    fields = tuple(str(one.get("name", "")) for one in listed("flds"))
    templates = tuple(
        CardTemplate(str(one.get("name", "")), str(one.get("qfmt", "")), str(one.get("afmt", "")))
        for one in listed("tmpls")
    )
    return Notetype(model.get("type") == 1, fields, templates)


def _of_tables(connection: sqlite3.Connection) -> dict[int, Notetype]:
    fields: dict[int, list[str]] = {}
    for kind, name in connection.execute("SELECT ntid, name FROM fields ORDER BY ntid, ord"):
        fields.setdefault(kind, []).append(str(name))
    templates: dict[int, list[CardTemplate]] = {}
    for kind, name, config in connection.execute("SELECT ntid, name, config FROM templates ORDER BY ntid, ord"):
        texts = {
            number: value.decode("utf-8", "replace")
            for number, value in whole_fields(_bytes(config))
            if isinstance(value, bytes)
        }
        templates.setdefault(kind, []).append(CardTemplate(str(name), texts.get(1, ""), texts.get(2, "")))
    found = {}
    for kind, config in connection.execute("SELECT id, config FROM notetypes"):
        cloze = dict(whole_fields(_bytes(config))).get(1) == 1
        found[kind] = Notetype(cloze, tuple(fields.get(kind, ())), tuple(templates.get(kind, ())))
    return found


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else b""


# ── one card ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _converted(notetype: Notetype | None, kind: Any, values: str, place: int, keep: _PictureStore) -> _Card | str:
    """The card, or the reason for leaving it out."""
    if kind in (BASIC, CLOZE):
        return "cards that are dlquiz's own"
    if notetype is None or not notetype.templates:
        return "cards of a note type that the file does not hold"
    if len(values) > MAX_FIELD_LENGTH:
        return f"cards longer than {MAX_FIELD_LENGTH:,} letters"
    filled = dict(zip(notetype.fields, values.split("\x1f"), strict=False))
    card = _of_cloze(notetype, filled, place + 1, keep) if notetype.cloze else _of_face(notetype, filled, place, keep)
    if isinstance(card, str):
        return card
    card = card._replace(question=printable(card.question), answer=printable(card.answer))
    if card.kind == "open" and not card.answer:
        card = card._replace(answer="—")
    return card if card.question else "cards with an empty front"


def _of_face(notetype: Notetype, filled: Mapping[str, str], place: int, keep: _PictureStore) -> _Card | str:
    if not 0 <= place < len(notetype.templates):
        return "cards of a template that the file does not hold"
    face = notetype.templates[place]
    question = markdown(rendered(without_frame(face.front, front=True), filled, front=True), keep)
    halves = _ANSWER_LINE.split(face.back, maxsplit=1)
    # Without the line the back begins with the front, frame and all.
    answer = markdown(rendered(without_frame(halves[-1], front=len(halves) == 1), filled), keep)
    if len(halves) == 1 and answer.startswith(question):
        answer = answer[len(question) :].strip()
    return _Card("open", question, _with_hints(answer, face.front, halves[-1], filled, keep))


def _with_hints(answer: str, front: str, back: str, filled: Mapping[str, str], keep: _PictureStore) -> str:
    """The answer, and behind it the hints of the front that the back does not show."""
    shown = {inside.split(":")[-1].strip() for inside in _RENDERED.findall(back)}
    names = dict.fromkeys(name.strip() for name in _HINT.findall(front))
    hints = (markdown(filled.get(name, ""), keep) for name in names if name not in shown)
    return "\n\n".join(part for part in (answer, *hints) if part)


def _of_cloze(notetype: Notetype, filled: Mapping[str, str], number: int, keep: _PictureStore) -> _Card | str:
    face = notetype.templates[0]
    names = [name.strip() for name in _CLOZE_FIELD.findall(face.front)] or list(notetype.fields[:1])
    source = next((filled[name] for name in names if name in filled and f"{{{{c{number}::" in filled[name]), "")
    if "image-occlusion:" in source:
        return "cards that hide parts of a picture"
    text, holes = opened_holes(source, number)
    if not holes:
        return "cards with an empty front"
    back = _ANSWER_LINE.split(_CLOZE_FIELD.sub("", face.back), maxsplit=1)[-1]
    answer = markdown(rendered(without_frame(back, front=False), filled), keep)
    answer = _with_hints(answer, face.front, back, filled, keep)
    texts = {name: filled[name] for name in names if name in filled}
    texts = {name: text if value == source else opened_holes(value, 0)[0] for name, value in texts.items()}
    front = rendered(without_frame(face.front, front=True), {**filled, **texts}, front=True)
    words = markdown(front if chr(_MARK) in front else text, keep).replace("@{", "@ {")
    answers = [printable(plain(hole)) for hole in holes]
    if len(holes) > MAX_HOLES or any(
        not one or len(one) > MAX_HOLE_LENGTH or "<img" in hole.lower()
        for one, hole in zip(answers, holes, strict=True)
    ):
        shown = re.sub(f"[{chr(_MARK)}-{chr(_MARK + 999)}]", "[…]", words)
        whole = "\n\n".join(f"- {markdown(hole, keep)}" for hole in holes)
        return _Card("open", shown, "\n\n".join(part for part in (whole, answer) if part))
    for place in range(len(holes)):
        words = words.replace(chr(_MARK + place), f"@{{{place + 1}}}")
    return _Card("cloze", words, answer, tuple(answers))


def rendered(template: str, filled: Mapping[str, str], front: bool = False) -> str:
    """A template with the fields put in: sections kept or left out, filters that change only the look ignored. The
    front shows neither hints nor what is to be typed.

    >>> rendered("{{#Extra}}[{{text:Extra}}]{{/Extra}}{{^Extra}}none{{/Extra}} {{Front}}", {"Front": "a", "Extra": ""})
    'none a'
    """
    kept, open_sections, at = [], [True], 0
    for match in _SECTION.finditer(template):
        if open_sections[-1]:
            kept.append(template[at : match.start()])
        at = match.end()
        if match[1]:
            has = bool(filled.get(match[2].strip(), "").strip())
            open_sections.append(open_sections[-1] and has == (match[1] == "#"))
        elif len(open_sections) > 1:
            open_sections.pop()
    if open_sections[-1]:
        kept.append(template[at:])
    return _RENDERED.sub(lambda match: _value(match[1], filled, front), "".join(kept))


def _value(inside: str, filled: Mapping[str, str], front: bool) -> str:
    *filters, name = (part.strip() for part in inside.split(":"))
    if name in _SPECIAL_FIELDS or (front and {"type", "hint"} & {*filters}):
        return ""
    return filled.get(name, "")


def opened_holes(source: str, number: int) -> tuple[str, list[str]]:
    """A cloze's text with a private mark for each hole of this number, the others filled in, and what was in the holes.

    >>> opened_holes("{{c1::a}} and {{c2::b::hint}} {{c1::c {{c2::d}}}}", 1)[1]
    ['a', 'c d']
    """
    holes: list[str] = []
    # What is open: the cloze's number (0 for the text itself) and the pieces so far.
    stack: list[tuple[int, list[str]]] = [(0, [])]
    at = 0
    while at < len(source):
        start, end = _CLOZE_START.search(source, at), source.find("}}", at) if len(stack) > 1 else -1
        if end < 0 and start is None:
            break
        if start is not None and (end < 0 or start.start() < end) and len(stack) < 9:
            stack[-1][1].append(source[at : start.start()])
            stack.append((int(start[1]), []))
            at = start.end()
            continue
        if end < 0:
            break
        stack[-1][1].append(source[at:end])
        at = end + 2
        which, pieces = stack.pop()
        content, _, hint = "".join(pieces).partition("::")
        if which == number and len(holes) < 900 and all(one != number for one, _ in stack):
            holes.append(content)
            content = chr(_MARK + len(holes) - 1) + (f" ({hint})" if hint.strip() else "")
        stack[-1][1].append(content)
    for _, pieces in stack[1:]:
        stack[0][1].extend(pieces)
    return "".join(stack[0][1]) + source[at:], holes


class _PictureStore:
    """The pictures that cards show, under names of our own: nothing in the file chooses where anything is written."""

    def __init__(self, file: OpenPackage, directory: str, images: dict[str, bytes]) -> None:
        self._file, self._directory, self._images = file, directory, images
        self._files: dict[str, str | None] = {}
        self.missing = 0

    def __call__(self, source: str) -> str | None:
        if source not in self._files:
            self._files[source] = self._save(source)
        return self._files[source]

    def _save(self, source: str) -> str | None:
        name = unquote(source)
        suffix = PurePosixPath(name).suffix.lower()
        data = self._file.media(name) or self._file.media(source) if suffix in PICTURE_SUFFIXES else None
        if not data or "://" in source:
            self.missing += 1
            return None
        own = f"{sha256(data).hexdigest()[:12]}{suffix}"
        self._images[own] = data
        return f"{self._directory}/{own}"


# ── YAML ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _written(identity: str, card: _Card, tags: str) -> str:
    words = [tag.replace("::", "-") for tag in tags.split() if tag.lower() not in ("marked", "leech")]
    return entry(WrittenCard(identity, card.question, card.answer, card.holes, tags_of(words)))
