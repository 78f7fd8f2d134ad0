"""Drills: numbers outside the schedule, as a conversation, as JSON lines, and behind a pseudo-terminal."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from screen import Screen
from studying import Clock, context, converse_in_drill, play, run_in, write_bank

from dlquiz.session.context import SessionContext
from dlquiz.session.drill import Drill, DrillOptions

MORE = """\
deck: more
title: {en: More, zh: 更多}
cards:
  - id: own-conv-parameters
    kind: numeric
    question:
      en: "A @{k}×@{k} convolution from @{c} to @{f} channels, with biases: parameters?"
      zh: "@{k}×@{k} 卷积，输入 @{c} 通道，输出 @{f} 通道，带偏置：参数量是多少？"
    vary: {k: [3, 5], c: [4, 8, 16], f: [10, 20, 30]}
    calc: {layer: conv2d, input: [c, 8, 8], out_channels: f, kernel_size: k}
    ask: parameters
    tags: [bias-of-four]
  - id: own-layer-in-full
    kind: numeric
    question:
      en: "Input @{c}×@{n}×@{n}, 10 filters 3×3, no padding, no bias: side, MACs?"
      zh: "输入 @{c}×@{n}×@{n}，10 个 3×3 卷积核，无填充、无偏置：边长与MAC 数？"
    vary: {c: [4, 8], n: 10..20}
    calc: {layer: conv2d, input: [c, n, n], out_channels: 10, kernel_size: 3, bias: false}
    ask: [{name: output_size, en: side, zh: 边长, unit: px}, {name: macs, en: MACs, zh: MAC 数}]
"""


@contextmanager
def numbers(directory: Path, clock: Clock | None = None) -> Iterator[tuple[SessionContext, DrillOptions]]:
    """The numeric cards of two decks, on a desk of their own."""
    if not (directory / "bank").exists():
        write_bank(directory / "bank")
        text = (directory / "bank" / "small.yaml").read_text(encoding="utf-8")
        extra = MORE[MORE.index("  - id: own-conv-parameters") :]
        (directory / "bank" / "small.yaml").write_text(text + extra, encoding="utf-8")
    with context(directory, clock) as at:
        yield at, DrillOptions([card for card in at.bank.all() if card.kind == "numeric"], "en")


def _right(at: SessionContext, event: dict[str, Any]) -> Any:
    from dlquiz import numeric
    from dlquiz.grading.numeric import expected

    card = at.bank.card(event["card"])
    assert card is not None
    instance = numeric.restored(card.body, event["values"])  # type: ignore[arg-type]
    assert instance is not None
    return expected(instance)


def _drilled(
    at: SessionContext, options: DrillOptions, answers: int, wrong: Collection[int] = ()
) -> list[dict[str, Any]]:
    """A drill in which every answer is right, but for those of these numbers."""
    conversation = converse_in_drill(at, options)
    events, given, count = [], None, 0
    try:
        while True:
            event = conversation.send(given)
            events.append(event)
            given = None
            if event["event"] == "question" and count < answers:
                given = {"reply": 10**9 + 7 if count in wrong else _right(at, event), "seconds": 5}
                if count in wrong and len(event["asked"]) > 1:
                    given["reply"] = [1, 1]
                count += 1
            elif event["event"] == "summary" and event["expects"]:
                given = {"command": "quit"}
    except StopIteration:
        return events


def test_only_the_end_of_a_drill_has_an_empty_expects(tmp_path: Path) -> None:
    """A client stops there, and nowhere before."""
    with numbers(tmp_path) as (at, options):
        events = _drilled(at, options._replace(questions=2), 2)
    assert [event["event"] for event in events if event.get("expects") == []] in ([], ["summary"])
    assert len(_named(events, "verdict")) == 2


def _named(events: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [event for event in events if event["event"] == name]


def test_answers_are_kept_as_drills_and_schedule_nothing(tmp_path: Path) -> None:
    with numbers(tmp_path) as (at, options):
        events = _drilled(at, options._replace(questions=6), 6, wrong={2})
        assert [event["event"] for event in events[:5]] == ["session", "question", "verdict", "recorded", "question"]
        assert events[0]["drill"] is True
        assert [event["remaining"] for event in _named(events, "question")] == [5, 4, 3, 2, 1, 0]
        rows = at.history.rows()
        assert {row.kind for row in rows} == {"drill"}
        assert [row.correct for row in rows] == [1, 1, 0, 1, 1, 1]
        assert all(json.loads(row.shown or "")["values"] for row in rows)
        assert all(event["due"] is None for event in _named(events, "recorded"))
        assert all((state := at.history.state(row.card or "")) is None or state.memory is None for row in rows)
        summary = events[-1]
        assert (summary["answered"], summary["correct"], summary["seconds"], summary["before"]) == (6, 5, 5.0, None)


def test_every_family_is_asked_before_one_is_asked_again(tmp_path: Path) -> None:
    with numbers(tmp_path) as (at, options):
        asked = [event["card"] for event in _named(_drilled(at, options._replace(questions=9), 9), "question")]
        assert [len(set(asked[start : start + 3])) for start in (0, 3, 6)] == [3, 3, 3]
        assert all(one != two for one, two in pairwise(asked))


def test_a_missed_family_comes_back_soon_with_other_numbers(tmp_path: Path) -> None:
    with numbers(tmp_path) as (at, options):
        questions = _named(_drilled(at, options._replace(questions=8), 8, wrong={0}), "question")
        again = next(place for place, event in enumerate(questions[1:], 1) if event["card"] == questions[0]["card"])
        assert again <= 4
        assert questions[again]["values"] != questions[0]["values"]


def test_numbers_follow_the_person(tmp_path: Path) -> None:
    with numbers(tmp_path) as (at, options):
        drill = Drill(at, options)
        list(drill.opening())
        skills = []
        for reply in (True, True, False, False):
            assert drill._current is not None
            card = drill._current.presentation.card
            drill._adapt(card, reply, True)
            skills.append(drill._skill)
        assert skills[0] > 1
        assert skills[1] > skills[0] > skills[2] > skills[3]


def test_undo_asks_the_same_again_and_touches_nothing_older(tmp_path: Path) -> None:
    with numbers(tmp_path) as (at, options):
        words = [{"command": "undo"}, {"reply": 5}, {"command": "undo"}, {"reply": 6}, {"command": "hint"}]
        events = play(converse_in_drill(at, options), [*words, {"command": "quit"}])
        nothing, undone = _named(events, "undone")
        assert nothing["id"] is None
        assert undone["kind"] == "drill"
        questions = _named(events, "question")
        assert questions[2]["values"] == questions[0]["values"]
        assert questions[2]["repeat"]
        # What was open before comes back as it was.
        assert (questions[3]["card"], questions[3]["values"]) == (questions[1]["card"], questions[1]["values"])
        assert len([row for row in at.history.rows() if row.kind == "drill"]) == 1
        assert events[-1]["answered"] == 1


def test_what_does_not_fit_is_reported_and_changes_nothing(tmp_path: Path) -> None:
    with numbers(tmp_path) as (at, options):
        hint = {"command": "hint"}
        words = [{"reply": "banana"}, {"rating": "good"}, {"command": "suspend"}, "not an object",
                 {"command": "language"}, {"reply": "香蕉"}, hint, hint, hint, {"command": "skip"}]  # fmt: skip
        events = play(converse_in_drill(at, options), words)
        assert len(_named(events, "error")) == 6
        assert "读不懂" in _named(events, "error")[4]["message"]
        assert [event["left"] for event in _named(events, "hint")] == [1, 0]
        assert len(at.history.rows()) == 0
        assert events[-1]["event"] == "summary"


def test_an_edited_card_is_shown_as_it_reads_now(tmp_path: Path) -> None:
    with numbers(tmp_path) as (at, options):
        only = [card for card in options.cards if card.id == "own-conv-parameters"]
        conversation = converse_in_drill(at, options._replace(cards=only))
        next(conversation)
        before = next(conversation)
        deck = tmp_path / "bank" / "small.yaml"
        deck.write_text(deck.read_text(encoding="utf-8").replace("with biases: parameters?", "with biases: how many?"),
                        encoding="utf-8")  # fmt: skip
        after = conversation.send({"command": "reload"})
        assert "with biases: how many?" in after["text"]
        assert (after["card"], after["values"]) == (before["card"], before["values"])
        following = conversation.send({"command": "skip"})
        following = next(conversation)
        assert "with biases: how many?" in following["text"]
        conversation.close()


def test_mistakes_and_speed_are_shown_at_the_end(tmp_path: Path) -> None:
    clock = Clock()
    with numbers(tmp_path, clock) as (at, options):
        _drilled(at, options._replace(questions=3), 3)
        only = options._replace(cards=[card for card in options.cards if card.id == "own-conv-parameters"], questions=4)
        conversation = converse_in_drill(at, only)
        event = next(conversation)
        for place in range(4):
            event = next(conversation) if event["event"] != "question" else event
            values = event["values"]
            weights = values["k"] ** 2 * values["c"] * values["f"]
            # The bias is forgotten three times of four.
            reply = weights if place < 3 else weights + values["f"]
            verdict = conversation.send({"reply": reply, "seconds": 8})
            assert verdict["correct"] is (place == 3)
            assert next(conversation)["event"] == "recorded"
            event = next(conversation)
        assert event["event"] == "summary"
        assert event["slips"] == [{"name": "P1", "what": "the bias is forgotten", "count": 3, "of": 4}]
        assert (event["seconds"], event["before"]) == (8.0, 5.0)


def test_time_ends_a_drill(tmp_path: Path) -> None:
    clock = Clock()
    with numbers(tmp_path, clock) as (at, options):
        conversation = converse_in_drill(at, options._replace(minutes=1))
        next(conversation)
        next(conversation)
        clock.at += 61_000
        assert conversation.send({"reply": 1})["event"] == "verdict"
        assert next(conversation)["event"] == "recorded"
        assert next(conversation)["event"] == "summary"
        assert conversation.send({"command": "undo"})["event"] == "undone"


# ── the command ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("drill")
    (place / "questions").mkdir()
    (place / "questions" / "more.yaml").write_text(MORE, encoding="utf-8")
    return place


def _run(home: Path, lines: list[Any], *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    given = "".join(json.dumps(line) + "\n" for line in lines)
    code, output, errors = run_in(home, "drill", *arguments, given=given)
    return code, [json.loads(line) for line in output.splitlines()], errors


def test_drill_speaks_json_lines(home: Path) -> None:
    code, events, stderr = _run(home, [{"reply": None}, {"command": "quit"}], "more", "--json", "--seed", "1")
    assert code == 0, stderr
    assert [event["event"] for event in events] == ["session", "question", "verdict", "recorded", "question", "summary"]
    by_tag = _run(home, [{"command": "quit"}], "bias-of-four", "--json", "--seed", "1")[1]
    assert (by_tag[0]["cards"], by_tag[1]["card"]) == (1, "own-conv-parameters")


def test_the_day_of_a_drill_has_its_backup(home: Path, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "questions").symlink_to(home / "questions")
    assert _run(tmp_path / "own", [{"reply": None}, {"command": "quit"}], "more", "--json")[0] == 0
    assert [path.suffix for path in (tmp_path / "own" / "backups").iterdir()] == [".zst"]


@pytest.mark.parametrize(
    ("arguments", "output"),
    [
        (("--json", "bias-of-for"), "did you mean bias-of-four?"),
        (("--json", "learning-rate-schedules-of-nobody"), "there is no deck or tag"),
        ((), "drill needs a terminal"),
    ],
)
def test_what_cannot_be_drilled_is_reported(home: Path, arguments: tuple[str, ...], output: str) -> None:
    code, events, stderr = _run(home, [], *arguments)
    assert (code, events) == (1, [])
    assert output in stderr.splitlines()[-1]


def test_help_has_examples(home: Path) -> None:
    code, output, _ = run_in(home, "drill", "-h", COLUMNS="80")
    assert code == 0
    assert "Examples:" in output
    assert max(map(len, output.splitlines())) <= 80


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", {"head": "drill · More", "wrong": "not right", "slip": "is what you get when", "score": "0 of 3 right",
                "slips": "the bias is forgotten: 1 of 3", "asked again": "this asks for a number", "hint": "hint",
                "second": "2/3", "third": "3/3", "undone": "undone"}),
        ("zh", {"head": "练习 · 更多", "wrong": "不对", "slip": "就会得到", "score": "答对 0/3",
                "slips": "漏掉了偏置：3 次中有 1 次", "asked again": "这里要填数字", "hint": "提示",
                "second": "2/3", "third": "3/3", "undone": "撤销"}),
    ],
)  # fmt: skip
def test_a_drill_in_a_terminal(home: Path, tmp_path: Path, lang: str, words: dict[str, str]) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "questions").symlink_to(home / "questions")
    with Screen(own, "drill", "bias-of-four", "--count", "3", "--seed", "5", "--lang", lang) as screen:
        screen.until(words["head"], "> ")
        screen.press("what\r").until(words["asked again"])
        screen.press(":h\r").until(words["hint"])
        screen.press(_without_bias(screen.text) + "\r").until(words["wrong"], words["slip"], words["second"])
        screen.press(":u\r").until(words["undone"])
        screen.press(_without_bias(screen.text) + "\r").until(words["wrong"], words["second"])
        screen.press("5\r").until(words["wrong"], words["third"])
        screen.press("7\r").until(words["score"], words["slips"])
        screen.press("\r")
        assert screen.ended() == 0


def _without_bias(text: str) -> str:
    """The reply of who forgets the bias of the question that is on the screen."""
    found = re.findall(r"(\d)×\d\D+?(\d+)\D+?(\d+)\s*(?:channels|通道，带)", text)
    side, inputs, outputs = map(int, found[-1])
    return str(side * side * inputs * outputs)
