"""What a card of imported notes holds: all that the notes say of a question, and nothing else."""

from __future__ import annotations

import pytest
from test_notes import check_ledger, document

from dlquiz.notes.images import Pictures
from dlquiz.notes.markdown.lines import split
from dlquiz.notes.markdown.reading import Document, ReadingOptions, read_table
from dlquiz.notes.note import NoteCard


def only(text: str) -> NoteCard:
    """The one card of a file."""
    found = document(text)
    check_ledger(found)
    (card,) = found.cards
    return card


# -- tables ------------------------------------------------------------------------------------------------------------

ROWS = [
    "| 1 | What is padding? | Zeros around the input. | Hard | CNN | `p=1` keeps the size | done |",
    "| 2 | What is a stride? | A step. | Easy | CNN | – | |",
    "| 3 | What is pooling? | A maximum of a window. | Medium | CNN, basics | 2x2 | |",
]
NAMES = "| # | Question | Answer | Difficulty | Topic | Example | Status |\n|---|---|---|---|---|---|---|\n"
TABLE = NAMES + "\n".join(ROWS) + "\n"
# Behind other questions, a table is none of a flashcard program.
BESIDE = "# Notes\n\n" + "".join(f"## What is layer {number}?\n\n{'Words on it. ' * 9}\n\n" for number in range(6))


@pytest.mark.parametrize("before", ["", BESIDE])
def test_further_columns_of_a_table_stand_below_the_answer(before: str) -> None:
    found = document(f"{before}\n# Table\n\n{TABLE}")
    check_ledger(found)
    first, second, third = found.cards[-3:]
    assert first.answer == "Zeros around the input.\n\nExample: `p=1` keeps the size"
    assert (first.level, first.tags) == (3, ("CNN",))
    # A cell without words says nothing.
    assert (second.answer, second.level) == ("A step.", 1)
    assert (third.answer, third.level, third.tags) == ("A maximum of a window.\n\nExample: 2x2", 2, ("CNN, basics",))


def rows(names: str, *cells: str) -> Document:
    ruler = "|".join(["---"] * names.count("|"))
    return document(f"# Table\n\n{names}\n|{ruler}|\n" + "".join(f"| {row} |\n" for row in cells))


ASKED = ("What is padding?", "What is a stride?", "What is pooling?")


def test_the_columns_of_a_table_without_an_answer_are_the_answer() -> None:
    found = rows("| Principle | Question | Key points |", *(f"**SRP** | {one} | One class, one task" for one in ASKED))
    assert [card.answer for card in found.cards] == ["Principle: **SRP**\n\nKey points: One class, one task"] * 3
    assert [card.question for card in found.cards] == [*ASKED]


@pytest.mark.parametrize("name", ["Typical answer", "Sample Answer", "Solution", "参考答案"])
def test_a_column_may_be_called_as_some_kind_of_answer(name: str) -> None:
    found = rows(f"| Question | Company | {name} |", *(f"{one} | Acme | Words." for one in ASKED))
    assert [(card.answer, card.tags) for card in found.cards] == [("Words.", ("Acme",))] * 3


@pytest.mark.parametrize("names", ["Difficulty | Category", "Status | File", "Frequency | Link"])
def test_columns_that_only_mark_or_lead_to_a_question_are_no_answer(names: str) -> None:
    found = rows(f"| # | Question | {names} |", *(f"1 | {one} | Hard | [page](a.md)" for one in ASKED))
    assert [card.draft for card in found.cards] == [True] * 3


def test_a_second_column_of_difficulties_is_no_answer() -> None:
    found = rows("| Question | Difficulty |", *(f"{one} | Hard" for one in ASKED))
    assert [(card.answer, card.level) for card in found.cards] == [("", 3)] * 3


def test_further_columns_of_comma_separated_values_stand_below_the_answer() -> None:
    text = (
        "Question,Answer,Level,Topic,Example,id\nWhat is padding?,Zeros.,hard,CNN basics,`p=1`,7\nWhy?,Because.,,,,8\n"
    )
    found = read_table("t.csv", split(text), ReadingOptions(Pictures("images"), lambda path: None))
    first, second = found.cards
    assert (first.answer, first.level, first.tags) == ("Zeros.\n\nExample: `p=1`", 3, ("CNN", "basics"))
    assert (second.answer, second.level, second.tags) == ("Because.", None, ())
