"""What a file of weights holds: its tensors by name, and their counts by type and by the beginning of their names."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import NamedTuple

from dlquiz.calc.result import Shape

# Numbers in a tensor's name are places in a list of layers.
_PLACE = "*"


class StoredTensor(NamedTuple):
    """One tensor as it is stored: its name, type, shape, and bytes in the file."""

    name: str
    dtype: str
    shape: Shape
    size: int

    @property
    def values(self) -> int:
        return prod(self.shape)


class TensorGroup(NamedTuple):
    """Tensors that are counted together: how many, their values and bytes."""

    name: str
    tensors: int
    values: int
    size: int


def by_dtype(tensors: Iterable[StoredTensor]) -> list[TensorGroup]:
    """The tensors of each type, most values first."""
    return _grouped((one.dtype, one) for one in tensors)


def by_prefix(tensors: Iterable[StoredTensor], depth: int = 2) -> list[TensorGroup]:
    """The tensors by the first parts of their names; the number of a layer counts as no part of its own.

    >>> one = StoredTensor("model.layers.0.mlp.up.weight", "BF16", (4, 2), 16)
    >>> [group.name for group in by_prefix([one, one._replace(name="model.layers.1.mlp.up.weight")])]
    ['model.layers.*']
    """
    return _grouped((_prefix(one.name, depth), one) for one in tensors)


def _prefix(name: str, depth: int) -> str:
    parts = name.split(".")
    if len(parts) == 1:
        return name
    kept = parts[:-1][:depth]
    follows = len(kept) == depth and len(parts) - 1 > depth and parts[depth].isdigit()
    return ".".join(_PLACE if one.isdigit() else one for one in ([*kept, _PLACE] if follows else kept))


def _grouped(named: Iterable[tuple[str, StoredTensor]]) -> list[TensorGroup]:
    found: dict[str, TensorGroup] = {}
    for name, tensor in named:
        tensors, values, size = found[name][1:] if name in found else (0, 0, 0)
        found[name] = TensorGroup(name, tensors + 1, values + tensor.values, size + tensor.size)
    return sorted(found.values(), key=lambda one: (-one.values, one.name))
