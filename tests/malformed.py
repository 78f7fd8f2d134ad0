"""Malformed input for everything that dlquiz reads: one sentence or a result, never a traceback, a hang or a leak.

    python tests/malformed.py 50000 --seed 7              spread over all readers
    python tests/malformed.py 1000 --seed 7 --reader notes

Every reader works in a process of its own, in an empty directory, with bounds on memory and on the processor's time.
What breaks is printed with its number: reader, seed and number make the same input again.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from statistics import mean
from types import FrameType
from typing import Any, NamedTuple, NoReturn, get_args

import anki_files
from mutations import VALUES, damaged, json_bytes, json_damaged
from notes_files import FILES
from studying import BANK, NUMERIC, run_here, shipped_cards

from dlquiz import bank
from dlquiz.cards import Language
from dlquiz.errors import DlquizError

HERE = Path(__file__).parent
QUESTIONS = HERE.parent / "questions"
SECONDS = 1.0
MEGABYTES = 300
NOW = "2026-03-07T09:00+00:00"

# Files by their path in the empty directory.
Files = Mapping[str, bytes]


class Reader(NamedTuple):
    """Makes malformed files by chance, and reads them in the directory where they lie; what reads fast has a larger
    share of all inputs."""

    make: Callable[[Random], Files]
    read: Callable[[Files], None]
    share: int = 1


class TooSlowError(BaseException):
    """The processor worked on one input for longer than it may; no handler of errors may take it for one of its own."""


# ── running ──────────────────────────────────────────────────────────────────────────────────────────────────────


def run(*arguments: str, given: bytes = b"") -> None:
    """A command in this process; what it raises beyond its exit codes is a defect."""
    code = run_here(*arguments, given=given).code
    assert code in (0, 1, 2), f"{arguments}: exit code {code}"


@contextmanager
def empty_directory(place: Path) -> Iterator[None]:
    """Work below `place` in a new directory with a home that has some answers and a small bank."""
    work = place / "work"
    shutil.copytree(place / "template", work)
    os.chdir(work)
    try:
        yield
    finally:
        os.chdir(place / "making")
        shutil.rmtree(work)


def prepare(place: Path) -> None:
    """What every input begins with; the shipped questions give way to a few, so that compiling them takes no time."""
    shipped = place / "shipped"
    shipped.mkdir()
    (shipped / "small.yaml").write_text(BANK + NUMERIC, encoding="utf-8")
    bank.shipped_questions = lambda: shipped
    temporary = place / "temporary"
    temporary.mkdir()
    tempfile.tempdir = str(temporary)
    os.environ |= {"DLQUIZ_HOME": str(place / "work" / "home"), "DLQUIZ_NOW": NOW, "COLUMNS": "80"}
    home = place / "work" / "home"
    (home / "questions").mkdir(parents=True)
    os.chdir(place / "work")
    lines = b'{"reply": "the same size"}\n{"rating": "good"}\n' * 6
    run("study", "--json", given=lines)
    run("plan", "2026-04-01", "--minutes", "30")
    run("backup")
    shutil.copytree(place / "work", place / "template")
    shutil.copytree(place / "work", place / "making")
    os.chdir(place / "making")
    shutil.rmtree(place / "work")


def watch(place: Path, opened: list[str]) -> None:
    """Note every file outside `place` that is opened for writing, made, moved or removed, and every process begun."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) if isinstance(flags, int) else mode != "r"
            paths = [path] if writes else []
        elif event in ("os.rename", "os.link", "os.symlink"):
            paths = list(arguments[:2])
        elif event in ("os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.chmod", "sqlite3.connect"):
            paths = [arguments[0]]
        elif event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.connect"):
            opened.append(f"{event}: {arguments[0]!r}")
            return
        else:
            return
        opened.extend(f"{event}: {path}" for path in paths if _is_outside(path, place))

    sys.addaudithook(hook)


def _is_outside(path: object, place: Path) -> bool:
    if not isinstance(path, (str, bytes)):
        return False  # an open file, which had a path once
    name = os.fsdecode(path).removeprefix("file://").partition("?")[0]
    if name in (":memory:", "", os.devnull):
        return False
    return not os.path.realpath(name).startswith(str(place))


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise TooSlowError(f"over {SECONDS} s of the processor")


class Outcome(NamedTuple):
    """What one input came to: empty when it was read or refused in one sentence."""

    number: int
    broken: str
    seconds: float
    megabytes: float


def one(reader: Reader, files: Files, place: Path, written: list[str]) -> str:
    """Read one input; what broke, or nothing."""
    written.clear()
    with empty_directory(place):
        for name, data in files.items():
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            reader.read(files)
        except DlquizError:
            pass
        except (Exception, TooSlowError):
            return traceback.format_exc()
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    return f"written outside: {written}" if written else ""


def work(name: str, seed: int, numbers: range, place: Path, out: Connection) -> None:
    """Read inputs and send what each came to; the parent sees where a process that dies stopped."""
    reader, written = READERS[name], list[str]()
    prepare(place)
    watch(place, written)
    signal.signal(signal.SIGPROF, _interrupt)
    for number in (-2, -1, *numbers):  # the first two import what reading needs
        files = reader.make(Random(f"{name} {seed} {number}"))
        if number == numbers.start:
            limit_memory()
        began, before = time.process_time(), _resident()
        broken = one(reader, files, place, written)
        if number >= 0:
            out.send(Outcome(number, broken, time.process_time() - began, max(_resident() - before, 0)))
    out.close()


def limit_memory() -> None:
    """Allow this process so much more than it has; the rest of the machine is left in peace."""
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + (MEGABYTES << 20), size + (MEGABYTES << 20)))


def _resident() -> float:
    """The most memory that was ever resident, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def campaign(name: str, count: int, seed: int) -> Iterator[Outcome]:
    """The outcomes of one reader; a process that dies is replaced by one that goes on behind the deadly input."""
    done = 0
    while done < count:
        ours, theirs = multiprocessing.Pipe(duplex=False)
        with tempfile.TemporaryDirectory(prefix="dlquiz-malformed-") as directory:
            place = Path(directory).resolve()
            process = multiprocessing.get_context("fork").Process(
                target=work, args=(name, seed, range(done, count), place, theirs)
            )
            process.start()
            theirs.close()
            with suppress(EOFError):
                while ours.poll(60):
                    outcome: Outcome = ours.recv()
                    done = outcome.number + 1
                    yield outcome
            if process.is_alive() and done < count:
                process.kill()
            process.join()
        if done < count:
            yield Outcome(done, f"the process ended with {process.exitcode}", 60, 0)
            done += 1


# ── what is read ─────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def card_sources() -> list[str]:
    """Every shipped card as it stands in its file."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(QUESTIONS.glob("*.yaml")))
    return [card for text in texts for card in text.split("\n  - ")[1:]]


ANSWERS = (
    b'{"reply": ""}\n{"reply": "1"}\n{"reply": [1]}\n{"reply": ["a", "b"]}\n{"reply": 1}\n'
    b'{"ticks": [1]}\n{"rating": "suggested"}\n'
)


def make_decks(chance: Random) -> Files:
    cards = "\n  - ".join(chance.choice(card_sources()) for _ in range(chance.randint(1, 3)))
    return {"home/questions/deck.yaml": damaged(f"deck: deck\ncards:\n  - {cards}".encode(), chance)}


def read_decks(files: Files) -> None:
    run("bank", "check", "home/questions")
    run("study", "deck", "--json", "--new", "9", given=ANSWERS * 4)
    for card in bank.load([Path("home/questions")])[0]:
        run("bank", "show", card.id)
        run("bank", "show", card.id, "--html")
    for export in ("markdown", "csv"):
        run("export", export, "deck")


def make_tables(chance: Random) -> Files:
    return {
        f"home/questions/{name}.yaml": damaged((QUESTIONS / f"{name}.yaml").read_bytes()[:4000], chance)
        for name in ("tracks", "thesaurus")
    }


def read_tables(files: Files) -> None:
    run("bank", "check", "home/questions")
    run("study", "--json", "--track", "llm", given=ANSWERS)


SETTINGS = b"""\
language = "zh"
banks = ["home/questions"]
new_per_day = 20
minutes_per_day = 30
retention = 0.9
day_starts = 4
math = "unicode"
"""


def make_settings(chance: Random) -> Files:
    return {"home/config.toml": damaged(SETTINGS, chance)}


def read_settings(files: Files) -> None:
    run("config")
    run("config", "language", "en")
    run()


def make_packages(chance: Random) -> Files:
    notes = [
        (f"g{number}", chance.choice([7, 8]), " a b ", [_prose(chance), f"{{{{c1::x}}}} {_prose(chance)}"])
        for number in range(3)
    ]
    cards = [(number, 0, {"type": 2, "queue": 2, "due": 9}) for number in (1, 2, 3)]
    reviews = [(1_600_000_000_000 + number, 1 + number % 3, 3, 5, 2500, 1) for number in range(5)]
    database = anki_files.collection(Path("made.db"), notes, cards, reviews)
    if chance.random() < 0.6:
        _spoil(database, chance, ("col", "notes", "cards", "revlog"))
    data = database.read_bytes()
    if chance.random() < 0.4:
        data = damaged(data, chance)
    path = anki_files.apkg(Path("made.apkg"), {"collection.anki2": data}, {"a.png": b"x", "../../b.png": b"y"})
    package = path.read_bytes()
    return {"deck.apkg": damaged(package, chance) if chance.random() < 0.3 else package}


def _prose(chance: Random) -> str:
    return damaged(chance.choice(card_sources())[:400].encode(), chance).decode("utf-8", "replace")


def _spoil(database: Path, chance: Random, tables: Sequence[str]) -> None:
    """Put values that nobody expects into one to four columns; what the file refuses stays as it was."""
    with closing(sqlite3.connect(database)) as connection, connection:
        for _ in range(chance.randint(1, 4)):
            table = chance.choice(tables)
            column = chance.choice([row[1] for row in connection.execute(f"PRAGMA table_info({table})")])
            rows = chance.choice(["", " WHERE rowid % 2 = 0", " WHERE rowid = (SELECT max(rowid) FROM {table})"])
            update = f"UPDATE {table} SET {column} = ?" + rows.format(table=table)
            with suppress(sqlite3.Error, OverflowError, UnicodeError):
                connection.execute(update, (_sqlite_value(chance),))


def _sqlite_value(chance: Random) -> Any:
    value = chance.choice([*VALUES, b"\xff\x00", 2**62, -(2**40), '{"values": 3}', "{", '[{"language": 1}]'])
    return json.dumps(value) if isinstance(value, (list, dict)) else value


def read_packages(files: Files) -> None:
    run("import", "deck.apkg")
    run("import", "deck.apkg", "--as-bank", "out.yaml")
    if Path("out.yaml").exists():
        run("bank", "check", "out.yaml")


def make_notes(chance: Random) -> Files:
    data = damaged(chance.choice(list(FILES.values())).text.encode(), chance)
    return {f"notes{chance.choice(['.md', '.md', '.html', '.csv', '.tsv', '.txt'])}": data}


def make_notion(chance: Random) -> Files:
    """A directory as Notion exports it: pages and their table."""
    page = "0123456789abcdef" * 2
    texts = [damaged(chance.choice(list(FILES.values())).text.encode(), chance) for _ in range(3)]
    return {f"notes/ML {page}.md": texts[0], f"notes/ML {page}/CNN {page}.md": texts[1],
            f"notes/Questions {page}.csv": texts[2]}  # fmt: skip


def read_notes(files: Files) -> None:
    name = next(iter(files))
    run("import", "notes" if name.startswith("notes/") else name, "--yes")
    run("bank", "check", "home/questions")


def _lines(chance: Random, known: Sequence[Any]) -> bytes:
    lines = []
    for _ in range(chance.randint(1, 12)):
        line = chance.choice(known)
        line = line if chance.random() < 0.4 else json_damaged(line, chance)
        lines.append(json_bytes(line) if chance.random() < 0.8 else damaged(json_bytes(line), chance))
    return b"\n".join(lines) + b"\n"


COMMANDS = ("undo", "skip", "suspend", "bury", "flag", "hint", "language", "reload", "follow_up", "review", "pause")
ACTIONS: list[Any] = [
    *({"reply": reply, "seconds": 3} for reply in ("", "the same size", "1", [1, 2], ["a", "b"], 3, {"a": 1})),
    {"ticks": [1, 3]}, {"rating": "good"}, {"rating": "suggested"}, *({"command": command} for command in COMMANDS),
]  # fmt: skip
CONVERSATIONS = (("study", "--json", "--new", "20"), ("study", "--json", "--cram"), ("drill", "--json"),
                 ("interview", "--json", "--minutes", "20"))  # fmt: skip


def make_lines(chance: Random) -> Files:
    return {f"{chance.randrange(len(CONVERSATIONS))}.jsonl": _lines(chance, ACTIONS)}


def read_lines(files: Files) -> None:
    for name, data in files.items():
        run(*CONVERSATIONS[int(Path(name).stem)], given=data)
    run("doctor")


def make_replies(chance: Random) -> Files:
    card = chance.choice(shipped_cards())
    return {card.id: _reply(chance)}


@cache
def typed_replies() -> list[str]:
    lines = (HERE / "replies.txt").read_text(encoding="utf-8").splitlines()
    return [line.rpartition(" =>")[0] for line in lines if "=>" in line] + formulas()


@cache
def formulas() -> list[str]:
    lines = (HERE / "golden" / "formulas" / "formulas.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _reply(chance: Random) -> bytes:
    texts = [damaged(chance.choice(typed_replies()).encode(), chance).decode("utf-8", "replace") for _ in range(4)]
    return json_bytes(chance.choice([texts[0], texts, json_damaged({"reply": texts}, chance), " ".join(texts)]))


def read_replies(files: Files) -> None:
    from dlquiz.grading.check import RefusedError
    from dlquiz.session.trial import Trial, judge
    from dlquiz.thesaurus import Lexicon

    for id, data in files.items():
        card = next(one for one in shipped_cards() if one.id == id)
        for language in get_args(Language):
            with suppress(RefusedError):
                judge(Trial(card, json.loads(data), language), Lexicon(), Random(1))


def make_formulas(chance: Random) -> Files:
    return {"formula": damaged(chance.choice(formulas()).encode(), chance)}


def read_formulas(files: Files) -> None:
    from dlquiz.markup import MathError, display, inline
    from dlquiz.render.pages.page import formula

    latex = files["formula"].decode("utf-8", "replace")
    for write in (inline, display, lambda text: inline(text, plain=True), formula):
        with suppress(MathError):
            write(latex)


EXPRESSIONS = (
    "(n + 2*p - k) // s + 1", "exp(-x) / (1 + exp(-x))**2", "L[0] * prod(L) if n > k else log2(n)", "sqrt(2/3)",
    "round(erf(q), 2) % 7 <= 3 and not s == 2", "min(a, b)", "sum((1, 2, 3)) ** -2", "10 ** 9 * 1.5",
)  # fmt: skip


def make_expressions(chance: Random) -> Files:
    return {"expression": damaged(chance.choice(EXPRESSIONS).encode(), chance)}


def read_expressions(files: Files) -> None:
    from fractions import Fraction

    from dlquiz.expressions import ExpressionError, parse

    values: dict[str, Any] = {"n": 224, "k": 7, "s": 2, "p": 3, "q": Fraction(3, 4), "L": (3, 5, 7), "x": 2.5}
    with suppress(ExpressionError):
        expression = parse(files["expression"].decode("utf-8", "replace"))
        expression.evaluate(values)
        expression.with_numbers({"n": "224"})


NETWORKS = (
    "3x224x224, conv 64 k7 s2 p3, bn, relu, maxpool k3 s2 p1, 3*(residual(conv 64 k3 p1, bn), relu), gap, linear 10",
    "128 tokens, embedding 768 v30522, position 128, 2*(encoder 768 h12 ff=3072), first, linear 2",
    "let f(n) = conv n k3 p1, bn, relu; 3x32x32, f(64) as a, concat(f(8) | identity), se 4, flatten, linear 10",
    "16x100, conv 8 k3x5 p1:2x0:1 groups=2, upsample x2, deconv 4 k2 s2",
)


def make_networks(chance: Random) -> Files:
    return {"net.txt": damaged(chance.choice(NETWORKS).encode(), chance)}


def read_networks(files: Files) -> None:
    run("calc", "net", "net.txt")
    run("calc", "rf", "net.txt")


@cache
def models() -> list[bytes]:
    """Prints of models and code that builds them."""
    from test_pasted_code import LENET

    return [LENET.encode(), *(path.read_bytes() for path in sorted((HERE / "data" / "printed").glob("*.txt")))]


def make_prints(chance: Random) -> Files:
    return {"model.txt": damaged(chance.choice(models()), chance)}


def read_prints(files: Files) -> None:
    run("calc", "net", "model.txt")
    run("calc", "net", "model.txt", "--input", "3x224x224")


@cache
def configurations() -> list[Any]:
    found = json.loads((HERE / "data" / "configurations.json").read_text(encoding="utf-8"))
    return [model["config"] for model in found.values()]


def make_configurations(chance: Random) -> Files:
    model = json_damaged(chance.choice(configurations()), chance)
    data = json_bytes(model)
    return {"config.json": damaged(data, chance) if chance.random() < 0.3 else data}


def read_configurations(files: Files) -> None:
    for command in (("params",), ("kv", "--tokens", "8Ki"), ("fit", "--gpu", "H100", "--tokens", "8Ki")):
        run("calc", command[0], "config.json", *command[1:])


@cache
def weights() -> dict[str, list[bytes]]:
    from base64 import b64decode

    from test_weight_files import SMALL

    onnx = json.loads((HERE / "data" / "onnx.json").read_text(encoding="utf-8"))
    index = json_bytes({"metadata": {"total_size": 120}, "weight_map": {"a.weight": "model.safetensors"}})
    return {"model.safetensors": [SMALL], "model.onnx": [b64decode(one["file"]) for one in onnx],
            "model.safetensors.index.json": [index]}  # fmt: skip


def make_weights(chance: Random) -> Files:
    name = chance.choice(list(weights()))
    return {name: damaged(chance.choice(weights()[name]), chance)}


def read_weights(files: Files) -> None:
    for name in files:
        run("calc", "params", name)
        run("calc", "net", name)


def make_shared_lines(chance: Random) -> Files:
    from dlquiz.review_log.rows import COLUMNS

    with closing(sqlite3.connect("home/history.db")) as connection:
        rows = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM event").fetchall()
    return {"shared/dlquiz/other.jsonl": _lines(chance, [dict(zip(COLUMNS, row, strict=True)) for row in rows])}


def read_shared_lines(files: Files) -> None:
    run("sync", "shared")
    read_log(files)


def make_backups(chance: Random) -> Files:
    path = next(Path("home/backups").glob("*.zst"))
    return {f"home/backups/{path.name}": damaged(path.read_bytes(), chance)}


def read_backups(files: Files) -> None:
    run("backup", "--verify")
    run("backup", "--restore")
    read_log(files)


def make_merged(chance: Random) -> Files:
    shutil.copy("home/history.db", "made.db")
    _spoil(Path("made.db"), chance, ("event",))
    data = Path("made.db").read_bytes()
    return {"other.db": damaged(data, chance) if chance.random() < 0.2 else data}


def read_merged(files: Files) -> None:
    run("merge", "other.db")
    read_log(files)


def make_touched(chance: Random) -> Files:
    """The log itself, after somebody worked on it with a database browser, or a disk did."""
    shutil.copy("home/history.db", "made.db")
    if chance.random() < 0.8:
        with closing(sqlite3.connect("made.db")) as connection:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        _spoil(Path("made.db"), chance, tables)
    data = Path("made.db").read_bytes()
    return {"home/history.db": damaged(data, chance) if chance.random() < 0.3 else data}


LOG_COMMANDS: list[tuple[str, ...]] = [
    (), ("stats",), ("history",), ("plan",), ("sheet",), ("history", "--json"), ("doctor",), ("doctor", "--repair"),
    ("export", "json"), ("undo",), ("export", "anki"), ("backup",),
]  # fmt: skip


def read_log(files: Files) -> None:
    """The first question, and some of what else reads the log."""
    run("study", "--json", given=ANSWERS)
    for command in Random(repr(files)).sample(LOG_COMMANDS, 2):
        run(*command)


def make_passages(chance: Random) -> Files:
    return {"text.md": damaged(chance.choice(list(FILES.values())).text.encode()[:3000], chance)}


def read_passages(files: Files) -> None:
    from dlquiz.markup import blocks, layout
    from dlquiz.render.pages.page import prose

    text = files["text.md"].decode("utf-8", "replace")
    passages = blocks(text)
    for width in (1, 20, 80):
        layout(passages, width)
    prose(text)


CALCULATIONS = (
    "conv 3x224x224 -o 64 -k 7 -s 2 -p 3 --check 112", "pool 64x112x112 -k 3 -s 2 -p 1", "lstm 10x4096 -o 256",
    "attention 128x768 -h 12", "kv llama3-8b --tokens 8192", "solve size 224 112 -k 3", "deconv 8x7x7 -o 4 -k 4 -s 2",
    "layer conv2d 3x32x32 out_channels=8 kernel_size=3", "days --parameters 7B --tokens 2T --gpus 1024",
    "memory --parameters 7B --optimiser adam", "quantise --parameters 7B --bits 4", "top resnet50 --limit 3",
)  # fmt: skip


def make_calculations(chance: Random) -> Files:
    return {"line": damaged(chance.choice(CALCULATIONS).encode(), chance)}


def read_calculations(files: Files) -> None:
    run("calc", *files["line"].decode("utf-8", "replace").replace("\0", "").split())


READERS = {
    "decks": Reader(make_decks, read_decks, 2),
    "tracks and thesaurus": Reader(make_tables, read_tables, 2),
    "config.toml": Reader(make_settings, read_settings, 6),
    "packages of Anki": Reader(make_packages, read_packages, 2),
    "notes": Reader(make_notes, read_notes, 3),
    "Notion": Reader(make_notion, read_notes, 2),
    "JSON lines": Reader(make_lines, read_lines, 2),
    "replies": Reader(make_replies, read_replies, 6),
    "formulas": Reader(make_formulas, read_formulas, 6),
    "passages": Reader(make_passages, read_passages, 2),
    "expressions": Reader(make_expressions, read_expressions, 6),
    "networks": Reader(make_networks, read_networks, 6),
    "printed models": Reader(make_prints, read_prints, 6),
    "config.json": Reader(make_configurations, read_configurations, 5),
    "weights": Reader(make_weights, read_weights, 6),
    "calculations": Reader(make_calculations, read_calculations, 6),
    "sync lines": Reader(make_shared_lines, read_shared_lines),
    "backups": Reader(make_backups, read_backups),
    "merged logs": Reader(make_merged, read_merged),
    "touched logs": Reader(make_touched, read_log),
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("count", type=int)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--reader", action="append", choices=list(READERS), help="only this; may be repeated")
    wanted = arguments.parse_args()
    readers = {name: reader for name, reader in READERS.items() if not wanted.reader or name in wanted.reader}
    shares, broken = sum(reader.share for reader in readers.values()), 0
    print("| reader | inputs | broken | mean, ms | slowest, s | MB more |\n|---|---|---|---|---|---|")
    for name, reader in readers.items():
        outcomes = list(campaign(name, -(-wanted.count * reader.share // shares), wanted.seed))
        for outcome in outcomes:
            if outcome.broken:
                broken += 1
                print(f"{name} {outcome.number}: {outcome.broken}", file=sys.stderr, flush=True)
        seconds = [outcome.seconds for outcome in outcomes]
        row = (name, f"{len(outcomes):,}", sum(bool(outcome.broken) for outcome in outcomes),
               f"{mean(seconds) * 1000:.0f}", f"{max(seconds):.2f}",
               f"{max(outcome.megabytes for outcome in outcomes):.0f}")  # fmt: skip
        print(f"| {' | '.join(map(str, row))} |", flush=True)
    sys.exit(broken > 0)


if __name__ == "__main__":
    main()
