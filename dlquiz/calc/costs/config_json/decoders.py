"""Decoders of today: rotary positions, a gated feed-forward or one of two matrices, attention in every layer."""

from __future__ import annotations

from collections.abc import Callable

from dlquiz.calc.costs.config_json.fields import (
    ConfigFields,
    ConfigSizes,
    attention_biases,
    decoder_sizes,
    forward_biases,
    plain_gelu,
    sliding_window,
    tied_head,
)


def _llama(fields: ConfigFields) -> ConfigSizes:
    return decoder_sizes(fields) | attention_biases(fields) | forward_biases(fields) | tied_head(fields)


def mistral(fields: ConfigFields) -> ConfigSizes:
    found = decoder_sizes(fields) | tied_head(fields)
    return found | sliding_window(fields, found["layers"])


def qwen_window(fields: ConfigFields, layers: int) -> ConfigSizes:
    first = fields.whole("max_window_layers", default=0, least=0)
    return (
        sliding_window(fields, max(layers - first, 0))
        if fields.flag("use_sliding_window", False)
        else sliding_window(fields, 0)
    )


def _qwen2(fields: ConfigFields) -> ConfigSizes:
    found = decoder_sizes(fields, qkv_bias=True) | tied_head(fields)
    return found | qwen_window(fields, found["layers"])


def _qwen3(fields: ConfigFields) -> ConfigSizes:
    found = decoder_sizes(fields, query_norm="head") | tied_head(fields)
    found.setdefault("head_width", 128)
    found |= attention_biases(fields)
    return found | qwen_window(fields, found["layers"])


def _gemma(fields: ConfigFields, **defaults: int) -> ConfigSizes:
    found = decoder_sizes(fields, defaults) | tied_head(fields, True)
    found.setdefault("head_width", 256)
    return found | attention_biases(fields)


def _gemma2(fields: ConfigFields) -> ConfigSizes:
    found = _gemma(fields) | {"norms": 4}
    return found | sliding_window(fields, (found["layers"] + 1) // 2)


def _gemma3(fields: ConfigFields) -> ConfigSizes:
    found = _gemma(fields, vocabulary=262_208, heads=8, kv_heads=4) | {"norms": 4, "query_norm": "head"}
    pattern = fields.whole("sliding_window_pattern", "_sliding_window_pattern", default=6)
    return found | sliding_window(fields, found["layers"] - found["layers"] // pattern)


def _phi(fields: ConfigFields) -> ConfigSizes:
    fields.refuse("qk_layernorm", False)
    return decoder_sizes(fields) | plain_gelu(bias=True, head_bias=True, norms=1) | tied_head(fields)


def _olmo(fields: ConfigFields) -> ConfigSizes:
    found = decoder_sizes(fields, norm="none") | tied_head(fields)
    return found | attention_biases(fields)


def _olmo2(fields: ConfigFields) -> ConfigSizes:
    found = decoder_sizes(fields, query_norm="full") | tied_head(fields)
    return found | attention_biases(fields)


def _olmo3(fields: ConfigFields) -> ConfigSizes:
    found = _olmo2(fields)
    return found | sliding_window(fields, found["layers"] - found["layers"] // 4)


def _exaone4(fields: ConfigFields) -> ConfigSizes:
    """Norms after each part, and one on the queries and keys of a head."""
    found = decoder_sizes(fields, query_norm="head") | tied_head(fields)
    pattern = fields.value("sliding_window_pattern") or 4
    # As text the pattern is a cycle with one global layer at its end, as LLLG.
    cycle = len(pattern) if isinstance(pattern, str) else fields.whole("sliding_window_pattern", default=4)
    return found | sliding_window(fields, found["layers"] - found["layers"] // cycle)


def _glm(fields: ConfigFields) -> ConfigSizes:
    found = decoder_sizes(fields) | tied_head(fields)
    found.setdefault("head_width", 128)
    return found | ({"qkv_bias": True} if fields.flag("attention_bias", False) else {})


def _glm4(fields: ConfigFields) -> ConfigSizes:
    return _glm(fields) | {"norms": 4}


def _stablelm(fields: ConfigFields) -> ConfigSizes:
    fields.refuse("qk_layernorm", False)
    norms = 1 if fields.flag("use_parallel_residual", False) else 2
    bias = {"qkv_bias": True} if fields.flag("use_qkv_bias", False) else {}
    return decoder_sizes(fields, norm="layer", norms=norms) | bias | tied_head(fields)


def _starcoder2(fields: ConfigFields) -> ConfigSizes:
    bias = fields.flag("use_bias", True)
    found = decoder_sizes(fields) | plain_gelu(bias=bias) | tied_head(fields, True)
    return found | sliding_window(fields, found["layers"])


def _smollm3(fields: ConfigFields) -> ConfigSizes:
    found = decoder_sizes(fields) | attention_biases(fields) | forward_biases(fields) | tied_head(fields, True)
    fields.value("no_rope_layers")
    return found | (
        sliding_window(fields, 0) if fields.value("use_sliding_window") is not True else sliding_window(fields, 1)
    )


DECODERS: dict[str, Callable[[ConfigFields], ConfigSizes]] = {
    "llama": _llama, "granite": _llama, "mistral": mistral, "ministral": mistral, "ministral3": mistral,
    "qwen2": _qwen2, "qwen2_vl": _qwen2, "qwen2_vl_text": _qwen2, "qwen2_5_vl": _qwen2, "qwen2_5_vl_text": _qwen2,
    "qwen3": _qwen3, "qwen3_vl_text": _qwen3, "gemma": _gemma, "gemma2": _gemma2, "gemma3_text": _gemma3,
    "phi": _phi, "phi3": mistral, "olmo": _olmo, "olmo2": _olmo2, "olmo3": _olmo3, "exaone4": _exaone4, "glm": _glm,
    "glm4": _glm4, "stablelm": _stablelm, "starcoder2": _starcoder2, "smollm3": _smollm3,
}  # fmt: skip
