"""Two networks side by side: the layers aligned, and which differences matter most."""

from __future__ import annotations

from typing import NamedTuple

from dlquiz.calc.networks.network import LayerResult, NetworkResult


class LayerPair(NamedTuple):
    """A layer of each network, or of one of them; `parameters` and `macs` are how much more the second has."""

    first: LayerResult | None
    second: LayerResult | None
    parameters: int
    macs: int


SIGNS = ("name", "input_shape", "output_shape", "parameters", "macs", "repeat")
QUANTITIES = (
    "input_shape",
    "output_shape",
    "parameters",
    "active_parameters",
    "buffers",
    "macs",
    "flops",
    "weight_bytes",
    "activation_bytes",
    "peak_activation_bytes",
    "receptive_field",
    "receptive_field_convolutions",
)


def totals(first: NetworkResult, second: NetworkResult) -> dict[str, tuple[object, object]]:
    """The totals that differ.

    >>> from dlquiz import calc
    >>> totals(calc.network("vgg16"), calc.network("vgg16"))
    {}
    """
    pairs = ((name, getattr(first, name), getattr(second, name)) for name in QUANTITIES)
    found = {name: (one, other) for name, one, other in pairs if one != other}
    if found.get("active_parameters") == found.get("parameters"):
        found.pop("active_parameters", None)
    return found


def differences(first: NetworkResult, second: NetworkResult) -> list[LayerPair]:
    """The layers that are not alike, in order: changed in place, or only in one of the two.

    Equal repeats stand once, so the work grows with what is written and not with how often it runs. Networks of one
    structure are compared layer by layer.

    >>> from dlquiz import calc
    >>> one, other = (calc.network(f"3x8x8, 900*(conv 3 k{k} p={k // 2}, relu)".replace("p=", "p")) for k in (3, 5))
    >>> [(pair.first.repeat, pair.second.name) for pair in differences(one, other)]
    [(900, 'conv 3 k5 p2')]
    """
    from difflib import SequenceMatcher

    from dlquiz.calc.networks.table import rows

    mine, theirs = rows(first), rows(second)
    structure = [[(row.kind, row.repeat) for row in one] for one in (mine, theirs)]
    if structure[0] == structure[1]:
        pairs = [_pair(one, other) for one, other in zip(mine, theirs, strict=True)]
        return [pair for pair in pairs if not _alike(pair)]
    names = [[tuple(getattr(row, name) for name in SIGNS) for row in one] for one in (mine, theirs)]
    found: list[LayerPair] = []
    for change, a, b, c, d in SequenceMatcher(None, names[0], names[1], autojunk=False).get_opcodes():
        if change != "equal":
            found += _aligned(mine[a:b], theirs[c:d])
    return found


def _aligned(first: list[LayerResult], second: list[LayerResult]) -> list[LayerPair]:
    """Inside a changed stretch, layers of one kind stand beside each other in order."""
    from difflib import SequenceMatcher

    found: list[LayerPair] = []
    kinds = [layer.kind for layer in first], [layer.kind for layer in second]
    for change, a, b, c, d in SequenceMatcher(None, *kinds, autojunk=False).get_opcodes():
        if change == "equal":
            found += [_pair(one, other) for one, other in zip(first[a:b], second[c:d], strict=True)]
        else:
            found += [_pair(one, None) for one in first[a:b]] + [_pair(None, one) for one in second[c:d]]
    return [pair for pair in found if not _alike(pair)]


def _pair(one: LayerResult | None, other: LayerResult | None) -> LayerPair:
    def of(name: str) -> int:
        return sum(sign * getattr(row, name) * row.repeat for row, sign in ((other, 1), (one, -1)) if row)

    return LayerPair(one, other, of("parameters"), of("macs"))


def _alike(pair: LayerPair) -> bool:
    one, other = pair.first, pair.second
    return one is not None and other is not None and all(getattr(one, name) == getattr(other, name) for name in SIGNS)


def top(network: NetworkResult, by: str, most: int) -> list[tuple[LayerResult, int, float]]:
    """The layers that cost most, folded where they are equal: the layer, its cost with repeats, its share of all."""
    from dlquiz.calc.networks.table import rows

    name = {"memory": "activation_bytes"}.get(by, by)
    costs = [(row, getattr(row, name) * row.repeat) for row in rows(network)]
    total = sum(cost for _, cost in costs) or 1
    ordered = sorted((one for one in costs if one[1]), key=lambda one: -one[1])[:most]
    return [(row, cost, cost / total) for row, cost in ordered]
