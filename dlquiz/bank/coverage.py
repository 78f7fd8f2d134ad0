"""What the shipped bank sets out to cover: the items of its five source documents, the fronts each suggests, and
which cards name them in `source`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from dlquiz.bank.problems import Problem, near, shortened
from dlquiz.bank.rules import Finding
from dlquiz.cards import Card, Place

ITEMS = Path(__file__).parent / "items.txt"
LEFT_OUT = Path(__file__).parent / "fronts-left-out.yaml"
_ITEM = re.compile(r"(d\d-\d{2,3}) ([a-z-]+): (.+)")
_LOOKS_LIKE_ITEM = re.compile(r"d\d+-\d+(\.\d+)?")
_ASKED_BY = re.compile(r"asked by ([a-z0-9][a-z0-9.-]+)")


class Item(NamedTuple):
    """A question, sub-question or fact of the documents; its fronts are numbered from 1: `d0-01.1`."""

    id: str
    topic: str
    about: str
    fronts: tuple[str, ...]


class Covered(NamedTuple):
    """An item or a front with the cards that name it, or the reason why none does."""

    id: str
    about: str
    cards: tuple[str, ...]
    reason: str | None = None

    @property
    def settled(self) -> bool:
        return bool(self.cards) or self.reason is not None


class Coverage(NamedTuple):
    items: tuple[tuple[Item, Covered, tuple[Covered, ...]], ...]
    problems: tuple[Problem, ...]

    @property
    def covered_items(self) -> int:
        return sum(bool(item.cards) for _, item, _ in self.items)

    @property
    def fronts(self) -> tuple[Covered, ...]:
        return tuple(front for _, _, fronts in self.items for front in fronts)


@cache
def items() -> Mapping[str, Item]:
    """Every item by its id, in the order of the documents.

    >>> items()["d0-02"].topic
    'activation'
    """
    found: dict[str, Item] = {}
    for line in ITEMS.read_text(encoding="utf-8").splitlines():
        if line.startswith("- "):
            last = next(reversed(found.values()))
            found[last.id] = last._replace(fronts=(*last.fronts, line[2:]))
        elif match := _ITEM.fullmatch(line):
            found[match[1]] = Item(match[1], match[2], match[3], ())
    return found


def fronts() -> dict[str, str]:
    """Every suggested front by its id."""
    return {
        f"{item.id}.{number}": front for item in items().values() for number, front in enumerate(item.fronts, start=1)
    }


def left_out() -> dict[str, str]:
    """Why no card asks a front: front → reason."""
    import yaml

    return yaml.load(LEFT_OUT.read_text(encoding="utf-8"), Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)) or {}


@cache
def _known() -> frozenset[str]:
    return frozenset(items().keys() | fronts().keys())


def unknown_sources(card: Card) -> Iterator[Finding]:
    known = _known()
    for number, source in enumerate(card.source):
        if source not in known:
            meant = near(source, known) if _LOOKS_LIKE_ITEM.fullmatch(source) else None
            yield Finding(card, ("source", number), "unknown-source", f"there is no item or front {shortened(source)}",
                          f"did you mean {meant}?" if meant else "see `dlquiz bank coverage`")  # fmt: skip


def coverage(cards: Iterable[Card]) -> Coverage:
    """Which cards name each item and each front; a front implies its item, and says why when no card asks it."""
    named: dict[str, list[str]] = {}
    ids = set()
    for card in cards:
        ids.add(card.id)
        for source in dict.fromkeys(part for one in card.source for part in (one, one.partition(".")[0])):
            named.setdefault(source, []).append(card.id)
    reasons = left_out()
    rows = []
    for item in items().values():
        its = tuple(
            Covered(id, front, tuple(named.get(id, ())), reasons.get(id))
            for id, front in ((f"{item.id}.{number}", front) for number, front in enumerate(item.fronts, start=1))
        )
        rows.append((item, Covered(item.id, item.about, tuple(named.get(item.id, ()))), its))
    return Coverage(tuple(rows), tuple(_wrong_reasons(reasons, named, ids)))


def _wrong_reasons(reasons: Mapping[str, str], named: Mapping[str, list[str]], ids: set[str]) -> Iterator[Problem]:
    """Reasons for fronts that do not exist or are asked after all, and those that point to what is not there."""
    lines = LEFT_OUT.read_text(encoding="utf-8").splitlines()
    known = fronts()
    for id, reason in reasons.items():
        place = Place(
            str(LEFT_OUT), next((number for number, line in enumerate(lines, 1) if line.startswith(f"{id}:")), 1)
        )
        if id not in known:
            meant = near(id, known)
            yield Problem(
                place,
                "unknown-front",
                f"there is no front {id}",
                f"did you mean {meant}?" if meant else "delete the line",
            )
        elif id in named:
            yield Problem(place, "front-is-asked", f"{id} is asked by {named[id][0]}", "delete the line")
        elif (match := _ASKED_BY.search(reason)) and match[1] not in ids and match[1] not in named:
            yield Problem(place, "reason-points-nowhere", f"{id} is said to be asked by {match[1]}, which no card asks",
                          "name a card, or a front that a card asks")  # fmt: skip
