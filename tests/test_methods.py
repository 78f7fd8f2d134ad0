"""Calculators of methods: published figures, the same numbers by another way, the usual wrong answers."""

from __future__ import annotations

import json
import math
import random
import re
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations, pairwise, product
from pathlib import Path
from statistics import fmean, pstdev, stdev
from typing import Any

import pytest
from method_examples import EXAMPLES

from dlquiz.calc import CalcError
from dlquiz.calc.calculators import calculator
from dlquiz.cli.calc.calculators.tables import CALCULATOR_COMMANDS

RunCalc = Callable[..., tuple[int, str, str]]

# The command, the quantity, what was published, and with how many digits (None: exact).
FIGURES: list[tuple[str, str, Any, int | None]] = [
    ("bradley-terry --chosen 1.2 --rejected 0.2", "loss", 0.313, 3),
    ("bradley-terry --chosen 1.2 --rejected 0.2", "probability", 0.731, 3),
    ("dpo --chosen -42 --rejected -48 --reference-chosen -45 --reference-rejected -46", "loss", 0.474, 3),
    ("simpo --chosen -0.8 --rejected -1.1 --beta 2.5 --margin 1.375", "loss", 1.054, 4),
    ("gae --rewards 0,0,1 --values 0.2,0.5,0.7", "advantage_1", 0.76075, 9),
    ("gae --rewards 0,0,1 --values 0.2,0.5,0.7 --lambda 1", "advantage_1", 0.8, 9),
    ("gae --rewards 0,0,1 --values 0.2,0.5,0.7 --lambda 0", "advantage_1", 0.3, 9),
    ("ppo --ratio 1.5 --advantage -1", "objective", -1.5, None),
    ("grpo --rewards 1,0,0,1", "advantage_1", 1, None),
    ("grpo --right 2 --group 8", "advantage_right", 1.732, 4),
    ("grpo --right 2 --group 8 --deviation sample", "advantage_right", 1.620, 4),
    ("grpo --right 2 --group 8 --deviation none", "advantage_right", 0.75, None),
    ("rloo --right 2 --group 8", "advantage_right", 0.857, 3),
    ("gspo --new -95 --old -100 --tokens 50", "ratio", 1.105, 4),
    ("kl --policy -1 --reference -1.5", "k1", 0.5, None),
    ("kl --policy -1 --reference -1.5", "k2", 0.125, None),
    ("kl --policy -1 --reference -1.5", "k3", 0.1065, 4),
    ("best-of-n 16", "divergence", 1.835, 4),
    ("sampling --probabilities 0.609,0.224,0.136,0.030 --top-p 0.9", "p1", 0.6285, 4),
    ("sampling --probabilities 0.609,0.224,0.136,0.030 --top-p 0.9", "kept", 3, None),
    ("sampling --logits 2,1,0.5,-1 --temperature 0.5", "p1", 0.842, 3),
    ("sampling --logits 2,1,0.5,-1 --temperature 2", "p1", 0.434, 3),
    ("sampling --logits 2,1,0.5,-1 --temperature 0.5 --top-p 0.9", "kept", 2, None),
    ("logit-penalty --logit 3 --repetition 1.2", "penalised", 2.5, None),
    ("logit-penalty --logit -1.5 --repetition 1.2", "penalised", -1.8, None),
    ("online-softmax --scores 1,3,2,5 --values 10,20,30,40", "sum", 1.2034, 5),
    ("online-softmax --scores 1,3,2,5 --values 10,20,30,40", "output", 36.88, 4),
    ("entropy 0.5,0.25,0.25", "bits", 1.5, None),
    ("rope --width 128 --position 3", "rotated_x", -0.990, 3),
    ("rope --width 128 --position 3", "rotated_y", 0.141, 3),
    ("rope --width 128", "longest_wavelength", 54_410, 5),
    ("rope --width 128 --base 500000", "longest_wavelength", 2_559_196, 7),
    ("rope-scaling --scale 2", "ntk_base", 20_221, 5),
    ("rope-scaling --scale 4", "ntk_base", 40_890, 5),
    ("rope-scaling --scale 8", "ntk_base", 82_685, 5),
    ("rope-scaling --scale 8", "attention_factor", 1.208, 4),
    ("rope-scaling --scale 8", "logit_factor", 1.459, 4),
    ("rope-scaling --scale 16", "attention_factor", 1.277, 4),
    ("rope-scaling --scale 4", "ramp_start", 20.9, 3),
    ("rope-scaling --scale 4", "ramp_end", 45.0, 3),
    # Chinchilla and Gopher by the fit of Hoffmann et al. 2022, and the optimum at Gopher's budget by both fits.
    ("scaling-law 70B --tokens 1.4T", "loss", 1.937, 4),
    ("scaling-law 280B --tokens 300B", "loss", 1.993, 4),
    ("scaling-optimum 1e23", "parameters", 14.6e9, 3),
    ("scaling-optimum 1e23", "tokens", 1.14e12, 3),
    ("scaling-optimum 1e23 --law besiroglu", "parameters", 29.4e9, 3),
    ("scaling-optimum 1e23 --law besiroglu", "tokens", 566e9, 3),
    ("bits-per-byte 2.0 --bytes 4", "bits_per_byte", 0.721, 3),
    ("bits-per-byte 2.0 --bytes 4.2", "bits_per_byte", 0.687, 3),
    ("bpe hug:10,pug:5,pun:12,bun:4,hugs:5 --merges 3", "merge_1", 20, None),
    ("bpe hug:10,pug:5,pun:12,bun:4,hugs:5 --merges 3", "merge_2", 16, None),
    ("bpe hug:10,pug:5,pun:12,bun:4,hugs:5 --merges 3", "merge_3", 15, None),
    ("bpe hug:10,pug:5,pun:12,bun:4,hugs:5 --score wordpiece", "merge_1", 0.05, None),
    ("pass-at-k --samples 20 --correct 3 --k 5", "pass_at_k", 0.601, 3),
    ("pass-at-k --samples 10 --correct 3 --k 5", "pass_at_k", 0.9167, 4),
    ("pass-at-k --samples 8 --correct 6 --k 4", "all_pass", 0.2143, 4),
    ("repeated --success 0.6 --times 5", "majority", 0.6826, 4),
    ("repeated --success 0.95 --times 10", "all", 0.5987, 4),
    ("repeated --success 0.8 --times 4", "any", 0.9984, 4),
    ("repeated --success 0.8 --times 4", "all", 0.4096, 4),
    ("precision --prevalence 1% --recall 90% --fpr 5%", "precision", 0.1538, 4),
    ("kappa --observed 0.85 --expected 0.5", "kappa", 0.7, None),
    ("elo 100", "score", 0.640, 3),
    ("interval --accuracy 0.75 --examples 164", "half_width", 0.0663, 3),
    ("brevity --candidate 18 --reference 20", "penalty", 0.8948, 4),
]


@pytest.mark.parametrize(("command", "quantity", "answer", "digits"), FIGURES)
def test_published_figures(run_calc: RunCalc, command: str, quantity: str, answer: Any, digits: int | None) -> None:
    code, out, err = run_calc(f"{command} --json")
    assert (code, err) == (0, "")
    value = json.loads(out)[quantity]
    if digits is None:
        assert value == answer
    else:
        assert abs(value - answer) <= abs(answer) * 10 ** (1 - digits) * 0.6


# A number that people get, and a word of what is said about it.
MISTAKES = [
    ("bradley-terry --chosen 1.2 --rejected 0.2 --check 1.313", "turned round"),
    ("dpo --chosen -42 --rejected -48 --reference-chosen -45 --reference-rejected -46 --check 0.437", "reference"),
    ("dpo --chosen -42 --rejected -48 --reference-chosen -45 --reference-rejected -46 --check 0.974", "exchanged"),
    ("simpo --chosen -0.8 --rejected -1.1 --beta 2.5 --margin 1.375 --check 0.387", "left out"),
    ("gae --rewards 0,0,1 --values 0.2,0.5,0.7 --ask advantage_1 --check 0.80", "λ is taken as 1"),
    ("gae --rewards 0,0,1 --values 0.2,0.5,0.7 --ask advantage_1 --check 0.3", "λ is taken as 0"),
    ("ppo --ratio 1.5 --advantage -1 --check -1.2", "always clipped"),
    ("grpo --rewards 1,0,0,1 --check 0.5", "deviation is not divided"),
    ("grpo --right 2 --group 8 --check 1.620", "sample"),
    ("rloo --right 2 --group 8 --check 0.75", "whole group"),
    ("gspo --new -95 --old -100 --tokens 50 --check 148.4", "length"),
    ("kl --policy -1 --reference -1.5 --check 0.1487", "turned round"),
    ("sampling --probabilities 0.609,0.224,0.136,0.030 --top-p 0.9 --check 0.731", "crosses"),
    ("sampling --probabilities 0.609,0.224,0.136,0.030 --top-p 0.9 --ask p1 --check 0.609", "renormalised"),
    ("sampling --logits 2,1,0.5,-1 --temperature 0.5 --top-p 0.9 --ask kept --check 3", "before the temperature"),
    ("logit-penalty --logit -1.5 --repetition 1.2 --check -1.25", "divided"),
    ("online-softmax --scores 1,3,2,5 --values 10,20,30,40 --check 29.17", "averaged"),
    ("online-softmax --scores 1,3,2,5 --values 10,20,30,40 --check 25", "without weights"),
    ("rope --width 128 --position 3 --check 62832", "i = d/2"),
    ("rope-scaling --scale 4 --ask ntk_base --check 40000", "exponent"),
    ("scaling-law 70B --tokens 1.4T --ask loss --check 0.247", "irreducible"),
    ("bits-per-byte 2.0 --bytes 4 --check 0.5", "bits"),
    ("bpe hug:10,pug:5,pun:12,bun:4,hugs:5 --check 3", "frequencies"),
    ("pass-at-k --samples 10 --correct 3 --k 5 --check 0.8319", "with replacement"),
    ("pass-at-k --samples 20 --correct 3 --k 5 --check 0.15", "pass@1"),
    ("repeated --success 0.95 --times 10 --check 0.5", "added"),
    ("precision --prevalence 1% --recall 90% --fpr 5% --check 0.947", "equally frequent"),
    ("kappa --observed 0.85 --expected 0.5 --check 0.35", "not divided"),
    ("elo 100 --check 0.562", "e is the base"),
    ("interval --accuracy 0.75 --examples 164 --check 0.0338", "standard error"),
    ("brevity --candidate 18 --reference 20 --check 0.90", "ratio"),
]


@pytest.mark.parametrize(("command", "words"), MISTAKES)
def test_the_usual_wrong_answers_are_named(run_calc: RunCalc, command: str, words: str) -> None:
    code, out, err = run_calc(f"{command} --json")
    assert (code, err) == (1, "")
    assert words in " / ".join(f"{one['name']} {one['cure']}" for one in json.loads(out)["found"]), out


# ── the same by another way ──────────────────────────────────────────────────────────────────────────────────────


def log_sigmoid(value: float) -> float:
    return min(value, 0) - math.log1p(math.exp(-abs(value)))


def test_losses_of_pairs_are_log_sigmoids() -> None:
    source = random.Random(1)
    for _ in range(50):
        p, s, q, t = (-round(source.uniform(1, 60), 2) for _ in range(4))
        beta = source.choice((0.05, 0.1, 0.5))
        found = calculator("dpo", chosen=p, rejected=s, reference_chosen=q, reference_rejected=t, beta=beta)
        assert found.ask("loss") == pytest.approx(-log_sigmoid(beta * ((p - q) - (s - t))), abs=1e-9)
        # The weight of the gradient is the slope of the loss in the margin.
        assert found.ask("weight") == pytest.approx(1 - math.exp(-found.ask("loss")), abs=1e-9)
        margin = source.choice((0.5, 1.0))
        loss = calculator("simpo", chosen=p, rejected=s, beta=beta, margin=margin).ask("loss")
        assert loss == pytest.approx(-log_sigmoid(beta * (p - s) - margin), abs=1e-9)


def test_advantages_are_the_sum_of_discounted_errors() -> None:
    source = random.Random(2)
    for _ in range(20):
        n = source.randint(1, 6)
        rewards, values = ([round(source.uniform(-1, 1), 1) for _ in range(n)] for _ in range(2))
        last, gamma, decay = (source.choice((0, 0.5, 0.9, 1)) for _ in range(3))
        found = calculator("gae", rewards=rewards, values=values, last_value=last, gamma=gamma, gae_lambda=decay)
        after = [*values[1:], last]
        for start in range(n):
            total = sum(
                (gamma * decay) ** (step - start) * (rewards[step] + gamma * after[step] - values[step])
                for step in range(start, n)
            )
            assert float(found.ask(f"advantage_{start + 1}")) == pytest.approx(total, abs=1e-12)


def test_group_advantages_are_standard_scores_and_leave_one_out_means() -> None:
    source = random.Random(3)
    for _ in range(20):
        rewards = [source.randint(0, 4) for _ in range(source.randint(3, 8))]
        if len(set(rewards)) == 1:
            continue
        population, sample = (calculator("grpo", rewards=rewards, deviation=kind) for kind in ("population", "sample"))
        others = calculator("rloo", rewards=rewards)
        for place, reward in enumerate(rewards, 1):
            centred = reward - fmean(rewards)
            assert population.ask(f"advantage_{place}") == pytest.approx(centred / pstdev(rewards))
            assert sample.ask(f"advantage_{place}") == pytest.approx(centred / stdev(rewards))
            rest = rewards[: place - 1] + rewards[place:]
            assert float(others.ask(f"advantage_{place}")) == pytest.approx(reward - fmean(rest))


def test_the_clipped_objective_never_exceeds_either_term_and_stops_rewarding_beyond_the_clip() -> None:
    for ratio, advantage in product((0.3, 0.9, 1, 1.1, 2), (-2, -1, 1, 2)):
        found = calculator("ppo", ratio=ratio, advantage=advantage)
        assert found.ask("objective") == min(found.ask("clipped"), found.ask("unclipped"))
        further = calculator("ppo", ratio=ratio * 1.5, advantage=advantage).ask("objective")
        beyond = ratio >= 1.2 if advantage > 0 else ratio * 1.5 <= 0.8
        assert (further == found.ask("objective")) == beyond, (ratio, advantage)


def test_kl_estimates_have_the_divergence_as_their_mean() -> None:
    policy, reference = (0.5, 0.3, 0.2), (0.25, 0.25, 0.5)
    divergence = sum(p * math.log(p / q) for p, q in zip(policy, reference, strict=True))
    for name in ("k1", "k3"):
        mean = sum(
            p * float(calculator("kl_estimators", policy=math.log(p), reference=math.log(q)).ask(name))
            for p, q in zip(policy, reference, strict=True)
        )
        assert mean == pytest.approx(divergence)


def filtered(logits: list[float], temperature: float, top_k: int, top_p: float, min_p: float) -> list[float]:
    """Each filter by its definition, over all sets of tokens."""
    powers = [math.exp(one / temperature) for one in logits]
    shares = {place: one / sum(powers) for place, one in enumerate(powers)}
    left = sorted(shares, key=lambda place: -shares[place])[:top_k]
    total = sum(shares[place] for place in left)
    enough = [
        chosen
        for size in range(1, len(left) + 1)
        for chosen in combinations(left, size)
        if sum(shares[place] for place in chosen) >= top_p * total - 1e-12
    ]
    smallest = min(enough, key=lambda chosen: (len(chosen), -sum(shares[place] for place in chosen)))
    kept = [place for place in smallest if shares[place] >= min_p * max(shares.values())]
    mass = sum(shares[place] for place in kept)
    return [shares[place] / mass if place in kept else 0 for place in range(len(logits))]


def test_sampling_keeps_the_smallest_set() -> None:
    source = random.Random(4)
    for _ in range(40):
        logits = [round(source.uniform(-2, 3), 2) for _ in range(5)]
        temperature, top_k = source.choice((0.5, 1, 2)), source.randint(1, 5)
        top_p, min_p = source.choice((0.33, 0.77, 0.91)), source.choice((0.01, 0.13, 0.41))
        found = calculator("sampling", logits=logits, temperature=temperature, top_k=top_k, top_p=top_p, min_p=min_p)
        shares = [float(found.ask(f"p{place}")) for place in range(1, 6)]
        assert shares == pytest.approx(filtered(logits, temperature, top_k, top_p, min_p), abs=1e-9)
        assert sum(shares) == pytest.approx(1)


def test_online_softmax_is_softmax_wherever_the_blocks_are_cut() -> None:
    source = random.Random(5)
    for _ in range(20):
        n = source.randint(2, 7)
        scores, values = ([round(source.uniform(-4, 6), 1) for _ in range(n)] for _ in range(2))
        weights = [math.exp(one) for one in scores]
        right = sum(weight * value for weight, value in zip(weights, values, strict=True)) / sum(weights)
        for block in range(1, n):
            found = calculator("online_softmax", scores=scores, values=values, block=block)
            assert found.ask("output") == pytest.approx(right)
            assert found.ask("sum") * math.exp(max(scores)) == pytest.approx(sum(weights))


def test_rotated_products_depend_on_the_distance_alone() -> None:
    source = random.Random(6)
    for _ in range(20):
        pair, shift = source.randrange(32), source.randint(1, 500)
        query, key = ([round(source.uniform(-1, 1), 2) for _ in range(2)] for _ in range(2))
        m, n = source.randint(0, 900), source.randint(0, 900)

        def rotated(vector: list[float], position: int, pair: int = pair) -> complex:
            found = calculator("rope", width=64, pair=pair, position=position, x=vector[0], y=vector[1])
            turned = complex(found.ask("rotated_x"), found.ask("rotated_y"))
            # A rotation is a factor of modulus one.
            theta = 10_000 ** (-2 * pair / 64)
            assert turned == pytest.approx(
                complex(*vector) * complex(math.cos(position * theta), math.sin(position * theta))
            )
            return turned

        scores = [(rotated(query, m + by) * rotated(key, n + by).conjugate()).real for by in (0, shift)]
        assert scores[0] == pytest.approx(scores[1], abs=1e-9)


def test_the_ntk_base_stretches_the_slowest_pair_by_the_scale() -> None:
    for width, scale in product((64, 128), (2, 4, 8)):
        base = calculator("rope_scaling", scale=scale, width=width).ask("ntk_base")
        plain, stretched = (
            calculator("rope", width=width, base=one).ask("longest_wavelength") for one in (10_000, base)
        )
        assert stretched / plain == pytest.approx(scale)


@pytest.mark.parametrize("law", ["hoffmann", "besiroglu"])
def test_no_other_split_of_the_budget_has_a_smaller_loss(law: str) -> None:
    for flops in (1e20, 5.76e23):
        best = calculator("scaling_optimum", flops=flops, law=law)
        for factor in (0.5, 0.9, 1.1, 2):
            n = best.ask("parameters") * factor
            loss = calculator("scaling_law", parameters=n, tokens=flops / 6 / n, law=law).ask("loss")
            assert loss > best.ask("loss")


def test_pass_at_k_counts_the_draws_without_replacement() -> None:
    for n, c, k in ((5, 2, 1), (5, 2, 3), (6, 1, 4), (6, 3, 2), (4, 0, 2), (4, 4, 2)):
        draws = list(combinations([True] * c + [False] * (n - c), k))
        found = calculator("pass_at_k", samples=n, correct=c, k=k)
        assert found.ask("pass_at_k") == Fraction(sum(any(one) for one in draws), len(draws))
        assert found.ask("all_pass") == Fraction(sum(all(one) for one in draws), len(draws))


def test_votes_by_all_outcomes() -> None:
    for n in (1, 3, 5, 7):
        outcomes = list(product((True, False), repeat=n))
        chances = [math.prod(0.6 if right else 0.4 for right in one) for one in outcomes]
        found = calculator("repeated_success", success=0.6, times=n)
        for name, holds in (("all", all), ("any", any), ("majority", lambda one: 2 * sum(one) > len(one))):
            total = sum(chance for one, chance in zip(outcomes, chances, strict=True) if holds(one))
            assert float(found.ask(name)) == pytest.approx(total)


# ── tokenisers ───────────────────────────────────────────────────────────────────────────────────────────────────

PAPER = {"low": 5, "lower": 2, "newest": 6, "widest": 3}


def test_the_merges_of_the_paper() -> None:
    """Sennrich et al. 2016, algorithm 1: the merges that their code prints."""
    found = calculator("bpe", corpus=PAPER, merges=10, end="</w>", word="lowest")
    pairs = [step.formula.split(" = ")[0] for step in found.steps if step.quantity.startswith("merge_")]
    assert pairs == [
        "e s", "es t", "est </w>", "l o", "lo w", "n e", "ne w", "new est</w>", "low </w>", "w i",
    ]  # fmt: skip
    assert found.ask("segmentation") == "low est</w>"
    assert found.ask("vocabulary") == 11 + 10


def textbook_merges(corpus: dict[str, int], merges: int) -> list[tuple[str, int]]:
    """By replacing text: words as symbols with spaces between, a pair replaced by its union."""
    words = {f" {' '.join(word)} ": times for word, times in corpus.items()}
    found: list[tuple[str, int]] = []
    for _ in range(merges):
        counts: Counter[tuple[str, str]] = Counter()
        for word, times in words.items():
            for pair in pairwise(word.split()):
                counts[pair] += times
        if not counts:
            break
        pair, count = max(counts.items(), key=lambda item: item[1])
        found.append((" ".join(pair), count))
        merged = {}
        for word, times in words.items():
            symbols, out = word.split(), []
            while symbols:
                both = len(symbols) > 1 and (symbols[0], symbols[1]) == pair
                out.append("".join(symbols[: 1 + both]))
                symbols = symbols[1 + both :]
            merged[f" {' '.join(out)} "] = times
        words = merged
    return found


def test_merges_of_random_corpora() -> None:
    source = random.Random(7)
    for _ in range(15):
        corpus = {"".join(source.choices("abc", k=source.randint(1, 6))): source.randint(1, 9) for _ in range(5)}
        found = calculator("bpe", corpus=corpus, merges=6)
        merges = [
            (step.formula.split(" = ")[0], step.value) for step in found.steps if step.quantity.startswith("merge_")
        ]
        assert merges == textbook_merges(corpus, 6)
        # Segmenting the corpus with its own merges gives the tokens that training ended with.
        pieces = [calculator("bpe", corpus=corpus, merges=6, word=word).ask("pieces") for word in corpus]
        assert sum(map(lambda n, times: n * times, pieces, corpus.values())) == found.ask("tokens_after")


# ── the page of recipes ──────────────────────────────────────────────────────────────────────────────────────────────

PAGE = Path(__file__).parents[1] / "docs" / "calc.md"
RECIPES = re.findall(r"^\| [^|]+ \| `dlquiz calc ([^`]+)` \| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.M)


def test_every_recipe_prints_what_the_page_says(run_calc: RunCalc) -> None:
    shown = {command: run_calc(command)[1].strip() for command, _ in RECIPES}
    assert shown == dict(RECIPES)


def test_every_method_has_a_recipe() -> None:
    page = PAGE.read_text(encoding="utf-8")
    methods = {name for name, row in CALCULATOR_COMMANDS.items() if row.calculator in {one for one, _ in EXAMPLES}}
    assert {name for name in methods if f"dlquiz calc {name} " not in page} == set()


# ── what cannot be ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("dpo", {"chosen": 1, "rejected": -1, "reference_chosen": -1, "reference_rejected": -1}, "chosen is 1"),
        ("gae", {"rewards": (1, 2), "values": (1,)}, "rewards and values are 2 and 1"),
        ("grpo", {}, "the rewards are missing"),
        ("grpo", {"right": 9, "group": 8}, "right is 9"),
        ("sampling", {"probabilities": (0.5, 0.1)}, "do not come to 1"),
        ("sampling", {}, "the logits are missing"),
        ("sampling", {"logits": (1, 2), "temperature": 0.001}, "temperature is 0.001"),
        ("sampling", {"logits": (1, 2), "top_p": 1.5}, "1 or less"),
        ("online_softmax", {"scores": (1, 2), "values": (1, 2), "block": 2}, "block is 2"),
        ("rope", {"width": 63}, "an even number"),
        ("rope", {"width": 64, "pair": 32}, "pair is 32"),
        ("rope_scaling", {"scale": 0.5}, "1 or more"),
        ("bpe", {"corpus": {}}, "1 to 50 words"),
        ("bpe", {"corpus": {"a\x1b[31m": 1}}, "1 to 40 letters"),
        ("bpe", {"corpus": {"hug": 0}}, "a frequency is 0"),
        ("pass_at_k", {"samples": 10, "correct": 11, "k": 1}, "correct is 11"),
        ("pass_at_k", {"samples": 10**6, "correct": 1, "k": 1}, "use 2000 or less"),
        ("kappa", {"observed": 1, "expected": 1}, "expected is 1"),
        ("scaling_law", {"parameters": 1, "tokens": 1, "law": "kaplan"}, "hoffmann, besiroglu"),
    ],
)
def test_what_cannot_be_is_refused_with_its_fix(name: str, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(CalcError) as refused:
        calculator(name, **arguments)
    assert words in str(refused.value)
    assert refused.value.fix


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("bpe hug", "a number is asked"),
        ("bpe hug:many", "CORPUS 'many'"),
        ("bpe hug:2 --word hug --ask segmentation --check 3", "segmentation is a text"),
        ("gae --rewards 1", "--values is missing"),
    ],
)
def test_errors_of_the_command_line(run_calc: RunCalc, command: str, words: str) -> None:
    code, out, err = run_calc(command)
    assert code in (1, 2)
    assert (out, err.count("\n")) == ("", 1)
    assert words in err
