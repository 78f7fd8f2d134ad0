"""The JSON Schema of a bank file, for editors; made from the table of fields that also drives loading."""

from __future__ import annotations

from typing import Any

from dlquiz.bank.fields import CARD, FILE
from dlquiz.cards import KINDS


def schema() -> dict[str, Any]:
    """JSON Schema, draft 2020-12. What it cannot say (ids across files, expressions, holes) `bank check` does."""
    properties = {
        name: field.shape.schema() | {"description": field.about} for name, field in FILE.items() if name != "cards"
    }
    properties["cards"] = {
        "type": "array",
        "description": FILE["cards"].about,
        "minItems": 1,
        "items": {"$ref": "#/$defs/card"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A dlquiz deck",
        "type": "object",
        "properties": properties,
        "required": ["cards"],
        "additionalProperties": False,
        "$defs": {"card": _card()},
    }


def _card() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: field.shape.schema() | {"description": field.about} for name, field in CARD.items()},
        "additionalProperties": False,
        "required": ["kind"],
        "anyOf": [{"required": ["id"]}, {"required": ["replaces"]}],
        "allOf": [_of_kind(kind) for kind in KINDS],
    }


def _of_kind(kind: str) -> dict[str, Any]:
    """What cards of one kind must have, and what belongs to other kinds only."""
    required = [name for name, field in CARD.items() if field.required and kind in field.kinds]
    others = {name: False for name, field in CARD.items() if field.kinds and kind not in field.kinds}
    return {
        "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
        "then": {"required": required, "properties": others},
    }
