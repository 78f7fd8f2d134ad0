"""Questions that ask nearly the same, found by the words that they share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import ceil

from dlquiz.bank.checks.finding import Finding
from dlquiz.cards import LANGUAGES, Card
from dlquiz.grading.chinese import HAN
from dlquiz.grading.open_answer import keywords
from dlquiz.kinds import kind_of

REPEATED_SHARE = 0.8
MAX_HOLDERS = 500


def near_identical(cards: Sequence[Card]) -> Iterator[Finding]:
    """Each card that asks nearly what an earlier one asks, with the first such."""
    reported: set[str] = set()
    for language in LANGUAGES:
        asked = [(card, tokens(question)) for card in cards if (question := getattr(card.question, language))]
        for first, second in near_pairs([words for _, words in asked], REPEATED_SHARE):
            one, other = asked[first][0], asked[second][0]
            siblings = one.kind == other.kind == "numeric" and one.deck == other.deck
            if not siblings and other.id not in reported:
                reported.add(other.id)
                field = kind_of(other.body).question_field
                yield Finding(
                    other,
                    (field, language),
                    "near-identical-question",
                    f"nearly the same question as {one.id} ({one.place})",
                    "ask each thing once",
                )


def tokens(text: str) -> frozenset[str]:
    """What two questions are compared by: words and numbers, and pairs of Chinese characters.

    >>> sorted(tokens("Why pad, 为什么填充？"))
    ['pad', 'why', '为什', '么填', '什么', '填充']
    """
    normalised = keywords.normalise(text)
    words = re.findall(r"[a-z0-9_.]*[a-z0-9]|[^\W\da-z_]", re.sub(rf"[{HAN}]", " ", normalised))
    pairs = [run[at : at + 2] for run in re.findall(rf"[{HAN}]+", normalised) for at in range(max(1, len(run) - 1))]
    return frozenset(words + pairs)


def near_pairs(sets: Sequence[frozenset[str]], share: float) -> Iterator[tuple[int, int]]:
    """The pairs of sets whose overlap (intersection over union) is at least `share`, each once, lower index first.

    Only sets that share one of their rarest members are compared: of n members, n − ⌈share·n⌉ + 1 must hold one.
    Of a member that more than `MAX_HOLDERS` sets have, the first so many are compared: thousands of questions made
    from one template are each found near the first of them, not near all.

    >>> list(near_pairs([frozenset("abcde"), frozenset("xyz"), frozenset("abcd")], 0.8))
    [(0, 2)]
    """
    count: dict[str, int] = {}
    for one in sets:
        for member in one:
            count[member] = count.get(member, 0) + 1
    holders: dict[str, list[int]] = {}
    for index, one in enumerate(sets):
        rare = sorted(one, key=lambda member: (count[member], member))[: len(one) + 1 - _at_least(share, len(one))]
        candidates = {other for member in rare for other in holders.get(member, ())}
        for other in sorted(candidates):
            if len(one & sets[other]) >= share * len(one | sets[other]):
                yield other, index
        for member in rare:
            if len(found := holders.setdefault(member, [])) < MAX_HOLDERS:
                found.append(index)


def _at_least(share: float, size: int) -> int:
    return ceil(share * size - 1e-9)
