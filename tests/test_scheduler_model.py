"""The engine as we call it: equal to py-fsrs and to published vectors, and asked only what it can answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import inf, nan
from random import Random
from typing import Any

import pytest
from fsrs import Card, Rating, Scheduler
from fsrs_rs_python import Card as EngineCard
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.errors import DlquizError
from dlquiz.scheduler import RATINGS, Memory, Model
from dlquiz.scheduler.fsrs import BOUNDS, DEFAULT_WEIGHTS
from dlquiz.scheduler.fuzz import MAX_INTERVAL, bounds, rounded, scheduled
from dlquiz.scheduler.replay import Entry, State, replay

# (days since the last review, rating) → retrievability before, stability, difficulty, whole days (py-fsrs 6.3.2).
VECTORS: dict[str, list[tuple[Any, ...]]] = {
    "A": [
        (0, 3, None, 2.306500, 2.118104, 2),
        (2, 3, 0.909493, 10.964332, 2.111214, 11),
        (7, 3, 0.927790, 36.123636, 2.104331, 36),
        (20, 1, 0.935328, 2.500922, 7.389976, 3),
        (1, 3, 0.950279, 4.535380, 7.377814, 5),
        (3, 2, 0.925819, 7.572981, 8.244499, 8),
        (5, 4, 0.925923, 18.589482, 7.643121, 19),
    ],
    "B": [
        (0, 1, None, 0.212000, 6.413300, 1),
        (0, 3, None, 0.246689, 6.402115, None),
        (1, 1, 0.780850, 0.113367, 8.802628, None),
        (0, 2, None, 0.113367, 9.190357, None),
        (0, 3, None, 0.137464, 9.176395, None),
        (1, 3, 0.723853, 0.695218, 9.162447, 1),
    ],
    "C": [
        (0, 4, None, 8.295600, 1.0, 8),
        (8, 4, 0.902473, 65.624226, 1.0, 66),
        (60, 3, 0.906037, 230.684169, 1.0, 231),
        (400, 1, 0.857998, 5.971669, 7.026990, 6),
    ],
}

histories = st.lists(st.tuples(st.sampled_from(RATINGS), st.integers(0, 400)), min_size=1, max_size=12)


def by_steps(model: Model, history: list[tuple[int, int]]) -> Memory | None:
    memory = None
    for rating, elapsed in history:
        memory = model.after(memory, elapsed)[rating][0]
    return memory


def by_py_fsrs(weights: tuple[float, ...], retention: float, history: list[tuple[int, int]]) -> Card:
    judge = Scheduler(weights, retention, learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    card, moment = Card(), datetime(2026, 1, 1, 12, tzinfo=UTC)
    for number, (rating, elapsed) in enumerate(history):
        moment += timedelta(days=elapsed if number else 0)
        card, _ = judge.review_card(card, Rating(rating), moment)
    return card


@pytest.mark.parametrize("name", VECTORS)
def test_published_vectors(name: str) -> None:
    model, memory = Model(), None
    for elapsed, rating, recall, stability, difficulty, days in VECTORS[name]:
        if recall is not None and memory is not None:
            assert model.retrievability(memory.stability, elapsed) == pytest.approx(recall, abs=2e-6)
        memory, interval = model.after(memory, elapsed)[rating]
        assert memory == pytest.approx((stability, difficulty), rel=1e-5)
        if days is not None:
            assert max(1, rounded(interval)) == days


@pytest.mark.parametrize(
    ("retention", "share_of_stability"),
    [(0.70, 9.288), (0.80, 3.316), (0.85, 1.906), (0.90, 1), (0.95, 0.4026), (0.97, 0.2228)],
)
def test_interval_for_a_retention(retention: float, share_of_stability: float) -> None:
    memory, interval = Model(retention=retention).after(None, 0)[4]
    assert interval / memory.stability == pytest.approx(share_of_stability, rel=3e-4)


@given(histories)
def test_states_equal_py_fsrs(history: list[tuple[int, int]]) -> None:
    judged = by_py_fsrs(DEFAULT_WEIGHTS, 0.9, history)
    memory = by_steps(Model(), history)
    assert memory is not None
    # py-fsrs has no ceiling of 36,500 days.
    assert memory.stability == pytest.approx(min(judged.stability or 0, 36_500), rel=2e-4)
    assert memory.difficulty == pytest.approx(judged.difficulty, rel=2e-4)


@given(histories, st.integers(0, 2**32), st.sampled_from([0.7, 0.8, 0.9, 0.95]))
def test_states_equal_py_fsrs_with_other_weights(history: list[tuple[int, int]], seed: int, retention: float) -> None:
    chance = Random(seed)
    weights = tuple(
        min(max(weight * chance.uniform(0.8, 1.2), low), high)
        for weight, (low, high) in zip(DEFAULT_WEIGHTS, BOUNDS, strict=True)
    )
    # First stabilities rise with the rating in any fitted set.
    weights = (*sorted(weights[:4]), *weights[4:])
    judged = by_py_fsrs(weights, retention, history)
    memory = by_steps(Model(weights, retention), history)
    assert memory is not None
    assert memory.stability == pytest.approx(min(judged.stability or 0, 36_500), rel=1e-3)
    assert memory.difficulty == pytest.approx(judged.difficulty, rel=1e-3)


@given(st.lists(st.lists(st.tuples(st.sampled_from(RATINGS), st.integers(0, 400)), max_size=8), max_size=8))
def test_many_at_once_equal_one_by_one(several: list[list[tuple[int, int]]]) -> None:
    model = Model()
    assert model.memories(several) == [by_steps(model, history) for history in several]


@given(st.floats(0.001, 36_500), st.integers(0, 40_000), st.floats(0.1, 0.8))
def test_retrievability_is_the_engines(stability: float, elapsed: int, decay: float) -> None:
    model = Model((*DEFAULT_WEIGHTS[:20], decay))
    judge = EngineCard()
    judge.parameters = list(model.weights)
    judge.stability, judge.difficulty, judge.last_date = stability, 5.0, 0.0
    assert model.retrievability(stability, elapsed) == pytest.approx(judge.retention_on(float(elapsed)), rel=2e-4)


def test_a_clock_set_back_counts_as_the_same_day() -> None:
    model = Model()
    memory = model.after(None, 0)[3][0]
    assert model.after(memory, -3) == model.after(memory, 0)
    assert model.retrievability(memory.stability, -3) == 1.0
    assert model.after(memory, 10**12)[3][0].stability <= 36_500


@pytest.mark.parametrize("retention", [0, 0.5, 0.999, 1, 1.5, -1, nan, inf])
def test_retention_that_would_break_the_engine(retention: float) -> None:
    with pytest.raises(DlquizError, match="retention"):
        Model(retention=retention)


@pytest.mark.parametrize(
    "weights",
    [
        (),
        DEFAULT_WEIGHTS[:19],
        (*DEFAULT_WEIGHTS[:20], nan),
        (-1.0, *DEFAULT_WEIGHTS[1:]),
        (*DEFAULT_WEIGHTS[:20], inf),
    ],
)
def test_weights_that_the_engine_would_take_silently(weights: tuple[float, ...]) -> None:
    with pytest.raises(DlquizError, match="weight"):
        Model(weights)


# Fuzz, against a second reading of Anki's rule: whole days are tried one by one.


def allowed(days: float) -> set[int]:
    """Every whole day that Anki's fuzz may give an interval, before any minimum."""
    if days < 2.5:
        return {int(days + 0.5)}
    extra = 0.0
    step = 0.01
    position = 2.5
    while position < min(days, 30):
        extra += step * (0.15 if position < 7 else 0.1 if position < 20 else 0.05)
        position += step
    if days > 30:
        extra += (days - 30) * 0.05
    low, high = days - 1 - extra, days + 1 + extra
    return {day for day in range(int(low) - 1, int(high) + 3) if low - 0.5 - 0.02 <= day <= high + 0.5 + 0.02}


@given(st.floats(0.05, 3000), st.text("abc-", min_size=3, max_size=12), st.integers(0, 60))
def test_fuzz_stays_in_ankis_range(days: float, card: str, reviews: int) -> None:
    assert scheduled(card, reviews, 0, 3, days) in {max(1, day) for day in allowed(days)}


@given(st.floats(0.05, 50_000), st.floats(0, 0.12), st.integers(0, 60), st.sampled_from(RATINGS))
def test_intervals_never_go_backwards_on_a_pass(days: float, less: float, reviews: int, rating: int) -> None:
    last = int(days * (1.01 - less))
    plain = min(max(1, rounded(days)), MAX_INTERVAL)
    got = scheduled("some-card", reviews, last, rating, days)
    assert 1 <= got <= MAX_INTERVAL
    if rating == 1 or plain <= last:
        assert got == plain
    else:
        assert got > last


@given(st.floats(2.5, 30_000), st.floats(2.5, 30_000), st.integers(0, 100), st.integers(0, 60))
def test_a_longer_interval_is_never_fuzzed_below_a_shorter(one: float, two: float, last: int, reviews: int) -> None:
    short, long = sorted((one, two))
    assert scheduled("a-card", reviews, last, 3, short) <= scheduled("a-card", reviews, last, 3, long)


def test_fuzz_reaches_every_day_of_its_range_alike() -> None:
    drawn = [scheduled(f"card-{number}", 4, 0, 3, 50.0) for number in range(9_000)]
    low, high = bounds(50.0, 1, MAX_INTERVAL)
    assert set(drawn) == set(range(low, high + 1)) == set(range(46, 55))
    assert all(abs(drawn.count(day) - 1000) < 150 for day in range(low, high + 1))


def test_fuzz_is_the_same_everywhere() -> None:
    # sha256("bn-why:3") begins with these 8 bytes.
    from hashlib import sha256

    head = sha256(b"bn-why:3").hexdigest()[:16]
    low, high = bounds(50.0, 1, MAX_INTERVAL)
    assert scheduled("bn-why", 3, 0, 3, 50.0) == low + int((1 + high - low) * int(head, 16) / 2**64)


def test_previews_are_what_replay_and_record_agree_on() -> None:
    model = Model()
    new = model.previews("bn-why", None, 100)
    assert new == {1: 1, 2: 1, 3: 2, 4: new[4]}
    assert new[4] in {7, 8, 9, 10}
    assert model.previews("bn-why", State("bn-why", flagged=True), 100) == new
    state = replay("bn-why", [Entry("1", "review", 100, 3, 2), Entry("2", "review", 102, 3, 11)], model)
    days = model.previews("bn-why", state, 113)
    four = model.after(state.memory, 11)
    assert days == {rating: scheduled("bn-why", 2, 11, rating, four[rating][1]) for rating in RATINGS}
    assert days[1] < days[2] < days[3] < days[4]
