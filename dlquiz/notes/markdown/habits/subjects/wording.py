"""Whether words name a subject: they are short, state nothing, and advise nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from dlquiz.notes.keys import normalised
from dlquiz.notes.markdown.asking import ASKS, likelihood
from dlquiz.notes.markdown.lines import SourceLine, has_chinese
from dlquiz.notes.markdown.statements import has_predicate
from dlquiz.notes.markdown.titles import Header

# What share of the names must be short, and may be statements, advice, begin alike or say what a bold word means.
_SHORT, _STATED, _ADVISED, _ALIKE, _EXPLAINED = 0.8, 0.12, 0.1, 0.15, 0.4
# So many letters are a short name, in Chinese and in English.
_LONGEST_CHINESE, _LONGEST = 45, 120
# How much is looked at, and what share of its letters must be of the two languages.
_SAMPLE, _KNOWN = 200, 0.9
_LETTERS = re.compile(r"[^\W\d_]+")
_KNOWN_LETTERS = re.compile("[A-Za-z\u3400-\u9fff]+")
# `**Collisions**: what is done about them`
_MEANING = re.compile(r"\*\*[^*]{1,60}\*\*\s*[:：–—-]\s*\S.{12,}")
_ADVICE = re.compile(
    r"\b(?:you|your|you're|we|our|I|my|me|let's)\b|^\W*(?:read|watch|visit|join|learn|study|practi[cs]e|revise|prepare|"
    r"avoid|keep|make sure|focus|don'?t|be|try|clone|run|install|open|submit|review)\b|"
    r"(?:建议|推荐|自己|加油|欢迎|关注|公众号|简历)",
    re.IGNORECASE,
)


def is_in_known_language(lines: Sequence[SourceLine]) -> bool:
    """Whether the letters are those of the languages whose statements are known, English and Chinese."""
    sample = "".join(line.text[:_SAMPLE] for line in lines[:_SAMPLE])
    return sample.isascii() or _is_known(sample)


# The same lines are looked at by several habits.
@lru_cache(4)
def _is_known(sample: str) -> bool:
    known, letters = (sum(map(len, kind.findall(sample))) for kind in (_KNOWN_LETTERS, _LETTERS))
    return known >= _KNOWN * letters


def states(one: Header) -> bool:
    """Whether it says something about its subject."""
    return likelihood(one) < ASKS and has_predicate(one.title)


def advises(one: Header) -> bool:
    """Whether it tells those who prepare themselves what to do."""
    return likelihood(one) < ASKS and _ADVICE.search(one.title) is not None


def are_names(entries: Sequence[Header]) -> bool:
    """Whether most entries are short and name something: they state and advise nothing, and do not begin alike."""
    short = sum(len(one.title) <= (_LONGEST_CHINESE if has_chinese(one.title) else _LONGEST) for one in entries)
    stated = sum(map(states, entries))
    advised = sum(map(advises, entries))
    explained = sum(_MEANING.match(one.title) is not None for one in entries)
    distinct = len({normalised(re.split("[:：]", one.title)[0]) for one in entries})
    return (
        short >= _SHORT * len(entries)
        and stated <= _STATED * len(entries)
        and advised <= _ADVISED * len(entries)
        and explained <= _EXPLAINED * len(entries)
        and distinct >= (1 - _ALIKE) * len(entries)
    )
