"""`dlquiz add`: a card in one line, or from the editor."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pexpect
import pytest
from studying import run_here

from dlquiz import bank
from dlquiz.cli import main

pytestmark = pytest.mark.usefixtures("few_questions")


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["dlquiz", "add", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


def test_a_card_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "home" / "questions"
    assert run(monkeypatch, "Why do frogs croak?", "It's @{loud}:\n\n- at night", "--tag", "frogs", "--level", "1") == 0
    assert capsys.readouterr().err == f"added why-do-frogs-croak: {own / 'mine.yaml'}:2:3\n"
    assert run(monkeypatch, "青蛙为什么在夜里叫？", "因为。", "--deck", "青蛙 one", "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert (Path(facts["file"]).name, facts["draft"], facts["similar"]) == ("青蛙-one.yaml", False, None)
    assert run(monkeypatch, "Why do frogs croak at all?") == 0
    assert (said := capsys.readouterr().err).startswith("added a draft, why-do-frogs-croak-at")
    assert "nearly the same in why-do-frogs-croak" in said
    cards, problems = bank.load([own])
    assert problems == ()
    by_id = {card.id: card for card in cards}
    frogs = by_id["why-do-frogs-croak"]
    assert frogs.answer is not None
    assert (frogs.question.en, frogs.answer.en, frogs.tags, frogs.level) == (
        "Why do frogs croak?",
        "It's @@{loud}:\n\n- at night",
        ("frogs",),
        1,
    )
    assert by_id["card-1"].question.zh == "青蛙为什么在夜里叫？"
    assert len(cards) == 2


def test_what_was_added_is_said_in_chinese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DLQUIZ_LANG", "zh")
    for question, answer, said in (
        ("Why do newts swim?", "So.", "已添加 why-do-newts-swim："),
        ("Why are birds loud?", "", "已添加草稿 why-are-birds-loud，还没有答案："),
    ):
        assert run(monkeypatch, question, answer) == 0
        assert capsys.readouterr().err.startswith(said)


def test_a_draft_asks_nearly_the_same_as_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "What is a prior?") == 0
    assert "nearly the same" not in capsys.readouterr().err
    assert run(monkeypatch, "What is a prior?") == 0
    assert "the bank asks nearly the same in what-is-a-prior\n" in capsys.readouterr().err
    assert run(monkeypatch, "What is the prior?", "What one believes before.", "--json") == 0
    assert json.loads(capsys.readouterr().out)["similar"].startswith("what-is-a-prior")


@pytest.mark.parametrize("minutes", ["30", "1"])
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "today's new cards are used up: dlquiz study --new 5{} asks your own first"),
        ("zh", "今天的新题已学完：dlquiz study --new 5{} 会先问你自己的题"),
    ],
)
def test_that_study_asks_no_new_cards_today_is_said_with_what_asks_the_card(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str, said: str, minutes: str
) -> None:
    monkeypatch.setenv("DLQUIZ_LANG", language)
    said = said.format("" if minutes == "30" else " --minutes 10")
    assert run(monkeypatch, "Why do newts swim?", "They can.") == 0
    assert said not in capsys.readouterr().err
    assert run_here("config", "new_per_day", "1").code == run_here("config", "minutes_per_day", minutes).code == 0
    answer = b'{"reply": "", "seconds": 90}\n{"rating": "good"}\n'
    assert '"recorded"' in run_here("study", "--json", given=answer).output
    for arguments, says in ((["Why do frogs croak?", "It is night."], True), (["Why do birds sing?"], False)):
        assert run(monkeypatch, *arguments) == 0
        assert (said in capsys.readouterr().err.splitlines()) is says
    asked = run_here("study", "--json", *said.split("study ")[1].split(" ")[: 2 if minutes == "30" else 4]).output
    assert '"event": "question"' in asked
    assert '"cards": 0' in run_here("study", "--json").output


def test_a_card_goes_behind_those_of_a_deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deck = tmp_path / "d.yaml"
    deck.write_text(
        "language: zh\ncards:\n- id: one-card\n  kind: open\n  question: 甲？\n  answer: 乙\n", encoding="utf-8"
    )
    assert run(monkeypatch, "What is b?", "b", "--deck", str(deck)) == 0
    cards, problems = bank.load([deck])
    assert (problems, [card.question.languages for card in cards]) == ((), [("zh",), ("en",)])


def imported(monkeypatch: pytest.MonkeyPatch, *notes: Path) -> None:
    monkeypatch.setattr("sys.argv", ["dlquiz", "import", *map(str, notes), "--yes"])
    with pytest.raises(SystemExit) as left:
        main()
    assert not left.value.code


def ids_of(path: Path) -> list[str]:
    return [card.id for card in bank.load([path])[0]]


def test_added_cards_and_imported_notes_share_no_bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import is taken back by deleting its bank, which then holds nothing else."""
    own = tmp_path / "home" / "questions"
    notes = [tmp_path / "mine.md", tmp_path / "mine-2.md"]
    for path in notes:
        path.write_text("### 1. What is a?\n\nWords.\n\n### 2. What is b?\n\nWords.\n", encoding="utf-8")
    # In either order.
    imported(monkeypatch, *notes)
    assert run(monkeypatch, "Why do frogs croak?", "It is night.") == 0
    imported(monkeypatch, *notes)
    assert ids_of(own / "mine.yaml") == ["why-do-frogs-croak"]
    assert [len(ids_of(own / f"{name}-notes.yaml")) for name in ("mine", "mine-2")] == [2, 2]
    (own / "mine-notes.yaml").unlink()
    (own / "mine-notes.import.json").unlink()
    assert ids_of(own / "mine.yaml") == ["why-do-frogs-croak"]


def test_a_bank_that_holds_both_already_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An earlier version imported `mine.md` into the bank of the cards that are added."""
    own, notes = tmp_path / "home" / "questions", tmp_path / "mine.md"
    notes.write_text("### 1. What is a?\n\nWords.\n\n### 2. What is b?\n\nWords.\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["dlquiz", "import", str(notes), "--yes", "--as-bank", str(own / "mine.yaml")])
    with pytest.raises(SystemExit):
        main()
    assert run(monkeypatch, "Why do frogs croak?", "It is night.", "--deck", "mine") == 0
    before = ids_of(own / "mine.yaml")
    assert len(before) == 3
    imported(monkeypatch, notes)
    assert run(monkeypatch, "Why do frogs sleep?", "They are tired.") == 0
    assert ids_of(own / "mine.yaml") == before
    assert ids_of(own / "mine-2.yaml") == ["why-do-frogs-sleep"]
    assert not (own / "mine-notes.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "a question is missing"),
        (["  "], 2, "the question is empty"),
        (["q", "a", "--lang", "fr"], 2, "no language of cards"),
        (["q", "a", "--deck", "tracks.yaml"], 1, "is not a deck"),
        (["q", "a", "--deck", "/tmp/x.txt"], 2, "'/tmp/x.txt' is not a deck name — use one word, with - between"),
        (["q", "a", "--deck", "../evil"], 2, "or a file that ends in .yaml"),
        (["q", "a", "--deck", ".hidden"], 2, "is not a deck name"),
        (["q", "a", "--deck", "notes.md"], 2, "is not a deck name"),
        (["q", "a", "--deck", " "], 2, "is not a deck name"),
        (["q", "a", "--deck", "a" * 61], 2, "is not a deck name"),
        (["q", "a", "--deck", "broken.yaml"], 1, "correct that file first"),
    ],
)
def test_what_cannot_be_added_is_said(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.yaml").write_text("cards:\n  - id: 'x\n", encoding="utf-8")
    assert run(monkeypatch, *arguments) == code
    assert said in capsys.readouterr().err
    assert not (tmp_path / "home" / "questions").exists()


def test_what_no_deck_may_be_called_is_said_in_chinese(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DLQUIZ_LANG", "zh")
    assert run(monkeypatch, "q", "a", "--deck", "../evil") == 2
    said = "'../evil' 不是题组名 — 请用一个词，各部分之间用 -，或写以 .yaml 结尾的文件"
    assert said in capsys.readouterr().err.replace("\n", "")


def test_a_named_editor_opens_without_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf "Why do newts swim?\\n---\\nThey can.\\n" > "$1"\n')
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("VISUAL", str(editor))
    assert run(monkeypatch) == 0
    assert "why-do-newts-swim" in capsys.readouterr().err
    monkeypatch.delenv("VISUAL")
    monkeypatch.delenv("EDITOR", raising=False)
    assert run(monkeypatch) == 2
    assert 'a question is missing — write dlquiz add "question" "answer"' in capsys.readouterr().err


@pytest.mark.usefixtures("compiled_home")
def test_the_editor_opens_without_words(tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\n{ echo "Why do frogs sleep?"; cat "$1"; echo "They are tired."; } > x; mv x "$1"\n')
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    environment = os.environ | {"DLQUIZ_HOME": str(tmp_path / "home"), "VISUAL": str(editor), "COLUMNS": "200"}
    child = pexpect.spawn(
        sys.executable, ["-m", "dlquiz", "add"], env=environment, cwd=str(tmp_path), encoding="utf-8", timeout=60
    )
    child.expect("why-do-frogs-sleep")
    child.expect(pexpect.EOF)
    card = bank.load([tmp_path / "home" / "questions"])[0][0]
    assert card.answer is not None
    assert (card.question.en, card.answer.en) == ("Why do frogs sleep?", "They are tired.")
    assert not (tmp_path / "home" / "edits" / "new-card.md").exists()
