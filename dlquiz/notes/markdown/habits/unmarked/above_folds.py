"""The lines above folded answers: questions of their own, or where those end whose headings say what is given."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from dlquiz.notes.markdown.answers import label_of
from dlquiz.notes.markdown.asking import ASKS, SENTENCE_END, asks, is_premise, orders
from dlquiz.notes.markdown.habits.names import Found
from dlquiz.notes.markdown.lines import SourceLine, ends_asking
from dlquiz.notes.markdown.table_lines import figures
from dlquiz.notes.markdown.titles import Header, is_answer_title, is_outline, outline_of

# How many there must be that no question has.
_LEAST = 4
# How many lines a question goes on for at most.
_LONGEST = 40
_TAG = re.compile(r"<[^<>]*>")
_ITEM = re.compile(r"(?:[-*+•]|\d{1,3}[.)、])\s+\S")


def asking(lines: Sequence[SourceLine]) -> list[Header]:
    """All of these lines, where there are many and most ask."""
    found = _above(lines)
    marked = sum(asks(one.title) >= ASKS for one in found)
    return found if len(found) >= _LEAST and marked * 2 >= len(found) else []


def join(lines: Sequence[SourceLine], headers: Sequence[Header], found: Found) -> None:
    """Let a question go on up to the line that asks above its fold, where no answer stands between: below a label that
    only says what is given prose may stand there, below other headings nothing but figures."""
    above = [one.at for one in _above(lines)]
    begins = sorted({one.at for one in (*outline_of(headers), *found.questions)}) if above else []
    for place, one in enumerate(found.questions if above else ()):
        if one.asked_until or one.rest or not (one.labelled or is_outline(one)):
            continue
        following = bisect_left(begins, one.at + 1)
        end = begins[following] if following < len(begins) else len(lines)
        own = above[bisect_left(above, one.at + 1) : bisect_left(above, end)]
        # Several below a heading without a label are its questions, and it names their subject.
        if own and (one.labelled or len(own) == 1) and _goes_on(lines, one, own[0]):
            found.questions[place] = one._replace(asked_until=own[0])


def _above(lines: Sequence[SourceLine]) -> list[Header]:
    """The lines above folded blocks whose titles say that they hold the answer."""
    found: list[Header] = []
    for at, line in enumerate(lines):
        if not line.words.startswith("<details"):
            continue
        summary = next((one.words for one in lines[at : at + 3] if "<summary" in one.words), "")
        above = next((place for place in range(at - 1, max(at - 4, -1), -1) if lines[place].words), -1)
        answers = is_answer_title(_TAG.sub("", summary).strip())
        if answers and above >= 0 and lines[above].state == "text" and lines[above].words[0].isalnum():
            found.append(Header(above, "label", "plain", lines[above].words, indent=lines[above].indent))
    return found


def _goes_on(lines: Sequence[SourceLine], question: Header, last: int) -> bool:
    """Whether a question goes on up to this line, which asks or ends in an order."""
    words = lines[last].words
    if last - question.at > _LONGEST or not (ends_asking(words) or orders(SENTENCE_END.split(words)[-1])):
        return False
    between = range(question.at + 1, last)
    shown = {*figures(lines, between)}
    rest = [lines[at] for at in between if lines[at].words and at not in shown]
    given = asks(question.title) < ASKS or (is_premise(question.title) and not ends_asking(question.title))
    return not rest or (question.labelled and given and all(map(_is_given, rest)))


def _is_given(line: SourceLine) -> bool:
    """Whether a line may say what is given: it is neither an item nor the label of an answer."""
    return line.state == "text" and not (_ITEM.match(line.words) or label_of(line.text))
