"""`dlquiz forget CARD`: reset a card's progress."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from dlquiz import settings
from dlquiz.cli import completion
from dlquiz.cli.app import new_app
from dlquiz.cli.context import open_bank, open_history
from dlquiz.cli.line_breaks import say_translated
from dlquiz.cli.prompts import agreed
from dlquiz.cli.translation import said
from dlquiz.errors import DlquizError

app = new_app()


@app.command()
def forget(
    card: Annotated[str, typer.Argument(help="A card's id.", autocompletion=completion.cards)],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
) -> None:
    """Reset a card, as if it had never been answered.

    Its answers stay in the log; `dlquiz undo` brings its memory back.

    \b
    Examples:
      dlquiz forget nonlinearity-why
      dlquiz forget nonlinearity-why --yes
    """
    from dlquiz.cli.commands.history import known_card
    from dlquiz.formatting import count
    from dlquiz.review_log import Event

    user_settings = settings.read()
    with (
        open_bank(user_settings) as questions,
        open_history(user_settings) as log,
    ):
        card = known_card(card, questions, log)
        state = log.state(card)
        if state is None or state.memory is None:
            say_translated(f"{card} has no progress to reset", sys.stderr)
            return
        if not yes and not _agreed(said(f"Forget {count(state.reviews, 'review')} of {card}?")):
            return
        log.record(Event("reset", card))
    say_translated(f"forgotten: {card} is a new card (dlquiz undo takes it back)", sys.stderr)


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise DlquizError("not a terminal, cannot ask for confirmation", fix="pass --yes")
    return agreed(question, default=False)
