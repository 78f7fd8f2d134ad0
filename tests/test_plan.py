"""`dlquiz plan`: dates as people type them, the row of the log, what is kept, what is shown, what is refused."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studying import Clock, run_in, write_bank

from dlquiz.cards import Text
from dlquiz.errors import DlquizError
from dlquiz.markup import cell_width
from dlquiz.messages.study import Phrases
from dlquiz.readiness.dates import CHINESE_WEEKDAYS, WEEKDAYS, WORDS, interview_day, read_date, read_weekday
from dlquiz.readiness.day_plan import PlanInputs, day_plan
from dlquiz.readiness.deadline.prices import ENOUGH
from dlquiz.readiness.logged import BankCard, LoggedAnswer, seconds_of, weight_of
from dlquiz.readiness.plan_settings import PlanSettings
from dlquiz.readiness.report import Day, MoreTime, PlanReport, Topic
from dlquiz.render.plan import lines, screenful, today
from dlquiz.review_log import Event, History
from dlquiz.review_log.plan_rows import answers_of_all
from dlquiz.scheduler.days import day_of_date
from dlquiz.scheduler.fsrs import DEFAULT_WEIGHTS
from dlquiz.tracks import Track

TODAY = date(2026, 11, 29)
DAY = day_of_date("2026-11-29")
NOW = "2026-11-29T09:00+00:00"


class TestDates:
    @given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(0, 365))
    def test_every_way_of_writing_a_date_names_that_day(self, today: date, ahead: int) -> None:
        day = today + timedelta(days=ahead)
        ways = [day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日",
                f"{day.day} {day:%B} {day.year}", f"{day:%b} {day.day}, {day.year}",
                f"{day:%a, %B} {day.day}, {day.year}",
                f"{day.year}年{day.month}月{day.day}日（周{CHINESE_WEEKDAYS[day.weekday()]}）",
                f"+{ahead}", f"in {ahead} days", f"{ahead}d", f"{ahead}天后"]  # fmt: skip
        if (day.month, day.day) != (today.month, today.day) and (day - today).days < 365:
            ways += [f"{day.day} {day:%b}", f"{day:%B} {day.day}", f"{day.month}月{day.day}号"]
        assert {read_date(way, today) for way in ways} == {day}

    @given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(1, 4))
    def test_words_name_a_day_to_come(self, today: date, count: int) -> None:
        monday = today - timedelta(days=today.weekday())
        for number, (name, chinese) in enumerate(zip(WEEKDAYS, CHINESE_WEEKDAYS, strict=True)):
            coming = {read_date(way, today) for way in (name, name[:3], f"on {name}", f"coming {name}", f"周{chinese}")}
            assert [(day.weekday(), 1 <= (day - today).days <= 7) for day in coming] == [(number, True)]
            assert read_date(f"下周{chinese}", today) == monday + timedelta(days=7 + number)
            assert read_date(f"这个星期{chinese}", today) == monday + timedelta(days=number)
        for word in set(WORDS) - {"yesterday", "today", "前天", "昨天", "今天", "今日"}:
            assert 1 <= (read_date(word, today) - today).days <= 3
        weeks = {read_date(way, today) for way in (f"{count} weeks", f"in {count}w", f"{' 一两三四'[count]}个星期后")}
        assert weeks == {today + timedelta(days=7 * count)}
        assert read_date(f"the {(today + timedelta(days=count)).day}th", today) == today + timedelta(days=count)

    @pytest.mark.parametrize("today", [TODAY + timedelta(days=days) for days in range(7)])
    def test_next_friday_is_clear_on_a_friday_alone(self, today: date) -> None:
        if today.weekday() == 4:
            assert read_date("next Friday", today) == today + timedelta(days=7)
        else:
            with pytest.raises(DlquizError, match=r"'next Friday' may be 2026-12-\d\d or 2026-12-\d\d"):
                read_date("next Friday", today)

    @pytest.mark.parametrize(
        ("text", "said"),
        [("11/12", "may be 11 December or 12 November"), ("2026-02-30", "not in the calendar"),
         ("tomorrowish", "not a date"), ("tomorow", "not a date, did you mean tomorrow?"),
         ("firday", "not a date, did you mean friday?"), ("11 Decmber", "not a date, did you mean december?"),
         ("31/12", "does not make the year"), ("", "not a date"),
         ("2026-11-28", "is past"), ("2026-11-29", "is today"), ("2027-12-01", "367 days away"),
         ("11-12-26", "may be"), ("+400", "400 days away"), ("30 Feb", "not in the calendar"), ("today", "is today"),
         ("昨天", "2026-11-28 is past"), ("next week", "not a date"), ("32nd", "not in the calendar"),
         ("Fri 12 Dec", "2026-12-12 is a Saturday")],
    )  # fmt: skip
    def test_what_is_not_clear_is_refused_with_a_way_to_say_it(self, text: str, said: str) -> None:
        with pytest.raises(DlquizError) as error:
            interview_day(text, TODAY)
        assert said in error.value.message
        assert error.value.fix

    def test_weekdays(self) -> None:
        assert [read_weekday(name) for name in ("mon", "Tuesday", "we", "周日", "星期天")] == [0, 1, 2, 6, 6]
        for name in ("t", "someday", ""):
            with pytest.raises(DlquizError):
                read_weekday(name)


settings_of_plans = st.builds(
    PlanSettings, st.integers(15_000, 40_000), st.none() | st.floats(1, 1440), st.frozensets(st.integers(0, 6)),
    st.frozensets(st.integers(15_000, 40_000), max_size=3), st.sampled_from(["general", "llm"]),
    st.lists(st.sampled_from(["attention", "pooling"]), max_size=2).map(tuple),
    st.lists(st.sampled_from(["padding"]), max_size=1).map(tuple),
)  # fmt: skip


@given(settings_of_plans)
def test_a_row_keeps_a_plan_whole(plan: PlanSettings) -> None:
    assert PlanSettings.from_json(json.loads(json.dumps(plan.to_json()))) == plan


@pytest.mark.parametrize(
    "row", [{}, {"date": "soon"}, {"date": 5}, {"date": "2026-12-11", "off": [3]}, {"track": "llm"}]
)
def test_a_row_that_is_no_plan_is_none(row: dict[str, Any]) -> None:
    assert PlanSettings.from_json(row) is None


class TestLog:
    @pytest.fixture
    def log(self, tmp_path: Path) -> Iterator[History]:
        self.clock = Clock()
        with History.open(tmp_path / "history.db", device="laptop", clock=self.clock) as log:
            yield log

    def test_the_newest_plan_holds_and_undo_does_not_take_it(self, log: History) -> None:
        assert log.plan() == {}
        log.record(Event("review", "card", rating=3))
        log.record_plan({"date": "2026-12-11"})
        self.clock.pass_days(1)
        log.record_plan({"date": "2026-12-12"})
        assert log.plan() == {"date": "2026-12-12"}
        undone = log.undo()
        assert undone is not None
        assert undone.card == "card"
        assert log.undo() is None
        log.record_plan({})
        assert log.plan() == {}

    def test_the_revision_is_another_one_after_all_that_moves_readiness_and_nothing_else(
        self, log: History, tmp_path: Path
    ) -> None:
        weights = {"weights": [*DEFAULT_WEIGHTS[:-1], 0.2]}
        with History.open(tmp_path / "other.db", device="desktop", clock=self.clock) as other:
            other.record(Event("review", "elsewhere", rating=3))
            kept = log.backup(force=True)
            assert kept is not None
            moves: list[Callable[[], object]] = [
                lambda: log.record(Event("review", "card", rating=3)), log.undo,
                lambda: log.record(Event("drill", "card")), lambda: log.record(Event("suspend", "card")),
                lambda: log.record_weights(weights), lambda: log.merge(other.path), log.rebuild,
                lambda: log.restore(kept),
            ]  # fmt: skip
            seen = [log.revision()]
            for move in moves:
                move()
                seen.append(log.revision())
            assert len({*seen}) == len(moves)
            assert seen[0] == seen[-1]
            log.record(Event("review", "card", rating=3))
            revision = log.revision()
            log.record(Event("flag", "card"))
            log.record(Event("bury", "card"))
            log.record_plan({"date": "2026-12-11"})
            log.copy_to(tmp_path / "copy.db")
            log.merge(tmp_path / "copy.db")
            assert log.revision() == revision
        with History.open(log.path, device="laptop", clock=self.clock) as again:
            assert again.revision() == revision

    def test_no_moment_of_a_merge_has_new_rows_under_the_old_revision(self, log: History, tmp_path: Path) -> None:
        log.record(Event("review", "card", rating=3))
        with History.open(tmp_path / "other.db", device="desktop", clock=self.clock) as other:
            other.record(Event("review", "elsewhere", rating=3))
        seen = set()
        with closing(sqlite3.connect(log.path)) as window:
            # What stands in the file before each statement is what is left of a merge that is killed there.
            kept = "SELECT (SELECT count(*) FROM event), (SELECT value FROM note WHERE name = 'revision')"
            log.connection.set_trace_callback(lambda _: seen.add(window.execute(kept).fetchone()))
            log.merge(other.path)
            log.connection.set_trace_callback(None)
            seen.add(window.execute(kept).fetchone())
        assert [number for number, _ in sorted(seen)] == [1, 2]
        assert len({revision for _, revision in seen}) == 2

    def test_a_plan_travels_with_a_merge(self, log: History, tmp_path: Path) -> None:
        log.record_plan({"date": "2026-12-11"})
        with History.open(tmp_path / "other.db", device="desktop", clock=self.clock) as other:
            other.merge(log.path)
            assert other.plan() == {"date": "2026-12-11"}
            assert other.verify() == []

    def test_answers_are_the_live_reviews_since_the_last_reset_of_all_names(self, log: History) -> None:
        log.record(Event("review", "old-name", rating=1, seconds=12.0))
        log.record(Event("review", "other", rating=3, correct=False, shown={"whole": 33.5}))
        log.reconcile({"new-name": ("old-name",)})
        self.clock.pass_days(2)
        log.record(Event("review", "new-name", rating=4, seconds=9_000.0))
        log.record(Event("cram", "other", rating=3))
        found = answers_of_all(log.connection)
        first = found[0].day
        assert found == [
            LoggedAnswer("new-name", first, 1, False, 12.0),
            LoggedAnswer("other", first, 3, False, 33.5),
            LoggedAnswer("new-name", first + 2, 4, True, None),
        ]
        log.record(Event("reset", "new-name"))
        assert [answer.card for answer in answers_of_all(log.connection)] == ["other"]


def test_times_come_from_ones_own_answers_first() -> None:
    cards = [BankCard("a", "d", 1, 3, "open"), BankCard("b", "d", 1, 3, "numeric", usual_seconds=90.0),
             BankCard("c", "d", 1, 3, "choice")]  # fmt: skip
    assert seconds_of(cards, []) == {"a": 45.0, "b": 90.0, "c": 30.0}
    own = [LoggedAnswer("b", 0, 3, True, seconds) for seconds in (500.0, 10.0, 20.0, 30.0, 40.0, 50.0)]
    assert seconds_of(cards, own)["b"] == 30.0


def test_a_few_quick_answers_do_not_make_all_cards_of_the_kind_quick() -> None:
    cards = [BankCard(f"card-{number}", "deck", 1, 3, "open", own=number >= 50) for number in range(100)]
    quick = [LoggedAnswer(card.card, 0, 3, True, 15.0) for card in cards]
    assert seconds_of(cards, quick[:1])["card-40"] == pytest.approx(45 * (1 / 3) ** (1 / 11))
    assert seconds_of(cards, quick[:40])["card-45"] == pytest.approx(45 * (1 / 3) ** 0.8)
    assert seconds_of(cards, quick[50:90])["card-45"] == 45.0


def test_what_authors_say_of_the_time_is_scaled_to_the_pace_of_the_person() -> None:
    cards = [BankCard(f"card-{number}", "deck", 1, 3, "numeric", usual_seconds=60.0 + 10 * number)
             for number in range(12)]  # fmt: skip
    half = [LoggedAnswer(card.card, 0, 3, True, (card.usual_seconds or 0) / 2) for card in cards]
    assert seconds_of(cards, half[:10])["card-11"] == pytest.approx(85.0)
    assert seconds_of(cards, half[:3])["card-11"] == 170.0


def test_a_track_weighs_cards_and_an_own_card_counts_most() -> None:
    track = Track("llm", Text("LLM"), {"attention": 2.0}, {"rlhf": 3.0}, others=0.5)
    assert weight_of(BankCard("a", "attention", 1, 4, "open"), track) == 8
    assert weight_of(BankCard("b", "data", 1, 4, "open"), track) == 2
    assert weight_of(BankCard("c", "data", 1, 5, "open", own=True), track) == 15
    assert weight_of(BankCard("a", "attention", 1, 4, "open"), None) == 4


def inputs_of(cards: int = 40, minutes: float = 20, answers: int = 0, days: int = 6) -> PlanInputs:
    bank = [BankCard(f"card-{number:02}", f"deck-{number % 4}", 1 + number % 3, 1 + number % 5, "open")
            for number in range(cards)]  # fmt: skip
    log = [LoggedAnswer(f"card-{number:02}", DAY - 2, 3, True, 40.0) for number in range(answers)]
    return PlanInputs(PlanSettings(DAY + days, minutes), bank, log, None, DAY, 0.0, 30.0, DEFAULT_WEIGHTS)


def shown_report() -> PlanReport:
    """Numbers of a plan half-way, by hand: screens do not depend on how they were found."""
    days = tuple(
        Day(f"2026-12-{day:02}", 0.3 + 0.02 * day, 0.4 + 0.03 * day, 0.5 + 0.035 * day) for day in range(1, 12)
    )
    topics = (Topic("deck-0", 61, 12, 9, 0.5, 0.43, 0.81), Topic("deck-1", 20, 20, 0, 0.3, 0.9, 0.97),
              Topic("no-title", 40, 0, 31, 0.2, 0.21, 0.305))  # fmt: skip
    return PlanReport(
        key="key", as_of="2026-12-01", date="2026-12-11", days_left=10, study_days=9, minutes_per_day=40.0,
        minutes_today=12.4, minutes_left=27.6, track="llm", cards=121, weight=400.0, seen=32, now=0.43,
        on_the_day=0.73, low=0.52, high=0.885, more=(MoreTime(10.0, 0.78), MoreTime(20.0, 0.81)), curve=days,
        topics=topics, reviews_today=4, new_today=21, left_out=40, left_out_by_weight={"3": 4, "1": 36},
        unseen_known=0.34, answers=25, expected=20.0, observed=22, prices=(0.0, 1.0), gain={}, minutes={},
    )  # fmt: skip


class TestReport:
    def test_adds_up(self) -> None:
        report = day_plan(inputs_of(answers=10), "key")
        assert (report.as_of, report.date, report.days_left, report.study_days) == ("2026-11-29", "2026-12-05", 6, 6)
        assert report.cards == sum(topic.cards for topic in report.topics) == 40
        assert report.seen == sum(topic.seen for topic in report.topics) == 10
        assert (
            report.left_out == sum(report.left_out_by_weight.values()) == sum(topic.left_out for topic in report.topics)
        )
        assert sum(topic.weight for topic in report.topics) == pytest.approx(1)
        assert sum(topic.weight * topic.now for topic in report.topics) == pytest.approx(report.now)
        assert [day.expected for day in (report.curve[0], report.curve[-1])] == pytest.approx(
            [report.now, report.on_the_day], abs=0.02
        )
        assert report.low <= report.on_the_day <= report.high
        assert report.on_the_day <= report.more[0].on_the_day <= report.more[1].on_the_day
        assert len(report.prices) == 7
        assert set(report.best()) <= {card.card for card in inputs_of().cards}

    @pytest.mark.parametrize(
        ("cards", "minutes", "answers", "days"), [(40, 20, 10, 6), (300, 40, 0, 4), (300, 20, 250, 1), (40, 20, 40, 0)]
    )
    def test_the_topics_of_the_day_are_its_readiness_in_parts(
        self, cards: int, minutes: float, answers: int, days: int
    ) -> None:
        """Also where the cards that are always asked take minutes in which others would have gained more."""
        inputs = inputs_of(cards, minutes, answers, days)
        slow = [card._replace(usual_seconds=240.0) if card.weight == 5 else card for card in inputs.cards]
        report = day_plan(replace(inputs, cards=slow), "key")
        parts = sum(topic.weight * topic.on_the_day for topic in report.topics)
        assert parts == pytest.approx(report.on_the_day, abs=0.0005)
        assert all(0 <= topic.on_the_day <= 1 for topic in report.topics)

    def test_what_is_always_asked_is_seen_however_long_it_takes(self) -> None:
        long = [BankCard(f"long-{number}", "deck", 1, 5, "numeric", usual_seconds=150.0) for number in range(4)]
        short = [BankCard(f"short-{number:03}", f"deck-{number % 5}", 1, 4, "choice", usual_seconds=10.0)
                 for number in range(300)]  # fmt: skip
        for days, first in ((4, 1), (2, 2), (1, 4)):
            inputs = replace(inputs_of(days=days, minutes=40), cards=[*short, *long])
            begin = [card.startswith("long") for card in day_plan(inputs, "key").best()[: first + 1]]
            assert begin == [*[True] * first, False]
        # The first days take more of short ones, lest the long ones be left to the last.
        mixed = [*short, *long, *(BankCard(f"quick-{number}", "deck", 1, 5, "choice", usual_seconds=10.0)
                                  for number in range(12))]  # fmt: skip
        first_day = day_plan(replace(inputs_of(days=4, minutes=40), cards=mixed), "key").best()[:13]
        assert sum(card.startswith("quick") for card in first_day) == 12
        # Not more than nine tenths of the time: of nine minutes eight, of which one takes more than four.
        inputs = replace(inputs_of(days=1, minutes=9), cards=[*short, *long])
        report = day_plan(inputs, "key")
        assert sum(card.startswith("long") for card in report.best()[:3]) == 1
        assert report.left_out_by_weight["5"] == 3
        # A track whose interviews ask it less does not put it first.
        inputs = replace(inputs_of(days=1, minutes=40), cards=[*short, *long])
        track = Track("llm", Text("LLM", "LLM"), {"deck": 0.5}, {})
        assert not day_plan(replace(inputs, track=track), "key").best()[0].startswith("long")

    def test_is_kept_and_read_back_whole(self) -> None:
        report = day_plan(inputs_of(answers=5), "key")
        kept = json.loads(json.dumps(report.kept()))
        assert PlanReport.from_kept(kept) == report
        del kept["gain"]
        assert PlanReport.from_kept(kept) is None
        assert PlanReport.from_kept({"key": 5}) is None

    def test_a_warm_start_promises_the_same(self) -> None:
        earlier = day_plan(inputs_of(cards=120), "key")
        cold = day_plan(inputs_of(cards=120, answers=12), "key")
        warm = day_plan(inputs_of(cards=120, answers=12), "key", earlier)
        assert warm.on_the_day == pytest.approx(cold.on_the_day, abs=ENOUGH)

    @pytest.mark.parametrize("language", ["en", "zh"])
    @pytest.mark.parametrize("width", [24, 40, 80, 120])
    def test_screens(self, language: Any, width: int, golden: Callable[[str, str], None]) -> None:
        report = shown_report()
        titles = {f"deck-{number}": Text(f"Topic {number}", f"主题{number}") for number in range(3)}
        shown = lines(report, Phrases(language), titles, {"llm": Text("Large language models", "大语言模型")}, width)
        assert all(cell_width(line) <= width for line in shown)
        golden(f"plan-{language}-{width}.txt", "\n".join(shown) + "\n")


def test_study_is_named_where_it_asks_on_the_day_itself_and_with_less_time_than_a_card_takes() -> None:
    say = Phrases("en")
    assert today(shown_report()._replace(days_left=0, minutes_left=0.0), say) == ["→ dlquiz study"]
    assert today(shown_report()._replace(minutes_today=0.0, minutes_left=0.0), say) == [say("plan rest")]
    assert day_plan(inputs_of(cards=1, minutes=0.5), "key").new_today == 1


def test_one_answer_is_no_answers() -> None:
    found = shown_report()._replace(answers=1, expected=0.9, observed=0)
    assert "Of one answer after a day or more 0 % was right (FSRS: 90 %)." in lines(found, Phrases("en"), {}, {}, 120)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("width", "rows"), [(80, 24), (40, 26), (80, 20), (100, 40)])
def test_a_plan_fits_on_one_screen_with_what_matters_first(language: Any, width: int, rows: int) -> None:
    many = [topic._replace(deck=f"{topic.deck}-{number}") for number in range(20) for topic in shown_report().topics]
    report = shown_report()._replace(topics=tuple(many))
    shown = screenful(report, Phrases(language), {}, {}, width, rows)
    whole = lines(report, Phrases(language), {}, {}, width)
    assert len(shown) < rows
    assert all(cell_width(line) <= width for line in shown)
    assert shown[:3] == whole[:3]
    left = len(many) - sum("→" in line and "dlquiz" not in line for line in shown)
    assert f" {left} " in " ".join(shown[-2:])
    assert "dlquiz plan --all" in shown[-1]
    assert screenful(report, Phrases(language), {}, {}, width, len(whole) + 1) == whole


@pytest.mark.parametrize("language", ["en", "zh"])
def test_on_a_small_screen_what_it_comes_down_to_is_not_scrolled_away(language: Any) -> None:
    """With a prompt below it; a screen that holds all of it keeps the order in which it is read."""
    whole = lines(shown_report(), Phrases(language), {}, {}, 80)
    head = whole[: whole.index(Phrases(language)("plan topics")) - 1]
    small = lines(shown_report(), Phrases(language), {}, {}, 80, 24)
    assert sorted(small) == sorted(whole)
    assert small[-len(head) :] == head
    assert lines(shown_report(), Phrases(language), {}, {}, 80, len(whole) + 1) == whole
    assert lines(shown_report(), Phrases(language), {}, {}, 80, len(whole)) == small


BAD_INPUT = [
    (["11/12"], "may be 11 December or 12 November"),
    (["2026-11-01"], "is past"),
    (["2028-01-01"], "days away"),
    (["+9", "--minutes", "0"], "0 minutes a day"),
    (["+9", "--track", "lmm"], "no track 'lmm'"),
    (["+9", "--deck", "smal"], "did you mean small"),
    (["+9", "--rest", "someday"], "not a weekday"),
    (["--minutes", "30"], "no plan to change"),
    (["+2", "--off", "+0", "--off", "+1"], "no day of study is left"),
    (["+9", "--off", "yesterday"], "2026-11-28 is past"),
    (["next", "Friday"], "may be 2026-12-04 or 2026-12-11"),
]


class TestCommand:
    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        write_bank(tmp_path / "questions")
        return tmp_path

    def test_sets_shows_changes_and_ends(self, home: Path) -> None:
        assert run_in(home, "plan", DLQUIZ_NOW=NOW)[1].startswith("There is no plan")
        code, out, _ = run_in(home, "plan", "11 Dec", "--minutes", "25", "--rest", "sun", "--json", DLQUIZ_NOW=NOW)
        assert code == 0
        found = json.loads(out)
        assert (found["date"], found["days_left"], found["study_days"]) == ("2026-12-11", 12, 10)
        assert (found["minutes_per_day"], found["track"], found["as_of"]) == (25, "general", "2026-11-29")
        assert found["scope"]["cards"] > 6
        assert 0.29 < found["readiness"]["now"] < found["readiness"]["on_the_day"]
        code, out, _ = run_in(home, "plan", "--minutes", "60", "--deck", "small", "--json", DLQUIZ_NOW=NOW)
        changed = json.loads(out)
        assert (changed["minutes_per_day"], changed["study_days"], changed["scope"]["cards"]) == (60, 10, 6)
        assert [topic["deck"] for topic in changed["topics"]] == ["small"]
        code, out, _ = run_in(home, "plan", "--lang", "zh", DLQUIZ_NOW=NOW)
        assert "第一次回答之前，每题按 34% 会答计算" in out
        assert "面试 12月11日（周五）" in out
        assert run_in(home, "plan", "--clear", DLQUIZ_NOW=NOW)[1].startswith("The plan is ended")
        code, _, err = run_in(home, "plan", "--clear", DLQUIZ_NOW=NOW)
        assert (code, "no plan to end" in err) == (1, True)
        assert json.loads(run_in(home, "plan", "--json", DLQUIZ_NOW=NOW)[1]) is None

    def test_another_date_moves_the_plan_and_leaves_the_rest_of_it(self, home: Path) -> None:
        run_in(home, "plan", "11 Dec", "--minutes", "25", "--rest", "sun", "--track", "llm", DLQUIZ_NOW=NOW)
        moved = json.loads(run_in(home, "plan", "18", "Dec", "--json", DLQUIZ_NOW=NOW)[1])
        assert (moved["date"], moved["minutes_per_day"], moved["track"]) == ("2026-12-18", 25, "llm")
        assert (moved["days_left"], moved["study_days"]) == (19, 16)
        run_in(home, "plan", "--clear", DLQUIZ_NOW=NOW)
        new = json.loads(run_in(home, "plan", "18", "Dec", "--json", DLQUIZ_NOW=NOW)[1])
        assert (new["minutes_per_day"], new["track"], new["study_days"]) == (30, "general", 19)

    def test_on_the_day_it_still_helps_and_after_it_says_once_that_it_is_over(self, home: Path) -> None:
        run_in(home, "plan", "2026-12-01", "--deck", "small", DLQUIZ_NOW=NOW)
        _, out, _ = run_in(home, "plan", "--json", DLQUIZ_NOW="2026-12-01T09:00+00:00")
        assert json.loads(out)["days_left"] == 0
        assert "today" in run_in(home, "plan", DLQUIZ_NOW="2026-12-01T09:00+00:00")[1]
        _, out, err = run_in(home, "plan", DLQUIZ_NOW="2026-12-02T09:00+00:00")
        assert "The interview was on Tue 1 Dec" in err
        assert "The interview was" not in run_in(home, "plan", DLQUIZ_NOW="2026-12-02T09:00+00:00")[2]

    def test_bad_input_is_one_clear_sentence_and_changes_nothing(self, home: Path) -> None:
        for arguments, said in BAD_INPUT:
            code, out, err = run_in(home, "plan", *arguments, DLQUIZ_NOW=NOW)
            assert (code, out) == (1, ""), arguments
            assert said in err
            assert "Traceback" not in err
        assert run_in(home, "plan", DLQUIZ_NOW=NOW)[1].startswith("There is no plan")

    def test_the_placement_asks_over_all_decks_and_its_answers_are_reviews(self, home: Path) -> None:
        run_in(home, "plan", "11 Dec", DLQUIZ_NOW=NOW)
        lines = "".join(json.dumps(line) + "\n" for line in [{"reply": None, "seconds": 5}, {"rating": "good"}] * 30)
        _, output, _ = run_in(home, "plan", "--placement", "--json", given=lines, DLQUIZ_NOW=NOW)
        events = [json.loads(line) for line in output.splitlines()]
        assert (events[0]["cards"], events[0]["plan"]["placement"]) == (25, True)
        decks = {event["deck"] for event in events if event["event"] == "question"}
        assert len(decks) > 15
        shown = json.loads(run_in(home, "plan", "--json", DLQUIZ_NOW=NOW)[1])
        assert shown["seen"] == len({event["card"] for event in events if event["event"] == "recorded"}) == 25

    def test_a_placement_that_was_left_goes_on_with_the_rest(self, home: Path) -> None:
        run_in(home, "plan", "11 Dec", DLQUIZ_NOW=NOW)

        def place(answers: int) -> tuple[list[int], set[str]]:
            lines = [{"reply": None, "seconds": 5}, {"rating": "good"}] * answers
            given = "".join(json.dumps(line) + "\n" for line in lines)
            _, output, _ = run_in(home, "plan", "--placement", "--json", given=given, DLQUIZ_NOW=NOW)
            first, *events = [json.loads(line) for line in output.splitlines()]
            return [first["cards"], first["plan"]["answered"]], {
                event["card"] for event in events if event["event"] == "recorded"
            }

        facts, cards = zip(*map(place, (10, 14, 1, 1)), strict=True)
        assert facts == ([25, 0], [15, 10], [1, 24], [25, 0])
        assert len(set().union(*cards)) == 26

    def test_a_plan_with_decks_that_are_not_here(self, home: Path) -> None:
        self._record(home, {"date": "2026-12-11", "decks": ["elsewhere"]})
        code, _, err = run_in(home, "plan", DLQUIZ_NOW=NOW)
        assert code == 1
        assert "no card" in err
        self._record(home, {"date": "2026-12-11", "decks": ["elsewhere", "small"]})
        code, out, err = run_in(home, "plan", "--json", DLQUIZ_NOW=NOW)
        assert (code, json.loads(out)["scope"]["cards"]) == (0, 6)
        assert "elsewhere" in err

    def _record(self, home: Path, shown: dict[str, Any]) -> None:
        with History.open(home / "history.db", device="laptop", clock=Clock()) as log:
            log.record_plan(shown)
