"""How other counters would count a network, and why their numbers differ."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import NamedTuple

from dlquiz.calc.networks.graph import NetworkNode
from dlquiz.calc.networks.network import NetworkResult


class ToolCount(NamedTuple):
    """What a tool prints for a network: its parameters, its operations and why they differ.

    The operations are None where the tool prints none, or where it is not known what it makes of a layer.
    """

    tool: str
    parameters: int
    operations: int | None
    why: str


# How often ptflops sees an activation: by its module, and again by the function that the module calls.
ACTIVATIONS = {"relu": 2, "elu": 2, "prelu": 2, "relu6": 1, "leakyrelu": 1, "gelu": 1, "silu": 1, "softmax": 1}
POOLS = ("max_pool", "avg_pool", "adaptive_", "gap")
# The layers of which it was measured what the tools count: plain convolutional networks. Attention, gates and norms
# over channels they count in ways that depend on how a model is written.
MEASURED = ("conv", "linear", "batch_norm", "relu", "max_pool", "avg_pool", "adaptive_avg", "gap", "flatten", "dropout",
            "add", "concat", "identity", "input", "chunk", "channelshuffle")  # fmt: skip
NORMS = ("batch_norm", "instance_norm", "group_norm", "layer_norm", "rms_norm")


def _values(shape: tuple[int, ...]) -> int:
    return prod(shape)


def torchinfo(node: NetworkNode) -> int:
    """All parameters of a module, times the map for convolutions, once otherwise (torchinfo 1.8, `mult_adds`)."""
    result = node.result
    places = prod(result.output_shape[1:]) if result.kind.startswith("conv") else 1
    # The projections of attention are no modules that are called: it does not see them.
    unseen = ("in_proj", "q_proj", "k_proj", "v_proj", "out_proj", "self_attn.", "multihead_attn.", "bias_k", "bias_v")
    seen = [shape for name, shape in result.tensors.items() if not name.startswith(unseen)]
    return sum(map(prod, seen)) * places


def fvcore(node: NetworkNode) -> int:
    """A MAC is one flop; batch norm 2 and layer norm 5 an element, adaptive and global pooling 1 (fvcore 0.1.5)."""
    result = node.result
    if result.kind.startswith(NORMS):
        each = 2 if result.kind.startswith("batch_norm") else 5
        plain = 1 if result.kind.startswith("batch_norm") else 4
        return _values(result.input_shape) * (each if result.tensors else plain)
    if result.kind.startswith(("adaptive_avg", "gap")):
        return _values(result.input_shape)
    return result.macs


def ptflops(node: NetworkNode) -> int:
    """MACs with biases; pooling and ReLU twice, norms too (ptflops 0.7, its pytorch back end)."""
    result = node.result
    if result.kind in ACTIVATIONS:
        return ACTIVATIONS[result.kind] * _values(result.output_shape)
    if result.kind.startswith(POOLS):
        return 2 * _values(result.input_shape)
    if result.kind.startswith(NORMS):
        return _values(result.input_shape) * (2 if result.tensors else 1)
    return result.macs + result.elementwise.get("bias", 0)


TOOLS: dict[str, tuple[Callable[[NetworkNode], int] | None, str]] = {
    "torchinfo": (torchinfo, "mult-adds: biases and norm weights added; a linear layer counts one row only"),
    "fvcore": (fvcore, "one flop a MAC, no biases; batch norm 2, layer norm 5, global pooling 1 an element"),
    "ptflops": (ptflops, "MACs with biases; pooling and ReLU 2 an element (by module and by function), norms 2"),
    "keras": (None, "parameters with the running statistics of batch norm; no operations"),
    "torchvision": (lambda node: node.result.macs, "“GFLOPS” are 10^9 MACs, no biases: as here"),
}


def counted(network: NetworkResult) -> tuple[ToolCount, ...]:
    """The network as each of the tools would print it, for one example.

    >>> from dlquiz import calc
    >>> [one.operations for one in counted(calc.network("vgg16"))][:2]
    [15483821032, 15470289408]
    """
    return tuple(_by(tool, network) for tool in TOOLS)


def _by(tool: str, network: NetworkResult) -> ToolCount:
    count, why = TOOLS[tool]
    parameters = network.parameters
    if tool == "keras":
        parameters += sum(
            value
            for node in network.nodes
            if node.result.buffers_by_tensor
            for name, value in node.result.buffers_by_tensor.items()
            if name.startswith("running")
        )
    if count is not None and tool != "torchvision" and (unknown := _not_measured(network)):
        return ToolCount(tool, parameters, None, f"not known here for {', '.join(unknown)}")
    total = None if count is None else sum(count(node) * node.runs for node in network.nodes)
    return ToolCount(tool, parameters, total, why)


def _not_measured(network: NetworkResult) -> tuple[str, ...]:
    """The kinds of layers of which it is not known how other tools count them."""
    kinds = dict.fromkeys(node.result.kind for node in network.nodes)
    transposed = [kind for kind in kinds if kind.startswith("conv_transpose")]
    return (*transposed, *(kind for kind in kinds if not kind.startswith(MEASURED)))
