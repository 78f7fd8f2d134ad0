"""`dlquiz sheet`: one or two pages for the evening before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dlquiz import settings
from dlquiz.cli.app import new_app
from dlquiz.cli.clock import clock
from dlquiz.cli.context import open_bank, open_history, report_problems
from dlquiz.cli.line_breaks import report_width
from dlquiz.cli.options import Lang
from dlquiz.errors import UsageError

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.cards import Language
    from dlquiz.readiness.plan_settings import PlanSettings
    from dlquiz.review_log import History
    from dlquiz.stats.sheet import SheetCards

app = new_app()


@app.command()
def sheet(
    cards: Annotated[int, typer.Option(min=1, max=50, help="Maximum number of cards in each part.")] = 8,
    lang: Lang = None,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown, with formulas as LaTeX.")] = False,
    as_html: Annotated[bool, typer.Option("--html", help="Print a page that stands alone, for paper.")] = False,
) -> None:
    """Sum up on a page or two what you missed, what is weakest, and the formulas.

    With a plan, its decks and its track count. Missed means within two weeks and
    not right on a later day.

    \b
    Examples:
      dlquiz sheet
      dlquiz sheet --cards 5 --lang zh
      dlquiz sheet --html > sheet.html
      dlquiz sheet --markdown > sheet.md
    """
    if as_markdown and as_html:
        raise UsageError("--markdown and --html exclude each other", fix="give one of them")
    user_settings = settings.read(language=lang)
    language = user_settings.language
    with open_bank(user_settings) as questions, open_history(user_settings) as history:
        report_problems(questions)
        history.reconcile(questions.previous_ids())
        text = _markdown(questions, history, cards, language)
    if as_markdown:
        typer.echo(text, nl=False)
    elif as_html:
        from dlquiz.export.sheet import sheet_page

        typer.echo(sheet_page(text, language), nl=False)
    else:
        _print(text, language, plain=user_settings.plain)


def _markdown(questions: Bank, history: History, most: int, language: Language) -> str:
    from dlquiz.cli.interview_plan import current_plan
    from dlquiz.export.sheet import SheetPart, sheet
    from dlquiz.render.plan_summary import day_name
    from dlquiz.scheduler import date_of

    plan = current_plan(history, clock().day)
    found = _chosen(questions, history, plan, most)
    parts = [
        SheetPart("sheet missed", questions.cards(found.missed)),
        SheetPart("sheet weakest", questions.cards(found.weakest)),
    ]
    titles = {row.name: row.title for row in questions.decks()}
    return sheet(parts, language, titles, None if plan is None else day_name(date_of(plan.date), language))


def _chosen(questions: Bank, history: History, plan: PlanSettings | None, most: int) -> SheetCards:
    """The cards of the sheet, out of those that the plan is about."""
    from dlquiz.cli.interview_plan import scope_of, track_of
    from dlquiz.readiness.logged import weight_of
    from dlquiz.review_log import Selection
    from dlquiz.stats.answers import study_answers
    from dlquiz.stats.sheet import SheetInputs, sheet_cards

    scope = Selection() if plan is None else scope_of(plan)
    track = None if plan is None else track_of(plan, questions)
    cards, _ = history.plan_inputs(questions.cards_path, scope)
    inputs = SheetInputs(
        cards,
        {card.card: weight_of(card, track) for card in cards},
        study_answers(history.rows(), questions.kinds(), questions.previous_ids()),
        {state.card: state for state in history.states()},
        clock().day,
        history.model.retrievability,
    )
    return sheet_cards(inputs, most)


def _print(text: str, language: Language, *, plain: bool) -> None:
    from rich.console import Console

    from dlquiz.render import markdown

    width = report_width()
    console = Console(markup=False, emoji=False, highlight=False, width=width)
    for line in markdown.lines(text, width, plain=plain, language=language):
        console.print(line)
