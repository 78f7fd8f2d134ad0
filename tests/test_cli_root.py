"""The door: help, completion, where you stand, config, where."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer
from studying import compiled_questions, run_in, run_json, write_bank

from dlquiz import bank
from dlquiz.cli import other_names
from dlquiz.cli.app import COMMANDS
from dlquiz.cli.root import app


def _commands() -> list[tuple[str, ...]]:
    group = typer.main.get_command(app)
    found: list[tuple[str, ...]] = [()]
    for name in COMMANDS:
        one = group.get_command(None, name)  # type: ignore[attr-defined]
        # A group of commands leaves the examples to them.
        found += [(name, sub) for sub in getattr(one, "commands", {})] or [(name,)]
    return found


@pytest.mark.parametrize("path", _commands(), ids=" ".join)
def test_every_command_has_help_with_examples(path: tuple[str, ...]) -> None:
    from typer.testing import CliRunner

    done = CliRunner().invoke(app, [*path, "-h"], env={"COLUMNS": "80", "TERM": "dumb"})
    assert done.exit_code == 0, done.output
    assert "Examples:" in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


def test_where_you_stand_on_the_first_day_and_after(tmp_path: Path) -> None:
    write_bank(tmp_path / "questions")
    now = "2026-03-02T09:00+00:00"
    code, out, _ = run_in(tmp_path, DLQUIZ_NOW=now)
    assert code == 0
    assert out.splitlines()[-2:] == [
        "with an interview in sight: dlquiz plan DATE",
        "→ dlquiz study asks the first one",
    ]
    assert "知道面试日期后：dlquiz plan 日期" in run_in(tmp_path, "--lang", "zh", DLQUIZ_NOW=now)[1]
    assert not (tmp_path / "history.db").exists(), "looking writes no history"
    first = [{"reply": "", "seconds": 60}, {"rating": "good"}]
    run_json(tmp_path, [*first, {"reply": None, "seconds": 60}, {"rating": "again"}], "small", DLQUIZ_NOW=now)
    code, out, _ = run_in(tmp_path, DLQUIZ_NOW=now)
    lines = out.splitlines()
    assert lines[1] == "today: 2 answered in 2 min"
    assert lines[3] == "tomorrow: 1 to review"
    assert lines[-1] == "→ dlquiz study"
    assert len(lines) <= 5
    code, out, _ = run_in(tmp_path, DLQUIZ_NOW=now, DLQUIZ_LANG="zh")
    assert out.splitlines()[1] == "今天答了 2 题，用时 2 分钟"


def test_completion_reads_the_compiled_bank(tmp_path: Path) -> None:
    write_bank(tmp_path / "questions")
    run_json(tmp_path, [{"command": "quit"}], "small")

    def complete(words: str) -> list[str]:
        count = str(len(words.split(" ")) - 1)
        done = run_in(tmp_path, COMP_WORDS=words, COMP_CWORD=count, _DLQUIZ_COMPLETE="complete_bash")
        return done.output.split()

    assert complete("dlquiz stu") == ["study"]
    assert complete("dlquiz study sma") == ["small"]
    assert "small" not in complete("dlquiz study act")
    assert complete("dlquiz config ret") == ["retention"]
    assert complete("dlquiz study --lang ") == ["en", "zh"]
    assert complete("dlquiz config language ") == ["en", "zh", "auto"]
    assert complete("dlquiz export anki --lang ") == ["en", "zh", "both"]
    assert complete("dlquiz bank list --kind cl") == ["cloze"]
    assert complete("dlquiz calc conv --lang z") == ["zh"]


def test_completion_can_be_shown_and_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell is named: which one runs the tests, and whether any does, is not to matter."""
    from typer.testing import CliRunner

    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    shown = CliRunner().invoke(app, ["--show-completion", "bash"])
    assert shown.exit_code == 0
    assert "complete -o default" in shown.stdout
    monkeypatch.delenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION")
    assert "--install-completion" in CliRunner().invoke(app, ["--help"]).stdout


def test_unknown_names_are_reported_with_their_near_miss(tmp_path: Path) -> None:
    write_bank(tmp_path / "questions")
    code, out, err = run_in(tmp_path, "study", "--json", "smal", "--tag", "zzz")
    assert (code, out) == (1, "")
    assert "there is no deck 'smal', did you mean small?" in err
    assert (
        "there is no tag 'zzz' — dlquiz bank tags lists them" in run_in(tmp_path, "study", "--json", "--tag", "zzz")[2]
    )
    assert "did you mean small? — dlquiz bank decks lists them" in run_in(tmp_path, "study", "--json", "Small deck")[2]
    assert run_in(tmp_path, "drill", "--json", "zzz")[2] == (
        "dlquiz: there is no deck or tag 'zzz' — dlquiz bank decks and dlquiz bank tags list them\n"
    )


def test_a_deck_is_found_by_its_title_in_either_language(tmp_path: Path) -> None:
    bank = write_bank(tmp_path / "questions")
    bank.write_text(bank.read_text(encoding="utf-8").replace("en: Small,", "en: Tiny vs. Big,"), encoding="utf-8")
    by_name = run_in(tmp_path, "bank", "list", "small")
    assert by_name[0] == 0
    assert by_name[1]
    for title in ("tiny vs. big", "Tiny vs. Big", "小题库"):
        assert run_in(tmp_path, "bank", "list", title) == by_name
    # What looks like the suffix of a file may be a part of a title.
    exported = run_in(tmp_path, "export", "csv", "Tiny vs. Big")
    assert exported[0] == 0
    assert exported == run_in(tmp_path, "export", "csv", "small")


def test_decks_fit_a_narrow_terminal(tmp_path: Path) -> None:
    bank = write_bank(tmp_path / "questions")
    bank.write_text(bank.read_text(encoding="utf-8").replace("en: Small,", f"en: {'Tiny Things ' * 2},"), "utf-8")
    assert "\nsmall       " in run_in(tmp_path, "bank", "decks", COLUMNS="80")[1]
    narrow = run_in(tmp_path, "bank", "decks", COLUMNS="45")[1].splitlines()
    assert max(map(len, narrow)) <= 45
    assert "  Tiny Things Tiny Things" in narrow


def test_a_tag_that_is_given_as_a_deck_is_named_as_one(tmp_path: Path) -> None:
    bank = write_bank(tmp_path / "questions")
    bank.write_text(bank.read_text(encoding="utf-8") + "    tags: [edges]\n", encoding="utf-8")
    assert run_in(tmp_path, "bank", "list", "edges")[2] == (
        "dlquiz: 'edges' is a tag, not a deck — --tag edges takes the cards that have it\n"
    )
    code, _, err = run_in(tmp_path, "study", "--json", "--cram", "--weakest")
    assert code == 2
    assert run_in(tmp_path, "study", "--json", "--missed", "--ahead")[0] == 2
    code, out, err = run_in(tmp_path, "study", "--json", "--track", "llmm")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "there is no track 'llmm', did you mean llm? — choose one of general, vision, llm" in err
    code, out, err = run_in(tmp_path, "study", "--json", "--missed")
    assert (code, out, err.count("\n"), "nothing was missed" in err) == (1, "", 1, True)


def test_help_names_every_track(tmp_path: Path) -> None:
    with bank.open_bank([bank.shipped_questions()], compiled_questions()) as questions:
        names = [track.name for track in questions.tracks()]
    for command in ("plan", "interview"):
        shown = " ".join(run_in(tmp_path, command, "--help")[1].split())
        assert [name for name in names if name not in shown] == []


def test_names_of_other_programs_lead_to_commands_that_there_are() -> None:
    root: Any = typer.main.get_command(app)
    for command, rows in other_names.NAMES_ELSEWHERE.items():
        own = command.removeprefix("dlquiz").strip()
        there = getattr(root.get_command(None, own) if own else root, "list_commands", lambda _: ())(None)
        names = [name for names in rows for name in names.split()]
        assert len(set(names)) == len(names), command
        assert set(names).isdisjoint(there), command
        for sentence in rows.values():
            for line in sentence.replace("dlquiz alone", "").split("dlquiz ")[1:]:
                called, words = root, re.split("[,;:]", line)[0].split()
                while words and words[0] in (called.list_commands(None) if hasattr(called, "list_commands") else ()):
                    called = called.get_command(None, words.pop(0))
                options = {word for word in words if word.startswith("--")}
                assert called is not root or options, sentence
                assert options <= {option for parameter in called.params for option in parameter.opts}, sentence


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("restore", "no such command 'restore' — dlquiz backup --restore DATE puts the review log back to a backup"),
        ("bank chek x", "no such command 'chek' — did you mean check? see dlquiz bank --help"),
        ("config set language zh", "dlquiz config takes no 'set' — dlquiz config KEY shows a setting, "
         "dlquiz config KEY VALUE sets it"),
        ("plan set 2027-01-01", "dlquiz plan takes no 'set' — write the date alone: dlquiz plan 2026-12-11"),
        ("sync push", "dlquiz sync takes no 'push' — dlquiz sync sends and receives at once; "
         "dlquiz sync DIR names the folder"),
    ],
)  # fmt: skip
def test_a_name_of_another_program_leads_to_the_command(tmp_path: Path, typed: str, message: str) -> None:
    assert run_in(tmp_path, *typed.split()) == (2, "", f"dlquiz: {message}\n")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("--nope", "no such option: --nope — see dlquiz --help"),
        ("stdy", "no such command 'stdy' — did you mean study? see dlquiz --help"),
        (
            "calc conv",
            "missing argument 'INPUT' — as in dlquiz calc conv 3x224x224 -o 64 -k 7 -s 2 -p 3; "
            "see dlquiz calc conv --help",
        ),
        ("calc conv 3 --kernal 3", "no such option: --kernal — did you mean --kernel? see dlquiz calc conv --help"),
        ("calc conv 3 --nope", "no such option: --nope — see dlquiz calc conv --help"),
        ("calc conv 3 -o", "option '-o' requires an argument — write its value after it"),
        ("calc conv 3 -k q", "kernel 'q' cannot be read — write 3, or 3x5 for rows x columns"),
        ("study --new x", "invalid value for '--new': 'x' is not a whole number — see dlquiz study --help"),
        ("plan --minutes x", "invalid value for '--minutes': 'x' is not a number — see dlquiz plan --help"),
        ("bank list --level 4", "invalid value for '--level': 4 is not from 1 to 3 — see dlquiz bank list --help"),
        ("study --new -5", "invalid value for '--new': -5 is below 0 — see dlquiz study --help"),
        ("where else", "unexpected argument: else — see dlquiz where --help"),
        ("doctor 1 2", "unexpected arguments: 1 2 — see dlquiz doctor --help"),
        ("config --jsno", "no such option: --jsno — see dlquiz config --help"),
        ("export anki --lang fr", "--lang 'fr' is unknown — use en, zh or both"),
    ],
)
def test_an_unreadable_command_line_leaves_as_one_line(tmp_path: Path, typed: str, message: str) -> None:
    code, out, err = run_in(tmp_path, *typed.split())
    assert (code, out, err) == (2, "", f"dlquiz: {message}\n")


@pytest.mark.parametrize("words", ["help study", "help bank list", "help"])
def test_help_is_a_word_too(tmp_path: Path, words: str) -> None:
    meant = [*words.split()[1:], "--help"]
    assert run_in(tmp_path, *words.split()) == run_in(tmp_path, *meant)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("new_per_day -5", 'new_per_day is "-5", but must be a whole number from 0 to 9999'),
        ("minutes_per_day -1", 'minutes_per_day is "-1", but must be a number of minutes from 1 to 1440'),
        ("retention -0.5", 'retention is "-0.5", but must be a number from 0.7 to 0.97'),
    ],
)
def test_a_negative_setting_is_a_value_out_of_range_and_no_option(tmp_path: Path, typed: str, message: str) -> None:
    code, out, err = run_in(tmp_path, "config", *typed.split())
    assert (code, out, err) == (1, "", f"dlquiz: {message}\n")


def test_banks_are_set_for_every_directory_and_one_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bank(tmp_path / "cards")
    monkeypatch.chdir(tmp_path)
    code, _, err = run_in(tmp_path, "config", "banks", "cards", "nowhere.yaml")
    assert code == 0
    assert f"there is no {tmp_path / 'nowhere.yaml'} yet" in err
    assert "cards yet" not in err
    assert str(tmp_path / "cards") in (tmp_path / "config.toml").read_text(encoding="utf-8")


def test_config_shows_and_sets(tmp_path: Path) -> None:
    code, out, _ = run_in(tmp_path, "config", "--json")
    assert json.loads(out)["retention"] == {"value": 0.9, "from": "default"}
    code, out, _ = run_in(tmp_path, "config", "retention", "0.95")
    assert (code, out) == (0, "")
    assert (tmp_path / "config.toml").read_text() == "retention = 0.95\n"
    code, out, _ = run_in(tmp_path, "config", "retention")
    assert out.split() == ["retention", "0.95", str(tmp_path / "config.toml")]
    code, _, err = run_in(tmp_path, "config", "retension", "0.9")
    assert code == 1
    assert "did you mean retention?" in err
    code, _, err = run_in(tmp_path, "config", "retention", "2")
    assert code == 1
    code, _, err = run_in(tmp_path, "config", "plain", "yes", DLQUIZ_PLAIN="no")
    assert "DLQUIZ_PLAIN is set and overrides" in err
    code, _, _ = run_in(tmp_path, "config", "retention", "--unset")
    assert "retention" not in (tmp_path / "config.toml").read_text()


def test_a_broken_config_is_one_error_for_any_command(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("retention = 5\n")
    for arguments in ((), ("study", "--json"), ("where",), ("config",)):
        code, out, err = run_in(tmp_path, *arguments)
        assert (code, out) == (1, "")
        assert "config.toml:1: retention is 5" in err
        assert "Traceback" not in err


def test_where_moves_with_home(tmp_path: Path) -> None:
    code, out, _ = run_in(tmp_path, "where", "--json")
    places = json.loads(out)
    assert code == 0
    assert places["history"] == str(tmp_path / "history.db")
    code, out, _ = run_in(tmp_path, "where")
    assert "not there yet" in out


@pytest.mark.parametrize(("typed", "meant"), [(["studdy"], "study"), (["calc", "covn"], "conv")])
def test_a_mistyped_command_says_what_is_near(tmp_path: Path, typed: list[str], meant: str) -> None:
    code, _, err = run_in(tmp_path, *typed)
    assert code == 2
    assert f"did you mean {meant}?" in err


@pytest.mark.parametrize("words", [(), ("study",), ("calc", "solve")])
def test_help_fits_a_narrow_terminal(tmp_path: Path, words: tuple[str, ...]) -> None:
    code, out, _ = run_in(tmp_path, *words, "-h", COLUMNS="40")
    assert code == 0
    assert [line for line in out.splitlines() if len(line) > 40 and not line.startswith("    dlquiz ")] == []


@pytest.mark.parametrize("group", [("bank",), ("export",), ("calc", "solve")])
def test_groups_tell_their_commands_whole(tmp_path: Path, group: tuple[str, ...]) -> None:
    code, out, _ = run_in(tmp_path, *group, "-h", COLUMNS="60")
    assert code == 0
    listed = out.partition("Commands:")[2]
    assert listed.strip()
    assert "..." not in listed
