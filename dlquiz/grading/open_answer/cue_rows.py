"""Cues: rows of word groups that must occur near one another in a typed answer.

`variance|方差 same|kept|不变` asks for one word of each group, in any order; `_` keeps words together in order
(`batch_norm`), a word of four letters or more is the beginning of a word, `!mse|平方` forbids its words in the clause.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from dlquiz.grading.open_answer.keywords import CueError, WordGroup, groups, has_open_bracket
from dlquiz.grading.open_answer.phrases import Phrase, Reply, WordSpan, is_findable, phrase
from dlquiz.grading.thesaurus import Thesaurus

WINDOW = 8.0  # how far apart the words of a row may stand, in words
_MOST_GROUPS = 8
_MOST_SPANS = 8  # of one group that are tried
_MOST_REFUSED = 256  # choices of words that are not allowed, after which no other is tried
_NOT_NEEDED = frozenset(
    ("a", "an", "the", "of", "to", "is", "are", "be", "it", "its", "in", "on", "at", "for", "and", "or", "with", "as",
     "by", "that", "this", "from", "into")
)  # fmt: skip


class CueGroup(NamedTuple):
    """Phrases of which one must occur: as written, or as the thesaurus has it."""

    phrases: tuple[Phrase, ...]
    synonyms: tuple[Phrase, ...] = ()


class CueRow(NamedTuple):
    """A compiled cue."""

    text: str
    groups: tuple[CueGroup, ...]
    forbidden: tuple[Phrase, ...] = ()


def row(cue: str, thesaurus: Thesaurus | None = None) -> CueRow:
    """Compile a cue; a plain cue of several words is a row too, its little words left out. One that cannot be read,
    which a bank does not let through, is found nowhere.

    >>> [[one.text for one in group.phrases] for group in row("variance|方差 same|kept !mean").groups]
    [['variance', '方差'], ['same', 'kept']]
    >>> [[one.text for one in group.phrases] for group in row("the size of the map").groups]
    [['size'], ['map']]
    """
    try:
        written = groups(cue) or tuple(WordGroup((word,)) for word in cue.split())
    except CueError:
        return CueRow(cue, ())
    asked = [group.alternatives for group in written if not group.forbidden]
    telling = [group for group in asked if not (len(group) == 1 and group[0].lower() in _NOT_NEEDED)]
    needed = telling if len(telling) > 1 else asked
    made = tuple(_group(group, thesaurus) for group in needed[:_MOST_GROUPS])
    compiled = tuple(group for group in made if group.phrases)
    forbidden = tuple(phrase(one) for group in written if group.forbidden for one in group.alternatives)
    return CueRow(cue, compiled, forbidden)


def _group(texts: Sequence[str], thesaurus: Thesaurus | None) -> CueGroup:
    own = [one for one in map(phrase, texts) if one.parts]
    others = [other for text in texts for other in (thesaurus.others(text.replace("_", " ")) if thesaurus else ())]
    return CueGroup(tuple(own), tuple(one for one in map(phrase, dict.fromkeys(others)) if one.parts))


class Match(NamedTuple):
    """The words that speak for a cue; `synonyms` of them only as the thesaurus has it."""

    spans: tuple[WordSpan, ...]
    spread: float
    synonyms: int


def find(reply: Reply, cue: CueRow, window: float = WINDOW) -> Match | None:
    """The nearest words that make the cue in a clause without forbidden words, if they are not denied.

    >>> spans = lambda cue, text: (match := find(Reply(text), row(cue))) and Reply(text).typed(match.spans)
    >>> spans("variance|方差 same|kept", "It keeps the same variance"), spans("variance kept", "variance is not kept")
    (((13, 17), (18, 26)), None)
    >>> spans("not variance", "not the variance"), spans("steep !mse", "cross entropy is flat, MSE is steep")
    (((0, 3), (8, 16)), None)
    """

    def allowed(spans: Sequence[WordSpan]) -> bool:
        return not (reply.denies_apart(spans) or is_forbidden(reply, cue, spans))

    match = nearest(reply, cue.groups, window, allowed)
    if match is None or not reply.is_denied(match.spans):
        return match
    # What one sentence denies another may say.
    return nearest(reply, cue.groups, window, lambda spans: allowed(spans) and not reply.is_denied(spans))


def matches(cue: str, reply: Reply) -> bool:
    """Whether a cue as written occurs in the text.

    >>> matches("multipl", Reply("Backprop multiplies one factor per layer")), matches("flat", Reply("it inflates"))
    (True, False)
    """
    return find(reply, _row(cue)) is not None


def unreadable(cue: str) -> tuple[str, ...]:
    """The words of a cue that no answer can hold: particles and brackets, of which nothing is looked at, more words
    in a row than are looked up, and alternatives that an open bracket keeps together.

    >>> unreadable("sign|方向 same|都|一样"), unreadable("方向_都_一样"), unreadable("(x) ()")
    (('都',), (), ('()',))
    >>> unreadable("same|all_of_them_are_positive"), unreadable("ratio ln_p|log(p")
    (('all_of_them_are_positive',), ('ln_p|log(p',))
    """
    try:
        written = groups(cue) or tuple(WordGroup((word,)) for word in cue.split())
    except CueError:
        return ()
    alternatives = (one for group in written for one in group.alternatives)
    return tuple(one for one in alternatives if not is_findable(phrase(one)) or has_open_bracket(one))


@lru_cache(maxsize=65536)
def _row(cue: str) -> CueRow:
    return row(cue)


def is_forbidden(reply: Reply, cue: CueRow, spans: Sequence[WordSpan]) -> bool:
    """Whether a forbidden word stands in a clause of the words found."""
    clauses = reply.clauses(spans) if cue.forbidden else frozenset[int]()
    return any(reply.words[span.start].clause in clauses for one in cue.forbidden for span in reply.find(one))


def _anywhere(spans: Sequence[WordSpan]) -> bool:
    return True


def nearest(
    reply: Reply,
    groups: Sequence[CueGroup],
    window: float,
    allowed: Callable[[Sequence[WordSpan]], bool] = _anywhere,
) -> Match | None:
    """The nearest words that are allowed, one phrase a group, no word used twice; None where they stand too far
    apart."""
    places: list[list[tuple[WordSpan, bool]]] = []
    for group in groups:
        if not (spans := _spans(reply, group)):
            return None
        places.append(spans)
    if not places:
        return None
    places.sort(key=len)
    best: Match | None = None
    cost = math.inf
    refused = 0

    def extend(at: int, picked: tuple[WordSpan, ...], synonyms: int) -> None:
        nonlocal best, cost, refused
        spread = reply.spread(picked) if picked else 0.0
        if spread > window or spread + 2 * synonyms >= cost or refused == _MOST_REFUSED:
            return
        if at == len(places):
            if not allowed(picked):
                refused += 1
                return
            best, cost = Match(picked, spread, synonyms), spread + 2 * synonyms
            return
        for span, is_synonym in places[at]:
            if all(span.end <= one.start or one.end <= span.start for one in picked):
                extend(at + 1, (*picked, span), synonyms + is_synonym)

    extend(0, (), 0)
    return best


def _spans(reply: Reply, group: CueGroup) -> list[tuple[WordSpan, bool]]:
    own = dict.fromkeys(span for one in group.phrases for span in reply.find(one))
    others = dict.fromkeys(span for one in group.synonyms for span in reply.find(one))
    return ([(span, False) for span in own] + [(span, True) for span in others if span not in own])[:_MOST_SPANS]


def forms(rows: Iterable[CueRow]) -> Iterator[str]:
    """The English words and beginnings of words of some cues."""
    for one in rows:
        for group in one.groups:
            for part in (part for wording in (*group.phrases, *group.synonyms) for part in wording.parts):
                if part.is_stem:
                    yield from (part.form, part.stem)
