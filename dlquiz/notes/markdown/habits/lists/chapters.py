"""Nested lists without headings: items at the margin name chapters, those below subjects or what is asked of one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter

from dlquiz.notes.markdown.asking import ASKS, likelihood
from dlquiz.notes.markdown.habits.names import Found, habit_of
from dlquiz.notes.markdown.lines import SourceLine, line_below
from dlquiz.notes.markdown.titles import Header, is_answer_title, is_outline

# How many chapters there must be, how many subjects in all, and what share of the lines with words are items.
_CHAPTERS, _SUBJECTS, _SHARE = 3, 12, 0.4
# A chapter has a name that is no longer, and so large a share of the items at the margin are chapters.
_NAME, _NAMED = 30, 0.75
# The share of the items below a subject that must ask to be questions in its place.
_ASKING = 0.5
_line_of = attrgetter("at")


def find(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Take the items one level below the chapters, or those below them where half ask, when nothing else is a question
    and most chapters are a name alone."""
    if found.questions:
        return
    items = [one for one in headers if one.shape == "number" and one.title and not is_answer_title(one.title)]
    chapters = [one for one in items if one.indent < 2]
    headings = [one.at for one in headers if is_outline(one)]
    if not items or any(items[0].at < at < items[-1].at for at in headings):
        return
    words = sum(line.state == "text" for line in lines)
    named = sum(len(one.title) <= _NAME and _opens(lines, one) for one in chapters)
    if named < max(_CHAPTERS, _NAMED * len(chapters)) or len(items) < _SHARE * words:
        return
    ends = [*(one.at for one in chapters[1:]), len(lines)]
    parts = [_between(items, begin.at, end) for begin, end in zip(chapters, ends, strict=True)]
    questions = [one for part in parts for one in _questions(part)]
    if len(questions) >= _SUBJECTS:
        found.add(questions, habit_of(questions))
        found.stems = {one.at for one in chapters}


def _between(items: Sequence[Header], begin: int, end: int) -> Sequence[Header]:
    """The items behind one line and before another."""
    return items[bisect_right(items, begin, key=_line_of) : bisect_left(items, end, key=_line_of)]


def _opens(lines: Sequence[SourceLine], chapter: Header) -> bool:
    """Whether the next line with words is indented below the chapter."""
    below = line_below(lines, chapter.at, 3)
    return below is not None and below.state == "text" and below.indent > chapter.indent


def _questions(items: Sequence[Header]) -> Iterator[Header]:
    """The outermost of the items, and in the place of one those right below it that ask."""
    margin = min((one.indent for one in items), default=0)
    tops = [one for one in items if one.indent == margin]
    ends = [*(one.at for one in tops[1:]), items[-1].at + 1 if items else 0]
    for top, end in zip(tops, ends, strict=False):
        below = _between(items, top.at, end)
        inner = min((one.indent for one in below), default=0)
        children = [one for one in below if one.indent == inner]
        asking = sum(likelihood(one) >= ASKS for one in children)
        yield from children if children and asking >= _ASKING * len(children) else [top]
