"""A notes file → its cards, with the fate of every line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dlquiz.bank.writing import printable
from dlquiz.cards import Language
from dlquiz.notes import tables
from dlquiz.notes.images import Pictures, ReadImage, replaced
from dlquiz.notes.keys import key_of
from dlquiz.notes.ledger import Fate, Ledger
from dlquiz.notes.markdown import answers, answers_below, flashcards, habits, stems
from dlquiz.notes.markdown.habits import Habit
from dlquiz.notes.markdown.lines import SourceLine, scan
from dlquiz.notes.markdown.sections import contents
from dlquiz.notes.markdown.spans import CardSpan, spans
from dlquiz.notes.markdown.titles import header
from dlquiz.notes.note import NoteCard

# A card's text has at most 40,000 characters; what is longer stays unplaced.
MAX_ANSWER = 38_000
_CHINESE = re.compile("[\u3400-\u9fff]")
_MISSING = {"en": "picture missing", "zh": "缺图"}


@dataclass(slots=True)
class Document:
    """What one file of notes holds."""

    name: str
    cards: list[NoteCard]
    ledger: Ledger
    habits: list[Habit]
    language: Language
    texts: list[str] = field(default_factory=list)
    encoding: str = "utf-8"


def read(
    name: str,
    texts: Sequence[str],
    pictures: Pictures,
    read_image: ReadImage,
    only: Habit | None = None,
    language: Language | None = None,
) -> Document:
    """The cards in the lines of a file; `only` names the habit, where the guess is wrong."""
    lines = scan(texts)
    language = language or language_of(texts)
    ledger = Ledger(len(lines))
    if only in (None, "F9") and (deck := flashcards.read(lines, ledger, certain=only == "F9")):
        cards, found_habits = deck, list[Habit](["F9"])
    else:
        cards, found_habits = _notes(lines, ledger, only)
    _fill_blanks(lines, ledger)
    cards = [_finished(card, pictures, read_image, _MISSING[language]) for card in cards]
    return Document(name, _with_keys(cards), ledger, found_habits, language, list(texts))


def read_table(
    name: str,
    texts: Sequence[str],
    pictures: Pictures,
    read_image: ReadImage,
    tabs: bool = False,
    language: Language | None = None,
) -> Document:
    """The cards in the lines of a table, whose cells may hold HTML."""
    ledger = Ledger(len(texts))
    cards = tables.read(texts, ledger, tabs)
    _fill_blanks(scan(texts), ledger)
    language = language or language_of(texts)
    cards = [_finished(card, pictures, read_image, _MISSING[language]) for card in cards]
    return Document(name, _with_keys(cards), ledger, ["F9"], language, list(texts))


def language_of(texts: Sequence[str]) -> Language:
    """Chinese where a tenth of the letters are Chinese: English terms stand in every Chinese note."""
    sample = "".join(texts)[:300_000]
    letters = sum(one.isalpha() for one in sample)
    return "zh" if len(_CHINESE.findall(sample)) * 10 > letters > 0 else "en"


def _notes(lines: Sequence[SourceLine], ledger: Ledger, only: Habit | None) -> tuple[list[NoteCard], list[Habit]]:
    headers = [one for index, line in enumerate(lines) if (one := header(line, index))]
    listed = contents(lines, headers)
    for index in listed:
        ledger.set(index, "table of contents")
    headers = [one for one in headers if one.at not in listed]
    title = habits.only_title(headers) if only is None else None
    if title is not None:
        found = habits.Found([title], ["F2"], {1})
    else:
        found = habits.find(lines, headers, only)
    parts = spans(lines, headers, found, listed)
    if only is None and found.questions and title is None:
        free = {index for part in parts if part.header is None for index in part.lines if index not in part.titles}
        if habits.find_more(lines, [one for one in headers if one.at in free], found):
            parts = spans(lines, headers, found, listed)
    if any(one.shape in ("number", "bullet") for one in found.questions):
        stems.expand(lines, headers, found)
        parts = spans(lines, headers, found, listed)
    answers_below.join(lines, parts, found)
    cards: list[NoteCard] = []
    for part in parts:
        if part.header is None:
            _place_rest(lines, ledger, part)
        else:
            cards.append(_card(lines, ledger, part, len(cards)))
    return cards, found.habits


def _place_rest(lines: Sequence[SourceLine], ledger: Ledger, part: CardSpan) -> None:
    """Lines of no card: headings, marks, and what is left."""
    for index in part.lines:
        line = lines[index]
        if ledger.fates[index] != "unplaced" or line.state == "blank":
            continue
        if line.state == "front matter":
            ledger.set(index, "front matter")
        elif index in part.titles:
            ledger.set(index, "section")
        elif line.state == "comment" or (line.state == "text" and answers.mark_of(line.words)):
            ledger.set(index, "mark")


def _card(lines: Sequence[SourceLine], ledger: Ledger, part: CardSpan, number: int) -> NoteCard:
    assert part.header is not None
    for index in part.asked:
        ledger.set(index, "question", number)
    body = [lines[index] for index in part.lines]
    cleaned = answers.clean(body, part.header.rest)
    text, left = _within_limit(cleaned.text)
    fates: list[Fate] = list(cleaned.fates)
    if left:
        _unplace_last(body, fates, left.count("\n") + 1)
    for index, fate in zip(part.lines, fates, strict=True):
        ledger.set(index, fate, None if fate == "unplaced" else number)
    mark = part.header.mark or cleaned.level
    return NoteCard(part.section, part.question, text, part.header.at + 1, mark)


def _unplace_last(body: Sequence[SourceLine], fates: list[Fate], count: int) -> None:
    """Name the last lines of an answer, as many as did not fit, in the ledger."""
    at = max(at for at, line in enumerate(body) if line.words)
    fates[at + 1 :] = ["unplaced"] * (len(fates) - at - 1)
    while at >= 0 and count:
        if fates[at] == "answer":
            fates[at], count = "unplaced", count - 1
        at -= 1


def _within_limit(text: str) -> tuple[str, str]:
    """What a card can hold of an answer, up to the end of a line, and the rest."""
    if len(text) <= MAX_ANSWER:
        return text, ""
    end = text.rfind("\n", 0, MAX_ANSWER)
    return (text[:end], text[end + 1 :]) if end > 0 else (text[:MAX_ANSWER], text[MAX_ANSWER:])


def _fill_blanks(lines: Sequence[SourceLine], ledger: Ledger) -> None:
    """A blank line has the fate of the line before it; the first ones that of the line behind."""
    before = -1
    for index, line in enumerate(lines):
        if line.state == "blank" and ledger.cards[index] is None:
            if before >= 0:
                ledger.set(index, ledger.fates[before], ledger.cards[before])
        else:
            for early in range(index) if before < 0 else ():
                ledger.set(early, ledger.fates[index] if ledger.fates[index] != "question" else "mark")
            before = index


def _finished(card: NoteCard, pictures: Pictures, read_image: ReadImage, missing: str) -> NoteCard:
    def converted(text: str) -> str:
        return answers.markdown(replaced(text, pictures, read_image, missing))

    before = len(pictures.missing)
    question = printable(" ".join(converted(card.question).split())) or "?"
    answer = printable(converted(card.answer))
    if card.holes:
        question = question.replace("@@{", "@{")
    only_missing = len(pictures.missing) > before and not re.sub(rf"\[{missing}: [^\]]*\]|\W", "", answer)
    return replace(card, question=question, answer=answer, incomplete=only_missing)


def _with_keys(cards: Sequence[NoteCard]) -> list[NoteCard]:
    """The cards with their keys; the same question twice in one section has a number behind it."""
    seen: dict[str, int] = {}
    out = []
    for card in cards:
        key = key_of(card.section, card.question)
        seen[key] = seen.get(key, 0) + 1
        out.append(replace(card, key=key if seen[key] == 1 else f"{key}#{seen[key]}"))
    return out
