"""FSRS-6 as the engine computes it: what each rating would do to a memory, and how well it holds after some days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from dlquiz.cards import Rating
from dlquiz.errors import DlquizError
from dlquiz.scheduler.fuzz import scheduled

if TYPE_CHECKING:
    from dlquiz.scheduler.replay import State

AGAIN, HARD, GOOD, EASY = RATINGS = tuple(Rating)

# FSRS-6, 21 weights, as published with fsrs-rs 6 and py-fsrs 6.3 and used by Anki since 25.07.
DEFAULT_WEIGHTS = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835,
    0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip
# The engine's own bounds of each weight (its parameter clipper); it accepts others and gives nonsense.
BOUNDS = (
    *[(0.001, 100.0)] * 4, (1.0, 10.0), (0.001, 4.0), (0.001, 4.0), (0.001, 0.75), (0.0, 4.5), (0.0, 0.8),
    (0.001, 3.5), (0.001, 5.0), (0.001, 0.25), (0.001, 0.9), (0.0, 4.0), (0.0, 1.0), (1.0, 6.0),
    (0.0, 2.0), (0.0, 2.0), (0.0, 0.8), (0.1, 0.8),
)  # fmt: skip
MIN_RETENTION, MAX_RETENTION = 0.7, 0.99
# A difference of days that no honest log exceeds; the engine takes 32 bits.
MAX_ELAPSED = 100_000


class Memory(NamedTuple):
    """How long until recall falls to 90 % (stability, days), and how hard the card is (difficulty, 1 to 10)."""

    stability: float
    difficulty: float


class Model:
    """The weights of FSRS-6 and the recall that a review waits for; refuses values on which the engine fails.

    >>> memory, interval = Model().after(None, 0)[3]
    >>> round(memory.stability, 4), round(interval, 4)
    (2.3065, 2.3065)
    """

    # No dataclass: it would cost every start of `study` more than all that this module does.
    __slots__ = ("retention", "weights")

    def __init__(self, weights: tuple[float, ...] = DEFAULT_WEIGHTS, retention: float = 0.9) -> None:
        _check(weights, retention)
        self.weights = weights
        self.retention = retention

    def after(self, memory: Memory | None, elapsed: int) -> dict[int, tuple[Memory, float]]:
        """For each rating 1 to 4 the memory and the unrounded interval (days), `elapsed` whole days after the last."""
        engine, kind = _engine(self.weights)
        days = min(max(elapsed, 0), MAX_ELAPSED)
        then = engine.next_states(kind.MemoryState(*memory) if memory else None, self.retention, days if memory else 0)
        four = zip(RATINGS, (then.again, then.hard, then.good, then.easy), strict=True)
        return {rating: (Memory(item.memory.stability, item.memory.difficulty), item.interval) for rating, item in four}

    def previews(self, card: str, state: State | None, today: int) -> dict[int, int]:
        """For each rating the whole days until the card comes back, fuzzed: what recording that rating will write."""
        memory, reviews, interval, elapsed = None, 0, 0, 0
        if state is not None and state.memory is not None:
            memory, reviews, interval, elapsed = state.memory, state.reviews, state.interval, state.elapsed(today)
        four = self.after(memory, elapsed)
        return {rating: scheduled(card, reviews, interval, rating, days) for rating, (_, days) in four.items()}

    def retrievability(self, stability: float, elapsed: float) -> float:
        """The chance to recall after `elapsed` days: (1 + F·t/S)^(−w20) with F = 0.9^(−1/w20) − 1 (FSRS-6).

        >>> Model().retrievability(10.0, 10)
        0.9
        """
        decay = self.weights[20]
        return float((1 + _factor(decay) * max(0.0, elapsed) / stability) ** -decay)

    def recall_later(self, memory: Memory, elapsed: int, horizon: int) -> float:
        """The expected recall `horizon` days after a review now, passed with Good or failed with Again by chance."""
        engine, kind = _engine(self.weights)
        then = engine.next_states(kind.MemoryState(*memory), self.retention, min(elapsed, MAX_ELAPSED))
        recall = self.retrievability(memory.stability, elapsed)
        remembered = self.retrievability(then.good.memory.stability, horizon)
        relearnt = self.retrievability(then.again.memory.stability, horizon)
        return recall * remembered + (1 - recall) * relearnt

    def memories(self, histories: Sequence[Iterable[tuple[int, int]]]) -> list[Memory | None]:
        """The memory after each history of (rating, elapsed days), many at once; None after an empty list."""
        engine, kind = _engine(self.weights)
        reviews, item = _Reviews(kind.FSRSReview), kind.FSRSItem
        items = [item(list(map(reviews.__getitem__, history))) for history in histories if history]
        states = iter(engine.memory_state_batch(items) if items else ())
        found = [next(states) if history else None for history in histories]
        return [None if state is None else Memory(state.stability, state.difficulty) for state in found]


class _Reviews(dict[tuple[int, int], Any]):
    """The engine's review objects, one for each (rating, elapsed days): of a million few are different."""

    def __init__(self, make: Any) -> None:
        self._make = make

    def __missing__(self, key: tuple[int, int]) -> Any:
        self[key] = made = self._make(*key)
        return made


@cache
def _factor(decay: float) -> float:
    return float(0.9 ** (-1 / decay) - 1)


@cache
def _engine(weights: tuple[float, ...]) -> tuple[Any, Any]:
    import fsrs_rs_python

    return fsrs_rs_python.FSRS(list(weights)), fsrs_rs_python


def _check(weights: tuple[float, ...], retention: float) -> None:
    if not MIN_RETENTION <= retention <= MAX_RETENTION:
        raise DlquizError(
            f"retention {retention:g} is out of range",
            fix=f"choose one between {MIN_RETENTION} and {MAX_RETENTION}; 0.9 suits most people",
        )
    if len(weights) != len(BOUNDS):
        raise DlquizError(f"{len(weights)} FSRS weights, not {len(BOUNDS)}", fix="leave them out to use the defaults")
    for number, (weight, (low, high)) in enumerate(zip(weights, BOUNDS, strict=True)):
        if not (isfinite(weight) and low <= weight <= high):
            raise DlquizError(
                f"FSRS weight {number} is {weight:g}, not between {low:g} and {high:g}",
                fix="leave the weights out to use the defaults",
            )
