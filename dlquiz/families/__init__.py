"""Numeric families at work: drawing an instance, filling its texts, marking a reply, the worked solution, hints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlquiz.cards import Language
from dlquiz.families.drawing import Chance, draw, sample
from dlquiz.families.instance import Instance, Quantity, Wrong, instance_of, remembered, told_apart
from dlquiz.families.texts import format_value
from dlquiz.families.working import hints, label, steps, worked_line

if TYPE_CHECKING:
    from dlquiz.families.marking import Marking

__all__ = [
    "Chance", "Instance", "Quantity", "Wrong", "draw", "expected", "facts", "fill", "format_value", "hints",
    "instance_of", "label", "mark", "remembered", "sample", "slip_name", "steps", "told_apart",
    "worked_line",
]  # fmt: skip


def fill(text: str, instance: Instance) -> str:
    """A text of the card with the values of the instance in place."""
    return instance.fill(text)


def mark(instance: Instance, reply: object, language: Language) -> Marking:
    """Mark a reply: a string or number, or for several quantities a list in their order or one line; None gives up.

    Raises ReplyError for what cannot be read.
    """
    # Reading replies is not needed before there is one.
    from dlquiz.families import marking

    return marking.mark(instance, reply, language)


def expected(instance: Instance) -> Any:
    """What would have been right, as one replies: a number, a shape as text, or a list of them."""
    from dlquiz.families import marking

    return marking.expected(instance)


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
    from dlquiz.calc.mistakes import mistake_of

    found = [mistake_of(one) for one in name.replace("|", "+").split("+")]
    parts = [one.name.language(language) for one in found if one]
    joint = "，" if language == "zh" else " or " if "|" in name else " and "
    return joint.join(parts)
