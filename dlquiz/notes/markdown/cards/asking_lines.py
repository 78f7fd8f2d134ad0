"""Lines that ask and begin no card, and the answers with several of them: questions may have been missed there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dlquiz.notes.ledger import Ledger
from dlquiz.notes.markdown.habits.unmarked.plain_lines import asks_alone
from dlquiz.notes.markdown.lines import SourceLine
from dlquiz.notes.markdown.sections import step_of
from dlquiz.notes.markdown.titles import Header, header

# The fates of lines that are in no question, how long a question is at most, and how it ends.
_NO_QUESTION = frozenset(("answer", "section", "unplaced"))
_LONGEST_QUESTION = 200
_QUESTION_MARKS, _EMPHASIS = ("?", "？"), '*_`#"”’ '
# So many lines of an answer may be questions of their own. Of 149 documents whose questions are known, the three
# answers with four of them all hold questions that were missed; none of the ten with three does.
_SEVERAL = 4
# What somebody says or what is said to an interviewer, rows of tables and drawings.
_NO_QUESTION_BEGINS = re.compile(r"(?:[-*+•]\s+(?:\[[ xX]\]\s+)?)?[\"“「>|?？]")
_LETTER = re.compile(r"(?:[A-Za-z]|[ivx]{2,4})[.)]\s+(?=\S)")


class AskingAnswer(NamedTuple):
    """The number of a card among those of its file, and the lines of its answer, counted from 1, that may be questions
    of their own."""

    card: int
    lines: list[int]


def asking_lines(lines: Sequence[SourceLine], ledger: Ledger) -> Iterator[int]:
    """The lines of no card's question that may be one: no longer than one, with a question mark at the end."""
    for at, line in enumerate(lines):
        able = ledger.fates[at] in _NO_QUESTION and line.state == "text" and len(line.words) <= _LONGEST_QUESTION
        if able and line.words.rstrip(_EMPHASIS).endswith(_QUESTION_MARKS):
            yield at + 1


def asking_answers(lines: Sequence[SourceLine], ledger: Ledger, asking: Sequence[int]) -> list[AskingAnswer]:
    """The answers with several of these lines. A file that is a single card asks in its answer what it then tells."""
    by_card: dict[int, list[int]] = defaultdict(list)
    for number in asking:
        card = ledger.cards[number - 1]
        if card is not None and _asks_alone(lines[number - 1], number - 1):
            by_card[card].append(number)
    found = [AskingAnswer(card, own) for card, own in sorted(by_card.items()) if len(own) >= _SEVERAL]
    return found if any(card is not None and card > 0 for card in ledger.cards) else []


def _asks_alone(line: SourceLine, at: int) -> bool:
    """Whether a line of an answer may be a question of its own: no title of a part, no step, nothing that is quoted."""
    one = header(line, at) or Header(at, "label", "plain", line.words)
    if _NO_QUESTION_BEGINS.match(line.words) or step_of(one.title) or (one.shape == "heading" and not one.number):
        return False
    return asks_alone(one._replace(title=_LETTER.sub("", one.title, count=1)))
