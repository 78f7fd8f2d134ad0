"""`dlquiz drill`: numbers only, outside the schedule, in the terminal or as JSON lines."""

from __future__ import annotations

import sys
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dlquiz import settings
from dlquiz.cli.clock import clock
from dlquiz.cli.commands import new_app
from dlquiz.cli.completion import known
from dlquiz.cli.opening import back_up, open_bank, open_history, tell_problems
from dlquiz.errors import DlquizError

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.cards import Card
    from dlquiz.settings import Settings
    from dlquiz.study.desk import Desk
    from dlquiz.study.events import Event

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
    bank: Annotated[list[Path] | None, typer.Option(help="A further file or directory of questions.")] = None,
    seed: Annotated[int | None, typer.Option(help="Draw the same values and orders again.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, for editors and scripts.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Formulas in words, for a screen reader.")] = False,
) -> None:
    """Compute numbers, with fresh values every time, until you leave.

    The schedule is left alone. Right answers make the numbers harder, wrong
    ones easier; at the end: the score, the speed, and the slips you made.

    \b
    Examples:
      dlquiz drill                        all that can be computed
      dlquiz drill convolution --count 10
      dlquiz drill parameters --minutes 5
      dlquiz drill --lang zh
      dlquiz drill --json                 see docs/drill.md

    \b
    Keys: type the number; :h hints, :u undoes, :n skips, :q leaves.
    """
    if not as_json and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise DlquizError("drill needs a terminal", mend="use dlquiz drill --json from a script")
    held = settings.read(language=lang, plain=plain or None)
    also = tuple(bank or ())
    with open_bank(held, also) as questions:
        tell_problems(questions)
        cards = _numeric(questions, tuple(topic or ()))
        desk = _desk(held, questions, also, seed)
        with desk.history:
            _carry(desk, cards, held, count=count, minutes=minutes, as_json=as_json)


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
        told = f"nothing in {', '.join(wanted)} can be computed" if wanted else "the bank has no numeric cards"
        raise DlquizError(told, mend="dlquiz drill without a topic takes all numeric cards")
    return cards


def _desk(held: Settings, questions: Bank, also: tuple[Path, ...], seed: int | None) -> Desk:
    from random import Random

    from dlquiz.memory import Model
    from dlquiz.study.desk import Desk

    model = Model(retention=held.retention)
    history = open_history(held, clock, model)
    history.check_clock()
    history.reconcile(questions.lineages())
    return Desk(questions, history, model, clock, Random(seed), lambda: open_bank(held, also))


def _carry(
    desk: Desk, cards: Sequence[Card], held: Settings, *, count: int | None, minutes: float | None, as_json: bool
) -> None:
    from dlquiz.study.drilling import DrillWishes, converse

    wishes = DrillWishes(cards, held.language, count, minutes)
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


def _in_terminal(desk: Desk, conversation: Generator[Event, Any, None], held: Settings) -> None:
    from dlquiz.cli.drill_terminal import DrillTerminal
    from dlquiz.cli.editing import edit
    from dlquiz.show.phrases import Phrases

    say = Phrases(held.language)
    terminal = DrillTerminal(say, plain_formulas=held.plain, edit=lambda card, key: edit(card, desk.reopen, held, key))
    try:
        terminal.carry(conversation)
    except KeyboardInterrupt:
        if terminal.answered:
            print(say("kept", answered=terminal.answered), file=sys.stderr)
        back_up(desk.history)
        raise
