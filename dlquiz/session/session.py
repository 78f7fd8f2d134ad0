"""A study session: the cards that were planned, rated and scheduled one by one. Prints nothing, reads no clock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from dlquiz.cards import Rating
from dlquiz.grading.check import RefusedError
from dlquiz.scheduler import State, date_of
from dlquiz.scheduler.queue import MAX_SECONDS, USUAL_SECONDS
from dlquiz.session import frequent_mistakes
from dlquiz.session.actions import CommandAction
from dlquiz.session.context import SessionContext
from dlquiz.session.conversation import RatedConversation
from dlquiz.session.current_card import (
    CurrentCard,
    answer_row,
    done_event,
    iso_date,
    recorded_event,
    suggested,
    verdict_event,
)
from dlquiz.session.events import (
    ConversationEvent,
    DoneEvent,
    ErrorEvent,
    Expects,
    PlanFacts,
    ReadinessChange,
    SessionEvent,
    SummaryEvent,
    UndoneEvent,
)
from dlquiz.session.planning import StudyOptions
from dlquiz.session.presentation import Presentation, UndrawableError, draw, restored
from dlquiz.session.queue import Queue, SessionTurn

if TYPE_CHECKING:
    from dlquiz.review_log import Row
    from dlquiz.review_log.rows import RowKind


class AnsweredCard(NamedTuple):
    """What this session recorded about one answer, for the summary and for undo; `seconds` go until the rating."""

    card: str
    correct: bool
    seconds: float
    presentation: Presentation


class Session(RatedConversation):
    """Each answer waits for its rating; a missed card comes back before the session ends."""

    _name = ("study", "学习")

    def __init__(self, context: SessionContext, options: StudyOptions) -> None:
        super().__init__(context, options.language)
        self._options = options
        self._cram = options.mode == "cram"
        self._queue = Queue(options.cards)
        self._rows: list[str] = []
        self._answered: dict[str, AnsweredCard] = {}
        self._dismissed: set[str] = set()
        # What has to be said about cards that were left out, before the next event.
        self._undrawable: list[str] = []

    def opening(self) -> Iterator[ConversationEvent]:
        today = self._options.allowance
        yield SessionEvent(
            language=self._options.language,
            cards=len(self._queue),
            cram=self._cram,
            due=today.due,
            new=today.new,
            minutes_left=today.minutes_left,
            next_due=iso_date(today.next_due),
            plan=_plan_facts(self._options, date_of(self._context.clock().day)),
            ahead=self._options.mode == "ahead",
            weakest=self._options.mode == "weakest",
            new_used_up=today.new_used_up,
            drafts=today.drafts,
            narrowed=self._options.narrowed,
        )
        yield from self._next()

    # The next card

    def _next(self) -> Iterator[ConversationEvent]:
        turn = self._next_card()
        yield from (ErrorEvent(message) for message in self._undrawable)
        self._undrawable = []
        if turn is None:
            yield from self._end()
        else:
            yield self._show(*turn)

    def _next_card(self) -> tuple[Presentation, bool] | None:
        self._follow_new_report()
        if self._time_is_up():
            self._queue.only_returns()
        while (turn := self._queue.take()) is not None:
            if (card := self._context.bank.card(turn.card)) is None:
                continue
            state = self._state(turn.card)
            repeat = any(answered.card == turn.card for answered in self._answered.values())
            if turn.presentation is not None and turn.presentation.card == card:
                return turn.presentation._replace(version=state.version), repeat
            if turn.presentation is None and not turn.returns and self._is_done_elsewhere(state):
                continue
            language = turn.presentation.language if turn.presentation else self._options.language
            try:
                return draw(card, language, self._context.random, state.version, state.stability), repeat
            except UndrawableError as error:
                self._undrawable.append(str(error))
        return None

    def _time_is_up(self) -> bool:
        """By the clock, or by the times that the answers carry; with a plan the missed cards' returns count too."""
        minutes = self._options.minutes
        if minutes is None:
            return False
        clock = (self._context.clock().at - self._began) / 1000
        spent = max(clock, sum(answered.seconds for answered in self._answered.values()))
        return spent + self._reserved_seconds() >= minutes * 60

    def _reserved_seconds(self) -> float:
        """With a plan, the time that missed cards still need, and half of the next one's: none crosses the line far."""
        plan, following = self._options.plan, self._queue.next_card
        if plan is None or following is None:
            return 0.0
        minutes = 0.0 if plan.report is None else plan.report.minutes.get(following, 0.0)
        return self._queue.returns * USUAL_SECONDS + minutes * 30

    def _follow_new_report(self) -> None:
        """Choose again when the plan of the day was made while the session ran."""
        plan, replan = self._options.plan, self._options.replan
        if plan is not None and replan is not None and plan.has_new_report(begun=self._current is not None):
            self._queue.replace(card for card in replan() if card not in self._dismissed)

    def _is_done_elsewhere(self, state: State) -> bool:
        """Whether another terminal has answered, suspended or buried the card since this session was planned. Where the
        weakest are asked, which may have been missed today, an answer of today is no reason to leave them out."""
        if self._cram:
            return False
        today = self._context.clock().day
        answered = self._options.mode != "weakest" and (state.due_day or 0) > today == state.last_day
        return state.inactive(today) or answered

    def _state(self, card: str) -> State:
        return self._context.history.state(card) or State(card)

    def _progress(self) -> tuple[int, int | None]:
        return len(self._answered) + 1, len(self._queue)

    # Answers

    def _judged(self, current: CurrentCard) -> Iterator[ConversationEvent]:
        previews = None if self._cram else self._previews(current)
        yield verdict_event(current, self._suggested(current), previews, self._expects)

    def _suggested(self, current: CurrentCard) -> Rating:
        card = current.presentation.card
        return suggested(current, card.usual_seconds or self._state(card.id).usual_seconds or USUAL_SECONDS)

    def _rate(self, current: CurrentCard, rating: Rating | None) -> Iterator[ConversationEvent]:
        rating = self._suggested(current) if rating is None else rating
        whole = self._whole_seconds(current)
        row = answer_row(current, "cram" if self._cram else "review", rating, whole)
        recorded = self._context.history.record(row, shown_version=current.presentation.version)
        self._rows.append(recorded.id)
        judged = current.verdict.correct if current.verdict else None
        correct = judged if judged is not None else rating > Rating.AGAIN
        self._answered[recorded.id] = AnsweredCard(current.card_id, correct, whole, current.presentation)
        if rating is Rating.AGAIN:
            self._queue.come_back(current.card_id)
        else:
            self._queue.drop(current.card_id)
        yield recorded_event(recorded, rating)
        yield from self._next()

    def _whole_seconds(self, current: CurrentCard) -> float:
        """The time from the question until now, reading the answer included; a person who went away took a while."""
        clock = (self._context.clock().at - current.asked_at) / 1000
        return max(current.seconds, min(clock, MAX_SECONDS))

    # Commands

    def _command(self, current: CurrentCard, action: CommandAction) -> Iterator[ConversationEvent]:
        match action.command:
            case "flag":
                flag: Literal["flag", "unflag"] = "unflag" if self._state(current.card_id).flagged else "flag"
                row = self._record(flag, current)
                yield DoneEvent(flag, current.card_id, row, self._expects)
            case "suspend" | "bury" as kind:
                yield from self._dismiss(current, action, self._record(kind, current))
            case "follow_up":
                yield from self._go_deeper(current)
            case "pause" | "resume" | "review":
                raise self._misfit(action.command)
            case _:
                yield from self._dismiss(current, action, None)

    def _go_deeper(self, current: CurrentCard) -> Iterator[ConversationEvent]:
        """Accept the suggested rating and ask a follow-up next: the first that was not answered today."""
        if current.verdict is None:
            raise RefusedError("answer the question first", "请先回答这个问题")
        today = self._context.clock().day
        for name in current.presentation.card.then:
            state = self._state(name)
            if self._context.bank.card(name) and not state.suspended and state.last_day != today:
                self._queue.put_first(SessionTurn(name, returns=True))
                yield from self._rate(current, None)
                return
        raise RefusedError("no deeper question is left", "没有更深入的问题了")

    def _dismiss(self, current: CurrentCard, action: CommandAction, row: str | None) -> Iterator[ConversationEvent]:
        """Go on without rating the card."""
        self._queue.drop(current.card_id)
        self._dismissed.add(current.card_id)
        yield done_event(action, current, row)
        yield from self._next()

    def _record(self, kind: RowKind, current: CurrentCard) -> str:
        from dlquiz.review_log import Event

        recorded = self._context.history.record(Event(kind, current.card_id))
        self._rows.append(recorded.id)
        return recorded.id

    # Undo, and the end

    def _undo_row(self) -> Row | None:
        return self._context.history.undo(first=tuple(self._rows))

    def _undone(self, row: Row) -> Iterator[ConversationEvent]:
        """The card of the cancelled row comes next, as it was shown; the current one comes after it."""
        name, current = row.card or "", self._current
        answered = self._answered.pop(row.id, None)
        if current is not None:
            self._queue.put_first(SessionTurn(current.card_id, current.presentation))
        if (card := self._context.bank.card(name)) is not None:
            presentation = answered.presentation if answered else None
            if presentation is None and current is not None and current.card_id == name:
                presentation = current.presentation
            presentation = presentation or restored(card, row.shown, self._options.language)
            self._queue.put_first(SessionTurn(name, presentation, returns=True))
        yield UndoneEvent(row.id, row.kind, name)
        yield from self._next()

    def _summary(self, expects: Expects) -> SummaryEvent:
        tomorrow, next_due = self._coming()
        answered = self._answered.values()
        return SummaryEvent(
            answered=len(answered),
            correct=sum(one.correct for one in answered),
            minutes=round(sum(one.seconds for one in answered) / 60, 1),
            tomorrow=tomorrow,
            next_due=iso_date(next_due),
            mistakes=frequent_mistakes.habits(frequent_mistakes.numeric_answers(self._context.history), self._language),
            readiness=self._readiness(),
            expects=expects,
            missed=tuple(dict.fromkeys(one.card for one in answered if not one.correct)),
        )

    def _coming(self) -> tuple[int, int | None]:
        """How many reviews tomorrow brings, and the day of the next one: of all cards, or where none was to be asked,
        of those that were asked for, as when others come back is no answer there."""
        bank, today = self._context.bank.cards_path, self._context.clock().day
        if self._options.selection is not None and self._options.narrowed and not self._options.cards:
            return self._context.history.coming(bank, self._options.selection, today)
        counts = self._context.history.counts(bank, today)
        return counts.tomorrow, counts.next_due

    def _readiness(self) -> ReadinessChange | None:
        """What the session did for the day of the interview."""
        plan = self._options.plan
        if plan is None or not self._answered:
            return None
        before = None if plan.report is None else plan.report.on_the_day
        after = plan.readiness_after()
        return None if after is None else ReadinessChange(before, after)


def _plan_facts(options: StudyOptions, today: str) -> PlanFacts | None:
    plan, placement = options.plan, options.placement
    if plan is None:
        return None
    answered = placement.answered if placement else 0
    facts = PlanFacts(plan.days_left, None, None, placement=placement is not None, answered=answered)
    if (report := plan.report) is None:
        return facts
    time = report.time if report.as_of == today else None
    return facts._replace(
        on_the_day=round(report.on_the_day, 4), as_of=report.as_of, up_to_date=plan.up_to_date, time=time
    )
