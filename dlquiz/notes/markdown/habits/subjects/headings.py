"""Headings that may be subjects: those that explain themselves, and those that are counted."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from dlquiz.notes.keys import normalised
from dlquiz.notes.markdown.asking import ASKS, likelihood
from dlquiz.notes.markdown.lines import SourceLine
from dlquiz.notes.markdown.sections import is_no_question, is_no_subject
from dlquiz.notes.markdown.titles import Header, outline_of

# The least number of headings of a level, and of those that are counted.
_LEAST_OF_LEVEL, _LEAST_COUNTED = 5, 10
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
# So many headings behind one are looked at for those below it.
_FAR = 40
# Nor is a heading a section without words of its own, when so many of its level explain themselves or are empty.
_OTHERS_EXPLAIN = 0.9
# What stands at the end of notes and sums them up.
_CLOSES = re.compile(
    r"\W*(?:(?:key|main) (?:insights|points|ideas|concepts)|best practices|(?:performance|practical) tips|"
    r"when (?:to|not to) use\b.*|when .{1,30} (?:excels|is better)|related\b.*|see also\b.*|.{0,20}\blinks|"
    r"(?:advanced |real-world )?(?:applications|use cases|examples|topics)\b.*|.{0,20}quick reference|cheat ?sheet|"
    r"quick revision\b.*|known .{0,10}|.{0,30}\bsummary|"
    r"remember|(?:common )?(?:mistakes|pitfalls)\b.*|prerequisites\b.*|advanced|summary\b.*|final .*|next steps|"
    r"(?:резюме|итоги?|ссылки|связанные|дополнительные вопросы|когда использовать)\b.*|"
    r".{0,8}(?:总结|小结|注意事项|最佳实践|参考|延伸|拓展|补充).{0,8})\W*(?:\([^()]*\)\W*)?$",
    re.IGNORECASE,
)
_LINK = re.compile(r"\]\((?!#)[^()]|https?://")
_RESOURCES = re.compile(
    r"\W*(?:(?:curated|learning|study|useful|additional|recommended|further|more) )resources\W*$"
    r"|.{0,20}(?:学习|参考|推荐)资[源料]",
    re.IGNORECASE,
)
_COLLECTION = re.compile(r"interview questions|面试题|八股|题库|面经", re.IGNORECASE)
_PICTURE = re.compile(r"!\[[^\[\]]*\]\([^()]*\)|<img\b[^<>]*>", re.IGNORECASE)


class MeasuredHeading(NamedTuple):
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


def measured(lines: Sequence[SourceLine], headers: Sequence[Header]) -> list[MeasuredHeading]:
    """The headings of the document with the lines below each."""
    outline = outline_of(headers)
    worded = [0, *accumulate(map(_has_words, lines))]
    linked = [0, *accumulate(map(_is_link_line, lines))]
    levels = [one.level for one in outline]
    begins = [*(one.at for one in outline), len(lines)]
    found: list[MeasuredHeading] = []
    for place, one in enumerate(outline):
        behind, children = _part_below(levels, place)
        begin, end = one.at + 1, begins[place + 1]
        own, links = worded[end] - worded[begin], linked[end] - linked[begin]
        all_words = worded[begins[behind]] - worded[begin]
        found.append(MeasuredHeading(one, own > 0 and own >= 2 * links, own == links == 1, own, all_words, children))
    return found


def _part_below(levels: Sequence[int], place: int) -> tuple[int, int]:
    """The place of the next heading that is not below this one, and how many have the level of the first below it.
    Where there are too many below to count, that is the place behind the last heading."""
    children = 0
    for behind in range(place + 1, min(place + _FAR, len(levels))):
        if levels[behind] <= levels[place]:
            return behind, children
        children += levels[behind] == levels[place + 1]
    return len(levels), children


def _has_words(line: SourceLine) -> bool:
    return line.state == "code" or (line.state == "text" and not _is_picture(line.text))


def _is_link_line(line: SourceLine) -> bool:
    return line.state == "text" and is_link(line.text[:400])


def of_one_level(outline: Sequence[MeasuredHeading]) -> list[Header]:
    """The headings that may be subjects: of the level at which they explain themselves, and those of its sections."""
    level = _level(outline)
    return [*_outermost(outline, level)] if level else []


def counted(outline: Sequence[MeasuredHeading], questions: Sequence[Header]) -> list[Header]:
    """The headings that are subjects by their numbers alone, which go on through the file or in each section."""
    return _counted_up(outline, questions) or _counted_in_sections(outline, questions)


def _counted_up(outline: Sequence[MeasuredHeading], questions: Sequence[Header]) -> list[Header]:
    """The headings with the numbers 1, 2, 3 … through the whole file, when most explain themselves and hardly anything
    else asks: those without words of their own have their parts below. None where they are no such series."""
    level = _level(outline)
    alike = [one.header for one in outline if one.header.level == level and not is_no_subject(one.header)]
    numbered = [one for one in alike if one.number.isdecimal()]
    rising = sum(int(after.number) == int(before.number) + 1 for before, after in pairwise(numbered))
    taken = {one.at for one in numbered}
    others = sum(one.at not in taken for one in questions)
    series = len(numbered) >= max(_LEAST_COUNTED, _COUNTED * len(alike)) and rising >= _COUNTED * (len(numbered) - 1)
    return numbered if series and others <= (1 - _COUNTED) * len(numbered) else []


def _counted_in_sections(outline: Sequence[MeasuredHeading], questions: Sequence[Header]) -> list[Header]:
    """The innermost headings of a file whose title says that it holds interview questions, when they are counted from 1
    in each section, whatever their level; none where other lines are questions."""
    if not outline or not _COLLECTION.search(outline[0].header.title):
        return []
    inner = [one.header for one in outline[1:] if not one.below and not is_no_subject(one.header)]
    numbered = [one for one in inner if one.number.isdecimal()]
    rising = sum(int(after.number) in (1, int(before.number) + 1) for before, after in pairwise(numbered))
    taken = {one.at for one in inner}
    enough = len(numbered) >= max(_LEAST_COUNTED, _COUNTED * len(inner)) and rising >= _COUNTED * (len(numbered) - 1)
    return numbered if enough and all(one.at in taken for one in questions) else []


def between(outline: Sequence[MeasuredHeading], subjects: Sequence[Header]) -> Iterator[Header]:
    """The headings among the subjects that lie one level further out, explain themselves and have none below; not those
    of the first level, which are chapters."""
    level = Counter(one.level for one in subjects).most_common(1)[0][0] - 1
    taken = {one.at for one in subjects}
    titles = Counter(normalised(one.header.title) for one in outline)
    asking = sum(likelihood(one) >= ASKS for one in subjects)
    last = outline[-1:] if asking * 2 <= len(subjects) else []
    end = last[0].header.at + 1 if last else subjects[-1].at
    for one in outline:
        begun = subjects[0].at < one.header.at or bool(one.header.number)
        among = begun and one.header.at < end and one.header.level == level > 1
        among = among and one.header.at not in taken
        explains = one.explained and (not one.below or (one.words > 10 and one.words * 2 >= one.all_words))
        explains = explains and (one.header.at < subjects[-1].at or not _CLOSES.match(one.header.title))
        if among and explains and titles[normalised(one.header.title)] == 1 and not is_no_subject(one.header):
            yield one.header


def is_link(text: str) -> bool:
    """Whether a line links to something else than a picture."""
    return ("](" in text or "://" in text) and _LINK.search(_PICTURE.sub("", text)) is not None


def _is_picture(text: str) -> bool:
    return ("![" in text or "<img" in text) and not _PICTURE.sub("", text).strip()


def _level(outline: Sequence[MeasuredHeading]) -> int:
    """The outermost level at which most headings explain themselves, few share a name and most are no sections; the
    innermost, where all are sections; 0 when there is none."""
    by_level: dict[int, list[MeasuredHeading]] = defaultdict(list)
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


def _outermost(outline: Sequence[MeasuredHeading], level: int) -> Iterator[Header]:
    """The headings of this level that explain themselves, are empty or are links to what does, and the others as well
    where these are few; below sections, which do not, the headings that explain themselves."""
    of_level = [one for one in outline if one.header.level == level and not is_no_subject(one.header)]
    explain = sum(one.explained or not one.all_words for one in of_level) >= _OTHERS_EXPLAIN * len(of_level)
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
        part = is_no_subject(header) or names[normalised(header.title)] > _SAME
        under = header.level if able and not part else 0
        if under:
            yield header
