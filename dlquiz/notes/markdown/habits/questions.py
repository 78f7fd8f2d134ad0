"""All questions of a file: those of the habit that fits it best, and those that this one leaves over."""

from __future__ import annotations

from collections.abc import Sequence

from dlquiz.notes.markdown.habits import (
    choice,
    guides,
    headings,
    labels,
    pasted_answers,
    questions_below,
    siblings,
)
from dlquiz.notes.markdown.habits.lists import (
    announced,
    bare,
    below_subjects,
    between,
    by_number,
    chapters,
    glossary,
    in_answers,
    lettered,
    outlines,
    quotes,
    repeated,
    stems,
    steps,
    table_rows,
)
from dlquiz.notes.markdown.habits.names import Found, Habit, habit_of
from dlquiz.notes.markdown.habits.subjects import beside_questions, counted_headings, explained, named
from dlquiz.notes.markdown.habits.unmarked import above_folds, follow_ups, plain_lines, same_look
from dlquiz.notes.markdown.lines import SourceLine
from dlquiz.notes.markdown.notes_file import NotesFile
from dlquiz.notes.markdown.sections import advice
from dlquiz.notes.markdown.spans import CardSpan, spans
from dlquiz.notes.markdown.titles import Header, Headers

# How many habits a file may have beside its first.
_MORE = 3


class _Division:
    """The lines of each question, which are divided again where the questions have changed."""

    def __init__(self, lines: Sequence[SourceLine], headers: Sequence[Header], listed: set[int]) -> None:
        self._lines, self._headers, self._listed = lines, headers, listed
        self._by: tuple[list[Header], set[int], set[int], set[int]] | None = None
        self._parts: list[CardSpan] = []

    def by(self, found: Found) -> list[CardSpan]:
        """The lines of the questions that were found so far."""
        by = (found.questions, found.stems, found.levels, found.inside)
        if self._by != by:
            self._by = ([*found.questions], {*found.stems}, {*found.levels}, {*found.inside})
            self._parts = spans(self._lines, self._headers, found, self._listed)
        return self._parts


def find(
    notes: NotesFile, headers: Sequence[Header], listed: set[int], only: Habit | None
) -> tuple[Found, list[CardSpan]]:
    """The headers that are questions, and the lines of each; `listed` are the lines of the table of contents, `only` is
    the habit that a person named."""
    lines = notes.lines
    able = Headers(pasted_answers.outside(headers)) if only is None else headers
    found, outlined = _of_first_habit(lines, able, only)
    division = _Division(lines, headers, listed)
    parts = division.by(found)
    if only is None:
        for _ in range(_MORE):
            if not choice.find_more(lines, able, _left_over(able, parts), found):
                break
            parts = division.by(found)
    if only is None:
        steps.find(able, found)
        below_subjects.find(lines, able, parts, found)
        questions_below.add_before_answers(lines, able, found)
        questions_below.add_tasks(lines, able, found)
        questions_below.add_cases(lines, able, found)
        above_folds.join(lines, able, found)
        parts = division.by(found)
    if only is None:
        _add_beside(lines, able, listed, parts, found)
        _weigh_whole_file(notes, able, found)
        if bold := siblings.bold_questions(able, found):
            siblings.add_outside(lines, able, bold, division.by(found), found)
        follow_ups.find(lines, division.by(found), found)
        left_out = repeated.leave_lists(lines, able, found)
        same_look.find(lines, [one for one in able if one.at not in left_out], division.by(found), found)
        beside_questions.leave_out(able, found)
    elif only in ("F1", "F2") and found.questions:
        explained.take(lines, able, found)
    if not outlined and any(one.shape in ("number", "bullet") for one in found.questions):
        stems.expand(lines, able, found)
    return found, division.by(found)


def _of_first_habit(lines: Sequence[SourceLine], headers: Sequence[Header], only: Habit | None) -> tuple[Found, bool]:
    """The questions of the habit that fits best, and whether they are those of an outline, which has its own stems."""
    found = choice.find(lines, headers, only)
    if only is None:
        choice.add_marked(headers, found)
    outlined = False
    if only in (None, "F8"):
        nested = outlines.find(lines, headers, found)
        outlined = bare.find(lines, headers, found) or nested
    if only in (None, "F10"):
        questions_below.find(lines, headers, found)
    return found, outlined


def _add_beside(
    lines: Sequence[SourceLine], headers: Sequence[Header], listed: set[int], parts: list[CardSpan], found: Found
) -> None:
    """Add questions that stand between or inside those of the habits which the file has."""
    inside = {at for part in parts if part.header for at in (*part.asked, *part.lines)}
    by_number.find(lines, headers, found)
    labels.find(lines, headers, parts, found)
    between.find(lines, headers, parts, found)
    in_answers.find(lines, headers, parts, found)
    table_rows.find(lines, inside, found)
    headings.add_plain(headers, inside, found)
    announced.find(lines, headers, listed, inside, found)
    quotes.find(lines, inside, found)
    questions_below.add_labelled(lines, headers, found)
    plain_lines.find(lines, headers, found, parts)
    repeated.find(lines, headers, found)
    glossary.find(lines, headers, found)
    lettered.find(lines, headers, found)
    _add_choices(headers, found)


def _add_choices(headers: Sequence[Header], found: Found) -> None:
    """Add the headings and numbered items above options with a key, whatever the other questions look like."""
    asked = {one.at for one in found.questions}
    able = (one for one in headers if one.chooses and one.shape in ("heading", "number"))
    if new := [one for one in able if one.at not in asked]:
        found.add(new, habit_of(new))


def _weigh_whole_file(notes: NotesFile, headers: Sequence[Header], found: Found) -> None:
    """Put subjects in the place of few questions, and leave out those that what the file is for makes none."""
    if counted_headings.find(notes, headers, found):
        return
    siblings.add_alike(notes, headers, found)
    explained.find(notes, headers, found)
    aside = advice(headers)
    found.questions[:] = [one for one in found.questions if one.at not in aside]
    chapters.find(notes.lines, headers, found)
    guides.leave_out(notes, headers, found)
    headings.leave_titles(notes.lines, headers, found)
    named.find(notes, headers, found)
    siblings.add_below(headers, found)
    questions_below.add_to_subjects(notes.lines, headers, found)


def _left_over(headers: Sequence[Header], parts: Sequence[CardSpan]) -> list[Header]:
    """The headers in no card that are no heading of a section."""
    taken = {at for part in parts for at in (*part.asked, *part.titles, *(part.lines if part.header else ()))}
    return [one for one in headers if one.at not in taken]
