"""The worked solution of an instance, its hints, and what its quantities are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import gcd, isclose
from typing import Any

from dlquiz.calc import Step, translations
from dlquiz.cards import Language
from dlquiz.messages.quantities import quantity_label
from dlquiz.numeric.compute import MAX_STEPS, OfCalculator, OfExpression, OfLayer
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
    own = instance.family.working
    each = 1 if own else max(1, MAX_STEPS // len(instance.quantities))
    written = {"working": " ".join(instance.fill(own.language(language)).split())} if own else {}
    return tuple(
        {
            "quantity": label(quantity, language),
            "formula": pretty(_formula(instance, step, language)),
            "numbers": pretty(step.numbers),
            "value": format_value(step.value),
        }
        | written
        for quantity in instance.quantities
        for step in _steps(instance, quantity)[-each:]
    )


def sides_before(value: str, formula: str, numbers: str) -> list[str]:
    """What stands before the value in the line of a step: the sides of the formula and the numbers put in, without
    what would say the value or the side before it again.

    >>> sides_before("3", "a + b", "1 + 2"), sides_before("96", "w = C_out", "96"), sides_before("12", "3 · 4", "3 · 4")
    (['a + b', '1 + 2'], ['w', 'C_out'], ['3 · 4'])
    """
    sides = [side for side in formula.split(" = ") if side not in ("", value)]
    return sides if numbers in ("", value, *sides[-1:]) else [*sides, numbers]


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


def _formula(instance: Instance, step: Step, language: Language) -> str:
    """The formula of a step; a layer's speaks in words, the others in letters and in the names of earlier steps."""
    if isinstance(instance.computed, OfLayer):
        return translations.formula(step.formula, language)
    quantity, dot, _ = step.quantity.partition(".")
    if dot and step.formula.startswith(f"{quantity} / "):
        return quantity_label("bytes", language) + step.formula.removeprefix(quantity)
    calculator = instance.computed.result.name if isinstance(instance.computed, OfCalculator) else ""
    return _NAME_OF_A_STEP.sub(lambda name: _step_name(name[0], calculator, language), step.formula)


def _step_name(name: str, calculator: str, language: Language) -> str:
    """An earlier step as a formula names it: spelt out, in Chinese by its label where it has one."""
    from dlquiz.messages.calculators import chinese, english

    if language == "en":
        return english(name)
    return (chinese(name, calculator) if calculator else None) or quantity_label(name, language)


def _steps(instance: Instance, quantity: Quantity) -> tuple[Step, ...]:
    return instance.computed.steps(quantity.name)


def hints(instance: Instance, language: Language) -> tuple[str, ...]:
    """First the formula, then the formula with the numbers in; never the value. Markdown: where the family writes its
    working, they are parts of it, in the symbols of the question.
    """
    if instance.family.working:
        values = [quantity.value for quantity in instance.quantities]
        return _parts_of(" ".join(instance.fill(instance.family.working.language(language)).split()), values)
    computed = instance.computed
    found = computed.hint_steps if isinstance(computed, OfExpression) else computed.steps
    steps_of = [step for quantity in instance.quantities for step in found(quantity.name)]
    formulas = [_formula(instance, step, language) for step in steps_of]
    numbers = [_with_numbers(formula, step) for formula, step in zip(formulas, steps_of, strict=True) if step.numbers]
    return tuple(_unique_lines(lines) for lines in ([*map(pretty, formulas)], numbers) if lines)


def _with_numbers(formula: str, step: Step) -> str:
    left, equals, _ = formula.rpartition(" = ")
    return pretty(f"{left}{equals}{step.numbers}")


def _unique_lines(lines: list[str]) -> str:
    return "\n".join(dict.fromkeys(lines))


_NAME_OF_A_STEP = re.compile(r"\b(?:[a-z]{2,}(?:_[a-z]{3,})+|[a-z]{4,})\b")
# A letter with its index, or its size: no computation yet.
_NAME = re.compile(r"\|?\\?[A-Za-z]+(?:_(?:\{[^{}]*\}|\w))?\|?")
_FRACTION = re.compile(r"(-?)(?:\\frac\{(\d+)\}\{(\d+)\}|(\d+)/(\d+))")


def _parts_of(working: str, values: Sequence[Any]) -> tuple[str, ...]:
    r"""The working as far as its first computation, and all of it but an answer at its end.

    >>> _parts_of("$1/(1-f)=1/(1-0.975)=40$", [40])
    ('$1/(1-f)$', '$1/(1-f)=1/(1-0.975)$')
    >>> _parts_of("$x=\\frac{1}{p}=\\frac{4+5}{4}$, $y = \\frac{9}{4}$", [2.25])
    ('$x=\\frac{1}{p}$', '$x=\\frac{1}{p}=\\frac{4+5}{4}$, $y$')
    """
    sides = list(_sides(working))
    if sides and _is_one_of(working[sides[-1] + 1 :].strip(" $.。"), values):
        working = _closed(working[: sides.pop()])
    first = next((end for end in sides if not _NAME.fullmatch(working[:end].strip(" $"))), len(working))
    return tuple(dict.fromkeys((_closed(working[:first]), working)))


def _is_one_of(side: str, values: Sequence[Any]) -> bool:
    """Whether it is a value as it is printed, or as a fraction in lowest terms."""
    if side in map(format_value, values):
        return True
    fraction = _FRACTION.fullmatch(side)
    if fraction is None:
        return False
    over, under = int(fraction[2] or fraction[4]), int(fraction[3] or fraction[5])
    signed = (-over if fraction[1] else over) / under
    return gcd(over, under) == 1 and any(isclose(signed, value) for value in values if not isinstance(value, tuple))


def _sides(working: str) -> Iterator[int]:
    """Where an equals sign stands that is in no braces."""
    depth = 0
    for place, character in enumerate(working):
        depth += (character == "{") - (character == "}")
        if character == "=" and not depth:
            yield place


def _closed(part: str) -> str:
    """The part without blanks at its end, its last formula closed."""
    part = part.rstrip(" ,，$") if part.count("$") % 2 == 0 else part.rstrip()
    return part + "$" * (part.count("$") % 2)
