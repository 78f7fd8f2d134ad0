"""Items that only introduce the questions below them: those become cards, with the words of the stem before them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from dlquiz.notes.markdown.asking import ASKS, asks, likelihood
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.lines import SourceLine, ends_asking
from dlquiz.notes.markdown.titles import Header, outline_of

_SHARE = 0.6
_ITEMS = ("number", "bullet", "label")
# So many times as many items of one look have answers below them as seem to have questions, where none is a stem but
# those above several question marks: the words of an answer may look as if they asked.
_TIMES = 3


class _Below(NamedTuple):
    """What stands below an item: its questions, the stems of these, and whether any items are nested there."""

    questions: list[Header]
    stems: set[int]
    nested: bool


_NOTHING = _Below([], set(), False)


def expand(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Put the questions below each stem in its place, and note the stem."""
    items = [one for one in headers if one.shape in _ITEMS]
    begins = [one.at for one in items]
    tops = sorted([*found.questions, *found.topics], key=lambda one: one.at)
    inner = _right_below(lines, tops)
    ends = sorted({one.at for one in tops if one.at not in inner} | {one.at for one in outline_of(headers)})
    asked = {one.at for one in found.questions}
    below: dict[int, _Below] = {}
    for one in tops:
        if one.shape in ("number", "bullet"):
            place = bisect_right(ends, one.at)
            end = ends[place] if place < len(ends) else len(lines)
            inside = items[bisect_right(begins, one.at) : bisect_right(begins, end - 1)]
            own = Found()
            below[one.at] = _Below(_expanded(lines, one, inside, end, own), own.stems, _is_nested(one, inside))
    answered = _looks_with_answers(tops, below)
    out: list[Header] = []
    expanded: set[int] = set()
    for one in tops:
        if one.at in expanded:
            continue
        questions, stems, _ = below.get(one.at, _NOTHING)
        if _look_of(one) in answered and not _ask_plainly(questions):
            questions = []
        found.stems |= stems if questions else set()
        expanded |= {child.at for child in questions}
        out += questions or ([one] if one.at in asked else [])
    found.questions[:] = out


def _is_nested(stem: Header, below: Sequence[Header]) -> bool:
    """Whether the next item stands further in."""
    return bool(below) and below[0].indent > stem.indent


def _looks_with_answers(tops: Sequence[Header], below: Mapping[int, _Below]) -> set[tuple[str, int]]:
    """The looks of the items that have answers below them, several times as often as questions."""
    nested = [one for one in tops if one.at in below and below[one.at].nested]
    stems = Counter(_look_of(one) for one in nested if below[one.at].questions)
    return {look for look, count in Counter(map(_look_of, nested)).items() if count > (_TIMES + 1) * stems[look] > 0}


def _look_of(item: Header) -> tuple[str, int]:
    return item.style, item.indent


def _ask_plainly(questions: Sequence[Header]) -> bool:
    """Whether there are several, which all end in a question mark."""
    return len(questions) > 1 and all(asks(one.title) == 1.0 for one in questions)


def _right_below(lines: Sequence[SourceLine], tops: Sequence[Header]) -> set[int]:
    """The lines of the questions that stand further in right below a numbered one that does not ask itself, and of
    those that follow them there."""
    inner: set[int] = set()
    for above, one in pairwise(tops):
        deeper = one.shape == above.shape == "number" and one.indent > above.indent + 1
        if above.at in inner:
            if one.shape == "number" and one.indent == above.indent:
                inner.add(one.at)
        elif deeper and not ends_asking(above.title) and not any(line.words for line in lines[above.at + 1 : one.at]):
            inner.add(one.at)
    return inner


def _expanded(
    lines: Sequence[SourceLine], stem: Header, below: Sequence[Header], end: int, found: Found
) -> list[Header]:
    """The questions below a stem, each with its words; none when what is below is an answer."""
    children = _children(lines, stem, below, end)
    if not children or stem.rest:
        return []
    if stem.title.rstrip(" *").endswith(("?", "？")):
        # In an outline a question may have questions below it; anywhere else they are its answer.
        ask = stem.shape == "bullet" and len(children) > 1 and min(asks(one.title) for one in children) == 1.0
        return [stem, *children] if ask else []
    questions: list[Header] = []
    stems: set[int] = set()
    asking = 0
    for place, one in enumerate(children):
        last = children[place + 1].at if place + 1 < len(children) else end
        inner = Found()
        deeper = [other for other in below if one.at < other.at < last]
        nested = _expanded(lines, one, deeper, last, inner)
        asking += bool(nested) or likelihood(one) >= ASKS
        questions += nested or [one]
        stems |= inner.stems
    if asking < _SHARE * len(children):
        return []
    found.stems |= stems | {stem.at}
    return [one._replace(title=joined(stem.title, one.title), mark=one.mark or stem.mark) for one in questions]


def _children(lines: Sequence[SourceLine], stem: Header, below: Sequence[Header], end: int) -> list[Header]:
    """The items right below the stem, when it has nothing else: no words of its own, and nothing further out."""
    if not below or below[0].indent <= stem.indent:
        return []
    margin = below[0].indent
    if any(lines[at].words for at in range(stem.at + 1, below[0].at)):
        return []
    own = {one.at for one in below}
    for at in range(below[0].at, end):
        line = lines[at]
        if line.state == "text" and line.indent <= stem.indent:
            end = at
            break
        if line.state == "text" and (line.indent < margin or (line.indent == margin and at not in own)):
            return []
    return [one for one in below if one.indent == margin and one.at < end]


def joined(stem: str, question: str) -> str:
    """The words of a stem and a question below it.

    >>> joined("Gradients vanish.", "Why?"), joined("Layer Norm", "怎么算？")
    ('Gradients vanish. Why?', 'Layer Norm: 怎么算？')
    >>> joined("", "Why?")
    'Why?'
    """
    if not (stem and question):
        return stem or question
    return stem + (" " if re.search(r"[.。:：!?,，;；]$", stem) else ": ") + question
