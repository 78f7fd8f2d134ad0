"""The known name that a mistyped one probably means: "did you mean …?", everywhere by the same rule."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MAX_WORD = 60


def closest(word: str, known: Iterable[str]) -> str | None:
    """The one known name that is near enough to be meant.

    >>> closest("awnser", ["answer", "question"]), closest("nope", ["noam-peak", "open"])
    ('answer', None)
    """
    found = matches(word, known, 1)
    return found[0] if found else None


def begun_or_near(word: str, known: Iterable[str]) -> list[str]:
    """The names that begin with the word, the shortest first, else the nearest: who writes `conv` means convolution.

    >>> begun_or_near("conv", ["conversion", "cone", "convolution"]), begun_or_near("convolutoin", ["convolution"])
    (['conversion', 'convolution'], ['convolution'])
    """
    known = list(known)
    return sorted((one for one in known if one.startswith(word)), key=len)[:3] or matches(word, known, 1)


def containing(part: str, known: Iterable[str], limit: int = 6) -> list[str]:
    """The known names that the word is a part of, those that begin with it first, the shorter before the longer.

    Only letters and digits are compared, and a number is not looked for inside a longer one.

    >>> containing("Llama 3", ["llama2-7b", "meta-llama-3-8b", "llama3-8b"]), containing("7b", ["llama2_7b", "yi-27b"])
    (['llama3-8b', 'meta-llama-3-8b'], ['llama2_7b'])
    """
    letters = [letter for letter in part[:_MAX_WORD].casefold() if letter.isalnum()]
    if len(letters) < 2:
        return []
    start = r"(?<!\d)(?<!\d\.)" if letters[0].isdigit() else ""
    pattern = re.compile(start + r"[\W_]*".join(letters))
    places = {name: found.start() for name in known if (found := pattern.search(name.casefold()))}
    return sorted(places, key=lambda name: (places[name] > 0, len(name)))[:limit]


def matches(word: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Known names that the word may mean, nearest first; case and `_` or `-` make no difference.

    A name is near when few typing errors lie between: one in three or four letters, two in up to eight,
    three beyond; with more than one error the first letter is the same.

    >>> matches("Kernel_sise", ["kernel-size", "stride"]), matches("con", ["convolution"])
    (['kernel-size'], [])
    >>> matches("noting", ["voting"]), matches("nothing", ["voting"])
    (['voting'], [])
    """
    plain = _plain(word)
    budget = 0 if len(plain) <= 2 else 1 if len(plain) <= 4 else 2 if len(plain) <= 8 else 3
    scored: list[tuple[int, str]] = []
    for name in known:
        other = _plain(name)
        allowed = budget if other[:1] == plain[:1] else min(budget, 1)
        if abs(len(other) - len(plain)) <= allowed and (errors := _errors(plain, other)) <= allowed:
            scored.append((errors, name))
    return [name for _, name in sorted(scored)[:limit]]


def _plain(name: str) -> str:
    return name[:_MAX_WORD].casefold().replace("_", "-")


def _errors(typed: str, name: str) -> int:
    """Letters too many, missing or wrong, and neighbours swapped: the optimal string alignment distance."""
    before: list[int] = []
    row = list(range(len(name) + 1))
    for i, a in enumerate(typed, 1):
        following = [i]
        for j, b in enumerate(name, 1):
            cost = min(row[j] + 1, following[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == name[j - 2] and typed[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            following.append(cost)
        before, row = row, following
    return row[-1]
