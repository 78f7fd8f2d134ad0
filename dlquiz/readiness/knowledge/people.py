"""How people's memories differ: axes in the space of FSRS's weights, from weights fitted to collections of many people.

Four axes hold 98 % of how 49 collections of the public benchmark of FSRS (srs-benchmark, FSRS-6) differ in recall 1 to
12 days after short courses of answers (`tests/memory_axes.py`). A person's place on each is normal, independently.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dlquiz.readiness.deadline.arrays import Floats
from dlquiz.scheduler.fsrs import BOUNDS

# The weights that are positive and differ by factors: first stabilities and the exponent of forgetting.
LOGARITHMS = [0, 1, 2, 3, 20]
LEAST, MOST = np.array(BOUNDS).T
AXES = np.array([
    (1.23, 1.14, 1.16, 0.89, -0.2, 0.12, -0.08, 0.02, 0.27, -0.04, 0.2,
     0.04, -0.01, 0.02, 0.11, -0.05, 0.12, 0.1, 0.07, 0.01, -0.39),
    (-0.19, -0.38, -0.95, -0.53, 0.08, -0.07, 0.09, -0.01, -0.1, 0.01, -0.08,
     -0.06, 0.01, -0.07, 0.08, -0.01, -0.24, -0.03, -0.09, -0.02, -0.4),
    (-0.51, 0.33, 0.53, 0.26, 0, 0.02, 0, 0, -0.02, 0, -0.03,
     0.01, 0, 0, 0.03, 0.02, -0.07, -0.08, -0.02, 0.01, -0.27),
    (-0.14, 0.15, 0.27, 0.07, -0.08, 0.07, -0.06, 0, 0.07, 0, 0.09,
     -0.1, 0.01, -0.07, -0.06, 0.02, -0.19, 0.06, 0.04, -0.01, -0.15),
])  # fmt: skip
# The deviation of the logarithm of how long people keep what they knew before the first question: assumed.
KNOWN_SPREAD = 0.6
# How many numbers say how a person's memory differs: one for each axis, one for what was known before.
DIMENSIONS = len(AXES) + 1


def unbounded(weights: Sequence[float]) -> Floats:
    """The weights on scales on which people differ by differences."""
    found = np.array(weights, np.float64)
    found[LOGARITHMS] = np.log(np.maximum(found[LOGARITHMS], LEAST[LOGARITHMS]))
    return found


def bounded(scaled: Floats) -> tuple[float, ...]:
    """The weights from those scales, within what the engine allows."""
    found = scaled.copy()
    found[LOGARITHMS] = np.exp(found[LOGARITHMS])
    return tuple(np.clip(found, LEAST, MOST).tolist())
