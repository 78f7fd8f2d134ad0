"""`dlquiz import FILE…`: notes become a bank, as does a foreign deck of Anki; reviews made in Anki come back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dlquiz.cli.app import new_app
from dlquiz.cli.line_breaks import say_below
from dlquiz.cli.other_names import refuse_word
from dlquiz.errors import DlquizError, UsageError
from dlquiz.formatting import visible
from dlquiz.messages.importing import ImportPhrases

if TYPE_CHECKING:
    from dlquiz.anki.import_reviews import ImportedReviews
    from dlquiz.review_log import History
    from dlquiz.review_log.merge import Merged
    from dlquiz.settings import Settings

app = new_app()

MAX_NAMED = 8
ANKI = (".apkg", ".colpkg", ".anki2", ".anki21", ".anki21b")


@app.command("import")
def import_(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Notes, directories of notes, or one file of Anki.")
    ],
    as_bank: Annotated[
        Path | None,
        typer.Option("--as-bank", metavar="OUT.yaml", help="Write the cards to this question file."),
    ] = None,
    habit: Annotated[
        str | None, typer.Option(help="How the notes mark questions, F1 to F11; guess forgets what you said.")
    ] = None,
    heading_level: Annotated[
        list[int] | None,
        typer.Option(min=1, max=6, help="The level of the headings that are questions; may be given again."),
    ] = None,
    look: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="The look of other lines that are questions, such as bold; may be given again."
        ),
    ] = None,
    edit: Annotated[bool, typer.Option("--edit", help="Say in the editor, line by line, what is a question.")] = False,
    lang: Annotated[
        str | None, typer.Option(help="The language of the notes, en or zh, where the guess is wrong.")
    ] = None,
    reworded: Annotated[
        bool, typer.Option("--reworded", help="Let reworded questions take over the history of the old ones.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Show what would be written, and write nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Import notes as cards, or the reviews made in Anki; importing twice changes nothing.

    Notes are Markdown, HTML or CSV, in whatever way questions are marked. What they hold is shown before anything is
    written; questions without an answer become drafts. Each file or directory becomes a bank of its own, in the
    directory of your questions or where --as-bank says; a later import brings what is new and what has changed.

    From Anki, export the deck or collection with its learning progress; on this machine close Anki and name its
    collection.anki2. With --as-bank any deck becomes a new card file, pictures beside it; its history goes into the
    log. An import from Anki is made at once: --dry-run, --habit, --heading-level, --look, --edit, --lang and --reworded
    are for notes.

    \b
    Examples:
      dlquiz import notes.md
      dlquiz import notes.md --heading-level 3
      dlquiz import notes.md --edit
      dlquiz import ~/notes/interviews --dry-run
      dlquiz import cnn.md answers.html --as-bank interviews.yaml --yes
      dlquiz import ~/Downloads/DLQuiz.apkg
      dlquiz import ~/.local/share/Anki2/User\\ 1/collection.anki2
      dlquiz import statistics.apkg --as-bank statistics.yaml
    """
    from dlquiz.settings import read

    if not files[0].exists():
        refuse_word("dlquiz import", str(files[0]))
    if not any(_is_anki(file) for file in files):
        from dlquiz.cli.commands import import_choices, import_notes

        import_notes.run(
            read(),
            files,
            import_choices.Options(
                as_bank, habit, heading_level or (), look or (), edit, lang, reworded, dry_run, yes, as_json
            ),
        )
        return
    if len(files) > 1:
        raise UsageError("a file of Anki is imported alone", fix="import one file at a time")
    for_notes = {
        "--dry-run": dry_run,
        "--reworded": reworded,
        "--habit": habit,
        "--heading-level": heading_level,
        "--look": look,
        "--edit": edit,
        "--lang": lang,
    }
    for option, given in for_notes.items():
        if given:
            raise UsageError(f"{option} is for notes, not for a file of Anki", fix="leave it out; nothing was imported")
    facts, lines = _as_bank(read(), files[0], as_bank) if as_bank else _import_reviews(read(), files[0])
    if as_json:
        import json

        print(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        for line in lines:
            say_below(line)


def _is_anki(path: Path) -> bool:
    """Whether a file is one of Anki, by its name or by what it begins with."""
    if path.suffix.lower() in ANKI:
        return True
    try:
        with open(path, "rb") as file:
            return file.read(16).startswith((b"PK\x03\x04", b"SQLite format 3"))
    except OSError:
        return False


def _import_reviews(user_settings: Settings, path: Path) -> tuple[dict[str, Any], list[str]]:
    from dlquiz.anki import import_reviews
    from dlquiz.anki.manifest import Manifest
    from dlquiz.anki.package import reader
    from dlquiz.cli.clock import offset_at
    from dlquiz.cli.context import open_bank, open_history

    manifest = Manifest(user_settings.data_dir / "anki.db")
    with open_bank(user_settings) as questions:
        previous_ids, ids = questions.previous_ids(), [*questions.ids(), *(card.id for card in questions.drafts())]
    with (
        reader.opened(path) as file,
        open_history(user_settings) as log,
    ):
        log.reconcile(previous_ids)
        targets = import_reviews.targets(ids, previous_ids, manifest)
        states = {state.card: state for state in log.states()}
        rows = log.rows(live_only=False)
        own = import_reviews.OwnReviews(rows, states, previous_ids, import_reviews.derived(rows, manifest))
        imported = import_reviews.new_reviews(file, targets, manifest, own, offset_at)
        merged = _record(log, imported)
        import_reviews.update_manifest(manifest, file, imported)
    manifest.save()
    lines = _report_lines(path, imported, merged, ImportPhrases(user_settings.language))
    return _facts(path, imported, merged), list(lines)


def _record(log: History, imported: ImportedReviews) -> Merged:
    from dlquiz.review_log.merge import Merged

    if not imported.rows:
        return Merged()
    log.backup(force=True)
    return log.add(imported.rows)


def _facts(path: Path, imported: ImportedReviews, merged: Merged) -> dict[str, Any]:
    answers = imported.answers
    return {
        "file": str(path),
        "rows": merged.rows,
        "reviews": merged.answers,
        "cards": merged.cards,
        "first": _date(answers[0].at) if answers and merged.rows else None,
        "last": _date(answers[-1].at) if answers and merged.rows else None,
        "known": imported.known,
        "unmatched_reviews": imported.unmatched,
        "unmatched_notes": imported.unmatched_notes,
        "left_out": imported.unrated,
        "spoiled": imported.corrupt,
        "dated_before_any_review": imported.undated,
        "by_card": _by_card(imported) if merged.rows else {},
    }


def _by_card(imported: ImportedReviews) -> dict[str, int]:
    return dict(Counter(row.card or "" for row in imported.answers))


def _date(at: int) -> str:
    from dlquiz.cli.clock import offset_at
    from dlquiz.scheduler import date_of, day_of

    return date_of(day_of(at, offset_at(at)))


def _report_lines(path: Path, imported: ImportedReviews, merged: Merged, phrases: ImportPhrases) -> Iterator[str]:
    count = phrases.count
    if merged.answers:
        first, last = _date(imported.answers[0].at), _date(imported.answers[-1].at)
        named = sorted(_by_card(imported).items(), key=lambda item: (-item[1], item[0]))
        reviews, cards = count(merged.answers, "review"), count(len(named), "card")
        yield phrases("reviews", reviews=reviews, cards=cards, first=first, last=last)
        yield from (f"  {card}  {number}" for card, number in named[:MAX_NAMED])
        if len(named) > MAX_NAMED:
            yield phrases("and more", more=count(len(named) - MAX_NAMED, "more card"))
    others = merged.rows - merged.answers
    if others > 0:
        yield phrases("others", changes=count(others, "other change"))
    if not merged.rows:
        yield phrases("known", path=visible(str(path)), reviews=count(imported.known, "review"))
    if imported.unmatched:
        notes = count(imported.unmatched_notes, "note")
        yield phrases("unmatched", reviews=count(imported.unmatched, "review"), notes=notes)
    if imported.corrupt:
        yield phrases("unreadable", rows=count(imported.corrupt, "row"))
    if imported.undated:
        yield phrases("undated", cards=count(imported.undated, "card"))


def _as_bank(user_settings: Settings, path: Path, out: Path) -> tuple[dict[str, Any], list[str]]:
    from dlquiz.anki import import_reviews
    from dlquiz.anki.import_deck import convert
    from dlquiz.anki.package import reader
    from dlquiz.cli.clock import offset_at
    from dlquiz.cli.context import open_history
    from dlquiz.files import write_atomically

    if out.exists():
        raise DlquizError(f"{out} already exists", fix="give another name, or delete it first")
    with reader.opened(path) as file:
        bank = convert(file, out.stem)
        imported = import_reviews.reviews_of_deck(file, bank.cards, offset_at)
    if not bank.cards:
        raise DlquizError(f"{path} has no card that could be read", fix="export the deck again from Anki")
    _write_pictures(out.with_name(bank.directory), bank.images)
    write_atomically(out, bank.yaml.encode())
    with open_history(user_settings) as log:
        merged = _record(log, imported)
    facts = {
        "file": str(out),
        "cards": len(bank.cards),
        "images": len(bank.images),
        "reviews": merged.answers,
        "left_out": list(bank.left_out),
    }
    phrases = ImportPhrases(user_settings.language)
    cards, pictures = phrases.count(len(bank.cards), "card"), phrases.count(len(bank.images), "picture")
    reviews = phrases.count(merged.answers, "review")
    lines = [phrases("deck", path=visible(str(out)), cards=cards, pictures=pictures, reviews=reviews)]
    lines += [phrases("note left out", note=visible(one)) for one in bank.left_out]
    directory = visible(str(user_settings.own_questions))
    lines.append(phrases("elsewhere", path=visible(str(out)), directory=directory))
    return facts, lines


def _write_pictures(directory: Path, images: dict[str, bytes]) -> None:
    from dlquiz.files import write_atomically

    for name, data in images.items():
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DlquizError(f"cannot make {directory}: {error.strerror}", fix="give another place") from None
        write_atomically(directory / name, data)
