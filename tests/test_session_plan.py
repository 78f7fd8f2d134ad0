"""Study with a plan: what gains most for the day comes, within the minutes; the summary says what it did."""

from __future__ import annotations

import json
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from screen import Screen
from studying import CARDS, START, Clock, command, context, converse, environment, play, run_in, run_json, write_bank
from test_plan import shown_report

from dlquiz import settings
from dlquiz.cards import LANGUAGES
from dlquiz.messages.study import Phrases
from dlquiz.readiness.report import PlanReport
from dlquiz.render.study import StudyPage
from dlquiz.review_log import Event, History, Selection
from dlquiz.scheduler.queue import Mode
from dlquiz.session import conversation
from dlquiz.session.context import SessionContext
from dlquiz.session.events import SessionEvent, SummaryEvent
from dlquiz.session.planning import StudyOptions, StudyRequest, plan_session
from dlquiz.session.session import Session

USER = settings.read({"DLQUIZ_HOME": "/nowhere", "LANG": "C"})
# The last cards of the deck gain most.
GAIN = {card: float(number) for number, card in reversed(list(enumerate(CARDS)))}
AHEAD = StudyRequest(Selection(mode="ahead"))
WEAKEST = StudyRequest(Selection(mode="weakest"))
RIGHT = [{"reply": None, "seconds": 6}, {"rating": "good"}]


class FixedPlan:
    """A plan whose report is given; `later` is one that is made during the session."""

    def __init__(self, report: PlanReport | None, minutes: float = 10.0, days_left: int = 5) -> None:
        self.report, self.minutes, self.days_left = report, minutes, days_left
        self.later: PlanReport | None = None

    def minutes_on(self, day: int) -> float:
        return self.minutes if self.days_left else 0.0

    def has_new_report(self, *, begun: bool) -> bool:
        made, self.later = self.later, None
        self.report = made or self.report
        return made is not None

    @property
    def up_to_date(self) -> bool:
        return self.report is not None

    def readiness_after(self) -> float | None:
        return 0.75


class LatePlan(FixedPlan):
    """The later report is there after the first question."""

    def has_new_report(self, *, begun: bool) -> bool:
        return begun and super().has_new_report(begun=begun)


def report(gain: dict[str, float] = GAIN, minutes: float = 1.0) -> PlanReport:
    return shown_report()._replace(gain=gain, minutes=dict.fromkeys(gain, minutes))


def planned(at: SessionContext, plan: FixedPlan, mode: Mode = "due", **more: Any) -> StudyOptions:
    return plan_session(at, USER, StudyRequest(Selection(mode=mode), **more), plan)


def test_what_gains_most_fits_into_the_minutes_and_nothing_without_gain_is_asked(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        assert set(planned(at, FixedPlan(report())).cards) == set(CARDS) - {CARDS[0]}
        assert set(planned(at, FixedPlan(report(), minutes=1.9)).cards) == set(CARDS[-3:])
        assert set(planned(at, FixedPlan(report()), new=2).cards) == set(CARDS[-2:])
        assert len(planned(at, FixedPlan(report()), limit=1).cards) == 1
        assert set(planned(at, FixedPlan(report(minutes=20)), mode="ahead").cards) == set(CARDS[-3:])
        assert planned(at, FixedPlan(report(), minutes=0.0)).cards == []


def test_on_the_day_itself_the_minutes_of_the_settings_hold(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        options = planned(at, FixedPlan(report(), days_left=0))
        assert options.allowance.minutes_left == USER.minutes_per_day
        assert len(options.cards) == 5


def test_what_was_answered_or_put_away_today_is_left_out(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        at.history.record(Event("review", CARDS[-1], rating=3, seconds=120.0))
        at.history.record(Event("suspend", CARDS[-2]))
        at.history.record(Event("bury", CARDS[-3]))
        options = planned(at, FixedPlan(report(), minutes=3.5))
        assert set(options.cards) == set(CARDS[1:3])
        assert options.allowance.minutes_left == 1.5


def test_studying_ahead_of_what_was_all_answered_today_says_so_and_advises_what_asks_something(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        for card in CARDS:
            at.history.record(Event("review", card, rating=3, seconds=5.0))
        for plan in (None, FixedPlan(report())):
            says_so_and_advises_what_asks_something(at, AHEAD, plan)


def test_the_weakest_of_what_was_never_answered_says_so_and_advises_what_asks_something(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        says_so_and_advises_what_asks_something(at, WEAKEST, None)
        assert plan_session(at, USER, StudyRequest(Selection(), new=5)).cards
        at.history.record(Event("review", CARDS[0], rating=3, seconds=5.0))
        at.history.record(Event("suspend", CARDS[0]))
        says_so_and_advises_what_asks_something(at, WEAKEST, None)


def says_so_and_advises_what_asks_something(at: SessionContext, request: StudyRequest, plan: FixedPlan | None) -> None:
    session, summary = conversation.converse(Session(at, plan_session(at, USER, request, plan)))
    assert isinstance(session, SessionEvent)
    assert isinstance(summary, SummaryEvent)
    for phrases in map(Phrases, LANGUAGES):
        shown = "".join(line.plain for line in StudyPage(phrases, 200).nothing_to_ask(session, summary))
        assert phrases("summary none") not in shown
        advised = re.findall(r"--(weakest|cram|ahead)", shown)
        assert advised
        for mode in advised:
            assert plan_session(at, USER, StudyRequest(Selection(mode=mode)), plan).cards, shown


def test_cards_that_came_after_the_report_are_asked_before_the_next_one(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        before = report(dict.fromkeys(CARDS[2:], 1.0))
        assert set(planned(at, FixedPlan(before), minutes=1.0).cards) > set(CARDS[:2])
        assert set(planned(at, FixedPlan(before), new=2).cards) == set(CARDS[:2])
        at.history.record(Event("review", CARDS[0], rating=3, seconds=5.0))
        assert CARDS[0] not in planned(at, FixedPlan(before)).cards
        now = before._replace(bank_revision=at.bank.revision())
        assert set(planned(at, FixedPlan(now)).cards) == set(CARDS[2:])


def test_without_a_report_the_order_without_a_date_holds_until_one_is_made(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        plan = LatePlan(None)
        plan.later = report({CARDS[3]: 2.0, CARDS[4]: 1.0})._replace(bank_revision=at.bank.revision())
        options = planned(at, plan)
        assert list(options.cards) == list(plan_session(at, USER, StudyRequest(Selection())).cards)
        events = play(converse(at, options), RIGHT * 9)
        asked = [event["card"] for event in events if event["event"] == "question"]
        assert events[0]["plan"] == {
            "days_left": 5, "on_the_day": None, "as_of": None, "up_to_date": False, "time": None, "placement": False,
            "answered": 0,
        }  # fmt: skip
        assert asked[0] == options.cards[0]
        assert set(asked[1:]) == {CARDS[3], CARDS[4]} - {asked[0]}


def test_a_skipped_card_does_not_come_again_when_the_plan_of_today_is_made(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        plan = LatePlan(report())
        plan.later = report()
        events = play(converse(at, planned(at, plan)), [{"command": "skip"}, *RIGHT * 9])
        asked = [event["card"] for event in events if event["event"] == "question"]
        assert sorted(asked) == sorted(CARDS[1:])


def test_a_missed_card_keeps_its_distance_when_the_plan_of_today_is_made(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        plan = LatePlan(report())
        plan.later = report()
        wrong = [{"reply": None, "seconds": 5}, {"rating": "again"}]
        events = play(converse(at, planned(at, plan)), wrong + RIGHT * 9)
        asked = [event["card"] for event in events if event["event"] == "question"]
        assert asked.count(asked[0]) == 2
        assert asked.index(asked[0], 1) == 5


def test_the_time_of_the_answers_ends_the_session_with_the_returns_of_missed_cards(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        wrong = [{"reply": None, "seconds": 60}, {"rating": "again"}]
        events = play(converse(at, planned(at, FixedPlan(report(minutes=0.1), minutes=3.0))), wrong * 2 + RIGHT * 9)
        asked = [event["card"] for event in events if event["event"] == "question"]
        # Two missed cards take two of three minutes, their returns the third one.
        assert len(set(asked)) == 2
        assert len(asked) == 4


def test_reading_the_answer_is_time_of_study_too(tmp_path: Path) -> None:
    clock = Clock()
    with context(tmp_path, clock) as at:
        conversation = converse(at, planned(at, FixedPlan(report())))
        while conversation.send(None)["event"] != "question":
            pass
        conversation.send({"reply": None, "seconds": 6})
        clock.at += 60_000
        conversation.send({"rating": "good"})
        (row,) = at.history.rows()
        assert row.seconds == 6
        assert 60 <= json.loads(row.shown or "")["whole"] <= 70
        assert at.history.counts(at.bank.cards_path, clock().day).minutes_today >= 1


def test_the_summary_says_what_the_session_did_for_the_day(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        events = play(converse(at, planned(at, FixedPlan(report()))), [*RIGHT, None])
        assert events[-1]["readiness"] == {"before": 0.73, "after": 0.75}
        nothing = play(converse(at, planned(at, FixedPlan(report()))), [None])
        assert "readiness" not in nothing[-1]
        without = play(converse(at, plan_session(at, USER, StudyRequest(Selection()))), [*RIGHT, None])
        assert "readiness" not in without[-1]
        assert "plan" not in without[0]


@pytest.mark.parametrize("mode", ["weakest", "cram"])
def test_other_ways_of_study_do_not_follow_the_plan(tmp_path: Path, mode: Mode) -> None:
    with context(tmp_path) as at:
        assert planned(at, FixedPlan(report()), mode=mode).plan is None


class TestProgram:
    """The installed command, over days that `DLQUIZ_NOW` sets."""

    def test_a_plan_is_followed_from_day_to_day(self, tmp_path: Path) -> None:
        write_bank(tmp_path / "questions")
        assert (
            run_in(tmp_path, "plan", "2026-03-06", "--minutes", "2", "--deck", "small", DLQUIZ_NOW=self.now(0))[0] == 0
        )
        promises = []
        for day in range(3):
            code, events, _ = run_json(tmp_path, [*RIGHT * 3, {"command": "quit"}], DLQUIZ_NOW=self.now(day))
            assert code == 0
            assert events[0]["plan"]["days_left"] == 4 - day
            assert {event["deck"] for event in events if event["event"] == "question"} == {"small"}
            assert "readiness" in events[-1], events
            promises.append(events[-1]["readiness"]["after"])
            shown = json.loads(run_in(tmp_path, "plan", "--json", DLQUIZ_NOW=self.now(day))[1])
            assert shown["readiness"]["on_the_day"] == pytest.approx(promises[-1], abs=0.003)
        assert promises[2] > promises[0]

    def test_the_terminal_says_the_promise_and_what_the_session_did(self, tmp_path: Path) -> None:
        write_bank(tmp_path / "questions")
        run_in(tmp_path, "plan", "2026-03-14", "--minutes", "20", "--deck", "small", DLQUIZ_NOW=self.now(0))
        with Screen(tmp_path, "study", "--seed", "3", DLQUIZ_NOW=self.now(0)) as screen:
            screen.until("interview: 12 days · readiness on the day 98 %", "type it").press("\r").until("Enter goes on")
            screen.press("\r").until("easy").press("3").until("Pick one").press(":q\r")
            screen.until("readiness on the day 98 → 99 %")
            assert screen.ended() == 0
        with Screen(tmp_path, "study", "--lang", "zh", DLQUIZ_NOW=self.now(1)) as screen:
            screen.until("面试：11 天 · 面试当天的准备程度 99%（计算于 3月2日（周一））").press(":q\r")
            assert screen.ended() == 0

    def test_who_answers_before_the_plan_of_today_is_made_is_asked_by_it_from_the_second_question_on(
        self, tmp_path: Path
    ) -> None:
        with History.open(tmp_path / "history.db", device="phone", clock=Clock()) as log:
            log.record_plan({"date": "2026-03-14", "decks": ["pooling"]})
        _, events, _ = run_json(tmp_path, [*RIGHT * 3, {"command": "quit"}], DLQUIZ_NOW=self.now(0))
        asked = [event["deck"] for event in events if event["event"] == "question"]
        assert (asked[0] == "pooling", set(asked[1:]), len(asked)) == (False, {"pooling"}, 4)

    def test_after_the_date_study_is_as_without_a_plan(self, tmp_path: Path) -> None:
        write_bank(tmp_path / "questions")
        run_in(tmp_path, "plan", "2026-03-03", "--deck", "small", DLQUIZ_NOW=self.now(0))
        _, events, _ = run_json(tmp_path, [{"command": "quit"}], DLQUIZ_NOW=self.now(2))
        assert "plan" not in events[0]

    def now(self, day: int) -> str:
        return f"2026-03-{2 + day:02}T09:00+00:00"


def test_the_clock_of_these_tests_begins_on_the_day_that_they_name() -> None:
    assert Clock(START)().day == 20_514


@pytest.mark.parametrize("answers", [0, 1, 2])
def test_a_session_that_ends_while_the_plan_is_made_ends_well(tmp_path: Path, answers: int) -> None:
    """The thread that computes is waited for: in numpy's code while the program ends, it would abort the process."""
    assert run_in(tmp_path, "plan", "2026-03-20", DLQUIZ_NOW="2026-03-02T09:00+00:00").code == 0
    for day in ("04", "05", "06"):
        process = subprocess.Popen(
            command("study", "--json"), env=environment(tmp_path, DLQUIZ_NOW=f"2026-03-{day}T09:00+00:00"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdin is not None
        for _ in range(answers):
            process.stdin.write(b'{"command": "skip"}\n')
            process.stdin.flush()
            time.sleep(0.3)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
