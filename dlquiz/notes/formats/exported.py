"""A question and its answer as dlquiz prints them → the card that they were: options, steps and holes again.

What is printed of a computed question is one of its instances, which comes back as an open question.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dlquiz.bank.writing import printable
from dlquiz.cards import LANGUAGES, Card, Kind
from dlquiz.errors import DlquizError
from dlquiz.kinds.choice import MAX_OPTIONS, MIN_OPTIONS
from dlquiz.kinds.cloze import MAX_HOLES
from dlquiz.kinds.order import MAX_STEPS, MIN_STEPS
from dlquiz.kinds.view import card_view
from dlquiz.notes.keys import normalised
from dlquiz.notes.note import NoteCard, NoteOption
from dlquiz.session.presentation import fixed

_COUNTED = re.compile(r"(\d{1,2})\. (.*)")
_JUDGED = re.compile(r"([✓✗])(?: (.*))?")
_HOLE = re.compile(r"\[(\d{1,2})\](?!\((?:\w{2,8}:|#))")
# What does not go on with the line above it.
_BLOCK = re.compile(r"[ \t]*(?:```|~~~|\$\$|[-*+>|#]|\d{1,2}\. )")


class Restored(NamedTuple):
    """The parts of a card: `premise` is what stands below the first words of its question."""

    question: str
    premise: str
    answer: str
    kind: Kind = "open"
    options: tuple[NoteOption, ...] = ()
    steps: tuple[str, ...] = ()
    holes: tuple[str, ...] = ()


def restored(question: str, answer: str) -> Restored:
    """The card whose question and answer these are.

    >>> restored("Which?\\n\\n1. a\\n2. b", "1. ✗\\n2. ✓ For it is.\\n\\nWords.").options[1]
    NoteOption(text='b', right=True, label='', why='For it is.')
    >>> restored("The [1] of [2].", "1. mean\\n2. x")[0], restored("Order:\\n\\n- b\\n- a", "1. a\\n2. b").steps
    ('The @{1} of @{2}.', ('a', 'b'))
    """
    head, _, rest = answer.partition("\n\n")
    counted = _counted(head.split("\n"))
    paragraphs = question.split("\n\n")
    for at, paragraph in enumerate(paragraphs):
        above, below = "\n\n".join(paragraphs[:at]), "\n\n".join(paragraphs[at + 1 :])
        texts = _counted(paragraph.split("\n"))
        judged = [_JUDGED.fullmatch(one) for one in counted]
        if at and len(texts) == len(judged) and all(judged) and _are_parts(texts, MIN_OPTIONS, MAX_OPTIONS):
            options = tuple(
                NoteOption(text, one[1] == "✓", why=one[2] or "")
                for text, one in zip(texts, judged, strict=True)
                if one
            )
            if any(one.right for one in options):
                return _asked(above, below)._replace(answer=rest, kind="choice", options=options)
        listed = [line[2:] for line in paragraph.split("\n") if line.startswith("- ")]
        if at and _are_parts(counted, MIN_STEPS, MAX_STEPS) and Counter(listed) == Counter(counted):
            return _asked(above, below)._replace(answer=rest, kind="order", steps=tuple(counted))
    asked = {int(number) for number in _HOLE.findall(question)}
    if counted and all(map(printable, counted)) and asked == {*range(1, min(len(counted), MAX_HOLES) + 1)}:
        holes = tuple(map(_without_dollars, counted))
        return _asked(_HOLE.sub(r"@{\1}", question))._replace(answer=rest, kind="cloze", holes=holes)
    return _asked(question)._replace(answer=answer)


def _counted(lines: Sequence[str]) -> list[str]:
    """The texts of lines that are counted from 1; nothing for other lines."""
    found = [_COUNTED.fullmatch(line) for line in lines]
    numbers = [int(one[1]) for one in found if one]
    return [one[2] for one in found if one] if numbers == [*range(1, len(lines) + 1)] else []


def _are_parts(texts: Sequence[str], least: int, most: int) -> bool:
    """Whether a card may have these options or steps, from `least` to `most` of them."""
    found = {*map(printable, texts)}
    return least <= len(texts) <= most and len(found) == len(texts) and "" not in found


def _without_dollars(hole: str) -> str:
    """The answer of a hole as a card has it: a formula is printed between dollars."""
    inner = hole[1:-1]
    return inner if hole[:1] == hole[-1:] == "$" and "\\" in inner and "$" not in inner else hole


def _asked(question: str, below: str = "") -> Restored:
    """A question of several paragraphs: its first words, and what is below them."""
    lines = question.split("\n")
    end = next((at for at, line in enumerate(lines) if at and (not line.strip() or _BLOCK.match(line))), len(lines))
    premise = "\n".join(lines[end:]).strip("\n")
    return Restored("\n".join(lines[:end]), "\n\n".join(filter(None, (premise, below))), "")


def known(cards: Sequence[NoteCard], bank: Mapping[str, Card]) -> list[int]:
    """The places of exported cards that are in the bank: they have the id of one that asks the same."""
    return [at for at, card in enumerate(cards) if card.id in bank and _asks_the_same(card, bank[card.id])]


def _asks_the_same(exported: NoteCard, card: Card) -> bool:
    try:
        drawn = fixed(card)
    except DlquizError:
        return False
    asked = (card_view(card, language, drawn).question for language in LANGUAGES)
    words = normalised(_HOLE.sub("", exported.question.replace("@{", "[").replace("}", "]")))
    return any(normalised(re.sub(r"@\{\d+\}", "", one)).startswith(words) for one in asked)
