"""What a study session may ask: the day's allowance, what a person asks for instead, and what today has had already."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studying import CARDS, START, Clock, context, converse, play

from dlquiz import settings
from dlquiz.cards import LANGUAGES, Text
from dlquiz.messages.study import Phrases
from dlquiz.render.study import StudyPage
from dlquiz.review_log import Event, Selection, StudyCounts
from dlquiz.scheduler.queue import Mode
from dlquiz.session.events import SessionEvent, SummaryEvent
from dlquiz.session.planning import StudyRequest, limits_today, plan_session
from dlquiz.session.session import Session
from dlquiz.tracks import Track

USER = settings.read({"DLQUIZ_HOME": "/nowhere", "LANG": "C"})
modes: st.SearchStrategy[Mode] = st.sampled_from(["due", "ahead", "weakest", "cram"])
small = st.integers(0, 60)


@st.composite
def days(draw: st.DrawFn) -> StudyCounts:
    return StudyCounts(
        cards=200, new=draw(small), learned=90, due=draw(small), tomorrow=0, suspended=0, flagged=0,
        answered_today=draw(small), new_today=draw(small), minutes_today=draw(st.floats(0, 90)),
        next_due=draw(st.none() | st.just(20_001)),
    )  # fmt: skip


@st.composite
def requests(draw: st.DrawFn) -> StudyRequest:
    return StudyRequest(
        Selection(mode=draw(modes)),
        limit=draw(st.none() | st.integers(1, 9)),
        new=draw(st.none() | small),
        minutes=draw(st.none() | st.floats(0.1, 90)),
    )


@given(days(), requests(), small, st.floats(1, 90))
def test_a_request_replaces_the_allowance_and_the_day_uses_it_up(
    counts: StudyCounts, request: StudyRequest, new_per_day: int, minutes_per_day: float
) -> None:
    limits, allowance = limits_today(counts, request, new_per_day, minutes_per_day)
    assert limits.cards == request.limit
    assert limits.new == (request.new if request.new is not None else max(new_per_day - counts.new_today, 0))
    assert allowance.new == min(limits.new, counts.new)
    assert (allowance.due, allowance.next_due) == (counts.due, counts.next_due)
    if request.minutes is not None:
        # The estimate leaves room; the clock ends the session.
        assert limits.minutes == 2 * request.minutes
        assert allowance.minutes_left == round(request.minutes, 1)
    elif request.selection.mode == "due":
        assert limits.minutes == max(minutes_per_day - counts.minutes_today, 0)
        assert allowance.minutes_left == round(limits.minutes, 1)
    else:
        assert limits.minutes is None
        assert allowance.minutes_left is None


def test_what_was_answered_today_is_taken_off_the_next_session(tmp_path: Path) -> None:
    three = USER._replace(new_per_day=3)
    with context(tmp_path) as at:
        first = plan_session(at, three, StudyRequest(Selection()))
        assert len(first.cards) == 3
        play(converse(at, first), [{"reply": "", "seconds": 6}, {"reply": None, "seconds": 6}, {"rating": "good"}])
        answered = len(at.history.rows())
        assert answered == 1
        second = plan_session(at, three, StudyRequest(Selection()))
        assert len(second.cards) == 2
        assert not set(second.cards) & {row.card for row in at.history.rows()}
        assert second.allowance.new == 2
        assert len(plan_session(at, three, StudyRequest(Selection(), new=9)).cards) == len(CARDS) - 1


def test_a_deck_with_more_new_cards_than_the_day_brings_says_that_these_are_used_up(tmp_path: Path) -> None:
    one = USER._replace(new_per_day=1)
    with context(tmp_path) as at:
        (card,) = plan_session(at, one, StudyRequest(Selection())).cards
        assert not plan_session(at, one, StudyRequest(Selection())).allowance.new_used_up
        at.history.record(Event("review", card, rating=3, seconds=6))
        for request, used_up in (
            (StudyRequest(Selection()), True),
            (StudyRequest(Selection(decks=("small",))), True),
            (StudyRequest(Selection(cards=(card,))), False),
            (StudyRequest(Selection(), new=0), False),
            (StudyRequest(Selection(mode="ahead")), False),
        ):
            options = plan_session(at, one, request)
            assert options.allowance.new_used_up is used_up, request
            session, *others = Session(at, options).opening()
            assert isinstance(session, SessionEvent)
            assert session.new_used_up is used_up
            summary = others[-1]
            if not isinstance(summary, SummaryEvent):
                continue
            for phrases in map(Phrases, LANGUAGES):
                shown = "".join(line.plain for line in StudyPage(phrases, 200).nothing_to_ask(session, summary))
                assert (phrases("new used up") in shown) is used_up
                assert "--new 5" in shown
        assert plan_session(at, one, StudyRequest(Selection(), new=5)).cards


@pytest.mark.parametrize("new_per_day", [1, 3])
def test_where_the_minutes_are_used_what_is_advised_asks_new_cards(tmp_path: Path, new_per_day: int) -> None:
    spent = USER._replace(new_per_day=new_per_day, minutes_per_day=1.0)
    with context(tmp_path) as at:
        card = plan_session(at, spent, StudyRequest(Selection())).cards[0]
        at.history.record(Event("review", card, rating=3, seconds=90))
        for new in (None, 5):
            options = plan_session(at, spent, StudyRequest(Selection(), new=new))
            session, summary = Session(at, options).opening()
            assert isinstance(session, SessionEvent)
            assert isinstance(summary, SummaryEvent)
            for phrases in map(Phrases, LANGUAGES):
                shown = "".join(line.plain for line in StudyPage(phrases, 200).nothing_to_ask(session, summary))
                assert phrases("summary none") not in shown
                assert "--minutes 10" in shown
                advised = 5 if "--new 5" in shown else new
                assert plan_session(at, spent, StudyRequest(Selection(), new=advised, minutes=10)).cards


@pytest.mark.parametrize("mode", ["weakest", "cram"])
def test_only_cram_asks_what_was_never_seen_and_schedules_nothing(tmp_path: Path, mode: Mode) -> None:
    with context(tmp_path) as at:
        options = plan_session(at, USER, StudyRequest(Selection(mode=mode), limit=2))
        assert len(options.cards) == (2 if mode == "cram" else 0)
        play(converse(at, options), [{"reply": None}, {"rating": "good"}])
        assert {row.kind for row in at.history.rows()} <= {"cram"}


def test_missed_asks_once_more_what_was_missed_today_or_on_the_last_day(tmp_path: Path) -> None:
    clock = Clock(START)
    with context(tmp_path, clock) as at:
        today = clock().day
        assert at.history.missed(today) == []
        for card, rating, correct in (
            ("pad-why", 1, None), ("conv-side", 3, False), ("norm-formula", 3, True), ("pool-gradient", 2, None),
        ):  # fmt: skip
            at.history.record(Event("review", card, rating=rating, correct=correct, seconds=6))
        at.history.record(Event("cram", "attention-order", rating=1, seconds=6))
        at.history.record(Event("review", "pad-why", rating=3, seconds=6))
        taken_back = at.history.record(Event("review", "activations-several", rating=1, seconds=6))
        assert at.history.undo([taken_back.id]) is not None
        for later in (0, 3):
            assert at.history.missed(today + later) == ["pad-why", "conv-side", "attention-order"]
        clock.pass_days(3)
        wanted = Selection(mode="weakest", cards=tuple(at.history.missed(clock().day)))
        # What was never studied has no memory that could be weak.
        assert set(plan_session(at, USER, StudyRequest(wanted)).cards) == {"pad-why", "conv-side"}
        at.history.record(Event("review", "pool-gradient", rating=3, seconds=6))
        assert at.history.missed(clock().day) == []


def test_what_was_missed_today_is_asked_once_more_today(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        at.history.record(Event("review", "pad-why", rating=1, correct=False, seconds=6))
        at.history.record(Event("review", "conv-side", rating=3, correct=True, seconds=6))
        wanted = Selection(mode="weakest", cards=tuple(at.history.missed(at.clock().day)))
        events = play(converse(at, plan_session(at, USER, StudyRequest(wanted))), [None])
    assert [event["card"] for event in events if event["event"] == "question"] == ["pad-why"]


def test_a_track_brings_its_decks_first(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        for factor in (0.1, 10.0):
            track = Track("one", Text("One"), {"small": factor}, {}, 1.0)
            found = at.history.candidates(at.bank.cards_path, Selection(track=track), at.clock().day)
            # Its cards are a person's own, who takes the largest factor, and give no weight.
            assert {item.weight for item in found} == {5 * max(1.0, factor)}
