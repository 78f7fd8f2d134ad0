"""Questions known by their numbers: those counted with brackets, `1) …`, beside lists counted with points, and those
that lost their look: `79. …` between `## 78. …` and `## 80. …`, `12 …` behind `11. …`, `2.1 …` below `2. …`."""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, zip_longest

from dlquiz.notes.markdown.asking import ASKS, asks, likelihood
from dlquiz.notes.markdown.habits.groups import Group
from dlquiz.notes.markdown.habits.names import Found, habit_of
from dlquiz.notes.markdown.lines import SourceLine
from dlquiz.notes.markdown.title_words import title_of
from dlquiz.notes.markdown.titles import Header, is_outline, outline_of

# How items are counted with brackets, and what share of them must ask.
_BRACKET = re.compile(r"(?:\*\*)?\d{1,3}\)")
_ASKING = 0.5
# A number that begins no item of a list: `12 What`, `17 .What`, `2.1 What`.
_NUMBER = re.compile(r"(?P<number>\d{1,3}(?:\.\d{1,2})?)(?:\s+\.\s*|\s+)(?=[^\W\d])")
# How many parts of numbers there must be, and what share must ask.
_PARTS, _PARTS_ASK = 3, 0.8
# How many headings must go on with the numbers of questions.
_HEADINGS = 3
# A number behind a mark or a word, and how many questions must have one, and what share.
_LABELLED_NUMBER = re.compile(r"\W*(?:[^\W\d]{1,12}\s*)?(?P<number>\d{1,3})\s*[-–.):：、]\s*(?=\S)")
_LEAST_COUNTED, _COUNTED = 5, 0.8
# So many numbers may be missing in a row.
_WIDEST = 3


def find(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Add the items counted with brackets, and those that lost their look."""
    if bracketed := _bracketed(lines, headers, found):
        found.add(bracketed, "F5")
    headings = [*_going_on(headers, found)]
    if len(headings) >= _HEADINGS:
        found.add(headings, "F1")
        found.levels |= {one.level for one in headings}
    if plain := [*_in_text(lines, headers, found.questions)]:
        found.add(plain, "F5")
    if found.questions and Group(tuple(found.questions)).counted() and (between := [*_between(headers, found)]):
        found.add(between, "F5")
    if lost := [*_lost(lines, headers, found.questions)]:
        found.add(lost, habit_of(lost))
        found.levels |= {one.level for one in lost if is_outline(one)}


def _bracketed(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> list[Header]:
    """The items at the margin counted with brackets, wherever they stand, when their numbers go on through the file and
    most ask."""
    able = (one for one in headers if one.shape == "number" or (one.shape == "bold" and one.number))
    numbered = [one for one in able if one.indent < 2 and one.title]
    items = [one for one in numbered if _BRACKET.match(lines[one.at].words)]
    if len(items) == len(numbered) or not Group(tuple(items)).counted():
        return []
    if sum(likelihood(one) >= ASKS for one in items) < _ASKING * len(items):
        return []
    asked = {one.at for one in found.questions}
    return [one for one in items if one.at not in asked]


def _between(headers: Sequence[Header], found: Found) -> Iterator[Header]:
    """The items with the numbers that are missing where the questions are counted through the file."""
    able = [one for one in headers if one.shape in ("number", "bold") and one.indent < 2 and one.title]
    items = [one for one in able if one.number.isdecimal()]
    places = [one.at for one in items]
    for before, after in pairwise(found.questions):
        if before.number.isdecimal() and after.number.isdecimal():
            inside = items[bisect(places, before.at) : bisect(places, after.at - 1)]
            yield from _missing(inside, int(before.number), int(after.number))


def _lost(lines: Sequence[SourceLine], headers: Sequence[Header], questions: Sequence[Header]) -> Iterator[Header]:
    """The one line that asks and begins with the number missing between two questions, or before the second: `Questoin
    7- What …` between `Question 6- …` and `Question 8- …`."""
    counted = [one for one in questions if one.number.isdecimal()]
    if len(counted) < max(_LEAST_COUNTED, _COUNTED * len(questions)):
        return
    by_line = {one.at: one for one in headers}
    begin = Header(-1, "label", "plain", "", number="0")
    for before, after in pairwise([begin, *counted]):
        if int(after.number) - int(before.number) == 2:
            able = [*_with_number(lines, before.at + 1, after.at, int(after.number) - 1)]
            if len(able) == 1:
                yield by_line.get(able[0].at, able[0])


def _with_number(lines: Sequence[SourceLine], begin: int, end: int, number: int) -> Iterator[Header]:
    for at in range(begin, end):
        line = lines[at]
        own = _LABELLED_NUMBER.match(line.words) if line.state == "text" and line.indent < 2 else None
        if own and int(own["number"]) == number and asks(title := title_of(line.words[own.end() :]).words) >= ASKS:
            yield Header(at, "label", "plain", title, number=own["number"])


def _going_on(headers: Sequence[Header], found: Found) -> Iterator[Header]:
    """The headings that ask, with numbers that no other heading has, next to those of questions or of one another."""
    asked = {one.at for one in found.questions}
    outline = [one for one in outline_of(headers) if one.number.isdecimal()]
    times = Counter(one.number for one in outline)
    taken = {int(one.number) for one in outline if one.at in asked}
    rest = [one for one in outline if one.at not in asked and times[one.number] == 1 and likelihood(one) >= ASKS]
    for one in sorted(rest, key=lambda one: int(one.number)):
        if int(one.number) - 1 in taken:
            taken.add(int(one.number))
            yield one


def _in_text(lines: Sequence[SourceLine], headers: Sequence[Header], questions: Sequence[Header]) -> Iterator[Header]:
    """The lines whose number is the next one behind the question above them or before the one below, and those that
    count the parts of its number, where nearly all ask."""
    items = {one.at: one for one in headers}
    headings = [one.at for one in outline_of(headers)]
    parts: list[Header] = []
    for above, below in zip_longest(questions, questions[1:]):
        if not above.number.isdecimal():
            continue
        numbered = [*_numbered(lines, above.at + 1, below.at if below else len(lines), items)]
        parts += [one for one in numbered if one.number.startswith(f"{above.number}.")]
        run = _counted(numbered, int(above.number))
        goes_on = below is not None and below.number == str(int(above.number) + len(run) + 1)
        asking = sum(asks(one.title) >= ASKS for one in run)
        listed = any(one.shape == "number" for one in run) and not (goes_on and asking * 2 >= len(run))
        if listed and not (run[:1] == numbered[:1] and _ends_section(lines, headings, run)):
            # A list in an answer may begin with the next number.
            continue
        if run and (asking if goes_on else asking * 2 >= len(run) > 1 or asks(run[0].title) == 1.0):
            yield from run
    plainly = [one for one in parts if asks(one.title) == 1.0]
    if len(plainly) >= max(_PARTS, _PARTS_ASK * len(parts)):
        yield from plainly


def _ends_section(lines: Sequence[SourceLine], headings: Sequence[int], run: Sequence[Header]) -> bool:
    """Whether they all end in a question mark, and the next heading stands below the last of them."""
    last = run[-1].at
    place = bisect(headings, last)
    end = headings[place] if place < len(headings) else len(lines)
    return all(asks(one.title) == 1.0 for one in run) and not any(lines[at].words for at in range(last + 1, end))


def _numbered(lines: Sequence[SourceLine], begin: int, end: int, headers: Mapping[int, Header]) -> Iterator[Header]:
    """The lines that begin with a number, as items of lists or otherwise."""
    for at in range(begin, end):
        line = lines[at]
        if at in headers:
            if headers[at].shape == "number" and headers[at].indent < 2 and headers[at].title:
                yield headers[at]
        elif line.words[:1].isdecimal() and line.state == "text" and (number := _NUMBER.match(line.words)):
            yield Header(at, "label", "plain", line.words[number.end() :], number=number["number"])


def _counted(numbered: Sequence[Header], number: int) -> list[Header]:
    """Those whose numbers go on from this one, 12, 13, 14 behind 11."""
    run: list[Header] = []
    for one in numbered:
        if one.number == str(number + len(run) + 1):
            run.append(one)
    return run


def _missing(inside: Sequence[Header], first: int, last: int) -> Iterator[Header]:
    """The items with the numbers missing between these; none where they belong to a list that begins before them or
    goes on behind them."""
    if not 1 < last - first <= _WIDEST + 1:
        return
    numbers = [int(one.number) for one in inside if first <= int(one.number) <= last]
    if numbers == [*range(first + 1, last)]:
        yield from (one for one in inside if first < int(one.number) < last)
