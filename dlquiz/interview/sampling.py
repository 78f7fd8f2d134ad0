"""A sample of cards whose topics and kinds have their shares: raked weights, then systematic sampling.

Raking is iterative proportional fitting (Deming and Stephan 1940); systematic sampling with unequal probabilities gives
each card its probability exactly and each topic its share to within one question (Madow 1949).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from dlquiz.cards import Kind
from dlquiz.interview.candidates import InterviewCard, seeded

# The shares of the kinds in an interview, where the cards allow it: most of it is said, much is computed.
KIND_SHARES: Mapping[Kind, float] = {"open": 0.45, "numeric": 0.25, "choice": 0.12, "cloze": 0.12, "order": 0.06}
ROUNDS = 12
# So many seeds that follow one another have the same order of topics, and starts that divide the circle evenly. Each
# interview by itself is as random as before; over many, a small topic comes as often as its share says, not by luck.
SEEDS_TOGETHER = 256

Cell = tuple[str, Kind]


def raked(cards: Sequence[InterviewCard]) -> list[float]:
    """The weights of the cards, changed so that the kinds have their shares and the topics keep theirs.

    >>> cards = [InterviewCard("a", "x", "open", 1, 1, 90), InterviewCard("b", "x", "choice", 1, 3, 40)]
    >>> [round(weight, 2) for weight in raked(cards)]
    [3.16, 0.84]
    """
    cells: dict[Cell, float] = defaultdict(float)
    for card in cards:
        cells[card.deck, card.kind] += card.weight
    fitted = _fitted(cells)
    return [card.weight * fitted[card.deck, card.kind] / cells[card.deck, card.kind] for card in cards]


def _fitted(cells: Mapping[Cell, float]) -> dict[Cell, float]:
    decks = _margin(cells, 0)
    total = sum(decks.values())
    known = sum(KIND_SHARES[kind] for kind in {kind for _, kind in cells})
    fitted = dict(cells)
    for _ in range(ROUNDS):
        kinds = _margin(fitted, 1)
        fitted = {cell: value * KIND_SHARES[cell[1]] / known * total / kinds[cell[1]] for cell, value in fitted.items()}
        now = _margin(fitted, 0)
        fitted = {cell: value * decks[cell[0]] / now[cell[0]] for cell, value in fitted.items()}
    return fitted


def _margin(cells: Mapping[Cell, float], axis: int) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for cell, value in cells.items():
        sums[cell[axis]] += value
    return sums


def probabilities(weights: Sequence[float], count: float) -> list[float]:
    """The chance of each card to be in a sample of so many: proportional to its weight, and 1 at most.

    >>> probabilities([6, 1, 1], 2)
    [1.0, 0.5, 0.5]
    """
    if count >= len(weights):
        return [1.0] * len(weights)
    certain: set[int] = set()
    while True:
        rest = sum(weight for index, weight in enumerate(weights) if index not in certain)
        share = (count - len(certain)) / rest if rest > 0 else 0.0
        over = {index for index, weight in enumerate(weights) if index not in certain and weight * share > 1}
        if not over:
            return [1.0 if index in certain else weight * share for index, weight in enumerate(weights)]
        certain |= over


def sample(cards: Sequence[InterviewCard], seconds: float, seed: int, block: int = 0) -> list[InterviewCard]:
    """Cards whose limits are expected to fill the time, one card at least."""
    if not cards:
        return []
    ordered = _neighbours(cards, seed, block)
    weights = raked(ordered)
    chances = probabilities(weights, _count(ordered, weights, seconds))
    start = _start(seed, block)
    # Rounding keeps sums such as 0.1 + 0.2 from passing a whole number that they should just reach.
    passed = [int(round(reached, 9) + 1 - start) for reached in accumulate(chances)]
    return [card for card, before, after in zip(ordered, [0, *passed], passed, strict=False) if after > before]


def _start(seed: int, block: int) -> float:
    """Where the sample begins, from 0 to 1: van der Corput's sequence, turned by chance for each run of seeds."""
    run, place = divmod(seed, SEEDS_TOGETHER)
    bits = SEEDS_TOGETHER.bit_length() - 1
    return (int(f"{place:0{bits}b}"[::-1], 2) / SEEDS_TOGETHER + seeded(run, "start", block)) % 1


def _neighbours(cards: Sequence[InterviewCard], seed: int, block: int) -> list[InterviewCard]:
    """Topics in a random order, levels and kinds together within each: neighbours are alike, so a sample spreads."""
    topics = {deck: seeded(seed // SEEDS_TOGETHER, "deck", deck, block) for deck in {card.deck for card in cards}}
    kinds = {kind: seeded(seed, "kind", kind, block) for kind in {card.kind for card in cards}}

    def place(card: InterviewCard) -> tuple[float, int, float, float]:
        return topics[card.deck], card.level, kinds[card.kind], seeded(seed, "card", card.card, block)

    return sorted(cards, key=place)


def _count(cards: Sequence[InterviewCard], weights: Iterable[float], seconds: float) -> int:
    """How many cards have limits that sum to the time, on average."""
    weights = list(weights)
    count = 1.0
    for _ in range(4):
        chances = probabilities(weights, max(count, 1.0))
        total = sum(chance * card.limit for chance, card in zip(chances, cards, strict=True))
        count = seconds * sum(chances) / total
    return max(1, round(count))
