"""`dlquiz interview`: conduct a mock interview, and look at those that were conducted."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dlquiz import settings
from dlquiz.cards import KINDS
from dlquiz.cli import completion
from dlquiz.cli.app import new_app
from dlquiz.cli.context import open_bank, open_history, report_problems, session_context
from dlquiz.cli.line_breaks import notice, report_width
from dlquiz.cli.options import AsJson, Lang, TrackOption
from dlquiz.errors import DlquizError, UsageError
from dlquiz.readiness.plan_settings import GENERAL

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.cards import Language, Text
    from dlquiz.cli.frontends.terminal import Terminal
    from dlquiz.interview.record import Record
    from dlquiz.interview.report import Readiness, Report
    from dlquiz.review_log import History
    from dlquiz.session.context import SessionContext
    from dlquiz.session.interview_planning import InterviewOptions, InterviewRequest
    from dlquiz.settings import Settings

app = new_app(invoke_without_command=True, no_args_is_help=False)

LENGTHS = (20, 30, 45, 60)
RESUME = "dlquiz interview --resume"

Banks = Annotated[list[Path] | None, typer.Option(help="Another question file or directory.")]


@app.callback()
def interview(
    called: typer.Context,
    minutes: Annotated[int, typer.Option(help="20, 30, 45 or 60.")] = 30,
    track: TrackOption = None,
    level: Annotated[
        list[int] | None, typer.Option(min=1, max=3, help="Only this level (1 basic, 2 solid, 3 deep).")
    ] = None,
    deck: Annotated[list[str] | None, typer.Option(help="Only these decks.", autocompletion=completion.decks)] = None,
    tag: Annotated[
        list[str] | None, typer.Option(help="Only cards with one of these tags.", autocompletion=completion.tags)
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kinds", help="Only these kinds: open,numeric …", autocompletion=completion.kinds)
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the interview that was left.")] = False,
    lang: Lang = None,
    bank: Banks = None,
    seed: Annotated[int | None, typer.Option(help="Seed for the questions, to repeat an interview.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, for editors and scripts.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Formulas in words, for a screen reader.")] = False,
) -> None:
    """Rehearse: a timed interview without answers, then the review of what you said, then a report.

    Questions go from broad to deep over topics and kinds, deeper where you were
    right. Every answer is kept at once; the review's ratings count for study.

    \b
    Examples:
      dlquiz interview                         30 minutes, all topics
      dlquiz interview --minutes 45 --track llm
      dlquiz interview --kinds open,numeric --level 2 --level 3
      dlquiz interview --resume                after leaving, or for the review
      dlquiz interview list
      dlquiz interview show                    the report on the last one
      dlquiz interview show --html > report.html
      dlquiz interview compare                 the last two
    """
    if called.invoked_subcommand is not None:
        return
    if not as_json and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise DlquizError("interview needs a terminal", fix="use dlquiz interview --json from a script")
    if minutes not in LENGTHS:
        raise UsageError(f"an interview takes 20, 30, 45 or 60 minutes, not {minutes}", fix="give one of them")
    from dlquiz.review_log import Selection
    from dlquiz.session.interview_planning import InterviewRequest

    user_settings, also = settings.read(language=lang, plain=plain or None), tuple(bank or ())
    with open_bank(user_settings, also) as questions:
        report_problems(questions)
        wanted = Selection(
            decks=completion.known_decks(deck, questions),
            tags=completion.known("tag", tag, questions.tags() if tag else ()),
            levels=tuple(level or ()),
            kinds=completion.known("kind", [one.strip() for one in kind.split(",")] if kind else (), KINDS),
        )
        with session_context(user_settings, questions, also, seed) as context:
            position = _track(track, questions, context)
            request = InterviewRequest(minutes, user_settings.language, position, wanted, seed)
            _conduct(context, user_settings, None if resume else request, as_json=as_json)


def _track(name: str | None, questions: Bank, context: SessionContext) -> str:
    """The track that was named, else that of the plan."""
    tracks = questions.tracks()
    if name is not None:
        completion.known_track(name, tracks)
        return name
    from dlquiz.cli.interview_plan import current_plan

    plan = current_plan(context.history, context.clock().day)
    return plan.track if plan is not None and plan.track in {track.name for track in tracks} else GENERAL


def _conduct(
    context: SessionContext, user_settings: Settings, request: InterviewRequest | None, *, as_json: bool
) -> None:
    """A new interview, or without a request the one that was left."""
    from dlquiz.cli.frontends import run
    from dlquiz.session.interview import Interview

    options = _options(context, user_settings, request)
    options = options._replace(readiness=lambda: _readiness(context, user_settings))
    run(Interview(context, options), context, user_settings, as_json=as_json, terminal=_terminal)


def _options(context: SessionContext, user_settings: Settings, request: InterviewRequest | None) -> InterviewOptions:
    from dlquiz.interview.record import read_records, unfinished
    from dlquiz.session.interview_planning import plan_interview, resume_interview

    left = unfinished(read_records(context.history.interviews()))
    if request is not None:
        if left:
            name = left[-1].id
            notice(f"interview {name} is not finished; to go on with it, leave this one (:q) unanswered, then {RESUME}")
        return plan_interview(context, request)
    if not left:
        raise DlquizError("no interview was left unfinished", fix="begin one: dlquiz interview")
    return resume_interview(context, left[-1], user_settings.language)


def _readiness(context: SessionContext, user_settings: Settings) -> Readiness | None:
    """What the plan says now, where there is one and it has cards."""
    from dlquiz.cli.interview_plan import current_report
    from dlquiz.interview.report import Readiness

    with suppress(DlquizError):
        found = current_report(context.bank, context.history, user_settings, context.clock().day)
        return None if found is None else Readiness(found.date, round(found.now, 4), round(found.on_the_day, 4))
    return None


def _terminal(context: SessionContext, user_settings: Settings) -> Terminal:
    from dlquiz.cli.frontends.interview import InterviewTerminal
    from dlquiz.messages.study import Phrases

    say = Phrases(user_settings.language)
    terminal = InterviewTerminal(say, plain_formulas=user_settings.plain, edit=lambda card, key: False)
    terminal.titles = _titles(context.bank)
    terminal.texts_of = lambda interview: _texts(
        _chosen(_records(context.history), interview), context.bank, user_settings.language
    )
    return terminal


@app.command("list")
def list_(lang: Lang = None, as_json: AsJson = False) -> None:
    """List past interviews, the newest last.

    \b
    Examples:
      dlquiz interview list
      dlquiz interview list --json
    """
    user_settings = settings.read(language=lang)
    with open_bank(user_settings) as questions, open_history(user_settings) as history:
        found = [(record, _report(record, questions, history)) for record in _records(history)]
    if as_json:
        typer.echo(json.dumps([_summary(*one) for one in found], ensure_ascii=False, indent=2))
        return
    from dlquiz.render.interviews.report import table

    for line in table(found, user_settings.language, report_width()):
        typer.echo(line)


@app.command()
def show(
    name: Annotated[str | None, typer.Argument(metavar="ID", help="Its id or how that begins; the last one.")] = None,
    lang: Lang = None,
    bank: Banks = None,
    as_json: AsJson = False,
    as_html: Annotated[bool, typer.Option("--html", help="Print a page that stands alone, with all answers.")] = False,
) -> None:
    """Show the report on an interview; of an unfinished one, what was asked and rated.

    \b
    Examples:
      dlquiz interview show
      dlquiz interview show 20260302-1000
      dlquiz interview show --html > report.html
    """
    if as_json and as_html:
        raise UsageError("--json and --html exclude each other", fix="give one of them")
    from dlquiz.session.interview_report import reviewed_answers

    user_settings = settings.read(language=lang)
    with open_bank(user_settings, tuple(bank or ())) as questions, open_history(user_settings) as history:
        records = _records(history)
        record = _chosen(records, name)
        if as_html and record.report is None:
            raise _refused_unfinished(record, records)
        report, titles = _report(record, questions, history), _titles(questions)
        answers = reviewed_answers(record, questions, history) if as_html else []
        texts = _texts(record, questions, user_settings.language)
    if as_html:
        from dlquiz.render.pages.interview_page import page

        typer.echo(page(report, answers, user_settings.language, titles), nl=False)
        return
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
        return
    from dlquiz.render.interviews.report import lines, unfinished_lines

    shown = (lines if record.report is not None else unfinished_lines)(
        report, user_settings.language, titles, report_width(), texts
    )
    for line in shown:
        typer.echo(line)


@app.command()
def compare(
    before: Annotated[str | None, typer.Argument(help="The earlier one; the last but one.")] = None,
    after: Annotated[str | None, typer.Argument(help="The later one; the last one.")] = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Compare two interviews: how much better, and whether that may be chance.

    \b
    Examples:
      dlquiz interview compare                           the last two
      dlquiz interview compare 20260302 20260309
    """
    user_settings = settings.read(language=lang)
    with open_bank(user_settings) as questions, open_history(user_settings) as history:
        records = _records(history)
        finished = [record for record in records if record.report is not None]
        if len(finished) < 2 and before is None:
            raise DlquizError("there are no two finished interviews to compare", fix="dlquiz interview begins one")
        one = finished[-2] if before is None else _chosen(records, before)
        two = finished[-1] if after is None and finished else _chosen(records, after)
        if open_ones := [record for record in (one, two) if record.report is None]:
            raise _refused_unfinished(open_ones[0], records)
        reports = [_report(record, questions, history) for record in (one, two)]
        titles = _titles(questions)
    if as_json:
        from dlquiz.interview.report import compared

        found = compared(*reports)
        difference = {name: round(value, 4) for name, value in found._asdict().items()}
        both = {"before": reports[0].to_json(), "after": reports[1].to_json()}
        typer.echo(json.dumps({**both, "difference": difference}, ensure_ascii=False, indent=2))
        return
    from dlquiz.render.interviews.report import comparison

    for line in comparison(reports[0], reports[1], user_settings.language, titles, report_width()):
        typer.echo(line)


def _records(history: History) -> list[Record]:
    """The interviews in which something was answered."""
    from dlquiz.interview.record import read_records

    return [record for record in read_records(history.interviews()) if record.answers]


def _chosen(records: list[Record], name: str | None) -> Record:
    if not records:
        raise DlquizError("there was no interview yet", fix="dlquiz interview begins one")
    if name is None:
        return records[-1]
    found = [record for record in records if record.id.startswith(name)]
    if len(found) != 1:
        what = "no interview is called" if not found else "several interviews begin with"
        raise DlquizError(f"{what} {name!r}", fix="dlquiz interview list shows all ids")
    return found[0]


def _refused_unfinished(record: Record, records: list[Record]) -> DlquizError:
    """Why there is no result of an interview yet, and how to go on with it: the last unfinished one comes first."""
    from dlquiz.interview.record import unfinished

    last = unfinished(records)[-1]
    fix = f"go on with it: {RESUME}" if last is record else f"{RESUME} goes on with {last.id} first, then with this one"
    return DlquizError(f"interview {record.id} is not finished", fix=fix)


def _report(record: Record, questions: Bank, history: History) -> Report:
    """The report of its end; before that, what may be told."""
    from dlquiz.interview.report import Report
    from dlquiz.session.interview_report import report_on, standing_of

    if record.report is None:
        return standing_of(record, questions, history)
    return Report.from_json(record.report) or report_on(record, questions, history)


def _summary(record: Record, report: Report) -> dict[str, object]:
    total = report.total
    return {
        "id": record.id,
        "at": report.at,
        "minutes": report.minutes,
        "track": report.track,
        "asked": len(record.answers),
        "finished": record.report is not None,
        "right": total.right,
        "rated": total.asked,
        "score": total.score,
        "low": total.low,
        "high": total.high,
    }


def _texts(record: Record, questions: Bank, language: Language) -> dict[str, str]:
    """The questions of an interview by card, each on one line."""
    from dlquiz.render.card_table import question_line
    from dlquiz.session.interview_report import questions_as_put

    return {card.id: question_line(card, text) for card, text in questions_as_put(record, questions, language)}


def _titles(questions: Bank) -> dict[str, Text]:
    return {row.name: row.title for row in questions.decks()}
