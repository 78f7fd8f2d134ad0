"""How many questions `dlquiz import` finds in public notes that readers marked by hand, and how many it invents.

    git clone --bare https://github.com/OWNER/NAME DIRECTORY/OWNER+NAME     for the repositories of --list
    python tests/judged_notes.py DIRECTORY
    python tests/judged_notes.py DIRECTORY --look     also with the best single answer to the preview

`data/judged_notes.jsonl` holds a document a line: where it stands, how many of its lines count (`lines`, 0 for all),
the lines of its questions, those that the reader was in doubt about, and the draw in which it was judged. A question is
found where its line is asked by a card of its own; a card none of whose lines is marked is invented. Documents are read
as `dlquiz import` reads a file in the clone, from its bytes, its name and its directories. They are their authors' and
are not kept here; one that cannot be had, or has changed, is named and left out.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from dlquiz.notes.documents import read_all
from dlquiz.notes.images import Pictures
from dlquiz.notes.markdown.habits.names import HabitChoice
from dlquiz.notes.markdown.reading import Document
from dlquiz.notes.sources import argument

JUDGED = Path(__file__).parent / "data" / "judged_notes.jsonl"
# The preview lists looks for a person who answers with one or two of them.
_LOOKS_AT_ONCE = 2
# Of a document that is read as it should be.
_FOUND, _INVENTED = 0.98, 0.01


class Judged(NamedTuple):
    """A document and the lines, counted from 1, that a reader marked in it."""

    repository: str
    path: str
    commit: str
    sha256: str
    lines: int
    questions: list[int]
    doubtful: list[int]
    draw: int


class Figures(NamedTuple):
    """How many questions there are, how many of them were found, and how many cards ask none of them."""

    questions: int
    found: int
    invented: int

    @property
    def is_whole(self) -> bool:
        cards = self.found + self.invented
        return self.found >= _FOUND * self.questions and self.invented <= _INVENTED * cards

    def __str__(self) -> str:
        cards = max(1, self.found + self.invented)
        found = f"{self.found}/{self.questions} ({100 * self.found / max(1, self.questions):.1f} %)"
        return f"{found}, invented {self.invented} ({100 * self.invented / cards:.1f} %)"


def judged() -> list[Judged]:
    """All documents that readers marked."""
    return [Judged(**json.loads(line)) for line in JUDGED.read_text(encoding="utf-8").splitlines()]


def written(one: Judged, clones: Path, directory: Path) -> Path | None:
    """The document from the clone of its repository, as a file below this directory; None where it is not there or is
    another one."""
    clone = clones / one.repository.replace("/", "+")
    shown = subprocess.run(
        ["git", "-C", clone, "show", f"{one.commit}:{one.path}"], capture_output=True, check=False, timeout=60
    )
    lines = shown.stdout.split(b"\n")
    data = b"\n".join([*lines[: one.lines], b""]) if one.lines else shown.stdout
    if sha256(data).hexdigest() != one.sha256:
        return None
    path = directory / one.repository / one.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def figures(one: Judged, path: Path, choice: HabitChoice | None = None) -> Figures:
    """What the importer makes of the document, as it guesses or as a person says."""
    left, doubtful = {*one.questions}, {*one.doubtful}
    invented = 0
    for lines in _lines_asked(_read(path, choice)):
        if own := lines & left:
            left.remove(min(own))
        else:
            invented += not lines & doubtful
    return Figures(len(one.questions), len(one.questions) - len(left), invented)


def best(one: Judged, path: Path) -> tuple[Figures, str]:
    """What comes of the guess, or of the levels and looks with which a person who sees the preview does best, and
    these: most questions found less those invented."""
    document = _read(path)
    names = [str(level.level) for level in document.heading_levels]
    names += [look.name for look in document.looks if look.is_listed]
    answers = [answer for number in range(1, _LOOKS_AT_ONCE + 1) for answer in combinations(names, number)]
    tried = [(figures(one, path), "")]
    tried += [(figures(one, path, _choice(answer)), " ".join(answer)) for answer in answers]
    return max(tried, key=lambda pair: pair[0].found - pair[0].invented)


def _read(path: Path, choice: HabitChoice | None = None) -> Document:
    return read_all([argument(path)], Pictures("images"), choice, None)[0]


def _choice(answer: Sequence[str]) -> HabitChoice:
    levels = tuple(int(one) for one in answer if one.isdecimal())
    return HabitChoice(heading_levels=levels, looks=tuple(sorted(one for one in answer if not one.isdecimal())))


def _lines_asked(document: Document) -> Iterator[set[int]]:
    """The lines of the question of each card."""
    lines = [{card.line} for card in document.cards]
    for entry in document.ledger.entries([str(number) for number in range(len(lines) + len(document.known))]):
        if entry.fate == "question" and entry.card is not None and int(entry.card) < len(lines):
            lines[int(entry.card)] |= {*range(entry.first, entry.last + 1)}
    yield from lines


def _total(rows: Sequence[Figures]) -> str:
    total = Figures(*map(sum, zip(*rows, strict=True)))
    return f"{len(rows)} documents: {total}; {sum(row.is_whole for row in rows)} of them at 98 and 1 %"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", nargs="?", type=Path, help="where the clones of the repositories lie")
    parser.add_argument("--list", action="store_true", help="name the repositories")
    parser.add_argument("--look", action="store_true", help="also with the best single answer to the preview")
    arguments = parser.parse_args()
    documents = judged()
    if arguments.list or arguments.directory is None:
        print(*sorted({one.repository for one in documents}), sep="\n")
        return
    guessed: list[Figures] = []
    answered: list[Figures] = []
    with TemporaryDirectory() as directory:
        for one in documents:
            path = written(one, arguments.directory, Path(directory))
            if path is None:
                print(f"{one.repository} {one.path}: not to be had as it was judged", file=sys.stderr)
                continue
            guessed.append(figures(one, path))
            line = f"draw {one.draw} {one.repository} {one.path}: {guessed[-1]}"
            if arguments.look:
                done, answer = best(one, path)
                answered.append(done)
                line += f"; with {answer}: {done}" if answer else ""
            print(line)
    if guessed:
        print(_total(guessed))
    if answered:
        print(f"with one answer to the preview, {_total(answered)}")


if __name__ == "__main__":
    main()
