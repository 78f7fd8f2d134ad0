"""Which files a bank consists of, and what tells that one has changed; imports nothing heavy."""

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


class Stamp(NamedTuple):
    """What a file looked like from outside; all zero when it could not be looked at."""

    size: int
    modified: int  # nanoseconds


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The bank files: those named, and those in and below the directories named; each once, in a stable order."""
    return [Path(name) for name in stamps(paths)]


def is_deck(path: Path) -> bool:
    """Whether a file of a bank holds cards.

    >>> is_deck(Path("questions/pooling.yaml")), is_deck(Path("questions/tracks.yaml"))
    (True, False)
    """
    return path.name not in (TRACKS, THESAURUS)


def stamps(paths: Iterable[Path]) -> dict[str, Stamp]:
    """Each bank file's name, in the order of the bank, and what it looks like from outside.

    Raises DlquizError for a name whose bytes are no text: neither the cache nor JSON could hold it.
    """
    found: dict[str, Stamp] = {}
    for path in paths:
        name = os.fspath(path)
        found |= dict(_below(name)) if os.path.isdir(name) else {name: stamp(name)}
    try:
        for name in found:
            name.encode()
    except UnicodeEncodeError:
        raise DlquizError(f"the name of {name} is not text", fix="rename that file or directory in UTF-8") from None
    return found


def stamp(name: str) -> Stamp:
    try:
        looked = os.stat(name)
    except OSError:
        return Stamp(0, 0)
    return Stamp(looked.st_size, looked.st_mtime_ns)


def _below(directory: str) -> Iterator[tuple[str, Stamp]]:
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
            yield entry.path, stamp(entry.path)


def digest(name: str) -> str:
    try:
        with open(name, "rb") as file:
            data = file.read()
    except OSError:
        return ""
    return f"{len(data)}-{crc32(data):08x}"
