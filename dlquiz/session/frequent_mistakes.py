"""The mistakes a person makes: how often each was made of how often it could have been, and which cards invite it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from dlquiz.cards import Language
    from dlquiz.review_log import History

# Of each mistake the newest occasions count, so that one who has learned is no longer reminded.
RECENT = 10
# What happened only once was perhaps a typing error.
MIN_TIMES = 2
MAX_REPORTED = 3


class NumericAnswer(NamedTuple):
    """An answer to a computed question: the mistake in it, as the log keeps it, and those that could have been made."""

    card: str
    made: str | None
    possible: frozenset[str]


class FrequentMistake(NamedTuple):
    """`name` is an id of the catalogue, or several joined by `|` where they give the same numbers."""

    name: str
    times: int
    of: int


class ReportedMistake(NamedTuple):
    """A mistake made `times` of the `of` in which it could have been; `name` is its id in the catalogue."""

    name: str
    what: str
    times: int
    of: int

    def to_json(self) -> dict[str, object]:
        return {"name": self.name, "what": self.what, "count": self.times, "of": self.of}


def numeric_answers(history: History) -> list[NumericAnswer]:
    """The person's chances, the newest first."""
    return [NumericAnswer(card, made, frozenset(names)) for card, made, names in history.mistakes()]


def tally(answers: Sequence[NumericAnswer], recent: int | None = None) -> list[FrequentMistake]:
    """Each mistake made, the most frequent first, counted over its newest occasions (`answers` begin with the newest).

    Two mistakes in one answer count for both. Where several give the same number, it is the one that the person surely
    makes most elsewhere; without such a one they stay together.

    >>> both, one = frozenset({"O2", "O3"}), frozenset({"O2"})
    >>> answers = [("a", "O2|O3", both), ("b", "O2", one), ("c", None, one), ("d", "P1", frozenset())]
    >>> tally([NumericAnswer(*answer) for answer in answers])
    [FrequentMistake(name='O2', times=2, of=3), FrequentMistake(name='P1', times=1, of=1)]
    """
    sure = Counter(name for one in answers for name in _parts(one.made) if "|" not in name)
    made = [frozenset(_settled(name, sure) for name in _parts(one.made)) for one in answers]
    found = [_counted(name, answers, made, recent) for name in sorted({name for names in made for name in names})]
    return sorted(
        (mistake for mistake in found if mistake.times), key=lambda mistake: (-mistake.times, mistake.of, mistake.name)
    )


def _parts(made: str | None) -> list[str]:
    """The mistakes of one answer in the log; a unit mistaken and a family's own mistake are none."""
    if made is None or "own:" in made or made.startswith("unit:"):
        return []
    return made.split("+")


def _settled(name: str, sure: Mapping[str, int]) -> str:
    best = max(name.split("|"), key=lambda one: sure[one])
    return best if sure[best] else name


def _counted(
    name: str, answers: Sequence[NumericAnswer], made: Sequence[frozenset[str]], recent: int | None
) -> FrequentMistake:
    wanted = set(name.split("|"))
    did = [name in names for one, names in zip(answers, made, strict=True) if name in names or wanted & one.possible]
    return FrequentMistake(name, sum(did[:recent]), len(did[:recent]))


def summarised(mistakes: Iterable[FrequentMistake], language: Language, most: int) -> tuple[ReportedMistake, ...]:
    """The first `most` mistakes that have a name, as an event has them."""
    found = list(mistakes)
    if not found:
        return ()
    # Names are not needed, nor the calculators loaded for them, where nothing goes wrong.
    from dlquiz import numeric

    named = ((mistake, numeric.mistake_name(mistake.name, language)) for mistake in found)
    reported = (ReportedMistake(mistake.name, what, mistake.times, mistake.of) for mistake, what in named if what)
    return tuple(islice(reported, most))


def habits(answers: Sequence[NumericAnswer], language: Language) -> tuple[ReportedMistake, ...]:
    """What the person keeps getting wrong, at most three."""
    return summarised(
        (mistake for mistake in tally(answers, RECENT) if mistake.times >= MIN_TIMES), language, MAX_REPORTED
    )


def mistake_risks(answers: Sequence[NumericAnswer]) -> dict[str, float]:
    """Card → how likely the person is to make one of the mistakes it invites, going by the newest occasions of each."""
    shares = {
        name: mistake.times / mistake.of
        for mistake in tally(answers, RECENT)
        if mistake.times >= MIN_TIMES
        for name in mistake.name.split("|")
    }
    risks: dict[str, float] = {}
    for one in answers:
        share = max((shares.get(name, 0.0) for name in one.possible), default=0.0)
        if share:
            risks[one.card] = max(share, risks.get(one.card, 0.0))
    return risks
