"""Published configurations of transformers, by name: what a config.json says, in this package's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from dlquiz.calc.errors import CalcError
from dlquiz.suggest import containing, matches


def _gpt2(layers: int, width: int, heads: int) -> dict[str, Any]:
    return {
        "vocabulary": 50257,
        "positions": 1024,
        "layers": layers,
        "width": width,
        "heads": heads,
        "gated": False,
        "bias": True,
        "norm": "layer",
        "tied": True,
    }


def _bert(layers: int, width: int, heads: int) -> dict[str, Any]:
    return {
        "vocabulary": 30522,
        "positions": 512,
        "segments": 2,
        "layers": layers,
        "width": width,
        "heads": heads,
        "gated": False,
        "bias": True,
        "norm": "layer",
        "embedding_norm": True,
        "final_norm": False,
        "tied": True,
        "pooler": True,
    }


def _vit(layers: int, width: int, heads: int, patch: int) -> dict[str, Any]:
    return {
        "patch": patch,
        "image": 224,
        "classes": 1000,
        "layers": layers,
        "width": width,
        "heads": heads,
        "gated": False,
        "bias": True,
        "norm": "layer",
    }


def _llama(
    vocabulary: int, layers: int, width: int, heads: int, kv: int, forward: int, **more: object
) -> dict[str, Any]:
    return {
        "vocabulary": vocabulary,
        "layers": layers,
        "width": width,
        "heads": heads,
        "kv_heads": kv,
        "feed_forward": forward,
        **more,
    }


# Sources: Radford et al. 2019; Brown et al. 2020 (arXiv:2005.14165, table 2.1); Devlin et al. 2019; Dosovitskiy et al.
# 2021; Touvron et al. 2023 (2302.13971, 2307.09288); Grattafiori et al. 2024 (2407.21783); Jiang et al. 2023, 2024
# (2310.06825, 2401.04088); Yang et al. 2024 (2412.15115); DeepSeek-AI 2024 (2412.19437): the published
# config.json files.
CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "gpt2": _gpt2(12, 768, 12),
    "gpt2_medium": _gpt2(24, 1024, 16),
    "gpt2_large": _gpt2(36, 1280, 20),
    "gpt2_xl": _gpt2(48, 1600, 25),
    "gpt3": _gpt2(96, 12288, 96) | {"positions": 2048},
    "bert_base": _bert(12, 768, 12),
    "bert_large": _bert(24, 1024, 16),
    "vit_b_16": _vit(12, 768, 12, 16),
    "vit_b_32": _vit(12, 768, 12, 32),
    "vit_l_16": _vit(24, 1024, 16, 16),
    "vit_h_14": _vit(32, 1280, 16, 14),
    "llama_7b": _llama(32000, 32, 4096, 32, 32, 11008),
    "llama_13b": _llama(32000, 40, 5120, 40, 40, 13824),
    "llama_65b": _llama(32000, 80, 8192, 64, 64, 22016),
    "llama2_7b": _llama(32000, 32, 4096, 32, 32, 11008),
    "llama2_13b": _llama(32000, 40, 5120, 40, 40, 13824),
    "llama2_70b": _llama(32000, 80, 8192, 64, 8, 28672),
    "llama3_8b": _llama(128256, 32, 4096, 32, 8, 14336),
    "llama3_70b": _llama(128256, 80, 8192, 64, 8, 28672),
    "llama3_1_405b": _llama(128256, 126, 16384, 128, 8, 53248),
    "mistral_7b": _llama(32000, 32, 4096, 32, 8, 14336),
    "mixtral_8x7b": _llama(32000, 32, 4096, 32, 8, 14336, experts=8, active_experts=2),
    "mixtral_8x22b": _llama(32768, 56, 6144, 48, 8, 16384, experts=8, active_experts=2),
    "qwen2_5_7b": _llama(152064, 28, 3584, 28, 4, 18944, qkv_bias=True),
    "deepseek_v3": _llama(
        129280, 61, 7168, 128, 128, 2048, experts=256, active_experts=8, shared_experts=1, dense_layers=3,
        dense_feed_forward=18432, query_latent=1536, latent=512, rope=64, head_width=128, router_bias=True,
    ),
}  # fmt: skip
# What people write for them.
_ALSO = {
    "gpt2small": "gpt2", "gpt3175b": "gpt3", "bert": "bert_base", "vitb16": "vit_b_16", "llama7b": "llama_7b",
    "llama38binstruct": "llama3_8b", "llama318b": "llama3_8b", "llama3170b": "llama3_70b", "mixtral": "mixtral_8x7b",
    "mistral": "mistral_7b", "deepseekv3": "deepseek_v3", "deepseekr1": "deepseek_v3",
}  # fmt: skip


PUBLISHED = Path(__file__).with_name("published.json")


@cache
def published() -> dict[str, dict[str, Any]]:
    """Models by their Hugging Face id, lower case: the fields of config.json that say their sizes, as of its date.

    >>> published()["qwen/qwen3-8b"]["num_hidden_layers"]
    36
    """
    import json

    models = json.loads(PUBLISHED.read_text(encoding="utf-8"))["models"]
    return {one.lower(): model["config"] for model in models for one in model["ids"]}


def _by_id(name: str) -> Mapping[str, Any]:
    from dlquiz.calc.costs.config_json.reading import from_config

    found = published().get(name.lower())
    if found is None:
        raise _unknown(name)
    return from_config(found)


def configuration(name: str | Mapping[str, object]) -> Mapping[str, Any]:
    """The configuration of a name, in which `-`, `_` and `.` are ignored; a configuration is itself.

    >>> configuration("Llama-3-8B")["width"], configuration("gpt2")["width"]
    (4096, 768)
    """
    if not isinstance(name, str):
        return name
    if "/" in name:
        return _by_id(name)
    plain = _plain(name)
    known = {_plain(one): one for one in CONFIGURATIONS}
    ids = {_plain(one.partition("/")[2]): one for one in published()} if plain not in known | _ALSO else {}
    if plain in ids:
        return _by_id(ids[plain])
    found = known.get(plain) or _ALSO.get(plain)
    if found is None:
        raise _unknown(name)
    return CONFIGURATIONS[found]


def names() -> list[str]:
    """The names of all transformers: those of this file, then the published ones without their owners.

    >>> names()[0], names()[-1]
    ('gpt2', 'smollm2-1.7b-instruct')
    """
    written = (*map(_typed, CONFIGURATIONS), *(id.partition("/")[2] for id in published()))
    return list({_plain(name): name for name in written}.values())


def _unknown(name: str) -> CalcError:
    word = name.rpartition("/")[2]
    near = containing(word, names()) or matches(word, names())
    return CalcError(f"no transformer is called {name[:40]!r}", fix=did_you_mean(near))


def did_you_mean(near: Sequence[str]) -> str:
    """What to do about a name of a network or a transformer that nobody knows."""
    if not near:
        return "`dlquiz calc net --list` lists the names; any other model by its config.json"
    return f"did you mean {', '.join(near)}? `dlquiz calc net --list` lists all names"


def _typed(name: str) -> str:
    """A name as help writes it."""
    return name.replace("_", "-")


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
