"""The mock interview without a person: which questions come, what the ranges hold, what the report says."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from math import comb
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studying import compiled_questions

from dlquiz import bank
from dlquiz.cards import KINDS, Language, Text
from dlquiz.interview.candidates import InterviewCard
from dlquiz.interview.course import MAX_DEPTH, AnswerOutcome, InterviewAnswer, InterviewCourse, Turn
from dlquiz.interview.limits import limit
from dlquiz.interview.plan import plan_questions
from dlquiz.interview.ranges import difference_range, share_range
from dlquiz.interview.record import Answer, Beginning, new_id, read_records
from dlquiz.interview.report import Points, Question, Readiness, Report, compared, make_report
from dlquiz.interview.sampling import KIND_SHARES, SEEDS_TOGETHER, probabilities, raked, sample
from dlquiz.markup import cell_width
from dlquiz.messages.interview import CONDUCT, PAGE, REPORT
from dlquiz.messages.study import Phrases
from dlquiz.render.interviews.report import comparison, lines
from dlquiz.render.interviews.screen import InterviewPage
from dlquiz.scheduler.days import Instant
from dlquiz.session.events import AnsweredQuestionEvent, InterviewTurn, QuestionEvent

# Every run takes some of the thousand, the slow tests all of them.
SEEDS = pytest.mark.parametrize("seeds", [range(0, 1000, 60), pytest.param(range(1000), marks=pytest.mark.slow)])
MINUTES = 30
OUTCOMES: tuple[AnswerOutcome, ...] = ("right", "partly", "spoken", "wrong", "skipped")


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> list[InterviewCard]:
    """The shipped cards with the weights of the track for language models."""
    with bank.open_bank([bank.shipped_questions()], compiled_questions()) as questions:
        track = next(one for one in questions.tracks() if one.name == "llm")
        return [
            InterviewCard(card.id, card.deck, card.kind, card.level, card.weight * track.factor(card.deck, card.tags),
                      limit(card.kind, card.level, card.usual_seconds), card.then)
            for card in questions.all()
        ]  # fmt: skip


def conducted(course: InterviewCourse, minutes: float, seed: int) -> tuple[list[InterviewAnswer], float]:
    """An interview with somebody whose answers are drawn, and who takes the limit for each; the seconds left."""
    random, asked, left = Random(seed), list[InterviewAnswer](), float(minutes * 60)
    while (turn := course.next(asked, left)) is not None:
        asked.append(InterviewAnswer(turn, random.choice(OUTCOMES)))
        left -= turn.limit
    return asked, left


@pytest.mark.no_cover
@SEEDS
def test_a_thousand_interviews(shipped: list[InterviewCard], seeds: range) -> None:
    pool = {card.card: card for card in shipped}
    deepest = 0
    for seed in seeds:
        random = Random(seed)
        minutes = random.choice((20, 30, 45, 60))
        # Mostly a small part of the bank, another one each time: faster, and harder to fill.
        open_cards = {name: card for name, card in pool.items() if not seed % 60 or random.random() < 0.2}
        planned = plan_questions(list(open_cards.values()), minutes, seed)
        course = InterviewCourse(planned, open_cards, seed)
        asked, left = conducted(course, minutes, seed)
        cards = [open_cards[one.turn.card] for one in asked]
        assert len(set(cards)) == len(cards), "no question comes twice"
        assert abs(left) <= max(card.limit for card in cards), "the time is filled to within a question"
        for before, after in pairwise(asked):
            _check_step(before, after, open_cards)
        for number, one in enumerate(asked):
            missed = {earlier.turn.card for earlier in asked[:number] if earlier.missed}
            assert not any(one.turn.card in pool[name].then for name in missed), "nothing builds on what was missed"
        depths = [_depth(asked, number) for number in range(len(asked))]
        deepest = max(deepest, *depths)
        first = planned[: len(sample(list(open_cards.values()), minutes * 60, seed))]
        levels = [open_cards[name].level for name in first]
        third = len(levels) // 3
        assert sum(levels[:third]) <= sum(levels[-third:]), "from broad to deep"
    assert 2 <= deepest <= MAX_DEPTH, "chains are followed"


def _check_step(before: InterviewAnswer, after: InterviewAnswer, pool: dict[str, InterviewCard]) -> None:
    one, two = pool[before.turn.card], pool[after.turn.card]
    if after.turn.follow_up_of is not None:
        assert after.turn.follow_up_of == one.card
        assert two.card in one.then
        assert before.outcome in ("right", "spoken")
    elif after.turn.easier:
        assert before.missed
        assert (two.deck, two.level < one.level) == (one.deck, True)
    else:
        assert one.deck != two.deck, "no topic twice in a row"


def _depth(asked: list[InterviewAnswer], number: int) -> int:
    by_card, deep, turn = {one.turn.card: one.turn for one in asked}, 0, asked[number].turn
    while turn.follow_up_of is not None:
        deep, turn = deep + 1, by_card[turn.follow_up_of]
    return deep


@pytest.mark.no_cover
@pytest.mark.parametrize("seeds", [range(256), pytest.param(range(1000), marks=pytest.mark.slow)])
def test_topics_and_kinds_have_their_shares_over_many_seeds(shipped: list[InterviewCard], seeds: range) -> None:
    decks, kinds, asked = Counter[str](), Counter[str](), 0
    for seed in seeds:
        chosen = sample(shipped, MINUTES * 60, seed)
        decks.update(card.deck for card in chosen)
        kinds.update(card.kind for card in chosen)
        asked += len(chosen)
    whole = sum(card.weight for card in shipped)
    for deck in decks:
        share = sum(card.weight for card in shipped if card.deck == deck) / whole
        # Of a deck with very few questions one more or less for each run of seeds is more than a tenth.
        runs = len(seeds) / SEEDS_TOGETHER
        assert abs(decks[deck] - share * asked) <= max(0.1 * share * asked, 1.5 * runs), deck
    for kind in KINDS:
        assert abs(kinds[kind] / asked - KIND_SHARES[kind]) < 0.03, kind


def test_the_same_seed_asks_the_same_and_another_one_differs(shipped: list[InterviewCard]) -> None:
    pool = {card.card: card for card in shipped}
    plans = [plan_questions(cards, MINUTES, 7) for cards in (shipped, shipped[::-1])]
    assert plans[0] == plans[1] != plan_questions(shipped, MINUTES, 8)
    course = InterviewCourse(plans[0], pool, 7)
    assert conducted(course, MINUTES, 3) == conducted(course, MINUTES, 3)


@given(st.data())
def test_small_banks_give_what_they_have(data: st.DataObject) -> None:
    names = [f"card-{number}" for number in range(data.draw(st.integers(0, 6)))]
    cards = [
        InterviewCard(name, data.draw(st.sampled_from("ab")), data.draw(st.sampled_from(KINDS)),
                  data.draw(st.integers(1, 3)), data.draw(st.floats(0.1, 9)), 60,
                  tuple(data.draw(st.lists(st.sampled_from(names), max_size=2))))
        for name in names
    ]  # fmt: skip
    planned = plan_questions(cards, 20, data.draw(st.integers(0, 99)))
    assert sorted(planned) == names
    asked, _ = conducted(InterviewCourse(planned, {card.card: card for card in cards}, 1), 20, 2)
    assert len(asked) == len({one.turn.card for one in asked}) <= len(names)
    assert bool(asked) == bool(names)


@given(st.lists(st.floats(0.01, 50), min_size=1, max_size=30), st.integers(1, 30))
def test_probabilities_sum_to_the_size_of_the_sample(weights: list[float], count: int) -> None:
    chances = probabilities(weights, count)
    assert sum(chances) == pytest.approx(min(count, len(weights)))
    assert all(0 < chance <= 1 for chance in chances)


def test_raking_keeps_the_weights_of_the_topics(shipped: list[InterviewCard]) -> None:
    weights = raked(shipped)
    for deck in {card.deck for card in shipped}:
        inside = [number for number, card in enumerate(shipped) if card.deck == deck]
        assert sum(weights[number] for number in inside) == pytest.approx(
            sum(shipped[number].weight for number in inside)
        )


# Ranges


@pytest.mark.parametrize("asked", [3, 5, 8, 10, 15, 20, 30])
def test_the_range_of_a_share_holds_as_often_as_it_says(asked: int) -> None:
    """Exactly, by the binomial distribution, over candidates of every strength from 20 to 95 per cent."""
    strengths = [0.2 + 0.75 * step / 200 for step in range(201)]
    held = 0.0
    for strength in strengths:
        for right in range(asked + 1):
            found = share_range(right, asked)
            if found.low <= strength <= found.high:
                held += comb(asked, right) * strength**right * (1 - strength) ** (asked - right)
    assert 0.75 <= held / len(strengths) <= 0.88


@pytest.mark.no_cover
@pytest.mark.parametrize(("candidates", "slack"), [(100, 0.05), pytest.param(300, 0.0, marks=pytest.mark.slow)])
def test_over_simulated_candidates_the_range_holds_in_80_per_cent(
    shipped: list[InterviewCard], candidates: int, slack: float
) -> None:
    """Candidates with a strength of their own in every topic, in whole interviews with follow-ups; few of them leave
    more to chance."""
    pool = {card.card: card for card in shipped}
    plans = [plan_questions(shipped, MINUTES, seed) for seed in range(10)]
    # In order: that of a set is another one in each run.
    decks = sorted({card.deck for card in shipped})
    random, totals, topics = Random(5), list[bool](), list[bool]()
    for candidate in range(candidates):
        strength = random.uniform(0.3, 0.9)
        strong = {deck: min(0.98, max(0.02, random.gauss(strength, 0.15))) for deck in decks}
        course, asked, left = (
            InterviewCourse(plans[candidate % 10], pool, candidate),
            list[InterviewAnswer](),
            MINUTES * 60.0,
        )
        while (turn := course.next(asked, left)) is not None:
            asked.append(InterviewAnswer(turn, "right" if random.random() < strong[pool[turn.card].deck] else "wrong"))
            left -= turn.limit
        questions = [_question(one.turn.card, pool[one.turn.card].deck, one.outcome == "right") for one in asked]
        report = make_report(("i", Instant(0, 0), MINUTES, "llm"), questions)
        true = sum(strong[one.deck] for one in questions) / len(questions)
        totals.append(report.total.low <= true <= report.total.high)
        topics += [one.low <= strong[one.name] <= one.high for one in report.topics if one.asked >= 3]
    assert 0.75 - slack <= sum(totals) / len(totals) <= 0.88 + slack
    assert 0.75 - slack <= sum(topics) / len(topics) <= 0.88 + slack


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_a_difference_lies_in_its_range_and_turns_round(one: int, two: int, data: st.DataObject) -> None:
    before = share_range(data.draw(st.integers(0, one)), one)
    after = share_range(data.draw(st.integers(0, two)), two)
    there, back = difference_range(before, after), difference_range(after, before)
    assert there.low <= there.share <= there.high
    assert there == pytest.approx((-back.share, -back.high, -back.low))


# The report


def _question(card: str, deck: str, right: bool, seconds: float = 30) -> Question:
    return Question(card, deck, "open", 1, "2026-03-02T09:00:00+00:00", seconds, 60, "right" if right else "wrong")


def test_what_the_report_says() -> None:
    questions = [
        *(_question(f"a{number}", "attention", True) for number in range(4)),
        *(_question(f"c{number}", "convolution", number == 0, 90) for number in range(3)),
        Question("d", "data", "numeric", 2, "", 0, 60, "skipped"),
        Question("e", "data", "order", 2, "", 20, 60, "unrated", follow_up_of="a1"),
    ]
    report = make_report(("i", Instant(0, 0), 30, "llm"), questions)
    assert (report.total.asked, report.total.right) == (8, 5)
    assert [(one.name, one.asked, one.right) for one in report.topics] == [
        ("attention", 4, 4), ("convolution", 3, 1), ("data", 1, 0)]  # fmt: skip
    assert (report.strongest, report.weakest) == (("attention",), ("data", "convolution"))
    assert report.missed == ("c1", "c2", "d")
    assert (report.pace.over, report.pace.seconds) == (3, 410)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.floats(0, 500))), st.booleans())
def test_a_report_is_read_as_it_was_written(answers: list[tuple[str, bool, float]], planned: bool) -> None:
    import json

    questions = [
        Question(f"q{number}", deck, "open", 2, "", round(seconds, 1), 90, "right" if right else "wrong",
                 Points((1,), (1, 2), 3), "q0" if number else None)
        for number, (deck, right, seconds) in enumerate(answers)
    ]  # fmt: skip
    readiness = Readiness("2026-04-01", 0.5, 0.8) if planned else None
    report = make_report(("i", Instant(1_772_442_000_000, 60), 30, "llm"), questions, readiness)
    assert Report.from_json(json.loads(json.dumps(report.to_json()))) == report
    assert compared(report, report).share == 0


def test_reports_that_cannot_be_read_are_none() -> None:
    assert Report.from_json({"id": "x"}) is None


# The log


def test_the_log_is_read_back_whatever_else_is_in_it() -> None:
    at = Instant(1_772_442_000_000, 60)
    beginning = Beginning(new_id(at, "d"), 30, "llm", 7, "zh", ("a", "b"), {"decks": ("attention",)})
    answers = [
        Answer(Turn("a", 90.0), {"language": "zh"}, "said", 12.5, at),
        Answer(Turn("b", 60.0, "a"), {}, None, 3.0, at, skipped=True),
        Answer(Turn("c", 60.0, easier=True), {"values": {"n": 3}}, [1, 2], 3.0, at),
    ]
    entries: list[tuple[Instant, dict[str, Any]]] = [(at, beginning.to_json())]
    entries += [(at, answer.to_json(beginning.id, number)) for number, answer in enumerate(answers, 1)]
    strange: tuple[dict[str, Any], ...] = ({"event": "answer"}, {"event": "sing"}, {"event": "end", "report": 3})
    noise: list[tuple[Instant, dict[str, Any]]] = [
        (at, {}),
        (at, {"id": "other", "event": "end"}),
        *((at, {"id": beginning.id, **one}) for one in strange),
    ]
    (record,) = read_records([*noise, entries[0], *noise, *entries[1:], *noise])
    assert (record.beginning, record.answers, record.report) == (beginning, tuple(answers), None)
    assert record.seconds == 18.5
    ended = (at, {"id": beginning.id, "event": "end", "report": {"id": "x"}})
    assert read_records([*entries, ended])[0].report == {"id": "x"}


@pytest.mark.parametrize("phrases", [CONDUCT, REPORT, PAGE])
def test_both_languages_say_the_same(phrases: dict[str, dict[str, str]]) -> None:
    assert set(phrases["en"]) == set(phrases["zh"])
    for name, text in phrases["en"].items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", phrases["zh"][name])), name


# What is shown

DECKS = {"a": Text(en="Attention and the Transformer", zh="注意力与 Transformer"), "b": Text(en="Data", zh="数据")}


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["right", "wrong", "skipped", "unrated"]), st.booleans()),
        max_size=5,
    ),
    st.sampled_from(["en", "zh"]),
    st.integers(24, 100),
)
def test_a_report_fits_its_width(answers: list[tuple[str, Any, bool]], language: Language, width: int) -> None:
    questions = [
        Question(
            f"a-card-with-a-long-name-{number}",
            deck,
            "numeric",
            1,
            "",
            75,
            60,
            outcome,
            follow_up_of=f"a-card-with-a-long-name-{number - 1}" if deeper and number else None,
        )
        for number, (deck, outcome, deeper) in enumerate(answers)
    ]
    report = make_report(("i", Instant(1_772_442_000_000, 60), 30, "llm"), questions, Readiness("2026-04-01", 0.5, 0.8))
    texts = {one.card: "为什么需要学习率预热？它怎样影响 Adam？" for one in questions[::2]}
    shown = lines(report, language, DECKS, width, texts)
    assert all(cell_width(line) <= width for line in shown)
    deeper = sum(one.follow_up_of is not None for one in questions)
    assert sum("↳" in line for line in shown) == deeper + bool(deeper)  # once more where it is explained
    both = comparison(report, report, language, DECKS, width)
    assert all(cell_width(line) <= width for line in both)


def test_the_signs_of_a_report_are_explained_those_alone_that_stand_there() -> None:
    head = ("i", Instant(1_772_442_000_000, 60), 30, "llm")

    def shown(outcomes: list[Any], language: Language, width: int = 60, above: str | None = None) -> list[str]:
        questions = [Question(f"card-{one}", "a", "open", 1, "", 75, 60, one, follow_up_of=above) for one in outcomes]
        return lines(make_report(head, questions, None), language, DECKS, width)

    english = shown(["right", "wrong", "skipped", "unrated"], "en")
    at = english.index("Questions (time of limit)")
    assert english[at + 1] == "✓ right · ✗ not right · – passed · ? not rated yet"
    assert english[at + 2].startswith("✓ card-right")
    assert "✓ 答对 · ↳ 追问" in shown(["right"], "zh", above="card-0")
    assert "By kind (█ right, ▒ may be more)" in english
    assert "By topic" in english
    narrow = shown(["right", "wrong", "skipped", "unrated"], "en", 30)
    assert "✓ right · ✗ not right" in narrow


def test_a_difference_of_one_point_is_one_point() -> None:
    head, ready = ("i", Instant(1_772_442_000_000, 60), 30, "llm"), Readiness("2026-04-01", 0.5, 0.8)
    right, wrong = (Question("card", "a", "open", 1, "", 75, 60, one) for one in ("right", "wrong"))
    reports = [make_report(head, [right] * count + [wrong] * (100 - count), ready) for count in (50, 51)]
    assert "1 point better: 50 % → 51 %" in comparison(reports[0], reports[1], "en", DECKS, 80)
    assert "下降 1 个百分点：51% → 50%" in comparison(reports[1], reports[0], "zh", DECKS, 80)


@given(st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=200), st.sampled_from(["en", "zh"]))
def test_what_was_typed_stands_whole_beside_its_label(typed: str, language: Language) -> None:
    page = InterviewPage(Phrases(language), 40)
    turn = InterviewTurn(60, 0.0, None)
    question = QuestionEvent("c", "deck", "open", language, 1, "Why?", None, 0, 1, 3, False, ("en", "zh"), turn)
    shown = [line.plain for line in page.answered(AnsweredQuestionEvent(question, typed, 75, False))]
    assert all(cell_width(line) <= 40 for line in shown)
    assert "".join(typed.split()) in "".join("".join(shown).split())
