"""Terms with what they mean, in bullets: questions only in a file that says that it is for interviews or learning."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dlquiz.notes.keys import normalised
from dlquiz.notes.markdown.habits.groups import by_look
from dlquiz.notes.markdown.habits.guides import names_interviews
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.lines import MAX_HEADER, SourceLine
from dlquiz.notes.markdown.sections import is_no_question, is_program_page
from dlquiz.notes.markdown.titles import Header, headings_above, is_outline

# How many terms there must be, and what share of the lines at the margin.
_LEAST, _SHARE = 8, 0.4
# What share of them must be other words than the terms before: `**Why**: …` in each section is none.
_DISTINCT = 0.7
# Under headings that are counted through the file, fewer terms than so many for each are parts of what it explains;
# fewer terms under so many other headings as well.
_PARTS, _PARTS_OF_NAMES, _NAMES = 4, 3, 12
_TERMS = re.compile(r"questions|glossary|terminology|术语", re.IGNORECASE)
# What a guide through interviews lists is not asked in them.
_GUIDE = re.compile(r"\b(?:guide|tips|advice|plan|roadmap)\b|指南|攻略|技巧|计划", re.IGNORECASE)
_TERM = re.compile(r"[-*+][ \t]+\*\*([^*]{2,80})\*\*[ \t]*(.*)$")
_SEPARATORS = (":", "：", "-", "–", "—")


def find(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Take `- **Term**: meaning` at the margin for questions, where nothing else is one."""
    titles = [one.title for one in headers if one.level == 1 and not is_no_question(one.title)]
    if (
        found.questions
        or any(is_program_page(one.title) for one in headers)
        or not any(names_interviews(title) or _TERMS.search(title) for title in titles)
        or (any(map(_GUIDE.search, titles)) and not any(map(_TERMS.search, titles)))
    ):
        return
    terms = []
    for at, line in enumerate(lines):
        if (
            line.state == "text"
            and line.indent < 2
            and len(line.text) <= MAX_HEADER
            and (term := _TERM.match(line.words))
        ):
            name, meaning = term[1].rstrip(), term[2]
            if not meaning or name.endswith(_SEPARATORS) or meaning.startswith(_SEPARATORS):
                rest = meaning.lstrip("".join(_SEPARATORS) + " \t")
                terms.append(Header(at, "bullet", "- bold", name.rstrip(":： "), indent=line.indent, rest=rest))
    texts = sum(line.state == "text" and line.indent < 2 for line in lines) - len(headers)
    distinct = len({normalised(one.title) for one in terms}) >= _DISTINCT * len(terms)
    above = {one.at for one in headings_above(headers, terms) if one is not None}
    parts = max(_PARTS * _counted(headers), _PARTS_OF_NAMES * len(above) if len(above) >= _NAMES else 0)
    if distinct and len(terms) >= max(_LEAST, _SHARE * (texts + len(terms)), parts):
        found.add(terms, "F4")


def _counted(headers: Sequence[Header]) -> int:
    """How many headings of one look have numbers that go on through the file; 0 when there are none."""
    looks = by_look([one for one in headers if is_outline(one) and one.number])
    return max((len(one.headers) for one in looks if one.counted()), default=0)
