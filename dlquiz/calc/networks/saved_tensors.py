"""What a network keeps of a forward pass for its backward pass, as PyTorch's autograd does, and the peak of a step.

A convolution and a linear layer keep their input, normalisations their input and statistics, ReLU, sigmoid, tanh and
softmax their output, the other activations their input, max pooling its input and the places of the maxima (8 bytes
each), average pooling its input, a product its factors, dropout a mask of one byte a value, attention queries, keys,
values, its output and a logarithm a row (FlashAttention), in windows the softmax instead. A tensor that several layers
keep, or that is a view of another, counts once. Nothing is in place. (derivatives.yaml of PyTorch 2;
`tests/oracles/torch_saved.py` compares.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import prod
from typing import NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.networks.graph import NetworkNode
from dlquiz.calc.networks.network import NetworkResult

STATISTIC, INDEX, MASK = 4, 8, 1
# What keeps its output, and what keeps nothing; every other layer keeps its input.
_OUTPUT = {"relu", "sigmoid", "tanh", "softmax", "logsoftmax"}
_NOTHING = {
    "input", "identity", "flatten", "tokens", "first", "last", "chunk", "add", "concat", "gap", "upsample", "position",
    "cls", "channelshuffle", "pixel_shuffle", "pixel_unshuffle", "unflatten", "transpose", "pad", "parameter",
    "windows", "window_merge",
}  # fmt: skip
_COVERED = re.compile(
    r"(separable_)?conv(_transpose)?[123]d|linear|embedding|(batch|instance)_norm[123]d|(layer|group|rms)_norm|scale"
    r"|(adaptive_)?(max|avg)_pool[123]d|mul|dropout|multihead_attention|prelu|glu|relu6|leakyrelu|elu|selu|celu|silu"
    r"|mish|gelu|hardswish|hardsigmoid|hardtanh|softplus"
)


class SavedTensors(NamedTuple):
    """Bytes kept for the backward pass by kind of the layer that keeps them first, their sum, and the step's peak.

    The peak adds the gradients of a layer's output and inputs while its backward pass runs.
    """

    by_kind: dict[str, int]
    total: int
    peak: int


class _Kept(NamedTuple):
    """A tensor that a layer keeps: whose it is (`own` apart from outputs), its bytes."""

    owner: tuple[str, int]
    size: int


def saved_tensors(network: NetworkResult) -> SavedTensors:
    """The tensors kept by one training step of the network; raises CalcError for layers whose are not known.

    >>> from dlquiz.calc.networks.network import network
    >>> saved_tensors(network("8x4x4, conv 16 k3 p1, relu, maxpool k2", batch=2)).by_kind
    {'conv2d': 1024, 'relu': 2048, 'max_pool2d': 1024}
    """
    recorder = _Recorder(network)
    first: dict[tuple[str, int], int] = {}
    by_kind: dict[str, int] = {}
    added: dict[int, int] = {}
    for number, node in enumerate(network.nodes):
        for kept in recorder.kept(number):
            if kept.owner not in first:
                first[kept.owner] = number
                by_kind[node.result.kind] = by_kind.get(node.result.kind, 0) + kept.size
                added[number] = added.get(number, 0) + kept.size
    live = peak = 0
    for number, node in enumerate(network.nodes):
        live += added.get(number, 0)
        peak = max(peak, live + recorder.gradients(node, number))
    return SavedTensors(by_kind, live, peak)


class _Recorder:
    """Whose memory each layer's output is, and which outputs have a gradient."""

    def __init__(self, network: NetworkResult) -> None:
        self.nodes, self.examples = network.nodes, network.examples
        self.owners: list[int] = []
        self.trained: list[bool] = []
        for number, node in enumerate(self.nodes):
            view = node.view and node.sources and node.result.kind != "dropout"
            self.owners.append(self.owners[node.sources[0]] if view else number)
            self.trained.append(bool(node.result.tensors) or any(self.trained[one] for one in node.sources))

    def output(self, number: int) -> _Kept:
        owner = self.owners[number]
        return _Kept(("output", owner), self._size(owner))

    def _size(self, number: int) -> int:
        """Bytes of a layer's output, in all the windows in which it runs."""
        return self.nodes[number].result.activation_bytes * self._times(self.nodes[number])

    def _times(self, node: NetworkNode) -> int:
        return self.examples * max(node.windows, 1)

    def gradients(self, node: NetworkNode, number: int) -> int:
        places = {self.owners[one] for one in (number, *node.sources) if self.trained[one]}
        return sum(map(self._size, places))

    def kept(self, number: int) -> Iterator[_Kept]:
        """The tensors that a layer keeps for its backward pass."""
        node = self.nodes[number]
        kind = node.result.kind
        if not self.trained[number] or kind in _NOTHING:
            return
        normed = "q_norm.weight" in node.result.tensors
        if normed or node.copies > 1 or not (kind in _OUTPUT or _COVERED.fullmatch(kind)):
            raise CalcError(
                f"what {'a mixture of experts' if node.copies > 1 else kind} keeps for its backward pass is not known",
                fix="it depends on the implementation: measure it with torch.autograd.graph.saved_tensors_hooks",
            )
        if kind in _OUTPUT:
            yield self.output(number)
        elif kind == "mul":
            for one in node.sources:
                if any(self.trained[other] for other in node.sources if other != one):
                    yield self.output(one)
        elif not (kind == "dropout" or self._is_mean(node)):
            yield from map(self.output, node.sources)
        if extra := self._extra(node):
            yield _Kept(("own", number), extra)
        if kind == "multihead_attention":
            yield _Kept(("own", number), self._attention(node))

    def _is_mean(self, node: NetworkNode) -> bool:
        """An adaptive average pooling to one value is a mean, which keeps nothing."""
        return node.result.kind.startswith("adaptive_avg") and prod(node.result.output_shape[1:]) == 1

    def _extra(self, node: NetworkNode) -> int:
        """Bytes beside input and output: statistics, places of maxima, masks, the map between two convolutions."""
        result = node.result
        kind, shape, each = result.kind, result.output_shape, result.value_bytes
        if kind.startswith("batch_norm"):
            return 2 * shape[0] * STATISTIC
        if kind.startswith("instance_norm"):
            # The scale is repeated for each example.
            return (3 if result.tensors else 2) * shape[0] * STATISTIC * self._times(node)
        if kind == "group_norm":
            return 2 * _groups(node) * STATISTIC * self._times(node)
        if kind in ("layer_norm", "rms_norm"):
            rows = prod(shape) // prod(_normalised(node))
            return (2 if kind == "layer_norm" else 1) * rows * STATISTIC * self._times(node)
        if "max_pool" in kind:
            return prod(shape) * INDEX * self._times(node)
        if kind == "dropout":
            return prod(shape) * MASK * self._times(node)
        if kind.startswith("separable"):
            return result.input_shape[0] * prod(shape[1:]) * each * self._times(node)
        return 0

    def _attention(self, node: NetworkNode) -> int:
        """Queries, keys, values and the output of the products, and the logarithm of each row's sum.

        In windows the table of relative positions is trained, so the softmax is kept instead.
        """
        tokens, sources = node.result.output_shape[0], self.nodes[node.sources[-1]].result.output_shape[0]
        tensors = node.result.tensors
        queries = tensors["out_proj.weight"][1]
        rows = sum(shape[0] for name, shape in tensors.items() if re.search(r"(in|q|k|v)_proj_?weight", name))
        values = (2 * queries * tokens + (rows - queries) * sources) * node.result.value_bytes
        kept = _heads(node) * tokens * STATISTIC
        if node.windows:
            kept = _heads(node) * tokens * sources * node.result.value_bytes
        return (values + kept) * self._times(node)


def _normalised(node: NetworkNode) -> tuple[int, ...]:
    """The sides that share a mean and a variance: those of the weight, or of the last axis where nothing is learned."""
    weight = node.result.tensors.get("weight")
    return weight or ((node.result.output_shape[0] if node.form == "map" else node.result.output_shape[-1]),)


def _groups(node: NetworkNode) -> int:
    return int(node.name.split()[1])


def _heads(node: NetworkNode) -> int:
    found = re.search(r"\bh(\d+)", node.name)
    return int(found[1]) if found else 1
