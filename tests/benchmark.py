"""Start-up, memory and growth of the installed `dlquiz`: `python tests/benchmark.py` prints the table of the docs.

Every command is a fresh process. The commands of one table take turns, with `python -c pass` and
`python -c "import typer"` among them, so that a machine that is busy is busy for all; what counts is the median of
each as a ratio to that of typer. `--cards 100000 --reviews 1000000` adds a large bank and log, `--growth` four sizes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date, timedelta
from importlib.util import find_spec
from math import log
from pathlib import Path
from threading import Timer
from typing import NamedTuple

# What an installed program sees: bytecode is kept and output is buffered, whatever the caller has set.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("DLQUIZ_", "PYTHON"))} | {
    "LANG": "C.UTF-8"
}
# As the installed script does it, without the cost of `-m`.
DLQUIZ = [sys.executable, "-c", "from dlquiz.cli import main; main()"]
CONV = ["calc", "conv", "3x224x224", "-o", "64", "-k", "7", "-s", "2", "-p", "3"]
GROWTH = ((1_000, 10_000), (5_000, 50_000), (20_000, 200_000), (100_000, 1_000_000))
QUESTIONS = Path(__file__).parents[1] / "questions"


class Measured(NamedTuple):
    """A command in a home; with `first_question` its time ends when the first question is read, not at its end.

    `limit` is what it may take, as a multiple of `import typer`; `memory_limit` is in MB.
    """

    command: Sequence[str]
    home: Path
    limit: float | None = None
    memory_limit: float | None = None
    first_question: bool = False


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--runs", type=int, default=21)
    reader.add_argument("--cards", type=int, default=0, help="also with a generated bank of about this size")
    reader.add_argument("--reviews", type=int, default=0, help="and a generated log of this size")
    reader.add_argument(
        "--growth",
        action="store_true",
        help="four sizes up to a million reviews, with the exponent of growth; takes long",
    )
    reader.add_argument("--largest", type=int, default=GROWTH[-1][1], help="leave out sizes of more reviews than this")
    reader.add_argument("--others", action="store_true", help="other counters of ResNet-50 that are installed")
    wanted = reader.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        print(f"{date.today()}, Python {platform.python_version()}, {os.cpu_count()} cores, load {_load()}")
        commands = start_up_commands(place)
        if wanted.others:
            commands |= other_counters(place, place / "small")
        if wanted.cards:
            commands |= large_commands(place / "large", wanted.cards, wanted.reviews)
        print_table(commands, wanted.runs)
        print_answers(place / "small")
        if wanted.cards:
            print_work(place / "large")
        if wanted.growth:
            print_growth(place, wanted.runs, [size for size in GROWTH if size[1] <= wanted.largest])
        print(f"load at the end {_load()}")


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


# ── what is measured ─────────────────────────────────────────────────────────────────────────────────────────────


def start_up_commands(directory: Path) -> dict[str, Measured]:
    """The commands of every day, on the shipped bank; the home has a few answers, the second one a plan as well."""
    small, planned = directory / "small", directory / "planned"
    for home in (small, planned):
        home.mkdir()
        answer(home)
    run([*DLQUIZ, "plan", str(date.today() + timedelta(days=30)), "--minutes", "40"], planned)
    study = [*DLQUIZ, "study", "--json"]
    return {
        "`python -c pass`": Measured([sys.executable, "-c", "pass"], small),
        "`import typer`": Measured([sys.executable, "-c", "import typer"], small),
        "`dlquiz --help`": Measured([*DLQUIZ, "--help"], small, 1.1),
        "`dlquiz calc conv …`": Measured([*DLQUIZ, *CONV], small, 1.0, 30),
        "`dlquiz calc net resnet50`": Measured([*DLQUIZ, "calc", "net", "resnet50"], small, 1.6, 30),
        "`dlquiz calc net gpt2-xl`": Measured([*DLQUIZ, "calc", "net", "gpt2-xl"], small, 1.6, 30),
        "`dlquiz`": Measured(DLQUIZ, small, 1.0, 60),
        "`dlquiz`, with a plan": Measured(DLQUIZ, planned, 1.6, 60),
        "`dlquiz study` to the first question": Measured(study, small, 1.0, 60, first_question=True),
        "the same with a plan": Measured(study, planned, 1.6, 60, first_question=True),
    }


def large_commands(home: Path, cards: int, reviews: int) -> dict[str, Measured]:
    began = time.perf_counter()
    generate(home, cards)
    run(DLQUIZ, home)
    print(f"cold compile of {cards:,} cards: {time.perf_counter() - began:.1f} s")
    print(f"one changed deck: {recompiled(home, lambda deck: deck + chr(10)):.2f} s")
    print(f"a card added to one: {recompiled(home, with_another_card):.2f} s")
    fill(home, reviews)
    size = f"{cards:,} cards, {reviews:,} reviews"
    return {
        f"`dlquiz`, {size}": Measured(DLQUIZ, home, 2.5, 90),
        f"`dlquiz study`, {size}": Measured([*DLQUIZ, "study", "--json"], home, 2.5, 90, first_question=True),
    }


# Commands that work through the whole bank or log: seconds and MB, measured once.
WORK: dict[str, tuple[list[str], str]] = {
    "`dlquiz bank search padding`, the first search": (["bank", "search", "padding"], ""),
    "`dlquiz bank search padding`": (["bank", "search", "padding"], "0.3 s"),
    "`dlquiz bank list`": (["bank", "list"], ""),
    "`dlquiz doctor`": (["doctor"], "6 s"),
    "`dlquiz doctor --repair` (replay, all derived tables)": (["doctor", "--repair"], ""),
    "`dlquiz export json`": (["export", "json", "-o", "all.json"], "200 MB"),
    "`dlquiz export csv`": (["export", "csv", "-o", "all.csv"], "200 MB"),
    "`dlquiz export markdown`": (["export", "markdown", "-o", "all.md"], "200 MB"),
    "`dlquiz backup`": (["backup"], ""),
}


def print_work(home: Path) -> None:
    print("\n| command, large bank and log | s | of the processor | MB | at most |\n|---|---|---|---|---|")
    for name, (arguments, limit) in WORK.items():
        done = whole([*DLQUIZ, *arguments], home)
        print(f"| {name} | {done.seconds:.2f} | {done.cpu:.2f} | {done.memory:.0f} | {limit} |", flush=True)
    seconds, cpu = replay(home)
    print(f"| replay with write-back | {seconds:.2f} | {cpu:.2f} | | 2.5 s |")


def print_growth(directory: Path, runs: int, sizes: Sequence[tuple[int, int]]) -> None:
    """Sizes of one's own bank and log: how each figure grows, as the exponent between the first and the last."""
    rows: dict[str, list[float]] = {}
    for cards, reviews in sizes:
        home = directory / f"growth-{cards}"
        generate(home, cards)
        compiled = whole(DLQUIZ, home)
        rows.setdefault("cold compile, s of the processor", []).append(compiled.cpu)
        rows.setdefault("cold compile, MB", []).append(compiled.memory)
        fill(home, reviews)
        commands = {
            "typer": Measured([sys.executable, "-c", "import typer"], home),
            "dashboard": Measured(DLQUIZ, home),
            "study": Measured([*DLQUIZ, "study", "--json"], home, first_question=True),
        }
        times = interleaved(commands, max(runs // 2, 5))
        for name in ("dashboard", "study"):
            rows.setdefault(f"{name}, × typer", []).append(times[name].seconds / times["typer"].seconds)
        for name, arguments in (("first bank search", ["bank", "search", "padding"]), ("doctor", ["doctor"]),
                                ("export json", ["export", "json", "-o", "all.json"])):  # fmt: skip
            done = whole([*DLQUIZ, *arguments], home)
            rows.setdefault(f"{name}, s of the processor", []).append(done.cpu)
            rows.setdefault(f"{name}, MB", []).append(done.memory)
        rows.setdefault("replay, s of the processor", []).append(replay(home)[1])
    names = [f"{cards:,} / {reviews:,}" for cards, reviews in sizes]
    print(f"\n| cards / reviews | {' | '.join(names)} | exponent |\n|---|{'---|' * len(sizes)}---|")
    scale = log(sizes[-1][1] / sizes[0][1])
    for name, figures in rows.items():
        exponent = log(figures[-1] / figures[0]) / scale
        print(f"| {name} | {' | '.join(f'{one:.2f}' for one in figures)} | {exponent:.2f} |", flush=True)


# ── the clock ────────────────────────────────────────────────────────────────────────────────────────────────────


def print_table(commands: dict[str, Measured], runs: int) -> None:
    times = interleaved(commands, runs)
    typer, bare = times["`import typer`"], times["`python -c pass`"]
    print(f"\nmedians of {runs} runs in turn\n")
    print("| command | ms | × `pass` | × `import typer` | of the processor | at most | MB | at most |")
    print("|---|---|---|---|---|---|---|---|")
    for name, taken in times.items():
        row = commands[name]
        limit = "" if row.limit is None else f"{row.limit:.1f}"
        processor = taken.cpu / typer.cpu
        over = " (over)" if row.limit is not None and min(taken.seconds / typer.seconds, processor) > row.limit else ""
        memory = whole(row.command, row.home).memory
        most = "" if row.memory_limit is None else f"{row.memory_limit:.0f}"
        print(f"| {name} | {taken.seconds * 1000:.0f} | {taken.seconds / bare.seconds:.1f} |"
              f" {taken.seconds / typer.seconds:.2f} | {processor:.2f}{over} | {limit} | {memory:.0f} | {most} |",
              flush=True)  # fmt: skip


class Taken(NamedTuple):
    """Seconds, and those of the processor among them, which say more where others use the machine."""

    seconds: float
    cpu: float


def interleaved(commands: dict[str, Measured], runs: int) -> dict[str, Taken]:
    """The medians of each command; one after the other in every round."""
    times: dict[str, list[Taken]] = {name: [] for name in commands}
    for row in commands.values():
        timed(row)
    for _ in range(runs):
        for name, row in commands.items():
            times[name].append(timed(row))
    return {name: Taken(*map(statistics.median, zip(*taken, strict=True))) for name, taken in times.items()}


def timed(row: Measured) -> Taken:
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    if not row.first_question:
        run(row.command, row.home)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Taken(time.perf_counter() - began, cpu)
    with Conversation(row.command, row.home) as process:
        read_question(process)
        return Taken(time.perf_counter() - began, _cpu_so_far(process.pid))


def _cpu_so_far(process: int) -> float:
    """The processor's seconds of a process that runs; only Linux says it."""
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return float("nan")


class Conversation:
    """A session in JSON lines, ended by the end of its input, and by force after five minutes."""

    def __init__(self, command: Sequence[str], home: Path) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(home), cwd=home
        )
        self._limit = Timer(300, self._process.kill)

    def __enter__(self) -> subprocess.Popen[bytes]:
        self._limit.start()
        return self._process

    def __exit__(self, *exception: object) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.read()
        self._process.wait(timeout=60)
        self._process.stdout.close()
        self._limit.cancel()


def read_question(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout
    while line := process.stdout.readline():
        if json.loads(line)["event"] == "question":
            return
    raise SystemExit("the session ended without a question")


def run(command: Sequence[str], home: Path) -> None:
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True,
                   env=environment(home), cwd=home)  # fmt: skip


def environment(home: Path) -> dict[str, str]:
    """As most people have it, who set no directory of dlquiz: finding one is part of each start."""
    return ENVIRONMENT | {f"XDG_{name}_HOME": str(home) for name in ("DATA", "CONFIG", "CACHE")}


def data(home: Path) -> Path:
    """Where dlquiz keeps its log and finds the person's own questions."""
    return home / "dlquiz"


class Done(NamedTuple):
    """One run to its end: seconds, those of the processor among them, and the most memory that was resident, in MB."""

    seconds: float
    cpu: float
    memory: float


def whole(command: Sequence[str], home: Path) -> Done:
    """One run of a command, below a small process whose own size does not count."""
    if os.name == "nt":
        raise SystemExit("the benchmark needs a POSIX system")
    began = time.perf_counter()
    between = (
        "import os, resource, sys\n"
        "null = os.open(os.devnull, os.O_RDWR)\n"
        "os.dup2(null, 0), os.dup2(os.dup(1), 9), os.dup2(null, 1), os.dup2(null, 2)\n"
        "os.waitpid(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ), 0)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "os.write(9, f'{used.ru_utime + used.ru_stime} {used.ru_maxrss}'.encode())\n"
    )
    done = subprocess.run([sys.executable, "-S", "-c", between, *command], capture_output=True, check=True,
                          env=environment(home), cwd=home)  # fmt: skip
    seconds = time.perf_counter() - began
    cpu, memory = done.stdout.split()
    return Done(seconds, float(cpu), int(memory) / (1024 * 1024 if sys.platform == "darwin" else 1024))


def print_answers(home: Path, count: int = 60) -> None:
    """The time from sending a rating to having the next question, in one session: all of it, and without waiting."""
    taken = []
    with Conversation([*DLQUIZ, "study", "--json", "--new", "999", "--minutes", "999"], home) as process:
        assert process.stdin
        assert process.stdout
        read_question(process)
        for _ in range(count):
            process.stdin.write(b'{"reply": null}\n')
            process.stdin.flush()
            process.stdout.readline()
            began = time.perf_counter()
            process.stdin.write(b'{"rating": "again"}\n')
            process.stdin.flush()
            process.stdout.readline()
            if json.loads(process.stdout.readline())["event"] != "question":
                break
            taken.append(time.perf_counter() - began)
    print(f"\none answer, recorded, to the next question: {statistics.median(taken) * 1000:.1f} ms, the disk included")


def replay(home: Path) -> tuple[float, float]:
    """All states made again from the log and written: the seconds, and those of the processor, of the better of two."""
    return min(_timed_rebuild(home) for _ in range(2))


def _timed_rebuild(home: Path) -> tuple[float, float]:
    began, began_cpu = time.perf_counter(), time.process_time()
    _rebuild(home)
    return time.perf_counter() - began, time.process_time() - began_cpu


def _rebuild(home: Path) -> None:
    from dlquiz.review_log import History, device_id
    from dlquiz.scheduler import Instant, Model

    now = Instant(time.time_ns() // 1_000_000, 0)
    with History.open(
        data(home) / "history.db", device=device_id(data(home) / "device"), clock=lambda: now, model=Model()
    ) as history:
        history.rebuild()


# ── banks and logs ───────────────────────────────────────────────────────────────────────────────────────────────


def answer(home: Path, count: int = 5) -> None:
    lines = "".join('{"reply": null}\n{"rating": "good"}\n' for _ in range(count))
    subprocess.run([*DLQUIZ, "study", "--json"], input=lines.encode(), stdout=subprocess.PIPE, check=True,
                   env=environment(home), cwd=home)  # fmt: skip


def generate(home: Path, cards: int) -> None:
    """A bank of one's own of about so many cards: copies of the shipped decks, with all their kinds."""
    directory = data(home) / "questions"
    directory.mkdir(parents=True)
    made = copy = 0
    while made < cards:
        for path in sorted(QUESTIONS.glob("*.yaml")):
            text = path.read_text(encoding="utf-8")
            if made < cards and re.search(r"^deck: ", text, re.MULTILINE):
                made += len(re.findall(r"^  - id: ", text, re.MULTILINE))
                (directory / f"{path.stem}-{copy}.yaml").write_text(renamed(text, f"-{copy}"), encoding="utf-8")
        copy += 1


def renamed(deck: str, ending: str) -> str:
    """A deck with every id of it followed by `ending`."""
    deck = re.sub(r"^(deck: \S+|  - id: \S+)", rf"\1{ending}", deck, flags=re.MULTILINE)
    return re.sub(r"^    (then|formerly): \[.*\]\n", "", deck, flags=re.MULTILINE)


def recompiled(home: Path, change: Callable[[str], str]) -> float:
    """The processor's seconds of the dashboard after one deck was changed, less those without a change."""
    deck = next((data(home) / "questions").glob("activations-*.yaml"))
    time.sleep(2.5)
    still = timed(Measured(DLQUIZ, home)).cpu
    deck.write_text(change(deck.read_text(encoding="utf-8")), encoding="utf-8")
    return timed(Measured(DLQUIZ, home)).cpu - still


def with_another_card(deck: str) -> str:
    """The deck with its last card once more, under another id."""
    last = deck[deck.rindex("  - id: ") :]
    return deck.rstrip() + "\n\n" + last.replace("  - id: ", "  - id: another-", 1)


def card_ids(home: Path) -> list[str]:
    paths = sorted((data(home) / "questions").glob("*.yaml"))
    return [
        id for path in paths for id in re.findall(r"^  - id: (\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]


def fill(home: Path, reviews: int) -> None:
    """A log of this home's own device: reviews of four fifths of the cards, spread over the last year."""
    import sqlite3

    from dlquiz.review_log import History, device_id
    from dlquiz.scheduler import Instant, Model

    now = Instant(time.time_ns() // 1_000_000, 0)
    device = device_id(data(home) / "device")

    def open_log() -> History:
        return History.open(data(home) / "history.db", device=device, clock=lambda: now, model=Model())

    open_log().close()
    with closing(sqlite3.connect(data(home) / "history.db")) as connection, connection:
        connection.executemany(
            "INSERT INTO event (id, at, offset, device, kind, card, rating, verdict, correct, reply, seconds, shown,"
            " interval, origin) VALUES (?, ?, 0, ?, 'review', ?, ?, ?, ?, ?, ?, ?, ?, 'dlquiz')",
            _reviews(card_ids(home), reviews, now.at, device),
        )
    with open_log() as history:
        history.rebuild()
    run(DLQUIZ, home)


def _reviews(cards: list[str], reviews: int, now: int, device: str) -> Iterator[tuple[object, ...]]:
    import random

    from dlquiz.review_log.ids import ulid

    chance = random.Random(1)
    learnt = chance.sample(cards, len(cards) * 4 // 5)
    year = 365 * 86_400_000
    for number in range(reviews):
        at = now - year + (year - 86_400_000) * number // reviews
        rating = chance.choice((1, 3, 3, 3, 4))
        yield (ulid(at, number.to_bytes(10, "big")), at, device, chance.choice(learnt), rating,
               "right" if rating > 1 else "wrong", rating > 1, "a reply of usual length", chance.uniform(5, 60),
               '{"language": "en", "content": "0123456789ab"}', chance.randrange(1, 60))  # fmt: skip


# ── other counters ───────────────────────────────────────────────────────────────────────────────────────────────

# What other counters take for the same table; only those that are installed.
OTHERS = {
    "torchinfo": "from torchinfo import summary; summary(resnet50(), (1, 3, 224, 224), verbose=0)",
    "fvcore": "from fvcore.nn import FlopCountAnalysis as F; F(resnet50(), torch.zeros(1, 3, 224, 224)).total()",
    "FlopCounterMode": "from torch.utils.flop_counter import FlopCounterMode\n"
    "with FlopCounterMode(display=False): resnet50()(torch.zeros(1, 3, 224, 224))",
}
# ResNet-50 out of plain modules.
RESNET50 = """
import torch
from torch import nn
class Block(nn.Module):
    def __init__(self, i, m, s):
        super().__init__()
        self.main = nn.Sequential(nn.Conv2d(i, m, 1, bias=False), nn.BatchNorm2d(m), nn.ReLU(),
            nn.Conv2d(m, m, 3, s, 1, bias=False), nn.BatchNorm2d(m), nn.ReLU(),
            nn.Conv2d(m, 4 * m, 1, bias=False), nn.BatchNorm2d(4 * m))
        project = [nn.Conv2d(i, 4 * m, 1, s, bias=False), nn.BatchNorm2d(4 * m)]
        self.short = nn.Sequential(*([] if i == 4 * m else project))
    def forward(self, x):
        return torch.relu(self.main(x) + self.short(x))
def resnet50():
    layers, i = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], 64
    for stage, (m, n) in enumerate(((64, 3), (128, 4), (256, 6), (512, 3))):
        for block in range(n):
            layers.append(Block(i, m, 2 if stage and not block else 1)); i = 4 * m
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(i, 1000)).eval()
"""


def other_counters(directory: Path, home: Path) -> dict[str, Measured]:
    """The other counters that this machine has, on the same network."""
    found = {}
    for name, count in OTHERS.items():
        package = {"FlopCounterMode": "torch"}.get(name, name)
        if find_spec("torch") and find_spec(package):
            script = directory / f"{name}.py"
            script.write_text(f"{RESNET50}\n{count}\n")
            found[f"{name} (resnet50)"] = Measured([sys.executable, str(script)], home)
    return found


if __name__ == "__main__":
    main()
