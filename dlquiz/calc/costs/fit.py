"""What a transformer needs of a GPU's memory, in inference and in training, and what is left of it.

Every figure is for one GPU. What frameworks allocate beside the tensors (CUDA's context, libraries, fragments of the
allocator) is the `reserve`, half a GiB unless another is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from dlquiz.calc.calculation import (
    Bytes,
    Calculation,
    Dtype,
    Exact,
    Number,
    Share,
    WorkingLine,
    bytes_of,
    calculated,
    line_from_sizes,
    line_value,
    positive,
    real,
    share,
)
from dlquiz.calc.costs.inference import kv_cache
from dlquiz.calc.costs.matrices import MatrixSizes, lora
from dlquiz.calc.costs.training import activation_memory, bytes_of_a_parameter
from dlquiz.calc.costs.transformer import expert_counts
from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import flag, whole

RESERVE = 2**29
# What a search for the largest batch or length stops at.
MOST = 2**40

FitLines = list[WorkingLine]


@dataclass(frozen=True)
class GpuMemory:
    """The memory of one GPU (None: nothing is said of it), the share of it that may be used, and what is reserved."""

    memory: Bytes | None = None
    utilisation: Share = 1
    reserve: Bytes = RESERVE

    def usable(self) -> Exact | None:
        used = share(self.utilisation, "utilisation")
        return None if self.memory is None else positive(self.memory, "memory") * used

    def reserved(self) -> Exact:
        return real(self.reserve, "reserve", low=0)


@dataclass(frozen=True)
class Quantisation:
    """To how many bits the `matrices` (parameters; None: all of the model) are quantised, in groups with one scale."""

    bits: int | None = None
    group: int = 128
    matrices: Number | None = None

    def weights(self, sizes: Mapping[str, Exact], over: str = " / G") -> WorkingLine:
        """The bytes of the weights on one GPU; `over` divides them."""
        part = self._part(sizes["N"])
        if self.bits is None:
            return _line("weights", f"w * N{over}", sizes)
        width = whole(self.bits, "bits")
        if width > 16:
            raise CalcError(f"bits is {width}", fix="use 16 or fewer")
        numbers = {**sizes, "M": part, "q": width, "g": whole(self.group, "group")}
        return _line("weights", f"(w * (N - M) + M * (q + 16 / g) / 8){over}", numbers)

    def _part(self, parameters: Exact) -> Exact:
        part = parameters if self.matrices is None else positive(self.matrices, "matrices")
        if part > parameters:
            raise CalcError(f"the matrices have {part} of {parameters} parameters", fix="give at most all")
        return part


@dataclass(frozen=True)
class CacheSizes:
    """The layers with the keys and values that each keeps, as `kv_cache` takes them."""

    layers: int
    kv_heads: int
    head_width: int
    latent: int = 0
    rope: int = 0
    window: int = 0
    window_layers: int | None = None

    def bytes(self, tokens: int, batch: int, dtype: Dtype) -> Exact:
        found: Exact = kv_cache(tokens=tokens, batch=batch, dtype=dtype, **asdict(self)).ask("bytes")
        return found


@dataclass(frozen=True)
class InnerWidth:
    """The feed-forward of a layer: one, or experts of which each token goes through some."""

    feed_forward: int
    gated: bool = True
    experts: int = 1
    active_experts: int | None = None
    shared_experts: int = 0
    dense_feed_forward: int | None = None

    def through(self) -> int:
        """The width that a token goes through: of all its experts together."""
        _, chosen = expert_counts(self.experts, self.active_experts)
        every = chosen + whole(self.shared_experts, "shared_experts", 0)
        width, dense = whole(self.feed_forward, "feed_forward") * every, self.dense_feed_forward
        return width if dense is None else max(width, whole(dense, "dense_feed_forward"))


def fit_inference(
    *,
    parameters: Number,
    kept: CacheSizes,
    width: int,
    inner: InnerWidth,
    tokens: int = 2048,
    batch: int = 1,
    room: GpuMemory = GpuMemory(),
    quantisation: Quantisation = Quantisation(),
    dtype: Dtype = "bf16",
    cache: Dtype | None = None,
    gpus: int = 1,
    prefill: int | None = None,
    vocabulary: int = 0,
) -> Calculation:
    """Bytes of one GPU in inference: weights, KV cache, the vectors of the prefill, logits, reserve; what is left.

    With `bits`, the matrices of attention and feed-forward are quantised in groups with a scale of 16 bits; embedding,
    norms and head stay as they are, as GPTQ, AWQ and bitsandbytes leave them. Several `gpus` are tensor parallel.
    `prefill` is how many tokens one pass takes, all unless given; a token in it keeps four vectors of the model's width
    and three of the feed-forward (two where it is not gated). FlashAttention is taken for granted.

    >>> from dlquiz.calc.calculators import calculator
    >>> fit = calculator("fit_inference", model="llama3-8b", tokens=8192, memory=24 * 2**30)
    >>> [round(float(fit.ask(name)), 2) for name in ("weights.GiB", "cache.GiB", "workspace.GiB", "left.GiB")]
    [14.96, 1.0, 0.91, 6.64]
    """
    sizes = {
        "N": positive(parameters, "parameters"),
        "w": bytes_of(dtype),
        "G": whole(gpus, "gpus"),
        "d": whole(width, "width"),
        "kv": whole(kept.kv_heads, "kv_heads"),
        "f": inner.through(),
        "V": whole(vocabulary, "vocabulary", 0),
        "R": room.reserved(),
    }
    chunk = None if prefill is None else whole(prefill, "prefill")
    weights = quantisation.weights(sizes)
    work = f"{'3' if flag(inner.gated, 'gated') else '2'} * f / G + 4 * d"
    split = "keys_values" if kept.latent else "keys_values / min(G, kv)"

    def lines(sequences: int, length: int) -> FitLines:
        cached = kept.bytes(length, sequences, dtype if cache is None else cache)
        at_once = sequences * length if chunk is None else min(chunk, sequences * length)
        found = [weights, _line("cache", split, sizes | {"keys_values": cached})]
        found.append(_line("workspace", f"w * p * ({work})", sizes | {"p": at_once}))
        if sizes["V"]:
            found.append(_line("logits", "4 * b * V", sizes | {"b": sequences}))
        return [*found, _line("reserve", "R", sizes)]

    given = {"dtype": dtype, "bits": quantisation.bits, "cache": cache}
    given |= {"tokens": tokens, "batch": batch, "gpus": gpus}
    request = FitRequest("fit_inference", lines, whole(batch, "batch"), whole(tokens, "tokens"))
    return request.calculation(given, room.usable())


def fit_training(
    *,
    parameters: Number,
    layers: int,
    width: int,
    heads: int,
    tokens: int = 2048,
    batch: int = 1,
    room: GpuMemory = GpuMemory(),
    optimiser: str = "adamw",
    dtype: Dtype = "bf16",
    master: bool | None = None,
    checkpoint: bool = False,
    scores: bool = False,
    zero: int = 0,
    gpus: int = 1,
    rank: int = 0,
    targets: Sequence[str] = ("all",),
    quantisation: Quantisation = Quantisation(),
    kv_heads: int | None = None,
    head_width: int | None = None,
    feed_forward: int | None = None,
    gated: bool = False,
    vocabulary: int = 0,
    experts: int = 1,
    latent: int = 0,
    norms: int = 2,
    query_norm: str = "none",
) -> Calculation:
    """Bytes of one GPU in training: weights, gradients, optimiser, activations, logits, reserve; what is left.

    `batch` is that of one GPU. ZeRO over `gpus` divides the optimiser (stage 1), the gradients too (2), the weights too
    (3). `checkpoint` keeps the input of each layer and the activations of the one that is recomputed; `scores` keeps
    the n² scores, which FlashAttention does not. With a `rank`, LoRA trains its matrices alone, on weights quantised to
    `bits` that is QLoRA; its activations are counted as in full training, which is a bound. The logits are kept in 32
    bits with their gradient.

    >>> from dlquiz.calc.calculators import calculator
    >>> fit = calculator("fit_training", model="llama2-7b", tokens=4096, checkpoint=True)
    >>> [round(float(fit.ask(name + ".GB")), 1) for name in ("weights", "gradients", "optimiser", "activations")]
    [13.5, 13.5, 80.9, 1.7]
    """
    stage = whole(zero, "zero", 0)
    if stage > 3:
        raise CalcError(f"zero is {stage}", fix="use a stage of 0 to 3")
    if quantisation.bits is not None and not rank:
        raise CalcError("quantised weights cannot be trained", fix="train LoRA on them: give its rank")
    form: dict[str, Any] = {"kv_heads": kv_heads, "head_width": head_width, "feed_forward": feed_forward}
    form |= {"gated": gated, "experts": experts, "latent": latent}
    adapted = MatrixSizes(width, heads, **form)
    trained = None
    if whole(rank, "rank", 0):
        trained = lora(rank=rank, layers=layers, sizes=adapted, targets=targets).ask("trainable")
    sizes = _training_sizes(parameters, trained, optimiser, dtype, master)
    sizes |= {"G": whole(gpus, "gpus"), "V": whole(vocabulary, "vocabulary", 0), "R": room.reserved()}
    states = _states(sizes, stage, quantisation)
    kept = "checkpointed" if flag(checkpoint, "checkpoint") else "bytes" if flag(scores, "scores") else "without_scores"

    form |= {"norms": norms, "query_norm": query_norm}

    def lines(sequences: int, length: int) -> FitLines:
        passed = activation_memory(layers=layers, width=width, heads=heads, tokens=length, batch=sequences, **form)
        found = [*states, *_activations(passed, kept, layers, sizes["w"], scores)]
        if sizes["V"]:
            found.append(_line("logits", "2 * 4 * b * s * V", sizes | {"b": sequences, "s": length}))
        return [*found, _line("reserve", "R", sizes)]

    given = {"optimiser": optimiser, "dtype": dtype, "bits": quantisation.bits}
    given |= {"rank": rank or None, "zero": stage or None}
    given |= {"tokens": tokens, "batch": batch, "gpus": gpus, "trainable": trained}
    request = FitRequest("fit_training", lines, whole(batch, "batch"), whole(tokens, "tokens"))
    return request.calculation(given, room.usable())


class FitRequest(NamedTuple):
    """The parts of one GPU's memory as a function of batch and length, and the batch and length that are asked."""

    name: str
    lines: Callable[[int, int], FitLines]
    batch: int
    tokens: int

    def calculation(self, given: Mapping[str, object], memory: Exact | None) -> Calculation:
        """The parts, their sum, what is left of the memory, and the largest batch and length that fit."""
        return calculated(self.name, given, [*self._summed(), *self._backwards(memory)])

    def _summed(self) -> FitLines:
        lines = self.lines(self.batch, self.tokens)
        return [*lines, WorkingLine("bytes", *_sum_of(lines), "B")]

    def _backwards(self, memory: Exact | None) -> FitLines:
        if memory is None:
            return []
        used = total(self.lines(self.batch, self.tokens))
        batch = largest(lambda count: total(self.lines(count, self.tokens)), memory)
        length = largest(lambda count: total(self.lines(self.batch, count)), memory)
        numbers = {"memory": memory, "used": used}
        return [
            WorkingLine("left", "memory - used", numbers, "B"),
            WorkingLine("largest_batch", "largest_that_fits", {}, value=batch),
            WorkingLine("longest_context", "largest_that_fits", {}, "tokens", value=length),
        ]


def total(lines: FitLines) -> Exact:
    """The sum of the lines' quantities."""
    formula, numbers = _sum_of(lines)
    found: Exact = line_value(WorkingLine("bytes", formula, numbers))
    return found


def _sum_of(lines: FitLines) -> tuple[str, dict[str, Any]]:
    values = calculated("", {}, lines).values
    return " + ".join(values), dict(values)


def largest(bytes_for: Callable[[int], Exact], memory: Exact) -> int:
    """The largest whole number whose bytes are at most the memory, 0 if not even 1; the bytes only grow with it.

    >>> largest(lambda count: 100 + 7 * count, 150)
    7
    """
    if bytes_for(1) > memory:
        return 0
    low, high = 1, 2
    while high < MOST and bytes_for(high) <= memory:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if bytes_for(middle) <= memory else (low, middle)
    return low


def _line(quantity: str, formula: str, sizes: Mapping[str, Exact]) -> WorkingLine:
    """A line of whole bytes."""
    return line_from_sizes(quantity, formula if "/" not in formula else f"ceil({formula})", sizes, "B")


def _training_sizes(
    parameters: Number, trained: int | None, optimiser: str, dtype: Dtype, master: bool | None
) -> dict[str, Exact]:
    n = positive(parameters, "parameters")
    return {"N": n, "T": n if trained is None else trained} | bytes_of_a_parameter(optimiser, dtype, master)


def _states(sizes: Mapping[str, Exact], stage: int, quantisation: Quantisation) -> FitLines:
    """Weights, adapters, gradients and optimiser, each divided among the GPUs from its stage of ZeRO on."""
    over = ["" if stage < first else " / G" for first in (3, 2, 1)]
    found = [quantisation.weights(sizes, over[0])]
    if sizes["T"] != sizes["N"]:
        found.append(_line("adapters", f"w * T{over[0]}", sizes))
    found.append(_line("gradients", f"w * T{over[1]}", sizes))
    return [*found, _line("optimiser", f"(c + m + v) * T{over[2]}", sizes)]


def _activations(passed: Calculation, kept: str, layers: int, size: Exact, scores: bool) -> FitLines:
    """The activations that are kept, in the bytes of the type: the formulas of `activation_memory` are for 16 bits."""
    numbers = {"kept": passed.ask(kept), "w": size}
    if kept != "checkpointed":
        return [_line("activations", "kept * w / 2", numbers)]
    each = passed.ask("bytes" if scores else "without_scores")
    return [_line("activations", "(kept + all_layers / L) * w / 2", numbers | {"all_layers": each, "L": layers})]
