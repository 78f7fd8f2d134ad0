"""Parameters of models that are no one stack of attention: ALBERT, T5, BART, Whisper, CLIP, Mamba, LFM2, Qwen3.5.

Read from config.json with the defaults of transformers, whose modelling code is followed tensor by tensor. Only counts
of parameters are made of them: the other calculators are for one stack of attention layers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from dlquiz.calc.calculation import Calculation, WorkingLine, calculated, line_from_sizes
from dlquiz.calc.costs.config_json.fields import ConfigFields, nothing_left
from dlquiz.calc.costs.config_json.reading import all_left_out, architecture
from dlquiz.calc.errors import CalcError


class ParameterParts(NamedTuple):
    """The parts of a model, each a formula in the letters of `sizes`, and what the count leaves out."""

    formulas: Mapping[str, str]
    sizes: Mapping[str, int]
    left_out: str = ""


def other_parameters(given: Mapping[str, Any]) -> Calculation | None:
    """The parameters of a configuration by part; None for an architecture that `from_config` reads.

    >>> found = other_parameters({"model_type": "t5", "vocab_size": 32128, "d_model": 512, "d_kv": 64, "d_ff": 2048,
    ...                           "num_layers": 6, "num_heads": 8})
    >>> found.ask("parameters") if found else None
    60506624
    """
    kind, given, left_out = architecture(given)
    reader = OTHER_READERS.get(kind)
    if reader is None:
        return None
    fields = ConfigFields(given)
    parts = reader(fields)
    nothing_left(fields)
    lines = [line_from_sizes(name, formula, parts.sizes) for name, formula in parts.formulas.items()]
    values = calculated("", {}, lines).values
    counted = {name: value for name, value in values.items() if value}
    lines = [line for line in lines if line.quantity in counted]
    lines.append(WorkingLine("parameters", " + ".join(counted), counted))
    shown = {"architecture": kind, "left_out": all_left_out(left_out, parts.left_out)}
    return calculated("transformer_parameters", shown, lines)


def _is(fields: ConfigFields, default: str, *counted: str) -> str:
    """The class that the file is of; raises CalcError for one whose tensors are not those that are counted."""
    named = fields.value("architectures")
    found = str(named[0]) if isinstance(named, list) and named else default
    if found not in counted:
        raise CalcError(f"{found[:40]} is not counted", fix="use a config of " + ", ".join(counted))
    return found


def _heads_divide(width: int, heads: int) -> None:
    if width % heads:
        raise CalcError(f"{heads} heads do not divide the width {width}", fix="give the model's own config.json")


def _albert(fields: ConfigFields) -> ParameterParts:
    """One layer a group, used again and again; tables narrower than the model (Lan et al. 2020)."""
    named = fields.value("architectures")
    head = str(named[0])[:40] if isinstance(named, list) and named and named[0] != "AlbertModel" else ""
    sizes = {
        "V": fields.whole("vocab_size", default=30000),
        "E": fields.whole("embedding_size", default=128),
        "d": fields.whole("hidden_size", default=4096),
        "f": fields.whole("intermediate_size", default=16384),
        "P": fields.whole("max_position_embeddings", default=512),
        "S": fields.whole("type_vocab_size", default=2),
        "g": fields.whole("num_hidden_groups", default=1) * fields.whole("inner_group_num", default=1),
    }
    _heads_divide(sizes["d"], fields.whole("num_attention_heads", default=64))
    fields.whole("num_hidden_layers", default=12)
    formulas = {
        "embedding": "(V + P + S) * E + 2 * E + E * d + d",
        "attention": "g * (4 * d * d + 4 * d + 2 * d)",
        "feed_forward": "g * (2 * d * f + f + d + 2 * d)",
        "head": "d * d + d",
    }
    return ParameterParts(formulas, sizes, f"the head of {head}" if head else "")


def _t5(fields: ConfigFields) -> ParameterParts:
    """Heads of their own width, a table of relative positions in the first layer of each stack (Raffel et al. 2020)."""
    found = _is(fields, "T5ForConditionalGeneration", "T5ForConditionalGeneration", "T5Model", "T5WithLMHeadModel")
    layers = fields.whole("num_layers", default=6)
    form = fields.value("feed_forward_proj") or "relu"
    tied = fields.flag("tie_word_embeddings", True)
    sizes = {
        "V": fields.whole("vocab_size", default=32128),
        "d": fields.whole("d_model", default=512),
        "i": fields.whole("num_heads", default=8) * fields.whole("d_kv", default=64),
        "h": fields.whole("num_heads", default=8),
        "f": fields.whole("d_ff", default=2048),
        "m": 3 if str(form).startswith("gated") else 2,
        "L": layers,
        "D": fields.whole("num_decoder_layers", default=layers),
        "B": fields.whole("relative_attention_num_buckets", default=32),
    }
    for name in ("n_positions", "relative_attention_max_distance", "is_gated_act", "dense_act_fn", "output_past"):
        fields.value(name)
    formulas = {
        "embedding": "V * d",
        "encoder": "L * (4 * d * i + m * d * f + 2 * d) + B * h + d",
        "decoder": "D * (8 * d * i + m * d * f + 3 * d) + B * h + d",
        "head": "0" if tied or (found.endswith("Model") and "LMHead" not in found) else "V * d",
    }
    return ParameterParts(formulas, sizes)


def _bart(fields: ConfigFields) -> ParameterParts:
    """Two rows more than positions in each table, a norm on both embeddings (Lewis et al. 2020)."""
    _is(fields, "BartForConditionalGeneration", "BartForConditionalGeneration", "BartModel")
    fields.refuse("tie_word_embeddings", True)
    fields.refuse("normalize_before", False)
    fields.refuse("add_final_layer_norm", False)
    fields.refuse("normalize_embedding", True)
    fields.refuse("add_bias_logits", False)
    sizes = _two_stacks(fields, "max_position_embeddings", 1024)
    for name in ("num_hidden_layers", "classif_dropout", "extra_pos_embeddings", "static_position_embeddings"):
        fields.value(name)
    layer = "4 * (d * d + d) + 2 * d"
    formulas = {
        "embedding": "V * d + 2 * (P + 2) * d + 4 * d",
        "encoder": f"L * ({layer} + 2 * d * f + f + d + 2 * d)",
        "decoder": f"D * (2 * ({layer}) + 2 * d * F + F + d + 2 * d)",
    }
    return ParameterParts(formulas, sizes)


def _two_stacks(fields: ConfigFields, positions: str, default: int) -> dict[str, int]:
    """The sizes of an encoder and a decoder under the names of BART and Whisper."""
    width = fields.whole("d_model")
    for name in ("encoder_attention_heads", "decoder_attention_heads"):
        _heads_divide(width, fields.whole(name))
    return {
        "V": fields.whole("vocab_size"),
        "P": fields.whole(positions, default=default),
        "d": width,
        "f": fields.whole("encoder_ffn_dim"),
        "F": fields.whole("decoder_ffn_dim"),
        "L": fields.whole("encoder_layers"),
        "D": fields.whole("decoder_layers"),
    }


def _whisper(fields: ConfigFields) -> ParameterParts:
    """Two convolutions before the encoder; keys without a bias (Radford et al. 2022)."""
    _is(fields, "WhisperForConditionalGeneration", "WhisperForConditionalGeneration", "WhisperModel")
    fields.refuse("tie_word_embeddings", True)
    sizes = _two_stacks(fields, "max_target_positions", 448) | {
        "m": fields.whole("num_mel_bins", default=80),
        "S": fields.whole("max_source_positions", default=1500),
    }
    for name in ("num_hidden_layers", "classifier_proj_size", "median_filter_width", "mask_feature_length"):
        fields.value(name)
    attention = "4 * d * d + 3 * d + 2 * d"
    formulas = {
        "embedding": "V * d + P * d + S * d + 3 * m * d + d + 3 * d * d + d",
        "encoder": f"L * ({attention} + 2 * d * f + f + d + 2 * d) + 2 * d",
        "decoder": f"D * (2 * ({attention}) + 2 * d * F + F + d + 2 * d) + 2 * d",
    }
    return ParameterParts(formulas, sizes)


def _clip(fields: ConfigFields) -> ParameterParts:
    """A text and an image encoder, a projection of each, one temperature (Radford et al. 2021)."""
    _is(fields, "CLIPModel", "CLIPModel")
    text, vision = (_tower(fields, name) for name in ("text_config", "vision_config"))
    sizes = {
        "q": fields.whole("projection_dim", default=512),
        "V": text.whole("vocab_size", default=49408),
        "P": text.whole("max_position_embeddings", default=77),
        "d": text.whole("hidden_size", default=512),
        "f": text.whole("intermediate_size", default=2048),
        "L": text.whole("num_hidden_layers", default=12),
        "p": vision.whole("patch_size", default=32),
        "I": vision.whole("image_size", default=224),
        "c": vision.whole("num_channels", default=3),
        "D": vision.whole("hidden_size", default=768),
        "F": vision.whole("intermediate_size", default=3072),
        "M": vision.whole("num_hidden_layers", default=12),
    }
    _heads_divide(sizes["d"], text.whole("num_attention_heads", default=8))
    _heads_divide(sizes["D"], vision.whole("num_attention_heads", default=12))
    for tower in (text, vision):
        tower.value("projection_dim")
        _defaults_of_transformers(tower)
        nothing_left(tower)
    formulas = {
        "text": "V * d + P * d + L * (4 * (d * d + d) + 2 * d * f + f + d + 4 * d) + 2 * d",
        "vision": "c * p * p * D + D + ((I // p) ** 2 + 1) * D + M * (4 * (D * D + D) + 2 * D * F + F + D + 4 * D) "
        "+ 4 * D",
        "head": "d * q + D * q + 1",
    }
    return ParameterParts(formulas, sizes)


def _tower(fields: ConfigFields, name: str) -> ConfigFields:
    inner = fields.value(name)
    for old in (f"{name}_dict", f"{name}s"):
        fields.value(old)
    return ConfigFields(inner if isinstance(inner, Mapping) else {})


# Fields that older versions write into every configuration, for other tasks or for generating.
_OF_GENERATION = (
    "num_beams", "num_beam_groups", "num_return_sequences", "top_k", "max_length", "bad_words_ids", "prefix",
    "pruned_heads", "cross_attention_hidden_size",
)  # fmt: skip


def _defaults_of_transformers(fields: ConfigFields) -> None:
    for name in _OF_GENERATION:
        fields.value(name)


def _mamba(fields: ConfigFields) -> ParameterParts:
    """State-space layers without attention (Gu & Dao 2023)."""
    _is(fields, "MambaForCausalLM", "MambaForCausalLM", "MambaModel")
    fields.refuse("tie_word_embeddings", True)
    width = fields.whole("hidden_size", "d_model", default=768)
    inner = fields.whole("intermediate_size", "d_inner", default=fields.whole("expand", default=2) * width)
    for name in ("d_inner", "d_model", "n_layer", "ssm_cfg", "intermediate_size", "pad_vocab_size_multiple"):
        fields.value(name)
    rank = fields.value("time_step_rank")
    sizes = {
        "V": fields.whole("vocab_size", default=50280),
        "d": width,
        "i": inner,
        "n": fields.whole("state_size", default=16),
        "k": fields.whole("conv_kernel", default=4),
        "r": -(-width // 16) if rank in (None, "auto") else fields.whole("time_step_rank"),
        "L": fields.whole("num_hidden_layers", "n_layer", default=32),
    }
    biased, shifted = fields.flag("use_bias", False), fields.flag("use_conv_bias", True)
    mixer = "2 * d * i + i * k + i * (r + 2 * n) + r * i + i + i * n + i + i * d + d"
    mixer += (" + 2 * i + d" if biased else "") + (" + i" if shifted else "")
    formulas = {"embedding": "V * d", "layers": f"L * ({mixer})", "norms": "d"}
    return ParameterParts(formulas, sizes)


def _full_attention(fields: ConfigFields, layers: int, other: str, default: int) -> int:
    """How many layers have full attention, the default where no list says it; all the rest are of the `other` kind."""
    types = fields.value("layer_types")
    if types is None and default <= layers:
        return default
    if not isinstance(types, list) or len(types) != layers:
        raise CalcError(f"layer_types are not {layers} kinds of layers", fix="give a whole config.json")
    if unknown := {str(one) for one in types} - {"full_attention", other}:
        raise CalcError(f"layer_types has {min(unknown)[:40]!r}", fix=f"only full_attention and {other} are counted")
    return sum(one == "full_attention" for one in types)


def _lfm2(fields: ConfigFields) -> ParameterParts:
    """Short gated convolutions in most layers, attention in the others (Liquid AI 2025)."""
    width, heads = fields.whole("hidden_size"), fields.whole("num_attention_heads", "num_heads", default=32)
    _heads_divide(width, heads)
    layers = fields.whole("num_hidden_layers")
    listed = fields.value("full_attn_idxs")
    full = _full_attention(fields, layers, "conv", len(listed) if isinstance(listed, list) else layers)
    tied = fields.flag("tie_embedding", fields.flag("tie_word_embeddings", True))
    for name in ("block_dim", "conv_dim", "conv_dim_out", "num_heads", "intermediate_size"):
        fields.value(name)
    sizes = {
        "V": fields.whole("vocab_size", default=65536),
        "d": width,
        "kv": fields.whole("num_key_value_heads", default=8),
        "dh": width // heads,
        "f": _adjusted(fields),
        "k": fields.whole("conv_L_cache", default=3),
        "A": full,
        "M": layers - full,
    }
    shift = " + 5 * d" if fields.flag("conv_bias", False) else ""
    formulas = {
        "embedding": "V * d",
        "attention": "A * (2 * d * d + 2 * d * kv * dh + 2 * dh)",
        "convolution": f"M * (4 * d * d + d * k{shift})",
        "feed_forward": "(A + M) * 3 * d * f",
        "norms": "(A + M) * 2 * d + d",
        "head": "0" if tied else "V * d",
    }
    return ParameterParts(formulas, sizes)


def _adjusted(fields: ConfigFields) -> int:
    """The width of LFM2's feed-forward: two thirds of what the file says, rounded up to a multiple."""
    size = fields.whole("block_ff_dim", "intermediate_size")
    if not fields.flag("block_auto_adjust_ff_dim", True):
        return size
    factor, multiple = fields.value("block_ffn_dim_multiplier"), fields.whole("block_multiple_of", default=256)
    if factor not in (None, 1, 1.0):
        raise CalcError(f"block_ffn_dim_multiplier is {str(factor)[:40]}", fix="only 1 is counted")
    return -(-(2 * size // 3) // multiple) * multiple


def _gated_delta(fields: ConfigFields) -> ParameterParts:
    """Gated delta rule in most layers, gated attention in the others (Qwen3.5; Yang et al. 2024, arXiv:2412.06464)."""
    layers = fields.whole("num_hidden_layers")
    every = fields.whole("full_attention_interval", default=4)
    full = _full_attention(fields, layers, "linear_attention", layers // every)
    fields.value("mamba_ssm_dtype")
    fields.refuse("attention_bias", False)
    fields.refuse("attn_output_gate", True)
    sizes = {
        "V": fields.whole("vocab_size"),
        "d": fields.whole("hidden_size"),
        "h": fields.whole("num_attention_heads"),
        "kv": fields.whole("num_key_value_heads"),
        "dh": fields.whole("head_dim", default=256),
        "f": fields.whole("intermediate_size"),
        "q": fields.whole("linear_num_key_heads", default=16) * fields.whole("linear_key_head_dim", default=128),
        "n": fields.whole("linear_num_value_heads", default=32),
        "v": fields.whole("linear_value_head_dim", default=128),
        "k": fields.whole("linear_conv_kernel_dim", default=4),
        "A": full,
        "M": layers - full,
    }
    formulas = {
        "embedding": "V * d",
        "attention": "A * (3 * d * h * dh + 2 * d * kv * dh + 2 * dh)",
        "linear_attention": "M * ((d + k) * (2 * q + n * v) + 2 * d * n * v + 2 * d * n + 2 * n + v)",
        "feed_forward": "(A + M) * 3 * d * f",
        "norms": "(A + M) * 2 * d + d",
        "head": "0" if fields.flag("tie_word_embeddings", False) else "V * d",
    }
    further = fields.whole("mtp_num_hidden_layers", default=0, least=0)
    fields.value("mtp_use_dedicated_embeddings")
    return ParameterParts(formulas, sizes, "the layers of multi-token prediction" if further else "")


OTHER_READERS: dict[str, Callable[[ConfigFields], ParameterParts]] = {
    "albert": _albert, "t5": _t5, "bart": _bart, "whisper": _whisper, "clip": _clip, "mamba": _mamba,
    "lfm2": _lfm2, "qwen3_5_text": _gated_delta,
}  # fmt: skip
