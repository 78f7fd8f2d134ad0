"""Dates as people type them: which day is meant, or why it cannot be said."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from unicodedata import normalize

from dlquiz.errors import DlquizError
from dlquiz.suggest import closest

LONGEST = 365
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
          "december")  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CHINESE_WEEKDAYS = "一二三四五六日"
# Days from today.
WORDS = {"yesterday": -1, "today": 0, "tomorrow": 1, "day after tomorrow": 2, "the day after tomorrow": 2,
         "前天": -2, "昨天": -1, "今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3}  # fmt: skip
NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
           "ten": 10, "两": 2} | {number: place for place, number in enumerate("一二三四五六七八九十", 1)}  # fmt: skip
UNITS = {"d": 1, "day": 1, "days": 1, "天": 1,
         "w": 7, "week": 7, "weeks": 7, "周": 7, "星期": 7, "礼拜": 7}  # fmt: skip
# How many weeks after this one; a week begins on Monday.
WEEKS = {"这": 0, "本": 0, "下": 1, "下下": 2}
FIX = "write it as 2026-12-11, 11 Dec, friday, in 12 days, 12月11日 or 下周五"


def _beginnings(names: Sequence[str], least: int) -> dict[str, int]:
    """Each name and what it may be shortened to, with its place."""
    return {name[:length]: place for place, name in enumerate(names) for length in range(least, len(name) + 1)}


MONTH_NAMES = _beginnings(MONTHS, 3)
WEEKDAY_NAMES = _beginnings(WEEKDAYS, 2) | {
    week + day: min(place, 6) for week in ("周", "星期", "礼拜") for place, day in enumerate(f"{CHINESE_WEEKDAYS}天")
}
# Not by two letters: the 30th is no Thursday.
_ENGLISH_WEEKDAY = rf"(?:{'|'.join(sorted(_beginnings(WEEKDAYS, 3), key=len, reverse=True))})(?![a-z])"
_CHINESE_WEEK = "(?:周|星期|礼拜)"
_WEEKDAY = rf"({_ENGLISH_WEEKDAY}|{_CHINESE_WEEK}[{CHINESE_WEEKDAYS}天])"
_COUNT = rf"(\d{{1,4}}|{'|'.join(NUMBERS)}) ?个?({'|'.join(UNITS)})"


class Typed(NamedTuple):
    """A text, and the day on which it was typed."""

    text: str
    today: date


def read_date(text: str, today: date) -> date:
    """The day that is meant; without a year the next one of that name. Raises DlquizError when it is not clear.

    >>> today = date(2026, 11, 29)
    >>> ways = ("2026-12-11", "11 Dec", "Fri, December 11", "12月11日（周五）", "the 11th", "+12", "in 12 days")
    >>> {str(read_date(text, today)) for text in ways}
    {'2026-12-11'}
    >>> [str(read_date(text, today)) for text in ("tomorrow", "后天", "friday", "下周五", "两周后")]
    ['2026-11-30', '2026-12-01', '2026-12-04', '2026-12-04', '2026-12-13']
    """
    typed = Typed(text, today)
    plain = " ".join(normalize("NFKC", text).lower().replace(",", " ").split()).removeprefix("on ")
    with_weekday = re.fullmatch(rf"(?:{_WEEKDAY}\.? ?)?(.*\d.*?)(?: ?\(?{_WEEKDAY}\)?)?", plain)
    if with_weekday is None:
        return _read(plain, typed)
    found, named = _read(with_weekday[2], typed), with_weekday[1] or with_weekday[3]
    if named and WEEKDAY_NAMES[named] != found.weekday():
        said = f"{found.isoformat()} is a {WEEKDAYS[found.weekday()].capitalize()}"
        raise DlquizError(f"{text!r} is not in the calendar: {said}", fix="give the date alone")
    return found


def read_weekday(text: str) -> int:
    """The weekday that is meant, Monday 0.

    >>> read_weekday("sun"), read_weekday("Wednesdays"), read_weekday("周日")
    (6, 2, 6)
    """
    found = WEEKDAY_NAMES.get(text.strip().lower().removesuffix("s"))
    if found is None:
        raise DlquizError(f"{text!r} is not a weekday", fix="write mon, tue, wed, thu, fri, sat or sun")
    return found


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


def day_off(text: str, today: date) -> date:
    """A date without study: today or later."""
    found = read_date(text, today)
    if found < today:
        raise DlquizError(f"{found.isoformat()} is past", fix="give a day off that is still to come")
    return found


def _read(plain: str, typed: Typed) -> date:
    if plain in WORDS:
        return typed.today + timedelta(days=WORDS[plain])
    for form, read in FORMS:
        if match := re.fullmatch(form, plain):
            return read(typed, *match.groups())
    raise _not_a_date(typed)


def _not_a_date(typed: Typed) -> DlquizError:
    known = (*WORDS, *WEEKDAYS, *MONTHS)
    words = [word for word in re.findall("[a-z]+", typed.text.lower()) if word not in known]
    near = next((name for word in words if (name := closest(word, known))), None)
    meant = f", did you mean {near}?" if near else ""
    return DlquizError(f"{typed.text!r} is not a date{meant}", fix=FIX)


def _days_later(typed: Typed, number: str, unit: str = "d") -> date:
    return typed.today + timedelta(days=(NUMBERS.get(number) or int(number)) * UNITS[unit])


def _weekday(typed: Typed, before: str | None, name: str) -> date:
    """The first day of that name after today; "next" means that one to some and the one a week later to others."""
    days = (WEEKDAY_NAMES[name] - typed.today.weekday()) % 7
    first, second = (typed.today + timedelta(days=(days or 7) + more) for more in (0, 7))
    if before == "next" and days:
        raise DlquizError(f"{typed.text!r} may be {first.isoformat()} or {second.isoformat()}", fix=FIX)
    return typed.today if before == "this" and not days else first


def _weekday_of_week(typed: Typed, week: str, name: str) -> date:
    days = 7 * WEEKS[week] + WEEKDAY_NAMES[f"周{name}"] - typed.today.weekday()
    return typed.today + timedelta(days=days)


def _of_year(typed: Typed, year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise DlquizError(f"{typed.text!r} is not in the calendar", fix=FIX) from None


def _separated(typed: Typed, year: str, _separator: str, month: str, day: str) -> date:
    return _of_year(typed, year, month, day)


def _of_month(typed: Typed, month: str, day: str) -> date:
    """The next such day that exists: 29 February may be years away."""
    for year in range(typed.today.year, typed.today.year + 9):
        try:
            found = date(year, int(month), int(day))
        except ValueError:
            continue
        if found >= typed.today:
            return found
    raise DlquizError(f"{typed.text!r} is not in the calendar", fix=FIX)


def _month_first(typed: Typed, name: str, day: str, year: str | None) -> date:
    if name not in MONTH_NAMES:
        raise _not_a_date(typed)
    month = str(MONTH_NAMES[name] + 1)
    return _of_year(typed, year, month, day) if year else _of_month(typed, month, day)


def _day_first(typed: Typed, day: str, name: str, year: str | None) -> date:
    return _month_first(typed, name, day, year)


def _day_alone(typed: Typed, day: str) -> date:
    """The next day of that number: the 31st may be two months away."""
    if not 1 <= int(day) <= 31:
        raise DlquizError(f"{typed.text!r} is not in the calendar", fix=FIX)
    days = (typed.today + timedelta(days=ahead) for ahead in range(62))
    return next(found for found in days if found.day == int(day))


def _unclear(typed: Typed, first: str, second: str) -> date:
    readings = [
        f"{day} {MONTHS[month - 1].capitalize()}"
        for day, month in ((int(first), int(second)), (int(second), int(first)))
        if 1 <= month <= 12 and 1 <= day <= 31
    ]
    if len(set(readings)) == 2:
        raise DlquizError(f"{typed.text!r} may be {readings[0]} or {readings[1]}", fix=FIX)
    raise DlquizError(f"{typed.text!r} does not make the year and the month clear", fix=FIX)


# A form in whole, in small letters, and what reads its groups.
FORMS: tuple[tuple[str, Callable[..., date]], ...] = (
    (r"\+ ?(\d{1,4})", _days_later),
    (rf"(?:in |\+ ?)?{_COUNT}(?: from (?:now|today)|(?:以|之)?后)?", _days_later),
    (rf"(?:(this|next|coming) )?{_WEEKDAY}", _weekday),
    (rf"({'|'.join(WEEKS)})个?{_CHINESE_WEEK}([{CHINESE_WEEKDAYS}天])", _weekday_of_week),
    (r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", _separated),
    (r"(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]", _of_year),
    (r"(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]", _of_month),
    (r"(?:the )?(\d{1,2})(?:st|nd|rd|th)", _day_alone),
    (r"(\d{1,2})(?:st|nd|rd|th)?\.? (?:of )?([a-z]+)\.?(?: (\d{4}))?", _day_first),
    (r"([a-z]+)\.? (?:the )?(\d{1,2})(?:st|nd|rd|th)?(?: (\d{4}))?", _month_first),
    (r"(\d{1,2}) ?[日号]", _day_alone),
    (r"(\d{1,2})[-/.](\d{1,2})(?:[-/.](?:\d{2}|\d{4}))?\.?", _unclear),
)
