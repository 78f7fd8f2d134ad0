"""What an author asks below a label that stands alone: `Follow-up:` or `Interview question`, with the question in the
next paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.lines import SourceLine, ends_asking, is_plain, place_below
from dlquiz.notes.markdown.spans import CardSpan
from dlquiz.notes.markdown.title_words import FOLLOW_UP
from dlquiz.notes.markdown.titles import Header

# How long a question and a label are at most, and how many lines below its label a question may begin.
_LONGEST, _LONGEST_LABEL, _BELOW = 240, 40, 3
# A label of one question, not the title of a list of them, `追问链`, whose first line is no more than an item.
_LABEL = re.compile(
    rf"\W*(?:{FOLLOW_UP}(?:s| questions?)?|interview question|(?:常见|高频|典型)?追问|面试题)\W*", re.IGNORECASE
)


def find(lines: Sequence[SourceLine], parts: Sequence[CardSpan], found: Found) -> None:
    """Add the lines below such labels that end in a question mark, where there is something that they follow."""
    asked = {at for part in parts for at in part.asked}
    if found.questions:
        labels = {at: one for at, one in _below_labels(lines) if one.at not in asked}
        found.add(list(labels.values()), "F3")
        found.stems |= labels.keys()


def _below_labels(lines: Sequence[SourceLine]) -> Iterator[tuple[int, Header]]:
    """The line of each label, with the question below it."""
    for at, line in enumerate(lines):
        if len(line.words) <= _LONGEST_LABEL and line.state == "text" and _LABEL.fullmatch(line.words):
            below = place_below(lines, at, _BELOW)
            if below >= 0 and is_plain(lines[below], _LONGEST) and ends_asking(lines[below].words):
                yield at, Header(below, "label", "plain", lines[below].words)
