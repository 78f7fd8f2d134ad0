"""`dlquiz where`: every file and directory that dlquiz reads or writes."""

from __future__ import annotations

from typing import Annotated

import typer

from dlquiz import settings
from dlquiz.cli.app import new_app
from dlquiz.cli.translation import said

app = new_app()


@app.command()
def where(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show where files are stored: review log, backups, settings, cache, questions.

    Set DLQUIZ_HOME to move all of them. Directories are created when needed.

    \b
    Examples:
      dlquiz where
      cp "$(dlquiz where --json | jq -r .history)" /media/stick/
      DLQUIZ_HOME=/tmp/trial dlquiz study
    """
    from dlquiz import bank

    user_settings = settings.read()
    places = {
        "history": user_settings.history_file,
        "backups": user_settings.backup_dir,
        "settings": user_settings.config_file,
        "own questions": user_settings.own_questions,
        "shipped questions": bank.shipped_questions(),
        "cache": user_settings.cache_dir,
    }
    if as_json:
        import json

        found = {name.replace(" ", "_"): str(path) for name, path in places.items()}
        typer.echo(
            json.dumps({**found, "banks": [str(path) for path in user_settings.banks]}, ensure_ascii=False, indent=2)
        )
        return
    from dlquiz.markup import cell_width, pad

    rows = [(said(name), path) for name, path in (*places.items(), *(("bank", path) for path in user_settings.banks))]
    width = max(cell_width(name) for name, _ in rows)
    for name, path in rows:
        missing = "" if path.exists() else f"  {said('(not there yet)')}"
        typer.echo(f"{pad(name, width)}  {path}{missing}")
