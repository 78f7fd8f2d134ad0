"""What lies on the desk of a session: what it works with, what is asked of it, the open card, what was answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from dlquiz.cards import Language
from dlquiz.grading import check
from dlquiz.session.presentation import Chance, Presentation

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.review_log import History
    from dlquiz.scheduler import Instant, Model


class SessionContext(NamedTuple):
    """What a session works with. `reopen` reads the banks anew after the person has edited a card."""

    bank: Bank
    history: History
    model: Model
    clock: Callable[[], Instant]
    chance: Chance
    reopen: Callable[[], Bank]


class StudyOptions(NamedTuple):
    """What is asked: `cards` in the order of the agenda; `minutes` None for as long as there are cards; `told` are
    further facts for the first line."""

    cards: Sequence[str]
    language: Language
    minutes: float | None = None
    cram: bool = False
    facts: Mapping[str, Any] = MappingProxyType({})


class Open(NamedTuple):
    """The card on the table; the reply and what it is worth are there once the question was answered."""

    presentation: Presentation
    asked_at: int
    repeat: bool
    hints: int = 0
    reply: Any = None
    seconds: float = 0.0
    verdict: check.Verdict | None = None
    ticks: tuple[int, ...] = ()


class Answered(NamedTuple):
    """What this session wrote about one showing, for the summary and for undo."""

    card: str
    correct: bool
    seconds: float
    presentation: Presentation
