"""`dlquiz plan`: the date of the interview, and how ready one will be."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from dlquiz import settings
from dlquiz.cli import completion
from dlquiz.cli.app import new_app
from dlquiz.cli.clock import clock
from dlquiz.cli.context import open_bank, open_history, report_problems, session_context
from dlquiz.cli.interview_plan import current_plan, make_report
from dlquiz.cli.line_breaks import notice, report_width, say
from dlquiz.cli.options import Lang, TrackOption
from dlquiz.cli.other_names import refuse_word
from dlquiz.errors import DlquizError
from dlquiz.readiness.plan_settings import PlanSettings

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.readiness.report import PlanReport
    from dlquiz.review_log import History
    from dlquiz.settings import Settings

app = new_app()


@app.command()
def plan(
    date: Annotated[
        list[str] | None,
        typer.Argument(metavar="[DATE]", help="The date of the interview: 2026-12-11, 11 Dec, friday or in 12 days."),
    ] = None,
    minutes: Annotated[float | None, typer.Option(help="Minutes of study a day.")] = None,
    track: TrackOption = None,
    rest: Annotated[list[str] | None, typer.Option(help="A weekday without study, such as sun.")] = None,
    off: Annotated[list[str] | None, typer.Option(help="A date without study.")] = None,
    deck: Annotated[list[str] | None, typer.Option(help="Only these decks.", autocompletion=completion.decks)] = None,
    tag: Annotated[
        list[str] | None, typer.Option(help="Only cards with one of these tags.", autocompletion=completion.tags)
    ] = None,
    placement: Annotated[
        bool, typer.Option("--placement", help="Answer 25 questions over all topics: what do you know already?")
    ] = False,
    clear: Annotated[bool, typer.Option("--clear", help="End the plan.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Show all topics and all days, even if they do not fit on the screen.")
    ] = False,
    lang: Lang = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Plan towards the date of an interview; show how ready you will be.

    A date sets or moves the plan; without a date, the plan is shown. An option changes only its part of the plan and
    stays until --clear. `dlquiz study` then asks what adds most to your readiness on the day; up to a tenth of the
    minutes goes to the reviews that say most about your memory, so that the forecast fits you.

    \b
    Examples:
      dlquiz plan 2026-12-11 --minutes 40
      dlquiz plan in 12 days --track llm --rest sun
      dlquiz plan                   readiness, today, topics
      dlquiz plan --all             all topics, the days, what does not fit
      dlquiz plan --minutes 60      the same plan with more time
      dlquiz plan --placement       25 questions, so that the plan knows you
      dlquiz plan --clear
    """
    if date:
        refuse_word("dlquiz plan", date[0])
    user_settings = settings.read(language=lang)
    today = clock().day
    with open_bank(user_settings) as questions, open_history(user_settings) as history:
        report_problems(questions)
        history.reconcile(questions.previous_ids())
        if clear:
            _clear(history, user_settings, as_json)
            return
        given = _Given(" ".join(date) if date else None, minutes, track, rest or (), off or (), deck or (), tag or ())
        wanted = _wanted(given, current_plan(history, today), questions, today)
        if wanted is None:
            _no_plan(history, user_settings, as_json)
            return
        report = _report(wanted, questions, history, user_settings, today)
        if given.anything and not report.study_days:
            raise DlquizError("no day of study is left before the interview", fix="leave out some --rest or --off")
        if given.anything:
            history.record_plan(wanted.to_json())
        if not placement:
            _show(report, questions, user_settings, as_json, everything=everything)
    if placement:
        _placement(wanted, user_settings, as_json)


@dataclass(frozen=True)
class _Given:
    """What was typed."""

    date: str | None
    minutes: float | None
    track: str | None
    rest: Sequence[str]
    off: Sequence[str]
    decks: Sequence[str]
    tags: Sequence[str]

    @property
    def anything(self) -> bool:
        options = (self.rest, self.off, self.decks, self.tags)
        return self.date is not None or self.minutes is not None or self.track is not None or any(options)


def _wanted(given: _Given, current: PlanSettings | None, questions: Bank, today: int) -> PlanSettings | None:
    """The plan that is meant: the current one with what was given changed; without one, a new one with a date."""
    from datetime import date

    from dlquiz.readiness.dates import day_off, interview_day, read_weekday
    from dlquiz.scheduler.days import date_of, day_of_date

    if given.date is None and current is None:
        if given.anything:
            raise DlquizError("there is no plan to change", fix="give the date first: dlquiz plan 2026-12-11")
        return None
    calendar = date.fromisoformat(date_of(today))
    if given.date is not None:
        day = day_of_date(interview_day(given.date, calendar).isoformat())
        found = PlanSettings(day) if current is None else current._replace(date=day)
    else:
        assert current is not None
        found = current
    if given.minutes is not None:
        found = found._replace(minutes=_minutes(given.minutes))
    if given.track is not None:
        completion.known_track(given.track, questions.tracks())
        found = found._replace(track=given.track)
    if given.rest:
        found = found._replace(rest=frozenset(map(read_weekday, given.rest)))
    if given.off:
        found = found._replace(off=frozenset(day_of_date(day_off(day, calendar).isoformat()) for day in given.off))
    if given.decks:
        found = found._replace(decks=completion.known_decks(given.decks, questions))
    return found._replace(tags=completion.known("tag", given.tags, questions.tags())) if given.tags else found


def _minutes(minutes: float) -> float:
    if not 1 <= minutes <= 1440:
        raise DlquizError(f"{minutes:g} minutes a day cannot be planned", fix="give 1 to 1440")
    return minutes


def _report(wanted: PlanSettings, questions: Bank, history: History, user_settings: Settings, today: int) -> PlanReport:
    missing = set(wanted.decks) - {row.name for row in questions.decks()}
    missing |= set(wanted.tags) - set(questions.tags())
    if missing:
        from dlquiz.messages.study import Phrases

        names = ", ".join(sorted(missing))
        notice(Phrases(user_settings.language)("plan missing", names=names))
    spent = history.counts(questions.cards_path, today).minutes_today
    return make_report(wanted, questions, history, user_settings, today, spent)


def _show(report: PlanReport, questions: Bank, user_settings: Settings, as_json: bool, *, everything: bool) -> None:
    titles = {row.name: row.title for row in questions.decks()}
    if as_json:
        import json

        plain = {name: {"en": title.en, "zh": title.zh} for name, title in titles.items()}
        typer.echo(json.dumps(report.to_json(plain), ensure_ascii=False, indent=2))
        return
    from shutil import get_terminal_size

    from dlquiz.messages.study import Phrases
    from dlquiz.render.plan import lines, screenful

    rows = get_terminal_size().lines if sys.stdout.isatty() else None
    tracks = {track.name: track.title for track in questions.tracks()}
    phrases, width = Phrases(user_settings.language), report_width()
    if rows is None or everything:
        shown = lines(report, phrases, titles, tracks, width, rows)
    else:
        shown = screenful(report, phrases, titles, tracks, width, rows)
    for line in shown:
        typer.echo(line)


def _placement(wanted: PlanSettings, user_settings: Settings, as_json: bool) -> None:
    """A session of questions that were never asked, spread over decks and levels; its answers are reviews."""
    from dlquiz.cli.frontends import run
    from dlquiz.cli.interview_plan import day_plan, planned_placement
    from dlquiz.session.planning import Allowance, StudyOptions
    from dlquiz.session.session import Session

    if not as_json and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise DlquizError("the placement needs a terminal", fix="use dlquiz plan --placement --json from a script")
    with open_bank(user_settings) as questions, session_context(user_settings, questions) as context:
        placement = planned_placement(wanted, questions, context.history)
        if not placement.cards:
            raise DlquizError("every card of the plan was asked already", fix="dlquiz study goes on")
        cards = [card.card for card in placement.cards]
        with day_plan(context, user_settings, as_json=as_json) or nullcontext() as plan:
            today = Allowance(new=len(cards))
            options = StudyOptions(cards, user_settings.language, allowance=today, plan=plan, placement=placement)
            run(Session(context, options), context, user_settings, as_json=as_json)


def _clear(history: History, user_settings: Settings, as_json: bool) -> None:
    from dlquiz.messages.study import Phrases

    if not history.plan():
        raise DlquizError("there is no plan to end", fix="dlquiz plan DATE makes one")
    history.record_plan({})
    typer.echo("null" if as_json else Phrases(user_settings.language)("plan cleared"))


def _no_plan(history: History, user_settings: Settings, as_json: bool) -> None:
    """That there is none, or that its date has passed: said once, then it is as if it had been ended."""
    from dlquiz.messages.study import Phrases
    from dlquiz.render.plan_summary import day_name
    from dlquiz.scheduler import date_of

    phrases, past = Phrases(user_settings.language), PlanSettings.from_json(history.plan())
    if past is not None:
        history.record_plan({})
        when = day_name(date_of(past.date), user_settings.language)
        notice(phrases("plan over", date=when))
    say("null" if as_json else phrases("plan none"))
