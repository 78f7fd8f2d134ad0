"""What is printed of a file of weights: counts by type and by name, and the layers of an ONNX model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from dlquiz.calc.errors import CalcError
from dlquiz.calc.files.weights import StoredTensor, TensorGroup, by_dtype, by_prefix
from dlquiz.calc.layers.arguments import shape_text
from dlquiz.cards import Language
from dlquiz.cli.calc.render.calculation import amount
from dlquiz.cli.calc.render.emphasis import emit
from dlquiz.cli.calc.render.layout import in_columns, with_labels, wrapped
from dlquiz.messages.calc_screens import head, say

if TYPE_CHECKING:
    from dlquiz.calc.files.onnx import OnnxModel

# Numbers of steps, of places and flags: no parameters. Types into which weights of fewer bits are packed.
_NO_PARAMETERS = {"I64", "U64", "BOOL", "INT64", "UINT64", "STRING"}
_PACKED = {"I32", "U8", "INT32", "UINT8"}
MOST_ROWS = 40


def parameters(tensors: Iterable[StoredTensor]) -> int:
    return sum(one.values for one in tensors if one.dtype not in _NO_PARAMETERS)


class TensorOptions(NamedTuple):
    """What is asked of a file of weights: one count, JSON, how many parts of a name count; language and width."""

    ask: str | None
    as_json: bool
    depth: int
    language: Language
    width: int


def show_tensors(tensors: list[StoredTensor], options: TensorOptions) -> None:
    """Print the counts of a file, or the one that is asked for."""
    counts = {
        "parameters": parameters(tensors),
        "tensors": len(tensors),
        "bytes": sum(one.size for one in tensors),
    }
    groups = {"by_dtype": by_dtype(tensors), "by_prefix": by_prefix(tensors, options.depth)}
    _answer(counts, dict(groups), [options.ask] if options.ask else [], options.as_json)
    if not options.ask and not options.as_json:
        emit(_tensor_lines(tensors, counts, groups, options))


def show_model(model: OnnxModel, asked: Sequence[str], as_json: bool, width: int, language: Language) -> None:
    """Print the layers of an ONNX model and its totals, or the totals that are asked for."""
    counts = {"parameters": parameters(model.tensors), "macs": model.macs, "flops": 2 * model.macs}
    counts |= {"bytes": sum(one.size for one in model.tensors)}
    _answer(counts, {"layers": model.layers, "unknown": model.unknown}, asked, as_json)
    if not asked and not as_json:
        emit(_model_lines(model, counts, max(width, 20), language))


def _answer(counts: dict[str, int], lists: dict[str, Sequence[object]], asked: Sequence[str], as_json: bool) -> None:
    """Print everything as JSON, or the counts that are asked for; nothing where lines are wanted."""
    for name in asked:
        if name not in counts:
            raise CalcError(f"the file has nothing at {name[:60]!r}", fix="ask for one of: " + ", ".join(counts))
    chosen = {name: counts[name] for name in asked}
    if as_json:
        plain = {
            name: [one._asdict() if isinstance(one, tuple) and hasattr(one, "_asdict") else one for one in rows]
            for name, rows in lists.items()
        }
        print(json.dumps(chosen or counts | plain, ensure_ascii=False))
    elif chosen:
        print("\n".join(f"{count:,}" for count in chosen.values()))


def _tensor_lines(
    tensors: list[StoredTensor], counts: dict[str, int], groups: Mapping[str, list[TensorGroup]], options: TensorOptions
) -> Iterator[str]:
    width, language = max(options.width, 20), options.language
    yield from _labelled(_sizes(tensors, counts, language), width, language)
    if packed := [one.name for one in groups["by_dtype"] if one.name in _PACKED]:
        yield from wrapped(say("packed", language, names=", ".join(packed)), width, "  ")
    for column, name in (("type", "by_dtype"), ("name", "by_prefix")):
        yield ""
        yield from _table(column, groups[name], width, language)


def _sizes(tensors: list[StoredTensor], counts: dict[str, int], language: Language) -> dict[str, str]:
    number = len(tensors)
    counted = say("tensor" if number == 1 else "tensors", language, number=f"{number:,}")
    parameters = say("in tensors", language, number=f"{counts['parameters']:,}", tensors=counted)
    return {"parameters": parameters, "bytes": amount(counts["bytes"], "B")}


def _labelled(rows: Mapping[str, str], width: int, language: Language) -> Iterator[str]:
    for line in with_labels(rows, language):
        yield from wrapped(line, width, "  ")


def _table(column: str, groups: list[TensorGroup], width: int, language: Language) -> Iterator[str]:
    shown = groups[:MOST_ROWS]
    rows: list[tuple[str, ...]] = [
        tuple(head(one, language) for one in (column, "tensors", "values")),
        *((one.name, f"{one.tensors:,}", f"{one.values:,}") for one in shown),
    ]
    yield from in_columns(rows, width)
    if len(groups) > len(shown):
        yield say("more", language, number=f"{len(groups) - len(shown):,}")


def _model_lines(model: OnnxModel, counts: dict[str, int], width: int, language: Language) -> Iterator[str]:
    rows: list[tuple[str, ...]] = [tuple(head(one, language) for one in ("operator", "output", "parameters", "macs"))]
    shown = [layer for layer in model.layers if layer.kind != "Constant"]
    for layer in shown[: 10 * MOST_ROWS]:
        output = "?" if layer.output_shape is None else shape_text(layer.output_shape)
        macs = "?" if layer.macs is None else f"{layer.macs:,}" if layer.macs else "-"
        rows.append((f"{layer.kind} {layer.name}", output, f"{layer.parameters:,}" if layer.parameters else "-", macs))
    yield from in_columns(rows, width)
    if len(shown) >= len(rows):
        yield say("more", language, number=f"{len(shown) - len(rows) + 1:,}")
    yield ""
    macs = f"{counts['macs']:,}"
    if model.unknown:
        macs = say("at least", language, number=macs)
    yield from _labelled(_sizes(model.tensors, counts, language) | {"macs": macs}, width, language)
    if model.unknown:
        yield from wrapped(say("unknown", language, names=", ".join(model.unknown[:12])), width, "  ")
