"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

Lang = Annotated[str | None, typer.Option(help="en or zh.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
