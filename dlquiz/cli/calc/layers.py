"""The commands of `dlquiz calc` that name a layer, each built from its row of the table when it is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from inspect import Parameter
from typing import Annotated

import typer

from dlquiz.cli.calc import layer_request, params
from dlquiz.cli.calc.layer_request import ReadOption, input_type
from dlquiz.cli.calc.layers_table import LAYER_COMMANDS, LayerCommand


def command(name: str) -> Callable[..., None]:
    """The function of a command, with its options as typer reads them."""
    row = LAYER_COMMANDS[name]

    def run(**typed: object) -> None:
        layer_request.run(name, typed)

    params.with_signature(run, name, row.summary, row.examples, _parameters(row))
    return run


def _parameters(row: LayerCommand) -> Iterator[Parameter]:
    yield from _inputs(row.input)
    for one in layer_request.read_options(row):
        yield _flag(one) if one.is_flag else _option(one)
    for name, annotation, default in (
        ("batch", params.BatchOption, None),
        ("dtype", params.DtypeOption, "fp32"),
        ("count", params.CountOption, "both"),
        ("check", params.CheckOption, None),
        ("ask", params.AskOption, None),
        ("as_json", params.JsonOption, False),
        ("lang", params.LangOption, None),
    ):
        yield Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _flag(read: ReadOption) -> Parameter:
    option, value = read.option, read.flag_value
    described = typer.Option(*option.flags.split(), help=option.help, callback=lambda given: value if given else None)
    return Parameter(option.argument, Parameter.KEYWORD_ONLY, default=False, annotation=Annotated[bool, described])


def _option(read: ReadOption) -> Parameter:
    option = read.option
    described = typer.Option(*option.flags.split(), metavar=option.metavar, help=option.help, parser=read.parser)
    kind = str if option.default is not None else str | None
    return Parameter(
        option.argument, Parameter.KEYWORD_ONLY, default=option.default, annotation=Annotated[kind, described]
    )


def _inputs(form: str) -> Iterator[Parameter]:
    read = input_type(form)
    if form == "sequence":
        argument = typer.Argument(
            metavar="[TxF]", help="Tokens x features, as 128x768; or features alone.", parser=read
        )
        option = typer.Option("--tokens", metavar="TxF", help="The same as an option.", parser=read)
        yield Parameter("input", Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[str | None, argument])
        yield Parameter("tokens", Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[str | None, option])
        return
    if form == "table":
        argument = typer.Argument(metavar="VxF", help="Vocabulary x features, as 30522x768.", parser=read)
    else:
        argument = typer.Argument(
            metavar="INPUT", help="Channels x sides, as 3x224x224; or one bare side.", parser=read
        )
    yield Parameter("input", Parameter.KEYWORD_ONLY, annotation=Annotated[str, argument])
