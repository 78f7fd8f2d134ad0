"""A card's text in its file, taken out for an editor and put back: own cards in their place, shipped ones into the
person's overrides. Everything else in the file, comments too, stays as it was."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from dlquiz.bank.codec import fingerprint
from dlquiz.bank.deck_file import Deck, deck_text, read_deck
from dlquiz.bank.files import is_deck
from dlquiz.cards import Card, Cloze, Place
from dlquiz.errors import DlquizError
from dlquiz.files import write_atomically
from dlquiz.schema.nodes import MapNode, SequenceNode, read
from dlquiz.schema.problems import Problem

_HEADER = """# Your changes to shipped cards: each `replaces` the card of that id. Delete one here to have the
# shipped card back; its history stays.
cards:
"""


class Lines(NamedTuple):
    """Where a card stands in a text: lines counted from 0, `last` not included, and the column of its dash."""

    first: int
    last: int
    margin: int


def editable(card: Card) -> str:
    """The card's lines in its file, moved to the margin, for an editor.

    Raises DlquizError when the file cannot be read or the card does not stand on lines of its own.
    """
    assert card.place is not None
    text = deck_text(Path(card.place.file))
    at = _find(text, card.id)
    if at is None:
        raise DlquizError(f"{card.place}: card {card.id} is not there any more", fix="start again")
    return _dedented(text.splitlines()[at.first : at.last], at.margin)


def save(card: Card, edited: str, *, overrides: Path | None) -> tuple[Problem, ...]:
    """Put an edited text back: into `overrides` for a shipped card, into its own file when that is None.

    What is wrong with the text is returned, with lines and columns as in the text, and nothing is written then. A card
    that asks or answers something else than before is no longer `checked`.
    Raises DlquizError when a file cannot be read or written, or is itself broken.
    """
    assert card.place is not None
    path = overrides or Path(card.place.file)
    edited = edited.strip("\n") + "\n"
    if overrides is not None:
        if edited.strip() == editable(card).strip():
            return ()
        edited, added = _as_override(edited, card)
    else:
        added = 0
    before = deck_text(path) if path.exists() or overrides is None else _HEADER
    after, at = _with_card(before, card.id, edited)
    problems = _new_problems(path, before, after, at, card, added)
    if not problems:
        if _is_unread(card, path, after):
            after, _ = _with_card(before, card.id, _without_checked(edited))
        _write(path, after)
    return problems


def _is_unread(card: Card, path: Path, after: str) -> bool:
    """Whether the file would still give the month in which a text was read that is another one now."""
    was, now = _original(card), _card_of(read_deck(str(path), after.encode()), card.id)
    return now is not None and now.checked == was.checked is not None and _read_by_second(now) != _read_by_second(was)


def _read_by_second(card: Card) -> tuple[object, ...]:
    """What the second reader of a card has read: all that is asked and answered, without what typed answers are
    recognised by."""
    body: object = card.body
    if isinstance(card.body, Cloze):
        body = [(hole.answer, hole.accept) for hole in card.body.holes]
    points = [(point.text, point.core) for point in card.points]
    return card.kind, card.question, card.answer, card.pitfall, points, body


def _without_checked(edited: str) -> str:
    """The text of a card without its `checked`: its line, or in braces the entry with its comma."""
    lead = "cards:\n"
    root = read(lead + edited, lambda *problem: None)
    cards = root.get("cards") if isinstance(root, MapNode) else None
    node = cards.items[0] if isinstance(cards, SequenceNode) and cards.items else None
    if not isinstance(node, MapNode) or "checked" not in node.pairs:
        return edited
    key, value = node.pairs["checked"]
    start, end = key.start - len(lead), value.end - len(lead)
    if node.flow:
        before = re.search(r",\s*$", edited[:start])
        after = re.match(r"\s*,\s*", edited[end:])
        if before:
            return edited[: before.start()] + edited[end:]
        return edited[:start] + edited[end + (len(after[0]) if after else 0) :]
    line_end = edited.find("\n", end)
    return edited[: edited.rfind("\n", 0, start) + 1] + edited[line_end + 1 if line_end >= 0 else len(edited) :]


def add(path: Path, card: str) -> Place:
    """Put a new card (its lines at the margin) behind the others of a deck, made when missing; where it stands.

    Raises DlquizError when the deck cannot be read or written, or is itself broken.
    """
    if not is_deck(path):
        raise DlquizError(f"{path} is not a deck", fix="name another .yaml file; nothing was written")
    before = deck_text(path) if path.exists() else "cards:\n"
    was = read_deck(str(path), before.encode())
    if not was.readable:
        raise DlquizError(f"{was.problems[0]}", fix="correct that file first; nothing was written")
    after, at = _with_card(before, "", card)
    _write(path, after)
    return Place(str(path), at.first + 1, at.margin + 1)


def _as_override(edited: str, card: Card) -> tuple[str, int]:
    """The text with what makes it an override behind its id, and how many lines that added."""
    if re.search(r"^\s*(?:-\s*\{.*)?\breplaces\s*:", edited, re.M):
        return edited, 0
    block = re.match(rf"-( +)id: *['\"]?{re.escape(card.id)}['\"]? *(#.*)?\n", edited)
    if block:
        margin = " " * (1 + len(block[1]))
        line = f"{margin}replaces: {card.id}\n{margin}replaced_text: {fingerprint(_original(card))}\n"
        return edited[: block.end()] + line + edited[block.end() :], 2
    flow = re.match(r"-\s*\{", edited)
    if flow:
        inside = f"replaces: {card.id}, replaced_text: {fingerprint(_original(card))}, "
        return edited[: flow.end()] + inside + edited[flow.end() :], 0
    return edited, 0


def _original(card: Card) -> Card:
    """The card as its own file gives it."""
    assert card.place is not None
    deck = read_deck(card.place.file, Path(card.place.file).read_bytes())
    return _card_of(deck, card.id) or card


def _card_of(deck: Deck, id: str) -> Card | None:
    return next((one for one in deck.cards if one.id == id), None)


def _with_card(text: str, id: str, edited: str) -> tuple[str, Lines]:
    """The text with the card replaced, or added behind the others; and where it stands then."""
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    at = _find(text, id)
    if at is None:
        margin = _margin(text)
        gap = [] if not lines or lines[-1].strip() in ("", "cards:") else ["\n"]
        at = Lines(len(lines) + len(gap), len(lines) + len(gap), margin)
        lines += gap
    new = [f"{' ' * at.margin}{line}" if line.strip() else line for line in edited.splitlines(keepends=True)]
    lines[at.first : at.last] = new
    return "".join(lines), at._replace(last=at.first + len(new))


def _new_problems(path: Path, before: str, after: str, at: Lines, card: Card, added: int) -> tuple[Problem, ...]:
    """What is wrong in the new lines, placed where it stands in the edited text."""
    was, now = read_deck(str(path), before.encode()), read_deck(str(path), after.encode())
    if not was.readable:
        raise DlquizError(f"{was.problems[0]}", fix="correct that file first; nothing was written")
    reported = [
        problem for problem in now.problems if at.first < problem.place.line <= at.last and problem.severity == "error"
    ]
    if not reported:
        reported = list(_lost(was, now, card, at))
    return tuple(one._replace(place=_in_text(one.place, at, added)) for one in reported)


def _in_text(place: Place, at: Lines, added: int) -> Place:
    line = place.line - at.first
    return Place("edited card", max(1, line - added if line > 1 else line), max(1, place.column - at.margin))


def _lost(was: Deck, now: Deck, card: Card, at: Lines) -> list[Problem]:
    """An edit that swallows other cards, or drops the id to which the history belongs."""
    here = {header.id for header in now.headers}
    place = Place("edited card", at.first + 1, 1)
    missing = {header.id for header in was.headers} - here - {card.id}
    if missing:
        return [
            Problem(
                place,
                "cards-swallowed",
                f"this text hides {len(missing)} other cards of the file",
                "check quotes and brackets",
                card.id,
            )
        ]
    keeps_id = card.id in here or any(link.relation == "formerly" and link.target == card.id for link in now.links)
    if not keeps_id:
        return [
            Problem(
                place,
                "id-changed",
                "the id has changed, and with it the history would be lost",
                f"keep id: {card.id}, or write formerly: [{card.id}]",
                card.id,
            )
        ]
    return []


def _find(text: str, id: str) -> Lines | None:
    from dlquiz.bank.checks.report import card_nodes

    node = card_nodes(read(text, lambda *problem: None)).get(id)
    if node is None:
        return None
    first = text.count("\n", 0, node.start)
    lines = text.splitlines()
    dash = re.match(r"( *)- *$", lines[first][: node.start - (text.rfind("\n", 0, node.start) + 1)])
    if dash is None:
        raise DlquizError(f"card {id} does not stand on lines of its own", fix="edit its file by hand")
    return Lines(first, _last(lines, first, text.count("\n", 0, node.end) + node.flow, len(dash[1])), len(dash[1]))


def _last(lines: list[str], first: int, end: int, margin: int) -> int:
    """Where the card's lines end: without the blank lines and comments that lead to the next card."""
    last = min(end, len(lines)) if end > first else first + 1
    while last > first + 1 and _between(lines[last - 1], margin):
        last -= 1
    return last


def _between(line: str, margin: int) -> bool:
    stripped = line.strip()
    return not stripped or (stripped.startswith("#") and len(line) - len(line.lstrip()) <= margin)


def _margin(text: str) -> int:
    """The column at which the file's cards have their dash; 2 in a file without any."""
    dash = re.search(r"^( *)- ", text.partition("cards:")[2], re.M)
    return len(dash[1]) if dash else 2


def _dedented(lines: list[str], margin: int) -> str:
    return "".join(f"{line[margin:] if not line[:margin].strip() else line.lstrip()}\n" for line in lines)


def _write(path: Path, text: str) -> None:
    """Replace the file in one step; line ends stay as they were."""
    if path.exists() and b"\r\n" in path.read_bytes():
        text = text.replace("\n", "\r\n")
    write_atomically(path, text.encode(), parents=True, fix="correct that and save again; the old file is unchanged")
