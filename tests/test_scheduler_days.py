"""Days begin at 04:00 where the person is: a grid of hours, zones and both clock changes, judged by the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.scheduler import Entry, Instant, Model, Reviews, date_of, replay, replay_many, replay_reviews
from dlquiz.scheduler.replay import SEPARATOR

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Shanghai", "Asia/Kolkata", "Asia/Kathmandu",
         "Australia/Lord_Howe", "Pacific/Kiritimati", "America/St_Johns", "Pacific/Pago_Pago"]  # fmt: skip
EPOCH = date(1970, 1, 1)


def instant(local: datetime) -> Instant:
    offset = local.utcoffset()
    assert offset is not None
    return Instant(int(local.timestamp() * 1000), int(offset.total_seconds() // 60))


def study_day(local: datetime) -> int:
    """By the calendar and the clock on the wall alone: before 04:00 it is still yesterday."""
    return (local.date() - EPOCH).days - (local.hour < 4)


@pytest.mark.parametrize("zone", ZONES)
def test_every_half_hour_around_both_clock_changes(zone: str) -> None:
    for start in (datetime(2026, 3, 27), datetime(2026, 10, 23), datetime(2026, 3, 6), datetime(2026, 10, 30)):
        moments = [(start.replace(tzinfo=UTC) + timedelta(minutes=30 * step)).astimezone(ZoneInfo(zone))
                   for step in range(6 * 48)]  # fmt: skip
        days = [instant(local).day for local in moments]
        assert days == [study_day(local) for local in moments]
        assert all(later - earlier in (0, 1) for earlier, later in pairwise(days))


@pytest.mark.parametrize("zone", ZONES)
def test_elapsed_days_over_a_grid_of_local_times(zone: str) -> None:
    """Two reviews at any hours of two days near a clock change: elapsed is the calendar difference of study days."""
    hours = [0, 1, 2, 3, 4, 5, 12, 20, 23]
    for first_day in (date(2026, 3, 28), date(2026, 10, 24), date(2026, 3, 7), date(2026, 10, 31)):
        for gap in (0, 1, 2, 7):
            for early in hours:
                for late in hours:
                    one = datetime(first_day.year, first_day.month, first_day.day, early, 30, tzinfo=ZoneInfo(zone))
                    other = first_day + timedelta(days=gap)
                    two = datetime(other.year, other.month, other.day, late, 30, tzinfo=ZoneInfo(zone))
                    wanted = gap - (late < 4) + (early < 4)
                    # Hours that the spring change skips exist on no wall clock.
                    if any(local.astimezone(UTC).astimezone(ZoneInfo(zone)).hour != local.hour for local in (one, two)):
                        continue
                    assert instant(two).day - instant(one).day == wanted


def test_the_rollover_is_exact() -> None:
    before = datetime(2026, 3, 14, 3, 59, 59, 999_000, tzinfo=ZoneInfo("Asia/Shanghai"))
    after = datetime(2026, 3, 14, 4, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert (date_of(instant(before).day), date_of(instant(after).day)) == ("2026-03-13", "2026-03-14")


def test_twenty_in_the_evening_to_eight_in_the_morning_is_a_day() -> None:
    zone = ZoneInfo("Europe/Berlin")
    evening, morning = datetime(2026, 5, 4, 20, tzinfo=zone), datetime(2026, 5, 5, 8, tzinfo=zone)
    assert instant(morning).day - instant(evening).day == 1
    night = datetime(2026, 5, 5, 1, tzinfo=zone)
    assert instant(night).day == instant(evening).day


@given(st.lists(st.tuples(st.integers(-5, 30), st.sampled_from([1, 2, 3, 4])), min_size=1, max_size=8))
def test_days_that_go_back_count_as_none(steps: list[tuple[int, int]]) -> None:
    """Travel east to west and clocks set back: the replay is that of the same reviews with zero days between."""
    model, day, history, entries = Model(), 1000, [], []
    for number, (step, rating) in enumerate(steps):
        day += step
        entries.append(Entry(str(number), "review", day, rating, 1))
        history.append((rating, max(0, step) if number else 0))
    state = replay("card", entries, model)
    assert state.memory == model.memories([history])[0]
    assert (state.last_day, state.due_day) == (day, day + 1)


@given(st.lists(st.lists(st.tuples(
    st.integers(-5, 300), st.integers(1, 4), st.integers(0, 90), st.one_of(st.none(), st.integers(0, 99_999)),
    st.sampled_from([None, "forgot-padding", "floor-for-ceil"])), min_size=1, max_size=14), max_size=5))  # fmt: skip
def test_the_bulk_replay_is_the_replay(cards: list[list[tuple[int, int, int, int | None, str | None]]]) -> None:
    """What SQL packs into lists gives what the same rows give one by one, also when days go back."""
    one_by_one, packed = [], []
    for number, rows in enumerate(cards):
        card, day, entries = f"card-{number}", 20_000, []
        for place, (step, rating, interval, right, mistake) in enumerate(rows):
            day += step
            entries.append(Entry(f"{place:026}", "review", day, rating, interval, right, mistake, 1000 + place))
        one_by_one.append((card, entries))
        timed = [str(entry.right_milliseconds) for entry in entries if entry.right_milliseconds is not None]
        packed.append(
            Reviews(
                card, entries[-1].id, sum(entry.at for entry in entries), ",".join(str(entry.day) for entry in entries),
                "".join(str(entry.rating) for entry in entries), ",".join(str(entry.interval) for entry in entries),
                ",".join(timed) or None, sum(entry.mistake is not None for entry in entries),
                SEPARATOR.join(entry.mistake or "" for entry in entries),
            )
        )  # fmt: skip
    assert replay_reviews(packed, Model()) == replay_many(one_by_one, Model())


@given(st.integers(0, 4_000_000_000_000), st.integers(-12 * 60, 14 * 60))
def test_a_day_is_the_date_four_hours_ago(at: int, offset: int) -> None:
    local = datetime(1970, 1, 1) + timedelta(milliseconds=at) + timedelta(minutes=offset) - timedelta(hours=4)
    assert date_of(Instant(at, offset).day) == local.date().isoformat()
