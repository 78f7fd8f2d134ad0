"""All questions of a file: those of the habit that fits it best, and those that this one leaves over."""

from __future__ import annotations

from collections.abc import Sequence

from dlquiz.notes.markdown.habits import (
    choice,
    guides,
    headings,
    labels,
    pasted_answers,
    plain_lines,
    questions_below,
)
from dlquiz.notes.markdown.habits.lists import (
    announced,
    bare,
    between,
    bracketed,
    chapters,
    glossary,
    outlines,
    stems,
    table_rows,
)
from dlquiz.notes.markdown.habits.names import Found, Habit
from dlquiz.notes.markdown.habits.subjects import explained, named
from dlquiz.notes.markdown.lines import SourceLine
from dlquiz.notes.markdown.sections import advice
from dlquiz.notes.markdown.spans import CardSpan, spans
from dlquiz.notes.markdown.titles import Header

# How many habits a file may have beside its first.
_MORE = 3


def find(
    names: tuple[str, str],
    lines: Sequence[SourceLine],
    headers: Sequence[Header],
    listed: set[int],
    only: Habit | None,
) -> tuple[Found, list[CardSpan]]:
    """The headers that are questions, and the lines of each; `names` are those of the file and of its directories,
    `listed` the lines of the table of contents."""
    name, _ = names
    every_header = headers
    if only is None:
        headers = pasted_answers.outside(headers)
    found = choice.find(lines, headers, only)
    if only is None:
        choice.add_marked(headers, found)
    outlined = False
    if only in (None, "F8"):
        nested = outlines.find(lines, headers, found)
        outlined = bare.find(lines, headers, found) or nested
    if only in (None, "F10"):
        questions_below.find(lines, headers, found)
    parts = spans(lines, every_header, found, listed)
    if only is None:
        for _ in range(_MORE):
            if not choice.find_more(lines, headers, _left_over(headers, parts), found):
                break
            parts = spans(lines, every_header, found, listed)
        first = [*found.questions]
        inside = {at for part in parts if part.header for at in (*part.asked, *part.lines)}
        bracketed.find(lines, headers, found)
        labels.find(lines, headers, parts, found)
        between.find(lines, headers, parts, found)
        table_rows.find(lines, inside, found)
        headings.add_plain(headers, inside, found)
        announced.find(lines, headers, inside, found)
        questions_below.add_labelled(lines, headers, found)
        plain_lines.find(lines, headers, found, parts)
        glossary.find(lines, headers, found)
        explained.find(name, lines, headers, found)
        aside = advice(headers)
        found.questions[:] = [one for one in found.questions if one.at not in aside]
        chapters.find(lines, headers, found)
        guides.leave_out(name, lines, headers, found)
        headings.leave_titles(lines, headers, found)
        named.find(names, lines, headers, found)
    else:
        first = [*found.questions]
        if only in ("F1", "F2") and first:
            explained.take(lines, headers, found)
    if not outlined and any(one.shape in ("number", "bullet") for one in found.questions):
        stems.expand(lines, headers, found)
    return found, parts if found.questions == first else spans(lines, every_header, found, listed)


def _left_over(headers: Sequence[Header], parts: Sequence[CardSpan]) -> list[Header]:
    """The headers in no card that are no heading of a section."""
    taken = {at for part in parts for at in (*part.asked, *part.titles, *(part.lines if part.header else ()))}
    return [one for one in headers if one.at not in taken]
