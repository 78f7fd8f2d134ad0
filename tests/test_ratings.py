"""The suggested rating of open answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.cards import Rating
from dlquiz.grading.ratings import gave_up, suggested_for_points

numbers = st.sets(st.integers(1, 6))
core_points = st.sets(st.integers(1, 6), min_size=1)


@given(core_points, numbers, st.booleans())
def test_again_never_comes_before_the_person_confirms(core: set[int], ticked: set[int], slow: bool) -> None:
    assert suggested_for_points(core, ticked, confirmed=False, slow_or_helped=slow) is not Rating.AGAIN


@given(core_points, numbers, st.booleans(), st.booleans())
def test_given_up_is_again(core: set[int], ticked: set[int], confirmed: bool, slow: bool) -> None:
    rating = suggested_for_points(core, ticked, confirmed=confirmed, given_up=True, slow_or_helped=slow)
    assert rating is Rating.AGAIN


@given(core_points, numbers, st.integers(1, 6), st.booleans())
def test_one_more_tick_never_lowers(core: set[int], ticked: set[int], more: int, confirmed: bool) -> None:
    before = suggested_for_points(core, ticked, confirmed=confirmed)
    assert before <= suggested_for_points(core, ticked | {more}, confirmed=confirmed)


@given(core_points, numbers, numbers, st.booleans())
def test_bonus_points_change_nothing(core: set[int], ticked: set[int], bonus: set[int], confirmed: bool) -> None:
    with_bonus = suggested_for_points(core, ticked | (bonus - core), confirmed=confirmed)
    assert with_bonus is suggested_for_points(core, ticked & core, confirmed=confirmed)


@given(core_points, numbers, st.booleans())
def test_time_and_hints_only_take_good_away(core: set[int], ticked: set[int], confirmed: bool) -> None:
    quick = suggested_for_points(core, ticked, confirmed=confirmed)
    slow = suggested_for_points(core, ticked, confirmed=confirmed, slow_or_helped=True)
    assert slow is (Rating.HARD if quick is Rating.GOOD else quick)


@given(core_points, numbers, st.booleans())
def test_good_is_all_core_points(core: set[int], ticked: set[int], confirmed: bool) -> None:
    assert (suggested_for_points(core, ticked, confirmed=confirmed) is Rating.GOOD) == (core <= ticked)


@given(core_points, numbers)
def test_half_of_the_core_points_is_hard(core: set[int], ticked: set[int]) -> None:
    rating = suggested_for_points(core, ticked, confirmed=True)
    assert (rating is Rating.AGAIN) == (len(core & ticked) < len(core) / 2)


@pytest.mark.parametrize(
    "reply",
    ["don't know", "I dont know", "I don’t know", "do not know", "idk", "IDK!", "no idea", "不知道", "不知道。",
     "我不知道", "不会", "忘了", "忘记了", "ｉｄｋ", "I can't remember", "give up", "dunno", None],
)  # fmt: skip
def test_not_knowing_is_understood(reply: str | None) -> None:
    assert gave_up(reply)


@pytest.mark.parametrize(
    "reply",
    ["", " ", "know", "the model does not know", "it can't remember long contexts", "不会过拟合", "不知道标签",
     "pass through the layer", "idk maybe the variance", "none of the weights"],
)  # fmt: skip
def test_answers_are_no_giving_up(reply: str) -> None:
    assert not gave_up(reply)
