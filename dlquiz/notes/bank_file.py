"""Cards of notes in a bank file: the first import writes it, later ones bring what is new and what has changed.

A field whose hash differs from the one in the sidecar was edited by the person, and stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from dlquiz.bank.checks.report import card_nodes
from dlquiz.bank.deck_file import deck_text, read_deck
from dlquiz.bank.fields import MAX_FOLLOW_UPS
from dlquiz.bank.writing import WrittenCard, WrittenOption, entry, fields, printable, scalar, tags_of
from dlquiz.cards import Card, Choice, Cloze, Hole, Language, Numeric, Open, Order, Point, Text
from dlquiz.errors import DlquizError
from dlquiz.files import write_atomically
from dlquiz.notes import sidecar
from dlquiz.notes.identity import identities
from dlquiz.notes.keys import question_of
from dlquiz.notes.markdown.habits.names import GUESSED, HabitChoice
from dlquiz.notes.near import NearQuestions
from dlquiz.notes.note import NoteCard, without_quote
from dlquiz.notes.sidecar import Hashes, Remembered, hash_of
from dlquiz.schema.nodes import MapNode, read, scalars

# Fields that an import writes, and that a later one brings up to date.
KEPT_FIELDS = ("question", "holes", "options", "answer", "points", "pitfall", "level", "tags", "then", "draft")
# A question that is gone and a new one are probably the same when they share this much.
REWORDED = 0.6


@dataclass(slots=True)
class Changes:
    """What an import would do: ids of cards that are new, changed, or gone from the notes; `edited` are fields that
    the notes changed but the person had edited, `reworded` new ids with the old one that they probably were, `moved`
    those that stand below other headings than before, or in another file, `repeated` new ids with that of a card of
    another file that asks the same, `follow_ups` the ids of the follow-ups of a card. `unremembered` are in the bank as
    the notes have them, written by an import that ended before its sidecar was; `choice_changed` says that questions
    are marked in another way than the last import knew."""

    path: Path
    language: Language
    title: str
    cards: dict[str, tuple[str, NoteCard]]
    new: list[str] = field(default_factory=list)
    changed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    edited: dict[str, tuple[str, ...]] = field(default_factory=dict)
    moved: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    reworded: dict[str, str] = field(default_factory=dict)
    repeated: dict[str, str] = field(default_factory=dict)
    remembered: dict[str, Remembered] = field(default_factory=dict)
    choices: dict[str, HabitChoice] = field(default_factory=dict)
    choice_changed: bool = False
    unremembered: list[str] = field(default_factory=list)
    ids: list[list[str]] = field(default_factory=list)
    follow_ups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    questions_gone: dict[str, str] = field(default_factory=dict)

    @property
    def any(self) -> bool:
        return bool(self.new or self.changed or self.moved or self.unremembered or self.choice_changed)

    def keep(self, ids: Collection[str]) -> None:
        """Do not call these gone: the notes have them, and they are imported no more."""
        self.gone = [id for id in self.gone if id not in ids]
        self.questions_gone = {id: question for id, question in self.questions_gone.items() if id not in ids}

    def written(self, id: str, formerly: tuple[str, ...] = ()) -> WrittenCard:
        """One of the cards as the bank would have it, with its follow-ups."""
        return written(self.cards[id][1], id, formerly)._replace(then=self.follow_ups.get(id, ()))

    def statuses(self) -> dict[str, str]:
        """The ids of the cards that would be written, each with `new` or `changed`."""
        return dict.fromkeys(self.new, "new") | dict.fromkeys(self.changed, "changed")


def written(card: NoteCard, id: str, formerly: tuple[str, ...] = ()) -> WrittenCard:
    """The card of the notes as the bank has it; a blank answer makes it a draft."""
    tags = tags_of((*card.tags, *card.section[-1:], *_mark_tag(card)), 4)
    options = tuple(WrittenOption(one.text, one.right, one.why) for one in card.options) if card.is_choice else ()
    return WrittenCard(
        id,
        card.asked,
        card.answered,
        card.holes,
        tags,
        card.level,
        card.draft,
        formerly,
        options,
        card.steps,
        card.points,
        card.pitfall,
    )


def _mark_tag(card: NoteCard) -> tuple[str, ...]:
    """A mark that says nothing of the difficulty, such as `:v:`, is kept as a tag."""
    return (card.mark.strip(":*[]() "),) if card.mark and card.level is None and len(card.mark) < 30 else ()


def hashes_of(card: WrittenCard) -> Hashes:
    values: dict[str, str] = {
        "question": printable(card.question),
        "holes": "\n".join(map(printable, card.holes)),
        "options": _options(card),
        "answer": printable(card.answer),
        "points": "\n".join(map(printable, card.points)),
        "pitfall": printable(card.pitfall),
        "level": str(card.level or ""),
        "tags": " ".join(card.tags),
        "then": " ".join(card.then),
        "draft": "yes" if card.draft else "",
    }
    return {name: hash_of(value) for name, value in values.items() if value}


def _options(card: WrittenCard) -> str:
    """The options or the steps as they are hashed; something of its own for a card that cannot have any."""
    if card.steps:
        return "\n".join(map(printable, card.steps))
    listed = _listed((printable(one.text), one.right, printable(one.why)) for one in card.options)
    return listed or ("points" if card.points else "")


def _hashes_in_bank(card: Card, language: Language, given: set[str]) -> Hashes:
    values = {
        "question": _words(card.question, language),
        "holes": "\n".join(map(_hole, card.body.holes)) if isinstance(card.body, Cloze) else "",
        "options": _options_in_bank(card, language),
        "answer": _words(card.answer, language),
        "points": "\n".join(_point(one, language) for one in card.points),
        "pitfall": _words(card.pitfall, language),
        "level": str(card.level) if "level" in given else "",
        "tags": " ".join(card.tags),
        "then": " ".join(card.then),
        "draft": "yes" if card.draft else "",
    }
    return {name: hash_of(value) for name, value in values.items() if value}


def _words(text: Text | None, language: Language) -> str:
    """A text as it is hashed: a translation that the person added is an edit, which would be lost with the field."""
    if text is None:
        return ""
    others = [one for one in text.languages if one != language and language in text.languages]
    return "\n".join(map(text.language, (language, *others)))


def _point(point: Point, language: Language) -> str:
    """A point as it is hashed, with what only a person gives it."""
    bonus = [] if point.core else ["core: false"]
    return " ".join((_words(point.text, language), *point.cues_en, *point.cues_zh, *bonus))


def _hole(hole: Hole) -> str:
    """The answer of a hole as it is hashed, with what only a person gives it."""
    given = [f"{name}: {value}" for name, value in hole._asdict().items() if value and name != "answer"]
    return " ".join([hole.answer, *given])


def _options_in_bank(card: Card, language: Language) -> str:
    """The options as they are hashed; something else for a card that the person made one of another kind."""
    match card.body:
        case Choice(options):
            return _listed((_words(one.text, language), one.right, _words(one.why, language)) for one in options)
        case Open() | Cloze():
            return "points" if card.points else ""
        case Order(steps):
            return "\n".join(_words(step, language) for step in steps)
        case Numeric():
            return card.kind


def _listed(options: Iterable[tuple[str, bool, str]]) -> str:
    """Options by their words, whether they are right, and why."""
    return "\n".join(f"[{'x' if right else ' '}] {text} {why}".rstrip() for text, right, why in options)


def plan(
    path: Path,
    stem: str,
    language: Language,
    found: Sequence[tuple[str, Sequence[NoteCard]]],
    choices: Mapping[str, HabitChoice] = MappingProxyType({}),
    whole: bool = False,
) -> Changes:
    """What importing these cards, by the name of their source, into the bank at `path` would change; `choices` say of
    each source how its questions are marked. When these are the `whole` of what the bank is made of, cards of other
    sources are gone from the notes.

    Raises DlquizError when the bank or its sidecar is there and cannot be read.
    """
    changes = Changes(path, language, stem, {})
    changes.remembered = sidecar.cards(path)
    sources = {name for name, _ in found} | {one.source for one in changes.remembered.values() if whole}
    _identify(changes, found, sources)
    before = sidecar.choices(path)
    changes.choices = {**before, **choices}
    changes.choice_changed = any(before.get(name, GUESSED) != choice for name, choice in choices.items())
    present = _present(path, language)
    changes.follow_ups = _follow_ups(changes, present)
    hashes = {id: hashes_of(changes.written(id)) for id in changes.cards}
    by_import = bool(present) and all(hashes.get(id) == there for id, (_, there) in present.items())
    if changes.cards and path.exists() and not sidecar.path_of(path).exists() and not by_import:
        raise DlquizError(f"{path} is there already, and no import wrote it", fix="give another bank with --as-bank")
    for id in changes.cards:
        _compare(changes, id, hashes[id], present)
    gone = [id for id, one in changes.remembered.items() if one.source in sources and id not in changes.cards]
    changes.gone = [id for id in gone if id in present]
    changes.questions_gone = {id: without_quote(present[id][0].question.language(language)) for id in changes.gone}
    changes.reworded = _reworded(changes, changes.questions_gone, changes.new)
    changes.repeated = _repeated(changes, present)
    return changes


def _identify(changes: Changes, found: Sequence[tuple[str, Sequence[NoteCard]]], sources: Collection[str]) -> None:
    """Give the cards the ids by which the bank knows them."""
    named = [(name, card) for name, cards in found for card in cards]
    ids, changes.moved = identities(changes.path.stem, named, changes.remembered, sources)
    changes.cards = dict(zip(ids, named, strict=True))
    of_file = iter(ids)
    changes.ids = [[*islice(of_file, len(cards))] for _, cards in found]


def _follow_ups(changes: Changes, present: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Of each card that has some the ids of its follow-ups, without those that the person deleted."""
    at = {(name, card.line): id for id, (name, card) in changes.cards.items()}
    found: dict[str, tuple[str, ...]] = {}
    for id, (name, card) in changes.cards.items():
        parent = at.get((name, card.followed_line))
        if parent is not None and (id in present or id not in changes.remembered):
            found[parent] = (*found.get(parent, ()), id)[:MAX_FOLLOW_UPS]
    return found


def _compare(changes: Changes, id: str, hashes: Hashes, present: Mapping[str, tuple[Card, Hashes]]) -> None:
    before = changes.remembered.get(id)
    if id in present and present[id][1] == hashes:
        if before is None or before.hashes != hashes:
            changes.unremembered.append(id)
    elif before is None:
        if id in present:
            raise DlquizError(
                f"{changes.path}: has a card {id}, but {sidecar.path_of(changes.path).name} does not know it",
                fix="give another bank with --as-bank",
            )
        changes.new.append(id)
    elif id not in present:
        changes.deleted.append(id)
    else:
        there = present[id][1]
        # What an older import did not remember may be in the bank as the notes have it.
        names = [one for one in KEPT_FIELDS if hashes.get(one) not in (before.hashes.get(one), there.get(one))]
        edited = tuple(name for name in names if there.get(name) != before.hashes.get(name))
        changed = tuple(name for name in names if name not in edited)
        if changed:
            changes.changed[id] = changed
        if edited:
            changes.edited[id] = edited


def _reworded(changes: Changes, questions_gone: Mapping[str, str], among: Sequence[str]) -> dict[str, str]:
    """The cards among these that are probably gone ones in other words, each with the nearest that no other has."""
    gone = NearQuestions(questions_gone.items())
    near = [
        (likeness, new, id)
        for new in (among if questions_gone else ())
        for likeness, id in gone.near(changes.cards[new][1].question, REWORDED)
    ]
    found: dict[str, str] = {}
    for _, new, id in sorted(near, reverse=True):
        if new not in found and id not in found.values():
            found[new] = id
    return found


def reworded_before(changes: Changes) -> dict[str, str]:
    """Cards that an import wrote already and that are probably gone ones in other words, each with the nearest that no
    new card is."""
    joined = {*changes.reworded.values()}
    left = {id: question for id, question in changes.questions_gone.items() if id not in joined}
    there = {*changes.cards} - {*changes.new, *changes.deleted}
    return _reworded(changes, left, sorted(there))


def _repeated(changes: Changes, present: Collection[str]) -> dict[str, str]:
    """New cards with the first card of the bank, or to be, from another file that asks the same."""
    kept = {id: one for id, one in changes.remembered.items() if id in present and id not in changes.gone}
    first = {question_of(one.key): (one.source, id) for id, one in kept.items() if id not in changes.cards}
    found: dict[str, str] = {}
    for id, (name, card) in changes.cards.items():
        source, other = first.setdefault(question_of(card.key), (name, id))
        if source != name and id in changes.new:
            found[id] = other
    return found


def _present(path: Path, language: Language) -> dict[str, tuple[Card, Hashes]]:
    """The cards that the bank has now, and the hashes of their fields."""
    if not path.exists():
        return {}
    text = deck_text(path)
    deck = read_deck(str(path), text.encode())
    if not deck.readable:
        raise DlquizError(f"{deck.problems[0]}", fix="correct that file first; nothing was written")
    nodes = card_nodes(read(text, lambda *problem: None))
    return {card.id: (card, _hashes_in_bank(card, language, set(nodes[card.id].pairs))) for card in deck.cards}


# -- writing -----------------------------------------------------------------------------------------------------------


def write(changes: Changes, join_reworded: bool = False) -> None:
    """Write the bank, unless it would be empty, and its sidecar; with `join_reworded` a reworded question takes the
    place of the old one, and its history. Raises DlquizError when they cannot be written."""
    joined = changes.reworded if join_reworded else {}
    before = deck_text(changes.path) if changes.path.exists() else ""
    crlf = changes.path.exists() and b"\r\n" in changes.path.read_bytes()
    text = _edited(before, changes, joined) if before else _head(changes)
    new = [entry(changes.written(id, (joined[id],) if id in joined else ())) for id in changes.new]
    text = (text.rstrip("\n") + "\n" + ("\n" if before and new else "")) + "\n".join(new)
    deck = read_deck(str(changes.path), text.encode())
    known = {id for id, _ in deck.ids}
    if not deck.readable or not known >= set(changes.new):
        problem = f"{deck.problems[0]}" if deck.problems else f"{changes.path}: cards would be lost"
        raise DlquizError(problem, fix="nothing was written; give another bank with --as-bank")
    remembered = sidecar.path_of(changes.path)
    if any(choice != GUESSED for choice in changes.choices.values()):
        # Without it, the next import could not find the cards of an import that ended before its sidecar was written.
        _write(remembered, sidecar.text(changes.remembered, changes.choices))
    if before or new:
        _write(changes.path, text.replace("\n", "\r\n") if crlf else text)
    _write(remembered, _sidecar(changes, joined))


def _write(path: Path, text: str) -> None:
    fix = f"let {path.parent} be written to, or give another bank with --as-bank"
    write_atomically(path, text.encode(), parents=True, fix=fix)


def _head(changes: Changes) -> str:
    name = "-".join(printable(changes.title).split()) or "notes"
    deck = "".join(letter for letter in name if letter not in "/\\,:[]{}#")[:60]
    return f"deck: {scalar(deck or 'notes', 0)}\nlanguage: {changes.language}\ncards:\n"


def _sidecar(changes: Changes, joined: Mapping[str, str]) -> str:
    cards = {id: one for id, one in changes.remembered.items() if id not in joined.values()}
    for id, (source, card) in changes.cards.items():
        hashes = hashes_of(changes.written(id))
        if id in changes.edited:
            # What the person edited is compared with the notes as they are now, so that it is reported once.
            hashes = hashes | {name: hashes.get(name, "") for name in changes.edited[id]}
        cards[id] = Remembered(source, card.key, hashes)
    return sidecar.text(cards, changes.choices)


def _edited(before: str, changes: Changes, joined: Mapping[str, str]) -> str:
    """The text of the bank with the changed fields replaced, and without the old ids of those that new ones are joined
    with; everything else stays as it was, comments too."""
    nodes = card_nodes(read(before, lambda *problem: None))
    pieces: list[tuple[int, int, str]] = []
    for id, names in changes.changed.items():
        lines = fields(changes.written(id))
        for name in ("kind", "steps", *names) if "options" in names else names:
            pieces.append(_piece(before, nodes[id], name, lines.get(name)))
    dropped = {old: new for new, old in joined.items() if old in nodes}
    pieces += [_whole(before, nodes[id]) for id in dropped]
    for id, node in nodes.items() if dropped else ():
        if id not in dropped and "then" not in changes.changed.get(id, ()):
            pieces += _follow_ups_renamed(node, dropped)
    for start, end, replacement in sorted(pieces, reverse=True):
        before = before[:start] + replacement + before[end:]
    return before


def _piece(text: str, node: MapNode, name: str, line: str | None) -> tuple[int, int, str]:
    """Where a field stands, and what takes its place; a new one goes before the card's last field."""
    key = "text" if name == "question" and "text" in node.pairs else name
    if key not in node.pairs:
        last = list(node.pairs.values())[-1][0]
        start = text.rfind("\n", 0, last.start) + 1
        return start, start, f"    {line}\n" if line else ""
    start = node.pairs[key][0].start
    end = start + len(text[start : node.pairs[key][1].end].rstrip())
    if line is None:
        return text.rfind("\n", 0, start) + 1, _line_end(text, end), ""
    return start, end, line


def _follow_ups_renamed(node: MapNode, successors: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Where a card names follow-ups whose ids are no more, and the new ids."""
    follow_ups = node.get("then")
    for one in scalars(follow_ups) if follow_ups is not None else ():
        if one.text.strip() in successors:
            yield one.start, one.end, successors[one.text.strip()]


def _whole(text: str, node: MapNode) -> tuple[int, int, str]:
    start = text.rfind("\n", 0, node.start) + 1
    return start, _line_end(text, start + len(text[start : node.end].rstrip())), ""


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1
