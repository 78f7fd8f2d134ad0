"""`dlquiz import` of notes: what was found, shown before anything is written; then the bank."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from dlquiz.cli.line_breaks import say, table_width
from dlquiz.cli.options import language_of_cards
from dlquiz.errors import DlquizError, UsageError
from dlquiz.formatting import count, shortened, visible

if TYPE_CHECKING:
    from dlquiz.cards import Language
    from dlquiz.notes.bank_file import Changes
    from dlquiz.notes.images import Pictures
    from dlquiz.notes.markdown.habits.names import Habit
    from dlquiz.notes.markdown.reading import Document
    from dlquiz.notes.sources import Argument
    from dlquiz.settings import Settings

MAX_ROWS = 30
MAX_NAMED = 8


class Options(NamedTuple):
    as_bank: Path | None
    habit: str | None
    lang: str | None
    reworded: bool
    dry_run: bool
    yes: bool
    as_json: bool


@dataclass(slots=True)
class BankImport:
    """One bank that is to be written, and what it is made of."""

    documents: list[Document]
    changes: Changes
    pictures: Pictures
    duplicates: Mapping[str, str]


def run(user_settings: Settings, paths: Sequence[Path], options: Options) -> None:
    """Show what the notes hold and write it, unless the person says no."""
    habit, language = _habit(options.habit), language_of_cards(options.lang)
    imports = [_read(*group, habit, language) for group in _groups(user_settings, paths, options)]
    _find_duplicates(user_settings, imports)
    if not options.as_json:
        for one in imports:
            _show(one)
    wanted = [one for one in imports if one.changes.any]
    agreed = bool(wanted) and not options.dry_run and (options.yes or _agreed(wanted, options.as_json))
    for one in wanted if agreed else ():
        _write(one, options.reworded)
    if options.as_json:
        print(json.dumps(_facts(imports, agreed), ensure_ascii=False, indent=2))
    elif agreed:
        for one in wanted:
            _report_written(user_settings, one)
    if not any(one.changes.cards or one.changes.gone for one in imports):
        raise _nothing_found(imports)


def _nothing_found(imports: Sequence[BankImport]) -> DlquizError:
    headings = sum(len(document.left_out) for one in imports for document in one.documents)
    taking = f"pass --habit F2 to take the {count(headings, 'heading')} left out, or " if headings else ""
    return DlquizError(
        "no questions were found in these notes",
        fix=f"{taking}name the habit with --habit; docs/notes.md shows them all",
    )


def _habit(given: str | None) -> Habit | None:
    from dlquiz.notes.markdown.habits.names import HABITS

    if given is None:
        return None
    found = next((name for name in HABITS if name == given.upper()), None)
    if found is None:
        known = ", ".join(f"{name} ({what})" for name, what in HABITS.items())
        raise UsageError(f"there is no habit {given}", fix=f"there are {known}")
    return found


def _groups(
    user_settings: Settings, paths: Sequence[Path], options: Options
) -> Iterator[tuple[Path, Sequence[Argument]]]:
    """The bank that each path goes into: one for all with --as-bank, else one each."""
    from dlquiz.bank.files import SUFFIXES
    from dlquiz.notes.sources import argument

    arguments = [argument(path) for path in paths]
    if options.as_bank is not None:
        if options.as_bank.suffix.lower() not in SUFFIXES:
            raise UsageError(f"{options.as_bank} is no bank", fix="name a file that ends in .yaml")
        yield options.as_bank, arguments
        return
    stems = [one.stem for one in arguments]
    for one in arguments:
        if stems.count(one.stem) > 1:
            raise DlquizError(f"two banks would be called {one.stem}", fix="join them in one: --as-bank OUT.yaml")
        yield user_settings.own_questions / f"{one.stem}.yaml", [one]


def _read(bank: Path, arguments: Sequence[Argument], habit: Habit | None, language: Language | None) -> BankImport:
    from dlquiz.notes import bank_file
    from dlquiz.notes.documents import read_all
    from dlquiz.notes.images import Pictures
    from dlquiz.notes.keys import slug

    pictures = Pictures(f"{slug(bank.stem)}-images")
    documents = read_all(arguments, pictures, habit, language)
    spoken: Language = language or _most_spoken(documents)
    found = [(one.name, one.cards) for one in documents]
    return BankImport(documents, bank_file.plan(bank, bank.stem, spoken, found), pictures, {})


def _most_spoken(documents: Sequence[Document]) -> Language:
    cards = [len(one.cards) for one in documents]
    weights = cards if any(cards) else [1] * len(documents)
    chinese = sum(weight for one, weight in zip(documents, weights, strict=True) if one.language == "zh")
    return "zh" if chinese * 2 > sum(weights) else "en"


def _find_duplicates(user_settings: Settings, imports: Sequence[BankImport]) -> None:
    from dlquiz.cli.context import open_bank
    from dlquiz.notes.duplicates import duplicates

    if not any(one.changes.new for one in imports):
        return
    with open_bank(user_settings) as questions:
        cards = list(questions.all())
    for one in imports:
        own = str(one.changes.path)
        others = [card for card in cards if card.place is None or card.place.file != own]
        asked = {id: one.changes.cards[id][1].question for id in one.changes.new}
        one.duplicates = duplicates(asked, others)


# -- showing -----------------------------------------------------------------------------------------------------------


def _show(one: BankImport) -> None:
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
    from dlquiz.notes.markdown.habits.names import HABITS

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
    if document.left_out:
        title = visible(shortened(document.texts[document.left_out[0] - 1].strip(), 60))
        headings = count(len(document.left_out), "heading")
        say(f"  left out: {headings} without a question, from {document.left_out[0]}, {title} (--habit F2 takes them)")


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


def _facts(imports: Sequence[BankImport], written: bool) -> dict[str, object]:
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
        "ledger": [entry.to_json() for entry in document.ledger.entries(ids)],
    }


# -- writing -----------------------------------------------------------------------------------------------------------


def _agreed(wanted: Sequence[BankImport], as_json: bool) -> bool:
    if as_json or not sys.stdin.isatty():
        raise DlquizError("nothing was written: nobody was asked", fix="pass --yes, or --dry-run to look only")
    new, changed = sum(len(one.changes.new) for one in wanted), sum(len(one.changes.changed) for one in wanted)
    return typer.confirm(f"Write {count(new, 'new card')} and {changed} changed?", default=True)


def _write(one: BankImport, join_reworded: bool) -> None:
    from dlquiz.files import write_atomically
    from dlquiz.notes import bank_file

    for name, data in one.pictures.files.items():
        write_atomically(one.changes.path.with_name(one.pictures.directory) / name, data, parents=True)
    bank_file.write(one.changes, join_reworded)


def _report_written(user_settings: Settings, one: BankImport) -> None:
    path = one.changes.path
    drafts = sum(card.draft for _, card in one.changes.cards.values())
    say(f"written: {visible(str(path))}")
    if drafts:
        say(f"without an answer yet: {count(drafts, 'draft')} (dlquiz bank list --drafts)")
    if not path.resolve().is_relative_to(user_settings.own_questions.resolve()):
        say(f"study it with dlquiz study --bank {path}, or move it to {user_settings.own_questions}")
