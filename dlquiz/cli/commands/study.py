"""`dlquiz study`: the options of a session, and which front end carries it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dlquiz import settings
from dlquiz.cli.app import new_app
from dlquiz.cli.completion import decks, known, known_track, tags, tracks
from dlquiz.cli.context import existing, open_bank, report_problems, session_context
from dlquiz.cli.frontends import run
from dlquiz.cli.options import Lang
from dlquiz.errors import DlquizError, UsageError
from dlquiz.review_log import Selection

if TYPE_CHECKING:
    from dlquiz.scheduler.queue import Mode
    from dlquiz.session.context import SessionContext

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
        typer.Option(help="Weigh topics as this position does, not as the plan does.", autocompletion=tracks),
    ] = None,
    lang: Lang = None,
    ahead: Annotated[bool, typer.Option("--ahead", help="Include cards that are not due yet, earliest first.")] = False,
    cram: Annotated[bool, typer.Option("--cram", help="Any card, weakest first; the schedule is not changed.")] = False,
    weakest: Annotated[bool, typer.Option("--weakest", help="Only cards most likely forgotten.")] = False,
    missed: Annotated[bool, typer.Option("--missed", help="Only cards missed today or on the last day.")] = False,
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

    \b
    Keys: 1-4 rate, Enter accepts, d goes deeper, u undoes, h hints, s suspends,
    q leaves, ? lists them all. Every answer is saved at once.
    """
    if not as_json and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise DlquizError("study needs a terminal", fix="use dlquiz study --json from a script")
    mode = _mode(ahead=ahead, cram=cram, weakest=weakest, missed=missed)
    from dlquiz.session.planning import StudyRequest, plan_session
    from dlquiz.session.session import Session

    user_settings = settings.read(language=lang, plain=plain or None)
    with open_bank(user_settings, existing(bank)) as questions:
        report_problems(questions)
        wanted = Selection(
            decks=known("deck", deck, {row.name for row in questions.decks()} if deck else set()),
            tags=known("tag", tag, questions.tags() if tag else {}),
            levels=tuple(level or ()),
            flagged=flagged,
            mode=mode,
            important=important,
            track=None if track is None else known_track(track, questions.tracks()),
        )
        with session_context(user_settings, questions, existing(bank), seed) as context:
            if missed:
                wanted = wanted._replace(cards=_missed(context))
            interview = None
            if mode in ("due", "ahead") and (shown := context.history.plan()) and track in (None, shown.get("track")):
                from dlquiz.cli.interview_plan import day_plan

                interview = day_plan(context, user_settings)
            request = StudyRequest(wanted, limit, new, minutes)
            session = Session(context, plan_session(context, user_settings, request, interview))
            run(session, context, user_settings, as_json=as_json)


def _mode(*, ahead: bool, cram: bool, weakest: bool, missed: bool) -> Mode:
    """The order that the options mean; raises UsageError for two at once."""
    if sum((ahead, cram, weakest)) > 1:
        raise UsageError("--ahead, --cram and --weakest exclude each other", fix="give one of them")
    if ahead and missed:
        raise UsageError("--ahead and --missed exclude each other", fix="give one of them")
    return "ahead" if ahead else "cram" if cram else "weakest" if weakest or missed else "due"


def _missed(context: SessionContext) -> tuple[str, ...]:
    """The cards missed today or on the last day of study; raises DlquizError when there are none."""
    cards = tuple(context.history.missed(context.clock().day))
    if not cards:
        raise DlquizError("nothing was missed", fix="dlquiz study --weakest asks what is most likely forgotten")
    return cards
