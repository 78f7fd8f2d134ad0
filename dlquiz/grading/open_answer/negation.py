"""Words that deny something, in English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dlquiz.grading.words import Word

NEGATIONS = frozenset(("no", "not", "never", "without", "cannot", "neither", "nor", "none", "nothing"))
HAN_NEGATIONS = frozenset("不没无未非别")
# Words that hold such a character and deny nothing; the last ones ask: 有没有, 是不是.
_HARMLESS = re.compile("特别|分别|类别|识别|区别|判别|级别|辨别|个别|未来|淹没|(.)[不没]\\1")
# Words in which it denies the rest of the word alone.
_COMPOUNDS = re.compile(
    "不断|不仅|不但|不只|不光|不管|不论|不同|不动点|无论|无关|不久|差不多|非常|无穷|无限|非线性|无偏|无监督|不过"
)
_COMPOUNDS_AFTER = {"no": ("matter",), "not": ("only", "just")}


class Denial(NamedTuple):
    """Where a word stands that denies; `compound` are the other places of the word or pair of words to which it
    belongs, as in `不同` and `not only`: then it denies these alone."""

    at: int
    compound: frozenset[int] = frozenset()


def denials(words: Sequence[Word]) -> Iterator[Denial]:
    """The words that deny something.

    >>> from dlquiz.grading.words import words
    >>> def found(text): return [(denial.at, *denial.compound) for denial in denials(words(text))]
    >>> found("it is not flat"), found("not only flat"), found("差不多不变"), found("有没有分别")
    ([(2,)], [(0, 1)], [(1, 0, 2), (3,)], [])
    """
    han = "".join(word.form if word.kind == "han" else " " for word in words)
    harmless = {at for match in _HARMLESS.finditer(han) for at in range(*match.span())}
    compounds = {at: match.span() for match in _COMPOUNDS.finditer(han) for at in range(*match.span())}
    for at, word in enumerate(words):
        following = words[at + 1].form if at + 1 < len(words) else ""
        if word.kind == "han" and word.form in HAN_NEGATIONS and at not in harmless:
            yield Denial(at, frozenset(range(*compounds.get(at, (at, at)))) - {at})
        if word.form in NEGATIONS:
            pair = following in _COMPOUNDS_AFTER.get(word.form, ())
            yield Denial(at, frozenset((at + 1,)) if pair else frozenset())
