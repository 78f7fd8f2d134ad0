"""What to ask next: at most a few thousand candidates in, the ids in the order in which to ask them out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Literal, NamedTuple

from dlquiz.scheduler.fsrs import Model
from dlquiz.scheduler.new_cards import introduction
from dlquiz.scheduler.replay import State

Mode = Literal["due", "ahead", "weakest", "cram"]
USUAL_SECONDS = 30.0
# Who takes longer from the question to the rating went away.
MAX_SECONDS = 600.0
# Without a date in view, a review is worth what it adds to recall a month from now.
HORIZON = 30
# So many other cards stand between two relatives where there are enough others.
MIN_SPACING = 5


class Candidate(NamedTuple):
    """A card that might be asked; `state` is None before its first event, `position` its place in the whole bank.

    `relatives` are cards that give each other away: follow-up questions, and parts of one former card; it builds on
    its `prerequisites`. `own` cards are those that the person wrote.
    """

    card: str
    deck: str
    position: int
    kind: str
    level: int
    weight: float
    state: State | None = None
    usual_seconds: float = USUAL_SECONDS
    relatives: frozenset[str] = frozenset()
    prerequisites: frozenset[str] = frozenset()
    own: bool = False

    @property
    def new(self) -> bool:
        return self.state is None or self.state.stability is None


class Limits(NamedTuple):
    """What is left of today's allowance: new cards, minutes (by the usual seconds of each card), and cards in all."""

    new: int = 20
    minutes: float | None = None
    cards: int | None = None


def order(
    candidates: Iterable[Candidate],
    today: int,
    limits: Limits,
    model: Model,
    *,
    mode: Mode = "due",
    risks: Mapping[str, float] = MappingProxyType({}),
) -> list[str]:
    """The ids to ask, in order, within the limits.

    `due`: reviews that gain most per minute, new cards of the daily number (`introduction`) spread evenly among them; a
    backlog is cut to the minutes. `ahead` adds reviews that are not due yet, the soonest first; `weakest` takes what
    is least likely to be recalled and most often missed; `cram` that, then what was never seen. `risks` tells of cards
    how likely the person makes a mistake there, however well the card is remembered; the weaker for it.
    """
    awake = [item for item in candidates if item.state is None or not item.state.inactive(today)]
    seen = [item for item in awake if not item.new]
    new = introduction([item for item in awake if item.new])
    if mode in ("weakest", "cram"):
        seen.sort(key=lambda item: (strength(item, today, model) * (1 - risks.get(item.card, 0.0)), item.position))
        picked = _within(seen + (list(new) if mode == "cram" else []), limits.minutes)
    else:
        reviews = _reviews(seen, today, model, mode)
        picked = _budgeted(reviews, list(islice(new, max(0, limits.new))), limits.minutes)
    return [item.card for item in separate(picked)[: limits.cards]]


def arranged(picked: Sequence[Candidate]) -> list[str]:
    """Cards that were chosen already, as a session asks them: new ones by `introduction`, evenly among the others."""
    reviews, new = [item for item in picked if not item.new], [item for item in picked if item.new]
    return [item.card for item in separate(_spread(reviews, list(introduction(new))))]


def gain(candidate: Candidate, today: int, horizon: int, model: Model) -> float:
    """How much a review now adds to the expected recall `horizon` days from now, times how often the card is asked."""
    state = candidate.state
    if state is None or state.memory is None:
        raise ValueError(f"{candidate.card} was never reviewed")
    memory, elapsed = state.memory, state.elapsed(today)
    untouched = model.retrievability(memory.stability, elapsed + horizon)
    return candidate.weight * (model.recall_later(memory, elapsed, horizon) - untouched)


def strength(candidate: Candidate, today: int, model: Model) -> float:
    """From 0 to 1, how safely a card sits: its retrievability, less for each lapse and each repeated mistake."""
    state = candidate.state
    if state is None or state.memory is None:
        return 0.0
    recall = model.retrievability(state.memory.stability, state.elapsed(today))
    repeated = max(0, state.mistakes - 1)
    return float(recall * 0.95**state.lapses * 0.8**repeated)


def separate(picked: Sequence[Candidate]) -> list[Candidate]:
    """The same cards, each moved back as little as needed to keep relatives `MIN_SPACING` cards from one another."""
    waiting, asked = deque(picked), list[Candidate]()
    while waiting:
        recent = asked[-MIN_SPACING:]
        free = (place for place, item in enumerate(waiting) if not _related(item, recent))
        place = next(free, 0)
        asked.append(waiting[place])
        del waiting[place]
    return asked


def _related(item: Candidate, others: Sequence[Candidate]) -> bool:
    return any(other.card in item.relatives or item.card in other.relatives for other in others)


def _reviews(seen: Sequence[Candidate], today: int, model: Model, mode: Mode) -> list[Candidate]:
    due = [item for item in seen if _due_day(item) <= today]
    due.sort(key=lambda item: (-gain(item, today, HORIZON, model) / item.usual_seconds, item.position))
    if mode == "ahead":
        later = [item for item in seen if _due_day(item) > today and item.state and item.state.last_day != today]
        due += sorted(later, key=lambda item: (_due_day(item), item.position))
    return due


def _due_day(item: Candidate) -> int:
    return item.state.due_day or 0 if item.state else 0


def _budgeted(reviews: list[Candidate], new: list[Candidate], minutes: float | None) -> list[Candidate]:
    """Both within the minutes; when they do not fit, new cards keep up to half, for nothing unlearnt is recalled."""
    if minutes is not None:
        needed = sum(item.usual_seconds for item in reviews) / 60
        new = _within(new, max(minutes - needed, minutes / 2))
        reviews = _within(reviews, minutes - sum(item.usual_seconds for item in new) / 60)
    return _spread(reviews, new)


def _within(items: Sequence[Candidate], minutes: float | None) -> list[Candidate]:
    if minutes is None:
        return list(items)
    left, picked = minutes * 60, list[Candidate]()
    for item in items:
        if left <= 0:
            break
        picked.append(item)
        left -= item.usual_seconds
    return picked


def _spread(reviews: list[Candidate], new: list[Candidate]) -> list[Candidate]:
    """New cards evenly among the reviews, a review first."""
    places = [((place + 1) / (len(reviews) + 1), 0, item) for place, item in enumerate(reviews)]
    places += [((place + 1) / (len(new) + 1), 1, item) for place, item in enumerate(new)]
    return [item for _, _, item in sorted(places, key=lambda entry: entry[:2])]
