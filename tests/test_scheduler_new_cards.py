"""The order in which cards are first seen: own ones, what is asked most, topics in turn, foundations first."""

from __future__ import annotations

from itertools import islice, pairwise

from hypothesis import given
from hypothesis import strategies as st

from dlquiz.scheduler.new_cards import introduction
from dlquiz.scheduler.queue import Candidate


def card(
    name: str, deck: str = "deck", position: int = 0, weight: int = 3, level: int = 1, *, after: str = "",
    own: bool = False,
) -> Candidate:  # fmt: skip
    return Candidate(name, deck, position, "open", level, weight, prerequisites=frozenset(after.split()), own=own)


@st.composite
def banks(draw: st.DrawFn) -> list[Candidate]:
    names = [f"card-{number}" for number in range(draw(st.integers(0, 25)))]
    cards = [
        card(name, draw(st.sampled_from("abcd")), position, draw(st.integers(1, 5)), draw(st.integers(1, 3)),
             after=" ".join(draw(st.sets(st.sampled_from(names[:position]), max_size=2)) if position else set()),
             own=draw(st.integers(0, 5)) == 0)
        for position, name in enumerate(names)
    ]  # fmt: skip
    return draw(st.permutations(cards))


@given(banks())
def test_laws(cards: list[Candidate]) -> None:
    found = list(introduction(cards))
    place = {item.card: number for number, item in enumerate(found)}
    assert sorted(found) == sorted(cards)
    assert found == list(introduction(sorted(cards)))
    # Prerequisites stand first.
    assert all(place[earlier] < place[item.card] for item in found for earlier in item.prerequisites)
    for number, (one, following) in enumerate(pairwise(found)):
        if one.deck == following.deck:
            # Nothing of another deck could have been taken: what is left there waits for its prerequisites.
            taken = {item.card for item in found[: number + 1]}
            others = [item for item in found[number + 1 :] if item.deck != one.deck]
            assert all(item.prerequisites - taken for item in others)


@given(banks())
def test_inside_a_deck_nothing_but_prerequisites_comes_before_what_is_asked_more(cards: list[Candidate]) -> None:
    plain = [item._replace(prerequisites=frozenset()) for item in cards]
    for deck in "abcd":
        found = [item for item in introduction(plain) if item.deck == deck]
        assert found == sorted(found, key=lambda item: (not item.own, -item.weight, item.level, item.position))


def test_what_is_always_asked_comes_from_every_deck_in_turn() -> None:
    cards = [card(f"{deck}-{number}", deck, 10 * place + number, weight=5 - number // 3)
             for place, deck in enumerate("abc") for number in range(6)]  # fmt: skip
    found = [item.card for item in introduction(cards)]
    assert found[:9] == ["a-0", "b-0", "c-0", "a-1", "b-1", "c-1", "a-2", "b-2", "c-2"]


def test_a_foundation_that_is_seldom_asked_comes_with_what_builds_on_it() -> None:
    cards = [card("often", "a", 0, 5, after="base"), card("base", "a", 1, 1), card("other", "a", 2, 4)]
    assert [item.card for item in introduction(cards)] == ["base", "often", "other"]


def test_own_cards_come_first_and_a_circle_ends() -> None:
    cards = [card("a", "x", 0, 5), card("mine", "y", 9, 3, own=True)]
    assert next(introduction(cards)).card == "mine"
    circle = [card("one", "x", 0, after="two"), card("two", "x", 1, after="one"), card("three", "x", 2, after="two")]
    assert [item.card for item in introduction(circle)] == ["one", "two", "three"]


def test_the_first_cards_are_found_without_ordering_all() -> None:
    """A day's new cards of a large bank: the order is made as far as it is read."""
    cards = [card(f"card-{number}", f"deck-{number % 40}", number, 1 + number % 5) for number in range(20_000)]
    first = list(islice(introduction(cards), 20))
    assert len({item.deck for item in first}) == 8
    assert {item.weight for item in first} == {5}
