"""Lines below a question that belong to it, because they go on asking where an answer would be: `Why so?`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dlquiz.notes.markdown.asking import begins_asking, orders
from dlquiz.notes.markdown.lines import SourceLine, ends_asking
from dlquiz.notes.markdown.spans import CardSpan
from dlquiz.notes.markdown.titles import is_answer_title, is_rule

# How many lines and letters a question may go on for.
_MOST_LINES, _LONGEST = 6, 600
_TAG = re.compile(r"<[^<>]*>")
# `**Speed:** How fast is it?` is a part of an answer.
_PART = re.compile(r"\*\*[^*]{1,40}\*\*")
_MARK = re.compile(r"^(?:>\s?|[-*+•]\s+|\d{1,2}[.)、]\s*)")


def join(lines: Sequence[SourceLine], parts: Sequence[CardSpan]) -> None:
    """Make them lines of the question, where nothing else stands below it, or before the fold that holds its answer."""
    for part in parts:
        open_ended = part.header is not None and not part.header.rest
        below = [at for at in part.lines if lines[at].words] if open_ended else []
        if not below or not _asks_or_orders(_MARK.sub("", lines[below[0]].words)):
            continue
        while below and is_rule(lines[below[-1]].words):
            below.pop()
        asked = below[: _fold(lines, below)]
        words = [_MARK.sub("", lines[at].words) for at in asked]
        if 0 < len(asked) <= _MOST_LINES and all(lines[at].state == "text" for at in asked) and _go_on(words):
            part.question = " ".join([part.question, *words])
            last = asked[-1]
            part.asked += [at for at in part.lines if at <= last]
            part.lines = [at for at in part.lines if at > last]


def _fold(lines: Sequence[SourceLine], below: Sequence[int]) -> int:
    """How many of the lines stand before a fold that holds the answer; all of them without one."""
    for place, at in enumerate(below[: _MOST_LINES + 1]):
        if lines[at].words.startswith("<details"):
            titles = [_TAG.sub("", lines[one].words).strip() for one in below[place : place + 2]]
            return place if any(title and is_answer_title(title) for title in titles) else len(below)
    return len(below)


def _asks_or_orders(words: str) -> bool:
    """Whether a line may go on with a question: most answers begin with another."""
    return ends_asking(words) or orders(words)


def _go_on(words: Sequence[str]) -> bool:
    """Whether all of them ask or tell the reader what to do, and one has a question mark."""
    if sum(map(len, words)) > _LONGEST or not any(map(ends_asking, words)):
        return False
    if any(map(_PART.match, words)):
        return False
    return all((ends_asking(one) and begins_asking(one)) or orders(one) for one in words)
