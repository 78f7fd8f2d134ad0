"""Questions that are the headings of levels which a person names, and the levels that may be meant in a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dlquiz.notes.markdown.asking import likelihood
from dlquiz.notes.markdown.habits.headings import has_own_body
from dlquiz.notes.markdown.habits.names import Found, habit_of
from dlquiz.notes.markdown.lines import SourceLine
from dlquiz.notes.markdown.sections import is_no_question
from dlquiz.notes.markdown.titles import Header, is_outline, outline_of

# So many headings of a level may be the questions of a file.
_LEAST = 3
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


def doubtful(headers: Sequence[Header], found: Found) -> list[HeadingLevel]:
    """The levels among which a person may choose: none where most questions ask or are no headings."""
    questions = found.questions
    asking = sum(likelihood(one) >= 0.9 for one in questions)
    if questions and (asking > _ASKING * len(questions) or not any(map(is_outline, questions))):
        return []
    levels = levels_of(headers, found)
    return levels if len(levels) > 1 else []


def levels_of(headers: Sequence[Header], found: Found) -> list[HeadingLevel]:
    """The levels with headings enough to be the questions of a file."""
    asked = {one.at for one in found.questions}
    outline = [one for one in headers if is_outline(one) and one.title and not is_no_question(one.title)]
    levels = []
    for level in sorted({one.level for one in outline}):
        headings = [one for one in outline if one.level == level]
        if len(headings) >= _LEAST:
            questions = sum(one.at in asked for one in headings)
            levels.append(HeadingLevel(level, len(headings), questions, headings[0].title))
    return levels


def _has_deeper(outline: Sequence[Header], place: int, levels: Sequence[int]) -> bool:
    """Whether a heading of a deeper one of the levels stands below this one."""
    for one in outline[place + 1 :]:
        if one.level <= outline[place].level:
            return False
        if one.level in levels:
            return True
    return False
