"""`dlquiz history`: today's answers; with a card everything that was ever recorded of it, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dlquiz import settings
from dlquiz.cards import RATING_NAMES
from dlquiz.cli import completion
from dlquiz.cli.app import new_app
from dlquiz.cli.clock import clock
from dlquiz.cli.context import open_bank, open_history
from dlquiz.cli.line_breaks import say
from dlquiz.cli.options import AsJson, Lang
from dlquiz.errors import DlquizError
from dlquiz.formatting import COMMA, visible
from dlquiz.messages import history as messages
from dlquiz.review_log.rows import ANSWERS

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.cards import Language
    from dlquiz.review_log import History, Row
    from dlquiz.scheduler import Model, State
    from dlquiz.settings import Settings

app = new_app()


@app.command()
def history(
    card: Annotated[
        str | None, typer.Argument(help="A card's id; without one, today's answers.", autocompletion=completion.cards)
    ] = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Show today's answers, or a card's reviews and when it is due.

    Undone rows are shown in brackets. A renamed card keeps its earlier rows.

    \b
    Examples:
      dlquiz history
      dlquiz history nonlinearity-why
      dlquiz history nonlinearity-why --json | jq '.rows[].rating'
    """
    user_settings = settings.read(language=lang)
    if card is None:
        _today(user_settings, as_json)
        return
    with open_bank(user_settings) as questions, open_history(user_settings) as log:
        card = known_card(card, questions, log)
        rows, state, model = log.rows(card, live_only=False), log.state(card), log.model
    if as_json:
        import json

        found = {"card": card, "state": standing(state, model, clock().day), "rows": [as_dict(row) for row in rows]}
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for row in rows:
        say(line(row, user_settings.language))
        if row.reply:
            typer.echo(f"    {one_line(readable(row.reply))}")
    for sentence in summary(state, model, clock().day, user_settings.language):
        typer.echo(sentence)


def _today(user_settings: Settings, as_json: bool) -> None:
    """Every answer of today, the earliest first, undone ones in brackets."""
    today = clock().day
    with open_history(user_settings) as log:
        found = [row for row in log.rows_of_day(today, live_only=False) if row.kind in ANSWERS]
    if as_json:
        import json

        from dlquiz.scheduler import date_of

        rows = [as_dict(row) for row in found]
        typer.echo(json.dumps({"date": date_of(today), "rows": rows}, ensure_ascii=False, indent=2))
        return
    if not found:
        typer.echo(messages.say("none today", user_settings.language))
    for row in found:
        say(f"{line(row, user_settings.language)}  {row.card}")
        if row.reply:
            typer.echo(f"    {one_line(readable(row.reply))}")


def known_card(wanted: str, questions: Bank, log: History) -> str:
    """The card that is meant, also by a former id; raises DlquizError when neither bank nor log knows it."""
    log.reconcile(questions.previous_ids())
    card = questions.resolve(wanted)
    if card is not None:
        return card
    if log.rows(wanted, live_only=False):
        return wanted
    from dlquiz.suggest import closest

    near = closest(wanted, questions.ids())
    raise DlquizError(
        f"there is no card {wanted!r}" + (f", did you mean {near}?" if near else ""),
        fix="dlquiz bank search finds cards by their words",
    )


def line(row: Row, language: Language = "en") -> str:
    """A row of the log in at most 60 cells, at the hour it had where it was written; in brackets when undone.

    >>> from dlquiz.review_log import Row
    >>> line(Row("01", 1_770_030_000_000, 60, "laptop", "review", "bn-why", rating=3, seconds=12.4, interval=2))
    '2026-02-02 12:00  good  back in 2 days  12 s'
    """
    parts = []
    if row.kind != "review":
        parts.append(messages.say(row.kind, language))
    if row.rating is not None:
        parts.append(messages.say(RATING_NAMES[row.rating - 1], language))
    if row.verdict not in (None, "unchecked", "right"):
        parts.append(messages.say(str(row.verdict), language))
    if row.interval is not None:
        parts.append(messages.say("back", language, days=messages.counted("day", row.interval, language)))
    if row.seconds is not None:
        parts.append(messages.say("seconds", language, seconds=f"{row.seconds:.0f}"))
    text = "  ".join([_local(row), *parts])
    return f"[{text}]" if row.undone else text


def as_dict(row: Row) -> dict[str, Any]:
    """All columns of a row, `shown` as what it holds."""
    import json

    columns = row._asdict()
    columns["shown"] = None if row.shown is None else json.loads(row.shown)
    columns["correct"] = None if row.correct is None else bool(row.correct)
    return columns


def standing(state: State | None, model: Model, today: int) -> dict[str, Any] | None:
    """Where a card stands, with dates for days and today's chance of recall."""
    if state is None:
        return None
    from dlquiz.scheduler import date_of

    found = state._asdict()
    for name in ("first_day", "last_day", "due_day", "buried_until"):
        day = found.pop(name)
        found[name.removesuffix("_day")] = None if day is None else date_of(day)
    found |= {"suspended": bool(state.suspended), "flagged": bool(state.flagged)}
    recall = None if state.stability is None else round(model.retrievability(state.stability, state.elapsed(today)), 4)
    return found | {"retrievability": recall}


def summary(state: State | None, model: Model, today: int, language: Language) -> list[str]:
    """Two lines at most: when the card comes back and how it sits, and what keeps it away."""
    from dlquiz.scheduler import date_of

    if state is None or state.stability is None or state.due_day is None:
        lines = [messages.say("new", language)]
    else:
        recall = model.retrievability(state.stability, state.elapsed(today))
        due = messages.say("today", language) if state.due_day <= today else date_of(state.due_day)
        lapses = messages.counted("lapse", state.lapses, language)
        lines = [messages.say("standing", language, due=due, recall=f"{100 * recall:.0f}", lapses=lapses)]
    if state is not None:
        named = (("suspended", state.suspended), ("flagged", state.flagged))
        marks = [messages.say(name, language) for name, on in named if on]
        if state.buried_until is not None and today < state.buried_until:
            marks.append(messages.say("buried", language, date=date_of(state.buried_until)))
        lines += [COMMA[language].join(marks)] if marks else []
    return lines


def readable(reply: str) -> str:
    """A reply as a person gave it; what was typed into several holes or fields is logged as a list in JSON.

    >>> readable('["0 to 1", "", "a(1-a)"]'), readable("[1, 2"), readable("softmax")
    ('0 to 1 · – · a(1-a)', '[1, 2', 'softmax')
    """
    import json

    try:
        parts = json.loads(reply)
    except ValueError:
        return reply
    texts = isinstance(parts, list) and all(isinstance(part, str) for part in parts)
    return " · ".join(part or "–" for part in parts) if texts and parts else reply


def one_line(reply: str) -> str:
    """A reply on one line that fits the terminal."""
    from shutil import get_terminal_size

    from dlquiz.markup import cell_width

    room = get_terminal_size().columns - 5
    text = visible(" ".join(reply.split()))
    if cell_width(text) <= room:
        return text
    while text and cell_width(text) > room - 1:
        text = text[:-1]
    return text + "…"


def _local(row: Row) -> str:
    from datetime import UTC, datetime, timedelta

    local = datetime.fromtimestamp(row.at / 1000, UTC) + timedelta(minutes=row.offset)
    return f"{local:%Y-%m-%d %H:%M}"
