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


# -- multiple choice ---------------------------------------------------------------------------------------------------

OPTIONS = "A) the loss\nB) the gradient\nC) the rate\nD) the batch\n"
RIGHT = ["the gradient"]
TEXTS = ["the loss", "the gradient", "the rate", "the batch"]


def chosen(text: str) -> tuple[list[str], list[str], str]:
    """The options of a choice card, the right ones, and its answer."""
    card = only(f"# Quiz\n\n### 1. What does the optimizer follow?\n\n{text}")
    assert card.is_choice
    assert not card.draft
    assert (card.question, card.asked) == ("What does the optimizer follow?", "What does the optimizer follow?")
    return [one.text for one in card.options], [one.text for one in card.options if one.right], card.answered


@pytest.mark.parametrize(
    "key",
    [
        "Answer: B", "**Correct: B**", "**Correct Answer: B**", "**Answer:** B", "Ans. B", "Answer - b", "答案：B",
        "**正确答案：** B", "> Answer: (B)", "- **Answer**: B)", "Answer: B) the gradient", "Answer: the gradient",
        "The correct answer is B.", "Correct option: B", "#### Answer: B", "### Answer\n\nB", "**Answer:**\n\n**B**",
        "B", "✅ **Answer: B**", "故选B", "答案为 B。", "【答案】B", "【正确答案】：B", "[答案] B",
        "Answer: Option B", "**Answer:** option (B)", "The correct option is option B.", "答案：选项 B",
        "<details><summary>Answer</summary>\n\nB\n\n</details>",
        "<details>\n<summary><b>Show answer</b></summary>\n<p>\n\n#### Answer: B\n\n</p>\n</details>",
        '??? success "Answer"\n    B', "::: details 答案\nB\n:::",
    ],
)  # fmt: skip
def test_letters_with_a_key_become_a_choice_card(key: str) -> None:
    assert chosen(f"{OPTIONS}\n{key}\n") == (TEXTS, RIGHT, "")


@pytest.mark.parametrize(
    "options",
    [
        OPTIONS,
        OPTIONS.replace("\n", "  \n"),
        OPTIONS.replace("\n", "\n\n"),
        "".join(f"- {line}\n" for line in OPTIONS.splitlines()),
        "".join(f"   {line}\n" for line in OPTIONS.splitlines()),
        "".join(f"###### {line}\n" for line in OPTIONS.splitlines()),
        "".join(f"- [ ] **{line[:2]}**{line[2:]}\n" for line in OPTIONS.splitlines()),
        "".join(f"**{line[:2]}** {line[3:]}\n" for line in OPTIONS.splitlines()),
        "".join(f"({line}\n" for line in OPTIONS.lower().splitlines()),
        OPTIONS.replace(")", "."),
        OPTIONS.replace(") ", "、"),
        "".join(f"- {line}\n" for line in OPTIONS.replace(")", ":").splitlines()),
        "  ".join(OPTIONS.splitlines()) + "\n",
        "A) the loss   B) the gradient\nC) the rate   D) the batch\n",
        "Options:\n\n" + OPTIONS,
        "1) the loss\n2) the gradient\n3) the rate\n4) the batch\n",
        "- the loss\n- the gradient\n- the rate\n- the batch\n",
        OPTIONS.replace("the gradient", "the\n   gradient"),
    ],
)
def test_options_may_have_several_looks(options: str) -> None:
    key = "2" if options.startswith("1") else "the gradient" if options.startswith("- the") else "B"
    assert chosen(f"{options}\n**Answer: {key}**\n") == (TEXTS, RIGHT, "")
    if key == "2":
        assert chosen(f"{options}\n**Answer: 2. the gradient**\n") == (TEXTS, RIGHT, "")


@pytest.mark.parametrize(
    "options",
    [
        "- [ ] the loss\n- [x] the gradient\n- [ ] the rate\n- [ ] the batch\n",
        OPTIONS.replace("gradient", "gradient ✅"),
        OPTIONS.replace("gradient", "gradient *(Correct answer)*"),
        OPTIONS.replace("gradient", "gradient（正确）"),
        OPTIONS.replace("gradient", "gradient ✔️").replace("loss", "loss ❌"),
        OPTIONS.replace("B) the gradient", "**B) the gradient**"),
        OPTIONS.replace("the gradient", "**the gradient**"),
    ],
)
def test_marks_at_the_options_are_a_key(options: str) -> None:
    assert chosen(options) == (TEXTS, RIGHT, "")


@pytest.mark.parametrize(
    ("key", "right"),
    [
        ("Answer: B, D", [1, 3]), ("Answers: B and D", [1, 3]), ("ANS: b and d are correct", [1, 3]),
        ("答案：BD", [1, 3]), ("ANS: a, c, and d are correct.", [0, 2, 3]),
        ("正确答案：A、B、C", [0, 1, 2]), ("Correct answers: (A) & (C)", [0, 2]),
        ("Answer: A and B: both are followed", [0, 1]),
    ],
)  # fmt: skip
def test_several_options_may_be_right(key: str, right: list[int]) -> None:
    assert chosen(f"{OPTIONS}\n{key}\n")[1] == [TEXTS[at] for at in right]


@pytest.mark.parametrize(
    "behind",
    [
        "\nAnswer: B\n\n**Explanation:** It points uphill.\n",
        "\nAnswer: B. It points uphill.\n",
        "\n**Answer: B** — It points uphill.\n",
        "\n答案：B\n\n**解析：** It points uphill.\n",
        "\n【答案】B\n【解析】It points uphill.\n",
        "\n<details>\n<summary>Answer</summary>\n\n**B) the gradient** – It points uphill.\n\n</details>\n",
        "\nIt points uphill.\n\n**Answer: B**\n",
        "\n<details>\n<summary>Answer</summary>\n\nB. It points uphill.\n\n</details>\n",
    ],
)
def test_what_is_said_of_the_key_is_the_answer_of_a_choice_card(behind: str) -> None:
    assert chosen(OPTIONS + behind) == (TEXTS, RIGHT, "It points uphill.")


@pytest.mark.parametrize(
    "form", ["- {letter}: {why}", "- **{letter}** — {why}", "{letter}) {why}", "Option {letter}: {why}"]
)
def test_what_is_said_of_single_options_stands_beside_them(form: str) -> None:
    whys = {"A": "It is a number.", "C": "It is set before.", "D": "It is a sample."}
    below = "".join(f"{form.format(letter=letter, why=why)}\n" for letter, why in whys.items())
    card = only(f"### 1. What does the optimizer follow?\n\n{OPTIONS}\nAnswer: B\n\nIt points uphill.\n\n{below}")
    assert card.is_choice
    assert card.answered == "It points uphill."
    assert [one.why for one in card.options] == ["It is a number.", "", "It is set before.", "It is a sample."]
    long = below.replace("It is a number.", "It is\n  a number.")
    card = only(f"### 1. What does the optimizer follow?\n\n{OPTIONS}\nAnswer: B\n\n{long}")
    assert (card.answered, card.options[0].why) == ("", "It is a number.")
    listed = only(f"### 1. What is it?\n\n{OPTIONS.replace('the batch', 'all of the above')}\nAnswer: B\n\n{below}")
    whys_listed = "".join(f"- {letter}) {why}\n" for letter, why in whys.items())
    assert listed.answered == f"B) the gradient\n\n{whys_listed}".rstrip()


CODE = "```python\nprint(1)\n```"


def test_code_above_the_options_is_asked_with_the_question() -> None:
    card = only(f"### 1. What is printed?\n\n{CODE}\n\n- A: one\n- B: `1`\n- C: nothing\n\nAnswer: B\n")
    assert card.is_choice
    assert (card.asked, card.answered) == (f"What is printed?\n\n{CODE}", "")
    assert card.key == "whatisprinted"
    options = "- A: one\n- B: `1`\n- C: nothing\n\nAnswer: B\n"
    # Code without a fence, and paragraphs.
    card = only(f"### 1. What is printed?\n\n    x = 1\n    print(x)\n\n{options}")
    assert card.asked == "What is printed?\n\n```\nx = 1\nprint(x)\n```"
    card = only(f"### 1. What is printed?\n\nHere is code.\n\nIt is short.\n\n{CODE}\n\n{options}")
    assert card.asked == f"What is printed?\n\nHere is code.\n\nIt is short.\n\n{CODE}"


@pytest.mark.parametrize(
    ("options", "key", "explained"),
    [
        ("A) x\nB) y\nC) both of the above", "C", ""),
        ("A) x\nB) y\nC) A and B", "C", ""),
        ("A) x\nB) y\nC) 以上都对", "C", ""),
        ("A) x\nB) y\nC) z\nD) u\nE) v\nF) w\nG) t", "C", ""),
        ("A) x\nB) y\nC) y", "C", ""),
        ("A) x\nB) y\nC) z", "C", "Option A is wrong, for it is large."),
        ("A) x\nB) y\nC) z", "C", "It is as large as x, so A is not it, nor is B."),
        ("A) x\nB) y\nC) z", "C", "It is it because A is a smaller one."),
    ],
)
def test_options_that_cannot_be_shuffled_stand_in_the_question(options: str, key: str, explained: str) -> None:
    card = only(f"### 1. Which of these is it?\n\n{options}\n\nAnswer: {key}\n\n{explained}\n")
    assert not card.is_choice
    listed = "".join(f"- {line}\n" for line in options.splitlines())
    assert card.asked == f"Which of these is it?\n\n{listed}".rstrip()
    right = next(line for line in options.splitlines() if line.startswith(key))
    assert card.answered == f"{right}\n\n{explained}".rstrip()
    assert card.key == "whichoftheseisit"


def test_without_a_key_options_are_asked_where_the_question_asks_to_choose() -> None:
    card = only(f"### 1. Which of the following is followed?\n\n{OPTIONS}")
    assert card.draft
    assert card.asked.endswith("followed?\n\n- A) the loss\n- B) the gradient\n- C) the rate\n- D) the batch")
    # Below other questions a list with letters is the answer.
    for asked in ("What does a step need?", "Name the parts of a step."):
        card = only(f"### 1. {asked}\n\n{OPTIONS}")
        assert (card.asked, card.answered) == (asked, OPTIONS.rstrip())


@pytest.mark.parametrize(
    "answer",
    [
        "- [ ] write the test\n- [ ] run it",
        "- [x] write the test\n- [x] run it",
        "a. created clusters\nb. added monitoring\n\nAnd more.",
        "A cache keeps what was read.\n\nB trees are another matter.",
        "- Read it\n- Write it\n\nAnswer: a file.",
        "- fast ✅\n- small ❌",
        "1. the log\n2. the page\n\n答案：A",
        f"{OPTIONS}\nAnswer: E",
        f"{OPTIONS}\nAnswer: A cache is a store.",
        f"{OPTIONS}\nAnswer: A, B: the others are none.",
    ],
)
def test_lists_in_answers_are_no_options(answer: str) -> None:
    card = only(f"### 1. What is done?\n\n{answer}\n")
    assert (card.asked, card.options) == ("What is done?", ())


@pytest.mark.parametrize("title", ["## Answers", "## Answer Key", "# 参考答案", "## 答案与解析"])
@pytest.mark.parametrize(
    "form", ["{number}. {letter}", "**Q{number}. Answer: {letter}**", "{number}. **{letter}** — words"]
)
def test_a_key_at_the_end_belongs_to_the_options_of_each_number(title: str, form: str) -> None:
    asked = "".join(f"**Q{number}. What is followed in step {number}?**\n\n{OPTIONS}\n" for number in (1, 2, 3))
    key = "".join(form.format(number=number, letter=letter) + "\n\n" for number, letter in enumerate("BAD", 1))
    found = document(f"# Quiz\n\n{asked}\n{title}\n\n{key}")
    check_ledger(found)
    right = [[one.text for one in card.options if one.right] for card in found.cards]
    assert right == [["the gradient"], ["the loss"], ["the batch"]]


@pytest.mark.parametrize(
    "keys",
    [
        "1-B, 2-A, 3-D",
        "1. B  2. A  3. D",
        "1.B 2.A 3.D",
        "1) b; 2) a; 3) d",
        "Q1: B | Q2: A | Q3: D",
        "1-3: BAD",
        "1～3 B A D",
        "| # | Answer |\n|---|---|\n| 1 | B |\n| 2 | A |\n| 3 | D |",
        "| 1 | 2 | 3 |\n|---|---|---|\n| B | A | D |",
        "**1.** B **2.** A **3.** D",
        "1 B\n2 A\n3 D",
    ],
)
@pytest.mark.parametrize(
    "form", ["**Q{number}. What is followed in step {number}?**", "### {number}. What is step {number}?"]
)
def test_keys_on_one_line_belong_to_the_options_of_each_number(keys: str, form: str) -> None:
    asked = "".join(f"{form.format(number=number)}\n\n{OPTIONS}\n" for number in (1, 2, 3))
    found = document(f"# Quiz\n\n{asked}\n## Answers\n\n{keys}\n\nThat was all.\n")
    check_ledger(found)
    right = [[one.text for one in card.options if one.right] for card in found.cards]
    assert right == [["the gradient"], ["the loss"], ["the batch"]]
    unplaced = [text for text, fate in zip(found.texts, found.ledger.fates, strict=True) if text and fate == "unplaced"]
    assert unplaced == ["That was all."]


@pytest.mark.parametrize(
    "keys", ["Answers: 1-B, 2-AC, 3-False", "**Answers:** 1-B, 2-AC, 3-False", "## Answers\n\n1. B; 2. AC; 3. False"]
)
def test_a_word_among_the_letters_of_a_key_is_the_answer_to_its_question(keys: str) -> None:
    asked = "".join(f"**{number}. What is followed in step {number}?**\n\n{OPTIONS}\n" for number in (1, 2))
    found = document(f"# Quiz\n\n{asked}**3. True or False: a step is a batch.**\n\n{keys}\n")
    check_ledger(found)
    assert [[at for at, one in enumerate(card.options) if one.right] for card in found.cards] == [[1], [0, 2], []]
    assert [card.answer for card in found.cards] == ["", "", "False"]
    assert "unplaced" not in found.ledger.fates


def test_numbers_and_letters_in_other_answers_are_no_keys() -> None:
    asked = "".join(f"### {number}. What is step {number}?\n\n" for number in (1, 2, 3))
    found = document(f"{asked}## Answers\n\n1. A step\n2. B trees, 3 D models\n3. D\n")
    assert [card.answer for card in found.cards] == ["A step", "B trees, 3 D models", "D"]


@pytest.mark.parametrize(
    "names",
    [
        "| Question | A | B | C | D | Answer |",
        "| Question | Option A | Option B | Option C | Option D | Correct answer |",
        "| Question | Choice 1 | Choice 2 | Choice 3 | Choice 4 | Correct option |",
        "| 题目 | 选项A | 选项B | 选项C | 选项D | 正确答案 |",
    ],
)
@pytest.mark.parametrize("key", ["B", "the gradient", "Option B"])
def test_columns_of_options_become_choice_cards(names: str, key: str) -> None:
    key = key.replace("B", "2") if "1" in names else key
    cells = [f"{one} | {' | '.join(TEXTS)} | {key}" for one in ASKED]
    found = rows(names, *cells)
    check_ledger(found)
    table = "\n".join([names, *(f"| {row} |" for row in cells)]).replace(" | ", ",").replace("| ", "").replace(" |", "")
    separated = read_table("t.csv", split(table), ReadingOptions(Pictures("images"), lambda path: None))
    for cards in (found.cards, separated.cards):
        assert [card.asked for card in cards] == [*ASKED]
        assert [[one.text for one in card.options] for card in cards] == [TEXTS] * 3
        assert [[one.text for one in card.options if one.right] for card in cards] == [RIGHT] * 3
        assert [card.answered for card in cards] == [""] * 3


def test_two_columns_of_options_beside_a_key_and_options_without_one_are_kept() -> None:
    names = "| Question | A | B | Answer |"
    for card in rows(names, *(f"{one} | yes | no | B" for one in ASKED)).cards:
        assert [(one.text, one.right) for one in card.options] == [("yes", False), ("no", True)]
    names = "| Question | A | B | C | Answer |"
    cells = ["Which of these is it? | one | two | three |", "What is it? | one | two | three |"]
    table = names.replace(" | ", ",").strip("| ") + "".join(f"\n{one.replace(' | ', ',').strip('| ')}" for one in cells)
    separated = read_table("t.csv", split(table), ReadingOptions(Pictures("images"), lambda path: None))
    for cards in (rows(names, *cells).cards, separated.cards):
        assert [card.draft for card in cards] == [True, False]
        assert cards[0].asked == "Which of these is it?\n\n- A) one\n- B) two\n- C) three"
        assert cards[1].answered == "A) one\nB) two\nC) three"


@pytest.mark.parametrize(
    "answer",
    [
        "> [!success]- Answer\n> B. It points uphill.",
        "> [!tip]+ 答案\n> **B** It points uphill.",
        "||B||",
        "Answer: ||B||",
    ],
)
def test_keys_in_callouts_and_spoilers_are_found(answer: str) -> None:
    assert chosen(f"{OPTIONS}\n{answer}\n") == (TEXTS, RIGHT, "It points uphill." if "uphill" in answer else "")


def test_words_of_an_option_that_begin_a_sentence_stay_in_it() -> None:
    for key in ("Answer: B) the gradient points uphill.", "**答案：B**　the gradient points uphill."):
        assert chosen(f"{OPTIONS}\n{key}\n") == (TEXTS, RIGHT, "the gradient points uphill.")
    written_otherwise = chosen(f"{OPTIONS}\nAnswer: B) The Gradient. It points uphill.\n")
    assert written_otherwise == (TEXTS, RIGHT, "The Gradient. It points uphill.")


def test_options_of_a_flashcard_are_options() -> None:
    found = document(f"What is followed?\n?\n{OPTIONS}Answer: B\n\nWhat is a batch?\n?\nA few samples.\n")
    assert [card.is_choice for card in found.cards] == [True, False]


STATED = """\
# 题库

1. 下列关于梯度下降的说法正确的是（ ）
A. 一定收敛
B. 沿负梯度方向
C. 不需要学习率
答案：B

2. 卷积的作用是（ C ）。
A. 加密
B. 排序
C. 提取特征

3、池化层
A. 有参数
B. 没有参数
答案：B
"""


def test_lines_above_options_with_a_key_are_questions_though_they_do_not_ask() -> None:
    found = document(STATED)
    check_ledger(found)
    assert [card.asked for card in found.cards] == [
        "下列关于梯度下降的说法正确的是（ ）",
        "卷积的作用是（ ）。",
        "池化层",
    ]
    assert [[one.text for one in card.options if one.right] for card in found.cards] == [
        ["沿负梯度方向"],
        ["提取特征"],
        ["没有参数"],
    ]
    assert found.cards[1].key == "题库/卷积的作用是c"
    stated = "".join(f"{number}. Step {number} follows\n{OPTIONS}Answer: B\n\n" for number in (1, 2, 3))
    assert [card.question for card in document(stated).cards] == [f"Step {number} follows" for number in (1, 2, 3)]
    # Without a key, a list with letters makes no question of what is above it.
    assert document(stated.replace("Answer: B\n", "")).cards == []
