"""The lines of tables in Markdown: their cells, and the names of their columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from dlquiz.notes.markdown.answers import is_difficulty, is_placeholder
from dlquiz.notes.markdown.lines import SourceLine, has_chinese

_QUESTION_COLUMN = re.compile(r"\W*(?:questions?|front|q|问题?|题目|正面)\W*(?:\([^()]*\)\W*)?$", re.IGNORECASE)
_ANSWER_COLUMN = re.compile(r"\W*(?:answers?|back|a|答案?|回答|背面|解答)\W*$", re.IGNORECASE)
# `Typical answer`
_KIND_OF_ANSWER = re.compile(
    r"(?:\b(?:answers?|solutions?|responses?|(?:correct|right) (?:option|choice))|答案|回答|解答|正确选项)\W*$",
    re.IGNORECASE,
)
_OPTION_COLUMN = re.compile(r"\W*(?:options?|choices?|选项)?[ _-]?\(?([A-H1-8])\)?\W*$", re.IGNORECASE)
# How many columns are options: fewer beside one that gives their key.
_FEWEST_OPTIONS, _FEWEST_WITH_KEY = 3, 2
_TAG_COLUMN = re.compile(
    r"\W*(?:tags?|topics?|(?:sub)?category|types?|deck|section|company|标签|分类|类别|类型|章节|主题|公司)\W*$",
    re.IGNORECASE,
)
# What counts a row or says what was done with it, and what leads to more on it.
_COUNT_COLUMN = re.compile(
    r"\W*(?:no|nr|num|number|id|index|guid|status|done|solved|reviewed|编号|序号|题号|状态|进度|完成)?\W*$",
    re.IGNORECASE,
)
_LINK_COLUMN = re.compile(
    r"\W*(?:links?|urls?|files?|paths?|notebooks?|sources?|链接|文件|来源|出处)\W*$", re.IGNORECASE
)


# A line that is nothing but a picture, or begins or ends a table of HTML.
_PICTURE = re.compile(
    r"(?:!\[[^\[\]]*\]\([^()]*\)|!\[\[[^\[\]]*\]\]|<(?:img|p|div|br|/p|/div|figure|/figure)\b[^<>]*>)+$", re.I
)
_TABLE, _TABLE_END = "<table", "</table>"


class RowAnswer(NamedTuple):
    """What a row says of its question; `mark` is that of its difficulty."""

    text: str
    mark: str
    tags: tuple[str, ...]


def cells_of(text: str) -> list[str]:
    """The cells of a row.

    >>> cells_of("| a | b \\\\| c |")
    ['a', 'b | c', '']
    """
    cells = re.split(r"(?<!\\)\|", text.strip())
    cells = cells[1:] if cells and not cells[0].strip() else cells
    return [cell.strip().replace("\\|", "|") for cell in cells]


def is_ruler(words: str) -> bool:
    """Whether the line is the one below the names: `|---|:-:|`."""
    return "-" in words and not set(words) - set("|:- \t")


def figures(lines: Sequence[SourceLine], among: Sequence[int]) -> list[int]:
    """Those of the lines that are tables or pictures, not what is said of them."""
    found: list[int] = []
    opened = False
    for at in among:
        words = lines[at].words
        opened = opened or words.startswith(_TABLE)
        if lines[at].state == "text" and (opened or words.startswith("|") or _PICTURE.match(words)):
            found.append(at)
        opened = opened and not words.endswith(_TABLE_END)
    return found


def is_question_column(name: str) -> bool:
    return _QUESTION_COLUMN.match(name[:80]) is not None


def is_answer_column(name: str) -> bool:
    return _ANSWER_COLUMN.match(name[:80]) is not None


def column_named(names: Sequence[str], fits: Callable[[str], bool]) -> int | None:
    """The first column whose name fits, and that holds no options to choose from."""
    options = option_columns(names)
    return next((at for at, name in enumerate(names) if at not in options and fits(name)), None)


def option_columns(names: Sequence[str]) -> list[int]:
    """The columns that hold options to choose from: called from A or from 1 on.

    >>> option_columns(["Q", "A", "B", "C"]), option_columns(["Q", "A", "B", "Answer"]), option_columns(["Q", "A", "B"])
    ([1, 2, 3], [1, 2], [])
    """
    found = [(at, match[1].upper()) for at, name in enumerate(names) if (match := _OPTION_COLUMN.match(name[:40]))]
    letters = "".join(letter for _, letter in found)
    others = [name for at, name in enumerate(names) if at not in {at for at, _ in found}]
    fewest = _FEWEST_WITH_KEY if any(map(is_kind_of_answer, others)) else _FEWEST_OPTIONS
    counted = len(letters) >= fewest and ("ABCDEFGH".startswith(letters) or "12345678".startswith(letters))
    return [at for at, _ in found] if counted else []


def is_tag_column(name: str) -> bool:
    return _TAG_COLUMN.match(name[:80]) is not None


def is_mark_column(name: str) -> bool:
    """Whether a column counts questions, or says how hard they are, what they belong to or what was done with them."""
    return is_tag_column(name) or _COUNT_COLUMN.match(name[:80]) is not None or is_difficulty(f"{name}: .")


def is_kind_of_answer(name: str) -> bool:
    """Whether a column is called as an answer, or as some kind of one, such as `Typical answer`."""
    return is_answer_column(name) or _KIND_OF_ANSWER.search(name[-40:]) is not None


def answer_in_row(names: Sequence[str], row: Sequence[str], question: int, answer: int | None) -> RowAnswer:
    """The cell in the column of answers, and what stands in further columns, as lines behind their names; but for what
    marks the question or counts it. What names its subject or leads to more on it is no answer alone.

    >>> answer_in_row(["#", "Q", "A", "Level", "Topic", "Example"], ["1", "Why?", "So.", "easy", "CNN", "x"], 1, 2)
    RowAnswer(text='So.\\n\\nExample: x', mark='Level: easy', tags=('CNN',))
    """
    text = row[answer].strip() if answer is not None and answer < len(row) else ""
    mark, tags = "", []
    lines: list[str] = []
    answered = False
    options = option_columns(names)
    for at, (name, cell) in enumerate(zip(names, row, strict=False)):
        line = f"{name.strip('*` ')}{'：' if has_chinese(name) else ': '}{cell.strip()}"
        if at in (question, answer, *options) or not cell.strip(" -–—/"):
            continue
        if is_tag_column(name):
            tags.append(cell.strip("*` "))
        elif is_mark_column(name):
            mark = mark or (line if is_difficulty(line) else "")
        elif not is_placeholder(cell):
            names_subject = answer is None and at < question
            answered = answered or not (names_subject or _LINK_COLUMN.match(name[:80]))
            lines.append(line)
    if any(at < len(row) and row[at].strip() for at in options):
        text = _with_options(names, row, options, text)
    if text and not (answered and is_placeholder(text)):
        lines.insert(0, text)
    return RowAnswer("\n\n".join(lines) if text or answered else "", mark, tuple(tags))


def _with_options(names: Sequence[str], row: Sequence[str], columns: Sequence[int], key: str) -> str:
    """Options, and their key where there is one, as lines below a question have them."""
    labels = [match[1].upper() for at in columns if (match := _OPTION_COLUMN.match(names[at][:40]))]
    cells = [row[at].strip() if at < len(row) else "" for at in columns]
    listed = [f"{label}) {' '.join(cell.split())}" for label, cell in zip(labels, cells, strict=True) if cell]
    return "\n".join([*listed, "", f"Answer: {key}"] if key else listed)
