"""Placement: a few questions over all topics and levels, so that the plan soon knows what the person knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from dlquiz.readiness.knowledge.belief import ScopeCard

QUESTIONS = 25


def placement(unseen: Sequence[ScopeCard], count: int = QUESTIONS) -> list[ScopeCard]:
    """So many of the unseen cards: the decks that count most in turn, levels in turn, what is asked most first."""
    decks: dict[str, list[ScopeCard]] = defaultdict(list)
    for card in sorted(unseen, key=lambda card: -card.weight):
        decks[card.deck].append(card)
    order = sorted(decks.values(), key=lambda cards: -sum(card.weight for card in cards))
    chosen: list[ScopeCard] = []
    for turn in range(count):
        for number, cards in enumerate(order):
            if len(chosen) == count or not cards:
                continue
            wanted = 1 + (number + turn) % 3
            card = next((card for card in cards if card.level == wanted), cards[0])
            cards.remove(card)
            chosen.append(card)
    return chosen
