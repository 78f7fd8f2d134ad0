"""The options that several commands of `dlquiz calc` have, as typer reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import Parameter, Signature
from textwrap import indent
from typing import Annotated

import typer

from dlquiz.cli.calc.reading import CountType

# Help is read at 80 columns, where examples stand four in.
MAX_EXAMPLE_LENGTH = 76


def with_signature(
    run: Callable[..., None], name: str, summary: str, examples: Iterable[str], parameters: Iterable[Parameter]
) -> None:
    """Give a function of keyword arguments the help and the parameters of its command; arguments before options."""
    listed = list(parameters)
    shown = indent("\n".join(broken(f"dlquiz calc {one}") for one in examples), "  ")
    help_text = f"{summary}\n\n\b\nExamples:\n{shown}\n"
    run.__signature__ = Signature(listed)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in listed}
    run.__name__, run.__doc__ = name, help_text


def broken(command_line: str) -> str:
    """The command as a shell reads it over several lines, broken before options, where one line is too long.

    >>> print(broken("dlquiz calc dpo --chosen -42 --rejected -48 --reference-chosen -45 --reference-rejected -46"))
    dlquiz calc dpo --chosen -42 --rejected -48 --reference-chosen -45 \\
        --reference-rejected -46
    """
    first, *options = command_line.split(" --")
    lines = [first]
    for option in options:
        if len(lines[-1]) + len(f" --{option} \\") > MAX_EXAMPLE_LENGTH:
            lines[-1] += " \\"
            lines.append(f"    --{option}")
        else:
            lines[-1] += f" --{option}"
    return "\n".join(lines) if len(command_line) > MAX_EXAMPLE_LENGTH else command_line


def completed(incomplete: str) -> list[str]:
    """The shipped networks that begin so, for the shell."""
    from dlquiz.calc.networks.zoo import named_networks

    return [name for name in named_networks() if name.startswith(incomplete)]


NetworkArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NET",
        help="A name (resnet50@320), the notation, a file, or - for stdin.",
        show_default=False,
        autocompletion=completed,
    ),
]
BatchOption = Annotated[
    int | None, typer.Option("--batch", metavar="N", help="Batch size.", parser=CountType("--batch"))
]
DepthOption = Annotated[
    int | None,
    typer.Option("--depth", metavar="N", help="Levels of blocks that the table shows.", parser=CountType("--depth")),
]
CountOption = Annotated[
    str, typer.Option("--count", metavar="mac|flop|both|all", help="Which cost to show; all adds element-wise.")
]
CheckOption = Annotated[
    str | None, typer.Option("--check", metavar="NUMBER", help="Is this right? If not, which mistake?")
]
AskOption = Annotated[
    str | None, typer.Option("--ask", metavar="NAME", help="Only this, such as parameters or macs; also for --check.")
]
DtypeOption = Annotated[
    str, typer.Option("--dtype", metavar="TYPE", help="fp64, fp32, fp16, bf16, int8 ...: for memory.")
]
LangOption = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="en|zh",
        help="Language of the answer.",
        autocompletion=lambda incomplete: [one for one in ("en", "zh") if one.startswith(incomplete)],
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]
