"""What transformers, training and serving cost: the interview figures, and laws over every calculator and mistake."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from method_examples import EXAMPLES as METHOD_EXAMPLES

from dlquiz import calc, expressions
from dlquiz.calc import CalcError
from dlquiz.calc.calculation import Calculation
from dlquiz.calc.calculators import CALCULATORS, calculator, parameters_of
from dlquiz.calc.costs.configurations import CONFIGURATIONS
from dlquiz.calc.letters import LETTERS, legend
from dlquiz.calc.mistakes.catalogue import by_id, catalogue, equal, mistake_of, of_calculators, right_value
from dlquiz.calc.networks import zoo
from dlquiz.cards import Asked, Numeric, Text
from dlquiz.cli.calc.calculators.tables import CALCULATOR_COMMANDS
from dlquiz.cli.calc.render.calculation import ASIDE
from dlquiz.grading.numeric import mark
from dlquiz.markup import cell_width
from dlquiz.messages.calculators import CHINESE, CHINESE_IN, chinese
from dlquiz.numeric import draw, steps

RunCalc = Callable[..., tuple[int, str, str]]


# The figures that interviews ask, in the order in which they were collected: the command, the quantity, the value, and
# how many digits of it were published (None: exact).
FIGURES: list[tuple[str, str, str, Any, int | None]] = [
    ("C1", "conv 3x224x224 -o 64 -k 7 -s 2 -p 3 --no-bias", "output_shape[1]", 112, None),
    ("C1", "conv 3x224x224 -o 64 -k 7 -s 2 -p 3 --no-bias", "parameters", 9_408, None),
    ("C1", "conv 3x224x224 -o 64 -k 7 -s 2 -p 3", "parameters", 9_408 + 64, None),
    ("C1", "conv 3x224x224 -o 64 -k 7 -s 2 -p 3", "macs", 118_013_952, None),
    ("C2", "saving 256 256", "separable", 67_840, None),
    ("C2", "saving 256 256", "ordinary", 589_824, None),
    ("C2", "saving 256 256", "ratio", 11.5, 3),
    ("C3", "lstm 256 -o 512 --one-bias", "parameters", 1_574_912, None),
    ("C3", "lstm 256 -o 512", "parameters", 1_576_960, None),
    ("C4", "params gpt2", "parameters", 124_439_808, None),
    ("C4", "params bert-base", "parameters", 109_482_240, None),
    ("C4", "params vit-b-16", "parameters", 86_567_656, None),
    ("C5", "params llama2-7b", "parameters", 6_738_415_616, None),
    ("C5", "params llama3-8b", "parameters", 8_030_261_248, None),
    ("C5", "params llama3-70b", "parameters", 70_553_706_496, None),
    ("C6", "params mixtral-8x7b", "parameters", 46_702_792_704, None),
    ("C6", "params mixtral-8x7b", "active", 12_879_925_248, None),
    ("C7", "kv llama3-8b", "bytes_per_token", 131_072, None),
    ("C7", "kv llama3-70b", "bytes_per_token", 327_680, None),
    ("C7", "kv llama3-70b", "with_multi_head_attention", 2_621_440, None),
    ("C8", "kv llama3-8b --tokens 8192", "bytes", 2**30, None),
    ("C8", "kv llama3-70b --tokens 128Ki", "bytes", 40 * 2**30, None),
    ("C8", "kv llama2-7b --tokens 4096", "bytes", 2 * 2**30, None),
    ("C9", "kv deepseek-v3", "bytes_per_token", 70_272, None),
    ("C9", "kv deepseek-v3", "with_multi_head_attention", 3_997_696, None),
    ("C10", "flops 7B --tokens 2T", "flops", 84 * 10**21, None),
    ("C10", "flops 70B --tokens 15T", "flops", 63 * 10**23, None),
    ("C10", "flops 7B --tokens 2T", "forward", 28 * 10**21, None),
    ("C10", "flops 7B --tokens 2T", "with_recomputation", 112 * 10**21, None),
    ("C11", "days 7B --tokens 2T --gpus 1024 --peak 312T --mfu 40%", "days", 7.6, 2),
    ("C11", "days 70B --tokens 15T --gpus 16384 --peak 989T --mfu 40%", "days", 11.2, 2),
    ("C12", "mfu 7B --rate 3500 --peak 312T", "mfu", 47, 2),
    ("C13", "length --width 4096 --tokens 4096", "share", 14, 2),
    ("C14", "memory 7B", "bytes", 112 * 10**9, None),
    ("C14", "memory 7.5B", "bytes", 120 * 10**9, None),
    ("C15", "zero 7.5B --gpus 64", "stage_1", 31.4e9, 3),
    ("C15", "zero 7.5B --gpus 64", "stage_2", 16.6e9, 3),
    ("C15", "zero 7.5B --gpus 64", "stage_3", 1.9e9, 2),
    ("C16", "activations --layers 32 --width 4096 --heads 32 --tokens 4096", "bytes", 97 * 2**30, None),
    ("C16", "activations --layers 32 --width 4096 --heads 32 --tokens 4096", "without_scores", 17 * 2**30, None),
    ("C16", "activations --layers 32 --width 4096 --heads 32 --tokens 4096", "checkpointed", 2**30, None),
    ("C17", "scores 8192 --heads 32", "bytes", 4 * 2**30, None),
    ("C18", "allreduce 14GB --gpus 8", "bytes", 24_500_000_000, None),
    ("C19", "pipeline --stages 8 --micro 32", "bubble", 17.9, 3),
    ("C19", "pipeline --stages 8 --micro 32", "to_ideal", 21.9, 3),
    ("C20", "lora llama2-7b --rank 8 --targets q,v", "trainable", 4_194_304, None),
    ("C20", "lora llama3-8b --rank 8", "trainable", 3_407_872, None),
    ("C20", "lora llama3-8b --rank 8 --targets all", "trainable", 20_971_520, None),
    ("C21", "decode 70B --bandwidth 3.35T", "milliseconds", 41.8, 3),
    ("C21", "decode 70B --bandwidth 3.35T", "tokens_per_second", 23.9, 3),
    ("C21", "decode 8B --bandwidth 3.35T", "tokens_per_second", 209, 3),
    ("C22", "roofline --peak 989T --bandwidth 3.35T", "ridge", 295, 3),
    ("C23", "speculative --accept 0.8 --draft 4", "tokens", 3.36, 3),
    ("C24", "quantise 70B", "bytes", 36.1e9, 3),
    ("C24", "quantise 70B --zero 16", "bytes", 37.2e9, 3),
    ("C25", "chinchilla 1e23", "parameters", 28.9e9, 3),
    ("C25", "chinchilla 1e23", "tokens", 577e9, 3),
    ("C26", "vectors 10M --width 768 --pq 96", "bytes", 30_720_000_000, None),
    ("C26", "vectors 10M --width 768 --pq 96", "compressed", 960_000_000, None),
    ("C27", "auc 3,5,6 --of 6", "auc", 0.889, 3),
    ("C27", "ndcg 2,3,0", "ndcg", 0.834, 3),
    ("C27", "perplexity 2.0", "perplexity", 7.39, 3),
    ("C28", "softmax 2,1,0", "p1", 0.665, 3),
    ("C28", "softmax 2,1,0", "p2", 0.245, 3),
    ("C28", "softmax 2,1,0", "p3", 0.090, 2),
    ("C28", "softmax 2,1,0 --temperature 0.5", "p1", 0.867, 3),
    ("C28", "softmax 2,1,0 --temperature 0.5", "p2", 0.117, 3),
    ("C28", "softmax 2,1,0 --temperature 0.5", "p3", 0.016, 2),
    ("C28", "iou 0,0,10,10 5,5,15,15", "iou", 1 / 7, 9),
    ("C28", "he 512", "he", 0.0625, 9),
    ("C28", "step --micro 8 --accumulate 4 --gpus 16 --length 4096", "tokens", 2_097_152, None),
    ("C29", "diffusion", "alpha_bar", 4.04e-5, 3),
    ("C29", "latent 512x512x3 64x64x4", "ratio", 48, None),
    # Sizes as their papers and model cards print them.
    ("sizes", "params gpt2-medium", "parameters", 354_823_168, None),
    ("sizes", "params gpt2-large", "parameters", 774_030_080, None),
    ("sizes", "params gpt2-xl", "parameters", 1_557_611_200, None),
    ("sizes", "params mixtral-8x22b", "parameters", 141e9, 3),
    ("sizes", "params mixtral-8x22b", "active", 39e9, 2),
    ("sizes", "params qwen2.5-7b", "parameters", 7_615_616_512, None),
    ("sizes", "params deepseek-v3", "parameters", 671e9, 3),
    ("sizes", "params deepseek-v3", "active", 37.5e9, 2),
    # Of the classic list: the crossing points, scores, caches, states and sizes of transformers.
    ("43", "params bert-base", "embedding", 23_837_184 - 2 * 768, None),
    ("45", "params gpt3", "parameters", 174_604_259_328, None),
    ("46", "params vit-b-16", "embedding", 590_592 + 768 + 197 * 768, None),
    ("56", "length --width 4096", "crossing_projections", 8_192, None),
    ("56", "length --width 4096", "crossing_layer", 24_576, None),
    ("57", "scores 2048 --heads 32", "bytes", 268_435_456, None),
    ("58", "kv llama-7b", "bytes_per_token", 524_288, None),
    ("58", "kv llama-7b --tokens 2048", "bytes", 1_073_741_824, None),
    ("59", "kv llama2-70b", "bytes_per_token", 327_680, None),
    ("60", "kv --layers 32 --kv 12 --head-width 64 --tokens 2048 --dtype int8", "bytes", 100_663_296, None),
    ("61", "memory 7B", "bytes", 112 * 10**9, None),
    ("62", "flops 7B --tokens 1T", "flops", 42 * 10**21, None),
]  # fmt: skip


def at(value: Any, path: str) -> Any:
    for part in path.replace("[", ".").replace("]", "").split("."):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


@pytest.mark.parametrize(("number", "command", "path", "answer", "digits"), FIGURES)
def test_the_figures_of_interviews(
    run_calc: RunCalc, number: str, command: str, path: str, answer: Any, digits: int | None
) -> None:
    code, out, err = run_calc(f"{command} --json")
    assert (code, err) == (0, ""), number
    value = at(json.loads(out), path)
    if digits is None:
        assert value == answer
    else:
        assert abs(value - answer) <= abs(answer) * 10 ** (1 - digits) * 0.6


def test_every_figure_of_the_list_has_its_command() -> None:
    assert {number for number, *_ in FIGURES if number.startswith("C")} == {f"C{one}" for one in range(1, 30)}


# The usual wrong answers, and the id of the mistake that gives each.
MISTAKES = [
    ("saving 256 256 --check 11.1%", "limit for many"),
    ("params gpt2 --check 163037184", "tied"),
    ("params gpt2 --check 123653376", "positions"),
    ("params bert-base --check 108891648", "pooler"),
    ("params llama3-8b --check 8835567616", "grouped"),
    ("params llama3-8b --check 6151213056", "third"),
    ("params mixtral-8x7b --check 57933856768 --ask parameters", "whole models"),
    ("kv llama3-70b --check 2621440", "query"),
    ("kv llama3-70b --check 2621440", "heads"),
    ("flops 7B --tokens 2T --check 2.8e22", "forward"),
    ("days 7B --tokens 2T --gpus 1024 --peak 312T --mfu 40% --check 3.04 --ask days", "utilisation"),
    ("days 7B --tokens 2T --gpus 1024 --peak 312T --mfu 40% --check 3.80 --ask days", "sparse"),
    ("mfu 7B --rate 3500 --peak 312T --check 62.8%", "recomputation"),
    ("length --width 4096 --tokens 4096 --check 16.7%", "ratio"),
    ("memory 7B --check 56GB", "M8"),
    ("memory 7B --check 84GB", "copy"),
    ("memory 7B --check 14GB", "weights"),
    ("zero 7.5B --gpus 64 --check 1.875GB --ask stage_2", "weights are divided"),
    ("scores 8192 --heads 32 --check 128MiB", "one head"),
    ("allreduce 14GB --gpus 8 --check 14GB", "once"),
    ("allreduce 14GB --gpus 8 --check 12.25GB", "phases"),
    ("pipeline --stages 8 --micro 32 --check 21.875%", "ideal"),
    ("lora llama3-8b --rank 8 --check 4194304", "square"),
    ("speculative --accept 0.8 --draft 4 --check 3.2", "independent"),
    ("quantise 70B --check 35GB", "scales"),
    ("chinchilla 1e23 --check 1.29e11 --ask parameters", "20 tokens"),
    ("ndcg 2,3,0 --gain exponential --check 0.913", "linear"),
    ("perplexity 2.0 --check 4", "base 2"),
    ("iou 0,0,10,10 5,5,15,15 --check 1/8", "overlap"),
    ("he 512 --check 0.0442", "ReLU"),
]


@pytest.mark.parametrize(("command", "spoken"), MISTAKES)
def test_the_usual_wrong_answers_are_named(run_calc: RunCalc, command: str, spoken: str) -> None:
    code, out, err = run_calc(f"{command} --json")
    assert (code, err) == (1, "")
    verdict = json.loads(out)
    assert not verdict["correct"]
    assert verdict["found"], verdict
    names = " / ".join(f"{one['name']} {one['mistakes']} {one['cure']}" for one in verdict["found"])
    assert spoken in names, names


@pytest.mark.parametrize(
    ("command", "code", "spoken"),
    [
        ("kv llama3-8b --tokens 8192 --ask bytes --check 1GiB", 0, "right"),
        ("kv llama3-8b --tokens 8192 --ask bytes.GiB --check 1", 0, "right"),
        ("kv llama3-8b --tokens 100000 --ask bytes --check 13.1GB", 0, "right"),
        ("kv llama3-8b --tokens 100000 --ask bytes --check 13.1GiB", 1, "convention"),
        ("decode 70B --bandwidth 3.35T --check 24 --ask tokens_per_second", 0, "right"),
        ("decode 70B --bandwidth 3.35T --check 23 --ask tokens_per_second", 1, "no known mistake"),
        ("mfu 7B --rate 3500 --peak 312T --check 47.1%", 0, "right"),
        ("mfu 7B --rate 3500 --peak 312T --check 123%", 1, "no known mistake"),
    ],
)
def test_a_rounded_answer_is_right_and_the_two_conventions_are_told_apart(
    run_calc: RunCalc, command: str, code: int, spoken: str
) -> None:
    left, out, err = run_calc(command)
    assert (left, err) == (code, "")
    assert spoken in " ".join(out.split())


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────────────────────

EXAMPLES: list[tuple[str, dict[str, Any]]] = [
    *(("transformer_parameters", {"model": name}) for name in CONFIGURATIONS),
    ("transformer_parameters", {"layers": 2, "width": 64, "heads": 4, "vocabulary": 100, "qkv_bias": True}),
    ("transformer_parameters", {"layers": 2, "width": 64, "heads": 4, "bias": True, "kv_heads": 2, "classes": 7}),
    ("attention_cost", {"tokens": 1000, "width": 512}),
    ("attention_cost", {"tokens": 1000, "model": "llama3_8b"}),
    ("attention_cost", {"model": "deepseek_v3"}),
    ("training_flops", {"model": "deepseek_v3", "tokens": 10**12, "length": 4096}),
    ("training_flops", {"parameters": 7e9, "tokens": 2e12}),
    ("training_flops", {"model": "gpt2", "tokens": 10**9, "length": 1024}),
    ("training_days", {"parameters": 7e9, "tokens": 2e12, "gpus": 1024, "peak": 312e12, "mfu": 0.4}),
    ("mfu", {"parameters": 7e9, "tokens_per_second": 3500, "peak": 312e12}),
    ("chinchilla", {"flops": 1e23}),
    *(("training_memory", {"parameters": 7e9, "optimiser": name}) for name in ("adam", "adamw", "sgd", "momentum")),
    ("training_memory", {"parameters": 7e9, "dtype": "fp32"}),
    ("training_memory", {"model": "llama2_7b", "tokens": 4096, "batch": 2}),
    ("activation_memory", {"layers": 32, "width": 4096, "heads": 32, "tokens": 4096, "batch": 3}),
    ("fit_inference", {"model": "llama3_8b", "tokens": 8192, "memory": 24 * 2**30, "bits": 4, "cache": "fp8"}),
    ("fit_inference", {"model": "deepseek_v3", "tokens": 8192, "gpus": 8, "prefill": 2048}),
    (
        "fit_training",
        {"model": "llama2_7b", "tokens": 4096, "memory": 80 * 2**30, "checkpoint": True, "zero": 2, "gpus": 8},
    ),
    ("fit_training", {"model": "llama2_7b", "tokens": 4096, "rank": 8, "bits": 4, "scores": True}),
    ("lora", {"model": "llama3_8b", "rank": 8, "targets": ("q", "v")}),
    ("lora", {"model": "gpt2", "rank": 4, "targets": ("all",)}),
    ("lora", {"rank": 4, "shapes": ((64, 128), (128, 64)), "layers": 3, "parameters": 10**6}),
    ("zero", {"parameters": 7.5e9, "gpus": 64}),
    ("all_reduce", {"size": 14e9, "gpus": 8, "bandwidth": 450e9}),
    ("pipeline", {"stages": 8, "microbatches": 32}),
    ("tokens_per_step", {"micro_batch": 8, "accumulation": 4, "gpus": 16, "length": 4096}),
    ("kv_cache", {"model": "llama3_70b", "tokens": 500, "batch": 3, "free": 2e10}),
    ("kv_cache", {"model": "llama3_8b", "tokens": 500, "batch": 3, "dtype": "fp32"}),
    ("kv_cache", {"model": "deepseek_v3", "tokens": 500, "batch": 3, "free": 2e9}),
    ("kv_cache", {"layers": 4, "kv_heads": 2, "head_width": 8, "tokens": 500, "window": 64, "free": 2e9}),
    ("score_matrix", {"tokens": 2048, "heads": 32, "batch": 2}),
    ("decode", {"parameters": 70e9, "bandwidth": 3.35e12, "batch": 4}),
    ("decode", {"model": "mixtral_8x7b", "bandwidth": 3.35e12, "cache": 10**10}),
    ("roofline", {"peak": 989e12, "bandwidth": 3.35e12, "intensity": 62}),
    ("roofline", {"peak": 989e12, "bandwidth": 3.35e12, "intensity": 600}),
    ("speculative", {"acceptance": 0.8, "draft": 4}),
    ("speculative", {"acceptance": 1, "draft": 4}),
    ("quantised", {"parameters": 70e9, "zero_bits": 4}),
    ("vectors", {"count": 10**7, "width": 768, "codes": 96}),
    ("auc", {"ranks": (3, 5, 6), "total": 6}),
    ("ndcg", {"gains": (2, 3, 0)}),
    ("ndcg", {"gains": (2, 3, 0, 1), "top": 2, "gain": "linear"}),
    ("perplexity", {"loss": 2.0}),
    ("perplexity", {"loss": 2.5, "base": "2"}),
    ("softmax", {"logits": (2, 1.5, -1), "temperature": 0.5}),
    ("softmax", {"logits": (2, 1, 0)}),
    ("iou", {"first": (0, 0, 10, 10), "second": (5, 5, 25, 15)}),
    ("iou", {"first": (0, 0, 10, 10), "second": (10, 5, 25, 15)}),
    ("he", {"fan_in": 512, "fan_out": 256}),
    ("separable_ratio", {"inputs": 128, "outputs": 256}),
    ("diffusion", {}),
    ("latent", {"image": (512, 512, 3), "code": (64, 64, 4)}),
    *METHOD_EXAMPLES,
]


def named(example: tuple[str, dict[str, Any]]) -> str:
    return f"{example[0]}-{next(iter(example[1].values()), '')}"


by_example = pytest.mark.parametrize("example", EXAMPLES, ids=named)


def computed(example: tuple[str, dict[str, Any]]) -> Calculation:
    return calculator(example[0], **example[1])


@pytest.mark.no_cover
@by_example
def test_what_holds_for_every_calculation(example: tuple[str, dict[str, Any]]) -> None:
    result = computed(example)
    numbers_of_every_step_come_to_its_value(result)
    every_mistake_differs_from_what_is_right(result)
    bytes_are_recognised_in_either_convention(result)


def numbers_of_every_step_come_to_its_value(result: Calculation) -> None:
    assert {step.quantity for step in result.steps} == set(result.values) == set(result.units)
    for step in result.steps:
        assert isinstance(step.value, str) or equal(expressions.parse(step.numbers).evaluate({}), step.value), step
    for quantity, value in result.values.items():
        assert equal(result.steps_for(quantity)[-1].value, value)
        # Two ways to a number come to the same, so that only the first is shown; the rest are its named parts.
        assert sum(" = " not in step.formula for step in result.steps_for(quantity)) <= 1, quantity


def test_a_quantity_is_found_under_its_earlier_name(run_calc: RunCalc) -> None:
    cache = calculator("kv_cache", model="llama3-70b")
    for unit in ("", ".KiB"):
        earlier, now = f"if_every_head{unit}", f"with_multi_head_attention{unit}"
        assert cache.ask(earlier) == cache.ask(now)
        assert cache.unit(earlier) == cache.unit(now)
        assert [step.value for step in cache.steps_for(earlier)] == [step.value for step in cache.steps_for(now)]
    assert cache.as_dict()["if_every_head"] == 2_621_440
    with pytest.raises(CalcError, match=r"ask for bytes_per_token, bytes$"):
        calculator("kv_cache", model="llama2-7b").ask("if_every_head")
    family = Numeric((Asked("if_every_head.MB"),), {}, calc={"calculator": "kv_cache", "model": "llama3-70b"})
    assert [one.value for one in draw(family, random.Random(1)).quantities] == [Fraction(2_621_440, 10**6)]
    assert run_calc("kv llama3-70b --ask if_every_head") == (0, "2,621,440\n", "")


def test_totals_are_sums_of_their_parts() -> None:
    for name in CONFIGURATIONS:
        found = calculator("transformer_parameters", model=name)
        parts = ("embedding", "attention", "feed_forward", "norms", "head")
        assert sum(found.values.get(part, 0) for part in parts) == found.ask("parameters")
        assert found.ask("active") <= found.ask("parameters")
    state = calculator("training_memory", model="llama2_7b", tokens=4096)
    parts = ("weights", "gradients", "master", "momentum", "variance")
    assert sum(state.ask(part) for part in parts) == state.ask("bytes")
    assert state.ask("bytes") + state.ask("activations") == state.ask("total")
    for gpus in (1, 2, 64):
        stages = [calculator("zero", parameters=10**9, gpus=gpus).ask(f"stage_{one}") for one in range(4)]
        assert stages == sorted(stages, reverse=True)
        assert gpus > 1 or len(set(stages)) == 1


def every_mistake_differs_from_what_is_right(result: Calculation) -> None:
    for quantity, value in result.values.items():
        for one in result.mistake_cases(quantity):
            assert equal(right_value(one.context, one.variables) * one.scale, value), one
            wrongs = list(_wrongs(one))
            assert not any(equal(wrong, value) for _, wrong in wrongs), (quantity, value, wrongs)


def _wrongs(mistake_case: Any) -> Iterator[tuple[str, Any]]:
    from dlquiz.calc.mistakes.catalogue import applicable

    for mistake, value in applicable(mistake_case):
        yield mistake.id, value


@pytest.mark.no_cover
def test_every_context_is_asked_somewhere_and_every_mistake_happens() -> None:
    places = [
        one
        for example in EXAMPLES
        for name in computed(example).values
        for one in computed(example).mistake_cases(name)
    ]
    assert {one.context for one in places} >= set(of_calculators())
    happened = {name for one in places for name, _ in _wrongs(one)}
    every = {mistake.id for context in of_calculators().values() for mistake in context.mistakes}
    assert every <= happened, every - happened


def test_the_catalogue_of_calculators_has_words_in_both_languages_and_ids_of_its_own() -> None:
    every = [mistake for context in of_calculators().values() for mistake in context.mistakes]
    ids = [one.id for one in every]
    assert len(set(ids)) == len(ids) > 150
    assert not set(ids) & set(by_id())
    assert not set(of_calculators()) & set(catalogue())
    for one in every:
        assert mistake_of(one.id) == one
        for text in (one.name, one.cure):
            english, chinese = text.language("en"), text.language("zh")
            assert re.search("[\u4e00-\u9fff]", chinese) or "=" in chinese or "1/C" in chinese
            assert not english.endswith(".")
            assert not chinese.endswith("。")
            assert 0 < len(english) < 110
    for context in of_calculators().values():
        letters = set(context.variables)
        for formula in (context.right, *(one.formula for one in context.mistakes)):
            assert expressions.parse(formula, letters).names <= letters | {"e", "pi"}, formula


def bytes_are_recognised_in_either_convention(result: Calculation) -> None:
    for quantity, unit in result.units.items():
        if unit == "B":
            value = result.ask(quantity)
            assert Fraction(result.ask(f"{quantity}.GB")) * 10**9 == value
            assert Fraction(result.ask(f"{quantity}.MiB")) * 2**20 == value
            last = result.steps_for(f"{quantity}.kB")[-1]
            assert equal(expressions.parse(last.numbers).evaluate({}), Fraction(value) / 1000)


# ── judges ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["gpt2", "bert_base", "bert_large", "vit_b_16", "vit_h_14", "llama2_70b", "llama3_8b",
                                  "llama3_1_405b", "mistral_7b", "mixtral_8x7b"])  # fmt: skip
def test_parameters_are_those_of_the_network_layer_by_layer(name: str) -> None:
    """The same model written as a network, counted tensor by tensor."""
    assert calculator("transformer_parameters", model=name).ask("parameters") == calc.network(name).parameters


@pytest.mark.parametrize(("name", "tokens"), [("llama3_8b", 8192), ("gpt2", 1024), ("mistral_7b", 8192)])
def test_exact_training_flops_are_six_times_the_macs_of_a_forward_pass(name: str, tokens: int) -> None:
    """Forward twice the MACs, backward twice as much again; only norms and biases, which multiply nothing, differ."""
    exact = calculator("training_flops", model=name, tokens=tokens, length=tokens).ask("exact_flops")
    assert abs(exact / (6 * calc.network(name).macs) - 1) < 2e-3


NETWORKS = [name for name in CONFIGURATIONS if zoo.plain(name) in {zoo.plain(one) for one in zoo.named_networks()}]


def outside_the_layers(name: str, tokens: int) -> int:
    """MACs of the head, the pooler and the patch convolution, which belong to no layer."""
    model = CONFIGURATIONS[name]
    d: int = model["width"]
    patch: int = model.get("patch", 0)
    head: int = 0 if model.get("pooler") else tokens * model.get("vocabulary", 0) * d
    pooler = d * d if model.get("pooler") else 0
    classes: int = model.get("classes", 0)
    return head + pooler + d * classes + 3 * patch**2 * d * (tokens - 1)


@pytest.mark.parametrize("name", NETWORKS)
def test_everything_said_of_a_configuration_is_said_of_its_network(name: str) -> None:
    """`length`, `params`, `flops` and `net` of one name: the same layers, the same matrices."""
    network = calc.network(name)
    sides = network.input_shape
    tokens = sides[0] if len(sides) < 3 else (sides[-1] // CONFIGURATIONS[name]["patch"]) ** 2 + 1
    cost = calculator("attention_cost", model=name, tokens=tokens)
    assert calculator("transformer_parameters", model=name).ask("parameters") == network.parameters
    assert cost.ask("macs") == network.macs - outside_the_layers(name, tokens)


def test_activations_of_a_gated_layer_are_its_tensors() -> None:
    """Llama 2 7B: two bytes a value; the norms' inputs and outputs, q, k, v, attention's output, four of width f."""
    found = calculator("activation_memory", model="llama2_7b", tokens=4096)
    values = 4 * 4096 + 4 * 4096 + 4 * 11008
    assert found.ask("without_scores") == 32 * 4096 * 2 * values
    assert found.ask("bytes") == 32 * (4096 * 2 * values + 32 * 4096 * 4096 * 2)
    assert found.ask("bytes") == calculator("training_memory", model="llama2_7b", tokens=4096).ask("activations")


@pytest.mark.parametrize(
    ("command", "code", "spoken"),
    [
        ("length llama3-8b --tokens 4096 --check 13.3% --ask share", 0, "right"),
        ("length llama3-8b --tokens 4096 --check 26624 --ask crossing_layer", 0, "right"),
        ("length llama3-8b --tokens 4096 --check 19456 --ask crossing_layer", 1, ""),
        ("activations mixtral-8x7b --tokens 4096", 1, ""),
        ("lora mixtral-8x7b --rank 8 --targets all", 1, ""),
    ],
)
def test_a_formula_of_another_architecture_is_never_used(
    run_calc: RunCalc, command: str, code: int, spoken: str
) -> None:
    left, out, _ = run_calc(command)
    assert left == code
    assert spoken in out


def test_attention_cost_is_that_of_the_layers() -> None:
    cost = calculator("attention_cost", tokens=300, width=512, heads=8)
    attention = calc.layer("multihead_attention", (300, 512), num_heads=8, bias=False)
    assert cost.ask("projections") + cost.ask("scores") == attention.macs
    assert cost.ask("feed_forward") == 2 * calc.layer("linear", (300, 512), out_features=2048).macs
    assert cost.ask("crossing_projections") == 1024
    assert cost.ask("crossing_layer") == 3072
    at_crossing = calculator("attention_cost", tokens=1024, width=512, heads=8)
    assert at_crossing.ask("projections") == at_crossing.ask("scores")
    over = calculator("attention_cost", tokens=3072, width=512, heads=8)
    assert over.ask("scores") * 2 == over.ask("layer_macs")


def test_auc_and_ndcg_agree_with_their_definitions() -> None:
    source = random.Random(5)
    for _ in range(50):
        order = [source.random() < 0.5 for _ in range(source.randint(2, 12))]
        if all(order) or not any(order):
            continue
        ranks = [place for place, positive in enumerate(order, 1) if positive]
        pairs = [(high, low) for high in ranks for low in range(1, len(order) + 1) if low not in ranks]
        wins = sum(high > low for high, low in pairs)
        assert calculator("auc", ranks=tuple(ranks), total=len(order)).ask("auc") == Fraction(wins, len(pairs))
    assert calculator("ndcg", gains=(3, 2, 1)).ask("ndcg") == 1


def test_speculative_decoding_by_trial() -> None:
    source = random.Random(3)
    total = 0
    for _ in range(20_000):
        accepted = next((place for place in range(4) if source.random() >= 0.7), 4)
        total += accepted + 1
    assert abs(total / 20_000 - float(calculator("speculative", acceptance=0.7, draft=4).ask("tokens"))) < 0.05


def test_a_ring_all_reduce_sends_what_the_formula_says() -> None:
    """Every rank sends one chunk a step, N − 1 steps of adding and N − 1 of passing on."""
    for ranks in (2, 3, 8):
        sums = [[float(rank == owner) for owner in range(ranks)] for rank in range(ranks)]
        sent = 0
        for step in range(2 * (ranks - 1)):
            chunks = [(rank, (rank - step) % ranks) for rank in range(ranks)]
            values = [sums[rank][chunk] for rank, chunk in chunks]
            for (rank, chunk), value in zip(chunks, values, strict=True):
                there = (rank + 1) % ranks
                sums[there][chunk] = sums[there][chunk] + value if step < ranks - 1 else value
            sent += 1
        assert all(one == 1 for row in sums for one in row)
        assert calculator("all_reduce", size=ranks, gpus=ranks).ask("bytes") == sent


# ── what cannot be ───────────────────────────────────────────────────────────────────────────────────────────────

REFUSED = [
    ("nothing", {}, "no calculator"),
    ("kv_cach", {}, "kv_cache"),
    ("kv_cache", {"layers": 0, "kv_heads": 8, "head_width": 128}, "layers is 0"),
    ("kv_cache", {"layers": 2, "kv_heads": 3, "head_width": 128, "heads": 8}, "do not divide"),
    ("kv_cache", {"layers": 2}, "needs kv_heads and head_width"),
    ("kv_cache", {"layer": 2}, "did you mean layers"),
    ("kv_cache", {"model": "llama3_9b"}, "did you mean llama3-8b"),
    ("kv_cache", {"model": "llama3_8b", "dtype": "fp12"}, "use one of: fp64"),
    ("zero", {"parameters": -1, "gpus": 4}, "above 0"),
    ("zero", {"parameters": True, "gpus": 4}, "not a number"),
    ("training_memory", {"parameters": 7, "tokens": 5}, "need layers, width and heads"),
    ("training_days", {"parameters": 1, "tokens": 1, "gpus": 1, "peak": 1, "mfu": 1.5}, "1 or less"),
    ("lora", {"rank": 100, "shapes": ((64, 128),)}, "rank 100 is above"),
    ("lora", {"rank": 4}, "matrices are unknown"),
    ("lora", {"rank": 4, "model": "llama3_8b", "targets": ("w",)}, "use q, k, v"),
    ("auc", {"ranks": (1, 2, 3), "total": 3}, "at least one negative"),
    ("auc", {"ranks": (0,), "total": 3}, "outside 1 to 3"),
    ("ndcg", {"gains": (0, 0)}, "nothing is relevant"),
    ("iou", {"first": (0, 0, 0, 1), "second": (0, 0, 1, 1)}, "a box is empty"),
    ("transformer_parameters", {"layers": 2, "width": 10, "heads": 4}, "do not divide the width"),
    ("lora", {"rank": 2, "width": 10, "heads": 4}, "do not divide the width"),
    ("transformer_parameters", {"layers": 2, "width": 8, "heads": 4, "experts": 2, "active_experts": 3}, "at most 2"),
    ("softmax", {"logits": (1e6, 0)}, "too many or too large"),
]


@pytest.mark.parametrize(("name", "arguments", "spoken"), REFUSED)
def test_what_cannot_be_is_refused_with_its_fix(name: str, arguments: dict[str, Any], spoken: str) -> None:
    with pytest.raises(CalcError) as refused:
        calculator(name, **arguments)
    assert spoken in str(refused.value)
    assert refused.value.fix


def test_random_arguments_give_an_answer_or_a_calc_error() -> None:
    source = random.Random(11)
    values = [0, 1, 2, 3, 7, 64, 1000, 10**9, 10**18, 10**40, -1, 0.5, 1e-30, 1e300, float("inf"), float("nan"), True,
              None, "adam", "x", (), (1,), (1, 2), (4, 3, 2, 1), ((1, 2), (3, 4)), Fraction(1, 3)]  # fmt: skip
    answers = 0
    for name in CALCULATORS:
        known = parameters_of(name)
        required = [one.name for one in known.values() if one.default is one.empty]
        for _ in range(60):
            chosen = [*required, *(one for one in known if one not in required and source.random() < 0.2)]
            try:
                result = calculator(name, **{one: source.choice(values) for one in chosen})
            except CalcError:
                continue
            answers += 1
            json.dumps(result.as_dict())
            for step in result.steps:
                assert step.numbers
    assert answers > 200


@pytest.mark.parametrize(
    ("command", "code", "spoken"),
    [
        ("kv", 1, "--layers, --kv and --head-width are missing — give them"),
        ("zero 7B", 1, "--gpus is missing"),
        ("kv llama3-9b", 1, "did you mean llama3-8b"),
        ("kv llama3-8b --tokens 1.5", 2, "not a whole number"),
        ("kv llama3-8b --tokens zwei", 2, "--tokens 'zwei'"),
        ("kv llama3-8b --ask byte", 1, "did you mean bytes"),
        ("kv llama3-8b --check zwei", 2, "--check 'zwei'"),
        ("kv llama3-8b --lang fr", 2, "use en or zh"),
        ("params missing.json", 1, "there is no file missing.json"),
        ("iou 0,0,1,1 1,1", 1, "give left, top, right, bottom"),
        ("memory 7", 2, "write 7B for so many billion"),
        ("kv llama3-8b --free 80", 2, "write 80GB or 80GiB"),
        ("days 7B --tokens 2T --gpus 8 --peak 312T --mfu 40", 2, "write 40% or 0.4"),
        ("days 7B --tokens 2T --gpus 8 --peak 312", 2, "as 312T"),
        ("lora llama2-7b --rank 8 --targets qv", 1, "write q,v"),
        ("grpo --rewards 1", 1, "rewards are '1' — give 2 to 64 numbers"),
        ("top vgg16 -n 0", 1, "--most is 0 — use 1 or more"),
    ],
)
def test_errors_of_the_command_line(run_calc: RunCalc, command: str, code: int, spoken: str) -> None:
    left, out, err = run_calc(command)
    assert (left, out) == (code, "")
    assert spoken in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("softmax -1,2,3 --ask p3", "0.7214"),
        ("elo -100 --ask score", "0.3599"),
        ("kv llama3-8b --dtype float32 --ask bytes_per_token", "262,144"),
        ("kv llama3-8b --dtype BF16 --ask bytes_per_token", "131,072"),
        ("net vgg16 --dtype BF16 --ask weight_bytes", "276,715,088"),
        ("mfu 7B --rate 3500 --peak 312T --check 0.471", "0.471 is right"),
        ("mfu 7B --rate 3500 --peak 312T --check 47.1%", "47.1% is right"),
        ("bpe 'low:5 lower:2' --ask merge_1", "7"),
    ],
)
def test_numbers_as_people_type_them(run_calc: RunCalc, command: str, shown: str) -> None:
    code, out, err = run_calc(command)
    assert (code, err) == (0, "")
    assert out.startswith(shown)


def test_a_published_configuration_file(run_calc: RunCalc, tmp_path: Path) -> None:
    fields = {
        "model_type": "mixtral", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32,
        "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 32000, "num_local_experts": 8,
        "num_experts_per_tok": 2, "tie_word_embeddings": False,
    }  # fmt: skip
    path = tmp_path / "config.json"
    path.write_text(json.dumps(fields), encoding="utf-8")
    assert run_calc(f"params {path} --ask active")[1] == "12,879,925,248\n"
    path.write_text(json.dumps({"model_type": "llama"}), encoding="utf-8")
    assert run_calc(f"params {path}")[0] == 1
    path.write_text("[1]", encoding="utf-8")
    assert "holds no configuration" in run_calc(f"params {path}")[2]


@pytest.mark.no_cover
@pytest.mark.parametrize(("columns", "language"), [(40, "en"), (80, "zh")])
def test_nothing_is_wider_than_the_terminal(
    run_calc: RunCalc, monkeypatch: pytest.MonkeyPatch, columns: int, language: str
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for cost in CALCULATOR_COMMANDS.values():
        for command in cost.examples:
            _, out, err = run_calc(f"{command} --lang {language}")
            assert err == ""
            assert max(map(cell_width, out.splitlines())) <= columns, out


def test_every_quantity_has_a_chinese_name() -> None:
    names = {name for example in EXAMPLES for name in (*computed(example).values, *computed(example).given)}
    plain = {re.sub(r"_\d+$", "", name) for name in names if name not in CHINESE}
    assert {name for name in plain if name not in CHINESE and not re.fullmatch(r"p\d+|mfu", name)} == set()
    assert set(ASIDE) <= names


def test_a_name_of_one_calculator_alone_is_one_that_it_has() -> None:
    found = [computed(example) for example in EXAMPLES]
    for name, words in CHINESE_IN.items():
        meanings = {row.partition(" ")[2] for row in LETTERS.get(name, "").split(", ")}
        known = meanings | {key for one in found if one.name == name for key in (name, *one.values, *one.given)}
        plain = {re.sub(r"_\d+$", "", key) for key in known}
        assert words.keys() <= known | plain, name
        assert all(CHINESE[key] != text for key, text in words.items()), name


DPO = "dpo --chosen -42 --rejected -48 --reference-chosen -45 --reference-rejected -46"


@pytest.mark.parametrize(
    ("language", "legend"),
    [
        ("en", "p chosen, s rejected, q reference chosen, t reference rejected, b beta"),
        ("zh", "p 选中的回答，s 被拒的回答，q 参考模型对选中的回答"),
    ],
)
def test_letters_of_a_working_have_a_legend(run_calc: RunCalc, language: str, legend: str) -> None:
    assert legend in run_calc(f"{DPO} --lang {language}")[1]


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_a_legend_breaks_between_its_letters_only(
    run_calc: RunCalc, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = run_calc("params deepseek-v3")[1].split("working\n")[1].split("\n  embedding:")[0].splitlines()
    assert len(lines) > 1
    assert all(line.endswith(",") for line in lines[:-1])


def test_every_letter_of_a_working_stands_in_its_legend() -> None:
    for example in EXAMPLES:
        found = computed(example)
        formulas = [step.formula for step in found.steps if not isinstance(step.value, str)]
        used = {letter for one in formulas for letter in re.findall(r"\b[A-Za-z]{1,2}\d?\b", one.rpartition(" = ")[2])}
        meanings = legend(found.name, formulas)
        assert used - {*found.values, *found.given, "pi"} == meanings.keys(), example
        words = {word for one in formulas for word in re.findall(r"\b[a-z]+_[a-z_]+\b(?!\()", one)}
        plain = {re.sub(r"_\d+$", "", name) for name in (*meanings.values(), *words - {"beta_t"})}
        assert {name for name in plain if not chinese(name, found.name)} == set(), example


def test_screens_print_minus_signs_and_what_programs_read_has_hyphens(run_calc: RunCalc) -> None:
    for more in ("", "--check 0.437"):
        _, screen, _ = run_calc(f"{DPO} {more}")
        assert "((−42) − (−45))" in screen
        assert not re.search(r"(?<!\w)-[\d(a-z]", screen)
    _, asked, _ = run_calc(f"{DPO} --ask rejected_reward")
    assert asked == "-0.2\n"
    assert json.loads(run_calc(f"{DPO} --json")[1])["rejected_reward"] == -0.2


@pytest.mark.parametrize(
    ("command", "shown", "never"),
    [
        ("fold-bn --weight 0.5 --mean 1 --variance 4", "权重 0.5，偏置 0，γ 1，β 0，均值 1，方差 4", "梯度权重"),
        ("gaussian-kl --mean 0.5 --variance 0.25", "均值 0.5，方差 0.25", "动量"),
        ("bm25 --frequency 3 --idf 4.557", "BM25：词频 3", "频率惩罚"),
        ("rope --width 128", "RoPE：宽度 128", "旋转维度"),
        ("integer-codes --values 0.5,-1.2", "数值 0.5, −1.2", "倍数"),
        ("acceptance --target 0.5,0.5 --draft 0.4,0.6", "草稿模型 0.4, 0.6", "草稿词元数"),
        ("lora llama2-7b --rank 8", "每层：合计 = 65,536 + 65,536", "their"),
        ("mfu 7B --rate 3500 --peak 312T", "47.12%", " %"),
        ("length llama3-8b --tokens 4096", "13.3%", " %"),
        ("diffusion", "ln ᾱ：sum(log(1 − beta_t))", " of "),
        # Pieces of words are no names of quantities.
        ("bpe newer:3 --merges 3", "合并 3：new e = 3", "策略"),
        ("bpe newnew:3 --merges 3 --word newest", "切分：new e s t", "策略"),
    ],
)
def test_chinese_says_what_a_name_means_in_its_calculator(
    run_calc: RunCalc, command: str, shown: str, never: str
) -> None:
    _, out, _ = run_calc(f"{command} --lang zh")
    assert shown in out
    assert never not in out


# ── families ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_solution_of_a_family_names_earlier_steps_in_the_language_of_the_reader() -> None:
    family = Numeric(
        ask=(Asked("macs", Text("MACs", "MAC 数")),),
        vary={"n": range(100, 200)},
        calc={"calculator": "attention_cost", "tokens": "n", "width": "512", "layers": "3"},
    )
    instance = draw(family, random.Random(1))
    assert steps(instance, "en")[-1]["formula"] == "L · layer MACs"
    assert steps(instance, "zh")[-1]["formula"] == "L · 每层 MAC 数"


def test_a_family_asks_a_calculator_in_the_unit_it_names() -> None:
    family = Numeric(
        ask=(Asked("bytes.GiB", Text("cache", "缓存")),),
        vary={"n": ("4096", "8192"), "b": range(2, 9)},
        calc={"calculator": "kv_cache", "layers": "32", "kv_heads": "8", "heads": "32", "head_width": "128",
              "tokens": "n", "batch": "b"},
        tolerance="1 %",
    )  # fmt: skip
    instance = draw(family, random.Random(1))
    right = instance.numbers["n"] * instance.numbers["b"] * 131072 / 2**30
    assert instance.quantities[0].value == right
    assert instance.quantities[0].unit == "GiB"
    assert mark(instance, f"{right} GiB", "en").correct
    assert mark(instance, str(right), "en").correct
    wrong = mark(instance, str(right * 4), "en")
    assert not wrong.correct
    assert wrong.mistake is not None
    assert "query heads" in str(wrong.mistake)
    assert steps(instance, "en")[-1]["value"] == f"{right:g}"


GUIDE = Path(__file__).parents[1] / "docs" / "numeric-families.md"


def test_the_guide_names_every_calculator_with_the_arguments_it_takes() -> None:
    rows = [line.split("|")[1:4] for line in GUIDE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    table = {name: arguments for first, arguments, *_ in rows for name in re.findall(r"`(\w+)`", first)}
    assert set(CALCULATORS) <= set(table)
    for name in CALCULATORS:
        known = parameters_of(name)
        required = [one.name for one in known.values() if one.default is one.empty]
        bold = set(re.findall(r"\*\*(\w+)\*\*", table[name]))
        assert set(required) <= bold, name
        if sum(table[name] == other for other in table.values()) == 1:
            assert bold == set(required)
            words = set(re.findall(r"[a-z_]+", re.sub(r"\([^)]*\)", "", table[name]))) - bold
            assert not {word for word in words if "_" in word} - set(known), name
