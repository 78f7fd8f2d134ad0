"""Kill -9 at any moment, two sessions at once, and a disk that refuses: no answer that was told as recorded is lost."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from studying import command, environment, next_line, run_json

from dlquiz.review_log import Event, History
from dlquiz.scheduler import Instant, Model

CARDS = 60
ANSWERS = [line for _ in range(400) for line in ({"reply": ""}, {"rating": "again"})]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("crash")
    cards = "\n".join(
        f"  - {{id: card-{number:03}, kind: open, question: {{en: 'What is {number}?', zh: '{number} 是什么？'}},"
        f" answer: {{en: '{number}', zh: '{number}'}}}}"
        for number in range(CARDS)
    )
    (home / "questions").mkdir()
    (home / "questions" / "many.yaml").write_text(f"deck: many\ncards:\n{cards}\n", encoding="utf-8")
    code, events, stderr = run_json(home, [{"command": "quit"}], "many", "--new", "999", "--minutes", "999")
    assert (code, events[0]["cards"]) == (0, CARDS), stderr
    return home


@pytest.fixture
def home(compiled: Path, tmp_path: Path) -> Path:
    place = tmp_path / "own"
    place.mkdir()
    for name in ("questions", "cache"):
        (place / name).symlink_to(compiled / name)
    return place


def on_day(home: Path, day: int) -> dict[str, str]:
    """So many days after the first, when the cards that were missed the day before are due again."""
    return environment(home, DLQUIZ_NOW=f"{date(2026, 3, 2) + timedelta(days=day)}T09:00+00:00")


class Session:
    """A JSON session that is fed as fast as it reads; `recorded` are the ids of the lines that came out whole."""

    def __init__(self, home: Path, inputs: Iterable[Any] = ANSWERS, day: int = 0) -> None:
        self.process = subprocess.Popen(
            command("study", "--json", "many", "--new", "999", "--minutes", "999"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=on_day(home, day),
        )  # fmt: skip
        self.recorded: list[str] = []
        self._inputs = b"".join(json.dumps(line).encode() + b"\n" for line in inputs)
        self._threads = [threading.Thread(target=work) for work in (self._feed, self._read)]
        for thread in self._threads:
            thread.start()

    def _feed(self) -> None:
        assert self.process.stdin
        with suppress(OSError):
            self.process.stdin.write(self._inputs)
            self.process.stdin.close()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            if line.endswith(b"\n") and (event := json.loads(line))["event"] == "recorded":
                self.recorded.append(event["id"])

    def over(self) -> str:
        code = self.process.wait(timeout=60)
        for thread in self._threads:
            thread.join(timeout=30)
            assert not thread.is_alive()
        assert self.process.stderr
        output = self.process.stderr.read().decode()
        for stream in (self.process.stderr, self.process.stdout, self.process.stdin):
            if stream:
                with suppress(OSError):
                    stream.close()
        assert "Traceback" not in output, output
        self.code = code
        return output


def written(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "history.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'event'").fetchone():
            return []  # killed before the log was made
        return [row[0] for row in connection.execute("SELECT id FROM event ORDER BY id")]


def proved(home: Path) -> None:
    """The derived states are what a replay of the log gives."""
    with History.open(home / "history.db", device="proof", clock=lambda: Instant(0, 0), model=Model()) as history:
        assert history.verify() == []


def kill_at_random(home: Path, times: int, seed: int) -> None:
    chance = random.Random(seed)
    output: list[str] = []
    for day in range(times):
        session = Session(home, day=day)
        # From before the first line to deep within the answers.
        wanted = chance.choice([0, 1, 3, 10, 40])
        end = time.monotonic() + 10
        while len(session.recorded) < wanted and session.process.poll() is None and time.monotonic() < end:
            time.sleep(0.001)
        time.sleep(chance.random() * 0.05)
        session.process.kill()
        session.over()
        output += session.recorded
        assert set(output) <= set(written(home))
    assert len(output) > times, "most sessions got to record something"
    now = on_day(home, times)["DLQUIZ_NOW"]
    code, events, stderr = run_json(home, [{"reply": ""}, {"rating": "good"}], "many", DLQUIZ_NOW=now)
    assert code == 0, stderr
    assert any(event["event"] == "recorded" for event in events)
    proved(home)


def test_kill_9_loses_no_recorded_answer(home: Path) -> None:
    kill_at_random(home, 3, seed=1)


@pytest.mark.slow
def test_kill_9_at_200_moments(home: Path) -> None:
    kill_at_random(home, 200, seed=2)


def test_two_sessions_at_once_lose_and_double_nothing(home: Path) -> None:
    sessions = [Session(home, ANSWERS[:120]) for _ in range(2)]
    for session in sessions:
        errors = session.over()
        assert session.code == 0, errors
    output = [one for session in sessions for one in session.recorded]
    assert [len(session.recorded) for session in sessions] == [60, 60]
    assert sorted(output) == written(home)
    proved(home)


def test_sigint_says_no_summary_and_exits_130(home: Path) -> None:
    process = subprocess.Popen(command("study", "--json", "many"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=environment(home))  # fmt: skip
    assert process.stdin
    assert process.stdout
    process.stdin.write(b'{"reply": ""}\n{"rating": "good"}\n{"reply": ""}\n')
    process.stdin.flush()
    lines = [json.loads(next_line(process)) for _ in range(6)]
    process.send_signal(2)
    rest, output = process.communicate(timeout=30)
    assert (process.returncode, rest) == (130, b""), output
    assert [line["event"] for line in lines][-2:] == ["question", "verdict"]
    assert len(written(home)) == 1


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_directory_is_one_sentence(home: Path) -> None:
    home.chmod(0o500)
    try:
        code, events, stderr = run_json(home, [{"reply": ""}], "many")
    finally:
        home.chmod(0o700)
    assert (code, events) == (1, [])
    assert stderr.startswith("dlquiz: ")
    assert len(stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "damage", ["newer", "corrupt", *(pytest.param(one, marks=pytest.mark.slow) for one in ("not a log", "directory"))]
)
def test_a_log_that_cannot_be_used_is_one_sentence(home: Path, damage: str) -> None:
    path = home / "history.db"
    with History.open(path, device="test", clock=lambda: Instant(1_772_442_000_000, 0), model=Model()) as history:
        history.record(Event("review", "card-001", rating=3, verdict="unchecked"))
    if damage == "newer":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA user_version = 999")
    elif damage == "not a log":
        path.write_text("my shopping list")
    elif damage == "corrupt":
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.seek(200)
            file.write(b"\xff" * (size - 200))
    else:
        for part in home.glob("history.db*"):
            part.unlink()
        path.mkdir()
    before = None if damage == "directory" else path.read_bytes()
    code, events, stderr = run_json(home, [{"reply": ""}, {"rating": "good"}], "many")
    assert code == 1
    assert not any(event["event"] == "recorded" for event in events)
    assert stderr.startswith("dlquiz: ")
    assert "Traceback" not in stderr
    assert len(stderr.splitlines()) == 1
    assert before is None or path.read_bytes() == before


def test_a_full_disk_in_the_middle_of_a_session(home: Path) -> None:
    """The log may grow by a few pages and no more: the answer that no longer fits is not told as recorded."""
    if not hasattr(os, "fork"):
        pytest.skip("needs resource limits")
    run_json(home, [{"reply": ""}, {"rating": "good"}], "many")
    size = max(file.stat().st_size for file in home.glob("history.db*"))
    done = subprocess.run(
        [sys.executable, "-c",
         f"import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
         f" resource.setrlimit(resource.RLIMIT_FSIZE, ({size + 65536}, {size + 65536}));"
         " sys.argv = ['dlquiz', 'study', '--json', 'many', '--new', '999', '--minutes', '999'];"
         " from dlquiz.cli import main; main()"],
        input=b"".join(json.dumps(line).encode() + b"\n" for line in ANSWERS), capture_output=True,
        env=environment(home), timeout=60,
    )  # fmt: skip
    output = [event["id"] for line in done.stdout.splitlines() if (event := json.loads(line))["event"] == "recorded"]
    assert done.returncode == 1, done.stderr
    assert output, done.stderr
    assert set(output) <= set(written(home))
    assert done.stderr.decode().startswith("dlquiz: ")
    assert len(done.stderr.decode().splitlines()) == 1, done.stderr.decode()
    proved(home)


def test_a_clock_set_back_three_days(home: Path) -> None:
    run_json(home, [{"reply": ""}, {"rating": "good"}], "many", DLQUIZ_NOW="2026-03-10T09:00+00:00")
    code, _, stderr = run_json(home, [{"reply": ""}], "many", DLQUIZ_NOW="2026-03-07T09:00+00:00")
    assert code == 1
    assert "clock" in stderr.splitlines()[-1]
    assert "Traceback" not in stderr


def test_a_line_that_says_null_does_not_end_the_session(home: Path) -> None:
    code, events, _ = run_json(home, [None, {"reply": ""}, {"rating": "good"}], "many")
    assert code == 0
    assert [event["event"] for event in events[2:5]] == ["error", "verdict", "recorded"]
