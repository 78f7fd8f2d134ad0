"""What `calc` says of one model agrees: every calculator, and the network that its configuration describes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dlquiz import calc
from dlquiz.calc.calculators import calculator
from dlquiz.calc.costs.config_json.reading import from_config
from dlquiz.calc.costs.configurations import CONFIGURATIONS, published
from dlquiz.calc.errors import CalcError, UncoveredFormulaError
from dlquiz.calc.networks.network import NetworkResult
from dlquiz.calc.networks.saved_tensors import saved_tensors

pytestmark = pytest.mark.no_cover

TOKENS = 6
DATA = Path(__file__).parent / "data" / "configurations.json"


@cache
def models() -> dict[str, Mapping[str, Any]]:
    """Every model that is known by name, by Hugging Face id, and by the config.json files that the tests keep."""
    found: dict[str, Mapping[str, Any]] = dict(CONFIGURATIONS)
    found |= {name: from_config(config) for name, config in _once_each(published()).items()}
    files = json.loads(DATA.read_text(encoding="utf-8"))
    return found | {f"file {name}": from_config(row["config"]) for name, row in files.items()}


def _once_each(configurations: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The first id of each configuration; several ids may have the same one."""
    first = {id(config): name for name, config in reversed(list(configurations.items()))}
    return {name: configurations[name] for name in first.values()}


# ── the layers of a configuration as a network ───────────────────────────────────────────────────────────────────


def stack(model: Mapping[str, Any]) -> NetworkResult:
    """The layers in the notation after a table of one row, in 16 bits: a configuration in the words of networks."""
    dense = model.get("dense_layers", 0)
    blocks = [f"{model['layers'] - dense}*({block(model, model.get('experts', 1))})"]
    blocks += [f"{dense}*({block(dict(model) | {'feed_forward': model['dense_feed_forward']}, 1)})"] if dense else []
    return calc.network(f"{TOKENS} tokens, embedding {model['width']} v1, {', '.join(blocks)}", dtype="fp16")


def block(model: Mapping[str, Any], experts: int) -> str:
    norm = {"layer": "ln", "rms": "rms", "none": "ln affine=0"}[model.get("norm", "rms")]
    # The formula of ungated layers has the masks of dropout after attention and after the feed-forward.
    masks = "" if model.get("gated", True) else ", dropout"
    after = f", {norm}" if model.get("norms") == 4 else ""
    forward = feed_forward(model) if experts == 1 else mixture(model, experts)
    if model.get("norms") == 1:
        return f"residual({norm}, add({attention(model)}{masks} | {forward}{masks}))"
    return f"residual({norm}, {attention(model)}{after}{masks}), residual({norm}, {forward}{after}{masks})"


def attention(model: Mapping[str, Any]) -> str:
    heads, width = model["heads"], model["width"]
    bias = "" if model.get("bias") or model.get("attention_bias") else " bias=qkv" if model.get("qkv_bias") else " b0"
    each = model.get("head_width", width // heads)
    return f"attention {width} h={heads} kv={model.get('kv_heads', heads)} hd={each}{bias}"


def feed_forward(model: Mapping[str, Any], times: int = 1) -> str:
    width, inner = model["width"], times * model.get("feed_forward", 4 * model["width"])
    bias = "" if model.get("bias") or model.get("forward_bias") else " b0"
    if model.get("gated", True):
        return f"mul(linear {inner}{bias}, silu | linear {inner}{bias}), linear {width}{bias}"
    return f"linear {inner}{bias}, gelu, linear {width}{bias}"


def mixture(model: Mapping[str, Any], experts: int) -> str:
    chosen = f"moe experts={experts} top={model.get('active_experts', experts)} ({feed_forward(model)})"
    if not model.get("shared_experts"):
        return chosen
    return f"add({chosen} | {feed_forward(model, model['shared_experts'])})"


def rows_of(network: NetworkResult) -> list[tuple[str, int, int]]:
    """The matrices of the layers, fused ones apart: kind, outputs, inputs."""
    found = []
    for node in network.nodes:
        for name, shape in node.result.tensors.items():
            if len(shape) != 2 or node.result.kind == "embedding":
                continue
            kind = "o" if "out_proj" in name else name[0] if re.match(r"[qkv]_proj", name) else "forward"
            fused = name.startswith("in_proj")
            found += [(one, shape[0] // 3, shape[1]) for one in "qkv"] if fused else [(kind, *shape)]
    return found


# ── the law ──────────────────────────────────────────────────────────────────────────────────────────────────────


def check(name: str) -> None:
    """Parameters, MACs, FLOPs, cache, LoRA, memory, activations and fit of one model, against its layers and alike."""
    model = models()[name]
    whole = calculator("transformer_parameters", model=model)
    check_states(model, whole.ask("parameters"))
    check_flops(model)
    if model.get("latent"):
        check_latent(model)
        if name in CONFIGURATIONS:
            network = calc.network(f"{name}@{TOKENS}")
            head = TOKENS * model["vocabulary"] * model["width"]
            assert network.parameters == whole.ask("parameters")
            assert network.macs == calculator("attention_cost", model=model, tokens=TOKENS).ask("macs") + head
        return
    network = stack(model)
    # Left out of these layers: the router's bias, the logits of sinks, one gate for all values of the shared experts.
    sparse = model["layers"] - model.get("dense_layers", 0) if model.get("experts", 1) > 1 else 0
    gates = sparse * (model["width"] if model.get("shared_gate") else 0)
    beside = gates + sparse * (model["experts"] if model.get("router_bias") else 0)
    beside += model["layers"] * (model["heads"] if model.get("sinks") else 0)
    each = {"none": 0, "rms": 1, "layer": 2}[model.get("norm", "rms")] * model["width"]
    norms = model["layers"] * model.get("norms", 2) * each
    assert whole.ask("attention") + whole.ask("feed_forward") + norms == network.parameters - model["width"] + beside
    cost = calculator("attention_cost", model=model, tokens=TOKENS)
    assert cost.ask("macs") == network.macs + TOKENS * gates
    matrices = rows_of(network)
    heads = sum(rows for kind, rows, _ in matrices if kind in "kv")
    assert calculator("kv_cache", model=model).ask("bytes_per_token") == 2 * heads
    check_lora(model, matrices)
    check_activations(model, network)


def check_states(model: Mapping[str, Any], parameters: int) -> None:
    """16 bytes a parameter in training with Adam, and what `fit` says of one GPU."""
    assert calculator("training_memory", model=model).ask("bytes") == 16 * parameters
    needed = calculator("fit_inference", model=model, tokens=TOKENS, dtype="bf16", reserve=0)
    assert needed.ask("weights") == 2 * parameters
    assert needed.ask("cache") == calculator("kv_cache", model=model, tokens=TOKENS, dtype="bf16").ask("bytes")


def check_flops(model: Mapping[str, Any]) -> None:
    """Two FLOPs a token for each active weight; the exact count has the layers' MACs six times, and the head's."""
    vectors = ("bias", "qkv_bias", "router_bias", "attention_bias", "forward_bias", "sinks", "head_bias")
    bare = calculator("transformer_parameters", model={key: model[key] for key in model if key not in vectors})
    whole = calculator("transformer_parameters", model=model)
    assert calculator("training_flops", model=model, tokens=1).ask("forward") == 2 * whole.ask("active")
    cost = calculator("attention_cost", model=model, tokens=TOKENS)
    idle = bare.ask("parameters") - bare.ask("active")
    weights = bare.ask("attention") + bare.ask("feed_forward") - idle
    assert cost.ask("macs") == TOKENS * weights + model["layers"] * cost.ask("scores")
    if "vocabulary" in model and not (model.get("pooler") or model.get("segments")):
        exact = calculator("training_flops", model=model, tokens=TOKENS, length=TOKENS).ask("exact_flops")
        small = whole.ask("active") - bare.ask("active") + bare.values.get("norms", 0)
        assert exact == 6 * (cost.ask("macs") + TOKENS * (model["vocabulary"] * model["width"] + small))


def check_latent(model: Mapping[str, Any]) -> None:
    """The cache holds the latents; formulas of other attentions are refused."""
    cache_ = calculator("kv_cache", model=model)
    assert cache_.ask("bytes_per_token") == 2 * model["layers"] * (model["latent"] + model["rope"])
    with pytest.raises(CalcError, match="latent attention"):
        calculator("lora", model=model, rank=1)
    refuses_activations(model)


def check_lora(model: Mapping[str, Any], matrices: list[tuple[str, int, int]]) -> None:
    heads = [rows + columns for kind, rows, columns in matrices if kind in "qkvo"]
    adapted = calculator("lora", model=model, rank=1, targets=("q", "k", "v", "o")).ask("trainable")
    assert adapted == sum(heads)
    if model.get("experts", 1) > 1:
        with pytest.raises(CalcError, match="for each of"):
            calculator("lora", model=model, rank=1, targets=("all",))
        return
    everywhere = calculator("lora", model=model, rank=1, targets=("all",)).ask("trainable")
    assert everywhere == sum(rows + columns for _, rows, columns in matrices)


def check_activations(model: Mapping[str, Any], network: NetworkResult) -> None:
    """The tensors that autograd keeps of the layers, but for a few numbers a row; `memory` and `fit` have the same."""
    try:
        found = calculator("activation_memory", model=model, tokens=TOKENS)
    except UncoveredFormulaError:
        refuses_activations(model)
        plain = model.get("kv_heads", model["heads"]) == model["heads"] and model.get("norms", 2) == 2
        assert model.get("experts", 1) > 1 or (not model.get("gated", True) and not (plain and has_four_widths(model)))
        return
    kv, heads = model.get("kv_heads", model["heads"]), model["heads"]
    each = model.get("head_width", model["width"] // heads)
    twice = 2 * (heads + kv) * each if model.get("query_norm", "none") != "none" else 0
    statistics = 4 * (heads + model.get("norms", 2) * (1 if model.get("norm", "rms") == "rms" else 2))
    by_row = model["layers"] * TOKENS * (twice - statistics)
    kept = saved_tensors(network)
    assert found.ask("without_scores") == kept.total - kept.by_kind["embedding"] + by_row
    scores = (2 if model.get("gated", True) else 5) * model["layers"] * heads * TOKENS**2
    assert found.ask("bytes") == found.ask("without_scores") + scores
    memory = calculator("training_memory", model=model, tokens=TOKENS)
    assert memory.ask("activations") == found.ask("bytes")
    assert memory.ask("total_without_scores") == memory.ask("bytes") + found.ask("without_scores")
    fit = calculator("fit_training", model=model, tokens=TOKENS, dtype="bf16", reserve=0)
    assert fit.ask("weights") + fit.ask("gradients") + fit.ask("optimiser") == memory.ask("bytes")
    assert fit.ask("activations") == found.ask("without_scores")
    wide = calculator("training_memory", model=model, tokens=TOKENS, dtype="fp32")
    assert wide.ask("activations") == 2 * found.ask("bytes")


def has_four_widths(model: Mapping[str, Any]) -> bool:
    own = model.get("head_width", 0) * model["heads"] in (0, model["width"])
    return own and model.get("feed_forward", 4 * model["width"]) == 4 * model["width"]


def refuses_activations(model: Mapping[str, Any]) -> None:
    for name in ("activation_memory", "training_memory", "fit_training"):
        with pytest.raises(UncoveredFormulaError):
            calculator(name, model=model, tokens=TOKENS)


def test_every_model_is_one_model_in_every_calculator() -> None:
    for name in models():
        try:
            check(name)
        except (AssertionError, CalcError) as error:
            raise AssertionError(name) from error


def test_the_models_are_of_every_form() -> None:
    """The law would hold of none: experts, latent attention, shared experts, parallel layers, norms on queries."""
    known = models().values()
    for field in (
        "experts",
        "latent",
        "shared_experts",
        "dense_layers",
        "query_norm",
        "qkv_bias",
        "sinks",
        "shared_gate",
    ):
        assert any(model.get(field) for model in known), field
    assert {model.get("norms", 2) for model in known} == {1, 2, 4}
    assert {model.get("norm", "rms") for model in known} == {"rms", "layer", "none"}


def test_a_formula_of_another_architecture_is_refused() -> None:
    for name in ("mixtral_8x7b", "deepseek_v3", "microsoft/phi-2"):
        refuses_activations(models()[name])
