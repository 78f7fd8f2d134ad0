"""Layers against torch's committed answers, against counting in numpy, and against their own working."""

from __future__ import annotations

import gzip
import json
import random
import re
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.torch_layers import DATA, Draw, difference, tuples

from dlquiz import calc, expressions
from dlquiz.calc import CalcError, translations
from dlquiz.calc.layers.registry import KINDS, parameters_of

SAMPLE = json.loads(gzip.decompress(DATA.read_bytes()))


def computed(case: dict[str, Any]) -> calc.Result | None:
    """The layer of a case, or None when it cannot be."""
    arguments = {name: tuples(value) for name, value in case["arguments"].items()}
    try:
        return calc.layer(case["kind"], tuples(case["shape"]), **arguments)
    except calc.CalcError as error:
        refused = error
    assert refused.fix, refused
    assert "\n" not in str(refused)
    return None


def test_torch_gave_these_answers() -> None:
    assert len(SAMPLE) == 3000
    kinds = {case["kind"] for case in SAMPLE}
    assert len(kinds) > 50
    assert sum("refused" in case["answer"] for case in SAMPLE) > 900
    disagreements = [f"{case}: {wrong}" for case in SAMPLE if (wrong := difference(case, case["answer"]))]
    assert disagreements == []


def test_what_fits_is_found_by_counting() -> None:
    """Every small sliding window: an output for each place where the whole window lies on the padded input."""
    for n, k, s, p, d in product(range(1, 9), range(1, 5), range(1, 4), range(3), range(1, 4)):
        padded, reach = n + 2 * p, d * (k - 1) + 1
        places = [start for start in range(0, padded, s) if start + reach <= padded]
        result = computed(
            {"kind": "conv1d", "shape": (1, n),
             "arguments": {"out_channels": 1, "kernel_size": k, "stride": s, "padding": p, "dilation": d}}
        )  # fmt: skip
        assert (result.output_shape[-1] if result else 0) == len(places), (n, k, s, p, d)


def test_ceil_mode_is_found_by_counting() -> None:
    """Rounded up, a window may reach over the end, but must start inside the input or its left padding."""
    for n, k, s, d in product(range(1, 10), range(1, 5), range(1, 5), range(1, 3)):
        for p in range(k // 2 + 1):
            reach = d * (k - 1) + 1
            whole = [start for start in range(0, n + 2 * p, s) if start + reach <= n + 2 * p]
            if not whole:
                continue
            more = whole[-1] + s
            partly = whole[-1] + reach < n + 2 * p and more < n + p
            result = calc.layer("max_pool1d", (1, n), kernel_size=k, stride=s, padding=p, dilation=d, ceil_mode=True)
            assert result.output_shape[-1] == len(whole) + partly, (n, k, s, p, d)


def convolve(x: np.ndarray, w: np.ndarray, stride: int, padding: int, dilation: int, groups: int) -> tuple[Any, int]:
    """A convolution as in the definition, and the multiplications it took, those with padding included."""
    filters, inside, height, width = w.shape
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    rows = [r for r in range(0, x.shape[1], stride) if r + dilation * (height - 1) < x.shape[1]]
    columns = [c for c in range(0, x.shape[2], stride) if c + dilation * (width - 1) < x.shape[2]]
    y, multiplications = np.zeros((filters, len(rows), len(columns))), 0
    for f, (i, r), (j, c) in product(range(filters), enumerate(rows), enumerate(columns)):
        first = f // (filters // groups) * inside
        patch = x[first : first + inside, r : r + dilation * height : dilation, c : c + dilation * width : dilation]
        y[f, i, j] = np.sum(patch * w[f])
        multiplications += patch.size
    return y, multiplications


def test_convolution_is_what_numpy_counts() -> None:
    for (n, m), k, s, p, d, g in product([(5, 6), (7, 4)], (1, 2, 3), (1, 2), (0, 1), (1, 2), (1, 2)):
        if d * (k - 1) + 1 > min(n, m) + 2 * p:
            continue
        result = calc.layer(
            "conv2d", (2, n, m), out_channels=4, kernel_size=k, stride=s, padding=p, dilation=d, groups=g, bias=False
        )
        weight = np.ones(result.tensors["weight"])
        y, multiplications = convolve(np.ones((2, n, m)), weight, s, p, d, g)
        assert result.output_shape == y.shape
        assert result.macs == multiplications
        assert result.parameters == weight.size


def test_transposed_convolution_is_what_numpy_scatters() -> None:
    for n, k, s, p, d, extra in product(range(1, 5), range(1, 5), range(1, 4), range(3), range(1, 3), range(3)):
        taps = np.zeros((n - 1) * s + d * (k - 1) + 1 + extra)
        multiplications = 0
        for i, t in product(range(n), range(k)):
            taps[i * s + d * t] += 1
            multiplications += 1
        expected = len(taps) - 2 * p
        arguments = {"kernel_size": k, "stride": s, "padding": p, "dilation": d, "output_padding": extra}
        result = computed({"kind": "conv_transpose1d", "shape": (1, n), "arguments": {"out_channels": 1, **arguments}})
        assert (result is not None) == (expected > 0 and extra < max(s, d))
        if result is not None:
            assert result.output_shape == (1, expected)
            assert result.macs == multiplications


@pytest.mark.parametrize("kind", ["conv1d", "max_pool1d"])
def test_windows_see_what_counting_sees(kind: str) -> None:
    for n, k, s, p, d in product((6, 9), (1, 2, 3, 4), (1, 2, 3), (0, 1), (1, 2)):
        more = {"out_channels": 1} if kind == "conv1d" else {}
        arguments = {"kernel_size": k, "stride": s, "padding": p, "dilation": d, **more}
        result = computed({"kind": kind, "shape": (1, n), "arguments": arguments})
        if result is None or not isinstance(result.windows, tuple):
            continue
        for unit in range(result.output_shape[-1]):
            seen = [unit * s - p + d * t for t in range(k)]
            assert result.windows[0].inputs(unit) == (seen[0], seen[-1])


def test_a_transposed_unit_sees_what_scattering_gave_it() -> None:
    for n, k, s, p, d in product((3, 5), (1, 2, 3, 4), (1, 2, 3), (0, 1), (1, 2, 3)):
        arguments: dict[str, Any] = {"out_channels": 1, "kernel_size": k, "stride": s, "padding": p, "dilation": d}
        result = computed({"kind": "conv_transpose1d", "shape": (1, n), "arguments": arguments})
        if result is None:
            continue
        assert isinstance(result.windows, tuple)
        window = result.windows[0]
        for unit in range(result.output_shape[-1]):
            seen = [i for i in range(-20, n + 20) for t in range(k) if i * s - p + d * t == unit]
            assert window.inputs(unit) == ((min(seen), max(seen)) if seen else None)
        sizes = [window.inputs(unit + 100 * s) for unit in range(s)]
        assert window.field()["size"] == max(high - low + 1 for low, high in filter(None, sizes))


def test_adaptive_windows_are_read_as_often_as_counted() -> None:
    for n, o in product(range(1, 14), repeat=2):
        result = calc.layer("adaptive_max_pool1d", (1, n), output_size=o)
        windows = [(i * n // o, -(-(i + 1) * n // o)) for i in range(o)]
        assert result.elementwise["max"] == sum(high - low for low, high in windows)
        field = calc.Window("adaptive", n, o).field()
        assert field["size"] == max(high - low for low, high in windows)
    for n, o in product(range(60, 300, 7), range(65, 200, 5)):
        sizes = [-(-(i + 1) * n // o) - i * n // o for i in range(o)]
        assert calc.Window("adaptive", n, o).field()["size"] == max(sizes)


def test_tensorflow_same_gives_the_quotient_rounded_up() -> None:
    for n, k, s, d in product(range(1, 20), range(1, 6), range(1, 5), range(1, 3)):
        result = calc.layer("conv1d", (1, n), out_channels=1, kernel_size=k, stride=s, dilation=d, padding="tf-same")
        assert result.output_shape[-1] == -(-n // s)
        assert isinstance(result.windows, tuple)
        assert 0 <= result.windows[0].after - result.windows[0].before <= 1


def check_steps(result: calc.Result) -> None:
    """Every step comes to the value it states, and no quantity has more than six."""
    quantities: dict[str, int] = {}
    for step in result.steps:
        value = expressions.parse(step.numbers).evaluate({})
        assert value == (Fraction(step.value) if isinstance(step.value, str) else step.value), step
        quantities[step.quantity] = quantities.get(step.quantity, 0) + 1
    assert max(quantities.values()) <= 6, quantities
    for name in ("macs", "flops", "activation_bytes", "weight_bytes"):
        shown = [step.value for step in result.steps if step.quantity == name]
        assert not shown or shown[-1] == getattr(result, name)
    if result.parameters:
        assert result.parameters in [step.value for step in result.steps if step.quantity == "parameters"]
    if result.macs:
        assert result.macs in [step.value for step in result.steps if step.quantity == "macs"]


def check_sums(result: calc.Result) -> None:
    assert result.parameters == sum(result.parameters_by_tensor.values()) == result.trainable
    assert result.flops == 2 * result.macs
    assert result.activation_bytes == prod(result.output_shape) * 4
    plain = json.loads(json.dumps(result.as_dict()))
    assert plain["parameters_by_tensor"] == result.parameters_by_tensor
    assert [plain[name] for name in ("macs", "flops", "parameters")] == [
        result.macs,
        result.flops,
        result.parameters,
    ]
    assert tuple(plain["output_shape"]) == result.output_shape
    assert len(plain["steps"]) == len(result.steps)


@pytest.mark.no_cover
def test_every_answer_of_the_sample_explains_itself() -> None:
    for case in SAMPLE[::2]:
        result = computed(case)
        if result is not None:
            check_steps(result)
            check_sums(result)


@given(st.randoms(use_true_random=False))
def test_random_layers_explain_themselves(source: random.Random) -> None:
    result = computed(Draw(source).case())
    if result is not None:
        check_steps(result)
        check_sums(result)


def test_sizes_up_to_ten_to_the_eighteenth_are_exact() -> None:
    huge = 10**18
    result = calc.layer("conv2d", (huge, huge, huge), out_channels=huge, kernel_size=3, padding=1, bias=False)
    assert result.macs == huge**4 * 9
    assert result.output_shape == (huge, huge, huge)
    transposed = calc.layer("conv_transpose1d", (1, 3), out_channels=1, kernel_size=huge, stride=huge)
    assert transposed.output_shape == (1, 3 * huge)
    assert transposed.ask("receptive_field.size") == 1
    assert calc.layer("adaptive_avg_pool1d", (1, huge), output_size=huge - 1).ask("receptive_field.size") == 2
    with pytest.raises(calc.CalcError, match="larger than 10"):
        calc.layer("linear", (huge + 1,), out_features=1)


BAD: list[Any] = [
    0,
    -1,
    -(10**30),
    10**30,
    1.5,
    True,
    None,
    "three",
    "",
    (),
    (1,) * 9,
    [[[]]],
    {},
    b"3",
    float("nan"),
    float("inf"),
]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_argument_brings_a_layer_down(kind: str) -> None:
    """Each argument of each kind with each bad value, on shapes of every arity: an answer or a refusal with its fix."""
    arguments = {name: one.default for name, one in parameters_of(kind).items()}
    fitting = {name: 2 for name, default in arguments.items() if default is ...}
    for name, value in product(arguments, BAD):
        for shape in ((4, 4), (1, 4, 4), (1, 4, 4, 4), (2, 4, 4, 4, 4)):
            computed({"kind": kind, "shape": shape, "arguments": fitting | {name: value}})
    for bad in BAD:
        computed({"kind": kind, "shape": bad, "arguments": fitting})


@pytest.mark.parametrize(
    ("kind", "arguments", "fix"),
    [
        ("conv2", {}, "did you mean conv2d"),
        ("conv2d", {"out_channels": 3}, "conv2d needs kernel_size"),
        ("conv2d", {"out_channels": 3, "kernel_size": 3, "strides": 2}, "did you mean stride"),
        ("conv2d", {"out_channels": 8, "kernel_size": 3, "groups": 3}, "groups=3 does not divide in_channels=4"),
        ("conv2d", {"out_channels": 6, "kernel_size": 3, "groups": 4}, "use one of 1 2, which divide 6 and 4"),
        ("conv2d", {"out_channels": 9, "kernel_size": 3, "groups": 2}, "out_channels=9 — only 1 divides 9 and 4"),
        ("conv2d", {"out_channels": 8, "kernel_size": 5, "dilation": 2}, "with dilation 2 effectively 9, does not fit"),
        ("max_pool2d", {"kernel_size": 3, "padding": 2}, "more than half of kernel 3"),
        ("conv2d", {"out_channels": 8, "kernel_size": 3, "padding": "same", "stride": 2}, "needs stride 1"),
        ("linear", {"out_features": 3, "in_features": 5}, "expects 5 features"),
    ],
)
def test_refusals_name_the_fix(kind: str, arguments: dict[str, Any], fix: str) -> None:
    with pytest.raises(calc.CalcError, match=fix):
        calc.layer(kind, (4, 7, 7), **arguments)


@given(st.integers(1, 30), st.integers(1, 9), st.integers(1, 4), st.integers(0, 4), st.integers(1, 4))
def test_the_fixes_of_a_kernel_that_does_not_fit_work(n: int, k: int, s: int, p: int, d: int) -> None:
    arguments: dict[str, Any] = {"out_channels": 1, "kernel_size": k, "stride": s, "padding": p, "dilation": d}
    refused = None
    try:
        calc.layer("conv1d", (1, n), **arguments)
    except calc.CalcError as error:
        refused = error
    if refused is None:
        return
    assert refused.fix
    for offer in refused.fix.replace(", or ", ", ").split(", "):
        what, *_, number = offer.split()
        if what == "input":
            calc.layer("conv1d", (1, int(number)), **arguments)
        else:
            name = {"kernel": "kernel_size"}.get(what, what)
            calc.layer("conv1d", (1, n), **arguments | {name: int(number)})


def test_asking_by_path() -> None:
    result = calc.layer("conv2d", (3, 20, 24), out_channels=8, kernel_size=(3, 5), padding=1)
    assert result.ask("output_size") == (20, 22)
    assert result.ask("output_shape[0]") == 8
    assert result.ask("receptive_field.size") == (3, 5)
    assert result.ask("receptive_field[1].start") == Fraction(3, 2)
    assert result.ask("parameters_by_tensor.bias") == 8
    for path in ("", "nothing", "output_shape[9]", "macs.x", "steps", "receptive_field.colour"):
        with pytest.raises(calc.CalcError, match="the result has nothing at"):
            result.ask(path)


def test_the_working_has_chinese_words() -> None:
    """Nothing but letters of formulas and names of torch stays English."""
    symbols = {"floor", "ceil", "proj", "out", "scale", "Keras", "reset_after", "MACs", "False", "bias_k", "bias_v"}
    seen = set()
    for case in SAMPLE:
        result = computed(case)
        if result is None:
            continue
        for step in result.steps:
            translated = translations.formula(step.formula, "zh")
            left = set(re.findall(r"[A-Za-z_]{3,}", translated)) - symbols
            assert all(re.fullmatch(r"[A-Za-z]_(out|in|before|after|[A-Zkv])", name) for name in left), translated
            assert translations.formula(step.formula, "en") == step.formula
            seen.add(translated)
    assert len(seen) > 200


def test_uneven_padding_cuts_a_transposed_convolution_unevenly() -> None:
    for n, k, s, before, after in product(range(1, 4), range(1, 5), range(1, 3), range(3), range(3)):
        full = (n - 1) * s + k
        arguments: dict[str, Any] = {"out_channels": 1, "kernel_size": k, "stride": s, "padding": ((before, after),)}
        result = computed({"kind": "conv_transpose1d", "shape": (1, n), "arguments": arguments})
        kept = list(range(full))[before : full - after]
        assert (result.output_shape[-1] if result else 0) == len(kept)
        if result:
            check_steps(result)
            assert isinstance(result.windows, tuple)
            assert result.windows[0].inputs(0) == calc.Window("spread", n, full, k, s).inputs(before)


def test_a_network_of_layers_costs_little() -> None:
    """ResNet-50 has some 160 layers; the working is built only when asked for."""
    built: list[int] = []

    def working() -> tuple[calc.Step, ...]:
        built.append(1)
        return ()

    result = calc.layer("conv2d", (3, 8, 8), out_channels=4, kernel_size=3)
    lazy = result._replace(working=working)
    assert lazy.macs == result.macs
    assert lazy.receptive_field == result.receptive_field
    assert built == []
    assert lazy.steps
    assert built == [1]


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize(("kernel", "dilation", "padding"), [(1, 1, 0), (3, 1, 1), (2, 3, 2), (5, 1, 0)])
def test_unfolded_windows_multiplied_by_the_kernel_are_the_convolution(
    kernel: int, dilation: int, padding: int, stride: int
) -> None:
    """im2col: one column a unit, and rows times columns times filters are the convolution's MACs."""
    window: dict[str, Any] = {"kernel_size": kernel, "dilation": dilation, "padding": padding, "stride": stride}
    columns = calc.layer("unfold", (2, 3, 11, 9), **window)
    convolved = calc.layer("conv2d", (2, 3, 11, 9), out_channels=4, bias=False, **window)
    assert columns.output_shape == (2, 3 * kernel**2, convolved.output_shape[2] * convolved.output_shape[3])
    assert convolved.macs == 4 * columns.output_shape[0] * columns.output_shape[1] * columns.output_shape[2]
    assert columns.parameters == columns.macs == 0
    with pytest.raises(CalcError, match="takes"):
        calc.layer("unfold", (11, 9), kernel_size=kernel)
