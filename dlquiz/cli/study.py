"""A study session from what was typed: its cards, and the front end that carries it. Without typer."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dlquiz import settings
from dlquiz.cli.context import existing, open_bank, report_problems, session_context
from dlquiz.errors import DlquizError, UsageError
from dlquiz.review_log import Selection

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.scheduler.queue import Mode
    from dlquiz.session.context import SessionContext


class StudyArguments(NamedTuple):
    """What was typed after `dlquiz study`, under the names of the command's options."""

    deck: tuple[str, ...] = ()
    limit: int | None = None
    new: int | None = None
    minutes: float | None = None
    tag: tuple[str, ...] = ()
    level: tuple[int, ...] = ()
    important: bool = False
    track: str | None = None
    lang: str | None = None
    ahead: bool = False
    cram: bool = False
    weakest: bool = False
    missed: bool = False
    flagged: bool = False
    bank: tuple[Path, ...] = ()
    seed: int | None = None
    as_json: bool = False
    plain: bool = False


def study(typed: StudyArguments) -> None:
    """Plan the session and carry it to its end."""
    if not typed.as_json and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise DlquizError("study needs a terminal", fix="use dlquiz study --json from a script")
    mode = _mode(typed)
    from dlquiz.cli.frontends import run
    from dlquiz.session.planning import StudyRequest, plan_session
    from dlquiz.session.session import Session

    user_settings = settings.read(language=typed.lang, plain=typed.plain or None)
    with open_bank(user_settings, existing(typed.bank)) as questions:
        report_problems(questions)
        wanted = _selection(typed, mode, questions)
        with (
            session_context(user_settings, questions, existing(typed.bank), typed.seed) as context,
            ExitStack() as stack,
        ):
            if typed.missed:
                wanted = wanted._replace(cards=_missed(context))
            interview = None
            plan = context.history.plan() if mode in ("due", "ahead") else None
            if plan and typed.track in (None, plan.get("track")):
                from dlquiz.cli.interview_plan import day_plan

                if interview := day_plan(context, user_settings, as_json=typed.as_json):
                    stack.enter_context(interview)
            request = StudyRequest(wanted, typed.limit, typed.new, typed.minutes)
            options = plan_session(context, user_settings, request, interview)
            if typed.flagged and not options.cards and not typed.as_json:
                raise _no_flagged(context, wanted)
            run(Session(context, options), context, user_settings, as_json=typed.as_json)


def _selection(typed: StudyArguments, mode: Mode, questions: Bank) -> Selection:
    """The cards that are meant; raises DlquizError for a deck, tag or track that there is not."""
    found = Selection(levels=typed.level, flagged=typed.flagged, mode=mode, important=typed.important)
    if typed.deck or typed.tag or typed.track is not None:
        from dlquiz.cli.completion import known, known_decks, known_track

        found = found._replace(
            decks=known_decks(typed.deck, questions),
            tags=known("tag", typed.tag, questions.tags() if typed.tag else {}),
            track=None if typed.track is None else known_track(typed.track, questions.tracks()),
        )
    return found


def _mode(typed: StudyArguments) -> Mode:
    """The order that the options mean; raises UsageError for two at once."""
    if sum((typed.ahead, typed.cram, typed.weakest)) > 1:
        raise UsageError("--ahead, --cram and --weakest exclude each other", fix="give one of them")
    if typed.ahead and typed.missed:
        raise UsageError("--ahead and --missed exclude each other", fix="give one of them")
    weakest = typed.weakest or typed.missed
    return "ahead" if typed.ahead else "cram" if typed.cram else "weakest" if weakest else "due"


def _no_flagged(context: SessionContext, wanted: Selection) -> DlquizError:
    """Why no flagged card is asked: there is none, none in the selection, or none that is due."""
    today, cards = context.clock().day, context.bank.cards_path
    if context.history.candidates(cards, wanted._replace(mode="cram"), today, new=None):
        return DlquizError(
            "no flagged card is due now", fix="dlquiz study --flagged --cram asks all and schedules nothing"
        )
    if context.history.counts(cards, today).flagged:
        return DlquizError("no card is flagged in this selection", fix="dlquiz bank list --flagged lists all that are")
    return DlquizError(
        "no card is flagged", fix="press f while a card is asked or rated (:f where you type) to flag it"
    )


def _missed(context: SessionContext) -> tuple[str, ...]:
    """The cards missed today or on the last day of study; raises DlquizError when there are none."""
    cards = tuple(context.history.missed(context.clock().day))
    if not cards:
        raise DlquizError("nothing was missed", fix="dlquiz study --weakest asks what is most likely forgotten")
    return cards
