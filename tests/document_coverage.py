"""What the shipped bank sets out to cover: the items of its five source documents, the fronts each suggests, and
which cards name them in `source`.

    python tests/document_coverage.py --missing       what no card asks and no reason excuses
    python tests/document_coverage.py d0 d1-049       one document, one item

The exit code is 1 while anything is open.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from dlquiz import bank
from dlquiz.cards import Card, Place
from dlquiz.formatting import shortened
from dlquiz.schema.problems import Problem
from dlquiz.suggest import closest

DATA = Path(__file__).parent / "data"
ITEMS = DATA / "items.txt"
TOPICS = DATA / "topics.txt"
LEFT_OUT = DATA / "fronts-left-out.yaml"
_ITEM = re.compile(r"(d\d-\d{2,3}) ([a-z-]+): (.+)")
_LOOKS_LIKE_ITEM = re.compile(r"[dm]\d+-\d+(\.\d+)?")
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


# An item, its own cover, and that of each of its fronts.
Row = tuple[Item, Covered, tuple[Covered, ...]]


class Coverage(NamedTuple):
    items: tuple[Row, ...]
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
def topics() -> Mapping[str, int]:
    """The topics that cards name beside the documents, each with the number of questions it suggests.

    >>> topics()["m1-001"]
    3
    """
    rows = (line.split() for line in TOPICS.read_text(encoding="utf-8").splitlines())
    return {id: int(count) for id, count in rows}


@cache
def _known() -> frozenset[str]:
    asked = (f"{id}.{number}" for id, count in topics().items() for number in range(1, count + 1))
    return frozenset([*items(), *fronts(), *topics(), *asked])


def unknown_sources(card: Card) -> Iterator[Problem]:
    """The sources of a card that are no items, fronts or topics, at the place of the card."""
    known = _known()
    assert card.place is not None
    for source in card.source:
        if source not in known:
            meant = closest(source, known) if _LOOKS_LIKE_ITEM.fullmatch(source) else None
            fix = f"did you mean {meant}?" if meant else "tests/data/items.txt and topics.txt list them"
            output = f"there is no item or front {shortened(source)}"
            yield Problem(card.place, "unknown-source", output, fix, card.id)


def coverage(cards: Iterable[Card]) -> Coverage:
    """Which cards name each item and each front; a front implies its item, and says why when no card asks it."""
    named: dict[str, list[str]] = {}
    ids = set()
    unknown: list[Problem] = []
    for card in cards:
        unknown += unknown_sources(card)
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
    return Coverage(tuple(rows), (*unknown, *_wrong_reasons(reasons, named, ids)))


def _wrong_reasons(reasons: Mapping[str, str], named: Mapping[str, list[str]], ids: set[str]) -> Iterator[Problem]:
    """Reasons for fronts that do not exist or are asked after all, and those that point to what is not there."""
    lines = LEFT_OUT.read_text(encoding="utf-8").splitlines()
    known = fronts()
    for id, reason in reasons.items():
        place = Place(
            str(LEFT_OUT), next((number for number, line in enumerate(lines, 1) if line.startswith(f"{id}:")), 1)
        )
        if id not in known:
            meant = closest(id, known)
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


# -- the script --------------------------------------------------------------------------------------------------------


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Show which cards cover which item of the five documents.")
    parser.add_argument("items", nargs="*", help="items or documents, such as d0-09 or d2")
    parser.add_argument("--missing", action="store_true", help="only what no card asks and no reason excuses")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    found = coverage(bank.load([bank.shipped_questions()])[0])
    rows = [row for row in found.items if not options.items or any(_belongs(row[0].id, one) for one in options.items)]
    if options.items and not rows:
        parser.error(f"there is no item {' '.join(options.items)}: items are called d0-01 to d4-78")
    if options.json:
        print(json.dumps({"items": [_item_as_dict(*row) for row in rows]}, ensure_ascii=False, indent=2))
    else:
        _print(rows, found.problems, options.missing)
    settled = all(covered.cards and all(front.settled for front in fronts) for _, covered, fronts in rows)
    return 0 if settled and not found.problems else 1


def _print(rows: list[Row], problems: Iterable[Problem], missing: bool) -> None:
    for item, covered, fronts in rows:
        _print_item(item, covered, [front for front in fronts if not (missing and front.settled)], missing)
    for problem in problems:
        print(problem)
    print(_summary(rows))


def _belongs(id: str, wanted: str) -> bool:
    return id == wanted.partition(".")[0] or id.startswith(f"{wanted}-")


def _print_item(item: Item, covered: Covered, fronts: list[Covered], missing: bool) -> None:
    if missing and covered.cards and not fronts:
        return
    print(f"{item.id}  {item.about}{'' if covered.cards else '  (no card)'}")
    for front in fronts:
        output = ", ".join(front.cards) or (f"left out: {front.reason}" if front.reason else "open")
        print(f"  .{front.id.partition('.')[2]}  {front.about}: {output}")
    bare = [card for card in covered.cards if not any(card in front.cards for front in fronts)]
    if bare and not missing:
        print(f"      also {', '.join(bare)}")


def _summary(rows: list[Row]) -> str:
    fronts = [front for *_, its in rows for front in its]
    asked = sum(bool(front.cards) for front in fronts)
    excused = sum(not front.cards and front.reason is not None for front in fronts)
    covered = sum(bool(item.cards) for _, item, _ in rows)
    return (
        f"{covered} of {len(rows)} items covered; of {len(fronts)} suggested questions {asked} are asked, "
        f"{excused} left out with a reason, {len(fronts) - asked - excused} open"
    )


def _item_as_dict(item: Item, covered: Covered, fronts: tuple[Covered, ...]) -> dict[str, object]:
    return {
        "id": item.id, "topic": item.topic, "about": item.about, "cards": covered.cards,
        "fronts": [{"id": one.id, "about": one.about, "cards": one.cards, "reason": one.reason} for one in fronts],
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
