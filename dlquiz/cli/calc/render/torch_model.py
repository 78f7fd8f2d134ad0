"""`dlquiz calc net` for a PyTorch model, printed or as code: parameters, and the network where the order is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from dlquiz.calc.errors import CalcError
from dlquiz.cli.calc.render.layer import wrapped

if TYPE_CHECKING:
    from dlquiz.calc.networks.printed.counting import ParameterCount


def shown(text: str, shape: str | None, asked: list[str] | None, as_json: bool, width: int) -> str:
    """The notation of the model when it has an input and a known order; otherwise its parameters are printed."""
    from dlquiz.calc.networks.printed import code, counting, order, torch_print

    if code.is_code(text):
        model = code.read(text)
    elif torch_print.is_printed(text):
        model = torch_print.read(text)
    else:
        return text
    reason = "give --input 3x224x224 for shapes, MACs and fields"
    try:
        if shape:
            return order.notation(model, shape)
        order.check_order(model)
    except order.UnknownOrderError as error:
        reason = str(error)
    counted = counting.count(model)
    fields = _asked(_fields(counted), asked)
    if as_json:
        import json

        typer.echo(json.dumps(fields, ensure_ascii=False))
        return ""
    if asked:
        typer.echo("\n".join(f"{value:,}" if isinstance(value, int) else str(value) for value in fields.values()))
        return ""
    lines = [*_lines(counted), reason]
    typer.echo("\n".join(line for one in lines for line in wrapped(one, max(width, 20), "  ")))
    return ""


def _asked(fields: dict[str, object], asked: list[str] | None) -> dict[str, object]:
    """The fields that are asked for, all unless any are."""
    for name in asked or ():
        if name not in fields:
            raise CalcError(
                f"a printed model without --input has nothing at {name[:40]!r}",
                fix="ask for one of: " + ", ".join(fields),
            )
    return {name: fields[name] for name in asked} if asked else fields


def _fields(counted: ParameterCount) -> dict[str, object]:
    return {
        "parameters": counted.at_least,
        "as_printed": counted.parameters,
        "buffers": counted.buffers,
        "exact": counted.exact,
        "unseen": counted.unseen,
        "tied": counted.tied,
        "hidden": counted.hidden,
    }


def _lines(counted: ParameterCount) -> Iterator[str]:
    bound = "" if counted.exact else "at least "
    printed = "" if counted.parameters == counted.at_least else f"; {counted.parameters:,} as printed"
    yield f"parameters  {bound}{counted.at_least:,}{printed}"
    yield f"buffers     {'at least ' if counted.unseen else ''}{counted.buffers:,}"
    if counted.unseen:
        yield f"not seen: tensors that {', '.join(counted.unseen[:12])} may hold beside their modules"
    if counted.tied:
        yield counted.tied
    if counted.hidden:
        yield f"not in the print: {counted.hidden}"
