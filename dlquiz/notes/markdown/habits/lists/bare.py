"""Bullets of what was asked, with nothing below them: the one that does not ask is no answer to the one above it."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from itertools import groupby

from dlquiz.notes.markdown.asking import ASKS, asks
from dlquiz.notes.markdown.habits.groups import Group
from dlquiz.notes.markdown.habits.names import Found, habit_of
from dlquiz.notes.markdown.lines import SourceLine, has_chinese, line_below
from dlquiz.notes.markdown.sections import is_bare_part, is_no_question
from dlquiz.notes.markdown.titles import Header, header, outline_of

# How many bullets there must be, and what share of them must have nothing below, ask, and ask with a question mark.
_LEAST, _BARE, _ASKING, _MARKED = 12, 0.8, 0.5, 0.25
# Where so many ask in Chinese, a question mark is not needed: it is often left out.
_ASKING_IN_CHINESE = 0.5
_IN_A_ROW = 0.5
# The name of a subject is no longer, nor is what was asked, unless it is worded as a question.
_NAME, _LONGEST, _LONGEST_ASKING = 60, 240, 480
_SENTENCE_ENDS = ("。", ".", ":", "：", ";", "；")


def find(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> bool:
    """Take all bullets at the margin of a file whose lists are bare, when at least half of them ask and nothing else
    does: those in sections that ask, and in sections between these, short names. Whether there are any."""
    begins = [one.at for one in outline_of(headers)]
    items = [one for one in headers if one.style == "-" and one.indent < 2 and not is_no_question(one.title)]
    if {one.at for one in found.questions} - {one.at for one in items} or not _ask_barely(lines, items):
        return False
    sections = [(heading, [*group]) for heading, group in groupby(items, lambda one: _heading_of(begins, one))]
    asking = [place for place, (_, section) in enumerate(sections) if any(asks(one.title) >= ASKS for one in section)]
    found.questions[:] = [
        one
        for place, (heading, section) in enumerate(sections[: asking[-1] + 1])
        if place in asking or (place > asking[0] and are_names(lines, section, heading))
        for one in section
        if len(one.title) <= (_LONGEST_ASKING if asks(one.title) >= ASKS else _LONGEST)
    ]
    found.habits[:], found.levels, found.stems, found.topics = [habit_of(items)], set(), set(), []
    return True


def _heading_of(begins: Sequence[int], item: Header) -> int:
    """The line of the heading above an item; -1 when there is none."""
    place = bisect(begins, item.at)
    return begins[place - 1] if place else -1


def are_names(lines: Sequence[SourceLine], items: Sequence[Header], heading: int) -> bool:
    """Whether the items below the heading in this line name subjects: most are short and no sentences, no more than
    half are links, and the heading is none such as `Resources`."""
    above = header(lines[heading], heading)
    if above is not None and (is_no_question(above.title) or is_bare_part(above)):
        return False
    short = sum(len(one.title) <= _NAME and not one.title.endswith(_SENTENCE_ENDS) for one in items)
    linked = sum("](" in lines[one.at].text or "://" in lines[one.at].text for one in items)
    return len(items) > 1 and short * 2 >= len(items) and linked * 2 <= len(items)


def _ask_barely(lines: Sequence[SourceLine], items: Sequence[Header]) -> bool:
    bare = sum(_has_nothing_below(lines, one) for one in items)
    asking = sum(asks(one.title) >= 0.5 for one in items)
    marked = sum(asks(one.title) == 1.0 for one in items)
    chinese = sum(asks(one.title) >= ASKS and has_chinese(one.title) for one in items)
    worded = marked >= _MARKED * len(items) or chinese >= _ASKING_IN_CHINESE * len(items)
    shares = bare >= _BARE * len(items) and asking >= _ASKING * len(items) and worded
    # Where questions and answers take turns, no two questions stand side by side.
    return len(items) >= _LEAST and shares and Group(tuple(items)).in_a_row() >= _IN_A_ROW


def _has_nothing_below(lines: Sequence[SourceLine], one: Header) -> bool:
    """Whether the next line with words is another bullet at the margin, or a heading."""
    below = line_below(lines, one.at, 5)
    if below is None:
        return True
    return below.state == "text" and below.indent < 2 and below.words.startswith(("#", "- ", "* ", "+ ", "• "))
