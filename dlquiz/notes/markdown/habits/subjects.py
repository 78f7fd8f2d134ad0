"""Files that ask nothing: lists of subjects, each with what there is to know about it below."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dlquiz.notes.keys import normalised
from dlquiz.notes.markdown.asking import asks
from dlquiz.notes.markdown.habits.names import Found, habit_of
from dlquiz.notes.markdown.lines import SourceLine
from dlquiz.notes.markdown.sections import is_bare_part, is_no_question
from dlquiz.notes.markdown.titles import Header, is_outline

# The least number of subjects, how many times that of other questions but one, and that of all found.
_LEAST, _TIMES, _AMONG = 5, 8, 2
# What share of the headings of their level must have words below, and a name of its own.
_EXPLAINED, _DISTINCT = 0.6, 0.8
# A heading with so many below it and not more words of its own is a section.
_BELOW, _INTRODUCTION = 2, 3
_PURPOSE = re.compile(
    r"interview|flashcard|cheat ?sheet|面试|面經|面经|八股|考点|高频|常问|秋招|校招|题库", re.IGNORECASE
)
_BEGINNING = 40
# The share of lines with a link from which on a file is a collection of links.
_LINKS = 0.2
_LINK = re.compile(r"\]\((?!#)[^()]|https?://")
# What a program's pages are divided into, and the steps of a plan.
_PROGRAM = re.compile(
    r"\W*(?:features|highlights|tech(?:nology)? stack|getting started|quick ?start|set ?up|(?:local )?development|"
    r"environment variables|deploy\w*|project structure|folder structure|repository structure|roadmap|how it works|"
    r"tests?|testing|faq|troubleshooting|requirements|quality checks|"
    r"(?:step|task|phase|week|day|part|stage|sprint) ?\d+.*|"
    r"项目结构|快速开始|环境变量|部署|技术栈|安装|第.{1,3}[天周步].*)\W*$",
    re.IGNORECASE,
)


class _Heading(NamedTuple):
    """A heading with what its own words do, those before the next heading, and how many there are right below it."""

    header: Header
    explained: bool
    words: int
    below: int

    @property
    def is_section(self) -> bool:
        return not self.explained or (self.below >= _BELOW and self.words <= _INTRODUCTION)


def find(name: str, lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Put the headings of the outermost level that explains itself in the place of few other questions, in a file
    that says that it is for interviews or learning."""
    subjects = _subjects([*_measured(lines, [one for one in headers if is_outline(one)])])
    taken = {one.at for one in subjects}
    others = [one for one in found.questions if one.at not in taken]
    enough = len(subjects) >= max(_LEAST, _TIMES * (len(others) - 1), _AMONG * len(found.questions))
    if not enough or not _for_learning(name, lines, headers):
        return
    # What asks in a list below a subject is about it.
    asked = [one for one in others if asks(one.title) == 1.0 and (one.labelled or one.shape in ("heading", "bold"))]
    found.questions[:] = sorted([*subjects, *asked], key=lambda one: one.at)
    habit = habit_of(subjects)
    found.habits[:] = [habit, *(one for one in found.habits if asked and one != habit)]
    found.levels = {one.level for one in subjects}
    found.stems, found.topics = set(), []


def _for_learning(name: str, lines: Sequence[SourceLine], headers: Sequence[Header]) -> bool:
    """Whether the name, the beginning or a heading speaks of interviews, and the headings are not those of a program's
    pages or of a plan, and what is below is more than links."""
    titles = [one.title for one in headers if is_outline(one)]
    if sum(_PROGRAM.match(title) is not None for title in titles) > 1 or asks(re.sub(r"\.\w+$", "", name)) > 0.5:
        return False
    texts = [line.text[:400] for line in lines if line.state == "text"]
    if sum(_LINK.search(text) is not None for text in texts) > _LINKS * len(texts):
        return False
    words = [name, *titles, *(line.text[:400] for line in lines[:_BEGINNING])]
    return any(_PURPOSE.search(text) for text in words)


def _measured(lines: Sequence[SourceLine], outline: Sequence[Header]) -> Iterator[_Heading]:
    for place, one in enumerate(outline):
        end = outline[place + 1].at if place + 1 < len(outline) else len(lines)
        own = [line for line in lines[one.at + 1 : end] if line.state in ("text", "code")]
        links = sum(_LINK.search(line.text[:400]) is not None for line in own)
        below = 0
        for other in outline[place + 1 :]:
            if other.level <= one.level or below == _BELOW:
                break
            below += other.level == outline[place + 1].level
        yield _Heading(one, bool(own) and len(own) >= links * 2, len(own), below)


def _subjects(outline: Sequence[_Heading]) -> list[Header]:
    level = _level(outline)
    return [*_outermost(outline, level)] if level else []


def _level(outline: Sequence[_Heading]) -> int:
    """The outermost level at which most headings explain themselves and few share a name; 0 when there is none."""
    by_level: dict[int, list[_Heading]] = defaultdict(list)
    for one in outline:
        if not is_no_question(one.header.title):
            by_level[one.header.level].append(one)
    for level, group in sorted(by_level.items()):
        distinct = len({normalised(one.header.title) for one in group})
        own = sum(not one.is_section for one in group)
        if len(group) >= _LEAST and own >= _EXPLAINED * len(group) and distinct >= _DISTINCT * len(group):
            return level
    return 0


def _outermost(outline: Sequence[_Heading], level: int) -> Iterator[Header]:
    """The headings of this level that explain themselves or are empty, and those of sections that do not."""
    under = 0
    for one in outline:
        header = one.header
        if under and header.level > under:
            continue
        of_list = header.level == level and (one.explained or not (one.below or one.words))
        able = bool(header.title) and (of_list or (not one.is_section and header.level > level))
        under = header.level if able and not is_no_question(header.title) and not is_bare_part(header) else 0
        if under:
            yield header
