"""The rows of a network's table: a line a layer, equal repeats folded into one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlquiz.calc.networks.network import LayerResult, NetworkResult


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
