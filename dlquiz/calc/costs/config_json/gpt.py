"""GPT-2 and the decoders that kept its feed-forward of two matrices: GPT-J, GPT-NeoX, OPT, BLOOM, Falcon."""

from __future__ import annotations

from collections.abc import Callable

from dlquiz.calc.costs.config_json.fields import (
    ConfigFields,
    ConfigSizes,
    attention_biases,
    decoder_sizes,
    plain_gelu,
    tied_head,
)


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
    return found | ({"feed_forward": inner} if inner != 4 * width else {}) | tied_head(fields, True)


def _gptj(fields: ConfigFields) -> ConfigSizes:
    found = _gpt2(fields)
    del found["positions"], found["bias"]
    found.pop("tied", None)
    return found | {"forward_bias": True, "head_bias": True, "norms": 1} | tied_head(fields)


def _neox(fields: ConfigFields) -> ConfigSizes:
    biases = attention_biases(fields, True)
    return decoder_sizes(fields) | plain_gelu(forward_bias=True) | biases | tied_head(fields)


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
    return found | plain_gelu(bias=fields.flag("enable_bias", True)) | tied_head(fields, True)


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
    return found | plain_gelu(bias=True) | tied_head(fields, True)


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
    return found | plain_gelu(bias=fields.flag("bias", False)) | tied_head(fields, True)


GPTS: dict[str, Callable[[ConfigFields], ConfigSizes]] = {
    "gpt2": _gpt2, "gptj": _gptj, "gpt_neox": _neox, "opt": _opt, "bloom": _bloom, "falcon": _falcon,
}  # fmt: skip
