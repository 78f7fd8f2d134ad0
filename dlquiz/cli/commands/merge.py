"""`dlquiz merge OTHER`: two machines' logs become one."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from dlquiz import settings
from dlquiz.cli.app import new_app
from dlquiz.cli.context import open_history
from dlquiz.cli.line_breaks import say_translated

app = new_app()


@app.command()
def merge(
    other: Annotated[Path, typer.Argument(help="The review log of another computer, or a backup.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Merge all reviews of another log that are missing here.

    Nothing is lost or counted twice, in any order and however often; the other file is only read. Merge in both
    directions and the two computers agree. A backup is made first.

    \b
    Examples:
      dlquiz merge /media/stick/dlquiz.db
      scp desk:.local/share/dlquiz/history.db . && dlquiz merge history.db
    """
    from dlquiz.formatting import count

    user_settings = settings.read()
    with open_history(user_settings) as log:
        log.backup(force=True)
        merged = log.merge(other)
    if as_json:
        import json

        typer.echo(json.dumps(asdict(merged), indent=2))
        return
    if merged.left_out:
        say_translated(f"{count(merged.left_out, 'row')} left out, as no version of dlquiz writes them so:", sys.stderr)
        for reason in merged.reasons[:5]:
            say_translated(f"  {reason}", sys.stderr)
    if not merged.rows and not merged.replaced:
        say_translated("nothing new: this log has all of it already")
        return
    answers, undos, cards = count(merged.answers, "answer"), count(merged.undos, "undo"), count(merged.cards, "card")
    say_translated(f"{answers} and {undos} to {cards} received" if merged.undos else f"{answers} to {cards} received")
    rest = merged.rows - merged.answers - merged.undos
    if rest:
        say_translated(f"{count(rest, 'other event')} received (suspended, flagged, buried, forgotten)")
    if merged.replaced:
        say_translated(f"{count(merged.replaced, 'imported row')} took the other machine's time zone")
