"""Which lines are the questions: headers of one look are a group, and the group that asks most is the habit.

Which habits there are, and what they look like, stands in `docs/notes.md`; F1 to F11 are their names.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from dlquiz.notes.markdown.lines import SourceLine
from dlquiz.notes.markdown.sections import is_no_question, is_part
from dlquiz.notes.markdown.titles import Header, asks, is_answer_title, orders, starts_with_question

Habit = Literal["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11"]
HABITS: dict[Habit, str] = {
    "F1": "numbered headings",
    "F2": "plain headings",
    "F3": "bold or labelled lines",
    "F4": "bold or labelled bullets",
    "F5": "numbered items",
    "F6": "folded blocks",
    "F7": "HTML headings",
    "F8": "an outline",
    "F9": "flashcards",
    "F10": "numbers with the question below",
    "F11": "answers at the end",
}

ENOUGH = 0.5
# A group that lies further out is preferred when it is this large beside the one that asks most.
_OUTER_SHARE = 0.25
# The share of headings with a label or a number from which on one without is a section.
_ALL = 0.7
# Items are of one list when their indentation differs by less.
_ASKEW = 4
_MANY = 8
_LONG = 160
# Numbered headings are questions though few ask, when at least this share of them does, or this one of those that are
# counted through the whole file. Topics ask by half.
_TOPICS, _SOME = 0.35, 0.2
_NEAR = 40
_BARE_COUNT = re.compile(r"(?:\*\*)?\d{1,4}[.)、]")
_COUNT = re.compile(r"(\d{1,3})\s+(?:[.)、:：]\s*)?(?=\D)")
_ADDRESS = re.compile(r"(?<!\]\()https?://")
# Shorter than that an order is the name of a section, such as `Show More`.
_SENTENCE = 20
# A mark of difficulty that only questions have.
_GRADED = re.compile(r"[\[(](?:[EMH]|easy|medium|hard)[\])]", re.IGNORECASE)


@dataclass(slots=True)
class Found:
    """The headers that begin questions, and the habits in which they were found."""

    questions: list[Header] = field(default_factory=list)
    habits: list[Habit] = field(default_factory=list)
    levels: set[int] = field(default_factory=set)  # of headings that are questions
    stems: set[int] = field(default_factory=set)  # lines that introduce questions
    topics: list[Header] = field(default_factory=list)  # bullets that ask nothing, but may introduce questions

    def add(self, headers: Sequence[Header], habit: Habit) -> None:
        self.questions += headers
        if headers and habit not in self.habits:
            self.habits.append(habit)


@dataclass(frozen=True, slots=True)
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
        ask, numbered = self.share(likelihood), self.share(lambda one: bool(one.number))
        labelled = self.share(lambda one: one.labelled)
        size = 0.01 * min(len(self.headers), 10)
        if labelled >= 0.5:
            return 0.9 + 0.2 * ask + size
        match self.first.shape:
            case "heading":
                worth = (
                    (0.3 + 0.6 * ask + 0.25 * numbered)
                    if numbered >= 0.5 and ask >= (_SOME if self.counted() else _TOPICS)
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

    def counted(self) -> bool:
        """Whether the numbers go on through the whole file, 1, 2, 3 …, and do not begin again with each section."""
        numbers = [int(one.number.split(".")[0]) for one in self.headers if one.number.split(".")[0].isdecimal()]
        rising = sum(after - before in (0, 1, 2) for before, after in pairwise(numbers))
        return len(numbers) >= _MANY and rising >= 0.8 * (len(numbers) - 1)


def likelihood(header: Header) -> float:
    """Whether the header asks; a long sentence that ends in no question mark states more than it asks."""
    return 1.0 if header.labelled or (header.mark and _GRADED.match(header.mark)) else _likelihood(header.title)


# Each header is looked at several times, group by group; a file of one megabyte has some 50,000.
@lru_cache(1 << 17)
def _likelihood(title: str) -> float:
    worth = asks(title)
    if orders(title):
        return worth if len(title) <= 3 * _LONG else 0.6
    if worth < 1.0 and (len(title) > _LONG or title.endswith(("。", "；", ";", ".", "，"))):
        worth *= 0.4
    return worth


def habit_of(headers: Sequence[Header]) -> Habit:
    """The name of the habit of headers of one look."""
    first = headers[0]
    numbered = sum(bool(one.number) for one in headers) * 2 >= len(headers)
    if sum(not one.title for one in headers) * 2 > len(headers):
        return "F10"
    if first.style.startswith("- task") or first.style == "-":
        return "F8"
    if first.style.startswith("- "):
        return "F4"
    if first.shape == "heading":
        return "F7" if first.html else "F1" if numbered else "F2"
    return {"number": "F5", "admonition": "F6", "details": "F6"}.get(first.shape, "F3")  # type: ignore[return-value]


def find(lines: Sequence[SourceLine], headers: Sequence[Header], only: Habit | None = None) -> Found:
    """The headers that begin questions, in the habit that fits best, or in the one that is asked for."""
    found = Found()
    _choose(lines, _able(headers), found, only)
    found.questions.sort(key=lambda one: one.at)
    return found


def title_of(headers: Sequence[Header]) -> Header:
    """The first heading of the first level."""
    return next(one for one in headers if is_outline(one) and one.level == 1)


def only_title(lines: Sequence[SourceLine], headers: Sequence[Header]) -> Header | None:
    """The title of a file that is one card: its only heading of the first level asks, or without such a heading the
    title in its front matter, and what is below answers."""
    outline = [one for one in headers if is_outline(one)]
    tops = [one for one in outline if one.level == 1 and not is_no_question(one.title)]
    title = _front_title(lines) if not tops else tops[0] if tops == outline[:1] else None
    if title is None or len(title.title) > 2 * _LONG or not questions_plainly(title):
        return None
    below = [one for one in outline if one is not title]
    asking = [one for one in below if asks(one.title) >= 0.9 or one.labelled]
    if len(asking) >= 6 or sum(bool(one.number) for one in asking) >= 3:
        return None
    counts = title.labelled and asks(title.title) < 1.0 and not starts_with_question(title.title)
    return below[0]._replace(level=1) if counts and asking[:1] == below[:1] != [] else title


def with_title(title: Header, headers: Sequence[Header]) -> Found:
    """The title as the question of the file, and labelled ones below it, when there are several."""
    found = Found([title], ["F2"], {1})
    labelled = [one for one in headers if one.labelled and one.title and one.shape in ("bold", "label")]
    if len(labelled) > 2:
        found.add([one for one in labelled if one.at > title.at], "F3")
    return found


def _front_title(lines: Sequence[SourceLine]) -> Header | None:
    for at, line in enumerate(lines):
        if line.state != "front matter":
            break
        if found := re.match(r"title[ \t]*[:=][ \t]*(['\"]?)(.+)\1[ \t]*$", line.text):
            return Header(at, "heading", "h1", found[2], 1)
    return None


def questions_plainly(header: Header) -> bool:
    """Whether a title is a question as people ask it, not only the name of a subject."""
    return (
        asks(header.title) == 1.0
        or header.labelled
        or starts_with_question(header.title)
        or (len(header.title) > _SENTENCE and orders(header.title))
    )


def find_more(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Add the questions of a second habit among headers that the first has left over."""
    more = Found()
    _choose(lines, [one for one in _able(headers) if not is_outline(one)], more, None)
    least = 2 if more.habits == ["F6"] else 3
    asking = sum(_likelihood(one.title) for one in more.questions)
    marked = sum(one.labelled or asks(one.title) == 1.0 for one in more.questions)
    if len(more.questions) < least or asking < 0.8 * len(more.questions) or marked * 2 < len(more.questions):
        return
    found.add(more.questions, more.habits[0])
    found.questions.sort(key=lambda one: one.at)


def add_marked(headers: Sequence[Header], found: Found) -> None:
    """Take bold lines with a sign before or behind them, such as ✅, where nothing else is a question."""
    marked = [one for one in headers if one.style == "bold" and one.indent == 0 and one.mark and one.title]
    if not found.questions and len(marked) >= _MANY and sum(map(likelihood, marked)) >= _SOME * len(marked):
        found.add(marked, "F3")


def add_plain(headers: Sequence[Header], inside: set[int], found: Found) -> None:
    """Add headings that ask as people do, outside of the lines `inside` answers, when no questions are below them."""
    outline = [one for one in headers if is_outline(one)]
    asked = [one.at for one in found.questions]
    plain = []
    for place, one in enumerate(outline):
        deeper = _below(outline, place)
        end = outline[place + len(deeper) + 1].at if place + len(deeper) + 1 < len(outline) else one.at + 10**9
        if one.at in inside or bisect(asked, one.at) != bisect(asked, end - 1) or is_no_question(one.title):
            continue
        if starts_with_question(one.title) and (asks(one.title) == 1.0 or not one.title.isascii()):
            plain.append(one)
    if plain and len(plain) + len(asked) > 1:
        found.add(plain, habit_of(plain))
        found.levels |= {one.level for one in plain}
        found.questions.sort(key=lambda one: one.at)


def _able(headers: Sequence[Header]) -> list[Header]:
    return [one for one in headers if not (one.title and is_answer_title(one.title))]


def _choose(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found, only: Habit | None) -> None:
    groups = list(_groups(_nested_aside(headers)))
    scored = [(group, group.score()) for group in groups if only is None or _fits(group, only)]
    scored = [(group, score + _bodies(lines, group)) for group, score in scored]
    good = [(group, score) for group, score in scored if score >= (ENOUGH if only is None else 0.0)]
    if not good:
        return
    best, _ = max(good, key=_weight)
    least = max(2.0 if len(best.headers) > 2 else 1.0, _OUTER_SHARE * len(best.headers))
    outer = [group for group, _ in good if group.rank < best.rank and len(group.headers) >= least]
    chosen = min(outer, key=lambda group: group.rank, default=best)
    if is_outline(chosen.first):
        levels = [one for one in good if is_outline(one[0].first)]
        surest = max(levels, key=_weight)[0]
        # A few labelled questions in a section of their own are no habit of the file.
        further_out = [one for one in levels if one[0].rank < surest.rank and len(one[0].headers) > len(surest.headers)]
        level = max(further_out, key=_weight)[0] if further_out and surest.first.labelled else surest
        _headings(lines, headers, level, found, certain=only is not None)
    else:
        _plain(lines, groups, chosen, found, [one.at for one in headers if is_outline(one)])


def _bodies(lines: Sequence[SourceLine], group: Group) -> float:
    """What speaks for a long list of numbered items at the margin: most have a paragraph of their own below, and some
    ask, or most have code there; less, when half have words right below and they are counted through the file."""
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
    convincing = group.share(likelihood) >= _SOME or code >= _ALL * len(group.headers)
    if convincing and apart >= _ALL * len(group.headers):
        return 0.35
    return 0.2 if group.share(likelihood) >= _SOME and below * 2 >= len(group.headers) and group.counted() else 0.0


def _weight(scored: tuple[Group, float]) -> float:
    """What speaks for a group: how sure its headers ask, and that there are many."""
    group, score = scored
    return (0.01 + score) * min(1.0, 0.5 + len(group.headers) / 12)


def is_outline(header: Header) -> bool:
    """Whether it is a heading of the document, not one inside a list."""
    return header.shape == "heading" and not header.style.startswith("- ") and header.indent < 4


def _fits(group: Group, only: Habit) -> bool:
    if only in ("F1", "F2", "F7", "F10"):
        return is_outline(group.first)
    return group.habit == only or (only == "F4" and group.first.style.startswith("-"))


def _groups(headers: Sequence[Header]) -> Iterator[Group]:
    by_look: dict[tuple[str, int, bool], list[Header]] = defaultdict(list)
    for one in headers:
        by_look[one.style, 0 if is_outline(one) else one.indent // 2, one.labelled].append(one)
    yield from (Group(tuple(group)) for group in by_look.values())


def _nested_aside(headers: Sequence[Header]) -> list[Header]:
    """The headers without bullets below bullets, where the outer ones are so many that the whole is an outline."""
    plain = [one for one in headers if one.style == "-"]
    outer = sum(one.indent < 2 for one in plain)
    asking = sum(likelihood(one) >= 0.9 for one in plain)
    if len(plain) < 12 or outer * 4 < len(plain) or asking * 2 < len(plain):
        return list(headers)
    return [one for one in headers if one.style != "-" or one.indent < 2]


def _plain(
    lines: Sequence[SourceLine], groups: Sequence[Group], chosen: Group, found: Found, headings: Sequence[int]
) -> None:
    """Headers of the chosen look and its near variants: `1. **Q**` beside `1. Q`, labels in other dress."""
    headers = [*chosen.headers]
    labelled = chosen.share(lambda one: one.labelled) >= 0.5
    for group in groups:
        if group is chosen:
            continue
        variant = {group.first.style, chosen.first.style} <= {"number", "number bold", "bold number"} and (
            group.first.indent // 2 == chosen.first.indent // 2
        )
        askew = chosen.first.shape == "number" and group.first.style == chosen.first.style
        askew = askew and abs(group.first.indent - chosen.first.indent) < _ASKEW and group.share(likelihood) >= _ALL
        if labelled:
            asks_too = variant and group.share(likelihood) >= _ALL
            headers += group.headers if asks_too else [one for one in group.headers if one.labelled]
        elif askew or (variant and (group.share(likelihood) >= 0.5 or _bodies(lines, group))):
            headers += group.headers
    headers = _without_counts(sorted(headers, key=lambda one: one.at))
    if chosen.first.shape == "number":
        kept = _asking_sections(list(_in_sequence(headers, headings)), headings)
    elif labelled:
        kept = _labelled(headers)
    else:
        kept = _belonging(Group(tuple(headers)))
        kept = _asking_sections(kept, headings) if chosen.first.shape == "bullet" else kept
        if chosen.habit == "F8":
            asked = {one.at for one in kept}
            found.topics = [one for one in headers if one.at not in asked and not is_no_question(one.title)]
    found.add(kept, chosen.habit)


def _labelled(headers: Sequence[Header]) -> list[Header]:
    """The headers with a label; where most have a number too, others, such as `Problem: …`, only when they ask."""
    found = [one for one in headers if one.labelled]
    numbered = sum(bool(one.number) for one in found) * 2 > len(found)
    return [one for one in found if one.number or not numbered or asks(one.title) >= 0.9]


def _asking_sections(headers: Sequence[Header], headings: Sequence[int]) -> list[Header]:
    """The items without those under a heading of which none asks, where most items do."""
    sections = [(bisect(headings, one.at), one) for one in headers]
    asking = {section for section, one in sections if likelihood(one) >= 0.5}
    if sum(likelihood(one) >= 0.5 for one in headers) * 2 < len(headers):
        return list(headers)
    return [one for section, one in sections if section in asking]


def _without_counts(headers: Sequence[Header]) -> list[Header]:
    """Bullets that are numbered by hand, `- 1 What …`, without those numbers."""
    counted = [_COUNT.match(one.title) if one.shape == "bullet" else None for one in headers]
    if sum(found is not None for found in counted) * 10 < 7 * len(headers):
        return list(headers)
    return [
        one._replace(number=found[1], title=one.title[found.end() :]) if found else one
        for one, found in zip(headers, counted, strict=True)
    ]


def _belonging(group: Group) -> list[Header]:
    """The headers of the group that are questions: bold lines also mark parts of answers."""
    numbered = group.share(lambda one: bool(one.number)) >= 0.5
    asking = group.share(likelihood) >= 0.8
    return [one for one in group.headers if _belongs(one, numbered, asking)]


def _belongs(header: Header, numbered: bool, asking: bool) -> bool:
    if is_no_question(header.title) or not (header.title or header.number) or _is_bare_part(header):
        return False
    if likelihood(header) < 0.5 and _ADDRESS.search(header.title):
        return False
    if header.shape in ("admonition", "details") or (numbered and header.number):
        return True
    return likelihood(header) >= 0.5 or (asking and not header.title.rstrip().endswith((":", "：")))


def _in_sequence(headers: Sequence[Header], headings: Sequence[int]) -> Iterator[Header]:
    """Numbered items without the lists inside answers: those begin again at 1, ask nothing, and the outer numbers go on
    behind them."""
    expected, place = 1, 0
    while place < len(headers):
        one = headers[place]
        if place and bisect(headings, headers[place - 1].at) != bisect(headings, one.at):
            expected = 1
        run = _run_of(headers, place) if one.number == "1" and expected > 1 else []
        behind = headers[place + len(run)] if place + len(run) < len(headers) else None
        if run and (behind is None or behind.number == str(expected) or _is_block(run, behind)):
            place += len(run)
            continue
        expected = (int(one.number) if one.number.isdecimal() else expected) + 1
        place += 1
        if one.title:
            yield one


def _run_of(headers: Sequence[Header], place: int) -> list[Header]:
    """The items numbered 1, 2, 3 … from here on, as long as they ask nothing."""
    run: list[Header] = []
    for number, one in enumerate(headers[place : place + 30], 1):
        if one.number != str(number) or likelihood(one) >= 0.9:
            break
        run.append(one)
    return run


def _is_block(run: Sequence[Header], behind: Header) -> bool:
    """Whether the items stand on lines one after the other, before one that asks."""
    return run[-1].at - run[0].at == len(run) - 1 and likelihood(behind) >= 0.9


# -- headings ----------------------------------------------------------------------------------------------------------


def _headings(
    lines: Sequence[SourceLine], headers: Sequence[Header], chosen: Group, found: Found, certain: bool = False
) -> None:
    """Questions at the chosen level, and at others where a heading has an answer but no questions below it."""
    outline = [one for one in headers if is_outline(one)]
    level = chosen.first.level
    numbered = chosen.share(lambda one: bool(one.number)) >= 0.5
    labelled = chosen.share(lambda one: one.labelled) >= _ALL
    all_numbered = chosen.share(lambda one: bool(one.number)) >= _ALL
    asking = certain or chosen.share(likelihood) >= 0.5
    kept: list[Header] = []
    under: Header | None = None  # the question whose answer goes on
    for place, one in enumerate(outline):
        if under is not None and one.level > under.level:
            continue
        below = _below(outline, place)
        fits = _asks_itself(one, below, numbered, asking)
        if one.level >= level and ((labelled and not one.labelled) or (all_numbered and not one.number)):
            # Every other question has a mark that this one lacks.
            fits = fits and asks(one.title) == 1.0
        if one.level < level:
            fits = fits and (_goes_on(one, below) if below else _asks_or_answers(lines, outline, place))
        elif one.level > level:
            fits = fits and likelihood(one) >= 0.5
        fits = fits and (one.title != "" or _has_words(lines, outline, place))
        under = one if fits and one.level >= level else None
        if fits:
            kept.append(one)
    found.levels = {one.level for one in kept}
    found.add(kept, chosen.habit)


def _below(outline: Sequence[Header], place: int) -> list[Header]:
    """The headings one level or more below this one."""
    found: list[Header] = []
    for one in outline[place + 1 : place + 42]:
        if one.level <= outline[place].level:
            break
        found.append(one)
    return found


def _asks_itself(one: Header, below: Sequence[Header], numbered: bool, asking: bool) -> bool:
    """Whether the heading is a question and not the section of those below it."""
    if is_no_question(one.title) or _is_bare_part(one):
        return False
    if not one.title:
        return bool(one.number) or one.labelled
    if below and likelihood(one) < 0.9:
        questions = sum(likelihood(other) >= 0.9 for other in below)
        if questions * 2 >= len(below) and questions > 1:
            return False
    return likelihood(one) >= 0.5 or (bool(one.number) if numbered else asking)


def _is_bare_part(one: Header) -> bool:
    return not (one.number or one.labelled) and is_part(one.title)


def _goes_on(one: Header, below: Sequence[Header]) -> bool:
    """Whether the next heading, though deeper, has the next number: its level is wrong."""
    numbers = (one.number, below[0].number)
    return all(number.isdecimal() for number in numbers) and int(numbers[1]) == int(numbers[0]) + 1


def _asks_or_answers(lines: Sequence[SourceLine], outline: Sequence[Header], place: int) -> bool:
    one = outline[place]
    return likelihood(one) >= 0.9 or (_has_body(lines, outline, place) and (likelihood(one) > 0 or bool(one.number)))


def _has_words(lines: Sequence[SourceLine], outline: Sequence[Header], place: int) -> bool:
    end = outline[place + 1].at if place + 1 < len(outline) else len(lines)
    return any(any(map(str.isalnum, line.text)) for line in lines[outline[place].at + 1 : end])


def _has_body(lines: Sequence[SourceLine], outline: Sequence[Header], place: int) -> bool:
    end = outline[place + 1].at if place + 1 < len(outline) else len(lines)
    return any(line.state in ("text", "code") for line in lines[outline[place].at + 1 : end])
