"""The files of notes that a person names: each file or directory becomes one bank."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from dlquiz.bank.files import SUFFIXES
from dlquiz.errors import DlquizError
from dlquiz.files import LARGEST_PICTURE
from dlquiz.notes import sidecar
from dlquiz.notes.decoding import Decoded, decode
from dlquiz.notes.images import is_picture

MARKDOWN = (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".txt", ".text")
HTML = (".html", ".htm", ".xhtml")
TABLES = (".csv", ".tsv")
MAX_FILE = 1 << 26
MAX_FILES = 5_000
_SKIPPED = {"node_modules", "__pycache__", "site-packages", "venv"}
# Notion writes the number of a page behind its name.
_PAGE_NUMBER = re.compile(r"[ _-]?[0-9a-f]{32}$")
# The stems of the banks of cards that are added without the name of one.
_ADDED = re.compile(r"mine(?:-\d{1,2})?")


@dataclass(frozen=True, slots=True)
class Argument:
    """One file or directory as named, the stem of its bank, and the files in it with their names."""

    path: Path
    stem: str
    files: tuple[tuple[str, Path], ...]


def argument(path: Path) -> Argument:
    """The notes at a path; raises DlquizError when there are none."""
    if not path.exists():
        raise DlquizError(f"there is no {path}", fix="check the path")
    if path.is_dir():
        files = tuple((found.relative_to(path).as_posix(), found) for found in _below(path))
        if not files:
            raise DlquizError(
                f"{path} holds no notes", fix=f"notes are files that end in {', '.join(MARKDOWN[:2])}, .html or .csv"
            )
        return Argument(path, stem_of(path.resolve().name), files)
    if path.suffix.lower() in SUFFIXES:
        raise DlquizError(
            f"{path} is a deck of questions, not notes",
            fix="copy it into the directory of own questions that dlquiz where names, and try dlquiz bank check",
        )
    return Argument(path, stem_of(path.stem), ((path.name, path),))


def stem_of(name: str) -> str:
    """The stem of a bank: no blanks, no page number, and no name that means something else in a bank directory.

    >>> stem_of("ML notes 0123456789abcdef0123456789abcdef"), stem_of("tracks"), stem_of("深度 学习")
    ('ML-notes', 'tracks-notes', '深度-学习')
    """
    bare = _PAGE_NUMBER.sub("", name.strip().lstrip("."))
    stem = re.sub(r"[\s/\\,:\[\]{}#]+", "-", bare).strip("-")[:60].strip("-") or "notes"
    return f"{stem}-notes" if stem in ("tracks", "thesaurus", "overrides") else stem


def bank_of(directory: Path, stem: str, shipped_decks: Collection[str] = ()) -> Path:
    """The bank in a directory that notes of this stem go into: one that `dlquiz add` may write into, or that adds to a
    shipped deck, only where an import has written it already, when these were not yet kept apart."""
    bank = directory / f"{stem}.yaml"
    kept = sidecar.path_of(bank).exists()
    taken = _ADDED.fullmatch(stem) is not None or stem.lower() in shipped_decks
    return bank if kept or not taken else directory / f"{stem}-notes.yaml"


def bank_of_added(directory: Path) -> Path:
    """The bank in a directory that cards go into which are added without a name: none that an import keeps, so that
    whoever takes the import back does not lose them."""
    names = ["mine", *(f"mine-{number}" for number in range(2, 100))]
    banks = [directory / f"{name}.yaml" for name in names]
    return next((bank for bank in banks if not sidecar.path_of(bank).exists()), banks[0])


def _below(directory: Path) -> Iterator[Path]:
    """The notes in and below a directory, in the order of their names; hidden ones and links are left out."""
    count = 0
    for parent, directories, names in os.walk(directory):
        directories[:] = sorted(one for one in directories if not one.startswith(".") and one not in _SKIPPED)
        for name in sorted(names, key=_natural):
            path = Path(parent, name)
            if not name.startswith(".") and path.suffix.lower() in (*MARKDOWN, *HTML, *TABLES) and path.is_file():
                count += 1
                if count > MAX_FILES:
                    raise DlquizError(
                        f"{directory} holds more than {MAX_FILES:,} files", fix="name a directory inside it"
                    )
                yield path


def _natural(name: str) -> list[tuple[int, str]]:
    """2.md before 10.md."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d{1,9})", name)]


def content(path: Path) -> Decoded:
    """The text of a file; raises DlquizError when it cannot be read or is no text."""
    try:
        looked = path.stat()
        if not stat.S_ISREG(looked.st_mode):
            raise DlquizError(f"{path} is a pipe or a device", fix="save it as a file")
        if looked.st_size > MAX_FILE:
            raise DlquizError(f"{path} is larger than {MAX_FILE >> 20} MB", fix="split it")
        data = path.read_bytes()
    except OSError as error:
        raise DlquizError(f"cannot read {path}: {error.strerror or error}", fix="check its permissions") from None
    return decode(data)


def image_reader(directory: Path, also: Path) -> _ImageReader:
    """Reads pictures as notes in `directory` name them; those of a wiki may lie anywhere known below `also`."""
    return _ImageReader(directory, also)


class _ImageReader:
    def __init__(self, directory: Path, also: Path) -> None:
        self._directory, self._also = directory, also

    def __call__(self, address: str) -> bytes | None:
        name = unquote(address.split("#")[0].split("?")[0]).replace("\\", "/")
        if not is_picture(name) or os.path.isabs(name) or re.match(r"[A-Za-z]:/", name):
            return None
        places = [self._directory, *(self._also / folder for folder in ("", "attachments", "assets", "images", "img"))]
        for place in places:
            try:
                path = place / name
                if path.is_file() and path.stat().st_size <= LARGEST_PICTURE:
                    return path.read_bytes()
            except (OSError, ValueError):
                continue
        return None
