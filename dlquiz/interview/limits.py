"""How long an answer may take in an interview."""

from __future__ import annotations

from collections.abc import Mapping

from dlquiz.cards import Kind

# Seconds by level 1, 2, 3. What is said aloud takes one to three minutes; the rest is what a calm person needs.
LIMITS: Mapping[Kind, tuple[float, float, float]] = {
    "open": (90, 120, 180),
    "numeric": (60, 90, 120),
    "cloze": (45, 60, 75),
    "order": (60, 75, 90),
    "choice": (40, 50, 60),
}


def limit(kind: Kind, level: int, usual_seconds: float | None = None) -> float:
    """Seconds for one answer; a card whose author says that it takes longer has twice that time.

    >>> limit("open", 2), limit("choice", 1), limit("choice", 1, usual_seconds=45)
    (120, 40, 90)
    """
    known = LIMITS[kind][min(max(level, 1), 3) - 1]
    return known if usual_seconds is None else max(known, 2 * usual_seconds)
