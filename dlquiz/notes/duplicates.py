"""Cards of notes that ask what the bank asks already: the same words, but for those that say little.

What two questions share counts by how rare it is in the bank; a word of the one in the place of a word of the other,
as in `How does RoPE encode positions?` and `How does ALiBi encode positions?`, sets them apart.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from dlquiz.cards import Card
from dlquiz.grading.chinese import HAN
from dlquiz.grading.stems import american, stem
from dlquiz.notes.keys import normalised
from dlquiz.thesaurus import ThesaurusEntry

# From so much likeness on, two questions are the same; measured on the pairs of tests/near_questions.py.
NEAR = 0.74

# What means the same in questions, by the stems that stand for it; terms of the field are in the thesaurus of a bank.
_ALIKE = {
    "difference": "difference, differ, different, distinguish, versus, vs, compare, 区别, 不同, 差异, 差别",
    "drawback": "drawback, disadvantage, weakness, downside, limitation, shortcoming, "
    "缺点, 弱点, 局限, 局限性, 不足, 劣势",
    "advantage": "advantage, benefit, merit, strength, 好处, 优点, 优势",
    "why": "why, reason, 为什么, 为何, 原因",
    "not": "not, no, 不, 没, 没有",
    "cnn": "CNN, convolutional network, convolutional neural network, convnet, 卷积网络, 卷积神经网络",
    "rnn": "RNN, recurrent network, recurrent neural network, 循环网络, 循环神经网络",
    "llm": "LLM, large language model, 大语言模型, 大模型",
    "convolution": "convolution, conv, convolutional",
    # What says nothing of the subject.
    "": "what, which, who, whose, when, where, how, is, are, was, were, be, been, do, does, did, has, have, had, s, t, "
    "the, a, an, of, in, on, at, to, for, with, by, and, or, it, its, this, that, these, those, there, they, them, "
    "their, you, your, we, i, my, can, could, would, should, will, may, might, must, explain, describe, define, name, "
    "list, give, tell, choose all that apply, state, mean, meaning, definition, between, from, over, during, time, "
    "than, as, so, if, some, any, all, each, one, also, only, just, about, into, after, before, use, work, often, "
    "usually, mostly, mainly, commonly, generally, always, seldom, rarely, really, way, kind, term, purpose, role, "
    "concept, idea, briefly, 什么, 什么是, 是什么, 有什么, 哪些, "
    "哪个, 哪种, 怎样, 怎么, 怎么办, 怎么处理, 如何, 如何处理, 多少, "
    "解释, 简述, 请, 下面, 可多选, 通常, 一般, 可以, 能够, 分别, 作用, 用途, 原理, 定义, 含义, "
    "概念, 的, 了, 地, 得, 着, 也, 都, 就, "
    "是, 吗, 呢, 啥, 和, 与, 及, 或, 有, 能, 会, 要, 做, 在, 用, 需, 时, 一, 个, 而, 常, 很, 为, 各",
}
# A computed question's values, which stand nowhere in notes.
_VALUE = re.compile(r"@\{[^{}]*\}")
_WORD = re.compile(rf"[a-z]+|\d+(?:\.\d+)?|[{HAN}]|[^\W\d_a-z{HAN}]+")

# `not` behind a verb; `can` and `will` say nothing of the subject.
_NOT = re.compile(r"(?:\bca|\bwo)?n['’]t\b|\bcannot\b")

# The stems of a phrase.
_Phrase = tuple[str, ...]


class WeighedQuestion(NamedTuple):
    """A question by its card, its words, and what these weigh together."""

    card: str
    words: frozenset[str]
    weight: int


class KnownQuestions:
    """The questions of a bank, among which the one is found that asks the same as another.

    >>> bank = [("pad", "Why pad an image?"), ("tensor", "What is a tensor?"), ("vector", "What is a vector?")]
    >>> questions = KnownQuestions(bank)
    >>> [questions.nearest(one) for one in ("Why do we pad images?", "What is a matrix?", "Why crop an image?")]
    ['pad', None, None]
    """

    def __init__(self, questions: Iterable[tuple[str, str]], thesaurus: Sequence[ThesaurusEntry] = ()) -> None:
        self._phrases = _phrases(thesaurus)
        # How long the phrases are that begin with a word.
        self._longest: dict[str, int] = {}
        for phrase in self._phrases:
            self._longest[phrase[0]] = max(len(phrase), self._longest.get(phrase[0], 1))
        found = [(card, self._words(text)) for card, text in questions]
        of_card: dict[str, set[str]] = defaultdict(set)
        for card, words in found:
            of_card[card] |= words
        counts = Counter(word for words in of_card.values() for word in words)
        # The rarer in the bank, the more a word says; whole numbers, whose sums are the same in any order.
        self._weights = {word: round(1000 * math.log(1 + len(of_card) / count)) for word, count in counts.items()}
        self._unknown = round(1000 * math.log(1 + len(of_card)))
        self.questions = [WeighedQuestion(card, words, self._weight(words)) for card, words in found]
        self._having: dict[str, list[int]] = defaultdict(list)
        for number, one in enumerate(self.questions):
            for word in one.words:
                self._having[word].append(number)

    def nearest(self, question: str) -> str | None:
        """The card whose question is nearest to this one, where that is near enough to ask the same."""
        asked = self.weighed(question)
        able = {number for word in self._rarest(asked) for number in self._having.get(word, ())}
        scored = [(self.likeness(asked, self.questions[number]), self.questions[number].card) for number in able]
        likeness, card = max(scored, default=(0.0, None))
        return card if likeness >= NEAR else None

    def weighed(self, question: str) -> WeighedQuestion:
        """A question of no card by its words, which weigh what they do in the bank."""
        words = self._words(question)
        return WeighedQuestion("", words, self._weight(words))

    def likeness(self, one: WeighedQuestion, other: WeighedQuestion) -> float:
        """What two questions share, as a part of that and of what is different: words of the heavier one alone count
        half, those that stand in place of each other three halves."""
        if min(one.weight, other.weight) < _share(NEAR) * max(one.weight, other.weight):
            return 0.0
        shared = self._weight(one.words & other.words)
        less, more = sorted((one.weight - shared, other.weight - shared))
        return shared / (shared + less + more / 2) if shared else 0.0

    def _rarest(self, asked: WeighedQuestion) -> list[str]:
        """The rarest words, of which a near question has one at least: the others weigh too little without them."""
        weight, least = asked.weight, _share(NEAR) * asked.weight
        found: list[str] = []
        for own, word in sorted(((self._weights.get(word, self._unknown), word) for word in asked.words), reverse=True):
            if weight < least:
                break
            found.append(word)
            weight -= own
        return found

    def _weight(self, words: Iterable[str]) -> int:
        weights, unknown = self._weights, self._unknown
        return sum([weights.get(word, unknown) for word in words])

    def _words(self, text: str) -> frozenset[str]:
        """The stems of a question, one word for all that mean the same, without those that say nothing."""
        stems = _stems(text)
        found: list[str] = []
        at = 0
        while at < len(stems):
            for size in range(self._longest.get(stems[at], 0), 0, -1):
                if (stands := self._phrases.get(tuple(stems[at : at + size]))) is not None:
                    found += stands
                    at += size
                    break
            else:
                found.append(stems[at])
                at += 1
        return frozenset(found)


def _share(likeness: float) -> float:
    """The part of the weight of a question that one of this likeness shares at least, when it has nothing else."""
    return likeness / (2 - likeness)


def duplicates(
    questions: Mapping[str, tuple[str, ...]], bank: Iterable[Card], thesaurus: Sequence[ThesaurusEntry] = ()
) -> dict[str, str]:
    """For ids of new cards, by their question in one form or several, the id of the card that asks the same or nearly
    the same."""
    texts = [(card.id, text) for card in bank for text in (card.question.en, card.question.zh) if text]
    exact = {normalised(text): id for id, text in reversed(texts)}
    known = KnownQuestions(texts, thesaurus)
    found: dict[str, str] = {}
    for id, forms in questions.items():
        like = (exact.get(normalised(form)) or known.nearest(form) for form in forms)
        if other := next(filter(None, like), None):
            found[id] = other
    return found


def _stems(text: str) -> list[str]:
    """The stems of English words, numbers and single Chinese characters; `grading.words` also tells where each stands,
    which takes eight times as long."""
    plain = _NOT.sub(" not", unicodedata.normalize("NFKC", _VALUE.sub(" ", text)).casefold())
    return [stem(american(word)) if word.isascii() else word for word in _WORD.findall(plain)]


def _phrases(thesaurus: Sequence[ThesaurusEntry]) -> dict[_Phrase, _Phrase]:
    """What stands for a phrase: nothing for one that says nothing, the stems of its first form for a term; terms may be
    written in one word."""
    found: dict[_Phrase, _Phrase] = {}
    for stands, alike in _ALIKE.items():
        found |= {tuple(_stems(form)): tuple(_stems(stands)) for form in alike.split(", ")}
    for entry in thesaurus:
        first = tuple(_stems(entry.forms[0])) if entry.forms else ()
        for form in entry.forms:
            found.setdefault(tuple(_stems(form)), first)
            if form.isascii():
                found.setdefault(tuple(_stems(re.sub(r"[\s-]", "", form))), first)
    return {phrase: others for phrase, others in found.items() if phrase}
