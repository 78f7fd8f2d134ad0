"""Which cards a study session asks: what today's allowance leaves, unless the person asks for more or for less."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from dlquiz.cards import Language
from dlquiz.scheduler.queue import Limits, order
from dlquiz.session import frequent_mistakes

if TYPE_CHECKING:
    from dlquiz.review_log import Selection
    from dlquiz.review_log.candidates import Counts
    from dlquiz.session.context import SessionContext
    from dlquiz.settings import Settings


class StudyRequest(NamedTuple):
    """What the person asked for: which cards, at most how many, how many of them new, and for how many minutes."""

    selection: Selection
    limit: int | None = None
    new: int | None = None
    minutes: float | None = None


class Allowance(NamedTuple):
    """What waits today and what is left of the daily minutes (None without a budget); `next_due` is a day number."""

    due: int = 0
    new: int = 0
    minutes_left: float | None = None
    next_due: int | None = None


class StudyOptions(NamedTuple):
    """A planned session: `cards` in the order in which to ask them; `minutes` None for as long as there are cards."""

    cards: Sequence[str]
    language: Language
    minutes: float | None = None
    cram: bool = False
    allowance: Allowance = Allowance()


def plan_session(context: SessionContext, settings: Settings, request: StudyRequest) -> StudyOptions:
    """The session that the request, the settings and the log give today."""
    today, mode = context.clock().day, request.selection.mode
    counts = context.history.counts(context.bank.cards_path, today)
    limits, allowance = limits_today(counts, request, settings.new_per_day, settings.minutes_per_day)
    found = context.history.candidates(context.bank.cards_path, request.selection, today)
    answers = frequent_mistakes.numeric_answers(context.history) if mode in ("weakest", "cram") else []
    cards = order(found, today, limits, context.model, mode=mode, risks=frequent_mistakes.mistake_risks(answers))
    return StudyOptions(cards, settings.language, request.minutes, mode == "cram", allowance)


def limits_today(
    counts: Counts, request: StudyRequest, new_per_day: int, minutes_per_day: float
) -> tuple[Limits, Allowance]:
    """How much may be planned, and what is left of the day. `request.new` replaces the new cards of the day,
    `request.minutes` its minutes; without either, what was done today is taken off.

    >>> from dlquiz.review_log import Selection
    >>> from dlquiz.review_log.candidates import Counts
    >>> counts = Counts(cards=99, new=9, learned=90, due=7, tomorrow=0, suspended=0, flagged=0, answered_today=4,
    ...                 new_today=15, minutes_today=12.5, next_due=None)
    >>> limits_today(counts, StudyRequest(Selection()), 20, 30.0)
    (Limits(new=5, minutes=17.5, cards=None), Allowance(due=7, new=5, minutes_left=17.5, next_due=None))
    """
    budget = request.minutes
    if budget is None and request.selection.mode == "due":
        budget = max(0.0, minutes_per_day - counts.minutes_today)
    new = max(0, new_per_day - counts.new_today) if request.new is None else request.new
    # A person may be quicker than the usual seconds say; with --minutes the clock ends the session, not the estimate.
    limits = Limits(new, budget if request.minutes is None else 2 * request.minutes, request.limit)
    minutes_left = None if budget is None else round(budget, 1)
    return limits, Allowance(counts.due, min(new, counts.new), minutes_left, counts.next_due)
