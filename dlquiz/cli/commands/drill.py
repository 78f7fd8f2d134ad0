"""`dlquiz drill`: numbers only, outside the schedule, in the terminal or as JSON lines."""

from __future__ import annotations

import sys
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dlquiz import settings
from dlquiz.cli.app import new_app
from dlquiz.cli.clock import clock
from dlquiz.cli.completion import known
from dlquiz.cli.context import back_up, open_bank, open_history, report_problems
from dlquiz.errors import DlquizError

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.cards import Card
    from dlquiz.session.context import SessionContext
    from dlquiz.session.events import Event
    from dlquiz.settings import Settings

app = new_app()


def topics(incomplete: str) -> list[str]:
    """What the shell completes: decks and tags."""
    from dlquiz.cli.completion import decks, tags

    return sorted({*decks(incomplete), *tags(incomplete)})


@app.command()
def drill(
    topic: Annotated[list[str] | None, typer.Argument(help="Only these decks or tags.", autocompletion=topics)] = None,
    count: Annotated[int | None, typer.Option(min=1, help="End after this many questions.")] = None,
    minutes: Annotated[float | None, typer.Option(min=0.1, help="End after this time.")] = None,
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
    bank: Annotated[list[Path] | None, typer.Option(help="Another question file or directory.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed for values and orders, to repeat a session.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, for editors and scripts.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Formulas in words, for a screen reader.")] = False,
) -> None:
    """Practise computed questions with fresh values until you quit.

    The schedule is not changed. Right answers make the numbers harder, wrong
    ones easier; at the end: your score, speed and mistakes.

    \b
    Examples:
      dlquiz drill                        all computed questions
      dlquiz drill convolution --count 10
      dlquiz drill parameters --minutes 5
      dlquiz drill --lang zh
      dlquiz drill --json                 see docs/drill.md

    \b
    Keys: type the number; :h hints, :u undoes, :n skips, :q leaves.
    """
    if not as_json and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise DlquizError("drill needs a terminal", fix="use dlquiz drill --json from a script")
    user_settings = settings.read(language=lang, plain=plain or None)
    also = tuple(bank or ())
    with open_bank(user_settings, also) as questions:
        report_problems(questions)
        cards = _numeric(questions, tuple(topic or ()))
        context = _context(user_settings, questions, also, seed)
        with context.history:
            _run(context, cards, user_settings, count=count, minutes=minutes, as_json=as_json)


def _numeric(questions: Bank, wanted: tuple[str, ...]) -> list[Card]:
    """The numeric cards of these decks or tags; raises DlquizError when there is no such topic, or no number in it."""
    known("deck or tag", wanted, {*(row.name for row in questions.decks()), *questions.tags()} if wanted else ())
    chosen = set(wanted)
    cards = [
        card
        for card in questions.all(kind="numeric")
        if not chosen or card.deck in chosen or chosen.intersection(card.tags)
    ]
    if not cards:
        message = f"nothing in {', '.join(wanted)} can be computed" if wanted else "the bank has no numeric cards"
        raise DlquizError(message, fix="dlquiz drill without a topic takes all numeric cards")
    return cards


def _context(user_settings: Settings, questions: Bank, also: tuple[Path, ...], seed: int | None) -> SessionContext:
    from random import Random

    from dlquiz.scheduler import Model
    from dlquiz.session.context import SessionContext

    model = Model(retention=user_settings.retention)
    history = open_history(user_settings, clock, model)
    history.check_clock()
    history.reconcile(questions.previous_ids())
    return SessionContext(questions, history, model, clock, Random(seed), lambda: open_bank(user_settings, also))


def _run(
    context: SessionContext,
    cards: Sequence[Card],
    user_settings: Settings,
    *,
    count: int | None,
    minutes: float | None,
    as_json: bool,
) -> None:
    from dlquiz.session.drill import DrillOptions, converse

    options = DrillOptions(cards, user_settings.language, count, minutes)
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


def _in_terminal(context: SessionContext, conversation: Generator[Event, Any, None], user_settings: Settings) -> None:
    from dlquiz.cli.frontends.drill_terminal import DrillTerminal
    from dlquiz.cli.frontends.edit_card import edit
    from dlquiz.render.i18n import Phrases

    say = Phrases(user_settings.language)
    terminal = DrillTerminal(
        say, plain_formulas=user_settings.plain, edit=lambda card, key: edit(card, context.reopen, user_settings, key)
    )
    try:
        terminal.run(conversation)
    except KeyboardInterrupt:
        if terminal.answered:
            print(say("kept", answered=terminal.answered), file=sys.stderr)
        back_up(context.history)
        raise
