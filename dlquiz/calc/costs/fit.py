"""What a transformer needs of a GPU's memory, in inference and in training, and what is left of it.

Every figure is for one GPU. What frameworks allocate beside the tensors (CUDA's context, libraries, fragments of the
allocator) is the `reserve`, half a GiB unless another is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated, line_from_sizes, line_value
from dlquiz.calc.costs.activations import activation_memory
from dlquiz.calc.costs.inference import CacheSizes
from dlquiz.calc.costs.matrices import lora, matrices_of
from dlquiz.calc.costs.training import OptimiserState
from dlquiz.calc.costs.transformer_sizes import LayerForm, MixtureSizes
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Bytes, Dtype, Exact, Number, Share, bytes_of, positive, real, share
from dlquiz.calc.layers.arguments import flag, whole

RESERVE = 2**29
# What a search for the largest batch or length stops at.
MOST = 2**40

FitLines = list[WorkingLine]


@dataclass(frozen=True)
class Gpus:
    """How many GPUs there are, the bytes of one (None: none is named), the share in use, and the bytes reserved."""

    gpus: int = 1
    memory: Bytes | None = None
    utilisation: Share = 1
    reserve: Bytes = RESERVE

    def usable(self) -> Exact | None:
        """The bytes that may be used; None where no GPU is named."""
        used = share(self.utilisation, "utilisation")
        return None if self.memory is None else positive(self.memory, "memory") * used

    def letters(self) -> dict[str, Exact]:
        """How many GPUs there are (G), and the bytes for what frameworks allocate beside the tensors (R)."""
        return {"G": whole(self.gpus, "gpus"), "R": real(self.reserve, "reserve", low=0)}


@dataclass(frozen=True)
class Quantisation:
    """Weights of `bits` bits, in groups of so many with a scale of 16 bits; without `bits` they are not quantised.

    `matrices` is how many parameters are quantised, all unless given.
    """

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
            raise CalcError(f"the matrices have {part} of {parameters} parameters", fix=f"use {parameters} or less")
        return part


@dataclass(frozen=True)
class KeptActivations:
    """Which activations wait for the backward pass: with `checkpoint` the input of each layer and those of the one that
    is recomputed; with `scores` the n² scores too, which FlashAttention does not keep."""

    checkpoint: bool = False
    scores: bool = False

    def line(self, every: Calculation, layers: int, size: Exact) -> WorkingLine:
        """Their bytes in a type of `size` bytes; the formulas of `activation_memory`, which gave `every`, are for 2."""
        whole_layers = every.ask("bytes" if flag(self.scores, "scores") else "without_scores")
        if not flag(self.checkpoint, "checkpoint"):
            return _line("activations", "kept * w / 2", {"kept": whole_layers, "w": size})
        numbers = {"kept": every.ask("checkpointed"), "all_layers": whole_layers, "L": layers, "w": size}
        return _line("activations", "(kept + all_layers / L) * w / 2", numbers)


def fit_inference(
    *,
    parameters: Number,
    cache_sizes: CacheSizes,
    width: int,
    feed_forward: int,
    gated: bool = True,
    mixture: MixtureSizes = MixtureSizes(),
    tokens: int = 2048,
    batch: int = 1,
    hardware: Gpus = Gpus(),
    quantisation: Quantisation = Quantisation(),
    dtype: Dtype = "bf16",
    cache: Dtype | None = None,
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
        "d": whole(width, "width"),
        "kv": whole(cache_sizes.kv_heads, "kv_heads"),
        "f": mixture.active_width(feed_forward, whole(cache_sizes.layers, "layers")),
        "V": whole(vocabulary, "vocabulary", 0),
        **hardware.letters(),
    }
    chunk = None if prefill is None else whole(prefill, "prefill")
    weights = quantisation.weights(sizes)
    work = f"{'3' if flag(gated, 'gated') else '2'} * f / G + 4 * d"
    split = "keys_values" if cache_sizes.latent else "keys_values / min(G, kv)"

    def lines(sequences: int, length: int) -> FitLines:
        cached = cache_sizes.bytes(length, sequences, dtype if cache is None else cache)
        at_once = sequences * length if chunk is None else min(chunk, sequences * length)
        found = [weights, _line("cache", split, sizes | {"keys_values": cached})]
        found.append(_line("workspace", f"w * p * ({work})", sizes | {"p": at_once}))
        if sizes["V"]:
            found.append(_line("logits", "4 * b * V", sizes | {"b": sequences}))
        return [*found, _line("reserve", "R", sizes)]

    given = {"dtype": dtype, "bits": quantisation.bits, "cache": cache}
    given |= {"tokens": tokens, "batch": batch, "gpus": hardware.gpus}
    request = FitRequest("fit_inference", lines, whole(batch, "batch"), whole(tokens, "tokens"))
    return request.calculation(given, hardware.usable())


def fit_training(
    *,
    parameters: Number,
    layers: int,
    width: int,
    heads: int,
    tokens: int = 2048,
    batch: int = 1,
    hardware: Gpus = Gpus(),
    state: OptimiserState = OptimiserState(),
    activations: KeptActivations = KeptActivations(),
    zero: int = 0,
    rank: int = 0,
    targets: Sequence[str] = ("all",),
    quantisation: Quantisation = Quantisation(),
    form: LayerForm = LayerForm(),
    vocabulary: int = 0,
) -> Calculation:
    """Bytes of one GPU in training: weights, gradients, optimiser, activations, logits, reserve; what is left.

    `batch` is that of one GPU. ZeRO over `gpus` divides the optimiser (stage 1), the gradients too (2), the weights too
    (3). With a `rank`, LoRA trains its matrices alone, on weights quantised to `bits` that is QLoRA; its activations
    are counted as in full training, which is a bound. The logits are kept in 32 bits with their gradient.

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
    trained = None
    if whole(rank, "rank", 0):
        matrices = matrices_of(width, heads, form)
        trained = lora(rank=rank, layers=layers, sizes=matrices, targets=targets).ask("trainable")
    n = positive(parameters, "parameters")
    sizes = {"N": n, "T": n if trained is None else trained} | state.bytes_of_a_parameter()
    sizes |= {"V": whole(vocabulary, "vocabulary", 0), **hardware.letters()}
    states = _states(sizes, stage, quantisation)

    def lines(sequences: int, length: int) -> FitLines:
        passed = activation_memory(layers=layers, width=width, heads=heads, tokens=length, batch=sequences, form=form)
        found = [*states, activations.line(passed, layers, sizes["w"])]
        if sizes["V"]:
            found.append(_line("logits", "2 * 4 * b * s * V", sizes | {"b": sequences, "s": length}))
        return [*found, _line("reserve", "R", sizes)]

    given = {"optimiser": state.optimiser, "dtype": state.dtype, "bits": quantisation.bits}
    given |= {"rank": rank or None, "zero": stage or None}
    given |= {"tokens": tokens, "batch": batch, "gpus": hardware.gpus, "trainable": trained}
    request = FitRequest("fit_training", lines, whole(batch, "batch"), whole(tokens, "tokens"))
    return request.calculation(given, hardware.usable())


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


def _states(sizes: Mapping[str, Exact], stage: int, quantisation: Quantisation) -> FitLines:
    """Weights, adapters, gradients and optimiser, each divided among the GPUs from its stage of ZeRO on."""
    over = ["" if stage < first else " / G" for first in (3, 2, 1)]
    found = [quantisation.weights(sizes, over[0])]
    if sizes["T"] != sizes["N"]:
        found.append(_line("adapters", f"w * T{over[0]}", sizes))
    found.append(_line("gradients", f"w * T{over[1]}", sizes))
    return [*found, _line("optimiser", f"(c + m + v) * T{over[2]}", sizes)]
