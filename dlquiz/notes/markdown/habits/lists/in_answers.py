"""Lists of questions with answers of their own in the answer of another question, whose look is not theirs."""

from __future__ import annotations

from collections.abc import Sequence

from dlquiz.notes.markdown.asking import ASKS, asks, likelihood
from dlquiz.notes.markdown.habits.groups import has_body
from dlquiz.notes.markdown.habits.names import Found, habit_of
from dlquiz.notes.markdown.lines import SourceLine, place_below
from dlquiz.notes.markdown.spans import CardSpan
from dlquiz.notes.markdown.titles import Header

# How many items such a list has, and what share of them must ask, end in a question mark, and have an answer.
_LEAST, _ASKING, _MARKED, _ANSWERED = 8, 0.8, 0.5, 0.7


def find(lines: Sequence[SourceLine], headers: Sequence[Header], parts: Sequence[CardSpan], found: Found) -> None:
    """Add the items of such lists: numbered ones at the margin."""
    items = {one.at: one for one in headers if one.shape == "number" and one.indent < 2 and one.title}
    for part in parts:
        own = [items[at] for at in part.lines if at in items] if part.header is not None else []
        for listed in _lists(own):
            if _are_questions(lines, listed):
                found.add(listed, habit_of(listed))


def _lists(items: Sequence[Header]) -> list[list[Header]]:
    """The items of one look that are counted from 1 in each list."""
    lists: list[list[Header]] = []
    for one in items:
        if not lists or one.number == "1" or one.style != lists[-1][0].style:
            lists.append([])
        lists[-1].append(one)
    return lists


def _are_questions(lines: Sequence[SourceLine], items: Sequence[Header]) -> bool:
    if len(items) < _LEAST:
        return False
    asking = sum(likelihood(one) >= ASKS for one in items)
    marked = sum(asks(one.title) == 1.0 for one in items)
    places = {one.at for one in items}
    answered = sum(has_body(lines, one) and place_below(lines, one.at, 3) not in places for one in items)
    shares = zip((asking, marked, answered), (_ASKING, _MARKED, _ANSWERED), strict=True)
    return all(count >= share * len(items) for count, share in shares)
