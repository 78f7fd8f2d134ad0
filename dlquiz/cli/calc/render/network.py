"""How `dlquiz calc net` prints a network: the table of its layers, the totals, CSV, Markdown. Without rich."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from dlquiz.calc import translations
from dlquiz.calc.layers.arguments import shape_text
from dlquiz.calc.receptive_field.window import written
from dlquiz.cli.calc.render.emphasis import BOLD, DIM, Emphasised, bold, dim
from dlquiz.cli.calc.render.layer import CONVENTION, FIELD, bytes_text, short, with_power
from dlquiz.cli.calc.render.layout import in_columns, stacked, wrapped
from dlquiz.formatting import COLON, COMMA, SEMICOLON, binary_bytes, in_brackets, with_unit
from dlquiz.markup.width import cell_width
from dlquiz.messages.calc_screens import head, say, total_labels

if TYPE_CHECKING:
    from dlquiz.calc.networks.network import LayerResult, NetworkResult
    from dlquiz.calc.networks.table import NetworkPart
    from dlquiz.cards import Language

WIDE, NARROW = 112, 70


def field_cell(layer: LayerResult | NetworkResult, language: Language = "en") -> str:
    """The size of the field, once when the axes agree; the least and the most where it depends on the unit."""
    sizes = layer.field_sizes
    if sizes is None or isinstance(sizes, str):
        return "-" if sizes is None else "全局" if language == "zh" else sizes
    sides = [str(most) if least == most else f"{least}-{most}" for least, most in sizes]
    return sides[0] if len(set(sides)) == 1 else "x".join(sides)


def cells(layer: LayerResult, count: str, exact: bool, language: Language) -> list[str]:
    """One row: name, output, parameters, cost, memory, field."""
    show = (lambda value: f"{value:,}") if exact else short
    cost = layer.flops if count == "flop" else layer.macs
    cost_text = "-" if not cost else show(cost)
    if count == "all" and (work := sum(layer.elementwise.values())):
        cost_text = f"{cost_text} +{show(work)}" if cost else f"+{show(work)}"
    name = " " * min(layer.node.depth, 6) + (f"{layer.repeat}× " if layer.repeat > 1 else "") + layer.name
    if layer.node.label:
        name += f" as {layer.node.label}"
    if layer.node.copies > 1:
        name += f" ({layer.node.copies} experts)"
    parameters = "-" if not layer.parameters else show(layer.parameters)
    if layer.node.shared is not None:
        parameters = "tied" if not layer.parameters else f"tied +{show(layer.parameters)}"
    return [
        name,
        shape_text(layer.output_shape),
        parameters,
        cost_text,
        binary_bytes(layer.activation_bytes),
        field_cell(layer, language),
    ]


def table(layers: Sequence[LayerResult], count: str, width: int, language: Language) -> Iterable[str]:
    """The layers in columns; several lines a layer on a narrow terminal."""
    rows = [cells(layer, count, width >= WIDE, language) for layer in layers]
    cost = "flops" if count == "flop" else "macs"
    parameters = "parameters, short" if width < NARROW else "parameters"
    heads = [head(name, language) for name in ("layer", "output", parameters, cost, "memory", "field")]
    if width < NARROW:
        yield from stacked([(*row[:4], row[5]) for row in (heads, *rows)], width)
        return
    sides = [max(cell_width(row[place]) for row in [heads, *rows]) for place in range(6)]
    sides[0] = min(sides[0], max(width - sum(sides[1:]) - 10, 16))
    for row in (heads, *rows):
        name = row[0]
        if cell_width(name) > sides[0]:
            first, *more = list(wrapped(name, sides[0], "  " * 3))
            rest, name = more, first
        else:
            rest = []
        cut = [name + " " * (sides[0] - cell_width(name))]
        cut += [" " * (side - cell_width(cell)) + cell for cell, side in zip(row[1:], sides[1:], strict=True)]
        line = "  ".join(cut).rstrip()
        # Memory and field are beside the point of most questions.
        yield Emphasised(line, BOLD) if row is heads else Emphasised(line, DIM, len("  ".join(cut[:4])))
        yield from rest


def totals(net: NetworkResult, count: str, language: Language) -> Iterable[tuple[str, str]]:
    """The rows below the table: label and text."""
    labels = total_labels(language)
    yield labels["parameters"], f"{net.parameters:,}"
    if net.active_parameters != net.parameters:
        yield labels["active"], f"{net.active_parameters:,}"
    if net.buffers:
        yield labels["buffers"], f"{net.buffers:,}"
    if count != "flop":
        yield labels["macs"], with_power(net.macs)
    if count != "mac":
        yield labels["flops"], with_power(net.flops)
        if net.parameters:
            yield labels["backward"], with_power(net.backward_flops)
    if count == "all":
        parts = sorted(net.elementwise.items(), key=lambda one: -one[1])
        listed = COMMA[language].join(f"{translations.word(name, language)} {count:,}" for name, count in parts)
        yield labels["elementwise"], f"{sum(net.elementwise.values()):,}{COLON[language]}{listed}"
    yield labels["weights"], bytes_text(net.weight_bytes)
    yield labels["outputs"], bytes_text(net.activation_bytes)
    most, place = net.peak
    yield labels["peak"], bytes_text(most) + COMMA[language] + labels["at"].format(name=net.nodes[place].name)
    yield labels["field"], field_text(net.field_of(net.last, written), language, net.nodes[0].form == "map")
    if net.field_sizes == "global" and (alone := net.convolutions_of(net.last, written)):
        yield labels["alone"], field_text(alone, language)
    yield from warnings(net, language)


def warnings(net: NetworkResult, language: Language) -> list[tuple[str, str]]:
    """What makes a receptive field uncertain: label and text."""
    from dlquiz.messages.calc import chinese

    said = [(chinese(one) or one) if language == "zh" else one for one in net.warnings]
    return [(total_labels(language)["warning"], one) for one in said]


def field_text(field: list[dict[str, object]] | str | None, language: Language, mapped: bool = True) -> str:
    """Size, jump, start and padding, once when the axes agree, the sizes by phase; `mapped` when the input is a map."""
    if field is None:
        return total_labels(language)["lost" if mapped else "none"]
    if isinstance(field, str):
        return total_labels(language)["global"]
    axes = [_axis(axis, language) for axis in field]
    return axes[0] if len(set(axes)) == 1 else SEMICOLON[language].join(axes)


def _axis(axis: dict[str, Any], language: Language) -> str:
    text = FIELD[language].format(**axis)
    if "sizes" in axis:
        sizes, period = axis["sizes"], axis["period"]
        either = say("either size", language, least=f"{min(sizes):,}", most=f"{max(sizes):,}")
        text = text.replace(f"{axis['size']:,}", either, 1)
        text += in_brackets(say("by unit", language, period=period, values=_runs(sizes)), language)
    if "firsts" in axis:
        firsts = " ".join(map(str, axis["firsts"][:12])) + (" …" if axis["period"] > 12 else "")
        text += in_brackets(say("first pixels", language, period=axis["period"], values=firsts), language)
    return text


def _runs(sizes: Iterable[int]) -> str:
    """Sizes with how often each stands in a row.

    >>> _runs([3, 3, 4])
    '3×2 4'
    """
    runs = [(size, sum(1 for _ in run)) for size, run in groupby(sizes)]
    shown = " ".join(f"{size}×{count}" if count > 1 else str(size) for size, count in runs[:12])
    return shown + (" …" if len(runs) > 12 else "")


def lines(
    net: NetworkResult, layers: Sequence[LayerResult], count: str, width: int, language: Language
) -> Iterable[str]:
    """The whole answer."""
    width = max(width, 20)
    yield from _beginning(net, count, width, language)
    if text := others(net, language):
        yield from labelled([(total_labels(language)["others"], text)], width)
    yield ""
    yield from table(layers, count, width, language)
    if any(layer.repeat > 1 for layer in layers):
        yield from dim(wrapped(total_labels(language)["folded"], width, ""))
    yield ""
    yield from dim(wrapped(CONVENTION[language], width, ""))


def _beginning(net: NetworkResult, count: str, width: int, language: Language) -> Iterable[str]:
    """The name with its sizes, and the totals."""
    yield from bold(wrapped(title(net, language), width, "  "))
    yield ""
    foremost = [total_labels(language)[name] for name in ("parameters", "macs", "flops")]
    yield from labelled(totals(net, count, language), width, foremost)


def title(net: NetworkResult, language: Language) -> str:
    """What a network is, and the shapes at its ends."""
    name = net.name or say("network", language)
    return f"{name}{COLON[language]}{shape_text(net.input_shape)} -> {shape_text(net.output_shape)}"


def part_lines(net: NetworkResult, parts: Sequence[NetworkPart], width: int, language: Language) -> Iterable[str]:
    """The totals, then a row a part with its share of the MACs."""
    width = max(width, 20)
    yield from _beginning(net, "both", width, language)
    yield ""
    columns = ("part", "output", "layers", "parameters", "macs", "share", "memory")
    heads = tuple(head(name, language) for name in columns)
    rows = [heads, *(_part_row(part, net.macs, language) for part in parts)]
    yield from in_columns(rows, width, secondary=1)


def _part_row(part: NetworkPart, macs: int, language: Language) -> tuple[str, ...]:
    share = with_unit(f"{100 * part.macs / macs:.1f}", "%", language) if macs else "-"
    counts = short(part.parameters), short(part.macs), share, binary_bytes(part.activation_bytes)
    return part.name, shape_text(part.output_shape), str(part.layers), *counts


def labelled(rows: Iterable[tuple[str, str]], width: int, foremost: Collection[str] = ()) -> Iterable[str]:
    """Labels in a column of 20 cells, the text beside them (below them on a narrow terminal); the foremost bold."""
    for label, text in rows:
        pad = " " * max(1, 20 - cell_width(label))
        found = wrapped(f"  {label}{pad}{text}", width, " " * (22 if width >= NARROW else 4))
        yield from bold(found) if label in foremost else found


def others(net: NetworkResult, language: Language) -> str:
    """What other tools would print, on one line."""
    from dlquiz.calc.networks.other_tools import counted

    counts = []
    for one in counted(net):
        if one.tool == "keras" and one.parameters != net.parameters:
            counts.append(f"{one.tool} {say('counted parameters', language, number=f'{one.parameters:,}')}")
        elif one.operations is not None and one.tool != "torchvision":
            counts.append(f"{one.tool} {short(one.operations)}")
    if not counts:
        return ""
    why = say("why others" if net.examples == 1 else "why others, one example", language)
    return COMMA[language].join(counts) + in_brackets(why, language)


def other_lines(net: NetworkResult, width: int, language: Language) -> Iterable[str]:
    """What other tools would print, and why."""
    from dlquiz.calc.networks.other_tools import counted
    from dlquiz.messages.calc import chinese

    name, parameters = net.name or say("network", language), f"{net.parameters:,}"
    counted_here = say("counted here", language, name=name, parameters=parameters, macs=f"{net.macs:,}")
    yield from wrapped(counted_here, width, "  ")
    yield ""
    for one in counted(net):
        number = say("no count", language) if one.operations is None else f"{one.operations:,}"
        parameters = say("counted parameters", language, number=f"{one.parameters:,}")
        number = " " * (18 - cell_width(number)) + number
        yield from wrapped(f"  {one.tool:<12}{number}  {parameters}", width, " " * 6)
        why = (chinese(one.why) or one.why) if language == "zh" else one.why
        yield from wrapped(f"      {why}", width, "      ")
    yield ""
    yield from wrapped(CONVENTION[language], width, "")


CSV = ("name", "repeat", "kind", "output_shape", "parameters", "macs", "flops", "activation_bytes", "receptive_field")


def csv_lines(layers: Iterable[LayerResult]) -> Iterable[str]:
    """Comma-separated rows with a header, a line a layer."""
    yield ",".join(CSV)
    for layer in layers:
        row = [
            layer.name,
            layer.repeat,
            layer.kind,
            shape_text(layer.output_shape),
            layer.parameters,
            layer.macs,
            layer.flops,
            layer.activation_bytes,
            field_cell(layer),
        ]
        yield ",".join(_quoted(str(one)) for one in row)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text


def markdown_lines(net: NetworkResult, layers: Iterable[LayerResult]) -> Iterable[str]:
    """A Markdown table with the totals in its last row."""
    yield "| layer | × | output | parameters | MACs | memory | field |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for layer in layers:
        cost = f"{layer.macs:,}" if layer.macs else "-"
        name = layer.name.replace("|", "\\|")
        yield (
            f"| {name} | {layer.repeat} | {shape_text(layer.output_shape)} | {layer.parameters:,} | {cost} | "
            f"{binary_bytes(layer.activation_bytes)} | {field_cell(layer)} |"
        )
    yield (
        f"| **{net.name or 'all'}** | | {shape_text(net.output_shape)} | **{net.parameters:,}** | **{net.macs:,}** | "
        f"{binary_bytes(net.activation_bytes)} | {field_cell(net)} |"
    )
