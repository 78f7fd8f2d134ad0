"""Nested lists of questions: items of which most ask, below items that only name their subject."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dlquiz.notes.markdown.asking import ASKS, asks, is_premise, likelihood
from dlquiz.notes.markdown.habits.groups import Group
from dlquiz.notes.markdown.habits.lists.stems import joined
from dlquiz.notes.markdown.habits.names import Found, habit_of
from dlquiz.notes.markdown.habits.subjects.headings import is_link
from dlquiz.notes.markdown.lines import SourceLine
from dlquiz.notes.markdown.titles import Header, is_answer_title, is_outline, outline_of

# How many items without others below them a list must have, what share of them must ask, and how many must be nested.
_LEAST, _ASKING, _NESTED = 6, 0.65, 2
# A neighbour of items that ask is a question too, though it does not look like one, when so many of them do.
_NEIGHBOURS = 0.8
# The same for lists in a file that is nothing else, which these numbers describe: how many items, what share of them
# ask, and what share of all lines they are.
_BARE_NEIGHBOURS, _BARE_LEAST, _BARE_ASKING, _BARE_SHARE = 0.25, 12, 0.4, 0.7
_BARE_MISSED, _BARE_IN_A_ROW = 0.25, 0.2
_LETTER = re.compile(r"\w")


@dataclass(slots=True)
class _Item:
    header: Header
    below: list[_Item] = field(default_factory=list)
    asks: bool = False
    asks_below: bool = False


def find(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> bool:
    """Put the questions of nested lists in the place of those that were found, when they are twice as many."""
    roots = _trees(headers)
    leaves = [one for root in roots for one in _leaves(root, 0)]
    asking = [depth for one, depth in leaves if one.asks]
    nested = len(leaves) >= _LEAST and len(asking) >= _ASKING * len(leaves) and sum(map(bool, asking)) >= _NESTED
    bare = _is_bare(lines, headers, leaves, {one.at for one in found.questions})
    if not (nested or bare) or _answered(lines, leaves, found):
        return False
    questions: list[Header] = []
    stems: set[int] = set()
    links = {one.at: is_link(lines[one.at].text) for one in headers if "](" in lines[one.at].text}
    for siblings in _families(roots, headers):
        _collect(siblings, None, links, (questions, stems), _BARE_NEIGHBOURS if bare else _NEIGHBOURS)
    found.questions[:] = questions
    found.habits[:] = [habit_of(questions)]
    found.levels, found.stems, found.topics = set(), stems, []
    return True


def _is_bare(
    lines: Sequence[SourceLine], headers: Sequence[Header], leaves: Sequence[tuple[_Item, int]], asked: set[int]
) -> bool:
    """Whether the file is lists of what was asked and hardly anything else, though only a part is worded as questions,
    and many of these are none of the lines `asked`."""
    asking = sum(one.asks for one, _ in leaves)
    if sum(one.asks and one.header.at not in asked for one, _ in leaves) < _BARE_MISSED * asking:
        return False
    marked = sum(asks(one.header.title) == 1.0 for one, _ in leaves)
    if leaves and Group(tuple(one.header for one, _ in leaves)).in_a_row() < _BARE_IN_A_ROW:
        # Questions and answers take turns.
        return False
    if len(leaves) < _BARE_LEAST or asking < _BARE_ASKING * len(leaves) or marked * 4 < len(leaves):
        return False
    headings = {one.at for one in headers if one.shape == "heading"}
    words = sum(line.state in ("text", "code") and at not in headings for at, line in enumerate(lines))
    items = sum(one.shape in ("bullet", "number", "label") for one in headers)
    return items >= _BARE_SHARE * words


def _answered(lines: Sequence[SourceLine], leaves: Sequence[tuple[_Item, int]], found: Found) -> bool:
    """Whether the questions found already are more than those of the lists."""
    listed = {one.header.at for one, _ in leaves if one.asks}
    others = sum(one.at not in listed and likelihood(one) >= ASKS for one in found.questions)
    return others * 2 > len(listed)


def _trees(headers: Sequence[Header]) -> list[_Item]:
    """The items at the margin, each with those below it."""
    roots: list[_Item] = []
    open_items: list[_Item] = []
    for one in headers:
        if is_outline(one):
            open_items.clear()
        if one.shape not in ("bullet", "number", "label") or one.style.endswith("heading") or not _says(one):
            continue
        item = _Item(one, asks=likelihood(one) >= ASKS)
        while open_items and open_items[-1].header.indent >= one.indent:
            open_items.pop()
        (open_items[-1].below if open_items else roots).append(item)
        for above in open_items if item.asks else ():
            above.asks_below = True
        open_items.append(item)
    return roots


def _leaves(item: _Item, depth: int) -> Iterator[tuple[_Item, int]]:
    """The items with nothing that asks below them, and how deep they lie."""
    if not item.below:
        yield item, depth
    for one in item.below:
        yield from _leaves(one, depth + 1)


def _families(roots: Sequence[_Item], headers: Sequence[Header]) -> Iterator[list[_Item]]:
    """The items at the margin, those under one heading together."""
    headings = {one.at for one in outline_of(headers)}
    marks = sorted([*headings, *(one.header.at for one in roots)])
    by_line = {one.header.at: one for one in roots}
    family: list[_Item] = []
    for at in marks:
        if at in by_line:
            family.append(by_line[at])
        elif family:
            yield family
            family = []
    if family:
        yield family


def _collect(
    siblings: Sequence[_Item],
    stem: Header | None,
    links: Mapping[int, bool],
    into: tuple[list[Header], set[int]],
    neighbours: float,
) -> None:
    """Add the questions among the items and below them, and the lines of those that only name a subject; `links` says
    which links lead out of the file."""
    questions, stems = into
    leaves = [one for one in siblings if not one.below]
    ask_alike = len(leaves) > 2 and sum(one.asks for one in leaves) >= neighbours * len(leaves)
    for one in siblings:
        introduces = one.asks_below and (asks(one.header.title) < ASKS or _is_premise(one))
        alike = ask_alike and not one.below and not one.header.title.endswith((":", "："))
        if (one.asks and not introduces) or alike:
            title = joined(stem.title, one.header.title) if stem else one.header.title
            questions.append(one.header._replace(title=title, mark=one.header.mark or (stem.mark if stem else "")))
            # A link below a question leads to its answer.
            deeper = [other for other in one.below if other.asks or other.asks_below]
            _collect([other for other in deeper if not links.get(other.header.at)], None, links, into, neighbours)
        else:
            stems.add(one.header.at)
            _collect(one.below, None if one.header.at in links else one.header, links, into, neighbours)


def _is_premise(item: _Item) -> bool:
    """Whether an item says no more than what several items below it ask about: `Given a classifier:`."""
    given = is_premise(item.header.title) and asks(item.header.title) < 1.0
    return given and sum(one.asks for one in item.below) >= max(2, _NEIGHBOURS * len(item.below))


def _says(one: Header) -> bool:
    """Whether an item has words, and other ones than `Show answer`."""
    return _LETTER.search(one.title) is not None and not is_answer_title(one.title)
