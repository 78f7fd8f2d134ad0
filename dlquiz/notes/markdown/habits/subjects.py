"""Files that ask nothing: lists of subjects, each with what there is to know about it below."""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from dlquiz.notes.keys import normalised
from dlquiz.notes.markdown.asking import asks, likelihood
from dlquiz.notes.markdown.habits import guides
from dlquiz.notes.markdown.habits.groups import has_body
from dlquiz.notes.markdown.habits.names import Found, habit_of
from dlquiz.notes.markdown.lines import SourceLine, line_below
from dlquiz.notes.markdown.sections import is_about_itself, is_bare_part, is_no_question, names_questions
from dlquiz.notes.markdown.titles import Header, headings_above, is_answer_title, is_outline

# The least number of subjects, how many times that of other questions but one, and that of all found.
_LEAST, _TIMES, _AMONG = 10, 8, 2
# Where more of the headers are questions, there is nothing else to find.
_NEARLY_ALL = 0.8
_LEAST_OF_LEVEL = 5
# The number of a heading is no label, where so large a share as many questions have a label.
_LABELLED = 0.6
# So few items of a list below a subject may ask.
_ASKED_BELOW = 3
# How likely a heading asks that names a subject and says what of it: `Dropout的原理`.
_TOPIC = 0.5
# What share of the headings of a level must have a number, and the one after that of the heading before.
_COUNTED = 0.9
# How many parts an answer has at most.
_PARTS = 5
# What share of the headings of their level must have words below, and a name of its own.
_EXPLAINED, _DISTINCT = 0.6, 0.8
# A name that more headings have is one of parts.
_SAME = 3
# A heading with so many below it and not more lines of its own, or no larger share of all, is a section.
_BELOW, _INTRODUCTION, _OWN = 2, 3, 0.25
# A section among subjects is one of them unless it is longer.
_CHAPTER = 100
# Nor is a heading a section without words of its own, when so many of its level explain themselves.
_OTHERS_EXPLAIN = 0.9
# The letters of a file's name from which on a heading that begins with it is its title.
_NAME = 6
# So many subjects are notes to learn from, whatever they are called.
_MANY = 12
# Items must be so many and so many times the headings, no longer than that, and what share of them full and distinct.
_MANY_ITEMS, _ITEMS, _SHORT, _FILLED = 10, 3, 60, 0.7
# A bullet with paragraphs at the margin below is no longer.
_FEW_WORDS = 30
# The same share where the items with what is below them are so large a part of the file.
_FILLED_ALONE, _COVERED = 0.5, 0.7
# The share of lines with a link from which on a file is a collection of links.
_LINKS = 0.2
_COUNT = re.compile(r"\d{1,3}[.)、]")
_LISTED = re.compile(r"#{1,6}\s|[-*+•]\s|\||\d{1,3}[.)、]")
_SENTENCE = re.compile(r"[，。；,;]|[:：]\s*\S")
_LINK = re.compile(r"\]\((?!#)[^()]|https?://")
_RESOURCES = re.compile(
    r"\W*(?:(?:curated|learning|study|useful|additional|recommended|further|more) )resources\W*$"
    r"|.{0,20}(?:学习|参考|推荐)资[源料]",
    re.IGNORECASE,
)
_COLLECTION = re.compile(r"interview questions|面试题|八股|题库|面经", re.IGNORECASE)
_PICTURE = re.compile(r"!\[[^\[\]]*\]\([^()]*\)|<img\b[^<>]*>", re.IGNORECASE)


class _Heading(NamedTuple):
    """A heading: whether the lines before the next one explain it or are no more than a link to what does, how many
    lines these are and how many there are down to its end, and how many headings stand right below it."""

    header: Header
    explained: bool
    referenced: bool
    words: int
    all_words: int
    below: int

    @property
    def is_section(self) -> bool:
        return self.below >= _BELOW and self.words <= max(_INTRODUCTION, _OWN * self.all_words)


def find(name: str, lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Put the subjects of a file for interviews or learning in the place of few other questions: its headings, or the
    bold lines or bullets that stand below headings in greater numbers."""
    if len(found.questions) > _NEARLY_ALL * len(headers):
        return
    measured = [*_measured(lines, [one for one in headers if is_outline(one)])]
    counted_up = _counted_up(measured, found.questions) or _counted_in_sections(measured, found.questions)
    subjects = counted_up or [one for one in _subjects(measured) if not _is_title(name, headers, one)]
    if len(subjects) < _MANY:
        looks: dict[str, list[Header]] = defaultdict(list)
        for one in headers:
            if one.shape in ("bold", "bullet", "number") and one.indent < 2:
                looks[one.style].append(one)
        items = max((_items(lines, look) for look in looks.values()), key=len, default=[])
        subjects = items if len(items) >= _ITEMS * len(subjects) else subjects
    taken = {one.at for one in subjects}
    apart = _apart(lines, subjects, found.questions)
    elsewhere = {one.at for one in apart}
    folded = _folded(lines)
    counted = [one for one in found.questions if one.shape != "bullet" or one.at in taken or one.at not in folded]
    others = [one for one in counted if one.at not in taken and one.at not in elsewhere]
    named = _below_names(headers, others)
    lists = _lists(headers, [one for one in others if one.at not in named])
    # Where all that was found are headings among the subjects, the others are of the same kind.
    alike = not others and all(map(is_outline, subjects)) and guides.is_for_interviews(name, lines, headers)
    alike = alike or bool(counted_up)
    among = 0 if alike else len(counted) - len(others) + lists
    enough = len(subjects) >= max(_LEAST, _TIMES * (lists - 1), _AMONG * among)
    if _are_parts(subjects, found.questions) or not enough or not _for_learning(name, lines, headers, subjects):
        return
    subjects = sorted([*subjects, *_between(measured, subjects)], key=lambda one: one.at)
    subjects = guides.counted(name, headers, subjects)
    # What asks in a list below a subject is about it, but not where a series of numbers lacks only few questions.
    asked = [
        one
        for one in others
        if one.at in named
        or (asks(one.title) == 1.0 and (counted_up or one.labelled or one.shape in ("heading", "bold")))
    ]
    found.questions[:] = sorted([*subjects, *asked, *apart], key=lambda one: one.at)
    habit = habit_of(subjects)
    found.habits[:] = [habit, *(one for one in found.habits if (asked or apart) and one != habit)]
    found.levels = {one.level for one in subjects if is_outline(one)}
    found.stems, found.topics = set(), []


def of_headings(lines: Sequence[SourceLine], headers: Sequence[Header]) -> list[Header]:
    """The headings that may be subjects: of the level at which they explain themselves, and those of its sections."""
    return _subjects([*_measured(lines, [one for one in headers if is_outline(one)])])


def take(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Put the subjects in the place of headings that mostly ask nothing, as a person wants who names their habit."""
    subjects = of_headings(lines, headers)
    asking = sum(likelihood(one) >= _TOPIC for one in found.questions)
    if subjects and is_outline(found.questions[0]) and asking * 2 <= len(found.questions):
        found.questions[:], found.habits[:] = subjects, [habit_of(subjects)]
        found.levels = {one.level for one in subjects}


def _lists(headers: Sequence[Header], others: Sequence[Header]) -> int:
    """How many questions there are besides, where a list below one heading counts once if few items ask and none has
    a question mark."""
    begins = [one.at for one in headers if is_outline(one)]
    items: dict[int, list[Header]] = defaultdict(list)
    for one in others:
        if one.shape in ("bullet", "number") and not one.labelled:
            items[bisect(begins, one.at)].append(one)
    apart = len(others) - sum(map(len, items.values()))
    return apart + sum(1 if _is_explanation(below) else len(below) for below in items.values())


def _is_explanation(items: Sequence[Header]) -> bool:
    """Whether the items of a list state something about the subject above."""
    asking = [asks(one.title) for one in items if likelihood(one) >= 0.9]
    return len(asking) <= _ASKED_BELOW and 1.0 not in asking


def _below_names(headers: Sequence[Header], questions: Sequence[Header]) -> set[int]:
    """The lines of the questions right below a heading that names them, such as `Interview Questions`."""
    above = zip(questions, headings_above(headers, questions), strict=True)
    return {one.at for one, heading in above if heading is not None and names_questions(heading)}


def _is_title(name: str, headers: Sequence[Header], subject: Header) -> bool:
    """Whether it is the first heading of a file that has the same name, and asks nothing."""
    if subject is not headers[0] or asks(subject.title) >= 0.9:
        return False
    stem = normalised(re.sub(r"^[\d\W_]+|\.\w+$", "", name))
    return len(stem) >= _NAME and normalised(subject.title).startswith(stem)


def _folded(lines: Sequence[SourceLine]) -> set[int]:
    """The lines inside folded blocks: a bullet that asks there is part of an explanation."""
    inside: set[int] = set()
    opened = False
    for at, line in enumerate(lines):
        tags = line.text.lower() if line.state == "text" and "<" in line.text else ""
        opened = opened or "<details" in tags
        if opened:
            inside.add(at)
        opened = opened and "</details" not in tags
    return inside


def _are_parts(subjects: Sequence[Header], questions: Sequence[Header]) -> bool:
    """Whether subjects have no number or label where each question has a label, or each of not much fewer questions is
    a heading with a number."""
    labelled = sum(one.labelled and (not one.title or asks(one.title) >= 0.9) for one in questions)
    marked = sum(is_outline(one) and bool(one.number or one.labelled) for one in questions)
    enough = labelled == len(questions) or (marked == len(questions) and marked * _PARTS >= len(subjects))
    if len(questions) < _LEAST_OF_LEVEL or not enough:
        return False
    asked = {one.at for one in questions}
    added = [one for one in subjects if one.at not in asked]
    by_label = all(one.labelled for one in questions) and len(questions) > _LABELLED * len(added)
    return sum(one.labelled or bool(one.number and not by_label) for one in added) * 2 < len(added)


def _apart(lines: Sequence[SourceLine], subjects: Sequence[Header], questions: Sequence[Header]) -> list[Header]:
    """The items among the questions that lie outside of bullets that are subjects, in lists of their own."""
    if not subjects or not subjects[0].style.startswith("-"):
        return []
    begins = {one.at: one.indent for one in subjects}
    below: set[int] = set()
    margin: int | None = None
    for at, line in enumerate(lines):
        if at in begins:
            margin = begins[at]
        elif margin is not None and line.state == "text" and line.indent <= margin:
            margin = None
        if margin is not None:
            below.add(at)
    return [one for one in questions if not is_outline(one) and one.at not in below]


def _items(lines: Sequence[SourceLine], items: Sequence[Header]) -> list[Header]:
    """The bold lines or bullets of one look, when most are short names of their own with something below: notes that
    are indented below bullets, any words below the others."""
    named = [one for one in items if one.title and not _is_other(one)]
    if len(named) < _MANY_ITEMS:
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


def _is_other(header: Header) -> bool:
    title = header.title
    if is_no_question(title) or is_about_itself(title) or is_bare_part(header) or is_answer_title(title):
        return True
    return names_questions(header)


def _covers(lines: Sequence[SourceLine], items: Sequence[Header]) -> bool:
    """Whether the items and what is below them, indented below bullets, are most of the file."""
    covered = words = 0
    margin: int | None = None
    begins = {one.at: one.indent if one.style.startswith("-") else -1 for one in items}
    for at, line in enumerate(lines):
        if line.state not in ("text", "code"):
            continue
        words += 1
        if at in begins:
            margin = begins[at]
        elif margin is not None and line.state == "text" and (line.indent <= margin or line.text.startswith("#")):
            margin = None
        covered += margin is not None
    return covered >= _COVERED * words


def _has_notes(lines: Sequence[SourceLine], item: Header) -> bool:
    below = line_below(lines, item.at, 2)
    if below is None or below.state == "comment":
        return False
    if item.style.startswith("-"):
        return below.indent > item.indent
    return has_body(lines, item) and not _COUNT.match(below.words)


def _for_learning(
    name: str, lines: Sequence[SourceLine], headers: Sequence[Header], subjects: Sequence[Header]
) -> bool:
    """Whether the name, the beginning or a heading speaks of interviews, or there are many subjects; not where the name
    asks, the file is a guide, or what is below are links."""
    if asks(re.sub(r"\.\w+$", "", name)) > 0.5:
        return False
    texts = [line.text[:400] for line in lines if line.state == "text"]
    linked = sum(map(_is_link, texts)) > _LINKS * len(texts)
    # Bold bullets are subjects even if all there is about them is behind links.
    if linked and subjects[0].style != "- bold":
        return False
    if len(subjects) < _MANY and not guides.is_for_interviews(name, lines, headers):
        return False
    return not guides.is_guide(name, lines, headers, subjects)


def _is_link(text: str) -> bool:
    """Whether a line links to something else than a picture."""
    return ("](" in text or "://" in text) and _LINK.search(_PICTURE.sub("", text)) is not None


def _is_picture(text: str) -> bool:
    return ("![" in text or "<img" in text) and not _PICTURE.sub("", text).strip()


def _measured(lines: Sequence[SourceLine], outline: Sequence[Header]) -> Iterator[_Heading]:
    counted = [0]
    linked = [0]
    for line in lines:
        counted.append(counted[-1] + (line.state == "code" or (line.state == "text" and not _is_picture(line.text))))
        linked.append(linked[-1] + (line.state == "text" and _is_link(line.text[:400])))
    ends = [*(one.at for one in outline[1:]), len(lines)][: len(outline)]
    for place, (one, end) in enumerate(zip(outline, ends, strict=True)):
        below = outline[place + 1 : place + 40]
        last = next((at for at, other in enumerate(below) if other.level <= one.level), len(below))
        own, links = (sums[end] - sums[one.at + 1] for sums in (counted, linked))
        all_words = counted[below[last].at if last < len(below) else len(lines)] - counted[one.at + 1]
        children = sum(other.level == below[0].level for other in below[:last])
        yield _Heading(one, own > 0 and own >= 2 * links, own == links == 1, own, all_words, children)


def _subjects(outline: Sequence[_Heading]) -> list[Header]:
    level = _level(outline)
    return [*_outermost(outline, level)] if level else []


def _counted_up(outline: Sequence[_Heading], questions: Sequence[Header]) -> list[Header]:
    """The headings with the numbers 1, 2, 3 … through the whole file, when most explain themselves and hardly anything
    else asks: those without words of their own have their parts below. None where they are no such series."""
    level = _level(outline)
    alike = [one.header for one in outline if one.header.level == level and not _is_other(one.header)]
    numbered = [one for one in alike if one.number.isdecimal()]
    rising = sum(int(after.number) == int(before.number) + 1 for before, after in pairwise(numbered))
    taken = {one.at for one in numbered}
    others = sum(one.at not in taken for one in questions)
    series = len(numbered) >= max(_LEAST, _COUNTED * len(alike)) and rising >= _COUNTED * (len(numbered) - 1)
    return numbered if series and others <= (1 - _COUNTED) * len(numbered) else []


def _counted_in_sections(outline: Sequence[_Heading], questions: Sequence[Header]) -> list[Header]:
    """The innermost headings of a file whose title says that it holds interview questions, when they are counted from 1
    in each section, whatever their level; none where other lines are questions."""
    if not outline or not _COLLECTION.search(outline[0].header.title):
        return []
    inner = [one.header for one in outline[1:] if not one.below and not _is_other(one.header)]
    numbered = [one for one in inner if one.number.isdecimal()]
    rising = sum(int(after.number) in (1, int(before.number) + 1) for before, after in pairwise(numbered))
    taken = {one.at for one in inner}
    enough = len(numbered) >= max(_LEAST, _COUNTED * len(inner)) and rising >= _COUNTED * (len(numbered) - 1)
    return numbered if enough and all(one.at in taken for one in questions) else []


def _between(outline: Sequence[_Heading], subjects: Sequence[Header]) -> Iterator[Header]:
    """The headings among the subjects that lie one level further out, explain themselves and have none below; not those
    of the first level, which are chapters."""
    level = min(one.level for one in subjects) - 1
    for one in outline:
        among = subjects[0].at < one.header.at < subjects[-1].at and one.header.level == level > 1
        if among and one.explained and not one.below and not _is_other(one.header):
            yield one.header


def _level(outline: Sequence[_Heading]) -> int:
    """The outermost level at which most headings explain themselves, few share a name and most are no sections; the
    innermost, where all are sections; 0 when there is none."""
    by_level: dict[int, list[_Heading]] = defaultdict(list)
    for one in outline:
        if not is_no_question(one.header.title):
            by_level[one.header.level].append(one)
    found = 0
    for level, group in sorted(by_level.items()):
        distinct = len({normalised(one.header.title) for one in group})
        explained = sum(one.explained for one in group)
        if (
            len(group) >= _LEAST_OF_LEVEL
            and explained >= _EXPLAINED * len(group)
            and distinct >= _DISTINCT * len(group)
        ):
            found = level
            if sum(one.is_section for one in group) * 2 < len(group):
                break
    return found


def _outermost(outline: Sequence[_Heading], level: int) -> Iterator[Header]:
    """The headings of this level that explain themselves or are empty, of few that do not also those, and the headings
    of sections that do not."""
    of_level = [one for one in outline if one.header.level == level and not _is_other(one.header)]
    explain = sum(one.explained for one in of_level) >= _OTHERS_EXPLAIN * len(of_level)
    names = Counter(normalised(one.header.title) for one in outline)
    under = 0
    for one in outline:
        header = one.header
        if under and header.level > under:
            continue
        if header.level >= level and (is_no_question(header.title) or _RESOURCES.match(header.title)):
            under = header.level
            continue
        whole = (one.explained or explain) and not (one.is_section and one.all_words > _CHAPTER)
        referenced = one.referenced and one.below <= _PARTS and one.all_words <= _CHAPTER
        of_list = header.level == level and (whole or referenced or not (one.below or one.words))
        able = bool(header.title) and (of_list or (one.explained and not one.is_section and header.level > level))
        part = _is_other(header) or names[normalised(header.title)] > _SAME
        under = header.level if able and not part else 0
        if under:
            yield header
