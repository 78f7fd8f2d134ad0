"""Questions that are listed first, and stand again further down with their answers."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from dlquiz.notes.keys import normalised
from dlquiz.notes.markdown.habits.groups import has_body
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.lines import SourceLine, place_below
from dlquiz.notes.markdown.titles import Header

# How many questions must stand again further down, what share of all, and what share of them must stand right above
# another one, without an answer.
_LEAST, _SHARE, _IN_A_ROW = 4, 0.6, 0.7
# What may stand behind the words of a question.
_MARKS = "*_`:： ?？.。"


def find(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Put the lines further down in the place of nearly all questions, where all of these stand above the first of
    those."""
    by_title: dict[str, Header] = {}
    for one in found.questions:
        by_title.setdefault(normalised(one.title), one)
    if len(by_title) < _LEAST:
        return
    known = {one.at: one for one in [*headers, *found.questions]}
    again: dict[str, Header] = {}
    # Comparing the last letters first takes a tenth of the time.
    ends = {one.title.rstrip(_MARKS)[-3:] for one in by_title.values()}
    for at, line in enumerate(lines):
        if line.state == "text" and line.words.rstrip(_MARKS)[-3:] in ends:
            one = known.get(at) or Header(at, "label", "plain", line.words)
            title = normalised(one.title)
            if title in by_title and at > by_title[title].at:
                again[title] = one
    listed = {by_title[title].at for title in again}
    if len(again) < max(_LEAST, _SHARE * len(by_title)) or max(listed) > min(one.at for one in again.values()):
        return
    if sum(place_below(lines, at, 3) in listed for at in listed) < _IN_A_ROW * len(listed):
        return
    found.questions[:] = [one for one in found.questions if one.at not in listed]
    asked = {one.at for one in found.questions}
    found.add([one for one in again.values() if one.at not in asked], "F3")


class AnsweredHeaders:
    """The headers that have answers, by their words."""

    def __init__(self, lines: Sequence[SourceLine], headers: Sequence[Header]) -> None:
        self._lines, self._headers = lines, headers

    @cached_property
    def _by_title(self) -> dict[str, list[Header]]:
        by_title: dict[str, list[Header]] = defaultdict(list)
        for one in self._headers:
            if one.title and has_body(self._lines, one):
                by_title[normalised(one.title)].append(one)
        return by_title

    def instead_of(self, items: Sequence[Header]) -> Sequence[Header]:
        """The headers further down that ask the same and have the answers, where all of these items have one there."""
        below = [self._below(one, items[-1].at) for one in items]
        return [one for one in below if one is not None] if None not in below else items

    def _below(self, item: Header, last: int) -> Header | None:
        same = self._by_title.get(normalised(item.title), [])
        place = bisect_right(same, last, key=lambda one: one.at)
        return same[place] if place < len(same) else None
