"""`dlquiz study`: the options of a session, and which front end carries it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dlquiz import settings
from dlquiz.cli.clock import clock
from dlquiz.cli.commands import new_app
from dlquiz.cli.completion import decks, known, tags
from dlquiz.cli.editing import edit
from dlquiz.cli.opening import back_up, open_bank, open_history, tell_problems
from dlquiz.errors import DlquizError
from dlquiz.history import Selection

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.history import History
    from dlquiz.memory.agenda import Mode
    from dlquiz.settings import Settings
    from dlquiz.study.desk import Desk, Wishes
    from dlquiz.study.session import Conversation

app = new_app()


@app.command()
def study(
    deck: Annotated[list[str] | None, typer.Argument(help="Only these decks.", autocompletion=decks)] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many cards.")] = None,
    new: Annotated[int | None, typer.Option(min=0, help="At most this many new cards, whatever today had.")] = None,
    minutes: Annotated[float | None, typer.Option(min=0.1, help="Stop asking after this time.")] = None,
    tag: Annotated[
        list[str] | None, typer.Option(help="Only cards with one of these tags.", autocompletion=tags)
    ] = None,
    level: Annotated[
        list[int] | None, typer.Option(min=1, max=3, help="Only this level (1 basic, 2 solid, 3 deep).")
    ] = None,
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
    ahead: Annotated[bool, typer.Option("--ahead", help="Also what is not due yet, the soonest first.")] = False,
    cram: Annotated[bool, typer.Option("--cram", help="Anything, weakest first; schedules nothing.")] = False,
    weakest: Annotated[bool, typer.Option("--weakest", help="What is most likely forgotten.")] = False,
    flagged: Annotated[bool, typer.Option("--flagged", help="Only cards that were flagged.")] = False,
    bank: Annotated[list[Path] | None, typer.Option(help="A further file or directory of questions.")] = None,
    seed: Annotated[int | None, typer.Option(help="Draw the same values and orders again.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, for editors and scripts.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Formulas in words, for a screen reader.")] = False,
) -> None:
    """Answer the cards that gain most from being asked now.

    \b
    Examples:
      dlquiz study                        what is due, and some new cards
      dlquiz study convolution --new 5    one deck, five new cards
      dlquiz study --minutes 10           ten minutes
      dlquiz study --weakest --limit 20   what is slipping away
      dlquiz study --cram --tag attention the evening before; schedules nothing
      dlquiz study --lang zh
      dlquiz study --json                 see docs/study-json.md

    \b
    Keys: 1-4 rate, Enter accepts, u undoes, h hints, s suspends, q leaves,
    ? lists them all. Every answer is saved at once.
    """
    if not as_json and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise DlquizError("study needs a terminal", mend="use dlquiz study --json from a script")
    if sum((ahead, cram, weakest)) > 1:
        raise typer.BadParameter("--ahead, --cram and --weakest exclude each other")
    held = settings.read(language=lang, plain=plain or None)
    mode: Mode = "ahead" if ahead else "cram" if cram else "weakest" if weakest else "due"
    with open_bank(held, tuple(bank or ())) as questions:
        tell_problems(questions)
        wanted = Selection(
            decks=known("deck", deck, {row.name for row in questions.decks()} if deck else set()),
            tags=known("tag", tag, questions.tags() if tag else {}),
            levels=tuple(level or ()),
            flagged=flagged,
            mode=mode,
        )
        desk = _desk(held, questions, tuple(bank or ()), seed)
        with desk.history:
            wishes = _wishes(desk, held, wanted, limit=limit, new=new, minutes=minutes)
            _carry(desk, wishes, held, as_json)


def _desk(held: Settings, questions: Bank, also: tuple[Path, ...], seed: int | None) -> Desk:
    from random import Random

    from dlquiz.memory import Model
    from dlquiz.study.desk import Desk

    model = Model(retention=held.retention)
    history = open_history(held, clock, model)
    history.check_clock()
    history.reconcile(questions.lineages())
    return Desk(questions, history, model, clock, Random(seed), lambda: open_bank(held, also))


def _wishes(
    desk: Desk, held: Settings, wanted: Selection, *, limit: int | None, new: int | None, minutes: float | None
) -> Wishes:
    """The agenda of this session: what today's allowance leaves, unless the person asks for more or for less."""
    from dlquiz.memory.agenda import Limits, order
    from dlquiz.study.desk import Wishes

    today = desk.clock().day
    counts = desk.history.counts(desk.bank.cards_path, today)
    budget = minutes
    if minutes is None and wanted.mode == "due":
        budget = max(0.0, held.minutes_per_day - counts.minutes_today)
    fresh = max(0, held.new_per_day - counts.new_today) if new is None else new
    # A person may be quicker than the usual seconds say; with --minutes the clock ends the session, not the estimate.
    limits = Limits(new=fresh, minutes=budget if minutes is None else 2 * minutes, cards=limit)
    risks = _risks(desk.history) if wanted.mode in ("weakest", "cram") else {}
    found = desk.history.candidates(desk.bank.cards_path, wanted, today)
    cards = order(found, today, limits, desk.model, mode=wanted.mode, risks=risks)
    told = {
        "due": counts.due,
        "new": min(fresh, counts.new),
        "minutes_left": None if budget is None else round(budget, 1),
        "next_due": _date(counts.next_due),
    }
    return Wishes(cards, held.language, minutes, wanted.mode == "cram", told)


def _risks(history: History) -> dict[str, float]:
    from dlquiz.study import slips

    return slips.invited(slips.chances(history))


def _date(day: int | None) -> str | None:
    from dlquiz.memory import date_of

    return None if day is None else date_of(day)


def _carry(desk: Desk, wishes: Wishes, held: Settings, as_json: bool) -> None:
    from dlquiz.study.session import converse

    conversation = converse(desk, wishes)
    try:
        if as_json:
            from dlquiz.cli import jsonlines

            jsonlines.carry(conversation)
        else:
            _in_terminal(desk, conversation, held)
    finally:
        conversation.close()
    back_up(desk.history)


def _in_terminal(desk: Desk, conversation: Conversation, held: Settings) -> None:
    from dlquiz.cli.terminal import Terminal
    from dlquiz.show.phrases import Phrases

    say = Phrases(held.language)
    terminal = Terminal(say, plain_formulas=held.plain, edit=lambda card, key: edit(card, desk.reopen, held, key))
    try:
        terminal.carry(conversation)
    except KeyboardInterrupt:
        if terminal.answered:
            print(say("kept", answered=terminal.answered), file=sys.stderr)
        back_up(desk.history)
        raise
