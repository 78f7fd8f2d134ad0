"""Answers that are collected at the end: joined to their questions by number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.lines import SourceLine
from dlquiz.notes.markdown.spans import CardSpan
from dlquiz.notes.markdown.titles import is_answer_title

# How many lines below a question are looked at, and how long a title is.
_FAR, _LONGEST = 400, 80
_TITLE = re.compile(r"#{1,6}\s|\*\*|<summary|<details|答案|Answers?\b")
_TAG_OR_HASHES = re.compile(r"<[^<>]*>|^#+")
_ANSWERS = re.compile("answers|solutions|答案|解答|解析", re.IGNORECASE)
_NUMBER = re.compile(
    r"[ \t>]*(?:[-*+][ \t]+)?(?:#{1,6}[ \t]*)?(?:\*\*)?(?:A|Answer|答案?|Q)?[ .]?(\d{1,4})(?:\*\*)?"
    r"[.)、:：](?:\*\*)?[ \t]*",
    re.IGNORECASE,
)


def join(lines: Sequence[SourceLine], parts: list[CardSpan], found: Found) -> None:
    """Move the lines of numbered answers, at the end of the file or of a section, below the questions they answer.

    Nothing is moved unless most of the questions before it are blank, and most numbers fit.
    """
    before: list[CardSpan] = []  # the questions before this part, from the last answers on
    blank = seen = 0
    for place, part in enumerate(parts):
        at = _answers_begin(lines, part)
        if at is None:
            continue
        new = [one for one in parts[seen:place] if one.header is not None]
        before += new
        blank += sum(_is_blank(lines, one.lines) for one in new)
        seen = place
        asked = [*before, part] if part.header is not None else before
        without = blank + (asked is not before and _is_blank(lines, [index for index in part.lines if index < at]))
        if len(asked) > 1 and without * 2 >= len(asked):
            _join(lines, parts, place, at, asked, found)
            before, blank, seen = [], 0, place + 1


def _is_blank(lines: Sequence[SourceLine], among: Sequence[int]) -> bool:
    return all(lines[index].state == "blank" for index in among)


def _answers_begin(lines: Sequence[SourceLine], part: CardSpan) -> int | None:
    """The line of a heading such as `Answers`, or of the fold that holds them."""
    for index in part.lines[:_FAR]:
        line = lines[index]
        if line.state == "text" and len(line.words) < _LONGEST and _TITLE.match(line.words):
            words = _TAG_OR_HASHES.sub("", line.words).strip("*: ：")
            if is_answer_title(words) and _ANSWERS.search(words):
                return index
    return None


def _join(
    lines: Sequence[SourceLine], parts: list[CardSpan], place: int, at: int, asked: Sequence[CardSpan], found: Found
) -> None:
    by_number = {one.header.number: one for one in asked if one.header is not None and one.header.number}
    source = parts[place]
    below = [index for index in source.lines if index >= at]
    taken: dict[str, list[int]] = {}
    current: str | None = None
    rest: list[int] = []
    for index in below:
        number = _NUMBER.match(lines[index].text) if lines[index].state == "text" else None
        if number and number[1] in by_number and number[1] not in taken:
            current = number[1]
            taken[current] = []
        (rest if current is None else taken[current]).append(index)
    if len(taken) * 2 < len(by_number):
        _join_spans(parts, place, by_number, found)
        return
    source.lines = [index for index in source.lines if index < at]
    for number_, indices in taken.items():
        by_number[number_].lines += indices
    parts.insert(place + 1, CardSpan(None, source.section, lines=rest, titles={at}))
    found.habits.append("F11")


def _join_spans(parts: list[CardSpan], place: int, by_number: dict[str, CardSpan], found: Found) -> None:
    """Answers that look like questions themselves: the second block of the same numbers."""
    following = [one for one in parts[place + 1 :] if one.header is not None and one.header.number in by_number]
    if len(following) * 2 < len(by_number) or not by_number:
        return
    for one in following:
        assert one.header is not None
        target = by_number[one.header.number]
        target.lines += [*one.asked, *one.lines]
        parts.remove(one)
    found.habits.append("F11")
