"""The suggested rating of open answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.grading.ratings import PointState, gave_up, suggested_for_points

ORDER = {"again": 0, "hard": 1, "good": 2}
points = st.lists(
    st.builds(PointState, st.booleans(), st.sampled_from(["said", "maybe", "missing"])), min_size=1, max_size=6
).filter(lambda found: any(point.core for point in found))
ticks = st.sets(st.integers(1, 6))


@given(points, st.booleans())
def test_again_never_comes_before_the_person_confirms(found: list[PointState], slow: bool) -> None:
    assert suggested_for_points(found, None, slow_or_helped=slow) != "again"


@given(points, st.none() | ticks, st.booleans())
def test_given_up_is_again(found: list[PointState], ticked: set[int] | None, slow: bool) -> None:
    assert suggested_for_points(found, ticked, given_up=True, slow_or_helped=slow) == "again"


@given(points, ticks, st.integers(1, 6))
def test_one_more_tick_never_lowers(found: list[PointState], ticked: set[int], more: int) -> None:
    assert ORDER[suggested_for_points(found, ticked)] <= ORDER[suggested_for_points(found, ticked | {more})]


@given(points, st.none() | ticks)
def test_bonus_points_change_nothing(found: list[PointState], ticked: set[int] | None) -> None:
    core = [number for number, point in enumerate(found, 1) if point.core]
    renumbered = None if ticked is None else {core.index(number) + 1 for number in ticked if number in core}
    alone = [point for point in found if point.core]
    assert suggested_for_points(found, ticked) == suggested_for_points(alone, renumbered)


@given(points, st.none() | ticks)
def test_time_and_hints_only_take_good_away(found: list[PointState], ticked: set[int] | None) -> None:
    quick = suggested_for_points(found, ticked)
    assert suggested_for_points(found, ticked, slow_or_helped=True) == ("hard" if quick == "good" else quick)


@given(points, st.none() | ticks)
def test_good_is_all_core_points(found: list[PointState], ticked: set[int] | None) -> None:
    core = {number for number, point in enumerate(found, 1) if point.core}
    said = {number for number, point in enumerate(found, 1) if point.state == "said"} if ticked is None else ticked
    assert (suggested_for_points(found, ticked) == "good") == (core <= said)


def test_maybe_is_asked_about_before_it_counts() -> None:
    found = [PointState(True, "said"), PointState(True, "maybe"), PointState(True, "maybe")]
    assert suggested_for_points(found, None) == "hard"
    assert suggested_for_points(found, {1, 2, 3}) == "good"
    assert suggested_for_points(found, {1}) == "again"


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
