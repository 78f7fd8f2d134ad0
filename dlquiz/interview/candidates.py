"""A card that an interview may ask, and draws that are the same for the same seed."""

from __future__ import annotations

from math import log
from typing import NamedTuple

from dlquiz.cards import Kind
from dlquiz.randomness import uniform


class InterviewCard(NamedTuple):
    """`weight` is how often it is asked in the track, `limit` the seconds for its answer, `then` its follow-ups."""

    card: str
    deck: str
    kind: Kind
    level: int
    weight: float
    limit: float
    then: tuple[str, ...] = ()


def seeded(seed: int, *names: object) -> float:
    """A number from 0 up to 1 that depends on the seed and the names alone.

    >>> seeded(1, "a") == seeded(1, "a"), seeded(1, "a") == seeded(2, "a")
    (True, False)
    """
    return uniform("/".join(map(str, (seed, *names))))


def lottery(seed: int, candidate: InterviewCard, *names: object) -> float:
    """The candidate with the smallest one is a draw by weight.

    Efraimidis and Spirakis 2006, doi:10.1016/j.ipl.2005.11.003.
    """
    return -log(1 - seeded(seed, candidate.card, *names)) / max(candidate.weight, 1e-9)
