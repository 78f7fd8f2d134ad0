"""The header of a safetensors file: eight bytes with its length, then JSON with each tensor's type, shape and place.

The tensors themselves are never read, and nothing that the header promises is allocated: a header that does not fit the
file is refused. (Format: huggingface/safetensors, README, "Format".)
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from math import prod
from typing import Any, BinaryIO

from dlquiz.calc.errors import CalcError
from dlquiz.calc.files.weights import StoredTensor

BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32,
    "I64": 64, "U64": 64, "F64": 64, "C64": 64, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F4": 4, "F6_E2M3": 6,
    "F6_E3M2": 6,
}  # fmt: skip
# The format allows 100 MB; the largest published headers have some hundred kB.
LARGEST_HEADER = 4_000_000
_BROKEN = "download it again, or give a whole file"


def read_header(stream: BinaryIO, size: int) -> list[StoredTensor]:
    """The tensors of a file of `size` bytes by its header; raises CalcError where the two do not agree.

    >>> from io import BytesIO
    >>> header = b'{"w":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]}}'
    >>> data = len(header).to_bytes(8, "little") + header + bytes(12)
    >>> read_header(BytesIO(data), len(data))
    [StoredTensor(name='w', dtype='F16', shape=(2, 3), size=12)]
    """
    length = int.from_bytes(stream.read(8), "little")
    if size < 8 or not 2 <= length <= size - 8:
        raise CalcError(f"the header says that it has {length} bytes, and the file has {size}", fix=_BROKEN)
    if length > LARGEST_HEADER:
        raise CalcError(f"the header has {length} bytes", fix=f"at most {LARGEST_HEADER} are read")
    fields = _fields(stream.read(length))
    tensors = sorted((_tensor(name, given) for name, given in fields.items()), key=lambda one: one[1])
    end = 0
    for tensor, start in tensors:
        if start != end:
            raise CalcError(f"{tensor.name[:60]} begins at {start}, the tensor before ends at {end}", fix=_BROKEN)
        end += tensor.size
    if end != size - 8 - length:
        raise CalcError(f"the tensors have {end} bytes, and {size - 8 - length} follow the header", fix=_BROKEN)
    return [tensor for tensor, _ in tensors]


def _fields(data: bytes) -> dict[str, Any]:
    # An entry has three brackets in fifty bytes; a header of brackets alone would take forty times its size in memory.
    if data.count(b"[") + data.count(b"{") > len(data) // 12 + 16:
        raise CalcError("the header lists no tensors", fix=_BROKEN)
    try:
        fields = json.loads(data.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise CalcError("the header is not JSON", fix=_BROKEN) from None
    if not isinstance(fields, dict):
        raise CalcError("the header lists no tensors", fix=_BROKEN)
    fields.pop("__metadata__", None)
    return fields


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise CalcError(f"the header has {name[:60]!r} twice", fix=_BROKEN)
        found[name] = value
    return found


def _tensor(name: str, given: object) -> tuple[StoredTensor, int]:
    """A tensor and where it begins."""
    match given:
        case {"dtype": str(dtype), "shape": list(shape), "data_offsets": [int(start), int(end)]} if dtype in BITS:
            pass
        case _:
            raise CalcError(f"the header does not say type, shape and place of {name[:60]!r}", fix=_BROKEN)
    if not all(type(side) is int and 0 <= side < 2**48 for side in shape) or len(shape) > 64:
        raise CalcError(f"the shape of {name[:60]!r} is {str(shape)[:60]}", fix=_BROKEN)
    if (end - start) * 8 != prod(shape) * BITS[dtype] or start < 0:
        raise CalcError(f"{name[:60]!r} has {end - start} bytes, which its type and shape do not have", fix=_BROKEN)
    return StoredTensor(name, dtype, tuple(shape), end - start), start


def shards(index: object) -> list[str]:
    """The files that an index lists (model.safetensors.index.json); raises CalcError for what is no index.

    >>> shards({"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors", "c": "model-1.safetensors"}})
    ['model-1.safetensors', 'model-2.safetensors']
    """
    listed = index.get("weight_map") if isinstance(index, dict) else None
    if not isinstance(listed, dict) or not listed:
        raise CalcError("the index has no weight_map", fix="give a model.safetensors.index.json")
    names = dict.fromkeys(listed.values())
    for name in names:
        if not isinstance(name, str) or not name.endswith(".safetensors") or set(name) & set("/\\") or len(name) > 200:
            raise CalcError(f"the index lists {str(name)[:60]!r}", fix="only safetensors files beside it are read")
    return list(names)
