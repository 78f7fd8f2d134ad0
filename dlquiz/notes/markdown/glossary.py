"""Terms with what they mean, in bullets: questions only in a file that says that it is for interviews or learning."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dlquiz.notes.markdown.habits import Found
from dlquiz.notes.markdown.lines import MAX_HEADER, SourceLine
from dlquiz.notes.markdown.titles import Header

_LEAST = 8
_PURPOSE = re.compile(
    r"interview|questions|flashcard|glossary|terminology|cheat ?sheet|面试|八股|术语|题库", re.IGNORECASE
)
_TERM = re.compile(r"[-*+][ \t]+\*\*([^*]{2,80}?)[ \t]*[:：]?[ \t]*\*\*[ \t]*(?:[:：–—-]+[ \t]*)?(.*)$")


def find(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Take `- **Term**: meaning` at the margin for questions, where nothing else is one."""
    if found.questions or not any(one.shape == "heading" and _PURPOSE.search(one.title) for one in headers):
        return
    terms = []
    for at, line in enumerate(lines):
        if line.state == "text" and line.indent < 2 and len(line.text) <= MAX_HEADER:
            term = _TERM.match(line.words)
            if term:
                terms.append(Header(at, "bullet", "- bold", term[1].strip(), indent=line.indent, rest=term[2].strip()))
    if len(terms) >= _LEAST:
        found.add(terms, "F4")
