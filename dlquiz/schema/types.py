"""What a field's value may be: each shape reads a node into a value, tells what is wrong, and gives its JSON Schema."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from dlquiz.cards import Language, Place, Text
from dlquiz.formatting import shortened
from dlquiz.schema.nodes import MapNode, ScalarNode, SequenceNode, YamlNode
from dlquiz.schema.problems import Problem, Severity
from dlquiz.suggest import closest

JsonSchema = dict[str, Any]


class FieldReader:
    """One file while it is read: where an index lies, whose card it is, what is wrong so far."""

    def __init__(self, file: str, source: str) -> None:
        self.file, self.source = file, source
        self.language: Language | None = None
        self.card: str | None = None
        self.kind: str | None = None
        self.problems: list[Problem] = []
        self._lines = [0, *(match.end() for match in re.finditer("\n", source))]

    def place(self, at: YamlNode | int) -> Place:
        index = at if isinstance(at, int) else at.start
        line = bisect_right(self._lines, index)
        return Place(self.file, line, index - self._lines[line - 1] + 1)

    def report(self, at: YamlNode | int, code: str, message: str, fix: str, severity: Severity = "error") -> None:
        self.problems.append(Problem(self.place(at), code, message, fix, self.card, severity))


class FieldType(Protocol):
    def read(self, node: YamlNode, reading: FieldReader, name: str) -> Any:
        """The value, or None when it is wrong and that has been reported."""
        ...

    def schema(self) -> JsonSchema: ...


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the table that drives loading, near-miss suggestions and the JSON Schema."""

    shape: FieldType
    about: str
    required: bool = False
    kinds: tuple[str, ...] = ()


def index_of(node: YamlNode, written: str, reading: FieldReader) -> int:
    """Where in the file a piece of a text stands; the text's beginning when it is written differently there."""
    index = reading.source.find(written, node.start, node.end)
    return index if index >= 0 else node.start


def text_of(node: YamlNode, reading: FieldReader, name: str) -> str | None:
    """The scalar's text, stripped; reports a list, a map or nothing in its place."""
    if not isinstance(node, ScalarNode):
        what = "a list" if isinstance(node, SequenceNode) else "a map"
        reading.report(
            node, "not-a-text", f"{name} is {what}, not a text", "write one text, quoted if it holds { [ or ,"
        )
        return None
    text = node.text.strip()
    if not text:
        reading.report(node, "empty", f"{name} is empty", "give it a value or leave the line out")
        return None
    return text


@dataclass(frozen=True, slots=True)
class OneLine:
    """A short text of one line that fits a pattern."""

    pattern: str = r".+"
    what: str = "text"
    hint: str = "write it on one line"
    limit: int = 300

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> str | None:
        text = text_of(node, reading, name)
        if text is None:
            return None
        if len(text) > self.limit:
            reading.report(node, "line-too-long", f"{name} has {len(text)} characters", f"use at most {self.limit}")
            return None
        if not re.fullmatch(self.pattern, text):
            reading.report(
                node,
                f"not-a-{self.what}".replace(" ", "-"),
                f"{name}: {shortened(text)!r} is not a {self.what}",
                self.hint,
            )
            return None
        return text

    def schema(self) -> JsonSchema:
        return (
            {"type": ["string", "number", "boolean"]}
            if self.pattern == ".+"
            else {"type": "string", "pattern": f"^(?:{self.pattern})$"}
        )


@dataclass(frozen=True, slots=True)
class Integer:
    low: int
    high: int

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> int | None:
        text = text_of(node, reading, name)
        if text is None:
            return None
        if not re.fullmatch(r"[0-9]{1,6}", text):
            reading.report(
                node,
                "not-an-integer",
                f"{name}: {shortened(text)!r} is not a whole number",
                f"write {self.low} to {self.high}",
            )
            return None
        if not self.low <= int(text) <= self.high:
            reading.report(node, "out-of-range", f"{name}: {text} is out of range", f"write {self.low} to {self.high}")
            return None
        return int(text)

    def schema(self) -> JsonSchema:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True, slots=True)
class Seconds:
    low: float = 1
    high: float = 3600

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> float | None:
        text = text_of(node, reading, name)
        if text is None:
            return None
        if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text):
            reading.report(
                node,
                "not-a-number",
                f"{name}: {shortened(text)!r} is not a number of seconds",
                "write a number, such as 40",
            )
            return None
        if not self.low <= float(text) <= self.high:
            reading.report(
                node, "out-of-range", f"{name}: {text} is out of range", f"write {self.low:g} to {self.high:g} seconds"
            )
            return None
        return float(text)

    def schema(self) -> JsonSchema:
        return {"type": "number", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True, slots=True)
class Boolean:
    def read(self, node: YamlNode, reading: FieldReader, name: str) -> bool | None:
        text = text_of(node, reading, name)
        if text is None:
            return None
        if text not in ("true", "false"):
            reading.report(
                node,
                "not-true-or-false",
                f"{name}: {shortened(text)!r} is neither true nor false",
                "write true or false",
            )
            return None
        return text == "true"

    def schema(self) -> JsonSchema:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class OneOf:
    words: tuple[str, ...]

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> str | None:
        text = text_of(node, reading, name)
        if text is None or text in self.words:
            return text
        suggestion = closest(text, self.words)
        fix = f"did you mean {suggestion}?" if suggestion else f"write {', '.join(self.words[:-1])} or {self.words[-1]}"
        reading.report(node, f"unknown-{name}", f"{name}: {shortened(text)!r} is not known", fix)
        return None

    def schema(self) -> JsonSchema:
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Prose:
    """A text in both languages, `{en: …, zh: …}`, or a plain one in a file that says its language."""

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> Text | None:
        match node:
            case MapNode():
                return self.both(node, reading, name)
            case ScalarNode() if reading.language is not None:
                text = prose_of(node, reading, name)
                return None if text is None else _text(reading.language, text)
            case ScalarNode():
                if text_of(node, reading, name) is not None:
                    reading.report(
                        node,
                        "no-language",
                        f"{name} does not say its language",
                        "write {en: …, zh: …}, or `language: en` at the top of the file",
                    )
            case _:
                reading.report(
                    node,
                    "not-a-text",
                    f"{name} is a list, not a text",
                    "write {en: …, zh: …}; quote a text that holds [ or ,",
                )
        return None

    def both(self, node: MapNode, reading: FieldReader, name: str) -> Text | None:
        for key, (place, value) in node.pairs.items():
            if key not in ("en", "zh"):
                report_unknown(place, value, reading, name, ("en", "zh"))
        return languages_of(node, reading, name)

    def schema(self) -> JsonSchema:
        text = {"type": ["string", "number", "boolean"]}
        both = {
            "type": "object",
            "properties": {"en": text, "zh": text},
            "additionalProperties": False,
            "minProperties": 1,
        }
        return {"anyOf": [both, {"type": "string"}]}


def languages_of(node: MapNode, reading: FieldReader, name: str) -> Text | None:
    """The texts under `en` and `zh` of a map that may hold more."""
    texts = {
        language: prose_of(value, reading, f"{name}.{language}")
        for language in ("en", "zh")
        if (value := node.get(language))
    }
    if not texts:
        reading.report(node, "no-text", f"{name} has no text in any language", "write en: … or zh: …")
        return None
    return Text(**texts) if None not in texts.values() else None


def prose_of(node: YamlNode, reading: FieldReader, name: str) -> str | None:
    text = text_of(node, reading, name)
    if text is not None and isinstance(node, ScalarNode) and not node.style and _CUT.match(reading.source, node.end):
        reading.report(
            node,
            "text-cut-at-comment",
            f"{name} ends before ' #', the rest is a comment to YAML",
            "quote the text, or put the comment on a line of its own",
        )
    return text


_CUT = re.compile(r"[ \t]+#")


def _text(language: Language, text: str) -> Text:
    return Text(en=text) if language == "en" else Text(zh=text)


@dataclass(frozen=True, slots=True)
class ListOf:
    item: FieldType
    low: int = 0
    high: int = 50
    unique: bool = True
    one: str = ""

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> tuple[Any, ...] | None:
        if not isinstance(node, SequenceNode):
            if isinstance(node, ScalarNode) and node.empty and self.low == 0:
                return ()
            written = shortened(node.text) if isinstance(node, ScalarNode) else "…"
            reading.report(
                node, "not-a-list", f"{name} is not a list", f"write [{written}], or one line beginning with - for each"
            )
            return None
        one = self.one or name.removesuffix("s")
        values = [
            (child, self.item.read(child, reading, f"{one} {number}"))
            for number, child in enumerate(node.items, start=1)
        ]
        if not self.low <= len(values) <= self.high:
            code, bound = (
                ("too-few", f"at least {self.low}") if len(values) < self.low else ("too-many", f"at most {self.high}")
            )
            reading.report(node, code, f"{name}: {len(values)} given", f"write {bound}")
            return None
        if self.unique:
            self.report_repeated(values, reading, name)
        return None if any(value is None for _, value in values) else tuple(value for _, value in values)

    def report_repeated(self, values: list[tuple[YamlNode, Any]], reading: FieldReader, name: str) -> None:
        seen: list[Any] = []
        for child, value in values:
            if value is not None and value in seen:
                reading.report(child, "repeated", f"{name} holds the same entry twice", "delete one of them")
            seen.append(value)

    def schema(self) -> JsonSchema:
        schema: JsonSchema = {"type": "array", "items": self.item.schema(), "maxItems": self.high}
        return schema | ({"minItems": self.low} if self.low else {}) | ({"uniqueItems": True} if self.unique else {})


@dataclass(frozen=True, slots=True)
class RecordField:
    """A map with known fields. `text` of a record in a file with a language stands for that language's key."""

    fields: Mapping[str, Field]
    build: Callable[[MapNode, dict[str, Any], FieldReader, str], Any]
    plain: Callable[[Text], Any] | None = None

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> Any:
        if isinstance(node, ScalarNode) and self.plain is not None:
            text = Prose().read(node, reading, name)
            return None if text is None else self.plain(text)
        if not isinstance(node, MapNode):
            keys = ", ".join(f"{key}: …" for key in list(self.fields)[:3])
            reading.report(node, "not-a-map", f"{name} is not a map", f"write {{{keys}}}")
            return None
        before = len(reading.problems)
        values = read_fields(node, self.fields, reading, name)
        value = self.build(node, values, reading, name)
        return value if len(reading.problems) == before else None

    def schema(self) -> JsonSchema:
        required = [key for key, one in self.fields.items() if one.required]
        schema: JsonSchema = {
            "type": "object",
            "properties": {key: one.shape.schema() | {"description": one.about} for key, one in self.fields.items()},
            "additionalProperties": False,
        }
        schema |= {"required": required} if required else {}
        return {"anyOf": [schema, {"type": "string"}]} if self.plain else schema


@dataclass(frozen=True, slots=True)
class RecordOr:
    """A record, or its main value alone."""

    record: RecordField
    value: FieldType
    build: Callable[[Any], Any]

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> Any:
        if not isinstance(node, ScalarNode):
            return self.record.read(node, reading, name)
        value = self.value.read(node, reading, name)
        return None if value is None else self.build(value)

    def schema(self) -> JsonSchema:
        return {"anyOf": [self.record.schema(), {"type": ["string", "number"]}]}


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map with keys of the author's own and values of one shape, such as `{V: [W_3], z: [u, "z_i"]}`."""

    value: FieldType
    what: str
    example: str

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> dict[str, Any] | None:
        if not isinstance(node, MapNode) or not node.pairs:
            fix = f"write {name}: {self.example}"
            reading.report(node, "not-a-map", f"{name} is not a map of {self.what}", fix)
            return None
        values = {key: self.value.read(value, reading, f"{name}.{key}") for key, (_, value) in node.pairs.items()}
        return None if any(value is None for value in values.values()) else values

    def schema(self) -> JsonSchema:
        return {"type": "object", "additionalProperties": self.value.schema(), "minProperties": 1}


def read_fields(
    node: MapNode,
    fields: Mapping[str, Field],
    reading: FieldReader,
    name: str,
    kind: str | None = None,
    known: Mapping[str, Field] | None = None,
) -> dict[str, Any]:
    """The values of a map's known fields; unknown ones, those of another kind and missing ones are reported."""
    values: dict[str, Any] = {}
    for key, (place, value) in node.pairs.items():
        one = fields.get(key)
        if one is None:
            report_unknown(place, value, reading, name, known or fields)
        elif one.kinds and kind is not None and kind not in one.kinds:
            reading.report(
                place,
                "field-of-another-kind",
                f"{key} belongs to {' and '.join(one.kinds)} cards, this one is {kind}",
                "delete it or change the kind",
            )
        elif isinstance(value, ScalarNode) and value.empty and not isinstance(one.shape, ListOf):
            reading.report(place, "empty", f"{key} is empty", "give it a value or leave the line out")
        else:
            read = one.shape.read(value, reading, key)
            if read is not None:
                values[key] = read
    for key, one in fields.items():
        if one.required and (not one.kinds or kind in one.kinds) and key not in node.pairs:
            reading.report(node, "missing-field", f"{key} is missing", f"add {key} ({one.about})")
    return values


def report_unknown(place: ScalarNode, value: YamlNode, reading: FieldReader, name: str, known: Any) -> None:
    """Report a key that no field has: a near miss, a text cut at its comma, or simply unknown."""
    key = shortened(place.text)
    if (
        isinstance(value, ScalarNode)
        and value.empty
        and value.flow
        and place.start != value.start
        and reading.source[place.end : value.end + 1].strip(" \n") in (",", "}", "")
    ):
        reading.report(
            place,
            "comma-not-quoted",
            f"{key!r} stands behind a comma: the text of {name} was cut there",
            "quote the text",
        )
        return
    suggestion = closest(place.text, known) if place.text not in ("cn", "zh_CN", "zh-CN", "chinese") else "zh"
    fix = f"did you mean {suggestion}?" if suggestion else f"known here: {', '.join(known)}"
    reading.report(place, "unknown-field", f"unknown field {key!r}", fix)
