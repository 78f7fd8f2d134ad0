"""Decoders with experts: all layers or some, shared experts, latent attention."""

from __future__ import annotations

from collections.abc import Callable

from dlquiz.calc.costs.config_json.decoders import mistral, qwen_window
from dlquiz.calc.costs.config_json.fields import (
    ConfigFields,
    ConfigSizes,
    attention_biases,
    decoder_sizes,
    sliding_window,
    tied_head,
)
from dlquiz.calc.errors import CalcError


def _mixtral(fields: ConfigFields) -> ConfigSizes:
    experts = {"experts": fields.whole("num_local_experts"), "active_experts": fields.whole("num_experts_per_tok")}
    return mistral(fields) | experts


def _sparse(fields: ConfigFields, found: ConfigSizes) -> ConfigSizes:
    """Experts in every `decoder_sparse_step`-th layer, except those listed as dense."""
    step, dense = fields.whole("decoder_sparse_step", default=1), fields.value("mlp_only_layers") or []
    if not isinstance(dense, list):
        raise CalcError(f"mlp_only_layers is {str(dense)[:40]!r}", fix="use a list of layers")
    plain = [layer for layer in range(min(found["layers"], 10_000)) if layer in dense or (layer + 1) % step]
    expert = fields.whole("moe_intermediate_size")
    found |= {
        "experts": fields.whole("num_experts", "num_local_experts", "n_routed_experts"),
        "active_experts": fields.whole("num_experts_per_tok"),
    }
    if plain:
        found |= {"dense_layers": len(plain), "dense_feed_forward": found["feed_forward"]}
    fields.whole("num_experts", "num_local_experts", default=1)
    fields.value("num_local_experts")
    return found | {"feed_forward": expert}


def _qwen2_moe(fields: ConfigFields) -> ConfigSizes:
    found = _sparse(fields, decoder_sizes(fields, qkv_bias=fields.flag("qkv_bias", True)) | tied_head(fields))
    shared = fields.whole("shared_expert_intermediate_size")
    if shared % found["feed_forward"]:
        raise CalcError(f"shared_expert_intermediate_size is {shared}", fix="use a multiple of moe_intermediate_size")
    found |= {"shared_experts": shared // found["feed_forward"], "shared_gate": True}
    return found | qwen_window(fields, found["layers"])


def _qwen3_moe(fields: ConfigFields) -> ConfigSizes:
    found = _sparse(fields, decoder_sizes(fields, query_norm="head") | tied_head(fields))
    found |= attention_biases(fields)
    return found | qwen_window(fields, found["layers"])


def _gpt_oss(fields: ConfigFields) -> ConfigSizes:
    found = decoder_sizes(fields, sinks=True, forward_bias=True, router_bias=True) | tied_head(fields)
    found.setdefault("head_width", 64)
    found |= attention_biases(fields, True)
    found |= {"experts": fields.whole("num_local_experts", default=128)}
    found |= {"active_experts": fields.whole("num_experts_per_tok", "experts_per_token", default=4)}
    fields.value("experts_per_token")
    return found | sliding_window(fields, (found["layers"] + 1) // 2)


def _deepseek(fields: ConfigFields) -> ConfigSizes:
    """Latent attention and experts; transformers keeps the router's correction as a buffer, no parameter."""
    found = decoder_sizes(fields) | tied_head(fields)
    fields.refuse("attention_bias", False)
    fields.refuse("moe_layer_freq", 1)
    keys, values = fields.whole("qk_nope_head_dim"), fields.whole("v_head_dim")
    if keys != values:
        raise CalcError(f"v_head_dim is {values} and qk_nope_head_dim {keys}", fix="only equal ones are counted")
    fields.value("qk_head_dim")
    found |= {
        "head_width": keys,
        "latent": fields.whole("kv_lora_rank"),
        "query_latent": fields.whole("q_lora_rank", default=0),
        "rope": fields.whole("qk_rope_head_dim"),
    }
    return found | _first_dense(fields, found["feed_forward"])


def _first_dense(fields: ConfigFields, feed_forward: int) -> ConfigSizes:
    """Experts in all layers but the first ones, and one expert or more that every token visits."""
    found: ConfigSizes = {
        "experts": fields.whole("n_routed_experts"),
        "active_experts": fields.whole("num_experts_per_tok"),
        "shared_experts": fields.whole("n_shared_experts", default=0, least=0),
        "feed_forward": fields.whole("moe_intermediate_size"),
    }
    dense = fields.whole("first_k_dense_replace", default=0, least=0)
    found |= {"dense_layers": dense, "dense_feed_forward": feed_forward} if dense else {}
    further = fields.whole("num_nextn_predict_layers", "num_mtp_layers", default=0, least=0)
    return found | ({"left_out": "the layers of multi-token prediction"} if further else {})


def _glm4_moe(fields: ConfigFields) -> ConfigSizes:
    """DeepSeek's experts under attention with heads of keys and values."""
    found = decoder_sizes(fields) | tied_head(fields)
    found |= {"qkv_bias": True} if fields.flag("attention_bias", False) else {}
    found |= {"query_norm": "head"} if fields.flag("use_qk_norm", False) else {}
    fields.value("decoder_sparse_step")
    return found | _first_dense(fields, found["feed_forward"])


def _phimoe(fields: ConfigFields) -> ConfigSizes:
    """Norms and the head have a shift; the experts are those of Mixtral."""
    found = _mixtral(fields) | attention_biases(fields) | {"norm": "layer"}
    return found | ({"head_bias": True} if fields.flag("lm_head_bias", False) else {})


def _llama4(fields: ConfigFields) -> ConfigSizes:
    found = decoder_sizes(fields) | tied_head(fields)
    found |= attention_biases(fields)
    step = fields.whole("interleave_moe_layer_step", default=1)
    sparse = fields.value("moe_layers")
    count = len(sparse) if isinstance(sparse, list) and sparse else found["layers"] // step
    found |= {
        "experts": fields.whole("num_local_experts", default=16),
        "active_experts": fields.whole("num_experts_per_tok", default=1),
        "shared_experts": 1,
    }
    wide = fields.whole("intermediate_size_mlp", default=16384)
    if count < found["layers"]:
        found |= {"dense_layers": found["layers"] - count, "dense_feed_forward": wide}
    for name in ("use_qk_norm", "no_rope_layers", "attention_chunk_size", "layer_types", "for_llm_compressor"):
        fields.value(name)
    return found


MIXTURES: dict[str, Callable[[ConfigFields], ConfigSizes]] = {
    "mixtral": _mixtral, "qwen2_moe": _qwen2_moe, "qwen3_moe": _qwen3_moe, "qwen3_vl_moe_text": _qwen3_moe,
    "gpt_oss": _gpt_oss, "deepseek_v2": _deepseek, "deepseek_v3": _deepseek, "glm4_moe": _glm4_moe, "phimoe": _phimoe,
    "llama4_text": _llama4,
}  # fmt: skip
