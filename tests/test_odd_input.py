"""Odd files, names and numbers given on the command line: one sentence each, and nothing that hangs."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from studying import Ran, run_in, write_bank

from dlquiz import calc
from dlquiz.calc import CalcError
from dlquiz.markup import blocks, inline

pytestmark = pytest.mark.usefixtures("few_questions")
posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX files")


def dlquiz(home: Path, *command: str, given: str = "", **more: str) -> Ran:
    return run_in(home, *command, given=given, **more)


@posix
def test_a_pipe_or_device_as_a_bank_is_reported(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    done = dlquiz(tmp_path, "bank", "check", str(tmp_path / "pipe.yaml"))
    assert "a pipe or a device" in done.output
    assert "a pipe or a device" in dlquiz(tmp_path, "bank", "check", "/dev/zero").output


def test_a_bank_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    done = dlquiz(tmp_path, "study", "--json", "--bank", "nope.yaml")
    assert done.code == 1
    assert "there is no nope.yaml — check the path" in done.errors


@posix
@pytest.mark.parametrize("name", ["DLQUIZ_HOME", "DLQUIZ_BANKS"])
def test_a_home_of_nobody_is_an_error(tmp_path: Path, name: str) -> None:
    done = dlquiz(tmp_path, "where", **{name: "~nosuchperson/x"})
    assert done.code in (0, 1)
    assert "no such user" in done.errors or done.code == 0


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no names that are no text")
def test_a_home_may_be_called_by_any_bytes(tmp_path: Path) -> None:
    home = tmp_path / os.fsdecode(b"of \xff bytes")
    home.mkdir()
    assert "recorded" in dlquiz(home, "study", "--json", given='{"reply": ""}\n{"rating": "good"}\n').output
    for command in (("backup",), ("backup", "--restore"), ("plan", "2099-01-01"), ("doctor",)):
        assert dlquiz(home, *command, DLQUIZ_NOW="2098-12-30T09:00+00:00").code == 0
    write_bank(home / "questions")
    assert "is not text — rename that file or directory" in dlquiz(home, "bank", "check").errors
    assert "is not text — rename that file or directory" in dlquiz(home, "study", "--json").errors


def test_undoing_more_than_there_is_ends(tmp_path: Path) -> None:
    assert "nothing to undo" in dlquiz(tmp_path, "undo", "-n", "1000000000").errors


def test_seconds_that_no_clock_counts(tmp_path: Path) -> None:
    given = json.dumps({"reply": "x"})[:-1] + ', "seconds": 1' + "0" * 400 + "}\n"
    given += '{"reply": "x", "seconds": NaN}\n{"reply": "x", "seconds": -1}\n' + "x" * 3_000_000 + "\n"
    done = dlquiz(tmp_path, "study", "--json", given=given)
    events = [json.loads(line)["event"] for line in done.output.splitlines()]
    assert events == ["session", "question", "error", "error", "error", "error", "summary"]


@posix
def test_output_to_streams_and_devices(tmp_path: Path) -> None:
    bank = write_bank(tmp_path / "bank")
    on_stdout = dlquiz(tmp_path, "export", "csv", "-o", "-").output
    assert on_stdout.count("\n") > 20
    assert dlquiz(tmp_path, "export", "csv", "-o", "").code == 1
    os.mkfifo(tmp_path / "pipe")
    taken = tmp_path / "taken"
    with taken.open("wb") as file, subprocess.Popen(["cat", str(tmp_path / "pipe")], stdout=file) as reader:
        dlquiz(tmp_path, "export", "csv", "-o", str(tmp_path / "pipe"))
        reader.wait(timeout=30)
    assert taken.read_text(encoding="utf-8-sig") == on_stdout.lstrip("\ufeff")
    assert stat.S_ISFIFO(os.stat(tmp_path / "pipe").st_mode), "a device is written to, not replaced"
    assert bank.exists()


@posix
def test_the_log_is_for_the_person_alone(tmp_path: Path) -> None:
    done = dlquiz(tmp_path, "study", "--json", given='{"reply": ""}\n{"rating": "good"}\n')
    assert "recorded" in done.output
    where = json.loads(dlquiz(tmp_path, "where", "--json").output)
    assert stat.S_IMODE(os.stat(where["history"]).st_mode) == 0o600
    for backup in Path(where["backups"]).glob("*"):
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600


PICTURE = """\
deck: pictures
title: {en: P, zh: P}
cards:
  - id: outside
    kind: open
    question: {en: "![x](%s)", zh: "![x](%s)"}
    answer: {en: a, zh: b}
    points: [{en: p, zh: q, cues: {en: [a], zh: [b]}}, {en: r, zh: s, cues: {en: [a], zh: [b]}}]
"""


@pytest.mark.parametrize("inside", [True, False])
def test_pictures_come_only_from_the_banks_own_directory(tmp_path: Path, inside: bool) -> None:
    from dlquiz import bank
    from dlquiz.anki.images import Images

    (tmp_path / "deck").mkdir()
    (tmp_path / "private.png").write_bytes(b"secret")
    (tmp_path / "deck" / "own.png").write_bytes(b"own")
    for address in ["own.png"] if inside else ["../private.png", str(tmp_path / "private.png"), "%%2e%%2e/private.png"]:
        (tmp_path / "deck" / "pictures.yaml").write_text(PICTURE % (address, address), encoding="utf-8")
        cards, problems = bank.load([tmp_path / "deck" / "pictures.yaml"])
        assert cards, problems
        images = Images()
        found = images.of(cards[0])(address, "x")
        assert (found is not None) == inside
        assert list(images.files.values()) == ([b"own"] if inside else [])


def test_signs_without_bounds_and_marks_without_end_are_read() -> None:
    assert inline(r"\sum_{}^{} x", plain=True).split() == ["sum", "x"]
    (passage,) = blocks("*a " * 1_200 + "3 - 2 of $x_1$" + " a*" * 1_200)
    assert "3 - 2 of" in "".join(span.text for span in passage.spans)
    assert ("x_1", "math") in [span[:2] for span in passage.spans]


def test_a_let_is_called_by_its_own_name_only() -> None:
    with pytest.raises(CalcError, match="there is no layer, block or let '__f'"):
        calc.network("let f = (relu)\n3x8x8, __f")
