"""What SQLite and the file system refuse, in a sentence for people: what is wrong with which file, and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dlquiz.errors import DlquizError

FULL = ("the disk is full", "free some space and start again; every answer that was recorded is kept")
READ_ONLY = (
    "the file or its directory is read-only",
    "make both writable (chmod u+w), or set DLQUIZ_HOME to a directory that is",
)
LOCKED = ("another program holds it", "close the other dlquiz or database browser and start again")
DAMAGED = (
    "the file is damaged",
    "nothing was changed; dlquiz backup --restore goes back to the newest backup and keeps the damaged file",
)
NOT_OURS = ("it is not a dlquiz log", "nothing was changed; move it away or give another file")
FAILED = ("the disk reports an error", "check the disk and its free space, then start again; nothing was deleted")
MISSING = ("no such file", "check the name")

_BY_CODE = {
    "SQLITE_FULL": FULL,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_CANTOPEN": READ_ONLY,
    "SQLITE_PERM": READ_ONLY,
    "SQLITE_AUTH": READ_ONLY,
    "SQLITE_BUSY": LOCKED,
    "SQLITE_LOCKED": LOCKED,
    "SQLITE_PROTOCOL": LOCKED,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": NOT_OURS,
    "SQLITE_FORMAT": NOT_OURS,
    "SQLITE_IOERR": FAILED,
}


class DamagedLogError(DlquizError):
    """The file can be read and holds no whole log: only then may another take its place."""


@contextmanager
def explained(path: Path, read_from: Path | None = None) -> Iterator[None]:
    """Turn what SQLite or the file system raises inside into a DlquizError about `path`.

    While one file is copied into another, damage is reported of the one that is `read_from`.
    """
    try:
        yield
    except sqlite3.Error as error:
        kind = _kind(error)
        if kind is None:
            raise
        raise storage_error(read_from if read_from and kind is DAMAGED else path, kind) from error
    except UnicodeDecodeError as error:  # even what SQLite says of the damage holds its bytes
        raise storage_error(read_from or path, DAMAGED) from error
    except OSError as error:
        raise storage_error(path, _os_kind(error)) from error


def storage_error(path: Path, kind: tuple[str, str]) -> DlquizError:
    reason, fix = kind
    damaged = kind in (DAMAGED, NOT_OURS)
    return (DamagedLogError if damaged else DlquizError)(f"cannot use {path}: {reason}", fix=fix)


def _kind(error: sqlite3.Error) -> tuple[str, str] | None:
    name = getattr(error, "sqlite_errorname", None)
    if name is None:
        return None
    if "malformed" in str(error):
        return DAMAGED
    return next((kind for code, kind in _BY_CODE.items() if name == code or name.startswith(code + "_")), None)


def _os_kind(error: OSError) -> tuple[str, str]:
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return FULL
    if error.errno == errno.ENOENT:
        return MISSING
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
        return READ_ONLY
    return (error.strerror or "the system refuses", "check the path and the disk")
