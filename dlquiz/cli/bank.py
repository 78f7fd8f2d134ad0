"""`dlquiz bank`: check the questions, list, show and search them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from dlquiz.cli.commands import new_app

app = new_app(help="Look at the questions: check, list, show, search, new, coverage.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]


@app.callback()
def group() -> None:
    """Look at the questions: check, list, show, search, new, coverage.

    \b
    Examples:
      dlquiz bank check my-cards.yaml   every problem with its file and line
    """


@app.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or directories; else the shipped and your own.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell every problem of every file, with file, line and column, and how to mend it.

    \b
    Examples:
      dlquiz bank check
      dlquiz bank check my-cards.yaml notes/
      dlquiz bank check --json | jq .problems
    """
    from dlquiz import bank, settings
    from dlquiz.bank.checking import check_bank

    shipped = bank.shipped_questions()
    everything = [shipped, *settings.read().bank_paths]
    report = check_bank([_short(path) for path in paths or everything], everything if paths else (), shipped)
    if as_json:
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        for problem in report.problems:
            print(problem)
        print(report.summary(), file=sys.stderr)
    raise typer.Exit(1 if report.errors else 0)


def _short(path: Path) -> Path:
    """The path as seen from here, when that is shorter."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path
