"""The queue of a session: which card is shown next, and when a missed one comes back. The cards were chosen before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dlquiz.session.presentation import Presentation

# How many other cards stand between a miss and its return: enough to need recall, few enough to still be in reach.
GAP = 4


class SessionTurn(NamedTuple):
    """One place in the queue; `presentation` is set when the card was shown before and must look the same."""

    card: str
    presentation: Presentation | None = None
    returns: bool = False


class Queue:
    """Cards in the order in which they will be asked.

    >>> queue = Queue(["a", "b", "c", "d", "e", "f"])
    >>> queue.take().card
    'a'
    >>> queue.come_back("a")
    >>> [queue.take().card for _ in range(len(queue))]
    ['b', 'c', 'd', 'e', 'a', 'f']
    """

    def __init__(self, cards: Iterable[str]) -> None:
        self._turns = [SessionTurn(card) for card in dict.fromkeys(cards)]

    def __len__(self) -> int:
        return len(self._turns)

    def take(self) -> SessionTurn | None:
        return self._turns.pop(0) if self._turns else None

    def put_first(self, turn: SessionTurn) -> None:
        """Show it next; a turn that the card already has in the queue is given up."""
        self.drop(turn.card)
        self._turns.insert(0, turn)

    def come_back(self, card: str) -> None:
        """A missed card stands behind `GAP` others, or last when fewer are left: nobody waits for the clock."""
        self.drop(card)
        self._turns.insert(GAP, SessionTurn(card, returns=True))

    def drop(self, card: str) -> None:
        self._turns = [turn for turn in self._turns if turn.card != card]

    @property
    def next_card(self) -> str | None:
        return self._turns[0].card if self._turns else None

    @property
    def returns(self) -> int:
        """How many missed cards still have to come back."""
        return sum(turn.returns for turn in self._turns)

    def replace(self, cards: Iterable[str]) -> None:
        """Ask these from now on; what was open before or has to come back stays in its place.

        >>> queue = Queue("abcdefg")
        >>> queue.come_back(queue.take().card)
        >>> queue.replace("uvwxyz")
        >>> [queue.take().card for _ in range(len(queue))]
        ['u', 'v', 'w', 'x', 'a', 'y', 'z']
        """
        waiting = [(place, turn) for place, turn in enumerate(self._turns) if turn.returns or turn.presentation]
        taken = {turn.card for _, turn in waiting}
        self._turns = [SessionTurn(card) for card in dict.fromkeys(cards) if card not in taken]
        for place, turn in waiting:
            self._turns.insert(place, turn)

    def only_returns(self) -> None:
        """Keep nothing but the missed cards that still have to come back: the time is up."""
        self._turns = [turn for turn in self._turns if turn.returns or turn.presentation is not None]
