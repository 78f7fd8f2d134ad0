"""What a conversation works with, whichever it is: questions, log, model, clock and randomness."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from dlquiz.bank.cache import Bank
    from dlquiz.randomness import RandomSource
    from dlquiz.review_log import History
    from dlquiz.scheduler import Instant, Model


class SessionContext(NamedTuple):
    """`reopen` reads the banks again after the person has edited a card."""

    bank: Bank
    history: History
    model: Model
    clock: Callable[[], Instant]
    random: RandomSource
    reopen: Callable[[], Bank]
