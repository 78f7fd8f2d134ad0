"""Which inputs one output unit sees along one axis: the data from which receptive fields are made."""

from __future__ import annotations

from collections.abc import Callable
from math import gcd
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from fractions import Fraction

MAX_PHASES = 64


def effective_kernel(kernel: int, dilation: int) -> int:
    """How many pixels a window spans (Dumoulin & Visin 2016, arXiv:1603.07285).

    >>> effective_kernel(3, 1), effective_kernel(3, 4)
    (3, 9)
    """
    return dilation * (kernel - 1) + 1


class Window(NamedTuple):
    """One axis of a layer, in pixels.

    `rule` says how output unit j finds its inputs:
    `slide` j * stride - before + dilation * t, t < kernel (convolution, pooling, pixel unshuffle);
    `spread` every i with i * stride - before + dilation * t = j (transposed convolution);
    `adaptive` floor(j * size / output) to ceil((j + 1) * size / output) - 1;
    `nearest`, `nearest-exact`, `linear`, `corners` (linear with aligned corners) and `cubic` the sources of an
    interpolation from size to output.
    """

    rule: str
    size: int
    output: int
    kernel: int = 1
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0

    @property
    def effective_kernel(self) -> int:
        """Pixels between the first and the last tap, both counted."""
        return effective_kernel(self.kernel, self.dilation)

    def inputs(self, unit: int) -> tuple[int, int] | None:
        """First and last input that an output unit sees, padding included, or None when it sees none.

        >>> Window("slide", 224, 112, kernel=7, stride=2, before=3, after=3).inputs(0)
        (-3, 3)
        >>> Window("spread", 4, 8, kernel=4, stride=2, before=1, after=1).inputs(1)
        (0, 1)
        """
        if self.rule == "slide":
            low = unit * self.stride - self.before
            return low, low + self.effective_kernel - 1
        if self.rule == "spread":
            return self._spread(unit)
        low, high = self._seen(unit)
        return max(min(low, self.size - 1), 0), min(max(high, 0), self.size - 1)

    def _interpolated(self, unit: int) -> tuple[int, int]:
        n, o = self.size, self.output
        if self.rule == "nearest":
            return unit * n // o, unit * n // o
        if self.rule == "nearest-exact":
            low = (2 * unit + 1) * n // (2 * o)
            return low, low
        if self.rule == "corners":
            top, bottom = (unit * (n - 1), o - 1) if o > 1 else (0, 1)
        else:
            # Half-pixel centres: (unit + 1/2) * n / o - 1/2.
            top, bottom = (2 * unit + 1) * n - o, 2 * o
        low, exact = top // bottom, top % bottom == 0
        return (low, low) if exact else (low - 1, low + 2) if self.rule == "cubic" else (low, low + 1)

    def _spread(self, unit: int) -> tuple[int, int] | None:
        shifted, step = unit + self.before, self.stride // gcd(self.stride, self.dilation)
        for first in range(min(step, self.kernel)):
            if (shifted - self.dilation * first) % self.stride == 0:
                last = first + (self.kernel - 1 - first) // step * step
                return (shifted - self.dilation * last) // self.stride, (shifted - self.dilation * first) // self.stride
        return None

    def field(self, ratio: Callable[[int, int], object] | None = None) -> dict[str, Any]:
        """Receptive field of the layer alone along this axis: size, jump, start (centre of unit 0), padding.

        Rationals that are not whole are made by `ratio`, `Fraction` unless given.

        >>> Window("slide", 224, 112, kernel=7, stride=2, before=3, after=3).field()
        {'size': 7, 'jump': 2, 'start': Fraction(1, 2), 'padding': 3}
        """
        made = ratio or fraction
        if self.rule == "slide":
            reach = self.effective_kernel
            start = made(reach - 2 * self.before, 2)
            return {"size": reach, "jump": self.stride, "start": start, "padding": self.before}
        if self.rule == "spread":
            return self._spread_field(made)
        period = self.output // gcd(self.size, self.output)
        sizes = [high - low + 1 for low, high in map(self._seen, range(min(period, MAX_PHASES)))]
        largest = max(sizes) if period <= MAX_PHASES else self._largest()
        start = made(sizes[0], 2) if self.rule == "adaptive" else made(self.size, 2 * self.output)
        field = {"size": largest, "jump": made(self.size, self.output), "start": start, "padding": 0}
        if period <= MAX_PHASES and len(set(sizes)) > 1:
            field |= {"period": period, "sizes": sizes}
        return field

    def _seen(self, unit: int) -> tuple[int, int]:
        """As `inputs`, before the border clips it."""
        if self.rule == "adaptive":
            return unit * self.size // self.output, -(-(unit + 1) * self.size // self.output) - 1
        return self._interpolated(unit)

    def _largest(self) -> int:
        if self.rule != "adaptive":
            taps = {"linear": 2, "corners": 2, "cubic": 4}.get(self.rule, 1)
            return min(taps, self.size)
        return -(-self.size // self.output) + (1 if self.size % self.output > gcd(self.size, self.output) else 0)

    def _spread_field(self, made: Callable[[int, int], object]) -> dict[str, Any]:
        common = gcd(self.stride, self.dilation)
        largest = (self.kernel - 1) // (self.stride // common) * (self.dilation // common) + 1
        start = made(2 * self.before - self.effective_kernel + 1 + self.stride, 2 * self.stride)
        padding = (self.effective_kernel - 1 - self.before) // self.stride
        field = {"size": largest, "jump": made(1, self.stride), "start": start, "padding": padding}
        if self.stride <= MAX_PHASES:
            seen = [self._spread(unit) for unit in range(self.stride)]
            sizes = [pair[1] - pair[0] + 1 if pair else 0 for pair in seen]
            if len(set(sizes)) > 1:
                field |= {"period": self.stride, "sizes": sizes}
        return field


def same(size: int) -> Window:
    """The window of a layer that works on every pixel by itself."""
    return Window("slide", size, size)


def fraction(top: int, bottom: int) -> int | Fraction:
    """The quotient, an integer when it is whole."""
    if top % bottom == 0:
        return top // bottom
    # The standard library's fractions bring the decimals along: 3 ms, so only when one is wanted.
    from fractions import Fraction

    return Fraction(top, bottom)


def written(top: int, bottom: int) -> int | str:
    """The quotient as in JSON: an integer, or a text such as "1/2".

    >>> written(6, 3), written(6, 4)
    (2, '3/2')
    """
    if top % bottom == 0:
        return top // bottom
    common = gcd(top, bottom)
    return f"{top // common}/{bottom // common}"
