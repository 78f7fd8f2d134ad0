"""Tokenisers on a toy corpus: the merges of byte-pair encoding and WordPiece, and how a word is segmented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Exact, count, number_text
from dlquiz.calc.layers.arguments import choice, whole

MOST_WORDS, LONGEST_WORD = 50, 40
SymbolPair = tuple[str, str]


class Merge(NamedTuple):
    """A pair that was merged: in how many places of the corpus it stood, by word, and its symbols' own counts."""

    pair: SymbolPair
    places: tuple[tuple[int, int], ...]  # occurrences in a word, occurrences of the word
    first: int
    second: int

    @property
    def occurrences(self) -> int:
        return sum(times * frequency for times, frequency in self.places)


def bpe(
    *, corpus: Mapping[str, int], merges: int = 1, word: str = "", end: str = "", score: str = "frequency"
) -> Calculation:
    """The first merges of byte-pair encoding on words with their frequencies, and the pieces of a word under them.

    Sennrich et al. 2016 (arXiv:1508.07909); of equal pairs the one that comes first in the corpus is merged. `end` is
    a symbol added to each word, `</w>` in the paper. With `score="wordpiece"` the pair with the largest count over the
    product of its symbols' counts is merged, inner symbols marked by ##. `segmentation` has spaces between pieces.

    >>> found = bpe(corpus={"hug": 10, "pug": 5, "pun": 12, "bun": 4, "hugs": 5}, merges=3, word="bug")
    >>> [found.ask(f"merge_{place}") for place in (1, 2, 3)], found.ask("segmentation")
    ([20, 16, 15], 'b ug')
    """
    kind = choice(score, "score", ("frequency", "wordpiece"))
    frequencies = _read(corpus)
    marked = kind == "wordpiece"
    words = {_symbols(one, end, marked): times for one, times in frequencies.items()}
    base = len({symbol for one in words for symbol in one})
    before = _token_count(words)
    learned: list[Merge] = []
    for _ in range(count(merges, "merges", 1, 100)):
        if (best := _best(words, marked)) is None:
            break
        learned.append(best)
        words = _merged(words, best.pair)
    lines = [_line(place, merge, marked) for place, merge in enumerate(learned, 1)]
    sizes = {"s": base, "m": len(learned)}
    lines += [
        WorkingLine("vocabulary", "s + m", sizes, "", "bpe_vocabulary"),
        WorkingLine("tokens_before", before, {}),
        WorkingLine("tokens_after", _token_count(words), {}),
    ]
    if word:
        pieces = _symbols(_word(word), end, marked)
        for merge in learned:
            pieces = _joined(pieces, merge.pair)
        lines.append(WorkingLine("segmentation", " ".join(pieces), {}, value=" ".join(pieces)))
        lines.append(WorkingLine("pieces", " + ".join("1" * len(pieces)), {}))
    given = {
        "corpus": tuple(f"{one}:{times}" for one, times in frequencies.items()),
        "merges": merges,
        "word": word or None,
        "end": end or None,
        "score": kind,
    }
    return calculated("bpe", given, lines)


def _token_count(words: Mapping[tuple[str, ...], int]) -> str:
    """The tokens of the corpus as a sum over its words."""
    return " + ".join(f"{len(symbols)} * {times}" for symbols, times in words.items())


def _read(corpus: Mapping[str, int]) -> dict[str, int]:
    if not isinstance(corpus, Mapping) or not 1 <= len(corpus) <= MOST_WORDS:
        raise CalcError("the corpus has not 1 to 50 words", fix="give words with their frequencies, as hug:10,pug:5")
    return {_word(one): whole(times, "a frequency") for one, times in corpus.items()}


def _word(text: object) -> str:
    if not isinstance(text, str) or not 1 <= len(text) <= LONGEST_WORD or not text.isprintable() or " " in text:
        raise CalcError("a word is not 1 to 40 letters", fix="give words with their frequencies, as hug:10,pug:5")
    return text


def _symbols(word: str, end: str, marked: bool) -> tuple[str, ...]:
    symbols = (word[0], *(f"##{letter}" for letter in word[1:])) if marked else tuple(word)
    return (*symbols, end) if end else symbols


def _best(words: Mapping[tuple[str, ...], int], marked: bool) -> Merge | None:
    places: dict[SymbolPair, list[tuple[int, int]]] = {}
    single: Counter[str] = Counter()
    for symbols, frequency in words.items():
        for symbol in symbols:
            single[symbol] += frequency
        for pair, times in Counter(pairwise(symbols)).items():
            places.setdefault(pair, []).append((times, frequency))
    found = [Merge(pair, tuple(where), single[pair[0]], single[pair[1]]) for pair, where in places.items()]
    return max(found, key=lambda one: _score(one) if marked else one.occurrences, default=None)


def _score(merge: Merge) -> Fraction:
    return Fraction(merge.occurrences, merge.first * merge.second)


def _line(place: int, merge: Merge, marked: bool) -> WorkingLine:
    left, right = merge.pair
    numbers: dict[str, Exact] = {
        "n": merge.occurrences,
        "w": len(merge.places),
        "t": sum(times for times, _ in merge.places),
        "a": merge.first,
        "b": merge.second,
    }
    if marked:
        context, formula = "wordpiece_score", "n / (a * b)"
        return WorkingLine(f"merge_{place}", formula, numbers, "", context, subject=f"{left} {right}")
    total = " + ".join(
        number_text(frequency) if times == 1 else f"{times} * {frequency}" for times, frequency in merge.places
    )
    return WorkingLine(f"merge_{place}", total, numbers, "", "bpe_count", subject=f"{left} {right}")


def _merged(words: Mapping[tuple[str, ...], int], pair: SymbolPair) -> dict[tuple[str, ...], int]:
    return {_joined(symbols, pair): frequency for symbols, frequency in words.items()}


def _joined(symbols: Sequence[str], pair: SymbolPair) -> tuple[str, ...]:
    """The symbols with the pair merged wherever it stands, from the left."""
    joined: list[str] = []
    for symbol in symbols:
        if joined and (joined[-1], symbol) == pair:
            joined[-1] += symbol.removeprefix("##")
        else:
            joined.append(symbol)
    return tuple(joined)
