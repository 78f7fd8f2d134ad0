"""The study sheet that `dlquiz export markdown` writes → its cards, in one of its languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from dlquiz.bank.fields import MAX_POINTS, MIN_POINTS
from dlquiz.bank.writing import printable
from dlquiz.cards import LANGUAGES, Language
from dlquiz.messages.study import CARD_PARTS
from dlquiz.notes.formats.exported import restored
from dlquiz.notes.ledger import Ledger
from dlquiz.notes.markdown.answers import MAX_ANSWER
from dlquiz.notes.markdown.lines import SourceLine, has_chinese, line_below, scan
from dlquiz.notes.note import NoteCard

_ENTRY = re.compile(r"## \d{1,6}\. ([a-z0-9]+(?:-[a-z0-9]+)*)\s*")
_TITLE = re.compile(r"# (\S.*)")
_POINT = re.compile(r"- \[[ xX]\] (\S.*)")

CardPart = Literal["question", "answer", "points", "pitfall"]
_PARTS: tuple[CardPart, ...] = ("answer", "points", "pitfall")
# The titles that an export gives the parts of a card.
_LABELS: dict[str, tuple[Language, CardPart]] = {
    f"**{title}**": (language, part)
    for part in _PARTS
    for language, title in zip(LANGUAGES, CARD_PARTS[part], strict=True)
}


class _Block(NamedTuple):
    """Lines `begin` to `end` of one part of a card, behind its label."""

    language: Language
    part: CardPart
    begin: int
    end: int


def is_sheet(texts: Sequence[str]) -> bool:
    """Whether `dlquiz export markdown` wrote the file: below the title, numbers from 1 and ids of cards as headings."""
    lines = [text for text in texts if text.strip()]
    if len(lines) < 3 or not lines[0].startswith("# ") or not lines[1].startswith("## 1. "):
        return False
    headings = [line for line in lines if line.startswith("## ")]
    entries = [line for line in headings if _ENTRY.fullmatch(line)]
    hyphened = sum("-" in entry for entry in entries)
    return len(entries) * 10 >= len(headings) * 9 and hyphened * 2 > len(entries) and not {*_LABELS}.isdisjoint(lines)


def sheet_languages(texts: Sequence[str]) -> list[Language]:
    """The languages of a sheet."""
    return [*dict.fromkeys(_LABELS[text][0] for text in texts if text in _LABELS)]


def read(texts: Sequence[str], ledger: Ledger, language: Language) -> list[NoteCard]:
    """The cards of a sheet, in the language or, where a card has only the other one, in that."""
    lines = scan(texts)
    spoken = sheet_languages(texts)
    section: tuple[str, ...] = ()
    cards: list[NoteCard] = []
    begins = [at for at, line in enumerate(lines) if line.state == "text" and _begins(lines, at)]
    for begin, end in pairwise([*begins, len(lines)]):
        if entry := _ENTRY.fullmatch(texts[begin]):
            blocks = [*_in_language(lines, [*_blocks(lines, begin + 1, end)], language)]
            if not _fits(lines, blocks):
                continue
            ledger.set(begin, "question", len(cards))
            for at in range(begin + 1, end):
                # What is left is the other language, and the labels.
                ledger.set(at, "mark", len(cards))
            for block in blocks:
                for at in range(block.begin, block.end):
                    ledger.set(at, "question" if block.part == "question" else "answer", len(cards))
            cards.append(_card(lines, blocks, section)._replace(line=begin + 1, id=entry[1]))
        else:
            ledger.set(begin, "section")
            section = (_title(texts[begin][2:].strip(), spoken, language),)
    return cards


def _fits(lines: Sequence[SourceLine], blocks: Sequence[_Block]) -> bool:
    """Whether something is asked, and a card can hold it all."""
    sizes = [sum(len(line.text) + 1 for line in lines[block.begin : block.end]) for block in blocks]
    asked = (line for block in blocks if block.part == "question" for line in lines[block.begin : block.end])
    return max(sizes) < MAX_ANSWER and any(printable(line.text) for line in asked)


def _title(title: str, spoken: Sequence[Language], language: Language) -> str:
    """The title of a deck in this language: a sheet in two has both."""
    titles = title.split(" · ")
    return titles[spoken.index(language)] if len(titles) == len(spoken) and language in spoken else title


def _begins(lines: Sequence[SourceLine], at: int) -> bool:
    """Whether a line is the heading of a card, or of a deck: that of its first card follows."""
    if _ENTRY.fullmatch(lines[at].text):
        return True
    below = line_below(lines, at, 3) if _TITLE.fullmatch(lines[at].text) else None
    return below is not None and below.text.startswith("## 1. ") and _ENTRY.fullmatch(below.text) is not None


def _blocks(lines: Sequence[SourceLine], begin: int, end: int) -> Iterator[_Block]:
    """The parts of a card, the language of the first one by its label."""
    labels = [at for at in range(begin, end) if lines[at].state == "text" and lines[at].text in _LABELS]
    first = _LABELS[lines[labels[0]].text][0] if labels else _spoken(lines, begin, end)
    yield _Block(first, "question", begin, labels[0] if labels else end)
    for at, below in pairwise([*labels, end]):
        yield _Block(*_LABELS[lines[at].text], at + 1, below)


def _spoken(lines: Sequence[SourceLine], begin: int, end: int) -> Language:
    return "zh" if any(has_chinese(lines[at].text) for at in range(begin, end)) else "en"


def _in_language(lines: Sequence[SourceLine], blocks: list[_Block], language: Language) -> Iterator[_Block]:
    """The parts in this language; all when there is one. The question in the second one stands behind what is said last
    in the first."""
    first = blocks[0].language
    second = next((at for at, block in enumerate(blocks) if block.language != first), None)
    if second is None:
        yield from blocks
        return
    last = blocks[second - 1]
    asked = _begin_of_question(lines, blocks[0], last, blocks[second].language)
    if language == first:
        yield from (*blocks[: second - 1], last._replace(end=asked))
    else:
        yield last._replace(language=language, part="question", begin=asked)
        yield from blocks[second:]


def _begin_of_question(lines: Sequence[SourceLine], question: _Block, last: _Block, language: Language) -> int:
    """Where the question in the second language begins: it has as many paragraphs as in the first; where these are in
    another language, the first paragraph in it."""
    paragraphs = _paragraphs(lines, last)
    count = 1 if question == last else len(_paragraphs(lines, question))
    spoken = [_spoken(lines, begin, end) == language for begin, end in paragraphs]
    at = len(paragraphs) - count
    if not 1 <= at < len(paragraphs) or not spoken[at]:
        at = next((at for at in range(1, len(paragraphs)) if spoken[at]), len(paragraphs) - 1)
    return paragraphs[at][0] if paragraphs else last.end


def _paragraphs(lines: Sequence[SourceLine], block: _Block) -> list[tuple[int, int]]:
    """Where paragraphs begin and end; code is one with its blank lines."""
    found: list[tuple[int, int]] = []
    for at in range(block.begin, block.end):
        if lines[at].state != "blank":
            goes_on = found and found[-1][1] == at
            found[-1:] = [(found[-1][0], at + 1)] if goes_on else [*found[-1:], (at, at + 1)]
    return found


def _card(lines: Sequence[SourceLine], blocks: Sequence[_Block], section: tuple[str, ...]) -> NoteCard:
    texts: dict[CardPart, str] = {
        block.part: "\n".join(line.text for line in lines[block.begin : block.end]).strip("\n") for block in blocks
    }
    found = restored(texts["question"], texts.get("answer", ""))
    points = tuple(point[1] for line in texts.get("points", "").split("\n") if (point := _POINT.fullmatch(line)))
    answer = found.answer
    distinct = {*map(printable, points)} - {""}
    if points and not MIN_POINTS <= len(distinct) == len(points) <= MAX_POINTS:
        answer, points = "\n\n".join(filter(None, (answer, texts["points"]))), ()
    return NoteCard(
        section,
        found.question,
        answer,
        0,
        holes=found.holes,
        premise=found.premise,
        options=found.options,
        steps=found.steps,
        points=points,
        pitfall=texts.get("pitfall", ""),
        kind=found.kind,
    )
