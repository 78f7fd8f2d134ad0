"""The fields of a config.json, remembering which were read, and what several architectures say alike.

A field that is left over and may add tensors (a size, a number of something, a bias) is refused with its name, so that
a count is never of another model; fields of training, tokens and rotary angles change no count.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dlquiz.calc.errors import CalcError

ConfigSizes = dict[str, Any]
MOST = 10**9
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


def nothing_left(fields: ConfigFields) -> None:
    """Refuse the first field that nothing has read and that may stand for tensors."""
    if name := fields.left_over():
        raise CalcError(
            f"the field {name[:40]} is not read and may stand for tensors that are not counted",
            fix="remove it if it changes no size",
        )


# ── what several architectures share


def decoder_sizes(fields: ConfigFields, defaults: Mapping[str, int] | None = None, **more: Any) -> ConfigSizes:
    """A decoder of today: sizes under the names that most configurations use; `defaults` are of the architecture."""
    given = defaults or {}
    heads = fields.whole("num_attention_heads", default=given.get("heads"))
    found = {
        "vocabulary": fields.whole("vocab_size", default=given.get("vocabulary")),
        "layers": fields.whole("num_hidden_layers"),
        "width": fields.whole("hidden_size"),
        "heads": heads,
        "kv_heads": fields.whole("num_key_value_heads", default=given.get("kv_heads", heads)),
        "feed_forward": fields.whole("intermediate_size"),
    }
    if width := fields.whole("head_dim", default=0):
        found["head_width"] = width
    return found | more


def tied_head(fields: ConfigFields, default: bool = False) -> ConfigSizes:
    return {"tied": True} if fields.flag("tie_word_embeddings", default) else {}


def attention_biases(fields: ConfigFields, default: bool = False) -> ConfigSizes:
    return {"attention_bias": True} if fields.flag("attention_bias", default) else {}


def forward_biases(fields: ConfigFields) -> ConfigSizes:
    return {"forward_bias": True} if fields.flag("mlp_bias", False) else {}


def sliding_window(fields: ConfigFields, few: int) -> ConfigSizes:
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


def plain_gelu(**more: Any) -> ConfigSizes:
    """Layer norms with shift and two matrices in the feed-forward."""
    return {"gated": False, "norm": "layer", **more}
