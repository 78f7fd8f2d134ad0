"""Dates, shares and bars of a plan in short; light, for the dashboard draws them on every call."""

from __future__ import annotations

from datetime import date

from dlquiz.cards import Language

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NOW, THEN, REST = "█", "▒", "░"


def day_name(iso: str, language: Language) -> str:
    """A date as people say it.

    >>> day_name("2026-12-11", "en"), day_name("2026-12-11", "zh")
    ('Fri 11 Dec', '12月11日（周五）')
    """
    day = date.fromisoformat(iso)
    if language == "zh":
        return f"{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def percent(share: float) -> str:
    """A share in whole per cent; what is not all is never said to be all.

    >>> percent(0.726), percent(0.999), percent(0.001), percent(1.0)
    ('73', '99', '1', '100')
    """
    return str(round(share * 100) if share in (0.0, 1.0) else min(max(round(share * 100), 1), 99))


def bar(now: float, then: float, width: int) -> str:
    """How far it is now and what is to come.

    >>> bar(0.5, 0.8, 10)
    '█████▒▒▒░░'
    """
    full = round(now * width)
    more = max(round(then * width) - full, 0)
    return NOW * full + THEN * more + REST * (width - full - more)
