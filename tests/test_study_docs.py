"""The conversation in docs/study-json.md is what the program says, line by line."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from studying import command, environment, next_line

PAGE = Path(__file__).parents[1] / "docs" / "study-json.md"
START = {"DLQUIZ_NOW": "2026-03-02T09:00+00:00"}
INPUTS: list[Any] = [
    {"reply": "about a third", "seconds": 8},
    {"command": "hint"},
    {"reply": "{no_padding}", "seconds": 20},
    {"rating": "suggested"},
    {"reply": "it keeps the size", "seconds": 31},
    {"ticks": [1, 2]},
    {"rating": "good"},
    {"command": "undo"},
    {"reply": "", "seconds": 12},
    {"rating": "hard"},
    {"reply": "{right}", "seconds": 15},
    {"rating": "suggested"},
    {"command": "quit"},
]


def converse(home: Path, lines: list[str]) -> list[str]:
    """Lines in and out in their order, those in marked."""
    arguments = ("study", "--json", "example", "--bank", str(home / "example.yaml"), "--seed", "7", "--lang", "en")
    process = subprocess.Popen(command(*arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=environment(home, **START))  # fmt: skip
    assert process.stdin
    assert process.stdout
    out: list[str] = []
    found_text: dict[str, Any] = {}
    for given in [None, *lines]:
        if given is not None:
            out.append("> " + filled(given, found_text))
            process.stdin.write(out[-1][2:].encode() + b"\n")
            process.stdin.flush()
        while line := next_line(process).decode().rstrip("\n"):
            out.append(line)
            event = json.loads(line)
            found_text |= event.get("values", {})
            if "expects" in event:
                break
    process.stdin.close()
    assert process.wait(timeout=30) == 0, process.stderr.read().decode() if process.stderr else ""
    process.stdout.close()
    if process.stderr:
        process.stderr.close()
    return out


def filled(line: str, found_text: dict[str, Any]) -> str:
    """The reply worked out from the values of the question, where the page was written anew."""
    if "{" not in line[1:]:
        return line
    n, k, s, p = (found_text.get(name, 1) for name in "nksp")
    return line.replace("{right}", str((n + 2 * p - k) // s + 1)).replace("{no_padding}", str((n - k) // s + 1))


def masked(line: str) -> str:
    return re.sub(r'"id": "[0-9A-Z]{26}"', '"id": "…"', line)


def test_the_conversation_in_the_page(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    page = PAGE.read_text(encoding="utf-8")
    bank = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    talk = re.search(r"```\n((?:.*\n)*?)```\n\nIds are", page)
    assert bank
    assert talk
    (tmp_path / "example.yaml").write_text(bank[1], encoding="utf-8")
    if request.config.getoption("--update-golden"):
        spoken = converse(tmp_path, [json.dumps(line) for line in INPUTS])
        page = page[: talk.start(1)] + "\n".join(spoken) + "\n" + page[talk.end(1) :]
        PAGE.write_text(page, encoding="utf-8")
        return
    written = talk[1].splitlines()
    spoken = converse(tmp_path, [line[2:] for line in written if line.startswith("> ")])
    assert [masked(line) for line in spoken] == [masked(line) for line in written]
    events = [json.loads(line)["event"] for line in written if not line.startswith("> ")]
    assert {"session", "question", "hint", "verdict", "recorded", "undone", "error", "summary"} <= set(events)
