"""`dlquiz study`: the options of a session, and which front end carries it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dlquiz import settings
from dlquiz.cli.app import new_app
from dlquiz.cli.clock import clock
from dlquiz.cli.completion import decks, known, tags
from dlquiz.cli.context import back_up, open_bank, open_history, report_problems
from dlquiz.cli.frontends.edit_card import edit
from dlquiz.errors import DlquizError
from dlquiz.review_log import Selection

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.review_log import History
    from dlquiz.scheduler.queue import Mode
    from dlquiz.session.context import SessionContext, StudyOptions
    from dlquiz.session.session import Conversation
    from dlquiz.settings import Settings

app = new_app()


@app.command()
def study(
    deck: Annotated[list[str] | None, typer.Argument(help="Only these decks.", autocompletion=decks)] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Maximum number of cards.")] = None,
    new: Annotated[int | None, typer.Option(min=0, help="Maximum number of new cards, ignoring today's limit.")] = None,
    minutes: Annotated[float | None, typer.Option(min=0.1, help="Stop asking after this time.")] = None,
    tag: Annotated[
        list[str] | None, typer.Option(help="Only cards with one of these tags.", autocompletion=tags)
    ] = None,
    level: Annotated[
        list[int] | None, typer.Option(min=1, max=3, help="Only this level (1 basic, 2 solid, 3 deep).")
    ] = None,
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
    ahead: Annotated[bool, typer.Option("--ahead", help="Include cards that are not due yet, earliest first.")] = False,
    cram: Annotated[bool, typer.Option("--cram", help="Any card, weakest first; the schedule is not changed.")] = False,
    weakest: Annotated[bool, typer.Option("--weakest", help="Only cards most likely forgotten.")] = False,
    flagged: Annotated[bool, typer.Option("--flagged", help="Only cards that were flagged.")] = False,
    bank: Annotated[list[Path] | None, typer.Option(help="Another question file or directory.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed for values and orders, to repeat a session.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, for editors and scripts.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Formulas in words, for a screen reader.")] = False,
) -> None:
    """Study the cards that are due, and new ones.

    \b
    Examples:
      dlquiz study                        due cards and some new ones
      dlquiz study convolution --new 5    one deck, five new cards
      dlquiz study --minutes 10           ten minutes
      dlquiz study --weakest --limit 20   the cards most likely forgotten
      dlquiz study --cram --tag attention the evening before; no rescheduling
      dlquiz study --lang zh
      dlquiz study --json                 see docs/study-json.md

    \b
    Keys: 1-4 rate, Enter accepts, u undoes, h hints, s suspends, q leaves,
    ? lists them all. Every answer is saved at once.
    """
    if not as_json and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise DlquizError("study needs a terminal", fix="use dlquiz study --json from a script")
    if sum((ahead, cram, weakest)) > 1:
        raise typer.BadParameter("--ahead, --cram and --weakest exclude each other")
    user_settings = settings.read(language=lang, plain=plain or None)
    mode: Mode = "ahead" if ahead else "cram" if cram else "weakest" if weakest else "due"
    with open_bank(user_settings, tuple(bank or ())) as questions:
        report_problems(questions)
        wanted = Selection(
            decks=known("deck", deck, {row.name for row in questions.decks()} if deck else set()),
            tags=known("tag", tag, questions.tags() if tag else {}),
            levels=tuple(level or ()),
            flagged=flagged,
            mode=mode,
        )
        context = _context(user_settings, questions, tuple(bank or ()), seed)
        with context.history:
            options = _options(context, user_settings, wanted, limit=limit, new=new, minutes=minutes)
            _run(context, options, user_settings, as_json)


def _context(user_settings: Settings, questions: Bank, also: tuple[Path, ...], seed: int | None) -> SessionContext:
    from random import Random

    from dlquiz.scheduler import Model
    from dlquiz.session.context import SessionContext

    model = Model(retention=user_settings.retention)
    history = open_history(user_settings, clock, model)
    history.check_clock()
    history.reconcile(questions.previous_ids())
    return SessionContext(questions, history, model, clock, Random(seed), lambda: open_bank(user_settings, also))


def _options(
    context: SessionContext,
    user_settings: Settings,
    wanted: Selection,
    *,
    limit: int | None,
    new: int | None,
    minutes: float | None,
) -> StudyOptions:
    """The agenda of this session: what today's allowance leaves, unless the person asks for more or for less."""
    from dlquiz.scheduler.queue import Limits, order
    from dlquiz.session.context import StudyOptions

    today = context.clock().day
    counts = context.history.counts(context.bank.cards_path, today)
    budget = minutes
    if minutes is None and wanted.mode == "due":
        budget = max(0.0, user_settings.minutes_per_day - counts.minutes_today)
    fresh = max(0, user_settings.new_per_day - counts.new_today) if new is None else new
    # A person may be quicker than the usual seconds say; with --minutes the clock ends the session, not the estimate.
    limits = Limits(new=fresh, minutes=budget if minutes is None else 2 * minutes, cards=limit)
    risks = _risks(context.history) if wanted.mode in ("weakest", "cram") else {}
    found = context.history.candidates(context.bank.cards_path, wanted, today)
    cards = order(found, today, limits, context.model, mode=wanted.mode, risks=risks)
    facts = {
        "due": counts.due,
        "new": min(fresh, counts.new),
        "minutes_left": None if budget is None else round(budget, 1),
        "next_due": _date(counts.next_due),
    }
    return StudyOptions(cards, user_settings.language, minutes, wanted.mode == "cram", facts)


def _risks(history: History) -> dict[str, float]:
    from dlquiz.session import frequent_mistakes

    return frequent_mistakes.invited(frequent_mistakes.chances(history))


def _date(day: int | None) -> str | None:
    from dlquiz.scheduler import date_of

    return None if day is None else date_of(day)


def _run(context: SessionContext, options: StudyOptions, user_settings: Settings, as_json: bool) -> None:
    from dlquiz.session.session import converse

    conversation = converse(context, options)
    try:
        if as_json:
            from dlquiz.cli.frontends import jsonlines

            jsonlines.run(conversation)
        else:
            _in_terminal(context, conversation, user_settings)
    finally:
        conversation.close()
    back_up(context.history)


def _in_terminal(context: SessionContext, conversation: Conversation, user_settings: Settings) -> None:
    from dlquiz.cli.frontends.terminal import Terminal
    from dlquiz.render.i18n import Phrases

    say = Phrases(user_settings.language)
    terminal = Terminal(
        say, plain_formulas=user_settings.plain, edit=lambda card, key: edit(card, context.reopen, user_settings, key)
    )
    try:
        terminal.run(conversation)
    except KeyboardInterrupt:
        if terminal.answered:
            print(say("kept", answered=terminal.answered), file=sys.stderr)
        back_up(context.history)
        raise
