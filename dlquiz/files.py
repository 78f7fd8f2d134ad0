"""Replacing a file in one step, so that a full disk or a crash leaves the old one whole."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from dlquiz.errors import DlquizError

# What a process that was killed has left is removed when it is so old, in seconds.
DAY = 86_400
# Of temporary directories: nobody names a directory of their own like this, for those that are old are removed.
TEMPORARY_PREFIX = "dlquiz-temporary-"
NO_ROOM = "free some space on the disk, or set TMPDIR to a directory that can be written"

# Pictures that cards show: the endings of their names, and how large one may be in bytes.
PICTURE_SUFFIXES = frozenset({".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp"})
LARGEST_PICTURE = 20_000_000


def write_atomically(
    path: Path, data: bytes | Iterable[bytes], *, parents: bool = False, fix: str | None = None
) -> None:
    """Write a draft beside the file, flush it to the disk and rename it over the file; `parents` makes directories.

    What is too large to be held in memory comes in pieces.
    A link stays a link: the file that it points to is replaced. The permissions of a file that is replaced stay.
    Raises DlquizError, with `fix` as what to do, when it cannot be written; the old file is then as it was.
    """
    target, pieces = path.resolve(), (data,) if isinstance(data, bytes) else data
    if target.exists() and not target.is_file() and not target.is_dir():
        _write_through(target, pieces, fix)
        return
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if parents:
            target.parent.mkdir(parents=True, exist_ok=True)
        with open(draft, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        sweep(target.parent, rf"\.{re.escape(target.name)}\.\d+", just_made=draft)
        if target.exists():
            draft.chmod(target.stat().st_mode & 0o777)
        os.replace(draft, target)
        sync_directory(target.parent)
    except OSError as error:
        raise DlquizError(f"cannot write {path}: {error.strerror or error}", fix=fix) from None
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _write_through(device: Path, pieces: Iterable[bytes], fix: str | None) -> None:
    """Write into a pipe or device, such as /dev/stdout, which a rename would replace by a file."""
    try:
        with open(device, "wb") as file:
            file.writelines(pieces)
    except OSError as error:
        raise DlquizError(f"cannot write {device}: {error.strerror or error}", fix=fix) from None


@contextmanager
def temporary_directory() -> Iterator[Path]:
    """A private directory that goes with the block; those left by runs that were killed go after a day.

    Raises DlquizError when none can be made.
    """
    from tempfile import TemporaryDirectory

    try:
        made = TemporaryDirectory(prefix=TEMPORARY_PREFIX, ignore_cleanup_errors=True)
    except OSError as error:
        raise DlquizError(f"no temporary directory can be made: {error.strerror or error}", fix=NO_ROOM) from None
    with made as name:
        directory = Path(name)
        sweep(directory.parent, rf"{TEMPORARY_PREFIX}\w{{8}}", just_made=directory)
        yield directory


def sweep(directory: Path, names: str, *, just_made: Path, seconds: float = DAY) -> None:
    """Remove files and directories whose names match the expression and that are so much older than the file that was
    just made: the clock of the file system decides, whatever that of the program says."""
    from shutil import rmtree

    now = just_made.stat().st_mtime
    with suppress(OSError), os.scandir(directory) as entries:
        for entry in entries:
            if not re.fullmatch(names, entry.name) or entry.is_symlink():
                continue
            with suppress(OSError):
                if now - entry.stat().st_mtime > seconds:
                    rmtree(entry.path) if entry.is_dir() else os.unlink(entry.path)


def sync_directory(directory: Path) -> None:
    """Let the names in a directory reach the disk; where directories cannot be synced, nothing is done."""
    with suppress(OSError):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def zstandard() -> Any:
    """The zstd module: of the standard library from Python 3.14, before it its backport."""
    try:
        from compression import zstd  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        from backports import zstd  # type: ignore[no-redef, unused-ignore]
    return zstd
