"""Work counted in calls instead of seconds: the same on every machine, however loaded it is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def at_most(steps: int) -> Iterator[None]:
    """Fail as soon as the work inside has made more calls than this, those of built-in functions included.

    >>> with at_most(100):
    ...     _ = sorted([3, 1, 2])
    >>> with at_most(10):
    ...     _ = [abs(number) for number in range(100)]
    Traceback (most recent call last):
    ...
    AssertionError: more than 10 steps
    """
    count = 0

    def watch(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")
        if count > steps:
            raise AssertionError(f"more than {steps} steps")

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(before)
    # The work itself may have swallowed the exception.
    assert count <= steps, f"more than {steps} steps"
