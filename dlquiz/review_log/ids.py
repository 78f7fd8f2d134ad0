"""Ids: ULIDs that rise on each device, the ids of imported rows, and the device's own name."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

from dlquiz.errors import DlquizError
from dlquiz.files import sync_directory

# Crockford's base 32: no I, L, O, U, and in the order of ASCII, so that ids sort by time as text.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TIME_LENGTH = 10
LATEST = 2**48 - 1

Entropy = Callable[[int], bytes]


def ulid(milliseconds: int, rest: bytes) -> str:
    """A ULID (github.com/ulid/spec): 48 bits of time, 80 bits of anything, as 26 letters.

    >>> ulid(1_469_918_176_385, bytes(10))
    '01ARYZ6S410000000000000000'
    """
    if not 0 <= milliseconds <= LATEST or len(rest) != 10:
        raise ValueError("a ULID is made of 48 bits of time and 10 bytes")
    number = milliseconds << 80 | int.from_bytes(rest, "big")
    pairs = _pairs()
    return "".join([pairs[number >> shift & 1023] for shift in range(120, -1, -10)])


@cache
def _pairs() -> tuple[str, ...]:
    """All two letters, for ten bits at a time: an import makes a hundred thousand ids."""
    return tuple(first + second for first in ALPHABET for second in ALPHABET)


def milliseconds_of(identity: str) -> int:
    """The time part of an id.

    >>> milliseconds_of("01ARYZ6S410000000000000000")
    1469918176385
    """
    number = 0
    for letter in identity[:TIME_LENGTH]:
        number = number << 5 | ALPHABET.index(letter)
    return number


def next_id(now: int, newest: str | None, entropy: Entropy) -> str:
    """An id above the device's `newest` one, whatever the clock says.

    >>> first = next_id(5, None, bytes)
    >>> second = next_id(3, first, bytes)
    >>> milliseconds_of(first), milliseconds_of(second)
    (5, 6)
    """
    past = -1 if newest is None else milliseconds_of(newest)
    return ulid(max(now, past + 1), entropy(10))


def imported_id(revlog_id: int, card_id: int) -> str:
    """The id of a row that came from Anki, made from its source so that importing twice changes nothing.

    >>> imported_id(1_700_000_000_000, 42) == imported_id(1_700_000_000_000, 42)
    True
    """
    from hashlib import sha256

    return ulid(revlog_id, sha256(f"anki:{revlog_id}:{card_id}".encode()).digest()[:10])


def device_id(path: Path, entropy: Entropy = os.urandom) -> str:
    """This machine's random name, made at the first call; it lies beside the database, never inside.

    Raises DlquizError when the file can be neither read nor written.
    """
    try:
        name = path.read_bytes().decode("ascii").strip() if path.exists() else ""
        return name or _new_device(path, entropy)
    except (OSError, UnicodeDecodeError) as error:
        raise DlquizError(
            f"cannot read or write {path}: {_reason(error)}",
            fix="make it writable, or set DLQUIZ_HOME to a directory that is",
        ) from error


def _new_device(path: Path, entropy: Entropy) -> str:
    """Of two processes that start at once, the first to link its file names the device for both."""
    path.parent.mkdir(parents=True, exist_ok=True)
    name = entropy(8).hex()
    draft = path.with_name(f"{path.name}.{name}")
    try:
        with open(draft, "w", encoding="ascii") as file:
            file.write(name + "\n")
            file.flush()
            # A name lost with the power would be another device's, and what this one recorded not to be undone.
            os.fsync(file.fileno())
        _claim(draft, path)
        sync_directory(path.parent)
    finally:
        draft.unlink(missing_ok=True)
    return path.read_bytes().decode("ascii").strip()


def _claim(draft: Path, path: Path) -> None:
    """Make the draft the device file unless one with a name is there already."""
    try:
        os.link(draft, path)
    except FileExistsError:
        if not path.read_bytes().decode("ascii").strip():  # left by a full disk
            draft.replace(path)
    except OSError:  # a file system without links
        if not path.exists():
            draft.replace(path)


def _reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "it is not plain text"
