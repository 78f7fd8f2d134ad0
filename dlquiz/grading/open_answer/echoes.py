"""The words of a point's own text that come back in a typed answer, whatever its cues ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from dlquiz.cards import LANGUAGES, Text
from dlquiz.grading.open_answer.negation import HAN_NEGATIONS, denials
from dlquiz.grading.open_answer.phrases import Reply, WordSpan
from dlquiz.grading.stems import stem
from dlquiz.grading.words import Word, words

# Chosen on a part of the natural replies that no figure is reported of.
_CLEAR = 0.5  # a point of whose own words, which no other point has, this share occurs was said
_FEWEST_WORDS, _FEWEST_CHARACTERS = 2, 3  # if they are at least so many
_STOP_WORDS = frozenset((
    "a", "an", "the", "of", "to", "is", "are", "be", "it", "its", "in", "on", "at", "for", "and", "or", "with",
    "as", "by", "that", "this", "these", "those", "from", "into", "than", "then", "so", "which", "each", "their",
    "they", "we", "you", "one", "can", "may", "has", "have", "had", "was", "were", "will", "would", "does", "do",
    "did", "only", "up", "no", "not", "i", "also", "just", "very", "more"
))  # fmt: skip
_STOP_CHARACTERS = HAN_NEGATIONS | frozenset("是有在和与或把被让使会能可以这那个一为对从到而但更最较很")


class _Unit(NamedTuple):
    """A telling unit of a text: the stem of a word that is no stop word, a number, one or two Chinese characters."""

    unit: str
    span: WordSpan


_UnitsOfHan = Callable[[Sequence[Word]], Iterator[_Unit]]


class _Own(NamedTuple):
    """The units of a point that no other point has, one Chinese character each; whether its text denies something."""

    units: frozenset[str]
    denies: bool


class Echoes(NamedTuple):
    """The telling units of a point's text in each language that it has, two Chinese characters each, and its own."""

    all: tuple[frozenset[str], ...]
    own: tuple[_Own, ...]


def echoes(points: Sequence[Text], question: Text) -> tuple[Echoes, ...]:
    """The echoes of each point; the words of the question say nothing about a point.

    >>> [one.all for one in echoes([Text("keeps the variance"), Text("keeps the mean")], Text("Why?"))] == [
    ...     (frozenset({"keep", "varianc"}),), (frozenset({"keep", "mean"}),)]
    True
    >>> [one.own for one in echoes([Text("keeps the variance"), Text("keeps no mean")], Text("Why?"))]
    [(_Own(units=frozenset({'varianc'}), denies=False),), (_Own(units=frozenset({'mean'}), denies=True),)]
    """
    asked = frozenset(
        found.unit
        for text in (words(question.language(language)) for language in LANGUAGES)
        for found in (*_units(text, _pairs), *_units(text, _characters))
    )
    texts = [[_as_typed(words(text)) for text in (point.en, point.zh) if text] for point in points]
    uses = Counter(
        unit for both in texts for unit in frozenset().union(*(_distinct(_units(text, _characters)) for text in both))
    )
    return tuple(
        Echoes(
            tuple(_distinct(_units(text, _pairs)) - asked for text in both),
            tuple(
                _Own(
                    frozenset(unit for unit in _distinct(_units(text, _characters)) - asked if uses[unit] == 1),
                    any(True for _ in denials(text)),
                )
                for text in both
            ),
        )
        for both in texts
    )


def _distinct(found: Iterable[_Unit]) -> frozenset[str]:
    return frozenset(one.unit for one in found)


class Echoed:
    """What of the words of points comes back in an answer."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self._pairs = tuple(_units_said(reply.words, _pairs))
        self._characters = tuple(_units_said(reply.words, _characters))
        self._said = _distinct(self._pairs)
        self._said_singly = _distinct(self._characters)

    def share(self, point: Echoes) -> float:
        """The share of a point's telling units, in the language in which more come back; all if none is telling."""
        return max((len(units & self._said) / len(units) for units in point.all if units), default=1.0)

    def places(self, point: Echoes) -> tuple[WordSpan, ...]:
        """Where the telling units of a point stand."""
        return _places(self._pairs, point.all)

    def clear_places(self, point: Echoes) -> tuple[WordSpan, ...]:
        """Where the units stand that only this point has, in a language in which most of them come back and none is
        denied that the point does not deny."""
        for own in point.own:
            spans = _places(self._characters, [own.units]) if self._is_clear(own.units) else ()
            if spans and (own.denies or not any(self._reply.is_denied([span]) for span in spans)):
                return spans
        return ()

    def _is_clear(self, units: frozenset[str]) -> bool:
        said = units & self._said_singly
        characters = sum(not unit.isascii() for unit in said)
        enough = (len(said) - characters) / _FEWEST_WORDS + characters / _FEWEST_CHARACTERS >= 1
        return enough and len(said) >= _CLEAR * len(units)


def _places(found: Iterable[_Unit], wanted: Iterable[frozenset[str]]) -> tuple[WordSpan, ...]:
    units = frozenset(chain.from_iterable(wanted))
    return tuple(one.span for one in found if one.unit in units)


def _units(found: Sequence[Word], han: _UnitsOfHan) -> Iterator[_Unit]:
    for at, word in enumerate(found):
        if word.kind == "word" and len(word.form) > 1 and word.form not in _STOP_WORDS:
            yield _Unit(word.stem, WordSpan(at, at + 1))
        elif word.kind == "number":
            yield _Unit(word.form, WordSpan(at, at + 1))
    yield from han(found)


def _pairs(found: Sequence[Word]) -> Iterator[_Unit]:
    for at, (one, other) in enumerate(pairwise(found)):
        if one.kind == other.kind == "han":
            yield _Unit(one.form + other.form, WordSpan(at, at + 2))


def _characters(found: Sequence[Word]) -> Iterator[_Unit]:
    for at, word in enumerate(found):
        if word.kind == "han" and word.form not in _STOP_CHARACTERS:
            yield _Unit(word.form, WordSpan(at, at + 1))


def _units_said(found: Sequence[Word], han: _UnitsOfHan) -> Iterator[_Unit]:
    """Those of an answer, and each two neighbouring words as one: `Swi GLU`, `batch norm`."""
    yield from _units(found, han)
    for at, (one, other) in enumerate(pairwise(found)):
        if one.kind == other.kind == "word" and one.clause == other.clause:
            yield _Unit(stem(one.form + other.form), WordSpan(at, at + 2))


def _as_typed(found: Sequence[Word]) -> list[Word]:
    """The words of a text, those that were split at a capital joined: `ReLU`, `BatchNorm`."""
    joined: list[Word] = []
    for word in found:
        if joined and word.kind == joined[-1].kind == "word" and word.start == joined[-1].end:
            form = joined[-1].form + word.form
            joined[-1] = joined[-1]._replace(form=form, stem=stem(form), end=word.end)
        else:
            joined.append(word)
    return joined
