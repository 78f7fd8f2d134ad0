"""`dlquiz calc net`: a whole network as a table."""

from __future__ import annotations

from typing import Annotated

import typer

from dlquiz.cli.calc import net_request
from dlquiz.cli.calc.params import BatchOption, DepthOption, DtypeOption, JsonOption, LangOption, NetworkArgument


def net(
    network: NetworkArgument = None,
    all_layers: Annotated[bool, typer.Option("--explain", help="Every layer, nothing folded.")] = False,
    cost: Annotated[
        str,
        typer.Option(
            "--count", metavar="mac|flop|both|all|others", help="Which cost to show; others: what other tools count."
        ),
    ] = "both",
    ask: Annotated[
        list[str] | None, typer.Option("--ask", metavar="NAME", help="Only this: parameters, macs, output_shape[0] …")
    ] = None,
    batch: BatchOption = None,
    dtype: DtypeOption = "fp32",
    input: Annotated[
        str | None, typer.Option("--input", metavar="SHAPE", help="Input shape, for a printed model or a name.")
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
    net_request.run(net_request.NetRequest(**locals()))
