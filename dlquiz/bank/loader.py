"""Files → cards and problems: the slow path, which reads YAML; and what must hold across all files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from dlquiz.bank.deck_file import CardHeader, CardLink, Deck, read_file
from dlquiz.bank.files import files_of
from dlquiz.cards import Card, Place
from dlquiz.schema.problems import Problem
from dlquiz.suggest import closest


def load(paths: Sequence[Path]) -> tuple[tuple[Card, ...], tuple[Problem, ...]]:
    """Every card that is whole and no draft, in the order of the decks, and every problem of every file; nothing is
    raised."""
    decks = [read_file(path) for path in files_of(paths)]
    return joined(decks)


def joined(decks: Sequence[Deck]) -> tuple[tuple[Card, ...], tuple[Problem, ...]]:
    """The cards of all decks after overrides and without drafts, and the problems of each file followed by those
    between cards."""
    return tuple(card for card in _cards_in_order(decks) if not card.draft), problems_of(decks)


def drafts(decks: Sequence[Deck]) -> tuple[Card, ...]:
    """The cards that are not asked yet."""
    return tuple(card for card in _cards_in_order(decks) if card.draft)


def _cards_in_order(decks: Sequence[Deck]) -> Iterator[Card]:
    return (entry.deck.cards[entry.number]._replace(deck=entry.deck_name) for entry in bank_entries(decks))


def problems_of(decks: Sequence[Deck]) -> tuple[Problem, ...]:
    return (*(problem for deck in decks for problem in deck.problems), *problems_between(decks))


# So many positions are each file's, so that a card more in one moves no card of another.
POSITIONS_OF_FILE = 1_000_000


class BankEntry(NamedTuple):
    """A card of the bank: `number` says which one of its file, `deck_name` the deck that it belongs to (of an override
    that of the card which it replaces); `position` rises through the bank."""

    deck: Deck
    number: int
    deck_name: str
    position: int

    @property
    def header(self) -> CardHeader:
        return self.deck.headers[self.number]


def bank_entries(decks: Sequence[Deck]) -> Iterator[BankEntry]:
    """The first card of each id, in the order of the decks; one that `replaces` it takes its place."""
    decks = sorted(decks, key=lambda deck: deck.order)
    every = [
        BankEntry(deck, number, deck.name, place * POSITIONS_OF_FILE + number)
        for place, deck in enumerate(decks)
        for number in range(len(deck.headers))
    ]
    overrides = {entry.header.id: entry for entry in every if entry.header.replaces is not None}
    originals = {header.id for deck in decks for header in deck.headers if header.replaces is None}
    taken: set[str] = set()
    for entry in every:
        header = entry.header
        if header.id in taken or (header.replaces is not None and header.id in originals):
            continue
        taken.add(header.id)
        override = overrides.get(header.id)
        yield entry if override is None else override._replace(deck_name=entry.deck_name, position=entry.position)


def problems_between(decks: Sequence[Deck]) -> Iterator[Problem]:
    """Ids that stand twice, follow-ups that dangle or circle, former ids that live, overrides of nothing."""
    decks = sorted(decks, key=lambda deck: deck.order)
    overrides = {(link.card, link.place.file) for deck in decks for link in deck.links if link.relation == "replaces"}
    homes: dict[str, Place] = {}
    for deck in decks:
        for id, place in deck.ids:
            if (id, place.file) not in overrides and homes.setdefault(id, place) is not place:
                fix = "give this card an id of its own"
                if place.file != homes[id].file:
                    fix += f", or write `replaces: {id}` to put it in that card's place"
                yield Problem(place, "duplicate-id", f"the id is taken by {homes[id]}", fix, id)
    links = [link for deck in decks for link in deck.links]
    complete = all(deck.readable for deck in decks)
    known = homes.keys() | {link.card for link in links}
    former = {link.target for link in links if link.relation == "formerly"}
    for link in links:
        yield from _check_link(link, homes, known, former, complete)
    yield from _circles([link for link in links if link.relation == "then"])
    yield from _second_overrides(links)
    yield from _outdated(decks)


def _check_link(
    link: CardLink, homes: Mapping[str, Place], known: Iterable[str], former: set[str], complete: bool
) -> Iterator[Problem]:
    target = link.target
    if link.relation == "formerly":
        if target == link.card:
            yield Problem(
                link.place, "formerly-itself", f"formerly names the card's own id {target}", "delete it", link.card
            )
        elif target in homes:
            yield Problem(
                link.place,
                "formerly-alive",
                f"formerly names {target}, which is a card at {homes[target]}",
                "delete that card or this entry",
                link.card,
            )
    elif link.relation == "then" and target == link.card:
        yield Problem(link.place, "then-itself", "the card is its own follow-up", "delete the entry", link.card)
    elif link.relation == "then" and target not in homes and complete:
        if target in former:
            message, fix = f"the follow-up {target} is a former id", "name the card's present id"
        else:
            suggestion = closest(target, known)
            message, fix = (
                f"there is no card {target}",
                f"did you mean {suggestion}?" if suggestion else "delete the entry or write that card",
            )
        yield Problem(link.place, "then-dangles", message, fix, link.card)
    elif link.relation == "replaces" and target not in homes and complete:
        yield Problem(
            link.place,
            "replaces-nothing",
            f"there is no card {target} to override",
            "delete the line `replaces:` to keep it as a card of your own",
            link.card,
            "warning",
        )


def _circles(links: Sequence[CardLink]) -> Iterator[Problem]:
    """One problem for each follow-up that leads back to where it came from."""
    after: dict[str, list[CardLink]] = {}
    for link in links:
        if link.target != link.card:
            after.setdefault(link.card, []).append(link)
    done: set[str] = set()
    for start in after:
        yield from _circles_from(start, after, done)


def _circles_from(start: str, after: Mapping[str, list[CardLink]], done: set[str]) -> Iterator[Problem]:
    path: dict[str, Iterator[CardLink]] = {}
    if start not in done:
        path[start] = iter(after.get(start, ()))
    while path:
        here = next(reversed(path))
        link = next(path[here], None)
        if link is None:
            del path[here]
            done.add(here)
        elif link.target in path:
            ids = list(path)
            circle = " → ".join([*ids[ids.index(link.target) :], link.target][-6:])
            yield Problem(
                link.place,
                "then-circles",
                f"the follow-ups go in a circle: {circle}",
                "delete one of these entries",
                link.card,
            )
        elif link.target not in done:
            path[link.target] = iter(after.get(link.target, ()))


def _second_overrides(links: Sequence[CardLink]) -> Iterator[Problem]:
    first: dict[str, CardLink] = {}
    for link in links:
        if link.relation == "replaces" and first.setdefault(link.target, link) is not link:
            yield Problem(
                link.place,
                "overridden-twice",
                f"{link.target} is overridden at {first[link.target].place} too",
                "delete one of the two",
                link.card,
            )


def _outdated(decks: Sequence[Deck]) -> Iterator[Problem]:
    """Overrides whose shipped text has changed since they were written."""
    replaced = {id: text for deck in decks for id, text in deck.replaced.items()}
    places = {link.target: link.place for deck in decks for link in deck.links if link.relation == "replaces"}
    for deck in decks if replaced else ():
        for header in deck.headers:
            if header.replaces is None and replaced.get(header.id, header.content_hash) != header.content_hash:
                yield Problem(
                    places[header.id],
                    "overridden-text-changed",
                    f"the shipped text of {header.id} has changed since you changed yours",
                    "delete yours to take it, or its line `replaced_text` to keep yours",
                    header.id,
                    "warning",
                )
