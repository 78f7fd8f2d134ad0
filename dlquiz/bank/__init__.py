"""The bank: YAML files ⇄ cards and problems with their place, the compiled cache, and the checks.

Nothing here imports YAML until a file has to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.cards import Card
    from dlquiz.schema.problems import Problem


def load(paths: Sequence[Path]) -> tuple[tuple[Card, ...], tuple[Problem, ...]]:
    """Every whole card of the files and directories, and every problem; reads YAML and raises nothing."""
    from dlquiz.bank import loader

    return loader.load(paths)


def shipped_questions() -> Path:
    """Where the shipped decks lie: inside the installed package, or at the top of a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "questions"
    return inside if inside.is_dir() else package.parent / "questions"


def open_bank(
    paths: Sequence[Path],
    cache_dir: Path,
    progress: Callable[[int, int], None] | None = None,
    on_wait: Callable[[], None] | None = None,
) -> Bank:
    """The bank of these files and directories, from its cache in `cache_dir`, which is made or repaired as needed.

    `progress` takes bytes read and bytes to read while files are compiled; `on_wait` is called when another program has
    held the cache for a second. Nothing is raised for bad input: what is wrong stands in `problems`.
    """
    from dlquiz.bank.cache import Bank

    return Bank(paths, cache_dir, progress, on_wait)
