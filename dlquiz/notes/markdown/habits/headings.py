"""Questions that are headings of the document."""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from dlquiz.notes.markdown.asking import ASKS, asks, likelihood, orders_in_a_sentence, starts_with_question
from dlquiz.notes.markdown.habits.groups import ALL, Group
from dlquiz.notes.markdown.habits.names import Found, habit_of
from dlquiz.notes.markdown.lines import SourceLine
from dlquiz.notes.markdown.sections import is_about_itself, is_bare_part, is_no_question, is_round, names_questions
from dlquiz.notes.markdown.titles import Header, end_of_section, is_outline, is_rule, outline_of

# So many headings further out than labelled questions, of which no more have one right below, are parts of answers.
_FURTHER_OUT, _SECTIONS = 5, 0.4
# How many headings a file may begin with that are its titles.
_TITLES = 2
# How many headings of the title's level are a list of questions below it, and what share must ask.
_LISTED, _LISTED_ASK = 5, 0.8
# How many counted headings below one are a series, and how many of one level are many.
_MANY = 8
# How many parts of a section must ask plainly for the others that ask to be questions as well.
_PARTS_ASK = 5
# The share of headings of a level that must ask, and of these the share with an answer, to see what divides them.
_ASK, _ANSWERED = 0.7, 0.9
# `Section 2: Joins (Q9–Q16)`
_OF_DOCUMENT = re.compile(r"\W*(?:section|part|chapter|module|unit) (?:\d{1,3}|[A-Z]|[IVX]{1,4})\b", re.IGNORECASE)
# `进程和线程的区别`: what is compared is named, and a question even where headings are sections.
_DIFFERENCE = re.compile(r"\W*(?:the )?differences? between .", re.IGNORECASE)
_COMPARES = re.compile(r".+(?:和|与|跟|\bvs\b).+(?:区别|异同|不同|差异)\W*$")


def add_headings(
    lines: Sequence[SourceLine], headers: Sequence[Header], chosen: Group, found: Found, certain: bool = False
) -> None:
    """Questions at the chosen level, and at others where a heading has an answer but no questions below it."""
    outline = outline_of(headers)
    level = chosen.first.level
    numbered = chosen.share(lambda one: bool(one.number)) >= 0.5
    labelled = chosen.share(lambda one: one.labelled) >= ALL
    all_numbered = chosen.share(lambda one: bool(one.number)) >= ALL
    asking = certain or chosen.share(likelihood) >= 0.5
    all_labelled = _are_all_labelled(outline, chosen.headers)
    series = _series(outline) if numbered else set()
    signs = {one.mark for one in chosen.headers}
    dividing = _dividing(lines, outline, chosen)
    kept: list[Header] = []
    under: Header | None = None  # the question whose answer goes on
    outer = False  # whether one that lies further out than the level has the answer that goes on
    introduced: set[int] = set()  # headings right below one that only introduces them
    for place, one in enumerate(outline):
        inside = (under is not None and one.level > under.level) or (outer and one.level > level)
        if inside and not _goes_on(kept[-1], [one]):
            continue
        below = headings_below(outline, place)
        fits = _asks_itself(one, below, numbered, asking)
        # Among many questions of one level a heading with a question mark is one, though all parts of its answer ask.
        chapter = len(chosen.headers) < _MANY or asks(one.title) < 1.0
        if fits and one.level >= level and chapter and _introduces(lines, one, below):
            fits, introduced = False, {other.at for other in below if other.number}
        if (labelled and not one.labelled) or (one.level >= level and all_numbered and not one.number):
            # Every other question has a mark that this one lacks.
            fits = fits and _asks_or_orders(one, labelled) and (not one.mark or one.mark in signs)
        if one.level < level:
            fits = fits and (_is_further_out(lines, outline, place, below) or _counts_on(kept, one))
        elif one.level > level:
            fits = fits and (likelihood(one) >= 0.5 or one.at in introduced or one.at in series)
        fits = fits and one.at not in dividing
        fits = fits and (one.labelled or not all_labelled) and (one.title != "" or _has_words(lines, outline, place))
        if fits and one.level >= level:
            under = one
        elif fits or under is None or one.level <= under.level:
            under = None
        outer = fits and one.level < level
        if fits:
            kept.append(one)
    found.inside = _counted_inside(outline, kept)
    kept = [one for one in kept if one.at not in found.inside]
    kept += _counted_below(outline, kept)
    found.levels = {one.level for one in kept}
    found.add(kept, chosen.habit)


def _counted_inside(outline: Sequence[Header], questions: Sequence[Header]) -> set[int]:
    """The lines of headings that begin again at 1 and ask nothing, where the one behind them goes on with the number of
    the one before: parts of its answer at the level of the questions."""
    inside: set[int] = set()
    for place, one in enumerate(questions):
        end = place + 1
        while one.number.isdecimal() and end < len(questions) and _begins_again(questions[end], one, end - place):
            end += 1
        after = questions[end] if place + 2 < end < len(questions) else None
        if after is not None and _goes_on(one, [after]) and not _is_divided(outline, one, after):
            inside |= {part.at for part in questions[place + 1 : end]}
    return inside


def _begins_again(part: Header, question: Header, number: int) -> bool:
    return part.level == question.level and part.number == str(number) and likelihood(part) < ASKS


def _is_divided(outline: Sequence[Header], first: Header, last: Header) -> bool:
    """Whether a heading further out stands between two of one level."""
    return any(first.at < one.at < last.at and one.level < first.level for one in outline)


def _counted_below(outline: Sequence[Header], questions: Sequence[Header]) -> list[Header]:
    """The headings below questions that go on with their numbers, `2.1` below `2`, when nearly all of them ask."""
    asked = {one.at: one for one in questions}
    above: Header | None = None
    parts: list[Header] = []
    for one in outline:
        if one.at in asked:
            above = one
        elif above is not None and one.level > above.level and above.number:
            parts += [one] if one.number.startswith(f"{above.number}.") else []
        else:
            above = None
    plainly = [one for one in parts if asks(one.title) == 1.0]
    return plainly if len(plainly) >= max(_PARTS_ASK, _ANSWERED * len(parts)) else []


def _dividing(lines: Sequence[SourceLine], outline: Sequence[Header], chosen: Group) -> set[int]:
    """The lines of the headings of the chosen level that name no more than the part that begins with them: there are
    no words below, where nearly all others ask and have an answer, or they are called sections."""
    level = {one.at for one in chosen.headers}
    filled = {one.at: has_own_body(lines, outline, place) for place, one in enumerate(outline) if one.at in level}
    empty = [one for one in chosen.headers if not (one.number or one.labelled or filled[one.at])]
    asking = [one for one in chosen.headers if likelihood(one) >= ASKS]
    answered = sum(filled[one.at] for one in asking)
    if len(asking) < _ASK * len(chosen.headers) or answered < _ANSWERED * len(asking):
        return {one.at for one in empty if _OF_DOCUMENT.match(one.title)}
    return {one.at for one in empty if likelihood(one) < 0.5}


def add_plain(headers: Sequence[Header], inside: set[int], found: Found) -> None:
    """Add headings that ask as people do or compare, outside of the lines `inside` answers, without questions below."""
    outline = outline_of(headers)
    asked = [one.at for one in found.questions]
    signs = {one.mark for one in found.questions if is_outline(one)}
    all_labelled = _are_all_labelled(outline, [one for one in found.questions if is_outline(one)])
    able: list[Header] = []
    for place, one in enumerate(outline):
        if all_labelled and not one.labelled:
            continue
        deeper = headings_below(outline, place)
        end = outline[place + len(deeper) + 1].at if place + len(deeper) + 1 < len(outline) else one.at + 10**9
        if one.at in inside or bisect(asked, one.at) != bisect(asked, end - 1):
            continue
        if is_no_question(one.title) or is_about_itself(one.title):
            continue
        # A sign that no question has marks a part of an answer.
        if signs and one.mark and one.mark not in signs:
            continue
        able.append(one)
    plain = _plain(outline, able)
    if plain and len(plain) + len(asked) > 1:
        found.add(plain, habit_of(plain))
        found.levels |= {one.level for one in plain}


def _series(outline: Sequence[Header]) -> set[int]:
    """The lines of headings that are counted from one on, many below the same heading, which has no number."""
    counted: dict[tuple[int, int], list[Header]] = defaultdict(list)
    for one, above in with_parents(outline):
        if one.number.isdecimal() and above and not above.number:
            counted[above.at, one.level].append(one)
    series = [found for found in counted.values() if len(found) >= _MANY]
    return {
        one.at
        for found in series
        if all(int(one.number) == place for place, one in enumerate(found, 1))
        for one in found
    }


def with_parents(outline: Sequence[Header]) -> Iterator[tuple[Header, Header | None]]:
    """Each heading with the one in whose section it stands."""
    above: list[Header] = []
    for one in outline:
        while above and above[-1].level >= one.level:
            above.pop()
        yield one, above[-1] if above else None
        above.append(one)


def _asks_or_orders(one: Header, labelled: bool) -> bool:
    """Whether a heading asks with a question mark, or, where the others have numbers alone, gives an order."""
    return asks(one.title) == 1.0 or (not labelled and (orders_in_a_sentence(one.title) or _is_difference(one)))


def _is_difference(one: Header) -> bool:
    return _DIFFERENCE.match(one.title) is not None


def _plain(outline: Sequence[Header], able: Sequence[Header]) -> list[Header]:
    """The headings that ask plainly or compare, and those that ask among the parts of one section of which most do."""
    plain = {one.at for one in able if _asks_plainly(one)}
    sections: dict[tuple[int, int], list[int]] = defaultdict(list)
    for one, above in with_parents(outline):
        sections[above.at if above else -1, one.level].append(one.at)
    asking = {one.at for one in able if asks(one.title) >= ASKS}
    for parts in sections.values():
        count = len(plain.intersection(parts))
        if count >= _PARTS_ASK and count * 2 >= len(parts):
            plain |= asking.intersection(parts)
    return [one for one in able if one.at in plain]


def _asks_plainly(one: Header) -> bool:
    plainly = starts_with_question(one.title) and (asks(one.title) == 1.0 or not one.title.isascii())
    return plainly or _COMPARES.match(one.title) is not None


def _are_all_labelled(outline: Sequence[Header], questions: Sequence[Header]) -> bool:
    """Whether no heading without a label is a question: where headings further out than labelled questions are no
    sections, for few have a question right below, these are parts of answers, as are those below them."""
    levels = {one.level for one in questions if one.labelled}
    if not levels or sum(one.labelled for one in questions) < ALL * len(questions):
        return False
    level = min(levels)
    dividing = [one for one in outline if one.labelled or one.level < level]
    further_out = [followed for one, followed in pairwise([*dividing, None]) if not (one and one.labelled)]
    sections = sum(followed is not None and followed.labelled for followed in further_out)
    return len(further_out) >= _FURTHER_OUT and sections <= _SECTIONS * len(further_out)


def leave_titles(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Take the title of the file and its subtitle from the questions: the first headings, with nothing below them
    before the next one, where others of their level have answers."""
    outline = outline_of(headers)
    if _is_above_list(lines, outline):
        found.questions[:] = [one for one in found.questions if one.at != outline[0].at]
        return
    for place, one in enumerate(outline[: _TITLES + 1]):
        if has_own_body(lines, outline, place):
            titles = {other.at for other in outline[:place] if other.level == one.level}
            found.questions[:] = [other for other in found.questions if other.at not in titles]
            return
        if one.number or one.labelled or likelihood(one) >= 0.5:
            return


def _is_above_list(lines: Sequence[SourceLine], outline: Sequence[Header]) -> bool:
    """Whether the first heading has nothing below it and asks nothing, and the others of its level are a list of
    questions."""
    if not outline:
        return False
    others = [one for one in outline[1:] if one.level == outline[0].level]
    asking = sum(likelihood(one) >= ASKS for one in others)
    if len(others) < _LISTED or asking < _LISTED_ASK * len(others):
        return False
    return likelihood(outline[0]) < 0.5 and not (outline[0].number or has_own_body(lines, outline, 0))


def _is_further_out(
    lines: Sequence[SourceLine], outline: Sequence[Header], place: int, below: Sequence[Header]
) -> bool:
    """Whether a heading above the level of the questions is one of them, and not their section."""
    one = outline[place]
    if not below:
        return _asks_or_answers(lines, outline, place)
    plainly = asks(one.title) == 1.0 or (bool(one.number) and starts_with_question(one.title))
    return _goes_on(one, below) or (plainly and has_own_body(lines, outline, place))


def _counts_on(questions: Sequence[Header], one: Header) -> bool:
    """Whether a heading asks and has the number behind that of the last question."""
    return bool(questions) and asks(one.title) == 1.0 and _goes_on(questions[-1], [one])


def _introduces(lines: Sequence[SourceLine], one: Header, below: Sequence[Header]) -> bool:
    """Whether a heading has nothing to say before those below it, which have its number and more and mostly ask."""
    siblings = [other for other in below if one.number and other.number.startswith(f"{one.number}.")]
    asking = sum(likelihood(other) >= ASKS for other in siblings)
    if asking < 2 or asking * 2 < len(siblings):
        return False
    return not any(line.state in ("text", "code") for line in lines[one.at + 1 : below[0].at])


def headings_below(outline: Sequence[Header], place: int) -> list[Header]:
    """The headings one level or more below the one at this place."""
    found: list[Header] = []
    for one in outline[place + 1 : place + 42]:
        if one.level <= outline[place].level:
            break
        found.append(one)
    return found


def _asks_itself(one: Header, below: Sequence[Header], numbered: bool, asking: bool) -> bool:
    """Whether the heading is a question and not the section of those below it."""
    if is_no_question(one.title) or is_bare_part(one) or names_questions(one) or is_round(one.title):
        return False
    if not one.title:
        return bool(one.number) or one.labelled
    if below and likelihood(one) < ASKS:
        questions = sum(likelihood(other) >= ASKS for other in below)
        if questions * 2 >= len(below) and questions > 1:
            return False
    return likelihood(one) >= 0.5 or (bool(one.number) if numbered else asking)


def _goes_on(one: Header, below: Sequence[Header]) -> bool:
    """Whether the first of these headings, though deeper, has the next number: its level is wrong."""
    numbers = (one.number, below[0].number)
    return all(number.isdecimal() for number in numbers) and int(numbers[1]) == int(numbers[0]) + 1


def _asks_or_answers(lines: Sequence[SourceLine], outline: Sequence[Header], place: int) -> bool:
    one = outline[place]
    # What is counted in Chinese, `二、…`, is a chapter.
    counted = one.number.isdecimal()
    return likelihood(one) >= ASKS or (has_own_body(lines, outline, place) and (likelihood(one) > 0 or counted))


def _has_words(lines: Sequence[SourceLine], outline: Sequence[Header], place: int) -> bool:
    """Whether there are words below a heading, up to the next one of its level."""
    one = outline[place]
    end = end_of_section(outline, place, len(lines))
    return any(any(map(str.isalnum, line.text)) for line in lines[one.at + 1 : end])


def has_own_body(lines: Sequence[SourceLine], outline: Sequence[Header], place: int) -> bool:
    """Whether there are words or code between a heading and the next one, whatever its level."""
    end = outline[place + 1].at if place + 1 < len(outline) else len(lines)
    below = lines[outline[place].at + 1 : end]
    return any(line.state == "code" or (line.state == "text" and not is_rule(line.words)) for line in below)
