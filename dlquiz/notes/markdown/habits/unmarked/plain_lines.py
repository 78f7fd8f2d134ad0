"""Questions that nothing marks: lines of their own in pasted text, and items among others that do not ask."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import dropwhile, groupby, takewhile

from dlquiz.notes.keys import normalised
from dlquiz.notes.markdown.answers import ANSWER_BEGINS, CLOSES_CHAT
from dlquiz.notes.markdown.asking import (
    ASKS,
    SENTENCE_END,
    TOPIC,
    asks,
    begins_asking,
    likelihood,
    starts_with_question,
    without_remark,
)
from dlquiz.notes.markdown.habits.labels import states_problem
from dlquiz.notes.markdown.habits.lists.announced import announces_interview
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.habits.unmarked import above_folds
from dlquiz.notes.markdown.lines import SourceLine, ends_asking, has_plain_words, is_plain, line_below
from dlquiz.notes.markdown.sections import is_about_itself
from dlquiz.notes.markdown.spans import CardSpan
from dlquiz.notes.markdown.titles import Header

# How many there must be, and what share of the lines with words that no other question has.
_LEAST, _SHARE = 4, 0.12
_LONGEST = 240
# How long a line is at most that is the title of what is below, and what share of such lines must ask.
_LONGEST_TITLE, _TITLES = 120, 0.6
_NO_TITLE_ENDS = tuple(".。:：;；!！,，")
# What share of the lines of a paragraph must ask to be a list, and how many there must be where nothing else asks.
_BLOCK_ASKS, _BLOCK_ALONE = 0.8, 8
# How many paragraphs below titles a file must be, and how long these titles are at most.
_PARAGRAPHS, _LONGEST_SUBJECT = 4, 40
# How many lines a paragraph in an answer must have that all ask.
_BLOCK_INSIDE = 6
# How far above such lines the words that open a list stand at most.
_ABOVE = 3
# One line of so many must have a question mark for a paragraph to be looked at.
_MARKED, _MARKED_OF = re.compile("[?？]"), 3
# How many numbered questions must be indented where their answers are not.
_INDENTED = 8
# A label that is none to Markdown's readers, for its question is known with it: `Q- what is a pod?`
_LABEL = re.compile(r"^Q ?[-–—] ?(?=\w)")
# `Why a warm-up helps.` names what is learnt: its words do not stand in the order of a question.
_CLAUSE = re.compile(
    r"\W*(?:why|how|what|when|where)\s+(?!(?:is|are|was|were|do|does|did|can|could|would|should|will|has|have|to)\b)",
    re.I,
)
# `**Term**: what is said of it`
_TERM = re.compile(r"\*\*([^*]{1,60}?)(?:[:：]\*\*|\*\*\s*[:：])")


def find(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found, parts: Sequence[CardSpan]) -> None:
    """Add lines: any above one that is marked as its answer; those below an item that only names a subject; those that
    no card has, and items that ask among others, when they are many; and one that opens a section without questions."""
    taken = {one.at for one in headers} | {at for part in parts for at in part.asked}
    taken |= {at for one in found.questions for at in range(one.at, one.asked_until + 1)}
    known = {normalised(one.title) for one in found.questions}
    lone = [one for one in _lines(lines) if one.at not in taken and normalised(one.title) not in known]
    new = {one.at: one for one in _above_answers(lines, [*lone, *_unasked(headers, parts)], parts, found)}
    by_line = {one.at: one for one in lone if _begins_asking(one.title)}
    for name, below in _below_names(lines, parts, by_line):
        new |= {one.at: one for one in below}
        found.stems.add(name.at)
    by_line |= {one.at: one for one in headers if one.shape in ("bullet", "number") and asks_alone(one)}
    new |= _outside_cards(lines, parts, by_line)
    new |= _titles(lines, parts, taken)
    new |= {one.at: one for one in above_folds.asking(lines) if one.at not in taken}
    new |= {one.at: one for one in _in_blocks(lines, parts, taken, len(found.questions))}
    for title, below in _below_titles(lines, found):
        new |= {one.at: one for one in below}
        found.stems.add(title.at)
    if len(found.questions) >= _LEAST:
        new |= {one.at: one for one in _opening(lines, headers, parts)}
    taken |= {one.at for one in found.questions}
    new |= {one.at: one for one in _as_far_in(lines, found) if one.at not in taken}
    if new:
        found.questions[:] = [one for one in found.questions if one.at not in found.stems]
        found.add(list(new.values()), "F3")


def _above_answers(
    lines: Sequence[SourceLine], able: Sequence[Header], parts: Sequence[CardSpan], found: Found
) -> list[Header]:
    """Those right above a line that is marked as their answer, but for lines in which a question goes on."""
    without = {at for one in found.questions for at in range(one.at, max(one.at, one.asked_until) + 1)}
    without |= {at for part in parts for at in _before_answer(lines, part)}
    new = [one for one in able if one.at not in without and _answered(lines, one.at)]
    return [one for one in new if not (states_problem(one, found) or is_about_itself(one.title))]


def _below_names(
    lines: Sequence[SourceLine], parts: Sequence[CardSpan], by_line: Mapping[int, Header]
) -> Iterator[tuple[Header, list[Header]]]:
    """Each header that asks nothing with the lines below it that ask, where these are half of what is below it."""
    for part in parts:
        if part.header is None or likelihood(part.header) >= 0.5:
            continue
        below = [by_line[at] for at in part.lines if at in by_line]
        if len(below) >= _LEAST - 1 and len(below) * 2 >= _texts(lines, part.lines):
            yield part.header, below


def _outside_cards(
    lines: Sequence[SourceLine], parts: Sequence[CardSpan], by_line: Mapping[int, Header]
) -> dict[int, Header]:
    """The lines and items that ask and that no card has, when they are many among such lines."""
    free = [at for part in parts if part.header is None for at in part.lines if at not in part.titles]
    likely = {at: by_line[at] for at in free if at in by_line}
    return likely if len(likely) >= max(_LEAST, _SHARE * _texts(lines, free)) else {}


def _titles(lines: Sequence[SourceLine], parts: Sequence[CardSpan], taken: set[int]) -> dict[int, Header]:
    """The short paragraphs of one line that no card has, when most ask or say what of their subject: they are titles
    of what is below them."""
    free = [at for part in parts if part.header is None for at in part.lines if at not in taken]
    titles = [at for at in free if _is_title(lines, at)]
    worth = {at: asks(lines[at].words) for at in titles}
    asking = sum(one >= ASKS for one in worth.values())
    likely = [at for at in titles if worth[at] >= TOPIC]
    if asking < _LEAST or len(likely) < _TITLES * len(titles):
        return {}
    return {at: Header(at, "label", "plain", lines[at].words) for at in likely}


def _is_title(lines: Sequence[SourceLine], at: int) -> bool:
    """Whether a line stands between blank ones, at the margin, and is no sentence."""
    line = lines[at]
    if not is_plain(line, _LONGEST_TITLE):
        return False
    if line.words.endswith(_NO_TITLE_ENDS) or ANSWER_BEGINS.match(line.words) or CLOSES_CHAT.match(line.words):
        return False
    if len(SENTENCE_END.split(line.words)) > 1 and not _begins_asking(line.words):
        return False
    return all(lines[place].state != "text" for place in (at - 1, at + 1) if 0 <= place < len(lines))


def _in_blocks(
    lines: Sequence[SourceLine], parts: Sequence[CardSpan], taken: set[int], others: int
) -> Iterator[Header]:
    """The lines of paragraphs that are lists of questions and in no card; where nothing else is a question, of long
    ones; in answers those of several lines that all ask, unless the answer says that they follow, `Ask yourself:`."""
    free = {at for part in parts if part.header is None for at in part.lines if at not in part.titles} - taken
    for block in _blocks(lines):
        outside = free.issuperset(one.at for one in block)
        listed = outside and (others or len(block) >= _BLOCK_ALONE)
        if listed or (_is_whole(lines, block) and taken.isdisjoint(one.at for one in block)):
            yield from block
    for row in _rows(lines):
        if taken.isdisjoint(one.at for one in row) and not _is_for_others(lines, row[0].at):
            yield from row


def _rows(lines: Sequence[SourceLine]) -> Iterator[list[Header]]:
    """Paragraphs of one line each that end in question marks, with nothing between them: a list of what is asked."""
    row: list[Header] = []
    for at, line in enumerate(lines):
        if line.state == "blank":
            continue
        if row and at != row[-1].at + 2:
            if len(row) >= _BLOCK_INSIDE:
                yield row
            row = []
        if has_plain_words(line, _LONGEST) and ends_asking(line.words) and _begins_asking(line.words):
            row.append(Header(at, "label", "plain", line.words))
    if len(row) >= _BLOCK_INSIDE:
        yield row


def _is_whole(lines: Sequence[SourceLine], block: Sequence[Header]) -> bool:
    """Whether several lines all ask, and nothing above them opens a list that is for other than interviews."""
    return (
        len(block) >= _BLOCK_INSIDE
        and not _is_for_others(lines, block[0].at)
        and all(asks(one.title) >= ASKS for one in block)
    )


def _is_for_others(lines: Sequence[SourceLine], at: int) -> bool:
    """Whether the words above a line open a list, `Ask yourself:`, that is none of what interviews ask."""
    above = next((line.words for line in reversed(lines[max(at - _ABOVE, 0) : at]) if line.words), "")
    return above.rstrip("*_ ").endswith((":", "：")) and not announces_interview(above)


def _blocks(lines: Sequence[SourceLine]) -> Iterator[list[Header]]:
    """Paragraphs, which may be indented, of which nearly every line asks: lists without bullets."""
    for alike, group in groupby(range(len(lines)), lambda at: has_plain_words(lines[at], _LONGEST)):
        places = [*group] if alike else []
        if sum(_MARKED.search(lines[at].words) is not None for at in places) * _MARKED_OF < max(len(places), _LEAST):
            continue
        block = [Header(at, "label", "plain", lines[at].words) for at in places]
        # A line that introduces the others asks nothing.
        block = [*dropwhile(lambda one: asks(one.title) < TOPIC, block)]
        # Indented lines may be code, `low = n > 0 ? a : b;`.
        marked = sum(asks(one.title) == 1.0 and (not lines[one.at].indent or ends_asking(one.title)) for one in block)
        asking = sum(asks(one.title) >= ASKS for one in block)
        if len(block) >= _LEAST and asking >= _BLOCK_ASKS * len(block) and marked * 2 >= len(block):
            yield block


def _below_titles(lines: Sequence[SourceLine], found: Found) -> Iterator[tuple[Header, list[Header]]]:
    """The first line of each paragraph with the others, in a file of nothing but paragraphs whose first lines name a
    subject and whose other lines ask."""
    if any(one.shape != "label" for one in found.questions):
        return
    paragraphs: list[list[Header]] = []
    for text, group in groupby(range(len(lines)), lambda at: lines[at].state == "text"):
        if text:
            paragraphs.append([Header(at, "label", "plain", lines[at].words) for at in group])
    titles = [own[0] for own in paragraphs]
    others = [one for own in paragraphs for one in own[1:]]
    if len(paragraphs) < _PARAGRAPHS or len(others) < max(_BLOCK_ALONE, len(titles)):
        return
    if any(len(one.title) > _LONGEST for one in others):
        return
    asking = sum(asks(one.title) >= ASKS for one in others)
    named = sum(asks(one.title) < ASKS and len(one.title) <= _LONGEST_SUBJECT for one in titles)
    if asking >= _BLOCK_ASKS * len(others) and named >= _BLOCK_ASKS * len(titles):
        yield from ((own[0], own[1:]) for own in paragraphs)


def _as_far_in(lines: Sequence[SourceLine], found: Found) -> Iterator[Header]:
    """The lines that ask and are indented as numbered questions are whose answers stand at the margin."""
    numbered = [one for one in found.questions if one.shape == "number" and one.indent > 1]
    if len(numbered) < _INDENTED or len(numbered) * 2 < len(found.questions):
        return
    indent = numbered[0].indent
    below = [line_below(lines, one.at, 3) for one in numbered]
    further_out = sum(line is not None and line.indent < indent for line in below)
    if any(one.indent != indent for one in numbered) or further_out * 2 < len(numbered):
        return
    for at, line in enumerate(lines):
        words = line.words
        if line.state != "text" or line.indent < indent or len(words) > _LONGEST or words.endswith((":", "：")):
            continue
        least = TOPIC if line.indent == indent else ASKS
        begins = lines[at - 1].state != "text" or lines[at - 1].indent < indent
        if begins and (words[0].isalnum() or words.startswith("**")) and asks(words) >= least:
            yield Header(at, "label", "plain", words)


def _before_answer(lines: Sequence[SourceLine], part: CardSpan) -> Iterator[int]:
    """The lines in which a labelled question that only says what is given goes on, up to its answer."""
    if part.header is not None and part.header.labelled and asks(part.header.title) < 1.0:
        yield from takewhile(lambda at: not ANSWER_BEGINS.match(lines[at].words), part.lines)


def _opening(lines: Sequence[SourceLine], headers: Sequence[Header], parts: Sequence[CardSpan]) -> Iterator[Header]:
    """The numbered or bold lines that ask right below the heading of a section in which nothing else is a question."""
    marked = {one.at: one for one in headers if one.shape in ("number", "bold") and one.title.endswith(("?", "？"))}
    for part in parts:
        if part.header is None and part.titles:
            words = [at for at in part.lines if at not in part.titles and lines[at].words]
            if len(words) > 1 and words[0] in marked and asks_alone(marked[words[0]]):
                yield marked[words[0]]


def _unasked(headers: Sequence[Header], parts: Sequence[CardSpan]) -> Iterator[Header]:
    """The items that ask and stand in an answer, or nowhere."""
    asked = {at for part in parts for at in part.asked}
    for one in headers:
        if one.shape in ("number", "label", "bold") and one.at not in asked and asks(one.title) >= ASKS:
            yield one


def asks_alone(item: Header) -> bool:
    """Whether an item is a question, though its neighbours may be none."""
    title = without_remark(item.title)
    if ((term := _TERM.match(title)) and asks(term[1]) < ASKS) or is_about_itself(title):
        return False
    return len(title) <= _LONGEST and ((asks(title) == 1.0 and _begins_asking(title)) or _orders(title))


def _texts(lines: Sequence[SourceLine], among: Sequence[int]) -> int:
    return sum(lines[at].state == "text" for at in among)


def _lines(lines: Sequence[SourceLine]) -> Iterator[Header]:
    """Lines at the margin that ask, each a paragraph of its own or the first line of one."""
    for at, line in enumerate(lines):
        text = line.words
        if not is_plain(line, _LONGEST) or ANSWER_BEGINS.match(text) or CLOSES_CHAT.match(text):
            continue
        ends = at + 1 == len(lines) or lines[at + 1].state != "text"
        if not ((ends_asking(text) and asks(text) == 1.0) or (ends and _orders(text))):
            continue
        above = lines[at - 1]
        begins = at == 0 or above.state != "text" or above.words.startswith(("#", ":::")) or asks(above.words) == 1.0
        if begins or (not ends and ends_asking(lines[at + 1].words) and _is_name_above(lines, at - 1)):
            yield Header(at, "label", "plain", text)


def _is_name_above(lines: Sequence[SourceLine], at: int) -> bool:
    """Whether a line is the first one of a paragraph and only names what is below it."""
    first = at == 0 or lines[at - 1].state != "text"
    return first and is_plain(lines[at], _LONGEST_SUBJECT) and not lines[at].words.endswith(_NO_TITLE_ENDS)


def _begins_asking(text: str) -> bool:
    return begins_asking(text) or _LABEL.match(text) is not None


def _orders(text: str) -> bool:
    text = _LABEL.sub("", text, count=1)
    ends = text.endswith((":", "：", ",", "，")) or (text.endswith(".") and _CLAUSE.match(text))
    return starts_with_question(text) and len(text) < _LONGEST / 2 and not ends


def _answered(lines: Sequence[SourceLine], at: int) -> bool:
    following = line_below(lines, at, 2)
    return following is not None and following.state == "text" and ANSWER_BEGINS.match(following.words) is not None
