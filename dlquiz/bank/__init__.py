"""The bank: YAML files ⇄ cards and problems with their place, the compiled cache, and the checks.

Nothing here imports YAML until a file has to be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlquiz.bank.problems import Problem
    from dlquiz.cards import Card


def load(paths: Sequence[Path]) -> tuple[tuple[Card, ...], tuple[Problem, ...]]:
    """Every whole card of the files and directories, and every problem; reads YAML and raises nothing."""
    from dlquiz.bank import loading

    return loading.load(paths)


def shipped_questions() -> Path:
    """Where the shipped decks lie: inside the installed package, or at the top of a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "questions"
    return inside if inside.is_dir() else package.parent / "questions"
