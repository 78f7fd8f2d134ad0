"""A command that dies or meets an error at any of its system calls loses nothing and leaves nothing behind."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import faults
import pytest

from dlquiz import bank
from dlquiz.anki.manifest import Manifest
from dlquiz.errors import DlquizError
from dlquiz.files import sweep, temporary_directory, write_atomically
from dlquiz.review_log import Event, History, backups, schema
from dlquiz.review_log.log import BACKUPS_BEFORE_REPLACING
from dlquiz.scheduler import Instant

traced = pytest.mark.skipif(not faults.is_possible(), reason="needs strace, and leave to trace")


@traced
@pytest.mark.parametrize("seed", range(2))
def test_a_kill_at_a_system_call_loses_nothing(seed: int) -> None:
    faults.kill(Random(seed))


@traced
@pytest.mark.parametrize("seed", range(2))
def test_an_error_from_a_system_call_is_one_sentence_and_loses_nothing(seed: int) -> None:
    faults.fail(Random(seed))


@traced
@pytest.mark.slow
@pytest.mark.parametrize("fault", [faults.kill, faults.fail])
def test_faults_over_and_over(fault: Callable[[Random], str]) -> None:
    random = Random(17)
    for _ in range(400):
        fault(random)


def test_a_log_that_others_hold_is_not_set_aside_by_a_restore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a damaged log gives way to a backup; one that is locked stays where it is."""
    from dlquiz.cli.commands.backup import backup

    monkeypatch.setenv("DLQUIZ_HOME", str(tmp_path))
    monkeypatch.setattr("dlquiz.review_log.schema.BUSY_SECONDS", 0.1)
    with History.open(tmp_path / "history.db", device="here", clock=lambda: Instant(0, 0)) as history:
        history.record(Event("flag", "card"))
        history.backup(force=True)
    with closing(sqlite3.connect(tmp_path / "history.db", isolation_level=None)) as holder:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DlquizError, match="another program holds it"):
            backup(restore=True)
    assert not list(tmp_path.glob("*.damaged-*"))
    with History.open(tmp_path / "history.db", device="proof", clock=lambda: Instant(0, 0)) as history:
        assert history.event_count() == 1


class HeldLog:
    """A new log that other processes make or recover so many times over."""

    def __init__(self, times: int, on_wait: Callable[[], None] | None = None) -> None:
        self.times = times
        self.on_wait = on_wait

    def execute(self, statement: str) -> HeldLog:
        if self.times:
            self.times -= 1
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorname = ("SQLITE_BUSY", "SQLITE_BUSY_RECOVERY")[self.times % 2]
            raise error
        return self

    def fetchone(self) -> tuple[str]:
        return ("wal",)


def test_a_first_start_waits_for_another_one_as_long_as_any_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow disk holds the other one up, and SQLite does not wait where a file is put into WAL mode."""
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    said: list[int] = []
    schema._write_ahead(HeldLog(400, lambda: said.append(len(pauses))))  # type: ignore[arg-type]
    assert said == [50]
    assert sum(pauses) == pytest.approx(8)
    with pytest.raises(sqlite3.OperationalError):
        schema._write_ahead(HeldLog(600))  # type: ignore[arg-type]


def test_what_windows_record_in_the_middle_of_a_restore_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They do not wait for its backup, which is made again; only the last one holds them up."""
    path, write, unhurried = tmp_path / "history.db", backups.write, BACKUPS_BEFORE_REPLACING
    windows: list[Thread] = []
    waiting: list[bool] = []

    def record(card: str) -> None:
        with History.open(path, device="window", clock=lambda: Instant(2, 0)) as window:
            window.record(Event("flag", card))

    def write_while_a_window_records(*arguments: Any) -> Path:
        made = write(*arguments)
        windows.append(Thread(target=record, args=(f"window-{len(windows)}",)))
        windows[-1].start()
        windows[-1].join(30 if len(windows) <= unhurried else 0.3)
        waiting.append(windows[-1].is_alive())
        return made

    with History.open(path, device="here", clock=lambda: Instant(0, 0)) as history:
        history.record(Event("flag", "kept"))
        kept = history.backup(force=True)
        assert kept is not None
        history.record(Event("flag", "taken away"))
        monkeypatch.setattr(backups, "write", write_while_a_window_records)
        before = history.restore(kept)
        windows[-1].join(30)
        assert waiting == [False] * unhurried + [True]
        assert {row.card for row in history.rows()} == {"kept", f"window-{unhurried}"}
        assert {one.path for one in backups.listed(kept.parent)} == {kept, before}
        monkeypatch.undo()
        history.restore(before)
        earlier = {f"window-{number}" for number in range(unhurried)}
        assert {row.card for row in history.rows()} == {"kept", "taken away", *earlier}


def test_two_processes_that_choose_one_name_for_a_backup_both_keep_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with History.open(tmp_path / "history.db", device="here", clock=lambda: Instant(0, 0)) as history:
        first = history.backup(force=True)
        assert first is not None
        contents, unused = first.read_bytes(), backups._unused
        names = iter([first])
        monkeypatch.setattr(backups, "_unused", lambda *arguments: next(names, None) or unused(*arguments))
        history.record(Event("flag", "card"))
        assert history.backup(force=True) != first
    assert first.read_bytes() == contents
    assert [one.path.name for one in backups.listed(tmp_path / "backups")][-1] == first.name


def test_a_manifest_whose_writer_was_killed_is_as_before(tmp_path: Path) -> None:
    """Half of a transaction is in the file, and SQLite's journal beside it says how to take it back."""
    manifest = Manifest(tmp_path / "anki.db")
    manifest.reviews[1] = ("row", "note")
    manifest.save()
    script = (
        "import os, sqlite3, sys\n"
        "writer = sqlite3.connect(sys.argv[1])\n"
        "writer.execute('PRAGMA cache_size = 1')\n"
        "writer.executemany('INSERT INTO review VALUES (?, ?, ?)', ((n, 'x' * 99, 'y') for n in range(2, 2000)))\n"
        "os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(manifest.path)], check=True, timeout=60)
    assert (tmp_path / "anki.db-journal").stat().st_size
    assert Manifest(manifest.path).reviews == {1: ("row", "note")}


def test_a_full_disk_is_reported_where_the_questions_are_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the cache nor a temporary directory can be written: one sentence, not a traceback."""

    def full(*arguments: object, **more: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkdtemp", full)
    (tmp_path / "cache").write_text("in the way", encoding="utf-8")
    with pytest.raises(DlquizError, match="No space left on device") as raised:
        bank.open_bank([bank.shipped_questions() / "pooling.yaml"], tmp_path / "cache")
    assert raised.value.fix


def age(path: Path, days: float) -> None:
    then = path.stat().st_mtime - days * 86_400
    os.utime(path, (then, then))


def test_what_killed_runs_left_goes_after_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    old, new = "dlquiz-temporary-old_1234", "dlquiz-temporary-new_1234"
    for name, days in ((old, 2), (new, 0.5), ("dlquiz-home", 9), ("dlquiz-temporary-notes", 9)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rows.db").write_text("x", encoding="utf-8")
        age(tmp_path / name, days)
    with temporary_directory() as directory:
        assert directory.parent == tmp_path
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dlquiz-home", new, "dlquiz-temporary-notes"]
    target = tmp_path / "config.toml"
    for name, days in ((".config.toml.1", 2), (".config.toml.2", 0.1), (".config.toml.bak", 9)):
        (tmp_path / name).write_text("x", encoding="utf-8")
        age(tmp_path / name, days)
    write_atomically(target, b"language = 'zh'\n")
    assert sorted(path.name for path in tmp_path.glob(".*")) == [".config.toml.2", ".config.toml.bak"]


def test_sweeping_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "swept").mkdir()
    kept, directory = tmp_path / "kept", tmp_path / "directory"
    kept.touch()
    directory.mkdir()
    links = [tmp_path / "swept" / f"dlquiz-{target.name}" for target in (kept, directory)]
    for link, target in zip(links, (kept, directory), strict=True):
        link.symlink_to(target)
        os.utime(link, (0, 0), follow_symlinks=False)
        os.utime(target, (0, 0))
    new = tmp_path / "new"
    new.touch()
    sweep(tmp_path / "swept", r"dlquiz-\w+", just_made=new)
    assert kept.exists()
    assert directory.exists()
    assert all(link.is_symlink() for link in links)
