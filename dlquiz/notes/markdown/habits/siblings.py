"""Headings beside those that are questions: others of their level, and those below one of them that ask."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import dropwhile

from dlquiz.notes.markdown.asking import ASKS, TOPIC, likelihood, questions_plainly
from dlquiz.notes.markdown.habits import guides
from dlquiz.notes.markdown.habits.groups import asks_in_bold
from dlquiz.notes.markdown.habits.headings import has_own_body, headings_below
from dlquiz.notes.markdown.habits.names import Found, habit_of
from dlquiz.notes.markdown.lines import SourceLine, ends_asking, has_chinese
from dlquiz.notes.markdown.notes_file import NotesFile
from dlquiz.notes.markdown.sections import is_no_question, is_no_subject, is_round
from dlquiz.notes.markdown.spans import CardSpan
from dlquiz.notes.markdown.titles import Header, is_outline, outline_of

# How many headings of a level must be questions, what share of the level, and what share must ask; the shares in a file
# that is called or lies where notes for interviews do.
_LEAST, _QUESTIONS, _ASKING = 6, 2 / 3, 1 / 2
_QUESTIONS_FOR_INTERVIEWS, _ASKING_FOR_INTERVIEWS = 0.4, 0.25
# How long the name of a subject is at most that is no sentence.
_LONGEST = 60
# Where so large a share of the questions has a number, one has; where so large a share has no answer, one needs none.
_NUMBERED, _BARE = 0.9, 0.1
# How many headings below a question must end in a question mark, and what share of those right below it.
_LEAST_BELOW, _SHARE_BELOW = 3, 0.6
# How many questions of a level make it one of questions, wherever a heading of it stands.
_MANY_OF_LEVEL = 8
# How many bold lines below the name of a subject are its questions, and what share of those there.
_MANY_BOLD, _MOST_BOLD = 5, 0.7
# How many bold lines must ask outside of answers, and what stands before the question where they are parts: `Check: …?`
_LEAST_BOLD = 3
_LABEL = re.compile(r"[^:：]{1,10}[:：]")


def add_alike(notes: NotesFile, headers: Sequence[Header], found: Found) -> None:
    """Add the headings that ask nothing, at a level at which most are questions and many ask: those in Chinese, and
    others where no heading of the level has any below or is in Chinese."""
    outline = outline_of(headers)
    asked = {one.at for one in found.questions}
    for level in sorted({one.level for one in found.questions if is_outline(one)}):
        of_level = [place for place, one in enumerate(outline) if one.level == level and not is_no_subject(one)]
        questions = [place for place in of_level if outline[place].at in asked]
        leaves = not any(_is_divided(outline, place) or has_chinese(outline[place].title) for place in of_level)
        if _are_most(notes, [outline[place] for place in questions], len(of_level), leaves):
            new = [*_others(notes, outline, of_level, questions, leaves)]
            new = [place for place in new if asked.isdisjoint(one.at for one in headings_below(outline, place))]
            new = [place for place in new if not _holds_questions(notes, outline, place, asked)]
            found.add([outline[place] for place in new], habit_of([outline[place] for place in questions]))


def _holds_questions(notes: NotesFile, outline: Sequence[Header], place: int, asked: Set[int]) -> bool:
    """Whether a heading that asks nothing has questions below it, which are no headings."""
    end = outline[place + 1].at if place + 1 < len(outline) else len(notes.lines)
    return likelihood(outline[place]) < ASKS and not asked.isdisjoint(range(outline[place].at, end))


def _is_divided(outline: Sequence[Header], place: int) -> bool:
    """Whether the next heading is one below this."""
    return place + 1 < len(outline) and outline[place + 1].level > outline[place].level


def _are_most(notes: NotesFile, questions: Sequence[Header], count: int, leaves: bool) -> bool:
    """Whether these are most of so many headings, and many of them ask; where none has any below, half are enough."""
    for_interviews = guides.names_interviews(f"{notes.directories}/{notes.name}")
    share = _QUESTIONS_FOR_INTERVIEWS if for_interviews else _ASKING if leaves else _QUESTIONS
    asking = _ASKING_FOR_INTERVIEWS if for_interviews else _ASKING
    return (
        len(questions) >= max(_LEAST, share * count)
        and sum(likelihood(one) >= ASKS for one in questions) >= asking * count
    )


def _others(
    notes: NotesFile, outline: Sequence[Header], places: Sequence[int], questions: Sequence[int], leaves: bool
) -> Iterator[int]:
    """The places behind the first question where headings in Chinese, or `leaves` in any language, have what nearly all
    questions have: a number, and an answer."""
    numbered = sum(bool(outline[place].number) for place in questions) >= _NUMBERED * len(questions)
    bare = sum(not has_own_body(notes.lines, outline, place) for place in questions) >= _BARE * len(questions)
    taken, numbers = {*questions}, {outline[place].number for place in questions}
    for place in places:
        one = outline[place]
        whole = (one.number or not numbered) and (bare or has_own_body(notes.lines, outline, place))
        leaf = leaves and 0 < len(one.title) <= _LONGEST and (one.number not in numbers if numbered else not one.number)
        named = (has_chinese(one.title) or leaf) and not is_round(one.title)
        if place > questions[0] and place not in taken and whole and named:
            yield place


def add_below(headers: Sequence[Header], found: Found) -> None:
    """Add the headings right below a question that ask, from one with a question mark on, where these are several, most
    and the last ones: what stands before them is the answer."""
    outline = outline_of(headers)
    asked = {one.at for one in found.questions}
    counts = Counter(one.level for one in found.questions if is_outline(one))
    new: list[Header] = []
    for place, one in enumerate(outline):
        below = headings_below(outline, place) if one.at in asked else []
        parts = [other for other in below if other.level == below[0].level]
        if below and asked.isdisjoint(other.at for other in below):
            new += _last_that_ask(parts)
        elif below and counts[below[0].level] >= _MANY_OF_LEVEL:
            new += [other for other in _of_known_level(parts) if other.at not in asked]
    if new:
        found.add(new, habit_of(new))
        found.levels |= {one.level for one in new}


def _of_known_level(parts: Sequence[Header]) -> list[Header]:
    """The headings that ask, where these are several and most, at a level at which many others are questions."""
    asking = [part for part in parts if questions_plainly(part) and not is_no_question(part.title)]
    return asking if len(asking) >= max(_LEAST_BELOW, _SHARE_BELOW * len(parts)) else []


def _last_that_ask(parts: Sequence[Header]) -> list[Header]:
    """The headings from the first one with a question mark on, where all these ask and are enough."""
    last = [*dropwhile(lambda part: not ends_asking(part.title), parts)]
    enough = len(last) >= max(_LEAST_BELOW, _SHARE_BELOW * len(parts))
    asking = all(questions_plainly(part) and not is_no_question(part.title) for part in last)
    return last if enough and asking else []


def bold_questions(headers: Sequence[Header], found: Found) -> list[Header]:
    """The bold lines at the margin that end in a question mark and are no questions yet, where these are several beside
    others."""
    asked = {one.at for one in found.questions}
    bold = [one for one in headers if one.at not in asked and asks_in_bold(one)]
    asking = [one for one in bold if not _LABEL.match(one.title)]
    return asking if asked and len(asking) >= _LEAST_BOLD else []


def add_outside(
    lines: Sequence[SourceLine],
    headers: Sequence[Header],
    bold: Sequence[Header],
    parts: Sequence[CardSpan],
    found: Found,
) -> None:
    """Add the bold lines that divide what no card has, where these are several, and those that are nearly all below a
    heading that only names a subject: they take its place, unless words stand above them."""
    titles = {at for part in parts if part.header is None for at in part.titles}
    new = [one for one in bold if one.at in titles]
    new = new if len(new) >= _LEAST_BOLD else []
    at_bold = {one.at for one in bold}
    at_margin = {one.at: one for one in headers if one.style == "bold" and one.indent == 0}
    names: set[int] = set()
    for part in parts:
        below = _below_name(at_margin, at_bold, part)
        new += below
        if part.header and below and not any(lines[at].words for at in part.lines if at < below[0].at):
            names.add(part.header.at)
    if new:
        found.questions[:] = [one for one in found.questions if one.at not in names]
        found.add(new, "F3")


def _below_name(at_margin: Mapping[int, Header], bold: Set[int], part: CardSpan) -> list[Header]:
    """The bold lines that ask in the answer of a heading that names a subject, where these are many and most of those
    `at_margin`."""
    if part.header is None or not is_outline(part.header) or part.header.asked_until:
        return []
    if likelihood(part.header) >= TOPIC:
        return []
    if sum(at in bold for at in part.lines) < _MANY_BOLD:
        return []
    lines = [at_margin[at] for at in part.lines if at in at_margin]
    asking = [one for one in lines if likelihood(one) >= ASKS]
    return asking if len(asking) >= _MOST_BOLD * len(lines) else []
