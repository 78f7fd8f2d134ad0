"""config.json of transformers: exact counts, every command about one model, and nothing counted that was not read."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from campaign import changed_configuration

from dlquiz.calc import CalcError
from dlquiz.calc.calculators import calculator
from dlquiz.calc.costs.config_json.reading import READERS, from_config

# Configurations with what torch counts in the model that transformers builds from them.
COUNTED: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "configurations.json").read_text(encoding="utf-8")
)
by_name = pytest.mark.parametrize("name", list(COUNTED))


def sizes(name: str) -> dict[str, Any]:
    return from_config(COUNTED[name]["config"])


@by_name
def test_parameters_are_those_that_torch_counts(name: str) -> None:
    assert calculator("transformer_parameters", model=sizes(name)).ask("parameters") == COUNTED[name]["parameters"]


def small(kind: str, **more: object) -> dict[str, Any]:
    """A little configuration under the names that most architectures use."""
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2}
    widths = {"vocab_size": 100, "hidden_size": 32, "intermediate_size": 48}
    return {"model_type": kind, "num_hidden_layers": 4, **heads, **widths, **more}


D, F, V, LAYERS = 32, 48, 100, 4
ATTENTION = 2 * D * D + 2 * D * 16
GATED = 3 * D * F
# The tensors of each architecture, written out: head width 8 (4 query heads, 2 key-value heads) unless it says another.
SMALL: list[tuple[dict[str, Any], int]] = [
    (small("llama", attention_bias=True, mlp_bias=True),
     2 * V * D + D + LAYERS * (ATTENTION + 2 * D + 32 + GATED + 2 * F + D + 2 * D)),
    (small("qwen2"), 2 * V * D + D + LAYERS * (ATTENTION + D + 32 + GATED + 2 * D)),
    (small("qwen3", head_dim=8), 2 * V * D + D + LAYERS * (ATTENTION + GATED + 2 * D + 16)),
    (small("gemma3_text", head_dim=8), V * D + D + LAYERS * (ATTENTION + GATED + 4 * D + 16)),
    (small("phi"), 2 * V * D + V + 2 * D + LAYERS * (ATTENTION + 2 * D + 32 + 2 * D * F + F + D + 2 * D)),
    (small("olmo"), 2 * V * D + LAYERS * (ATTENTION + GATED)),
    (small("olmo2"), 2 * V * D + D + LAYERS * (ATTENTION + GATED + 2 * D + 32 + 16)),
    (small("glm", head_dim=8, attention_bias=True), 2 * V * D + D + LAYERS * (ATTENTION + D + 32 + GATED + 2 * D)),
    (small("stablelm", use_qkv_bias=True),
     2 * V * D + 2 * D + LAYERS * (ATTENTION + D + 32 + GATED + 4 * D)),
    (small("stablelm", use_parallel_residual=True), 2 * V * D + 2 * D + LAYERS * (ATTENTION + GATED + 2 * D)),
    (small("starcoder2"), V * D + 2 * D + LAYERS * (ATTENTION + 2 * D + 32 + 2 * D * F + F + D + 4 * D)),
    (small("smollm3"), V * D + D + LAYERS * (ATTENTION + GATED + 2 * D)),
    (small("gpt_oss", head_dim=8, num_local_experts=6, num_experts_per_tok=2),
     2 * V * D + D + LAYERS * (ATTENTION + 2 * D + 32 + 4 + 6 * (GATED + 2 * F + D) + 6 * D + 6 + 2 * D)),
    (small("qwen2_moe", num_experts=6, num_experts_per_tok=2, moe_intermediate_size=12,
           shared_expert_intermediate_size=24, decoder_sparse_step=2),
     2 * V * D + D + LAYERS * (ATTENTION + D + 32 + 2 * D) + 2 * GATED + 2 * ((6 + 2) * 3 * D * 12 + 6 * D + D)),
    (small("deepseek_v2", n_routed_experts=6, num_experts_per_tok=2, moe_intermediate_size=12, n_shared_experts=2,
           first_k_dense_replace=1, kv_lora_rank=10, qk_nope_head_dim=8, v_head_dim=8, qk_rope_head_dim=4),
     2 * V * D + D + LAYERS * (D * 4 * 12 + D * 14 + 10 * 4 * 16 + D * D + 10 + 2 * D)
     + GATED + 3 * ((6 + 2) * 3 * D * 12 + 6 * D)),
    (small("llama4_text", num_local_experts=6, num_experts_per_tok=1, interleave_moe_layer_step=2,
           intermediate_size_mlp=64),
     2 * V * D + D + LAYERS * (ATTENTION + 2 * D) + 2 * 3 * D * 64 + 2 * ((6 + 1) * GATED + 6 * D)),
    (small("electra", max_position_embeddings=20, type_vocab_size=2, embedding_size=32),
     (V + 20 + 2) * D + 2 * D + LAYERS * (4 * D * D + 4 * D + 2 * D * F + F + D + 4 * D)),
    ({"model_type": "vit", "architectures": ["ViTModel"], "hidden_size": 32, "num_hidden_layers": 4,
      "num_attention_heads": 4, "intermediate_size": 48, "patch_size": 4, "image_size": 8},
     3 * 16 * D + D + D + 5 * D + 2 * D + LAYERS * (4 * D * D + 4 * D + 2 * D * F + F + D + 4 * D) + D * D + D),
]  # fmt: skip


def of(given: dict[str, Any]) -> str:
    return str(given["model_type"])


@pytest.mark.parametrize(("given", "expected"), SMALL, ids=[of(given) for given, _ in SMALL])
def test_parameters_are_the_sum_of_the_tensors(given: dict[str, Any], expected: int) -> None:
    assert calculator("transformer_parameters", model=from_config(given)).ask("parameters") == expected


EVERY = [*(one["config"] for one in COUNTED.values()), *(given for given, _ in SMALL)]
# Totals as commonly quoted for these models; not read off their files here, so a difference means: look them up.
PUBLISHED = {
    "Qwen/Qwen2.5-7B": 7_615_616_512, "Qwen/Qwen2.5-72B-Instruct": 72_706_203_648, "qwen3-0.6b": 596_049_920,
    "Qwen/Qwen3-235B-A22B": 235_093_634_560, "meta-llama/Llama-3.2-1B": 1_235_814_400,
    "meta-llama/Llama-3.2-3B": 3_212_749_824, "google/gemma-7b": 8_537_680_896, "google/gemma-2-9b": 9_241_705_984,
    "google/gemma-2-27b": 27_227_128_320, "google/gemma-3-1b-it": 999_885_952, "microsoft/phi-1_5": 1_418_270_720,
    "microsoft/phi-2": 2_779_683_840, "microsoft/phi-4": 14_659_507_200, "allenai/OLMo-7B-hf": 6_888_095_744,
    "allenai/OLMo-2-1124-7B": 7_298_617_344, "HuggingFaceTB/SmolLM2-135M": 134_515_008,
    "HuggingFaceTB/SmolLM2-1.7B": 1_711_376_384, "mistralai/Mistral-7B-v0.3": 7_248_023_552,
    "mistralai/Mistral-Small-24B-Base-2501": 23_572_403_200, "TinyLlama/TinyLlama-1.1B-Chat-v1.0": 1_100_048_384,
}  # fmt: skip


@pytest.mark.parametrize("name", list(PUBLISHED))
def test_a_hugging_face_id_is_a_model(name: str) -> None:
    assert calculator("transformer_parameters", model=name).ask("parameters") == PUBLISHED[name]


def test_an_id_that_is_not_there_has_a_near_one() -> None:
    with pytest.raises(CalcError, match="did you mean qwen3-8b, qwen3-4b"):
        calculator("kv_cache", model="Qwen/Qwen3-8C")


# ── windows ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given", "window", "layers"),
    [
        (small("mistral", sliding_window=16), 16, 4),
        (small("mistral", sliding_window=None), 0, 0),
        (small("qwen2", sliding_window=16, use_sliding_window=False), 0, 0),
        (small("qwen2", sliding_window=16, use_sliding_window=True, max_window_layers=3), 16, 1),
        (small("gemma2", head_dim=8, sliding_window=16), 16, 2),
        (small("gemma3_text", head_dim=8, sliding_window=16, sliding_window_pattern=2), 16, 2),
        (small("gpt_oss", head_dim=8, sliding_window=16, layer_types=["full_attention"] * 3 + ["sliding_attention"]),
         16, 1),
    ],
)  # fmt: skip
def test_layers_with_a_window_keep_no_more_than_it(given: dict[str, Any], window: int, layers: int) -> None:
    model = from_config(given)
    assert (model.get("window", 0), model.get("window_layers", 0)) == (window, layers)
    cache = calculator("kv_cache", model=model, tokens=100, batch=3)
    each = cache.ask("bytes_per_token") // 4
    assert cache.ask("bytes") == 3 * each * ((4 - layers) * 100 + layers * window)
    within = calculator("kv_cache", model=model, tokens=10)
    assert within.ask("bytes") == 10 * within.ask("bytes_per_token")


# ── what is not read ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given", "spoken"),
    [
        ({"model_type": "rwkv"}, "model_type 'rwkv' is unknown"),
        ({"model_type": "qwen"}, "did you mean qwen2"),
        ({"model_type": "llama", "vocab_size": 100}, "has no 'num_attention_heads'"),
        (small("llama", num_hidden_layers="32"), "num_hidden_layers is '32'"),
        (small("llama", num_hidden_layers=True), "num_hidden_layers is 'True'"),
        (small("llama", vocab_size=10**12), "vocab_size"),
        (small("llama", attention_bias="yes"), "attention_bias is 'yes'"),
        (small("llama", num_memory_slots=12), "num_memory_slots"),
        (small("llama", gate_proj_rank=8), "gate_proj_rank"),
        (small("qwen3", layer_types=["linear_attention"] * 4), "linear_attention"),
        (small("phi", qk_layernorm=True), "qk_layernorm"),
        (small("deepseek_v3", qk_nope_head_dim=8, v_head_dim=16), "v_head_dim"),
        (small("llama", num_attention_heads=5), "heads"),
    ],
)
def test_what_is_missing_wrong_or_unknown_is_named(given: dict[str, Any], spoken: str) -> None:
    with pytest.raises(CalcError, match=spoken):
        calculator("transformer_parameters", model=from_config(given))


def test_what_a_count_leaves_out_is_said() -> None:
    assert (
        "multi-token prediction" in calculator("transformer_parameters", model=sizes("deepseek_v3")).given["left_out"]
    )
    masked = COUNTED["bert_base"]["config"] | {"architectures": ["BertForMaskedLM"]}
    assert from_config(masked)["left_out"] == "the head of BertForMaskedLM"
    # A head without the pooler: the count is below the truth, not above it.
    assert not from_config(masked)["pooler"]
    seeing = {"model_type": "gemma3", "text_config": small("gemma3_text", head_dim=8), "vision_config": {"layers": 9}}
    assert from_config(seeing)["left_out"] == "everything but the text model"
    # A wrapper that nothing here knows, around a model that is known: the head is tied as the whole file says.
    unknown = {"model_type": "seeing", "text_config": small("llama", tie_word_embeddings=False)}
    assert from_config(unknown | {"tie_word_embeddings": True})["tied"]
    assert "tied" not in from_config(unknown)


RunCalc = Callable[..., tuple[int, str, str]]


def test_a_file_is_a_model_in_every_command(run_calc: RunCalc, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(COUNTED["deepseek_v3"]["config"]), encoding="utf-8")
    code, out, err = run_calc(f"params {path}")
    assert (code, err) == (0, "")
    assert "671,026,404,352" in out
    assert "left out the layers of multi-token prediction" in " ".join(out.split())
    assert run_calc(f"kv {path} --tokens 1 --ask bytes_per_token")[1] == "70,272\n"
    assert run_calc(f"length {path} --tokens 4096 --ask share")[1] == "22.28\n"
    path.write_text(json.dumps(COUNTED["llama3_8b"]["config"] | {"torch_dtype": "float32"}), encoding="utf-8")
    assert run_calc(f"kv {path} --tokens 1 --ask bytes")[1] == "262,144\n"
    assert run_calc(f"kv {path} --tokens 1 --dtype fp8 --ask bytes")[1] == "65,536\n"
    assert "dtype bf16" in run_calc(f"memory {path}")[1]
    for name in ("dtype", "torch_dtype"):
        path.write_text(json.dumps(COUNTED["deepseek_v3"]["config"] | {name: "bfloat16"}), encoding="utf-8")
        assert "dtype bf16" in run_calc(f"kv {path}")[1]
    for command in (f"lora {path} --rank 8", f"activations {path} --tokens 8"):
        assert run_calc(command)[0] == 1
    path.write_text("[" * 100_000, encoding="utf-8")
    code, _, err = run_calc(f"params {path}")
    assert code == 1
    assert len(err) < 400


def test_a_network_is_not_read_from_a_configuration(run_calc: RunCalc, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(COUNTED["gpt2"]["config"]), encoding="utf-8")
    for command in ("net", "rf", "top", "diff resnet18"):
        code, out, err = run_calc(f"{command} {path}")
        assert (code, out) == (2, "")
        assert "dlquiz calc params" in err


# ── changed files ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_changed_configuration_is_counted_or_refused_in_a_line() -> None:
    for seed in range(300):
        source = random.Random(seed)
        given = changed_configuration(source, source.choice(EVERY), [*READERS, "t5"])
        with suppress(CalcError):
            model = from_config(given)
            counted = calculator("transformer_parameters", model=model)
            assert 0 < counted.ask("active") <= counted.ask("parameters")
            calculator("kv_cache", model=model, tokens=4096)
            calculator("attention_cost", model=model, tokens=4096)
