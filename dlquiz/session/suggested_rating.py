"""The rating that is suggested: the checker decides what was right, time and hints whether it came easily."""

from __future__ import annotations

from dlquiz.cards import Open, Rating
from dlquiz.session.current_card import CurrentCard

USUAL_SECONDS = 30.0


def suggested(current: CurrentCard, usual: float) -> Rating:
    """Again when wrong or given up; of an open answer what its points say; Hard when right but slower than twice the
    usual time, after a hint or rounded too far; otherwise Good. Easy is the person's to say."""
    verdict, card = current.verdict, current.presentation.card
    assert verdict is not None
    slow_or_helped = current.seconds > 2 * usual or current.hints > 0
    if verdict.correct is False or verdict.given_up:
        return Rating.AGAIN
    if isinstance(card.body, Open):
        from dlquiz.grading.ratings import suggested_for_points

        core = [number for number, point in enumerate(card.points, 1) if point.core]
        return suggested_for_points(core, current.ticks, confirmed=current.confirmed, slow_or_helped=slow_or_helped)
    return Rating.HARD if slow_or_helped or verdict.outcome == "rounded" else Rating.GOOD
