"""`dlquiz calc net` for a printed PyTorch model: its parameters, and the network where its order is known."""

from __future__ import annotations

import typer

from dlquiz.calc.errors import CalcError
from dlquiz.cli.calc_output import wrapped


def shown(text: str, shape: str | None, as_json: bool, width: int) -> str:
    """The notation of the model when it has an input and a known order; otherwise its parameters are printed."""
    from dlquiz.calc import printed, printed_order

    if not printed.is_printed(text):
        return text
    model = printed.read(text)
    reason = "give --input 3x224x224 for shapes, MACs and fields"
    if shape:
        try:
            return printed_order.notation(model, shape)
        except CalcError as error:
            reason = str(error)
    told = printed.count(model)
    if as_json:
        import json

        fields = {"parameters": told.parameters, "buffers": told.buffers, "exact": not told.unseen,
                  "unseen": told.unseen,
                  "tied": told.tied}  # fmt: skip
        typer.echo(json.dumps(fields, ensure_ascii=False))
        return ""
    bound = "" if not told.unseen else "at least "
    lines = [f"parameters  {bound}{told.parameters:,}", f"buffers     {bound}{told.buffers:,}"]
    if told.unseen:
        lines.append(f"not seen: tensors that {', '.join(told.unseen[:12])} may hold beside their modules")
    if told.tied:
        lines.append(told.tied)
    lines.append(reason)
    typer.echo("\n".join(line for one in lines for line in wrapped(one, max(width, 20), "  ")))
    return ""
