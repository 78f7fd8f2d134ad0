"""The one clock: the machine's, or the one that DLQUIZ_NOW starts for demos, tests and simulations."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping

from dlquiz.errors import DlquizError
from dlquiz.memory import Instant


def clock(environment: Mapping[str, str] | None = None) -> Callable[[], Instant]:
    """A function that says when it is: UTC milliseconds and the minutes east of that moment.

    With `DLQUIZ_NOW` (an ISO date and time, its offset optional) it starts there, ticks on, and says so on stderr.
    """
    told = (os.environ if environment is None else environment).get("DLQUIZ_NOW")
    if not told:
        return lambda: _instant(time.time_ns() // 1_000_000)
    start, offset = _read(told)
    print(f"dlquiz: the clock starts at {told} (DLQUIZ_NOW)", file=sys.stderr)
    began = time.monotonic_ns()
    return lambda: _instant(start + (time.monotonic_ns() - began) // 1_000_000, offset)


def _instant(at: int, offset: int | None = None) -> Instant:
    if offset is None:
        offset = time.localtime(at / 1000).tm_gmtoff // 60
    return Instant(at, offset)


def _read(told: str) -> tuple[int, int | None]:
    from datetime import datetime

    try:
        moment = datetime.fromisoformat(told)
        offset = moment.utcoffset()
        # Without an offset of its own the moment is in the machine's zone, and follows its clock changes.
        return int(moment.timestamp() * 1000), None if offset is None else int(offset.total_seconds() // 60)
    except (ValueError, OverflowError, OSError):
        raise DlquizError(f"DLQUIZ_NOW is {told!r}, not a date and time", mend="write it as 2026-03-14T09:30") from None
