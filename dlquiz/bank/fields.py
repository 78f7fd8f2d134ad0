"""The fields of a bank file, in one table: loading, near-miss suggestions and the JSON Schema are driven by it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from dlquiz.cards import KINDS, Kind, Language, Point
from dlquiz.grading.open_answer.keywords import CueError, groups
from dlquiz.kinds import kind_named
from dlquiz.kinds.card_fields import LANGUAGE_FIELDS, text_in
from dlquiz.schema.nodes import MapNode, ScalarNode, SequenceNode, YamlNode
from dlquiz.schema.types import (
    Boolean,
    Field,
    FieldReader,
    Integer,
    JsonSchema,
    ListOf,
    OneLine,
    OneOf,
    Prose,
    RecordField,
    Seconds,
    index_of,
    report_unknown,
)

ID = OneLine(r"[a-z0-9][a-z0-9-]{2,63}", "card id", "use 3 to 64 of a-z, 0-9 and -", 80)
TAG = OneLine(r"[^\s,:\[\]{}#]{1,40}", "tag", "use one word, with - between its parts")
MONTH = OneLine(r"20[0-9]{2}-(0[1-9]|1[0-2])", "month", "write the year and the month: 2026-11")
MIN_POINTS, MAX_POINTS = 2, 6
MAX_FOLLOW_UPS = 50
_ABOUT_POINTS = f"what an interviewer ticks off, {MIN_POINTS} to {MAX_POINTS}"
DECK = OneLine(r"[^\s/\\,:\[\]{}#]{1,60}", "deck name", "use one word, with - between its parts")


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that stand together, or a row of word groups: `variance|方差 same|kept !batch_norm`."""

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> str | None:
        text = OneLine(limit=200).read(node, reading, name)
        try:
            groups(text or "")
        except CueError as error:
            at = index_of(node, error.written, reading)
            reading.report(at, "not-a-cue", f"{name}: {error.message}", error.fix or "write word|word word")
            return None
        return text

    def schema(self) -> JsonSchema:
        return {"type": ["string", "number"]}


@dataclass(frozen=True, slots=True)
class Cues:
    """`{en: […], zh: […]}`, or a list in a file that says its language."""

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> dict[Language, tuple[str, ...]] | None:
        listed = ListOf(Cue(), high=20, one="cue")
        if isinstance(node, SequenceNode) and reading.language is not None:
            cues = listed.read(node, reading, "cues")
            return None if cues is None else {reading.language: cues}
        if not isinstance(node, MapNode):
            reading.report(node, "not-a-map", "cues are not a map", "write cues: {en: [word, stem], zh: [词]}")
            return None
        cues_by_language: dict[Language, tuple[str, ...]] = {}
        for key, (place, value) in node.pairs.items():
            if key not in ("en", "zh"):
                report_unknown(place, value, reading, "cues", ("en", "zh"))
            elif (cues := listed.read(value, reading, "cues")) is not None:
                cues_by_language["en" if key == "en" else "zh"] = cues
        return cues_by_language

    def schema(self) -> JsonSchema:
        words = {"type": "array", "items": {"type": ["string", "number"]}, "maxItems": 20}
        both = {"type": "object", "properties": {"en": words, "zh": words}, "additionalProperties": False}
        return {"anyOf": [both, words]}


@dataclass(frozen=True, slots=True)
class Description:
    """A map that another room reads (a figure): numbers become numbers, lists tuples."""

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> Any:
        if not isinstance(node, MapNode):
            reading.report(node, "not-a-map", f"{name} is not a map", f"write {name}: {{…}}")
            return None
        return _value(node)

    def schema(self) -> JsonSchema:
        return {"type": "object"}


def _value(node: YamlNode) -> Any:
    match node:
        case MapNode():
            return {key: _value(value) for key, (_, value) in node.pairs.items()}
        case SequenceNode():
            return tuple(_value(item) for item in node.items)
        case ScalarNode(style=""):
            return _number(node.text)
        case ScalarNode():
            return node.text
    raise AssertionError(node)


def _number(text: str) -> Any:
    import re

    if re.fullmatch(r"-?\d{1,15}", text):
        return int(text)
    if re.fullmatch(r"-?\d{1,15}\.\d{1,15}(e-?\d{1,2})?|-?\d{1,15}e-?\d{1,2}", text):
        return float(text)
    return {"true": True, "false": False}.get(text, text)


def _point(node: MapNode, values: dict[str, Any], reading: FieldReader, name: str) -> Point:
    cues = values.get("cues", {})
    core = values.get("core", True)
    return Point(text_in(node, values, reading, name), cues.get("en", ()), cues.get("zh", ()), core)


POINT = RecordField(
    LANGUAGE_FIELDS
    | {
        "core": Field(Boolean(), "false: a bonus, which a good answer may leave out"),
        "cues": Field(Cues(), "words that give the point away: {en: […], zh: […]}"),
    },
    _point,
    Point,
)


def _asked_as(field: str) -> tuple[Kind, ...]:
    return tuple(kind for kind in KINDS if kind_named(kind).question_field == field)


def _of_kinds() -> dict[str, Field]:
    """The fields that only cards of some kinds have."""
    fields: dict[str, Field] = {}
    for kind in KINDS:
        for name, field in kind_named(kind).fields().items():
            before = fields[name].kinds if name in fields else ()
            fields[name] = replace(field, kinds=(*before, kind))
    return fields


CARD: dict[str, Field] = {
    "id": Field(ID, "a name of its own that never changes: 3 to 64 of a-z, 0-9 and -"),
    "kind": Field(OneOf(KINDS), f"{', '.join(KINDS[:-1])} or {KINDS[-1]}"),
    "question": Field(Prose(), "the question: {en: …, zh: …}", True, _asked_as("question")),
    "answer": Field(Prose(), "the answer in Markdown: {en: …, zh: …}"),
    "points": Field(ListOf(POINT, MIN_POINTS, MAX_POINTS), _ABOUT_POINTS),
    **_of_kinds(),
    "pitfall": Field(Prose(), "the common wrong belief, and why it is wrong: {en: …, zh: …}"),
    "level": Field(Integer(1, 3), "1 basic, 2 solid, 3 deep"),
    "weight": Field(Integer(1, 5), "how often it is asked, 1 to 5"),
    "tags": Field(ListOf(TAG), "topics, for `--tag`"),
    "source": Field(
        ListOf(OneLine(limit=120)), "where it comes from; in shipped decks the items it covers, such as d0-09.2"
    ),
    "references": Field(ListOf(OneLine()), "paper, year, number"),
    "then": Field(ListOf(ID, high=MAX_FOLLOW_UPS, one="id"), "ids of follow-up questions, deeper"),
    "formerly": Field(ListOf(ID, one="id"), "earlier ids, whose history the card takes over"),
    "replaces": Field(ID, "the shipped card that this one overrides"),
    "replaced_text": Field(
        OneLine(r"[0-9a-f]{12}", "fingerprint", "leave the line out"),
        "fingerprint of the shipped text that was overridden",
    ),
    "usual_seconds": Field(Seconds(), "how long a right answer usually takes"),
    "figure": Field(Description(), "a drawing"),
    "checked": Field(MONTH, "the month in which somebody else read the card last: 2026-11"),
    "draft": Field(Boolean(), "true: not asked, counted or exported yet"),
}

FILE: dict[str, Field] = {
    "deck": Field(DECK, "the deck's name; the file's stem when left out"),
    "title": Field(Prose(), "the deck's title: {en: …, zh: …}"),
    "order": Field(Integer(1, 999), "where the deck stands among the decks; 500 when left out"),
    "language": Field(OneOf(("en", "zh")), "en or zh: plain texts in this file are in that language"),
    "cards": Field(ListOf(Description()), "the list of cards", required=True),
}
