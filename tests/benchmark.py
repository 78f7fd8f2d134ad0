"""Start-up and speed, as ratios to a bare `python -c pass` on this machine in this run: `python tests/benchmark.py`.

Give sizes as `--cards 20000 --reviews 200000` for a generated bank and log beside the shipped questions.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from threading import Timer

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("DLQUIZ_")} | {
    "LANG": "C.UTF-8"
}
DLQUIZ = [sys.executable, "-m", "dlquiz"]
# What design says each may take at most, as a ratio.
LIMITS = {"--help": 7, "calc conv": 7, "dashboard": 11, "study": 11, "dashboard, large": 16, "study, large": 16,
          "resnet50": 9, "resnet152": 10, "gpt2-xl": 11}  # fmt: skip


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--runs", type=int, default=15)
    reader.add_argument("--cards", type=int, default=0, help="also with a generated bank of this size")
    reader.add_argument("--reviews", type=int, default=0, help="and a generated log of this size")
    wanted = reader.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        measure(Path(directory), wanted.runs, wanted.cards, wanted.reviews)


def measure(directory: Path, runs: int, cards: int, reviews: int) -> None:
    small = directory / "small"
    small.mkdir()
    commands: dict[str, tuple[list[str], Path]] = {
        "python -c pass": ([sys.executable, "-c", "pass"], small),
        "import typer": ([sys.executable, "-c", "import typer"], small),
        "--help": ([*DLQUIZ, "--help"], small),
        "calc conv": ([*DLQUIZ, "calc", "conv", "3x224x224", "-o", "64", "-k", "7", "-s", "2", "-p", "3"], small),
        "dashboard": (DLQUIZ, small),
        "study": ([*DLQUIZ, "study", "--json"], small),
        "resnet50": ([*DLQUIZ, "calc", "net", "resnet50"], small),
        "resnet152": ([*DLQUIZ, "calc", "net", "resnet152"], small),
        "gpt2-xl": ([*DLQUIZ, "calc", "net", "gpt2-xl"], small),
    } | beside(directory, small)
    answer(small)
    if cards:
        large = directory / "large"
        print(f"compiling {cards} cards: {generate(large, cards):.1f} s")
        if reviews:
            print(f"writing {reviews} reviews: {fill(large, cards, reviews):.1f} s")
        commands |= {"dashboard, large": (DLQUIZ, large), "study, large": ([*DLQUIZ, "study", "--json"], large)}
    times: dict[str, list[float]] = {name: [] for name in warm(commands)}
    # One after the other in every round: a machine that is busy for a while is busy for all of them.
    for _ in range(runs):
        for name, (command, home) in commands.items():
            times[name].append(timed(command, home))
    bare = statistics.median(times["python -c pass"])
    print(f"\n{'':20} {'ms':>7} {'ratio':>6} {'limit':>6} {'MB':>5}")
    for name, taken in times.items():
        median = statistics.median(taken)
        limit = f"{LIMITS[name]}" if name in LIMITS else ""
        command, home = commands[name]
        over = "  over" if limit and median / bare > LIMITS[name] else ""
        print(f"{name:20} {median * 1000:7.1f} {median / bare:6.1f} {limit:>6} {memory(command, home):5.0f}{over}")
    print(f"\none answer, recorded, to the next question: {per_answer(small):.1f} ms (the disk included)")


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


def beside(directory: Path, home: Path) -> dict[str, tuple[list[str], Path]]:
    """The other counters that this machine has, on the same network."""
    found = {}
    for name, count in OTHERS.items():
        package = {"FlopCounterMode": "torch"}.get(name, name)
        if find_spec("torch") and find_spec(package):
            script = directory / f"{name}.py"
            script.write_text(f"{RESNET50}\n{count}\n")
            found[f"{name} (resnet50)"] = ([sys.executable, str(script)], home)
    return found


def warm(commands: dict[str, tuple[list[str], Path]]) -> dict[str, tuple[list[str], Path]]:
    for command, home in commands.values():
        timed(command, home)
    return commands


def timed(command: Sequence[str], home: Path) -> float:
    began = time.perf_counter()
    subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True,
                   env=ENVIRONMENT | {"DLQUIZ_HOME": str(home)})  # fmt: skip
    return time.perf_counter() - began


def memory(command: Sequence[str], home: Path) -> float:
    """The most memory that was resident, in MB; a small process in between, whose own size does not count."""
    if os.name == "nt":
        return 0.0
    between = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL,"
        " stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL);"
        " print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", between, *command], capture_output=True, check=True,
                          env=ENVIRONMENT | {"DLQUIZ_HOME": str(home)})  # fmt: skip
    return int(done.stdout) / (1024 * 1024 if sys.platform == "darwin" else 1024)


def answer(home: Path, count: int = 5) -> None:
    lines = "".join('{"reply": null}\n{"rating": "good"}\n' for _ in range(count))
    subprocess.run([*DLQUIZ, "study", "--json"], input=lines.encode(), stdout=subprocess.PIPE, check=True,
                   env=ENVIRONMENT | {"DLQUIZ_HOME": str(home)})  # fmt: skip


def per_answer(home: Path, count: int = 60) -> float:
    """The median time from sending a rating to having the next question, in one session."""
    process = subprocess.Popen([*DLQUIZ, "study", "--json", "--new", "999", "--minutes", "999"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, env=ENVIRONMENT | {"DLQUIZ_HOME": str(home)})  # fmt: skip
    assert process.stdin
    assert process.stdout
    taken = []
    limit = Timer(300, process.kill)
    limit.start()
    process.stdout.readline(), process.stdout.readline()
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
    process.stdin.close()
    process.wait(timeout=60)
    limit.cancel()
    return statistics.median(taken) * 1000


def generate(home: Path, cards: int) -> float:
    """A bank of open cards in files of 500, compiled by the first command that needs it; returns the seconds."""
    (home / "questions").mkdir(parents=True)
    for start in range(0, cards, 500):
        lines = [f"deck: generated-{start // 500:04}", "cards:"]
        for number in range(start, min(start + 500, cards)):
            lines += [
                f"  - id: generated-{number:06}",
                "    kind: open",
                f"    question: {{en: 'What does layer {number} compute?', zh: '第 {number} 层算什么？'}}",
                f"    answer: {{en: 'It maps $x_{{{number}}}$.', zh: '它变换 $x_{{{number}}}$。'}}",
                "    points:",
                "      - {en: the map, zh: 映射, cues: {en: [map], zh: [映射]}}",
                "      - {en: the reason, zh: 原因, cues: {en: [because], zh: [因为]}}",
                "    tags: [generated]",
            ]
        (home / "questions" / f"generated-{start // 500:04}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return timed(DLQUIZ, home)


def fill(home: Path, cards: int, reviews: int) -> float:
    """A log of reviews spread over the cards and the last year; returns the seconds, the rebuild included."""
    import random
    import sqlite3

    from dlquiz.review_log import History
    from dlquiz.review_log.ids import ulid
    from dlquiz.scheduler import Instant, Model

    began = time.perf_counter()
    chance = random.Random(1)
    now = time.time_ns() // 1_000_000

    def open_log() -> History:
        return History.open(home / "history.db", device="generated", clock=lambda: Instant(now, 0), model=Model())

    open_log().close()
    moments = sorted(chance.randrange(now - 365 * 86_400_000, now - 86_400_000) for _ in range(reviews))
    with sqlite3.connect(home / "history.db") as connection:
        connection.executemany(
            "INSERT INTO event (id, at, offset, device, kind, card, rating, verdict, seconds, interval, origin)"
            " VALUES (?, ?, 0, 'generated', 'review', ?, ?, 'unchecked', ?, ?, 'dlquiz')",
            (
                (ulid(at, number.to_bytes(10, "big")), at, f"generated-{chance.randrange(cards):06}",
                 chance.choice((1, 3, 3, 3, 4)), chance.uniform(5, 60), chance.randrange(1, 60))
                for number, at in enumerate(moments)
            ),
        )  # fmt: skip
    connection.close()
    with open_log() as history:
        history.rebuild()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
