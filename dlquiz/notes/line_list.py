"""The lines of a document with what each is in front, for an editor; what a person changes there is their choice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dlquiz.errors import DlquizError
from dlquiz.formatting import shortened, visible
from dlquiz.notes.markdown.habits.chosen_lines import names_of
from dlquiz.notes.markdown.habits.names import HabitChoice
from dlquiz.notes.markdown.reading import Document

_CARD, _NONE = "card", "-"
_KEPT = "nothing was written; your text is kept, and --edit opens it again"
_ROW = re.compile(r"(\S+)\s+(\d{1,9})(?:\s|$)")


def line_list(document: Document, head: str = "") -> str:
    """The lines of a document, each with `card` or `-` and its number in front, below a head that explains it."""
    cards = {card.line for card in document.cards}
    rows = [
        f"{_CARD if number in cards else _NONE:<4} {number:>5}  {visible(shortened(text.rstrip(), 120))}\n"
        for number, text in enumerate(document.texts, 1)
        if text.strip()
    ]
    return "".join([*(f"# {visible(line)}\n" for line in head.splitlines()), "\n", *rows])


def choice_of(text: str, document: Document) -> HabitChoice:
    """What the person chose in the list of lines of the document; raises DlquizError for what is no row of it, and
    for a row that has the number of an earlier one.

    All its cards are part of the choice, so that they stay questions whatever is added to the file.
    """
    names = names_of(document.texts)
    are_cards = {card.line for card in document.cards}
    chosen = {number: number in are_cards for number in range(1, len(names) + 1) if names[number - 1]}
    said = set[int]()
    problems, repeated = list[str](), list[str]()
    for place, row in enumerate(text.splitlines(), 1):
        if not row.strip() or row.startswith("#"):
            continue
        match, quoted = _ROW.match(row), f"{visible(shortened(row, 40))!r} in line {place}"
        if match is None or (number := int(match[2])) not in chosen or match[1] not in (_CARD, _NONE):
            problems.append(quoted)
        elif number in said:
            repeated.append(quoted)
        else:
            said.add(number)
            chosen[number] = match[1] == _CARD
    if problems:
        raise DlquizError(
            f"what begins with neither {_CARD} nor {_NONE} and the number of a line: {'; '.join(problems[:3])}",
            fix=_KEPT,
        )
    if repeated:
        raise DlquizError(f"what has the number of an earlier line: {'; '.join(repeated[:3])}", fix=_KEPT)
    cards = tuple(names[number - 1] for number, card in chosen.items() if card)
    return document.choice._replace(cards=cards, passed_over=(*_passed_over(document, names, are_cards, chosen),))


def _passed_over(document: Document, names: list[str], are_cards: set[int], chosen: dict[int, bool]) -> Iterator[str]:
    """The lines that were questions, now or before the last choice, and are to be none."""
    before = {*document.choice.passed_over}
    now = are_cards | document.answers
    for number, card in chosen.items():
        name = names[number - 1]
        if not card and (number in now or name in before):
            yield name
