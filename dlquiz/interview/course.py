"""The course of an interview: what is asked next after what was answered. The same answers give the same questions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from dlquiz.interview.candidates import InterviewCard, lottery

# As far as the interview can tell: nobody has heard what was `spoken`.
AnswerOutcome = Literal["right", "partly", "spoken", "wrong", "skipped"]
MAX_DEPTH = 3
# After so many misses in a row comes something easier.
MISSES = 2


class Turn(NamedTuple):
    """A question; `follow_up_of` is the card that it goes deeper into, `easier` that it follows misses."""

    card: str
    limit: float
    follow_up_of: str | None = None
    easier: bool = False


class InterviewAnswer(NamedTuple):
    """A question that was asked, and what came of it."""

    turn: Turn
    outcome: AnswerOutcome

    @property
    def missed(self) -> bool:
        return self.outcome in ("wrong", "skipped")


@dataclass(frozen=True)
class InterviewCourse:
    """`questions` are the planned ones in order; `pool` are all cards that may be asked, follow-ups too."""

    questions: tuple[str, ...]
    pool: Mapping[str, InterviewCard]
    seed: int

    def next(self, asked: Sequence[InterviewAnswer], seconds_left: float) -> Turn | None:
        """The next question; None when less than half of its time is left, or no question is."""
        closed = self._closed(asked)
        turn = self._follow_up(asked, closed) or self._easier(asked, closed) or self._planned(asked, closed)
        return turn if turn is not None and (not asked or seconds_left >= turn.limit / 2) else None

    def without(self, card: str) -> InterviewCourse:
        """The course when a card turns out to be none that can be asked."""
        return replace(self, pool={name: one for name, one in self.pool.items() if name != card})

    def _follow_up(self, asked: Sequence[InterviewAnswer], closed: Collection[str]) -> Turn | None:
        """A deeper question after one that was right, or that was spoken: an interviewer would go on, too."""
        if not asked or asked[-1].outcome not in ("right", "spoken") or depth(asked) >= MAX_DEPTH:
            return None
        last = asked[-1].turn.card
        known = self.pool.get(last)
        found = [self.pool[name] for name in (known.then if known else ()) if name in self.pool and name not in closed]
        return self._drawn(found, len(asked), follow_up_of=last)

    def _easier(self, asked: Sequence[InterviewAnswer], closed: Collection[str]) -> Turn | None:
        """An easier question of the topic that was missed last, after misses in a row."""
        if len(asked) < MISSES or not all(one.missed for one in asked[-MISSES:]):
            return None
        missed = self.pool.get(asked[-1].turn.card)
        if missed is None:
            return None
        below = [card for card in self.pool.values() if card.deck == missed.deck and card.level < missed.level]
        return self._drawn([card for card in below if card.card not in closed], len(asked), easier=True)

    def _drawn(
        self,
        found: Sequence[InterviewCard],
        position: int,
        follow_up_of: str | None = None,
        *,
        easier: bool = False,
    ) -> Turn | None:
        if not found:
            return None
        card = min(found, key=lambda card: lottery(self.seed, card, position))
        return Turn(card.card, card.limit, follow_up_of, easier)

    def _planned(self, asked: Sequence[InterviewAnswer], closed: Collection[str]) -> Turn | None:
        """The next planned question: of another topic than the last one, where there is one."""
        left = [self.pool[name] for name in self.questions if name in self.pool and name not in closed]
        deeper = {name for card in left for name in self._deeper(card.card)}
        ready = [card for card in left if card.card not in deeper] or left
        last = self.pool.get(asked[-1].turn.card) if asked else None
        other = [card for card in ready if last is None or card.deck != last.deck] or ready
        return Turn(other[0].card, other[0].limit) if other else None

    def _closed(self, asked: Sequence[InterviewAnswer]) -> set[str]:
        """What may not be asked any more: what was asked, and what builds on a question that was missed."""
        built = (self._deeper(one.turn.card) for one in asked if one.missed)
        return {one.turn.card for one in asked}.union(*built)

    def _deeper(self, name: str) -> set[str]:
        """The follow-ups of a card, and theirs."""
        found, stack = set[str](), [name]
        while stack:
            card = self.pool.get(stack.pop())
            for follow in card.then if card else ():
                if follow not in found and follow != name:
                    found.add(follow)
                    stack.append(follow)
        return found


def depth(asked: Sequence[InterviewAnswer]) -> int:
    """How many follow-ups deep the last question is."""
    return sum(1 for _ in _chain(asked))


def _chain(asked: Sequence[InterviewAnswer]) -> Iterator[Turn]:
    """The follow-ups up to the last question, the last first."""
    by_card = {one.turn.card: one.turn for one in asked}
    turn = asked[-1].turn if asked else None
    while turn is not None and turn.follow_up_of is not None:
        yield turn
        turn = by_card.get(turn.follow_up_of)
