"""Natural replies of people who saw neither cues nor model answers: how many of them are understood."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from natural_replies import Totals, measure_holes, measure_open, precision, report, share

pytestmark = pytest.mark.no_cover

REPLIES = Path(__file__).parent / "replies"
# Those that nobody looked at while cues were written are judged in every run.
FOLDERS = [
    pytest.param(REPLIES / "for-judging", id="for-judging"),
    pytest.param(REPLIES / "for-cues", id="for-cues", marks=pytest.mark.slow),
    pytest.param(REPLIES / "for-cues-topics", id="for-cues-topics", marks=pytest.mark.slow),
    pytest.param(REPLIES / "for-judging-topics", id="for-judging-topics", marks=pytest.mark.slow),
    pytest.param(REPLIES / "for-cues-everyday", id="for-cues-everyday", marks=pytest.mark.slow),
    pytest.param(REPLIES / "for-judging-everyday", id="for-judging-everyday", marks=pytest.mark.slow),
]


@cache
def measured(folder: Path) -> Totals:
    return measure_open(folder)


class Floor(NamedTuple):
    """What must hold of the open answers of a folder in a language: one point below what was measured."""

    found: float  # points said that are ticked, at least
    precision: float
    wrong_ticked: float  # wrong answers that tick anything, at most
    complete: float  # complete answers with all core points said or maybe, at least


FLOORS = {
    ("for-cues", "all"): Floor(0.977, 0.987, 0.010, 0.99),
    ("for-cues", "en"): Floor(0.977, 0.987, 0.010, 0.99),
    ("for-cues", "zh"): Floor(0.977, 0.987, 0.010, 0.99),
    ("for-judging", "all"): Floor(0.944, 0.948, 0.088, 0.987),
    ("for-judging", "en"): Floor(0.950, 0.945, 0.115, 0.985),
    ("for-judging", "zh"): Floor(0.938, 0.954, 0.056, 0.99),
    ("for-cues-topics", "all"): Floor(0.967, 0.981, 0.025, 0.99),
    ("for-cues-topics", "en"): Floor(0.962, 0.981, 0.030, 0.99),
    ("for-cues-topics", "zh"): Floor(0.970, 0.981, 0.010, 0.99),
    ("for-judging-topics", "all"): Floor(0.928, 0.929, 0.085, 0.961),
    ("for-judging-topics", "en"): Floor(0.939, 0.931, 0.097, 0.982),
    ("for-judging-topics", "zh"): Floor(0.915, 0.928, 0.073, 0.940),
    ("for-cues-everyday", "all"): Floor(0.959, 0.970, 0.070, 0.989),
    ("for-cues-everyday", "en"): Floor(0.965, 0.970, 0.100, 0.990),
    ("for-cues-everyday", "zh"): Floor(0.955, 0.970, 0.052, 0.988),
    ("for-judging-everyday", "all"): Floor(0.749, 0.894, 0.189, 0.819),
    ("for-judging-everyday", "en"): Floor(0.844, 0.922, 0.677, 0.922),
    ("for-judging-everyday", "zh"): Floor(0.582, 0.831, 0.175, 0.644),
}
LEAST_ACCEPTED, LEAST_REFUSED = 0.985, 0.986


@pytest.mark.parametrize("folder", FOLDERS)
def test_points_of_natural_answers_are_found(folder: Path) -> None:
    totals = measured(folder)
    assert totals["all", "said"] > 700
    for (name, language), floor in FLOORS.items():
        if name == folder.name:
            assert share(totals, language, "found", "said") >= floor.found
            assert precision(totals, language) >= floor.precision
            assert share(totals, language, "wrong ticked", "wrong") <= floor.wrong_ticked
            assert share(totals, language, "full found or maybe", "full") >= floor.complete


@pytest.mark.parametrize("folder", ["denials", "for-matching"])
def test_denials_and_replies_without_cues_of_their_own(folder: str) -> None:
    totals = measured(REPLIES / folder)
    assert totals["all", "said"] > 50
    for language in ("en", "zh"):
        assert share(totals, language, "found", "said") >= 0.92
        assert precision(totals, language) >= 0.92


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_complete_answer_is_suggested_again(folder: Path) -> None:
    totals = measured(folder)
    assert (totals["all", "full"] > 130, totals["all", "full again"]) == (True, 0)


@pytest.mark.parametrize("folder", FOLDERS[:2])
def test_natural_fillings_are_judged_rightly(folder: Path) -> None:
    totals = measure_holes(folder)
    assert totals["all", "right"] > 300
    assert share(totals, "all", "right accepted", "right") >= LEAST_ACCEPTED
    assert 1 - share(totals, "all", "wrong accepted", "wrong") >= LEAST_REFUSED


def test_figures_are_counted_as_they_are_named(tmp_path: Path) -> None:
    (tmp_path / "some.yaml").write_text(
        """\
open:
  dropout-train-test:
    - {lang: en, kind: wrong, text: nothing about it, points: []}
holes:
  sigmoid-range-and-slope:
    - {hole: 2, right: [a-a^2, nonsense], wrong: [1-a, a(1-a)]}
  a-card-that-is-gone:
    - {hole: 1, right: [x], wrong: []}
""",
        encoding="utf-8",
    )
    holes = measure_holes(tmp_path)
    assert (holes["all", "right"], holes["all", "right accepted"]) == (2, 1)
    assert (holes["all", "wrong"], holes["all", "wrong accepted"]) == (2, 1)
    points = measure_open(tmp_path)
    assert (points["en", "wrong"], points["all", "wrong ticked"], points["zh", "wrong"]) == (1, 0, 0)
    assert len(list(report(tmp_path))) == 4
