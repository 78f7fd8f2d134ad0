"""What lies on the desk of a session: what it works with, what is asked of it, the open card, what was answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from dlquiz import answers
from dlquiz.cards import Language
from dlquiz.study.showing import Chance, Showing

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.history import History
    from dlquiz.memory import Instant, Model


class Desk(NamedTuple):
    """What a session works with. `reopen` reads the banks anew after the person has edited a card."""

    bank: Bank
    history: History
    model: Model
    clock: Callable[[], Instant]
    chance: Chance
    reopen: Callable[[], Bank]


class Wishes(NamedTuple):
    """What is asked: `cards` in the order of the agenda; `minutes` None for as long as there are cards; `told` are
    further facts for the first line."""

    cards: Sequence[str]
    language: Language
    minutes: float | None = None
    cram: bool = False
    told: Mapping[str, Any] = MappingProxyType({})


class Open(NamedTuple):
    """The card on the table; the reply and what it is worth are there once the question was answered."""

    showing: Showing
    asked_at: int
    repeat: bool
    hints: int = 0
    reply: Any = None
    seconds: float = 0.0
    verdict: answers.Verdict | None = None
    ticks: tuple[int, ...] = ()


class Answered(NamedTuple):
    """What this session wrote about one showing, for the summary and for undo."""

    card: str
    correct: bool
    seconds: float
    showing: Showing
