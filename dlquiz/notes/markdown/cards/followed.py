"""The question that a follow-up was asked after: `What happens without it?` says nothing alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dlquiz.notes.markdown.habits.labels import follows_up
from dlquiz.notes.markdown.lines import SourceLine
from dlquiz.notes.markdown.spans import CardSpan
from dlquiz.notes.markdown.title_words import FOLLOW_UP
from dlquiz.notes.markdown.titles import is_outline

# A line that says that follow-ups stand below: `### Follow-ups`, `**追问链：**`.
_ANNOUNCES = re.compile(
    rf"(#{{0,6}})\W*(?:(?:common|likely|possible|typical) )?(?:{FOLLOW_UP}(?:s|(?: questions?))?"
    r"|(?:常见|高频|典型|可能的?)?追问(?:链|问题)?)\W*",
    re.IGNORECASE,
)


def followed(lines: Sequence[SourceLine], parts: Sequence[CardSpan]) -> list[CardSpan | None]:
    """Of each part the question that it follows up: the one before it below the same headings, or the heading above
    `### Follow-ups`; None where it follows none."""
    found: list[CardSpan | None] = []
    parent: CardSpan | None = None
    before: CardSpan | None = None
    for part in parts:
        one = _parent(lines, part, parent, before if found and found[-1] else None)
        found.append(one)
        if part.header is not None and one is None:
            parent = None if follows_up(part.header) else part
        before = part
    return found


def _parent(
    lines: Sequence[SourceLine], part: CardSpan, parent: CardSpan | None, sibling: CardSpan | None
) -> CardSpan | None:
    """The parent, where the part follows it up by its own label, by the line above it, or like its `sibling`, the
    follow-up right before it."""
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
    inside = is_outline(parent.header) and parent.header.level < level if level else part.section == parent.section
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
