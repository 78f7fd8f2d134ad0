"""`dlquiz calc net` for a printed PyTorch model: its parameters, and the network where its order is known."""

from __future__ import annotations

import typer

from dlquiz.calc.errors import CalcError
from dlquiz.cli.calc.render.layer import wrapped


def shown(text: str, shape: str | None, as_json: bool, width: int) -> str:
    """The notation of the model when it has an input and a known order; otherwise its parameters are printed."""
    from dlquiz.calc.networks.printed import order, torch_print

    if not torch_print.is_printed(text):
        return text
    model = torch_print.read(text)
    reason = "give --input 3x224x224 for shapes, MACs and fields"
    if shape:
        try:
            return order.notation(model, shape)
        except CalcError as error:
            reason = str(error)
    counted = torch_print.count(model)
    if as_json:
        import json

        fields = {
            "parameters": counted.parameters,
            "buffers": counted.buffers,
            "exact": not counted.unseen,
            "unseen": counted.unseen,
            "tied": counted.tied,
        }
        typer.echo(json.dumps(fields, ensure_ascii=False))
        return ""
    bound = "" if not counted.unseen else "at least "
    lines = [f"parameters  {bound}{counted.parameters:,}", f"buffers     {bound}{counted.buffers:,}"]
    if counted.unseen:
        lines.append(f"not seen: tensors that {', '.join(counted.unseen[:12])} may hold beside their modules")
    if counted.tied:
        lines.append(counted.tied)
    lines.append(reason)
    typer.echo("\n".join(line for one in lines for line in wrapped(one, max(width, 20), "  ")))
    return ""
