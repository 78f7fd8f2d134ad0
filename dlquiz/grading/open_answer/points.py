"""Which points of an open card a typed answer makes: said, maybe or missing, and the words that speak for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from dlquiz.cards import Point, Text
from dlquiz.grading.open_answer.cue_rows import CueRow, Match, find, forms, is_forbidden, nearest, row
from dlquiz.grading.open_answer.echoes import Echoed, Echoes, echoes
from dlquiz.grading.open_answer.phrases import Reply, WordSpan
from dlquiz.grading.thesaurus import Thesaurus
from dlquiz.grading.typos import KnownWords, Vocabulary

PointState = Literal["said", "maybe", "missing"]

# Chosen on a part of the natural replies that no figure is reported of.
_WIDE = 30.0  # a cue whose words stand this near, though not near enough, may have been meant
_MOST_ROW = 0.6  # so may one of three or more groups of which this share occurs
_ECHO = 0.2  # so may a point of whose own words this share occurs
_FAINT_ECHO = 0.15  # the only point found is asked about when less of its own words occur
_ASIDE = 0.35  # and when the words that speak for it are less than this share of the answer
_MOST_POINTS = 0.5  # where cues of this share of the points were found, another's own words speak for it


class JudgedPoint(NamedTuple):
    """What a typed answer makes of one point, counted from 1; `by` are the places of the words that speak for it."""

    point: int
    state: PointState
    by: tuple[tuple[int, int], ...] = ()


class _Target(NamedTuple):
    """A point, ready to be looked for."""

    rows: tuple[CueRow, ...]
    echoes: Echoes


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
    made = tuple(
        _Target(tuple(row(cue, thesaurus) for cue in (*point.cues_en, *point.cues_zh)), own)
        for point, own in zip(points, echoes([point.text for point in points], question), strict=True)
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
    matches = [[match for one in target.rows if (match := find(reply, one)) is not None] for target in card.points]
    made = sum(map(bool, matches))
    echoed = Echoed(reply)
    judged = [
        _judged(reply, echoed, target, found, made / len(card.points), alone=made == 1 < len(card.points))
        for target, found in zip(card.points, matches, strict=True)
    ]
    return tuple(
        JudgedPoint(number, state, reply.typed(spans)) for number, (state, spans) in enumerate(judged, start=1)
    )


def _judged(
    reply: Reply, echoed: Echoed, target: _Target, matches: Sequence[Match], share: float, *, alone: bool
) -> tuple[PointState, Sequence[WordSpan]]:
    """The state of a point and the words that speak for it; `share` is that of the points of which a cue was found,
    `alone` whether this is the only one."""
    echo = echoed.share(target.echoes)
    if matches:
        doubted = alone and echo < _FAINT_ECHO and _is_aside(reply, matches)
        return ("maybe" if doubted else "said"), _plainest(matches).spans
    if share >= _MOST_POINTS and (spans := echoed.clear_places(target.echoes)):
        return "said", spans
    spans = _hinted(reply, target.rows) or (echoed.places(target.echoes) if echo >= _ECHO else ())
    return ("maybe" if spans else "missing"), spans


def _plainest(matches: Iterable[Match]) -> Match:
    """The match that says a point most plainly: as written rather than by synonyms, near together."""
    return min(matches, key=lambda match: (match.synonyms, -len(match.spans), match.spread))


def _is_aside(reply: Reply, matches: Iterable[Match]) -> bool:
    """Whether all cues found are the same words and these a small part of the answer, found together by chance."""
    first, *others = {match.spans for match in matches}
    return not others and sum(span.end - span.start for span in first) < _ASIDE * len(reply.words)


def _hinted(reply: Reply, rows: Iterable[CueRow]) -> tuple[WordSpan, ...]:
    """The words of a cue that was nearly said: too far apart, denied, or with one word missing."""
    for one in rows:
        match = nearest(reply, one.groups, _WIDE)
        if match is None and len(one.groups) > 2:
            present = [group for group in one.groups if any(reply.find(phrase) for phrase in group.phrases)]
            match = nearest(reply, present, _WIDE) if len(present) >= _MOST_ROW * len(one.groups) else None
        if match is not None and not is_forbidden(reply, one, match.spans):
            return match.spans
    return ()


def quote(text: str, places: Sequence[tuple[int, int]]) -> str:
    """The words at these places, as they were typed.

    >>> quote("It keeps the same variance", [(3, 8), (13, 17), (18, 26)])
    'keeps … same variance'
    >>> quote("drawn from N(0,1).", [(11, 16)])
    'N(0,1)'
    """
    pieces: list[tuple[int, int]] = []
    for start, end in ((start, _closed(text, start, end)) for start, end in sorted(places)):
        if pieces and not text[pieces[-1][1] : start].strip():
            pieces[-1] = (pieces[-1][0], max(end, pieces[-1][1]))
        else:
            pieces.append((start, end))
    found = " … ".join(text[start:end] for start, end in pieces)
    return "".join(one if one.isprintable() else " " for one in found)


_OPENING, _CLOSING = "([{（［【", ")]}）］】"


def _closed(text: str, start: int, end: int) -> int:
    """The end of words with the brackets behind them that close those opened in them, of whatever kind, as an interval
    may have two; words do not end in a bracket."""
    opened = 0
    for character in text[start:end]:
        opened = opened + 1 if character in _OPENING else max(0, opened - (character in _CLOSING))
    while opened and text[end : end + 1] and text[end] in _CLOSING:
        end, opened = end + 1, opened - 1
    return end
