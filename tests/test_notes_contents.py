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


# -- where an answer ends ----------------------------------------------------------------------------------------------

QUESTIONS = "".join(f"### {number}. What is layer {number}?\n\nWords on {number}.\n\n" for number in range(1, 5))
RULED = QUESTIONS.replace(".\n\n###", ".\n\n---\n\n###")
LAST = "Words on 4."


def ends(text: str) -> tuple[str, list[str]]:
    """The answer to the last question, and the lines with words that went nowhere."""
    found = document(text)
    check_ledger(found)
    lines = zip(found.ledger.fates, found.texts, strict=True)
    return found.cards[-1].answer, [line for fate, line in lines if fate == "unplaced" and line.strip()]


@pytest.mark.parametrize(
    "tail",
    [
        ["Good luck!"],
        ["**Good luck with your interviews!** 🚀"],
        ["*Happy learning!*"],
        ["祝大家面试顺利！"],
        ["License", "MIT"],
        ["**Contributing**", "Send a pull request."],
        ["版权声明：转载请注明出处。"],
        ["References", "- [A paper](https://example.org/a)", "- https://example.org/b"],
        ["参考资料：", "1. [一篇文章](https://example.org/a)"],
        ["**Further reading**", "- *Deep Learning*, chapter 9"],
        ["Further reading:", "- [A book](https://example.org)", "Good luck!"],
    ],
)
@pytest.mark.parametrize("rule", ["", "---\n\n"])
@pytest.mark.parametrize("questions", [QUESTIONS, RULED])
def test_what_closes_a_file_is_no_part_of_its_last_answer(questions: str, rule: str, tail: list[str]) -> None:
    assert ends(questions + rule + "\n\n".join(tail) + "\n") == (LAST, tail)


def test_what_stands_behind_the_rule_after_the_last_answer_is_none_of_it_where_rules_end_all_answers() -> None:
    tail = ["That was all that they asked me.", "And then I went home."]
    assert ends(f"{RULED}---\n\n" + "\n\n".join(tail)) == (LAST, tail)
    # In other files a rule may divide an answer.
    assert ends(f"{QUESTIONS}---\n\n{tail[0]}") == (f"{LAST}\n\n\n{tail[0]}", [])
    inside = RULED.replace("Words on 2.", "Words on 2.\n\n---\n\nMore words.")
    assert ends(f"{inside}---\n\n{tail[0]}") == (f"{LAST}\n\n\n{tail[0]}", [])


@pytest.mark.parametrize("tail", ["[Home](../README.md) · [Next: pooling →](pooling.md)", "[⬅ 回到首页](../README.md)"])
def test_links_to_other_pages_behind_the_last_rule_are_no_part_of_an_answer(tail: str) -> None:
    assert ends(f"{QUESTIONS}---\n\n{tail}\n") == (LAST, [tail])


def test_references_stay_with_the_one_question_that_they_belong_to() -> None:
    sources = "References:\n\n- https://example.org/a"
    assert only(f"# What is padding?\n\nZeros.\n\n{sources}\n").answer == f"Zeros.\n\n{sources}"
    each = QUESTIONS.replace(".\n\n###", f".\n\n{sources}\n\n###")
    assert ends(f"{each}{sources}") == (f"{LAST}\n\n{sources}", [])
    # What is said of good luck in the middle of an answer is a part of it.
    words = "Good luck is needed where the seed decides.\n\nAnd a second run."
    assert ends(f"{QUESTIONS}{words}") == (f"{LAST}\n\n{words}", [])


@pytest.mark.parametrize("title", ["References", "Overview", "Usage", "参考资料", "Key takeaways"])
def test_headings_below_that_of_a_question_are_parts_of_its_answer(title: str) -> None:
    text = QUESTIONS.replace("Words on 2.", f"Words on 2.\n\n#### {title}\n\nMore words.")
    found = document(text)
    check_ledger(found)
    assert found.cards[1].answer == f"Words on 2.\n\n#### {title}\n\nMore words."
    # Behind the last question they may be those of the file.
    assert ends(f"{QUESTIONS}#### {title}\n\nMore words.\n")[0] == LAST
    assert ends(f"{text}#### {title}\n\nMore words.\n")[0] == f"{LAST}\n\n#### {title}\n\nMore words."
    assert ends(f"{text}#### License\n\nMore words.\n")[0] == LAST


def test_a_line_of_dashes_ends_no_answer_as_its_last_words() -> None:
    assert [card.answer for card in document(QUESTIONS.replace(".\n\n", ".\n\n—\n\n")).cards][-1] == LAST


def test_the_title_above_the_back_of_a_card_is_no_part_of_its_answer() -> None:
    text = "".join(f"### Front\nWhat is {one}?\n### Back\nWords on {one}.\n\n---\n\n" for one in "ab")
    found = document(text)
    check_ledger(found)
    assert [card.answer for card in found.cards] == ["Words on a.", "Words on b."]
