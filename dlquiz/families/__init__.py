"""Numeric families at work: drawing an instance, filling its texts, marking a reply, the worked solution, hints."""

from __future__ import annotations

from typing import Any

from dlquiz.cards import Language
from dlquiz.families.drawing import Chance, draw
from dlquiz.families.instance import Instance, Quantity, Wrong, instance_of, remembered, told_apart
from dlquiz.families.marking import Marking, expected, mark
from dlquiz.families.texts import format_value
from dlquiz.families.working import hints, label, steps

__all__ = [
    "Chance", "Instance", "Marking", "Quantity", "Wrong", "draw", "expected", "facts", "fill", "format_value", "hints",
    "instance_of", "label", "mark", "remembered", "slip_name", "steps", "told_apart",
]  # fmt: skip


def fill(text: str, instance: Instance) -> str:
    """A text of the card with the values of the instance in place."""
    return instance.fill(text)


def facts(instance: Instance, language: Language) -> dict[str, Any]:
    """What a question says beside its text: values, what is asked, unit, tolerance and convention."""
    convention = instance.family.convention
    asked = [
        {"name": one.name, "label": label(one, language), "unit": one.unit, "tolerance": one.tolerance}
        for one in instance.quantities
    ]
    return {
        "values": dict(instance.values),
        "asked": asked,
        "unit": instance.quantities[0].unit,
        "convention": instance.fill(convention.language(language)) if convention else None,
    }


def slip_name(name: str, language: Language) -> str:
    """What a slip kept in the log is called: `O2` → "the padding is added once"; "" for a family's own.

    >>> slip_name("O2", "en"), slip_name("P1+P6", "zh"), slip_name("own:1", "en")
    ('the padding is added once', '漏掉了偏置，忽略了分组', '')
    """
    from dlquiz.calc.mistakes import by_id

    parts = [by_id()[one].name.language(language) for one in name.replace("|", "+").split("+") if one in by_id()]
    joint = "，" if language == "zh" else " or " if "|" in name else " and "
    return joint.join(parts)
