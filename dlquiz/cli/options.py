"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

from dlquiz.cli import completion

Lang = Annotated[str | None, typer.Option(help="en or zh.", autocompletion=completion.languages)]
TrackOption = Annotated[
    str | None,
    typer.Option(
        help="The kind of position: general, vision, llm, inference, post-training or infrastructure.",
        autocompletion=completion.tracks,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
