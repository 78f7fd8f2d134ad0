"""Headers of one look, and how sure it is that they are questions."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from dlquiz.notes.markdown.asking import ASKS, asks, likelihood, orders, questions_plainly
from dlquiz.notes.markdown.habits.names import Habit, habit_of
from dlquiz.notes.markdown.lines import SourceLine, ends_asking, line_below
from dlquiz.notes.markdown.titles import Header, is_outline

_MANY, _MANY_CHAPTERS = 8, 10
# The share of headers with a label or a number from which on one without is something else.
ALL = 0.7
# Numbered headings are questions though few ask, when at least this share of them does, or this one of those that are
# counted through the whole file. Topics ask by half.
_TOPICS, SOME = 0.35, 0.2
_NEAR = 40
# So often a title names parts.
_AGAIN = 3
# How many headings with a number must count up to be of another look than those without.
_LEAST_COUNTED = 5
# A folded block is of the outer ones when it is indented by less.
_FOLD = 4
# Of bold lines that ask, the share beside others, and of all of them the share with something below, in a series.
_ROWS, _FILLED = 0.6, 0.7
_DIGITS = "一二三四五六七八九"
_BEGINS_ANOTHER = re.compile(r"#{1,6}\s|(?:[-*+]\s+)?(?:\*\*|__|<b>)[^*_<]+(?:\*\*|__|</b>)\s*$")
_REMARK = re.compile(r"\s*[(（][^()（）]*[)）]\s*")
_BARE_COUNT = re.compile(r"(?:\*\*)?\d{1,4}[.)、]")


@dataclass(frozen=True)
class Group:
    """Headers of one look, in the order of the file."""

    headers: tuple[Header, ...]

    @property
    def first(self) -> Header:
        return self.headers[0]

    @property
    def habit(self) -> Habit:
        return habit_of(self.headers)

    @property
    def rank(self) -> float:
        """How far out it lies; headings are outermost."""
        base = {"heading": 0.0, "admonition": 6.5, "details": 6.5, "bold": 8.0, "label": 8.0, "number": 9.0}
        bullet = 1.0 if self.first.style.startswith("- ") else 0.0
        return base.get(self.first.shape, 9.0) + self.first.level + bullet + self.first.indent / 4

    def share(self, measure: Callable[[Header], float]) -> float:
        return sum(map(measure, self.headers)) / len(self.headers)

    def score(self) -> float:
        """How sure it is that these are questions, about 0 to 1.2."""
        numbered = self.share(lambda one: bool(one.number))
        ask = self.share(self._likelihood)
        labelled = self.share(lambda one: one.labelled)
        size = 0.01 * min(len(self.headers), 10)
        if labelled >= 0.5:
            return 0.9 + 0.2 * ask + size
        match self.first.shape:
            case "heading":
                if numbered >= 0.5 and len(self.headers) < _MANY:
                    ask = self.share(lambda one: likelihood(one) >= ASKS)
                worth = (
                    (0.3 + 0.6 * ask + 0.25 * numbered)
                    if numbered >= 0.5 and ask >= (SOME if self.counted() else _TOPICS)
                    else 0.1 + 0.8 * ask
                )
            case "admonition" | "details":
                worth = 1.0 if self.first.style.split(":")[-1] in ("question", "faq") else 0.2 + 0.7 * ask
            case "number":
                worth = 0.15 + 0.65 * ask
            case "bold" | "label":
                worth = 0.75 * ask + 0.2 * numbered
            case "bullet":
                worth = 0.75 * ask
        return worth + size if len(self.headers) > 1 else 0.8 * worth * questions_plainly(self.first)

    def _likelihood(self, header: Header) -> float:
        """Whether one of them asks; what stands again and again, `How to prepare`, is a part of what is above it."""
        return 0.0 if header.title in self.repeated else likelihood(header)

    @cached_property
    def repeated(self) -> frozenset[str]:
        """Titles without a question mark that stand several times."""
        counts = Counter(one.title for one in self.headers if not one.title.endswith(("?", "？")))
        return frozenset(title for title, count in counts.items() if count >= _AGAIN)

    def in_a_row(self) -> float:
        """Of the headers that ask, the share that has another one next to it. Where bold lines are parts of answers as
        well, there are such parts below most questions; where some only name a subject, questions stand in rows."""
        asking = [likelihood(one) >= ASKS for one in self.headers]
        beside = [any(asking[max(0, at - 1) : at] + asking[at + 1 : at + 2]) for at, ask in enumerate(asking) if ask]
        return sum(beside) / len(beside) if beside else 0.0

    def counted(self) -> bool:
        """Whether the numbers go on through the whole file, 1, 2, 3 …, and do not begin again with each section."""
        numbers = [count for one in self.headers if (count := count_of(one.number.split(".")[0]))]
        rising = sum(after - before in (0, 1, 2) for before, after in pairwise(numbers))
        # Chapters are numbered in Chinese, but not so many of them.
        chinese = any(one.number[:1] in _DIGITS for one in self.headers if one.number)
        least = _MANY_CHAPTERS if chinese else _MANY
        return len(numbers) >= least and rising >= 0.8 * (len(numbers) - 1)


def count_of(number: str) -> int:
    """A number as people count, up to 99; 0 for what is none.

    >>> count_of("12"), count_of("十二"), count_of("二十"), count_of("三"), count_of("1.2")
    (12, 12, 20, 3, 0)
    """
    if number.isdecimal():
        return int(number)
    tens, ten, ones = number.partition("十")
    if not ten:
        return _DIGITS.find(number) + 1 if len(number) == 1 else 0
    return 10 * (_DIGITS.find(tens) + 1 if tens else 1) + (_DIGITS.find(ones) + 1 if ones else 0)


def by_look(headers: Sequence[Header]) -> list[Group]:
    """The headers in groups of one look, at about one indentation, with or without a label."""
    alike: dict[tuple[str, int, bool], list[Header]] = defaultdict(list)
    for one in headers:
        flat = is_outline(one) or (one.shape == "details" and one.indent < _FOLD)
        alike[one.style, 0 if flat else one.indent // 2, one.labelled].append(one)
    return [Group(tuple(part)) for group in alike.values() for part in _by_number(group)]


def _by_number(headers: Sequence[Header]) -> list[list[Header]]:
    """Headings of one level in two groups, where a smaller part counts up and asks: the others divide answers."""
    numbered = [one for one in headers if one.number]
    if not is_outline(headers[0]) or not _LEAST_COUNTED <= len(numbered) < ALL * len(headers):
        return [[*headers]]
    numbers = [int(one.number) for one in numbered if one.number.isdecimal()]
    rising = sum(after == before + 1 for before, after in pairwise(numbers))
    if rising < ALL * len(numbered) or sum(map(likelihood, numbered)) < ALL * len(numbered):
        return [[*headers]]
    return [numbered, [one for one in headers if not one.number]]


def nested_aside(headers: Sequence[Header]) -> list[Header]:
    """The headers without bullets below bullets, where the outer ones are so many that the whole is an outline."""
    plain = [one for one in headers if one.style == "-"]
    outer = sum(one.indent < 2 for one in plain)
    asking = sum(likelihood(one) >= ASKS for one in plain)
    if len(plain) < 12 or outer * 4 < len(plain) or asking * 2 < len(plain):
        return list(headers)
    return [one for one in headers if one.style != "-" or one.indent < 2]


def is_series(lines: Sequence[SourceLine], group: Group) -> bool:
    """Whether bold lines are questions though only some of them ask: these stand in rows, and nearly all have something
    below."""
    if group.first.shape != "bold" or len(group.headers) < _MANY or group.in_a_row() < _ROWS:
        return False
    if 0 < sum(bool(one.number) for one in group.headers) < len(group.headers):
        return False
    if all(one.title.isascii() and asks(one.title) < 1.0 and not orders(one.title) for one in group.headers):
        # `When to use a set`, `Key differences`: parts of answers.
        return False
    filled = sum(has_body(lines, one) for one in group.headers)
    return group.share(likelihood) >= _TOPICS and filled >= _FILLED * len(group.headers)


def asks_in_bold(header: Header) -> bool:
    """Whether it is a bold line at the margin that ends in a question mark, or behind it in a remark in brackets."""
    alone = not header.rest or _REMARK.fullmatch(header.rest) is not None
    return header.style == "bold" and header.indent == 0 and alone and ends_asking(header.title)


def has_body(lines: Sequence[SourceLine], header: Header) -> bool:
    """Whether the next line with words, though it may be indented, is neither bold nor a heading."""
    below = line_below(lines, header.at, 3)
    return below is not None and (below.state == "code" or not _BEGINS_ANOTHER.match(below.words))


def bodies(lines: Sequence[SourceLine], group: Group) -> float:
    """What speaks for headers besides their words. Bold lines: that they are a series. A long list of numbered items
    at the margin: most have a paragraph of their own below, and some ask, or most have code there; less, when half have
    words right below and they are counted through the file."""
    if is_series(lines, group):
        return 0.3
    if group.first.shape != "number" or group.first.indent > 1 or len(group.headers) < 8:
        return 0.0
    apart = code = below = 0
    ends = [*(one.at for one in group.headers[1:]), len(lines)]
    for one, end in zip(group.headers, ends, strict=True):
        behind = [line.state for line in lines[one.at + 1 : one.at + 3]]
        apart += len(behind) == 2 and behind[0] == "blank" and behind[1] in ("text", "code")
        below += behind[:1] == ["text"] and _BARE_COUNT.match(lines[one.at + 1].words) is None
        code += any(line.state == "code" for line in lines[one.at + 1 : min(end, one.at + _NEAR)])
        following = lines[one.at + 2].words if len(behind) == 2 else ""
        apart -= bool(behind[1:] == ["text"] and _BARE_COUNT.match(following))
    convincing = group.share(likelihood) >= SOME or code >= ALL * len(group.headers)
    if convincing and apart >= ALL * len(group.headers):
        return 0.35
    return 0.2 if group.share(likelihood) >= SOME and below * 2 >= len(group.headers) and group.counted() else 0.0


def weight(scored: tuple[Group, float]) -> float:
    """What speaks for a group: how sure its headers ask, and that there are many."""
    group, score = scored
    return (0.01 + score) * min(1.0, 0.5 + len(group.headers) / 12)
