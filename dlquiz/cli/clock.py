"""The one clock. `DLQUIZ_NOW` sets where it starts, for demos, tests and simulations; it ticks on from there."""

from __future__ import annotations

import os
import time
from functools import cache

from dlquiz.errors import DlquizError
from dlquiz.scheduler import Instant

# Ids begin in 1970, in every zone; a review may come back a hundred years later, and dates end with the year 9999.
FIRST_YEAR, LAST_YEAR = 1971, 9799


def clock() -> Instant:
    """Now, and how far east of UTC this machine's zone is at this moment."""
    ahead, offset = _set_by(os.environ.get("DLQUIZ_NOW", ""))
    at = time.time_ns() // 1_000_000 + ahead
    return Instant(at, _local_offset(at) if offset is None else offset)


def offset_at(at: int) -> int:
    """How far east of UTC (minutes) this machine's zone is, or was, at a UTC instant (ms)."""
    offset = _set_by(os.environ.get("DLQUIZ_NOW", ""))[1]
    return _local_offset(at) if offset is None else offset


@cache
def _set_by(wanted: str) -> tuple[int, int | None]:
    """How many milliseconds the clock is ahead of the machine's, and the zone if `wanted` names one."""
    if not wanted:
        return 0, None
    at, offset = _read(wanted)
    from dlquiz.cli.line_breaks import notice

    notice(f"the clock is set to {wanted} (DLQUIZ_NOW)")
    return at - time.time_ns() // 1_000_000, offset


def _read(wanted: str) -> tuple[int, int | None]:
    from datetime import datetime

    try:
        moment = datetime.fromisoformat(wanted.strip())
        zone = moment.utcoffset()
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise OverflowError
        return int(moment.timestamp() * 1000), None if zone is None else int(zone.total_seconds() // 60)
    except (ValueError, OverflowError, OSError):
        raise DlquizError(
            f"DLQUIZ_NOW is {wanted!r}, not a date and time from {FIRST_YEAR} to {LAST_YEAR}",
            fix="write it as 2026-03-14T09:00, with or without a zone such as +08:00",
        ) from None


def _local_offset(at: int) -> int:
    return time.localtime(at // 1000).tm_gmtoff // 60
