"""Opening what most commands work with: the model, the banks and the log, as the settings say."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from dlquiz import bank
from dlquiz.cli.clock import clock
from dlquiz.errors import DlquizError
from dlquiz.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from dlquiz.bank.cache import Bank
    from dlquiz.review_log import History
    from dlquiz.scheduler import Model
    from dlquiz.session.context import SessionContext

# Shorter work shows no progress; it would only flicker.
PATIENCE = 0.5
WIDE = 14


def open_bank(settings: Settings, also: tuple[Path, ...] = ()) -> Bank:
    """The shipped bank, the person's own ones, and `also`; a bar on stderr while much is compiled."""
    paths = (bank.shipped_questions(), *settings.bank_paths, *also)
    bar = Bar("reading questions")

    def say_what_is_waited_for() -> None:
        bar.close()
        _say_waiting(f"the compiled questions in {settings.cache_dir}", "another dlquiz")

    try:
        return bank.open_bank(paths, settings.cache_dir, bar, say_what_is_waited_for)
    finally:
        bar.close()


def _say_waiting(what: str, holder: str) -> None:
    from dlquiz.cli.line_breaks import notice

    notice(f"waiting for {what}, which {holder} is using")


def existing(banks: Sequence[Path] | None) -> tuple[Path, ...]:
    """The banks given with `--bank`; raises DlquizError for one that is not there."""
    for path in banks or ():
        if not path.exists():
            raise DlquizError(f"there is no {path}", fix="check the path given with --bank")
    return tuple(banks or ())


def scheduler_model(settings: Settings) -> Model:
    from dlquiz.scheduler import Model

    return Model(retention=settings.retention)


def open_history(settings: Settings) -> History:
    """The review log of this person, made when there is none yet."""
    from dlquiz.review_log import History, device_id

    return History.open(
        settings.history_file,
        device=device_id(settings.device_file),
        clock=clock,
        model=scheduler_model(settings),
        backups=settings.backup_dir,
        on_wait=lambda: _say_waiting(str(settings.history_file), "another dlquiz or a database browser"),
    )


@contextmanager
def session_context(
    settings: Settings, questions: Bank, also: tuple[Path, ...] = (), seed: int | None = None
) -> Iterator[SessionContext]:
    """What a session works with; when it ends, also by Ctrl-C, the day's backup is made and the log closed."""
    from random import Random

    from dlquiz.session.context import SessionContext

    with open_history(settings) as history:
        history.check_clock()
        history.reconcile(questions.previous_ids())
        try:
            yield SessionContext(
                questions, history, history.model, clock, Random(seed), lambda: open_bank(settings, also)
            )
        except KeyboardInterrupt:
            back_up(history)
            raise
        back_up(history)


def back_up(history: History) -> None:
    """The day's backup, after a session or drill; that it failed is said, but takes nothing from the session."""
    try:
        history.backup()
    except DlquizError as error:
        from dlquiz.cli.line_breaks import notice

        notice(f"no backup was made: {error}")


def report_problems(questions: Bank) -> None:
    """Say on stderr that files of the bank have problems: their cards would otherwise just be missing."""
    errors = sum(problem.severity == "error" for problem in questions.problems)
    if errors:
        from dlquiz.cli.line_breaks import notice
        from dlquiz.formatting import count

        notice(f"{count(errors, 'problem')} in the questions; dlquiz bank check lists them")


class Bar:
    """A progress bar of one line on stderr, drawn once the work has lasted a while, and only for a person."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._began = time.monotonic()
        self._drawn = 0.0
        self._wanted = sys.stderr.isatty()

    @cached_property
    def _said(self) -> str:
        """The label in the person's language."""
        from dlquiz.cli.translation import said

        return said(self._label)

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if self._wanted and now - self._began > PATIENCE and now - self._drawn > 0.1:
            self._drawn = now
            share = done / total if total else 1.0
            filled = "━" * int(WIDE * share)
            print(f"\r{self._said} {filled:<{WIDE}} {share:4.0%}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        if self._drawn:
            from dlquiz.markup.width import cell_width

            print("\r" + " " * (cell_width(self._said) + WIDE + 7) + "\r", end="", file=sys.stderr, flush=True)
            self._drawn = 0.0
