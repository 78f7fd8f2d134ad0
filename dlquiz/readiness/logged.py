"""What the bank and the log tell the plan: cards, and answers to them. Light: whatever reads them needs no numpy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from dlquiz.tracks import Track

# Seconds of an answer before there is any of one's own.
OPEN_SECONDS, OTHER_SECONDS = 45.0, 30.0
RECENT = 5
# From so many answers on, what authors say is scaled to the person's own pace.
PACED = 10


class BankCard(NamedTuple):
    """A card of the bank that counts. `usual_seconds` is what its author says, `own` that the person wrote it."""

    card: str
    deck: str
    level: int
    weight: int
    kind: str
    tags: tuple[str, ...] = ()
    usual_seconds: float | None = None
    own: bool = False


class LoggedAnswer(NamedTuple):
    """A live review of a card: its day, rating, whether it was right, and its time until it was rated (seconds)."""

    card: str
    day: int
    rating: int
    right: bool
    seconds: float | None = None


def weight_of(card: BankCard, track: Track | None) -> float:
    """How much a card counts in a track: its weight times the factor; a person's own card takes the largest one."""
    if track is None:
        return float(card.weight)
    if card.own:
        return card.weight * track.largest
    return card.weight * track.factor(card.deck, card.tags)


def seconds_of(cards: Sequence[BankCard], answers: Iterable[LoggedAnswer]) -> dict[str, float]:
    """The time of one answer to each card: the median of its last ones, else its author's, else that of its kind.

    What an author says is scaled by how long the person took for other cards whose author said it (a median).

    >>> cards = [BankCard(name, "deck", 1, 3, "open") for name in ("a", "b")]
    >>> seconds_of(cards, [LoggedAnswer("a", 0, 3, True, 20.0), LoggedAnswer("a", 2, 3, True, 30.0)])
    {'a': 25.0, 'b': 25.0}
    >>> seconds_of(cards, [])
    {'a': 45.0, 'b': 45.0}
    """
    kinds, authors = {card.card: card.kind for card in cards}, {card.card: card.usual_seconds for card in cards}
    of_card: dict[str, list[float]] = defaultdict(list)
    of_kind: dict[str, list[float]] = defaultdict(list)
    paces: list[float] = []
    for answer in answers:
        if answer.seconds and answer.card in kinds:
            of_card[answer.card].append(answer.seconds)
            of_kind[kinds[answer.card]].append(answer.seconds)
            if author := authors[answer.card]:
                paces.append(answer.seconds / author)
    usual = {kind: median(times) for kind, times in of_kind.items()}
    pace = median(paces) if len(paces) >= PACED else 1.0
    return {card.card: _seconds(card, of_card.get(card.card), usual, pace) for card in cards}


def _seconds(card: BankCard, own: list[float] | None, usual: dict[str, float], pace: float) -> float:
    if own:
        return median(own[-RECENT:])
    if card.usual_seconds is not None:
        return card.usual_seconds * pace
    return usual.get(card.kind, OPEN_SECONDS if card.kind == "open" else OTHER_SECONDS)
