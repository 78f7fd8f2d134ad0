"""What a network needs of a GPU's memory, in inference and in training, and the largest batch that fits."""

from __future__ import annotations

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated
from dlquiz.calc.costs.fit.arguments import RESERVE
from dlquiz.calc.costs.fit.request import largest, total
from dlquiz.calc.costs.training import OPTIMISER_STATES
from dlquiz.calc.inputs import Bytes, Exact, positive, real
from dlquiz.calc.layers.arguments import choice, whole
from dlquiz.calc.networks.network import NetworkResult, network
from dlquiz.calc.networks.saved_tensors import saved_tensors


def fit_network(
    text: str,
    *,
    batch: int = 1,
    memory: Bytes | None = None,
    training: bool = False,
    optimiser: str = "adamw",
    dtype: str = "fp32",
    reserve: Bytes = RESERVE,
) -> Calculation:
    """Bytes of one GPU for a network: weights, buffers, outputs or what training keeps, reserve; what is left.

    In training `activations` are the tensors kept for the backward pass, by the kind of layer that keeps them, and
    `workspace` what the gradients of a layer's inputs and output add at the peak; in inference it is the peak of the
    outputs that live at once. What cuDNN allocates for its algorithms is part of the reserve.

    >>> fit = fit_network("resnet50", batch=32, memory=16 * 2**30, training=True, optimiser="momentum")
    >>> round(float(fit.ask("activations.GiB")), 2), fit.ask("largest_batch")
    (2.56, 188)
    """
    choice(optimiser, "optimiser", tuple(OPTIMISER_STATES))
    net = network(text, batch=whole(batch, "batch"), dtype=dtype)
    kept = WorkingLine("reserve", "R", {"R": real(reserve, "reserve", low=0)}, "B")

    def lines(examples: int) -> list[WorkingLine]:
        sized = NetworkResult(net.tree, net.nodes, net.last, examples, net.value_bytes, net.name)
        return [*(_training(sized, optimiser) if training else _inference(sized)), kept]

    found = lines(batch)
    used = total(found)
    parts = calculated("", {}, found).values
    found.append(WorkingLine("bytes", " + ".join(parts), dict(parts), "B"))
    if memory is not None:
        room = positive(memory, "memory")
        found.append(WorkingLine("left", "memory - used", {"memory": room, "used": used}, "B"))
        most = largest(lambda count: total(lines(count)), room)
        found.append(WorkingLine("largest_batch", "largest_that_fits", {}, value=most))
    given = {"network": net.name or None, "dtype": dtype, "optimiser": optimiser if training else None, "batch": batch}
    return calculated("fit_network", given, found)


def _fixed(net: NetworkResult) -> list[WorkingLine]:
    numbers: dict[str, Exact] = {"w": net.value_bytes, "N": net.parameters}
    found = [WorkingLine("weights", "w * N", numbers, "B")]
    if net.buffers:
        found.append(WorkingLine("buffers", "w * B", {"w": net.value_bytes, "B": net.buffers}, "B"))
    return found


def _inference(net: NetworkResult) -> list[WorkingLine]:
    peak = WorkingLine("workspace", "peak_activation_bytes", {}, "B", value=net.peak_activation_bytes)
    return [*_fixed(net), peak]


def _training(net: NetworkResult, optimiser: str) -> list[WorkingLine]:
    first, second = OPTIMISER_STATES[optimiser]
    numbers: dict[str, Exact] = {"N": net.parameters, "w": net.value_bytes}
    states = numbers | {"c": 4 if net.value_bytes < 4 else 0, "m": first, "v": second}
    del states["w"]
    found = [*_fixed(net), WorkingLine("gradients", "w * N", numbers, "B")]
    found.append(WorkingLine("optimiser", "(c + m + v) * N", states, "B"))
    saved = saved_tensors(net)
    for kind, size in sorted(saved.by_kind.items(), key=lambda one: -one[1]):
        found.append(WorkingLine("activations", "saved_tensors", {}, "B", subject=kind, value=size))
    sizes = tuple(saved.by_kind.values())
    found.append(WorkingLine("activations", "sum(parts)", {"parts": sizes}, "B", subject="their sum"))
    gradients = {"peak": saved.peak, "activations": saved.total}
    return [*found, WorkingLine("workspace", "peak - activations", gradients, "B")]
