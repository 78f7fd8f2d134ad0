"""What an import of notes would write: as lines to read before anything is written, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import typer

from dlquiz.cli import line_breaks
from dlquiz.formatting import COMMA, in_brackets, shortened, visible
from dlquiz.notes.markdown.habits.names import GUESSED

if TYPE_CHECKING:
    from dlquiz.messages.importing import ImportPhrases
    from dlquiz.notes.bank_file import Changes
    from dlquiz.notes.images import Pictures
    from dlquiz.notes.markdown.reading import Document
    from dlquiz.notes.note import NoteCard

MAX_ROWS = 30
MAX_NAMED = 8
# Of a question among others that are named, and of a whole line with two of them.
QUESTION_LENGTH, NAME_LENGTH = 120, 400
# One or two lines that ask are part of most answers.
MIN_ASKING = 3
# Of the answers that hold such lines.
MAX_ANSWERS = 3


@dataclass(slots=True)
class BankImport:
    """One bank that is to be written, and what it is made of; `duplicates` are ids of new cards with that of the card
    that asks the same, whose question `questions_asked` has."""

    documents: list[Document]
    changes: Changes
    pictures: Pictures
    duplicates: Mapping[str, str]
    questions_asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def known(self) -> list[NoteCard]:
        """The cards of the person's banks that the files hold as dlquiz exported them."""
        return [card for document in self.documents for card in document.known]


def show(one: BankImport, say: ImportPhrases, *, join_reworded: bool) -> None:
    """Print what the files hold, and what of it is new in the bank; `join_reworded` says that reworded questions take
    the place of the old ones."""
    for document in one.documents:
        for line in _document(document, say, short=len(one.documents) > 3):
            line_breaks.say_below(line)
    without = [_looks_missing(document, say) for document in one.documents if document.missing != GUESSED]
    for line in _named("looks missing", without, say):
        line_breaks.say_below(line)
    rows = list(_rows(one, say))
    from dlquiz.render.card_table import table

    for line in table(rows[:MAX_ROWS], line_breaks.table_width()):
        typer.echo(line)
    if len(rows) > MAX_ROWS:
        typer.echo(say("and more", more=say.count(len(rows) - MAX_ROWS, "more card")))
    for line in _changes(one, say, join_reworded=join_reworded):
        line_breaks.say_below(line)


def _document(document: Document, say: ImportPhrases, *, short: bool) -> Iterator[str]:
    """What a file holds; when `short`, on one line."""
    found = say("no questions")
    if document.cards or document.known:
        number = len(document.cards) + len(document.known)
        questions, drafts = say.count(number, "question"), sum(card.draft for card in document.cards)
        habits = say("and").join(say("habit", habit=habit, name=say(habit)) for habit in document.habits)
        found = say("found", questions=questions, drafts=drafts, habits=habits)
    yield say(
        "document",
        name=visible(document.name),
        lines=say.count(len(document.texts), "line"),
        language=say(document.language),
        encoding=document.encoding,
        found=found,
    )
    if short:
        return
    counts = document.ledger.counts().items()
    listed = COMMA[say.language].join(say("fate", number=number, fate=say(fate)) for fate, number in counts if number)
    if listed:
        yield say("lines", counts=listed)
    for first, last, text in _unplaced(document)[:MAX_NAMED]:
        yield say("unplaced lines", lines=first if first == last else f"{first}–{last}", text=text)
    if document.left_out and not document.looks_shown:
        title = visible(shortened(document.texts[document.left_out[0] - 1].strip(), 60))
        headings = say.count(len(document.left_out), "heading")
        yield say("left out", headings=headings, line=document.left_out[0], title=title)
    yield from _asking(document, say)
    if document.looks_shown:
        yield from looks(document, say)


def _asking(document: Document, say: ImportPhrases) -> Iterator[str]:
    """The lines that may be questions and are none, and the answers that hold several of them."""
    if len(document.asking) < MIN_ASKING:
        return
    at = document.asking[0]
    title = visible(shortened(document.texts[at - 1].strip(), 60))
    choose = say("choose lines") if document.lines_may_be_chosen else ""
    yield say("asking", lines=say.count(len(document.asking), "line"), line=at, title=title, choose=choose)
    for one in document.asking_answers[:MAX_ANSWERS]:
        card = document.cards[one.card]
        question = visible(shortened(card.question, 60))
        yield say("asking answer", number=len(one.lines), line=card.line, question=question)
    if len(document.asking_answers) > MAX_ANSWERS:
        yield say("and more answers", number=len(document.asking_answers) - MAX_ANSWERS)


def looks(document: Document, say: ImportPhrases) -> Iterator[str]:
    """Among which headings and other lines the person may choose."""
    if document.heading_levels:
        yield say("levels")
    for level, headings, questions, asking, first in document.heading_levels:
        name = "level taken" if questions == headings else "level taken in part" if questions else "level"
        title = visible(shortened(first, 50))
        counted = say.count(headings, "heading")
        yield say(name, level=level, headings=counted, asking=asking, first=title, questions=questions)
    listed = [one for one in document.looks if one.is_listed]
    if listed:
        yield say("looks")
    for look, lines, questions, asking, first in listed:
        name = "look taken" if questions == lines else "look taken in part" if questions else "look"
        title = visible(shortened(first, 50))
        counted = say.count(lines, "line")
        yield say(name, look=look, lines=counted, asking=asking, first=title, questions=questions)


def _looks_missing(document: Document, say: ImportPhrases) -> str:
    levels = COMMA[say.language].join(map(str, document.missing.heading_levels))
    named = [say("named level", levels=levels)] if levels else []
    named += [say("named look", look=visible(look)) for look in document.missing.looks]
    return say("looks of file", name=document.name, looks=COMMA[say.language].join(named))


def _unplaced(document: Document) -> list[tuple[int, int, str]]:
    """Lines of words that went nowhere."""
    found = []
    for entry in document.ledger.entries([""] * (len(document.cards) + len(document.known))):
        words = [document.texts[at - 1] for at in range(entry.first, entry.last + 1)]
        if entry.fate == "unplaced" and any(word.strip() for word in words):
            found.append(
                (entry.first, entry.last, visible(shortened(next(word for word in words if word.strip()), 60)))
            )
    return found


def _rows(one: BankImport, say: ImportPhrases) -> Iterator[list[str]]:
    statuses = one.changes.statuses()
    for id, (name, card) in one.changes.cards.items():
        if id in statuses:
            place = _place(one, name, card.line)
            yield [say(statuses[id]), visible(place), _answer(card, say), visible(shortened(card.question, 200))]


def _answer(card: NoteCard, say: ImportPhrases) -> str:
    """How long the answer is, or how many options there are."""
    if card.draft:
        return say("a draft")
    return (
        say.count(len(card.options), "option") if card.is_choice else say.count(card.answered.count("\n") + 1, "line")
    )


def _changes(one: BankImport, say: ImportPhrases, *, join_reworded: bool) -> Iterator[str]:
    """What a person should know before they agree."""
    changes, path = one.changes, visible(str(one.changes.path))
    new, changed = len(changes.new), len(changes.changed)
    known = [say("of the bank", id=card.id, question=_words(card.question)) for card in one.known]
    yield from _named("exported", known, say)
    if not (changes.any or changes.gone):
        yield say("nothing new", path=path)
        if join_reworded:
            yield say("none reworded")
        return
    same = len(changes.cards) - new - changed
    yield say("changes", path=path, new=new, changed=changed, same=same, gone=len(changes.gone))
    duplicates = [
        _asked(one, "like", id, (other, one.questions_asked[other]), say) for id, other in one.duplicates.items()
    ]
    yield from _named("duplicates", duplicates, say)
    yield from _named("repeated", [_repeated(one, id, other, say) for id, other in changes.repeated.items()], say)
    edited = [_of_notes(one, id, say) + _fields(names, say) for id, names in changes.edited.items()]
    yield from _named("edited", edited, say)
    yield from _named("moved", [_of_notes(one, id, say) for id in changes.moved], say)
    yield from _named("deleted", [_of_notes(one, id, say) for id in changes.deleted], say)
    words = changes.questions_gone
    kept = [id for id in changes.gone if not (join_reworded and id in changes.reworded.values())]
    yield from _named("gone", [say("of the bank", id=id, question=_words(words[id])) for id in kept], say)
    reworded = [_asked(one, "was", new, (old, words[old]), say) for new, old in changes.reworded.items()]
    yield from _named("joined" if join_reworded else "reworded", reworded, say)
    if join_reworded:
        yield from _reworded_before(one, say)
    if not changes.any:
        return
    yield from _named("missing", one.pictures.missing, say)
    yield from _named("remote", one.pictures.remote, say)
    if one.pictures.formulas:
        yield say("formulas", pictures=say.count(one.pictures.formulas, "picture"))


def _reworded_before(one: BankImport, say: ImportPhrases) -> Iterator[str]:
    """What to do for questions that an import took for new ones before `--reworded` was given."""
    from dlquiz.notes import bank_file

    words = one.changes.questions_gone
    pairs = bank_file.reworded_before(one.changes)
    named = [_asked(one, "was before", new, (old, words[old]), say) for new, old in pairs.items()]
    yield from _named("reworded before", named, say)
    if named:
        yield say("reworded before next", path=visible(str(one.changes.path)))
    elif not one.changes.reworded:
        yield say("none reworded")


def _place(one: BankImport, name: str, line: int) -> str:
    """Where a card stands in the notes: its line, behind the name of its file when there are several."""
    return f"{name}:{line}" if len(one.documents) > 1 else str(line)


def _repeated(one: BankImport, id: str, other: str, say: ImportPhrases) -> str:
    """A question of the notes beside where another file asks it: the line, where that file is read now."""
    name, card = one.changes.cards[id]
    if other in one.changes.cards:
        source, same = one.changes.cards[other]
        there = _place(one, source, same.line)
    else:
        there = one.changes.remembered[other].source
    return say("also in", place=_place(one, name, card.line), question=_words(card.question), other=there)


def _of_notes(one: BankImport, id: str, say: ImportPhrases) -> str:
    """A question of the notes, by its line and its words."""
    name, card = one.changes.cards[id]
    return say("of the notes", place=_place(one, name, card.line), question=_words(card.question))


def _fields(names: Sequence[str], say: ImportPhrases) -> str:
    """Fields of a card, in brackets."""
    words = {"level": "level of a card", "draft": "draft of a card"}
    return in_brackets(COMMA[say.language].join(say(words.get(name, name)) for name in names), say.language)


def _asked(one: BankImport, phrase: str, id: str, other: tuple[str, str], say: ImportPhrases) -> str:
    """A question of the notes, by its line and its words, beside a card of the bank: its id and its question."""
    name, card = one.changes.cards[id]
    place = _place(one, name, card.line)
    of_bank = say("of the bank", id=other[0], question=_words(other[1]))
    return say(phrase, place=place, question=_words(card.question), id=id, card=of_bank)


def _words(question: str) -> str:
    return shortened(question, QUESTION_LENGTH)


def _named(what: str, names: Sequence[str], say: ImportPhrases) -> Iterator[str]:
    if names:
        yield say(what, number=len(names), pictures=say.count(len(names), "picture"))
        yield from (f"  {visible(shortened(name, NAME_LENGTH))}" for name in names[:MAX_NAMED])
        if len(names) > MAX_NAMED:
            yield say("and more names", number=len(names) - MAX_NAMED)


def facts(imports: Sequence[BankImport], written: bool) -> dict[str, object]:
    """All that was found, and whether it was written."""
    return {"written": written, "banks": [_bank_facts(one) for one in imports]}


def _bank_facts(one: BankImport) -> dict[str, object]:
    from dlquiz.notes.bank_file import written

    changes, statuses = one.changes, one.changes.statuses()
    return {
        "bank": str(changes.path),
        "language": changes.language,
        "files": [
            _file_facts(document, [*ids, *(card.id for card in document.known)])
            for document, ids in zip(one.documents, changes.ids, strict=True)
        ],
        "cards": [
            {
                "id": id,
                "file": name,
                "line": card.line,
                "question": card.question,
                "section": list(card.section),
                "kind": written(card, id).kind,
                "draft": card.draft,
                "status": statuses.get(id, "same"),
            }
            for id, (name, card) in changes.cards.items()
        ],
        "changed": changes.changed,
        "edited": changes.edited,
        "moved": changes.moved,
        "deleted": changes.deleted,
        "gone": changes.gone,
        "reworded": changes.reworded,
        "duplicates": dict(one.duplicates),
        "repeated": changes.repeated,
        "known": [card.id for card in one.known],
        "pictures": {
            "kept": len(one.pictures.files),
            "missing": one.pictures.missing,
            "remote": one.pictures.remote,
            "formulas": one.pictures.formulas,
        },
    }


def _file_facts(document: Document, ids: Sequence[str]) -> dict[str, object]:
    return {
        "file": document.name,
        "encoding": document.encoding,
        "lines": len(document.texts),
        "habits": list(document.habits),
        "fates": document.ledger.counts(),
        "left_out": document.left_out,
        "asking": document.asking,
        "asking_answers": [{"card": ids[one.card], "lines": one.lines} for one in document.asking_answers],
        "levels_missing": list(document.missing.heading_levels),
        "looks_missing": list(document.missing.looks),
        "heading_levels": [one._asdict() for one in document.heading_levels if document.looks_shown],
        "looks": [one._asdict() for one in document.looks if document.looks_shown and one.is_listed],
        "ledger": [entry.to_json() for entry in document.ledger.entries(ids)],
    }
