"""A sync against a collection on paper: what Anki would keep, without Anki; interrupted wherever one can be."""

from __future__ import annotations

import io
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.anki.export import ExportOptions
from dlquiz.anki.live.changes import CardChange
from dlquiz.anki.live.snapshot import AnkiCard, CardColumns, CollectionNote, RevlogRow, Snapshot
from dlquiz.anki.live.sync import AnkiSyncResult, LocalSide, SyncedBank, sync
from dlquiz.anki.manifest import Manifest
from dlquiz.anki.package.writer import TABLES
from dlquiz.cards import Card, Open, Text
from dlquiz.errors import DlquizError
from dlquiz.review_log import Event, History
from dlquiz.scheduler import Instant, Memory, Model, day_of

DAY, HOUR = 86_400_000, 3_600_000
FIRST_DAY = 20_000
START = (FIRST_DAY + 700) * DAY + 12 * HOUR
MODEL = Model()


class InterruptedSyncError(Exception):
    pass


class PaperCollection:
    """Notes, cards and reviews as Anki keeps them; `interrupt` ends the next write before or after it happened."""

    name, path = "Paper", None

    def __init__(self) -> None:
        self.weights: tuple[float, ...] = MODEL.weights
        self.notes: dict[str, CollectionNote] = {}
        self.cards: dict[str, AnkiCard] = {}
        self.reviews: dict[int, RevlogRow] = {}
        self.phone: dict[str, AnkiCard] = {}
        self.foreign: frozenset[int] = frozenset()
        self.interrupt = ""
        self.writes = 0

    def snapshot(self, guids: Collection[str]) -> Snapshot:
        notes = tuple(note for guid, note in self.notes.items() if guid in guids)
        cards = tuple(card for guid, card in self.cards.items() if guid in guids)
        return Snapshot(
            "Paper", FIRST_DAY, notes, cards, tuple(self.reviews.values()), self.foreign, weights=self.weights
        )

    def back_up(self) -> Path | None:
        return None

    def write(
        self, package: bytes | None, changes: Sequence[CardChange], positions: Mapping[int, int], now: int
    ) -> None:
        if self.interrupt == "before":
            raise InterruptedSyncError
        self.writes += 1
        self.moved = dict(positions)
        if package is not None:
            self._import(package)
        for guid, card in list(self.cards.items()):
            if card.id in positions:
                self.cards[guid] = card._replace(columns=card.columns._replace(due=positions[card.id]))
        for change in changes:
            for row in change.reviews:
                assert row.id not in self.foreign | self.reviews.keys(), "a number is given twice"
                self.reviews[row.id] = row
            self.cards[change.card.guid] = change.card._replace(columns=change.after, modified=now // 1000)
        if self.interrupt == "after":
            raise InterruptedSyncError

    def _import(self, package: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(package)) as file, closing(sqlite3.connect(":memory:")) as db:
            db.deserialize(file.read("collection.anki2"))
            created = db.execute("SELECT crt FROM col").fetchone()[0] // 86_400
            for number, guid, modified, tags, fields in db.execute("SELECT id, guid, mod, tags, flds FROM notes"):
                if guid not in self.notes or self.notes[guid].modified < modified:
                    self.notes[guid] = CollectionNote(
                        number, guid, modified, tuple(tags.split()), tuple(fields.split("\x1f"))
                    )
                if guid not in self.cards:
                    self._add_card(db, number, guid, created)

    def _add_card(self, db: sqlite3.Connection, note: int, guid: str, created: int) -> None:
        names = "id, ord, mod, type, queue, due, ivl, factor, reps, lapses, left, flags, data"
        number, place, modified, *columns = db.execute(f"SELECT {names} FROM cards WHERE nid = ?", (note,)).fetchone()
        kept = CardColumns._make(columns)
        kept = kept._replace(due=kept.due + created - FIRST_DAY) if kept.type == 2 else kept
        self.cards[guid] = AnkiCard(number, note, guid, place, modified, "DLQuiz", False, kept)
        for row in db.execute("SELECT id, cid, usn, ease, ivl, lastIvl, factor, time, type FROM revlog"):
            if row[1] == number:
                self.reviews[row[0]] = RevlogRow(*row)

    def answer(self, guid: str, at: int, rating: int, *, only_row: bool = False) -> None:
        """As Anki does it: a row in its log, and the card's new columns; only the row where Anki took the card itself
        from another device."""
        card = self.cards[guid]
        columns, stored = card.columns, card.columns.stored
        memory = Memory(stored["s"], stored["d"]) if "s" in stored else None
        elapsed = 0 if memory is None else day_of(at, 0) - day_of(stored["lrt"] * 1000, 0)
        after, days = MODEL.after(memory, max(0, elapsed))[rating]
        while at in self.reviews:
            at += 1
        interval = max(1, round(days))
        self.reviews[at] = RevlogRow(at, card.id, -1, rating, interval, 0, 500, 5000, 0 if memory is None else 1)
        if only_row:
            return
        data = {"s": round(after.stability, 4), "d": round(after.difficulty, 3), "lrt": at // 1000}
        new = CardColumns(2, 2, day_of(at, 0) - FIRST_DAY + interval, interval, 2500, columns.reviews + 1, 0, 0,
                          columns.flags, json.dumps(data))  # fmt: skip
        self.cards[guid] = card._replace(columns=new, modified=at // 1000)

    def reach_the_phone(self) -> None:
        self.phone = dict(self.cards)

    def keep_the_card_of_the_phone(self, guid: str, at: int) -> None:
        """As Anki merges two devices: reviews are a union, of a card the version that was changed last stays whole."""
        if guid in self.phone:
            self.cards[guid] = self.phone[guid]._replace(modified=at // 1000)


class Together:
    """A log, and a collection on paper that it syncs with."""

    def __init__(self, directory: Path, count: int = 4) -> None:
        self.directory, self.now = directory, START
        self.there = PaperCollection()
        self.cards = [
            Card(f"card-{number}", "deck", Text(en="Why?"), Open(), answer=Text(en="So.")) for number in range(count)
        ]
        self.log = History.open(directory / "h.db", device="here", clock=lambda: Instant(self.now, 0), model=MODEL)

    def sync(self, interrupt: str = "", *, dry_run: bool = False, order: Sequence[str] = ()) -> AnkiSyncResult:
        self.there.interrupt = interrupt
        manifest = Manifest(self.directory / "anki.db")
        here = LocalSide(self.log, manifest, Instant(self.now, 0), lambda at: 0, self.directory / "sync.json")
        ids = [card.id for card in self.cards]
        bank = SyncedBank(self.cards, ids, {}, {}, ExportOptions(("en",)), frozenset(ids), order=order)
        return sync(self.there, here, bank, dry_run=dry_run)

    def guid(self, number: int) -> str:
        key = self.cards[number].id
        return next(guid for guid, note in self.there.notes.items() if note.fields[0] == key)

    def do(self, action: str, number: int, rating: int) -> None:
        match action:
            case "here":
                self.log.record(Event("review", self.cards[number].id, rating))
            case "there":
                self.there.answer(self.guid(number), self.now, rating)
            case "elsewhere":
                self.there.answer(self.guid(number), self.now, rating, only_row=True)
            case "to the phone":
                self.there.reach_the_phone()
            case "from the phone":
                self.there.keep_the_card_of_the_phone(self.guid(number), self.now)
            case "due":
                with suppress(DlquizError):
                    self.log.record(Event("due", self.cards[number].id, interval=rating))
            case "undo":
                self.log.undo()
            case "suspend" | "flag" | "unflag" | "unsuspend" | "reset":
                self.log.record(Event(action, self.cards[number].id))
            case _:
                with suppress(InterruptedSyncError):
                    self.sync(action.removeprefix("sync "))

    def differences(self) -> list[str]:
        found, rows = [], self.log.rows()
        for number, card in enumerate(self.cards):
            there, state = self.there.cards[self.guid(number)], self.log.state(card.id)
            columns, memory = there.columns, state.memory if state else None
            ours = sorted(row.rating or 0 for row in rows if row.card == card.id and row.kind == "review")
            theirs = sorted(row.ease for row in self.there.reviews.values() if row.cid == there.id and row.ease)
            undone = [row for row in self.log.rows(live_only=False) if row.undone and row.card == card.id]
            if [*theirs] != ours and not undone:
                found.append(f"{card.id}: reviews {theirs}, not {ours}")
            if state is None or memory is None:
                found += [f"{card.id}: not new"] if "s" in columns.stored or columns.type else []
                continue
            if columns.due + FIRST_DAY != state.due_day:
                found.append(f"{card.id}: due {columns.due + FIRST_DAY}, not {state.due_day}")
            if abs(columns.stored["s"] - memory.stability) > max(0.002 * memory.stability, 0.0001):
                found.append(f"{card.id}: {columns.stored}, not {memory}")
            if columns.stored.get("lrt") != self.last_answer_there(there):
                found.append(f"{card.id}: last review {columns.stored}, not {self.last_answer_there(there)}")
            if (columns.queue == -1) != bool(state.suspended) or bool(columns.flags & 7) != bool(state.flagged):
                found.append(f"{card.id}: queue {columns.queue}, flags {columns.flags}")
        return found

    def last_answer_there(self, card: AnkiCard) -> int | None:
        """The time (s) that Anki's `Check Database` wants in the card."""
        rows = sorted(row for row in self.there.reviews.values() if row.cid == card.id)
        begun = max((place for place, row in enumerate(rows, 1) if row.kind == 4 and not row.factor), default=0)
        return max((row.id // 1000 for row in rows[begun:] if row.ease), default=None)


ACTIONS = [
    "here",
    "there",
    "elsewhere",
    "to the phone",
    "from the phone",
    "due",
    "undo",
    "suspend",
    "unsuspend",
    "flag",
    "unflag",
    "reset",
    "sync ",
    "sync before",
    "sync after",
]
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.integers(0, 3), st.integers(1, 4), st.integers(0, 3 * DAY)), max_size=14
)


@settings(max_examples=15)
@given(STEPS, st.booleans())
def test_whatever_happens_both_sides_agree_after_a_whole_sync(
    steps: list[tuple[str, int, int, int]], weights_known: bool
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        both = Together(Path(directory))
        with both.log:
            both.there.weights = MODEL.weights if weights_known else ()
            both.sync()
            for action, number, rating, later in steps:
                both.now += later
                both.do(action, number, rating)
            both.now += HOUR
            both.sync()
            assert both.differences() == []
            writes = both.there.writes
            quiet = both.sync()
            assert not quiet.imported.rows
            assert both.there.writes == writes
            assert both.log.verify() == []


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Together]:
    both = Together(tmp_path)
    with both.log:
        yield both


def test_a_collection_without_our_cards_is_left_alone(both: Together) -> None:
    both.cards.clear()
    with pytest.raises(DlquizError, match="Paper has no card of dlquiz; nothing was changed"):
        both.sync()
    assert both.there.writes == 0


def test_steps_of_learning_that_began_there_go_on(both: Together) -> None:
    both.sync()
    both.do("here", 0, 3)
    both.now += 2 * DAY
    guid = both.guid(0)
    both.there.answer(guid, both.now, 1)
    card = both.there.cards[guid]
    step = card.columns._replace(type=3, queue=1, due=both.now // 1000 + 600, left=1)
    both.there.cards[guid] = card._replace(columns=step)
    both.now += HOUR
    both.sync()
    after = both.there.cards[guid].columns
    assert (after.type, after.queue, after.due, after.left) == (3, 1, step.due, 1)
    state = both.log.state("card-0")
    assert state is not None
    assert after.stored["s"] == pytest.approx(state.stability, rel=0.002)


def kept_from_the_phone(both: Together) -> None:
    """The phone changed something else of the card last, and both sides sync."""
    both.now += HOUR
    both.do("from the phone", 0, 0)
    both.now += HOUR
    both.sync()
    assert both.differences() == []
    assert not both.sync().changes.cards


@pytest.mark.parametrize("weights", [MODEL.weights, ()])
def test_a_card_kept_from_before_it_was_forgotten_and_learnt_again(both: Together, weights: tuple[float, ...]) -> None:
    """Learnt again with the same rating, its memory is as it was; its due day and last review are not."""
    both.there.weights = weights
    both.do("here", 0, 3)
    both.sync()
    both.do("to the phone", 0, 0)
    both.now += 20 * DAY
    both.do("reset", 0, 0)
    both.do("here", 0, 3)
    both.sync()
    kept_from_the_phone(both)


def test_a_card_kept_from_before_an_answer_that_left_its_memory_as_it_was(both: Together) -> None:
    """A Good soon after an Easy changes neither stability nor difficulty; a date given since is the due day."""
    both.do("here", 0, 4)
    both.sync()
    both.now += HOUR
    both.do("elsewhere", 0, 3)
    guid, due = both.guid(0), both.now // DAY - FIRST_DAY + 9
    card = both.there.cards[guid]
    memory = {"s": card.columns.stored["s"], "d": card.columns.stored["d"]}
    both.now += HOUR
    both.there.reviews[both.now] = RevlogRow(both.now, card.id, -1, 0, 9, 0, 100, 0, 4)
    both.there.cards[guid] = card._replace(columns=card.columns._replace(due=due))
    both.sync()
    state = both.log.state("card-0")
    assert state is not None
    assert state.memory is not None
    assert (round(state.memory.stability, 4), round(state.memory.difficulty, 3)) == (memory["s"], memory["d"])
    assert both.differences() == []


def test_a_card_kept_from_before_a_date_was_given(both: Together) -> None:
    both.do("here", 0, 3)
    both.sync()
    both.do("to the phone", 0, 0)
    both.now += HOUR
    both.do("due", 0, 4)
    both.sync()
    kept_from_the_phone(both)


def test_a_card_in_a_filtered_deck_waits(both: Together) -> None:
    both.sync()
    both.do("here", 0, 3)
    guid = both.guid(0)
    both.there.cards[guid] = both.there.cards[guid]._replace(filtered=True)
    assert len(both.sync().changes.filtered) == 1
    assert both.there.cards[guid].columns.type == 0
    both.there.cards[guid] = both.there.cards[guid]._replace(filtered=False)
    assert len(both.sync().changes.cards) == 1
    assert both.differences() == []


def test_what_an_add_on_keeps_with_a_card_stays(both: Together) -> None:
    both.sync()
    guid = both.guid(0)
    card = both.there.cards[guid]
    data = json.dumps({"pos": 9, "cd": '{"v":1}'})
    both.there.cards[guid] = card._replace(columns=card.columns._replace(data=data, flags=3))
    both.do("here", 0, 3)
    both.sync()
    after = both.there.cards[guid].columns
    assert (after.stored["cd"], after.stored["pos"], after.flags) == ('{"v":1}', 9, 3)


def test_a_trial_writes_nothing(both: Together) -> None:
    both.sync()
    writes, kept = both.there.writes, (both.directory / "anki.db").read_bytes()
    both.do("here", 1, 3)
    trial = both.sync(dry_run=True)
    assert (len(trial.changes.cards), both.there.writes) == (1, writes)
    assert trial.changes.cards[0].describe() == "new → review"
    assert (both.directory / "anki.db").read_bytes() == kept


def test_tables_of_a_snapshot_are_those_of_a_package() -> None:
    assert [table.split()[2] for table in TABLES[:4]] == ["col", "notes", "cards", "revlog"]


def test_two_answers_in_the_same_millisecond_have_two_numbers(both: Together) -> None:
    both.sync()
    both.now += DAY
    both.do("there", 1, 3)
    both.do("here", 0, 3)
    both.there.foreign = frozenset({both.now + 1})
    both.sync()
    assert sorted(both.there.reviews) == [both.now, both.now + 2]
    assert both.there.reviews[both.now + 2].cid == both.there.cards[both.guid(0)].id
    assert both.differences() == []
    assert not both.sync().imported.rows


def test_new_cards_move_to_the_order_of_the_plan_when_others_come_soon(tmp_path: Path) -> None:
    both = Together(tmp_path, 60)
    with both.log:
        both.sync()
        ids = [card.id for card in both.cards]
        near = [*reversed(ids[:40]), *ids[40:]]
        assert both.sync(order=near).moved == 0
        other = [*ids[30:], *ids[:30]]
        assert both.sync(order=other).moved > 0
        by_place = sorted(both.there.cards.values(), key=lambda card: card.columns.due)
        assert [both.there.notes[card.guid].fields[0] for card in by_place] == other
        assert both.sync(order=other).moved == 0
