"""The values of the log: what is recorded, what is read back, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from dlquiz.scheduler import State, day_of

if TYPE_CHECKING:
    from dlquiz.grading.check import Outcome

# What this version writes; rows of kinds that it does not know are kept, merged and ignored.
RowKind = Literal["review", "cram", "drill", "undo", "suspend", "unsuspend", "bury", "flag", "unflag", "reset", "due"]
KINDS: tuple[RowKind, ...] = get_args(RowKind)
# Rows about no card, which nothing undoes; `shown` holds all that they say.
CardlessKind = Literal["plan", "interview", "weights"]
CARDLESS: tuple[CardlessKind, ...] = get_args(CardlessKind)
ANSWERS: tuple[RowKind, ...] = ("review", "cram", "drill")
# A change of these is what makes an answer that was already on screen a `cram`.
SCHEDULING = ("review", "reset", "due")
# An earlier readiness is not that of the log any more after one of these.
MOVE_READINESS = (*ANSWERS, "undo", "suspend", "unsuspend", "reset", "weights")
OURS = "dlquiz"


class Event(NamedTuple):
    """Something to record. The log adds id, time, zone and device; a review's interval comes from the model.

    `shown` is kept as JSON: values drawn, language, options' order; the log adds `content`, the card's content hash,
    when a bank is open.
    `interval` is needed by `due` only.
    """

    kind: RowKind
    card: str
    rating: int | None = None
    verdict: Outcome | None = None
    correct: bool | None = None
    reply: str | None = None
    seconds: float | None = None
    shown: Mapping[str, Any] | None = None
    mistake: str | None = None
    hints: int | None = None
    interval: int | None = None

    def check(self) -> None:
        """Raise ValueError for an event that makes no sense, which only a mistake in the program makes."""
        if self.kind not in KINDS or self.kind == "undo":
            raise ValueError(f"{self.kind} cannot be recorded")
        if self.kind in ANSWERS and self.kind != "drill" and self.rating not in (1, 2, 3, 4):
            raise ValueError(f"a {self.kind} needs a rating from 1 to 4, not {self.rating!r}")
        if self.kind == "due" and (self.interval is None or self.interval < 0):
            raise ValueError("a due row needs an interval of whole days")


class Row(NamedTuple):
    """A row of the log, in the order of its columns; `undone` says that an undo row targets it."""

    id: str
    at: int
    offset: int
    device: str
    kind: str
    card: str | None = None
    target: str | None = None
    rating: int | None = None
    verdict: str | None = None
    correct: int | None = None
    reply: str | None = None
    seconds: float | None = None
    shown: str | None = None
    mistake: str | None = None
    hints: int | None = None
    interval: int | None = None
    origin: str = OURS
    undone: bool = False

    @property
    def day(self) -> int:
        return day_of(self.at, self.offset)


COLUMNS = Row._fields[:-1]


class Recorded(NamedTuple):
    """What a recorded event became, after its commit: `kind` as kept, and the card's new state.

    `interval` and `due_day` are None where nothing was scheduled (cram, flag …); `leech` is true at the lapse that
    is worth a word.
    """

    id: str
    card: str
    kind: RowKind
    rating: int | None
    state: State
    interval: int | None
    due_day: int | None
    leech: bool
