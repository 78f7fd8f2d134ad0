"""A model's config.json as transformers writes it, in the words of this package: the reader of each architecture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dlquiz.calc.costs.config_json.decoders import DECODERS
from dlquiz.calc.costs.config_json.encoders import ENCODERS
from dlquiz.calc.costs.config_json.fields import ConfigFields, ConfigSizes, nothing_left
from dlquiz.calc.costs.config_json.gpt import GPTS
from dlquiz.calc.costs.config_json.mixtures import MIXTURES
from dlquiz.calc.errors import CalcError
from dlquiz.suggest import closest

# No single stack of attention layers: `counted_alone` counts their parameters.
COUNTED_ALONE = ("albert", "bart", "clip", "lfm2", "mamba", "qwen3_5_text", "t5", "whisper")
# torch's names of the types that weights are stored in.
_DTYPES = {
    "float64": "fp64", "float32": "fp32", "float16": "fp16", "bfloat16": "bf16", "float8_e4m3fn": "fp8",
    "float8_e5m2": "fp8",
}  # fmt: skip
READERS: dict[str, Callable[[ConfigFields], ConfigSizes]] = {**DECODERS, **MIXTURES, **GPTS, **ENCODERS}


def from_config(given: Mapping[str, Any]) -> ConfigSizes:
    """What a published config.json says, in this package's words; CalcError names what cannot be read.

    >>> from_config({"model_type": "gpt2", "n_embd": 768, "n_layer": 12, "n_head": 12, "vocab_size": 50257,
    ...              "n_positions": 1024})["width"]
    768
    """
    kind, given, left_out = architecture(given)
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
    without = all_left_out(left_out, found.pop("left_out", ""))
    return found | _dtype(given) | ({"left_out": without} if without else {})


def all_left_out(*parts: str) -> str | None:
    """What a count leaves out, as one phrase; None for nothing."""
    return " and ".join(part for part in parts if part) or None


def architecture(given: Mapping[str, Any]) -> tuple[str, Mapping[str, Any], str]:
    """The model_type that is read, its fields, and what that leaves out: of a model that sees or hears, the text part.

    >>> architecture({"model_type": "llava", "text_config": {"model_type": "llama", "vocab_size": 32064}})
    ('llama', {'model_type': 'llama', 'vocab_size': 32064}, 'everything but the text model')
    """
    kind = str(given.get("model_type", "llama"))
    inner = given.get("text_config")
    if kind in COUNTED_ALONE or not isinstance(inner, Mapping):
        return kind, given, "everything but the text model" if given.get("vision_config") else ""
    outer = {name: given[name] for name in ("tie_word_embeddings", "dtype", "torch_dtype") if name in given}
    fields = {"model_type": f"{kind}_text", **inner, **outer}
    return str(fields["model_type"]), fields, "everything but the text model"


def _dtype(given: Mapping[str, Any]) -> ConfigSizes:
    """The type of the stored weights, called `dtype` by today's transformers and `torch_dtype` by older ones."""
    named = str(given.get("dtype") or given.get("torch_dtype")).removeprefix("torch.")
    return {"dtype": _DTYPES[named]} if named in _DTYPES else {}
