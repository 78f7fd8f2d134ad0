"""Simulated learners who follow the plan day by day: what docs/readiness.md reports.

`python tests/readiness_simulation.py --seeds 8` prints a table. One process, one core; minutes to an hour.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from unittest.mock import patch

import numpy as np

from dlquiz.readiness.deadline import grid
from dlquiz.readiness.deadline.arrays import Booleans, Floats, Integers
from dlquiz.readiness.deadline.flow import Flow
from dlquiz.readiness.deadline.prices import clear
from dlquiz.readiness.deadline.programme import Gains, Programme
from dlquiz.readiness.deadline.vectorised_fsrs import after_review, first_memory, recall
from dlquiz.readiness.knowledge.belief import Belief, Scope, ScopeCard, believe
from dlquiz.readiness.knowledge.learner import FIRST_PASS_SHARES, FIRST_RIGHT, PASS_SHARES, Learner
from dlquiz.readiness.knowledge.placement import placement
from dlquiz.readiness.plan import make_plan
from dlquiz.readiness.replay import Answers

DEFAULT = Learner().weights
BETTER = (DEFAULT[0] * 2.5, DEFAULT[1] * 1.6, DEFAULT[2] * 1.8, DEFAULT[3] * 1.5, *DEFAULT[4:8], DEFAULT[8] - 0.35,
          *DEFAULT[9:])  # fmt: skip
WORSE = (DEFAULT[0] * 0.5, DEFAULT[1] * 0.6, DEFAULT[2] * 0.6, DEFAULT[3] * 0.7, *DEFAULT[4:8], DEFAULT[8] - 0.3,
         *DEFAULT[9:])  # fmt: skip
NOTHING_KNOWN = Learner(known_stability=None)
# A smoothing of the choice between asking and waiting that is none.
SHARP = 1e-5
DRAWS = 80
# How FSRS-6's weights differ between people: 49 collections, each fitted by itself, of the public benchmark of FSRS
# (srs-benchmark, FSRS-6). A row a weight: mean, deviation, and its loading on three common factors (the principal
# components of the correlations); the first four and the last are logarithms.
COLLECTIONS = np.array([
    (-1.42, 1.45, 0.66, -0.16, 0.10), (0.11, 1.61, 0.86, 0.19, 0.07), (0.94, 1.54, 0.86, 0.16, 0.00),
    (2.53, 1.48, 0.72, 0.20, -0.11), (7.02, 0.34, -0.75, -0.06, 0.35), (0.53, 0.26, 0.84, 0.02, 0.08),
    (2.28, 0.30, -0.11, -0.45, -0.52), (0.04, 0.06, 0.43, 0.52, 0.51), (1.53, 0.36, 0.86, 0.26, -0.14),
    (0.17, 0.17, -0.43, 0.11, -0.16), (1.01, 0.31, 0.85, 0.28, -0.18), (1.79, 0.11, 0.67, -0.60, 0.20),
    (0.12, 0.04, -0.65, 0.56, -0.12), (0.31, 0.12, 0.43, -0.66, 0.20), (2.20, 0.33, 0.39, -0.05, 0.30),
    (0.25, 0.21, -0.03, 0.04, 0.52), (2.98, 0.57, 0.45, 0.21, -0.37), (0.79, 0.27, 0.00, 0.31, -0.61),
    (0.28, 0.22, 0.52, -0.21, -0.11), (0.13, 0.09, 0.34, -0.10, -0.31), (-1.49, 0.62, -0.07, -0.68, -0.25),
])  # fmt: skip
# What FSRS-6 allows its weights to be.
LEAST = (*[0.001] * 4, 1, 0.001, 0.001, 0.001, 0, 0, *[0.001] * 4, 0, 0, 1, 0, 0, 0, 0.1)
MOST = (*[100] * 4, 10, 4, 4, 0.75, 4.5, 0.8, 3.5, 5, 0.25, 0.9, 4, 1, 6, 2, 2, 0.8, 0.8)


@dataclass(frozen=True)
class Scenario:
    """A number of cards, days and minutes a day; `varied`: cards with different weights and minutes."""

    cards: int
    days: int
    minutes: float
    varied: bool = False

    def scope(self) -> Scope:
        rng = np.random.default_rng(5)
        weight = minutes = np.ones(self.cards)
        if self.varied:
            weight = rng.choice([1, 2, 3, 4, 5], p=[0.1, 0.25, 0.35, 0.2, 0.1], size=self.cards).astype(float)
            minutes = np.clip(rng.lognormal(0, 0.4, self.cards), 0.4, 3)
        return Scope([ScopeCard(f"card-{number}", f"deck-{number * 30 // self.cards}", 1 + number % 3, *pair)
                      for number, pair in enumerate(zip(weight.tolist(), minutes.tolist(), strict=True))])  # fmt: skip

    def budget(self) -> Floats:
        budget = np.full(self.days + 1, float(self.minutes))
        budget[0] = 0
        return budget


SCENARIOS = {
    "a": Scenario(200, 14, 40), "b": Scenario(300, 30, 40), "c": Scenario(400, 21, 40), "d": Scenario(600, 30, 40),
    "e": Scenario(300, 60, 25), "f": Scenario(800, 12, 60, True), "g": Scenario(1600, 30, 60, True),
    "h": Scenario(1600, 60, 60, True), "i": Scenario(800, 7, 90, True),
}  # fmt: skip


@dataclass
class Person:
    """A simulated learner: what they truly remember, and the draws that decide their answers.

    `known` is the stability of what they knew beforehand (0: not known), None where first answers are right by chance.
    The n-th answer to a card has its own draw, so that two policies meet the same luck.
    """

    weights: tuple[float, ...]
    scope: Scope
    seed: int
    known: Floats | None = None
    stability: Floats = field(init=False)
    difficulty: Floats = field(init=False)
    last_day: Integers = field(init=False)
    times: Integers = field(init=False)
    log: list[tuple[int, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        count = len(self.scope.cards)
        rng = np.random.default_rng(self.seed)
        self._luck, self._grade = rng.random((count, DRAWS)), rng.random((count, DRAWS))
        self.stability = np.ones(count) if self.known is None else np.maximum(self.known, 0.001)
        self.difficulty, self.times = np.full(count, 5.0), np.zeros(count, np.int64)
        self.last_day = np.full(count, -1 if self.known is None else 0)

    @property
    def answers(self) -> Answers:
        rows = np.array(self.log, np.int64).reshape(-1, 3)
        return Answers(rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 2] > 1)

    def right(self, day: int) -> Floats:
        """The true chance of a right answer to each card."""
        chance = recall(self.weights, np.maximum(day - self.last_day, 0), self.stability)
        unseen = self.times == 0
        if self.known is None:
            return np.where(unseen, 0.0, chance)
        return np.where(unseen & (self.known == 0), 0.0, chance)

    def readiness(self, day: int) -> float:
        return float((self.right(day) * self.scope.weight).sum() / self.scope.weight.sum())

    def study(self, order: Integers, minutes: float, day: int) -> float:
        """Answer in this order until the minutes are spent (the card that crosses the line is finished)."""
        unseen = self.times == 0
        chance = self.right(day)
        if self.known is None:
            chance = np.where(unseen, FIRST_RIGHT, chance)
        draw = self.times % DRAWS
        rows = np.arange(len(chance))
        right = self._luck[rows, draw] < chance
        spent = np.cumsum((self.scope.minutes * (2 - right))[order])
        chosen = order[: int(np.searchsorted(spent, minutes)) + 1]
        self._answer(chosen, right, unseen, self._grade[rows, draw], day)
        return float(spent[len(chosen) - 1]) if len(chosen) else 0.0

    def _answer(self, chosen: Integers, right: Booleans, unseen: Booleans, draw: Floats, day: int) -> None:
        for first, shares in ((True, FIRST_PASS_SHARES), (False, PASS_SHARES)):
            at = chosen[unseen[chosen] == first]
            grade = 2 + np.searchsorted(np.cumsum(shares[:2]), draw[at], side="right")
            rating = np.where(right[at], grade, 1)
            self._remember(at, rating, first, day)
        for card in chosen.tolist():
            if not right[card]:
                self.log.append((card, day, 3))
        self.times[chosen] += 1

    def _remember(self, at: Integers, rating: Integers, first: bool, day: int) -> None:
        self.log += zip(at.tolist(), [day] * len(at), rating.tolist(), strict=True)
        s, d = self.stability[at], self.difficulty[at]
        elapsed = (day - self.last_day[at]).astype(np.float64)
        if first:
            fresh = np.array([first_memory(self.weights, grade) for grade in (1, 2, 3, 4)])[rating - 1]
            knew = np.zeros(len(at), np.bool_) if self.known is None else rating > 1
            s2, d2 = after_review(self.weights, s, fresh[:, 1], np.maximum(elapsed, 0.01), rating)
            s2, d2 = np.where(knew, s2, fresh[:, 0]), fresh[:, 1]
        else:
            s2, d2 = after_review(self.weights, s, d, elapsed, rating)
        again = after_review(self.weights, s2, d2, 0.0, 3)
        missed = rating == 1
        self.stability[at] = np.where(missed, again[0], s2)
        self.difficulty[at] = np.where(missed, again[1], d2)
        self.last_day[at] = day


@dataclass(frozen=True)
class Today:
    """What a policy sees in the morning: the answers so far through `belief`, and the minutes by days left."""

    belief: Belief
    budget: Floats
    start: Floats | None


@dataclass(frozen=True)
class Morning:
    """What the plan says in the morning."""

    worth: Floats
    prices: Floats
    on_the_day: float
    deviation: float


def by_plan(today: Today) -> Morning:
    """The library's own way."""
    plan = make_plan(today.belief, today.budget, today.start)
    return Morning(plan.gain, plan.prices, plan.forecast.on_the_day, float(plan.forecast.deviation[-1]))


def greedily(today: Today) -> Morning:
    """By what an answer now adds to the recall on the day, without a thought for later minutes: no prices."""
    cards, learner = today.belief.cards, today.belief.learner
    days = len(today.budget) - 1
    programme = Programme(learner, cards, days)
    free = np.full(days + 1, np.inf)
    free[days] = 0.0
    gains = Gains(programme, free)
    return Morning(gains.per_minute(cards, programme.places(cards), days), free, 0.0, 0.0)


def by_fsrs(today: Today) -> Morning:
    """Plain FSRS: what has fallen to 90 %, the least likely first, then 20 new cards in the order of the deck."""
    cards, learner = today.belief.cards, today.belief.learner
    right, unseen = cards.right(learner), cards.unseen
    worth = np.where(~unseen & (right <= 0.9), 2 - right, -1.0)
    worth[np.flatnonzero(unseen)[:20]] = 0.5
    return Morning(worth, today.budget, 0.0, 0.0)


Policy = Callable[[Today], Morning]
POLICIES: dict[str, Policy] = {"plan": by_plan, "greedy": greedily, "fsrs": by_fsrs}


def follow(
    person: Person, budget: Floats, policy: Policy, base: Learner, *, first_day: int = 0, skipped: Sequence[int] = (),
    until: int | None = None, start: Floats | None = None,
) -> list[Morning]:  # fmt: skip
    """Study every day by this policy; what each morning said.

    Days in `skipped` (from 0) pass without study; `until` ends it before the date, after so many days.
    """
    mornings: list[Morning] = []
    days = len(budget) - 1
    for number in range(days if until is None else until):
        left, day = days - number, first_day + number
        belief = believe(person.scope, person.answers, day, base)
        morning = policy(Today(belief, budget[: left + 1], start))
        mornings.append(morning)
        start = morning.prices
        if number not in skipped and budget[left] > 0:
            worth = np.where(belief.cards.elapsed == 0, -1, morning.worth)
            order = np.argsort(-worth, kind="stable")
            person.study(order[worth[order] > 0], float(budget[left]), day)
    return mornings


def bound(scenario: Scenario, minutes: float) -> float:
    """The readiness that no policy exceeds in expectation with so many minutes a day, %: the dual at good prices.

    On a grid so fine that a finer one adds less than 0.05 points, with a sharp choice between asking and waiting.
    """
    budget = np.full(scenario.days + 1, minutes)
    budget[0] = 0
    with patch.multiple(grid, STABILITIES=60, DIFFICULTIES=10):
        cards = believe(scenario.scope(), Person(DEFAULT, scenario.scope(), 0).answers, 0, NOTHING_KNOWN).cards
        flow = Flow(Programme(NOTHING_KNOWN, cards, scenario.days), cards)
        prices = clear(flow, cards, budget)
        value = flow.policy(prices, SHARP).value
    return 100 * (value + float(prices[1:] @ budget[1:])) / float(cards.weight.sum())


def scenarios(names: str, seeds: int, policies: Sequence[str], weights: tuple[float, ...]) -> None:
    """Readiness on the day by policy, mean over seeds with its standard error, and the promise of the first morning.

    With it the bound for the minutes that the plan takes: more than a day has, for the last card is finished.
    """
    for name in names:
        scenario = SCENARIOS[name]
        row = [f"{name} {scenario.cards} cards, {scenario.days} days, {scenario.minutes:g} min"]
        for policy in policies:
            outcomes, promises, spent = [], [], []
            for seed in range(seeds):
                person = Person(weights, scenario.scope(), seed)
                mornings = follow(person, scenario.budget(), POLICIES[policy], NOTHING_KNOWN)
                outcomes.append(100 * person.readiness(scenario.days))
                promises.append(100 * mornings[0].on_the_day)
                spent.append(person.scope.minutes[person.answers.card].sum() / scenario.days)
            row.append(f"{policy} {np.mean(outcomes):.2f} ± {np.std(outcomes) / seeds**0.5:.2f}")
            if policy == "plan":
                row += [f"promised {np.mean(promises):.2f}", f"bound {bound(scenario, float(np.mean(spent))):.2f}"]
        print(" | ".join(row), flush=True)


def strong_decks(scope: Scope, seed: int, stability: float = 60.0) -> Floats:
    """The stability of what is known beforehand: 80 % of five decks, 20 % of the others; 0 where nothing is."""
    rng = np.random.default_rng(1000 + seed)
    strong = rng.choice(len(scope.decks), 5, replace=False)
    share = np.where(np.isin(scope.groups.deck, strong), 0.8, 0.2)
    return _known(share, stability, rng)


def mixed_knowledge(scope: Scope, seed: int) -> Floats:
    """The same of a person whose decks differ in logits with a deviation of 1, around a share that is their own.

    How well they keep what they know differs too: a factor with a deviation of 0.4 in its logarithm.
    """
    rng = np.random.default_rng(2000 + seed)
    logit = np.log(0.3 / 0.7) + 0.8 * rng.standard_normal() + rng.standard_normal(len(scope.decks))
    return _known((1 / (1 + np.exp(-logit)))[scope.groups.deck], 60.0 * np.exp(0.4 * rng.standard_normal()), rng)


def _known(share: Floats, stability: float, rng: np.random.Generator) -> Floats:
    days = stability * np.exp(0.7 * rng.standard_normal(len(share)))
    return np.where(rng.random(len(share)) < share, days, 0.0)


def between_learners(quality: float) -> tuple[float, ...]:
    """From -1 (WORSE) over 0 (the default) to 1 (BETTER)."""
    end = BETTER if quality > 0 else WORSE
    return tuple(a * (b / a) ** abs(quality) for a, b in zip(DEFAULT, end, strict=True))


def drawn_weights(seed: int) -> tuple[float, ...]:
    """The weights of a person as different from others as collections are."""
    rng = np.random.default_rng(4000 + seed)
    mean, deviation, loadings = COLLECTIONS[:, 0], COLLECTIONS[:, 1], COLLECTIONS[:, 2:]
    own = np.sqrt(np.maximum(1 - (loadings**2).sum(1), 0)) * rng.standard_normal(len(mean))
    weights = mean + deviation * (loadings @ rng.standard_normal(3) + own)
    logarithms = [0, 1, 2, 3, 20]
    weights[logarithms] = np.exp(weights[logarithms])
    return tuple(np.clip(weights, LEAST, MOST).tolist())


def other_knowledge(scope: Scope, seed: int) -> Floats:
    """What such a person knows: any share of it, less of the higher levels, kept for more or less long."""
    rng = np.random.default_rng(5000 + seed)
    share = rng.beta(1.5, 3.0)
    logit = np.log(share / (1 - share)) + 0.8 * rng.standard_normal(len(scope.decks))
    logit = logit[scope.groups.deck] - 0.6 * (scope.groups.level - 1)
    return _known(1 / (1 + np.exp(-logit)), 60.0 * np.exp(0.5 * rng.standard_normal()), rng)


def place(person: Person, minutes: float) -> float:
    """The placement on the first day; the minutes that are left of the day."""
    number = {card.card: place for place, card in enumerate(person.scope.cards)}
    return minutes - person.study(np.array([number[card.card] for card in placement(person.scope.cards).cards]), 1e9, 0)


def knowledge(seeds: int) -> None:
    """What prior knowledge is worth: plan with and without it, greedy and plain FSRS, and the promises made."""
    scenario = Scenario(800, 12, 60, varied=True)
    ways = [("plan with placement", by_plan, Learner(), True), ("plan with priors", by_plan, Learner(), False),
            ("plan without", by_plan, NOTHING_KNOWN, False), ("greedy with priors", greedily, Learner(), False),
            ("fsrs", by_fsrs, NOTHING_KNOWN, False)]  # fmt: skip
    for stability in (60.0, 15.0, 200.0):
        for name, policy, base, placed in ways:
            outcomes, errors = [], []
            for seed in range(seeds):
                person = Person(DEFAULT, scenario.scope(), seed, strong_decks(scenario.scope(), seed, stability))
                budget = scenario.budget()
                if placed:
                    budget[-1] = place(person, scenario.minutes)
                mornings = follow(person, budget, policy, base)
                outcomes.append(100 * person.readiness(scenario.days))
                errors.append([100 * mornings[day].on_the_day - outcomes[-1] for day in (0, 1, 3, 7)])
            row = [
                f"known for {stability:g} days",
                name,
                f"{np.mean(outcomes):.2f} ± {np.std(outcomes) / seeds**0.5:.2f}",
            ]
            print(
                *row, f"promise less outcome on days 0, 1, 3, 7: {np.mean(errors, 0).round(1)}", sep=" | ", flush=True
            )


@dataclass(frozen=True)
class Simulated:
    """Somebody of a population of learners; `quality` orders them from worse to better memory."""

    quality: float
    person: Person
    scenario: Scenario


def between_worse_and_better(seed: int) -> Simulated:
    """From WORSE to BETTER, with knowledge of their own: the population on which the plan was developed."""
    quality = float(np.random.default_rng(3000 + seed).uniform(-1, 1))
    scenario = Scenario(300, 14, 40, varied=True)
    knows = mixed_knowledge(scenario.scope(), seed)
    return Simulated(quality, Person(between_learners(quality), scenario.scope(), seed, knows), scenario)


def like_collections(seed: int) -> Simulated:
    """As different as collections are, with other knowledge, numbers of cards, and minutes; for judging only."""
    weights, rng = drawn_weights(seed), np.random.default_rng(6000 + seed)
    scenario = Scenario(int(rng.choice([200, 400, 700])), 14, float(rng.choice([25, 40, 60])), varied=True)
    knows = other_knowledge(scenario.scope(), seed)
    return Simulated(float(np.log(weights[2])), Person(weights, scenario.scope(), seed, knows), scenario)


POPULATIONS = {"between": between_worse_and_better, "collections": like_collections}


def promises(population: str, learners: int, first: int = 0) -> None:
    """Promise less outcome, and how many outcomes lie in the range, over learners from worse to better."""
    days, third, rows = 14, learners // 3, []
    for seed in range(first, first + learners):
        one = POPULATIONS[population](seed)
        mornings = follow(one.person, one.scenario.budget(), by_plan, Learner())
        outcome = one.person.readiness(days)
        rows.append([one.quality, *(m.on_the_day - outcome for m in mornings), *(m.deviation for m in mornings)])
    table = np.array(sorted(rows))
    error, deviation = 100 * table[:, 1 : 1 + days], 100 * table[:, 1 + days :]
    inside = np.abs(error) <= 1.2816 * deviation
    parts = {
        "all": slice(None),
        "worse": slice(0, third),
        "middle": slice(third, -third),
        "better": slice(-third, None),
    }
    for name, part in parts.items():
        for day in (0, 1, 3, 7, 11):
            print(f"{name}, day {day} | error {error[part, day].mean():+.2f}, deviation {error[part, day].std():.2f}"
                  f" | inside {inside[part, day].mean():.0%}", flush=True)  # fmt: skip


def _one_date(person: Person, scenario: Scenario, policy: Policy) -> float:
    follow(person, scenario.budget(), policy, NOTHING_KNOWN)
    return person.readiness(scenario.days)


def _skipped(person: Person, scenario: Scenario, policy: Policy) -> float:
    follow(person, scenario.budget(), policy, NOTHING_KNOWN, skipped=(2, scenario.days // 2))
    return person.readiness(scenario.days)


def half_the_time(person: Person, scenario: Scenario, policy: Policy) -> float:
    """From the middle on half the minutes; before that nobody knows."""
    budget, half = scenario.budget(), scenario.days // 2
    mornings = follow(person, budget, policy, NOTHING_KNOWN, until=half)
    later = budget[: scenario.days - half + 1] / 2
    follow(person, later, policy, NOTHING_KNOWN, first_day=half, start=mornings[-1].prices)
    return person.readiness(scenario.days)


def _second_date(person: Person, scenario: Scenario, policy: Policy) -> float:
    """After the first interview another one, as many days later."""
    for turn in range(2):
        follow(person, scenario.budget(), policy, NOTHING_KNOWN, first_day=turn * scenario.days)
    return person.readiness(2 * scenario.days)


def paired(names: str, seeds: int) -> None:
    """The plan's readiness less the greedy order's, on the same luck: mean and standard error."""
    learners = {"default": DEFAULT, "better": BETTER, "worse": WORSE}
    cases = [("one date", who, _one_date) for who in learners]
    cases += [("two days skipped", "default", _skipped), ("half the minutes later", "default", half_the_time),
              ("a second date", "default", _second_date)]  # fmt: skip
    for name in names:
        scenario = SCENARIOS[name]
        for what, who, case in cases:
            ahead = []
            for seed in range(seeds):
                plan, greedy = (
                    case(Person(learners[who], scenario.scope(), seed), scenario, policy)
                    for policy in (by_plan, greedily)
                )
                ahead.append(100 * (plan - greedy))
            print(f"{name} | {what} | {who} | {np.mean(ahead):+.2f} ± {np.std(ahead) / seeds**0.5:.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["scenarios", "paired", "knowledge", "promises"])
    parser.add_argument("--names", default="abcdefgi")
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--policies", default="plan,greedy,fsrs")
    parser.add_argument("--population", default="between", choices=list(POPULATIONS))
    parser.add_argument("--first", type=int, default=0, help="the first seed of promises")
    parser.add_argument("--learner", choices=["default", "better", "worse"], default="default")
    given = parser.parse_args()
    weights = {"default": DEFAULT, "better": BETTER, "worse": WORSE}[given.learner]
    match given.what:
        case "scenarios":
            scenarios(given.names, given.seeds, given.policies.split(","), weights)
        case "paired":
            paired(given.names, given.seeds)
        case "knowledge":
            knowledge(given.seeds)
        case _:
            promises(given.population, given.seeds, given.first)


if __name__ == "__main__":
    main()
