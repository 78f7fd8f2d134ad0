"""Answers that people gave to shipped open cards: what must be recognised, and what must not be ticked."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
import yaml

from dlquiz import bank
from dlquiz.cards import Card
from dlquiz.grading.open_answer.points import judge, targets

Answers = list[tuple[str, list[int]]]

# A card; right answers with the points that they make; wrong ones with points that they must not tick.
ANSWERS: dict[str, dict[str, Answers]] = yaml.safe_load(
    (Path(__file__).parent / "data" / "answers.yaml").read_text(encoding="utf-8")
)


@lru_cache(maxsize=1)
def shipped() -> dict[str, Card]:
    return {card.id: card for card in bank.load([bank.shipped_questions()])[0]}


def states(card: str, text: str) -> dict[int, str]:
    found = shipped()[card]
    return {one.point: one.state for one in judge(targets(found.points, found.question), text)}


@pytest.mark.parametrize("card", ANSWERS)
def test_answers_to_shipped_cards(card: str) -> None:
    right, wrong = ANSWERS[card].get("right", []), ANSWERS[card].get("wrong", [])
    missed = [(text, point) for text, points in right for point in points if states(card, text)[point] == "missing"]
    ticked = [(text, point) for text, points in wrong for point in points if states(card, text)[point] == "said"]
    assert (missed, ticked) == ([], [])


def test_most_of_these_points_need_no_question() -> None:
    right = [(card, *answer) for card, answers in ANSWERS.items() for answer in answers["right"]]
    found = [states(card, text)[point] for card, text, points in right for point in points]
    assert len(found) > 200
    assert found.count("said") >= 0.85 * len(found)
