"""`dlquiz calc layer`: any layer, by torch's name and torch's arguments."""

from __future__ import annotations

from typing import Annotated

import typer

from dlquiz.cli.calc.params import AskOption, CheckOption, CountOption, JsonOption, LangOption
from dlquiz.cli.calc.reading import number, numbers, refuse
from dlquiz.cli.calc.render.layer import OutputOptions, show

WORDS = {"true": True, "false": False, "none": None}


def layer(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="As torch names it: conv2d, BatchNorm1d, gelu.")],
    input: Annotated[str, typer.Argument(metavar="SHAPE", help="The whole shape, a batch where torch wants one.")],
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[NAME=VALUE]...", help="torch's arguments.")] = None,
    count: CountOption = "both",
    check: CheckOption = None,
    ask: AskOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Any layer by torch's name and arguments; a value is a number, 3x5 for a tuple, true, false, none or a word.

    \b
    Examples:
      dlquiz calc layer conv2d 1x3x224x224 out_channels=64 kernel_size=7
      dlquiz calc layer GELU 8x128x3072
      dlquiz calc layer prelu 1x64x56x56 num_parameters=64
    """
    given: dict[str, object] = {}
    for argument in arguments or ():
        name, sign, value = argument.partition("=")
        if not sign or not name.isidentifier():
            refuse(f"{argument[:40]!r} cannot be read — write name=value, as kernel_size=3")
        given[name] = _value(value, name)
    show(kind, numbers(input, "the shape", "3x224x224"), given, OutputOptions(count, check, ask, as_json, lang))


def _value(text: str, name: str) -> bool | int | float | str | tuple[int | None, ...] | None:
    word = text.strip().lower()
    if word in WORDS:
        return WORDS[word]
    if word.lstrip("-").isdigit():
        return number(word, name)
    if "none" in word.split("x"):
        return tuple(None if one == "none" else number(one, name) for one in word.split("x"))
    if word.replace("x", "").replace("-", "").isdigit():
        return numbers(word, name, "3x5")
    try:
        return float(word) if len(word) <= 40 and word[:1] in "-.0123456789" else text
    except ValueError:
        return text
