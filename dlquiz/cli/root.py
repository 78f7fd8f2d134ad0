"""`dlquiz` itself: the options before any command, and what it says when called alone."""

from __future__ import annotations

from typing import Annotated

import typer

from dlquiz import __version__
from dlquiz.cli.commands import LazyGroup, new_app

app = new_app(cls=LazyGroup, no_args_is_help=False, invoke_without_command=True)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dlquiz {__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and leave.")
    ] = False,
) -> None:
    """Prepare a deep-learning interview: flashcards and computed questions in the terminal.

    \b
    Examples:
      dlquiz study            answer the next questions
      dlquiz bank search bn   find a question
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
