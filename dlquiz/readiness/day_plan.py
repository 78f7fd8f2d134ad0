"""The whole way from the bank and the log to what a day's plan says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dlquiz.readiness.deadline.arrays import Floats, Integers
from dlquiz.readiness.knowledge.belief import Belief, Scope, ScopeCard, believe
from dlquiz.readiness.knowledge.learner import Learner
from dlquiz.readiness.logged import BankCard, LoggedAnswer, seconds_of, weight_of
from dlquiz.readiness.plan import FIRST, Plan, make_plan, with_more_minutes
from dlquiz.readiness.plan_settings import PlanSettings
from dlquiz.readiness.replay import Answers
from dlquiz.readiness.report import Day, MoreTime, PlanReport, Topic
from dlquiz.readiness.study_days import StudyDays
from dlquiz.scheduler.days import date_of
from dlquiz.tracks import Track

MORE_MINUTES = (10.0, 20.0)
# The weight of what nearly every interview asks, and the chance of knowing a card from which it need not come first.
MOST, KNOWN = 5, 0.9
# Of the minutes of a day, so much at most goes to seeing what nearly every interview asks; the rest is for reviews.
FIRST_SHARE = 0.9


@dataclass(frozen=True)
class PlanInputs:
    """What a plan is made from: the bank's cards in scope, the log's answers, and today.

    `minutes_today` were studied already; `minutes_per_day` are those of the settings, for a plan without its own.
    """

    settings: PlanSettings
    cards: Sequence[BankCard]
    answers: Sequence[LoggedAnswer]
    track: Track | None
    today: int
    minutes_today: float
    minutes_per_day: float
    weights: tuple[float, ...]

    @property
    def days(self) -> StudyDays:
        """The days up to the interview."""
        return StudyDays.of(self.settings, self.minutes_per_day)


def day_plan(inputs: PlanInputs, key: str, earlier: PlanReport | None = None) -> PlanReport:
    """The plan of today; `earlier` lends its prices where it was made for the same date."""
    seconds = seconds_of(inputs.cards, inputs.answers)
    scope = Scope(
        [
            ScopeCard(
                card.card, card.deck, card.level, weight_of(card, inputs.track), seconds[card.card] / 60, card.own
            )
            for card in inputs.cards
        ]
    )
    belief = believe(scope, _answers(inputs), inputs.today, Learner(weights=inputs.weights))
    budget = np.array(inputs.days.budget(inputs.today, inputs.minutes_today))
    start = np.array(earlier.prices) if earlier is not None and earlier.date == date_of(inputs.days.interview) else None
    plan = make_plan(belief, budget, start)
    always_asked = _always_asked(inputs, plan)
    return _report(inputs, plan.asking_all(always_asked), always_asked, key)


def _answers(inputs: PlanInputs) -> Answers:
    place = {card.card: number for number, card in enumerate(inputs.cards)}
    rows = [(place[one.card], one.day, one.rating, one.right) for one in inputs.answers if one.card in place]
    table = np.array(rows, np.int64).reshape(-1, 4)
    return Answers(table[:, 0], table[:, 1], table[:, 2], table[:, 3].astype(np.bool_))


def _report(inputs: PlanInputs, plan: Plan, always_asked: Integers, key: str) -> PlanReport:
    belief, budget, forecast = plan.belief, plan.budget, plan.forecast
    low, high = forecast.range()
    today, unseen, left_out = plan.today(), belief.cards.unseen, np.setdiff1d(plan.left_out(), always_asked)
    names = [card.card for card in inputs.cards]
    return PlanReport(
        key=key,
        as_of=date_of(inputs.today),
        date=date_of(inputs.days.interview),
        days_left=len(budget) - 1,
        study_days=sum(minutes > 0 for minutes in inputs.days.budget(inputs.today)),
        minutes_per_day=inputs.days.minutes,
        minutes_today=inputs.minutes_today,
        minutes_left=float(budget[-1]),
        track=inputs.settings.track,
        cards=len(names),
        weight=float(belief.cards.weight.sum()),
        seen=int((~unseen).sum()),
        now=plan.now,
        on_the_day=forecast.on_the_day,
        low=low,
        high=high,
        more=_more(plan),
        curve=_curve(plan, inputs.today),
        topics=_topics(plan, left_out),
        reviews_today=int((~unseen[today]).sum()),
        new_today=int(unseen[today].sum()),
        left_out=len(left_out),
        left_out_by_weight=_by_weight([inputs.cards[place] for place in left_out.tolist()]),
        unseen_known=_unseen_known(belief),
        answers=belief.calibration.answers,
        expected=belief.calibration.expected,
        observed=belief.calibration.observed,
        prices=tuple(np.where(np.isfinite(plan.prices), plan.prices, 0.0).tolist()),
        gain=_spread_over_decks(inputs.cards, _with_first(plan, always_asked)),
        minutes=_by_card(names, plan.expected_minutes()),
    )


def _always_asked(inputs: PlanInputs, plan: Plan) -> Integers:
    """The unseen cards that nearly every interview asks and the days have time for, by gain.

    By gain alone a long one might be left out. A track that counts a card for less than its weight says that its
    interviews ask it less.
    """
    cards = plan.belief.cards
    most = np.array([card.weight == MOST for card in inputs.cards]) & (cards.weight >= MOST)
    waiting = np.flatnonzero(cards.unseen & most & (cards.knowledge < KNOWN))
    waiting = waiting[np.argsort(-plan.gain[waiting], kind="stable")]
    in_time = np.cumsum(plan.expected_minutes()[waiting]) <= FIRST_SHARE * plan.budget.sum()
    return np.asarray(waiting[in_time])


def _with_first(plan: Plan, always_asked: Integers) -> Floats:
    """The gains, with today's share of those cards put before all others.

    Their minutes are spread over the study days left: by number, the long ones would be left to the last evenings.
    """
    minutes, days = plan.expected_minutes()[always_asked], max(int((plan.budget > 0).sum()), 1)
    spent = np.cumsum(minutes)
    begun = spent - minutes < (1 - 1e-9) * minutes.sum() / days
    gain = plan.gain.copy()
    gain[always_asked[begun & (spent <= FIRST_SHARE * plan.budget[-1])]] = FIRST * gain.max(initial=0.0)
    return gain


def _spread_over_decks(cards: Sequence[BankCard], gain: Floats) -> dict[str, float]:
    """By card, most first; where many gain the same, the decks take turns."""
    turns, keys = Counter[tuple[str, float]](), []
    for place, (card, worth) in enumerate(zip(cards, gain.tolist(), strict=True)):
        near = float(f"{worth:.3g}")
        keys.append((-near, turns[card.deck, near], place))
        turns[card.deck, near] += 1
    return {cards[place].card: -near for near, _, place in sorted(keys)}


def _by_card(names: Sequence[str], values: Floats) -> dict[str, float]:
    return {name: round(value, 6) for name, value in zip(names, values.tolist(), strict=True)}


def _more(plan: Plan) -> tuple[MoreTime, ...]:
    if not (plan.budget > 0).any():
        return ()
    return tuple(map(MoreTime, MORE_MINUTES, with_more_minutes(plan, MORE_MINUTES)))


def _curve(plan: Plan, today: int) -> tuple[Day, ...]:
    days = []
    for place, expected in enumerate(plan.forecast.expected.tolist()):
        low, high = plan.forecast.range(place)
        days.append(Day(date_of(today + place), low, expected, high))
    return tuple(days)


def _unseen_known(belief: Belief) -> float:
    """The share of the unseen cards' weight that is believed to be known; 0 when all were seen."""
    cards = belief.cards
    weight = cards.weight * cards.unseen
    return float(weight @ cards.knowledge) / float(weight.sum()) if weight.any() else 0.0


def _topics(plan: Plan, left_out: Integers) -> tuple[Topic, ...]:
    belief, cards = plan.belief, plan.belief.cards
    now, on_the_day, topics = cards.right(belief.learner), plan.right_on_the_day(), []
    for number, deck in enumerate(belief.scope.decks):
        inside = belief.groups.deck == number
        weight = cards.weight * inside
        total = float(weight.sum())
        seen = int((inside & ~cards.unseen).sum())
        topics.append(
            Topic(
                deck,
                int(inside.sum()),
                seen,
                int(inside[left_out].sum()),
                total / float(cards.weight.sum()),
                float(weight @ now) / total,
                float(weight @ on_the_day) / total,
            )
        )
    return tuple(topics)


def _by_weight(cards: Sequence[BankCard]) -> dict[str, int]:
    """How many cards of each weight of the bank, the most asked first."""
    found = Counter(card.weight for card in cards)
    return {str(weight): found[weight] for weight in sorted(found, reverse=True)}
