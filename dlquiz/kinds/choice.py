"""Choice cards: one or several of the options are right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dlquiz.cards import LANGUAGES, Card, Choice, Language, Option, Text
from dlquiz.kinds.content import ChoiceQuestion
from dlquiz.kinds.drawing import fixed_order, restored_order
from dlquiz.kinds.encoding import decode_optional_text, decode_text, encode_text, text_data
from dlquiz.kinds.kind import CardKind, Path, ReplyContext
from dlquiz.randomness import random_order

if TYPE_CHECKING:
    from dlquiz.grading.check import Verdict
    from dlquiz.kinds.view import CardView
    from dlquiz.randomness import RandomSource
    from dlquiz.schema.nodes import MapNode
    from dlquiz.schema.types import Field, FieldReader

MIN_OPTIONS, MAX_OPTIONS = 2, 6


class ChoiceKind(CardKind[Choice, tuple[int, ...]]):
    marker = "options"
    template = """\
  question: {en: "…?", zh: "……？"}
  options:
    - {en: "…", zh: "……", right: true, why: {en: "…", zh: "……"}}
    - {en: "… …", zh: "…………", right: false, why: {en: "…", zh: "……"}}
    - {en: "… … …", zh: "………………", right: false, why: {en: "…", zh: "……"}}
"""

    def fields(self) -> Mapping[str, Field]:
        from dlquiz.kinds.card_fields import LANGUAGE_FIELDS
        from dlquiz.schema.types import Boolean, Field, ListOf, Prose, RecordField

        option = RecordField(
            {
                **LANGUAGE_FIELDS,
                "right": Field(Boolean(), "true or false; false when left out"),
                "why": Field(Prose(), "why the option is right or wrong: {en: …, zh: …}"),
            },
            _option,
            lambda text: Option(text, False),
        )
        about = f"{MIN_OPTIONS} to {MAX_OPTIONS} options, the right ones with right: true"
        return {"options": Field(ListOf(option, MIN_OPTIONS, MAX_OPTIONS), about, required=True)}

    def build(self, node: MapNode, values: Mapping[str, Any], reading: FieldReader) -> Choice | None:
        from dlquiz.kinds.card_fields import report_templates

        report_templates(node, reading, "options")
        options: tuple[Option, ...] | None = values.get("options")
        if options is None:
            return None
        _check_options(node, options, reading)
        return Choice(options)

    def texts(self, body: Choice) -> Iterator[tuple[Path, Text]]:
        for number, option in enumerate(body.options):
            yield ("options", number), option.text
            if option.why:
                yield ("options", number, "why"), option.why

    def searchable(self, body: Choice) -> list[Text]:
        return [option.text for option in body.options]

    def encode(self, body: Choice) -> dict[str, Any]:
        return {"options": [[encode_text(one.text), one.right, encode_text(one.why)] for one in body.options]}

    def decode(self, content: Mapping[str, Any]) -> Choice:
        return Choice(
            tuple(
                Option(decode_text(text), right, decode_optional_text(why)) for text, right, why in content["options"]
            )
        )

    def data(self, body: Choice) -> dict[str, Any]:
        return {
            "options": [
                {**text_data(one.text), "right": one.right, **({"why": text_data(one.why)} if one.why else {})}
                for one in body.options
            ]
        }

    def draw(self, body: Choice, random: RandomSource, stability: float | None = None) -> tuple[int, ...]:
        return random_order(len(body.options), random)

    def fixed(self, body: Choice, key: str) -> tuple[int, ...]:
        return fixed_order(key, len(body.options))

    def snapshot(self, drawn: tuple[int, ...]) -> dict[str, Any]:
        return {"order": list(drawn)}

    def restore(self, body: Choice, snapshot: Mapping[str, Any]) -> tuple[int, ...]:
        return restored_order(len(body.options), snapshot.get("order"))

    def question(self, body: Choice, drawn: tuple[int, ...], language: Language) -> ChoiceQuestion:
        options = tuple(body.options[index].text.language(language) for index in drawn)
        return ChoiceQuestion(options, sum(option.right for option in body.options) > 1)

    def check(self, body: Choice, drawn: tuple[int, ...], reply: object, context: ReplyContext) -> Verdict:
        from dlquiz.grading.check import check_choice

        return check_choice([body.options[index].right for index in drawn], reply)

    def hints(self, card: Card, body: Choice, drawn: tuple[int, ...], language: Language) -> tuple[str, ...]:
        from dlquiz.grading.check import choice_hints

        return choice_hints([body.options[index].right for index in drawn], language)

    def complete(self, view: CardView, body: Choice, drawn: tuple[int, ...], language: Language) -> CardView:
        from dlquiz.kinds.view import Items, JudgedOption, JudgedOptions

        judged = tuple(
            JudgedOption(one.text.language(language), one.right, one.why.language(language) if one.why else None)
            for one in (body.options[index] for index in drawn)
        )
        items = Items("options", tuple(one.text for one in judged))
        return view._replace(items=items, solution=JudgedOptions(judged))


def _option(node: MapNode, values: dict[str, Any], reading: FieldReader, name: str) -> Option:
    from dlquiz.kinds.card_fields import text_in

    return Option(text_in(node, values, reading, name), values.get("right", False), values.get("why"))


def _check_options(node: MapNode, options: tuple[Option, ...], reading: FieldReader) -> None:
    from dlquiz.formatting import shortened
    from dlquiz.schema.nodes import SequenceNode

    written = node.get("options")
    assert isinstance(written, SequenceNode)
    if not any(option.right for option in options):
        reading.report(written, "no-right-option", "no option is right", "mark one with right: true")
    for language in LANGUAGES:
        seen: set[str] = set()
        for place, option in zip(written.items, options, strict=True):
            text = getattr(option.text, language)
            if text is not None and text in seen:
                message = f"two options say {shortened(text)!r}"
                reading.report(place, "repeated", message, "change or delete one of them")
                return
            seen.add(text)
