"""The folder that Syncthing, Dropbox, iCloud or git carries between computers: reading all files, writing one's own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dlquiz.errors import DlquizError
from dlquiz.files import write_atomically
from dlquiz.review_log import History, Row
from dlquiz.review_log.merge import Merged
from dlquiz.sync.lines import line_of, row_of

SUFFIX = ".jsonl"
MAX_LINE = 1 << 22


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """A whole line of a shared file that is no event; it is left out, and the file is not changed."""

    file: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(slots=True)
class SharedFiles:
    """What the files of the folder hold: every row by its id, which ids stand in which file, and bad lines."""

    rows: dict[str, Row] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    files: int = 0
    unreadable: list[UnreadableRow] = field(default_factory=list)
    torn: bool = False


@dataclass(frozen=True, slots=True)
class FolderSyncResult:
    """What a sync did: rows that came, as a merge counts them, rows written, files read, lines left out."""

    came: Merged
    written: int
    files: int
    unreadable: tuple[UnreadableRow, ...]


def directory_of(folder: Path) -> Path:
    """Where the files lie: in a folder of its own below the shared one."""
    return folder / "dlquiz"


def sync(log: History, folder: Path, *, with_replies: bool = True) -> FolderSyncResult:
    """Take what all devices wrote, and write what this one knows and no other file holds.

    Files are only ever added to, each by its own device; the union by id is the same in any order and any number of
    times. Raises DlquizError when the folder is not there or cannot be written; what was read is then in the log.
    """
    if not folder.is_dir():
        raise DlquizError(
            f"there is no directory {folder}", fix="create it, or start the program that shares it, and try again"
        )
    directory = directory_of(folder)
    mine = directory / f"{log.device}{SUFFIX}"
    shared = read(directory, mine)
    came = log.add(shared.rows.values()) if shared.rows else Merged()
    missing = [row for row in log.events() if row.id not in shared.own and row.id not in shared.others]
    if missing or shared.torn or not mine.exists():
        _write(mine, missing, shared, with_replies)
    return FolderSyncResult(came, len(missing), shared.files, tuple(shared.unreadable))


def read(directory: Path, mine: Path) -> SharedFiles:
    """All events of all files: those of this device, of others, and copies that a conflict left."""
    shared = SharedFiles()
    for path in sorted(directory.glob("*")) if directory.is_dir() else ():
        if SUFFIX not in path.name or path.name.startswith(".") or not path.is_file():
            continue
        shared.files += 1
        into = shared.own if path == mine else shared.others
        for row in _rows(path, shared, own=path == mine):
            into.add(row.id)
            known = shared.rows.get(row.id)
            if known is None or (known.reply is None and row.reply is not None):
                shared.rows[row.id] = row
    return shared


def _rows(path: Path, shared: SharedFiles, *, own: bool) -> Iterator[Row]:
    try:
        with path.open("rb") as file:
            number = 0
            while data := file.readline(MAX_LINE + 1):
                number += 1
                if not data.endswith(b"\n"):
                    # It is not whole yet, or never will be; the device that writes it writes it again.
                    shared.torn |= own
                    return
                found = row_of(data.decode("utf-8", "replace"))
                if isinstance(found, Row):
                    yield found
                elif data.strip():
                    shared.unreadable.append(UnreadableRow(path, number, found))
    except OSError as error:
        raise DlquizError(f"{path} cannot be read: {error.strerror or error}", fix="check its permissions") from None


def _write(mine: Path, missing: Iterable[Row], shared: SharedFiles, with_replies: bool) -> None:
    """Append to one's own file; a file whose last line was torn is replaced, whole, through a temporary name."""
    lines = "".join(line_of(row, with_reply=with_replies) for row in missing)
    try:
        mine.parent.mkdir(parents=True, exist_ok=True)
        if shared.torn:
            kept = mine.read_bytes().rpartition(b"\n")
            write_atomically(mine, kept[0] + kept[1] + lines.encode("utf-8", "replace"))
        else:
            with os.fdopen(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
                file.write(lines.encode("utf-8", "replace"))
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        raise DlquizError(f"cannot write {mine}: {error.strerror or error}", fix="make the folder writable") from None


def file_stats(folder: Path, log: History) -> tuple[tuple[str, int, int], ...]:
    """Name, bytes and time of each file of the folder and of the log, by which a change is noticed."""
    found = []
    for path in [*sorted(directory_of(folder).glob("*")), log.path, log.path.with_name(log.path.name + "-wal")]:
        try:
            looked = path.stat()
        except OSError:
            continue
        found.append((path.name, looked.st_size, looked.st_mtime_ns))
    return tuple(found)
