"""Headings that are counted through a file and have the same parts below, such as a definition and an example, or as
many as its title says: cards, whatever they ask."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from dlquiz.notes.keys import normalised
from dlquiz.notes.markdown.asking import ASKS, asks, likelihood
from dlquiz.notes.markdown.habits import guides
from dlquiz.notes.markdown.habits.headings import with_parents
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.notes_file import NotesFile
from dlquiz.notes.markdown.sections import is_no_subject, names_questions
from dlquiz.notes.markdown.titles import Header, headings_above, outline_of

# How many headings are a series, what share of them follow the one before, what share of their level they are, and in
# what share of them the same part stands.
_LEAST, _RISING, _OF_LEVEL, _SAME_PART = 8, 0.9, 0.8, 0.6
# A title says in the first headings how many questions there are: `Module 7: Joins (Questions 51–80)`.
_TITLES, _FEWEST = 3, 3
_RANGE = re.compile(r"\b(?:questions?|q)[ .]*(\d{1,4})\s*(?:[-–—]|to)\s*q?(\d{1,4})\b", re.IGNORECASE)
# What share of as many other questions may stand beside them in lists.
_BESIDE = 0.5


def find(notes: NotesFile, headers: Sequence[Header], found: Found) -> bool:
    """Make them the questions of the file, with those that have a label; whether there are any."""
    outline = outline_of(headers)
    series = _announced(outline) or _of_one_form(notes, headers, outline, found.questions)
    if not series:
        return False
    taken = {one.at for one in series}
    apart = _apart(outline, taken)
    beside = [one for one in found.questions if one.at not in taken and one.at > series[0].at]
    beside = [one for one in beside if one.labelled or one.at in apart]
    above = {one.at for one in headings_above(headers, beside) if one is not None and names_questions(one)}
    series = [one for one in series if one.at not in above]
    if series:
        found.replace(series, beside)
    return bool(series)


def _apart(outline: Sequence[Header], series: set[int]) -> set[int]:
    """The lines of the headings that ask and are in no section of the series: a second list of questions."""
    inside: set[int] = set()
    for one, above in with_parents(outline):
        if above is not None and (above.at in series or above.at in inside):
            inside.add(one.at)
    return {one.at for one in outline if one.at not in inside and asks(one.title) == 1.0}


def _announced(outline: Sequence[Header]) -> list[Header]:
    """The headings of a level, where their numbers from the first that a title announces on are those announced."""
    for title in outline[:_TITLES]:
        said = _RANGE.search(title.title)
        wanted = [*map(str, range(int(said[1]), int(said[2]) + 1))] if said else []
        for level in sorted({one.level for one in outline}) if len(wanted) >= _FEWEST else ():
            numbered = [one for one in outline if one.level == level and one.number.isdecimal() and one is not title]
            within = [one for one in numbered if int(one.number) >= int(wanted[0])]
            if [one.number for one in within] == wanted:
                return within
    return []


def _of_one_form(
    notes: NotesFile, headers: Sequence[Header], outline: Sequence[Header], questions: Sequence[Header]
) -> list[Header]:
    """The headings of a file for interviews that are counted through it and have the same part."""
    for level in sorted({one.level for one in outline}):
        numbered = [one for one in outline if one.level == level and one.number.isdecimal()]
        if len(numbered) < _LEAST or not _is_level(outline, numbered) or not _has_same_part(outline, numbered):
            continue
        taken = {one.at for one in numbered}
        beside = sum(one.at not in taken and not one.labelled and one.shape != "heading" for one in questions)
        asking = beside and sum(likelihood(one) >= ASKS for one in questions if one.at not in taken)
        if asking <= _BESIDE * len(numbered) and guides.is_for_interviews(notes, headers):
            return numbered
    return []


def _is_level(outline: Sequence[Header], numbered: Sequence[Header]) -> bool:
    """Whether the numbers rise by one, and nearly all headings of the level from the first on have one."""
    rising = sum(int(after.number) == int(before.number) + 1 for before, after in pairwise(numbered))
    level = [one for one in outline if one.level == numbered[0].level and one.at >= numbered[0].at]
    level = [one for one in level if not is_no_subject(one)]
    return rising >= _RISING * (len(numbered) - 1) and len(numbered) >= _OF_LEVEL * len(level)


def _has_same_part(outline: Sequence[Header], numbered: Sequence[Header]) -> bool:
    """Whether a heading of the same words stands right below most of these."""
    begins = {one.at for one in numbered}
    titles: dict[int, set[str]] = defaultdict(set)
    for one, above in with_parents(outline):
        if above is not None and above.at in begins and not one.number and not names_questions(one):
            titles[above.at].add(normalised(one.title))
    parts = Counter(title for below in titles.values() for title in below)
    return max(parts.values(), default=0) >= _SAME_PART * len(numbered)
