"""The bytes of one GPU in inference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dlquiz.calc.calculation import Calculation, WorkingLine
from dlquiz.calc.costs.fit.arguments import Gpus, Quantisation, Sequences
from dlquiz.calc.costs.fit.request import FitLines, FitRequest, bytes_line
from dlquiz.calc.costs.key_value_cache import CacheSizes
from dlquiz.calc.costs.transformer_sizes import MixtureSizes
from dlquiz.calc.inputs import Dtype, Exact, Number, bytes_of, positive
from dlquiz.calc.layers.arguments import flag, whole


@dataclass(frozen=True)
class ServedModel:
    """What decides on a model's weights, on its KV cache and on the vectors of a pass."""

    parameters: Number
    cache_sizes: CacheSizes
    width: int
    feed_forward: int
    gated: bool = True
    mixture: MixtureSizes = field(default_factory=MixtureSizes)
    vocabulary: int = 0

    def letters(self) -> dict[str, Exact]:
        """Its sizes by the letters of the formulas; f is the width of all experts that a token visits."""
        return {
            "N": positive(self.parameters, "parameters"),
            "d": whole(self.width, "width"),
            "kv": whole(self.cache_sizes.kv_heads, "kv_heads"),
            "f": self.mixture.active_width(self.feed_forward, whole(self.cache_sizes.layers, "layers")),
            "V": whole(self.vocabulary, "vocabulary", 0),
        }


@dataclass(frozen=True)
class ServingOptions:
    """The types of weights and KV cache (the weights' unless given), and the tokens of one pass of the prefill."""

    dtype: Dtype = "bf16"
    cache: Dtype | None = None
    prefill: int | None = None

    def tokens_at_once(self, tokens: int) -> int:
        """How many of so many tokens one pass takes."""
        return tokens if self.prefill is None else min(whole(self.prefill, "prefill"), tokens)


def fit_inference(
    *,
    served: ServedModel,
    sequences: Sequences = Sequences(),
    hardware: Gpus = Gpus(),
    quantisation: Quantisation = Quantisation(),
    options: ServingOptions = ServingOptions(),
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
    numbers = served.letters() | {"w": bytes_of(options.dtype)} | hardware.letters()
    weights = quantisation.weights(numbers)

    def lines(batch: int, tokens: int) -> FitLines:
        found = [weights, _cache(served.cache_sizes, options, numbers, batch, tokens)]
        found.append(_workspace(served, numbers, options.tokens_at_once(batch * tokens)))
        if numbers["V"]:
            found.append(bytes_line("logits", "4 * b * V", numbers | {"b": batch}))
        return [*found, bytes_line("reserve", "R", numbers)]

    given = {"dtype": options.dtype, "bits": quantisation.bits, "cache": options.cache}
    given |= {"tokens": sequences.tokens, "batch": sequences.batch, "gpus": hardware.gpus}
    return FitRequest("fit_inference", lines, *sequences.checked()).calculation(given, hardware.usable())


def _cache(
    sizes: CacheSizes, options: ServingOptions, numbers: Mapping[str, Exact], batch: int, tokens: int
) -> WorkingLine:
    """Keys and values; heads are divided among the GPUs, the latent vectors of MLA are on each."""
    cached = sizes.bytes(tokens, batch, options.dtype if options.cache is None else options.cache)
    split = "keys_values" if sizes.latent else "keys_values / min(G, kv)"
    return bytes_line("cache", split, {**numbers, "keys_values": cached})


def _workspace(served: ServedModel, numbers: Mapping[str, Exact], tokens: int) -> WorkingLine:
    """The vectors of the tokens in one pass."""
    vectors = 3 if flag(served.gated, "gated") else 2
    return bytes_line("workspace", f"w * p * ({vectors} * f / G + 4 * d)", {**numbers, "p": tokens})
