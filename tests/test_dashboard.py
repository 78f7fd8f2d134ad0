"""`dlquiz` alone: where the person stands, with and without a plan, in lines, in one line, in JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from studying import run_in, run_json, write_bank
from test_plan import shown_report

from dlquiz.cards import Language, Text
from dlquiz.messages.study import Phrases
from dlquiz.render.dashboard import Dashboard, PlanStanding, lines, short_line
from dlquiz.review_log import StudyCounts
from dlquiz.scheduler.days import day_of_date

TODAY = day_of_date("2026-12-01")
COUNTS = StudyCounts(cards=121, new=89, learned=32, due=8, tomorrow=5, suspended=0, flagged=0, answered_today=20,
                new_today=4, minutes_today=12.4, next_due=None)  # fmt: skip
EN, ZH = Phrases("en"), Phrases("zh")


def dashboard(counts: StudyCounts | None = COUNTS, **plan: Any) -> Dashboard:
    report = plan.pop("report", shown_report())
    standing = PlanStanding(TODAY + plan.get("left", 10), TODAY, plan.get("minutes", 40.0), report,
                            {"deck-0": Text("Topic 0", "主题0")})  # fmt: skip
    return Dashboard(121, counts, 20, 30.0, None, standing, (83, 27))


def test_with_a_plan() -> None:
    assert lines(dashboard(), EN) == [
        "interview Fri 11 Dec · 10 days · readiness now 43 %, on the day 73 %",
        "today ███░░░░░░░ 12 of 40 min",
        "asked most: 27 of 83 seen",
        "most to gain: Topic 0 43 % · no-title 21 % · deck-1 90 %",
        "→ dlquiz study",
    ]
    assert lines(dashboard(), ZH)[0] == "面试 12月11日（周五） · 还有 10 天 · 准备程度：现在 43%，面试当天 73%"
    assert short_line(dashboard(), EN) == "10 d · 73 % · 12/40 min"


def test_on_the_day_of_the_interview_there_is_one_readiness_and_no_minutes() -> None:
    on_the_day = {language: dashboard(left=0, minutes=0.0) for language in (EN, ZH)}
    assert lines(on_the_day[EN], EN)[0] == "interview Tue 1 Dec: today · readiness on the day 73 %"
    assert lines(on_the_day[ZH], ZH)[0] == "面试 12月1日（周二）：就是今天 · 面试当天的准备程度 73%"
    assert short_line(on_the_day[EN], EN) == "today · 73 %"
    assert short_line(dashboard(left=0, minutes=0.0, report=None), ZH) == "今天"


def test_less_than_a_minute_is_said_so() -> None:
    just_begun = Dashboard(300, COUNTS._replace(answered_today=1, minutes_today=0.1), 20, 20.0)
    assert "today: 1 answered in under 1 min" in lines(just_begun, EN)


@pytest.mark.parametrize("say", [EN, ZH], ids=["en", "zh"])
def test_never_a_dead_end(say: Phrases) -> None:
    for minutes, left in ((40.0, 10), (10.0, 10), (0.0, 10), (0.0, 0)):
        assert "→" in lines(dashboard(minutes=minutes, left=left), say)[-1]
        assert "→" in lines(dashboard(minutes=minutes, left=left, report=None), say)[-1]
    assert "--ahead" in lines(dashboard(minutes=10.0), say)[-1]
    nothing_left = shown_report()._replace(as_of="2026-12-01", reviews_today=0, new_today=0)
    assert "--ahead" in lines(dashboard(report=nothing_left), say)[-1]


@pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.slow)])
def test_what_is_advised_when_the_day_is_done_asks_something(tmp_path: Path, language: Language) -> None:
    """On the first day, too, when all that was seen was answered today."""
    write_bank(tmp_path / "questions")
    given = {"DLQUIZ_NEW_PER_DAY": "1", "DLQUIZ_LANG": language}
    run_json(tmp_path, [{"reply": None, "seconds": 60}, {"rating": "good"}], **given)
    advice = run_in(tmp_path, **given)[1].splitlines()[-1]
    options = re.findall(r"--[a-z]+(?: \d+)?", advice)
    assert len(options) == 2
    assert run_json(tmp_path, [], **given)[1][0]["cards"] == 0
    for option in (*options, *re.findall(r"--[a-z]+(?: \d+)?", Phrases(language)("nothing due"))):
        assert run_json(tmp_path, [], *option.split(), **given)[1][0]["cards"] > 0, option


def test_the_dashboard_speaks_the_language_that_is_asked_for(tmp_path: Path) -> None:
    write_bank(tmp_path / "questions")
    for options in ((), ("--short",)):
        assert run_in(tmp_path, *options, "--lang", "zh") == run_in(tmp_path, *options, DLQUIZ_LANG="zh")
        assert run_in(tmp_path, *options, "--lang=en", DLQUIZ_LANG="zh") == run_in(tmp_path, *options)
    assert run_in(tmp_path, "--lang", "fr").code == 1
    code, out, err = run_in(tmp_path, "--lang", "zh", "study")
    assert (code, out) == (2, "")
    assert err == "dlquiz: --lang 写在了 study 前面 — 请写在后面：dlquiz study --lang zh\n"
    assert run_in(tmp_path, "--json", "history").errors.startswith("dlquiz: --json stands before history")


def test_after_a_break_only_what_fits_the_day_is_shown_as_due() -> None:
    back = Dashboard(300, COUNTS._replace(due=231, minutes_today=0.0, answered_today=0), 20, 20.0)
    assert "40 of 231 due fit into today's 20 minutes; the rest waits" in lines(back, EN)
    assert short_line(back, EN) == "231 due, 16 new"


def test_the_program_shows_the_plan_that_was_kept_and_says_of_which_day(tmp_path: Path) -> None:
    write_bank(tmp_path / "questions")
    day = "2026-11-29T09:00+00:00"
    assert json.loads(run_in(tmp_path, "--json", DLQUIZ_NOW=day)[1])["plan"] is None
    run_in(tmp_path, "plan", "11 Dec", "--minutes", "20", DLQUIZ_NOW=day)
    run_json(tmp_path, [{"reply": None, "seconds": 60}, {"rating": "good"}], DLQUIZ_NOW=day)
    code, out, _ = run_in(tmp_path, DLQUIZ_NOW=day)
    assert code == 0
    assert out.startswith("interview Fri 11 Dec · 12 days · readiness now")
    found = json.loads(run_in(tmp_path, "--json", DLQUIZ_NOW=day)[1])
    assert (found["seen"], found["minutes"], found["plan"]["days_left"]) == (1, 20, 12)
    assert " (worked out on Sun 29 Nov)" in run_in(tmp_path, DLQUIZ_NOW="2026-11-30T09:00+00:00")[1]
    assert run_in(tmp_path, "--short", DLQUIZ_NOW=day)[1].startswith("12 d · ")
    after = run_in(tmp_path, DLQUIZ_NOW="2026-12-12T09:00+00:00")[1]
    assert "interview" not in after


def test_what_the_plan_has_not_seen_is_said_with_its_time_until_it_is_made_again(tmp_path: Path) -> None:
    """An answer that another program recorded, and one that was undone; setting a flag changes no readiness."""
    write_bank(tmp_path / "questions")
    day = {"DLQUIZ_NOW": "2026-11-29T09:12+00:00"}
    run_in(tmp_path, "plan", "11 Dec", **day)
    head, later = run_in(tmp_path, **day)[1].splitlines()[0], "(worked out at 09:12; dlquiz plan renews it)"
    assert not head.endswith(later)
    run_json(tmp_path, [{"command": "flag"}], **day)
    assert run_in(tmp_path, **day)[1].splitlines()[0] == head
    assert json.loads(run_in(tmp_path, "--json", **day)[1])["plan"]["up_to_date"]
    run_json(tmp_path, [{"reply": None, "seconds": 60}, {"rating": "good"}], **day)
    assert "worked out" not in run_in(tmp_path, **day)[1]
    run_in(tmp_path, "undo", **day)
    assert run_in(tmp_path, **day)[1].splitlines()[0].endswith(later)
    assert re.fullmatch(r"12 d · \d\d % \(09:12\) · 0/30 min\n", run_in(tmp_path, "--short", **day)[1])
    assert not json.loads(run_in(tmp_path, "--json", **day)[1])["plan"]["up_to_date"]
    run_in(tmp_path, "plan", **day)
    assert run_in(tmp_path, **day)[1].splitlines()[0] == head


def test_a_plan_without_its_readiness_says_what_works_it_out() -> None:
    """After a sync to a new computer, or when a first own deck has changed what is asked."""
    assert lines(dashboard(report=None), EN)[0] == "interview Fri 11 Dec · 10 days · readiness: dlquiz plan"
    assert lines(dashboard(report=None), ZH)[0] == "面试 12月11日（周五） · 还有 10 天 · 准备程度见 dlquiz plan"


def test_what_is_asked_most_is_counted_in_the_scope_of_the_plan(tmp_path: Path) -> None:
    other = "deck: other\ntitle: Other\ncards:\n  - {id: other-one, kind: open, question: Why?, answer: Because.}\n"
    (write_bank(tmp_path / "questions").parent / "other.yaml").write_text(other, encoding="utf-8")
    run_in(tmp_path, "plan", "11 Dec", "--deck", "small", DLQUIZ_NOW="2026-11-29T09:00+00:00")
    assert "asked most: 0 of 6 seen" in run_in(tmp_path, DLQUIZ_NOW="2026-11-29T09:00+00:00")[1]
