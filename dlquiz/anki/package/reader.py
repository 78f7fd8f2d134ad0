"""Any file of Anki's, old or new, opened for reading: packages, whole collections, the collection itself.

Nothing in it is trusted: sizes are bounded before they are unpacked, only plain tables are read, nothing is written
but to a temporary directory that is gone afterwards.
"""

from __future__ import annotations

import json
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from dlquiz.errors import DlquizError
from dlquiz.files import temporary_directory, zstandard
from dlquiz.protobuf import whole_fields

# The newest first: older ones lie in newer packages as a note that says "please update".
MEMBERS = ("collection.anki21b", "collection.anki21", "collection.anki2")
LARGEST = 2 << 30
LARGEST_MEDIA = 1 << 28
LARGEST_MAP = 1 << 23
# From this size on, data that unpacks to so many times its size is a trap: collections shrink to a tenth.
SUSPECT, SUSPECT_RATIO = 1 << 26, 250
LARGEST_FIELD = 1 << 26
MAX_STEPS = 4_000  # millions of steps of SQLite's machine
CHUNK = 1 << 20
_ZSTD = b"\x28\xb5\x2f\xfd"
_TABLES = {
    "col": ("crt", "conf"),
    "notes": ("id", "guid", "mid", "tags", "flds"),
    "cards": ("id", "nid", "did", "ord", "mod", "type", "queue", "due", "odue", "odid", "flags"),
    "revlog": ("id", "cid", "ease", "ivl", "lastIvl", "factor", "time", "type"),
}


class OpenPackage(NamedTuple):
    """`connection` reads the collection; `media` gives a file's bytes by its name, None when it is not there."""

    path: Path
    connection: sqlite3.Connection
    media: Callable[[str], bytes | None]
    names: Mapping[str, str]


@contextmanager
def opened(path: Path) -> Iterator[OpenPackage]:
    """The Anki file at `path`; raises DlquizError for what is no such file, damaged, locked or a trap."""
    kind = _sniffed(path)
    with temporary_directory() as directory, _message(path):
        copy = directory / "collection.db"
        if kind == "collection":
            _copy_live(path, copy)
            with closing(_connected(copy, path)) as connection:
                yield OpenPackage(path, connection, _sibling_reader(path), {})
            return
        with zipfile.ZipFile(path) as package:
            _unpack_collection(package, path, copy)
            names = _media_names(package, path)
            with closing(_connected(copy, path)) as connection:
                yield OpenPackage(path, connection, _inside(package, path, names), names)


def configuration(connection: sqlite3.Connection) -> dict[str, Any]:
    """The collection's settings, from where either format keeps them."""
    found: dict[str, Any] = {}
    try:
        for key, value in connection.execute("SELECT key, val FROM config"):
            found[str(key)] = from_json(value)
    except sqlite3.OperationalError:
        row = connection.execute("SELECT conf FROM col").fetchone()
        value = from_json(row[0]) if row else None
        found = value if isinstance(value, dict) else {}
    return found


def from_json(value: Any) -> Any:
    """What a column of JSON says, None where it is none."""
    try:
        return json.loads(value)
    except (ValueError, TypeError, RecursionError):
        return None


def refused(path: Path, reason: str, fix: str = "export it again from Anki") -> DlquizError:
    return DlquizError(f"cannot read {path}: {reason}", fix=fix)


# ── what kind of file ────────────────────────────────────────────────────────────────────────────────────────────


def _sniffed(path: Path) -> str:
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except FileNotFoundError:
        raise refused(path, "no such file", "check the name") from None
    except IsADirectoryError:
        raise refused(path, "it is a directory", "name the file collection.anki2, or a .apkg or .colpkg") from None
    except OSError as error:
        raise refused(path, error.strerror or "the system refuses", "make it readable") from None
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "package"
    if start == b"SQLite format 3\x00":
        return "collection"
    raise refused(path, "it is neither an Anki package (.apkg, .colpkg) nor a collection.anki2")


@contextmanager
def _message(path: Path) -> Iterator[None]:
    """What zipfile, zlib and SQLite raise about a damaged file, as one sentence."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise refused(path, "it would take far too long, as no real collection does") from error
        if "locked" in str(error) or "busy" in str(error):
            raise _locked(path) from error
        raise refused(path, f"its database is damaged ({error})") from error
    except sqlite3.Error as error:
        raise refused(path, f"its database is damaged ({error})") from error
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OverflowError,
        UnicodeDecodeError,
    ) as error:
        raise refused(path, f"the package is damaged ({error})") from error


def _locked(path: Path) -> DlquizError:
    return refused(
        path,
        "Anki has it open",
        f"close Anki and try again, export a package from Anki, or take the newest file of {path.parent / 'backups'}",
    )


# ── packages ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _unpack_collection(package: zipfile.ZipFile, path: Path, copy: Path) -> None:
    names = set(package.namelist())
    member = next((name for name in MEMBERS if name in names), None)
    if member is None:
        raise refused(path, "it holds no collection")
    with package.open(member) as packed, copy.open("wb") as out:
        compressed = max(package.getinfo(member).compress_size, 1)
        source = _unzstd(packed, path) if member.endswith("b") else _chunks(packed)
        _bounded(source, out, path, compressed)
    with copy.open("r+b") as file:
        if file.read(16) != b"SQLite format 3\x00":
            raise refused(path, "its collection is not a database")
        # A header that asks for a write-ahead log, which a package never has beside it.
        file.seek(18)
        file.write(b"\x01\x01")


def _bounded(source: Iterator[bytes], out: IO[bytes], path: Path, compressed: int, most: int | None = None) -> None:
    written, most = 0, LARGEST if most is None else most
    for chunk in source:
        written += len(chunk)
        if written > most or (written > SUSPECT and written > SUSPECT_RATIO * compressed):
            raise refused(path, f"it unpacks to over {written >> 20} MB, as no real package does")
        out.write(chunk)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _unzstd(file: IO[bytes], path: Path) -> Iterator[bytes]:
    zstd = zstandard()
    try:
        with zstd.ZstdFile(file) as unpacked:
            yield from _chunks(unpacked)
    except (zstd.ZstdError, EOFError) as error:
        raise refused(path, f"the package is damaged ({error})") from error


def _media_names(package: zipfile.ZipFile, path: Path) -> dict[str, str]:
    """The media's names → their entries in the package; both formats of the map; what is wrong with it is left out."""
    if "media" not in package.namelist():
        return {}
    data = _read_member(package, "media", path, LARGEST_MAP)
    if data is None:
        return {}
    if data.lstrip()[:1] == b"{":
        found = from_json(data)
        pairs = [(name, entry) for entry, name in found.items()] if isinstance(found, dict) else []
    else:
        pairs = [(name, str(place)) for place, name in enumerate(_names_in_order(data))]
    there = set(package.namelist())
    return {name: entry for name, entry in pairs if isinstance(name, str) and entry in there}


def _names_in_order(data: bytes) -> list[str]:
    """The names in the map of media of newer packages (a message of entries), in the order of the entries."""
    entries = [entry for number, entry in whole_fields(data) if number == 1 and isinstance(entry, bytes)]
    names = (next((value for number, value in whole_fields(entry) if number == 1), b"") for entry in entries)
    return [name.decode("utf-8", "replace") if isinstance(name, bytes) else "" for name in names]


def _read_member(package: zipfile.ZipFile, name: str, path: Path, most: int) -> bytes | None:
    import io

    try:
        with package.open(name) as packed:
            out = io.BytesIO()
            _bounded(_chunks(packed), out, path, max(package.getinfo(name).compress_size, 1), most)
        data = out.getvalue()
        if data.startswith(_ZSTD):
            out = io.BytesIO()
            _bounded(_unzstd(io.BytesIO(data), path), out, path, len(data), most)
            data = out.getvalue()
        return data
    except (zipfile.BadZipFile, zlib.error, KeyError):
        return None


def _inside(package: zipfile.ZipFile, path: Path, names: Mapping[str, str]) -> Callable[[str], bytes | None]:
    unpacked = 0

    def media(name: str) -> bytes | None:
        nonlocal unpacked
        entry = names.get(name)
        data = None if entry is None else _read_member(package, entry, path, LARGEST_MEDIA)
        unpacked += len(data or b"")
        if unpacked > LARGEST_MEDIA:
            raise refused(path, f"its pictures unpack to over {LARGEST_MEDIA >> 20} MB", "import it without --as-bank")
        return data

    return media


# ── the collection itself ────────────────────────────────────────────────────────────────────────────────────────


def _copy_live(path: Path, copy: Path) -> None:
    """A whole copy of a collection that Anki does not have open; with what its write-ahead log still holds."""
    if path.stat().st_size > LARGEST:
        raise refused(path, f"it is larger than {LARGEST >> 30} GB", "export a package from Anki")
    from shutil import copyfile

    wal_path = path.with_name(path.name + "-wal")
    if not wal_path.exists() or not wal_path.stat().st_size:
        _refuse_open(path)
        copyfile(path, copy)
        with copy.open("r+b") as file:
            file.seek(18)
            file.write(b"\x01\x01")
        return
    _refuse_open(path)
    # Anki did not close properly: the log is taken into the copy, the original stays as it is.
    copyfile(path, copy)
    copyfile(wal_path, copy.with_name(copy.name + "-wal"))
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")


def _refuse_open(path: Path) -> None:
    """Raise when Anki holds its exclusive lock."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=0.5)) as connection:
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise _locked(path) from error


def _sibling_reader(path: Path) -> Callable[[str], bytes | None]:
    """The media of a collection lie in a directory of its own beside it."""
    directory = path.with_name(path.stem + ".media")

    def media(name: str) -> bytes | None:
        if not name or name != Path(name).name or "\\" in name:
            return None
        file = directory / name
        try:
            return file.read_bytes() if file.is_file() and file.stat().st_size <= LARGEST_MEDIA else None
        except (OSError, ValueError):
            return None

    return media


# ── the database ─────────────────────────────────────────────────────────────────────────────────────────────────


def _connected(copy: Path, path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        _defend(connection)
        _check_tables(connection, path)
        if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise refused(path, "its database is damaged")
    except BaseException:
        connection.close()
        raise
    return connection


def _defend(connection: sqlite3.Connection) -> None:
    """Nothing that a file says may run, write, or go on for ever."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_FIELD)
    connection.create_collation("unicase", _unicase)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    steps = iter(range(MAX_STEPS))
    connection.set_progress_handler(lambda: next(steps, None) is None, 1_000_000)


def _unicase(first: str, second: str) -> int:
    one, other = first.casefold(), second.casefold()
    return (one > other) - (one < other)


def _check_tables(connection: sqlite3.Connection, path: Path) -> None:
    rows = connection.execute("SELECT type, name, sql FROM sqlite_schema WHERE type IN ('table', 'view')")
    found = {name: (kind, sql or "") for kind, name, sql in rows}
    for table, wanted in _TABLES.items():
        kind, sql = found.get(table, ("", ""))
        if kind != "table" or not sql.lower().startswith("create table"):
            raise refused(path, f"its database has no table {table}")
        columns = {row[1]: row[6] for row in connection.execute(f"PRAGMA table_xinfo({table})")}
        # `conf` went elsewhere in newer collections, where the column stays.
        if any(columns.get(name) != 0 for name in wanted):
            raise refused(path, f"its table {table} is not as Anki makes it")
