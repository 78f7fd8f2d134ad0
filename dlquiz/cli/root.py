"""`dlquiz` itself: the options before any command, and where the person stands when it is called alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dlquiz import __version__
from dlquiz.cli.app import RootGroup, new_app

if TYPE_CHECKING:
    from dlquiz.cards import Language
    from dlquiz.render.i18n import Phrases
    from dlquiz.review_log import Counts, History
    from dlquiz.session.frequent_mistakes import ReportedMistake

app = new_app(cls=RootGroup, no_args_is_help=False, invoke_without_command=True, add_completion=True)

# What is said at the start should be read at a glance.
MAX_LINES = 5


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dlquiz {__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Prepare a deep-learning interview: flashcards and computed questions in the terminal.

    Run without a command, it shows your progress.

    \b
    Examples:
      dlquiz                  your progress and what to do next
      dlquiz study            answer the next questions
      dlquiz bank search bn   find a question
    """
    if context.invoked_subcommand is None:
        _dashboard()


def _dashboard() -> None:
    from dlquiz import settings
    from dlquiz.cli.context import open_bank, open_history, report_problems
    from dlquiz.render.i18n import Phrases

    user_settings, habit = settings.read(), None
    with open_bank(user_settings) as questions:
        report_problems(questions)
        if not user_settings.history_file.exists():
            counts = None
            cards = sum(row.cards for row in questions.decks())
        else:
            with open_history(user_settings) as history:
                history.reconcile(questions.previous_ids())
                counts = history.counts(questions.cards_path)
                cards = counts.cards
                habit = _habit(history, user_settings.language)
    say = Phrases(user_settings.language)
    for line in standing(say, cards, counts, user_settings.new_per_day, user_settings.minutes_per_day, habit):
        typer.echo(line)


def _habit(history: History, language: Language) -> ReportedMistake | None:
    """The mistake that the person makes most with numbers."""
    from dlquiz.session import frequent_mistakes

    return next(iter(frequent_mistakes.habits(frequent_mistakes.numeric_answers(history), language)), None)


def standing(
    say: Phrases,
    cards: int,
    counts: Counts | None,
    new_per_day: int,
    minutes_per_day: float,
    habit: ReportedMistake | None = None,
) -> list[str]:
    """Where the person stands, in five lines at most, the last one what to do next."""
    if counts is None or not (counts.learned or counts.answered_today):
        return [say("stand new", cards=cards), say("next first")] if cards else [say("stand empty")]
    from dlquiz.scheduler import date_of

    fresh = max(0, min(new_per_day - counts.new_today, counts.new))
    left = minutes_per_day - counts.minutes_today
    lines = [say("stand", learned=counts.learned, cards=cards)]
    if counts.answered_today:
        lines.append(say("stand today", answered=counts.answered_today, minutes=f"{counts.minutes_today:.0f}"))
    lines.append(say("stand due", due=counts.due, fresh=fresh))
    ahead = say("tomorrow", tomorrow=counts.tomorrow) if counts.tomorrow else None
    if ahead is None and counts.next_due is not None:
        ahead = say("next due", date=date_of(counts.next_due))
    if ahead:
        lines.append(ahead)
    if habit is not None and len(lines) < MAX_LINES - 1:
        lines.append(say("habit", what=habit.what, count=habit.times, of=habit.of))
    if not counts.due and not fresh:
        lines.append(say("next ahead"))
    else:
        lines.append(say("next study") if left > 0 else say("next more"))
    return lines
