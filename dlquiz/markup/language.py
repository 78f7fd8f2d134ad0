"""Which of the two languages of cards a text is in."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dlquiz.cards import Language

_CHINESE = re.compile("[\u3400-\u9fff]+")
_WORD = re.compile(r"[A-Za-z]+")
# Code, formulas, tags and addresses are the same in both.
_MAY_BE_OF_NEITHER = re.compile(r"[`$<(/\\]")
_OF_NEITHER = re.compile(r"`[^`]*`|\$[^$]*\$|<[^<>]*>|\]\([^()]*\)|https?://\S+|(?<!\w)\w{1,40}\([^()]*\)|\\[A-Za-z]+")
# What makes an English sentence of English words: names and terms stand in every Chinese note, alone too.
_SENTENCE_WORDS = """
an and are as at be because been but by can cannot could did do does for from had has have how if in into is it its
may must no not of on only or should so than that the their them then there these they this to was we were what when
where which while who why will with without would you your
"""
_OF_SENTENCES = frozenset(_SENTENCE_WORDS.split())
# A Chinese word has two characters.
_CHARACTERS = 2
_LONGEST = 300_000


def language_of(texts: Iterable[str]) -> Language | None:
    """The language of most words of the lines that say something; None where none does, as in code alone.

    A line is Chinese by its characters, unless it is an English sentence that quotes some; one of English words is
    English only when words stand in it that make a sentence of them.

    >>> language_of(["## 卷积", "What does a convolution do?", "It slides a kernel over the image."])
    'en'
    >>> language_of(["## Batch Normalization", "对每个通道减去均值", "ReLU, GELU, SiLU, Mish"])
    'zh'
    >>> language_of(["ReLU", "`y = x.clamp(min=0)`"]) is None
    True
    """
    weights: dict[Language, float] = {"en": 0.0, "zh": 0.0}
    left = _LONGEST
    for text in texts:
        left -= len(text)
        if left < 0:
            break
        plain = _OF_NEITHER.sub(" ", text) if _MAY_BE_OF_NEITHER.search(text) else text
        chinese = 0 if plain.isascii() else sum(map(len, _CHINESE.findall(plain)))
        words = _WORD.findall(plain.lower())
        joints = sum(map(_OF_SENTENCES.__contains__, words))
        if chinese > _CHARACTERS * joints:
            weights["zh"] += chinese / _CHARACTERS + len(words)
        elif joints:
            weights["en"] += len(words)
    if not any(weights.values()):
        return None
    return "zh" if weights["zh"] >= weights["en"] else "en"
