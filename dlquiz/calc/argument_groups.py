"""Arguments of calculators that belong together: a parameter whose type is a dataclass is given by its fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from inspect import Parameter, signature
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlquiz.calc.calculation import Calculation


@cache
def parameters(function: Callable[..., object]) -> dict[str, Parameter]:
    """The arguments of a function by their names, those of each group in its place.

    >>> from dlquiz.calc.costs.matrices import adafactor_memory
    >>> list(parameters(adafactor_memory))[:4]
    ['shapes', 'layers', 'width', 'heads']
    """
    groups, found = _groups(function), dict[str, Parameter]()
    for name, parameter in signature(function).parameters.items():
        found |= signature(groups[name]).parameters if name in groups else {name: parameter}
    return found


def call(function: Callable[..., Calculation], arguments: Mapping[str, object]) -> Calculation:
    """What the function gives for arguments by their names, those of its groups put into them."""
    left = dict(arguments)
    for name, group in _groups(function).items():
        names = [one.name for one in fields(group) if one.name in left]
        left[name] = group(**{one: left.pop(one) for one in names})
    return function(**left)


@cache
def _groups(function: Callable[..., object]) -> dict[str, type]:
    """The parameters that are groups, with their types: annotations are texts, which the function's module knows."""
    known = getattr(function, "__globals__", {})
    named = {name: known.get(parameter.annotation) for name, parameter in signature(function).parameters.items()}
    return {name: group for name, group in named.items() if is_dataclass(group) and isinstance(group, type)}
