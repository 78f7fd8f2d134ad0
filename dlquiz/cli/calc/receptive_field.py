"""`dlquiz calc rf`: receptive fields of every layer, of one unit, backwards, and how much of them matters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from dlquiz.calc.layers.arguments import shape_text
from dlquiz.cli.calc.network_input import read_network
from dlquiz.cli.calc.params import JsonOption, LangOption, NetworkArgument
from dlquiz.cli.calc.reading import language, number, refuse
from dlquiz.cli.calc.render.emphasis import BOLD, Emphasised, bold, emit
from dlquiz.cli.calc.render.layout import columns, wrapped
from dlquiz.cli.calc.render.network import field_cell, field_text, labelled, title, warnings
from dlquiz.formatting import with_unit
from dlquiz.markup.width import cell_width, pad
from dlquiz.messages.calc_screens import head, say, total_labels

if TYPE_CHECKING:
    from dlquiz.calc.networks.field_depth import EffectiveField
    from dlquiz.calc.networks.network import LayerResult, NetworkResult
    from dlquiz.calc.networks.unit_field import UnitField
    from dlquiz.cards import Language

# What the axes of a map are called, by their number.
AXES = {1: ("place",), 2: ("rows", "columns"), 3: ("depth", "rows", "columns")}


def field(
    network: NetworkArgument = None,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="Y,X", help="The pixels that this unit sees, cut at the borders.")
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="N", help="After the N-th layer instead of the last.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="N", help="How often to repeat the chain for a field of N.")
    ] = None,
    effective: Annotated[bool, typer.Option("--effective", help="The effective receptive field of a chain.")] = False,
    all_layers: Annotated[bool, typer.Option("--explain", help="Also list layers that do not widen it.")] = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Receptive field after every layer: size, jump (stride), start (centre of unit 0), padding, with a picture.

    Unit i sees as many pixels as the size says, from i × jump − padding on; where that differs by
    unit, the first pixels of a period are listed. Of branches that meet it is the union.

    \b
    Examples:
      dlquiz calc rf vgg16
      dlquiz calc rf resnet50 --at 140 --unit 3,5
      dlquiz calc rf 3x64x64, conv 8 k3, conv 8 k3 s2, maxpool k2, conv 8 k3
      dlquiz calc rf 8x64x64, conv 8 k3 p1 --until 200
      dlquiz calc rf "1x64x64, 10*(conv 1 k3 p1)" --effective
    """
    result, width = read_network(network), max(columns(), 20)
    if until is not None:
        _until(result, number(until, "--until"), as_json, width, language(lang))
        return
    if effective:
        _effective(result, as_json, width, language(lang))
        return
    place = None if at is None else _place(result, number(at, "--at"))
    if unit is not None:
        place = _last_map(result) if place is None else place
        at_unit = [number(one.strip(), "--unit") for one in unit.replace("x", ",").replace("，", ",").split(",")]
        emit([_unit_json(result, at_unit, place)] if as_json else _unit(result, at_unit, place, width, language(lang)))
        return
    if as_json:
        import json

        from dlquiz.calc.result import json_value

        fields = [
            {
                "number": layer.number,
                "name": layer.name,
                "output_shape": layer.output_shape,
                "receptive_field": layer.receptive_field,
                "receptive_field_convolutions": layer.receptive_field_convolutions,
            }
            for layer in result.layers
        ]
        facts = {
            "receptive_field": result.receptive_field,
            "receptive_field_convolutions": result.receptive_field_convolutions,
            "warnings": result.warnings,
            "layers": fields,
        }
        typer.echo(json.dumps(json_value(facts), ensure_ascii=False))
        return
    emit(_lines(result, place, all_layers, width, language(lang)))


def _place(result: NetworkResult, at: int) -> int:
    if not 1 <= at < len(result.nodes):
        refuse(f"--at {at} is not a layer — use 1 to {len(result.nodes) - 1}")
    return at


def _lines(result: NetworkResult, place: int | None, every: bool, width: int, language: Language) -> Iterable[str]:
    layers = [layer for layer in result.layers if place is None or layer.number <= place]
    rows = layers if every else list(_widening(layers))
    yield from bold(wrapped(title(result, language), width, "  "))
    yield ""
    yield from _table(rows, width, language)
    last = layers[-1] if layers else None
    if last is None:
        return
    yield ""
    mapped = result.nodes[0].form == "map"
    labels = total_labels(language)
    facts = [(labels["field"], field_text(last.receptive_field, language, mapped))]
    if last.receptive_field == "global" and last.receptive_field_convolutions:
        facts.append((labels["alone"], field_text(last.receptive_field_convolutions, language)))
        facts += _whole_map(result, layers, language)
    facts += warnings(result, language)
    yield from labelled(facts, width)


def _whole_map(result: NetworkResult, layers: list[LayerResult], language: Language) -> list[tuple[str, str]]:
    """What the last map sees as one, padding counted: the field of a layer that reads all of it."""
    maps = [layer for layer in layers if layer.node.form == "map" and isinstance(layer.receptive_field, list)]
    if not maps:
        return []
    field = maps[-1].receptive_field
    assert isinstance(field, list)
    sides = result.nodes[maps[-1].number].result.output_shape[1:]
    sizes = [axis["size"] + (side - 1) * axis["jump"] for axis, side in zip(field, sides, strict=True)]
    return [(head("last map", language), say("whole map", language, size=shape_text([int(one) for one in sizes])))]


def _widening(layers: list[LayerResult]) -> Iterable[LayerResult]:
    """The layers at which size or jump changes, and those that see everything first."""
    before: object = None
    for layer in layers:
        field = layer.receptive_field
        sign = (
            field if not isinstance(field, list) else [(axis["size"], axis["jump"], axis["padding"]) for axis in field]
        )
        plain = isinstance(field, list) and all(axis["size"] == axis["jump"] == 1 for axis in field)
        if sign != before and not plain and (field is not None or before is not None):
            yield layer
        before = sign


def _table(rows: list[LayerResult], width: int, language: Language) -> Iterable[str]:
    """Number, layer, output, field, jump, start, padding, and a bar of the field's size."""
    table = [["", *(head(name, language) for name in ("layer", "output", "field", "jump", "start", "pad"))]]
    for layer in rows:
        field = layer.receptive_field
        if isinstance(field, list):
            rest = [_axes(field, name) for name in ("jump", "start", "padding")]
        else:
            rest = ["", "", ""]
        table.append(
            [str(layer.number), layer.name, shape_text(layer.output_shape), field_cell(layer, language), *rest]
        )
    if width < 60:
        for row in table[1:]:
            yield from wrapped(f"{row[0]} {row[1]}", width, "    ")
            field = say("field in a row", language, field=row[3], jump=row[4], start=row[5]) if row[4] else row[3]
            yield from wrapped(f"    {field}", width, "    ")
        return
    sides = [max(cell_width(row[place]) for row in table) for place in range(7)]
    sides[1] = min(sides[1], max(width - sum(sides) + sides[1] - 14, 16))
    room = width - sum(sides) - 14
    largest = max((_size(layer) for layer in rows), default=1)
    for row, shown in zip(table, [None, *rows], strict=True):
        name, *more = list(wrapped(row[1], sides[1], "  "))
        cells = [row[0].rjust(sides[0]), pad(name, sides[1])]
        cells += [" " * (side - cell_width(cell)) + cell for cell, side in zip(row[2:], sides[2:], strict=True)]
        bar = (
            "█" * max(round(_size(shown) / largest * room), 1)
            if shown is not None and room >= 8 and _size(shown)
            else ""
        )
        line = "  ".join([*cells, bar]).rstrip()
        yield Emphasised(line, BOLD) if shown is None else line
        yield from (" " * (sides[0] + 2) + one for one in more)


def _axes(field: list[dict[str, object]], name: str) -> str:
    facts = [str(axis[name]) for axis in field]
    return facts[0] if len(set(facts)) == 1 else "x".join(facts)


def _size(layer: LayerResult | None) -> int:
    field = layer.receptive_field if layer is not None else None
    return max(axis["size"] for axis in field) if isinstance(field, list) else 0


def _unit_json(result: NetworkResult, unit: list[int], place: int) -> str:
    import json

    from dlquiz.calc.networks.unit_field import seen

    facts = seen(result, unit, place)
    unit_seen = {"box": facts.box, "touched": facts.touched, "global": facts.everything}
    return json.dumps({"unit": unit, **unit_seen})


def _unit(result: NetworkResult, unit: list[int], place: int, width: int, language: Language) -> Iterator[str]:
    """The unit, and what it sees of the input."""
    from dlquiz.calc.networks.unit_field import seen

    facts, node = seen(result, unit, place), result.nodes[place]
    shape = shape_text(node.result.output_shape)
    first = say("unit", language, unit=",".join(map(str, unit)), name=node.name, shape=shape)
    for line in (first, *_seen(facts, language)):
        yield from wrapped(line, width, "  ")


def _seen(facts: UnitField, language: Language) -> Iterator[str]:
    """What a unit sees, in sentences."""
    from dlquiz.calc.networks.unit_field import pixels

    if facts.box is None:
        yield say("sees everything" if facts.everything else "sees padding", language)
        return
    for name, (first, last), touched in zip(AXES[len(facts.box)], facts.box, facts.touched, strict=True):
        counts = {"pixels": f"{last - first + 1:,}", "touched": f"{touched:,}"}
        yield say("seen on an axis", language, axis=head(name, language), first=first, last=last, **counts)
    yield say("seen box", language, pixels=f"{pixels(facts.box):,}")
    if facts.everything:
        yield say("sees everything besides", language)


def _last_map(result: NetworkResult) -> int:
    """The output if it is a map, otherwise the last map of more than one pixel."""
    maps = [
        number
        for number, node in enumerate(result.nodes)
        if node.form == "map" and node.sources and max(node.result.output_shape[1:]) > 1
    ]
    return result.last if result.nodes[result.last].form == "map" or not maps else maps[-1]


def _until(result: NetworkResult, wanted: int, as_json: bool, width: int, language: Language) -> None:
    from dlquiz.calc.networks.field_depth import until

    facts = until(result, wanted)
    if as_json:
        import json

        typer.echo(json.dumps(facts._asdict()))
        return
    each = facts.layers // facts.repeats if facts.repeats else 0
    numbers = {name: f"{value:,}" for name, value in facts._asdict().items()} | {"layers": f"{each:,}"}
    emit(wrapped(say("repeats" if each == 1 else "repeats of layers", language, **numbers), width, "  "))


def _effective(result: NetworkResult, as_json: bool, width: int, language: Language) -> None:
    from dlquiz.calc.networks.field_depth import effective

    facts = effective(result)
    if as_json:
        import json

        typer.echo(
            json.dumps(
                {
                    "field": facts.field,
                    "size": facts.size,
                    "deviation": round(facts.deviation, 6),
                    "weights": [float(one) for one in facts.weights] if facts.field <= 4096 else None,
                }
            )
        )
        return
    share = with_unit(f"{100 * facts.size / facts.field:.0f}", "%", language)
    lines = [
        say("effective", language, field=f"{facts.field:,}", size=f"{facts.size:,}", share=share),
        say("deviation", language, deviation=f"{facts.deviation:.3g}"),
        "",
        *_curve(facts, width),
    ]
    typer.echo("\n".join(line for one in lines for line in (wrapped(one, width, "  ") if "█" not in one else [one])))


def _curve(facts: EffectiveField, width: int) -> list[str]:
    """The weights over the field, in eighths of a row, eight rows high."""
    weights = facts.weights
    room = min(len(weights), width - 2)
    columns = [
        float(weights[place * len(weights) // room : (place + 1) * len(weights) // room or None].max())
        for place in range(room)
    ]
    heights = [round(one / max(columns) * 64) for one in columns]
    rows = []
    for row in range(7, -1, -1):
        rows.append("".join(" ▁▂▃▄▅▆▇█"[max(0, min(8, height - 8 * row))] for height in heights).rstrip())
    return rows
