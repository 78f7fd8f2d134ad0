"""What the units of a map see along one axis of the input, as intervals that repeat with a period.

They say of unit i = q * period + r that it sees the pixels from q * advance + lows[r] to q * advance + highs[r]
(None where it sees nothing). Ordinary networks have period 1; decoders and adaptive pooling have phases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from math import gcd, lcm
from typing import Any, NamedTuple

from dlquiz.calc.receptive_field.window import Window, fraction

MAX_PHASES = 256


class UnitIntervals(NamedTuple):
    """The first and the last pixel that each unit of a map sees along an axis, None for one that sees none.

    They repeat after `period` units, `advance` pixels further on.
    """

    period: int
    advance: int
    lows: tuple[int | None, ...]
    highs: tuple[int | None, ...]

    def low(self, unit: int) -> int | None:
        turns, phase = divmod(unit, self.period)
        low = self.lows[phase]
        return None if low is None else turns * self.advance + low

    def high(self, unit: int) -> int | None:
        turns, phase = divmod(unit, self.period)
        high = self.highs[phase]
        return None if high is None else turns * self.advance + high

    def sizes(self) -> list[int]:
        return [
            0 if low is None or high is None else high - low + 1
            for low, high in zip(self.lows, self.highs, strict=True)
        ]

    def field(self, ratio: Callable[[int, int], object] | None = None) -> dict[str, Any]:
        """{size, jump, start, padding}; {period, sizes} where the size depends on the phase, {period, firsts} where
        only the place does.

        Unit i sees from i * jump - padding on (within a pixel where that is no whole number), and with `firsts` from
        firsts[i mod period] + (i // period) * period * jump on. Rationals that are not whole are made by `ratio`,
        `Fraction` unless given.

        >>> UnitIntervals(1, 32, (-213,), (213,)).field()
        {'size': 427, 'jump': 32, 'start': Fraction(1, 2), 'padding': 213}
        """
        made, sizes = ratio or fraction, self.sizes()
        at = next((one for one, size in enumerate(sizes) if size), 0)
        low, high = self.lows[at] or 0, self.highs[at] or 0
        start = made((low + high + 1) * self.period - 2 * at * self.advance, 2 * self.period)
        padding = -(self.lows[0] if self.lows[0] is not None else low)
        jump = made(self.advance, self.period)
        axis_fields: dict[str, Any] = {"size": max(sizes), "jump": jump, "start": start, "padding": padding}
        if len(set(sizes)) > 1:
            axis_fields |= {"period": self.period, "sizes": sizes}
        elif not self._even():
            axis_fields |= {"period": self.period, "firsts": list(self.lows)}
        return axis_fields

    def _even(self) -> bool:
        """Whether each unit sees from less than a pixel beside i * jump - padding on."""
        return all(
            abs((low - (self.lows[0] or 0)) * self.period - phase * self.advance) < self.period
            for phase, low in enumerate(self.lows)
            if low is not None
        )


PIXEL = UnitIntervals(1, 1, (0,), (0,))


@lru_cache(4096)
def through(window: Window, below: UnitIntervals) -> UnitIntervals | None:
    """The intervals above a layer; None where its phases are more than 256."""
    if window.rule == "slide":
        if below.period == 1:
            low, high = below.lows[0], below.highs[0]
            if low is None or high is None:
                return below
            jump, first = below.advance, -window.before
            last = first + window.effective_kernel - 1
            return UnitIntervals(1, jump * window.stride, (low + first * jump,), (high + last * jump,))
        return _slid(window, below)
    if window.rule == "spread":
        return _spread(window, below)
    return _scaled(window, below)


def _slid(window: Window, below: UnitIntervals) -> UnitIntervals | None:
    period = below.period // gcd(below.period, window.stride)
    advance = below.advance * window.stride * period // below.period
    return _gathered(
        period,
        advance,
        below,
        (
            (unit * window.stride - window.before + window.dilation * tap for tap in _few(window.kernel, below.period))
            for unit in range(period)
        ),
    )


def _few(taps: int, period: int) -> Iterable[int]:
    """Of many taps only the first and last of each phase can be outermost."""
    return range(taps) if taps <= 4 * period else (*range(2 * period), *range(taps - 2 * period, taps))


def _spread(window: Window, below: UnitIntervals) -> UnitIntervals | None:
    period = window.stride * below.period
    if period > MAX_PHASES:
        return None

    def sources(unit: int) -> Iterable[int]:
        for tap in range(window.kernel):
            shifted = unit + window.before - window.dilation * tap
            if shifted % window.stride == 0:
                yield shifted // window.stride

    return _gathered(period, below.advance, below, map(sources, range(period)))


def _scaled(window: Window, below: UnitIntervals) -> UnitIntervals | None:
    """Adaptive pooling and interpolation: `output` units over `size` pixels, in phases."""
    common = gcd(window.size, window.output)
    units, pixels = window.output // common, window.size // common
    turns = below.period // gcd(below.period, pixels)
    period = units * turns
    if period > MAX_PHASES:
        return None

    def sources(unit: int) -> Iterable[int]:
        low, high = window._seen(unit)
        return range(low, high + 1)

    return _gathered(period, below.advance * pixels * turns // below.period, below, map(sources, range(period)))


def _gathered(period: int, advance: int, below: UnitIntervals, sources: Iterable[Iterable[int]]) -> UnitIntervals:
    lows: list[int | None] = []
    highs: list[int | None] = []
    for units in sources:
        seen = list(units)
        low = [one for one in map(below.low, seen) if one is not None]
        high = [one for one in map(below.high, seen) if one is not None]
        lows.append(min(low, default=None))
        highs.append(max(high, default=None))
    return _shortest(UnitIntervals(period, advance, tuple(lows), tuple(highs)))


def _shortest(intervals: UnitIntervals) -> UnitIntervals:
    """The same with the least period."""
    for period in range(1, intervals.period):
        if intervals.period % period or intervals.advance * period % intervals.period:
            continue
        advance = intervals.advance * period // intervals.period
        if all(
            _shifted(values[unit - period], advance) == values[unit]
            for values in (intervals.lows, intervals.highs)
            for unit in range(period, intervals.period)
        ):
            return UnitIntervals(period, advance, intervals.lows[:period], intervals.highs[:period])
    return intervals


def _shifted(value: int | None, by: int) -> int | None:
    return None if value is None else value + by


def moved(intervals: UnitIntervals, by: int) -> UnitIntervals:
    """The intervals of a map cut so that its unit 0 is the old unit `by`."""
    found = through(Window("slide", 1, 1, before=-by), intervals)
    assert found is not None
    return found


@lru_cache(4096)
def union(branches: tuple[UnitIntervals, ...]) -> UnitIntervals | None:
    """What units see through any of several branches; None where the branches have different jumps."""
    if len(set(branches)) == 1:
        return branches[0]
    first = branches[0]
    if any(one.advance * first.period != first.advance * one.period for one in branches):
        return None
    period = lcm(*(one.period for one in branches))
    if period > MAX_PHASES:
        return None
    advance = first.advance * period // first.period
    lows = [[one.low(unit) for one in branches] for unit in range(period)]
    highs = [[one.high(unit) for one in branches] for unit in range(period)]
    return _shortest(
        UnitIntervals(
            period,
            advance,
            tuple(min((one for one in row if one is not None), default=None) for row in lows),
            tuple(max((one for one in row if one is not None), default=None) for row in highs),
        )
    )


def doubled_centre(intervals: UnitIntervals) -> int | None:
    """Twice the centre of unit 0, the first pixel's centre being 1/2."""
    low, high = intervals.lows[0], intervals.highs[0]
    return None if low is None or high is None else low + high + 1
