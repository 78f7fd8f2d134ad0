"""The sections of a file that is a list of subjects, with the lines of each: items, lines of their own, and others."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dlquiz.notes.markdown.lines import SourceLine, line_below
from dlquiz.notes.markdown.sections import is_bare_part, is_no_subject, is_program_page
from dlquiz.notes.markdown.titles import Header, is_outline, outline_of

_SHAPES = ("bullet", "number", "bold")
# A longer line is a paragraph.
_LONGEST = 300
# How lines end that introduce others, or tell.
_OPEN_ENDS = (":", "：", "。", "；")
_ITEM = re.compile(r"(?:[-*+•]|\d{1,3}[.)、])\s")
_RULE = re.compile(r"([-*_])(?:\s*\1){2,}\s*$")
_LINK = re.compile(r"!?\[[^\[\]]*\]\([^()]*(?:\([^()]*\)[^()]*)*\)|<?\w{2,8}://\S+")
# What is listed for the way to an interview, and not asked in it.
_AROUND = re.compile(
    r"\W*(?:.{0,20}\b(?:companies|books|courses|newsletters|podcasts)\b|where to (?:practi[cs]e|learn|apply)\b|"
    ".{0,12}(?:公司|书单|书籍|课程|网站|链接|计划|简历|工具推荐)|(?:核心功能|功能列表|接口|待办|to ?-?do))",
    re.IGNORECASE,
)
# What stands above a copied text: where it is from.
_ORIGIN = re.compile(r"\W*(?:作者|来源|链接|声明|出处|原文|author|source|link)\s*[:：]", re.IGNORECASE)
_WORD = re.compile(r"\w")


@dataclass(slots=True)
class ListSection:
    """The lines below one heading, or below the bold line or the rule that divides them."""

    title: Header | None
    begin: int
    end: int
    leaf: bool
    items: list[Header] = field(default_factory=list)
    plain: list[Header] = field(default_factory=list)
    others: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.items or self.plain or self.others)

    @property
    def is_heading(self) -> bool:
        return self.title is not None and is_outline(self.title) and self.begin == self.title.at + 1


def sections_of_subjects(lines: Sequence[SourceLine], headers: Sequence[Header]) -> Iterator[ListSection]:
    """The sections of the file but those that belong to the document itself, or to the way to an interview."""
    outline = outline_of(headers)
    # One heading such as `Testing` may be a subject; pages of a program have several.
    pages = {one.at for one in outline[1:] if is_program_page(one.title)}
    apart_titles = {one.at for one in outline[1:] if _is_apart(one)} | (pages if len(pages) > 1 else set())
    places = [one.at for one in headers]
    apart = 0
    for section in _sections(lines, headers):
        title = section.title
        if title is not None and section.is_heading:
            if apart and title.level > apart:
                continue
            apart = title.level if title.at in apart_titles else 0
        if not apart:
            _fill(lines, headers[bisect_left(places, section.begin) : bisect_left(places, section.end)], section)
            yield section


def _is_apart(title: Header) -> bool:
    around = len(title.title) < 60 and _AROUND.match(title.title) is not None
    return around or (is_no_subject(title) and not is_bare_part(title))


def _sections(lines: Sequence[SourceLine], headers: Sequence[Header]) -> Iterator[ListSection]:
    titles = {one.at: one for one in (*filter(is_outline, headers), *list_titles(lines, headers))}
    rules = {at for at, line in enumerate(lines) if line.state == "text" and _RULE.match(line.words)}
    begins = sorted({*titles, *rules})
    title: Header | None = None
    for begin, end in zip([-1, *begins], [*begins, len(lines)], strict=True):
        title = titles.get(begin, title)
        following = titles.get(end)
        deeper = following is not None and title is not None and _is_deeper(following, title)
        yield ListSection(title, begin + 1, end, begin in titles and not deeper)


def _is_deeper(following: Header, title: Header) -> bool:
    """Whether a heading or a bold line stands below a heading, and not beside it."""
    return is_outline(title) and (following.level > title.level if is_outline(following) else True)


def list_titles(lines: Sequence[SourceLine], headers: Sequence[Header]) -> list[Header]:
    """The bold lines that stand above lists as headings do, also with a remark: `**Trees** (often asked):`."""
    known = {one.at: one for one in headers}
    found: list[Header] = []
    for at, line in enumerate(lines):
        one = known.get(at)
        if one is None and line.text.startswith("**") and line.state == "text" and line.words.endswith((":", "：")):
            one = Header(at, "bold", "bold", line.words.strip("*:： "))
        if one is None or one.shape != "bold" or one.indent > 1 or one.number or one.style.startswith("- "):
            continue
        below = line_below(lines, at, 2)
        if below is not None and below.indent < 4 and _ITEM.match(below.words):
            found.append(one)
    return found


def _fill(lines: Sequence[SourceLine], headers: Sequence[Header], section: ListSection) -> None:
    """Sort the lines of a section: items at its margin, lines of their own, and others."""
    within = [one for one in headers if one.shape in _SHAPES]
    if sum(one.shape == "bold" for one in within) > 1:
        # Bullets between bold lines are said of these.
        within = [one for one in within if one.shape == "bold"]
    labels = {one.at: one for one in headers if one.shape == "label"}
    margin = min((one.indent for one in within), default=0)
    items = {one.at: one for one in within if one.indent <= margin + 1}
    inside = False
    for at in range(section.begin, section.end):
        line = lines[at]
        if at in items:
            words = _LINK.sub("", line.words) if "](" in line.words or "://" in line.words else line.words
            linked = not _WORD.search(words)
            section.others += linked
            if not linked and _WORD.search(items[at].title):
                section.items.append(items[at])
            inside = True
        elif line.state == "code":
            section.others += not inside
        elif line.state == "text" and _WORD.search(line.words) and not _ORIGIN.match(line.words):
            inside = inside and line.indent > margin
            if not inside and (line.words[:1] in "|>!<[" or line.indent > 3 or len(line.words) > _LONGEST):
                section.others += 1
            elif not inside and not line.words.endswith(_OPEN_ENDS):
                section.plain.append(labels.get(at) or Header(at, "label", "plain", line.words))
