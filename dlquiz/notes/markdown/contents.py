"""The table of contents of a file, and other lists of what stands again below."""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from dlquiz.notes.keys import normalised
from dlquiz.notes.markdown.answers import mark_of
from dlquiz.notes.markdown.lines import SourceLine, line_below
from dlquiz.notes.markdown.titles import Header, is_outline

_CONTENTS = re.compile(
    r"\W*(?:table of contents?|contents?|toc|index|(?:(?:面试|问)?题|题目|文章|本文)?(?:目录|导航)|题目列表)\W*$",
    re.IGNORECASE,
)
_MARK = re.compile(r"\[\[?toc\]?\]|\$\{toc\}|\{\{\s*toc\s*\}\}|@\[toc\].*|\* ?toc|\{:toc\}", re.IGNORECASE)
_MARKS_BEGIN = frozenset("[$*{@")
_LETTER = re.compile(r"\w")
# So many headings in a table of contents lead to links; behind them there may be some that list words alone.
_LINKED_PARTS = 2
# How many links to places in the file, and what share of a list, lead to about as many headings, though these say it
# otherwise.
_LINKS, _LINKED = 8, 0.8
_ANCHOR_LINK = re.compile(r"\]\(#[^()]*(?:\([^()]*\)[^()]*)*\)")
_OPTION = re.compile(r"(?:[-*+•]\s+)?[A-H][.)、]\s*\S")
_ITEM = re.compile(r"(?:[-*+•]|\d{1,4}[.)、]|\|)\s*")
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]{0,200}\]){1,400})\]\([^()]*(?:\([^()]*\)[^()]*)*\)")
_NUMBER = re.compile(r"^(?:Q(?:uestion)?\s*)?\d{1,4}(?:[.-]\d{1,3})*[.)、:：]?\s*|^(?:Q|问)\s*[:：]\s*", re.IGNORECASE)


def lines_listed(lines: Sequence[SourceLine], headers: Sequence[Header]) -> set[int]:
    """The lines of a table of contents, by their index: what they list stands again below.

    A list of questions whose links lead nowhere in the file is no table of contents but an outline.
    """
    found = {at for at, line in enumerate(lines) if line.words[:1] in _MARKS_BEGIN and _is_mark(line)}
    for block in _runs_that_stand_below(lines, headers):
        found.update(block)
    for place, one in enumerate(headers):
        if one.shape in ("heading", "bold") and _CONTENTS.match(one.title):
            found.add(one.at)
            found.update(_listed_below(lines, headers, place))
    return found


def _runs_that_stand_below(lines: Sequence[SourceLine], headers: Sequence[Header]) -> Iterator[range]:
    """The lists of what is a heading below them."""
    runs = [*_runs(lines)]
    if not runs:
        return
    titles = {one.at: normalised(one.title) for one in headers if one.title}
    last_at = {key: at for at, key in titles.items()}
    last_full = {titles[one.at]: one.at for one in _with_bodies(lines, headers) if one.title}
    levels = _levels(headers)
    for first, last in runs:
        block = range(first, last)
        if _are_options([lines[at].words for at in block if lines[at].words]):
            continue
        listed = [titles.get(at) or normalised(_listed(lines[at].words)) for at in block if lines[at].state == "text"]
        keys = [key for key in listed if _LETTER.search(key)]
        known = sum(last_at.get(key, -1) >= last for key in keys)
        full = sum(last_full.get(key, -1) >= last for key in keys)
        linked = sum("](#" in lines[at].text and bool(_ANCHOR_LINK.search(lines[at].text)) for at in block)
        links = linked >= max(_LINKS, _LINKED * len(listed)) and _stand_below(levels, last, linked)
        if links or full * 2 >= len(listed) or (linked * 2 >= len(listed) and known * 5 >= len(listed)):
            yield block


def _are_options(words: Sequence[str]) -> bool:
    """Whether a list holds the options of a choice, which stand again in its answer."""
    return sum(_OPTION.match(one) is not None for one in words) * 2 > len(words)


def _with_bodies(lines: Sequence[SourceLine], headers: Sequence[Header]) -> Iterator[Header]:
    """The headers behind which something else stands than the next one of their look. Bullets are left out: options of
    a choice are alike in several places, and no list of what is below."""
    for place, one in enumerate(headers):
        following = headers[place + 1] if place + 1 < len(headers) else None
        alike = following is not None and (following.style, following.indent) == (one.style, one.indent)
        end = following.at if following is not None else len(lines)
        if one.shape != "bullet" and not (alike and all(line.state == "blank" for line in lines[one.at + 1 : end])):
            yield one


def _levels(headers: Sequence[Header]) -> Mapping[int, list[int]]:
    """The lines of the headings of each level."""
    found: dict[int, list[int]] = defaultdict(list)
    for one in headers:
        if is_outline(one):
            found[one.level].append(one.at)
    return found


def _stand_below(levels: Mapping[int, list[int]], at: int, count: int) -> bool:
    """Whether about as many headings of one level stand below this line, whatever their words."""
    below = [len(places) - bisect(places, at) for places in levels.values()]
    return any(_LINKED * count <= one <= count / _LINKED for one in below)


def _is_mark(line: SourceLine) -> bool:
    return line.state == "text" and _MARK.fullmatch(line.words) is not None


def _is_entry(line: SourceLine) -> bool:
    """A list item that is nothing but words or a link: an entry, if anything, and nothing with an answer."""
    return bool(_ITEM.match(line.words)) and "**" not in line.text and "## " not in line.text[:40]


def _runs(lines: Sequence[SourceLine]) -> Iterator[tuple[int, int]]:
    """Lists of three items or more without text between them."""
    first, count, last = -1, 0, -1
    for index, line in enumerate(lines):
        linked = "](#" in line.text and _ANCHOR_LINK.search(line.text) is not None
        if line.state == "text" and (_is_entry(line) or linked) and not mark_of(line.words):
            if first < 0:
                first, count = index, 0
            count, last = count + 1, index
        elif line.state != "blank" and first >= 0:
            if count >= 3:
                yield first, last + 1
            first = -1
    if first >= 0 and count >= 3:
        yield first, last + 1


def _listed(text: str) -> str:
    """The words of an entry: `1. [What is it?](#what)` is `What is it?`."""
    words = _ITEM.sub("", text, count=1)
    link = _LINK.search(words)
    return _NUMBER.sub("", link[1] if link else words).strip()


def _listed_below(lines: Sequence[SourceLine], headers: Sequence[Header], place: int) -> Iterator[int]:
    """The list right below a heading `Contents`, and those below headings in it, up to the first other line."""
    title = headers[place]
    deeper = "#" * (title.level + 1) if title.level else "."
    parts = 0
    for index in range(title.at + 1, len(lines)):
        line = lines[index]
        heads = line.text.startswith(deeper) and _leads_to(lines, index, "](#" if parts < _LINKED_PARTS else "")
        parts += heads
        if line.state == "text" and not (heads or _ITEM.match(line.words) or "](" in line.text or "href" in line.text):
            return
        if line.state == "code" or (_ITEM.match(line.words) and "## " in line.text[:40]):
            return
        if line.state == "text":
            yield index


def _leads_to(lines: Sequence[SourceLine], index: int, link: str) -> bool:
    """Whether the next line is an item with such a link."""
    below = line_below(lines, index, 2)
    return below is not None and link in below.text and _ITEM.match(below.words) is not None
