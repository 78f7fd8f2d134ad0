"""Notes that become cards: each habit, and that no line and no word of a source is lost on the way."""

from __future__ import annotations

import gc
import re
import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from notes_files import DIRECTORY, FILES, PROSE, text_of

from dlquiz.notes.bank_file import written
from dlquiz.notes.decoding import decode
from dlquiz.notes.images import Pictures, formula_of
from dlquiz.notes.ledger import FATES
from dlquiz.notes.markdown import answers
from dlquiz.notes.markdown.habits.names import HABITS, Habit, HabitChoice
from dlquiz.notes.markdown.lines import scan, split
from dlquiz.notes.markdown.reading import Document, ReadingOptions, read
from dlquiz.notes.markdown.sections import names_questions
from dlquiz.notes.markdown.titles import header_of

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def document(text: str, pictures: Pictures | None = None, only: Habit | None = None) -> Document:
    options = ReadingOptions(pictures or Pictures("images"), lambda path: None, HabitChoice(only))
    return read("notes.md", split(text), options)


def letters(text: str) -> str:
    """The letters and digits, without those of tags and of addresses."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", re.sub(r"<[^<>]*>", "", text)))


def check_ledger(found: Document) -> None:
    """Every line has one fate, in runs without a gap; cards are named where a line is theirs, and only there."""
    entries = list(found.ledger.entries([str(number) for number in range(len(found.cards))]))
    lines = [at for entry in entries for at in range(entry.first, entry.last + 1)]
    assert lines == list(range(1, len(found.texts) + 1))
    assert {entry.fate for entry in entries} <= set(FATES)
    assert sum(found.ledger.counts().values()) == len(found.texts)
    asked = {entry.card for entry in entries if entry.fate == "question"}
    assert asked == {str(number) for number in range(len(found.cards))}
    assert all(entry.card is not None for entry in entries if entry.fate in ("question", "answer"))


def check_words(found: Document) -> None:
    """What the ledger calls an answer stands in the answer, line by line."""
    for at, (fate, card) in enumerate(zip(found.ledger.fates, found.ledger.cards, strict=True)):
        if fate == "answer" and card is not None:
            one = found.cards[card]
            words = re.sub(
                r"^[\s>*#-]*(?:\$?A\$?|A\d+|(?:Sample )?Answer|Correct|Ans|答案?)\**\s*[:：.]\**", "", found.texts[at]
            )
            if "F11" in found.habits:
                # The number only says which question is answered.
                words = re.sub(r"^[\s>*#-]*(?:Q|Answer|答案?)?\s*\d{1,4}\**[.)、:：]", "", words)
            words = re.sub(r"!\[\S*\]\(\S*\)", "", words)
            # The number joined a key to its question.
            words = re.sub(r"^[\s>*#-]*\d{1,4}[.)、]\s*", "", words) if one.options else words
            options = "".join(f"{option.label}{option.text}{option.label}{option.why}" for option in one.options)
            key = "".join(option.label for option in one.options if option.right)
            held = f"{one.asked}{options}{key}{one.answered}{''.join(one.holes)}"
            assert letters(words) in letters(held), found.texts[at]


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collection_of_cycles_rests_while_notes_are_read_and_is_then_as_it_was(enabled: bool) -> None:
    resting: list[bool] = []

    def fails(path: str) -> bytes | None:
        resting.append(not gc.isenabled())
        raise OSError(path)

    before = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        with pytest.raises(OSError, match=r"a\.png"):
            read("n.md", ["## What is a?", "", "![a](a.png)"], ReadingOptions(Pictures("images"), fails))
        assert resting == [True]
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()


@pytest.mark.parametrize("name", FILES)
def test_each_habit_is_recognised(name: str) -> None:
    file = FILES[name]
    found = document(file.text)
    assert [card.question for card in found.cards] == file.questions
    assert sum(card.draft for card in found.cards) == file.drafts
    assert file.habit in found.habits
    check_ledger(found)
    check_words(found)
    for words in file.unplaced:
        at = found.texts.index(words)
        assert found.ledger.fates[at] == "unplaced"
        assert all(words not in card.answer for card in found.cards)


def test_tables_and_pictures_above_the_words_that_ask_are_shown_with_these() -> None:
    asked = [card for card in document(FILES["cases above a fold"].text).cards if card.premise]
    assert [card.premise.splitlines()[0] for card in asked] == [
        '<table align="center">', "[picture missing: scale.png]", "| hour | litres |",
        "[picture missing: curve.png]",
    ]  # fmt: skip
    assert all("|" not in card.question and "<" not in card.question for card in asked)
    assert asked[0].premise.endswith("</table>")


def test_the_fixtures_show_all_habits() -> None:
    assert {file.habit for file in FILES.values()} == set(HABITS)


def test_each_of_the_notes_is_in_the_table() -> None:
    assert {path.stem for path in DIRECTORY.iterdir()} == {name.replace(" ", "-") for name in (*FILES, "prose")}


def test_answers_at_the_end_of_several_sections_are_named_once() -> None:
    assert document(text_of("an exam day by day")).habits == ["F5", "F11"]


def test_prose_in_which_paragraphs_end_in_a_question_holds_no_cards() -> None:
    assert document(PROSE).cards == []


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("variant", ["crlf", "bom", "cr", "no end", "trailing"])
def test_line_ends_and_marks_change_nothing(name: str, variant: str) -> None:
    text = FILES[name].text
    data = {
        "crlf": text.replace("\n", "\r\n").encode(),
        "cr": text.replace("\n", "\r").encode(),
        "bom": b"\xef\xbb\xbf" + text.encode(),
        "no end": text.rstrip("\n").encode(),
        "trailing": re.sub(r"(?m)$", "  ", text).encode(),
    }[variant]
    found, plain = document(decode(data).text), document(text)
    assert [(one.question, letters(one.answer)) for one in found.cards] == [
        (one.question, letters(one.answer)) for one in plain.cards
    ]
    check_ledger(found)


def test_answers_are_clean() -> None:
    answers = {card.question: card.answer for name in FILES for card in document(FILES[name].text).cards}
    assert answers["What is padding?"].endswith("## not a heading\n1. not a question?\n```")
    assert answers["用了什么激活函数？"] == "ReLU。\n计算快。"
    assert answers["几个卷积层"] == "5 个\n\n[缺图: ../img/pic.png]"
    assert answers["Why a margin?"] == "So that points may move."
    assert answers["Explain the kernel trick"].startswith("Products in another space.\n\n```python")
    assert answers["Which models are linear?"] == "Linear regression and others."
    assert answers["What is RAG?"] == "Retrieval and then generation."
    assert answers["What is an epoch?"] == "One pass over all samples.\nAnd nothing else."
    assert answers["What is distillation?"] == "Learning from a teacher | model."
    assert answers["What is a VAE?"] == "An encoder and a decoder\nwith a prior."
    assert answers["Why is data split?"] == "To measure the loss on what was not learnt."
    assert answers["What is dilation?"] == "Gaps between the taps."
    assert answers["What is the sum of softmax?"] == answers["What is printed?"] == ""
    assert answers["zero_grad()"].startswith("a. sets the gradients to zero\nb.")
    assert answers["What does step() do?"].startswith("1.\n")
    assert answers["What does a layer of convolution have?"].startswith("a) kernels\nb) biases\n\nAnd")


def test_marks_are_kept_and_some_say_a_level() -> None:
    marks = {card.question: card for name in FILES for card in document(FILES[name].text).cards}
    assert (marks["What is padding?"].mark, marks["What is padding?"].level) == (":v:", None)
    # A mark that says no level becomes a tag, unless it is as long as a sentence.
    bare = marks["What is padding?"]._replace(section=(), tags=())
    assert written(bare, "an-id").tags == ("v",)
    assert not written(bare._replace(mark=":" + "v" * 28 + ":"), "an-id").tags
    assert marks["What is regression?"].level == 1
    assert (marks["What is supervised learning?"].mark, marks["What is supervised learning?"].level) == ("⭐️", None)
    assert marks["What is overfitting?"].level == 1


def test_quotes_and_paragraphs_that_ask_leave_the_question_above_its_answer() -> None:
    quotes = "".join(f"## What is {one}?\n\n> Why {one}?\n\nWords.\n\n" for one in "abcdef")
    asking = "".join(f"What did I do in {one}?\n" for one in "abcdef")
    paragraph = f"## What is a?\n\nAsk yourself:\n\n{asking}\nWords.\n\n## What is b?\n\nWords.\n"
    follow_ups = paragraph.replace("Ask yourself:", "Follow-up questions:")
    assert len(document(follow_ups).cards) == 8
    for text, count in ((quotes, 6), (paragraph, 2)):
        cards = document(text).cards
        assert (len(cards), [card.question for card in cards if card.draft]) == (count, [])


def test_letters_below_numbers_that_only_name_a_subject_are_asked_with_it() -> None:
    text = "".join(f"{number}. Part {number}\n   - a. What is it?\n   - b. Why is it?\n" for number in (1, 2))
    questions = [card.question for card in document(text).cards]
    assert questions == [f"Part {number}: {asked}" for number in (1, 2) for asked in ("What is it?", "Why is it?")]


def test_labelled_questions_in_answers_are_found_once() -> None:
    inner = "".join(f"- **Q：为什么是{one}？**\n  答：因为快。\n\n" for one in ("甲", "乙", "丙"))
    text = "".join(f"### {number}. What is part {number}?\n\nWords.\n\n{inner}" for number in range(1, 4))
    found = document(text)
    assert (len(found.cards), found.habits) == (12, ["F1", "F4"])


def test_code_above_the_labelled_question_of_a_heading_is_asked_with_it() -> None:
    card = document(text_of("code above the question")).cards[4]
    code = "```python\ntotal = sum(rows)\n```\n\nvs.\n\n```python\ntotal = len(rows)\n```"
    assert (card.asked, card.answer) == (f"Two ways: Which one counts?\n\n{code}", "The second one.")
    assert document(text_of("code above the question")).cards[3].level == 1


def test_a_heading_whose_label_alone_is_bold_is_an_answer() -> None:
    asked = "".join(f"#### Q{number}: What is part {number}?\n\nWords.\n\n" for number in range(2, 5))
    found = document(f"#### Q1: Write a query\n\n#### **Answer**: A query has parts.\n\nA clause.\n\n{asked}")
    assert len(found.cards) == 4
    assert "A clause." in found.cards[0].answer


def test_sections_are_the_path_of_a_card() -> None:
    cards = {card.question: card for card in document(FILES["numbered headings"].text).cards}
    assert cards["Why several heads?"].section == ("Convolution", "Attention")
    assert cards["Why several heads?"].key == "convolution/attention/whyseveralheads"


def test_the_same_question_twice_is_two_cards() -> None:
    text = "## A\n\n#### 1. 基本概念？\n\na\n\n#### 2. 基本概念？\n\nb\n\n## B\n\n#### 3. 基本概念？\n\nc\n"
    keys = [card.key for card in document(text).cards]
    assert keys == ["a/基本概念", "a/基本概念#2", "b/基本概念"]


def test_numbers_are_no_identity() -> None:
    first = document("### 1. What is a?\n\nx\n\n### 2. What is b?\n\ny\n")
    second = document("### 7. What is a?\n\nx\n\n### 7. What is b?\n\ny\n")
    assert [card.key for card in first.cards] == [card.key for card in second.cards]


def test_a_readme_holds_no_questions() -> None:
    text = "# Tool\n\nWords.\n\n## Installation\n\n1. clone it\n2. run it\n\n## Usage\n\n- fast\n- small\n\n**Note**\n"
    found = document(text)
    assert found.cards == []
    check_ledger(found)


def page(*titles: str, body: str = "Words on it.") -> str:
    return "# Planner\n\n" + "".join(f"## {title}\n\n{body}\n\n" for title in titles)


SUBJECTS = ("Logs", "Queues", "Pages", "Caches", "Locks", "Threads", "Stacks", "Heaps", "Roots", "Regions", "Rows")


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        (page("Architecture", "Key config", "Running the project", *SUBJECTS[:10]), 13),
        (page("项目目标", "用户需求", "准备阶段", "验收标准", "技术风险", *SUBJECTS[:8]), 13),
        (page("Week 1", "Week 2", *SUBJECTS), 13),
        (page("Interview process", "Recruiter screen", "Onsite (three rounds)", *SUBJECTS), 14),
        (page("Cards", *SUBJECTS, body="- [ ] to be done\n- [x] done\n- words"), 12),
        (page(*SUBJECTS[:8]), 8),
        (page("1. 项目解决什么问题？", "2. 谁来用？", "3. 成功标准", "4. 需求边界", "5. 风险", "6. 日志的实现"), 6),
        (page("写页的原理", *SUBJECTS[:8]), 9),
        (page("教育背景", "工作经历", *SUBJECTS), 13),
        (page("`src/log.py`", "`src/page.py`", "`pages.yaml`", "`.gitignore`", "`test/log.py`", *SUBJECTS[:9]), 14),
    ],
)
def test_headings_of_guides_and_few_subjects_are_left_out_and_can_be_taken(text: str, left_out: int) -> None:
    found = document(text)
    assert (found.cards, len(found.left_out)) == ([], left_out)
    assert [found.texts[line - 1] for line in found.left_out] == re.findall("^## .*$", text, re.MULTILINE)
    check_ledger(found)
    taken = document(text, only="F2")
    titles = [found.texts[line - 1] for line in found.left_out]
    assert [f"## {card.question}" for card in taken.cards] == [re.sub(r"\d\. ", "", title) for title in titles]
    assert taken.left_out == []


def test_what_is_to_be_done_each_day_is_no_question() -> None:
    work = "- **Reading:**\n  - a page\n- **Data:**\n  - a line\n- **Practice:**\n  - a key\n\n"
    days = "".join(f"### Day {day}: {subject}\n\n{work}" for day, subject in enumerate(SUBJECTS, 1))
    found = document(f"# Interview roadmap\n\n{days}")
    assert found.cards == []
    check_ledger(found)


def test_days_may_be_the_chapters_of_counted_subjects() -> None:
    items = "".join(f"{number}. {subject}\n\n   Words on it.\n\n" for number, subject in enumerate(SUBJECTS, 1))
    asked = "".join(
        f"{number}. What are {subject}?\n\n   Words.\n\n" for number, subject in enumerate(SUBJECTS[:9], 12)
    )
    days = "".join(f"## Day {day}\n\n{items}{asked}" for day in range(1, 7))
    assert len(document(f"# Interview notes\n\n{days}").cards) == 6 * 20


def test_subjects_are_cards_though_one_speaks_of_work() -> None:
    found = document(page("Deployment of logs", *SUBJECTS))
    assert (len(found.cards), found.left_out) == (12, [])


NAMES = (
    "Pages",
    "Logs",
    "Trees",
    "Hashing",
    "Joins",
    "Costs",
    "Locks",
    "Snapshots",
    "Cursors",
    "Views",
    "Keys",
    "Sorts",
)


def listed(*names: str, title: str = "Storage interview") -> str:
    return f"# {title}\n\n" + "".join(f"- {name}\n" for name in names)


def test_bare_names_are_cards_where_a_title_or_a_directory_says_that_they_are_for_interviews() -> None:
    assert [card.question for card in document(listed(*NAMES)).cards] == [*NAMES]
    plain = split(listed(*NAMES, title="Storage"))
    for directories, count in (("notes/storage", 0), ("interview-prep/storage", 12), ("面经/存储", 12)):
        options = ReadingOptions(Pictures("images"), lambda path: None, directories=directories)
        assert len(read("README.md", plain, options).cards) == count


@pytest.mark.parametrize(("name", "count"), [("mianshi.md", 13), ("notes.md", 7)])
def test_subjects_between_questions_are_cards_where_the_name_of_a_file_speaks_of_interviews(
    name: str, count: int
) -> None:
    titles = [f"{name} 的区别" if at % 2 == 0 else name for at, name in enumerate((*NAMES, "Blocks"))]
    pages = [f"### {title}\n\nWords on it.\n\n" for title in titles]
    text = f"# Disks\n\n{''.join(pages[:6])}# Memory\n\n{''.join(pages[6:])}"
    assert len(read(name, split(text), ReadingOptions(Pictures("images"), lambda path: None)).cards) == count


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Interview Questions & Answers", True),
        ("缓存相关问题", True),
        ("驾驶场景题及答案", True),
        ("什么是场景题？", False),
        ("缓存的常见问题", False),
    ],
)
def test_a_heading_may_name_the_questions_below_it(title: str, names: bool) -> None:
    heading = header_of(f"## {title}", 0, 0)
    assert heading is not None
    assert names_questions(heading) == names


def test_subjects_beside_as_many_that_ask_are_cards_whatever_their_file_is_called() -> None:
    titles = [f"{name} 的区别" if at % 2 else name for at in range(2) for name in NAMES]
    titles += ["Blocks 的区别", "Slots 的区别"]
    text = "".join(f"# {title}\n\nWords on it.\n\n" for title in titles)
    assert len(document(text).cards) == 26


@pytest.mark.parametrize(
    "names",
    [
        [f"Read the chapter on {name.lower()}" for name in NAMES],
        [f"{name} are kept on disk" for name in NAMES],
        [f"[{name}](https://example.org/{name})" for name in NAMES],
        [f"**Goal**: {name}" for name in NAMES],
        [f"{name}\n  [a page](https://example.org/{name})" for name in NAMES],
        [f"Week {week}: {name}" for week, name in enumerate(NAMES, 1)],
        [f"Таблицы и {name} таблицы" for name in NAMES],
        NAMES[:11],
    ],
)
def test_lists_of_advice_statements_links_or_days_hold_no_names(names: Sequence[str]) -> None:
    found = document(listed(*names))
    assert found.cards == []
    check_ledger(found)


@pytest.mark.parametrize(("title", "count"), [("Interview guide", 0), ("Interview glossary", 12), ("面试攻略", 0)])
def test_what_a_guide_through_interviews_lists_is_no_glossary(title: str, count: int) -> None:
    terms = "".join(f"- **{name}** — bring some of it with you\n" for name in NAMES)
    assert len(document(f"# {title}\n\n{terms}").cards) == count


def test_a_list_of_what_surrounds_an_interview_holds_no_names() -> None:
    assert document(listed(*NAMES) + "\n## Companies\n\n- One\n- Two\n").cards[-1].question == NAMES[-1]
    assert document(f"# Interview\n\n## Companies\n\n{listed(*NAMES, title='x')[5:]}").cards == []


@pytest.mark.parametrize(
    "title",
    [
        "Who is this for?",
        "Who is the target audience?",
        "What will I learn?",
        "What you will get",
        "How this works",
        "Do you want to help?",
        "这个项目是什么？",
        "这页适合谁？",
    ],
)
def test_what_a_document_says_of_itself_is_no_question(title: str) -> None:
    found = document(f"# Pages\n\n## {title}\n\nWords.\n\n## What is a log?\n\na\n\n## Why is it cut?\n\nb\n")
    assert [card.question for card in found.cards] == ["What is a log?", "Why is it cut?"]


def questions_of(text: str, name: str = "interview.md") -> list[str]:
    found = read(name, split(text), ReadingOptions(Pictures("images"), lambda path: None))
    check_ledger(found)
    return [card.question for card in found.cards]


def test_a_long_list_of_questions_in_a_fence_is_text() -> None:
    asked = [f"- What is the cost of {name}?" for name in (*NAMES, *SUBJECTS)]
    for fence, count in (("```", 23), ("```python", 0)):
        for titles in ([], ['"Disks", "10:15"'], [f'"Disks", "{at}:00"' for at in range(20)]):
            assert len(questions_of("\n".join(["# Storage", "", fence, *titles, *asked, "```", ""]))) == count
    assert questions_of("\n".join(["# Storage", "", "```", *asked[:19], "```", ""])) == []


def test_what_asks_in_a_list_may_be_long() -> None:
    long = f"How would you find {', '.join(f'the {name.lower()} of a table' for name in NAMES)} in a large database?"
    asked = [f"What are {name.lower()}?" for name in NAMES]
    assert 240 < len(long) < 480
    assert questions_of(listed(*asked[:6], long, *asked[6:], title="Storage")) == [*asked[:6], long, *asked[6:]]


def test_chapters_of_a_sheet_for_interviews_may_have_the_names_of_the_pages_of_a_program() -> None:
    titles = [f"{name} of {kind}" for name in NAMES for kind in ("tables", "indexes", "clusters", "queries")]
    chapters = [f"## {title}\n\n" for title in ("Testing", "Deployment")]
    pages = [f"### {title}\n\nWords on it.\n\n" for title in titles]
    text = "".join(["# Sheet\n\n", *chapters[:1], *pages[:24], *chapters[1:], *pages[24:]])
    assert (questions_of(text), questions_of(text, "notes.md")) == (titles, [])


def test_the_last_subject_may_stand_further_out_but_not_what_sums_them_up() -> None:
    groups = [f"### {name}\n\nWords on it.\n\n" for name in (*NAMES, *SUBJECTS[:4])]
    last = ["## Blocks\n\nWords on it.\n\n", "## Best practices\n\nWords on it.\n\n"]
    text = "".join(["# Sheet\n\n", "## Storage\n\n", *groups[:8], "## Memory\n\n", *groups[8:], *last])
    assert questions_of(text) == [*NAMES, *SUBJECTS[:4], "Blocks"]


def test_a_list_of_links_to_as_many_headings_is_a_table_of_contents_though_its_words_are_others() -> None:
    links = "".join(f"- [What about {name.lower()}?](#{name.lower()})\n" for name in NAMES)
    asked = [f"What are {name.lower()} in a database?" for name in NAMES]
    pages = "".join(f"## {one}\n\nWords on it.\n\n" for one in asked)
    assert questions_of(f"# Storage\n\n{links}\n{pages}") == asked
    assert len(questions_of(f"# Storage\n\n{links}\n{pages[:200]}")) > len(NAMES)


def test_items_below_the_name_of_a_list_may_stand_behind_two_blank_lines() -> None:
    steps = "".join(f"## {name}\n\nWords on it.\n\n" for name in NAMES[:3])
    asked = ["What is a page?", "Page and block", "Why is it cut?", "Cuts"]
    items = "".join(f"- {one}\n" for one in asked)
    assert questions_of(f"# Storage\n\n{steps}## Interview questions\n\n\n{items}", "notes.md") == asked


def test_nested_lists_of_chapters_may_have_a_title_and_an_end() -> None:
    text = FILES["chapters of a list"].text
    framed = f"# Notes\n\n{text}\n## Conclusion\n\nThese are all.\n"
    assert questions_of(framed, "n.md") == questions_of(text, "n.md") == FILES["chapters of a list"].questions


def test_terms_below_many_headings_are_parts_of_what_these_name() -> None:
    terms = [f"- **{name} read**: what is seen\n- **{name} write**: what is kept\n" for name in NAMES]
    text = "".join(f"### {name}\n{parts}\n" for name, parts in zip(NAMES, terms, strict=True))
    assert questions_of(f"# Storage interview\n\n## Disks\n\n{text}") == [*NAMES]


def test_the_bold_one_of_answers_to_choose_from_is_no_subject() -> None:
    choice = "A. On a page\n**B. In a log of {}**\nC. Nowhere\n\n---\n\n"
    text = "".join(f"**{name}**\nWhere are they kept?\n\n{choice.format(name)}" for name in NAMES)
    assert questions_of(f"# Storage interview\n\n{text}") == [*NAMES]


@pytest.mark.parametrize("title", ["Contributing", "Installing on a server", "What you will learn", "Tips for the day"])
def test_what_is_said_to_readers_holds_no_questions(title: str) -> None:
    steps = "- Fork the pages\n- Add a line\n- Send it\n"
    asked = [f"What are {name.lower()}?" for name in (*NAMES, *SUBJECTS)]
    items = [f"- {one}\n" for one in asked]
    text = "".join(["# Storage\n\n## Disks\n\n", *items[:12], f"\n## {title}\n\n{steps}\n## Memory\n\n", *items[12:]])
    assert questions_of(text) == asked


BEFORE = """\
# The whole guide

> Asked in interviews. **Star it if you like it!**

## Who is this for?

- Those who look for a first post

## How to use this guide

1. **Begin with the first part.** Then go on.
2. Come back a week later.

## Why another guide?

Others have no answers.

"""
BEHIND = """

## Interview tips

- **Think aloud.** They want to hear it.
- Nobody knows all.

## Common mistakes to avoid

1. Learning words by heart
2. Not sleeping

## Questions to ask the interviewer

- What does a day look like?
- How large is the team?

## Contact

Write to us.
"""


@pytest.mark.parametrize(
    "name",
    [
        "numbered headings",
        "bold lines",
        "labelled bullets",
        "outline",
        "orders counted through",
        "subjects further out",
    ],
)
def test_a_frame_of_advice_around_questions_changes_nothing(name: str) -> None:
    alone = [card.question for card in document(FILES[name].text).cards]
    text = re.sub(r"\A---\n.*?\n---\n", "", FILES[name].text, flags=re.DOTALL)
    found = document(BEFORE + text + BEHIND)
    assert [card.question for card in found.cards] == alone
    check_ledger(found)


# -- laws over made-up files -------------------------------------------------------------------------------------------

PIECES = [
    "# Title", "## 1. What is a?", "### Why?", "####12. 如何？", "**What is b?**", "**Note:**", "- **Q：什么**",
    "1. What?", "2. topic", "   - nested", "Q: one?", "A: two", "> quote", "> $A$: x", "```python", "```", "~~~",
    "---", "", "", "text", "    deep", "\tTab", "| a | b |", "|---|---|", "??? question \"Q\"",
    "<details><summary>Q?</summary>", "</details>", "<h3>4. Which?", "- [x] [2-1 问题](#2-1)", "What::That", "?",
    "TODO", "**Answer:**", "<!--", "-->", "$$", "![a](b.png)", "[TOC]", "## Question 7", "### Front", "### Back",
    "C: a [hole] b", "{:.warning}", "Some longer words here.", "答案",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_every_line_has_one_fate(pieces: list[str]) -> None:
    found = document("\n".join(pieces))
    check_ledger(found)
    check_words(found)


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=40), max_size=12))
def test_any_text_is_read(pieces: list[str]) -> None:
    check_ledger(document("\n".join(pieces)))


@given(st.sampled_from(list(FILES)), st.data())
def test_parts_of_files_are_read(name: str, data: st.DataObject) -> None:
    lines = split(FILES[name].text)
    first = data.draw(st.integers(0, len(lines)))
    check_ledger(document("\n".join(lines[first:])))


@pytest.mark.parametrize(("lines", "lost"), [(("4. How many are there?",), 1), (("4. How many?", "4. How few?"), 0)])
def test_a_line_with_the_number_that_is_missing_is_a_question_where_it_is_the_only_one(
    lines: tuple[str, ...], lost: int
) -> None:
    asked = {number: f"Question {number}- What is part {number}?\n\nWords.\n\n" for number in (1, 2, 3, 5, 6, 7)}
    asked[3] += "".join(f"Questoin {line.replace('.', '-')}\n\nWords.\n\n" for line in lines)
    assert len(questions_of("".join(asked.values()), "n.md")) == len(asked) + lost


WAVES = "".join(f"~ Why is {what} so?\n\nIt is.\n\n" for what in ("this", "that", "the rest"))


@pytest.mark.parametrize(("others", "count"), [(20, 3), (80, 0)])
def test_lines_of_one_look_are_questions_where_they_are_not_few(others: int, count: int) -> None:
    text = "We went on to the sea.\n\n" * others
    assert len(questions_of(f"# A trip\n\n{WAVES}{text}", "n.md")) == count


def test_lines_of_one_look_may_say_first_what_is_given() -> None:
    given = ("a stream", "a sorted array", "two lists", "a tree")
    asked = "".join(f"~ Given {one}, how is it searched?\n\nStep by step.\n\n" for one in given)
    assert questions_of(asked, "n.md") == [f"Given {one}, how is it searched?" for one in given]


def test_a_list_of_one_look_that_is_opened_belongs_to_the_answer() -> None:
    subjects = ("a mutex", "a lock", "a fence", "a queue")
    asked = "".join(f"## What is {one}?\n\nIt is {one}.\n\n" for one in subjects)
    listed = "".join(f"~ Is {one} needed?\n" for one in subjects)
    assert len(questions_of(f"{asked}Ask yourself first:\n\n{listed}", "n.md")) == len(subjects)


def test_lines_of_one_look_that_repeat_questions_are_no_further_ones() -> None:
    subjects = ("a mutex", "a lock", "a fence", "a queue")
    asked = "".join(f"## What is {one}?\n\nIt is {one}.\n\n" for one in subjects)
    again = "".join(f"~ What is {one}?\n\nSay {one}.\n\n" for one in subjects)
    assert questions_of(f"{asked}## Recap\n\n{again}", "n.md")[:4] == [f"What is {one}?" for one in subjects]
    assert not [one for one in document(f"{asked}## Recap\n\n{again}").cards if one.answer.startswith("Say")]


# -- encodings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_of_editors(encoding: str) -> None:
    text = FILES["plain headings"].text
    found = decode(text.encode(encoding))
    assert found.text.lstrip("\ufeff") == text


def test_big5_and_western_text() -> None:
    text = "## 什麼是感受野？\n\n輸出的一點所看到的輸入範圍。這個範圍會隨著層數變大，我們的網路也是這樣的。\n"
    assert decode(text.encode("big5")).text == text
    assert decode("naïve – café “quotes”".encode("cp1252")).text == "naïve – café “quotes”"


@given(st.binary(max_size=200))
@example(bytes(range(0x80, 0xA0)) * 9)
def test_any_bytes_are_a_text(data: bytes) -> None:
    found = decode(data)
    assert isinstance(found.text, str)
    assert found.encoding


# -- pictures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "latex"),
    [
        ("https://www.zhihu.com/equation?tex=%5Cfrac%7Ba%7D%7Bb%7D", r"\frac{a}{b}"),
        ("//www.zhihu.com/equation?tex=a+%2B+b", "a + b"),
        ("https://render.githubusercontent.com/render/math?math=%5Csigma(x)&mode=inline", r"\sigma(x)"),
        (r"https://latex.codecogs.com/svg.image?\bg_white&space;\hat{y}=w^Tx&plus;b", r"\hat{y}=w^Tx+b"),
        (r"http://latex.codecogs.com/gif.latex?\\sum_i x_i", r"\\sum_i x_i"),
        ("https://math.now.sh?from=x%5E2&color=red", "x^2"),
        ("https://chart.googleapis.com/chart?cht=tx&chl=x_1", "x_1"),
        ("https://juejin.cn/equation?tex=%5Clambda", r"\lambda"),
        ("https://i.upmath.me/svg/x%5E2", "x^2"),
        ("https://math.jianshu.com/math?formula=a%3Db", "a=b"),
        ("https://www.nowcoder.com/equation?tex=a%3Db", "a=b"),
        ("https://example.org/equation?tex=x", None),
        ("../img/a.png", None),
    ],
)
def test_formula_pictures_of_known_services(address: str, latex: str | None) -> None:
    assert formula_of(address) == latex


def test_pictures_are_kept_named_or_turned_into_formulas() -> None:
    text = (
        "### 1. What is a?\n\n![a](img/a.png) ![公式 [1]](//www.zhihu.com/equation?tex=x_1)\n"
        "<img src='img/b.jpg' width=5> ![c](https://example.org/c.png)\n![[d.png|300]]\n"
        "\n### 2. What is b?\n\n![only](gone.png)\n"
    )
    pictures = Pictures("notes-images")
    found = read("n", split(text), ReadingOptions(pictures, {"img/a.png": PNG, "d.png": PNG}.get))
    first, second = found.cards
    name = next(iter(pictures.files))
    assert f"![a](notes-images/{name}) $x_1$" in first.answer
    assert "[picture missing: img/b.jpg] [c](https://example.org/c.png)" in first.answer
    assert first.answer.count(name) == 2
    assert (pictures.missing, pictures.remote) == (["img/b.jpg", "gone.png"], ["https://example.org/c.png"])
    assert pictures.formulas == 1
    assert second.draft
    assert not first.draft


def test_a_file_that_is_no_picture_is_not_kept() -> None:
    pictures = Pictures("d")
    read("n", ["### 1. Why?", "![a](a.png)"], ReadingOptions(pictures, lambda path: b"#!/bin/sh"))
    assert not pictures.files
    assert pictures.missing == ["a.png"]


# -- size --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shape", ["*", "$", "[", "![", "<br>", "`", "| a ", "\\(", "#", "> ", "- ", "a" * 9 + " ", "？"]
)
@pytest.mark.parametrize("size", [20_000, pytest.param(300_000, marks=pytest.mark.slow)])
def test_a_very_long_line_is_read(shape: str, size: int) -> None:
    text = "### 1. What is a?\n\n" + shape * (size // len(shape)) + "\n\n### 2. What is b?\n\nb\n"
    found = document(text)
    assert [card.question for card in found.cards] == ["What is a?", "What is b?"]
    check_ledger(found)


def test_what_no_card_can_hold_is_reported() -> None:
    text = "### 1. What is a?\n\n" + "words and words\n" * 5_000 + "\n### 2. What is b?\n\nb\n"
    found = document(text)
    assert len(found.cards[0].answer) <= 40_000
    assert found.ledger.counts()["unplaced"] - 1 + len(found.cards[0].answer.split("\n")) == 5_000
    assert found.ledger.fates[5_001] == "unplaced"
    check_ledger(found)


@pytest.mark.parametrize(
    ("line", "title", "labelled"),
    [("- *Note*: Why pad?", "*Note*: Why pad?", False), ("- *Follow-up*: Why pad?", "Why pad?", True)],
)
def test_slanted_words_are_a_label_where_they_label_questions(line: str, title: str, labelled: bool) -> None:
    heading = header_of(line, 0, 0)
    assert heading is not None
    assert (heading.title, heading.labelled) == (title, labelled)


@pytest.mark.parametrize("title", ["题目来源优先复用已有的资产", "题型的选择", "题库怎么更新？"])
def test_a_number_is_no_part_of_the_word_behind_it(title: str) -> None:
    for number in ("4. ", "4 ", "4、", "第4题 ", "第 4 题：", "4题、"):
        heading = header_of(f"### {number}{title}", 0, 0)
        assert heading is not None
        assert (heading.number, heading.title) == ("4", title)


LINE = "words and words " * 2_600


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("hashcards", "Q: What does Adam estimate?"), ("flashcards", "What is a batch?"), ("one card", "How is a loss"),
        ("table", "| What is pruning?"), ("numbers without points", "12 "), ("quotes of one line", "> "),
    ],
)  # fmt: skip
def test_a_question_that_no_card_can_hold_is_none(name: str, asked: str) -> None:
    text = FILES[name].text.replace(asked, f"{asked} {LINE}", 1)
    found = document(text)
    assert all(max(len(card.question), len(card.answer)) <= 40_000 for card in found.cards)
    assert found.ledger.fates[next(at for at, line in enumerate(found.texts) if len(line) > 40_000)] == "unplaced"
    check_ledger(found)


@pytest.mark.parametrize(
    ("name", "below"),
    [("hashcards", "A: The first and the second moment"), ("front and back", "What is added"), ("flashcards", "?")],
)
def test_lines_of_a_flashcard_that_it_cannot_hold_are_reported(name: str, below: str) -> None:
    lines = FILES[name].text.split("\n")
    at = next(at for at, line in enumerate(lines) if line.startswith(below))
    found = document("\n".join([*lines[: at + 1], *["words and words"] * 5_000, *lines[at + 1 :]]))
    assert all(len(card.answer) <= 40_000 for card in found.cards)
    rows = sum(card.answer.count("words and words") for card in found.cards)
    fates = [fate for fate, line in zip(found.ledger.fates, found.texts, strict=True) if line == "words and words"]
    assert (fates.count("answer"), fates.count("unplaced")) == (rows, 5_000 - rows)
    check_ledger(found)


def test_an_answer_that_grows_too_long_when_its_pictures_are_named_is_cut() -> None:
    found = document("### 1. What is a?\n\n" + "![](a.png)\n" * 3_000 + "\n### 2. What is b?\n\nb\n")
    assert len(found.cards[0].answer) <= 40_000
    fates = [fate for fate, line in zip(found.ledger.fates, found.texts, strict=True) if line == "![](a.png)"]
    kept = found.cards[0].answer.count("a.png")
    assert (fates.count("answer"), fates.count("unplaced")) == (kept, 3_000 - kept)
    check_ledger(found)


def test_options_that_stand_again_in_an_answer_are_no_table_of_contents() -> None:
    options = ["A. Causal consistency", "B. Strong consistency", "C. Eventual consistency", "D. Linearizability"]
    listed = "".join(f"- {one}\n" for one in options)
    explained = "".join(f"#### {one}\n\nWhat is said of it.\n\n" for one in options)
    found = document(f"1. Which model of consistency is best?\n\n{listed}\n### Answer\n\nThe first.\n\n{explained}")
    assert "table of contents" not in found.ledger.fates
    # The same lines without letters are one.
    bare = document(re.sub(r"[A-D]\. ", "", f"{listed}\n{explained}"))
    assert "table of contents" in bare.ledger.fates


def test_lists_of_questions_may_be_as_many_as_a_title_says_there_are_questions() -> None:
    asked = [f"Why is disk {number} slow?" for number in range(9)]
    lists = ["".join(f"**Q:** {one}\n\nIts arm moves.\n\n" for one in asked[at : at + 3]) for at in (0, 3, 6)]
    text = "".join(f"## {number}. Interview questions\n\n{below}" for number, below in enumerate(lists, 1))
    assert questions_of(f"# Storage (Questions 1-3)\n\n{text}") == asked


def test_a_heading_with_a_difficulty_gives_way_to_the_questions_listed_below_it() -> None:
    asked = [f"Why is disk {number} slow?" for number in range(4)]
    heads = [f"## {name}\n\nDifficulty: easy\n\nWhy is this host slow?\n\nIts disk is.\n\n" for name in NAMES[:10]]
    items = "".join(f"- {one}\n\n  Its arm moves.\n\n" for one in asked)
    assert questions_of("".join(["# Storage\n\n", heads[0], items, *heads[1:]]), "notes.md")[:4] == asked


def test_a_heading_above_headings_that_ask_ends_the_answer_of_a_bold_question() -> None:
    cards = document(text_of("a section behind bold questions")).cards
    assert [card.answer for card in cards if "Quiz" in card.answer] == []
    assert cards[-1].section == ("Serving", "Quiz")


def test_a_title_that_only_says_key_gives_options_theirs() -> None:
    cards = document(text_of("a key at the end")).cards
    right = [[at for at, one in enumerate(card.options) if one.right] for card in cards]
    assert right == [[2], [0, 2], [1]]


def test_answers_further_down_do_not_repeat_the_question() -> None:
    names = {1: "padding", 2: "pooling", 3: "a kernel", 4: "stride"}
    asked = "".join(f"**Q{number}:** What is {name}?\n\n" for number, name in names.items())
    answered = "".join(
        f"**Q{number}: What is {name}{' then' * (number == 4)}?**\n\nIt is {number}.\n\n"
        for number, name in names.items()
    )
    found = document(f"# Quiz\n\n{asked}## Answers\n\n{answered}")
    assert [card.answer for card in found.cards] == ["It is 1.", "It is 2.", "It is 3.", "It is 4."]
    assert found.habits[-1] == "F11"
    assert (found.asking, found.asking_answers) == ([], [])


def test_answers_further_down_keep_a_title_that_says_something() -> None:
    found = document(
        "# Quiz\n\n**Q1:** What is padding?\n\n**Q2:** Is stride a step?\n\n## Answers\n\n"
        "**Q1:** Zeros at the border\n\nThey keep the size.\n\n**Q2:** Yes\n\nIt is one.\n"
    )
    assert ["Zeros at the border" in found.cards[0].answer, "Yes" in found.cards[1].answer] == [True, True]


@pytest.mark.parametrize(
    ("heading", "begin"),
    [("Question {}", ""), ("{}.", ""), ("题目 {}", ""), ("Scenario {}", "Scenario 1: "), ("Q{}: Ranks", "Ranks: ")],
)
def test_what_stands_between_a_number_and_its_answer_is_the_question(heading: str, begin: str) -> None:
    text = "".join(
        f"## {heading.format(at)}\n\nThere are {at} servers.\n\n**Case:** Which loss fits?\n\n"
        "### Answer\n\nThe pairwise.\n\n"
        for at in range(1, 7)
    )
    card = document(f"# Quiz\n\n{text}").cards[0]
    assert card.question == f"{begin}There are 1 servers. **Case:** Which loss fits?"
    assert card.answer == "The pairwise."


def test_numbered_lines_right_below_a_question_are_its_own_answer() -> None:
    found = document(
        "# Quiz\n\n### 1. Why pad?\n\nTo keep the size.\n\n### 2. Why stride?\n\n**Answers**\n\n1. To shrink.\n"
        "2. To save time.\n"
    )
    assert [card.answer for card in found.cards] == ["To keep the size.", "1. To shrink.\n2. To save time."]
    assert found.habits == ["F1"]


def test_a_second_series_of_questions_holds_no_answers_to_the_first() -> None:
    series = [["What is a?", "What is b?"], ["How is c found?", "Why is d so large?"]]
    first, second = (
        "".join(f"**Q{number}:** {question}\n\nIt is {number}.\n\n" for number, question in enumerate(asked, 1))
        for asked in series
    )
    found = document(f"# Quiz\n\n{first}## Answers\n\n{second}")
    assert [card.question for card in found.cards] == [*series[0], *series[1]]
    assert found.habits == ["F3"]


@pytest.mark.parametrize(
    ("callout", "answer"),
    [
        ("> [!question] What is padding?\n> > [!success]- Answer\n> > Zeros.\n>\n> #image\n", "Zeros.\n\n#image"),
        ("> [!faq]- What is padding?\n> It is asked.\n> > [!answer]\n> > Zeros.\n", "It is asked.\n\nZeros."),
        ("## What is padding?\n\n> [!tip] Say\n>> [!note] Why\n>>\n>> Sizes.\n", "**Say**\n\n> **Why**\n>\n> Sizes."),
        (
            "## What is padding?\n\n> [!tip] **Answer:** Zeros\n> At the border.\n",
            "**Answer:** Zeros\n\nAt the border.",
        ),
        ("## What is padding?\n\n- > [!tip] Say\n  > Zeros.\n- b\n- c\n", "- > **Say**\n  >\n  > Zeros.\n- b\n- c"),
        ("## What is padding?\n\n> [!hint]\n> Zeros.\n", "**Hint**\n\nZeros."),
    ],
)
def test_callouts_in_callouts_are_read(callout: str, answer: str) -> None:
    found = document(f"{callout}\n## What is pooling?\n\nIt is smaller.\n\n## What is stride?\n\nA step.\n")
    assert found.cards[0].answer == answer


@pytest.mark.parametrize(
    ("below", "answer"),
    [
        ("Answer\n\nA pattern.\n", "A pattern."),
        ("解析\n\n填充。\n", "填充。"),
        ("One.\n\nTwo.\n\nAnswer\n\nThree.\n", "One.\n\nTwo.\n\nAnswer\n\nThree."),
        ("Code\nDetails\nHints\n", "Code\nDetails\nHints"),
        ("> [!tip] Say\n\nZeros.\n", "> **Say**\n>\n\nZeros."),
        ("-\n- One\n- Two\n", "- One\n- Two"),
        ("> [!answer]\n> Zeros.\n\nSo:\n\n> Words.\n", "Zeros.\n\nSo:\n\n> Words."),
        ("> [!tip] Solution\n> Zeros.\n", "Zeros."),
        ("> [!example] Code\n> Zeros.\n", "**Code**\n\nZeros."),
    ],
)
def test_what_only_announces_an_answer_is_no_part_of_it(below: str, answer: str) -> None:
    assert answers.markdown(answers.clean(scan(below.splitlines())).text) == answer


BLANKS_FOR_LETTERS = """\
# 选择题

1. 池化层的作用是（ ）
A. 降低分辨率
B. 增加通道
C. 归一化
D. 初始化

2. 属于优化器的有（  ）。
A. Adam
B. ReLU
C. SGD
D. RMSProp

"""


@pytest.mark.parametrize(
    "keys",
    [
        "答案\n\n1. A  2. ACD",
        "## 答案\n\n| 题号 | 答案 |\n|---|---|\n| 1 | A |\n| 2 | A, C, D |",
        "| 题号 | 答案 |\n|:-:|:-:|\n| 1 | A |\n| 2 | A、C、D |",
        "| 题号 | 1 | 2 |\n|---|---|---|\n| 答案 | A | A, C, D |",
        "参考答案：1.A 2.ACD",
        "【答案】1.A 2.ACD",
        "**答案：** 1-A，2-ACD",
    ],
)
def test_questions_that_leave_a_place_for_letters_are_choices(keys: str) -> None:
    found = document(f"{BLANKS_FOR_LETTERS}{keys}\n")
    right = [[at for at, one in enumerate(card.options) if one.right] for card in found.cards]
    assert right == [[0], [0, 2, 3]]
    assert [card.answer for card in found.cards] == ["", ""]
    assert found.ledger.fates[-1] == "mark"


def test_the_letter_behind_the_label_of_an_answer_is_the_key_of_options() -> None:
    asked = "".join(
        f"Q: Which padding keeps the size for k={k}?\na) 0\nb) {k // 2}\nc) {k}\nA: b\n\n" for k in (3, 5, 7)
    )
    cards = document(asked).cards
    assert [[at for at, one in enumerate(card.options) if one.right] for card in cards] == [[1], [1], [1]]
    assert [card.answer for card in cards] == ["", "", ""]


DISKS = tuple(f"What is disk {number} for?" for number in range(1, 9))
WORDS = "Some words stand here, which say what is meant.\n\n"


def answered(mark: str, asked: Sequence[str], behind: str = "") -> str:
    """Lines of one look with words below each."""
    return "".join(f"{mark}{one}{behind}\n\n{WORDS}" for one in asked)


@pytest.mark.parametrize(
    ("mark", "behind", "other"), [("→ **", "**", "→ **Arm**: it moves."), ("→ 1) ", "", "→ 1. It moves.")]
)
def test_lines_of_another_look_do_not_keep_lines_that_ask_from_being_questions(
    mark: str, behind: str, other: str
) -> None:
    others = "".join(f"{other}\n\n{WORDS}" for _ in range(8))
    assert len(questions_of(f"# Disks\n\n{answered(mark, DISKS[:4], behind)}{others}", "n.md")) == 4


def test_lines_of_one_look_that_speak_of_the_document_or_stand_twice_are_no_questions() -> None:
    asked = [*DISKS[:5], "Who is this guide for?", "What is it for?", "What is it for?"]
    assert questions_of(f"# Disks\n\n{answered('→ ', asked)}", "n.md") == [*DISKS[:5]]


def test_questions_that_stand_again_in_another_look_are_found_once() -> None:
    text = f"# Disks\n\n{answered('→ ', DISKS[:5])}{answered('» ', DISKS[:5])}"
    assert questions_of(text, "n.md") == [*DISKS[:5]]


def counted_disks(numbers: Sequence[int]) -> str:
    return "".join(f"Question {one}- What is disk {one} for?\nans- It keeps data.\n\n" for one in numbers)


LOST = "Questoin {}- What is lost?\nans- It keeps data.\n\n"


@pytest.mark.parametrize(
    ("before", "number", "after", "plain", "is_found"),
    [((1, 2), 3, (4, 5, 6), 0, True), ((1, 2), 4, (5, 6, 7), 0, False), ((1, 2), 3, (4, 5, 6), 3, False)],
)
def test_a_misspelt_label_is_known_by_its_number_where_one_is_missing_and_nearly_all_are_counted(
    before: tuple[int, ...], number: int, after: tuple[int, ...], plain: int, is_found: bool
) -> None:
    text = f"# Disks\n\n{counted_disks(before)}{LOST.format(number)}{counted_disks(after)}"
    text += "".join(f"Question: {one}\nans- It keeps data.\n\n" for one in DISKS[5 : 5 + plain])
    assert ("What is lost?" in questions_of(text, "n.md")) == is_found


@pytest.mark.parametrize(
    ("last", "behind", "is_found"),
    [("Is it fast?", "", True), ("Compare it.", "", False), ("Is it fast?", "It is.\n\n", False)],
)
def test_a_list_that_goes_on_with_the_numbers_of_headings_holds_questions_where_all_ask_and_end_the_section(
    last: str, behind: str, is_found: bool
) -> None:
    heads = "".join(f"## {number}. {one}\n\n{WORDS}" for number, one in enumerate(DISKS[:4], 1))
    text = f"# Disks\n\n{heads}5. Why is it slow?\n6. {last}\n\n{behind}# Books\n\nOne.\n"
    assert ("Why is it slow?" in questions_of(text, "n.md")) == is_found


LONG = "What happens when a model has several losses and none of them is"


@pytest.mark.parametrize(
    ("below", "question"),
    [
        ("  weighted at\n  all? → It errs.", f"{LONG} weighted at all?"),
        ("  weighted?\n  Why so? → It errs.", f"{LONG} weighted?"),
        ("  weighted\n  - so? → It errs.", LONG),
    ],
)
def test_a_question_goes_on_to_the_arrow_behind_its_first_question_mark(below: str, question: str) -> None:
    asked = "".join(f"- [Basic] {one} → It keeps data.\n" for one in DISKS[:5])
    assert questions_of(f"# Interview questions\n\n{asked}- [Basic] {LONG}\n{below}\n", "n.md")[5:6] == [question]


@pytest.mark.parametrize(
    ("above", "below", "section"), [("", "", ("Disks", "Arms")), (WORDS, "", ("Disks",)), ("", WORDS, ("Disks",))]
)
def test_a_bold_line_alone_between_numbered_questions_is_a_section(
    above: str, below: str, section: tuple[str, ...]
) -> None:
    items = [f"{number}. {one}\n\n" for number, one in enumerate(DISKS[:6], 1)]
    cards = document(f"# Disks\n\n{''.join(items[:3])}{above}**Arms**\n\n{below}{''.join(items[3:])}").cards
    assert [card.section for card in cards] == [("Disks",)] * 3 + [section] * 3


def test_a_title_without_a_heading_for_its_question_below_is_the_question() -> None:
    asked = "".join(f"## Question {number} — {one}\n\n{WORDS}" for number, one in enumerate(DISKS[:3], 1))
    text = f"# Mock interview\n\n{asked}## Question 4 — Debugging\n\nThis code fails.\n\n### Answer\n\nIt does.\n"
    assert questions_of(text, "n.md")[3:] == ["Debugging"]


@pytest.mark.parametrize(
    ("below", "question"),
    [
        ("**Speed:** How fast is it?", "What is a disk?"),
        ("How fast is it?", "What is a disk? How fast is it?"),
        (
            "How fast is it?\n\n<details>\n<summary>Answer</summary>\n\nIt keeps data.\n\n</details>",
            "What is a disk? How fast is it?",
        ),
        (
            "How fast is it?\n\n<details>\n<summary>Hint: think</summary>\n\nIt keeps data.\n\n</details>",
            "What is a disk?",
        ),
    ],
)
def test_lines_that_ask_go_on_with_the_question_alone_or_before_a_folded_answer(below: str, question: str) -> None:
    heads = "".join(f"## {number}. {one}\n\n{WORDS}" for number, one in enumerate(DISKS[:3], 1))
    assert questions_of(f"# Disks\n\n{heads}## 4. What is a disk?\n\n{below}\n", "n.md")[3:] == [question]


def test_a_heading_beside_questions_that_only_holds_numbered_ones_is_none() -> None:
    asked = ["Is it fast?", "Why is it slow?", "What is a head?", "What is an arm?"]
    heads = "".join(f"## {one}\n\n{WORDS}" for one in DISKS[:6])
    items = "".join(f"{number}. {one}\n\n   {WORDS}" for number, one in enumerate(asked, 1))
    text = f"# Disks\n\n{heads}## Arms of disks\n\n{items}## Heads\n\n{WORDS}"
    assert questions_of(text, "n.md") == [*DISKS[:6], *asked, "Heads"]


@pytest.mark.parametrize(("between", "is_joined"), [(2, True), (3, False)])
def test_a_question_goes_on_over_few_lines_to_its_arrow(between: int, is_joined: bool) -> None:
    asked = "".join(f"- [Basic] {one} → It keeps data.\n" for one in DISKS[:5])
    lines = "  weighted\n" * between + "  at all? → It errs.\n"
    question = " ".join([LONG, *["weighted"] * between, "at all?"])
    found = questions_of(f"# Interview questions\n\n{asked}- [Basic] {LONG}\n{lines}", "n.md")
    assert (question in found) == is_joined


@pytest.mark.parametrize("mark", ["?", "？"])
def test_a_question_mark_behind_the_bold_words_belongs_to_them(mark: str) -> None:
    asked = [f"- **{one}**\n\n  {WORDS}" for one in DISKS[:6]]
    text = f"# Disks\n\n{''.join(asked[:3])}- **How fast is one**{mark}\n\n  {WORDS}{''.join(asked[3:])}"
    assert questions_of(text, "n.md") == [*DISKS[:3], f"How fast is one{mark}", *DISKS[3:6]]
    # A sentence behind bold words is another one.
    assert questions_of(text.replace(mark + "\n", f" is it, they said{mark}\n"), "n.md") == [*DISKS[:6]]


def test_a_bold_line_alone_below_a_labelled_question_is_its_answer() -> None:
    text = "".join(f"Q: {one}\n\n**Arm {number}**\n\n" for number, one in enumerate(DISKS[:6], 1))
    answers = [card.answer.strip("*") for card in document(f"# Disks\n\n{text}").cards]
    assert answers == [f"Arm {number}" for number in range(1, 7)]


@pytest.mark.parametrize(
    ("mark", "below", "answer"),
    [
        ("{}. ", "", "Zeros."),
        ("**{}.** ", "", "Zeros."),
        ("{}、", "", "Zeros."),
        ("**Answer {}:** ", "", "Zeros."),
        ("{}. ", "   - One\n     - Two\n", "Zeros.\n- One\n  - Two"),
        ("{}. ", "   1. One\n   2. Two\n", "Zeros.\n1. One\n2. Two"),
        ("{}. ", "- One\n- Two\n", "Zeros.\n- One\n- Two"),
        ("{}. ", "\n   $$x$$\n", "Zeros.\n\n$$x$$"),
    ],
)
def test_answers_that_were_joined_by_number_do_not_keep_it(mark: str, below: str, answer: str) -> None:
    asked = "1. What is padding?\n2. What is stride?\n3. What is pooling?\n\n"
    answered = "".join(f"{mark.format(number)}Zeros.\n{below}\n" for number in (1, 2, 3))
    found = document(f"# Quiz\n\n{asked}## Answers\n\n{answered}")
    assert [card.answer for card in found.cards] == [answer] * 3


def test_a_number_with_decimals_begins_no_answer() -> None:
    found = document(
        "# Quiz\n\n1. What is padding?\n2. What is stride?\n3. How long is it?\n\n## Answers\n\n"
        "1. Zeros.\n2.5 times as many.\n\n2. A step.\n3. Ten.\n"
    )
    assert [card.answer for card in found.cards] == ["Zeros.\n2.5 times as many.", "A step.", "Ten."]


@pytest.mark.parametrize(
    ("titles", "answers_joined"),
    [
        (("### Basics", "### Training"), ["Zeros.", "A step.", "A rate.", "A batch."]),
        (("### One", "### Two"), [""] * 4),
    ],
)
def test_answers_to_numbers_that_begin_again_are_joined_by_section_or_not_at_all(
    titles: tuple[str, str], answers_joined: list[str]
) -> None:
    asked = (
        "## Basics\n\n1. What is padding?\n2. What is stride?\n\n## Training\n\n1. What is decay?\n2. What is data?\n"
    )
    answered = f"{titles[0]}\n\n1. Zeros.\n2. A step.\n\n{titles[1]}\n\n1. A rate.\n2. A batch.\n"
    found = document(f"# Quiz\n\n{asked}\n## Answers\n\n{answered}")
    check_ledger(found)
    assert [card.answer for card in found.cards] == answers_joined


@pytest.mark.parametrize("title", ["二、计算题", "Part II: Sums"])
def test_the_plain_title_of_a_section_is_no_part_of_the_answer_joined_before_it(title: str) -> None:
    found = document(
        f"# 题目\n\n1、什么是填充？\n2、什么是步长？\n\n{title}\n\n3、输出是多少？\n\n"
        "答案：\n\n1、补零。\n2、移动的距离。\n3、十。\n"
    )
    check_ledger(found)
    assert [card.answer for card in found.cards] == ["补零。", "移动的距离。", "十。"]
