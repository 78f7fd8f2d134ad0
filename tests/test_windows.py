"""Many windows at once, while everything else that writes is done too: nothing acknowledged is lost or doubled."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from studying import command, environment, next_line

from dlquiz.review_log.backups import listed, opened

WINDOWS, ANSWERS = 8, 25
NOTES = "# Notes\n\n## Why pad?\n\nTo keep the size.\n\n## Why pool?\n\nTo shrink it.\n"


class Window(NamedTuple):
    """What a window acknowledged: the ids of answers, those of them that it undid, and what went wrong on stderr."""

    recorded: list[str]
    undone: list[str]
    errors: str


def study(home: Path, seed: int) -> Window:
    """A session that answers and now and then takes an answer back."""
    chance, found = Random(seed), Window([], [], "")
    process = subprocess.Popen(
        command("study", "--json", "--new", "999", "--minutes", "999", "--seed", str(seed)), env=environment(home),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin
    event = {}
    while len(found.recorded) < ANSWERS:
        event = json.loads(next_line(process, 120))
        match event["event"]:
            case "recorded":
                found.recorded.append(event["id"])
            case "undone" if event["id"]:
                found.undone.append(event["id"])
        if event.get("expects"):
            process.stdin.write(json.dumps(_action(event, chance)).encode() + b"\n")
            process.stdin.flush()
    output, errors = process.communicate(timeout=120)
    for line in output.splitlines():
        if (event := json.loads(line))["event"] == "undone" and event["id"]:
            found.undone.append(event["id"])
    # On a busy machine a window may have to wait for its turn, and says so.
    wrong = [line for line in errors.decode().splitlines() if not line.startswith("dlquiz: waiting for ")]
    return found._replace(errors="\n".join(wrong))


def _action(event: dict[str, object], chance: Random) -> dict[str, object]:
    if event["event"] == "verdict":
        return {"rating": chance.choice(["again", "good", "good", "easy"])}
    return {"command": "undo"} if chance.random() < 0.15 else {"reply": None}


def repeat(home: Path, times: int, *commands: tuple[str, ...]) -> list[str]:
    """What the commands said that did not end well."""
    wrong = []
    for _ in range(times):
        for arguments in commands:
            done = subprocess.run(command(*arguments), env=environment(home), capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, timeout=300)  # fmt: skip
            if done.returncode != 0 or "Traceback" in done.stderr:
                wrong.append(f"{arguments}: {done.returncode} {done.stdout} {done.stderr}")
    return wrong


class Rows(NamedTuple):
    """The rows of a log: their ids, and those that undo rows name."""

    ids: set[str]
    undone: set[str]


def rows(log: Path) -> Rows:
    with closing(sqlite3.connect(log)) as connection:
        found = connection.execute("SELECT id, target FROM event").fetchall()
    return Rows({id for id, _ in found}, {target for _, target in found if target})


def other_log(directory: Path) -> Path:
    """A home of another computer with some answers; its reviews stand in a package for Anki too."""
    home = directory / "elsewhere"
    home.mkdir()
    lines = '{"reply": null}\n{"rating": "good"}\n' * 20
    for arguments, given in ((("study", "--json"), lines), (("export", "anki", "-o", str(directory / "a.apkg")), ""),
                             (("sync", str(directory / "shared")), "")):  # fmt: skip
        subprocess.run(command(*arguments), input=given, text=True, env=environment(home), check=True,
                       capture_output=True, timeout=120)  # fmt: skip
    return home / "history.db"


def run(directory: Path, seed: int) -> Iterable[Window]:
    """Eight windows, with merging, syncing, importing, restoring and repairing beside them; what went wrong raises."""
    home = directory / "home"
    (directory / "shared").mkdir()
    (directory / "notes.md").write_text(NOTES)
    other = other_log(directory)
    home.mkdir()
    assert not repeat(home, 1, ("doctor",))
    chores: list[tuple[tuple[str, ...], ...]] = [
        (("merge", str(other)), ("import", str(directory / "a.apkg"))),
        (("sync", str(directory / "shared")), ("import", str(directory / "notes.md"), "--yes")),
        (("backup",), ("backup", "--restore")),
        (("doctor", "--repair"), ("export", "csv", "-o", str(home / "all.csv"))),
    ]
    with ThreadPoolExecutor(WINDOWS + len(chores)) as pool:
        windows = [pool.submit(study, home, seed * 100 + number) for number in range(WINDOWS)]
        beside = [pool.submit(repeat, home, 4, *commands) for commands in chores]
        assert [one.result() for one in beside] == [[]] * len(chores)
        return [one.result() for one in windows]


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", [1, 2])
def test_eight_windows_while_everything_else_is_done(tmp_path: Path, seed: int) -> None:
    windows = run(tmp_path, seed)
    recorded = [id for window in windows for id in window.recorded]
    assert len(recorded) == len(set(recorded)) >= WINDOWS * ANSWERS
    assert [window.errors for window in windows] == [""] * WINDOWS
    home = tmp_path / "home"
    found = rows(home / "history.db")
    everywhere = [found]
    for backup in listed(home / "backups"):
        with opened(backup.path) as plain:
            everywhere.append(rows(plain))
    # A restore goes back on purpose: what it took away is in the backup that it made first.
    assert set(recorded) <= set().union(*(one.ids for one in everywhere))
    assert {id for window in windows for id in window.undone} <= set().union(*(one.undone for one in everywhere))
    assert repeat(home, 1, ("doctor",), ("study", "--json")) == []
    shutil.rmtree(home)
