"""Questions that are bold lines, bullets, numbered items, labels or folded blocks."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from dlquiz.notes.markdown.asking import ASKS, asks, likelihood
from dlquiz.notes.markdown.habits.groups import ALL, Group, bodies, has_body, is_series
from dlquiz.notes.markdown.habits.labels import PROBLEM
from dlquiz.notes.markdown.habits.lists.bare import are_names
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.lines import SourceLine
from dlquiz.notes.markdown.sections import is_bare_part, is_no_question
from dlquiz.notes.markdown.titles import Header

# Items are of one list when their indentation differs by less.
_ASKEW = 4
# The looks of numbered items, which are often mixed.
_NUMBER_STYLES = frozenset(("number", "number bold", "bold number"))
# A longer title that does not ask names no subject.
_LONGEST_SUBJECT = 60
# The share of headers with a number from which on one without is a title.
_NEARLY_ALL = 0.8
_COUNT = re.compile(r"(\d{1,3})\s+(?:[.)、:：]\s*)?(?=\D)")
_ADDRESS = re.compile(r"(?<!\]\()https?://")


def add_items(
    lines: Sequence[SourceLine], groups: Sequence[Group], chosen: Group, found: Found, headings: Sequence[int]
) -> None:
    """Headers of the chosen look and its near variants: `1. **Q**` beside `1. Q`, labels in other dress."""
    labelled = chosen.share(lambda one: one.labelled) >= 0.5
    variants = (one for group in groups if group is not chosen for one in _variant(lines, group, chosen, labelled))
    headers = _without_counts(sorted([*chosen.headers, *variants], key=lambda one: one.at))
    if chosen.first.shape == "number":
        kept = _without_openings(_asking_sections(lines, list(_in_sequence(headers, headings)), headings))
    elif labelled:
        kept = _labelled(headers)
    else:
        kept = _numbered_alone(_series(lines, headers) or _belonging(Group(tuple(headers))))
        kept = (
            _asking_sections(lines, kept, headings)
            if chosen.first.shape == "bullet"
            else _without_statements(kept, headings)
        )
        if chosen.habit == "F8":
            asked = {one.at for one in kept}
            found.topics = [one for one in headers if one.at not in asked and not is_no_question(one.title)]
    found.add(kept, chosen.habit)


def _variant(lines: Sequence[SourceLine], group: Group, chosen: Group, labelled: bool) -> Sequence[Header]:
    """The headers of another look that belong to the chosen ones; `labelled` says that most of those have a label."""
    near = (
        group.first.indent // 2 == chosen.first.indent // 2
        and {group.first.style, chosen.first.style} <= _NUMBER_STYLES
    )
    if labelled:
        plainly = group.share(lambda one: asks(one.title) == 1.0) >= 0.5
        asks_too = near and plainly and group.share(likelihood) >= ALL
        return group.headers if asks_too else [one for one in group.headers if one.labelled]
    askew = chosen.first.shape == "number" and group.first.style == chosen.first.style
    askew = askew and abs(group.first.indent - chosen.first.indent) < _ASKEW and group.share(likelihood) >= ALL
    return group.headers if askew or (near and (group.share(likelihood) >= 0.5 or bodies(lines, group))) else []


def _labelled(headers: Sequence[Header]) -> list[Header]:
    """The headers with a label; where most have a number too, others, such as `Problem: …`, only when they ask, and a
    problem among questions never when it is only stated."""
    found = [one for one in headers if one.labelled]
    problems = [one for one in found if one.label == PROBLEM]
    if len(problems) * 2 < len(found):
        found = [one for one in found if one.label != PROBLEM or asks(one.title) >= ASKS]
    numbered = sum(bool(one.number) for one in found) * 2 > len(found)
    return [one for one in found if one.number or not numbered or asks(one.title) >= ASKS]


def _numbered_alone(headers: Sequence[Header]) -> list[Header]:
    """Where nearly all bold lines have a number, others only when they end in a question mark: they are titles."""
    bold = bool(headers) and headers[0].shape == "bold"
    numbered = bold and sum(bool(one.number) for one in headers) >= _NEARLY_ALL * len(headers)
    return [one for one in headers if one.number or not numbered or asks(one.title) == 1.0]


def _asking_sections(lines: Sequence[SourceLine], headers: Sequence[Header], headings: Sequence[int]) -> list[Header]:
    """The items without those under a heading of which none asks, where most items do, or most of those under the
    headings with one that does; short names between two sections that ask stay, as do items that are counted on from
    those above."""
    sections: dict[int, list[Header]] = {}
    for one in headers:
        sections.setdefault(bisect(headings, one.at), []).append(one)
    asking = {section for section, items in sections.items() if any(likelihood(one) >= 0.5 for one in items)}
    ask = sum(likelihood(one) >= 0.5 for one in headers)
    if ask * 2 < len(headers) and ask < ALL * sum(len(sections[section]) for section in asking):
        return list(headers)
    between = range(min(asking, default=0), max(asking, default=0))
    kept: list[Header] = []
    for section, items in sections.items():
        named = section in between and are_names(lines, items, headings[section - 1])
        if section in asking or named or (kept and _goes_on(kept[-1], items[0])):
            kept += items
    return kept


def _goes_on(before: Header, behind: Header) -> bool:
    """Whether two items have numbers of which one follows the other."""
    return before.number.isdecimal() and behind.number == str(int(before.number) + 1)


def _without_counts(headers: Sequence[Header]) -> list[Header]:
    """Bullets that are numbered by hand, `- 1 What …`, without those numbers."""
    counted = [_COUNT.match(one.title) if one.shape == "bullet" else None for one in headers]
    if sum(found is not None for found in counted) * 10 < 7 * len(headers):
        return list(headers)
    return [
        one._replace(number=found[1], title=one.title[found.end() :]) if found else one
        for one, found in zip(headers, counted, strict=True)
    ]


def _series(lines: Sequence[SourceLine], headers: Sequence[Header]) -> list[Header]:
    """The bold lines of a series: those that ask, and those with something below; none when they are no series."""
    if not is_series(lines, Group(tuple(headers))):
        return []
    able = [one for one in headers if not is_no_question(one.title) and not is_bare_part(one)]
    return [one for one in able if likelihood(one) >= ASKS or (has_body(lines, one) and not _opens(one))]


def _without_statements(headers: Sequence[Header], headings: Sequence[int]) -> list[Header]:
    """The headers without bold sentences that ask nothing, under headings where none asks: where nearly all others have
    a question mark, they are emphasised words of a text."""
    asking = {bisect(headings, one.at) for one in headers if asks(one.title) == 1.0}
    if sum(asks(one.title) == 1.0 for one in headers) < ALL * len(headers):
        return list(headers)
    return [
        one
        for one in headers
        if one.shape != "bold" or len(one.title) <= _LONGEST_SUBJECT or bisect(headings, one.at) in asking
    ]


def _without_openings(headers: Sequence[Header]) -> list[Header]:
    """The numbered items without those that ask nothing and end in a colon, where nearly all others ask: what follows
    them is an answer, unless they stand above others that are further in."""
    if sum(likelihood(one) >= 0.5 for one in headers) < ALL * len(headers):
        return list(headers)
    return [
        one
        for one, after in zip_longest(headers, headers[1:])
        if not (_opens(one) and likelihood(one) < 0.5) or (after is not None and after.indent > one.indent)
    ]


def _opens(header: Header) -> bool:
    return header.title.rstrip().endswith((":", "："))


def _belonging(group: Group) -> list[Header]:
    """The headers of the group that are questions: bold lines also mark parts of answers."""
    numbered = group.share(lambda one: bool(one.number)) >= 0.5
    asking = group.share(likelihood) >= 0.8
    return [one for one in group.headers if _belongs(one, numbered, asking)]


def _belongs(header: Header, numbered: bool, asking: bool) -> bool:
    if is_no_question(header.title) or not (header.title or header.number) or is_bare_part(header):
        return False
    if likelihood(header) < 0.5 and _ADDRESS.search(header.title):
        return False
    if header.shape in ("admonition", "details") or (numbered and header.number):
        return True
    return likelihood(header) >= 0.5 or (asking and not _opens(header))


def _in_sequence(headers: Sequence[Header], headings: Sequence[int]) -> Iterator[Header]:
    """Numbered items without the lists inside answers: those begin again at 1, ask nothing, and the outer numbers go on
    behind them."""
    if sum(one.number == "1" for one in headers) > ALL * len(headers):
        # Markdown counts for those who write 1 before each item.
        yield from (one for one in headers if one.title)
        return
    expected, place = 1, 0
    while place < len(headers):
        one = headers[place]
        if place and bisect(headings, headers[place - 1].at) != bisect(headings, one.at):
            expected = 1
        run = _run_of(headers, place) if one.number == "1" and expected > 1 else []
        behind = headers[place + len(run)] if place + len(run) < len(headers) else None
        if run and (behind is None or behind.number == str(expected) or _is_block(run, behind)):
            place += len(run)
            continue
        expected = (int(one.number) if one.number.isdecimal() else expected) + 1
        place += 1
        if one.title:
            yield one


def _run_of(headers: Sequence[Header], place: int) -> list[Header]:
    """The items numbered 1, 2, 3 … from here on, as long as they ask nothing."""
    run: list[Header] = []
    for number, one in enumerate(headers[place : place + 30], 1):
        if one.number != str(number) or likelihood(one) >= ASKS:
            break
        run.append(one)
    return run


def _is_block(run: Sequence[Header], behind: Header) -> bool:
    """Whether the items stand on lines one after the other, before one that asks."""
    if behind.at == run[-1].at + 1 and behind.number == str(len(run) + 1):
        # It goes on with the same list.
        return False
    return run[-1].at - run[0].at == len(run) - 1 and likelihood(behind) >= ASKS
