"""Receptive fields of a chain of layers, as they are and as people get them wrong: the catalogue's functions.

A chain is a sequence of layers from the input on, each (kernel, stride, dilation, padding, whether it is a pooling).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import prod
from typing import NamedTuple


class ChainLink(NamedTuple):
    """One layer of a chain."""

    kernel: int
    stride: int = 1
    dilation: int = 1
    padding: int = 0
    pooling: bool = False

    @property
    def reach(self) -> int:
        """How far the last tap lies behind the first, in units of the layer's input."""
        return self.dilation * (self.kernel - 1)


Chain = Sequence[ChainLink]


def jump_before(chain: Chain, place: int) -> int:
    """The product of the strides of the layers before `place`."""
    return prod(link.stride for link in chain[:place])


def field(chain: Chain) -> int:
    """Pixels of the input that one unit of the last layer sees: 1 + Σ d(k − 1) · (product of the earlier strides).

    >>> field([ChainLink(3), ChainLink(3, 2), ChainLink(2, 2, pooling=True), ChainLink(3)])
    15
    """
    return 1 + sum(link.reach * jump_before(chain, place) for place, link in enumerate(chain))


def jump(chain: Chain) -> int:
    return prod(link.stride for link in chain)


def start(chain: Chain) -> Fraction:
    """The centre of the first unit, in pixels of the input, whose first pixel has its centre at 1/2."""
    return _start(chain, lambda link: Fraction(link.reach, 2) - link.padding)


def _start(chain: Chain, moved: Callable[[ChainLink], Fraction]) -> Fraction:
    shifts = (moved(link) * jump_before(chain, place) for place, link in enumerate(chain))
    return sum(shifts, start=Fraction(1, 2))


def _weighted(chain: Chain, weight: Callable[[int], int]) -> int:
    return 1 + sum(link.reach * weight(place) for place, link in enumerate(chain))


def pooling_doubles(chain: Chain) -> int:
    size, step = 1, 1
    for link in chain:
        size = 2 * size if link.pooling else size + link.reach * step
        step *= link.stride
    return size


# Wrong values, by the names used in the catalogue.
MISTAKEN: dict[str, Callable[[Chain], int | Fraction]] = {
    "field": field,
    "jump": jump,
    "start": start,
    "strides_ignored": lambda chain: _weighted(chain, lambda place: 1),
    "own_stride_only": lambda chain: _weighted(chain, lambda place: chain[place].stride),
    "own_stride_included": lambda chain: _weighted(chain, lambda place: jump_before(chain, place + 1)),
    "previous_stride_only": lambda chain: _weighted(chain, lambda place: chain[place - 1].stride if place else 1),
    "kernels_summed": lambda chain: sum(link.kernel for link in chain),
    "kernels_multiplied": lambda chain: prod(link.kernel for link in chain),
    "pooling_doubles": pooling_doubles,
    "pooling_skipped": lambda chain: field([link for link in chain if not link.pooling]),
    "pooling_window_ignored": lambda chain: field(
        [link._replace(kernel=1) if link.pooling else link for link in chain]
    ),
    "dilation_ignored": lambda chain: field([link._replace(dilation=1) for link in chain]),
    "dilation_times_kernel": lambda chain: (
        1 + sum((link.dilation * link.kernel - 1) * jump_before(chain, place) for place, link in enumerate(chain))
    ),
    "dilation_in_jump": lambda chain: field([link._replace(stride=link.stride * link.dilation) for link in chain]),
    "whole_kernels": lambda chain: (
        1 + sum((link.reach + 1) * jump_before(chain, place) for place, link in enumerate(chain))
    ),
    "start_at_zero": lambda chain: field(chain) - 1,
    "reversed_layers": lambda chain: field(chain[::-1]),
    "strides_summed": lambda chain: _weighted(chain, lambda place: max(1, sum(link.stride for link in chain[:place]))),
    "padding_added": lambda chain: field(chain) + 2 * sum(link.padding for link in chain),
    "sum_of_strides": lambda chain: sum(link.stride for link in chain),
    "last_stride": lambda chain: chain[-1].stride,
    "strides_without_pooling": lambda chain: prod(link.stride for link in chain if not link.pooling),
    "start_dilation_ignored": lambda chain: _start(chain, lambda link: Fraction(link.kernel - 1, 2) - link.padding),
    "start_half_kernel": lambda chain: _start(chain, lambda link: Fraction(link.kernel, 2) - link.padding),
    "start_padding_ignored": lambda chain: _start(chain, lambda link: Fraction(link.reach, 2)),
}

# When a mistake applies: when what it gets wrong is there at all.
CONDITIONS: dict[str, Callable[[Chain], bool]] = {
    "len_above_one": lambda chain: len(chain) > 1,
    "strided": lambda chain: any(link.stride > 1 for link in chain),
    "strided_before_last": lambda chain: any(link.stride > 1 for link in chain[:-1]),
    "two_strides_before": lambda chain: any(
        link.stride != jump_before(chain, place) or sum(one.stride for one in chain[:place]) != link.stride
        for place, link in ((place, chain[place - 1]) for place in range(2, len(chain)))
    ),
    "pooled": lambda chain: any(link.pooling for link in chain),
    "dilated": lambda chain: any(link.dilation > 1 and link.kernel > 1 for link in chain),
    "dilated_before_last": lambda chain: any(link.dilation > 1 for link in chain[:-1]),
    "padded": lambda chain: any(link.padding > 0 for link in chain),
}
