"""From the engine's unrounded interval to whole days: rounding, fuzz, and never backwards on a pass."""

from __future__ import annotations

from math import floor

from dlquiz.randomness import uniform

MAX_INTERVAL = 36_500
# Anki's fuzz: from 2.5 days on one day each way, and of each band this share of the days that fall in it.
BANDS = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, float("inf"), 0.05))


def scheduled(card: str, reviews: int, last: int, rating: int, days: float) -> int:
    """The whole days until a card comes back that was rated so, after `reviews` reviews and an interval of `last`.

    Again is rounded only; a pass whose rounded interval does not exceed the last one too.

    >>> [scheduled("bn-why", 3, 10, rating, days) for rating, days in ((1, 0.2), (2, 9.8), (3, 24.0), (4, 60.0))]
    [1, 10, 24, 59]
    """
    plain = min(max(rounded(days), 1), MAX_INTERVAL)
    if rating == 1 or plain <= last:
        return plain
    low, high = bounds(days, last + 1, MAX_INTERVAL)
    return min(floor(low + uniform(f"{card}:{reviews}") * (1 + high - low)), high)


def bounds(days: float, least: int, most: int) -> tuple[int, int]:
    """The range that the fuzz may choose from, as Anki's `constrained_fuzz_bounds` has it.

    >>> bounds(3.0, 1, 36_500), bounds(50.0, 1, 36_500), bounds(2.4, 1, 36_500)
    ((2, 4), (46, 54), (2, 2))
    """
    least = min(least, most)
    days = min(max(days, least), most)
    spread = _spread(days)
    low = min(max(rounded(days - spread), least), most)
    high = min(max(rounded(days + spread), least), most)
    if high == low and 2 < high < most:
        high = low + 1
    return low, high


def rounded(days: float) -> int:
    """Halves go up, as in the engine's language (Python would round 2.5 to 2)."""
    return floor(days + 0.5)


def _spread(days: float) -> float:
    if days < BANDS[0][0]:
        return 0.0
    return 1.0 + sum(part * max(0.0, min(days, end) - start) for start, end, part in BANDS)
