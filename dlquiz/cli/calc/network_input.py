"""Which network is meant on the command line: a name, the notation, a file, or stdin; and how its errors are shown."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

from dlquiz.calc.errors import CalcError
from dlquiz.cli.calc.reading import refuse
from dlquiz.errors import DlquizError, UsageError

if TYPE_CHECKING:
    from dlquiz.calc.files.onnx import OnnxModel
    from dlquiz.calc.files.weights import StoredTensor
    from dlquiz.calc.networks.network import NetworkResult
    from dlquiz.calc.networks.notation.parser import NotationError


LARGEST_FILE = 1_000_000
Read = TypeVar("Read")


def text_of(words: Sequence[str] | None) -> str:
    """The text of the network that was typed, or of the file that was named; a config.json is refused."""
    if not words:
        refuse("which network? — `dlquiz calc net --list` lists names; or write 3x224x224, conv 64 k7 s2 p3")
    text = " ".join(words)
    if text == "-":
        text = sys.stdin.read(LARGEST_FILE)
    elif len(words) == 1 and _is_file(text):
        text = _read(Path(text))
    elif len(words) == 1 and re.fullmatch(r"\.[A-Za-z]{2,11}", Path(text[:1000]).suffix):
        refuse(f"there is no file {text[:60]!r} — check the path")
    if text.lstrip().startswith("{") and '"model_type"' in text:
        refuse(
            "a config.json is not read as a network — `dlquiz calc params config.json` counts it, also kv, length, "
            "lora; published models have names: qwen3-8b"
        )
    return text


def _is_file(text: str) -> bool:
    return len(text) < 1000 and "\n" not in text and ("/" in text or "\\" in text or "." in text) and _exists(text)


def _exists(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()[:LARGEST_FILE]
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DlquizError(
            f"{path} is not UTF-8 text", fix="give text, or an .onnx file for net and params, .safetensors for params"
        ) from None
    except OSError as error:
        raise DlquizError(f"cannot read {path}: {error.strerror}", fix="check the path") from None


def is_onnx(words: Sequence[str]) -> bool:
    return len(words) == 1 and words[0].lower().endswith(".onnx")


def read_onnx(path: Path) -> OnnxModel:
    """The model of an ONNX file, mapped into memory: its weights are not read."""
    import mmap

    from dlquiz.calc.files import onnx

    try:
        with path.open("rb") as stream:
            # Left to the collector: an error may still hold a part of it.
            mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        return _of_file(path, lambda: onnx.read(memoryview(mapped)))
    except ValueError:
        raise DlquizError(f"{path} is empty", fix="give a whole file") from None
    except OSError as error:
        raise DlquizError(f"cannot read {path}: {error.strerror}", fix="check the path") from None


def read_weights(path: Path) -> list[StoredTensor]:
    """The tensors of a safetensors file, of all files that an index lists, or of an ONNX file."""
    from dlquiz.calc.files import safetensors

    if path.suffix == ".onnx":
        return read_onnx(path).tensors
    if path.name.endswith(".index.json"):
        index = _index(path)
        names = _of_file(path, lambda: safetensors.shards(index))
        return [tensor for name in names for tensor in read_weights(path.with_name(name))]
    try:
        with path.open("rb") as stream:
            size = path.stat().st_size
            return _of_file(path, lambda: safetensors.read_header(stream, size))
    except OSError as error:
        raise DlquizError(f"cannot read {path}: {error.strerror}", fix="check the path") from None


def _index(path: Path) -> object:
    import json

    try:
        return json.loads(_read(path))
    except (ValueError, RecursionError):
        raise DlquizError(f"{path} is not JSON", fix="give a model.safetensors.index.json") from None


def _of_file(path: Path, read: Callable[[], Read]) -> Read:
    """What is read of a file; an error says of which."""
    try:
        return read()
    except CalcError as error:
        raise CalcError(f"{path.name[-60:]}: {error.message}", fix=error.fix) from None


def read_network(words: list[str] | None, batch: int | None = None, dtype: str = "fp32") -> NetworkResult:
    """The network, computed; what cannot be read exits with 2 and a mark under the place."""
    return compute(text_of(words), batch, dtype)


def compute(text: str, batch: int | None = None, dtype: str = "fp32") -> NetworkResult:
    from dlquiz.calc.networks.network import network
    from dlquiz.calc.networks.notation.parser import NotationError

    try:
        return network(text, batch=batch, dtype=dtype)
    except NotationError as error:
        refuse_net(str(error), error)


def refuse_net(message: str, error: NotationError) -> NoReturn:
    """The message, the source with a mark below it; exit code 2."""
    lines = [message]
    if error.source.strip():
        start = max(0, error.column - 1 - 50)
        shown = error.source[start : start + 76]
        lines += [f"  {shown}", "  " + " " * (error.column - 1 - start) + "^" * min(error.length, 20)]
    raise UsageError("\n".join(lines))
