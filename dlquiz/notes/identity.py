"""Which card of the notes is which one that an earlier import wrote: by its key, or where the headings above it have
changed, by its question."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import NamedTuple

from dlquiz.bank.writing import printable
from dlquiz.notes.keys import id_of, question_of
from dlquiz.notes.note import NoteCard
from dlquiz.notes.sidecar import Remembered, hash_of


class Identities(NamedTuple):
    """The ids of cards, in their order, and which of these stand below other headings, or in another file, than
    before."""

    ids: list[str]
    moved: list[str]


class _Content(NamedTuple):
    """What a card asks, normalised, and the hash of its answer."""

    question: str
    answer: str


def identities(
    stem: str,
    found: Sequence[tuple[str, NoteCard]],
    remembered: Mapping[str, Remembered],
    sources: Collection[str],
) -> Identities:
    """The ids of cards, found with the names of their files, in the bank with this stem. What is remembered of
    `sources` is gone where it is not found again; it has moved when a card without an id is the same."""
    ids = _by_key(found, remembered, sources)
    elsewhere = {at for at, id in ids.items() if remembered[id].source != found[at][0]}
    keys = [card.key for _, card in found]
    known = {*ids.values()}
    before = {id: one for id, one in remembered.items() if one.source in sources and id not in known}
    gone = {id: _Content(question_of(one.key), one.hashes.get("answer", "")) for id, one in before.items()}
    new = {
        at: _Content(question_of(card.key), hash_of(answer) if (answer := printable(card.answered)) else "")
        for at, (_, card) in enumerate(found)
        if at not in ids
    }
    moved = _moved(new, gone, {question_of(keys[at]) for at in ids})
    ids |= moved
    taken = {*remembered, *ids.values()}
    for at, key in enumerate(keys):
        if at not in ids:
            ids[at] = _unused(id_of(stem, key), taken)
            taken.add(ids[at])
    return Identities([ids[at] for at in range(len(found))], [ids[at] for at in sorted({*moved, *elsewhere})])


def _by_key(
    found: Sequence[tuple[str, NoteCard]], remembered: Mapping[str, Remembered], sources: Collection[str]
) -> dict[int, str]:
    """The ids of cards whose key is remembered, by their places: that of the same file, else that of another one of
    `sources`, or of a file that has another name now. Other files keep their cards, though they ask the same."""
    of_file = {(one.source, one.key): id for id, one in remembered.items()}
    ids = {at: of_file[name, card.key] for at, (name, card) in enumerate(found) if (name, card.key) in of_file}
    taken = {*ids.values()}
    able = {*sources, *_renamed({card.key for at, (_, card) in enumerate(found) if at not in ids}, remembered)}
    left: dict[str, list[str]] = defaultdict(list)
    for id, one in remembered.items():
        if id not in taken and one.source in able:
            left[one.key].append(id)
    for at, (_, card) in enumerate(found):
        if at not in ids and left.get(card.key):
            ids[at] = left[card.key].pop(0)
    return ids


def _renamed(keys: Collection[str], remembered: Mapping[str, Remembered]) -> set[str]:
    """The sources of which most cards are found with these keys, which are in no file known by its name."""
    cards, again = Counter[str](), Counter[str]()
    for one in remembered.values():
        cards[one.source] += 1
        again[one.source] += one.key in keys
    return {source for source, count in cards.items() if again[source] * 2 > count}


def _moved(new: Mapping[int, _Content], gone: Mapping[str, _Content], others: Collection[str]) -> dict[int, str]:
    """The places of new cards that are gone ones, with the ids of these: where no two ask the same. `others` are
    questions of cards that stayed; one that asks the same, as titles of parts do, must have the same answer."""
    found = _paired(new, gone)
    ambiguous = {*others, *(new[at].question for at in found)}
    taken = {*found.values()}
    left = {id: one.question for id, one in gone.items() if id not in taken}
    return found | _paired({at: one.question for at, one in new.items() if one.question not in ambiguous}, left)


def _paired(new: Mapping[int, Hashable], gone: Mapping[str, Hashable]) -> dict[int, str]:
    """What is the same in both, and only once in each."""
    counts, before = Counter(new.values()), Counter(gone.values())
    ids = {value: id for id, value in gone.items()}
    return {at: ids[value] for at, value in new.items() if counts[value] == before[value] == 1}


def _unused(id: str, taken: Collection[str]) -> str:
    """The id, or the first of its neighbours that is free: two keys may have one hash."""
    return (
        id if id not in taken else next(other for number in range(2, 10**6) if (other := f"{id}-{number}") not in taken)
    )
