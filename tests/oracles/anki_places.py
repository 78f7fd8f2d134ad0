"""Ten days of study in three places, with syncs in random order: a log, Anki on the same computer, Anki on a phone.

Run by the tests in a process of its own with the clock of `clock.c`, which it shares with Anki's own sync server:
`anki_places.py DIRECTORY SEED PORT`. Prints one JSON object: what differs in the end, and how much was done.
"""

import json
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from anki.buildinfo import version
from anki.collection import Collection
from anki.decks import UpdateDeckConfigs
from anki.sync import SyncAuth
from anki.sync_pb2 import SyncCollectionResponse as SyncOutput
from oracles.anki_phone import set_clock

from dlquiz.anki.export import ExportOptions
from dlquiz.anki.live.collection import opened
from dlquiz.anki.live.profiles import Profile
from dlquiz.anki.live.sync import LocalSide, SyncedBank, sync
from dlquiz.anki.manifest import Manifest
from dlquiz.cards import Card, Open, Text
from dlquiz.review_log import Event, History
from dlquiz.scheduler import Instant, Model

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
START = 1_795_179_600_000  # 2026-11-20 13:00 UTC
WEIGHTS = (0.3, 1.1, 2.5, 9.0, 6.2, 0.8, 3.0, 0.01, 1.8, 0.2, 0.8, 1.5, 0.06, 0.26, 1.6, 0.6, 1.9, 0.5, 0.1, 0.07, 0.16)
MODEL = Model(WEIGHTS, 0.87)
FULL = (SyncOutput.FULL_SYNC, SyncOutput.FULL_DOWNLOAD, SyncOutput.FULL_UPLOAD)
CARDS = 24


def now() -> Instant:
    return Instant(int(time.time() * 1000), 0)


def card(number: int, words: str = "Answer.") -> Card:
    return Card(f"card-{number:03}", f"deck{number % 3}", Text(en=f"Question {number}?"), Open(), answer=Text(en=words))


class AnkiPlace:
    """A collection of Anki's that a person studies with and syncs with the server."""

    def __init__(self, path: Path, chance: random.Random) -> None:
        path.parent.mkdir(parents=True)
        self.path, self.chance = path, chance
        Collection(str(path)).close()

    def run(self, action: str) -> Any:
        collection = Collection(str(self.path))
        try:
            return getattr(self, action)(collection)
        finally:
            collection.close()

    def switch_on_fsrs(self, col: Collection) -> None:
        deck = col.decks.id("DLQuiz")
        have = col.decks.get_deck_configs_for_update(deck)
        request = UpdateDeckConfigs()
        request.target_deck_id = deck
        request.configs.extend(one.config for one in have.all_config if one.config.id == have.current_deck.config_id)
        request.limits.CopyFrom(have.current_deck.limits)
        request.fsrs = True
        col.decks.update_deck_configs(request)

    def study(self, col: Collection) -> int:
        col.decks.select(col.decks.id("DLQuiz"))
        for done in range(self.chance.randrange(1, 9)):
            queued = col.sched.get_queued_cards(fetch_limit=1).cards
            if not queued:
                return done
            one = col.get_card(queued[0].card.id)
            one.start_timer()
            rating = self.chance.choices((1, 2, 3, 4), (2, 2, 5, 1))[0]
            col.sched.answer_card(col.sched.build_answer(card=one, states=queued[0].states, rating=rating - 1))
            set_clock(int(time.time() * 1000) + self.chance.randrange(2_000, 90_000))
        return done + 1

    def other(self, col: Collection) -> str:
        """What people do besides."""
        cards = list(col.find_cards("deck:DLQuiz"))
        one = self.chance.choice(cards)
        what = self.chance.choice(["suspend", "unsuspend", "flag", "forget", "date", "edit", "filtered", "bury"])
        if what == "suspend":
            col.sched.suspend_cards([one])
        elif what == "unsuspend":
            col.sched.unsuspend_cards([one])
        elif what == "flag":
            col.set_user_flag_for_cards(self.chance.randrange(0, 5), [one])
        elif what == "forget":
            col.sched.schedule_cards_as_new([one])
        elif what == "date":
            seen = list(col.find_cards("deck:DLQuiz -is:new -is:suspended"))
            if seen:
                col.sched.set_due_date([self.chance.choice(seen)], str(self.chance.randrange(1, 20)))
        elif what == "edit":
            note = col.get_card(one).note()
            note["Source"], note.tags = f"edited {int(time.time())}", [*note.tags, "mine"]
            col.update_note(note)
        elif what == "filtered":
            self._filtered(col)
        else:
            col.sched.bury_cards([one])
        return what

    def _filtered(self, col: Collection) -> None:
        deck = col.sched.get_or_create_filtered_deck(0)
        deck.config.reschedule = True
        del deck.config.search_terms[:]
        deck.config.search_terms.add(search="prop:due>0 is:review", limit=2, order=0)
        try:
            number = col.sched.add_or_update_filtered_deck(deck).id
        except Exception:  # no card for it
            return
        queued = col.sched.get_queued_cards(fetch_limit=1).cards
        if queued and self.chance.random() < 0.5:
            one = col.get_card(queued[0].card.id)
            one.start_timer()
            col.sched.answer_card(col.sched.build_answer(card=one, states=queued[0].states, rating=2))
        if self.chance.random() < 0.7:
            col.sched.empty_filtered_deck(number)

    def empty_filtered(self, col: Collection) -> None:
        for deck in col.decks.all_names_and_ids():
            if col.decks.is_filtered(deck.id):
                col.sched.empty_filtered_deck(deck.id)

    def upload(self, col: Collection) -> None:
        self._full(col, upload=True)

    def download(self, col: Collection) -> None:
        self._full(col, upload=False)

    def _full(self, col: Collection, *, upload: bool) -> None:
        auth = self._log_in(col)
        out = col.sync_collection(auth, False)
        col.close_for_full_sync()
        col.full_upload_or_download(auth=auth, server_usn=out.server_media_usn, upload=upload)
        col.reopen(after_full_sync=True)

    def sync(self, col: Collection) -> None:
        out = col.sync_collection(self._log_in(col), False)
        assert out.required not in FULL, "a full sync is required"

    def _log_in(self, col: Collection) -> SyncAuth:
        return col.sync_login("me", "pw", f"http://127.0.0.1:{PORT}/")

    def facts(self, col: Collection) -> dict[str, dict[str, Any]]:
        today = col._backend.sched_timing_today().days_elapsed
        found = {}
        for number in col.find_cards("note:DLQuiz*"):
            one = col.get_card(number)
            memory, again = one.memory_state, col.compute_memory_state(number)
            found[one.note().fields[0]] = {
                "type": one.type, "queue": one.queue, "flag": one.flags, "due": one.due - today, "at": one.due,
                "memory": [memory.stability, memory.difficulty] if memory else None,
                "replayed": [again.stability, again.difficulty] if again.stability else None,
                "log": col.db.all("select id, ease, type, factor from revlog where cid = ? order by id", number),
                "tags": one.note().tags, "source": one.note()["Source"], "answer": one.note()["Answer"],
            }  # fmt: skip
        return found

    def check(self, col: Collection) -> list[str]:
        text, clean = col.fix_integrity()
        return [] if clean and len(text.splitlines()) == 1 else [text]


class OwnPlace:
    """dlquiz: the log, the manifest, and a bank whose texts change now and then."""

    def __init__(self, directory: Path, computer: Path, chance: random.Random) -> None:
        directory.mkdir()
        self.directory, self.chance = directory, chance
        self.profile = Profile("User 1", computer)
        self.log = History.open(directory / "history.db", device="here", clock=now, model=MODEL)
        self.cards = [card(number) for number in range(CARDS)]

    def study(self) -> int:
        today, done = now().day, 0
        for one in self.chance.sample(self.cards, self.chance.randrange(1, 9)):
            state = self.log.state(one.id)
            if state is not None and (state.inactive(today) or (state.due_day or today) > today + 1):
                continue
            rating = self.chance.choices((1, 2, 3, 4), (2, 2, 5, 1))[0]
            self.log.record(Event("review", one.id, rating, seconds=self.chance.uniform(1, 50)))
            done += 1
            set_clock(int(time.time() * 1000) + self.chance.randrange(2_000, 90_000))
        return done

    def other(self) -> str:
        one = self.chance.choice(self.cards)
        what = self.chance.choice(["suspend", "unsuspend", "flag", "unflag", "reset", "due", "bury", "text", "undo"])
        if what == "text":
            place = self.cards.index(one)
            self.cards[place] = one._replace(answer=Text(en=f"Answer at {int(time.time())}."))
        elif what == "undo":
            self.log.undo()
        elif what != "due":
            self.log.record(Event(what, one.id))  # type: ignore[arg-type]
        elif (state := self.log.state(one.id)) is not None and state.memory is not None:
            self.log.record(Event("due", one.id, interval=self.chance.randrange(0, 20)))
        return what

    def bank(self, add: bool = False) -> SyncedBank:
        ids = [one.id for one in self.cards]
        return SyncedBank(self.cards, ids, {}, {}, ExportOptions(), frozenset(ids if add else ()))

    def sync(self, add: bool = False) -> Any:
        here = LocalSide(
            self.log, Manifest(self.directory / "anki.db"), now(), lambda at: 0, self.directory / "sync.json"
        )
        with opened(self.profile) as there:
            return sync(there, here, self.bank(add))


def differences(own: OwnPlace, there: dict[str, dict[str, Any]], exact: bool) -> list[str]:
    """How a collection differs from the log: reviews, due days, memory, marks."""
    found, states = [], {state.card: state for state in own.log.states()}
    rows = [row for row in own.log.rows(live_only=False) if row.kind in ("review", "reset", "due", "cram")]
    live = {row.id for row in own.log.rows()}
    for key, one in there.items():
        mine = [row for row in rows if row.card == key]
        kept = [row for row in mine if row.id in live and row.kind != "cram"]
        cancelled = [row for row in mine if row.id not in live]
        ratings = Counter(row.rating or 0 for row in kept)
        theirs = Counter(line[1] for line in one["log"] if not (line[2] == 3 and line[3] == 0))
        extra = theirs - ratings
        if ratings - theirs or extra.total() > len(cancelled):
            found.append(f"{key}: reviews {theirs}, not {ratings}")
        state = states.get(key)
        if state is None or state.memory is None:
            if one["type"] != 0 or one["memory"]:
                found.append(f"{key}: learnt there, new here")
            continue
        learning = one["type"] in (1, 3)
        due = (one["at"] * 1000 - 4 * HOUR) // DAY - now().day if learning and one["at"] > 10**9 else one["due"]
        if due != (state.due_day or 0) - now().day:
            found.append(f"{key}: due {due}, not {(state.due_day or 0) - now().day} ({one['log'][-1]}, {mine[-1]})")
        if one["memory"] is None:
            found.append(f"{key}: no memory")
            continue
        stored = zip(one["memory"], state.memory, (0.002, 0.0011), strict=True)
        if any(abs(a - b) > max(part * b, 0.0011) for a, b, part in stored):
            found.append(f"{key}: memory {one['memory']}, not {state.memory}: {one}, {mine[-3:]}")
        again = one["replayed"]
        if (
            exact
            and not cancelled
            and _one_beginning(one["log"])
            and (again is None or any(abs(a - b) > 1e-3 * max(1, b) for a, b in zip(again, state.memory, strict=True)))
        ):
            found.append(f"{key}: replayed {again}, not {state.memory}")
        if (one["queue"] == -1) != bool(state.suspended) or bool(one["flag"]) != bool(state.flagged):
            found.append(f"{key}: queue {one['queue']}, flag {one['flag']}, not {state.suspended}, {state.flagged}")
    return found


def _one_beginning(log: list[list[int]]) -> bool:
    """Whether the card was new once: Anki replays from the last beginning, also where two devices each made one, or
    where one device forgot what another reviewed."""
    kinds = "".join("x" if kind == 4 and not factor else str(min(kind, 1)) for _, _, kind, factor in log)
    last = kinds.rpartition("x")[2]
    return last.startswith("0") and "10" not in last


def live(directory: Path, seed: int) -> dict[str, Any]:
    chance = random.Random(seed)
    set_clock(START)
    computer = AnkiPlace(directory / "computer" / "User 1" / "collection.anki2", chance)
    phone = AnkiPlace(directory / "phone" / "User 1" / "collection.anki2", chance)
    own = OwnPlace(directory / "own", computer.path, chance)
    own.study()
    own.sync(add=True)
    computer.run("switch_on_fsrs")
    computer.run("upload")
    phone.run("download")
    done: Counter[str] = Counter()
    actions = {
        "study here": own.study, "other here": own.other, "sync here": own.sync,
        "study there": lambda: computer.run("study"), "other there": lambda: computer.run("other"),
        "sync there": lambda: computer.run("sync"), "study on the phone": lambda: phone.run("study"),
        "other on the phone": lambda: phone.run("other"), "sync the phone": lambda: phone.run("sync"),
    }  # fmt: skip
    for day in range(10):
        times = sorted(chance.randrange(5 * HOUR, 27 * HOUR) for _ in range(chance.randrange(3, 9)))
        for at in times:
            set_clock(max(START // DAY * DAY + (day + 1) * DAY + at, int(time.time() * 1000) + 1000))
            name = chance.choice(list(actions))
            actions[name]()
            done[name] += 1
    set_clock(START // DAY * DAY + 12 * DAY + 12 * HOUR)
    for place in (computer, phone):
        place.run("empty_filtered")
    for _ in range(3):
        for name in ("sync the phone", "sync there", "sync here", "sync there", "sync the phone"):
            set_clock(int(time.time() * 1000) + 5000)
            actions[name]()
    last = own.sync()
    there, carried = computer.run("facts"), phone.run("facts")
    exact = version >= "26.08"
    found = differences(own, there, exact)
    found += [f"phone: {key}" for key in there if there[key] != carried.get(key)]
    found += [f"quiet sync: {last.to_json()}"] if last.changes.cards or last.imported.rows else []
    found += computer.run("check") + phone.run("check") + own.log.verify() + own.log.integrity()
    numbers = [line[0] for one in there.values() for line in one["log"]]
    found += ["doubled reviews"] if len(numbers) != len(set(numbers)) or len(there) != CARDS else []
    return {"found": found, "done": done, "reviews": len(numbers)}


if __name__ == "__main__":
    PORT = sys.argv[3]
    print(json.dumps(live(Path(sys.argv[1]), int(sys.argv[2]))))
