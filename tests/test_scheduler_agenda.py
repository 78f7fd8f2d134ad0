"""What comes next: limits are kept, what gains most comes first, new cards keep deck order, relatives stay apart."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.scheduler import Model, State
from dlquiz.scheduler.queue import HORIZON, MIN_SPACING, Candidate, Limits, gain, order, separate, strength

MODEL = Model()
TODAY = 20_000


def seen(
    card: str, stability: float, due: int, last: int, *, weight: int = 3, seconds: float = 30.0, position: int = 0,
    lapses: int = 0, mistakes: int = 0, suspended: bool = False, buried: int | None = None,
) -> Candidate:  # fmt: skip
    state = State(card, stability, 5.0, 3, lapses, last - 30, last, due, due - last, suspended, buried, False, None,
                  mistakes, "v")  # fmt: skip
    return Candidate(card, "deck", position, "open", 2, weight, state, seconds)


def new(card: str, position: int, seconds: float = 30.0) -> Candidate:
    return Candidate(card, "deck", position, "open", 2, 3, None, seconds)


@st.composite
def decks(draw: st.DrawFn) -> list[Candidate]:
    cards = []
    for number in range(draw(st.integers(0, 25))):
        name = f"card-{number}"
        seconds = draw(st.sampled_from([10.0, 30.0, 120.0]))
        if draw(st.booleans()):
            cards.append(new(name, number, seconds))
        else:
            last = TODAY - draw(st.integers(0, 60))
            cards.append(
                seen(name, draw(st.floats(0.1, 300)), last + draw(st.integers(1, 40)), last, seconds=seconds,
                     position=number, weight=draw(st.integers(1, 5)), lapses=draw(st.integers(0, 9)),
                     suspended=draw(st.integers(0, 9)) == 0, buried=draw(st.sampled_from([None, TODAY, TODAY + 1])))
            )  # fmt: skip
    return draw(st.permutations(cards))


limits = st.builds(
    Limits, st.integers(0, 20), st.one_of(st.none(), st.floats(0, 30)), st.one_of(st.none(), st.integers(0, 30))
)


@given(decks(), limits, st.sampled_from(["due", "ahead", "weakest", "cram"]))
def test_laws(cards: list[Candidate], limit: Limits, mode: str) -> None:
    asked = order(cards, TODAY, limit, MODEL, mode=mode)  # type: ignore[arg-type]
    by_name = {item.card: item for item in cards}
    assert len(asked) == len(set(asked))
    assert asked == order(sorted(cards), TODAY, limit, MODEL, mode=mode)  # type: ignore[arg-type]
    assert all(item.state is None or not item.state.inactive(TODAY) for item in map(by_name.__getitem__, asked))
    if limit.cards is not None:
        assert len(asked) <= limit.cards
    if limit.minutes is not None and asked:
        # The card that crosses the line is still asked; new ones and reviews may each cross it once.
        spent = sum(by_name[card].usual_seconds for card in asked)
        assert spent <= limit.minutes * 60 + 2 * 120
    fresh = [by_name[card].position for card in asked if by_name[card].new]
    assert fresh == sorted(fresh)
    if mode in ("due", "ahead"):
        assert len(fresh) <= limit.new
    reviews = [by_name[card].state for card in asked if not by_name[card].new]
    if mode == "due":
        assert all(state is not None and (state.due_day or 0) <= TODAY for state in reviews)


def test_without_limits_everything_due_is_asked() -> None:
    cards = [seen(f"card-{number}", 5, TODAY - number, TODAY - number - 5, position=number) for number in range(30)]
    assert set(order(cards, TODAY, Limits(new=0), MODEL)) == {item.card for item in cards}


def test_what_gains_most_per_minute_comes_first() -> None:
    usual = seen("usual", 10, TODAY, TODAY - 10)
    often = seen("often", 10, TODAY, TODAY - 10, weight=5)
    quick = seen("quick", 10, TODAY, TODAY - 10, seconds=10)
    safe = seen("safe", 2000, TODAY, TODAY - 10)
    assert order([safe, usual, often, quick], TODAY, Limits(new=0), MODEL) == ["quick", "often", "usual", "safe"]


@given(st.floats(0.1, 3000), st.integers(0, 400), st.integers(1, 5))
def test_gain_is_expected_recall_with_and_without_the_review(stability: float, elapsed: int, weight: int) -> None:
    """Told the long way: play both outcomes through the engine, weigh them by their chance."""
    item = seen("card", stability, TODAY, TODAY - elapsed, weight=weight)
    assert item.state is not None
    assert item.state.memory is not None
    chance = MODEL.retrievability(stability, elapsed)
    outcomes = {3: chance, 1: 1 - chance}
    after = sum(
        probability * MODEL.retrievability(MODEL.after(item.state.memory, elapsed)[rating][0].stability, HORIZON)
        for rating, probability in outcomes.items()
    )
    without = MODEL.retrievability(stability, elapsed + HORIZON)
    assert gain(item, TODAY, HORIZON, MODEL) == pytest.approx(weight * (after - without), abs=1e-9)


def test_after_two_weeks_away_there_is_no_wall() -> None:
    """300 due, 20 minutes of 30 s each: forty cards, half of them new ones, and the most valuable of the backlog."""
    backlog = [seen(f"old-{number}", 1 + number % 40, TODAY - number % 14, TODAY - 14 - number % 40, position=number)
               for number in range(300)]  # fmt: skip
    fresh = [new(f"new-{number}", 1000 + number) for number in range(50)]
    asked = order([*backlog, *fresh], TODAY, Limits(new=20, minutes=20), MODEL)
    assert len(asked) == 40
    assert sum(card.startswith("new") for card in asked) == 20
    chosen = {card for card in asked if card.startswith("old")}
    worth = {item.card: gain(item, TODAY, HORIZON, MODEL) for item in backlog}
    assert min(worth[card] for card in chosen) >= max(worth[card] for card in worth.keys() - chosen)
    # Without new cards left, all of the budget goes to the backlog.
    assert len(order(backlog, TODAY, Limits(new=20, minutes=20), MODEL)) == 40


def test_new_cards_are_spread_among_the_reviews() -> None:
    cards = [seen(f"old-{number}", 9, TODAY, TODAY - 9, position=number) for number in range(12)]
    asked = order([*cards, *(new(f"new-{number}", 100 + number) for number in range(4))], TODAY, Limits(new=3), MODEL)
    places = [place for place, card in enumerate(asked) if card.startswith("new")]
    assert [asked[place] for place in places] == ["new-0", "new-1", "new-2"]
    assert places[0] > 0
    assert all(later - earlier >= 3 for earlier, later in pairwise(places))


def test_ahead_asks_what_is_due_first_then_the_soonest_but_nothing_of_today() -> None:
    cards = [seen("later", 20, TODAY + 5, TODAY - 5), seen("due", 20, TODAY, TODAY - 20),
             seen("soon", 20, TODAY + 1, TODAY - 9), seen("just-now", 1, TODAY + 1, TODAY)]  # fmt: skip
    assert order(cards, TODAY, Limits(new=0), MODEL, mode="ahead") == ["due", "soon", "later"]
    assert order(cards, TODAY, Limits(new=0), MODEL) == ["due"]


def test_weakest_asks_what_is_least_safe_whatever_is_due() -> None:
    cards = [seen("firm", 300, TODAY + 90, TODAY - 3), seen("weak", 1, TODAY + 1, TODAY - 3),
             seen("lapsing", 300, TODAY + 90, TODAY - 3, lapses=6),
             seen("mistaken", 300, TODAY + 90, TODAY - 3, mistakes=4), new("new", 0)]  # fmt: skip
    assert order(cards, TODAY, Limits(), MODEL, mode="weakest") == ["mistaken", "lapsing", "weak", "firm"]
    assert order(cards, TODAY, Limits(), MODEL, mode="cram")[-1] == "new"
    assert strength(new("new", 0), TODAY, MODEL) == 0


@given(st.integers(1, 40), st.sets(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=30))
def test_relatives_stay_apart_where_others_are_left(count: int, pairs: set[tuple[int, int]]) -> None:
    related: dict[str, set[str]] = {}
    for one, other in pairs:
        if one != other:
            related.setdefault(f"card-{one}", set()).add(f"card-{other}")
            related.setdefault(f"card-{other}", set()).add(f"card-{one}")
    cards = [new(f"card-{number}", number)._replace(relatives=frozenset(related.get(f"card-{number}", ())))
             for number in range(count)]  # fmt: skip
    asked = separate(cards)
    assert sorted(asked) == sorted(cards)
    for place, item in enumerate(asked):
        recent = asked[max(0, place - MIN_SPACING) : place]
        if any(other.card in item.relatives for other in recent):
            # No choice was left: everything after it is related to the recent ones too.
            assert all(any(other.card in later.relatives for other in recent) for later in asked[place:])


def test_unrelated_cards_keep_their_order() -> None:
    cards = [new(f"card-{number}", number) for number in range(50)]
    assert separate(cards) == cards
