"""A mock interview: questions under a clock without any answer, then the review of what was said, then the report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from dlquiz.cards import Rating
from dlquiz.grading.check import RefusedError, Verdict
from dlquiz.interview.course import AnswerOutcome, InterviewAnswer, Turn
from dlquiz.interview.record import Answer
from dlquiz.session import presentation as presentations
from dlquiz.session.actions import CommandAction
from dlquiz.session.context import SessionContext
from dlquiz.session.conversation import RatedConversation
from dlquiz.session.current_card import (
    CurrentCard,
    answer_row,
    done_event,
    question_event,
    recorded_event,
    suggested,
    verdict_event,
)
from dlquiz.session.events import (
    END,
    PAUSED,
    AnsweredQuestionEvent,
    ConversationEvent,
    DoneEvent,
    ErrorEvent,
    Expects,
    InterviewEvent,
    InterviewSummaryEvent,
    InterviewTurn,
    NotedEvent,
    QuestionEvent,
    ReportEvent,
    ReviewEvent,
    UndoneEvent,
)
from dlquiz.session.interview_planning import InterviewOptions
from dlquiz.session.interview_report import judged, presented, report_on
from dlquiz.session.presentation import Presentation, UndrawableError, draw

if TYPE_CHECKING:
    from dlquiz.cards import Card
    from dlquiz.review_log import Row


class Interview(RatedConversation):
    """Every answer is in the log before the next question; nothing is said of it before the review."""

    _name = ("an interview", "面试")

    def __init__(self, context: SessionContext, options: InterviewOptions) -> None:
        super().__init__(context, options.language)
        self._options = options
        self._record = options.record
        self._course = options.course
        self._turn = Turn("", 0.0)
        self._course_so_far = [InterviewAnswer(answer.turn, self._outcome(answer)) for answer in options.record.answers]
        self._paused_at: int | None = None
        self._pauses_left = 1
        self._pending: list[Answer] | None = None  # what is left of the review; None while questions are asked
        self._reviewing: Answer | None = None
        self._rated: dict[str, Answer] = {}
        self._done = 0

    @property
    def _expects(self) -> Expects:
        return PAUSED if self._paused_at is not None else super()._expects

    def opening(self) -> Iterator[ConversationEvent]:
        beginning, options = self._record.beginning, self._options
        if not options.resumed:
            self._context.history.record_interview(beginning.to_json())
        yield InterviewEvent(
            language=options.language,
            interview=beginning.id,
            minutes=beginning.minutes,
            track=beginning.track,
            seed=beginning.seed,
            resumed=options.resumed,
            minutes_left=self._minutes_left,
        )
        yield from self._next()

    # The questions

    def _next(self) -> Iterator[ConversationEvent]:
        if self._pending is not None:
            yield from self._next_review()
            return
        turn = self._course.next(self._course_so_far, self._seconds_left)
        card = self._context.bank.card(turn.card) if turn is not None else None
        if turn is None or card is None:
            yield from self._begin_review()
            return
        state = self._context.history.state(card.id)
        stability = state.stability if state else None
        try:
            presentation = draw(card, self._language_of_session, self._context.random, "", stability)
        except UndrawableError as error:
            yield ErrorEvent(str(error))
            self._course = self._course.without(card.id)
            yield from self._next()
            return
        self._turn = turn
        yield self._show(presentation)

    @property
    def _seconds_left(self) -> float:
        return self._record.beginning.minutes * 60 - self._record.seconds

    @property
    def _minutes_left(self) -> float:
        return round(max(0.0, self._seconds_left) / 60, 1)

    def _progress(self) -> tuple[int, int | None]:
        return len(self._record.answers) + 1, None

    def _show(self, presentation: Presentation, repeat: bool = False) -> QuestionEvent:
        turn = InterviewTurn(self._turn.limit, self._minutes_left, self._turn.follow_up_of)
        self._current = CurrentCard(presentation, self._context.clock().at, repeat, turn=turn)
        return self._question(self._current)

    def _outcome(self, answer: Answer) -> AnswerOutcome:
        if answer.skipped:
            return "skipped"
        card = self._context.bank.card(answer.turn.card)
        verdict = judged(answer, card, self._context.bank) if card is not None else None
        return outcome_of(card, verdict, answer.reply) if card is not None and verdict is not None else "partly"

    def _judged(self, current: CurrentCard) -> Iterator[ConversationEvent]:
        if self._reviewing is not None:
            yield verdict_event(current, self._suggested(current), self._previews(current), self._expects)
            return
        yield from self._note(current, skipped=False)

    def _note(self, current: CurrentCard, *, skipped: bool) -> Iterator[ConversationEvent]:
        """Keep the answer, and go on."""
        now = self._context.clock()
        seconds = max(0, now.at - current.asked_at) / 1000 if skipped else current.seconds
        answer = Answer(
            turn=self._turn,
            values=presentations.stored(current.presentation),
            reply=None if skipped else current.reply,
            seconds=round(seconds, 1),
            asked_at=now._replace(at=current.asked_at),
            skipped=skipped,
        )
        position = len(self._record.answers) + 1
        self._context.history.record_interview(answer.to_json(self._record.id, position))
        self._record = replace(self._record, answers=(*self._record.answers, answer))
        self._course_so_far.append(InterviewAnswer(self._turn, self._outcome(answer)))
        self._current = None
        yield NotedEvent(position, answer.seconds, self._minutes_left)
        yield from self._next()

    # The review

    def _begin_review(self) -> Iterator[ConversationEvent]:
        rated = self._context.history.interview_reviews(self._record.id, self._record.cards)
        self._pending = [answer for answer in self._record.answers if answer.turn.card not in rated]
        self._current, self._done = None, len(self._record.answers) - len(self._pending)
        if self._record.answers:
            yield ReviewEvent(len(self._pending))
        yield from self._next_review()

    def _next_review(self) -> Iterator[ConversationEvent]:
        assert self._pending is not None
        while self._pending:
            self._reviewing = answer = self._pending.pop(0)
            card = self._context.bank.card(answer.turn.card)
            current = self._reviewed(answer, card) if card is not None else None
            if current is None:
                continue
            self._current = current
            question = question_event(current, self._done + 1, len(self._pending))
            yield AnsweredQuestionEvent(question, answer.reply, answer.seconds, answer.skipped)
            yield from self._judged(current)
            return
        yield from self._finish()

    def _reviewed(self, answer: Answer, card: Card) -> CurrentCard | None:
        """The question with its reply and verdict; None when the card was changed so that they no longer fit."""
        presentation, verdict = presented(answer, card), judged(answer, card, self._context.bank)
        if presentation is None or verdict is None:
            return None
        state = self._context.history.state(card.id)
        return CurrentCard(
            presentation._replace(version=state.version if state else ""),
            answer.asked_at.at,
            reply=answer.reply,
            seconds=answer.seconds,
            verdict=verdict,
            ticks=verdict.ticked,
            turn=InterviewTurn(answer.turn.limit, 0.0, answer.turn.follow_up_of),
        )

    def _suggested(self, current: CurrentCard) -> Rating:
        """Hard when it took longer than the limit."""
        assert current.turn is not None
        return suggested(current, current.turn.limit / 2)

    def _rate(self, current: CurrentCard, rating: Rating | None) -> Iterator[ConversationEvent]:
        assert self._reviewing is not None
        rating = self._suggested(current) if rating is None else rating
        row = answer_row(current, "review", rating)
        more = {"interview": self._record.id, **({"ticks": list(current.ticks)} if current.ticks else {})}
        row = row._replace(shown={**(row.shown or {}), **more})
        recorded = self._context.history.record(row, shown_version=current.presentation.version)
        self._rated[recorded.id] = self._reviewing
        self._done += 1
        yield recorded_event(recorded, rating)
        yield from self._next_review()

    # Commands

    def _hint(self, current: CurrentCard) -> Iterator[ConversationEvent]:
        raise RefusedError("there are no hints in an interview", "面试中没有提示")

    def _reload(self, current: CurrentCard) -> Iterator[ConversationEvent]:
        raise self._misfit("reload")

    def _command(self, current: CurrentCard, action: CommandAction) -> Iterator[ConversationEvent]:
        match action.command, self._reviewing:
            case "skip", None:
                yield done_event(action, current, None)
                yield from self._note(current, skipped=True)
            case "skip", _:
                yield done_event(action, current, None)
                yield from self._next_review()
            case "pause", None:
                yield self._pause(current)
            case "resume", None if self._paused_at is not None:
                yield from self._go_on(current, self._paused_at)
            case "review", None:
                if not self._record.answers:
                    raise RefusedError("nothing was answered yet", "还没有回答任何问题")
                yield from self._begin_review()
            case _:
                raise self._misfit(action.command)

    def _pause(self, current: CurrentCard) -> DoneEvent:
        if not self._pauses_left:
            raise RefusedError(
                "an interview has one pause; leave it and go on later with --resume",
                "只能暂停一次；可以先离开，之后用 --resume 继续",
            )
        self._pauses_left -= 1
        self._paused_at = self._context.clock().at
        return DoneEvent("pause", current.card_id, None, PAUSED)

    def _go_on(self, current: CurrentCard, paused_at: int) -> Iterator[ConversationEvent]:
        """The clock goes on where it stood."""
        away = max(0, self._context.clock().at - paused_at)
        self._paused_at = None
        self._current = current._replace(asked_at=current.asked_at + away)
        yield self._question(self._current)

    # Undo, and the end

    def _undo(self) -> Iterator[ConversationEvent]:
        if self._pending is None:
            raise RefusedError("answers in an interview cannot be undone", "面试中的回答不能撤销")
        row = self._undo_row()
        if row is None:
            yield UndoneEvent(expects=self._expects)
            return
        yield from self._undone(row)

    def _undo_row(self) -> Row | None:
        """The newest review of this session; the interview itself stays."""
        return self._context.history.undo(first=tuple(self._rated)) if self._rated else None

    def _undone(self, row: Row) -> Iterator[ConversationEvent]:
        assert self._pending is not None
        answer = self._rated.pop(row.id, None)
        if self._current is not None and self._reviewing is not None:
            self._pending.insert(0, self._reviewing)
        if answer is not None:
            self._pending.insert(0, answer)
            self._done -= 1
        self._summary_was_last = False
        yield UndoneEvent(row.id, row.kind, row.card)
        yield from self._next_review()

    def _finish(self) -> Iterator[ConversationEvent]:
        """All is rated: the report goes into the log and is shown."""
        self._current = self._reviewing = None
        readiness = self._options.readiness and self._options.readiness()
        report = report_on(self._record, self._context.bank, self._context.history, readiness)
        self._context.history.record_interview({"id": self._record.id, "event": "end", "report": report.to_json()})
        self._summary_was_last = True
        yield ReportEvent(report, END)

    def _summary(self, expects: Expects) -> InterviewSummaryEvent:
        minutes = round(self._record.seconds / 60, 1)
        rated = len(self._context.history.interview_reviews(self._record.id, self._record.cards))
        return InterviewSummaryEvent(self._record.id, len(self._record.answers), rated, minutes, expects)


def outcome_of(card: Card, verdict: Verdict, reply: object) -> AnswerOutcome:
    """What an answer seems to be before anybody has rated it: it decides what is asked next."""
    if verdict.correct is not None or verdict.given_up:
        return "right" if verdict.correct else "wrong"
    if card.kind != "open":
        return "right"  # a number that was rounded too far
    if reply == "":
        return "spoken"
    core = {number for number, point in enumerate(card.points, 1) if point.core}
    return "right" if core and core <= set(verdict.ticked) else "partly"
