"""Arguments of calculators that belong together: a parameter whose type is a dataclass is given by its fields.

So is a field whose type is one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from functools import cache
from inspect import Parameter, signature
from typing import TypeVar

_Result = TypeVar("_Result")


@cache
def parameters(function: Callable[..., object]) -> dict[str, Parameter]:
    """The arguments of a function by their names, those of each group in its place.

    >>> from dlquiz.calc.costs.matrices import adafactor_memory
    >>> list(parameters(adafactor_memory))[:5]
    ['shapes', 'layers', 'width', 'heads', 'kv_heads']
    """
    groups, found = _groups(function), dict[str, Parameter]()
    for name, parameter in signature(function).parameters.items():
        found |= parameters(groups[name]) if name in groups else {name: parameter}
    return found


def call(function: Callable[..., _Result], arguments: Mapping[str, object]) -> _Result:
    """What the function gives for arguments by their names, those of its groups put into them."""
    left = dict(arguments)
    for name, group in _groups(function).items():
        given = {one: left.pop(one) for one in parameters(group) if one in left}
        left[name] = call(group, given)
    return function(**left)


@cache
def _groups(function: Callable[..., object]) -> dict[str, type]:
    """The parameters that are groups, with their types: annotations are texts, which the function's module knows."""
    known = vars(sys.modules[function.__module__])
    named = {name: known.get(parameter.annotation) for name, parameter in signature(function).parameters.items()}
    return {name: group for name, group in named.items() if is_dataclass(group) and isinstance(group, type)}
