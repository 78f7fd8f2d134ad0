"""Questions that were probably reworded: nearly the same by the pairs of letters that they share."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dlquiz.notes.keys import normalised


class _Known(NamedTuple):
    """A question by the number of its pairs of neighbouring letters, and each pair as a bit."""

    size: int
    bits: int
    name: str


class NearQuestions:
    """Questions by a name, among which those near another one are found.

    >>> questions = NearQuestions([("a", "Why pad an image?"), ("b", "What is a tensor?")])
    >>> [(round(likeness, 2), name) for likeness, name in questions.near("Why pad the image?", 0.7)]
    [(0.72, 'a')]
    """

    def __init__(self, questions: Iterable[tuple[str, str]]) -> None:
        self._numbers: dict[str, int] = {}
        found = []
        for name, text in questions:
            pairs = _pairs(text)
            bits = sum(1 << self._numbers.setdefault(pair, len(self._numbers)) for pair in pairs)
            found.append(_Known(len(pairs), bits, name))
        self._known = sorted(found, key=lambda one: one.size)
        self._sizes = [one.size for one in self._known]

    def near(self, question: str, least: float) -> Iterator[tuple[float, str]]:
        """The likeness (the Dice coefficient) and the name of each question that is at least so near."""
        pairs = _pairs(question)
        size, bits = len(pairs), sum(1 << self._numbers[pair] for pair in pairs if pair in self._numbers)
        # The smaller of two has at most all of its pairs in the other.
        share = least / (2 - least)
        # Two questions share at most the pairs of this one that are known at all; the one more is for rounding.
        most = min(size / share, 2 * bits.bit_count() / least - size + 1)
        begin, end = bisect_left(self._sizes, share * size), bisect_right(self._sizes, most)
        for known_size, known, name in self._known[begin:end]:
            likeness = 2 * (bits & known).bit_count() / (size + known_size)
            if likeness >= least:
                yield likeness, name


def _pairs(words: str) -> frozenset[str]:
    """The pairs of neighbouring letters."""
    plain = normalised(words)
    return frozenset(plain[at : at + 2] for at in range(max(1, len(plain) - 1)))
