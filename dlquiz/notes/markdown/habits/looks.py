"""Questions that are the headings of levels or the lines of looks (bold lines, numbered items, bullets) which a person
names, and those that may be meant in a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from dlquiz.notes.markdown.asking import ASKS, asks, likelihood
from dlquiz.notes.markdown.habits.headings import has_own_body
from dlquiz.notes.markdown.habits.names import Found, habit_of
from dlquiz.notes.markdown.habits.questions_below import with_first_paragraph
from dlquiz.notes.markdown.lines import SourceLine, ends_asking, is_plain, place_below
from dlquiz.notes.markdown.titles import Header, is_answer_title, is_outline, outline_of

# Where so large a share of the questions ask, there is no doubt which headings are questions.
_ASKING = 0.8
# Of the questions of a look that asks nothing, less than this share ask.
_FEW = 0.5
_SHAPES = ("bold", "number", "bullet", "details")
# Spaces in front of a line inside the item above it.
_INSIDE = 2
# Of fewer lines a look is not named.
_SEVERAL = 3
# The first paragraph below a heading of a level, `below-3`; of these, fewer than this share ask where they are answers.
_BELOW = "below-"
_SOME = 0.3
# Lines without a mark that end in a question mark, and how long these are at most.
_PLAIN = "plain"
_LONGEST = 200
# So many lines of which nearly all ask, and none is a question, were probably missed.
_MANY = 5


class HeadingLevel(NamedTuple):
    """The headings of one level: how many there are, how many of these are questions, how many ask, and the title of
    the first."""

    level: int
    headings: int
    questions: int
    asking: int
    first: str


class Look(NamedTuple):
    """The lines of one look: how many there are, how many of these are questions, how many ask, and the words of the
    first."""

    name: str
    lines: int
    questions: int
    asking: int
    first: str

    @property
    def is_listed(self) -> bool:
        """Whether it is named to a person who may choose: a line or two are hardly the questions of a file, and what
        stands below headings and asks nothing is the answer to them."""
        least = _SOME * self.lines if self.name.startswith(_BELOW) else 0
        return (self.lines >= _SEVERAL and self.asking >= least) or self.questions > 0


def name_of(header: Header) -> str:
    """What a person calls the look of a line that is no heading; empty for labels and others that have no name.

    >>> from dlquiz.notes.markdown.titles import header_of
    >>> [name_of(header_of(text, indent, 0)) for text, indent in (("**Why?**", 0), ("1. **Why?**", 0), ("- Why?", 2))]
    ['bold', 'number-bold', 'bullet-inside']
    """
    if header.shape not in _SHAPES or is_answer_title(header.title) or not header.title:
        return ""
    words = ["bullet", *header.style[1:].split()] if header.style.startswith("-") else header.style.split()
    if header.number and "number" not in words:
        words.append("number")
    return "-".join([*words, *(["inside"] if header.indent >= _INSIDE else [])])


def find(
    lines: Sequence[SourceLine], headers: Sequence[Header], levels: Sequence[int], names: Sequence[str] = ()
) -> Found:
    """The headings of these levels and the lines of the looks of these names as questions. A heading with nothing but
    deeper questions below is their section."""
    outline = outline_of(headers)
    able = [
        one
        for place, one in enumerate(outline)
        if one.level in levels and not (_has_deeper(outline, place, levels) and not has_own_body(lines, outline, place))
    ]
    found = Found(levels=set(levels))
    if able:
        found.add(able, habit_of(able))
    if others := [one for one in headers if name_of(one) in names]:
        found.add(others, habit_of(others))
    below = [level for level in {one.level for one in outline} if f"{_BELOW}{level}" in names and level not in levels]
    asked = [one for level in below for one in _asked_below(lines, headers, level)]
    if asked:
        found.add(asked, "F10")
        found.levels |= {one.level for one in asked}
    taken = {at for one in asked for at in range(one.at, one.asked_until + 1)}
    if _PLAIN in names and (plain := [one for one in _plain_lines(lines, headers) if one.at not in taken]):
        found.add(plain, "F3")
    return found


def levels_of(headers: Sequence[Header], found: Found) -> list[HeadingLevel]:
    """All levels of headings that the document has: those that a person may name."""
    asked = {one.at for one in found.questions}
    outline = outline_of(headers)
    levels = []
    for level in sorted({one.level for one in outline}):
        headings = [one for one in outline if one.level == level]
        questions = sum(one.at in asked for one in headings)
        first = next((one.title for one in headings if one.title), "")
        levels.append(HeadingLevel(level, len(headings), questions, _asking(headings), first))
    return levels


def looks_of(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> list[Look]:
    """The looks that a person may name, in the order of their first lines, and the levels of the headings whose first
    paragraph they may mean."""
    asked = {one.at: one for one in found.questions}
    looks = [
        Look(name, len(own), sum(one.at in asked for one in own), _asking(own), own[0].title)
        for name, own in _by_name(headers).items()
    ]
    if plain := _plain_lines(lines, headers):
        taken = sum(one.at in asked for one in plain)
        looks.append(Look(_PLAIN, len(plain), taken, len(plain), plain[0].title))
    outline = outline_of(headers)
    for level in sorted({one.level for one in outline}):
        if below := _asked_below(lines, headers, level):
            paragraphs = [lines[at].words for one in below for at in range(one.at + 1, one.asked_until + 1)]
            taken = sum(one.at in asked and asked[one.at].asked_until > 0 for one in below)
            asking = sum(_asks_below(lines, one) for one in below)
            looks.append(Look(f"{_BELOW}{level}", len(below), taken, asking, next(filter(None, paragraphs))))
    return looks


def _plain_lines(lines: Sequence[SourceLine], headers: Sequence[Header]) -> list[Header]:
    """The lines at the margin that are marked by nothing but the question mark at their end."""
    marked = {one.at for one in headers}
    able = (at for at, line in enumerate(lines) if at not in marked and is_plain(line, _LONGEST))
    return [Header(at, "label", _PLAIN, lines[at].words) for at in able if ends_asking(lines[at].words)]


def _asked_below(lines: Sequence[SourceLine], headers: Sequence[Header], level: int) -> list[Header]:
    """The headings of a level with the first paragraph below, where they have one that is of no look with a name, and
    more than that."""
    outline = outline_of(headers)
    places = [place for place, one in enumerate(outline) if one.level == level and not is_answer_title(one.title)]
    ends = [outline[place + 1].at if place + 1 < len(outline) else len(lines) for place in places]
    below = [with_first_paragraph(lines, outline[place], end) for place, end in zip(places, ends, strict=True)]
    named = {one.at for one in headers if name_of(one)}
    return [one for one in below if one.asked_until and place_below(lines, one.at, one.asked_until) not in named]


def _asks_below(lines: Sequence[SourceLine], one: Header) -> bool:
    """Whether the paragraph below a heading asks."""
    words = [lines[at].words for at in range(one.at + 1, one.asked_until + 1) if lines[at].words]
    return any(map(ends_asking, words)) or asks(words[0]) >= ASKS


def _asking(lines: Sequence[Header]) -> int:
    return sum(likelihood(one) >= ASKS for one in lines)


def is_doubtful(headers: Sequence[Header], levels: Sequence[HeadingLevel], looks: Sequence[Look], found: Found) -> bool:
    """Whether a person may mean other headings or lines than those found: always where nothing was found; where some
    questions are headings, too few of all ask, and more than one level has several headings; where many lines of one
    look, or half of the paragraphs below headings, ask and none is a question; and where questions of one look ask
    nothing beside those of another that do."""
    questions = found.questions
    if not questions:
        return bool(levels)
    asking = _asking(questions)
    several = sum(one.headings > 1 for one in levels) > 1
    if several and asking <= _ASKING * len(questions) and any(map(is_outline, questions)):
        return True
    return any(map(_passed_over, looks)) or _differ(questions)


def _passed_over(look: Look) -> bool:
    """Whether these are many lines of which nearly all ask, or paragraphs of which half do, and none is a question."""
    least = _FEW if look.name.startswith(_BELOW) else _ASKING
    if look.name == _PLAIN:
        # Most texts have some; the preview counts those that are no questions.
        return False
    return look.lines >= _MANY and look.asking >= least * look.lines and not look.questions


def _differ(questions: Sequence[Header]) -> bool:
    """Whether of several looks of questions one asks nothing and another does."""
    looks: dict[str, list[Header]] = defaultdict(list)
    for one in questions:
        looks[f"level {one.level}" if is_outline(one) else name_of(one)].append(one)
    shares = [_asking(lines) / len(lines) for lines in looks.values() if len(lines) >= _SEVERAL]
    return len(shares) > 1 and min(shares) < _FEW and max(shares) >= _ASKING


def _by_name(headers: Sequence[Header]) -> dict[str, list[Header]]:
    lines: dict[str, list[Header]] = defaultdict(list)
    for one in headers:
        if name := name_of(one):
            lines[name].append(one)
    return lines


def _has_deeper(outline: Sequence[Header], place: int, levels: Sequence[int]) -> bool:
    """Whether a heading of a deeper one of the levels stands below this one."""
    for one in outline[place + 1 :]:
        if one.level <= outline[place].level:
            return False
        if one.level in levels:
            return True
    return False
