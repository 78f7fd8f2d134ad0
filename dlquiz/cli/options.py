"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

from dlquiz.cli import completion

Lang = Annotated[str | None, typer.Option(help="en or zh.", autocompletion=completion.languages)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
