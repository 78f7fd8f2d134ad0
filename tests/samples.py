"""Which of the shipped cards a law looks at: some of each deck and kind by default, every one in the slow runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from zlib import crc32

import pytest

from dlquiz.cards import Card

# A test that takes `one_in` looks at a sample by default and, with `-m slow`, at every card.
sampled = pytest.mark.parametrize(
    "one_in", [pytest.param(6, id="sample"), pytest.param(1, id="all", marks=pytest.mark.slow)]
)


def sample(cards: Iterable[Card], one_in: int) -> list[Card]:
    """About one in so many cards, some of each deck and kind: chosen by their ids, so that a new card moves few."""
    chosen: list[Card] = []
    decks, kinds = set[str](), set[str]()
    for place, card in sorted(((_drawn(card), card) for card in cards), key=lambda pair: pair[0]):
        if place < (1 << 32) / one_in or card.deck not in decks or card.kind not in kinds:
            chosen.append(card)
            decks.add(card.deck)
            kinds.add(card.kind)
    return chosen


def _drawn(card: Card) -> int:
    return crc32(card.id.encode())


def failures(check: Callable[[Card], object], cards: Iterable[Card]) -> list[str]:
    """The cards for which the check fails, each with what it found."""
    found = []
    for card in cards:
        try:
            check(card)
        except AssertionError as error:
            found.append(f"{card.id}: {error}")
    return found
