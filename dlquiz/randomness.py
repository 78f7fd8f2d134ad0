"""Random numbers that the caller brings, and numbers that depend on a key alone, the same on every machine."""

from __future__ import annotations

from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class RandomSource(Protocol):
    """What drawing needs of a `random.Random`: numbers from 0 up to 1."""

    def random(self) -> float: ...


class KeyedRandomSource:
    """The numbers of a key, one after the other.

    >>> KeyedRandomSource("a").random() == KeyedRandomSource("a").random() != KeyedRandomSource("b").random()
    True
    """

    def __init__(self, key: str) -> None:
        self._key, self._numbers = key, count()

    def random(self) -> float:
        return uniform(f"{self._key}/{next(self._numbers)}")


def uniform(key: str) -> float:
    """A number from 0 up to 1, never 1, that depends on the key alone and not on what was drawn before.

    >>> round(uniform("batch-norm-why:3"), 6)
    0.560883
    """
    # A float holds 53 bits: more of them could round up to 1.
    return (int.from_bytes(_digest()(key.encode())[:8], "big") >> 11) / 2**53


@cache
def _digest() -> Callable[[bytes], bytes]:
    """SHA-256, imported once, when the first number is drawn: the statement at each draw takes as long as the rest."""
    from hashlib import sha256

    return lambda data: sha256(data).digest()


def random_order(count: int, random: RandomSource) -> tuple[int, ...]:
    """The numbers below `count`, each order as likely as any other."""
    keys = [random.random() for _ in range(count)]
    return tuple(sorted(range(count), key=keys.__getitem__))
