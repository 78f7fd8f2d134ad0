"""Interviews behind a real pseudo-terminal and as commands: what a person sees, leaves and comes back to."""

from __future__ import annotations

import json
import signal
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from screen import Screen
from studying import Clock, run_in, write_bank

from dlquiz.interview.record import Record, read_records
from dlquiz.markup import cell_width
from dlquiz.review_log import History

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

SEEDED = ("interview", "--seed", "3", "--minutes", "20", "--deck", "small")
WORDS = {
    "en": {"open": "or type it", "kept": "noted", "passed": "passed", "review": "questions are over", "rate": "easy",
           "tick": "Enter goes on", "report": "By topic", "end": "Enter leaves", "mine": "yours", "left": "left",
           "pick": "Pick one", "order": "right order"},
    "zh": {"open": "也可以输入", "kept": "已记下", "passed": "已跳过", "review": "提问结束", "rate": "轻松",
           "tick": "回车继续", "report": "按主题", "end": "按回车离开", "mine": "你的回答", "left": "还剩",
           "pick": "选一个", "order": "正确顺序"},
}  # fmt: skip


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the small bank, its cache made."""
    home = tmp_path_factory.mktemp("compiled")
    write_bank(home / "questions")
    code, _, stderr = run_in(home, "bank", "list", "--json")
    assert code == 0, stderr
    return home


@pytest.fixture
def home(compiled: Path, tmp_path: Path) -> Path:
    place = tmp_path / "own"
    place.mkdir()
    for name in ("questions", "cache"):
        (place / name).symlink_to(compiled / name)
    return place


def records(home: Path) -> list[Record]:
    with History.open(home / "history.db", device="test", clock=Clock()) as history:
        return read_records(history.interviews())


@pytest.mark.parametrize(
    ("columns", "rows", "language"),
    [(80, 24, "en"), (40, 30, "zh"), pytest.param(40, 30, "en", marks=pytest.mark.slow),
     pytest.param(80, 24, "zh", marks=pytest.mark.slow)],
)  # fmt: skip
def test_a_whole_interview(home: Path, language: str, columns: int, rows: int) -> None:
    say = WORDS[language]
    with Screen(home, *SEEDED, "--lang", language, columns=columns, rows=rows) as screen:
        screen.until(">", say["left"])
        seen = [screen.text]
        for number in range(6):
            conduct(screen, say, number)
            seen.append(screen.text)
            if number < 5:
                assert not {"✓", "✗"} & set(screen.raw), "no answer is shown before the end"
        screen.until(say["mine"])
        for number in range(6):
            rate(screen, say, say["end"] if number == 5 else ">")
            seen.append(screen.text)
        screen.until(say["end"])
        seen.append(screen.text)
        assert say["report"] in screen.raw
        screen.press("\r")
        assert screen.ended() == 0
    assert all(cell_width(line) <= columns for text in seen for line in text.split("\n"))
    (record,) = records(home)
    assert len(record.answers) == 6
    assert record.report is not None
    assert record.report["total"]["asked"] == 6


def conduct(screen: Screen, say: dict[str, str], number: int) -> None:
    """Answer one question in the way of its kind; right or not does not matter here."""
    question = screen.text[screen.text.rindex(say["left"]) :]
    if "▢₁ >" in question:
        screen.press("x\r").until("▢₂ >").press("x\r")
    elif say["open"] in question:
        screen.press("\r")
    else:
        screen.press("1234\r" if say["order"] in question else "1\r")
    screen.until(say["kept"], say["review"] if number == 5 else ">")


def rate(screen: Screen, say: dict[str, str], then: str) -> None:
    if screen.lines[-1].rstrip().endswith(">") and say["tick"] in screen.news:
        screen.press("1\r").until(say["rate"])
    screen.press("\r").until(then)


def test_passing_pausing_and_leaving_keep_what_was_said(home: Path) -> None:
    with Screen(home, *SEEDED, rows=24) as screen:
        screen.until(">", "20 min left")
        press(screen, "p").until("the clock has stopped")
        screen.press("\r").until("question 1")
        press(screen, "n").until("passed", "question 2")
        press(screen, "q").until("1 answer kept", "--resume")
        assert screen.ended() == 0
    (record,) = records(home)
    assert [one.skipped for one in record.answers] == [True]
    with Screen(home, *SEEDED, "--resume", rows=24) as screen:
        screen.until("The interview goes on", "question 2")
        press(screen, "r").until("questions are over", "(passed)", "easy")
        screen.press("\r").until("By topic", "Enter leaves").press("\r")
        assert screen.ended() == 0
    assert records(home)[0].report is not None


def press(screen: Screen, key: str) -> Screen:
    """A command at whatever prompt stands there; a colon works at all of them."""
    return screen.press(f":{key}\r")


@pytest.mark.parametrize("way", ["ctrl-c", "closed", "ctrl-backslash", "end of input"])
def test_whatever_happens_what_was_said_is_kept(home: Path, way: str) -> None:
    with Screen(home, *SEEDED, rows=24) as screen:
        screen.until(">", "20 min left")
        press(screen, "n").until("passed", "question 2")
        if way == "ctrl-c":
            screen.press("\x03").until("1 answer kept")
            assert screen.ended() == 130
        elif way == "end of input":
            screen.press("\x04").until("--resume")
            assert screen.ended() == 0
        elif way == "ctrl-backslash":
            screen.press("\x1c")
            assert screen.ended() == 128 + signal.SIGQUIT
            assert screen.echoes
        else:
            screen.process.close(force=True)
    assert len(records(home)[0].answers) == 1


@pytest.mark.slow
def test_the_clock_in_the_prompt_goes_on_without_a_key(home: Path) -> None:
    with Screen(home, *SEEDED, columns=80, rows=24) as screen:
        screen.until("0:00/")
        screen.press("").until("0:05/", seconds=20)


def test_a_screen_reader_does_not_hear_the_time_again_and_again(home: Path) -> None:
    with Screen(home, *SEEDED, "--plain", rows=24) as screen:
        screen.until(">", "20 min left")
        assert "0:00/" not in screen.raw
        press(screen, "q")
        assert screen.ended() == 0


def test_d_goes_deeper_in_study(home: Path, tmp_path: Path) -> None:
    (home / "questions").unlink()
    path = write_bank(home / "questions")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("    pitfall: {en: Zero", "    then: [conv-side]\n    pitfall: {en: Zero", 1), "utf-8")
    (home / "cache").unlink()
    with Screen(home, "study", "small", "--seed", "3") as screen:
        screen.until("type it").press("\r").until("goes on").press("d").until("d does nothing here")
        screen.press("1").until("1/3").press("\r").until("easy")
        screen.press("d").until("back", "the output side?").press(":n\r").until(">").press(":q\r")
        assert screen.ended() == 0


# Commands


def test_json_lines_carry_a_whole_interview(home: Path) -> None:
    with History.open(home / "history.db", device="phone", clock=Clock()) as history:
        history.record_plan({"date": "2026-03-14", "decks": ["small"]})
    now = {"DLQUIZ_NOW": "2026-03-02T09:00+00:00"}
    lines = [{"command": "skip"}] * 6 + [{"rating": "suggested"}] * 6 + [{"command": "quit"}]
    given = "\n".join(map(json.dumps, lines)) + "\n"
    code, out, stderr = run_in(home, *SEEDED, "--json", given=given, **now)
    events = [json.loads(line) for line in out.splitlines()]
    assert code == 0, stderr
    assert (events[0]["event"], events[0]["version"], events[0]["minutes"]) == ("session", 1, 20)
    assert [event["event"] for event in events if event["event"] in ("noted", "review", "report")] == [
        *["noted"] * 6, "review", "report"]  # fmt: skip
    code, out, _ = run_in(home, "interview", "show", "--json")
    report = json.loads(out)
    assert {key: report[key] for key in ("id", "total")} == {key: events[-1][key] for key in ("id", "total")}
    assert set(report) >= {
        "at",
        "minutes",
        "track",
        "questions",
        "topics",
        "kinds",
        "pace",
        "strongest",
        "weakest",
        "readiness",
    }
    assert set(report["topics"][0]) >= {"deck", "asked", "score", "low", "high"}
    plan = json.loads(run_in(home, "plan", "--json", **now)[1])["readiness"]
    assert report["readiness"] == {"date": "2026-03-14", **{name: plan[name] for name in ("now", "on_the_day")}}


def test_list_show_and_compare(home: Path) -> None:
    assert "No interview yet" in run_in(home, "interview", "list")[1]
    code, _, stderr = run_in(home, "interview", "show")
    assert (code, "there was no interview yet" in stderr) == (1, True)
    whole = "\n".join(map(json.dumps, [{"command": "skip"}, {"command": "review"}, {"rating": "good"}])) + "\n"
    first, later = "2026-03-02T09:00+00:00", "2026-03-09T09:00+00:00"
    for now in (first, later):
        code, _, stderr = run_in(home, *SEEDED, "--json", given=whole, DLQUIZ_NOW=now)
        assert code == 0, stderr
    found = json.loads(run_in(home, "interview", "list", "--json")[1])
    assert [(one["asked"], one["finished"], one["at"][:10]) for one in found] == [
        (1, True, "2026-03-02"), (1, True, "2026-03-09")]  # fmt: skip
    out = run_in(home, "interview", "show", found[0]["id"][:8], COLUMNS="40")[1]
    assert "0 % right: 0 of 1" in out
    assert all(cell_width(line) <= 40 for line in out.splitlines())
    (asked,) = records(home)[0].answers
    assert asked.turn.card not in out
    (question,) = (row for row in run_in(home, "bank", "list")[1].splitlines() if row.startswith(asked.turn.card))
    assert question.split("  ")[-1][:20] in out
    out = run_in(home, "interview", "compare", "--lang", "zh")[1]
    assert "没有差别" in out
    difference = json.loads(run_in(home, "interview", "compare", "--json")[1])["difference"]
    assert difference["low"] < 0 == difference["share"] < difference["high"]
    assert run_in(home, "interview", "show", "nothing")[0] == 1


def test_an_unfinished_interview_tells_no_result_and_is_mentioned(home: Path) -> None:
    now = {"DLQUIZ_NOW": "2026-03-02T09:00+00:00"}
    wrong = [{"reply": [1]}, {"reply": ["1"]}, {"reply": "1"}, {"command": "skip"}]
    moves = [*wrong * 3, *wrong[:3], {"command": "quit"}]
    code, _, stderr = run_in(home, *SEEDED, "--json", given="\n".join(map(json.dumps, moves)) + "\n", **now)
    assert code == 0, stderr
    (left,) = records(home)
    answered = {answer.turn.card for answer in left.answers if not answer.skipped}
    assert {"conv-side", "pool-gradient"} <= answered, "what can be checked was answered, and nobody rated it"
    out = run_in(home, "interview", "show")[1]
    assert "Not finished" in out
    assert "dlquiz interview --resume" in out
    assert "right" not in out
    assert "✗" not in out
    outcomes = {one["outcome"] for one in json.loads(run_in(home, "interview", "show", "--json")[1])["questions"]}
    assert outcomes <= {"unrated", "skipped"}
    for refused in (("show", "--html"), ("compare", left.id, left.id)):
        code, out, stderr = run_in(home, "interview", *refused)
        assert (code, out) == (1, "")
        assert f"interview {left.id} is not finished — go on with it: dlquiz interview --resume" in stderr
    said = f"a mock interview is not finished ({len(left.answers)} answered) → dlquiz interview --resume"
    assert said in run_in(home, **now)[1]
    run_in(home, "plan", "2026-03-14", "--deck", "small", **now)
    assert said in run_in(home, **now)[1]
    begun = run_in(home, *SEEDED, "--json", given='{"command": "quit"}\n', **now)
    assert (
        f"interview {left.id} is not finished; to go on with it, leave this one (:q) unanswered, then dlquiz"
        in begun[2]
    )
    # With another one left behind it, that one comes first.
    later = {"DLQUIZ_NOW": "2026-03-07T10:00+00:00"}
    run_in(home, *SEEDED, "--json", given='{"command": "skip"}\n{"command": "quit"}\n', **later)
    (other,) = (one.id for one in records(home) if one.id != left.id and one.answers)
    stderr = run_in(home, "interview", "show", left.id, "--html")[2]
    assert f"{left.id} is not finished — dlquiz interview --resume goes on with {other} first" in stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 1, "interview needs a terminal"),
        (("--json", "--minutes", "25"), 2, "20, 30, 45 or 60 minutes"),
        (("--json", "--kinds", "essay"), 1, "there is no kind 'essay'"),
        (("--json", "--track", "vison"), 1, "did you mean vision"),
        (("--json", "--deck", "small", "--level", "3"), 1, "no card fits these options"),
        (("--json", "--resume"), 1, "no interview was left unfinished"),
    ],
)
def test_what_is_refused_and_why(home: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    found, out, stderr = run_in(home, "interview", *arguments)
    assert (found, out, said in stderr) == (code, "", True), stderr


def test_reports_agree_with_what_the_log_says(home: Path) -> None:
    """The figures of the report, recomputed from the rows alone."""
    import sqlite3

    moves: list[dict[str, Any]] = [{"command": "skip"}] * 3
    moves += [{"command": "review"}, {"rating": "good"}, {"rating": "again"}, {"rating": "easy"}, {"command": "quit"}]
    code, out, stderr = run_in(home, *SEEDED, "--json", given="\n".join(map(json.dumps, moves)) + "\n")
    assert code == 0, stderr
    report = json.loads(out.splitlines()[-1])
    with closing(sqlite3.connect(home / "history.db")) as connection:
        entries = [json.loads(shown) for (shown,) in connection.execute(
            "SELECT shown FROM event WHERE kind = 'interview' ORDER BY id")]  # fmt: skip
        rated = connection.execute(
            "SELECT count(*) FROM event WHERE kind = 'review' AND json_extract(shown, '$.interview') = ?",
            (report["id"],),
        ).fetchone()[0]
    answers = [entry for entry in entries if entry["event"] == "answer"]
    assert [one["card"] for one in report["questions"]] == [entry["card"] for entry in answers]
    assert report["pace"]["seconds"] == pytest.approx(sum(entry["seconds"] for entry in answers))
    assert report["total"]["asked"] == len(answers) == rated == 3
    assert sum(topic["asked"] for topic in report["topics"]) == sum(kind["asked"] for kind in report["kinds"]) == 3
    assert entries[-1] == {
        "id": report["id"],
        "event": "end",
        "report": {key: report[key] for key in entries[-1]["report"]},
    }
