"""The plan of the day for the commands: made from bank and log, kept in the cache directory, read back."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock, Timer
from typing import TYPE_CHECKING

from dlquiz.cli.clock import clock
from dlquiz.errors import DlquizError
from dlquiz.files import write_atomically
from dlquiz.readiness.plan_settings import GENERAL, PlanSettings
from dlquiz.readiness.report import PlanReport
from dlquiz.readiness.study_days import StudyDays
from dlquiz.review_log import Selection
from dlquiz.scheduler import date_of
from dlquiz.scheduler.days import time_of_day

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.readiness.knowledge.placement import Placement
    from dlquiz.review_log import History
    from dlquiz.session.context import SessionContext
    from dlquiz.settings import Settings
    from dlquiz.tracks import Track

# So long after its start a session lets the person read before the report is made.
WAIT_SECONDS = 0.3


def current_plan(history: History, today: int) -> PlanSettings | None:
    """The plan that holds today; None without one, and after its date."""
    found = PlanSettings.from_json(history.plan())
    return found if found is not None and found.date >= today else None


def scope_of(plan: PlanSettings) -> Selection:
    """The cards that the plan is about."""
    return Selection(decks=plan.decks, tags=plan.tags)


def kept_report(plan: PlanSettings, user_settings: Settings, today: int) -> PlanReport | None:
    """The newest report on this plan, of today or an earlier day; None when none was kept."""
    with suppress(OSError, ValueError):
        found = json.loads(_file(user_settings).read_text(encoding="utf-8"))
        report = PlanReport.from_kept(found) if isinstance(found, dict) else None
        if report is not None and report.key == _key(plan, user_settings) and report.as_of <= date_of(today):
            return report
    return None


def is_current(report: PlanReport, bank: Bank, history: History, today: int) -> bool:
    """Whether the report is of today and neither the log nor the questions have changed since it was made."""
    known = (report.as_of, report.revision, report.bank_revision)
    return known == (date_of(today), history.revision(), bank.revision())


def make_report(
    plan: PlanSettings, bank: Bank, history: History, user_settings: Settings, today: int, minutes_today: float
) -> PlanReport:
    """The report of today, made and kept; that it cannot be kept is no reason to fail."""
    from dlquiz.readiness.day_plan import PlanInputs, day_plan

    # Before the answers: of one that comes meanwhile the report does not know.
    revision = history.revision()
    cards, answers = history.plan_inputs(bank.cards_path, scope_of(plan))
    if not cards:
        raise DlquizError(
            "no card matches the decks and tags of the plan", fix="change them with dlquiz plan --deck or --tag"
        )
    track, weights = track_of(plan, bank), history.model.weights
    inputs = PlanInputs(plan, cards, answers, track, today, minutes_today, user_settings.minutes_per_day, weights)
    report = day_plan(inputs, _key(plan, user_settings), kept_report(plan, user_settings, today))
    report = report._replace(time=time_of_day(clock()), revision=revision, bank_revision=bank.revision())
    with suppress(OSError, DlquizError):
        user_settings.cache_dir.mkdir(parents=True, exist_ok=True)
        write_atomically(_file(user_settings), json.dumps(report.kept(), ensure_ascii=False).encode())
    return report


def current_report(bank: Bank, history: History, user_settings: Settings, today: int) -> PlanReport | None:
    """The report that knows all answers, made where none was kept; None without a plan."""
    plan = current_plan(history, today)
    if plan is None:
        return None
    report = kept_report(plan, user_settings, today)
    if report is not None and is_current(report, bank, history, today):
        return report
    spent = history.counts(bank.cards_path, today).minutes_today
    return make_report(plan, bank, history, user_settings, today, spent)


class DayPlan:
    """The plan as a session sees it; today's report is made while the person reads the first question. A program
    (`waits`) may answer that one sooner: before the second question its session waits for the report.

    Entered like a file: at the end the thread that makes the report is waited for, or not begun. One that is still in
    numpy's code while the program ends takes the whole process down.
    """

    def __init__(self, plan: PlanSettings, context: SessionContext, user_settings: Settings, *, waits: bool) -> None:
        self._waits = waits
        self._plan, self._context, self._user_settings = plan, context, user_settings
        self._today = context.clock().day
        self._days = StudyDays.of(plan, user_settings.minutes_per_day)
        self._made: PlanReport | None = None
        self._timer: Timer | None = None
        # The report in the background and the one at the end of the session come one after the other.
        self._one_at_a_time = Lock()
        self.report = kept_report(plan, user_settings, self._today)
        self.up_to_date = self.report is not None and is_current(
            self.report, context.bank, context.history, self._today
        )

    @property
    def days_left(self) -> int:
        return self._days.left(self._today)

    def minutes_on(self, day: int) -> float:
        return self._days.minutes_on(day)

    def start(self) -> None:
        """Make the report of today in the background, unless there is one that knows the log."""
        if not self.up_to_date:
            self._timer = Timer(WAIT_SECONDS, self._make)
            self._timer.daemon = True
            self._timer.start()

    def __enter__(self) -> DayPlan:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()

    def has_new_report(self, *, begun: bool) -> bool:
        if self._waits and begun and self._timer is not None:
            self._timer.join()
        made, self._made = self._made, None
        if made is None:
            return False
        self.report, self.up_to_date = made, True
        return True

    def readiness_after(self) -> float | None:
        with suppress(DlquizError):
            return self._report(self._context.bank, self._context.history).on_the_day
        return None

    def _make(self) -> None:
        """In a thread of its own, and so with connections of its own."""
        from dlquiz.cli.context import open_bank, open_history

        with (
            suppress(DlquizError),
            open_bank(self._user_settings) as bank,
            open_history(self._user_settings) as history,
        ):
            self._made = self._report(bank, history)

    def _report(self, bank: Bank, history: History) -> PlanReport:
        with self._one_at_a_time:
            spent = history.counts(bank.cards_path, self._today).minutes_today
            return make_report(self._plan, bank, history, self._user_settings, self._today, spent)


def day_plan(context: SessionContext, user_settings: Settings, *, as_json: bool) -> DayPlan | None:
    """The plan that holds today, on its way; None without one. A session `as_json` is that of a program."""
    plan = current_plan(context.history, context.clock().day)
    if plan is None:
        return None
    found = DayPlan(plan, context, user_settings, waits=as_json)
    found.start()
    return found


def planned_placement(plan: PlanSettings, bank: Bank, history: History) -> Placement:
    """The questions of a placement over the cards in scope that were not answered yet."""
    from dlquiz.readiness.knowledge.belief import ScopeCard
    from dlquiz.readiness.knowledge.placement import placement
    from dlquiz.readiness.logged import weight_of

    cards, answers = history.plan_inputs(bank.cards_path, scope_of(plan))
    track = track_of(plan, bank)
    scope = [ScopeCard(card.card, card.deck, card.level, weight_of(card, track), 1.0) for card in cards]
    return placement(scope, {answer.card for answer in answers})


def planned_order(bank: Bank, history: History, user_settings: Settings, today: int) -> tuple[str, ...]:
    """The cards in scope, those first that add most to the day of the interview; none without a plan."""
    report = current_report(bank, history, user_settings, today)
    return () if report is None else tuple(report.gain)


def track_of(plan: PlanSettings, bank: Bank) -> Track | None:
    """The track of the plan; None for the general one, and for one that no bank here has."""
    if plan.track == GENERAL:
        return None
    return next((track for track in bank.tracks() if track.name == plan.track), None)


def _file(user_settings: Settings) -> Path:
    name = sha256(os.fsencode(user_settings.history_file.absolute())).hexdigest()[:12]
    return user_settings.cache_dir / f"plan-{name}.json"


def _key(plan: PlanSettings, user_settings: Settings) -> str:
    said = [plan.to_json(), user_settings.minutes_per_day, [str(path) for path in user_settings.bank_paths]]
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
