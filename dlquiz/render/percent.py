"""Shares as whole per cent."""

from __future__ import annotations


def percent(share: float) -> str:
    """A share in whole per cent; what is not all is never said to be all.

    >>> percent(0.726), percent(0.999), percent(0.001), percent(1.0)
    ('73', '99', '1', '100')
    """
    return str(round(share * 100) if share in (0.0, 1.0) else min(max(round(share * 100), 1), 99))
