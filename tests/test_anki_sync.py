"""`dlquiz anki sync` against the real Anki library: skipped where it is not installed (`pip install '.[anki]'`)."""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from ankiconnect import KEY, AddOn, served
from phone import ORACLES

from dlquiz.anki.live.collection import LiveCollection
from dlquiz.anki.live.profiles import Profile

pytest.importorskip("anki.collection")
from anki.collection import Collection

PROFILE = "User 1"
TABLES = ("notes", "cards", "revlog", "graves")


class Person:
    """A person's dlquiz and Anki, both by their commands."""

    def __init__(self, directory: Path) -> None:
        self.home, self.base = directory / "home", directory / "base"
        self.collection = self.base / PROFILE / "collection.anki2"

    def install(self) -> Person:
        self.home.mkdir(parents=True)
        self.collection.parent.mkdir(parents=True)
        Collection(str(self.collection)).close()
        return self

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"DLQUIZ_HOME": str(self.home), "ANKI_BASE": str(self.base), "LANG": "en_GB.UTF-8"}

    def run(self, *arguments: str, code: int = 0) -> str:
        command = [sys.executable, "-m", "dlquiz", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment, timeout=120)
        assert done.returncode == code, done.stderr + done.stdout
        assert "Traceback" not in done.stderr
        return done.stderr if code else done.stdout

    def sync(self, *arguments: str) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads(self.run("anki", "sync", "--json", *arguments))
        return facts

    def study(self, count: int, rating: str = "good") -> list[str]:
        """Answer so many new or due cards here; returns them."""
        said = [{"reply": None}, {"rating": rating}] * count + [{"command": "quit"}]
        done = subprocess.run(
            [sys.executable, "-m", "dlquiz", "study", "losses", "--json", "--new", "40"],
            input="".join(json.dumps(one) + "\n" for one in said), capture_output=True, text=True,
            env=self.environment, timeout=120,
        )  # fmt: skip
        events = [json.loads(line) for line in done.stdout.splitlines()]
        cards = [event["card"] for event in events if event["event"] == "recorded"]
        assert len(cards) == count, done.stderr
        return cards

    @contextmanager
    def anki(self) -> Iterator[Collection]:
        collection = Collection(str(self.collection))
        try:
            yield collection
        finally:
            collection.close()

    def answer_there(self, count: int, rating: int = 3) -> list[str]:
        """Answer so many cards in Anki; returns them."""
        with self.anki() as col:
            return self.answer_in(col, count, rating)

    def answer_in(self, col: Collection, count: int, rating: int = 3) -> list[str]:
        keys = []
        col.decks.select(col.decks.id("DLQuiz"))
        for _ in range(count):
            queued = col.sched.get_queued_cards(fetch_limit=1).cards[0]
            card = col.get_card(queued.card.id)
            card.start_timer()
            col.sched.answer_card(col.sched.build_answer(card=card, states=queued.states, rating=rating - 1))
            keys.append(card.note()["Key"])
        return keys

    def contents(self) -> dict[str, list[Any]]:
        """All that counts in the collection."""
        with closing(sqlite3.connect(f"{self.collection.as_uri()}?mode=ro", uri=True)) as db:
            return {table: db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES}

    def check(self) -> None:
        with self.anki() as col:
            text, clean = col.fix_integrity()
        assert clean, text
        assert len(text.splitlines()) == 1, text
        assert "ok" in self.run("doctor").lower()


def only_due(col: Collection) -> None:
    """No new cards today, so that the card that is due is the one that is asked."""
    options = col.decks.config_dict_for_deck_id(col.decks.id("DLQuiz"))
    options["new"]["perDay"] = 0
    col.decks.update_config(options)


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person(tmp_path).install()


def states(person: Person) -> dict[str, tuple[int, float]]:
    """Due day and stability of each learnt card in the log."""
    found = json.loads(person.run("export", "json"))["states"]
    return {one["card"]: (one["interval"], one["stability"]) for one in found if "stability" in one}


def test_each_backup_is_named_though_anki_names_them_by_the_second(person: Person) -> None:
    person.sync("--add", "losses")
    with person.anki() as col:
        for count in range(8):
            col.set_config("count", count)
            backup = LiveCollection(col, Profile(PROFILE, person.collection)).back_up()
            assert backup is not None
            assert backup.is_file()


def test_what_is_learnt_here_reaches_cards_that_anki_has_already(person: Person) -> None:
    assert person.sync("--add", "losses")["notes"]["added"] > 10
    cards = person.study(5)
    done = person.sync()
    assert (done["written"]["reviews"], done["written"]["cards"]) == (5, 5)
    assert Path(done["backup"]).is_file()
    known = states(person)
    with person.anki() as col:
        for key in cards:
            card = col.get_card(col.find_cards(f'"Key:{key}"')[0])
            assert (card.type, card.queue, card.ivl) == (2, 2, known[key][0])
            assert card.due == col.sched.today + known[key][0]
            assert card.memory_state is not None
            assert card.memory_state.stability == pytest.approx(known[key][1], rel=0.002)
            assert col.compute_memory_state(card.id).stability == pytest.approx(known[key][1], rel=1e-4)
    there = person.answer_there(3)
    back = person.sync()
    assert (back["came"]["reviews"], back["written"]["reviews"]) == (3, 0)
    assert set(states(person)) == {*cards, *there}
    quiet = person.run("anki", "sync")
    assert quiet == "User 1: nothing new on either side\n"
    person.check()


def test_a_dry_run_says_what_the_sync_does_and_changes_nothing(person: Person) -> None:
    person.sync("--add", "losses")
    person.study(2)
    person.answer_there(2)
    before, log = person.contents(), (person.home / "history.db").read_bytes()
    manifest = (person.home / "anki.db").read_bytes()
    trial = person.sync("--dry-run")
    assert person.contents() == before
    assert (person.home / "history.db").read_bytes() == log
    assert (person.home / "anki.db").read_bytes() == manifest
    done = person.sync()
    assert {name: trial[name] for name in ("came", "written", "notes")} == {
        name: done[name] for name in ("came", "written", "notes")
    }


def test_edits_in_anki_stay_and_new_texts_arrive(person: Person, tmp_path: Path) -> None:
    own = tmp_path / "home" / "questions" / "mine.yaml"
    own.parent.mkdir()

    def write(answer: str) -> None:
        own.write_text(f"language: en\ncards:\n  - {{id: my-own, kind: open, question: Why?, answer: {answer}}}\n"
                       "  - {id: my-other, kind: open, question: How?, answer: Thus.}\n")  # fmt: skip

    write("Because.")
    assert person.sync("--add", "mine")["notes"]["added"] == 2
    with person.anki() as col:
        for key in ("my-own", "my-other"):
            note = col.get_note(col.find_notes(f"Key:{key}")[0])
            note["Answer"], note.tags = "<b>mine</b>", [*note.tags, "marked"]
            col.update_note(note)
    assert person.sync()["notes"]["updated"] == 0
    time.sleep(1.1)  # Anki counts changes by whole seconds.
    write("Changed here.")
    assert person.sync()["notes"]["updated"] == 1
    with person.anki() as col:
        mine, other = (col.get_note(col.find_notes(f"Key:{key}")[0]) for key in ("my-own", "my-other"))
    assert "Changed here." in mine["Answer"]
    assert other["Answer"] == "<b>mine</b>"
    assert "marked" in mine.tags
    person.check()


def test_a_note_deleted_in_anki_stays_deleted(person: Person) -> None:
    added = person.sync("--add", "losses")["notes"]["added"]
    with person.anki() as col:
        col.remove_notes(col.find_notes("")[:2])
    done = person.sync()
    assert (done["notes"]["added"], done["notes"]["deleted"]) == (0, 2)
    assert person.sync("--add", "losses")["notes"]["added"] == 2
    with person.anki() as col:
        assert len(col.find_notes("")) == added


def test_revert_takes_the_sync_back_but_for_cards_answered_since(person: Person) -> None:
    person.sync("--add", "losses")
    before = {row[0]: row[4:] for row in person.contents()["cards"]}
    cards = person.study(4, "again")
    person.sync()
    with person.anki() as col:  # one of them is answered again in Anki, early
        number = col.find_cards(f'"Key:{cards[0]}"')[0]
        col.sched.set_due_date([number], "0")
        only_due(col)
    assert person.answer_there(1) == cards[:1]
    text = person.run("anki", "sync", "--revert")
    assert f"1 card answered or changed in Anki since, left as they are: {cards[0]}" in text
    with person.anki() as col:
        back = {col.find_cards(f'"Key:{key}"')[0] for key in cards[1:]}
    after = {row[0]: row[4:] for row in person.contents()["cards"]}
    assert all(after[card][2:] == before[card][2:] for card in back)
    rows = person.contents()["revlog"]
    assert {row[1] for row in rows} == {number}
    assert "there is no sync with Anki to revert" in person.run("anki", "sync", "--revert", code=1)
    done = person.sync()
    assert done["written"]["reviews"] == 3
    assert set(states(person)) == set(cards)
    person.check()


def test_reviews_that_went_to_a_server_stay_when_a_sync_is_taken_back(person: Person) -> None:
    person.sync("--add", "losses")
    cards = person.study(2)
    person.sync()
    person.study(2, "again")
    person.sync()
    with person.anki() as col:  # as if it had been uploaded
        col.db.execute("update revlog set usn = 3")
    text = person.run("anki", "sync", "--revert")
    assert "2 cards and 0 texts put back" in text
    assert "2 reviews went to a server already and stay in Anki's log" in text
    done = person.sync()
    assert (done["written"]["reviews"], done["written"]["cards"]) == (0, 2)
    assert len(person.contents()["revlog"]) == len(states(person)) == 4
    assert set(states(person)) > set(cards)
    person.check()


# ── refused, untouched ───────────────────────────────────────────────────────────────────────────────────────────


def test_an_open_collection_is_left_alone(person: Person) -> None:
    person.sync("--add", "losses")
    with person.anki():
        said = person.run("anki", "sync", code=1)
    assert "open — close Anki, or use its add-on AnkiConnect: dlquiz anki sync --connect" in said


@pytest.mark.parametrize(("version", "words"), [(11, "older than"), (19, "newer than")])
def test_another_schema_is_named_and_left_alone(person: Person, version: int, words: str) -> None:
    with closing(sqlite3.connect(person.collection)) as db:
        db.execute("UPDATE col SET ver = ?", (version,))
        db.commit()
    before = person.collection.read_bytes()
    said = person.run("anki", "sync", "--add", "all", code=1)
    assert f"has schema {version}, {words}" in said
    assert "nothing was changed" in said
    assert person.collection.read_bytes() == before


def test_a_read_only_collection_is_named(person: Person) -> None:
    """In a process of its own that is not root's, for whom nothing is read-only."""
    from dlquiz.anki.live import collection
    from dlquiz.anki.live.profiles import Profile
    from dlquiz.errors import DlquizError

    before = person.collection.read_bytes()
    person.collection.chmod(0o444)
    child = os.fork()
    if not child:
        code = 1
        try:
            if os.geteuid() == 0:
                os.setresuid(65534, 65534, 65534)
            with collection.opened(Profile(PROFILE, person.collection)):
                pass
        except DlquizError as error:
            code = 0 if "is read-only" in str(error) else 2
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert person.collection.read_bytes() == before


def test_a_foreign_collection_is_left_alone(person: Person) -> None:
    """20,000 notes, none of them ours."""
    from anki.collection import AddNoteRequest

    with person.anki() as col:
        basic, requests = col.models.by_name("Basic"), []
        for number in range(20_000):
            note = col.new_note(basic)
            note.fields = [f"front {number}", "back"]
            requests.append(AddNoteRequest(note, col.decks.id("Theirs")))
        col.add_notes(requests)
    before = person.contents()
    assert f"{PROFILE} has no card of dlquiz; nothing was changed" in person.run("anki", "sync", code=1)
    assert person.contents() == before
    person.sync("--add", "losses")
    person.study(1)
    person.sync()
    after = person.contents()
    assert set(before["notes"]) < set(after["notes"])
    assert set(before["cards"]) < set(after["cards"])


def test_profiles_are_listed_when_there_are_several(person: Person) -> None:
    other = person.base / "Second" / "collection.anki2"
    other.parent.mkdir()
    Collection(str(other)).close()
    assert "Anki has 2 profiles: Second, User 1" in person.run("anki", "sync", code=1)
    assert "Anki has no profile Third" in person.run("anki", "sync", "--profile", "Third", code=1)
    assert person.sync("--profile", "Second", "--add", "losses")["profile"] == "Second"
    assert person.sync("--profile", str(other))["notes"]["added"] == 0
    assert person.sync("--profile", PROFILE, "--add", "losses")["notes"]["added"] > 10


# ── killed ───────────────────────────────────────────────────────────────────────────────────────────────────────


def prepared(directory: Path) -> Person:
    """Answers on both sides, some to the same cards, that wait for a sync."""
    person = Person(directory).install()
    person.sync("--add", "losses")
    person.study(6, "again")
    person.answer_there(6)
    return person


def killed(source: Person, directory: Path, after: float) -> bool:
    """A sync that is killed after so many seconds; whether it was still running. The next one completes it."""
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(source.home.parent, directory)
    person = Person(directory)
    process = subprocess.Popen(
        [sys.executable, "-m", "dlquiz", "anki", "sync"],
        env=person.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(after)
    process.kill()
    running = process.wait() < 0
    with closing(sqlite3.connect(person.collection)) as db:
        db.create_collation("unicase", lambda one, other: (one > other) - (one < other))
        assert db.execute("PRAGMA quick_check").fetchone() == ("ok",)
    person.sync()
    assert person.run("anki", "sync") == "User 1: nothing new on either side\n"
    rows = person.contents()["revlog"]
    assert len(rows) == len({row[0] for row in rows}) == 12
    assert len(states(person)) == len({row[1] for row in rows})
    known = states(person)
    with person.anki() as col:
        for key, (_, stability) in known.items():
            memory = col.get_card(col.find_cards(f'"Key:{key}"')[0]).memory_state
            assert memory is None or memory.stability == pytest.approx(stability, rel=0.002), key
    person.check()
    return running


def times_of_a_sync(source: Person, directory: Path) -> float:
    shutil.copytree(source.home.parent, directory)
    began = time.monotonic()
    Person(directory).sync()
    return time.monotonic() - began


def test_killed_syncs_are_completed_by_the_next(tmp_path: Path) -> None:
    source = prepared(tmp_path / "source")
    whole = times_of_a_sync(source, tmp_path / "whole")
    for number in range(3):
        killed(source, tmp_path / "killed", whole * (0.4 + 0.2 * number))


@pytest.mark.slow
def test_a_hundred_killed_syncs(tmp_path: Path) -> None:
    source, chance = prepared(tmp_path / "source"), random.Random(5)
    whole = times_of_a_sync(source, tmp_path / "whole")
    ended = [killed(source, tmp_path / "killed", whole * chance.uniform(0.1, 1.1)) for _ in range(100)]
    assert sum(ended) > 30


# ── three places ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("cc") is None:
        pytest.skip("needs a C compiler")
    library = tmp_path_factory.mktemp("clock") / "clock.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, ORACLES / "clock.c", "-ldl"], check=True)
    return library


def await_server(port: int) -> None:
    for _ in range(300):
        with closing(socket.socket()) as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("Anki's sync server does not start")


def live_in_three_places(directory: Path, clock: Path, seed: int) -> dict[str, Any]:
    """Ten days of a log, an Anki beside it and one on a phone, with Anki's own server; what differs in the end."""
    (directory / "server").mkdir(parents=True)
    (directory / "clock").write_bytes(bytes(8))
    port = str(random.Random(f"{os.getpid()} {seed}").randrange(20_000, 30_000))
    shared = {"LD_PRELOAD": str(clock), "CLOCK_FILE": str(directory / "clock"), "TZ": "UTC", "ANKI_TEST_MODE": "1"}
    path = os.pathsep.join([str(ORACLES.parent), str(ORACLES.parents[1]), *filter(None, sys.path)])
    environment = os.environ | shared | {"PYTHONPATH": path}
    served = {
        "SYNC_USER1": "me:pw",
        "SYNC_HOST": "127.0.0.1",
        "SYNC_PORT": port,
        "SYNC_BASE": str(directory / "server"),
    }
    with subprocess.Popen([sys.executable, "-m", "anki.syncserver"], env=environment | served | {"RUST_LOG": "error"},
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:  # fmt: skip
        try:
            await_server(int(port))
            command = [sys.executable, str(ORACLES / "anki_places.py"), str(directory / "places"), str(seed), port]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240)
            assert done.returncode == 0, done.stderr[-2000:]
            facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])  # Anki prints what takes it long
            return facts
        finally:
            server.kill()


@pytest.mark.parametrize("seed", range(2))
def test_three_places_agree_after_ten_days(tmp_path: Path, clock: Path, seed: int) -> None:
    done = live_in_three_places(tmp_path, clock, seed)
    assert done["found"] == []
    assert done["reviews"] > 10


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 202))
def test_three_places_agree_after_ten_days_200_times(tmp_path: Path, clock: Path, seed: int) -> None:
    assert live_in_three_places(tmp_path, clock, seed)["found"] == []


# ── AnkiConnect ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_through_ankiconnect(person: Person) -> None:
    with person.anki() as col, served(AddOn(col)) as port:
        connect = ("--connect", "--port", str(port))
        assert "User 1 has no card of dlquiz" in person.run("anki", "sync", *connect, code=1)
        assert person.sync(*connect, "--add", "losses")["notes"]["added"] > 10
        cards = person.study(5)
        done = person.sync(*connect)
        assert (done["written"]["reviews"], done["written"]["cards"], done["backup"]) == (5, 5, None)
        known = states(person)
        for key in cards:
            card = col.get_card(col.find_cards(f'"Key:{key}"')[0])
            assert (card.type, card.queue, card.due - col.sched.today) == (2, 2, known[key][0])
            assert col.compute_memory_state(card.id).stability == pytest.approx(known[key][1], rel=1e-4)
        assert person.run("anki", "sync", *connect) == "User 1: nothing new on either side\n"
        late = person.study(3, "again")
        assert "AnkiConnect sets no FSRS memory" in person_says(person, "anki", "sync", *connect)
        card = col.get_card(col.find_cards(f'"Key:{late[0]}"')[0])
        assert card.memory_state is None
        col.set_config("fsrs", True)
        only_due(col)
        col.sched.set_due_date([card.id], "0")
        assert person.answer_in(col, 1) == [late[0]]
        answered, replayed = col.get_card(card.id), col.compute_memory_state(card.id)
        assert answered.memory_state is not None
        assert answered.memory_state.stability == pytest.approx(replayed.stability, rel=0.002)
    # The log learns of the date given there and of the answer; nothing of it goes back.
    done = person.sync()
    assert done["came"] == {"reviews": 1, "rows": 2}
    assert done["written"]["reviews"] == 0
    assert person.run("anki", "sync") == "User 1: nothing new on either side\n"
    person.check()


def person_says(person: Person, *arguments: str) -> str:
    command = [sys.executable, "-m", "dlquiz", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=person.environment, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_ankiconnect_with_a_key_and_without_an_answer(person: Person) -> None:
    with person.anki() as col, served(AddOn(col, KEY)) as port:
        connect = ("--connect", "--port", str(port))
        assert "AnkiConnect requires its key" in person.run("anki", "sync", *connect, code=1)
        assert person.sync(*connect, "--key", KEY, "--add", "losses")["notes"]["added"] > 10
    assert f"no AnkiConnect answers at http://127.0.0.1:{port}" in person.run("anki", "sync", *connect, code=1)
    assert "AnkiConnect cannot revert a sync" in person.run("anki", "sync", "--connect", "--revert", code=2)
