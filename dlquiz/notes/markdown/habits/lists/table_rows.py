"""Rows of tables of which one column asks, outside of the answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dlquiz.notes.keys import normalised
from dlquiz.notes.markdown.asking import ASKS, asks, likelihood
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.lines import MAX_HEADER, SourceLine
from dlquiz.notes.markdown.table_lines import (
    answer_in_row,
    cells_of,
    column_named,
    is_kind_of_answer,
    is_mark_column,
    is_question_column,
    is_ruler,
)
from dlquiz.notes.markdown.title_words import unlinked
from dlquiz.notes.markdown.titles import TABLE_ROW, Header, is_outline

# How many rows a table must have, and what share of the cells of one column must ask.
_LEAST, _ASKING, _ALL = 3, 0.7, 0.9
_MANY = 12
_ON_QUESTIONS = re.compile(r"\bquestions?\b|问题|题", re.IGNORECASE)


def find(lines: Sequence[SourceLine], inside: set[int], found: Found) -> None:
    """Add the rows of such tables that lie outside of the lines `inside` answers."""
    asked = {one.at for one in found.questions}
    known = {normalised(one.title) for one in found.questions}
    rows: list[Header] = []
    sections: set[int] = set()
    for table in _tables(lines):
        able = _questions(lines, table, not asked)
        new = [one for one in able if one.at not in asked and (one.at not in inside or _repeats(table, able))]
        # A table whose rows stand again as questions, or lead to them, is one of contents.
        listed = sum(normalised(one.title) in known or "](#" in lines[one.at].text for one in new)
        if listed * 2 < len(new):
            rows += new
            sections |= {one.at for one in _above(found.questions, table) if new[0].at in inside}
    if rows:
        found.questions[:] = [one for one in found.questions if one.at not in sections]
        found.add(rows, "F9")


def _above(questions: Sequence[Header], table: range) -> list[Header]:
    """The heading in whose answer a table of questions stands, when it asks nothing: it is their section."""
    above = [one for one in questions if one.at < table[0]][-1:]
    return [one for one in above if is_outline(one) and likelihood(one) < ASKS]


def _repeats(table: range, rows: Sequence[Header]) -> bool:
    """Whether a table is one of many short questions, as they stand behind what explains them, and no part of it."""
    marked = sum(asks(one.title) == 1.0 for one in rows)
    return len(rows) >= _MANY and marked >= _ALL * (len(table) - 2)


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
    # Of two columns the other one answers, whatever its name.
    behind = [at for at, name in enumerate(names) if name and at > column]
    other = behind[0] if column == 0 and len(behind) == 1 and not is_mark_column(names[behind[0]]) else None
    answer = column_named(names, is_kind_of_answer) if other is None else other
    found: list[Header] = []
    for at, row in rows.items():
        title = unlinked(row[column].strip("* ")) if column < len(row) else ""
        if re.search(r"\w", title):
            said = answer_in_row(names, row, column, answer)
            found.append(Header(at, "label", TABLE_ROW, title, rest=said.text, mark=said.mark, tags=said.tags))
    return found


def _has_mark(cell: str) -> bool:
    return asks(unlinked(cell.strip("* "))) == 1.0


def _asking_column(names: Sequence[str], rows: Sequence[Sequence[str]], alone: bool) -> int | None:
    """The column that holds questions: it is called so, or its name speaks of them, and its cells ask; these need not
    in a long table without other questions."""
    named = column_named(names, is_question_column)
    for column, name in enumerate(names):
        cells = [row[column] for row in rows if column < len(row) and row[column]]
        repeats = column == 0 and len(cells) >= _MANY and sum(map(_has_mark, cells)) >= _ALL * len(cells)
        if column != named and (named is not None or not _ON_QUESTIONS.search(name)) and not repeats:
            continue
        asking = sum(likelihood(Header(0, "label", TABLE_ROW, unlinked(cell))) >= ASKS for cell in cells)
        marked = sum(asks(unlinked(cell)) == 1.0 for cell in cells)
        if alone and named is not None and len(cells) >= _MANY:
            return column
        if len(cells) >= _LEAST and asking >= _ASKING * len(cells) and (named is not None or marked * 2 >= len(cells)):
            return column
    return None
