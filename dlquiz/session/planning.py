"""Which cards a study session asks: what today's allowance leaves, unless the person asks for more or for less."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, Protocol

from dlquiz.cards import Language
from dlquiz.scheduler.queue import Limits, arranged, order
from dlquiz.session import frequent_mistakes

if TYPE_CHECKING:
    from dlquiz.readiness.knowledge.placement import Placement
    from dlquiz.readiness.report import PlanReport
    from dlquiz.review_log import Selection
    from dlquiz.review_log.candidates import StudyCounts
    from dlquiz.scheduler.queue import Candidate, Mode
    from dlquiz.session.context import SessionContext
    from dlquiz.settings import Settings

# A person may be quicker than the estimate; so many times the minutes are chosen.
MARGIN = 1.2
# What `--ahead` asks beyond the day's minutes, and how many cards are looked up at once.
AHEAD_MINUTES, AT_ONCE = 60.0, 300


class StudyRequest(NamedTuple):
    """What the person asked for: which cards, at most how many, how many of them new, and for how many minutes."""

    selection: Selection
    limit: int | None = None
    new: int | None = None
    minutes: float | None = None


class Allowance(NamedTuple):
    """What waits today and what is left of the daily minutes (None without a budget); `next_due` is a day number.

    `new_used_up`: nothing is asked because the new cards of the day are used up, though there are more of them. Where
    nothing is asked, so many `drafts` are among what was asked for.
    """

    due: int = 0
    new: int = 0
    minutes_left: float | None = None
    next_due: int | None = None
    new_used_up: bool = False
    drafts: int = 0


class InterviewPlan(Protocol):
    """The plan to the date of an interview, as a session sees it.

    `report` is the newest one that was kept (None before the first); `minutes_on` gives the minutes of a day number.
    """

    @property
    def report(self) -> PlanReport | None: ...

    @property
    def up_to_date(self) -> bool:
        """Whether nothing that moves readiness has happened since `report` was made."""

    @property
    def days_left(self) -> int: ...

    def minutes_on(self, day: int) -> float: ...

    def has_new_report(self, *, begun: bool) -> bool:
        """Whether `report` became another one since this was asked last. Once the session has `begun` with a question,
        a program waits for the report of today; a person never does."""

    def readiness_after(self) -> float | None:
        """The readiness on the day as it is now, after the answers of the session."""


class StudyOptions(NamedTuple):
    """A planned session: `cards` in the order in which to ask them; `minutes` None for as long as there are cards.

    `mode` is how they were chosen. `plan` is there when that was for the date of an interview; `replan` chooses them
    again. With a `placement` they are its cards. `selection` are those among which they were chosen.
    """

    cards: Sequence[str]
    language: Language
    minutes: float | None = None
    mode: Mode = "due"
    allowance: Allowance = Allowance()
    plan: InterviewPlan | None = None
    replan: Callable[[], Sequence[str]] | None = None
    placement: Placement | None = None
    selection: Selection | None = None

    @property
    def narrowed(self) -> bool:
        """Whether only some of the cards were asked for."""
        return self.selection is not None and self.selection.narrowed


def plan_session(
    context: SessionContext, settings: Settings, request: StudyRequest, plan: InterviewPlan | None = None
) -> StudyOptions:
    """The session that the request, the settings and the log give today, and the plan where the person has one."""
    today, mode = context.clock().day, request.selection.mode
    counts = context.history.counts(context.bank.cards_path, today)
    if plan is not None and mode in ("due", "ahead") and not request.selection.flagged:
        return _towards_the_date(context, settings, request, plan)
    limits, allowance = limits_today(counts, request, settings.new_per_day, settings.minutes_per_day)
    new = None if mode == "cram" else limits.new
    found = context.history.candidates(context.bank.cards_path, request.selection, today, new=new)
    answers = frequent_mistakes.numeric_answers(context.history) if mode in ("weakest", "cram") else []
    cards = order(found, today, limits, context.model, mode=mode, risks=frequent_mistakes.mistake_risks(answers))
    if not cards and mode == "due" and request.new is None and 0 < settings.new_per_day <= counts.new_today:
        allowance = allowance._replace(new_used_up=_has_new(context, request.selection, today))
    if not cards:
        allowance = allowance._replace(drafts=_drafts(context, request.selection))
    return StudyOptions(cards, settings.language, request.minutes, mode, allowance, selection=request.selection)


def _drafts(context: SessionContext, selection: Selection) -> int:
    """How many drafts are of the decks, tags and levels that are meant."""
    if selection.flagged or selection.cards is not None:
        return 0
    return sum(
        card.deck in (selection.decks or (card.deck,))
        and card.level in (selection.levels or (card.level,))
        and not (selection.tags and {*selection.tags}.isdisjoint(card.tags))
        for card in context.bank.drafts()
    )


def _has_new(context: SessionContext, selection: Selection, today: int) -> bool:
    """Whether there are new cards among those that may be asked, however many the day has left."""
    found = context.history.candidates(context.bank.cards_path, selection, today, new=1)
    return any(card.new for card in found)


def _towards_the_date(
    context: SessionContext, settings: Settings, request: StudyRequest, plan: InterviewPlan
) -> StudyOptions:
    """What adds most to the readiness on the day, within the minutes of the plan."""
    today = context.clock().day
    counts = context.history.counts(context.bank.cards_path, today)
    # On the day itself no minutes are planned any more.
    planned = plan.minutes_on(today) if plan.days_left else settings.minutes_per_day
    minutes = request.minutes
    if minutes is None and request.selection.mode == "due":
        minutes = max(0.0, planned - counts.minutes_today)
    if plan.report is None:
        limits, allowance = limits_today(counts, request, settings.new_per_day, planned)
        found = context.history.candidates(context.bank.cards_path, request.selection, today, new=limits.new)
        cards = order(found, today, limits, context.model, mode=request.selection.mode)
    else:
        picked = _picked(context, request, plan.report, minutes)
        new = sum(card.new for card in picked)
        allowance = Allowance(len(picked) - new, new, None if minutes is None else round(minutes, 1), counts.next_due)
        cards = arranged(picked)[: request.limit]
    return StudyOptions(
        cards,
        settings.language,
        minutes,
        request.selection.mode,
        allowance,
        plan,
        lambda: _towards_the_date(context, settings, request, plan).cards,
    )


def _picked(
    context: SessionContext, request: StudyRequest, report: PlanReport, minutes: float | None
) -> list[Candidate]:
    """The cards that gain most, as many as fit into the minutes; the clock ends the session, not the estimate."""
    left = AHEAD_MINUTES if minutes is None else MARGIN * minutes
    new = request.new
    picked: list[Candidate] = []
    for card in chain(_unplanned(context, request, report), _planned(context, request, report)):
        if left <= 0:
            break
        if new is None or new > 0 or not card.new:
            picked.append(card)
            left -= report.minutes.get(card.card, card.usual_seconds / 60)
            new = None if new is None else new - card.new
    return picked


def _planned(context: SessionContext, request: StudyRequest, report: PlanReport) -> Iterator[Candidate]:
    """The cards that were weighed against each other, those that gain most first."""
    today, best = context.clock().day, report.best()
    for start in range(0, len(best), AT_ONCE):
        wanted = best[start : start + AT_ONCE]
        yield from context.history.named_candidates(context.bank.cards_path, wanted, request.selection, today)


def _unplanned(context: SessionContext, request: StudyRequest, report: PlanReport) -> list[Candidate]:
    """The cards that came into the bank after the report: it cannot say what they gain, and waiting for the next one
    would leave a person's new notes unasked."""
    if report.bank_revision == context.bank.revision():
        return []
    today = context.clock().day
    found = context.history.candidates(context.bank.cards_path, request.selection, today, new=request.new)
    return [card for card in found if card.card not in report.gain and not _answered_on(today, card)]


def _answered_on(day: int, card: Candidate) -> bool:
    return card.state is not None and card.state.last_day == day


def limits_today(
    counts: StudyCounts, request: StudyRequest, new_per_day: int, minutes_per_day: float
) -> tuple[Limits, Allowance]:
    """How much may be planned, and what is left of the day. `request.new` replaces the new cards of the day,
    `request.minutes` its minutes; without either, what was done today is taken off.

    >>> from dlquiz.review_log import Selection
    >>> from dlquiz.review_log.candidates import StudyCounts
    >>> counts = StudyCounts(cards=99, new=9, learned=90, due=7, tomorrow=0, suspended=0, flagged=0, answered_today=4,
    ...                 new_today=15, minutes_today=12.5, next_due=None)
    >>> limits, allowance = limits_today(counts, StudyRequest(Selection()), 20, 30.0)
    >>> limits, allowance[:3]
    (Limits(new=5, minutes=17.5, cards=None), (7, 5, 17.5))
    """
    budget = request.minutes
    if budget is None and request.selection.mode == "due":
        budget = max(0.0, minutes_per_day - counts.minutes_today)
    new = max(0, new_per_day - counts.new_today) if request.new is None else request.new
    # A person may be quicker than the usual seconds say; with --minutes the clock ends the session, not the estimate.
    limits = Limits(new, budget if request.minutes is None else 2 * request.minutes, request.limit)
    minutes_left = None if budget is None else round(budget, 1)
    return limits, Allowance(counts.due, min(new, counts.new), minutes_left, counts.next_due)
