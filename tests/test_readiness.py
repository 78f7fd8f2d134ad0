"""The plan to an interview date: formulas against the engine, the programme against hand-played days, laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readiness_simulation import (
    BETTER,
    DEFAULT,
    NOTHING_KNOWN,
    SCENARIOS,
    WORSE,
    Person,
    Scenario,
    by_plan,
    follow,
    greedily,
    half_the_time,
)

from dlquiz.readiness.cards import UNSEEN
from dlquiz.readiness.deadline.arrays import Floats, Integers
from dlquiz.readiness.deadline.flow import Course, Flow, Policy
from dlquiz.readiness.deadline.grid import DIFFICULTIES, STABILITIES
from dlquiz.readiness.deadline.prices import clear
from dlquiz.readiness.deadline.programme import Gains, Programme
from dlquiz.readiness.deadline.vectorised_fsrs import after_review, first_miss, recall
from dlquiz.readiness.forecast import flow_value
from dlquiz.readiness.informative import CERTAINTY, SHARE, informative_reviews
from dlquiz.readiness.knowledge.belief import Belief, Scope, ScopeCard, believe
from dlquiz.readiness.knowledge.calibration import calibrate
from dlquiz.readiness.knowledge.learner import PASS_SHARES, Learner
from dlquiz.readiness.knowledge.people import AXES, DIMENSIONS, bounded, unbounded
from dlquiz.readiness.knowledge.placement import placement
from dlquiz.readiness.knowledge.prior import DECK_SPREADS, LEVELS, MEDIAN, WHOLE, Groups, Prior, estimate_prior
from dlquiz.readiness.plan import DEARER, Plan, hedged_gain, make_plan, with_more_minutes
from dlquiz.readiness.replay import Answers, replay
from dlquiz.readiness.study_days import StudyDays
from dlquiz.scheduler import Memory, Model

MODEL = Model()
SMALL = Scenario(cards=60, days=6, minutes=12, varied=True)


def answers_of(rows: list[tuple[int, int, int]]) -> Answers:
    table = np.array(rows, np.int64).reshape(-1, 3)
    return Answers(table[:, 0], table[:, 1], table[:, 2], table[:, 2] > 1)


def scope_of(count: int, decks: int = 3) -> Scope:
    return Scope([ScopeCard(f"card-{number}", f"deck-{number % decks}", 1 + number % 3, 1.0 + number % 5, 0.5)
                  for number in range(count)])  # fmt: skip


def planned(person: Person, today: int, base: Learner = NOTHING_KNOWN) -> Belief:
    return believe(person.scope, person.answers, today, base)


class TestFsrsOnArrays:
    @given(st.floats(0.01, 3000), st.floats(1, 10), st.integers(0, 400), st.sampled_from([DEFAULT, BETTER, WORSE]))
    def test_is_the_engine(self, stability: float, difficulty: float, days: int, weights: tuple[float, ...]) -> None:
        model = Model(weights)
        for rating, (memory, _) in model.after(Memory(stability, difficulty), days).items():
            found = after_review(weights, np.array([stability]), np.array([difficulty]), float(days), rating)
            assert float(found[0][0]) == pytest.approx(memory.stability, rel=2e-4)
            assert float(found[1][0]) == pytest.approx(memory.difficulty, rel=2e-4)
        assert float(recall(weights, days, stability)) == pytest.approx(model.retrievability(stability, days))

    @given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(1, 4)), min_size=1, max_size=40))
    def test_replay_is_the_engine_on_each_history(self, rows: list[tuple[int, int, int]]) -> None:
        """Days rise along the log; the third number is the rating."""
        day, log = 0, []
        for card, gap, rating in rows:
            day += gap
            log.append((card, day, rating))
        found = replay(answers_of(log), NOTHING_KNOWN, 4)
        for card in range(4):
            history, last = [], None
            for place, when, rating in log:
                if place == card:
                    history.append((rating, 0 if last is None else when - last))
                    last = when
            (memory,) = MODEL.memories([history])
            if memory is None:
                assert found.last_day[card] == UNSEEN
            else:
                assert found.stability[card] == pytest.approx(memory.stability, rel=1e-3)
                assert found.difficulty[card] == pytest.approx(memory.difficulty, rel=1e-3)
                assert found.last_day[card] == last


class TestProgramme:
    @given(st.integers(0, STABILITIES - 1), st.integers(0, DIFFICULTIES - 1), st.sampled_from([1, 3, 8]))
    @settings(max_examples=40, deadline=None)
    def test_on_the_last_evening_the_gain_is_played_through_the_engine(self, s: int, d: int, elapsed: int) -> None:
        """Every outcome by hand, at a point of the grid; only its way back to the grid is interpolated."""
        person = Person(DEFAULT, scope_of(4), 1)
        belief = planned(person, 0)
        programme = Programme(NOTHING_KNOWN, belief.cards, 9)
        gains = Gains(programme, np.full(10, 0.0))
        stability = float(np.exp(programme.grid.log_stability[s]))
        difficulty = float(programme.grid.difficulty[d])
        cards = belief.cards.copy()
        cards.stability[:], cards.difficulty[:], cards.elapsed[:] = stability, difficulty, elapsed
        gain = float(gains.per_minute(cards, programme.places(cards), 1)[0])
        memory = Memory(stability, difficulty)
        right = MODEL.retrievability(stability, elapsed)
        after = MODEL.after(memory, elapsed)
        then = sum(right * share * MODEL.retrievability(after[rating][0].stability, 1)
                   for rating, share in zip((2, 3, 4), PASS_SHARES, strict=True))  # fmt: skip
        again = MODEL.after(after[1][0], 0)[3][0]
        then += (1 - right) * MODEL.retrievability(again.stability, 1)
        change = then - MODEL.retrievability(stability, elapsed + 1)
        assert gain / cards.ratio[0] == pytest.approx(change / (2 - right), abs=0.012)

    @pytest.mark.parametrize("stability", [0.006, 0.02, 0.3, 900.0])
    def test_what_is_not_asked_is_recalled_as_the_formula_says_however_weak_the_memory(self, stability: float) -> None:
        """Two misses leave a weak learner a stability of minutes, not of an hour."""
        cards = planned(Person(DEFAULT, scope_of(4), 1), 0).cards.copy()
        cards.stability[:], cards.difficulty[:], cards.elapsed[:] = stability, 8.0, 1
        flow = Flow(Programme(NOTHING_KNOWN, cards, 3), cards)
        found = flow.outlook(flow.policy(np.full(4, np.inf)), cards).right
        assert found == pytest.approx(np.full(4, recall(DEFAULT, 4, stability)), abs=0.01)

    def test_the_prices_fill_every_open_day_and_no_closed_one(self) -> None:
        belief = planned(Person(DEFAULT, Scenario(300, 10, 30).scope(), 1), 0)
        budget = np.array(StudyDays(interview=10, minutes=30, off=frozenset({4}), rest=frozenset({2})).budget(0))
        assert 0 in budget[1:]
        flow = Flow(Programme(belief.learner, belief.cards, 10), belief.cards)
        spent = flow.run(flow.policy(clear(flow, belief.cards, budget))).minutes
        assert spent[budget == 0].tolist() == [0.0] * int((budget == 0).sum())
        assert spent[budget > 0] == pytest.approx(budget[budget > 0], rel=0.1)
        assert spent.sum() == pytest.approx(budget.sum(), rel=0.03)

    def test_expected_cards_forwards_and_backwards_agree(self) -> None:
        person = Person(DEFAULT, SMALL.scope(), 3)
        follow(person, SMALL.budget()[:4], by_plan, NOTHING_KNOWN)
        plan = make_plan(planned(person, 3), SMALL.budget()[:4])
        weight = person.scope.weight
        backwards = float((plan.forecast.outlook.right * weight).sum() / weight.sum())
        assert backwards == pytest.approx(plan.forecast.on_the_day, abs=0.01)

    def test_no_course_beats_the_dual(self) -> None:
        """At any prices the value of the cards and of the minutes is a bound: the promise stays below it."""
        belief = planned(Person(DEFAULT, SMALL.scope(), 1), 0)
        flow, budget = Flow(Programme(belief.learner, belief.cards, SMALL.days), belief.cards), SMALL.budget()
        best = make_plan(belief, budget).forecast.on_the_day
        for price in (0.05, 0.5, 2.0):
            prices = np.full(len(budget), price)
            bound = (flow.policy(prices).value + float((prices * budget)[1:].sum())) / belief.cards.weight.sum()
            assert bound >= best - 0.005


class TestPlan:
    def test_is_a_function_of_what_goes_in(self) -> None:
        person = Person(DEFAULT, SMALL.scope(), 5)
        follow(person, SMALL.budget()[:3], by_plan, Learner())
        first, second = (make_plan(planned(person, 2, Learner()), SMALL.budget()[:5]) for _ in range(2))
        assert first.gain.tolist() == second.gain.tolist()
        assert first.forecast.expected.tolist() == second.forecast.expected.tolist()

    def test_more_minutes_promise_more_and_a_day_off_less(self) -> None:
        belief = planned(Person(DEFAULT, SMALL.scope(), 1), 0, Learner())
        plan = make_plan(belief, SMALL.budget())
        off = SMALL.budget()
        off[3] = 0
        assert make_plan(belief, off).forecast.on_the_day < plan.forecast.on_the_day - 0.005
        five, ten = with_more_minutes(plan, [5, 10])
        assert plan.forecast.on_the_day + 0.005 < five < ten
        richer = make_plan(belief, np.where(SMALL.budget() > 0, SMALL.budget() + 10, 0))
        assert ten == pytest.approx(richer.forecast.on_the_day, abs=0.01)

    def test_the_worth_of_more_minutes_takes_few_courses_of_the_cards(self, monkeypatch: pytest.MonkeyPatch) -> None:
        plan = make_plan(planned(Person(DEFAULT, SMALL.scope(), 1), 0, Learner()), SMALL.budget())
        run, asked = Flow.run, []

        def counted(flow: Flow, policy: Policy) -> Course:
            asked.append(policy)
            return run(flow, policy)

        monkeypatch.setattr(Flow, "run", counted)
        half, double = with_more_minutes(plan, [SMALL.minutes / 2, SMALL.minutes])
        assert plan.forecast.on_the_day < half < double
        assert len(asked) <= 10

    def test_todays_cards_fit_into_the_minutes_and_none_was_answered_today(self) -> None:
        person = Person(DEFAULT, SMALL.scope(), 2)
        first = make_plan(planned(person, 0, Learner()), SMALL.budget())
        person.study(first.today()[:8], 100, 0)
        plan = make_plan(planned(person, 0, Learner()), SMALL.budget())
        today = plan.today()
        assert not set(today.tolist()) & set(first.today()[:8].tolist())
        cards = plan.belief.cards
        expected = (cards.minutes * (2 - cards.first_right))[today].sum()
        assert SMALL.minutes - 2 * cards.minutes.max() <= expected <= SMALL.minutes

    def test_what_is_asked_more_and_known_less_comes_first(self) -> None:
        scope = Scope([ScopeCard(f"card-{number}", "deck", 1, weight, 0.5)
                       for number, weight in enumerate([1.0] * 20 + [5.0] * 20)])  # fmt: skip
        plan = make_plan(believe(scope, answers_of([]), 0, Learner()), np.array([0.0, 10.0, 10.0]))
        assert set(plan.order()[:10].tolist()) <= set(range(20, 40))

    @pytest.mark.parametrize("days", [0, 1, 2])
    def test_the_last_days_and_the_day_itself(self, days: int) -> None:
        plan = make_plan(planned(Person(DEFAULT, SMALL.scope(), 1), 0, Learner()), np.full(days + 1, 10.0))
        assert len(plan.forecast.expected) == days + 1
        assert len(plan.order())
        assert plan.forecast.range()[0] <= plan.forecast.on_the_day <= plan.forecast.range()[1]

    def test_the_order_reckons_with_fewer_minutes_later_and_with_none(self) -> None:
        """Were today the last day for sure, the gains would be those without a later minute; they are nearer to those
        of a plan that keeps all its minutes."""
        person = Person(DEFAULT, SMALL.scope(), 5)
        follow(person, SMALL.budget()[:3], by_plan, NOTHING_KNOWN)
        plan = make_plan(planned(person, 2), SMALL.budget()[:5])
        programme, cards = Programme(plan.belief.learner, plan.belief.cards, 4), plan.belief.cards
        places, last = programme.places(cards), np.array([*[np.inf] * 4, plan.prices[4]])
        kept, dearer, ended, none_later = (
            Gains(programme, prices, end).per_minute(cards, places, 4)
            for prices, end in ((plan.prices, 0), (DEARER * plan.prices, 0), (plan.prices, 1), (last, 0))
        )
        assert np.allclose(ended, none_later, atol=1e-6)
        hedged = gain_before(plan)
        assert 0 < np.abs(hedged - kept).max() < np.abs(hedged - dearer).max() < np.abs(hedged - ended).max()

    def test_the_promise_is_less_by_what_the_hedges_take_but_not_on_the_last_evening(self) -> None:
        belief = planned(Person(DEFAULT, SCENARIOS["f"].scope(), 5), 0)
        for days, least, most in ((6, 0.0005, 0.02), (1, 0.0, 1e-9)):
            plan = make_plan(belief, np.array([0.0, *[60.0] * days]))
            flow = Flow(Programme(belief.learner, belief.cards, days), belief.cards)
            expected = flow.run(flow.policy(plan.prices), curve=True).readiness
            assert plan.forecast.expected[0] == pytest.approx(expected[0])
            assert least <= expected[-1] - plan.forecast.on_the_day <= most

    def test_asking_cards_that_gain_little_is_promised_to_cost_what_it_does(self) -> None:
        """On the last evening: one card after the other takes the place of what gains most."""
        plan = make_plan(planned(Person(DEFAULT, SMALL.scope(), 2), 0, Learner()), np.array([0.0, 10.0]))
        weight, minutes, best = plan.belief.cards.weight.sum(), plan.expected_minutes(), plan.order()
        assert plan.asking_all(best[:4]).forecast.on_the_day == pytest.approx(plan.forecast.on_the_day, abs=1e-4)
        least = best[-3:]
        lost = plan.forecast.on_the_day - plan.asking_all(least).forecast.on_the_day
        replaced = plan.prices[-1] * minutes[least].sum() - plan.unhedged[least] @ minutes[least]
        assert lost == pytest.approx(replaced / weight)
        assert lost > 0.005

    def test_the_range_knows_how_people_differ_in_memory_even_when_nothing_was_known(self) -> None:
        belief = planned(Person(DEFAULT, SMALL.scope(), 1), 0)
        plan = make_plan(belief, SMALL.budget())
        forgets = -np.eye(DIMENSIONS)[0]
        usual, worse = (flow_value(belief, step, SMALL.days, plan.prices) for step in (0 * forgets, forgets))
        assert plan.forecast.deviation[-1] > 0.7 * (usual - worse) / belief.cards.weight.sum() > 0

    def test_one_card_no_minutes_and_cards_from_long_ago(self) -> None:
        scope = scope_of(1)
        assert make_plan(believe(scope, answers_of([]), 0, Learner()), np.array([0.0, 40.0])).today().tolist() == [0]
        idle = make_plan(believe(scope, answers_of([]), 0, Learner()), np.zeros(4))
        assert idle.today().tolist() == []
        known = float(idle.belief.cards.knowledge[0])
        assert idle.forecast.on_the_day == pytest.approx(known, abs=0.01)
        old = make_plan(believe(scope, answers_of([(0, 0, 3), (0, 2, 3)]), 2000, Learner()), np.full(8, 40.0))
        assert 0 < old.now < old.forecast.on_the_day <= 1


def gain_before(plan: Plan) -> Floats:
    """The gains before the reviews that tell most were put first."""
    programme = Programme(plan.belief.learner, plan.belief.cards, len(plan.budget) - 1)
    return hedged_gain(programme, plan.belief.cards, plan.prices)


def informative(plan: Plan, **changed: Floats) -> Integers:
    """The reviews that tell most of the memory; with other prices or minutes where they are given."""
    given = {"gain": gain_before(plan), "minutes": plan.expected_minutes(), "budget": plan.budget,
             "prices": plan.prices} | changed  # fmt: skip
    return informative_reviews(plan.belief, plan.forecast, **given)


@pytest.fixture(scope="module")
def third_morning() -> Plan:
    """Of somebody who forgets sooner than the model."""
    scenario = Scenario(150, 10, 30, varied=True)
    person = Person(WORSE, scenario.scope(), 4)
    follow(person, scenario.budget(), by_plan, NOTHING_KNOWN, until=3)
    return make_plan(planned(person, 3), scenario.budget()[:8])


class TestInformativeReviews:
    def test_come_before_all_other_cards_and_take_a_tenth_of_the_minutes(self, third_morning: Plan) -> None:
        chosen = informative(third_morning)
        assert set(third_morning.today()[: len(chosen)].tolist()) == set(chosen.tolist())
        assert (third_morning.belief.cards.elapsed[chosen] > 0).all()
        assert 0.05 * 30 < third_morning.expected_minutes()[chosen].sum() <= SHARE * 30

    def test_the_first_is_worth_most_per_minute_for_what_it_tells(self, third_morning: Plan) -> None:
        """Each card's review is added to the precision of the shifts by itself, in the shifts' own coordinates."""
        belief, cards = third_morning.belief, third_morning.belief.cards
        axes, here = np.array(third_morning.forecast.axes), cards.right(belief.learner)
        promise = np.linalg.solve(axes, third_morning.forecast.sensitivity)
        slopes = np.linalg.solve(
            axes,
            [belief.cards_as(moved).right(moved) - here for moved in map(belief.calibration.moved, axes)],
        )
        before, minutes = belief.calibration.covariance, third_morning.expected_minutes()
        gain = gain_before(third_morning)
        worth = {}
        for card in np.flatnonzero(cards.elapsed > 0).tolist():
            information = np.outer(slopes[:, card], slopes[:, card]) / (here[card] * (1 - here[card]))
            after = np.linalg.inv(np.linalg.inv(before) + information)
            surer = float(np.sqrt(promise @ before @ promise) - np.sqrt(promise @ after @ promise))
            lost = max(float(third_morning.prices[-1] - gain[card]), 0) * minutes[card] / cards.weight.sum()
            worth[card] = (CERTAINTY * surer - lost) / minutes[card]
        assert max(worth, key=lambda card: worth[card]) == informative(third_morning)[0]

    def test_none_where_they_tell_too_little_for_what_is_lost_or_come_too_late(self, third_morning: Plan) -> None:
        assert not len(informative(third_morning, prices=50 * third_morning.prices))
        assert not len(informative(third_morning, budget=np.array([0.0, 30.0])))
        assert not len(informative(third_morning, budget=np.zeros(8)))
        fresh = make_plan(planned(Person(DEFAULT, SMALL.scope(), 1), 0), SMALL.budget())
        assert not len(informative(fresh))


def test_placement_goes_through_decks_and_levels() -> None:
    scope = Scope([ScopeCard(f"card-{number}", f"deck-{number % 10}", 1 + number // 10 % 3, 1.0 + number % 5, 0.5)
                   for number in range(300)])  # fmt: skip
    chosen = placement(scope.cards).cards
    assert len(set(chosen)) == 25
    assert {sum(card.deck == deck for card in chosen) for deck in scope.decks} == {2, 3}
    assert {sum(card.level == level for card in chosen) for level in (1, 2, 3)} <= {7, 8, 9, 10}
    assert len(placement(scope.cards[:9]).cards) == 9
    asked = {card.card for card in (*chosen[:10:2], *scope.cards[-50:])}
    assert placement(scope.cards, asked).cards == [card for card in chosen if card.card not in asked]
    assert placement(scope.cards, asked).answered == sum(card.card in asked for card in chosen)
    others = placement(scope.cards, {card.card for card in chosen})
    assert (len({*others.cards} - {*chosen}), others.answered) == (25, 0)


def groups_of(rows: list[tuple[int, int, bool]]) -> Groups:
    """Of cards with these decks, levels, and whether they are the person's own."""
    table = np.array(rows, np.int64).reshape(-1, 3)
    return Groups(table[:, 0], table[:, 1], table[:, 2] == 1)


def prior_after(rows: list[tuple[int, int, bool, bool]], levels: int = 3) -> Prior:
    """After these first answers: deck, level, own, right."""
    right = np.array([row[3] for row in rows], np.bool_)
    return estimate_prior(groups_of([row[:3] for row in rows]), right, levels)


def exact_chances(rows: list[tuple[int, bool]], decks: int, spread: float, cards: int = 40_000) -> Floats:
    """The chance of a right answer by deck at one level: people drawn from the prior, weighed by the likelihood."""
    rng = np.random.default_rng(0)
    whole = np.log(MEDIAN / (1 - MEDIAN)) + np.hypot(WHOLE, LEVELS) * rng.standard_normal(cards)
    chance = 1 / (1 + np.exp(-(whole[:, None] + spread * rng.standard_normal((cards, decks)))))
    weight = np.ones(cards)
    for deck, right in rows:
        weight *= chance[:, deck] if right else 1 - chance[:, deck]
    return np.asarray(weight @ chance / weight.sum())


class TestPrior:
    def test_before_any_answer_it_is_the_same_for_all(self) -> None:
        knowledge = prior_after([]).knowledge(groups_of([(deck, 1, deck == 2) for deck in range(3)]))
        assert knowledge == pytest.approx(np.full(3, 0.343), abs=0.001)

    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.booleans(), st.booleans()), max_size=40))
    @settings(deadline=None)
    def test_a_right_answer_raises_all_and_its_own_deck_most(self, rows: list[tuple[int, int, bool, bool]]) -> None:
        decks = groups_of([(0, 1, False), (1, 1, False), (2, 1, False)])
        before, right, wrong = (
            prior_after(rows + more).knowledge(decks) for more in ([], [(0, 1, False, True)], [(0, 1, False, False)])
        )
        assert (right > before).all()
        assert (wrong < before).all()
        logit = np.log(right / (1 - right)) - np.log(before / (1 - before))
        assert logit[0] > logit[1:].max()

    @pytest.mark.parametrize(
        "rows", [[(0, True)], [(0, False)], [(0, True), (1, True)], [(0, True)] * 4 + [(1, False)] * 5]
    )
    def test_few_answers_say_as_much_as_the_exact_posterior(self, rows: list[tuple[int, bool]]) -> None:
        """The mode goes too far: one right answer would make 0.46 of 0.34."""
        found = prior_after([(deck, 0, False, right) for deck, right in rows], levels=1)
        exact = np.array([exact_chances(rows, 3, spread) for spread in DECK_SPREADS])
        decks = groups_of([(0, 0, False), (1, 0, False), (2, 0, False)])
        assert found.knowledge(decks) == pytest.approx(found.probability @ exact, abs=0.015)

    def test_own_cards_that_are_known_say_little_of_the_others(self) -> None:
        shipped = groups_of([(0, 1, False)])
        before = prior_after([]).knowledge(shipped)
        own, other = (prior_after([(1, 0, own, True)] * 5).knowledge(shipped) - before for own in (True, False))
        assert 0 < own < 0.4 * other

    def test_how_much_decks_differ_is_learned_from_answers(self) -> None:
        even = [(deck, 0, False, number % 10 < 3) for deck in range(12) for number in range(20)]
        uneven = [(deck, 0, False, number % 10 < (9 if deck < 3 else 1)) for deck in range(12) for number in range(20)]
        spreads = [float(prior_after(rows, 1).probability @ DECK_SPREADS) for rows in (even, [], uneven)]
        assert spreads[0] < 0.5 < spreads[1] < 1.0 < spreads[2]

    def test_many_answers_speak_for_themselves(self) -> None:
        rows = [(0, 0, False, number % 5 > 0) for number in range(400)]
        rows += [(1, 0, False, number % 5 == 0) for number in range(400)]
        found, unsure = prior_after(rows, 1), prior_after([], 1)
        places = groups_of([(0, 0, False), (1, 0, False)])
        assert found.knowledge(places) == pytest.approx([0.8, 0.2], abs=0.02)
        slope = np.ones(2)
        assert found.variance(places, slope) < 0.01 * unsure.variance(places, slope)


class TestPeople:
    @given(st.lists(st.floats(-3, 3), min_size=DIMENSIONS, max_size=DIMENSIONS))
    def test_everybody_has_weights_that_the_engine_accepts(self, shift: list[float]) -> None:
        assert Model(Learner().shifted(np.array(shift)).weights)

    def test_nobody_in_particular_has_the_weights_of_fsrs(self) -> None:
        assert bounded(unbounded(DEFAULT)) == pytest.approx(DEFAULT)
        assert Learner().shifted(np.zeros(DIMENSIONS)).known_stability == Learner().known_stability

    def test_the_first_axis_is_how_well_one_remembers(self) -> None:
        """Better in all of: the first stabilities, the growth by a review, how flat forgetting is."""
        assert (AXES[0][[0, 1, 2, 3, 8]] > 0).all()
        assert AXES[0][20] < 0


class TestCalibration:
    def test_nothing_observed_nothing_shifted(self) -> None:
        found = calibrate(answers_of([(0, 0, 3), (1, 0, 1), (1, 0, 3)]), Learner(), 2)
        assert found.shift.tolist() == [0] * DIMENSIONS
        assert found.answers == 0

    @pytest.mark.parametrize(("right", "sign"), [(True, 1), (False, -1)])
    def test_what_is_kept_longer_than_expected_lengthens_the_memory(self, right: bool, sign: int) -> None:
        rows = [(card, 0, 1) for card in range(30)] + [(card, 6, 3 if right else 1) for card in range(30)]
        found = calibrate(answers_of(rows), Learner(), 30)
        assert sign * found.shift[0] > 0.2
        assert found.answers == 30
        assert found.observed == (30 if right else 0)

    def test_who_forgets_sooner_is_taken_to_grow_less_by_a_review(self) -> None:
        """No second review was made yet; people who differ in one differ in the other."""
        rows = [(card, 0, 1) for card in range(30)] + [(card, 2, 1) for card in range(30)]
        found = calibrate(answers_of(rows), Learner(), 30).learner.weights
        assert found[0] < 0.8 * DEFAULT[0]
        assert found[8] < DEFAULT[8] - 0.05

    def test_steeper_forgetting_is_told_from_shorter_stability(self) -> None:
        """After one day as expected, after three weeks much less."""
        rows = [(card, 0, 1) for card in range(200)]
        rows += [(card, 1, 3 if card % 20 < 15 else 1) for card in range(100)]
        rows += [(card, 21, 3 if card % 20 < 5 else 1) for card in range(100, 200)]
        assert calibrate(answers_of(rows), Learner(), 200).learner.weights[20] > 1.3 * DEFAULT[20]

    def test_a_better_and_a_worse_memory_are_recognised(self) -> None:
        scenario = Scenario(150, 10, 40)
        kept = []
        for weights in (WORSE, DEFAULT, BETTER):
            person = Person(weights, scenario.scope(), 4)
            follow(person, scenario.budget(), greedily, NOTHING_KNOWN)
            learner = calibrate(person.answers, NOTHING_KNOWN, 150).learner
            kept.append(float(recall(learner.weights, 7, first_miss(learner.weights)[0])))
        assert kept[0] + 0.02 < kept[1] < kept[2] - 0.02

    def test_how_a_person_rates_what_they_pass_counts_with_the_answers(self) -> None:
        rows = [(card, day, 2) for day in (0, 3) for card in range(100)]
        found = calibrate(answers_of(rows), Learner(), 100).learner
        assert found.pass_shares[0] > 0.8
        assert sum(found.pass_shares) == pytest.approx(1)


class TestSimulatedLearners:
    """A small part of `readiness_simulation.py`; the whole is run on request."""

    @pytest.mark.no_cover
    def test_the_plan_is_not_behind_the_greedy_order_and_keeps_its_promise(self) -> None:
        scenario = Scenario(120, 8, 25, varied=True)
        ahead, promised = [], []
        for seed in range(3):
            plan, greedy = (Person(DEFAULT, scenario.scope(), seed) for _ in range(2))
            mornings = follow(plan, scenario.budget(), by_plan, NOTHING_KNOWN)
            follow(greedy, scenario.budget(), greedily, NOTHING_KNOWN)
            ahead.append(plan.readiness(8) - greedy.readiness(8))
            promised.append(mornings[0].on_the_day - plan.readiness(8))
        assert np.mean(ahead) > 0
        assert abs(np.mean(promised)) < 0.03

    def test_a_skipped_day_and_other_minutes_change_the_plan_of_the_next_morning(self) -> None:
        scenario = Scenario(120, 8, 25)
        person = Person(DEFAULT, scenario.scope(), 1)
        mornings = follow(person, scenario.budget(), by_plan, NOTHING_KNOWN, skipped=(3,))
        assert mornings[4].on_the_day < mornings[3].on_the_day
        assert person.readiness(8) == pytest.approx(mornings[-1].on_the_day, abs=0.05)

    @pytest.mark.slow
    @pytest.mark.parametrize("name", ["a", "c", "f"])
    def test_minutes_that_fall_away_unforeseen_cost_no_more_than_without_a_plan(self, name: str) -> None:
        scenario = SCENARIOS[name]
        ahead = [half_the_time(plan, scenario, by_plan) - half_the_time(greedy, scenario, greedily)
                 for plan, greedy in ((Person(DEFAULT, scenario.scope(), seed), Person(DEFAULT, scenario.scope(), seed))
                                      for seed in range(8))]  # fmt: skip
        assert np.mean(ahead) > -0.003 - 2 * np.std(ahead) / len(ahead) ** 0.5
