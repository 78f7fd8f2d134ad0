"""Standard streams that are closed, full or of another encoding; text that would drive the terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from studying import environment, run_in, run_json

from dlquiz import bank
from dlquiz.cli.line_breaks import fitted
from dlquiz.formatting import visible
from dlquiz.markup import cell_width

COMMANDS = ["calc conv 3x8x8 -o 4 -k 3", "bank list", "", "where", "study --json", "bank show relu-derivative"]
posix = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")


def shell(line: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    command = f'exec "{sys.executable}" -m dlquiz {line}'
    return subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, env=environment(home) | more, timeout=60
    )


def paired(ways: list[str], each: int) -> list[Any]:
    """Every way with some commands and every command with some ways; the slow tests take all the pairs."""
    return [
        pytest.param(way, command, marks=() if (row + column) % each == 0 else pytest.mark.slow)
        for row, way in enumerate(ways)
        for column, command in enumerate(COMMANDS)
    ]


@posix
@pytest.mark.parametrize(
    ("streams", "command"), paired(["<&-", ">&-", "2>&-", "<&- >&- 2>&-", "</dev/null >/dev/full"], each=3)
)
def test_closed_and_full_streams(tmp_path: Path, command: str, streams: str) -> None:
    if "/dev/full" in streams and not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    stdin = "" if "<" in streams else "</dev/null"
    done = shell(f"{command} {streams} {stdin}", tmp_path)
    assert "Traceback" not in done.stderr, done.stderr
    if "/dev/full" in streams:
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1].startswith("dlquiz: cannot write the output: ")
    else:
        assert done.returncode == 0


@posix
@pytest.mark.parametrize(("encoding", "command"), paired(["ascii", "latin-1", "cp1252"], each=3))
def test_no_encoding_stops_a_text(tmp_path: Path, command: str, encoding: str) -> None:
    done = shell(f"{command} </dev/null", tmp_path, PYTHONIOENCODING=encoding)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == 0


@posix
def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m dlquiz bank list | head -n 1'],
        capture_output=True, text=True, env=environment(tmp_path), timeout=60,
    )  # fmt: skip
    assert done.stderr == ""


CARD = """\
deck: evil
title: {en: Evil, zh: 恶}
cards:
  - id: evil-card
    kind: open
    question: {en: %s, zh: 问}
    answer: {en: a, zh: b}
    points: [{en: p, zh: q, cues: {en: [a], zh: [b]}}, {en: r, zh: s, cues: {en: [a], zh: [b]}}]
"""


@pytest.mark.parametrize("text", ['"\\u001b]52;c;eA==\\u0007"', '"a\\u009bJ"', '"\\u202egnp"', "a\u2066b", '"\\u0000"'])
def test_no_card_holds_what_a_terminal_acts_on(tmp_path: Path, text: str) -> None:
    path = tmp_path / "evil.yaml"
    path.write_text(CARD % text, encoding="utf-8")
    cards, problems = bank.load([path])
    assert not cards
    assert "control-character" in {problem.code for problem in problems}


@pytest.mark.usefixtures("few_questions")
def test_names_of_files_are_made_visible(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b]0;owned\x07.yaml"
    path.write_text("deck: [", encoding="utf-8")
    for command in (["bank", "check", str(path)], ["import", str(path)], ["study", "--bank", str(path), "--json"]):
        done = run_in(tmp_path, *command)
        assert "\x1b" not in done.output + done.errors
    assert visible("卷积 ŷ — ok\n\tx") == "卷积 ŷ — ok\n\tx"


@posix
@pytest.mark.parametrize("line", [("bank", "list", "--deck", "zzz"), (), ("history",)])
def test_a_sentence_breaks_between_words_on_a_narrow_terminal(tmp_path: Path, line: tuple[str, ...]) -> None:
    from screen import Screen

    run_json(tmp_path, [{"reply": None, "seconds": 20}, {"rating": "good"}])
    with Screen(tmp_path, *line, columns=24) as screen:
        screen.ended()
        shown = screen.raw.split()
    whole = shell(" ".join(line), tmp_path)
    assert shown == (whole.stdout + whole.stderr).split()
    assert all(cell_width(part.rstrip()) <= 24 for part in screen.raw.splitlines())


@posix
def test_a_message_fits_its_terminal_though_the_output_goes_elsewhere(tmp_path: Path) -> None:
    import pexpect

    process = pexpect.spawn(
        "/bin/sh", ["-c", f"{sys.executable} -m dlquiz study | cat"], dimensions=(24, 40), env=environment(tmp_path),
        encoding="utf-8", timeout=30,
    )  # fmt: skip
    process.expect(pexpect.EOF)
    lines = ["dlquiz: study needs a terminal — use", "dlquiz study --json from a script"]
    assert [line.rstrip() for line in process.before.splitlines()] == lines


@posix
@pytest.mark.parametrize(
    ("line", "said"),
    [(("export", "anki", "pooling", "-o", "x.apkg"), "the texts of the others are brought up to date."),
     (("import", "x.md", "--dry-run"), "2 new, 0 changed, 0 as before, 0 gone from the notes")],
)  # fmt: skip
def test_a_report_breaks_between_words(
    tmp_path: Path, line: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from screen import Screen

    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.md").write_text("# Notes\n\n## What is dropout?\nZeros.\n\n## What is BN?\nScales.\n")
    with Screen(tmp_path, *line, columns=30) as screen:
        screen.ended()
    broken = "".join(part.rstrip() + " " for part in screen.raw.splitlines() if cell_width(part.rstrip()) <= 30)
    assert said in broken


@posix
@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_import_breaks_no_word_in_a_narrow_terminal(
    tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from screen import Screen

    monkeypatch.chdir(tmp_path)
    words = "An introduction that goes on for quite a while and asks nothing.\n\nSee ![it](no.png)\n\n"
    titles = ("Layers and their many numbers", "Padding of feature maps with zeros")
    headings = "".join(f"## {title}\n\n{words}### What of this {at}?\n\nIt.\n\n" for at, title in enumerate(titles))
    (tmp_path / "x.md").write_text(f"# Notes\n\n{words}{headings}")
    for line in ((), ("--heading-level", "2"), ("--heading-level", "3")):
        command = ("import", "x.md", "--dry-run", "--as-bank", "b.yaml", *line)
        with Screen(tmp_path, *command, columns=40, DLQUIZ_LANG=language) as screen:
            screen.ended()
        whole = shell(" ".join(command), tmp_path, DLQUIZ_LANG=language)
        assert all(cell_width(part.rstrip()) <= 40 for part in screen.raw.splitlines()), screen.raw
        assert "".join(screen.raw.split()) == "".join((whole.stdout + whole.stderr).split())
        if language == "en":
            assert screen.raw.split() == (whole.stdout + whole.stderr).split()


def test_what_is_laid_out_already_stays_so() -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    text = "column 90:\n" + " " * 90 + "^^^"
    assert fitted(text, Terminal()) == text
    assert fitted("word " * 40, StringIO()) == "word " * 40
