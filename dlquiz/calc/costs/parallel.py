"""Training on several GPUs: what each keeps, what they send, how long they wait, and the tokens of a step."""

from __future__ import annotations

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated
from dlquiz.calc.costs.activations import activation_letters
from dlquiz.calc.inputs import Bytes, Dtype, Number, bytes_of, positive
from dlquiz.calc.layers.arguments import whole


def zero(*, parameters: Number, gpus: int) -> Calculation:
    """Bytes a GPU under mixed-precision Adam: no stage, and ZeRO's stages 1, 2, 3 (Rajbhandari et al. 2020, figure 1).

    >>> found = zero(parameters=7.5e9, gpus=64)
    >>> [round(float(found.ask(stage)) / 1e9, 1) for stage in ("stage_0", "stage_1", "stage_2", "stage_3")]
    [120.0, 31.4, 16.6, 1.9]
    """
    numbers = {"N": positive(parameters, "parameters"), "G": whole(gpus, "gpus")}
    lines = [
        WorkingLine("stage_0", "16 * N", {"N": numbers["N"]}, "B", "training_state"),
        WorkingLine("stage_1", "4 * N + 12 * N / G", numbers, "B", "zero_stage_1"),
        WorkingLine("stage_2", "2 * N + 14 * N / G", numbers, "B", "zero_stage_2"),
        WorkingLine("stage_3", "16 * N / G", numbers, "B", "zero_stage_3"),
    ]
    return calculated("zero", {"parameters": numbers["N"], "gpus": numbers["G"]}, lines)


def all_reduce(*, size: Bytes, gpus: int, bandwidth: Number | None = None) -> Calculation:
    """Bytes that each GPU sends in a ring all-reduce: a reduce-scatter and an all-gather, (N − 1)/N of the size each.

    `bandwidth` in bytes a second of one GPU's link gives the least `milliseconds`.

    >>> all_reduce(size=14e9, gpus=8).ask("bytes")
    24500000000
    """
    numbers = {"G": whole(gpus, "gpus"), "S": positive(size, "size")}
    lines = [WorkingLine("bytes", "2 * (G - 1) / G * S", numbers, "B", "all_reduce")]
    if bandwidth is not None:
        rate = numbers | {"R": positive(bandwidth, "bandwidth")}
        lines.append(WorkingLine("milliseconds", "1000 * 2 * (G - 1) / G * S / R", rate, "ms", "all_reduce_time"))
    return calculated("all_reduce", {"size": numbers["S"], "gpus": numbers["G"], "bandwidth": bandwidth}, lines)


def pipeline(*, stages: int, microbatches: int, chunks: int = 1) -> Calculation:
    """The idle share of a pipeline's time, per cent (GPipe, Huang et al. 2019), and Megatron's ratio to the ideal time.

    With several `chunks` of layers on each stage the schedule is interleaved (Narayanan et al. 2021, arXiv:2104.04473).

    >>> found = pipeline(stages=8, microbatches=32)
    >>> round(float(found.ask("bubble")), 1), found.ask("to_ideal")
    (17.9, Fraction(175, 8))
    """
    numbers = {"p": whole(stages, "stages"), "m": whole(microbatches, "microbatches")}
    if (v := whole(chunks, "chunks")) > 1:
        interleaved = numbers | {"v": v}
        lines = [
            WorkingLine("bubble", "100 * (p - 1) / (v * m + p - 1)", interleaved, "%", "interleaved_bubble"),
            WorkingLine("to_ideal", "100 * (p - 1) / (v * m)", interleaved, "%", "interleaved_to_ideal"),
        ]
        return calculated("pipeline", {"stages": numbers["p"], "microbatches": numbers["m"], "chunks": v}, lines)
    lines = [
        WorkingLine("bubble", "100 * (p - 1) / (m + p - 1)", numbers, "%", "pipeline_bubble"),
        WorkingLine("to_ideal", "100 * (p - 1) / m", numbers, "%", "pipeline_to_ideal"),
    ]
    return calculated("pipeline", {"stages": numbers["p"], "microbatches": numbers["m"]}, lines)


def tokens_per_step(*, micro_batch: int, accumulation: int, gpus: int, length: int) -> Calculation:
    """Tokens of one optimiser step; `gpus` are the data-parallel ranks.

    >>> tokens_per_step(micro_batch=8, accumulation=4, gpus=16, length=4096).ask("tokens")
    2097152
    """
    numbers = {
        "b": whole(micro_batch, "micro_batch"),
        "a": whole(accumulation, "accumulation"),
        "G": whole(gpus, "gpus"),
        "n": whole(length, "length"),
    }
    lines = [
        WorkingLine("sequences", "b * a * G", {name: numbers[name] for name in "baG"}),
        WorkingLine("tokens", "b * a * G * n", numbers, "tokens", "tokens_per_step"),
    ]
    given = {"micro_batch": numbers["b"], "accumulation": numbers["a"], "gpus": numbers["G"], "length": numbers["n"]}
    return calculated("tokens_per_step", given, lines)


def data_parallel_traffic(*, parameters: Number, gpus: int, dtype: Dtype = "bf16") -> Calculation:
    """Bytes that a GPU sends in a step: gradients in DDP and ZeRO 1 and 2, weights twice more in stage 3.

    Rajbhandari et al. 2020, section 7, with rings.

    >>> found = data_parallel_traffic(parameters=7.5e9, gpus=64)
    >>> [round(float(found.ask(name)) / 1e9, 1) for name in ("gradients", "stage_3")]
    [29.5, 44.3]
    """
    numbers = {"N": positive(parameters, "parameters"), "G": whole(gpus, "gpus"), "w": bytes_of(dtype)}
    lines = [
        WorkingLine("gradients", "2 * w * N * (G - 1) / G", numbers, "B", "data_parallel_gradients"),
        WorkingLine("stage_3", "3 * w * N * (G - 1) / G", numbers, "B", "data_parallel_sharded"),
    ]
    given = {"parameters": numbers["N"], "gpus": numbers["G"], "dtype": dtype}
    return calculated("data_parallel_traffic", given, lines)


def tensor_parallel_traffic(
    *, tokens: int, width: int, gpus: int, batch: int = 1, layers: int = 1, dtype: Dtype = "bf16"
) -> Calculation:
    """Bytes that a GPU sends for the layers, forward and backward: four all-reduces of the activations each.

    Shoeybi et al. 2019, arXiv:1909.08053, with rings.

    >>> tensor_parallel_traffic(tokens=4096, width=4096, gpus=8).ask("bytes") // 2**20
    224
    """
    numbers = {
        "G": whole(gpus, "gpus"),
        "b": whole(batch, "batch"),
        "s": whole(tokens, "tokens"),
        "h": whole(width, "width"),
        "L": whole(layers, "layers"),
        "w": bytes_of(dtype),
    }
    formula = "4 * 2 * (G - 1) / G * b * s * h * L * w"
    lines = [WorkingLine("bytes", formula, numbers, "B", "tensor_parallel_traffic")]
    given = {"tokens": tokens, "width": width, "gpus": gpus, "batch": batch, "layers": layers, "dtype": dtype}
    return calculated("tensor_parallel_traffic", given, lines)


def ring_attention(*, tokens: int, gpus: int, kv_heads: int, head_width: int, dtype: Dtype = "bf16") -> Calculation:
    """Bytes of keys and values that a GPU passes on for a layer in the forward pass: in one hop, and round the ring.

    Liu et al. 2023, arXiv:2310.01889.

    >>> found = ring_attention(tokens=131072, gpus=8, kv_heads=8, head_width=128)
    >>> found.ask("hop") // 2**20, found.ask("bytes") // 2**20
    (64, 448)
    """
    numbers = {
        "P": whole(gpus, "gpus"),
        "n": whole(tokens, "tokens"),
        "kv": whole(kv_heads, "kv_heads"),
        "dh": whole(head_width, "head_width"),
        "w": bytes_of(dtype),
    }
    lines = [
        WorkingLine("hop", "2 * n / P * kv * dh * w", numbers, "B"),
        WorkingLine("bytes", "(P - 1) * 2 * n / P * kv * dh * w", numbers, "B", "ring_attention"),
    ]
    given = {"tokens": tokens, "gpus": gpus, "kv_heads": kv_heads, "head_width": head_width, "dtype": dtype}
    return calculated("ring_attention", given, lines)


def checkpoint_interval(*, cost: Number, between_failures: Number) -> Calculation:
    """The time between checkpoints that loses least, both in one unit of time (Young 1974).

    >>> round(checkpoint_interval(cost=1, between_failures=185.6).ask("interval"), 1)
    19.3
    """
    numbers = {"C": positive(cost, "cost"), "M": positive(between_failures, "between_failures")}
    lines = [WorkingLine("interval", "sqrt(2 * C * M)", numbers, "", "checkpoint_interval")]
    return calculated("checkpoint_interval", {"cost": numbers["C"], "between_failures": numbers["M"]}, lines)


def parallel_activations(
    *, tokens: int, width: int, heads: int, gpus: int, batch: int = 1, layers: int = 1
) -> Calculation:
    """Activations that a GPU keeps under tensor parallelism, and with sequence parallelism beside it, in 16 bits.

    Korthikanti et al. 2022 (arXiv:2205.05198), section 4; `ratio` compares both without the n² scores.

    >>> found = parallel_activations(tokens=2048, width=12288, heads=96, gpus=8)
    >>> round(float(found.ask("ratio")), 2), found.ask("sequence_parallel") // 2**20
    (3.06, 342)
    """
    numbers = activation_letters(layers, tokens, batch, width, heads) | {"t": whole(gpus, "gpus")}
    split = "L * s * b * h * (10 + 24 / t + 5 * a * s / (h * t))"
    lines = [
        WorkingLine("tensor_parallel", split, numbers, "B", "tensor_parallel_activations"),
        WorkingLine(
            "sequence_parallel",
            "L * s * b * h * (34 + 5 * a * s / h) / t",
            numbers,
            "B",
            "sequence_parallel_activations",
        ),
        WorkingLine("ratio", "(10 + 24 / t) / (34 / t)", {"t": numbers["t"]}, "", "sequence_parallel_ratio"),
    ]
    given = {"tokens": tokens, "width": width, "heads": heads, "gpus": gpus, "batch": batch, "layers": layers}
    return calculated("parallel_activations", given, lines)
