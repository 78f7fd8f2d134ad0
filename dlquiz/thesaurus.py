"""What is known of words: terms of the field that mean the same, and English words that are spelled right."""

from __future__ import annotations

from typing import NamedTuple


class ThesaurusEntry(NamedTuple):
    """Forms of one term; the first of each language is the one that cards use."""

    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        """All of them, each once.

        >>> ThesaurusEntry(("softmax", "normalised exponential"), ("softmax",)).forms
        ('softmax', 'normalised exponential')
        """
        return tuple(dict.fromkeys((*self.en, *self.zh)))


class Lexicon(NamedTuple):
    """What a typed answer is read with; `words` are English words of the bank's own texts, in American spelling."""

    thesaurus: tuple[ThesaurusEntry, ...] = ()
    words: tuple[str, ...] = ()
