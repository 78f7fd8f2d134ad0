"""Damaged notes: whatever happened to a file, it is read in a time that grows with its size, and no line is lost."""

from __future__ import annotations

import sys
import time
from random import Random
from types import FrameType
from typing import Any

import pytest
from mutations import Mutation, cut, damaged, flipped, inserted, reencoded, repeated, shuffled
from notes_files import FILES
from test_notes import check_ledger

from dlquiz.bank.deck_file import read_deck
from dlquiz.bank.writing import entry
from dlquiz.notes.bank_file import written
from dlquiz.notes.decoding import decode
from dlquiz.notes.formats.html import is_page, lines_of, traced_back
from dlquiz.notes.formats.study_sheet import is_sheet
from dlquiz.notes.images import Pictures
from dlquiz.notes.keys import id_of
from dlquiz.notes.markdown.answers import MAX_ANSWER, markdown
from dlquiz.notes.markdown.cards import multiple_choice
from dlquiz.notes.markdown.cards.multiple_choice import MultipleChoice
from dlquiz.notes.markdown.lines import split
from dlquiz.notes.markdown.reading import Document, ReadingOptions, read, read_sheet, read_table


def joined(data: bytes, chance: Random) -> bytes:
    return data + chance.choice(list(FILES.values())).text.encode(chance.choice(["utf-8", "gbk"]), "replace")


SHEET = """\
# Layers

## 1. layer-pad

Why pad?

**Answer**

To keep the size.

**Points**

- [ ] size
- [ ] border

**Pitfall**

No weights.

为什么要填充？

**答案**

保持大小。

## 2. layer-weights

Which has weights?

1. padding
2. convolution

**Answer**

1. ✗
2. ✓ It has a kernel.

Learnt.

## 3. layer-order

In which order?

- norm
- convolution

**Answer**

1. convolution
2. norm

## 4. layer-mean

The mean is [1], the scale [2].

**Answer**

1. zero
2. one
"""
MUTATIONS: list[Mutation] = [inserted, cut, flipped, shuffled, repeated, reencoded, joined]


def read_any(data: bytes, name: str) -> Document:
    texts = split(text := decode(data).text)
    pictures = Pictures("images")
    if is_sheet(texts):
        return read_sheet(name, texts, ReadingOptions(pictures, lambda path: None))
    if name.endswith(".csv"):
        return read_table(name, texts, ReadingOptions(pictures, lambda path: None))
    if not name.endswith(".html") and not is_page(text):
        return read(name, texts, ReadingOptions(pictures, lambda path: None))
    lines, sources = lines_of(text)
    found = read(name, lines, ReadingOptions(pictures, lambda path: None))
    check_ledger(found)
    found.ledger, found.texts = traced_back(found.ledger, sources, texts), texts
    return found


def check(number: int) -> None:
    chance = Random(number)
    data = chance.choice([*(file.text for file in FILES.values()), *[SHEET] * 20]).encode()
    data = damaged(data, chance, MUTATIONS)
    name = chance.choice(["n.md", "n.md", "n.md", "n.html", "n.csv"])
    found = read_any(data, name)
    if name == "n.md" and not is_sheet(found.texts):
        check_ledger(found)
    assert sum(found.ledger.counts().values()) == len(found.texts)
    ids = {card.key: id_of("n", card.key) for card in found.cards}
    text = "language: en\ncards:\n" + "\n".join(entry(written(card, ids[card.key])) for card in found.cards)
    deck = read_deck("n.yaml", text.encode())
    if found.cards:
        assert {id for id, _ in deck.ids} == set(ids.values())
        assert [str(problem) for problem in deck.problems] == []


def test_mutated_files_are_read() -> None:
    for number in range(250):
        check(number)


@pytest.mark.slow
def test_many_mutated_files_are_read() -> None:
    for number in range(250, 3_250):
        check(number)


LONG = {
    "one line": "a" * 1_000,
    "blanks": " " * 1_000,
    "headings": "### 1. What is a?\n\nwords\n\n" * 40,
    "openings": "```python\n" * 100,
    "folds": "<details><summary>What?</summary>\n" * 30,
    "quotes": ">" * 1_000,
    "brackets": "![" * 500,
    "parentheses": "![](" * 250,
    "tables": "| Question | Answer |\n|---|---|\n" * 30,
    "formulas": "\\(x" * 300,
    "dollars": "$" * 1_000,
    "bullets": "- What is a?\n  - words\n" * 50,
    "links": "- [What is a?](#a)\n" * 50,
    "comments": "<!-- " * 200,
    "separators": "What is a?\n?\n" * 80,
    "rules": "---\n" * 250,
    "names": "# Interview\n\n## Testing\n\n- one name\n- **group:**\n  - member\n\n" * 20,
    "empty headings": "## Interview\n\n### a subject\n\n" * 30,
    "chapters": "1. the name of a chapter\n   1. a subject that is in it\n" * 20,
    "sections of answers": "### 1. What is a question of it?\n\n## Answers\n\n1. words of the answer\n" * 15,
    "names in lines": "一面\n\n进程与线程\n\n" * 60,
    "announced lists": "- Interview questions:\n- What is a?\n  - Why b?\n    - How c?\n" * 15,
    "stars": "**" * 500,
    "numbers": "1. " * 333,
    "tags": "<br>" * 250,
    "images": "<img src=" * 110,
    "stars behind a label": f"Q: a {'*' * 1_900}b:\n",
    "options": "### 1. What is a?\n\nA) x\nB) y\n\nAnswer: B\n\n" * 20,
    "options of one question": "A) x\nB) y\nC) z\n" * 60,
    "options on a line": "A. x B. y C. z " * 70,
    "boxes": "- [ ] x\n- [x] y\n" * 60,
    "closing words": "Good luck!\n\nReferences\n\n- a\n\n" * 30,
    "lists of follow-ups": "**Interview questions:**\n\n" + "- What is a thing that many ask about?\n" * 40,
}


def steps(data: bytes) -> int:
    """How many functions are called while the data is read, those of the standard library too."""
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        read_any(data, "n.md")
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("shape", LONG)
def test_steps_grow_with_the_size(shape: str) -> None:
    few, many = (steps((LONG[shape] * times).encode()) for times in (3, 24))
    assert many < 12 * few


def test_steps_grow_with_the_size_where_lines_have_many_looks() -> None:
    names = [
        [f"::: x{look} What is {look}{letter}?" for look in range(count) for letter in "abc"] for count in (60, 480)
    ]
    texts = ("\n\nwords\n\n".join(titles) for titles in names)
    few, many = (steps(text.encode()) for text in texts)
    assert many < 12 * few


def test_options_are_sought_once_for_each_question(monkeypatch: pytest.MonkeyPatch) -> None:
    sought: list[str] = []

    def counted(question: str, *arguments: Any) -> MultipleChoice | None:
        sought.append(question)
        return find(question, *arguments)

    find = multiple_choice.find
    monkeypatch.setattr(multiple_choice, "find", counted)
    text = "".join(f"### {number}. What is {number}?\n\nA) x\nB) y\n\nAnswer: B\n\n" for number in range(1, 31))
    found = read_any(text.encode(), "n.md")
    assert [len(card.options) for card in found.cards] == [2] * 30
    assert len(sought) == 30


@pytest.mark.parametrize("line", ["> ```a\n", "```python\n", "~~~ b\n", "```math\n", "`a\n", "``a\n", "<br>```c\n"])
def test_an_answer_full_of_openings_is_written_soon(line: str) -> None:
    begin = time.process_time()
    markdown(line * (MAX_ANSWER // len(line)))
    assert time.process_time() - begin < 0.1


def test_deep_quotes_below_a_callout_are_written_soon() -> None:
    begin = time.process_time()
    assert markdown("> [!tip] Say\n" + "> " * 22 + "so\n").startswith("> **Say**\n")
    assert time.process_time() - begin < 0.1


@pytest.mark.parametrize("opening", ["<img ", "<br\n)", "<a name=", "<![", "<!--", "</p "])
def test_a_page_full_of_openings_is_read_soon(opening: str) -> None:
    begin = time.process_time()
    found = read_any(b"<!doctype html>\n" + (opening * (30_000 // len(opening))).encode(), "n.html")
    assert time.process_time() - begin < 0.5
    check_ledger(found)


@pytest.mark.parametrize(
    "section", ["<![ if IE]>", "<![x[words]]>", "<![", "<![<b>", "<![if !IE]>", "<![CDATA[words]]>"]
)
def test_a_page_with_a_section_that_no_browser_knows_is_read(section: str) -> None:
    found = read_any(f"<!doctype html>\n<h2>1. What is a?</h2>\n{section}\n<p>It is b.</p>\n".encode(), "n.html")
    assert [card.question for card in found.cards] == ["What is a?"]
    assert "It is b." in found.cards[0].answer
    check_ledger(found)


@pytest.mark.slow
@pytest.mark.parametrize("shape", LONG)
def test_ten_megabytes(shape: str) -> None:
    data = (LONG[shape] * (10_000_000 // len(LONG[shape]))).encode()
    begin = time.process_time()
    found = read_any(data, "n.md")
    # The smallest cards have 26 bytes, some 40,000 of them a megabyte; notes as people write them take a tenth of it.
    assert time.process_time() - begin < 10 * 4
    check_ledger(found)
