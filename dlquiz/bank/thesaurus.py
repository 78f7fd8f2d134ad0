"""`thesaurus.yaml` of a bank directory → its entries."""

from __future__ import annotations

from typing import Any

from dlquiz.schema.nodes import MapNode, SequenceNode, YamlNode
from dlquiz.schema.types import Field, FieldReader, ListOf, OneLine, RecordField
from dlquiz.thesaurus import ThesaurusEntry

_FORMS = ListOf(OneLine(limit=80), 1, 30, one="form")


def _entry(node: MapNode, values: dict[str, Any], reading: FieldReader, name: str) -> ThesaurusEntry:
    entry = ThesaurusEntry(values.get("en", ()), values.get("zh", ()))
    if not node.pairs:
        reading.report(node, "no-text", f"{name} has no forms", "write en: […] and zh: […]")
    elif len(entry.forms) < 2 and values.keys() == node.pairs.keys():
        reading.report(node, "too-few", f"{name} has one form only", "add what else it is called, in either language")
    return entry


ENTRY = RecordField(
    {
        "en": Field(_FORMS, "what it is called in English, the form that cards use first"),
        "zh": Field(_FORMS, "what it is called in Chinese, the form that cards use first"),
    },
    _entry,
)


def read_thesaurus(root: YamlNode | None, reading: FieldReader) -> tuple[ThesaurusEntry, ...]:
    """The entries of a file; what is wrong in it is reported. A form may stand in several entries."""
    if root is not None and not isinstance(root, SequenceNode):
        reading.report(
            root, "not-a-thesaurus", "the file is not a list", "begin each entry with `- {en: […], zh: […]}`"
        )
    items = root.items if isinstance(root, SequenceNode) else []
    entries = [ENTRY.read(node, reading, f"entry {number}") for number, node in enumerate(items, start=1)]
    return tuple(entry for entry in entries if entry is not None)
