"""`dlquiz bank`: data on stdout, messages on stderr, exit codes, JSON, narrow terminals, both languages."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from studying import shipped_cards
from test_bank_rules import GOOD

from dlquiz import bank
from dlquiz.cards import KINDS
from dlquiz.cli import main
from dlquiz.markup import cell_width


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def dlquiz(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str) -> Ran:
        monkeypatch.setattr("sys.argv", ["dlquiz", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        output = capsys.readouterr()
        return Ran(int(left.value.code or 0), output.out, output.err)

    return run


OWN = """\
cards:
  - id: my-own-card
    kind: open
    question: {en: Why do frogs croak?, zh: 青蛙为什么叫？}
    answer: {en: Because., zh: 因为。}
    tags: [frogs]
  - id: my-other-card
    kind: cloze
    text: {en: "Frogs say @{1}."}
    holes: [{answer: croak}]
    level: 3
"""


SHIPPED = bank.shipped_questions()
pytestmark = pytest.mark.usefixtures("compiled_home")


def test_cards_of_decks_are_listed_by_their_names_alone(dlquiz: Any) -> None:
    listed = dlquiz("bank", "list", "pooling", "receptive-field").out
    assert listed == dlquiz("bank", "list", "--deck", "pooling", "--deck", "receptive-field").out
    assert {line.split()[1] for line in listed.splitlines()} == {"pooling", "receptive-field"}


def test_decks_are_listed_with_their_names_and_titles(dlquiz: Any) -> None:
    out = dlquiz("bank", "decks", "--lang", "en").out
    assert re.search(r"^arithmetic +\d+  Arithmetic of layers$", out, re.MULTILINE)
    assert re.search(r"^arithmetic +\d+  层的计算$", dlquiz("bank", "decks", "--lang", "zh").out, re.MULTILINE)
    found = dlquiz("bank", "decks", "--json").json["decks"]
    assert len(found) == len(out.splitlines())
    assert sum(one["cards"] for one in found) == len(shipped_cards())


@pytest.fixture
def frogs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deck of the person's own, beside a small shipped bank."""
    small = tmp_path / "shipped"
    small.mkdir()
    (small / "padding.yaml").write_text(GOOD, encoding="utf-8")
    monkeypatch.setattr(bank, "shipped_questions", lambda: small)
    path = Path(os.environ["DLQUIZ_HOME"]) / "questions" / "frogs.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(OWN, encoding="utf-8")
    return path


def test_check_says_how_much_was_read(dlquiz: Any, frogs: Path) -> None:
    ran = dlquiz("bank", "check", str(frogs))
    assert (ran.code, ran.out, ran.err) == (0, "", "1 file, 2 cards: no problems\n")


def test_check_of_everything_covers_shipped_and_own(dlquiz: Any, frogs: Path) -> None:
    frogs.write_text(OWN + "    levle: 2\n", encoding="utf-8")
    ran = dlquiz("bank", "check")
    assert ran.code == 1
    assert ran.out == f"{frogs}:12:5: card my-other-card: unknown field 'levle' — did you mean level?\n"
    assert ran.err == "2 files, 4 cards: 1 problem\n"


def test_check_names_files_as_seen_from_here(dlquiz: Any, frogs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frogs.write_text("cards: []\n")
    monkeypatch.chdir(frogs.parent)
    assert dlquiz("bank", "check", str(frogs)).out.startswith("frogs.yaml:1:8: ")


def test_check_as_json(dlquiz: Any, frogs: Path) -> None:
    frogs.write_text(OWN.replace("kind: open", "kind: opne"), encoding="utf-8")
    ran = dlquiz("bank", "check", str(frogs), "--json")
    assert ran.code == 1
    assert ran.json == {
        "files": 1,
        "cards": 1,
        "drafts": 0,
        "problems": [
            {
                "file": str(frogs), "line": 3, "column": 11, "card": "my-own-card", "code": "unknown-kind",
                "severity": "error", "message": "kind: 'opne' is not known", "fix": "did you mean open?",
            }
        ],
    }  # fmt: skip


def test_warnings_do_not_fail(dlquiz: Any, frogs: Path) -> None:
    frogs.write_text(OWN.replace("青蛙为什么叫？", "青蛙为什么叫?"), encoding="utf-8")
    ran = dlquiz("bank", "check", str(frogs), "--style")
    assert (ran.code, ran.err) == (0, "1 file, 2 cards: 2 warnings\n")
    assert "warning: card my-own-card: half-width ?" in ran.out
    ran = dlquiz("bank", "check", str(frogs))
    assert (ran.code, ran.out, ran.err) == (0, "", "1 file, 2 cards: no problems\n")


def test_list_narrows_by_every_option(dlquiz: Any, frogs: Path) -> None:
    everything = dlquiz("bank", "list", "--json").json["cards"]
    assert [card["deck"] for card in everything] == ["padding"] * 3 + ["frogs"] * 2
    for options, expected in (
        (("--deck", "frogs"), {"my-own-card", "my-other-card"}),
        (("--tag", "frogs"), {"my-own-card"}),
        (("--deck", "frogs", "--level", "3"), {"my-other-card"}),
        (("--deck", "frogs", "--kind", "open"), {"my-own-card"}),
        (("--deck", "frogs", "--flagged"), set()),
    ):
        assert {card["id"] for card in dlquiz("bank", "list", "--json", *options).json["cards"]} == expected


def test_list_of_flagged_cards_reads_the_history(dlquiz: Any, frogs: Path) -> None:
    from dlquiz import settings
    from dlquiz.cli.context import open_history
    from dlquiz.review_log import Event

    with open_history(settings.read()) as log:
        log.record(Event("flag", "my-own-card"))
    assert [card["id"] for card in dlquiz("bank", "list", "--flagged", "--json").json["cards"]] == ["my-own-card"]


def test_a_misspelt_deck_is_reported(dlquiz: Any, frogs: Path) -> None:
    ran = dlquiz("bank", "list", "--deck", "frog")
    assert (ran.code, ran.out) == (1, "")
    assert "did you mean frogs?" in ran.err


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_lists_fit_the_terminal(
    dlquiz: Any, frogs: Path, monkeypatch: pytest.MonkeyPatch, width: int, language: str
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    out = dlquiz("bank", "list", "--lang", language).out
    assert "my-own-card" in out
    assert "▢" in out
    assert max(cell_width(line) for line in out.splitlines()) <= width


LONGER_THAN_40 = "why-frogs-croak-in-the-evening-when-it-rains-at-a-pond"


@pytest.mark.parametrize(
    ("id", "rows"),
    [
        ("why-frogs-croak-in-the-evening", ["why-frogs-croak-in-the-evening  frogs", "  open  2"]),
        (LONGER_THAN_40, [LONGER_THAN_40, "  frogs  open  2"]),
    ],
)
def test_ids_are_not_cut_in_a_narrow_terminal(
    dlquiz: Any, frogs: Path, monkeypatch: pytest.MonkeyPatch, id: str, rows: list[str]
) -> None:
    """They are typed next; a terminal breaks what is longer than its lines."""
    frogs.write_text(OWN.replace("my-own-card", id), encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "40")
    lines = dlquiz("bank", "search", "frogs", "croak").out.splitlines()
    assert lines[: len(rows) + 1] == [*rows, "  Why do frogs croak?"]


def test_piped_lists_are_not_cut(dlquiz: Any, frogs: Path) -> None:
    line = next(line for line in dlquiz("bank", "list").out.splitlines() if line.startswith("my-own-card"))
    assert line.split()[:4] == ["my-own-card", "frogs", "open", "2"]
    assert line.endswith("Why do frogs croak?")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_listed_questions_are_readable(dlquiz: Any, language: str) -> None:
    """No LaTeX, no family without its values: what is in dollars and holes is drawn."""
    lines = dlquiz("bank", "list", "--lang", language).out.splitlines()
    assert len(lines) > 700
    assert [line for line in lines if any(mark in line for mark in ("$", "@{", "\\frac", "\\mathrm", "**T"))] == []


def test_tags_are_listed_with_their_numbers(dlquiz: Any, frogs: Path) -> None:
    listed = dict(line.split() for line in dlquiz("bank", "tags").out.splitlines())
    assert listed["frogs"] == "1"
    assert dlquiz("bank", "tags", "--json").json["tags"] == {tag: int(count) for tag, count in listed.items()}


@pytest.mark.parametrize("words", ["frogs croak", "青蛙", "FROG", "my-own-card", "因为 青蛙"])
def test_search_finds_in_both_languages(dlquiz: Any, frogs: Path, words: str) -> None:
    assert dlquiz("bank", "search", *words.split(), "--json").json["cards"][0]["id"] == "my-own-card"


@pytest.mark.no_cover
def test_latin_words_are_found_where_words_begin(dlquiz: Any) -> None:
    """Not inside of them: neither the rag in average nor the u of update beside any net."""
    cards = {card.id: card for card in shipped_cards()}
    for words in ("RAG", "U-Net", "GAN"):
        found = dlquiz("bank", "search", words, "--json").json["cards"]
        assert found
        text = rf"(?i)(?<![a-z]){words}"
        assert [card["id"] for card in found if not re.search(text, repr(cards[card["id"]]))] == []


@pytest.mark.parametrize("written", ["3×3", "3x3", "3 x 3", "$3 \\times 3$", "3X3"])
def test_x_and_the_times_sign_between_digits_are_the_same_in_a_search(dlquiz: Any, frogs: Path, written: str) -> None:
    text = OWN.replace("Why do frogs croak?", f"Why do {written} frogs croak at 13×3?").replace("青蛙为", "13x3 青蛙为")
    frogs.write_text(text, encoding="utf-8")

    def found(*words: str) -> list[str]:
        return [card["id"] for card in dlquiz("bank", "search", *words, "--json").json["cards"]]

    assert found("3x3", "frogs", "croak") == found("3×3 frogs croak") == found("3 x 3", "frogs", "croak")
    assert found("3x3", "frogs", "croak") == ["my-own-card"]
    assert found("13×3青蛙") == found("13x3青蛙") == ["my-own-card"]
    # A word begins behind the sign as well, and none begins within a number.
    assert found("3x3青蛙") == []


def test_one_by_one_convolutions_are_found_however_they_are_typed(dlquiz: Any) -> None:
    by_word = {}
    for words in ("1x1 convolution", "1×1 convolution", "3x3", "3×3", "11x11", "11×11"):
        by_word[words] = [
            card["id"] for card in dlquiz("bank", "search", words, "--limit", "500", "--json").json["cards"]
        ]
    for words in ("1×1 convolution", "3×3", "11×11"):
        assert by_word[words]
        assert by_word[words] == by_word[words.replace("×", "x")]


@pytest.mark.parametrize("words", ["", "  ", "-"])
def test_a_search_for_nothing_says_that_no_word_was_given(dlquiz: Any, frogs: Path, words: str) -> None:
    ran = dlquiz("bank", "search", words)
    assert (ran.code, ran.out) == (2, "")
    assert "no word was given" in ran.err
    assert "没有给出要找的词" in dlquiz("bank", "search", words, "--lang", "zh").err


def test_search_without_success_says_so(dlquiz: Any, frogs: Path) -> None:
    ran = dlquiz("bank", "search", "frogs", "zxcvb")
    assert (ran.code, ran.out) == (1, "")
    assert "no card holds all of these words" in ran.err


def test_search_shows_the_best_and_counts_the_rest(dlquiz: Any, frogs: Path) -> None:
    ran = dlquiz("bank", "search", "croak", "--limit", "1")
    assert ran.out.split()[0] == "my-own-card"
    assert ran.err == "1 card\n1 more: --limit 2\n"


def test_show_prints_question_and_solution(dlquiz: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cards = shipped_cards()
    some = [card.id for kind in KINDS for card in [card for card in cards if card.kind == kind][:8]]
    for width in (40, 80):
        monkeypatch.setenv("COLUMNS", str(width))
        for language in ("en", "zh"):
            ran = dlquiz("bank", "show", *some, "--lang", language)
            assert ran.code == 0
            assert all(id in ran.out for id in some)
            assert max(cell_width(line) for line in ran.out.splitlines()) <= width
            assert "@{" not in ran.out
            assert "\x1b" not in ran.out


def test_cues_are_shown_on_request(dlquiz: Any) -> None:
    card = next(card for card in shipped_cards() if card.points and len(card.points[0].cues_en) > 1)
    rows = ", ".join(card.points[0].cues_en)[:30]
    assert rows not in dlquiz("bank", "show", card.id).out
    assert rows in dlquiz("bank", "show", card.id, "--cues").out


def test_show_as_json_and_unknown_ids(dlquiz: Any, frogs: Path) -> None:
    (shown,) = dlquiz("bank", "show", "my-own-card", "--json").json["cards"]
    assert shown["answer"] == ["Because.", "因为。"]
    ran = dlquiz("bank", "show", "my-own-crad")
    assert (ran.code, ran.err) == (1, "dlquiz: there is no card my-own-crad — did you mean my-own-card?\n")
    assert dlquiz("bank", "show", "my-o").err.endswith("— did you mean my-own-card or my-other-card?\n")


def test_schema_is_json(dlquiz: Any) -> None:
    assert dlquiz("bank", "schema").json["$defs"]["card"]["properties"]["kind"] == {
        "enum": list(KINDS), "description": "open, numeric, choice, cloze or order",
    }  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_card_passes_the_check(dlquiz: Any, frogs: Path, tmp_path: Path, kind: str) -> None:
    ran = dlquiz("bank", "new", kind, "frogs", "croak")
    assert ran.out.startswith(f"- id: frogs-croak\n  kind: {kind}\n")
    path = tmp_path / "new.yaml"
    path.write_text("cards:\n" + ran.out, encoding="utf-8")
    checked = dlquiz("bank", "check", str(path))
    assert (checked.code, checked.out) == (0, "")


def test_new_cards_go_into_a_deck(dlquiz: Any, frogs: Path, tmp_path: Path) -> None:
    path = tmp_path / "deck.yaml"
    for _ in range(3):
        assert dlquiz("bank", "new", "choice", "frogs", "--into", str(path)).code == 0
    assert [card.id for card in bank.load([path])[0]] == ["frogs", "frogs-2", "frogs-3"]
    assert dlquiz("bank", "new", "riddle").code == 1


def test_every_command_has_help_with_examples(dlquiz: Any) -> None:
    for command in ((), ("check",), ("list",), ("search",), ("show",), ("schema",), ("new",)):
        for option in ("-h", "--help"):
            ran = dlquiz("bank", *command, option)
            assert ran.code == 0
            assert "Examples:" in ran.out


def test_usage_errors_exit_with_two(dlquiz: Any) -> None:
    assert dlquiz("bank", "show").code == 2
    assert dlquiz("bank", "list", "--level", "9").code == 2
