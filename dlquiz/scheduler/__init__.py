"""FSRS states from reviews; which card next; days that begin at 04:00. No clock, no I/O."""

from dlquiz.scheduler.days import Instant, date_of, day_of
from dlquiz.scheduler.fsrs import AGAIN, DEFAULT_WEIGHTS, EASY, GOOD, HARD, RATINGS, Memory, Model
from dlquiz.scheduler.replay import Entry, Reviews, State, is_leech, replay, replay_many, replay_reviews

__all__ = [
    "AGAIN",
    "DEFAULT_WEIGHTS",
    "EASY",
    "GOOD",
    "HARD",
    "RATINGS",
    "Entry",
    "Instant",
    "Memory",
    "Model",
    "Reviews",
    "State",
    "date_of",
    "day_of",
    "is_leech",
    "replay",
    "replay_many",
    "replay_reviews",
]
