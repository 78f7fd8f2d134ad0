"""Files that name what is asked and hardly say anything of it: bullets, numbers, bold lines, lines of their own, or
headings with nothing below."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import groupby, zip_longest

from dlquiz.notes.markdown.asking import ASKS, asks, likelihood
from dlquiz.notes.markdown.habits import guides
from dlquiz.notes.markdown.habits.groups import Group, has_body
from dlquiz.notes.markdown.habits.names import Found, habit_of
from dlquiz.notes.markdown.habits.subjects.explained import are_parts
from dlquiz.notes.markdown.habits.subjects.headings import is_link
from dlquiz.notes.markdown.habits.subjects.list_sections import ListSection, list_titles, sections_of_subjects
from dlquiz.notes.markdown.habits.subjects.wording import advises, are_names, is_in_known_language, states
from dlquiz.notes.markdown.lines import SourceLine, ends_asking, line_below
from dlquiz.notes.markdown.notes_file import NotesFile
from dlquiz.notes.markdown.sections import is_own_size, step_of
from dlquiz.notes.markdown.titles import Header, headings_above, is_outline, outline_of

# Where more of the headers are questions, there is nothing else to find.
_NEARLY_ALL = 0.8
# How many names there must be, and how many times as many as the questions that were found otherwise, unless these are
# so few or nearly all of them are among the names.
_LEAST, _MORE, _FEW, _AMONG = 12, 1.15, 4, 0.7
# So many questions, nearly all of which have a question mark and an answer, are those of the file.
_MANY = 8
# How long the rows are on average in which questions stand apart from names.
_ROW = 4
# What share of the names must have nothing below, beside such questions and below headings, and how many there must
# be for each of these.
_BARE_AMONG, _BARE_BELOW, _BELOW = 0.75, 0.95, 3
# Questions in one section are not what others list, unless there are so many times as many names.
_SPREAD, _IN_A_ROW = 5, 0.5
# What share of the sections must be lists, and of their lines names with what is indented below them.
_LISTS, _SHARE, _BARE = 0.75, 0.7, 0.7
# A section of so few lines of its own is a remark.
_REMARK = 2
# How many links to other pages there may be for each name.
_LINKED = 0.2
# Lines of their own are no part of lists of another look, unless they are so large a share.
_PLAIN = 0.3
# What share of the items must have others below them, and how many, to name no more than groups of these.
_GROUPS, _MEMBERS = 0.8, 2.5
# `Hard (onsite rounds)`, `二面`
_ROUND = re.compile(
    r"\b(?:screening|onsite|coding|debugging|technical|final|\d(?:st|nd|rd|th)|first|second|third) rounds?\b|"
    r"\bround \d|"
    "[一二三四]面(?![向积])|笔试|终面|HR面",
    re.IGNORECASE,
)


def find(notes: NotesFile, headers: Sequence[Header], found: Found) -> None:
    """Take the entries of all lists for questions, in a file for interviews that is hardly anything else."""
    lines = notes.lines
    if sum(one.style != "plain" for one in found.questions) > _NEARLY_ALL * len(headers):
        return
    asking = [one for one in found.questions if likelihood(one) >= ASKS]
    if not is_in_known_language(lines) or (len(asking) < _FEW and not _is_for_interviews(notes, headers)):
        return
    answered = sum(_is_answered(lines, one) for one in found.questions)
    if answered >= max(_MANY, _NEARLY_ALL * len(found.questions)):
        return
    entries = _names_in_lists(lines, headers, groups=len(found.questions) < _FEW)
    entries = [one for one in entries if one.at not in found.stems]
    if len(entries) < max(_LEAST, _MORE * len(found.questions)) or not are_names(entries):
        return
    if are_parts(entries, found.questions) or not _may_replace(lines, headers, entries, found.questions):
        return
    if guides.is_about_work(notes, headers, entries) or _links(lines) > _LINKED * len(entries):
        return
    taken = {one.at for one in entries}
    found.questions[:] = sorted([*entries, *(one for one in asking if one.at not in taken)], key=lambda one: one.at)
    found.habits[:] = [habit_of(entries)]
    found.levels = {one.level for one in entries if is_outline(one)}
    titles = {one.at for one in list_titles(lines, headers)} - taken
    found.stems, found.topics = titles | _groups(headers, entries), []


def _may_replace(
    lines: Sequence[SourceLine], headers: Sequence[Header], entries: Sequence[Header], questions: Sequence[Header]
) -> bool:
    """Whether the questions found are few, most of them are among the entries, or they are the sections of these, with
    nothing below the entries."""
    if len(questions) < _FEW:
        return True
    taken = {one.at for one in entries}
    among = sum(one.at in taken for one in questions)
    ends = sorted({*taken, *(one.at for one in outline_of(headers)), len(lines)})
    bare = sum(
        not any(line.words for line in lines[at + 1 : ends[place + 1]])
        for place, at in enumerate(ends[:-1])
        if at in taken
    )
    if among >= _AMONG * len(questions):
        spread = _beside(headers, entries, questions) * 2 >= len(entries) or len(entries) >= _SPREAD * len(questions)
        # Where questions and answers take turns, no two questions stand side by side.
        in_a_row = Group(tuple(entries)).in_a_row() >= _IN_A_ROW
        return spread and in_a_row and bare >= _BARE_AMONG * len(entries) and not _stand_apart(entries)
    sections = among == 0 and all(is_outline(one) and likelihood(one) < ASKS for one in questions)
    return sections and bare >= _BARE_BELOW * len(entries) and len(entries) >= _BELOW * len(questions)


def _stand_apart(entries: Sequence[Header]) -> bool:
    """Whether those that ask with a question mark are many and stand in long rows: lists of questions beside names."""
    rows = [sum(1 for _ in row) for asking, row in groupby(ends_asking(one.title) for one in entries) if asking]
    return sum(rows) >= max(_MANY, _ROW * len(rows))


def _is_answered(lines: Sequence[SourceLine], question: Header) -> bool:
    """Whether it has a question mark, and something below that has none."""
    below = line_below(lines, question.at, 3)
    answered = below is not None and not ends_asking(below.words) and has_body(lines, question)
    return answered and asks(question.title) == 1.0


def _beside(headers: Sequence[Header], entries: Sequence[Header], questions: Sequence[Header]) -> int:
    """How many of the entries stand in sections in which questions were found, or are headings as these."""
    asked = {one.at if one else -1 for one in headings_above(headers, questions)}
    above = zip(entries, headings_above(headers, entries), strict=True)
    return sum(is_outline(one) or (heading.at if heading else -1) in asked for one, heading in above)


def _is_for_interviews(notes: NotesFile, headers: Sequence[Header]) -> bool:
    """Whether the name, a directory, the title, the beginning or two headings speak of interviews or their rounds."""
    outline = outline_of(headers)
    rounds = sum(guides.names_interviews(one.title) or _ROUND.search(one.title) is not None for one in outline)
    return rounds > 1 or guides.names_interviews(notes.directories) or guides.is_for_interviews(notes, outline[:1])


def _names_in_lists(lines: Sequence[SourceLine], headers: Sequence[Header], groups: bool) -> list[Header]:
    """The names in all sections that are lists, some of which may be `groups` of others; none where these are too small
    a part of the file."""
    sections = [*sections_of_subjects(lines, headers)]
    headings = [one.title for one in sections if one.title and one.is_heading and one.leaf]
    bare = [one.title for one in sections if one.title and one.is_heading and one.leaf and one.is_empty]
    if len(headings) >= _LEAST and len(bare) >= _BARE * len(headings):
        return headings
    full = [one for one in sections if not one.is_empty]
    plain = sum(len(one.plain) for one in full)
    with_plain = plain >= _PLAIN * (plain + sum(len(one.items) for one in full))
    lists = [(one, entries) for one in full if (entries := _entries(one, with_plain))]
    remarks = sum(not (one.items or one.others) and len(one.plain) <= _REMARK for one in full) if not with_plain else 0
    if len(lists) < _LISTS * (len(full) - remarks):
        return []
    first = next(filter(is_outline, headers), None)
    names = [name for _, entries in lists for name in entries if name is not first]
    others = sum(one.others + (0 if with_plain else len(one.plain)) for one, own in lists if own[0] is not one.title)
    if len(names) < _SHARE * (len(names) + others):
        return []
    return sorted([*(_members(lines, headers, names) if groups else names), *bare], key=lambda one: one.at)


def _entries(section: ListSection, with_plain: bool) -> list[Header]:
    """The names in a section: its items, or its lines where these are more; its title where they explain it."""
    items, plain = section.items, section.plain if with_plain else []
    if len(items) + len(plain) < section.others:
        return []
    listed = plain if len(plain) > len(items) else items
    entries = [one for one in listed if not (step_of(one.title) or is_own_size(one.title))]
    if not entries or sum(map(advises, entries)) * 2 > len(entries):
        return []
    if sum(map(states, entries)) * 2 > len(entries):
        return [section.title] if section.title is not None and section.is_heading else []
    return entries


def _members(lines: Sequence[SourceLine], headers: Sequence[Header], names: Sequence[Header]) -> list[Header]:
    """The names, or those below them where nearly all are groups of these."""
    below: list[list[Header]] = []
    places = [one.at for one in headers]
    for one, following in zip_longest(names, names[1:]):
        within = headers[bisect_right(places, one.at) : bisect_left(places, following.at) if following else None]
        below.append(_below(lines, one, within, following.at if following else len(lines)))
    groups = sum(len(one) > 1 for one in below)
    members = [one for own in below for one in own]
    if groups < _GROUPS * len(names) or len(members) < _MEMBERS * len(names) or not are_names(members):
        # `**Asked in the second round:**` opens a group, whatever the others are.
        opens = (name.style.endswith("bold") and name.title.endswith((":", "：")) for name in names)
        below = [own if opening else [] for opening, own in zip(opens, below, strict=True)]
    return [one for name, own in zip(names, below, strict=True) for one in (own or [name])]


def _groups(headers: Sequence[Header], entries: Sequence[Header]) -> set[int]:
    """The lines of the items below which entries stand."""
    taken = {one.at for one in entries}
    groups: set[int] = set()
    above: list[Header] = []
    for one in sorted([*entries, *(one for one in headers if one.at not in taken)], key=lambda one: one.at):
        if is_outline(one):
            above.clear()
            continue
        while above and above[-1].indent >= one.indent:
            above.pop()
        if one.at in taken:
            groups |= {other.at for other in above if other.at not in taken}
        above.append(one)
    return groups


def _below(lines: Sequence[SourceLine], name: Header, headers: Sequence[Header], end: int) -> list[Header]:
    """What is listed below an item: other items, or lines that are indented; the innermost where there is nothing but
    items."""
    end = next((one.at for one in headers if is_outline(one)), end)
    items = [one for one in headers if one.at < end and one.indent > name.indent]
    texts = [at for at in range(name.at + 1, end) if lines[at].words and lines[at].indent > name.indent]
    if not items:
        indented = (at for at in texts if lines[at].state == "text")
        return [Header(at, "label", "plain", lines[at].words, indent=lines[at].indent) for at in indented]
    if len(items) == len(texts):
        return [one for one, then in zip_longest(items, items[1:]) if then is None or then.indent <= one.indent]
    return [one for one in items if one.indent <= items[0].indent + 1]


def _links(lines: Sequence[SourceLine]) -> int:
    """How many lines lead to other pages."""
    return sum(line.state == "text" and is_link(line.text[:400]) for line in lines)
