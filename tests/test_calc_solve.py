"""Backwards answers satisfy the forward formula, and none within the bounds is missing."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from dlquiz import calc
from dlquiz.calc import inverse
from dlquiz.calc.diagram import picture


def forward(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """The output size by the layer itself, 0 when it is refused."""
    try:
        return calc.layer(
            "conv1d", (1, size), out_channels=1, kernel_size=kernel, stride=stride, padding=padding, dilation=dilation
        ).output_shape[-1]
    except calc.CalcError:
        return 0


@limits(max_examples=15, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40))
def test_settings_are_all_that_the_forward_formula_allows(size: int, output: int) -> None:
    expected = {
        (k, s, p, d)
        for k, s, d in product(range(1, 12), range(1, 5), range(1, 4))
        for p in range(k // 2 + 1)
        if forward(size, k, s, p, d) == output and (k > 1 or d == 1)
    }
    found = list(inverse.settings(size, output))
    assert {tuple(one) for one in found} == expected
    assert found == sorted(found)
    assert len(found) == len(expected)


def test_settings_within_other_bounds() -> None:
    found = inverse.settings(
        20, 12, kernels=range(13, 16), strides=range(1, 3), paddings=range(9), dilations=range(1, 6)
    )
    expected = {
        key for key in product(range(13, 16), range(1, 3), range(9), range(1, 6)) if forward(20, *key) == 12
    }  # fmt: skip
    assert {tuple(one) for one in found} == expected != set()


def test_same_padding_keeps_every_size() -> None:
    for kernel, dilation, size in product(range(1, 10), range(1, 4), range(1, 12)):
        pair = inverse.same_padding(kernel, dilation)
        result = calc.layer("conv1d", (1, size), out_channels=1, kernel_size=kernel, dilation=dilation, padding=(pair,))
        assert result.output_shape[-1] == size
        torch_same = calc.layer(
            "conv1d", (1, size), out_channels=1, kernel_size=kernel, dilation=dilation, padding="same"
        )
        assert torch_same.windows == result.windows


def test_output_padding_undoes_a_convolution() -> None:
    for size, kernel, stride, padding, dilation in product(
        range(1, 16), range(1, 6), range(1, 5), range(3), range(1, 3)
    ):
        setting = inverse.WindowSetting(kernel, stride, padding, dilation)
        output = forward(size, kernel, stride, padding, dilation)
        if output == 0:
            with pytest.raises(calc.CalcError):
                inverse.undoing(size, setting)
            continue
        found, extra = inverse.undoing(size, setting)
        assert found == output
        back = calc.layer(
            "conv_transpose1d", (1, output), out_channels=1, kernel_size=kernel, stride=stride, padding=padding,
            dilation=dilation, output_padding=extra,
        )  # fmt: skip
        assert back.output_shape[-1] == size


def test_input_sizes_are_exactly_those_that_give_the_output() -> None:
    for output, kernel, stride, padding, dilation in product(
        range(1, 8), range(1, 5), range(1, 4), range(4), range(1, 3)
    ):
        fitting = [size for size in range(1, 60) if forward(size, kernel, stride, padding, dilation) == output]
        setting = inverse.WindowSetting(kernel, stride, padding, dilation)
        if fitting:
            low, high = inverse.input_sizes(output, setting)
            assert list(range(low, high + 1)) == fitting
        else:
            with pytest.raises(calc.CalcError, match="alone gives more"):
                inverse.input_sizes(output, setting)


@given(st.integers(1, 40_000), st.integers(1, 6), st.integers(1, 4), st.integers(1, 3), st.booleans(), st.booleans())
def test_channels_within_a_budget_are_the_most(
    budget: int, inside: int, kernel: int, groups: int, bias: bool, square: bool
) -> None:
    channels = inside * groups

    def cost(out: int) -> int:
        return calc.layer(
            "conv2d", (out if square else channels, kernel, kernel), out_channels=out, kernel_size=kernel,
            groups=groups, bias=bias,
        ).parameters  # fmt: skip

    given_channels = None if square else channels
    if cost(groups) > budget:
        with pytest.raises(calc.CalcError, match="too few for one output channel"):
            inverse.channels_for_parameters(budget, given_channels, (kernel, kernel), groups, bias)
        return
    most = inverse.channels_for_parameters(budget, given_channels, (kernel, kernel), groups, bias)
    assert cost(most) <= budget < cost(most + groups)


@given(st.integers(1, 10**6), st.integers(1, 20), st.integers(1, 5), st.integers(1, 9), st.booleans())
def test_channels_within_a_budget_of_macs(budget: int, channels: int, kernel: int, side: int, square: bool) -> None:
    def cost(out: int) -> int:
        inside = out if square else channels
        return calc.layer(
            "conv2d", (inside, side, side), out_channels=out, kernel_size=(kernel, 1), padding="same"
        ).macs  # fmt: skip

    given_channels = None if square else channels
    if cost(1) > budget:
        with pytest.raises(calc.CalcError, match="too few for one output channel"):
            inverse.channels_for_macs(budget, given_channels, (kernel, 1), (side, side))
        return
    most = inverse.channels_for_macs(budget, given_channels, (kernel, 1), (side, side))
    assert cost(most) <= budget < cost(most + 1)


def test_bounds_that_mean_too_much_work_are_refused() -> None:
    with pytest.raises(calc.CalcError, match="tries"):
        list(inverse.settings(10, 10, kernels=range(1, 10**6)))


def test_pictures_show_taps_padding_what_is_dropped_and_what_is_added() -> None:
    for n, k, s, p, d, ceil in product(range(1, 9), range(1, 5), range(1, 4), range(2), range(1, 3), (False, True)):
        try:
            result = calc.layer(
                "max_pool1d", (1, n), kernel_size=k, stride=s, padding=p, dilation=d, ceil_mode=ceil
            )  # fmt: skip
        except calc.CalcError:
            continue
        assert isinstance(result.windows, tuple)
        cells, *rows = picture(result.windows[0])
        columns = cells.split()
        touched = set()
        for unit, row in enumerate(rows):
            taps = {place // 2 for place, letter in enumerate(row) if letter == "#"}
            assert taps == {unit * s + d * t for t in range(k)}
            touched |= set(range(min(taps), max(taps) + 1))
        last = max(touched)
        for place, cell in enumerate(columns):
            inside, padded = p <= place < p + n, place < n + 2 * p
            if not padded:
                assert cell == "+"
            elif place > last:
                assert cell == "x"
            else:
                assert cell == (str((place - p) % 10) if inside else "p")
        assert len(rows) == result.output_shape[-1]
