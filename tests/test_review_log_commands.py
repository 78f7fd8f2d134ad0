"""The commands about the log: doctor, undo, history, forget, backup, merge, and the clock they go by."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from string import Formatter
from typing import NamedTuple, get_args

import pytest

from dlquiz import bank, cli
from dlquiz.cards import RATING_NAMES
from dlquiz.cli import clock as clock_module
from dlquiz.cli.clock import clock
from dlquiz.errors import DlquizError
from dlquiz.grading.check import Outcome
from dlquiz.messages.history import PHRASES
from dlquiz.review_log import Event, History
from dlquiz.review_log.rows import KINDS
from dlquiz.scheduler import Instant

QUESTIONS = """
deck: norm
language: en
cards:
  - {id: bn-why, kind: open, question: "Why?", answer: "So.", points: ["one", "two"], formerly: [bn-old]}
  - {id: bn-when, kind: open, question: "When?", answer: "Then.", points: ["one", "two"]}
"""


class Said(NamedTuple):
    code: int
    out: str
    err: str


Say = Callable[..., Said]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DLQUIZ_HOME", str(tmp_path / "home"))
    questions = tmp_path / "questions"
    questions.mkdir()
    (questions / "norm.yaml").write_text(QUESTIONS, encoding="utf-8")
    monkeypatch.setattr(bank, "shipped_questions", lambda: questions)
    return tmp_path / "home"


@pytest.fixture
def say(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    def run(*words: str, now: str = "2026-02-02T12:00+01:00") -> Said:
        monkeypatch.setenv("DLQUIZ_NOW", now)
        clock_module._set_by.cache_clear()
        monkeypatch.setattr(sys, "argv", ["dlquiz", *words])
        code = 0
        try:
            cli.main()
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 1
        out, err = capsys.readouterr()
        return Said(code, out, "".join(line for line in err.splitlines(True) if "DLQUIZ_NOW" not in line))

    return run


def log_at(path: Path, device: str = "laptop", at: int = 1_770_030_000_000) -> History:
    return History.open(path, device=device, clock=lambda: Instant(at, 60))


@pytest.fixture
def log(home: Path) -> Iterator[History]:
    """The person's log, with this machine's device id."""
    (home).mkdir()
    (home / "device").write_text("laptop\n")
    with log_at(home / "history.db") as log:
        yield log


def test_undo_works_days_later_and_to_any_depth(say: Say, log: History) -> None:
    for rating in (3, 1):
        log.record(Event("review", "bn-why", rating=rating, seconds=12.4))
    log.record(Event("suspend", "bn-when"))
    log.record(Event("flag", "bn-when"))
    log.close()
    assert say("undo", "--lang", "zh").out == "已撤销：bn-when  2026-02-02 12:00  标记\n"
    assert say("undo", now="2026-02-20T09:00").out == "undone: bn-when  2026-02-02 12:00  suspend\n"
    spoken = say("undo", "-n", "2", now="2026-03-20T09:00")
    assert spoken.out == (
        "undone: bn-why  2026-02-02 12:00  again  back in 1 day  12 s\n"
        "undone: bn-why  2026-02-02 12:00  good  back in 2 days  12 s\n"
    )
    assert say("undo") == (1, "", "dlquiz: there is nothing to undo on this machine\n")
    assert say("undo", "--lang", "fr").code == 1
    assert "never answered" in say("history", "bn-why").out


def test_history_shows_every_row_and_where_the_card_stands(say: Say, log: History) -> None:
    log.record(Event("review", "bn-old", rating=3, reply="because\n it helps " * 9, seconds=40, correct=True))
    log.record(Event("review", "bn-why", rating=1, verdict="wrong"))
    log.undo()
    log.record(Event("flag", "bn-why"))
    log.close()
    spoken = say("history", "bn-why", now="2026-02-05T12:00+01:00")
    assert (spoken.code, spoken.err) == (0, "")
    first, reply, second, third, due, marks = spoken.out.splitlines()
    assert first == "2026-02-02 12:00  good  back in 2 days  40 s"
    assert reply.startswith("    because it helps because")
    assert len(reply) <= 80
    assert reply.endswith("…")
    assert second == "[2026-02-02 12:00  again  not right  back in 1 day]"
    assert third == "2026-02-02 12:00  flag"
    assert re.match(r"due today, recall now 8\d %, ", due)
    assert marks == "flagged"
    found = json.loads(say("history", "bn-old", "--json", now="2026-02-02T13:00+01:00").out)
    assert found["card"] == "bn-why"
    assert [row["undone"] for row in found["rows"]] == [False, True, False]
    assert (found["state"]["due"], found["state"]["flagged"], found["state"]["retrievability"]) == (
        "2026-02-04",
        True,
        1,
    )
    assert say("history", "bn-wyh").err == (
        "dlquiz: there is no card 'bn-wyh', did you mean bn-why? — dlquiz bank search finds cards by their words\n"
    )


def test_history_speaks_the_language_that_is_asked_for(say: Say, log: History) -> None:
    assert say("history", "--lang", "zh").out == "今天还没有作答 → dlquiz study\n"
    log.record(Event("review", "bn-why", rating=1, verdict="rounded", seconds=40))
    log.record(Event("cram", "bn-why", rating=3))
    log.record(Event("suspend", "bn-why"))
    log.close()
    first, second, third, standing, marks = say("history", "bn-why", "--lang", "zh").out.splitlines()
    assert first == "2026-02-02 12:00  忘了  正确（四舍五入）  1 天后再来  40 秒"
    assert (second, third) == ("2026-02-02 12:00  突击  记得", "2026-02-02 12:00  暂停")
    assert re.fullmatch(r"到期：\d{4}-\d\d-\d\d，现在答得出的概率 \d+%，忘过 0 次", standing)
    assert marks == "已暂停"
    assert say("history", "--lang", "fr").code == 1


def test_history_has_a_word_for_each_row_in_both_languages() -> None:
    for name in (*KINDS, *RATING_NAMES, *get_args(Outcome)):
        assert name in PHRASES or name in ("review", "undo", "right", "unchecked"), name
    for name, phrases in PHRASES.items():
        english, chinese = ({field for _, field, _, _ in Formatter().parse(one) if field} for one in phrases)
        assert english == chinese, name


def test_forget_asks_and_can_be_undone(say: Say, log: History) -> None:
    log.record(Event("review", "bn-why", rating=3))
    before = log.state("bn-why")
    spoken = say("forget", "bn-why")
    assert (spoken.code, spoken.err) == (1, "dlquiz: not a terminal, cannot ask for confirmation — pass --yes\n")
    assert log.state("bn-why") == before
    assert say("forget", "bn-why", "--yes").err.startswith("forgotten: bn-why is a new card")
    assert log.state("bn-why").memory is None  # type: ignore[union-attr]
    assert say("forget", "bn-why", "--yes").err == "bn-why has no progress to reset\n"
    say("undo")
    assert log.state("bn-why") == before
    assert say("forget", "nothing", "--yes").code == 1


def test_backup_now_and_to_a_file(say: Say, log: History, tmp_path: Path) -> None:
    log.record(Event("review", "bn-why", rating=3))
    log.close()
    made = Path(say("backup").out.strip())
    assert made.name == "history-2026-02-02T1200.db.zst"
    to = tmp_path / "stick.db"
    assert say("backup", "--to", str(to)).out == f"{to}\n"
    with log_at(to) as copy:
        assert len(copy.rows()) == 1
    assert "exists — give a new file name" in say("backup", "--to", str(to)).err


def test_backups_are_listed_checked_and_restored(say: Say, log: History, home: Path) -> None:
    for option in ("--list", "--verify"):
        assert say("backup", option).out == f"No backup yet in {home / 'backups'} → dlquiz backup\n"
    log.record(Event("review", "bn-why", rating=3))
    log.backup()
    log.record(Event("review", "bn-why", rating=3))
    log.close()
    assert say("backup", "--list").out.startswith("2026-02-02 12:00 ")
    assert "1 event\n" in say("backup", "--verify").out
    restored = say("backup", "--restore", "2026-02-02")
    assert restored.code == 0
    with log_at(home / "history.db") as now:
        assert len(now.rows()) == 1
    _, took_back = restored.out.splitlines()
    assert say(*took_back.partition(": dlquiz ")[2].removesuffix(" takes it back").split()).code == 0
    with log_at(home / "history.db") as now:
        assert len(now.rows()) == 2
    missing = say("backup", "--restore", "2020-01-01")
    assert "there is no backup of 2020-01-01 — take one of 2026-02-02" in missing.err
    (home / "backups" / "history-2026-02-01T0900.db.zst").write_bytes(b"x")
    assert "PROBLEM" in say("backup", "--verify").out
    assert "1 backup cannot be used" in say("doctor").out
    (home / "history.db").write_bytes(b"x" * 5000)
    assert "set aside" in say("backup", "--restore").err
    with log_at(home / "history.db") as now:
        assert now.rows() != []
    assert say("backup", "2026-02-02").code == 2
    assert say("backup", "--to", str(home / "no" / "x.db")).code == 1


@pytest.mark.parametrize("log_is_damaged", [False, True])
@pytest.mark.parametrize("content", ["a database of another program", "an empty database", "no database"])
def test_what_is_no_backup_takes_the_place_of_no_log(
    say: Say, log: History, home: Path, tmp_path: Path, content: str, log_is_damaged: bool
) -> None:
    log.record(Event("review", "bn-why", rating=3))
    log.close()
    if log_is_damaged:
        (home / "history.db").write_bytes(b"x" * 5000)
    before = (home / "history.db").read_bytes()
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("VACUUM" if content == "an empty database" else "CREATE TABLE frog (name TEXT)")
    if content == "no database":
        other.write_bytes(b"x" * 5000)
    refused = say("backup", "--restore", str(other))
    assert (refused.code, refused.out) == (1, "")
    assert f"cannot use {other}: " in refused.err
    assert (home / "history.db").read_bytes() == before
    assert not list(home.glob("*.damaged-*"))


def test_merge_says_what_came_and_twice_changes_nothing(say: Say, log: History, tmp_path: Path) -> None:
    log.record(Event("review", "bn-why", rating=3))
    log.close()
    with log_at(tmp_path / "other.db", "desktop") as other:
        for card in ("bn-why", "bn-when"):
            other.record(Event("review", card, rating=3))
        other.record(Event("flag", "bn-when"))
        other.undo()
        other.record(Event("flag", "bn-when"))
    assert say("merge", str(tmp_path / "other.db")).out == (
        "2 answers and 1 undo to 2 cards received\n2 other events received (suspended, flagged, buried, forgotten)\n"
    )
    assert say("merge", str(tmp_path / "other.db")).out == "nothing new: this log has all of it already\n"
    assert json.loads(say("merge", str(tmp_path / "other.db"), "--json").out)["rows"] == 0
    assert say("doctor").code == 0
    assert say("merge", str(tmp_path / "nowhere.db")).err.endswith("nowhere.db: no such file — check the name\n")


def test_a_backup_of_another_computer_is_merged_compressed_as_it_is(say: Say, log: History, tmp_path: Path) -> None:
    log.close()
    with History.open(
        tmp_path / "other" / "history.db",
        device="desktop",
        clock=lambda: Instant(1_770_030_000_000, 60),
        backups=tmp_path / "other" / "backups",
    ) as other:
        other.record(Event("review", "bn-when", rating=3))
        made = other.backup(force=True)
    assert made is not None
    assert made.suffix == ".zst"
    assert say("merge", str(made)).out == "1 answer to 1 card received\n"
    assert say("merge", str(made)).out == "nothing new: this log has all of it already\n"
    made.write_bytes(made.read_bytes()[:100])
    broken = say("merge", str(made))
    assert (broken.code, broken.out) == (1, "")
    assert broken.err.startswith(f"dlquiz: cannot use {made}: the file is damaged")


def test_doctor_finds_nothing_wrong_with_a_healthy_house(say: Say, log: History) -> None:
    log.record(Event("review", "bn-why", rating=3))
    log.backup()
    log.close()
    spoken = say("doctor")
    assert (spoken.code, spoken.err) == (0, "")
    assert [line[:7] for line in spoken.out.splitlines()] == ["ok     "] * 5


def test_doctor_finds_and_repairs_states(say: Say, log: History) -> None:
    log.record(Event("review", "bn-why", rating=3))
    log.connection.execute("UPDATE state SET stability = 400, due_day = 30000")
    log.close()
    spoken = say("doctor")
    assert spoken.code == 1
    assert "PROBLEM  states: 1 card out of step with the log\n           bn-why\n" in spoken.out
    assert "rebuilt" in say("doctor", "--repair").out
    assert json.loads(say("doctor", "--json").out)["healthy"] is True


def test_doctor_tells_orphans_and_changed_texts(say: Say, log: History, home: Path) -> None:
    log.record(Event("review", "gone-for-good", rating=3))
    log.record(Event("review", "bn-old", rating=3))
    with bank.open_bank((bank.shipped_questions(),), home / "cache") as questions:
        log.counts(questions.cards_path)
        log.record(Event("review", "bn-when", rating=3))
    log.close()
    found = {finding["check"]: finding for finding in json.loads(say("doctor", "--json").out)["findings"]}
    assert found["orphans"]["details"] == ["gone-for-good  1 row"]
    assert "texts" not in found
    file = bank.shipped_questions() / "norm.yaml"
    file.write_text(QUESTIONS.replace("When?", "When exactly?"), encoding="utf-8")
    found = {finding["check"]: finding for finding in json.loads(say("doctor", "--json").out)["findings"]}
    assert found["texts"]["details"] == ["bn-when"]
    assert found["texts"]["level"] == "note"
    file.write_text(QUESTIONS.replace("kind: open", "kind: opne"), encoding="utf-8")
    spoken = say("doctor")
    assert spoken.code == 1
    assert "PROBLEM  questions: 2 problems" in spoken.out


def test_doctor_on_a_damaged_log_names_the_backups(say: Say, log: History, home: Path) -> None:
    for number in range(60):
        log.record(Event("review", f"card-{number}", rating=3, reply="x" * 200))
    log.backup()
    log.close()
    content = bytearray((home / "history.db").read_bytes())
    for start in range(4096, len(content), 4096):
        content[start : start + 100] = b"\xff" * 100
    (home / "history.db").write_bytes(bytes(content))
    spoken = say("doctor")
    assert spoken.code == 1
    assert "PROBLEM  log: " in spoken.out
    assert "the newest of 2026-02-02 12:00" in spoken.out
    assert (home / "history.db").read_bytes() == bytes(content)


def test_doctor_on_a_newer_log(say: Say, log: History, home: Path) -> None:
    log.close()
    with closing(sqlite3.connect(home / "history.db")) as newer:
        newer.execute("PRAGMA user_version = 7")
    spoken = say("doctor")
    assert spoken.code == 1
    assert "format 7" in spoken.out
    assert "upgrade dlquiz" in spoken.out


def test_a_clock_set_back_is_reported_until_it_is_right(say: Say, log: History) -> None:
    log.record(Event("review", "bn-why", rating=3))
    log.close()
    spoken = say("doctor", now="2026-01-30T12:00+01:00")
    assert spoken.code == 1
    assert "PROBLEM  clock: the clock says 2026-01-30" in spoken.out
    assert say("doctor", "--clock-is-right", now="2026-01-30T12:00+01:00").code == 0
    assert say("doctor", now="2026-01-30T12:00+01:00").code == 0


@pytest.mark.parametrize("command", ["doctor", "undo", "history", "forget", "backup", "merge"])
def test_every_help_has_examples_and_fits(say: Say, command: str) -> None:
    spoken = say(command, "-h")
    assert spoken.code == 0
    assert f"Examples:\n    dlquiz {command}" in spoken.out
    assert max(map(len, spoken.out.splitlines())) <= 80


def test_the_clock_starts_where_it_is_set_and_ticks_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DLQUIZ_NOW", "2026-03-14T03:59:59.900+08:00")
    clock_module._set_by.cache_clear()
    first = clock()
    assert first.offset == 480
    assert 0 <= first.at - 1_773_431_999_900 < 100
    monkeypatch.setattr("time.time_ns", lambda start=__import__("time").time_ns(): start + 10**9)
    later = clock()
    assert 900 < later.at - first.at < 1100
    assert later.day == first.day + 1
    assert capsys.readouterr().err == "dlquiz: the clock is set to 2026-03-14T03:59:59.900+08:00 (DLQUIZ_NOW)\n"


def test_the_clock_takes_the_zone_of_that_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        for written, offset in (("2026-01-10T12:00", 60), ("2026-07-10 12:00", 120), ("2026-07-10", 120)):
            monkeypatch.setenv("DLQUIZ_NOW", written)
            assert clock().offset == offset
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()


@pytest.mark.parametrize(
    "written", ["tomorrow", "2026-13-01", "12:00", "99999-01-01", "9999-12-31T23:00", "1960-01-01"]
)
def test_a_clock_that_cannot_be_set_so(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("DLQUIZ_NOW", written)
    with pytest.raises(DlquizError, match=r"DLQUIZ_NOW is .* not a date and time from 1971 to 9799 — write it as"):
        clock()
