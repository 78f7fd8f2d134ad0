"""Mistyped English words and what they were meant to be."""

from __future__ import annotations

from collections.abc import Iterable

from dlquiz.grading.stems import stem
from dlquiz.grading.words import Word

_SHORTEST = 6  # a shorter word that differs in one letter is too often another word
_SHORTEST_STEM = 4
_MOST_CORRECTIONS = 4096  # that are remembered


class Vocabulary:
    """The English words and beginnings of words that are known, to which a mistyped word is corrected.

    >>> from dlquiz.grading.words import words
    >>> vocabulary = Vocabulary(["gradient", "vanish", "converg"])
    >>> [vocabulary.corrected(word).form for word in words("gradiants vanihs, convrges, gradual")]
    ['gradient', 'vanish', 'converg', 'gradual']
    """

    def __init__(self, forms: Iterable[str]) -> None:
        self._known = frozenset(forms)
        self._by_letter: dict[str, list[str]] = {}
        for form in sorted(self._known):
            if len(form) >= _SHORTEST and form.isalpha():
                self._by_letter.setdefault(form[0], []).append(form)
        self._corrections: dict[str, str | None] = {}

    def corrected(self, word: Word) -> Word:
        """The word itself, or the known one that is one typing error away."""
        if word.kind != "word" or len(word.form) < _SHORTEST:
            return word
        if word.form not in self._corrections and len(self._corrections) < _MOST_CORRECTIONS:
            self._corrections[word.form] = self._meant(word.form)
        intended = self._corrections.get(word.form)
        return word._replace(form=intended, stem=stem(intended)) if intended else word

    def _meant(self, form: str) -> str | None:
        if stem(form) in self._known or any(form[:n] in self._known for n in range(_SHORTEST_STEM, len(form) + 1)):
            return None
        return next((one for one in self._by_letter.get(form[0], ()) if _is_typo(form, one)), None)


def _is_typo(form: str, known: str) -> bool:
    """Whether the word, or a beginning of it about as long as the known one, is one typing error away."""
    return any(one_typo(form[:size], known) for size in {len(form), *range(len(known) - 1, len(known) + 2)})


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
