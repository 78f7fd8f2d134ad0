"""Interviews as conversations on a small bank: what is asked, what the log keeps, the review, resuming, undo."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from studying import CARDS, Clock, context, in_json, right_reply

from dlquiz import bank
from dlquiz.errors import DlquizError
from dlquiz.interview.record import Record, read_records
from dlquiz.interview.report import Report
from dlquiz.review_log import Event, History, Selection
from dlquiz.scheduler import Model
from dlquiz.session.context import SessionContext
from dlquiz.session.interview import Interview
from dlquiz.session.interview_planning import (
    InterviewOptions,
    InterviewRequest,
    plan_interview,
    resume_interview,
)

REQUEST = InterviewRequest(20, "en", "general", Selection(), 5)


def begun(at: SessionContext, **changes: Any) -> tuple[Any, InterviewOptions]:
    options = plan_interview(at, REQUEST._replace(**changes))
    return in_json(Interview(at, options)), options


def records(at: SessionContext) -> list[Record]:
    return read_records(at.history.interviews())


def send(conversation: Any, given: Any) -> list[dict[str, Any]]:
    """All events up to the next one that expects something, or the end."""
    events = []
    try:
        events.append(conversation.send(given))
        while "expects" not in events[-1]:
            events.append(conversation.send(None))
    except StopIteration:
        pass
    return events


def answered(at: SessionContext, conversation: Any, count: int, seconds: float = 20) -> list[dict[str, Any]]:
    """So many questions answered right, but the last one by silence; all events."""
    events = send(conversation, None)
    for number in range(count):
        assert events[-1]["event"] == "question", events[-1]
        card = at.bank.card(events[-1]["card"])
        reply = right_reply(card, events[-1]) if number < count - 1 else None
        events += send(conversation, {"reply": reply, "seconds": seconds})
    return events


def rated(conversation: Any, events: list[dict[str, Any]], rating: str = "suggested") -> list[dict[str, Any]]:
    """All that is left of the review rated; the events."""
    found = []
    while events[-1]["event"] == "verdict":
        events = send(conversation, {"rating": rating})
        found += events
    return found


def named(events: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [event for event in events if event["event"] == name]


def test_a_whole_interview_on_a_small_bank(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        conversation, options = begun(at)
        events = answered(at, conversation, len(CARDS))
        asked = named(events, "question")[: len(CARDS)]
        assert sorted(event["card"] for event in asked) == sorted(CARDS)
        assert all(event["limit"] > 0 and event["follow_up_of"] is None for event in asked)
        assert not named(events[: events.index(named(events, "review")[0])], "verdict"), "no answer before the end"
        notes = named(events, "noted")
        assert [one["position"] for one in notes] == [1, 2, 3, 4, 5, 6]
        assert notes[-1]["minutes_left"] == 18.0
        assert [event["event"] for event in events[-3:]] == ["review", "question", "verdict"]
        assert events[-2]["reply"] == right_reply(at.bank.card(events[-2]["card"]), events[-2])
        finish = rated(conversation, events)
        report = finish[-1]
        assert (report["event"], report["expects"]) == ("report", ["undo", "quit"])
        assert (report["total"]["asked"], report["total"]["right"]) == (6, 5)
        rows = [row for row in at.history.rows() if row.kind == "review"]
        assert [json.loads(row.shown or "")["interview"] for row in rows] == [options.record.id] * 6
        assert [row.seconds for row in rows] == [20.0] * 6
        (record,) = records(at)
        assert Report.from_json(record.report or {}) is not None
        assert send(conversation, {"command": "quit"}) == []


def test_a_position_is_not_asked_what_hardly_counts_for_it(tmp_path: Path) -> None:
    """Unless the person chose it, or nothing else is there."""
    (tmp_path / "bank").mkdir()
    shipped = bank.shipped_questions()
    with bank.open_bank((shipped,), tmp_path / "cache") as questions, context(tmp_path / "at") as at:
        shown = SessionContext(questions, at.history, at.model, at.clock, Random(1), at.reopen)
        vision = next(one for one in questions.tracks() if one.name == "vision")
        far = {name for name, factor in vision.decks.items() if factor < 0.5}
        assert {"rag", "agents", "rlhf", "serving"} <= far
        for seed in range(3):
            options = plan_interview(shown, REQUEST._replace(track="vision", seed=seed))
            asked = [options.course.pool[name] for name in options.record.beginning.questions]
            tagged = {card.id for card in questions.all() if set(card.tags) & set(vision.tags)}
            assert [card.card for card in asked if card.deck in far and card.card not in tagged] == []
        chosen = plan_interview(shown, REQUEST._replace(track="vision", selection=Selection(("rag",))))
        assert {card.deck for card in chosen.course.pool.values()} == {"rag"}
        general = plan_interview(shown, REQUEST).course.pool
        assert far <= {card.deck for card in general.values()}


def test_the_log_keeps_each_answer_at_once(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        conversation, options = begun(at)
        answered(at, conversation, 3)
        entries = [entry for _, entry in at.history.interviews()]
        assert [entry["event"] for entry in entries] == ["begin", "answer", "answer", "answer"]
        assert {entry["id"] for entry in entries} == {options.record.id}
        assert set(entries[0]) >= {"minutes", "track", "seed", "questions"}
        assert [entry["position"] for entry in entries[1:]] == [1, 2, 3]
        assert all(set(entry) >= {"card", "values", "reply", "seconds"} for entry in entries[1:])
        assert all(row.card is None for row in at.history.rows())
        # The terminal is closed here: nothing more is sent.
        conversation.close()
        assert len(records(at)[0].answers) == 3


def test_resuming_goes_on_with_the_same_questions(tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    with context(whole) as at:
        first = [event["card"] for event in named(answered(at, begun(at)[0], 6), "question")[:6]]
    with context(parts) as at:
        conversation, options = begun(at)
        events = answered(at, conversation, 2)
        left = send(conversation, {"command": "quit"})[-1]
        facts = {"answered": 2, "rated": 0, "minutes": 0.7, "expects": []}
        assert left == {"event": "summary", "interview": options.record.id, **facts}
        again = in_json(Interview(at, resume_interview(at, records(at)[0], "en")))
        more = send(again, None)
        assert (more[0]["resumed"], more[0]["minutes_left"]) == (True, 19.3)
        cards = [event["card"] for event in named(events, "question")[:2]]
        while more[-1]["event"] == "question":
            cards.append(more[-1]["card"])
            card = at.bank.card(cards[-1])
            # The second answer was not known, so what follows may differ only by what it decides.
            more = send(again, {"reply": right_reply(card, more[-1]), "seconds": 20})
        assert sorted(cards) == sorted(first)
        assert len(records(at)[0].answers) == 6


def test_the_review_alone_is_resumed(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        conversation, _ = begun(at)
        events = answered(at, conversation, 6)
        send(conversation, {"rating": "good"})
        send(conversation, {"rating": "good"})
        send(conversation, {"command": "quit"})
        assert records(at)[0].report is None
        again = in_json(Interview(at, resume_interview(at, records(at)[0], "en")))
        events = send(again, None)
        assert named(events, "review")[0]["questions"] == 4
        assert rated(again, events)[-1]["event"] == "report"
        assert len([row for row in at.history.rows() if row.kind == "review"]) == 6
        assert records(at)[0].report is not None


def test_pause_stops_the_clock_once(tmp_path: Path) -> None:
    clock = Clock()
    with context(tmp_path, clock) as at:
        conversation, _ = begun(at)
        question = send(conversation, None)[-1]
        done = send(conversation, {"command": "pause"})[-1]
        assert (done["command"], done["expects"]) == ("pause", ["resume", "quit"])
        assert send(conversation, {"reply": "x"})[-1]["event"] == "error"
        clock.at += 3_600_000
        assert send(conversation, {"command": "resume"})[-1]["card"] == question["card"]
        assert send(conversation, {"command": "pause"})[-1]["event"] == "error"
        noted = send(conversation, {"reply": right_reply(at.bank.card(question["card"]), question)})[0]
        assert noted["seconds"] < 30


def test_a_clock_that_is_set_back_takes_no_time(tmp_path: Path) -> None:
    clock = Clock()
    with context(tmp_path, clock) as at:
        conversation, _ = begun(at)
        question = send(conversation, None)[-1]
        clock.at -= 7_200_000
        noted = send(conversation, {"reply": right_reply(at.bank.card(question["card"]), question)})[0]
        assert (noted["seconds"], noted["minutes_left"]) == (0.0, 20.0)


def test_time_ends_the_questions(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        conversation, _ = begun(at)
        events = answered(at, conversation, 2, seconds=600)
        assert named(events, "noted")[-1]["minutes_left"] == 0.0
        assert named(events, "review")[0]["questions"] == 2


def test_skipped_questions_are_misses_and_come_in_the_review(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        conversation, _ = begun(at)
        events = send(conversation, None)
        card = events[-1]["card"]
        assert [event["event"] for event in send(conversation, {"command": "skip"})] == ["done", "noted", "question"]
        events = send(conversation, {"command": "review"})
        assert (events[1]["card"], events[1]["skipped"], events[2]["suggested"]) == (card, True, "again")
        report = send(conversation, {"rating": "again"})[-1]
        assert report["questions"][0]["outcome"] == "skipped"


def test_undo_takes_back_reviews_only(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        at.history.record(Event("review", "pool-gradient", rating=3))
        at_start = len(at.history.rows())
        conversation, _ = begun(at)
        events = answered(at, conversation, 3)
        assert send(conversation, {"command": "undo"})[-1]["event"] == "error"
        events = send(conversation, {"command": "review"})
        first = events[1]["card"]
        assert send(conversation, {"command": "undo"})[0]["id"] is None, "nothing older than the interview is touched"
        send(conversation, {"rating": "good"})
        undone = send(conversation, {"command": "undo"})
        assert (undone[0]["card"], undone[1]["card"], undone[1]["position"]) == (first, first, 1)
        finish = rated(conversation, undone)
        assert finish[-1]["event"] == "report"
        again = send(conversation, {"command": "undo"})
        assert again[-1]["event"] == "verdict"
        second = rated(conversation, again, "again")[-1]
        assert second["total"]["right"] == finish[-1]["total"]["right"] - (
            finish[-1]["questions"][-1]["outcome"] == "right"
        )
        assert len([row for row in at.history.rows() if row.kind == "review"]) == at_start + 3
        assert len(records(at)[0].answers) == 3


def test_points_and_mistakes_are_in_the_report(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        conversation, _ = begun(at, selection=Selection(kinds=("open", "numeric")))
        events = send(conversation, None)
        for _ in range(2):
            wrong: Any = "uses the border"
            if events[-1]["kind"] == "numeric":
                values = {name: int(value) for name, value in events[-1]["values"].items()}
                wrong = (values["n"] - values["k"]) // values["s"] + 1
            events = send(conversation, {"reply": wrong, "seconds": 10})
        while events[-1]["event"] == "verdict":
            if events[-1]["points"]:
                events = send(conversation, {"ticks": [1, 2]})
            events = send(conversation, {"rating": "suggested"})
        by_kind = {one["kind"]: one for one in events[-1]["questions"]}
        assert by_kind["open"]["points"] == {"made": (1, 2), "core": (1, 2, 3), "of": 3}
        assert (by_kind["numeric"]["outcome"], by_kind["numeric"]["mistake"]) == ("wrong", "O1")


# Scope


def test_nothing_of_the_last_three_days_is_asked(tmp_path: Path) -> None:
    clock = Clock()
    with context(tmp_path, clock) as at:
        at.history.record(Event("review", "pad-why", rating=3))
        clock.pass_days(2)
        assert "pad-why" not in begun(at)[1].record.beginning.questions
        answered(at, begun(at)[0], 2)
        said = {answer.turn.card for answer in records(at)[-1].answers}
        clock.pass_days(1)
        questions = begun(at)[1].record.beginning.questions
        assert "pad-why" in questions, "it was answered three days before"
        assert not said & set(questions)


def test_an_empty_scope_is_explained(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        with pytest.raises(DlquizError, match="no card fits"):
            begun(at, selection=Selection(levels=(3,)))
        for card in CARDS:
            at.history.record(Event("review", card, rating=3))
        with pytest.raises(DlquizError, match="every card in scope was asked in the last 3 days"):
            begun(at)


def test_a_card_that_cannot_be_drawn_is_left_out_and_named(tmp_path: Path) -> None:
    with context(tmp_path):
        pass
    path = tmp_path / "bank" / "small.yaml"
    impossible = '["p <= k // 2", "n + 2*p - k < 0"]'
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('["p <= k // 2", "(n + 2*p - k) % s != 0"]', impossible), encoding="utf-8")
    model = Model()
    with (
        bank.open_bank([path], tmp_path / "cache") as questions,
        History.open(tmp_path / "history.db", device="test", clock=Clock(), model=model) as history,
    ):
        at = SessionContext(questions, history, model, Clock(), Random(1), lambda: questions)
        conversation, _ = begun(at)
        events = answered(at, conversation, 5)
        errors = named(events, "error")
        assert len(errors) == 1
        assert "conv-side" in errors[0]["message"]
        assert "expects" not in errors[0], "the next question follows at once"
        assert events[-1]["event"] == "verdict"


def test_suspended_and_buried_cards_are_not_asked(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        at.history.record(Event("suspend", "pad-why"))
        at.history.record(Event("bury", "conv-side"))
        assert sorted(begun(at)[1].record.beginning.questions) == sorted(set(CARDS) - {"pad-why", "conv-side"})


def test_the_same_seed_asks_the_same(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        assert begun(at)[1].record.beginning.questions == begun(at)[1].record.beginning.questions


# Other programs, other rooms


def test_merge_keeps_interviews_and_states_stay_true(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    with context(one, device="first") as at:
        conversation, _ = begun(at)
        rated(conversation, send_to_review(at, conversation))
        expected = at.history.interviews()
    with context(two, device="second") as other:
        merged = other.history.merge(one / "history.db")
        assert merged.rows == 8
        assert other.history.interviews() == expected
        assert not other.history.verify()
        assert other.history.misfits()[0] == 0
        assert other.history.merge(one / "history.db").rows == 0


def send_to_review(at: SessionContext, conversation: Any) -> list[dict[str, Any]]:
    answered(at, conversation, 3)
    return send(conversation, {"command": "review"})


def test_rows_that_another_program_wrote_are_left_out(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        answered(at, begun(at)[0], 1)
    with closing(sqlite3.connect(tmp_path / "history.db")) as connection, connection:
        row = connection.execute("SELECT * FROM event WHERE kind = 'interview' LIMIT 1").fetchone()
        names = [name for _, name, *_ in connection.execute("PRAGMA table_info(event)")]
        for number, shown in enumerate(("[1]", '{"event": "begin"}', '{"id": "x", "event": "begin", "minutes": "y"}')):
            values = dict(zip(names, row, strict=True)) | {"id": f"01JZZZZZZZZZZZZZZZZZZZZZ0{number}", "shown": shown}
            places = ",".join("?" * len(names))
            connection.execute(f"INSERT INTO event VALUES ({places})", [values[name] for name in names])
    with context(tmp_path) as at:
        assert len(records(at)) == 1


# Follow-ups in study


@contextmanager
def chained(directory: Path, clock: Clock | None = None) -> Iterator[SessionContext]:
    """The small bank, with a follow-up behind its first card."""
    with context(directory, clock):
        pass
    path = directory / "bank" / "small.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("    pitfall: {en: Zero", "    then: [conv-side]\n    pitfall: {en: Zero", 1), "utf-8")
    with context(directory, clock) as at:
        yield at


def test_follow_up_accepts_the_suggestion_and_asks_the_deeper_question(tmp_path: Path) -> None:
    from studying import converse, options

    with chained(tmp_path) as at:
        conversation = converse(at, options(at, ["pad-why", "pool-gradient", "norm-formula"]))
        question = send(conversation, None)[-1]
        assert question["card"] == "pad-why"
        assert send(conversation, {"command": "follow_up"})[-1]["event"] == "error", "the question comes first"
        verdict = send(conversation, {"reply": "the same size, uses the border, allows deep nets", "seconds": 5})[-1]
        events = send(conversation, {"command": "follow_up"})
        assert (events[0]["rating"], events[-1]["card"]) == (verdict["suggested"], "conv-side")
        send(conversation, {"reply": right_reply(at.bank.card("conv-side"), events[-1]), "seconds": 5})
        refused = send(conversation, {"command": "follow_up"})[-1]
        assert (refused["event"], refused["expects"]) == ("error", ["rating", "command"])
        assert send(conversation, {"rating": "good"})[-1]["card"] == "pool-gradient"


def test_in_an_interview_a_right_answer_leads_deeper(tmp_path: Path) -> None:
    with chained(tmp_path) as at:
        for seed in range(30):
            conversation, made = begun(at, seed=seed)
            if made.record.beginning.questions[0] != "pad-why":
                conversation.close()
                continue
            question = send(conversation, None)[-1]
            after = send(conversation, {"reply": "", "seconds": 30})[-1]
            assert (question["card"], after["card"], after["follow_up_of"]) == ("pad-why", "conv-side", "pad-why")
            return
    raise AssertionError("no seed begins with the card that has a follow-up")


def test_the_log_of_a_device_without_a_bank_is_read(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        answered(at, begun(at)[0], 2)
    with History.open(tmp_path / "history.db", device="x", clock=Clock()) as history:
        assert len(read_records(history.interviews())[0].answers) == 2
