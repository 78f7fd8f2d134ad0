"""Encoders: BERT, its descendants, and ViT."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dlquiz.calc.costs.config_json.fields import ConfigFields, ConfigSizes, decoder_sizes, plain_gelu


def _encoder(fields: ConfigFields, **more: Any) -> ConfigSizes:
    """BERT's layers: post-norm, a norm on the sum of the embeddings, the table not used again."""
    sizes = decoder_sizes(fields)
    del sizes["kv_heads"]
    tables = {
        "positions": fields.whole("max_position_embeddings"),
        "segments": fields.whole("type_vocab_size", default=0, least=0),
        "embedding_norm": True,
        "final_norm": False,
        "tied": True,
    }
    fields.flag("tie_word_embeddings", True)
    return sizes | tables | plain_gelu(bias=True) | more


def _architecture(fields: ConfigFields) -> str:
    """The class that the file is of, as BertForMaskedLM."""
    named = fields.value("architectures")
    return str(named[0])[:60] if isinstance(named, list) and named else ""


def _head_left_out(fields: ConfigFields, bare: str) -> ConfigSizes:
    """The head on top of an encoder is not counted."""
    found = _architecture(fields)
    return {"left_out": f"the head of {found}"} if found not in ("", bare) else {}


# Heads that take the pooler's vector; RoBERTa's classifier takes the first token instead.
_POOLED = ("PreTraining", "NextSentencePrediction", "MultipleChoice")


def _bert(
    fields: ConfigFields, name: str = "Bert", pooled: tuple[str, ...] = (*_POOLED, "SequenceClassification")
) -> ConfigSizes:
    fields.refuse("add_cross_attention", False)
    fields.refuse("position_embedding_type", "absolute")
    found = _architecture(fields)
    has_pooler = found in ("", f"{name}Model", *(f"{name}For{task}" for task in pooled))
    return _encoder(fields, pooler=has_pooler) | _head_left_out(fields, f"{name}Model")


def _roberta(fields: ConfigFields) -> ConfigSizes:
    return _bert(fields, "Roberta", _POOLED)


def _xlm_roberta(fields: ConfigFields) -> ConfigSizes:
    return _bert(fields, "XLMRoberta", _POOLED)


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
    return found | plain_gelu(bias=True) | _head_left_out(fields, "DistilBertModel")


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
    return found | plain_gelu(bias=True) | ({"classes": classes} if head else {"pooler": True})


ENCODERS: dict[str, Callable[[ConfigFields], ConfigSizes]] = {
    "bert": _bert, "roberta": _roberta, "xlm-roberta": _xlm_roberta, "electra": _electra, "distilbert": _distilbert,
    "vit": _vit,
}  # fmt: skip
