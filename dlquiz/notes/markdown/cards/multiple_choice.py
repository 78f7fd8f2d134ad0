"""Questions of multiple choice: what is asked with them, their options, and which of these are right.

Nothing is taken for options unless the notes say which are right, or the question asks to choose: below other questions
a list with letters is the answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from dlquiz.notes.markdown.answers import clean, mark_of
from dlquiz.notes.markdown.asking import asks
from dlquiz.notes.markdown.cards import right_options
from dlquiz.notes.markdown.cards.options import (
    BodyLine,
    OptionList,
    begins_options,
    explained,
    is_options_title,
    lists,
    may_hold_options,
)
from dlquiz.notes.markdown.cards.right_options import OptionKey
from dlquiz.notes.markdown.lines import SourceLine, place_below, scan
from dlquiz.notes.markdown.spans import CardSpan
from dlquiz.notes.markdown.titles import Header
from dlquiz.notes.note import NoteOption, key_in_question

# What asks to choose, so that options are none of the answer though no key is given.
_CHOOSE = re.compile(
    r"\b(?:which|what|who) (?:one |two |three |ones )?of (?:the following|these)\b|\b(?:choose|select|pick|tick)\b"
    r"|\bwhich (?:statements?|options?|answers?)\b|\ball that apply\b|\bmultiple[- ]choice\b"
    r"|下列|下面哪|以下哪|哪(?:个|些|项|几项|一项)(?:说法|选项|描述|叙述)|单选|多选|不定项",
    re.IGNORECASE,
)
# A place that is left for the letters: `卷积的作用是（ ）。`; not the brackets of a call, `malloc()`.
_PLACE_FOR_LETTERS = re.compile(r"(?:（\s*）|(?<![A-Za-z0-9_>\]])\(\)|\(\s+\)|【\s*】)\W{0,3}$")
# How long options are together, and how many lines of words stand above them; from how many letters on a list has
# options; how sure it is that a question asks.
_LONGEST, _PREMISE, _SEVERAL, _ASKING = 8_000, 6, 3, 0.9
# So many questions with options but no key are an exam.
_EXAM = 5
# How far below a line options are looked for: their first one, and all of them with their key.
_NEAR, _FAR = 3, 40
# How far in code without a fence stands, behind a blank line.
_CODE_INDENT = 4


class MultipleChoice(NamedTuple):
    """The options below a question and the `premise` above them; the places of the lines that are `asked` and of those
    of the `key`. The others explain it, behind the words `first`."""

    premise: str
    options: tuple[NoteOption, ...]
    asked: frozenset[int]
    key: frozenset[int]
    first: str

    @property
    def has_key(self) -> bool:
        return any(one.right for one in self.options)


def find(question: str, lines: Sequence[SourceLine], first: str = "", key: str = "") -> MultipleChoice | None:
    """The options in the lines below a question, or behind it on its line; None where these are an answer. A `key` is
    what a list at the end of the file says of the question."""
    key = key or key_in_question(question)
    if not (first or key or may_hold_options(lines)):
        return None
    rows = [BodyLine(at, line) for at, line in enumerate(lines)]
    if first:
        rows[:0] = (BodyLine(-1, line) for line in scan(first.split("\n")))
    if key:
        rows.append(BodyLine(-1, SourceLine(f"Answer: {key}", "text", 0, f"Answer: {key}")))
    for listed in lists(rows):
        key_below = right_options.find(rows[listed.end :], listed.options)
        marked = frozenset(at for at, one in enumerate(listed.options) if one.right)
        words = sum(bool(row.line.words) and row.line.state == "text" for row in rows[: listed.begin])
        if words <= _PREMISE and _is_certain(question, listed, marked, key_below):
            return _choice(rows, listed, key_below or OptionKey(marked, frozenset(), ""))
    return None


class MultipleChoices:
    """The choices below the headers of a file: what was found while the headers were read is not sought again for the
    cards."""

    def __init__(self) -> None:
        self._below: dict[int, tuple[str, int, MultipleChoice | None]] = {}

    def choosing(self, lines: Sequence[SourceLine], headers: Sequence[Header]) -> list[Header]:
        """The headers; those right above options with letters say that they ask, whatever their words, where there is
        a key or their words leave a place for it, or where there is nothing else below many of them: an exam."""
        if not any(map(begins_options, lines)):
            return [*headers]
        following: dict[tuple[str, int], int] = {}
        found = []
        exam: set[int] = set()
        for one in reversed(headers):
            end = min(following.get((one.style, one.indent), len(lines)), one.at + _FAR)
            following[one.style, one.indent] = one.at
            first = place_below(lines, one.at, _NEAR)
            above = 0 <= first < end and begins_options(lines[first])
            found.append(one._replace(chooses=True) if above and self._chooses(lines, one, end) else one)
            if above and is_without_key(lines[one.at + 1 : end], _SEVERAL):
                exam.add(one.at)
        exam = exam if len(exam) >= _EXAM else set()
        return [one._replace(chooses=True) if one.at in exam else one for one in reversed(found)]

    def _chooses(self, lines: Sequence[SourceLine], header: Header, end: int) -> bool:
        choice = find(header.title, lines[header.at + 1 : end])
        self._below[header.at] = header.title, end, choice
        return choice is not None and (choice.has_key or _leaves_place(header.title))

    def of(self, lines: Sequence[SourceLine], part: CardSpan) -> MultipleChoice | None:
        """The choice in the lines of a card; None where they are an answer."""
        assert part.header is not None
        at, rest = part.header.at, part.header.rest
        question, end, choice = self._below.get(at, ("", 0, None))
        if end and question == part.question and not (rest or part.key) and part.lines == [*range(at + 1, end)]:
            return choice
        return find(part.question, [lines[index] for index in part.lines], rest, part.key)


def _asks_to_choose(question: str) -> bool:
    return _CHOOSE.search(question) is not None or _leaves_place(question)


def _leaves_place(question: str) -> bool:
    return _PLACE_FOR_LETTERS.search(question) is not None


def in_text(question: str, text: str) -> tuple[MultipleChoice, str] | None:
    """The options in an answer that has no lines of its own, and what else it says."""
    lines = scan(text.split("\n"))
    choice = find(question, lines)
    if choice is None:
        return None
    rest = [line for at, line in enumerate(lines) if at not in choice.asked | choice.key]
    return choice, clean(rest, choice.first).text


def is_without_key(lines: Sequence[SourceLine], least: int = 2) -> bool:
    """Whether there is nothing below a question but at least so many options with letters, none of them marked as
    right."""
    rows = [BodyLine(at, line) for at, line in enumerate(lines) if line.words and not mark_of(line.words)]
    listed = next(lists(rows), None)
    if listed is None or not listed.lettered or listed.end < len(rows) or len(listed.options) < least:
        return False
    return not any(one.right for one in listed.options)


def _is_certain(question: str, listed: OptionList, marked: frozenset[int], key: OptionKey | None) -> bool:
    """Whether a list has options, and is no answer."""
    count = len(listed.options)
    if sum(len(one.text) for one in listed.options) > _LONGEST or not all(one.text for one in listed.options):
        return False
    if key is not None:
        return not marked or key.right == marked
    if listed.lettered and listed.options[0].letter.isalpha():
        return 0 < len(marked) < count or (not marked and count >= _SEVERAL and _asks_to_choose(question))
    boxes = 0 < len(marked) < count
    return boxes and (asks(question) >= _ASKING or _asks_to_choose(question))


def _choice(rows: Sequence[BodyLine], listed: OptionList, key: OptionKey) -> MultipleChoice:
    above, below = rows[: listed.begin], [row for row in rows[listed.end :] if row.at not in key.lines]
    asked = (row.at for row in rows[: listed.end] if row.at >= 0)
    whys, explaining = explained(below, listed.options)
    options = tuple(
        NoteOption(one.text, at in key.right, one.label, whys.get(at, "")) for at, one in enumerate(listed.options)
    )
    premise = _premise(above, rows[listed.begin].line.indent)
    return MultipleChoice(premise, options, frozenset(asked), key.lines | explaining, key.first)


def _premise(rows: Sequence[BodyLine], indent: int) -> str:
    """The words and the code between a question and its options, of which the first stands so far in."""
    if not any(row.line.words for row in rows):
        return ""
    own = [row.line for row in rows if not _is_mark(row.line)]
    margin = min((line.indent for line in own if line.words), default=0)
    text = "\n".join(line.text[margin:].rstrip() if line.words else "" for line in own).strip("\n")
    text = re.sub(r"\n{3,}", "\n\n", text) if all(line.state != "code" for line in own) else text
    is_code = text and not rows[0].line.words and margin >= indent + _CODE_INDENT
    return f"```\n{text}\n```" if is_code else text


def _is_mark(line: SourceLine) -> bool:
    """Whether a line says only that options follow, or nothing; blank ones part paragraphs."""
    return line.state != "code" and bool(line.words) and (is_options_title(line.words) or mark_of(line.words))
