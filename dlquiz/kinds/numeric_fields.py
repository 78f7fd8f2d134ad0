"""The fields of numeric families as they are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlquiz.cards import Asked, Domain, FamilyMistake, Text
from dlquiz.expressions import RESERVED, Expression, ExpressionError, cached
from dlquiz.formatting import shortened
from dlquiz.schema.nodes import MapNode, ScalarNode, SequenceNode, YamlNode
from dlquiz.schema.types import (
    Field,
    FieldReader,
    JsonSchema,
    ListOf,
    OneLine,
    Prose,
    RecordField,
    index_of,
    prose_of,
    text_of,
)
from dlquiz.suggest import closest

# Arguments of a calculator that are words, not expressions; no variable may be called so.
_WORDS = """
same valid tf-same full true false none fp64 fp32 tf32 fp16 bf16 fp8 int8 int4 zeros reflect replicate circular relu
gelu silu swiglu tanh sigmoid max avg lstm gru rnn adam adamw adam8bit lion muon sgd training inference e4m3 e5m2 absmax
affine gini entropy population sample wordpiece hoffmann besiroglu
"""
DECLARED_WORDS = frozenset(_WORDS.split())
CALCULATORS = ("layer", "network", "calculator")
MAX_VALUES = 100_000
_NUMBER = r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{1,18})?|\.[0-9]{1,18})(?:e[+-]?[0-9]{1,3})?"
_PATH = r"[a-zA-Z_]\w{0,60}(?:\.[a-zA-Z_]\w{0,60}|\[[0-9]{1,2}\]){0,6}"

TOLERANCE = OneLine(
    r"exact|[0-9]{1,3}(\.[0-9]{1,6})?\s?%|factor [1-9][0-9]{0,5}(\.[0-9]{1,6})?",
    "tolerance",
    "write exact, 1 % or factor 2",
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit, or nothing: `unit: ""`."""

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> str | None:
        if isinstance(node, ScalarNode) and not node.text.strip() and node.style:
            return ""
        return OneLine(limit=40).read(node, reading, name)

    def schema(self) -> JsonSchema:
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class OneExpression:
    def read(self, node: YamlNode, reading: FieldReader, name: str) -> str | None:
        text = text_of(node, reading, name)
        if text is None:
            return None
        if isinstance(node, ScalarNode) and node.flow and not node.style and text.count("(") != text.count(")"):
            reading.report(
                node, "comma-not-quoted", f"{shortened(text)!r} was cut at a comma", "quote the whole expression"
            )
            return None
        return text if parsed(text, node, reading, name) else None

    def schema(self) -> JsonSchema:
        return {"type": ["string", "number"]}


@dataclass(frozen=True, slots=True)
class Expressions:
    """A list of expressions, or a single one."""

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> tuple[str, ...] | None:
        if isinstance(node, ScalarNode):
            one = OneExpression().read(node, reading, name)
            return None if one is None else (one,)
        return ListOf(OneExpression(), high=20, one="condition").read(node, reading, name)

    def schema(self) -> JsonSchema:
        return {"anyOf": [{"type": "array", "items": OneExpression().schema()}, {"type": "string"}]}


@dataclass(frozen=True, slots=True)
class Vary:
    """`{n: 7..64, k: [3, 5], bytes: {fp16: 2, fp32: 4}}`."""

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> dict[str, Domain] | None:
        if not isinstance(node, MapNode):
            reading.report(node, "not-a-map", "vary is not a map", "write vary: {n: 7..64, k: [3, 5]}")
            return None
        before = len(reading.problems)
        domains = {
            key: _domain(value, reading, key) for key, (_, value) in node.pairs.items() if _is_name(key, node, reading)
        }
        if not node.pairs:
            reading.report(
                node, "empty", "vary is empty", "write {n: 7..64}, or leave it out for a question with one answer"
            )
        return (
            {key: one for key, one in domains.items() if one is not None} if len(reading.problems) == before else None
        )

    def schema(self) -> JsonSchema:
        number = {"type": ["string", "number"]}
        listed = {"type": "array", "items": number, "minItems": 1}
        named = {"type": "object", "additionalProperties": number, "minProperties": 1}
        ranged = {"type": "string", "pattern": r"^-?\d+\.\.-?\d+$"}
        return {"type": "object", "additionalProperties": {"anyOf": [ranged, listed, named]}, "minProperties": 1}


def _is_name(key: str, node: MapNode, reading: FieldReader) -> bool:
    place = node.pairs[key][0]
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,30}", key):
        reading.report(
            place, "not-a-variable", f"{shortened(key)!r} is not the name of a variable", "use letters, digits and _"
        )
        return False
    if key in RESERVED or key in DECLARED_WORDS:
        reading.report(
            place, "reserved-name", f"{key!r} means something else in expressions", "give the variable another name"
        )
        return False
    return True


def _domain(node: YamlNode, reading: FieldReader, name: str) -> Domain | None:
    match node:
        case ScalarNode():
            return _range(node, reading, name)
        case SequenceNode():
            return ListOf(OneLine(_NUMBER, "number", "write numbers, such as 3 or 0.5"), 1, 1000, one="value").read(
                node, reading, name
            )
        case MapNode():
            return _named(node, reading, name)


def _range(node: ScalarNode, reading: FieldReader, name: str) -> range | None:
    text = text_of(node, reading, name)
    if text is None:
        return None
    match = re.fullmatch(r"(-?[0-9]{1,12})\.\.(-?[0-9]{1,12})", text.replace(" ", ""))
    if match is None:
        reading.report(
            node,
            "not-a-range",
            f"{name}: {shortened(text)!r} is not a range",
            "write 7..64, a list [3, 5] or a map {fp16: 2}",
        )
        return None
    low, high = int(match[1]), int(match[2])
    if high < low:
        reading.report(node, "range-backwards", f"{name}: {text} is empty", f"write {high}..{low}")
    elif high - low >= MAX_VALUES:
        reading.report(node, "range-too-long", f"{name}: {high - low + 1:,} values", f"use at most {MAX_VALUES:,}")
    else:
        return range(low, high + 1)
    return None


def _named(node: MapNode, reading: FieldReader, name: str) -> Mapping[str, str] | None:
    number = OneLine(_NUMBER, "number", "write a number for each name: {fp16: 2, fp32: 4}")
    values = {key: number.read(value, reading, f"{name}.{key}") for key, (_, value) in node.pairs.items()}
    if not values:
        reading.report(node, "empty", f"{name} has no values", "write {fp16: 2, fp32: 4}")
    return (
        None
        if not values or None in values.values()
        else {key: value for key, value in values.items() if value is not None}
    )


@dataclass(frozen=True, slots=True)
class Call:
    """A calculator and its arguments, each an expression, a word, or a list of them."""

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> dict[str, Any] | None:
        if not isinstance(node, MapNode):
            reading.report(node, "not-a-map", "calc is not a map", "write calc: {layer: conv2d, input: [3, n, n], …}")
            return None
        chosen = [key for key in CALCULATORS if key in node.pairs]
        if len(chosen) != 1:
            message = "names no calculator" if not chosen else f"names {' and '.join(chosen)}"
            first = (
                next((closest(key, CALCULATORS) for key in node.pairs if closest(key, CALCULATORS)), None)
                if not chosen
                else None
            )
            fix = f"did you mean {first}?" if first else "write one of layer, network, calculator"
            reading.report(node, "no-calculator" if not chosen else "several-calculators", f"calc {message}", fix)
            return None
        before = len(reading.problems)
        call = {
            key: _argument(value, reading, key, expression=key not in CALCULATORS)
            for key, (_, value) in node.pairs.items()
        }
        return call if len(reading.problems) == before else None

    def schema(self) -> JsonSchema:
        return {"type": "object", "anyOf": [{"required": [one]} for one in CALCULATORS]}


def _argument(node: YamlNode, reading: FieldReader, name: str, *, expression: bool) -> Any:
    match node:
        case SequenceNode() if expression:
            return tuple(_argument(item, reading, name, expression=True) for item in node.items)
        case MapNode() if expression:
            return {key: _argument(value, reading, key, expression=True) for key, (_, value) in node.pairs.items()}
        case _ if expression and not (isinstance(node, ScalarNode) and node.text.strip() in DECLARED_WORDS):
            return OneExpression().read(node, reading, name)
        case _:
            return text_of(node, reading, name)


@dataclass(frozen=True, slots=True)
class Ask:
    """A name, `{name, en, zh, unit, tolerance}`, or a list of them."""

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> tuple[Asked, ...] | None:
        if isinstance(node, SequenceNode):
            return ListOf(_OneAsked(), 1, 6, one="quantity").read(node, reading, name)
        one = _OneAsked().read(node, reading, name)
        return None if one is None else (one,)

    def schema(self) -> JsonSchema:
        one = _OneAsked().schema()
        return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1, "maxItems": 6}]}


@dataclass(frozen=True, slots=True)
class _OneAsked:
    def read(self, node: YamlNode, reading: FieldReader, name: str) -> Asked | None:
        if isinstance(node, MapNode):
            return ASKED.read(node, reading, name)  # type: ignore[no-any-return]
        path = _ASKED_NAME.read(node, reading, name)
        return None if path is None else Asked(path)

    def schema(self) -> JsonSchema:
        return {"anyOf": [_ASKED_NAME.schema(), ASKED.schema()]}


@dataclass(frozen=True, slots=True)
class _Label:
    def read(self, node: YamlNode, reading: FieldReader, name: str) -> str | None:
        return prose_of(node, reading, name)

    def schema(self) -> JsonSchema:
        return {"type": "string"}


def _asked(node: MapNode, values: dict[str, Any], reading: FieldReader, name: str) -> Asked:
    label = Text(values.get("en"), values.get("zh")) if {"en", "zh"} & values.keys() else None
    return Asked(values.get("name", ""), label, values.get("unit"), values.get("tolerance"))


_ASKED_NAME = OneLine(
    _PATH, "name of a quantity", "write a path such as parameters, receptive_field.size or output_shape[0]"
)
ASKED = RecordField(
    {
        "name": Field(_ASKED_NAME, "the quantity", required=True),
        "en": Field(_Label(), "what it is called in English"),
        "zh": Field(_Label(), "what it is called in Chinese"),
        "unit": Field(Unit(), "its unit"),
        "tolerance": Field(TOLERANCE, "exact, 1 % or factor 2"),
    },
    _asked,
)


def _mistake(node: MapNode, values: dict[str, Any], reading: FieldReader, name: str) -> FamilyMistake:
    return FamilyMistake(values.get("value", ""), values.get("cure", Text()), values.get("when"))


MISTAKES = ListOf(
    RecordField(
        {
            "value": Field(OneExpression(), "what the mistake gives", required=True),
            "when": Field(OneExpression(), "where it can happen"),
            "cure": Field(Prose(), "one sentence that corrects it: {en: …, zh: …}", required=True),
        },
        _mistake,
    ),
    1,
    20,
)


FIELDS: dict[str, Field] = {
    "vary": Field(Vary(), "what each variable is drawn from: {n: 7..64, k: [3, 5]}"),
    "where": Field(Expressions(), "conditions that the drawn values meet"),
    "calc": Field(Call(), "the calculator and its arguments: {layer: conv2d, …}"),
    "value": Field(OneExpression(), "the answer as an expression"),
    "ask": Field(Ask(), "what is asked: a name, or a list of names"),
    "mistakes": Field(MISTAKES, "wrong formulas: [{value: …, cure: {en: …, zh: …}}, …]"),
    "unit": Field(Unit(), "the unit of the answer"),
    "tolerance": Field(TOLERANCE, "exact, 1 % or factor 2"),
    "working": Field(Prose(), "the working of the one quantity asked, printed instead of the formula"),
    "convention": Field(Prose(), "printed with the question where it could be read two ways"),
}


def parsed(text: str, node: YamlNode, reading: FieldReader, name: str, at: int | None = None) -> Expression | None:
    """The expression that stands at a place of the file, or None when it cannot be read, which is reported."""
    try:
        return cached(text)
    except ExpressionError as error:
        message = f"{name}: {error.message}" if name else error.message
        start = index_of(node, text, reading) if at is None else at
        reading.report(start + error.position, "not-an-expression", message, error.fix or "write it as 2*p + n // s")
        return None
