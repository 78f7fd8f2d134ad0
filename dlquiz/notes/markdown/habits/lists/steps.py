"""Lists of what to do in answers: their items are worded as orders to a candidate are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from dlquiz.notes.markdown.asking import asks, orders_in_a_sentence
from dlquiz.notes.markdown.habits.names import Found, habit_of
from dlquiz.notes.markdown.lines import ends_asking
from dlquiz.notes.markdown.sections import is_about_itself
from dlquiz.notes.markdown.titles import Header, headings_above, is_outline

_SHAPES = ("number", "bullet")


def find(headers: Sequence[Header], found: Found) -> bool:
    """Put headings that ask in the place of the items below them, of which none has a question mark. Whether there are
    any."""
    items = [one for one in found.questions if one.shape in _SHAPES and not one.labelled]
    below: dict[int, list[Header]] = defaultdict(list)
    headings: dict[int, Header] = {}
    for one, heading in zip(items, headings_above(headers, items), strict=True):
        if heading is not None and _asks(heading):
            headings[heading.at] = heading
            below[heading.at].append(one)
    steps = [at for at, own in below.items() if not any(asks(one.title) == 1.0 for one in own)]
    if not steps:
        return False
    dropped = {one.at for at in steps for one in below[at]}
    asked = {one.at for one in found.questions}
    found.questions[:] = [one for one in found.questions if one.at not in dropped]
    new = [headings[at] for at in steps if at not in asked and not is_about_itself(headings[at].title)]
    if new:
        found.add(new, habit_of(new))
        found.levels |= {one.level for one in new}
    return True


def _asks(heading: Header) -> bool:
    """Whether a heading has a question mark, or a number and an order."""
    ordered = heading.number != "" and orders_in_a_sentence(heading.title)
    return is_outline(heading) and (ends_asking(heading.title) or ordered)
