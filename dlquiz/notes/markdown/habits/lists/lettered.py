"""Questions counted with letters or Roman numerals below the one that they belong to: `- a. …`, `* ii. …`, `(b) …`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dlquiz.notes.markdown.asking import ASKS, asks, is_premise, likelihood
from dlquiz.notes.markdown.habits.lists.stems import joined
from dlquiz.notes.markdown.habits.names import Found, habit_of
from dlquiz.notes.markdown.lines import SourceLine, ends_asking
from dlquiz.notes.markdown.titles import Header, is_outline

# How many of them a file must have, and what share must ask.
_LEAST, _ASKING = 4, 0.8
_LETTER = re.compile(r"[(（]?(?P<letter>[a-h]|[ivx]{1,4})[.)）]\s+(?=\S)", re.IGNORECASE)
_LETTERS = frozenset("(（abcdefghivxABCDEFGHIVX")
_COUNTED = ("abcdefgh", ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii"))
# A number whose question is all below it.
_BARE_NUMBER = re.compile(r"(?:\*\*)?\d{1,3}[.)](?:\*\*)?$")


class _Run(NamedTuple):
    """Items counted from the first letter on, the line above them, and the question in that line if it is one."""

    above: int
    stem: Header | None
    items: list[Header]


def find(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Put such items in the place of what stands right above them, with its words; a question there stays beside
    them."""
    runs = [*_runs(lines, headers, found)]
    items = [one for run in runs for one in run.items]
    if len(items) < _LEAST or sum(likelihood(one) >= ASKS for one in items) < _ASKING * len(items):
        return
    # Those that other rules found keep what these joined to their words.
    joined_already = {one.at for one in found.questions if not _LETTER.match(one.title)}
    dropped = {run.above for run in runs if run.stem is None or not _asks(run.stem)}
    new = [_with_stem(run, one) for run in runs for one in run.items if one.at not in joined_already]
    replaced = dropped | {one.at for one in new}
    found.questions[:] = [one for one in found.questions if one.at not in replaced]
    found.stems |= dropped
    if new:
        found.add(new, habit_of(new))


def _asks(stem: Header) -> bool:
    """Whether it asks itself, and says no more than what is given."""
    return ends_asking(stem.title) or (likelihood(stem) >= ASKS and not is_premise(stem.title))


def _with_stem(run: _Run, item: Header) -> Header:
    if run.stem is None or _asks(run.stem):
        return item
    return item._replace(title=joined(run.stem.title, item.title), mark=item.mark or run.stem.mark)


def _runs(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> Iterator[_Run]:
    questions = {one.at: one for one in found.questions}
    stems = {one.at: one for one in headers if one.shape == "number" and one.title} | questions
    items: list[Header] = []
    counted = [one for one in headers if one.shape == "bullet" and one.title[:1] in _LETTERS]
    counted = [one for one in counted if _LETTER.match(one.title)] + [*_in_text(lines, {one.at for one in headers})]
    if not counted:
        return
    taken = {one.at for one in counted}
    others = [one for one in headers if one.at not in taken and (is_outline(one) or one.at in questions)]
    for one in sorted([*counted, *others], key=lambda one: one.at):
        letter = _LETTER.match(one.title) if one.at in taken else None
        if letter and items and _follows(letter["letter"], len(items)) and one.indent == items[0].indent:
            items.append(_bare(one, letter))
        elif letter and _follows(letter["letter"], 0):
            yield from _run(lines, stems, items)
            items = [_bare(one, letter)]
        elif is_outline(one) or one.at in questions:
            yield from _run(lines, stems, items)
            items = []
    yield from _run(lines, stems, items)


def _in_text(lines: Sequence[SourceLine], headers: set[int]) -> Iterator[Header]:
    """The lines with a letter that Markdown takes for text, and that ask: answers to choose from have letters too."""
    for at, line in enumerate(lines):
        able = line.words[:1] in _LETTERS and line.state == "text" and at not in headers
        letter = _LETTER.match(line.words) if able else None
        if letter and asks(line.words[letter.end() :]) >= ASKS:
            yield Header(at, "label", "plain", line.words, indent=line.indent)


def _bare(item: Header, letter: re.Match[str]) -> Header:
    return item._replace(title=item.title[letter.end() :])


def _follows(letter: str, count: int) -> bool:
    return any(count < len(counted) and counted[count] == letter.lower() for counted in _COUNTED)


def _run(lines: Sequence[SourceLine], stems: Mapping[int, Header], items: list[Header]) -> Iterator[_Run]:
    """The items as one run, where there are several right below a question, a numbered item or a bare number."""
    if len(items) < 2:
        return
    above = next((at for at in range(items[0].at - 1, -1, -1) if lines[at].words), -1)
    if above in stems:
        yield _Run(above, stems[above], items)
    elif above >= 0 and _BARE_NUMBER.match(lines[above].words):
        yield _Run(above, None, items)
