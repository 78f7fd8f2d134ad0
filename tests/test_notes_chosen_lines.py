"""What a person says of single lines: exactly these become cards, in every document, and they stay when it changes."""

from __future__ import annotations

import random
import re

import pytest
from notes_files import FILES

from dlquiz.cli.translation import in_chinese
from dlquiz.errors import DlquizError
from dlquiz.notes.images import Pictures
from dlquiz.notes.line_list import choice_of, line_list
from dlquiz.notes.markdown.answers import MAX_ANSWER
from dlquiz.notes.markdown.lines import MAX_HEADER, split
from dlquiz.notes.markdown.reading import Document, ReadingOptions, read

OPTIONS = ReadingOptions(Pictures("images"), lambda path: None)
MARKDOWN = [name for name, file in FILES.items() if file.habit != "F9"]


def marked(found: Document, chosen: set[int]) -> str:
    """The list of lines of a document in which these lines are the questions."""
    rows = line_list(found).split("\n")
    return "\n".join(
        re.sub(r"^(?:card|-) +(\d+)", lambda row: f"{'card' if int(row[1]) in chosen else '-'} {row[1]}", row)
        for row in rows
    )


@pytest.mark.parametrize("name", MARKDOWN)
def test_exactly_the_chosen_lines_are_questions(name: str) -> None:
    texts = split(FILES[name].text)
    found = read("n.md", texts, OPTIONS)
    if not found.lines_may_be_chosen:
        return
    choices = random.Random(name)
    for share in (0.1, 0.6):
        chosen = {number for number, text in enumerate(texts, 1) if text.strip() and choices.random() < share}
        said = OPTIONS._replace(choice=choice_of(marked(found, chosen), found))
        again = read("n.md", texts, said)
        assert [card.line for card in again.cards] == sorted(chosen)
        # Lines before it do not change what is chosen.
        later = read("n.md", ["<!-- a remark -->", "", *texts], said)
        assert [card.line for card in later.cards] == [number + 2 for number in sorted(chosen)]


def test_what_was_chosen_holds_when_the_lines_are_renumbered() -> None:
    texts = ["### 1. Why a?", "Words.", "### 2. Contact", "Write.", "### 3. Why c?", "More.", "3. a thing", "Some."]
    found = read("n.md", texts, OPTIONS)
    said = OPTIONS._replace(choice=choice_of(marked(found, {1, 5, 7}), found))
    later = ["### 1. Why so?", "Words.", *(re.sub(r"\d", lambda number: f"{int(number[0]) + 1}", one) for one in texts)]
    again = read("n.md", later, said)
    assert [card.question for card in again.cards] == ["Why so?", "Why a?", "Why c?", "a thing"]


@pytest.mark.parametrize("word", ["word ", "字", "x"])
def test_a_card_holds_a_long_line_that_was_chosen(word: str) -> None:
    text = word * 20_000
    found = read("n.md", ["### 1. Why?", "Words.", text], OPTIONS)
    (_, card) = read("n.md", found.texts, OPTIONS._replace(choice=choice_of(marked(found, {1, 3}), found))).cards
    assert len(card.question) <= MAX_HEADER
    whole = (card.question + card.answer).replace(" ", "")
    assert text.replace(" ", "").startswith(whole)
    assert len(card.question + card.answer) > min(len(text), MAX_ANSWER) - 10


def test_a_list_that_nobody_changed_changes_nothing() -> None:
    for name in MARKDOWN:
        texts = split(FILES[name].text)
        found = read("n.md", texts, OPTIONS)
        again = read("n.md", texts, OPTIONS._replace(choice=choice_of(line_list(found), found)))
        assert [card.key for card in again.cards] == [card.key for card in found.cards], name


QUIZ = """\
**Q1:** What does this print?
`print([1, 2, 3][1:])`

**Q2:** Why is a copy made?

**Q3:** Is the end part of a slice?
(a) Yes (b) No

## Answers

**Q1: `[2, 3]`**
The first has the index 0.

**Q2:** So that the list stays as it is.

**Q3: (b) No.**
"""


def test_answers_below_stay_those_of_their_questions() -> None:
    texts = split(QUIZ)
    found = read("n.md", texts, OPTIONS)
    assert [card.line for card in found.cards] == [1, 4, 6]
    for chosen in ({1, 4, 6}, {1, 4, 6, 11}, {1, 4}, {11, 14}):
        again = read("n.md", texts, OPTIONS._replace(choice=choice_of(marked(found, chosen), found)))
        assert [card.line for card in again.cards] == sorted(chosen)
        assert chosen != {1, 4, 6} or again.cards == found.cards


def test_chosen_lines_stay_questions_beside_flashcards() -> None:
    texts = ["A subject", "Words."]
    said = OPTIONS._replace(choice=choice_of("card 1", read("n.md", texts, OPTIONS)))
    cards = [line for number in range(9) for line in (f"### Front\nq{number}\n### Back\na{number}".split("\n"))]
    assert read("n.md", [*texts, "", *cards], OPTIONS).habits == ["F9"]
    assert read("n.md", [*texts, "", *cards], said).cards[0].line == 1


@pytest.mark.parametrize("row", ["card", "- 99 none", "card x", "maybe 1", f"card {'9' * 5000}"])
def test_what_is_no_row_is_named(row: str) -> None:
    found = read("n.md", ["### 1. Why?", "", "Words."], OPTIONS)
    with pytest.raises(DlquizError, match=" in line 1") as raised:
        choice_of(row, found)
    assert raised.value.fix == "nothing was written; your text is kept, and --edit opens it again"


@pytest.mark.parametrize("rows", ["card 1 ### 1. Why?\n- 1 ### 1. Why?", "- 3\n\ncard 3"])
def test_a_row_with_the_number_of_an_earlier_one_is_named(rows: str) -> None:
    found = read("n.md", ["### 1. Why?", "", "Words."], OPTIONS)
    with pytest.raises(DlquizError, match=r"the number of an earlier line: '.*' in line [23]") as raised:
        choice_of(rows, found)
    assert in_chinese(str(raised.value)).startswith("有的行用了前面已有的行号：第 ")
    assert in_chinese(str(raised.value)).endswith(" — 什么也没有写入；你写的内容已保留，用 --edit 会再次打开")
