"""`dlquiz import` of notes: what was found, shown before anything is written; then the bank."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dlquiz.cli.commands import import_choices
from dlquiz.cli.commands.import_choices import NewChoice, Options
from dlquiz.cli.commands.import_preview import BankImport, facts, show
from dlquiz.cli.line_breaks import say
from dlquiz.cli.options import language_of_cards
from dlquiz.errors import DlquizError, UsageError
from dlquiz.formatting import visible
from dlquiz.messages.importing import ImportPhrases
from dlquiz.notes.markdown.habits.names import HabitChoice

if TYPE_CHECKING:
    from dlquiz.cards import Card, Language
    from dlquiz.notes.markdown.reading import Document
    from dlquiz.notes.sources import Argument
    from dlquiz.settings import Settings


def run(user_settings: Settings, paths: Sequence[Path], options: Options) -> None:
    """Show what the notes hold and write it, unless the person says no."""
    phrases = ImportPhrases(user_settings.language)
    drafts: list[Path | None] = []
    imports = _read_all(user_settings, paths, options, import_choices.of_options(options))
    if options.edit:
        if not (options.yes or options.dry_run or _may_ask(options)):
            raise _nobody_asked()
        edited = import_choices.edited(user_settings, _documents(imports))
        drafts.append(edited.draft)
        imports = _read_all(user_settings, paths, options, edited.choice)
    while isinstance(answer := _answer(user_settings, imports, options, phrases), NewChoice):
        drafts.append(answer.draft)
        imports = _read_all(user_settings, paths, options, answer.choice)
    agreed = answer
    wanted = [one for one in imports if one.changes.any]
    for one in wanted if agreed else ():
        _write(one, options.reworded)
    for draft in filter(None, drafts if agreed or not wanted else ()):
        draft.unlink(missing_ok=True)
    if options.as_json:
        print(json.dumps(facts(imports, agreed), ensure_ascii=False, indent=2))
    elif agreed:
        for one in wanted:
            _report_written(user_settings, one, phrases)
    if not any(one.changes.cards or one.changes.gone or one.known for one in imports):
        raise _nothing_found(imports, phrases)


def _read_all(
    user_settings: Settings, paths: Sequence[Path], options: Options, choice: HabitChoice | None
) -> list[BankImport]:
    """What the notes hold when questions are marked like this, or as said before or guessed."""
    language = language_of_cards(options.lang)
    own = options.as_bank is None
    imports = [
        _read(user_settings, bank, arguments, choice, language, whole=own and arguments[0].path.is_dir())
        for bank, arguments in _groups(user_settings, paths, options)
    ]
    import_choices.refuse_missing_looks(_documents(imports), choice, ImportPhrases(user_settings.language))
    return imports


def _answer(
    user_settings: Settings, imports: Sequence[BankImport], options: Options, phrases: ImportPhrases
) -> bool | NewChoice:
    """Show what was found; whether to write it, or what the person says instead of how questions are marked."""
    _find_duplicates(user_settings, imports)
    for one in () if options.as_json else imports:
        show(one, phrases, join_reworded=options.reworded)
    wanted = [one for one in imports if one.changes.any]
    if options.dry_run or options.yes:
        return bool(wanted) and options.yes and not options.dry_run
    if not _may_ask(options):
        if wanted and any(one.changes.cards for one in imports):
            raise _nobody_asked()
        return False
    return import_choices.ask(user_settings, _documents(imports), _wanted(wanted, phrases))


def _wanted(wanted: Sequence[BankImport], phrases: ImportPhrases) -> str:
    """The question whether to write what these imports found; empty where there is nothing to write."""
    new, changed = sum(len(one.changes.new) for one in wanted), sum(len(one.changes.changed) for one in wanted)
    if new or changed:
        return phrases("write", new=phrases.count(new, "new card"), changed=changed)
    return phrases("remember") if wanted else ""


def _may_ask(options: Options) -> bool:
    return sys.stdin.isatty() and not options.as_json


def _nobody_asked() -> DlquizError:
    return DlquizError("nothing was written: nobody was asked", fix="pass --yes, or --dry-run to look only")


def _documents(imports: Sequence[BankImport]) -> list[Document]:
    return [document for one in imports for document in one.documents]


def _nothing_found(imports: Sequence[BankImport], phrases: ImportPhrases) -> DlquizError:
    shown = any(document.looks_shown for document in _documents(imports))
    return DlquizError(phrases("nothing found"), fix=phrases("name habit or look" if shown else "name habit"))


def _groups(
    user_settings: Settings, paths: Sequence[Path], options: Options
) -> Iterator[tuple[Path, Sequence[Argument]]]:
    """The bank that each path goes into: one for all with --as-bank, else one each."""
    from dlquiz.bank import shipped_questions
    from dlquiz.bank.files import SUFFIXES, files_of
    from dlquiz.notes.sources import argument, bank_of

    arguments = [argument(path) for path in paths]
    if options.as_bank is not None:
        if options.as_bank.suffix.lower() not in SUFFIXES:
            raise UsageError(f"{options.as_bank} is no bank", fix="name a file that ends in .yaml")
        yield options.as_bank, arguments
        return
    shipped_decks = {path.stem for path in files_of([shipped_questions()])}
    banks = [bank_of(user_settings.own_questions, one.stem, shipped_decks) for one in arguments]
    for bank, one in zip(banks, arguments, strict=True):
        if banks.count(bank) > 1:
            raise DlquizError(f"two banks would be called {bank.stem}", fix="join them in one: --as-bank OUT.yaml")
        yield bank, [one]


def _read(
    user_settings: Settings,
    bank: Path,
    arguments: Sequence[Argument],
    choice: HabitChoice | None,
    language: Language | None,
    *,
    whole: bool,
) -> BankImport:
    """What the notes hold for a bank, in the language that was named, or of cards in two in that of the person; `whole`
    says that it is made of nothing else."""
    from dlquiz.notes import bank_file, sidecar
    from dlquiz.notes.documents import read_all
    from dlquiz.notes.images import Pictures
    from dlquiz.notes.keys import slug

    pictures = Pictures(f"{slug(bank.stem)}-images")
    before = sidecar.choices(bank)
    documents = read_all(arguments, pictures, choice, language, before, user_settings.language)
    _leave_out_known(user_settings, documents)
    spoken: Language = language or _most_spoken(documents)
    found = [(one.name, one.cards) for one in documents]
    choices = {one.name: one.choice for one in documents}
    changes = bank_file.plan(bank, bank.stem, spoken, found, choices, whole)
    changes.keep({card.id for one in documents for card in one.known})
    return BankImport(documents, changes, pictures, {})


def _leave_out_known(user_settings: Settings, documents: Sequence[Document]) -> None:
    """Leave out what dlquiz exported and the person's banks have."""
    from dlquiz.cli.context import open_bank
    from dlquiz.notes.formats import exported

    if any(card.id for document in documents for card in document.cards):
        with open_bank(user_settings) as questions:
            cards = {card.id: card for card in questions.all()}
        for document in documents:
            document.leave_out(exported.known(document.cards, cards))


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
        cards, thesaurus = list(questions.all()), questions.thesaurus()
    for one in imports:
        own = str(one.changes.path)
        others = [card for card in cards if card.place is None or card.place.file != own]
        new = {id: one.changes.cards[id][1] for id in one.changes.new}
        # A follow-up may be in the bank with the question that it follows.
        asked = {id: (card.question, card.asked) if card.follows else (card.question,) for id, card in new.items()}
        one.duplicates = duplicates(asked, others, thesaurus)
        known = set(one.duplicates.values())
        one.questions_asked = {card.id: _question_of(card, one.changes.language) for card in others if card.id in known}


def _question_of(card: Card, language: Language) -> str:
    """The question as lists of cards show it; as it is written where a card of the person's own cannot be drawn."""
    from dlquiz.render.card_table import one_line

    try:
        return one_line(card, language)
    except DlquizError:
        return card.question.language(language)


def _write(one: BankImport, join_reworded: bool) -> None:
    from dlquiz.files import write_atomically
    from dlquiz.notes import bank_file

    for name, data in one.pictures.files.items():
        write_atomically(one.changes.path.with_name(one.pictures.directory) / name, data, parents=True)
    bank_file.write(one.changes, join_reworded)


def _report_written(user_settings: Settings, one: BankImport, phrases: ImportPhrases) -> None:
    from dlquiz.notes import sidecar

    path = one.changes.path
    if not (one.changes.new or one.changes.changed):
        # No card was written, only how the questions are marked or where they stand.
        say(phrases("remembered", path=visible(str(sidecar.path_of(path)))))
        return
    drafts = sum(card.draft for _, card in one.changes.cards.values())
    say(phrases("written", path=visible(str(path))))
    if drafts:
        say(phrases("drafts", drafts=phrases.count(drafts, "draft")))
    if not path.resolve().is_relative_to(user_settings.own_questions.resolve()):
        say(phrases("elsewhere", path=visible(str(path)), directory=visible(str(user_settings.own_questions))))
