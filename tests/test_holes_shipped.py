"""The holes of shipped cards against each other."""

from __future__ import annotations

from natural_replies import shipped

from dlquiz.cards import Cloze
from dlquiz.grading.cloze.holes import fits


def test_answer_of_another_hole_does_not_fit() -> None:
    """But for equal values and what a card accepts on purpose."""
    allowed = {("leaky-relu-formula", 3), ("pooling-window-typical", 3), ("inverted-dropout-formula", 1)}
    allowed |= {("inverted-dropout-formula", 2)}
    fitting = set()
    for card in shipped().values():
        if isinstance(card.body, Cloze):
            text = f"{card.question.en}\n{card.question.zh}"
            for number, hole in enumerate(card.body.holes, 1):
                others = {other.answer for other in card.body.holes} - {hole.answer}
                if any(fits(other, hole, text, number=number) for other in others):
                    fitting.add((card.id, number))
    assert fitting <= allowed
