"""Long answers with headings of their own, `### 1. 定义`, that were pasted behind a list of questions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from dlquiz.notes.markdown.asking import ASKS, asks, likelihood
from dlquiz.notes.markdown.habits.groups import Group, by_look
from dlquiz.notes.markdown.titles import Header, is_outline

# How many items a list must have and what share of them must ask; what share of headings must stand behind so many of
# the items, and how many of them may ask.
_LEAST, _LIST_ASKS, _BEHIND, _HEADINGS_ASK = 5, 0.8, 0.8, 0.1
_SUMS_UP = re.compile(r"总结|小结|结论|注意事项|\b(?:summary|conclusions?|takeaways)\b", re.IGNORECASE)


def outside(headers: Sequence[Header]) -> list[Header]:
    """The headers that are in no such answer."""
    groups = by_look(headers)
    lists = [one for one in groups if one.first.shape == "number" and one.first.indent < 2 and _asks(one)]
    numbered = [one for one in groups if is_outline(one.first) and all(header.number for header in one.headers)]
    dividing = [group for group in numbered if any(_is_behind(group, items) for items in lists)]
    begins = {one.at for one in chain.from_iterable(group.headers for group in dividing)}
    return [*_above(headers, begins)] if begins else [*headers]


def _asks(items: Group) -> bool:
    return len(items.headers) >= _LEAST and items.share(likelihood) >= _LIST_ASKS


def _is_behind(headings: Group, items: Group) -> bool:
    """Whether headings, no more than there are items and one of them a summary, stand nearly all behind nearly all
    items, and hardly any asks."""
    if len(headings.headers) > len(items.headers) or not any(_SUMS_UP.search(one.title) for one in headings.headers):
        return False
    end = items.headers[int(_BEHIND * (len(items.headers) - 1))].at
    behind = sum(one.at > end for one in headings.headers)
    asking = sum(asks(one.title) >= ASKS for one in headings.headers)
    return behind >= _BEHIND * len(headings.headers) and asking <= _HEADINGS_ASK * len(headings.headers)


def _above(headers: Sequence[Header], begins: set[int]) -> Iterator[Header]:
    """The headers that are neither among the headings nor below them."""
    level = 0
    for one in headers:
        if one.at in begins:
            level = one.level
        elif level and is_outline(one) and one.level < level:
            level = 0
        if not level:
            yield one
