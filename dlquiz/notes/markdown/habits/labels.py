"""Questions inside answers that are marked as such: `Q: …`, `追问：…`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dlquiz.notes.markdown.answers import is_difficulty, label_of, mark_of
from dlquiz.notes.markdown.asking import ASKS, asks
from dlquiz.notes.markdown.habits.groups import asks_in_bold, has_body
from dlquiz.notes.markdown.habits.names import Found, habit_of
from dlquiz.notes.markdown.lines import SourceLine, place_below
from dlquiz.notes.markdown.spans import CardSpan, answer_on_line
from dlquiz.notes.markdown.title_words import FOLLOW_UP
from dlquiz.notes.markdown.titles import QUOTED, Header, header_of, is_outline

# How many a file must have whose other questions have no label: a single `Q:` may be said in passing.
_LEAST = 2
# How many headings must have a labelled question right below.
_BELOW_HEADINGS = 2
# How far below a label that stands alone what it asks begins.
_BELOW = 3
# How long words between two fences are at most: `vs.`
_BETWEEN_CODE = 12
PROBLEM = "problem"
_FOLLOW_UP = re.compile(f"追问|{FOLLOW_UP.lower()}")


def find(lines: Sequence[SourceLine], headers: Sequence[Header], parts: Sequence[CardSpan], found: Found) -> None:
    """Add the headers in answers that have a label and ask. Where such a line stands right below several of the
    headings that are questions, it is what these ask."""
    able = [one for one in headers if one.labelled and not states_problem(one, found)]
    taken = _below_headings(lines, able, parts, found)
    labelled = [one for one in able if _asks(one) and one.at not in taken]
    if taken:
        labelled += [one for one in headers if asks_in_bold(one) and has_body(lines, one) and not one.labelled]
    inner = [
        *_inner(lines, labelled, parts if found.questions else ()),
        *(one for part in parts for one in _quoted(lines, part)),
    ]
    usual = sum(one.labelled for one in found.questions) * 2 > len(found.questions)
    if len(inner) >= (1 if usual or any(map(follows_up, inner)) else _LEAST):
        found.add(inner, habit_of(inner))


def _asks(one: Header) -> bool:
    """Whether it asks, or has an answer on its line."""
    return one.answered_by_arrow or asks(one.title) >= ASKS or answer_on_line(one.title) is not None


def _below_headings(
    lines: Sequence[SourceLine], labelled: Sequence[Header], parts: Sequence[CardSpan], found: Found
) -> set[int]:
    """The labelled lines right below headings, which become parts of what the headings ask; none when few of them
    ask."""
    by_line = {one.at: one for one in labelled if not follows_up(one)}
    if len(by_line) < _BELOW_HEADINGS:
        return set()
    asked: dict[int, int] = {}
    taken: set[int] = set()
    asking = 0
    for part in parts:
        if part.header is None or not is_outline(part.header) or part.header.asked_until:
            continue
        first = _first_below(lines, part)
        if first in by_line:
            asked[part.header.at] = first if by_line[first].title else _end_of_paragraph(lines, first)
            taken.add(first)
            asking += _asks(by_line[first]) or asks(lines[asked[part.header.at]].words) >= ASKS
    if asking < _BELOW_HEADINGS:
        return set()
    found.questions[:] = [
        one._replace(asked_until=asked[one.at]) if one.at in asked else one for one in found.questions
    ]
    return taken


def _first_below(lines: Sequence[SourceLine], part: CardSpan) -> int:
    """The first line with words below a question, but for its difficulty and code, between whose fences a few words may
    stand; -1 without one."""
    code = False
    for at in part.lines:
        words = lines[at].words
        code |= lines[at].state == "code"
        between = code and len(words) <= _BETWEEN_CODE
        if words and not (lines[at].state == "code" or between or is_difficulty(words)):
            return at
    return -1


def _end_of_paragraph(lines: Sequence[SourceLine], label: int) -> int:
    """The last line of the paragraph below a label that stands alone, before an answer right below it; the label where
    code, a heading or nothing follows."""
    begin = place_below(lines, label, _BELOW)
    end = label
    while 0 <= begin < len(lines) and lines[begin].words and not _ends_paragraph(lines[begin]):
        end, begin = begin, begin + 1
    return end


def _ends_paragraph(line: SourceLine) -> bool:
    return line.state != "text" or line.words[0] == "#" or label_of(line.text) is not None


def _inner(lines: Sequence[SourceLine], labelled: Sequence[Header], parts: Sequence[CardSpan]) -> Iterator[Header]:
    """Those in answers; not one alone that stands right below a heading, which is what that heading asks."""
    by_line = {one.at: one for one in labelled}
    for part in parts:
        if part.header is None:
            # Behind a block that has ended, what follows it up stands in no answer.
            yield from (by_line[at] for at in part.lines if at in by_line and follows_up(by_line[at]))
            continue
        first = next((at for at in part.lines if lines[at].words), -1)
        own = [at for at in part.lines if at in by_line]
        below_item = not is_outline(part.header) and first in by_line
        if own != [first] or (below_item and (follows_up(by_line[first]) or by_line[first].style == part.header.style)):
            yield from (by_line[at] for at in own)


def _quoted(lines: Sequence[SourceLine], part: CardSpan) -> Iterator[Header]:
    """The lines of a quote that follow a question up, where nothing of its answer stands behind the quote."""
    if part.header is None:
        return
    for at in reversed(part.lines):
        words = lines[at].words
        if words.startswith(">"):
            one = header_of(words.lstrip("> "), 0, at)
            if one is not None and one.labelled and follows_up(one) and asks(one.title) >= ASKS:
                yield one._replace(style=QUOTED + one.style)
        elif words and not mark_of(words):
            return


def states_problem(one: Header, found: Found) -> bool:
    """Whether it has the label `Problem`, which no question has where most have one: what the answer is about."""
    if one.label != PROBLEM:
        return False
    labels = [other.label for other in found.questions if other.labelled]
    return PROBLEM not in labels and len(labels) * 2 > len(found.questions)


def follows_up(one: Header) -> bool:
    """Whether it is asked after another question."""
    return _FOLLOW_UP.search(one.label) is not None
