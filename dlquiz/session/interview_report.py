"""The report on an interview from what the log has of it: its answers, and how they were rated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dlquiz.cards import Card, Language
from dlquiz.errors import DlquizError
from dlquiz.interview.record import Answer, Record
from dlquiz.interview.report import FinalOutcome, Points, Question, Readiness, Report, iso, make_report
from dlquiz.kinds import check
from dlquiz.session import presentation as presentations

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.grading.check import Verdict
    from dlquiz.kinds.view import CardView
    from dlquiz.review_log import History, Row
    from dlquiz.session.presentation import Presentation


def report_on(record: Record, bank: Bank, history: History, readiness: Readiness | None = None) -> Report:
    """The report at the end of the review; answers that nobody has rated count where they can be checked."""
    return _report(record, bank, history, readiness, check_unrated=True)


def standing_of(record: Record, bank: Bank, history: History) -> Report:
    """What may be told of an interview that is not finished: how long answers took, and those that were rated."""
    return _report(record, bank, history, None, check_unrated=False)


def _report(
    record: Record, bank: Bank, history: History, readiness: Readiness | None, *, check_unrated: bool
) -> Report:
    reviews = history.interview_reviews(record.id, record.cards)
    questions = [
        _question(answer, card, reviews.get(card.id), bank if check_unrated else None)
        for answer in record.answers
        if (card := bank.card(answer.turn.card)) is not None
    ]
    beginning = record.beginning
    return make_report((record.id, record.at, beginning.minutes, beginning.track), questions, readiness)


def questions_as_put(record: Record, bank: Bank, language: Language) -> list[tuple[Card, str]]:
    """The cards that were asked, each with its question and the values that stood in it, in this language."""
    found = []
    for answer in record.answers:
        card = bank.card(answer.turn.card)
        if card is not None and (presentation := presented(answer, card)) is not None:
            found.append((card, presentations.text(presentation._replace(language=language), card.question)))
    return found


class ReviewedAnswer(NamedTuple):
    """An answer of an interview with all that can be said of it now; `made` are the points, counted from 1."""

    answer: Answer
    card: Card
    language: Language
    view: CardView
    verdict: Verdict
    made: tuple[int, ...]


def reviewed_answers(record: Record, bank: Bank, history: History) -> list[ReviewedAnswer]:
    """The answers in the order in which they were given, without those whose card was changed or taken out."""
    reviews = history.interview_reviews(record.id, record.cards)
    found = []
    for answer in record.answers:
        card = bank.card(answer.turn.card)
        presentation = presented(answer, card) if card is not None else None
        verdict = judged(answer, card, bank) if card is not None else None
        if card is None or presentation is None or verdict is None:
            continue
        points = _points(card, reviews.get(card.id))
        made = points.made if points is not None else verdict.ticked
        view = presentations.view(presentation)
        found.append(ReviewedAnswer(answer, card, presentation.language, view, verdict, made))
    return found


def presented(answer: Answer, card: Card) -> Presentation | None:
    """The question as it was put; None when the card was changed so that it no longer fits."""
    return presentations.restored(card, json.dumps(dict(answer.values)), "en")


def judged(answer: Answer, card: Card, bank: Bank) -> Verdict | None:
    """The verdict on the answer; None where it cannot be judged any more."""
    presentation = presented(answer, card)
    if presentation is None:
        return None
    lexicon = bank.lexicon() if card.kind in ("open", "cloze") else None
    try:
        return check(card, presentation.drawn, answer.reply, presentation.language, lexicon)
    except DlquizError:
        return None


def _question(answer: Answer, card: Card, review: Row | None, bank: Bank | None) -> Question:
    """The question; without a bank nothing is said of an answer that was not rated."""
    outcome, mistake = _outcome(answer, card, review, bank)
    return Question(
        card=card.id,
        deck=card.deck,
        kind=card.kind,
        level=card.level,
        asked_at=iso(answer.asked_at),
        seconds=round(answer.seconds, 1),
        limit=answer.turn.limit,
        outcome=outcome,
        points=_points(card, review),
        follow_up_of=answer.turn.follow_up_of,
        easier=answer.turn.easier,
        mistake=mistake,
    )


def _outcome(answer: Answer, card: Card, review: Row | None, bank: Bank | None) -> tuple[FinalOutcome, str | None]:
    """Right means rated Hard or better, and where it can be checked, that it was correct."""
    if answer.skipped:
        return "skipped", None
    if review is not None:
        right = review.correct if review.correct is not None else (review.rating or 1) > 1
        return "right" if right else "wrong", review.mistake
    verdict = judged(answer, card, bank) if bank is not None else None
    if verdict is None or (verdict.correct is None and not verdict.given_up):
        return "unrated", None
    return "right" if verdict.correct else "wrong", verdict.mistake["name"] if verdict.mistake else None


def _points(card: Card, review: Row | None) -> Points | None:
    if review is None or not card.points:
        return None
    made = _shown(review).get("ticks", [])
    core = tuple(number for number, point in enumerate(card.points, 1) if point.core)
    return Points(tuple(one for one in made if isinstance(one, int)), core, len(card.points))


def _shown(row: Row) -> Mapping[str, Any]:
    try:
        found = json.loads(row.shown or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
