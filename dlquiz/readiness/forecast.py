"""The promise: readiness now and on the day, how sure that is, its course over the days, and what becomes of a card."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dlquiz.readiness.deadline.arrays import Floats
from dlquiz.readiness.deadline.flow import Flow, Outlook
from dlquiz.readiness.deadline.programme import Programme, Singles
from dlquiz.readiness.knowledge.belief import Belief

# Of the normal distribution: between minus and plus so many deviations lie 80 % of the outcomes.
EIGHTY_PER_CENT = 1.2816
# Of what is forgotten, so much more or less than the axes on which people differ can say: from simulated learners who
# differ as collections do.
UNEXPLAINED = 0.12


@dataclass(frozen=True)
class Forecast:
    """Readiness at the start of each day from today to the day itself, with the deviation of each.

    `outlook` says it of each card. `axes` are independent shifts of the memory, each one deviation of what is not known
    of it; `sensitivity` is how much the readiness on the day changes along each.
    """

    expected: Floats
    deviation: Floats
    outlook: Outlook
    axes: list[Floats]
    sensitivity: Floats

    @property
    def on_the_day(self) -> float:
        """The readiness that is promised."""
        return float(self.expected[-1])

    def range(self, place: int = -1) -> tuple[float, float]:
        """What 80 % of the outcomes lie between, on the day or on an earlier one."""
        spread = EIGHTY_PER_CENT * float(self.deviation[place])
        expected = float(self.expected[place])
        return max(0.0, expected - spread), min(1.0, expected + spread)

    def less(self, readiness: float) -> Forecast:
        """The forecast when so much of the readiness on the day is given up on the way to it, day by day."""
        return replace(self, expected=self.expected - readiness * np.linspace(0, 1, len(self.expected)))


def forecast(belief: Belief, flow: Flow, prices: Floats) -> Forecast:
    """What follows from studying every day at these prices."""
    programme, policy = flow.programme, flow.policy(prices)
    course = flow.run(policy, curve=True)
    axes, weight = _axes(belief), float(belief.cards.weight.sum())
    sensitivity = np.array([flow_value(belief, axis, programme.days, prices) - policy.value for axis in axes]) / weight
    knowledge = belief.prior.variance(belief.groups, _knowledge_slope(policy.unseen, belief, programme))
    outlook = flow.outlook(policy, belief.cards)
    share = belief.cards.weight / weight
    now = _variance_now(belief)
    then = float((share**2 * outlook.variance).sum()) + knowledge + float(sensitivity @ sensitivity)
    then += (UNEXPLAINED * _forgotten(belief, outlook)) ** 2
    variance = now + (then - now) * np.linspace(0, 1, len(course.readiness))
    return Forecast(course.readiness, np.sqrt(variance), outlook, axes, sensitivity)


def flow_value(belief: Belief, direction: Floats, days: int, prices: Floats) -> float:
    """What the cards are worth at these prices if the person's memory were so different."""
    learner = belief.calibration.moved(direction)
    cards = belief.cards_as(learner)
    return Flow(Programme(learner, cards, days), cards).policy(prices).value


def _axes(belief: Belief) -> list[Floats]:
    """Independent shifts of the memory, each one deviation long."""
    values, vectors = np.linalg.eigh(belief.calibration.covariance)
    return list((vectors * np.sqrt(np.maximum(values, 0))).T)


def _knowledge_slope(unseen: Singles, belief: Belief, programme: Programme) -> Floats:
    """How much readiness changes with the knowledge of each card, the minutes that it saves included."""
    cards, points = belief.cards, programme.unseen.knowledge
    if len(points) == 1:
        return np.zeros(len(cards.weight))
    slopes = np.diff(unseen, axis=1) / np.diff(points)
    places = programme.places(cards)
    slope = np.where(cards.unseen, slopes[places.ratio, places.knowledge], 0.0)
    return np.asarray(slope * cards.weight / cards.weight.sum())


def _forgotten(belief: Belief, outlook: Outlook) -> float:
    """The share of the weight that was or will be asked and is expected to be forgotten on the day."""
    cards = belief.cards
    asked = np.where(cards.unseen, outlook.asked, 1.0)
    return float(cards.weight @ (asked * (1 - outlook.right))) / float(cards.weight.sum())


def _variance_now(belief: Belief) -> float:
    """Of readiness today: what is not known of the unseen cards, each known or not."""
    cards = belief.cards
    share = np.where(cards.unseen, cards.weight, 0.0) / cards.weight.sum()
    luck = float((share**2 * cards.knowledge * (1 - cards.knowledge)).sum())
    return luck + belief.prior.variance(belief.groups, share)
