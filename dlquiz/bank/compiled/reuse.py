"""Files that the cache of another set of banks has compiled: the shipped questions are read once, whatever is added."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from zlib import crc32

# The outline of a file, and a row for each of its cards.
Compiled = tuple[str, list[tuple[Any, ...]]]

# Waiting long for another process would cost more than compiling.
BUSY_SECONDS = 1.0
MAX_CACHES = 8
_PARTS = """select file, place, card, line, column, kind, level, weight, content_hash, tags, usual_seconds, payload, crc
    from part where file = ? order by place"""


def compiled_elsewhere(cache: Path, version: str, digests: Mapping[str, str]) -> Iterator[tuple[str, Compiled]]:
    """Those of the files (name → digest of its content) that a cache beside this one holds with the same content.

    A cache of another version, a locked or a damaged one is passed over.
    """
    missing = {name: digest for name, digest in digests.items() if digest}
    for path in _adjacent(cache):
        if not missing:
            break
        with suppress(sqlite3.Error, OSError), closing(_opened(path)) as connection:
            if connection.execute("select value from meta where key = 'version'").fetchone() == (version,):
                for name, compiled in _compiled_in(connection, dict(missing)):
                    del missing[name]
                    yield name, compiled


def _adjacent(cache: Path) -> list[Path]:
    """The other caches of the directory, the newest first."""
    try:
        others = {path: path.stat().st_mtime for path in cache.parent.glob("bank-*.sqlite") if path.name != cache.name}
    except OSError:
        return []
    return sorted(others, key=others.__getitem__, reverse=True)[:MAX_CACHES]


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS, isolation_level=None
    )
    # All reads see one state of the file.
    connection.execute("begin")
    return connection


def _compiled_in(connection: sqlite3.Connection, wanted: Mapping[str, str]) -> Iterator[tuple[str, Compiled]]:
    for name, digest in wanted.items():
        row = connection.execute("select outline from file where name = ? and digest = ?", (name, digest)).fetchone()
        parts = connection.execute(_PARTS, (name,)).fetchall() if row else []
        if row and all(crc32(payload.encode()) == crc for *_, payload, crc in parts):
            yield name, (row[0], parts)
