"""Looks that a person names: several at once, and what stands below headings."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from screen import Screen

from dlquiz.notes import sidecar
from dlquiz.notes.images import Pictures
from dlquiz.notes.markdown.habits.names import HabitChoice
from dlquiz.notes.markdown.reading import Document, ReadingOptions, read

# Headings that name a case, what is asked below, the answer below that; and bold lines that ask.
CASES = """\
# Design round

## Rate limiter

A customer calls a service too often. How do you slow it down?

Token bucket, by key.

## Uploads

Files of ten gigabytes are sent over a line that breaks,
each of them twice.

Parts with a hash each.

## Search

Words are typed with mistakes. What index helps?

N-grams.

## Notes

- a remark
- another

## Empty

### Aside

**What is BM25?**

A score.
"""
BELOW = [
    "Rate limiter: A customer calls a service too often. How do you slow it down?",
    "Uploads: Files of ten gigabytes are sent over a line that breaks, each of them twice.",
    "Search: Words are typed with mistakes. What index helps?",
]


def document_of(text: str, choice: HabitChoice) -> Document:
    return read("n.md", text.split("\n"), ReadingOptions(Pictures("images"), lambda path: None, choice=choice))


def test_the_first_paragraph_below_headings_may_be_named() -> None:
    found = document_of(CASES, HabitChoice(looks=("below-2",)))
    assert [card.question for card in found.cards] == BELOW
    assert [card.answer for card in found.cards] == ["Token bucket, by key.", "Parts with a hash each.", "N-grams."]
    assert sum(found.ledger.counts().values()) == len(CASES.split("\n"))
    assert {one.name: (one.lines, one.questions, one.asking) for one in found.looks} == {
        "bullet": (2, 0, 0),
        "bold": (1, 0, 1),
        "plain": (2, 0, 2),
        "below-2": (3, 3, 2),
    }
    # A line of such a paragraph is not asked a second time.
    assert [card.question for card in document_of(CASES, HabitChoice(looks=("below-2", "plain"))).cards] == BELOW
    # What a bold line asks is named by its own look, and a heading of a level that is named asks itself.
    assert not document_of(CASES, HabitChoice(looks=("below-3",))).cards
    both = document_of(CASES, HabitChoice(heading_levels=(2,), looks=("below-2",)))
    assert [card.question for card in both.cards] == ["Rate limiter", "Uploads", "Search", "Notes", "Empty"]


def test_lines_without_a_mark_that_end_in_a_question_mark_may_be_named() -> None:
    text = "## Why pad?\n\nTo keep the size.\nWhat of strides?\nSteps.\n\n  And dilation?\n\n**Why odd?** Yes.\n"
    text += "Groups?\nNo.\n"
    guessed = document_of(text, HabitChoice())
    assert [card.question for card in guessed.cards] == ["Why pad?"]
    assert ("plain", 2, 0, 2) in [one[:4] for one in guessed.looks]
    assert not guessed.looks_shown
    named = document_of(text, HabitChoice(heading_levels=(2,), looks=("plain",)))
    assert [card.question for card in named.cards] == ["Why pad?", "What of strides?", "Groups?"]
    assert [card.answer for card in named.cards][:1] == ["To keep the size."]
    assert sum(named.ledger.counts().values()) == len(text.split("\n"))


@pytest.mark.parametrize("asking", range(6))
def test_paragraphs_below_headings_are_offered_where_half_of_them_ask(asking: int) -> None:
    """Where the guess does not take them, and not where they are the answers."""
    parts = (f"## Part {number}\n\nWords on it{'?' if number < asking else '.'}\n\nMore." for number in range(5))
    found = document_of("\n\n".join(parts), HabitChoice("F2"))
    below = found.looks[-1]
    assert (below.name, below.is_listed, below.asking) == ("below-2", asking >= 2, asking)


def import_and_answer(home: Path, *answers: str) -> str:
    (home / "n.md").write_text(CASES, encoding="utf-8")
    with Screen(home, "import", str(home / "n.md")) as screen:
        for answer in answers:
            screen.until("]:").press(f"{answer}\r")
        assert screen.ended() == 0
        return screen.text


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_several_looks_may_be_answered_at_once(tmp_path: Path) -> None:
    shown = import_and_answer(tmp_path, "bold,below-2", "y")
    assert "Write 4 new cards" in shown
    assert sidecar.choices(tmp_path / "questions" / "n.yaml") == {"n.md": HabitChoice(looks=("below-2", "bold"))}


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_what_cannot_be_answered_together_is_asked_again(tmp_path: Path) -> None:
    shown = import_and_answer(tmp_path, "y bold", "bold nothing", "n")
    assert shown.count("several with a space between") == 2


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_looks_are_listed_when_asked_for(tmp_path: Path) -> None:
    sure = "## What is a?\n\nWords.\n\n### Part\n\nMore.\n\n## What is b?\n\nWords.\n"
    (tmp_path / "n.md").write_text(sure, encoding="utf-8")
    with Screen(tmp_path, "import", str(tmp_path / "n.md")) as screen:
        assert "headings by level" not in screen.until("l lists looks) [Y/n/e/l]:").text
        screen.press("l\r").until("2: 2 headings, 2 asking, from What is a?; taken", "[Y/n/e/2/3]:")
        screen.press("3\r").until("Write 1 new card").press("n\r")
        assert screen.ended() == 0
    # Where all headings are questions there is nothing else to list.
    (tmp_path / "n.md").write_text(sure.replace("### Part", "Part"), encoding="utf-8")
    with Screen(tmp_path, "import", str(tmp_path / "n.md")) as screen:
        screen.until("questions) [Y/n/e]:").press("n\r")
        assert screen.ended() == 0
