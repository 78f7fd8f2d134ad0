"""Which cards belong on the sheet for the evening before: what was missed, and what is asked most and sits least."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from dlquiz.readiness.logged import BankCard
from dlquiz.scheduler import State
from dlquiz.stats.answers import StudyAnswer

# A miss counts for so many days.
LATELY = 14


class SheetCards(NamedTuple):
    """The ids in the order of the sheet; no card stands in both."""

    missed: tuple[str, ...]
    weakest: tuple[str, ...]


class SheetInputs(NamedTuple):
    """Cards in scope with their weights, answers in the order of the log, states by card; `recall` gives today's
    chance of recall from a stability (days) and the days since the last review."""

    cards: Sequence[BankCard]
    weights: Mapping[str, float]
    answers: Iterable[StudyAnswer]
    states: Mapping[str, State]
    today: int
    recall: Callable[[float, float], float]


def sheet_cards(inputs: SheetInputs, most: int) -> SheetCards:
    """At most so many cards in each part.

    First what was missed in the last two weeks and is not safe since, by weight and how often; then the cards that were
    seen by weight · (1 − recall), and where these do not fill the part, the unseen ones that are asked most.
    """
    scope = [card.card for card in inputs.cards]
    weight, misses = inputs.weights, _misses(inputs)
    missed = sorted(misses.keys() & set(scope), key=lambda card: (-weight[card] * misses[card], card))[:most]
    seen = [card for card in scope if (state := inputs.states.get(card)) is not None and state.memory is not None]
    weak = sorted(set(seen) - set(missed), key=lambda card: (-weight[card] * (1 - _recall(card, inputs)), card))
    unseen = sorted(set(scope) - set(seen) - set(missed), key=lambda card: (-weight[card], scope.index(card)))
    return SheetCards(tuple(missed), tuple([*weak, *unseen][:most]))


def _misses(inputs: SheetInputs) -> Counter[str]:
    """How often each card was missed lately; none where it was right on a later day than the last miss."""
    misses, missed_on = Counter[str](), dict[str, int]()
    for one in inputs.answers:
        if one.day > inputs.today or inputs.today - one.day >= LATELY:
            continue
        if not one.right:
            misses[one.card] += 1
            missed_on[one.card] = one.day
        elif one.day > missed_on.get(one.card, one.day):
            del misses[one.card], missed_on[one.card]
    return misses


def _recall(card: str, inputs: SheetInputs) -> float:
    state = inputs.states[card]
    assert state.stability is not None
    return inputs.recall(state.stability, state.elapsed(inputs.today))
