"""The card that is asked, and what is said of it: its question, the verdict on a reply, the row that is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from dlquiz.cards import Open, Rating
from dlquiz.grading.check import RefusedError, Verdict
from dlquiz.scheduler import date_of
from dlquiz.session import presentation as presentations
from dlquiz.session.actions import CommandAction
from dlquiz.session.events import (
    DoneEvent,
    Expects,
    InterviewTurn,
    QuestionEvent,
    RecordedEvent,
    VerdictEvent,
    VerdictPoint,
)
from dlquiz.session.presentation import Presentation

if TYPE_CHECKING:
    from dlquiz.review_log import Event, Recorded
    from dlquiz.review_log.rows import RowKind


class CurrentCard(NamedTuple):
    """The card that is asked; `verdict` is None until the question was answered; `ticks` are the points it makes."""

    presentation: Presentation
    asked_at: int
    repeat: bool = False
    hints: int = 0
    reply: object = None
    seconds: float = 0.0
    verdict: Verdict | None = None
    ticks: tuple[int, ...] = ()
    turn: InterviewTurn | None = None
    confirmed: bool = False  # the person has ticked the points, or confirmed those that were found

    @property
    def card_id(self) -> str:
        return self.presentation.card.id


def question_event(current: CurrentCard, position: int, remaining: int | None) -> QuestionEvent:
    """The question, as the `position`th of the session, before `remaining` others (None: no end)."""
    presentation, card = current.presentation, current.presentation.card
    return QuestionEvent(
        card=card.id,
        deck=card.deck,
        kind=card.kind,
        language=presentation.language,
        level=card.level,
        text=presentations.text(presentation, card.question),
        content=presentations.question_content(presentation),
        hints=len(presentations.available_hints(presentation)) - current.hints,
        position=position,
        remaining=remaining,
        repeat=current.repeat,
        languages=card.question.languages,
        turn=current.turn,
    )


def verdict_event(
    current: CurrentCard, suggested: Rating, previews: dict[Rating, int] | None, expects: Expects | None
) -> VerdictEvent:
    """The verdict on the current card, which has one."""
    presentation, verdict = current.presentation, current.verdict
    assert verdict is not None
    card, view = presentation.card, presentations.view(presentation)
    return VerdictEvent(
        card=card.id,
        kind=card.kind,
        language=presentation.language,
        correct=verdict.correct,
        verdict=verdict.outcome,
        expected=verdict.expected,
        parts=verdict.parts,
        notes=verdict.notes,
        mistake=verdict.mistake,
        steps=verdict.steps,
        solution=presentations.solution(view, presentation.language),
        answer=view.answer,
        figure=card.figure,
        points=tuple(_verdict_points(current, verdict)),
        pitfall=view.pitfall,
        references=card.references,
        seconds=round(current.seconds, 1),
        suggested=suggested,
        previews=previews,
        expects=expects,
        given=current.reply,
        question_text=view.question,
    )


def _verdict_points(current: CurrentCard, verdict: Verdict) -> Iterator[VerdictPoint]:
    found = {one.point: one for one in verdict.points}
    for number, point in enumerate(current.presentation.card.points, 1):
        finding = found.get(number)
        yield VerdictPoint(
            text=presentations.text(current.presentation, point.text),
            core=point.core,
            state=finding.state if finding else "missing",
            ticked=number in current.ticks,
            by=finding.by if finding else "",
        )


def recorded_event(recorded: Recorded, rating: Rating) -> RecordedEvent:
    due = recorded.due_day if recorded.due_day is not None else recorded.state.due_day
    return RecordedEvent(
        recorded.id, recorded.card, recorded.kind, rating, recorded.interval, iso_date(due), recorded.leech
    )


def answer_row(current: CurrentCard, kind: RowKind, rating: Rating, whole: float | None = None) -> Event:
    """What the log keeps of the answer to the current card; `whole` are the seconds from the question to the rating."""
    from dlquiz.review_log import Event

    verdict, reply = current.verdict, current.reply
    return Event(
        kind,
        card=current.card_id,
        rating=rating,
        verdict=verdict.outcome if verdict else None,
        correct=verdict.correct if verdict else None,
        reply=reply if isinstance(reply, str) or reply is None else _as_json(reply),
        seconds=current.seconds,
        shown=presentations.stored(current.presentation) | ({} if whole is None else {"whole": round(whole, 1)}),
        mistake=verdict.mistake["name"] if verdict and verdict.mistake else None,
        hints=current.hints,
    )


def done_event(command: CommandAction, current: CurrentCard, row: str | None) -> DoneEvent:
    return DoneEvent(command.command, current.card_id, row)


def iso_date(day: int | None) -> str | None:
    return None if day is None else date_of(day)


def _as_json(reply: object) -> str:
    import json

    return json.dumps(reply, ensure_ascii=False)


def ticked(current: CurrentCard, points: tuple[int, ...]) -> CurrentCard:
    """The card with the points that the person ticked; raises RefusedError for one that it has not."""
    count = len(current.presentation.card.points)
    if wrong := [point for point in points if not 1 <= point <= count]:
        raise RefusedError(
            f"there is no point {wrong[0]}: tick 1 to {count}", f"没有第 {wrong[0]} 个要点，请填 1 到 {count}"
        )
    return current._replace(ticks=tuple(sorted(set(points))), confirmed=True)


def suggested(current: CurrentCard, usual: float) -> Rating:
    """Again when wrong or given up; of an open answer what its points say; Hard when right but slower than twice the
    usual time, after a hint or rounded too far; otherwise Good. Easy is the person's to say."""
    verdict, card = current.verdict, current.presentation.card
    assert verdict is not None
    slow_or_helped = current.seconds > 2 * usual or current.hints > 0
    if verdict.correct is False or verdict.given_up:
        return Rating.AGAIN
    if isinstance(card.body, Open):
        from dlquiz.grading.ratings import suggested_for_points

        core = [number for number, point in enumerate(card.points, 1) if point.core]
        return suggested_for_points(core, current.ticks, confirmed=current.confirmed, slow_or_helped=slow_or_helped)
    return Rating.HARD if slow_or_helped or verdict.outcome == "rounded" else Rating.GOOD
