"""In which order cards are seen for the first time when there is no date to prepare for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heappush
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlquiz.scheduler.queue import Candidate

Rank = tuple[bool, float, int]


def introduction(cards: Sequence[Candidate]) -> Iterator[Candidate]:
    """The person's own cards first, then what is asked most, then what is basic; no deck twice in a row.

    Inside one rank the decks take turns, each in its own order. What a card builds on comes before it, however seldom
    that is asked itself. Two cards of one deck follow each other only when no other deck has a card left.
    """
    waiting = _Waiting(cards)
    deck = None
    while (card := waiting.take(deck)) is not None:
        deck = card.deck
        yield card


class _Waiting:
    """The cards not yet taken: of each deck those that may be taken now, best first."""

    def __init__(self, cards: Sequence[Candidate]) -> None:
        self._cards = {card.card: card for card in cards}
        self._key = _keys(cards)
        # How many cards that it builds on each card still waits for; most wait for none.
        self._missing = dict[str, int]()
        self._followers = defaultdict[str, list[str]](list)
        self._decks = defaultdict[str, list[tuple[tuple[Rank, int, int], str]]](list)
        for card in cards:
            if earlier_ones := card.prerequisites and card.prerequisites & self._cards.keys():
                self._missing[card.card] = len(earlier_ones)
                for earlier in earlier_ones:
                    self._followers[earlier].append(card.card)
            else:
                self._decks[card.deck].append((self._key[card.card], card.card))
        for deck in self._decks.values():
            heapify(deck)

    def take(self, but: str | None) -> Candidate | None:
        """The next card, of another deck than `but` where there is one; None when none is left."""
        heads = [deck[0] for name, deck in self._decks.items() if deck and name != but]
        heads = heads or [deck[0] for deck in self._decks.values() if deck]
        # Cards that build on each other in a circle are all still missing one: the best of them begins.
        _, name = min(heads) if heads else min(((self._key[name], name) for name in self._cards), default=(None, ""))
        card = self._cards.pop(name, None)
        if card is not None:
            if heads:
                heappop(self._decks[card.deck])
            self._release(name)
        return card

    def _release(self, taken: str) -> None:
        for name in self._followers[taken]:
            self._missing[name] -= 1
            if not self._missing[name] and name in self._cards:
                heappush(self._decks[self._cards[name].deck], (self._key[name], name))


def _keys(cards: Sequence[Candidate]) -> dict[str, tuple[Rank, int, int]]:
    """Rank, turn of the deck inside the rank, place in the bank."""
    ranks, turns = _ranks(cards), defaultdict[tuple[Rank, str], int](int)
    keys: dict[str, tuple[Rank, int, int]] = {}
    for card in sorted(cards, key=lambda card: card.position):
        rank = ranks[card.card]
        keys[card.card] = (rank, turns[rank, card.deck], card.position)
        turns[rank, card.deck] += 1
    return keys


def _ranks(cards: Sequence[Candidate]) -> dict[str, Rank]:
    """The better the rank of what builds on a card, the earlier the card: it takes that rank too."""
    by_name = {card.card: card for card in cards}
    ranks: dict[str, Rank] = {}
    for rank, card in sorted(((_own_rank(card), card) for card in cards), key=itemgetter(0)):
        ahead = [card]
        while ahead:
            one = ahead.pop()
            if one.card not in ranks:
                ranks[one.card] = rank
                ahead += [by_name[name] for name in one.prerequisites if name in by_name]
    return ranks


def _own_rank(card: Candidate) -> Rank:
    return not card.own, -card.weight, card.level
