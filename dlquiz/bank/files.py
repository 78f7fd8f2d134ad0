"""Which files a bank consists of, and how a change of one is noticed; imports nothing heavy."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from dlquiz.errors import DlquizError

SUFFIXES = (".yaml", ".yml")
# Files of a bank directory that are no decks.
TRACKS = "tracks.yaml"
THESAURUS = "thesaurus.yaml"


class FileStat(NamedTuple):
    """The size and time of a file, by which a change is noticed; zero where it could not be read."""

    size: int
    modified: int  # nanoseconds


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The bank files: those named, and those in and below the directories named; each once, in a stable order."""
    return [Path(name) for name in file_stats(paths)]


def is_deck(path: Path) -> bool:
    """Whether a file of a bank holds cards.

    >>> is_deck(Path("questions/pooling.yaml")), is_deck(Path("questions/tracks.yaml"))
    (True, False)
    """
    return path.name not in (TRACKS, THESAURUS)


def file_stats(paths: Iterable[Path]) -> dict[str, FileStat]:
    """The name of each bank file, in the order of the bank, with its size and time.

    Raises DlquizError for a name whose bytes are no text: neither the cache nor JSON could hold it.
    """
    found: dict[str, FileStat] = {}
    for path in paths:
        name = os.fspath(path)
        found |= dict(_below(name)) if os.path.isdir(name) else {name: file_stat(name)}
    try:
        for name in found:
            name.encode()
    except UnicodeEncodeError:
        raise DlquizError(f"the name of {name} is not text", fix="rename that file or directory in UTF-8") from None
    return found


def file_stat(name: str) -> FileStat:
    try:
        looked = os.stat(name)
    except OSError:
        return FileStat(0, 0)
    return FileStat(looked.st_size, looked.st_mtime_ns)


def _below(directory: str) -> Iterator[tuple[str, FileStat]]:
    try:
        with os.scandir(directory) as entries:
            inside = sorted(
                (entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name
            )
    except OSError:
        return
    for entry in inside:
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path)
        elif entry.name.endswith(SUFFIXES):
            yield entry.path, file_stat(entry.path)


def digest(name: str) -> str:
    try:
        with open(name, "rb") as file:
            data = file.read()
    except OSError:
        return ""
    return f"{len(data)}-{crc32(data):08x}"
