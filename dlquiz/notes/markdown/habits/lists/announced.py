"""Lists of questions that the line above announces: `Follow-up questions:`, `常见追问：`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from dlquiz.notes.markdown.asking import ASKS, asks
from dlquiz.notes.markdown.habits.groups import has_body
from dlquiz.notes.markdown.habits.lists.repeated import AnsweredHeaders
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.lines import SourceLine, place_below
from dlquiz.notes.markdown.titles import Header, header, is_outline

_LEAST, _ASKING, _LONGEST = 2, 0.8, 60
# So many of them are more than the answer of a heading.
_MANY = 5
_RELATED = r"(?:类似|相关|延伸|扩展|拓展|衍生)(?:的?问题|面试题|题目)|(?:related|similar|further) (?:\w+ )?questions"
# Below a heading that says so, fewer items need to ask.
_HEADING = re.compile(
    rf"#{{1,6}}\s.*(?:interview questions|questions\W*$|面试题|面试问题|高频题|场景题|常见追问|{_RELATED})",
    re.IGNORECASE,
)
_ASKING_BELOW_HEADING = 0.5
# Below one that says nothing else, numbered items need not.
_NOTHING_ELSE = re.compile(r"#{1,6}\s+\W*(?:interview )?questions\W*$", re.IGNORECASE)
# Nor need links in a file whose questions are nearly all links to their answers, below a heading that ends like this.
_QUESTIONS = re.compile(r"#{1,6}\s.*questions\W*$", re.IGNORECASE)
_LINKED = 0.9
_LINK = re.compile(r"(?:[-*+•]|\d{1,4}[.)])\s+\[.{1,300}\]\([^()]{1,500}\)$")
_FOLLOWS = r"follow[-\u2010\u2011]?\s?ups?\b|quiz|面试|追问|思考题|自测|高频题"
# What interviewers look for is no list of what they ask.
_ANNOUNCES = re.compile(rf"interview(?!ers?\b)|questions?\b|提问|问题|场景题|请回答|{_FOLLOWS}", re.IGNORECASE)
# Words that announce questions for the reader even in an answer, which may speak of other questions.
_FOR_THE_READER = re.compile(rf"interview|请回答|{_FOLLOWS}|{_RELATED}", re.IGNORECASE)
# Where so many lines of a file announce questions for the reader, one question below is enough.
_SEVERAL = 2
# What share of the items in an answer that have words of their own must have them.
_ANSWERED = 0.7
_OPENS = re.compile(r"(?:#{1,6}\s.*|\*\*[^*]+\*\*|.*[:：]\**)\s*$")


def find(
    lines: Sequence[SourceLine], headers: Sequence[Header], listed: set[int], inside: set[int], found: Found
) -> None:
    """Add the items right below such a line when nearly all of them ask; in answers when nearly all have answers, or
    none has. Where all stand again below with their answers, as those `listed` in a table of contents do, they are
    questions there. A heading among the questions that does not ask, such as `A chain of follow-ups`, is the section
    of many of them."""
    items = [one for one in [*headers, *_headers_at(lines, listed)] if one.shape in ("bullet", "number") and one.title]
    items.sort(key=lambda one: one.at)
    begins = [one.at for one in items]
    asked = {one.at: one for one in found.questions}
    linked = sum(_is_link(lines, one) for one in found.questions) >= _LINKED * len(found.questions) > 0
    answered = AnsweredHeaders(lines, headers)
    new: list[Header] = []
    sections: set[int] = set()
    announcing = [at for at, line in enumerate(lines) if line.state == "text" and _announces(line.words)]
    several = sum(_FOR_THE_READER.search(lines[at].words) is not None for at in announcing) >= _SEVERAL
    for at in announcing:
        words = lines[at].words
        if at in asked and not _may_be_section(asked[at]):
            continue
        below = _list_below(lines, items, bisect_right(begins, at), at)
        able = at not in inside or (_FOR_THE_READER.search(words) is not None and _may_stand_in_answer(lines, below))
        able = able and (at not in asked or len(below) >= _MANY)
        least = 1 if several and _FOR_THE_READER.search(words) else _LEAST
        if able and len(below) >= least and _are_questions(lines, words, below, linked):
            asking = answered.instead_of(below)
            new += [one for one in asking if not (one.at in asked or one.at in listed or _is_address(one))]
            sections.add(at)
            if at in inside and asking is below:
                found.stems.add(at)
    if new:
        found.questions[:] = [one for one in found.questions if one.at not in sections]
        found.add(new, "F3")


def announces_interview(words: str) -> bool:
    """Whether a line says that what an interviewer asks, now or as a follow-up, stands below: `**常见追问：**`."""
    return _announces(words) and _FOR_THE_READER.search(words) is not None


def _headers_at(lines: Sequence[SourceLine], places: set[int]) -> Iterator[Header]:
    for at in sorted(places):
        if one := header(lines[at], at):
            yield one


def _may_stand_in_answer(lines: Sequence[SourceLine], items: Sequence[Header]) -> bool:
    """Whether items in an answer are one below the other, or nearly all ask and have answers of their own."""
    if len(items) < 2 or items[-1].at - items[0].at < 2 * len(items):
        return True
    marked = sum(asks(one.title) == 1.0 for one in items)
    answered = sum(has_body(lines, one) for one in items)
    return marked >= _ASKING * len(items) and answered >= _ANSWERED * len(items)


def _may_be_section(question: Header) -> bool:
    return is_outline(question) and asks(question.title) < ASKS


def _are_questions(lines: Sequence[SourceLine], above: str, items: Sequence[Header], linked: bool) -> bool:
    """Whether the items below this line are questions; `linked` says that those of the file are links."""
    if _NOTHING_ELSE.match(above) and all(one.shape == "number" for one in items):
        return True
    if linked and _QUESTIONS.match(above) and all(_is_link(lines, one) for one in items):
        return True
    if _HEADING.match(above):
        return sum(asks(one.title) >= ASKS for one in items) >= _ASKING_BELOW_HEADING * len(items)
    return sum(asks(one.title) == 1.0 for one in items) >= _ASKING * len(items)


def _is_link(lines: Sequence[SourceLine], item: Header) -> bool:
    return _LINK.match(lines[item.at].words) is not None


def _is_address(item: Header) -> bool:
    return "://" in item.title and asks(item.title) < 0.5


def _announces(words: str) -> bool:
    able = len(words) < _LONGEST and (words[:1] in "#*" or words.rstrip("*").endswith((":", "：")))
    return able and _OPENS.match(words) is not None and _ANNOUNCES.search(words) is not None


def _list_below(lines: Sequence[SourceLine], items: Sequence[Header], place: int, at: int) -> list[Header]:
    """The items of one indentation from the next line with words on, as far as nothing else lies further out and none
    announces another list."""
    first = place_below(lines, at, 3)
    if place == len(items) or items[place].at != first:
        return []
    margin = items[place].indent
    found = [items[place]]
    seen = first + 1
    for one in (items[following] for following in range(place + 1, len(items))):
        if any(line.words and line.indent <= margin for line in lines[seen : one.at]):
            break
        if one.indent == margin and _announces(lines[one.at].words):
            break
        seen = one.at
        if one.indent == margin:
            found.append(one)
            seen += 1
    return found
