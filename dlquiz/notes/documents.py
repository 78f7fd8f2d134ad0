"""Files named by a person → the documents in them, whatever their format."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from dlquiz.cards import Language
from dlquiz.notes import sources
from dlquiz.notes.formats import study_sheet
from dlquiz.notes.formats.html import is_page, lines_of, traced_back
from dlquiz.notes.images import Pictures
from dlquiz.notes.keys import key_of
from dlquiz.notes.markdown.asking import ASKS, asks
from dlquiz.notes.markdown.habits.names import GUESSED, HabitChoice
from dlquiz.notes.markdown.lines import split
from dlquiz.notes.markdown.reading import Document, ReadingOptions, read, read_sheet, read_table, read_titled
from dlquiz.notes.sources import Argument, content, image_reader

# A file with so many questions is no card of a directory whose files are one card each.
_MANY = 6
# How many directories above a file may say what it is for.
_DIRECTORIES = 2
_NO_CARD = re.compile(r"readme|contribut|licen[cs]e|code of conduct|changelog|index|summary", re.IGNORECASE)


def read_all(
    arguments: Sequence[Argument],
    pictures: Pictures,
    choice: HabitChoice | None,
    language: Language | None,
    before: Mapping[str, HabitChoice] = MappingProxyType({}),
    preferred: Language = "en",
) -> list[Document]:
    """The documents of all files; their names are unique. How questions are marked is what `choice` says, else what
    was said `before` of the file of that name. Without `language`, cards in two are read in the `preferred` one."""
    found: list[Document] = []
    for argument in arguments:
        asking = _asking_directories(argument)
        for name, path in argument.files:
            unused = _unused(name, found)
            text, encoding = content(path)
            reader = image_reader(path.parent, argument.path if argument.path.is_dir() else path.parent)
            marked = before.get(unused, GUESSED) if choice is None else choice
            wanted = ReadingOptions(pictures, reader, marked, language, _directories(path), preferred)
            suffix = path.suffix.lower()
            document = _read(unused, text, suffix, wanted)
            missing = GUESSED if _has_looks(document, marked) else _looks_of(marked)
            if missing != GUESSED:
                wanted = wanted._replace(choice=_without_missing(document, before.get(unused, GUESSED)))
                document = _read(unused, text, suffix, wanted)
                document.choice = before.get(unused, GUESSED)
            if (
                wanted.choice == GUESSED
                and path.parent in asking
                and (len(document.cards) < _MANY or asks(_spaced(path)) >= ASKS)
            ):
                document = _named(document, path, wanted)
            document.encoding, document.missing = encoding, missing
            if argument.path.is_dir():
                document.cards = [
                    card._replace(key=key_of((_file_key(name),), "") + card.key) for card in document.cards
                ]
            found.append(document)
    return found


def _has_looks(document: Document, choice: HabitChoice) -> bool:
    """Whether the document has headings of one of these levels, or lines of one of these looks."""
    return any(one.level in choice.heading_levels for one in document.heading_levels) or any(
        one.name in choice.looks for one in document.looks
    )


def _looks_of(choice: HabitChoice) -> HabitChoice:
    """What was said of levels and looks alone."""
    return HabitChoice(heading_levels=choice.heading_levels, looks=choice.looks)


def _without_missing(document: Document, choice: HabitChoice) -> HabitChoice:
    """What was said of a document but for levels and looks that it does not have."""
    return choice if _has_looks(document, choice) else choice._replace(heading_levels=(), looks=())


def _directories(path: Path) -> str:
    """The names of the directories in which a file lies, which may say what it is for."""
    return "/".join(path.resolve().parent.parts[-_DIRECTORIES:])


def _asking_directories(argument: Argument) -> set[Path]:
    """The directories whose files have their question for a name: `What is padding.md`."""
    by_directory: dict[Path, list[bool]] = defaultdict(list)
    for _, path in argument.files:
        by_directory[path.parent].append(asks(_spaced(path)) >= ASKS)
    return {path for path, asking in by_directory.items() if len(asking) > 4 and sum(asking) * 2 > len(asking)}


def _spaced(path: Path) -> str:
    return re.sub(r"[_\s]+", " ", path.stem).strip()


def _named(document: Document, path: Path, wanted: ReadingOptions) -> Document:
    """The document as one card that is asked by the name of the file, in the place of its title when it has one."""
    question = _spaced(path)
    if _NO_CARD.match(question) or not any(text.strip() for text in document.texts):
        return document
    asked = f"# {question if asks(question) >= ASKS else question + '?'}"
    title = next(at for at, text in enumerate(document.texts) if text.strip())
    if document.texts[title].startswith("# "):
        texts = [*document.texts[:title], asked, *document.texts[title + 1 :]]
        return replace(read_titled(document.name, texts, wanted), texts=document.texts)
    found = read_titled(document.name, [asked, *document.texts], wanted)
    found.ledger.drop_first()
    cards = [card._replace(line=max(1, card.line - 1)) for card in found.cards]
    return replace(found, cards=cards, texts=document.texts)


def _read(name: str, text: str, suffix: str, wanted: ReadingOptions) -> Document:
    texts = split(text)
    if wanted.choice in (GUESSED, HabitChoice("F9")) and study_sheet.is_sheet(texts):
        return read_sheet(name, texts, wanted)
    if suffix in sources.TABLES or re.match(r"#(?:separator|html):", text):
        return read_table(name, texts, wanted, suffix == ".tsv")
    if suffix not in sources.HTML and not is_page(text):
        return read(name, texts, wanted)
    lines, origins = lines_of(text)
    document = read(name, lines, wanted)
    document.ledger = traced_back(document.ledger, origins, texts)
    document.cards = [card._replace(line=origins[card.line - 1] + 1) for card in document.cards]
    document.left_out = _lines_of_source(document.left_out, origins)
    document.asking = _lines_of_source(document.asking, origins)
    document.asking_answers = [
        one._replace(lines=_lines_of_source(one.lines, origins)) for one in document.asking_answers
    ]
    document.texts = texts
    document.lines_may_be_chosen = False
    return document


def _lines_of_source(numbers: Sequence[int], origins: Sequence[int]) -> list[int]:
    """The lines of a page from which the lines with these numbers were made, each once."""
    return [*dict.fromkeys(origins[number - 1] + 1 for number in numbers)]


def _unused(name: str, found: Sequence[Document]) -> str:
    """The name of a file; a second file of that name has a number behind it."""
    names = {one.name for one in found}
    if name not in names:
        return name
    return next(other for number in range(2, 10**6) if (other := f"{name} ({number})") not in names)


def _file_key(name: str) -> str:
    return str(PurePosixPath(sources.stem_of(PurePosixPath(name).with_suffix("").as_posix())))
