"""Cards of notes that ask what the bank asks already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dlquiz.cards import Card
from dlquiz.notes.keys import normalised
from dlquiz.notes.near import NearQuestions

NEAR = 0.75


def duplicates(questions: Mapping[str, str], bank: Iterable[Card]) -> dict[str, str]:
    """For ids of new cards, by their question, the id of the card that asks the same or nearly the same."""
    texts = [(card.id, text) for card in bank for text in (card.question.en, card.question.zh) if text]
    exact = {normalised(text): id for id, text in reversed(texts)}
    known = NearQuestions(texts)
    found: dict[str, str] = {}
    for id, question in questions.items():
        same = exact.get(normalised(question)) or max(known.near(question, NEAR), default=(0.0, None))[1]
        if same is not None:
            found[id] = same
    return found
