"""What an import remembers of the bank that it wrote, in `<stem>.import.json` beside it.

Of each card it keeps the source, its key in the notes and a hash of each field as written; of each source how the
person said that its questions are marked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from dlquiz.errors import DlquizError
from dlquiz.notes.markdown.habits.names import GUESSED, HABITS, HabitChoice

Hashes = dict[str, str]


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the sidecar knows of a card: where it came from, and the hash of each field as written."""

    source: str
    key: str
    hashes: Hashes


def hash_of(value: str) -> str:
    """The hash of the text of a field, whatever blanks stand in it."""
    return sha256(" ".join(value.split()).encode()).hexdigest()[:12]


def path_of(bank: Path) -> Path:
    return bank.with_name(f"{bank.stem}.import.json")


def cards(bank: Path) -> dict[str, Remembered]:
    """What the sidecar of a bank knows of each card; nothing when there is none."""
    with _reading(path_of(bank)) as data:
        return {
            str(id): Remembered(str(one["source"]), str(one["key"]), {str(k): str(v) for k, v in one["fields"].items()})
            for id, one in data["cards"].items()
        }


def choices(bank: Path) -> dict[str, HabitChoice]:
    """What the person said, at an earlier import into the bank, of how the questions of each source are marked."""
    with _reading(path_of(bank)) as data:
        return {name: _choice(said) for name, said in data.get("choices", {}).items()}


def _choice(said: Mapping[str, Any]) -> HabitChoice:
    """Raises ValueError for what no import writes."""
    habit, levels = said.get("habit"), said.get("heading_levels", [])
    if habit not in (None, *HABITS) or any(level not in range(1, 7) for level in levels):
        raise ValueError
    return HabitChoice(
        habit,
        tuple(map(int, levels)),
        _texts(said.get("cards", [])),
        _texts(said.get("passed_over", [])),
        _texts(said.get("looks", [])),
    )


def _texts(values: object) -> tuple[str, ...]:
    """The texts in a list; raises ValueError for anything else, and for what UTF-8 cannot hold."""
    if not isinstance(values, list):
        raise ValueError
    for value in values:
        if not isinstance(value, str):
            raise ValueError
        value.encode()
    return tuple(values)


@contextmanager
def _reading(sidecar: Path) -> Iterator[Any]:
    """The JSON of a sidecar; what is wrong with it raises DlquizError."""
    try:
        yield json.loads(sidecar.read_bytes()) if sidecar.exists() else {"cards": {}}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise DlquizError(
            f"{sidecar} cannot be read", fix="bring it back from a backup, or give another bank with --as-bank"
        ) from None


def text(cards: Mapping[str, Remembered], choices: Mapping[str, HabitChoice]) -> str:
    """The sidecar with these cards by their ids and choices by the names of their sources."""
    facts = {id: {"source": one.source, "key": one.key, "fields": one.hashes} for id, one in cards.items()}
    data: dict[str, object] = {"version": 1, "cards": facts}
    if said := {name: _facts(one) for name, one in choices.items() if one != GUESSED}:
        data["choices"] = said
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _facts(choice: HabitChoice) -> dict[str, object]:
    return {name: value for name, value in choice._asdict().items() if value}
