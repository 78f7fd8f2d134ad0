"""Dates as people type them: which day is meant, or why it cannot be said."""

from __future__ import annotations

import re
from datetime import date, timedelta

from dlquiz.errors import DlquizError

LONGEST = 365
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
          "december")  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CHINESE_WEEKDAYS = "一二三四五六日"
FIX = "write it as 2026-12-11, 11 Dec, 12月11日 or +12 (days from today)"


def read_date(text: str, today: date) -> date:
    """The day that is meant; without a year the next one of that name. Raises DlquizError when it is not clear.

    >>> today = date(2026, 11, 29)
    >>> [str(read_date(text, today)) for text in ("2026-12-11", "11 Dec", "December 11", "12月11日", "+12")]
    ['2026-12-11', '2026-12-11', '2026-12-11', '2026-12-11', '2026-12-11']
    """
    plain = " ".join(text.strip().lower().replace(",", " ").split())
    if match := re.fullmatch(r"\+ ?(\d{1,4})(?: ?(?:d|days?|天))?", plain):
        return today + timedelta(days=int(match[1]))
    if match := re.fullmatch(
        r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]", plain
    ):
        year, month, day = (int(part) for part in match.groups() if part and part not in "-/.")
        return _real(text, year, month, day)
    if match := re.fullmatch(r"(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]", plain):
        return _next(text, int(match[1]), int(match[2]), today)
    if match := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?\.? ([a-z]+)\.?(?: (\d{4}))?", plain):
        return _named(text, match[2], int(match[1]), match[3], today)
    if match := re.fullmatch(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?(?: (\d{4}))?", plain):
        return _named(text, match[1], int(match[2]), match[3], today)
    if match := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})(?:[-/.](\d{2}|\d{4}))?\.?", plain):
        raise _unclear(text, int(match[1]), int(match[2]))
    raise DlquizError(f"{text!r} is not a date", fix=FIX)


def read_weekday(text: str) -> int:
    """The weekday that is meant, Monday 0.

    >>> read_weekday("sun"), read_weekday("Wednesdays"), read_weekday("周日")
    (6, 2, 6)
    """
    plain = text.strip().lower().removesuffix("s")
    if (match := re.fullmatch(r"(?:周|星期|礼拜)([一二三四五六日天])", plain)) is not None:
        return CHINESE_WEEKDAYS.index(match[1].replace("天", "日"))
    found = [number for number, name in enumerate(WEEKDAYS) if len(plain) >= 2 and name.startswith(plain)]
    if len(found) == 1:
        return found[0]
    raise DlquizError(f"{text!r} is not a weekday", fix="write mon, tue, wed, thu, fri, sat or sun")


def interview_day(text: str, today: date) -> date:
    """A date to prepare for: after today, at most a year away."""
    found = read_date(text, today)
    if found <= today:
        when = "today" if found == today else "past"
        raise DlquizError(f"{found.isoformat()} is {when}", fix="give the date of an interview that is still to come")
    if (found - today).days > LONGEST:
        raise DlquizError(
            f"{found.isoformat()} is {(found - today).days} days away", fix=f"a plan reaches {LONGEST} days at most"
        )
    return found


def _named(text: str, month: str, day: int, year: str | None, today: date) -> date:
    found = [number for number, name in enumerate(MONTHS, 1) if len(month) >= 3 and name.startswith(month)]
    if not found:
        raise DlquizError(f"{text!r} is not a date", fix=FIX)
    return _real(text, int(year), found[0], day) if year else _next(text, found[0], day, today)


def _next(text: str, month: int, day: int, today: date) -> date:
    """The next such day that exists: 29 February may be years away."""
    for year in range(today.year, today.year + 9):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise DlquizError(f"{text!r} is not in the calendar", fix=FIX)


def _real(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DlquizError(f"{text!r} is not in the calendar", fix=FIX) from None


def _unclear(text: str, first: int, second: int) -> DlquizError:
    readings = [
        f"{day} {MONTHS[month - 1].capitalize()}"
        for day, month in ((first, second), (second, first))
        if 1 <= month <= 12 and 1 <= day <= 31
    ]
    if len(set(readings)) == 2:
        return DlquizError(f"{text!r} may be {readings[0]} or {readings[1]}", fix=FIX)
    return DlquizError(f"{text!r} does not make the year and the month clear", fix=FIX)
