"""The catalogue of mistakes: every one recognised on its example, ties only where brute force finds them too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dlquiz import calc, expressions
from dlquiz.calc.mistakes import catalogue as mistakes
from dlquiz.calc.mistakes.catalogue import (
    MistakeCase,
    applicable,
    by_id,
    catalogue,
    diagnose,
    equal,
    explain,
    right_value,
)
from dlquiz.calc.mistakes.contexts import mistake_cases, network_situations
from dlquiz.calc.mistakes.receptive_field import CONDITIONS, MISTAKEN, ChainLink, field, jump, start

CHAIN = (
    ChainLink(3, 1, 1, 1),
    ChainLink(3, 1, 3, 1),
    ChainLink(3, 2, 3, 1),
    ChainLink(2, 2, 1, 0, True),
    ChainLink(3, 2, 1, 1),
)
STRIDED = (ChainLink(3, 2), ChainLink(3, 2), ChainLink(2, 2, pooling=True), ChainLink(3), ChainLink(3, 2))
# One example of each context, and what is right there.
EXAMPLES: dict[str, tuple[dict[str, Any], Any]] = {
    "conv_size": ({"n": 26, "k": 7, "s": 3, "p": 3, "d": 3}, 5),
    "tf_same_size": ({"n": 27, "k": 4, "s": 2}, 14),
    "pool_size": ({"n": 27, "k": 3, "s": 3, "p": 0}, 9),
    "ceil_size": ({"n": 9, "k": 4, "s": 4, "p": 2}, 3),
    "transposed_size": ({"n": 4, "k": 5, "s": 2, "p": 1, "d": 2, "op": 1}, 14),
    "flatten_size": ({"C": 256, "H": 6, "W": 5, "N": 32}, 7680),
    "conv_parameters": (
        {"ci": 12, "co": 20, "kh": 3, "kw": 3, "g": 2, "b": 1, "d": 2, "Ho": 14, "Wo": 14, "axes": 2},
        1100,
    ),
    "separable_parameters": ({"ci": 32, "co": 64, "kh": 3, "kw": 3, "b": 0}, 2336),
    "linear_parameters": ({"i": 128, "o": 256, "b": 1}, 33024),
    "batch_norm_parameters": ({"C": 64, "H": 56, "W": 56}, 128),
    "group_norm_parameters": ({"C": 64, "G": 8, "H": 7, "W": 7}, 128),
    "lstm_parameters": ({"i": 100, "h": 128, "T": 20}, 117760),
    "bidirectional_lstm_parameters": ({"i": 100, "h": 128}, 630784),
    "attention_parameters": ({"d": 512, "h": 8}, 1050624),
    "encoder_parameters": ({"d": 512, "f": 2048}, 3152384),
    "embedding_parameters": ({"V": 50257, "d": 768, "L": 1024}, 38597376),
    "vit_embedding_parameters": ({"I": 224, "P": 16, "d": 768}, 742656),
    "conv_macs": (
        {
            "N": 1,
            "Hi": 57,
            "Wi": 57,
            "Ho": 19,
            "Wo": 19,
            "ci": 48,
            "co": 80,
            "kh": 3,
            "kw": 3,
            "g": 4,
            "b": 1,
            "d": 2,
            "w": 1,
            "axes": 2,
        },
        3119040,
    ),
    "separable_macs": ({"N": 1, "Ho": 112, "Wo": 112, "ci": 32, "co": 64, "kh": 3, "kw": 3, "w": 1}, 29302784),
    "transposed_macs": (
        {"N": 1, "Hi": 14, "Wi": 14, "Ho": 28, "Wo": 28, "ci": 64, "co": 32, "kh": 4, "kw": 4, "g": 1, "w": 1},
        6422528,
    ),
    "linear_macs": ({"B": 2, "T": 128, "i": 768, "o": 3072, "w": 1}, 603979776),
    "attention_macs": ({"N": 1, "T": 128, "d": 768, "h": 12, "w": 1}, 327155712),
    "training_flops": ({"N": 7 * 10**9, "D": 10**12}, 42 * 10**21),
    "receptive_field": ({"L": CHAIN}, 25),
    "jump": ({"L": STRIDED}, 16),
    "start": ({"L": (ChainLink(3, 1, 2, 2), ChainLink(3, 1, 4, 4))}, Fraction(1, 2)),
    "branches": ({"a": 35, "b": 11}, 35),
    "activation_bytes": ({"w": 4, "B": 8, "C": 64, "H": 112, "W": 112}, 25690112),
    "training_state": ({"N": 7 * 10**9}, 112 * 10**9),
    "gru_parameters": ({"i": 100, "h": 128, "T": 20}, 88320),
    "rnn_parameters": ({"i": 100, "h": 128, "T": 20}, 29440),
    "layer_norm_parameters": ({"C": 16, "M": 49}, 1568),
    "decoder_parameters": ({"d": 512, "f": 2048}, 4204032),
    "transposed_parameters": ({"ci": 64, "co": 32, "kh": 4, "kw": 4, "g": 2, "b": 1}, 16416),
    "kv_cache": ({"L": 80, "kv": 8, "h": 64, "dh": 128, "w": 2}, 327680),
}
VALUES = {
    name: Fraction(value)
    for name, value in re.findall(
        r"^([A-Z]\d+) (\S+)$", Path(__file__).with_name("mistakes_values.txt").read_text(encoding="utf-8"), re.M
    )
}
# Mistakes that give the same number on the examples; and one that gives the right number there (a known coincidence).
TIES = {
    frozenset({"O2", "O3", "O6", "O10"}),
    frozenset({"O7", "O9"}),
    frozenset({"O27", "O30"}),
    frozenset({"P15", "P16"}),
    frozenset({"P57", "P58"}),
    frozenset({"M11", "M14"}),
    frozenset({"O15", "O17"}),
}
RIGHT_ON_THE_EXAMPLE = {"O16"}


def test_there_are_159_and_more_each_with_words_in_both_languages() -> None:
    assert len(VALUES) == 159
    assert {name for name in by_id() if not name.startswith("X")} == set(VALUES)
    for one in by_id().values():
        for text in (one.name, one.cure):
            assert text.en
            assert text.zh
            assert not text.en.endswith(".")
            assert not text.zh.endswith("。")
            assert len(text.en) < 130
            assert re.search("[\u4e00-\u9fff]", text.zh) or "(n + 2p" in text.zh


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_right_formula_is_right(name: str) -> None:
    variables, right = EXAMPLES[name]
    assert equal(right_value(name, variables), right)
    assert set(catalogue()[name].variables) == set(variables)


@pytest.mark.parametrize("mistake", [by_id()[name] for name in VALUES], ids=lambda mistake: str(mistake.id))
def test_every_mistake_is_recognised_on_its_example(mistake: mistakes.Mistake) -> None:
    variables, right = EXAMPLES[mistake.context]
    wrong = VALUES[mistake.id]
    found = diagnose(mistake.context, variables, right, wrong)
    assert found.kind == "mistake"
    assert mistake.id in found.ids
    if mistake.id not in RIGHT_ON_THE_EXAMPLE:
        assert wrong != right
    if len(found.ids) > 1:
        assert frozenset(found.ids) in TIES


def test_ties_are_those_that_brute_force_finds() -> None:
    """Independently of `diagnose`: group the table of values, and add nothing."""
    ties = set()
    for name, context in catalogue().items():
        of_value: dict[Fraction, set[str]] = {}
        for one in context.mistakes:
            if one.id in VALUES:
                of_value.setdefault(VALUES[one.id], set()).add(one.id)
        ties |= {frozenset(tied) for tied in of_value.values() if len(tied) > 1}
        assert name in EXAMPLES
    assert ties == TIES


def test_a_tie_is_said_in_both_languages() -> None:
    variables, right = EXAMPLES["vit_embedding_parameters"]
    found = diagnose("vit_embedding_parameters", variables, right, 741888)
    assert found.is_tie
    assert found.name("en").count(" or ") == 1
    assert found.name("zh").count("，或者") == 1


# ── every context on many numbers ────────────────────────────────────────────────────────────────────────────────


def _numbers(name: str, random: Random) -> dict[str, Any]:
    """Numbers at random for a context, as its layer could have them."""
    pick = random.randint
    if name in ("receptive_field", "jump", "start"):
        links = [
            ChainLink(random.choice((2, 3, 5)), pick(1, 3), pick(1, 3), pick(0, 2), random.random() < 0.3)
            for _ in range(pick(1, 5))
        ]
        return {"L": tuple(links)}
    numbers = {variable: pick(1, 40) for variable in catalogue()[name].variables}
    small: dict[str, Callable[[], int]] = {
        "k": lambda: pick(1, 7),
        "kh": lambda: pick(1, 5),
        "kw": lambda: pick(1, 5),
        "s": lambda: pick(1, 4),
        "p": lambda: pick(0, 3),
        "d": lambda: pick(1, 3),
        "op": lambda: pick(0, 1),
        "axes": lambda: 2,
        "w": lambda: pick(1, 4),
        "n": lambda: pick(20, 64),
    }
    numbers |= {variable: small[variable]() for variable in numbers if variable in small}
    if name != "branches" and "b" in numbers:
        numbers["b"] = pick(0, 1)
    if name == "branches":
        numbers["a"] = numbers["b"] + pick(0, 5)
    if "g" in numbers:
        numbers["g"] = pick(1, 3)
        numbers["ci"], numbers["co"] = numbers["g"] * pick(1, 9), numbers["g"] * pick(1, 9)
    if name == "vit_embedding_parameters":
        numbers["I"] = numbers["P"] * pick(2, 9)
    if name.endswith("attention_parameters"):
        numbers["d"] = numbers["h"] * pick(1, 9)
    return numbers


def _situations() -> Iterator[MistakeCase]:
    random = Random(20)
    for name in catalogue():
        for _ in range(40):
            yield MistakeCase(name, _numbers(name, random))


@pytest.mark.no_cover
def test_edits_make_the_wrong_formula_from_the_right_one() -> None:
    for mistake_case in _situations():
        context = catalogue()[mistake_case.context]
        for one, value in applicable(mistake_case):
            if one.edit is not None:
                assert context.right.count(one.edit[0]) == 1, one.id
                edited = expressions.parse(context.right.replace(*one.edit)).evaluate(mistake_case.variables)
                assert equal(edited, value), (one.id, mistake_case)


@pytest.mark.no_cover
def test_wrong_values_name_every_mistake_that_gives_them_and_no_other() -> None:
    """Brute force: evaluate each formula apart from the catalogue's own code, by Python."""
    for mistake_case in _situations():
        right = right_value(mistake_case.context, mistake_case.variables)
        applying = {one.id: value for one, value in applicable(mistake_case)}
        for one in catalogue()[mistake_case.context].mistakes:
            if one.id in applying:
                assert equal(_by_python(one.formula, dict(mistake_case.variables)), applying[one.id])
        for value in set(applying.values()):
            found = diagnose(mistake_case.context, mistake_case.variables, right, value)
            assert set(found.ids) == {name for name, other in applying.items() if equal(other, value)}


def _by_python(formula: str, variables: dict[str, Any]) -> Any:
    import math

    if formula.endswith("(L)"):
        return MISTAKEN[formula.removesuffix("(L)")](variables["L"])
    exact = {name: Fraction(value) for name, value in variables.items()}
    return eval(formula, {"__builtins__": {}, "floor": math.floor, "ceil": math.ceil, "max": max, "min": min}, exact)


def test_a_mistake_that_does_not_apply_is_not_named() -> None:
    neutral = {"n": 32, "k": 3, "s": 1, "p": 0, "d": 1}
    assert {one.id for one, _ in applicable(MistakeCase("conv_size", neutral))} == {"O3"}
    plain = {"ci": 8, "co": 4, "kh": 3, "kw": 3, "g": 1, "b": 0, "d": 1, "Ho": 30, "Wo": 30, "axes": 2}
    assert not {"P1", "P2", "P6", "P7", "P8", "P10"} & {
        one.id for one, _ in applicable(MistakeCase("conv_parameters", plain))
    }


def test_applicable_mistakes_of_parameters_and_macs_rarely_give_the_right_value() -> None:
    """What `when` is for: a mistake whose variable is neutral does not apply."""
    for mistake_case in _situations():
        right = right_value(mistake_case.context, mistake_case.variables)
        equals = [one.id for one, value in applicable(mistake_case) if equal(value, right)]
        if mistake_case.context in (
            "linear_parameters",
            "batch_norm_parameters",
            "embedding_parameters",
            "kv_cache",
            "activation_bytes",
            "training_state",
            "lstm_parameters",
            "linear_macs",
        ):
            assert not equals, (equals, mistake_case)


# ── units, then two at once ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("factor", "mistake"),
    [
        (2, "*2"),
        (Fraction(1, 2), "/2"),
        (4, "*4"),
        (8, "*8"),
        (Fraction(1, 8), "/8"),
        (5, "*batch"),
        (1000, "*1000**1"),
        (Fraction(1, 1000), "/1000**1"),
        (10**9, "*1000**3"),
        (Fraction(1, 1024**2), "/1024**2"),
        (Fraction(1024, 1000), "*1024/1000"),
        (Fraction(1000**2, 1024**2), "/(1024/1000)**2"),
    ],
)
def test_the_right_number_in_another_unit(factor: Any, mistake: str) -> None:
    found = mistakes.unit_mistake(7_340_032_000, 7_340_032_000 * factor, batch=5)
    assert found is not None
    assert found.factor == mistake
    assert mistakes.unit_mistake(7_340_032_000, 7_340_032_000 * factor + 1, batch=5) is None


def test_a_mistake_is_named_before_a_unit() -> None:
    variables, right = EXAMPLES["conv_macs"]
    assert diagnose("conv_macs", variables, right, 2 * right).ids == ("F1",)
    assert diagnose("conv_macs", variables, right, 8 * right).kind == "unit"
    assert diagnose("conv_size", {"n": 64, "k": 3, "s": 2, "p": 1, "d": 1}, 32, 64 * 8).kind == "unknown"


@pytest.mark.no_cover
def test_two_mistakes_at_once_only_when_one_pair_gives_the_number() -> None:
    checked = 0
    for mistake_case in _situations():
        right = right_value(mistake_case.context, mistake_case.variables)
        values = _pair_values(mistake_case)
        for value, pairs in values.items():
            found = diagnose(mistake_case.context, mistake_case.variables, right, value)
            if found.kind == "pair":
                assert pairs == {frozenset(found.ids)}
                checked += 1
            elif found.kind == "unknown":
                assert len(pairs) > 1
    assert checked > 200


def _pair_values(mistake_case: MistakeCase) -> dict[Any, set[frozenset[str]]]:
    right = catalogue()[mistake_case.context].right
    applying = dict(applicable(mistake_case))
    values: dict[Any, set[frozenset[str]]] = {}
    for one, other in permutations(applying, 2):
        if one.edit is None or other.edit is None:
            continue
        first = right.replace(*one.edit) if right.count(one.edit[0]) == 1 else ""
        if first.count(other.edit[0]) != 1:
            continue
        value = _by_python(first.replace(*other.edit), dict(mistake_case.variables))
        if value not in (applying[one], applying[other]):
            values.setdefault(value, set()).add(frozenset({one.id, other.id}))
    return values


def test_bias_and_groups_forgotten_together() -> None:
    found = diagnose("conv_parameters", EXAMPLES["conv_parameters"][0], 1100, 20 * 12 * 9)
    assert set(found.ids) == {"P1", "P6"}
    assert found.name("en") == "the bias is forgotten and the groups are ignored"


def test_a_number_from_nowhere_is_unknown() -> None:
    variables, right = EXAMPLES["conv_parameters"]
    assert diagnose("conv_parameters", variables, right, 123457).kind == "unknown"


# ── from a layer to its contexts ─────────────────────────────────────────────────────────────────────────────────

LAYERS: list[tuple[str, tuple[int, ...], dict[str, Any], str, str]] = [
    (
        "conv2d",
        (3, 224, 224),
        {"out_channels": 64, "kernel_size": 7, "stride": 2, "padding": 3},
        "output_size",
        "conv_size",
    ),
    ("conv2d", (3, 224, 112), {"out_channels": 64, "kernel_size": 7, "stride": 2}, "output_shape[2]", "conv_size"),
    ("conv2d", (3, 224, 112), {"out_channels": 64, "kernel_size": 7, "stride": 2}, "output_shape[-1]", "conv_size"),
    ("conv1d", (3, 224), {"out_channels": 64, "kernel_size": 7, "dilation": 2}, "output_size", "conv_size"),
    (
        "conv2d",
        (3, 27, 27),
        {"out_channels": 8, "kernel_size": 4, "stride": 2, "padding": "tf-same"},
        "output_size",
        "tf_same_size",
    ),
    ("max_pool2d", (8, 27, 27), {"kernel_size": 3}, "output_size", "pool_size"),
    ("max_pool2d", (8, 27, 27), {"kernel_size": 3, "stride": 2}, "output_size", "conv_size"),
    (
        "avg_pool2d",
        (8, 9, 9),
        {"kernel_size": 4, "stride": 4, "padding": 2, "ceil_mode": True},
        "output_size",
        "ceil_size",
    ),
    (
        "conv_transpose2d",
        (8, 4, 4),
        {"out_channels": 8, "kernel_size": 5, "stride": 2, "padding": 1, "dilation": 2, "output_padding": 1},
        "output_size",
        "transposed_size",
    ),
    ("flatten", (32, 256, 6, 5), {}, "output_shape[1]", "flatten_size"),
    ("conv2d", (12, 28, 28), {"out_channels": 20, "kernel_size": 3, "groups": 2}, "parameters", "conv_parameters"),
    ("conv3d", (12, 9, 9, 9), {"out_channels": 20, "kernel_size": 3, "bias": False}, "parameters", "conv_parameters"),
    ("conv1d", (12, 28), {"out_channels": 20, "kernel_size": 3}, "weight_bytes", "conv_parameters"),
    ("separable_conv2d", (32, 28, 28), {"out_channels": 64, "kernel_size": 3}, "parameters", "separable_parameters"),
    ("linear", (2, 128, 768), {"out_features": 3072}, "parameters", "linear_parameters"),
    ("batch_norm2d", (4, 64, 56, 56), {}, "parameters", "batch_norm_parameters"),
    ("group_norm", (4, 64, 7, 7), {"num_groups": 8}, "parameters", "group_norm_parameters"),
    ("lstm", (20, 1, 100), {"hidden_size": 128}, "parameters", "lstm_parameters"),
    ("gru", (20, 1, 100), {"hidden_size": 128}, "parameters", "gru_parameters"),
    ("rnn", (20, 1, 100), {"hidden_size": 128}, "parameters", "rnn_parameters"),
    ("layer_norm", (2, 16, 7, 7), {"normalized_shape": (16, 7, 7)}, "parameters", "layer_norm_parameters"),
    (
        "transformer_decoder_layer",
        (10, 1, 512),
        {"nhead": 8, "dim_feedforward": 2048},
        "parameters",
        "decoder_parameters",
    ),
    (
        "conv_transpose2d",
        (64, 14, 14),
        {"out_channels": 32, "kernel_size": 4, "groups": 2},
        "parameters",
        "transposed_parameters",
    ),
    (
        "lstm",
        (20, 1, 100),
        {"hidden_size": 128, "num_layers": 2, "bidirectional": True},
        "parameters",
        "bidirectional_lstm_parameters",
    ),
    ("multihead_attention", (10, 1, 512), {"num_heads": 8}, "parameters", "attention_parameters"),
    (
        "transformer_encoder_layer",
        (10, 1, 512),
        {"nhead": 8, "dim_feedforward": 2048},
        "parameters",
        "encoder_parameters",
    ),
    ("embedding", (1, 128), {"num_embeddings": 30522, "embedding_dim": 768}, "parameters", "embedding_parameters"),
    ("conv2d", (2, 48, 57, 57), {"out_channels": 80, "kernel_size": 3, "groups": 4, "stride": 3}, "macs", "conv_macs"),
    ("conv2d", (48, 57, 57), {"out_channels": 80, "kernel_size": 3}, "flops", "conv_macs"),
    ("separable_conv2d", (32, 28, 28), {"out_channels": 64, "kernel_size": 3}, "macs", "separable_macs"),
    (
        "conv_transpose2d",
        (64, 14, 14),
        {"out_channels": 32, "kernel_size": 4, "stride": 2, "padding": 1, "groups": 2},
        "macs",
        "transposed_macs",
    ),
    ("linear", (2, 128, 768), {"out_features": 3072}, "flops", "linear_macs"),
    (
        "conv2d",
        (3, 32, 32),
        {"out_channels": 4, "kernel_size": 5, "dilation": 2},
        "receptive_field.size",
        "receptive_field",
    ),
    ("conv2d", (3, 32, 32), {"out_channels": 4, "kernel_size": 5, "padding": 1}, "receptive_field.start", "start"),
    ("conv2d", (8, 64, 32, 32), {"out_channels": 4, "kernel_size": 5}, "activation_bytes", "activation_bytes"),
]


@pytest.mark.parametrize(("kind", "shape", "arguments", "path", "context"), LAYERS)
def test_a_layer_finds_its_contexts(kind: str, shape: Any, arguments: Any, path: str, context: str) -> None:
    result = calc.layer(kind, shape, **arguments)
    found = mistake_cases(result, path, arguments)
    assert found[0].context == context
    for one in found:
        right = right_value(one.context, one.variables) * one.scale
        assert equal(right, result.ask(path))
        for mistake, value in applicable(one):
            if not equal(value, right):
                assert mistake.id in explain(found, right, value).ids


def test_an_odd_layer_has_no_situations_rather_than_wrong_ones() -> None:
    lstm = calc.layer("lstm", (20, 1, 100), hidden_size=128, proj_size=32)
    assert mistake_cases(lstm, "parameters") == ()
    rectangular = calc.layer("conv2d", (3, 64, 32), out_channels=4, kernel_size=3)
    assert mistake_cases(rectangular, "output_size") == ()


@pytest.mark.parametrize(
    ("text", "path", "contexts"),
    [
        ("3x64x64, conv 8 k3 p1, bn, relu, maxpool k2, conv 8 k3 d2", "receptive_field.size", ["receptive_field"]),
        ("3x64x64, conv 8 k3 p1, bn, relu, maxpool k2, conv 8 k3 d2", "receptive_field.jump", ["jump"]),
        (
            "3x64x64, conv 8 k3 p1, bn, relu, maxpool k2, conv 8 k3 d2",
            "layers[3].receptive_field.size",
            ["receptive_field"],
        ),
        ("3x64x64, conv 8 k3 p1, bn, relu, maxpool k2, conv 8 k3 d2", "layers[4].macs", ["conv_macs"]),
        ("3x64x64, conv 8 k3 p1, bn, relu, maxpool k2, conv 8 k3 d2", "parameters", []),
        ("3x64x64, conv 8 k3", "parameters", ["conv_parameters"]),
        ("3x64x64, conv 8 k3", "peak_activation_bytes", []),
        ("3x32x32, residual(conv 3 k3 p1), conv 8 k3", "receptive_field.size", []),
    ],
)
def test_a_network_finds_its_contexts(text: str, path: str, contexts: list[str]) -> None:
    network = calc.network(text)
    found = network_situations(network, path)
    assert [one.context for one in found] == contexts
    assert all(equal(right_value(one.context, one.variables), network.ask(path)) for one in found)


def test_fields_of_a_chain() -> None:
    assert (field(CHAIN), jump(STRIDED), start([ChainLink(7, 2, 1, 3)])) == (25, 16, Fraction(1, 2))
    used = {one.formula.removesuffix("(L)") for one in by_id().values() if one.formula.endswith("(L)")}
    assert used | {"field", "jump", "start"} == set(MISTAKEN)
    assert {one.when.removesuffix("(L)") for one in by_id().values() if one.when and "(L)" in one.when} == set(
        CONDITIONS
    )


def test_an_unknown_context_is_refused_with_the_near_miss() -> None:
    with pytest.raises(calc.CalcError, match="did you mean conv_size"):
        diagnose("convsize", {}, 1, 2)
