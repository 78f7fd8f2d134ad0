"""`dlquiz import` of notes: what is shown, what is written, and what a second import changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple, get_args

import pytest
import yaml
from notes_files import FILES

from dlquiz import bank
from dlquiz.cards import Cloze, Language
from dlquiz.cli import main
from dlquiz.errors import DlquizError
from dlquiz.files import write_atomically
from dlquiz.messages.importing import PHRASES
from dlquiz.notes import sidecar
from dlquiz.notes.ledger import FATES
from dlquiz.notes.markdown.habits import looks
from dlquiz.notes.markdown.habits.names import GUESSED, HABITS, Found, HabitChoice
from dlquiz.notes.markdown.titles import Header, Headers, header_of
from dlquiz.notes.sources import bank_of, stem_of

pytestmark = pytest.mark.usefixtures("few_questions")

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


class Terminal(StringIO):
    """Keys that a person types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def dlquiz(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str | Path) -> Ran:
        monkeypatch.setattr("sys.argv", ["dlquiz", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        text = capsys.readouterr()
        return Ran(int(left.value.code or 0), text.out, text.err)

    return run


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Where a person's own banks lie."""
    return tmp_path / "home" / "questions"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


NOTES = """\
### 1. What is a?

Words on a.

### 2. What is b?

### 3. What is c, and why does it matter in training?

Words on c.
"""


def test_notes_become_a_bank_that_study_reads(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    notes = write(tmp_path / "My notes.md", NOTES)
    shown = dlquiz("import", notes, "--dry-run")
    assert shown.code == 0
    assert "My notes.md: 9 lines, English, utf-8; 3 questions, 1 without an answer (F1, numbered headings)" in shown.out
    assert "new  5  draft   What is b?" in shown.out
    nothing = dlquiz("import", write(tmp_path / "笔记.md", "只有一段话。\n"), "--dry-run", "--json").json["banks"][0]
    assert (nothing["language"], nothing["cards"]) == ("zh", [])
    assert not own.exists()
    done = dlquiz("import", notes, "--yes")
    assert done.code == 0
    assert f"written: {own / 'My-notes.yaml'}" in done.out
    cards, problems = bank.load([own])
    assert problems == ()
    assert [card.question.en for card in cards] == ["What is a?", "What is c, and why does it matter in training?"]
    listed = dlquiz("bank", "list", "--drafts", "--json").json["cards"]
    assert [card["question"]["en"] for card in listed] == ["What is b?"]
    assert all(card.id.startswith("my-notes-") and len(card.id) == len("my-notes-") + 8 for card in cards)


def bank_and_sidecar(path: Path) -> tuple[Path, Path]:
    return path, sidecar.path_of(path)


def test_banks_of_all_habits_are_without_problems_and_a_second_import_says_nothing_new(
    dlquiz: Run, tmp_path: Path, own: Path
) -> None:
    notes = [write(tmp_path / f"{name}.md", file.text) for name, file in FILES.items()]
    facts = dlquiz("import", *notes, "--yes", "--json").json
    assert facts["written"]
    assert len(facts["banks"]) == len(FILES)
    for one in facts["banks"]:
        only = one["files"][0]
        assert sum(row["to"] - row["from"] + 1 for row in only["ledger"]) == only["lines"]
        assert {row["card"] for row in only["ledger"]} - {None} == {card["id"] for card in one["cards"]}
    written = [file for name in FILES for file in bank_and_sidecar(own / f"{stem_of(name)}.yaml")]
    before = [file.read_bytes() for file in written]
    again = dlquiz("import", *notes)
    assert again.code == 0
    assert again.out.count(": nothing new\n") == len(FILES)
    assert [file.read_bytes() for file in written] == before
    checked = dlquiz("bank", "check", own)
    assert checked.code == 0, checked.out


def test_nobody_is_asked_outside_a_terminal(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    for also in ([], ["--json"]):
        refused = dlquiz("import", write(tmp_path / "n.md", NOTES), *also)
        assert refused.code == 1
        assert "pass --yes" in refused.err
    assert not own.exists()


def test_changes_come_and_edits_stay(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    notes = write(tmp_path / "n.md", NOTES)
    dlquiz("import", notes, "--yes")
    path = own / "n.yaml"
    edited = path.read_text(encoding="utf-8").replace("'Words on c.'", "'My words on c.' # mine")
    write(path, edited.replace("kind: open\n", "kind: open\n    weight: 4\n", 1))
    changed = NOTES.replace("Words on a.", "More words\n\non a.").replace("Words on c.", "New words on c.")
    write(notes, changed.replace("What is b?\n", "What is b?\n\nAt last.\n") + "\n### 4. What is d?\n\nNew.\n")
    done = dlquiz("import", notes, "--yes", "--json").json["banks"][0]
    by_question = {card["question"]: card["id"] for card in done["cards"]}
    assert {card["question"]: card["status"] for card in done["cards"]} == {
        "What is a?": "changed",
        "What is b?": "changed",
        "What is c, and why does it matter in training?": "same",
        "What is d?": "new",
    }
    assert done["changed"] == {by_question["What is a?"]: ["answer"], by_question["What is b?"]: ["answer", "draft"]}
    assert list(done["edited"].values()) == [["answer"]]
    cards, problems = bank.load([own])
    assert problems == ()
    answers = {card.question.en: card.answer.en for card in cards if card.answer}
    assert answers == {
        "What is a?": "More words\n\non a.",
        "What is b?": "At last.",
        "What is c, and why does it matter in training?": "My words on c.",
        "What is d?": "New.",
    }
    assert cards[0].weight == 4
    assert "# mine" in path.read_text(encoding="utf-8")
    assert "nothing new" in dlquiz("import", notes).out


def test_an_import_that_was_ended_between_its_two_files_goes_on(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    """The bank is written, what an import keeps beside it is not."""
    notes, bank_, beside = tmp_path / "n.md", own / "n.yaml", own / "n.import.json"
    write(notes, NOTES)
    dlquiz("import", notes, "--yes")
    first, known = bank_.read_text(), beside.read_text()
    beside.unlink()
    assert dlquiz("import", notes, "--yes").code == 0
    assert (bank_.read_text(), beside.read_text()) == (first, known)
    write(notes, NOTES.replace("Words on a.", "Other words on a."))
    dlquiz("import", notes, "--yes")
    beside.write_text(known)
    assert dlquiz("import", notes, "--yes", "--json").json["banks"][0]["edited"] == {}
    assert dlquiz("import", write(notes, NOTES), "--yes", "--json").json["banks"][0]["changed"]
    assert bank_.read_text() == first
    beside.unlink()
    bank_.write_text(first.replace("Words on a.", "My words on a."))
    refused = dlquiz("import", notes, "--yes")
    assert refused.code == 1
    assert "no import wrote it" in refused.err


def test_gone_reworded_and_deleted_questions(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    notes = write(tmp_path / "n.md", NOTES)
    dlquiz("import", notes, "--yes")
    old = {card.question.en: card.id for card in bank.load([own])[0]}
    write(notes, NOTES.replace("What is c, and why does it matter in training?", "What is c, and why does it matter?"))
    shown = dlquiz("import", notes, "--dry-run")
    gone = old["What is c, and why does it matter in training?"]
    was = "What is c, and why does it matter in training?"
    line = NOTES[: NOTES.index(was)].count("\n") + 1
    assert f"\n  {line}: What is c, and why does it matter? — was probably {gone}: {was}\n" in shown.out
    assert f"1 gone from the notes, kept in the bank:\n  {gone}: {was}\n" in shown.out
    assert "1 new, 0 changed, 2 as before, 1 gone from the notes" in shown.out
    assert "1 reworded (--reworded lets the new one take over the history):" in shown.out
    joined = dlquiz("import", notes, "--yes", "--reworded")
    assert "1 reworded, the new one takes over the history of the old one:\n" in joined.out
    assert "--reworded" not in joined.out
    assert "kept in the bank" not in joined.out
    cards, problems = bank.load([own])
    assert problems == ()
    assert [card.formerly for card in cards] == [(), (gone,)]
    assert "nothing new" in dlquiz("import", notes).out
    # A card that the person deletes stays deleted, and one that the notes drop stays in the bank.
    text = (own / "n.yaml").read_text(encoding="utf-8")
    first = text.index("  - id: " + old["What is a?"])
    write(own / "n.yaml", text[:first] + text[text.index("  - id: ", first + 5) :])
    assert dlquiz("import", notes, "--json", "--dry-run").json["banks"][0]["deleted"] == [old["What is a?"]]
    write(notes, NOTES + "### 4. What is d?\n")
    assert "1 deleted by you, so left out:\n  1: What is a?\n" in dlquiz("import", notes, "--dry-run").out
    write(notes, "### 1. What is b?\n")
    kept = dlquiz("import", notes, "--json", "--dry-run").json["banks"][0]["gone"]
    assert kept == [cards[1].id]


def test_reworded_questions_that_were_imported_as_new_say_what_to_do(
    dlquiz: Run, tmp_path: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = write(tmp_path / "n.md", NOTES)
    dlquiz("import", notes, "--yes")
    assert "no question was reworded, so --reworded changes nothing\n" in dlquiz("import", notes, "--reworded").out
    was, now = "What is c, and why does it matter in training?", "What is c, and why does it matter?"
    write(notes, NOTES.replace(was, now))
    dlquiz("import", notes, "--yes")
    assert "formerly" not in dlquiz("import", notes).out
    ids = {card.question.en: card.id for card in bank.load([own])[0]}
    late = dlquiz("import", notes, "--reworded", "--yes").out
    assert "1 reworded, imported as new before; --reworded joins only what is not in the bank yet:\n" in late
    assert f": {now} ({ids[now]}) — was probably {ids[was]}: {was}\n" in late
    assert "write formerly: [the old id] below the new id and delete the old card" in late
    monkeypatch.setenv("DLQUIZ_LANG", "zh")
    assert "要让新题接过复习记录：" in dlquiz("import", notes, "--reworded").out
    monkeypatch.delenv("DLQUIZ_LANG")
    # What it says works.
    path = own / "n.yaml"
    text = path.read_text(encoding="utf-8")
    begin = text.index(f"  - id: {ids[was]}\n")
    end = text.index("  - id: ", begin + 5)
    text = text[:begin] + text[end:].replace(f"id: {ids[now]}\n", f"id: {ids[now]}\n    formerly: [{ids[was]}]\n")
    write(path, text)
    cards, problems = bank.load([own])
    assert problems == ()
    assert [card.formerly for card in cards if card.id == ids[now]] == [(ids[was],)]
    assert "nothing new" in dlquiz("import", notes, "--reworded").out
    assert path.read_text(encoding="utf-8") == text


def test_reworded_questions_are_joined_beside_others_that_were_imported_as_new(dlquiz: Run, tmp_path: Path) -> None:
    asked = ["What is c, and why does it matter in training?", "How does d help where labels are few?"]
    now = ["What is c, and why does it matter?", "How does d help where few labels are?"]
    text = "".join(f"### {at}. {question}\n\nWords.\n\n" for at, question in enumerate((*asked, "What is e?"), 1))
    notes = write(tmp_path / "n.md", text)
    dlquiz("import", notes, "--yes")
    write(notes, text.replace(asked[0], now[0]))
    dlquiz("import", notes, "--yes")
    write(notes, text.replace(asked[0], now[0]).replace(asked[1], now[1]))
    said = dlquiz("import", notes, "--reworded", "--yes").out
    joined, _, before = said.partition("1 reworded, imported as new before;")
    assert f": {asked[1]}\n" in joined.partition("1 reworded, the new one takes over the history of the old one:")[2]
    assert f": {asked[0]}\n" in before
    assert asked[1] not in before
    assert "write formerly: [the old id]" in before
    assert "changes nothing" not in said


def test_a_question_that_the_person_deleted_is_no_reworded_one(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    notes = write(tmp_path / "n.md", NOTES)
    dlquiz("import", notes, "--yes")
    now = "What is c, and why does it matter?"
    write(notes, NOTES.replace("What is c, and why does it matter in training?", now))
    dlquiz("import", notes, "--yes")
    text = (own / "n.yaml").read_text(encoding="utf-8")
    write(own / "n.yaml", text[: text.rindex("  - id: ")])
    assert now not in (own / "n.yaml").read_text(encoding="utf-8")
    said = dlquiz("import", notes, "--reworded").out
    assert "1 deleted by you, so left out:" in said
    assert "imported as new before" not in said
    assert "no question was reworded" in said


def test_notes_called_as_a_shipped_deck_are_a_deck_of_their_own(
    dlquiz: Run, tmp_path: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path / "shipped"
    card = "{id: pool-why, kind: open, question: {en: Why pool?}, answer: {en: For size.}}"
    write(shipped / "pooling.yaml", f"deck: pooling\ntitle: {{en: Pooling, zh: 池化}}\ncards:\n  - {card}\n")
    monkeypatch.setattr(bank, "shipped_questions", lambda: shipped)
    for name in ("pooling", "other"):
        dlquiz("import", write(tmp_path / f"{name}.md", NOTES), "--yes")
    assert sorted(path.name for path in own.glob("*.yaml")) == ["other.yaml", "pooling-notes.yaml"]
    rows = dlquiz("bank", "decks", "--json").json["decks"]
    assert {row["name"]: row["title"] for row in rows} == {
        "pooling": "Pooling",
        "pooling-notes": "pooling-notes",
        "other": "other",
    }
    assert bank_of(own, "Pooling", {"pooling"}) == own / "Pooling-notes.yaml"
    # What an earlier version imported stays where it is.
    (own / "pooling-notes.yaml").rename(own / "pooling.yaml")
    (own / "pooling-notes.import.json").rename(own / "pooling.import.json")
    assert f"{own / 'pooling.yaml'}: " in dlquiz("import", tmp_path / "pooling.md").out


SECTIONS = "## Layers\n\n### 1. Why pad?\n\nTo keep the size.\n\n### 2. Why stride?\n\nTo shrink.\n\n"


def test_cards_below_a_heading_that_was_renamed_are_the_same(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    notes = write(tmp_path / "n.md", SECTIONS)
    ids = [card["id"] for card in dlquiz("import", notes, "--yes", "--json").json["banks"][0]["cards"]]
    path = own / "n.yaml"
    write(path, path.read_text().replace("'To shrink.'", "'My words.'"))
    write(notes, SECTIONS.replace("Layers", "Convolution layers"))
    shown = dlquiz("import", notes, "--dry-run").out
    assert "0 new, 2 changed, 0 as before, 0 gone from the notes" in shown
    moved = "2 moved below other headings or to other files, still the same cards:\n  3: Why pad?\n  7: Why stride?\n"
    assert moved in shown
    done = dlquiz("import", notes, "--yes", "--json").json["banks"][0]
    assert [(card["id"], card["status"]) for card in done["cards"]] == [(id, "changed") for id in ids]
    assert (done["moved"], done["gone"], done["reworded"]) == (ids, [], {})
    assert list(done["changed"].values()) == [["tags"], ["tags"]]
    assert "'My words.'" in path.read_text()
    assert "nothing new" in dlquiz("import", notes).out
    # A question that takes the old place is another card.
    write(notes, SECTIONS + SECTIONS.replace("Layers", "Convolution layers"))
    both = dlquiz("import", notes, "--yes", "--json").json["banks"][0]
    assert [card["status"] for card in both["cards"]] == ["new", "new", "same", "same"]
    assert len({card["id"] for card in both["cards"]}) == 4
    assert "nothing new" in dlquiz("import", notes).out


def test_what_a_person_edited_is_named_by_its_line_its_words_and_what_was_edited(
    dlquiz: Run, tmp_path: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = write(tmp_path / "n.md", SECTIONS)
    dlquiz("import", notes, "--yes")
    write(own / "n.yaml", (own / "n.yaml").read_text().replace("'To shrink.'", "'My words.'"))
    write(notes, SECTIONS.replace("To shrink.", "To make it smaller.") + "### 3. Why dilate?\n")
    shown = dlquiz("import", notes, "--dry-run").out
    assert "1 edited by you, so kept as they are:\n  7: Why stride? (answer)\n" in shown
    monkeypatch.setenv("DLQUIZ_LANG", "zh")
    assert "你自己改过，保持不变，1 题：\n  7：Why stride?（答案）\n" in dlquiz("import", notes, "--dry-run").out


def test_a_translation_that_a_person_added_stays(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    options = "A) a size\nB) a step\nC) a loss\n\nAnswer: A\n\nIt is kept.\n"
    notes = write(tmp_path / "n.md", f"### 1. Why pad?\n\nTo keep it.\n\n### 2. What is it?\n\n{options}")
    dlquiz("import", notes, "--yes")
    bank_text = (own / "n.yaml").read_text(encoding="utf-8")
    for english, chinese in (("To keep it.", "保持大小。"), ("a step", "步幅")):
        bank_text = bank_text.replace(f"'{english}'", f"{{en: '{english}', zh: '{chinese}'}}")
    write(own / "n.yaml", bank_text)
    assert "nothing new" in dlquiz("import", notes, "--yes").out
    write(notes, notes.read_text().replace("To keep it.", "To keep the size.").replace("a loss", "a batch"))
    facts = dlquiz("import", notes, "--yes", "--json").json["banks"][0]
    assert [*facts["edited"].values()] == [["answer"], ["options"]]
    assert (own / "n.yaml").read_text(encoding="utf-8") == bank_text


def test_the_words_of_holes_change_with_the_notes_and_edited_ones_stay(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    """Also where the import before did not remember any, as that of an older version."""
    cards = "C: A softmax sums to [one] at last.\n\nC: A mean is a [sum] of parts.\n\nQ: Why pad?\nA: To keep it.\n"
    notes = write(tmp_path / "n.md", cards)
    dlquiz("import", notes, "--yes")
    remembered = sidecar.path_of(own / "n.yaml")
    older = json.loads(remembered.read_text())
    for one in older["cards"].values():
        one["fields"].pop("holes", None)
    write(remembered, json.dumps(older))
    write(notes, cards.replace("To keep it.", "To keep the size."))
    facts = dlquiz("import", notes, "--yes", "--json").json["banks"][0]
    assert ([*facts["changed"].values()], facts["edited"]) == ([["answer"]], {})
    bank_file = own / "n.yaml"
    write(bank_file, bank_file.read_text().replace("- answer: 'sum'", "- answer: 'sum'\n        accept: [total]"))
    write(notes, cards.replace("[one]", "[1]").replace("[sum]", "[quotient]").replace("keep it", "keep the size"))
    facts = dlquiz("import", notes, "--yes", "--json").json["banks"][0]
    assert ([*facts["changed"].values()], [*facts["edited"].values()]) == ([["holes"]], [["holes"]])
    found, problems = bank.load([own])
    assert problems == ()
    bodies = [card.body for card in found]
    assert [[hole.answer for hole in body.holes] for body in bodies if isinstance(body, Cloze)] == [["1"], ["sum"]]


def test_a_title_of_parts_is_no_card_that_moved(dlquiz: Run, tmp_path: Path) -> None:
    """`Definition` of one subject is not that of another, which took its place."""
    parts = "## {}\n\n### Definition\n\nThat of {}.\n\n"
    notes = write(tmp_path / "n.md", parts.format("a", "a") + parts.format("b", "b"))
    first = dlquiz("import", notes, "--yes", "--json", "--heading-level", "3").json["banks"][0]["cards"]
    write(notes, parts.format("c", "c") + parts.format("b", "b"))
    assert dlquiz("import", notes, "--dry-run", "--json").json["banks"][0]["moved"] == []
    write(notes, parts.format("c", "a") + parts.format("d", "b"))
    assert dlquiz("import", notes, "--dry-run", "--json").json["banks"][0]["moved"] == [card["id"] for card in first]


def test_cards_of_a_file_that_was_renamed_in_a_directory_are_the_same(dlquiz: Run, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write(notes / "a.md", SECTIONS)
    first = dlquiz("import", notes, "--yes", "--json").json["banks"][0]["cards"]
    (notes / "a.md").rename(notes / "b.md")
    again = dlquiz("import", notes, "--yes", "--json").json["banks"][0]
    assert ([card["id"] for card in again["cards"]], again["gone"]) == ([card["id"] for card in first], [])
    (notes / "b.md").rename(tmp_path / "b.md")
    write(notes / "c.md", "### 1. What is new?\n\nThis.\n")
    assert len(dlquiz("import", notes, "--dry-run", "--json").json["banks"][0]["gone"]) == 2


TWO_FILES = {
    "x.md": "## What is a?\n\nOne.\n\n## What is b?\n\nTwo.\n",
    "y.md": "## What is a?\n\nOther.\n\n## What is c?\n\nThree.\n",
}


@pytest.mark.parametrize("together", [True, False])
def test_a_question_in_two_files_is_a_card_of_each_and_is_named(
    dlquiz: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: bool
) -> None:
    """Imported one after the other, the second file took the card of the first, with its answer."""
    first, second = (write(tmp_path / name, text) for name, text in TWO_FILES.items())
    target = ("--as-bank", tmp_path / "all.yaml")
    if not together:
        dlquiz("import", first, *target, "--yes")
    files = [first, second] if together else [second]
    place, other = ("y.md:1", "x.md:1") if together else ("1", "x.md")
    shown = dlquiz("import", *files, *target, "--dry-run").out
    assert shown.endswith(
        f"\n1 asked in another file too, each a card of its own:\n  {place}: What is a? — also in {other}\n"
    )
    repeated = dlquiz("import", *files, *target, "--yes", "--json").json["banks"][0]["repeated"]
    cards, _ = bank.load([tmp_path / "all.yaml"])
    assert [card.question.en for card in cards] == ["What is a?", "What is b?", "What is a?", "What is c?"]
    assert [card.answer.en for card in cards if card.answer] == ["One.", "Two.", "Other.", "Three."]
    assert repeated == {cards[2].id: cards[0].id}
    for files in ([first], [second], [first, second], [second, first]):
        assert dlquiz("import", *files, *target, "--yes").out.endswith("all.yaml: nothing new\n")
    monkeypatch.setenv("DLQUIZ_LANG", "zh")
    write(second, TWO_FILES["y.md"] + "## What is b?\n\nMore.\n")
    shown = dlquiz("import", second, *target, "--dry-run").out
    assert "\n另一个文件里也有，各成一张卡，1 题：\n  8：What is b? —— x.md 里也有\n" in shown


def test_a_file_of_a_bank_that_has_another_name_now_keeps_its_cards(dlquiz: Run, tmp_path: Path) -> None:
    target = ("--as-bank", tmp_path / "all.yaml")
    notes = write(tmp_path / "x.md", TWO_FILES["x.md"])
    first = dlquiz("import", notes, *target, "--yes", "--json").json["banks"][0]["cards"]
    again = dlquiz("import", notes.rename(tmp_path / "z.md"), *target, "--yes", "--json").json["banks"][0]
    assert ([card["id"] for card in again["cards"]], again["moved"]) == ([card["id"] for card in first],) * 2
    assert dlquiz("import", tmp_path / "z.md", *target, "--yes").out.endswith("all.yaml: nothing new\n")


def test_files_and_directories_become_banks(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    write(tmp_path / "course" / "2.md", "## What is a?\n\nTwo.\n\n## What is b?\n\nb\n")
    write(tmp_path / "course" / "10.md", "## What is a?\n\nTen.\n\n## What is d?\n\nd\n")
    write(tmp_path / "course" / "deep" / "x.markdown", "Q: What is e?\nA: e\n\nQ: What is f?\nA: f\n")
    write(tmp_path / "course" / ".git" / "y.md", "## What is g?\n\ng\n")
    other = write(tmp_path / "other.txt", "1. What is h? h\n2. What is i? i\n")
    facts = dlquiz("import", tmp_path / "course", other, "--yes", "--json").json
    assert [Path(one["bank"]).name for one in facts["banks"]] == ["course.yaml", "other.yaml"]
    assert [one["file"] for one in facts["banks"][0]["files"]] == ["2.md", "10.md", "deep/x.markdown"]
    assert len({card["id"] for card in facts["banks"][0]["cards"]}) == 6
    assert dlquiz("bank", "check", own).code == 0
    out = tmp_path / "all.yaml"
    assert dlquiz("import", tmp_path / "course", other, "--as-bank", out, "--yes").code == 0
    assert len(bank.load([out])[0]) == 8
    # A part of what a bank was made of says nothing of the rest.
    again = dlquiz("import", other, "--as-bank", out)
    assert "nothing new" in again.out


def test_a_file_may_be_one_card(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    for name in ("What_is_ANR", "What_is_Lint", "How_to_test", "Why_Kotlin", "What_is_a_View"):
        write(tmp_path / "cards" / f"{name}.md", f"# {name[-4:]}\n\nWords.\n\n## Diagnose\n\n- more\n")
    write(tmp_path / "cards" / "README.md", "# Cards\n\nThese are cards.\n")
    facts = dlquiz("import", tmp_path / "cards", "--yes", "--json").json["banks"][0]
    assert [card["question"] for card in facts["cards"]] == [
        "How to test",
        "What is ANR",
        "What is Lint",
        "What is a View",
        "Why Kotlin",
    ]
    first = bank.load([own])[0][0]
    assert first.answer is not None
    assert first.answer.en == "Words.\n\n## Diagnose\n\n- more"
    single = write(tmp_path / "one.md", "# Why pad?\n\nWords.\n\n## What does it keep?\n\nThe size.\n")
    only = dlquiz("import", single, "--dry-run", "--json").json["banks"][0]
    assert [card["question"] for card in only["cards"]] == ["Why pad?"]


def test_pictures_lie_beside_the_bank(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    write(tmp_path / "book" / "n.md", "### 1. What is a?\n\n![a](../img/a.png)\n\n### 2. What is b?\n\n![](no.png)\n")
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "a.png").write_bytes(PNG)
    facts = dlquiz("import", tmp_path / "book" / "n.md", "--yes", "--json").json["banks"][0]
    assert facts["pictures"] == {"kept": 1, "missing": ["no.png"], "remote": [], "formulas": 0}
    kept = list((own / "n-images").iterdir())
    assert [path.read_bytes() for path in kept] == [PNG]
    assert [card["draft"] for card in facts["cards"]] == [False, True]
    shown = bank.load([own])[0][0]
    assert shown.answer is not None
    assert shown.answer.en == f"![a](n-images/{kept[0].name})"


PAGE = """\
<!DOCTYPE html>
<html><head><title>x</title><style>h1 { color: red }</style></head>
<body>
<h1>Notes</h1>
<h2>1. What is a <b>kernel</b>?</h2>
<p>A small tensor,
with weights &amp; a bias.</p>
<ul><li>odd</li><li>square<ol><li>3</li></ol></li></ul>
<h2>2. How large is it?</h2><p><span class="katex"><span class="katex-mathml"><math><semantics><mi>k</mi>
<annotation encoding="application/x-tex">k^2 c</annotation></semantics></math></span>
<span class="katex-html">kkk</span></span></p>
<pre><code>## no heading
x</code></pre>
<script>1. What is this?</script>
<h2>3. What is stride?</h2>
<img src="gone.png" alt="steps">
</body></html>
"""


def test_a_page_of_html(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    notes = write(tmp_path / "n.html", PAGE)
    facts = dlquiz("import", notes, "--yes", "--json").json["banks"][0]
    assert [(card["line"], card["question"]) for card in facts["cards"]] == [
        (5, "What is a **kernel**?"),
        (9, "How large is it?"),
        (15, "What is stride?"),
    ]
    first, second = bank.load([own])[0]
    assert first.answer is not None
    assert first.answer.en == "A small tensor, with weights & a bias.\n\n- odd\n- square\n   1. 3"
    assert second.answer is not None
    assert second.answer.en == "$k^2 c$\n\n```\n## no heading\nx\n```"
    only = facts["files"][0]
    fates = {at: one["fate"] for one in only["ledger"] for at in range(one["from"], one["to"] + 1)}
    assert len(fates) == only["lines"] == 17
    assert [fates[at] for at in (2, 4, 5, 6, 9, 14, 15, 16)] == [
        "mark", "section", "question", "answer", "question", "mark", "question", "answer",
    ]  # fmt: skip
    assert "nothing new" in dlquiz("import", notes).out


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.csv", 'id,Question,Answer,Tags\n1,"What is a, really?","one\ntwo",x y\n2,What is b?,,z\n'),
        ("t.tsv", "What is a, really?\tone<br>two\nWhat is b?\t\n"),
        ("t.txt", "#separator:tab\n#html:true\nWhat is a, really?\tone<div>two</div>\nWhat is b?\t\n"),
        ("t.csv", "问题;答案\nWhat is a, really?;one<br>two\n\nWhat is b?;\n"),
    ],
)
def test_tables_of_cards(dlquiz: Run, tmp_path: Path, own: Path, name: str, text: str) -> None:
    facts = dlquiz("import", write(tmp_path / name, text), "--yes", "--json", "--lang", "en").json["banks"][0]
    assert [(card["question"], card["draft"]) for card in facts["cards"]] == [
        ("What is a, really?", False),
        ("What is b?", True),
    ]
    only = facts["files"][0]
    assert sum(one["to"] - one["from"] + 1 for one in only["ledger"]) == only["lines"]
    assert {one["fate"] for one in only["ledger"]} <= {"question", "mark", "front matter"}
    cards, problems = bank.load([own])
    assert problems == ()
    assert cards[0].answer is not None
    assert cards[0].answer.en is not None
    assert cards[0].answer.en.split() == ["one", "two"]


TWO_LANGUAGES = """\
cards:
  - id: why-pad
    kind: open
    question: {en: Why pad?, zh: 为什么要填充？}
    answer: {en: "- To keep the size, `<b>` | x", zh: 保持大小。}
    tags: [pads]
  - id: only-chinese
    kind: open
    question: {zh: 步幅有什么用？}
    answer: {zh: 缩小。}
"""


@pytest.mark.parametrize(("given", "lang"), [("en", "en"), ("zh", "en"), (None, "en"), (None, "zh")])
def test_an_export_of_dlquiz_comes_back_as_questions(
    dlquiz: Run, tmp_path: Path, own: Path, monkeypatch: pytest.MonkeyPatch, given: Language | None, lang: Language
) -> None:
    monkeypatch.setenv("DLQUIZ_LANG", lang)
    write(own / "two.yaml", TWO_LANGUAGES)
    assert dlquiz("export", "csv", "two", "-o", tmp_path / "o.csv").code == 0
    (own / "two.yaml").unlink()
    named = ("--lang", given) if given else ()
    facts = dlquiz("import", tmp_path / "o.csv", "--yes", "--json", *named).json["banks"][0]
    chinese = (given or lang) == "zh"
    assert facts["language"] == (given or lang)
    assert [card["question"] for card in facts["cards"]] == [
        "为什么要填充？" if chinese else "Why pad?",
        "步幅有什么用？",
    ]
    cards, problems = bank.load([own])
    assert problems == ()
    answers = [card.answer.language(given or lang) for card in cards if card.answer]
    assert answers == ["保持大小。" if chinese else "- To keep the size, `<b>` | x", "缩小。"]
    assert "pads" in cards[0].tags
    only = facts["files"][0]
    assert only["fates"]["mark"] == 1
    assert only["fates"]["unplaced"] == 0


def test_an_export_with_chinese_alone_is_chinese(dlquiz: Run, tmp_path: Path) -> None:
    table = "id;question_en;question_zh;answer_en;answer_zh\na;;步幅有什么用？;;'-1\n"
    facts = dlquiz("import", write(tmp_path / "o.csv", table), "--dry-run", "--json").json["banks"][0]
    assert (facts["language"], [card["question"] for card in facts["cards"]]) == ("zh", ["步幅有什么用？"])


def test_the_holes_and_formulas_of_a_card_are_shown_beside_what_is_like_it(
    dlquiz: Run, tmp_path: Path, own: Path
) -> None:
    deck = "cards:\n  - id: frogs-say\n    kind: cloze\n"
    deck += "    text: {en: 'Green frogs say @{1} with $\\sigma$ at night.'}\n"
    write(own / "frogs.yaml", deck + "    holes: [{answer: croak}]\n")
    notes = write(tmp_path / "n.md", "## 1. Green frogs say what with $\\sigma$ at night?\n\nCroak.\n")
    assert "— like frogs-say: Green frogs say ▢ with σ at night.\n" in dlquiz("import", notes, "--dry-run").out


def test_a_card_that_cannot_be_drawn_does_not_stop_the_import_of_a_question_like_it(
    dlquiz: Run, tmp_path: Path, own: Path
) -> None:
    deck = "cards:\n  - id: frogs-legs\n    kind: numeric\n    vary: {n: 2..9}\n    where: [n > 20]\n    value: 4*n\n"
    deck += "    mistakes: [{value: n, cure: {en: Four.}}, {value: 2*n, cure: {en: Four each.}}]\n"
    write(own / "frogs.yaml", deck + "    question: {en: 'How many legs have @{n} green frogs in a pond?'}\n")
    notes = write(tmp_path / "n.md", "## 1. How many legs have green frogs in a pond?\n\nTwelve.\n")
    ran = dlquiz("import", notes, "--dry-run")
    assert (ran.code, ran.err) == (0, "")
    assert "— like frogs-legs: How many legs have @{n} green frogs in a pond?\n" in ran.out


ALL_KINDS = """\
title: {en: Kinds of layers, zh: 层的种类}
cards:
  - id: kinds-open
    kind: open
    question:
      en: |-
        Why pad?

        ```
        ## 9. no-heading
        ```
      zh: |-
        为什么要填充？

        ```
        ## 9. no-heading
        ```
    answer:
      en: |-
        - To keep the size
        - of **maps**
      zh: 保持大小。
    points:
      - {en: keeps the size, zh: 保持大小}
      - {en: keeps the border, zh: 保留边界}
    pitfall:
      en: |-
        It adds no weights.

        None.
      zh: 填充不增加参数。
  - id: kinds-choice
    kind: choice
    question: {en: Which adds weights?, zh: 哪一个有参数？}
    options:
      - {en: padding, zh: 填充}
      - {en: a convolution, zh: 卷积, right: true, why: {en: It has a kernel., zh: 它有卷积核。}}
      - {en: all of the above, zh: 以上都有}
    answer: {en: Kernels are learnt., zh: 卷积核是学出来的。}
  - id: kinds-order
    kind: order
    question: {en: In which order?, zh: 顺序是什么？}
    steps: [{en: convolution, zh: 卷积}, {en: norm, zh: 归一化}, {en: activation, zh: 激活}]
  - id: kinds-cloze
    kind: cloze
    text: {en: "The mean is @{1}, the scale @{2}.", zh: "均值是 @{1}，尺度是 @{2}。"}
    holes: [{answer: zero}, {answer: '\\sigma'}]
  - id: kinds-numeric
    kind: numeric
    question: {en: "What is @{n} squared?", zh: "@{n} 的平方是多少？"}
    vary: {n: 2..9}
    value: n*n
    mistakes:
      - {value: 2*n, cure: {en: Twice., zh: 两倍。}}
      - {value: n, cure: {en: Itself., zh: 本身。}}
  - id: kinds-chinese
    kind: open
    question: {zh: 步幅有什么用？}
    answer: {zh: 缩小。}
"""


@pytest.mark.parametrize("exported", ["en", "zh", "both"])
@pytest.mark.parametrize("given", ["en", "zh"])
def test_a_study_sheet_comes_back_as_the_cards_that_it_was(
    dlquiz: Run, tmp_path: Path, own: Path, exported: str, given: Language
) -> None:
    write(own / "two.yaml", ALL_KINDS)
    before = dlquiz("export", "json", "two").json["cards"]
    sheet = tmp_path / "sheet.md"
    assert dlquiz("export", "markdown", "two", "--lang", exported, "-o", sheet).code == 0
    (own / "two.yaml").unlink()
    lang = given if exported == "both" else exported
    facts = dlquiz("import", sheet, "--yes", "--json", "--lang", lang).json["banks"][0]
    assert bank.load([own])[1] == ()
    cards = dlquiz("export", "json", "sheet").json["cards"]
    assert [card["kind"] for card in cards] == ["open", "choice", "order", "cloze", "open", "open"]
    used = {fate for fate, number in facts["files"][0]["fates"].items() if number}
    assert used == {"question", "answer", "section", "mark"}
    for old, new in zip(before, cards, strict=True):
        if old["kind"] != "numeric":
            assert in_language(new, lang) == in_language(old, lang)
    assert cards[0]["tags"] == ["kinds-of-layers" if lang == "en" else "层的种类"]
    assert "nothing new" in dlquiz("import", sheet, "--lang", lang).out


def in_language(card: dict[str, Any], language: str) -> dict[str, Any]:
    """What a card holds, in this language where it has that."""

    def only(value: Any) -> Any:
        match value:
            case {"cues": _, **others}:
                return only(others)
            case {"en": _} | {"zh": _}:
                words = value.get(language) or value.get("en") or value.get("zh")
                return {"words": words, **{name: only(one) for name, one in value.items() if name not in ("en", "zh")}}
            case list():
                return [only(one) for one in value]
            case _:
                return value

    names = ("kind", "question", "text", "answer", "options", "steps", "holes", "points", "pitfall")
    content = {name: only(card[name]) for name in names if card.get(name)}
    # Options are printed in an order of their own.
    return content | {"options": sorted(content.get("options", ()), key=str)}


def test_cards_that_the_person_has_are_left_out_of_a_study_sheet(
    dlquiz: Run, tmp_path: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(own / "two.yaml", ALL_KINDS)
    sheet = tmp_path / "two.md"
    assert dlquiz("export", "markdown", "two", "-o", sheet).code == 0
    ran = dlquiz("import", sheet)
    assert ran.code == 0
    assert "two.md: " in ran.out
    assert "6 questions, 0 without an answer" in ran.out
    assert "6 exported from cards that you have, so left out:\n  kinds-open: Why pad?\n" in ran.out
    assert f"{own / 'two.yaml'}: nothing new" in ran.out
    facts = dlquiz("import", sheet, "--json", "--dry-run").json["banks"][0]
    assert (facts["cards"], facts["known"][:2]) == ([], ["kinds-open", "kinds-choice"])
    assert {entry["card"] for entry in facts["files"][0]["ledger"]} == {None, *facts["known"]}
    monkeypatch.setenv("DLQUIZ_LANG", "zh")
    assert "由你已有的卡片导出，不再加入，6 题：" in dlquiz("import", sheet, "--dry-run").out
    monkeypatch.delenv("DLQUIZ_LANG")
    # A card of one's own with the same id that asks something else is another card.
    write(own / "two.yaml", ALL_KINDS.replace("Why pad?", "Why crop?").replace("为什么要填充", "为什么要裁剪"))
    facts = dlquiz("import", sheet, "--yes", "--json", "--as-bank", own / "three.yaml").json["banks"][0]
    assert [card["question"] for card in facts["cards"]] == ["Why pad?"]
    assert len(facts["known"]) == 5


def test_a_study_sheet_is_read_as_notes_where_the_person_says_which_headings_ask(
    dlquiz: Run, tmp_path: Path, own: Path
) -> None:
    write(own / "two.yaml", ALL_KINDS)
    sheet = tmp_path / "sheet.md"
    assert dlquiz("export", "markdown", "two", "-o", sheet).code == 0
    facts = dlquiz("import", sheet, "--dry-run", "--json", "--heading-level", "2").json["banks"][0]
    assert [card["question"] for card in facts["cards"]][:2] == ["kinds-open", "kinds-choice"]


def test_a_card_of_a_study_sheet_may_have_lost_its_question(dlquiz: Run, tmp_path: Path) -> None:
    text = (
        "# Layers\n\n## 1. conv-side\n\n**Answer**\n\nIt pads.\n\n**答案**\n\n补零。\n\n"
        "## 2. conv-pad\n\nWhy?\n\n**Answer**\n\nx\n"
    )
    facts = dlquiz("import", write(tmp_path / "n.md", text), "--dry-run", "--json").json["banks"][0]
    assert [card["question"] for card in facts["cards"]] == ["Why?"]


def test_headings_that_look_like_a_study_sheet_are_notes(dlquiz: Run, tmp_path: Path) -> None:
    text = "# CNN\n\n## 1. Dropout\n\nWhat is it?\n\n**Answer**\n\nx\n\n## 2. Batch norm\n\ny\n"
    notes = write(tmp_path / "n.md", text)
    facts = dlquiz("import", notes, "--dry-run", "--json", "--heading-level", "2").json["banks"][0]
    assert [card["question"] for card in facts["cards"]] == ["Dropout", "Batch norm"]


def test_holes_of_anki_in_a_table(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    write(tmp_path / "t.csv", "The {{c1::mean}} and the {{c2::variance::what}},extra\nWhat is b?,b\n")
    assert dlquiz("import", tmp_path / "t.csv", "--yes").code == 0
    first = bank.load([own])[0][0]
    assert (first.kind, first.question.en) == ("cloze", "The @{1} and the @{2}")


def test_pages_of_notion_lose_their_number(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    page = tmp_path / "ML 0123456789abcdef0123456789abcdef.md"
    write(page, "# ML\n\n- What is a?\n    \n    Words on a.\n    \n- Why is b?\n    \n    Words on b.\n")
    facts = dlquiz("import", page, "--yes", "--json").json["banks"][0]
    assert [card["question"] for card in facts["cards"]] == ["What is a?", "Why is b?"]
    assert Path(facts["bank"]).name == "ML.yaml"


def test_notes_in_gbk(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    (tmp_path / "n.md").write_bytes(FILES["plain headings"].text.encode("gbk"))
    facts = dlquiz("import", tmp_path / "n.md", "--yes", "--json").json["banks"][0]
    assert facts["files"][0]["encoding"] == "gb18030"
    assert [card["question"] for card in facts["cards"]] == FILES["plain headings"].questions


def test_duplicates_of_the_bank_are_named_with_their_words(
    dlquiz: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = next(card for card in bank.load([bank.shipped_questions() / "pooling.yaml"])[0] if card.kind == "open")
    text = f"### 1. {known.question.en}\n\nx\n\n### 2. How do frogs croak at night?\n\ny\n"
    notes = write(tmp_path / "n.md", text)
    facts = dlquiz("import", notes, "--dry-run", "--json").json["banks"][0]
    assert facts["duplicates"] == {facts["cards"][0]["id"]: known.id}
    asked = known.question.en
    shown = dlquiz("import", notes, "--dry-run").out
    assert f"1 asked by the bank already:\n  1: {asked} — like {known.id}: {asked}\n" in shown
    assert facts["cards"][0]["id"] not in shown
    write(tmp_path / "m.md", "# Frogs\n\n## 1. What do frogs eat?\n\nFlies.\n")
    both = dlquiz("import", notes, tmp_path / "m.md", "--as-bank", tmp_path / "o.yaml", "--dry-run").out
    assert f"  n.md:1: {asked} — like {known.id}: {asked}\n" in both
    monkeypatch.setenv("DLQUIZ_LANG", "zh")
    assert f"\n  1：{asked} —— 类似 {known.id}：{asked}\n" in dlquiz("import", notes, "--dry-run").out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["none.md"], 1, "there is no none.md"),
        (["empty"], 1, "empty holds no notes"),
        (["blank.md"], 1, "no questions were found"),
        (["mine.yaml"], 1, "mine.yaml is a deck of questions, not notes"),
        (["n.md", "--habit", "F99"], 2, "there is no habit F99"),
        (["n.md", "--lang", "fr"], 2, "fr is no language"),
        (["n.md", "--as-bank", "out.txt"], 2, "out.txt is no bank"),
        (["n.md", "sub/n.md", "--yes"], 1, "two banks would be called n"),
        (["n.md", "--as-bank", "mine.yaml", "--yes"], 1, "mine.yaml is there already, and no import wrote it"),
    ],
)
def test_what_cannot_be_imported_is_said(
    dlquiz: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("n.md", "sub/n.md"):
        write(tmp_path / name, NOTES)
    write(tmp_path / "blank.md", "\n")
    write(tmp_path / "mine.yaml", "cards:\n")
    (tmp_path / "empty").mkdir()
    done = dlquiz("import", *arguments)
    assert (done.code, message in done.err) == (code, True), done.err


def test_a_broken_bank_or_sidecar_stays_as_it_is(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    notes = write(tmp_path / "n.md", NOTES)
    dlquiz("import", notes, "--yes")
    write(notes, NOTES + "\n### 4. What is d?\n\nNew.\n")
    good = (own / "n.yaml").read_bytes()
    (own / "n.yaml").write_bytes(b"cards:\n  - id: 'x\n")
    assert "correct that file first" in dlquiz("import", notes, "--yes").err
    assert (own / "n.yaml").read_bytes() == b"cards:\n  - id: 'x\n"
    (own / "n.yaml").write_bytes(good)
    (own / "n.import.json").write_bytes(b"[1")
    assert "n.import.json cannot be read" in dlquiz("import", notes, "--yes").err
    assert (own / "n.yaml").read_bytes() == good


def test_a_bank_that_cannot_be_written_is_named_with_what_to_do(dlquiz: Run, tmp_path: Path) -> None:
    notes = write(tmp_path / "n.md", NOTES)
    failed = dlquiz("import", notes, "--yes", "--as-bank", notes / "b.yaml").err
    assert f"cannot write {notes / 'b.yaml'}: " in failed
    assert f"let {notes} be written to, or give another bank with --as-bank" in failed


def test_no_name_of_a_file_drives_the_terminal(dlquiz: Run, tmp_path: Path) -> None:
    notes = write(tmp_path / "n\x1b[31m.md", NOTES)
    out = dlquiz("import", notes, "--yes", "--as-bank", tmp_path / "b\x1b[31m.yaml").out
    assert "study it with" in out
    assert "\x1b" not in out


def test_headings_that_were_left_out_are_named_with_the_option_that_takes_them(dlquiz: Run, tmp_path: Path) -> None:
    titles = ["Features", "Roadmap", "Logs", "Queues", "Pages"]
    notes = write(tmp_path / "n.md", "".join(f"## {title}\n\nWords on it.\n\n" for title in titles))
    page = write(tmp_path / "n.html", "<html><body>" + "".join(f"<h2>{title}</h2>\n<p>Words</p>\n" for title in titles))
    for path, lines in ((notes, [1, 5, 9, 13, 17]), (page, [1, 3, 5, 7, 9])):
        assert dlquiz("import", path, "--dry-run", "--json").json["banks"][0]["files"][0]["left_out"] == lines
    taken = dlquiz("import", notes, "--dry-run", "--json", "--habit", "F2").json["banks"][0]
    assert [card["question"] for card in taken["cards"]] == titles
    # Where nothing is found, the levels say it; where something is, this line does.
    assert "2: 5 headings, 0 asking, from Features" in dlquiz("import", notes, "--dry-run").out
    asked = "".join(f"**What is {name}?**\n\nWords.\n\n" for name in "abcdef")
    shown = dlquiz("import", write(tmp_path / "both.md", f"## Asked\n\n{asked}{notes.read_text()}"), "--dry-run").out
    assert "left out: 5 headings without a question, from 27, ## Features (--habit F2 takes them)" in shown


def test_lines_that_ask_and_are_no_cards_are_counted(dlquiz: Run, tmp_path: Path) -> None:
    cards = "".join(f"## What is layer {number}?\n\nIt has weights.\n\n" for number in range(6))
    asides = "Is it wide? It is.\n\n- narrow: why not?\n- **deep: why so?**\n\n```\nwhy code?\n```\n"
    notes = write(tmp_path / "n.md", f"# Notes\n\n{cards}{asides}And what else could it be？\n")
    done = dlquiz("import", notes, "--dry-run", "--json").json["banks"][0]["files"][0]
    assert done["asking"] == [29, 30, 35]
    shown = dlquiz("import", notes, "--dry-run").out
    assert "  3 lines end in a question mark and are no cards, the first is 29: - narrow: why not? (--edit" in shown
    few = write(tmp_path / "few.md", f"# Notes\n\n{cards}And what else could it be？\n")
    assert "question mark" not in dlquiz("import", few, "--dry-run").out
    level = dlquiz("import", notes, "--dry-run", "--json", "--heading-level", "2").json["banks"][0]["files"][0]
    assert level["asking"] == []


def asking_notes(answers: int, lines: int, cards: int = 6) -> str:
    """Notes in which some answers hold lines that ask beside what says so only in passing."""
    looks = ["- {}\n", "c. {}\n", "It is one.\n{}\n", "1. {}\n", "#### 1.1 {}\n"]
    asked = "".join(look.format(f"Why is it part {at}?") for at, look in enumerate(looks[:lines]))
    aside = '- **Width**: is it enough?\n- "Is it deep?"\n#### Is it a part?\n'
    return "# Notes\n\n" + "".join(
        f"## {number}. What is layer {number}?\n\nIt has weights.\n\n{asked + aside if number <= answers else ''}\n"
        for number in range(1, cards + 1)
    )


def test_answers_that_hold_several_questions_are_named(
    dlquiz: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = write(tmp_path / "n.md", asking_notes(answers=1, lines=4))
    bank = dlquiz("import", notes, "--dry-run", "--json").json["banks"][0]
    assert bank["files"][0]["asking_answers"] == [{"card": bank["cards"][0]["id"], "lines": [7, 8, 10, 11]}]
    shown = dlquiz("import", notes, "--dry-run").out
    assert "are no cards, the first is 7: - Why is it part 0? (--edit takes" in shown
    assert "\n    4 of them in the answer to 3: What is layer 1?\n" in shown
    many = dlquiz("import", write(tmp_path / "many.md", asking_notes(answers=5, lines=4)), "--dry-run").out
    assert many.count("of them in the answer to") == 3
    assert "\n    and more in other answers: 2 (--json lists all)\n" in many
    monkeypatch.setenv("DLQUIZ_LANG", "zh")
    assert "\n    其中 4 行在第 3 行这道题的答案里：What is layer 1?\n" in dlquiz("import", notes, "--dry-run").out


@pytest.mark.parametrize("text", [asking_notes(answers=6, lines=3), asking_notes(answers=1, lines=4, cards=1)])
def test_answers_that_ask_in_passing_and_files_of_one_card_are_not_named(
    dlquiz: Run, tmp_path: Path, text: str
) -> None:
    notes = write(tmp_path / "n.md", text)
    found = dlquiz("import", notes, "--dry-run", "--json").json["banks"][0]["files"][0]
    assert len(found["asking"]) > 3
    assert found["asking_answers"] == []
    assert "of them in the answer" not in dlquiz("import", notes, "--dry-run").out


def test_lines_of_a_page_that_ask_are_those_of_the_page(dlquiz: Run, tmp_path: Path) -> None:
    asked = "".join(f"<p>Why is\nit {letter}?</p>\n" for letter in "abcd")
    text = f"<!doctype html>\n<h2>1. What is a?</h2>\n<p>Words.</p>\n{asked}<h2>2. What is b?</h2>\n<p>Words.</p>\n"
    page = write(tmp_path / "page.html", text)
    found = dlquiz("import", page, "--dry-run", "--json").json["banks"][0]["files"][0]
    assert found["asking"] == found["asking_answers"][0]["lines"] == [4, 6, 8, 10]
    shown = dlquiz("import", page, "--dry-run").out
    assert "are no cards, the first is 4: <p>Why is\n" in shown
    assert "    4 of them in the answer to 2: What is a?\n" in shown


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# Notes\n\nWords.\n", [(1, 1)]),
        ("# Notes\n\n## One part\n\nWords.\n\n## Another part\n\nWords.\n", [(1, 1), (2, 2)]),
        ("#### Deep\n\nWords.\n\n## References\n\nA book.\n", [(2, 1), (4, 1)]),
    ],
)
def test_levels_are_listed_and_may_be_named_wherever_no_question_was_found(
    dlquiz: Run, tmp_path: Path, text: str, levels: list[tuple[int, int]]
) -> None:
    notes = write(tmp_path / "n.md", text)
    for also in ([], ["--habit", "F3"]):
        done = dlquiz("import", notes, "--dry-run", "--json", *also)
        listed = done.json["banks"][0]["files"][0]["heading_levels"]
        assert [(one["level"], one["headings"]) for one in listed] == levels
        assert "say with --heading-level which headings are your questions" in done.err
    for level, headings in levels:
        taken = dlquiz("import", notes, "--dry-run", "--json", "--heading-level", str(level))
        assert (taken.code, len(questions_of(taken))) == (0, headings)


def test_the_habit_and_the_language_may_be_named(dlquiz: Run, tmp_path: Path) -> None:
    notes = write(tmp_path / "n.md", "## Dropout\n\nIt drops.\n\n## Batch norm\n\nIt norms.\n")
    assert "no questions" in dlquiz("import", notes, "--dry-run").out
    facts = dlquiz("import", notes, "--dry-run", "--json", "--habit", "f2", "--lang", "zh").json["banks"][0]
    assert [card["question"] for card in facts["cards"]] == ["Dropout", "Batch norm"]
    assert facts["language"] == "zh"


LEVELS = """\
# Notes

## Convolution

It slides.

### Padding

Zeros around.

#### Definition

What is added.

### Stride

Steps.

#### Definition

How far it moves.

## Pooling

### Max pooling

The largest.

#### Formula

A maximum.

## Norms

### Layer norm

Of one example.
"""


def questions_of(done: Ran) -> list[str]:
    return [card["question"] for card in done.json["banks"][0]["cards"]]


def test_the_level_of_the_headings_that_are_questions_may_be_named(dlquiz: Run, tmp_path: Path) -> None:
    notes = write(tmp_path / "n.md", LEVELS)
    shown = dlquiz("import", notes, "--dry-run")
    assert (
        "    1: 1 heading, 0 asking, from Notes\n    2: 3 headings, 0 asking, from Convolution\n"
        "    3: 4 headings, 0 asking, from Padding\n" in shown.out
    )
    assert "say with --heading-level which headings are your questions" in shown.err
    level = ["Padding", "Stride", "Max pooling", "Layer norm"]
    taken = dlquiz("import", notes, "--dry-run", "--json", "--heading-level", "3")
    assert questions_of(taken) == level
    file = taken.json["banks"][0]["files"][0]
    assert [(one["level"], one["headings"], one["questions"]) for one in file["heading_levels"]] == [
        (1, 1, 0),
        (2, 3, 0),
        (3, 4, 4),
        (4, 3, 0),
    ]
    assert sum(one["to"] - one["from"] + 1 for one in file["ledger"]) == len(LEVELS.splitlines())
    # A heading with words of its own is a question beside those of a deeper level; the others are their sections.
    both = questions_of(dlquiz("import", notes, "--dry-run", "--json", "--heading-level", "3", "--heading-level", "2"))
    assert both == ["Convolution", *level]
    assert dlquiz("import", notes, "--heading-level", "3", "--habit", "F2").code == 2
    assert dlquiz("import", notes, "--heading-level", "7").code == 2
    asking = "".join(f"## Part {part}\n\n### What is {part}?\n\nWords.\n\n" for part in range(5))
    certain = dlquiz("import", write(tmp_path / "q.md", asking), "--dry-run", "--json").json["banks"][0]
    assert certain["files"][0]["heading_levels"] == []


# Counted headings that name a case each, and bold lines that ask: both look like questions.
CASES = "# Cases\n\n" + "\n\n".join(
    f"## {number}. {title}\n\n**{question}**\n\nBecause of {cause}.\n\n- {cause}, {number}"
    for number, (title, question, cause) in enumerate(
        [
            ("Broken loss", "Why is the loss NaN at step 3?", "the learning rate"),
            ("Lost recall", "Why does recall fall?", "the threshold"),
            ("Idle device", "Why is the device idle?", "the loader"),
            ("Deep network", "Why do the gradients explode?", "depth"),
            ("Odd curves", "Why is validation better than training?", "dropout"),
        ],
        1,
    )
)


def test_the_look_of_the_lines_that_are_questions_may_be_named(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    notes = write(tmp_path / "n.md", CASES)
    asked = [line.strip("*") for line in CASES.splitlines() if line.startswith("**")]
    bold = dlquiz("import", notes, "--yes", "--json", "--look", "bold")
    assert questions_of(bold) == asked
    file = bold.json["banks"][0]["files"][0]
    assert file["looks"] == [
        {"name": "bold", "lines": 5, "questions": 5, "asking": 5, "first": asked[0]},
        {"name": "bullet", "lines": 5, "questions": 0, "asking": 0, "first": "the learning rate, 1"},
    ]
    assert sum(one["to"] - one["from"] + 1 for one in file["ledger"]) == len(CASES.splitlines())
    assert sidecar.choices(own / "n.yaml")["n.md"] == HabitChoice(looks=("bold",))
    assert "nothing new" in dlquiz("import", notes, "--yes").out
    # Beside a level it adds its lines to the headings, whose answers end before them.
    both = dlquiz("import", notes, "--dry-run", "--json", "--heading-level", "2", "--look", "BOLD")
    assert questions_of(both)[:3] == ["Broken loss", asked[0], "Lost recall"]
    refused = dlquiz("import", notes, "--yes", "--look", "number").err
    assert "there is no line of the look number in n.md, but 1 heading of level 1, 5 headings of level 2, " in refused
    assert "5 lines of the look bold, 5 lines of the look bullet — nothing was written; pass --look" in refused
    assert dlquiz("import", notes, "--look", "bold", "--habit", "F2").code == 2
    # What was named is told from the look of another file, and refused when the file has it no more.
    other = write(tmp_path / "m.md", "## Why pad?\n\nTo keep the size.\n")
    out = tmp_path / "all.yaml"
    shown = dlquiz("import", notes, other, "--as-bank", out, "--dry-run", "--look", "bold").out
    assert "or lines of the look that you named, read as if you had not:\n  m.md: bold\n" in shown
    write(notes, "# Cases\n\nWords.\n")
    gone = dlquiz("import", notes, "--yes").err
    assert "no line of the look bold in n.md (you named it at an earlier import), but 1 heading of level 1" in gone


def test_looks_are_shown_where_one_asks_nothing_or_asks_and_is_no_question() -> None:
    titles = [header_of(f"## {number}. Layer {number}", 0, number) for number in range(1, 6)]
    asking = [header_of(f"**What is layer {number}?**", 0, 10 + number) for number in range(1, 6)]
    headers = Headers([one for one in (*titles, *asking) if one])
    silent, bold = headers[:5], headers[5:]

    def shown(*questions: Header) -> bool:
        found = Found([*questions])
        named = looks.looks_of([], headers, found)
        return looks.is_doubtful(headers, looks.levels_of(headers, found), named, found)

    assert shown(*silent, *bold)
    assert not shown(*bold)
    assert shown(*silent)  # the bold lines were probably missed
    assert not shown(*silent[:2], *bold)  # two headings beside are no look
    # Where most of the headings ask too, nothing is doubtful.
    asked = [one._replace(title=f"What is layer {one.number}?") for one in silent]
    headers = Headers([*asked[:4], silent[4], *bold])
    assert not shown(*headers)
    headers = Headers([*silent, *bold])
    listed = looks.looks_of([], headers, Found([*bold]))
    assert [(one.name, one.lines, one.questions, one.is_listed) for one in listed] == [("bold", 5, 5, True)]
    assert not looks.looks_of([], headers[:7], Found())[0].is_listed


def test_how_questions_are_marked_is_remembered(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    notes = write(tmp_path / "n.md", LEVELS)
    assert dlquiz("import", notes, "--yes", "--heading-level", "3").code == 0
    assert "nothing new" in dlquiz("import", notes, "--yes").out
    write(notes, LEVELS + "\n### Batch norm\n\nOf a batch.\n")
    again = dlquiz("import", notes, "--yes", "--json").json["banks"][0]
    assert [card["question"] for card in again["cards"] if card["status"] == "new"] == ["Batch norm"]
    other = dlquiz("import", notes, "--yes", "--json", "--heading-level", "2").json["banks"][0]
    assert [card["question"] for card in other["cards"]] == ["Convolution", "Pooling", "Norms"]
    assert "0 new, 0 changed, 3 as before, 5 gone from the notes" in dlquiz("import", notes, "--yes").out
    assert sidecar.choices(own / "n.yaml")["n.md"].heading_levels == (2,)
    # Also where it adds no card, and where it is taken back.
    assert dlquiz("import", notes, "--yes", "--habit", "F3").code == 0
    assert sidecar.choices(own / "n.yaml")["n.md"].habit == "F3"
    assert dlquiz("import", notes, "--yes", "--habit", "guess").code == 0
    assert sidecar.choices(own / "n.yaml") == {}


def test_a_level_that_no_heading_has_is_refused_and_nothing_is_forgotten(
    dlquiz: Run, tmp_path: Path, own: Path, editor: Callable[[str], None]
) -> None:
    notes = write(tmp_path / "n.md", LEVELS)
    others = "1 heading of level 1, 3 headings of level 2, 4 headings of level 3, 3 headings of level 4"
    missing = f"there is no heading of level 5 in n.md, but {others} — nothing was written; pass --heading-level"
    assert missing in dlquiz("import", notes, "--yes", "--heading-level", "5").err
    assert not own.exists()
    editor("s/^-\\( *7 \\)/card\\1/")
    assert questions_of(dlquiz("import", notes, "--edit", "--yes", "--json")) == ["Padding"]
    before = [path.read_bytes() for path in sorted(own.iterdir())]
    for levels in (["5"], ["3", "5"]):
        refused = dlquiz("import", notes, "--yes", *(word for level in levels for word in ("--heading-level", level)))
        assert (refused.code, refused.out) == (1, "")
        assert missing in refused.err
        assert [path.read_bytes() for path in sorted(own.iterdir())] == before
    # Nor is all called gone when the level that was named before is no longer there.
    dlquiz("import", notes, "--yes", "--heading-level", "3")
    write(notes, "# Notes\n\nWords.\n")
    gone = dlquiz("import", notes, "--yes")
    assert gone.code == 1
    assert "no heading of level 3 in n.md (you named it at an earlier import), but 1 heading of level 1" in gone.err
    write(notes, "Words.\n")
    assert "no heading of level 3 in n.md (you named it at an earlier import) — " in dlquiz("import", notes).err


def test_a_level_says_nothing_of_files_of_a_directory_without_such_headings(
    dlquiz: Run, tmp_path: Path, own: Path
) -> None:
    write(tmp_path / "notes" / "a.md", LEVELS)
    write(tmp_path / "notes" / "b.md", "## First part\n\nWords.\n\n## Second part\n\nWords.\n")
    dlquiz("import", tmp_path / "notes", "--yes", "--habit", "F2")
    done = dlquiz("import", tmp_path / "notes", "--yes", "--json", "--heading-level", "4")
    assert questions_of(done)[-2:] == ["First part", "Second part"]
    said = sidecar.choices(own / "notes.yaml")
    assert (said["a.md"].heading_levels, said["b.md"].habit) == ((4,), "F2")
    assert "no heading of level 5 in 2 files" in dlquiz("import", tmp_path / "notes", "--heading-level", "5").err


@pytest.mark.parametrize("form", ["files", "directory", "one bank"])
def test_a_file_without_headings_of_the_level_is_named_and_the_others_are_read_by_it(
    dlquiz: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    first = write(tmp_path / "notes" / "a.md", LEVELS)
    second = write(tmp_path / "notes" / "b.md", "## What is one?\n\nWords.\n\n## What is two?\n\nWords.\n")
    what = {
        "files": (first, second),
        "directory": (first.parent,),
        "one bank": (first, second, "--as-bank", tmp_path / "all.yaml"),
    }[form]

    def imported(*options: object) -> dict[str, list[str]]:
        """The questions of each file; those of a file that is read without a level begin with that."""
        cards: dict[str, list[str]] = {}
        for one in dlquiz("import", *what, "--yes", "--json", *options).json["banks"]:
            for file in one["files"]:
                cards[file["file"]] = [str(level) for level in file["levels_missing"]]
            for card in one["cards"]:
                cards[card["file"]].append(card["question"])
        return cards

    without = "files without headings of the level or lines of the look that you named, read as if you had not:"
    named = f"\n{without}\n  b.md: level 4\n"
    assert named in dlquiz("import", *what, "--dry-run", "--heading-level", "4").out
    monkeypatch.setenv("DLQUIZ_LANG", "zh")
    named = "\n下列文件没有你指定的那一级标题或那种样式的行，按没有指定处理：\n  b.md：4 级\n"
    assert named in dlquiz("import", *what, "--dry-run", "--heading-level", "4").out
    monkeypatch.delenv("DLQUIZ_LANG")
    done = imported("--heading-level", "4")
    assert (len(done["a.md"]), done["b.md"]) == (3, ["4", "What is one?", "What is two?"])
    # The file had no such heading, so nothing was said of it; what was said of the other is remembered.
    assert imported() == {"a.md": done["a.md"], "b.md": ["What is one?", "What is two?"]}
    # Nor is a file in the way of the others when what was said of it before fits no longer, and that is remembered.
    write(first, "# Notes\n\n## What is left?\n\nWords.\n")
    assert imported()["a.md"] == ["4", "What is left?"]
    write(first, LEVELS)
    assert imported()["a.md"] == done["a.md"]
    refused = dlquiz("import", *what, "--yes", "--heading-level", "5")
    assert (refused.code, refused.out) == (1, "")
    assert "there is no heading of level 5 in 2 files, but" in refused.err


def test_what_was_said_is_remembered_where_it_finds_no_question_yet(
    dlquiz: Run, tmp_path: Path, own: Path, editor: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = write(tmp_path / "n.md", "## What is a?\n\nWords.\n\n## What is b?\n\nWords.\n")
    editor("s/^card/-/")
    assert "no questions were found" in dlquiz("import", notes, "--edit", "--dry-run").err
    assert not own.exists()
    monkeypatch.setattr("sys.stdin", Terminal("\n"))
    done = dlquiz("import", notes, "--edit")
    assert (done.code, "no questions were found" in done.err) == (1, True)
    assert f"[Y/n/e/2]: remembered for the next import: {own / 'n.import.json'}" in done.out
    assert "Remember this for the next import?" in done.out
    assert [path.name for path in own.iterdir()] == ["n.import.json"]
    assert dlquiz("bank", "check", own).code in (0, 1)
    again = dlquiz("import", write(notes, notes.read_text() + "\n## What is c?\n\nWords.\n"), "--yes", "--json")
    assert questions_of(again) == ["What is c?"]
    for words, habit in ((["--habit", "F9"], "F9"), (["--habit", "guess"], None)):
        other = write(tmp_path / "o.md", "Some words.\n")
        assert "no questions were found" in dlquiz("import", other, "--yes", *words).err
        assert (own / "o.import.json").exists()
        assert sidecar.choices(own / "o.yaml").get("o.md", GUESSED).habit == habit
    assert not (own / "o.yaml").exists()


@pytest.mark.parametrize(
    "said",
    [
        "null", "[1]", '{"n.md": null}', '{"n.md": {"heading_levels": [1e400]}}', '{"n.md": {"heading_levels": "34"}}',
        '{"n.md": {"heading_levels": [9]}}', '{"n.md": {"heading_levels": [3.5]}}', '{"n.md": {"cards": "abc"}}',
        '{"n.md": {"cards": [null]}}', '{"n.md": {"cards": ["\\ud800"]}}', '{"n.md": {"passed_over": {"a": 1}}}',
        '{"n.md": {"habit": "F99"}}', '{"n.md": {"habit": ["F1"]}}',
    ],
)  # fmt: skip
def test_choices_that_no_import_wrote_cannot_be_read(tmp_path: Path, said: str) -> None:
    write(tmp_path / "n.import.json", f'{{"version": 1, "cards": {{}}, "choices": {said}}}')
    with pytest.raises(DlquizError, match="cannot be read"):
        sidecar.choices(tmp_path / "n.yaml")


def test_what_a_person_says_goes_before_the_names_of_files(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    for number in range(6):
        write(tmp_path / "notes" / f"What is thing {number}.md", "## Part one\n\nWords.\n\n## Part two\n\nWords.\n")
    named = dlquiz("import", tmp_path / "notes", "--dry-run", "--json").json["banks"][0]["cards"]
    assert {card["question"] for card in named} == {f"What is thing {number}" for number in range(6)}
    for _ in range(2):
        parts = dlquiz("import", tmp_path / "notes", "--yes", "--json", "--habit", "F2").json["banks"][0]["cards"]
        assert {card["question"] for card in parts} == {"Part one", "Part two"}
    assert {choice.habit for choice in sidecar.choices(own / "notes.yaml").values()} == {"F2"}


def test_choices_outlive_an_import_that_was_ended_between_its_files(
    dlquiz: Run, tmp_path: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = write(tmp_path / "n.md", LEVELS)
    for ended_after in (1, 2):
        done: list[Path] = []

        def write_some(
            path: Path, data: bytes, ended_after: int = ended_after, done: list[Path] = done, **more: Any
        ) -> None:
            if len(done) == ended_after:
                raise DlquizError("ended")
            done.append(path)
            write_atomically(path, data, **more)

        with monkeypatch.context() as ending:
            ending.setattr("dlquiz.notes.bank_file.write_atomically", write_some)
            assert "ended" in dlquiz("import", notes, "--yes", "--heading-level", "3").err
        again = dlquiz("import", notes, "--yes", "--json").json["banks"][0]
        assert [card["question"] for card in again["cards"]] == ["Padding", "Stride", "Max pooling", "Layer norm"]
        assert "nothing new" in dlquiz("import", notes, "--yes").out
        for path in own.iterdir():
            path.unlink()


def test_a_person_answers_with_the_level_of_the_headings(
    dlquiz: Run, tmp_path: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = write(tmp_path / "n.md", LEVELS)
    for keys, written in (("n\n", None), ("9\n2\nn\n", None), ("2\n3\n\n", 4), ("3\nn\n", 4)):
        monkeypatch.setattr("sys.stdin", Terminal(keys))
        dlquiz("import", notes)
        bank_of_notes = own / "n.yaml"
        assert (bank_of_notes.read_text().count("  - id: ") if bank_of_notes.exists() else None) == written, keys


def test_the_answers_that_may_be_given_are_named_with_the_default(
    dlquiz: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = write(tmp_path / "n.md", LEVELS)
    monkeypatch.setattr("sys.stdin", Terminal("3\nn\n"))
    shown = dlquiz("import", notes).out
    assert "Which headings or lines are your questions? (e edits which lines are questions) [N/e/1/2/3/4]: " in shown
    assert "Write 4 new cards and 0 changed? (e edits which lines are questions) [Y/n/e/1/2/4]: " in shown
    # Any level that there is may be typed, also where none was offered.
    asking = "## What is a?\n\nWords.\n\n### Part\n\nMore.\n\n## What is b?\n\nWords.\n"
    monkeypatch.setattr("sys.stdin", Terminal("4\n3\nn\n"))
    shown = dlquiz("import", write(tmp_path / "q.md", asking)).out
    asked = "Write 2 new cards and 0 changed? (e edits which lines are questions, l lists looks) [Y/n/e/l]: "
    assert shown.count(asked) == 2
    assert "Write 1 new card and 0 changed? (e edits which lines are questions) [Y/n/e/1" not in shown
    assert "Write 1 new card" in shown


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "en",
            "Answer n to write nothing, e to choose lines, 1, 2, 3 or 4 to take the headings of that level, or ",
        ),
        ("zh", "请输入 n 什么也不写，e 逐行指定题目，1、2、3 或 4 以该级标题为题目，也可以输入几种，以空格隔开。\n"),
    ],
)
def test_an_answer_that_is_none_of_those_is_met_with_what_is_expected(
    dlquiz: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, expected: str
) -> None:
    monkeypatch.setenv("DLQUIZ_LANG", lang)
    notes = write(tmp_path / "n.md", LEVELS)
    monkeypatch.setattr("sys.stdin", Terminal("?\n7\ny\nn\n"))
    assert dlquiz("import", notes).out.count(expected) == 3
    monkeypatch.setattr("sys.stdin", Terminal("3\n?\nn\n"))
    assert ("y to write, n to write nothing" if lang == "en" else "y 写入，n 什么也不写") in dlquiz("import", notes).out
    cards = write(tmp_path / "c.csv", "What is a?,Words\nWhat is b?,Words\nWhat is c?,Words\n")
    monkeypatch.setattr("sys.stdin", Terminal("?\nn\n"))
    asked = dlquiz("import", cards).out
    assert ("Answer y for yes or n for no.\n" if lang == "en" else "请输入 y（是）或 n（否）。\n") in asked
    assert "Error" not in asked


def test_import_speaks_the_language_of_the_messages(
    dlquiz: Run, tmp_path: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The notes may be in another one, which `--lang` names."""
    monkeypatch.setenv("DLQUIZ_LANG", "zh")
    notes = write(tmp_path / "n.md", NOTES)
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    first, lines, *table, changes, asked = dlquiz("import", notes).out.splitlines()[:7]
    assert first == "n.md：9 行，英文，utf-8；3 题，其中 1 题没有答案（F1 带编号的标题）"
    assert lines == "  各行用途：题目 3，答案 5，占位 1"
    assert table[:2] == ["新增  1  1 行  What is a?", "新增  5  草稿  What is b?"]
    assert changes == f"{own / 'n.yaml'}：新增 3，修改 0，不变 0，笔记里已没有 0"
    assert asked == f"写入 3 张新卡，修改 0 张？（e 逐行指定题目） [Y/n/e]: 已写入：{own / 'n.yaml'}"
    missing = dlquiz("import", notes, "--heading-level", "5").err
    assert missing.startswith("dlquiz: n.md 里没有 5 级标题，有 3 级的 3 个标题 — 什么也没有写入；")
    nothing = dlquiz("import", write(tmp_path / "w.md", "Some words.\n"), "--dry-run")
    assert nothing.err == "dlquiz: 这些笔记里没有找到题目 — 用 --habit 指定写法，docs/notes.md 列出了所有写法\n"
    levels = dlquiz("import", write(tmp_path / "l.md", LEVELS), "--dry-run")
    assert "    2 级：3 个标题，其中 0 个在提问，第一个是 Convolution\n" in levels.out
    assert (
        "用 --heading-level 指定哪一级标题、或用 --look 指定哪种行是题目，用 --edit 逐行选择，或用 --habit"
        in levels.err
    )


def test_import_has_a_phrase_for_all_that_it_names_and_the_same_facts_in_both_languages() -> None:
    for name in (*HABITS, *FATES, *get_args(Language), "new", "changed"):
        assert name in PHRASES, name
    for name, phrases in PHRASES.items():
        english, chinese = ({field for _, field, _, _ in Formatter().parse(one) if field} for one in phrases)
        assert english == chinese, name


@pytest.fixture
def editor(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the editor be a command of sed."""

    def be(script: str) -> None:
        monkeypatch.delenv("VISUAL", raising=False)
        monkeypatch.setenv("EDITOR", f"sed -i -e '{script}'")

    return be


def test_lines_that_are_questions_are_said_in_the_editor(
    dlquiz: Run, tmp_path: Path, own: Path, editor: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = NOTES + "\nby the way: dropout or noise\n\nBoth.\n\n### 4. Contact\n\nWrite to me.\n"
    notes = write(tmp_path / "n.md", text)
    editor("s/^-\\( *11 \\)/card\\1/; s/^card\\( *15 \\)/-\\1/")
    done = dlquiz("import", notes, "--edit", "--yes", "--json").json["banks"][0]
    asked = [(card["line"], card["question"]) for card in done["cards"]]
    assert asked == [
        (1, "What is a?"),
        (5, "What is b?"),
        (7, "What is c, and why does it matter in training?"),
        (11, "by the way: dropout or noise"),
    ]
    assert sum(entry["to"] - entry["from"] + 1 for entry in done["files"][0]["ledger"]) == len(text.splitlines())
    assert "nothing new" in dlquiz("import", notes, "--yes").out
    # What was chosen holds wherever the lines stand, and a second look at the list changes nothing.
    write(notes, "### 5. What is d?\n\nWords.\n\n" + text)
    editor("p;d")
    again = dlquiz("import", notes, "--edit", "--yes", "--json").json["banks"][0]
    assert [card["question"] for card in again["cards"]] == ["What is d?", *(question for _, question in asked)]
    assert again["gone"] == []
    # What was taken back is as if it had never been said.
    editor("s/^card\\( *15 \\)/-\\1/; s/^-\\( *19 \\)/card\\1/")
    back = dlquiz("import", notes, "--edit", "--dry-run", "--json").json["banks"][0]
    assert [card["line"] for card in back["cards"]] == [1, 5, 9, 11, 19]
    # The list is kept until what it says is written.
    editor("p;d")
    assert dlquiz("import", notes, "--edit", "--yes", "--json").json["banks"][0]["cards"] == back["cards"]
    assert not list((own.parent / "edits").iterdir())
    editor("s/^-/maybe/")
    monkeypatch.setattr("sys.stdin", Terminal("e\n"))
    wrong = dlquiz("import", write(tmp_path / "m.md", NOTES))
    assert wrong.code == 1
    assert "what begins with neither card nor - and the number of a line: 'maybe" in wrong.err
    assert "Traceback" not in wrong.err
    editor("s/^maybe/-/; s/^card\\( *5 \\)/-\\1/")
    monkeypatch.setattr("sys.stdin", Terminal("e\ny\n"))
    assert dlquiz("import", tmp_path / "m.md").code == 0
    assert "What is b?" not in (own / "m.yaml").read_text()
    assert not list((own.parent / "edits").iterdir())


@pytest.mark.parametrize(("lang", "said"), [("en", "remembered for the next import: "), ("zh", "已记下，供下次导入")])
def test_an_edit_that_writes_no_card_says_that_it_is_remembered(
    dlquiz: Run,
    tmp_path: Path,
    own: Path,
    editor: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    lang: str,
    said: str,
) -> None:
    notes = write(tmp_path / "n.md", NOTES)
    assert dlquiz("import", notes, "--yes").code == 0
    before = (own / "n.yaml").read_bytes()
    monkeypatch.setenv("DLQUIZ_LANG", lang)
    editor("s/^card/-/")
    done = dlquiz("import", notes, "--edit", "--yes")
    assert done.out.splitlines()[-1].startswith(said)
    assert (own / "n.yaml").read_bytes() == before


def test_no_list_is_filled_in_for_nothing(
    dlquiz: Run, tmp_path: Path, editor: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = write(tmp_path / "n.md", LEVELS)
    monkeypatch.setenv("EDITOR", "touch-nothing-there")
    assert "nobody was asked" in dlquiz("import", notes, "--edit").err
    assert "nobody was asked" in dlquiz("import", notes, "--edit", "--json").err
    # What an editor left that could not start says nothing about another reading of the notes.
    assert "cannot be started" in dlquiz("import", notes, "--edit", "--dry-run").err
    editor("")
    taken = dlquiz("import", notes, "--edit", "--dry-run", "--json", "--heading-level", "3")
    assert questions_of(taken) == ["Padding", "Stride", "Max pooling", "Layer norm"]
    monkeypatch.setenv("EDITOR", "rm")
    gone = dlquiz("import", notes, "--edit", "--dry-run").err
    assert "No such file" in gone
    assert "UTF-8" not in gone


def test_without_a_terminal_only_an_editor_that_is_named_opens(
    dlquiz: Run, tmp_path: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of the system would wait for keys that nobody can type."""
    notes = write(tmp_path / "n.md", NOTES)
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("subprocess.run", lambda command, **more: pytest.fail(f"opened {command}"))
    refused = dlquiz("import", notes, "--edit", "--yes")
    assert (refused.code, refused.out) == (1, "")
    assert "no editor can be opened: this is no terminal, and none is named — set VISUAL or EDITOR" in refused.err
    assert not own.exists()
    assert not (own.parent / "edits").exists()
    opened: list[list[str]] = []
    monkeypatch.setattr("subprocess.run", lambda command, **more: opened.append(command))
    dlquiz("config", "editor", "ed -s")
    assert dlquiz("import", notes, "--edit", "--yes").code == 0
    assert [command[:2] for command in opened] == [["ed", "-s"]]


def test_the_editor_is_for_one_file_of_markdown(dlquiz: Run, tmp_path: Path) -> None:
    notes, table = write(tmp_path / "n.md", NOTES), write(tmp_path / "t.csv", "question,answer\nWhat is a?,Words\n")
    assert dlquiz("import", notes, table, "--edit", "--dry-run").code == 2
    assert "for notes in Markdown" in dlquiz("import", table, "--edit", "--dry-run").err


# -- options to choose from --------------------------------------------------------------------------------------------

QUIZ = "### 1. What does a step follow?\n\nA) the loss\nB) the gradient\nC) the rate\n"


def kinds(own: Path) -> dict[str, Any]:
    """The cards of the bank with their fields, by their ids."""
    cards, problems = bank.load([own])
    assert problems == ()
    return {card.id: card for card in cards}


def test_options_with_a_key_become_a_choice_card_that_study_asks(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    notes = write(tmp_path / "n.md", f"{QUIZ}\nAnswer: B\n\nIt points uphill.\n\n- A: a number\n- C: a factor\n")
    shown = dlquiz("import", notes, "--dry-run").out
    assert "new  1  3 options  What does a step follow?" in shown
    facts = dlquiz("import", notes, "--yes", "--json").json["banks"][0]
    assert [card["kind"] for card in facts["cards"]] == ["choice"]
    (card,) = kinds(own).values()
    assert card.kind == "choice"
    assert [(one.text.en, one.right, one.why.en if one.why else None) for one in card.body.options] == [
        ("the loss", False, "a number"),
        ("the gradient", True, None),
        ("the rate", False, "a factor"),
    ]
    assert card.answer.en == "It points uphill."
    assert dlquiz("bank", "check", own / "n.yaml").code == 0
    assert "nothing new" in dlquiz("import", notes).out


def test_a_card_stays_the_same_when_its_options_are_found(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    notes = write(tmp_path / "n.md", QUIZ)
    dlquiz("import", notes, "--yes")
    ((id, before),) = kinds(own).items()
    assert before.kind == "open"
    write(notes, f"{QUIZ}\nAnswer: B\n")
    facts = dlquiz("import", notes, "--yes", "--json").json["banks"][0]
    assert (facts["changed"], facts["gone"], facts["edited"]) == ({id: ["options", "answer"]}, [], {})
    after = kinds(own)[id]
    assert (after.kind, after.answer) == ("choice", None)
    assert "nothing new" in dlquiz("import", notes).out
    # And back again, where the key is gone.
    write(notes, QUIZ)
    assert dlquiz("import", notes, "--yes", "--json").json["banks"][0]["changed"] == {id: ["options", "answer"]}
    assert kinds(own) == {id: before}
    # Options that cannot be shuffled are asked in the question.
    write(notes, QUIZ.replace("the rate", "all of the above") + "\nAnswer: C\n")
    assert dlquiz("import", notes, "--yes", "--json").json["banks"][0]["changed"] == {id: ["question", "answer"]}
    assert kinds(own)[id].question.en.endswith("- C) all of the above")
    assert "nothing new" in dlquiz("import", notes).out


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("      - text: 'the loss'\n", "      - text: 'the loss'\n        why: 'It is a number.'\n"),
        ("      - text: 'the rate'\n", "      - text: 'the learning rate'\n"),
        ("right: true", "right: true\n        why: 'Uphill.'"),
    ],
)
def test_options_that_the_person_edited_stay(dlquiz: Run, tmp_path: Path, own: Path, before: str, after: str) -> None:
    notes = write(tmp_path / "n.md", f"{QUIZ}\nAnswer: B\n")
    dlquiz("import", notes, "--yes")
    text = (own / "n.yaml").read_text(encoding="utf-8")
    write(own / "n.yaml", text.replace(before, after))
    assert "nothing new" in dlquiz("import", notes).out
    write(notes, f"{QUIZ}D) the batch\n\nAnswer: B\n")
    facts = dlquiz("import", notes, "--yes", "--json").json["banks"][0]
    assert [*facts["edited"].values()] == [["options"]]
    assert after.strip() in (own / "n.yaml").read_text(encoding="utf-8")


def test_a_card_that_got_points_stays_open(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    notes = write(tmp_path / "n.md", QUIZ)
    dlquiz("import", notes, "--yes")
    text = (own / "n.yaml").read_text(encoding="utf-8")
    points = "    points:\n      - {text: downhill, cues: [down]}\n      - {text: steepest, cues: [steep]}\n"
    write(own / "n.yaml", f"{text.rstrip()}\n{points}")
    write(notes, f"{QUIZ}\nAnswer: B\n")
    facts = dlquiz("import", notes, "--yes", "--json").json["banks"][0]
    assert [*facts["edited"].values()] == [["options"]]
    assert [card.kind for card in kinds(own).values()] == ["open"]


FOLLOWED = """\
### Why batch norm?

It keeps the scale.

**Follow-up:** What happens without it?

Smaller steps.

**Follow-up:** And at inference?

Running statistics.

### What is layer norm?

Statistics of one example.

**Common follow-ups:**

- Why do transformers use it?
- Where does it stand?

### What is dropout?

Random zeros.

#### Follow-ups

1. Is it used at inference?

   No.

2. What is the usual rate?

   0.1.

### What is weight decay?

> 追问：为什么有效？

### Related questions

- What is a highway network?
- What is DenseNet?
"""


def test_a_follow_up_is_asked_with_the_question_that_it_follows(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    notes = write(tmp_path / "n.md", FOLLOWED)
    # What a list shows, and what the card is known by, are its own words.
    names = questions_of(dlquiz("import", notes, "--yes", "--json"))
    assert not bank.load([own])[1]
    asked = [card["question"] for card in yaml.safe_load((own / "n.yaml").read_text("utf-8"))["cards"]]
    follows = {
        question: parent.removeprefix("> ")
        for question, _, parent in (one.partition("\n\n") for one in asked)
        if parent
    }
    assert follows == {
        "What happens without it?": "Why batch norm?",
        "And at inference?": "Why batch norm?",
        "Why do transformers use it?": "What is layer norm?",
        "Where does it stand?": "What is layer norm?",
        "Is it used at inference?": "What is dropout?",
        "What is the usual rate?": "What is dropout?",
        "为什么有效？": "What is weight decay?",
    }
    assert names == [one.partition("\n")[0] for one in asked]
    assert "nothing new" in dlquiz("import", notes, "--yes").out
    # Another wording of the question before changes the follow-up, which stays the same card.
    write(notes, FOLLOWED.replace("What is dropout?", "How does dropout work?"))
    changed = dlquiz("import", notes, "--yes", "--json").json["banks"][0]
    assert [card["question"] for card in changed["cards"] if card["status"] == "new"] == ["How does dropout work?"]
    assert sorted(map(tuple, changed["changed"].values())) == [("question",), ("question",)]


def test_what_follows_no_question_has_none_above_it(dlquiz: Run, tmp_path: Path, own: Path) -> None:
    text = (
        "## Why pad?\n\nWords.\n\n## Follow-ups\n\n- What is a kernel?\n- What is a filter?\n\n## Why pool?\n\nWords.\n"
    )
    other = "# Chapter\n\n### Why pad?\n\nWords.\n\n# Another\n\n**Follow-up:** What is it?\n\nWords.\n"
    # A question that looks like the follow-up before it, by its own label or in a list like that of the others.
    third = "**Why pad?**\n\nWords.\n\n**Follow-up:** With what?\n\nZeros.\n\n**What is a stride?**\n\nA step.\n"
    fourth = "- Why pad?\n\n  Words.\n\nFollow-ups:\n\n- What is a window?\n\n  Size.\n\n- Why pool?\n\n  Maxima.\n"
    fifth = "### Why pad?\n\nWords.\n\n**Follow-up:** How?\n\nZeros.\n\n**Q:** What is a bias?\n\nWords.\n"
    for place, words in enumerate((text, other, third, fourth, fifth)):
        dlquiz("import", write(tmp_path / f"n{place}.md", words), "--yes")
    files = [yaml.safe_load(path.read_text("utf-8")) for path in sorted(own.glob("*.yaml"))]
    asked = [card["question"] for file in files for card in file["cards"]]
    assert {"What is a kernel?", "What is it?", "What is a stride?", "Why pool?", "What is a bias?"} <= {*asked}
    followed = ["With what?\n\n> Why pad?", "What is a window?\n\n> Why pad?", "How?\n\n> Why pad?"]
    assert [one for one in asked if ">" in one] == followed
