"""`dlquiz export`: the cards and what is known of them, for Anki, for a spreadsheet, for scripts, for paper."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from dlquiz.cli import completion
from dlquiz.cli.app import new_app
from dlquiz.cli.line_breaks import notice, say_translated
from dlquiz.errors import DlquizError, UsageError
from dlquiz.files import write_atomically

if TYPE_CHECKING:
    from dlquiz.anki.export import ExportResult
    from dlquiz.bank.cache import Bank
    from dlquiz.cards import Card, Language, Text
    from dlquiz.review_log import History, Row
    from dlquiz.scheduler import State
    from dlquiz.settings import Settings

app = new_app(no_args_is_help=True)

Decks = Annotated[
    list[str] | None, typer.Argument(metavar="[DECK]...", help="Only these decks.", autocompletion=completion.decks)
]
Tags = Annotated[
    list[str] | None,
    typer.Option("--tag", metavar="TAG", help="Only cards with one of these tags.", autocompletion=completion.tags),
]
Out = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Output file; default: standard output.")
]
SheetLanguage = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="en|zh|both",
        help="Language of the sheet, or both.",
        autocompletion=completion.languages_or_both,
    ),
]

# What the Anki of a phone or a computer asks before it imports, and what must be ticked there.
TICK = (
    'In Anki: File > Import, tick "Import any learning progress" and "Import any deck presets"; switch FSRS on once.',
    "Progress reaches only cards that are new to that Anki; the texts of the others are brought up to date.",
)


@app.callback()
def group() -> None:
    """Export cards: to Anki with all progress, CSV, JSON, or Markdown to print.

    \b
    Examples:
      dlquiz export anki
      dlquiz export markdown convolution --lang zh -o convolution.md
      dlquiz export json | jq .cards[0]
    """


@app.command()
def anki(
    decks: Decks = None,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the package.")] = Path(
        "dlquiz.apkg"
    ),
    lang: Annotated[
        str,
        typer.Option(
            "--lang",
            metavar="en|zh|both",
            help="Both: yours first, the other one tap away.",
            autocompletion=completion.languages_or_both,
        ),
    ] = "both",
    no_progress: Annotated[
        bool, typer.Option("--no-progress", help="Export all cards as new, for somebody else.")
    ] = False,
    tag: Tags = None,
    variants: Annotated[
        int, typer.Option(metavar="N", min=0, max=50, help="Add this many variants of each computed question.")
    ] = 0,
    subdecks: Annotated[bool, typer.Option("--subdecks", help="A deck for each topic, below DLQuiz.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write a package that Anki imports, with your progress: due days, memory states, all reviews.

    A second export brings the texts in Anki up to date, card by card, and touches nothing that you changed there
    unless that card's text changed here later. Reviews made in Anki come back with dlquiz import.

    \b
    Examples:
      dlquiz export anki
      dlquiz export anki convolution attention -o vision.apkg
      dlquiz export anki --subdecks
      dlquiz export anki --lang zh --no-progress -o for-a-friend.apkg
    """
    from dlquiz.anki.export import ExportOptions
    from dlquiz.settings import read

    user_settings = read()
    export_options = ExportOptions(
        languages_of(lang, user_settings.language),
        not no_progress,
        variants,
        user_settings.new_per_day,
        subdecks=subdecks,
    )
    if as_json and str(output) == "-":
        raise UsageError("--json and -o - both want standard output", fix="give a file with -o")
    selection = _Selection(tuple(decks or ()), tuple(tag or ()))
    done, shown = _write_package(user_settings, export_options, selection, output)
    if as_json:
        import json

        facts = {
            name: getattr(done, name) for name in ("notes", "learnt", "reviews", "new", "changed", "media", "cancelled")
        }
        print(json.dumps({"file": str(output), **facts, "missing": list(done.missing)}, ensure_ascii=False, indent=2))
        return
    # Where the package itself goes to standard output, what is said of it does not.
    stream = sys.stderr if str(output) == "-" else sys.stdout
    for line in (shown, *TICK):
        say_translated(line, stream)


def drawable(cards: Iterable[Card]) -> Iterator[Card]:
    """The cards without those that cannot be drawn, each of which is named on stderr."""
    from dlquiz import bank
    from dlquiz.session.presentation import UndrawableError, fixed

    shipped = str(bank.shipped_questions())
    for card in cards:
        # Of the shipped cards the tests draw every one.
        if card.place is None or not card.place.file.startswith(shipped):
            try:
                fixed(card)
            except UndrawableError as error:
                notice(str(error))
                continue
        yield card


@dataclass(frozen=True, slots=True)
class ExportedCards:
    """The cards of these ids, read from the bank as often as they are gone through."""

    questions: Bank
    ids: Sequence[str]

    def __iter__(self) -> Iterator[Card]:
        return (card for id in self.ids if (card := self.questions.card(id)) is not None)


@dataclass(frozen=True, slots=True)
class LiveRows:
    """The live rows of the log, read from it as often as they are gone through."""

    log: History

    def __iter__(self) -> Iterator[Row]:
        return self.log.each_row(live_only=True)


class _Selection(NamedTuple):
    decks: tuple[str, ...]
    tags: tuple[str, ...]


class _Opened(NamedTuple):
    """What an export is made of: bank and log, open, so that their cards and rows need not all be held at once."""

    questions: Bank
    decks: dict[str, str]
    titles: dict[str, Text]
    log: History | None

    def cards(self) -> Iterator[Card]:
        """The exported cards."""
        return (card for id in self.decks if (card := self.questions.card(id)) is not None)

    def drawable_cards(self) -> Iterator[Card]:
        return drawable(self.cards())

    def states(self) -> dict[str, State]:
        return {} if self.log is None else {state.card: state for state in self.log.states()}

    def rows(self, *, all_cards: bool) -> Iterator[Row]:
        """The rows of the log, undone ones too; without `all_cards` those of the exported cards and their former ids"""
        if self.log is None:
            return
        previous_ids = self.questions.previous_ids()
        names = {name for id in self.decks for name in (id, *previous_ids.get(id, ()))}
        yield from (row for row in self.log.each_row() if all_cards or row.card in names)


@contextmanager
def _open(user_settings: Settings, selection: _Selection, *, progress: bool = True) -> Iterator[_Opened]:
    from dlquiz.cli.completion import by_title, known, known_decks
    from dlquiz.cli.context import open_bank, open_history, report_problems

    with open_bank(user_settings) as questions, ExitStack() as closing:
        report_problems(questions)
        rows = questions.decks()
        titles = {row.name: row.title for row in rows}
        files = [name for name in by_title(selection.decks, rows) if name not in titles and Path(name).suffix]
        if files:
            raise UsageError(f"{files[0]!r} is the name of a file, not of a deck", fix=f"give it with -o {files[0]}")
        wanted = known_decks(selection.decks, questions), known("tag", selection.tags, questions.tags())
        decks = questions.decks_of_cards(*wanted)
        if not decks:
            raise DlquizError("no cards match", fix="dlquiz bank decks and dlquiz bank tags list them")
        log = None
        if progress and user_settings.history_file.exists():
            log = closing.enter_context(open_history(user_settings))
            log.reconcile(questions.previous_ids())
        yield _Opened(questions, decks, {name: titles[name] for name in dict.fromkeys(decks.values())}, log)


def _write_package(
    user_settings: Settings, export_options: Any, selection: _Selection, output: Path
) -> tuple[ExportResult, str]:
    from dlquiz.anki.export import ExportedDecks, ReviewHistory, export
    from dlquiz.anki.manifest import LastExport, Manifest
    from dlquiz.cli.clock import clock
    from dlquiz.cli.context import Bar, scheduler_model
    from dlquiz.cli.interview_plan import planned_order
    from dlquiz.formatting import count

    now = clock()
    with _open(user_settings, selection, progress=export_options.progress) as opened:
        order = () if opened.log is None else planned_order(opened.questions, opened.log, user_settings, now.day)
        cards = ExportedCards(opened.questions, [card.id for card in opened.drawable_cards()])
        exported = ExportedDecks(cards, opened.titles, opened.questions.tracks(), order)
        rows: Iterable[Row] = () if opened.log is None else LiveRows(opened.log)
        model = scheduler_model(user_settings) if opened.log is None else opened.log.model
        past = ReviewHistory(rows, opened.states(), opened.questions.previous_ids(), model)
        manifest = Manifest(user_settings.data_dir / "anki.db")
        bar = Bar("writing cards")
        try:
            done = export(exported, past, manifest, now, export_options, bar)
        finally:
            bar.close()
    if str(output) == "-":
        sys.stdout.buffer.write(done.data)
    else:
        write_atomically(output, done.data, fix="give another file with -o")
    if export_options.progress:
        languages = export_options.languages
        lang = "both" if len(languages) > 1 else languages[0]
        manifest.last_export = LastExport(
            lang, export_options.variants, export_options.subdecks, selection.decks, selection.tags
        )
    manifest.save()
    for missing in done.missing:
        notice(f"picture not found, left out: {missing}")
    if done.cancelled:
        notice(
            f"{count(done.cancelled, 'review')} exported to Anki before were undone here since and stay in Anki; "
            "to remove them, delete the card there and import the package again"
        )
    summary = f"{output}: {count(done.notes, 'card')}, {done.learnt:,} learnt, {count(done.reviews, 'review')}"
    return done, summary + (f"; {count(done.changed, 'text')} changed since the last export" if done.changed else "")


def languages_of(wanted: str, first: Language) -> tuple[Language, ...]:
    if wanted == "both":
        return ("zh", "en") if first == "zh" else ("en", "zh")
    if wanted == "en":
        return ("en",)
    if wanted == "zh":
        return ("zh",)
    raise UsageError(f"--lang {wanted[:40]!r} is unknown", fix="use en, zh or both")


@app.command()
def csv(decks: Decks = None, output: Out = None, tag: Tags = None) -> None:
    """Write a table for a spreadsheet: one row per card, with its text and scheduling state.

    \b
    Examples:
      dlquiz export csv -o cards.csv
      dlquiz export csv losses --tag softmax
    """
    from dlquiz.export.tables import table
    from dlquiz.settings import read

    with _open(read(), _Selection(tuple(decks or ()), tuple(tag or ()))) as opened:
        # The mark at the start tells spreadsheets that this is UTF-8; a pipe does not want it.
        lines = chain(["\ufeff"] if output else [], table(opened.drawable_cards(), opened.states()))
        _deliver(lines, output, len(opened.decks))


@app.command("json")
def json_(decks: Decks = None, output: Out = None, tag: Tags = None) -> None:
    """Write cards, states and the whole log as one JSON object (docs/anki.md describes it).

    With decks or tags only the history of those cards is in it; rows that were undone are marked.

    \b
    Examples:
      dlquiz export json -o everything.json
      dlquiz export json losses | jq '.history | length'
    """
    from dlquiz.export.json_data import Interchange, interchange
    from dlquiz.settings import read

    with _open(read(), _Selection(tuple(decks or ()), tuple(tag or ()))) as opened:
        states = opened.states()
        found = Interchange(
            opened.titles,
            opened.cards(),
            (states[id] for id in opened.decks if id in states),
            opened.rows(all_cards=not (decks or tag)),
        )
        _deliver(interchange(found), output, len(opened.decks))


@app.command()
def markdown(decks: Decks = None, output: Out = None, tag: Tags = None, lang: SheetLanguage = None) -> None:
    """Write a study sheet to print or to read: questions with their answers, deck by deck.

    Computed questions are printed with one set of numbers and its solution, the same at each export.

    \b
    Examples:
      dlquiz export markdown -o sheet.md
      dlquiz export markdown losses --lang both
    """
    from dlquiz.export.tables import study_sheet
    from dlquiz.settings import read

    user_settings = read()
    languages: Sequence[Language] = languages_of(lang or user_settings.language, user_settings.language)
    with _open(user_settings, _Selection(tuple(decks or ()), tuple(tag or ())), progress=False) as opened:
        _deliver(study_sheet(opened.drawable_cards(), opened.titles, languages), output, len(opened.decks))


def _deliver(pieces: Iterable[str], output: Path | None, cards: int) -> None:
    from dlquiz.formatting import count

    if output is None or str(output) == "-":
        sys.stdout.writelines(pieces)
    else:
        write_atomically(output, (piece.encode() for piece in pieces), fix="give another file with -o")
        say_translated(f"{output}: {count(cards, 'card')}", sys.stderr)
