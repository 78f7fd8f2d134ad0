"""A drill: numbers only, outside the schedule, with fresh values and a difficulty that follows the person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from dlquiz.cards import Card, Language
from dlquiz.numeric import Instance
from dlquiz.randomness import random_order
from dlquiz.scheduler.queue import USUAL_SECONDS
from dlquiz.session import frequent_mistakes
from dlquiz.session.actions import CommandAction
from dlquiz.session.context import SessionContext
from dlquiz.session.conversation import Conversation
from dlquiz.session.current_card import CurrentCard, answer_row, done_event, recorded_event, suggested, verdict_event
from dlquiz.session.events import (
    ConversationEvent,
    DrillEvent,
    DrillSummaryEvent,
    ErrorEvent,
    Expects,
    UndoneEvent,
)
from dlquiz.session.presentation import Presentation, UndrawableError, draw

if TYPE_CHECKING:
    from dlquiz.review_log import Row

# A missed family comes back, with other numbers, behind so many others.
GAP = 3
# How the stability (days) for which values are drawn changes with each answer, and how far.
HARDER, EASIER = 1.5, 0.5
MIN_SKILL, MAX_SKILL = 0.05, 50.0
# The stability of a family that was never answered.
FRESH_DAYS = 2.0
MAX_MISTAKES = 5


class DrillOptions(NamedTuple):
    """What is drilled: `cards` are numeric; without `questions` and `minutes` it goes on until the person leaves."""

    cards: Sequence[Card]
    language: Language
    questions: int | None = None
    minutes: float | None = None


class DrillAnswer(NamedTuple):
    """What was recorded of one answer."""

    answered: CurrentCard
    correct: bool

    @property
    def seconds(self) -> float:
        return self.answered.seconds

    @property
    def numeric_answer(self) -> frequent_mistakes.NumericAnswer:
        presentation, verdict = self.answered.presentation, self.answered.verdict
        made = verdict.mistake["name"] if verdict and verdict.mistake else None
        drawn = presentation.drawn
        could = frozenset(drawn.possible_mistakes if isinstance(drawn, Instance) else ())
        return frequent_mistakes.NumericAnswer(presentation.card.id, made, could)


class Drill(Conversation):
    """Each answer is recorded at once, without a rating by the person."""

    _name = ("a drill", "练习")

    def __init__(self, context: SessionContext, options: DrillOptions) -> None:
        super().__init__(context, options.language)
        self._options = options
        self._turns: list[Card] = []
        self._waiting: Presentation | None = None  # the question that was open when an answer was undone
        self._answers: dict[str, DrillAnswer] = {}
        self._skill = 1.0
        self._undrawable: set[str] = set()

    def opening(self) -> Iterator[ConversationEvent]:
        yield DrillEvent(self._options.language, len(self._options.cards))
        yield from self._next()

    # The next question

    def _next(self) -> Iterator[ConversationEvent]:
        if self._is_enough():
            yield from self._end()
            return
        waiting, self._waiting = self._waiting, None
        for _ in self._options.cards:
            try:
                yield self._show(waiting or self._drawn(self._next_card()))
                return
            except UndrawableError as error:
                if str(error) not in self._undrawable:
                    self._undrawable.add(str(error))
                    yield ErrorEvent(str(error))
        yield from self._end()

    def _is_enough(self) -> bool:
        options = self._options
        used = self._context.clock().at - self._began
        late = options.minutes is not None and used >= options.minutes * 60_000
        return late or (options.questions is not None and len(self._answers) >= options.questions)

    def _next_card(self) -> Card:
        """The next family: all of them in a random order, then again."""
        if not self._turns:
            cards = self._options.cards
            self._turns = [cards[index] for index in random_order(len(cards), self._context.random)]
            last = self._current.card_id if self._current else None
            if len(self._turns) > 1 and self._turns[0].id == last:
                self._turns.append(self._turns.pop(0))
        card = self._turns.pop(0)
        # After an edit the bank has a newer text of it.
        return (self._reopened.card(card.id) or card) if self._reopened is not None else card

    def _drawn(self, card: Card) -> Presentation:
        state = self._context.history.state(card.id)
        days = (state.stability if state else None) or FRESH_DAYS
        return draw(card, self._language_of_session, self._context.random, "", days * self._skill)

    def _progress(self) -> tuple[int, int | None]:
        answered, wanted = len(self._answers), self._options.questions
        return answered + 1, None if wanted is None else wanted - answered - 1

    # Answers

    def _judged(self, current: CurrentCard) -> Iterator[ConversationEvent]:
        verdict, card = current.verdict, current.presentation.card
        assert verdict is not None
        usual = card.usual_seconds or USUAL_SECONDS
        rating = suggested(current, usual)
        yield verdict_event(current, rating, None, None)
        recorded = self._context.history.record(answer_row(current, "drill", rating))
        correct = bool(verdict.correct)
        self._answers[recorded.id] = DrillAnswer(current, correct)
        self._adapt(card, correct, current.seconds <= 2 * usual)
        yield recorded_event(recorded, rating)
        yield from self._next()

    def _adapt(self, card: Card, correct: bool, swift: bool) -> None:
        """Harder after a right answer in time, easier after a wrong one, which comes back soon."""
        factor = HARDER if correct and swift else 1.0 if correct else EASIER
        self._skill = min(MAX_SKILL, max(MIN_SKILL, self._skill * factor))
        if not correct:
            self._turns = [one for one in self._turns if one.id != card.id]
            self._turns.insert(min(GAP, len(self._turns)), card)

    # Commands

    def _change_language(self, current: CurrentCard) -> Iterator[ConversationEvent]:
        """In a drill the questions that follow are in that language too."""
        self._language_of_session = "zh" if current.presentation.language == "en" else "en"
        return super()._change_language(current)

    def _command(self, current: CurrentCard, action: CommandAction) -> Iterator[ConversationEvent]:
        if action.command != "skip":
            raise self._misfit(action.command)
        yield done_event(action, current, None)
        yield from self._next()

    # Undo, and the end

    def _undo_row(self) -> Row | None:
        """The newest answer of this drill; nothing that was recorded before it is touched."""
        return self._context.history.undo(first=tuple(self._answers)) if self._answers else None

    def _undone(self, row: Row) -> Iterator[ConversationEvent]:
        answer = self._answers.pop(row.id, None)
        yield UndoneEvent(row.id, row.kind, row.card)
        if answer is None:
            yield from self._next()
        else:
            self._waiting = self._current.presentation if self._current else None
            yield self._show(answer.answered.presentation, repeat=True)

    def _summary(self, expects: Expects) -> DrillSummaryEvent:
        answers = list(self._answers.values())
        now, before = self._speed()
        made = frequent_mistakes.tally([one.numeric_answer for one in reversed(answers)])
        return DrillSummaryEvent(
            answered=len(answers),
            correct=sum(one.correct for one in answers),
            minutes=round(sum(one.seconds for one in answers) / 60, 1),
            seconds=now,
            before=before,
            mistakes=frequent_mistakes.summarised(made, self._language, MAX_MISTAKES),
            expects=expects,
        )

    def _speed(self) -> tuple[float | None, float | None]:
        """Median seconds of the right answers, and of earlier right answers to the same families."""
        right = [one for one in self._answers.values() if one.correct]
        before = [
            row.seconds
            for name in {one.answered.card_id for one in right}
            for row in self._context.history.rows(name)
            if row.kind in ("drill", "review") and row.correct and row.seconds and row.id not in self._answers
        ]
        return _median([one.seconds for one in right]), _median(before)


def _median(seconds: Sequence[float]) -> float | None:
    return round(median(seconds), 1) if seconds else None
