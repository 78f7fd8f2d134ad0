"""Phrases of a cue, and where they stand in a typed answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from dlquiz.grading.open_answer.negation import denials
from dlquiz.grading.typos import Vocabulary
from dlquiz.grading.words import Word, words

SHORTEST_STEM = 4  # a shorter word is no beginning of another
_MOST_SPANS = 8  # of one phrase that are tried
_LONGEST_JOIN = 4  # words that may be run together: `fine tuning`, `finetuning`


class Part(NamedTuple):
    """A piece of a phrase that is looked up at once: words run together, Chinese characters or a sign."""

    kind: str
    form: str
    stem: str
    is_stem: bool  # it may be the beginning of a longer word


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
    return Part("word", form, before + last.stem, is_stem)


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
        self._beginnings: dict[str, list[WordSpan]] = {}
        self._han = "".join(word.form if word.kind == "han" else " " for word in self.words)
        for start in range(len(self.words)):
            self._index(start)
        self.denied = frozenset(denials(self.words))
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
            for size in range(max(SHORTEST_STEM, len(joined) + 1), len(joined) + len(word.form) + 1):
                self._beginnings.setdefault((joined + word.form)[:size], []).append(span)
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
            found = found + self._beginnings.get(part.form, [])
        return found

    def typed(self, spans: Sequence[WordSpan]) -> tuple[tuple[int, int], ...]:
        """The places of the words in the text as typed."""
        return tuple(sorted({(self.words[span.start].start, self.words[span.end - 1].end) for span in spans}))

    def spread(self, spans: Sequence[WordSpan]) -> float:
        """How far apart the words stand."""
        return max(self.words[s.end - 1].place for s in spans) - min(self.words[s.start].place for s in spans)

    def is_denied(self, spans: Sequence[WordSpan]) -> bool:
        """Whether a `not` stands among the words or right before them, and none of them says `not` itself."""
        covered = {at for span in spans for at in range(span.start, span.end)}
        if not self.denied.isdisjoint(covered):
            return False
        low, high = min(span.start for span in spans), max(span.end for span in spans)
        return any(at not in covered and at in self.denied for at in range(low, high)) or self._denied_before(low)

    def _denied_before(self, low: int) -> bool:
        first = self.words[low]
        for at in range(low - 1, max(-1, low - 5), -1):
            word = self.words[at]
            if word.clause != first.clause or first.place - word.place > 2.0:
                return False
            if at in self.denied:
                return True
        return False

    def clauses(self, spans: Sequence[WordSpan]) -> frozenset[int]:
        return frozenset(self.words[at].clause for span in spans for at in range(span.start, span.end))


def _occurrences(text: str, part: str) -> Iterator[WordSpan]:
    at = text.find(part)
    while at >= 0:
        yield WordSpan(at, at + len(part))
        at = text.find(part, at + 1)
