"""A family's formula as a person writes it: floor of a fraction, and of several cases the one that holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dlquiz import expressions
from dlquiz.expressions import Expression, ExpressionNode

_NEEDLESS = re.compile(r"(?<!\w)\((\d+(?:\.\d+)?|[A-Za-z_]\w*)\)")


def written(text: str, values: Mapping[str, Any] | None = None) -> str:
    """The formula with `floor(a / b)` for `a // b`; with values, without the cases that do not hold.

    >>> written("a * (n - 1) // (m - 1) + 1")
    'floor(a * (n - 1) / (m - 1)) + 1'
    >>> written("r * g**((1 if m >= a else 0) + (1 if m >= b else 0))", {"m": 5, "a": 3, "b": 9})
    'r * g**(1 + 0)'
    """
    rendered = _piece(text, expressions.cached(text).node, values)
    return rendered if values is None else _NEEDLESS.sub(r"\1", rendered)


def _piece(text: str, node: ExpressionNode, values: Mapping[str, Any] | None) -> str:
    parts = node.parts
    if not parts:
        return text[node.start : node.end]
    if node.kind == "if" and values is not None:
        chosen, condition, other = parts
        return _piece(text, chosen if Expression(text, condition).holds(values) else other, values)
    rendered = [_piece(text, part, values) for part in parts]
    ends = [node.start, *(part.end for part in parts)]
    gaps = [text[end:start] for end, start in zip(ends, [*(part.start for part in parts), node.end], strict=True)]
    if node.kind == "product" and "//" in node.value:
        return _floored(node.value, rendered, gaps)
    return gaps[0] + "".join(one + gap for one, gap in zip(rendered, gaps[1:], strict=True))


def _floored(operators: tuple[str, ...], rendered: list[str], gaps: list[str]) -> str:
    """The product from left to right; brackets around a factor stand in the gaps beside it."""
    halves = [gap.partition(operator) for gap, operator in zip(gaps[1:-1], operators, strict=True)]
    opened = [gaps[0], *(after.lstrip() for _, _, after in halves)]
    closed = [*(before.rstrip() for before, _, _ in halves), gaps[-1]]
    first, *rest = [left + one + right for left, one, right in zip(opened, rendered, closed, strict=True)]
    for operator, factor in zip(operators, rest, strict=True):
        first = f"floor({first} / {factor})" if operator == "//" else f"{first} {operator} {factor}"
    return first
