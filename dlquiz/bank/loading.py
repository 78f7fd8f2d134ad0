"""Files → cards and problems: the slow path, which reads YAML; and what must hold across all files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from dlquiz.bank.decks import Deck, Link, read_file
from dlquiz.bank.problems import Problem, near
from dlquiz.cards import Card, Place

SUFFIXES = (".yaml", ".yml")


def load(paths: Sequence[Path]) -> tuple[tuple[Card, ...], tuple[Problem, ...]]:
    """Every card that is whole, in the order of the decks, and every problem of every file; nothing is raised."""
    decks = [read_file(path) for path in files_of(paths)]
    return joined(decks)


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The bank files: those named, and those in and below the directories named; each once, in a stable order."""
    found: dict[Path, None] = {}
    for path in paths:
        found |= dict.fromkeys(_below(path) if path.is_dir() else [path])
    return list(found)


def _below(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.suffix in SUFFIXES and not path.name.startswith("."))


def joined(decks: Sequence[Deck]) -> tuple[tuple[Card, ...], tuple[Problem, ...]]:
    """The cards of all decks after overrides, and the problems of each file followed by those between cards."""
    decks = sorted(decks, key=lambda deck: deck.order)
    between = list(problems_between(decks))
    problems = [problem for deck in decks for problem in deck.problems]
    return tuple(_cards(decks)), (*problems, *between)


def _cards(decks: Sequence[Deck]) -> Iterator[Card]:
    """The first card of each id; one that `replaces` it stands in its place."""
    from dataclasses import replace

    overrides = {card.id: card for deck in decks for card in deck.cards if card.replaces is not None}
    taken: set[str] = set()
    for deck in decks:
        for card in deck.cards:
            if card.id in taken or (card.replaces is not None and _elsewhere(card, decks)):
                continue
            taken.add(card.id)
            override = overrides.get(card.id)
            formerly = tuple(dict.fromkeys((*card.formerly, *override.formerly))) if override else ()
            yield card if override is None else replace(override, deck=card.deck, formerly=formerly)


def _elsewhere(card: Card, decks: Sequence[Deck]) -> bool:
    return any(other.id == card.id and other.replaces is None for deck in decks for other in deck.cards)


def problems_between(decks: Sequence[Deck]) -> Iterator[Problem]:
    """Ids that stand twice, follow-ups that dangle or circle, former ids that live, overrides of nothing."""
    overrides = {(link.card, link.place.file) for deck in decks for link in deck.links if link.relation == "replaces"}
    homes: dict[str, Place] = {}
    for deck in decks:
        for id, place in deck.ids:
            if (id, place.file) not in overrides and homes.setdefault(id, place) is not place:
                yield Problem(
                    place, "duplicate-id", f"the id is taken by {homes[id]}", "give this card an id of its own", id
                )
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
    link: Link, homes: Mapping[str, Place], known: Iterable[str], former: set[str], complete: bool
) -> Iterator[Problem]:
    target = link.target
    if link.relation == "formerly":
        if target == link.card:
            yield Problem(
                link.place, "formerly-itself", f"formerly names the card's own id {target}", "delete it", link.card
            )
        elif target in homes:
            yield Problem(link.place, "formerly-alive", f"formerly names {target}, which is a card at {homes[target]}",
                          "delete that card or this entry", link.card)  # fmt: skip
    elif link.relation == "then" and target == link.card:
        yield Problem(link.place, "then-itself", "the card is its own follow-up", "delete the entry", link.card)
    elif link.relation == "then" and target not in homes and complete:
        if target in former:
            told, mend = f"the follow-up {target} is a former id", "name the card's present id"
        else:
            meant = near(target, known)
            told, mend = (
                f"there is no card {target}",
                f"did you mean {meant}?" if meant else "delete the entry or write that card",
            )
        yield Problem(link.place, "then-dangles", told, mend, link.card)
    elif link.relation == "replaces" and target not in homes and complete:
        yield Problem(link.place, "replaces-nothing", f"there is no card {target} to override",
                      "delete the line `replaces:` to keep it as a card of your own", link.card, "warning")  # fmt: skip


def _circles(links: Sequence[Link]) -> Iterator[Problem]:
    """One problem for each follow-up that leads back to where it came from."""
    after: dict[str, list[Link]] = {}
    for link in links:
        if link.target != link.card:
            after.setdefault(link.card, []).append(link)
    done: set[str] = set()
    for start in after:
        yield from _circles_from(start, after, done)


def _circles_from(start: str, after: Mapping[str, list[Link]], done: set[str]) -> Iterator[Problem]:
    path: dict[str, Iterator[Link]] = {}
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


def _second_overrides(links: Sequence[Link]) -> Iterator[Problem]:
    first: dict[str, Link] = {}
    for link in links:
        if link.relation == "replaces" and first.setdefault(link.target, link) is not link:
            yield Problem(link.place, "overridden-twice", f"{link.target} is overridden at {first[link.target].place} too",
                          "delete one of the two", link.card)  # fmt: skip


def _outdated(decks: Sequence[Deck]) -> Iterator[Problem]:
    """Overrides whose shipped text has changed since they were written."""
    from dlquiz.bank.encode import fingerprint

    replaced = {id: text for deck in decks for id, text in deck.replaced.items()}
    places = {link.target: link.place for deck in decks for link in deck.links if link.relation == "replaces"}
    for deck in decks if replaced else ():
        for card in deck.cards:
            if card.id in replaced and card.replaces is None and fingerprint(card) != replaced[card.id]:
                yield Problem(places[card.id], "overridden-text-changed", f"the shipped text of {card.id} has changed since you changed yours",
                              f"compare with {card.place}; delete yours to take it, or its line replaced_text to keep yours", card.id, "warning")  # fmt: skip
