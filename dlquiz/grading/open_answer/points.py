"""Which points of an open card a typed answer makes: said, maybe or missing, and the words that speak for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from dlquiz.cards import LANGUAGES, Point, Text
from dlquiz.grading.open_answer.cue_rows import CueRow, find, forms, is_forbidden, nearest, row
from dlquiz.grading.open_answer.phrases import Reply, WordSpan
from dlquiz.grading.stems import stem
from dlquiz.grading.thesaurus import Thesaurus
from dlquiz.grading.typos import KnownWords, Vocabulary
from dlquiz.grading.words import Word, words

PointState = Literal["said", "maybe", "missing"]

# Chosen on a part of the natural replies that no figure is reported of.
_WIDE = 30.0  # a cue whose words stand this near, though not near enough, may have been meant
_MOST_ROW = 0.6  # so may one of three or more groups of which this share occurs
_ECHO = 0.2  # so may a point of whose own words this share occurs
_FAINT_ECHO = 0.15  # the only point found is asked about when less of its own words occur
_ASIDE = 0.35  # and when the words that speak for it are less than this share of the answer
_STOP_WORDS = frozenset((
    "a", "an", "the", "of", "to", "is", "are", "be", "it", "its", "in", "on", "at", "for", "and", "or", "with",
    "as", "by", "that", "this", "these", "those", "from", "into", "than", "then", "so", "which", "each", "their",
    "they", "we", "you", "one", "can", "may", "has", "have", "had", "was", "were", "will", "would", "does", "do",
    "did", "only", "up", "no", "not", "i", "also", "just", "very", "more"
))  # fmt: skip


class JudgedPoint(NamedTuple):
    """What a typed answer makes of one point, counted from 1; `by` are the places of the words that speak for it."""

    point: int
    state: PointState
    by: tuple[tuple[int, int], ...] = ()


class _Target(NamedTuple):
    """A point, ready to be looked for: its compiled cues, and in each language the telling words of its text."""

    rows: tuple[CueRow, ...]
    echoes: tuple[frozenset[str], ...]


class Targets(NamedTuple):
    """The points of a card, ready to be looked for."""

    points: tuple[_Target, ...]
    vocabulary: Vocabulary


@lru_cache(maxsize=256)
def targets(
    points: tuple[Point, ...], question: Text, thesaurus: Thesaurus | None = None, known: KnownWords | None = None
) -> Targets:
    """Compile the cues of a card's points; the words of the question say nothing about a point, and known words are
    never corrected to a cue."""
    asked = {found.unit for language in LANGUAGES for found in _units(words(question.language(language)))}
    made = tuple(
        _Target(
            tuple(row(cue, thesaurus) for cue in (*point.cues_en, *point.cues_zh)),
            tuple(
                frozenset(found.unit for found in _units(_as_typed(words(text))) if found.unit not in asked)
                for text in (point.text.en, point.text.zh)
                if text
            ),
        )
        for point in points
    )
    return Targets(made, Vocabulary(forms(one for target in made for one in target.rows), known))


def judge(card: Targets, text: str) -> tuple[JudgedPoint, ...]:
    """What a typed answer makes of each point.

    >>> points = (Point(Text(en="keeps the variance"), ("variance|方差 same|kept|keep",)),
    ...           Point(Text(en="needs no labels"), ("no|without label",)))
    >>> card = targets(points, Text(en="What does it do?"))
    >>> text = "It keeps the variance and needs no labels."
    >>> [(found.state, quote(text, found.by)) for found in judge(card, text)]
    [('said', 'keeps … variance'), ('said', 'no labels')]
    >>> [found.state for found in judge(card, "the variance is not kept")]
    ['maybe', 'missing']
    """
    reply = Reply(text, card.vocabulary)
    units = frozenset(found.unit for found in _units_said(reply.words))
    said = [_spoken(reply, target.rows) for target in card.points]
    echoes = [_echo(units, target.echoes) for target in card.points]
    alone = sum(spans is not None for spans in said) == 1 < len(card.points)
    found = []
    for number, (target, spans, echo) in enumerate(zip(card.points, said, echoes, strict=True), 1):
        if spans is not None:
            state: PointState = "maybe" if alone and echo < _FAINT_ECHO and _is_aside(reply, spans) else "said"
        else:
            spans = _hinted(reply, target.rows) or (
                _echoed(reply, target.echoes) if echo >= _ECHO and any(target.echoes) else None
            )
            state = "maybe" if spans else "missing"
        found.append(JudgedPoint(number, state, reply.typed(spans or ())))
    return tuple(found)


def _spoken(reply: Reply, rows: Iterable[CueRow]) -> tuple[WordSpan, ...] | None:
    """The words of the cue that says the point most plainly: as written rather than by synonyms, near together."""
    matches = [match for one in rows if (match := find(reply, one)) is not None]
    best = min(matches, key=lambda match: (match.synonyms, -len(match.spans), match.spread), default=None)
    return best.spans if best else None


def _is_aside(reply: Reply, spans: Sequence[WordSpan]) -> bool:
    """Whether the words found are only a small part of the answer, found together by chance."""
    found = {at for span in spans for at in range(span.start, span.end)}
    return len(found) < _ASIDE * len(reply.words)


def _hinted(reply: Reply, rows: Iterable[CueRow]) -> tuple[WordSpan, ...] | None:
    """The words of a cue that was nearly said: too far apart, denied, or with one word missing."""
    for one in rows:
        match = nearest(reply, one.groups, _WIDE)
        if match is None and len(one.groups) > 2:
            present = [group for group in one.groups if any(reply.find(phrase) for phrase in group.phrases)]
            match = nearest(reply, present, _WIDE) if len(present) >= _MOST_ROW * len(one.groups) else None
        if match is not None and not is_forbidden(reply, one, match.spans):
            return match.spans
    return None


class _Unit(NamedTuple):
    """A telling unit of a text: a stem of a word that is no stop word, a number, or two Chinese characters."""

    unit: str
    span: WordSpan


def _units(found: Sequence[Word]) -> Iterator[_Unit]:
    for at, word in enumerate(found):
        if word.kind == "word" and len(word.form) > 1 and word.form not in _STOP_WORDS:
            yield _Unit(word.stem, WordSpan(at, at + 1))
        elif word.kind == "number":
            yield _Unit(word.form, WordSpan(at, at + 1))
        elif word.kind == "han" and at + 1 < len(found) and found[at + 1].kind == "han":
            yield _Unit(word.form + found[at + 1].form, WordSpan(at, at + 2))


def _units_said(found: Sequence[Word]) -> Iterator[_Unit]:
    """Those of an answer, and each two neighbouring words as one: `Swi GLU`, `batch norm`."""
    yield from _units(found)
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


def _echo(units: frozenset[str], echoes: Sequence[frozenset[str]]) -> float:
    """The share of a point's telling words that come back, in the language in which more do; all if none is telling."""
    return max((len(echo & units) / len(echo) for echo in echoes if echo), default=1.0)


def _echoed(reply: Reply, echoes: Sequence[frozenset[str]]) -> tuple[WordSpan, ...]:
    """The places of a point's telling words."""
    wanted = frozenset().union(*echoes)
    return tuple(found.span for found in _units_said(reply.words) if found.unit in wanted)


def quote(text: str, places: Sequence[tuple[int, int]]) -> str:
    """The words at these places, as they were typed.

    >>> quote("It keeps the same variance", [(3, 8), (13, 17), (18, 26)])
    'keeps … same variance'
    """
    pieces: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if pieces and not text[pieces[-1][1] : start].strip():
            pieces[-1] = (pieces[-1][0], max(end, pieces[-1][1]))
        else:
            pieces.append((start, end))
    found = " … ".join(text[start:end] for start, end in pieces)
    return "".join(one if one.isprintable() else " " for one in found)
