"""The sheet for the evening before: which cards, how they look, and that two pages hold it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studying import START, Clock, compiled_questions, run_in
from test_page import Reader

from dlquiz import bank, settings
from dlquiz.bank.cache import Bank
from dlquiz.cards import Card, Language, Text
from dlquiz.export.sheet import MOST_FORMULAS, SheetPart, formulas, sheet
from dlquiz.kinds.view import CardView, Working, WorkingStep
from dlquiz.markup import cell_width
from dlquiz.readiness.logged import BankCard
from dlquiz.render import markdown
from dlquiz.review_log import Event, History
from dlquiz.scheduler import Model, State
from dlquiz.stats.answers import StudyAnswer
from dlquiz.stats.sheet import LATELY, SheetInputs, sheet_cards

TODAY = 100
NAMES = [f"card-{number}" for number in range(12)]


def answer(card: str, day: int, right: bool) -> StudyAnswer:
    return StudyAnswer(card, "open", day, right, 5.0, 3 if right else 1, None, f"{card}:0")


def inputs(answers: list[StudyAnswer], weights: dict[str, float] | None = None) -> SheetInputs:
    last = {one.card: one.day for one in answers}
    states = {card: State(card, 5.0, 5.0, 1, last_day=day, due_day=day + 5) for card, day in last.items()}
    cards = [BankCard(name, "deck", 1, 3, "open") for name in NAMES]
    chosen = weights or dict.fromkeys(NAMES, 3.0)
    return SheetInputs(cards, chosen, sorted(answers, key=lambda one: one.day), states, TODAY, Model().retrievability)


answers = st.lists(
    st.builds(answer, st.sampled_from(NAMES), st.integers(TODAY - 40, TODAY + 2), st.booleans()), max_size=40
)


@given(answers, st.integers(1, 8))
def test_no_card_stands_twice_and_the_missed_ones_come_first(given_answers: list[StudyAnswer], most: int) -> None:
    found = sheet_cards(inputs(given_answers), most)
    assert len({*found.missed, *found.weakest}) == len(found.missed) + len(found.weakest)
    assert len(found.missed) <= most
    assert len(found.weakest) == min(most, len(NAMES) - len(found.missed))
    for card in found.missed:
        days = [one.day for one in given_answers if one.card == card and not one.right and one.day <= TODAY]
        last = max(days)
        assert TODAY - last < LATELY
        assert not any(one.right and last < one.day <= TODAY for one in given_answers if one.card == card)


def test_what_was_right_on_a_later_day_is_no_longer_missed() -> None:
    first, second, third = NAMES[:3]
    found = sheet_cards(inputs([
        answer(first, TODAY - 3, False), answer(first, TODAY - 3, True),
        answer(second, TODAY - 3, False), answer(second, TODAY - 2, True),
        answer(third, TODAY - LATELY, False),
    ]), 4)  # fmt: skip
    assert found.missed == (first,)


def test_the_weakest_are_those_whose_loss_weighs_most_and_the_unseen_fill_up() -> None:
    days = {NAMES[0]: 1, NAMES[1]: 60, NAMES[2]: 60}
    weights = dict.fromkeys(NAMES, 3.0) | {NAMES[0]: 5.0, NAMES[2]: 5.0, NAMES[9]: 4.0}
    found = sheet_cards(inputs([answer(card, TODAY - days[card], True) for card in days], weights), 5)
    assert found.weakest == (NAMES[2], NAMES[1], NAMES[0], NAMES[9], NAMES[3])


def test_formulas_are_relations_between_letters() -> None:
    view = CardView("?", r"Since $a = b$ and $$ y = W x + b $$, about $x$, costs \$5, $n\approx 6ND$, $3 = 3$.")
    assert list(formulas(view)) == ["$y = W x + b$", r"$n\approx 6ND$"]


def test_the_value_of_a_symbol_is_no_formula() -> None:
    view = CardView("?", r"With $\alpha = 0.01$, $d_k = 64$ $\eta_{max}\approx 3$: $\sum_i p_i = 1$, $d_k = d / h$.")
    assert list(formulas(view)) == [r"$\sum_i p_i = 1$", "$d_k = d / h$"]


def working(quantity: str, *steps: str) -> CardView:
    return CardView("?", solution=Working(tuple(WorkingStep(quantity, formula, "1 + 1", "2") for formula in steps)))


def test_a_part_of_a_quantity_is_not_printed_as_the_whole() -> None:
    parts = working("parameters", "weight = C_out × C_in × k × k", "bias = C_out", "weight + bias")
    assert list(formulas(parts)) == [
        "`weight = C_out × C_in × k × k`", "`bias = C_out`", "`parameters = weight + bias`"
    ]  # fmt: skip


def test_letters_that_only_their_question_explains_are_left_out() -> None:
    assert not list(formulas(working("position", "p / s")))
    assert not list(formulas(working("KV cache", "bytes / 1024 ^ 3")))


@pytest.fixture(scope="module")
def shipped() -> Iterator[Bank]:
    with bank.open_bank([bank.shipped_questions()], compiled_questions()) as questions:
        yield questions


def part_of(shipped: Bank, seed: int) -> list[SheetPart]:
    cards = Random(seed).sample(shipped.ids(), 16)
    return [SheetPart("sheet missed", shipped.cards(cards[:8])), SheetPart("sheet weakest", shipped.cards(cards[8:]))]


@pytest.mark.no_cover
@pytest.mark.parametrize("language", get_args(Language))
def test_two_pages_hold_it(shipped: Bank, language: Language) -> None:
    """A page of paper has about 65 lines of 90 letters; of twenty sheets the usual one fits on two."""
    titles = {row.name: row.title for row in shipped.decks()}
    lengths, listed = [], []
    for seed in range(20):
        text = sheet(part_of(shipped, seed), language, titles)
        lengths.append(len(markdown.lines(text, 90, language=language)))
        assert text.count("\n- ") + text.count("`") >= 1
        assert all(f"**{number}.** ★" in text for number in range(1, 17))
        last = text.partition("## Formulas" if language == "en" else "## 相关公式")[2]
        listed.append(last.count("\n- "))
    assert max(listed) <= MOST_FORMULAS
    assert sorted(listed)[10] > 0, listed
    assert sorted(lengths)[10] <= 130, lengths
    assert max(lengths) <= 195, lengths


@pytest.mark.no_cover
@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("width", [40, 80, 120])
def test_it_fits_the_terminal(shipped: Bank, language: Language, width: int) -> None:
    for seed in range(5):
        drawn = markdown.lines(sheet(part_of(shipped, seed), language, {}), width, language=language)
        # Displayed formulas are drawn whole.
        assert sum(cell_width(line.plain) > width for line in drawn) <= 2


def test_a_card_in_one_language_stays_in_it() -> None:
    from dlquiz.cards import Open

    card = Card("a-card", "deck", Text(zh="为什么？"), Open(), answer=Text(zh="因为。"))
    text = sheet([SheetPart("sheet missed", [card])], "en", {})
    assert "为什么？" in text
    assert "因为。" in text


def test_the_command_prints_what_was_missed(tmp_path: Path) -> None:
    user_settings = settings.read({"DLQUIZ_HOME": str(tmp_path), "LANG": "C"})
    with History.open(user_settings.history_file, device="test", clock=Clock(START)) as history:
        history.record(Event("review", "sigmoid-definition", rating=3, seconds=5))
        history.record(Event("review", "nonlinearity-why", rating=1, seconds=5))
    now = {"DLQUIZ_NOW": "2026-03-03T09:00+00:00"}
    code, out, err = run_in(tmp_path, "sheet", "--markdown", "--cards", "2", **now)
    assert code == 0, err
    missed, _, weakest = out.partition("## Asked most")
    assert "non-linear activations" in missed.partition("## Missed lately")[2]
    assert weakest.count("** ★★★★★") == 2
    reader = Reader()
    reader.feed(run_in(tmp_path, "sheet", "--html", "--lang", "zh", **now)[1])
    assert not reader.open
    assert "面试前速览" in reader.text
    page = run_in(tmp_path, "sheet", "--html", **now)[1]
    assert (page.count("<h1>"), page.count("<h2>")) == (1, 3)
    assert run_in(tmp_path, "sheet", "--html", "--markdown")[0] == 2
    assert run_in(tmp_path, "plan", "2026-03-12", "--track", "vision", **now)[0] == 0
    assert "# Before the interview · Thu 12 Mar" in run_in(tmp_path, "sheet", "--markdown", **now)[1]


@pytest.mark.no_cover
@pytest.mark.parametrize("language", ["en", "zh"])
def test_workings_are_printed_as_in_the_terminal(shipped: Bank, language: Language) -> None:
    cards = tuple(card for card in shipped.all() if card.kind == "numeric" and card.body.working is None)  # type: ignore[union-attr]
    text = sheet([SheetPart("sheet missed", cards)], language, {})
    workings = [line for line in text.splitlines() if line.startswith("- `")]
    assert len(workings) > 50
    assert [line for line in workings if re.search(r"floor\(|ceil\(| · |(?<![\d.])\d{5}", line)] == []
