"""Tables of cards: CSV and TSV of other programs and of `dlquiz export csv`, and Anki's notes in plain text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dlquiz.cards import LANGUAGES, Language
from dlquiz.notes.formats.html import lines_of
from dlquiz.notes.ledger import Fate, Ledger
from dlquiz.notes.markdown.answers import MAX_ANSWER
from dlquiz.notes.markdown.flashcards import opened, with_options
from dlquiz.notes.markdown.table_lines import RowAnswer, answer_in_row, column_named, is_kind_of_answer, is_tag_column
from dlquiz.notes.note import NoteCard

_QUESTION = re.compile(r"\W*(?:questions?|front|prompt|term|q|问题?|题目|正面|卡片正面)\W*$", re.IGNORECASE)
_ANSWER = re.compile(r"\W*(?:answers?|back|definition|response|a|答案?|回答|背面|解答|卡片背面)\W*$", re.IGNORECASE)
_HEAD = re.compile(r"#(separator|html|columns|tags|deck|notetype|(?:tags|deck|notetype|guid) column):(.*)$")
_HTML = re.compile(r"<(?:br|div|p|ul|ol|b|i|img|span|sub|sup)\b|&(?:#\d{1,6}|\w{2,8});", re.IGNORECASE)
_HOLE = re.compile(r"\{\{c\d{1,3}::((?:(?!\{\{|\}\}|::).){1,150})(?:::(?:(?!\}\}).){0,150})?\}\}")
_SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";", "space": " ", "pipe": "|", "colon": ":"}
_MAX_FIELD = 10_000_000
# The columns by which a table of `dlquiz export csv` is known.
_EXPORTED = frozenset(("id", *(f"{part}_{language}" for part in ("question", "answer") for language in LANGUAGES)))
# What it puts before a cell that a spreadsheet would take for a formula.
_INERT = re.compile(r"\A'(?=[=+\-@\t\r])")


class _Columns(NamedTuple):
    question: int
    answer: int
    tags: int | None
    # The question and the answer in the other language, of a table that dlquiz wrote.
    other: tuple[int, int] | None = None
    # The names of all columns, where a table of another program has them.
    names: tuple[str, ...] = ()


def read(texts: Sequence[str], ledger: Ledger, tabs: bool = False, language: Language | None = None) -> list[NoteCard]:
    """The cards of a table; each row is a question, the names of the columns are a mark. Of a table that dlquiz wrote,
    in `language`, or in the other one where a card has only that.

    >>> [card.answer for card in read(["question,answer", 'Why?,"Because, so"'], Ledger(2))]
    ['Because, so']
    """
    settings, begin = _settings(texts)
    for index in range(begin):
        ledger.set(index, "front matter")
    separator = _export_separator(texts) or settings.get("separator") or _separator(texts[begin:], tabs)
    rows = _rows(texts[begin:], separator, begin)
    return list(_cards(rows, ledger, settings, language))


def exported_languages(texts: Sequence[str]) -> list[Language]:
    """The languages of the questions in a table that dlquiz wrote; none in any other table."""
    separator = _export_separator(texts)
    if separator is None:
        return []
    names, *rows = [row.cells for row in _rows(texts, separator, 0)]
    columns = {language: _named(names, f"question_{language}") for language in LANGUAGES}
    return [language for language, at in columns.items() if any(_exported_cell(row, at) for row in rows)]


def _export_separator(texts: Sequence[str]) -> str | None:
    """What separates the cells of a table that dlquiz wrote, perhaps saved again by a spreadsheet."""
    names = texts[0][:2_000].replace('"', "") if texts else ""
    return next((one for one in ",;\t" if {*map(str.strip, names.split(one))} >= _EXPORTED), None)


def _settings(texts: Sequence[str]) -> tuple[dict[str, str], int]:
    """What Anki says of its columns at the top of an export."""
    found: dict[str, str] = {}
    for number, text in enumerate(texts):
        head = _HEAD.match(text)
        if head is None:
            return found, number
        value = head[2].strip()
        found[head[1]] = _SEPARATORS.get(value.lower(), value) if head[1] == "separator" else value
    return found, len(texts)


def _separator(texts: Sequence[str], tabs: bool) -> str:
    sample = [text[:2_000] for text in texts[:50] if text.strip()]
    counts = {one: sum(one in text for text in sample) for one in ("\t", ",", ";", "|")}
    return "\t" if tabs else max(counts, key=lambda one: counts[one]) if any(counts.values()) else ","


class _Row(NamedTuple):
    first: int
    last: int
    cells: list[str]


def _rows(texts: Sequence[str], separator: str, begin: int) -> Iterator[_Row]:
    """The rows with the indices of their lines: a quoted cell may hold line ends."""
    csv.field_size_limit(_MAX_FIELD)
    separator = separator if len(separator) == 1 else ","
    reader = csv.reader(io.StringIO("\n".join(text.replace("\0", " ") for text in texts)), delimiter=separator)
    before = 0
    try:
        for cells in reader:
            yield _Row(begin + before, begin + min(reader.line_num, len(texts)), cells)
            before = reader.line_num
    except csv.Error:
        return


def _cards(
    rows: Iterator[_Row], ledger: Ledger, settings: dict[str, str], language: Language | None
) -> Iterator[NoteCard]:
    columns: _Columns | None = None
    number = 0
    for row in rows:
        if columns is None:
            columns, named = _columns(row.cells, settings, language)
            if named:
                _set(ledger, row, "mark", None)
                continue
        question, answer = _texts(row.cells, columns)
        further = _further(row.cells, columns)
        answer = further.text or answer
        if not question or len(question) > MAX_ANSWER or len(answer) > MAX_ANSWER:
            continue
        _set(ledger, row, "question", number)
        number += 1
        tags = (*_cell(row.cells, columns.tags).replace("::", "-").split(), *further.tags)
        holes: tuple[str, ...] = ()
        if "{{c" in question and columns.other is None:
            question, holes = opened(question, _HOLE)
        card = NoteCard((), question, answer, row.first + 1, further.mark, holes=holes, tags=tags)
        yield with_options(card) if columns.names else card


def _set(ledger: Ledger, row: _Row, fate: Fate, card: int | None) -> None:
    for index in range(row.first, row.last):
        ledger.set(index, fate, card)


def _columns(cells: Sequence[str], settings: dict[str, str], language: Language | None) -> tuple[_Columns, bool]:
    """Which columns hold what, and whether the row names them; without names, the first two."""
    if {cell.strip() for cell in cells} >= _EXPORTED:
        wanted, other = ("zh", "en") if language == "zh" else ("en", "zh")
        places = [_named(cells, f"{part}_{one}") for one in (wanted, other) for part in ("question", "answer")]
        tags = _named(cells, "tags") if "tags" in cells else None
        return _Columns(places[0], places[1], tags, (places[2], places[3])), True
    question = column_named(cells, lambda name: _QUESTION.match(name[:60]) is not None)
    answer = column_named(cells, lambda name: _ANSWER.match(name[:60]) is not None)
    answer = column_named(cells, is_kind_of_answer) if answer is None else answer
    if question is not None and answer is not None:
        return _Columns(question, answer, column_named(cells, is_tag_column), names=tuple(cells)), True
    taken = {int(value) - 1 for name, value in settings.items() if name.endswith("column") and value.isdecimal()}
    free = [at for at in range(max(len(cells), 2)) if at not in taken]
    tag = settings.get("tags column", "")
    second = free[1] if len(free) > 1 else free[0] + 1
    return _Columns(free[0], second, int(tag) - 1 if tag.isdecimal() else None), False


def _named(cells: Sequence[str], name: str) -> int:
    return next(at for at, cell in enumerate(cells) if cell.strip() == name)


def _texts(cells: Sequence[str], columns: _Columns) -> tuple[str, str]:
    """Question and answer of a row."""
    if columns.other is None:
        return _cell(cells, columns.question), _cell(cells, columns.answer)
    for question, answer in ((columns.question, columns.answer), columns.other):
        if asked := _exported_cell(cells, question):
            return asked, _exported_cell(cells, answer)
    return "", ""


def _further(cells: Sequence[str], columns: _Columns) -> RowAnswer:
    """What the columns say beside the question and the tags, where they have names."""
    row = ["" if at == columns.tags else _cell(cells, at) for at in range(len(columns.names))]
    return answer_in_row(columns.names, row, columns.question, columns.answer)


def _exported_cell(cells: Sequence[str], at: int) -> str:
    """A cell that dlquiz wrote: Markdown, so no HTML is taken out of it.

    >>> _exported_cell(["'-5 is `<b>`"], 0)
    '-5 is `<b>`'
    """
    return _INERT.sub("", cells[at]).strip() if at < len(cells) else ""


def _cell(cells: Sequence[str], at: int | None) -> str:
    cell = cells[at].strip() if at is not None and 0 <= at < len(cells) else ""
    return "\n".join(lines_of(cell)[0]).strip() if _HTML.search(cell) else cell
