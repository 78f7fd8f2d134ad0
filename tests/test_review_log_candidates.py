"""Candidates narrowed in SQL, and the counts, against the same told naively in Python over all cards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from pathlib import Path
from random import Random
from typing import Any, get_args

import pytest

from dlquiz.cards import Text
from dlquiz.errors import DlquizError
from dlquiz.readiness.logged import BankCard, weight_of
from dlquiz.review_log import Event, History, Selection
from dlquiz.review_log.rows import RowKind
from dlquiz.scheduler import Instant, Model, State
from dlquiz.scheduler.days import DAY
from dlquiz.scheduler.queue import Candidate, Limits, Mode, order
from dlquiz.tracks import Track

NOON = 1_770_030_000_000
TODAY = Instant(NOON, 60).day
BANK = """
create table card (id text primary key, deck text, position integer, kind text, level integer, weight integer,
    content_hash text, usual_seconds real, part integer, own integer);
create index card_in_order on card (position);
create table tag (card text, tag text, primary key (card, tag)) without rowid;
create table former (card text, former text, primary key (card, former)) without rowid;
create table follow (card text, then_card text, primary key (card, then_card)) without rowid;
"""


def as_bank_card(card: dict[str, Any]) -> BankCard:
    return BankCard(card["id"], card["deck"], card["level"], card["weight"], card["kind"], tuple(card["tags"]),
                    own=card["own"])  # fmt: skip


class House:
    """A bank of 240 cards and a history of 60 days over some of them."""

    def __init__(self, directory: Path, seed: int) -> None:
        chance = Random(seed)
        self.bank = directory / "bank.sqlite"
        self.cards: list[dict[str, Any]] = []
        for position in range(240):
            self.cards.append({
                "id": f"card-{chance.randrange(10**6):06d}", "deck": f"deck-{position // 60}", "position": position,
                "kind": chance.choice(["open", "numeric", "choice"]), "level": chance.randint(1, 3),
                "weight": chance.randint(1, 5), "seconds": chance.choice([None, 15.0, 90.0]),
                "own": position >= 230,
                "tags": {tag for tag in ("padding", "stride") if chance.random() < 0.3},
            })  # fmt: skip
        with closing(sqlite3.connect(self.bank)) as made, made:
            made.executescript(BANK)
            for card in self.cards:
                made.execute("insert into card values (:id, :deck, :position, :kind, :level, :weight, '', :seconds, 0,"
                             " :own)",
                             {name: value for name, value in card.items() if name != "tags"})  # fmt: skip
                made.executemany("insert into tag values (?, ?)", [(card["id"], tag) for tag in card["tags"]])
            ids = [card["id"] for card in self.cards]
            self.follows = {(ids[number], ids[number + 1]) for number in range(0, 240, 6)}
            made.executemany("insert into follow values (?, ?)", sorted(self.follows))
        self.now = Instant(NOON, 60)
        self.log = History.open(directory / "history.db", device="laptop", clock=lambda: self.now)
        self.log.connection.execute("PRAGMA synchronous = OFF")
        for day in range(60, -1, -1):
            self.now = Instant(NOON - day * DAY, 60)
            for card in chance.sample([*self.cards[:150], {"id": "in-no-bank"}], 12):
                self.log.record(self._event(chance, card["id"]))
        self.log.reconcile({ids[3]: ("split",), ids[70]: ("split",)})

    def _event(self, chance: Random, card: str) -> Event:
        kinds: list[RowKind] = ["review", "cram", "suspend", "bury", "flag", "reset"]
        kind = chance.choices(kinds, [20, 2, 1, 2, 2, 1])[0]
        if kind not in ("review", "cram"):
            return Event(kind, card)
        rating = chance.choices([1, 2, 3, 4], [2, 1, 6, 1])[0]
        return Event(kind, card, rating=rating, correct=rating > 1, seconds=chance.uniform(5, 60),
                     mistake=chance.choice(["forgot-padding", "floor-for-ceil"]) if rating == 1 else None)  # fmt: skip

    def matching(self, selection: Selection) -> list[Candidate]:
        """Every card that the selection means and that is awake, told naively."""
        states = {state.card: state for state in self.log.states()}
        found = []
        for card in self.cards:
            state: State | None = states.get(card["id"])
            if (
                (not selection.decks or card["deck"] in selection.decks)
                and (not selection.tags or card["tags"] & set(selection.tags))
                and (not selection.levels or card["level"] in selection.levels)
                and (not selection.kinds or card["kind"] in selection.kinds)
                and (not selection.flagged or (state is not None and state.flagged))
                and (not selection.important or card["weight"] in (4, 5))
                and (selection.cards is None or card["id"] in selection.cards)
                and (state is None or not state.inactive(TODAY))
            ):
                usual = card["seconds"] or (state.usual_seconds if state else None) or 30.0
                found.append(Candidate(card["id"], card["deck"], card["position"], card["kind"], card["level"],
                                       weight_of(as_bank_card(card), selection.track),
                                       state, usual, own=card["own"]))  # fmt: skip
        return found

    def naive(self, everything: list[Candidate], selection: Selection, limit: int) -> list[Candidate]:
        seen = [(item, item.state) for item in everything if item.state is not None and not item.new]
        if selection.mode == "due":
            seen = [(item, state) for item, state in seen if (state.due_day or 0) <= TODAY]
            seen.sort(key=lambda pair: (pair[1].due_day or 0, pair[0].card), reverse=True)
        elif selection.mode == "ahead":
            seen.sort(key=lambda pair: (pair[1].due_day or 0, pair[0].card))
        else:
            seen.sort(key=lambda pair: (
                -(pair[1].lapses + 2 * max(pair[1].mistakes - 1, 0)),
                -((TODAY - (pair[1].last_day or 0)) / (pair[1].stability or 1)), pair[0].position))  # fmt: skip
        if selection.mode == "weakest":
            return [item for item, _ in seen][:limit]
        picked = [item for item, _ in seen][: limit * 3 // 4]
        new = sorted((item for item in everything if item.new),
                     key=lambda item: (not item.own, -item.weight, item.level, item.position))  # fmt: skip
        return picked + new[: limit - len(picked)]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house"), 7)
    with house.log:
        yield house


SELECTIONS = [
    {},
    {"decks": ("deck-1", "deck-3")},
    {"tags": ("padding",)},
    {"tags": ("padding", "stride"), "levels": (1, 3)},
    {"kinds": ("numeric",)},
    {"flagged": True},
    {"decks": ("deck-0",), "tags": ("stride",), "levels": (2,), "kinds": ("open", "choice")},
    {"important": True},
    {"cards": ()},
    {"cards": tuple(f"card-{number:06d}" for number in range(0, 10**6, 30))},
    {"track": Track("one", Text("One"), {"deck-1": 3.0, "deck-2": 0.2, "deck'3": 9.0}, {"padding": 2.5}, 0.5)},
    {"track": Track("two", Text("Two"), {}, {"stride": 0.0}), "important": True, "tags": ("stride", "padding")},
    {"decks": ("no-such-deck",)},
    {"decks": ("deck-0' OR 1=1 --",)},
]


@pytest.mark.parametrize("wanted", SELECTIONS, ids=range(len(SELECTIONS)))
def test_sql_picks_what_python_picks(house: House, wanted: dict[str, Any]) -> None:
    everything = house.matching(Selection(**wanted))
    for mode, limit in product(get_args(Mode), (2000, 20)):
        selection = Selection(mode=mode, **wanted)
        found = house.log.candidates(house.bank, selection, TODAY, limit)
        alone = [item._replace(relatives=frozenset(), prerequisites=frozenset()) for item in found]
        assert alone == house.naive(everything, selection, limit), (mode, limit)


@pytest.mark.no_cover
@pytest.mark.parametrize("wanted", SELECTIONS, ids=range(len(SELECTIONS)))
def test_the_first_new_cards_are_found_without_reading_all(house: House, wanted: dict[str, Any]) -> None:
    """`own` cards are all of one deck, and many follow up others: neither shifts what a session asks."""
    modes: tuple[Mode, ...] = ("due", "ahead")
    for mode, new in product(modes, (0, 1, 7, 40)):
        selection = Selection(mode=mode, **wanted)
        everything = house.log.candidates(house.bank, selection, TODAY)
        found = house.log.candidates(house.bank, selection, TODAY, new=new)
        assert {item.card for item in found} <= {item.card for item in everything}
        limits = Limits(new=new)
        assert order(found, TODAY, limits, Model(), mode=mode) == order(everything, TODAY, limits, Model(), mode=mode)
    few = house.log.candidates(house.bank, Selection(), TODAY, new=1)
    assert sum(item.new for item in few) < 40


def test_cards_that_wait_for_others_do_not_stand_in_for_another_deck(tmp_path: Path) -> None:
    bank = tmp_path / "bank.sqlite"
    asked_most = [("one", "a"), ("two", "a"), ("three", "a"), ("four", "b"), ("five", "b"), ("six", "b")]
    with closing(sqlite3.connect(bank)) as made, made:
        made.executescript(BANK)
        for position, (card, deck) in enumerate([*asked_most, ("seldom", "c")]):
            weight = 1 if deck == "c" else 5
            made.execute("insert into card values (?, ?, ?, 'open', 1, ?, '', null, 0, 0)",
                         (card, deck, position, weight))  # fmt: skip
        made.executemany("insert into follow values ('three', ?)", [("four",), ("five",), ("six",)])
    with History.open(tmp_path / "history.db", device="laptop", clock=lambda: Instant(NOON, 60)) as log:
        found = log.candidates(bank, Selection(), TODAY, new=3)
    assert order(found, TODAY, Limits(new=3), Model()) == ["one", "seldom", "two"]


def test_relatives_are_follow_ups_and_parts_of_one_former_card(house: House) -> None:
    found = house.log.candidates(house.bank, Selection(mode="cram"), TODAY)
    chosen = {item.card for item in found}
    split = {house.cards[3]["id"], house.cards[70]["id"]}
    pairs = {frozenset(pair) for pair in house.follows} | {frozenset(split)}
    for item in found:
        assert item.relatives == {other for other in chosen if frozenset((item.card, other)) in pairs}
        assert item.prerequisites == {one for one, then in house.follows if then == item.card and one in chosen}


def check_counts(house: House) -> None:
    states = {state.card: state for state in house.log.states()}
    mine = [states.get(card["id"]) for card in house.cards]
    seen = [state for state in mine if state is not None and state.memory is not None]
    found = house.log.counts(house.bank, TODAY)
    assert found.cards == len(house.cards)
    assert (found.learned, found.new) == (len(seen), len(house.cards) - len(seen))
    wakes = [max(state.due_day or 0, state.buried_until or 0) for state in seen if not state.suspended]
    assert found.due == sum(day <= TODAY for day in wakes)
    assert found.due == sum((state.due_day or 0) <= TODAY and not state.inactive(TODAY) for state in seen)
    assert found.tomorrow == wakes.count(TODAY + 1)
    assert found.next_due == min((day for day in wakes if day > TODAY), default=None)
    assert house.log.coming(house.bank, Selection(), TODAY) == (found.tomorrow, found.next_due)
    decks = {card["id"]: card["deck"] for card in house.cards}
    in_deck = [max(state.due_day or 0, state.buried_until or 0) for state in seen
               if not state.suspended and decks[state.card] == house.cards[0]["deck"]]  # fmt: skip
    assert house.log.coming(house.bank, Selection(decks=(house.cards[0]["deck"],)), TODAY) == (
        in_deck.count(TODAY + 1),
        min((day for day in in_deck if day > TODAY), default=None),
    )
    assert found.suspended == sum(state is not None and state.suspended for state in mine)
    assert found.flagged == sum(state is not None and state.flagged for state in mine)
    rows = [row for row in house.log.rows() if row.day == TODAY and row.kind in ("review", "cram")]
    assert found.answered_today == len(rows)
    assert found.minutes_today == pytest.approx(sum(row.seconds or 0 for row in rows) / 60)
    fresh = {row.card for row in rows if row.card in states and states[row.card].first_day == TODAY}
    assert found.new_today == len(fresh)


def test_counts_are_what_python_counts(house: House) -> None:
    check_counts(house)
    assert house.log.counts(house.bank, TODAY).answered_today > 0


@pytest.mark.no_cover
def test_counts_follow_the_bank_and_the_log(tmp_path: Path) -> None:
    """What no bank has is looked up once and kept; every way in which that can go stale, one after the other."""
    house = House(tmp_path, 3)
    with house.log:
        check_counts(house)
        house.log.record(Event("review", "in-no-bank-either", rating=3))
        house.log.record(Event("review", house.cards[200]["id"], rating=3))
        check_counts(house)
        gone = house.cards.pop(20)
        change(house.bank, "delete from card where id = ?", gone["id"])
        check_counts(house)
        house.log.rebuild()
        check_counts(house)
        house.cards.append(gone)
        change(house.bank, "insert into card values (:id, :deck, :position, :kind, :level, :weight, '', :seconds, 0,"
                                 " :own)",
               {name: value for name, value in gone.items() if name != "tags"})  # fmt: skip
        check_counts(house)
        while house.log.undo() is not None:
            pass
        check_counts(house)
        assert house.log.counts(house.bank, TODAY).learned == 0
        for card in house.cards:
            house.log.record(Event("review", card["id"], rating=3))
        check_counts(house)
        assert house.log.candidates(house.bank, Selection(), TODAY) == []


def change(bank: Path, sql: str, values: Any) -> None:
    with closing(sqlite3.connect(bank)) as changed, changed:
        changed.execute(sql, values if isinstance(values, dict) else (values,))


@pytest.mark.parametrize("mode", get_args(Mode))
def test_the_agenda_takes_what_the_log_offers(house: House, mode: Mode) -> None:
    selection = Selection(mode=mode)
    found = house.log.candidates(house.bank, selection, TODAY)
    asked = order(found, TODAY, Limits(new=10, minutes=None), Model(), mode=mode)
    assert len(asked) == len(set(asked))
    assert set(asked) <= {item.card for item in found}
    new = {item.card for item in found if item.new}
    assert len(new & set(asked)) == (0 if mode == "weakest" else len(new) if mode == "cram" else 10)


def test_a_bank_that_is_damaged_is_not_reported_as_a_damaged_log(house: House, tmp_path: Path) -> None:
    broken = tmp_path / "bank.sqlite"
    broken.write_bytes(house.bank.read_bytes()[:4096] + b"\xff" * 30_000)
    with pytest.raises(DlquizError, match=r"compiled questions in .* cannot be read — delete that file"):
        house.log.candidates(broken, Selection(), TODAY)
    assert house.log.counts(house.bank, TODAY).cards == 240


def test_the_bank_is_only_read(house: House) -> None:
    house.log.counts(house.bank, TODAY)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        house.log.connection.execute("DELETE FROM bank.card")


def test_answers_that_took_no_time_stop_nothing(tmp_path: Path) -> None:
    """A script that replies within a millisecond, or a clock set back while a question is shown, records 0 seconds."""
    house = House(tmp_path, 1)
    with house.log:
        card = house.cards[0]["id"]
        for seconds in (0.0, 0.0004, 1e-9):
            house.log.record(Event("review", card, rating=3, correct=True, seconds=seconds))
        house.log.connection.execute("UPDATE state SET usual_seconds = 0 WHERE card = ?", (card,))
        far = TODAY + 400
        found = house.log.candidates(house.bank, Selection(), far)
        assert min(one.usual_seconds for one in found) >= 1
        assert card in order(found, far, Limits(new=5, minutes=40), Model())
        house.log.rebuild()
        assert (house.log.state(card) or State(card)).usual_seconds is not None
        assert house.log.verify() == []
