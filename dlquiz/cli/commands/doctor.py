"""`dlquiz doctor`: check the review log, the states, the clock and the banks, and say how to repair them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from dlquiz import settings
from dlquiz.cli.app import new_app
from dlquiz.cli.context import open_bank, open_history
from dlquiz.cli.line_breaks import say, say_below
from dlquiz.cli.translation import said
from dlquiz.errors import DlquizError
from dlquiz.formatting import count

if TYPE_CHECKING:
    from pathlib import Path

    from dlquiz.bank.cache import Bank
    from dlquiz.review_log import History
    from dlquiz.settings import Settings

app = new_app()

SHOWN = 5


class HealthFinding(NamedTuple):
    """What one check found: `level` is ok, note (worth knowing) or problem; `details` are cards or lines."""

    check: str
    level: str
    message: str
    fix: str | None = None
    details: tuple[str, ...] = ()


@app.command()
def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Rebuild card states from the review log.")] = False,
    clock_is_right: Annotated[
        bool, typer.Option("--clock-is-right", help="Accept the clock although some reviews are dated later.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check the review log, the card states derived from it, the clock and the banks.

    All card states are rebuilt from the log and compared. --repair writes them; the log itself is never changed.
    Exits with 1 if there is a problem.

    \b
    Examples:
      dlquiz doctor
      dlquiz doctor --repair
      dlquiz doctor --json | jq '.findings[] | select(.level == "problem")'
    """
    user_settings = settings.read()
    findings = list(_examine(user_settings, repair, clock_is_right))
    if as_json:
        import json

        found = {"healthy": _healthy(findings), "findings": [finding._asdict() for finding in findings]}
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            _report(finding)
    if not _healthy(findings):
        raise typer.Exit(1)


def _healthy(findings: list[HealthFinding]) -> bool:
    return all(finding.level != "problem" for finding in findings)


def _report(finding: HealthFinding) -> None:
    from dlquiz.markup import cell_width, pad

    signs = {"ok": said("ok"), "note": said("note"), "problem": said("PROBLEM")}
    margin = " " * max(map(cell_width, signs.values()))
    say(f"{pad(signs[finding.level], len(margin))}  {said(f'{finding.check}: {finding.message}')}")
    for detail in finding.details[:SHOWN]:
        say_below(f"{margin}    {said(detail)}")
    if len(finding.details) > SHOWN:
        say_below(f"{margin}    {said(f'and {len(finding.details) - SHOWN} more (--json lists them)')}")
    if finding.fix:
        say_below(f"{margin}  → {said(finding.fix)}")


def _examine(user_settings: Settings, repair: bool, clock_is_right: bool) -> Iterator[HealthFinding]:
    with open_bank(user_settings) as questions:
        try:
            with open_history(user_settings) as log:
                yield from _log(log, questions, repair, clock_is_right)
        except DlquizError as error:
            yield HealthFinding("log", "problem", error.message, error.fix)
        yield _backups(user_settings.backup_dir)
        yield _questions(questions)


def _log(log: History, questions: Bank, repair: bool, clock_is_right: bool) -> Iterator[HealthFinding]:
    damage, (impossible, examples), wrong = _checked(log)
    if damage:
        yield HealthFinding(
            "log",
            "problem",
            f"{log.path} is damaged",
            "dlquiz backup --restore goes back to the newest backup",
            tuple(damage),
        )
        return
    yield HealthFinding("log", "ok", f"{log.event_count():,} events in {log.path}")
    if impossible:
        yield HealthFinding(
            "rows",
            "problem",
            f"{count(impossible, 'row')} no dlquiz wrote like this",
            "another program has changed the log; dlquiz backup --restore goes back to a backup",
            tuple(examples),
        )
    states = _states(log, wrong, repair)
    yield states
    if states.level == "ok":
        # Only now: to take over renamed cards would correct some states in passing.
        log.reconcile(questions.previous_ids())
    if clock_is_right:
        log.trust_clock()
    try:
        log.check_clock()
        yield HealthFinding("clock", "ok", "not before the newest answer")
    except DlquizError as error:
        yield HealthFinding("clock", "problem", error.message, error.fix)
    yield from _texts(log, questions.cards_path)


def _checked(log: History) -> tuple[list[str], tuple[int, list[str]], tuple[str, ...]]:
    """Damage of the file, rows that do not fit, and cards out of step; SQLite checks the file while rows are read."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as beside:
        damage = beside.submit(log.integrity)
        misfits, wrong = (0, list[str]()), list[str]()
        try:
            misfits, wrong = log.misfits(), log.verify()
        except DlquizError:
            if not damage.result():
                raise
        return damage.result(), misfits, tuple(wrong)


def _states(log: History, wrong: tuple[str, ...], repair: bool) -> HealthFinding:
    if wrong and repair:
        log.rebuild()
        return HealthFinding("states", "ok", f"rebuilt; {len(wrong):,} differed from the log", details=wrong)
    if wrong:
        return HealthFinding(
            "states",
            "problem",
            f"{count(len(wrong), 'card')} out of step with the log",
            "dlquiz doctor --repair rebuilds them; the log is intact",
            wrong,
        )
    return HealthFinding("states", "ok", "every card state matches a replay of the log")


def _texts(log: History, cards: Path) -> Iterator[HealthFinding]:
    if orphans := log.orphans(cards):
        details = tuple(f"{card}  {count(rows, 'row')}" for card, rows in orphans)
        yield HealthFinding(
            "orphans",
            "note",
            f"{count(len(orphans), 'id')} with a history, but no card",
            "was a card renamed, name the old id in its `formerly`; else no harm",
            details,
        )
    if reworded := log.reworded(cards):
        yield HealthFinding(
            "texts",
            "note",
            f"{count(len(reworded), 'card')} changed since the last answer",
            "they keep their history; dlquiz forget CARD resets one",
            tuple(reworded),
        )


def _backups(directory: Path) -> HealthFinding:
    from dlquiz.review_log.backups import listed, verify

    found = listed(directory)
    if not found:
        return HealthFinding("backups", "note", "none yet", "one is made after study; dlquiz backup makes one now")
    broken = []
    for one in found:
        try:
            verify(one.path)
        except DlquizError as error:
            broken.append(error.message)
    if broken:
        return HealthFinding(
            "backups",
            "problem",
            f"{count(len(broken), 'backup')} cannot be used",
            "delete them; dlquiz backup makes a new one",
            tuple(broken),
        )
    newest = found[0]
    return HealthFinding(
        "backups", "ok", f"{count(len(found), 'backup')} in {directory}, the newest of {newest.at:%Y-%m-%d %H:%M}"
    )


def _questions(questions: Bank) -> HealthFinding:
    errors = tuple(str(problem) for problem in questions.problems if problem.severity == "error")
    if errors:
        return HealthFinding(
            "questions", "problem", count(len(errors), "problem"), "dlquiz bank check explains each", errors
        )
    warnings = tuple(str(problem) for problem in questions.problems)
    cards = count(sum(deck.cards for deck in questions.decks()), "card")
    if warnings:
        return HealthFinding("questions", "note", f"{cards}, {count(len(warnings), 'warning')}", None, warnings)
    return HealthFinding("questions", "ok", f"{cards} without a problem")
