"""Drawing values for a family by search, so that slips give different wrong answers and none gives the right one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from math import log, log10, prod
from typing import Any, NamedTuple, Protocol

from dlquiz.cards import Domain, Numeric
from dlquiz.errors import DlquizError
from dlquiz.families.instance import Instance, Shown, holds, instance_of, number_of, told_apart

CANDIDATES = 16
# Tried before it is believed that the conditions leave nothing.
MOST_TRIES = 400
MOST_LISTED = 200_000
# A memory of this many days is asked the largest and fullest members.
STRONG_DAYS = 180.0
# Mistakes told apart, at least, before numbers are made easier for a young memory.
ENOUGH = 5


class Chance(Protocol):
    """What is needed of a `random.Random`."""

    def random(self) -> float: ...


class Candidate(NamedTuple):
    instance: Instance
    applying: int
    apart: int
    coincide: int
    difficulty: float

    @property
    def ties(self) -> int:
        return self.applying - self.coincide - self.apart


def draw(family: Numeric, chance: Chance, stability: float | None = None) -> Instance:
    """An instance of the family; the stronger the memory (stability in days), the larger its numbers.

    The same chance gives the same instance. Raises DlquizError when no values meet the conditions.
    """
    if not family.vary:
        return instance_of(family, {})
    candidates = list(islice(_candidates(family, chance), CANDIDATES))
    if not candidates:
        raise DlquizError("no values meet the conditions of the family", mend="widen vary or loosen where")
    if not any(one.coincide == 0 for one in candidates):
        candidates += islice(_candidates(family, chance), 3 * CANDIDATES)
    return _chosen(candidates, chance, _wish(stability)).instance


def _wish(stability: float | None) -> float:
    """Where between the easiest (0) and the hardest (1) of the candidates to choose."""
    if not stability or stability <= 0:
        return 0.3
    return 0.3 + 0.7 * min(1.0, log(1 + stability) / log(1 + STRONG_DAYS))


def _chosen(candidates: Sequence[Candidate], chance: Chance, wish: float) -> Candidate:
    fewest = min(one.coincide for one in candidates)
    good = [one for one in candidates if one.coincide == fewest]
    most = max(one.apart for one in good)
    least = max(most - (1 if wish > 0.6 else 2), min(most, ENOUGH))
    good = [one for one in good if one.apart >= least]
    untied = min(one.ties for one in good)
    good = sorted((one for one in good if one.ties == untied), key=lambda one: one.difficulty)
    place = wish * (len(good) - 1) + (chance.random() - 0.5) * 2
    return good[max(0, min(len(good) - 1, round(place)))]


def _candidates(family: Numeric, chance: Chance) -> Iterator[Candidate]:
    """Different members of the family, at random; all that there are, when they are few."""
    seen: set[tuple[Shown, ...]] = set()
    for values in _allowed(family, chance):
        key = tuple(values.values())
        if key not in seen:
            seen.add(key)
            yield _candidate(family, values)


def _allowed(family: Numeric, chance: Chance) -> Iterator[dict[str, Shown]]:
    found = False
    for _ in range(MOST_TRIES):
        values = {name: _picked(domain, chance) for name, domain in family.vary.items()}
        if _fits(family, values):
            found = True
            yield values
    if not found:
        yield from _listed(family, chance)


def _listed(family: Numeric, chance: Chance) -> Iterator[dict[str, Shown]]:
    """Every member in turn from a random place on: for conditions that few values meet."""
    sizes = [len(domain) for domain in family.vary.values()]
    total = min(prod(sizes), MOST_LISTED)
    first = int(chance.random() * total)
    members = list(islice(product(*(range(size) for size in sizes)), total))
    for places in members[first:] + members[:first]:
        values = {name: _at(domain, place) for (name, domain), place in zip(family.vary.items(), places, strict=True)}
        if _fits(family, values):
            yield values


def _picked(domain: Domain, chance: Chance) -> Shown:
    return _at(domain, int(chance.random() * len(domain)))


def _at(domain: Domain, place: int) -> Shown:
    """What is shown for a member of a domain: whole numbers as such, others as typed, names as names."""
    if isinstance(domain, range):
        return domain[place]
    if isinstance(domain, Mapping):
        return list(domain)[place]
    text = domain[place].strip()
    return int(text) if text.removeprefix("-").isdigit() else text


def _fits(family: Numeric, values: Mapping[str, Shown]) -> bool:
    numbers = {name: number_of(family.vary[name], value) for name, value in values.items()}
    try:
        return holds(family, numbers)
    except DlquizError:
        return False  # a condition such as n % (k - 1) == 0 that divides by zero here


def _candidate(family: Numeric, values: Mapping[str, Shown]) -> Candidate:
    instance = instance_of(family, values)
    counts = [told_apart(quantity) for quantity in instance.quantities]
    applying, apart, coincide = (sum(count) for count in zip(*counts, strict=True))
    return Candidate(instance, applying, apart, coincide, _difficulty(instance))


def _difficulty(instance: Instance) -> float:
    """Digits to carry: of the values and of the answers, and the parts of the formula that are not neutral."""
    numbers = [*instance.numbers.values(), *(one.value for one in instance.quantities)]
    parts = sum(len(one.wrongs) for one in instance.quantities)
    return parts + sum(_digits(number) for number in numbers)


def _digits(number: Any) -> float:
    if isinstance(number, tuple):
        return sum(_digits(one) for one in number)
    return log10(1 + abs(float(number)))
