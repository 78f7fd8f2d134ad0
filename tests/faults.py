"""Commands that die, or whose system calls fail, at any moment: what is left behind is whole, and the next start works.

    python tests/faults.py kill 2000 --seed 7     SIGKILL at a random system call of a random command
    python tests/faults.py fail 1000 --seed 7     an error from a random system call of a random command

strace (Linux) counts the calls that change files and injects the fault at one of them, so that every step between two
of them is reached, however short it lasts.
"""

from __future__ import annotations

import argparse
import atexit
import compileall
import json
import multiprocessing
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from studying import run_here, write_bank

import dlquiz
from dlquiz import bank
from dlquiz.errors import DlquizError
from dlquiz.review_log import History
from dlquiz.review_log.backups import listed, opened
from dlquiz.scheduler import Instant

# The calls that change a file, its name or its durability; what only reads cannot leave anything half done.
CALLS = "write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat"
# An error from `write` would also meet what is written to the streams, which other tests close and fill.
FAILING = CALLS.removeprefix("write,")
ERRORS = ("EIO", "ENOSPC", "EACCES", "EROFS", "EDQUOT")
CARDS = 90
# The shipped questions give way to a few: what dlquiz does with its files does not depend on how many there are.
SMALL = (
    "import sys; from pathlib import Path; from dlquiz import bank; shipped = Path(sys.argv.pop(1));"
    " bank.shipped_questions = lambda: shipped; from dlquiz.cli import main; main()"
)
DAYS = ("2026-03-02", "2026-03-03", "2026-03-05")
NOW = "2026-03-07T09:00+00:00"
LATER = "2026-03-08T20:00+00:00"


def _json(lines: Iterable[Any]) -> str:
    return "".join(json.dumps(line) + "\n" for line in lines)


STUDY = [line for _ in range(12) for line in ({"reply": ""}, {"rating": "good"})]


# Every file that may stand in a home; drafts, which are there while a file is written, are not among them.
KNOWN = re.compile(
    r"(history|other)\.db(-wal|-shm)?|device|config\.toml|plan\.json|questions/[\w-]+\.yaml|extra\.yaml|notes\.md"
    r"|cache/(bank-[0-9a-f]{8}\.sqlite(-journal)?|plan[\w-]*\.json|[\w-]+\.json)|backups/history-[\dT-]+\.db(\.zst)?"
    r"|questions/notes\.import\.json|shared/dlquiz/[\w.-]+\.jsonl(\.zst)?|old\.csv|cards\.apkg|anki\.db(-journal)?"
)


class Job(NamedTuple):
    """A command line that changes files, and what it reads on stdin; `spoilt` are files that are garbage before."""

    name: str
    arguments: tuple[str, ...]
    lines: str = ""
    spoilt: str = ""
    first_start: bool = False


MANY_CARDS = ("many", "--new", "99", "--minutes", "99")
UNDOING = [*STUDY[:6], {"command": "undo"}, {"reply": ""}, {"rating": "hard"}, *STUDY[:4]]
INTERVIEW = [*[{"reply": "so"}] * 6, {"command": "review"}, *[{"rating": "good"}] * 6]
JOBS = (
    Job("study", ("study", "--json", *MANY_CARDS), _json(STUDY)),
    Job("study with undo", ("study", "--json", *MANY_CARDS), _json(UNDOING)),
    Job("first start", ("study", "--json", *MANY_CARDS), _json(STUDY[:6]), first_start=True),
    Job("interview", ("interview", "--deck", "many", "--json", "--minutes", "20"), _json(INTERVIEW)),
    Job("drill", ("drill", "small", "--json", "--count", "3"), _json([{"reply": "1"}] * 3)),
    Job("sync", ("sync", "{home}/shared")),
    Job("backup", ("backup",)),
    Job("restore", ("backup", "--restore")),
    Job("restore over a damaged log", ("backup", "--restore"), spoilt="history.db"),
    Job("merge", ("merge", "{home}/other.db")),
    Job("import of notes", ("import", "{home}/notes.md", "--yes")),
    Job("import of reviews", ("import", "{home}/cards.apkg")),
    Job("export", ("export", "csv", "many", "-o", "{home}/old.csv")),
    Job("export to Anki", ("export", "anki", "many", "-o", "{home}/cards.apkg")),
    Job("compile", ("study", "extra", "--json", "--bank", "{home}/extra.yaml"), _json([{"command": "quit"}])),
    Job("compile over a damaged cache", ("study", "--json", *MANY_CARDS), _json(STUDY[:2]), spoilt="cache/*.sqlite"),
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
    """A home with some days of answers, another computer's log and reviews in Anki, notes and a folder for sync."""
    # The commands write no bytecode, whose system calls are not dlquiz's.
    compileall.compile_dir(Path(dlquiz.__file__).parent, quiet=2)
    home = Path(tempfile.mkdtemp(prefix="dlquiz-faults-")) / "home"
    atexit.register(shutil.rmtree, home.parent, ignore_errors=True)
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
    (home / "old.csv").write_text("an older export\n")
    write_bank(_shipped(home))
    studied = ("study", "--json", *MANY_CARDS)
    for day in DAYS:
        _run(studied, home, _json(STUDY), DLQUIZ_NOW=f"{day}T09:00+00:00")
    other = home.parent / "other"
    shutil.copytree(home, other)
    (other / "device").write_text("another", encoding="utf-8")
    _run(studied, other, _json(STUDY), DLQUIZ_NOW=NOW)
    _run(("export", "anki", "many", "-o", str(home / "cards.apkg")), other, DLQUIZ_NOW=NOW)
    shutil.copy(other / "history.db", home / "other.db")
    (home / "shared").mkdir()
    return home.rename(home.parent / "template")


def _shipped(home: Path) -> Path:
    return home.parent / "shipped"


def _command(arguments: Iterable[str], home: Path) -> list[str]:
    return [sys.executable, "-c", SMALL, str(_shipped(home)), *(one.replace("{home}", str(home)) for one in arguments)]


def _run(arguments: Sequence[str], home: Path, lines: str = "", **more: str) -> None:
    subprocess.run(_command(arguments, home), input=lines, text=True, env=_environment(home) | more,
                   capture_output=True, check=True, timeout=60)  # fmt: skip


class Acknowledged(NamedTuple):
    """The answers that a command said it had kept: ids of rows, ids that were undone, and replies in an interview."""

    recorded: frozenset[str]
    undone: frozenset[str]
    noted: int


class Run(NamedTuple):
    """What a command came to: its exit code (negative for a signal), what it acknowledged, its errors."""

    code: int
    acknowledged: Acknowledged
    errors: str
    calls: int


def run(job: Job, home: Path, inject: str = "") -> Run:
    """The command under strace; `inject` is what happens at which call."""
    trace = home.parent / "trace"
    options = [
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-o",
        str(trace),
        "-e",
        f"trace={CALLS}",
        *(["-e", inject] if inject else []),
    ]
    done = subprocess.run(
        ["strace", *options, *_command(job.arguments, home)],
        input=job.lines, capture_output=True, text=True, timeout=120, check=False, env=_environment(home),
        cwd=home.parent,
    )  # fmt: skip
    calls = len(re.findall(rf"(?m)^\d+ +(?:{CALLS.replace(',', '|')})\(", trace.read_text(errors="replace")))
    trace.unlink()
    return Run(done.returncode, _acknowledged(done.stdout), done.stderr, calls)


def _environment(home: Path) -> dict[str, str]:
    temporary = home.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    passed = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return {**passed, "DLQUIZ_HOME": str(home), "DLQUIZ_NOW": NOW, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1",
            "TMPDIR": str(temporary)}  # fmt: skip


def _acknowledged(output: str) -> Acknowledged:
    """What whole lines acknowledged."""
    whole = [line for line in output.splitlines(keepends=True) if line.startswith("{") and line.endswith("}\n")]
    events = [event for line in whole if isinstance(event := json.loads(line), dict)]

    def ids_in(kind: str) -> frozenset[str]:
        return frozenset(str(event["id"]) for event in events if event.get("event") == kind)

    return Acknowledged(ids_in("recorded"), ids_in("undone"), sum(event.get("event") == "noted" for event in events))


@cache
def calls_of(job: Job, names: str = CALLS) -> int:
    """How many such calls the command makes when nothing happens to it."""
    with _home(job) as home:
        found = run(job, home, f"trace={names}")
    assert found.code == 0, f"{job.name}: {found.errors}"
    return found.calls


@contextmanager
def _home(job: Job) -> Iterator[Path]:
    """The template where it was made, so that its compiled questions are known there; gone afterwards."""
    home = template().parent / "home"
    shutil.copytree(template(), home)
    if job.first_start:
        for path in (*home.glob("history.db*"), home / "device"):
            path.unlink()
        shutil.rmtree(home / "backups")
    for path in home.glob(job.spoilt) if job.spoilt else ():
        path.write_bytes(b"garbage" * 1000)
    try:
        yield home
    finally:
        shutil.rmtree(home)
        shutil.rmtree(home.parent / "temporary", ignore_errors=True)


class Kept(NamedTuple):
    """What a log holds: the ids of its rows, those that undo rows name, and the replies noted in interviews."""

    ids: frozenset[str]
    undone: frozenset[str]
    noted: int


NOTHING = Kept(frozenset(), frozenset(), 0)


def kept(log: Path) -> Kept:
    """What the log holds, which must be whole; nothing where there is none."""
    if not log.exists() or not log.stat().st_size:
        return NOTHING
    with closing(sqlite3.connect(log)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'event'").fetchone():
            return NOTHING
        rows = connection.execute("SELECT id, kind, target, shown FROM event").fetchall()
    return Kept(
        frozenset(id for id, *_ in rows),
        frozenset(target for _, kind, target, _ in rows if kind == "undo"),
        sum(kind == "interview" and json.loads(shown).get("event") == "answer" for _, kind, _, shown in rows),
    )


def _rows_before(job: Job, home: Path) -> frozenset[str]:
    """The rows that must not be lost. What a damaged log held is in its newest backup."""
    if job.spoilt != "history.db":
        return kept(home / "history.db").ids
    with opened(listed(home / "backups")[0].path) as plain:
        return kept(plain).ids


def check(job: Job, home: Path, before: frozenset[str], acknowledged: Acknowledged) -> None:
    """Examine the home in a process of its own, which has imported already what a new one would have to."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    examine = multiprocessing.get_context("fork").Process(
        target=_examine, args=(theirs, job, home, before, acknowledged)
    )
    examine.start()
    theirs.close()
    assert ours.poll(120), f"{job.name}: the next start takes over two minutes"
    wrong = ours.recv()
    examine.join()
    assert not wrong, wrong


def _examine(out: Connection, *arguments: Any) -> None:
    wrong = ""
    try:
        _check(*arguments)
    except Exception:
        wrong = traceback.format_exc()
    out.send(wrong)


def _check(job: Job, home: Path, before: frozenset[str], acknowledged: Acknowledged) -> None:
    """Nothing acknowledged is lost, nothing old either; states are those of a replay; the next start works, and what
    is older than a day is swept when the same is done again."""
    os.environ |= _environment(home)
    tempfile.tempdir = os.environ["TMPDIR"]
    bank.shipped_questions = lambda: _shipped(home)
    if job.spoilt != "history.db":
        _check_rows(job, home, before, acknowledged)
    _let_a_day_pass(home)
    again = run_here(*_command(job.arguments, home)[4:], given=job.lines.encode())
    assert again.code == 0 or job.name == "undo", f"{job.name}, done again: {again.errors}"
    if list((home.parent / "temporary").iterdir()):
        run_here("backup", "--verify")  # whatever makes a temporary directory sweeps old ones
    os.environ["DLQUIZ_NOW"] = LATER
    later = run_here("study", "--json", *MANY_CARDS, given=_json(STUDY[:2]).encode())
    assert later.code == 0, f"{job.name}: {later.errors}"
    assert _acknowledged(later.output).recorded, f"{job.name}: the next start asks nothing"
    if job.spoilt == "history.db":
        assert before <= kept(home / "history.db").ids, f"{job.name}: {len(before)} rows of the backup are gone"
    assert leftovers(home) == [], f"{job.name}: {leftovers(home)}"


def _check_rows(job: Job, home: Path, before: frozenset[str], acknowledged: Acknowledged) -> None:
    after = kept(home / "history.db")
    there = after.ids
    if job.name == "restore":
        for backup in listed(home / "backups"):
            with opened(backup.path) as plain:
                there |= kept(plain).ids
    assert before <= there, f"{job.name}: {len(before - there)} old rows are gone"
    assert acknowledged.recorded <= after.ids, f"{job.name}: an acknowledged answer is gone"
    assert acknowledged.undone <= after.undone, f"{job.name}: an acknowledged undo is gone"
    assert acknowledged.noted <= after.noted, f"{job.name}: an acknowledged reply of the interview is gone"
    if after.ids:
        with History.open(home / "history.db", device="proof", clock=lambda: Instant(0, 0)) as history:
            assert history.verify() == [], job.name


def _let_a_day_pass(home: Path) -> None:
    """Make everything that is no file of the home's list two days older."""
    for path in [*(home.parent / "temporary").glob("*"), *(home / name for name in leftovers(home))]:
        if path.exists():
            then = path.stat().st_mtime - 2 * 86_400
            os.utime(path, (then, then))


def leftovers(home: Path) -> list[str]:
    """Files that no list of dlquiz names, in the home and among temporary files. SQLite keeps a journal beside its
    file until that is opened again, and a damaged log is set aside. Python tries the temporary directory with a file
    of its own, which stays there when it cannot be removed."""
    names = [path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()]
    temporary = [f"temporary/{path.name}" for path in (home.parent / "temporary").glob("*-*")]
    aside = re.compile(r"history\.db(-wal|-shm)?\.damaged-\d(-wal|-shm)?")
    return [name for name in names if not KNOWN.fullmatch(name) and not aside.fullmatch(name)] + temporary


def kill(random: Random, jobs: Sequence[Job] = JOBS) -> str:
    """A random command dies at a random call; returns its name."""
    job = random.choice(jobs)
    at = random.randint(1, calls_of(job))
    with _home(job) as home:
        before = _rows_before(job, home)
        done = run(job, home, f"inject={CALLS}:signal=KILL:when={at}")
        with _noting(f"{job.name} killed at call {at}"):
            check(job, home, before, done.acknowledged)
    return job.name


def fail(random: Random, jobs: Sequence[Job] = JOBS) -> str:
    """From a random call on, once or for good, a random command gets an error; returns its name."""
    job, error_name = random.choice(jobs), random.choice(ERRORS)
    at, lasting = random.randint(1, calls_of(job, FAILING)), random.choice(("", "+"))
    with _home(job) as home:
        before = _rows_before(job, home)
        done = run(job, home, f"inject={FAILING}:error={error_name}:when={at}{lasting}")
        with _noting(f"{job.name} with {error_name} at call {at}{lasting}"):
            assert "Traceback" not in done.errors, done.errors
            assert done.code in (0, 1, 120), f"exit code {done.code}: {done.errors}"
            check(job, home, before, done.acknowledged)
    return job.name


@contextmanager
def _noting(what: str) -> Iterator[None]:
    """An error inside says what was done."""
    try:
        yield
    except BaseException as error:
        error.add_note(what)
        raise


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("what", choices=("kill", "fail"))
    reader.add_argument("times", type=int)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--job", action="append", choices=[job.name for job in JOBS], help="only this; may be repeated")
    wanted = reader.parse_args()
    jobs = [job for job in JOBS if not wanted.job or job.name in wanted.job]
    random, done, failed = Random(wanted.seed), Counter[str](), 0
    for number in range(1, wanted.times + 1):
        try:
            done[(kill if wanted.what == "kill" else fail)(random, jobs)] += 1
        except (AssertionError, DlquizError, sqlite3.Error, subprocess.TimeoutExpired) as error:
            failed += 1
            print("\n".join([repr(error), *getattr(error, "__notes__", ())]), flush=True)
        if number % 50 == 0:
            print(number, dict(done), flush=True)
    print(f"{wanted.times} faults, {failed} not survived; survived: {dict(done)}")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
