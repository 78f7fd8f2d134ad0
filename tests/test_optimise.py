"""Own weights of FSRS: judged on later reviews, used only when better, the same on every device, and taken back."""

from __future__ import annotations

import json
import math
import os
import random
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest
from studying import START, Ran, run_in

from dlquiz.review_log import Event, History
from dlquiz.review_log.ids import ulid
from dlquiz.review_log.rows import Row
from dlquiz.scheduler import DEFAULT_WEIGHTS, Instant, Model
from dlquiz.scheduler.days import DAY
from dlquiz.scheduler.fsrs import BOUNDS
from dlquiz.scheduler.optimise import MIN_SCORED, DayRating, fit, log_loss, scored_reviews

# A person who forgets sooner than the model expects: memories begin at half, and grow by less.
FORGETFUL = tuple(
    weight * (0.5 if place < 4 else 0.7 if place == 8 else 1) for place, weight in enumerate(DEFAULT_WEIGHTS)
)
FIRST_DAY = START // DAY


@cache
def learner(
    weights: tuple[float, ...], cards: int = 300, reviews: int = 9, seed: int = 1, spread: int = 60
) -> list[list[DayRating]]:
    """The reviews of somebody whose memory follows these weights, more or less on the days that the defaults set."""
    generator, memory, planned = random.Random(seed), Model(weights), Model()
    histories = []
    for _ in range(cards):
        rating = generator.choice((1, 2, 3, 3, 3, 4))
        history = [DayRating(FIRST_DAY + generator.randrange(spread), rating)]
        true, (seen, interval) = memory.after(None, 0)[rating][0], planned.after(None, 0)[rating]
        for _ in range(reviews - 1):
            gap = max(1, round(interval * generator.uniform(0.7, 1.6)))
            recalled = generator.random() < memory.retrievability(true.stability, gap)
            rating = generator.choice((2, 3, 3, 3, 4)) if recalled else 1
            true, (seen, interval) = memory.after(true, gap)[rating][0], planned.after(seen, gap)[rating]
            history.append(DayRating(history[-1].day + gap, rating))
        histories.append(history)
    return histories


def rows(histories: list[list[DayRating]]) -> Iterator[Row]:
    number = 0
    for card, history in enumerate(histories):
        for review in history:
            number += 1
            at = review.day * DAY + 12 * 3_600_000 + number
            yield Row(ulid(at, number.to_bytes(10, "big")), at, 0, "desk", "review", card=f"card-{card}",
                      rating=review.rating, interval=1, verdict="right", correct=int(review.rating > 1))  # fmt: skip


def open_log(path: Path, at: int = START + 900 * DAY, device: str = "laptop") -> History:
    return History.open(path, device=device, clock=lambda: Instant(at, 0))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose log holds a forgetful person's reviews."""
    home = tmp_path / "home"
    home.mkdir()
    with open_log(home / "history.db") as log:
        log.add(rows(learner(FORGETFUL)))
    return home


def optimise(home: Path, *options: str) -> Ran:
    return run_in(home, "optimise", *options)


def test_the_loss_is_that_of_its_definition() -> None:
    """The mean of −ln P over the reviews, by the one formula that is ours."""
    histories, model = learner(FORGETFUL, cards=12, reviews=4), Model()
    losses = []
    for history in histories:
        memory = None
        for before, review in zip([None, *history], history, strict=False):
            gap = 0 if before is None else review.day - before.day
            if memory is not None:
                recall = model.retrievability(memory.stability, gap)
                losses.append(-math.log(recall if review.rating > 1 else 1 - recall))
            memory = model.after(memory, gap)[review.rating][0]
    assert log_loss(scored_reviews(histories), DEFAULT_WEIGHTS) == pytest.approx(sum(losses) / len(losses), rel=1e-4)


def test_reviews_of_the_same_day_are_not_scored() -> None:
    assert scored_reviews([[DayRating(5, 1), DayRating(5, 3), DayRating(5, 3)], [DayRating(9, 3)], []]) == []
    backwards = [DayRating(9, 3), DayRating(4, 3), DayRating(6, 3)]
    assert [len(review.history) for review in scored_reviews([backwards])] == [3]


@pytest.mark.parametrize("seed", range(3))
def test_a_fit_pays_for_an_unusual_memory_and_not_for_the_usual_one(seed: int) -> None:
    unusual = fit(scored_reviews(learner(FORGETFUL, seed=seed)))
    usual = fit(scored_reviews(learner(DEFAULT_WEIGHTS, seed=seed)))
    assert unusual.is_better
    assert not usual.is_better
    for found in (unusual, usual):
        assert all(low <= weight <= high for weight, (low, high) in zip(found.weights, BOUNDS, strict=True))
        assert Model(found.weights).weights == found.weights


def test_the_verdict_is_right_about_reviews_to_come() -> None:
    """The gain that is reported is one on later reviews: it is found again on those of the following months."""
    reviews = scored_reviews(learner(FORGETFUL, cards=600, reviews=10, seed=7, spread=700))
    known, later = reviews[: len(reviews) * 2 // 3], reviews[len(reviews) * 2 // 3 :]
    found = fit(known)
    gain = 1 - log_loss(later, found.weights) / log_loss(later, DEFAULT_WEIGHTS)
    assert found.is_better
    assert gain > 0
    assert gain == pytest.approx(1 - found.log_loss / found.log_loss_default, abs=0.02)


def test_a_log_with_weights_computes_with_them_everywhere(tmp_path: Path) -> None:
    with open_log(tmp_path / "one.db") as one:
        one.add(rows(learner(FORGETFUL, cards=20)))
        before = {state.card: state for state in one.states()}
        one.record_weights({"weights": FORGETFUL})
        assert one.model.weights == FORGETFUL
        after = {state.card: state for state in one.states()}
        assert [state.due_day for state in after.values()] == [before[card].due_day for card in after]
        assert all(state.stability != before[card].stability for card, state in after.items())
        assert one.verify() == []
    with open_log(tmp_path / "one.db") as again:
        assert again.model.weights == FORGETFUL
        assert again.verify() == []
    with open_log(tmp_path / "two.db", device="desktop") as two:
        two.merge(tmp_path / "one.db")
        assert two.model.weights == FORGETFUL
        assert {state.card: state for state in two.states()} == after
    with open_log(tmp_path / "two.db", START + 901 * DAY, device="desktop") as two:
        two.record_weights({"weights": DEFAULT_WEIGHTS})
    with open_log(tmp_path / "one.db") as one:
        one.merge(tmp_path / "two.db")
        assert one.model.weights == DEFAULT_WEIGHTS
        assert {state.card: state for state in one.states()} == before


def test_an_open_window_follows_weights_that_came_meanwhile(tmp_path: Path) -> None:
    with open_log(tmp_path / "history.db") as window, open_log(tmp_path / "history.db") as other:
        window.add(rows(learner(FORGETFUL, cards=5)))
        other.record_weights({"weights": FORGETFUL})
        recorded = window.record(Event("review", "card-0", rating=3))
        assert window.model.weights == FORGETFUL
        assert recorded.state.stability is not None
        assert window.verify() == []


def test_a_backup_from_before_the_fit_brings_the_defaults_back(tmp_path: Path) -> None:
    with open_log(tmp_path / "history.db") as log:
        log.add(rows(learner(FORGETFUL, cards=5)))
        before = log.backup(force=True)
        assert before is not None
        log.record_weights({"weights": FORGETFUL})
        log.restore(before)
        assert log.model.weights == DEFAULT_WEIGHTS
        assert log.verify() == []


@pytest.mark.parametrize("shown", ['{"weights": []}', '{"weights": "x"}', "[]", "{}", '{"weights": [NaN]}', None])
def test_weights_that_cannot_be_are_ignored(tmp_path: Path, shown: str | None) -> None:
    with open_log(tmp_path / "history.db") as log:
        log.record_weights({"weights": FORGETFUL})
        at = START + 950 * DAY
        row = Row(ulid(at, os.urandom(10)), at, 0, "desk", "weights", shown=shown)
        log.connection.execute(
            f"INSERT INTO event ({', '.join(Row._fields[:-1])}) VALUES ({','.join('?' * 17)})", row[:-1]
        )
    with open_log(tmp_path / "history.db") as log:
        assert log.model.weights == FORGETFUL


def test_a_person_fits_looks_and_goes_back(home: Path) -> None:
    trial = optimise(home, "--dry-run")
    assert trial.code == 0, trial.errors
    assert "2,400 reviews" in trial.output
    assert "better" in trial.output
    assert "nothing was changed" in trial.output.lower()
    used = optimise(home, "--json")
    report = json.loads(used.output)
    assert report["used"]
    assert len(report["fit"]["weights"]) == 21
    assert report["fit"]["log_loss"] < report["fit"]["log_loss_default"]
    with open_log(home / "history.db") as log:
        assert log.model.weights == tuple(report["fit"]["weights"])
        assert log.verify() == []
        (row,) = [row for row in log.events() if row.kind == "weights"]
        assert set(json.loads(row.shown or "")) == {"weights", "reviews", "log_loss", "log_loss_default"}
    back = optimise(home, "--revert")
    assert back.code == 0
    assert "default" in back.output
    with open_log(home / "history.db") as log:
        assert log.model.weights == DEFAULT_WEIGHTS
        assert log.verify() == []
    assert optimise(home, "--revert").code == 1


def test_what_came_after_the_fit_is_compared(home: Path) -> None:
    with open_log(home / "history.db", START + 100 * DAY) as log:
        log.record_weights({"weights": FORGETFUL})
    said = optimise(home, "--dry-run").output
    assert "Since your weights were fitted" in said
    assert "better" in said.split("\n")[0]


def test_too_few_reviews_and_wrong_options_are_reported(tmp_path: Path) -> None:
    few = optimise(tmp_path, "--json")
    assert few.code == 0
    assert json.loads(few.output)["needed"] == MIN_SCORED
    assert "0 of the 1,500 reviews" in optimise(tmp_path).output
    both = optimise(tmp_path, "--revert", "--dry-run")
    assert both.code == 2
    assert "exclude each other" in both.errors


def test_a_package_for_anki_carries_the_fitted_weights(tmp_path: Path) -> None:
    with open_log(tmp_path / "history.db") as log:
        log.record_weights({"weights": FORGETFUL})
    package = tmp_path / "deck.apkg"
    code, _, errors = run_in(tmp_path, "export", "anki", "pooling", "-o", str(package))
    assert code == 0, errors
    with zipfile.ZipFile(package) as members:
        collection = tmp_path / "collection.db"
        collection.write_bytes(members.read("collection.anki2"))
    with closing(sqlite3.connect(collection)) as connection:
        presets = json.loads(connection.execute("SELECT dconf FROM col").fetchone()[0])
    assert {tuple(preset["fsrsParams6"]) for preset in presets.values()} == {FORGETFUL}
