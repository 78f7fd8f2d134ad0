"""Commands that die, or whose system calls fail, at any moment: what is left behind is whole, and the next start works.

    python tests/faults.py kill 2000 --seed 7     SIGKILL at a random system call of a random command
    python tests/faults.py fail 1000 --seed 7     an error from a random system call of a random command

strace (Linux) counts the calls that change files and injects the fault at one of them, so that every step between two
of them is reached, however short it lasts.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from studying import command, environment, run_json

from dlquiz.review_log import History
from dlquiz.scheduler import Instant

# The calls that change a file, its name or its durability; what only reads cannot leave anything half done.
CALLS = "write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat"
# An error from `write` would also meet what is written to the streams, which other tests close and fill.
FAILING = CALLS.removeprefix("write,")
ERRORS = ("EIO", "ENOSPC", "EACCES", "EROFS", "EDQUOT")
CARDS = 30
DAYS = ("2026-03-02", "2026-03-03", "2026-03-05")
NOW = "2026-03-07T09:00+00:00"
LATER = "2026-03-08T20:00+00:00"


def _json(lines: Iterable[Any]) -> str:
    return "".join(json.dumps(line) + "\n" for line in lines)


STUDY = [line for _ in range(12) for line in ({"reply": ""}, {"rating": "good"})]


# Every file that may stand in a home.
KNOWN = re.compile(
    r"(history|other)\.db(-wal|-shm)?|device|config\.toml|plan\.json|questions/[\w-]+\.yaml|extra\.yaml|notes\.md"
    r"|cache/(bank-[0-9a-f]{8}\.sqlite(-journal)?|plan[\w-]*\.json|[\w-]+\.json)|backups/history-[\dT-]+\.db(\.zst)?"
    # Drafts, which the next write of the same kind removes when they are old.
    r"|(cache/|questions/|shared/dlquiz/)?\.[\w.-]+\.\d+|backups/\.[\w.-]+\.part(-journal)?|questions/notes\.import\.json"
    r"|shared/dlquiz/[\w.-]+\.jsonl(\.zst)?"
)


class Job(NamedTuple):
    """A command line that changes files, what it reads on stdin, and whether its output acknowledges answers."""

    name: str
    arguments: tuple[str, ...]
    lines: str = ""


MANY_CARDS = ("many", "--new", "99", "--minutes", "99")
JOBS = (
    Job("study", ("study", "--json", *MANY_CARDS), _json(STUDY)),
    Job("interview", ("interview", "--deck", "many", "--json", "--minutes", "20"), _json([{"reply": "so"}] * 9)),
    Job("drill", ("drill", "arithmetic", "--json", "--count", "3"), _json([{"reply": "1"}] * 3)),
    Job("sync", ("sync", "{home}/shared")),
    Job("backup", ("backup",)),
    Job("restore", ("backup", "--restore")),
    Job("merge", ("merge", "{home}/other.db")),
    Job("import", ("import", "{home}/notes.md", "--yes")),
    Job("compile", ("study", "extra", "--json", "--bank", "{home}/extra.yaml"), _json([{"command": "quit"}])),
    Job("undo", ("undo",)),
    Job("plan", ("plan", "2026-03-20", "--minutes", "30")),
    Job("config", ("config", "language", "zh")),
    Job("repair", ("doctor", "--repair")),
)  # fmt: skip


def is_possible() -> bool:
    """Whether strace is here and may trace."""
    if shutil.which("strace") is None:
        return False
    tried = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, timeout=30, check=False)
    return tried.returncode == 0


@cache
def template() -> Path:
    """A home with some days of answers, another computer's log, notes and a folder for sync."""
    home = Path(tempfile.mkdtemp(prefix="dlquiz-faults-")) / "home"
    (home / "questions").mkdir(parents=True)
    cards = "\n".join(
        f"  - {{id: card-{number:03}, kind: open, question: {{en: 'What is {number}?', zh: '{number} 是什么？'}},"
        f" answer: {{en: '{number}', zh: '{number}'}}}}"
        for number in range(CARDS)
    )
    (home / "questions" / "many.yaml").write_text(f"deck: many\ncards:\n{cards}\n", encoding="utf-8")
    (home / "extra.yaml").write_text(
        "deck: extra\ncards:\n  - {id: one-more, kind: open, question: {en: a?, zh: a？}, answer: {en: b, zh: b}}\n"
    )
    (home / "notes.md").write_text("# Notes\n\n## Why pad?\n\nTo keep the size.\n\n## Why pool?\n\nTo shrink it.\n")
    for day in DAYS:
        code, _, errors = run_json(home, STUDY, *MANY_CARDS, DLQUIZ_NOW=f"{day}T09:00+00:00")
        assert code == 0, errors
    shutil.copytree(home, home.parent / "other")
    (home.parent / "other" / "device").write_text("another", encoding="utf-8")
    code, _, errors = run_json(home.parent / "other", STUDY, *MANY_CARDS, DLQUIZ_NOW=NOW)
    assert code == 0, errors
    shutil.copy(home.parent / "other" / "history.db", home / "other.db")
    (home / "shared").mkdir()
    return home.rename(home.parent / "template")


class Run(NamedTuple):
    """What a command came to: its exit code (negative for a signal), what it acknowledged, its errors."""

    code: int
    recorded: tuple[str, ...]
    errors: str
    calls: int


def run(job: Job, home: Path, inject: str = "") -> Run:
    """The command under strace; `inject` is what happens at which call."""
    trace = home.parent / "trace"
    options = ["-f", "-qq", "-o", str(trace), "-e", f"trace={CALLS}", *(["-e", inject] if inject else [])]
    arguments = [one.replace("{home}", str(home)) for one in job.arguments]
    done = subprocess.run(
        ["strace", *options, *command(*arguments)],
        input=job.lines, capture_output=True, text=True, timeout=120, check=False,
        env=environment(home, DLQUIZ_NOW=NOW, PYTHONDONTWRITEBYTECODE="1"),
    )  # fmt: skip
    calls = len(re.findall(rf"(?m)^\d+ +(?:{CALLS.replace(',', '|')})\(", trace.read_text(errors="replace")))
    trace.unlink()
    return Run(done.returncode, tuple(_recorded(done.stdout)), done.stderr, calls)


def _recorded(output: str) -> Iterator[str]:
    """The ids that whole lines acknowledged."""
    for line in output.splitlines(keepends=True):
        if line.startswith("{") and line.endswith("}\n"):
            event = json.loads(line)
            if isinstance(event, dict) and event.get("event") == "recorded":
                yield str(event["id"])


@cache
def calls_of(job: Job, names: str = CALLS) -> int:
    """How many such calls the command makes when nothing happens to it."""
    with _home() as home:
        found = run(job, home, f"trace={names}")
    assert found.code == 0, f"{job.name}: {found.errors}"
    return found.calls


@contextmanager
def _home() -> Iterator[Path]:
    """The template where it was made, so that its compiled questions are known there; gone afterwards."""
    home = template().parent / "home"
    shutil.copytree(template(), home)
    try:
        yield home
    finally:
        shutil.rmtree(home)


def ids(home: Path) -> set[str]:
    with sqlite3.connect(home / "history.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {row[0] for row in connection.execute("SELECT id FROM event")}


def check(job: Job, home: Path, before: set[str], recorded: Sequence[str]) -> None:
    """Nothing acknowledged is lost, nothing old either; states are those of a replay; the next start works and, a day
    later, has swept what was left behind."""
    after = ids(home)
    if job.name != "restore":
        assert before <= after, f"{job.name}: {len(before - after)} old rows are gone"
    assert set(recorded) <= after, f"{job.name}: an acknowledged answer is gone"
    with History.open(home / "history.db", device="proof", clock=lambda: Instant(0, 0)) as history:
        assert history.verify() == [], job.name
    code, events, errors = run_json(home, STUDY[:2], *MANY_CARDS, DLQUIZ_NOW=LATER)
    assert code == 0, f"{job.name}: {errors}"
    assert any(event["event"] == "recorded" for event in events), job.name
    assert leftovers(home) == [], f"{job.name}: {leftovers(home)}"


def leftovers(home: Path) -> list[str]:
    """Files that no list of dlquiz names. SQLite keeps a journal beside its file until that is opened again."""
    names = [path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()]
    return [name for name in names if not KNOWN.fullmatch(name)]


def kill(random: Random) -> str:
    """A random command dies at a random call; returns its name."""
    job = random.choice(JOBS)
    at = random.randint(1, calls_of(job))
    with _home() as home:
        before = ids(home)
        done = run(job, home, f"inject={CALLS}:signal=KILL:when={at}")
        try:
            check(job, home, before, done.recorded)
        except BaseException as error:
            error.add_note(f"{job.name} killed at call {at}")
            raise
    return job.name


def fail(random: Random) -> str:
    """From a random call on, once or for good, a random command gets an error; returns its name."""
    job, error_name = random.choice(JOBS), random.choice(ERRORS)
    at, lasting = random.randint(1, calls_of(job, FAILING)), random.choice(("", "+"))
    with _home() as home:
        before = ids(home)
        done = run(job, home, f"inject={FAILING}:error={error_name}:when={at}{lasting}")
        try:
            assert "Traceback" not in done.errors, done.errors
            assert done.code in (0, 1, 120), f"exit code {done.code}: {done.errors}"
            check(job, home, before, done.recorded)
        except BaseException as error:
            error.add_note(f"{job.name} with {error_name} at call {at}{lasting}")
            raise
    return job.name


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("what", choices=("kill", "fail"))
    reader.add_argument("times", type=int)
    reader.add_argument("--seed", type=int, default=1)
    wanted = reader.parse_args()
    random, done, failed = Random(wanted.seed), Counter[str](), 0
    for number in range(1, wanted.times + 1):
        try:
            done[(kill if wanted.what == "kill" else fail)(random)] += 1
        except AssertionError as error:
            failed += 1
            print("\n".join([str(error), *getattr(error, "__notes__", ())]), flush=True)
        if number % 50 == 0:
            print(number, dict(done), flush=True)
    print(f"{wanted.times} faults, {failed} not survived; survived: {dict(done)}")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
