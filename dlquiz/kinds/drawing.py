"""Orders of parts, at random or depending only on a key, so that every machine and every export makes the same."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlquiz.kinds.kind import RandomSource


def shuffled(key: str, count: int) -> tuple[int, ...]:
    """A fixed order of the parts that differs from card to card and does not give the answer away.

    >>> shuffled("attention-steps", 4), shuffled("bn-steps", 4)
    ((0, 2, 3, 1), (3, 1, 0, 2))
    """
    from hashlib import sha256

    order = tuple(sorted(range(count), key=lambda place: sha256(f"{key}/{place}".encode()).digest()))
    return order if order != tuple(range(count)) else order[1:] + order[:1]


def random_order(count: int, random: RandomSource) -> tuple[int, ...]:
    indices = list(range(count))
    random.shuffle(indices)
    return tuple(indices)


def restored_order(count: int, order: object) -> tuple[int, ...]:
    """The order that a log kept; raises ValueError where it is none of so many parts."""
    if not isinstance(order, list) or sorted(order, key=str) != list(range(count)):
        raise ValueError("other parts than the card has now")
    return tuple(order)


class KeyedRandomNumbers:
    """A sequence of numbers in [0, 1) for a key.

    >>> KeyedRandomNumbers("a").random() == KeyedRandomNumbers("a").random() != KeyedRandomNumbers("b").random()
    True
    """

    def __init__(self, key: str) -> None:
        self._key, self._drawn = key, count()

    def random(self) -> float:
        from hashlib import sha256

        digest = sha256(f"{self._key}/{next(self._drawn)}".encode()).digest()
        return (int.from_bytes(digest[:8], "big") >> 11) / 2**53
