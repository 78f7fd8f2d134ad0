"""Work counted in calls and characters instead of seconds: the same on every machine, however loaded it is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
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


def work(function: Callable[[], object]) -> int:
    """The calls that the function makes, and the characters of all texts that they return: copying a long text for each
    of its lines shows here, though it takes few calls.

    >>> work(lambda: ("ab", "c"))
    4
    """
    count = -1  # the call that ends the watching

    def watch(frame: FrameType, event: str, value: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")
        count += _characters(value) if event == "return" else 0

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        function()
    finally:
        sys.setprofile(before)
    return count


def _characters(value: object) -> int:
    if isinstance(value, str):
        return len(value)
    return sum(map(_characters, value)) if isinstance(value, (tuple, list)) else 0
