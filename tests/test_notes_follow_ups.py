"""Follow-ups in notes: their cards say what they follow, and `d` asks them behind it, whatever becomes of the notes."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studying import context, converse, options, play

from dlquiz import bank
from dlquiz.cards import Card
from dlquiz.notes import bank_file, sidecar
from dlquiz.notes.bank_file import Changes
from dlquiz.notes.duplicates import duplicates
from dlquiz.notes.images import Pictures
from dlquiz.notes.markdown.reading import ReadingOptions, read
from dlquiz.notes.note import NoteCard

OPTIONS = ReadingOptions(Pictures("images"), lambda path: None)
NOTES = """\
### Why batch norm?

It keeps the scale.

**Follow-up:** What happens to training without it?

Smaller steps.

**Follow-up:** And at inference?

Running statistics.

### Which layer shares its weights（ B ）?

A. Linear
B. Convolution

**追问：** 在哪些轴上共享？

空间的两个轴。

### What is dropout?

**Follow-ups:**

- Is it used at inference?
- What is a usual rate?
"""


def cards_of(text: str) -> list[NoteCard]:
    return read("n.md", text.split("\n"), OPTIONS).cards


def planned(path: Path, text: str) -> Changes:
    return bank_file.plan(path, "n", "en", [("n.md", cards_of(text))])


def imported(path: Path, text: str, *, join_reworded: bool = False) -> Changes:
    changes = planned(path, text)
    bank_file.write(changes, join_reworded)
    return changes


def drafts_too(path: Path) -> dict[str, Card]:
    """The cards of a bank by the first line of their question."""
    deck = bank.load([path])
    assert deck[1] == ()
    with bank.open_bank([path], path.parent / "cache") as questions:
        return {(one.question.en or "").partition("\n")[0]: one for one in (*questions.all(), *questions.drafts())}


def follow_ups(path: Path) -> dict[str, list[str]]:
    """What follows each question that something follows."""
    cards = drafts_too(path)
    names = {card.id: question for question, card in cards.items()}
    return {question: [names[id] for id in card.then] for question, card in cards.items() if card.then}


FOLLOW_UPS = {
    "Why batch norm?": ["What happens to training without it?", "And at inference?"],
    "Which layer shares its weights（ ）?": ["在哪些轴上共享？"],
    "What is dropout?": ["Is it used at inference?", "What is a usual rate?"],
}


def test_a_card_names_its_follow_ups(tmp_path: Path) -> None:
    path = tmp_path / "n.yaml"
    imported(path, NOTES)
    assert follow_ups(path) == FOLLOW_UPS
    assert not planned(path, NOTES).any
    # What is quoted does not say which option is right.
    assert [card.asked for card in cards_of(NOTES) if card.follows][2] == (
        "在哪些轴上共享？\n\n> Which layer shares its weights（ ）?"
    )


def test_d_asks_the_follow_up_of_a_note(tmp_path: Path) -> None:
    path = tmp_path / "bank" / "small.yaml"
    imported(path, NOTES)
    cards = drafts_too(path)
    first, second = (cards[question].id for question in FOLLOW_UPS["Why batch norm?"])
    with context(tmp_path) as at:
        deeper = [{"reply": ""}, {"command": "follow_up"}]
        asked = [cards["Why batch norm?"].id, cards["What is dropout?"].id]
        events = play(converse(at, options(at, asked)), [*deeper, {"reply": ""}, {"rating": "good"}])
    questions = [event for event in events if event["event"] == "question"]
    assert [event["card"] for event in questions] == [asked[0], first]
    assert questions[1]["text"] == "What happens to training without it?\n\n> Why batch norm?"
    assert second not in [event["card"] for event in questions]


def test_what_an_earlier_dlquiz_imported_gets_its_follow_ups_once(tmp_path: Path) -> None:
    path = tmp_path / "n.yaml"
    imported(path, NOTES)
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join(line for line in lines if not line.startswith("    then:")), encoding="utf-8")
    beside = sidecar.path_of(path)
    known = json.loads(beside.read_text(encoding="utf-8"))
    for card in known["cards"].values():
        card["fields"].pop("then", None)
    beside.write_text(json.dumps(known), encoding="utf-8")
    assert follow_ups(path) == {}
    assert [*imported(path, NOTES).changed.values()] == [("then",)] * 3
    assert follow_ups(path) == FOLLOW_UPS
    assert not planned(path, NOTES).any


def test_follow_ups_that_the_person_wrote_or_deleted_stay_so(tmp_path: Path) -> None:
    path = tmp_path / "n.yaml"
    imported(path, NOTES)
    cards = drafts_too(path)
    norm, dropout = cards["Why batch norm?"], cards["What is dropout?"]
    text = path.read_text(encoding="utf-8").replace(f"then: [{', '.join(norm.then)}]", f"then: [{dropout.id}]")
    begin = text.index(f"  - id: {dropout.then[1]}")
    path.write_text(text[:begin].replace(f", {dropout.then[1]}]", "]"), encoding="utf-8")
    own = {**FOLLOW_UPS, "Why batch norm?": ["What is dropout?"], "What is dropout?": ["Is it used at inference?"]}
    assert follow_ups(path) == own
    more = NOTES.replace("### What is dropout?", "**Follow-up:** And for one example?\n\nNo.\n\n### What is dropout?")
    more = more.replace("### Which", "**Follow-up:** Where does it stand?\n\nBefore.\n\n### Which")
    changes = imported(path, more)
    assert changes.edited == {norm.id: ("then",)}
    assert changes.deleted == [dropout.then[1]]
    shares = "Which layer shares its weights（ ）?"
    assert follow_ups(path) == own | {shares: ["在哪些轴上共享？", "And for one example?"]}
    assert not planned(path, more).any


def test_a_reworded_follow_up_is_still_named(tmp_path: Path) -> None:
    path = tmp_path / "n.yaml"
    imported(path, NOTES)
    old = drafts_too(path)["What happens to training without it?"].id
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n  - {{id: my-own, kind: open, question: Mine?, answer: Yes., then: [{old}]}}\n")
    other = NOTES.replace("What happens to training", "What happens to the training").replace(
        "Why batch", "Why a batch"
    )
    changes = planned(path, other)
    assert old in changes.reworded.values(), "the quote does not stand between the two"
    bank_file.write(changes, join_reworded=True)
    assert follow_ups(path)["Mine?"] == ["What happens to the training without it?"]
    assert follow_ups(path)["Why a batch norm?"][0] == "What happens to the training without it?"
    assert not planned(path, other).any


def test_the_same_follow_up_is_a_duplicate_and_one_of_another_question_is_none(tmp_path: Path) -> None:
    path = tmp_path / "n.yaml"
    imported(path, NOTES)
    cards = drafts_too(path)
    of_dropout = NOTES.replace("Is it used at inference?", "And at inference?").replace(
        "And at inference?", "Where?", 1
    )
    found = {
        name: duplicates({"new": (card.question, card.asked)}, cards.values()).get("new")
        for name, text in (("same", NOTES), ("other", of_dropout))
        for card in cards_of(text)
        if card.question == "And at inference?"
    }
    assert found == {"same": cards["And at inference?"].id, "other": None}


def test_what_is_quoted_is_no_line_of_the_follow_up(tmp_path: Path) -> None:
    found = read("n.md", NOTES.split("\n"), OPTIONS)
    assert sum(found.ledger.counts().values()) == len(NOTES.split("\n"))
    for number, card in enumerate(found.cards):
        own = [at + 1 for at, one in enumerate(found.ledger.cards) if one == number]
        assert card.followed_line not in own
        assert card.line in own


@pytest.mark.parametrize("label", ["**🔴 Follow-up:**", "🔴 **Follow-up:**", "**🔴 Follow-up**:", "🔴 追问："])
def test_a_sign_before_a_label_is_no_part_of_it(label: str) -> None:
    follow_up = cards_of(f"### Why batch norm?\n\nIt keeps the scale.\n\n{label} And at inference?\n\nAverages.\n")[1]
    assert (follow_up.question, follow_up.follows, follow_up.answer) == (
        "And at inference?",
        "Why batch norm?",
        "Averages.",
    )
    assert not cards_of(
        "### Why batch norm?\n\nIt keeps the scale.\n\n✅ **Result:** And at inference?\n\nAverages.\n"
    )[1:]


SUBJECTS = """\
# Backend

## HTTP status codes

Some words about 200 and 404.

### Follow-ups

- What is 418?
- When is 301 used?

## Cookies

### What is a cookie?

A pair.

### Tricky follow-ups (security)

- What is SameSite?
- Who sets it?

## Queues

### Why a queue?

Decoupling.

### What is a topic?

A name.

**常见追问与回答：**

- 如何保证顺序？

### Follow-ups

- Which one do you use?
"""


def test_a_follow_up_follows_the_only_question_of_its_section_or_its_subject() -> None:
    follows = {card.question: (card.follows, card.followed_line) for card in cards_of(SUBJECTS) if card.follows}
    cookie, topic = (SUBJECTS.split("\n").index(f"### What is a {one}?") + 1 for one in ("cookie", "topic"))
    assert follows == {
        "What is 418?": ("HTTP status codes", 0),
        "When is 301 used?": ("HTTP status codes", 0),
        "What is SameSite?": ("What is a cookie?", cookie),
        "Who sets it?": ("What is a cookie?", cookie),
        "如何保证顺序？": ("What is a topic?", topic),
        "Which one do you use?": ("Queues", 0),
    }
    # The only section with follow-ups may be that of all questions.
    alone = SUBJECTS[: SUBJECTS.index("## Cookies")]
    assert not any(card.follows for card in cards_of(alone))


@pytest.mark.parametrize("question", ["a word " * 60, "$\\frac{a}{b}$ " * 40, "`code` " * 60])
def test_a_long_question_is_quoted_in_part(question: str) -> None:
    quote = NoteCard((), "And?", "", 1, follows=question).asked.partition("\n\n> ")[2]
    assert 150 < len(quote) <= 200
    assert quote.endswith("…")
    assert quote.count("$") % 2 == quote.count("`") % 2 == 0


# A question by its letter, and whether it follows up the one before it; those of few letters come again.
PARTS = st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans()), min_size=1, max_size=7)


def text_of(parts: list[tuple[str, bool]]) -> str:
    asked = (f"**Follow-up:** What is {letter}?" if follows else f"### What is {letter}?" for letter, follows in parts)
    return "### Why?\n\nSo.\n\n" + "\n\n".join(f"{question}\n\nWords." for question in asked)


@given(st.lists(PARTS, min_size=2, max_size=4))
def test_follow_ups_lead_to_cards_and_never_in_a_circle(versions: list[list[tuple[str, bool]]]) -> None:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "n.yaml"
        for parts in versions:
            changes = planned(path, text_of(parts))
            if changes.any:
                bank_file.write(changes)
            assert not planned(path, text_of(parts)).any
            assert [str(one) for one in bank.load([path])[1] if one.severity == "error"] == []
