"""`dlquiz` itself: the options before any command, and where the person stands when it is called alone."""

from __future__ import annotations

from typing import Annotated, NoReturn

import typer

from dlquiz import __version__
from dlquiz.cli.app import RootGroup, new_app
from dlquiz.cli.options import Lang
from dlquiz.errors import UsageError

app = new_app(cls=RootGroup, no_args_is_help=False, invoke_without_command=True, add_completion=True)


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
    as_json: Annotated[bool, typer.Option("--json", help="Print your progress as one JSON object.")] = False,
    short: Annotated[bool, typer.Option("--short", help="Print it in one line, for a prompt or status bar.")] = False,
    lang: Lang = None,
) -> None:
    """Prepare for a deep-learning interview: flashcards and computed questions in the terminal.

    Run without a command, it shows your progress.

    \b
    Examples:
      dlquiz                  your progress and what to do next
      dlquiz --short          the same in one line, for a prompt
      dlquiz study            answer the next questions
      dlquiz bank search bn   find a question
    """
    if context.invoked_subcommand is None:
        from dlquiz.cli.dashboard import DashboardArguments, dashboard

        dashboard(DashboardArguments(as_json, short, lang))
    else:
        for option, value in (("--json", as_json), ("--short", short), ("--lang", lang)):
            if value:
                _refuse_before(context.invoked_subcommand, option, value)


def _refuse_before(command: str, option: str, value: str | bool) -> NoReturn:
    """An option that no command reads there would be missing without a word."""
    written = option if value is True else f"{option} {value}"
    raise UsageError(f"{option} stands before {command}", fix=f"write it after: dlquiz {command} {written}")
