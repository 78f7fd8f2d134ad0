"""Questions that are answered on a line, on a narrow terminal."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from screen import Screen
from studying import run_in

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

NOTES = "## What is a?\n\nWords on a.\n\n## What is b?\n\nWords on b.\n\n### Part\n\nMore.\n"


@pytest.mark.parametrize("columns", range(36, 45))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_prompt_keeps_its_colon_and_leaves_room_for_the_answer(tmp_path: Path, language: str, columns: int) -> None:
    (tmp_path / "n.md").write_text(NOTES, encoding="utf-8")
    with Screen(tmp_path, "import", str(tmp_path / "n.md"), columns=columns, DLQUIZ_LANG=language) as screen:
        screen.until("]:")
        last = [line for line in screen.text.rstrip().split("\n") if line.strip()][-1].rstrip()
        assert last.endswith("]:")
        assert len(last) > 2
        assert len(last) <= columns - 4
        screen.press("n\r")
        assert screen.ended() == 0


@pytest.mark.parametrize(
    ("key", "code", "said"), [("\x03", 130, ""), ("\x04", 1, "dlquiz: 没有回答 — 没有改动任何内容")]
)
def test_a_prompt_may_be_left(tmp_path: Path, key: str, code: int, said: str) -> None:
    (tmp_path / "n.md").write_text(NOTES, encoding="utf-8")
    with Screen(tmp_path, "import", str(tmp_path / "n.md"), DLQUIZ_LANG="zh") as screen:
        screen.until("]:").press(key)
        assert screen.ended() == code
        assert "Abort" not in screen.text
        assert screen.text.rstrip().endswith(said)
    assert not (tmp_path / "questions").exists()


def test_forgetting_a_card_is_asked_in_chinese(tmp_path: Path) -> None:
    lines = [{"reply": "1"}, {"rating": "good"}, {"command": "quit"}]
    run_in(tmp_path, "study", "--json", "--lang", "en", given="\n".join(json.dumps(line) for line in lines))
    card = json.loads(run_in(tmp_path, "history", "--json").output)["rows"][0]["card"]
    with Screen(tmp_path, "forget", card, columns=40, DLQUIZ_LANG="zh") as screen:
        screen.until("[N/y]:").press("?\r").until("请输入 y（是）或 n（否）。", "[N/y]:").press("是\r")
        screen.until("已清除")
        assert screen.ended() == 0
