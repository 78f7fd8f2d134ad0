"""`bank check`: everything that can be found in a bank without asking its questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlquiz.bank.checks import numeric, style
from dlquiz.bank.checks.finding import Finding
from dlquiz.bank.deck_file import Deck, read_file
from dlquiz.bank.files import files_of
from dlquiz.bank.loader import drafts, joined
from dlquiz.cards import Card
from dlquiz.formatting import count
from dlquiz.schema.nodes import MapNode, ScalarNode, YamlNode, decode, read
from dlquiz.schema.nodes import SequenceNode as List
from dlquiz.schema.problems import Problem, Severity
from dlquiz.schema.types import FieldReader
from dlquiz.suggest import closest

# What only shipped decks have to have.
SHIPPED_ONLY = frozenset({"missing-language"})
# What makes a card better and no card wrong: found in a person's own deck only when they ask for it.
STYLE = frozenset(
    {
        "all-but-one-right",
        "answer-repeats-question",
        "answer-too-long",
        "article",
        "cue-too-common",
        "cue-unreadable",
        "cure-form",
        "half-width",
        "missing-cues",
        "open-without-answer",
        "open-without-points",
        "other-word",
        "reference-without-year",
        "right-option-longest",
        "unknown-letter",
        "wrong-option-without-why",
    }
)


@dataclass(frozen=True, slots=True)
class CheckReport:
    files: int
    cards: tuple[Card, ...]
    problems: tuple[Problem, ...]
    drafts: int = 0

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)

    def summary(self) -> str:
        """One line: how much was read, and how much is wrong.

        >>> CheckReport(1, (), ()).summary()
        '1 file, 0 cards: no problems'
        """
        warnings = len(self.problems) - self.errors
        counts = [count(self.errors, "problem")] if self.errors else []
        counts += [count(warnings, "warning")] if warnings else []
        read = [count(self.files, "file"), count(len(self.cards), "card")]
        read += [count(self.drafts, "draft")] if self.drafts else []
        return f"{', '.join(read)}: {' and '.join(counts) or 'no problems'}"

    def as_json(self) -> dict[str, Any]:
        return {
            "files": self.files,
            "cards": len(self.cards),
            "drafts": self.drafts,
            "problems": [_as_json(problem) for problem in self.problems],
        }


def check_bank(
    paths: Sequence[Path],
    other_paths: Sequence[Path],
    shipped: Path,
    progress: Callable[[int, int], None] | None = None,
    *,
    with_style: bool = False,
) -> CheckReport:
    """The report on these files; ids may also stand in the banks beside them, whose own problems are left out.

    Files below `shipped` keep all rules; elsewhere what the rules find is a warning, and matters of style are left out
    unless asked for. `progress` takes checks done and checks to do. Of drafts only what cannot be read is reported.
    """
    files = files_of(paths)
    others = [path for path in files_of(other_paths) if path.resolve() not in {one.resolve() for one in files}]
    decks = [read_file(path) for path in (*others, *files)]
    cards, problems = joined(decks)
    chosen = {str(path) for path in files}
    here = [card for card in cards if _file(card) in chosen]
    is_shipped = _inside(shipped)
    found = [one for one in _findings(here, cards, progress) if _file(one.card) in chosen]
    left_out = SHIPPED_ONLY if with_style else SHIPPED_ONLY | STYLE
    counts = [finding for finding in found if is_shipped(_file(finding.card)) or finding.code not in left_out]
    located = KnownPlaces().problems(
        counts, lambda one: "error" if is_shipped(_file(one.card)) or one.code == "cannot-be-asked" else "warning"
    )
    every = [*(problem for problem in problems if problem.place.file in chosen), *located]
    every += [one for one in _unknown_topics(decks, cards, is_shipped) if one.place.file in chosen]
    set_aside = sum(_file(card) in chosen for card in drafts(decks))
    return CheckReport(len(files), tuple(here), tuple(_in_order(every, files)), set_aside)


def _unknown_topics(
    decks: Sequence[Deck], cards: Sequence[Card], is_shipped: Callable[[str], bool]
) -> Iterator[Problem]:
    """Decks and tags that tracks name and no card has."""
    known = {"deck": {card.deck for card in cards}, "tag": {tag for card in cards for tag in card.tags}}
    for one in (reference for deck in decks for reference in deck.track_references):
        if one.name not in known[one.relation]:
            suggestion = closest(one.name, known[one.relation])
            fix = f"did you mean {suggestion}?" if suggestion else "delete the entry"
            severity: Severity = "error" if is_shipped(one.place.file) else "warning"
            yield Problem(
                one.place,
                f"unknown-{one.relation}",
                f"no card has the {one.relation} {one.name}",
                fix,
                severity=severity,
            )


def _file(card: Card) -> str:
    assert card.place is not None
    return card.place.file


def _inside(directory: Path) -> Callable[[str], bool]:
    whole = directory.resolve()
    known: dict[str, bool] = {}

    def inside(file: str) -> bool:
        if file not in known:
            known[file] = Path(file).resolve().is_relative_to(whole)
        return known[file]

    return inside


def _in_order(problems: Iterable[Problem], files: Sequence[Path]) -> list[Problem]:
    order = {str(file): number for number, file in enumerate(files)}
    return sorted(problems, key=lambda one: (order[one.place.file], one.place.line, one.place.column))


def _findings(
    cards: Sequence[Card], bank: Sequence[Card], progress: Callable[[int, int], None] | None
) -> Iterator[Finding]:
    checks = [*style.checks(cards, bank), *map(numeric.findings, cards)]
    for number, check in enumerate(checks):
        if progress is not None:
            progress(number, len(checks))
        yield from check


class KnownPlaces:
    """Where the parts of cards stand in their files; reads each file that is asked about once more."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[FieldReader, dict[str, MapNode]]] = {}

    def problems(self, findings: Iterable[Finding], severity: Callable[[Finding], Severity]) -> Iterator[Problem]:
        for finding in findings:
            reading, cards = self._file(_file(finding.card))
            node = _walk(cards[finding.card.id], finding.path)
            index = reading.source.find(finding.written, node.start, node.end) if finding.written else node.start
            place = reading.place(index if index >= 0 else node.start)
            yield Problem(place, finding.code, finding.message, finding.fix, finding.card.id, severity(finding))

    def _file(self, name: str) -> tuple[FieldReader, dict[str, MapNode]]:
        if name not in self._files:
            source = decode(Path(name).read_bytes(), lambda *problem: None) or ""
            self._files[name] = FieldReader(name, source), card_nodes(read(source, lambda *problem: None))
        return self._files[name]


def card_nodes(root: YamlNode | None) -> dict[str, MapNode]:
    """The nodes of a file's cards by their id, the first of each."""
    cards = root.get("cards") if isinstance(root, MapNode) else None
    found: dict[str, MapNode] = {}
    for node in cards.items if isinstance(cards, List) else ():
        id = (node.get("id") or node.get("replaces")) if isinstance(node, MapNode) else None
        if isinstance(node, MapNode) and isinstance(id, ScalarNode):
            found.setdefault(id.text.strip(), node)
    return found


def _walk(node: YamlNode, path: Iterable[str | int]) -> YamlNode:
    """The node at the end of the path, or the last one on the way to it."""
    for step in path:
        if isinstance(node, MapNode) and isinstance(step, str) and (below := node.get(step)) is not None:
            node = below
        elif isinstance(node, List) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        elif not (isinstance(node, MapNode) and step in ("en", "zh")):
            break
    return node


def _as_json(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "card": problem.card,
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "fix": problem.fix,
    }
