"""The least value of a smooth convex function of a few dozen variables (limited-memory BFGS; Nocedal & Wright, 7.2)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dlquiz.readiness.deadline.arrays import Floats

Function = Callable[[Floats], tuple[float, Floats]]
MEMORY, LONGEST_STEP = 8, 1.0


class Minimum(NamedTuple):
    """Where a function is least, and how much it is there."""

    point: Floats
    value: float


def minimise(function: Function, start: Floats, evaluations: int, enough: float = 1e-9) -> Minimum:
    """The best point found within so many evaluations of `function` (value and gradient), and its value.

    It ends earlier when the sizes of the gradient's parts sum to less than `enough`.

    >>> minimise(lambda x: (float(((x - 3) ** 2).sum()), 2 * (x - 3)), np.zeros(2), 20).point.round(4).tolist()
    [3.0, 3.0]
    """
    point, (value, gradient) = start, function(start)
    steps: deque[tuple[Floats, Floats]] = deque(maxlen=MEMORY)
    length, used = 1.0, 1
    while used < evaluations and float(np.abs(gradient).sum()) > enough:
        direction = _direction(gradient, steps)
        slope = float(direction @ gradient)
        if slope >= -1e-12:
            break
        tried = point + direction * (length * min(1.0, LONGEST_STEP / float(np.abs(direction).max())))
        new_value, new_gradient = function(tried)
        used += 1
        if new_value > value:
            length *= 0.4
            continue
        moved, bent = tried - point, new_gradient - gradient
        if float(moved @ bent) > 1e-12:
            steps.append((moved, bent))
        point, value, gradient, length = tried, new_value, new_gradient, 1.0
    return Minimum(point, value)


def _direction(gradient: Floats, steps: deque[tuple[Floats, Floats]]) -> Floats:
    """Against the gradient, bent by the curvature that the last steps met (the two-loop recursion)."""
    direction = -gradient
    if not steps:
        return direction * (0.5 / float(np.abs(direction).max() or 1.0))
    shares: list[float] = []
    for moved, bent in reversed(steps):
        shares.append(float(moved @ direction) / float(moved @ bent))
        direction = direction - shares[-1] * bent
    moved, bent = steps[-1]
    direction = direction * (float(moved @ bent) / float(bent @ bent))
    for (moved, bent), share in zip(steps, reversed(shares), strict=True):
        direction = direction + moved * (share - float(bent @ direction) / float(moved @ bent))
    return direction
