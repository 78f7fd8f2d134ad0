"""The questions of an interview before it begins: from broad to deep, topics and kinds mixed, foundations first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from dlquiz.interview.candidates import InterviewCard, seeded
from dlquiz.interview.sampling import sample

# So many times the minutes are planned, for people who answer faster than the limits.
BLOCKS = 4


def plan_questions(cards: Sequence[InterviewCard], minutes: float, seed: int) -> tuple[str, ...]:
    """The ids in the order in which to ask them: as many as fill the minutes, from level 1 to 3, then as many again."""
    left, planned = {card.card: card for card in cards}, list[str]()
    last: InterviewCard | None = None
    for block in range(BLOCKS):
        chosen = sample(list(left.values()), minutes * 60, seed, block)
        ordered = in_order(chosen, seed, last)
        planned += [card.card for card in ordered]
        last = ordered[-1] if ordered else last
        for card in chosen:
            del left[card.card]
    return tuple(planned)


def in_order(cards: Sequence[InterviewCard], seed: int, last: InterviewCard | None = None) -> list[InterviewCard]:
    """From broad to deep, never a topic twice in a row while another is left, foundations before follow-ups."""
    left, ordered = list(cards), list[InterviewCard]()
    draws = {card.card: seeded(seed, "order", card.card) for card in cards}

    def preference(card: InterviewCard) -> tuple[int, bool, float]:
        return card.level, last is not None and card.kind == last.kind, draws[card.card]

    while left:
        chosen = min(_eligible(left, last), key=preference)
        left.remove(chosen)
        ordered.append(chosen)
        last = chosen
    return ordered


def _eligible(left: Sequence[InterviewCard], last: InterviewCard | None) -> list[InterviewCard]:
    """Those that may come next; a topic with half of what is left has to come now, or it would meet itself later."""
    waiting = follow_ups_among(left)
    ready = [card for card in left if card.card not in waiting] or list(left)
    other = [card for card in ready if last is None or card.deck != last.deck] or ready
    most, count = Counter(card.deck for card in left).most_common(1)[0]
    if 2 * count > len(left):
        return [card for card in other if card.deck == most] or other
    return other


def follow_ups_among(cards: Iterable[InterviewCard]) -> set[str]:
    """The ids that follow, in one step or more, from one of these cards.

    >>> chain = [InterviewCard("a", "x", "open", 1, 1, 90, ("b",)), InterviewCard("b", "x", "open", 2, 1, 90, ("c",))]
    >>> sorted(follow_ups_among(chain))
    ['b', 'c']
    """
    return {follow for card in cards for follow in card.then}
