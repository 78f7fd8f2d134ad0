"""What the fields of several kinds have in common: texts in two languages, and where `@{…}` may stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dlquiz.cards import Text
from dlquiz.formatting import shortened
from dlquiz.schema.nodes import MapNode, ScalarNode, YamlNode, scalars
from dlquiz.schema.placeholders import templates
from dlquiz.schema.types import Field, FieldReader, JsonSchema, Prose, index_of, prose_of

# The fields of every card whose texts may hold `@{…}` where the kind allows it.
CARD_PROSE = ("question", "answer", "points", "pitfall")


@dataclass(frozen=True, slots=True)
class OneLanguage:
    """The text of one language, under `en` or `zh`."""

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> str | None:
        return prose_of(node, reading, name)

    def schema(self) -> JsonSchema:
        return {"type": ["string", "number", "boolean"]}


@dataclass(frozen=True, slots=True)
class FileLanguage:
    """A text without language under `text`, in a file that says its language."""

    def read(self, node: YamlNode, reading: FieldReader, name: str) -> Text | None:
        return Prose().read(node, reading, name)

    def schema(self) -> JsonSchema:
        return {"type": "string"}


# The fields of a record that is a text, such as a point, an option or a step.
LANGUAGE_FIELDS = {
    "en": Field(OneLanguage(), "the English text"),
    "zh": Field(OneLanguage(), "the Chinese text"),
    "text": Field(FileLanguage(), "the text, in a file that says its language"),
}


def text_in(node: MapNode, values: dict[str, Any], reading: FieldReader, name: str) -> Text:
    """The text of such a record; that it has none is reported."""
    if "text" in values:
        return values["text"]  # type: ignore[no-any-return]
    if not {"en", "zh", "text"} & node.pairs.keys():
        reading.report(node, "no-text", f"{name} has no text in any language", "write en: … and zh: …")
    return Text(values.get("en"), values.get("zh"))


def prose_in(node: MapNode, *own: str) -> Iterator[ScalarNode]:
    """The texts of a card in which `@{…}` may stand: those of every card and those of the kind's own fields."""
    for key in (*CARD_PROSE, *own):
        if (value := node.get(key)) is not None:
            yield from scalars(value)


def report_templates(node: MapNode, reading: FieldReader, *own: str) -> None:
    """Report every `@{…}` in a card of a kind that has no values and no holes."""
    for one in prose_in(node, *own):
        for _, inside in templates(one.text):
            written = "@{" if inside is None else f"@{{{inside}}}"
            reading.report(
                index_of(one, written, reading),
                "template-in-another-kind",
                f"{shortened(written, 20)} outside a numeric or cloze card",
                "change the kind, or write @@{ for a literal @{",
            )
