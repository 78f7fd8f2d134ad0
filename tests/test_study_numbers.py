"""Numbers in study: every mistake of every shipped family in a session, and each kind of verdict on screen."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from samples import sample, sampled
from screen import Screen
from studying import Clock, compiled_questions, converse, run_json

from dlquiz import bank, numeric
from dlquiz.calc.mistakes.catalogue import equal
from dlquiz.cards import Numeric
from dlquiz.review_log import History
from dlquiz.scheduler import Model
from dlquiz.session.context import SessionContext
from dlquiz.session.planning import StudyOptions

BANK = """\
deck: numbers
title: {en: Numbers, zh: 数字}
cards:
  - id: own-size
    kind: numeric
    question:
      en: "Input @{n}×@{n}, kernel @{k}, stride @{s}, padding @{p}, dilation @{d}: the side of the output?"
      zh: "输入 @{n}×@{n}，卷积核 @{k}，步幅 @{s}，填充 @{p}，膨胀率 @{d}：输出边长是多少？"
    vary: {n: [26], k: [7], s: [3], p: [3], d: [3]}
    calc: {layer: conv2d, input: [8, n, n], out_channels: 8, kernel_size: k, stride: s, padding: p, dilation: d}
    ask: output_size
    unit: px
"""
COST = """\
deck: cost
title: {en: Cost, zh: 代价}
cards:
  - id: own-macs
    kind: numeric
    question:
      en: "@{c} channels, @{n}×@{n}, 10 filters 3×3, stride 2, padding 1, no bias: MACs?"
      zh: "@{c} 通道，@{n}×@{n}，10 个 3×3 卷积核，步幅 2，填充 1，无偏置：MAC 数是多少？"
    vary: {c: [8], n: [28]}
    calc: {layer: conv2d, input: [c, n, n], out_channels: 10, kernel_size: 3, stride: 2, padding: 1, bias: false}
    ask: macs
"""
SEVERAL = """\
deck: several
title: {en: Several, zh: 多个}
cards:
  - id: own-several
    kind: numeric
    question:
      en: "4 channels, @{n}×@{n}, 10 filters 3×3, stride 2, padding 1, with biases: side and parameters?"
      zh: "4 通道，@{n}×@{n}，10 个 3×3 卷积核，步幅 2，填充 1，带偏置：边长与参数量？"
    vary: {n: [15]}
    calc: {layer: conv2d, input: [4, n, n], out_channels: 10, kernel_size: 3, stride: 2, padding: 1}
    ask: [{name: output_size, en: side, zh: 边长, unit: px}, {name: parameters, en: parameters, zh: 参数量}]
"""


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SessionContext]:
    place, clock, model = tmp_path_factory.mktemp("shipped"), Clock(), Model()
    questions = bank.open_bank([bank.shipped_questions()], compiled_questions())
    with questions, History.open(place / "history.db", device="test", clock=clock, model=model) as history:
        yield SessionContext(questions, history, model, clock, Random(3), lambda: questions)


@pytest.mark.no_cover
@sampled
def test_every_mistake_of_every_family_is_named_by_the_conversation(shipped: SessionContext, one_in: int) -> None:
    """Each wrong value is typed, named, and taken back, which shows the same question with the same values."""
    cards = sample((card for card in shipped.bank.all() if isinstance(card.body, Numeric)), one_in)
    before = len(list(shipped.history.rows()))
    conversation = converse(shipped, StudyOptions([card.id for card in cards], "en"))
    assert next(conversation)["event"] == "session"
    event, typed = next(conversation), 0
    for card in cards:
        assert event["card"] == card.id
        instance = numeric.restored(card.body, event["values"])  # type: ignore[arg-type]
        assert instance is not None
        for place, quantity in enumerate(instance.quantities):
            for wrong in quantity.wrongs:
                if quantity.is_right(wrong.value):
                    continue
                verdict = conversation.send({"reply": _reply(instance, place, wrong.value)})
                ties = {one.name for one in quantity.wrongs if _same(one.value, wrong.value)}
                assert verdict["verdict"] == "wrong", (card.id, event["values"], wrong)
                assert set(verdict["mistake"]["name"].split("|")) == ties, (card.id, event["values"], wrong)
                again = conversation.send({"command": "undo"})
                assert again["values"] == event["values"]
                typed += 1
        assert conversation.send({"reply": _reply(instance, -1, None)})["correct"] is True, (card.id, event["values"])
        assert conversation.send({"rating": "suggested"})["event"] == "recorded"
        event = next(conversation)
    assert event["event"] == "summary"
    assert typed > len(cards) / 2
    kept = [row for row in list(shipped.history.rows())[before:] if row.kind == "review" and not row.undone]
    assert len(kept) == len(cards)
    assert all('"values"' in (row.shown or "") for row in kept)


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) if isinstance(one, tuple) or isinstance(other, tuple) else equal(one, other)


def _reply(instance: numeric.Instance, place: int, wrong: Any) -> Any:
    values = [wrong if number == place else one.value for number, one in enumerate(instance.quantities)]
    output = [_message(value) for value in values]
    return output[0] if len(output) == 1 else output


def _message(value: Any) -> str:
    if isinstance(value, float) or (isinstance(value, Fraction) and len(str(value)) > 40):
        return repr(float(value))
    return str(value)


# ── on screen ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("numbers")
    (place / "questions").mkdir()
    for name, text in (("numbers", BANK), ("cost", COST), ("several", SEVERAL)):
        (place / "questions" / f"{name}.yaml").write_text(text, encoding="utf-8")
    assert run_json(place, [{"command": "quit"}], "numbers")[1][0]["cards"] == 1
    return place


@pytest.fixture
def own(home: Path, tmp_path: Path) -> Path:
    place = tmp_path / "own"
    place.mkdir()
    for name in ("questions", "cache"):
        (place / name).symlink_to(home / name)
    return place


LABELS = {
    "en": {
        "right": "✓ right", "wrong": "not right", "convention": "right in another convention",
        "rounded": "right, rounded", "coarse": "rounded too far", "hard": "›2 hard", "doubled": "is what you get when",
        "asked again": "asks for a number", "rate": "easy", "slip": "is what you get when the dilation is forgotten",
        "tie": "taken as k + d − 1 or the input is simply divided", "differs": "first difference",
        "macs": "one MAC is two FLOPs", "hint": "hint: H_out = W_out", "end": "answered",
    },
    "zh": {
        "right": "✓ 正确", "wrong": "不对", "convention": "换一种约定是对的", "rounded": "对，但",
        "coarse": "取整过多", "hard": "›2 吃力", "doubled": "就会得到",
        "asked again": "这里要填数字", "rate": "轻松", "slip": "漏掉了膨胀率，就会得到 9",
        "tie": "，或者直接用输入除以步幅", "differs": "第一处不同", "macs": "一次 MAC 等于两次 FLOP", "hint": "提示",
        "end": "答",
    },
}  # fmt: skip

pty = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


@pty
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_size_wrong_in_every_way(own: Path, lang: str) -> None:
    spoken = LABELS[lang]
    with Screen(own, "study", "numbers", "--lang", lang, columns=110) as screen:
        screen.until("px > ")
        screen.press("banana\r").until(spoken["asked again"])
        screen.press(":h\r").until(spoken["hint"])
        screen.press(":h\r").until("× 3")
        screen.press("9\r").until(spoken["wrong"], spoken["slip"])
        screen.press("u").until("px > ")
        screen.press("8\r").until(spoken["wrong"], spoken["tie"])
        screen.press("u").until("px > ")
        screen.press("(26 + 6 - 19)//3 + 77\r").until(spoken["wrong"], spoken["differs"])
        screen.press("u").until("px > ")
        screen.press("5x5\r").until(spoken["right"], spoken["rate"])
        # A hint was taken: Hard is suggested, and taken by Enter.
        screen.press("\r").until(spoken["end"])
        screen.press("\r")
        assert screen.ended() == 0


def test_rounded_too_far_is_reported_and_hard_is_suggested(own: Path) -> None:
    """Two digits show that it was computed; one digit shows nothing, so neither right nor wrong is kept."""
    replies = {"141k": ("rounded", True, "hard"), "0.1M": ("rounded", None, "hard"), "141,120": ("right", True, "good"),
               "0.2M": ("wrong", False, "again"), "282k": ("wrong", False, "again")}  # fmt: skip
    lines = [line for reply in replies for line in ({"reply": reply, "seconds": 9}, {"command": "undo"})][:-1]
    _, events, _ = run_json(own, [*lines, {"rating": "suggested"}, {"command": "quit"}], "cost", "--lang", "en")
    verdicts = [event for event in events if event["event"] == "verdict"]
    found = [(event["verdict"], event["correct"], event["suggested"]) for event in verdicts]
    assert dict(zip(replies, found, strict=True)) == replies
    assert [bool(event["notes"]) for event in verdicts] == [True, True, False, False, False]
    _, events, _ = run_json(own, [{"reply": "0.1M", "seconds": 9}, {"rating": "suggested"}], "cost", "--cram")
    with closing(sqlite3.connect(own / "history.db")) as connection:
        kept = connection.execute("SELECT verdict, correct, rating FROM event ORDER BY id DESC LIMIT 1").fetchone()
    assert kept == ("rounded", None, 2)


@pty
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_cost_right_in_its_ways(own: Path, lang: str) -> None:
    spoken = LABELS[lang]
    with Screen(own, "study", "cost", "--lang", lang, columns=110) as screen:
        screen.until("> ")
        screen.press("282,240\r").until(spoken["wrong"], spoken["doubled"])
        screen.press("u").until("> ")
        screen.press("282,240 FLOPs\r").until(spoken["convention"], spoken["macs"])
        screen.press("u").until("> ")
        screen.press("0.1M\r").until(spoken["coarse"], spoken["hard"])
        screen.press("u").until("> ")
        screen.press("141k\r").until(spoken["rounded"])
        screen.press("u").until("> ")
        screen.press("１４１，１２０\r").until(spoken["right"])
        screen.press("\r").until(spoken["end"])
        screen.press("\r")
        assert screen.ended() == 0


@pty
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_several_quantities_each_on_its_own(own: Path, lang: str) -> None:
    spoken = LABELS[lang]
    labels = {"en": ("side", "parameters"), "zh": ("边长", "参数量")}[lang]
    with Screen(own, "study", "several", "--lang", lang, columns=110) as screen:
        screen.until(labels[0])
        screen.press("8\r").until(labels[1])
        screen.press("360\r").until(spoken["wrong"], f"✓ {labels[0]}  8", f"✗ {labels[1]}  360 → 370")
        screen.press("u").until(labels[0])
        screen.press("8\r").until(labels[1])
        screen.press("3*3*4*10 + 10\r").until(spoken["right"])
        screen.press("\r").until(spoken["end"])
        screen.press("u").until(labels[0])
        screen.press(":q\r")
        assert screen.ended() == 0
