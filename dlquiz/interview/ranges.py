"""What few questions tell about many: ranges of a share that hold 80 % of the time."""

from __future__ import annotations

from math import hypot, sqrt
from typing import NamedTuple

# The normal quantile of 0.9: 10 % lie above, 10 % below.
Z_80 = 1.2815515655446004


class Range(NamedTuple):
    """A share between 0 and 1, and what it lies between."""

    share: float
    low: float
    high: float


def share_range(right: int, asked: int) -> Range:
    """The share of right answers and its 80 % range (Wilson 1927, doi:10.1080/01621459.1927.10502953).

    >>> [round(number, 2) for number in share_range(7, 10)], [round(number, 2) for number in share_range(1, 1)]
    ([0.7, 0.5, 0.85], [1.0, 0.38, 1.0])
    """
    if not asked:
        return Range(0.0, 0.0, 1.0)
    share, squared = right / asked, Z_80**2
    centre = (share + squared / (2 * asked)) / (1 + squared / asked)
    half = Z_80 * sqrt(share * (1 - share) / asked + squared / (4 * asked**2)) / (1 + squared / asked)
    return Range(share, max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half)))


def difference_range(before: Range, after: Range) -> Range:
    """How much larger the second share is, and the 80 % range of that (Newcombe 1998, method 10,
    doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I).

    >>> [round(number, 2) for number in difference_range(share_range(5, 10), share_range(8, 10))]
    [0.3, 0.03, 0.52]
    """
    share = after.share - before.share
    low = share - hypot(after.share - after.low, before.high - before.share)
    return Range(share, low, share + hypot(after.high - after.share, before.share - before.low))
