"""Every shipped card is a test case: sound by every rule, readable in both languages, its own answer right."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from samples import sample, sampled
from studying import shipped_cards

from dlquiz import bank, kinds, numeric
from dlquiz.bank.checks.finding import texts_of
from dlquiz.bank.checks.report import check_bank
from dlquiz.cards import LANGUAGES, Card, Choice, Cloze, Numeric, Order
from dlquiz.grading.numeric import expected
from dlquiz.grading.open_answer.points import judge, targets
from dlquiz.markup import cell_width
from dlquiz.render import markdown

pytestmark = pytest.mark.no_cover

SHIPPED = bank.shipped_questions()
CARDS = shipped_cards()


def of_kind(kind: str) -> list[Card]:
    return [card for card in CARDS if card.kind == kind]


# What decides how a question of the family is worked out: none of these may be missing from what is asked.
DECISIVE: dict[str, tuple[str, set[int | str]]] = {
    "conv-output-size": ("s", {2, 3, 4}),
    "dilated-output-size": ("s", {1, 2}),
    "pool-output-size": ("s", {2, 3, 4}),
    "kv-cache-of-a-batch": ("w", {"bf16", "fp8"}),
    "decode-speed-bound": ("w", {"fp16", "int8", "fp32"}),
}


@pytest.mark.parametrize("identifier", DECISIVE)
def test_a_family_is_asked_in_all_its_variants(identifier: str) -> None:
    variable, variants = DECISIVE[identifier]
    family = next(card.body for card in CARDS if card.id == identifier)
    assert isinstance(family, Numeric)
    drawn = [numeric.draw(family, Random(seed), (None, 30.0)[seed % 2]).values[variable] for seed in range(120)]
    assert set(drawn) >= variants
    assert max(map(drawn.count, set(drawn))) <= 90


def test_the_check_is_clean() -> None:
    assert [str(problem) for problem in check_bank([SHIPPED], (), SHIPPED).problems] == []


def test_every_card_of_the_documents_was_read_by_somebody_who_did_not_write_it() -> None:
    """Cards on later topics (`m1-012`) wait for their second reader in `bank list --unchecked`."""
    later = {card.id for card in CARDS if card.source and all(source.startswith("m") for source in card.source)}
    assert [card.id for card in CARDS if card.checked is None and card.id not in later] == []


def test_derivations_are_open_cards_with_steps_and_formulas() -> None:
    """The points are the steps that an interviewer ticks; at least two of them must be said."""
    derivations = [card for card in CARDS if card.deck == "derivations"]
    assert len(derivations) >= 25
    for card in derivations:
        assert (card.kind, "derivation" in card.tags) == ("open", True), card.id
        assert 3 <= len(card.points) <= 6, card.id
        assert sum(point.core for point in card.points) >= 2, card.id
        assert card.answer, card.id
        assert all("$" in card.answer.language(language) for language in LANGUAGES), card.id


@sampled
def test_cues_find_their_own_points(one_in: int) -> None:
    for card in sample(CARDS, one_in):
        known = targets(card.points, card.question)
        for language in LANGUAGES if card.answer and card.points else ():
            assert card.answer
            states = [found.state for found in judge(known, card.answer.language(language))]
            assert states == ["said"] * len(card.points), (card.id, language)


@sampled
@pytest.mark.parametrize("width", [80, 40])
def test_every_text_fits_the_terminal(width: int, one_in: int) -> None:
    for card in sample(CARDS, one_in):
        for text in shown(card):
            for line in markdown.lines(text, width):
                assert cell_width(line.plain.rstrip()) <= width, (card.id, line.plain)


def shown(card: Card) -> Iterator[str]:
    instance = numeric.draw(card.body, Random(3)) if isinstance(card.body, Numeric) else None
    for _, text in texts_of(card):
        for language in LANGUAGES:
            yield instance.fill(text.language(language)) if instance else text.language(language)


def test_the_right_options_are_right() -> None:
    for card in of_kind("choice"):
        assert isinstance(card.body, Choice)
        order = tuple(range(len(card.body.options)))
        right = [number for number, option in enumerate(card.body.options, 1) if option.right]
        wrong = [number for number in range(1, len(order) + 1) if number not in right]
        wrong = wrong[:1] if len(right) == 1 else wrong
        assert kinds.check(card, order, right, "en").correct, card.id
        assert not wrong or not kinds.check(card, order, wrong, "en").correct, card.id


def test_the_right_order_is_right() -> None:
    for card in of_kind("order"):
        assert isinstance(card.body, Order)
        order = tuple(reversed(range(len(card.body.steps))))
        assert kinds.check(card, order, [order.index(step) + 1 for step in range(len(order))], "en").correct, card.id
        assert not kinds.check(card, order, list(range(1, len(order) + 1)), "en").correct, card.id


@sampled
def test_every_accepted_word_fills_its_hole(one_in: int) -> None:
    for card in sample(of_kind("cloze"), one_in):
        assert isinstance(card.body, Cloze)
        right = [hole.answer for hole in card.body.holes]
        for place, hole in enumerate(card.body.holes):
            for word in (hole.answer, *hole.accept):
                reply = [*right[:place], word, *right[place + 1 :]]
                assert kinds.check(card, None, reply, "en").correct, (card.id, word)


@sampled
def test_the_computed_answer_is_right_and_mistakes_are_wrong(one_in: int) -> None:
    for card in sample(of_kind("numeric"), one_in):
        assert isinstance(card.body, Numeric)
        instance = numeric.draw(card.body, Random(5))
        for language in LANGUAGES:
            assert kinds.check(card, instance, expected(instance), language).correct, (
                card.id,
                instance.values,
            )
