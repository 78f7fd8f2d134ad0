"""A card goes through an editor and back without a line of anything else being touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dlquiz import bank
from dlquiz.bank import overrides
from dlquiz.bank.files import is_deck
from dlquiz.cards import KINDS, Card
from dlquiz.errors import DlquizError

DECK = """\
# a deck
deck: mine

cards:
  # about padding
  - id: first-card        # never changes
    kind: open
    question: {en: Why pad?, zh: 为什么？}
    answer:
      en: |
        Because
          of the border.

        Always.
      zh: 因为边界。
    # a thought on the first card

  # about pooling
  - {id: second-card, kind: open, question: {en: Why pool?, zh: 为什么池化？},
     answer: {en: x, zh: y}}

  - id: third-card
    kind: cloze
    text: {en: "a @{1}", zh: "甲 @{1}"}
    holes: [{answer: b}]
# the end
"""


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    path = tmp_path / "shipped" / "mine.yaml"
    path.parent.mkdir()
    path.write_text(DECK, encoding="utf-8")
    return path


def card(path: Path, id: str) -> Card:
    return next(card for card in bank.load([path])[0] if card.id == id)


@pytest.mark.parametrize("id", ["first-card", "second-card", "third-card"])
def test_saving_what_was_taken_changes_nothing(deck: Path, id: str) -> None:
    assert overrides.save(card(deck, id), overrides.editable(card(deck, id)), overrides=None) == ()
    assert deck.read_text(encoding="utf-8") == DECK


@pytest.mark.no_cover
def test_every_shipped_card_can_be_taken_out_and_put_back(tmp_path: Path) -> None:
    source = min(filter(is_deck, bank.shipped_questions().glob("*.yaml")), key=lambda path: path.stat().st_size)
    copy = tmp_path / source.name
    copy.write_bytes(source.read_bytes())
    for one in bank.load([copy])[0]:
        taken = overrides.editable(one)
        assert taken.startswith("- ")
        assert overrides.save(one, taken, overrides=None) == ()
    assert copy.read_bytes() == source.read_bytes()


def test_an_own_card_is_changed_in_its_place(deck: Path) -> None:
    first = card(deck, "first-card")
    edited = overrides.editable(first).replace("Why pad?", "Why do we pad?")
    assert edited.startswith("- id: first-card        # never changes\n  kind: open\n")
    assert overrides.save(first, edited, overrides=None) == ()
    assert deck.read_text(encoding="utf-8") == DECK.replace("Why pad?", "Why do we pad?")


def test_a_shipped_card_is_overridden(deck: Path, tmp_path: Path) -> None:
    own = tmp_path / "own" / "overrides.yaml"
    for id, old, new in (
        ("first-card", "Why pad?", "Why do we pad?"),
        ("second-card", "Why pool?", "What for?"),
        ("first-card", "Why do we pad?", "Pad?"),
    ):
        edited = next(one for one in bank.load([deck, own.parent])[0] if one.id == id)
        target = own if edited.replaces is None else None
        assert overrides.save(edited, overrides.editable(edited).replace(old, new), overrides=target) == ()
    cards, problems = bank.load([deck, own.parent])
    assert problems == ()
    assert deck.read_text(encoding="utf-8") == DECK
    assert [(one.id, one.deck, one.question.en) for one in cards] == [
        ("first-card", "mine", "Pad?"), ("second-card", "mine", "What for?"), ("third-card", "mine", "a @{1}"),
    ]  # fmt: skip
    assert own.read_text(encoding="utf-8").startswith("# Your changes")


CHECKED = """\
cards:
  - id: read-card
    checked: 2026-11   # by a friend
    kind: cloze
    text: {en: "a @{1}", zh: "甲 @{1}"}
    holes: [{answer: b, accept: [c]}]
    pitfall: {en: not d, zh: 不是丁}
    tags: [one]
  - {id: flow-card, checked: 2026-11, kind: open, question: {en: Why?}, answer: {en: So},
     points: [{en: it is, cues: {en: [is]}}, {en: it was, cues: {en: [was]}}]}
  - {checked: 2026-11, id: front-card, kind: open, question: {en: Who?}, answer: {en: He}}
"""


@pytest.mark.parametrize("own", [True, False], ids=["own", "shipped"])
@pytest.mark.parametrize(
    ("id", "old", "new", "still"),
    [
        ("read-card", "a @{1}", "an @{1}", False),
        ("read-card", "accept: [c]", "accept: [e]", False),
        ("read-card", "answer: b,", "answer: b, as: word,", True),
        ("read-card", "不是丁", "不是戊", False),
        ("read-card", "tags: [one]", "tags: [one, two]", True),
        ("flow-card", "So}", "Thus}", False),
        ("flow-card", "it was", "it will be", False),
        ("flow-card", "en: it was,", "en: it was, core: false,", False),
        ("flow-card", "[was]", "[was, were]", True),
        ("front-card", "Who", "Whom", False),
    ],
)
def test_a_card_that_says_something_else_is_no_longer_checked(
    tmp_path: Path, own: bool, id: str, old: str, new: str, still: bool
) -> None:
    path, changes = tmp_path / "deck.yaml", tmp_path / "own" / "overrides.yaml"
    path.write_text(CHECKED, encoding="utf-8")
    before = card(path, id)
    edited = overrides.editable(before)
    assert old in edited
    assert overrides.save(before, edited.replace(old, new), overrides=None if own else changes) == ()
    cards, problems = bank.load([path] if own else [path, changes.parent])
    assert problems == ()
    changed = {one.id: one for one in cards}
    assert changed[id].checked == ("2026-11" if still else None)
    assert all(one.checked == "2026-11" for other, one in changed.items() if other != id)
    assert new in (path if own else changes).read_text(encoding="utf-8")


def test_a_new_month_of_reading_stays(tmp_path: Path) -> None:
    path = tmp_path / "deck.yaml"
    path.write_text(CHECKED, encoding="utf-8")
    edited = overrides.editable(card(path, "read-card")).replace("2026-11", "2026-12").replace("不是丁", "不是戊")
    assert overrides.save(card(path, "read-card"), edited, overrides=None) == ()
    assert card(path, "read-card").checked == "2026-12"


def test_an_unchanged_card_writes_no_override(deck: Path, tmp_path: Path) -> None:
    own = tmp_path / "overrides.yaml"
    assert overrides.save(card(deck, "first-card"), overrides.editable(card(deck, "first-card")), overrides=own) == ()
    assert not own.exists()


def test_a_notice_says_when_the_shipped_text_changes_later(deck: Path, tmp_path: Path) -> None:
    own = tmp_path / "own" / "overrides.yaml"
    edited = card(deck, "first-card")
    overrides.save(edited, overrides.editable(edited).replace("Why pad?", "Pad?"), overrides=own)
    deck.write_text(DECK.replace("因为边界。", "因为边界的像素。"), encoding="utf-8")
    with bank.open_bank([deck, own], tmp_path / "cache") as opened:
        (problem,) = opened.problems
        changed = opened.card("first-card")
    assert (problem.code, problem.severity, problem.card) == ("overridden-text-changed", "warning", "first-card")
    assert changed is not None
    assert changed.question.en == "Pad?"


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "column"),
    [
        ("kind: open", "kind: opne", "unknown-kind", 2, 9),
        ("Why pad?", '"Why', "bracket-not-closed", 3, 13),
        ("first-card", "other-card", "id-changed", 1, 1),
        ("zh: 因为边界。", "cn: 因为边界。", "unknown-field", 10, 5),
    ],
)
def test_a_damaged_text_is_not_written(deck: Path, old: str, new: str, code: str, line: int, column: int) -> None:
    first = card(deck, "first-card")
    problems = overrides.save(first, overrides.editable(first).replace(old, new, 1), overrides=None)
    assert (problems[0].code, problems[0].place.line, problems[0].place.column) == (code, line, column)
    assert deck.read_text(encoding="utf-8") == DECK


def test_lines_are_those_of_the_editor_for_overrides_too(deck: Path, tmp_path: Path) -> None:
    first = card(deck, "first-card")
    problems = overrides.save(
        first, overrides.editable(first).replace("kind: open", "kind: opne"), overrides=tmp_path / "o.yaml"
    )
    assert [(problem.place.line, problem.place.column) for problem in problems] == [(2, 9)]
    assert not (tmp_path / "o.yaml").exists()


def test_a_broken_overrides_file_is_left_alone(deck: Path, tmp_path: Path) -> None:
    own = tmp_path / "overrides.yaml"
    own.write_text('cards:\n  - id: "x\n', encoding="utf-8")
    first = card(deck, "first-card")
    with pytest.raises(DlquizError, match="never closed"):
        overrides.save(first, overrides.editable(first).replace("Why pad?", "Pad?"), overrides=own)
    assert own.read_text(encoding="utf-8") == 'cards:\n  - id: "x\n'


def test_line_ends_of_a_file_stay_as_they_are(deck: Path) -> None:
    deck.write_bytes(DECK.replace("\n", "\r\n").encode())
    first = card(deck, "first-card")
    assert overrides.save(first, overrides.editable(first).replace("Why pad?", "Pad?"), overrides=None) == ()
    assert deck.read_bytes() == DECK.replace("Why pad?", "Pad?").replace("\n", "\r\n").encode()


def test_a_directory_that_cannot_be_written_keeps_the_old_file(deck: Path) -> None:
    first = card(deck, "first-card")
    (deck.parent / f".mine.yaml.{os.getpid()}").mkdir()
    with pytest.raises(DlquizError, match="cannot write"):
        overrides.save(first, overrides.editable(first).replace("Why pad?", "Pad?"), overrides=None)
    assert deck.read_text(encoding="utf-8") == DECK


def test_a_new_card_is_added_behind_the_others(deck: Path, tmp_path: Path) -> None:
    from dlquiz.bank.templates import fresh_id, skeleton

    for target in (deck, tmp_path / "new" / "deck.yaml"):
        for kind in KINDS:
            place = overrides.add(target, skeleton(kind, fresh_id(kind, ())))
            lines = target.read_text(encoding="utf-8").splitlines()
            assert lines[place.line - 1].strip() == f"- id: {kind}"
        cards, problems = bank.load([target])
        assert problems == ()
        assert [one.kind for one in cards][-5:] == list(KINDS)
    assert deck.read_text(encoding="utf-8").startswith(DECK)


def test_a_quote_that_hides_later_cards_is_not_written(deck: Path) -> None:
    deck.write_text(DECK.replace("{answer: b}", "{answer: 'b'}"), encoding="utf-8")
    before = deck.read_text(encoding="utf-8")
    first = card(deck, "first-card")
    problems = overrides.save(first, overrides.editable(first).replace("因为边界。", "'因为边界。"), overrides=None)
    assert problems
    assert problems[0].place.file == "edited card"
    assert deck.read_text(encoding="utf-8") == before


def test_a_card_with_a_shipped_id_says_how_to_override(deck: Path, tmp_path: Path) -> None:
    own = tmp_path / "own" / "mine.yaml"
    own.parent.mkdir()
    own.write_text(deck.read_text(encoding="utf-8"), encoding="utf-8")
    output = [one for one in bank.load([deck, own])[1] if one.code == "duplicate-id"]
    assert output
    assert all(f"replaces: {one.card}" in (one.fix or "") for one in output)
