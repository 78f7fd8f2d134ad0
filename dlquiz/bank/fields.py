"""The fields of a bank file, in one table: loading, near-miss suggestions and the JSON Schema are driven by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dlquiz.bank import numeric_fields
from dlquiz.cards import HOLE_FORMS, KINDS, Hole, Language, Option, Point, Text
from dlquiz.grading.keywords import CueError, groups
from dlquiz.schema.nodes import Map, Node, Scalar, Sequence
from dlquiz.schema.types import (
    Field,
    Integer,
    JsonSchema,
    Line,
    ListOf,
    OneOf,
    Prose,
    Reading,
    Record,
    Seconds,
    Truth,
    prose_of,
    report_unknown,
)

ID = Line(r"[a-z0-9][a-z0-9-]{2,63}", "card id", "use 3 to 64 of a-z, 0-9 and -", 80)
TAG = Line(r"[^\s,:\[\]{}#]{1,40}", "tag", "use one word, with - between its parts")
MONTH = Line(r"20[0-9]{2}-(0[1-9]|1[0-2])", "month", "write the year and the month: 2026-11")
MEANING = Line(r"[^=]*[^=\s][^=]*=[^=]*[^=\s][^=]*", "definition", "write a letter and what it stands for: a = tanh z")
DECK = Line(r"[^\s/\\,:\[\]{}#]{1,60}", "deck name", "use one word, with - between its parts")


@dataclass(frozen=True, slots=True)
class Action:
    """The text of one language, under `en` or `zh`."""

    def read(self, node: Node, reading: Reading, name: str) -> str | None:
        return prose_of(node, reading, name)

    def schema(self) -> JsonSchema:
        return {"type": ["string", "number", "boolean"]}


@dataclass(frozen=True, slots=True)
class Plain:
    """A text without language under `text`, in a file that says its language."""

    def read(self, node: Node, reading: Reading, name: str) -> Text | None:
        return Prose().read(node, reading, name)

    def schema(self) -> JsonSchema:
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that stand together, or a row of word groups: `variance|方差 same|kept !batch_norm`."""

    def read(self, node: Node, reading: Reading, name: str) -> str | None:
        text = Line(limit=200).read(node, reading, name)
        try:
            groups(text or "")
        except CueError as error:
            at = numeric_fields.index_of(node, error.written, reading)
            reading.report(at, "not-a-cue", f"{name}: {error.message}", error.fix or "write word|word word")
            return None
        return text

    def schema(self) -> JsonSchema:
        return {"type": ["string", "number"]}


@dataclass(frozen=True, slots=True)
class Names:
    """Further names of the symbols of a formula: `{V: [W_3], z: [u, "z_i"]}`."""

    def read(self, node: Node, reading: Reading, name: str) -> dict[str, tuple[str, ...]] | None:
        if not isinstance(node, Map) or not node.pairs:
            reading.report(node, "not-a-map", f"{name} is not a map of names", f"write {name}: {{V: [W_3]}}")
            return None
        listed = ListOf(Line(limit=60), 1, 20, one="name")
        names = {symbol: listed.read(value, reading, f"{name}.{symbol}") for symbol, (_, value) in node.pairs.items()}
        stored = {symbol: given for symbol, given in names.items() if given is not None}
        return stored if len(stored) == len(names) else None

    def schema(self) -> JsonSchema:
        listed = {"type": "array", "items": {"type": ["string", "number"]}, "minItems": 1}
        return {"type": "object", "additionalProperties": listed, "minProperties": 1}


@dataclass(frozen=True, slots=True)
class HoleShape:
    """A map, or the answer alone."""

    def read(self, node: Node, reading: Reading, name: str) -> Hole | None:
        if not isinstance(node, Scalar):
            return HOLE.read(node, reading, name)  # type: ignore[no-any-return]
        answer = Line().read(node, reading, name)
        return None if answer is None else Hole(answer)

    def schema(self) -> JsonSchema:
        return {"anyOf": [HOLE.schema(), {"type": ["string", "number"]}]}


@dataclass(frozen=True, slots=True)
class Cues:
    """`{en: […], zh: […]}`, or a list in a file that says its language."""

    def read(self, node: Node, reading: Reading, name: str) -> dict[Language, tuple[str, ...]] | None:
        listed = ListOf(Cue(), high=20, one="cue")
        if isinstance(node, Sequence) and reading.language is not None:
            cues = listed.read(node, reading, "cues")
            return None if cues is None else {reading.language: cues}
        if not isinstance(node, Map):
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

    def read(self, node: Node, reading: Reading, name: str) -> Any:
        if not isinstance(node, Map):
            reading.report(node, "not-a-map", f"{name} is not a map", f"write {name}: {{…}}")
            return None
        return _value(node)

    def schema(self) -> JsonSchema:
        return {"type": "object"}


def _value(node: Node) -> Any:
    match node:
        case Map():
            return {key: _value(value) for key, (_, value) in node.pairs.items()}
        case Sequence():
            return tuple(_value(item) for item in node.items)
        case Scalar(style=""):
            return _number(node.text)
        case Scalar():
            return node.text
    raise AssertionError(node)


def _number(text: str) -> Any:
    import re

    if re.fullmatch(r"-?\d{1,15}", text):
        return int(text)
    if re.fullmatch(r"-?\d{1,15}\.\d{1,15}(e-?\d{1,2})?|-?\d{1,15}e-?\d{1,2}", text):
        return float(text)
    return {"true": True, "false": False}.get(text, text)


def _texts(node: Map, values: dict[str, Any], reading: Reading, name: str) -> Text:
    if "text" in values:
        return values["text"]  # type: ignore[no-any-return]
    if not {"en", "zh", "text"} & node.pairs.keys():
        reading.report(node, "no-text", f"{name} has no text in any language", "write en: … and zh: …")
    return Text(values.get("en"), values.get("zh"))


def _point(node: Map, values: dict[str, Any], reading: Reading, name: str) -> Point:
    cues = values.get("cues", {})
    core = values.get("core", True)
    return Point(_texts(node, values, reading, name), cues.get("en", ()), cues.get("zh", ()), core)


def _option(node: Map, values: dict[str, Any], reading: Reading, name: str) -> Option:
    return Option(_texts(node, values, reading, name), values.get("right", False), values.get("why"))


def _hole(node: Map, values: dict[str, Any], reading: Reading, name: str) -> Hole:
    form = values.get("as")
    for key in ("also", "where"):
        if key in node.pairs and form not in (None, "formula"):
            reading.report(
                node.pairs[key][0],
                "not-of-a-formula",
                f"{key} belongs to holes compared as formula, this one is compared as {form}",
                f"delete {key}, or write as: formula",
            )
    return Hole(
        values.get("answer", ""), values.get("accept", ()), form, values.get("also", {}), values.get("where", ())
    )


def _step(node: Map, values: dict[str, Any], reading: Reading, name: str) -> Text:
    return _texts(node, values, reading, name)


_LANGUAGES = {
    "en": Field(Action(), "the English text"),
    "zh": Field(Action(), "the Chinese text"),
    "text": Field(Plain(), "the text, in a file that says its language"),
}
POINT = Record(
    _LANGUAGES | {
        "core": Field(Truth(), "false: a bonus, which a good answer may leave out"),
        "cues": Field(Cues(), "words that give the point away: {en: […], zh: […]}"),
    }, _point, Point)  # fmt: skip
OPTION = Record(
    _LANGUAGES | {
        "right": Field(Truth(), "true or false; false when left out"),
        "why": Field(Prose(), "why the option is right or wrong: {en: …, zh: …}"),
    }, _option, lambda text: Option(text, False))  # fmt: skip
STEP = Record(_LANGUAGES, _step, lambda text: text)
HOLE = Record(
    {
        "answer": Field(Line(), "what belongs into the hole", required=True),
        "accept": Field(ListOf(Line(), high=30, one="answer"), "other right answers"),
        "as": Field(OneOf(HOLE_FORMS), f"what the answer is: {', '.join(HOLE_FORMS[:-1])} or {HOLE_FORMS[-1]}"),
        "also": Field(Names(), "of a formula: further names of its symbols: {V: [W_3]}"),
        "where": Field(ListOf(MEANING, 1, 12, one="definition"), "of a formula: what letters stand for: [a = tanh z]"),
    }, _hole)  # fmt: skip

CARD: dict[str, Field] = {
    "id": Field(ID, "a name of its own that never changes: 3 to 64 of a-z, 0-9 and -"),
    "kind": Field(OneOf(KINDS), "open, numeric, choice, cloze or order"),
    "question": Field(Prose(), "the question: {en: …, zh: …}", True, ("open", "numeric", "choice", "order")),
    "text": Field(Prose(), "the text with @{1}, @{2} … for its holes: {en: …, zh: …}", True, ("cloze",)),
    "answer": Field(Prose(), "the answer in Markdown: {en: …, zh: …}"),
    "points": Field(ListOf(POINT, 2, 6), "what an interviewer ticks off, 2 to 6"),
    "options": Field(ListOf(OPTION, 2, 6), "2 to 6 options, the right ones with right: true", True, ("choice",)),
    "steps": Field(ListOf(STEP, 2, 12), "the steps in the right order, 2 to 12", True, ("order",)),
    "holes": Field(
        ListOf(HoleShape(), 1, 12, unique=False), "a list of {answer: …}, one for each hole", True, ("cloze",)
    ),
    "vary": Field(numeric_fields.Vary(), "what each variable is drawn from: {n: 7..64, k: [3, 5]}", kinds=("numeric",)),
    "where": Field(numeric_fields.Expressions(), "conditions that the drawn values meet", kinds=("numeric",)),
    "calc": Field(numeric_fields.Call(), "the calculator and its arguments: {layer: conv2d, …}", kinds=("numeric",)),
    "value": Field(numeric_fields.OneExpression(), "the answer as an expression", kinds=("numeric",)),
    "ask": Field(numeric_fields.Ask(), "what is asked: a name, or a list of names", kinds=("numeric",)),
    "mistakes": Field(
        numeric_fields.MISTAKES, "wrong formulas: [{value: …, cure: {en: …, zh: …}}, …]", kinds=("numeric",)
    ),
    "unit": Field(numeric_fields.Unit(), "the unit of the answer", kinds=("numeric",)),
    "tolerance": Field(numeric_fields.TOLERANCE, "exact, 1 % or factor 2", kinds=("numeric",)),
    "working": Field(Prose(), "with value: its working, printed instead of the expression", kinds=("numeric",)),
    "convention": Field(Prose(), "printed with the question where it could be read two ways", kinds=("numeric",)),
    "pitfall": Field(Prose(), "the common wrong belief, and why it is wrong: {en: …, zh: …}"),
    "level": Field(Integer(1, 3), "1 basic, 2 solid, 3 deep"),
    "weight": Field(Integer(1, 5), "how often it is asked, 1 to 5"),
    "tags": Field(ListOf(TAG), "topics, for `--tag`"),
    "source": Field(
        ListOf(Line(limit=120)), "where it comes from; in shipped decks the items it covers, such as d0-09.2"
    ),
    "references": Field(ListOf(Line()), "paper, year, number"),
    "then": Field(ListOf(ID, one="id"), "ids of follow-up questions, deeper"),
    "formerly": Field(ListOf(ID, one="id"), "earlier ids, whose history the card takes over"),
    "replaces": Field(ID, "the shipped card that this one overrides"),
    "replaced_text": Field(
        Line(r"[0-9a-f]{12}", "fingerprint", "leave the line out"),
        "fingerprint of the shipped text that was overridden",
    ),
    "usual_seconds": Field(Seconds(), "how long a right answer usually takes"),
    "figure": Field(Description(), "a drawing"),
    "checked": Field(MONTH, "the month in which somebody else read the card last: 2026-11"),
    "draft": Field(Truth(), "true: not asked, counted or exported yet"),
}

FILE: dict[str, Field] = {
    "deck": Field(DECK, "the deck's name; the file's stem when left out"),
    "title": Field(Prose(), "the deck's title: {en: …, zh: …}"),
    "order": Field(Integer(1, 999), "where the deck stands among the decks; 500 when left out"),
    "language": Field(OneOf(("en", "zh")), "en or zh: plain texts in this file are in that language"),
    "cards": Field(ListOf(Description()), "the list of cards", required=True),
}

# Fields whose texts may hold `@{…}` where the kind allows it.
PROSE = ("question", "text", "answer", "points", "options", "steps", "pitfall", "convention", "working", "mistakes",
         "ask")  # fmt: skip
