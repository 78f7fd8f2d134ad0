"""`dlquiz stats`: what was done, what comes back, how well it is remembered."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from dlquiz import settings
from dlquiz.cli.app import new_app
from dlquiz.cli.clock import clock
from dlquiz.cli.context import open_bank, open_history, report_problems
from dlquiz.cli.line_breaks import report_width
from dlquiz.cli.options import AsJson, Lang
from dlquiz.errors import DlquizError, UsageError

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.readiness.report import PlanReport
    from dlquiz.render.stats import Sources
    from dlquiz.review_log import History
    from dlquiz.settings import Settings

app = new_app()


@app.command()
def stats(
    lang: Lang = None,
    as_json: AsJson = False,
    as_html: Annotated[bool, typer.Option("--html", help="Print a page that stands alone.")] = False,
) -> None:
    """Show what you studied, what comes back, and how well you remember.

    Days, a forecast of due cards, retention against what FSRS expects,
    readiness by topic with a plan, mistakes over time, time by kind.

    \b
    Examples:
      dlquiz stats
      dlquiz stats --html > stats.html
      dlquiz stats --json | jq .retention
    """
    if as_json and as_html:
        raise UsageError("--json and --html exclude each other", fix="give one of them")
    user_settings = settings.read(language=lang)
    with open_bank(user_settings) as questions, open_history(user_settings) as history:
        report_problems(questions)
        history.reconcile(questions.previous_ids())
        sources = _sources(questions, history, user_settings)
    if as_json:
        import json

        typer.echo(json.dumps(_to_json(sources), ensure_ascii=False, indent=2))
        return
    if as_html:
        from dlquiz.render.pages.stats_page import page

        typer.echo(page(sources, user_settings.language), nl=False)
        return
    from dlquiz.render.stats import lines

    width = report_width(120)
    for line in lines(sources, user_settings.language, width):
        typer.echo(line)


def _sources(questions: Bank, history: History, user_settings: Settings) -> Sources:
    from dlquiz.readiness.expected import expected_recall
    from dlquiz.render.stats import Sources
    from dlquiz.scheduler import DEFAULT_WEIGHTS
    from dlquiz.session import frequent_mistakes
    from dlquiz.stats.answers import reviews, study_answers
    from dlquiz.stats.report import stats_report

    kinds = questions.kinds()
    answers = study_answers(history.rows(), kinds, questions.previous_ids())
    expected = expected_recall(reviews(answers), history.model.weights)
    report = stats_report(answers, expected, history.states(), kinds.keys(), clock().day)
    habits = frequent_mistakes.habits(frequent_mistakes.numeric_answers(history), user_settings.language)
    titles = {row.name: row.title for row in questions.decks()}
    own_weights = history.model.weights != DEFAULT_WEIGHTS
    return Sources(report, _plan(questions, history, user_settings), habits, titles, own_weights)


def _plan(questions: Bank, history: History, user_settings: Settings) -> PlanReport | None:
    """The plan of today, worked out now; None without one, or when nothing is in its scope."""
    from dlquiz.cli.interview_plan import current_plan, make_report

    today = clock().day
    plan = current_plan(history, today)
    if plan is not None:
        with suppress(DlquizError):
            spent = history.counts(questions.cards_path, today).minutes_today
            return make_report(plan, questions, history, user_settings, today, spent)
    return None


def _to_json(sources: Sources) -> dict[str, object]:
    plan, titles = sources.plan, {name: title._asdict() for name, title in sources.titles.items()}
    return sources.report.to_json() | {
        "mistakes": [one.to_json() for one in sources.habits],
        "topics": None if plan is None else plan.to_json(titles)["topics"],
    }
