"""Phrases of a cue, and where they stand in a typed answer."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, takewhile
from typing import NamedTuple

from dlquiz.grading.open_answer.negation import Denial, denials
from dlquiz.grading.typos import Vocabulary
from dlquiz.grading.words import Word, words

SHORTEST_STEM = 4  # a shorter word is no beginning of another
_MOST_SPANS = 8  # of one phrase that are tried
_LONGEST_JOIN = 4  # words that may be run together: `fine tuning`, `finetuning`
_FAR_WORDS, _FAR = 4, 2.0  # a `not` that stands further before a word does not deny it
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")


class Part(NamedTuple):
    """A piece of a phrase that is looked up at once: words run together, Chinese characters or a sign."""

    kind: str
    form: str
    stem: str
    is_stem: bool  # it may be the beginning of a longer word
    length: int = 1  # how many words are run together in it


class Phrase(NamedTuple):
    text: str
    parts: tuple[Part, ...]


@lru_cache(maxsize=65536)
def phrase(text: str) -> Phrase:
    """
    >>> [part.form for part in phrase("fine_tuning").parts], [part.form for part in phrase("10^-2 倍").parts]
    (['finetuning'], ['10', '^', '-', '2', '倍'])
    """
    parts: list[Part] = []
    run: list[Word] = []
    for word in [*words(text.replace("_", " ")), None]:
        if word is not None and word.kind in ("word", "number") and not (run and run[-1].kind == word.kind == "number"):
            run.append(word)
            continue
        if run:
            parts.append(_run(run))
            run = [word] if word is not None and word.kind == "number" else []
        if word is None or word.kind == "number":
            continue
        if word.kind == "han" and parts and parts[-1].kind == "han":
            parts[-1] = parts[-1]._replace(form=parts[-1].form + word.form)
        else:
            parts.append(Part(word.kind, word.form, word.form, False))
    return Phrase(text, tuple(parts))


def _run(run: Sequence[Word]) -> Part:
    before, last = "".join(word.form for word in run[:-1]), run[-1]
    form = before + last.form
    is_stem = last.kind == "word" and len(form) >= SHORTEST_STEM
    return Part("word", form, before + last.stem, is_stem, len(run))


def is_findable(phrase: Phrase) -> bool:
    """Whether an answer can hold the phrase: something of it is looked at, and no more words stand in a row than are
    looked up.

    >>> [is_findable(phrase(text)) for text in ("all_positive", "()", "all_of_them_are_positive")]
    [True, False, False]
    """
    return bool(phrase.parts) and all(part.length <= _LONGEST_JOIN for part in phrase.parts)


class WordSpan(NamedTuple):
    """Words from `start` up to `end`, not included."""

    start: int
    end: int


class Reply:
    """A typed answer, indexed so that looking a phrase up takes no search."""

    def __init__(self, text: str, vocabulary: Vocabulary | None = None) -> None:
        self.text = text
        self.words = words(text) if vocabulary is None else [vocabulary.corrected(word) for word in words(text)]
        self._exact: dict[str, list[WordSpan]] = {}
        # Words run together, in the order of the alphabet, each with how many letters stand before its last word.
        self._runs: list[tuple[str, WordSpan, int]] = []
        self._han = "".join(word.form if word.kind == "han" else " " for word in self.words)
        for start in range(len(self.words)):
            self._index(start)
        self._runs.sort()
        self._denials = tuple(denials(self.words))
        self._brackets = tuple(match.span() for match in _BRACKETS.finditer(text))
        self._found: dict[str, tuple[WordSpan, ...]] = {}

    def _index(self, start: int) -> None:
        first = self.words[start]
        if first.kind == "sign":
            self._exact.setdefault(first.form, []).append(WordSpan(start, start + 1))
            return
        joined = ""
        for end in range(start, min(start + _LONGEST_JOIN, len(self.words))):
            word = self.words[end]
            if (
                word.kind not in ("word", "number")
                or word.clause != first.clause
                or (end > start and word.kind == "number" == self.words[end - 1].kind)
            ):
                return
            span = WordSpan(start, end + 1)
            for form in {joined + word.form, joined + word.stem}:
                self._exact.setdefault(form, []).append(span)
            self._runs.append((joined + word.form, span, len(joined)))
            joined += word.form

    def find(self, phrase: Phrase) -> tuple[WordSpan, ...]:
        """Where the phrase stands."""
        known = self._found.get(phrase.text)
        if known is None:
            known = self._found[phrase.text] = tuple(dict.fromkeys(self._search(phrase.parts)))[:_MOST_SPANS]
        return known

    def _search(self, parts: Sequence[Part]) -> Iterator[WordSpan]:
        if not parts:
            return
        first, rest = parts[0], parts[1:]
        for span in self._places(first, last=not rest):
            ends = {span.end}
            for number, part in enumerate(rest, 1):
                nexts = self._places(part, last=number == len(rest))
                ends = {one.end for one in nexts if one.start in ends}
            if ends:
                yield WordSpan(span.start, max(ends))

    def _places(self, part: Part, *, last: bool) -> list[WordSpan]:
        if part.kind == "han":
            return list(_occurrences(self._han, part.form))
        found = self._exact.get(part.form, [])
        if part.kind == "sign":
            return found
        if part.stem != part.form:
            found = found + self._exact.get(part.stem, [])
        if last and part.is_stem:
            found = found + self._begun_by(part.form)
        return found

    def _begun_by(self, form: str) -> list[WordSpan]:
        """Where words run together begin with the form and the last of them is begun by it too."""
        first = bisect_left(self._runs, (form,))
        runs = takewhile(lambda run: run[0].startswith(form), islice(self._runs, first, None))
        return sorted(span for _, span, before in runs if before < len(form))

    def typed(self, spans: Sequence[WordSpan]) -> tuple[tuple[int, int], ...]:
        """The places of the words in the text as typed."""
        return tuple(sorted({(self.words[span.start].start, self.words[span.end - 1].end) for span in spans}))

    def spread(self, spans: Sequence[WordSpan]) -> float:
        """How far apart the words stand."""
        return max(self.words[s.end - 1].place for s in spans) - min(self.words[s.start].place for s in spans)

    def is_denied(self, spans: Sequence[WordSpan]) -> bool:
        """Whether a `not` stands among the words or right before them, and none of them says `not` itself."""
        covered = {at for span in spans for at in range(span.start, span.end)}
        if any(denial.at in covered and not denial.compound for denial in self._denials):
            return False
        return any(self._denies(denial, covered) for denial in self._denials)

    def denies_apart(self, spans: Sequence[WordSpan]) -> bool:
        """Whether one of the words found is a `not` in whose clause none of the others stands."""
        alone = {denial.at for denial in self._denials} & {span.start for span in spans if span.end == span.start + 1}
        clauses = [self.words[span.start].clause for span in spans]
        return len(spans) > 1 and any(clauses.count(self.words[at].clause) < 2 for at in alone)

    def _denies(self, denial: Denial, covered: set[int]) -> bool:
        if denial.compound:
            return denial.at not in covered and not denial.compound.isdisjoint(covered)
        first = min(covered)
        stands = first < denial.at < max(covered) or self._is_right_before(denial.at, first)
        return stands and not self._is_in_other_brackets(denial, covered)

    def _is_right_before(self, at: int, first: int) -> bool:
        one, other = self.words[at], self.words[first]
        return 0 < first - at <= _FAR_WORDS and one.clause == other.clause and other.place - one.place <= _FAR

    def _is_in_other_brackets(self, denial: Denial, covered: set[int]) -> bool:
        """Whether the `not` stands in brackets in which none of the words stands."""
        place = self.words[denial.at].start
        around = next((span for span in self._brackets if span[0] <= place < span[1]), None)
        return around is not None and not any(around[0] <= self.words[at].start < around[1] for at in covered)

    def clauses(self, spans: Sequence[WordSpan]) -> frozenset[int]:
        return frozenset(self.words[at].clause for span in spans for at in range(span.start, span.end))


def _occurrences(text: str, part: str) -> Iterator[WordSpan]:
    at = text.find(part)
    while at >= 0:
        yield WordSpan(at, at + len(part))
        at = text.find(part, at + 1)
