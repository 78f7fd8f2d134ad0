"""The worked solution of an instance, its hints, and what its quantities are called."""

from __future__ import annotations

from collections.abc import Mapping

from dlquiz.calc import Step
from dlquiz.cards import Language
from dlquiz.messages.quantities import quantity_label
from dlquiz.numeric.compute import MAX_STEPS, OfExpression
from dlquiz.numeric.instance import Instance, Quantity
from dlquiz.numeric.template import format_value, pretty


def label(quantity: Quantity, language: Language) -> str:
    """What the quantity is called: as the card says, else the field's own word for it."""
    if quantity.label is not None:
        return quantity.label.language(language)
    return quantity_label(quantity.name, language)


def steps(instance: Instance, language: Language) -> tuple[Mapping[str, str], ...]:
    """At most six lines {quantity, formula, numbers, value} that end in the answer of each quantity; `working` stands
    beside them where the family writes its own.
    """
    each = max(1, MAX_STEPS // len(instance.quantities))
    own = instance.family.working
    written = {"working": " ".join(instance.fill(own.language(language)).split())} if own else {}
    return tuple(
        {
            "quantity": label(quantity, language),
            "formula": pretty(step.formula),
            "numbers": pretty(step.numbers),
            "value": format_value(step.value),
        }
        | written
        for quantity in instance.quantities
        for step in _steps(instance, quantity)[-each:]
    )


def worked_line(step: Mapping[str, str], value: str) -> str:
    r"""A step with a working of its own as a line of Markdown that ends in the value, given as it is to be printed.

    >>> worked_line({"quantity": "deviation", "working": "$\\sqrt{2/50}$", "value": "0.2"}, "0.2")
    'deviation = $\\sqrt{2/50}$ = 0.2'
    >>> worked_line({"quantity": "updates", "working": "$10 \\cdot 8 = 80$", "value": "80"}, "80")
    '$10 \\cdot 8 = 80$'
    """
    working = step["working"]
    lead = "" if "=" in working else f"{step['quantity']} = "
    end = working.rstrip("$.。 ").rpartition("=")[2].strip(" $")
    return lead + working + ("" if end in (value, step["value"]) else f" = {value}")


def _steps(instance: Instance, quantity: Quantity) -> tuple[Step, ...]:
    return instance.computed.steps(quantity.name)


def hints(instance: Instance, language: Language) -> tuple[str, ...]:
    """First the formula, then the formula with the numbers in; never the value."""
    computed = instance.computed
    found = computed.hint_steps if isinstance(computed, OfExpression) else computed.steps
    steps_of = [step for quantity in instance.quantities for step in found(quantity.name)]
    formulas = [pretty(step.formula) for step in steps_of]
    numbers = [_with_numbers(step) for step in steps_of if step.numbers]
    return tuple(_unique_lines(lines) for lines in (formulas, numbers) if lines)


def _with_numbers(step: Step) -> str:
    left, equals, _ = step.formula.rpartition(" = ")
    return pretty(f"{left}{equals}{step.numbers}")


def _unique_lines(lines: list[str]) -> str:
    return "\n".join(dict.fromkeys(lines))
