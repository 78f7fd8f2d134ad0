"""What running a transformer takes: bandwidth, products, scores, logits, quantised weights, stores of vectors."""

from __future__ import annotations

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated
from dlquiz.calc.costs.transformer_sizes import key_value_heads
from dlquiz.calc.inputs import (
    Bytes,
    Dtype,
    Number,
    Share,
    active_parameters,
    bytes_of,
    count,
    positive,
    real,
    share,
)
from dlquiz.calc.layers.arguments import whole


def score_matrix(*, tokens: int, heads: int, batch: int = 1, dtype: Dtype = "fp16") -> Calculation:
    """Bytes of one layer's attention scores when they are written out; FlashAttention never does.

    >>> score_matrix(tokens=8192, heads=32).ask("bytes") == 4 * 2**30
    True
    """
    numbers = {
        "n": whole(tokens, "tokens"),
        "a": whole(heads, "heads"),
        "b": whole(batch, "batch"),
        "w": bytes_of(dtype),
    }
    lines = [WorkingLine("bytes", "n ** 2 * a * b * w", numbers, "B", "score_matrix")]
    return calculated("score_matrix", {"tokens": tokens, "heads": heads, "batch": batch, "dtype": dtype}, lines)


def decode(
    *,
    parameters: Number,
    bandwidth: Number,
    dtype: Dtype = "fp16",
    cache: Bytes = 0,
    batch: int = 1,
    active: Number | None = None,
    peak: Number | None = None,
) -> Calculation:
    """The least time of one decoding step: every weight is read once, and the cache (`cache` bytes of all sequences).

    With the `peak` of the chip, also the time of the products and the larger of both.

    >>> found = decode(parameters=70e9, bandwidth=3.35e12)
    >>> round(float(found.ask("milliseconds")), 1), round(float(found.ask("tokens_per_second")), 1)
    (41.8, 23.9)
    """
    n = active_parameters(parameters, active)
    numbers = {"N": n, "w": bytes_of(dtype), "R": positive(bandwidth, "bandwidth")}
    cached, b = real(cache, "cache", low=0), whole(batch, "batch")
    weights = {"N": numbers["N"], "w": numbers["w"]}
    lines = [WorkingLine("weight_bytes", "N * w", weights, "B")]
    if cached:
        more = numbers | {"k": cached}
        lines.append(WorkingLine("milliseconds", "1000 * (N * w + k) / R", more, "ms"))
        lines.append(WorkingLine("tokens_per_second", "b * R / (N * w + k)", more | {"b": b}, "tokens/s"))
    else:
        lines.append(WorkingLine("milliseconds", "1000 * N * w / R", numbers, "ms", "decode_time"))
        lines.append(WorkingLine("tokens_per_second", "b * R / (N * w)", numbers | {"b": b}, "tokens/s", "decode_rate"))
    if peak is not None:
        products = {"N": n, "b": b, "P": positive(peak, "peak")}
        both = numbers | products | {"k": cached}
        lines.append(WorkingLine("compute_milliseconds", "1000 * 2 * N * b / P", products, "ms"))
        lines.append(WorkingLine("bound_milliseconds", "1000 * max((N * w + k) / R, 2 * N * b / P)", both, "ms"))
    given = {
        "parameters": n,
        "bandwidth": numbers["R"],
        "dtype": dtype,
        "batch": b,
        "cache": cached or None,
        "peak": peak,
    }
    return calculated("decode", given, lines)


def roofline(*, peak: Number, bandwidth: Number, intensity: Number | None = None, dtype: Dtype = "fp16") -> Calculation:
    """The arithmetic intensity at which a chip turns from memory- to compute-bound; `attainable` at a given intensity.

    `batch` is about where decoding becomes compute-bound: each weight of w bytes does 2 FLOPs a sequence.

    >>> round(float(roofline(peak=989e12, bandwidth=3.35e12).ask("ridge")))
    295
    """
    numbers = {"R": positive(peak, "peak"), "B": positive(bandwidth, "bandwidth")}
    lines = [
        WorkingLine("ridge", "R / B", numbers, "FLOP/B", "roofline_ridge"),
        WorkingLine("batch", "ceil(R / B * w / 2)", numbers | {"w": bytes_of(dtype)}, "sequences"),
    ]
    if intensity is not None:
        at = numbers | {"I": positive(intensity, "intensity")}
        lines.append(WorkingLine("attainable", "min(R, I * B)", at, "FLOP/s", "attainable"))
    return calculated("roofline", {"peak": numbers["R"], "bandwidth": numbers["B"], "intensity": intensity}, lines)


def speculative(*, acceptance: Share, draft: int, cost: Share | None = None) -> Calculation:
    """Expected tokens of one pass of the large model, `draft` tokens guessed (Leviathan et al. 2023, arXiv:2211.17192).

    With the `cost` of a guess as a share of the large model's pass, the speed-up.

    >>> round(float(speculative(acceptance=0.8, draft=4).ask("tokens")), 2)
    3.36
    """
    a, g = real(acceptance, "acceptance", low=0, high=1), count(draft, "draft", 1, 100)
    numbers = {"a": a, "g": g}
    if a == 1:
        lines = [WorkingLine("tokens", "g + 1", {"g": g}, "tokens")]
    else:
        lines = [WorkingLine("tokens", "(1 - a ** (g + 1)) / (1 - a)", numbers, "tokens", "speculative_tokens")]
    if cost is not None:
        priced = numbers | {"c": real(cost, "cost", low=0, high=1)}
        if a == 1:
            lines.append(WorkingLine("speed_up", "(g + 1) / (g * c + 1)", priced))
        else:
            formula = "(1 - a ** (g + 1)) / ((1 - a) * (g * c + 1))"
            lines.append(WorkingLine("speed_up", formula, priced, "", "speculative_speed_up"))
    return calculated("speculative", {"acceptance": a, "draft": g, "cost": cost}, lines)


def quantised(
    *,
    parameters: Number,
    bits: int = 4,
    group: int = 128,
    scale_bits: int = 16,
    zero_bits: int = 0,
    scale_group: int | None = None,
) -> Calculation:
    """Bytes of weights quantised in groups, each with a scale and perhaps a zero point.

    With a `scale_group` the scales are quantised themselves, a constant in fp32 for so many of them (QLoRA's double
    quantisation: Dettmers et al. 2023, arXiv:2305.14314).

    >>> [round(float(quantised(parameters=70e9, zero_bits=bits).ask("bytes.GB")), 1) for bits in (0, 16)]
    [36.1, 37.2]
    """
    numbers = {
        "N": positive(parameters, "parameters"),
        "q": whole(bits, "bits"),
        "s": whole(scale_bits, "scale_bits", 0),
        "z": whole(zero_bits, "zero_bits", 0),
        "g": whole(group, "group"),
    }
    each = {name: numbers[name] for name in "qszg"}
    if scale_group is None:
        lines = [
            WorkingLine("bits_per_weight", "q + (s + z) / g", each, "bit", "bits_per_weight"),
            WorkingLine("bytes", "N * (q + (s + z) / g) / 8", numbers, "B", "quantised"),
        ]
    else:
        twice = {"G": whole(scale_group, "scale_group")}
        bits_of_weight = "q + (s + z) / g + 32 / (g * G)"
        lines = [
            WorkingLine("bits_per_weight", bits_of_weight, each | twice, "bit", "double_quantised_bits"),
            WorkingLine("bytes", f"N * ({bits_of_weight}) / 8", numbers | twice, "B"),
        ]
    given = {
        "parameters": numbers["N"],
        "bits": bits,
        "group": group,
        "scale_bits": scale_bits,
        "zero_bits": zero_bits,
        "scale_group": scale_group,
    }
    return calculated("quantised", given, lines)


def vectors(
    *, count: int, width: int, dtype: Dtype = "fp32", codes: int | None = None, links: int | None = None
) -> Calculation:
    """Bytes of a store of vectors, and with product quantisation into `codes` bytes each (Jégou et al. 2011).

    With `links` (M of HNSW) the graph's 2M neighbours of 4 bytes are added, upper layers left out.

    >>> found = vectors(count=10**7, width=768, codes=96)
    >>> found.ask("bytes"), found.ask("compressed")
    (30720000000, 960000000)
    """
    numbers = {"n": whole(count, "count"), "d": whole(width, "width"), "w": bytes_of(dtype)}
    lines = [WorkingLine("bytes", "n * d * w", numbers, "B", "vector_store")]
    if codes is not None:
        m = whole(codes, "codes")
        lines.append(WorkingLine("compressed", "n * m", {"n": numbers["n"], "m": m}, "B"))
        lines.append(WorkingLine("ratio", "d * w / m", {"d": numbers["d"], "w": numbers["w"], "m": m}, "×"))
    if links is not None:
        graph = numbers | {"M": whole(links, "links")}
        lines.append(WorkingLine("with_links", "n * (d * w + 8 * M)", graph, "B", "graph_index"))
    given = {"count": count, "width": width, "dtype": dtype, "codes": codes, "links": links}
    return calculated("vectors", given, lines)


def prefill(*, parameters: Number, tokens: int, peak: Number, gpus: int = 1, mfu: Share = 1) -> Calculation:
    """FLOPs and the least time of reading a prompt, 2 a parameter and token; attention's n² left out.

    >>> round(float(prefill(parameters=8.03e9, tokens=2000, peak=989e12, mfu=0.5).ask("milliseconds")), 2)
    64.95
    """
    numbers = {"N": positive(parameters, "parameters"), "n": whole(tokens, "tokens")}
    timed = numbers | {"G": whole(gpus, "gpus"), "R": positive(peak, "peak"), "m": share(mfu, "mfu")}
    lines = [
        WorkingLine("flops", "2 * N * n", numbers, "FLOP", "prefill_flops"),
        WorkingLine("milliseconds", "1000 * 2 * N * n / (G * R * m)", timed, "ms", "prefill_time"),
    ]
    given = {"parameters": numbers["N"], "tokens": tokens, "peak": timed["R"], "gpus": gpus, "mfu": timed["m"]}
    return calculated("prefill", given, lines)


def matmul_intensity(*, rows: int, inner: int, columns: int, dtype: Dtype = "bf16") -> Calculation:
    """FLOPs per byte of a matrix product, each matrix read or written once: what a roofline asks for.

    >>> [round(float(matmul_intensity(rows=b, inner=4096, columns=4096).ask("intensity")), 1) for b in (1, 256)]
    [1.0, 227.6]
    """
    sizes = {"B": whole(rows, "rows"), "D": whole(inner, "inner"), "F": whole(columns, "columns")}
    numbers = sizes | {"w": bytes_of(dtype)}
    lines = [
        WorkingLine("flops", "2 * B * D * F", sizes, "FLOP"),
        WorkingLine("bytes", "w * (B * D + D * F + B * F)", numbers, "B"),
        WorkingLine(
            "intensity", "2 * B * D * F / (w * (B * D + D * F + B * F))", numbers, "FLOP/B", "matmul_intensity"
        ),
    ]
    given = {"rows": rows, "inner": inner, "columns": columns, "dtype": dtype}
    return calculated("matmul_intensity", given, lines)


def logits_memory(*, tokens: int, vocabulary: int, batch: int = 1, dtype: Dtype = "fp32") -> Calculation:
    """Bytes of the logits of all tokens of a batch, in fp32 as the loss takes them.

    >>> round(float(logits_memory(tokens=8192, vocabulary=128256).ask("bytes.GiB")), 3)
    3.914
    """
    numbers = {
        "b": whole(batch, "batch"),
        "s": whole(tokens, "tokens"),
        "V": whole(vocabulary, "vocabulary"),
        "w": bytes_of(dtype),
    }
    lines = [WorkingLine("bytes", "w * b * s * V", numbers, "B", "logits_memory")]
    given = {"tokens": tokens, "vocabulary": vocabulary, "batch": batch, "dtype": dtype}
    return calculated("logits_memory", given, lines)


def attention_intensity(*, heads: int, kv_heads: int, dtype: Dtype = "fp16") -> Calculation:
    """FLOPs per byte of decoding's attention: each key and value read serves the query heads of its group.

    >>> attention_intensity(heads=64, kv_heads=8).ask("intensity")
    8
    """
    h = whole(heads, "heads")
    numbers = {"h": h, "g": key_value_heads(h, kv_heads), "w": bytes_of(dtype)}
    lines = [WorkingLine("intensity", "2 * h / (g * w)", numbers, "FLOP/B", "attention_intensity")]
    return calculated("attention_intensity", {"heads": heads, "kv_heads": kv_heads, "dtype": dtype}, lines)


def transfer_time(*, size: Bytes, link: Number) -> Calculation:
    """The least time to send bytes over a link, whose rate is given in bits a second as networks state it.

    >>> round(float(transfer_time(size=8192 * 327680, link=400e9).ask("milliseconds")), 1)
    53.7
    """
    numbers = {"S": positive(size, "size"), "R": positive(link, "link")}
    lines = [WorkingLine("milliseconds", "1000 * S / (R / 8)", numbers, "ms", "transfer_time")]
    return calculated("transfer_time", {"size": numbers["S"], "link": numbers["R"]}, lines)
