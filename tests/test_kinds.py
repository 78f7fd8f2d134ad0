"""What holds for the cards of every kind: stored, shown again and printed as they were; only what is met is loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING

import pytest

from dlquiz import bank
from dlquiz.bank.codec import decode, encode
from dlquiz.bank.deck_file import read_deck, read_file
from dlquiz.bank.templates import skeleton
from dlquiz.cards import KINDS, LANGUAGES, Card, Kind
from dlquiz.kinds import check, kind_named, kind_of
from dlquiz.kinds.view import FilledHoles, JudgedOptions, OrderedSteps, Working, card_view
from dlquiz.session.presentation import draw, restored, stored

if TYPE_CHECKING:
    from dlquiz.kinds.kind import Drawn

CARDS = read_file(bank.shipped_questions() / "activations.yaml").cards


def drawn_cards() -> Iterator[tuple[Card, Drawn]]:
    random = Random(7)
    for card in CARDS:
        yield card, kind_of(card.body).draw(card.body, random)


def test_the_deck_has_every_kind() -> None:
    assert {card.kind for card in CARDS} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_template_of_a_kind_is_a_card_of_it(kind: Kind) -> None:
    deck = read_deck("new.yaml", f"cards:\n{skeleton(kind, 'a-card')}".encode())
    assert [(card.kind, card.id) for card in deck.cards] == [(kind, "a-card")]
    assert deck.problems == ()


@pytest.mark.parametrize("kind", KINDS)
def test_the_field_that_tells_a_kind_is_its_own(kind: Kind) -> None:
    fields = {name: set(kind_named(name).fields()) for name in KINDS}
    marker = kind_named(kind).marker
    assert marker is None or [name for name in KINDS if marker in fields[name]] == [kind]
    assert kind_named(kind).question_field in fields[kind] | {"question"}


def test_a_stored_card_is_the_card() -> None:
    for card in CARDS:
        assert decode(encode(card), card.id, card.deck, card.place) == card


def test_the_log_shows_a_question_again_as_it_was() -> None:
    random = Random(3)
    for card in CARDS:
        presentation = draw(card, "zh", random, "")
        snapshot = json.dumps(stored(presentation))
        assert restored(card, snapshot, "en") == presentation


@pytest.mark.parametrize("shown", ["", "[]", "{", '{"order": [0, 0]}', '{"values": {"no": 1}}', '{"order": "01"}'])
def test_what_does_not_fit_a_card_is_not_shown_again(shown: str) -> None:
    for card in CARDS:
        found = restored(card, shown, "en")
        assert found is None or card.kind in ("open", "cloze")


def test_for_the_same_key_the_same_is_drawn() -> None:
    for card in CARDS:
        kind = kind_of(card.body)
        assert kind.fixed(card.body, card.id) == kind.fixed(card.body, card.id)


def test_a_view_lists_what_its_solution_solves() -> None:
    for card, drawn in drawn_cards():
        for language in LANGUAGES:
            view = card_view(card, language, drawn)
            match view.solution:
                case JudgedOptions(options):
                    assert view.items is not None
                    assert view.items.texts == tuple(option.text for option in options)
                case OrderedSteps(steps):
                    assert view.items is not None
                    assert sorted(view.items.texts) == sorted(steps)
                    assert view.items.texts != steps
                case FilledHoles(holes, text):
                    assert "@{" in view.question
                    assert "@{" not in text
                    assert all(hole.answer in text or hole.accept for hole in holes)
                case Working(steps=lines):
                    assert view.quantities
                    assert "@{" not in view.question
                    assert lines[-1].value == view.quantities[-1].value
                case None:
                    assert card.kind == "open"


def test_not_knowing_is_wrong_and_never_refused() -> None:
    for card, drawn in drawn_cards():
        for reply in (None, "I don't know", "不知道"):
            verdict = check(card, drawn, reply, "en")
            assert verdict.given_up
            assert not verdict.correct


def test_a_kind_is_loaded_when_it_is_met() -> None:
    card = next(card for card in CARDS if card.kind == "choice")
    program = f"""
import sys
from dlquiz.bank.codec import decode
from dlquiz.kinds import check
from dlquiz.session.presentation import draw
from random import Random
from typing import TYPE_CHECKING
card = decode({encode(card)!r}, "a-card", "deck", None)
check(card, draw(card, "en", Random(1), "").drawn, 1, "en")
print(*sorted(name for name in sys.modules if name.startswith(("dlquiz.kinds.", "dlquiz.schema", "dlquiz.numeric"))))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert set(done.stdout.split()) == {"dlquiz.kinds." + name for name in
                                        ("choice", "content", "drawing", "encoding", "kind")}  # fmt: skip
