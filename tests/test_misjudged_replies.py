"""Replies to shipped cards that were once judged wrongly: what must be recognised, and what must not be ticked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
import yaml
from natural_replies import lexicon, shipped

from dlquiz.cards import Cloze, Language, Numeric, Open
from dlquiz.session import trial

pytestmark = pytest.mark.no_cover

TABLE: dict[str, dict[str, list[dict[str, Any]]]] = yaml.load(
    (Path(__file__).parent / "data" / "misjudged_replies.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
)
BODIES = {"open": Open, "holes": Cloze, "numbers": Numeric}


class Case(NamedTuple):
    card: str
    row: dict[str, Any]


def cases(part: str) -> list[Case]:
    return [Case(card, row) for card, rows in TABLE[part].items() for row in rows if "changed" not in row]


def language(text: str) -> Language:
    return "en" if text.isascii() or not any("\u4e00" <= letter <= "\u9fff" for letter in text) else "zh"


def judged(card: str, reply: str, in_language: Language, **more: Any) -> Any:
    return trial.report(trial.judge(trial.Trial(shipped()[card], reply, in_language, **more), lexicon(), Random(0)))


@cache
def states(card: str, text: str, in_language: Language) -> tuple[str, ...]:
    return tuple(point["state"] for point in judged(card, text, in_language)["points"])


@pytest.mark.parametrize("card", TABLE["open"])
def test_points_of_answers(card: str) -> None:
    missed, ticked = [], []
    for _, row in (case for case in cases("open") if case.card == card):
        in_language: Language = "en" if "en" in row else "zh"
        found = states(card, row[in_language], in_language)
        missed += [(row[in_language], point) for point in row.get("said", ()) if found[point - 1] == "missing"]
        ticked += [(row[in_language], point) for point in row.get("not", ()) if found[point - 1] == "said"]
    assert (missed, ticked) == ([], [])


def test_most_points_need_no_question() -> None:
    said = list(_found_points())
    assert len(said) > 500
    assert said.count("said") >= 0.85 * len(said)


def _found_points() -> Iterator[str]:
    for card, row in cases("open"):
        in_language: Language = "en" if "en" in row else "zh"
        yield from (states(card, row[in_language], in_language)[point - 1] for point in row.get("said", ()))


@pytest.mark.parametrize("case", cases("holes"), ids=lambda case: f"{case.card} {case.row['hole']}")
def test_fillings(case: Case) -> None:
    row = case.row
    outcomes = {
        reply: judged(case.card, reply, language(reply), hole=row["hole"])["correct"]
        for reply in (*row["right"], *row["wrong"])
    }
    assert outcomes == dict.fromkeys(row["right"], True) | dict.fromkeys(row["wrong"], False)


@pytest.mark.parametrize("case", cases("numbers"), ids=lambda case: case.card)
def test_numbers(case: Case) -> None:
    row = case.row
    reports = {
        reply: judged(case.card, reply, language(reply), values=row["values"])
        for reply in (*row["right"], *row["wrong"])
    }
    assert {reply: report["correct"] for reply, report in reports.items()} == dict.fromkeys(
        row["right"], True
    ) | dict.fromkeys(row["wrong"], False)
    if "never" in row:
        assert row["never"] not in json.dumps(reports, ensure_ascii=False)


def test_the_table_names_cards_of_the_right_kind_and_says_why_a_reply_applies_no_longer() -> None:
    for part, kind in BODIES.items():
        for card, rows in TABLE[part].items():
            assert isinstance(shipped()[card].body, kind), card
            for row in rows:
                assert "changed" not in row or row.get("reason") or isinstance(row["changed"], str), (card, row)
    replies = [reply for rows in TABLE["open"].values() for row in rows for reply in (row.get("en"), row.get("zh"))]
    assert len({reply for reply in replies if reply}) > 400
