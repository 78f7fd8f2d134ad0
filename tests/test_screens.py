"""Screens of whole sessions, from a real pseudo-terminal, as golden files that were read by eye.

Each is there once as it stands on the screen and once with its looks written out: ⟨green bold:right⟩.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

import pyte.graphics
import pytest
from screen import Screen
from studying import run_json

from dlquiz.markup import cell_width

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

# pyte knows no faint letters; nothing of ours blinks.
pyte.graphics.TEXT[2] = "+blink"
NOW = {"DLQUIZ_NOW": "2026-03-02T09:00+00:00"}
DECK = Path(__file__).parent / "data" / "screens.yaml"
SAY = {
    "en": {"open": "or type it", "tick": "Enter goes on", "rate": "easy", "pick": "Pick one", "end": "Enter leaves"},
    "zh": {"open": "看答案", "tick": "回车继续", "rate": "轻松", "pick": "选一个", "end": "按回车离开"},
}
WRONG = {"en": "to make the rows sum to 1", "zh": "使每行之和为 1"}
SCREENS: list[Any] = [(80, "en"), (40, "zh")]
SCREENS += [pytest.param(*one, marks=pytest.mark.slow) for one in ((40, "en"), (120, "en"), (80, "zh"), (120, "zh"))]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("screens")
    (place / "questions").mkdir()
    (place / "questions" / "screens.yaml").write_bytes(DECK.read_bytes())
    code, events, stderr = run_json(place, [{"command": "quit"}], "screens")
    assert (code, events[0]["cards"]) == (0, 3), stderr
    return place


@pytest.fixture
def own(home: Path, tmp_path: Path) -> Path:
    place = tmp_path / "own"
    place.mkdir()
    for name in ("questions", "cache"):
        (place / name).symlink_to(home / name)
    return place


def steady(output: str) -> str:
    """Without what differs from run to run: messages before the session, and how long it took."""
    output = re.sub(r"\A(?:[^ ⟨].*\n)+", "", output)
    output = re.sub(r"\b\d+:\d\d(?= ──)", "0:00", output)
    return re.sub(r"(?<!under )\b\d+(\.\d+)?(?= (?:min|s|分钟|秒)\b)", "0", output)


def looks(screen: Screen) -> str:
    """The screen with the looks of its words written out."""
    lines = []
    for row in range(screen.rows):
        cells = [screen.cell(row, column) for column in range(screen.columns)]
        runs = [("".join(cell.data for cell in run), look) for look, run in groupby(cells, look_of)]
        line = "".join(words if not look or not words.strip() else f"⟨{look}:{words}⟩" for words, look in runs)
        lines.append(re.sub(r"( +)⟩$", "⟩", line.rstrip()).rstrip())
    return "\n".join(lines).rstrip() + "\n"


def look_of(cell: pyte.screens.Char) -> str:
    names = [cell.fg if cell.fg != "default" else "", "bold" if cell.bold else "", "italic" if cell.italics else "",
             "faint" if cell.blink else "", "underlined" if cell.underscore else ""]  # fmt: skip
    return " ".join(filter(None, names))


def answered(screen: Screen, language: str) -> str:
    """A card of each kind that looks different, the first well, the others badly, to the end of the session. Returns
    the prompts on the way, which are gone from the screen when they are answered."""
    say, seen = SAY[language], []

    def asked(*words: str) -> Screen:
        screen.until(*words)
        seen.append("\n".join(screen.text.split("\n\n")[-1].split("\n")[-4:]))
        return screen

    asked(say["open"]).press("\r")
    asked(say["tick"]).press("1").press("2").press("\r")
    asked(say["rate"]).press("\r")
    asked(say["pick"])
    wrong = next(line.split()[0] for line in screen.lines if line.endswith(WRONG[language]))
    screen.press(wrong + "\r")
    asked(say["rate"]).press("2").until("×", ">").press("110\r")
    asked(say["rate"]).press("3")
    asked(say["end"]).press("\r")
    assert screen.ended() == 0
    return "\n\n".join(seen)


@pytest.mark.parametrize(("columns", "language"), SCREENS)
def test_a_session(own: Path, golden: Callable[[str, str], None], columns: int, language: str) -> None:
    arguments = ("study", "screens", "--seed", "5", "--lang", language)
    with Screen(own, *arguments, columns=columns, rows=150, term="xterm-256color", **NOW) as screen:
        prompts = answered(screen, language)
        assert all(cell_width(line) <= columns for line in screen.lines)
        golden(f"screens/study-{language}-{columns}.txt", steady(f"{screen.text}\n\n# prompts\n\n{prompts}\n"))
        golden(f"screens/study-{language}-{columns}-colour.txt", steady(looks(screen)))


@pytest.mark.parametrize(("columns", "language"), [(40, "zh"), pytest.param(80, "en", marks=pytest.mark.slow)])
def test_a_session_without_colour(own: Path, columns: int, language: str) -> None:
    """The same words in the same places, and no colour."""
    arguments = ("study", "screens", "--seed", "5", "--lang", language)
    with Screen(own, *arguments, columns=columns, rows=150, NO_COLOR="1", **NOW) as screen:
        prompts = answered(screen, language)
        kept = Path(__file__).parent / "golden" / "screens" / f"study-{language}-{columns}.txt"
        assert steady(f"{screen.text}\n\n# prompts\n\n{prompts}\n") == kept.read_text(encoding="utf-8")
        assert not re.search(r"⟨[^:]*(red|green|blue|cyan|magenta|brown|[0-9a-f]{6})", looks(screen))


@pytest.mark.parametrize(("columns", "language"), [(40, "en"), (80, "zh")])
def test_a_drill(own: Path, golden: Callable[[str, str], None], columns: int, language: str) -> None:
    arguments = ("drill", "screens", "--count", "2", "--seed", "5", "--lang", language)
    with Screen(own, *arguments, columns=columns, rows=80, **NOW) as screen:
        screen.until("×", ">").press("112\r").until("×", "> ").press("32\r").until(SAY[language]["end"])
        screen.press("\r")
        assert screen.ended() == 0
        golden(f"screens/drill-{language}-{columns}.txt", steady(screen.text + "\n"))


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_calculators_and_cards(own: Path, golden: Callable[[str, str], None], columns: int) -> None:
    asked = {
        "calc": ("calc", "conv", "3x224x224", "-o", "64", "-k", "7", "-s", "2", "-p", "3", "--check", "109"),
        "show": ("bank", "show", "sigmoid-shape", "--lang", "zh" if columns == 40 else "en"),
    }
    for name, arguments in asked.items():
        with Screen(own, *arguments, columns=columns, rows=80) as screen:
            assert screen.ended() in (0, 1)
            assert all(cell_width(line) <= columns for line in screen.lines)
            # The last lines are the path of the file.
            output = re.sub(r"\n/[^ ]*$", "", screen.text)
            golden(f"screens/{name}-{columns}.txt", output + "\n")


NOTES = """\
## Convolution

### What is padding?

It keeps the size.

### Why is a frob odd?

## Attention

### Why divide by sqrt(d)?

The scores grow with d, and softmax saturates.
"""
CARDS = """\
language: en
cards:
  - {id: first-card, kind: open, question: "Why?", tags: [one, one]}
  - {id: other-card, kind: choice, question: "Which?", options: [{text: this}, {text: that, right: yes}]}
"""


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_reports(
    own: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    golden: Callable[[str, str], None],
    columns: int,
    language: str,
) -> None:
    """What commands beside studying say; paths are relative, so that lines break everywhere alike."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.md").write_text(NOTES, encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(CARDS, encoding="utf-8")
    edited = NOTES.replace("## Convolution", "## Layers").replace("What is padding?", "What is padding good for?")
    shown = []
    for typed, keys in (
        ("config", ""),
        ("bank check mine.yaml", ""),
        ("bank list screens", ""),
        ("import notes.md --as-bank bank.yaml", "?\r7\rn\r"),
        ("import notes.md --as-bank bank.yaml --yes", ""),
        ("import notes.md --as-bank bank.yaml --reworded --dry-run", ""),
        ("calc conv 3x8x8 -k 0", ""),
        ("optimise", ""),
    ):
        with Screen(own, *typed.split(), columns=columns, rows=90, DLQUIZ_LANG=language, **NOW) as screen:
            for key in keys.split("\r")[:-1]:
                screen.until("]:").press(key + "\r")
            screen.ended()
        if typed.endswith("--yes"):  # what it says ends with a path
            (tmp_path / "notes.md").write_text(edited, encoding="utf-8")
        else:
            shown.append(f"$ dlquiz {typed}\n{screen.text.rstrip()}\n")
    golden(f"screens/reports-{language}-{columns}.txt", "\n".join(shown))


def test_plain_and_dumb_screens_draw_nothing(own: Path) -> None:
    for arguments, term in ((("--plain",), "xterm"), ((), "dumb")):
        with Screen(
            own, "study", "screens", "--seed", "5", *arguments, columns=80, rows=80, term=term, **NOW
        ) as screen:
            screen.until(SAY["en"]["open"]).press("\r").until("curves of sigmoid, sigmoid′")
            assert not re.search(r"[\u2800-\u28ff┌└│]", screen.text)
