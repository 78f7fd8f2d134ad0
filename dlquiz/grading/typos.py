"""Mistyped English words and what they were meant to be."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache

from dlquiz.grading.stems import stem
from dlquiz.grading.words import Word

_SHORTEST = 6  # a shorter word that differs in one letter is too often another word
_SHORTEST_STEM = 4
_MOST_CORRECTIONS = 4096  # that are remembered


class KnownWords:
    """English words that are spelled right, and with them all forms of these words.

    >>> known = KnownWords(["contains", "converge", "convergence"])
    >>> "containing" in known, "conttains" in known, list(known.beginning("converg"))
    (True, False, ['converge', 'convergence'])
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._sorted = sorted(set(words))

    def __contains__(self, form: str) -> bool:
        own = stem(form)
        return any(stem(word) == own for word in self.beginning(own))

    def beginning(self, letters: str) -> Iterator[str]:
        """The words that begin with these letters."""
        for at in range(bisect_left(self._sorted, letters), len(self._sorted)):
            if not self._sorted[at].startswith(letters):
                return
            yield self._sorted[at]


@lru_cache(maxsize=2)
def known_words(words: tuple[str, ...]) -> KnownWords:
    """The known words of a bank, made ready once."""
    return KnownWords(words)


class Vocabulary:
    """The English words and beginnings of words that cues ask for, to which a mistyped word is corrected; a known
    word is none.

    >>> from dlquiz.grading.words import words
    >>> vocabulary = Vocabulary(["gradient", "vanish", "converg", "contamin"], KnownWords(["contain", "convergence"]))
    >>> [vocabulary.corrected(word).form for word in words("gradiants vanihs, convregence contains")]
    ['gradient', 'vanish', 'convergence', 'contains']
    """

    def __init__(self, forms: Iterable[str], known: KnownWords | None = None) -> None:
        self._forms = frozenset(forms)
        self._known = known or KnownWords()
        beginnings = [form for form in self._forms if len(form) >= _SHORTEST_STEM and form.isalpha()]
        whole = {word for form in beginnings for word in self._known.beginning(form)}
        self._by_letter: dict[str, list[str]] = {}
        for form in sorted(whole.union(beginnings)):
            if len(form) >= _SHORTEST:
                self._by_letter.setdefault(form[0], []).append(form)
        self._corrections: dict[str, str | None] = {}

    def corrected(self, word: Word) -> Word:
        """The word itself, or the one that is asked for and one typing error away."""
        if word.kind != "word" or len(word.form) < _SHORTEST:
            return word
        if word.form not in self._corrections and len(self._corrections) < _MOST_CORRECTIONS:
            self._corrections[word.form] = self._meant(word.form)
        intended = self._corrections.get(word.form)
        return word._replace(form=intended, stem=stem(intended)) if intended else word

    def _meant(self, form: str) -> str | None:
        own = stem(form)
        if own in self._forms or any(form[:n] in self._forms for n in range(_SHORTEST_STEM, len(form) + 1)):
            return None
        near = (one for one in self._by_letter.get(form[0], ()) if one_typo(form, one) or one_typo(own, one))
        intended = next(near, None)
        return None if intended is None or form in self._known else intended


def one_typo(given: str, intended: str) -> bool:
    """One letter too many, too few, another, or two neighbours swapped.

    >>> [one_typo(word, "dropout") for word in ("dropuot", "dropot", "dropoutt", "drapout", "drop")]
    [True, True, True, True, False]
    """
    if abs(len(given) - len(intended)) > 1:
        return False
    pairs = zip(given, intended, strict=False)
    start = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(given), len(intended)))
    rest, due = given[start:], intended[start:]
    return rest[1:] == due[1:] or rest[1:] == due or rest == due[1:] or (rest[:2] == due[1::-1] and rest[2:] == due[2:])
