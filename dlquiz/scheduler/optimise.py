"""Weights of FSRS-6 fitted to a person's own reviews, and how well they predict reviews they were not fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log, sqrt
from typing import NamedTuple

from dlquiz.scheduler.fsrs import AGAIN, BOUNDS, DEFAULT_WEIGHTS, MAX_ELAPSED, Model

# Below this a fit beats the defaults on later reviews hardly more often than a coin does.
MIN_SCORED = 1_500
# The reviews in the order of time, cut into so many parts: each but the first is predicted from those before it.
SPLITS = 5
# Reviews of one card that are looked at; what comes later says little about the weights.
MAX_PREFIX = 64


class DayRating(NamedTuple):
    """A review as the memory model sees it: the day number and the rating, 1 to 4."""

    day: int
    rating: int


class ScoredReview(NamedTuple):
    """A review at least a day after the one before it: `history` is (rating, days since the last) up to and with it."""

    day: int
    card: int
    history: tuple[tuple[int, int], ...]


class FittedWeights(NamedTuple):
    """Weights, and how they and the defaults predicted the later parts of `SPLITS` from the earlier ones.

    `reviews` were scored; losses are means in nats a review, `standard_error` is that of their difference.
    """

    weights: tuple[float, ...]
    reviews: int
    log_loss: float
    log_loss_default: float
    standard_error: float

    @property
    def is_better(self) -> bool:
        """Whether the defaults lose more by over a standard error: a smaller difference is as likely to be chance."""
        return self.log_loss_default - self.log_loss > self.standard_error

    def to_row(self) -> dict[str, object]:
        """What the log keeps of it."""
        return {
            "weights": list(self.weights),
            "reviews": self.reviews,
            "log_loss": self.log_loss,
            "log_loss_default": self.log_loss_default,
        }


def scored_reviews(histories: Sequence[Sequence[DayRating]]) -> list[ScoredReview]:
    """The reviews that say something about forgetting, in the order of time: those on a later day than the last one.

    >>> scored_reviews([[DayRating(0, 3), DayRating(0, 3), DayRating(2, 1)]])
    [ScoredReview(day=2, card=0, history=((3, 0), (3, 0), (1, 2)))]
    """
    found = []
    for card, history in enumerate(histories):
        elapsed = [0, *(min(max(0, after.day - before.day), MAX_ELAPSED) for before, after in pairwise(history))]
        seen = tuple((review.rating, days) for review, days in zip(history, elapsed, strict=False))
        found += [
            ScoredReview(history[place].day, card, seen[: place + 1])
            for place in range(1, min(len(seen), MAX_PREFIX))
            if elapsed[place]
        ]
    return sorted(found, key=lambda review: (review.day, review.card))


def fit(reviews: Sequence[ScoredReview]) -> FittedWeights:
    """Weights fitted to all of the reviews, judged by fits to the earlier ones on the later ones.

    Raises ValueError for fewer reviews than `SPLITS`.
    """
    if len(reviews) < SPLITS:
        raise ValueError(f"{len(reviews)} reviews cannot be split {SPLITS} times")
    edges = [len(reviews) * part // SPLITS for part in range(SPLITS + 1)]
    own, default = list[float](), list[float]()
    for start, end in pairwise(edges[1:]):
        own += log_losses(reviews[start:end], _fitted(reviews[:start]))
        default += log_losses(reviews[start:end], DEFAULT_WEIGHTS)
    saved = [without - with_own for with_own, without in zip(own, default, strict=True)]
    mean = sum(saved) / len(saved)
    variance = sum((one - mean) ** 2 for one in saved) / len(saved)
    weights = _fitted(reviews)
    return FittedWeights(weights, len(reviews), _mean(own), _mean(default), sqrt(variance / len(saved)))


def _mean(losses: Sequence[float]) -> float:
    return sum(losses) / len(losses)


def log_loss(reviews: Sequence[ScoredReview], weights: Sequence[float]) -> float:
    """The mean of `log_losses`."""
    return _mean(log_losses(reviews, weights))


def log_losses(reviews: Sequence[ScoredReview], weights: Sequence[float]) -> list[float]:
    """−ln P of what happened at each review: recalled with the retrievability of that day, or forgotten (nats)."""
    model = Model(tuple(weights))
    memories = model.memories([review.history[:-1] for review in reviews])
    losses = []
    for review, memory in zip(reviews, memories, strict=True):
        rating, elapsed = review.history[-1]
        recall = model.retrievability(memory.stability, elapsed) if memory else 1.0
        losses.append(-log(1 - recall if rating == AGAIN else recall))
    return losses


def _fitted(reviews: Sequence[ScoredReview]) -> tuple[float, ...]:
    """What the engine's optimiser finds, inside the bounds that its 32 bits can leave by rounding."""
    from fsrs_rs_python import FSRS, FSRSItem, FSRSReview

    seen = {pair: FSRSReview(*pair) for pair in {pair for review in reviews for pair in review.history}}
    items = [FSRSItem([seen[pair] for pair in review.history]) for review in reviews]
    found = FSRS(list(DEFAULT_WEIGHTS)).compute_parameters(items, card_ids=[review.card for review in reviews])
    return tuple(min(max(round(weight, 6), low), high) for weight, (low, high) in zip(found, BOUNDS, strict=True))
