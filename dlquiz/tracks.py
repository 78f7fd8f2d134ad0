"""Tracks: the kinds of position one interviews for, as weights over decks and tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dlquiz.cards import Text


class Track(NamedTuple):
    """How much decks and tags count for one kind of position; 1 is as much as the cards' own weights say."""

    name: str
    title: Text
    decks: Mapping[str, float]
    tags: Mapping[str, float]
    others: float = 1.0

    @property
    def largest(self) -> float:
        """The largest factor of all, which a person's own cards take."""
        return max([*self.decks.values(), *self.tags.values(), self.others])

    def factor(self, deck: str, tags: Iterable[str]) -> float:
        """By what a card's weight is multiplied: the largest factor of its deck and tags that are named, else `others`.

        >>> track = Track("llm", Text("LLM"), {"attention": 2, "pooling": 0.2}, {"rlhf": 3}, others=0.5)
        >>> track.factor("attention", ["rlhf"]), track.factor("pooling", []), track.factor("data", ["metrics"])
        (3, 0.2, 0.5)
        """
        named = [self.tags[tag] for tag in tags if tag in self.tags]
        named += [self.decks[deck]] if deck in self.decks else []
        return max(named, default=self.others)
