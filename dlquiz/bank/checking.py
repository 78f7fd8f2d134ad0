"""`bank check`: everything that can be told about a bank without asking its questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlquiz.bank.decks import read_file
from dlquiz.bank.files import files_of
from dlquiz.bank.loading import joined
from dlquiz.bank.problems import Problem
from dlquiz.cards import Card


@dataclass(frozen=True, slots=True)
class Report:
    files: int
    cards: tuple[Card, ...]
    problems: tuple[Problem, ...]

    def summary(self) -> str:
        """One line: how much was read, and how much is wrong.

        >>> Report(1, (), ()).summary()
        '1 file, 0 cards: no problems'
        """
        errors = sum(problem.severity == "error" for problem in self.problems)
        warnings = len(self.problems) - errors
        told = [_count(errors, "problem")] if errors else []
        told += [_count(warnings, "warning")] if warnings else []
        return f"{_count(self.files, 'file')}, {_count(len(self.cards), 'card')}: {' and '.join(told) or 'no problems'}"

    def as_json(self) -> dict[str, Any]:
        return {
            "files": self.files,
            "cards": len(self.cards),
            "problems": [_as_json(problem) for problem in self.problems],
        }


def check_bank(paths: Sequence[Path], beside: Sequence[Path] = ()) -> Report:
    """The report on these files; ids may also stand in the banks beside them, whose own problems are not told."""
    files = files_of(paths)
    chosen = {str(path) for path in files}
    others = [path for path in files_of(beside) if path.resolve() not in {one.resolve() for one in files}]
    cards, problems = joined([read_file(path) for path in (*others, *files)])
    return Report(
        len(files),
        tuple(card for card in cards if card.place is not None and card.place.file in chosen),
        tuple(problem for problem in problems if problem.place.file in chosen),
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _as_json(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "card": problem.card,
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "mend": problem.mend,
    }
