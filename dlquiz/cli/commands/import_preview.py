"""What an import of notes would write: as lines to read before anything is written, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from dlquiz.cli import line_breaks
from dlquiz.formatting import COMMA, in_brackets, shortened, visible

if TYPE_CHECKING:
    from dlquiz.messages.importing import ImportPhrases
    from dlquiz.notes.bank_file import Changes
    from dlquiz.notes.images import Pictures
    from dlquiz.notes.markdown.reading import Document

MAX_ROWS = 30
MAX_NAMED = 8
# One or two lines that ask are part of most answers.
MIN_ASKING = 3


@dataclass(slots=True)
class BankImport:
    """One bank that is to be written, and what it is made of."""

    documents: list[Document]
    changes: Changes
    pictures: Pictures
    duplicates: Mapping[str, str]


def show(one: BankImport, say: ImportPhrases) -> None:
    """Print what the files hold, and what of it is new in the bank."""
    for document in one.documents:
        for line in _document(document, say, short=len(one.documents) > 3):
            line_breaks.say_below(line)
    rows = list(_rows(one, say))
    from dlquiz.render.card_table import table

    for line in table(rows[:MAX_ROWS], line_breaks.table_width()):
        typer.echo(line)
    if len(rows) > MAX_ROWS:
        typer.echo(say("and more", more=say.count(len(rows) - MAX_ROWS, "more card")))
    for line in _changes(one, say):
        line_breaks.say_below(line)


def _document(document: Document, say: ImportPhrases, *, short: bool) -> Iterator[str]:
    """What a file holds; when `short`, on one line."""
    found = say("no questions")
    if document.cards:
        questions, drafts = say.count(len(document.cards), "question"), sum(card.draft for card in document.cards)
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
    if document.left_out and not document.levels_shown:
        title = visible(shortened(document.texts[document.left_out[0] - 1].strip(), 60))
        headings = say.count(len(document.left_out), "heading")
        yield say("left out", headings=headings, line=document.left_out[0], title=title)
    if len(document.asking) >= MIN_ASKING:
        at = document.asking[0]
        title = visible(shortened(document.texts[at - 1].strip(), 60))
        yield say("asking", lines=say.count(len(document.asking), "line"), line=at, title=title)
    yield from _levels(document, say)


def _levels(document: Document, say: ImportPhrases) -> Iterator[str]:
    """Among which headings the person may choose."""
    if not document.levels_shown:
        return
    yield say("levels")
    for level, headings, questions, first in document.heading_levels:
        name = "level taken" if questions == headings else "level taken in part" if questions else "level"
        title = visible(shortened(first, 50))
        yield say(name, level=level, headings=say.count(headings, "heading"), first=title, questions=questions)


def _unplaced(document: Document) -> list[tuple[int, int, str]]:
    """Lines of words that went nowhere."""
    found = []
    for entry in document.ledger.entries(["" for _ in document.cards]):
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
            place = f"{name}:{card.line}" if len(one.documents) > 1 else str(card.line)
            answer = say("a draft") if card.draft else say.count(card.answer.count("\n") + 1, "line")
            yield [say(statuses[id]), visible(place), answer, visible(shortened(card.question, 200))]


def _changes(one: BankImport, say: ImportPhrases) -> Iterator[str]:
    """What a person should know before they agree."""
    changes, path = one.changes, visible(str(one.changes.path))
    new, changed = len(changes.new), len(changes.changed)
    if not (changes.any or changes.gone):
        yield say("nothing new", path=path)
        return
    same = len(changes.cards) - new - changed
    yield say("changes", path=path, new=new, changed=changed, same=same, gone=len(changes.gone))
    duplicates = [say("like", id=id, other=other) for id, other in one.duplicates.items()]
    yield from _named("duplicates", duplicates, say)
    edited = [
        f"{id}{in_brackets(COMMA[say.language].join(names), say.language)}" for id, names in changes.edited.items()
    ]
    yield from _named("edited", edited, say)
    yield from _named("moved", changes.moved, say)
    yield from _named("deleted", changes.deleted, say)
    yield from _named("gone", changes.gone, say)
    yield from _named("reworded", [say("was", new=new, old=old) for new, old in changes.reworded.items()], say)
    if not changes.any:
        return
    yield from _named("missing", one.pictures.missing, say)
    yield from _named("remote", one.pictures.remote, say)
    if one.pictures.formulas:
        yield say("formulas", pictures=say.count(one.pictures.formulas, "picture"))


def _named(what: str, names: Sequence[str], say: ImportPhrases) -> Iterator[str]:
    if names:
        yield say(what, number=len(names), pictures=say.count(len(names), "picture"))
        yield from (f"  {visible(shortened(name, 120))}" for name in names[:MAX_NAMED])
        if len(names) > MAX_NAMED:
            yield say("and more names", number=len(names) - MAX_NAMED)


def facts(imports: Sequence[BankImport], written: bool) -> dict[str, object]:
    """All that was found, and whether it was written."""
    return {"written": written, "banks": [_bank_facts(one) for one in imports]}


def _bank_facts(one: BankImport) -> dict[str, object]:
    changes, statuses = one.changes, one.changes.statuses()
    return {
        "bank": str(changes.path),
        "language": changes.language,
        "files": [_file_facts(document, ids) for document, ids in zip(one.documents, changes.ids, strict=True)],
        "cards": [
            {
                "id": id,
                "file": name,
                "line": card.line,
                "question": card.question,
                "section": list(card.section),
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
        "heading_levels": [one._asdict() for one in document.heading_levels if document.levels_shown],
        "ledger": [entry.to_json() for entry in document.ledger.entries(ids)],
    }
