"""The plan of the day for the commands: made from bank and log, kept in the cache directory, read back."""

from __future__ import annotations

import json
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from dlquiz.errors import DlquizError
from dlquiz.files import write_atomically
from dlquiz.readiness.plan_settings import GENERAL, PlanSettings
from dlquiz.readiness.report import PlanReport
from dlquiz.review_log import Selection

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.review_log import History
    from dlquiz.settings import Settings
    from dlquiz.tracks import Track


def current_plan(history: History, today: int) -> PlanSettings | None:
    """The plan that holds today; None without one, and after its date."""
    found = PlanSettings.from_json(history.plan())
    return found if found is not None and found.date >= today else None


def kept_report(plan: PlanSettings, user_settings: Settings, today: int) -> PlanReport | None:
    """The newest report on this plan, of today or an earlier day; None when none was kept."""
    with suppress(OSError, ValueError):
        found = json.loads(_file(user_settings).read_text(encoding="utf-8"))
        report = PlanReport.from_kept(found) if isinstance(found, dict) else None
        from dlquiz.scheduler import date_of

        if report is not None and report.key == _key(plan, user_settings) and report.as_of <= date_of(today):
            return report
    return None


def make_report(
    plan: PlanSettings, bank: Bank, history: History, user_settings: Settings, today: int, minutes_today: float
) -> PlanReport:
    """The report of today, made and kept; that it cannot be kept is no reason to fail."""
    from dlquiz.readiness.day_plan import PlanInputs, day_plan
    from dlquiz.scheduler.fsrs import DEFAULT_WEIGHTS

    cards, answers = history.plan_inputs(bank.cards_path, Selection(decks=plan.decks, tags=plan.tags))
    if not cards:
        raise DlquizError("no card is in the scope of the plan", fix="set it anew: dlquiz plan with a date and decks")
    inputs = PlanInputs(plan, cards, answers, track_of(plan, bank), today, minutes_today,
                        user_settings.minutes_per_day, DEFAULT_WEIGHTS)  # fmt: skip
    report = day_plan(inputs, _key(plan, user_settings), kept_report(plan, user_settings, today))
    with suppress(OSError):
        user_settings.cache_dir.mkdir(parents=True, exist_ok=True)
        write_atomically(_file(user_settings), json.dumps(report.kept(), ensure_ascii=False).encode())
    return report


def track_of(plan: PlanSettings, bank: Bank) -> Track | None:
    """The track of the plan; None for the general one, and for one that no bank here has."""
    if plan.track == GENERAL:
        return None
    return next((track for track in bank.tracks() if track.name == plan.track), None)


def _file(user_settings: Settings) -> Path:
    name = sha256(str(user_settings.history_file.absolute()).encode()).hexdigest()[:12]
    return user_settings.cache_dir / f"plan-{name}.json"


def _key(plan: PlanSettings, user_settings: Settings) -> str:
    said = [plan.to_json(), user_settings.minutes_per_day, [str(path) for path in user_settings.bank_paths]]
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
