"""Headings and counted bold lines that only name a subject, with the question in the words below."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from dlquiz.notes.markdown.answers import is_difficulty, label_of
from dlquiz.notes.markdown.asking import ASKS, asks, orders
from dlquiz.notes.markdown.habits.groups import Group
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.lines import SourceLine, ends_asking, place_below
from dlquiz.notes.markdown.sections import is_no_question, names_questions
from dlquiz.notes.markdown.title_words import BOLD_NAME, TASK, is_label
from dlquiz.notes.markdown.titles import (
    Header,
    end_of_section,
    is_answer_title,
    is_outline,
    is_question_title,
    is_rule,
    outline_of,
)

# How many headings of one level must have a question below, and what share of that level.
_LEAST, _SHARE = 5, 0.6
_PARAGRAPHS = 3
# How many headings that ask there must be for each that names its subject.
_BESIDE = 0.5
_LONGEST = 30
# How many headings must have their question and their answer under a heading each.
_LEAST_LABELLED = 2
# How many headings with an answer under a heading are questions though they ask nothing, and what share of their level.
_LEAST_STATED, _NEARLY_ALL = 3, 0.8
_MARK = r"(?:[-*+•]|\d{1,3}[.)、])"
_ITEM = re.compile(_MARK + r"\s+\S")
# The first of lettered options.
_FIRST_OPTION = re.compile(r"(?:[-*+•]\s+)?[(（]?[Aa][.)、．）]\s*\S")
# `Day 3`, `Quiz 12`: a name and a number.
_COUNTED = re.compile(r"([^\W\d]{2,12})\s?#?(\d{1,3})")
# An item, with or without a space behind its mark, or emphasis, which names a part.
_MARKED = re.compile(_MARK + r"\s*\S")
_ENDS_ASKING = re.compile(
    r"[?？](?:\s*(?:请|please |explain)[^?？.。]{0,40}[.。])?[\s)）\"”*_]*(?:<br\s*/?>\s*)?$", re.IGNORECASE
)


def find(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Put such headings or lines in the place of the questions that were found, when they are twice as many."""
    outline = outline_of(headers)
    for group in _groups(outline, headers):
        named = sum(asks(one.title) < ASKS for one in group)
        own = {one.at for one in group if asks(one.title) < ASKS}
        others = sum(one.at not in own for one in found.questions)
        if named * 2 <= len(group) or len(group) < _LEAST or len(group) <= 2 * others:
            continue
        begins = sorted({one.at for one in (*outline, *group)})
        asked = [_with_question(lines, one, _next(begins, one.at, len(lines))) for one in group]
        count = sum(one.asked_until > 0 for one in asked)
        if count >= max(_LEAST, _SHARE * len(group)) and count > 2 * others:
            found.questions[:] = [
                one if one.asked_until else with_first_paragraph(lines, one, _next(begins, one.at, len(lines)))
                for one in asked
            ]
            found.habits[:], found.levels = ["F10"], {one.level for one in group} - {0}


def _groups(outline: Sequence[Header], headers: Sequence[Header]) -> Iterator[list[Header]]:
    """The headings of each level, and the bold lines that are counted through the file."""
    by_level: dict[int, list[Header]] = defaultdict(list)
    for one in outline:
        if not is_no_question(one.title):
            by_level[one.level].append(one)
    yield from by_level.values()
    yield from (group for group in _counted(outline) if len({one.level for one in group}) > 1)
    bold = [one for one in headers if one.style == "bold" and one.indent == 0 and one.number]
    if bold and Group(tuple(bold)).counted():
        yield bold


def add_labelled(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Add headings with `### Problem` or `**The question**` below and `### Solution` or other bold lines behind it, as
    tasks and accounts of incidents have them."""
    outline = outline_of(headers)
    bold = [one for one in headers if one.style == "bold" and one.indent == 0 and one.title]
    begins = [one.at for one in bold]
    asked = {one.at for one in found.questions}
    new: list[Header] = []
    for place, one in enumerate(outline):
        end = outline[place + 1].at if place + 1 < len(outline) else len(lines)
        below = bold[bisect_right(begins, one.at) : bisect_right(begins, end - 1)]
        last = _end_below_heading(lines, outline[place : place + 3]) or _end_below_bold(lines, one, below)
        if last and asked.isdisjoint(range(one.at, max(last, end))):
            new.append(one._replace(asked_until=last))
    if len(new) >= _LEAST_LABELLED:
        found.add(new, "F10")


def add_before_answers(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Add headings that ask nothing, `# Scenario 1`, with paragraphs below, most of which ask, and `### Answer` behind
    these, also where none asks but nearly all headings of a level are so; what was found inside such an answer is part
    of it, unless more headings ask there: `# Chapter 1` above `## Solutions`."""
    outline = outline_of(headers)
    items = {one.at for one in found.questions if one.shape == "number"}
    new: list[Header] = []
    inside: set[int] = set()
    for place, one in enumerate(outline):
        named = asks(one.title) < ASKS and not (is_question_title(one.title) or names_questions(one))
        last = _end_before_answer(lines, outline[place : place + 2]) if named else 0
        if last and items.isdisjoint(range(one.at, last + 1)):
            new.append(one._replace(asked_until=last))
            inside |= {*range(one.at, end_of_section(outline, place, len(lines)))}
    asking = sum(any(_asks_or_orders(lines[at]) for at in range(one.at + 1, one.asked_until + 1)) for one in new)
    lost = sum(is_outline(one) and ends_asking(one.title) for one in found.questions if one.at in inside)
    enough = asking >= max(_LEAST_LABELLED, _SHARE * len(new)) or _are_nearly_all(outline, new)
    if enough and lost <= len(new):
        found.questions[:] = [one for one in found.questions if one.at not in inside]
        found.add(new, "F10")


def _are_nearly_all(outline: Sequence[Header], stated: Sequence[Header]) -> bool:
    """Whether several headings of one level state what is asked, and hardly any other of this level does not."""
    levels = {one.level for one in stated}
    able = [
        one for one in outline if one.level in levels and not (is_answer_title(one.title) or is_no_question(one.title))
    ]
    return len(levels) == 1 and len(stated) >= max(_LEAST_STATED, _NEARLY_ALL * len(able))


def add_tasks(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Add headings of one level that only name their subject, with `**Task**: …` right below most of them."""
    outline = outline_of(headers)
    for level in sorted({one.level for one in outline}):
        named = [one for one in outline if one.level == level and asks(one.title) < ASKS]
        tasks = [one._replace(asked_until=at) for one in named if (at := _task_below(lines, one))]
        among = sum(tasks[0].at <= one.at <= tasks[-1].at for one in named) if tasks else 0
        if len(tasks) >= max(_LEAST, _SHARE * among):
            within = {at for one in tasks for at in range(one.at, one.asked_until + 1)}
            found.questions[:] = [one for one in found.questions if one.at not in within]
            found.add(tasks, "F10")


def add_cases(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Add headings with a case below that has the same bold name everywhere, `**Situation:** …`, and mostly a line that
    asks about it, before the label of the answer; what was found in such a section is a part of it."""
    outline = outline_of(headers)
    named: dict[str, list[Header]] = defaultdict(list)
    ends: dict[int, int] = {}
    for place, one in enumerate(outline):
        ends[one.at] = end_of_section(outline, place, len(lines))
        below = outline[place + 1].at if place + 1 < len(outline) else len(lines)
        if case := _case_below(lines, one.at, below):
            named[case[0]].append(one._replace(asked_until=case[1]))
    for cases in named.values():
        asking = sum(any(map(_asks_or_orders, lines[one.at + 1 : one.asked_until + 1])) for one in cases)
        if len(cases) >= _LEAST_STATED and asking >= _SHARE * len(cases):
            inside = {at for one in cases for at in range(one.at, ends[one.at])}
            found.questions[:] = [one for one in found.questions if one.at not in inside]
            found.add(cases, "F10")


def _case_below(lines: Sequence[SourceLine], heading: int, end: int) -> tuple[str, int] | None:
    """The bold name of the paragraph right below a heading and the last line before the label of the only answer up to
    `end`; None without these, and where anything but prose stands between."""
    first = next((at for at in range(heading + 1, end) if lines[at].words and not is_difficulty(lines[at].words)), end)
    name = BOLD_NAME.match(lines[first].words) if first < end else None
    labels = [at for at in range(first, end) if lines[at].state == "text" and label_of(lines[at].text)] if name else []
    if name is None or len(labels) != 1 or labels[0] - heading > _LONGEST:
        return None
    last = max((at for at in range(first, labels[0]) if lines[at].words), default=-1)
    words = name.group().strip("*:： ")
    able = last >= 0 and not is_label(f"{words}:") and all(map(_is_prose, lines[first:last]))
    return (words.lower(), last) if able else None


def add_to_subjects(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Add to headings that only name their subject, beside as many of their level that ask, the paragraph or the bullet
    right below that ends in a question mark, where its answer follows."""
    outline = outline_of(headers)
    questions = [one for one in found.questions if is_outline(one)]
    asking = Counter(one.level for one in questions if asks(one.title) >= ASKS)
    named = Counter(one.level for one in questions if asks(one.title) < ASKS)
    begins = [one.at for one in outline]
    for place, one in enumerate(found.questions):
        alone = is_outline(one) and not one.asked_until and asks(one.title) < ASKS
        if alone and asking[one.level] >= max(_LEAST, _BESIDE * named[one.level]):
            until = _question_right_below(lines, one.at, _next(begins, one.at, len(lines)))
            found.questions[place] = one._replace(asked_until=until) if until else one


def _question_right_below(lines: Sequence[SourceLine], at: int, end: int) -> int:
    """The only line of the first paragraph or item below a heading, where it asks and is followed by an answer: code or
    a paragraph, which is indented below an item; 0 for others."""
    below = [place for place in range(at + 1, min(end, at + _LONGEST)) if lines[place].words]
    if len(below) < 2 or lines[below[0]].state != "text" or not _ENDS_ASKING.search(lines[below[0]].text[-80:]):
        return 0
    asked, answer = lines[below[0]], lines[below[1]]
    if asked.indent or (below[0] + 1 == below[1] and answer.state == "text" and not _ITEM.match(asked.words)):
        return 0
    answered = answer.indent > 0 if _ITEM.match(asked.words) else not _MARKED.match(answer.words)
    return below[0] if answered and answer.state in ("text", "code") else 0


def _task_below(lines: Sequence[SourceLine], heading: Header) -> int:
    """The next line with words where it states a task; 0 for others."""
    at = place_below(lines, heading.at, 2)
    return at if at >= 0 and TASK.match(lines[at].words) else 0


def _asks_or_orders(line: SourceLine) -> bool:
    return _ENDS_ASKING.search(line.text[-80:]) is not None or asks(line.words) >= ASKS


def _end_before_answer(lines: Sequence[SourceLine], outline: Sequence[Header]) -> int:
    """The last line of the question between two headings of which the second, no further out, announces the answer, or
    0."""
    if len(outline) < 2 or outline[0].level > outline[1].level or not is_answer_title(outline[1].title):
        return 0
    last = _end_of_prose(lines, outline[0].at, outline[1].at)
    return last if last - outline[0].at <= _LONGEST else 0


def _end_below_heading(lines: Sequence[SourceLine], outline: Sequence[Header]) -> int:
    """The last line of the question below a heading that has `Problem` and `Solution` as headings; 0 for others."""
    if len(outline) < 3:
        return 0
    one, label, behind = outline
    empty = not any(line.words for line in lines[one.at + 1 : label.at])
    alike = one.level < label.level == behind.level
    if not (alike and empty and is_question_title(label.title) and is_answer_title(behind.title)):
        return 0
    return _end_of_prose(lines, label.at, behind.at)


def _end_below_bold(lines: Sequence[SourceLine], heading: Header, bold: Sequence[Header]) -> int:
    """The last line of the question below a heading that has `**The question**` and other bold lines below; 0 for
    others, and where more than a few paragraphs stand before the question."""
    at = next((one.at for one in bold[:-1] if is_question_title(one.title)), 0)
    if not at or not all(_is_prose(line) for line in lines[heading.at + 1 : at]) or at - heading.at > _LONGEST:
        return 0
    first = next((below for below in range(at + 1, len(lines)) if lines[below].words), len(lines))
    return _end_of_prose(lines, at, next((end for end in range(first, len(lines)) if not lines[end].words), len(lines)))


def _end_of_prose(lines: Sequence[SourceLine], begin: int, end: int) -> int:
    """The last line with words from behind `begin` up to the first that is no prose; 0 without any."""
    end = next((at for at in range(begin + 1, end) if not _is_prose(lines[at])), end)
    last = max((at for at in range(begin, end) if lines[at].words), default=begin)
    return last if last > begin else 0


def _is_prose(line: SourceLine) -> bool:
    return line.state == "blank" or (line.state == "text" and not _ITEM.match(line.words))


def with_first_paragraph(lines: Sequence[SourceLine], one: Header, end: int) -> Header:
    """The heading with its first paragraph, where others have their question there and more paragraphs follow."""
    begin = next((at for at in range(one.at + 1, end) if lines[at].words), end)
    last = next((at for at in range(begin, end) if not lines[at].words), end)
    follows = any(lines[at].words for at in range(last, end))
    plain = all(_is_prose(line) for line in lines[begin:last])
    able = (follows or asks(lines[begin].words) >= ASKS) if begin < last else False
    return one._replace(asked_until=last - 1) if able and plain and last <= one.at + _LONGEST else one


def _counted(outline: Sequence[Header]) -> Iterator[list[Header]]:
    """The headings that are the same name and a number each, `Day 1`, `Day 2`, whatever their levels."""
    named: dict[str, list[tuple[int, Header]]] = defaultdict(list)
    for one in outline:
        if count := _COUNTED.fullmatch(one.title.strip()):
            named[count[1].casefold()].append((int(count[2]), one))
    for counted in named.values():
        numbers = [number for number, _ in counted]
        if numbers == [*range(numbers[0], numbers[0] + len(numbers))]:
            yield [one for _, one in counted]


def _next(begins: Sequence[int], at: int, end: int) -> int:
    place = bisect_right(begins, at)
    return begins[place] if place < len(begins) else end


def _with_question(lines: Sequence[SourceLine], one: Header, end: int) -> Header:
    """The heading with the last line of its question, where its first paragraphs end in one or begin with an order and
    are no list."""
    paragraphs, last, order, items, above = 0, 0, 0, 0, 0
    for at in range(one.at + 1, min(end, one.at + _LONGEST)):
        line = lines[at]
        if line.state == "code":
            break
        if above and _FIRST_OPTION.match(line.words):
            last = above
            break
        if _MARKED.match(line.words) and items:
            return one
        items += _MARKED.match(line.words) is not None
        begins = line.state == "text" and (at == one.at + 1 or lines[at - 1].state != "text")
        paragraphs += begins
        if paragraphs > _PARAGRAPHS:
            break
        if line.state == "text" and _ENDS_ASKING.search(line.text[-80:]):
            last = at
        elif begins and paragraphs == 1 and orders(line.words):
            order = at
        above = at if line.words and not is_rule(line.words) else above
    until = last or order
    return one if until == one.asked_until else one._replace(asked_until=until)
