"""Finding cards by words, in both languages: whole words above beginnings, the question above the answer.

A Latin word counts where a word begins with it (`RAG` is not in "average"), Chinese characters count anywhere, and
the parts of a word with hyphens belong together (`U-Net`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dlquiz.cards import Card, Text
from dlquiz.grading.open_answer import keywords
from dlquiz.kinds import kind_of

# What a word is worth where it is found; half of it when it is only the beginning of a word there.
WEIGHTS = {"id": 12.0, "tags": 8.0, "question": 6.0, "parts": 3.0, "answer": 2.0, "pitfall": 1.0}


def search(cards: Iterable[Card], words: str) -> list[Card]:
    """The cards that hold every word somewhere, the best first, otherwise in their order.

    >>> from dlquiz.cards import Order
    >>> first = Card("same-padding", "d", Text(en="Why pad?"), Order(()))
    >>> second = Card("other", "d", Text(en="Same padding?", zh="填充"), Order(()))
    >>> [card.id for card in search([first, second], "padding")], [card.id for card in search([first, second], "填充")]
    (['same-padding', 'other'], ['other'])
    """
    wanted = [word for word in (keywords.normalise(word.replace("-", " ")) for word in words.split()) if word]
    scored = [(score(card, wanted), number, card) for number, card in enumerate(cards)]
    return [card for worth, _, card in sorted(scored, key=lambda one: (-one[0], one[1])) if worth > 0]


def score(card: Card, wanted: list[str]) -> float:
    """How well the card fits folded words; 0 when one of them is nowhere."""
    fields = {name: keywords.normalise(text) for name, text in _texts(card).items()}
    worths = [max(WEIGHTS[name] * _fit(word, text) for name, text in fields.items()) for word in wanted]
    return sum(worths) if worths and min(worths) > 0 else 0.0


def _fit(word: str, text: str) -> float:
    if word not in text:
        return 0.0
    if not word.isascii():
        return 1.0
    before = r"(?<![a-z0-9])" if word[0].isalnum() else ""
    rests = set(re.findall(rf"{before}{re.escape(word)}([a-z0-9]*)", text))
    return 0.0 if not rests else 1.0 if rests & {"", "s"} else 0.5


def _texts(card: Card) -> dict[str, str]:
    parts = [*(point.text for point in card.points), *kind_of(card.body).searchable(card.body)]
    return {
        "id": card.id.replace("-", " "),
        "tags": " ".join((*card.tags, card.deck)).replace("-", " "),
        "question": _both(card.question),
        "parts": " ".join(_both(part) for part in parts),
        "answer": _both(card.answer),
        "pitfall": _both(card.pitfall),
    }


def _both(text: Text | None) -> str:
    return f"{text.en or ''} {text.zh or ''}" if text else ""
