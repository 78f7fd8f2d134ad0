"""What the dashboard shows: read from bank, log and the kept plan. Looking writes nothing, and works out no plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dlquiz.cli.clock import clock
from dlquiz.cli.context import open_bank, open_history, report_problems
from dlquiz.render.dashboard import Dashboard, PlanStanding, lines, short_line

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.cards import Language
    from dlquiz.review_log import History
    from dlquiz.session.frequent_mistakes import ReportedMistake
    from dlquiz.settings import Settings


class DashboardArguments(NamedTuple):
    """What was typed after `dlquiz` without a command, under the names of its options."""

    as_json: bool = False
    short: bool = False
    lang: str | None = None


def dashboard(typed: DashboardArguments) -> None:
    """Print where the person stands."""
    from dlquiz import settings
    from dlquiz.messages.study import Phrases

    user_settings = settings.read(language=typed.lang)
    found = look(user_settings)
    if typed.as_json:
        import json

        print(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    elif typed.short:
        print(short_line(found, Phrases(user_settings.language)))
    else:
        from dlquiz.cli.line_breaks import say

        say("\n".join(lines(found, Phrases(user_settings.language))))


def look(user_settings: Settings) -> Dashboard:
    """Where the person stands now."""
    with open_bank(user_settings) as questions:
        report_problems(questions)
        settings = user_settings.new_per_day, user_settings.minutes_per_day
        if not user_settings.history_file.exists():
            return Dashboard(sum(row.cards for row in questions.decks()), None, *settings)
        with open_history(user_settings) as history:
            history.reconcile(questions.previous_ids())
            counts = history.counts(questions.cards_path)
            habit, left = _habit(history, user_settings.language), _unfinished_interview(history)
            found = Dashboard(counts.cards, counts, *settings, habit, *_plan(history, questions, user_settings))
            return found._replace(unfinished_interview=left)


def _plan(
    history: History, questions: Bank, user_settings: Settings
) -> tuple[PlanStanding, tuple[int, int]] | tuple[None, None]:
    """The plan today, and of the cards in its scope those asked most and those of them seen."""
    if not history.plan():
        return None, None
    from dlquiz.cli.interview_plan import current_plan, is_current, kept_report, scope_of
    from dlquiz.readiness.study_days import StudyDays

    today = clock().day
    plan = current_plan(history, today)
    if plan is None:
        return None, None
    days = StudyDays.of(plan, user_settings.minutes_per_day)
    titles = {row.name: row.title for row in questions.decks()}
    report = kept_report(plan, user_settings, today)
    up_to_date = report is not None and is_current(report, questions, history, today)
    standing = PlanStanding(plan.date, today, days.minutes_on(today), report, titles, up_to_date)
    return standing, history.asked_most(questions.cards_path, scope_of(plan))


def _unfinished_interview(history: History) -> int | None:
    """How many questions were answered in the interview that `dlquiz interview --resume` goes on with."""
    if not (entries := history.interviews()):
        return None
    from dlquiz.interview.record import read_records, unfinished

    left = unfinished(read_records(entries))
    return len(left[-1].answers) if left else None


def _habit(history: History, language: Language) -> ReportedMistake | None:
    """The mistake that the person makes most with numbers."""
    from dlquiz.session import frequent_mistakes

    return next(iter(frequent_mistakes.habits(frequent_mistakes.numeric_answers(history), language)), None)
