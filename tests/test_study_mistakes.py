"""The mistakes that are kept: counted alike by study and drill, reported when habits, and used by --weakest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studying import Clock, context, converse, options, play

from dlquiz import numeric
from dlquiz.cards import Language, Numeric
from dlquiz.messages.study import Phrases
from dlquiz.render.dashboard import Dashboard, lines
from dlquiz.render.study import StudyPage
from dlquiz.review_log import Selection
from dlquiz.scheduler.queue import Limits, order
from dlquiz.session.context import SessionContext
from dlquiz.session.events import SummaryEvent
from dlquiz.session.frequent_mistakes import (
    MIN_TIMES,
    RECENT,
    FrequentMistake,
    NumericAnswer,
    ReportedMistake,
    habits,
    mistake_risks,
    numeric_answers,
    tally,
)

NAMES = ("O1", "O2", "O3", "P1", "P6", "F1")
names = st.sampled_from(NAMES)


@st.composite
def answered(draw: Any) -> NumericAnswer:
    could = draw(st.frozensets(names))
    made = None
    if could and draw(st.booleans()):
        picked = draw(st.lists(st.sampled_from(sorted(could)), min_size=1, max_size=2, unique=True))
        made = draw(st.sampled_from("|+")).join(picked)
    return NumericAnswer(draw(st.sampled_from("abc")), draw(st.sampled_from((made, None, "own:1", "unit:*2"))), could)


@given(st.lists(answered(), max_size=40))
def test_counts_are_of_chances(answers: list[NumericAnswer]) -> None:
    whole, newest = tally(answers), tally(answers, RECENT)
    for mistake in (*whole, *newest):
        parts = set(mistake.name.split("|"))
        assert parts <= set(NAMES)
        assert 1 <= mistake.times <= mistake.of <= sum(bool(parts & one.possible) for one in answers)
    assert all(mistake.of <= RECENT for mistake in newest)
    sums = {mistake.name: mistake.times for mistake in whole}
    assert all(mistake.times <= sums[mistake.name] for mistake in newest)
    assert all(0 < risk <= 1 for risk in mistake_risks(answers).values())


@given(st.lists(answered(), max_size=40))
def test_every_mistake_that_was_made_is_counted_once(answers: list[NumericAnswer]) -> None:
    real = [one.made for one in answers if one.made and ":" not in one.made]
    single = [made for made in real if "+" not in made]
    total = sum(mistake.times for mistake in tally(answers))
    # Two at once count for both, a tie for one.
    assert total == len(single) + 2 * (len(real) - len(single))


def test_a_tie_is_settled_by_what_the_person_surely_does() -> None:
    both, one = frozenset(("O2", "O3")), frozenset(("O2",))
    assert tally([NumericAnswer("a", "O2|O3", both)] * 2) == [FrequentMistake("O2|O3", 2, 2)]
    assert tally([NumericAnswer("a", "O2|O3", both)] * 2 + [NumericAnswer("b", "O2", one)]) == [
        FrequentMistake("O2", 3, 3)
    ]


def test_who_has_learned_hears_of_it_no_longer() -> None:
    could = frozenset(("O5",))
    made, right = NumericAnswer("a", "O5", could), NumericAnswer("a", None, could)
    assert [mistake.name for mistake in habits([right] * (RECENT - MIN_TIMES) + [made] * MIN_TIMES, "en")] == ["O5"]
    assert habits([right] * (RECENT - 1) + [made] * 9, "en") == ()
    assert habits([made], "en") == ()


# ── in a session ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def at(tmp_path: Path) -> Iterator[SessionContext]:
    with context(tmp_path, Clock()) as opened:
        yield opened


def _without_padding(event: dict[str, Any]) -> int:
    values = event["values"]
    return int((values["n"] - values["k"]) // values["s"] + 1)


def _miss(at: SessionContext, times: int, language: Language = "en") -> dict[str, Any]:
    """Forget the padding so many times and return the summary."""
    conversation = converse(at, options(at, ["conv-side"], language=language))
    event = next(conversation)
    for _ in range(times):
        event = _until(conversation, event, "question")
        event = conversation.send({"reply": _without_padding(event), "seconds": 9})
        assert event["mistake"]["name"].split("|")[0] == "O1"
        event = conversation.send({"rating": "again"})
    event = _until(conversation, event, "question")
    last: dict[str, Any] = conversation.send({"command": "quit"})
    return last


def _until(conversation: Any, event: dict[str, Any], name: str) -> dict[str, Any]:
    while event["event"] != name:
        event = next(conversation)
    return event


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("en", "keeps happening: the padding is forgotten (3 of 3)"),
        ("zh", "经常出现：漏掉了填充（最近 3 次中有 3 次）"),
    ],
)
def test_the_summary_tells_habits_in_both_languages(at: SessionContext, language: Language, spoken: str) -> None:
    summary = _miss(at, 3, language)
    (mistake,) = [mistake for mistake in summary["slips"] if "O1" in mistake["name"].split("|")]
    assert (mistake["count"], mistake["of"]) == (3, 3)
    values = [ReportedMistake(one["name"], one["what"], one["count"], one["of"]) for one in summary["slips"]]
    event = SummaryEvent(3, 0, 0.5, 1, None, tuple(values), ())
    text = "".join(line.plain for line in StudyPage(Phrases(language), 80).summary(event))
    assert spoken in text


def test_made_once_is_not_a_habit_and_an_undone_answer_is_none(at: SessionContext) -> None:
    assert _miss(at, 1)["slips"] == []
    at.clock.pass_days(2)  # type: ignore[attr-defined]
    assert _miss(at, 1)["slips"][0]["count"] == 2
    at.history.undo()
    assert len(numeric_answers(at.history)) == 1
    assert habits(numeric_answers(at.history), "en") == ()


def test_the_log_keeps_what_could_have_been_made(at: SessionContext) -> None:
    _miss(at, 1)
    (row,) = at.history.rows("conv-side")
    shown = json.loads(row.shown or "")
    body = at.bank.card("conv-side").body  # type: ignore[union-attr]
    assert isinstance(body, Numeric)
    instance = numeric.restored(body, shown["values"])
    assert instance is not None
    assert shown["slips"] == instance.possible_mistakes
    assert numeric_answers(at.history) == [NumericAnswer("conv-side", row.mistake, frozenset(shown["slips"]))]


def test_weakest_prefers_what_invites_the_persons_mistakes(at: SessionContext) -> None:
    """Two cards equally well remembered: the one that invites the mistake comes first, whatever its place."""
    both = ("pad-why", "conv-side")
    for name in both:
        play(converse(at, options(at, [name])), [{"reply": "" if name == "pad-why" else None}, {"rating": "good"}])
    found = [one for one in at.history.candidates(at.bank.cards_path, Selection(mode="weakest")) if one.card in both]
    found = [one._replace(state=found[0].state) for one in found]
    plain = order(found, at.clock().day, Limits(), at.model, mode="weakest")
    assert plain == list(both)
    made = [NumericAnswer("conv-side", "O1", frozenset(("O1",)))] * 3
    assert (
        order(found, at.clock().day, Limits(), at.model, mode="weakest", risks=mistake_risks(made)) == list(both)[::-1]
    )
    assert order(found, at.clock().day, Limits(), at.model, mode="weakest", risks=mistake_risks(made[:1])) == list(both)


@pytest.mark.parametrize(
    ("language", "spoken"),
    [("en", "keeps happening: the padding is"), ("zh", "经常出现：漏掉了填充")],
)
def test_the_dashboard_has_room_for_one_habit(at: SessionContext, language: Language, spoken: str) -> None:
    _miss(at, 2)
    at.clock.pass_days(1)  # type: ignore[attr-defined]
    habit = habits(numeric_answers(at.history), language)[0]
    counts = at.history.counts(at.bank.cards_path)
    shown = lines(Dashboard(counts.cards, counts, 20, 30.0, habit), Phrases(language))
    assert [spoken in line for line in shown].count(True) == 1
    for busy in (counts, counts._replace(answered_today=4, tomorrow=3, due=2)):
        assert len(lines(Dashboard(counts.cards, busy, 20, 30.0, habit), Phrases(language))) <= 5


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "missed: a, b, c, d and 2 more → "), ("zh", "答错：a，b，c，d 等，另 2 题 → ")],
)
def test_the_summary_names_the_first_of_what_was_missed(language: Language, said: str) -> None:
    event = SummaryEvent(9, 3, 1.5, 1, None, (), (), missed=("a", "b", "c", "d", "e", "f"))
    page = StudyPage(Phrases(language), 80)
    assert said + "dlquiz study --missed" in [line.plain.strip() for line in page.summary(event)]
    assert not any("--missed" in line.plain for line in page.summary(event._replace(missed=())))
