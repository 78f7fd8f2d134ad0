"""Instants and the days they fall on: a day begins at 04:00 local time, so that a late evening is still today."""

from __future__ import annotations

from typing import NamedTuple

ROLLOVER_HOUR = 4
MINUTE = 60_000
DAY = 86_400_000


def day_of(at: int, offset: int) -> int:
    """The day, counted from 1970-01-01, of a UTC instant (ms) in a zone `offset` minutes east.

    >>> day_of(0, 0), day_of(4 * 3_600_000, 0), day_of(0, 240)
    (-1, 0, 0)
    """
    return (at + offset * MINUTE - ROLLOVER_HOUR * 60 * MINUTE) // DAY


class Instant(NamedTuple):
    """A moment as a person lived it: UTC milliseconds, and how far east of UTC their clock stood (minutes).

    >>> Instant(1_770_000_000_000, 480).day
    20486
    """

    at: int
    offset: int

    @property
    def day(self) -> int:
        return day_of(self.at, self.offset)


def time_of_day(moment: Instant) -> str:
    """What the clock of that moment showed, to the minute.

    >>> time_of_day(Instant(1_770_000_000_000, 480))
    '10:40'
    """
    hours, minutes = divmod((moment.at // MINUTE + moment.offset) % (DAY // MINUTE), 60)
    return f"{hours:02}:{minutes:02}"


def date_of(day: int) -> str:
    """The calendar date of a day, as ISO 8601; days beyond the calendar, of a log that was touched, have its last date.

    >>> date_of(0), date_of(20486), date_of(10**12)
    ('1970-01-01', '2026-02-02', '9999-12-31')
    """
    from datetime import date

    ordinal = day + date(1970, 1, 1).toordinal()
    return date.fromordinal(max(1, min(ordinal, date.max.toordinal()))).isoformat()


def day_of_date(text: str) -> int:
    """The day of a calendar date in ISO 8601; raises ValueError when it is none.

    >>> day_of_date("2026-02-02"), date_of(day_of_date("1999-12-31"))
    (20486, '1999-12-31')
    """
    from datetime import date

    return date.fromisoformat(text).toordinal() - date(1970, 1, 1).toordinal()
