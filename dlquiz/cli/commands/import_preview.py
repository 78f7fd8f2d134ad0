"""What an import of notes would write: as lines to read before anything is written, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from dlquiz.cli.line_breaks import say, table_width
from dlquiz.formatting import count, shortened, visible
from dlquiz.notes.markdown.habits.names import HABITS

if TYPE_CHECKING:
    from dlquiz.notes.bank_file import Changes
    from dlquiz.notes.images import Pictures
    from dlquiz.notes.markdown.reading import Document

MAX_ROWS = 30
MAX_NAMED = 8


@dataclass(slots=True)
class BankImport:
    """One bank that is to be written, and what it is made of."""

    documents: list[Document]
    changes: Changes
    pictures: Pictures
    duplicates: Mapping[str, str]


def show(one: BankImport) -> None:
    """Print what the files hold, and what of it is new in the bank."""
    for document in one.documents:
        _show_document(document, len(one.documents) > 3)
    rows = list(_rows(one))
    from dlquiz.render.card_table import table

    for line in table(rows[:MAX_ROWS], table_width()):
        typer.echo(line)
    if len(rows) > MAX_ROWS:
        typer.echo(f"  and {count(len(rows) - MAX_ROWS, 'more card')} (--json lists all)")
    for line in _notes(one):
        say(line)


def _show_document(document: Document, short: bool) -> None:
    found = " and ".join(f"{habit}, {HABITS[habit]}" for habit in document.habits)
    lines = count(len(document.texts), "line")
    language = {"en": "English", "zh": "Chinese"}[document.language]
    head = f"{visible(document.name)}: {lines}, {language}, {document.encoding}; "
    drafts = sum(card.draft for card in document.cards)
    what = f"{count(len(document.cards), 'question')}, {drafts} without an answer ({found})"
    say(head + (what if document.cards else "no questions"))
    if short:
        return
    counts = ", ".join(f"{number} {fate}" for fate, number in document.ledger.counts().items() if number)
    say(f"  lines: {counts}")
    for first, last, text in _unplaced(document)[:MAX_NAMED]:
        say(f"  unplaced {first if first == last else f'{first}–{last}'}: {text}")
    if document.left_out and not document.heading_levels:
        title = visible(shortened(document.texts[document.left_out[0] - 1].strip(), 60))
        headings = count(len(document.left_out), "heading")
        say(f"  left out: {headings} without a question, from {document.left_out[0]}, {title} (--habit F2 takes them)")
    _show_levels(document)


def _show_levels(document: Document) -> None:
    """Print among which headings the person may choose."""
    if document.heading_levels:
        say("  headings by level; --heading-level says which are questions:")
    for level, headings, questions, first in document.heading_levels:
        taken = "; taken" if questions == headings else f"; {questions} taken" if questions else ""
        say(f"    {level}: {count(headings, 'heading')}, from {visible(shortened(first, 50))}{taken}")


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


def _rows(one: BankImport) -> Iterator[list[str]]:
    statuses = one.changes.statuses()
    for id, (name, card) in one.changes.cards.items():
        if id in statuses:
            place = f"{name}:{card.line}" if len(one.documents) > 1 else str(card.line)
            answer = "draft" if card.draft else count(card.answer.count("\n") + 1, "line")
            yield [statuses[id], visible(place), answer, visible(shortened(card.question, 200))]


def _notes(one: BankImport) -> Iterator[str]:
    """What a person should know before they agree."""
    changes = one.changes
    same = len(changes.cards) - len(changes.new) - len(changes.changed)
    if not (changes.any or changes.gone):
        yield f"{visible(str(changes.path))}: nothing new"
        return
    yield (
        f"{visible(str(changes.path))}: {len(changes.new)} new, {len(changes.changed)} changed, {same} as before, "
        f"{len(changes.gone)} gone from the notes"
    )
    yield from _named("asked by the bank already", [f"{id} like {other}" for id, other in one.duplicates.items()])
    edited = [f"{id} ({', '.join(names)})" for id, names in changes.edited.items()]
    yield from _named("edited by you, so kept as they are", edited)
    yield from _named("deleted by you, so left out", changes.deleted)
    yield from _named("gone from the notes, kept in the bank", changes.gone)
    reworded = [f"{new} was probably {old}" for new, old in changes.reworded.items()]
    yield from _named("reworded (--reworded lets the new one take over the history)", reworded)
    if not changes.any:
        return
    yield from _named("pictures that are not there", one.pictures.missing)
    yield from _named("pictures on the web, kept as links", one.pictures.remote)
    if one.pictures.formulas:
        yield f"{count(one.pictures.formulas, 'picture')} of formulas turned into LaTeX"


def _named(what: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"{len(names)} {what}:"
        yield from (f"  {visible(shortened(name, 120))}" for name in names[:MAX_NAMED])
        if len(names) > MAX_NAMED:
            yield f"  and {len(names) - MAX_NAMED} more (--json lists all)"


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
        "heading_levels": [one._asdict() for one in document.heading_levels],
        "ledger": [entry.to_json() for entry in document.ledger.entries(ids)],
    }
