"""A model's config.json as transformers writes it, in the words of this package.

One reader an architecture: it takes the fields that it knows, with the defaults of transformers. A field that is left
over and may add tensors (a size, a number of something, a bias) is refused with its name, so that a count is never of
another model; fields of training, tokens and rotary angles change no count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from dlquiz.calc.errors import CalcError
from dlquiz.suggest import closest

ConfigSizes = dict[str, Any]
# No single stack of attention layers: `other_transformers` counts their parameters.
COUNTED_ALONE = ("albert", "bart", "clip", "mamba", "t5", "whisper")
MOST = 10**9
# torch's names of the types that weights are stored in.
_DTYPES = {
    "float64": "fp64", "float32": "fp32", "float16": "fp16", "bfloat16": "bf16", "float8_e4m3fn": "fp8",
    "float8_e5m2": "fp8",
}  # fmt: skip
# A field so called may stand for tensors of its own.
_STRUCTURAL = re.compile(
    r"size|width|dim|_layers$|^num_|^n_|heads|experts|rank|bias|proj|norm(?!_eps)|inner|layer_types|cross|mtp|nextn"
)
# Such names that stand for none: initial values, angles, dropout, routing, decoding, quantisation, training.
_HARMLESS = re.compile(
    r"^(_|initializer|rope|rotary|partial_rotary|.*(dropout|drop|pdrop|eps|epsilon|coef|_id|token_id|theta|beams"
    r"|labels|std|scal(e|ing)(_factor)?|chunk_size_feed_forward|tokens)$|pretraining|norm_topk|summary|num_return"
    r"|max_position|n_ctx|n_group|topk|quantiz|num_logits|use_cache|max_window|original_max|model_max|"
    r"apply_residual|query_pre_attn|attn_logit|final_logit|no_repeat|num_beam|norm_eps|norm_epsilon|gradient)"
)


class ConfigFields:
    """The fields of a configuration, remembering which were read."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given, self.read = given, {"model_type", "architectures"}

    def whole(self, *names: str, default: int | None = None, least: int = 1) -> int:
        """A whole number under the first of the names that stands there."""
        for name in names:
            value = self.value(name)
            if value is None:
                continue
            if type(value) is not int or not least <= value <= MOST:
                raise CalcError(f"{name} is {str(value)[:40]!r}", fix=f"use a whole number from {least} to 10^9")
            return value
        if default is None:
            raise CalcError(f"the configuration has no {names[0]!r}", fix="give a whole config.json")
        return default

    def flag(self, name: str, default: bool) -> bool:
        value = self.value(name)
        if value is None:
            return default
        if type(value) is not bool:
            raise CalcError(f"{name} is {str(value)[:40]!r}", fix="use true or false")
        return value

    def value(self, name: str) -> Any:
        self.read.add(name)
        return self.given.get(name)

    def refuse(self, name: str, *counted: object) -> None:
        """Refuse a field whose value is none of those that the count is of."""
        value = self.value(name)
        if value is not None and value not in counted:
            raise CalcError(f"{name} = {str(value)[:40]} adds what is not counted here", fix="give the sizes by hand")

    def left_over(self) -> str | None:
        """The first field that nothing read and that may stand for tensors."""
        for name, value in self.given.items():
            if name in self.read or value in (None, False, 0, [], {}) or isinstance(value, str | float):
                continue
            if _STRUCTURAL.search(name) and not _HARMLESS.search(name):
                return name
        return None


# ── what several architectures share


def _sizes(fields: ConfigFields, **more: Any) -> ConfigSizes:
    """A decoder of today: sizes under the names that most configurations use."""
    heads = fields.whole("num_attention_heads")
    found = {
        "vocabulary": fields.whole("vocab_size"),
        "layers": fields.whole("num_hidden_layers"),
        "width": fields.whole("hidden_size"),
        "heads": heads,
        "kv_heads": fields.whole("num_key_value_heads", default=heads),
        "feed_forward": fields.whole("intermediate_size"),
    }
    if width := fields.whole("head_dim", default=0):
        found["head_width"] = width
    return found | more


def _tied(fields: ConfigFields, default: bool = False) -> ConfigSizes:
    return {"tied": True} if fields.flag("tie_word_embeddings", default) else {}


def _attention_bias(fields: ConfigFields, default: bool = False) -> ConfigSizes:
    return {"attention_bias": True} if fields.flag("attention_bias", default) else {}


def _forward_bias(fields: ConfigFields) -> ConfigSizes:
    return {"forward_bias": True} if fields.flag("mlp_bias", False) else {}


def _window(fields: ConfigFields, few: int) -> ConfigSizes:
    """The sliding window and its layers; `layer_types` says which where it stands there."""
    types = fields.value("layer_types")
    sliding = fields.value("use_sliding_window")
    size = fields.whole("sliding_window", default=0, least=0)
    if isinstance(types, list):
        if unknown := set(map(str, types)) - {"full_attention", "sliding_attention", "chunked_attention"}:
            raise CalcError(f"layer_types has {min(unknown)[:40]!r}", fix="only layers of attention are counted")
        few = sum(one != "full_attention" for one in types)
    if not size or sliding is False or not few:
        return {}
    return {"window": size, "window_layers": few}


def _nested(fields: ConfigFields) -> tuple[ConfigFields, str]:
    """The text part of a model that sees, and what that leaves out."""
    inner = fields.value("text_config")
    if not isinstance(inner, Mapping):
        return fields, ""
    return ConfigFields(inner), "everything but the text model"


def _plain_gelu(**more: Any) -> ConfigSizes:
    """Layer norms with shift and two matrices in the feed-forward."""
    return {"gated": False, "norm": "layer", **more}


# ── architectures


def _llama(fields: ConfigFields) -> ConfigSizes:
    return _sizes(fields) | _attention_bias(fields) | _forward_bias(fields) | _tied(fields)


def _mistral(fields: ConfigFields) -> ConfigSizes:
    found = _sizes(fields) | _tied(fields)
    return found | _window(fields, found["layers"])


def _mixtral(fields: ConfigFields) -> ConfigSizes:
    experts = {"experts": fields.whole("num_local_experts"), "active_experts": fields.whole("num_experts_per_tok")}
    return _mistral(fields) | experts


def _qwen_window(fields: ConfigFields, layers: int) -> ConfigSizes:
    first = fields.whole("max_window_layers", default=0, least=0)
    return _window(fields, max(layers - first, 0)) if fields.flag("use_sliding_window", False) else _window(fields, 0)


def _qwen2(fields: ConfigFields) -> ConfigSizes:
    found = _sizes(fields, qkv_bias=True) | _tied(fields)
    return found | _qwen_window(fields, found["layers"])


def _qwen3(fields: ConfigFields) -> ConfigSizes:
    found = _sizes(fields, query_norm="head") | _tied(fields)
    found.setdefault("head_width", 128)
    found |= _attention_bias(fields)
    return found | _qwen_window(fields, found["layers"])


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
    found = _sparse(fields, _sizes(fields, qkv_bias=True) | _tied(fields))
    shared = fields.whole("shared_expert_intermediate_size")
    if shared % found["feed_forward"]:
        raise CalcError(f"shared_expert_intermediate_size is {shared}", fix="use a multiple of moe_intermediate_size")
    found |= {"shared_experts": shared // found["feed_forward"], "shared_gate": True}
    return found | _qwen_window(fields, found["layers"])


def _qwen3_moe(fields: ConfigFields) -> ConfigSizes:
    found = _sparse(fields, _sizes(fields, query_norm="head") | _tied(fields))
    found |= _attention_bias(fields)
    return found | _qwen_window(fields, found["layers"])


def _gemma(fields: ConfigFields) -> ConfigSizes:
    found = _sizes(fields) | _tied(fields, True)
    found.setdefault("head_width", 256)
    return found | _attention_bias(fields)


def _gemma2(fields: ConfigFields) -> ConfigSizes:
    found = _gemma(fields) | {"norms": 4}
    return found | _window(fields, (found["layers"] + 1) // 2)


def _gemma3(fields: ConfigFields) -> ConfigSizes:
    inner, left_out = _nested(fields)
    found = _gemma(inner) | {"norms": 4, "query_norm": "head"}
    pattern = inner.whole("sliding_window_pattern", "_sliding_window_pattern", default=6)
    found |= _window(inner, found["layers"] - found["layers"] // pattern)
    return _of_inner(inner, found, left_out)


def _of_inner(inner: ConfigFields, found: ConfigSizes, left_out: str) -> ConfigSizes:
    nothing_left(inner)
    return found | ({"left_out": left_out} if left_out else {})


def _phi(fields: ConfigFields) -> ConfigSizes:
    fields.refuse("qk_layernorm", False)
    return _sizes(fields) | _plain_gelu(bias=True, head_bias=True, norms=1) | _tied(fields)


def _phi3(fields: ConfigFields) -> ConfigSizes:
    found = _sizes(fields) | _tied(fields)
    return found | _window(fields, found["layers"])


def _olmo(fields: ConfigFields) -> ConfigSizes:
    found = _sizes(fields, norm="none") | _tied(fields)
    return found | _attention_bias(fields)


def _olmo2(fields: ConfigFields) -> ConfigSizes:
    found = _sizes(fields, query_norm="full") | _tied(fields)
    return found | _attention_bias(fields)


def _gpt_oss(fields: ConfigFields) -> ConfigSizes:
    found = _sizes(fields, sinks=True, forward_bias=True, router_bias=True) | _tied(fields)
    found.setdefault("head_width", 64)
    found |= _attention_bias(fields, True)
    found |= {"experts": fields.whole("num_local_experts", default=128)}
    found |= {"active_experts": fields.whole("num_experts_per_tok", "experts_per_token", default=4)}
    fields.value("experts_per_token")
    return found | _window(fields, (found["layers"] + 1) // 2)


def _glm(fields: ConfigFields) -> ConfigSizes:
    found = _sizes(fields) | _tied(fields)
    found.setdefault("head_width", 128)
    return found | ({"qkv_bias": True} if fields.flag("attention_bias", False) else {})


def _glm4(fields: ConfigFields) -> ConfigSizes:
    return _glm(fields) | {"norms": 4}


def _stablelm(fields: ConfigFields) -> ConfigSizes:
    fields.refuse("qk_layernorm", False)
    norms = 1 if fields.flag("use_parallel_residual", False) else 2
    bias = {"qkv_bias": True} if fields.flag("use_qkv_bias", False) else {}
    return _sizes(fields, norm="layer", norms=norms) | bias | _tied(fields)


def _starcoder2(fields: ConfigFields) -> ConfigSizes:
    bias = fields.flag("use_bias", True)
    found = _sizes(fields) | _plain_gelu(bias=bias) | _tied(fields, True)
    return found | _window(fields, found["layers"])


def _smollm3(fields: ConfigFields) -> ConfigSizes:
    found = _sizes(fields) | _attention_bias(fields) | _forward_bias(fields) | _tied(fields, True)
    fields.value("no_rope_layers")
    return found | (_window(fields, 0) if fields.value("use_sliding_window") is not True else _window(fields, 1))


def _deepseek(fields: ConfigFields) -> ConfigSizes:
    """Latent attention and experts; transformers keeps the router's correction as a buffer, no parameter."""
    found = _sizes(fields) | _tied(fields)
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
        "experts": fields.whole("n_routed_experts"),
        "active_experts": fields.whole("num_experts_per_tok"),
        "shared_experts": fields.whole("n_shared_experts", default=0, least=0),
    }
    dense = fields.whole("first_k_dense_replace", default=0, least=0)
    found |= {"dense_layers": dense, "dense_feed_forward": found["feed_forward"]} if dense else {}
    found["feed_forward"] = fields.whole("moe_intermediate_size")
    further = fields.whole("num_nextn_predict_layers", default=0, least=0)
    return found | ({"left_out": "the layers of multi-token prediction"} if further else {})


def _llama4(fields: ConfigFields) -> ConfigSizes:
    inner, left_out = _nested(fields)
    found = _sizes(inner) | _tied(inner)
    found |= _attention_bias(inner)
    step = inner.whole("interleave_moe_layer_step", default=1)
    sparse = inner.value("moe_layers")
    count = len(sparse) if isinstance(sparse, list) and sparse else found["layers"] // step
    found |= {
        "experts": inner.whole("num_local_experts", default=16),
        "active_experts": inner.whole("num_experts_per_tok", default=1),
        "shared_experts": 1,
    }
    wide = inner.whole("intermediate_size_mlp", default=16384)
    if count < found["layers"]:
        found |= {"dense_layers": found["layers"] - count, "dense_feed_forward": wide}
    for name in ("use_qk_norm", "no_rope_layers", "attention_chunk_size", "layer_types", "for_llm_compressor"):
        inner.value(name)
    return _of_inner(inner, found, left_out)


def _gpt2(fields: ConfigFields) -> ConfigSizes:
    fields.refuse("add_cross_attention", False)
    width = fields.whole("n_embd")
    inner = fields.whole("n_inner", default=4 * width)
    found = {
        "vocabulary": fields.whole("vocab_size"),
        "positions": fields.whole("n_positions"),
        "layers": fields.whole("n_layer"),
        "width": width,
        "heads": fields.whole("n_head"),
        "gated": False,
        "bias": True,
        "norm": "layer",
    }
    return found | ({"feed_forward": inner} if inner != 4 * width else {}) | _tied(fields, True)


def _gptj(fields: ConfigFields) -> ConfigSizes:
    found = _gpt2(fields)
    del found["positions"], found["bias"]
    found.pop("tied", None)
    return found | {"forward_bias": True, "head_bias": True, "norms": 1} | _tied(fields)


def _neox(fields: ConfigFields) -> ConfigSizes:
    biases = _attention_bias(fields, True)
    return _sizes(fields) | _plain_gelu(forward_bias=True) | biases | _tied(fields)


def _opt(fields: ConfigFields) -> ConfigSizes:
    width, heads = fields.whole("hidden_size"), fields.whole("num_attention_heads")
    fields.refuse("word_embed_proj_dim", width)
    fields.refuse("layer_norm_elementwise_affine", True)
    fields.refuse("do_layer_norm_before", True)
    found = {
        "vocabulary": fields.whole("vocab_size"),
        # The table has two rows more than there are positions.
        "positions": fields.whole("max_position_embeddings") + 2,
        "layers": fields.whole("num_hidden_layers"),
        "width": width,
        "heads": heads,
        "feed_forward": fields.whole("ffn_dim"),
        "final_norm": not fields.flag("_remove_final_layer_norm", False),
    }
    return found | _plain_gelu(bias=fields.flag("enable_bias", True)) | _tied(fields, True)


def _bloom(fields: ConfigFields) -> ConfigSizes:
    found = {
        "vocabulary": fields.whole("vocab_size"),
        "layers": fields.whole("n_layer", "num_hidden_layers"),
        "width": fields.whole("hidden_size", "n_embed"),
        "heads": fields.whole("n_head", "num_attention_heads"),
        "embedding_norm": True,
    }
    for name in ("n_inner", "n_embed", "num_hidden_layers", "num_attention_heads"):
        fields.value(name)
    fields.refuse("n_inner", 4 * found["width"])
    return found | _plain_gelu(bias=True) | _tied(fields, True)


def _falcon(fields: ConfigFields) -> ConfigSizes:
    width, heads = fields.whole("hidden_size"), fields.whole("num_attention_heads", "n_head")
    new = fields.flag("new_decoder_architecture", False)
    groups = fields.whole("num_kv_heads", "n_head_kv", default=heads)
    several = fields.flag("multi_query", True)
    parallel = fields.flag("parallel_attn", True)
    norms = fields.whole("num_ln_in_parallel_attn", default=2 if new else 1)
    for name in ("n_head", "n_head_kv", "n_layer", "num_kv_heads", "alibi"):
        fields.value(name)
    found = {
        "vocabulary": fields.whole("vocab_size"),
        "layers": fields.whole("num_hidden_layers", "n_layer"),
        "width": width,
        "heads": heads,
        "kv_heads": groups if new else 1 if several else heads,
        "feed_forward": fields.whole("ffn_hidden_size", default=4 * width),
        "norms": norms if parallel or new else 2,
    }
    return found | _plain_gelu(bias=fields.flag("bias", False)) | _tied(fields, True)


def _encoder(fields: ConfigFields, **more: Any) -> ConfigSizes:
    """BERT's layers: post-norm, a norm on the sum of the embeddings, the table not used again."""
    sizes = _sizes(fields)
    del sizes["kv_heads"]
    tables = {
        "positions": fields.whole("max_position_embeddings"),
        "segments": fields.whole("type_vocab_size", default=0, least=0),
        "embedding_norm": True,
        "final_norm": False,
        "tied": True,
    }
    fields.flag("tie_word_embeddings", True)
    return sizes | tables | _plain_gelu(bias=True) | more


def _head_left_out(fields: ConfigFields, bare: str) -> ConfigSizes:
    """The head on top of an encoder is not counted; the base model has its pooler."""
    named = fields.value("architectures")
    heads = [str(one)[:40] for one in named if str(one) != bare] if isinstance(named, list) else []
    return {"left_out": f"the head of {heads[0]}"} if heads else {}


def _bert(fields: ConfigFields) -> ConfigSizes:
    fields.refuse("add_cross_attention", False)
    fields.refuse("position_embedding_type", "absolute")
    name = {"roberta": "RobertaModel", "xlm-roberta": "XLMRobertaModel"}.get(str(fields.given.get("model_type")))
    return _encoder(fields, pooler=True) | _head_left_out(fields, name or "BertModel")


def _electra(fields: ConfigFields) -> ConfigSizes:
    fields.refuse("embedding_size", fields.whole("hidden_size"))
    fields.value("summary_last_dropout")
    return _encoder(fields) | _head_left_out(fields, "ElectraModel")


def _distilbert(fields: ConfigFields) -> ConfigSizes:
    found = {
        "vocabulary": fields.whole("vocab_size"),
        "positions": fields.whole("max_position_embeddings"),
        "layers": fields.whole("n_layers"),
        "width": fields.whole("dim"),
        "heads": fields.whole("n_heads"),
        "feed_forward": fields.whole("hidden_dim"),
        "embedding_norm": True,
        "final_norm": False,
        "tied": True,
    }
    fields.value("sinusoidal_pos_embds")
    fields.value("tie_weights_")
    return found | _plain_gelu(bias=True) | _head_left_out(fields, "DistilBertModel")


def _vit(fields: ConfigFields) -> ConfigSizes:
    fields.refuse("num_channels", 3)
    fields.refuse("qkv_bias", True)
    labels, named = fields.value("id2label"), fields.value("architectures")
    classes = len(labels) if isinstance(labels, Mapping) else 2
    head = isinstance(named, list) and "ViTForImageClassification" in named
    found = {
        "patch": fields.whole("patch_size"),
        "image": fields.whole("image_size"),
        "layers": fields.whole("num_hidden_layers"),
        "width": fields.whole("hidden_size"),
        "heads": fields.whole("num_attention_heads"),
        "feed_forward": fields.whole("intermediate_size"),
    }
    for name in ("encoder_stride", "pooler_output_size", "pooler_act"):
        fields.value(name)
    return found | _plain_gelu(bias=True) | ({"classes": classes} if head else {"pooler": True})


READERS: dict[str, Callable[[ConfigFields], ConfigSizes]] = {
    "llama": _llama, "mistral": _mistral, "mixtral": _mixtral, "qwen2": _qwen2, "qwen2_moe": _qwen2_moe,
    "qwen3": _qwen3, "qwen3_moe": _qwen3_moe, "gemma": _gemma, "gemma2": _gemma2, "gemma3": _gemma3,
    "gemma3_text": _gemma3, "phi": _phi, "phi3": _phi3, "olmo": _olmo, "olmo2": _olmo2, "gpt_oss": _gpt_oss,
    "glm": _glm, "glm4": _glm4, "stablelm": _stablelm, "starcoder2": _starcoder2, "smollm3": _smollm3,
    "deepseek_v2": _deepseek, "deepseek_v3": _deepseek, "llama4": _llama4, "llama4_text": _llama4, "gpt2": _gpt2,
    "gptj": _gptj, "gpt_neox": _neox, "opt": _opt, "bloom": _bloom, "falcon": _falcon, "bert": _bert,
    "roberta": _bert, "xlm-roberta": _bert, "electra": _electra, "distilbert": _distilbert, "vit": _vit,
}  # fmt: skip


def from_config(given: Mapping[str, Any]) -> ConfigSizes:
    """What a published config.json says, in this package's words; CalcError names what cannot be read.

    >>> from_config({"model_type": "gpt2", "n_embd": 768, "n_layer": 12, "n_head": 12, "vocab_size": 50257,
    ...              "n_positions": 1024})["width"]
    768
    """
    kind = str(given.get("model_type", "llama"))
    if kind in COUNTED_ALONE:
        raise CalcError(f"of {kind} only the parameters are counted", fix="use `dlquiz calc params config.json`")
    reader = READERS.get(kind)
    if reader is None:
        near = closest(kind, (*READERS, *COUNTED_ALONE))
        fix = f"did you mean {near}?" if near else "use a config of " + ", ".join((*READERS, *COUNTED_ALONE))
        raise CalcError(f"model_type {kind[:40]!r} is unknown", fix=fix)
    fields = ConfigFields(given)
    found = reader(fields)
    nothing_left(fields)
    return found | _dtype(given)


def _dtype(given: Mapping[str, Any]) -> ConfigSizes:
    """The type of the stored weights, called `dtype` by today's transformers and `torch_dtype` by older ones."""
    inner = given.get("text_config")
    for part in (inner if isinstance(inner, Mapping) else {}, given):
        named = str(part.get("dtype") or part.get("torch_dtype")).removeprefix("torch.")
        if named in _DTYPES:
            return {"dtype": _DTYPES[named]}
    return {}


def nothing_left(fields: ConfigFields) -> None:
    """Refuse the first field that nothing has read and that may stand for tensors."""
    if name := fields.left_over():
        raise CalcError(
            f"the field {name[:40]} is not read and may stand for tensors that are not counted",
            fix="remove it if it changes no size",
        )
