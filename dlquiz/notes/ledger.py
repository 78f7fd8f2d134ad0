"""What became of every line of a source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

Fate = Literal["question", "answer", "section", "mark", "placeholder", "front matter", "table of contents", "unplaced"]
FATES: tuple[Fate, ...] = (
    "question", "answer", "section", "mark", "placeholder", "front matter", "table of contents", "unplaced",
)  # fmt: skip


class LedgerEntry(NamedTuple):
    """Lines `first` to `last`, counted from 1, that had the same fate; `card` is the id of the card that has them."""

    first: int
    last: int
    fate: Fate
    card: str | None

    def to_json(self) -> dict[str, int | str | None]:
        return {"from": self.first, "to": self.last, "fate": self.fate, "card": self.card}


class Ledger:
    """The fate of each line, by its index; a line that nobody claims is unplaced."""

    def __init__(self, size: int) -> None:
        self.fates: list[Fate] = ["unplaced"] * size
        self.cards: list[int | None] = [None] * size

    def set(self, index: int, fate: Fate, card: int | None = None) -> None:
        self.fates[index], self.cards[index] = fate, card

    def drop_first(self) -> None:
        """Forget the first line: it does not stand in the source."""
        del self.fates[0], self.cards[0]

    def reorder(self, cards: Sequence[int]) -> None:
        """Number each card by its place in this order of all of them."""
        places = {card: place for place, card in enumerate(cards)}
        self.cards = [None if card is None else places[card] for card in self.cards]

    def entries(self, ids: Sequence[str]) -> Iterator[LedgerEntry]:
        """The lines in runs of one fate and card, from the first line to the last, without a gap.

        >>> ledger = Ledger(3); ledger.set(1, "question", 0); ledger.set(2, "question", 0)
        >>> [tuple(entry) for entry in ledger.entries(["a-card"])]
        [(1, 1, 'unplaced', None), (2, 3, 'question', 'a-card')]
        """
        first = 0
        for index in range(1, len(self.fates) + 1):
            if index == len(self.fates) or self._at(index) != self._at(first):
                fate, card = self._at(first)
                yield LedgerEntry(first + 1, index, fate, None if card is None else ids[card])
                first = index

    def _at(self, index: int) -> tuple[Fate, int | None]:
        return self.fates[index], self.cards[index]

    def counts(self) -> dict[Fate, int]:
        """How many lines had each fate."""
        return {fate: self.fates.count(fate) for fate in FATES}
