"""The conversation: each state and word of it, and that no sequence of words breaks it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from studying import CARDS, Clock, context, converse, options, play, right_reply

from dlquiz.cards import Card, Choice, Option, Order, Text
from dlquiz.session.presentation import draw

QUESTION = ["reply", "command"]


def rows(directory: Path) -> dict[str, str]:
    """Live rows of the log as another process sees them: id → kind."""
    with closing(sqlite3.connect(directory / "history.db")) as connection:
        return dict(
            connection.execute(
                "SELECT id, kind FROM event WHERE kind <> 'undo'"
                " AND id NOT IN (SELECT target FROM event WHERE kind = 'undo')"
            )
        )


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event["event"] for event in events]


def test_each_kind_is_asked_judged_and_recorded(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        conversation = converse(at, options(at, CARDS))
        event = next(conversation)
        assert (event["event"], event["version"], event["cards"]) == ("session", 1, len(CARDS))
        asked = []
        event = next(conversation)
        while event["event"] == "question":
            asked.append(event["card"])
            card = at.bank.card(event["card"])
            event = conversation.send({"reply": right_reply(card, event), "seconds": 5})
            assert event["event"] == "verdict"
            assert event["suggested"] == "good"
            assert event["verdict"] == ("unchecked" if card is not None and card.kind == "open" else "right")
            previews = event["previews"]
            event = conversation.send({"rating": "suggested"})
            assert (event["event"], event["interval"]) == ("recorded", previews["good"])
            assert rows(tmp_path)[event["id"]] == "review"
            event = next(conversation)
        assert asked == list(CARDS)
        assert (event["event"], event["answered"], event["correct"], event["minutes"]) == ("summary", 6, 6, 0.5)
        assert event["expects"] == ["undo", "quit"]


def wrong_reply(event: dict[str, Any], card: Any) -> Any:
    right = right_reply(card, event)
    match event["kind"]:
        case "choice":
            wrong = [number for number in range(1, len(event["options"]) + 1) if number not in right]
            return wrong if event["several"] else wrong[:1]
        case "order":
            return right[::-1]
        case "cloze":
            return ["nothing"] * len(right)
        case _:
            return right + 1


@pytest.mark.parametrize("name", [card for card in CARDS if card != "pad-why"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_wrong_reply_is_wrong_and_the_card_comes_back(tmp_path: Path, name: str, language: Any) -> None:
    with context(tmp_path) as at:
        conversation = converse(at, options(at, [name], language=language))
        next(conversation)
        event = next(conversation)
        card = at.bank.card(name)
        event = conversation.send({"reply": wrong_reply(event, card)})
        assert (event["correct"], event["verdict"], event["suggested"]) == (False, "wrong", "again")
        event = conversation.send({"rating": "suggested"})
        assert event["rating"] == "again"
        event = next(conversation)
        assert (event["event"], event["card"], event["repeat"]) == ("question", name, True)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "one option is right: pick one number from 1 to 3"),
        ("zh", "只有一个选项正确：请从 1 到 3 中选一个编号"),
    ],
)
def test_several_numbers_where_one_option_is_right_are_asked_for_again(
    tmp_path: Path, language: Any, said: str
) -> None:
    with context(tmp_path) as at:
        inputs = [{"reply": reply} for reply in ("1 2", "2,3", "13", [1, 3], "2 2")]
        events = play(converse(at, options(at, ["pool-gradient"], language=language)), inputs)
    assert names(events)[:7] == ["session", "question", "error", "error", "error", "error", "verdict"]
    assert {event["message"] for event in events[2:6]} == {said}


@pytest.mark.parametrize("name", [card for card in CARDS if card != "pad-why"])
def test_not_knowing_shows_the_answer(tmp_path: Path, name: str) -> None:
    with context(tmp_path) as at:
        events = play(converse(at, options(at, [name])), [{"reply": None}, {"rating": "suggested"}])
    assert (events[2]["correct"], events[2]["suggested"], events[3]["rating"]) == (False, "again", "again")
    assert events[2]["expected"]


def test_a_missed_card_comes_back_behind_four_others(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        conversation = converse(at, options(at, CARDS))
        next(conversation)
        event = next(conversation)
        asked: list[str] = []
        while event["event"] == "question" and len(asked) < 12:
            asked.append(event["card"])
            conversation.send({"reply": right_reply(at.bank.card(event["card"]), event), "seconds": 1})
            conversation.send({"rating": "again" if len(asked) == 1 else "good"})
            event = next(conversation)
    assert asked == [*CARDS[:5], CARDS[0], CARDS[5]]


def test_ticks_change_the_suggestion(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        inputs: list[Any] = [{"reply": "it will keep the size"}, {"ticks": []}, {"ticks": [1, 2]}, {"ticks": [1, 2, 3]},
                             {"ticks": [4]}, {"rating": "suggested"}]  # fmt: skip
        events = play(converse(at, options(at, ["pad-why"])), inputs)
    verdicts = [event for event in events if event["event"] == "verdict"]
    assert [event["suggested"] for event in verdicts] == ["hard", "again", "hard", "good"]
    assert [point["ticked"] for point in verdicts[0]["points"]] == [True, False, False]
    assert [point["state"] for point in verdicts[-1]["points"]] == ["said", "missing", "missing"]
    assert [point["by"] for point in verdicts[0]["points"]] == ["keep … size", "", ""]
    assert names(events)[-4:-1] == ["error", "recorded", "summary"] or names(events)[-3:] == [
        "error",
        "recorded",
        "summary",
    ]
    assert next(event for event in events if event["event"] == "recorded")["rating"] == "good"


@pytest.mark.parametrize(
    ("seconds", "hint", "suggested"),
    [(10, False, "good"), (59, False, "good"), (61, False, "hard"), (5, True, "hard")],
)
def test_slow_or_helped_is_hard(tmp_path: Path, seconds: float, hint: bool, suggested: str) -> None:
    with context(tmp_path) as at:
        card = at.bank.card("norm-formula")
        inputs = [{"command": "hint"}] if hint else []
        reply = {"reply": right_reply(card, {"kind": "cloze", "language": "en"}), "seconds": seconds}
        events = play(converse(at, options(at, ["norm-formula"])), [*inputs, reply])
    assert next(event for event in events if event["event"] == "verdict")["suggested"] == suggested


def test_usual_seconds_are_the_persons_own_after_a_while(tmp_path: Path) -> None:
    clock = Clock()
    with context(tmp_path, clock) as at:
        reply = ["mean", "variance"]
        for _ in range(3):
            play(converse(at, options(at, ["norm-formula"])), [{"reply": reply, "seconds": 4}, {"rating": "good"}])
            clock.pass_days(400)
        events = play(converse(at, options(at, ["norm-formula"])), [{"reply": reply, "seconds": 9}])
        assert events[2]["suggested"] == "hard"


def test_undo_in_a_verdict_shows_the_same_question(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        events = play(converse(at, options(at, ["conv-side"])), [{"reply": "1"}, {"command": "undo"}])
    assert names(events)[:4] == ["session", "question", "verdict", "question"]
    assert events[1] == events[3]
    assert rows(tmp_path) == {}


def test_undo_reaches_back_over_restarts(tmp_path: Path) -> None:
    clock = Clock()
    with context(tmp_path, clock) as at:
        answered = play(converse(at, options(at, CARDS[:2])),
                        [{"reply": ""}, {"rating": "good"}, {"reply": 1}, {"rating": "easy"}])  # fmt: skip
    before = [event["id"] for event in answered if event["event"] == "recorded"]
    assert list(rows(tmp_path)) == before
    with context(tmp_path, clock) as at:
        events = play(converse(at, options(at, [CARDS[3]])), [{"command": "undo"}] * 3)
    undone = [event["id"] for event in events if event["event"] == "undone"]
    assert undone == [*before[::-1], None]
    assert rows(tmp_path) == {}
    asked = [event["card"] for event in events if event["event"] == "question"]
    assert asked == [CARDS[3], CARDS[1], CARDS[0]]


def test_undo_after_the_last_card_then_a_second_summary(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        inputs: list[Any] = [{"reply": ""}, {"rating": "good"}, {"command": "undo"}]
        inputs += [{"reply": ""}, {"rating": "hard"}]
        events = play(converse(at, options(at, ["pad-why"])), inputs)
    assert names(events) == ["session", "question", "verdict", "recorded", "summary", "undone", "question", "verdict",
                             "recorded", "summary"]  # fmt: skip
    assert events[-1]["answered"] == 1
    assert len(rows(tmp_path)) == 1


def test_undo_takes_a_waiting_card_out_and_puts_the_open_one_behind(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        inputs: list[Any] = [{"reply": ""}, {"rating": "again"}, {"command": "undo"}, {"reply": ""}, {"rating": "good"}]
        events = play(converse(at, options(at, CARDS[:3])), inputs)
    asked = [(event["card"], event["remaining"]) for event in events if event["event"] == "question"]
    assert asked == [(CARDS[0], 2), (CARDS[1], 2), (CARDS[0], 2), (CARDS[1], 1)]


def test_undo_shows_the_same_values_and_order_again(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        inputs: list[Any] = [{"reply": None}, {"rating": "good"}, {"reply": None}, {"rating": "good"},
                             {"command": "undo"}, {"reply": None}, *[{"command": "undo"}] * 2]  # fmt: skip
        events = play(converse(at, options(at, ["conv-side", "attention-order"])), inputs)
    asked = [event for event in events if event["event"] == "question"]
    for one in asked[2:]:
        like = asked[0] if one["card"] == "conv-side" else asked[1]
        assert one["text"] == like["text"]
        assert one.get("steps") == like.get("steps")
    assert [one["card"] for one in asked[2:]] == ["attention-order", "attention-order", "conv-side"]


@pytest.mark.parametrize("word", ["skip", "suspend", "bury"])
@pytest.mark.parametrize("judged", [False, True])
def test_putting_away_drops_the_unrated_reply(tmp_path: Path, word: str, judged: bool) -> None:
    with context(tmp_path) as at:
        inputs: list[Any] = [*([{"reply": ""}] if judged else []), {"command": word}]
        events = play(converse(at, options(at, CARDS[:2])), inputs)
        assert list(rows(tmp_path).values()) == ([] if word == "skip" else [word])
        state = at.history.state("pad-why")
        assert (state is not None and state.inactive(at.clock().day)) == (word != "skip")
    done = next(event for event in events if event["event"] == "done")
    assert (done["command"], done["card"], done["id"] is None) == (word, "pad-why", word == "skip")
    assert events[events.index(done) + 1]["card"] == CARDS[1]


def test_flag_toggles_and_stays(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        inputs: list[Any] = [{"command": "flag"}, {"reply": ""}, {"command": "flag"}, {"command": "hint"}]
        events = play(converse(at, options(at, ["pad-why"])), inputs)
    assert [(event["command"], event["expects"]) for event in events if event["event"] == "done"] == [
        ("flag", QUESTION), ("unflag", ["ticks", "rating", "command"])]  # fmt: skip
    assert events[-2]["event"] == "error", "hints come only with the question"


def test_language_of_the_shown_card(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        inputs: list[Any] = [{"command": "language"}, {"reply": ""}, {"command": "language"}, {"rating": "good"}]
        events = play(converse(at, options(at, CARDS[:2])), inputs)
    spoken = [(event["event"], event["language"]) for event in events if event["event"] in ("question", "verdict")]
    assert spoken == [("question", "en"), ("question", "zh"), ("verdict", "zh"), ("verdict", "en"), ("question", "en")]


@pytest.mark.parametrize(
    "given",
    [17, [], "reply", {}, {"reply": "x", "ticks": []}, {"rating": "good"}, {"ticks": [1]}, {"command": "dance"},
     {"reply": "x", "seconds": -1}, {"reply": "x", "seconds": float("nan")}, {"reply": "x", "extra": 1},
     {"command": ["undo"]}, {"reply": {}}, {"reply": [1, 2]}, {"command": "hint", "seconds": 3}],
)  # fmt: skip
def test_what_does_not_fit_is_reported_and_changes_nothing(tmp_path: Path, given: Any) -> None:
    with context(tmp_path) as at:
        events = play(converse(at, options(at, ["pad-why"])), [given, {"reply": "", "seconds": 3}])
    assert names(events) == ["session", "question", "error", "verdict", "summary"]
    assert events[2]["expects"] == QUESTION
    assert events[2]["message"]


def test_nothing_due_is_a_session_and_a_summary(tmp_path: Path) -> None:
    clock = Clock()
    with context(tmp_path, clock) as at:
        play(converse(at, options(at, ["pad-why"])), [{"reply": ""}, {"rating": "good"}])
        events = play(converse(at, options(at, [])), [])
    assert names(events) == ["session", "summary"]
    assert events[1]["next_due"] == "2026-03-04"


def test_cram_schedules_nothing(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        events = play(converse(at, options(at, ["pad-why"], mode="cram")), [{"reply": ""}, {"rating": "good"}])
        assert at.history.state("pad-why") is None or at.history.state("pad-why").memory is None  # type: ignore[union-attr]
    recorded = events[3]
    assert (recorded["kind"], recorded["interval"], recorded["due"]) == ("cram", None, None)
    assert events[2]["previews"] is None


def test_an_answer_that_another_terminal_overtook_is_kept_as_cram(tmp_path: Path) -> None:
    clock = Clock()
    with context(tmp_path, clock) as one, context(tmp_path, clock, device="other") as two:
        first = converse(one, options(one, ["pad-why"]))
        next(first), next(first)
        play(converse(two, options(two, ["pad-why"])), [{"reply": ""}, {"rating": "good"}])
        first.send({"reply": ""})
        recorded = first.send({"rating": "good"})
        assert (recorded["kind"], recorded["interval"]) == ("cram", None)


def test_a_card_that_another_terminal_answered_is_not_asked_again(tmp_path: Path) -> None:
    clock = Clock()
    with context(tmp_path, clock) as one, context(tmp_path, clock, device="other") as two:
        first = converse(one, options(one, CARDS[:3]))
        next(first), next(first)
        play(converse(two, options(two, [CARDS[1]])), [{"reply": None}, {"rating": "good"}])
        first.send({"command": "skip"})
        assert next(first)["card"] == CARDS[2]


def test_time_up_ends_the_session_but_for_missed_cards(tmp_path: Path) -> None:
    clock = Clock()
    with context(tmp_path, clock) as at:
        conversation = converse(at, options(at, CARDS, minutes=5))
        next(conversation), next(conversation)
        conversation.send({"reply": ""})
        clock.at += 6 * 60_000
        conversation.send({"rating": "again"})
        assert next(conversation)["card"] == CARDS[0]
        conversation.send({"reply": ""})
        conversation.send({"rating": "good"})
        assert next(conversation)["event"] == "summary"


def test_an_edited_card_reads_again(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        conversation = converse(at, options(at, ["pad-why"]))
        next(conversation), next(conversation)
        path = tmp_path / "bank" / "small.yaml"
        path.write_text(path.read_text().replace("need padding", "want padding"))
        assert "want padding" in conversation.send({"command": "reload"})["text"]
        verdict = conversation.send({"reply": "border"})
        path.write_text(path.read_text().replace("cues: {en: [border]", "cues: {en: [edge]"))
        verdict = conversation.send({"command": "reload"})
        assert verdict["event"] == "verdict"
        at.bank.close()


def test_a_card_with_a_lost_bank_entry_is_passed_over(tmp_path: Path) -> None:
    with context(tmp_path) as at:
        events = play(converse(at, options(at, ["gone", "pad-why", "gone-too"])), [{"command": "skip"}])
    assert names(events) == ["session", "question", "done", "summary"]


def test_a_leech_is_reported_once_for_each_lapse_that_makes_it_one(tmp_path: Path) -> None:
    clock = Clock()
    output = []
    with context(tmp_path, clock) as at:
        play(converse(at, options(at, ["norm-formula"])), [{"reply": None}, {"rating": "good"}])
        for _ in range(12):
            clock.pass_days(3)
            inputs: list[Any] = [{"reply": None}, {"rating": "again"}, {"reply": None}, {"rating": "again"}]
            events = play(converse(at, options(at, ["norm-formula"])), inputs)
            output.append([event["leech"] for event in events if event["event"] == "recorded"])
    assert [number for number, leech in enumerate(output, 1) if any(leech)] == [8, 12]
    assert output[7] == [True, False], "the second miss of the same session is not told again"


def test_steps_are_never_shown_in_order_and_options_in_every_order() -> None:
    steps = Card("c", "d", Text(en="?"), Order(tuple(Text(en=str(number)) for number in range(3))))
    orders = {draw(steps, "en", Random(seed), "").drawn for seed in range(200)}
    assert orders == set(permutations(range(3))) - {(0, 1, 2)}
    options = Card(
        "c", "d", Text(en="?"), Choice(tuple(Option(Text(en=str(number)), number == 0) for number in range(3)))
    )
    assert {draw(options, "en", Random(seed), "").drawn for seed in range(200)} == set(permutations(range(3)))


# No sequence of words breaks it

WORDS = st.one_of(
    st.sampled_from([{"command": word} for word in ("undo", "skip", "suspend", "bury", "flag", "hint", "language")]),
    st.sampled_from([{"rating": word} for word in ("again", "hard", "good", "easy", "suggested")]),
    st.sampled_from(
        [{"reply": reply} for reply in ("", 1, [1, 2, 3, 4], ["mean", "variance"], "55", None, "the border", [2])]
    ),
    st.lists(st.integers(0, 4), max_size=3).map(lambda ticks: {"ticks": ticks}),
    st.sampled_from([17, {}, {"command": "dance"}]),
)
FOLLOWS = {
    "session": {"question", "summary"},
    "question": {"verdict", "hint", "done", "undone", "error", "question", "summary"},
    "hint": {"verdict", "hint", "done", "undone", "error", "question", "summary"},
    "verdict": {"verdict", "recorded", "done", "question", "error", "summary"},
    "recorded": {"question", "summary"},
    "done": {"question", "summary", "verdict", "recorded", "hint", "done", "undone", "error"},
    "undone": {"question", "summary", "undone", "verdict", "hint", "done", "error"},
    "error": {"verdict", "hint", "done", "undone", "error", "question", "recorded", "summary"},
    "summary": {"undone", "error"},
}  # fmt: skip


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(words=st.lists(WORDS, max_size=25), cards=st.lists(st.sampled_from(CARDS), unique=True, max_size=4))
def test_no_sequence_of_words_breaks_it(tmp_path: Path, words: list[Any], cards: list[str]) -> None:
    place = tmp_path / "one"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    if (tmp_path / "cache").exists():
        shutil.copytree(tmp_path / "cache", place / "cache")
        shutil.copytree(tmp_path / "bank", place / "bank")
    with context(place) as at:
        if not (tmp_path / "cache").exists():
            shutil.copytree(place / "cache", tmp_path / "cache")
            shutil.copytree(place / "bank", tmp_path / "bank")
        conversation = converse(at, options(at, cards))
        live: dict[str, str] = {}
        ahead = iter(words)
        event, before = next(conversation), None
        try:
            while True:
                if before is not None:
                    assert event["event"] in FOLLOWS[before], f"{event['event']} after {before}"
                match event["event"]:
                    case "recorded":
                        assert rows(place)[event["id"]] == event["kind"]
                        live[event["id"]] = event["kind"]
                    case "done" if event["id"]:
                        live[event["id"]] = event["command"]
                    case "undone" if event["id"]:
                        del live[event["id"]]
                    case "summary":
                        assert event["answered"] == sum(kind in ("review", "cram") for kind in live.values())
                    case _:
                        pass
                assert rows(place) == live
                before = event["event"]
                event = conversation.send(next(ahead, None) if event.get("expects") else None)
        except StopIteration:
            assert before == "summary"
        assert at.history.verify() == []


ONE_LANGUAGE = """\
deck: own
language: en
cards:
  - id: frogs
    kind: open
    question: Why do frogs croak?
    answer: It is night.
"""


@pytest.mark.parametrize(
    ("language", "said", "deeper"),
    [
        ("en", "this card has no other language", "no deeper question is left"),
        ("zh", "这张卡片没有另一种语言", "没有更深入的问题了"),
    ],
)
def test_a_card_in_one_language_stays_in_that_of_the_session(
    tmp_path: Path, language: Any, said: str, deeper: str
) -> None:
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / "small.yaml").write_text(ONE_LANGUAGE, encoding="utf-8")
    with context(tmp_path) as at:
        inputs = [{"command": "language"}, {"reply": ""}, {"command": "language"}, {"command": "follow_up"}]
        events = play(converse(at, options(at, ["frogs"], language=language)), inputs)
    assert names(events)[:6] == ["session", "question", "error", "verdict", "error", "error"]
    assert [events[at]["message"] for at in (2, 4, 5)] == [said, said, deeper]
    assert (events[1]["language"], events[1]["languages"]) == (language, ["en"])
