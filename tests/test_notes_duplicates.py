"""Questions of notes that the bank asks already: those in other words are found, those that share words are not."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from natural_replies import lexicon
from near_questions import DIFFERENT, SAME, UNSEEN_DIFFERENT, UNSEEN_SAME, NearQuestion
from studying import shipped_cards

from dlquiz.notes.duplicates import NEAR, KnownQuestions, duplicates


def nearest_cards(questions: Sequence[NearQuestion]) -> list[str | None]:
    """The card that each is said to be like."""
    found = duplicates({one.question: (one.question,) for one in questions}, shipped_cards(), lexicon().thesaurus)
    return [found.get(one.question) for one in questions]


@pytest.mark.parametrize(
    ("same", "different", "least", "most"), [(SAME, DIFFERENT, 55, 3), (UNSEEN_SAME, UNSEEN_DIFFERENT, 17, 1)]
)
def test_the_same_questions_are_found_and_others_are_not(
    same: Sequence[NearQuestion], different: Sequence[NearQuestion], least: int, most: int
) -> None:
    """Letters shared by pairs, as it was before, found 39 of 59 and 11 of 22, and called 23 of 60 and 6 of 22 alike."""
    found = sum(id == one.card for id, one in zip(nearest_cards(same), same, strict=True))
    wrong = [one.question for id, one in zip(nearest_cards(different), different, strict=True) if id is not None]
    assert found >= least
    assert len(wrong) <= most, wrong


def test_a_subject_is_no_question_on_a_part_of_it() -> None:
    subjects = [
        NearQuestion(one, "") for one in ("Pooling", "What is pooling?", "Attention", "池化", "什么是 dropout？")
    ]
    assert nearest_cards(subjects) == [None] * len(subjects)


def test_a_negation_is_known_in_each_form() -> None:
    known = KnownQuestions([("no-pad", "Why do we not pad images?"), ("pad", "Why do we pad images?"), ("x", "Crop?")])
    forms = ("don't", "don’t", "can't", "can’t", "cannot", "won't", "do not")
    assert {form: known.nearest(f"Why {form} we pad images?") for form in forms} == dict.fromkeys(forms, "no-pad")


def test_the_index_leaves_no_near_question_out() -> None:
    texts = [(card.id, text) for card in shipped_cards() for text in (card.question.en, card.question.zh) if text]
    known = KnownQuestions(texts, lexicon().thesaurus)
    chance = Random(1)
    parts = [text.split() for _, text in texts]
    mixed = [" ".join(chance.choice(parts)[:5] + chance.choice(parts)[-3:]) for _ in range(60)]
    for question in (*(one.question for one in SAME), *(text for _, text in texts[::60]), *mixed):
        asked = known.weighed(question)
        likeness, card = max((known.likeness(asked, one), one.card) for one in known.questions)
        assert known.nearest(question) == (card if likeness >= NEAR else None), question
