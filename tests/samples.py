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
    """One in so many cards of each deck and kind, at least one: chosen by their ids, so that a new card moves few."""
    groups: dict[tuple[str, str], list[Card]] = {}
    for card in cards:
        groups.setdefault((card.deck, card.kind), []).append(card)
    return [
        card
        for group in groups.values()
        for card in sorted(group, key=lambda card: crc32(card.id.encode()))[: -(-len(group) // one_in)]
    ]


def failures(check: Callable[[Card], object], cards: Iterable[Card]) -> list[str]:
    """The cards for which the check fails, each with what it found."""
    found = []
    for card in cards:
        try:
            check(card)
        except AssertionError as error:
            found.append(f"{card.id}: {error}")
    return found
