"""The habit that fits a file best, and further ones in what the first leaves over."""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from dlquiz.notes.markdown.answers import label_of
from dlquiz.notes.markdown.asking import ASKS, asks, likelihood
from dlquiz.notes.markdown.habits.groups import SOME, Group, bodies, by_look, nested_aside, weight
from dlquiz.notes.markdown.habits.headings import add_headings, with_parents
from dlquiz.notes.markdown.habits.items import add_items
from dlquiz.notes.markdown.habits.labels import follows_up
from dlquiz.notes.markdown.habits.names import Found, Habit
from dlquiz.notes.markdown.lines import SourceLine, has_chinese, line_below, lines_in_folds
from dlquiz.notes.markdown.sections import is_about_itself, is_no_question
from dlquiz.notes.markdown.titles import Header, headings_above, is_answer_title, is_outline, outline_of

_ENOUGH = 0.5
# A group that lies further out is preferred when it is this large beside the one that asks most.
_OUTER_SHARE = 0.25
# How many labelled questions the answers of headings hold at most, by the mean of those that hold any.
_FOLLOW_UPS = 5
_MARKED = 8
# So many folded blocks with a title may be the questions of a file.
_FOLDS = 8
# `**Find the direction**: First, …`: what is bold names the words behind it.
_EXPLAINS = re.compile(r"\*\*[^*?？]+(?:[:：]\*\*|\*\*\s*[:：])\s*\S[^?？]*$")
_PROBLEMS = frozenset(("problem", "问题"))
# How many questions of a further habit there must be in a file, and how many where only a section has it.
_FEW, _ALONE = 3, 5
# So many headers of one look are many, and headings beside a few labelled lines so many times as these.
_MANY, _TIMES = 12, 5


def find(lines: Sequence[SourceLine], headers: Sequence[Header], only: Habit | None = None) -> Found:
    """The headers that begin questions, in the habit that fits best, or in the one that is asked for."""
    found = Found()
    able = [one for one in _able(lines, headers) if not follows_up(one)]
    _choose(lines, able, found, only, [one.at for one in outline_of(able)])
    return found


def find_more(lines: Sequence[SourceLine], headers: Sequence[Header], left: Sequence[Header], found: Found) -> bool:
    """Add the questions of one more habit among the headers that others have left over: where it is one of the whole
    file, everywhere, and otherwise in the sections that have it. Whether there are any."""
    able = [one for one in _able(lines, left) if not (is_outline(one) or _EXPLAINS.match(one.title))]
    able = _outside_appendices(headers, able)
    begins = [one.at for one in outline_of(headers)]
    more = [_further(lines, able, _FEW, begins)] if found.questions else []
    if not any(more):
        sections = [section for section in _sections(headers, able) if len(section) >= _ALONE]
        more = [_further(lines, section, _ALONE, begins) for section in sections]
    for one in filter(None, more):
        found.add(_not_in_passing(headers, able, one.questions), one.habits[0])
    return any(more)


def _outside_appendices(headers: Sequence[Header], among: Sequence[Header]) -> list[Header]:
    """Those that do not stand right under a heading that every document may have, such as `References` or `Tips`."""
    above = zip(among, headings_above(headers, among), strict=True)
    return [one for one, heading in above if heading is None or not is_no_question(heading.title)]


def _further(lines: Sequence[SourceLine], headers: Sequence[Header], least: int, begins: Sequence[int]) -> Found | None:
    """The questions of the habit that fits these headers best, when nearly all of them ask."""
    more = Found()
    _choose(lines, headers, more, None, begins)
    asking = sum(likelihood(one) for one in more.questions)
    many = len(more.questions) >= _MARKED
    marked = sum(one.labelled or _is_marked(one.title, many) for one in more.questions)
    few = len(more.questions) < (2 if more.habits == ["F6"] else least)
    return None if few or asking < 0.8 * len(more.questions) or marked * 2 < len(more.questions) else more


def _is_marked(title: str, among_many: bool) -> bool:
    """Whether a title has a question mark, or among many a Chinese word that asks, with which none is needed."""
    return asks(title) >= (ASKS if among_many and has_chinese(title) else 1.0)


def _not_in_passing(headers: Sequence[Header], able: Sequence[Header], questions: Sequence[Header]) -> list[Header]:
    """The questions without bullets that have no question mark, under headings where most bullets ask nothing."""
    asked = {one.at for one in questions}
    alone: set[int] = set()
    for section in _sections(headers, [one for one in able if one.shape == "bullet"]):
        if sum(one.at in asked for one in section) * 2 < len(section):
            alone |= {one.at for one in section if asks(one.title) < 1.0}
    return [one for one in questions if one.at not in alone]


def _sections(headers: Sequence[Header], among: Sequence[Header]) -> list[list[Header]]:
    """The headers under one heading each."""
    begins = [one.at for one in outline_of(headers)]
    return [[*group] for _, group in groupby(among, key=lambda one: bisect(begins, one.at))]


def add_marked(headers: Sequence[Header], found: Found) -> None:
    """Take bold lines with a sign before or behind them, such as ✅, where nothing else is a question."""
    marked = [one for one in headers if one.style == "bold" and one.indent == 0 and one.mark and one.title]
    if not found.questions and len(marked) >= _MARKED and sum(map(likelihood, marked)) >= SOME * len(marked):
        found.add(marked, "F3")


def _able(lines: Sequence[SourceLine], headers: Sequence[Header]) -> list[Header]:
    """The headers that may be questions: no labels of answers, none without words, no problems that are only stated,
    nothing on the document itself."""
    stated = _stated_problems(headers) | _parts_in_folds(lines, headers) | _explanations(headers)
    able = [one for one in headers if one.at not in stated and (one.labelled or not is_about_itself(one.title))]
    stated |= _said_between(able)
    able = [one for one in able if one.at not in stated]
    return [one for one in able if not (is_answer_title(one.title) if one.title else _is_blank(lines, one))]


def _explanations(headers: Sequence[Header]) -> set[int]:
    """The lines of headings with the labels and numbers of questions further up, `### Question 3: Pooling`, below a
    heading that says that answers follow: they ask nothing themselves."""
    numbers = {one.number for one in headers if one.shape == "number" and likelihood(one) >= ASKS}
    labelled = [one for one in outline_of(headers) if one.labelled and one.number in numbers and asks(one.title) < ASKS]
    above = {one.at: heading for one, heading in with_parents(outline_of(headers))}
    return {one.at for one in labelled if (heading := above[one.at]) and is_answer_title(heading.title)}


def _parts_in_folds(lines: Sequence[SourceLine], headers: Sequence[Header]) -> set[int]:
    """The lines of headings in folded blocks, where there are more blocks with a title than such headings."""
    folds = sum(one.shape == "details" for one in headers)
    if folds < _FOLDS:
        return set()
    inside = lines_in_folds(lines)
    parts = {one.at for one in headers if is_outline(one) and one.at in inside}
    return parts if len(parts) < folds else set()


def _stated_problems(headers: Sequence[Header]) -> set[int]:
    """The lines `Problem: …` of an account of a project, where most of them ask nothing."""
    problems = [one for one in headers if one.label in _PROBLEMS and one.title]
    asking = sum(asks(one.title) >= ASKS for one in problems)
    return {one.at for one in problems} if asking * 2 < len(problems) else set()


def _said_between(headers: Sequence[Header]) -> set[int]:
    """The lines of what an interviewer says without asking, beside enough labelled lines that ask."""
    asking = sum(one.labelled and asks(one.title) >= ASKS for one in headers)
    said = (one for one in headers if one.label == "interviewer" and one.title and asks(one.title) < ASKS)
    return {one.at for one in said} if asking >= _ALONE else set()


def _is_blank(lines: Sequence[SourceLine], header: Header) -> bool:
    """Whether it is the label of a question that was not written yet: an answer's label follows."""
    below = line_below(lines, header.at, 2)
    return header.labelled and not header.number and below is not None and label_of(below.text) is not None


def _choose(
    lines: Sequence[SourceLine], headers: Sequence[Header], found: Found, only: Habit | None, begins: Sequence[int]
) -> None:
    """Add the questions of the best group; `begins` are the lines of the headings, with which sections begin."""
    groups = by_look(nested_aside(headers))
    scored = [(group, group.score()) for group in groups if only is None or _fits(group, only)]
    scored = [(group, score + bodies(lines, group)) for group, score in scored]
    good = [(group, score) for group, score in scored if score >= (_ENOUGH if only is None else 0.0)]
    if not good:
        return
    heaviest, _ = max(good, key=weight)
    best = _of_many(good, heaviest)
    least = max(2.0 if len(best.headers) > 2 else 1.0, _OUTER_SHARE * len(best.headers))
    outer = [group for group, _ in good if group.rank < best.rank and len(group.headers) >= least]
    if best.first.labelled:
        outer = [group for group in outer if is_outline(group.first) and _lie_below(headers, best, group)]
    chosen = min(outer, key=lambda group: group.rank, default=best)
    if is_outline(chosen.first):
        levels = [one for one in good if is_outline(one[0].first)]
        surest = max(levels, key=weight)[0]
        # A few labelled questions in a section of their own are no habit of the file.
        further_out = [one for one in levels if one[0].rank < surest.rank and len(one[0].headers) > len(surest.headers)]
        level = max(further_out, key=weight)[0] if further_out and surest.first.labelled else surest
        add_headings(lines, headers, level, found, certain=only is not None)
        if best is not heaviest:
            found.add([one for one in heaviest.headers if one.labelled and asks(one.title) >= ASKS], heaviest.habit)
    else:
        add_items(lines, groups, chosen, found, begins)


def _of_many(good: Sequence[tuple[Group, float]], heaviest: Group) -> Group:
    """The group that weighs most among those of many headers, where the heaviest is a single header, or a few labelled
    lines beside many headings; else the heaviest."""
    many = [scored for scored in good if len(scored[0].headers) >= _MANY]
    if len(heaviest.headers) > 1:
        few = heaviest.first.labelled and not is_outline(heaviest.first) and len(heaviest.headers) <= _FEW
        least = _TIMES * len(heaviest.headers)
        many = [one for one in many if few and is_outline(one[0].first) and len(one[0].headers) >= least]
    return max(many, key=weight)[0] if many else heaviest


def _lie_below(headers: Sequence[Header], inner: Group, outer: Group) -> bool:
    """Whether half of the questions of one group lie below headings of the other, in whose answers they may be; a
    heading with many of them is their section."""
    inside, around = {one.at for one in inner.headers}, {one.at for one in outer.headers}
    above = -1
    below: Counter[int] = Counter()
    for one in headers:
        if is_outline(one) and one.level <= outer.first.level:
            above = one.at if one.at in around else -1
        below[above] += above >= 0 and one.at in inside
    count = below.total()
    return count * 2 >= len(inside) and count <= _FOLLOW_UPS * sum(map(bool, below.values()))


def _fits(group: Group, only: Habit) -> bool:
    if only in ("F1", "F2", "F7", "F10"):
        return is_outline(group.first)
    return group.habit == only or (only == "F4" and group.first.style.startswith("-"))
