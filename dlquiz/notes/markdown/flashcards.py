"""The syntax of flashcard programs: Obsidian Spaced Repetition, hashcards, exports with front and back, tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from dlquiz.bank.writing import printable
from dlquiz.notes.ledger import Ledger
from dlquiz.notes.markdown.answers import MAX_ANSWER, clean, mark_of
from dlquiz.notes.markdown.cards import multiple_choice
from dlquiz.notes.markdown.lines import MAX_HEADER, SourceLine
from dlquiz.notes.markdown.table_lines import (
    answer_in_row,
    cells_of,
    column_named,
    is_answer_column,
    is_question_column,
    is_ruler,
)
from dlquiz.notes.markdown.titles import is_rule
from dlquiz.notes.note import NoteCard

_INLINE = re.compile(
    r"(?:[-*+]\s+|\d+[.)]\s+)?(?P<front>[^:：`|]{2,400}?)"
    r"(?:\s::{1,2}\s|:::?(?=\s)|(?<=[?!.)]):::?|(?<=[^\x00-\x7f]):::?|:::?(?=[^\x00-\x7f]))\s*(?P<back>\S.*)$"
)
_TAG = re.compile(r"(?:^|\s)#(?:flashcards?|card|anki)\b", re.IGNORECASE)
_FRONT = re.compile(r"#{1,6}\s*(?:front|question|正面|问题)\s*:?\s*$", re.IGNORECASE)
_BACK = re.compile(r"#{1,6}\s*(?:back|answer|背面|答案)\s*:?\s*$", re.IGNORECASE)
_CLOZE = re.compile(r"C:\s*(?=.*\[[^\[\]]+\])")
_HASH_Q, _HASH_A = re.compile(r"Q:\s*"), re.compile(r"A:\s*")
_HOLE = re.compile(r"(?<![!\]\\])\[([^\[\]\n]{1,150})\](?!\()")
_HIGHLIGHT = re.compile(r"==([^=\n]{1,150})==")


@dataclass(slots=True)
class _Draft:
    asked: list[int] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    question: str = ""
    answer: str = ""
    holes: tuple[str, ...] = ()
    mark: str = ""
    tags: tuple[str, ...] = ()


def read(lines: Sequence[SourceLine], ledger: Ledger, certain: bool = False) -> list[NoteCard]:
    """The cards of a file that is written for a flashcard program; when it is not, none, and the ledger stays."""
    tagged = certain or any("#" in line.text and _is_tagged(line) for line in lines)
    for style in (_separated, _front_and_back, _hashcards, _inline, _table, _highlighted):
        drafts = _apart(one for one in style(lines, tagged) if _is_card(one))
        if _convincing(lines, drafts, tagged):
            return list(_cards(lines, ledger, drafts))
    return []


def _is_card(one: _Draft) -> bool:
    """Whether something is asked, and a card can hold it."""
    return 0 < len(one.question) <= MAX_ANSWER and len(one.answer) <= MAX_ANSWER and bool(one.asked or one.answered)


def _is_tagged(line: SourceLine) -> bool:
    return line.state == "text" and len(line.text) < 300 and _TAG.search(line.text) is not None


def _apart(drafts: Iterable[_Draft]) -> list[_Draft]:
    """The drafts without those that want a line which an earlier one has."""
    taken: set[int] = set()
    found = []
    for one in drafts:
        own = {*one.asked, *one.answered}
        if not own & taken:
            found.append(one)
            taken |= own
    return found


def _convincing(lines: Sequence[SourceLine], drafts: Sequence[_Draft], tagged: bool) -> bool:
    if not drafts:
        return False
    used = len({index for one in drafts for index in (*one.asked, *one.answered) if lines[index].words})
    full = sum(line.state in ("text", "code") and bool(line.words) for line in lines)
    return tagged or (used * 4 >= full if len(drafts) > 1 else used >= full)


def _cards(lines: Sequence[SourceLine], ledger: Ledger, drafts: Sequence[_Draft]) -> Iterator[NoteCard]:
    section: list[tuple[int, str]] = []
    pending = sorted(drafts, key=lambda one: min((*one.asked, *one.answered)))
    owned = {index for one in pending for index in (*one.asked, *one.answered)}
    at = 0
    for number, one in enumerate(pending):
        begin = min((*one.asked, *one.answered))
        _place_between(lines, ledger, range(at, begin), owned, section)
        for index in one.asked:
            ledger.set(index, "question", number)
        cleaned = clean([lines[index] for index in one.answered])
        for index, fate in zip(one.answered, cleaned.fates, strict=True):
            ledger.set(index, fate, None if fate == "unplaced" else number)
        at = max((*one.asked, *one.answered)) + 1
        path = tuple(title for _, title in section)
        answer = one.answer or cleaned.text
        card = NoteCard(path, one.question, answer, begin + 1, one.mark, holes=one.holes, tags=one.tags)
        yield card if card.holes else with_options(card)
    _place_between(lines, ledger, range(at, len(lines)), owned, section)


def with_options(card: NoteCard) -> NoteCard:
    """The card with the options in its answer as options."""
    found = multiple_choice.in_text(card.question, card.answer)
    if found is None:
        return card
    choice, answer = found
    return card._replace(answer=answer, premise=choice.premise, options=choice.options)


def _place_between(
    lines: Sequence[SourceLine], ledger: Ledger, between: Iterable[int], owned: set[int], section: list[tuple[int, str]]
) -> None:
    for index in between:
        line = lines[index]
        if index in owned:
            continue
        heading = re.match(r"(#{1,6})\s+(.*)$", line.words) if line.state == "text" and len(line.text) < 300 else None
        if line.state == "front matter":
            ledger.set(index, "front matter")
        elif line.state == "comment" or (line.state == "text" and (mark_of(line.words) or _is_tag_line(line.words))):
            ledger.set(index, "mark")
        elif heading:
            ledger.set(index, "section")
            while section and section[-1][0] >= len(heading[1]):
                section.pop()
            section.append((len(heading[1]), heading[2].strip("# ")))


def _is_tag_line(words: str) -> bool:
    return len(words) < 300 and all(re.match(r"#[^\s#]", word) for word in words.split())


def _paragraph_before(lines: Sequence[SourceLine], index: int) -> list[int]:
    begin = index
    while begin > 0 and lines[begin - 1].state in ("text", "code") and index - begin < 60:
        if _is_separator(lines, begin - 1) or (re.match(r"#{1,6}\s", lines[begin - 1].words) and begin < index):
            break
        begin -= 1
    return list(range(begin, index))


def _separated(lines: Sequence[SourceLine], tagged: bool) -> Iterator[_Draft]:
    """Obsidian: a question, a line `?` or `??`, and the answer up to a blank line; in a file that begins with its only
    question, up to the end."""
    separators = [at for at, line in enumerate(lines) if line.state == "text" and _is_separator(lines, at)]
    first = next((at for at, line in enumerate(lines) if line.state == "text"), 0)
    for index in separators:
        asked = [at for at in _paragraph_before(lines, index) if not _is_tag_line(lines[at].words)]
        end = index + 1
        while end < len(lines) and lines[end].state in ("text", "code") and not _is_separator(lines, end + 1):
            end += 1
        if len(separators) == 1 and asked[:1] == [first]:
            end = len(lines)
        question = "\n".join(re.sub(r"^#{1,6}\s+", "", lines[at].words) for at in asked)
        if asked:
            yield _Draft([*asked, index], list(range(index + 1, end)), question.strip("*"))


def _is_separator(lines: Sequence[SourceLine], index: int) -> bool:
    return index < len(lines) and "?" in lines[index].text and lines[index].words in ("?", "??")


def _front_and_back(lines: Sequence[SourceLine], tagged: bool) -> Iterator[_Draft]:
    """`### Front` and `### Back`, each with text below."""
    if not any(line.state == "text" and _is_front(line.words) for line in lines):
        return
    one = _Draft()
    into = None
    for index, line in enumerate(lines):
        if line.state == "text" and _is_front(line.words):
            if into == "back":
                yield _finished(lines, one)
            one, into = _Draft([index]), "front"
        elif line.state == "text" and _BACK.match(line.words) and into == "front":
            one.asked.append(index)
            into = "back"
        elif line.state == "text" and re.match(r"#{1,2}\s", line.words) and into == "back":
            yield _finished(lines, one)
            one, into = _Draft(), None
        elif into is not None:
            (one.asked if into == "front" else one.answered).append(index)
    if into == "back":
        yield _finished(lines, one)


def _is_front(words: str) -> bool:
    return words.startswith("#") and _FRONT.match(words) is not None


def _finished(lines: Sequence[SourceLine], one: _Draft) -> _Draft:
    words = [lines[at].text.strip() for at in one.asked[1:-1] if not is_rule(lines[at].words)]
    one.question = "\n".join(words).strip()
    return one


def _hashcards(lines: Sequence[SourceLine], tagged: bool) -> Iterator[_Draft]:
    """hashcards: `Q:` and `A:` paragraphs, and `C:` paragraphs whose brackets are holes."""
    starts = [
        line
        for line in lines
        if line.text.startswith("C:") and line.state == "text" and _CLOZE.match(line.text[:MAX_HEADER])
    ]
    if not starts:
        return
    one: _Draft | None = None
    into = ""
    for index, line in enumerate(lines):
        text = line.text[:MAX_HEADER]
        if line.state == "text" and (_HASH_Q.match(text) or _CLOZE.match(text) or line.words == "---"):
            if one is not None:
                yield _hashcard(lines, one, into)
            one = None if line.words == "---" else _Draft([index])
            into = "" if one is None else line.text[0]
        elif one is not None and into == "Q" and line.state == "text" and _HASH_A.match(text):
            into = "A"
            one.answered.append(index)
        elif one is not None:
            (one.answered if into == "A" else one.asked).append(index)
    if one is not None:
        yield _hashcard(lines, one, into)


def _hashcard(lines: Sequence[SourceLine], one: _Draft, into: str) -> _Draft:
    text = "\n".join(lines[at].text for at in one.asked)[2:].strip()
    if into == "C":
        one.question, one.holes = opened(text, _HOLE)
    else:
        one.question = text
    return one


def opened(text: str, hole: re.Pattern[str]) -> tuple[str, tuple[str, ...]]:
    """The text with `@{1}`, `@{2}` … in place of what the pattern finds, and what stood there.

    >>> opened("the [mean] of [x]", _HOLE)
    ('the @{1} of @{2}', ('mean', 'x'))
    """
    holes: list[str] = []

    def fill(match: re.Match[str]) -> str:
        if not printable(match[1]):
            return match[0]
        holes.append(printable(match[1]))
        return f"@{{{len(holes)}}}"

    made = hole.sub(fill, text.replace("@{", "@ {"))
    return made, tuple(holes)


def _inline(lines: Sequence[SourceLine], tagged: bool) -> Iterator[_Draft]:
    """Obsidian: `question::answer` on one line."""
    for index, line in enumerate(lines):
        if "::" not in line.text or line.state != "text" or len(line.text) > MAX_HEADER:
            continue
        if found := _INLINE.match(line.words):
            question, answer = found["front"].strip(" *"), found["back"].strip()
            yield _Draft([index], [], question, re.sub(r"\s*<!--.*?-->", "", answer))


def _table(lines: Sequence[SourceLine], tagged: bool) -> Iterator[_Draft]:
    """A table with a column of questions and one of answers."""
    columns: tuple[int, int] | None = None
    names: list[str] = []
    for index, line in enumerate(lines):
        if line.state != "text" or "|" not in line.text:
            columns = None
            continue
        cells = cells_of(line.text)
        if columns is None:
            names = cells
            columns = _columns(cells) if index + 1 < len(lines) and is_ruler(lines[index + 1].words) else None
        elif not is_ruler(line.words) and len(cells) > max(columns):
            said = answer_in_row(names, cells, *columns)
            yield _Draft([index], [], cells[columns[0]], said.text, mark=said.mark, tags=said.tags)


def _columns(cells: Sequence[str]) -> tuple[int, int] | None:
    question, answer = column_named(cells, is_question_column), column_named(cells, is_answer_column)
    return None if question is None or answer is None else (question, answer)


def _highlighted(lines: Sequence[SourceLine], tagged: bool) -> Iterator[_Draft]:
    """Obsidian: `==hole==` in a file that is tagged as one of flashcards."""
    if not tagged:
        return
    for index, line in enumerate(lines):
        if line.state == "text" and len(line.text) <= MAX_HEADER and "==" in line.text:
            question, holes = opened(line.words, _HIGHLIGHT)
            if holes:
                yield _Draft([index], [], question, holes=holes)
