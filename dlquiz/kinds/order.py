"""Order cards: steps that are put in their right order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dlquiz.cards import Card, Language, Order, Text
from dlquiz.kinds.content import OrderQuestion
from dlquiz.kinds.drawing import fixed_order, restored_order
from dlquiz.kinds.encoding import decode_text, encode_text, text_data
from dlquiz.kinds.kind import CardKind, Path, ReplyContext
from dlquiz.randomness import random_order

if TYPE_CHECKING:
    from dlquiz.grading.check import Verdict
    from dlquiz.kinds.view import CardView
    from dlquiz.randomness import RandomSource
    from dlquiz.schema.nodes import MapNode
    from dlquiz.schema.types import Field, FieldReader

MIN_STEPS, MAX_STEPS = 2, 12


class OrderKind(CardKind[Order, tuple[int, ...]]):
    marker = "steps"
    template = """\
  question: {en: "Put the steps of … in order.", zh: "把……的步骤排好顺序。"}
  steps:
    - {en: "…", zh: "……"}
    - {en: "… …", zh: "…………"}
    - {en: "… … …", zh: "………………"}
"""

    def fields(self) -> Mapping[str, Field]:
        from dlquiz.kinds.card_fields import LANGUAGE_FIELDS, text_in
        from dlquiz.schema.types import Field, ListOf, RecordField

        step = RecordField(LANGUAGE_FIELDS, text_in, lambda text: text)
        about = f"the steps in the right order, {MIN_STEPS} to {MAX_STEPS}"
        return {"steps": Field(ListOf(step, MIN_STEPS, MAX_STEPS), about, required=True)}

    def build(self, node: MapNode, values: Mapping[str, Any], reading: FieldReader) -> Order | None:
        from dlquiz.kinds.card_fields import report_templates

        report_templates(node, reading, "steps")
        return Order(values["steps"]) if "steps" in values else None

    def texts(self, body: Order) -> Iterator[tuple[Path, Text]]:
        yield from ((("steps", number), step) for number, step in enumerate(body.steps))

    def searchable(self, body: Order) -> tuple[Text, ...]:
        return body.steps

    def encode(self, body: Order) -> dict[str, Any]:
        return {"steps": [encode_text(step) for step in body.steps]}

    def decode(self, content: Mapping[str, Any]) -> Order:
        return Order(tuple(decode_text(step) for step in content["steps"]))

    def data(self, body: Order) -> dict[str, Any]:
        return {"steps": [text_data(step) for step in body.steps]}

    def draw(self, body: Order, random: RandomSource, stability: float | None = None) -> tuple[int, ...]:
        order = random_order(len(body.steps), random)
        # Steps that already stand in order would give themselves away.
        return order if order != tuple(range(len(order))) else order[1:] + order[:1]

    def fixed(self, body: Order, key: str) -> tuple[int, ...]:
        return fixed_order(key, len(body.steps))

    def snapshot(self, drawn: tuple[int, ...]) -> dict[str, Any]:
        return {"order": list(drawn)}

    def restore(self, body: Order, snapshot: Mapping[str, Any]) -> tuple[int, ...]:
        return restored_order(len(body.steps), snapshot.get("order"))

    def question(self, body: Order, drawn: tuple[int, ...], language: Language) -> OrderQuestion:
        return OrderQuestion(tuple(body.steps[index].language(language) for index in drawn))

    def check(self, body: Order, drawn: tuple[int, ...], reply: object, context: ReplyContext) -> Verdict:
        from dlquiz.grading.check import check_order

        return check_order(drawn, reply)

    def hints(self, card: Card, body: Order, drawn: tuple[int, ...], language: Language) -> tuple[str, ...]:
        from dlquiz.grading.check import order_hints

        return order_hints(drawn, language)

    def complete(self, view: CardView, body: Order, drawn: tuple[int, ...], language: Language) -> CardView:
        from dlquiz.kinds.view import Items, OrderedSteps

        steps = tuple(step.language(language) for step in body.steps)
        items = Items("steps", tuple(steps[index] for index in drawn))
        return view._replace(items=items, solution=OrderedSteps(steps))
