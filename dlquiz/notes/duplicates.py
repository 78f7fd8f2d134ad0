"""Cards of notes that ask what the bank asks already."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from dlquiz.cards import Card
from dlquiz.notes.keys import likeness, normalised, pairs_of

NEAR = 0.75


def duplicates(questions: Mapping[str, str], bank: Iterable[Card]) -> dict[str, str]:
    """For ids of new cards, by their question, the id of the card that asks the same or nearly the same."""
    exact: dict[str, str] = {}
    pairs: list[tuple[str, frozenset[str]]] = []
    holders: dict[str, list[int]] = defaultdict(list)
    for card in bank:
        for text in (card.question.en, card.question.zh):
            if text:
                exact.setdefault(normalised(text), card.id)
                own = pairs_of(text)
                for pair in own:
                    holders[pair].append(len(pairs))
                pairs.append((card.id, own))
    found: dict[str, str] = {}
    for id, question in questions.items():
        same = exact.get(normalised(question)) or _nearest(question, pairs, holders)
        if same is not None:
            found[id] = same
    return found


def _nearest(question: str, pairs: list[tuple[str, frozenset[str]]], holders: Mapping[str, list[int]]) -> str | None:
    own = pairs_of(question)
    shared = Counter(number for pair in own for number in holders.get(pair, ()))
    near = [number for number, _ in shared.most_common(20)]
    best = max(near, key=lambda number: likeness(own, pairs[number][1]), default=None)
    return pairs[best][0] if best is not None and likeness(own, pairs[best][1]) >= NEAR else None
