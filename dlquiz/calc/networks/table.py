"""The rows of a network's table: a line a layer, equal repeats folded into one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from dlquiz.calc.layers.arguments import shape_text, whole
from dlquiz.calc.result import Shape

if TYPE_CHECKING:
    from dlquiz.calc.networks.network import LayerResult, NetworkResult


class NetworkPart(NamedTuple):
    """Layers in a row that are counted together: those of a stage, of a block, of several equal blocks."""

    name: str
    output_shape: Shape
    layers: int
    parameters: int
    macs: int
    activation_bytes: int


def stages(network: NetworkResult) -> list[NetworkPart]:
    """The network by the sides of its maps: a stage ends where they change; vectors and windows inside a
    stage belong to it.

    >>> from dlquiz.calc.networks.network import network
    >>> [(stage.name, stage.layers, stage.parameters) for stage in stages(network("resnet18"))][:3]
    [('112x112', 3, 9536), ('56x56', 15, 147968), ('28x28', 16, 525568)]
    """
    layers = network.layers
    last = max((place for place, layer in enumerate(layers) if layer.node.form != "vector"), default=-1)
    runs: list[tuple[str, list[LayerResult]]] = []
    for place, layer in enumerate(layers):
        name = _sides(layer) or ("" if place < last else "vector")
        if not runs or (name and name != runs[-1][0]):
            runs.append((name or "vector", []))
        runs[-1][1].append(layer)
    return [_part(name, run) for name, run in runs]


def _part(name: str, run: Sequence[LayerResult]) -> NetworkPart:
    totals = (sum(getattr(one, total) for one in run) for total in ("parameters", "macs", "activation_bytes"))
    return NetworkPart(name, run[-1].output_shape, len(run), *totals)


def outline(network: NetworkResult, depth: int) -> list[NetworkPart]:
    """The network at a depth of its calls and blocks: what stands deeper is summed, equal parts in a row are one.

    >>> from dlquiz.calc.networks.network import network
    >>> [(part.name, part.layers) for part in outline(network("resnet18"), 1)]
    [('stem', 4), ('basic_stages(2, 1, 1, 1)', 62), ('head', 2)]
    """
    whole(depth, "depth")
    runs: list[tuple[object, str, list[LayerResult]]] = []
    for layer in network.layers:
        within = layer.node.within
        key, name = (within[depth - 1][0], within[depth - 1][1]) if len(within) >= depth else (layer, layer.name)
        if not runs or runs[-1][0] != key:
            runs.append((key, name, []))
        runs[-1][2].append(layer)
    found: list[tuple[NetworkPart, list[LayerResult], int]] = []
    for _, name, run in runs:
        part = _part(name, run)
        if found and found[-1][0] == part:
            found[-1] = (part, found[-1][1] + run, found[-1][2] + 1)
        else:
            found.append((part, run, 1))
    return [_part(f"{times}× {part.name}" if times > 1 else part.name, run) for part, run, times in found]


def _sides(layer: LayerResult) -> str:
    shape = layer.node.result.output_shape
    if layer.node.form == "vector" or layer.node.windows:
        return ""
    return shape_text(shape[1:]) if layer.node.form == "map" else f"{shape[0]} tokens"


def rows(network: NetworkResult, *, normalised: bool = True) -> list[LayerResult]:
    """The layers to show; a row of equal iterations stands once, `repeat` times, with the field of the last one."""
    from dlquiz.calc.networks.network import LayerResult

    layers = list(network.layers)
    if not normalised:
        return layers
    numbers = [layer.number for layer in layers]
    unchanged = _folded(network, numbers, 0)
    return [LayerResult(network, number, repeat) for number, repeat in unchanged]


def _folded(network: NetworkResult, numbers: list[int], level: int) -> list[tuple[int, int]]:
    """Runs of equal iterations of one repeat at this level of the path, each as its last iteration."""
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(numbers):
        path = network.nodes[numbers[at]].path
        if len(path) <= level:
            found.append((numbers[at], 1))
            at += 1
            continue
        repeat = path[level][0]
        iterations: list[list[int]] = []
        while at < len(numbers) and len(there := network.nodes[numbers[at]].path) > level and there[level][0] == repeat:
            turn = there[level][1]
            if not iterations or network.nodes[iterations[-1][-1]].path[level][1] != turn:
                iterations.append([])
            iterations[-1].append(numbers[at])
            at += 1
        found += _runs(network, iterations, level)
    return found


def _runs(network: NetworkResult, iterations: list[list[int]], level: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(iterations):
        sign, end = _signature(network, iterations[at]), at + 1
        while end < len(iterations) and _signature(network, iterations[end]) == sign:
            end += 1
        found += [(number, repeat * (end - at)) for number, repeat in _folded(network, iterations[end - 1], level + 1)]
        at = end
    return found


def _signature(network: NetworkResult, numbers: list[int]) -> list[object]:
    return [
        (node.name, node.result.input_shape, node.result.output_shape, node.parameters, node.uses, node.label)
        for node in (network.nodes[number] for number in numbers)
    ]
