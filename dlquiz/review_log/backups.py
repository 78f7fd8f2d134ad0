"""Whole copies of the log: one a day, thinned with age, and any to a file of one's own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from dlquiz.scheduler import date_of

DAYS, WEEKS, MONTHS = 12, 10, 9


def copy(connection: sqlite3.Connection, path: Path) -> None:
    """Write a copy that is whole or not there at all: `VACUUM INTO` beside it, then a rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    try:
        connection.execute("VACUUM INTO ?", (str(draft),))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def daily(connection: sqlite3.Connection, directory: Path, day: int, *, force: bool = False) -> Path | None:
    """Make the day's backup unless it is there (or `force`), then delete those that the thinning leaves out."""
    path = directory / f"history-{date_of(day)}.db"
    if path.exists() and not force:
        return None
    copy(connection, path)
    dated = {found: name for name in directory.glob("history-*.db") if (found := _date(name)) is not None}
    for found in sorted(dated.keys() - days_to_keep(dated)):
        dated[found].unlink(missing_ok=True)
    return path


def days_to_keep(days: Iterable[date]) -> set[date]:
    """Of the days that have a backup, those that keep it: the last 12 days, then 10 weeks, then 9 months.

    >>> from datetime import timedelta
    >>> len(days_to_keep(date(2026, 1, 1) + timedelta(days=days) for days in range(365)))
    31
    """
    newest = sorted(set(days), reverse=True)
    found = set(newest[:DAYS])
    for group, count in ((_week, WEEKS), (_month, MONTHS)):
        older = [day for day in newest if day < min(found, default=date.max)]
        latest = {group(day): day for day in reversed(older)}
        found |= set(sorted(latest.values(), reverse=True)[:count])
    return found


def _week(day: date) -> tuple[int, int]:
    return day.isocalendar()[:2]


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _date(path: Path) -> date | None:
    """The day of one of our daily backups; None for any other file, which is left alone."""
    try:
        return date.fromisoformat(path.stem.removeprefix("history-"))
    except ValueError:
        return None
