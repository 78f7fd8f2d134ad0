"""The question or the subject that a follow-up was asked after: `What happens without it?` says nothing alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from dlquiz.notes.markdown.habits.labels import follows_up
from dlquiz.notes.markdown.lines import SourceLine
from dlquiz.notes.markdown.spans import CardSpan
from dlquiz.notes.markdown.title_words import FOLLOW_UPS_BELOW
from dlquiz.notes.markdown.titles import is_outline

# A title that says that follow-ups stand below, and its line: `### 9. Tricky follow-ups`, `**追问链：**`.
_TITLE = re.compile(rf"\W*{FOLLOW_UPS_BELOW}\W*", re.IGNORECASE)
_ANNOUNCES = re.compile(rf"(#{{0,6}})\W*(?:\d+[.)])?{_TITLE.pattern}", re.IGNORECASE)


class Followed(NamedTuple):
    """The question that a follow-up follows, or the heading that names its subject where there is no such question."""

    question: CardSpan | None = None
    subject: str = ""


def followed(lines: Sequence[SourceLine], parts: Sequence[CardSpan]) -> list[Followed]:
    """Of each part what it follows up: the question before it below the same headings, the one that is the heading
    above `### Follow-ups` or stands alone in the section above it, or this section's heading, where several have
    follow-ups."""
    found: list[Followed] = []
    subjects = _subjects(parts)
    in_section = Counter(part.section for part in parts if part.header is not None)
    parent: CardSpan | None = None
    before: CardSpan | None = None
    for part in parts:
        alone = parent is not None and in_section[parent.section] == 1
        one = _parent(lines, part, parent, before if found and found[-1].question else None, alone)
        subject = part.section[-2] if part.section in subjects and part.header is not None and one is None else ""
        found.append(Followed(one, subject))
        if part.header is not None and one is None:
            parent = None if follows_up(part.header) or subject else part
        before = part
    return found


def _subjects(parts: Sequence[CardSpan]) -> set[tuple[str, ...]]:
    """The sections of follow-ups below a heading that names their subject; none where the file has a single one, which
    may be that of all its questions."""
    sections = {part.section for part in parts if part.header is not None and len(part.section) > 1}
    announced = {section for section in sections if _TITLE.fullmatch(section[-1])}
    return announced if len({section[:-1] for section in announced}) > 1 else set()


def _parent(
    lines: Sequence[SourceLine], part: CardSpan, parent: CardSpan | None, sibling: CardSpan | None, alone: bool
) -> CardSpan | None:
    """The parent, where the part follows it up by its own label, by the line above it, or like its `sibling`, the
    follow-up right before it; `alone` says that the parent is the only question right below its headings."""
    if part.header is None or parent is None or parent.header is None:
        return None
    if follows_up(part.header):
        return parent if part.section == parent.section else None
    if sibling is not None and _continues(part, sibling, parent):
        return parent
    above = next((at for at in range(part.header.at - 1, -1, -1) if lines[at].words), -1)
    announced = _ANNOUNCES.fullmatch(lines[above].words) if above > parent.header.at else None
    if announced is None:
        return None
    level = len(announced[1])
    deeper = is_outline(parent.header) and parent.header.level < level
    inside = deeper or (alone and bool(parent.section)) if level else part.section == parent.section
    return parent if inside and part.section[: len(parent.section)] == parent.section else None


def _continues(part: CardSpan, sibling: CardSpan, parent: CardSpan) -> bool:
    """Whether the part is a further item of the list of follow-ups in which its sibling stands: it looks like that one,
    which has no label of its own, and not like the parent."""
    if sibling.header is None or follows_up(sibling.header) or sibling.section != part.section:
        return False
    return _look(sibling) == _look(part) != _look(parent)


def _look(part: CardSpan) -> tuple[str, int]:
    assert part.header is not None
    return part.header.style, part.header.indent
