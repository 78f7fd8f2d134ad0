"""Copies of the log: made when it has changed, checked before they count, compressed, thinned with age, restored."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from dlquiz.errors import DlquizError
from dlquiz.files import sweep, sync_directory, temporary_directory, zstandard
from dlquiz.review_log.errors import DAMAGED, MISSING, NOT_OURS, explained, storage_error
from dlquiz.review_log.schema import STEPS, format_of
from dlquiz.scheduler import Instant

DAYS, WEEKS, MONTHS = 12, 10, 9
ALL_OF_DAYS = 2  # of the newest days every backup stays
MIN_MINUTES = 30  # between two that nobody asked for
STALE_SECONDS = 3600  # a draft older than that was left by a process that was ended
COMPRESSED = ".db.zst"
_TIME = "%Y-%m-%dT%H%M"
# Not by strptime, whose import is noticed at the end of a short session. Seconds stand where the minute has a backup.
_NAMED = re.compile(
    r"history-(?P<day>\d{4}-\d\d-\d\d)(T(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>[0-5]\d)?)?(\.db\.zst|\.db)"
)


class Backup(NamedTuple):
    """One backup of the log, `at` in the local time in which it was made."""

    path: Path
    at: datetime
    size: int


def make(connection: sqlite3.Connection, directory: Path, now: Instant, *, force: bool = False) -> Path | None:
    """Make a backup unless nothing has changed since the last one or that is younger than MIN_MINUTES; None then.

    `force` makes one in any case. Older backups are thinned, and drafts that an ended process left are removed.
    """
    known = listed(directory)
    moment = local_time(now)
    state = _state(connection)
    if not force and known and (_noted(connection) == state or moment - known[0].at < timedelta(minutes=MIN_MINUTES)):
        return None
    path = write(connection, directory, now)
    connection.execute("INSERT OR REPLACE INTO note VALUES ('backed-up', ?)", (state,))
    _thin(listed(directory))
    sweep(directory, r"\..*\.part.*", just_made=path, seconds=STALE_SECONDS)
    return path


def write(connection: sqlite3.Connection, directory: Path, now: Instant) -> Path:
    """Write a backup under a name that no other has, whatever other processes write at the same time."""
    directory.mkdir(parents=True, exist_ok=True)
    path = _unused(directory, local_time(now))
    with _draft(path) as plain, _draft(path.with_name(path.name + ".packed")) as packed:
        copy(connection, plain)
        _compress(plain, packed)
        while True:
            try:
                os.link(packed, path)
            except FileExistsError:
                path = _unused(directory, local_time(now))
                continue
            except OSError:  # a file system without hard links
                packed.replace(path)
            break
    sync_directory(directory)
    return path


def _unused(directory: Path, moment: datetime) -> Path:
    """The name of a backup of this minute, or when that is taken the first free one of its seconds from now on."""
    path = directory / f"history-{moment.strftime(_TIME)}{COMPRESSED}"
    while path.exists():
        path = directory / f"history-{moment.strftime(_TIME + '%S')}{COMPRESSED}"
        moment += timedelta(seconds=1)
    return path


def copy(connection: sqlite3.Connection, path: Path) -> None:
    """Write a plain copy that is whole and checked, or not there at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _draft(path) as draft:
        connection.execute("VACUUM INTO ?", (draft.absolute().as_uri(),))  # as bytes, which need not be text
        _check(draft, path)
        draft.chmod(0o600)
        draft.replace(path)
    sync_directory(path.parent)


def listed(directory: Path) -> list[Backup]:
    """The backups of the log in the directory, the newest first; files of other names are left alone."""
    found = []
    for path in directory.glob("history-*") if directory.is_dir() else ():
        if (at := _time_of(path)) is not None:
            found.append(Backup(path, at, path.stat().st_size))
    return sorted(found, key=lambda one: (one.at, one.path.name), reverse=True)


def chosen(directory: Path, wanted: str | None) -> Backup:
    """The newest backup, or the newest of a day or minute (`2026-02-02`, `2026-02-02T0930`).

    Raises DlquizError that lists what there is.
    """
    known = listed(directory)
    if not known:
        raise DlquizError(f"there is no backup in {directory}", fix="dlquiz backup makes one")
    for one in known:
        if wanted is None or one.at.strftime(_TIME + "%S").startswith(wanted.replace(":", "").replace(" ", "T")):
            return one
    days = ", ".join(dict.fromkeys(one.at.strftime("%Y-%m-%d") for one in known[:8]))
    raise DlquizError(f"there is no backup of {wanted}", fix=f"take one of {days}; dlquiz backup --list shows all")


def verify(path: Path) -> int:
    """How many events a backup holds; raises DlquizError when it cannot be opened or is damaged."""
    with opened(path) as plain, explained(path), closing(sqlite3.connect(f"{plain.as_uri()}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT count(*) FROM event").fetchone()[0])


@contextmanager
def opened(path: Path) -> Iterator[Path]:
    """A backup as a plain, checked database file, which is gone afterwards; the backup itself is only read."""
    if not path.is_file():
        raise storage_error(path, MISSING)
    import shutil

    with temporary_directory() as directory:
        plain = directory / "history.db"
        zstd = zstandard()
        try:
            if path.suffix == ".zst":
                with zstd.open(path, "rb") as source, plain.open("wb") as target:
                    shutil.copyfileobj(source, target)
            else:
                shutil.copyfile(path, plain)
        except (zstd.ZstdError, EOFError) as error:
            raise storage_error(path, DAMAGED) from error
        _check(plain, path)
        yield plain


def reinstate(path: Path, backup: Path) -> Path:
    """Put a backup in the place of a log that can no longer be opened; returns where the damaged one was set aside.

    The side files that SQLite keeps beside a log go with it: left behind, they would be taken for those of the new one.
    """
    import shutil

    with opened(backup) as plain, explained(path):
        number = 1
        while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
            number += 1
        for suffix in ("", "-wal", "-shm"):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.replace(aside.with_name(aside.name + suffix))
        with _draft(path) as draft:
            shutil.copyfile(plain, draft)
            draft.chmod(0o600)
            draft.replace(path)
        sync_directory(path.parent)
    return aside


def days_to_keep(days: Iterable[date]) -> set[date]:
    """Of the days that have a backup, those that keep it: the last 12 days, then 10 weeks, then 9 months.

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


def local_time(now: Instant) -> datetime:
    """The instant as the clock on the wall shows it."""
    return datetime(1970, 1, 1) + timedelta(milliseconds=now.at, minutes=now.offset)


def _week(day: date) -> tuple[int, int]:
    return day.isocalendar()[:2]


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _time_of(path: Path) -> datetime | None:
    """When a backup was made, by its name; None for any other file. Earlier versions wrote `history-DATE.db`."""
    found = _NAMED.fullmatch(path.name)
    if found is None:
        return None
    try:
        return datetime.fromisoformat(
            f"{found['day']}T{found['hour'] or '00'}:{found['minute'] or '00'}:{found['second'] or '00'}"
        )
    except ValueError:
        return None


def _thin(known: list[Backup]) -> None:
    """Delete what the thinning leaves out: of the newest days every backup stays, of older ones the last of the day."""
    days = sorted({one.at.date() for one in known}, reverse=True)
    whole, keep = set(days[:ALL_OF_DAYS]), days_to_keep(days)
    for number, one in enumerate(known):
        last_of_day = number == 0 or known[number - 1].at.date() != one.at.date()
        if one.at.date() not in whole and not (last_of_day and one.at.date() in keep):
            one.path.unlink(missing_ok=True)


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """A name of this process alone beside the file, so that two that write at once do not share a draft."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    draft.unlink(missing_ok=True)
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)
        draft.with_name(draft.name + "-journal").unlink(missing_ok=True)


def _compress(plain: Path, packed: Path) -> None:
    import shutil

    with plain.open("rb") as source, packed.open("wb") as file:
        with zstandard().ZstdFile(file, "wb") as target:
            shutil.copyfileobj(source, target)
        file.flush()
        os.fsync(file.fileno())
    packed.chmod(0o600)


def _check(copy_: Path, named: Path) -> None:
    """Raise DlquizError about the file it is `named` by when a plain copy is damaged, of a newer format or no log."""
    with closing(sqlite3.connect(copy_)) as database:
        try:
            found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found == "ok" and not format_of(database, named, len(STEPS)):
                raise storage_error(named, NOT_OURS)
        except sqlite3.DatabaseError as error:
            raise storage_error(named, DAMAGED) from error
    if found != "ok":
        raise storage_error(named, DAMAGED)


def _state(connection: sqlite3.Connection) -> str:
    """What changes when the log does: its newest event, and how many pages the file has."""
    newest = connection.execute("SELECT max(id) FROM event").fetchone()[0]
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    return f"{newest}-{pages}"


def _noted(connection: sqlite3.Connection) -> str | None:
    noted = connection.execute("SELECT value FROM note WHERE name = 'backed-up'").fetchone()
    return None if noted is None else str(noted[0])
