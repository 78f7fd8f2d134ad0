"""Open cards: a question that is answered in words, judged by the points of the card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dlquiz.cards import Card, Language, Open
from dlquiz.kinds.kind import CardKind, ReplyContext

if TYPE_CHECKING:
    from dlquiz.grading.check import Verdict
    from dlquiz.kinds.view import CardView
    from dlquiz.randomness import RandomSource
    from dlquiz.schema.nodes import MapNode
    from dlquiz.schema.types import Field, FieldReader


class OpenKind(CardKind[Open, None]):
    template = """\
  question: {en: "…?", zh: "……？"}
  answer:
    en: |
      … a word … a stem …
    zh: |
      ……词……说法……
  points:
    - {en: "…", zh: "……", cues: {en: [word], zh: [词]}}
    - {en: "… …", zh: "…………", cues: {en: [stem], zh: [说法]}}
"""

    def fields(self) -> Mapping[str, Field]:
        return {}

    def build(self, node: MapNode, values: Mapping[str, Any], reading: FieldReader) -> Open:
        from dlquiz.kinds.card_fields import report_templates

        report_templates(node, reading)
        if not ({"answer", "points"} & node.pairs.keys() or values.get("draft")):
            reading.report(node, "missing-field", "answer is missing", "write answer: {en: …, zh: …}, or points")
        return Open()

    def encode(self, body: Open) -> dict[str, Any]:
        return {}

    def decode(self, content: Mapping[str, Any]) -> Open:
        return Open()

    def data(self, body: Open) -> dict[str, Any]:
        return {}

    def draw(self, body: Open, random: RandomSource, stability: float | None = None) -> None:
        return None

    def fixed(self, body: Open, key: str) -> None:
        return None

    def restore(self, body: Open, snapshot: Mapping[str, Any]) -> None:
        return None

    def question(self, body: Open, drawn: None, language: Language) -> None:
        return None

    def check(self, body: Open, drawn: None, reply: object, context: ReplyContext) -> Verdict:
        from dlquiz.grading.check import check_open

        return check_open(context.card.question, context.card.points, reply, context.lexicon)

    def hints(self, card: Card, body: Open, drawn: None, language: Language) -> tuple[str, ...]:
        from dlquiz.grading.check import open_hints

        return open_hints(card.points, language)

    def complete(self, view: CardView, body: Open, drawn: None, language: Language) -> CardView:
        return view
