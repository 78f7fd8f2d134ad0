"""config.json of models of which only the parameters are counted: as transformers has them, and refusal of all else."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dlquiz.calc import CalcError
from dlquiz.calc.costs.config_json.counted_alone import OTHER_READERS, other_parameters
from dlquiz.calc.costs.config_json.reading import COUNTED_ALONE, READERS, architecture, from_config

# Configurations as transformers 5.24 writes them, with what torch counts in the model that is built from them: small
# ones with every size another, and four that are published.
COUNTED: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "other_configurations.json").read_text(encoding="utf-8")
)
RunCalc = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize("name", COUNTED)
def test_parameters_are_those_that_torch_counts(name: str) -> None:
    found = other_parameters(COUNTED[name]["config"])
    assert found is not None
    assert found.ask("parameters") == COUNTED[name]["parameters"]
    parts = {part for part in found.values if part != "parameters"}
    assert sum(found.values[part] for part in parts) == found.ask("parameters")


def test_an_architecture_is_read_in_one_place() -> None:
    assert set(OTHER_READERS) == set(COUNTED_ALONE)
    assert not set(OTHER_READERS) & set(READERS)
    assert {architecture(one["config"])[0] for one in COUNTED.values()} == set(OTHER_READERS)
    assert other_parameters({"model_type": "llama"}) is None


@pytest.mark.parametrize("kind", COUNTED_ALONE)
def test_nothing_else_is_computed_of_them(kind: str) -> None:
    with pytest.raises(CalcError, match="only the parameters are counted"):
        from_config({"model_type": kind})


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("t5_small", "num_experts", 4),
        ("t5_small", "architectures", ["T5EncoderModel"]),
        ("bart-0", "normalize_before", True),
        ("whisper_tiny", "d_model", 385),
        ("clip_vit_b_32", "architectures", ["CLIPTextModel"]),
        ("mamba-0", "hidden_size", "32"),
        ("albert_base_v2", "num_hidden_groups", 0),
    ],
)
def test_what_is_not_counted_is_refused(name: str, field: str, value: object) -> None:
    with pytest.raises(CalcError) as found:
        other_parameters(COUNTED[name]["config"] | {field: value})
    assert found.value.fix


def test_broken_configurations_are_refused_or_counted() -> None:
    source, values = random.Random(7), [None, -1, 0, 1, 10**12, 1.5, "x", True, [], {}, [1], {"a": 1}]
    refused = 0
    for _ in range(1500):
        config = dict(source.choice(list(COUNTED.values()))["config"])
        for _ in range(source.randint(1, 3)):
            config[source.choice(list(config))] = source.choice(values)
        config["model_type"] = source.choice(COUNTED_ALONE)
        try:
            other_parameters(config)
        except CalcError:
            refused += 1
    assert refused > 500


def test_the_command_counts_them_and_the_others_refuse(run_calc: RunCalc, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(COUNTED["t5_small"]["config"]), encoding="utf-8")
    assert run_calc(f"params {path} --ask parameters")[1] == "60,506,624\n"
    assert "encoder" in run_calc(f"params {path}")[1]
    for command in (f"kv {path} --tokens 8", f"length {path}", f"lora {path} --rank 4", f"fit {path} --gpu T4"):
        code, out, err = run_calc(command)
        assert (code, out) == (1, "")
        assert "only the parameters are counted" in err
