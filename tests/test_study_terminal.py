"""Study behind a real pseudo-terminal: what a person sees and presses, in both languages."""

from __future__ import annotations

import re
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from screen import Screen
from studying import CARDS, run_json, write_bank

from dlquiz.markup import cell_width

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

SEEDED = ("study", "small", "--seed", "3")


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the small bank, its cache made: each test gets a copy, and reads no YAML."""
    home = tmp_path_factory.mktemp("compiled")
    write_bank(home / "questions")
    code, events, stderr = run_json(home, [{"command": "quit"}], "small")
    assert (code, events[0]["cards"]) == (0, len(CARDS)), stderr
    return home


@pytest.fixture
def home(compiled: Path, tmp_path: Path) -> Path:
    # The paths of the banks name the cache, so they stay where they were compiled; only the log is this test's own.
    place = tmp_path / "own"
    place.mkdir()
    for name in ("questions", "cache"):
        (place / name).symlink_to(compiled / name)
    return place


def logged(home: Path) -> list[tuple[Any, ...]]:
    """The rows without their times."""
    with closing(sqlite3.connect(home / "history.db")) as connection:
        return connection.execute(
            "SELECT card, kind, rating, verdict, correct, json_remove(shown, '$.whole') FROM event ORDER BY id"
        ).fetchall()


WORDS = {
    "en": {"open": "or type it", "tick": "Enter goes on", "rate": "easy", "pick": "Pick one", "several": "Pick all",
           "order": "right order", "right": "✓ right", "wrong": "not right", "end": "Enter leaves", "back": "back on",
           "moment": "in a moment", "not a key": "text was ignored"},
    "zh": {"open": "看答案", "tick": "回车继续", "rate": "轻松", "pick": "选一个", "several": "选出所有",
           "order": "正确顺序", "right": "✓ 正确", "wrong": "不对", "end": "按回车离开", "back": "再复习",
           "moment": "过一会儿", "not a key": "这段文字已忽略"},
}  # fmt: skip


def digits_of(screen: Screen, *parts: str) -> str:
    """The digits that stand before these options on the screen."""
    lines = [line.strip() for line in screen.lines]
    found = []
    for part in parts:
        line = next(line for line in reversed(lines) if line.endswith(part))
        found.append(line.split()[0])
    return "".join(found)


@pytest.mark.parametrize(
    ("columns", "language"),
    [
        (80, "en"),
        (40, "zh"),
        pytest.param(40, "en", marks=pytest.mark.slow),
        pytest.param(80, "zh", marks=pytest.mark.slow),
    ],
)
def test_every_kind_is_asked_and_answered(home: Path, language: str, columns: int) -> None:
    say = WORDS[language]
    right = {"en": ("to the maximum", "sigmoid", "tanh", "mean", "variance"),
             "zh": ("最大值的位置", "sigmoid", "tanh", "均值", "方差")}[language]  # fmt: skip
    order = {
        "en": ("scores QKᵀ", "scale", "softmax", "multiply by V"),
        "zh": ("分数 QKᵀ", "缩放", "softmax", "乘以 V"),
    }[language]
    with Screen(home, *SEEDED, "--lang", language, columns=columns, rows=120) as screen:
        screen.until(say["open"])
        assert "x[i]" in screen.text, "card text is not markup"
        screen.press("\r").until(say["tick"]).press("123").press("\r").until(say["rate"]).press("\r")
        screen.until(say["back"], say["pick"]).press(digits_of(screen, right[0]) + "\r")
        screen.until(say["right"], say["rate"])
        screen.press("4").until(say["several"]).press(digits_of(screen, right[1], right[2])).press("\r")
        screen.until(say["right"], say["rate"]).press("3").until("▢₁ >").press(right[3] + "\r").until("▢₂ >")
        screen.press(right[4] + "\r").until(say["right"], say["rate"]).press("3").until(say["order"])
        screen.press(digits_of(screen, *order)).press("\r").until(say["right"], say["rate"]).press("\r").until("×", ">")
        screen.press(side(screen)).until(say["right"], say["rate"]).press("\r").until(say["end"]).press("\r")
        assert screen.ended() == 0
        assert all(cell_width(line) <= columns for line in screen.lines)
    assert [(card, rating, correct) for card, _, rating, _, correct, _ in logged(home)] == [
        ("pad-why", 3, None), ("pool-gradient", 4, 1), ("activations-several", 3, 1), ("norm-formula", 3, 1),
        ("attention-order", 3, 1), ("conv-side", 3, 1)]  # fmt: skip


def side(screen: Screen) -> str:
    """The reply to the convolution question, from the numbers on the screen."""
    found = re.findall(r"(\d+)×\1\D+(\d+)\D+(\d+)\D+(\d+)[:：]", " ".join(screen.news.split()))
    n, k, s, p = map(int, found[-1])
    return f"{(n + 2 * p - k) // s + 1}\r"


# The same with any front end


def test_json_lines_and_terminal_ask_and_record_the_same(compiled: Path, home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for name in ("questions", "cache"):
        (other / name).symlink_to(compiled / name)
    inputs = [{"reply": "same size", "seconds": 1}, {"ticks": [1]}, {"rating": "suggested"}, {"reply": 2, "seconds": 1},
              {"rating": "good"}, {"command": "undo"}, {"reply": 1, "seconds": 1}, {"rating": "again"},
              {"reply": None, "seconds": 1},
              {"command": "suspend"}, {"command": "quit"}]  # fmt: skip
    code, events, stderr = run_json(other, inputs, "small", "--seed", "3")
    assert code == 0, stderr
    with Screen(home, *SEEDED) as screen:
        screen.until("type it").press("same size\r").until("goes on").press("\r").until("easy").press("\r").until(
            "Pick"
        )
        screen.press("2\r").until("easy").press("3").until("Pick all").press(":u\r").until("undone", "Pick one")
        screen.press("1\r").until("easy").press("1").until("Pick all").press("\r").until("once more").press("\r")
        screen.until("easy").press("s").until("suspended", "▢₁").press(":q\r").until("answered")
        assert screen.ended() == 0
        shown = screen.raw
    assert logged(home) == logged(other)
    assert len(logged(home)) == 5
    for event in events:
        if event["event"] == "question":
            assert all(option in shown for option in event.get("options", ()))


# Leaving


def test_ctrl_c_loses_nothing_and_leaves_the_terminal_as_it_was(home: Path) -> None:
    with Screen(home, *SEEDED) as screen:
        screen.until("type it")
        screen.press("\r").until("goes on").press("\r").until("easy").press("2").until("Pick one").press("\x03")
        screen.until("1 answer kept")
        assert screen.ended() == 130
        assert [row[0] for row in logged(home)] == ["pad-why"]
        assert screen.echoes


@pytest.mark.parametrize(
    "there",
    ["half a line", *(pytest.param(one, marks=pytest.mark.slow) for one in ("question", "ticks", "verdict", "end"))],
)
def test_ctrl_c_anywhere(home: Path, there: str) -> None:
    with Screen(home, *SEEDED, "--limit", "1") as screen:
        screen.until("type it")
        if there == "half a line":
            screen.press("abc").until("abc")
        if there in ("ticks", "verdict", "end"):
            screen.press("\r").until("goes on")
        if there in ("verdict", "end"):
            screen.press("\r").until("easy")
        if there == "end":
            screen.press("3").until("leaves")
        screen.press("\x03")
        assert screen.ended() == 130
        assert "Traceback" not in screen.raw
        assert len(logged(home)) == (there == "end")


@pytest.mark.parametrize("there", ["question", pytest.param("end", marks=pytest.mark.slow)])
def test_ctrl_d_says_the_summary_and_leaves(home: Path, there: str) -> None:
    with Screen(home, *SEEDED, "--limit", "1") as screen:
        screen.until("type it")
        if there != "question":
            screen.press("\r").until("goes on").press("\r").until("easy")
        if there == "end":
            screen.press("3").until("leaves")
        screen.press("\x04")
        assert screen.ended() == 0
        assert screen.text.count("answered") == 1 or "Nothing answered" in screen.text
        assert len(logged(home)) == (there == "end")


@pytest.mark.slow
def test_a_terminal_that_goes_away_ends_the_program(home: Path) -> None:
    with Screen(home, *SEEDED) as screen:
        screen.until("type it")
        screen.process.kill(signal.SIGHUP)
        assert screen.ended() == -signal.SIGHUP


@pytest.mark.parametrize("key", ["\x1c", pytest.param("", marks=pytest.mark.slow)])
def test_a_session_that_is_ended_leaves_its_answers_and_a_terminal_that_echoes(home: Path, key: str) -> None:
    """By Ctrl-\\ at the keyboard, or by another program."""
    with Screen(home, *SEEDED) as screen:
        screen.until("type it").press("\r").until("goes on").press("\r").until("easy").press("2").until("Pick one")
        if key:
            screen.press(key)
        else:
            screen.process.kill(signal.SIGTERM)
        assert screen.ended() == 128 + (signal.SIGQUIT if key else signal.SIGTERM)
        assert [row[0] for row in logged(home)] == ["pad-why"]
        assert "Traceback" not in screen.raw
        assert screen.echoes


# Typing


def test_chinese_is_typed_and_taken_back_character_by_character(home: Path) -> None:
    with Screen(home, *SEEDED, "--lang", "zh") as screen:
        screen.until("看答案").press("卷积层ab").until("ab").press("\x7f\x7f\x7f").until("> 卷积")
        assert screen.lines[-1].split() == ["> 卷 积"] or screen.lines[-1].strip() == "> 卷积"
        screen.press("\x1b[D尺寸\x05不变").until("不变")
        assert screen.lines[-1].strip() == "> 卷尺寸积不变"
        screen.press("\x15尺寸不变\r").until("1✓")


def test_a_long_line_wraps_and_is_taken_back_over_the_edge(home: Path) -> None:
    with Screen(home, *SEEDED, columns=40) as screen:
        screen.until("type it")
        before = screen.text
        screen.press("卷积" * 30).until("卷积")
        assert all(cell_width(line) <= 40 for line in screen.lines)
        screen.press("\x7f" * 59).until("> 卷")
        assert screen.text == before + " 卷"


def test_full_width_keys_count_as_plain_ones(home: Path) -> None:
    with Screen(home, *SEEDED, "--lang", "zh") as screen:
        screen.until("看答案").press("：ｆ\r").until("已标记").press("\r").until("勾选").press("１").until("1✓").press(
            "\r"
        )
        screen.until("轻松").press("３").until("选一个").press("：ｕ\r").until("已撤销")


@pytest.mark.slow
def test_pasted_lines_are_one_answer(home: Path) -> None:
    with Screen(home, *SEEDED) as screen:
        screen.until("type it").press("\x1b[200~keep the size\nat the border\x1b[201~").until("at the border")
        screen.press("\r").until("1✓ 2✓ 3·")


def test_a_resize_moves_nothing_out_of_sight(home: Path) -> None:
    with Screen(home, *SEEDED, columns=100) as screen:
        screen.until("type it").press("keep the size").until("size").resize(40).press(" x").until("x")
        screen.press("\r").until("goes on").press("\r").until("easy").press("3").until("Pick one")
        question = screen.lines[-8:]
        assert all(cell_width(line) <= 40 for line in question)


def test_commands_in_a_typed_prompt_and_unknown_ones(home: Path) -> None:
    with Screen(home, *SEEDED) as screen:
        screen.until("type it").press(":?\r").until("a colon before a key").press(":zz\r").until(
            "no command zz; :? lists the keys"
        )
        screen.press(":h\r").until("hint: 3 points").press(":l\r").until("填充").press(":m\r").until("\\frac")
        screen.press(":n\r").until("skipped", "Pick one").press("QK^T " * 12 + "\r")
        screen.until("QK^T…': give numbers").press(":?\r").until("a colon before a key")
        screen.press("\x1b[A").press(":q\r").until("Nothing answered")
        assert screen.ended() == 0


def test_the_key_help_says_the_keys_as_they_are_typed_there(home: Path) -> None:
    with Screen(home, *SEEDED) as screen:
        screen.until("type it").press(":?\r").until(":h\u00a0hint", ":u\u00a0undo", ":q\u00a0leave")
        screen.press("\r").until("goes on").press("?").until("u\u00a0undo", "q\u00a0leave")
        assert ":u" not in screen.news


@pytest.mark.parametrize("colon", [":", "："])
def test_a_colon_command_where_keys_are_bare_is_one_command_with_its_enter(home: Path, colon: str) -> None:
    with Screen(home, *SEEDED) as screen:
        screen.until("type it").press("\r").until("goes on").press("\r").until("easy")
        screen.press(f"{colon}f\r").until("flagged", "easy").press(f"{colon}zz\r").until("no command zz; :? lists")
        screen.press(f"{colon}1\r").until("no command 1")
        # Neither a colon taken back nor one left by Escape leaves anything behind.
        screen.press(f"{colon}\x7f").press(f"{colon}q").until(":q").press("\x1b").until("> ")
        screen.press(f"{colon}u\r").until("type it")
        assert "does nothing" not in screen.text
        screen.press(f"{colon}q\r").until("Nothing")
        assert screen.ended() == 0
    assert [(row[0], row[1]) for row in logged(home)] == [("pad-why", "flag")]


def test_studying_flagged_cards_where_there_are_none_says_how_to_flag_one(home: Path) -> None:
    def refused(*arguments: str, said: str) -> None:
        with Screen(home, "study", "--flagged", *arguments) as screen:
            screen.until(said)
            assert screen.ended() == 1
            assert "Nothing is due" not in screen.text

    refused(said="no card is flagged — press f while a card is asked or rated")
    with Screen(home, *SEEDED) as screen:
        screen.until("type it").press(":f\r").until("flagged").press("\r").until("goes on").press("\r").until("easy")
        screen.press("3").until("Pick one").press(":q\r")
        assert screen.ended() == 0
    refused(said="no flagged card is due now — dlquiz study --flagged --cram asks all")
    refused("--level", "3", said="no card is flagged in this selection — dlquiz bank list --flagged lists all")
    with Screen(home, "study", "--flagged", "--cram") as screen:
        screen.until("type it").press(":q\r")
        assert screen.ended() == 0


LETTERS = ("q", "s", "u", "n", "QK^T", "quit", "?!")


def test_no_letter_of_an_answer_ends_a_session_or_skips_a_card(home: Path) -> None:
    """At each typed prompt letters are text, `dont know` too; where any text is an answer, it takes a letter twice."""
    with Screen(home, *SEEDED) as screen:
        screen.until("type it").press("u\r").until("not sent: the command is :u")
        assert "goes on" not in screen.text
        screen.press("q\r").until("not sent: the command is :q").press("q\r").until("goes on").press("\r").until(
            "easy"
        ).press("1").until("Pick one")
        for letters in LETTERS:
            command = f":{letters} with a colon" if letters in ("q", "s", "u", "n") else "give numbers"
            screen.press(letters + "\r").until("give numbers", command, "Pick one")
        screen.press("don't know\r").until("not known", "easy").press(":q\r")
        assert screen.ended() == 0
    assert [row[0] for row in logged(home)] == ["pad-why"]


def test_what_was_typed_before_the_first_question_does_not_answer_it(home: Path) -> None:
    """Such as Enter, while the questions are compiled for the first time."""
    with Screen(home, *SEEDED) as screen:
        screen.press("\r\r").until("type it")
        assert "goes on" not in screen.text
        screen.press("\r").until("goes on").press("q")
        assert screen.ended() == 0


def test_text_where_one_key_is_asked_does_nothing(home: Path) -> None:
    """Pasted, or sent at once: neither its letters nor its line end act, but digits tick together. It is said once at
    each prompt."""
    with Screen(home, *SEEDED) as screen:
        screen.until("type it").press("q\r").until("the command is :q").press("q\r").until("goes on")
        screen.press("²").until("² does nothing here", "0/3").press("7").until("7 does nothing here", "0/3")
        screen.press("batch norm\r").until("text was ignored", "0/3")
        screen.press("\x1b[200~bury\n3\x1b[201~").until("0/3").press("weight decay").until("0/3")
        screen.press("12\r").until("easy").press("34").until("text was ignored", "easy")
        screen.press("\x1b[200~bury\n3\x1b[201~").until("easy").press("q")
        assert screen.text.count("text was ignored") == 2
        assert screen.ended() == 0
    assert logged(home) == []


def test_colon_commands_at_the_ticks_and_at_the_end(home: Path) -> None:
    with Screen(home, *SEEDED, "--limit", "1") as screen:
        screen.until("type it").press("\r").until("goes on").press(":f\r").until("flagged", "0/3").press("1\r")
        screen.until("easy").press(":?\r").until("1-4 rate", "easy").press("3").until("leaves")
        screen.press(":u\r").until("undone", "type it").press("\r").until("goes on").press("\r").until("easy").press(
            "2"
        )
        screen.until("leaves").press(":q\r")
        assert screen.ended() == 0
    assert [(row[1], row[2]) for row in logged(home) if row[1] != "flag"] == [
        ("review", 3),
        ("undo", None),
        ("review", 2),
    ]


def test_undo_at_a_later_hole_goes_back_one_hole(home: Path) -> None:
    with Screen(home, *SEEDED) as screen:
        screen.until("type it").press("\r").until("goes on").press("\r").until("easy").press("3").until("Pick one")
        screen.press(":n\r").until("Pick all").press(":n\r").until("▢₁ >").press("maen\r").until("▢₂ >")
        screen.press(":zz\r").until("no command zz", "▢₂ >")
        assert "▢₁" not in screen.news, "what was typed stays"
        for command, said in ((":h", "hint"), (":l", "归一化"), (":l", "normalisation")):
            screen.press(command + "\r").until(said, "▢₁ > maen", "▢₂ >")
        screen.press("：Ｕ\r").until("▢₁ >")
        assert "undone" not in screen.news
        screen.press("mean\r").until("▢₂ >").press("variance\r").until("✓ right", "easy").press("3").until(
            "right order"
        )
        assert [row[0] for row in logged(home)] == ["pad-why", "norm-formula"]
        screen.press(":u\r").until("undone", "▢₁ >").press(":u\r").until("undone", "type it")
    assert [row[1] for row in logged(home)] == ["review", "review", "undo", "undo"]


@pytest.mark.slow
def test_undo_after_the_last_card(home: Path) -> None:
    with Screen(home, *SEEDED, "--limit", "1") as screen:
        screen.until("type it").press("\r").until("goes on").press("\r").until("easy").press("4").until("leaves")
        screen.press("u").until("undone", "type it").press("\r").until("goes on").press("\r").until("easy").press("2")
        screen.until("1 answered").press("\r")
        assert screen.ended() == 0
    assert [(row[1], row[2]) for row in logged(home)] == [("review", 4), ("undo", None), ("review", 2)]


# Editing


def editor(home: Path, code: str) -> str:
    """An editor that does this to the `text` of its file."""
    script = home / "editor.py"
    script.write_text(f"import sys\npath = sys.argv[1]\ntext = open(path, encoding='utf-8').read()\n{code}\n"
                      "open(path, 'w', encoding='utf-8').write(text)\n", encoding="utf-8")  # fmt: skip
    return f"{sys.executable} {script}"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    home = tmp_path / "edited"
    write_bank(home / "questions")
    return home


def test_an_edited_card_of_ones_own_is_shown_as_edited(own: Path) -> None:
    with Screen(own, *SEEDED, EDITOR=editor(own, "text = text.replace('need padding', 'like padding')")) as screen:
        screen.until("type it").press(":e\r").until("the card was edited", "like padding", "type it")
        screen.press("\r").until("goes on").press("e").until("nothing changed").press("\x04")
        assert screen.ended() == 0
    assert "like padding" in (own / "questions" / "small.yaml").read_text(encoding="utf-8")


def test_a_bad_edit_is_reported_and_kept_and_nothing_is_lost(own: Path) -> None:
    before = (own / "questions" / "small.yaml").read_text(encoding="utf-8")
    wrong = editor(own, "text = text.replace('kind: open', 'kind: opne')")
    with Screen(own, *SEEDED, EDITOR=wrong) as screen:
        screen.until("type it").press(":e\r").until("opne", "nothing was changed", ":e opens it again")
        screen.press("\r").until("goes on").press("e").until("nothing was changed", "e opens it again", "0/3")
        assert ":e" not in screen.news
        screen.press("\x04")
        assert screen.ended() == 0
    assert (own / "questions" / "small.yaml").read_text(encoding="utf-8") == before
    assert "kind: opne" in (own / "edits" / "pad-why.yaml").read_text(encoding="utf-8")
    corrected = editor(own, "text = text.replace('kind: opne', 'kind: open').replace('need', 'want')")
    with Screen(own, *SEEDED, EDITOR=corrected) as screen:
        screen.until("type it").press(":e\r").until("the card was edited", "want padding")
    assert not (own / "edits" / "pad-why.yaml").exists()


@pytest.mark.slow
def test_an_editor_that_is_not_there(home: Path) -> None:
    with Screen(home, *SEEDED, EDITOR="no-such-editor-here") as screen:
        screen.until("type it").press(":e\r").until("cannot be started").press("\r").until("goes on")


@pytest.mark.slow
def test_editing_a_shipped_card_twice_keeps_both_edits(tmp_path: Path) -> None:
    home = tmp_path / "shipped"
    home.mkdir()
    more = editor(home, "text = text.rstrip() + '\\n    # edited\\n'")
    with Screen(home, "study", "--limit", "1", "--seed", "1", EDITOR=more) as screen:
        screen.until(">", seconds=60).press(":e\r").until("the card was edited", ">", seconds=60)
        screen.press(":e\r").until("the card was edited", ">", seconds=60)
    written = (home / "questions" / "overrides.yaml").read_text(encoding="utf-8")
    assert (written.count("replaces: "), written.count("# edited")) == (1, 2)


# Poor terminals


def test_no_color_writes_no_colour(home: Path) -> None:
    with Screen(home, *SEEDED, NO_COLOR="1") as screen:
        screen.until("type it").press("\r").until("goes on").press("1").until("1✓").press("\r").until("easy").press(
            "3"
        ).until("Pick")
        colours = [one for one in screen.sequences if one.endswith("m") and re.search(r"[\[;](3|4|9|10)\d", one)]
        assert colours == []


@pytest.mark.slow
def test_colour_without_no_color(home: Path) -> None:
    with Screen(home, *SEEDED) as screen:
        screen.until("type it").press("\r").until("goes on").press("1").until("1✓")
        assert any(one.endswith("m") for one in screen.sequences)


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_a_dumb_terminal_gets_no_sequence_and_is_read_by_lines(home: Path, language: str) -> None:
    say = WORDS[language]
    with Screen(home, *SEEDED, "--lang", language, term="dumb", rows=100) as screen:
        screen.until(say["open"]).press("\n").until(say["tick"]).press("1\n").until("1✓").press("\n").until(say["rate"])
        screen.press("burn\n").until(say["not a key"], say["rate"])
        screen.press("3\n").until(say["pick"]).press("u\n").until("u").press("1\n").until(say["rate"]).press("\n")
        screen.until(say["several"]).press("1 2\n").until(say["rate"]).press("q\n")
        assert screen.ended() == 0
        assert "\x1b" not in screen.raw
    assert len(logged(home)) >= 1


def test_plain_says_formulas_in_words(home: Path) -> None:
    with Screen(home, *SEEDED, "--plain") as screen:
        screen.until("type it")
        assert "over" in screen.text
        assert not set(screen.text) & set("✓✗›▢√")


# Without a terminal


def test_without_a_terminal_study_says_so(home: Path) -> None:
    import subprocess

    from studying import command, environment

    done = subprocess.run(command("study"), input=b"", capture_output=True, env=environment(home), timeout=30)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == "dlquiz: study needs a terminal — use dlquiz study --json from a script\n"


def test_nothing_due_returns_to_the_shell(home: Path) -> None:
    with Screen(home, *SEEDED, "--new", "0") as screen:
        assert screen.ended() == 0
        assert "Nothing is due." in screen.text


def test_the_help_offers_the_other_language_of_the_card_where_it_has_one(home: Path) -> None:
    with Screen(home, *SEEDED) as screen:
        screen.until("type it").press(":?\r").until(":l\u00a0中文").press(":l\r").until("填充")
        screen.press(":?\r").until(":l\u00a0English").press("\r").until("goes on").press("?").until("l\u00a0English")


@pytest.mark.parametrize(("language", "said"), [("en", "has no other language"), ("zh", "没有另一种语言")])
def test_the_help_of_a_card_in_one_language_offers_no_other(tmp_path: Path, language: str, said: str) -> None:
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions" / "own.yaml").write_text(
        "deck: own\nlanguage: en\ncards:\n- {id: frogs, kind: open, question: Why?, answer: So.}\n", encoding="utf-8"
    )
    with Screen(tmp_path, "study", "own", "--lang", language) as screen:
        screen.until("Why?", "> ").press(":?\r").until(":q\u00a0")
        assert ":l" not in screen.text
        screen.press(":l\r").until(said)


OWN_DECK = """\
deck: own
language: en
cards:
- {id: frogs, kind: open, question: Why?, answer: So.}
- {id: newts, kind: open, question: How?, draft: true}
"""


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["next review on 2026-03-09", "drafts, which are not asked yet: 1", "add --weakest", "--cram to ask"]),
        ("zh", ["下次复习：2026-03-09", "草稿 1 张，还不会问到", "加 --weakest", "加 --cram"]),
    ],
)
def test_a_deck_with_nothing_due_tells_of_its_own_reviews_and_drafts(
    tmp_path: Path, language: str, said: list[str]
) -> None:
    write_bank(tmp_path / "questions")
    (tmp_path / "questions" / "own.yaml").write_text(OWN_DECK, encoding="utf-8")
    now = "2026-03-02T09:00+00:00"
    assert run_json(tmp_path, [{"reply": ""}, {"rating": "easy"}], "own", DLQUIZ_NOW=now)[0] == 0
    missed = [{"reply": None}, {"rating": "again"}]
    assert run_json(tmp_path, missed, "small", "--limit", "1", DLQUIZ_NOW=now)[0] == 0
    _, events, _ = run_json(tmp_path, [], "own", DLQUIZ_NOW=now)
    assert (events[0]["drafts"], events[-1]["tomorrow"], events[-1]["next_due"]) == (1, 0, "2026-03-09")
    _, events, _ = run_json(tmp_path, [], "--new", "0", DLQUIZ_NOW=now)
    assert (events[0]["drafts"], events[-1]["tomorrow"]) == (1, 1)
    with Screen(tmp_path, "study", "own", "--lang", language, DLQUIZ_NOW=now) as screen:
        assert screen.ended() == 0
        for part in said:
            assert part in screen.text
        assert "dlquiz study" not in screen.text


NOTES_DECK = """\
deck: notes
language: en
cards:
- {id: notes-c323143e, kind: open, question: Why do frogs croak at night and not by day?, answer: So.}
- {id: card-1, kind: open, question: {zh: 青蛙为什么在夜里叫，白天却很少叫出声来？}, answer: {zh: 因为。}}
"""


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize(("language", "undone", "missed"), [("en", "undone:", "missed:"), ("zh", "已撤销", "答错：")])
def test_a_card_whose_id_says_nothing_is_called_by_its_question(
    tmp_path: Path, language: str, undone: str, missed: str, columns: int
) -> None:
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions" / "notes.yaml").write_text(NOTES_DECK, encoding="utf-8")
    easy = {"en": "easy", "zh": "轻松"}[language]
    with Screen(tmp_path, "study", "notes", "--lang", language, columns=columns, rows=60) as screen:
        screen.until("Why", "> ").press("\r").until(easy).press("1").until("青蛙", "> ").press("\r").until(easy)
        screen.press("1").until("Why", "> ").press(":u\r").until(undone, "“青蛙", "…”")
        screen.press(":q\r").until(missed, "“Why do", "…”")
        assert screen.ended() == 0
        assert "c323143e" not in screen.text
        assert "card-1" not in screen.text
        assert all(cell_width(line) <= columns for line in screen.text.splitlines())
