"""The axes along which people's memories differ, from weights of FSRS-6 fitted to collections: `knowledge/people.py`.

`python tests/memory_axes.py result/FSRS-6.jsonl` reads the result file of the public benchmark of FSRS (srs-benchmark),
a line a collection, and prints one row an axis.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from dlquiz.readiness.deadline.arrays import Floats
from dlquiz.readiness.deadline.vectorised_fsrs import after_review, first_memory, recall
from dlquiz.readiness.knowledge.people import bounded, unbounded
from dlquiz.scheduler.fsrs import DEFAULT_WEIGHTS

# Courses that a card may take before an interview: rating and days since the answer before, and how much each counts.
AGAIN, GOOD = 1, 3
COURSES = (
    (4, ((AGAIN, 0), (GOOD, 0))), (2, ((AGAIN, 0), (GOOD, 0), (GOOD, 2))), (2, ((AGAIN, 0), (GOOD, 0), (GOOD, 5))),
    (2, ((AGAIN, 0), (GOOD, 0), (AGAIN, 2), (GOOD, 0))), (2, ((AGAIN, 0), (GOOD, 0), (AGAIN, 5), (GOOD, 0))),
    (1, ((AGAIN, 0), (GOOD, 0), (GOOD, 2), (GOOD, 5))), (1, ((GOOD, 0),)), (1, ((GOOD, 0), (GOOD, 4))),
    (1, ((GOOD, 0), (AGAIN, 4), (GOOD, 0))),
)  # fmt: skip
LATER = np.array([1.0, 2.0, 4.0, 7.0, 12.0])


def recalls(weights: tuple[float, ...]) -> Floats:
    """The chance of a right answer some days after each course, times the root of what the course counts."""
    found = []
    for counts, course in COURSES:
        stability, difficulty = (np.array([value]) for value in first_memory(weights, course[0][0]))
        for rating, days in course[1:]:
            stability, difficulty = after_review(weights, stability, difficulty, float(days), rating)
        found.append(counts**0.5 * recall(weights, LATER, stability))
    return np.concatenate(found)


def axes_of(collections: Floats, count: int) -> Floats:
    """What one deviation along each of so many principal components of the recalls does to the weights.

    Of all changes of the weights with that effect on recall at the default weights the most likely one, as the weights
    of collections vary together.
    """
    shown = np.array([recalls(bounded(weights)) for weights in collections])
    _, sizes, directions = np.linalg.svd(shown - shown.mean(0), full_matrices=False)
    explained = (sizes**2 / (sizes**2).sum()).cumsum()
    print(f"{count} of {len(sizes)} components explain {explained[count - 1]:.1%} of how recall differs")
    covariance, deviations = np.cov(collections.T), collections.std(0)
    covariance = 0.9 * covariance + 0.1 * np.diag(np.diag(covariance))
    centre = unbounded(DEFAULT_WEIGHTS)
    slopes = np.array([
        (recalls(bounded(centre + step)) - recalls(bounded(centre - step))) / (2 * step.sum())
        for step in np.diag(deviations)
    ])  # fmt: skip
    effect = slopes @ directions[:count].T
    likely = covariance @ effect @ np.linalg.inv(effect.T @ covariance @ effect)
    return np.asarray((likely * sizes[:count] / (len(collections) - 1) ** 0.5).T)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("results", type=Path)
    parser.add_argument("--axes", type=int, default=4)
    parser.add_argument("--first", type=int, default=4899, help="the first collection")
    parser.add_argument("--last", type=int, default=4947)
    given = parser.parse_args()
    lines = [json.loads(line) for line in given.results.read_text(encoding="utf-8").splitlines()]
    chosen = [line["parameters"]["0"] for line in lines if given.first <= line["user"] <= given.last]
    axes = axes_of(np.array([unbounded(tuple(weights)) for weights in chosen]), given.axes)
    for axis in axes.round(2).tolist():
        print(axis)


if __name__ == "__main__":
    main()
