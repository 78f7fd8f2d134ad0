"""Questions that are quotes of one line: `> Why does it matter?`, with the answer below the quote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from dlquiz.notes.markdown.asking import ASKS, asks, orders
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.lines import MAX_HEADER, SourceLine, ends_asking, is_plain, line_below, place_below
from dlquiz.notes.markdown.titles import Header

# How many there must be, and what share of the quotes of a file.
_LEAST, _SHARE = 4, 0.8
# How many lines of quotes must ask where they are lists.
_LIST = 8
_QUOTES = tuple('"“「')
# What the author means to do.
_ASIDE = re.compile(r"\W*todo\b", re.IGNORECASE)


def find(lines: Sequence[SourceLine], inside: set[int], found: Found) -> None:
    """Add them where nearly all quotes of a file ask; in the lines `inside` answers where words follow each, but for
    quotes right below a question, which would lose its answer."""
    quotes = [one for one in _quotes(lines) if not _ASIDE.match(one.title)]
    asking = [one for one in quotes if one.title and _is_asking(lines, one)]
    if len(asking) < max(_LEAST, _SHARE * len(quotes)):
        _add_lists(lines, found)
        return
    followed = sum(_is_followed(lines, one.at) for one in asking) >= _SHARE * len(asking)
    taken = {one.at for one in found.questions}
    taken |= {place_below(lines, one.at, 2) for one in found.questions if asks(one.title) >= ASKS}
    found.add([one for one in asking if one.at not in taken and (followed or one.at not in inside)], "F3")


def _is_asking(lines: Sequence[SourceLine], one: Header) -> bool:
    """Whether a quote ends in a question mark, or is an order in quotation marks: `> "Design a cache."`."""
    if asks(one.title) == 1.0:
        return ends_asking(one.title)
    return lines[one.at].words.lstrip("> *").startswith(_QUOTES) and orders(one.title)


def _add_lists(lines: Sequence[SourceLine], found: Found) -> None:
    """Add the lines of quotes where nothing else asks and nearly all of these do: what a diary says was asked."""
    if found.questions:
        return
    quoted = [at for at, line in enumerate(lines) if line.state == "text" and line.words.startswith(">")]
    able = [Header(at, "label", "quote", lines[at].words.lstrip("> ")) for at in quoted]
    able = [one for one in able if one.title and not _ASIDE.match(one.title)]
    asking = [one for one in able if asks(one.title) >= ASKS]
    marked = sum(asks(one.title) == 1.0 for one in able)
    beside = sum(after.at - one.at == 1 for one, after in pairwise(able))
    if len(asking) >= max(_LIST, _SHARE * len(able)) and min(marked, 2 * beside) * 2 >= len(able):
        found.add(asking, "F3")


def _is_followed(lines: Sequence[SourceLine], at: int) -> bool:
    below = line_below(lines, at, 3)
    return below is not None and is_plain(below, MAX_HEADER)


def _quotes(lines: Sequence[SourceLine]) -> Iterator[Header]:
    """The quotes of the file; those of several lines have no title."""
    begin = -1
    for at in range(len(lines) + 1):
        quoted = at < len(lines) and lines[at].state == "text" and lines[at].words.startswith(">")
        if quoted and begin < 0:
            begin = at
        elif not quoted and begin >= 0:
            alone = at == begin + 1
            yield Header(begin, "label", "quote", lines[begin].words.lstrip("> ").strip('*"“” ') if alone else "")
            begin = -1
