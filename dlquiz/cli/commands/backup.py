"""`dlquiz backup`: a copy of the log, now."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dlquiz import settings
from dlquiz.cli.app import new_app
from dlquiz.cli.context import open_history

app = new_app()


@app.command()
def backup(
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Write the backup to this file.")] = None,
) -> None:
    """Back up the review log; safe while other windows are studying.

    Without --to it is today's backup, beside those made daily after study; of those the last 12 days, 10 weeks and
    9 months are kept. To restore one, put it in the place of the log (dlquiz where); to join two, dlquiz merge.

    \b
    Examples:
      dlquiz backup
      dlquiz backup --to /media/stick/dlquiz.db
    """

    user_settings = settings.read()
    with open_history(user_settings) as log:
        if to is None:
            made = log.backup(force=True)
        else:
            log.copy_to(to)
            made = to
    typer.echo(made)
