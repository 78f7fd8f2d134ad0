"""Whether a numeric family can be asked and tells mistakes apart: its members are drawn as study would do it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from math import prod
from typing import NamedTuple

from dlquiz import numeric
from dlquiz.bank.checks.finding import Finding, texts_of
from dlquiz.bank.checks.wording import wrong_articles
from dlquiz.cards import LANGUAGES, Card, Numeric
from dlquiz.errors import DlquizError
from dlquiz.numeric import sampling
from dlquiz.randomness import KeyedRandomSource, RandomSource

# Times that members are searched for, members chosen of each search, and draws that decide where those leave a doubt.
SEARCHES, CHOSEN, DRAWN = 2, 9, 60
# Days for which the card has been remembered: other members are asked of a strong memory than of a new card.
STABILITIES = (None, 20.0, 200.0)
# The share of draws that one answer may have; the few that are looked at first leave a doubt from a lower share on.
COMMON_ANSWER, DOUBTFUL_ANSWER = 0.6, 0.45
# Members in which two mistakes must have the same value before that is no coincidence.
ENOUGH_MEMBERS = 3

_PER_CENT = re.compile(
    r"\b(?:how many|what|which) (?:per ?cent|percentage)|\bin (?:per ?cent|percentages?)\b"
    r"|百分之(?:多少|几)|多少个?百分点",
    re.IGNORECASE,
)


class FamilyMembers(NamedTuple):
    """Members of a family: those that were computed, and those of them that study would ask."""

    computed: tuple[numeric.Instance, ...]
    asked: tuple[numeric.Instance, ...]


def findings(card: Card) -> Iterator[Finding]:
    """What keeps a numeric card from being asked, or from telling what a wrong reply comes from."""
    if not isinstance(card.body, Numeric):
        return
    random = KeyedRandomSource(card.id)
    members, known = FamilyMembers((), ()), sampling.KnownMembers()
    for number in range(SEARCHES if card.body.vary else 1):
        try:
            more = _members(card.body, random, known)
            _print(card, more.asked[0])
        except (DlquizError, ValueError, ArithmeticError) as error:
            yield _cannot(card, error, number)
            return
        members = FamilyMembers(members.computed + more.computed, members.asked + more.asked)
    yield from _of_hints(card, members)
    yield from _of_unit(card, members.asked[0])
    yield from wrong_articles(card, members.computed)
    if card.body.vary:
        yield from _coinciding(card, members)
        yield from _equal_mistakes(card, members.computed)
        yield from _one_answer(card, card.body, members.asked, random, known)


def _members(family: Numeric, random: RandomSource, known: sampling.KnownMembers) -> FamilyMembers:
    if not family.vary:
        only = numeric.draw(family, random)
        return FamilyMembers((only,), (only,))
    found = sampling.candidates(family, random, known)
    asked = (sampling.chosen(found, random, STABILITIES[number % len(STABILITIES)]) for number in range(CHOSEN))
    return FamilyMembers(tuple(one.instance for one in found), tuple(asked))


def _print(card: Card, instance: numeric.Instance) -> None:
    for _, text in texts_of(card):
        for language in LANGUAGES:
            instance.fill(text.language(language))


def _cannot(card: Card, error: Exception, drawn: int) -> Finding:
    assert isinstance(card.body, Numeric)
    message = getattr(error, "message", None) or str(error)
    fix = getattr(error, "fix", None) or "correct calc, value or where"
    path = "vary" if "conditions" in message else "calc" if card.body.calc is not None else "value"
    again = f" (member {drawn + 1} of those drawn)" if drawn else ""
    return Finding(card, (path,), "cannot-be-asked", f"the family cannot be asked{again}: {message}", fix)


def _coinciding(card: Card, members: FamilyMembers) -> Iterator[Finding]:
    coinciding = {
        wrong.name
        for instance in members.asked[::CHOSEN]
        for one in instance.quantities
        for wrong in one.wrongs
        if one.is_right(wrong.value)
    }
    if coinciding:
        names = ", ".join(sorted(numeric.mistake_name(name, "en") or name for name in coinciding))
        yield Finding(
            card,
            ("where",),
            "mistake-gives-answer",
            f"a mistake gives the right answer: {names}",
            "narrow vary or where, so that mistakes show",
        )


def _of_hints(card: Card, members: FamilyMembers) -> Iterator[Finding]:
    """A hint whose whole text, or what stands behind its last equals sign, is the answer in every member asked."""
    assert isinstance(card.body, Numeric)
    if all(_hint_is_answer(instance) for instance in members.asked[::CHOSEN]):
        path = "working" if card.body.working else "value"
        yield Finding(
            card, (path,), "hint-is-answer", "a hint is the answer itself", "write it so that it shows what is computed"
        )


def _hint_is_answer(instance: numeric.Instance) -> bool:
    answers = {numeric.format_value(one.value) for one in instance.quantities}
    lines = [line for hint in numeric.hints(instance, "en") for line in hint.splitlines()]
    return any(line.strip(" $()").rpartition("=")[2].strip(" $()") in answers for line in lines)


def _of_unit(card: Card, instance: numeric.Instance) -> Iterator[Finding]:
    for path, text in texts_of(card):
        if path[0] not in ("question", "ask"):
            continue
        asks = any(_PER_CENT.search(getattr(text, language) or "") for language in LANGUAGES)
        if asks and not any("%" in one.unit for one in instance.quantities):
            yield Finding(
                card,
                path,
                "per-cent-without-unit",
                "per cent are asked, and no quantity has the unit %",
                'write unit: "%", or unit: percentage points for a difference',
            )


def _equal_mistakes(card: Card, members: Sequence[numeric.Instance]) -> Iterator[Finding]:
    """Two mistakes of the family's own, or one with one of the catalogue, that have the same value in every member."""
    together: Counter[tuple[str, str]] = Counter()
    equal: Counter[tuple[str, str]] = Counter()
    for instance in members:
        wrongs = [one for one in instance.quantities[0].wrongs if not instance.quantities[0].is_right(one.value)]
        for one, other in combinations(wrongs, 2):
            if "own:" in one.name + other.name:
                together[one.name, other.name] += 1
                equal[one.name, other.name] += one.value == other.value
    for pair, count in equal.items():
        if count >= ENOUGH_MEMBERS and count == together[pair]:
            own = [int(name.removeprefix("own:")) - 1 for name in pair if name.startswith("own:")]
            called = " and ".join(numeric.mistake_name(name, "en") or f"mistake {int(name[4:])}" for name in pair)
            path = ("mistakes", own[-1], "value")
            yield Finding(
                card,
                path,
                "equal-mistakes",
                f"{called} always give the same value",
                "delete one of them, or give it the value of its cause",
            )


def _one_answer(
    card: Card, family: Numeric, asked: Sequence[numeric.Instance], random: RandomSource, known: sampling.KnownMembers
) -> Iterator[Finding]:
    """One answer in most draws: who gives it blindly passes. Of two members one is always asked more."""
    if _commonest(asked) <= DOUBTFUL_ANSWER or prod(map(len, family.vary.values())) <= 2:
        return
    answers: Counter[tuple[str, ...]] = Counter()
    for number in range(DRAWN):
        found = sampling.candidates(family, random, known)
        answers[_answer(sampling.chosen(found, random, STABILITIES[number % len(STABILITIES)]))] += 1
        if answers.most_common(1)[0][1] + DRAWN - 1 - number <= COMMON_ANSWER * DRAWN:
            # The draws that are left could not make it the answer of most.
            return
    share = answers.most_common(1)[0][1] / DRAWN
    yield Finding(
        card,
        ("vary",),
        "one-answer",
        f"{share:.0%} of the draws have the same answer",
        "widen vary, or narrow where, so that the answer varies",
    )


def _commonest(members: Sequence[numeric.Instance]) -> float:
    """The share of the commonest answer."""
    return Counter(map(_answer, members)).most_common(1)[0][1] / len(members)


def _answer(member: numeric.Instance) -> tuple[str, ...]:
    return tuple(numeric.format_value(one.value) for one in member.quantities)
