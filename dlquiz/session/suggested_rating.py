"""The rating that is suggested: the checker decides what was right, time and hints whether it came easily."""

from __future__ import annotations

from dlquiz.cards import Rating

USUAL_SECONDS = 30.0


def suggested(
    *,
    correct: bool | None,
    ticked: int,
    points: int,
    seconds: float,
    usual: float,
    hints: int,
    rounded: bool = False,
) -> Rating:
    """Again when wrong or under half of the points, Hard with at least half of them, or when right but slower than
    twice the usual time, after a hint or rounded too far; otherwise Good. Easy is the person's to say.

    >>> suggested(correct=None, ticked=2, points=3, seconds=9, usual=30, hints=0)
    <Rating.HARD: 2>
    >>> suggested(correct=True, ticked=0, points=0, seconds=61, usual=30, hints=0)
    <Rating.HARD: 2>
    """
    if correct is False:
        return Rating.AGAIN
    if points and correct is None:
        if 2 * ticked < points:
            return Rating.AGAIN
        if ticked < points:
            return Rating.HARD
    return Rating.HARD if seconds > 2 * usual or hints or rounded else Rating.GOOD
