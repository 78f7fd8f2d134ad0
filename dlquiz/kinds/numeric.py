"""Numeric cards: computed questions with fresh values at each showing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dlquiz.cards import Asked, Card, Domain, FamilyMistake, Language, Numeric, Text
from dlquiz.kinds.encoding import decode_optional_text, decode_text, encode_text, freeze, plain_data, text_data
from dlquiz.kinds.kind import CardKind, Path, ReplyContext
from dlquiz.randomness import KeyedRandomSource

if TYPE_CHECKING:
    from dlquiz.grading.check import Verdict
    from dlquiz.kinds.view import CardView, WorkingStep
    from dlquiz.numeric import Instance, NumericQuestion
    from dlquiz.randomness import RandomSource
    from dlquiz.schema.nodes import MapNode
    from dlquiz.schema.types import Field, FieldReader


class NumericKind(CardKind[Numeric, "Instance"]):
    marker = "calc"
    template = """\
  question:
    en: "An input of side @{n}, kernel @{k}, stride @{s}, padding @{p}: the side of the output?"
    zh: "输入边长 @{n}，卷积核 @{k}，步幅 @{s}，填充 @{p}，输出边长是多少？"
  vary: {n: 13..64, k: [3, 5, 7], s: [2, 3], p: 1..3}
  where: ["p <= k // 2", "(n + 2*p - k) % s != 0"]
  calc: {layer: conv2d, input: [8, n, n], out_channels: 8, kernel_size: k, stride: s, padding: p}
  ask: output_size
  tolerance: exact
"""

    def fields(self) -> Mapping[str, Field]:
        from dlquiz.kinds.numeric_fields import FIELDS

        return FIELDS

    def build(self, node: MapNode, values: Mapping[str, Any], reading: FieldReader) -> Numeric:
        from dlquiz.kinds.numeric_family import build

        return build(node, values, reading)

    def texts(self, body: Numeric) -> Iterator[tuple[Path, Text]]:
        if body.convention:
            yield ("convention",), body.convention
        if body.working:
            yield ("working",), body.working
        for number, mistake in enumerate(body.mistakes):
            yield ("mistakes", number, "cure"), mistake.cure
        for number, asked in enumerate(body.ask):
            if asked.label:
                yield ("ask", number), asked.label

    def encode(self, body: Numeric) -> dict[str, Any]:
        content = {
            "ask": [[asked.name, encode_text(asked.label), asked.unit, asked.tolerance] for asked in body.ask],
            "vary": {name: _domain_data(domain) for name, domain in body.vary.items()},
            "where": body.where,
            "calc": body.calc,
            "value": body.value,
            "mistakes": [[mistake.value, encode_text(mistake.cure), mistake.when] for mistake in body.mistakes],
            "unit": body.unit,
            "tolerance": body.tolerance,
            "convention": encode_text(body.convention),
            "working": encode_text(body.working),
        }
        return {name: value for name, value in content.items() if value or name not in _EMPTY_AT_FIRST}

    def decode(self, content: Mapping[str, Any]) -> Numeric:
        return Numeric(
            ask=tuple(
                Asked(name, decode_optional_text(label), unit, tolerance)
                for name, label, unit, tolerance in content["ask"]
            ),
            vary={name: _decode_domain(domain) for name, domain in content.get("vary", {}).items()},
            where=tuple(content.get("where", ())),
            calc=freeze(content.get("calc")),
            value=content.get("value"),
            mistakes=tuple(
                FamilyMistake(value, decode_text(cure), when) for value, cure, when in content.get("mistakes", ())
            ),
            unit=content.get("unit", ""),
            tolerance=content.get("tolerance", "exact"),
            convention=decode_optional_text(content.get("convention")),
            working=decode_optional_text(content.get("working")),
        )

    def data(self, body: Numeric) -> dict[str, Any]:
        asked = [
            {"name": one.name, **text_data(one.label), "unit": one.unit, "tolerance": one.tolerance} for one in body.ask
        ]
        return {
            "vary": {name: _domain_data(domain) for name, domain in body.vary.items()},
            "where": list(body.where),
            "calc": plain_data(body.calc) if body.calc else None,
            "value": body.value,
            "ask": [{name: value for name, value in one.items() if value is not None} for one in asked],
            "mistakes": [
                {"value": one.value, **({"when": one.when} if one.when else {}), "cure": text_data(one.cure)}
                for one in body.mistakes
            ],
            "unit": body.unit,
            "tolerance": body.tolerance,
            "convention": text_data(body.convention),
            "working": text_data(body.working),
        }

    def draw(self, body: Numeric, random: RandomSource, stability: float | None = None) -> Instance:
        from dlquiz import numeric

        return numeric.draw(body, random, stability)

    def fixed(self, body: Numeric, key: str) -> Instance:
        from dlquiz import numeric

        return numeric.draw(without_mistakes(body), KeyedRandomSource(key))

    def snapshot(self, drawn: Instance) -> dict[str, Any]:
        # The mistakes are kept beside the values, so that nothing is computed again to say how often each could have
        # been made.
        return {"values": dict(drawn.values), "slips": drawn.possible_mistakes}

    def restore(self, body: Numeric, snapshot: Mapping[str, Any]) -> Instance:
        from dlquiz import numeric

        values = snapshot.get("values")
        instance = numeric.restored(body, values) if isinstance(values, Mapping) else None
        if instance is None:
            raise ValueError("other variables than the card has now")
        return instance

    def fill(self, drawn: Instance, text: str) -> str:
        return drawn.fill(text)

    def question(self, body: Numeric, drawn: Instance, language: Language) -> NumericQuestion:
        from dlquiz import numeric

        return numeric.question(drawn, language)

    def listed(self, body: Numeric, question: str, random: RandomSource) -> str:
        from dlquiz import numeric

        return numeric.sample(body, random, question) if "@{" in question else question

    def check(self, body: Numeric, drawn: Instance, reply: object, context: ReplyContext) -> Verdict:
        from dlquiz.grading.check import check_numeric

        return check_numeric(drawn, reply, context.language)

    def hints(self, card: Card, body: Numeric, drawn: Instance, language: Language) -> tuple[str, ...]:
        from dlquiz import numeric

        return numeric.hints(drawn, language)

    def complete(self, view: CardView, body: Numeric, drawn: Instance, language: Language) -> CardView:
        from dlquiz import numeric
        from dlquiz.kinds.view import SolvedQuantity, Working

        asked = numeric.question(drawn, language)
        quantities = tuple(
            SolvedQuantity(one, numeric.format_value(quantity.value), language)
            for one, quantity in zip(asked.asked, drawn.quantities, strict=True)
        )
        hints = numeric.hints(drawn, language)
        return view._replace(
            quantities=quantities,
            convention=asked.convention,
            hint=hints[0] if hints else None,
            solution=Working(tuple(_working_step(step) for step in numeric.steps(drawn, language))),
        )


# What most cards do not have, and the cache leaves out where it is empty.
_EMPTY_AT_FIRST = frozenset(("vary", "where", "mistakes", "unit"))


def without_mistakes(template: Numeric) -> Numeric:
    """The template for a place where no mistake is diagnosed, so that its own need not be computed or told apart."""
    return template._replace(mistakes=())


def _working_step(step: Mapping[str, str]) -> WorkingStep:
    from dlquiz.formatting import spoken_number
    from dlquiz.kinds.view import WorkingStep
    from dlquiz.numeric import worked_line

    line = worked_line(step, spoken_number(step["value"])) if "working" in step else None
    return WorkingStep(step["quantity"], step["formula"], step["numbers"], step["value"], line)


def _domain_data(domain: Domain) -> Any:
    if isinstance(domain, range):
        return f"{domain.start}..{domain.stop - 1}"
    return dict(domain) if isinstance(domain, Mapping) else list(domain)


def _decode_domain(domain: Any) -> Domain:
    if isinstance(domain, str):
        low, high = domain.split("..")
        return range(int(low), int(high) + 1)
    return domain if isinstance(domain, dict) else tuple(domain)
