"""`dlquiz drill`: numbers only, outside the schedule, in the terminal or as JSON lines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dlquiz import settings
from dlquiz.cli.app import new_app
from dlquiz.cli.completion import by_title, known
from dlquiz.cli.context import existing, open_bank, report_problems, session_context
from dlquiz.cli.frontends import run
from dlquiz.cli.options import Lang
from dlquiz.errors import DlquizError

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.cards import Card

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
    lang: Lang = None,
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
    from dlquiz.session.drill import Drill, DrillOptions

    user_settings = settings.read(language=lang, plain=plain or None)
    also = existing(bank)
    with open_bank(user_settings, also) as questions:
        report_problems(questions)
        cards = _numeric(questions, tuple(topic or ()))
        options = DrillOptions(cards, user_settings.language, count, minutes)
        with session_context(user_settings, questions, also, seed) as context:
            run(Drill(context, options), context, user_settings, as_json=as_json)


def _numeric(questions: Bank, wanted: tuple[str, ...]) -> list[Card]:
    """The numeric cards of these decks or tags; raises DlquizError when there is no such topic, or no number in it."""
    chosen: set[str] = set()
    if wanted:
        rows = questions.decks()
        chosen.update(known("deck or tag", by_title(wanted, rows), {*(row.name for row in rows), *questions.tags()}))
    cards = [
        card
        for card in questions.all(kind="numeric")
        if not chosen or card.deck in chosen or chosen.intersection(card.tags)
    ]
    if not cards:
        message = f"nothing in {', '.join(wanted)} can be computed" if wanted else "the bank has no numeric cards"
        raise DlquizError(message, fix="dlquiz drill without a topic takes all numeric cards")
    return cards
