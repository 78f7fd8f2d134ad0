"""What study and drill have in common: the card that is asked, its hints, language and edits, undo and the summary."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, ClassVar

from dlquiz.cards import Language, Rating
from dlquiz.grading.check import RefusedError, Verdict
from dlquiz.kinds import check
from dlquiz.session import presentation as presentations
from dlquiz.session.actions import (
    CommandAction,
    ConversationAction,
    RatingAction,
    ReplyAction,
    TicksAction,
    UnreadableAction,
    check_fits,
)
from dlquiz.session.context import SessionContext
from dlquiz.session.current_card import CurrentCard, question_event, ticked
from dlquiz.session.events import (
    END,
    OVER,
    QUESTION,
    VERDICT,
    VERDICT_WITH_POINTS,
    ConversationEvent,
    ErrorEvent,
    Expects,
    HintEvent,
    QuestionEvent,
    UndoneEvent,
)
from dlquiz.session.presentation import Presentation, draw

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.review_log import Row
    from dlquiz.session.events import DrillSummaryEvent, InterviewSummaryEvent, SummaryEvent
    from dlquiz.thesaurus import Lexicon

EventGenerator = Generator[ConversationEvent, ConversationAction | None, None]


def converse(conversation: Conversation) -> EventGenerator:
    """Yield events; after one with a non-empty `expects` send the action that came in, None at the end of input.

    An answer is committed before its `RecordedEvent` is yielded. Raises `DlquizError` when the log cannot be written;
    then the answer is not in it.
    """
    events = conversation.opening()
    try:
        while True:
            action = None
            for event in events:
                action = yield event
            if conversation.over:
                return
            events = conversation.handle(action)
    finally:
        conversation.close()


class Conversation(ABC):
    """Questions and answers one after another: `handle` takes an action and yields the events that answer it."""

    # What a refusal calls it, in English and Chinese.
    _name: ClassVar[tuple[str, str]]

    def __init__(self, context: SessionContext, language: Language) -> None:
        self.over = False
        self._context = context
        self._language_of_session = language
        self._current: CurrentCard | None = None
        self._began = context.clock().at
        self._summary_was_last = False
        self._reopened: Bank | None = None
        self._lexicon: Lexicon | None = None

    def handle(self, action: ConversationAction | None) -> Iterator[ConversationEvent]:
        """The events that answer an action (None: the end of input), each made only when it is asked for: what was
        committed is reported before the next card is drawn."""
        ends = action is None or action == CommandAction("quit")
        self._summary_was_last = self._summary_was_last and ends
        if action is None:
            yield from self._leave()
            return
        try:
            check_fits(action, self._expects)
            yield from self._act(action)
        except RefusedError as refusal:
            yield ErrorEvent(refusal.in_language(self._language), self._expects)

    def close(self) -> None:
        """Let go of a bank that was opened after an edit; the first one is its opener's."""
        if self._reopened is not None:
            self._reopened.close()
            self._reopened = None

    # What differs

    @abstractmethod
    def opening(self) -> Iterator[ConversationEvent]:
        """The first events: what kind of session it is, and its first question."""

    @abstractmethod
    def _next(self) -> Iterator[ConversationEvent]:
        """The next question, or the summary."""

    @abstractmethod
    def _progress(self) -> tuple[int, int | None]:
        """The number of the current question, and how many come after it (None: no end)."""

    @abstractmethod
    def _judged(self, current: CurrentCard) -> Iterator[ConversationEvent]:
        """What follows when a reply was judged."""

    @abstractmethod
    def _command(self, current: CurrentCard, action: CommandAction) -> Iterator[ConversationEvent]:
        """What a command does that is not the same in all conversations."""

    @abstractmethod
    def _undo_row(self) -> Row | None:
        """Cancel the newest row that this conversation may cancel."""

    @abstractmethod
    def _undone(self, row: Row) -> Iterator[ConversationEvent]:
        """What follows when a row was cancelled."""

    @abstractmethod
    def _summary(self, expects: Expects) -> SummaryEvent | DrillSummaryEvent | InterviewSummaryEvent: ...

    def _tick(self, current: CurrentCard, points: tuple[int, ...]) -> Iterator[ConversationEvent]:
        raise RefusedError("nothing is ticked here", "这里没有要点可勾选")

    def _rate(self, current: CurrentCard, rating: Rating | None) -> Iterator[ConversationEvent]:
        raise RefusedError("nothing is rated here", "这里不用评分")

    def _misfit(self, command: str) -> RefusedError:
        english, chinese = self._name
        return RefusedError(f"{command} does not fit in {english}", f"{chinese}中不能这样做")

    # Actions

    @property
    def _expects(self) -> Expects:
        return QUESTION if self._current is not None else END

    @property
    def _language(self) -> Language:
        return self._current.presentation.language if self._current is not None else self._language_of_session

    def _act(self, action: ConversationAction) -> Iterator[ConversationEvent]:
        match action:
            case CommandAction("quit"):
                return self._leave()
            case CommandAction("undo"):
                return self._undo()
            case ReplyAction(reply, seconds):
                return self._judge(self._asked(), reply, seconds)
            case TicksAction(points):
                return self._tick(self._asked(), points)
            case RatingAction(rating):
                return self._rate(self._asked(), rating)
            case CommandAction("hint"):
                return self._hint(self._asked())
            case CommandAction("language"):
                return self._change_language(self._asked())
            case CommandAction("reload"):
                return self._reload(self._asked())
            case CommandAction():
                return self._command(self._asked(), action)
            case UnreadableAction(message):
                raise RefusedError(message)

    def _asked(self) -> CurrentCard:
        assert self._current is not None, "check_fits lets nothing else through at the end"
        return self._current

    # The question

    def _show(self, presentation: Presentation, repeat: bool = False) -> QuestionEvent:
        self._current = CurrentCard(presentation, self._context.clock().at, repeat)
        return self._question(self._current)

    def _question(self, current: CurrentCard) -> QuestionEvent:
        return question_event(current, *self._progress())

    def _hint(self, current: CurrentCard) -> Iterator[ConversationEvent]:
        available = presentations.available_hints(current.presentation)
        if not available:
            raise RefusedError("there is no hint", "这张卡片没有提示")
        if current.hints >= len(available):
            raise RefusedError("no hint is left", "没有更多提示了")
        self._current = current._replace(hints=current.hints + 1)
        yield HintEvent(available[current.hints], len(available) - current.hints - 1)

    def _change_language(self, current: CurrentCard) -> Iterator[ConversationEvent]:
        if len(current.presentation.card.question.languages) < 2:
            raise RefusedError("this card has no other language", "这张卡片没有另一种语言")
        other: Language = "zh" if current.presentation.language == "en" else "en"
        return self._show_changed(current, current.presentation._replace(language=other))

    def _reload(self, current: CurrentCard) -> Iterator[ConversationEvent]:
        """The card as it reads after an edit; what was drawn for it stays where the edit allows it."""
        presentation = current.presentation
        self.close()
        self._reopened = self._context.reopen()
        self._context = self._context._replace(bank=self._reopened)
        self._lexicon = None
        card = self._context.bank.card(presentation.card.id)
        if card is None:
            yield from self._next()
        elif card.body != presentation.card.body:
            fresh = draw(card, presentation.language, self._context.random, presentation.version)
            yield self._show(fresh, current.repeat)
        else:
            yield from self._show_changed(current, presentation._replace(card=card))

    def _show_changed(self, current: CurrentCard, presentation: Presentation) -> Iterator[ConversationEvent]:
        """The same card in another language or wording; a reply is judged again."""
        self._current = current = current._replace(presentation=presentation)
        if current.verdict is None:
            yield self._question(current)
            return
        verdict = self._checked(presentation, current.reply)
        ticks = tuple(tick for tick in current.ticks if tick <= len(presentation.card.points))
        self._current = current._replace(verdict=verdict, ticks=ticks)
        yield from self._judged(self._current)

    # The answer

    def _judge(self, current: CurrentCard, reply: object, seconds: float | None) -> Iterator[ConversationEvent]:
        if seconds is None:
            seconds = max(0, self._context.clock().at - current.asked_at) / 1000
        presentation = current.presentation
        verdict = self._checked(presentation, reply)
        self._current = current._replace(reply=reply, seconds=seconds, verdict=verdict, ticks=verdict.ticked)
        yield from self._judged(self._current)

    def _checked(self, presentation: Presentation, reply: object) -> Verdict:
        card = presentation.card
        if self._lexicon is None and card.kind in ("open", "cloze"):
            self._lexicon = self._context.bank.lexicon()
        return check(card, presentation.drawn, reply, presentation.language, self._lexicon)

    # Undo, and the end

    def _undo(self) -> Iterator[ConversationEvent]:
        current = self._current
        if current is not None and current.verdict is not None:
            yield self._show(current.presentation, current.repeat)
            return
        row = self._undo_row()
        if row is None:
            yield UndoneEvent(expects=self._expects)
            return
        yield from self._undone(row)

    def _leave(self) -> Iterator[ConversationEvent]:
        self.over = True
        if not self._summary_was_last:
            yield self._summary(OVER)

    def _end(self) -> Iterator[ConversationEvent]:
        """No card is left; undo goes on."""
        self._current = None
        self._summary_was_last = True
        yield self._summary(END)


class RatedConversation(Conversation):
    """A conversation in which the person rates each answer, and before that ticks the points that were made."""

    @abstractmethod
    def _suggested(self, current: CurrentCard) -> Rating:
        """The rating that stands there before the person has chosen."""

    @property
    def _expects(self) -> Expects:
        if self._current is None or self._current.verdict is None:
            return super()._expects
        return VERDICT_WITH_POINTS if self._current.presentation.card.points else VERDICT

    def _previews(self, current: CurrentCard) -> dict[Rating, int]:
        """For each rating the days until the card comes back."""
        state = self._context.history.state(current.card_id)
        days = self._context.model.previews(current.card_id, state, self._context.clock().day)
        return {rating: days[rating] for rating in Rating}

    def _tick(self, current: CurrentCard, points: tuple[int, ...]) -> Iterator[ConversationEvent]:
        self._current = ticked(current, points)
        yield from self._judged(self._current)
