"""A card that an interview may ask, and draws that are the same for the same seed."""

from __future__ import annotations

from hashlib import sha256
from math import log
from typing import NamedTuple

from dlquiz.cards import Kind


class InterviewCard(NamedTuple):
    """`weight` is how often it is asked in the track, `limit` the seconds for its answer, `then` its follow-ups."""

    card: str
    deck: str
    kind: Kind
    level: int
    weight: float
    limit: float
    then: tuple[str, ...] = ()


def uniform(seed: int, *names: object) -> float:
    """A number from 0 up to 1 that depends on the seed and the names alone, not on what was drawn before.

    >>> uniform(1, "a") == uniform(1, "a"), uniform(1, "a") == uniform(2, "a")
    (True, False)
    """
    key = "/".join(str(name) for name in (seed, *names))
    return int.from_bytes(sha256(key.encode()).digest()[:8], "big") / 2**64


def lottery(seed: int, candidate: InterviewCard, *names: object) -> float:
    """The candidate with the smallest one is a draw by weight.

    Efraimidis and Spirakis 2006, doi:10.1016/j.ipl.2005.11.003.
    """
    return -log(1 - uniform(seed, candidate.card, *names)) / max(candidate.weight, 1e-9)
