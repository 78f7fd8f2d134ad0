"""What the forms of an English word share: suffixes off, one spelling."""

from __future__ import annotations

import re
from functools import lru_cache

# A full Porter2 (snowballstemmer) found the same words on typed answers; it costs 55 µs a word and a long import.
_SHORTEST = 4
_KEPT_S = frozenset((
    "bias", "loss", "gas", "bus", "cls", "eps", "rms", "res", "ans", "css", "has", "was", "its", "this", "thus",
    "yes", "axis", "basis", "less", "plus"
))  # fmt: skip
# `normalis` is the beginning of a word as well, so the rule does not ask for what follows.
_SPELLINGS = (
    (re.compile(r"(?<=[a-z]{4})is(?=[eia]|$)"), "iz"),
    (re.compile(r"(?<=anal)ys(?=e|ing)"), "yz"),
    (re.compile(r"\b(behavi|neighb|fav|col|hon|lab|rig|vap|endeav)our"), r"\1or"),
    (re.compile(r"\b(cent|met|fib)r(ed|ing)$"), r"\1er\2"),
    (re.compile(r"\b(cent|met|fib)re(s?)$"), r"\1er\2"),
    (re.compile(r"\b(model|label|cancel|signal|channel|level|total|travel|tunnel|unravel)l(?=ed$|ing$|ers?$)"), r"\1"),
    (re.compile(r"\b(lic|def|off)ence"), r"\1ense"),
    (re.compile(r"\bgrey"), "gray"),
    (re.compile(r"\bartef"), "artif"),
    (re.compile(r"(?<=judg)e(?=ment)|(?<=focus)s|(?<=catalog)ue"), ""),
)
_PLURALS = (
    (re.compile(r"(?<=[a-z]{2})ies$"), "y"),
    (re.compile(r"(?<=ss|sh|ch|zz)es$|(?<=x)es$|(?<=[^sui])s$"), ""),
)
# The forms of `normalize` are those of one word, which is not `normal`.
_VERB_IN_IZE = re.compile(r"([a-z]{3,}iz)(?:e|ed|er|es|ing|able|ations?)$")
_SUFFIXES = (
    "ations", "ation", "ating", "ated", "ative", "ates", "ate",
    "ings", "ing", "edly", "ed", "ively", "ive", "ities", "ity", "ments", "ment", "ness", "ally", "al", "ly", "er",
    "ion", "e", "y",
)  # fmt: skip


@lru_cache(maxsize=16384)
def american(word: str) -> str:
    """The word in one spelling.

    >>> american("normalisation"), american("regularis"), american("centred"), american("noise"), american("modelled")
    ('normalization', 'regulariz', 'centered', 'noise', 'modeled')
    """
    for pattern, spelling in _SPELLINGS:
        word = pattern.sub(spelling, word)
    return word


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """The stem of a word in small letters and American spelling; it need not be a word itself.

    >>> [stem(word) for word in ("vanishes", "vanishing", "normalized", "normalization", "centered", "parameters")]
    ['vanish', 'vanish', 'normaliz', 'normaliz', 'center', 'paramet']
    >>> [stem(word) for word in ("bias", "loss", "lr", "steps", "stepping", "halved", "halves")]
    ['bias', 'loss', 'lr', 'step', 'step', 'halv', 'halv']
    """
    if word in _KEPT_S or len(word) < 3:
        return word
    if len(word) < _SHORTEST:
        return word.removesuffix("s")
    for pattern, spelling in _PLURALS:
        word = pattern.sub(spelling, word)
    if (verb := _VERB_IN_IZE.match(word)) is not None:
        return verb[1]
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST:
            word = word.removesuffix(suffix)
            break
    return word[:-1] if len(word) > _SHORTEST and word[-1] == word[-2] and word[-1] not in "lsz" else word
