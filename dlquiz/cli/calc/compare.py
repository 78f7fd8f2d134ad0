"""`dlquiz calc diff` and `dlquiz calc top`: two networks side by side, and where one spends most."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dlquiz.cli.calc.network_input import compute, read_network, text_of
from dlquiz.cli.calc.params import BatchOption, DtypeOption, JsonOption, NetworkArgument, completed
from dlquiz.cli.calc.reading import number, refuse
from dlquiz.cli.calc.render.emphasis import emit
from dlquiz.cli.calc.render.layer import columns, times, wrapped

LABELS = {
    "input_shape": "input", "output_shape": "output", "parameters": "parameters", "active_parameters": "active",
    "buffers": "buffers", "macs": "MACs", "flops": "FLOPs", "weight_bytes": "weights", "activation_bytes": "outputs",
    "peak_activation_bytes": "peak", "receptive_field": "field", "receptive_field_convolutions": "convolutions'",
}  # fmt: skip


def diff(
    first: Annotated[
        str, typer.Argument(metavar="A", help="A name, a notation in quotes, or a file.", autocompletion=completed)
    ],
    second: Annotated[str, typer.Argument(metavar="B", help="The other one.", autocompletion=completed)],
    most: Annotated[str, typer.Option("--most", metavar="N", help="Layers shown.")] = "40",
    as_json: JsonOption = False,
) -> None:
    """Two networks: the totals that differ, and the layers, the largest differences marked with *.

    \b
    Examples:
      dlquiz calc diff resnet50 resnet50:stride-1x1
      dlquiz calc diff vgg16 vgg16_bn
      dlquiz calc diff "3x32x32, conv 8 k3" "3x32x32, conv 8 k5"
    """
    from dlquiz.calc.networks.diff import differences, totals

    one, other = compute(text_of([first])), compute(text_of([second]))
    changed, pairs = totals(one, other), differences(one, other)
    if as_json:
        import json

        from dlquiz.calc.networks.network import plainly

        layers = [
            {
                "first": pair.first and pair.first.as_dict(),
                "second": pair.second and pair.second.as_dict(),
                "parameters": pair.parameters,
                "macs": pair.macs,
            }
            for pair in pairs
        ]
        typer.echo(json.dumps(plainly({"totals": changed, "layers": layers}), ensure_ascii=False))
        return
    emit(_diff_lines(changed, pairs, number(most, "--most"), max(columns(), 20)))


def _diff_lines(changed: dict[str, Any], pairs: list[Any], most: int, width: int) -> list[str]:
    if not changed and not pairs:
        return ["no difference"]
    lines: list[str] = []
    for name, (one, other) in changed.items():
        by = f" ({other - one:+,})" if isinstance(one, int) and isinstance(other, int) else ""
        lines += wrapped(f"  {LABELS[name]:<14}{_text_of(one)} -> {_text_of(other)}{by}", width, " " * 4)
    if pairs:
        lines += ["", *wrapped(f"{len(pairs)} layers differ; - only the first has, + only the second", width, "  ")]
    weights = [abs(pair.macs) or abs(pair.parameters) for pair in pairs]
    large = {
        id(pairs[place]) for place in sorted(range(len(pairs)), key=lambda one: -weights[one])[:3] if weights[place]
    }
    for pair in pairs[:most]:
        lines += wrapped(f"{'*' if id(pair) in large else ' '} {_pair_text(pair)}", width, "      ")
    if len(pairs) > most:
        lines.append(f"  … {len(pairs) - most} more: --most {len(pairs)}")
    return lines


def _pair_text(pair: Any) -> str:
    more = "".join(
        f"  {name} {value:+,}" for name, value in (("parameters", pair.parameters), ("MACs", pair.macs)) if value
    )
    if pair.first is None or pair.second is None:
        layer = pair.first or pair.second
        return (
            f"{'-' if pair.second is None else '+'} {_repeats(layer)}{layer.name} -> {times(layer.output_shape)}{more}"
        )
    one, other = pair.first, pair.second
    name = _repeats(one) + (one.name if one.name == other.name else f"{one.name} => {_repeats(other, one)}{other.name}")
    shapes = [times(layer.output_shape) for layer in (one, other)]
    return f"  {name} -> {shapes[0] if shapes[0] == shapes[1] else ' => '.join(shapes)}{more}"


def _repeats(layer: Any, before: Any = None) -> str:
    """How often a layer stands there, unless the one before it says so already."""
    return "" if layer.repeat == (before.repeat if before else 1) else f"{layer.repeat}× "


def _text_of(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, tuple):
        return times(value)
    if isinstance(value, list):
        listed = [f"{axis['size']}/{axis['jump']}/{axis['padding']}" for axis in value]
        return listed[0] if len(set(listed)) == 1 else " ".join(listed)
    return str(value)


def top(
    network: NetworkArgument = None,
    by: Annotated[str, typer.Option("--by", metavar="macs|parameters|memory", help="What counts.")] = "macs",
    most: Annotated[str, typer.Option("-n", "--most", metavar="N", help="Layers shown.")] = "10",
    batch: BatchOption = None,
    dtype: DtypeOption = "fp32",
    as_json: JsonOption = False,
) -> None:
    """The layers that cost most, equal ones together, with their share of the whole.

    \b
    Examples:
      dlquiz calc top resnet50
      dlquiz calc top vgg16 --by parameters
      dlquiz calc top gpt2 --by memory -n 5
    """
    from dlquiz.calc.networks.diff import top as largest

    if by not in ("macs", "parameters", "memory"):
        refuse(f"--by {by[:40]!r} is unknown — use macs, parameters or memory")
    rows = largest(read_network(network, batch, dtype), by, number(most, "--most"))
    if as_json:
        import json

        listed = [
            {
                "name": row.name,
                "repeat": row.repeat,
                "output_shape": row.output_shape,
                by: cost,
                "share": round(share, 6),
            }
            for row, cost, share in rows
        ]
        typer.echo(json.dumps(listed, ensure_ascii=False))
        return
    width = max(columns(), 20)
    side = max((len(f"{cost:,}") for _, cost, _ in rows), default=1)
    for row, cost, share in rows:
        name = (f"{row.repeat}× " if row.repeat > 1 else "") + row.name
        bar = "█" * round(share * 20)
        line = f"{share:6.1%}  {cost:>{side},}  {name} -> {times(row.output_shape)}"
        typer.echo("\n".join(wrapped(line if width < 70 else f"{bar:<10.10} {line}", width, "        ")))
