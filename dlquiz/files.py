"""Replacing a file in one step, so that a full disk or a crash leaves the old one whole."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from dlquiz.errors import DlquizError


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
