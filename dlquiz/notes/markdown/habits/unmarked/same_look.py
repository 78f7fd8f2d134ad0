"""Lines of one look of which nearly all end in a question mark, whatever the look is: those that no habit knows."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from heapq import nlargest
from typing import NamedTuple

from dlquiz.notes.keys import normalised
from dlquiz.notes.markdown.asking import ASKS, asks, begins_asking, is_premise, starts_with_question, without_remark
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.lines import SourceLine, ends_asking, place_below
from dlquiz.notes.markdown.sections import is_about_itself
from dlquiz.notes.markdown.spans import CardSpan
from dlquiz.notes.markdown.title_words import FOLLOW_UP, title_of
from dlquiz.notes.markdown.titles import Header, header, is_outline

# How many such lines must be no questions yet; what share of the lines of their look must ask, and end in a question
# mark; what share of those in answers must have words of their own below; and where they are more than the questions
# that were found, what share of the lines of text they must be.
_LEAST, _ASKING, _MARKED, _ANSWERED, _ALONE = 3, 0.7, 0.5, 0.7, 0.04
# How long a line is at most, one that asks without a question mark, and the name of a section of a list.
_LONGEST, _SENTENCE, _SECTION = 400, 160, 60
# Lines that begin still further in, in steps of two columns, are of one look.
_DEEPEST = 4
# How many looks of a file are tried, those of the most lines; notes have a few.
_MOST_LOOKS = 50
# What may stand before the words of a line, each of one kind. A link or a remark in brackets is none of these.
_MARK = re.compile(
    r"(?P<number>\(?\d{1,3}(?:\.\d{1,3})*[.)、:：．]|[①-⑳])|(?P<bullet>[-*+•](?=\s))|(?P<bold>\*\*|__)|(?P<italic>[*_])"
    r"|(?P<label>(?:Q|Question|问|问题|追问|"
    + FOLLOW_UP
    + r")\s*\d*\s*[:：.)])|(?P<letter>[A-Za-z][.)])|(?P<sign>::: ?\w+|[^\w\s\[\]!?|#(（<])",
    re.IGNORECASE,
)
_MOST_MARKS = 5
# `**Check:** is it …?`, `TODO: say …`: the line names a part, or what the author means to do.
_PART = re.compile(r"[^?？]{1,30}[:：](?!//)")
# Signs that stand before and behind words.
_PAIRED = tuple("\"'“‘`$「『")
# Headings, links, rows of tables, tags and remarks have no look.
_NO_LOOK = tuple("#[!?|(（<")
# With what a line ends behind which another sentence begins, and one that says what a list is for.
_ENDS, _OPENS = tuple(".?!。？！:：)）"), (":", "：")
# What counts off the questions of a list, of which none needs an answer.
_LISTED = frozenset(("bullet", "letter", "number .", "number )", "number 、"))
_Look = tuple[int, tuple[str, ...]]


class _Line(NamedTuple):
    """A line that may be a question, and its words without what marks them."""

    at: int
    title: str

    @property
    def is_asking(self) -> bool:
        """Whether it asks in its first sentence, not in a remark, or begins as questions do and is one sentence."""
        title = without_remark(self.title)
        if asks(title) == 1.0:
            return begins_asking(title)
        return len(title) <= _SENTENCE and starts_with_question(title)


def find(lines: Sequence[SourceLine], headers: Sequence[Header], parts: Sequence[CardSpan], found: Found) -> None:
    """Add such lines, with the other lines of their look that ask, but for what is a question already."""
    asked = {at for part in parts for at in part.asked}
    free = {at for part in parts for at in part.lines} - {one.at for one in headers if is_outline(one)}
    marked = {at for at, line in enumerate(lines) if line.state == "text" and ends_asking(line.words)}
    if len(marked & free) < _LEAST:
        return
    by_line = {one.at: one for one in headers}
    known = {normalised(one.title) for one in found.questions}
    for look, places in _often_marked(lines, marked):
        able = free if _LISTED.intersection(look[1]) else free - _right_below(lines, found)
        alike = [_Line(at, _title(lines[at].words)) for at in places]
        alike = [one for one in alike if one.at in asked or normalised(one.title) not in known]
        new = [one for one in alike if one.at in able and one.is_asking]
        # A header that is not among these was passed over: it speaks to readers, or is for interviewers.
        new = _without_parts([one for one in new if one.at in by_line or header(lines[one.at], one.at) is None])
        asking = sum(one.is_asking for one in alike)
        if len(new) < _LEAST or asking < _ASKING * len(alike) or not _are_many(lines, new, found):
            continue
        listed = not _are_answered(lines, alike, new)
        if listed and not _end_answers(lines, new, parts):
            continue
        found.add([by_line.get(one.at) or _header(lines, one) for one in new], "F3")
        found.stems |= _titles(lines, new) if listed else set()
        known |= {normalised(one.title) for one in new}


def _right_below(lines: Sequence[SourceLine], found: Found) -> set[int]:
    """The lines right below questions that ask, which would be left without an answer."""
    return {place_below(lines, one.at, 2) for one in found.questions if asks(one.title) >= ASKS}


def _often_marked(lines: Sequence[SourceLine], marked: set[int]) -> list[tuple[_Look, list[int]]]:
    """The looks of which enough lines end in a question mark, with their lines, in the order of the file."""
    able = ((look, places) for look, places in _by_look(lines).items() if len(places) >= _LEAST)
    often = [one for one in able if len(marked.intersection(one[1])) >= max(_LEAST, _MARKED * len(one[1]))]
    # Each look costs a walk through the file.
    return sorted(nlargest(_MOST_LOOKS, often, key=lambda one: len(one[1])), key=lambda one: one[1][0])


def _by_look(lines: Sequence[SourceLine]) -> dict[_Look, list[int]]:
    alike: dict[_Look, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        look = _look(line) if line.state == "text" and len(line.words) <= _LONGEST else None
        if look and (look[1] or _begins(lines, at)):
            alike[look].append(at)
    return alike


def _look(line: SourceLine) -> _Look | None:
    """How far in the line begins, and the marks before its words; None for headings, links, tables, tags and what is in
    brackets."""
    marks: list[str] = []
    rest = line.words
    while len(marks) < _MOST_MARKS and not rest.startswith(_NO_LOOK) and (mark := _MARK.match(rest)):
        rest = rest[mark.end() :].lstrip()
        kind = mark.lastgroup or ""
        # `1)` is another look than `1.`
        marks.append(mark.group() if kind == "sign" else f"number {mark.group()[-1]}" if kind == "number" else kind)
    if not rest or rest.startswith(_NO_LOOK):
        return None
    # A line that is bold as a whole is another one than `**Term**: what it means`.
    ends = (*marks, "end") if "bold" in marks and rest.endswith(("**", "__")) else marks
    return min(line.indent // 2, _DEEPEST), tuple(ends)


def _begins(lines: Sequence[SourceLine], at: int) -> bool:
    """Whether a line without marks is none in which a sentence goes on."""
    above = lines[at - 1]
    return at == 0 or above.state != "text" or above.words.startswith("#") or above.words.endswith(_ENDS)


def _title(words: str) -> str:
    """The words without signs, bullets and letters before them, but for quotation marks, which also stand behind."""
    while (
        (mark := _MARK.match(words))
        and mark.lastgroup in ("sign", "letter", "bullet")
        and not words.startswith(_PAIRED)
    ):
        words = words[mark.end() :].lstrip()
    return title_of(words, True).words


def _are_answered(lines: Sequence[SourceLine], alike: Sequence[_Line], new: Sequence[_Line]) -> bool:
    """Whether most have words below that are none of these lines."""
    places = {one.at for one in alike}
    below = [place_below(lines, one.at, 3) for one in new]
    return sum(at >= 0 and at not in places for at in below) >= _ANSWERED * len(new)


def _end_answers(lines: Sequence[SourceLine], new: Sequence[_Line], parts: Sequence[CardSpan]) -> bool:
    """Whether those in answers are several, and from the first of them on nearly nothing stands there but lines that
    ask."""
    places = {one.at for one in new}
    for part in parts:
        first = next((at for at in part.lines if at in places), -1) if part.header is not None else -1
        below = [lines[at].words for at in part.lines if at >= first and lines[at].words] if first >= 0 else []
        asking = sum(asks(words) >= ASKS for words in below)
        if below and (asking < _ASKING * len(below) or len(below) <= _LEAST or _is_opened(lines, first)):
            return False
    return True


def _is_opened(lines: Sequence[SourceLine], at: int) -> bool:
    """Whether the line above the list says what it is for."""
    return any(line.words.rstrip("*_ ").endswith(_OPENS) for line in lines[max(at - 2, 0) : at])


def _titles(lines: Sequence[SourceLine], new: Sequence[_Line]) -> set[int]:
    """The short lines right above questions of a list and below a blank line, which ask nothing: `🚀 Serving`."""
    above = {one.at - 1 for one in new} - {one.at for one in new}
    texts = [at for at in above if at > 0 and lines[at].state == "text" and not lines[at - 1].words]
    return {at for at in texts if len(lines[at].words) <= _SECTION and asks(lines[at].words) < ASKS}


def _without_parts(new: Sequence[_Line]) -> list[_Line]:
    """The lines but for those that speak of the document, name a part, only say what is given, or stand several
    times."""
    times = Counter(normalised(one.title) for one in new)
    once = [one for one in new if times[normalised(one.title)] == 1]
    whole = [one for one in once if asks(one.title) == 1.0 or not is_premise(one.title)]
    return [one for one in whole if not (is_about_itself(one.title) or _PART.match(one.title))]


def _are_many(lines: Sequence[SourceLine], new: Sequence[_Line], found: Found) -> bool:
    """Whether they are no more than the questions that were found, or many of the lines."""
    return len(new) <= len(found.questions) or len(new) >= _ALONE * sum(line.state == "text" for line in lines)


def _header(lines: Sequence[SourceLine], one: _Line) -> Header:
    return Header(one.at, "label", "plain", one.title, indent=lines[one.at].indent)
