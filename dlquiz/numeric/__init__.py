"""Numeric families at work: drawing an instance, filling its texts, the worked solution, hints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dlquiz.cards import Language
from dlquiz.messages.quantities import unit_label
from dlquiz.numeric.instance import Instance, Quantity, Shown, WrongValue, distinguishable, instance_of, restored
from dlquiz.numeric.sampling import draw, sample
from dlquiz.numeric.solution import hints, label, sides_before, steps, worked_line
from dlquiz.numeric.template import format_value

__all__ = [
    "AskedQuantity",
    "Instance",
    "NumericQuestion",
    "Quantity",
    "WrongValue",
    "distinguishable",
    "draw",
    "format_value",
    "hints",
    "instance_of",
    "label",
    "mistake_name",
    "question",
    "restored",
    "sample",
    "sides_before",
    "steps",
    "worked_line",
]  # fmt: skip


class AskedQuantity(NamedTuple):
    """One quantity that is asked for, as the question names it."""

    name: str
    label: str
    unit: str
    tolerance: str


class NumericQuestion(NamedTuple):
    """What a numeric question says beside its text; `unit` is that of the first quantity."""

    values: Mapping[str, Shown]
    asked: tuple[AskedQuantity, ...]
    unit: str
    convention: str | None


def question(instance: Instance, language: Language) -> NumericQuestion:
    convention = instance.family.convention
    asked = tuple(
        AskedQuantity(one.name, label(one, language), unit_label(one.unit_name or one.unit, language), one.tolerance)
        for one in instance.quantities
    )
    return NumericQuestion(
        instance.values,
        asked,
        asked[0].unit,
        instance.fill(convention.language(language)) if convention else None,
    )


def mistake_name(name: str, language: Language) -> str:
    """What a mistake kept in the log is called: `O2` → "the padding is added once"; "" for a family's own.

    >>> mistake_name("O2", "en"), mistake_name("P1+P6", "zh"), mistake_name("own:1", "en")
    ('the padding is added once', '漏掉了偏置，忽略了分组', '')
    """
    from dlquiz.calc.mistakes.catalogue import mistake_of

    found = [mistake_of(one) for one in name.replace("|", "+").split("+")]
    parts = [one.name.language(language) for one in found if one]
    joint = "，" if language == "zh" else " or " if "|" in name else " and "
    return joint.join(parts)
