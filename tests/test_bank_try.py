"""`dlquiz bank try`: a reply judged as study would judge it, and nothing recorded."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from test_bank_cli import Ran, dlquiz  # noqa: F401

from dlquiz import bank
from dlquiz.cli import main

DECK = r"""
cards:
  - id: norm-why
    kind: open
    question: {en: What does it do?, zh: 它有什么用？}
    answer: {en: It keeps the variance and needs no labels., zh: 保持方差不变，也不需要标签。}
    points:
      - {en: keeps the variance, zh: 保持方差, cues: {en: [variance|方差 same|kept|keep|不变], zh: [方差 不变|保持]}}
      - {en: needs no labels, zh: 不需要标签, cues: {en: [no|without label], zh: [不|无 标签]}}
      - {en: is cheap, zh: 便宜, core: false, cues: {en: [cheap], zh: [便宜]}}
  - id: sigmoid-slope
    kind: cloze
    text: {en: 'Its slope is $@{1}$, at most @{2}.', zh: '导数是 $@{1}$，至多 @{2}。'}
    holes: [a(1-a), 0.25]
  - id: side-of-map
    kind: numeric
    question: {en: 'Input @{n}, kernel @{k}: the output size?', zh: '输入 @{n}，卷积核 @{k}：输出边长？'}
    vary: {n: 7..64, k: [3, 5]}
    calc: {layer: conv2d, input: [3, n, n], out_channels: 8, kernel_size: k}
    ask: output_size
  - id: which-bounded
    kind: choice
    question: {en: Which is bounded?, zh: 哪个有界？}
    options: [{en: tanh, zh: tanh, right: true}, {en: ReLU, zh: ReLU}]
  - id: in-order
    kind: order
    question: {en: Put in order., zh: 排序。}
    steps: [{en: one, zh: 一}, {en: two, zh: 二}, {en: three, zh: 三}]
"""


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The person's directory, with a deck of their own as the only bank."""
    monkeypatch.setenv("DLQUIZ_HOME", str(tmp_path))
    monkeypatch.setattr(bank, "shipped_questions", lambda: tmp_path / "shipped")
    for name, text in (("shipped", "cards: []\n"), ("questions", DECK)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "own.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def tried(dlquiz: Any, *arguments: str) -> Any:  # noqa: F811
    ran: Ran = dlquiz("bank", "try", *arguments, "--json")
    assert ran.code == 0, ran.err
    return ran.json


def test_points_are_shown_with_the_words_that_speak_for_them(dlquiz: Any) -> None:  # noqa: F811
    ran = dlquiz("bank", "try", "norm-why", "方差 is kept the same, works without labels", "--lang", "en")
    assert "✓ 1  keeps the variance  “方差 … kept”" in ran.out
    assert "✓ 2  needs no labels  “without labels”" in ran.out
    assert "· 3  is cheap  bonus" in ran.out
    assert "suggested rating: good" in ran.out
    maybe = dlquiz("bank", "try", "norm-why", "the variance is not kept", "--lang", "en").out
    assert "? 1  keeps the variance" in maybe
    assert "suggested rating: hard" in maybe


def test_verdict_as_json(dlquiz: Any) -> None:  # noqa: F811
    found = tried(dlquiz, "norm-why", "不需要标签，方差不变", "--lang", "zh")
    assert found["card"] == "norm-why"
    assert (found["outcome"], found["correct"], found["suggested"]) == ("unchecked", None, "good")
    assert [point["state"] for point in found["points"]] == ["said", "said", "missing"]
    assert [point["core"] for point in found["points"]] == [True, True, False]
    assert tried(dlquiz, "norm-why", "idk")["suggested"] == "again"
    assert tried(dlquiz, "norm-why", "")["suggested"] == "hard"


def test_holes_together_and_alone(dlquiz: Any) -> None:  # noqa: F811
    assert tried(dlquiz, "sigmoid-slope", "a-a^2", "a quarter")["parts"] == [True, True]
    assert tried(dlquiz, "sigmoid-slope", "a-a^2", "0.5")["parts"] == [True, False]
    assert tried(dlquiz, "sigmoid-slope", "1/4", "--hole", "2")["correct"] is True
    assert tried(dlquiz, "sigmoid-slope", "1/4", "--hole", "1")["correct"] is False
    ran = dlquiz("bank", "try", "sigmoid-slope", "1/4", "--hole", "3")
    assert (ran.code, "the card has 2" in ran.err) == (1, True)


def test_choice_and_order_count_as_the_file_does(dlquiz: Any) -> None:  # noqa: F811
    assert tried(dlquiz, "which-bounded", "1")["correct"] is True
    assert tried(dlquiz, "which-bounded", "2")["correct"] is False
    assert tried(dlquiz, "in-order", "1 2 3")["correct"] is True
    assert tried(dlquiz, "in-order", "2 1 3")["correct"] is False


def test_json_lines(dlquiz: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    lines = [
        {"card": "side-of-map", "reply": "30", "values": {"n": "32", "k": "3"}},
        {"card": "side-of-map", "reply": 30, "values": {"n": 32}},
        {"card": "sigmoid-slope", "reply": ["a(1-a)", "x"]},
        {"card": "nowhere", "reply": ""},
        {"reply": ""},
        {"card": "in-order", "reply": ["one"]},
        {"card": "norm-why", "reply": "cheap", "lang": "zh"},
    ]
    text = "\n".join([*(json.dumps(line) for line in lines), "", "[", "7"])
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    monkeypatch.setattr("sys.argv", ["dlquiz", "bank", "try", "--json"])
    with pytest.raises(SystemExit) as left:
        main()
    out = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert left.value.code == 1
    assert len(out) == len(lines) + 2
    assert out[0]["correct"] is True
    assert "n, k are needed" in out[1]["error"]
    assert out[2]["parts"] == [True, False]
    assert [set(line) == {"error"} for line in out] == [False, True, False, True, True, True, False, True, True]
    assert out[6]["points"][2] == {"text": "便宜", "core": False, "state": "said", "ticked": True, "by": "cheap"}


def test_nothing_is_recorded(dlquiz: Any, home: Path) -> None:  # noqa: F811
    tried(dlquiz, "norm-why", "it is cheap")
    assert not list(home.rglob("*.db"))
    assert dlquiz("bank", "try").code == 2
    assert dlquiz("bank", "try", "norm-why").code == 2
    assert dlquiz("bank", "try", "norm-whx", "x").code == 1
