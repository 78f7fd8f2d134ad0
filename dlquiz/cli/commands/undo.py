"""`dlquiz undo`: cancel the newest thing recorded on this machine, also days later."""

from __future__ import annotations

from itertools import takewhile
from typing import Annotated

import typer

from dlquiz import settings
from dlquiz.cli.app import new_app
from dlquiz.cli.context import open_history
from dlquiz.cli.options import Lang
from dlquiz.errors import DlquizError
from dlquiz.messages import history as messages

app = new_app()


@app.command()
def undo(
    times: Annotated[int, typer.Option("--times", "-n", min=1, help="How many actions to undo.")] = 1,
    lang: Lang = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the undone rows as JSON.")] = False,
) -> None:
    """Undo the last review, suspension, flag or reset recorded on this computer.

    Repeat it to go back further. Undone rows stay in the log, marked as undone; there is no redo.

    \b
    Examples:
      dlquiz undo
      dlquiz undo -n 3
    """
    from dlquiz.cli.commands.history import as_dict, line

    user_settings = settings.read(language=lang)
    with open_history(user_settings) as log:
        undone = takewhile(bool, (log.undo() for _ in range(times)))  # up to the first that finds nothing
        cancelled = [row for row in undone if row is not None]
    if not cancelled:
        raise DlquizError("there is nothing to undo on this machine")
    if as_json:
        import json

        typer.echo(json.dumps([as_dict(row) for row in cancelled], ensure_ascii=False, indent=2))
        return
    for row in cancelled:
        said = line(row._replace(undone=False), user_settings.language)
        typer.echo(messages.say("undone", user_settings.language, card=row.card, row=said))
