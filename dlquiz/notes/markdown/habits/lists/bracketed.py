"""Questions that are counted with brackets through a file, `1) …`, whose answers have lists of their own, `1. …`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dlquiz.notes.markdown.asking import likelihood
from dlquiz.notes.markdown.habits.groups import Group
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.lines import SourceLine
from dlquiz.notes.markdown.titles import Header

# What share of them must ask.
_ASKING = 0.5
_BRACKET = re.compile(r"(?:\*\*)?\d{1,3}\)")


def find(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Add such items at the margin, wherever they stand, when their numbers go on through the file and most ask."""
    numbered = [one for one in headers if one.shape == "number" and one.indent < 2 and one.title]
    items = [one for one in numbered if _BRACKET.match(lines[one.at].words)]
    if len(items) == len(numbered) or not Group(tuple(items)).counted():
        return
    if sum(likelihood(one) >= 0.9 for one in items) < _ASKING * len(items):
        return
    asked = {one.at for one in found.questions}
    if new := [one for one in items if one.at not in asked]:
        found.add(new, "F5")
