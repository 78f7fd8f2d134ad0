"""What goes wrong around the file: one clear sentence with what to do, and nothing destroyed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dlquiz import settings
from dlquiz.cli.context import open_history
from dlquiz.errors import DlquizError
from dlquiz.review_log import Event, History, Row, device_id
from dlquiz.review_log.schema import APPLICATION, STEPS, connect
from dlquiz.scheduler import Instant

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX permissions and limits")


def open_log(path: Path) -> History:
    return History.open(path, device="laptop", clock=lambda: Instant(1_770_030_000_000, 60))


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A log with 40 answers, closed."""
    with open_log(tmp_path / "history.db") as log:
        for number in range(40):
            log.record(Event("review", f"card-{number % 9}", rating=3, reply="because " * 40))
    return tmp_path / "history.db"


@pytest.fixture
def room_for_nobody() -> Iterator[Path]:
    """A directory that an unprivileged user can reach, unlike pytest's own."""
    directory = Path(tempfile.mkdtemp(prefix="dlquiz-"))
    directory.chmod(0o755)
    yield directory
    for path in [directory, *directory.rglob("*")]:
        path.chmod(0o755)
    shutil.rmtree(directory)


AS_NOBODY = """
import os, sys
from pathlib import Path
# What is otherwise imported in use: nobody may not read the home directory in which this Python may lie.
import errno, hashlib, sqlite3, tempfile, urllib.parse
from dlquiz import settings
from dlquiz.cli.context import open_history
from dlquiz.errors import DlquizError
from dlquiz.review_log import Event, History, device_id
from dlquiz.scheduler import Instant
import dataclasses, fsrs_rs_python
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
path = Path(sys.argv[1])
try:
    with History.open(path, device="laptop", clock=lambda: Instant(1_770_030_000_000, 60)) as log:
        {action}
    print("no error")
except DlquizError as error:
    print(error)
"""


def as_nobody(path: Path, action: str = 'log.record(Event("review", "bn-why", rating=3))') -> str:
    """What an unprivileged person is told who records an answer in this log."""
    script = AS_NOBODY.replace("{action}", action)
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.strip()


@posix
def test_a_read_only_directory(room_for_nobody: Path) -> None:
    room_for_nobody.chmod(0o555)
    output = as_nobody(room_for_nobody / "history.db")
    assert output.startswith(
        f"cannot use {room_for_nobody / 'history.db'}: the file or its directory is read-only — make"
    )
    output = as_nobody(room_for_nobody / "deeper" / "history.db")
    assert "read-only — make" in output


@posix
def test_a_read_only_file_in_a_read_only_directory(room_for_nobody: Path, written: Path) -> None:
    path = Path(shutil.copy(written, room_for_nobody / "history.db"))
    before = path.read_bytes()
    path.chmod(0o444)
    room_for_nobody.chmod(0o555)
    assert "read-only — make" in as_nobody(path)
    assert path.read_bytes() == before


@posix
def test_a_read_only_file_in_a_directory_of_ones_own(room_for_nobody: Path, written: Path) -> None:
    path = Path(shutil.copy(written, room_for_nobody / "history.db"))
    before = path.read_bytes()
    path.chmod(0o444)
    room_for_nobody.chmod(0o777)
    assert "read-only — make" in as_nobody(path)
    assert path.read_bytes() == before


@posix
def test_a_file_that_may_not_be_read(room_for_nobody: Path, written: Path) -> None:
    path = Path(shutil.copy(written, room_for_nobody / "history.db"))
    path.chmod(0o000)
    assert "read-only — make" in as_nobody(path)
    mine = room_for_nobody / "mine.db"
    room_for_nobody.chmod(0o777)
    assert "may not be read" in as_nobody(mine, f"log.merge(Path({str(path)!r}))")


@posix
def test_a_backup_directory_that_cannot_be_written(room_for_nobody: Path, written: Path) -> None:
    path = Path(shutil.copy(written, room_for_nobody / "history.db"))
    (room_for_nobody / "backups").mkdir(mode=0o555)
    path.chmod(0o666)
    room_for_nobody.chmod(0o777)
    output = as_nobody(path, "log.backup()")
    assert "read-only — make" in output
    assert "backups" in output


@posix
def test_a_device_file_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "device").mkdir()
    with pytest.raises(DlquizError, match=r"cannot read or write .*device"):
        device_id(tmp_path / "device")


def test_a_full_disk_loses_nothing_that_was_acknowledged(written: Path) -> None:
    with open_log(written) as log:
        pages = log.connection.execute("PRAGMA page_count").fetchone()[0]
        log.connection.execute(f"PRAGMA max_page_count = {pages + 3}")
        kept = [row.id for row in log.rows()]
        with pytest.raises(DlquizError, match=r"history\.db: the disk is full — free some space"):  # noqa: PT012
            while True:
                kept.append(log.record(Event("review", "bn-why", rating=3, reply="x" * 3000)).id)
        # The session goes on as soon as there is room.
        log.connection.execute("PRAGMA max_page_count = 1000000")
        kept.append(log.record(Event("review", "bn-why", rating=3)).id)
    with open_log(written) as log:
        assert [row.id for row in log.rows()] == kept
        assert (log.verify(), log.integrity()) == ([], [])


FILLING = """
import os, resource, sys
from pathlib import Path
from dlquiz import settings
from dlquiz.cli.context import open_history
from dlquiz.errors import DlquizError
from dlquiz.review_log import Event, History
from dlquiz.scheduler import Instant
if sys.argv[2] != "0":
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    with History.open(Path(sys.argv[1]), device="laptop", clock=lambda: Instant(1_770_030_000_000, 60)) as log:
        while True:
            print(log.record(Event("review", "bn-why", rating=3, reply="x" * 2000)).id, flush=True)
except DlquizError as error:
    print(error, file=sys.stderr)
    sys.exit(1)
"""


@posix
@pytest.mark.parametrize("limit", [100, 50_000, 400_000])
def test_files_that_may_not_grow(tmp_path: Path, limit: int) -> None:
    """The system refuses the write itself, at the first page, while the tables are made, and later."""
    path = tmp_path / "history.db"
    done = subprocess.run(
        [sys.executable, "-c", FILLING, str(path), str(limit)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"cannot use {path}: the disk ")
    assert done.stderr.count("\n") == 1
    with open_log(path) as log:
        assert [row.id for row in log.rows()] == done.stdout.split()
        assert log.integrity() == []


@posix
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(small)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    try:
        path = small / "history.db"
        done = subprocess.run([sys.executable, "-c", FILLING, str(path), "0"], capture_output=True, text=True,
                              check=False)  # fmt: skip
        assert done.returncode == 1
        assert done.stderr == (
            f"cannot use {path}: the disk is full — free some space and start again; "
            "every answer that was recorded is kept\n"
        )
        saved = [Path(shutil.copy(found, tmp_path)) for found in small.glob("history.db*")]
        assert saved
        with open_log(tmp_path / "history.db") as log:
            assert [row.id for row in log.rows()] == done.stdout.split() != []
            assert (log.integrity(), log.verify()) == ([], [])
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_log_of_a_newer_version(written: Path) -> None:
    with closing(sqlite3.connect(written)) as newer:
        newer.execute("PRAGMA user_version = 99")
    before = written.read_bytes()
    with pytest.raises(DlquizError, match=r"newer dlquiz \(format 99; this one reads up to 1\) — upgrade dlquiz"):
        open_log(written)
    with (
        open_log(written.with_name("mine.db")) as log,
        pytest.raises(DlquizError, match=r"history\.db was written by a newer dlquiz") as output,
    ):
        log.merge(written)
    assert "other.db" not in str(output.value)
    assert written.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"my notes about batch norm\n" * 50, b"SQLite format 3\0" + b"\x07" * 5000, b"\x00" * 4096]
)
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "history.db"
    path.write_bytes(content)
    with pytest.raises(DlquizError, match=r"not a dlquiz log|damaged"):
        open_log(path)
    assert path.read_bytes() == content


def test_a_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE revlog (id INTEGER)")
    before = path.read_bytes()
    with pytest.raises(DlquizError, match="it is not a dlquiz log — nothing was changed"):
        open_log(path)
    assert path.read_bytes() == before
    with open_log(tmp_path / "mine.db") as log, pytest.raises(DlquizError, match="not a dlquiz log"):
        log.merge(path)


def test_a_directory_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "history.db").mkdir()
    with pytest.raises(DlquizError, match="cannot use"):
        open_log(tmp_path / "history.db")
    (tmp_path / "file").write_text("")
    with pytest.raises(DlquizError, match="cannot use"):
        open_log(tmp_path / "file" / "history.db")


def test_an_empty_file_becomes_a_log(tmp_path: Path) -> None:
    (tmp_path / "history.db").touch()
    with open_log(tmp_path / "history.db") as log:
        assert log.states() == []


def test_a_damaged_log_is_reported_and_left_alone(written: Path) -> None:
    content = bytearray(written.read_bytes())
    for start in range(4096 * 2, len(content), 4096):
        content[start : start + 200] = b"\xff" * 200
    written.write_bytes(bytes(content))
    before = written.read_bytes()
    with open_log(written) as log:
        answer = Event("review", "card-1", rating=3)
        for doing in (log.rows, log.states, log.verify, lambda: log.record(answer), log.backup):
            with pytest.raises(DlquizError, match=r"history\.db: the file is damaged — nothing was changed"):
                doing()
        assert log.integrity() != []
    with open_log(written.with_name("mine.db")) as mine, pytest.raises(DlquizError, match="damaged"):
        mine.merge(written)
    assert written.read_bytes() == before
    assert not list((written.parent / "backups").glob("*")) if (written.parent / "backups").exists() else True


def test_a_log_cut_short(written: Path) -> None:
    content = written.read_bytes()
    written.write_bytes(content[: len(content) // 2])
    with pytest.raises(DlquizError, match="damaged"), open_log(written) as log:
        log.rows()
    assert written.read_bytes() == content[: len(content) // 2]


def test_a_log_that_another_program_holds(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlquiz.review_log.schema.BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(written, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with open_log(written) as log, pytest.raises(DlquizError, match="another program holds it — close"):
            log.record(Event("review", "bn-why", rating=3))
    with open_log(written) as log:
        log.record(Event("review", "bn-why", rating=3))


@pytest.mark.parametrize("mode", ["NORMAL", "EXCLUSIVE"])
def test_a_command_says_what_it_waits_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], mode: str
) -> None:
    """Another window that writes lets this one open the log and wait for its turn; a database browser does not."""

    def answer(user_settings: settings.Settings) -> None:
        with open_history(user_settings) as log:
            log.record(Event("review", "bn-why", rating=3))

    monkeypatch.setenv("DLQUIZ_HOME", str(tmp_path))
    monkeypatch.setattr("dlquiz.review_log.schema.BUSY_SECONDS", 0.1)
    monkeypatch.setattr("dlquiz.database.NOTICE_SECONDS", 0.02)
    found = settings.read()
    answer(found)
    assert capsys.readouterr().err == ""
    waiting = f"dlquiz: waiting for {found.history_file}, which another dlquiz or a database browser is using\n"
    with closing(sqlite3.connect(found.history_file, isolation_level=None)) as holder:
        holder.execute(f"PRAGMA locking_mode = {mode}")
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DlquizError, match="another program holds it — close"):
            answer(found)
    assert capsys.readouterr().err == waiting


def test_merging_what_is_not_there_or_not_ours(tmp_path: Path) -> None:
    with open_log(tmp_path / "history.db") as log:
        with pytest.raises(DlquizError, match="no such file — check the name"):
            log.merge(tmp_path / "nowhere.db")
        with pytest.raises(DlquizError, match="no such file"):
            log.merge(tmp_path)
        with pytest.raises(DlquizError, match="this log itself"):
            log.merge(log.path)
        strange = tmp_path / "strange.db"
        with open_log(strange) as other:
            other.record(Event("review", "bn-why", rating=3))
            other.connection.execute("UPDATE event SET id = 'i-am-no-ulid'")
        merged = log.merge(strange)
        assert (merged.rows, merged.left_out, merged.reasons) == (0, 1, ("i-am-no-ulid: its id is no ULID",))
        assert log.rows() == []


ODD_VALUES = {
    "id": ["'7ZZZZZZZZZ0000000000000000'", "'i'", "''"],
    "at": [str(2**62), "-1", "4000000000000000"],
    "offset": [str(2**62), "-5000"],
    "rating": ["0", "9", "-1"],
    "correct": ["7"],
    "seconds": ["9e999", "-1", "1e300"],
    "interval": ["-3", "99999999"],
    "hints": ["-1", "100000000"],
    "shown": ["'{'", "'[]'", "'5'", "''", "x'ff'"],
    "card": ["''"],
    "device": ["''"],
    "kind": ["''"],
}


@pytest.mark.parametrize(
    ("column", "value"), [(name, value) for name, values in ODD_VALUES.items() for value in values]
)
def test_rows_with_impossible_values_are_left_out_of_a_merge(tmp_path: Path, column: str, value: str) -> None:
    with open_log(tmp_path / "history.db") as log, open_log(tmp_path / "other.db") as other:
        log.record(Event("review", "mine", rating=3))
        other.record(Event("review", "good", rating=3))
        other.record(Event("review", "odd", rating=3, shown={"language": "en"}))
        connection = other.connection
        connection.execute("CREATE TABLE loose AS SELECT * FROM event")  # types are not held by this one
        connection.execute(f"UPDATE loose SET {column} = {value} WHERE card = 'odd'")
        connection.execute("DROP TABLE event")
        connection.execute("ALTER TABLE loose RENAME TO event")
        connection.execute(
            "CREATE INDEX event_replay ON event"
            " (card, at, id, kind, offset, rating, interval, correct, seconds, mistake)"
        )
        merged = log.merge(other.path)
        assert (merged.answers, merged.left_out) == (1, 1), merged
        assert {row.card for row in log.rows()} == {"mine", "good"}
        assert log.verify() == []
        log.record(Event("review", "mine", rating=3))


@pytest.mark.parametrize("broken", [
    "DROP TABLE state", "DROP TABLE absent", "DROP TABLE unchecked", "DROP TABLE lineage", "DROP TABLE note",
    "DROP INDEX event_replay", "DROP INDEX event_device", "DROP INDEX state_marked",
    "ALTER TABLE state ADD COLUMN mine TEXT", "PRAGMA user_version = 0",
    "DROP TABLE state; CREATE TABLE state (card TEXT)",
])  # fmt: skip
def test_what_is_derived_is_made_again_when_another_program_has_dropped_it(written: Path, broken: str) -> None:
    with open_log(written) as log:
        before = log.states()
        log.connection.executescript(broken)
    with open_log(written) as log:
        assert log.states() == before
        assert log.verify() == []
        log.record(Event("review", "card-1", rating=3))


def test_of_rows_that_break_off_none_is_taken(written: Path) -> None:
    def broken_off(row: Row) -> Iterator[Row]:
        yield row
        raise DlquizError("the disk was taken out")

    with open_log(written.with_name("other.db")) as other, open_log(written) as log:
        other.record(Event("review", "card-1", rating=3))
        with pytest.raises(DlquizError, match="the disk was taken out"):
            log.add(broken_off(other.rows()[0]))
        assert log.event_count() == 40


def test_events_with_other_columns_are_reported(written: Path) -> None:
    with open_log(written) as log:
        log.connection.execute("ALTER TABLE event ADD COLUMN mine TEXT")
    with pytest.raises(DlquizError, match="does not have the columns of a review log"):
        open_log(written)


def test_a_row_that_another_program_changed_stops_nothing(written: Path) -> None:
    with open_log(written) as log:
        for value in ("'{'", "'{\"slips\": 5}'", "'[{}]'"):
            log.connection.execute(f"UPDATE event SET shown = {value} WHERE card = 'card-2'")
            assert log.mistakes() == []
            number, examples = log.misfits()
            assert (number == 0) == (value == "'{\"slips\": 5}'"), examples


def test_a_schema_that_is_no_text_is_damage(written: Path) -> None:
    written.write_bytes(written.read_bytes().replace(b"CREATE TABLE event", b"CREATE \xd5ABLE \xd5vent"))
    with pytest.raises(DlquizError, match="damaged"):
        open_log(written).close()


def test_states_that_are_wrong_are_found_and_made_right(written: Path) -> None:
    with open_log(written) as log:
        before = log.states()
        log.connection.execute("UPDATE state SET stability = 99 WHERE card = 'card-1'")
        log.connection.execute("DELETE FROM state WHERE card = 'card-2'")
        log.connection.execute("UPDATE state SET card = 'card-x' WHERE card = 'card-3'")
        assert log.verify() == ["card-1", "card-2", "card-3", "card-x"]
        assert log.rebuild() == 9
        assert (log.states(), log.verify()) == (before, [])


# Migrations, with the second format made up: the framework is what is tested.


def second(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE extra (x INTEGER) STRICT")


def broken(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM event")
    raise sqlite3.OperationalError("interrupted")


def test_each_step_is_preceded_by_a_backup(written: Path) -> None:
    asked: list[int] = []
    connection = connect(written, lambda _, old: asked.append(old), (*STEPS, second, lambda _: None))
    assert asked == [1, 2]
    assert connection.execute("PRAGMA user_version").fetchone() == (3,)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION,)
    assert connection.execute("SELECT count(*) FROM event").fetchone() == (40,)
    connection.close()


def test_a_step_that_fails_leaves_the_file_as_it_was(written: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        connect(written, lambda *_: None, (*STEPS, broken))
    with open_log(written) as log:
        assert len(log.rows()) == 40


def test_backups_before_a_step_pile_up_beside_each_other(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlquiz.review_log.schema.STEPS", (*STEPS, second))
    monkeypatch.setattr(connect, "__defaults__", ((*STEPS, second), None))
    old = written.read_bytes()
    for _ in range(2):
        written.write_bytes(old)
        open_log(written).close()
    names = sorted(path.name for path in (written.parent / "backups").iterdir())
    assert names == ["before-format-2-again-2.db", "before-format-2.db"]
    with closing(sqlite3.connect(written.parent / "backups" / names[1])) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (1,)
        assert copy.execute("SELECT count(*) FROM event").fetchone() == (40,)
