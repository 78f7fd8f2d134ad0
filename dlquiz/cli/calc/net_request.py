"""What `dlquiz calc net` was asked, and its answer: a network as a table, one of its numbers, a list of names."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dlquiz.cli.calc.network_input import compute, is_onnx, read_onnx, text_of
from dlquiz.cli.calc.reading import language, refuse, shape_note
from dlquiz.cli.calc.render.emphasis import emit
from dlquiz.cli.calc.render.layer import print_asked
from dlquiz.cli.calc.render.layout import columns

if TYPE_CHECKING:
    from dlquiz.calc.networks.network import NetworkResult
    from dlquiz.cards import Language

COUNTS = ("mac", "flop", "both", "all", "others")


class NetRequest(NamedTuple):
    """The arguments of the command by their names; typer has their defaults and help."""

    network: Sequence[str] | None = None
    all_layers: bool = False
    cost: str = "both"
    ask: Sequence[str] | None = None
    batch: int | None = None
    dtype: str = "fp32"
    input: str | None = None
    by_stage: bool = False
    depth: int | None = None
    listed: bool = False
    words: bool = False
    notation: bool = False
    as_csv: bool = False
    as_markdown: bool = False
    as_json: bool = False
    lang: str | None = None


def run(asked: NetRequest) -> None:
    """Print what was asked of a network; raises DlquizError for what cannot be read or computed."""
    output_language, width = language(asked.lang), columns()
    if asked.cost not in COUNTS:
        refuse(f"--count {asked.cost[:40]!r} is unknown — use mac, flop, both, all or others")
    if asked.listed or asked.words:
        from dlquiz.cli.calc.render.network_lists import names, vocabulary

        print("\n".join(names(width, asked.as_json) if asked.listed else vocabulary(width, asked.as_json)))
        return
    if asked.network and is_onnx(asked.network):
        from dlquiz.cli.calc.render.weights import show_model

        show_model(read_onnx(Path(asked.network[0])), asked.ask or (), asked.as_json, width, output_language)
        return
    text = text_of(asked.network)
    if _is_torch(text):
        from dlquiz.cli.calc.render.torch_model import PrintOptions, shown

        text = shown(text, PrintOptions(asked.input, asked.ask, asked.depth, asked.as_json, output_language, width))
        if not text:
            return
    elif asked.input is not None:
        text = _with_input(text, asked.input)
    result = compute(text, asked.batch, asked.dtype)
    if asked.ask:
        print_asked({path: result.ask(path) for path in asked.ask}, asked.as_json)
    elif asked.notation:
        print(result.text)
    elif asked.as_json:
        import json

        fields = result.as_dict() | _others(result, asked.cost) | _parts(result, asked.depth)
        print(json.dumps(fields, ensure_ascii=False))
    else:
        if (first := result.nodes[0]).form == "map" and (note := shape_note(first.result.output_shape, asked.lang)):
            print(note, file=sys.stderr)
        emit(_table(result, asked, width, output_language))


def _form(asked: NetRequest) -> str:
    """The form of the table that was chosen; a row a layer unless another was."""
    chosen = {
        "csv": asked.as_csv,
        "markdown": asked.as_markdown,
        "stages": asked.by_stage,
        "depth": asked.depth is not None,
    }
    first, *more = [name for name, given in chosen.items() if given] or ["layers"]
    if more:
        refuse(f"--{first} and --{more[0]} are both given — give one")
    return first


def _table(result: NetworkResult, asked: NetRequest, width: int, language: Language) -> Iterable[str]:
    from dlquiz.calc.networks.table import outline, rows, stages
    from dlquiz.cli.calc.render import network as output

    form = _form(asked)
    if form == "stages":
        return output.part_lines(result, stages(result), width, language)
    if asked.depth is not None:
        return output.part_lines(result, outline(result, asked.depth), width, language)
    layers = rows(result, normalised=not asked.all_layers)
    if form == "csv":
        return output.csv_lines(layers)
    if form == "markdown":
        return output.markdown_lines(result, layers)
    if asked.cost == "others":
        return output.other_lines(result, max(width, 20), language)
    return output.lines(result, layers, asked.cost, width, language)


def _parts(result: NetworkResult, depth: int | None) -> dict[str, object]:
    """The parts at a depth, where one was asked for."""
    from dlquiz.calc.networks.table import outline

    return {} if depth is None else {"parts": [part._asdict() for part in outline(result, depth)]}


def _others(result: NetworkResult, count: str) -> dict[str, object]:
    """What other tools count, where that was asked for."""
    from dlquiz.calc.networks.other_tools import counted

    return {"others": [one._asdict() for one in counted(result)]} if count == "others" else {}


def _is_torch(text: str) -> bool:
    """Whether a text may be a printed model or code: a class, an import or an assignment before the first bracket."""
    head = text.lstrip().partition("(")[0].strip()
    return "(" in text and (head.isidentifier() or "nn." in head or head.startswith(("import torch", "from torch")))


def _with_input(text: str, shape: str) -> str:
    """A named network at the sides of another input; the notation begins with its own."""
    from dlquiz.calc.networks import zoo

    if not zoo.is_name(text) or "@" in text:
        refuse(f"--input is for a name or a printed model — the notation begins with its input: write {shape[:40]}, …")
    first = zoo.notation(text).splitlines()[-1].partition(",")[0]
    channels, _, sides = shape.strip().lower().replace("×", "x").partition("x")
    if "tokens" in first:
        return f"{text}@{shape}"
    if not sides or first.partition("x")[0] != channels:
        refuse(f"--input {shape[:40]!r} does not fit {text[:40]}, which takes {first} — write --input 3x320x320")
    return f"{text}@{sides}"
