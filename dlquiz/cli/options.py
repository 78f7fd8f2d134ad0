"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

from dlquiz.cards import LANGUAGES, Language
from dlquiz.cli import completion
from dlquiz.errors import UsageError

Lang = Annotated[str | None, typer.Option(help="en or zh.", autocompletion=completion.languages)]
POSITIONS = "general, vision, llm, inference, post-training or infrastructure"
TrackOption = Annotated[
    str | None,
    typer.Option(
        help=f"The kind of position: {POSITIONS}.",
        autocompletion=completion.tracks,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def language_of_cards(given: str | None) -> Language | None:
    """The language that `--lang` names, None without it; raises UsageError for any other."""
    found = next((one for one in LANGUAGES if one == given), None)
    if given is not None and found is None:
        raise UsageError(f"{given} is no language of cards", fix="write en or zh")
    return found
