"""Opening what most commands work with: the model, the banks and the log, as the settings say."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from dlquiz import bank
from dlquiz.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from dlquiz.bank.cache import Bank
    from dlquiz.review_log import History
    from dlquiz.scheduler import Instant, Model

# Shorter work shows no progress; it would only flicker.
PATIENCE = 0.5
WIDE = 14


def open_bank(settings: Settings, also: tuple[Path, ...] = ()) -> Bank:
    """The shipped bank, the person's own ones, and `also`; a bar on stderr while much is compiled."""
    paths = (bank.shipped_questions(), *settings.bank_paths, *also)
    bar = Bar("reading questions")
    try:
        return bank.open_bank(paths, settings.cache_dir, bar)
    finally:
        bar.close()


def open_history(settings: Settings, clock: Callable[[], Instant], model: Model) -> History:
    from dlquiz.review_log import History, device_id

    device = device_id(settings.device_file)
    return History.open(settings.history_file, device=device, clock=clock, model=model, backups=settings.backup_dir)


def back_up(history: History) -> None:
    """The day's backup, after a session or drill; that it failed is said, but takes nothing from the session."""
    from dlquiz.errors import DlquizError

    try:
        history.backup()
    except DlquizError as error:
        print(f"dlquiz: no backup was made: {error}", file=sys.stderr)


def report_problems(questions: Bank) -> None:
    """Say on stderr that files of the bank have problems: their cards would otherwise just be missing."""
    count = sum(problem.severity == "error" for problem in questions.problems)
    if count:
        problem_count = "1 problem" if count == 1 else f"{count} problems"
        print(f"dlquiz: {problem_count} in the questions; dlquiz bank check lists them", file=sys.stderr)


class Bar:
    """A progress bar of one line on stderr, drawn once the work has lasted a while, and only for a person."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._began = time.monotonic()
        self._drawn = 0.0
        self._wanted = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if self._wanted and now - self._began > PATIENCE and now - self._drawn > 0.1:
            self._drawn = now
            share = done / total if total else 1.0
            filled = "━" * int(WIDE * share)
            print(f"\r{self._label} {filled:<{WIDE}} {share:4.0%}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        if self._drawn:
            print("\r" + " " * (len(self._label) + WIDE + 7) + "\r", end="", file=sys.stderr, flush=True)
