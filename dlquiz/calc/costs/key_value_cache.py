"""The cache of keys and values that running a transformer keeps, with a window or latent vectors too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated, line_from_sizes, line_value
from dlquiz.calc.costs.transformer_sizes import key_value_heads
from dlquiz.calc.errors import CalcError
from dlquiz.calc.inputs import Bytes, Dtype, Exact, bytes_of, positive
from dlquiz.calc.layers.arguments import whole


@dataclass(frozen=True)
class CacheSizes:
    """The layers with what each keeps of a token, in elements: keys and values of so many heads of a width.

    With a sliding `window` (tokens), its layers (all unless `window_layers` says how many) keep that many tokens at
    most. `latent` and `rope` are the widths that multi-head latent attention keeps instead of heads.
    """

    layers: int
    kv_heads: int
    head_width: int
    latent: int = 0
    rope: int = 0
    window: int = 0
    window_layers: int | None = None

    def bytes(self, tokens: int, batch: int, dtype: Dtype) -> Exact:
        """The bytes of all tokens of a batch."""
        found: Exact = kv_cache(sizes=self, tokens=tokens, batch=batch, dtype=dtype).ask("bytes")
        return found

    def windowed(self, numbers: Mapping[str, Exact]) -> WorkingLine | None:
        """The bytes of all tokens where some layers keep a window only; None where the window holds every token."""
        size, layers = whole(self.window, "window", 0), int(numbers["L"])
        few = layers if self.window_layers is None else whole(self.window_layers, "window_layers", 0)
        if few > layers:
            raise CalcError(f"{few} window layers of {layers}", fix=f"use {layers} or less")
        if not size or not few or numbers["n"] <= size:
            return None
        formula = "2 * kv * dh * w * b * ((L - S) * n + S * W)"
        return line_from_sizes("bytes", formula, {**numbers, "W": size, "S": few}, "B")


def kv_cache(
    *,
    sizes: CacheSizes,
    tokens: int = 1,
    batch: int = 1,
    dtype: Dtype = "fp16",
    heads: int | None = None,
    free: Bytes | None = None,
) -> Calculation:
    """Bytes of keys and values: a token, and all tokens of a batch; with `free` bytes, the sequences that fit.

    With `heads` beside fewer `kv_heads`, what plain multi-head attention would keep.

    >>> cache = kv_cache(sizes=CacheSizes(layers=80, kv_heads=8, head_width=128), tokens=128 * 1024, heads=64)
    >>> cache.ask("bytes_per_token"), cache.ask("bytes") // 2**30, cache.ask("with_multi_head_attention")
    (327680, 40, 2621440)
    """
    if sizes.latent:
        return latent_cache(
            layers=sizes.layers,
            latent=sizes.latent,
            rope=sizes.rope,
            tokens=tokens,
            batch=batch,
            dtype=dtype,
            heads=heads or sizes.kv_heads,
            head_width=sizes.head_width,
            free=free,
        )
    kv = whole(sizes.kv_heads, "kv_heads")
    h = kv if heads is None else whole(heads, "heads")
    numbers = {
        "L": whole(sizes.layers, "layers"),
        "kv": key_value_heads(h, kv),
        "h": h,
        "dh": whole(sizes.head_width, "head_width"),
        "w": bytes_of(dtype),
    }
    kept_tokens = {"n": whole(tokens, "tokens"), "b": whole(batch, "batch")}
    each = 2 * numbers["L"] * numbers["kv"] * numbers["dh"] * numbers["w"]
    lines = [
        WorkingLine("bytes_per_token", "2 * L * kv * dh * w", numbers, "B", "kv_cache"),
        WorkingLine("bytes", "per_token * n * b", {"per_token": each} | kept_tokens, "B"),
        WorkingLine("bytes", "2 * L * kv * dh * w * n * b", numbers | kept_tokens, "B", "kv_cache_whole"),
    ]
    kept = each * kept_tokens["n"]
    if windowed := sizes.windowed(numbers | kept_tokens):
        lines[1:] = [windowed]
        kept = line_value(windowed) // kept_tokens["b"]
    if h != kv:
        lines.append(line_from_sizes("with_multi_head_attention", "2 * L * h * dh * w", numbers, "B"))
    lines += _fitting(each, kept_tokens["n"], free, kept)
    given = {
        "layers": numbers["L"],
        "kv_heads": kv,
        "head_width": numbers["dh"],
        "tokens": tokens,
        "batch": batch,
        "dtype": dtype,
        "window": sizes.window or None,
    }
    return calculated("kv_cache", given, lines)


def latent_cache(
    *,
    layers: int,
    latent: int,
    rope: int = 0,
    tokens: int = 1,
    batch: int = 1,
    dtype: Dtype = "fp16",
    heads: int | None = None,
    head_width: int | None = None,
    free: Bytes | None = None,
) -> Calculation:
    """Bytes that multi-head latent attention keeps: one latent and one rotary key a layer (arXiv:2405.04434).

    >>> cache = latent_cache(layers=61, latent=512, rope=64, heads=128, head_width=128)
    >>> cache.ask("bytes_per_token"), cache.ask("with_multi_head_attention")
    (70272, 3997696)
    """
    numbers = {
        "L": whole(layers, "layers"),
        "c": whole(latent, "latent"),
        "r": whole(rope, "rope", 0),
        "w": bytes_of(dtype),
    }
    kept_tokens = {"n": whole(tokens, "tokens"), "b": whole(batch, "batch")}
    each = numbers["L"] * (numbers["c"] + numbers["r"]) * numbers["w"]
    lines = [
        WorkingLine("bytes_per_token", "L * (c + r) * w", numbers, "B", "latent_cache"),
        WorkingLine("bytes", "per_token * n * b", {"per_token": each} | kept_tokens, "B"),
    ]
    if heads is not None and head_width is not None:
        every = {
            "L": numbers["L"],
            "h": whole(heads, "heads"),
            "dh": whole(head_width, "head_width"),
            "w": numbers["w"],
        }
        lines.append(WorkingLine("with_multi_head_attention", "2 * L * h * dh * w", every, "B"))
    lines += _fitting(each, kept_tokens["n"], free)
    given = {"layers": layers, "latent": latent, "rope": rope, "tokens": tokens, "batch": batch, "dtype": dtype}
    return calculated("kv_cache", given, lines)


def _fitting(each: Exact, tokens: int, free: Bytes | None, kept: Exact | None = None) -> list[WorkingLine]:
    if free is None:
        return []
    if kept is not None and kept != each * tokens:
        sequence = {"F": positive(free, "free"), "sequence": kept}
        return [WorkingLine("sequences", "floor(F / sequence)", sequence)]
    numbers = {"F": positive(free, "free"), "per_token": each, "n": tokens}
    return [WorkingLine("sequences", "floor(F / (per_token * n))", numbers, "", "sequences_that_fit")]
