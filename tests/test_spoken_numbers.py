"""Numbers as people say and type them: every shipped family's answer, and the laws of rounding."""

from __future__ import annotations

import re
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studying import shipped_cards

from dlquiz import numeric
from dlquiz.cards import Card, Numeric
from dlquiz.formatting import spoken_number
from dlquiz.grading.numeric import mark
from dlquiz.kinds.view import Working, card_view
from dlquiz.numeric.instance import Instance
from dlquiz.numeric.template import format_value
from dlquiz.render.working import readable

POWERS = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")


@pytest.fixture(scope="module")
def families() -> list[tuple[Card, Instance]]:
    """Each family of the shipped bank with one of its instances."""
    return [(card, numeric.draw(card.body, Random(1))) for card in shipped_cards() if isinstance(card.body, Numeric)]


def value_of(said: str) -> Fraction:
    return Fraction(said.replace(",", "").replace(" × 10", "e").translate(POWERS))


@given(st.one_of(st.integers(-(10**24), 10**24), st.fractions(max_denominator=10**6)))
def test_what_is_said_is_the_value_to_four_digits(value: int | Fraction) -> None:
    written = format_value(value)
    said, _, beside = spoken_number(written).partition(" (")
    if isinstance(value, int) and abs(value) < 10**9:
        assert value_of(said) == value
    else:
        assert abs(value_of(said) - Fraction(value)) <= abs(Fraction(value)) * Fraction(51, 10**5)
        digits = said.split(" × ")[0].replace(",", "").replace(".", "").lstrip("−0")
        assert len(digits.rstrip("0")) <= 4 or len(digits) <= 9
    if beside and "M" not in beside:
        assert value_of(beside.rstrip(")")) == Fraction(written)


@pytest.mark.no_cover
def test_no_answer_of_a_family_is_a_bare_fraction_or_a_run_of_digits(families: list[tuple[Card, Instance]]) -> None:
    for card, instance in families:
        for language in ("en", "zh"):
            view = card_view(card, language, instance)
            assert isinstance(view.solution, Working)
            for said in (one.with_unit for one in view.quantities):
                answer = re.sub("(FLOP/B|tokens/s|词元/s)$", "", said.partition(" (")[0])
                assert "/" not in answer, (card.id, said)
                assert not re.search(r"(?<![.\d])\d{5,}|\de[-+]?\d", answer), (card.id, said)


def test_hints_speak_in_words_and_in_the_letters_of_the_question(families: list[tuple[Card, Instance]]) -> None:
    """But for a layer's parameters, which are torch's."""
    for card, instance in families:
        assert isinstance(card.body, Numeric)
        if "layer" in (card.body.calc or {}):
            continue
        for language in ("en", "zh"):
            formulas = [step["formula"] for step in numeric.steps(instance, language) if "working" not in step]
            for said in (*formulas, *numeric.hints(instance, language)):
                assert not re.search(r"[a-z]{2,}_[a-z]{3,}", re.sub(r"\$[^$]*\$", "", said)), (card.id, said)


def test_a_square_is_its_side_where_pixels_are_asked(families: list[tuple[Card, Instance]]) -> None:
    asked = 0
    for card, instance in families:
        values = [quantity.value for quantity in instance.quantities]
        for place, quantity in enumerate(instance.quantities):
            # A side is whole; other lengths in px, such as the edge of a box, are no side of a square.
            if quantity.unit != "px" or isinstance(quantity.value, tuple) or quantity.value != int(quantity.value):
                continue
            for square in ("{0}x{0}", "{0}×{0} px", "({0}, {0})", "{0} x {0}"):
                reply = [
                    square.format(value) if at == place else format_value(value) for at, value in enumerate(values)
                ]
                assert mark(instance, reply if len(reply) > 1 else reply[0], "en").correct is True, (card.id, square)
            assert not mark(instance, [*values[:place], 10_001, *values[place + 1 :]], "en").parts[place]
            asked += 1
    assert asked >= 18


def test_long_numbers_of_a_working_are_read_at_a_glance() -> None:
    assert readable("6 × 7000000000 / (86400 × 0.35)") == "6 × 7·10⁹ / (86,400 × 0.35)"
    assert readable("12345678 × 0.00001234 × n1234567") == "12,345,678 × 0.00001234 × n1234567"
