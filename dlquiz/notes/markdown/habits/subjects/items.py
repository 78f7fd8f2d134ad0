"""Bold lines and bullets that may be subjects: short names of their own with something below."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from dlquiz.notes.keys import normalised
from dlquiz.notes.markdown.habits.groups import has_body
from dlquiz.notes.markdown.lines import SourceLine, line_below
from dlquiz.notes.markdown.sections import is_no_subject
from dlquiz.notes.markdown.titles import Header, is_outline

# Items must be so many, no longer than that, and what share of them full and distinct.
_LEAST, _SHORT, _FILLED, _DISTINCT = 10, 60, 0.7, 0.8
# The same share where the items with what is below them are so large a part of the file.
_FILLED_ALONE, _COVERED = 0.5, 0.7
# A bullet with paragraphs at the margin below is no longer.
_FEW_WORDS = 30
_COUNT = re.compile(r"\d{1,3}[.)、]")
_LISTED = re.compile(r"#{1,6}\s|[-*+•]\s|\||\d{1,3}[.)、]")
_OPTION = re.compile(r"[A-H][.)]\s")
_SENTENCE = re.compile(r"[，。；,;]|[:：]\s*\S")


def find(lines: Sequence[SourceLine], headers: Sequence[Header]) -> list[Header]:
    """The items of the look that has most subjects; none where no look has enough."""
    looks: dict[str, list[Header]] = defaultdict(list)
    for one in headers:
        if one.shape in ("bold", "bullet", "number") and one.indent < 2 and not _is_option(lines, one):
            looks[one.style].append(one)
    return max((_named(lines, look) for look in looks.values()), key=len, default=[])


def _is_option(lines: Sequence[SourceLine], item: Header) -> bool:
    """Whether it is the bold one of the answers to choose from, right beside others: `B. Recall`."""
    if not _OPTION.match(item.title):
        return False
    return any(_OPTION.match(line.words) for line in (*lines[item.at - 1 : item.at], *lines[item.at + 1 : item.at + 2]))


def apart(lines: Sequence[SourceLine], subjects: Sequence[Header], questions: Sequence[Header]) -> list[Header]:
    """The items among the questions that lie outside of bullets that are subjects, in lists of their own."""
    if not subjects or not subjects[0].style.startswith("-"):
        return []
    below = _lines_of(lines, subjects)
    return [one for one in questions if not is_outline(one) and one.at not in below]


def _named(lines: Sequence[SourceLine], items: Sequence[Header]) -> list[Header]:
    """The bold lines or bullets of one look, when most are short names of their own with something below, and not the
    beginnings of steps, which end in a colon: below bullets notes that are indented, below the others any words."""
    named = [one for one in items if one.title and not is_no_subject(one)]
    introduce = sum(one.title.endswith((":", "：")) for one in named)
    if len(named) < _LEAST or introduce * 3 > len(named):
        return []
    filled = sum(_has_notes(lines, one) for one in named)
    short = sum(len(one.title) <= _SHORT and not one.title.endswith(("。", ".")) for one in named)
    distinct = len({normalised(one.title) for one in named})
    least = _FILLED_ALONE if _covers(lines, named) else _FILLED
    if distinct < _DISTINCT * len(items):
        return []
    if min(filled, short) >= least * len(items) or _above_paragraphs(lines, named) >= _FILLED * len(items):
        return named
    return []


def _above_paragraphs(lines: Sequence[SourceLine], items: Sequence[Header]) -> int:
    """How many of the bullets name a subject in a few words and have paragraphs at the margin below."""
    count = 0
    for one in items:
        below = line_below(lines, one.at, 2)
        named = one.style == "-" and len(one.title) <= _FEW_WORDS and not _SENTENCE.search(one.title)
        count += bool(named and below and below.indent == 0 and not _LISTED.match(below.words))
    return count


def _covers(lines: Sequence[SourceLine], items: Sequence[Header]) -> bool:
    """Whether the items and what is below them are most of the file."""
    words = {at for at, line in enumerate(lines) if line.state in ("text", "code")}
    return len(words & _lines_of(lines, items)) >= _COVERED * len(words)


def _lines_of(lines: Sequence[SourceLine], items: Sequence[Header]) -> set[int]:
    """The lines of the items and those below them: what is indented below bullets, all up to a heading below others."""
    found: set[int] = set()
    margin: int | None = None
    begins = {one.at: one.indent if one.style.startswith("-") else -1 for one in items}
    for at, line in enumerate(lines):
        if at in begins:
            margin = begins[at]
        elif margin is not None and line.state == "text" and (line.indent <= margin or line.text.startswith("#")):
            margin = None
        if margin is not None:
            found.add(at)
    return found


def _has_notes(lines: Sequence[SourceLine], item: Header) -> bool:
    below = line_below(lines, item.at, 2)
    if below is None or below.state == "comment":
        return False
    if item.style.startswith("-"):
        return below.indent > item.indent
    return has_body(lines, item) and not _COUNT.match(below.words)
