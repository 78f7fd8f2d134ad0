"""`dlquiz forget CARD`: begin a card anew."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from dlquiz import settings
from dlquiz.cli import completion
from dlquiz.cli.clock import clock
from dlquiz.cli.commands import new_app
from dlquiz.cli.opening import open_bank, open_history
from dlquiz.errors import DlquizError

app = new_app()


@app.command()
def forget(
    card: Annotated[str, typer.Argument(help="A card's id.", autocompletion=completion.cards)],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Begin a card anew, as if it had never been answered.

    Its answers stay in the log; `dlquiz undo` brings its memory back.

    \b
    Examples:
      dlquiz forget bn-why
      dlquiz forget bn-why --yes
    """
    from dlquiz.cli.history import count, known_card
    from dlquiz.history import Event
    from dlquiz.memory import Model

    held = settings.read()
    with open_bank(held) as questions, open_history(held, clock, Model(retention=held.retention)) as log:
        card = known_card(card, questions, log)
        state = log.state(card)
        if state is None or state.memory is None:
            typer.echo(f"{card} is new already", err=True)
            return
        if not yes and not _agreed(f"Forget {count(state.reviews, 'review')} of {card}?"):
            return
        log.record(Event("reset", card))
    typer.echo(f"forgotten: {card} is a new card (dlquiz undo takes it back)", err=True)


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise DlquizError("nobody is there to ask", mend="add --yes")
    return typer.confirm(question)
