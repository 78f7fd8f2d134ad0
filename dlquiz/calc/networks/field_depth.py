"""Receptive fields backwards and in depth: how many layers reach a field, how it grows, how much of it matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.networks.network import NetworkResult
from dlquiz.calc.receptive_field.window import Window

if TYPE_CHECKING:
    from numpy import ndarray

MAX_LAYERS = 1_000_000


def windows(network: NetworkResult) -> list[list[Window]]:
    """For each axis the windows of a chain in order; raises `CalcError` where the network branches."""
    axes = len(network.nodes[0].result.output_shape) - 1
    if network.nodes[0].form != "map":
        raise CalcError("there is no input map", fix="begin with a map such as 3x224x224")
    found: list[list[Window]] = [[] for _ in range(axes)]
    for node in network.nodes[1:]:
        if len(node.sources) != 1 or node.result.kind == "input":
            raise CalcError(f"{node.name} joins branches", fix="use a plain chain of layers")
        windows = node.result.windows
        if node.form == "map" and isinstance(windows, tuple):
            for axis, window in zip(found, windows, strict=True):
                if window.kernel > 1 or window.stride > 1 or window.rule != "slide":
                    axis.append(window)
        elif node.form == "map":
            raise CalcError(f"{node.name} sees everything", fix="end the chain before it")
    return found


class RepeatsNeeded(NamedTuple):
    """How many times a chain must be repeated until its field is at least as wide as wanted."""

    repeats: int
    layers: int
    field: int
    jump: int


def until(network: NetworkResult, wanted: int) -> RepeatsNeeded:
    """The chain repeated (its borders and sizes ignored) until a unit sees `wanted` pixels.

    >>> from dlquiz import calc
    >>> until(calc.network("8x64x64, conv 8 k3 p1"), 200)
    RepeatsNeeded(repeats=100, layers=100, field=201, jump=1)
    """
    (chain, *_) = windows(network)
    if not chain or all(window.kernel == 1 or window.rule != "slide" for window in chain):
        raise CalcError("no layer of the chain widens the field", fix="use a kernel of 2 or more")
    if any(window.rule != "slide" for window in chain):
        raise CalcError("the chain has layers that make the map larger", fix="use convolutions and poolings")
    grown, strides = 0, 1
    for window in chain:
        grown += (window.effective_kernel - 1) * strides
        strides *= window.stride
    repeats = _repeats(wanted, grown, strides)
    if repeats > MAX_LAYERS:
        raise CalcError(f"it takes more than {MAX_LAYERS:,} layers", fix="use a larger kernel, dilation or stride")
    field = 1 + (grown * repeats if strides == 1 else grown * (strides**repeats - 1) // (strides - 1))
    return RepeatsNeeded(repeats, repeats * len(chain), field, strides**repeats)


def _repeats(wanted: int, grown: int, strides: int) -> int:
    if wanted <= 1:
        return 0
    if strides == 1:
        return -(-(wanted - 1) // grown)
    field, repeats, jump = 1, 0, 1
    while field < wanted:
        field += grown * jump
        jump *= strides
        repeats += 1
    return repeats


class EffectiveField(NamedTuple):
    """How much each pixel of the field weighs for the middle unit, and how wide the part that matters is.

    `weights` sum to 1; `size` is the number of pixels above 1 − 0.9545 of the largest weight (Luo et al. 2016);
    `deviation` is the standard deviation in pixels, √(Σ (k² − 1)/12 · jump²) for uniform weights.
    """

    weights: ndarray
    field: int
    size: int
    deviation: float


def effective(network: NetworkResult, axis: int = 0) -> EffectiveField:
    """The effective receptive field of a chain with uniform weights (Luo et al. 2016, arXiv:1701.04128).

    >>> from dlquiz import calc
    >>> windows = effective(calc.network("1x64x64, 10*(conv 1 k3 p1)"))
    >>> windows.field, windows.size, round(windows.deviation, 3)
    (21, 13, 2.582)
    """
    import numpy

    chain = windows(network)[axis]
    if any(window.rule != "slide" for window in chain):
        raise CalcError("the effective field is for convolutions and poolings", fix="leave larger maps out")
    weights, jump, field = numpy.ones(1), 1, 1
    for window in chain:
        field += (window.effective_kernel - 1) * jump
        if field > 2_000_000:
            raise CalcError("the field is wider than 2,000,000 pixels", fix="use fewer layers")
        taps = numpy.zeros((window.effective_kernel - 1) * jump + 1)
        taps[:: window.dilation * jump] = 1 / window.kernel
        weights = numpy.convolve(weights, taps)
        jump *= window.stride
    places = numpy.arange(field)
    mean = float((weights * places).sum())
    deviation = float(numpy.sqrt((weights * (places - mean) ** 2).sum()))
    size = int((weights > (1 - 0.9545) * weights.max()).sum())
    return EffectiveField(weights, field, size, deviation)
