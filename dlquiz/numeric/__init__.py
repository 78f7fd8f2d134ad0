"""Numeric families at work: drawing an instance, filling its texts, the worked solution, hints."""

from __future__ import annotations

from typing import Any

from dlquiz.cards import Language
from dlquiz.numeric.instance import Instance, Quantity, Wrong, distinguishable, instance_of, restored
from dlquiz.numeric.sampling import Chance, draw, sample
from dlquiz.numeric.solution import hints, label, steps, worked_line
from dlquiz.numeric.template import format_value

__all__ = [
    "Chance",
    "Instance",
    "Quantity",
    "Wrong",
    "distinguishable",
    "draw",
    "expected",
    "facts",
    "fill",
    "format_value",
    "hints",
    "instance_of",
    "label",
    "mark",
    "mistake_name",
    "restored",
    "sample",
    "steps",
    "worked_line",
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


def mistake_name(name: str, language: Language) -> str:
    """What a slip kept in the log is called: `O2` → "the padding is added once"; "" for a family's own.

    >>> mistake_name("O2", "en"), mistake_name("P1+P6", "zh"), mistake_name("own:1", "en")
    ('the padding is added once', '漏掉了偏置，忽略了分组', '')
    """
    from dlquiz.calc.mistakes.catalogue import mistake_of

    found = [mistake_of(one) for one in name.replace("|", "+").split("+")]
    parts = [one.name.language(language) for one in found if one]
    joint = "，" if language == "zh" else " or " if "|" in name else " and "
    return joint.join(parts)
