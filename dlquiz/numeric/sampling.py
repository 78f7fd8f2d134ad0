"""Drawing values for a family by search, so that mistakes give different wrong answers and none gives the right one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product
from math import log, log10, prod
from typing import Any, NamedTuple

from dlquiz.cards import Domain, Numeric
from dlquiz.errors import DlquizError
from dlquiz.numeric.instance import Instance, Shown, distinguishable, holds, instance_of, number_of
from dlquiz.numeric.template import fill_text
from dlquiz.randomness import RandomSource

BEYOND_FLOATS = 2**1000
CANDIDATES, MANY_CANDIDATES, MAX_CANDIDATES = 12, 40, 300
# A whole network takes longer to compute than a layer, and nobody should wait for a question.
MAX_NETWORKS = 24
# Tried at random at most, and before all members are gone through because none met the conditions.
MAX_TRIES, PATIENCE = 4000, 400
MAX_AGAIN = 40
MAX_LISTED = 200_000
# A memory of this many days is asked the largest and fullest members.
STRONG_DAYS = 180.0
# How far around the wished difficulty it varies, of the whole range: nobody should meet the same numbers again soon.
SPREAD = 0.6
VARIETY = 5
# Mistakes told apart, at least, before numbers are made easier for a young memory.
ENOUGH = 5


class SampleCandidate(NamedTuple):
    instance: Instance
    applying: int
    separate: int
    coincide: int
    count_ties: int
    difficulty: float

    @property
    def is_telling(self) -> bool:
        return self.coincide == 0 and self.count_ties == 0 and (self.separate >= ENOUGH or self.ties == 0)

    @property
    def ties(self) -> int:
        return self.applying - self.coincide - self.separate


# Members by their values; None for values that do not meet the conditions.
KnownMembers = dict[tuple[Shown, ...], SampleCandidate | None]


def draw(family: Numeric, random: RandomSource, stability: float | None = None) -> Instance:
    """An instance of the family; the stronger the memory (stability in days), the larger its numbers.

    The same random numbers give the same instance. Raises DlquizError when no values meet the conditions.
    """
    if not family.vary:
        return instance_of(family, {})
    return chosen(candidates(family, random), random, stability)


def candidates(family: Numeric, random: RandomSource, known: KnownMembers | None = None) -> list[SampleCandidate]:
    """The members among which one draw chooses. Raises DlquizError when no values meet the conditions.

    `known` keeps members for further draws of the same family, which computes each member once.
    """
    found: list[SampleCandidate] = []
    most = MAX_NETWORKS if family.calc and "network" in family.calc else MAX_CANDIDATES
    for candidate in islice(_members(family, random, {} if known is None else known), most):
        found.append(candidate)
        if _is_enough(found):
            break
    if not found:
        raise _no_member()
    return found


def sample(family: Numeric, random: RandomSource, text: str) -> str:
    """A text of the card with the values of a member, the first that is drawn: nothing is computed, none compared.

    Raises DlquizError when no values meet the conditions.
    """
    values = next(_allowed(family, random, {}), None)
    if values is None:
        raise _no_member()
    numbers = {name: number_of(family.vary[name], value) for name, value in values.items()}
    return fill_text(text, numbers, {name: str(value) for name, value in values.items()}, prose=True)


def _no_member() -> DlquizError:
    return DlquizError("no values meet the conditions of the family", fix="widen vary or loosen where")


def _is_enough(candidates: Sequence[SampleCandidate]) -> bool:
    """Several that tell much; after a longer search one, beside some in which nothing gives the right answer and no
    counts collide; and at last, where nothing tells much, some in which nothing gives the right answer."""
    count, clean = len(candidates), [one for one in candidates if one.coincide == 0]
    telling = sum(one.is_telling for one in clean)
    if telling >= VARIETY:
        return count >= CANDIDATES
    if telling and sum(one.count_ties == 0 for one in clean) >= VARIETY:
        return count >= MANY_CANDIDATES
    return count >= 4 * MANY_CANDIDATES and len(clean) >= VARIETY


def _wanted_difficulty(stability: float | None) -> float:
    """Where between the easiest (0) and the hardest (1) of the candidates to choose."""
    if not stability or stability <= 0:
        return 0.3
    return 0.3 + 0.7 * min(1.0, log(1 + stability) / log(1 + STRONG_DAYS))


def chosen(candidates: Sequence[SampleCandidate], random: RandomSource, stability: float | None = None) -> Instance:
    """One of the members, one that tells mistakes apart; the stronger the memory, the larger its numbers."""
    wanted = _wanted_difficulty(stability)
    good = _fewest(candidates, lambda one: one.coincide)
    good = _fewest(good, lambda one: one.count_ties)
    good = _telling(good, 1 if wanted > 0.6 else 2)
    good.sort(key=lambda one: one.difficulty)
    place = (wanted + (random.random() - 0.5) * SPREAD) * (len(good) - 1)
    return good[max(0, min(len(good) - 1, round(place)))].instance


def _fewest(candidates: Sequence[SampleCandidate], count: Callable[[SampleCandidate], int]) -> list[SampleCandidate]:
    fewest = min(map(count, candidates))
    return [one for one in candidates if count(one) == fewest]


def _telling(candidates: Sequence[SampleCandidate], slack: int) -> list[SampleCandidate]:
    """Those that tell most mistakes apart, or nearly so; of a small family enough to choose from."""
    most = max(one.separate for one in candidates)
    least = max(most - slack, min(most, ENOUGH))
    floor = ENOUGH if most >= ENOUGH else 0
    while True:
        good = [one for one in candidates if one.separate >= least]
        if len(good) >= min(VARIETY, len(candidates)) or least <= floor:
            return good
        least -= 1


def _members(family: Numeric, random: RandomSource, known: KnownMembers) -> Iterator[SampleCandidate]:
    """Different members of the family, at random, until all are seen or new ones get rare."""
    total = prod(len(domain) for domain in family.vary.values())
    seen: set[tuple[Shown, ...]] = set()
    again = 0
    for values in _allowed(family, random, known):
        key = tuple(values.values())
        if key in seen:
            again += 1
            if again > MAX_AGAIN or len(seen) == total:
                return
            continue
        seen.add(key)
        again = 0
        member = known.get(key)
        if member is None:
            member = known[key] = _candidate(family, values)
        yield member


def _allowed(family: Numeric, random: RandomSource, known: KnownMembers) -> Iterator[dict[str, Shown]]:
    """Values at random that meet the conditions; those that do not become known."""
    found = False
    for place in range(MAX_TRIES):
        if place > PATIENCE and not found:
            break
        values = {name: _picked(domain, random) for name, domain in family.vary.items()}
        key = tuple(values.values())
        fits = known[key] is not None if key in known else _fits(family, values)
        if fits:
            found = True
            yield values
        else:
            known[key] = None
    if not found:
        yield from _listed(family, random)


def _listed(family: Numeric, random: RandomSource) -> Iterator[dict[str, Shown]]:
    """Every member in turn from a random place on: for conditions that few values meet."""
    sizes = [len(domain) for domain in family.vary.values()]
    total = min(prod(sizes), MAX_LISTED)
    first = int(random.random() * total)
    members = list(islice(product(*(range(size) for size in sizes)), total))
    for places in members[first:] + members[:first]:
        values = {name: _at(domain, place) for (name, domain), place in zip(family.vary.items(), places, strict=True)}
        if _fits(family, values):
            yield values


def _picked(domain: Domain, random: RandomSource) -> Shown:
    return _at(domain, int(random.random() * len(domain)))


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


def _candidate(family: Numeric, values: Mapping[str, Shown]) -> SampleCandidate:
    instance = instance_of(family, values)
    counts = [distinguishable(quantity) for quantity in instance.quantities]
    applying, separate, coincide = (sum(count) for count in zip(*counts, strict=True))
    # Small sizes collide whatever is drawn; counts need not.
    count_ties = sum(
        all_of - text - same
        for quantity, (all_of, text, same) in zip(instance.quantities, counts, strict=True)
        if quantity.kind not in ("size", "shape")
    )
    return SampleCandidate(instance, applying, separate, coincide, count_ties, _difficulty(instance))


def _difficulty(instance: Instance) -> float:
    """Digits to carry: of the values and of the answers, and the parts of the formula that are not neutral."""
    numbers = [*instance.numbers.values(), *(one.value for one in instance.quantities)]
    parts = sum(len(one.wrongs) for one in instance.quantities)
    return parts + sum(_digits(number) for number in numbers)


def _digits(number: Any) -> float:
    if isinstance(number, tuple):
        return sum(_digits(one) for one in number)
    size = abs(number)
    return log10(1 + (float(size) if size < BEYOND_FLOATS else int(size)))
