"""How likely FSRS alone held each answer of a log to be right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dlquiz.readiness.knowledge.learner import Learner
from dlquiz.readiness.logged import LoggedAnswer
from dlquiz.readiness.replay import Answers, replay


def expected_recall(answers: Sequence[LoggedAnswer], weights: tuple[float, ...]) -> list[float | None]:
    """The chance of recall before each answer; None for the first of a card and for repeats on one day.

    The answers are in the order of the log. Nothing is assumed of what was known beforehand.

    >>> from dlquiz.scheduler.fsrs import DEFAULT_WEIGHTS
    >>> answers = [LoggedAnswer("a", day, 3, True) for day in (0, 0, 3)]
    >>> [chance and round(chance, 2) for chance in expected_recall(answers, DEFAULT_WEIGHTS)]
    [None, None, 0.88]
    """
    places: dict[str, int] = {}
    table = np.array(
        [(places.setdefault(one.card, len(places)), one.day, one.rating, one.right) for one in answers], np.int64
    ).reshape(-1, 4)
    given = Answers(table[:, 0], table[:, 1], table[:, 2], table[:, 3].astype(np.bool_))
    expected = replay(given, Learner(weights, known_stability=None), len(places)).expected
    return [float(chance) if np.isfinite(chance) else None for chance in expected]
