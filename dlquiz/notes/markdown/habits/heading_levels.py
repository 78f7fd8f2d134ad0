"""Questions that are the headings of levels which a person names, and the levels that may be meant in a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dlquiz.notes.markdown.asking import ASKS, likelihood
from dlquiz.notes.markdown.habits.headings import has_own_body
from dlquiz.notes.markdown.habits.names import Found, habit_of
from dlquiz.notes.markdown.lines import SourceLine
from dlquiz.notes.markdown.titles import Header, is_outline, outline_of

# Where so large a share of the questions ask, there is no doubt which headings are questions.
_ASKING = 0.8


class HeadingLevel(NamedTuple):
    """The headings of one level: how many there are, how many of these are questions, and the title of the first."""

    level: int
    headings: int
    questions: int
    first: str


def find(lines: Sequence[SourceLine], headers: Sequence[Header], levels: Sequence[int]) -> Found:
    """The headings of these levels as questions. One with nothing but deeper questions below is their section."""
    outline = outline_of(headers)
    able = [
        one
        for place, one in enumerate(outline)
        if one.level in levels and not (_has_deeper(outline, place, levels) and not has_own_body(lines, outline, place))
    ]
    found = Found(levels=set(levels))
    if able:
        found.add(able, habit_of(able))
    return found


def levels_of(headers: Sequence[Header], found: Found) -> list[HeadingLevel]:
    """All levels of headings that the document has: those that a person may name."""
    asked = {one.at for one in found.questions}
    outline = outline_of(headers)
    levels = []
    for level in sorted({one.level for one in outline}):
        headings = [one for one in outline if one.level == level]
        questions = sum(one.at in asked for one in headings)
        first = next((one.title for one in headings if one.title), "")
        levels.append(HeadingLevel(level, len(headings), questions, first))
    return levels


def is_doubtful(levels: Sequence[HeadingLevel], found: Found) -> bool:
    """Whether a person may mean other headings than those found: always where nothing was found, and else where some
    questions are headings, too few of all ask, and more than one level has several headings."""
    questions = found.questions
    if not questions:
        return bool(levels)
    asking = sum(likelihood(one) >= ASKS for one in questions)
    several = sum(one.headings > 1 for one in levels) > 1
    return several and asking <= _ASKING * len(questions) and any(map(is_outline, questions))


def _has_deeper(outline: Sequence[Header], place: int, levels: Sequence[int]) -> bool:
    """Whether a heading of a deeper one of the levels stands below this one."""
    for one in outline[place + 1 :]:
        if one.level <= outline[place].level:
            return False
        if one.level in levels:
            return True
    return False
