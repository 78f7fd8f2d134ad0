"""`dlquiz study`: the options of a session."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dlquiz.cli import study as session
from dlquiz.cli.app import new_app
from dlquiz.cli.completion import decks, tags, tracks
from dlquiz.cli.options import POSITIONS, Lang

app = new_app()


@app.command()
def study(
    deck: Annotated[list[str] | None, typer.Argument(help="Only these decks.", autocompletion=decks)] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Maximum number of cards.")] = None,
    new: Annotated[int | None, typer.Option(min=0, help="Maximum number of new cards, ignoring today's limit.")] = None,
    minutes: Annotated[float | None, typer.Option(min=0.1, help="Stop asking after this time.")] = None,
    tag: Annotated[
        list[str] | None, typer.Option(help="Only cards with one of these tags.", autocompletion=tags)
    ] = None,
    level: Annotated[
        list[int] | None, typer.Option(min=1, max=3, help="Only this level (1 basic, 2 solid, 3 deep).")
    ] = None,
    important: Annotated[bool, typer.Option("--important", help="Only what is asked most (weight 4 and 5).")] = False,
    track: Annotated[
        str | None,
        typer.Option(
            help=f"Weight the topics for this position instead of the plan's: {POSITIONS}.",
            autocompletion=tracks,
        ),
    ] = None,
    lang: Lang = None,
    ahead: Annotated[bool, typer.Option("--ahead", help="Include cards that are not due yet, earliest first.")] = False,
    cram: Annotated[bool, typer.Option("--cram", help="Any card, weakest first; the schedule is not changed.")] = False,
    weakest: Annotated[bool, typer.Option("--weakest", help="Only cards most likely forgotten.")] = False,
    missed: Annotated[
        bool, typer.Option("--missed", help="Only cards missed today or on the last day of study.")
    ] = False,
    flagged: Annotated[bool, typer.Option("--flagged", help="Only cards that were flagged.")] = False,
    bank: Annotated[list[Path] | None, typer.Option(help="Another question file or directory.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed for values and orders, to repeat a session.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, for editors and scripts.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Formulas in words, for a screen reader.")] = False,
) -> None:
    """Study the cards that are due, and new ones.

    \b
    Examples:
      dlquiz study                        due cards and some new ones
      dlquiz study convolution --new 5    one deck, five new cards
      dlquiz study --minutes 10           ten minutes
      dlquiz study --important --new 10   what nearly every interview asks
      dlquiz study --track vision         most of what vision positions ask
      dlquiz study --missed               once more what was missed today
      dlquiz study --weakest --limit 20   the cards most likely forgotten
      dlquiz study --cram --tag attention the evening before; no rescheduling
      dlquiz study --lang zh
      dlquiz study --json                 see docs/study-json.md

    Keys: 1-4 rate, Enter accepts, d goes deeper, u undoes, h hints, s suspends,
    q leaves, ? lists them all. Every answer is saved at once.
    """
    session.study(
        session.StudyArguments(
            deck=tuple(deck or ()),
            limit=limit,
            new=new,
            minutes=minutes,
            tag=tuple(tag or ()),
            level=tuple(level or ()),
            important=important,
            track=track,
            lang=lang,
            ahead=ahead,
            cram=cram,
            weakest=weakest,
            missed=missed,
            flagged=flagged,
            bank=tuple(bank or ()),
            seed=seed,
            as_json=as_json,
            plain=plain,
        )
    )
