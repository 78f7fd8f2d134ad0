"""A small bank, a clock that ticks when told, and sessions on them: what the tests of study share."""

from __future__ import annotations

import atexit
import io
import json
import os
import subprocess
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from random import Random
from shutil import copytree, rmtree
from tempfile import mkdtemp
from threading import Timer
from time import monotonic, sleep
from typing import Any, NamedTuple

import pytest

from dlquiz import bank
from dlquiz.cards import Card
from dlquiz.cli import main
from dlquiz.review_log import History, Selection
from dlquiz.scheduler import Instant, Model
from dlquiz.scheduler.queue import Limits, order
from dlquiz.session.actions import read_action
from dlquiz.session.context import SessionContext
from dlquiz.session.conversation import Conversation
from dlquiz.session.conversation import converse as converse_in_values
from dlquiz.session.drill import Drill, DrillOptions
from dlquiz.session.planning import StudyOptions
from dlquiz.session.session import Session

BANK = """\
deck: small
title: {en: Small, zh: 小题库}
cards:
  - id: pad-why
    kind: open
    question:
      en: "Why does x[i] need padding, where $p=\\\\frac{k-1}{2}$?"
      zh: "为什么 x[i] 需要填充，其中 $p=\\\\frac{k-1}{2}$？"
    answer: {en: It keeps the size., zh: 保持尺寸不变。}
    points:
      - {en: keeps the spatial size, zh: 保持特征图尺寸, cues: {en: [same size, keep the size], zh: [尺寸不变]}}
      - {en: uses the border, zh: 利用边界像素, cues: {en: [border], zh: [边界]}}
      - {en: allows depth, zh: 可以叠得更深, cues: {en: [deep], zh: [更深]}}
    pitfall: {en: Zero padding is not neutral., zh: 零填充并非没有影响。}
    level: 1
  - id: pool-gradient
    kind: choice
    question: {en: Where does the gradient of max pooling go?, zh: 最大池化的梯度流向哪里？}
    options:
      - {en: to the maximum, zh: 最大值的位置, right: true, why: {en: only it matters, zh: 只有它有影响}}
      - {en: to all equally, zh: 平均分给所有位置, right: false, why: {en: that is average pooling, zh: 那是平均池化}}
      - {en: nowhere, zh: 不传, right: false, why: {en: it has no parameters but a gradient, zh: 没有参数，但有梯度}}
    level: 1
  - id: activations-several
    kind: choice
    question: {en: Which of these are bounded?, zh: 哪些是有界的？}
    options:
      - {en: sigmoid, zh: sigmoid, right: true, why: {en: between 0 and 1, zh: 在 0 和 1 之间}}
      - {en: tanh, zh: tanh, right: true, why: {en: between -1 and 1, zh: 在 -1 和 1 之间}}
      - {en: ReLU, zh: ReLU, right: false, why: {en: it grows, zh: 没有上界}}
    level: 1
  - id: norm-formula
    kind: cloze
    text:
      en: "Batch normalisation subtracts the @{1} and divides by $\\\\sqrt{@{2}+\\\\epsilon}$."
      zh: "批归一化先减去@{1}，再除以 $\\\\sqrt{@{2}+\\\\epsilon}$。"
    holes:
      - {answer: mean, accept: [均值]}
      - {answer: "\\\\sigma^2", accept: [variance, 方差]}
    level: 1
  - id: attention-order
    kind: order
    question: {en: Put attention in order., zh: 把注意力的步骤排好。}
    steps:
      - {en: "scores $QK^\\\\top$", zh: "分数 $QK^\\\\top$"}
      - {en: scale, zh: 缩放}
      - {en: softmax, zh: softmax}
      - {en: multiply by V, zh: 乘以 V}
    level: 1
"""
NUMERIC = """\
  - id: conv-side
    kind: numeric
    question:
      en: "Input @{n}×@{n}, kernel @{k}, stride @{s}, padding @{p}: the output side?"
      zh: "输入 @{n}×@{n}，卷积核 @{k}，步幅 @{s}，填充 @{p}：输出边长是多少？"
    vary: {n: 13..64, k: [3, 5, 7], s: [2, 3], p: 1..3}
    where: ["p <= k // 2", "(n + 2*p - k) % s != 0"]
    calc: {layer: conv2d, input: [8, n, n], out_channels: 8, kernel_size: k, stride: s, padding: p}
    ask: output_size
    level: 1
"""
CARDS = ("pad-why", "pool-gradient", "activations-several", "norm-formula", "attention-order", "conv-side")
# 2026-03-02 09:00 UTC
START = 1_772_442_000_000


class Clock:
    """A clock that advances by a second at every look, and by more when told."""

    def __init__(self, at: int = START, offset: int = 0) -> None:
        self.at = at
        self.offset = offset

    def __call__(self) -> Instant:
        self.at += 1000
        return Instant(self.at, self.offset)

    def pass_days(self, days: float) -> None:
        self.at += int(days * 86_400_000)


def write_bank(directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "small.yaml"
    path.write_text(BANK + NUMERIC, encoding="utf-8")
    return path


@contextmanager
def context(
    directory: Path, clock: Clock | None = None, *, seed: int = 1, device: str = "test"
) -> Iterator[SessionContext]:
    path = write_bank(directory / "bank") if not (directory / "bank").exists() else directory / "bank" / "small.yaml"
    now = clock or Clock()
    model = Model()
    questions = bank.open_bank([path], directory / "cache")
    assert not questions.problems, questions.problems
    with questions, History.open(directory / "history.db", device=device, clock=now, model=model) as history:
        yield SessionContext(
            questions, history, model, now, Random(seed), lambda: bank.open_bank([path], directory / "cache")
        )


def agenda(at: SessionContext, **limits: Any) -> list[str]:
    today = at.clock().day
    found = at.history.candidates(at.bank.cards_path, Selection(), today)
    return order(found, today, Limits(**limits), at.model)


def options(at: SessionContext, cards: Iterable[str] | None = None, **more: Any) -> StudyOptions:
    return StudyOptions(list(cards) if cards is not None else agenda(at), more.pop("language", "en"), **more)


def in_json(conversation: Conversation) -> Generator[dict[str, Any], Any, None]:
    """The conversation as its JSON lines: actions are read from JSON, events come as JSON."""
    events = converse_in_values(conversation)
    action = None
    try:
        while True:
            given = yield events.send(action).to_json()
            action = None if given is None else read_action(given)
    except StopIteration:
        return
    finally:
        events.close()


def converse(at: SessionContext, options: StudyOptions) -> Any:
    return in_json(Session(at, options))


def converse_in_drill(at: SessionContext, options: DrillOptions) -> Any:
    return in_json(Drill(at, options))


def play(conversation: Any, inputs: Iterable[Any]) -> list[dict[str, Any]]:
    """All events of a conversation that is told these inputs and then the end of input."""
    out = []
    ahead = iter(inputs)
    given: Any = None
    try:
        while True:
            event = conversation.send(given)
            out.append(event)
            given = next(ahead, None) if event.get("expects") else None
    except StopIteration:
        return out


def right_reply(card: Any, event: dict[str, Any]) -> Any:
    """A right reply to a question event, worked out from the card itself."""
    match event["kind"]:
        case "open":
            return "the same size, uses the border, allows deep nets"
        case "choice":
            right = {option.text.language(event["language"]) for option in card.body.options if option.right}
            return [number for number, text in enumerate(event["options"], 1) if text in right]
        case "order":
            steps = [step.language(event["language"]) for step in card.body.steps]
            return [event["steps"].index(step) + 1 for step in steps]
        case "cloze":
            return [hole.answer for hole in card.body.holes]
        case _:
            values = {name: int(value) for name, value in event["values"].items()}
            return (values["n"] + 2 * values["p"] - values["k"]) // values["s"] + 1


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "dlquiz", *arguments]


@cache
def compiled_questions() -> Path:
    """A directory of this process with the shipped questions compiled: by it, or by the first worker of the run."""
    directory = Path(mkdtemp(prefix="dlquiz-compiled-"))
    atexit.register(rmtree, directory, ignore_errors=True)
    shared = os.environ.get("DLQUIZ_TESTS_SHARED")
    if shared is None:
        _compile_questions(directory)
    else:
        copytree(_compiled_once(Path(shared)), directory, dirs_exist_ok=True)
    return directory


def _compile_questions(directory: Path) -> None:
    bank.open_bank([bank.shipped_questions()], directory).close()


def _compiled_once(shared: Path, seconds: float = 120) -> Path:
    """The directory that the first worker fills and the others wait for."""
    compiled, ready = shared / "compiled", shared / "ready"
    try:
        compiled.mkdir()
    except FileExistsError:
        end = monotonic() + seconds
        while not ready.exists():
            assert monotonic() < end, f"no worker compiled the questions in {seconds} s"
            sleep(0.05)
    else:
        _compile_questions(compiled)
        ready.touch()
    return compiled


@cache
def shipped_cards() -> tuple[Card, ...]:
    """The shipped cards as the compiled bank holds them, which another test proves to be those of the files."""
    with bank.open_bank([bank.shipped_questions()], compiled_questions()) as questions:
        return tuple(questions.all())


def copy_compiled(home: Path) -> None:
    """Give a new home the shipped questions as they are compiled by the first command, which takes a second each."""
    if not (home / "cache").exists() and os.access(home if home.exists() else home.parent, os.W_OK):
        copytree(compiled_questions(), home / "cache")


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a command of its own process sees; a new home has the shipped questions compiled already."""
    copy_compiled(home)
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "HOME")}
    return {**kept, "DLQUIZ_HOME": str(home), "LANG": "C.UTF-8", "PYTHONUTF8": "1", **more}


class Ran(NamedTuple):
    """What a command came to: exit code, output and errors."""

    code: int
    output: str
    errors: str


def run_here(*arguments: str, given: bytes = b"") -> Ran:
    """A command in this process, with its own streams; it raises what `dlquiz` would not explain in a sentence."""
    before = (sys.stdin, sys.stdout, sys.stderr, sys.argv)
    stdin, stdout, stderr = (io.TextIOWrapper(io.BytesIO(data), "utf-8") for data in (given, b"", b""))
    sys.stdin, sys.stdout, sys.stderr, sys.argv = stdin, stdout, stderr, ["dlquiz", *arguments]
    code = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    finally:
        sys.stdin, sys.stdout, sys.stderr, sys.argv = before
    return Ran(code, *(_written(stream) for stream in (stdout, stderr)))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


def next_line(process: subprocess.Popen[Any], seconds: float = 30) -> Any:
    """The next line that the process writes; one that writes none in this time is killed, and the test fails."""
    assert process.stdout is not None
    timer = Timer(seconds, process.kill)
    timer.start()
    try:
        line = process.stdout.readline()
    finally:
        expired = not timer.is_alive()
        timer.cancel()
    assert not expired, f"no line came in {seconds} s"
    return line


def run_in(home: Path, *arguments: str, given: str = "", **more: str) -> Ran:
    """A command in this process for whose home this is, with the shipped questions compiled already.

    A process of its own, which costs ten times as much, is for tests of signals, of closed streams and of terminals.
    """
    copy_compiled(home)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"DLQUIZ_HOME": str(home), "LANG": "C.UTF-8", "NO_COLOR": "1", **more}.items():
            patch.setenv(name, value)
        return run_here(*arguments, given=given.encode())


def run_json(home: Path, lines: Iterable[Any], *arguments: str, **more: str) -> tuple[int, list[dict[str, Any]], str]:
    given = "".join((line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n" for line in lines)
    code, output, errors = run_in(home, "study", "--json", *arguments, given=given, **more)
    return code, [json.loads(line) for line in output.splitlines()], errors
