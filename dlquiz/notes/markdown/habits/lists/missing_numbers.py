"""Questions that lost their look but not their number: `79. …` between the headings `## 78. …` and `## 80. …`."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from dlquiz.notes.markdown.asking import likelihood
from dlquiz.notes.markdown.habits.groups import Group
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.titles import Header, outline_of

# How many headings must go on with the numbers of questions.
_HEADINGS = 3
# So many numbers may be missing in a row.
_WIDEST = 3


def find(headers: Sequence[Header], found: Found) -> None:
    """Add the items with the numbers that are missing where the questions are counted through the file, and the
    headings that ask and go on with the numbers of those that are questions."""
    headings = [*_going_on(headers, found)]
    if len(headings) >= _HEADINGS:
        found.add(headings, "F1")
        found.levels |= {one.level for one in headings}
    if not found.questions or not Group(tuple(found.questions)).counted():
        return
    able = [one for one in headers if one.shape in ("number", "bold") and one.indent < 2 and one.title]
    items = [one for one in able if one.number.isdecimal()]
    places = [one.at for one in items]
    new: list[Header] = []
    for before, after in pairwise(found.questions):
        if before.number.isdecimal() and after.number.isdecimal():
            inside = items[bisect(places, before.at) : bisect(places, after.at - 1)]
            new += _missing(inside, int(before.number), int(after.number))
    if new:
        found.add(new, "F5")


def _going_on(headers: Sequence[Header], found: Found) -> Iterator[Header]:
    """The headings that ask, with numbers that no other heading has, next to those of questions or of one another."""
    asked = {one.at for one in found.questions}
    outline = [one for one in outline_of(headers) if one.number.isdecimal()]
    times = Counter(one.number for one in outline)
    taken = {int(one.number) for one in outline if one.at in asked}
    rest = [one for one in outline if one.at not in asked and times[one.number] == 1 and likelihood(one) >= 0.9]
    for one in sorted(rest, key=lambda one: int(one.number)):
        if int(one.number) - 1 in taken:
            taken.add(int(one.number))
            yield one


def _missing(inside: Sequence[Header], first: int, last: int) -> Iterator[Header]:
    """The items with the numbers missing between these; none where they belong to a list that begins before them or
    goes on behind them."""
    if not 1 < last - first <= _WIDEST + 1:
        return
    numbers = [int(one.number) for one in inside if first <= int(one.number) <= last]
    if numbers == [*range(first + 1, last)]:
        yield from (one for one in inside if first < int(one.number) < last)
