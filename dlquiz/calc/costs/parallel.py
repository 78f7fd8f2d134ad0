"""Training on several GPUs: what each keeps, what they send, how long they wait, and the tokens of a step."""

from __future__ import annotations

from dlquiz.calc.calculation import Bytes, Calculation, Number, WorkingLine, calculated, positive
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
        lines.append(WorkingLine("milliseconds", "1000 * 2 * (G - 1) / G * S / R", rate, "ms"))
    return calculated("all_reduce", {"size": numbers["S"], "gpus": numbers["G"], "bandwidth": bandwidth}, lines)


def pipeline(*, stages: int, microbatches: int) -> Calculation:
    """The idle share of a pipeline's time, per cent (GPipe, Huang et al. 2019), and Megatron's ratio to the ideal time.

    >>> found = pipeline(stages=8, microbatches=32)
    >>> round(float(found.ask("bubble")), 1), found.ask("to_ideal")
    (17.9, Fraction(175, 8))
    """
    numbers = {"p": whole(stages, "stages"), "m": whole(microbatches, "microbatches")}
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
