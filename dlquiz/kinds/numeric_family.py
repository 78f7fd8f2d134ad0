"""A numeric family from its fields: what must fit together, and the names that its expressions know."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from dlquiz.cards import Asked, Numeric
from dlquiz.expressions import CONSTANTS, Expression, ExpressionError, cached, parse
from dlquiz.kinds.card_fields import prose_in
from dlquiz.kinds.numeric_fields import CALCULATORS, DECLARED_WORDS, parsed
from dlquiz.schema.nodes import MapNode, ScalarNode, SequenceNode, YamlNode, scalars
from dlquiz.schema.placeholders import templates
from dlquiz.schema.types import FieldReader, index_of


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
        expression = _known_names(text, place, reading, names)
        used |= expression.names if expression else set()
    for argument, text in _arguments(node.get("calc")) if family.calc is not None else ():
        expression = _known_names(text, argument, reading, names | DECLARED_WORDS)
        used |= expression.names if expression else set()
    used |= _check_templates(node, reading, names)
    for name in family.vary:
        if name not in used:
            written = node.get("vary")
            assert isinstance(written, MapNode)
            reading.report(
                written.pairs[name][0], "unused-variable", f"the variable {name} is used nowhere", "delete it or use it"
            )


def _check_exact(node: MapNode, family: Numeric, reading: FieldReader) -> None:
    if family.tolerance == "exact" and not _is_exact(family.value or ""):
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


def _check_templates(node: MapNode, reading: FieldReader, names: Collection[str]) -> set[str]:
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
                expression = parsed(inside, one, reading, "", at) and _known_names(inside, one, reading, names, at)
                used |= expression.names if expression else set()
    return used


def _is_exact(text: str) -> bool:
    try:
        return cached(text).exact
    except ExpressionError:
        return True


def _known_names(
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
