"""Statistics: the numbers against a naive count of the log, laws of their parts, and how they look."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studying import CARDS, START, Clock, context, run_in, write_bank
from test_page import Reader
from test_plan import shown_report

from dlquiz import settings
from dlquiz.cards import Language, Text
from dlquiz.cli.commands.stats import _sources
from dlquiz.markup import cell_width
from dlquiz.messages.stats import STATS
from dlquiz.readiness.expected import expected_recall
from dlquiz.readiness.logged import LoggedAnswer
from dlquiz.render.pages.stats_page import page
from dlquiz.render.stats import Sources, calendar, lines
from dlquiz.review_log import Event
from dlquiz.review_log.rows import RowKind
from dlquiz.scheduler import Model, date_of
from dlquiz.session.context import SessionContext
from dlquiz.session.frequent_mistakes import ReportedMistake
from dlquiz.stats.answers import reviews, study_answers
from dlquiz.stats.report import (
    CalibrationBin,
    DueDay,
    KindTime,
    MistakeWeek,
    Retention,
    StatsReport,
    StudyDay,
    forecast,
    monday_of,
    retention,
    stats_report,
)

USER = settings.read({"DLQUIZ_HOME": "/nowhere", "LANG": "C"})
TODAY = 20_514


def studied(at: SessionContext, clock: Clock, days: int, seed: int = 3) -> list[dict[str, Any]]:
    """Random days in the log; returns the answers that shall count, as they were given."""
    chance, given_answers = Random(seed), list[dict[str, Any]]()
    for _ in range(days):
        for _ in range(chance.randrange(6)):
            kinds: list[RowKind] = ["review", "review", "review", "cram", "drill"]
            kind = chance.choice(kinds)
            card, rating = chance.choice(CARDS), chance.randint(1, 4)
            correct = chance.choice([None, True, False])
            seconds, whole = chance.choice([5.0, 40.0, 900.0]), chance.choice([None, 50.0, 200.0])
            shown = None if whole is None else {"whole": whole}
            event = Event(kind, card, rating=rating, correct=correct, seconds=seconds, shown=shown)
            recorded = at.history.record(event)
            if chance.random() < 0.1:
                at.history.undo([recorded.id])
                continue
            right = rating > 1 if correct is None else correct
            taken = seconds if whole is None else whole
            limit = 300.0 if card in ("pad-why", "conv-side") else 120.0
            given_answers.append(
                {"card": card, "day": clock().day, "right": right, "minutes": min(taken, limit) / 60,
                 "kind": recorded.kind}
            )  # fmt: skip
            clock.at += 60_000
        clock.pass_days(1)
    return given_answers


def read(at: SessionContext, today: int) -> StatsReport:
    kinds = at.bank.kinds()
    answers = study_answers(at.history.rows(), kinds, at.bank.previous_ids())
    expected = expected_recall(reviews(answers), at.history.model.weights)
    return stats_report(answers, expected, at.history.states(), kinds, today)


def test_the_days_weeks_and_kinds_are_what_was_answered(tmp_path: Path) -> None:
    clock = Clock(START)
    with context(tmp_path, clock) as at:
        wanted = studied(at, clock, 40)
        found = read(at, clock().day)
        assert len(wanted) > 60
        assert {one.day: one.answers for one in found.days} == Counter(one["day"] for one in wanted)
        assert {one.day: one.right for one in found.days} == {
            day: sum(one["right"] for one in wanted if one["day"] == day) for day in {one["day"] for one in wanted}
        }
        minutes = sum(one["minutes"] for one in wanted)
        assert sum(one.minutes for one in found.days) == pytest.approx(minutes)
        assert sum(one.minutes for one in found.kinds) == pytest.approx(minutes)
        assert sum(one.answers for one in found.weeks) == len(wanted)
        assert sum(one.wrong for one in found.weeks) == sum(not one["right"] for one in wanted)
        first = {one["card"]: one["day"] for one in reversed(wanted) if one["kind"] == "review"}
        assert {one.day: one.new for one in found.days if one.new} == Counter(first.values())


def test_a_minute_today_is_a_minute_of_the_dashboard(tmp_path: Path) -> None:
    clock = Clock(START)
    with context(tmp_path, clock) as at:
        studied(at, clock, 12)
        clock.pass_days(-1)
        counts = at.history.counts(at.bank.cards_path, clock().day)
        (day,) = [one for one in read(at, clock().day).days if one.day == clock().day]
        assert day.answers == counts.answered_today
        assert day.minutes == pytest.approx(counts.minutes_today)


def test_the_recall_expected_is_that_of_the_scheduler_and_begins_again_after_a_reset(tmp_path: Path) -> None:
    clock, model = Clock(START), Model()
    with context(tmp_path, clock) as at:
        wanted: list[tuple[float, bool]] = []
        chance, card = Random(1), CARDS[0]
        for number in range(24):
            if number == 12:
                at.history.record(Event("reset", card))
            state, today = at.history.state(card), clock().day
            rating = chance.randint(1, 4)
            if state is not None and state.memory is not None and state.elapsed(today):
                wanted.append((model.retrievability(state.memory.stability, state.elapsed(today)), rating > 1))
            at.history.record(Event("review", card, rating=rating, seconds=5))
            clock.pass_days(chance.choice([0, 1, 2, 9]))
        found = read(at, clock().day).retention
    assert (found.answers, found.right) == (len(wanted), sum(right for _, right in wanted))
    assert found.answers > 10
    assert found.expected == pytest.approx(sum(expected for expected, _ in wanted), abs=1e-3)


@given(st.lists(st.tuples(st.floats(0.01, 1), st.booleans()), max_size=300))
def test_the_bins_of_the_calibration_are_a_partition(pairs: list[tuple[float, bool]]) -> None:
    found = retention(pairs)
    assert found.expected == pytest.approx(sum(expected for expected, _ in pairs))
    assert len(found.bins) == min(10, len(pairs) // 20)
    if found.bins:
        assert sum(one.answers for one in found.bins) == len(pairs)
        assert sum(one.answers * one.observed for one in found.bins) == pytest.approx(found.right)
        assert sum(one.answers * one.expected for one in found.bins) == pytest.approx(found.expected)
        assert max(one.answers for one in found.bins) - min(one.answers for one in found.bins) <= 1
        expected = [one.expected for one in found.bins]
        assert expected == pytest.approx(sorted(expected))
        assert all(one.low <= one.observed <= one.high for one in found.bins)


def test_the_forecast_begins_with_what_is_overdue_and_leaves_out_what_does_not_come(tmp_path: Path) -> None:
    clock = Clock(START)
    with context(tmp_path, clock) as at:
        for card in CARDS[:5]:
            at.history.record(Event("review", card, rating=3, seconds=5))
        at.history.record(Event("suspend", CARDS[0]))
        clock.pass_days(9)
        at.history.record(Event("bury", CARDS[1]))
        today = clock().day
        found = forecast(at.history.states(), set(CARDS) - {CARDS[2]}, today)
        assert [one.day for one in found] == list(range(today, today + 30))
        assert [one.cards for one in found[:3]] == [2, 1, 0]
        counts = at.history.counts(at.bank.cards_path, today)
        assert forecast(at.history.states(), CARDS, today)[0].cards == counts.due
        assert sum(one.cards for one in forecast(at.history.states(), CARDS, today)[1:2]) == counts.tomorrow


@given(st.integers(0, 60_000))
def test_weeks_begin_on_monday(day: int) -> None:
    monday = monday_of(day)
    assert date.fromisoformat(date_of(monday)).weekday() == 0
    assert 0 <= day - monday < 7


def test_the_expected_recall_of_nothing_is_nothing() -> None:
    assert expected_recall([], Model().weights) == []
    assert expected_recall([LoggedAnswer("a", 5, 1, False), LoggedAnswer("b", 9, 3, True)], Model().weights) == [
        None, None,
    ]  # fmt: skip


def shown(plan: bool = True) -> Sources:
    """Numbers by hand: screens do not depend on how they were found."""
    days = tuple(StudyDay(TODAY - back, 30 - back % 7, 25 - back % 7, 4, 4.0 + 3 * (back % 9))
                 for back in range(60, -1, -1) if back % 5)  # fmt: skip
    bins = tuple(CalibrationBin(20, 0.62 + 0.05 * place, 0.7 + 0.04 * place, 0.5, 0.98) for place in range(7))
    weeks = tuple(MistakeWeek(monday_of(TODAY) - 7 * back, 100, 20 + back, 4) for back in range(8, -1, -1))
    report = StatsReport(
        TODAY,
        days,
        0,
        tuple(DueDay(TODAY + ahead, (60 - 2 * ahead) % 31) for ahead in range(30)),
        Retention(140, 122, 108.5, bins),
        (KindTime("open", 300, 240.4, 48.0, 0.8), KindTime("numeric", 100, 90.0, 54.0, 0.7)),
        weeks,
    )
    titles = {"deck-0": Text("Topic 0", "主题 0"), "deck-1": Text("A topic with a long title", "一个标题很长的主题")}
    habits = [ReportedMistake("O2", "the padding is added once", 3, 7)]
    return Sources(report, shown_report() if plan else None, habits, titles)


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_screen(language: Language, width: int, golden: Callable[[str, str], None]) -> None:
    drawn = lines(shown(), language, width)
    assert max(map(cell_width, drawn)) <= width
    golden(f"stats/{language}-{width}.txt", "\n".join(drawn) + "\n")


def test_mistakes_are_spoken_of_whatever_weeks_have_answers() -> None:
    found = shown()
    this_week, before = found.report.weeks[-1:], found.report.weeks[-2:-1]
    for weeks, said in ((this_week, "this week 20 % not right"), ((), "No answer up to this week."),
                        (before, "no answer this week, 21 % not right before")):  # fmt: skip
        drawn = lines(found._replace(report=found.report._replace(weeks=weeks)), "en", 80)
        assert drawn[drawn.index("Mistakes") + 1] == said


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("width", [24, 31, 40, 57, 80, 120])
def test_every_cell_of_the_calendar_is_a_day(language: Language, width: int) -> None:
    days = shown().report.days
    drawn = calendar(days, TODAY, width, language)
    assert max(map(cell_width, drawn)) <= width
    cells = "".join(drawn[-7:])
    weeks = min(12, (width - (4 if language == "en" else 3)) // 2)
    first = monday_of(TODAY) - 7 * (weeks - 1)
    assert len(re.findall("[░▒▓█]", cells)) == sum(one.day >= first for one in days)
    assert len(re.findall("[░▒▓█·]", cells)) == TODAY - first + 1


def test_the_months_stand_above_their_weeks() -> None:
    """Somebody studies since a year; who began lately sees twelve weeks."""
    days = (StudyDay(TODAY - 370, 1, 1, 1, 1.0), *shown().report.days)
    head = calendar(days, TODAY, 80, "en")[0]
    weeks = (80 - 4) // 2
    first = date.fromisoformat(date_of(monday_of(TODAY))) - timedelta(weeks=weeks - 1)
    for found in re.finditer(r"[A-Z][a-z]{2}", head):
        monday = first + timedelta(weeks=(found.start() - 4) // 2)
        assert (f"{monday:%b}", monday.day <= 7) == (found.group(), True)
    assert len(head.split()) >= 7


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("plan", [True, False])
def test_the_page_is_whole(language: Language, plan: bool) -> None:
    text = page(shown(plan), language)
    reader = Reader()
    reader.feed(text)
    assert not reader.open
    assert text.count("<h2>") == 6
    topics = 3 if plan else 0
    assert text.count("<svg") + text.count("data:image/svg+xml") == 4 + 1 + topics
    assert text.count("<tr>") == topics
    assert text.count('fill="var(--bar)" fill-opacity') == len(shown().report.days)


def test_both_languages_say_the_same_things() -> None:
    english, chinese = STATS["en"], STATS["zh"]
    assert english.keys() == chinese.keys()
    for name, words in english.items():
        assert set(re.findall(r"{(\w+)}", words)) == set(re.findall(r"{(\w+)}", chinese[name])), name


def test_the_command_on_the_first_day_and_after(tmp_path: Path) -> None:
    code, out, err = run_in(tmp_path, "stats")
    assert (code, out, err) == (0, "There is no answer yet → dlquiz study\n", "")
    assert run_in(tmp_path, "stats", "--json", "--html")[0] == 2
    assert json.loads(run_in(tmp_path, "stats", "--json")[1])["retention"]["answers"] == 0
    write_bank(tmp_path / "questions")
    user_settings = settings.read({"DLQUIZ_HOME": str(tmp_path), "LANG": "C"})
    from dlquiz.cli.context import open_bank, open_history

    with open_bank(user_settings) as questions, open_history(user_settings) as history:
        for card, rating in (("pad-why", 3), ("conv-side", 1)):
            history.record(Event("review", card, rating=rating, seconds=30, reply="54" if rating == 1 else None))
        assert len(_sources(questions, history, user_settings).report.days) == 1
    found = json.loads(run_in(tmp_path, "stats", "--json")[1])
    assert (found["days"][0]["answers"], found["days"][0]["minutes"], found["topics"]) == (2, 1.0, None)
    assert {one["kind"]: one["right"] for one in found["kinds"]} == {"open": 1.0, "numeric": 0.0}
    assert run_in(tmp_path, "stats", "--html", "--lang", "zh")[1].startswith("<!DOCTYPE html>")
    code, out, _ = run_in(tmp_path, "history")
    assert [line.split()[-1] for line in out.splitlines()] == ["pad-why", "conv-side", "54"]
    assert [row["card"] for row in json.loads(run_in(tmp_path, "history", "--json")[1])["rows"]] == [
        "pad-why",
        "conv-side",
    ]
    assert run_in(tmp_path, "undo")[0] == 0
    assert run_in(tmp_path, "history")[1].splitlines()[1].startswith("[")
    assert run_in(tmp_path, "history", DLQUIZ_NOW="2030-01-01T12:00+00:00")[1] == "No answer today → dlquiz study\n"


EXAMPLE = re.compile(r"^ +dlquiz ([^|>#\n]+?)(?: {2,}.*| *[|>].*)?$", re.MULTILINE)


def test_the_examples_of_the_help_run(tmp_path: Path) -> None:
    for command in ("stats", "sheet", "history"):
        help_text = run_in(tmp_path, command, "--help", COLUMNS="80")[1]
        examples = EXAMPLE.findall(help_text.partition("Examples:")[2])
        assert len(examples) >= 3
        for example in examples:
            assert example.split()[0] == command
            assert run_in(tmp_path, *example.split())[0] == 0, example


@pytest.mark.parametrize(
    ("language", "said"), [("en", "in all: 6 answers in 20 min"), ("zh", "累计：答 6 次，20 分钟")]
)
def test_less_than_an_hour_in_all_is_said_in_minutes(language: Language, said: str) -> None:
    sources = shown()
    days = (StudyDay(TODAY - 1, 3, 2, 3, 12.4), StudyDay(TODAY, 3, 2, 0, 7.7))
    drawn = lines(sources._replace(report=sources.report._replace(days=days)), language, 80)
    assert any(line.startswith(said) for line in drawn)
