"""Questions that are listed first, and stand again further down with their answers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Sequence, Set
from functools import cached_property
from itertools import islice, takewhile

from dlquiz.notes.keys import normalised
from dlquiz.notes.markdown.asking import ASKS, asks
from dlquiz.notes.markdown.habits.groups import has_body
from dlquiz.notes.markdown.habits.names import Found, habit_of
from dlquiz.notes.markdown.lines import SourceLine, place_below
from dlquiz.notes.markdown.title_words import BOLD_NAME, title_of
from dlquiz.notes.markdown.titles import Header

# How many questions must stand again further down, what share of all, and what share of them must stand right above
# another one, without an answer.
_LEAST, _SHARE, _IN_A_ROW = 4, 0.6, 0.7
# What share of a list must stand again further down; how many pairs of letters a question has, and what share of those
# of one must be in the other, which may say more: in a few letters `a stack` is another question than `a queue`; and
# how long a line is at most.
_LISTED_AGAIN, _SHORTEST, _NEAR, _LONGEST, _LONGEST_LISTED = 0.7, 6, 0.95, 400, 200
# How many of the rarest pairs of a question are looked up, and in how many lines each.
_RAREST, _MOST = 6, 50
# How many lines with words below a question are looked at, and how far down.
_BELOW, _FAR = 3, 10
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


def leave_lists(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> set[int]:
    """Put the lines further down in the place of the questions of a list without answers, where most of them stand
    again there, in the same words or with some left out; the lines of these questions."""
    lists = _lists_without_answers(lines, found.questions)
    if not lists:
        return set()
    able = _Answered(lines, headers, found.questions)
    again: dict[int, Header] = {}
    for listed in lists:
        again |= able.further_down(listed)
    found.questions[:] = [one for one in found.questions if one.at not in again]
    # They are no answer to a question of the list that stands nowhere else.
    found.stems |= {*again}
    known = {one.at for one in found.questions} | {*again}
    if new := [*{one.at: one for one in again.values() if one.at not in known}.values()]:
        found.add(new, habit_of(new))
    return {*again}


def _lists_without_answers(lines: Sequence[SourceLine], questions: Sequence[Header]) -> list[list[Header]]:
    """The questions of each list in which every one stands right below the one before."""
    runs: list[list[Header]] = []
    for one in filter(_is_short, questions):
        if runs and place_below(lines, runs[-1][-1].at, 3) == one.at:
            runs[-1].append(one)
        else:
            runs.append([one])
    return [run for run in runs if len(run) >= _LEAST]


def _is_short(one: Header) -> bool:
    """Whether no answer stands on the line of a question."""
    return len(one.title) <= _LONGEST_LISTED and not one.rest and asks(one.title) >= 0.5


class _Answered:
    """The questions and other lines that ask and are answered, by the pairs of letters in their words."""

    def __init__(self, lines: Sequence[SourceLine], headers: Sequence[Header], questions: Sequence[Header]) -> None:
        asked = {one.at for one in questions}
        known = {one.at: one for one in [*headers, *questions]}
        able: list[Header] = []
        for at, line in enumerate(lines):
            if line.state == "text" and len(line.words) <= _LONGEST and not line.words.startswith("|"):
                one = known.get(at) or Header(at, "label", "plain", title_of(line.words).words)
                if one.title and asks(one.title) >= (0.5 if at in asked else ASKS):
                    able.append(one)
        places = {one.at for one in able}
        self._able = [one for one in able if _says_more(lines, one.at, places)]
        self._pairs = [_pairs(one.title) for one in self._able]
        self._with_pair: dict[str, list[int]] = defaultdict(list)
        for place, pairs in enumerate(self._pairs):
            for pair in pairs:
                self._with_pair[pair].append(place)

    def further_down(self, listed: Sequence[Header]) -> dict[int, Header]:
        """The lines behind the list that ask its questions, by the lines of these; none, unless most are asked there in
        no other words than in the list. Then one may also say more."""
        first = bisect_right(self._able, listed[-1].at, key=lambda one: one.at)
        # The lines of questions by the places of those that ask them again.
        found: dict[int, int] = {}
        for one in listed:
            if (place := self._nearest(one, first, found, may_add=False)) is not None:
                found[place] = one.at
        if len(found) < max(_LEAST, _LISTED_AGAIN * len(listed)):
            return {}
        again = {*found.values()}
        for one in listed:
            if one.at not in again and (place := self._nearest(one, first, found, may_add=True)) is not None:
                found[place] = one.at
        return {at: self._able[place] for place, at in found.items()}

    def _nearest(self, one: Header, first: int, taken: Collection[int], may_add: bool) -> int | None:
        """The place from `first` on, of those not taken, of the line that says most nearly the same, if any does."""
        pairs = _pairs(one.title)
        near: dict[int, int] = {}
        for place in self._with_rarest(pairs, first):
            shared, own = len(pairs & self._pairs[place]), len(self._pairs[place])
            size = min(len(pairs), own) if may_add else own
            if shared >= _NEAR * max(_SHORTEST, size) and place not in taken:
                near[place] = shared
        return max(near, key=lambda place: (near[place], -place)) if near else None

    def _with_rarest(self, pairs: Set[str], first: int) -> set[int]:
        """The lines from `first` on that have one of the pairs which stand in the fewest lines."""
        rarest = sorted((len(self._with_pair[pair]), pair) for pair in pairs if pair in self._with_pair)
        out: set[int] = set()
        for _, pair in rarest[:_RAREST]:
            places = self._with_pair[pair]
            begin = bisect_left(places, first)
            out |= {*places[begin : begin + _MOST]}
        return out


def _says_more(lines: Sequence[SourceLine], at: int, asking: Set[int]) -> bool:
    """Whether one of the next lines with words before a heading does not ask."""
    below = (place for place in range(at + 1, min(at + _FAR, len(lines))) if lines[place].words)
    near = takewhile(lambda place: not lines[place].words.startswith("#"), islice(below, _BELOW))
    return any(place not in asking for place in near)


def _pairs(title: str) -> frozenset[str]:
    """The pairs of letters that stand beside one another, but for those of a bold label."""
    words = normalised(BOLD_NAME.sub("", title, count=1) if title.startswith("**") else title)
    return frozenset(words[at : at + 2] for at in range(len(words) - 1))


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
