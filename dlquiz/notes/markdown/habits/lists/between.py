"""Questions in lines of their own between numbered lists that have no answers, as diaries of interviews have them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dlquiz.notes.markdown.asking import ASKS, asks, likelihood
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.lines import SourceLine
from dlquiz.notes.markdown.spans import CardSpan
from dlquiz.notes.markdown.titles import Header

# How many items there must be, and what share of them must have nothing below.
_LEAST, _BARE = 8, 0.75
# So many lines one after the other, of which so many ask, are a list.
_RUN, _ASKING = 3, 0.5
# A line may be that long; one alone, without a question mark, is a remark when it is longer than this.
_LONGEST, _SHORT = 400, 60
# A line this long may have been broken to fit a width.
_WRAPPED = 50
# What diaries say of the interview itself: `没怎么问项目`, `不知道为什么挂了`.
_REMARK = re.compile(
    "感觉|体验|没怎么|不知道|挂了|凉了|许愿|希望|攒人品|面试官(?:很|人|挺|没)|全程|总体|整体|聊得|offer|"
    r"\b(?:I|we|he|she|they|my) (?:felt|was|were|had|did|got|came|asked|guess|think|hope)\b",
    re.IGNORECASE,
)
_MARKS = ("?", "？")
# `a. …` is a part of a question.
_LETTERED = re.compile(r"[A-Za-z]{1,3}[.)]\s")


def find(lines: Sequence[SourceLine], headers: Sequence[Header], parts: Sequence[CardSpan], found: Found) -> None:
    """Add the lines that ask below the last item of such lists: they are no answer, for the others have none."""
    items = [one for one in parts if one.header is not None and one.header.shape == "number"]
    bare = sum(not any(lines[at].words for at in one.lines) for one in items)
    if len(items) < _LEAST or bare < _BARE * len(items) or len(items) * 2 < len(found.questions):
        return
    taken = {one.at for one in headers}
    new = [one for part in items for one in _asking(_paragraphs(lines, part, taken))]
    if new:
        found.add(new, "F3")


def _paragraphs(lines: Sequence[SourceLine], part: CardSpan, taken: set[int]) -> list[Header]:
    """The paragraphs of one line at the margin, and the line right below the item when it ends in a question mark and
    does not go on with it; none where there is code, or lines of another kind."""
    paragraphs: list[Header] = []
    for at in part.lines:
        line = lines[at]
        if at in taken or not line.words:
            continue
        if line.state != "text" or not line.words[0].isalnum():
            return []
        alone = lines[at - 1].state == "blank" and (at + 1 == len(lines) or lines[at + 1].state == "blank")
        begins = alone or (at - 1 in part.asked and len(lines[at - 1].words) < _WRAPPED and line.words.endswith(_MARKS))
        if begins and line.indent < 2 and len(line.words) <= _LONGEST and not _LETTERED.match(line.words):
            paragraphs.append(Header(at, "label", "plain", line.words))
    return paragraphs


def _asking(paragraphs: Sequence[Header]) -> Iterator[Header]:
    """Those that ask; among many of which half do, those that only name what was asked as well."""
    many = len(paragraphs) >= _RUN and sum(asks(one.title) >= ASKS for one in paragraphs) >= _ASKING * len(paragraphs)
    for one in paragraphs:
        marked = asks(one.title) == 1.0
        alone = marked or (len(one.title) <= _SHORT and likelihood(one) >= ASKS)
        if (marked or not _REMARK.search(one.title)) and (asks(one.title) >= 0.5 if many else alone):
            yield one
