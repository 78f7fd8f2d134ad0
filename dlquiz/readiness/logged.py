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
# From so many answers on, what authors say is scaled to the person's own pace; for a kind whose authors say nothing the
# usual time weighs as much as so many answers.
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

    What an author says is scaled by how long the person took for other cards whose author said it (a median). The time
    of a kind is that of the person's own cards or of the others: people write other cards than authors do.

    >>> cards = [BankCard(name, "deck", 1, 3, "open") for name in ("a", "b")]
    >>> found = seconds_of(cards, [LoggedAnswer("a", 0, 3, True, 20.0), LoggedAnswer("a", 2, 3, True, 30.0)])
    >>> {card: round(seconds, 1) for card, seconds in found.items()}
    {'a': 25.0, 'b': 40.8}
    >>> seconds_of(cards, [])
    {'a': 45.0, 'b': 45.0}
    """
    kinds, authors = {card.card: _kind(card) for card in cards}, {card.card: card.usual_seconds for card in cards}
    of_card: dict[str, list[float]] = defaultdict(list)
    of_kind: dict[tuple[str, bool], list[float]] = defaultdict(list)
    paces: list[float] = []
    for answer in answers:
        if answer.seconds and answer.card in kinds:
            of_card[answer.card].append(answer.seconds)
            of_kind[kinds[answer.card]].append(answer.seconds)
            if author := authors[answer.card]:
                paces.append(answer.seconds / author)
    usual = {kind: _of_kind(kind, of_kind.get(kind, [])) for kind in set(kinds.values())}
    pace = median(paces) if len(paces) >= PACED else 1.0
    return {card.card: _seconds(card, of_card.get(card.card), usual[_kind(card)], pace) for card in cards}


def _kind(card: BankCard) -> tuple[str, bool]:
    return card.kind, card.own


def _of_kind(kind: tuple[str, bool], times: list[float]) -> float:
    """Between the usual time of a kind and the median of these answers, the nearer to it the more there are."""
    usual = OPEN_SECONDS if kind[0] == "open" else OTHER_SECONDS
    share = len(times) / (len(times) + PACED)
    return float(usual * (median(times) / usual) ** share) if times else usual


def _seconds(card: BankCard, own: list[float] | None, usual: float, pace: float) -> float:
    if own:
        return median(own[-RECENT:])
    return usual if card.usual_seconds is None else card.usual_seconds * pace
