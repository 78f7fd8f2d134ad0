"""What the commands around studying say in Chinese: reports on stdout, what stands beside them, JSON as it was."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from studying import run_in

from dlquiz.anki.live.changes import TYPES
from dlquiz.bank.checks.report import CheckReport
from dlquiz.cards import Place
from dlquiz.cli.translation import in_chinese
from dlquiz.messages.errors import chinese
from dlquiz.schema.problems import Problem
from dlquiz.settings import read

ENGLISH = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,}){2,}")  # three words one after another


def said(home: Path, *arguments: str) -> str:
    """What a command says on both streams, the directory of the person left out."""
    ran = run_in(home, *arguments, DLQUIZ_LANG="zh")
    assert ran.code in (0, 1)
    return (ran.output + ran.errors).replace(str(home), "~")


def test_doctor_and_where_speak_chinese(tmp_path: Path) -> None:
    *checks, questions, end = said(tmp_path, "doctor").split("\n")
    assert checks == [
        "正常  复习记录：~/history.db 里有 0 条记录",
        "正常  卡片状态：每张卡的状态都与复习记录一致",
        "正常  时钟：不早于最近一次作答",
        "提示  备份：还没有",
        "      → 学习后会自动做；dlquiz backup 现在就做一个",
    ]
    assert re.fullmatch(r"正常  题目：[\d,]+ 张卡，(?:没有问题|有 \d+ 个警告)", questions)
    assert end == ""
    found = json.loads(run_in(tmp_path, "doctor", "--json", DLQUIZ_LANG="zh").output)["findings"]
    assert found[2] == {
        "check": "clock",
        "level": "ok",
        "message": "not before the newest answer",
        "fix": None,
        "details": [],
    }
    assert said(tmp_path, "where").split("\n")[:3] == [
        "复习记录    ~/history.db",
        "备份        ~/backups  （还没有）",
        "设置        ~/config.toml  （还没有）",
    ]


def test_config_says_in_chinese_where_a_value_comes_from(tmp_path: Path) -> None:
    assert said(tmp_path, "config", "new_per_day", "15") == "new_per_day 已写入 ~/config.toml\n"
    assert said(tmp_path, "config", "new_per_day") == "new_per_day  15  ~/config.toml\n"
    assert said(tmp_path, "config", "new_per_day", "--unset") == "已从 ~/config.toml 去掉 new_per_day\n"
    assert said(tmp_path, "config", "plain") == "plain  false  默认\n"
    assert {chinese(origin) for origin in {*read({}, plain=True).origins.values()}} == {"默认", "命令行"}


def test_bank_and_export_count_in_chinese(tmp_path: Path) -> None:
    assert re.search(
        r"\n2 张卡\n另有 \d+ 张：--limit \d+\n$", said(tmp_path, "bank", "search", "dropout", "--limit", "2")
    )
    assert said(tmp_path, "bank", "list", "losses", "--level", "3").endswith(" 张卡\n")
    assert re.fullmatch(r"~/x.csv：\d+ 张卡\n", said(tmp_path, "export", "csv", "losses", "-o", f"{tmp_path}/x.csv"))
    package = said(tmp_path, "export", "anki", "losses", "-o", f"{tmp_path}/x.apkg").split("\n")
    assert re.fullmatch(r"~/x.apkg：\d+ 张卡，其中学过 0 张，0 次复习", package[0])
    assert not [line for line in package[1:] if line and not line.startswith(("在 Anki 中", "进度只会"))]


@pytest.mark.parametrize(
    ("problems", "drafts", "summary"),
    [
        ([], 0, "1 个文件，共 0 张卡：没有问题"),
        (["error"], 0, "1 个文件，共 0 张卡：1 个问题"),
        (["warning"] * 2, 3, "1 个文件，共 0 张卡，另有 3 张草稿：2 个警告"),
        (["error", "warning"], 0, "1 个文件，共 0 张卡：1 个问题和 1 个警告"),
    ],
)
def test_a_check_is_summed_up_in_chinese(problems: list[str], drafts: int, summary: str) -> None:
    found = tuple(Problem(Place("a", 1, 1), "a", "b", "c", None, severity) for severity in problems)  # type: ignore[arg-type]
    assert in_chinese(CheckReport(1, (), found, drafts).summary()) == summary


def test_logs_meet_in_chinese(tmp_path: Path) -> None:
    here, there, folder = tmp_path / "here", tmp_path / "there", tmp_path / "folder"
    folder.mkdir()
    lines = [{"reply": "1"}, {"rating": "good"}, {"command": "quit"}]
    run_in(there, "study", "--json", "--lang", "en", given="\n".join(json.dumps(line) for line in lines))
    card = json.loads(run_in(there, "history", "--json").output)["rows"][0]["card"]
    assert said(there, "forget", card, "--yes") == f"已清除：{card} 现在是新卡（dlquiz undo 可撤销）\n"
    assert said(there, "forget", card) == f"{card} 没有进度可清除\n"
    assert said(there, "sync", str(folder)).split("\n")[0] == "写出 2 条记录"
    merged = said(here, "merge", str(there / "history.db"))
    assert merged == "收到 1 张卡的 1 次作答\n收到 1 条其他记录（暂停、标记、推迟、清除进度）\n"
    assert said(here, "merge", str(there / "history.db")) == "没有新内容：这份复习记录里都已有\n"
    assert said(here, "sync", str(folder)).split("\n")[0] == "1 个文件里没有新内容"


def test_what_changes_in_anki_has_words() -> None:
    words = [*TYPES.values(), "suspended", "unsuspended", "flagged", "unflagged", "memory", "due +3 d", "due -1 d"]
    assert [word for word in words if not chinese(word)] == []


@pytest.mark.parametrize("command", ["optimise", "backup --list", "backup --verify", "sync"])
def test_no_report_keeps_english_sentences(tmp_path: Path, command: str) -> None:
    text = said(tmp_path, *command.split())
    assert text
    assert not ENGLISH.search(re.sub(r"~\S+", "", text)), text
