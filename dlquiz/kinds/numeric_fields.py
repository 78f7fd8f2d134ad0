"""Numeric families as they are written: the shapes of their fields, and what must fit together."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dlquiz.cards import Asked, Domain, FamilyMistake, Numeric, Text
from dlquiz.expressions import CONSTANTS, RESERVED, Expression, ExpressionError, cached, parse
from dlquiz.formatting import shortened
from dlquiz.kinds.card_fields import prose_in
from dlquiz.schema.nodes import MapNode, ScalarNode, SequenceNode, YamlNode, scalars
from dlquiz.schema.placeholders import templates
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
            key: domain(value, reading, key) for key, (_, value) in node.pairs.items() if _is_name(key, node, reading)
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


def domain(node: YamlNode, reading: FieldReader, name: str) -> Domain | None:
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


def build(node: MapNode, values: Mapping[str, Any], reading: FieldReader) -> Numeric:
    """The family; what does not fit together is reported."""
    _check_fields(node, values, reading)
    family = Numeric(
        ask=values.get("ask", (Asked("value"),)),
        vary=values.get("vary", {}),
        where=values.get("where", ()),
        calc=values.get("calc"),
        value=values.get("value"),
        mistakes=values.get("mistakes", ()),
        unit=values.get("unit", ""),
        tolerance=values.get("tolerance", "exact"),
        convention=values.get("convention"),
        working=values.get("working"),
    )
    if _readable(node, values, "vary"):
        _check_names(node, family, reading)
    if "value" in values and _readable(node, values, "tolerance"):
        _check_exact(node, family, reading)
    return family


def _check_fields(node: MapNode, values: Mapping[str, Any], reading: FieldReader) -> None:
    """Report fields that do not go together: calc and value, and what needs one of them."""
    if "calc" not in node.pairs and "value" not in node.pairs:
        reading.report(
            node,
            "nothing-computed",
            "neither calc nor value",
            "say how the answer is computed: calc: {layer: …} or value: an expression",
        )
    if "calc" in node.pairs and "value" in node.pairs:
        reading.report(node.pairs["value"][0], "computed-twice", "both calc and value", "keep one of them")
    if "calc" in node.pairs and "ask" not in node.pairs:
        reading.report(
            node, "missing-field", "ask is missing", "write ask: the name of a quantity, such as output_size"
        )
    if (
        "value" in node.pairs
        and "calc" not in node.pairs
        and len(values.get("mistakes", ())) < 2
        and _readable(node, values, "mistakes")
    ):
        reading.report(
            node.pairs["value"][0],
            "too-few",
            "value with fewer than two mistakes",
            "write mistakes: two or more wrong formulas, each with its cure",
        )
    if "value" in node.pairs and len(values.get("ask", ())) > 1:
        reading.report(
            node.pairs["ask"][1], "too-many", "several quantities are asked but value gives one", "ask one, or use calc"
        )
    if "working" in node.pairs and len(values.get("ask", ())) > 1:
        reading.report(
            node.pairs["working"][0],
            "working-of-several",
            "one working, but several quantities are asked",
            "delete it: the calculator shows its own working of each",
        )


def _readable(node: MapNode, values: Mapping[str, Any], key: str) -> bool:
    return key not in node.pairs or key in values


def _check_names(node: MapNode, family: Numeric, reading: FieldReader) -> None:
    names, used = set(family.vary), set[str]()
    for place, text in _expressions(node):
        expression = known_names(text, place, reading, names)
        used |= expression.names if expression else set()
    for argument, text in _arguments(node.get("calc")) if family.calc is not None else ():
        expression = known_names(text, argument, reading, names | DECLARED_WORDS)
        used |= expression.names if expression else set()
    used |= check_templates(node, reading, names)
    for name in family.vary:
        if name not in used:
            written = node.get("vary")
            assert isinstance(written, MapNode)
            reading.report(
                written.pairs[name][0], "unused-variable", f"the variable {name} is used nowhere", "delete it or use it"
            )


def _check_exact(node: MapNode, family: Numeric, reading: FieldReader) -> None:
    if family.tolerance == "exact" and not exact(family.value or ""):
        at = node.pairs.get("tolerance", node.pairs["value"])[1]
        reading.report(
            at, "exact-with-floats", "tolerance exact, but the value is not a fraction", "write a tolerance such as 1 %"
        )


def _expressions(node: MapNode) -> Iterator[tuple[ScalarNode, str]]:
    for key in ("where", "value"):
        if (value := node.get(key)) is not None:
            yield from ((one, one.text.strip()) for one in scalars(value))
    mistakes = node.get("mistakes")
    for mistake in mistakes.items if isinstance(mistakes, SequenceNode) else []:
        for key in ("value", "when"):
            if isinstance(mistake, MapNode) and isinstance(one := mistake.get(key), ScalarNode):
                yield one, one.text.strip()


def _arguments(node: YamlNode | None) -> Iterator[tuple[ScalarNode, str]]:
    for key, (_, value) in node.pairs.items() if isinstance(node, MapNode) else ():
        if key == "network":
            for one in scalars(value):
                yield from ((one, inside.inside) for inside in templates(one.text) if inside.inside is not None)
        elif key not in CALCULATORS:
            yield from ((one, one.text.strip()) for one in scalars(value) if one.text.strip() not in DECLARED_WORDS)


def check_templates(node: MapNode, reading: FieldReader, names: Collection[str]) -> set[str]:
    """Report what stands wrongly in `@{…}` of the card's texts; the names that are used there."""
    used: set[str] = set()
    for one in prose_in(node, "convention", "working", "mistakes", "ask"):
        for start, inside in templates(one.text):
            if inside is None:
                reading.report(
                    index_of(one, one.text[start : start + 12], reading),
                    "template-not-closed",
                    "@{ is never closed",
                    "write @{name}, or @@{ for a literal @{",
                )
            else:
                at = index_of(one, f"@{{{inside}}}", reading) + 2
                expression = parsed(inside, one, reading, "", at) and known_names(inside, one, reading, names, at)
                used |= expression.names if expression else set()
    return used


def exact(text: str) -> bool:
    try:
        return cached(text).exact
    except ExpressionError:
        return True


def parsed(text: str, node: YamlNode, reading: FieldReader, name: str, at: int | None = None) -> Expression | None:
    """The expression that stands at a place of the file, or None when it cannot be read, which is reported."""
    try:
        return cached(text)
    except ExpressionError as error:
        message = f"{name}: {error.message}" if name else error.message
        start = index_of(node, text, reading) if at is None else at
        reading.report(start + error.position, "not-an-expression", message, error.fix or "write it as 2*p + n // s")
        return None


def known_names(
    text: str, node: YamlNode, reading: FieldReader, names: Collection[str], at: int | None = None
) -> Expression | None:
    """The expression, or None when it has other names, which is reported, or is no expression, which was before."""
    try:
        expression = cached(text)
    except ExpressionError:
        return None
    if expression.names <= CONSTANTS.keys() | set(names):
        return expression
    try:
        return parse(text, names)
    except ExpressionError as error:
        start = index_of(node, text, reading) if at is None else at
        reading.report(start + error.position, "unknown-name", error.message, error.fix or "declare it in vary")
        return None
