"""Lists of questions, each with its answer, below headings that only name their subject."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from dlquiz.notes.markdown.asking import ASKS, asks, likelihood
from dlquiz.notes.markdown.habits.names import Found, habit_of
from dlquiz.notes.markdown.lines import SourceLine, line_below
from dlquiz.notes.markdown.spans import CardSpan
from dlquiz.notes.markdown.titles import Header, is_outline

# How many items there must be, what share of them must ask, and what share must have words of their own below.
_LEAST, _ASKING, _ANSWERED = 3, 0.6, 0.8


def find(lines: Sequence[SourceLine], headers: Sequence[Header], parts: Sequence[CardSpan], found: Found) -> bool:
    """Put the items in the place of the heading in whose answer they stand. Whether there are any."""
    before = len(found.questions)
    by_line = {one.at: one for one in headers}
    for part in parts:
        if part.header is None or not _names_subject(part.header):
            continue
        items = _outermost([by_line[at] for at in part.lines if at in by_line])
        asking = [one for one in items if asks(one.title) >= ASKS]
        answered = sum(_is_answered(lines, one) for one in items)
        if len(items) >= _LEAST and len(asking) >= _ASKING * len(items) and answered >= _ANSWERED * len(items):
            # The header of a part has the mark of difficulty below it, so it may not be equal to the one found.
            found.questions[:] = [one for one in found.questions if one.at != part.header.at]
            found.add(items, habit_of(items))
    return len(found.questions) > before


def _names_subject(one: Header) -> bool:
    """Whether it is a heading without a number that asks nothing."""
    return is_outline(one) and not one.number and likelihood(one) < ASKS


def _outermost(headers: Sequence[Header]) -> list[Header]:
    """The items of one look that stand furthest out."""
    looks: dict[tuple[int, str], list[Header]] = defaultdict(list)
    for one in headers:
        if one.shape in ("bullet", "number"):
            looks[one.indent, one.style].append(one)
    return looks[min(looks)] if looks else []


def _is_answered(lines: Sequence[SourceLine], one: Header) -> bool:
    """Whether words stand below an item that are indented further, or the answer stands behind it."""
    below = line_below(lines, one.at, 3)
    return one.rest != "" or (below is not None and below.indent > one.indent)
