"""Placement: a few questions over all topics and levels, so that the plan soon knows what the person knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Sequence
from typing import NamedTuple

from dlquiz.readiness.knowledge.belief import ScopeCard

QUESTIONS = 25


class Placement(NamedTuple):
    """The `cards` to ask; so many of those that were chosen with them are `answered` already."""

    cards: list[ScopeCard]
    answered: int = 0


def placement(cards: Sequence[ScopeCard], asked: Container[str] = frozenset(), count: int = QUESTIONS) -> Placement:
    """So many of the cards, without those `asked` before: one that was left goes on with the rest of its questions, and
    where no rest is, as many of the unseen cards are chosen."""
    chosen = _spread(cards, count)
    if rest := [card for card in chosen if card.card not in asked]:
        return Placement(rest, len(chosen) - len(rest))
    return Placement(_spread([card for card in cards if card.card not in asked], count))


def _spread(among: Sequence[ScopeCard], count: int) -> list[ScopeCard]:
    """The decks that count most in turn, levels in turn, what is asked most first."""
    decks: dict[str, list[ScopeCard]] = defaultdict(list)
    for card in sorted(among, key=lambda card: -card.weight):
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
