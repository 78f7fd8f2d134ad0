"""The bytes of one GPU as a function of batch and length: their sum, what is left, and the largest that fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated, line_from_sizes, line_value
from dlquiz.calc.inputs import Exact

# What a search for the largest batch or length stops at.
MOST = 2**40

FitLines = list[WorkingLine]


class FitRequest(NamedTuple):
    """The parts of one GPU's memory as a function of batch and length, and the batch and length that are asked."""

    name: str
    lines: Callable[[int, int], FitLines]
    batch: int
    tokens: int

    def calculation(self, given: Mapping[str, object], memory: Exact | None) -> Calculation:
        """The parts, their sum, what is left of the memory, and the largest batch and length that fit."""
        return calculated(self.name, given, [*self._summed(), *self._backwards(memory)])

    def _summed(self) -> FitLines:
        lines = self.lines(self.batch, self.tokens)
        return [*lines, WorkingLine("bytes", *_sum_of(lines), "B")]

    def _backwards(self, memory: Exact | None) -> FitLines:
        if memory is None:
            return []
        used = total(self.lines(self.batch, self.tokens))
        batch = largest(lambda count: total(self.lines(count, self.tokens)), memory)
        length = largest(lambda count: total(self.lines(self.batch, count)), memory)
        numbers = {"memory": memory, "used": used}
        return [
            WorkingLine("left", "memory - used", numbers, "B"),
            WorkingLine("largest_batch", "largest_that_fits", {}, value=batch),
            WorkingLine("longest_context", "largest_that_fits", {}, "tokens", value=length),
        ]


def total(lines: FitLines) -> Exact:
    """The sum of the lines' quantities."""
    formula, numbers = _sum_of(lines)
    found: Exact = line_value(WorkingLine("bytes", formula, numbers))
    return found


def _sum_of(lines: FitLines) -> tuple[str, dict[str, Any]]:
    values = calculated("", {}, lines).values
    return " + ".join(values), dict(values)


def largest(bytes_for: Callable[[int], Exact], memory: Exact) -> int:
    """The largest whole number whose bytes are at most the memory, 0 if not even 1; the bytes only grow with it.

    >>> largest(lambda count: 100 + 7 * count, 150)
    7
    """
    if bytes_for(1) > memory:
        return 0
    low, high = 1, 2
    while high < MOST and bytes_for(high) <= memory:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if bytes_for(middle) <= memory else (low, middle)
    return low


def bytes_line(quantity: str, formula: str, sizes: Mapping[str, Exact]) -> WorkingLine:
    """A line of whole bytes."""
    return line_from_sizes(quantity, formula if "/" not in formula else f"ceil({formula})", sizes, "B")
