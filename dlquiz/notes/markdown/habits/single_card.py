"""A file that is one card: its title asks."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from dlquiz.notes.markdown.asking import ASKS, asks, questions_plainly, starts_with_question
from dlquiz.notes.markdown.habits.groups import has_body
from dlquiz.notes.markdown.habits.lists import announced
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.lines import SourceLine, ends_asking
from dlquiz.notes.markdown.sections import is_no_question, names_questions
from dlquiz.notes.markdown.titles import Header, headings_above, is_outline, outline_of

_LONGEST = 320
# So many items of one look of which so large a share asks are the questions, whatever the title asks.
_LIST, _LIST_ASKS = 8, 0.8
# So many sections with so many items that ask are lists of questions as well.
_LISTS, _LIST_SIZE = 3, 3


def title_of(headers: Sequence[Header]) -> Header:
    """The first heading of the first level."""
    return next(one for one in headers if is_outline(one) and one.level == 1)


def only_title(lines: Sequence[SourceLine], headers: Sequence[Header]) -> Header | None:
    """The title of a file that is one card: its only heading of the first level asks, or without such a heading the
    title in its front matter, and what is below answers."""
    outline = outline_of(headers)
    tops = [one for one in outline if one.level == 1 and not is_no_question(one.title)]
    title = _front_title(lines) if not tops else tops[0] if tops == outline[:1] else None
    if title is None or len(title.title) > _LONGEST or not questions_plainly(title) or names_questions(title):
        return None
    below = [one for one in outline if one is not title]
    asking = [one for one in below if asks(one.title) >= ASKS or one.labelled]
    if len(asking) >= 6 or sum(bool(one.number) for one in asking) >= 3 or _hold_list(headers):
        return None
    counts = title.labelled and asks(title.title) < 1.0 and not starts_with_question(title.title)
    return below[0]._replace(level=1) if counts and asking[:1] == below[:1] != [] else title


def _hold_list(headers: Sequence[Header]) -> bool:
    """Whether the items of one look at the margin are many and nearly all have a question mark, or those in several
    sections ask."""
    looks: dict[str, list[Header]] = defaultdict(list)
    for one in headers:
        if one.indent < 2 and not is_outline(one):
            looks[one.style].append(one)
    if any(
        sum(ends_asking(one.title) for one in same) >= max(_LIST, _LIST_ASKS * len(same)) for same in looks.values()
    ):
        return True
    items = [one for one in headers if one.shape in ("bullet", "number") and asks(one.title) == 1.0]
    sections = Counter(above.at for above in headings_above(headers, items) if above is not None)
    return sum(count >= _LIST_SIZE for count in sections.values()) >= _LISTS


def with_title(lines: Sequence[SourceLine], title: Header, headers: Sequence[Header], listed: set[int]) -> Found:
    """The title as the question of the file, and labelled ones below it, when there are several, and those that the
    author lists as follow-ups with their answers; `listed` are the lines of the table of contents."""
    found = Found([title], ["F2"], {1})
    follow_ups = Found()
    announced.find(lines, headers, listed, {*range(title.at, len(lines))}, follow_ups)
    if follow_ups.questions and all(has_body(lines, one) for one in follow_ups.questions):
        found.add(follow_ups.questions, "F3")
        found.stems = follow_ups.stems
    labelled = [one for one in headers if one.labelled and one.title and _is_question(one)]
    asked = {one.at for one in found.questions}
    if len(labelled) > 2:
        found.add([one for one in labelled if one.at > title.at and one.at not in asked], "F3")
    return found


def _is_question(labelled: Header) -> bool:
    return labelled.shape in ("bold", "label") or (labelled.shape == "number" and asks(labelled.title) == 1.0)


def _front_title(lines: Sequence[SourceLine]) -> Header | None:
    for at, line in enumerate(lines):
        if line.state != "front matter":
            break
        if found := re.match(r"title[ \t]*[:=][ \t]*(['\"]?)(.+)\1[ \t]*$", line.text):
            return Header(at, "heading", "h1", found[2], 1)
    return None
