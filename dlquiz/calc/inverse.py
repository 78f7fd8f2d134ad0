"""Backwards: which layers give a size, which inputs give an output, what undoes a convolution, what a budget buys."""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt, prod
from typing import NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import whole
from dlquiz.calc.receptive_field.window import effective_kernel

MAX_TRIED = 2_000_000


class WindowSetting(NamedTuple):
    """One convolution or pooling along an axis."""

    kernel: int
    stride: int
    padding: int
    dilation: int

    def output(self, size: int) -> int:
        """The output size, 0 or less when the kernel does not fit."""
        room = size + 2 * self.padding - effective_kernel(self.kernel, self.dilation)
        return room // self.stride + 1 if room >= 0 else 0


def settings(
    size: int,
    output: int,
    *,
    kernels: range = range(1, 12),
    strides: range = range(1, 5),
    paddings: range | None = None,
    dilations: range = range(1, 4),
) -> Iterator[WindowSetting]:
    """Every setting within the bounds that turns `size` into `output`, small kernels first.

    Paddings go up to half of the kernel unless bounded otherwise; a kernel of 1 is listed with dilation 1 only.

    >>> list(settings(224, 112, kernels=range(7, 8), strides=range(2, 3), dilations=range(1, 2)))
    [WindowSetting(kernel=7, stride=2, padding=3, dilation=1)]
    """
    whole(size, "the input size"), whole(output, "the output size")
    tried = len(kernels) * len(strides) * len(dilations) * (len(paddings) if paddings else max(kernels, default=0))
    if tried > MAX_TRIED:
        raise CalcError(f"these bounds mean {tried:,} tries", fix="narrow them")
    for kernel in kernels:
        for stride in strides:
            for padding in range(kernel // 2 + 1) if paddings is None else paddings:
                for dilation in dilations if kernel > 1 else range(1, 2):
                    setting = WindowSetting(kernel, stride, padding, dilation)
                    if setting.output(size) == output:
                        yield setting


def same_padding(kernel: int, dilation: int = 1) -> tuple[int, int]:
    """Pixels before and after that keep the size at stride 1; they differ by one when the total is odd.

    >>> same_padding(5), same_padding(3, dilation=2), same_padding(4)
    ((2, 2), (2, 2), (1, 2))
    """
    total = whole(dilation, "dilation") * (whole(kernel, "kernel") - 1)
    return total // 2, total - total // 2


def undoing(size: int, setting: WindowSetting) -> tuple[int, int]:
    """The convolution's output, and the output_padding with which a transposed one of the same setting gives `size`.

    >>> undoing(224, WindowSetting(3, 2, 1, 1))
    (112, 1)
    """
    output = setting.output(whole(size, "the input size"))
    if output < 1:
        effective = effective_kernel(setting.kernel, setting.dilation)
        raise CalcError(
            f"kernel {setting.kernel} does not fit a padded input of {size + 2 * setting.padding}",
            fix=f"input ≥ {max(effective - 2 * setting.padding, 1)}",
        )
    return output, size - (
        (output - 1) * setting.stride - 2 * setting.padding + effective_kernel(setting.kernel, setting.dilation)
    )


def input_sizes(output: int, setting: WindowSetting) -> tuple[int, int]:
    """The smallest and the largest input size that give this output.

    >>> input_sizes(112, WindowSetting(7, 2, 3, 1))
    (223, 224)
    """
    effective = effective_kernel(setting.kernel, setting.dilation)
    low = (whole(output, "the output size") - 1) * setting.stride + effective - 2 * setting.padding
    high = low + setting.stride - 1
    if high < 1:
        raise CalcError(
            f"padding {setting.padding} alone gives more than {output}", fix="use less padding or a larger output"
        )
    return max(low, 1), high


def channels_for_parameters(
    budget: int, channels: int | None, kernel: tuple[int, ...], groups: int = 1, bias: bool = True
) -> int:
    """The most output channels whose parameters fit the budget; without `channels`, as many in as out.

    >>> channels_for_parameters(1_000_000, 64, (3, 3)), channels_for_parameters(1_000_000, None, (3, 3))
    (1733, 333)
    """
    return _channels(budget, channels, prod(kernel), groups, 1 if bias else 0, "parameters")


def channels_for_macs(
    budget: int, channels: int | None, kernel: tuple[int, ...], output: tuple[int, ...], groups: int = 1
) -> int:
    """The most output channels whose multiply-accumulates fit the budget.

    >>> channels_for_macs(118_013_952, 3, (7, 7), (112, 112))
    64
    """
    return _channels(budget, channels, prod(kernel) * prod(output), groups, 0, "MACs")


def _channels(budget: int, channels: int | None, each: int, groups: int, bias: int, unit: str) -> int:
    whole(budget, "the budget"), whole(groups, "groups")
    if channels is None:
        # each * (c / g) * c + bias * c <= budget, for c a multiple of g
        root = (isqrt(bias * bias * groups * groups + 4 * each * budget * groups) - bias * groups) // (2 * each)
        most = root // groups * groups
    else:
        if whole(channels, "in_channels") % groups:
            raise CalcError(f"groups={groups} does not divide in_channels={channels}", fix="use a divisor")
        most = budget // (channels // groups * each + bias) // groups * groups
    if most < 1:
        least = each * (channels // groups if channels else 1) + bias
        raise CalcError(
            f"{budget:,} {unit} are too few for one output channel",
            fix=f"at least {least * groups:,} are needed for {groups}",
        )
    return most
