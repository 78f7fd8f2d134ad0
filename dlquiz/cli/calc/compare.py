"""`dlquiz calc diff` and `dlquiz calc top`: two networks side by side, and where one spends most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from dlquiz.calc.layers.arguments import shape_text, whole
from dlquiz.cli.calc.network_input import compute, read_network, text_of
from dlquiz.cli.calc.params import BatchOption, DtypeOption, JsonOption, LangOption, NetworkArgument, completed
from dlquiz.cli.calc.reading import language, number, refuse
from dlquiz.cli.calc.render.emphasis import emit
from dlquiz.cli.calc.render.layout import columns, wrapped
from dlquiz.cli.calc.render.network import labelled
from dlquiz.formatting import in_brackets, with_unit
from dlquiz.messages.calc_screens import head, say, total_labels

if TYPE_CHECKING:
    from dlquiz.calc.networks.diff import LayerPair
    from dlquiz.calc.networks.network import LayerResult
    from dlquiz.cards import Language

# The names of the totals as `dlquiz calc net` labels them.
_LABELS = {
    "active_parameters": "active", "weight_bytes": "weights", "activation_bytes": "outputs",
    "peak_activation_bytes": "peak", "receptive_field": "field", "receptive_field_convolutions": "alone",
}  # fmt: skip


def diff(
    first: Annotated[
        str, typer.Argument(metavar="A", help="A name, a notation in quotes, or a file.", autocompletion=completed)
    ],
    second: Annotated[str, typer.Argument(metavar="B", help="The other one.", autocompletion=completed)],
    most: Annotated[str, typer.Option("--most", metavar="N", help="Layers shown.")] = "40",
    as_json: JsonOption = False,
    lang: LangOption = None,
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

        from dlquiz.calc.result import json_value

        layers = [
            {
                "first": pair.first and pair.first.as_dict(),
                "second": pair.second and pair.second.as_dict(),
                "parameters": pair.parameters,
                "macs": pair.macs,
            }
            for pair in pairs
        ]
        typer.echo(json.dumps(json_value({"totals": changed, "layers": layers}), ensure_ascii=False))
        return
    shown, output_language = whole(number(most, "--most"), "--most"), language(lang)
    if not changed and not pairs:
        emit([say("no difference", output_language)])
        return
    emit(_total_lines(changed, max(columns(), 20), output_language))
    if pairs:
        emit(["", *_layer_lines(pairs, shown, max(columns(), 20), output_language)])


def _total_lines(changed: Mapping[str, tuple[object, object]], width: int, language: Language) -> Iterator[str]:
    """The totals that differ, and by how much."""
    rows = []
    for name, (one, other) in changed.items():
        label = total_labels(language).get(_LABELS.get(name, name)) or head(name.removesuffix("_shape"), language)
        by = in_brackets(f"{other - one:+,}", language) if isinstance(one, int) and isinstance(other, int) else ""
        rows.append((label, f"{_text_of(one)} -> {_text_of(other)}{by}"))
    yield from labelled(rows, width)


def _layer_lines(pairs: Sequence[LayerPair], most: int, width: int, language: Language) -> Iterator[str]:
    """The layers that differ, the three largest differences marked."""
    differing = "one layer differs" if len(pairs) == 1 else "layers differ"
    yield from wrapped(say(differing, language, number=len(pairs)), width, "  ")
    weights = [abs(pair.macs) or abs(pair.parameters) for pair in pairs]
    largest = {place for place in sorted(range(len(pairs)), key=lambda one: -weights[one])[:3] if weights[place]}
    for place, pair in enumerate(pairs[:most]):
        yield from wrapped(f"{'*' if place in largest else ' '} {_pair_text(pair, language)}", width, "      ")
    if len(pairs) > most:
        yield f"  {say('more layers', language, number=len(pairs) - most, all=len(pairs))}"


def _pair_text(pair: LayerPair, language: Language) -> str:
    changes = (("parameters", pair.parameters), ("macs", pair.macs))
    more = "".join(f"  {head(name, language)} {value:+,}" for name, value in changes if value)
    if pair.first is None or pair.second is None:
        sign, layer = ("-", pair.first) if pair.first is not None else ("+", pair.second)
        assert layer is not None
        return f"{sign} {_repeats(layer)}{layer.name} -> {shape_text(layer.output_shape)}{more}"
    one, other = pair.first, pair.second
    name = _repeats(one) + (one.name if one.name == other.name else f"{one.name} => {_repeats(other, one)}{other.name}")
    shapes = [shape_text(layer.output_shape) for layer in (one, other)]
    return f"  {name} -> {shapes[0] if shapes[0] == shapes[1] else ' => '.join(shapes)}{more}"


def _repeats(layer: LayerResult, before: LayerResult | None = None) -> str:
    """How often a layer stands there, unless the one before it says so already."""
    return "" if layer.repeat == (before.repeat if before else 1) else f"{layer.repeat}× "


def _text_of(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, tuple):
        return shape_text(value)
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
    lang: LangOption = None,
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
    rows = largest(read_network(network, batch, dtype), by, whole(number(most, "--most"), "--most"))
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
    width, output_language = max(columns(), 20), language(lang)
    side = max((len(f"{cost:,}") for _, cost, _ in rows), default=1)
    for row, cost, share in rows:
        name = (f"{row.repeat}× " if row.repeat > 1 else "") + row.name
        bar = "█" * round(share * 20)
        percent = with_unit(f"{100 * share:.1f}", "%", output_language)
        line = f"{percent:>7}  {cost:>{side},}  {name} -> {shape_text(row.output_shape)}"
        typer.echo("\n".join(wrapped(line if width < 70 else f"{bar:<10.10} {line}", width, "        ")))
