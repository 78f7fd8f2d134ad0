"""A card of the person's own that no values fit is left out and named; the session goes on."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

import pytest
from studying import run_here, run_in
from test_anki_changes import PaperCollection

pytestmark = pytest.mark.usefixtures("few_questions")

BANK = """\
deck: mine
title: {en: Mine, zh: 我的}
cards:
  - id: broken-one
    kind: numeric
    question: {en: "What is it for @{n}?", zh: "@{n} 时是多少？"}
    vary: {n: 1..3}
    %s
    weight: 5
    level: 1
  - id: good-one
    kind: open
    question: {en: Why?, zh: 为什么？}
    answer: {en: So., zh: 如此。}
    points: [{en: so, zh: 如此, cues: {en: [so], zh: [如此]}}, {en: such, zh: 这样, cues: {en: [such], zh: [这样]}}]
    weight: 4
    level: 1
"""
MISTAKES = """
    mistakes:
      - {value: n + 1, cure: {en: "n, not n + 1.", zh: 是 n。}}
      - {value: n + 2, cure: {en: "n, not n + 2.", zh: 是 n。}}"""
BROKEN = [
    'value: "1 // (n - n)"' + MISTAKES,
    'value: "10**n / (n - n)"' + MISTAKES,
    'where: ["n > 5"]\n    value: n' + MISTAKES,
    'value: "exp(n * 10**9)"\n    tolerance: 1 %' + MISTAKES,
    "calc: {layer: conv2d, input: [3, n, n], out_channels: 8, kernel_size: 9}\n    ask: output_size",
]


def lines(command: list[str], home: Path, given: str) -> tuple[list[dict[str, object]], str]:
    _, output, errors = run_in(home, *command, given=given)
    return [json.loads(line) for line in output.splitlines()], errors


@pytest.mark.parametrize("broken", BROKEN)
def test_the_session_goes_on_without_it(tmp_path: Path, broken: str) -> None:
    bank = tmp_path / "mine.yaml"
    bank.write_text(BANK % broken, encoding="utf-8")
    replies = '{"reply": "so"}\n{"rating": "good"}\n'
    events, _ = lines(["study", "mine", "--json", "--bank", str(bank)], tmp_path, replies)
    asked = [event["card"] for event in events if event["event"] == "question"]
    told = [str(event["message"]) for event in events if event["event"] == "error"]
    assert "good-one" in asked
    if "broken-one" not in asked:
        assert len(told) == 1
        assert told[0].startswith("card broken-one (")
        assert "mine.yaml:" in told[0]
    drilled, stderr = lines(["drill", "mine", "--json", "--bank", str(bank)], tmp_path, "")
    assert drilled[-1]["event"] in ("summary", "question") or "mine" in stderr


@pytest.mark.parametrize("broken", BROKEN)
def test_exports_and_bank_show_name_it(tmp_path: Path, broken: str) -> None:
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions" / "mine.yaml").write_text(BANK % broken, encoding="utf-8")
    shown = run_in(tmp_path, "bank", "show", "broken-one")
    named = [(shown.code, shown.errors)]
    for command in (["export", "markdown", "mine"], ["export", "csv", "mine"]):
        done = run_in(tmp_path, *command)
        assert done.code == 0
        assert "good-one" in done.output
        named.append((int("broken-one" not in done.output), done.errors))
    done = run_in(tmp_path, "export", "anki", "mine", "-o", str(tmp_path / "mine.apkg"))
    named.append((int("1 card," in done.output), done.errors))
    for left_out, errors in named:
        assert ("card broken-one (" in errors and "mine.yaml:" in errors) == bool(left_out)


def test_an_answer_larger_than_any_float_is_asked_as_any_other(tmp_path: Path) -> None:
    bank = tmp_path / "mine.yaml"
    bank.write_text(BANK % ('value: "10**400 * n"' + MISTAKES), encoding="utf-8")
    events, _ = lines(["drill", "mine", "--json", "--bank", str(bank)], tmp_path, '{"reply": "10**400"}\n')
    assert [event["event"] for event in events][:3] == ["session", "question", "verdict"]
    (tmp_path / "questions").mkdir()
    bank.rename(tmp_path / "questions" / "mine.yaml")
    assert "·10³⁹⁹" in run_in(tmp_path, "bank", "show", "broken-one").output


def test_a_sync_with_anki_names_it_and_takes_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    anki = PaperCollection()
    monkeypatch.setattr("dlquiz.cli.commands.anki._anki", lambda *_: nullcontext(anki))
    monkeypatch.setattr("dlquiz.bank.shipped_questions", lambda: tmp_path / "shipped")
    monkeypatch.setenv("DLQUIZ_HOME", str(tmp_path))
    for directory in ("questions", "shipped"):
        (tmp_path / directory).mkdir()
    (tmp_path / "questions" / "mine.yaml").write_text(BANK % BROKEN[0], encoding="utf-8")
    done = run_here("anki", "sync", "--add", "mine")
    assert [note.fields[0] for note in anki.notes.values()] == ["good-one"]
    assert done.code == 0
    assert done.errors.startswith("dlquiz: card broken-one (")
