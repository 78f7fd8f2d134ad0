"""Files of weights: safetensors headers, their index, ONNX models; files that are torn or promise too much."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from campaign import damaged
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.calc import CalcError
from dlquiz.calc.files import onnx, safetensors
from dlquiz.calc.files.weights import by_dtype, by_prefix
from dlquiz.protobuf import ProtobufError, fields

RunCalc = Callable[..., tuple[int, str, str]]
# Exported by torch.onnx, with torch's own counts: `torch.utils.flop_counter`, parameters (`oracles/torch_onnx.py`).
MODELS = json.loads((Path(__file__).parent / "data" / "onnx.json").read_text(encoding="utf-8"))


def file_of(tensors: dict[str, tuple[str, list[int]]], **more: object) -> bytes:
    """A safetensors file with zeros."""
    header: dict[str, object] = dict(more)
    end = 0
    for name, (dtype, shape) in tensors.items():
        size = safetensors.BITS[dtype]
        for side in shape:
            size *= side
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [end, end := end + size // 8]}
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + bytes(end)


SMALL = file_of(
    {"model.layers.0.up.weight": ("BF16", [4, 3]), "model.layers.1.up.weight": ("BF16", [4, 3]),
     "model.norm.weight": ("F32", [4]), "step": ("I64", [])},
    __metadata__={"format": "pt"},
)  # fmt: skip


def header_of(data: bytes) -> list[Any]:
    return safetensors.read_header(BytesIO(data), len(data))


@pytest.mark.parametrize("message", [b"\x0a\x02a", b"\x0d\x00\x00\x00", b"\x0a\x80", b"\x0b"])
def test_a_message_that_ends_before_its_field_is_damaged(message: bytes) -> None:
    with pytest.raises(ProtobufError):
        list(fields(memoryview(message)))


def test_the_tensors_of_a_header() -> None:
    found = header_of(SMALL)
    assert [(one.name, one.values, one.size) for one in found][-1] == ("step", 1, 8)
    assert [(one.name, one.tensors, one.values) for one in by_dtype(found)] == [
        ("BF16", 2, 24), ("F32", 1, 4), ("I64", 1, 1)
    ]  # fmt: skip
    assert [one.name for one in by_prefix(found)] == ["model.layers.*", "model.norm", "step"]


@given(
    st.dictionaries(
        st.text(max_size=12).filter(lambda name: name != "__metadata__"),
        st.tuples(st.sampled_from(["F64", "F32", "BF16", "I8"]), st.lists(st.integers(0, 5), max_size=3)),
        max_size=6,
    )
)
def test_what_is_written_is_read(tensors: dict[str, tuple[str, list[int]]]) -> None:
    found = {one.name: (one.dtype, list(one.shape)) for one in header_of(file_of(tensors))}
    assert found == tensors


def changed(**fields_: object) -> bytes:
    header = json.dumps({"w": {"dtype": "F16", "shape": [2, 3], "data_offsets": [0, 12]} | fields_}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(12)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"1234567",
        (2**40).to_bytes(8, "little") + b"{}",
        (2**63).to_bytes(8, "little") + b"{}" * 100,
        (5_000_000).to_bytes(8, "little") + bytes(5_000_000),
        (2).to_bytes(8, "little") + b"[]",
        (2).to_bytes(8, "little") + b"{{",
        changed(shape=[2**40, 2**40]),
        changed(shape=[-2, -3]),
        changed(shape=[2, True]),
        changed(dtype="F17"),
        changed(data_offsets=[0, 10]),
        changed(data_offsets=[2, 14]),
        changed(data_offsets=[0, 2**50]),
        SMALL[:-1],
        SMALL + b"0",
        (20_000).to_bytes(8, "little") + b"[" * 20_000,
        (30_000).to_bytes(8, "little") + b'{"w":[' + b"[]," * 9_997 + b"1]}",
        b'\x2c\x00\x00\x00\x00\x00\x00\x00{"w":{"dtype":"U8","shape":[],"data_off":1} }',
    ],
)
def test_headers_that_cannot_be_are_refused(data: bytes) -> None:
    with pytest.raises(CalcError) as found:
        header_of(data)
    assert found.value.fix


@pytest.mark.parametrize("kind", ["safetensors", "onnx"])
def test_a_thousand_broken_files_are_refused_or_read(kind: str) -> None:
    source, refused = random.Random(3), 0
    whole = [SMALL] if kind == "safetensors" else [base64.b64decode(one["file"]) for one in MODELS]
    for _ in range(1000):
        data = damaged(source, source.choice(whole))
        try:
            if kind == "safetensors":
                header_of(data)
            else:
                onnx.read(memoryview(data))
        except CalcError:
            refused += 1
    assert 300 < refused < 1000


@pytest.mark.parametrize("row", MODELS, ids=lambda row: f"{row['name']}-{row['exporter']}")
def test_an_onnx_model_has_the_counts_of_torch(row: dict[str, Any]) -> None:
    model = onnx.read(memoryview(base64.b64decode(row["file"])))
    assert model.unknown == []
    assert model.macs == row["macs"]
    values = sum(one.values for one in model.tensors if one.dtype == "FLOAT")
    # The exporter folds batch norms into convolutions, and keeps scalars of its own.
    assert abs(values - row["parameters"]) <= row["folded"]


def test_a_product_of_unknown_shapes_is_not_counted_as_none() -> None:
    row = next(one for one in MODELS if one["name"] == "attention")
    data = base64.b64decode(row["file"]).replace(b"Softmax", b"Softmux")
    model = onnx.read(memoryview(data))
    assert model.unknown or model.macs == row["macs"]
    cut = base64.b64decode(row["file"]).replace(b"Transpose", b"Transpoze").replace(b"Reshape", b"Reshupe")
    assert onnx.read(memoryview(cut)).unknown


def test_fields_that_end_too_early_are_refused() -> None:
    for data in (b"\x0a\x05ab", b"\x08", b"\x0b", b"\x00\x01", b"\xff" * 12, b"\x0d\x01\x02"):
        with pytest.raises(ProtobufError):
            list(fields(memoryview(data)))
        with pytest.raises(CalcError, match="in the middle"):
            onnx.read(memoryview(data))


@pytest.mark.no_cover
def test_files_made_to_take_time_are_refused() -> None:
    def of_length(data: bytes) -> bytes:
        length, text = len(data), bytearray()
        while length > 127:
            text.append(128 | length & 127)
            length >>= 7
        return bytes([*text, length]) + data

    many = b"\x0a\x00" * 100_002
    wide = b"\x0a" + of_length(b"\x0a\x01a" * 10_002)
    deep = (b"\x0a" + of_length(b"\x1a" + of_length(bytes(90_000)))) * 90
    # A shape of 9,000 sides, and operators that would each keep another of them.
    sides = of_length(b"\x0a" + of_length(b"\x12" + of_length(b"\x0a\x02\x08\x02" * 9_000)))
    shaped = b"\x5a" + of_length(b"\x0a\x01x" + b"\x12" + sides)
    pooled = b"".join(b"\x0a" + of_length(b"\x0a\x01x\x12\x01%c\x22\x11GlobalAveragePool" % n) for n in range(9))
    model = onnx.read(memoryview(b"\x3a" + of_length(shaped + pooled)))
    assert [layer.output_shape for layer in model.layers] == [None] * 9
    many_fields = (b"\x0a" + of_length(b"\x2a\x00" * 9_990)) * 50
    for graph in (many, wide, deep, many_fields):
        with pytest.raises(CalcError, match="more than"):
            onnx.read(memoryview(b"\x3a" + of_length(graph)))
    with pytest.raises(CalcError, match="more than"):
        onnx.read(memoryview(b"\x08\x01" * 20_000))


def test_counts_by_command_line(run_calc: RunCalc, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(SMALL)
    code, out, err = run_calc(f"params {path}")
    assert (code, err) == (0, "")
    assert out.startswith("parameters  28 in 4 tensors\n")
    assert "model.layers.*" in out
    assert run_calc(f"params {path} --ask bytes")[1] == "72\n"
    assert "model           28" not in out
    assert "model        3      28" in run_calc(f"params {path} --depth 1")[1]
    assert json.loads(run_calc(f"params {path} --json")[1])["by_dtype"][0]["values"] == 24
    assert "ask for one of" in run_calc(f"params {path} --ask byte")[2]
    path.write_bytes(SMALL[:-3])
    code, out, err = run_calc(f"params {path}")
    assert (code, out) == (1, "")
    assert err.startswith("dlquiz: model.safetensors: the tensors have 72 bytes")


def test_the_shards_of_an_index_are_counted_together(run_calc: RunCalc, tmp_path: Path) -> None:
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a": "m-1.safetensors", "b": "m-2.safetensors"}}), encoding="utf-8")
    for name in ("m-1", "m-2"):
        (tmp_path / f"{name}.safetensors").write_bytes(SMALL)
    assert run_calc(f"params {index} --ask parameters")[1] == "56\n"
    (tmp_path / "m-2.safetensors").unlink()
    assert "m-2.safetensors: No such file" in run_calc(f"params {index}")[2]
    for broken in ("[]", "{", json.dumps({"weight_map": {"a": "../x.safetensors"}})):
        index.write_text(broken, encoding="utf-8")
        code, out, err = run_calc(f"params {index}")
        assert (code, out) == (1, "")
        assert "Traceback" not in err


def test_an_onnx_file_by_command_line(run_calc: RunCalc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = MODELS[0]
    path = tmp_path / "model.onnx"
    path.write_bytes(base64.b64decode(row["file"]))
    assert run_calc(f"net {path} --ask macs")[1] == f"{row['macs']:,}\n"
    both = run_calc(f"net {path} --ask macs --ask flops --json")[1]
    assert json.loads(both) == {"macs": row["macs"], "flops": 2 * row["macs"]}
    for columns in ("40", "80"):
        monkeypatch.setenv("COLUMNS", columns)
        for command in (f"net {path}", f"params {path}"):
            code, out, err = run_calc(command)
            assert (code, err) == (0, "")
            assert max(map(len, out.splitlines())) <= int(columns)
    assert json.loads(run_calc(f"net {path} --json")[1])["unknown"] == []
    for data in (b"", b"\x0a\x05ab", b"plain text"):
        path.write_bytes(data)
        code, out, err = run_calc(f"net {path}")
        assert (code, out) == (1, "")
        assert "Traceback" not in err
