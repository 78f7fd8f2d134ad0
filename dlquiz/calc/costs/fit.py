"""What a transformer needs of a GPU's memory, in inference and in training, and what is left of it.

Every figure is for one GPU. What frameworks allocate beside the tensors (CUDA's context, libraries, fragments of the
allocator) is the `reserve`, half a GiB unless another is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
from dlquiz.calc.costs.training import activation_memory, bytes_of_a_parameter, lora
from dlquiz.calc.costs.transformer import expert_counts
from dlquiz.calc.errors import CalcError
from dlquiz.calc.layers.arguments import flag, whole

RESERVE = 2**29
# What a search for the largest batch or length stops at.
MOST = 2**40

FitLines = list[WorkingLine]


def fit_inference(
    *,
    parameters: Number,
    layers: int,
    width: int,
    kv_heads: int,
    head_width: int,
    feed_forward: int,
    tokens: int = 2048,
    batch: int = 1,
    memory: Bytes | None = None,
    matrices: Number | None = None,
    bits: int | None = None,
    group: int = 128,
    dtype: Dtype = "bf16",
    cache: Dtype | None = None,
    gpus: int = 1,
    prefill: int | None = None,
    utilisation: Share = 1,
    reserve: Bytes = RESERVE,
    gated: bool = True,
    vocabulary: int = 0,
    latent: int = 0,
    rope: int = 0,
    window: int = 0,
    window_layers: int | None = None,
    experts: int = 1,
    active_experts: int | None = None,
    shared_experts: int = 0,
    dense_feed_forward: int | None = None,
) -> Calculation:
    """Bytes of one GPU in inference: weights, KV cache, the vectors of the prefill, logits, reserve; what is left.

    With `bits`, the matrices of attention and feed-forward are quantised in groups with a scale of 16 bits; embedding,
    norms and head stay as they are, as GPTQ, AWQ and bitsandbytes leave them. Several `gpus` are tensor parallel.
    `prefill` is how many tokens one pass takes, all unless given; a token in it keeps four vectors of the model's width
    and three of the feed-forward (two where it is not gated). FlashAttention is taken for granted.

    >>> fit = fit_inference(parameters=8030261248, layers=32, width=4096, kv_heads=8, head_width=128,
    ...                     feed_forward=14336, tokens=8192, memory=24 * 2**30, vocabulary=128256)
    >>> [round(float(fit.ask(name)), 2) for name in ("weights.GiB", "cache.GiB", "workspace.GiB", "left.GiB")]
    [14.96, 1.0, 0.91, 6.64]
    """
    sizes = {
        "N": positive(parameters, "parameters"),
        "w": bytes_of(dtype),
        "c": bytes_of(dtype if cache is None else cache),
        "G": whole(gpus, "gpus"),
        "d": whole(width, "width"),
        "kv": whole(kv_heads, "kv_heads"),
        "f": _inner_width(feed_forward, (experts, active_experts, shared_experts), dense_feed_forward),
        "V": whole(vocabulary, "vocabulary", 0),
        "R": real(reserve, "reserve", low=0),
    }
    chunk = None if prefill is None else whole(prefill, "prefill")
    weights = _weights(sizes, _quantised_part(sizes["N"], matrices), bits, group)
    work = f"{'3' if flag(gated, 'gated') else '2'} * f / G + 4 * d"

    def lines(sequences: int, length: int) -> FitLines:
        kept = kv_cache(
            layers=layers,
            kv_heads=kv_heads,
            head_width=head_width,
            tokens=length,
            batch=sequences,
            dtype=dtype if cache is None else cache,
            latent=latent,
            rope=rope,
            window=window,
            window_layers=window_layers,
        ).ask("bytes")
        split = "keys_values" if latent else "keys_values / min(G, kv)"
        at_once = sequences * length if chunk is None else min(chunk, sequences * length)
        found = [weights, _line("cache", split, sizes | {"keys_values": kept})]
        found.append(_line("workspace", f"w * p * ({work})", sizes | {"p": at_once}))
        if sizes["V"]:
            found.append(_line("logits", "4 * b * V", sizes | {"b": sequences}))
        return [*found, _line("reserve", "R", sizes)]

    given = {"dtype": dtype, "bits": bits, "cache": cache, "tokens": tokens, "batch": batch, "gpus": gpus}
    request = FitRequest("fit_inference", lines, whole(batch, "batch"), whole(tokens, "tokens"))
    return request.calculation(given, _room(memory, utilisation))


def fit_training(
    *,
    parameters: Number,
    layers: int,
    width: int,
    heads: int,
    tokens: int = 2048,
    batch: int = 1,
    memory: Bytes | None = None,
    optimiser: str = "adamw",
    dtype: Dtype = "bf16",
    master: bool | None = None,
    checkpoint: bool = False,
    scores: bool = False,
    zero: int = 0,
    gpus: int = 1,
    rank: int = 0,
    targets: Sequence[str] = ("all",),
    bits: int | None = None,
    group: int = 128,
    matrices: Number | None = None,
    utilisation: Share = 1,
    reserve: Bytes = RESERVE,
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

    >>> fit = fit_training(parameters=6738415616, layers=32, width=4096, heads=32, gated=True, feed_forward=11008,
    ...                    vocabulary=32000, tokens=4096, checkpoint=True)
    >>> [round(float(fit.ask(name + ".GB")), 1) for name in ("weights", "gradients", "optimiser", "activations")]
    [13.5, 13.5, 80.9, 1.7]
    """
    stage = whole(zero, "zero", 0)
    if stage > 3:
        raise CalcError(f"zero is {stage}", fix="use a stage of 0 to 3")
    if bits is not None and not rank:
        raise CalcError("quantised weights cannot be trained", fix="train LoRA on them: give its rank")
    form: dict[str, Any] = {"kv_heads": kv_heads, "head_width": head_width, "feed_forward": feed_forward}
    form |= {"gated": gated, "experts": experts, "latent": latent}
    adapted = form | {"layers": layers, "width": width, "heads": heads, "rank": rank, "targets": targets}
    trained = lora(**adapted).ask("trainable") if whole(rank, "rank", 0) else None
    sizes = _training_sizes(parameters, trained, optimiser, dtype, master)
    sizes |= {"G": whole(gpus, "gpus"), "V": whole(vocabulary, "vocabulary", 0), "R": real(reserve, "reserve", low=0)}
    states = _states(sizes, stage, _quantised_part(sizes["N"], matrices), bits, group)
    kept = "checkpointed" if flag(checkpoint, "checkpoint") else "bytes" if flag(scores, "scores") else "without_scores"

    form |= {"norms": norms, "query_norm": query_norm}

    def lines(sequences: int, length: int) -> FitLines:
        passed = activation_memory(layers=layers, width=width, heads=heads, tokens=length, batch=sequences, **form)
        found = [*states, *_activations(passed, kept, layers, sizes["w"], scores)]
        if sizes["V"]:
            found.append(_line("logits", "2 * 4 * b * s * V", sizes | {"b": sequences, "s": length}))
        return [*found, _line("reserve", "R", sizes)]

    given = {"optimiser": optimiser, "dtype": dtype, "bits": bits, "rank": rank or None, "zero": stage or None}
    given |= {"tokens": tokens, "batch": batch, "gpus": gpus, "trainable": trained}
    request = FitRequest("fit_training", lines, whole(batch, "batch"), whole(tokens, "tokens"))
    return request.calculation(given, _room(memory, utilisation))


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


def _room(memory: Bytes | None, utilisation: Share) -> Exact | None:
    """The bytes that may be used."""
    used = share(utilisation, "utilisation")
    return None if memory is None else positive(memory, "memory") * used


def _line(quantity: str, formula: str, sizes: Mapping[str, Exact]) -> WorkingLine:
    """A line of whole bytes."""
    return line_from_sizes(quantity, formula if "/" not in formula else f"ceil({formula})", sizes, "B")


def _inner_width(feed_forward: int, counts: tuple[int, int | None, int], dense_feed_forward: int | None) -> int:
    """The width of the feed-forward that a token goes through: of all its experts together."""
    experts, active, shared = counts
    _, chosen = expert_counts(experts, active)
    through = whole(feed_forward, "feed_forward") * (chosen + whole(shared, "shared_experts", 0))
    return through if dense_feed_forward is None else max(through, whole(dense_feed_forward, "dense_feed_forward"))


def _quantised_part(parameters: Exact, matrices: Number | None) -> Exact:
    part = parameters if matrices is None else positive(matrices, "matrices")
    if part > parameters:
        raise CalcError(f"the matrices have {part} of {parameters} parameters", fix="give at most all")
    return part


def _weights(sizes: Mapping[str, Exact], part: Exact, bits: int | None, group: int, over: str = " / G") -> WorkingLine:
    if bits is None:
        return _line("weights", f"w * N{over}", sizes)
    width = whole(bits, "bits")
    if width > 16:
        raise CalcError(f"bits is {width}", fix="use 16 or fewer")
    numbers = {**sizes, "M": part, "q": width, "g": whole(group, "group")}
    return _line("weights", f"(w * (N - M) + M * (q + 16 / g) / 8){over}", numbers)


def _training_sizes(
    parameters: Number, trained: int | None, optimiser: str, dtype: Dtype, master: bool | None
) -> dict[str, Exact]:
    n = positive(parameters, "parameters")
    return {"N": n, "T": n if trained is None else trained} | bytes_of_a_parameter(optimiser, dtype, master)


def _states(sizes: Mapping[str, Exact], stage: int, part: Exact, bits: int | None, group: int) -> FitLines:
    """Weights, adapters, gradients and optimiser, each divided among the GPUs from its stage of ZeRO on."""
    over = ["" if stage < first else " / G" for first in (3, 2, 1)]
    found = [_weights(sizes, part, bits, group, over[0])]
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
