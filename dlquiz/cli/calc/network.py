"""`dlquiz calc net`: a whole network as a table."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from dlquiz.cli.calc.network_input import Net, compute, is_onnx, read_onnx, text_of
from dlquiz.cli.calc.params import BatchOption, DepthOption, DtypeOption, JsonOption, LangOption
from dlquiz.cli.calc.reading import language, refuse, shape_note
from dlquiz.cli.calc.render.emphasis import emit
from dlquiz.cli.calc.render.layer import columns

if TYPE_CHECKING:
    from dlquiz.calc.networks.network import NetworkResult
    from dlquiz.cards import Language

COUNTS = ("mac", "flop", "both", "all", "others")


def net(
    network: Net = None,
    all_layers: Annotated[bool, typer.Option("--explain", help="Every layer, nothing folded.")] = False,
    count: Annotated[
        str, typer.Option("--count", metavar="mac|flop|both|all|others", help="Which cost; others: by other tools.")
    ] = "both",
    ask: Annotated[
        list[str] | None, typer.Option("--ask", metavar="NAME", help="Only this: parameters, macs, output_shape[0] …")
    ] = None,
    batch: BatchOption = None,
    dtype: DtypeOption = "fp32",
    input: Annotated[
        str | None, typer.Option("--input", metavar="SHAPE", help="Input of a printed model or a name.")
    ] = None,
    by_stage: Annotated[bool, typer.Option("--stages", help="A row for each size of the map, with its share.")] = False,
    depth: DepthOption = None,
    listed: Annotated[bool, typer.Option("--list", help="The networks that have a name.")] = False,
    words: Annotated[bool, typer.Option("--layers", help="The words of the notation.")] = False,
    notation: Annotated[bool, typer.Option("--notation", help="Print it in the notation.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Comma-separated rows.")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="A Markdown table.")] = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """A whole network: shapes, parameters, MACs, memory, receptive field, layer by layer.

    A network is a name, a text such as "3x224x224, conv 64 k7 s2 p3, bn, relu, maxpool k3 s2 p1", a file with such a
    text, what print(model) gives in PyTorch, or nn.Sequential(...) as code: then --input 3x224x224 says what goes in.
    Of an .onnx file the operators are listed with their shapes, parameters and MACs.

    \b
    Examples:
      dlquiz calc net resnet50
      dlquiz calc net resnet50@320 --batch 8
      dlquiz calc net resnet50:stride-1x1 --ask macs
      dlquiz calc net resnet50 --stages
      dlquiz calc net resnet50 --depth 2
      dlquiz calc net 3x32x32, conv 6 k5, maxpool k2, flatten, linear 10
      dlquiz calc net "64x56x56, 3*(residual(conv 64 k3 p1, bn), relu)"
      dlquiz calc net vgg16 --count others     torchinfo, fvcore, ptflops ...
      dlquiz calc net --list
    """
    output_language, width = language(lang), columns()
    if count not in COUNTS:
        refuse(f"--count {count[:40]!r} is unknown — use mac, flop, both, all or others")
    if listed or words:
        from dlquiz.cli.calc.render.network_lists import names, vocabulary

        typer.echo("\n".join(names(width, as_json) if listed else vocabulary(width, as_json)))
        return
    if network and is_onnx(network):
        _onnx(network[0], ask, as_json, width, output_language)
        return
    text = text_of(network)
    if text.lstrip().startswith("{") and '"model_type"' in text:
        refuse(
            "a config.json has no order of layers — `dlquiz calc params config.json` counts it; also kv, length, lora"
        )
    if _is_torch(text):
        from dlquiz.cli.calc.render.torch_model import PrintOptions, shown

        text = shown(text, PrintOptions(input, ask, depth, as_json, output_language, width))
        if not text:
            return
    elif input is not None:
        text = _with_input(text, input)
    result = compute(text, batch, dtype)
    if ask:
        _answer(result, ask, as_json)
    elif notation:
        typer.echo(result.text)
    elif as_json:
        import json

        fields = result.as_dict() | _others(result, count) | _parts(result, depth)
        typer.echo(json.dumps(fields, ensure_ascii=False))
    else:
        if (first := result.nodes[0]).form == "map" and (note := shape_note(first.result.output_shape, lang)):
            typer.echo(note, err=True)
        form = _form({"csv": as_csv, "markdown": as_markdown, "stages": by_stage, "depth": depth is not None})
        emit(
            _table(result, TableOptions(all_layers, count, form, 1 if depth is None else depth), width, output_language)
        )


def _form(chosen: dict[str, bool]) -> str:
    """The form of the table that was chosen; a row a layer unless another was."""
    first, *more = [name for name, given in chosen.items() if given] or ["layers"]
    if more:
        refuse(f"--{first} and --{more[0]} are both given — give one")
    return first


class TableOptions(NamedTuple):
    """What is shown of a network: every layer or equal ones folded, which cost, in which form, at which depth."""

    all_layers: bool
    cost: str
    form: str
    depth: int


def _table(result: NetworkResult, options: TableOptions, width: int, language: Language) -> Iterable[str]:
    from dlquiz.calc.networks.table import outline, rows, stages
    from dlquiz.cli.calc.render import network as output

    if options.form == "stages":
        return output.part_lines(result, stages(result), width, language)
    if options.form == "depth":
        return output.part_lines(result, outline(result, options.depth), width, language)
    layers = rows(result, normalised=not options.all_layers)
    if options.form == "csv":
        return output.csv_lines(layers)
    if options.form == "markdown":
        return output.markdown_lines(result, layers)
    if options.cost == "others":
        return output.other_lines(result, max(width, 20))
    return output.lines(result, layers, options.cost, width, language)


def _parts(result: NetworkResult, depth: int | None) -> dict[str, object]:
    """The parts at a depth, where one was asked for."""
    from dlquiz.calc.networks.table import outline

    return {} if depth is None else {"parts": [part._asdict() for part in outline(result, depth)]}


def _onnx(path: str, ask: list[str] | None, as_json: bool, width: int, language: Language) -> None:
    from dlquiz.cli.calc.render.weights import show_model

    show_model(read_onnx(Path(path)), ask[0] if ask else None, as_json, width, language)


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


def _answer(result: object, asked: list[str], as_json: bool) -> None:
    from dlquiz.calc.networks.network import NetworkResult, plainly

    assert isinstance(result, NetworkResult)
    values = {path: result.ask(path) for path in asked}
    if as_json:
        import json

        typer.echo(json.dumps(plainly(values), ensure_ascii=False))
        return
    for value in values.values():
        lines = (
            f"{value:,}" if isinstance(value, int) else "x".join(map(str, value)) if isinstance(value, tuple) else value
        )
        typer.echo(str(lines))
