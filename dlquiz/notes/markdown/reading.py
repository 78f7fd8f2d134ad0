"""A notes file → its cards, with the fate of every line."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from dlquiz.bank.writing import printable
from dlquiz.cards import Language
from dlquiz.markup.language import language_of
from dlquiz.notes.formats import study_sheet, tables
from dlquiz.notes.images import Pictures, ReadImage, replaced
from dlquiz.notes.keys import counted, key_of
from dlquiz.notes.ledger import Ledger
from dlquiz.notes.markdown import answers, answers_below, flashcards
from dlquiz.notes.markdown.cards import endings, question_lines
from dlquiz.notes.markdown.cards.asking_lines import AskingAnswer, asking_answers, asking_lines
from dlquiz.notes.markdown.cards.followed import followed
from dlquiz.notes.markdown.cards.multiple_choice import MultipleChoice, MultipleChoices
from dlquiz.notes.markdown.cards.right_options import answers_in
from dlquiz.notes.markdown.contents import lines_listed
from dlquiz.notes.markdown.habits import chosen_lines, looks, questions, single_card
from dlquiz.notes.markdown.habits.looks import HeadingLevel, Look
from dlquiz.notes.markdown.habits.names import GUESSED, Found, Habit, HabitChoice
from dlquiz.notes.markdown.habits.subjects import headings
from dlquiz.notes.markdown.lines import SourceLine, scan
from dlquiz.notes.markdown.neighbours import (
    counted_on_in_items,
    inside_items,
    marked,
    numbered_with_hyphens,
    parted,
    underlined,
    unwrapped,
    with_expected_numbers,
    with_kinds_of_exercises,
    with_unspaced_labels,
    wrapped_in_bold,
)
from dlquiz.notes.markdown.notes_file import NotesFile
from dlquiz.notes.markdown.sections import for_interviewers, references, to_readers
from dlquiz.notes.markdown.spans import CardSpan, spans
from dlquiz.notes.markdown.titles import Header, Headers, header, outline_of
from dlquiz.notes.note import NoteCard
from dlquiz.schema.nodes import MAXIMAL_TEXT

# A hole that was taken for the words of a text.
_OPENED = re.compile(r"@@\{(\d{1,2})\}")
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
    asking: list[int] = field(default_factory=list)
    """The lines, counted from 1, that end in a question mark and begin no card."""
    asking_answers: list[AskingAnswer] = field(default_factory=list)
    """The answers in which several of these lines may be questions."""
    left_out: list[int] = field(default_factory=list)
    """The lines, counted from 1, of headings that may be subjects, but are no cards, nor what is below them."""
    choice: HabitChoice = GUESSED
    """What the person said of how its questions are marked."""
    heading_levels: list[HeadingLevel] = field(default_factory=list)
    """The levels of its headings, which the person may name as those of the questions."""
    looks: list[Look] = field(default_factory=list)
    """The looks of its other lines, which the person may name likewise."""
    missing: HabitChoice = GUESSED
    """What the person named of levels and looks, where it has no lines of any: it is read without them."""
    looks_shown: bool = False
    """Whether the person is shown these levels and looks: they named one, or may mean other lines than were found."""
    lines_may_be_chosen: bool = False
    """Whether the person may say of single lines whether they are questions."""
    answers: set[int] = field(default_factory=set)
    """The lines, counted from 1, that look like questions and became the answers to others."""
    known: list[NoteCard] = field(default_factory=list)
    """The cards of the bank that dlquiz exported to this file: they are none of its `cards`."""

    @property
    def has_other_looks(self) -> bool:
        """Whether there are headings of a level, or lines of a look worth naming, of which some are no questions."""
        levels = any(one.questions < one.headings for one in self.heading_levels)
        return levels or any(one.is_listed and one.questions < one.lines for one in self.looks)

    def leave_out(self, places: Sequence[int]) -> None:
        """Take cards that are in the bank out of those to be imported; the ledger names them behind the others."""
        kept = [at for at in range(len(self.cards)) if at not in {*places}]
        self.ledger.reorder([*kept, *places])
        self.known = [self.cards[at] for at in places]
        self.cards = [self.cards[at] for at in kept]


class ReadingOptions(NamedTuple):
    """How a file is read: where its pictures go and come from, what the person said of its questions and language, the
    names of the directories in which it lies, and the person's language, that of cards that have two and of a file in
    none."""

    pictures: Pictures
    read_image: ReadImage
    choice: HabitChoice = GUESSED
    language: Language | None = None
    directories: str = ""
    preferred: Language = "en"


@contextmanager
def _without_collection() -> Iterator[None]:
    """Keep Python from looking for cycles among the lines and headers of a file, of which it makes millions and which
    have none: that takes up to a sixth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@_without_collection()
def read(name: str, texts: Sequence[str], options: ReadingOptions) -> Document:
    """The cards in the lines of a file."""
    only = options.choice.habit
    lines = scan(texts)
    document = Document(name, [], Ledger(len(lines)), [], _spoken(lines, options), list(texts))
    document.choice = options.choice
    guessed = options.choice in (GUESSED, HabitChoice("F9"))
    if guessed and (deck := flashcards.read(lines, document.ledger, certain=only == "F9")):
        document.cards, document.habits = deck, ["F9"]
    else:
        _read_questions(document, lines, options)
    return _finished_document(document, lines, options)


def _read_questions(document: Document, lines: Sequence[SourceLine], options: ReadingOptions) -> None:
    only, levels, cards, passed_over, named = options.choice
    headers, listed, choices = _headers(lines, document.ledger)
    title = single_card.only_title(lines, headers) if only is None and not (levels or named) else None
    if levels or named:
        found = looks.find(lines, headers, levels, named)
        parts = spans(lines, headers, found, listed)
    elif title is not None:
        found = single_card.with_title(lines, title, headers, listed)
        parts = spans(lines, headers, found, listed)
    else:
        found, parts = questions.find(NotesFile(document.name, options.directories, lines), headers, listed, only)
    if cards or passed_over:
        found, parts, answered = chosen_lines.find(lines, headers, listed, options.choice, found)
    else:
        answered = answers_below.join(lines, parts, found)
    document.answers = {at + 1 for at in answered}
    question_lines.join(lines, parts)
    endings.cut(lines, parts)
    _add_cards(document, lines, parts, choices)
    document.habits = found.habits
    document.lines_may_be_chosen = True
    if options.choice == GUESSED:
        document.asking = [*asking_lines(lines, document.ledger)]
        document.asking_answers = asking_answers(lines, document.ledger, document.asking)
        document.left_out = [*_left_out(lines, headers, document.ledger)]
    document.heading_levels = looks.levels_of(headers, found)
    document.looks = looks.looks_of(lines, headers, found)
    if levels or named:
        document.looks_shown = True
    elif (only is None and title is None) or not found.questions:
        document.looks_shown = looks.is_doubtful(headers, document.heading_levels, document.looks, found)


@_without_collection()
def read_titled(name: str, texts: Sequence[str], options: ReadingOptions) -> Document:
    """The one card of a file: its question is the first heading."""
    lines = scan(texts)
    document = Document(name, [], Ledger(len(lines)), [], _spoken(lines, options), list(texts))
    headers, listed, choices = _headers(lines, document.ledger)
    found = Found([single_card.title_of(headers)], ["F2"], {1})
    parts = spans(lines, headers, found, listed)
    answers_below.join(lines, parts, found)
    endings.cut(lines, parts)
    _add_cards(document, lines, parts, choices)
    document.habits = found.habits
    return _finished_document(document, lines, options)


@_without_collection()
def read_table(name: str, texts: Sequence[str], options: ReadingOptions, tabs: bool = False) -> Document:
    """The cards in the lines of a table, whose cells may hold HTML."""
    exported = tables.exported_languages(texts)
    written = options.preferred if options.preferred in exported else exported[0] if exported else None
    language = options.language or written or language_of(texts) or options.preferred
    document = Document(name, [], Ledger(len(texts)), ["F9"], language, list(texts))
    document.cards = tables.read(texts, document.ledger, tabs, language)
    return _finished_document(document, scan(texts), options)


def read_sheet(name: str, texts: Sequence[str], options: ReadingOptions) -> Document:
    """The cards of a study sheet that dlquiz wrote."""
    written = study_sheet.sheet_languages(texts)
    language = options.language or (options.preferred if options.preferred in written else written[0])
    document = Document(name, [], Ledger(len(texts)), ["F9"], language, list(texts))
    document.cards = study_sheet.read(texts, document.ledger, language)
    return _finished_document(document, scan(texts), options)


def _finished_document(document: Document, lines: Sequence[SourceLine], options: ReadingOptions) -> Document:
    _fill_blanks(lines, document.ledger)
    missing = _MISSING[document.language]
    cards = [_finished(card, options.pictures, options.read_image, missing) for card in document.cards]
    _shorten(cards, lines, document.ledger)
    document.cards = _with_counted_keys(_with_parents(cards))
    return document


def _with_parents(cards: Sequence[NoteCard]) -> list[NoteCard]:
    """The cards, each follow-up with the question that it follows, unless that is too long to be a card."""
    asked = {card.line: card.question_without_key for card in cards}
    return [card._replace(follows=asked.get(card.followed_line, "")) if card.followed_line else card for card in cards]


def _shorten(cards: list[NoteCard], lines: Sequence[SourceLine], ledger: Ledger) -> None:
    """Cut the answers that became longer than a card's text may be when pictures and formulas were written in them."""
    for number, card in enumerate(cards):
        text, left = answers.within(MAXIMAL_TEXT, card.answer)
        if left:
            cards[number] = card._replace(answer=text.rstrip())
            own = [at for at, one in enumerate(ledger.cards) if one == number and ledger.fates[at] == "answer"]
            fates = answers.without_last([lines[at] for at in own], left.count("\n") + 1)
            for at, fate in zip(own, fates, strict=True):
                ledger.set(at, fate, number if fate == "answer" else None)


def _spoken(lines: Sequence[SourceLine], options: ReadingOptions) -> Language:
    """The language that was named, else that of the text, else that of the comments in its code, else the person's."""
    return (
        options.language
        or language_of(line.words for line in lines if line.state == "text")
        or language_of(line.words for line in lines)
        or options.preferred
    )


def _headers(lines: Sequence[SourceLine], ledger: Ledger) -> tuple[Headers, set[int], MultipleChoices]:
    """The lines that may begin a question, those of the table of contents, and the choices below the former."""
    headers = unwrapped([one for index, line in enumerate(lines) if (one := header(line, index))])
    headers = with_expected_numbers(lines, headers)
    headers = wrapped_in_bold(lines, numbered_with_hyphens(lines, with_unspaced_labels(lines, headers)))
    headers = parted(marked(underlined(lines, inside_items(lines, headers))))
    headers = with_kinds_of_exercises(lines, counted_on_in_items(headers))
    listed = lines_listed(lines, headers)
    for index in listed:
        ledger.set(index, "table of contents")
    passed_over = listed | to_readers(headers) | for_interviewers(headers) | references(lines, headers)
    passed_over |= {one.at for one in headers if one.number and len(answers_in(lines[one.at].words)) > 1}
    choices = MultipleChoices()
    able = choices.choosing(lines, [one for one in headers if one.at not in passed_over])
    return Headers(able), listed, choices


def _add_cards(
    document: Document, lines: Sequence[SourceLine], parts: list[CardSpan], choices: MultipleChoices
) -> None:
    for part, (parent, subject) in zip(parts, followed(lines, parts), strict=True):
        if part.header is None or len(part.question) > answers.MAX_ANSWER:
            _place_rest(lines, document.ledger, part)
        else:
            choice = choices.of(lines, part)
            card = _card(lines, document.ledger, part, len(document.cards), choice)
            at = 0 if parent is None or parent.header is None else parent.header.at + 1
            card = card._replace(followed_line=at, follows=subject)
            document.cards.append(card)


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
        elif line.state == "comment" or index in part.keys or (line.state == "text" and answers.mark_of(line.words)):
            ledger.set(index, "mark")


def _left_out(lines: Sequence[SourceLine], headers: Sequence[Header], ledger: Ledger) -> Iterator[int]:
    """The lines of headings that may be subjects, with words below them that went nowhere."""
    if "unplaced" not in ledger.fates:
        return
    begins = [*(one.at for one in outline_of(headers)), len(lines)]
    sections = ((at, end) for at, end in pairwise(begins) if ledger.fates[at] == "section")
    lost = {at for at, end in sections if any(_is_lost(lines, ledger, below) for below in range(at + 1, end))}
    subjects = headings.of_one_level(headings.measured(lines, headers)) if lost else []
    yield from (one.at + 1 for one in subjects if one.at in lost)


def _is_lost(lines: Sequence[SourceLine], ledger: Ledger, at: int) -> bool:
    return ledger.fates[at] == "unplaced" and lines[at].state in ("text", "code")


def _card(
    lines: Sequence[SourceLine], ledger: Ledger, part: CardSpan, number: int, choice: MultipleChoice | None
) -> NoteCard:
    assert part.header is not None
    for index in part.asked:
        ledger.set(index, "question", number)
    if choice is not None:
        return _choice_card(lines, ledger, part, number, choice)
    cleaned = answers.clean(_body(lines, part, part.lines), part.header.rest)
    for index, fate in zip(part.lines, cleaned.fates, strict=True):
        ledger.set(index, fate, None if fate == "unplaced" else number)
    mark = part.header.mark or cleaned.level
    at, tags = part.header.at + 1, part.header.tags
    return NoteCard(part.section, part.question, cleaned.text, at, mark, premise=part.premise, tags=tags)


def _choice_card(
    lines: Sequence[SourceLine], ledger: Ledger, part: CardSpan, number: int, choice: MultipleChoice
) -> NoteCard:
    """The card of a question with options; what is neither options nor the key explains it."""
    assert part.header is not None
    has_key, taken = choice.has_key, choice.asked | choice.key
    for place, index in enumerate(part.lines):
        ledger.set(index, "question" if place in choice.asked else "answer", number)
    explaining = [index for place, index in enumerate(part.lines) if place not in taken]
    cleaned = answers.clean(_body(lines, part, explaining), choice.first)
    for index, fate in zip(explaining, cleaned.fates, strict=True):
        # A blank line stands for no missing answer where there is a key.
        fate = "answer" if fate == "placeholder" and lines[index].state == "blank" and has_key else fate
        ledger.set(index, fate, None if fate == "unplaced" else number)
    mark, at = part.header.mark or cleaned.level, part.header.at + 1
    return NoteCard(
        part.section,
        part.question,
        cleaned.text,
        at,
        mark,
        premise="\n\n".join(filter(None, (part.premise, choice.premise))),
        options=choice.options,
        tags=part.header.tags,
    )


def _body(lines: Sequence[SourceLine], part: CardSpan, among: Sequence[int]) -> list[SourceLine]:
    """The lines of an answer, without the number that joined it to its question."""
    return [answers_below.without_number(lines[at]) if at in part.joined else lines[at] for at in among]


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
        if not text or text.isalnum():
            return text
        text = replaced(text, pictures, read_image, missing)
        # What dlquiz exported is as cards have it.
        return text.replace("@{", "@@{") if card.id else answers.markdown(text)

    before = len(pictures.missing)
    question = printable(" ".join(converted(card.question).split())) or "?"
    answer = printable(converted(card.answer))
    options = tuple(
        one._replace(text=_option(converted(one.text)), why=_option(converted(one.why))) for one in card.options
    )
    premise = printable(converted(card.premise))
    steps, points = (tuple(_option(converted(one)) for one in texts) for texts in (card.steps, card.points))
    if card.holes:
        question, premise = (_OPENED.sub(r"@{\1}", text) for text in (question, premise))
    only_missing = False
    if len(pictures.missing) > before:
        said = " ".join([answer, *(one.text for one in options)])
        only_missing = not re.sub(rf"\[{missing}: [^\]]*\]|\W", "", said)
    return card._replace(
        question=question,
        answer=answer,
        key=key_of(card.section, question),
        incomplete=only_missing,
        premise=premise,
        options=options,
        steps=steps,
        points=points,
        pitfall=printable(converted(card.pitfall)),
    )


def _option(text: str) -> str:
    """The words of an option on one line, unless it holds code."""
    return printable(text) if "```" in text or "~~~" in text else " ".join(printable(text).split())


def _with_counted_keys(cards: list[NoteCard]) -> list[NoteCard]:
    """The cards; the key of a question that stands twice in one section has a number behind it."""
    keys = counted([card.key for card in cards])
    return [card if card.key == key else card._replace(key=key) for card, key in zip(cards, keys, strict=True)]
