"""A card of the person's own that no values fit is left out and named; the session goes on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from studying import run_in

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
    'value: "10**400 * n"' + MISTAKES,
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
