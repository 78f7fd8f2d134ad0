"""Rows of tables of which one column asks, outside of the answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dlquiz.notes.keys import normalised
from dlquiz.notes.markdown.asking import asks, likelihood
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.lines import MAX_HEADER, SourceLine
from dlquiz.notes.markdown.table_lines import cells_of, column_named, is_answer_column, is_question_column, is_ruler
from dlquiz.notes.markdown.titles import TABLE_ROW, Header, unlinked

# How many rows a table must have, and what share of the cells of one column must ask.
_LEAST, _ASKING = 3, 0.7
_MANY = 12
_ON_QUESTIONS = re.compile(r"\bquestions?\b|问题|题", re.IGNORECASE)


def find(lines: Sequence[SourceLine], inside: set[int], found: Found) -> None:
    """Add the rows of such tables that lie outside of the lines `inside` answers."""
    asked = {one.at for one in found.questions}
    known = {normalised(one.title) for one in found.questions}
    rows: list[Header] = []
    for table in _tables(lines):
        new = [one for one in _questions(lines, table, not asked) if one.at not in inside | asked]
        # A table whose rows stand again as questions, or lead to them, is one of contents.
        listed = sum(normalised(one.title) in known or "](#" in lines[one.at].text for one in new)
        rows += new if listed * 2 < len(new) else []
    if rows:
        found.add(rows, "F9")


def _tables(lines: Sequence[SourceLine]) -> Iterator[range]:
    """The lines of each table, from that of its names."""
    begin = None
    for at, line in enumerate(lines):
        inside = line.state == "text" and "|" in line.text and len(line.text) <= MAX_HEADER
        if begin is None and inside and at + 1 < len(lines) and is_ruler(lines[at + 1].words):
            begin = at
        elif begin is not None and not inside:
            yield range(begin, at)
            begin = None
    if begin is not None:
        yield range(begin, len(lines))


def _questions(lines: Sequence[SourceLine], table: range, alone: bool) -> list[Header]:
    """The rows that are questions; `alone` says that there are none elsewhere in the file."""
    names = cells_of(lines[table[0]].text)
    rows = {at: cells_of(lines[at].text) for at in table[2:]}
    column = _asking_column(names, [*rows.values()], alone)
    if column is None:
        return []
    answer = column_named(names, is_answer_column)
    return [
        Header(at, "label", TABLE_ROW, title, rest=row[answer] if answer is not None and answer < len(row) else "")
        for at, row in rows.items()
        if column < len(row) and re.search(r"\w", title := unlinked(row[column].strip("* ")))
    ]


def _asking_column(names: Sequence[str], rows: Sequence[Sequence[str]], alone: bool) -> int | None:
    """The column that holds questions: it is called so, or its name speaks of them, and its cells ask; these need not
    in a long table without other questions."""
    named = column_named(names, is_question_column)
    for column, name in enumerate(names):
        if column != named and (named is not None or not _ON_QUESTIONS.search(name)):
            continue
        cells = [row[column] for row in rows if column < len(row) and row[column]]
        asking = sum(likelihood(Header(0, "label", TABLE_ROW, unlinked(cell))) >= 0.9 for cell in cells)
        marked = sum(asks(unlinked(cell)) == 1.0 for cell in cells)
        if alone and named is not None and len(cells) >= _MANY:
            return column
        if len(cells) >= _LEAST and asking >= _ASKING * len(cells) and (named is not None or marked * 2 >= len(cells)):
            return column
    return None
