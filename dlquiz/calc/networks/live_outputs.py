"""Which outputs of a network live at once, when each is freed after its last use."""

from __future__ import annotations

from collections.abc import Sequence

from dlquiz.calc.networks.graph import NetworkNode


def peak(nodes: Sequence[NetworkNode], last: int) -> tuple[int, int]:
    """The most bytes of one example that live at once, the input among them, and the node at which they do.

    Views of the same values count once; the output of the network, that of node `last`, is never freed.
    """
    owner = list(range(len(nodes)))
    for number, node in enumerate(nodes):
        if node.view and node.sources:
            owner[number] = owner[node.sources[0]]
    return _most(nodes, owner, _last_uses(nodes, owner, last))


def _last_uses(nodes: Sequence[NetworkNode], owner: Sequence[int], last: int) -> list[int]:
    """The node that uses each output last; those of the network's own output come after all nodes."""
    until = list(range(len(nodes)))
    for number, node in enumerate(nodes):
        for used in (*node.sources, number):
            until[owner[used]] = max(until[owner[used]], number)
    until[owner[last]] = len(nodes)
    return until


def _most(nodes: Sequence[NetworkNode], owner: Sequence[int], until: Sequence[int]) -> tuple[int, int]:
    ending: dict[int, int] = {}
    live = most = place = 0
    for number, node in enumerate(nodes):
        if owner[number] == number:
            size = node.result.activation_bytes * node.runs
            live += size
            ending[until[number]] = ending.get(until[number], 0) + size
        if live > most:
            most, place = live, number
        live -= ending.pop(number, 0)
    return most, place
